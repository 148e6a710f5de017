DROP INDEX alert_rules_by_name;
DROP TRIGGER d_announce_insert ON alert_rules;
DROP TRIGGER d_announce_update ON alert_rules;
DROP TRIGGER d_announce_delete ON alert_rules;
