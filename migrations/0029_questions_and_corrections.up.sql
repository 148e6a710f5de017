-- Why: not everything can be approved or rejected as it stands. A question goes to
-- the student and the record waits; other times are proposed with a reason, the
-- original is kept, and somebody else approves them.

CREATE TABLE time_record_questions (
  id             text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id      text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  time_record_id text NOT NULL REFERENCES time_records (id) ON DELETE RESTRICT,
  asked_by       text NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  asked_at       timestamptz(3) NOT NULL DEFAULT now(),
  question       text NOT NULL CONSTRAINT time_record_questions_question_not_blank CHECK (btrim(question) <> ''),
  answer         text CONSTRAINT time_record_questions_answer_not_blank CHECK (btrim(answer) <> ''),
  answered_at    timestamptz(3),
  CONSTRAINT time_record_questions_answer_is_whole CHECK ((answer IS NULL) = (answered_at IS NULL))
);
CREATE INDEX time_record_questions_of_record ON time_record_questions (time_record_id, asked_at);
CREATE INDEX time_record_questions_open ON time_record_questions (time_record_id) WHERE answered_at IS NULL;

CREATE TABLE time_record_corrections (
  id              text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id       text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  time_record_id  text NOT NULL REFERENCES time_records (id) ON DELETE RESTRICT,
  -- What stood there, and what is proposed.
  old_clock_in    timestamptz(3) NOT NULL,
  old_clock_out   timestamptz(3),
  clock_in        timestamptz(3) NOT NULL,
  clock_out       timestamptz(3),
  reason          text NOT NULL CONSTRAINT time_record_corrections_reason_not_blank CHECK (btrim(reason) <> ''),
  proposed_by     text NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  proposed_at     timestamptz(3) NOT NULL DEFAULT now(),
  status          text NOT NULL DEFAULT 'PROPOSED' CONSTRAINT time_record_corrections_status_known
                  CHECK (status IN ('PROPOSED', 'APPROVED', 'REJECTED', 'WITHDRAWN')),
  decided_by      text REFERENCES users (id) ON DELETE RESTRICT,
  decided_at      timestamptz(3),
  CONSTRAINT time_record_corrections_out_after_in CHECK (clock_out > clock_in),
  CONSTRAINT time_record_corrections_change_something CHECK ((clock_in, clock_out) IS DISTINCT FROM (old_clock_in, old_clock_out)),
  CONSTRAINT time_record_corrections_keep_the_clock_out CHECK (old_clock_out IS NULL OR clock_out IS NOT NULL),
  CONSTRAINT time_record_corrections_times_plausible CHECK (clock_in >= '1950-01-01Z' AND coalesce(clock_out, clock_in) < '2200-01-01Z'),
  CONSTRAINT time_record_corrections_decision_is_whole CHECK ((status = 'PROPOSED') = (decided_at IS NULL)),
  CONSTRAINT time_record_corrections_by_somebody_else CHECK (status <> 'APPROVED' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX time_record_corrections_one_at_a_time ON time_record_corrections (time_record_id) WHERE status = 'PROPOSED';
CREATE INDEX time_record_corrections_of_record ON time_record_corrections (time_record_id, proposed_at);
CREATE INDEX time_record_corrections_proposed ON time_record_corrections (school_id, proposed_at, id) WHERE status = 'PROPOSED';
CREATE INDEX time_record_corrections_decided ON time_record_corrections (school_id, proposed_at, id) WHERE status <> 'PROPOSED';

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['time_record_questions', 'time_record_corrections'] LOOP
    CALL medstint.secure_table(t::regclass, 'school_id = (SELECT medstint.current_school_id())');
    -- Whoever sees the record.
    EXECUTE format('CREATE POLICY %I ON %I FOR SELECT TO medstint_app USING (
      (SELECT medstint.has_role(''SCHOOL_ADMIN'', ''SUPER_ADMIN'')) OR EXISTS (SELECT FROM time_records t WHERE t.id = time_record_id))', t || '_read', t);
    EXECUTE format('GRANT SELECT ON %I TO medstint_app, medstint_web', t);
    CALL medstint.announce_table(t::regclass);
  END LOOP;
END
$$;
CALL medstint.audit_table('time_record_questions', 'time_record_question');
CALL medstint.audit_table('time_record_corrections', 'time_record_correction');

INSERT INTO notification_templates (id, school_id, type, title, message, category, priority) VALUES
  ('platform-time-record-answer', NULL, 'TIME_RECORD_ANSWER', '{student} answered', '{answer}', 'TIME', 'MEDIUM'),
  ('platform-correction-proposed', NULL, 'CORRECTION_PROPOSED', 'Other times are proposed', '{student}, record of {date}, by {actor}: {reason}', 'TIME', 'MEDIUM'),
  ('platform-correction-decided', NULL, 'CORRECTION_DECIDED', 'A proposal of other times was {verdict}', 'Record of {date}, by {actor}.', 'TIME', 'MEDIUM');

-- Who works on a record: the acting person, whether it is their own, and whether
-- they may decide on it.
CREATE FUNCTION medstint.working_on(record text, OUT person text, OUT name text, OUT role public.user_role, OUT is_own boolean, OUT decides boolean,
    OUT student text, OUT school text, OUT day text, OUT status public.time_record_status)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.id, u.name, u.role, u.id = t.student_id,
    u.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') OR u.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR')
      AND (coalesce(u.id IN (r.preceptor_id, r.supervisor_id), false) OR medstint.is_deputy(u.id, r.preceptor_id, r.supervisor_id)),
    t.student_id, t.school_id, to_char(t.clock_in AT TIME ZONE s.time_zone, 'YYYY-MM-DD'), t.status
  FROM public.time_records t
  JOIN public.rotations r ON r.id = t.rotation_id
  JOIN public.clinical_sites s ON s.id = t.clinical_site_id
  JOIN public.users u ON u.id = medstint.acting_user_id() AND u.is_active
  WHERE t.id = record AND (t.school_id = medstint.current_school_id() OR medstint.current_user_id() IS NULL AND u.school_id = t.school_id)
$$;

-- Whether something is asked about a record, or proposed for it: it is not approved
-- in passing. Only who sees the record is told.
CREATE FUNCTION medstint.waits(record text) RETURNS boolean
  LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM public.time_record_questions q WHERE q.time_record_id = record AND q.answered_at IS NULL)
    OR EXISTS (SELECT FROM public.time_record_corrections c WHERE c.time_record_id = record AND c.status = 'PROPOSED')
$$;

-- A question to the student; the record stays as it is.
CREATE FUNCTION medstint.ask(record text, words text) RETURNS text
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

-- The student's answer to what was asked last and is not answered.
CREATE FUNCTION medstint.answer(record text, words text) RETURNS text
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

-- Other times for a pending record, by its student, by whoever decides on it, or by
-- an administrator.
CREATE FUNCTION medstint.propose_correction(record text, seen integer, new_in timestamptz, new_out timestamptz, why text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record;
  t public.time_records;
  made text;
BEGIN
  SELECT w.* INTO me FROM medstint.working_on(record) w;
  IF me.person IS NULL OR NOT (me.decides OR me.is_own) THEN
    RAISE EXCEPTION 'not theirs to correct' USING ERRCODE = 'MS403', CONSTRAINT = 'time_record_corrections_who_may';
  END IF;
  SELECT x.* INTO t FROM public.time_records x WHERE x.id = record FOR NO KEY UPDATE;
  IF t.status <> 'PENDING' THEN
    RAISE EXCEPTION 'the record is decided' USING ERRCODE = 'MS409', CONSTRAINT = 'time_record_corrections_while_pending';
  ELSIF t.version IS DISTINCT FROM seen THEN
    RAISE EXCEPTION 'the record has changed' USING ERRCODE = 'MS409', CONSTRAINT = 'time_record_corrections_as_seen';
  ELSIF new_in > now() + interval '60 seconds' OR new_out > now() + interval '60 seconds' THEN
    RAISE EXCEPTION 'it lies in the future' USING ERRCODE = 'MS422', CONSTRAINT = 'time_record_corrections_not_in_the_future';
  END IF;
  INSERT INTO public.time_record_corrections (school_id, time_record_id, old_clock_in, old_clock_out, clock_in, clock_out, reason, proposed_by)
  VALUES (me.school, record, t.clock_in, t.clock_out, new_in, new_out, why, me.person) RETURNING id INTO made;
  -- The record was locked: whoever computed flags meanwhile left it to us.
  PERFORM medstint.reflag(ARRAY[record]);
  PERFORM medstint.notify('CORRECTION_PROPOSED', (SELECT jsonb_agg(jsonb_build_object('user_id', a, 'key', 'correction:' || made,
      'about', 'time_records/' || record, 'data', jsonb_build_object('student', u.sort_name, 'date', me.day, 'actor', me.name, 'reason', why)))
    FROM medstint.administrators(me.school) a, public.users u WHERE u.id = me.student AND a <> me.person));
  RETURN made;
END
$$;

-- Somebody else's decision on a proposal; approved, the times are the record's, and
-- whoever proposed them does not decide on it.
CREATE FUNCTION medstint.decide_correction(correction text, approve boolean) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c public.time_record_corrections;
  t public.time_records;
  me record;
BEGIN
  SELECT x.* INTO c FROM public.time_record_corrections x WHERE x.id = correction FOR NO KEY UPDATE;
  SELECT w.* INTO me FROM medstint.working_on(c.time_record_id) w;
  IF me.person IS NULL OR me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'administrators decide on corrections' USING ERRCODE = 'MS403', CONSTRAINT = 'time_record_corrections_administrators_decide';
  ELSIF me.person = c.proposed_by THEN
    RAISE EXCEPTION 'somebody else decides' USING ERRCODE = 'MS403', CONSTRAINT = 'time_record_corrections_by_somebody_else';
  ELSIF c.status <> 'PROPOSED' THEN
    RAISE EXCEPTION 'it is decided already' USING ERRCODE = 'MS409', CONSTRAINT = 'time_record_corrections_is_decided';
  END IF;
  IF approve THEN
    SELECT x.* INTO t FROM public.time_records x WHERE x.id = c.time_record_id FOR NO KEY UPDATE;
    IF t.status <> 'PENDING' OR (t.clock_in, t.clock_out) IS DISTINCT FROM (c.old_clock_in, c.old_clock_out) THEN
      RAISE EXCEPTION 'the record has moved on' USING ERRCODE = 'MS409', CONSTRAINT = 'time_record_corrections_record_moved_on';
    END IF;
    UPDATE public.time_records x SET clock_in = c.clock_in, clock_out = c.clock_out, total_hours = medstint.total_hours(c.clock_in, c.clock_out),
      clock_out_source = coalesce(x.clock_out_source, CASE WHEN c.clock_out IS NOT NULL THEN 'MANUAL'::public.punch_source END)
    WHERE x.id = t.id;
    -- Whoever proposed them wrote them, not whoever approves.
    UPDATE public.time_records x SET editors = array_append(array_remove(t.editors, c.proposed_by), c.proposed_by), edited_at = now() WHERE x.id = t.id;
  END IF;
  UPDATE public.time_record_corrections x SET status = CASE WHEN approve THEN 'APPROVED' ELSE 'REJECTED' END, decided_by = me.person, decided_at = now()
  WHERE x.id = correction;
  PERFORM medstint.notify('CORRECTION_DECIDED', (SELECT jsonb_agg(jsonb_build_object('user_id', p, 'key', 'corrected:' || correction,
      'about', 'time_records/' || c.time_record_id, 'data', jsonb_build_object('verdict', CASE WHEN approve THEN 'approved' ELSE 'rejected' END, 'date', me.day, 'actor', me.name)))
    FROM (SELECT DISTINCT unnest(ARRAY[c.proposed_by, me.student]) AS p) x));
END
$$;

-- Whoever proposed it takes it back.
CREATE FUNCTION medstint.withdraw_correction(correction text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.time_record_corrections c SET status = 'WITHDRAWN', decided_by = c.proposed_by, decided_at = now()
  WHERE c.id = correction AND c.status = 'PROPOSED' AND c.proposed_by = medstint.acting_user_id();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'not theirs to withdraw' USING ERRCODE = 'MS403', CONSTRAINT = 'time_record_corrections_own_withdrawn';
  END IF;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.waits(text), medstint.ask(text, text), medstint.answer(text, text), medstint.propose_correction(text, integer, timestamptz, timestamptz, text),
  medstint.decide_correction(text, boolean), medstint.withdraw_correction(text) TO medstint_app, medstint_web;
