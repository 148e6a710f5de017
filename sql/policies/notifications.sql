-- Row-level security of notifications. `_fence` keeps schools apart; the others say who sees and
-- changes what.

CREATE POLICY notification_templates_web ON notification_templates TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY notification_templates_fence ON notification_templates AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id())
    OR (school_id IS NULL AND ((SELECT medstint.current_user_id()) IS NOT NULL)))
  WITH CHECK (school_id = (SELECT medstint.current_school_id())
    OR (school_id IS NULL AND ((SELECT medstint.current_user_id()) IS NOT NULL)));
CREATE POLICY notification_templates_add ON notification_templates FOR INSERT TO medstint_app
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY notification_templates_edit ON notification_templates FOR UPDATE TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()))
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY notification_templates_read ON notification_templates FOR SELECT TO medstint_app USING (true);

CREATE POLICY notifications_web ON notifications TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY notifications_fence ON notifications AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()) OR user_id = (SELECT medstint.current_user_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()) OR user_id = (SELECT medstint.current_user_id()));
CREATE POLICY notifications_mark ON notifications FOR UPDATE TO medstint_app
  USING (user_id = (SELECT medstint.current_user_id()))
  WITH CHECK (user_id = (SELECT medstint.current_user_id()));
CREATE POLICY notifications_read ON notifications FOR SELECT TO medstint_app
  USING (user_id = (SELECT medstint.current_user_id()));
