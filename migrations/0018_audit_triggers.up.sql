-- Why: whoever changes a documented table, by whatever client, leaves one event
-- per changed row, in the same transaction. Statement triggers with transition
-- tables write them in one go; an update that changes nothing leaves none.

CREATE FUNCTION medstint.audit_severity(action text) RETURNS public.audit_severity
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT (CASE
    WHEN action IN ('user.role_raised') OR action LIKE 'school_policy.%' THEN 'HIGH'
    WHEN action LIKE '%.deleted' OR action LIKE 'user.%' OR action LIKE 'account.%' OR action LIKE 'kiosk.%'
      OR action IN ('time_record.rejected', 'time_record.undone') THEN 'MEDIUM'
    ELSE 'LOW' END)::public.audit_severity
$$;

-- What an update is called: most tables have one word for all of them.
CREATE FUNCTION medstint.audit_action(singular text, old_row jsonb, new_row jsonb) RETURNS text
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT singular || '.' || CASE
    WHEN singular = 'user' AND old_row ->> 'role' <> new_row ->> 'role' THEN
      -- Roles are declared from the highest to the lowest but for preceptor and supervisor.
      CASE WHEN (new_row ->> 'role') IN ('SUPER_ADMIN', 'SCHOOL_ADMIN') OR (old_row ->> 'role') = 'STUDENT'
        OR (old_row ->> 'role', new_row ->> 'role') = ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR')
      THEN 'role_raised' ELSE 'role_changed' END
    WHEN singular = 'user' AND old_row ->> 'is_active' <> new_row ->> 'is_active' THEN
      CASE new_row ->> 'is_active' WHEN 'true' THEN 'activated' ELSE 'deactivated' END
    WHEN singular = 'time_record' AND old_row ->> 'status' <> new_row ->> 'status' THEN
      CASE new_row ->> 'status' WHEN 'PENDING' THEN 'undone' ELSE lower(new_row ->> 'status') END
    WHEN singular = 'time_record' AND old_row ->> 'clock_out' IS NULL AND new_row ->> 'clock_out' IS NOT NULL THEN 'clocked_out'
    ELSE 'updated' END
$$;

-- One function per verb, since each sees other transition tables. Argument: the
-- singular that begins the names of the table's events.
CREATE FUNCTION medstint.audit_insert() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, coalesce(n.value ->> 'school_id', CASE TG_TABLE_NAME WHEN 'schools' THEN n.value ->> 'id' END),
         TG_ARGV[0] || '.created', TG_TABLE_NAME, coalesce(n.value ->> 'id', n.value ->> 'school_id'),
         medstint.audit_difference(NULL, n.value), c.ip_address, c.user_agent, c.endpoint, TG_OP, 201,
         medstint.audit_severity(TG_ARGV[0] || '.created')
  FROM (SELECT to_jsonb(r) AS value FROM new_rows r) n, medstint.audit_context() c;
  RETURN NULL;
END
$$;

CREATE FUNCTION medstint.audit_delete() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, o.value ->> 'school_id', TG_ARGV[0] || '.deleted', TG_TABLE_NAME,
         coalesce(o.value ->> 'id', o.value ->> 'school_id'), medstint.audit_difference(o.value, NULL),
         c.ip_address, c.user_agent, c.endpoint, TG_OP, 200, medstint.audit_severity(TG_ARGV[0] || '.deleted')
  FROM (SELECT to_jsonb(r) AS value FROM old_rows r) o, medstint.audit_context() c;
  RETURN NULL;
END
$$;

CREATE FUNCTION medstint.audit_update() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, coalesce(x.new ->> 'school_id', CASE TG_TABLE_NAME WHEN 'schools' THEN x.new ->> 'id' END),
         x.action, TG_TABLE_NAME, x.id, x.changes,
         c.ip_address, c.user_agent, c.endpoint, TG_OP, 200, medstint.audit_severity(x.action)
  FROM (SELECT o.id, n.value AS new, medstint.audit_difference(o.value, n.value) AS changes,
               medstint.audit_action(TG_ARGV[0], o.value, n.value) AS action
        FROM (SELECT to_jsonb(r) AS value, coalesce(to_jsonb(r) ->> 'id', to_jsonb(r) ->> 'school_id') AS id FROM old_rows r) o
        JOIN (SELECT to_jsonb(r) AS value, coalesce(to_jsonb(r) ->> 'id', to_jsonb(r) ->> 'school_id') AS id FROM new_rows r) n
          USING (id)) x, medstint.audit_context() c
  WHERE x.changes IS NOT NULL;
  RETURN NULL;
END
$$;

-- The busiest table names its columns: several times cheaper than a difference
-- of two jsonb documents when ten thousand records are decided at once.
CREATE FUNCTION medstint.audit_time_record_update() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, x.school_id, x.action, 'time_records', x.id, x.changes,
         c.ip_address, c.user_agent, c.endpoint, TG_OP, 200, medstint.audit_severity(x.action)
  FROM (
    SELECT n.id, n.school_id,
      'time_record.' || CASE
        WHEN n.status <> o.status THEN CASE n.status WHEN 'PENDING' THEN 'undone' ELSE lower(n.status::text) END
        WHEN o.clock_out IS NULL AND n.clock_out IS NOT NULL THEN 'clocked_out'
        ELSE 'updated' END AS action,
      CASE
        -- A plain decision: only these columns can differ.
        WHEN n.status <> o.status THEN jsonb_strip_nulls(jsonb_build_object(
          'status', jsonb_build_object('old', o.status, 'new', n.status),
          'version', jsonb_build_object('old', o.version, 'new', n.version),
          'approved_by', jsonb_build_object('old', o.approved_by, 'new', n.approved_by),
          'approved_at', jsonb_build_object('old', o.approved_at, 'new', n.approved_at),
          'decision_kind', jsonb_build_object('old', o.decision_kind, 'new', n.decision_kind),
          'decision_reason_code', CASE WHEN o.decision_reason_code IS DISTINCT FROM n.decision_reason_code
            THEN jsonb_build_object('old', o.decision_reason_code, 'new', n.decision_reason_code) END,
          'decision_reason', CASE WHEN o.decision_reason IS DISTINCT FROM n.decision_reason
            THEN jsonb_build_object('old', o.decision_reason, 'new', n.decision_reason) END))::text
        ELSE medstint.audit_difference(to_jsonb(o), to_jsonb(n))
      END AS changes
    FROM old_rows o JOIN new_rows n USING (id)) x, medstint.audit_context() c
  WHERE x.changes IS NOT NULL;
  RETURN NULL;
END
$$;

-- The rules and the trail join old and new rows by their key: it never changes.
CREATE FUNCTION medstint.refuse_new_id() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the key of % does not change', TG_TABLE_NAME USING ERRCODE = 'MS422', CONSTRAINT = TG_TABLE_NAME || '_key_is_fixed';
END
$$;

-- Puts the triggers on a table. Every new table calls this.
CREATE PROCEDURE medstint.audit_table(audited regclass, singular text)
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  key text := CASE singular WHEN 'school_policy' THEN 'school_id' ELSE 'id' END;
BEGIN
  EXECUTE format('CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF %1$I ON %2$s FOR EACH ROW
    WHEN (OLD.%1$I IS DISTINCT FROM NEW.%1$I) EXECUTE FUNCTION medstint.refuse_new_id()', key, audited);
  EXECUTE format('CREATE TRIGGER c_audit_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert(%L)', audited, singular);
  EXECUTE format('CREATE TRIGGER c_audit_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION medstint.%I(%L)', audited,
    CASE singular WHEN 'time_record' THEN 'audit_time_record_update' ELSE 'audit_update' END, singular);
  EXECUTE format('CREATE TRIGGER c_audit_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete(%L)', audited, singular);
END
$$;

CALL medstint.audit_table('schools', 'school');
CALL medstint.audit_table('programs', 'program');
CALL medstint.audit_table('users', 'user');
CALL medstint.audit_table('accounts', 'account');
CALL medstint.audit_table('clinical_sites', 'clinical_site');
CALL medstint.audit_table('clinical_site_locations', 'clinical_site_location');
CALL medstint.audit_table('kiosks', 'kiosk');
CALL medstint.audit_table('rotations', 'rotation');
CALL medstint.audit_table('time_records', 'time_record');
CALL medstint.audit_table('competency_templates', 'competency_template');
CALL medstint.audit_table('competency_deployments', 'competency_deployment');
CALL medstint.audit_table('competencies', 'competency');
CALL medstint.audit_table('competency_assignments', 'competency_assignment');
CALL medstint.audit_table('assessments', 'assessment');
CALL medstint.audit_table('rubric_criteria', 'rubric_criterion');
CALL medstint.audit_table('notification_templates', 'notification_template');
CALL medstint.audit_table('notifications', 'notification');
CALL medstint.audit_table('school_policies', 'school_policy');
-- time_record_decisions and audit_logs are histories themselves; a session's life
-- is told by the functions that begin, unlock and end it.

CREATE TRIGGER a_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_logs
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.refuse_change();
