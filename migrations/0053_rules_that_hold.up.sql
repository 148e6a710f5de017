-- Why: a rule that reads a row without a lock judges what was there, not what will
-- be there. Two transactions that each pass such a rule break it together: a record
-- in a rotation that is another student's by then, hours taken out of a completed
-- rotation, a question on a decided record. Whatever decides a rule is now tied by a
-- foreign key, fixed for good, or locked until the commit.
--
-- The order of all locks, so that two transactions never wait for each other, stands
-- in ARCHITECTURE.md.

-- A time record and its rotation are of one student and one school, for good.
ALTER TABLE rotations ADD CONSTRAINT rotations_student_and_school UNIQUE (id, student_id, school_id);
ALTER TABLE time_records DROP CONSTRAINT time_records_rotation_id_fkey,
  ADD CONSTRAINT time_records_rotation_of_student FOREIGN KEY (rotation_id, student_id, school_id)
    REFERENCES rotations (id, student_id, school_id) ON DELETE RESTRICT;
ALTER TABLE assessments DROP CONSTRAINT assessments_rotation_id_fkey,
  ADD CONSTRAINT assessments_rotation_of_student FOREIGN KEY (rotation_id, student_id, school_id)
    REFERENCES rotations (id, student_id, school_id) ON DELETE RESTRICT;

-- Rows that others refer to stay in their school: who refers to them compared the
-- schools once, and does not look again. Only people move, and take nothing along.
CREATE FUNCTION medstint.refuse_move() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% stays in its %', TG_TABLE_NAME, TG_ARGV[0]
    USING ERRCODE = 'MS422', CONSTRAINT = TG_TABLE_NAME || '_' || TG_ARGV[0] || '_is_fixed';
END
$$;
DO $$
DECLARE
  parent text;
BEGIN
  FOREACH parent IN ARRAY ARRAY['programs', 'clinical_sites', 'clinical_site_locations', 'kiosks', 'rotations',
    'competencies',
    'competency_templates', 'competency_deployments', 'time_records', 'assessments']
  LOOP
    EXECUTE format('CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON %I FOR EACH ROW
      WHEN (OLD.school_id IS DISTINCT FROM NEW.school_id) EXECUTE FUNCTION medstint.refuse_move(''school'')', parent);
  END LOOP;
END
$$;
-- A kiosk stands at a location of its own site.
CREATE TRIGGER a_site_is_fixed BEFORE UPDATE OF clinical_site_id ON clinical_site_locations FOR EACH ROW
  WHEN (OLD.clinical_site_id <> NEW.clinical_site_id) EXECUTE FUNCTION medstint.refuse_move('site');

-- As before, and: the student is of the school, and stays so until the commit.
-- FOR KEY SHARE does, since school_id belongs to a unique key of users: whoever
-- moves the student waits, while decisions, which write hours, do not.
CREATE OR REPLACE FUNCTION medstint.fill_time_record() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  parent record;
  site record;
  home text;
BEGIN
  SELECT r.school_id, r.student_id, r.clinical_site_id INTO parent
  FROM public.rotations r WHERE r.id = NEW.rotation_id FOR KEY SHARE;
  IF NOT FOUND THEN
    RETURN NEW; -- The foreign key says it better.
  END IF;
  IF NEW.student_id IS DISTINCT FROM parent.student_id
    OR coalesce(NEW.school_id, parent.school_id) <> parent.school_id THEN
    RAISE EXCEPTION 'the rotation of a time record belongs to another student or school'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'time_records_one_school', TABLE = 'time_records';
  END IF;
  IF TG_OP = 'INSERT' OR NEW.rotation_id <> OLD.rotation_id THEN
    SELECT u.school_id INTO home FROM public.users u WHERE u.id = NEW.student_id FOR KEY SHARE;
    IF home IS DISTINCT FROM parent.school_id THEN
      RAISE EXCEPTION 'the student of a time record has left the school'
        USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_student_has_left', TABLE = 'time_records';
    END IF;
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

-- Holds what a change is judged by, before it is judged (the trigger's name comes first):
-- for a decision the rotation, which may be completed, and whoever decides, with the
-- delegations that let them; for every change the keys that the record refers to, which
-- PostgreSQL checks again when the flags are written, and then they would be waited for.
CREATE FUNCTION medstint.hold_for_change() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
  people text[];
  held record;
  gone text;
BEGIN
  SELECT array_agg(DISTINCT n.rotation_id) AS rotations, array_agg(DISTINCT n.student_id) AS students,
    array_agg(DISTINCT n.clinical_site_id) AS sites,
    array_agg(DISTINCT n.rotation_id) FILTER (WHERE n.status <> o.status) AS decided,
    array_agg(DISTINCT n.approved_by) FILTER (WHERE n.status <> o.status AND n.status <> 'PENDING') AS deciders,
    array_agg(n.id) FILTER (WHERE n.status <> o.status AND n.status = 'PENDING') AS undone
  INTO held
  FROM new_rows n FULL JOIN old_rows o ON o.id = n.id
  WHERE (n.flags::text, n.triage) IS NOT DISTINCT FROM (o.flags::text, o.triage);
  IF held.rotations IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM FROM public.rotations r WHERE r.id = ANY (held.decided) ORDER BY r.id FOR NO KEY UPDATE;
  PERFORM FROM public.rotations r WHERE r.id = ANY (held.rotations) ORDER BY r.id FOR KEY SHARE;
  PERFORM FROM public.users u WHERE u.id = ANY (held.students) ORDER BY u.id FOR KEY SHARE;
  PERFORM FROM public.clinical_sites s WHERE s.id = ANY (held.sites) ORDER BY s.id FOR KEY SHARE;
  IF held.decided IS NULL THEN
    RETURN NULL;
  END IF;
  people := array_append(held.deciders, medstint.acting_user_id());
  PERFORM FROM public.users u WHERE u.id = ANY (people) AND u.role <> 'STUDENT' ORDER BY u.id FOR SHARE;
  PERFORM FROM public.delegations d WHERE d.to_user_id = ANY (people) AND d.revoked_at IS NULL ORDER BY d.id FOR SHARE;
  IF held.undone IS NOT NULL THEN
    -- What is pending waits in the school of its student, for somebody who finds it.
    SELECT n.id INTO gone FROM new_rows n JOIN public.users u ON u.id = n.student_id
    WHERE n.id = ANY (held.undone) AND u.school_id IS DISTINCT FROM n.school_id LIMIT 1;
    IF gone IS NOT NULL THEN
      RAISE EXCEPTION 'time record %: the student has left the school', gone
        USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_student_has_left';
    END IF;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER a_hold_for_change AFTER UPDATE ON time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.hold_for_change();

-- As before, on the record as it is when the question is kept: whoever decides waits
-- for it. Told first, since whoever holds the flags waits for no row.
CREATE OR REPLACE FUNCTION medstint.ask(record text, words text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record;
  made text;
BEGIN
  SELECT w.* INTO me FROM medstint.working_on(record) w;
  IF me.person IS NULL OR NOT me.decides OR me.is_own THEN
    RAISE EXCEPTION 'not to be asked by them' USING ERRCODE = 'MS403',
      CONSTRAINT = 'time_record_questions_whoever_decides';
  END IF;
  PERFORM FROM public.time_records t WHERE t.id = record FOR NO KEY UPDATE;
  IF NOT EXISTS (SELECT FROM public.time_records t WHERE t.id = record AND t.status = 'PENDING') THEN
    RAISE EXCEPTION 'the record is decided' USING ERRCODE = 'MS409', CONSTRAINT = 'time_record_questions_while_pending';
  END IF;
  INSERT INTO public.time_record_questions (school_id, time_record_id, asked_by, question)
    VALUES (me.school, record, me.person, words) RETURNING id INTO made;
  PERFORM medstint.notify('TIME_RECORD_QUESTION',
    jsonb_build_array(jsonb_build_object('user_id', me.student, 'key', 'question:' || made,
    'about', 'time_records/' || record, 'data', jsonb_build_object('question', words))));
  -- The record was locked: whoever computed flags meanwhile left it to us.
  PERFORM medstint.reflag(ARRAY[record]);
  RETURN made;
END
$$;

-- As before, and an answer that was given on another device meanwhile stays.
CREATE OR REPLACE FUNCTION medstint.answer(record text, words text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record;
  asked public.time_record_questions;
BEGIN
  SELECT w.* INTO me FROM medstint.working_on(record) w;
  IF me.person IS NULL OR NOT me.is_own THEN
    RAISE EXCEPTION 'not theirs to answer' USING ERRCODE = 'MS403',
      CONSTRAINT = 'time_record_questions_the_student_answers';
  END IF;
  UPDATE public.time_record_questions q SET answer = words, answered_at = now()
  WHERE q.answered_at IS NULL
    AND q.id = (SELECT x.id FROM public.time_record_questions x WHERE x.time_record_id = record
      AND x.answered_at IS NULL ORDER BY x.asked_at DESC, x.id LIMIT 1)
  RETURNING * INTO asked;
  IF asked.id IS NULL THEN
    RAISE EXCEPTION 'nothing is asked' USING ERRCODE = 'MS409', CONSTRAINT = 'time_record_questions_something_is_asked';
  END IF;
  PERFORM medstint.notify('TIME_RECORD_ANSWER',
    jsonb_build_array(jsonb_build_object('user_id', asked.asked_by, 'key', 'answer:' || asked.id,
    'about', 'time_records/' || record, 'data', jsonb_build_object('student', me.name, 'answer', words))));
  RETURN asked.id;
END
$$;

-- As before, and a clock-out that came from elsewhere meanwhile stays.
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
    RAISE EXCEPTION 'it is no rotation of the student' USING ERRCODE = 'MS422',
      CONSTRAINT = 'kiosk_punches_rotation_of_student';
  END IF;
  IF way IS NULL OR way NOT IN ('IN', 'OUT') OR resolve_punch.at IS NULL
    OR resolve_punch.at > now() + interval '1 minute'
     OR way = 'IN' AND r.clinical_site_id <> p.clinical_site_id THEN
    RAISE EXCEPTION 'it is no punch of that rotation' USING ERRCODE = 'MS422',
      CONSTRAINT = 'kiosk_punches_time_and_site';
  END IF;
  PERFORM medstint.hold_punches(ARRAY[r.student_id]);
  PERFORM FROM public.users u WHERE u.id = r.student_id FOR KEY SHARE;
  IF way = 'IN' THEN
    INSERT INTO public.time_records (student_id, rotation_id, clinical_site_id, clock_in, clock_in_source, is_offline,
      clock_is_unverified, notes)
    VALUES (r.student_id, r.id, p.clinical_site_id, resolve_punch.at, 'KIOSK', true, p.clock_is_unverified,
      'From quarantine: ' || btrim(why))
    RETURNING id INTO held;
  ELSE
    UPDATE public.time_records t SET clock_out = resolve_punch.at, clock_out_source = 'KIOSK', is_offline = true,
      clock_is_unverified = t.clock_is_unverified OR p.clock_is_unverified,
      notes = concat_ws(E'\n', nullif(t.notes, ''), 'From quarantine: ' || btrim(why))
    WHERE t.clock_out IS NULL AND t.status = 'PENDING'
      AND t.id = (SELECT x.id FROM public.time_records x WHERE x.rotation_id = r.id AND x.clock_out IS NULL
        AND x.status = 'PENDING'
        AND x.clock_in < resolve_punch.at ORDER BY x.clock_in DESC, x.id DESC LIMIT 1)
    RETURNING t.id INTO held;
    IF held IS NULL THEN
      RAISE EXCEPTION 'nothing is open' USING ERRCODE = 'MS409', CONSTRAINT = 'kiosk_punches_nothing_open';
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

-- A badge is nobody else's number: who gives badges and who gives numbers look at
-- each other's rows. Numbers alone need no turn, since they are unique by themselves.
CREATE OR REPLACE FUNCTION medstint.check_badge() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
  turn constant bigint := hashtextextended('badges of ' || coalesce(NEW.school_id, ''), 0);
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.badge IS NOT DISTINCT FROM OLD.badge AND NEW.student_id IS NOT DISTINCT
    FROM OLD.student_id THEN
    RETURN NEW;
  END IF;
  IF me.user_id IS NOT NULL AND me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN')
     AND (TG_OP = 'INSERT' AND NEW.badge IS NOT NULL OR TG_OP = 'UPDATE' AND NEW.badge IS DISTINCT FROM OLD.badge) THEN
    RAISE EXCEPTION 'administrators give badges' USING ERRCODE = 'MS403',
      CONSTRAINT = 'users_badges_given_by_administrators';
  END IF;
  IF NEW.badge IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(turn);
  ELSIF NEW.student_id IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock_shared(turn);
  END IF;
  IF EXISTS (SELECT FROM public.users u WHERE u.school_id = NEW.school_id AND u.id <> NEW.id
      AND (u.student_id = NEW.badge OR u.email = lower(NEW.badge) OR u.badge = NEW.student_id)) THEN
    RAISE EXCEPTION 'it is another one''s number' USING ERRCODE = 'MS422', CONSTRAINT = 'users_badge_unique';
  END IF;
  RETURN NEW;
END
$$;

-- Two administrators who take each other's rights away: the second one is judged
-- after the first. Before any row is locked, so that neither waits for the other.
CREATE FUNCTION medstint.hold_roles() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('roles of people', 0));
  RETURN NULL;
END
$$;
CREATE TRIGGER a_hold_roles BEFORE UPDATE OF role, is_active ON users FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.hold_roles();

-- A rubric with which somebody was assessed, or whose template is published, does not
-- change: a change of a criterion holds what it belongs to, an assessment with scores
-- and a deployment share it.
CREATE FUNCTION medstint.hold_rubric() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  was public.rubric_criteria;
  is_to_be public.rubric_criteria;
BEGIN
  IF TG_OP <> 'INSERT' THEN was := OLD; END IF;
  IF TG_OP <> 'DELETE' THEN is_to_be := NEW; END IF;
  PERFORM FROM public.competency_templates t WHERE t.id IN (was.template_id, is_to_be.template_id)
    ORDER BY t.id FOR NO KEY UPDATE;
  PERFORM FROM public.competencies c WHERE c.id IN (was.competency_id, is_to_be.competency_id)
    ORDER BY c.id FOR NO KEY UPDATE;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER a_hold_rubric BEFORE INSERT OR UPDATE OR DELETE ON rubric_criteria FOR EACH ROW
  EXECUTE FUNCTION medstint.hold_rubric();

CREATE FUNCTION medstint.share_rubric() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM public.competencies c WHERE c.id = NEW.competency_id FOR SHARE;
  RETURN NEW;
END
$$;
CREATE TRIGGER a_share_rubric BEFORE INSERT OR UPDATE OF rubric_scores, competency_id ON assessments FOR EACH ROW
  WHEN (NEW.rubric_scores IS NOT NULL) EXECUTE FUNCTION medstint.share_rubric();
