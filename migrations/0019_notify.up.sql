-- Why: consoles refresh when something changed. A notification is a hint, never
-- a fact: it carries a table, a verb and ids, never a name or a value, since any
-- role can listen. One per statement and school: a commit that notifies takes a
-- lock on the whole cluster, so one per row would be unaffordable.
CREATE FUNCTION medstint.announce(resource text, verb text, schools text[], ids text[]) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_notify(medstint.channel(school), json_build_object('table', resource, 'op', verb, 'count', count(*),
      -- More would not fit the 8,000 bytes of a payload: the reader re-reads.
      'ids', CASE WHEN count(*) <= 100 AND sum(octet_length(id)) < 7000 AND resource <> 'audit_logs'
        THEN json_agg(id) ELSE '[]'::json END)::text)
  FROM unnest(schools, ids) AS changed (school, id)
  WHERE school IS NOT NULL
  GROUP BY school
$$;

CREATE FUNCTION medstint.announce_new() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.announce(TG_TABLE_NAME, TG_OP, array_agg(school_id), array_agg(id)) FROM new_rows;
  RETURN NULL;
END
$$;

CREATE FUNCTION medstint.announce_old() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.announce(TG_TABLE_NAME, TG_OP, array_agg(school_id), array_agg(id)) FROM old_rows;
  RETURN NULL;
END
$$;

CREATE PROCEDURE medstint.announce_table(announced regclass)
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER d_announce_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new()', announced);
  EXECUTE format('CREATE TRIGGER d_announce_update AFTER UPDATE ON %s REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new()', announced);
  EXECUTE format('CREATE TRIGGER d_announce_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old()', announced);
END
$$;

DO $$
DECLARE
  t text;
BEGIN
  -- Not sessions (every console touches its own) and not decisions (their
  -- record announces itself).
  FOREACH t IN ARRAY ARRAY['users', 'programs', 'clinical_sites', 'clinical_site_locations', 'kiosks', 'rotations', 'time_records',
    'competency_templates', 'competency_deployments', 'competencies', 'competency_assignments', 'assessments',
    'rubric_criteria', 'notifications']
  LOOP
    CALL medstint.announce_table(t::regclass);
  END LOOP;
END
$$;
CREATE TRIGGER d_announce_insert AFTER INSERT ON audit_logs REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
