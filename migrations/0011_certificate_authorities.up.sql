-- Why: a school's own certificate authority signs in its people, so that nobody adds keys one by one.

-- The public keys of a school's authorities, at most five at a time. A certificate that one of them
-- signed signs in a person of that school by the email address that it names.
CREATE TABLE certificate_authorities (
  id          text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id   text NOT NULL REFERENCES schools (id) ON DELETE CASCADE,
  -- Its place among the five.
  place       smallint NOT NULL CONSTRAINT certificate_authorities_up_to_five CHECK (place BETWEEN 1 AND 5),
  -- As it stands in an OpenSSH line, in base64.
  key         text NOT NULL CONSTRAINT certificate_authorities_key_is_base64
    CHECK (key = translate(encode(decode(key, 'base64'), 'base64'), chr(10), '')),
  algorithm   text GENERATED ALWAYS AS (medstint.key_algorithm(decode(key, 'base64'))) STORED
    CONSTRAINT certificate_authorities_is_strong CHECK (algorithm IS NOT NULL),
  -- As ssh-keygen prints it.
  fingerprint text NOT NULL
    GENERATED ALWAYS AS ('SHA256:' || rtrim(encode(sha256(decode(key, 'base64')), 'base64'), '=')) STORED,
  comment     text CONSTRAINT certificate_authorities_comment_is_short CHECK (length(comment) <= 300),
  added_at    timestamptz(3) NOT NULL DEFAULT now(),
  -- Everyone who could have added it; empty for the operator.
  added_by    text[] NOT NULL DEFAULT '{}',
  -- An authority that was removed signs nobody in; its row stays.
  removed_at  timestamptz(3),
  CONSTRAINT certificate_authorities_comment_is_plain CHECK (medstint.is_plain(comment)),
  CONSTRAINT certificate_authorities_added_at_in_range
    CHECK (added_at >= '1950-01-01T00:00Z'::timestamptz AND added_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT certificate_authorities_removed_at_in_range
    CHECK (removed_at >= '1950-01-01T00:00Z'::timestamptz AND removed_at < '2200-01-01T00:00Z'::timestamptz)
);

-- Two schools may trust the same authority; each of them decides for its own people.
CREATE UNIQUE INDEX certificate_authorities_once ON certificate_authorities (fingerprint, school_id)
  WHERE removed_at IS NULL;
CREATE UNIQUE INDEX certificate_authorities_one_a_place ON certificate_authorities (school_id, place)
  WHERE removed_at IS NULL;
CREATE INDEX certificate_authorities_of_school ON certificate_authorities (school_id, added_at, id);
CREATE INDEX certificate_authorities_by ON certificate_authorities USING gin (added_by);

-- An authority that was removed is in key_removals too, without a person.
ALTER TABLE medstint.key_removals ALTER COLUMN user_id DROP NOT NULL;

INSERT INTO medstint.audit_event_types (name, code, severity, meaning) VALUES
  ('auth.authority_added', 'AU-0115', 'HIGH',
    'A certificate authority was added that can sign in everyone of the school: its fingerprint'),
  ('auth.authority_removed', 'AU-0116', 'MEDIUM',
    'A certificate authority was removed and the sessions of its certificates ended: its fingerprint'),
  ('certificate_authority.created', 'TB-2501', 'MEDIUM', 'A certificate authority was created'),
  ('certificate_authority.updated', 'TB-2502', 'MEDIUM', 'A certificate authority was updated'),
  ('certificate_authority.deleted', 'TB-2503', 'MEDIUM', 'A certificate authority was deleted');
UPDATE medstint.audit_event_types
SET meaning = 'A sign-in failed: wrong password, unknown address, or a key or certificate that may not sign in now'
WHERE name = 'auth.sign_in_failed';

INSERT INTO alert_rules (id, code, name, actions, group_by, counts, threshold, within, severity) VALUES
  ('platform-authority-added', 'authority-added', 'Certificate authority added', ARRAY['auth.authority_added'],
    'record', 'events', 1, '00:10:00', 'HIGH');

-- Each table is closed until sql/policies opens it, except to the owner.
ALTER TABLE certificate_authorities ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY certificate_authorities_owner ON certificate_authorities TO CURRENT_USER USING (true) WITH CHECK (true);
