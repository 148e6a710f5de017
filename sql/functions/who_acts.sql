-- Who acts: the session that a transaction entered, its person, role and school.
--
-- Holding the URL is not being signed in. Row-level security, forced on every table, asks for the
-- session token that the transaction entered with. Who acts is taken from the session and, for
-- connections without one, from what a trusted login role says.

-- Who acts, for the audit trail and the rules: the signed-in user, or, for a trusted connection
-- without a session, the person that it names in medstint.actor. A console without a session does
-- not act at all.
CREATE OR REPLACE FUNCTION medstint.acting_user_id() RETURNS text
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor text := medstint.current_user_id();
BEGIN
  IF actor IS NULL AND NOT medstint.is_trusted() THEN
    SELECT k.user_id INTO actor FROM medstint.kiosk_acts k WHERE k.transaction_id = pg_current_xact_id_if_assigned();
    IF NOT FOUND THEN
      PERFORM medstint.refuse_session(current_setting('medstint.session', true));
    END IF;
    RETURN actor;
  END IF;
  RETURN coalesce(actor, nullif(current_setting('medstint.actor', true), ''));
END
$$;

-- The session that the setting medstint.session names, if it is still good: its person, role and
-- school. A transaction that had set the setting leaves '' behind, hence nullif. In plpgsql, which
-- keeps its plan: every audited row asks.
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
    AND s.revoked_at IS NULL
    AND medstint.is_newest_change(s.user_id, s.sign_in_era, s.sign_in_change)
    AND (s.key_id IS NULL OR medstint.key_holds(s.key_id, s.user_id)) AND s.expires_at > clock_timestamp()
      AND s.locked_at IS NULL AND NOT s.is_restricted
    AND current_setting('transaction_isolation') = 'read committed'
    AND u.is_active AND coalesce(c.is_active, true)
    -- A monitor acts only where PostgreSQL itself refuses every write.
    AND (s.client <> 'monitor' OR current_setting('transaction_read_only') = 'on');
END
$$;

CREATE OR REPLACE FUNCTION medstint.current_school_id() RETURNS text
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (medstint.actor()).school_id;
END
$$;

CREATE OR REPLACE FUNCTION medstint.current_user_id() RETURNS text
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (medstint.actor()).user_id;
END
$$;

-- The session that looks, among those of a list.
CREATE OR REPLACE FUNCTION medstint.current_session_id() RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS 'SELECT session_id FROM medstint.actor()';

-- What the actor may see, as a text: two sessions with the same text see the same rows of every list
-- that names no person's own (`Listing::SHARED`). None for roles that see only their own rotations,
-- and where no school is chosen. Those never share what was read.
CREATE OR REPLACE FUNCTION medstint.visibility() RETURNS text
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
BEGIN
  RETURN CASE WHEN me.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN me.role || ' ' || me.school_id END;
END
$$;

-- The versions of the rows that the actor's visibility follows from. A version never returns: a session
-- that visited another school, or a person who had another role for a moment, has other ones.
CREATE OR REPLACE FUNCTION medstint.actor_version() RETURNS text
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
BEGIN
  RETURN (SELECT s.xmin::text || ' ' || u.xmin::text FROM public.sessions s, public.users u
    WHERE s.id = me.session_id AND u.id = me.user_id);
END
$$;

-- The visibilities of many sessions, in the order of their tokens: whether each of them may have what one of
-- them read. Nobody acts afterwards.
CREATE OR REPLACE FUNCTION medstint.visibilities_of(tokens text[]) RETURNS text[]
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  seen text[] := '{}';
BEGIN
  FOR n IN 1 .. coalesce(cardinality(tokens), 0) LOOP
    PERFORM set_config('medstint.session', tokens[n], true);
    seen := seen || medstint.visibility();
  END LOOP;
  PERFORM set_config('medstint.session', '', true);
  RETURN seen;
END
$$;

-- Opens a transaction for a session: sets the token for the rest of the transaction and fails at
-- once if it is no longer good, because an empty list must never be mistaken for "nothing pending".
-- The token is a bound parameter: everyone with the role can read statement texts in
-- pg_stat_activity.
CREATE OR REPLACE FUNCTION medstint.enter(token text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM set_config('medstint.session', token, true),
    set_config('statement_timeout', '15s', true), set_config('lock_timeout', '5s', true);
  -- From here on the transaction of a monitor is read-only, whatever it began as;
  -- PostgreSQL lets nobody take that back.
  IF EXISTS (SELECT FROM public.sessions s
    WHERE s.token = encode(sha256(convert_to(enter.token, 'UTF8')), 'hex') AND s.client = 'monitor') THEN
    PERFORM set_config('transaction_read_only', 'on', true);
  END IF;
  IF medstint.current_user_id() IS NULL THEN
    PERFORM medstint.refuse_session(enter.token);
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION medstint.has_role(VARIADIC roles public.user_role[]) RETURNS boolean
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN coalesce((medstint.actor()).role = ANY (roles), false);
END
$$;

-- Whether the connection is believed when it names its actor by itself: the web application's and
-- the owner's are, the console's never. It looks at who logged in; any statement can change a
-- setting on its way (RETURNING set_config(…) runs after the policies and before the triggers).
CREATE OR REPLACE FUNCTION medstint.is_trusted() RETURNS boolean
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- In here current_user is the owner.
  RETURN pg_has_role(session_user, 'medstint_web', 'MEMBER') OR pg_has_role(session_user, current_user, 'MEMBER');
END
$$;

-- The functions that make and end sessions of a console announce them. Those that a web
-- application writes by itself are announced here, as are changes of who works where.
CREATE OR REPLACE FUNCTION medstint.is_web() RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$SELECT pg_has_role(session_user, 'medstint_web', 'MEMBER')
    AND NOT pg_has_role(session_user, current_user, 'MEMBER')$$;

-- The rotations that the actor takes part in, as student, preceptor or supervisor, or decides on as
-- a deputy.
CREATE OR REPLACE FUNCTION medstint.own_rotation_ids() RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT r.id), '{}') FROM medstint.actor() a
  CROSS JOIN LATERAL (SELECT array_append(medstint.delegators(a.user_id), a.user_id) AS ids) people
  CROSS JOIN LATERAL (
    SELECT x.id FROM public.rotations x WHERE x.student_id = a.user_id
    UNION ALL SELECT x.id FROM public.rotations x WHERE x.preceptor_id = ANY (people.ids)
    UNION ALL SELECT x.id FROM public.rotations x WHERE x.supervisor_id = ANY (people.ids)) r
$$;

-- The students whom the actor precepts or supervises, and the actor too.
CREATE OR REPLACE FUNCTION medstint.own_student_ids() RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT x.id), '{}') FROM medstint.actor() a
  CROSS JOIN LATERAL (
    SELECT a.user_id AS id
    UNION ALL SELECT r.student_id FROM public.rotations r WHERE a.user_id IN (r.preceptor_id, r.supervisor_id)) x
$$;

-- And whose names stand there; for assessments it is as it was.
CREATE OR REPLACE FUNCTION medstint.known_student_ids() RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT x.id), '{}') FROM medstint.actor() a
  CROSS JOIN LATERAL (SELECT array_append(medstint.delegators(a.user_id), a.user_id) AS ids) people
  CROSS JOIN LATERAL (
    SELECT a.user_id AS id
    UNION ALL SELECT r.student_id FROM public.rotations r WHERE r.preceptor_id = ANY (people.ids)
    UNION ALL SELECT r.student_id FROM public.rotations r WHERE r.supervisor_id = ANY (people.ids)) x
$$;

-- Whether the actor may act for this person's access: an administrator of the person's school, not
-- above the own role.
CREATE OR REPLACE FUNCTION medstint.administers(person text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM medstint.actor() a JOIN public.users u ON u.id = person
    WHERE a.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') AND u.school_id = a.school_id
      AND medstint.role_rank(u.role) <= medstint.role_rank(a.role))
$$;

-- Whether the connection is trusted, or its session an administrator's of the school.
CREATE OR REPLACE FUNCTION medstint.may_administer(school text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.is_trusted() OR medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')
    AND coalesce(school = medstint.current_school_id(), false)
$$;

-- The people who run a school, or the platform (''), and get its notifications.
CREATE OR REPLACE FUNCTION medstint.administrators(school text) RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.id FROM public.users u WHERE u.school_id = school AND u.role = 'SCHOOL_ADMIN' AND u.is_active
  UNION ALL SELECT u.id FROM public.users u WHERE school = '' AND u.role = 'SUPER_ADMIN' AND u.is_active
$$;

CREATE OR REPLACE FUNCTION medstint.role_rank(role public.user_role) RETURNS integer
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE role WHEN 'STUDENT' THEN 0 WHEN 'CLINICAL_PRECEPTOR' THEN 1 WHEN 'CLINICAL_SUPERVISOR' THEN 2
    WHEN 'SCHOOL_ADMIN' THEN 3 ELSE 4 END
$$;

-- The people for whom a deputy decides now.
CREATE OR REPLACE FUNCTION medstint.delegators(deputy text) RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(d.from_user_id), '{}') FROM public.delegations d
    JOIN public.users u ON u.id = d.from_user_id AND u.is_active
  WHERE d.to_user_id = deputy AND d.revoked_at IS NULL AND now() >= d.starts_at AND now() < d.ends_at
$$;

CREATE OR REPLACE FUNCTION medstint.is_deputy(deputy text, preceptor text, supervisor text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(ARRAY[preceptor, supervisor] && medstint.delegators(deputy), false)
$$;

-- A token in two halves: the mask is set by the message that begins the transaction, and the masked
-- token is a parameter of a later statement. A server that logs a slow statement logs its
-- parameters; the mask is in the text of a fast one. Neither half says anything by itself. A masked
-- token begins with its salt: one mask hides several.
CREATE OR REPLACE FUNCTION medstint.unmasked(masked text) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mask constant text := current_setting('medstint.mask', true);
  pad text;
  token text := '';
BEGIN
  IF (masked ~ '^[0-9a-f]{96}$' AND mask ~ '^[0-9a-f]{64}$') IS NOT TRUE THEN
    RETURN NULL;
  END IF;
  pad := encode(sha256(decode(mask || left(masked, 32), 'hex')), 'hex');
  FOR n IN 0 .. 3 LOOP
    token := token || lpad(to_hex(('x' || substr(masked, 33 + 16 * n, 16))::bit(64)::bigint
      # ('x' || substr(pad, 1 + 16 * n, 16))::bit(64)::bigint), 16, '0');
  END LOOP;
  RETURN token;
END
$$;
