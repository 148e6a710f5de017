DROP TABLE medstint.kept_evaluations;
DROP TABLE medstint.audit_sealing;
DROP TABLE alerts;
DROP TABLE alert_rules;
DROP TABLE medstint.audit_unsealed;
DROP TABLE audit_seals;
DROP TABLE medstint.audit_event_types;
DROP TABLE audit_logs;
