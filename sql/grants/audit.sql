-- What the roles may do with the audit trail and its alerts. Columns that are not named are closed.

GRANT SELECT ON medstint.audit_event_types TO medstint_app, medstint_web;

GRANT SELECT ON audit_logs TO medstint_web;
GRANT SELECT (id, user_id, school_id, action, resource_type, resource_id, changes, ip_address, user_agent, endpoint,
  method, status_code, severity, created_at, sequence, transaction_id) ON audit_logs TO medstint_app;

GRANT SELECT ON audit_seals TO medstint_app, medstint_web;

GRANT SELECT ON alert_rules TO medstint_app, medstint_web;
GRANT INSERT (school_id, code, name, actions, group_by, counts, threshold, within, from_time, until_time, severity)
  ON alert_rules TO medstint_app;
GRANT UPDATE (name, threshold, within, from_time, until_time, severity, is_active) ON alert_rules TO medstint_app;

GRANT SELECT ON alerts TO medstint_app, medstint_web;
