DROP TABLE medstint.definitions_release;
DROP TABLE medstint.definitions;
DROP DOMAIN medstint.longitude;
DROP DOMAIN medstint.latitude;
DROP DOMAIN medstint.json_object;
DROP DOMAIN medstint.json_array;
DROP TYPE rejection_reason;
DROP TYPE decision_kind;
DROP TYPE decision_verdict;
DROP TYPE punch_source;
DROP TYPE audit_severity;
DROP TYPE notification_priority;
DROP TYPE assessment_status;
DROP TYPE assessment_type;
DROP TYPE assignment_status;
DROP TYPE assignment_type;
DROP TYPE deployment_status;
DROP TYPE deployment_type;
DROP TYPE competency_template_source;
DROP TYPE competency_template_type;
DROP TYPE competency_level;
DROP TYPE time_record_status;
DROP TYPE rotation_status;
DROP TYPE clinical_site_type;
DROP TYPE academic_status;
DROP TYPE user_role;
DROP FUNCTION medstint.search_key;
DROP FUNCTION medstint.case_folded;
DROP FUNCTION medstint.folded_letters;
DROP FUNCTION medstint.is_plain;
DROP FUNCTION medstint.tidied;
DROP FUNCTION medstint.hidden_characters;
DROP FUNCTION medstint.json_type;
-- An extension that another tool installed elsewhere is not ours to drop; its names here are.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
             WHERE e.extname = 'pgcrypto' AND n.nspname = 'medstint') THEN
    DROP EXTENSION pgcrypto;
  ELSE
    DROP FUNCTION medstint.crypt(text, text), medstint.gen_salt(text, integer), medstint.gen_random_bytes(integer);
  END IF;
END
$$;
-- The roles stay: they belong to the cluster and may serve another database. The schema stays too,
-- because the list of applied migrations lives in it.
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
REVOKE USAGE ON SCHEMA public FROM medstint_app, medstint_web;
REVOKE USAGE ON SCHEMA medstint FROM medstint_app, medstint_web;
