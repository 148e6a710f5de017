-- What the roles may do with competencies and assessments. Columns that are not named are closed.

GRANT SELECT, INSERT, UPDATE, DELETE ON competency_templates TO medstint_web;
GRANT SELECT (id, school_id, name, description, category, level, type, content, is_public, source, version,
  created_by, is_active, created_at, updated_at) ON competency_templates TO medstint_app;
GRANT INSERT (name, description, category, level, type, content, version) ON competency_templates TO medstint_app;
GRANT UPDATE (name, description, category, level, type, content, is_active) ON competency_templates TO medstint_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON competency_deployments TO medstint_web;
GRANT SELECT (id, school_id, template_id, deployed_by, deployment_type, status, effective_date, expiry_date,
  target_programs, target_users, rollback_data, created_at, updated_at) ON competency_deployments TO medstint_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON competencies TO medstint_web;
GRANT SELECT (id, school_id, program_id, template_id, name, description, category, level, version, is_deployed,
  created_at, updated_at) ON competencies TO medstint_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON competency_assignments TO medstint_web;
GRANT SELECT (id, school_id, user_id, competency_id, deployment_id, assigned_by, assignment_type, status, due_date,
  completion_date, progress_percentage, created_at, updated_at) ON competency_assignments TO medstint_app;
GRANT INSERT (user_id, competency_id, assigned_by, assignment_type, due_date) ON competency_assignments
  TO medstint_app;
GRANT UPDATE (assignment_type, due_date) ON competency_assignments TO medstint_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON assessments TO medstint_web;
GRANT SELECT (id, school_id, student_id, assessor_id, competency_id, rotation_id, type, status, score, max_score,
  rubric_scores, feedback, improvement_areas, approved_by, created_at, updated_at) ON assessments TO medstint_app;
GRANT INSERT (student_id, assessor_id, competency_id, rotation_id, type, rubric_scores, feedback, improvement_areas)
  ON assessments TO medstint_app;
GRANT UPDATE (status, rubric_scores, feedback, improvement_areas, approved_by) ON assessments TO medstint_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON rubric_criteria TO medstint_web;
GRANT SELECT (id, school_id, competency_id, template_id, criterion_name, description, weight, max_score,
  performance_levels, order_index, created_at, updated_at) ON rubric_criteria TO medstint_app;
GRANT INSERT (template_id, criterion_name, description, weight, max_score, performance_levels, order_index)
  ON rubric_criteria TO medstint_app;
GRANT UPDATE (criterion_name, description, weight, max_score, performance_levels, order_index) ON rubric_criteria
  TO medstint_app;
