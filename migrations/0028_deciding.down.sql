CREATE OR REPLACE FUNCTION medstint.record_decisions() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
DECLARE
  session_user_id text := medstint.current_user_id();
  actor_id text := medstint.acting_user_id();
  refused record;
BEGIN
  IF NOT EXISTS (SELECT FROM new_rows n JOIN old_rows o USING (id) WHERE n.status <> o.status) THEN
    RETURN NULL;
  END IF;

  SELECT n.id, why INTO refused
  FROM new_rows n
  JOIN old_rows o USING (id)
  JOIN public.rotations r ON r.id = n.rotation_id
  LEFT JOIN public.users u ON u.id = CASE WHEN n.status = 'PENDING' THEN actor_id ELSE n.approved_by END
  CROSS JOIN LATERAL medstint.undo_limit(u.role) undo
  CROSS JOIN LATERAL (SELECT CASE
    WHEN u.id IS NULL THEN 'actor_unknown'
    WHEN NOT u.is_active OR u.role = 'STUDENT' OR u.school_id <> n.school_id THEN 'role_may_not_decide'
    WHEN u.id = n.student_id THEN 'nobody_decides_for_themselves'
    WHEN u.id <> session_user_id THEN 'decides_in_own_name'
    -- Automatic and delegated decisions are made by functions of the database.
    WHEN session_user_id IS NOT NULL AND n.decision_kind NOT IN ('BY_HAND', 'BULK') THEN 'kind_is_not_chosen'
    WHEN u.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR')
      AND u.id IS DISTINCT FROM r.preceptor_id AND u.id IS DISTINCT FROM r.supervisor_id THEN 'not_assigned'
    WHEN u.role = 'SUPER_ADMIN' AND coalesce(btrim(n.decision_reason), '') = '' THEN 'super_admin_gives_reason'
    WHEN n.status = 'PENDING' AND undo.within IS NOT NULL AND o.approved_by <> u.id THEN 'undo_own_only'
    WHEN n.status = 'PENDING' AND o.approved_at + undo.within < clock_timestamp() THEN 'undo_too_late'
  END AS why) x
  WHERE n.status <> o.status AND why IS NOT NULL
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'time record %: %', refused.id, refused.why
      USING ERRCODE = 'MS403', CONSTRAINT = 'time_records_' || refused.why;
  END IF;

  INSERT INTO public.time_record_decisions
    (school_id, time_record_id, version_before, version_after, verdict, kind, reason_code, reason, elapsed_ms, decided_by)
  SELECT n.school_id, n.id, o.version, n.version,
    (CASE n.status WHEN 'PENDING' THEN 'UNDONE' ELSE n.status::text END)::public.decision_verdict,
    coalesce(n.decision_kind, 'BY_HAND'), n.decision_reason_code, n.decision_reason, n.elapsed_ms,
    CASE WHEN n.status = 'PENDING' THEN actor_id ELSE n.approved_by END
  FROM new_rows n JOIN old_rows o USING (id)
  WHERE n.status <> o.status;
  RETURN NULL;
END
$$;
ALTER POLICY users_read ON users USING (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
  OR role <> 'STUDENT' OR id = ANY ((SELECT medstint.own_student_ids())::text[]));
DROP FUNCTION medstint.known_student_ids();
CREATE OR REPLACE FUNCTION medstint.own_rotation_ids() RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(r.id), '{}') FROM medstint.actor() a
  JOIN public.rotations r ON a.user_id IN (r.student_id, r.preceptor_id, r.supervisor_id)
$$;
DROP FUNCTION medstint.reflag_left(text[]);
GRANT DELETE ON time_records TO medstint_web;
DROP FUNCTION medstint.is_deputy(text, text, text);
DROP FUNCTION medstint.delegators(text);
DROP TABLE delegations;
DROP FUNCTION medstint.check_delegation();
