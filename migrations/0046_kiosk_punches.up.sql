-- Why: a punch at a door is one question and one answer. The kiosk says who, with a
-- key of its own that makes it one punch however often it is sent; the database
-- knows whether it is an in or an out. A punch that was kept without a connection is
-- dated here, by this clock and the distance on the device's monotonic one, and
-- what does not fit is kept for somebody to look at, never dropped.

ALTER TABLE time_records ADD COLUMN meal_break_min smallint
  -- What the student told when asked; hours are never lessened by it.
  CONSTRAINT time_records_meal_break_plausible CHECK (meal_break_min BETWEEN 0 AND 240);
GRANT SELECT (meal_break_min) ON time_records TO medstint_app;

CREATE TABLE kiosk_punches (
  -- Made by the kiosk, once for each punch.
  id                  text PRIMARY KEY CONSTRAINT kiosk_punches_key_sensible CHECK (length(id) BETWEEN 16 AND 64),
  school_id           text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  kiosk_id            text NOT NULL REFERENCES kiosks (id) ON DELETE RESTRICT,
  clinical_site_id    text NOT NULL REFERENCES clinical_sites (id) ON DELETE RESTRICT,
  -- What was scanned or typed.
  badge               text NOT NULL,
  student_id          text REFERENCES users (id) ON DELETE RESTRICT,
  punched_at          timestamptz(3) NOT NULL,
  -- What the device's own clock said.
  device_clock        timestamptz(3) NOT NULL,
  received_at         timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  is_offline          boolean NOT NULL,
  clock_is_unverified boolean NOT NULL,
  status              text NOT NULL CONSTRAINT kiosk_punches_status_known CHECK (status IN ('RECORDED', 'REPEATED', 'QUARANTINED', 'RESOLVED', 'DISCARDED')),
  problem             text,
  direction           text CONSTRAINT kiosk_punches_direction_known CHECK (direction IN ('IN', 'OUT')),
  time_record_id      text REFERENCES time_records (id) ON DELETE SET NULL,
  -- What the door showed.
  answer              jsonb,
  settled_by          text REFERENCES users (id) ON DELETE RESTRICT,
  settled_at          timestamptz(3),
  reason              text,
  CONSTRAINT kiosk_punches_problem_when_kept CHECK ((problem IS NOT NULL) = (status IN ('QUARANTINED', 'RESOLVED', 'DISCARDED'))),
  CONSTRAINT kiosk_punches_settled_is_whole CHECK ((settled_by IS NOT NULL) = (status IN ('RESOLVED', 'DISCARDED'))
    AND (settled_by IS NULL) = (settled_at IS NULL) AND (settled_by IS NULL OR btrim(coalesce(reason, '')) <> ''))
);
CREATE INDEX kiosk_punches_of_student ON kiosk_punches (student_id, punched_at) WHERE status = 'RECORDED';
CREATE INDEX kiosk_punches_quarantined ON kiosk_punches (school_id, received_at, id) WHERE status = 'QUARANTINED';
CREATE INDEX kiosk_punches_settled ON kiosk_punches (school_id, received_at, id) WHERE status IN ('RESOLVED', 'DISCARDED');
CALL medstint.secure_table('kiosk_punches', 'school_id = (SELECT medstint.current_school_id())');
CREATE POLICY kiosk_punches_read ON kiosk_punches FOR SELECT TO medstint_app USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')));
GRANT SELECT ON kiosk_punches TO medstint_app, medstint_web;

INSERT INTO medstint.audit_event_types (code, name, severity, meaning) VALUES
  ('KI-0612', 'kiosk_punch.quarantined', 'MEDIUM', 'A punch that a kiosk had kept fits nothing: somebody looks at it'),
  ('KI-0613', 'kiosk_punch.resolved', 'MEDIUM', 'A quarantined punch became a part of a time record'),
  ('KI-0614', 'kiosk_punch.discarded', 'MEDIUM', 'A quarantined punch was set aside, with a reason');
INSERT INTO notification_templates (id, school_id, type, title, message, category, priority) VALUES
  ('platform-punch-quarantined', NULL, 'PUNCH_QUARANTINED', 'Punches fit nothing', 'From {kiosk}, {date}: open :quarantine to look at them.', 'TIME', 'HIGH');

-- After how many hours a student who leaves is asked about a meal; never where the
-- school's policy does not say.
CREATE FUNCTION medstint.meal_after_h(school text) RETURNS numeric
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT (x.value #>> '{}')::numeric FROM public.school_policies p, LATERAL (SELECT medstint.jsonb_or_empty(p.thresholds) -> 'meal_after_h' AS value) x
  WHERE p.school_id = school AND x.value #>> '{}' ~ '^[0-9]{1,2}(\.[0-9]{1,2})?$'
$$;

-- A clock-out that is declared and not punched is an edit, also of a record that a
-- kiosk had kept.
CREATE OR REPLACE FUNCTION medstint.note_edit() RETURNS trigger
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
     AND NOT (NEW.clock_in_source = 'KIOSK' AND NEW.clock_out_source IS NOT DISTINCT FROM 'MANUAL')
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

-- What the door shows of a punch.
CREATE FUNCTION medstint.punch_answer(record text, direction text, at timestamptz) RETURNS jsonb
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('status', lower(direction), 'at', at, 'name', coalesce(u.given_name || ' ' || left(u.family_name, 1) || '.', u.name),
    'site', s.name, 'rotation', r.specialty, 'required_h', r.required_hours, 'open_since', CASE WHEN direction = 'OUT' THEN t.clock_in END,
    -- What lies within the day of the site, also of a shift that began the day before.
    'today_ms', (SELECT coalesce(sum(extract(epoch FROM least(o.clock_out, at) - greatest(o.clock_in, date_trunc('day', at, s.time_zone))) * 1000), 0)::bigint
      FROM public.time_records o WHERE o.student_id = t.student_id AND o.status <> 'REJECTED' AND o.clock_out > date_trunc('day', at, s.time_zone) AND o.clock_in < at),
    'rotation_ms', (SELECT coalesce(sum(o.elapsed_ms), 0) FROM public.time_records o WHERE o.rotation_id = t.rotation_id AND o.status <> 'REJECTED' AND o.elapsed_ms > 0))
  FROM public.time_records t JOIN public.users u ON u.id = t.student_id JOIN public.rotations r ON r.id = t.rotation_id
  JOIN public.clinical_sites s ON s.id = t.clinical_site_id WHERE t.id = record
$$;

-- One after the other: two kiosks, or one twice, are one punch.
CREATE FUNCTION medstint.hold_punches(students text[]) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('punches of ' || s, 0)) FROM (SELECT DISTINCT unnest(students) AS s ORDER BY 1) x WHERE s IS NOT NULL
$$;

-- Makes a punch an in or an out, or says what has to be known first. `said` is what
-- the student answered so far: rotation, meal_min, left_at, reason; and where a
-- receiver says the kiosk is: latitude, longitude, accuracy_m. Whoever calls this
-- has entered the kiosk, begun the act and holds the student's punches. Answers:
--   in, out                    done, with what the door shows; `repeated` within a minute
--   choose, meal, stale        a question: which rotation, which meal, when they left
--   no_rotation, outside, not_a_student   a refusal
CREATE FUNCTION medstint.place_punch(k public.kiosks, student text, badge text, key text, at timestamptz, device_clock timestamptz,
    offline boolean, unverified boolean, said jsonb) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  device constant text := 'medstint-kiosk ' || k.name;
  address constant text := coalesce(host(inet_client_addr()), 'kiosk');
  who public.users;
  last public.kiosk_punches;
  held public.time_records;
  place record;
  choice record;
  answer jsonb;
  record_id text;
  left_at timestamptz;
BEGIN
  SELECT u.* INTO who FROM public.users u WHERE u.id = student AND u.school_id = k.school_id;
  IF who.id IS NULL OR who.role <> 'STUDENT' OR NOT who.is_active OR who.academic_status IN ('SUSPENDED', 'GRADUATED', 'WITHDRAWN') THEN
    RETURN jsonb_build_object('status', 'not_a_student');
  END IF;

  SELECT p.* INTO last FROM public.kiosk_punches p
  WHERE p.student_id = student AND p.status = 'RECORDED' AND p.punched_at BETWEEN at - interval '60 seconds' AND at + interval '60 seconds'
  ORDER BY p.punched_at DESC LIMIT 1;
  IF last.id IS NOT NULL THEN
    INSERT INTO public.kiosk_punches (id, school_id, kiosk_id, clinical_site_id, badge, student_id, punched_at, device_clock, is_offline, clock_is_unverified,
      status, direction, time_record_id, answer)
    VALUES (key, k.school_id, k.id, k.clinical_site_id, badge, student, at, device_clock, offline, unverified,
      'REPEATED', last.direction, last.time_record_id, last.answer || '{"repeated": true}');
    RETURN last.answer || '{"repeated": true}';
  END IF;

  SELECT t.* INTO held FROM public.time_records t
  WHERE t.student_id = student AND t.clock_out IS NULL AND t.status = 'PENDING' AND t.clock_in <= at
  ORDER BY t.clock_in DESC, t.id DESC LIMIT 1 FOR NO KEY UPDATE;
  -- Only what was kept can come too late.
  IF offline AND EXISTS (SELECT FROM public.time_records t WHERE t.student_id = student AND t.status <> 'REJECTED'
      AND t.id IS DISTINCT FROM held.id AND coalesce(t.clock_out, t.clock_in) > at) THEN
    RETURN jsonb_build_object('status', 'out_of_order');
  END IF;

  SELECT coalesce((said ->> 'latitude')::numeric, l.latitude) AS latitude, coalesce((said ->> 'longitude')::numeric, l.longitude) AS longitude,
    CASE WHEN said ? 'latitude' THEN (said ->> 'accuracy_m')::real ELSE 0 END AS accuracy INTO place
  FROM (SELECT) AS once LEFT JOIN public.clinical_site_locations l ON l.id = k.location_id;
  IF EXISTS (SELECT FROM medstint.location_verdict(k.clinical_site_id, place.latitude, place.longitude, place.accuracy) v
      JOIN public.clinical_site_locations l ON l.clinical_site_id = k.clinical_site_id AND l.name = v.location
      WHERE v.verdict = 'OUTSIDE' AND l.is_strict) THEN
    RETURN jsonb_build_object('status', 'outside');
  END IF;

  -- Also one of another site, which somebody left without telling.
  IF held.clinical_site_id <> k.clinical_site_id OR held.clock_in < at - (SELECT make_interval(mins => (l.open_too_long_h * 60)::integer) FROM medstint.thresholds(k.school_id) l) THEN
    left_at := (said ->> 'left_at')::timestamptz;
    IF left_at IS NULL OR left_at <= held.clock_in OR left_at > at OR btrim(coalesce(said ->> 'reason', '')) = '' THEN
      RETURN jsonb_build_object('status', 'stale', 'since', held.clock_in);
    END IF;
    UPDATE public.time_records t SET clock_out = left_at, clock_out_source = 'MANUAL', clock_out_ip_address = address, clock_out_user_agent = device,
      notes = concat_ws(E'\n', nullif(t.notes, ''), 'Told at the kiosk: ' || left(btrim(said ->> 'reason'), 500))
    WHERE t.id = held.id;
    held := NULL;
  END IF;

  IF held.id IS NOT NULL THEN
    IF NOT offline AND NOT said ? 'meal_min' AND at - held.clock_in >= make_interval(mins => (medstint.meal_after_h(k.school_id) * 60)::integer) THEN
      RETURN jsonb_build_object('status', 'meal', 'since', held.clock_in);
    END IF;
    UPDATE public.time_records t SET clock_out = at, clock_out_source = 'KIOSK', clock_out_latitude = place.latitude, clock_out_longitude = place.longitude,
      clock_out_accuracy_m = CASE WHEN place.latitude IS NOT NULL THEN place.accuracy END, clock_out_ip_address = address, clock_out_user_agent = device,
      meal_break_min = (said ->> 'meal_min')::smallint, is_offline = t.is_offline OR offline, clock_is_unverified = t.clock_is_unverified OR unverified
    WHERE t.id = held.id;
    record_id := held.id;
  ELSE
    SELECT array_agg(r.id) AS ids, jsonb_agg(jsonb_build_object('id', r.id, 'name', r.specialty) ORDER BY r.specialty, r.id) AS offers INTO choice
    FROM public.rotations r
    WHERE r.student_id = student AND r.clinical_site_id = k.clinical_site_id AND r.status = 'ACTIVE' AND r.start_date <= at AND r.end_date > at
      AND r.id = coalesce(said ->> 'rotation', r.id);
    IF choice.ids IS NULL THEN
      RETURN jsonb_build_object('status', 'no_rotation', 'elsewhere', (SELECT string_agg(DISTINCT s.name, ', ') FROM public.rotations r
        JOIN public.clinical_sites s ON s.id = r.clinical_site_id WHERE r.student_id = student AND r.status = 'ACTIVE' AND r.start_date <= at AND r.end_date > at));
    ELSIF cardinality(choice.ids) > 1 THEN
      RETURN jsonb_build_object('status', 'choose', 'offers', choice.offers);
    END IF;
    INSERT INTO public.time_records (student_id, rotation_id, clinical_site_id, clock_in, clock_in_source, clock_in_latitude, clock_in_longitude, clock_in_accuracy_m,
      clock_in_ip_address, clock_in_user_agent, is_offline, clock_is_unverified)
    VALUES (student, choice.ids[1], k.clinical_site_id, at, 'KIOSK', place.latitude, place.longitude, CASE WHEN place.latitude IS NOT NULL THEN place.accuracy END,
      address, device, offline, unverified)
    RETURNING id INTO record_id;
  END IF;
  answer := medstint.punch_answer(record_id, CASE WHEN held.id IS NULL THEN 'IN' ELSE 'OUT' END, at);
  INSERT INTO public.kiosk_punches (id, school_id, kiosk_id, clinical_site_id, badge, student_id, punched_at, device_clock, is_offline, clock_is_unverified,
    status, direction, time_record_id, answer)
  VALUES (key, k.school_id, k.id, k.clinical_site_id, badge, student, at, device_clock, offline, unverified,
    'RECORDED', CASE WHEN held.id IS NULL THEN 'IN' ELSE 'OUT' END, record_id, answer);
  RETURN answer;
END
$$;

-- A punch, after its PIN was counted by begin_pin and committed. It is called again
-- with what the student answered until it is done or refused; besides what
-- place_punch answers: refused, locked (until), set_pin (the code was good).
CREATE FUNCTION medstint.kiosk_punch(credential text, attempt text, key text, badge text, device_clock timestamptz, said jsonb) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  outcome medstint.pin_outcomes;
  answer jsonb;
BEGIN
  SELECT p.answer INTO answer FROM public.kiosk_punches p WHERE p.id = key AND p.kiosk_id = k.id;
  IF answer IS NOT NULL THEN
    RETURN answer;
  END IF;
  outcome := medstint.pin_outcome(k, attempt);
  IF outcome.user_id IS NULL THEN
    RETURN jsonb_strip_nulls(jsonb_build_object('status', outcome.status, 'until', outcome.locked_until));
  ELSIF outcome.status = 'code' AND NOT said ? 'pin' THEN
    RETURN jsonb_build_object('status', 'set_pin');
  END IF;
  PERFORM medstint.hold_punches(ARRAY[outcome.user_id]);
  PERFORM medstint.begin_act(k.id, outcome.user_id);
  IF outcome.status = 'code' THEN
    PERFORM medstint.set_pin_of(outcome.user_id, said ->> 'pin');
    PERFORM medstint.write_event('pin.set', k.school_id, 'users', outcome.user_id, '{}', 'SET', 200);
    UPDATE medstint.pin_outcomes o SET status = 'ok' WHERE o.id = attempt;
  END IF;
  answer := medstint.place_punch(k, outcome.user_id, left(badge, 200), key, clock_timestamp(), device_clock, false, false, said);
  PERFORM medstint.end_act();
  IF answer ->> 'status' NOT IN ('choose', 'meal', 'stale') THEN
    DELETE FROM medstint.pin_outcomes o WHERE o.id = attempt;
  END IF;
  RETURN answer;
END
$$;

-- Keeps a punch that fits nothing, for somebody to look at.
CREATE FUNCTION medstint.quarantine_punch(k public.kiosks, student text, badge text, key text, at timestamptz, device_clock timestamptz, unverified boolean, problem text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.kiosk_punches (id, school_id, kiosk_id, clinical_site_id, badge, student_id, punched_at, device_clock, is_offline, clock_is_unverified, status, problem)
  VALUES (key, k.school_id, k.id, k.clinical_site_id, badge, student, at, device_clock, true, unverified, 'QUARANTINED', problem);
  PERFORM medstint.write_event('kiosk_punch.quarantined', k.school_id, 'kiosk_punches', key, jsonb_build_object('problem', problem, 'kiosk', k.id), 'SYNC', 409);
  PERFORM medstint.announce('kiosk_punches', 'INSERT', ARRAY[k.school_id], ARRAY[key]);
  PERFORM medstint.notify('PUNCH_QUARANTINED', (SELECT jsonb_agg(jsonb_build_object('user_id', a, 'key', 'quarantine:' || k.id || ':' || current_date,
    'about', 'kiosk_punches/' || key, 'data', jsonb_build_object('kiosk', k.name, 'date', to_char(at, 'YYYY-MM-DD')))) FROM medstint.administrators(k.school_id) a));
END
$$;

-- Punches that a kiosk kept, in their order: {key, badge, wall_ms, boot, monotonic_ms,
-- anchor: {server_ms, boot, monotonic_ms}, said}, all instants in milliseconds since 1970, UTC.
-- The device says in which boot it is and what its monotonic clock shows. The same
-- boot: this clock less the distance. Another one: its last anchor of that boot and
-- the distance from it. None: the wall clock, unverified. Each is committed with the
-- others and answered as recorded, repeated or quarantined; sent again, it is
-- answered again.
CREATE FUNCTION medstint.sync_punches(credential text, boot text, monotonic_ms bigint, punches jsonb)
  RETURNS TABLE (key text, outcome text)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  arrived constant timestamptz := clock_timestamp();
  students constant text[] := ARRAY(SELECT DISTINCT (medstint.person_at_door(k.school_id, left(x.badge, 200))).id FROM jsonb_to_recordset(punches) AS x (badge text));
  p record;
  student text;
  at timestamptz;
  unverified boolean;
  said text;
BEGIN
  PERFORM medstint.hold_punches(students);
  -- All rows that may be written, before the first write holds the school's flags.
  PERFORM FROM public.time_records t WHERE t.student_id = ANY (students) AND t.clock_out IS NULL AND t.status = 'PENDING' ORDER BY t.id FOR NO KEY UPDATE;
  FOR p IN SELECT x.*, to_timestamp(x.wall_ms / 1000.0) AS device_clock,
      to_timestamp((x.anchor ->> 'server_ms')::bigint / 1000.0) AS anchored_at, x.anchor ->> 'boot' AS anchor_boot, (x.anchor ->> 'monotonic_ms')::bigint AS anchor_ms
    FROM ROWS FROM (jsonb_to_recordset(punches) AS (key text, badge text, wall_ms bigint, boot text, monotonic_ms bigint, anchor jsonb, said jsonb)) WITH ORDINALITY
      AS x (key, badge, wall_ms, boot, monotonic_ms, anchor, said, n) ORDER BY x.n
  LOOP
    key := p.key;
    SELECT CASE e.status WHEN 'RECORDED' THEN 'recorded' WHEN 'REPEATED' THEN 'repeated' ELSE 'quarantined' END INTO outcome
    FROM public.kiosk_punches e WHERE e.id = p.key AND e.kiosk_id = k.id;
    IF FOUND THEN
      RETURN NEXT;
      CONTINUE;
    END IF;
    unverified := false;
    IF p.boot = sync_punches.boot AND p.monotonic_ms <= sync_punches.monotonic_ms THEN
      at := arrived - (sync_punches.monotonic_ms - p.monotonic_ms) * interval '1 millisecond';
    ELSIF p.boot = p.anchor_boot AND p.monotonic_ms >= p.anchor_ms THEN
      at := p.anchored_at + (p.monotonic_ms - p.anchor_ms) * interval '1 millisecond';
    ELSE
      at := p.device_clock;
      unverified := true;
    END IF;
    student := (medstint.person_at_door(k.school_id, left(p.badge, 200))).id;
    PERFORM medstint.begin_act(k.id, student);
    BEGIN
      said := CASE WHEN student IS NULL THEN 'unknown_badge' WHEN at > arrived + interval '1 minute' THEN 'in_the_future' WHEN at < greatest(arrived - interval '60 days', k.enrolled_at) THEN 'too_old'
        ELSE medstint.place_punch(k, student, left(p.badge, 200), p.key, at, p.device_clock, true, unverified, coalesce(p.said, '{}')) ->> 'status' END;
    EXCEPTION
      WHEN deadlock_detected OR lock_not_available OR serialization_failure OR insufficient_resources OR operator_intervention THEN RAISE;
      -- A rule refused it: somebody decides what becomes of it.
      WHEN OTHERS THEN said := 'refused';
    END;
    IF said IN ('in', 'out') THEN
      SELECT lower(e.status) INTO outcome FROM public.kiosk_punches e WHERE e.id = p.key;
    ELSE
      PERFORM medstint.quarantine_punch(k, student, left(p.badge, 200), p.key, greatest(at, '1970-01-01Z'), p.device_clock, unverified, said);
      outcome := 'quarantined';
    END IF;
    PERFORM medstint.end_act();
    RETURN NEXT;
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.kiosk_punch(text, text, text, text, timestamptz, jsonb), medstint.sync_punches(text, text, bigint, jsonb) TO medstint_app;

-- Whoever may look at what is quarantined, and the punch, held.
CREATE FUNCTION medstint.quarantined(punch text, why text) RETURNS public.kiosk_punches
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
  p public.kiosk_punches;
BEGIN
  IF me.role IS NULL OR me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'administrators settle it' USING ERRCODE = 'MS403', CONSTRAINT = 'kiosk_punches_administrators_settle';
  END IF;
  SELECT x.* INTO p FROM public.kiosk_punches x WHERE x.id = punch AND x.school_id = me.school_id FOR NO KEY UPDATE;
  IF p.id IS NULL OR p.status <> 'QUARANTINED' THEN
    RAISE EXCEPTION 'it is settled' USING ERRCODE = 'MS409', CONSTRAINT = 'kiosk_punches_is_settled';
  ELSIF btrim(coalesce(why, '')) = '' THEN
    RAISE EXCEPTION 'a reason is given' USING ERRCODE = 'MS422', CONSTRAINT = 'kiosk_punches_reason_given';
  END IF;
  RETURN p;
END
$$;

-- Makes it the beginning of a record of a rotation, or the end of the student's open
-- one. It is the administrator's doing: somebody else approves the record.
CREATE FUNCTION medstint.resolve_punch(punch text, way text, rotation text, at timestamptz, why text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  p constant public.kiosk_punches := medstint.quarantined(punch, why);
  r public.rotations;
  held text;
BEGIN
  SELECT x.* INTO r FROM public.rotations x WHERE x.id = rotation AND x.school_id = p.school_id;
  IF r.id IS NULL OR p.student_id IS NOT NULL AND r.student_id <> p.student_id THEN
    RAISE EXCEPTION 'it is no rotation of the student' USING ERRCODE = 'MS422', CONSTRAINT = 'kiosk_punches_rotation_of_student';
  END IF;
  IF way IS NULL OR way NOT IN ('IN', 'OUT') OR resolve_punch.at IS NULL OR resolve_punch.at > now() + interval '1 minute'
     OR way = 'IN' AND r.clinical_site_id <> p.clinical_site_id THEN
    RAISE EXCEPTION 'it is no punch of that rotation' USING ERRCODE = 'MS422', CONSTRAINT = 'kiosk_punches_time_and_site';
  END IF;
  PERFORM medstint.hold_punches(ARRAY[r.student_id]);
  IF way = 'IN' THEN
    INSERT INTO public.time_records (student_id, rotation_id, clinical_site_id, clock_in, clock_in_source, is_offline, clock_is_unverified, notes)
    VALUES (r.student_id, r.id, p.clinical_site_id, resolve_punch.at, 'KIOSK', true, p.clock_is_unverified, 'From quarantine: ' || btrim(why))
    RETURNING id INTO held;
  ELSE
    UPDATE public.time_records t SET clock_out = resolve_punch.at, clock_out_source = 'KIOSK', is_offline = true, clock_is_unverified = t.clock_is_unverified OR p.clock_is_unverified,
      notes = concat_ws(E'\n', nullif(t.notes, ''), 'From quarantine: ' || btrim(why))
    WHERE t.id = (SELECT x.id FROM public.time_records x WHERE x.rotation_id = r.id AND x.clock_out IS NULL AND x.status = 'PENDING' AND x.clock_in < resolve_punch.at
      ORDER BY x.clock_in DESC, x.id DESC LIMIT 1)
    RETURNING t.id INTO held;
    IF held IS NULL THEN
      RAISE EXCEPTION 'nothing is open' USING ERRCODE = 'MS409', CONSTRAINT = 'kiosk_punches_nothing_open';
    END IF;
  END IF;
  UPDATE public.kiosk_punches x SET status = 'RESOLVED', direction = way, student_id = r.student_id, time_record_id = held, settled_by = medstint.current_user_id(),
    settled_at = now(), reason = left(btrim(why), 500) WHERE x.id = p.id;
  PERFORM medstint.write_event('kiosk_punch.resolved', p.school_id, 'kiosk_punches', p.id, jsonb_build_object('record', held, 'direction', way, 'reason', left(btrim(why), 500)), 'SETTLE', 200);
  PERFORM medstint.announce('kiosk_punches', 'UPDATE', ARRAY[p.school_id], ARRAY[p.id]);
  RETURN held;
END
$$;

CREATE FUNCTION medstint.discard_punch(punch text, why text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  p constant public.kiosk_punches := medstint.quarantined(punch, why);
BEGIN
  UPDATE public.kiosk_punches x SET status = 'DISCARDED', settled_by = medstint.current_user_id(), settled_at = now(), reason = left(btrim(why), 500) WHERE x.id = p.id;
  PERFORM medstint.write_event('kiosk_punch.discarded', p.school_id, 'kiosk_punches', p.id, jsonb_build_object('reason', left(btrim(why), 500)), 'SETTLE', 200);
  PERFORM medstint.announce('kiosk_punches', 'UPDATE', ARRAY[p.school_id], ARRAY[p.id]);
END
$$;
GRANT EXECUTE ON FUNCTION medstint.resolve_punch(text, text, text, timestamptz, text), medstint.discard_punch(text, text) TO medstint_app;
