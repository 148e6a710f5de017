-- Why: on a slow path every statement is a wait of its own, and entering the session is
-- one of them. These functions enter and do the rest in one statement. They run as the
-- caller, and plan and evaluate nothing before they have entered: a policy that was asked
-- earlier would know of no session and hide every row, and an empty list would look like
-- "nothing pending". The time limit of a statement is set with BEGIN, since a limit that
-- is set within a statement holds only for the next one.

-- A token in two halves: the mask is set by the message that begins the transaction, and
-- the masked token is a parameter of a later statement. A server that logs a slow
-- statement logs its parameters; the mask is in the text of a fast one. Neither half says
-- anything by itself. A masked token begins with its salt: one mask hides several.
CREATE FUNCTION medstint.unmasked(masked text) RETURNS text
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mask constant text := current_setting('medstint.mask', true);
  pad text;
  token text := '';
BEGIN
  IF (masked ~ '^[0-9a-f]{96}$' AND mask ~ '^[0-9a-f]{64}$') IS NOT TRUE THEN
    RETURN NULL;
  END IF;
  pad := encode(sha256(decode(mask || left(masked, 32), 'hex')), 'hex');
  FOR n IN 0 .. 3 LOOP
    token := token || lpad(to_hex(('x' || substr(masked, 33 + 16 * n, 16))::bit(64)::bigint
      # ('x' || substr(pad, 1 + 16 * n, 16))::bit(64)::bigint), 16, '0');
  END LOOP;
  RETURN token;
END
$$;

-- Reads the rows of a list around a key. The store puts the statements together; their
-- parameters are the values that were asked for, the key, and how many rows.
--   forward, backward: rows (key, id, record) from the key on, and before it, nearest first
--   finding: the record of the key, wherever it stands now
--   counting: how many rows come before the key
-- An empty key is none. One row more than asked for says that there are more. The last
-- row of the answer has the key at which the record was found, and the counts.
CREATE FUNCTION medstint.read_page(session_token text, forward text, backward text, finding text, counting text,
    given text[], at_key text[], since_key text[], rows_below bigint, rows_above bigint)
  RETURNS TABLE (part text, key text[], id text, record text, counted bigint, counted_since bigint)
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  place text[] := at_key;
  found_row record;
  other_row record;
  is_checked boolean := finding IS NULL;
  is_elsewhere boolean := false;
  first_key text[];
  found_above bigint := 0;
BEGIN
  PERFORM medstint.enter(session_token);
  part := 'below';
  IF forward IS NOT NULL THEN
    FOR found_row IN EXECUTE forward USING given, place, rows_below + 1 LOOP
      IF NOT is_checked THEN
        is_checked := true;
        IF found_row.key <> place THEN
          EXECUTE finding INTO other_row USING given, place;
          is_elsewhere := other_row.key IS NOT NULL;
          EXIT WHEN is_elsewhere;
        END IF;
      END IF;
      key := found_row.key;
      id := found_row.id;
      record := found_row.record;
      RETURN NEXT;
    END LOOP;
    -- Nothing stands at the key or below it.
    IF NOT is_checked THEN
      EXECUTE finding INTO other_row USING given, place;
      is_elsewhere := other_row.key IS NOT NULL;
    END IF;
    IF is_elsewhere THEN
      place := other_row.key;
      FOR found_row IN EXECUTE forward USING given, place, rows_below + 1 LOOP
        key := found_row.key;
        id := found_row.id;
        record := found_row.record;
        RETURN NEXT;
      END LOOP;
    END IF;
  END IF;
  part := 'above';
  IF backward IS NOT NULL THEN
    FOR found_row IN EXECUTE backward USING given, place, rows_above + 1 LOOP
      found_above := found_above + 1;
      IF found_above <= rows_above THEN
        first_key := found_row.key;
      END IF;
      key := found_row.key;
      id := found_row.id;
      record := found_row.record;
      RETURN NEXT;
    END LOOP;
  END IF;
  counted := 0;
  counted_since := 0;
  IF counting IS NOT NULL THEN
    IF backward IS NULL OR found_above > rows_above THEN
      EXECUTE counting INTO counted USING given, coalesce(first_key, place);
    END IF;
    IF since_key <> '{}' AND since_key <> place THEN
      EXECUTE counting INTO counted_since USING given, since_key;
    END IF;
  END IF;
  part := 'counts';
  key := place;
  id := NULL;
  record := NULL;
  RETURN NEXT;
END
$$;

-- Counts the rows of a list; parameter 1 of the statement are the values asked for.
CREATE FUNCTION medstint.read_total(session_token text, counting text, given text[])
  RETURNS TABLE (counted bigint, elapsed_ms bigint, sections bigint[])
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM medstint.enter(session_token);
  RETURN QUERY EXECUTE counting USING given;
END
$$;

-- Locks records in the order of their ids, and says how they stand. A rejection, and
-- taking one back, changes the flags of the students' other pending records
-- (with_neighbours): those are locked in the same order, so that no two transactions wait
-- for each other. Everything is read once the locks are held.
CREATE FUNCTION medstint.hold_records(session_token text, records text[], of_school text, decider text,
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
      t.student_id = decider AS is_own, decider = ANY (t.editors) AS is_edited_by_me, t.triage, t.flags::json AS flags,
      medstint.waits(t.id) AS is_waiting,
      EXISTS (SELECT FROM rotations r
        WHERE r.id = t.rotation_id AND r.status = 'COMPLETED') AS hours_are_locked,
      EXISTS (SELECT FROM time_record_corrections c
        WHERE c.time_record_id = t.id AND c.status = 'PROPOSED') AS is_corrected,
      refused ->> t.id AS second_person, u.sort_name AS student,
      (SELECT a.name FROM time_record_decisions d JOIN users a ON a.id = d.decided_by
       WHERE d.time_record_id = t.id ORDER BY d.version_before DESC LIMIT 1) AS decided_by
    FROM time_records t LEFT JOIN users u ON u.id = t.student_id
    WHERE t.id = ANY (records) AND t.school_id = of_school ORDER BY t.id) held;
END
$$;

-- The one UPDATE of a decision; triggers keep the decision, the hours and the audit trail.
-- The answer has the new version of each record.
CREATE FUNCTION medstint.make_decision(records text[], of_school text, verdict text, decider text, how text,
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

-- Decides on records where all of them stand at the versions that were shown and no flags
-- are due; otherwise nothing is made. Whether each was to be decided on is up to the
-- caller, who commits or rolls back.
CREATE FUNCTION medstint.decide_at_once(session_token text, records text[], versions integer[], of_school text,
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

-- The verdict on an attempt to sign in, and who has signed in. There is nobody yet in a
-- session that waits for another password, and in a monitor's, which acts only in a
-- transaction that is read-only.
CREATE FUNCTION medstint.open_session(attempt text, OUT status text, OUT token text, OUT locked_until timestamptz,
    OUT user_id text, OUT name text, OUT email text, OUT role text, OUT school_id text, OUT school_name text,
    OUT zone text, OUT unread bigint)
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  SELECT f.status, f.token, f.locked_until INTO status, token, locked_until FROM medstint.finish_sign_in(attempt) f;
  IF status = 'ok' THEN
    -- As medstint.enter does, which would refuse those sessions and roll the sign-in back.
    PERFORM set_config('medstint.session', token, true);
    SELECT w.user_id, w.name, w.email, w.role, w.school_id, w.school_name, w.unread,
      (SELECT s.time_zone FROM schools s WHERE s.id = w.school_id)
    INTO user_id, name, email, role, school_id, school_name, unread, zone FROM medstint.whoami() w;
  END IF;
END
$$;

GRANT EXECUTE ON FUNCTION medstint.read_page(text, text, text, text, text, text[], text[], text[], bigint, bigint),
  medstint.read_total(text, text, text[]), medstint.hold_records(text, text[], text, text, boolean),
  medstint.make_decision(text[], text, text, text, text, text, text),
  medstint.decide_at_once(text, text[], integer[], text, text, boolean, text, text, text, text, text),
  medstint.open_session(text), medstint.unmasked(text) TO medstint_app;
