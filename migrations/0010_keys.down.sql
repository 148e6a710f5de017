-- The role stays: it belongs to the cluster and may serve another database.
REVOKE USAGE ON SCHEMA medstint FROM medstint_serve;
DELETE FROM medstint.audit_event_types
WHERE name IN ('auth.key_added', 'auth.key_removed', 'user_key.created', 'user_key.updated', 'user_key.deleted');
UPDATE medstint.audit_event_types SET meaning = replace(meaning, 'password, SSH key, address', 'password, address')
WHERE name IN ('auth.staff_credential_changed', 'auth.credential_changed');
UPDATE medstint.audit_event_types SET meaning = 'A sign-in failed: wrong password or unknown address'
WHERE name = 'auth.sign_in_failed';
DROP INDEX medstint.credential_changes_identities;
DELETE FROM medstint.credential_changes WHERE kind = 'key';
ALTER TABLE medstint.credential_changes DROP CONSTRAINT credential_changes_kind_known,
  ADD CONSTRAINT credential_changes_kind_known
    CHECK (kind IN ('password', 'email', 'pin', 'provider', 'badge'));
CREATE INDEX credential_changes_identities ON medstint.credential_changes (changed_by)
  WHERE stands AND kind = 'provider';
-- Without its key nothing would end such a session.
UPDATE sessions SET revoked_at = now(), updated_at = now() WHERE key_id IS NOT NULL AND revoked_at IS NULL;
DROP INDEX sessions_of_keys;
ALTER TABLE sessions DROP COLUMN opened_in, DROP COLUMN key_id;
DROP TABLE medstint.key_removals;
DROP TABLE user_keys;
DROP FUNCTION medstint.key_algorithm;
