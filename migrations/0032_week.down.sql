DROP FUNCTION medstint.week_of(text);
