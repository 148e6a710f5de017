-- Row-level security of time records. `_fence` keeps schools apart; the others say who sees and
-- changes what.

CREATE POLICY time_records_web ON time_records TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY time_records_fence ON time_records AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY time_records_decide ON time_records FOR UPDATE TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    OR ((SELECT medstint.has_role('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR'))
    AND (rotation_id = ANY ((SELECT medstint.own_rotation_ids())::text[]))))
  WITH CHECK (approved_by IS NULL OR approved_by = (SELECT medstint.current_user_id()));
CREATE POLICY time_records_read ON time_records FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    OR (rotation_id = ANY ((SELECT medstint.own_rotation_ids())::text[])));

CREATE POLICY time_record_decisions_web ON time_record_decisions TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY time_record_decisions_fence ON time_record_decisions AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY time_record_decisions_read ON time_record_decisions FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    OR (EXISTS ( SELECT FROM time_records t WHERE t.id = time_record_decisions.time_record_id)));

CREATE POLICY time_record_questions_web ON time_record_questions TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY time_record_questions_fence ON time_record_questions AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY time_record_questions_read ON time_record_questions FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    OR (EXISTS ( SELECT FROM time_records t WHERE t.id = time_record_questions.time_record_id)));

CREATE POLICY time_record_corrections_web ON time_record_corrections TO medstint_web USING (true) WITH CHECK (true);
CREATE POLICY time_record_corrections_fence ON time_record_corrections AS RESTRICTIVE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()));
CREATE POLICY time_record_corrections_read ON time_record_corrections FOR SELECT TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    OR (EXISTS ( SELECT FROM time_records t WHERE t.id = time_record_corrections.time_record_id)));
