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
CREATE OR REPLACE FUNCTION medstint.seal_events(school text) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  fresh public.audit_seals;
  before public.audit_seals;
BEGIN
  IF NOT EXISTS (SELECT FROM medstint.audit_unsealed u WHERE u.school = seal_events.school)
     OR NOT pg_try_advisory_xact_lock(hashtextextended('medstint.seal:' || seal_events.school, 0)) THEN
    RETURN 0;
  END IF;
  WITH taken AS (
    DELETE FROM medstint.audit_unsealed u USING (SELECT w.sequence FROM medstint.audit_unsealed w WHERE w.school = seal_events.school
      ORDER BY w.sequence LIMIT 10000) first WHERE u.school = seal_events.school AND u.sequence = first.sequence RETURNING u.sequence)
  SELECT count(*), array_agg(e.sequence ORDER BY e.sequence), string_agg(medstint.audit_leaf(e), '' ORDER BY e.sequence), min(e.sequence), max(e.sequence)
  INTO fresh.events, fresh.sequences, fresh.leaves, fresh.least_sequence, fresh.most_sequence
  FROM taken CROSS JOIN LATERAL (
    SELECT a.* FROM public.audit_logs a WHERE seal_events.school <> '' AND a.school_id = seal_events.school AND a.sequence = taken.sequence
    UNION ALL SELECT a.* FROM public.audit_logs a WHERE seal_events.school = '' AND a.school_id IS NULL AND a.sequence = taken.sequence) e;
  IF fresh.events = 0 THEN
    RETURN 0;
  END IF;
  SELECT * INTO before FROM public.audit_seals s WHERE coalesce(s.school_id, '') = seal_events.school ORDER BY s.number DESC LIMIT 1;
  fresh.id := gen_random_uuid()::text;
  fresh.school_id := nullif(seal_events.school, '');
  fresh.number := coalesce(before.number, 0) + 1;
  fresh.first_position := coalesce(before.first_position + before.events, 1);
  fresh.previous := coalesce(before.hash, decode(repeat('00', 32), 'hex'));
  fresh.digest := sha256(fresh.leaves);
  fresh.sealed_at := clock_timestamp();
  fresh.hash := medstint.audit_seal_hash(fresh);
  INSERT INTO public.audit_seals SELECT fresh.*;
  RETURN fresh.events;
END
$$;
CREATE OR REPLACE FUNCTION medstint.finish_sign_in(attempt text, ip text, user_agent text, client text DEFAULT 'console',
    OUT status text, OUT token text, OUT locked_until timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  outcome medstint.sign_in_outcomes := medstint.take_outcome(attempt);
  who text := outcome.user_id;
  home text;
BEGIN
  status := outcome.status;
  locked_until := outcome.locked_until;
  -- A failed attempt belongs to the school of the address, if it has one, so
  -- that this school's staff see it.
  SELECT u.id, u.school_id INTO who, home FROM public.users u
  WHERE CASE WHEN outcome.status = 'ok' THEN u.id = outcome.user_id ELSE u.email = outcome.subject END;
  IF status = 'ok' THEN
    token := medstint.random_token();
    INSERT INTO public.sessions (user_id, school_id, token, expires_at, ip_address, user_agent, client)
    VALUES (who, home, encode(sha256(convert_to(token, 'UTF8')), 'hex'),
            now() + interval '12 hours', left(ip, 100), left(user_agent, 300), left(client, 20));
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (CASE WHEN status = 'ok' THEN who END, home,
          CASE status WHEN 'ok' THEN 'auth.signed_in' WHEN 'locked' THEN 'auth.locked_out' ELSE 'auth.sign_in_failed' END,
          'users', coalesce(who, '-'), jsonb_build_object('email', jsonb_build_object('new', outcome.subject))::text,
          left(ip, 100), left(user_agent, 300), left(client, 20), 'SIGN_IN',
          CASE status WHEN 'ok' THEN 200 WHEN 'locked' THEN 423 ELSE 401 END,
          (CASE status WHEN 'ok' THEN 'LOW' WHEN 'locked' THEN 'HIGH' ELSE 'MEDIUM' END)::public.audit_severity);
END
$$;
CREATE OR REPLACE FUNCTION medstint.begin_export(list text, filter text, format text, row_count bigint, recipient text, purpose text) RETURNS text
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
DROP FUNCTION medstint.audit_context_of(text), medstint.acknowledge_alert(text), medstint.raise_alerts(text, bigint[]), medstint.alert_concerns(public.audit_logs, public.alert_rules, text),
  medstint.alert_subject(public.audit_logs, text);
DELETE FROM notification_templates WHERE type = 'AUDIT_ALERT';
DROP TABLE alerts;
DROP TABLE alert_rules;
DELETE FROM medstint.audit_event_types WHERE name LIKE 'alert.%' OR name LIKE 'alert\_rule.%';
