-- Why: whoever reads the trail has to be able to name an event, to count on its
-- name next year, and to know that nothing is missing from it. The events there
-- are stand in a table (name, code, severity, meaning), of which an event takes
-- its severity; an event that is not in the table cannot be written, and then
-- what it describes does not happen either. Denied attempts, exports, reading in
-- bulk and migrations become events as well.

-- The order in which events were written, over all schools; what is missing in it
-- was taken back with its transaction. Events from before have no transaction.
ALTER TABLE audit_logs
  ADD COLUMN sequence bigint GENERATED ALWAYS AS IDENTITY,
  ADD COLUMN transaction_id bigint;
ALTER TABLE audit_logs ALTER COLUMN transaction_id SET DEFAULT pg_current_xact_id()::text::bigint;
GRANT SELECT (sequence, transaction_id) ON audit_logs TO medstint_app;

-- Newest first, and what one pivots on: a person, a record, an action, an address.
DROP INDEX audit_logs_by_time, audit_logs_of_user, audit_logs_of_resource;
CREATE INDEX audit_logs_by_time ON audit_logs (school_id, created_at, sequence) INCLUDE (severity);
CREATE INDEX audit_logs_severe ON audit_logs (school_id, created_at, sequence) WHERE severity IN ('HIGH', 'CRITICAL');
CREATE INDEX audit_logs_of_user ON audit_logs (user_id, created_at, sequence);
CREATE INDEX audit_logs_of_resource ON audit_logs (resource_id, created_at, sequence);
CREATE INDEX audit_logs_of_action ON audit_logs (school_id, action, created_at, sequence);
CREATE INDEX audit_logs_of_address ON audit_logs (school_id, ip_address, created_at, sequence);
CREATE UNIQUE INDEX audit_logs_by_sequence ON audit_logs (school_id, sequence);
CREATE INDEX audit_logs_of_transaction ON audit_logs (transaction_id, sequence);

-- The events there are. A code never gets another meaning; a name that is given
-- up keeps its row. Severity: LOW is routine; MEDIUM takes something away,
-- concerns people and their access, or failed; HIGH widens somebody's rights,
-- changes a rule, or takes data out; CRITICAL says that the trail was touched.
CREATE TABLE medstint.audit_event_types (
  name     text PRIMARY KEY,
  code     text NOT NULL UNIQUE CHECK (code ~ '^[A-Z]{2}-[0-9]{4}$'),
  severity public.audit_severity NOT NULL,
  meaning  text NOT NULL
);
GRANT SELECT ON medstint.audit_event_types TO medstint_app, medstint_web;

INSERT INTO medstint.audit_event_types (code, name, severity, meaning) VALUES
  ('AU-0101', 'auth.signed_in', 'LOW', 'Somebody signed in'),
  ('AU-0102', 'auth.sign_in_failed', 'MEDIUM', 'A sign-in with a wrong password, or of nobody'),
  ('AU-0103', 'auth.locked_out', 'HIGH', 'Too many wrong passwords in a row: locked for a while'),
  ('AU-0104', 'auth.signed_out', 'LOW', 'Somebody signed out'),
  ('AU-0105', 'auth.unlocked', 'LOW', 'A locked console was opened by its own user'),
  ('AU-0106', 'auth.unlock_failed', 'MEDIUM', 'A locked console was tried with a wrong password'),
  ('AU-0107', 'auth.session_revoked', 'MEDIUM', 'A session was ended, by its owner or an administrator'),
  ('AU-0108', 'auth.password_reset', 'HIGH', 'An administrator made somebody a new first password'),
  ('AU-0109', 'auth.password_changed', 'MEDIUM', 'Somebody changed their own password'),
  ('AC-0201', 'access.denied', 'MEDIUM', 'Something was attempted that this person may not do'),
  ('AC-0202', 'school.entered', 'MEDIUM', 'A super admin chose a school to work in'),
  ('AC-0203', 'personal_data.read_in_bulk', 'MEDIUM', 'Many rows of personal data were read at once'),
  ('EX-0301', 'export.started', 'HIGH', 'Rows are about to be exported: how many, to whom, for what'),
  ('EX-0302', 'export.finished', 'LOW', 'An export ended; so many rows went out'),
  ('EX-0303', 'export.failed', 'MEDIUM', 'An export was cut off after so many rows'),
  ('SC-0401', 'schema.migrated', 'MEDIUM', 'A migration was applied'),
  ('SC-0402', 'schema.migration_taken_back', 'HIGH', 'A migration was taken back');

-- The three events of a table, in the hundred that belongs to it.
CREATE FUNCTION medstint.register_events(singular text, hundred integer) RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO medstint.audit_event_types (name, code, severity, meaning)
  SELECT singular || '.' || verb, 'TB-' || lpad((hundred * 100 + number)::text, 4, '0'),
    (CASE WHEN singular = 'school_policy' THEN 'HIGH'
          WHEN verb = 'deleted' OR singular IN ('user', 'account', 'kiosk') THEN 'MEDIUM' ELSE 'LOW' END)::public.audit_severity,
    initcap(left(replace(singular, '_', ' '), 1)) || substr(replace(singular, '_', ' '), 2) || ' was ' || verb
  FROM (VALUES (1, 'created'), (2, 'updated'), (3, 'deleted')) verbs (number, verb)
$$;
SELECT medstint.register_events(singular, hundred::integer) FROM unnest(ARRAY['school', 'program', 'user', 'account', 'clinical_site',
  'clinical_site_location', 'kiosk', 'rotation', 'time_record', 'competency_template', 'competency_deployment', 'competency',
  'competency_assignment', 'assessment', 'rubric_criterion', 'notification_template', 'notification', 'school_policy', 'delegation',
  'time_record_question', 'time_record_correction']) WITH ORDINALITY AS listed (singular, hundred);
INSERT INTO medstint.audit_event_types (code, name, severity, meaning) VALUES
  ('TB-0304', 'user.role_raised', 'HIGH', 'A person got a role with more rights'),
  ('TB-0305', 'user.role_changed', 'MEDIUM', 'A person got a role with other or fewer rights'),
  ('TB-0306', 'user.activated', 'MEDIUM', 'A person may sign in again'),
  ('TB-0307', 'user.deactivated', 'MEDIUM', 'A person may not sign in any more'),
  ('TB-0904', 'time_record.approved', 'LOW', 'Hours were approved'),
  ('TB-0905', 'time_record.rejected', 'MEDIUM', 'Hours were rejected'),
  ('TB-0906', 'time_record.undone', 'MEDIUM', 'A decision on hours was taken back'),
  ('TB-0907', 'time_record.clocked_out', 'LOW', 'Somebody clocked out');

-- Every new table calls this with a hundred of its own.
DROP PROCEDURE medstint.audit_table(regclass, text);
CREATE PROCEDURE medstint.audit_table(audited regclass, singular text, hundred integer)
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.register_events(singular, hundred);
  EXECUTE format('CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON %s FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION medstint.refuse_new_id()', audited);
  EXECUTE format('CREATE TRIGGER c_audit_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert(%L)', audited, singular);
  EXECUTE format('CREATE TRIGGER c_audit_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update(%L)', audited, singular);
  EXECUTE format('CREATE TRIGGER c_audit_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete(%L)', audited, singular);
END
$$;

-- From where and how: the web application is called by its name, also where it
-- says nothing of itself.
CREATE OR REPLACE FUNCTION medstint.audit_context(
  OUT user_id text, OUT ip_address text, OUT user_agent text, OUT endpoint text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.acting_user_id(),
    coalesce(s.ip_address, said.ip_address), coalesce(s.user_agent, said.user_agent),
    coalesce(s.client, said.endpoint,
      CASE WHEN pg_has_role(session_user, 'medstint_web', 'MEMBER') AND NOT pg_has_role(session_user, current_user, 'MEMBER')
        THEN 'web' ELSE 'database' END)
  FROM medstint.actor() a
  LEFT JOIN public.sessions s ON s.id = a.session_id
  LEFT JOIN LATERAL (SELECT
    nullif(current_setting('medstint.ip_address', true), '') AS ip_address,
    nullif(current_setting('medstint.user_agent', true), '') AS user_agent,
    nullif(current_setting('medstint.endpoint', true), '') AS endpoint) said ON s.id IS NULL AND medstint.is_trusted()
$$;

-- The severity of an event; none for a name that is not in the table.
CREATE OR REPLACE FUNCTION medstint.audit_severity(action text) RETURNS public.audit_severity
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = action
$$;

CREATE OR REPLACE FUNCTION medstint.audit_insert() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  event constant text := TG_ARGV[0] || '.created';
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, coalesce(n.value ->> 'school_id', CASE TG_TABLE_NAME WHEN 'schools' THEN n.value ->> 'id' END),
         event, TG_TABLE_NAME, coalesce(n.value ->> 'id', n.value ->> 'school_id'),
         medstint.audit_difference(NULL, n.value), c.ip_address, c.user_agent, c.endpoint, TG_OP, 201,
         (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = event)
  FROM (SELECT to_jsonb(r) AS value FROM new_rows r) n, medstint.audit_context() c;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.audit_delete() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  event constant text := TG_ARGV[0] || '.deleted';
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, o.value ->> 'school_id', event, TG_TABLE_NAME,
         coalesce(o.value ->> 'id', o.value ->> 'school_id'), medstint.audit_difference(o.value, NULL),
         c.ip_address, c.user_agent, c.endpoint, TG_OP, 200,
         (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = event)
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
         c.ip_address, c.user_agent, c.endpoint, TG_OP, 200,
         (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = x.action)
  FROM (SELECT o.id, n.value AS new, medstint.audit_difference(o.value, n.value) AS changes,
               medstint.audit_action(TG_ARGV[0], o.value, n.value) AS action
        FROM (SELECT to_jsonb(r) AS value, coalesce(to_jsonb(r) ->> 'id', to_jsonb(r) ->> 'school_id') AS id FROM old_rows r) o
        JOIN (SELECT to_jsonb(r) AS value, coalesce(to_jsonb(r) ->> 'id', to_jsonb(r) ->> 'school_id') AS id FROM new_rows r) n
          USING (id)) x, medstint.audit_context() c
  WHERE x.changes IS NOT NULL;
  RETURN NULL;
END
$$;
-- The busiest table names what a decision changes.
CREATE OR REPLACE FUNCTION medstint.audit_time_record_update() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, x.school_id, x.action, 'time_records', x.id, x.changes,
         c.ip_address, c.user_agent, c.endpoint, TG_OP, 200,
         (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = x.action)
  FROM (
    SELECT n.id, n.school_id,
      'time_record.' || CASE
        WHEN n.status <> o.status THEN CASE n.status WHEN 'PENDING' THEN 'undone' ELSE lower(n.status::text) END
        WHEN o.clock_out IS NULL AND n.clock_out IS NOT NULL THEN 'clocked_out'
        ELSE 'updated' END AS action,
      CASE
        -- A decision changes nothing else: the rules refuse it.
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

-- Whether an address lies in a network; what is no address lies in none.
CREATE FUNCTION medstint.address_within(address text, network inet) RETURNS boolean
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN address::inet <<= network;
EXCEPTION WHEN invalid_text_representation THEN
  RETURN false;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.address_within(text, inet) TO medstint_app;

-- One event of the person who acts; its severity is the table's.
CREATE FUNCTION medstint.write_event(event text, school text, type text, id text, details jsonb, method text, status integer) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, school, event, left(type, 100), left(id, 200),
    (SELECT jsonb_object_agg(key, jsonb_build_object('new', value))::text FROM jsonb_each(details) WHERE value <> 'null'),
    c.ip_address, c.user_agent, c.endpoint, method, status,
    (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = event)
  FROM medstint.audit_context() c
$$;

-- What was refused was taken back with its transaction, the event too, had there
-- been one. So the client that was refused says so in a transaction of its own.
-- A client that wants to hide its attempts can keep silent; it attempted in vain.
CREATE FUNCTION medstint.report_denied(attempt text, why text) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.write_event('access.denied', a.school_id, 'users', a.user_id,
    jsonb_build_object('attempt', left(attempt, 200), 'refusal', left(why, 500)), 'ATTEMPT', 403)
  FROM medstint.actor() a WHERE a.user_id IS NOT NULL
$$;

-- Before rows of personal data go to somebody in bulk, or leave the system. It is
-- committed before the first row is read: an export that is cut off is on record,
-- and so is what it was meant to be.
CREATE FUNCTION medstint.report_reading(list text, filter text, at_most integer) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.write_event('personal_data.read_in_bulk', a.school_id, left(list, 100), '-',
    jsonb_build_object('filter', nullif(left(filter, 500), ''), 'rows', at_most), 'READ', 200)
  FROM medstint.actor() a WHERE a.user_id IS NOT NULL
$$;

CREATE FUNCTION medstint.begin_export(list text, filter text, format text, row_count bigint, recipient text, purpose text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fresh constant text := gen_random_uuid()::text;
BEGIN
  IF btrim(coalesce(recipient, '')) = '' OR btrim(coalesce(purpose, '')) = '' THEN
    RAISE EXCEPTION 'an export names its recipient and its purpose' USING ERRCODE = 'MS422', CONSTRAINT = 'exports_name_recipient_and_purpose';
  END IF;
  IF list = 'audit' AND NOT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'audit events are exported by administrators' USING ERRCODE = 'MS403', CONSTRAINT = 'exports_of_audit_by_administrators';
  END IF;
  PERFORM medstint.write_event('export.started', a.school_id, 'exports', fresh, jsonb_build_object('list', left(list, 100),
    'filter', nullif(left(filter, 500), ''), 'format', left(format, 20), 'rows', row_count,
    'recipient', left(btrim(recipient), 300), 'purpose', left(btrim(purpose), 500)), 'EXPORT', 200)
  FROM medstint.actor() a WHERE a.user_id IS NOT NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  RETURN fresh;
END
$$;

-- The end of one's own export, told once.
CREATE FUNCTION medstint.end_export(export text, row_count bigint, is_whole boolean) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record := medstint.actor();
BEGIN
  IF NOT EXISTS (SELECT FROM public.audit_logs l WHERE l.resource_id = export AND l.action = 'export.started' AND l.user_id = me.user_id)
     OR EXISTS (SELECT FROM public.audit_logs l WHERE l.resource_id = export AND l.action <> 'export.started') THEN
    RETURN false;
  END IF;
  PERFORM medstint.write_event(CASE WHEN is_whole THEN 'export.finished' ELSE 'export.failed' END, me.school_id, 'exports', export,
    jsonb_build_object('rows', row_count), 'EXPORT', CASE WHEN is_whole THEN 200 ELSE 499 END);
  RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.report_denied(text, text), medstint.report_reading(text, text, integer),
  medstint.begin_export(text, text, text, bigint, text, text), medstint.end_export(text, bigint, boolean) TO medstint_app;

-- Migrations: whoever runs them, in the transaction of each. They belong to no
-- school; the owner reads them with `medstint audit`.
CREATE FUNCTION medstint.audit_migration() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM medstint.write_event('schema.migrated', NULL, 'migrations', NEW.version::text,
      jsonb_build_object('name', NEW.description, 'checksum', encode(NEW.checksum, 'hex'), 'role', session_user), 'MIGRATE', 200);
  ELSE
    PERFORM medstint.write_event('schema.migration_taken_back', NULL, 'migrations', OLD.version::text,
      jsonb_build_object('name', OLD.description, 'checksum', encode(OLD.checksum, 'hex'), 'role', session_user), 'MIGRATE', 200);
  END IF;
  RETURN NULL;
END
$$;
DO $$
BEGIN
  -- Its own table is sqlx's; other tools that apply these files have none.
  IF to_regclass('medstint._sqlx_migrations') IS NOT NULL THEN
    CREATE TRIGGER c_audit_migration AFTER INSERT OR DELETE ON medstint._sqlx_migrations
      FOR EACH ROW EXECUTE FUNCTION medstint.audit_migration();
  END IF;
END
$$;
