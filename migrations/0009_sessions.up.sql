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
    -- The clock, not now(): a transaction that was kept open does not stop time;
    -- and under a frozen snapshot a revocation would go unseen.
    AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp()
    AND current_setting('transaction_isolation') = 'read committed'
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

-- Whether the connection is believed when it names its actor by itself: the
-- web application's and the owner's are, the console's never. It looks at who
-- logged in; any statement can change a setting on its way (RETURNING
-- set_config(…) runs after the policies and before the triggers).
CREATE FUNCTION medstint.is_trusted() RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  -- In here current_user is the owner.
  AS $$SELECT pg_has_role(session_user, 'medstint_web', 'MEMBER') OR pg_has_role(session_user, current_user, 'MEMBER')$$;

-- Who acts, for the audit trail and for the rules: the signed-in user, or, for a
-- trusted connection without a session, whoever it says in medstint.actor. A
-- console without a session does not act at all.
CREATE FUNCTION medstint.acting_user_id() RETURNS text
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor text := medstint.current_user_id();
BEGIN
  IF actor IS NULL AND NOT medstint.is_trusted() THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  RETURN coalesce(actor, nullif(current_setting('medstint.actor', true), ''));
END
$$;

-- Opens a transaction for a session: one call sets the token for the rest of
-- the transaction and says at once when it is no longer good. An empty list
-- must never be mistaken for "nothing pending". The token comes as a bound
-- parameter: statements' texts can be read in pg_stat_activity by everybody who
-- has the same role. Time limits are set here and not when connecting, since a
-- pooler in transaction mode passes no start-up options on.
CREATE FUNCTION medstint.enter(token text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM set_config('medstint.session', token, true),
    set_config('statement_timeout', '15s', true), set_config('lock_timeout', '5s', true);
  IF medstint.current_user_id() IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
END
$$;

GRANT EXECUTE ON FUNCTION medstint.enter(text), medstint.current_user_id(), medstint.current_school_id(),
  medstint.has_role(VARIADIC public.user_role[]), medstint.own_rotation_ids(), medstint.own_student_ids()
  TO medstint_app, medstint_web;
