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
CREATE OR REPLACE FUNCTION medstint.audit_context(
  OUT user_id text, OUT ip_address text, OUT user_agent text, OUT endpoint text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.acting_user_id(),
    coalesce(s.ip_address, said.ip_address), coalesce(s.user_agent, said.user_agent),
    coalesce(s.client, said.endpoint,
      CASE WHEN pg_has_role(session_user, 'medstint_web', 'MEMBER') AND NOT pg_has_role(session_user, current_user, 'MEMBER')
        THEN 'web' ELSE 'database' END)
  FROM medstint.actor() a
  LEFT JOIN public.sessions s ON s.id = a.session_id
  LEFT JOIN LATERAL (SELECT
    nullif(current_setting('medstint.ip_address', true), '') AS ip_address,
    nullif(current_setting('medstint.user_agent', true), '') AS user_agent,
    nullif(current_setting('medstint.endpoint', true), '') AS endpoint) said ON s.id IS NULL AND medstint.is_trusted()
$$;
CREATE OR REPLACE FUNCTION medstint.audit_difference(old_row jsonb, new_row jsonb) RETURNS text
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_object_agg(key, CASE
    WHEN key = ANY (medstint.secret_columns()) THEN jsonb_build_object('secret', 'changed')
    ELSE jsonb_strip_nulls(jsonb_build_object('old', old_row -> key, 'new', new_row -> key)) END)::text
  FROM (SELECT jsonb_object_keys(coalesce(new_row, old_row)) AS key) k
  WHERE key <> ALL (medstint.derived_columns())
    AND coalesce(old_row -> key, 'null') IS DISTINCT FROM coalesce(new_row -> key, 'null')
$$;
CREATE OR REPLACE FUNCTION medstint.audit_update() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, coalesce(x.new ->> 'school_id', CASE TG_TABLE_NAME WHEN 'schools' THEN x.new ->> 'id' END),
         x.action, TG_TABLE_NAME, x.id, x.changes,
         c.ip_address, c.user_agent, c.endpoint, TG_OP, 200,
         (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = x.action)
  FROM (SELECT o.id, n.value AS new, medstint.audit_difference(o.value, n.value) AS changes,
               medstint.audit_action(TG_ARGV[0], o.value, n.value) AS action
        FROM (SELECT to_jsonb(r) AS value, coalesce(to_jsonb(r) ->> 'id', to_jsonb(r) ->> 'school_id') AS id FROM old_rows r) o
        JOIN (SELECT to_jsonb(r) AS value, coalesce(to_jsonb(r) ->> 'id', to_jsonb(r) ->> 'school_id') AS id FROM new_rows r) n
          USING (id)) x, medstint.audit_context_of(TG_ARGV[0]) c
  WHERE x.changes IS NOT NULL;
  RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION medstint.audit_action(singular text, old_row jsonb, new_row jsonb) RETURNS text
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT singular || '.' || CASE
    WHEN singular = 'user' AND old_row ->> 'role' <> new_row ->> 'role' THEN
      -- Roles are declared from the highest to the lowest but for preceptor and supervisor.
      CASE WHEN (new_row ->> 'role') IN ('SUPER_ADMIN', 'SCHOOL_ADMIN') OR (old_row ->> 'role') = 'STUDENT'
        OR (old_row ->> 'role', new_row ->> 'role') = ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR')
      THEN 'role_raised' ELSE 'role_changed' END
    WHEN singular = 'user' AND old_row ->> 'is_active' <> new_row ->> 'is_active' THEN
      CASE new_row ->> 'is_active' WHEN 'true' THEN 'activated' ELSE 'deactivated' END
    WHEN singular = 'time_record' AND old_row ->> 'status' <> new_row ->> 'status' THEN
      CASE new_row ->> 'status' WHEN 'PENDING' THEN 'undone' ELSE lower(new_row ->> 'status') END
    WHEN singular = 'time_record' AND old_row ->> 'clock_out' IS NULL AND new_row ->> 'clock_out' IS NOT NULL THEN 'clocked_out'
    ELSE 'updated' END
$$;
CREATE OR REPLACE FUNCTION medstint.announce(resource text, verb text, schools text[], ids text[]) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_notify(medstint.channel(school), json_build_object('table', resource, 'op', verb, 'count', count(*),
      -- More would not fit the 8,000 bytes of a payload: the reader re-reads.
      'ids', CASE WHEN count(*) <= 100 AND sum(octet_length(id)) < 7000 AND resource <> 'audit_logs'
        THEN json_agg(id) ELSE '[]'::json END)::text)
  FROM unnest(schools, ids) AS changed (school, id)
  WHERE school IS NOT NULL
  GROUP BY school
$$;
CREATE OR REPLACE FUNCTION medstint.audit_time_record_update() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, x.school_id, x.action, 'time_records', x.id, x.changes,
         c.ip_address, c.user_agent, c.endpoint, TG_OP, 200,
         (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = x.action)
  FROM (
    SELECT n.id, n.school_id,
      'time_record.' || CASE
        WHEN n.status <> o.status THEN CASE n.status WHEN 'PENDING' THEN 'undone' ELSE lower(n.status::text) END
        WHEN o.clock_out IS NULL AND n.clock_out IS NOT NULL THEN 'clocked_out'
        ELSE 'updated' END AS action,
      CASE
        -- A decision changes nothing else: the rules refuse it.
        WHEN n.status <> o.status THEN jsonb_strip_nulls(jsonb_build_object(
          'status', jsonb_build_object('old', o.status, 'new', n.status),
          'version', jsonb_build_object('old', o.version, 'new', n.version),
          'approved_by', jsonb_build_object('old', o.approved_by, 'new', n.approved_by),
          'approved_at', jsonb_build_object('old', o.approved_at, 'new', n.approved_at),
          'decision_kind', jsonb_build_object('old', o.decision_kind, 'new', n.decision_kind),
          'decision_reason_code', CASE WHEN o.decision_reason_code IS DISTINCT FROM n.decision_reason_code
            THEN jsonb_build_object('old', o.decision_reason_code, 'new', n.decision_reason_code) END,
          'decision_reason', CASE WHEN o.decision_reason IS DISTINCT FROM n.decision_reason
            THEN jsonb_build_object('old', o.decision_reason, 'new', n.decision_reason) END))::text
        ELSE medstint.audit_difference(to_jsonb(o), to_jsonb(n))
      END AS changes
    -- An update of nothing but flags is no event: they follow from what is one.
    FROM old_rows o JOIN new_rows n USING (id) WHERE o.flags = n.flags AND o.triage = n.triage) x, medstint.audit_context() c
  WHERE x.changes IS NOT NULL;
  RETURN NULL;
END
$$;
