-- What the roles may do with schools, programs, people, accounts, keys, authorities, sessions.
-- Columns that are not named are closed.

GRANT SELECT, INSERT, UPDATE, DELETE ON schools TO medstint_web;
GRANT SELECT (id, name, accreditation, address, phone, email, website, admin_id, is_active, created_at, updated_at,
  time_zone) ON schools TO medstint_app;
GRANT INSERT (name, accreditation, address, phone, email, website, time_zone) ON schools TO medstint_app;
GRANT UPDATE (name, accreditation, address, phone, email, website, is_active, time_zone) ON schools TO medstint_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON programs TO medstint_web;
GRANT SELECT (id, school_id, name, description, duration, class_year, requirements, is_active, created_at, updated_at,
  duty_profile) ON programs TO medstint_app;
GRANT INSERT (name, description, duration, class_year, requirements, duty_profile) ON programs TO medstint_app;
GRANT UPDATE (name, description, duration, class_year, requirements, is_active, duty_profile) ON programs
  TO medstint_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON users TO medstint_web;
GRANT SELECT (id, email, name, given_name, family_name, sort_name, role, school_id, program_id, student_id,
  academic_status, onboarding_completed, total_clinical_hours, is_active, created_at, updated_at, badge, search_name)
  ON users TO medstint_app;
GRANT INSERT (email, given_name, family_name, role, program_id, student_id, academic_status, badge) ON users
  TO medstint_app;
GRANT UPDATE (email, given_name, family_name, role, program_id, student_id, academic_status, is_active, badge)
  ON users TO medstint_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON accounts TO medstint_web;
GRANT SELECT (id, user_id, school_id, provider_id, account_id, created_at, updated_at) ON accounts TO medstint_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON user_keys TO medstint_web;
GRANT SELECT ON user_keys TO medstint_app;

-- Rows stay, since a day counts from a removal (medstint.counts_as).
GRANT SELECT, INSERT, UPDATE ON certificate_authorities TO medstint_web;
GRANT SELECT ON certificate_authorities TO medstint_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO medstint_web;
GRANT SELECT (id, user_id, school_id, active_school_id, expires_at, last_seen_at, revoked_at, client, ip_address,
  user_agent, created_at, updated_at) ON sessions TO medstint_app;

GRANT SELECT ON delegations TO medstint_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON delegations TO medstint_web;
GRANT INSERT (from_user_id, to_user_id, starts_at, ends_at, reason) ON delegations TO medstint_app;
GRANT UPDATE (revoked_at) ON delegations TO medstint_app;

GRANT SELECT ON medstint.time_zones TO medstint_app, medstint_web;
