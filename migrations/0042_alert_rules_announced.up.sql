-- Why: rules are edited in a pane now, and a pane follows.
CALL medstint.announce_table('alert_rules');
CREATE INDEX alert_rules_by_name ON alert_rules (school_id, name, id);
