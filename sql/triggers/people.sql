-- Triggers on schools, programs, people, accounts, keys, authorities, sessions. PostgreSQL fires those of
-- one event in the order of their names.

CREATE TRIGGER a_fill_time_zone BEFORE INSERT OR UPDATE OF time_zone ON schools FOR EACH ROW
  EXECUTE FUNCTION medstint.fill_time_zone();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON schools FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id)
  EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name, email ON schools FOR EACH ROW
  EXECUTE FUNCTION medstint.tidy_text('name', 'email?');
CREATE TRIGGER b_begin_sealing AFTER INSERT ON schools REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.begin_sealing();
CREATE TRIGGER b_check_school BEFORE UPDATE OF is_active ON schools FOR EACH ROW
  EXECUTE FUNCTION medstint.check_school();
CREATE TRIGGER b_release_references AFTER DELETE ON schools FOR EACH ROW
  EXECUTE FUNCTION medstint.release_school();
CREATE TRIGGER c_audit_delete AFTER DELETE ON schools REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_delete('school');
CREATE TRIGGER c_audit_insert AFTER INSERT ON schools REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_insert('school');
CREATE TRIGGER c_audit_update AFTER UPDATE ON schools REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('school');
CREATE TRIGGER d_announce_update AFTER UPDATE ON schools REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_school();
CREATE TRIGGER e_end_sessions AFTER UPDATE OF is_active ON schools FOR EACH ROW
  WHEN (OLD.is_active AND (NOT NEW.is_active)) EXECUTE FUNCTION medstint.end_sessions_of_inactive();
CREATE TRIGGER e_keep_days AFTER UPDATE OF time_zone ON schools FOR EACH ROW WHEN (OLD.time_zone <> NEW.time_zone)
  EXECUTE FUNCTION medstint.keep_days_of_school();
CREATE TRIGGER z_touch BEFORE UPDATE ON schools FOR EACH ROW EXECUTE FUNCTION medstint.touch();

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id ON programs FOR EACH ROW
  EXECUTE FUNCTION medstint.fill_school_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON programs FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id)
  EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON programs FOR EACH ROW
  WHEN (OLD.school_id IS DISTINCT FROM NEW.school_id) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name ON programs FOR EACH ROW
  EXECUTE FUNCTION medstint.tidy_text('name');
CREATE TRIGGER c_audit_delete AFTER DELETE ON programs REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_delete('program');
CREATE TRIGGER c_audit_insert AFTER INSERT ON programs REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_insert('program');
CREATE TRIGGER c_audit_update AFTER UPDATE ON programs REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('program');
CREATE TRIGGER d_announce_delete AFTER DELETE ON programs REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON programs REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON programs REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER f_flag_profile AFTER UPDATE OF duty_profile ON programs FOR EACH ROW
  WHEN (OLD.duty_profile IS DISTINCT FROM NEW.duty_profile) EXECUTE FUNCTION medstint.flag_pending_of();
CREATE TRIGGER z_touch BEFORE UPDATE ON programs FOR EACH ROW EXECUTE FUNCTION medstint.touch();

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, program_id ON users FOR EACH ROW
  WHEN (NEW.role <> 'SUPER_ADMIN'::user_role) EXECUTE FUNCTION medstint.fill_school_id('program_id', 'programs');
CREATE TRIGGER a_fill_user_name BEFORE INSERT OR UPDATE OF name, given_name, family_name, email ON users
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_user_name();
CREATE TRIGGER a_hold_roles BEFORE UPDATE OF role, is_active ON users FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.hold_roles();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON users FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id)
  EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF email, name, given_name, family_name, student_id, badge
  ON users FOR EACH ROW
  EXECUTE FUNCTION medstint.tidy_text('email', 'name', 'given_name?', 'family_name?', 'student_id?', 'badge?');
CREATE TRIGGER b_check_badge BEFORE INSERT OR UPDATE OF badge, student_id, email, school_id, program_id ON users
  FOR EACH ROW EXECUTE FUNCTION medstint.check_badge();
CREATE TRIGGER b_check_user BEFORE INSERT OR UPDATE OF email, name, given_name, family_name, role, school_id,
  program_id, student_id, academic_status, onboarding_completed, is_active ON users FOR EACH ROW
  EXECUTE FUNCTION medstint.check_user();
CREATE TRIGGER b_release_references AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION medstint.release_user();
CREATE TRIGGER c_audit_delete AFTER DELETE ON users REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_delete('user');
CREATE TRIGGER c_audit_insert AFTER INSERT ON users REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_insert('user');
CREATE TRIGGER c_audit_update AFTER UPDATE ON users REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('user');
CREATE TRIGGER c_check_leaving AFTER UPDATE OF school_id, program_id ON users FOR EACH ROW
  WHEN (OLD.school_id IS DISTINCT FROM NEW.school_id) EXECUTE FUNCTION medstint.check_leaving();
CREATE TRIGGER d_announce_delete AFTER DELETE ON users REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON users REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON users
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_besides_hours();
CREATE TRIGGER e_end_sessions AFTER UPDATE OF is_active ON users FOR EACH ROW
  WHEN (OLD.is_active AND (NOT NEW.is_active)) EXECUTE FUNCTION medstint.end_sessions_of_inactive();
CREATE TRIGGER e_note_badge AFTER UPDATE OF badge, student_id ON users FOR EACH ROW WHEN ((OLD.badge IS DISTINCT
  FROM NEW.badge) OR (OLD.student_id IS DISTINCT FROM NEW.student_id)) EXECUTE FUNCTION medstint.note_badge();
CREATE TRIGGER e_note_credential AFTER UPDATE OF email ON users FOR EACH ROW WHEN (OLD.email IS DISTINCT
  FROM NEW.email) EXECUTE FUNCTION medstint.note_email();
CREATE TRIGGER e_note_first_badge AFTER INSERT ON users FOR EACH ROW
  WHEN (NEW.badge IS NOT NULL OR NEW.student_id IS NOT NULL) EXECUTE FUNCTION medstint.note_badge();
CREATE TRIGGER e_note_first_email AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION medstint.note_email();
CREATE TRIGGER f_flag_program AFTER UPDATE OF program_id ON users FOR EACH ROW WHEN (OLD.program_id IS DISTINCT
  FROM NEW.program_id) EXECUTE FUNCTION medstint.flag_pending_of();
CREATE TRIGGER z_touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION medstint.touch();

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, user_id ON accounts FOR EACH ROW
  EXECUTE FUNCTION medstint.fill_school_id('user_id', 'users');
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON accounts FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id)
  EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER c_audit_delete AFTER DELETE ON accounts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_delete('account');
CREATE TRIGGER c_audit_insert AFTER INSERT ON accounts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_insert('account');
CREATE TRIGGER c_audit_update AFTER UPDATE ON accounts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('account');
CREATE TRIGGER e_end_credential AFTER DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION medstint.note_account();
CREATE TRIGGER e_end_sessions AFTER UPDATE OF password ON accounts FOR EACH ROW WHEN (OLD.password IS DISTINCT
  FROM NEW.password) EXECUTE FUNCTION medstint.end_sessions_of_password();
CREATE TRIGGER e_note_credential BEFORE INSERT OR UPDATE OF password, provider_id, account_id, user_id,
  is_temporary ON accounts FOR EACH ROW EXECUTE FUNCTION medstint.note_account();

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, user_id ON user_keys FOR EACH ROW
  EXECUTE FUNCTION medstint.fill_school_of_key();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON user_keys FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id)
  EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_owner_is_fixed BEFORE UPDATE OF user_id, key ON user_keys FOR EACH ROW
  WHEN (OLD.user_id <> NEW.user_id OR OLD.key <> NEW.key) EXECUTE FUNCTION medstint.refuse_move('owner');
CREATE TRIGGER a_removal_is_final BEFORE UPDATE OF removed_at ON user_keys FOR EACH ROW
  WHEN (OLD.removed_at IS NOT NULL AND OLD.removed_at IS DISTINCT FROM NEW.removed_at)
  EXECUTE FUNCTION medstint.refuse_move('removal');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF comment ON user_keys FOR EACH ROW
  EXECUTE FUNCTION medstint.tidy_text('comment?');
CREATE TRIGGER c_audit_delete AFTER DELETE ON user_keys REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_delete('user_key');
CREATE TRIGGER c_audit_insert AFTER INSERT ON user_keys REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_insert('user_key');
CREATE TRIGGER c_audit_update AFTER UPDATE ON user_keys REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('user_key');
CREATE TRIGGER e_end_credential AFTER DELETE ON user_keys FOR EACH ROW EXECUTE FUNCTION medstint.note_end_of_key();
CREATE TRIGGER e_note_credential AFTER INSERT ON user_keys FOR EACH ROW EXECUTE FUNCTION medstint.note_key();
CREATE TRIGGER e_remove_key AFTER UPDATE OF removed_at ON user_keys FOR EACH ROW
  WHEN (OLD.removed_at IS NULL AND NEW.removed_at IS NOT NULL) EXECUTE FUNCTION medstint.note_end_of_key();

CREATE TRIGGER a_fill_adders BEFORE INSERT ON certificate_authorities FOR EACH ROW
  EXECUTE FUNCTION medstint.fill_adders();
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id ON certificate_authorities FOR EACH ROW
  EXECUTE FUNCTION medstint.fill_school_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON certificate_authorities FOR EACH ROW
  WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_owner_is_fixed BEFORE UPDATE OF school_id, key, added_by ON certificate_authorities FOR EACH ROW
  WHEN (OLD.school_id <> NEW.school_id OR OLD.key <> NEW.key OR OLD.added_by <> NEW.added_by)
  EXECUTE FUNCTION medstint.refuse_move('owner');
CREATE TRIGGER a_removal_is_final BEFORE UPDATE OF removed_at ON certificate_authorities FOR EACH ROW
  WHEN (OLD.removed_at IS NOT NULL AND OLD.removed_at IS DISTINCT FROM NEW.removed_at)
  EXECUTE FUNCTION medstint.refuse_move('removal');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF comment ON certificate_authorities FOR EACH ROW
  EXECUTE FUNCTION medstint.tidy_text('comment?');
CREATE TRIGGER c_audit_delete AFTER DELETE ON certificate_authorities REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('certificate_authority');
CREATE TRIGGER c_audit_insert AFTER INSERT ON certificate_authorities REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('certificate_authority');
CREATE TRIGGER c_audit_update AFTER UPDATE ON certificate_authorities
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_update('certificate_authority');
CREATE TRIGGER d_announce AFTER INSERT OR UPDATE ON certificate_authorities FOR EACH ROW
  EXECUTE FUNCTION medstint.announce_authorities();
CREATE TRIGGER e_end_authority AFTER DELETE ON certificate_authorities FOR EACH ROW
  EXECUTE FUNCTION medstint.note_end_of_authority();
CREATE TRIGGER e_note_authority AFTER INSERT ON certificate_authorities FOR EACH ROW
  EXECUTE FUNCTION medstint.note_authority();
CREATE TRIGGER e_remove_authority AFTER UPDATE OF removed_at ON certificate_authorities FOR EACH ROW
  WHEN (OLD.removed_at IS NULL AND NEW.removed_at IS NOT NULL) EXECUTE FUNCTION medstint.note_end_of_authority();

CREATE TRIGGER a_fill_password_change BEFORE INSERT ON sessions FOR EACH ROW
  EXECUTE FUNCTION medstint.fill_password_change();
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, user_id ON sessions FOR EACH ROW
  EXECUTE FUNCTION medstint.fill_school_id('user_id', 'users');
CREATE TRIGGER b_check_references AFTER INSERT OR UPDATE OF user_id, school_id, active_school_id ON sessions
  FOR EACH ROW EXECUTE FUNCTION medstint.check_references();
CREATE TRIGGER c_audit_web_session AFTER INSERT OR DELETE OR UPDATE ON sessions FOR EACH ROW
  EXECUTE FUNCTION medstint.audit_web_session();
CREATE TRIGGER d_announce_update AFTER UPDATE OF revoked_at, locked_at, active_school_id ON sessions FOR EACH ROW
  WHEN ((OLD.revoked_at, OLD.locked_at, OLD.active_school_id) IS DISTINCT
  FROM (NEW.revoked_at, NEW.locked_at, NEW.active_school_id)) EXECUTE FUNCTION medstint.announce_session();
CREATE TRIGGER d_announce_delete AFTER DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION medstint.announce_session();

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, from_user_id, to_user_id ON delegations
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('from_user_id', 'users', 'to_user_id', 'users');
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON delegations FOR EACH ROW WHEN (OLD.id IS DISTINCT
  FROM NEW.id) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER b_check_delegation BEFORE INSERT OR UPDATE ON delegations FOR EACH ROW
  WHEN (NOT medstint.days_move()) EXECUTE FUNCTION medstint.check_delegation();
CREATE TRIGGER c_audit_delete AFTER DELETE ON delegations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_delete('delegation');
CREATE TRIGGER c_audit_insert AFTER INSERT ON delegations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_insert('delegation');
CREATE TRIGGER c_audit_update AFTER UPDATE ON delegations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('delegation');
CREATE TRIGGER d_announce_delete AFTER DELETE ON delegations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON delegations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON delegations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER z_touch BEFORE UPDATE ON delegations FOR EACH ROW EXECUTE FUNCTION medstint.touch();
