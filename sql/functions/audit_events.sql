-- Audit events: what they hold, and which change writes which event.

-- Where an event comes from: the session, or what a connection without a session says of itself
-- (medstint.ip_address, medstint.user_agent, medstint.endpoint).
CREATE OR REPLACE FUNCTION medstint.audit_context(
  OUT user_id text, OUT ip_address text, OUT user_agent text, OUT endpoint text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
  trusted constant boolean := medstint.is_trusted();
BEGIN
  IF me.user_id IS NULL AND NOT trusted THEN
    SELECT a.user_id, host(inet_client_addr()), 'kiosk ' || k.name, 'kiosk' INTO user_id, ip_address, user_agent,
      endpoint
    FROM medstint.kiosk_acts a JOIN public.kiosks k ON k.id = a.kiosk_id
      WHERE a.transaction_id = pg_current_xact_id_if_assigned();
    IF NOT FOUND THEN
      PERFORM medstint.refuse_session(current_setting('medstint.session', true));
    END IF;
    RETURN;
  END IF;
  user_id := coalesce(me.user_id, nullif(current_setting('medstint.actor', true), ''));
  IF me.session_id IS NOT NULL THEN
    SELECT s.ip_address, s.user_agent, s.client INTO ip_address, user_agent, endpoint FROM public.sessions s
      WHERE s.id = me.session_id;
  ELSIF trusted THEN
    ip_address := nullif(current_setting('medstint.ip_address', true), '');
    user_agent := nullif(current_setting('medstint.user_agent', true), '');
    endpoint := nullif(current_setting('medstint.endpoint', true), '');
  END IF;
  -- The web application is called by its name, also where it says nothing of itself.
  endpoint := coalesce(endpoint, CASE WHEN pg_has_role(session_user, 'medstint_web', 'MEMBER')
    AND NOT pg_has_role(session_user, current_user, 'MEMBER')
    THEN 'web' ELSE 'database' END);
END
$$;

-- Alerts and their notifications may have no actor: a wrong password raises one before anybody
-- has signed in. No console may write these tables itself.
CREATE OR REPLACE FUNCTION medstint.audit_context_of(singular text,
  OUT user_id text, OUT ip_address text, OUT user_agent text, OUT endpoint text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF singular IN ('alert', 'notification', 'account', 'user_key', 'certificate_authority')
    AND medstint.current_user_id() IS NULL
    AND NOT medstint.is_trusted() THEN
    endpoint := 'system';
  ELSE
    SELECT c.user_id, c.ip_address, c.user_agent, c.endpoint INTO user_id, ip_address, user_agent, endpoint
      FROM medstint.audit_context() c;
  END IF;
END
$$;

-- The old and new values of the columns that differ: {"column": {"old": …, "new": …}}.
CREATE OR REPLACE FUNCTION medstint.audit_difference(old_row jsonb, new_row jsonb) RETURNS text
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (
    SELECT jsonb_object_agg(key, CASE
      WHEN key = ANY (medstint.secret_columns()) THEN jsonb_build_object('secret', 'changed')
      ELSE jsonb_strip_nulls(jsonb_build_object('old', old_row -> key, 'new', new_row -> key)) END)::text
    FROM jsonb_object_keys(coalesce(new_row, old_row)) AS k (key)
    WHERE key <> ALL (medstint.derived_columns())
      AND coalesce(old_row -> key, 'null') IS DISTINCT FROM coalesce(new_row -> key, 'null'));
END
$$;

-- Columns that follow from others or change by themselves; events leave them out.
CREATE OR REPLACE FUNCTION medstint.derived_columns() RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY['sort_name', 'search_name', 'elapsed_ms', 'created_at', 'updated_at', 'last_seen_at', 'last_used_at',
    'expires_at', 'flags', 'triage', 'edited_at', 'editors', 'possible_punchers', 'clock_in_is_edited',
    'clock_out_is_edited']
$$;

-- Columns whose values never reach an event; that they changed does.
CREATE OR REPLACE FUNCTION medstint.secret_columns() RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY['password', 'token', 'access_token', 'refresh_token', 'credential_hash', 'stripe_customer_id',
    'enrolment_hash']
$$;

-- The name of an update's event. Most tables have one for all updates.
CREATE OR REPLACE FUNCTION medstint.audit_action(singular text, old_row jsonb, new_row jsonb) RETURNS text
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN singular || '.' || CASE
    WHEN singular = 'user' AND old_row ->> 'role' <> new_row ->> 'role' THEN
      CASE
        WHEN medstint.role_rank((new_row ->> 'role')::public.user_role)
          > medstint.role_rank((old_row ->> 'role')::public.user_role)
        THEN 'role_raised'
        ELSE 'role_changed'
      END
    WHEN singular = 'user' AND old_row ->> 'is_active' <> new_row ->> 'is_active' THEN
      CASE new_row ->> 'is_active' WHEN 'true' THEN 'activated' ELSE 'deactivated' END
    WHEN singular = 'school' AND old_row ->> 'time_zone' <> new_row ->> 'time_zone' THEN 'zone_changed'
    WHEN singular = 'time_record' AND old_row ->> 'status' <> new_row ->> 'status' THEN
      CASE new_row ->> 'status' WHEN 'PENDING' THEN 'undone' ELSE lower(new_row ->> 'status') END
    WHEN singular = 'time_record' AND old_row ->> 'clock_out' IS NULL AND new_row ->> 'clock_out' IS NOT NULL
      THEN 'clocked_out'
    ELSE 'updated' END;
END
$$;

-- The severity of an event; none for a name that is not in the table.
CREATE OR REPLACE FUNCTION medstint.audit_severity(action text) RETURNS public.audit_severity
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = action
$$;

-- One function per verb, because each sees other transition tables. Argument: the singular that
-- begins the names of the table's events.
CREATE OR REPLACE FUNCTION medstint.audit_insert() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, coalesce(n.value ->> 'school_id', CASE TG_TABLE_NAME WHEN 'schools' THEN n.value ->> 'id' END),
         n.event, TG_TABLE_NAME, coalesce(n.value ->> 'id', n.value ->> 'school_id'),
         medstint.audit_difference(NULL, n.value), c.ip_address, c.user_agent, c.endpoint, TG_OP, 201,
         (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = n.event)
  FROM (SELECT x.value, CASE WHEN TG_ARGV[0] = 'user' AND x.value ->> 'role' IN ('SUPER_ADMIN', 'SCHOOL_ADMIN')
    THEN 'user.administrator_created'
          ELSE TG_ARGV[0] || '.created' END AS event
        FROM (SELECT to_jsonb(r) AS value FROM new_rows r) x) n, medstint.audit_context_of(TG_ARGV[0]) c;
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
        FROM (SELECT to_jsonb(r) AS value, coalesce(to_jsonb(r) ->> 'id', to_jsonb(r) ->> 'school_id') AS id
          FROM old_rows r OFFSET 0) o
        JOIN (SELECT to_jsonb(r) AS value, coalesce(to_jsonb(r) ->> 'id', to_jsonb(r) ->> 'school_id') AS id
          FROM new_rows r OFFSET 0) n
          USING (id)
        -- Evaluated here, once a row, and not wherever it is mentioned.
        OFFSET 0) x, medstint.audit_context_of(TG_ARGV[0]) c
  WHERE x.changes IS NOT NULL;
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

-- The busiest table names the columns that a decision changes: several times cheaper than the
-- difference of two jsonb documents when ten thousand records are decided at once.
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
    FROM old_rows o JOIN new_rows n USING (id) WHERE o.flags = n.flags AND o.triage = n.triage
    -- Evaluated here, once a row, and not wherever it is mentioned.
    OFFSET 0) x, medstint.audit_context() c
  WHERE x.changes IS NOT NULL;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.audit_web_session() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  event text;
  one public.sessions;
BEGIN
  IF NOT medstint.is_web() THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'DELETE' THEN one := OLD; ELSE one := NEW; END IF;
  event := CASE TG_OP
    WHEN 'INSERT' THEN 'auth.signed_in'
    WHEN 'DELETE' THEN CASE WHEN one.revoked_at IS NULL THEN 'auth.signed_out' END
    ELSE CASE WHEN OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL THEN 'auth.session_revoked'
      WHEN NEW.active_school_id
        IS DISTINCT FROM OLD.active_school_id AND NEW.active_school_id IS NOT NULL THEN 'school.entered' END END;
  IF event IS NOT NULL THEN
    INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, ip_address, user_agent,
      endpoint, method, status_code, severity)
    SELECT one.user_id, coalesce(one.active_school_id, one.school_id), event, CASE event WHEN 'auth.signed_in'
      THEN 'users' WHEN 'school.entered' THEN 'schools' ELSE 'sessions' END,
      CASE event WHEN 'auth.signed_in' THEN one.user_id WHEN 'school.entered' THEN one.active_school_id ELSE one.id
        END,
      one.ip_address, one.user_agent, 'web', TG_OP, 200, t.severity
    FROM medstint.audit_event_types t WHERE t.name = event;
  END IF;
  RETURN NULL;
END
$$;

-- Whether an address lies in a network; what is no address lies in none.
CREATE OR REPLACE FUNCTION medstint.address_within(address text, network inet) RETURNS boolean
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN address::inet <<= network;
EXCEPTION WHEN invalid_text_representation THEN
  RETURN false;
END
$$;

-- One event of the person who acts; its severity is the table's.
CREATE OR REPLACE FUNCTION medstint.write_event(event text, school text, type text, id text, details jsonb,
  method text, status integer) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, school, event, left(type, 100), left(id, 200),
    (SELECT jsonb_object_agg(key, jsonb_build_object('new', value))::text FROM jsonb_each(details)
      WHERE value <> 'null'),
    c.ip_address, c.user_agent, c.endpoint, method, status,
    (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = event)
  FROM medstint.audit_context() c
$$;

-- An event of the database's own doing, in a transaction that may be nobody's.
CREATE OR REPLACE FUNCTION medstint.write_system_event(event text, school text, type text, id text, details jsonb,
  method text, status integer) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO public.audit_logs (school_id, action, resource_type, resource_id, changes, endpoint, method,
    status_code, severity)
  SELECT nullif(school, ''), event, type, id,
    (SELECT jsonb_object_agg(key, jsonb_build_object('new', value))::text FROM jsonb_each(details)),
    'system', method, status, (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = event)
$$;

-- A refused change was rolled back with its transaction, and with it any event. So the
-- client that was refused says so in a transaction of its own. A client that wants to hide its
-- attempts can keep silent; it attempted in vain.
CREATE OR REPLACE FUNCTION medstint.report_denied(attempt text, why text) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.write_event('access.denied', a.school_id, 'users', a.user_id,
    jsonb_build_object('attempt', left(attempt, 200), 'refusal', left(why, 500)), 'ATTEMPT', 403)
  FROM medstint.actor() a WHERE a.user_id IS NOT NULL
$$;

-- Before rows of personal data are read in bulk or exported. Committed before the first row is
-- read, so an export that is cut off is on record. An export of the platform's events is an event
-- among them, not in a school.
CREATE OR REPLACE FUNCTION medstint.report_reading(list text, filter text, at_most integer) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.write_event('personal_data.read_in_bulk',
    CASE WHEN list <> 'platform-events' OR a.role <> 'SUPER_ADMIN' THEN a.school_id END, left(list, 100), '-',
    jsonb_build_object('filter', nullif(left(filter, 500), ''), 'rows', at_most), 'READ', 200)
  FROM medstint.actor() a WHERE a.user_id IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION medstint.begin_export(list text, filter text, format text, row_count bigint,
  recipient text,
    purpose text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fresh constant text := gen_random_uuid()::text;
  home constant text := CASE WHEN list <> 'platform-events' THEN medstint.current_school_id() END;
BEGIN
  IF btrim(coalesce(recipient, '')) = '' OR btrim(coalesce(purpose, '')) = '' THEN
    RAISE EXCEPTION 'an export needs a recipient and a purpose'
      USING ERRCODE = 'MS422', CONSTRAINT = 'exports_name_recipient_and_purpose';
  END IF;
  IF list = 'audit' AND NOT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'only administrators may export audit events'
      USING ERRCODE = 'MS403', CONSTRAINT = 'exports_of_audit_by_administrators';
  END IF;
  IF list = 'platform-events' AND NOT medstint.has_role('SUPER_ADMIN') THEN
    RAISE EXCEPTION 'only super admins may read platform events'
      USING ERRCODE = 'MS403', CONSTRAINT = 'audit_logs_platform_events';
  END IF;
  PERFORM medstint.write_event('export.started', home, 'exports', fresh, jsonb_build_object('list', left(list, 100),
    'filter', nullif(left(filter, 500), ''), 'format', left(format, 20), 'rows', row_count,
    'recipient', left(btrim(recipient), 300), 'purpose', left(btrim(purpose), 500)), 'EXPORT', 200)
  FROM medstint.actor() a WHERE a.user_id IS NOT NULL;
  IF NOT FOUND THEN
    PERFORM medstint.refuse_session(current_setting('medstint.session', true));
  END IF;
  PERFORM medstint.seal_events(coalesce(home, ''));
  RETURN fresh;
END
$$;

-- The end of one's own export, reported once, in the trail where its beginning stands.
CREATE OR REPLACE FUNCTION medstint.end_export(export text, row_count bigint, is_whole boolean) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record := medstint.actor();
  started public.audit_logs;
BEGIN
  SELECT l.* INTO started FROM public.audit_logs l
  WHERE l.resource_id = export AND l.action = 'export.started' AND l.user_id = me.user_id LIMIT 1;
  IF started.id IS NULL
     OR EXISTS (SELECT FROM public.audit_logs l WHERE l.resource_id = export AND l.action <> 'export.started') THEN
    RETURN false;
  END IF;
  PERFORM medstint.write_event(CASE WHEN is_whole THEN 'export.finished' ELSE 'export.failed' END,
    started.school_id, 'exports', export,
    jsonb_build_object('rows', row_count), 'EXPORT', CASE WHEN is_whole THEN 200 ELSE 499 END);
  RETURN true;
END
$$;

-- Events of a school, or of the platform, of some actions within a time. Each of the two is found
-- by its own index.
CREATE OR REPLACE FUNCTION medstint.events_between(school text, actions text[], earliest timestamptz,
  latest timestamptz) RETURNS SETOF public.audit_logs
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF school = '' THEN
    RETURN QUERY SELECT e.* FROM public.audit_logs e WHERE e.school_id IS NULL AND e.action = ANY (actions)
      AND e.created_at >= earliest AND e.created_at <= latest;
  ELSE
    RETURN QUERY SELECT e.* FROM public.audit_logs e WHERE e.school_id = school AND e.action = ANY (actions)
      AND e.created_at >= earliest AND e.created_at <= latest;
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION medstint.events_numbered(school text, sequences bigint[]) RETURNS SETOF public.audit_logs
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF school = '' THEN
    RETURN QUERY SELECT e.* FROM public.audit_logs e WHERE e.school_id IS NULL AND e.sequence = ANY (sequences);
  ELSE
    RETURN QUERY SELECT e.* FROM public.audit_logs e WHERE e.school_id = school AND e.sequence = ANY (sequences);
  END IF;
END
$$;
