DO $$
DECLARE
  t record;
BEGIN
  FOR t IN SELECT tgname, tgrelid::regclass AS announced FROM pg_trigger WHERE tgname LIKE 'd\_announce\_%' LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', t.tgname, t.announced);
  END LOOP;
END
$$;
DROP PROCEDURE medstint.announce_table(regclass);
DROP FUNCTION medstint.announce_old();
DROP FUNCTION medstint.announce_new();
DROP FUNCTION medstint.announce(text, text, text[], text[]);
