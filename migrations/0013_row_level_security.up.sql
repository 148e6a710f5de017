-- Why: nobody sees another school's data. Each table has one restrictive
-- policy, the fence (a single equality, which an index can serve), and few
-- permissive ones, which say who sees what within the school. Everything that
-- no policy allows is denied. Two more policies are written out on every table:
-- the owner's, because row-level security is forced on the owner too and the
-- definer functions run as the owner, and the web application's.

-- Closes a table. Every new table calls this, and a test fails where one did not.
CREATE PROCEDURE medstint.secure_table(secured regclass, fence text)
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  name text := (SELECT relname FROM pg_class WHERE oid = secured);
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', secured);
  EXECUTE format('CREATE POLICY %I ON %s AS RESTRICTIVE TO medstint_app USING (%s) WITH CHECK (%s)', name || '_fence', secured, fence, fence);
  EXECUTE format('CREATE POLICY %I ON %s TO CURRENT_USER USING (true) WITH CHECK (true)', name || '_owner', secured);
  EXECUTE format('CREATE POLICY %I ON %s TO medstint_web USING (true) WITH CHECK (true)', name || '_web', secured);
END
$$;

DO $$
DECLARE
  t text;
  own_school constant text := 'school_id = (SELECT medstint.current_school_id())';
BEGIN
  FOREACH t IN ARRAY ARRAY['programs', 'clinical_sites', 'clinical_site_locations', 'kiosks', 'rotations', 'time_records',
    'time_record_decisions', 'competency_deployments', 'competencies', 'competency_assignments', 'assessments', 'school_policies']
  LOOP
    CALL medstint.secure_table(t::regclass, own_school);
  END LOOP;
  -- The platform's own rows, which have no school, are for everybody signed in.
  FOREACH t IN ARRAY ARRAY['competency_templates', 'rubric_criteria', 'notification_templates'] LOOP
    CALL medstint.secure_table(t::regclass, own_school || ' OR (school_id IS NULL AND (SELECT medstint.current_user_id()) IS NOT NULL)');
  END LOOP;
  -- What belongs to a person who may have no school: a SUPER_ADMIN's own.
  CALL medstint.secure_table('users', own_school || ' OR id = (SELECT medstint.current_user_id())');
  FOREACH t IN ARRAY ARRAY['accounts', 'sessions', 'notifications', 'audit_logs'] LOOP
    CALL medstint.secure_table(t::regclass, own_school || ' OR user_id = (SELECT medstint.current_user_id())');
  END LOOP;
  CALL medstint.secure_table('schools', 'id = (SELECT medstint.current_school_id()) OR (SELECT medstint.has_role(''SUPER_ADMIN''))');
END
$$;

-- Within the school: what everybody of the school may read.
DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['schools', 'programs', 'clinical_sites', 'clinical_site_locations', 'competencies',
    'competency_templates', 'rubric_criteria', 'notification_templates', 'school_policies']
  LOOP
    EXECUTE format('CREATE POLICY %I ON %I FOR SELECT TO medstint_app USING (true)', t || '_read', t);
  END LOOP;
END
$$;

-- People: administrators see everybody; others see staff, their own students and themselves.
CREATE POLICY users_read ON users FOR SELECT TO medstint_app USING (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
  OR role <> 'STUDENT' OR id = ANY ((SELECT medstint.own_student_ids())::text[]));
CREATE POLICY accounts_read ON accounts FOR SELECT TO medstint_app USING (user_id = (SELECT medstint.current_user_id()));
CREATE POLICY sessions_read ON sessions FOR SELECT TO medstint_app USING (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')) OR user_id = (SELECT medstint.current_user_id()));
CREATE POLICY notifications_read ON notifications FOR SELECT TO medstint_app USING (user_id = (SELECT medstint.current_user_id()));
CREATE POLICY kiosks_read ON kiosks FOR SELECT TO medstint_app USING (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN', 'CLINICAL_SUPERVISOR')));

-- Clinical work: administrators see the school's; others what they take part in.
CREATE POLICY rotations_read ON rotations FOR SELECT TO medstint_app USING (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')) OR id = ANY ((SELECT medstint.own_rotation_ids())::text[]));
CREATE POLICY time_records_read ON time_records FOR SELECT TO medstint_app USING (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')) OR rotation_id = ANY ((SELECT medstint.own_rotation_ids())::text[]));
CREATE POLICY time_record_decisions_read ON time_record_decisions FOR SELECT TO medstint_app USING (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
  OR EXISTS (SELECT FROM time_records t WHERE t.id = time_record_id));

-- Competencies: likewise, by student.
CREATE POLICY competency_assignments_read ON competency_assignments FOR SELECT TO medstint_app USING (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')) OR user_id = ANY ((SELECT medstint.own_student_ids())::text[]));
CREATE POLICY assessments_read ON assessments FOR SELECT TO medstint_app USING (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')) OR student_id = ANY ((SELECT medstint.own_student_ids())::text[]));
CREATE POLICY competency_deployments_read ON competency_deployments FOR SELECT TO medstint_app USING (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN', 'CLINICAL_SUPERVISOR')));

-- Audit: administrators see their school's events; others their own actions.
CREATE POLICY audit_logs_read ON audit_logs FOR SELECT TO medstint_app USING (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')) OR user_id = (SELECT medstint.current_user_id()));

-- The one write of this slice: deciding. Whose record it may be and in which
-- state is the trigger's to say, with a reason; this is the fence.
CREATE POLICY time_records_decide ON time_records FOR UPDATE TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
    OR ((SELECT medstint.has_role('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR'))
        AND rotation_id = ANY ((SELECT medstint.own_rotation_ids())::text[])))
  WITH CHECK (approved_by IS NULL OR approved_by = (SELECT medstint.current_user_id()));
-- People mark their own notifications as read.
CREATE POLICY notifications_mark ON notifications FOR UPDATE TO medstint_app
  USING (user_id = (SELECT medstint.current_user_id())) WITH CHECK (user_id = (SELECT medstint.current_user_id()));
