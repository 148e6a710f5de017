DROP TRIGGER b_moves_assignment ON assessments;
DROP FUNCTION medstint.assessment_moves_assignment();
DROP TRIGGER c_check_assessment ON assessments;
DROP FUNCTION medstint.check_assessment();
REVOKE INSERT (student_id, assessor_id, competency_id, rotation_id, type, rubric_scores, feedback, improvement_areas),
  UPDATE (rubric_scores, feedback, improvement_areas, status, approved_by) ON assessments FROM medstint_app;
DROP POLICY assessments_edit ON assessments;
DROP POLICY assessments_add ON assessments;
DROP FUNCTION medstint.rubric_total(text, jsonb);
DROP FUNCTION medstint.archive_deployment(text);
DROP FUNCTION medstint.roll_back(text);
DROP FUNCTION medstint.deploy(text, text[], text[], public.assignment_type, timestamptz, timestamptz, timestamptz);
DROP FUNCTION medstint.deploying();
DROP TRIGGER b_check_assignment ON competency_assignments;
DROP FUNCTION medstint.check_assignment();
DROP TRIGGER b_check_criterion ON rubric_criteria;
DROP FUNCTION medstint.check_criterion();
DROP TRIGGER b_check_template ON competency_templates;
DROP FUNCTION medstint.check_template();
DROP FUNCTION medstint.is_published(text);
DROP INDEX competencies_of_template;
DROP INDEX competency_deployments_of_template;
REVOKE INSERT (user_id, competency_id, assigned_by, assignment_type, due_date), UPDATE (assignment_type, due_date)
  ON competency_assignments FROM medstint_app;
DROP POLICY competency_assignments_edit ON competency_assignments;
DROP POLICY competency_assignments_add ON competency_assignments;
REVOKE INSERT (template_id, criterion_name, description, weight, max_score, performance_levels, order_index),
  UPDATE (criterion_name, description, weight, max_score, performance_levels, order_index) ON rubric_criteria FROM medstint_app;
DROP FUNCTION medstint.remove_criterion(text);
DROP POLICY rubric_criteria_edit ON rubric_criteria;
DROP POLICY rubric_criteria_add ON rubric_criteria;
REVOKE INSERT (name, description, category, level, type, content, version),
  UPDATE (name, description, category, level, type, content, is_active) ON competency_templates FROM medstint_app;
DROP POLICY competency_templates_edit ON competency_templates;
DROP POLICY competency_templates_add ON competency_templates;
DROP POLICY competency_templates_read ON competency_templates;
CREATE POLICY competency_templates_read ON competency_templates FOR SELECT TO medstint_app USING (true);
