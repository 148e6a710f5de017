-- Triggers on competencies and assessments. PostgreSQL fires those of one event in the order of
-- their names.

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, created_by ON competency_templates
  FOR EACH ROW WHEN (NEW.source <> 'STANDARD'::competency_template_source)
  EXECUTE FUNCTION medstint.fill_school_id('created_by', 'users');
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON competency_templates FOR EACH ROW WHEN (OLD.id IS DISTINCT
  FROM NEW.id) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON competency_templates FOR EACH ROW
  WHEN (OLD.school_id IS DISTINCT FROM NEW.school_id) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name, category, version ON competency_templates FOR EACH ROW
  EXECUTE FUNCTION medstint.tidy_text('name', 'category', 'version');
CREATE TRIGGER b_check_template BEFORE INSERT OR UPDATE ON competency_templates FOR EACH ROW
  EXECUTE FUNCTION medstint.check_template();
CREATE TRIGGER c_audit_delete AFTER DELETE ON competency_templates REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('competency_template');
CREATE TRIGGER c_audit_insert AFTER INSERT ON competency_templates REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('competency_template');
CREATE TRIGGER c_audit_update AFTER UPDATE ON competency_templates
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_update('competency_template');
CREATE TRIGGER d_announce_delete AFTER DELETE ON competency_templates REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON competency_templates REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON competency_templates REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER z_touch BEFORE UPDATE ON competency_templates FOR EACH ROW EXECUTE FUNCTION medstint.touch();

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, template_id, deployed_by
  ON competency_deployments FOR EACH ROW
  EXECUTE FUNCTION medstint.fill_school_id('template_id', 'competency_templates', 'deployed_by', 'users');
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON competency_deployments FOR EACH ROW WHEN (OLD.id IS DISTINCT
  FROM NEW.id) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON competency_deployments FOR EACH ROW
  WHEN (OLD.school_id IS DISTINCT FROM NEW.school_id) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER b_check_transition BEFORE INSERT OR UPDATE ON competency_deployments FOR EACH ROW
  EXECUTE FUNCTION medstint.check_transition();
CREATE TRIGGER c_audit_delete AFTER DELETE ON competency_deployments REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('competency_deployment');
CREATE TRIGGER c_audit_insert AFTER INSERT ON competency_deployments REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('competency_deployment');
CREATE TRIGGER c_audit_update AFTER UPDATE ON competency_deployments
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_update('competency_deployment');
CREATE TRIGGER d_announce_delete AFTER DELETE ON competency_deployments REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON competency_deployments REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON competency_deployments REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, program_id, template_id ON competencies
  FOR EACH ROW
  EXECUTE FUNCTION medstint.fill_school_id('program_id', 'programs', 'template_id', 'competency_templates');
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON competencies FOR EACH ROW WHEN (OLD.id IS DISTINCT
  FROM NEW.id) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON competencies FOR EACH ROW
  WHEN (OLD.school_id IS DISTINCT FROM NEW.school_id) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name, category, version ON competencies FOR EACH ROW
  EXECUTE FUNCTION medstint.tidy_text('name', 'category', 'version');
CREATE TRIGGER c_audit_delete AFTER DELETE ON competencies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_delete('competency');
CREATE TRIGGER c_audit_insert AFTER INSERT ON competencies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_insert('competency');
CREATE TRIGGER c_audit_update AFTER UPDATE ON competencies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('competency');
CREATE TRIGGER d_announce_delete AFTER DELETE ON competencies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON competencies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON competencies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER z_touch BEFORE UPDATE ON competencies FOR EACH ROW EXECUTE FUNCTION medstint.touch();

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, user_id, competency_id, deployment_id
  ON competency_assignments FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('user_id', 'users',
  'competency_id', 'competencies', 'deployment_id', 'competency_deployments');
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON competency_assignments FOR EACH ROW WHEN (OLD.id IS DISTINCT
  FROM NEW.id) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER b_check_assignment BEFORE INSERT ON competency_assignments FOR EACH ROW
  EXECUTE FUNCTION medstint.check_assignment();
CREATE TRIGGER b_check_transition BEFORE INSERT OR UPDATE ON competency_assignments FOR EACH ROW
  EXECUTE FUNCTION medstint.check_transition();
CREATE TRIGGER c_audit_delete AFTER DELETE ON competency_assignments REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('competency_assignment');
CREATE TRIGGER c_audit_insert AFTER INSERT ON competency_assignments REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('competency_assignment');
CREATE TRIGGER c_audit_update AFTER UPDATE ON competency_assignments
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_update('competency_assignment');
CREATE TRIGGER d_announce_delete AFTER DELETE ON competency_assignments REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON competency_assignments REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON competency_assignments REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER e_notify_assigned AFTER INSERT ON competency_assignments REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.notify_assigned();

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, student_id, assessor_id, competency_id,
  rotation_id ON assessments FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('student_id', 'users',
  'assessor_id', 'users', 'competency_id', 'competencies', 'rotation_id', 'rotations');
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON assessments FOR EACH ROW WHEN (OLD.id IS DISTINCT
  FROM NEW.id) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON assessments FOR EACH ROW
  WHEN (OLD.school_id IS DISTINCT FROM NEW.school_id) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER a_share_rubric BEFORE INSERT OR UPDATE OF rubric_scores, competency_id ON assessments FOR EACH ROW
  WHEN (NEW.rubric_scores IS NOT NULL) EXECUTE FUNCTION medstint.share_rubric();
CREATE TRIGGER b_check_transition BEFORE INSERT OR UPDATE ON assessments FOR EACH ROW
  EXECUTE FUNCTION medstint.check_transition();
CREATE TRIGGER b_moves_assignment AFTER UPDATE ON assessments
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.assessment_moves_assignment();
CREATE TRIGGER c_audit_delete AFTER DELETE ON assessments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_delete('assessment');
CREATE TRIGGER c_audit_insert AFTER INSERT ON assessments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_insert('assessment');
CREATE TRIGGER c_audit_update AFTER UPDATE ON assessments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('assessment');
CREATE TRIGGER c_check_assessment BEFORE INSERT OR UPDATE ON assessments FOR EACH ROW
  EXECUTE FUNCTION medstint.check_assessment();
CREATE TRIGGER c_second_person BEFORE UPDATE OF status ON assessments FOR EACH ROW WHEN ((OLD.status IS DISTINCT
  FROM NEW.status) AND (NEW.status = ANY (ARRAY['REVIEWED'::assessment_status, 'APPROVED'::assessment_status])))
  EXECUTE FUNCTION medstint.second_person_assesses();
CREATE TRIGGER d_announce_delete AFTER DELETE ON assessments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON assessments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON assessments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER e_notify_assessments AFTER UPDATE ON assessments
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.notify_assessments();

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, competency_id, template_id
  ON rubric_criteria FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('competency_id', 'competencies',
  'template_id', 'competency_templates');
CREATE TRIGGER a_hold_rubric BEFORE INSERT OR UPDATE OR DELETE ON rubric_criteria FOR EACH ROW
  EXECUTE FUNCTION medstint.hold_rubric();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON rubric_criteria FOR EACH ROW WHEN (OLD.id IS DISTINCT
  FROM NEW.id) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF criterion_name ON rubric_criteria FOR EACH ROW
  EXECUTE FUNCTION medstint.tidy_text('criterion_name');
CREATE TRIGGER b_check_criterion BEFORE INSERT OR UPDATE OR DELETE ON rubric_criteria FOR EACH ROW
  EXECUTE FUNCTION medstint.check_criterion();
CREATE TRIGGER c_audit_delete AFTER DELETE ON rubric_criteria REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_delete('rubric_criterion');
CREATE TRIGGER c_audit_insert AFTER INSERT ON rubric_criteria REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_insert('rubric_criterion');
CREATE TRIGGER c_audit_update AFTER UPDATE ON rubric_criteria
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_update('rubric_criterion');
CREATE TRIGGER d_announce_delete AFTER DELETE ON rubric_criteria REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON rubric_criteria REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON rubric_criteria REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER z_touch BEFORE UPDATE ON rubric_criteria FOR EACH ROW EXECUTE FUNCTION medstint.touch();
