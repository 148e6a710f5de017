-- Row-level security of clinical sites and their locations. `_fence` keeps schools apart; the
-- others say who sees and changes what.

CREATE POLICY clinical_sites_web ON clinical_sites TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY clinical_sites_fence ON clinical_sites AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY clinical_sites_add ON clinical_sites FOR INSERT TO medstint_app
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY clinical_sites_edit ON clinical_sites FOR UPDATE TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()))
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY clinical_sites_read ON clinical_sites FOR SELECT TO medstint_app USING (true);

CREATE POLICY clinical_site_locations_web ON clinical_site_locations TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY clinical_site_locations_fence ON clinical_site_locations AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY clinical_site_locations_add ON clinical_site_locations FOR INSERT TO medstint_app
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY clinical_site_locations_edit ON clinical_site_locations FOR UPDATE TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()))
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY clinical_site_locations_read ON clinical_site_locations FOR SELECT TO medstint_app USING (true);
