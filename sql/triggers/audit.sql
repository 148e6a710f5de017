-- Triggers on the audit trail and its alerts. PostgreSQL fires those of one event in the order of
-- their names.

CREATE TRIGGER a_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_logs FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.keep_trail();
CREATE TRIGGER a_keep_young BEFORE DELETE ON audit_logs FOR EACH ROW
  WHEN (OLD.created_at > (now() - '6 years'::interval)) EXECUTE FUNCTION medstint.keep_young();
CREATE TRIGGER c_await_seal AFTER INSERT ON audit_logs REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.await_seal();
CREATE TRIGGER d_announce_insert AFTER INSERT ON audit_logs REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();

CREATE TRIGGER a_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_seals FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.keep_trail();

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON alert_rules FOR EACH ROW WHEN (OLD.id IS DISTINCT
  FROM NEW.id) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name, code ON alert_rules FOR EACH ROW
  EXECUTE FUNCTION medstint.tidy_alert_rules();
CREATE TRIGGER b_release_references AFTER DELETE ON alert_rules FOR EACH ROW
  EXECUTE FUNCTION medstint.release_alert_rule();
CREATE TRIGGER c_audit_delete AFTER DELETE ON alert_rules REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_delete('alert_rule');
CREATE TRIGGER c_audit_insert AFTER INSERT ON alert_rules REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_insert('alert_rule');
CREATE TRIGGER c_audit_update AFTER UPDATE ON alert_rules REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('alert_rule');
CREATE TRIGGER d_announce_delete AFTER DELETE ON alert_rules REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON alert_rules REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON alert_rules REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON alerts FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id)
  EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER c_audit_delete AFTER DELETE ON alerts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_delete('alert');
CREATE TRIGGER c_audit_insert AFTER INSERT ON alerts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_insert('alert');
CREATE TRIGGER c_audit_update AFTER UPDATE ON alerts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('alert');
CREATE TRIGGER c_second_person BEFORE UPDATE OF acknowledged_by ON alerts FOR EACH ROW
  WHEN (OLD.acknowledged_by IS NULL AND NEW.acknowledged_by IS NOT NULL)
  EXECUTE FUNCTION medstint.second_person_acknowledges();
CREATE TRIGGER d_announce_delete AFTER DELETE ON alerts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON alerts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON alerts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();
