-- Why: holding the database URL is not being signed in. Who acts is whoever
-- the session token of this transaction belongs to; every policy and trigger
-- asks the functions below and nothing else. They are STABLE, and policies
-- call them as (SELECT …), so that each runs once per statement.

-- The session that the setting medstint.session names, if it is still good.
-- The setting reads as '' after a transaction that had set it, hence nullif.
CREATE FUNCTION medstint.actor(
  OUT session_id text, OUT user_id text, OUT role public.user_role, OUT school_id text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.id, u.id, u.role, CASE WHEN u.role = 'SUPER_ADMIN' THEN s.active_school_id ELSE u.school_id END
  FROM public.sessions s
  JOIN public.users u ON u.id = s.user_id
  LEFT JOIN public.schools c ON c.id = u.school_id
  WHERE s.token = encode(sha256(convert_to(nullif(current_setting('medstint.session', true), ''), 'UTF8')), 'hex')
    AND s.revoked_at IS NULL AND s.expires_at > now()
    AND u.is_active AND coalesce(c.is_active, true)
$$;

CREATE FUNCTION medstint.current_user_id() RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS 'SELECT user_id FROM medstint.actor()';
CREATE FUNCTION medstint.current_school_id() RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS 'SELECT school_id FROM medstint.actor()';
CREATE FUNCTION medstint.has_role(VARIADIC roles public.user_role[]) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS 'SELECT coalesce((SELECT role = ANY (roles) FROM medstint.actor()), false)';

-- The rotations that the actor takes part in, as student, preceptor or supervisor.
CREATE FUNCTION medstint.own_rotation_ids() RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(r.id), '{}') FROM medstint.actor() a
  JOIN public.rotations r ON a.user_id IN (r.student_id, r.preceptor_id, r.supervisor_id)
$$;

-- The students whom the actor precepts or supervises, and the actor too.
CREATE FUNCTION medstint.own_student_ids() RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT x.id), '{}') FROM medstint.actor() a
  CROSS JOIN LATERAL (
    SELECT a.user_id AS id
    UNION ALL SELECT r.student_id FROM public.rotations r WHERE a.user_id IN (r.preceptor_id, r.supervisor_id)) x
$$;

-- Who acts, for the audit trail and for the rules: the signed-in user, or,
-- for a connection without a session (a web application, a migration), whoever
-- it says in the setting medstint.actor. The console's role cannot profit from
-- that setting: without a session no policy lets it write anything.
CREATE FUNCTION medstint.acting_user_id() RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$SELECT coalesce(medstint.current_user_id(), nullif(current_setting('medstint.actor', true), ''))$$;

-- Opens a transaction for a session: one call sets the token for the rest of
-- the transaction and says at once when it is no longer good. An empty list
-- must never be mistaken for "nothing pending".
CREATE FUNCTION medstint.enter(token text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM set_config('medstint.session', token, true);
  IF medstint.current_user_id() IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
END
$$;

GRANT EXECUTE ON FUNCTION medstint.enter(text), medstint.current_user_id(), medstint.current_school_id(),
  medstint.has_role(VARIADIC public.user_role[]), medstint.own_rotation_ids(), medstint.own_student_ids(),
  medstint.acting_user_id() TO medstint_app, medstint_web;
