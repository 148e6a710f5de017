-- Competencies, their rubrics, and assessments.

CREATE OR REPLACE FUNCTION medstint.check_template() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.created_by := coalesce(NEW.created_by, medstint.acting_user_id());
  ELSIF (NEW.name, NEW.description, NEW.category, NEW.level, NEW.type, NEW.content, NEW.version)
      IS DISTINCT FROM (OLD.name, OLD.description, OLD.category, OLD.level, OLD.type, OLD.content, OLD.version)
      AND medstint.is_published(OLD.id) OR OLD.is_public AND NOT NEW.is_public THEN
    RAISE EXCEPTION 'template % is published', OLD.id
      USING ERRCODE = 'MS409', CONSTRAINT = 'competency_templates_published_is_frozen';
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.check_criterion() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  -- Where it was and where it is to be.
  was public.rubric_criteria;
  is_to_be public.rubric_criteria;
BEGIN
  IF TG_OP <> 'INSERT' THEN was := OLD; END IF;
  IF TG_OP <> 'DELETE' THEN is_to_be := NEW; END IF;
  IF NOT medstint.may_administer(coalesce(is_to_be.school_id, was.school_id)) THEN
    RAISE EXCEPTION 'only administrators may edit rubrics' USING ERRCODE = '42501';
  END IF;
  IF EXISTS (SELECT FROM unnest(ARRAY[was.template_id, is_to_be.template_id]) AS t (id)
    WHERE medstint.is_published(t.id)) THEN
    RAISE EXCEPTION 'the template of the criterion is published'
      USING ERRCODE = 'MS409', CONSTRAINT = 'rubric_criteria_published_is_frozen';
  END IF;
  IF EXISTS (SELECT FROM public.assessments a
    WHERE a.competency_id IN (was.competency_id, is_to_be.competency_id) AND a.rubric_scores IS NOT NULL) THEN
    RAISE EXCEPTION 'the rubric has been used in an assessment'
      USING ERRCODE = 'MS409', CONSTRAINT = 'rubric_criteria_assessed_is_frozen';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;

-- Takes a criterion out of a rubric that nobody uses yet. A function, since a grant to delete would
-- also let anybody lock the table.
CREATE OR REPLACE FUNCTION medstint.remove_criterion(criterion text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM public.rubric_criteria k USING medstint.actor() a
  WHERE k.id = criterion AND k.school_id = a.school_id AND a.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN');
  RETURN FOUND;
END
$$;

-- A template that is public or was deployed once is published: every reference to its version finds
-- what it was. A change is a new version.
CREATE OR REPLACE FUNCTION medstint.is_published(template text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM public.competency_templates t WHERE t.id = template AND t.is_public)
    OR EXISTS (SELECT FROM public.competency_deployments d WHERE d.template_id = template)
$$;

-- Assessments. Each criterion 0 to its maximum; the total is the weighted mean, scaled to the best
-- score there is. NULL while a criterion has no score.
CREATE OR REPLACE FUNCTION medstint.rubric_total(competency text, scores jsonb, OUT score numeric,
  OUT max_score numeric, OUT is_complete boolean, OUT is_within boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN x.complete THEN round(x.weighted / x.weights * x.best, 2) END, x.best, x.complete, x.within
  FROM (SELECT sum(k.weight * ((scores ->> k.criterion_name)::numeric / k.max_score)) AS weighted,
    sum(k.weight) AS weights, max(k.max_score) AS best,
               coalesce(bool_and((scores ->> k.criterion_name) IS NOT NULL), true) AS complete,
               coalesce(bool_and(coalesce((scores ->> k.criterion_name)::numeric BETWEEN 0 AND k.max_score, true)),
                 true) AS within
        FROM public.rubric_criteria k WHERE k.competency_id = competency) x
$$;

-- Assigns in the own name.
CREATE OR REPLACE FUNCTION medstint.check_assignment() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT medstint.may_administer(NEW.school_id) THEN
    RAISE EXCEPTION 'only administrators may assign competencies' USING ERRCODE = '42501';
  END IF;
  NEW.assigned_by := coalesce(medstint.acting_user_id(), NEW.assigned_by);
  IF NOT EXISTS (SELECT FROM public.users u WHERE u.id = NEW.user_id AND u.role = 'STUDENT') THEN
    RAISE EXCEPTION 'competencies can only be assigned to students'
      USING ERRCODE = 'MS422', CONSTRAINT = 'competency_assignments_students_only';
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.check_assessment() RETURNS trigger
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
  SELECT u.id, u.role, u.is_active, u.school_id INTO reviewer FROM (SELECT) AS one
    LEFT JOIN public.users u ON u.id = coalesce(actor_id, NEW.approved_by);

  why := CASE
    WHEN NOT rubric.is_within THEN 'scores_within_criteria'
    WHEN was IN ('SUBMITTED', 'REVIEWED', 'APPROVED')
      AND (NEW.rubric_scores, NEW.score, NEW.max_score, NEW.feedback, NEW.improvement_areas, NEW.competency_id,
      NEW.student_id, NEW.assessor_id, NEW.type)
        IS DISTINCT FROM (OLD.rubric_scores, OLD.score, OLD.max_score, OLD.feedback, OLD.improvement_areas,
          OLD.competency_id, OLD.student_id, OLD.assessor_id, OLD.type)
      THEN 'only_a_draft_changes'
    WHEN TG_OP = 'UPDATE' AND NEW.status = OLD.status AND NEW.approved_by
      IS DISTINCT FROM OLD.approved_by THEN 'only_a_draft_changes'
    WHEN NEW.rotation_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM public.rotations r WHERE r.id = NEW.rotation_id AND r.student_id = NEW.student_id)
      THEN 'rotation_is_the_students'
    WHEN was = 'DRAFT' AND actor_id <> OLD.assessor_id THEN 'draft_is_the_assessors'
    WHEN NEW.status <> 'DRAFT' AND was IN ('', 'DRAFT') AND NOT rubric.is_complete AND NEW.score IS NULL
      THEN 'every_criterion_has_a_score'
    -- From here on someone else reviews it.
    WHEN TG_OP = 'INSERT' OR NEW.status = OLD.status OR was = 'DRAFT' THEN NULL
    WHEN was = 'SUBMITTED' AND NEW.status = 'DRAFT' AND actor_id = OLD.assessor_id THEN NULL
    WHEN reviewer.id IS NULL AND NEW.status <> 'APPROVED' THEN NULL
    WHEN reviewer.id IS NULL OR NOT reviewer.is_active OR reviewer.school_id
      IS DISTINCT FROM NEW.school_id THEN 'reviewer_unknown'
    WHEN reviewer.id IN (OLD.assessor_id, OLD.student_id) THEN 'assessor_does_not_approve'
    WHEN reviewer.role = 'SCHOOL_ADMIN' THEN NULL
    WHEN reviewer.role = 'CLINICAL_SUPERVISOR'
      AND EXISTS (SELECT FROM public.rotations r WHERE r.student_id = OLD.student_id
      AND reviewer.id IN (r.supervisor_id, r.preceptor_id)) THEN NULL
    ELSE 'role_may_not_review' END;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION 'assessment %: %', NEW.id, why
      USING ERRCODE = CASE
      WHEN why IN ('scores_within_criteria', 'every_criterion_has_a_score', 'rotation_is_the_students') THEN 'MS422'
      ELSE 'MS403' END,
      CONSTRAINT = 'assessments_' || why;
  END IF;
  RETURN NEW;
END
$$;

-- What an assessment means for the assignment: work has begun when one was submitted; it is done
-- when one was approved that reaches the school's pass mark (thresholds.pass_percent, 75 by
-- default; a self-assessment passes nobody).
CREATE OR REPLACE FUNCTION medstint.assessment_moves_assignment() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.competency_assignments a SET status = 'IN_PROGRESS'
  FROM new_rows n JOIN old_rows o USING (id)
  WHERE n.status = 'SUBMITTED' AND o.status = 'DRAFT' AND a.user_id = n.student_id
    AND a.competency_id = n.competency_id AND a.status = 'ASSIGNED';
  UPDATE public.competency_assignments a SET status = 'COMPLETED', completion_date = now(), progress_percentage = 100
  FROM new_rows n JOIN old_rows o USING (id)
  WHERE n.status = 'APPROVED' AND o.status <> 'APPROVED' AND n.type <> 'SELF' AND a.user_id = n.student_id
    AND a.competency_id = n.competency_id
    AND a.status <> 'COMPLETED'
      AND n.score >= n.max_score * medstint.policy(n.school_id, 'pass_percent', '75')::numeric / 100;
  RETURN NULL;
END
$$;
