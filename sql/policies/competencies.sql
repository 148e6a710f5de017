-- Row-level security of competencies and assessments. `_fence` keeps schools apart; the others say
-- who sees and changes what.

CREATE POLICY competency_templates_web ON competency_templates TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY competency_templates_fence ON competency_templates AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id())
    OR (school_id IS NULL AND ((SELECT medstint.current_user_id()) IS NOT NULL)))
  WITH CHECK (school_id = (SELECT medstint.current_school_id())
    OR (school_id IS NULL AND ((SELECT medstint.current_user_id()) IS NOT NULL)));
CREATE POLICY competency_templates_add ON competency_templates FOR INSERT TO medstint_app
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY competency_templates_edit ON competency_templates FOR UPDATE TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()))
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY competency_templates_read ON competency_templates FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN', 'CLINICAL_SUPERVISOR')));

CREATE POLICY competency_deployments_web ON competency_deployments TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY competency_deployments_fence ON competency_deployments AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY competency_deployments_read ON competency_deployments FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN', 'CLINICAL_SUPERVISOR')));

CREATE POLICY competencies_web ON competencies TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY competencies_fence ON competencies AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY competencies_read ON competencies FOR SELECT TO medstint_app USING (true);

CREATE POLICY competency_assignments_web ON competency_assignments TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY competency_assignments_fence ON competency_assignments AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY competency_assignments_add ON competency_assignments FOR INSERT TO medstint_app
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY competency_assignments_edit ON competency_assignments FOR UPDATE TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()))
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY competency_assignments_read ON competency_assignments FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    OR (user_id = ANY ((SELECT medstint.own_student_ids())::text[])));

CREATE POLICY assessments_web ON assessments TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY assessments_fence ON assessments AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY assessments_add ON assessments FOR INSERT TO medstint_app
  WITH CHECK (assessor_id = (SELECT medstint.current_user_id())
    AND (student_id = ANY ((SELECT medstint.own_student_ids())::text[])) AND status = 'DRAFT'::assessment_status
    AND CASE type WHEN 'SELF'::assessment_type THEN (student_id = (SELECT medstint.current_user_id()))
    WHEN 'PRECEPTOR'::assessment_type THEN (SELECT medstint.has_role('CLINICAL_PRECEPTOR'))
    WHEN 'SUPERVISOR'::assessment_type THEN (SELECT medstint.has_role('CLINICAL_SUPERVISOR')) ELSE false END);
CREATE POLICY assessments_edit ON assessments FOR UPDATE TO medstint_app
  USING (assessor_id = (SELECT medstint.current_user_id()) OR (SELECT medstint.has_role('SCHOOL_ADMIN'))
    OR ((SELECT medstint.has_role('CLINICAL_SUPERVISOR'))
    AND (student_id = ANY ((SELECT medstint.own_student_ids())::text[]))));
CREATE POLICY assessments_read ON assessments FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    OR (student_id = ANY ((SELECT medstint.own_student_ids())::text[])));

CREATE POLICY rubric_criteria_web ON rubric_criteria TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY rubric_criteria_fence ON rubric_criteria AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id())
    OR (school_id IS NULL AND ((SELECT medstint.current_user_id()) IS NOT NULL)))
  WITH CHECK (school_id = (SELECT medstint.current_school_id())
    OR (school_id IS NULL AND ((SELECT medstint.current_user_id()) IS NOT NULL)));
CREATE POLICY rubric_criteria_add ON rubric_criteria FOR INSERT TO medstint_app
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY rubric_criteria_edit ON rubric_criteria FOR UPDATE TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()))
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY rubric_criteria_read ON rubric_criteria FOR SELECT TO medstint_app USING (true);
