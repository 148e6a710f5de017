-- Why: one place writes audit events, so that each carries who, from where and
-- how in the same form. It runs in the transaction of what it describes: when
-- an event cannot be written, the change does not happen.

-- From where and how: the session's, or what a connection without a session
-- says of itself (medstint.ip_address, medstint.user_agent, medstint.endpoint).
CREATE FUNCTION medstint.audit_context(
  OUT user_id text, OUT ip_address text, OUT user_agent text, OUT endpoint text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.acting_user_id(),
    coalesce(s.ip_address, said.ip_address), coalesce(s.user_agent, said.user_agent),
    coalesce(s.client, said.endpoint, 'database')
  FROM medstint.actor() a
  LEFT JOIN public.sessions s ON s.id = a.session_id
  LEFT JOIN LATERAL (SELECT
    nullif(current_setting('medstint.ip_address', true), '') AS ip_address,
    nullif(current_setting('medstint.user_agent', true), '') AS user_agent,
    nullif(current_setting('medstint.endpoint', true), '') AS endpoint) said ON s.id IS NULL AND medstint.is_trusted()
$$;

-- Columns whose values never reach an event; that they changed does.
CREATE FUNCTION medstint.secret_columns() RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY['password', 'token', 'access_token', 'refresh_token', 'credential_hash', 'stripe_customer_id']
$$;

-- Columns that follow from others or change by themselves.
CREATE FUNCTION medstint.derived_columns() RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY['sort_name', 'elapsed_ms', 'created_at', 'updated_at', 'last_seen_at', 'expires_at']
$$;

-- The old and new values of what differs: {"column": {"old": …, "new": …}}.
CREATE FUNCTION medstint.audit_difference(old_row jsonb, new_row jsonb) RETURNS text
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_object_agg(key, CASE
    WHEN key = ANY (medstint.secret_columns()) THEN jsonb_build_object('secret', 'changed')
    ELSE jsonb_strip_nulls(jsonb_build_object('old', old_row -> key, 'new', new_row -> key)) END)::text
  FROM (SELECT jsonb_object_keys(coalesce(new_row, old_row)) AS key) k
  WHERE key <> ALL (medstint.derived_columns())
    AND coalesce(old_row -> key, 'null') IS DISTINCT FROM coalesce(new_row -> key, 'null')
$$;
