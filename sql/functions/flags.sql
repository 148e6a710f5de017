-- The flags of a time record, with their evidence and their severity.

-- 0 hard, 1 warn, 2 note.
CREATE OR REPLACE FUNCTION medstint.flag_severity(code text) RETURNS smallint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
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
      coalesce(u.duty_profile, '') AS profile
    FROM time_records t
    JOIN clinical_sites s ON s.id = t.clinical_site_id
    JOIN rotations r ON r.id = t.rotation_id
    LEFT JOIN LATERAL (SELECT p.duty_profile FROM users x JOIN programs p ON p.id = x.program_id
      WHERE x.id = t.student_id) u ON true
    WHERE t.id = ANY (records)),
  limits AS MATERIALIZED (
    SELECT k.school_id, k.profile, l.*
    FROM (SELECT DISTINCT rec.school_id, rec.profile FROM rec) k
    CROSS JOIN LATERAL medstint.thresholds(k.school_id, nullif(k.profile, ''), instead) l),
  t AS MATERIALIZED (
    SELECT rec.*, l.open_too_long_h, l.too_long_h, l.too_short_min, l.late_entry_d, l.travel_kmh, l.same_device_s,
      l.day_cap_h, l.week_cap_h,
      l.min_rest_h, l.at_once_cap_h, l.averaged_days, l.long_shift_h, l.rest_after_long_h, l.free_days,
      rec.elapsed_ms / 3600000.0 AS hours,
      -- The local day of the clock-in, whatever a client states.
      medstint.day_start(medstint.day_of(rec.clock_in, rec.zone), rec.zone) AS day,
      medstint.day_start(medstint.day_of(rec.clock_in, rec.zone) + 1, rec.zone) AS next_day,
      coalesce(rec.clock_out, rec.clock_in + make_interval(mins => (l.open_too_long_h * 60)::integer)) AS until,
      b.out_before, b.hours_before,
        medstint.day_start(medstint.day_of(b.in_before, rec.zone), rec.zone) AS day_before, b.at_before,
        b.latitude_before, b.longitude_before, b.accuracy_before
    FROM rec JOIN limits l ON (l.school_id, l.profile) = (rec.school_id, rec.profile)
    -- The student's record before this one.
    LEFT JOIN LATERAL (
      SELECT o.clock_out AS out_before, o.elapsed_ms / 3600000.0 AS hours_before, o.clock_in AS in_before,
        coalesce(o.clock_out, o.clock_in) AS at_before,
        CASE WHEN o.clock_out IS NULL THEN o.clock_in_latitude ELSE o.clock_out_latitude
          END::float8 AS latitude_before,
        CASE WHEN o.clock_out IS NULL THEN
          o.clock_in_longitude ELSE o.clock_out_longitude END::float8 AS longitude_before,
        CASE WHEN o.clock_out IS NULL THEN o.clock_in_accuracy_m ELSE o.clock_out_accuracy_m END AS accuracy_before
      FROM time_records o
      WHERE o.student_id = rec.student_id AND (o.clock_in, o.id) < (rec.clock_in, rec.id)
        AND o.clock_in > rec.clock_in - interval '7 days' AND o.status <> 'REJECTED'
      ORDER BY o.clock_in DESC, o.id DESC LIMIT 1) b ON true),
  found (id, code, evidence) AS (
    SELECT t.id, 'TOO_LONG', jsonb_build_object('hours', round(t.hours, 2), 'most', t.too_long_h)
    FROM t WHERE t.hours > t.too_long_h
    UNION ALL
    SELECT t.id, 'OUT_BEFORE_IN', jsonb_build_object('minutes',
      round(extract(epoch FROM t.clock_in - t.clock_out) / 60))
    FROM t WHERE t.clock_out <= t.clock_in
    UNION ALL
    SELECT t.id, 'FUTURE', jsonb_build_object('minutes',
      round(extract(epoch FROM greatest(t.clock_in - greatest(t.created_at, t.edited_at),
        t.clock_out - greatest(t.updated_at, t.created_at))) / 60))
    FROM t WHERE t.clock_in > greatest(t.created_at, t.edited_at) + interval '60 seconds'
      -- A clock-out that is written before it happens.
      OR t.clock_out > greatest(t.updated_at, t.created_at) + interval '60 seconds'
    UNION ALL
    SELECT t.id, 'HOURS_MISMATCH', jsonb_build_object('stated', t.total_hours, 'hours', round(t.hours, 2))
    FROM t WHERE abs(t.total_hours - round(t.hours, 2)) > 0.01 OR t.total_hours IS NOT NULL AND t.clock_out IS NULL
    UNION ALL
    SELECT t.id, 'OVERLAP', jsonb_build_object('minutes', ceil(max(o.ms) / 60000.0), 'records', count(*), 'with',
      min(o.id))
    FROM t
    CROSS JOIN LATERAL (
      SELECT o.id, extract(epoch FROM least(t.until, x.until) - greatest(t.clock_in, o.clock_in)) * 1000 AS ms
      FROM time_records o
      CROSS JOIN LATERAL (SELECT coalesce(o.clock_out,
        o.clock_in + make_interval(mins => (t.open_too_long_h * 60)::integer)) AS until) x
      WHERE o.student_id = t.student_id AND o.id <> t.id AND o.status <> 'REJECTED'
        AND o.clock_in < t.until AND o.clock_in > t.clock_in - interval '7 days' AND x.until > t.clock_in
          AND x.until > o.clock_in) o
    WHERE t.until > t.clock_in
    GROUP BY t.id
    UNION ALL
    SELECT t.id, 'GEO_' || worst.verdict, worst.evidence
    FROM t CROSS JOIN LATERAL (
      SELECT v.verdict, jsonb_strip_nulls(jsonb_build_object('punch', punch.name, 'distance_m',
        round(v.distance_m::numeric), 'radius_m', v.radius_m,
          'accuracy_m', round(punch.accuracy::numeric), 'location', v.location)) AS evidence
      FROM (VALUES ('in', t.clock_in, t.clock_in_source, t.clock_in_latitude, t.clock_in_longitude,
        t.clock_in_accuracy_m),
                   ('out', t.clock_out, t.clock_out_source, t.clock_out_latitude, t.clock_out_longitude,
                     t.clock_out_accuracy_m))
        AS punch (name, at, source, latitude, longitude, accuracy)
      CROSS JOIN LATERAL medstint.location_verdict(t.clinical_site_id, punch.latitude, punch.longitude,
        punch.accuracy) v
      -- A kiosk knows where it stands.
      WHERE punch.at IS NOT NULL AND v.verdict IN ('OUTSIDE', 'UNCERTAIN', 'POOR', 'NONE')
        AND NOT (v.verdict = 'NONE' AND coalesce(punch.source, 'WEB') = 'KIOSK')
        AND (v.verdict <> 'NONE' OR EXISTS (SELECT FROM clinical_site_locations l
          WHERE l.clinical_site_id = t.clinical_site_id AND l.is_active))
      ORDER BY array_position(ARRAY['OUTSIDE', 'UNCERTAIN', 'POOR', 'NONE'], v.verdict),
        v.distance_m DESC NULLS LAST LIMIT 1) worst
    UNION ALL
    -- What the accuracy leaves open is no distance; unknown is 100 m.
    SELECT t.id, 'IMPOSSIBLE_TRAVEL',
      jsonb_build_object('kmh', round(worst.kmh::numeric), 'km', round(worst.metres::numeric / 1000, 1), 'minutes',
        round((worst.s / 60)::numeric))
    FROM t CROSS JOIN LATERAL (
      SELECT leg.metres, leg.s, leg.metres / 1000 / (greatest(leg.s, 1) / 3600) AS kmh
      FROM (
        SELECT greatest(0, medstint.distance_m(t.latitude_before, t.longitude_before, t.clock_in_latitude::float8,
          t.clock_in_longitude::float8)
                 - least(coalesce(t.accuracy_before, 100), 100) - least(coalesce(t.clock_in_accuracy_m, 100),
                   100)) AS metres,
               extract(epoch FROM t.clock_in - t.at_before)::float8 AS s
        UNION ALL
        SELECT greatest(0, medstint.distance_m(t.clock_in_latitude::float8, t.clock_in_longitude::float8,
          t.clock_out_latitude::float8, t.clock_out_longitude::float8)
                 - least(coalesce(t.clock_in_accuracy_m, 100), 100) - least(coalesce(t.clock_out_accuracy_m, 100),
                   100)),
               extract(epoch FROM t.clock_out - t.clock_in)::float8) leg
      WHERE leg.s >= 0 AND leg.metres > 0
      ORDER BY kmh DESC LIMIT 1) worst
    WHERE worst.kmh > t.travel_kmh
    UNION ALL
    SELECT t.id, 'TOO_SHORT', jsonb_build_object('minutes', round(t.hours * 60, 1), 'least', t.too_short_min)
    FROM t WHERE t.clock_out > t.clock_in AND t.hours * 60 < t.too_short_min
    UNION ALL
    SELECT t.id, 'LATE_ENTRY', jsonb_build_object('days',
      floor(extract(epoch FROM t.created_at - coalesce(t.clock_out, t.clock_in)) / 86400), 'most', t.late_entry_d)
    FROM t WHERE extract(epoch FROM t.created_at - coalesce(t.clock_out, t.clock_in)) > t.late_entry_d * 86400
    UNION ALL
    SELECT t.id, 'OFF_HOURS', jsonb_build_object('time', to_char(t.clock_in AT TIME ZONE t.zone, 'HH24:MI'))
    FROM t WHERE (t.clock_in AT TIME ZONE t.zone)::time >= '23:00' OR (t.clock_in AT TIME ZONE t.zone)::time < '06:00'
    UNION ALL
    SELECT t.id, 'DAY_CAP', jsonb_build_object('hours', round(greatest(t.hours, day.hours), 2), 'most',
        CASE WHEN t.hours > t.at_once_cap_h THEN t.at_once_cap_h ELSE t.day_cap_h END, 'rule',
          CASE WHEN t.hours > t.at_once_cap_h THEN 'at once' ELSE 'day' END)
    FROM t CROSS JOIN LATERAL (
      SELECT sum(o.elapsed_ms) / 3600000.0 AS hours FROM time_records o
      WHERE o.student_id = t.student_id AND o.clock_in >= t.day AND (o.clock_in, o.id) <= (t.clock_in, t.id)
        AND o.status <> 'REJECTED' AND o.elapsed_ms > 0) day
    WHERE day.hours > t.day_cap_h AND t.hours > 0 OR t.hours > t.at_once_cap_h
    UNION ALL
    -- The week of the site's calendar, or so many days back, or the rotation so far.
    SELECT t.id, 'WEEK_CAP', jsonb_build_object('hours', round(week.hours, 2), 'most', t.week_cap_h, 'rule',
      CASE t.averaged_days WHEN 7 THEN 'week' ELSE 'average' END)
    FROM t
    CROSS JOIN LATERAL (SELECT CASE
        WHEN t.averaged_days = 7
          THEN medstint.first_instant(date_trunc('week', t.clock_in AT TIME ZONE t.zone), t.zone)
        WHEN t.averaged_days IS NOT NULL THEN
          medstint.day_start(medstint.day_of(t.clock_in, t.zone) - (t.averaged_days - 1), t.zone)
        ELSE medstint.day_start(medstint.day_of(t.start_date, t.zone), t.zone) END AS since) w
    CROSS JOIN LATERAL (
      SELECT sum(o.elapsed_ms) / 3600000.0 / CASE
          WHEN t.averaged_days IS NOT NULL THEN t.averaged_days / 7.0
          ELSE greatest(1, extract(epoch FROM t.next_day - w.since)::numeric / 604800) END AS hours
      FROM time_records o
      WHERE o.student_id = t.student_id AND o.clock_in >= w.since AND (o.clock_in, o.id) <= (t.clock_in, t.id)
        AND o.status <> 'REJECTED' AND o.elapsed_ms > 0
          AND (t.averaged_days IS NOT NULL OR o.rotation_id = t.rotation_id)) week
    WHERE week.hours > t.week_cap_h AND t.hours > 0
    UNION ALL
    SELECT t.id, 'WEEK_CAP', jsonb_build_object('days', month.days, 'most', 28 - t.free_days, 'rule', 'days')
    FROM t CROSS JOIN LATERAL (
      SELECT count(DISTINCT medstint.day_of(o.clock_in, t.zone)) AS days FROM time_records o
      WHERE o.student_id = t.student_id AND o.clock_in >= t.next_day - interval '28 days' AND o.clock_in < t.next_day
        AND o.status <> 'REJECTED') month
    WHERE t.free_days IS NOT NULL AND month.days > 28 - t.free_days
    UNION ALL
    -- Two records of one day are one duty.
    SELECT t.id, 'SHORT_REST', jsonb_build_object('hours', round(rest.hours, 2), 'least', rest.least)
    FROM t
    CROSS JOIN LATERAL (SELECT extract(epoch FROM t.clock_in - t.out_before) / 3600.0 AS hours,
        greatest(t.min_rest_h, CASE WHEN t.hours_before >= t.long_shift_h THEN t.rest_after_long_h END) AS least) rest
    WHERE t.out_before <= t.clock_in AND t.day_before < t.day AND rest.hours < rest.least
    UNION ALL
    SELECT t.id, 'OUTSIDE_ROTATION', jsonb_build_object('rule', CASE
        WHEN t.clock_in < t.start_date THEN 'before' WHEN t.clock_in >= t.end_date THEN
          'after' ELSE lower(t.rotation_status::text) END)
    FROM t WHERE t.clock_in < t.start_date OR t.clock_in >= t.end_date OR t.rotation_status <> 'ACTIVE'
    UNION ALL
    -- How many are approved by now is added when it is read (flags_by_now).
    SELECT t.id, 'OVER_REQUIRED', jsonb_build_object('most', t.required_hours)
    FROM t WHERE t.completed_hours >= t.required_hours AND t.required_hours > 0
    UNION ALL
    SELECT t.id, 'SAME_DEVICE',
      jsonb_build_object('students', count(DISTINCT near.student_id), 'seconds', min(near.s))
    FROM t
    CROSS
      JOIN LATERAL (VALUES (t.clock_in, t.clock_in_ip_address, t.clock_in_user_agent, t.clock_in_source,
      t.clock_in_is_edited),
                               (t.clock_out, t.clock_out_ip_address, t.clock_out_user_agent,
                                 coalesce(t.clock_out_source, 'WEB'), t.clock_out_is_edited))
      AS punch (at, address, device, source, is_edited)
    CROSS JOIN LATERAL (
      SELECT o.student_id, round(abs(extract(epoch FROM o.clock_in - punch.at))) AS s FROM time_records o
      WHERE o.clock_in_ip_address = punch.address AND o.clock_in_user_agent = punch.device
        AND o.clock_in_source <> 'KIOSK' AND o.clock_in_source <> 'MANUAL' AND NOT o.clock_in_is_edited
        AND o.school_id = t.school_id
        AND o.clock_in BETWEEN punch.at - make_interval(secs => t.same_device_s::float8)
          AND punch.at + make_interval(secs => t.same_device_s::float8)
        AND o.student_id <> t.student_id
      UNION ALL
      SELECT o.student_id, round(abs(extract(epoch FROM o.clock_out - punch.at))) FROM time_records o
      WHERE o.clock_out_ip_address = punch.address AND o.clock_out_user_agent = punch.device
        AND o.clock_out_source IS DISTINCT FROM 'KIOSK'
        AND o.clock_out_source IS DISTINCT FROM 'MANUAL' AND NOT o.clock_out_is_edited
        AND o.school_id = t.school_id
        AND o.clock_out BETWEEN punch.at - make_interval(secs => t.same_device_s::float8)
          AND punch.at + make_interval(secs => t.same_device_s::float8)
        AND o.student_id <> t.student_id) near
    -- A time that a person stated or changed is no punch at the device.
    WHERE punch.source IN ('WEB', 'MOBILE') AND NOT punch.is_edited
    GROUP BY t.id
    UNION ALL
    SELECT t.id, 'EDITED', '{}' FROM t WHERE t.edited_at IS NOT NULL
    UNION ALL
    SELECT t.id, 'OFFLINE', '{}' FROM t WHERE t.is_offline
    UNION ALL
    SELECT t.id, 'CLOCK_UNVERIFIED', '{}' FROM t WHERE t.clock_is_unverified
    UNION ALL
    -- Each record, also one that nothing was found of; whether it is open stands for evidence.
    SELECT t.id, NULL, to_jsonb(t.clock_out IS NULL) FROM t)
  SELECT found.id,
    coalesce(json_agg(json_build_object('code', code, 'evidence', evidence) ORDER BY medstint.flag_severity(code),
      code, evidence) FILTER (WHERE code IS NOT NULL)::text, '[]'),
    CASE WHEN bool_or(code IS NULL AND evidence = 'true') THEN
      0 ELSE coalesce(min(medstint.flag_severity(code)) FILTER (WHERE code IS NOT NULL), 3) END::smallint
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
  CROSS
    JOIN LATERAL (SELECT coalesce(jsonb_object_agg(e.key,
    e.value) FILTER (WHERE jsonb_typeof(e.value) IN ('number', 'string')
      AND e.value #>> '{}' ~ '^[0-9]{1,5}(\.[0-9]{1,4})?$'), '{}') AS set
    FROM jsonb_each(x.all_of_it) e) s
  LEFT
    JOIN medstint.duty_profiles d ON d.code
    = coalesce(program_profile, instead ->> 'duty_profile', p.duty_profile, 'CUSTOM');
END
$$;

-- Which other pending records have to be flagged again: those of the same students (they overlap,
-- rest, add up to a day or a week) and of people at the same device.
CREATE OR REPLACE FUNCTION medstint.neighbours(students text[], schools text[], addresses text[], devices text[],
  punches timestamptz[]) RETURNS SETOF text
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET enable_nestloop = on SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY
  SELECT t.id FROM public.time_records t WHERE t.student_id = ANY (students) AND t.status = 'PENDING'
  UNION
  SELECT t.id FROM unnest(schools, addresses, devices, punches) p (school, address, device, at)
  JOIN public.time_records t ON t.clock_in_ip_address = p.address AND t.clock_in_source <> 'KIOSK'
    AND t.clock_in_user_agent = p.device
    AND t.school_id = p.school AND t.clock_in BETWEEN p.at - interval '1 hour' AND p.at + interval '1 hour'
      AND t.status = 'PENDING'
  UNION
  SELECT t.id FROM unnest(schools, addresses, devices, punches) p (school, address, device, at)
  JOIN public.time_records t ON t.clock_out_ip_address = p.address AND t.clock_out_source IS DISTINCT
    FROM 'KIOSK' AND t.clock_out_user_agent = p.device
    AND t.school_id = p.school AND t.clock_out BETWEEN p.at - interval '1 hour' AND p.at + interval '1 hour'
      AND t.status = 'PENDING';
END
$$;

-- The flags that the record of a proposal would have with its times, which nobody else sees: the
-- times are written in a subtransaction, and taken back with it. For whoever proposed it; nothing
-- where the record has moved on.
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
