-- What the roles may do with rotations and school policies. Columns that are not named are closed.

GRANT SELECT, INSERT, UPDATE, DELETE ON rotations TO medstint_web;
GRANT SELECT (id, school_id, student_id, clinical_site_id, preceptor_id, supervisor_id, specialty, start_date,
  end_date, required_hours, completed_hours, status, objectives, created_at, updated_at) ON rotations TO medstint_app;
GRANT INSERT (student_id, clinical_site_id, preceptor_id, supervisor_id, specialty, start_date, end_date,
  required_hours, objectives) ON rotations TO medstint_app;
GRANT UPDATE (student_id, clinical_site_id, preceptor_id, supervisor_id, specialty, start_date, end_date,
  required_hours, status, objectives) ON rotations TO medstint_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON school_policies TO medstint_web;
GRANT SELECT (school_id, thresholds, duty_profile, created_at, updated_at) ON school_policies TO medstint_app;
GRANT INSERT (school_id, thresholds, duty_profile) ON school_policies TO medstint_app;
GRANT UPDATE (thresholds, duty_profile) ON school_policies TO medstint_app;

GRANT SELECT ON medstint.state_transitions TO medstint_app, medstint_web;

GRANT SELECT ON medstint.duty_profiles TO medstint_app, medstint_web;
