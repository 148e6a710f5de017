-- Why: policies choose rows, grants choose verbs and columns. The console's
-- role reads everything but secrets and updates only the columns that a
-- decision or a read mark needs; whoever finds a hole in a policy still finds
-- nothing to write through.
DO $$
DECLARE
  t record;
  readable text;
BEGIN
  FOR t IN SELECT c.oid, c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    AND EXISTS (SELECT FROM pg_policies p WHERE p.tablename = c.relname AND p.policyname = c.relname || '_fence')
  LOOP
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO readable
    FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attname <> ALL (medstint.secret_columns());
    EXECUTE format('GRANT SELECT (%s) ON %I TO medstint_app', readable, t.relname);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO medstint_web', t.relname);
  END LOOP;
END
$$;
GRANT UPDATE (status, approved_by, approved_at, decision_kind, decision_reason_code, decision_reason) ON time_records TO medstint_app;
GRANT UPDATE (is_read) ON notifications TO medstint_app;
-- Append-only for everybody but the owner; triggers write both.
REVOKE INSERT, UPDATE, DELETE ON audit_logs, time_record_decisions FROM medstint_web;
