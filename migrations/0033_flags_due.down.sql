DROP TRIGGER aa_refuse_flags_due ON time_records;
DROP FUNCTION medstint.refuse_flags_due();
DROP FUNCTION medstint.reflag_due(text[]);
DROP FUNCTION medstint.are_flags_due(text[]);
CREATE OR REPLACE FUNCTION medstint.reflag(records text[], own text[] DEFAULT '{}') RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
  changed bigint;
BEGIN
  IF coalesce(cardinality(records), 0) = 0 THEN
    RETURN 0;
  END IF;
  PERFORM medstint.hold_flags(ARRAY(SELECT DISTINCT t.school_id FROM public.time_records t WHERE t.id = ANY (records)));
  UPDATE public.time_records t
  SET flags = f.flags, triage = f.triage, version = t.version + CASE WHEN o.id IS NULL THEN 1 ELSE 0 END
  FROM medstint.flags_of(ARRAY(SELECT x.id FROM public.time_records x WHERE x.id = ANY (records) AND x.status = 'PENDING' ORDER BY x.id FOR NO KEY UPDATE SKIP LOCKED)) f
  LEFT JOIN unnest(own) o (id) ON o.id = f.id
  WHERE t.id = f.id AND t.status = 'PENDING' AND (t.flags, t.triage) IS DISTINCT FROM (f.flags, f.triage);
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END
$$;
DROP TABLE medstint.flags_due;
