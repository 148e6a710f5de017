DROP TRIGGER b_begin_sealing ON schools;
DROP FUNCTION medstint.begin_sealing();
DROP TRIGGER c_audit_web_session ON sessions;
DROP FUNCTION medstint.audit_web_session(), medstint.is_web();

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
  DELETE FROM medstint.sign_in_outcomes o WHERE o.counted_at < clock_timestamp() - interval '5 minutes';
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
  -- A failed unlock is told and punished here, where it is committed in any case.
  IF outcome.status <> 'ok' AND outcome.subject LIKE 'session:%' THEN
    INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                   ip_address, user_agent, endpoint, method, status_code, severity)
    SELECT s.user_id, s.school_id, CASE outcome.status WHEN 'locked' THEN 'auth.locked_out' ELSE 'auth.unlock_failed' END, 'users', s.user_id,
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
  -- Guesses are alerted of at once, whoever watches.
  PERFORM medstint.seal_events(home) WHERE home IS NOT NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.audit_action(singular text, old_row jsonb, new_row jsonb) RETURNS text
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN singular || '.' || CASE
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
    ELSE 'updated' END;
END
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
  FROM (SELECT to_jsonb(r) AS value FROM new_rows r) n, medstint.audit_context_of(TG_ARGV[0]) c;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.acknowledge_alert(alert text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record := medstint.actor();
  one public.alerts;
  rule public.alert_rules;
BEGIN
  SELECT * INTO one FROM public.alerts a WHERE a.id = alert AND a.school_id = me.school_id FOR UPDATE;
  SELECT * INTO rule FROM public.alert_rules r WHERE r.id = one.rule_id;
  IF me.role IS NULL OR me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') OR (me.role = 'SUPER_ADMIN' AND rule.school_id IS NOT NULL) THEN
    RAISE EXCEPTION 'alerts are acknowledged by administrators who do not make their rules' USING ERRCODE = 'MS403', CONSTRAINT = 'alerts_acknowledged_by_school_admins';
  END IF;
  IF one.id IS NULL THEN
    RETURN false;
  END IF;
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
  PERFORM medstint.seal_events(kept.school) WHERE kept.school IS NOT NULL;
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
  PERFORM medstint.seal_batch('', 10000);
  sealed := CASE WHEN mine IS NULL THEN 0 ELSE medstint.seal_batch(mine, 10000) END;
  waiting := (SELECT count(*) FROM medstint.audit_unsealed u WHERE u.school = mine);
END
$$;
DROP FUNCTION medstint.tell_unasked(), medstint.tell_sealing_held(text);
ALTER TABLE medstint.sign_in_outcomes DROP COLUMN ip_address;
ALTER TABLE notification_templates DROP CONSTRAINT notification_templates_alerts_are_the_platforms;
UPDATE alert_rules SET actions = '{user.role_raised}' WHERE id = 'platform-role-raised';
UPDATE alert_rules SET actions = '{school_policy.created,school_policy.updated,school_policy.deleted}' WHERE id = 'platform-policy-changed';
UPDATE alert_rules SET actions = '{export.started}', name = 'Many rows exported' WHERE id = 'platform-rows-exported';
DELETE FROM alerts WHERE rule_id IN ('platform-sealing-held', 'platform-alert-rule-changed');
DELETE FROM alert_rules WHERE id IN ('platform-sealing-held', 'platform-alert-rule-changed');
DELETE FROM medstint.audit_event_types WHERE code IN ('TR-0506', 'TB-0308', 'TB-0104');
