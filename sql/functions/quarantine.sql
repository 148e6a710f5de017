-- Punches that match no rotation or record, until a person resolves them. Punches that a device
-- stored as another kiosk of the same school are kept here under that kiosk.

-- Keeps an unmatched punch in quarantine, for an administrator to resolve.
CREATE OR REPLACE FUNCTION medstint.quarantine_punch(k public.kiosks, student text, badge text, key text,
  at timestamptz, device_clock timestamptz, unverified boolean, problem text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.kiosk_punches (id, school_id, kiosk_id, clinical_site_id, badge, student_id, punched_at,
    device_clock, is_offline, clock_is_unverified, status, problem)
  VALUES (key, k.school_id, k.id, k.clinical_site_id, badge, student, at, device_clock, true, unverified,
    'QUARANTINED', problem);
  PERFORM medstint.write_event('kiosk_punch.quarantined', k.school_id, 'kiosk_punches', key,
    jsonb_build_object('problem', problem, 'kiosk', k.id), 'SYNC', 409);
  PERFORM medstint.announce('kiosk_punches', 'INSERT', ARRAY[k.school_id], ARRAY[key]);
  PERFORM medstint.notify('PUNCH_QUARANTINED',
    (SELECT jsonb_agg(jsonb_build_object('user_id', a, 'key', 'quarantine:' || k.id || ':' || current_date,
    'about', 'kiosk_punches/' || key, 'data', jsonb_build_object('kiosk', k.name, 'date', to_char(at, 'YYYY-MM-DD'))))
      FROM medstint.administrators(k.school_id) a));
END
$$;

-- Checks that the actor may resolve quarantined punches, and locks the punch.
CREATE OR REPLACE FUNCTION medstint.quarantined(punch text, why text) RETURNS public.kiosk_punches
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
  p public.kiosk_punches;
BEGIN
  IF me.role IS NULL OR me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'only administrators may resolve or discard a quarantined punch'
      USING ERRCODE = 'MS403', CONSTRAINT = 'kiosk_punches_administrators_settle';
  END IF;
  SELECT x.* INTO p FROM public.kiosk_punches x WHERE x.id = punch AND x.school_id = me.school_id FOR NO KEY UPDATE;
  IF p.id IS NULL OR p.status <> 'QUARANTINED' THEN
    RAISE EXCEPTION 'the punch has already been resolved or set aside'
      USING ERRCODE = 'MS409', CONSTRAINT = 'kiosk_punches_is_settled';
  ELSIF btrim(coalesce(why, '')) = '' THEN
    RAISE EXCEPTION 'a reason is required' USING ERRCODE = 'MS422', CONSTRAINT = 'kiosk_punches_reason_given';
  END IF;
  RETURN p;
END
$$;

-- Makes a quarantined punch the beginning of a record, or the end of the student's open one. The
-- administrator is its author, so someone else approves the record. A clock-out that came from
-- elsewhere in the meantime is kept.
CREATE OR REPLACE FUNCTION medstint.resolve_punch(punch text, way text, rotation text, at timestamptz,
  why text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  p constant public.kiosk_punches := medstint.quarantined(punch, why);
  r public.rotations;
  held text;
BEGIN
  SELECT x.* INTO r FROM public.rotations x WHERE x.id = rotation AND x.school_id = p.school_id;
  IF r.id IS NULL OR p.student_id IS NOT NULL AND r.student_id <> p.student_id THEN
    RAISE EXCEPTION 'the rotation does not belong to the student' USING ERRCODE = 'MS422',
      CONSTRAINT = 'kiosk_punches_rotation_of_student';
  END IF;
  IF way IS NULL OR way NOT IN ('IN', 'OUT') OR resolve_punch.at IS NULL
    OR resolve_punch.at > now() + interval '1 minute'
     OR way = 'IN' AND r.clinical_site_id <> p.clinical_site_id THEN
    RAISE EXCEPTION 'the time or the site of the punch does not fit the rotation' USING ERRCODE = 'MS422',
      CONSTRAINT = 'kiosk_punches_time_and_site';
  END IF;
  PERFORM medstint.hold_punches(ARRAY[r.student_id]);
  PERFORM FROM public.users u WHERE u.id = r.student_id FOR KEY SHARE;
  IF way = 'IN' THEN
    INSERT INTO public.time_records (student_id, rotation_id, clinical_site_id, clock_in, clock_in_source, is_offline,
      clock_is_unverified, possible_punchers, notes)
    VALUES (r.student_id, r.id, p.clinical_site_id, resolve_punch.at, 'KIOSK', true, p.clock_is_unverified,
      p.possible_punchers,
      'From quarantine: ' || btrim(why))
    RETURNING id INTO held;
  ELSE
    UPDATE public.time_records t
      SET possible_punchers = ARRAY(SELECT DISTINCT unnest(t.possible_punchers || p.possible_punchers)),
      clock_out = resolve_punch.at, clock_out_source = 'KIOSK', is_offline = true,
      clock_is_unverified = t.clock_is_unverified OR p.clock_is_unverified,
      notes = concat_ws(E'\n', nullif(t.notes, ''), 'From quarantine: ' || btrim(why))
    WHERE t.clock_out IS NULL AND t.status = 'PENDING'
      AND t.id = (SELECT x.id FROM public.time_records x WHERE x.rotation_id = r.id AND x.clock_out IS NULL
        AND x.status = 'PENDING'
        AND x.clock_in < resolve_punch.at ORDER BY x.clock_in DESC, x.id DESC LIMIT 1)
    RETURNING t.id INTO held;
    IF held IS NULL THEN
      RAISE EXCEPTION 'the student has no open record in that rotation at that time'
        USING ERRCODE = 'MS409', CONSTRAINT = 'kiosk_punches_nothing_open';
    END IF;
  END IF;
  UPDATE public.kiosk_punches x SET status = 'RESOLVED', direction = way, student_id = r.student_id,
    time_record_id = held, settled_by = medstint.current_user_id(),
    settled_at = now(), reason = left(btrim(why), 500) WHERE x.id = p.id;
  PERFORM medstint.write_event('kiosk_punch.resolved', p.school_id, 'kiosk_punches', p.id,
    jsonb_build_object('record', held, 'direction', way, 'reason', left(btrim(why), 500)), 'SETTLE', 200);
  PERFORM medstint.announce('kiosk_punches', 'UPDATE', ARRAY[p.school_id], ARRAY[p.id]);
  RETURN held;
END
$$;

CREATE OR REPLACE FUNCTION medstint.discard_punch(punch text, why text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  p constant public.kiosk_punches := medstint.quarantined(punch, why);
BEGIN
  UPDATE public.kiosk_punches x SET status = 'DISCARDED', settled_by = medstint.current_user_id(), settled_at = now(),
    reason = left(btrim(why), 500) WHERE x.id = p.id;
  PERFORM medstint.write_event('kiosk_punch.discarded', p.school_id, 'kiosk_punches', p.id,
    jsonb_build_object('reason', left(btrim(why), 500)), 'SETTLE', 200);
  PERFORM medstint.announce('kiosk_punches', 'UPDATE', ARRAY[p.school_id], ARRAY[p.id]);
END
$$;

-- Serializes the punches of a student: the same punch from two kiosks is one punch.
CREATE OR REPLACE FUNCTION medstint.hold_punches(students text[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.hold_turns('punches', students);
END
$$;
