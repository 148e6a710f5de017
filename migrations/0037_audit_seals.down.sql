DROP TRIGGER a_append_only ON audit_logs;
CREATE TRIGGER a_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_logs
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.refuse_change();
DROP FUNCTION medstint.purge_audit(text, timestamptz), medstint.watch_audit(), medstint.seal_events(text), medstint.unsealed_events(),
  medstint.waiting_events(text, bigint, bigint), medstint.report_verification(bigint, bigint, text), medstint.audit_leaf(public.audit_logs);
DROP TRIGGER c_await_seal ON audit_logs;
DROP FUNCTION medstint.await_seal();
DROP TABLE medstint.audit_unsealed;
DROP FUNCTION medstint.audit_seal_hash(public.audit_seals);
DROP TABLE audit_seals;
DROP FUNCTION medstint.keep_trail();
DELETE FROM medstint.audit_event_types WHERE code LIKE 'TR-%';
