-- What a client asks of the schema itself.

-- The newest migration that was applied, for every client that connects: the console refuses to run
-- on a database that is older or newer than itself.
CREATE OR REPLACE FUNCTION medstint.schema_version() RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT coalesce(max(version), 0) FROM medstint._sqlx_migrations WHERE success);
END
$$;

-- What sql/ has defined here and how it stood then, for `medstint doctor`, which compares it with the
-- catalogue. The server's major version says whether the two can be compared.
CREATE OR REPLACE FUNCTION medstint.applied_definitions() RETURNS TABLE (name text, standing text, server integer)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT d.name, d.standing, r.server FROM medstint.definitions d CROSS JOIN medstint.definitions_release r
$$;
