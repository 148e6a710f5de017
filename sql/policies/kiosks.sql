-- Row-level security of kiosks, PINs and punches. `_fence` keeps schools apart; the others say who
-- sees and changes what.

CREATE POLICY kiosks_web ON kiosks TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY kiosks_fence ON kiosks AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY kiosks_add ON kiosks FOR INSERT TO medstint_app
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY kiosks_edit ON kiosks FOR UPDATE TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()))
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY kiosks_read ON kiosks FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN', 'CLINICAL_SUPERVISOR')));

CREATE POLICY kiosk_states_web ON kiosk_states TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY kiosk_states_fence ON kiosk_states AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY kiosk_states_read ON kiosk_states FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN', 'CLINICAL_SUPERVISOR')));

CREATE POLICY kiosk_punches_web ON kiosk_punches TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY kiosk_punches_fence ON kiosk_punches AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY kiosk_punches_read ON kiosk_punches FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')));
