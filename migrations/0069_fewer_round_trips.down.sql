DROP FUNCTION medstint.open_session(text);
DROP FUNCTION medstint.decide_at_once(text, text[], integer[], text, text, boolean, text, text, text, text, text);
DROP FUNCTION medstint.make_decision(text[], text, text, text, text, text, text);
DROP FUNCTION medstint.hold_records(text, text[], text, text, boolean);
DROP FUNCTION medstint.read_total(text, text, text[]);
DROP FUNCTION medstint.read_page(text, text, text, text, text, text[], text[], text[], bigint, bigint);
DROP FUNCTION medstint.unmasked(text);
