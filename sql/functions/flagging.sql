-- When flags are computed again: after a record, a rotation, a site or a policy changed.
--
-- Flags of a school are computed by one transaction at a time (a turn, taken after its own row
-- locks; its holder waits for no row). Rows locked by another transaction are skipped, because a
-- writer of evidence computes their flags next: two simultaneous punches see each other, and there
-- are no deadlocks. Skipped rows are recorded in flags_due, in case that writer rolls back or writes
-- only what flags don't follow from: the next computation in the school includes them, and they
-- can't be approved before.
--
-- Changes to a whole site, program or school compute flags at commit, so that rehearsing a form is
-- free.

-- Brings the flags of pending records up to date, with the turns of their schools.
CREATE OR REPLACE FUNCTION medstint.reflag(records text[], own text[] DEFAULT '{}') RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  schools constant text[] := ARRAY(SELECT DISTINCT t.school_id FROM public.time_records t WHERE t.id = ANY (records));
BEGIN
  IF coalesce(cardinality(records), 0) = 0 THEN
    RETURN 0;
  END IF;
  PERFORM medstint.hold_flags(schools);
  RETURN medstint.write_flags(records, own, schools);
END
$$;

-- The same for a transaction that holds the turns of these schools. Rows locked by another
-- transaction are skipped and noted in flags_due. An UPDATE of no rows would still fire every
-- statement trigger of the table, so there is none where all flags are as they were.
CREATE OR REPLACE FUNCTION medstint.write_flags(records text[], own text[], schools text[]) RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
    SET enable_seqscan = off
  SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  due text[] := records;
  locked text[];
  passed text[];
  changed record;
BEGIN
  IF EXISTS (SELECT FROM medstint.flags_due d WHERE d.school_id = ANY (schools)) THEN
    -- At most 500, so that the next writer does not wait for all of them.
    WITH taken AS (
      DELETE FROM medstint.flags_due d
      WHERE d.time_record_id
        = ANY (ARRAY(SELECT x.time_record_id FROM medstint.flags_due x WHERE x.school_id = ANY (schools) LIMIT 500))
        OR d.time_record_id = ANY (records)
      RETURNING d.time_record_id)
    SELECT array_agg(taken.time_record_id) INTO due FROM taken;
    due := ARRAY(SELECT unnest(records) UNION SELECT unnest(due));
  END IF;
  locked := ARRAY(SELECT t.id FROM public.time_records t WHERE t.id = ANY (due) AND t.status = 'PENDING'
    ORDER BY t.id FOR NO KEY UPDATE SKIP LOCKED);
  IF cardinality(locked) < cardinality(due) THEN
    passed := ARRAY(SELECT unnest(due) EXCEPT SELECT unnest(locked));
    INSERT INTO medstint.flags_due
    SELECT t.id, t.school_id FROM public.time_records t WHERE t.id = ANY (passed) AND t.status = 'PENDING'
    ON CONFLICT DO NOTHING;
  END IF;
  SELECT array_agg(f.id) AS ids, array_agg(f.flags) AS flags, array_agg(f.triage) AS triages INTO changed
  FROM medstint.flags_of(locked) f JOIN public.time_records t ON t.id = f.id
  WHERE t.id = ANY (locked) AND (t.flags, t.triage) IS DISTINCT FROM (f.flags, f.triage);
  IF changed.ids IS NULL THEN
    RETURN 0;
  END IF;
  UPDATE public.time_records t
  SET flags = f.flags, triage = f.triage, version = t.version + CASE WHEN o.id IS NULL THEN 1 ELSE 0 END
  FROM unnest(changed.ids, changed.flags, changed.triages) AS f (id, flags, triage)
  LEFT JOIN unnest(own) o (id) ON o.id = f.id
  WHERE t.id = f.id AND t.id = ANY (changed.ids) AND t.status = 'PENDING';
  RETURN cardinality(changed.ids);
END
$$;

-- What a decision locked and left pending: a writer that computed flags in the meantime left it to
-- the decision.
CREATE OR REPLACE FUNCTION medstint.reflag_left(records text[]) RETURNS bigint
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.reflag(ARRAY(SELECT t.id FROM public.time_records t
    WHERE t.id = ANY (records) AND t.school_id = medstint.current_school_id()))
$$;

CREATE OR REPLACE FUNCTION medstint.reflag_due(records text[]) RETURNS bigint
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.reflag(ARRAY(SELECT d.time_record_id FROM medstint.flags_due d
    WHERE d.time_record_id = ANY (records) AND (medstint.is_trusted() OR d.school_id = medstint.current_school_id())))
$$;

-- The first trigger that fires flags everything that the transaction wants, with the turns of all
-- its schools in their order. A transaction that reads flags or decides after changing them says
-- SET CONSTRAINTS ALL IMMEDIATE before.
CREATE OR REPLACE FUNCTION medstint.reflag_wanted() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
  sites text[];
  programs text[];
  schools text[];
  records text[];
BEGIN
  WITH wanted AS (DELETE FROM medstint.flags_wanted w WHERE w.wanted_in = NEW.wanted_in
    RETURNING w.table_name, w.row_id)
  SELECT array_agg(row_id) FILTER (WHERE table_name = 'clinical_sites'),
    array_agg(row_id) FILTER (WHERE table_name = 'programs'),
    array_agg(row_id) FILTER (WHERE table_name = 'school_policies'),
    array_agg(row_id) FILTER (WHERE table_name = 'time_records') INTO sites, programs, schools, records
  FROM wanted;
  IF sites IS NULL AND programs IS NULL AND schools IS NULL AND records IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM medstint.hold_flags(ARRAY(
    SELECT s.school_id FROM public.clinical_sites s WHERE s.id = ANY (sites)
    UNION SELECT t.school_id FROM public.time_records t
      WHERE t.clinical_site_id = ANY (sites) AND t.status = 'PENDING'
    UNION SELECT p.school_id FROM public.programs p WHERE p.id = ANY (programs)
    UNION SELECT t.school_id FROM public.time_records t WHERE t.id = ANY (records)
    UNION SELECT unnest(schools)));
  PERFORM medstint.reflag(ARRAY(
    SELECT t.id FROM public.time_records t WHERE t.clinical_site_id = ANY (sites) AND t.status = 'PENDING'
    UNION SELECT t.id FROM public.users u JOIN public.time_records t ON t.student_id = u.id AND t.status = 'PENDING'
      WHERE u.program_id = ANY (programs)
    UNION SELECT t.id FROM public.time_records t WHERE t.school_id = ANY (schools) AND t.status = 'PENDING'
    UNION SELECT unnest(records)
    UNION SELECT medstint.neighbours(array_agg(DISTINCT t.student_id), array_agg(t.school_id), array_agg(p.address),
      array_agg(p.device), array_agg(p.at))
      FROM public.time_records t
      CROSS JOIN LATERAL (VALUES (t.clock_in_ip_address, t.clock_in_user_agent, t.clock_in),
        (t.clock_out_ip_address, t.clock_out_user_agent, t.clock_out)) p (address, device, at)
      WHERE t.id = ANY (records)), coalesce(records, '{}'));
  RETURN NULL;
END
$$;

-- Whether the flags of any of these records were skipped, for a person about to decide on them; and
-- what is to be done then, in a transaction that holds nothing else.
CREATE OR REPLACE FUNCTION medstint.are_flags_due(records text[]) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM medstint.flags_due d
    WHERE d.school_id = medstint.current_school_id() AND d.time_record_id = ANY (records))
$$;

-- For decisions that do not ask that. FUTURE rests on when the record was last written, which
-- is now.
CREATE OR REPLACE FUNCTION medstint.refuse_flags_due() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
DECLARE
  due text[];
  refused text;
BEGIN
  IF NOT EXISTS (SELECT FROM medstint.flags_due) THEN
    RETURN NULL;
  END IF;
  due := ARRAY(SELECT n.id FROM new_rows n JOIN medstint.flags_due d ON d.time_record_id = n.id
    JOIN old_rows o ON o.id = n.id
    WHERE n.status = 'APPROVED' AND o.status = 'PENDING');
  IF cardinality(due) > 0 THEN
    SELECT n.id INTO refused
    FROM medstint.flags_of(due) f JOIN new_rows n ON n.id = f.id
    CROSS JOIN LATERAL (SELECT jsonb_agg(x) AS flags FROM jsonb_array_elements(f.flags::jsonb) x
      WHERE x ->> 'code' <> 'FUTURE') now_flags
    CROSS JOIN LATERAL (SELECT jsonb_agg(x) AS flags FROM jsonb_array_elements(n.flags::jsonb) x
      WHERE x ->> 'code' <> 'FUTURE') kept
    WHERE now_flags.flags IS DISTINCT FROM kept.flags
    LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'time record %: its flags are out of date', refused
        USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_flags_are_due',
        HINT = 'medstint.reflag_due(records) brings them up to date.';
    END IF;
  END IF;
  RETURN NULL;
END
$$;

-- Serializes flagging in a school: the second writer sees what the first wrote.
CREATE OR REPLACE FUNCTION medstint.hold_flags(schools text[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.hold_turns('flags', schools);
END
$$;

-- Notes what was written, where its flags are found later, and says whether it did.
CREATE OR REPLACE FUNCTION medstint.put_flags_off(records text[]) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM medstint.kiosk_acts a
    WHERE a.transaction_id = pg_current_xact_id_if_assigned() AND a.puts_flags_off) THEN
    RETURN false;
  END IF;
  INSERT INTO medstint.flags_wanted (table_name, row_id) SELECT 'time_records', unnest(records) ON CONFLICT
    DO NOTHING;
  RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION medstint.begin_flags() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor text := medstint.acting_user_id();
BEGIN
  -- Only the owner, who imports, says that it was recorded at another time.
  -- In here current_user is the owner.
  IF NOT pg_has_role(session_user, current_user, 'MEMBER') THEN
    NEW.created_at := now();
  END IF;
  NEW.editors := CASE WHEN actor <> NEW.student_id THEN ARRAY[actor] ELSE '{}' END;
  NEW.flags := '[]';
  NEW.triage := CASE WHEN NEW.clock_out IS NULL THEN 0 ELSE 3 END;
  NEW.edited_at := NULL;
  NEW.clock_in_is_edited := false;
  NEW.clock_out_is_edited := false;
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.flag_after_delete() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
BEGIN
  PERFORM medstint.hold_flags(ARRAY(SELECT DISTINCT o.school_id FROM old_rows o));
  PERFORM medstint.reflag(ARRAY(
    SELECT medstint.neighbours(array_agg(DISTINCT o.student_id), array_agg(o.school_id), array_agg(p.address),
      array_agg(p.device), array_agg(p.at))
    FROM old_rows o
      CROSS JOIN LATERAL (VALUES (o.clock_in_ip_address, o.clock_in_user_agent, o.clock_in),
      (o.clock_out_ip_address, o.clock_out_user_agent, o.clock_out)) p (address, device, at)));
  RETURN NULL;
END
$$;

-- What flags follow from: the columns of a record that the rules read, of itself and of its
-- neighbours. A change of any other column computes no flags and takes no turn. Two more have rules
-- of their own: `status` below, and `updated_at`, which every write renews: FUTURE is computed for
-- the write that brought the time. A new column stands here, or in tests/flag_columns.rs.
CREATE OR REPLACE FUNCTION medstint.flags_may_differ(old_record public.time_records, new_record public.time_records)
  RETURNS boolean
  LANGUAGE sql IMMUTABLE AS $$
  SELECT medstint.evidence_differs(old_record, new_record)
    OR (new_record.is_offline, new_record.clock_is_unverified, new_record.created_at, new_record.edited_at,
      new_record.clock_in_is_edited, new_record.clock_out_is_edited)
    IS DISTINCT FROM (old_record.is_offline, old_record.clock_is_unverified, old_record.created_at,
      old_record.edited_at, old_record.clock_in_is_edited, old_record.clock_out_is_edited)
$$;

-- An approval changes nobody's flags. A rejection, its undo, and every change of evidence do. Other
-- changes do not, unless the record was skipped before (flags_due): then its flags are computed.
CREATE OR REPLACE FUNCTION medstint.flag_changed_records() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
DECLARE
  moved record;
  own text[];
BEGIN
  SELECT array_agg(n.id) FILTER (WHERE n.status = 'PENDING' AND o.flags = n.flags AND x.is_moved) AS own,
    array_agg(n.id) FILTER (WHERE n.status = 'PENDING' AND o.flags = n.flags AND NOT x.is_moved
      AND n.id IN (SELECT d.time_record_id FROM medstint.flags_due d)) AS due,
    array_agg(DISTINCT n.student_id) FILTER (WHERE x.is_moved)
      || array_agg(DISTINCT o.student_id) FILTER (WHERE x.is_moved) AS students,
    array_agg(DISTINCT n.school_id) FILTER (WHERE o.flags = n.flags) AS schools,
    array_agg(n.id) FILTER (WHERE x.is_moved) AS ids
  INTO moved
  FROM new_rows n JOIN old_rows o USING (id)
  CROSS JOIN LATERAL (SELECT coalesce(CASE
    WHEN n.status <> o.status THEN 'REJECTED' IN (o.status, n.status) OR n.status = 'PENDING'
    WHEN o.flags = n.flags THEN medstint.flags_may_differ(o, n) END, false) AS is_moved) x;
  IF moved.ids IS NULL AND moved.due IS NULL THEN
    RETURN NULL;
  END IF;
  own := coalesce(moved.own, '{}') || moved.due;
  IF medstint.put_flags_off(own || moved.ids) THEN
    RETURN NULL;
  END IF;
  PERFORM medstint.hold_references(moved.due) WHERE moved.due IS NOT NULL;
  PERFORM medstint.hold_flags(moved.schools);
  PERFORM medstint.write_flags(ARRAY(
    SELECT unnest(own) UNION
    SELECT medstint.neighbours(moved.students, array_agg(r.school_id), array_agg(p.address), array_agg(p.device),
      array_agg(p.at))
    FROM (SELECT * FROM old_rows o WHERE o.id = ANY (moved.ids) UNION ALL SELECT * FROM new_rows n
      WHERE n.id = ANY (moved.ids)) r
    CROSS JOIN LATERAL (VALUES (r.clock_in_ip_address, r.clock_in_user_agent, r.clock_in),
      (r.clock_out_ip_address, r.clock_out_user_agent, r.clock_out)) p (address, device, at)
    WHERE p.address IS NOT NULL AND p.at IS NOT NULL), own, moved.schools);
  RETURN NULL;
END
$$;

-- New records, and those of the same students around them, are flagged when the transaction
-- commits.
CREATE OR REPLACE FUNCTION medstint.flag_new_records() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
  own text[];
  students text[];
  schools text[];
BEGIN
  SELECT array_agg(n.id), array_agg(DISTINCT n.student_id), array_agg(DISTINCT n.school_id)
  INTO own, students, schools FROM new_rows n;
  IF medstint.put_flags_off(own) THEN
    RETURN NULL;
  END IF;
  PERFORM medstint.hold_flags(schools);
  PERFORM medstint.write_flags(ARRAY(
    SELECT unnest(own) UNION
    SELECT medstint.neighbours(students, array_agg(n.school_id), array_agg(p.address), array_agg(p.device),
      array_agg(p.at))
    FROM new_rows n
      CROSS JOIN LATERAL (VALUES (n.clock_in_ip_address, n.clock_in_user_agent, n.clock_in),
      (n.clock_out_ip_address, n.clock_out_user_agent, n.clock_out)) p (address, device, at)
    WHERE p.address IS NOT NULL AND p.at IS NOT NULL), own, schools);
  RETURN NULL;
END
$$;

-- A student's program changes few records; they are looked at at once.
CREATE OR REPLACE FUNCTION medstint.flag_pending_of() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
  changed jsonb := coalesce(to_jsonb(NEW), to_jsonb(OLD));
BEGIN
  IF TG_TABLE_NAME = 'users' THEN
    PERFORM medstint.reflag(ARRAY(SELECT t.id FROM public.time_records t
      WHERE t.student_id = changed ->> 'id' AND t.status = 'PENDING'));
  ELSE
    INSERT INTO medstint.flags_wanted (table_name, row_id)
    VALUES (TG_TABLE_NAME, changed ->> CASE TG_TABLE_NAME WHEN 'school_policies' THEN 'school_id' ELSE 'id' END)
      ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.flag_rotations() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
  rotations text[];
BEGIN
  SELECT array_agg(n.id) INTO rotations FROM new_rows n JOIN old_rows o USING (id)
  WHERE (n.start_date, n.end_date, n.status, n.required_hours, n.completed_hours >= n.required_hours)
    IS DISTINCT FROM (o.start_date, o.end_date, o.status, o.required_hours, o.completed_hours >= o.required_hours);
  IF rotations IS NOT NULL THEN
    PERFORM medstint.reflag(ARRAY(SELECT t.id FROM public.time_records t
      WHERE t.rotation_id = ANY (rotations) AND t.status = 'PENDING'));
  END IF;
  RETURN NULL;
END
$$;

-- Records whose flags rest on a site's locations are flagged again when the transaction commits.
CREATE OR REPLACE FUNCTION medstint.flag_sites() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
  sites text[];
BEGIN
  IF TG_OP = 'DELETE' THEN
    SELECT array_agg(DISTINCT clinical_site_id) INTO sites FROM old_rows;
  ELSIF TG_OP = 'INSERT' THEN
    SELECT array_agg(DISTINCT clinical_site_id) INTO sites FROM new_rows;
  ELSE
    SELECT array_agg(DISTINCT n.clinical_site_id) || array_agg(DISTINCT o.clinical_site_id) INTO sites FROM new_rows n
      JOIN old_rows o USING (id)
    WHERE (n.clinical_site_id, n.latitude, n.longitude, n.radius_m, n.is_active, n.name)
      IS DISTINCT FROM (o.clinical_site_id, o.latitude, o.longitude, o.radius_m, o.is_active, o.name);
  END IF;
  INSERT INTO medstint.flags_wanted (table_name, row_id) SELECT DISTINCT 'clinical_sites', unnest(sites) ON CONFLICT
    DO NOTHING;
  RETURN NULL;
END
$$;

-- Flags belong to the database: what a client writes there is ignored.
CREATE OR REPLACE FUNCTION medstint.keep_flags() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT pg_has_role(current_user, (SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID), 'MEMBER') THEN
    NEW.flags := OLD.flags;
    NEW.triage := OLD.triage;
    NEW.edited_at := OLD.edited_at;
    NEW.editors := OLD.editors;
    NEW.clock_in_is_edited := OLD.clock_in_is_edited;
    NEW.clock_out_is_edited := OLD.clock_out_is_edited;
    NEW.possible_punchers := OLD.possible_punchers;
    -- When it was recorded, and that a kiosk was offline, does not change.
    NEW.created_at := OLD.created_at;
    NEW.is_offline := OLD.is_offline OR NEW.is_offline;
    NEW.clock_is_unverified := OLD.clock_is_unverified OR NEW.clock_is_unverified;
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.replay(instead jsonb, OUT records bigint, OUT flagged bigint, OUT approved bigint,
  OUT cleared bigint, OUT codes text, OUT is_part boolean)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
  -- What a person waits a second or two for.
  most constant integer := 5000;
  tried text[];
BEGIN
  IF NOT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'only administrators may try a policy' USING ERRCODE = '42501';
  END IF;
  SELECT coalesce(array_agg(x.id), '{}') INTO tried FROM (
    SELECT t.id FROM public.time_records t
    WHERE t.school_id = medstint.current_school_id() AND t.clock_in > now() - interval '90 days'
      AND t.clock_in <= now()
    ORDER BY t.clock_in DESC, t.id DESC LIMIT most + 1) x;
  is_part := cardinality(tried) > most;
  tried := tried[:most];
  WITH before AS (
    SELECT f.id, f.flags::jsonb AS flags FROM medstint.flags_of(tried) f),
  after AS (
    SELECT f.id, f.flags::jsonb AS flags FROM medstint.flags_of(tried, instead) f),
  codes_of AS (
    SELECT a.id, x.code, true AS is_new
      FROM after a, jsonb_array_elements(a.flags) e, LATERAL (SELECT e ->> 'code') x (code)
    WHERE NOT EXISTS (SELECT FROM before b, jsonb_array_elements(b.flags) o
      WHERE b.id = a.id AND o ->> 'code' = x.code)
    UNION ALL
    SELECT b.id, x.code, false FROM before b, jsonb_array_elements(b.flags) e, LATERAL (SELECT e ->> 'code') x (code)
    WHERE NOT EXISTS (SELECT FROM after a, jsonb_array_elements(a.flags) o
      WHERE a.id = b.id AND o ->> 'code' = x.code))
  SELECT cardinality(tried), count(DISTINCT c.id) FILTER (WHERE c.is_new),
    count(DISTINCT c.id) FILTER (WHERE c.is_new AND t.status = 'APPROVED'),
      count(DISTINCT c.id) FILTER (WHERE NOT c.is_new),
    (SELECT string_agg(y.code || ' ' || y.number, ', ' ORDER BY y.number DESC, y.code) FROM (
      SELECT z.code, count(*) AS number FROM codes_of z WHERE z.is_new GROUP BY z.code) y)
  INTO records, flagged, approved, cleared, codes
  FROM codes_of c JOIN public.time_records t ON t.id = c.id;
END
$$;
