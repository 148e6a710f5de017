-- Triggers on notifications. PostgreSQL fires those of one event in the order of their names.

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON notification_templates FOR EACH ROW WHEN (OLD.id IS DISTINCT
  FROM NEW.id) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER b_names_are_known BEFORE INSERT OR UPDATE OF type, title, message ON notification_templates
  FOR EACH ROW WHEN (NEW.school_id IS NOT NULL) EXECUTE FUNCTION medstint.refuse_unknown_names();
CREATE TRIGGER c_audit_delete AFTER DELETE ON notification_templates REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('notification_template');
CREATE TRIGGER c_audit_insert AFTER INSERT ON notification_templates REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('notification_template');
CREATE TRIGGER c_audit_update AFTER UPDATE ON notification_templates
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_update('notification_template');
CREATE TRIGGER d_announce_delete AFTER DELETE ON notification_templates REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON notification_templates REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON notification_templates REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER z_touch BEFORE UPDATE ON notification_templates FOR EACH ROW EXECUTE FUNCTION medstint.touch();

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, user_id ON notifications FOR EACH ROW
  EXECUTE FUNCTION medstint.fill_school_id('user_id', 'users');
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON notifications FOR EACH ROW WHEN (OLD.id IS DISTINCT
  FROM NEW.id) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER b_check_references AFTER INSERT OR UPDATE OF user_id, school_id ON notifications FOR EACH ROW
  EXECUTE FUNCTION medstint.check_references();
CREATE TRIGGER c_audit_delete AFTER DELETE ON notifications REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_delete('notification');
CREATE TRIGGER c_audit_insert AFTER INSERT ON notifications REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_insert('notification');
CREATE TRIGGER c_audit_update AFTER UPDATE ON notifications
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_update('notification');
CREATE TRIGGER d_announce_delete AFTER DELETE ON notifications REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON notifications REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON notifications REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
