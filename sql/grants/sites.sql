-- What the roles may do with clinical sites and their locations. Columns that are not named are closed.

GRANT SELECT, INSERT, UPDATE, DELETE ON clinical_sites TO medstint_web;
GRANT SELECT (id, school_id, name, type, address, capacity, specialties, contact_person_name, contact_person_email,
  contact_person_phone, requirements, time_zone, is_active, created_at, updated_at, search_name) ON clinical_sites
  TO medstint_app;
GRANT INSERT (name, type, address, capacity, specialties, contact_person_name, contact_person_email,
  contact_person_phone, requirements, time_zone) ON clinical_sites TO medstint_app;
GRANT UPDATE (name, type, address, capacity, specialties, contact_person_name, contact_person_email,
  contact_person_phone, requirements, time_zone, is_active) ON clinical_sites TO medstint_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON clinical_site_locations TO medstint_web;
GRANT SELECT (id, clinical_site_id, school_id, name, latitude, longitude, radius_m, is_strict, is_active, created_at,
  updated_at) ON clinical_site_locations TO medstint_app;
GRANT INSERT (clinical_site_id, name, latitude, longitude, radius_m, is_strict) ON clinical_site_locations
  TO medstint_app;
GRANT UPDATE (name, latitude, longitude, radius_m, is_strict, is_active) ON clinical_site_locations TO medstint_app;
