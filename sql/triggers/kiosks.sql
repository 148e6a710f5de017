-- Triggers on kiosks, PINs and punches. PostgreSQL fires those of one event in the order of their
-- names.

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, clinical_site_id, location_id ON kiosks
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('clinical_site_id', 'clinical_sites', 'location_id',
  'clinical_site_locations');
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON kiosks FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id)
  EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON kiosks FOR EACH ROW WHEN (OLD.school_id IS DISTINCT
  FROM NEW.school_id) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name ON kiosks FOR EACH ROW
  EXECUTE FUNCTION medstint.tidy_text('name');
CREATE TRIGGER b_check_kiosk BEFORE INSERT OR UPDATE OF location_id, clinical_site_id ON kiosks FOR EACH ROW
  EXECUTE FUNCTION medstint.check_kiosk();
CREATE TRIGGER b_release_references AFTER DELETE ON kiosks FOR EACH ROW EXECUTE FUNCTION medstint.release_kiosk();
CREATE TRIGGER c_audit_delete AFTER DELETE ON kiosks REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_delete('kiosk');
CREATE TRIGGER c_audit_insert AFTER INSERT ON kiosks REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.audit_insert('kiosk');
CREATE TRIGGER c_audit_update AFTER UPDATE ON kiosks REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('kiosk');
CREATE TRIGGER d_announce_delete AFTER DELETE ON kiosks REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON kiosks REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON kiosks REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
  EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER z_touch BEFORE UPDATE ON kiosks FOR EACH ROW EXECUTE FUNCTION medstint.touch();

CREATE TRIGGER e_note_credential AFTER INSERT OR UPDATE OF pin_hash, code_hash ON medstint.pins FOR EACH ROW
  EXECUTE FUNCTION medstint.note_pin();

CREATE TRIGGER a_bound_device_clock BEFORE INSERT ON kiosk_punches FOR EACH ROW
  EXECUTE FUNCTION medstint.bound_device_clock();
CREATE TRIGGER a_hide_pin BEFORE INSERT OR UPDATE OF badge ON kiosk_punches FOR EACH ROW
  EXECUTE FUNCTION medstint.hide_pin();
CREATE TRIGGER b_name_punchers BEFORE INSERT ON kiosk_punches FOR EACH ROW WHEN (NEW.status = 'QUARANTINED')
  EXECUTE FUNCTION medstint.name_punchers();
