-- Why: a second review found what the trail did not tell, and who could keep it from
-- telling. A sign-in that fails is told also when nobody asks what came of it.
-- Sessions that a web application writes are told. Whoever holds the sealing up is
-- named, with an alert, at once. Nobody makes the rules, the wordings or the clock
-- by which alerts are about themselves; a new administrator is as much a raised role
-- as a promoted one.

INSERT INTO medstint.audit_event_types (code, name, severity, meaning) VALUES
  ('TR-0506', 'audit.sealing_held', 'HIGH', 'A connection keeps events from being sealed, and with them alerts: which one, as which role'),
  ('TB-0308', 'user.administrator_created', 'HIGH', 'Somebody new got the rights of an administrator'),
  ('TB-0104', 'school.zone_changed', 'HIGH', 'School has another time zone: the hours in which rules and days count are others');

INSERT INTO alert_rules (id, school_id, code, name, actions, group_by, counts, threshold, within, severity) VALUES
  ('platform-sealing-held', NULL, 'sealing-held', 'Events are kept from being sealed', '{audit.sealing_held}', 'school', 'events', 1, '10 minutes', 'HIGH'),
  ('platform-alert-rule-changed', NULL, 'alert-rule-changed', 'An alert rule was changed', '{alert_rule.created,alert_rule.updated,alert_rule.deleted}', 'record', 'events', 1, '10 minutes', 'HIGH');
UPDATE alert_rules SET actions = '{user.role_raised,user.administrator_created}' WHERE id = 'platform-role-raised';
UPDATE alert_rules SET actions = '{school_policy.created,school_policy.updated,school_policy.deleted,school.zone_changed}' WHERE id = 'platform-policy-changed';
UPDATE alert_rules SET actions = '{export.started,personal_data.read_in_bulk}', name = 'Many rows exported or read' WHERE id = 'platform-rows-exported';

-- A school gives notifications its own words, or none; alerts have the platform's.
DELETE FROM notification_templates WHERE type = 'AUDIT_ALERT' AND school_id IS NOT NULL;
ALTER TABLE notification_templates ADD CONSTRAINT notification_templates_alerts_are_the_platforms CHECK (type <> 'AUDIT_ALERT' OR school_id IS NULL);

-- Row locks last as long as their transaction, and a transaction as long as its
-- client likes. Whoever finds a school's sealing held while events have waited for
-- two minutes tells who holds it; the alert does not wait for a seal.
-- The rows that sealers hold are there from the beginning: whoever made one on the
-- way would let all others wait for the end of that transaction.
INSERT INTO medstint.audit_sealing SELECT id FROM schools UNION ALL SELECT '' ON CONFLICT DO NOTHING;
CREATE FUNCTION medstint.begin_sealing() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO medstint.audit_sealing SELECT id FROM new_rows ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER b_begin_sealing AFTER INSERT ON schools REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.begin_sealing();
CREATE FUNCTION medstint.tell_sealing_held(school text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  oldest timestamptz;
  holder record;
  event bigint;
  rule public.alert_rules;
BEGIN
  SELECT min(e.created_at) INTO oldest FROM (SELECT u.sequence FROM medstint.audit_unsealed u WHERE u.school = tell_sealing_held.school ORDER BY u.sequence LIMIT 1000) first
  JOIN public.audit_logs e ON e.sequence = first.sequence AND (e.school_id = tell_sealing_held.school OR tell_sealing_held.school = '' AND e.school_id IS NULL);
  IF oldest IS NULL OR oldest > clock_timestamp() - interval '2 minutes' OR EXISTS (SELECT FROM public.audit_logs e
      WHERE e.school_id IS NOT DISTINCT FROM nullif(tell_sealing_held.school, '') AND e.action = 'audit.sealing_held' AND e.created_at > clock_timestamp() - interval '10 minutes') THEN
    RETURN;
  END IF;
  SELECT l.pid, a.usename AS role INTO holder FROM medstint.audit_sealing s
  JOIN pg_locks l ON l.locktype = 'transactionid' AND l.transactionid = s.xmax AND l.granted
  LEFT JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE s.school = tell_sealing_held.school;
  PERFORM medstint.write_system_event('audit.sealing_held', tell_sealing_held.school, 'audit_seals', '-',
    jsonb_build_object('since', oldest, 'process', holder.pid, 'role', holder.role), 'SEAL', 423);
  SELECT e.sequence INTO event FROM public.audit_logs e WHERE e.school_id = tell_sealing_held.school AND e.action = 'audit.sealing_held' ORDER BY e.created_at DESC, e.sequence DESC LIMIT 1;
  SELECT r.* INTO rule FROM public.alert_rules r
  WHERE r.code = 'sealing-held' AND (r.school_id = tell_sealing_held.school OR r.school_id IS NULL) ORDER BY r.school_id NULLS LAST LIMIT 1;
  PERFORM medstint.evaluate_rule(rule, tell_sealing_held.school, 'UTC', ARRAY[event]) WHERE event IS NOT NULL AND rule.is_active;
END
$$;

CREATE OR REPLACE FUNCTION medstint.seal_batch(school text, at_most integer) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  fresh public.audit_seals;
  before public.audit_seals;
BEGIN
  IF NOT EXISTS (SELECT FROM medstint.audit_unsealed u WHERE u.school = seal_batch.school) THEN
    RETURN 0;
  END IF;
  PERFORM FROM medstint.audit_sealing s WHERE s.school = seal_batch.school FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    -- Who imports with triggers off has made none.
    IF EXISTS (SELECT FROM medstint.audit_sealing s WHERE s.school = seal_batch.school) THEN
      PERFORM medstint.tell_sealing_held(seal_batch.school);
      RETURN 0;
    END IF;
    INSERT INTO medstint.audit_sealing VALUES (seal_batch.school) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      RETURN 0;
    END IF;
  END IF;
  WITH taken AS (
    DELETE FROM medstint.audit_unsealed u USING (SELECT w.sequence FROM medstint.audit_unsealed w WHERE w.school = seal_batch.school
      ORDER BY w.sequence LIMIT at_most) first WHERE u.school = seal_batch.school AND u.sequence = first.sequence RETURNING u.sequence)
  SELECT count(*), array_agg(e.sequence ORDER BY e.sequence), string_agg(medstint.audit_leaf(e), '' ORDER BY e.sequence), min(e.sequence), max(e.sequence)
  INTO fresh.events, fresh.sequences, fresh.leaves, fresh.least_sequence, fresh.most_sequence
  FROM taken CROSS JOIN LATERAL (
    SELECT a.* FROM public.audit_logs a WHERE seal_batch.school <> '' AND a.school_id = seal_batch.school AND a.sequence = taken.sequence
    UNION ALL SELECT a.* FROM public.audit_logs a WHERE seal_batch.school = '' AND a.school_id IS NULL AND a.sequence = taken.sequence) e;
  IF fresh.events = 0 THEN
    RETURN 0;
  END IF;
  SELECT * INTO before FROM public.audit_seals s WHERE coalesce(s.school_id, '') = seal_batch.school ORDER BY s.number DESC LIMIT 1;
  fresh.id := gen_random_uuid()::text;
  fresh.school_id := nullif(seal_batch.school, '');
  fresh.number := coalesce(before.number, 0) + 1;
  fresh.first_position := coalesce(before.first_position + before.events, 1);
  fresh.previous := coalesce(before.hash, decode(repeat('00', 32), 'hex'));
  fresh.digest := sha256(fresh.leaves);
  fresh.sealed_at := clock_timestamp();
  fresh.hash := medstint.audit_seal_hash(fresh);
  INSERT INTO public.audit_seals SELECT fresh.*;
  IF seal_batch.school <> '' THEN
    PERFORM medstint.raise_alerts(seal_batch.school, fresh.sequences);
  END IF;
  RETURN fresh.events;
END
$$;

-- From where a connection guesses: also of an attempt of which nobody asks.
ALTER TABLE medstint.sign_in_outcomes ADD COLUMN ip_address text DEFAULT host(inet_client_addr());

-- Outcomes that nobody asked for in time are gone, and what failed is told. An
-- outcome that somebody is just taking is left to them; should they take that back,
-- it is there again.
CREATE FUNCTION medstint.tell_unasked() RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (
    DELETE FROM medstint.sign_in_outcomes o
    WHERE o.id = ANY (ARRAY(SELECT x.id FROM medstint.sign_in_outcomes x WHERE x.counted_at < clock_timestamp() - interval '5 minutes' FOR UPDATE SKIP LOCKED))
    RETURNING o.*)
  INSERT INTO public.audit_logs (school_id, action, resource_type, resource_id, changes, ip_address, endpoint, method, status_code, severity)
  SELECT u.school_id, CASE gone.status WHEN 'locked' THEN 'auth.locked_out' ELSE 'auth.sign_in_failed' END, 'users', coalesce(u.id, '-'),
    jsonb_build_object('email', jsonb_build_object('new', gone.subject), 'tried', jsonb_build_object('new', gone.counted_at), 'unasked', jsonb_build_object('new', true))::text,
    gone.ip_address, 'database', 'SIGN_IN', CASE gone.status WHEN 'locked' THEN 423 ELSE 401 END,
    (CASE gone.status WHEN 'locked' THEN 'HIGH' ELSE 'MEDIUM' END)::public.audit_severity
  FROM gone LEFT JOIN public.users u ON u.email = gone.subject
  WHERE gone.status <> 'ok' AND gone.subject NOT LIKE '%:%'
$$;

CREATE OR REPLACE FUNCTION medstint.count_attempt(subject text, wanted_email text, password text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
#variable_conflict use_column
DECLARE
  attempts medstint.sign_in_attempts;
  account record;
  outcome medstint.sign_in_outcomes;
  -- A bcrypt hash, of the same cost as real ones, that no password has.
  nobody constant text := '$2a$12$......................................................';
BEGIN
  PERFORM medstint.tell_unasked();
  INSERT INTO medstint.sign_in_attempts (subject) VALUES (count_attempt.subject) ON CONFLICT DO NOTHING;
  -- Attempts on one subject queue here: parallel guesses cannot outrun the count.
  SELECT * INTO attempts FROM medstint.sign_in_attempts a WHERE a.subject = count_attempt.subject FOR UPDATE;
  IF attempts.last_attempt < clock_timestamp() - interval '15 minutes' THEN
    attempts.failures := 0;
  END IF;

  outcome.id := medstint.random_token();
  outcome.subject := count_attempt.subject;
  IF attempts.failures >= 5 THEN
    outcome.status := 'locked';
    outcome.locked_until := attempts.last_attempt + interval '15 minutes';
  ELSE
    SELECT u.id, a.password AS hash, u.is_active AND coalesce(s.is_active, true) AS may_enter INTO account
    FROM public.users u
    JOIN public.accounts a ON a.user_id = u.id AND a.provider_id = 'credential'
    LEFT JOIN public.schools s ON s.id = u.school_id
    WHERE u.email = wanted_email;
    attempts.failures := attempts.failures + 1;
    attempts.last_attempt := clock_timestamp();
    IF medstint.password_matches(password, coalesce(account.hash, nobody)) AND account.may_enter THEN
      outcome.status := 'ok';
      outcome.user_id := account.id;
    ELSIF attempts.failures >= 5 THEN
      outcome.status := 'locked';
      outcome.locked_until := attempts.last_attempt + interval '15 minutes';
    ELSE
      outcome.status := 'refused';
    END IF;
  END IF;
  UPDATE medstint.sign_in_attempts a SET failures = attempts.failures, last_attempt = attempts.last_attempt
  WHERE a.subject = count_attempt.subject;
  INSERT INTO medstint.sign_in_outcomes (id, subject, user_id, status, locked_until)
  VALUES (outcome.id, outcome.subject, outcome.user_id, outcome.status, outcome.locked_until);
  -- A failed unlock is told and punished here, where it is committed in any case. It
  -- names the account as a sign-in does, so that alerts count both together.
  IF outcome.status <> 'ok' AND outcome.subject LIKE 'session:%' THEN
    INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                   ip_address, user_agent, endpoint, method, status_code, severity)
    SELECT s.user_id, s.school_id, CASE outcome.status WHEN 'locked' THEN 'auth.locked_out' ELSE 'auth.unlock_failed' END, 'users', s.user_id,
           jsonb_build_object('email', jsonb_build_object('new', wanted_email))::text,
           s.ip_address, s.user_agent, s.client, 'UNLOCK', CASE outcome.status WHEN 'locked' THEN 423 ELSE 401 END,
           (CASE outcome.status WHEN 'locked' THEN 'HIGH' ELSE 'MEDIUM' END)::public.audit_severity
    FROM public.sessions s WHERE 'session:' || s.id = outcome.subject;
    IF outcome.status = 'locked' THEN
      UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE 'session:' || s.id = outcome.subject;
    END IF;
  END IF;
  RETURN outcome.id;
END
$$;

-- The address is what the client says of itself (over SSH, whose it is), or else
-- where the connection comes from; a client is one of the console's own.
CREATE OR REPLACE FUNCTION medstint.finish_sign_in(attempt text, ip text, user_agent text, client text DEFAULT 'console',
    OUT status text, OUT token text, OUT locked_until timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  outcome medstint.sign_in_outcomes := medstint.take_outcome(attempt);
  who text := outcome.user_id;
  home text;
  address constant text := left(coalesce(nullif(btrim(ip), ''), host(inet_client_addr())), 100);
  kind constant text := CASE WHEN client IN ('console', 'monitor', 'cli') THEN client ELSE 'console' END;
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
            now() + interval '12 hours', address, left(user_agent, 300), kind);
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (CASE WHEN status = 'ok' THEN who END, home,
          CASE status WHEN 'ok' THEN 'auth.signed_in' WHEN 'locked' THEN 'auth.locked_out' ELSE 'auth.sign_in_failed' END,
          'users', coalesce(who, '-'), jsonb_build_object('email', jsonb_build_object('new', outcome.subject))::text,
          address, left(user_agent, 300), kind, 'SIGN_IN',
          CASE status WHEN 'ok' THEN 200 WHEN 'locked' THEN 423 ELSE 401 END,
          (CASE status WHEN 'ok' THEN 'LOW' WHEN 'locked' THEN 'HIGH' ELSE 'MEDIUM' END)::public.audit_severity);
  -- Guesses are alerted of at once, whoever watches.
  PERFORM medstint.seal_events(home) WHERE home IS NOT NULL;
END
$$;

-- Sessions of a console are told by the functions that make and end them. Those that
-- a web application writes by itself are told here; so is who works where.
CREATE FUNCTION medstint.is_web() RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$SELECT pg_has_role(session_user, 'medstint_web', 'MEMBER') AND NOT pg_has_role(session_user, current_user, 'MEMBER')$$;
CREATE FUNCTION medstint.audit_web_session() RETURNS trigger
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
      WHEN NEW.active_school_id IS DISTINCT FROM OLD.active_school_id AND NEW.active_school_id IS NOT NULL THEN 'school.entered' END END;
  IF event IS NOT NULL THEN
    INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, ip_address, user_agent, endpoint, method, status_code, severity)
    SELECT one.user_id, coalesce(one.active_school_id, one.school_id), event, CASE event WHEN 'auth.signed_in' THEN 'users' WHEN 'school.entered' THEN 'schools' ELSE 'sessions' END,
      CASE event WHEN 'auth.signed_in' THEN one.user_id WHEN 'school.entered' THEN one.active_school_id ELSE one.id END,
      one.ip_address, one.user_agent, 'web', TG_OP, 200, t.severity
    FROM medstint.audit_event_types t WHERE t.name = event;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER c_audit_web_session AFTER INSERT OR UPDATE OR DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION medstint.audit_web_session();

CREATE OR REPLACE FUNCTION medstint.audit_action(singular text, old_row jsonb, new_row jsonb) RETURNS text
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN singular || '.' || CASE
    WHEN singular = 'user' AND old_row ->> 'role' <> new_row ->> 'role' THEN
      CASE WHEN medstint.role_rank((new_row ->> 'role')::public.user_role) > medstint.role_rank((old_row ->> 'role')::public.user_role)
      THEN 'role_raised' ELSE 'role_changed' END
    WHEN singular = 'user' AND old_row ->> 'is_active' <> new_row ->> 'is_active' THEN
      CASE new_row ->> 'is_active' WHEN 'true' THEN 'activated' ELSE 'deactivated' END
    WHEN singular = 'school' AND old_row ->> 'time_zone' <> new_row ->> 'time_zone' THEN 'zone_changed'
    WHEN singular = 'time_record' AND old_row ->> 'status' <> new_row ->> 'status' THEN
      CASE new_row ->> 'status' WHEN 'PENDING' THEN 'undone' ELSE lower(new_row ->> 'status') END
    WHEN singular = 'time_record' AND old_row ->> 'clock_out' IS NULL AND new_row ->> 'clock_out' IS NOT NULL THEN 'clocked_out'
    ELSE 'updated' END;
END
$$;

CREATE OR REPLACE FUNCTION medstint.audit_insert() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, coalesce(n.value ->> 'school_id', CASE TG_TABLE_NAME WHEN 'schools' THEN n.value ->> 'id' END),
         n.event, TG_TABLE_NAME, coalesce(n.value ->> 'id', n.value ->> 'school_id'),
         medstint.audit_difference(NULL, n.value), c.ip_address, c.user_agent, c.endpoint, TG_OP, 201,
         (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = n.event)
  FROM (SELECT x.value, CASE WHEN TG_ARGV[0] = 'user' AND x.value ->> 'role' IN ('SUPER_ADMIN', 'SCHOOL_ADMIN') THEN 'user.administrator_created'
          ELSE TG_ARGV[0] || '.created' END AS event
        FROM (SELECT to_jsonb(r) AS value FROM new_rows r) x) n, medstint.audit_context_of(TG_ARGV[0]) c;
  RETURN NULL;
END
$$;

-- An administrator of the school says that the alert was looked at. A super admin
-- can put a rule of their own in the place of any other, and so acknowledges none;
-- neither does whoever it is about, or whose own doing it counts.
CREATE OR REPLACE FUNCTION medstint.acknowledge_alert(alert text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record := medstint.actor();
  one public.alerts;
  rule public.alert_rules;
BEGIN
  IF me.role IS DISTINCT FROM 'SCHOOL_ADMIN' THEN
    RAISE EXCEPTION 'alerts are acknowledged by administrators who do not make their rules' USING ERRCODE = 'MS403', CONSTRAINT = 'alerts_acknowledged_by_school_admins';
  END IF;
  SELECT * INTO one FROM public.alerts a WHERE a.id = alert AND a.school_id = me.school_id FOR UPDATE;
  IF one.id IS NULL THEN
    RETURN false;
  END IF;
  SELECT * INTO rule FROM public.alert_rules r WHERE r.id = one.rule_id;
  IF one.acknowledged_at IS NOT NULL THEN
    RAISE EXCEPTION 'the alert was acknowledged before' USING ERRCODE = 'MS409', CONSTRAINT = 'alerts_acknowledged_once';
  END IF;
  IF one.subject IN (me.user_id, (SELECT u.email FROM public.users u WHERE u.id = me.user_id))
     OR EXISTS (SELECT FROM public.audit_logs e WHERE e.user_id = me.user_id AND e.school_id = one.school_id AND e.action = ANY (rule.actions)
       AND e.created_at BETWEEN one.first_at AND one.last_at AND medstint.alert_subject(e, rule.group_by) = one.subject) THEN
    RAISE EXCEPTION 'the alert is about whoever would acknowledge it' USING ERRCODE = 'MS403', CONSTRAINT = 'alerts_not_by_whom_they_are_about';
  END IF;
  UPDATE public.alerts a SET acknowledged_by = me.user_id, acknowledged_at = clock_timestamp(), updated_at = now() WHERE a.id = alert;
  RETURN true;
END
$$;

-- A wall alone keeps up with ten thousand events between two signs of life.
CREATE OR REPLACE FUNCTION medstint.keep_monitor(token text) RETURNS timestamptz
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  kept record;
BEGIN
  UPDATE public.sessions s
  SET last_seen_at = now(), updated_at = now(),
      expires_at = greatest(s.expires_at, least(now() + interval '12 hours', s.created_at + interval '90 days'))
  FROM public.users u
  WHERE s.token = encode(sha256(convert_to(keep_monitor.token, 'UTF8')), 'hex') AND s.client = 'monitor'
    AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp() AND u.id = s.user_id AND u.is_active
  RETURNING s.expires_at, coalesce(u.school_id, s.active_school_id) AS school INTO kept;
  PERFORM medstint.tell_unasked() WHERE kept.school IS NOT NULL;
  FOR n IN 1 .. 10 LOOP
    EXIT WHEN kept.school IS NULL OR medstint.seal_events(kept.school) < 1000;
  END LOOP;
  RETURN kept.expires_at;
END
$$;

CREATE OR REPLACE FUNCTION medstint.watch_audit(OUT sealed integer, OUT waiting bigint)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine constant text := medstint.current_school_id();
BEGIN
  IF medstint.current_user_id() IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  PERFORM medstint.tell_unasked(), medstint.seal_batch('', 10000);
  sealed := CASE WHEN mine IS NULL THEN 0 ELSE medstint.seal_batch(mine, 10000) END;
  waiting := (SELECT count(*) FROM medstint.audit_unsealed u WHERE u.school = mine);
END
$$;
