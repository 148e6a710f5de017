-- Why: the only way to a session. An unknown address gets the same answer,
-- after the same work and with the same lock-out, as a known one with a wrong
-- password, so that nobody learns here who has an account.
--
-- It takes two calls in two transactions. Whoever calls the first one owns its
-- transaction and could roll back a failure that was counted in it, and guess
-- for ever; so the first call counts the attempt and says nothing of its
-- outcome, and the second one answers only what has been committed.
CREATE TABLE medstint.sign_in_attempts (
  -- An address in lower case, or session:ID for unlocking, so that nobody can
  -- lock somebody else's console by guessing at the sign-in.
  subject      text PRIMARY KEY,
  -- Since the last success, the one under way included.
  failures     integer NOT NULL DEFAULT 0,
  last_attempt timestamptz(3)
);
-- Outcomes that wait to be asked for.
CREATE TABLE medstint.sign_in_outcomes (
  id         text PRIMARY KEY,
  subject    text NOT NULL,
  user_id    text,
  status     text NOT NULL,
  locked_until timestamptz(3),
  counted_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
  counted_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['sign_in_attempts', 'sign_in_outcomes'] LOOP
    EXECUTE format('ALTER TABLE medstint.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY %I ON medstint.%I TO CURRENT_USER USING (true) WITH CHECK (true)', t || '_owner', t);
  END LOOP;
END
$$;

-- Counts an attempt and keeps its outcome. Five within fifteen minutes lock a
-- subject until fifteen minutes after the last one.
CREATE FUNCTION medstint.count_attempt(subject text, wanted_email text, password text) RETURNS text
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
  RETURN outcome.id;
END
$$;

-- The outcome of an attempt that was committed before; each is told once.
CREATE FUNCTION medstint.take_outcome(attempt text) RETURNS medstint.sign_in_outcomes
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  outcome medstint.sign_in_outcomes;
BEGIN
  DELETE FROM medstint.sign_in_outcomes o
  WHERE o.id = attempt AND o.counted_in <> pg_current_xact_id() RETURNING * INTO outcome;
  IF outcome.id IS NULL THEN
    RAISE EXCEPTION 'there is no such attempt, or it has not been committed' USING ERRCODE = 'MS409', CONSTRAINT = 'sign_in_commit_first';
  END IF;
  IF outcome.status = 'ok' THEN
    UPDATE medstint.sign_in_attempts a SET failures = 0 WHERE a.subject = outcome.subject;
  END IF;
  RETURN outcome;
END
$$;

CREATE FUNCTION medstint.begin_sign_in(email text, password text) RETURNS text
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.count_attempt(address, address, coalesce(password, ''))
  FROM (SELECT left(lower(btrim(coalesce(email, ''))), 254) AS address) x
$$;

CREATE FUNCTION medstint.finish_sign_in(attempt text, ip text, user_agent text, client text DEFAULT 'console',
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
  SELECT u.id, u.school_id INTO who, home FROM public.users u WHERE u.email = outcome.subject;
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

-- Unlocks a console that was left alone: the password of the session's own
-- user. Guesses are counted for the session; five wrong ones end it.
CREATE FUNCTION medstint.begin_unlock(password text) RETURNS text
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.count_attempt('session:' || a.session_id, u.email, coalesce(password, ''))
  FROM medstint.actor() a JOIN public.users u ON u.id = a.user_id
$$;

CREATE FUNCTION medstint.finish_unlock(attempt text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  outcome medstint.sign_in_outcomes := medstint.take_outcome(attempt);
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT x.user_id, medstint.current_school_id(),
         CASE outcome.status WHEN 'ok' THEN 'auth.unlocked' WHEN 'locked' THEN 'auth.locked_out' ELSE 'auth.unlock_failed' END,
         'users', x.user_id, x.ip_address, x.user_agent, x.endpoint, 'UNLOCK',
         CASE outcome.status WHEN 'ok' THEN 200 WHEN 'locked' THEN 423 ELSE 401 END,
         (CASE outcome.status WHEN 'ok' THEN 'LOW' WHEN 'locked' THEN 'HIGH' ELSE 'MEDIUM' END)::public.audit_severity
  FROM medstint.audit_context() x;
  IF outcome.status = 'locked' THEN
    UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE 'session:' || s.id = outcome.subject;
  END IF;
  RETURN outcome.status;
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

GRANT EXECUTE ON FUNCTION medstint.begin_sign_in(text, text), medstint.finish_sign_in(text, text, text, text),
  medstint.begin_unlock(text), medstint.finish_unlock(text), medstint.sign_out(),
  medstint.touch_session(), medstint.whoami(), medstint.choose_school(text) TO medstint_app;
