-- The roles stay: they belong to the cluster and may serve another database.
-- The schema stays too, because the list of applied migrations lives in it.
DROP FUNCTION medstint.schema_version();
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
REVOKE USAGE ON SCHEMA public FROM medstint_app, medstint_web;
REVOKE USAGE ON SCHEMA medstint FROM medstint_app, medstint_web;
