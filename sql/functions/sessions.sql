-- Sessions: found by their token, extended, locked, ended.

-- The session of a token, locked or not.
CREATE OR REPLACE FUNCTION medstint.session_of(token text) RETURNS public.sessions
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.* FROM public.sessions s
  JOIN public.users u ON u.id = s.user_id
  LEFT JOIN public.schools c ON c.id = u.school_id
  WHERE s.token = encode(sha256(convert_to(session_of.token, 'UTF8')), 'hex')
    AND s.revoked_at IS NULL
    AND medstint.is_newest_change(s.user_id, s.sign_in_era, s.sign_in_change)
    AND (s.key_id IS NULL OR medstint.key_holds(s.key_id, s.user_id)) AND s.expires_at > clock_timestamp()
      AND u.is_active AND coalesce(c.is_active, true)
$$;

-- Refuses a session that nobody acts in, and says why. A session that is good again was unlocked
-- after the caller looked: it was locked then, and has not ended.
CREATE OR REPLACE FUNCTION medstint.refuse_session(token text) RETURNS void
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine constant public.sessions := medstint.session_of(token);
BEGIN
  IF mine.id IS NULL OR mine.client = 'monitor' AND current_setting('transaction_read_only') = 'off'
     OR current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  ELSIF mine.is_restricted AND mine.locked_at IS NULL THEN
    RAISE EXCEPTION 'the password is temporary and must be replaced first' USING ERRCODE = 'MS428';
  END IF;
  RAISE EXCEPTION 'the session is locked' USING ERRCODE = 'MS423';
END
$$;

CREATE OR REPLACE FUNCTION medstint.sign_out() RETURNS void
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

-- A session slides while its owner works: twelve hours after the last sign of life it ends, and
-- seven days after it began in any case.
CREATE OR REPLACE FUNCTION medstint.touch_session() RETURNS timestamptz
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE public.sessions s
  SET last_seen_at = now(), updated_at = now(),
      expires_at = greatest(s.expires_at, least(now() + interval '12 hours', s.created_at + interval '7 days'))
  FROM medstint.actor() a WHERE s.id = a.session_id
  RETURNING s.expires_at
$$;

-- Ends another person's session, or one's own at another place.
CREATE OR REPLACE FUNCTION medstint.revoke_session(target text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  revoked record;
  -- Read first: the session to end may be the one that asks.
  x record := medstint.audit_context();
BEGIN
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now()
  WHERE s.id = target AND s.revoked_at IS NULL
    AND (s.user_id = medstint.current_user_id() OR medstint.administers(s.user_id))
  RETURNING s.user_id, s.school_id INTO revoked;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (x.user_id, revoked.school_id, 'auth.session_revoked', 'sessions', target,
          jsonb_build_object('user_id', jsonb_build_object('old', revoked.user_id))::text,
          x.ip_address, x.user_agent, x.endpoint, 'REVOKE', 200, 'MEDIUM');
  RETURN true;
END
$$;

-- Locks the session for everyone who holds its token. A monitor has nothing to lock.
CREATE OR REPLACE FUNCTION medstint.lock_session() RETURNS boolean
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
CREATE OR REPLACE FUNCTION medstint.locked_session(token text, OUT name text, OUT email text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.name, u.email FROM medstint.session_of(token) s JOIN public.users u ON u.id = s.user_id
    WHERE s.locked_at IS NOT NULL
$$;

-- A SUPER_ADMIN works in one chosen school at a time.
CREATE OR REPLACE FUNCTION medstint.choose_school(chosen text) RETURNS boolean
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
  SELECT x.user_id, chosen, 'school.entered', 'schools', chosen, x.ip_address, x.user_agent, x.endpoint, 'CHOOSE',
    200, 'MEDIUM'
  FROM medstint.audit_context() x;
  RETURN true;
END
$$;

-- The school that a super admin's monitor shows: the one write of a monitor, by its token, as an
-- event of its own.
CREATE OR REPLACE FUNCTION medstint.choose_school_of_monitor(token text, chosen text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  entered public.sessions;
BEGIN
  UPDATE public.sessions s SET active_school_id = c.id, updated_at = now()
  FROM public.users u, public.schools c
  WHERE s.token = encode(sha256(convert_to(choose_school_of_monitor.token, 'UTF8')), 'hex') AND s.client = 'monitor'
    AND NOT s.is_restricted AND s.revoked_at IS NULL
    AND medstint.is_newest_change(s.user_id, s.sign_in_era, s.sign_in_change)
    AND (s.key_id IS NULL OR medstint.key_holds(s.key_id, s.user_id)) AND s.expires_at > clock_timestamp()
      AND u.id = s.user_id AND u.is_active AND u.role = 'SUPER_ADMIN' AND c.id = chosen
  RETURNING s.* INTO entered;
  IF entered.id IS NULL THEN
    RETURN false;
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (entered.user_id, chosen, 'school.entered', 'schools', chosen, entered.ip_address, entered.user_agent,
    entered.client, 'CHOOSE', 200, 'MEDIUM');
  RETURN true;
END
$$;

-- Extends a monitor's session: twelve hours after the last call it ends, and ninety days after it
-- began in any case. By token, because a monitor's transactions are read-only.
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
    AND NOT s.is_restricted AND s.revoked_at IS NULL
    AND medstint.is_newest_change(s.user_id, s.sign_in_era, s.sign_in_change)
    AND (s.key_id IS NULL OR medstint.key_holds(s.key_id, s.user_id)) AND s.expires_at > clock_timestamp()
      AND u.id = s.user_id AND u.is_active
  RETURNING s.expires_at, coalesce(u.school_id, s.active_school_id) AS school INTO kept;
  PERFORM medstint.report_attempts() WHERE kept.school IS NOT NULL;
  FOR n IN 1 .. 10 LOOP
    EXIT WHEN kept.school IS NULL OR medstint.seal_events(kept.school) < 1000;
  END LOOP;
  RETURN kept.expires_at;
END
$$;

CREATE OR REPLACE FUNCTION medstint.end_monitor(token text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  ended public.sessions;
BEGIN
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now()
  WHERE s.token = encode(sha256(convert_to(end_monitor.token, 'UTF8')), 'hex') AND s.client = 'monitor'
    AND s.revoked_at IS NULL
  RETURNING s.* INTO ended;
  IF ended.id IS NULL THEN
    RETURN false;
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (ended.user_id, ended.school_id, 'auth.signed_out', 'sessions', ended.id, ended.ip_address, ended.user_agent,
    ended.client, 'SIGN_OUT', 200, 'LOW');
  RETURN true;
END
$$;

-- Revokes sessions that are locked out, or that belong to an older password, a removed key or a removed
-- authority. Rows that another transaction has locked are skipped; the next report revokes them.
CREATE OR REPLACE FUNCTION medstint.end_sessions() RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
  ended integer;
BEGIN
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE s.id = ANY (ARRAY(
    SELECT x.id FROM public.sessions x WHERE x.revoked_at IS NULL AND x.id = ANY (ARRAY(
      SELECT l.session_id FROM medstint.locked_out_sessions l
      UNION SELECT o FROM medstint.outdated_sessions() o))
    FOR NO KEY UPDATE SKIP LOCKED));
  GET DIAGNOSTICS ended = ROW_COUNT;
  DELETE FROM medstint.locked_out_sessions l
  WHERE NOT EXISTS (SELECT FROM public.sessions s WHERE s.id = l.session_id AND s.revoked_at IS NULL);
  RETURN ended;
END
$$;

-- Open sessions of a password that is no longer the newest, or of a key or authority that was removed.
CREATE OR REPLACE FUNCTION medstint.outdated_sessions() RETURNS SETOF text
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT s.id FROM medstint.password_changes c JOIN public.sessions s ON s.user_id = c.user_id
  WHERE c.made_at > clock_timestamp() - interval '12 hours' AND s.revoked_at IS NULL
    AND (c.era, c.number) > (s.sign_in_era, s.sign_in_change)
  UNION SELECT s.id FROM medstint.key_removals r JOIN public.sessions s ON s.key_id = r.key_id
  WHERE r.removed_at > clock_timestamp() - interval '12 hours' AND s.revoked_at IS NULL;
END
$$;

-- Sessions that are older than a password of the web application, or than the deactivation of their
-- person or school, are void (migration bounded_refusals: an era).
CREATE OR REPLACE FUNCTION medstint.begin_era(who text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  change constant bigint := nextval('medstint.password_changes_number_seq');
BEGIN
  INSERT INTO medstint.password_changes (number, era, user_id, is_applied) VALUES (change, change, who, true);
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE s.id = ANY (ARRAY(
    SELECT x.id FROM public.sessions x WHERE x.user_id = who AND x.revoked_at IS NULL
    FOR NO KEY UPDATE SKIP LOCKED));
END
$$;

CREATE OR REPLACE FUNCTION medstint.end_sessions_of_inactive() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  people text[] := ARRAY[NEW.id];
BEGIN
  IF TG_TABLE_NAME = 'schools' THEN
    people := ARRAY(SELECT DISTINCT s.user_id FROM public.sessions s JOIN public.users p ON p.id = s.user_id
      WHERE p.school_id = NEW.id AND s.revoked_at IS NULL ORDER BY 1);
  END IF;
  PERFORM medstint.begin_era(who) FROM unnest(people) who;
  PERFORM medstint.announce_sessions(people);
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.end_sessions_of_password() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- The functions that consoles call begin their eras themselves.
  IF medstint.is_trusted() THEN
    PERFORM medstint.begin_era(NEW.user_id), medstint.announce_sessions(ARRAY[NEW.user_id]);
  END IF;
  RETURN NULL;
END
$$;
