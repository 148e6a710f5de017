-- Triggers on rotations and school policies. PostgreSQL fires those of one event in the order of
-- their names.

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, student_id, clinical_site_id, preceptor_id,
  supervisor_id ON rotations FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('student_id', 'users',
  'clinical_site_id', 'clinical_sites', 'preceptor_id', 'users', 'supervisor_id', 'users');
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON rotations FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id)
  EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON rotations FOR EACH ROW
  WHEN (OLD.school_id IS DISTINCT FROM NEW.school_id) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF specialty ON rotations FOR EACH ROW
  EXECUTE FUNCTION medstint.tidy_text('specialty');
CREATE TRIGGER b_check_rotation BEFORE INSERT OR UPDATE OF student_id, clinical_site_id, preceptor_id,
  supervisor_id, specialty, start_date, end_date, required_hours, status ON rotations FOR EACH ROW
  WHEN (NOT medstint.days_move()) EXECUTE FUNCTION medstint.check_rotation();
CREATE TRIGGER b_check_transition BEFORE INSERT OR UPDATE ON rotations FOR EACH ROW
  EXECUTE FUNCTION medstint.check_transition();
CREATE TRIGGER c_audit_delete AFTER DELETE ON rotations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_delete('rotation');
CREATE TRIGGER c_audit_insert AFTER INSERT ON rotations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_insert('rotation');
CREATE TRIGGER c_audit_update AFTER UPDATE ON rotations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('rotation');
CREATE TRIGGER d_announce_delete AFTER DELETE ON rotations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON rotations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON rotations
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_besides_hours();
CREATE TRIGGER e_notify_booked_insert AFTER INSERT ON rotations REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.notify_booked();
CREATE TRIGGER e_notify_booked_update AFTER UPDATE ON rotations
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.notify_booked();
CREATE TRIGGER f_flag_update AFTER UPDATE ON rotations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT WHEN (NOT medstint.days_move()) EXECUTE FUNCTION medstint.flag_rotations();

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF school_id ON school_policies FOR EACH ROW
  WHEN (OLD.school_id IS DISTINCT FROM NEW.school_id) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER c_audit_delete AFTER DELETE ON school_policies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_delete('school_policy');
CREATE TRIGGER c_audit_insert AFTER INSERT ON school_policies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_insert('school_policy');
CREATE TRIGGER c_audit_update AFTER UPDATE ON school_policies
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_update('school_policy');
CREATE TRIGGER d_announce_insert AFTER INSERT ON school_policies REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_policy();
CREATE TRIGGER d_announce_update AFTER UPDATE ON school_policies REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_policy();
CREATE TRIGGER f_flag_policy_delete AFTER DELETE ON school_policies FOR EACH ROW
  EXECUTE FUNCTION medstint.flag_pending_of();
CREATE TRIGGER f_flag_policy_insert AFTER INSERT ON school_policies FOR EACH ROW
  EXECUTE FUNCTION medstint.flag_pending_of();
CREATE TRIGGER f_flag_policy_update AFTER UPDATE OF thresholds, duty_profile ON school_policies FOR EACH ROW
  WHEN (((OLD.thresholds)::text IS DISTINCT FROM (NEW.thresholds)::text) OR (OLD.duty_profile IS DISTINCT
  FROM NEW.duty_profile)) EXECUTE FUNCTION medstint.flag_pending_of();
CREATE TRIGGER z_touch BEFORE UPDATE ON school_policies FOR EACH ROW EXECUTE FUNCTION medstint.touch();
