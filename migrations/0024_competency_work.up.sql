-- Why: competencies reach students in one step and can be taken back in one
-- step; a rubric that somebody was measured with does not change afterwards; and
-- nobody approves their own assessment. All of it here, for every client.

-- Templates and deployments are the concern of those who plan with them.
DROP POLICY competency_templates_read ON competency_templates;
CREATE POLICY competency_templates_read ON competency_templates FOR SELECT TO medstint_app USING (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN', 'CLINICAL_SUPERVISOR')));
CALL medstint.administrators_edit('competency_templates');
GRANT INSERT (name, description, category, level, type, content, version),
  UPDATE (name, description, category, level, type, content, is_active) ON competency_templates TO medstint_app;
CALL medstint.administrators_edit('rubric_criteria');
GRANT INSERT (template_id, criterion_name, description, weight, max_score, performance_levels, order_index),
  UPDATE (criterion_name, description, weight, max_score, performance_levels, order_index) ON rubric_criteria TO medstint_app;
CALL medstint.administrators_edit('competency_assignments');
GRANT INSERT (user_id, competency_id, assigned_by, assignment_type, due_date), UPDATE (assignment_type, due_date)
  ON competency_assignments TO medstint_app;

CREATE INDEX competency_deployments_of_template ON competency_deployments (template_id);
CREATE INDEX competencies_of_template ON competencies (template_id);

-- A template that is public or was deployed once is published: whoever refers to
-- its version finds what it was. A change is a new version.
CREATE FUNCTION medstint.is_published(template text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM public.competency_templates t WHERE t.id = template AND t.is_public)
    OR EXISTS (SELECT FROM public.competency_deployments d WHERE d.template_id = template)
$$;

CREATE FUNCTION medstint.check_template() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.created_by := coalesce(NEW.created_by, medstint.acting_user_id());
  ELSIF (NEW.name, NEW.description, NEW.category, NEW.level, NEW.type, NEW.content, NEW.version)
      IS DISTINCT FROM (OLD.name, OLD.description, OLD.category, OLD.level, OLD.type, OLD.content, OLD.version)
      AND medstint.is_published(OLD.id) OR OLD.is_public AND NOT NEW.is_public THEN
    RAISE EXCEPTION 'template % is published', OLD.id USING ERRCODE = 'MS409', CONSTRAINT = 'competency_templates_published_is_frozen';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER b_check_template BEFORE INSERT OR UPDATE ON competency_templates
  FOR EACH ROW EXECUTE FUNCTION medstint.check_template();

CREATE FUNCTION medstint.check_criterion() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  -- Where it was and where it is to be.
  was public.rubric_criteria;
  is_to_be public.rubric_criteria;
BEGIN
  IF TG_OP <> 'INSERT' THEN was := OLD; END IF;
  IF TG_OP <> 'DELETE' THEN is_to_be := NEW; END IF;
  IF NOT medstint.may_administer(coalesce(is_to_be.school_id, was.school_id)) THEN
    RAISE EXCEPTION 'only administrators edit rubrics' USING ERRCODE = '42501';
  END IF;
  IF EXISTS (SELECT FROM unnest(ARRAY[was.template_id, is_to_be.template_id]) AS t (id) WHERE medstint.is_published(t.id)) THEN
    RAISE EXCEPTION 'the template of the criterion is published' USING ERRCODE = 'MS409', CONSTRAINT = 'rubric_criteria_published_is_frozen';
  END IF;
  IF EXISTS (SELECT FROM public.assessments a WHERE a.competency_id IN (was.competency_id, is_to_be.competency_id) AND a.rubric_scores IS NOT NULL) THEN
    RAISE EXCEPTION 'somebody was assessed with the rubric' USING ERRCODE = 'MS409', CONSTRAINT = 'rubric_criteria_assessed_is_frozen';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER b_check_criterion BEFORE INSERT OR UPDATE OR DELETE ON rubric_criteria
  FOR EACH ROW EXECUTE FUNCTION medstint.check_criterion();

-- Takes a criterion out of a rubric that nobody uses yet. A function, since a grant
-- to delete would also let anybody lock the table.
CREATE FUNCTION medstint.remove_criterion(criterion text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM public.rubric_criteria k USING medstint.actor() a
  WHERE k.id = criterion AND k.school_id = a.school_id AND a.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN');
  RETURN FOUND;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.remove_criterion(text) TO medstint_app;

-- Assigns in the own name.
CREATE FUNCTION medstint.check_assignment() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT medstint.may_administer(NEW.school_id) THEN
    RAISE EXCEPTION 'only administrators assign' USING ERRCODE = '42501';
  END IF;
  NEW.assigned_by := coalesce(medstint.acting_user_id(), NEW.assigned_by);
  IF NOT EXISTS (SELECT FROM public.users u WHERE u.id = NEW.user_id AND u.role = 'STUDENT') THEN
    RAISE EXCEPTION 'competencies are assigned to students' USING ERRCODE = 'MS422', CONSTRAINT = 'competency_assignments_students_only';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER b_check_assignment BEFORE INSERT ON competency_assignments
  FOR EACH ROW EXECUTE FUNCTION medstint.check_assignment();

-- Who may deploy in which school, or an error.
CREATE FUNCTION medstint.deploying(OUT person text, OUT school text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  SELECT a.user_id, a.school_id INTO person, school FROM medstint.actor() a WHERE a.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') AND a.school_id IS NOT NULL;
  IF person IS NULL THEN
    RAISE EXCEPTION 'only administrators deploy' USING ERRCODE = 'MS403', CONSTRAINT = 'competency_deployments_administrators_only';
  END IF;
END
$$;

-- Brings a template to the active students of programs and to people: a
-- competency with its rubric, unless the school has it from this template, and an
-- assignment for everybody who has none of it. What was made is remembered.
CREATE FUNCTION medstint.deploy(template text, programs text[], people text[], kind public.assignment_type,
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
    RAISE EXCEPTION 'there is no such template' USING ERRCODE = 'MS422', CONSTRAINT = 'competency_deployments_template_is_active';
  END IF;
  IF EXISTS (SELECT FROM unnest(programs) x LEFT JOIN public.programs p ON p.id = x AND p.school_id = me.school WHERE p.id IS NULL)
     OR EXISTS (SELECT FROM unnest(people) x LEFT JOIN public.users u ON u.id = x AND u.school_id = me.school WHERE u.id IS NULL) THEN
    RAISE EXCEPTION 'a target is of another school' USING ERRCODE = 'MS422', CONSTRAINT = 'competency_deployments_one_school';
  END IF;
  -- Two deployments of one template at the same time would make its competency twice.
  PERFORM pg_advisory_xact_lock(hashtextextended('deployment of ' || source.id || ' in ' || me.school, 0));

  INSERT INTO public.competency_deployments (school_id, template_id, deployed_by, deployment_type, status, effective_date, expiry_date, target_programs, target_users)
  VALUES (me.school, source.id, me.person, 'TEMPLATE_IMPORT', CASE WHEN effective > now() THEN 'PENDING' ELSE 'ACTIVE' END::public.deployment_status,
          coalesce(effective, (SELECT date_trunc('day', now(), s.time_zone) FROM public.schools s WHERE s.id = me.school)), expiry, to_json(programs)::text, to_json(people)::text)
  RETURNING id INTO new_deployment;

  SELECT c.id INTO target FROM public.competencies c WHERE c.school_id = me.school AND c.template_id = source.id ORDER BY c.created_at, c.id LIMIT 1;
  IF target IS NULL THEN
    INSERT INTO public.competencies (school_id, template_id, name, description, category, level, version, is_deployed)
    VALUES (me.school, source.id, source.name, source.description, source.category, source.level, source.version, true)
    RETURNING id INTO target;
    made_competencies := ARRAY[target];
    WITH made AS (
      INSERT INTO public.rubric_criteria (school_id, competency_id, criterion_name, description, weight, max_score, performance_levels, order_index)
      SELECT me.school, target, k.criterion_name, k.description, k.weight, k.max_score, k.performance_levels, k.order_index
      FROM public.rubric_criteria k WHERE k.template_id = source.id RETURNING id)
    SELECT coalesce(array_agg(id), '{}') INTO made_criteria FROM made;
  END IF;

  SELECT coalesce(array_agg(u.id), '{}') INTO aimed_at FROM public.users u
  WHERE u.school_id = me.school AND u.role = 'STUDENT' AND u.is_active
    AND (u.id = ANY (people) OR u.program_id = ANY (programs) AND coalesce(u.academic_status, 'ACTIVE') IN ('ACTIVE', 'PROBATION'));
  WITH made AS (
    INSERT INTO public.competency_assignments (school_id, user_id, competency_id, deployment_id, assigned_by, assignment_type, due_date)
    SELECT me.school, x.id, target, new_deployment, me.person, kind, due FROM unnest(aimed_at) AS x (id)
    ON CONFLICT (user_id, competency_id) DO NOTHING RETURNING id, user_id)
  SELECT coalesce(array_agg(id), '{}'), coalesce(array_agg(user_id), '{}') INTO made_assignments, reached FROM made;

  UPDATE public.competency_deployments SET rollback_data = json_build_object(
    'competencies', made_competencies, 'criteria', made_criteria, 'assignments', made_assignments)::text
  WHERE id = new_deployment;
  RETURN QUERY SELECT u.sort_name, source.name, u.id = ANY (reached) FROM public.users u WHERE u.id = ANY (aimed_at) ORDER BY u.sort_name, u.id;
END
$$;

-- Takes back what a deployment made, all of it or nothing: what somebody worked
-- on since is named, with why, and then nothing is taken back.
CREATE FUNCTION medstint.roll_back(deployment text)
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
  SELECT d.* INTO target FROM public.competency_deployments d WHERE d.id = deployment AND d.school_id = me.school FOR UPDATE;
  IF target.id IS NULL OR target.rollback_data IS NULL OR NOT target.rollback_data::jsonb ? 'assignments' THEN
    RAISE EXCEPTION 'nothing is known to take back' USING ERRCODE = 'MS409', CONSTRAINT = 'competency_deployments_nothing_to_take_back';
  END IF;
  IF target.rollback_data::jsonb ? 'rolled_back_at' THEN
    RAISE EXCEPTION 'it was taken back already' USING ERRCODE = 'MS409', CONSTRAINT = 'competency_deployments_taken_back_already';
  END IF;
  SELECT coalesce(array_agg(x), '{}') INTO made_competencies FROM jsonb_array_elements_text(target.rollback_data::jsonb -> 'competencies') x;
  SELECT coalesce(array_agg(x), '{}') INTO made_criteria FROM jsonb_array_elements_text(target.rollback_data::jsonb -> 'criteria') x;
  SELECT coalesce(array_agg(x), '{}') INTO made_assignments FROM jsonb_array_elements_text(target.rollback_data::jsonb -> 'assignments') x;
  -- A deployment of the same template waits, and so does this one.
  PERFORM pg_advisory_xact_lock(hashtextextended('deployment of ' || target.template_id || ' in ' || me.school, 0));
  PERFORM FROM public.competency_assignments a WHERE a.id = ANY (made_assignments) ORDER BY a.id FOR UPDATE;

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
  IF EXISTS (SELECT FROM public.competency_assignments a WHERE (a.id = ANY (made_assignments) OR a.competency_id = ANY (made_competencies))
      AND (a.status IN ('COMPLETED', 'IN_PROGRESS') OR a.progress_percentage > 0 OR NOT a.id = ANY (made_assignments)
        OR EXISTS (SELECT FROM public.assessments s WHERE s.student_id = a.user_id AND s.competency_id = a.competency_id AND s.created_at >= target.created_at)))
     OR EXISTS (SELECT FROM public.assessments s WHERE s.competency_id = ANY (made_competencies)) THEN
    RETURN;
  END IF;

  DELETE FROM public.competency_assignments a WHERE a.id = ANY (made_assignments) AND a.school_id = me.school;
  DELETE FROM public.rubric_criteria k WHERE k.id = ANY (made_criteria) AND k.school_id = me.school;
  DELETE FROM public.competencies c WHERE c.id = ANY (made_competencies) AND c.school_id = me.school;
  UPDATE public.competency_deployments d
  SET status = 'ARCHIVED', rollback_data = (d.rollback_data::jsonb || jsonb_build_object('rolled_back_at', now(), 'rolled_back_by', me.person))::text
  WHERE d.id = deployment;
END
$$;

-- No more from here on; what was assigned stays.
CREATE FUNCTION medstint.archive_deployment(deployment text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record := medstint.deploying();
BEGIN
  UPDATE public.competency_deployments d SET status = 'ARCHIVED' WHERE d.id = deployment AND d.school_id = me.school AND d.status <> 'ARCHIVED';
  RETURN FOUND;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.deploy(text, text[], text[], public.assignment_type, timestamptz, timestamptz, timestamptz),
  medstint.roll_back(text), medstint.archive_deployment(text) TO medstint_app;

-- Assessments. Each criterion 0 to its maximum; the total is the weighted mean,
-- scaled to the best score there is. NULL while a criterion has no score.
CREATE FUNCTION medstint.rubric_total(competency text, scores jsonb, OUT score numeric, OUT max_score numeric, OUT is_complete boolean, OUT is_within boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN x.complete THEN round(x.weighted / x.weights * x.best, 2) END, x.best, x.complete, x.within
  FROM (SELECT sum(k.weight * ((scores ->> k.criterion_name)::numeric / k.max_score)) AS weighted, sum(k.weight) AS weights, max(k.max_score) AS best,
               coalesce(bool_and((scores ->> k.criterion_name) IS NOT NULL), true) AS complete,
               coalesce(bool_and(coalesce((scores ->> k.criterion_name)::numeric BETWEEN 0 AND k.max_score, true)), true) AS within
        FROM public.rubric_criteria k WHERE k.competency_id = competency) x
$$;

CREATE POLICY assessments_add ON assessments FOR INSERT TO medstint_app WITH CHECK (
  assessor_id = (SELECT medstint.current_user_id()) AND student_id = ANY ((SELECT medstint.own_student_ids())::text[])
  AND status = 'DRAFT' AND CASE type
    WHEN 'SELF' THEN student_id = (SELECT medstint.current_user_id())
    WHEN 'PRECEPTOR' THEN (SELECT medstint.has_role('CLINICAL_PRECEPTOR'))
    WHEN 'SUPERVISOR' THEN (SELECT medstint.has_role('CLINICAL_SUPERVISOR'))
    ELSE false END);
CREATE POLICY assessments_edit ON assessments FOR UPDATE TO medstint_app USING (
  assessor_id = (SELECT medstint.current_user_id()) OR (SELECT medstint.has_role('SCHOOL_ADMIN'))
  OR (SELECT medstint.has_role('CLINICAL_SUPERVISOR')) AND student_id = ANY ((SELECT medstint.own_student_ids())::text[]));
GRANT INSERT (student_id, assessor_id, competency_id, rotation_id, type, rubric_scores, feedback, improvement_areas),
  UPDATE (rubric_scores, feedback, improvement_areas, status, approved_by) ON assessments TO medstint_app;

CREATE FUNCTION medstint.check_assessment() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor_id text := medstint.acting_user_id();
  was text := CASE TG_OP WHEN 'UPDATE' THEN OLD.status::text ELSE '' END;
  rubric record;
  reviewer record;
  why text;
BEGIN
  SELECT * INTO rubric FROM medstint.rubric_total(NEW.competency_id, coalesce(NEW.rubric_scores, '{}')::jsonb);
  -- What the criteria say is not also stated; clients without a rubric state a score.
  IF rubric.max_score IS NOT NULL AND NEW.rubric_scores IS NOT NULL
     AND (was IN ('', 'DRAFT') OR NEW.status = 'DRAFT') THEN
    NEW.score := rubric.score;
    NEW.max_score := rubric.max_score;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.status = 'APPROVED' AND was <> 'APPROVED' THEN
      NEW.approved_by := coalesce(actor_id, NEW.approved_by);
    END IF;
  END IF;
  SELECT u.id, u.role, u.is_active, u.school_id INTO reviewer FROM (SELECT) AS one LEFT JOIN public.users u ON u.id = coalesce(actor_id, NEW.approved_by);

  why := CASE
    WHEN NOT rubric.is_within THEN 'scores_within_criteria'
    WHEN was IN ('SUBMITTED', 'REVIEWED', 'APPROVED') AND (NEW.rubric_scores, NEW.score, NEW.max_score, NEW.feedback, NEW.improvement_areas, NEW.competency_id, NEW.student_id, NEW.assessor_id, NEW.type)
      IS DISTINCT FROM (OLD.rubric_scores, OLD.score, OLD.max_score, OLD.feedback, OLD.improvement_areas, OLD.competency_id, OLD.student_id, OLD.assessor_id, OLD.type)
      THEN 'only_a_draft_changes'
    WHEN TG_OP = 'UPDATE' AND NEW.status = OLD.status AND NEW.approved_by IS DISTINCT FROM OLD.approved_by THEN 'only_a_draft_changes'
    WHEN NEW.rotation_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.rotations r WHERE r.id = NEW.rotation_id AND r.student_id = NEW.student_id) THEN 'rotation_is_the_students'
    WHEN was = 'DRAFT' AND actor_id <> OLD.assessor_id THEN 'draft_is_the_assessors'
    WHEN NEW.status <> 'DRAFT' AND was IN ('', 'DRAFT') AND NOT rubric.is_complete AND NEW.score IS NULL THEN 'every_criterion_has_a_score'
    -- From here on somebody else looks at it.
    WHEN TG_OP = 'INSERT' OR NEW.status = OLD.status OR was = 'DRAFT' THEN NULL
    WHEN was = 'SUBMITTED' AND NEW.status = 'DRAFT' AND actor_id = OLD.assessor_id THEN NULL
    WHEN reviewer.id IS NULL AND NEW.status <> 'APPROVED' THEN NULL
    WHEN reviewer.id IS NULL OR NOT reviewer.is_active OR reviewer.school_id IS DISTINCT FROM NEW.school_id THEN 'reviewer_unknown'
    WHEN reviewer.id IN (OLD.assessor_id, OLD.student_id) THEN 'assessor_does_not_approve'
    WHEN reviewer.role = 'SCHOOL_ADMIN' THEN NULL
    WHEN reviewer.role = 'CLINICAL_SUPERVISOR' AND EXISTS (SELECT FROM public.rotations r WHERE r.student_id = OLD.student_id
      AND reviewer.id IN (r.supervisor_id, r.preceptor_id)) THEN NULL
    ELSE 'role_may_not_review' END;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION 'assessment %: %', NEW.id, why USING ERRCODE = CASE WHEN why IN ('scores_within_criteria', 'every_criterion_has_a_score', 'rotation_is_the_students') THEN 'MS422' ELSE 'MS403' END,
      CONSTRAINT = 'assessments_' || why;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER c_check_assessment BEFORE INSERT OR UPDATE ON assessments
  FOR EACH ROW EXECUTE FUNCTION medstint.check_assessment();

-- What an assessment means for the assignment: work has begun when one was
-- submitted; it is done when one was approved that reaches the school's pass mark
-- (thresholds.pass_percent, 75 by default; a self-assessment passes nobody).
CREATE FUNCTION medstint.assessment_moves_assignment() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.competency_assignments a SET status = 'IN_PROGRESS'
  FROM new_rows n JOIN old_rows o USING (id)
  WHERE n.status = 'SUBMITTED' AND o.status = 'DRAFT' AND a.user_id = n.student_id AND a.competency_id = n.competency_id AND a.status = 'ASSIGNED';
  UPDATE public.competency_assignments a SET status = 'COMPLETED', completion_date = now(), progress_percentage = 100
  FROM new_rows n JOIN old_rows o USING (id)
  WHERE n.status = 'APPROVED' AND o.status <> 'APPROVED' AND n.type <> 'SELF' AND a.user_id = n.student_id AND a.competency_id = n.competency_id
    AND a.status <> 'COMPLETED' AND n.score >= n.max_score * medstint.policy(n.school_id, 'pass_percent', '75')::numeric / 100;
  RETURN NULL;
END
$$;
CREATE TRIGGER b_moves_assignment AFTER UPDATE ON assessments
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.assessment_moves_assignment();
