DROP TRIGGER d_announce_update ON school_policies;
DROP TRIGGER d_announce_insert ON school_policies;
DROP FUNCTION medstint.announce_policy();
DROP TRIGGER d_announce_update ON schools;
DROP FUNCTION medstint.announce_school();
DROP FUNCTION medstint.change_password(text, text);
DROP FUNCTION medstint.reset_password(text);
DROP FUNCTION medstint.revoke_session(text);
DROP FUNCTION medstint.current_session_id();
DROP FUNCTION medstint.administers(text);
DROP TRIGGER a_fill_user_name ON users;
CREATE OR REPLACE FUNCTION medstint.fill_user_name() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.name := coalesce(NEW.name, NEW.email);
  RETURN NEW;
END
$$;
CREATE TRIGGER a_fill_user_name BEFORE INSERT OR UPDATE OF name ON users
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_user_name();
DROP TRIGGER b_check_user ON users;
DROP FUNCTION medstint.check_user();
DROP FUNCTION medstint.role_rank(public.user_role);
DROP POLICY accounts_read ON accounts;
CREATE POLICY accounts_read ON accounts FOR SELECT TO medstint_app USING (user_id = (SELECT medstint.current_user_id()));
REVOKE INSERT (email, given_name, family_name, role, program_id, student_id, academic_status),
  UPDATE (email, given_name, family_name, role, program_id, student_id, academic_status, is_active) ON users FROM medstint_app;
DROP POLICY users_edit ON users;
DROP POLICY users_add ON users;
DROP TRIGGER b_check_school ON schools;
DROP FUNCTION medstint.check_school();
REVOKE INSERT (name, accreditation, address, phone, email, website),
  UPDATE (name, accreditation, address, phone, email, website, is_active) ON schools FROM medstint_app;
DROP POLICY schools_edit ON schools;
DROP POLICY schools_add ON schools;
REVOKE INSERT (school_id, thresholds, duty_profile), UPDATE (thresholds, duty_profile) ON school_policies FROM medstint_app;
REVOKE INSERT (clinical_site_id, name, latitude, longitude, radius_m, is_strict),
  UPDATE (name, latitude, longitude, radius_m, is_strict, is_active) ON clinical_site_locations FROM medstint_app;
REVOKE INSERT (name, type, address, capacity, specialties, contact_person_name, contact_person_email, contact_person_phone, requirements, time_zone),
  UPDATE (name, type, address, capacity, specialties, contact_person_name, contact_person_email, contact_person_phone, requirements, time_zone, is_active)
  ON clinical_sites FROM medstint_app;
REVOKE INSERT (name, description, duration, class_year, requirements),
  UPDATE (name, description, duration, class_year, requirements, is_active) ON programs FROM medstint_app;
DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['programs', 'clinical_sites', 'clinical_site_locations', 'school_policies'] LOOP
    EXECUTE format('DROP POLICY %I ON %I', t || '_edit', t);
    EXECUTE format('DROP POLICY %I ON %I', t || '_add', t);
  END LOOP;
END
$$;
DROP PROCEDURE medstint.administrators_edit(regclass);
DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['schools', 'programs', 'users', 'clinical_sites', 'clinical_site_locations', 'competency_templates',
    'competencies', 'rubric_criteria', 'school_policies', 'notification_templates']
  LOOP
    EXECUTE format('DROP TRIGGER z_touch ON %I', t);
  END LOOP;
END
$$;
DROP FUNCTION medstint.touch();
