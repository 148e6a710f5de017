-- What the roles may do with kiosks, PINs and punches. Columns that are not named are closed.

GRANT SELECT, INSERT, UPDATE, DELETE ON kiosks TO medstint_web;
GRANT SELECT (id, school_id, clinical_site_id, location_id, name, enrolled_at, revoked_at, created_at, updated_at,
  enrolment_expires_at, enrolled_by) ON kiosks TO medstint_app;
GRANT INSERT (clinical_site_id, location_id, name) ON kiosks TO medstint_app;
GRANT UPDATE (location_id, name) ON kiosks TO medstint_app;

GRANT SELECT ON kiosk_states TO medstint_app, medstint_web;

GRANT SELECT ON kiosk_punches TO medstint_app, medstint_web;
