DO $$
BEGIN
  IF to_regclass('medstint._sqlx_migrations') IS NOT NULL THEN
    DROP TRIGGER c_audit_migration ON medstint._sqlx_migrations;
  END IF;
END
$$;
DROP FUNCTION medstint.address_within(text, inet), medstint.audit_migration(), medstint.report_denied(text, text), medstint.report_reading(text, text, integer),
  medstint.begin_export(text, text, text, bigint, text, text), medstint.end_export(text, bigint, boolean),
  medstint.write_event(text, text, text, text, jsonb, text, integer);
DROP PROCEDURE medstint.audit_table(regclass, text, integer);
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
CREATE OR REPLACE FUNCTION medstint.audit_context(
  OUT user_id text, OUT ip_address text, OUT user_agent text, OUT endpoint text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.acting_user_id(),
    coalesce(s.ip_address, said.ip_address), coalesce(s.user_agent, said.user_agent),
    coalesce(s.client, said.endpoint, 'database')
  FROM medstint.actor() a
  LEFT JOIN public.sessions s ON s.id = a.session_id
  LEFT JOIN LATERAL (SELECT
    nullif(current_setting('medstint.ip_address', true), '') AS ip_address,
    nullif(current_setting('medstint.user_agent', true), '') AS user_agent,
    nullif(current_setting('medstint.endpoint', true), '') AS endpoint) said ON s.id IS NULL AND medstint.is_trusted()
$$;
CREATE OR REPLACE FUNCTION medstint.audit_severity(action text) RETURNS public.audit_severity
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT (CASE
    WHEN action IN ('user.role_raised') OR action LIKE 'school_policy.%' THEN 'HIGH'
    WHEN action LIKE '%.deleted' OR action LIKE 'user.%' OR action LIKE 'account.%' OR action LIKE 'kiosk.%'
      OR action IN ('time_record.rejected', 'time_record.undone') THEN 'MEDIUM'
    ELSE 'LOW' END)::public.audit_severity
$$;
CREATE OR REPLACE FUNCTION medstint.audit_insert() RETURNS trigger
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
CREATE OR REPLACE FUNCTION medstint.audit_delete() RETURNS trigger
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
CREATE OR REPLACE FUNCTION medstint.audit_update() RETURNS trigger
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
CREATE OR REPLACE FUNCTION medstint.audit_time_record_update() RETURNS trigger
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
    -- An update of nothing but flags is no event: they follow from what is one.
    FROM old_rows o JOIN new_rows n USING (id) WHERE o.flags = n.flags AND o.triage = n.triage) x, medstint.audit_context() c
  WHERE x.changes IS NOT NULL;
  RETURN NULL;
END
$$;
DROP FUNCTION medstint.register_events(text, integer);
DROP TABLE medstint.audit_event_types;
DROP INDEX audit_logs_by_time, audit_logs_severe, audit_logs_of_user, audit_logs_of_resource, audit_logs_of_action, audit_logs_of_address,
  audit_logs_by_sequence, audit_logs_of_transaction;
ALTER TABLE audit_logs DROP COLUMN sequence, DROP COLUMN transaction_id;
CREATE INDEX audit_logs_by_time ON audit_logs (school_id, created_at, id);
CREATE INDEX audit_logs_of_user ON audit_logs (user_id, created_at, id);
CREATE INDEX audit_logs_of_resource ON audit_logs (resource_id, resource_type, created_at, id);
