-- Why: nothing called this; how many events wait is what medstint.watch_audit says.
DROP FUNCTION medstint.unsealed_events();
