DROP TRIGGER a_share_rubric ON assessments;
DROP TRIGGER a_hold_rubric ON rubric_criteria;
DROP TRIGGER a_hold_roles ON users;
DROP TRIGGER a_hold_for_change ON time_records;
DROP TRIGGER a_site_is_fixed ON clinical_site_locations;
DO $$
DECLARE
  parent text;
BEGIN
  FOREACH parent IN ARRAY ARRAY['programs', 'clinical_sites', 'clinical_site_locations', 'kiosks', 'rotations', 'competencies',
    'competency_templates', 'competency_deployments', 'time_records', 'assessments']
  LOOP
    EXECUTE format('DROP TRIGGER a_school_is_fixed ON %I', parent);
  END LOOP;
END
$$;
DROP FUNCTION medstint.share_rubric(), medstint.hold_rubric(), medstint.hold_roles(), medstint.hold_for_change(), medstint.refuse_move();
ALTER TABLE assessments DROP CONSTRAINT assessments_rotation_of_student,
  ADD CONSTRAINT assessments_rotation_id_fkey FOREIGN KEY (rotation_id) REFERENCES rotations (id) ON DELETE RESTRICT;
ALTER TABLE time_records DROP CONSTRAINT time_records_rotation_of_student,
  ADD CONSTRAINT time_records_rotation_id_fkey FOREIGN KEY (rotation_id) REFERENCES rotations (id) ON DELETE RESTRICT;
ALTER TABLE rotations DROP CONSTRAINT rotations_student_and_school;

CREATE OR REPLACE FUNCTION medstint.fill_time_record() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  parent record;
  site record;
BEGIN
  SELECT r.school_id, r.student_id, r.clinical_site_id INTO parent
  FROM public.rotations r WHERE r.id = NEW.rotation_id;
  IF NOT FOUND THEN
    RETURN NEW; -- The foreign key says it better.
  END IF;
  IF NEW.student_id IS DISTINCT FROM parent.student_id OR coalesce(NEW.school_id, parent.school_id) <> parent.school_id THEN
    RAISE EXCEPTION 'the rotation of a time record belongs to another student or school'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'time_records_one_school', TABLE = 'time_records';
  END IF;
  NEW.school_id := parent.school_id;
  IF NEW.clinical_site_id IS NULL
     OR (TG_OP = 'UPDATE' AND NEW.rotation_id <> OLD.rotation_id AND NEW.clinical_site_id = OLD.clinical_site_id) THEN
    NEW.clinical_site_id := parent.clinical_site_id;
  END IF;
  SELECT s.school_id, s.time_zone INTO site FROM public.clinical_sites s WHERE s.id = NEW.clinical_site_id;
  IF site.school_id <> parent.school_id THEN
    RAISE EXCEPTION 'the site of a time record belongs to another school'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'time_records_one_school', TABLE = 'time_records';
  END IF;
  -- The local day follows the clock-in, unless a client states another.
  IF NEW.date IS NULL OR (TG_OP = 'UPDATE' AND NEW.clock_in <> OLD.clock_in AND NEW.date = OLD.date) THEN
    NEW.date := date_trunc('day', NEW.clock_in, site.time_zone);
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.ask(record text, words text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record;
  made text;
BEGIN
  SELECT w.* INTO me FROM medstint.working_on(record) w;
  IF me.person IS NULL OR NOT me.decides OR me.is_own THEN
    RAISE EXCEPTION 'not to be asked by them' USING ERRCODE = 'MS403', CONSTRAINT = 'time_record_questions_whoever_decides';
  ELSIF me.status <> 'PENDING' THEN
    RAISE EXCEPTION 'the record is decided' USING ERRCODE = 'MS409', CONSTRAINT = 'time_record_questions_while_pending';
  END IF;
  INSERT INTO public.time_record_questions (school_id, time_record_id, asked_by, question) VALUES (me.school, record, me.person, words) RETURNING id INTO made;
  PERFORM medstint.notify('TIME_RECORD_QUESTION', jsonb_build_array(jsonb_build_object('user_id', me.student, 'key', 'question:' || made,
    'about', 'time_records/' || record, 'data', jsonb_build_object('question', words))));
  RETURN made;
END
$$;

CREATE OR REPLACE FUNCTION medstint.answer(record text, words text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record;
  asked public.time_record_questions;
BEGIN
  SELECT w.* INTO me FROM medstint.working_on(record) w;
  IF me.person IS NULL OR NOT me.is_own THEN
    RAISE EXCEPTION 'not theirs to answer' USING ERRCODE = 'MS403', CONSTRAINT = 'time_record_questions_the_student_answers';
  END IF;
  UPDATE public.time_record_questions q SET answer = words, answered_at = now()
  WHERE q.id = (SELECT x.id FROM public.time_record_questions x WHERE x.time_record_id = record AND x.answered_at IS NULL ORDER BY x.asked_at DESC, x.id LIMIT 1)
  RETURNING * INTO asked;
  IF asked.id IS NULL THEN
    RAISE EXCEPTION 'nothing is asked' USING ERRCODE = 'MS409', CONSTRAINT = 'time_record_questions_something_is_asked';
  END IF;
  PERFORM medstint.notify('TIME_RECORD_ANSWER', jsonb_build_array(jsonb_build_object('user_id', asked.asked_by, 'key', 'answer:' || asked.id,
    'about', 'time_records/' || record, 'data', jsonb_build_object('student', me.name, 'answer', words))));
  RETURN asked.id;
END
$$;

CREATE OR REPLACE FUNCTION medstint.resolve_punch(punch text, way text, rotation text, at timestamptz, why text) RETURNS text
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

CREATE OR REPLACE FUNCTION medstint.check_badge() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.badge IS NOT DISTINCT FROM OLD.badge AND NEW.student_id IS NOT DISTINCT FROM OLD.student_id THEN
    RETURN NEW;
  END IF;
  IF me.user_id IS NOT NULL AND me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN')
     AND (TG_OP = 'INSERT' AND NEW.badge IS NOT NULL OR TG_OP = 'UPDATE' AND NEW.badge IS DISTINCT FROM OLD.badge) THEN
    RAISE EXCEPTION 'administrators give badges' USING ERRCODE = 'MS403', CONSTRAINT = 'users_badges_given_by_administrators';
  END IF;
  IF EXISTS (SELECT FROM public.users u WHERE u.school_id = NEW.school_id AND u.id <> NEW.id
      AND (u.student_id = NEW.badge OR u.email = lower(NEW.badge) OR u.badge = NEW.student_id)) THEN
    RAISE EXCEPTION 'it is another one''s number' USING ERRCODE = 'MS422', CONSTRAINT = 'users_badge_unique';
  END IF;
  RETURN NEW;
END
$$;
