-- The flags of a time record, with their evidence and their severity.
--
-- Flags are the database's: computed set-based in triggers for every writer, each with its
-- evidence, and stored with the pending record. What follows from the clock alone (open too long,
-- aged) is derived when it is read. Flags that change give the record another version, so that
-- nobody decides on what they did not see. They are no audit event, since they follow from what is
-- one. A decided record keeps the flags that it was decided with.
--
-- The queue's order is a partial index on how much a record wants a look. A clean record that is
-- aged stands with the notes, next to which the order puts it.
--
-- A function that has settings of its own is not inlined, and one in SQL is planned again at every
-- call. What runs at each punch or page is in plpgsql, which keeps its plan. That plan is made for
-- nothing in particular (plan_cache_mode) and free of joins that would be a loop over both sides.
-- In SQL, the flags of one record took 13 ms, of which 10 were planning.

-- 0 hard, 1 warn, 2 note. Without settings, so that the planner inlines it.
CREATE OR REPLACE FUNCTION medstint.flag_severity(code text) RETURNS smallint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (CASE
    WHEN code IN ('OPEN_TOO_LONG', 'TOO_LONG', 'OVERLAP', 'OUT_BEFORE_IN', 'FUTURE', 'HOURS_MISMATCH') THEN 0
    WHEN code IN ('GEO_OUTSIDE', 'IMPOSSIBLE_TRAVEL', 'LATE_ENTRY', 'DAY_CAP', 'WEEK_CAP', 'SHORT_REST',
      'OUTSIDE_ROTATION', 'SAME_DEVICE', 'CLOCK_UNVERIFIED') THEN 1
    ELSE 2 END)::smallint
$$;

-- The flags that follow from the clock, for a pending record as it is read. Limits are the
-- school's.
CREATE OR REPLACE FUNCTION medstint.flags_by_now(flags text, status public.time_record_status, clock_in timestamptz,
    clock_out timestamptz, open_too_long_h numeric, aged_d numeric, approved_h integer) RETURNS jsonb
  LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN status <> 'PENDING' THEN flags::jsonb ELSE
    CASE WHEN clock_out IS NULL AND clock_in < now() - make_interval(mins => (open_too_long_h * 60)::integer)
      THEN jsonb_build_array(jsonb_build_object('code', 'OPEN_TOO_LONG', 'evidence',
        jsonb_build_object('hours', floor(extract(epoch FROM now() - clock_in) / 3600), 'most',
          open_too_long_h))) ELSE '[]' END
    || CASE WHEN flags LIKE '%"OVER_REQUIRED"%' THEN
      medstint.with_approved_hours(flags, approved_h) ELSE flags::jsonb END
    || CASE WHEN clock_in < now() - make_interval(mins => (aged_d * 1440)::integer)
      THEN jsonb_build_array(jsonb_build_object('code', 'AGED', 'evidence',
        jsonb_build_object('days', floor(extract(epoch FROM now() - clock_in) / 86400), 'most',
          aged_d))) ELSE '[]' END END
$$;

-- The flags of records and their triage, apart from those that follow from the clock alone. An open
-- record is assumed to last at most `open_too_long_h`, so that a forgotten clock-out spoils no
-- later day. Other records are looked for at most seven days before it. The settings keep one plan
-- for one record and for ten thousand.
CREATE OR REPLACE FUNCTION medstint.flags_of(records text[], instead jsonb DEFAULT NULL)
  RETURNS TABLE (id text, flags text, triage smallint)
  LANGUAGE plpgsql STABLE ROWS 10 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  SET enable_nestloop = on SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH rec AS MATERIALIZED (
    SELECT t.*, s.time_zone AS zone, r.start_date, r.end_date, r.status AS rotation_status, r.required_hours,
      r.completed_hours,
      -- Not joined: a plan for any number of records would read everyone of the school.
      coalesce((SELECT p.duty_profile FROM users x JOIN programs p ON p.id = x.program_id
        WHERE x.id = t.student_id), '') AS profile
    FROM time_records t
    JOIN clinical_sites s ON s.id = t.clinical_site_id
    JOIN rotations r ON r.id = t.rotation_id
    WHERE t.id = ANY (records)),
  limits AS MATERIALIZED (
    SELECT k.school_id, k.profile, l.*
    FROM (SELECT DISTINCT rec.school_id, rec.profile FROM rec) k
    CROSS JOIN LATERAL medstint.thresholds(k.school_id, nullif(k.profile, ''), instead) l),
  t AS MATERIALIZED (
    SELECT rec.*, l.open_too_long_h, l.too_long_h, l.too_short_min, l.late_entry_d, l.travel_kmh, l.same_device_s,
      l.day_cap_h, l.week_cap_h, l.min_rest_h, l.at_once_cap_h, l.averaged_days, l.long_shift_h, l.rest_after_long_h,
      l.free_days, rec.elapsed_ms / 3600000.0 AS hours,
      -- The local day of the clock-in, whatever a client states.
      medstint.day_start(medstint.day_of(rec.clock_in, rec.zone), rec.zone) AS day,
      medstint.day_start(medstint.day_of(rec.clock_in, rec.zone) + 1, rec.zone) AS next_day,
      coalesce(rec.clock_out, rec.clock_in + make_interval(mins => (l.open_too_long_h * 60)::integer)) AS until,
      b.out_before, b.hours_before, medstint.day_start(medstint.day_of(b.in_before, rec.zone), rec.zone) AS day_before,
      b.at_before, b.latitude_before, b.longitude_before, b.accuracy_before
    FROM rec JOIN limits l ON (l.school_id, l.profile) = (rec.school_id, rec.profile)
    -- The student's record before this one.
    LEFT JOIN LATERAL (
      SELECT o.clock_out AS out_before, o.elapsed_ms / 3600000.0 AS hours_before, o.clock_in AS in_before,
        coalesce(o.clock_out, o.clock_in) AS at_before,
        (CASE WHEN o.clock_out IS NULL THEN o.clock_in_latitude ELSE o.clock_out_latitude END)::float8
          AS latitude_before,
        (CASE WHEN o.clock_out IS NULL THEN o.clock_in_longitude ELSE o.clock_out_longitude END)::float8
          AS longitude_before,
        CASE WHEN o.clock_out IS NULL THEN o.clock_in_accuracy_m ELSE o.clock_out_accuracy_m END AS accuracy_before
      FROM time_records o
      WHERE o.student_id = rec.student_id AND (o.clock_in, o.id) < (rec.clock_in, rec.id)
        AND o.clock_in > rec.clock_in - interval '7 days' AND o.status <> 'REJECTED'
      ORDER BY o.clock_in DESC, o.id DESC LIMIT 1) b ON true),
  found (id, code, evidence) AS (
    SELECT t.id, f.* FROM t CROSS JOIN LATERAL medstint.time_flags(t.clock_in, t.clock_out, t.hours, t.total_hours,
      greatest(t.created_at, t.edited_at), greatest(t.updated_at, t.created_at), t.too_long_h, t.too_short_min) f
    UNION ALL
    SELECT t.id, f.* FROM t CROSS JOIN LATERAL medstint.entry_flags(t.clock_in AT TIME ZONE t.zone,
      coalesce(t.clock_out, t.clock_in), t.created_at, t.edited_at, t.is_offline, t.clock_is_unverified,
      t.late_entry_d) f
    UNION ALL
    SELECT t.id, f.* FROM t CROSS JOIN LATERAL medstint.overlap_flag(t.id, t.student_id, t.clock_in, t.until,
      t.open_too_long_h) f
    UNION ALL
    SELECT t.id, f.* FROM t CROSS JOIN LATERAL medstint.geofence_flag(t.clinical_site_id, t.clock_in,
      t.clock_in_source, t.clock_in_latitude, t.clock_in_longitude, t.clock_in_accuracy_m, t.clock_out,
      t.clock_out_source, t.clock_out_latitude, t.clock_out_longitude, t.clock_out_accuracy_m) f
    UNION ALL
    SELECT t.id, f.* FROM t CROSS JOIN LATERAL medstint.travel_flag(t.at_before, t.latitude_before,
      t.longitude_before, t.accuracy_before, t.clock_in, t.clock_in_latitude::float8, t.clock_in_longitude::float8,
      t.clock_in_accuracy_m, t.clock_out, t.clock_out_latitude::float8, t.clock_out_longitude::float8,
      t.clock_out_accuracy_m, t.travel_kmh) f
    UNION ALL
    SELECT t.id, f.* FROM t CROSS JOIN LATERAL medstint.day_cap_flag(t.id, t.student_id, t.clock_in, t.day, t.hours,
      t.day_cap_h, t.at_once_cap_h) f
    UNION ALL
    SELECT t.id, f.* FROM t CROSS JOIN LATERAL medstint.week_cap_flag(t.id, t.student_id, t.rotation_id, t.clock_in,
      t.next_day, t.zone, t.start_date, t.hours, t.week_cap_h, t.averaged_days) f
    UNION ALL
    SELECT t.id, f.* FROM t CROSS JOIN LATERAL medstint.free_days_flag(t.student_id, t.next_day, t.zone,
      t.free_days) f
    UNION ALL
    SELECT t.id, f.* FROM t CROSS JOIN LATERAL medstint.rest_flag(t.out_before, t.day_before, t.hours_before,
      t.clock_in, t.day, t.min_rest_h, t.long_shift_h, t.rest_after_long_h) f
    UNION ALL
    SELECT t.id, f.* FROM t CROSS JOIN LATERAL medstint.rotation_flags(t.clock_in, t.start_date, t.end_date,
      t.rotation_status, t.required_hours, t.completed_hours) f
    UNION ALL
    SELECT t.id, f.* FROM t CROSS JOIN LATERAL medstint.device_flag(t.school_id, t.student_id, t.clock_in,
      t.clock_in_ip_address, t.clock_in_user_agent, t.clock_in_source, t.clock_in_is_edited, t.clock_out,
      t.clock_out_ip_address, t.clock_out_user_agent, t.clock_out_source, t.clock_out_is_edited, t.same_device_s) f
    UNION ALL
    -- Each record, also one that nothing was found of; whether it is open stands for evidence.
    SELECT t.id, NULL, to_jsonb(t.clock_out IS NULL) FROM t)
  SELECT found.id,
    coalesce(json_agg(json_build_object('code', code, 'evidence', evidence)
      ORDER BY medstint.flag_severity(code), code, evidence) FILTER (WHERE code IS NOT NULL)::text, '[]'),
    (CASE WHEN bool_or(code IS NULL AND evidence = 'true') THEN 0
      ELSE coalesce(min(medstint.flag_severity(code)) FILTER (WHERE code IS NOT NULL), 3) END)::smallint
  FROM found GROUP BY found.id;
END
$$;

-- The thresholds in force in a school for a duty profile: the school's own, the profile's, or the
-- default. `instead` stands for the school's policy: {"duty_profile": …, "thresholds": {…}}.
CREATE OR REPLACE FUNCTION medstint.thresholds(school text, program_profile text DEFAULT NULL,
  instead jsonb DEFAULT NULL,
    OUT open_too_long_h numeric, OUT too_long_h numeric, OUT too_short_min numeric, OUT late_entry_d numeric,
      OUT aged_d numeric,
    OUT travel_kmh numeric, OUT same_device_s numeric, OUT day_cap_h numeric, OUT week_cap_h numeric,
      OUT min_rest_h numeric,
    OUT at_once_cap_h numeric, OUT averaged_days integer, OUT long_shift_h numeric, OUT rest_after_long_h numeric,
      OUT free_days integer, OUT missing_d numeric)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  SELECT coalesce((s.set ->> 'open_too_long_h')::numeric, 16), coalesce((s.set ->> 'too_long_h')::numeric, 16),
    coalesce((s.set ->> 'too_short_min')::numeric, 15), coalesce((s.set ->> 'late_entry_d')::numeric, 3),
    coalesce((s.set ->> 'aged_d')::numeric, 7), coalesce((s.set ->> 'travel_kmh')::numeric, 150),
    coalesce((s.set ->> 'same_device_s')::numeric, 60),
    coalesce((s.set ->> 'day_cap_h')::numeric, d.day_cap_h),
      coalesce((s.set ->> 'week_cap_h')::numeric, d.week_cap_h),
    coalesce((s.set ->> 'min_rest_h')::numeric, d.min_rest_h),
    d.at_once_cap_h, d.averaged_days, d.long_shift_h, d.rest_after_long_h, d.free_days,
      coalesce((s.set ->> 'missing_d')::numeric, 7)
  INTO open_too_long_h, too_long_h, too_short_min, late_entry_d, aged_d, travel_kmh, same_device_s, day_cap_h,
    week_cap_h, min_rest_h,
    at_once_cap_h, averaged_days, long_shift_h, rest_after_long_h, free_days, missing_d
  FROM (SELECT) AS once
  LEFT JOIN public.school_policies p ON p.school_id = school
  CROSS JOIN LATERAL (SELECT coalesce(instead -> 'thresholds', medstint.jsonb_or_empty(p.thresholds)) AS all_of_it) x
  -- What another program wrote there and is no sensible number counts as not set.
  CROSS JOIN LATERAL (SELECT coalesce(jsonb_object_agg(e.key,
    e.value) FILTER (WHERE jsonb_typeof(e.value) IN ('number', 'string')
      AND e.value #>> '{}' ~ '^[0-9]{1,5}([.][0-9]{1,4})?$'), '{}') AS set
    FROM jsonb_each(x.all_of_it) e) s
  LEFT JOIN medstint.duty_profiles d ON d.code
    = coalesce(program_profile, instead ->> 'duty_profile', p.duty_profile, 'CUSTOM');
END
$$;

-- Which other pending records have to be flagged again: those of the same students (they overlap,
-- rest, add up to a day or a week) and of people at the same device. OFFSET 0 looks each punch up by
-- itself: under row-level security the planner sees no statistics of an enumeration. Where all
-- punches had one source, it expected no row and read the whole index at every punch (12 ms of
-- 10,000 records). The status is compared outside: the plan is made
-- once, maybe of an empty table, where the partial index of all pending records looked as cheap, and
-- 4,000 records of a new school took 45 s instead of 5 s.
CREATE OR REPLACE FUNCTION medstint.neighbours(students text[], schools text[], addresses text[], devices text[],
  punches timestamptz[]) RETURNS SETOF text
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET enable_nestloop = on SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY
  SELECT t.id FROM public.time_records t WHERE t.student_id = ANY (students) AND t.status = 'PENDING'
  UNION
  SELECT near.id FROM unnest(schools, addresses, devices, punches) p (school, address, device, at)
  CROSS JOIN LATERAL (
    SELECT t.id, t.status FROM public.time_records t
    WHERE t.clock_in_ip_address = p.address AND t.clock_in_source <> 'KIOSK' AND t.clock_in_user_agent = p.device
      AND t.school_id = p.school AND t.clock_in BETWEEN p.at - interval '1 hour' AND p.at + interval '1 hour'
      OFFSET 0) near WHERE near.status = 'PENDING'
  UNION
  SELECT near.id FROM unnest(schools, addresses, devices, punches) p (school, address, device, at)
  CROSS JOIN LATERAL (
    SELECT t.id, t.status FROM public.time_records t
    WHERE t.clock_out_ip_address = p.address AND t.clock_out_source IS DISTINCT FROM 'KIOSK'
      AND t.clock_out_user_agent = p.device
      AND t.school_id = p.school AND t.clock_out BETWEEN p.at - interval '1 hour' AND p.at + interval '1 hour'
      OFFSET 0) near WHERE near.status = 'PENDING';
END
$$;

-- The flags that the record of a proposal would have with its times, which nobody else sees: the
-- times are written in a subtransaction, and rolled back with it. For the person who proposed it;
-- nothing where the record has moved on.
CREATE OR REPLACE FUNCTION medstint.flags_if_corrected(correction text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c public.time_record_corrections;
  found_flags text;
BEGIN
  SELECT x.* INTO c FROM public.time_record_corrections x
  WHERE x.id = correction AND x.status = 'PROPOSED' AND x.proposed_by = medstint.acting_user_id();
  IF c.id IS NULL THEN
    RETURN NULL;
  END IF;
  BEGIN
    UPDATE public.time_records t
    SET clock_in = c.clock_in, clock_out = c.clock_out, total_hours = medstint.total_hours(c.clock_in, c.clock_out),
      clock_out_source = coalesce(t.clock_out_source,
        CASE WHEN c.clock_out IS NOT NULL THEN 'MANUAL'::public.punch_source END)
    WHERE t.id = c.time_record_id AND t.status = 'PENDING';
    SELECT t.flags::text INTO found_flags FROM public.time_records t WHERE t.id = c.time_record_id;
    RAISE EXCEPTION 'only tried' USING ERRCODE = 'MS000';
  EXCEPTION WHEN SQLSTATE 'MS000' THEN
    RETURN found_flags;
  END;
END
$$;
