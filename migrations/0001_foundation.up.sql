-- Why: everything below stands on three roles and on one schema for the
-- console's own functions. The role that runs the migrations is the owner;
-- it never serves a session. Roles belong to the cluster, not to a database,
-- so their names are fixed and they may already exist.
DO $$
BEGIN
  -- What the console and the kiosk log in as. It bypasses nothing and owns
  -- nothing. It has no password until an administrator gives it one.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'medstint_app') THEN
    CREATE ROLE medstint_app LOGIN;
  END IF;
  -- What a school's web application uses: trusted with tenancy, since it signs
  -- people in by itself, and still held to every rule that a trigger enforces.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'medstint_web') THEN
    CREATE ROLE medstint_web LOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL; -- Another database of the same cluster was migrated at the same moment.
END
$$;

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname IN ('medstint_app', 'medstint_web')
             AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication)) THEN
    RAISE EXCEPTION 'medstint_app and medstint_web must not be superusers nor have BYPASSRLS, CREATEROLE or REPLICATION'
      USING HINT = 'ALTER ROLE medstint_app NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION, likewise medstint_web, then migrate again.';
  END IF;
END
$$;

CREATE SCHEMA IF NOT EXISTS medstint;
REVOKE ALL ON SCHEMA medstint FROM PUBLIC;
GRANT USAGE ON SCHEMA medstint TO medstint_app, medstint_web;
GRANT USAGE ON SCHEMA public TO medstint_app, medstint_web;
-- Until PostgreSQL 15 everybody could create objects in public: an operator put
-- there would run inside other people's sessions.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
DO $$
BEGIN
  IF has_schema_privilege('medstint_app', 'public', 'CREATE') THEN
    RAISE EXCEPTION 'medstint_app can create objects in schema public'
      USING HINT = 'As the owner of the schema: REVOKE CREATE ON SCHEMA public FROM PUBLIC; then migrate again.';
  END IF;
END
$$;
-- A function is closed to everybody until a migration opens it by name.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- The newest migration that was applied, for whoever connects: the console
-- refuses to run on a database that is older or newer than itself.
CREATE FUNCTION medstint.schema_version() RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT coalesce(max(version), 0) FROM medstint._sqlx_migrations WHERE success);
END
$$;
GRANT EXECUTE ON FUNCTION medstint.schema_version() TO medstint_app, medstint_web;
