DROP TRIGGER a_append_only ON audit_logs;
DO $$
DECLARE
  t record;
BEGIN
  FOR t IN SELECT tgname, tgrelid::regclass AS audited FROM pg_trigger WHERE tgname LIKE 'c\_audit\_%' OR tgname = 'a_key_is_fixed' LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', t.tgname, t.audited);
  END LOOP;
END
$$;
DROP PROCEDURE medstint.audit_table(regclass, text);
DROP FUNCTION medstint.refuse_new_id();
DROP FUNCTION medstint.audit_time_record_update();
DROP FUNCTION medstint.audit_update();
DROP FUNCTION medstint.audit_delete();
DROP FUNCTION medstint.audit_insert();
DROP FUNCTION medstint.audit_action(text, jsonb, jsonb);
DROP FUNCTION medstint.audit_severity(text);
