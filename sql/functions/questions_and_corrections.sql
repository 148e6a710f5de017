-- Questions about a time record, and corrections of its times.

-- A question to the student; the record stays as it is. The student is notified before the record
-- is locked, because the transaction that holds the flags must not wait for a row.
CREATE OR REPLACE FUNCTION medstint.ask(record text, words text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record;
  made text;
BEGIN
  SELECT w.* INTO me FROM medstint.working_on(record) w;
  IF me.person IS NULL OR NOT me.decides OR me.is_own THEN
    RAISE EXCEPTION 'only someone who decides on the record may ask about it' USING ERRCODE = 'MS403',
      CONSTRAINT = 'time_record_questions_whoever_decides';
  END IF;
  PERFORM FROM public.time_records t WHERE t.id = record FOR NO KEY UPDATE;
  IF NOT EXISTS (SELECT FROM public.time_records t WHERE t.id = record AND t.status = 'PENDING') THEN
    RAISE EXCEPTION 'the record has been decided'
      USING ERRCODE = 'MS409', CONSTRAINT = 'time_record_questions_while_pending';
  END IF;
  INSERT INTO public.time_record_questions (school_id, time_record_id, asked_by, question)
    VALUES (me.school, record, me.person, words) RETURNING id INTO made;
  PERFORM medstint.notify('TIME_RECORD_QUESTION',
    jsonb_build_array(jsonb_build_object('user_id', me.student, 'key', 'question:' || made,
    'about', 'time_records/' || record, 'data', jsonb_build_object('question', words))));
  -- The record was locked: a writer that computed flags in the meantime skipped it.
  PERFORM medstint.reflag(ARRAY[record]);
  RETURN made;
END
$$;

-- The student's answer to the latest open question. An answer given on another device in the
-- meantime is kept.
CREATE OR REPLACE FUNCTION medstint.answer(record text, words text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record;
  asked public.time_record_questions;
BEGIN
  SELECT w.* INTO me FROM medstint.working_on(record) w;
  IF me.person IS NULL OR NOT me.is_own THEN
    RAISE EXCEPTION 'only the student of the record may answer' USING ERRCODE = 'MS403',
      CONSTRAINT = 'time_record_questions_the_student_answers';
  END IF;
  UPDATE public.time_record_questions q SET answer = words, answered_at = now()
  WHERE q.answered_at IS NULL
    AND q.id = (SELECT x.id FROM public.time_record_questions x WHERE x.time_record_id = record
      AND x.answered_at IS NULL ORDER BY x.asked_at DESC, x.id LIMIT 1)
  RETURNING * INTO asked;
  IF asked.id IS NULL THEN
    RAISE EXCEPTION 'there is no open question about the record'
      USING ERRCODE = 'MS409', CONSTRAINT = 'time_record_questions_something_is_asked';
  END IF;
  PERFORM medstint.notify('TIME_RECORD_ANSWER',
    jsonb_build_array(jsonb_build_object('user_id', asked.asked_by, 'key', 'answer:' || asked.id,
    'about', 'time_records/' || record, 'data', jsonb_build_object('student', me.name, 'answer', words))));
  RETURN asked.id;
END
$$;

-- Other times for a pending record, proposed by its student, by a person who decides on it, or by
-- an administrator. Notified before the record is locked: the transaction that holds the flags must
-- not wait for a row.
CREATE OR REPLACE FUNCTION medstint.propose_correction(record text, seen integer, new_in timestamptz,
  new_out timestamptz, why text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record;
  t public.time_records;
  made text;
BEGIN
  SELECT w.* INTO me FROM medstint.working_on(record) w;
  IF me.person IS NULL OR NOT (me.decides OR me.is_own) THEN
    RAISE EXCEPTION 'you may not correct this record'
      USING ERRCODE = 'MS403', CONSTRAINT = 'time_record_corrections_who_may';
  END IF;
  SELECT x.* INTO t FROM public.time_records x WHERE x.id = record FOR NO KEY UPDATE;
  IF t.status <> 'PENDING' THEN
    RAISE EXCEPTION 'the record has been decided' USING ERRCODE = 'MS409',
      CONSTRAINT = 'time_record_corrections_while_pending';
  ELSIF t.version IS DISTINCT FROM seen THEN
    RAISE EXCEPTION 'the record has changed since it was read'
      USING ERRCODE = 'MS409', CONSTRAINT = 'time_record_corrections_as_seen';
  ELSIF new_in > now() + interval '60 seconds' OR new_out > now() + interval '60 seconds' THEN
    RAISE EXCEPTION 'the corrected time is in the future' USING ERRCODE = 'MS422',
      CONSTRAINT = 'time_record_corrections_not_in_the_future';
  END IF;
  INSERT INTO public.time_record_corrections (school_id, time_record_id, old_clock_in, old_clock_out, clock_in,
    clock_out, reason, proposed_by)
  VALUES (me.school, record, t.clock_in, t.clock_out, new_in, new_out, why, me.person) RETURNING id INTO made;
  PERFORM medstint.notify('CORRECTION_PROPOSED',
    (SELECT jsonb_agg(jsonb_build_object('user_id', a, 'key', 'correction:' || made,
      'about', 'time_records/' || record, 'data',
        jsonb_build_object('student', u.sort_name, 'date', me.day, 'actor', me.name, 'reason', why)))
    FROM medstint.administrators(me.school) a, public.users u WHERE u.id = me.student AND a <> me.person));
  -- The record was locked: a writer that computed flags in the meantime skipped it.
  PERFORM medstint.reflag(ARRAY[record]);
  RETURN made;
END
$$;

-- Another person's decision on a proposal. Approved, its times become the record's, and its author
-- can't decide on the record. The record is locked before its correction, as a decision on the
-- record does, and people are notified before the flags.
CREATE OR REPLACE FUNCTION medstint.decide_correction(correction text, approve boolean) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c public.time_record_corrections;
  t public.time_records;
  me record;
BEGIN
  SELECT x.* INTO c FROM public.time_record_corrections x WHERE x.id = correction;
  SELECT w.* INTO me FROM medstint.working_on(c.time_record_id) w;
  IF me.person IS NULL OR me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'only administrators may decide on corrections' USING ERRCODE = 'MS403',
      CONSTRAINT = 'time_record_corrections_administrators_decide';
  ELSIF me.person = c.proposed_by THEN
    RAISE EXCEPTION 'the person who proposed a correction may not decide on it' USING ERRCODE = 'MS403',
      CONSTRAINT = 'time_record_corrections_by_somebody_else';
  END IF;
  IF approve THEN
    SELECT x.* INTO t FROM public.time_records x WHERE x.id = c.time_record_id FOR NO KEY UPDATE;
  END IF;
  SELECT x.* INTO c FROM public.time_record_corrections x WHERE x.id = correction FOR NO KEY UPDATE;
  PERFORM FROM public.users u WHERE u.id IN (c.proposed_by, me.student) ORDER BY u.id FOR KEY SHARE;
  IF c.status <> 'PROPOSED' THEN
    RAISE EXCEPTION 'the correction has already been decided'
      USING ERRCODE = 'MS409', CONSTRAINT = 'time_record_corrections_is_decided';
  END IF;
  IF approve THEN
    IF t.status <> 'PENDING' OR (t.clock_in, t.clock_out) IS DISTINCT FROM (c.old_clock_in, c.old_clock_out) THEN
      RAISE EXCEPTION 'the record has changed since the correction was proposed' USING ERRCODE = 'MS409',
        CONSTRAINT = 'time_record_corrections_record_moved_on';
    END IF;
    UPDATE public.time_records x SET clock_in = c.clock_in, clock_out = c.clock_out,
      total_hours = medstint.total_hours(c.clock_in, c.clock_out),
      clock_out_source = coalesce(x.clock_out_source, CASE WHEN c.clock_out IS NOT NULL THEN
        'MANUAL'::public.punch_source END)
    WHERE x.id = t.id;
    -- The person who proposed the times is their author, not the person who approves them.
    UPDATE public.time_records x SET editors = array_append(array_remove(t.editors, c.proposed_by), c.proposed_by),
      edited_at = now() WHERE x.id = t.id;
  END IF;
  UPDATE public.time_record_corrections x SET status = CASE WHEN approve THEN 'APPROVED' ELSE 'REJECTED' END,
    decided_by = me.person, decided_at = now()
  WHERE x.id = correction;
  PERFORM medstint.notify('CORRECTION_DECIDED',
    (SELECT jsonb_agg(jsonb_build_object('user_id', p, 'key', 'corrected:' || correction,
      'about', 'time_records/' || c.time_record_id, 'data',
        jsonb_build_object('verdict', CASE WHEN approve THEN 'approved' ELSE 'rejected' END, 'date', me.day, 'actor',
          me.name)))
    FROM (SELECT DISTINCT unnest(ARRAY[c.proposed_by, me.student]) AS p) x));
END
$$;

-- Only the person who proposed a correction withdraws it.
CREATE OR REPLACE FUNCTION medstint.withdraw_correction(correction text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.time_record_corrections c SET status = 'WITHDRAWN', decided_by = c.proposed_by, decided_at = now()
  WHERE c.id = correction AND c.status = 'PROPOSED' AND c.proposed_by = medstint.acting_user_id();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'only the person who proposed it may withdraw an open correction'
      USING ERRCODE = 'MS403', CONSTRAINT = 'time_record_corrections_own_withdrawn';
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION medstint.refuse_open_correction() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM public.time_record_corrections c WHERE c.time_record_id = OLD.id
    AND c.status = 'PROPOSED') THEN
    RAISE EXCEPTION 'time record %: a correction is open', OLD.id
      USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_correction_is_open';
  END IF;
  RETURN NEW;
END
$$;
