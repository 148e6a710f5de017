-- Why: passwords are hashed by the database, with pgcrypto, which may already
-- be installed in any schema by another tool. Two wrappers pin where it is, so
-- that nothing else needs to know and no search path is involved.
CREATE EXTENSION IF NOT EXISTS pgcrypto SCHEMA medstint;

DO $$
DECLARE
  home text := (SELECT quote_ident(n.nspname) FROM pg_extension e
                JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pgcrypto');
BEGIN
  -- Only $2a$: crypt() silently falls back to DES for $2b$ and $2y$ salts.
  EXECUTE format($f$
    CREATE FUNCTION medstint.password_hash(password text) RETURNS text
      LANGUAGE sql VOLATILE STRICT SET search_path = pg_catalog, pg_temp
      AS 'SELECT %1$s.crypt(password, %1$s.gen_salt(''bf'', 12))' $f$, home);
  EXECUTE format($f$
    CREATE FUNCTION medstint.password_matches(password text, hash text) RETURNS boolean
      LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
      AS 'SELECT hash LIKE ''$2a$%%'' AND %1$s.crypt(password, hash) = hash' $f$, home);
  EXECUTE format($f$
    CREATE FUNCTION medstint.random_token() RETURNS text
      LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
      AS 'SELECT encode(%1$s.gen_random_bytes(32), ''hex'')' $f$, home);
END
$$;
