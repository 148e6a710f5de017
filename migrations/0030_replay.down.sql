DROP FUNCTION medstint.replay(jsonb);
