-- Why: a kiosk that was alone for a day sends hundreds of punches, and whoever works
-- in the school meanwhile is not to wait for them. The flags of a batch are found once
-- for all of it, and what a door would show nobody waits for is told when it is asked.
-- A server that was heard while a punch was asked for dates it as well as one heard before.

-- Whether the flags of what the act writes are found together, later.
ALTER TABLE medstint.kiosk_acts ADD COLUMN puts_flags_off boolean NOT NULL DEFAULT false;
DROP FUNCTION medstint.begin_act(text, text);
CREATE FUNCTION medstint.begin_act(kiosk text, person text, puts_flags_off boolean DEFAULT false) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO medstint.kiosk_acts (transaction_id, kiosk_id, user_id, puts_flags_off) VALUES (pg_current_xact_id(), kiosk, person, puts_flags_off)
  ON CONFLICT (transaction_id) DO UPDATE SET kiosk_id = excluded.kiosk_id, user_id = excluded.user_id, puts_flags_off = excluded.puts_flags_off
$$;

-- Notes what was written, where its flags are found later, and says whether it did.
CREATE FUNCTION medstint.put_flags_off(records text[]) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM medstint.kiosk_acts a WHERE a.transaction_id = pg_current_xact_id_if_assigned() AND a.puts_flags_off) THEN
    RETURN false;
  END IF;
  INSERT INTO medstint.flags_wanted (table_name, row_id) SELECT 'time_records', unnest(records) ON CONFLICT DO NOTHING;
  RETURN true;
END
$$;

-- As before, but for when.
CREATE OR REPLACE FUNCTION medstint.flag_new_records() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
  own text[];
  students text[];
BEGIN
  SELECT array_agg(n.id), array_agg(DISTINCT n.student_id) INTO own, students FROM new_rows n;
  IF medstint.put_flags_off(own) THEN
    RETURN NULL;
  END IF;
  PERFORM medstint.hold_flags(ARRAY(SELECT DISTINCT n.school_id FROM new_rows n));
  PERFORM medstint.reflag(ARRAY(
    SELECT unnest(own) UNION
    SELECT medstint.neighbours(students, array_agg(n.school_id), array_agg(p.address), array_agg(p.device), array_agg(p.at))
    FROM new_rows n CROSS JOIN LATERAL (VALUES (n.clock_in_ip_address, n.clock_in_user_agent, n.clock_in), (n.clock_out_ip_address, n.clock_out_user_agent, n.clock_out)) p (address, device, at)
    WHERE p.address IS NOT NULL AND p.at IS NOT NULL), own);
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.flag_changed_records() RETURNS trigger
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
  IF medstint.put_flags_off(own || moved.ids) THEN
    RETURN NULL;
  END IF;
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

-- As before, and records that were written, with their neighbours.
CREATE OR REPLACE FUNCTION medstint.reflag_wanted() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
  sites text[];
  programs text[];
  schools text[];
  records text[];
BEGIN
  WITH wanted AS (DELETE FROM medstint.flags_wanted w WHERE w.wanted_in = NEW.wanted_in RETURNING w.table_name, w.row_id)
  SELECT array_agg(row_id) FILTER (WHERE table_name = 'clinical_sites'), array_agg(row_id) FILTER (WHERE table_name = 'programs'),
    array_agg(row_id) FILTER (WHERE table_name = 'school_policies'),
    array_agg(row_id) FILTER (WHERE table_name = 'time_records') INTO sites, programs, schools, records
  FROM wanted;
  IF sites IS NULL AND programs IS NULL AND schools IS NULL AND records IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM medstint.hold_flags(ARRAY(
    SELECT s.school_id FROM public.clinical_sites s WHERE s.id = ANY (sites)
    UNION SELECT t.school_id FROM public.time_records t WHERE t.clinical_site_id = ANY (sites) AND t.status = 'PENDING'
    UNION SELECT p.school_id FROM public.programs p WHERE p.id = ANY (programs)
    UNION SELECT t.school_id FROM public.time_records t WHERE t.id = ANY (records)
    UNION SELECT unnest(schools)));
  PERFORM medstint.reflag(ARRAY(
    SELECT t.id FROM public.time_records t WHERE t.clinical_site_id = ANY (sites) AND t.status = 'PENDING'
    UNION SELECT t.id FROM public.users u JOIN public.time_records t ON t.student_id = u.id AND t.status = 'PENDING' WHERE u.program_id = ANY (programs)
    UNION SELECT t.id FROM public.time_records t WHERE t.school_id = ANY (schools) AND t.status = 'PENDING'
    UNION SELECT unnest(records)
    UNION SELECT medstint.neighbours(array_agg(DISTINCT t.student_id), array_agg(t.school_id), array_agg(p.address), array_agg(p.device), array_agg(p.at))
      FROM public.time_records t
      CROSS JOIN LATERAL (VALUES (t.clock_in_ip_address, t.clock_in_user_agent, t.clock_in), (t.clock_out_ip_address, t.clock_out_user_agent, t.clock_out)) p (address, device, at)
      WHERE t.id = ANY (records)), coalesce(records, '{}'));
  RETURN NULL;
END
$$;

-- As before, with a kept plan.
CREATE OR REPLACE FUNCTION medstint.punch_answer(record text, direction text, at timestamptz) RETURNS jsonb
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT jsonb_build_object('status', lower(direction), 'at', at, 'name', coalesce(u.given_name || ' ' || left(u.family_name, 1) || '.', u.name),
    'site', s.name, 'rotation', r.specialty, 'required_h', r.required_hours, 'open_since', CASE WHEN direction = 'OUT' THEN t.clock_in END,
    -- What lies within the day of the site, also of a shift that began the day before.
    'today_ms', (SELECT coalesce(sum(extract(epoch FROM least(o.clock_out, at) - greatest(o.clock_in, date_trunc('day', at, s.time_zone))) * 1000), 0)::bigint
      FROM public.time_records o WHERE o.student_id = t.student_id AND o.status <> 'REJECTED' AND o.clock_out > date_trunc('day', at, s.time_zone) AND o.clock_in < at),
    'rotation_ms', (SELECT coalesce(sum(o.elapsed_ms), 0) FROM public.time_records o WHERE o.rotation_id = t.rotation_id AND o.status <> 'REJECTED' AND o.elapsed_ms > 0))
  FROM public.time_records t JOIN public.users u ON u.id = t.student_id JOIN public.rotations r ON r.id = t.rotation_id
  JOIN public.clinical_sites s ON s.id = t.clinical_site_id WHERE t.id = record);
END
$$;

-- As before, and nobody is waiting for the answer to what was kept.
CREATE OR REPLACE FUNCTION medstint.place_punch(k public.kiosks, student text, badge text, key text, at timestamptz, device_clock timestamptz,
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
  direction text;
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
    answer := coalesce(last.answer, medstint.punch_answer(last.time_record_id, last.direction, last.punched_at),
      jsonb_build_object('status', lower(last.direction))) || '{"repeated": true}';
    INSERT INTO public.kiosk_punches (id, school_id, kiosk_id, clinical_site_id, badge, student_id, punched_at, device_clock, is_offline, clock_is_unverified,
      status, direction, time_record_id, answer)
    VALUES (key, k.school_id, k.id, k.clinical_site_id, badge, student, at, device_clock, offline, unverified,
      'REPEATED', last.direction, last.time_record_id, answer);
    RETURN answer;
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
  direction := CASE WHEN held.id IS NULL THEN 'IN' ELSE 'OUT' END;
  IF NOT offline THEN
    answer := medstint.punch_answer(record_id, direction, at);
  END IF;
  INSERT INTO public.kiosk_punches (id, school_id, kiosk_id, clinical_site_id, badge, student_id, punched_at, device_clock, is_offline, clock_is_unverified,
    status, direction, time_record_id, answer)
  VALUES (key, k.school_id, k.id, k.clinical_site_id, badge, student, at, device_clock, offline, unverified,
    'RECORDED', direction, record_id, answer);
  RETURN coalesce(answer, jsonb_build_object('status', lower(direction)));
END
$$;

CREATE OR REPLACE FUNCTION medstint.kiosk_punch(credential text, attempt text, key text, badge text, device_clock timestamptz, said jsonb) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  outcome medstint.pin_outcomes;
  answer jsonb;
BEGIN
  SELECT coalesce(p.answer, medstint.punch_answer(p.time_record_id, p.direction, p.punched_at)) INTO answer FROM public.kiosk_punches p WHERE p.id = key AND p.kiosk_id = k.id;
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

-- As before, and the flags are found once for all of them.
CREATE OR REPLACE FUNCTION medstint.sync_punches(credential text, boot text, monotonic_ms bigint, punches jsonb)
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
  -- All rows that may be written, in one order.
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
    ELSIF p.boot = p.anchor_boot AND p.anchored_at + (p.monotonic_ms - p.anchor_ms) * interval '1 millisecond' IS NOT NULL THEN
      -- Which may have been heard while the punch was asked for.
      at := p.anchored_at + (p.monotonic_ms - p.anchor_ms) * interval '1 millisecond';
    ELSE
      at := p.device_clock;
      unverified := true;
    END IF;
    student := (medstint.person_at_door(k.school_id, left(p.badge, 200))).id;
    PERFORM medstint.begin_act(k.id, student, true);
    BEGIN
      said := coalesce(CASE WHEN student IS NULL THEN 'unknown_badge' WHEN at > arrived + interval '1 minute' THEN 'in_the_future' WHEN at < greatest(arrived - interval '60 days', k.enrolled_at) THEN 'too_old'
        ELSE medstint.place_punch(k, student, left(p.badge, 200), p.key, at, p.device_clock, true, unverified, coalesce(p.said, '{}')) ->> 'status' END, 'refused');
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
    RETURN NEXT;
  END LOOP;
  PERFORM medstint.begin_act(k.id, NULL);
  SET CONSTRAINTS medstint.reflag_wanted IMMEDIATE;
  PERFORM medstint.end_act();
END
$$;
