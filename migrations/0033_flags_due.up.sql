-- Why: rows that somebody is writing are passed over when flags are computed, since
-- whoever writes them comes to compute them next. Unless they take it back: then
-- the flags would stay as they were before a neighbour came. What was passed over is
-- written down, looked at by whoever comes next, and not approved unseen.
CREATE TABLE medstint.flags_due (
  -- Without a reference: checking one would wait for the very row.
  time_record_id text PRIMARY KEY,
  school_id      text NOT NULL
);
CREATE INDEX flags_due_of_school ON medstint.flags_due (school_id);
-- It is nearly always empty, and emptied as soon as it is not.
ALTER TABLE medstint.flags_due SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);

-- As before, and: what was passed over.
CREATE OR REPLACE FUNCTION medstint.reflag(records text[], own text[] DEFAULT '{}') RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
  schools text[] := ARRAY(SELECT DISTINCT t.school_id FROM public.time_records t WHERE t.id = ANY (records));
  wanted text[] := records;
  locked text[];
  changed bigint;
BEGIN
  IF coalesce(cardinality(records), 0) = 0 THEN
    RETURN 0;
  END IF;
  PERFORM medstint.hold_flags(schools);
  WITH due AS (DELETE FROM medstint.flags_due d WHERE d.school_id = ANY (schools) RETURNING d.time_record_id)
  SELECT array_cat(wanted, array_agg(due.time_record_id)) INTO wanted FROM due WHERE due.time_record_id <> ALL (wanted);
  locked := ARRAY(SELECT t.id FROM public.time_records t WHERE t.id = ANY (wanted) AND t.status = 'PENDING' ORDER BY t.id FOR NO KEY UPDATE SKIP LOCKED);
  INSERT INTO medstint.flags_due
  SELECT t.id, t.school_id FROM public.time_records t WHERE t.id = ANY (wanted) AND t.status = 'PENDING'
    AND NOT EXISTS (SELECT FROM unnest(locked) l (id) WHERE l.id = t.id)
  ON CONFLICT DO NOTHING;
  UPDATE public.time_records t
  SET flags = f.flags, triage = f.triage, version = t.version + CASE WHEN o.id IS NULL THEN 1 ELSE 0 END
  FROM medstint.flags_of(locked) f
  LEFT JOIN unnest(own) o (id) ON o.id = f.id
  WHERE t.id = f.id AND t.status = 'PENDING' AND (t.flags, t.triage) IS DISTINCT FROM (f.flags, f.triage);
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END
$$;

-- What of these records was passed over is looked at before it is decided on: how
-- many records have changed.
CREATE FUNCTION medstint.reflag_due(records text[]) RETURNS bigint
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.reflag(ARRAY(SELECT d.time_record_id FROM medstint.flags_due d
    WHERE d.time_record_id = ANY (records) AND d.school_id = medstint.current_school_id()))
$$;
GRANT EXECUTE ON FUNCTION medstint.reflag_due(text[]) TO medstint_app;

-- For whoever decides without asking that.
CREATE FUNCTION medstint.refuse_flags_due() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  refused text;
BEGIN
  IF EXISTS (SELECT FROM medstint.flags_due) THEN
    SELECT n.id INTO refused
    FROM medstint.flags_due d
    JOIN new_rows n ON n.id = d.time_record_id
    JOIN old_rows o ON o.id = n.id
    CROSS JOIN LATERAL medstint.flags_of(ARRAY[n.id]) f
    WHERE n.status = 'APPROVED' AND o.status = 'PENDING' AND (f.flags, f.triage) IS DISTINCT FROM (n.flags, n.triage)
    LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'time record %: other flags', refused USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_flags_are_due';
    END IF;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER aa_refuse_flags_due AFTER UPDATE ON time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.refuse_flags_due();
