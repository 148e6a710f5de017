-- Why: two transactions that lock the same things in different orders wait for each
-- other, until PostgreSQL ends one of them after a second. Steps over several rows did:
-- the first row's triggers took the flags of the school, and then the second row was
-- waited for, whose holder waited for the flags. What a step is going to lock is now
-- locked before, in the one order that ARCHITECTURE.md tells.

-- Holds everything that a step over these rows is going to write, in order: rows of the
-- school that one works in, and of a student only their own assessments.
CREATE FUNCTION medstint.hold_targets(kind text, targets text[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
  staff constant boolean := coalesce(me.role <> 'STUDENT', false);
  records text[];
BEGIN
  CASE kind
  WHEN 'time_records' THEN
    records := ARRAY(SELECT t.id FROM public.time_records t WHERE t.id = ANY (targets) AND t.school_id = me.school_id
      AND staff
      ORDER BY t.id FOR NO KEY UPDATE);
  WHEN 'time_record_corrections' THEN
    records := ARRAY(SELECT t.id FROM public.time_records t WHERE t.school_id = me.school_id AND staff
      AND t.id IN (SELECT c.time_record_id FROM public.time_record_corrections c WHERE c.id = ANY (targets))
      ORDER BY t.id FOR NO KEY UPDATE);
    PERFORM FROM public.time_record_corrections c WHERE c.id = ANY (targets) AND c.school_id = me.school_id AND staff
      ORDER BY c.id FOR NO KEY UPDATE;
  WHEN 'rotations' THEN
    PERFORM FROM public.rotations r WHERE r.id = ANY (targets) AND r.school_id = me.school_id AND staff
      ORDER BY r.id FOR NO KEY UPDATE;
  WHEN 'users' THEN
    -- As whoever changes a role (hold_roles): the turn first, then the rows.
    PERFORM pg_advisory_xact_lock(hashtextextended('roles of people', 0)) WHERE staff;
    PERFORM FROM public.users u WHERE u.id = ANY (targets) AND u.school_id = me.school_id AND staff
      ORDER BY u.id FOR NO KEY UPDATE;
  WHEN 'assessments' THEN
    PERFORM FROM public.assessments a WHERE a.id = ANY (targets) AND a.school_id = me.school_id
      AND (staff OR a.assessor_id = me.user_id) ORDER BY a.id FOR NO KEY UPDATE;
    PERFORM FROM public.competency_assignments c WHERE c.school_id = me.school_id AND (staff OR c.user_id = me.user_id)
      AND (c.user_id, c.competency_id) IN (
        SELECT a.student_id, a.competency_id FROM public.assessments a WHERE a.id = ANY (targets))
      ORDER BY c.id FOR NO KEY UPDATE;
  WHEN 'competency_deployments' THEN
    PERFORM FROM public.competency_deployments d WHERE d.id = ANY (targets) AND d.school_id = me.school_id AND staff
      ORDER BY d.id FOR UPDATE;
    PERFORM medstint.hold_deployed(targets, me.school_id) WHERE staff;
  WHEN 'rubric_criteria' THEN
    PERFORM FROM public.rubric_criteria k WHERE k.id = ANY (targets) AND k.school_id = me.school_id AND staff
      ORDER BY k.id FOR UPDATE;
    PERFORM FROM public.competency_templates t WHERE t.school_id = me.school_id AND staff
      AND t.id IN (SELECT k.template_id FROM public.rubric_criteria k WHERE k.id = ANY (targets))
      ORDER BY t.id FOR NO KEY UPDATE;
    PERFORM FROM public.competencies c WHERE c.school_id = me.school_id AND staff
      AND c.id IN (SELECT k.competency_id FROM public.rubric_criteria k WHERE k.id = ANY (targets))
      ORDER BY c.id FOR NO KEY UPDATE;
  ELSE
    RAISE EXCEPTION 'nobody takes steps over %', kind USING ERRCODE = 'invalid_parameter_value';
  END CASE;
  -- What the records refer to, and who is told: for the flags of the first, nobody of
  -- the second is waited for.
  PERFORM FROM public.rotations r
    WHERE r.id IN (SELECT t.rotation_id FROM public.time_records t WHERE t.id = ANY (records))
    ORDER BY r.id FOR KEY SHARE;
  PERFORM FROM public.users u WHERE u.id IN (SELECT t.student_id FROM public.time_records t WHERE t.id = ANY (records)
      UNION SELECT c.proposed_by FROM public.time_record_corrections c WHERE c.time_record_id = ANY (records)
        AND c.status = 'PROPOSED')
    ORDER BY u.id FOR KEY SHARE;
  PERFORM FROM public.clinical_sites s
    WHERE s.id IN (SELECT t.clinical_site_id FROM public.time_records t WHERE t.id = ANY (records))
    ORDER BY s.id FOR KEY SHARE;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.hold_targets(text, text[]) TO medstint_app;

-- Holds what deployments made, all that taking them back deletes: criteria, then their
-- competencies, then assignments.
CREATE FUNCTION medstint.hold_deployed(deployments text[], school text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  made jsonb[];
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('deployment of ' || x.template_id || ' in ' || school, 0))
  FROM (SELECT DISTINCT d.template_id FROM public.competency_deployments d
    WHERE d.id = ANY (deployments) AND d.school_id = school ORDER BY 1) x;
  made := ARRAY(SELECT d.rollback_data::jsonb FROM public.competency_deployments d
    WHERE d.id = ANY (deployments) AND d.school_id = school AND d.rollback_data IS NOT NULL);
  PERFORM FROM public.rubric_criteria k WHERE k.school_id = school
    AND k.id IN (SELECT jsonb_array_elements_text(m -> 'criteria') FROM unnest(made) m) ORDER BY k.id FOR UPDATE;
  PERFORM FROM public.competencies c WHERE c.school_id = school
    AND c.id IN (SELECT jsonb_array_elements_text(m -> 'competencies') FROM unnest(made) m) ORDER BY c.id FOR UPDATE;
  PERFORM FROM public.competency_assignments a WHERE a.school_id = school
    AND a.id IN (SELECT jsonb_array_elements_text(m -> 'assignments') FROM unnest(made) m) ORDER BY a.id FOR UPDATE;
END
$$;

-- As before, and what it deletes is held first, in the order of everybody else.
CREATE OR REPLACE FUNCTION medstint.roll_back(deployment text)
  RETURNS TABLE (student text, competency text, obstacle text)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  me record := medstint.deploying();
  target public.competency_deployments;
  made_competencies text[];
  made_criteria text[];
  made_assignments text[];
BEGIN
  SELECT d.* INTO target FROM public.competency_deployments d WHERE d.id = deployment
    AND d.school_id = me.school FOR UPDATE;
  IF target.id IS NULL OR target.rollback_data IS NULL OR NOT target.rollback_data::jsonb ? 'assignments' THEN
    RAISE EXCEPTION 'nothing is known to take back' USING ERRCODE = 'MS409',
      CONSTRAINT = 'competency_deployments_nothing_to_take_back';
  END IF;
  IF target.rollback_data::jsonb ? 'rolled_back_at' THEN
    RAISE EXCEPTION 'it was taken back already' USING ERRCODE = 'MS409',
      CONSTRAINT = 'competency_deployments_taken_back_already';
  END IF;
  SELECT coalesce(array_agg(x), '{}') INTO made_competencies
    FROM jsonb_array_elements_text(target.rollback_data::jsonb -> 'competencies') x;
  SELECT coalesce(array_agg(x), '{}') INTO made_criteria
    FROM jsonb_array_elements_text(target.rollback_data::jsonb -> 'criteria') x;
  SELECT coalesce(array_agg(x), '{}') INTO made_assignments
    FROM jsonb_array_elements_text(target.rollback_data::jsonb -> 'assignments') x;
  -- A deployment of the same template waits, and so does this one.
  PERFORM medstint.hold_deployed(ARRAY[deployment], me.school);

  RETURN QUERY
    SELECT u.sort_name, c.name, CASE
        WHEN a.status = 'COMPLETED' THEN 'completed on ' || to_char(a.completion_date AT TIME ZONE 'UTC', 'YYYY-MM-DD')
        WHEN a.status = 'IN_PROGRESS' OR a.progress_percentage > 0 THEN 'in progress'
        WHEN NOT a.id = ANY (made_assignments) THEN 'assigned since, by another way' END
    FROM public.competency_assignments a
    JOIN public.users u ON u.id = a.user_id
    JOIN public.competencies c ON c.id = a.competency_id
    WHERE a.id = ANY (made_assignments) OR a.competency_id = ANY (made_competencies)
    UNION ALL
    -- Whoever was assessed since, assigned or not.
    SELECT u.sort_name, c.name, 'assessed since'
    FROM public.assessments s
    JOIN public.users u ON u.id = s.student_id
    JOIN public.competencies c ON c.id = s.competency_id
    WHERE s.competency_id = ANY (made_competencies)
       OR s.created_at >= target.created_at AND EXISTS (SELECT FROM public.competency_assignments a
            WHERE a.id = ANY (made_assignments) AND a.user_id = s.student_id AND a.competency_id = s.competency_id)
    ORDER BY 1, 3;
  IF EXISTS (SELECT FROM public.competency_assignments a
    WHERE (a.id = ANY (made_assignments) OR a.competency_id = ANY (made_competencies))
      AND (a.status IN ('COMPLETED', 'IN_PROGRESS') OR a.progress_percentage > 0 OR NOT a.id = ANY (made_assignments)
        OR EXISTS (SELECT FROM public.assessments s WHERE s.student_id = a.user_id
          AND s.competency_id = a.competency_id AND s.created_at >= target.created_at)))
     OR EXISTS (SELECT FROM public.assessments s WHERE s.competency_id = ANY (made_competencies)) THEN
    RETURN;
  END IF;

  DELETE FROM public.competency_assignments a WHERE a.id = ANY (made_assignments) AND a.school_id = me.school;
  DELETE FROM public.rubric_criteria k WHERE k.id = ANY (made_criteria) AND k.school_id = me.school;
  DELETE FROM public.competencies c WHERE c.id = ANY (made_competencies) AND c.school_id = me.school;
  UPDATE public.competency_deployments d
  SET status = 'ARCHIVED', rollback_data = (d.rollback_data::jsonb
    || jsonb_build_object('rolled_back_at', now(), 'rolled_back_by', me.person))::text
  WHERE d.id = deployment;
END
$$;

-- As before; students in the order of their ids, as another assignment takes them.
CREATE OR REPLACE FUNCTION medstint.deploy(template text, programs text[], people text[], kind public.assignment_type,
    effective timestamptz, expiry timestamptz, due timestamptz)
  RETURNS TABLE (student text, competency text, is_new boolean)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  me record := medstint.deploying();
  source public.competency_templates;
  new_deployment text;
  target text;
  made_competencies text[] := '{}';
  made_criteria text[] := '{}';
  made_assignments text[] := '{}';
  aimed_at text[];
  reached text[];
BEGIN
  SELECT t.* INTO source FROM public.competency_templates t
  WHERE t.id = deploy.template AND t.is_active AND (t.school_id = me.school OR t.school_id IS NULL) FOR SHARE;
  IF source.id IS NULL THEN
    RAISE EXCEPTION 'there is no such template' USING ERRCODE = 'MS422',
      CONSTRAINT = 'competency_deployments_template_is_active';
  END IF;
  IF EXISTS (SELECT FROM unnest(programs) x LEFT JOIN public.programs p ON p.id = x AND p.school_id = me.school
    WHERE p.id IS NULL)
     OR EXISTS (SELECT FROM unnest(people) x LEFT JOIN public.users u ON u.id = x AND u.school_id = me.school
       WHERE u.id IS NULL) THEN
    RAISE EXCEPTION 'a target is of another school' USING ERRCODE = 'MS422',
      CONSTRAINT = 'competency_deployments_one_school';
  END IF;
  -- Two deployments of one template at the same time would make its competency twice.
  PERFORM pg_advisory_xact_lock(hashtextextended('deployment of ' || source.id || ' in ' || me.school, 0));

  INSERT INTO public.competency_deployments (school_id, template_id, deployed_by, deployment_type, status,
    effective_date, expiry_date, target_programs, target_users)
  VALUES (me.school, source.id, me.person, 'TEMPLATE_IMPORT', CASE WHEN effective > now() THEN
    'PENDING' ELSE 'ACTIVE' END::public.deployment_status,
          coalesce(effective, (SELECT date_trunc('day', now(), s.time_zone) FROM public.schools s
            WHERE s.id = me.school)), expiry, to_json(programs)::text, to_json(people)::text)
  RETURNING id INTO new_deployment;

  SELECT c.id INTO target FROM public.competencies c WHERE c.school_id = me.school AND c.template_id = source.id
    ORDER BY c.created_at, c.id LIMIT 1;
  IF target IS NULL THEN
    INSERT INTO public.competencies (school_id, template_id, name, description, category, level, version, is_deployed)
    VALUES (me.school, source.id, source.name, source.description, source.category, source.level, source.version, true)
    RETURNING id INTO target;
    made_competencies := ARRAY[target];
    WITH made AS (
      INSERT INTO public.rubric_criteria (school_id, competency_id, criterion_name, description, weight, max_score,
        performance_levels, order_index)
      SELECT me.school, target, k.criterion_name, k.description, k.weight, k.max_score, k.performance_levels,
        k.order_index
      FROM public.rubric_criteria k WHERE k.template_id = source.id RETURNING id)
    SELECT coalesce(array_agg(id), '{}') INTO made_criteria FROM made;
  END IF;

  SELECT coalesce(array_agg(u.id ORDER BY u.id), '{}') INTO aimed_at FROM public.users u
  WHERE u.school_id = me.school AND u.role = 'STUDENT' AND u.is_active
    AND (u.id = ANY (people) OR u.program_id = ANY (programs)
      AND coalesce(u.academic_status, 'ACTIVE') IN ('ACTIVE', 'PROBATION'));
  WITH made AS (
    INSERT INTO public.competency_assignments (school_id, user_id, competency_id, deployment_id, assigned_by,
      assignment_type, due_date)
    SELECT me.school, x.id, target, new_deployment, me.person, kind, due FROM unnest(aimed_at) AS x (id)
    ON CONFLICT (user_id, competency_id) DO NOTHING RETURNING id, user_id)
  SELECT coalesce(array_agg(id), '{}'), coalesce(array_agg(user_id), '{}') INTO made_assignments, reached FROM made;

  UPDATE public.competency_deployments SET rollback_data = json_build_object(
    'competencies', made_competencies, 'criteria', made_criteria, 'assignments', made_assignments)::text
  WHERE id = new_deployment;
  RETURN QUERY SELECT u.sort_name, source.name, u.id = ANY (reached) FROM public.users u WHERE u.id = ANY (aimed_at)
    ORDER BY u.sort_name, u.id;
END
$$;

-- As before; whoever tells the same things to the same people does it in the same order.
CREATE OR REPLACE FUNCTION medstint.notify(kind text, notices jsonb) RETURNS bigint
  -- Few are told, by their key, also where a trigger that calls this has nested loops off.
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on AS $$
  WITH told AS (
    INSERT INTO public.notifications (school_id, user_id, type, title, message, priority, category, action_url,
      dedup_key)
    SELECT u.school_id, u.id, kind, medstint.filled(t.title, n.data), medstint.filled(t.message, n.data), t.priority,
      t.category, n.about, n.key
    FROM jsonb_to_recordset(coalesce(notices, '[]')) AS n (user_id text, key text, about text, data jsonb)
    JOIN public.users u ON u.id = n.user_id AND u.is_active
    CROSS JOIN LATERAL (SELECT x.* FROM public.notification_templates x
      WHERE x.type = kind AND (x.school_id = u.school_id OR x.school_id IS NULL) ORDER BY x.school_id NULLS LAST,
        x.id LIMIT 1) t
    WHERE t.is_active
    ORDER BY u.id, n.key
    ON CONFLICT (user_id, dedup_key) WHERE dedup_key IS NOT NULL DO NOTHING
    RETURNING 1)
  SELECT count(*) FROM told
$$;

-- As before, and told first: whoever holds the flags waits for no row.
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
    RAISE EXCEPTION 'not theirs to correct' USING ERRCODE = 'MS403', CONSTRAINT = 'time_record_corrections_who_may';
  END IF;
  SELECT x.* INTO t FROM public.time_records x WHERE x.id = record FOR NO KEY UPDATE;
  IF t.status <> 'PENDING' THEN
    RAISE EXCEPTION 'the record is decided' USING ERRCODE = 'MS409',
      CONSTRAINT = 'time_record_corrections_while_pending';
  ELSIF t.version IS DISTINCT FROM seen THEN
    RAISE EXCEPTION 'the record has changed' USING ERRCODE = 'MS409', CONSTRAINT = 'time_record_corrections_as_seen';
  ELSIF new_in > now() + interval '60 seconds' OR new_out > now() + interval '60 seconds' THEN
    RAISE EXCEPTION 'it lies in the future' USING ERRCODE = 'MS422',
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
  -- The record was locked: whoever computed flags meanwhile left it to us.
  PERFORM medstint.reflag(ARRAY[record]);
  RETURN made;
END
$$;

-- As before; the record first and then its correction, as a decision on the record takes
-- them, and whoever is told before the flags.
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
    RAISE EXCEPTION 'administrators decide on corrections' USING ERRCODE = 'MS403',
      CONSTRAINT = 'time_record_corrections_administrators_decide';
  ELSIF me.person = c.proposed_by THEN
    RAISE EXCEPTION 'somebody else decides' USING ERRCODE = 'MS403',
      CONSTRAINT = 'time_record_corrections_by_somebody_else';
  END IF;
  IF approve THEN
    SELECT x.* INTO t FROM public.time_records x WHERE x.id = c.time_record_id FOR NO KEY UPDATE;
  END IF;
  SELECT x.* INTO c FROM public.time_record_corrections x WHERE x.id = correction FOR NO KEY UPDATE;
  PERFORM FROM public.users u WHERE u.id IN (c.proposed_by, me.student) ORDER BY u.id FOR KEY SHARE;
  IF c.status <> 'PROPOSED' THEN
    RAISE EXCEPTION 'it is decided already' USING ERRCODE = 'MS409', CONSTRAINT = 'time_record_corrections_is_decided';
  END IF;
  IF approve THEN
    IF t.status <> 'PENDING' OR (t.clock_in, t.clock_out) IS DISTINCT FROM (c.old_clock_in, c.old_clock_out) THEN
      RAISE EXCEPTION 'the record has moved on' USING ERRCODE = 'MS409',
        CONSTRAINT = 'time_record_corrections_record_moved_on';
    END IF;
    UPDATE public.time_records x SET clock_in = c.clock_in, clock_out = c.clock_out,
      total_hours = medstint.total_hours(c.clock_in, c.clock_out),
      clock_out_source = coalesce(x.clock_out_source, CASE WHEN c.clock_out IS NOT NULL THEN
        'MANUAL'::public.punch_source END)
    WHERE x.id = t.id;
    -- Whoever proposed them wrote them, not whoever approves.
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

-- As before; outcomes, attempts, the PIN: in the order of a punch that asks for one.
CREATE OR REPLACE FUNCTION medstint.set_pin_of(who text, pin text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF pin IS NULL OR pin !~ '^[0-9]{4,8}$' THEN
    RAISE EXCEPTION 'a PIN has four to eight digits' USING ERRCODE = 'MS422', CONSTRAINT = 'pins_four_to_eight_digits';
  ELSIF position(pin IN '01234567890123456789') > 0 OR position(pin IN '98765432109876543210') > 0
    OR pin ~ '^(.)\1+$' THEN
    RAISE EXCEPTION 'a PIN is not a row of digits' USING ERRCODE = 'MS422', CONSTRAINT = 'pins_not_easily_guessed';
  END IF;
  DELETE FROM medstint.pin_outcomes o WHERE o.user_id = who AND o.counted_in <> pg_current_xact_id()
    AND o.status <> 'code';
  DELETE FROM medstint.pin_attempts a WHERE a.subject = 'user:' || who;
  INSERT INTO medstint.pins AS p (user_id, pin_hash) VALUES (who, medstint.pin_hash(pin))
  ON CONFLICT (user_id) DO UPDATE SET pin_hash = excluded.pin_hash, code_hash = NULL, code_expires_at = NULL;
END
$$;

-- Flags come last of all that follows from a record: its events and notifications refer
-- to people, whose rows somebody may hold who waits for the flags.
ALTER TRIGGER bb_flag_new ON time_records RENAME TO f_flag_new;
ALTER TRIGGER bb_flag_changed ON time_records RENAME TO f_flag_changed;
ALTER TRIGGER bb_flag_after_delete ON time_records RENAME TO f_flag_after_delete;

-- As before, and what the punch of the act refers to is held before any flags are. In
-- plpgsql, which keeps its plans.
CREATE OR REPLACE FUNCTION medstint.begin_act(kiosk text, person text,
  puts_flags_off boolean DEFAULT false) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  PERFORM FROM public.users u WHERE u.id = person FOR KEY SHARE;
  PERFORM FROM public.kiosks k JOIN public.clinical_sites s ON s.id = k.clinical_site_id WHERE k.id = kiosk
    FOR KEY SHARE OF k, s;
  INSERT INTO medstint.kiosk_acts (transaction_id, kiosk_id, user_id, puts_flags_off)
  VALUES (pg_current_xact_id(), kiosk, person, begin_act.puts_flags_off)
  ON CONFLICT (transaction_id) DO UPDATE
  SET kiosk_id = excluded.kiosk_id, user_id = excluded.user_id, puts_flags_off = excluded.puts_flags_off;
END
$$;
