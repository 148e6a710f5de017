-- Why: passwords could be guessed without limit or trace. The first transaction of a
-- sign-in compared the guess, and whoever rolled it back could read the verdict from
-- the size of its WAL, its statistics or its events. Now the first transaction stores
-- a fixed-size hash of the guess and nothing else; the second one compares what was
-- committed. Right, wrong and unknown write the same bytes, read the same number of
-- rows and take the same locks. Attempts are rows of their own: nobody waits for
-- somebody else's attempt, and nobody who keeps a transaction open withholds one.
DROP FUNCTION medstint.begin_sign_in(text, text), medstint.finish_sign_in(text, text, text, text),
  medstint.begin_unlock(text), medstint.finish_unlock(text), medstint.count_attempt(text, text, text),
  medstint.take_outcome(text), medstint.tell_unasked();
DROP TABLE medstint.sign_in_attempts, medstint.sign_in_outcomes;

DO $$
DECLARE
  home text := (SELECT quote_ident(n.nspname) FROM pg_extension e
                JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pgcrypto');
BEGIN
  -- What a guess becomes with the salt of a hash: the hash itself where the guess is right.
  EXECUTE format($f$
    CREATE FUNCTION medstint.password_tried(password text, hash text) RETURNS text
      LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
      AS 'SELECT %1$s.crypt(password, hash)' $f$, home);
END
$$;

-- The lock belongs to the session, not to a screen: everything that enters the session
-- honours it (medstint.actor).
ALTER TABLE sessions ADD COLUMN locked_at timestamptz(3);

CREATE TABLE medstint.password_attempts (
  id          text PRIMARY KEY,
  -- Addresses and sessions have separate name spaces.
  realm       text NOT NULL CHECK (realm IN ('sign_in', 'unlock')),
  -- The address, or the id of the session.
  subject     text NOT NULL,
  -- The network address of the connection; 'local' over a socket.
  source      text NOT NULL DEFAULT coalesce(host(inet_client_addr()), 'local'),
  tried       text NOT NULL CHECK (length(tried) = 60),
  -- False for an attempt that was made while the subject was locked: it gets no
  -- verdict and does not prolong the lock.
  is_counted  boolean NOT NULL,
  -- Set once the attempt has opened something.
  is_used     boolean NOT NULL DEFAULT false,
  -- Set once its event, if it needs one, has been written.
  is_reported boolean NOT NULL DEFAULT false,
  ip_address  text,
  user_agent  text,
  client      text NOT NULL,
  counted_in  xid8 NOT NULL DEFAULT pg_current_xact_id(),
  counted_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX password_attempts_of_subject ON medstint.password_attempts (realm, subject, counted_at);
CREATE INDEX password_attempts_from_source ON medstint.password_attempts (source, counted_at);
CREATE INDEX password_attempts_unreported ON medstint.password_attempts (counted_at) WHERE NOT is_reported;
ALTER TABLE medstint.password_attempts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY password_attempts_owner ON medstint.password_attempts TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE INDEX accounts_credentials ON accounts (user_id) WHERE provider_id = 'credential';

-- The password hash of an address. Known and unknown addresses cost the same: each
-- table is scanned twice by index, and the scans read two rows together. The first scan
-- finds the next key; where there is none, the second one reads two rows.
CREATE FUNCTION medstint.credential_of(address text, OUT user_id text, OUT hash text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  person record;
  account record;
BEGIN
  SELECT u.id, u.email INTO person FROM public.users u WHERE u.email >= address ORDER BY u.email LIMIT 1;
  PERFORM count(again.name) FROM (SELECT u.name FROM public.users u WHERE u.email >= coalesce(person.email, '')
    ORDER BY u.email LIMIT CASE WHEN person.email IS NULL THEN 2 ELSE 1 END) again;
  SELECT a.user_id, a.password INTO account FROM public.accounts a
  WHERE a.provider_id = 'credential' AND a.user_id >= coalesce(person.id, '') ORDER BY a.user_id LIMIT 1;
  PERFORM count(again.id) FROM (SELECT a.id FROM public.accounts a
    WHERE a.provider_id = 'credential' AND a.user_id >= coalesce(account.user_id, '')
    ORDER BY a.user_id LIMIT CASE WHEN account.user_id IS NULL THEN 2 ELSE 1 END) again;
  IF person.email = address THEN
    user_id := person.id;
    hash := CASE WHEN account.user_id = person.id THEN account.password END;
  END IF;
END
$$;

-- How many attempts count against a subject now: those of the last fifteen minutes from
-- the same source since its last success, and those from everywhere. What unlocks a
-- session is counted for as long as the session lasts. `free_at` is when the next
-- attempt will get a verdict.
CREATE FUNCTION medstint.attempts_against(attempt_realm text, attempt_subject text, attempt_source text,
    OUT from_source bigint, OUT from_everywhere bigint, OUT free_at timestamptz)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  patience constant interval := CASE attempt_realm WHEN 'sign_in' THEN interval '15 minutes' ELSE interval '90 days' END;
BEGIN
  WITH recent AS (
    SELECT a.source = attempt_source AS is_same, a.is_used, a.counted_at FROM medstint.password_attempts a
    WHERE a.realm = attempt_realm AND a.subject = attempt_subject AND a.is_counted
      AND a.counted_at > clock_timestamp() - patience
  ), since AS (
    SELECT coalesce(max(r.counted_at) FILTER (WHERE r.is_used AND r.is_same), '-infinity') AS success FROM recent r
  ), counted AS (
    SELECT r.is_same AND r.counted_at > s.success AS is_same, r.counted_at FROM recent r, since s WHERE NOT r.is_used)
  SELECT count(*) FILTER (WHERE c.is_same), count(*),
    patience + greatest(
      (SELECT n.counted_at FROM counted n WHERE n.is_same ORDER BY n.counted_at DESC OFFSET 4 LIMIT 1),
      (SELECT n.counted_at FROM counted n ORDER BY n.counted_at DESC OFFSET 19 LIMIT 1))
  INTO from_source, from_everywhere, free_at FROM counted c;
END
$$;

-- Stores a guess, compares nothing. Five attempts from one source, or twenty from
-- everywhere, lock a subject, so that whoever guesses elsewhere locks nobody out at once.
CREATE FUNCTION medstint.store_attempt(attempt_realm text, attempt_subject text, hash text, password text,
    ip text, device text, client text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  -- A hash of the same cost as real ones that no password has.
  nobody constant text := '$2a$12$......................................................';
  from_here constant text := coalesce(host(inet_client_addr()), 'local');
  attempt constant text := medstint.random_token();
  before record;
BEGIN
  -- A flood from one source neither fills the table nor the trail.
  IF (SELECT count(*) FROM medstint.password_attempts a
      WHERE a.source = from_here AND a.counted_at > clock_timestamp() - interval '1 minute') >= 300 THEN
    RAISE EXCEPTION 'too many attempts from one address' USING ERRCODE = 'MS429', CONSTRAINT = 'password_attempts_per_minute';
  END IF;
  SELECT * INTO before FROM medstint.attempts_against(attempt_realm, attempt_subject, from_here);
  INSERT INTO medstint.password_attempts (id, realm, subject, tried, is_counted, ip_address, user_agent, client)
  VALUES (attempt, attempt_realm, attempt_subject, medstint.password_tried(coalesce(store_attempt.password, ''), coalesce(hash, nobody)),
    before.from_source < 5 AND before.from_everywhere < 20,
    left(coalesce(nullif(btrim(ip), ''), host(inet_client_addr())), 100), left(device, 300),
    CASE WHEN store_attempt.client IN ('console', 'monitor', 'cli') THEN store_attempt.client ELSE 'console' END);
  RETURN attempt;
END
$$;

-- An attempt that was committed by another transaction within the last five minutes and
-- has opened nothing yet.
CREATE FUNCTION medstint.committed_attempt(attempt text, attempt_realm text) RETURNS medstint.password_attempts
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found medstint.password_attempts;
BEGIN
  SELECT a.* INTO found FROM medstint.password_attempts a
  WHERE a.id = attempt AND a.realm = attempt_realm AND a.counted_in <> pg_current_xact_id() AND NOT a.is_used
    AND a.counted_at > clock_timestamp() - interval '5 minutes' AND current_setting('transaction_isolation') = 'read committed';
  IF found.id IS NULL THEN
    RAISE EXCEPTION 'there is no such attempt, or it has not been committed'
      USING ERRCODE = 'MS409', CONSTRAINT = 'sign_in_commit_first';
  END IF;
  RETURN found;
END
$$;

-- What came of an attempt: ok, refused or locked. Whoever made several at once is
-- judged by all that were committed, so that parallel guesses do not outrun the count.
CREATE FUNCTION medstint.verdict_on(attempt medstint.password_attempts, hash text, OUT status text, OUT free_at timestamptz)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  now_counted record := medstint.attempts_against(attempt.realm, attempt.subject, attempt.source);
BEGIN
  status := CASE
    WHEN NOT attempt.is_counted OR now_counted.from_source > 5 OR now_counted.from_everywhere > 20 THEN 'locked'
    WHEN attempt.tried = hash THEN 'ok'
    WHEN now_counted.from_source >= 5 OR now_counted.from_everywhere >= 20 THEN 'locked'
    ELSE 'refused' END;
  free_at := CASE status WHEN 'locked' THEN now_counted.free_at END;
END
$$;

CREATE FUNCTION medstint.begin_sign_in(email text, password text, ip text DEFAULT NULL, user_agent text DEFAULT NULL,
    client text DEFAULT 'console') RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  address constant text := left(lower(btrim(coalesce(email, ''))), 254);
BEGIN
  RETURN medstint.store_attempt('sign_in', address, (medstint.credential_of(address)).hash, password, ip, user_agent, client);
END
$$;

CREATE FUNCTION medstint.finish_sign_in(attempt text, OUT status text, OUT token text, OUT locked_until timestamptz)
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

-- The session of a token, locked or not.
CREATE FUNCTION medstint.session_of(token text) RETURNS public.sessions
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.* FROM public.sessions s
  JOIN public.users u ON u.id = s.user_id
  LEFT JOIN public.schools c ON c.id = u.school_id
  WHERE s.token = encode(sha256(convert_to(session_of.token, 'UTF8')), 'hex')
    AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp() AND u.is_active AND coalesce(c.is_active, true)
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

-- Locks the session for everybody who holds its token. A monitor has nothing to lock.
CREATE FUNCTION medstint.lock_session() RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
BEGIN
  IF me.session_id IS NULL THEN
    RETURN false;
  END IF;
  PERFORM medstint.write_event('auth.locked', me.school_id, 'sessions', me.session_id, '{}', 'LOCK', 200);
  UPDATE public.sessions s SET locked_at = clock_timestamp(), updated_at = now() WHERE s.id = me.session_id;
  RETURN true;
END
$$;

-- Who is asked for the password of a locked session.
CREATE FUNCTION medstint.locked_session(token text, OUT name text, OUT email text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.name, u.email FROM medstint.session_of(token) s JOIN public.users u ON u.id = s.user_id WHERE s.locked_at IS NOT NULL
$$;

-- Asks for the password of the session's own user: to unlock it, or to change the
-- password. Five wrong ones end the session.
CREATE FUNCTION medstint.begin_unlock(token text, password text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine constant public.sessions := medstint.session_of(token);
BEGIN
  IF mine.id IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  RETURN medstint.store_attempt('unlock', mine.id,
    (SELECT a.password FROM public.accounts a WHERE a.user_id = mine.user_id AND a.provider_id = 'credential'),
    begin_unlock.password, mine.ip_address, mine.user_agent, mine.client);
END
$$;

-- The verdict on an attempt at a session: the right password unlocks it, the fifth wrong
-- one ends it. What failed is reported by whoever watches, also if this is rolled back.
CREATE FUNCTION medstint.finish_unlock(token text, attempt text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine constant public.sessions := medstint.session_of(token);
  made constant medstint.password_attempts := medstint.committed_attempt(attempt, 'unlock');
  known text;
  verdict record;
BEGIN
  -- Somebody else's attempt, whatever came of it, opens nothing here.
  IF mine.id IS NULL OR made.subject <> mine.id THEN
    RAISE EXCEPTION 'the attempt is not of this session' USING ERRCODE = 'MS409', CONSTRAINT = 'unlock_own_session';
  END IF;
  SELECT a.password INTO known FROM public.accounts a WHERE a.user_id = mine.user_id AND a.provider_id = 'credential' FOR SHARE;
  verdict := medstint.verdict_on(made, known);
  IF verdict.status = 'locked' THEN
    UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE s.id = mine.id AND s.revoked_at IS NULL;
  END IF;
  IF verdict.status <> 'ok' THEN
    RETURN verdict.status;
  END IF;
  UPDATE medstint.password_attempts a SET is_used = true, is_reported = true WHERE a.id = made.id AND NOT a.is_used;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the attempt was used already' USING ERRCODE = 'MS409', CONSTRAINT = 'sign_in_commit_first';
  END IF;
  UPDATE public.sessions s SET locked_at = NULL, last_seen_at = now(), updated_at = now() WHERE s.id = mine.id;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (mine.user_id, coalesce(mine.school_id, mine.active_school_id), 'auth.unlocked', 'users', mine.user_id,
    mine.ip_address, mine.user_agent, mine.client, 'UNLOCK', 200, 'LOW');
  RETURN verdict.status;
END
$$;

-- Accounts are locked before attempts and sessions, here and in medstint.set_password: a
-- change beside a reset waits for it instead of meeting it half-way.
CREATE OR REPLACE FUNCTION medstint.change_password(attempt text, fresh text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
  status text;
BEGIN
  IF me.user_id IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  PERFORM FROM public.accounts a WHERE a.user_id = me.user_id AND a.provider_id = 'credential' FOR NO KEY UPDATE;
  status := medstint.finish_unlock(current_setting('medstint.session'), attempt);
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

-- An attempt with the old password is worth nothing from here on: its hash is another.
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
  -- Whoever knew the old password is signed out.
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE s.user_id = who AND s.revoked_at IS NULL;
END
$$;

INSERT INTO medstint.audit_event_types (code, name, severity, meaning) VALUES
  ('AU-0110', 'auth.locked', 'LOW', 'A session was locked; its owner''s password unlocks it');

-- Writes the events of attempts that failed. Called by whoever has a session, never by
-- whoever guesses; nobody waits, and who holds it up is named as for seals. An event
-- stands in the school of the address, or in the platform's trail. Of what follows
-- after the fifth failure, and of addresses that nobody has, only the number is told.
CREATE FUNCTION medstint.report_attempts() RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
#variable_conflict use_column
DECLARE
  reported integer;
BEGIN
  PERFORM FROM medstint.password_attempts a WHERE NOT a.is_reported LIMIT 1;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  PERFORM FROM medstint.audit_sealing s WHERE s.school = '' FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    PERFORM medstint.tell_sealing_held('');
    RETURN 0;
  END IF;
  WITH waiting AS (
    SELECT a.* FROM medstint.password_attempts a WHERE NOT a.is_reported ORDER BY a.counted_at LIMIT 1000 FOR UPDATE SKIP LOCKED
  ), known AS (
    SELECT w.*, coalesce(s.user_id, c.user_id) AS user_id, CASE w.realm WHEN 'unlock' THEN x.password ELSE c.hash END AS hash,
      (SELECT count(*) FROM medstint.password_attempts e
       WHERE e.realm = w.realm AND e.subject = w.subject AND e.source = w.source AND e.is_counted AND NOT e.is_used
         AND e.counted_at <= w.counted_at AND e.counted_at > greatest(w.counted_at - interval '15 minutes',
           (SELECT max(o.counted_at) FROM medstint.password_attempts o WHERE o.realm = w.realm AND o.subject = w.subject
              AND o.source = w.source AND o.is_used AND o.counted_at < w.counted_at))) AS place,
      (SELECT count(*) FROM medstint.password_attempts e
       WHERE e.realm = w.realm AND e.subject = w.subject AND e.is_counted AND NOT e.is_used
         AND e.counted_at <= w.counted_at AND e.counted_at > w.counted_at - interval '15 minutes') AS place_everywhere
    FROM waiting w
    LEFT JOIN LATERAL medstint.credential_of(w.subject) c ON w.realm = 'sign_in'
    LEFT JOIN public.sessions s ON w.realm = 'unlock' AND s.id = w.subject
    LEFT JOIN public.accounts x ON x.user_id = s.user_id AND x.provider_id = 'credential'
  ), judged AS (
    SELECT k.*, u.school_id, u.email,
      -- The right password is not reported: its sign-in is. It may still be asked for.
      -- What is beyond the limit is compared with nothing: how many rows are written here
      -- can be seen in statistics.
      CASE WHEN NOT k.is_counted OR k.place > 5 OR k.place_everywhere > 20 THEN 'late'
        WHEN k.tried = k.hash THEN CASE WHEN k.counted_at > clock_timestamp() - interval '5 minutes' THEN 'open' ELSE 'right' END
        WHEN k.place = 5 THEN 'locked' ELSE 'refused' END AS verdict,
      k.user_id IS NULL AND row_number() OVER (PARTITION BY k.user_id IS NULL ORDER BY k.counted_at) > 20 AS is_many
    FROM known k LEFT JOIN public.users u ON u.id = k.user_id
  ), told AS (
    INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes, ip_address, user_agent, endpoint, method, status_code, severity, created_at)
    SELECT CASE j.realm WHEN 'unlock' THEN j.user_id END, j.school_id, t.name, 'users', coalesce(j.user_id, '-'),
      jsonb_build_object('email', jsonb_build_object('new', coalesce(j.email, j.subject)))::text,
      j.ip_address, j.user_agent, j.client, CASE j.realm WHEN 'unlock' THEN 'UNLOCK' ELSE 'SIGN_IN' END,
      CASE j.verdict WHEN 'locked' THEN 423 ELSE 401 END, t.severity, j.counted_at
    FROM judged j JOIN medstint.audit_event_types t
      ON t.name = CASE WHEN j.verdict = 'locked' THEN 'auth.locked_out' WHEN j.realm = 'unlock' THEN 'auth.unlock_failed' ELSE 'auth.sign_in_failed' END
    WHERE j.verdict IN ('locked', 'refused') AND NOT j.is_many
  ), summed AS (
    SELECT j.school_id, j.user_id, CASE WHEN j.user_id IS NOT NULL OR NOT j.is_many THEN coalesce(j.email, j.subject) END AS email,
      j.ip_address, j.realm, j.client, count(*) AS attempts, max(j.counted_at) AS last_at
    FROM judged j WHERE j.verdict = 'late' OR j.verdict IN ('locked', 'refused') AND j.is_many
    GROUP BY 1, 2, 3, 4, 5, 6
  ), summary AS (
    INSERT INTO public.audit_logs (school_id, action, resource_type, resource_id, changes, ip_address, endpoint, method, status_code, severity, created_at)
    SELECT s.school_id, t.name, 'users', coalesce(s.user_id, '-'),
      jsonb_strip_nulls(jsonb_build_object('email', jsonb_build_object('new', s.email), 'attempts', jsonb_build_object('new', s.attempts)))::text,
      s.ip_address, s.client, CASE s.realm WHEN 'unlock' THEN 'UNLOCK' ELSE 'SIGN_IN' END, 423, t.severity, s.last_at
    FROM summed s JOIN medstint.audit_event_types t ON t.name = 'auth.locked_out'
  ), ended AS (
    UPDATE public.sessions s SET revoked_at = now(), updated_at = now() FROM judged j
    WHERE j.realm = 'unlock' AND j.verdict IN ('locked', 'late') AND s.id = j.subject AND s.revoked_at IS NULL
  ), done AS (
    UPDATE medstint.password_attempts a SET is_reported = true FROM judged j WHERE a.id = j.id AND j.verdict <> 'open' RETURNING a.id)
  SELECT count(*) INTO reported FROM done;
  -- What is over is not kept: neither what somebody typed nor from where.
  DELETE FROM medstint.password_attempts a WHERE a.id = ANY (ARRAY(SELECT o.id FROM medstint.password_attempts o
    WHERE o.is_reported AND o.counted_at < clock_timestamp() - CASE o.realm WHEN 'sign_in' THEN interval '1 hour' ELSE interval '90 days' END
    ORDER BY o.counted_at LIMIT 1000 FOR UPDATE SKIP LOCKED));
  RETURN reported;
END
$$;

-- Attempts that wait to be reported count as events that wait to be sealed.
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
  IF school = '' THEN
    oldest := least(oldest, (SELECT min(a.counted_at) FROM medstint.password_attempts a WHERE NOT a.is_reported));
  END IF;
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

-- Locked consoles watch as well: the trail of a night is sealed and alerted of.
DROP FUNCTION medstint.watch_audit();
CREATE FUNCTION medstint.watch_audit(token text, OUT sealed integer, OUT waiting bigint)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine constant public.sessions := medstint.session_of(token);
  home constant text := coalesce(mine.school_id, mine.active_school_id);
BEGIN
  IF mine.id IS NULL OR current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  PERFORM medstint.report_attempts(), medstint.seal_batch('', 10000);
  sealed := CASE WHEN home IS NULL THEN 0 ELSE medstint.seal_batch(home, 10000) END;
  waiting := (SELECT count(*) FROM medstint.audit_unsealed u WHERE u.school = home);
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
  PERFORM medstint.report_attempts() WHERE kept.school IS NOT NULL;
  FOR n IN 1 .. 10 LOOP
    EXIT WHEN kept.school IS NULL OR medstint.seal_events(kept.school) < 1000;
  END LOOP;
  RETURN kept.expires_at;
END
$$;

GRANT EXECUTE ON FUNCTION medstint.begin_sign_in(text, text, text, text, text), medstint.finish_sign_in(text),
  medstint.lock_session(), medstint.locked_session(text), medstint.begin_unlock(text, text), medstint.finish_unlock(text, text),
  medstint.watch_audit(text) TO medstint_app;
