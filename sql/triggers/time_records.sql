-- Triggers on time records. PostgreSQL fires those of one event in the order of their names.

CREATE TRIGGER a_accuracy_is_tame BEFORE INSERT OR UPDATE OF clock_in_accuracy_m, clock_out_accuracy_m
  ON time_records FOR EACH ROW EXECUTE FUNCTION medstint.tame_accuracy();
CREATE TRIGGER a_date_is_the_databases BEFORE UPDATE OF date ON time_records FOR EACH ROW
  WHEN ((NEW.date IS DISTINCT FROM OLD.date) AND (NOT medstint.days_move()))
  EXECUTE FUNCTION medstint.keep_date();
CREATE TRIGGER a_fill_time_record BEFORE INSERT OR UPDATE OF school_id, rotation_id, student_id, clinical_site_id,
  clock_in ON time_records FOR EACH ROW EXECUTE FUNCTION medstint.fill_time_record();
CREATE TRIGGER a_flags_are_the_databases BEFORE UPDATE OF flags, triage, edited_at, editors, clock_in_is_edited,
  clock_out_is_edited, possible_punchers, created_at, is_offline, clock_is_unverified ON time_records FOR EACH ROW
  EXECUTE FUNCTION medstint.keep_flags();
CREATE TRIGGER a_hold_for_change AFTER UPDATE ON time_records
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.hold_for_change();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON time_records FOR EACH ROW WHEN (OLD.id IS DISTINCT
  FROM NEW.id) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_record_decisions AFTER UPDATE ON time_records
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.record_decisions();
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON time_records FOR EACH ROW
  WHEN (OLD.school_id IS DISTINCT FROM NEW.school_id) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER aa_refuse_flags_due AFTER UPDATE ON time_records
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.refuse_flags_due();
CREATE TRIGGER b_check_length BEFORE INSERT OR UPDATE OF clock_in, clock_out ON time_records FOR EACH ROW
  WHEN ((NEW.clock_out - NEW.clock_in) >= '99:59:42'::interval) EXECUTE FUNCTION medstint.check_length();
CREATE TRIGGER b_check_new_time_record BEFORE INSERT ON time_records FOR EACH ROW
  EXECUTE FUNCTION medstint.check_time_record();
CREATE TRIGGER b_check_time_record BEFORE UPDATE ON time_records FOR EACH ROW
  WHEN (((OLD.flags)::text = (NEW.flags)::text) AND OLD.triage = NEW.triage AND (NEW.date = OLD.date
  OR (NOT medstint.days_move()))) EXECUTE FUNCTION medstint.check_time_record();
CREATE TRIGGER b_hours_after_delete AFTER DELETE ON time_records REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.hours_of_changed_records();
CREATE TRIGGER b_hours_after_update AFTER UPDATE ON time_records
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.hours_of_changed_records();
CREATE TRIGGER c_audit_delete AFTER DELETE ON time_records REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_delete('time_record');
CREATE TRIGGER c_audit_insert AFTER INSERT ON time_records REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_insert('time_record');
CREATE TRIGGER c_audit_update AFTER UPDATE ON time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT WHEN (NOT medstint.days_move())
  EXECUTE FUNCTION medstint.audit_time_record_update('time_record');
CREATE TRIGGER c_begin_flags BEFORE INSERT ON time_records FOR EACH ROW EXECUTE FUNCTION medstint.begin_flags();
CREATE TRIGGER c_note_edit BEFORE UPDATE ON time_records FOR EACH ROW
  WHEN (((OLD.flags)::text = (NEW.flags)::text) AND OLD.triage = NEW.triage AND OLD.status = NEW.status
  AND (NEW.date = OLD.date OR (NOT medstint.days_move()))) EXECUTE FUNCTION medstint.note_edit();
CREATE TRIGGER c_refuse_open_correction BEFORE UPDATE OF status ON time_records FOR EACH ROW
  WHEN (OLD.status = 'PENDING'::time_record_status AND NEW.status <> 'PENDING'::time_record_status)
  EXECUTE FUNCTION medstint.refuse_open_correction();
CREATE TRIGGER c_second_person AFTER UPDATE ON time_records
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.second_person_decides();
CREATE TRIGGER d_announce_delete AFTER DELETE ON time_records REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON time_records REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON time_records REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER e_notify_decisions AFTER UPDATE ON time_records
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.notify_decisions();
CREATE TRIGGER f_flag_after_delete AFTER DELETE ON time_records REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_after_delete();
CREATE TRIGGER f_flag_changed AFTER UPDATE ON time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT WHEN (NOT medstint.days_move()) EXECUTE FUNCTION medstint.flag_changed_records();
CREATE TRIGGER f_flag_new AFTER INSERT ON time_records REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.flag_new_records();

CREATE TRIGGER a_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON time_record_decisions FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.refuse_change();

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON time_record_questions FOR EACH ROW WHEN (OLD.id IS DISTINCT
  FROM NEW.id) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER c_audit_delete AFTER DELETE ON time_record_questions REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('time_record_question');
CREATE TRIGGER c_audit_insert AFTER INSERT ON time_record_questions REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('time_record_question');
CREATE TRIGGER c_audit_update AFTER UPDATE ON time_record_questions
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_update('time_record_question');
CREATE TRIGGER d_announce_delete AFTER DELETE ON time_record_questions REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON time_record_questions REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON time_record_questions REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON time_record_corrections FOR EACH ROW WHEN (OLD.id IS DISTINCT
  FROM NEW.id) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER c_audit_delete AFTER DELETE ON time_record_corrections REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('time_record_correction');
CREATE TRIGGER c_audit_insert AFTER INSERT ON time_record_corrections REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('time_record_correction');
CREATE TRIGGER c_audit_update AFTER UPDATE ON time_record_corrections
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_update('time_record_correction');
CREATE TRIGGER c_second_person BEFORE UPDATE OF status ON time_record_corrections FOR EACH ROW
  WHEN (OLD.status = 'PROPOSED' AND (NEW.status = ANY (ARRAY['APPROVED', 'REJECTED'])))
  EXECUTE FUNCTION medstint.second_person_corrects();
CREATE TRIGGER d_announce_delete AFTER DELETE ON time_record_corrections REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON time_record_corrections REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON time_record_corrections REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();

CREATE CONSTRAINT TRIGGER reflag_wanted AFTER INSERT ON medstint.flags_wanted DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION medstint.reflag_wanted();
