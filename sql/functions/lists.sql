-- Pages and counts of lists, in one statement each.
--
-- The function enters the session first. It runs as the caller, and its statements are planned only
-- after medstint.enter. A policy that is evaluated earlier hides every row, and the planner
-- evaluates them early: "SELECT … FROM (SELECT medstint.enter($1)) e, time_records" counts none.
-- tests/round_trips.rs makes every policy raise an error then. The token stays a bound parameter,
-- masked.

-- Reads the rows of a list around a key. The store puts the statements together; their parameters
-- are the values that were asked for, the key, and how many rows.
--
-- forward, backward: rows (key, id, record) from the key on, and before it, nearest first
-- finding: the record of the key, wherever it stands now
-- counting: how many rows come before the key
--
-- An empty key is none. One row more than asked for says that there are more. The last row of the
-- answer has the key at which the record was found, and the counts.
CREATE OR REPLACE FUNCTION medstint.read_page(session_token text, forward text, backward text, finding text,
  counting text,
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
CREATE OR REPLACE FUNCTION medstint.read_total(session_token text, counting text, given text[])
  RETURNS TABLE (counted bigint, elapsed_ms bigint, sections bigint[])
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM medstint.enter(session_token);
  RETURN QUERY EXECUTE counting USING given;
END
$$;

-- A page that several sessions share: the rows of medstint.read_page, and a last one that says what
-- the reader may see. It says nothing where that changed meanwhile, even if it changed back: then the
-- rows are the reader's alone. Each statement of the page has a snapshot of its own.
CREATE OR REPLACE FUNCTION medstint.read_shared_page(session_token text, forward text, backward text, finding text,
  counting text,
    given text[], at_key text[], since_key text[], rows_below bigint, rows_above bigint)
  RETURNS TABLE (part text, key text[], id text, record text, counted bigint, counted_since bigint)
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  version text;
BEGIN
  PERFORM medstint.enter(session_token);
  version := medstint.actor_version();
  RETURN QUERY SELECT p.* FROM medstint.read_page(session_token, forward, backward, finding, counting, given, at_key,
    since_key, rows_below, rows_above) p;
  part := 'visibility';
  id := CASE WHEN medstint.actor_version() = version THEN medstint.visibility() END;
  RETURN NEXT;
END
$$;

-- The same of a count.
CREATE OR REPLACE FUNCTION medstint.read_shared_total(session_token text, counting text, given text[])
  RETURNS TABLE (counted bigint, elapsed_ms bigint, sections bigint[], visibility text)
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  version text;
BEGIN
  PERFORM medstint.enter(session_token);
  version := medstint.actor_version();
  EXECUTE counting INTO counted, elapsed_ms, sections USING given;
  visibility := CASE WHEN medstint.actor_version() = version THEN medstint.visibility() END;
  RETURN NEXT;
END
$$;
