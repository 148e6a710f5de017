-- Punches at a kiosk: live, and stored on the device while it was offline.
--
-- The database decides whether a punch is an in or an out, holding the student's turn, so that two
-- kiosks are one punch. It dates a stored punch by its own clock less the monotonic distance; after
-- a restart of the device from the anchor of that boot; and only without any from the wall clock,
-- which is flagged. Unmatched punches, and those that a rule refused, are quarantined and reported.
--
-- A batch of stored punches computes flags only with its last punch; it is marked in kiosk_acts,
-- which no client can write. Sending 10,000 punches takes about 80 s instead of 563, and others in
-- the school wait for one computation instead of fifty.

-- A punch, after its PIN was counted by begin_pin and committed. It is called again with the
-- student's answers until it is done or refused. Besides the answers of place_punch: refused,
-- locked (until), set_pin (the code was good), scan_again (a badge was read where a reason was
-- asked for).
CREATE OR REPLACE FUNCTION medstint.kiosk_punch(credential text, attempt text, key text, badge text,
    device_clock timestamptz, said jsonb) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  outcome medstint.pin_outcomes;
  answer jsonb;
  asked jsonb;
BEGIN
  SELECT coalesce(p.answer, medstint.punch_answer(p.time_record_id, p.direction, p.punched_at)) INTO answer
  FROM public.kiosk_punches p WHERE p.id = key AND p.kiosk_id = k.id;
  IF answer IS NOT NULL THEN
    RETURN answer;
  END IF;
  outcome := medstint.pin_outcome(k, attempt);
  IF outcome.user_id IS NULL THEN
    RETURN jsonb_strip_nulls(jsonb_build_object('status', outcome.status, 'until', outcome.locked_until));
  END IF;
  SELECT jsonb_build_object('name', coalesce(u.given_name || ' ' || left(u.family_name, 1) || '.', u.name)) INTO asked
  FROM public.users u WHERE u.id = outcome.user_id;
  IF outcome.status = 'code' AND NOT said ? 'pin' THEN
    RETURN asked || '{"status": "set_pin"}';
  ELSIF said ? 'reason' AND NOT medstint.is_reason(k.school_id, said ->> 'reason') THEN
    DELETE FROM medstint.pin_outcomes o WHERE o.id = attempt;
    RETURN '{"status": "scan_again"}';
  END IF;
  PERFORM medstint.hold_punches(ARRAY[outcome.user_id]);
  PERFORM medstint.begin_act(k.id, outcome.user_id);
  IF outcome.status = 'code' THEN
    PERFORM medstint.set_pin_of(outcome.user_id, said ->> 'pin');
    PERFORM medstint.write_event('pin.set', k.school_id, 'users', outcome.user_id, '{}', 'SET', 200);
    UPDATE medstint.pin_outcomes o SET status = 'ok' WHERE o.id = attempt;
  END IF;
  answer := medstint.place_punch(k, outcome.user_id, left(badge, 200), key, clock_timestamp(), device_clock,
    false, false, said);
  PERFORM medstint.end_act();
  IF answer ->> 'status' IN ('choose', 'meal', 'stale') THEN
    RETURN asked || answer;
  END IF;
  DELETE FROM medstint.pin_outcomes o WHERE o.id = attempt;
  RETURN answer;
END
$$;

-- Makes a punch an in or an out, or says what has to be answered first. `said` holds the student's
-- answers: rotation, meal_min, left_at, reason; and where a receiver locates the kiosk: latitude,
-- longitude, accuracy_m. The caller has entered the kiosk, begun the act and locked the student's
-- punches. Nobody waits for the answers to a stored punch.
CREATE OR REPLACE FUNCTION medstint.place_punch(k public.kiosks, student text, badge text, key text, at timestamptz,
  device_clock timestamptz, offline boolean, unverified boolean, said jsonb) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  punch public.kiosk_punches;
  held public.time_records;
  place record;
  answer jsonb;
BEGIN
  IF NOT medstint.may_punch(k.school_id, student) THEN
    RETURN '{"status": "not_a_student"}';
  END IF;
  punch.id := key;
  punch.school_id := k.school_id;
  punch.kiosk_id := k.id;
  punch.clinical_site_id := k.clinical_site_id;
  punch.badge := badge;
  punch.student_id := student;
  punch.punched_at := at;
  punch.device_clock := device_clock;
  punch.is_offline := offline;
  punch.clock_is_unverified := unverified;
  answer := medstint.repeat_punch(punch);
  IF answer IS NOT NULL THEN
    RETURN answer;
  END IF;

  SELECT t.* INTO held FROM public.time_records t
  WHERE t.student_id = student AND t.clock_out IS NULL AND t.status = 'PENDING' AND t.clock_in <= at
  ORDER BY t.clock_in DESC, t.id DESC LIMIT 1 FOR NO KEY UPDATE;
  -- Only what was kept can come too late.
  IF offline AND EXISTS (
      SELECT FROM public.time_records t WHERE t.student_id = student AND t.status <> 'REJECTED'
        AND t.id IS DISTINCT FROM held.id AND coalesce(t.clock_out, t.clock_in) > at) THEN
    RETURN '{"status": "out_of_order"}';
  END IF;
  place := medstint.kiosk_position(k, said);
  IF medstint.is_refused_there(k.clinical_site_id, place.latitude, place.longitude, place.accuracy) THEN
    RETURN '{"status": "outside"}';
  END IF;

  punch.possible_punchers := medstint.possible_punchers(k.id, student, at, offline);
  -- Also one of another site, where the student did not clock out.
  IF held.clinical_site_id <> k.clinical_site_id
    OR held.clock_in < at - (SELECT make_interval(mins => (l.open_too_long_h * 60)::integer)
      FROM medstint.thresholds(k.school_id) l) THEN
    IF NOT medstint.close_forgotten(k, punch, held, said) THEN
      RETURN jsonb_build_object('status', 'stale', 'since', held.clock_in);
    END IF;
    held := NULL;
  END IF;
  IF held.id IS NOT NULL THEN
    answer := medstint.punch_out(k, punch, held, place.latitude, place.longitude, place.accuracy, said);
  ELSE
    answer := medstint.punch_in(k, punch, place.latitude, place.longitude, place.accuracy, said ->> 'rotation');
  END IF;
  -- A question.
  IF NOT answer ? 'record' THEN
    RETURN answer;
  END IF;
  punch.status := 'RECORDED';
  punch.direction := answer ->> 'direction';
  punch.time_record_id := answer ->> 'record';
  IF NOT offline THEN
    punch.answer := medstint.punch_answer(punch.time_record_id, punch.direction, at);
  END IF;
  PERFORM medstint.keep_punch(punch);
  RETURN coalesce(punch.answer, jsonb_build_object('status', lower(punch.direction)));
END
$$;

-- Whether a person is a student of the school whose hours count.
CREATE OR REPLACE FUNCTION medstint.may_punch(school text, student text) RETURNS boolean
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM public.users u
    WHERE u.id = student AND u.school_id = school AND u.role = 'STUDENT' AND u.is_active
      AND (u.academic_status IS NULL OR u.academic_status NOT IN ('SUSPENDED', 'GRADUATED', 'WITHDRAWN')));
END
$$;

-- A second punch within a minute is the first one once more: it is kept, and gets its answer.
-- NULL if there was none before it.
CREATE OR REPLACE FUNCTION medstint.repeat_punch(punch public.kiosk_punches) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  last public.kiosk_punches;
BEGIN
  SELECT p.* INTO last FROM public.kiosk_punches p
  WHERE p.student_id = punch.student_id AND p.status = 'RECORDED'
    AND p.punched_at BETWEEN punch.punched_at - interval '60 seconds' AND punch.punched_at + interval '60 seconds'
  ORDER BY p.punched_at DESC LIMIT 1;
  IF last.id IS NULL THEN
    RETURN NULL;
  END IF;
  punch.status := 'REPEATED';
  punch.direction := last.direction;
  punch.time_record_id := last.time_record_id;
  punch.answer := coalesce(last.answer, medstint.punch_answer(last.time_record_id, last.direction, last.punched_at),
    jsonb_build_object('status', lower(last.direction))) || '{"repeated": true}';
  PERFORM medstint.keep_punch(punch);
  RETURN punch.answer;
END
$$;

-- Keeps a punch that became an in or an out, or repeats one.
CREATE OR REPLACE FUNCTION medstint.keep_punch(punch public.kiosk_punches) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.kiosk_punches (id, school_id, kiosk_id, clinical_site_id, badge, student_id, punched_at,
    device_clock, is_offline, clock_is_unverified, status, direction, time_record_id, answer)
  VALUES (punch.id, punch.school_id, punch.kiosk_id, punch.clinical_site_id, punch.badge, punch.student_id,
    punch.punched_at, punch.device_clock, punch.is_offline, punch.clock_is_unverified, punch.status, punch.direction,
    punch.time_record_id, punch.answer);
END
$$;

-- Where a kiosk is: what its receiver says, or else the location where it was set up.
CREATE OR REPLACE FUNCTION medstint.kiosk_position(k public.kiosks, said jsonb, OUT latitude numeric,
  OUT longitude numeric, OUT accuracy real)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  SELECT l.latitude, l.longitude INTO latitude, longitude
  FROM public.clinical_site_locations l WHERE l.id = k.location_id;
  IF said ? 'latitude' THEN
    accuracy := (said ->> 'accuracy_m')::real;
  ELSE
    accuracy := 0;
  END IF;
  latitude := coalesce((said ->> 'latitude')::numeric, latitude);
  longitude := coalesce((said ->> 'longitude')::numeric, longitude);
END
$$;

-- Whether the nearest location of a site is strict about punches from outside, and this is one.
CREATE OR REPLACE FUNCTION medstint.is_refused_there(site text, latitude numeric, longitude numeric, accuracy real)
  RETURNS boolean
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT
    FROM medstint.location_verdict(site, is_refused_there.latitude, is_refused_there.longitude, accuracy) v
    JOIN public.clinical_site_locations l ON l.clinical_site_id = site AND l.name = v.location
    WHERE v.verdict = 'OUTSIDE' AND l.is_strict);
END
$$;

-- Ends a record that was left open with what the student says; false until that is sensible.
CREATE OR REPLACE FUNCTION medstint.close_forgotten(k public.kiosks, punch public.kiosk_punches,
  held public.time_records, said jsonb) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  left_at constant timestamptz := (said ->> 'left_at')::timestamptz;
  reason constant text := btrim(coalesce(said ->> 'reason', ''));
BEGIN
  IF left_at IS NULL OR left_at <= held.clock_in OR left_at > punch.punched_at OR reason = '' THEN
    RETURN false;
  END IF;
  UPDATE public.time_records t
  SET possible_punchers = ARRAY(SELECT DISTINCT unnest(t.possible_punchers || punch.possible_punchers)),
    clock_out = left_at, clock_out_source = 'MANUAL', clock_out_ip_address = medstint.kiosk_address(),
    clock_out_user_agent = medstint.kiosk_device(k),
    notes = concat_ws(E'\n', nullif(t.notes, ''), 'Told at the kiosk: ' || left(reason, 500))
  WHERE t.id = held.id;
  RETURN true;
END
$$;

-- Ends an open record; asks about a meal first where the school's policy wants that.
CREATE OR REPLACE FUNCTION medstint.punch_out(k public.kiosks, punch public.kiosk_punches, held public.time_records,
  latitude numeric, longitude numeric, accuracy real, said jsonb) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT punch.is_offline AND NOT said ? 'meal_min' AND punch.punched_at - held.clock_in
      >= make_interval(mins => (medstint.meal_after_h(k.school_id) * 60)::integer) THEN
    RETURN jsonb_build_object('status', 'meal', 'since', held.clock_in);
  END IF;
  UPDATE public.time_records t
  SET possible_punchers = ARRAY(SELECT DISTINCT unnest(t.possible_punchers || punch.possible_punchers)),
    clock_out = punch.punched_at, clock_out_source = 'KIOSK', clock_out_latitude = latitude,
    clock_out_longitude = longitude, clock_out_accuracy_m = CASE WHEN latitude IS NOT NULL THEN accuracy END,
    clock_out_ip_address = medstint.kiosk_address(), clock_out_user_agent = medstint.kiosk_device(k),
    meal_break_min = (said ->> 'meal_min')::smallint, is_offline = t.is_offline OR punch.is_offline,
    clock_is_unverified = t.clock_is_unverified OR punch.clock_is_unverified
  WHERE t.id = held.id;
  RETURN jsonb_build_object('record', held.id, 'direction', 'OUT');
END
$$;

-- Begins a record in the student's rotation at the kiosk's site; asks which one where there are
-- several.
CREATE OR REPLACE FUNCTION medstint.punch_in(k public.kiosks, punch public.kiosk_punches, latitude numeric,
  longitude numeric, accuracy real, chosen text) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  at constant timestamptz := punch.punched_at;
  choice record;
  record_id text;
BEGIN
  SELECT array_agg(r.id) AS ids,
    jsonb_agg(jsonb_build_object('id', r.id, 'name', r.specialty) ORDER BY r.specialty, r.id) AS offers INTO choice
  FROM public.rotations r
  WHERE r.student_id = punch.student_id AND r.clinical_site_id = k.clinical_site_id AND r.status = 'ACTIVE'
    AND r.start_date <= at AND r.end_date > at AND r.id = coalesce(chosen, r.id);
  IF choice.ids IS NULL THEN
    RETURN jsonb_build_object('status', 'no_rotation', 'elsewhere',
      (SELECT string_agg(DISTINCT s.name, ', ') FROM public.rotations r
       JOIN public.clinical_sites s ON s.id = r.clinical_site_id
       WHERE r.student_id = punch.student_id AND r.status = 'ACTIVE' AND r.start_date <= at AND r.end_date > at));
  ELSIF cardinality(choice.ids) > 1 THEN
    RETURN jsonb_build_object('status', 'choose', 'offers', choice.offers);
  END IF;
  INSERT INTO public.time_records (student_id, rotation_id, clinical_site_id, clock_in, clock_in_source,
    clock_in_latitude, clock_in_longitude, clock_in_accuracy_m, clock_in_ip_address, clock_in_user_agent, is_offline,
    clock_is_unverified, possible_punchers)
  VALUES (punch.student_id, choice.ids[1], k.clinical_site_id, at, 'KIOSK', latitude, longitude,
    CASE WHEN latitude IS NOT NULL THEN accuracy END, medstint.kiosk_address(), medstint.kiosk_device(k),
    punch.is_offline, punch.clock_is_unverified, punch.possible_punchers)
  RETURNING id INTO record_id;
  RETURN jsonb_build_object('record', record_id, 'direction', 'IN');
END
$$;

-- How a punch at a kiosk stands in a record.
CREATE OR REPLACE FUNCTION medstint.kiosk_device(k public.kiosks) RETURNS text
  LANGUAGE sql IMMUTABLE AS $$ SELECT 'medstint-kiosk ' || k.name $$;
CREATE OR REPLACE FUNCTION medstint.kiosk_address() RETURNS text
  LANGUAGE sql STABLE AS $$ SELECT coalesce(host(inet_client_addr()), 'kiosk') $$;

-- What a kiosk shows of a punch.
CREATE OR REPLACE FUNCTION medstint.punch_answer(record text, direction text, at timestamptz) RETURNS jsonb
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT jsonb_build_object('status', lower(direction), 'at', at, 'name',
    coalesce(u.given_name || ' ' || left(u.family_name, 1) || '.', u.name),
    'site', s.name, 'rotation', r.specialty, 'required_h', r.required_hours,
    'open_since', CASE WHEN direction = 'OUT' THEN t.clock_in END,
    -- What lies within the day of the site, also of a shift that began the day before.
    'today_ms', (
      SELECT coalesce(sum(extract(epoch FROM least(o.clock_out, at) - greatest(o.clock_in, today.since)) * 1000),
        0)::bigint
      FROM public.time_records o
      WHERE o.student_id = t.student_id AND o.status <> 'REJECTED' AND o.clock_out > today.since AND o.clock_in < at),
    'rotation_ms', (
      SELECT coalesce(sum(o.elapsed_ms), 0) FROM public.time_records o
      WHERE o.rotation_id = t.rotation_id AND o.status <> 'REJECTED' AND o.elapsed_ms > 0))
  FROM public.time_records t
  JOIN public.users u ON u.id = t.student_id
  JOIN public.rotations r ON r.id = t.rotation_id
  JOIN public.clinical_sites s ON s.id = t.clinical_site_id
  CROSS JOIN LATERAL (
    SELECT medstint.day_start(medstint.day_of(at, s.time_zone), s.time_zone) AS since OFFSET 0) today
  WHERE t.id = record);
END
$$;

-- Punches that a kiosk stored, in their order: {key, badge, wall_ms, boot, monotonic_ms, anchor:
-- {server_ms, boot, monotonic_ms}, said}, all instants in milliseconds since 1970, UTC. Punches
-- that another kiosk of the school stored are quarantined as that kiosk's; those of another school
-- are refused.
CREATE OR REPLACE FUNCTION medstint.sync_punches(credential text, boot text, monotonic_ms bigint, punches jsonb)
  RETURNS TABLE (key text, outcome text)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  arrived constant timestamptz := clock_timestamp();
  students constant text[] := ARRAY(SELECT DISTINCT (medstint.person_at_door(k.school_id, left(x.badge, 200))).id
    FROM jsonb_to_recordset(punches) AS x (badge text));
  p record;
  whose public.kiosks;
  student text;
  at timestamptz;
  unverified boolean;
  said text;
BEGIN
  PERFORM medstint.hold_punches(students);
  -- All rows that may be written, in one order.
  PERFORM FROM public.time_records t
  WHERE t.student_id = ANY (students) AND t.clock_out IS NULL AND t.status = 'PENDING'
    ORDER BY t.id FOR NO KEY UPDATE;
  FOR p IN SELECT x.*, to_timestamp(x.wall_ms / 1000.0) AS device_clock,
      to_timestamp((x.anchor ->> 'server_ms')::bigint / 1000.0) AS anchored_at, x.anchor ->> 'boot' AS anchor_boot,
      (x.anchor ->> 'monotonic_ms')::bigint AS anchor_ms
    FROM ROWS FROM (jsonb_to_recordset(punches) AS (key text, kiosk text, badge text, wall_ms bigint, boot text,
        monotonic_ms bigint, anchor jsonb, said jsonb)) WITH ORDINALITY
      AS x (key, kiosk, badge, wall_ms, boot, monotonic_ms, anchor, said, n) ORDER BY x.n
  LOOP
    key := p.key;
    SELECT x.* INTO whose FROM public.kiosks x WHERE x.id = coalesce(p.kiosk, k.id) AND x.school_id = k.school_id;
    -- Of another school's kiosk: it stays where it is.
    IF whose.id IS NULL THEN
      CONTINUE;
    END IF;
    SELECT CASE e.status WHEN 'RECORDED' THEN 'recorded' WHEN 'REPEATED' THEN 'repeated' ELSE 'quarantined' END
    INTO outcome
    FROM public.kiosk_punches e WHERE e.id = p.key AND e.kiosk_id = whose.id;
    IF FOUND THEN
      RETURN NEXT;
      CONTINUE;
    END IF;
    unverified := false;
    IF p.boot = sync_punches.boot AND p.monotonic_ms <= sync_punches.monotonic_ms THEN
      at := arrived - (sync_punches.monotonic_ms - p.monotonic_ms) * interval '1 millisecond';
    ELSIF p.boot = p.anchor_boot
      AND p.anchored_at + (p.monotonic_ms - p.anchor_ms) * interval '1 millisecond' IS NOT NULL THEN
      -- Which may have been heard while the punch was asked for.
      at := p.anchored_at + (p.monotonic_ms - p.anchor_ms) * interval '1 millisecond';
    ELSE
      at := p.device_clock;
      unverified := true;
    END IF;
    student := (medstint.person_at_door(k.school_id, left(p.badge, 200))).id;
    PERFORM medstint.begin_act(k.id, student, true);
    BEGIN
      said := coalesce(CASE WHEN whose.id <> k.id THEN 'another_kiosk' WHEN student IS NULL THEN 'unknown_badge'
        WHEN at > arrived + interval '1 minute' THEN 'in_the_future'
        WHEN at < greatest(arrived - interval '60 days', k.enrolled_at) THEN 'too_old'
        ELSE medstint.place_punch(k, student, left(p.badge, 200), p.key, at, p.device_clock, true, unverified,
          coalesce(p.said, '{}')) ->> 'status' END, 'refused');
    EXCEPTION
      WHEN deadlock_detected OR lock_not_available OR serialization_failure OR insufficient_resources
        OR operator_intervention THEN RAISE;
      -- A rule refused it: an administrator resolves it.
      WHEN OTHERS THEN said := 'refused';
    END;
    IF said IN ('in', 'out') THEN
      SELECT lower(e.status) INTO outcome FROM public.kiosk_punches e WHERE e.id = p.key;
    ELSE
      PERFORM medstint.quarantine_punch(whose, student, left(p.badge, 200), p.key, greatest(at, '1970-01-01Z'),
        p.device_clock, unverified, said);
      outcome := 'quarantined';
    END IF;
    RETURN NEXT;
  END LOOP;
  PERFORM medstint.begin_act(k.id, NULL);
  SET CONSTRAINTS medstint.reflag_wanted IMMEDIATE;
  PERFORM medstint.end_act();
END
$$;

-- After how many hours a student who leaves is asked about a meal; never where the school's policy
-- does not say.
CREATE OR REPLACE FUNCTION medstint.meal_after_h(school text) RETURNS numeric
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT (x.value #>> '{}')::numeric FROM public.school_policies p,
    LATERAL (SELECT medstint.jsonb_or_empty(p.thresholds) -> 'meal_after_h' AS value) x
  WHERE p.school_id = school AND x.value #>> '{}' ~ '^[0-9]{1,2}([.][0-9]{1,2})?$'
$$;
