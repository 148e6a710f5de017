-- Row-level security of the audit trail and its alerts. `_fence` keeps schools apart; the others
-- say who sees and changes what.

CREATE POLICY audit_logs_web ON audit_logs TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY audit_logs_fence ON audit_logs AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id())
    OR (user_id = (SELECT medstint.current_user_id()) AND school_id IS NOT NULL)
    OR (school_id IS NULL AND (SELECT medstint.has_role('SUPER_ADMIN'))))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()) OR user_id = (SELECT medstint.current_user_id()));
CREATE POLICY audit_logs_read ON audit_logs FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')) OR user_id = (SELECT medstint.current_user_id()));

CREATE POLICY audit_seals_web ON audit_seals TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY audit_seals_fence ON audit_seals AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id())
    OR (school_id IS NULL AND (SELECT medstint.has_role('SUPER_ADMIN'))))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY audit_seals_read ON audit_seals FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')));

CREATE POLICY alert_rules_web ON alert_rules TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY alert_rules_fence ON alert_rules AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id())
    OR (school_id IS NULL AND ((SELECT medstint.current_user_id()) IS NOT NULL)))
  WITH CHECK (school_id = (SELECT medstint.current_school_id())
    OR (school_id IS NULL AND ((SELECT medstint.current_user_id()) IS NOT NULL)));
CREATE POLICY alert_rules_change ON alert_rules FOR UPDATE TO medstint_app
  USING (school_id IS NOT NULL AND (SELECT medstint.has_role('SUPER_ADMIN')));
CREATE POLICY alert_rules_make ON alert_rules FOR INSERT TO medstint_app
  WITH CHECK (school_id IS NOT NULL AND (SELECT medstint.has_role('SUPER_ADMIN')));
CREATE POLICY alert_rules_read ON alert_rules FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')));

CREATE POLICY alerts_web ON alerts TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY alerts_fence ON alerts AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id())
    OR (school_id IS NULL AND (SELECT medstint.has_role('SUPER_ADMIN'))))
  WITH CHECK (school_id = (SELECT medstint.current_school_id())
    OR (school_id IS NULL AND (SELECT medstint.has_role('SUPER_ADMIN'))));
CREATE POLICY alerts_read ON alerts FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')));
