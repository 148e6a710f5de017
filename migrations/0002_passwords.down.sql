DROP FUNCTION medstint.random_token();
DROP FUNCTION medstint.password_matches(text, text);
DROP FUNCTION medstint.password_hash(text);
-- An extension that another tool installed elsewhere is not ours to drop.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
             WHERE e.extname = 'pgcrypto' AND n.nspname = 'medstint') THEN
    DROP EXTENSION pgcrypto;
  END IF;
END
$$;
