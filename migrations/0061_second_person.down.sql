DROP TRIGGER c_second_person ON time_records;
DROP TRIGGER c_second_person ON time_record_corrections;
DROP TRIGGER c_second_person ON assessments;
DROP TRIGGER c_second_person ON alerts;
DROP TRIGGER e_note_credential ON accounts;
DROP TRIGGER e_note_credential ON users;
DROP TRIGGER e_note_credential ON medstint.pins;
DROP FUNCTION medstint.second_person_decides(), medstint.second_person_corrects(), medstint.second_person_assesses(),
  medstint.second_person_acknowledges(), medstint.require_second_person(text, text[]), medstint.note_account(),
  medstint.note_email(), medstint.note_pin(), medstint.note_credential_change(text, text, boolean), medstint.choose_password(text, text);
DROP TABLE medstint.credential_changes;
DELETE FROM notifications WHERE type = 'CREDENTIAL_CHANGED';
DELETE FROM notification_templates WHERE type = 'CREDENTIAL_CHANGED';
DELETE FROM alerts WHERE rule_id IN (SELECT id FROM alert_rules WHERE code = 'staff-credential-changed');
DELETE FROM alert_rules WHERE code = 'staff-credential-changed';
DELETE FROM medstint.audit_event_types WHERE name IN ('auth.staff_credential_changed', 'auth.credential_changed');

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
    AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp() AND s.locked_at IS NULL
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
    IF (medstint.session_of(enter.token)).locked_at IS NOT NULL THEN
      RAISE EXCEPTION 'the session is locked' USING ERRCODE = 'MS423';
    END IF;
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION medstint.finish_sign_in(attempt text, OUT status text, OUT token text, OUT locked_until timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  made constant medstint.password_attempts := medstint.committed_attempt(attempt, 'sign_in');
  known record := medstint.credential_of(made.subject);
  verdict record := medstint.verdict_on(made, known.hash);
  person record;
BEGIN
  status := verdict.status;
  locked_until := verdict.free_at;
  IF status <> 'ok' THEN
    RETURN;
  END IF;
  -- A password that is being changed has its say first: account, attempt, session is the
  -- order of locks here, in medstint.set_password and in medstint.change_password.
  PERFORM FROM public.accounts a
  WHERE a.user_id = known.user_id AND a.provider_id = 'credential' AND a.password = made.tried FOR SHARE;
  SELECT u.id, u.school_id INTO person FROM public.users u LEFT JOIN public.schools s ON s.id = u.school_id
  WHERE FOUND AND u.id = known.user_id AND u.is_active AND coalesce(s.is_active, true);
  IF person.id IS NULL THEN
    status := 'refused';
    RETURN;
  END IF;
  UPDATE medstint.password_attempts a SET is_used = true, is_reported = true WHERE a.id = made.id AND NOT a.is_used;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the attempt has opened a session already' USING ERRCODE = 'MS409', CONSTRAINT = 'sign_in_commit_first';
  END IF;
  token := medstint.random_token();
  INSERT INTO public.sessions (user_id, school_id, token, expires_at, ip_address, user_agent, client)
  VALUES (person.id, person.school_id, encode(sha256(convert_to(token, 'UTF8')), 'hex'),
          now() + interval '12 hours', made.ip_address, made.user_agent, made.client);
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (person.id, person.school_id, 'auth.signed_in', 'users', person.id,
          jsonb_build_object('email', jsonb_build_object('new', made.subject))::text,
          made.ip_address, made.user_agent, made.client, 'SIGN_IN', 200, 'LOW');
  PERFORM medstint.report_attempts(), medstint.seal_events(coalesce(person.school_id, ''));
END
$$;

DO $do$
DECLARE
  part text[];
BEGIN
  FOREACH part SLICE 1 IN ARRAY ARRAY[
    ['medstint.listen(text)', 'ELSIF mine.is_restricted THEN
    RAISE EXCEPTION ''the password is temporary'' USING ERRCODE = ''MS428'';
  ELSIF mine.locked_at IS NOT NULL THEN', 'ELSIF mine.locked_at IS NOT NULL THEN'],
    ['medstint.keep_monitor(text)', 'AND NOT s.is_restricted AND s.revoked_at IS NULL', 'AND s.revoked_at IS NULL'],
    ['medstint.choose_school_of_monitor(text, text)', 'AND NOT s.is_restricted AND s.revoked_at IS NULL', 'AND s.revoked_at IS NULL'],
    ['medstint.watch_audit(text)', 'IF mine.id IS NULL OR mine.is_restricted OR', 'IF mine.id IS NULL OR']]
  LOOP
    EXECUTE replace(pg_get_functiondef(part[1]::regprocedure), part[2], part[3]);
  END LOOP;
END
$do$;
ALTER TABLE accounts DROP COLUMN is_temporary;
ALTER TABLE sessions DROP COLUMN is_restricted;
