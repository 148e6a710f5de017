-- Why: a screen on a wall watches and changes nothing. Its session says so: it is
-- a monitor's, and acts only in transactions that PostgreSQL holds read-only,
-- whatever the client that has its token may try. It runs for weeks, so its
-- session may; what keeps it is by token, since a monitor enters nothing that
-- writes.
CREATE OR REPLACE FUNCTION medstint.actor(
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
    -- A monitor acts only where PostgreSQL itself refuses every write.
    AND (s.client <> 'monitor' OR current_setting('transaction_read_only') = 'on')
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
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
END
$$;

-- A monitor's session goes on while the monitor runs: twelve hours after the last
-- sign of life it ends, and ninety days after it began in any case.
CREATE FUNCTION medstint.keep_monitor(token text) RETURNS timestamptz
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE public.sessions s
  SET last_seen_at = now(), updated_at = now(),
      expires_at = greatest(s.expires_at, least(now() + interval '12 hours', s.created_at + interval '90 days'))
  FROM public.users u
  WHERE s.token = encode(sha256(convert_to(keep_monitor.token, 'UTF8')), 'hex') AND s.client = 'monitor'
    AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp() AND u.id = s.user_id AND u.is_active
  RETURNING s.expires_at
$$;

CREATE FUNCTION medstint.end_monitor(token text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  ended public.sessions;
BEGIN
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now()
  WHERE s.token = encode(sha256(convert_to(end_monitor.token, 'UTF8')), 'hex') AND s.client = 'monitor' AND s.revoked_at IS NULL
  RETURNING s.* INTO ended;
  IF ended.id IS NULL THEN
    RETURN false;
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (ended.user_id, ended.school_id, 'auth.signed_out', 'sessions', ended.id, ended.ip_address, ended.user_agent, ended.client, 'SIGN_OUT', 200, 'LOW');
  RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.keep_monitor(text), medstint.end_monitor(text) TO medstint_app;
