DO $$
DECLARE
  p record;
BEGIN
  FOR p IN SELECT schemaname, tablename, policyname FROM pg_policies WHERE schemaname = 'public'
    AND tablename IN (SELECT substr(policyname, 1, length(policyname) - 6) FROM pg_policies
                      WHERE schemaname = 'public' AND policyname LIKE '%\_fence')
  LOOP
    EXECUTE format('DROP POLICY %I ON %I.%I', p.policyname, p.schemaname, p.tablename);
    EXECUTE format('ALTER TABLE %I.%I DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', p.schemaname, p.tablename);
  END LOOP;
END
$$;
DROP PROCEDURE medstint.secure_table(regclass, text);
