DROP FUNCTION medstint.listen(text), medstint.whoami();
CREATE OR REPLACE FUNCTION medstint.begin_sign_in(email text, password text, ip text DEFAULT NULL, user_agent text DEFAULT NULL,
    client text DEFAULT 'console') RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  address constant text := left(lower(btrim(coalesce(email, ''))), 254);
BEGIN
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
  RETURN medstint.store_attempt('unlock', mine.id,
    (SELECT a.password FROM public.accounts a WHERE a.user_id = mine.user_id AND a.provider_id = 'credential'),
    begin_unlock.password, mine.ip_address, mine.user_agent, mine.client);
END
$$;

DROP FUNCTION medstint.announce_attempt();
CREATE OR REPLACE FUNCTION medstint.channel(school text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
  AS $$SELECT 'medstint_' || CASE WHEN octet_length(school) <= 50 THEN school ELSE md5(school) END$$;
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
GRANT EXECUTE ON FUNCTION medstint.whoami() TO medstint_app;
DROP FUNCTION medstint.channel_on(text, date);
DROP TABLE medstint.channel_secret;
