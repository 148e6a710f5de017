DROP FUNCTION medstint.audit_difference(jsonb, jsonb);
DROP FUNCTION medstint.audit_left_out();
DROP FUNCTION medstint.audit_context();
