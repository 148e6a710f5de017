-- Why: what is odd about a time record is the same for everybody who looks, and
-- is found whoever wrote it. Flags are computed here, set-based, each with its
-- evidence, and kept with the record while it waits; a decided record keeps those
-- that it was decided with. What follows from the clock alone is derived when the
-- record is read. Source of the flags and of their defaults: rules of the field.

-- Advisory limits, as data. A threshold that the school set comes first; without
-- a limit there is no flag.
CREATE TABLE medstint.duty_profiles (
  code             text PRIMARY KEY,
  day_cap_h        numeric,
  -- One record alone.
  at_once_cap_h    numeric,
  week_cap_h       numeric,
  -- Over how many days the week's hours are averaged: 7 is the calendar week,
  -- none is the rotation so far.
  averaged_days    integer,
  min_rest_h       numeric,
  -- After so long a shift, so much rest.
  long_shift_h     numeric,
  rest_after_long_h numeric,
  -- In 28 days.
  free_days        integer
);
ALTER TABLE medstint.duty_profiles ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY duty_profiles_owner ON medstint.duty_profiles TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY duty_profiles_read ON medstint.duty_profiles FOR SELECT TO medstint_app, medstint_web USING (true);
GRANT SELECT ON medstint.duty_profiles TO medstint_app, medstint_web;
INSERT INTO medstint.duty_profiles VALUES
  ('CUSTOM', 12, NULL, 60, 7, 8, NULL, NULL, NULL),
  ('RADIOGRAPHY', 10, NULL, 40, 7, 8, NULL, NULL, NULL),
  ('MEDICAL_STUDENT', NULL, 28, 80, NULL, 8, NULL, NULL, NULL),
  ('ACGME_RESIDENT', NULL, 28, 80, 28, 8, 24, 14, 4);
ALTER TABLE school_policies DROP CONSTRAINT school_policies_duty_profile_known;
ALTER TABLE school_policies ADD CONSTRAINT school_policies_duty_profile_known FOREIGN KEY (duty_profile) REFERENCES medstint.duty_profiles (code);
-- A program may have another one than its school.
ALTER TABLE programs ADD COLUMN duty_profile text CONSTRAINT programs_duty_profile_known REFERENCES medstint.duty_profiles (code);
GRANT SELECT (duty_profile), INSERT (duty_profile), UPDATE (duty_profile) ON programs TO medstint_app;

-- What a client told as infinite is unknown.
ALTER TABLE time_records DISABLE TRIGGER USER;
UPDATE time_records SET clock_in_accuracy_m = CASE WHEN clock_in_accuracy_m < 'Infinity' THEN clock_in_accuracy_m END,
  clock_out_accuracy_m = CASE WHEN clock_out_accuracy_m < 'Infinity' THEN clock_out_accuracy_m END
WHERE NOT (coalesce(clock_in_accuracy_m, 0) < 'Infinity' AND coalesce(clock_out_accuracy_m, 0) < 'Infinity');
ALTER TABLE time_records ENABLE TRIGGER USER;

ALTER TABLE time_records
  -- How much the record wants a look: 0 hard (or open), 1 warn, 2 note, 3 clean.
  ADD COLUMN triage smallint NOT NULL DEFAULT 3 CONSTRAINT time_records_triage_known CHECK (triage BETWEEN 0 AND 3),
  -- When its times were last corrected after the fact.
  ADD COLUMN edited_at timestamptz(3),
  -- Who changed its times, or entered them for the student.
  ADD COLUMN editors text[] NOT NULL DEFAULT '{}',
  -- A kiosk without a connection kept one of the punches; its clock could not be anchored.
  ADD COLUMN is_offline boolean NOT NULL DEFAULT false,
  ADD COLUMN clock_is_unverified boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT time_records_accuracy_is_finite CHECK (clock_in_accuracy_m < 'Infinity' AND clock_out_accuracy_m < 'Infinity');
GRANT SELECT (triage, edited_at, editors, is_offline, clock_is_unverified) ON time_records TO medstint_app;
-- What a decision was made in view of.
ALTER TABLE time_record_decisions ADD COLUMN flags medstint.json_array NOT NULL DEFAULT '[]';
GRANT SELECT (flags) ON time_record_decisions TO medstint_app;

CREATE INDEX time_records_pending_by_triage ON time_records (school_id, triage, clock_in, id) INCLUDE (elapsed_ms) WHERE status = 'PENDING';
CREATE INDEX time_records_approved_by_triage ON time_records (school_id, triage, clock_in, id) WHERE status = 'APPROVED';
CREATE INDEX time_records_rejected_by_triage ON time_records (school_id, triage, clock_in, id) WHERE status = 'REJECTED';
-- Who is at work.
CREATE INDEX time_records_open_by_triage ON time_records (school_id, triage, clock_in, id) WHERE status = 'PENDING' AND clock_out IS NULL;
CREATE INDEX time_records_open_by_time ON time_records (school_id, clock_in, id) WHERE status = 'PENDING' AND clock_out IS NULL;
-- Two students at one device within a minute.
CREATE INDEX time_records_by_device_in ON time_records (clock_in_ip_address, clock_in) WHERE clock_in_ip_address IS NOT NULL AND clock_in_source <> 'KIOSK';
CREATE INDEX time_records_by_device_out ON time_records (clock_out_ip_address, clock_out) WHERE clock_out_ip_address IS NOT NULL AND clock_out_source IS DISTINCT FROM 'KIOSK';
-- What a location that moved is about.
CREATE INDEX time_records_pending_of_site ON time_records (clinical_site_id, id) WHERE status = 'PENDING';

-- Flags follow from the rest; the trail tells what they follow from.
CREATE OR REPLACE FUNCTION medstint.derived_columns() RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY['sort_name', 'elapsed_ms', 'created_at', 'updated_at', 'last_seen_at', 'expires_at', 'flags', 'triage', 'edited_at', 'editors']
$$;

CREATE OR REPLACE FUNCTION medstint.audit_time_record_update() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, x.school_id, x.action, 'time_records', x.id, x.changes,
         c.ip_address, c.user_agent, c.endpoint, TG_OP, 200, medstint.audit_severity(x.action)
  FROM (
    SELECT n.id, n.school_id,
      'time_record.' || CASE
        WHEN n.status <> o.status THEN CASE n.status WHEN 'PENDING' THEN 'undone' ELSE lower(n.status::text) END
        WHEN o.clock_out IS NULL AND n.clock_out IS NOT NULL THEN 'clocked_out'
        ELSE 'updated' END AS action,
      CASE
        -- A plain decision: only these columns can differ.
        WHEN n.status <> o.status THEN jsonb_strip_nulls(jsonb_build_object(
          'status', jsonb_build_object('old', o.status, 'new', n.status),
          'version', jsonb_build_object('old', o.version, 'new', n.version),
          'approved_by', jsonb_build_object('old', o.approved_by, 'new', n.approved_by),
          'approved_at', jsonb_build_object('old', o.approved_at, 'new', n.approved_at),
          'decision_kind', jsonb_build_object('old', o.decision_kind, 'new', n.decision_kind),
          'decision_reason_code', CASE WHEN o.decision_reason_code IS DISTINCT FROM n.decision_reason_code
            THEN jsonb_build_object('old', o.decision_reason_code, 'new', n.decision_reason_code) END,
          'decision_reason', CASE WHEN o.decision_reason IS DISTINCT FROM n.decision_reason
            THEN jsonb_build_object('old', o.decision_reason, 'new', n.decision_reason) END))::text
        ELSE medstint.audit_difference(to_jsonb(o), to_jsonb(n))
      END AS changes
    -- An update of nothing but flags is no event: they follow from what is one.
    FROM old_rows o JOIN new_rows n USING (id) WHERE o.flags = n.flags AND o.triage = n.triage) x, medstint.audit_context() c
  WHERE x.changes IS NOT NULL;
  RETURN NULL;
END
$$;

-- 0 hard, 1 warn, 2 note.
CREATE FUNCTION medstint.flag_severity(code text) RETURNS smallint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT (CASE
    WHEN code IN ('OPEN_TOO_LONG', 'TOO_LONG', 'OVERLAP', 'OUT_BEFORE_IN', 'FUTURE', 'HOURS_MISMATCH') THEN 0
    WHEN code IN ('GEO_OUTSIDE', 'IMPOSSIBLE_TRAVEL', 'LATE_ENTRY', 'DAY_CAP', 'WEEK_CAP', 'SHORT_REST', 'OUTSIDE_ROTATION', 'SAME_DEVICE', 'CLOCK_UNVERIFIED') THEN 1
    ELSE 2 END)::smallint
$$;
GRANT EXECUTE ON FUNCTION medstint.flag_severity(text) TO medstint_app, medstint_web;

-- JSON that is text may be more than jsonb can hold; a punch is not refused for it.
CREATE FUNCTION medstint.jsonb_or_empty(value text) RETURNS jsonb
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN coalesce(value::jsonb, '{}');
EXCEPTION WHEN OTHERS THEN
  RETURN '{}';
END
$$;

-- The thresholds in force in a school for a duty profile: what the school set, or
-- what the profile says, or the default. `instead` stands for the school's
-- policy: {"duty_profile": …, "thresholds": {…}}.
CREATE FUNCTION medstint.thresholds(school text, program_profile text DEFAULT NULL, instead jsonb DEFAULT NULL,
    OUT open_too_long_h numeric, OUT too_long_h numeric, OUT too_short_min numeric, OUT late_entry_d numeric, OUT aged_d numeric,
    OUT travel_kmh numeric, OUT same_device_s numeric, OUT day_cap_h numeric, OUT week_cap_h numeric, OUT min_rest_h numeric,
    OUT at_once_cap_h numeric, OUT averaged_days integer, OUT long_shift_h numeric, OUT rest_after_long_h numeric, OUT free_days integer, OUT missing_d numeric)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce((s.set ->> 'open_too_long_h')::numeric, 16), coalesce((s.set ->> 'too_long_h')::numeric, 16),
    coalesce((s.set ->> 'too_short_min')::numeric, 15), coalesce((s.set ->> 'late_entry_d')::numeric, 3),
    coalesce((s.set ->> 'aged_d')::numeric, 7), coalesce((s.set ->> 'travel_kmh')::numeric, 150),
    coalesce((s.set ->> 'same_device_s')::numeric, 60),
    coalesce((s.set ->> 'day_cap_h')::numeric, d.day_cap_h), coalesce((s.set ->> 'week_cap_h')::numeric, d.week_cap_h),
    coalesce((s.set ->> 'min_rest_h')::numeric, d.min_rest_h),
    d.at_once_cap_h, d.averaged_days, d.long_shift_h, d.rest_after_long_h, d.free_days, coalesce((s.set ->> 'missing_d')::numeric, 7)
  FROM (SELECT) AS once
  LEFT JOIN public.school_policies p ON p.school_id = school
  CROSS JOIN LATERAL (SELECT coalesce(instead -> 'thresholds', medstint.jsonb_or_empty(p.thresholds)) AS all_of_it) x
  -- What another program wrote there and is no sensible number counts as not set.
  CROSS JOIN LATERAL (SELECT coalesce(jsonb_object_agg(e.key, e.value) FILTER (WHERE jsonb_typeof(e.value) IN ('number', 'string')
      AND e.value #>> '{}' ~ '^[0-9]{1,5}(\.[0-9]{1,4})?$'), '{}') AS set
    FROM jsonb_each(x.all_of_it) e) s
  LEFT JOIN medstint.duty_profiles d ON d.code = coalesce(program_profile, instead ->> 'duty_profile', p.duty_profile, 'CUSTOM')
$$;

-- The flags of records and how much they want a look, apart from what follows
-- from the clock alone. An open record is taken to last as long as one may
-- (`open_too_long_h`), so that a forgotten clock-out spoils no later day. What
-- another record has to do with this one is found at most seven days before it:
-- longer ones are TOO_LONG themselves.
CREATE FUNCTION medstint.flags_of(records text[], instead jsonb DEFAULT NULL)
  RETURNS TABLE (id text, flags text, triage smallint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_nestloop = on SET jit = off AS $$
  WITH rec AS MATERIALIZED (
    SELECT t.*, s.time_zone AS zone, r.start_date, r.end_date, r.status AS rotation_status, r.required_hours, r.completed_hours,
      coalesce(u.duty_profile, '') AS profile
    FROM time_records t
    JOIN clinical_sites s ON s.id = t.clinical_site_id
    JOIN rotations r ON r.id = t.rotation_id
    LEFT JOIN LATERAL (SELECT p.duty_profile FROM users x JOIN programs p ON p.id = x.program_id WHERE x.id = t.student_id) u ON true
    WHERE t.id = ANY (records)),
  limits AS MATERIALIZED (
    SELECT k.school_id, k.profile, l.*
    FROM (SELECT DISTINCT rec.school_id, rec.profile FROM rec) k
    CROSS JOIN LATERAL medstint.thresholds(k.school_id, nullif(k.profile, ''), instead) l),
  t AS MATERIALIZED (
    SELECT rec.*, l.open_too_long_h, l.too_long_h, l.too_short_min, l.late_entry_d, l.travel_kmh, l.same_device_s, l.day_cap_h, l.week_cap_h,
      l.min_rest_h, l.at_once_cap_h, l.averaged_days, l.long_shift_h, l.rest_after_long_h, l.free_days,
      rec.elapsed_ms / 3600000.0 AS hours,
      -- The local day of the clock-in, whatever a client states.
      date_trunc('day', rec.clock_in, rec.zone) AS day,
      (date_trunc('day', rec.clock_in AT TIME ZONE rec.zone) + interval '1 day') AT TIME ZONE rec.zone AS next_day,
      coalesce(rec.clock_out, rec.clock_in + make_interval(mins => (l.open_too_long_h * 60)::integer)) AS until,
      b.out_before, b.hours_before, date_trunc('day', b.in_before, rec.zone) AS day_before, b.at_before, b.latitude_before, b.longitude_before, b.accuracy_before
    FROM rec JOIN limits l ON (l.school_id, l.profile) = (rec.school_id, rec.profile)
    -- The student's record before this one.
    LEFT JOIN LATERAL (
      SELECT o.clock_out AS out_before, o.elapsed_ms / 3600000.0 AS hours_before, o.clock_in AS in_before, coalesce(o.clock_out, o.clock_in) AS at_before,
        CASE WHEN o.clock_out IS NULL THEN o.clock_in_latitude ELSE o.clock_out_latitude END::float8 AS latitude_before,
        CASE WHEN o.clock_out IS NULL THEN o.clock_in_longitude ELSE o.clock_out_longitude END::float8 AS longitude_before,
        CASE WHEN o.clock_out IS NULL THEN o.clock_in_accuracy_m ELSE o.clock_out_accuracy_m END AS accuracy_before
      FROM time_records o
      WHERE o.student_id = rec.student_id AND (o.clock_in, o.id) < (rec.clock_in, rec.id) AND o.clock_in > rec.clock_in - interval '7 days' AND o.status <> 'REJECTED'
      ORDER BY o.clock_in DESC, o.id DESC LIMIT 1) b ON true),
  found (id, code, evidence) AS (
    SELECT t.id, 'TOO_LONG', jsonb_build_object('hours', round(t.hours, 2), 'most', t.too_long_h)
    FROM t WHERE t.hours > t.too_long_h
    UNION ALL
    SELECT t.id, 'OUT_BEFORE_IN', jsonb_build_object('minutes', round(extract(epoch FROM t.clock_in - t.clock_out) / 60))
    FROM t WHERE t.clock_out <= t.clock_in
    UNION ALL
    SELECT t.id, 'FUTURE', jsonb_build_object('minutes', round(extract(epoch FROM greatest(t.clock_in - greatest(t.created_at, t.edited_at), t.clock_out - greatest(t.updated_at, t.created_at))) / 60))
    FROM t WHERE t.clock_in > greatest(t.created_at, t.edited_at) + interval '60 seconds'
      -- A clock-out that is written before it happens.
      OR t.clock_out > greatest(t.updated_at, t.created_at) + interval '60 seconds'
    UNION ALL
    SELECT t.id, 'HOURS_MISMATCH', jsonb_build_object('stated', t.total_hours, 'hours', round(t.hours, 2))
    FROM t WHERE abs(t.total_hours - round(t.hours, 2)) > 0.01 OR t.total_hours IS NOT NULL AND t.clock_out IS NULL
    UNION ALL
    SELECT t.id, 'OVERLAP', jsonb_build_object('minutes', ceil(max(o.ms) / 60000.0), 'records', count(*), 'with', min(o.id))
    FROM t
    CROSS JOIN LATERAL (
      SELECT o.id, extract(epoch FROM least(t.until, x.until) - greatest(t.clock_in, o.clock_in)) * 1000 AS ms
      FROM time_records o
      CROSS JOIN LATERAL (SELECT coalesce(o.clock_out, o.clock_in + make_interval(mins => (t.open_too_long_h * 60)::integer)) AS until) x
      WHERE o.student_id = t.student_id AND o.id <> t.id AND o.status <> 'REJECTED'
        AND o.clock_in < t.until AND o.clock_in > t.clock_in - interval '7 days' AND x.until > t.clock_in AND x.until > o.clock_in) o
    WHERE t.until > t.clock_in
    GROUP BY t.id
    UNION ALL
    SELECT t.id, 'GEO_' || worst.verdict, worst.evidence
    FROM t CROSS JOIN LATERAL (
      SELECT v.verdict, jsonb_strip_nulls(jsonb_build_object('punch', punch.name, 'distance_m', round(v.distance_m::numeric), 'radius_m', v.radius_m,
          'accuracy_m', round(punch.accuracy::numeric), 'location', v.location)) AS evidence
      FROM (VALUES ('in', t.clock_in, t.clock_in_source, t.clock_in_latitude, t.clock_in_longitude, t.clock_in_accuracy_m),
                   ('out', t.clock_out, t.clock_out_source, t.clock_out_latitude, t.clock_out_longitude, t.clock_out_accuracy_m))
        AS punch (name, at, source, latitude, longitude, accuracy)
      CROSS JOIN LATERAL medstint.location_verdict(t.clinical_site_id, punch.latitude, punch.longitude, punch.accuracy) v
      -- A kiosk knows where it stands.
      WHERE punch.at IS NOT NULL AND v.verdict IN ('OUTSIDE', 'UNCERTAIN', 'POOR', 'NONE') AND NOT (v.verdict = 'NONE' AND coalesce(punch.source, 'WEB') = 'KIOSK')
        AND (v.verdict <> 'NONE' OR EXISTS (SELECT FROM clinical_site_locations l WHERE l.clinical_site_id = t.clinical_site_id AND l.is_active))
      ORDER BY array_position(ARRAY['OUTSIDE', 'UNCERTAIN', 'POOR', 'NONE'], v.verdict), v.distance_m DESC NULLS LAST LIMIT 1) worst
    UNION ALL
    -- What the accuracy leaves open is no distance; unknown is 100 m.
    SELECT t.id, 'IMPOSSIBLE_TRAVEL', jsonb_build_object('kmh', round(worst.kmh::numeric), 'km', round(worst.metres::numeric / 1000, 1), 'minutes', round((worst.s / 60)::numeric))
    FROM t CROSS JOIN LATERAL (
      SELECT leg.metres, leg.s, leg.metres / 1000 / (greatest(leg.s, 1) / 3600) AS kmh
      FROM (
        SELECT greatest(0, medstint.distance_m(t.latitude_before, t.longitude_before, t.clock_in_latitude::float8, t.clock_in_longitude::float8)
                 - least(coalesce(t.accuracy_before, 100), 100) - least(coalesce(t.clock_in_accuracy_m, 100), 100)) AS metres,
               extract(epoch FROM t.clock_in - t.at_before)::float8 AS s
        UNION ALL
        SELECT greatest(0, medstint.distance_m(t.clock_in_latitude::float8, t.clock_in_longitude::float8, t.clock_out_latitude::float8, t.clock_out_longitude::float8)
                 - least(coalesce(t.clock_in_accuracy_m, 100), 100) - least(coalesce(t.clock_out_accuracy_m, 100), 100)),
               extract(epoch FROM t.clock_out - t.clock_in)::float8) leg
      WHERE leg.s >= 0 AND leg.metres > 0
      ORDER BY kmh DESC LIMIT 1) worst
    WHERE worst.kmh > t.travel_kmh
    UNION ALL
    SELECT t.id, 'TOO_SHORT', jsonb_build_object('minutes', round(t.hours * 60, 1), 'least', t.too_short_min)
    FROM t WHERE t.clock_out > t.clock_in AND t.hours * 60 < t.too_short_min
    UNION ALL
    SELECT t.id, 'LATE_ENTRY', jsonb_build_object('days', floor(extract(epoch FROM t.created_at - coalesce(t.clock_out, t.clock_in)) / 86400), 'most', t.late_entry_d)
    FROM t WHERE extract(epoch FROM t.created_at - coalesce(t.clock_out, t.clock_in)) > t.late_entry_d * 86400
    UNION ALL
    SELECT t.id, 'OFF_HOURS', jsonb_build_object('time', to_char(t.clock_in AT TIME ZONE t.zone, 'HH24:MI'))
    FROM t WHERE (t.clock_in AT TIME ZONE t.zone)::time >= '23:00' OR (t.clock_in AT TIME ZONE t.zone)::time < '06:00'
    UNION ALL
    SELECT t.id, 'DAY_CAP', jsonb_build_object('hours', round(greatest(t.hours, day.hours), 2), 'most',
        CASE WHEN t.hours > t.at_once_cap_h THEN t.at_once_cap_h ELSE t.day_cap_h END, 'rule', CASE WHEN t.hours > t.at_once_cap_h THEN 'at once' ELSE 'day' END)
    FROM t CROSS JOIN LATERAL (
      SELECT sum(o.elapsed_ms) / 3600000.0 AS hours FROM time_records o
      WHERE o.student_id = t.student_id AND o.clock_in >= t.day AND (o.clock_in, o.id) <= (t.clock_in, t.id) AND o.status <> 'REJECTED' AND o.elapsed_ms > 0) day
    WHERE day.hours > t.day_cap_h AND t.hours > 0 OR t.hours > t.at_once_cap_h
    UNION ALL
    -- The week of the site's calendar, or so many days back, or the rotation so far.
    SELECT t.id, 'WEEK_CAP', jsonb_build_object('hours', round(week.hours, 2), 'most', t.week_cap_h, 'rule', CASE t.averaged_days WHEN 7 THEN 'week' ELSE 'average' END)
    FROM t
    CROSS JOIN LATERAL (SELECT CASE
        WHEN t.averaged_days = 7 THEN date_trunc('week', t.clock_in AT TIME ZONE t.zone) AT TIME ZONE t.zone
        WHEN t.averaged_days IS NOT NULL THEN (date_trunc('day', t.clock_in AT TIME ZONE t.zone) - make_interval(days => t.averaged_days - 1)) AT TIME ZONE t.zone
        ELSE date_trunc('day', t.start_date, t.zone) END AS since) w
    CROSS JOIN LATERAL (
      SELECT sum(o.elapsed_ms) / 3600000.0 / CASE
          WHEN t.averaged_days IS NOT NULL THEN t.averaged_days / 7.0
          ELSE greatest(1, extract(epoch FROM t.next_day - w.since)::numeric / 604800) END AS hours
      FROM time_records o
      WHERE o.student_id = t.student_id AND o.clock_in >= w.since AND (o.clock_in, o.id) <= (t.clock_in, t.id)
        AND o.status <> 'REJECTED' AND o.elapsed_ms > 0 AND (t.averaged_days IS NOT NULL OR o.rotation_id = t.rotation_id)) week
    WHERE week.hours > t.week_cap_h AND t.hours > 0
    UNION ALL
    SELECT t.id, 'WEEK_CAP', jsonb_build_object('days', month.days, 'most', 28 - t.free_days, 'rule', 'days')
    FROM t CROSS JOIN LATERAL (
      SELECT count(DISTINCT date_trunc('day', o.clock_in, t.zone)) AS days FROM time_records o
      WHERE o.student_id = t.student_id AND o.clock_in >= t.next_day - interval '28 days' AND o.clock_in < t.next_day AND o.status <> 'REJECTED') month
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
        WHEN t.clock_in < t.start_date THEN 'before' WHEN t.clock_in >= t.end_date THEN 'after' ELSE lower(t.rotation_status::text) END)
    FROM t WHERE t.clock_in < t.start_date OR t.clock_in >= t.end_date OR t.rotation_status <> 'ACTIVE'
    UNION ALL
    SELECT t.id, 'OVER_REQUIRED', jsonb_build_object('hours', t.completed_hours, 'most', t.required_hours)
    FROM t WHERE t.completed_hours >= t.required_hours AND t.required_hours > 0
    UNION ALL
    SELECT t.id, 'SAME_DEVICE', jsonb_build_object('students', count(DISTINCT near.student_id), 'seconds', min(near.s))
    FROM t
    CROSS JOIN LATERAL (VALUES (t.clock_in, t.clock_in_ip_address, t.clock_in_user_agent, t.clock_in_source),
                               (t.clock_out, t.clock_out_ip_address, t.clock_out_user_agent, coalesce(t.clock_out_source, 'WEB')))
      AS punch (at, address, device, source)
    CROSS JOIN LATERAL (
      SELECT o.student_id, round(abs(extract(epoch FROM o.clock_in - punch.at))) AS s FROM time_records o
      WHERE o.clock_in_ip_address = punch.address AND o.clock_in_user_agent = punch.device AND o.clock_in_source <> 'KIOSK' AND o.school_id = t.school_id
        AND o.clock_in BETWEEN punch.at - make_interval(secs => t.same_device_s::float8) AND punch.at + make_interval(secs => t.same_device_s::float8)
        AND o.student_id <> t.student_id
      UNION ALL
      SELECT o.student_id, round(abs(extract(epoch FROM o.clock_out - punch.at))) FROM time_records o
      WHERE o.clock_out_ip_address = punch.address AND o.clock_out_user_agent = punch.device AND o.clock_out_source IS DISTINCT FROM 'KIOSK' AND o.school_id = t.school_id
        AND o.clock_out BETWEEN punch.at - make_interval(secs => t.same_device_s::float8) AND punch.at + make_interval(secs => t.same_device_s::float8)
        AND o.student_id <> t.student_id) near
    WHERE punch.source <> 'KIOSK'
    GROUP BY t.id
    UNION ALL
    SELECT t.id, 'EDITED', '{}' FROM t WHERE t.edited_at IS NOT NULL
    UNION ALL
    SELECT t.id, 'OFFLINE', '{}' FROM t WHERE t.is_offline
    UNION ALL
    SELECT t.id, 'CLOCK_UNVERIFIED', '{}' FROM t WHERE t.clock_is_unverified)
  SELECT t.id, coalesce(f.flags, '[]'), CASE WHEN t.clock_out IS NULL THEN 0 ELSE coalesce(f.triage, 3) END::smallint
  FROM t LEFT JOIN (
    SELECT found.id, min(medstint.flag_severity(code))::smallint AS triage,
      json_agg(json_build_object('code', code, 'evidence', evidence) ORDER BY medstint.flag_severity(code), code, evidence)::text AS flags
    FROM found GROUP BY found.id) f ON f.id = t.id
$$;

-- One after the other in a school: who comes second sees what the first wrote. Taken
-- after one's own rows, before anything else is looked at, and kept to the end of
-- the transaction; whoever holds it waits for no row.
CREATE FUNCTION medstint.hold_flags(schools text[]) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('flags of ' || s, 0)) FROM (SELECT DISTINCT unnest(schools) AS s ORDER BY 1) x WHERE s IS NOT NULL
$$;

-- Brings the flags of pending records up to date. Rows that somebody else is just
-- writing are left to them: whoever writes evidence comes here next, and whoever
-- decides makes them records whose flags stay. So nobody waits for a row while
-- others wait for the flags. A record whose flags changed
-- has another version, so that nobody decides on what they did not see; not those
-- of the statement that is just writing them.
CREATE FUNCTION medstint.reflag(records text[], own text[] DEFAULT '{}') RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
  changed bigint;
BEGIN
  IF coalesce(cardinality(records), 0) = 0 THEN
    RETURN 0;
  END IF;
  PERFORM medstint.hold_flags(ARRAY(SELECT DISTINCT t.school_id FROM public.time_records t WHERE t.id = ANY (records)));
  UPDATE public.time_records t
  SET flags = f.flags, triage = f.triage, version = t.version + CASE WHEN o.id IS NULL THEN 1 ELSE 0 END
  FROM medstint.flags_of(ARRAY(SELECT x.id FROM public.time_records x WHERE x.id = ANY (records) AND x.status = 'PENDING' ORDER BY x.id FOR NO KEY UPDATE SKIP LOCKED)) f
  LEFT JOIN unnest(own) o (id) ON o.id = f.id
  WHERE t.id = f.id AND t.status = 'PENDING' AND (t.flags, t.triage) IS DISTINCT FROM (f.flags, f.triage);
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END
$$;

-- Flags are the database's: what a client writes there is not taken.
CREATE FUNCTION medstint.keep_flags() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT pg_has_role(current_user, (SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID), 'MEMBER') THEN
    NEW.flags := OLD.flags;
    NEW.triage := OLD.triage;
    NEW.edited_at := OLD.edited_at;
    NEW.editors := OLD.editors;
    -- When it was recorded, and that a kiosk was alone, is not taken back.
    NEW.created_at := OLD.created_at;
    NEW.is_offline := OLD.is_offline OR NEW.is_offline;
    NEW.clock_is_unverified := OLD.clock_is_unverified OR NEW.clock_is_unverified;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER a_flags_are_the_databases BEFORE UPDATE OF flags, triage, edited_at, editors, created_at, is_offline, clock_is_unverified ON time_records
  FOR EACH ROW EXECUTE FUNCTION medstint.keep_flags();
-- What a client tells as infinite is unknown; no punch is refused for it.
CREATE FUNCTION medstint.tame_accuracy() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.clock_in_accuracy_m := CASE WHEN NEW.clock_in_accuracy_m < 'Infinity' THEN NEW.clock_in_accuracy_m END;
  NEW.clock_out_accuracy_m := CASE WHEN NEW.clock_out_accuracy_m < 'Infinity' THEN NEW.clock_out_accuracy_m END;
  RETURN NEW;
END
$$;
CREATE TRIGGER a_accuracy_is_tame BEFORE INSERT OR UPDATE OF clock_in_accuracy_m, clock_out_accuracy_m ON time_records
  FOR EACH ROW EXECUTE FUNCTION medstint.tame_accuracy();
-- An update of nothing but flags is no step and no edit.
DROP TRIGGER b_check_time_record ON time_records;
CREATE TRIGGER b_check_time_record BEFORE UPDATE ON time_records
  FOR EACH ROW WHEN (OLD.flags = NEW.flags AND OLD.triage = NEW.triage) EXECUTE FUNCTION medstint.check_time_record();
CREATE TRIGGER b_check_new_time_record BEFORE INSERT ON time_records
  FOR EACH ROW EXECUTE FUNCTION medstint.check_time_record();
-- How a record began, and how it ended.
CREATE FUNCTION medstint.began(t public.time_records) RETURNS record
  LANGUAGE sql IMMUTABLE AS $$
  SELECT ROW (t.rotation_id, t.clinical_site_id, t.clock_in, t.clock_in_latitude, t.clock_in_longitude, t.clock_in_accuracy_m, t.clock_in_source, t.clock_in_ip_address, t.clock_in_user_agent)
$$;
CREATE FUNCTION medstint.ended(t public.time_records) RETURNS record
  LANGUAGE sql IMMUTABLE AS $$
  SELECT ROW (t.clock_out, t.clock_out_latitude, t.clock_out_longitude, t.clock_out_accuracy_m, t.clock_out_source, t.clock_out_ip_address, t.clock_out_user_agent)
$$;
-- Corrected after the fact: whatever a punch says, a clock-in, a clock-out that was there, and a clock-out
-- that is declared by somebody else or long afterwards.
CREATE FUNCTION medstint.note_edit() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor text;
BEGIN
  IF medstint.began(OLD) IS NOT DISTINCT FROM medstint.began(NEW)
     AND (OLD.clock_out IS NULL AND NEW.clock_out IS NULL OR medstint.ended(OLD) IS NOT DISTINCT FROM medstint.ended(NEW)) THEN
    RETURN NEW;
  END IF;
  actor := medstint.acting_user_id();
  IF medstint.began(OLD) IS NOT DISTINCT FROM medstint.began(NEW) AND OLD.clock_out IS NULL AND coalesce(actor, NEW.student_id) = NEW.student_id
     AND (NEW.is_offline OR NEW.clock_out > now() - interval '1 hour') THEN
    RETURN NEW;
  END IF;
  NEW.edited_at := now();
  IF actor IS NOT NULL AND actor <> ALL (NEW.editors) THEN
    NEW.editors := array_append(NEW.editors, actor);
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER c_note_edit BEFORE UPDATE ON time_records
  FOR EACH ROW WHEN (OLD.flags = NEW.flags AND OLD.triage = NEW.triage AND OLD.status = NEW.status)
  EXECUTE FUNCTION medstint.note_edit();
CREATE FUNCTION medstint.begin_flags() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor text := medstint.acting_user_id();
BEGIN
  -- Only the owner, who imports, says that it was recorded at another time.
  -- In here current_user is the owner.
  IF NOT pg_has_role(session_user, current_user, 'MEMBER') THEN
    NEW.created_at := now();
  END IF;
  NEW.editors := CASE WHEN actor <> NEW.student_id THEN ARRAY[actor] ELSE '{}' END;
  NEW.flags := '[]';
  NEW.triage := CASE WHEN NEW.clock_out IS NULL THEN 0 ELSE 3 END;
  NEW.edited_at := NULL;
  RETURN NEW;
END
$$;
CREATE TRIGGER c_begin_flags BEFORE INSERT ON time_records FOR EACH ROW EXECUTE FUNCTION medstint.begin_flags();

-- What else has to be looked at again: the students' other pending records (they
-- overlap, rest, add up to a day or a week) and whoever was at the device.
CREATE FUNCTION medstint.neighbours(students text[], schools text[], addresses text[], devices text[], punches timestamptz[]) RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.id FROM public.time_records t WHERE t.student_id = ANY (students) AND t.status = 'PENDING'
  UNION
  SELECT t.id FROM unnest(schools, addresses, devices, punches) p (school, address, device, at)
  JOIN public.time_records t ON t.clock_in_ip_address = p.address AND t.clock_in_source <> 'KIOSK' AND t.clock_in_user_agent = p.device
    AND t.school_id = p.school AND t.clock_in BETWEEN p.at - interval '1 hour' AND p.at + interval '1 hour' AND t.status = 'PENDING'
  UNION
  SELECT t.id FROM unnest(schools, addresses, devices, punches) p (school, address, device, at)
  JOIN public.time_records t ON t.clock_out_ip_address = p.address AND t.clock_out_source IS DISTINCT FROM 'KIOSK' AND t.clock_out_user_agent = p.device
    AND t.school_id = p.school AND t.clock_out BETWEEN p.at - interval '1 hour' AND p.at + interval '1 hour' AND t.status = 'PENDING'
$$;

CREATE FUNCTION medstint.flag_new_records() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
  own text[];
  students text[];
BEGIN
  PERFORM medstint.hold_flags(ARRAY(SELECT DISTINCT n.school_id FROM new_rows n));
  SELECT array_agg(n.id), array_agg(DISTINCT n.student_id) INTO own, students FROM new_rows n;
  PERFORM medstint.reflag(ARRAY(
    SELECT unnest(own) UNION
    SELECT medstint.neighbours(students, array_agg(n.school_id), array_agg(p.address), array_agg(p.device), array_agg(p.at))
    FROM new_rows n CROSS JOIN LATERAL (VALUES (n.clock_in_ip_address, n.clock_in_user_agent, n.clock_in), (n.clock_out_ip_address, n.clock_out_user_agent, n.clock_out)) p (address, device, at)
    WHERE p.address IS NOT NULL AND p.at IS NOT NULL), own);
  RETURN NULL;
END
$$;
CREATE TRIGGER bb_flag_new AFTER INSERT ON time_records REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_new_records();

-- An approval changes nobody's flags; a rejection and what takes it back do, and
-- whatever changes the evidence.
CREATE FUNCTION medstint.flag_changed_records() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
DECLARE
  own text[];
  moved record;
BEGIN
  -- Every pending row that was written: whoever computed flags meanwhile left it to
  -- us. Neighbours where the evidence changed.
  SELECT array_agg(n.id) FILTER (WHERE n.status = 'PENDING' AND o.flags = n.flags) AS own,
         array_agg(DISTINCT n.student_id) FILTER (WHERE x.is_moved) || array_agg(DISTINCT o.student_id) FILTER (WHERE x.is_moved) AS students,
         array_agg(DISTINCT n.school_id) FILTER (WHERE o.flags = n.flags) AS schools, array_agg(n.id) FILTER (WHERE x.is_moved) AS ids
  INTO moved
  FROM new_rows n JOIN old_rows o USING (id)
  CROSS JOIN LATERAL (SELECT coalesce(CASE
    WHEN n.status <> o.status THEN 'REJECTED' IN (o.status, n.status) OR n.status = 'PENDING'
    WHEN o.flags = n.flags THEN medstint.evidence(n) IS DISTINCT FROM medstint.evidence(o)
      OR (n.is_offline, n.clock_is_unverified, n.created_at, n.edited_at) IS DISTINCT FROM (o.is_offline, o.clock_is_unverified, o.created_at, o.edited_at) END, false) AS is_moved) x;
  IF moved.ids IS NULL AND moved.own IS NULL THEN
    RETURN NULL;
  END IF;
  own := coalesce(moved.own, '{}');
  PERFORM medstint.hold_flags(moved.schools);
  PERFORM medstint.reflag(ARRAY(
    SELECT unnest(own) UNION
    SELECT medstint.neighbours(moved.students, array_agg(r.school_id), array_agg(p.address), array_agg(p.device), array_agg(p.at))
    FROM (SELECT * FROM old_rows o WHERE o.id = ANY (moved.ids) UNION ALL SELECT * FROM new_rows n WHERE n.id = ANY (moved.ids)) r
    CROSS JOIN LATERAL (VALUES (r.clock_in_ip_address, r.clock_in_user_agent, r.clock_in), (r.clock_out_ip_address, r.clock_out_user_agent, r.clock_out)) p (address, device, at)
    WHERE p.address IS NOT NULL AND p.at IS NOT NULL), own);
  RETURN NULL;
END
$$;
-- After the hours, which lock rotations and people.
CREATE TRIGGER bb_flag_changed AFTER UPDATE ON time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_changed_records();

CREATE FUNCTION medstint.flag_after_delete() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
BEGIN
  PERFORM medstint.hold_flags(ARRAY(SELECT DISTINCT o.school_id FROM old_rows o));
  PERFORM medstint.reflag(ARRAY(
    SELECT medstint.neighbours(array_agg(DISTINCT o.student_id), array_agg(o.school_id), array_agg(p.address), array_agg(p.device), array_agg(p.at))
    FROM old_rows o CROSS JOIN LATERAL (VALUES (o.clock_in_ip_address, o.clock_in_user_agent, o.clock_in), (o.clock_out_ip_address, o.clock_out_user_agent, o.clock_out)) p (address, device, at)));
  RETURN NULL;
END
$$;
CREATE TRIGGER bb_flag_after_delete AFTER DELETE ON time_records REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_after_delete();

-- What the flags rest on besides the records: the site's locations and zone, the
-- rotation, the policy, the program and its profile.
CREATE FUNCTION medstint.flag_sites() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
  sites text[];
BEGIN
  IF TG_OP = 'DELETE' THEN
    SELECT array_agg(DISTINCT clinical_site_id) INTO sites FROM old_rows;
  ELSIF TG_OP = 'INSERT' THEN
    SELECT array_agg(DISTINCT clinical_site_id) INTO sites FROM new_rows;
  ELSE
    SELECT array_agg(DISTINCT n.clinical_site_id) || array_agg(DISTINCT o.clinical_site_id) INTO sites FROM new_rows n JOIN old_rows o USING (id)
    WHERE (n.clinical_site_id, n.latitude, n.longitude, n.radius_m, n.is_active, n.name)
      IS DISTINCT FROM (o.clinical_site_id, o.latitude, o.longitude, o.radius_m, o.is_active, o.name);
  END IF;
  PERFORM medstint.hold_flags(ARRAY(SELECT DISTINCT s.school_id FROM public.clinical_sites s WHERE s.id = ANY (sites)));
  PERFORM medstint.reflag(ARRAY(SELECT t.id FROM public.time_records t WHERE t.clinical_site_id = ANY (sites) AND t.status = 'PENDING'));
  RETURN NULL;
END
$$;
CREATE TRIGGER f_flag_insert AFTER INSERT ON clinical_site_locations REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_sites();
CREATE TRIGGER f_flag_update AFTER UPDATE ON clinical_site_locations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_sites();
CREATE TRIGGER f_flag_delete AFTER DELETE ON clinical_site_locations REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_sites();

CREATE FUNCTION medstint.flag_rotations() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
  rotations text[];
BEGIN
  SELECT array_agg(n.id) INTO rotations FROM new_rows n JOIN old_rows o USING (id)
  WHERE (n.start_date, n.end_date, n.status, n.required_hours, n.completed_hours >= n.required_hours)
    IS DISTINCT FROM (o.start_date, o.end_date, o.status, o.required_hours, o.completed_hours >= o.required_hours);
  IF rotations IS NOT NULL THEN
    PERFORM medstint.hold_flags(ARRAY(SELECT DISTINCT n.school_id FROM new_rows n));
    PERFORM medstint.reflag(ARRAY(SELECT t.id FROM public.time_records t WHERE t.rotation_id = ANY (rotations) AND t.status = 'PENDING'));
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER f_flag_update AFTER UPDATE ON rotations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_rotations();

-- Argument: which of the row's columns, time_records' own, tells the records.
CREATE FUNCTION medstint.flag_pending_of() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
BEGIN
  PERFORM medstint.hold_flags(ARRAY[coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> 'school_id']);
  PERFORM medstint.reflag(CASE TG_TABLE_NAME
    WHEN 'clinical_sites' THEN ARRAY(SELECT t.id FROM public.time_records t WHERE t.clinical_site_id = to_jsonb(NEW) ->> 'id' AND t.status = 'PENDING')
    WHEN 'users' THEN ARRAY(SELECT t.id FROM public.time_records t WHERE t.student_id = to_jsonb(NEW) ->> 'id' AND t.status = 'PENDING')
    WHEN 'programs' THEN ARRAY(SELECT t.id FROM public.users u JOIN public.time_records t ON t.student_id = u.id AND t.status = 'PENDING'
                               WHERE u.program_id = to_jsonb(NEW) ->> 'id')
    ELSE ARRAY(SELECT t.id FROM public.time_records t WHERE t.school_id = coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> 'school_id' AND t.status = 'PENDING') END);
  RETURN NULL;
END
$$;
CREATE TRIGGER f_flag_zone AFTER UPDATE OF time_zone ON clinical_sites
  FOR EACH ROW WHEN (OLD.time_zone <> NEW.time_zone) EXECUTE FUNCTION medstint.flag_pending_of();
CREATE TRIGGER f_flag_program AFTER UPDATE OF program_id ON users
  FOR EACH ROW WHEN (OLD.program_id IS DISTINCT FROM NEW.program_id) EXECUTE FUNCTION medstint.flag_pending_of();
CREATE TRIGGER f_flag_profile AFTER UPDATE OF duty_profile ON programs
  FOR EACH ROW WHEN (OLD.duty_profile IS DISTINCT FROM NEW.duty_profile) EXECUTE FUNCTION medstint.flag_pending_of();
CREATE TRIGGER f_flag_policy_insert AFTER INSERT ON school_policies FOR EACH ROW EXECUTE FUNCTION medstint.flag_pending_of();
CREATE TRIGGER f_flag_policy_delete AFTER DELETE ON school_policies FOR EACH ROW EXECUTE FUNCTION medstint.flag_pending_of();
CREATE TRIGGER f_flag_policy_update AFTER UPDATE OF thresholds, duty_profile ON school_policies
  FOR EACH ROW WHEN ((OLD.thresholds, OLD.duty_profile) IS DISTINCT FROM (NEW.thresholds, NEW.duty_profile)) EXECUTE FUNCTION medstint.flag_pending_of();

-- What follows from the clock, for a pending record as it is read: flags as
-- JSON. Limits are the school's.
CREATE FUNCTION medstint.flags_by_now(flags text, status public.time_record_status, clock_in timestamptz, clock_out timestamptz, open_too_long_h numeric, aged_d numeric)
  RETURNS jsonb
  LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN status <> 'PENDING' THEN flags::jsonb ELSE
    CASE WHEN clock_out IS NULL AND clock_in < now() - make_interval(mins => (open_too_long_h * 60)::integer)
      THEN jsonb_build_array(jsonb_build_object('code', 'OPEN_TOO_LONG', 'evidence',
        jsonb_build_object('hours', floor(extract(epoch FROM now() - clock_in) / 3600), 'most', open_too_long_h))) ELSE '[]' END
    || flags::jsonb
    || CASE WHEN clock_in < now() - make_interval(mins => (aged_d * 1440)::integer)
      THEN jsonb_build_array(jsonb_build_object('code', 'AGED', 'evidence',
        jsonb_build_object('days', floor(extract(epoch FROM now() - clock_in) / 86400), 'most', aged_d))) ELSE '[]' END END
$$;
GRANT EXECUTE ON FUNCTION medstint.flags_by_now(text, public.time_record_status, timestamptz, timestamptz, numeric, numeric) TO medstint_app, medstint_web;

-- Before which instant a clock-in without a clock-out is too long ago, and one
-- that still waits is aged, in the school of the session.
CREATE FUNCTION medstint.clock_limits(OUT open_too_long_h numeric, OUT aged_d numeric, OUT open_since timestamptz, OUT aged_since timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.open_too_long_h, t.aged_d, now() - make_interval(mins => (t.open_too_long_h * 60)::integer), now() - make_interval(mins => (t.aged_d * 1440)::integer)
  FROM medstint.thresholds(medstint.current_school_id()) t
$$;
GRANT EXECUTE ON FUNCTION medstint.clock_limits() TO medstint_app;

-- What waits already.
SELECT medstint.reflag(x.waiting, x.waiting) FROM (SELECT array_agg(id) AS waiting FROM time_records WHERE status = 'PENDING') x;
