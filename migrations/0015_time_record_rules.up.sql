-- Why: approved hours become licence hours. Which decision is legal, who may
-- make it and until when it can be undone is enforced here, whoever writes:
-- the console, a web application or somebody at a psql prompt.
--
-- SQLSTATEs: MS403 denied, MS409 not in this state, MS422 invalid. The
-- constraint name says which rule; the console turns it into a sentence.

-- What a decision rests on: whose, where, when, and with what it was punched.
CREATE FUNCTION medstint.evidence(t public.time_records) RETURNS record
  LANGUAGE sql IMMUTABLE AS $$
  SELECT ROW (t.id, t.school_id, t.student_id, t.rotation_id, t.clinical_site_id, t.date, t.clock_in, t.clock_out, t.total_hours,
    t.clock_in_latitude, t.clock_in_longitude, t.clock_in_accuracy_m, t.clock_in_source, t.clock_in_ip_address, t.clock_in_user_agent,
    t.clock_out_latitude, t.clock_out_longitude, t.clock_out_accuracy_m, t.clock_out_source, t.clock_out_ip_address, t.clock_out_user_agent)
$$;

-- Row by row: what the row itself can tell.
CREATE FUNCTION medstint.check_time_record() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'PENDING' THEN
      RAISE EXCEPTION 'a time record begins as PENDING' USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_begin_pending';
    END IF;
    NEW.version := 1;
    NEW.total_hours := coalesce(NEW.total_hours, medstint.total_hours(NEW.clock_in, NEW.clock_out));
    RETURN NEW;
  END IF;

  NEW.version := OLD.version + 1;
  NEW.updated_at := now();
  IF (NEW.clock_in, NEW.clock_out) IS DISTINCT FROM (OLD.clock_in, OLD.clock_out)
     AND NEW.total_hours IS NOT DISTINCT FROM OLD.total_hours THEN
    NEW.total_hours := medstint.total_hours(NEW.clock_in, NEW.clock_out);
  END IF;

  IF NEW.status = OLD.status THEN
    IF OLD.status <> 'PENDING' AND
       (medstint.evidence(NEW) IS DISTINCT FROM medstint.evidence(OLD)
        OR (NEW.approved_by, NEW.approved_at, NEW.decision_kind, NEW.decision_reason_code, NEW.decision_reason)
           IS DISTINCT FROM
           (OLD.approved_by, OLD.approved_at, OLD.decision_kind, OLD.decision_reason_code, OLD.decision_reason)) THEN
      RAISE EXCEPTION 'time record % is decided; undo the decision before changing it', OLD.id
        USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_decided_is_frozen';
    END IF;
    RETURN NEW;
  END IF;

  -- A step changes nothing else: what was decided is what was seen.
  IF medstint.evidence(NEW) IS DISTINCT FROM medstint.evidence(OLD)
     OR (NEW.activities, NEW.notes) IS DISTINCT FROM (OLD.activities, OLD.notes) THEN
    RAISE EXCEPTION 'a decision does not change the record that it is about'
      USING ERRCODE = 'MS422', CONSTRAINT = 'time_records_decision_changes_nothing_else';
  END IF;

  IF NEW.status = 'PENDING' THEN
    NEW.approved_by := NULL; NEW.approved_at := NULL;
    NEW.decision_kind := NULL; NEW.decision_reason_code := NULL;
  ELSIF OLD.status = 'PENDING' THEN
    NEW.approved_at := clock_timestamp();
    NEW.decision_kind := coalesce(NEW.decision_kind, 'BY_HAND');
  ELSE
    RAISE EXCEPTION 'time record % is % and cannot become %', OLD.id, OLD.status, NEW.status
      USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_undo_first', HINT = 'Undo the decision first.';
  END IF;
  RETURN NEW;
END
$$;

-- Hours with two decimals, half up; NULL where four digits cannot hold them.
CREATE FUNCTION medstint.total_hours(clock_in timestamptz, clock_out timestamptz) RETURNS numeric
  LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN h BETWEEN 0 AND 99.99 THEN h END
  FROM (SELECT round((extract(epoch FROM clock_out - clock_in) / 3600)::numeric, 2) AS h) x
$$;

CREATE TRIGGER b_check_time_record BEFORE INSERT OR UPDATE ON time_records
  FOR EACH ROW EXECUTE FUNCTION medstint.check_time_record();

-- How long after it a role may undo its own decision; NULL is without limit,
-- and anybody's decision. Roles that are not named may not undo.
CREATE FUNCTION medstint.undo_limit(role public.user_role, OUT may boolean, OUT within interval)
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR', 'SCHOOL_ADMIN', 'SUPER_ADMIN'),
    CASE role WHEN 'CLINICAL_PRECEPTOR' THEN interval '15 minutes' WHEN 'CLINICAL_SUPERVISOR' THEN interval '24 hours' END
$$;

-- Whole statement: who decided, and may they; then the decision is kept.
-- Nested loops are off because a plan made for three rows would be used again,
-- for the life of the connection, for ten thousand. JIT is off with them: the
-- planner prices a nested loop that it cannot avoid so high that it would spend
-- a second compiling a statement for one row.
CREATE FUNCTION medstint.record_decisions() RETURNS trigger
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

CREATE TRIGGER a_record_decisions AFTER UPDATE ON time_records
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.record_decisions();

-- A decision that has been made is history.
CREATE FUNCTION medstint.refuse_change() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'MS403', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END
$$;
CREATE TRIGGER a_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON time_record_decisions
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.refuse_change();
