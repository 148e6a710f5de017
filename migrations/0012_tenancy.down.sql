DROP TRIGGER a_fill_user_name ON users;
DROP FUNCTION medstint.fill_user_name();
DROP TRIGGER a_fill_time_record ON time_records;
DO $$
DECLARE
  t regclass;
BEGIN
  FOR t IN SELECT tgrelid FROM pg_trigger WHERE tgname = 'a_fill_school_id' LOOP
    EXECUTE format('DROP TRIGGER a_fill_school_id ON %s', t);
  END LOOP;
END
$$;
DROP FUNCTION medstint.fill_time_record();
DROP FUNCTION medstint.fill_school_id();
