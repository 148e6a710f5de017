-- Triggers on clinical sites and their locations. PostgreSQL fires those of one event in the order
-- of their names.

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id ON clinical_sites FOR EACH ROW
  EXECUTE FUNCTION medstint.fill_school_id();
CREATE TRIGGER a_fill_time_zone BEFORE INSERT OR UPDATE OF time_zone ON clinical_sites FOR EACH ROW
  EXECUTE FUNCTION medstint.fill_time_zone();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON clinical_sites FOR EACH ROW WHEN (OLD.id IS DISTINCT
  FROM NEW.id) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON clinical_sites FOR EACH ROW
  WHEN (OLD.school_id IS DISTINCT FROM NEW.school_id) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name, contact_person_name, contact_person_email
  ON clinical_sites FOR EACH ROW
  EXECUTE FUNCTION medstint.tidy_text('name', 'contact_person_name?', 'contact_person_email?');
CREATE TRIGGER c_audit_delete AFTER DELETE ON clinical_sites REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_delete('clinical_site');
CREATE TRIGGER c_audit_insert AFTER INSERT ON clinical_sites REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_insert('clinical_site');
CREATE TRIGGER c_audit_update AFTER UPDATE ON clinical_sites
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_update('clinical_site');
CREATE TRIGGER d_announce_delete AFTER DELETE ON clinical_sites REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON clinical_sites REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON clinical_sites REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE CONSTRAINT TRIGGER e_keep_days AFTER UPDATE OF time_zone ON clinical_sites DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.time_zone <> NEW.time_zone) EXECUTE FUNCTION medstint.keep_days_of_site();
CREATE TRIGGER e_notify_capacity AFTER UPDATE ON clinical_sites
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.notify_capacity();
CREATE TRIGGER f_flag_zone AFTER UPDATE OF time_zone ON clinical_sites FOR EACH ROW
  WHEN (OLD.time_zone <> NEW.time_zone) EXECUTE FUNCTION medstint.flag_pending_of();
CREATE TRIGGER z_touch BEFORE UPDATE ON clinical_sites FOR EACH ROW EXECUTE FUNCTION medstint.touch();

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, clinical_site_id ON clinical_site_locations
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('clinical_site_id', 'clinical_sites');
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON clinical_site_locations FOR EACH ROW WHEN (OLD.id IS DISTINCT
  FROM NEW.id) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON clinical_site_locations FOR EACH ROW
  WHEN (OLD.school_id IS DISTINCT FROM NEW.school_id) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER a_site_is_fixed BEFORE UPDATE OF clinical_site_id ON clinical_site_locations FOR EACH ROW
  WHEN (OLD.clinical_site_id <> NEW.clinical_site_id) EXECUTE FUNCTION medstint.refuse_move('site');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name ON clinical_site_locations FOR EACH ROW
  EXECUTE FUNCTION medstint.tidy_text('name');
CREATE TRIGGER c_audit_delete AFTER DELETE ON clinical_site_locations REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('clinical_site_location');
CREATE TRIGGER c_audit_insert AFTER INSERT ON clinical_site_locations REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('clinical_site_location');
CREATE TRIGGER c_audit_update AFTER UPDATE ON clinical_site_locations
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_update('clinical_site_location');
CREATE TRIGGER d_announce_delete AFTER DELETE ON clinical_site_locations REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON clinical_site_locations REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON clinical_site_locations REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER f_flag_delete AFTER DELETE ON clinical_site_locations REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_sites();
CREATE TRIGGER f_flag_insert AFTER INSERT ON clinical_site_locations REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_sites();
CREATE TRIGGER f_flag_update AFTER UPDATE ON clinical_site_locations
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.flag_sites();
CREATE TRIGGER z_touch BEFORE UPDATE ON clinical_site_locations FOR EACH ROW EXECUTE FUNCTION medstint.touch();
