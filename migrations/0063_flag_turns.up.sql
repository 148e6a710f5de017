-- Why: whoever may connect can take any advisory lock, so holding the URL was enough to
-- hold a school's flags up, and with them every punch and decision. A row that only the
-- database's own functions reach does the same work.
CREATE TABLE medstint.flag_turns (school text PRIMARY KEY);
ALTER TABLE medstint.flag_turns ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY flag_turns_owner ON medstint.flag_turns TO CURRENT_USER USING (true) WITH CHECK (true);
INSERT INTO medstint.flag_turns SELECT id FROM schools;

CREATE FUNCTION medstint.begin_flag_turns() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO medstint.flag_turns SELECT id FROM new_rows ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER b_begin_flag_turns AFTER INSERT ON schools REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.begin_flag_turns();

CREATE OR REPLACE FUNCTION medstint.hold_flags(schools text[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  wanted constant bigint := (SELECT count(DISTINCT s) FROM unnest(schools) AS s);
  held bigint;
BEGIN
  FOR attempt IN 1 .. 2 LOOP
    SELECT count(*) INTO held FROM (SELECT FROM medstint.flag_turns t WHERE t.school = ANY (schools) ORDER BY t.school FOR UPDATE) x;
    EXIT WHEN held = wanted;
    -- A school that was imported with triggers off has no row yet.
    INSERT INTO medstint.flag_turns SELECT DISTINCT s FROM unnest(schools) AS s WHERE s IS NOT NULL ON CONFLICT DO NOTHING;
  END LOOP;
END
$$;
