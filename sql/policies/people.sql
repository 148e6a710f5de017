-- Row-level security of schools, programs, people, accounts, keys, authorities, sessions. `_fence` keeps schools
-- apart; the others say who sees and changes what.

CREATE POLICY schools_web ON schools TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY schools_fence ON schools AS RESTRICTIVE TO medstint_app
  USING (id = (SELECT medstint.current_school_id()) OR (SELECT medstint.has_role('SUPER_ADMIN')))
  WITH CHECK (id = (SELECT medstint.current_school_id()) OR (SELECT medstint.has_role('SUPER_ADMIN')));
CREATE POLICY schools_add ON schools FOR INSERT TO medstint_app
  WITH CHECK ((SELECT medstint.has_role('SUPER_ADMIN')));
CREATE POLICY schools_edit ON schools FOR UPDATE TO medstint_app
  USING ((SELECT medstint.has_role('SUPER_ADMIN'))
    OR ((SELECT medstint.has_role('SCHOOL_ADMIN')) AND id = (SELECT medstint.current_school_id())));
CREATE POLICY schools_read ON schools FOR SELECT TO medstint_app USING (true);

CREATE POLICY programs_web ON programs TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY programs_fence ON programs AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY programs_add ON programs FOR INSERT TO medstint_app
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY programs_edit ON programs FOR UPDATE TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()))
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY programs_read ON programs FOR SELECT TO medstint_app USING (true);

CREATE POLICY users_web ON users TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY users_fence ON users AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()) OR id = (SELECT medstint.current_user_id())
    OR (school_id IS NULL AND role = 'SUPER_ADMIN'::user_role AND (SELECT medstint.has_role('SUPER_ADMIN'))))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()) OR id = (SELECT medstint.current_user_id()));
CREATE POLICY users_add ON users FOR INSERT TO medstint_app
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY users_edit ON users FOR UPDATE TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')) OR id = (SELECT medstint.current_user_id()));
CREATE POLICY users_fence_edit ON users AS RESTRICTIVE FOR UPDATE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()) OR id = (SELECT medstint.current_user_id()));
CREATE POLICY users_read ON users FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')) OR role <> 'STUDENT'::user_role
    OR (id = ANY ((SELECT medstint.known_student_ids())::text[])));

CREATE POLICY accounts_web ON accounts TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY accounts_fence ON accounts AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()) OR user_id = (SELECT medstint.current_user_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()) OR user_id = (SELECT medstint.current_user_id()));
CREATE POLICY accounts_read ON accounts FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')) OR user_id = (SELECT medstint.current_user_id()));

CREATE POLICY user_keys_web ON user_keys TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY user_keys_fence ON user_keys AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()) OR user_id = (SELECT medstint.current_user_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()) OR user_id = (SELECT medstint.current_user_id()));
CREATE POLICY user_keys_read ON user_keys FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')) OR user_id = (SELECT medstint.current_user_id()));

CREATE POLICY certificate_authorities_web ON certificate_authorities TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY certificate_authorities_fence ON certificate_authorities AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY certificate_authorities_read ON certificate_authorities FOR SELECT TO medstint_app USING (true);

CREATE POLICY sessions_web ON sessions TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY sessions_fence ON sessions AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()) OR user_id = (SELECT medstint.current_user_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()) OR user_id = (SELECT medstint.current_user_id()));
CREATE POLICY sessions_read ON sessions FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')) OR user_id = (SELECT medstint.current_user_id()));

CREATE POLICY delegations_web ON delegations TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY delegations_fence ON delegations AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY delegations_add ON delegations FOR INSERT TO medstint_app
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    OR ((SELECT medstint.has_role('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR'))
    AND from_user_id = (SELECT medstint.current_user_id())));
CREATE POLICY delegations_edit ON delegations FOR UPDATE TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    OR from_user_id = (SELECT medstint.current_user_id()));
CREATE POLICY delegations_read ON delegations FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    OR (((SELECT medstint.current_user_id()) = from_user_id) OR ((SELECT medstint.current_user_id()) = to_user_id)));
