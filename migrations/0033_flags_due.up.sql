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
  due text[];
  locked text[];
  passed text[];
  changed bigint;
BEGIN
  IF coalesce(cardinality(records), 0) = 0 THEN
    RETURN 0;
  END IF;
  PERFORM medstint.hold_flags(schools);
  -- Not so many at once that whoever comes next has to wait for them.
  WITH taken AS (
    DELETE FROM medstint.flags_due d
    WHERE d.time_record_id = ANY (ARRAY(SELECT x.time_record_id FROM medstint.flags_due x WHERE x.school_id = ANY (schools) LIMIT 500)) OR d.time_record_id = ANY (records)
    RETURNING d.time_record_id)
  SELECT array_agg(taken.time_record_id) INTO due FROM taken;
  due := ARRAY(SELECT unnest(records) UNION SELECT unnest(due));
  locked := ARRAY(SELECT t.id FROM public.time_records t WHERE t.id = ANY (due) AND t.status = 'PENDING' ORDER BY t.id FOR NO KEY UPDATE SKIP LOCKED);
  IF cardinality(locked) < cardinality(due) THEN
    passed := ARRAY(SELECT unnest(due) EXCEPT SELECT unnest(locked));
    INSERT INTO medstint.flags_due
    SELECT t.id, t.school_id FROM public.time_records t WHERE t.id = ANY (passed) AND t.status = 'PENDING'
    ON CONFLICT DO NOTHING;
  END IF;
  UPDATE public.time_records t
  SET flags = f.flags, triage = f.triage, version = t.version + CASE WHEN o.id IS NULL THEN 1 ELSE 0 END
  FROM medstint.flags_of(locked) f
  LEFT JOIN unnest(own) o (id) ON o.id = f.id
  WHERE t.id = f.id AND t.status = 'PENDING' AND (t.flags, t.triage) IS DISTINCT FROM (f.flags, f.triage);
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END
$$;

-- Whether any of these records was passed over, for whoever is about to decide on
-- them; and what is to be done then, in a transaction that holds nothing else.
CREATE FUNCTION medstint.are_flags_due(records text[]) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM medstint.flags_due d WHERE d.school_id = medstint.current_school_id() AND d.time_record_id = ANY (records))
$$;
CREATE FUNCTION medstint.reflag_due(records text[]) RETURNS bigint
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.reflag(ARRAY(SELECT d.time_record_id FROM medstint.flags_due d
    WHERE d.time_record_id = ANY (records) AND (medstint.is_trusted() OR d.school_id = medstint.current_school_id())))
$$;
GRANT EXECUTE ON FUNCTION medstint.are_flags_due(text[]) TO medstint_app;
GRANT EXECUTE ON FUNCTION medstint.reflag_due(text[]) TO medstint_app, medstint_web;

-- For whoever decides without asking that. FUTURE rests on when the record was last
-- written, which is now.
CREATE FUNCTION medstint.refuse_flags_due() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
DECLARE
  due text[];
  refused text;
BEGIN
  IF NOT EXISTS (SELECT FROM medstint.flags_due) THEN
    RETURN NULL;
  END IF;
  due := ARRAY(SELECT n.id FROM new_rows n JOIN medstint.flags_due d ON d.time_record_id = n.id JOIN old_rows o ON o.id = n.id
    WHERE n.status = 'APPROVED' AND o.status = 'PENDING');
  IF cardinality(due) > 0 THEN
    SELECT n.id INTO refused
    FROM medstint.flags_of(due) f JOIN new_rows n ON n.id = f.id
    CROSS JOIN LATERAL (SELECT jsonb_agg(x) AS flags FROM jsonb_array_elements(f.flags::jsonb) x WHERE x ->> 'code' <> 'FUTURE') now_flags
    CROSS JOIN LATERAL (SELECT jsonb_agg(x) AS flags FROM jsonb_array_elements(n.flags::jsonb) x WHERE x ->> 'code' <> 'FUTURE') kept
    WHERE now_flags.flags IS DISTINCT FROM kept.flags
    LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'time record %: other flags', refused USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_flags_are_due',
        HINT = 'medstint.reflag_due(records) brings them up to date.';
    END IF;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER aa_refuse_flags_due AFTER UPDATE ON time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.refuse_flags_due();
