-- Decisions on time records, each at the version that was shown.
--
-- Statement triggers join old and new rows in a full join, or run with nested loops and JIT off. A
-- plan made for three rows would otherwise be kept, for the life of the connection, for ten
-- thousand. The price of an unavoidable nested loop would make the planner compile for a second
-- (measured: 1.2 s for one approval).

-- Keeps each decision, whole statement at once: who decided, whether they may, and the flags at
-- that time. Nobody decides on a record that they edited; deputies act for a person; blocking flags
-- need a reason; hours of a completed rotation are locked. Nested loops and JIT are off, as said
-- above.
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
    WHEN n.status = 'APPROVED' AND n.triage = 0 AND coalesce(btrim(n.decision_reason), '') = ''
      THEN 'hard_flag_needs_reason'
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
    SELECT n.*, o.version AS version_before FROM new_rows n FULL JOIN old_rows o ON o.id = n.id
      WHERE n.status IS DISTINCT FROM o.status)
  INSERT INTO public.time_record_decisions
    (school_id, time_record_id, version_before, version_after, verdict, kind, reason_code, reason, elapsed_ms,
      decided_by, flags)
  SELECT n.school_id, n.id, n.version_before, n.version,
    (CASE n.status WHEN 'PENDING' THEN 'UNDONE' ELSE n.status::text END)::public.decision_verdict,
    CASE WHEN u.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR') AND u.id
      IS DISTINCT FROM r.preceptor_id AND u.id IS DISTINCT FROM r.supervisor_id
      THEN 'DELEGATE' ELSE coalesce(n.decision_kind, 'BY_HAND') END, n.decision_reason_code, n.decision_reason,
        n.elapsed_ms,
    u.id, n.flags
  FROM changed n
  JOIN public.rotations r ON r.id = n.rotation_id
  JOIN public.users u ON u.id = CASE WHEN n.status = 'PENDING' THEN actor_id ELSE n.approved_by END;
  RETURN NULL;
END
$$;

-- A decision that has been made is history.
CREATE OR REPLACE FUNCTION medstint.refuse_change() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
    USING ERRCODE = 'MS403', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END
$$;

-- Locks records in the order of their ids, and says how they stand. A rejection, and taking one
-- back, changes the flags of the students' other pending records (with_neighbours): those are
-- locked in the same order, so that no two transactions wait for each other. Everything is read
-- once the locks are held.
CREATE OR REPLACE FUNCTION medstint.hold_records(session_token text, records text[], of_school text, decider text,
    with_neighbours boolean, OUT standing text)
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  refused jsonb;
BEGIN
  PERFORM medstint.enter(session_token);
  IF with_neighbours THEN
    PERFORM FROM time_records t
    WHERE t.student_id IN (
        SELECT x.student_id FROM time_records x WHERE x.id = ANY (records) AND x.school_id = of_school)
      AND (t.status = 'PENDING' OR t.id = ANY (records)) AND t.school_id = of_school
    ORDER BY t.id FOR NO KEY UPDATE;
  END IF;
  PERFORM FROM time_records t WHERE t.id = ANY (records) AND t.school_id = of_school
  ORDER BY t.id FOR NO KEY UPDATE;
  SELECT coalesce(jsonb_object_agg(r.record, r.rule), '{}') INTO refused
  FROM medstint.second_person_refusals(records) r;
  SELECT coalesce(json_agg(held), '[]')::text INTO standing FROM (
    SELECT t.id, t.version, t.status, t.clock_out IS NULL AS is_open, t.elapsed_ms, t.updated_at, now() AS locked_at,
      t.student_id = decider AS is_own, decider = ANY (t.editors) AS is_edited_by_me, t.triage,
        t.flags::json AS flags,
      medstint.waits(t.id) AS is_waiting,
      EXISTS (SELECT FROM rotations r
        WHERE r.id = t.rotation_id AND r.status = 'COMPLETED') AS hours_are_locked,
      EXISTS (SELECT FROM time_record_corrections c
        WHERE c.time_record_id = t.id AND c.status = 'PROPOSED') AS is_corrected,
      refused ->> t.id AS second_person, u.sort_name AS student, t.clock_in, s.time_zone AS zone,
      (SELECT a.name FROM time_record_decisions d JOIN users a ON a.id = d.decided_by
       WHERE d.time_record_id = t.id ORDER BY d.version_before DESC LIMIT 1) AS decided_by
    FROM time_records t
    LEFT JOIN users u ON u.id = t.student_id
    LEFT JOIN clinical_sites s ON s.id = t.clinical_site_id
    WHERE t.id = ANY (records) AND t.school_id = of_school ORDER BY t.id) held;
END
$$;

-- The one UPDATE of a decision; triggers keep the decision, the hours and the audit trail. The
-- answer has the new version of each record.
CREATE OR REPLACE FUNCTION medstint.make_decision(records text[], of_school text, verdict text, decider text,
  how text,
    reason_code text, reason text, OUT made text)
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  WITH changed AS (
    UPDATE time_records t
    SET status = verdict::time_record_status, approved_by = decider, decision_kind = how::decision_kind,
      decision_reason_code = reason_code::rejection_reason, decision_reason = reason
    WHERE t.id = ANY (records) AND t.school_id = of_school
    RETURNING t.id, t.version)
  SELECT coalesce(json_object_agg(c.id, c.version), '{}')::text INTO made FROM changed c;
END
$$;

-- Decides on records where all of them stand at the versions that were shown and no flags are due;
-- otherwise nothing is made. Whether each was to be decided on is up to the caller, who commits or
-- rolls back.
CREATE OR REPLACE FUNCTION medstint.decide_at_once(session_token text, records text[], versions integer[],
  of_school text,
    me text, with_neighbours boolean, verdict text, decider text, how text, reason_code text, reason text,
    OUT standing text, OUT made text, OUT flags_are_due boolean)
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  standing := medstint.hold_records(session_token, records, of_school, me, with_neighbours);
  made := '{}';
  flags_are_due := verdict = 'APPROVED' AND medstint.are_flags_due(records);
  IF NOT flags_are_due AND NOT EXISTS (
    SELECT FROM unnest(records, versions) shown (id, version)
    WHERE NOT EXISTS (SELECT FROM time_records t
      WHERE t.id = shown.id AND t.version = shown.version AND t.school_id = of_school))
  THEN
    made := medstint.make_decision(records, of_school, verdict, decider, how, reason_code, reason);
  END IF;
END
$$;

-- Who works on a record: the acting person, whether it is their own, and whether they may decide on
-- it.
CREATE OR REPLACE FUNCTION medstint.working_on(record text, OUT person text, OUT name text, OUT role public.user_role,
  OUT is_own boolean, OUT decides boolean,
    OUT student text, OUT school text, OUT day text, OUT status public.time_record_status)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.id, u.name, u.role, u.id = t.student_id,
    u.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') OR u.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR')
      AND (coalesce(u.id IN (r.preceptor_id, r.supervisor_id), false)
        OR medstint.is_deputy(u.id, r.preceptor_id, r.supervisor_id)),
    t.student_id, t.school_id, to_char(medstint.day_of(t.clock_in, s.time_zone), 'YYYY-MM-DD'), t.status
  FROM public.time_records t
  JOIN public.rotations r ON r.id = t.rotation_id
  JOIN public.clinical_sites s ON s.id = t.clinical_site_id
  JOIN public.users u ON u.id = medstint.acting_user_id() AND u.is_active
  WHERE t.id = record
    AND (t.school_id = medstint.current_school_id() OR medstint.current_user_id() IS NULL
    AND u.school_id = t.school_id)
$$;

-- Whether something is asked about a record, or proposed for it: it is not approved in passing.
-- Only people who may see the record get the answer.
CREATE OR REPLACE FUNCTION medstint.waits(record text) RETURNS boolean
  LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM public.time_record_questions q WHERE q.time_record_id = record AND q.answered_at IS NULL)
    OR EXISTS (SELECT FROM public.time_record_corrections c WHERE c.time_record_id = record AND c.status = 'PROPOSED')
$$;
