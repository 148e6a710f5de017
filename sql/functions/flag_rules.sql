-- The rules behind the flags of a time record, one function per subject, each with the evidence of
-- what it finds. medstint.flags_of joins them. The planner inlines them there, so they have no
-- settings and no rights of their own; flags_of has pinned the search path.

-- What the times of a record and the hours that were stated with them tell.
CREATE OR REPLACE FUNCTION medstint.time_flags(time_in timestamptz, time_out timestamptz, hours numeric,
    stated_hours numeric, in_written_at timestamptz, out_written_at timestamptz, too_long_h numeric,
    too_short_min numeric) RETURNS TABLE (code text, evidence jsonb)
  LANGUAGE sql STABLE AS $$
  SELECT 'TOO_LONG', jsonb_build_object('hours', round(hours, 2), 'most', too_long_h)
  WHERE hours > too_long_h
  UNION ALL
  SELECT 'TOO_SHORT', jsonb_build_object('minutes', round(hours * 60, 1), 'least', too_short_min)
  WHERE time_out > time_in AND hours * 60 < too_short_min
  UNION ALL
  SELECT 'OUT_BEFORE_IN', jsonb_build_object('minutes', round(extract(epoch FROM time_in - time_out) / 60))
  WHERE time_out <= time_in
  UNION ALL
  -- Also a clock-out that is written before it happens.
  SELECT 'FUTURE', jsonb_build_object('minutes',
    round(extract(epoch FROM greatest(time_in - in_written_at, time_out - out_written_at)) / 60))
  WHERE time_in > in_written_at + interval '60 seconds' OR time_out > out_written_at + interval '60 seconds'
  UNION ALL
  SELECT 'HOURS_MISMATCH', jsonb_build_object('stated', stated_hours, 'hours', round(hours, 2))
  WHERE abs(stated_hours - round(hours, 2)) > 0.01 OR stated_hours IS NOT NULL AND time_out IS NULL
$$;

-- What was unusual when a record came to be.
CREATE OR REPLACE FUNCTION medstint.entry_flags(local_time_in timestamp, left_at timestamptz, entered_at timestamptz,
    changed_at timestamptz, was_offline boolean, has_unverified_clock boolean, late_entry_d numeric)
  RETURNS TABLE (code text, evidence jsonb)
  LANGUAGE sql STABLE AS $$
  SELECT 'LATE_ENTRY', jsonb_build_object('days', floor(extract(epoch FROM entered_at - left_at) / 86400), 'most',
    late_entry_d)
  WHERE extract(epoch FROM entered_at - left_at) > late_entry_d * 86400
  UNION ALL
  SELECT 'OFF_HOURS', jsonb_build_object('time', to_char(local_time_in, 'HH24:MI'))
  WHERE local_time_in::time >= '23:00' OR local_time_in::time < '06:00'
  UNION ALL
  SELECT 'EDITED', '{}' WHERE changed_at IS NOT NULL
  UNION ALL
  SELECT 'OFFLINE', '{}' WHERE was_offline
  UNION ALL
  SELECT 'CLOCK_UNVERIFIED', '{}' WHERE has_unverified_clock
$$;

-- Other records of the student that share time with this one. An open one lasts at most
-- `open_too_long_h`.
CREATE OR REPLACE FUNCTION medstint.overlap_flag(record text, student text, time_in timestamptz, until timestamptz,
    open_too_long_h numeric) RETURNS TABLE (code text, evidence jsonb)
  LANGUAGE sql STABLE AS $$
  SELECT 'OVERLAP', jsonb_build_object('minutes', ceil(shared.ms / 60000.0), 'records', shared.records, 'with',
    shared.first)
  FROM (
    SELECT count(*) AS records, min(o.id) AS first,
      max(extract(epoch FROM least(overlap_flag.until, x.until) - greatest(time_in, o.clock_in)) * 1000) AS ms
    FROM public.time_records o
    CROSS JOIN LATERAL (
      SELECT coalesce(o.clock_out, o.clock_in + make_interval(mins => (open_too_long_h * 60)::integer)) AS until) x
    WHERE o.student_id = student AND o.id <> record AND o.status <> 'REJECTED'
      AND o.clock_in < overlap_flag.until AND o.clock_in > time_in - interval '7 days'
      AND x.until > time_in AND x.until > o.clock_in) shared
  WHERE overlap_flag.until > time_in AND shared.records > 0
$$;

-- The worse of both punches: outside the site's locations, perhaps outside, no accurate position,
-- no position. A kiosk knows where it stands.
CREATE OR REPLACE FUNCTION medstint.geofence_flag(site text, time_in timestamptz, source_in public.punch_source,
    latitude_in numeric, longitude_in numeric, accuracy_in real, time_out timestamptz, source_out public.punch_source,
    latitude_out numeric, longitude_out numeric, accuracy_out real) RETURNS TABLE (code text, evidence jsonb)
  LANGUAGE sql STABLE AS $$
  SELECT 'GEO_' || v.verdict, jsonb_strip_nulls(jsonb_build_object('punch', punch.name, 'distance_m',
    round(v.distance_m::numeric), 'radius_m', v.radius_m, 'accuracy_m', round(punch.accuracy::numeric), 'location',
    v.location))
  FROM (VALUES ('in', time_in, source_in, latitude_in, longitude_in, accuracy_in),
      ('out', time_out, source_out, latitude_out, longitude_out, accuracy_out))
    AS punch (name, at, source, latitude, longitude, accuracy)
  CROSS JOIN LATERAL medstint.location_verdict(site, punch.latitude, punch.longitude, punch.accuracy) v
  WHERE punch.at IS NOT NULL AND v.verdict IN ('OUTSIDE', 'UNCERTAIN', 'POOR', 'NONE')
    AND (v.verdict <> 'NONE' OR coalesce(punch.source, 'WEB') <> 'KIOSK' AND EXISTS (
      SELECT FROM public.clinical_site_locations l WHERE l.clinical_site_id = site AND l.is_active))
  ORDER BY array_position(ARRAY['OUTSIDE', 'UNCERTAIN', 'POOR', 'NONE'], v.verdict), v.distance_m DESC NULLS LAST
  LIMIT 1
$$;

-- The faster of two ways: from the punch before this record, and from its clock-in to its
-- clock-out. What the accuracy leaves open is no distance; unknown is 100 m.
CREATE OR REPLACE FUNCTION medstint.travel_flag(time_before timestamptz, latitude_before float8,
    longitude_before float8, accuracy_before real, time_in timestamptz, latitude_in float8, longitude_in float8,
    accuracy_in real, time_out timestamptz, latitude_out float8, longitude_out float8, accuracy_out real,
    travel_kmh numeric) RETURNS TABLE (code text, evidence jsonb)
  LANGUAGE sql STABLE AS $$
  SELECT 'IMPOSSIBLE_TRAVEL', jsonb_build_object('kmh', round(fastest.kmh::numeric), 'km',
    round(fastest.metres::numeric / 1000, 1), 'minutes', round((fastest.s / 60)::numeric))
  FROM (
    SELECT way.metres, way.s, way.metres / 1000 / (greatest(way.s, 1) / 3600) AS kmh
    -- Each row of a VALUES list would prepare the function again.
    FROM (
      SELECT medstint.distance_m(latitude_before, longitude_before, latitude_in, longitude_in)
          - least(coalesce(accuracy_before, 100), 100) - least(coalesce(accuracy_in, 100), 100) AS metres,
        extract(epoch FROM time_in - time_before)::float8 AS s
      UNION ALL
      SELECT medstint.distance_m(latitude_in, longitude_in, latitude_out, longitude_out)
          - least(coalesce(accuracy_in, 100), 100) - least(coalesce(accuracy_out, 100), 100),
        extract(epoch FROM time_out - time_in)::float8) way
    WHERE way.s >= 0 AND way.metres > 0
    ORDER BY kmh DESC LIMIT 1) fastest
  WHERE fastest.kmh > travel_kmh
$$;

-- More hours in a day than the profile allows, or at once.
CREATE OR REPLACE FUNCTION medstint.day_cap_flag(record text, student text, time_in timestamptz, day_start timestamptz,
    hours numeric, day_cap_h numeric, at_once_cap_h numeric) RETURNS TABLE (code text, evidence jsonb)
  LANGUAGE sql STABLE AS $$
  SELECT 'DAY_CAP', jsonb_build_object('hours', round(greatest(day_cap_flag.hours, day.hours), 2),
    'most', CASE WHEN day_cap_flag.hours > at_once_cap_h THEN at_once_cap_h ELSE day_cap_h END,
    'rule', CASE WHEN day_cap_flag.hours > at_once_cap_h THEN 'at once' ELSE 'day' END)
  FROM (
    SELECT sum(o.elapsed_ms) / 3600000.0 AS hours FROM public.time_records o
    WHERE o.student_id = student AND o.clock_in >= day_start AND (o.clock_in, o.id) <= (time_in, record)
      AND o.status <> 'REJECTED' AND o.elapsed_ms > 0) day
  WHERE day.hours > day_cap_h AND day_cap_flag.hours > 0 OR day_cap_flag.hours > at_once_cap_h
$$;

-- More hours than the profile allows in the week of the site's calendar, on average over so many
-- days back, or on average over the rotation so far.
CREATE OR REPLACE FUNCTION medstint.week_cap_flag(record text, student text, rotation text, time_in timestamptz,
    day_end timestamptz, zone text, rotation_start timestamptz, hours numeric, week_cap_h numeric,
    averaged_days integer) RETURNS TABLE (code text, evidence jsonb)
  LANGUAGE sql STABLE AS $$
  SELECT 'WEEK_CAP', jsonb_build_object('hours', round(week.hours, 2), 'most', week_cap_h, 'rule',
    CASE averaged_days WHEN 7 THEN 'week' ELSE 'average' END)
  FROM (
    SELECT CASE
      WHEN averaged_days = 7 THEN medstint.first_instant(date_trunc('week', time_in AT TIME ZONE zone), zone)
      WHEN averaged_days IS NOT NULL
        THEN medstint.day_start(medstint.day_of(time_in, zone) - (averaged_days - 1), zone)
      ELSE medstint.day_start(medstint.day_of(rotation_start, zone), zone) END AS since) span
  CROSS JOIN LATERAL (
    SELECT sum(o.elapsed_ms) / 3600000.0 / CASE
        WHEN averaged_days IS NOT NULL THEN averaged_days / 7.0
        ELSE greatest(1, extract(epoch FROM day_end - span.since)::numeric / 604800) END AS hours
    FROM public.time_records o
    WHERE o.student_id = student AND o.clock_in >= span.since AND (o.clock_in, o.id) <= (time_in, record)
      AND o.status <> 'REJECTED' AND o.elapsed_ms > 0
      AND (averaged_days IS NOT NULL OR o.rotation_id = rotation)) week
  WHERE week.hours > week_cap_h AND week_cap_flag.hours > 0
$$;

-- Fewer free days in four weeks than the profile asks for.
CREATE OR REPLACE FUNCTION medstint.free_days_flag(student text, day_end timestamptz, zone text, free_days integer)
  RETURNS TABLE (code text, evidence jsonb)
  LANGUAGE sql STABLE AS $$
  SELECT 'WEEK_CAP', jsonb_build_object('days', month.days, 'most', 28 - free_days, 'rule', 'days')
  FROM (
    SELECT count(DISTINCT medstint.day_of(o.clock_in, zone)) AS days FROM public.time_records o
    WHERE o.student_id = student AND o.clock_in >= day_end - interval '28 days' AND o.clock_in < day_end
      AND o.status <> 'REJECTED') month
  WHERE free_days IS NOT NULL AND month.days > 28 - free_days
$$;

-- Too little rest since the day before. Two records of one day are one duty.
CREATE OR REPLACE FUNCTION medstint.rest_flag(left_before timestamptz, day_before timestamptz, hours_before numeric,
    time_in timestamptz, day_start timestamptz, min_rest_h numeric, long_shift_h numeric, rest_after_long_h numeric)
  RETURNS TABLE (code text, evidence jsonb)
  LANGUAGE sql STABLE AS $$
  SELECT 'SHORT_REST', jsonb_build_object('hours', round(rest.hours, 2), 'least', rest.least)
  FROM (
    SELECT extract(epoch FROM time_in - left_before) / 3600.0 AS hours,
      greatest(min_rest_h, CASE WHEN hours_before >= long_shift_h THEN rest_after_long_h END) AS least) rest
  WHERE left_before <= time_in AND day_before < day_start AND rest.hours < rest.least
$$;

-- Outside the rotation, or beyond the hours that it requires. How many are approved by now is
-- added when the flag is read (flags_by_now).
CREATE OR REPLACE FUNCTION medstint.rotation_flags(time_in timestamptz, first_instant timestamptz,
    end_instant timestamptz, state public.rotation_status, required_h integer, completed_h integer)
  RETURNS TABLE (code text, evidence jsonb)
  LANGUAGE sql STABLE AS $$
  SELECT 'OUTSIDE_ROTATION', jsonb_build_object('rule', CASE
    WHEN time_in < first_instant THEN 'before'
    WHEN time_in >= end_instant THEN 'after'
    ELSE lower(state::text) END)
  WHERE time_in < first_instant OR time_in >= end_instant OR state <> 'ACTIVE'
  UNION ALL
  SELECT 'OVER_REQUIRED', jsonb_build_object('most', required_h)
  WHERE completed_h >= required_h AND required_h > 0
$$;

-- Other students who punched at the same device within seconds. A time that a person stated or
-- changed is no punch at a device, and everyone uses a kiosk.
CREATE OR REPLACE FUNCTION medstint.device_flag(school text, student text, time_in timestamptz, address_in text,
    device_in text, source_in public.punch_source, is_edited_in boolean, time_out timestamptz, address_out text,
    device_out text, source_out public.punch_source, is_edited_out boolean, same_device_s numeric)
  RETURNS TABLE (code text, evidence jsonb)
  LANGUAGE sql STABLE AS $$
  SELECT 'SAME_DEVICE', jsonb_build_object('students', others.students, 'seconds', others.nearest_s)
  FROM (
    SELECT count(DISTINCT near.student_id) AS students, min(near.s) AS nearest_s
    FROM (VALUES (time_in, address_in, device_in, source_in, is_edited_in),
        (time_out, address_out, device_out, coalesce(source_out, 'WEB'), is_edited_out))
      AS punch (at, address, device, source, is_edited)
    CROSS JOIN LATERAL (
      SELECT o.student_id, round(abs(extract(epoch FROM o.clock_in - punch.at))) AS s
      FROM public.time_records o
      WHERE o.clock_in_ip_address = punch.address AND o.clock_in_user_agent = punch.device
        AND o.clock_in_source <> 'KIOSK' AND o.clock_in_source <> 'MANUAL' AND NOT o.clock_in_is_edited
        AND o.school_id = school AND o.student_id <> student
        AND o.clock_in BETWEEN punch.at - make_interval(secs => same_device_s::float8)
          AND punch.at + make_interval(secs => same_device_s::float8)
      UNION ALL
      SELECT o.student_id, round(abs(extract(epoch FROM o.clock_out - punch.at)))
      FROM public.time_records o
      WHERE o.clock_out_ip_address = punch.address AND o.clock_out_user_agent = punch.device
        AND o.clock_out_source IS DISTINCT FROM 'KIOSK' AND o.clock_out_source IS DISTINCT FROM 'MANUAL'
        AND NOT o.clock_out_is_edited
        AND o.school_id = school AND o.student_id <> student
        AND o.clock_out BETWEEN punch.at - make_interval(secs => same_device_s::float8)
          AND punch.at + make_interval(secs => same_device_s::float8)) near
    WHERE punch.source IN ('WEB', 'MOBILE') AND NOT punch.is_edited) others
  WHERE others.students > 0
$$;
