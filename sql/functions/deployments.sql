-- Deploying a competency template to students, and rolling it back.

-- Brings a template to the active students of programs and to people: a competency with its rubric,
-- unless the school has it from this template, and an assignment for everyone who has none of it.
-- What was made is remembered. Students are locked in the order of their ids.
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
    RAISE EXCEPTION 'there is no active template with this id' USING ERRCODE = 'MS422',
      CONSTRAINT = 'competency_deployments_template_is_active';
  END IF;
  IF EXISTS (SELECT FROM unnest(programs) x LEFT JOIN public.programs p ON p.id = x AND p.school_id = me.school
    WHERE p.id IS NULL)
     OR EXISTS (SELECT FROM unnest(people) x LEFT JOIN public.users u ON u.id = x AND u.school_id = me.school
       WHERE u.id IS NULL) THEN
    RAISE EXCEPTION 'a program or student belongs to another school' USING ERRCODE = 'MS422',
      CONSTRAINT = 'competency_deployments_one_school';
  END IF;
  -- Two deployments of one template at the same time would make its competency twice.
  PERFORM medstint.hold_turns('deployments', ARRAY[source.id || ' in ' || me.school]);

  INSERT INTO public.competency_deployments (school_id, template_id, deployed_by, deployment_type, status,
    effective_date, expiry_date, target_programs, target_users)
  VALUES (me.school, source.id, me.person, 'TEMPLATE_IMPORT', CASE WHEN effective > now() THEN
    'PENDING' ELSE 'ACTIVE' END::public.deployment_status,
          coalesce(effective,
            (SELECT medstint.day_start(medstint.day_of(now(), s.time_zone), s.time_zone) FROM public.schools s
            WHERE s.id = me.school)), expiry, to_json(programs)::text, to_json(people)::text)
  RETURNING id INTO new_deployment;

  SELECT c.id INTO target FROM public.competencies c WHERE c.school_id = me.school AND c.template_id = source.id
    ORDER BY c.created_at, c.id LIMIT 1;
  IF target IS NULL THEN
    INSERT INTO public.competencies (school_id, template_id, name, description, category, level, version, is_deployed)
    VALUES (me.school, source.id, source.name, source.description, source.category, source.level, source.version,
      true)
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

-- Who may deploy in which school, or an error.
CREATE OR REPLACE FUNCTION medstint.deploying(OUT person text, OUT school text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  SELECT a.user_id, a.school_id INTO person, school FROM medstint.actor() a
    WHERE a.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') AND a.school_id IS NOT NULL;
  IF person IS NULL THEN
    RAISE EXCEPTION 'only administrators may deploy templates'
      USING ERRCODE = 'MS403', CONSTRAINT = 'competency_deployments_administrators_only';
  END IF;
END
$$;

-- Removes what a deployment made, all of it or nothing: assignments that were worked on since are
-- named, with the reason. Rows are locked before they are deleted, in the usual order.
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
    RAISE EXCEPTION 'the deployment can not be rolled back: it did not record what it created'
      USING ERRCODE = 'MS409',
      CONSTRAINT = 'competency_deployments_nothing_to_take_back';
  END IF;
  IF target.rollback_data::jsonb ? 'rolled_back_at' THEN
    RAISE EXCEPTION 'the deployment has already been rolled back' USING ERRCODE = 'MS409',
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
        WHEN a.status = 'COMPLETED' THEN 'completed on '
          || to_char(medstint.day_of(a.completion_date,
          (SELECT x.time_zone FROM public.schools x WHERE x.id = me.school)),
          'YYYY-MM-DD')
        WHEN a.status = 'IN_PROGRESS' OR a.progress_percentage > 0 THEN 'in progress'
        WHEN NOT a.id = ANY (made_assignments) THEN 'also assigned in another way since' END
    FROM public.competency_assignments a
    JOIN public.users u ON u.id = a.user_id
    JOIN public.competencies c ON c.id = a.competency_id
    WHERE a.id = ANY (made_assignments) OR a.competency_id = ANY (made_competencies)
    UNION ALL
    -- Students who were assessed since, assigned or not.
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

-- No more from here on; what was assigned stays.
CREATE OR REPLACE FUNCTION medstint.archive_deployment(deployment text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record := medstint.deploying();
BEGIN
  UPDATE public.competency_deployments d SET status = 'ARCHIVED'
    WHERE d.id = deployment AND d.school_id = me.school AND d.status <> 'ARCHIVED';
  RETURN FOUND;
END
$$;
