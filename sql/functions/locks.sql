-- Row locks that keep two writers apart. ARCHITECTURE.md, "Lock order", gives their order.
--
-- A turn is a row of `medstint.turns` that a transaction locks until it ends (hold_turns). It
-- stands in for rows that do not exist yet, such as the next punch. Turns are not advisory locks,
-- because any role that can connect could take those and block every punch. Only the database's own
-- functions can reach the table, and none takes a turn without a session, a kiosk's credential or a
-- trusted role (tests/turns.rs). Missing rows are created on demand. Locking a row writes no new
-- version, so the table does not grow.
--
-- Steps and forms over several rows lock all rows before they write the first (hold_targets here,
-- lock_rows in src/store/command): the triggers of that first row take the flags turn. A row whose
-- flags are computed is written twice in its transaction. PostgreSQL then checks its foreign keys
-- again, so their targets are locked first (hold_for_change). Triggers that take the flags turn
-- begin with f_, so that they come last in a statement.

-- Holds what a change is judged by, before it is judged (the trigger's name comes first): for a
-- decision the rotation, which may be completed, and the person who decides, with the delegations
-- that let them; where flags are computed, the keys that the record refers to, which PostgreSQL
-- checks again when the flags are written, and then they would be waited for.
CREATE OR REPLACE FUNCTION medstint.hold_for_change() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
  people text[];
  held record;
  gone text;
BEGIN
  SELECT array_agg(DISTINCT n.rotation_id) AS rotations, array_agg(DISTINCT n.student_id) AS students,
    array_agg(DISTINCT n.clinical_site_id) AS sites,
    array_agg(DISTINCT n.rotation_id) FILTER (WHERE n.status <> o.status) AS decided,
    array_agg(DISTINCT n.approved_by) FILTER (WHERE n.status <> o.status AND n.status <> 'PENDING') AS deciders,
    array_agg(n.id) FILTER (WHERE n.status <> o.status AND n.status = 'PENDING') AS undone
  INTO held
  FROM new_rows n FULL JOIN old_rows o ON o.id = n.id
  WHERE (n.flags::text, n.triage) IS NOT DISTINCT FROM (o.flags::text, o.triage)
    AND (n.status IS DISTINCT FROM o.status OR medstint.flags_may_differ(o, n));
  IF held.rotations IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM FROM public.rotations r WHERE r.id = ANY (held.decided) ORDER BY r.id FOR NO KEY UPDATE;
  PERFORM FROM public.rotations r WHERE r.id = ANY (held.rotations) ORDER BY r.id FOR KEY SHARE;
  PERFORM FROM public.users u WHERE u.id = ANY (held.students) ORDER BY u.id FOR KEY SHARE;
  PERFORM FROM public.clinical_sites s WHERE s.id = ANY (held.sites) ORDER BY s.id FOR KEY SHARE;
  IF held.decided IS NULL THEN
    RETURN NULL;
  END IF;
  people := array_append(held.deciders, medstint.acting_user_id());
  PERFORM FROM public.users u WHERE u.id = ANY (people) AND u.role <> 'STUDENT' ORDER BY u.id FOR SHARE;
  PERFORM FROM public.delegations d WHERE d.to_user_id = ANY (people) AND d.revoked_at IS NULL
    ORDER BY d.id FOR SHARE;
  IF held.undone IS NOT NULL THEN
    -- What is pending waits in the school of its student, for the administrators to find it.
    SELECT n.id INTO gone FROM new_rows n JOIN public.users u ON u.id = n.student_id
    WHERE n.id = ANY (held.undone) AND u.school_id IS DISTINCT FROM n.school_id LIMIT 1;
    IF gone IS NOT NULL THEN
      RAISE EXCEPTION 'time record %: the student has left the school', gone
        USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_student_has_left';
    END IF;
  END IF;
  RETURN NULL;
END
$$;

-- Holds what records refer to, which PostgreSQL checks again when their flags are written in the
-- transaction that wrote them before.
CREATE OR REPLACE FUNCTION medstint.hold_references(records text[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
BEGIN
  PERFORM FROM public.rotations r
    WHERE r.id IN (SELECT t.rotation_id FROM public.time_records t WHERE t.id = ANY (records))
    ORDER BY r.id FOR KEY SHARE;
  PERFORM FROM public.users u WHERE u.id IN (SELECT t.student_id FROM public.time_records t WHERE t.id = ANY (records))
    ORDER BY u.id FOR KEY SHARE;
  PERFORM FROM public.clinical_sites s
    WHERE s.id IN (SELECT t.clinical_site_id FROM public.time_records t WHERE t.id = ANY (records))
    ORDER BY s.id FOR KEY SHARE;
END
$$;

-- Holds turns of one kind until the transaction ends. A row that is missing is made first: a second
-- transaction that makes the same row waits for the first one. Missing rows are made before any row
-- is locked, and both happen in the order of the ids, so that two transactions never wait for each
-- other here.
CREATE OR REPLACE FUNCTION medstint.hold_turns(of_kind text, ids text[], is_shared boolean DEFAULT false) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- One turn is the usual case, and its row exists from the second time on.
  IF cardinality(ids) = 1 AND NOT is_shared THEN
    PERFORM FROM medstint.turns t WHERE t.kind = of_kind AND t.id = ids[1] FOR UPDATE;
    IF FOUND THEN
      RETURN;
    END IF;
  END IF;
  IF (SELECT count(*) FROM medstint.turns t WHERE t.kind = of_kind AND t.id = ANY (ids))
     < (SELECT count(DISTINCT i) FROM unnest(ids) AS i) THEN
    INSERT INTO medstint.turns (kind, id)
    SELECT of_kind, i FROM unnest(ids) AS i WHERE i IS NOT NULL GROUP BY i ORDER BY i
    ON CONFLICT DO NOTHING;
  END IF;
  IF is_shared THEN
    PERFORM FROM medstint.turns t WHERE t.kind = of_kind AND t.id = ANY (ids) ORDER BY t.id FOR SHARE;
  ELSE
    PERFORM FROM medstint.turns t WHERE t.kind = of_kind AND t.id = ANY (ids) ORDER BY t.id FOR UPDATE;
  END IF;
END
$$;

-- Holds what deployments made, all that taking them back deletes: criteria, then their
-- competencies, then assignments.
CREATE OR REPLACE FUNCTION medstint.hold_deployed(deployments text[], school text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  made jsonb[];
BEGIN
  PERFORM medstint.hold_turns('deployments', ARRAY(SELECT DISTINCT d.template_id || ' in ' || school
    FROM public.competency_deployments d WHERE d.id = ANY (deployments) AND d.school_id = school));
  made := ARRAY(SELECT d.rollback_data::jsonb FROM public.competency_deployments d
    WHERE d.id = ANY (deployments) AND d.school_id = school AND d.rollback_data IS NOT NULL);
  PERFORM FROM public.rubric_criteria k WHERE k.school_id = school
    AND k.id IN (SELECT jsonb_array_elements_text(m -> 'criteria') FROM unnest(made) m) ORDER BY k.id FOR UPDATE;
  PERFORM FROM public.competencies c WHERE c.school_id = school
    AND c.id IN (SELECT jsonb_array_elements_text(m -> 'competencies') FROM unnest(made) m) ORDER BY c.id FOR UPDATE;
  PERFORM FROM public.competency_assignments a WHERE a.school_id = school
    AND a.id IN (SELECT jsonb_array_elements_text(m -> 'assignments') FROM unnest(made) m) ORDER BY a.id FOR UPDATE;
END
$$;

-- Holds everything that a step over these rows is going to write, in order: rows of the school that
-- one works in, and of a student only their own assessments.
CREATE OR REPLACE FUNCTION medstint.hold_targets(kind text, targets text[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
  staff constant boolean := coalesce(me.role <> 'STUDENT', false);
  administers constant boolean := coalesce(me.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN'), false);
  records text[];
BEGIN
  CASE kind
  WHEN 'time_records' THEN
    records := ARRAY(SELECT t.id FROM public.time_records t WHERE t.id = ANY (targets) AND t.school_id = me.school_id
      AND staff
      ORDER BY t.id FOR NO KEY UPDATE);
  WHEN 'time_record_corrections' THEN
    records := ARRAY(SELECT t.id FROM public.time_records t WHERE t.school_id = me.school_id AND staff
      AND t.id IN (SELECT c.time_record_id FROM public.time_record_corrections c WHERE c.id = ANY (targets))
      ORDER BY t.id FOR NO KEY UPDATE);
    PERFORM FROM public.time_record_corrections c WHERE c.id = ANY (targets) AND c.school_id = me.school_id AND staff
      ORDER BY c.id FOR NO KEY UPDATE;
  WHEN 'rotations' THEN
    PERFORM FROM public.rotations r WHERE r.id = ANY (targets) AND r.school_id = me.school_id AND staff
      ORDER BY r.id FOR NO KEY UPDATE;
  WHEN 'users' THEN
    -- Like a change of a role (hold_roles): the turn first, then the rows.
    PERFORM medstint.hold_roles_turn() WHERE administers;
    PERFORM FROM public.users u WHERE u.id = ANY (targets) AND u.school_id = me.school_id AND administers
      ORDER BY u.id FOR NO KEY UPDATE;
  WHEN 'assessments' THEN
    PERFORM FROM public.assessments a WHERE a.id = ANY (targets) AND a.school_id = me.school_id
      AND (staff OR a.assessor_id = me.user_id) ORDER BY a.id FOR NO KEY UPDATE;
    PERFORM FROM public.competency_assignments c
      WHERE c.school_id = me.school_id AND (staff OR c.user_id = me.user_id)
      AND (c.user_id, c.competency_id) IN (
        SELECT a.student_id, a.competency_id FROM public.assessments a WHERE a.id = ANY (targets))
      ORDER BY c.id FOR NO KEY UPDATE;
  WHEN 'competency_deployments' THEN
    PERFORM FROM public.competency_deployments d WHERE d.id = ANY (targets) AND d.school_id = me.school_id AND staff
      ORDER BY d.id FOR UPDATE;
    PERFORM medstint.hold_deployed(targets, me.school_id) WHERE staff;
  WHEN 'rubric_criteria' THEN
    PERFORM FROM public.rubric_criteria k WHERE k.id = ANY (targets) AND k.school_id = me.school_id AND staff
      ORDER BY k.id FOR UPDATE;
    PERFORM FROM public.competency_templates t WHERE t.school_id = me.school_id AND staff
      AND t.id IN (SELECT k.template_id FROM public.rubric_criteria k WHERE k.id = ANY (targets))
      ORDER BY t.id FOR NO KEY UPDATE;
    PERFORM FROM public.competencies c WHERE c.school_id = me.school_id AND staff
      AND c.id IN (SELECT k.competency_id FROM public.rubric_criteria k WHERE k.id = ANY (targets))
      ORDER BY c.id FOR NO KEY UPDATE;
  ELSE
    RAISE EXCEPTION 'there are no steps over %', kind USING ERRCODE = 'invalid_parameter_value';
  END CASE;
  -- What the records refer to, and who is told: for the flags of the first, nobody of
  -- the second is waited for.
  PERFORM FROM public.rotations r
    WHERE r.id IN (SELECT t.rotation_id FROM public.time_records t WHERE t.id = ANY (records))
    ORDER BY r.id FOR KEY SHARE;
  PERFORM FROM public.users u WHERE u.id IN (SELECT t.student_id FROM public.time_records t WHERE t.id = ANY (records)
      UNION SELECT c.proposed_by FROM public.time_record_corrections c WHERE c.time_record_id = ANY (records)
        AND c.status = 'PROPOSED')
    ORDER BY u.id FOR KEY SHARE;
  PERFORM FROM public.clinical_sites s
    WHERE s.id IN (SELECT t.clinical_site_id FROM public.time_records t WHERE t.id = ANY (records))
    ORDER BY s.id FOR KEY SHARE;
END
$$;
