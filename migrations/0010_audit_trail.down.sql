DROP FUNCTION medstint.audit_difference(jsonb, jsonb);
DROP FUNCTION medstint.derived_columns();
DROP FUNCTION medstint.secret_columns();
DROP FUNCTION medstint.audit_context();
