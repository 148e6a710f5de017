DELETE FROM alerts WHERE rule_id IN (SELECT id FROM alert_rules WHERE code = 'authority-added');
DELETE FROM alert_rules WHERE code = 'authority-added';
DELETE FROM medstint.audit_event_types
WHERE name IN ('auth.authority_added', 'auth.authority_removed', 'certificate_authority.created',
  'certificate_authority.updated', 'certificate_authority.deleted');
UPDATE medstint.audit_event_types
SET meaning = 'A sign-in failed: wrong password, unknown address, or a key that may not sign in now'
WHERE name = 'auth.sign_in_failed';
-- Without its authority nothing would end such a session.
UPDATE sessions SET revoked_at = now(), updated_at = now()
WHERE key_id IN (SELECT id FROM certificate_authorities) AND revoked_at IS NULL;
DELETE FROM medstint.key_removals WHERE user_id IS NULL;
ALTER TABLE medstint.key_removals ALTER COLUMN user_id SET NOT NULL;
DROP TABLE certificate_authorities;
