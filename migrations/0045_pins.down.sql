DROP FUNCTION medstint.leave_kiosk(text, text), medstint.pin_outcome(public.kiosks, text), medstint.begin_pin(text, text, text), medstint.person_at_door(text, text),
  medstint.make_pin_code(text), medstint.set_pin(text, text), medstint.set_pin_of(text, text);
DROP TABLE medstint.pin_outcomes;
DROP TABLE medstint.pin_attempts;
DROP TRIGGER b_check_badge ON users;
DROP FUNCTION medstint.check_badge();
DELETE FROM alerts WHERE rule_id = 'platform-pins-guessed';
DELETE FROM alert_rules WHERE id = 'platform-pins-guessed';
DROP TABLE medstint.pins;
DROP FUNCTION medstint.pin_hash(text), medstint.pin_tried(text, text);
DELETE FROM medstint.audit_event_types t WHERE t.code IN ('KI-0608', 'KI-0609', 'KI-0610', 'KI-0611');
ALTER TABLE users DROP CONSTRAINT users_badge_unique, DROP COLUMN badge;
