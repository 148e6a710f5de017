-- Why: the names of LISTEN channels stand in pg_stat_activity, where everybody with the
-- console's role reads them, and they were made of schools' ids: whoever held the URL
-- and no session could listen to any school. Now a name is a keyed hash that is worth a
-- day, LISTEN is executed inside a function that asks for a session, and no statement's
-- text carries a name.
CREATE TABLE medstint.channel_secret (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  secret  bytea NOT NULL CHECK (length(secret) = 32)
);
ALTER TABLE medstint.channel_secret ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY channel_secret_owner ON medstint.channel_secret TO CURRENT_USER USING (true) WITH CHECK (true);
INSERT INTO medstint.channel_secret (secret) VALUES (decode(medstint.random_token(), 'hex'));

-- The channel of a school on a day (UTC); '' is the platform's. Whoever knows one day's
-- name knows no other.
CREATE FUNCTION medstint.channel_on(school text, day date) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT 'm' || left(encode(sha256(k.secret || convert_to(to_char(day, 'YYYY-MM-DD') || ' ' || school, 'UTF8')), 'hex'), 48)
    FROM medstint.channel_secret k);
END
$$;

-- Where a change is announced now.
CREATE OR REPLACE FUNCTION medstint.channel(school text) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN medstint.channel_on(school, (now() AT TIME ZONE 'UTC')::date);
END
$$;

-- Listens to what a session may hear of: its school, and for administrators the
-- attempts at passwords. The names are those of yesterday, today and tomorrow, so that
-- a listener who calls this once an hour misses nothing at midnight; they are told to
-- the caller, who may hold the listeners of several sessions.
CREATE FUNCTION medstint.listen(token text) RETURNS SETOF text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine constant public.sessions := medstint.session_of(token);
  role public.user_role := (SELECT u.role FROM public.users u WHERE u.id = mine.user_id);
  today constant date := (now() AT TIME ZONE 'UTC')::date;
  name text;
BEGIN
  IF mine.id IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  ELSIF mine.locked_at IS NOT NULL THEN
    RAISE EXCEPTION 'the session is locked' USING ERRCODE = 'MS423';
  END IF;
  FOR name IN
    SELECT medstint.channel_on(heard.school, today + heard.day)
    FROM (SELECT s.school, d.day FROM generate_series(-1, 1) d (day),
      (VALUES (CASE WHEN role = 'SUPER_ADMIN' THEN mine.active_school_id ELSE mine.school_id END),
              (CASE WHEN role IN ('SUPER_ADMIN', 'SCHOOL_ADMIN') THEN '' END)) s (school)) heard
    WHERE heard.school IS NOT NULL
  LOOP
    EXECUTE format('LISTEN %I', name);
    RETURN NEXT name;
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.listen(text) TO medstint_app;

DROP FUNCTION medstint.whoami();
CREATE FUNCTION medstint.whoami(
    OUT user_id text, OUT name text, OUT email text, OUT role public.user_role, OUT school_id text,
    OUT school_name text, OUT expires_at timestamptz, OUT unread bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.id, u.name, u.email, a.role, a.school_id, c.name, s.expires_at,
    (SELECT count(*) FROM public.notifications n WHERE n.user_id = u.id AND NOT n.is_read)
  FROM medstint.actor() a
  JOIN public.users u ON u.id = a.user_id
  JOIN public.sessions s ON s.id = a.session_id
  LEFT JOIN public.schools c ON c.id = a.school_id
$$;
GRANT EXECUTE ON FUNCTION medstint.whoami() TO medstint_app;

-- An attempt at a password is announced to all administrators, whoever it is about: what
-- tells of one address and not of another would tell which exist.
CREATE FUNCTION medstint.announce_attempt() RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_notify(medstint.channel(''), '{"table":"password_attempts","op":"INSERT","count":1,"ids":[]}');
END
$$;

CREATE OR REPLACE FUNCTION medstint.begin_sign_in(email text, password text, ip text DEFAULT NULL, user_agent text DEFAULT NULL,
    client text DEFAULT 'console') RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  address constant text := left(lower(btrim(coalesce(email, ''))), 254);
BEGIN
  -- Those who watch write the event (medstint.report_attempts). Every attempt tells them.
  PERFORM medstint.announce_attempt();
  RETURN medstint.store_attempt('sign_in', address, (medstint.credential_of(address)).hash, password, ip, user_agent, client);
END
$$;

CREATE OR REPLACE FUNCTION medstint.begin_unlock(token text, password text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine constant public.sessions := medstint.session_of(token);
BEGIN
  IF mine.id IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  PERFORM medstint.announce_attempt();
  RETURN medstint.store_attempt('unlock', mine.id,
    (SELECT a.password FROM public.accounts a WHERE a.user_id = mine.user_id AND a.provider_id = 'credential'),
    begin_unlock.password, mine.ip_address, mine.user_agent, mine.client);
END
$$;
