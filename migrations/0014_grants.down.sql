DO $$
DECLARE
  t text;
BEGIN
  FOR t IN SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND policyname = tablename || '_fence' LOOP
    EXECUTE format('REVOKE ALL ON %I FROM medstint_app, medstint_web', t);
  END LOOP;
END
$$;
