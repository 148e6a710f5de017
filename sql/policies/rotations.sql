-- Row-level security of rotations and school policies. `_fence` keeps schools apart; the others say
-- who sees and changes what.

CREATE POLICY rotations_web ON rotations TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY rotations_fence ON rotations AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY rotations_add ON rotations FOR INSERT TO medstint_app
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY rotations_edit ON rotations FOR UPDATE TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()))
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY rotations_read ON rotations FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    OR (id = ANY ((SELECT medstint.own_rotation_ids())::text[])));

CREATE POLICY school_policies_web ON school_policies TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY school_policies_fence ON school_policies AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY school_policies_add ON school_policies FOR INSERT TO medstint_app
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY school_policies_edit ON school_policies FOR UPDATE TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()))
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY school_policies_read ON school_policies FOR SELECT TO medstint_app USING (true);

CREATE POLICY state_transitions_read ON medstint.state_transitions FOR SELECT TO medstint_app, medstint_web
  USING (true);

CREATE POLICY duty_profiles_read ON medstint.duty_profiles FOR SELECT TO medstint_app, medstint_web USING (true);
