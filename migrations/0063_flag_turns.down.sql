CREATE OR REPLACE FUNCTION medstint.hold_flags(schools text[]) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('flags of ' || s, 0)) FROM (SELECT DISTINCT unnest(schools) AS s ORDER BY 1) x WHERE s IS NOT NULL
$$;
DROP TRIGGER b_begin_flag_turns ON schools;
DROP FUNCTION medstint.begin_flag_turns();
DROP TABLE medstint.flag_turns;
