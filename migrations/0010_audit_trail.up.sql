-- Why: one place writes audit events, so that each carries who, from where and
-- how in the same form. It runs in the transaction of what it describes: when
-- an event cannot be written, the change does not happen.

-- From where and how: the session's, or what a connection without a session
-- says of itself (medstint.ip_address, medstint.user_agent, medstint.endpoint).
CREATE FUNCTION medstint.audit_context(
  OUT user_id text, OUT ip_address text, OUT user_agent text, OUT endpoint text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.acting_user_id(),
    coalesce(s.ip_address, nullif(current_setting('medstint.ip_address', true), '')),
    coalesce(s.user_agent, nullif(current_setting('medstint.user_agent', true), '')),
    coalesce(s.client, nullif(current_setting('medstint.endpoint', true), ''), 'database')
  FROM (SELECT) AS once LEFT JOIN medstint.actor() a ON true LEFT JOIN public.sessions s ON s.id = a.session_id
$$;

-- Columns that never reach an event: secrets, and what changes by itself.
CREATE FUNCTION medstint.audit_left_out() RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY['password', 'token', 'access_token', 'refresh_token', 'credential_hash', 'stripe_customer_id',
               'sort_name', 'elapsed_ms', 'created_at', 'updated_at', 'last_seen_at', 'expires_at']
$$;

-- The old and new values of what differs: {"column": {"old": …, "new": …}}.
CREATE FUNCTION medstint.audit_difference(old_row jsonb, new_row jsonb) RETURNS text
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_object_agg(key, jsonb_strip_nulls(jsonb_build_object('old', old_row -> key, 'new', new_row -> key)))::text
  FROM (SELECT jsonb_object_keys(coalesce(new_row, old_row)) AS key) k
  WHERE key <> ALL (medstint.audit_left_out())
    AND coalesce(old_row -> key, 'null') IS DISTINCT FROM coalesce(new_row -> key, 'null')
$$;
