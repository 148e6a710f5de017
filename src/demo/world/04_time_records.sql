-- Ninety days of shifts: days, long days, evenings and nights in the site's own
-- time, so that a night over a clock change has its true number of hours.
-- Whatever is older than four days was decided; the rest waits.
INSERT INTO time_records (id, school_id, student_id, rotation_id, clinical_site_id, date, clock_in, clock_out, total_hours, activities, notes,
  clock_in_latitude, clock_in_longitude, clock_in_accuracy_m, clock_in_source, clock_in_ip_address, clock_in_user_agent,
  clock_out_latitude, clock_out_longitude, clock_out_accuracy_m, clock_out_source, clock_out_ip_address, clock_out_user_agent, created_at, updated_at)
SELECT id, school_id, student_id, rotation_id, site_id, day::timestamp AT TIME ZONE zone, clock_in, clock_out,
  medstint.total_hours(clock_in, clock_out), '["Patient care", "Charting"]',
  CASE WHEN pg_temp.chance('note' || id) < 0.08 THEN pg_temp.pick(ARRAY['Stayed for report', 'Covered for a colleague', 'Code blue at the end of the shift', 'Simulation lab in the morning', 'Traffic on the way in'], 'text' || id) END,
  round((latitude + (pg_temp.chance('a' || id) - 0.5) * 0.0006)::numeric, 8), round((longitude + (pg_temp.chance('b' || id) - 0.5) * 0.0006)::numeric, 8),
  (5 + pg_temp.chance('c' || id) * 20)::real, source, ip, agent,
  round((latitude + (pg_temp.chance('d' || id) - 0.5) * 0.0006)::numeric, 8), round((longitude + (pg_temp.chance('e' || id) - 0.5) * 0.0006)::numeric, 8),
  (5 + pg_temp.chance('f' || id) * 20)::real, source, ip, agent, clock_in, coalesce(clock_out, clock_in)
FROM (
  SELECT r.student_id || '-' || to_char(d.day, 'YYYYMMDD') AS id, r.school_id, r.student_id, r.id AS rotation_id, s.id AS site_id,
    s.time_zone AS zone, d.day, l.latitude, l.longitude,
    (CASE WHEN pg_temp.chance('kiosk' || r.id) < 0.3 THEN 'KIOSK' WHEN pg_temp.chance('kiosk' || r.id) < 0.8 THEN 'MOBILE' ELSE 'WEB' END)::punch_source AS source,
    '10.' || (20 + length(s.id)) || '.' || (ascii(s.id) % 200) || '.' || (1 + floor(pg_temp.chance('ip' || r.student_id) * 250)) AS ip,
    CASE WHEN pg_temp.chance('kiosk' || r.id) < 0.3 THEN 'medstint-kiosk/0.1' WHEN pg_temp.chance('kiosk' || r.id) < 0.8 THEN 'MedStint/2.4 (iPhone)' ELSE 'Mozilla/5.0 (Windows NT 10.0)' END AS agent,
    i.clock_in, i.clock_in + shift.length + make_interval(secs => round((pg_temp.chance('out' || r.id || d.day) * 1500 - 300)::numeric, 3)::float8) AS clock_out
  FROM rotations r
  JOIN clinical_sites s ON s.id = r.clinical_site_id
  JOIN clinical_site_locations l ON l.id = s.id || '-1'
  CROSS JOIN generate_series(pg_temp.today() - 90, pg_temp.today(), interval '1 day') AS g (day)
  CROSS JOIN LATERAL (SELECT g.day::date AS day) d
  CROSS JOIN LATERAL (SELECT pg_temp.chance('kind' || r.id) AS kind) k
  CROSS JOIN LATERAL (SELECT
    CASE WHEN k.kind < 0.55 THEN time '06:58' WHEN k.kind < 0.72 THEN time '06:45' WHEN k.kind < 0.86 THEN time '14:50' ELSE time '22:50' END AS starts,
    CASE WHEN k.kind >= 0.55 AND k.kind < 0.72 THEN interval '10 hours' ELSE interval '8 hours' END AS length) shift
  CROSS JOIN LATERAL (SELECT ((d.day + shift.starts) AT TIME ZONE s.time_zone)
    + make_interval(secs => round((pg_temp.chance('in' || r.id || d.day) * 900)::numeric, 3)::float8) AS clock_in) i
  WHERE d.day >= (r.start_date AT TIME ZONE s.time_zone)::date AND d.day < (r.end_date AT TIME ZONE s.time_zone)::date
    AND r.status IN ('ACTIVE', 'COMPLETED')
    AND pg_temp.chance('works' || r.student_id || d.day) < CASE WHEN extract(isodow FROM d.day) < 6 THEN 0.54 ELSE 0.14 END
) x
-- Over by now: the shifts that are still running come from the live activity.
WHERE x.clock_out < current_setting('demo.now')::timestamptz;

-- Nights across the last clock change, wherever in the year we are.
INSERT INTO time_records (id, school_id, student_id, rotation_id, clinical_site_id, date, clock_in, clock_out, total_hours, clock_in_source, clock_out_source, notes, created_at)
SELECT 'clock-change-' || r.student_id, r.school_id, r.student_id, r.id, s.id, c.day::timestamp AT TIME ZONE s.time_zone, n.clock_in, n.clock_out,
       medstint.total_hours(n.clock_in, n.clock_out), 'KIOSK', 'KIOSK', 'Night of the clock change', n.clock_in
FROM rotations r
JOIN clinical_sites s ON s.id = r.clinical_site_id
CROSS JOIN LATERAL (SELECT max(d)::date AS day FROM generate_series(pg_temp.today() - 200, pg_temp.today() - 3, interval '1 day') d
                    WHERE ((d + interval '1 day')::timestamp AT TIME ZONE s.time_zone) - (d::timestamp AT TIME ZONE s.time_zone) <> interval '24 hours') c
CROSS JOIN LATERAL (SELECT (c.day - 1 + time '22:58') AT TIME ZONE s.time_zone AS clock_in, (c.day + time '07:03') AT TIME ZONE s.time_zone AS clock_out) n
WHERE c.day IS NOT NULL AND r.status IN ('ACTIVE', 'COMPLETED') AND n.clock_in BETWEEN r.start_date AND r.end_date
  AND pg_temp.chance('change' || r.id) < 0.08
  AND NOT EXISTS (SELECT FROM time_records t WHERE t.student_id = r.student_id AND t.clock_in < n.clock_out AND t.clock_out > n.clock_in);

-- Decisions on the older ones: by the preceptor, some by the coordinator, one or two days later in the
-- school's office hours. A decision at night would raise an alert.
UPDATE time_records t SET
  status = x.status::time_record_status, version = 2, decision_kind = x.kind::decision_kind,
  approved_by = x.who, approved_at = x.at, updated_at = x.at,
  decision_reason_code = CASE x.status WHEN 'REJECTED' THEN pg_temp.pick(ARRAY['NOT_AT_SITE', 'WRONG_TIMES', 'DUPLICATE', 'NOT_SCHEDULED'], 'code' || t.id)::rejection_reason END,
  decision_reason = CASE x.status WHEN 'REJECTED' THEN 'Please correct and send again' END
FROM (SELECT t.id, CASE WHEN pg_temp.chance('verdict' || t.id) < 0.03 THEN 'REJECTED' ELSE 'APPROVED' END AS status,
             CASE WHEN pg_temp.chance('by' || t.id) < 0.6 THEN r.preceptor_id WHEN t.school_id = 'harbor' THEN 'harbor-coordinator' ELSE 'coordinator' END AS who,
             CASE WHEN pg_temp.chance('by' || t.id) < 0.6 THEN 'BY_HAND' ELSE 'BULK' END AS kind,
             ((t.clock_out AT TIME ZONE s.time_zone)::date + 1 + floor(pg_temp.chance('after' || t.id) * 2)::integer
               + time '08:00' + make_interval(secs => floor(pg_temp.chance('minute' || t.id) * 34200))) AT TIME ZONE s.time_zone AS at
      FROM time_records t JOIN rotations r ON r.id = t.rotation_id JOIN schools s ON s.id = t.school_id) x
WHERE x.id = t.id AND t.clock_in < current_setting('demo.now')::timestamptz - interval '3 days 18 hours' AND pg_temp.chance('forgotten' || t.id) > 0.002
  -- The student who signs in finds something that waits.
  AND t.id NOT IN (SELECT o.id FROM time_records o WHERE o.student_id = 'student' ORDER BY o.clock_in DESC, o.id LIMIT 2);
