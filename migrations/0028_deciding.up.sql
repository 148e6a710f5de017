-- Why: what is odd is decided with more care than what is clean, nobody signs for
-- times that they changed themselves, hours that a completed rotation rests on are
-- locked, and somebody who is away has a deputy, until a day.

-- Somebody decides in the place of a preceptor or supervisor, until a day.
CREATE TABLE delegations (
  id           text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id    text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  from_user_id text NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  to_user_id   text NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  starts_at    timestamptz(3) NOT NULL DEFAULT now(),
  ends_at      timestamptz(3) NOT NULL,
  reason       text,
  revoked_at   timestamptz(3),
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  updated_at   timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT delegations_to_somebody_else CHECK (from_user_id <> to_user_id),
  CONSTRAINT delegations_end_after_start CHECK (ends_at > starts_at),
  CONSTRAINT delegations_at_most_a_year CHECK (ends_at <= starts_at + interval '366 days')
);
CREATE INDEX delegations_of_deputy ON delegations (to_user_id, ends_at) WHERE revoked_at IS NULL;
CREATE INDEX delegations_by_end ON delegations (school_id, ends_at, id);
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, from_user_id, to_user_id ON delegations
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('from_user_id', 'users', 'to_user_id', 'users');
CREATE TRIGGER z_touch BEFORE UPDATE ON delegations FOR EACH ROW EXECUTE FUNCTION medstint.touch();
CALL medstint.secure_table('delegations', 'school_id = (SELECT medstint.current_school_id())');
CALL medstint.audit_table('delegations', 'delegation');
CALL medstint.announce_table('delegations');
CREATE POLICY delegations_read ON delegations FOR SELECT TO medstint_app USING (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')) OR (SELECT medstint.current_user_id()) IN (from_user_id, to_user_id));
-- One's own, and an administrator anybody's.
CREATE POLICY delegations_add ON delegations FOR INSERT TO medstint_app WITH CHECK (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
  OR (SELECT medstint.has_role('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR')) AND from_user_id = (SELECT medstint.current_user_id()));
CREATE POLICY delegations_edit ON delegations FOR UPDATE TO medstint_app USING (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')) OR from_user_id = (SELECT medstint.current_user_id()));
GRANT SELECT ON delegations TO medstint_app;
GRANT INSERT (from_user_id, to_user_id, starts_at, ends_at, reason), UPDATE (revoked_at) ON delegations TO medstint_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON delegations TO medstint_web;

CREATE FUNCTION medstint.check_delegation() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  why text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    -- It ends; it does not come back.
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
      why := 'is_over';
    ELSE
      NEW.revoked_at := CASE WHEN NEW.revoked_at IS NOT NULL THEN now() END;
    END IF;
  ELSIF NOT EXISTS (SELECT FROM public.users u WHERE u.id = NEW.from_user_id AND u.is_active AND u.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR')) THEN
    why := 'from_whoever_decides';
  ELSIF NOT EXISTS (SELECT FROM public.users u WHERE u.id = NEW.to_user_id AND u.is_active AND u.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR')) THEN
    why := 'to_whoever_decides';
  END IF;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION 'delegation %: %', NEW.id, why USING ERRCODE = 'MS422', CONSTRAINT = 'delegations_' || why;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER b_check_delegation BEFORE INSERT OR UPDATE ON delegations FOR EACH ROW EXECUTE FUNCTION medstint.check_delegation();

-- In whose place somebody decides now.
CREATE FUNCTION medstint.delegators(deputy text) RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(d.from_user_id), '{}') FROM public.delegations d JOIN public.users u ON u.id = d.from_user_id AND u.is_active
  WHERE d.to_user_id = deputy AND d.revoked_at IS NULL AND now() >= d.starts_at AND now() < d.ends_at
$$;
CREATE FUNCTION medstint.is_deputy(deputy text, preceptor text, supervisor text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(ARRAY[preceptor, supervisor] && medstint.delegators(deputy), false)
$$;
-- A deputy sees what is to be decided.
CREATE OR REPLACE FUNCTION medstint.own_rotation_ids() RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT r.id), '{}') FROM medstint.actor() a
  CROSS JOIN LATERAL (SELECT array_append(medstint.delegators(a.user_id), a.user_id) AS ids) people
  CROSS JOIN LATERAL (
    SELECT x.id FROM public.rotations x WHERE x.student_id = a.user_id
    UNION ALL SELECT x.id FROM public.rotations x WHERE x.preceptor_id = ANY (people.ids)
    UNION ALL SELECT x.id FROM public.rotations x WHERE x.supervisor_id = ANY (people.ids)) r
$$;
-- And whose names stand there; for assessments it is as it was.
CREATE FUNCTION medstint.known_student_ids() RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT x.id), '{}') FROM medstint.actor() a
  CROSS JOIN LATERAL (SELECT array_append(medstint.delegators(a.user_id), a.user_id) AS ids) people
  CROSS JOIN LATERAL (
    SELECT a.user_id AS id
    UNION ALL SELECT r.student_id FROM public.rotations r WHERE r.preceptor_id = ANY (people.ids)
    UNION ALL SELECT r.student_id FROM public.rotations r WHERE r.supervisor_id = ANY (people.ids)) x
$$;
GRANT EXECUTE ON FUNCTION medstint.known_student_ids() TO medstint_app, medstint_web;
ALTER POLICY users_read ON users USING (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN'))
  OR role <> 'STUDENT' OR id = ANY ((SELECT medstint.known_student_ids())::text[]));

-- What a decision locked and left pending: whoever computed flags meanwhile left it
-- to the decision.
CREATE FUNCTION medstint.reflag_left(records text[]) RETURNS bigint
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.reflag(ARRAY(SELECT t.id FROM public.time_records t WHERE t.id = ANY (records) AND t.school_id = medstint.current_school_id()))
$$;
GRANT EXECUTE ON FUNCTION medstint.reflag_left(text[]) TO medstint_app;
-- Records are rejected, not deleted: a new one under the same key would have no past.
REVOKE DELETE ON time_records FROM medstint_web;

-- As before, and: nobody on their own edit, deputies, hard flags, locked hours. A
-- decision keeps the flags that it was made in view of. Old and new rows meet in a
-- full join, which cannot be a nested loop (a plan made for three rows would keep
-- it for ten thousand); rotations and people are found by an index.
CREATE OR REPLACE FUNCTION medstint.record_decisions() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
  session_user_id text := medstint.current_user_id();
  actor_id text := medstint.acting_user_id();
  refused record;
  approved bigint;
  decided bigint;
BEGIN
  SELECT count(*) FILTER (WHERE n.status = 'APPROVED'), count(*) INTO approved, decided
  FROM new_rows n FULL JOIN old_rows o ON o.id = n.id WHERE n.status IS DISTINCT FROM o.status;
  IF decided = 0 THEN
    RETURN NULL;
  END IF;

  WITH changed AS MATERIALIZED (
    SELECT n.*, o.status AS status_before, o.approved_by AS approved_by_before, o.approved_at AS approved_at_before
    FROM new_rows n FULL JOIN old_rows o ON o.id = n.id WHERE n.status IS DISTINCT FROM o.status)
  SELECT n.id, why INTO refused
  FROM changed n
  JOIN public.rotations r ON r.id = n.rotation_id
  LEFT JOIN public.users u ON u.id = CASE WHEN n.status = 'PENDING' THEN actor_id ELSE n.approved_by END
  CROSS JOIN LATERAL medstint.undo_limit(u.role) undo
  CROSS JOIN LATERAL (SELECT CASE
    WHEN u.id IS NULL THEN 'actor_unknown'
    WHEN NOT u.is_active OR u.role = 'STUDENT' OR u.school_id <> n.school_id THEN 'role_may_not_decide'
    WHEN u.id = n.student_id THEN 'nobody_decides_for_themselves'
    WHEN n.status <> 'PENDING' AND u.id = ANY (n.editors) THEN 'nobody_decides_on_their_edit'
    WHEN u.id <> session_user_id THEN 'decides_in_own_name'
    -- Automatic and delegated decisions are made by functions of the database.
    WHEN session_user_id IS NOT NULL AND n.decision_kind NOT IN ('BY_HAND', 'BULK') THEN 'kind_is_not_chosen'
    WHEN u.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR')
      AND u.id IS DISTINCT FROM r.preceptor_id AND u.id IS DISTINCT FROM r.supervisor_id
      AND NOT medstint.is_deputy(u.id, r.preceptor_id, r.supervisor_id) THEN 'not_assigned'
    WHEN u.role = 'SUPER_ADMIN' AND coalesce(btrim(n.decision_reason), '') = '' THEN 'super_admin_gives_reason'
    -- A hard flag: after a look at this one record, and with a reason.
    WHEN n.status = 'APPROVED' AND n.triage = 0 AND u.role = 'CLINICAL_PRECEPTOR' THEN 'hard_flag_is_the_supervisors'
    WHEN n.status = 'APPROVED' AND n.triage = 0 AND approved > 1 THEN 'hard_flags_one_by_one'
    WHEN n.status = 'APPROVED' AND n.triage = 0 AND coalesce(btrim(n.decision_reason), '') = '' THEN 'hard_flag_needs_reason'
    WHEN n.status = 'PENDING' AND n.status_before = 'APPROVED' AND r.status = 'COMPLETED' THEN 'hours_are_locked'
    WHEN n.status = 'PENDING' AND undo.within IS NOT NULL AND n.approved_by_before <> u.id THEN 'undo_own_only'
    WHEN n.status = 'PENDING' AND n.approved_at_before + undo.within < clock_timestamp() THEN 'undo_too_late'
  END AS why) x
  WHERE why IS NOT NULL
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'time record %: %', refused.id, refused.why
      USING ERRCODE = 'MS403', CONSTRAINT = 'time_records_' || refused.why;
  END IF;

  WITH changed AS MATERIALIZED (
    SELECT n.*, o.version AS version_before FROM new_rows n FULL JOIN old_rows o ON o.id = n.id WHERE n.status IS DISTINCT FROM o.status)
  INSERT INTO public.time_record_decisions
    (school_id, time_record_id, version_before, version_after, verdict, kind, reason_code, reason, elapsed_ms, decided_by, flags)
  SELECT n.school_id, n.id, n.version_before, n.version,
    (CASE n.status WHEN 'PENDING' THEN 'UNDONE' ELSE n.status::text END)::public.decision_verdict,
    CASE WHEN u.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR') AND u.id IS DISTINCT FROM r.preceptor_id AND u.id IS DISTINCT FROM r.supervisor_id
      THEN 'DELEGATE' ELSE coalesce(n.decision_kind, 'BY_HAND') END, n.decision_reason_code, n.decision_reason, n.elapsed_ms,
    u.id, n.flags
  FROM changed n
  JOIN public.rotations r ON r.id = n.rotation_id
  JOIN public.users u ON u.id = CASE WHEN n.status = 'PENDING' THEN actor_id ELSE n.approved_by END;
  RETURN NULL;
END
$$;
