-- What a client asks of the schema itself.

-- The newest migration that was applied, for whoever connects: the console refuses to run on a
-- database that is older or newer than itself.
CREATE OR REPLACE FUNCTION medstint.schema_version() RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT coalesce(max(version), 0) FROM medstint._sqlx_migrations WHERE success);
END
$$;
