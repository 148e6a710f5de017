-- Why: a day or a week over its cap is judged in the week that it stands in. The
-- hours of the student's week, day by day at the record's site, and the caps that
-- hold; for whoever sees the record.
CREATE FUNCTION medstint.week_of(record text) RETURNS jsonb
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('day_cap_h', l.day_cap_h, 'week_cap_h', l.week_cap_h, 'is_averaged', l.averaged_days IS DISTINCT FROM 7,
    'days', (SELECT jsonb_agg(jsonb_build_object('day', (w.monday + make_interval(days => d))::date,
        'elapsed_ms', coalesce(x.ms, 0), 'is_open', coalesce(x.open, false)) ORDER BY d)
      FROM generate_series(0, 6) d
      LEFT JOIN LATERAL (
        SELECT sum(o.elapsed_ms) FILTER (WHERE o.elapsed_ms > 0)::bigint AS ms, bool_or(o.clock_out IS NULL) AS open
        FROM public.time_records o
        WHERE o.student_id = t.student_id AND o.status <> 'REJECTED'
          AND o.clock_in >= (w.monday + make_interval(days => d)) AT TIME ZONE s.time_zone
          AND o.clock_in < (w.monday + make_interval(days => d + 1)) AT TIME ZONE s.time_zone) x ON true))
  FROM public.time_records t
  JOIN public.clinical_sites s ON s.id = t.clinical_site_id
  JOIN medstint.actor() me ON me.school_id = t.school_id
    AND (me.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') OR t.rotation_id = ANY (medstint.own_rotation_ids()))
  LEFT JOIN public.users u ON u.id = t.student_id
  LEFT JOIN public.programs p ON p.id = u.program_id
  CROSS JOIN LATERAL medstint.thresholds(t.school_id, p.duty_profile) l
  CROSS JOIN LATERAL (SELECT date_trunc('week', t.clock_in AT TIME ZONE s.time_zone) AS monday) w
  WHERE t.id = record
$$;
GRANT EXECUTE ON FUNCTION medstint.week_of(text) TO medstint_app;
