DROP FUNCTION medstint.begin_sign_in(text, text, text, text, text), medstint.finish_sign_in(text), medstint.lock_session(),
  medstint.locked_session(text), medstint.begin_unlock(text, text), medstint.finish_unlock(text, text), medstint.watch_audit(text),
  medstint.report_attempts(), medstint.verdict_on(medstint.password_attempts, text), medstint.committed_attempt(text, text),
  medstint.store_attempt(text, text, text, text, text, text, text), medstint.attempts_against(text, text, text),
  medstint.credential_of(text), medstint.password_tried(text, text);
DROP TABLE medstint.password_attempts;
DROP INDEX accounts_credentials;
DELETE FROM medstint.audit_event_types WHERE name = 'auth.locked';

CREATE TABLE medstint.sign_in_attempts (
  subject      text PRIMARY KEY,
  failures     integer NOT NULL DEFAULT 0,
  last_attempt timestamptz(3)
);
CREATE TABLE medstint.sign_in_outcomes (
  id         text PRIMARY KEY,
  subject    text NOT NULL,
  user_id    text,
  status     text NOT NULL,
  locked_until timestamptz(3),
  counted_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
  counted_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  ip_address text DEFAULT host(inet_client_addr())
);
ALTER TABLE medstint.sign_in_attempts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY sign_in_attempts_owner ON medstint.sign_in_attempts TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.sign_in_outcomes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY sign_in_outcomes_owner ON medstint.sign_in_outcomes TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE OR REPLACE FUNCTION medstint.tell_unasked() RETURNS void
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

CREATE OR REPLACE FUNCTION medstint.take_outcome(attempt text) RETURNS medstint.sign_in_outcomes
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  outcome medstint.sign_in_outcomes;
BEGIN
  DELETE FROM medstint.sign_in_outcomes o
  WHERE o.id = attempt AND o.counted_in <> pg_current_xact_id() AND o.counted_at > clock_timestamp() - interval '5 minutes' RETURNING * INTO outcome;
  IF outcome.id IS NULL THEN
    RAISE EXCEPTION 'there is no such attempt, or it has not been committed' USING ERRCODE = 'MS409', CONSTRAINT = 'sign_in_commit_first';
  END IF;
  IF outcome.status = 'ok' THEN
    UPDATE medstint.sign_in_attempts a SET failures = 0 WHERE a.subject = outcome.subject;
  END IF;
  RETURN outcome;
END
$$;

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

CREATE OR REPLACE FUNCTION medstint.finish_unlock(attempt text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  outcome medstint.sign_in_outcomes := medstint.take_outcome(attempt);
BEGIN
  -- Somebody else's attempt, whatever came of it, opens nothing here.
  IF outcome.subject IS DISTINCT FROM (SELECT 'session:' || a.session_id FROM medstint.actor() a WHERE a.session_id IS NOT NULL) THEN
    RAISE EXCEPTION 'the attempt is not of this session' USING ERRCODE = 'MS409', CONSTRAINT = 'unlock_own_session';
  END IF;
  -- What failed was written when it was counted, and cannot be rolled back here.
  IF outcome.status <> 'ok' THEN
    RETURN outcome.status;
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT x.user_id, medstint.current_school_id(),
         'auth.unlocked',
         'users', x.user_id, x.ip_address, x.user_agent, x.endpoint, 'UNLOCK',
         200, 'LOW'
  FROM medstint.audit_context() x;
  RETURN outcome.status;
END
$$;

CREATE OR REPLACE FUNCTION medstint.set_password(who text, password text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF length(password) < 12 OR octet_length(password) > 72 THEN
    RAISE EXCEPTION 'a password has 12 characters or more and at most 72 bytes'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_password_length';
  END IF;
  INSERT INTO public.accounts (user_id, provider_id, account_id, password)
  SELECT u.id, 'credential', u.id, medstint.password_hash(set_password.password) FROM public.users u WHERE u.id = who
  ON CONFLICT (user_id, provider_id) DO UPDATE SET password = excluded.password, updated_at = now();
  -- Whoever knew the old password is signed out, and an attempt with it that was
  -- not answered yet is worth nothing.
  DELETE FROM medstint.sign_in_outcomes o WHERE o.user_id = who;
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE s.user_id = who AND s.revoked_at IS NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.change_password(attempt text, fresh text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record;
  status text;
BEGIN
  SELECT a.user_id, a.session_id, a.school_id INTO me FROM medstint.actor() a;
  status := medstint.finish_unlock(attempt);
  IF status <> 'ok' THEN
    RETURN status;
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT me.user_id, me.school_id, 'auth.password_changed', 'users', me.user_id, x.ip_address, x.user_agent, x.endpoint, 'CHANGE', 200, 'MEDIUM'
  FROM medstint.audit_context() x;
  PERFORM medstint.set_password(me.user_id, fresh);
  UPDATE public.sessions s SET revoked_at = NULL WHERE s.id = me.session_id;
  RETURN status;
END
$$;

CREATE OR REPLACE FUNCTION medstint.actor(
  OUT session_id text, OUT user_id text, OUT role public.user_role, OUT school_id text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  given constant text := nullif(current_setting('medstint.session', true), '');
BEGIN
  IF given IS NULL THEN
    RETURN;
  END IF;
  SELECT s.id, u.id, u.role, CASE WHEN u.role = 'SUPER_ADMIN' THEN s.active_school_id ELSE u.school_id END
  INTO session_id, user_id, role, school_id
  FROM public.sessions s
  JOIN public.users u ON u.id = s.user_id
  LEFT JOIN public.schools c ON c.id = u.school_id
  WHERE s.token = encode(sha256(convert_to(given, 'UTF8')), 'hex')
    -- The clock, not now(): a transaction that was kept open does not stop time;
    -- and under a frozen snapshot a revocation would go unseen.
    AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp()
    AND current_setting('transaction_isolation') = 'read committed'
    AND u.is_active AND coalesce(c.is_active, true)
    -- A monitor acts only where PostgreSQL itself refuses every write.
    AND (s.client <> 'monitor' OR current_setting('transaction_read_only') = 'on');
END
$$;

CREATE OR REPLACE FUNCTION medstint.enter(token text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM set_config('medstint.session', token, true),
    set_config('statement_timeout', '15s', true), set_config('lock_timeout', '5s', true);
  -- From here on the transaction of a monitor is read-only, whatever it began as;
  -- PostgreSQL lets nobody take that back.
  IF EXISTS (SELECT FROM public.sessions s WHERE s.token = encode(sha256(convert_to(enter.token, 'UTF8')), 'hex') AND s.client = 'monitor') THEN
    PERFORM set_config('transaction_read_only', 'on', true);
  END IF;
  IF medstint.current_user_id() IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION medstint.tell_sealing_held(school text) RETURNS void
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

CREATE FUNCTION medstint.begin_sign_in(email text, password text) RETURNS text
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.count_attempt(address, address, coalesce(password, ''))
  FROM (SELECT left(lower(btrim(coalesce(email, ''))), 254) AS address) x
$$;
CREATE FUNCTION medstint.begin_unlock(password text) RETURNS text
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.count_attempt('session:' || a.session_id, u.email, coalesce(password, ''))
  FROM medstint.actor() a JOIN public.users u ON u.id = a.user_id
$$;
DROP FUNCTION medstint.session_of(text);
ALTER TABLE sessions DROP COLUMN locked_at;
GRANT EXECUTE ON FUNCTION medstint.begin_sign_in(text, text), medstint.finish_sign_in(text, text, text, text),
  medstint.begin_unlock(text), medstint.finish_unlock(text), medstint.watch_audit() TO medstint_app;
