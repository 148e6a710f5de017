-- Why: the only way to a session. An unknown address gets the same answer,
-- after the same work and with the same lock-out, as a known one with a wrong
-- password, so that nobody learns here who has an account. The outcome is a
-- status, not an exception: raising would roll the failure counter back.
CREATE TABLE medstint.sign_in_attempts (
  email        text PRIMARY KEY,
  failures     integer NOT NULL DEFAULT 0,
  last_failed  timestamptz(3),
  locked_until timestamptz(3)
);
ALTER TABLE medstint.sign_in_attempts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY sign_in_attempts_owner ON medstint.sign_in_attempts TO CURRENT_USER USING (true) WITH CHECK (true);

-- Five failures within fifteen minutes lock an address for fifteen minutes.
CREATE FUNCTION medstint.check_password(wanted_email text, password text,
    OUT status text, OUT user_id text, OUT locked_until timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  attempts medstint.sign_in_attempts;
  account record;
  -- A bcrypt hash, of the same cost as real ones, that no password has.
  nobody constant text := '$2a$12$......................................................';
BEGIN
  INSERT INTO medstint.sign_in_attempts (email) VALUES (wanted_email) ON CONFLICT (email) DO NOTHING;
  -- Attempts on one address queue here: parallel guesses cannot outrun the count.
  SELECT * INTO attempts FROM medstint.sign_in_attempts WHERE email = wanted_email FOR UPDATE;
  IF attempts.locked_until > clock_timestamp() THEN
    status := 'locked'; locked_until := attempts.locked_until;
    RETURN;
  END IF;

  SELECT u.id, a.password AS hash, u.is_active AND coalesce(s.is_active, true) AS may_enter INTO account
  FROM public.users u
  JOIN public.accounts a ON a.user_id = u.id AND a.provider_id = 'credential'
  LEFT JOIN public.schools s ON s.id = u.school_id
  WHERE u.email = wanted_email;

  IF medstint.password_matches(password, coalesce(account.hash, nobody)) AND account.may_enter THEN
    DELETE FROM medstint.sign_in_attempts WHERE email = wanted_email;
    status := 'ok'; user_id := account.id;
    RETURN;
  END IF;

  UPDATE medstint.sign_in_attempts t SET
    failures = CASE WHEN t.last_failed > clock_timestamp() - interval '15 minutes' THEN t.failures + 1 ELSE 1 END,
    last_failed = clock_timestamp()
  WHERE t.email = wanted_email RETURNING t.* INTO attempts;
  IF attempts.failures >= 5 THEN
    UPDATE medstint.sign_in_attempts t
    SET failures = 0, locked_until = clock_timestamp() + interval '15 minutes'
    WHERE t.email = wanted_email RETURNING t.locked_until INTO check_password.locked_until;
    status := 'locked';
  ELSE
    status := 'refused';
  END IF;
END
$$;

CREATE FUNCTION medstint.sign_in(email text, password text, ip text, user_agent text, client text DEFAULT 'console',
    OUT status text, OUT token text, OUT locked_until timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  wanted_email text := lower(btrim(coalesce(email, '')));
  who text;
  home text;
  session_id text := gen_random_uuid()::text;
BEGIN
  SELECT c.status, c.user_id, c.locked_until INTO status, who, locked_until
  FROM medstint.check_password(wanted_email, coalesce(password, '')) c;
  IF status = 'ok' THEN
    token := medstint.random_token();
    SELECT u.school_id INTO home FROM public.users u WHERE u.id = who;
    INSERT INTO public.sessions (id, user_id, school_id, token, expires_at, ip_address, user_agent, client)
    VALUES (session_id, who, home, encode(sha256(convert_to(token, 'UTF8')), 'hex'),
            now() + interval '12 hours', left(ip, 100), left(user_agent, 300), left(client, 20));
  ELSE
    -- The attempt belongs to the school of the address, if it has one, so that
    -- this school's staff see it.
    SELECT u.id, u.school_id INTO who, home FROM public.users u WHERE u.email = wanted_email;
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (CASE WHEN status = 'ok' THEN who END, home,
          CASE status WHEN 'ok' THEN 'auth.signed_in' WHEN 'locked' THEN 'auth.locked_out' ELSE 'auth.sign_in_failed' END,
          'users', coalesce(who, '-'), jsonb_build_object('email', jsonb_build_object('new', left(wanted_email, 200)))::text,
          left(ip, 100), left(user_agent, 300), left(client, 20), 'SIGN_IN',
          CASE status WHEN 'ok' THEN 200 WHEN 'locked' THEN 423 ELSE 401 END,
          (CASE status WHEN 'ok' THEN 'LOW' WHEN 'locked' THEN 'HIGH' ELSE 'MEDIUM' END)::public.audit_severity);
END
$$;

-- Unlocks a console that was left alone: the password of the session's own
-- user, counted like any other attempt.
CREATE FUNCTION medstint.unlock(password text, OUT status text, OUT locked_until timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  wanted_email text := (SELECT u.email FROM public.users u WHERE u.id = medstint.current_user_id());
BEGIN
  IF wanted_email IS NULL THEN
    status := 'signed_out';
    RETURN;
  END IF;
  SELECT c.status, c.locked_until INTO status, locked_until
  FROM medstint.check_password(wanted_email, coalesce(password, '')) c;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT x.user_id, medstint.current_school_id(),
         CASE unlock.status WHEN 'ok' THEN 'auth.unlocked' WHEN 'locked' THEN 'auth.locked_out' ELSE 'auth.unlock_failed' END,
         'users', x.user_id, x.ip_address, x.user_agent, x.endpoint, 'UNLOCK',
         CASE unlock.status WHEN 'ok' THEN 200 WHEN 'locked' THEN 423 ELSE 401 END,
         (CASE unlock.status WHEN 'ok' THEN 'LOW' WHEN 'locked' THEN 'HIGH' ELSE 'MEDIUM' END)::public.audit_severity
  FROM medstint.audit_context() x;
END
$$;

CREATE FUNCTION medstint.sign_out() RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code)
  SELECT x.user_id, a.school_id, 'auth.signed_out', 'sessions', a.session_id,
         x.ip_address, x.user_agent, x.endpoint, 'SIGN_OUT', 200
  FROM medstint.actor() a, medstint.audit_context() x
  WHERE a.session_id IS NOT NULL;
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now()
  FROM medstint.actor() a WHERE s.id = a.session_id;
END
$$;

-- A session slides while somebody works: twelve hours after the last sign of
-- life it ends, and seven days after it began in any case.
CREATE FUNCTION medstint.touch_session() RETURNS timestamptz
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE public.sessions s
  SET last_seen_at = now(), updated_at = now(),
      expires_at = greatest(s.expires_at, least(now() + interval '12 hours', s.created_at + interval '7 days'))
  FROM medstint.actor() a WHERE s.id = a.session_id
  RETURNING s.expires_at
$$;

-- The channel on which a school's changes are announced; names of channels
-- have at most 63 bytes.
CREATE FUNCTION medstint.channel(school text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
  AS $$SELECT 'medstint_' || CASE WHEN octet_length(school) <= 50 THEN school ELSE md5(school) END$$;

-- What a console needs to know of the session that it holds.
CREATE FUNCTION medstint.whoami(
    OUT user_id text, OUT name text, OUT email text, OUT role public.user_role, OUT school_id text,
    OUT school_name text, OUT channel text, OUT expires_at timestamptz, OUT unread bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.id, u.name, u.email, a.role, a.school_id, c.name, medstint.channel(a.school_id), s.expires_at,
    (SELECT count(*) FROM public.notifications n WHERE n.user_id = u.id AND NOT n.is_read)
  FROM medstint.actor() a
  JOIN public.users u ON u.id = a.user_id
  JOIN public.sessions s ON s.id = a.session_id
  LEFT JOIN public.schools c ON c.id = a.school_id
$$;

-- A SUPER_ADMIN works in one chosen school at a time.
CREATE FUNCTION medstint.choose_school(chosen text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE public.sessions s SET active_school_id = c.id, updated_at = now()
  FROM medstint.actor() a, public.schools c
  WHERE s.id = a.session_id AND a.role = 'SUPER_ADMIN' AND c.id = chosen;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT x.user_id, chosen, 'school.entered', 'schools', chosen, x.ip_address, x.user_agent, x.endpoint, 'CHOOSE', 200, 'MEDIUM'
  FROM medstint.audit_context() x;
  RETURN true;
END
$$;

-- For `medstint user` and, later, for administrators: the owner's tool.
CREATE FUNCTION medstint.set_password(who text, password text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF length(password) < 12 OR octet_length(password) > 72 THEN
    RAISE EXCEPTION 'a password has 12 characters or more and at most 72 bytes'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_password_length';
  END IF;
  INSERT INTO public.accounts (user_id, provider_id, account_id, password)
  SELECT u.id, 'credential', u.id, medstint.password_hash(set_password.password) FROM public.users u WHERE u.id = who
  ON CONFLICT (user_id, provider_id) DO UPDATE SET password = excluded.password, updated_at = now();
  -- Whoever knew the old password is signed out.
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE s.user_id = who AND s.revoked_at IS NULL;
END
$$;

GRANT EXECUTE ON FUNCTION medstint.sign_in(text, text, text, text, text), medstint.unlock(text), medstint.sign_out(),
  medstint.touch_session(), medstint.whoami(), medstint.choose_school(text) TO medstint_app;
