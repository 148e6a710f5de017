-- Why: people sign in with SSH keys at a process that serves the console over SSH.

DO $$
BEGIN
  -- The process that serves the console over SSH logs in as this role to exchange a key, whose
  -- signature it has verified, for a session. It reads no table and calls four functions. A process
  -- opens two connections; the limit keeps a stolen password from using up the server's.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'medstint_serve') THEN
    CREATE ROLE medstint_serve LOGIN CONNECTION LIMIT 10;
  ELSIF EXISTS (SELECT FROM pg_roles WHERE rolname = 'medstint_serve' AND rolconnlimit = -1) THEN
    ALTER ROLE medstint_serve CONNECTION LIMIT 10;
  END IF;
EXCEPTION
  -- Roles belong to the cluster: another database is migrated at the same time. An internal error is
  -- "tuple concurrently updated".
  WHEN duplicate_object OR unique_violation OR internal_error THEN
    NULL;
  -- The owner may change no role that an administrator created. `medstint doctor` reports the limit.
  WHEN insufficient_privilege THEN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'medstint_serve') THEN
      RAISE;
    END IF;
END
$$;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'medstint_serve'
             AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication)) THEN
    RAISE EXCEPTION 'medstint_serve must not be a superuser nor have BYPASSRLS, CREATEROLE or REPLICATION'
      USING HINT = 'ALTER ROLE medstint_serve NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION, then migrate again.';
  END IF;
END
$$;
GRANT USAGE ON SCHEMA medstint TO medstint_serve;

-- The algorithm of an OpenSSH public key that people may sign in with; NULL for any other bytes.
-- Accepted are Ed25519, ECDSA on NIST curves, and RSA of 3072 to 8192 bits. Numbers have no
-- superfluous zeros, so that one key has one form and one fingerprint.
CREATE FUNCTION medstint.key_algorithm(blob bytea) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fields bytea[] := '{}';
  name text;
  place bigint := 1;
  size bigint;
  modulus bytea;
  bits integer := 0;
BEGIN
  -- A key is a list of fields, each behind its length in four bytes.
  WHILE place <= length(blob) LOOP
    IF cardinality(fields) = 3 OR length(blob) < place + 3 THEN
      RETURN NULL;
    END IF;
    size := ('x' || encode(substr(blob, place::integer, 4), 'hex'))::bit(32)::bigint;
    IF size = 0 OR size > length(blob) - place - 3 THEN
      RETURN NULL;
    END IF;
    fields := array_append(fields, substr(blob, place::integer + 4, size::integer));
    place := place + 4 + size;
  END LOOP;
  name := encode(fields[1], 'escape');
  IF name = 'ssh-ed25519' AND cardinality(fields) = 2 AND length(fields[2]) = 32 THEN
    RETURN name;
  ELSIF cardinality(fields) IS DISTINCT FROM 3 THEN
    RETURN NULL;
  ELSIF name = 'ssh-rsa' THEN
    FOR n IN 2 .. 3 LOOP
      IF get_byte(fields[n], 0) > 127 OR get_byte(fields[n], length(fields[n]) - 1) % 2 = 0
         OR get_byte(fields[n], 0) = 0 AND (length(fields[n]) = 1 OR get_byte(fields[n], 1) < 128) THEN
        RETURN NULL;
      END IF;
    END LOOP;
    modulus := CASE WHEN get_byte(fields[3], 0) = 0 THEN substr(fields[3], 2) ELSE fields[3] END;
    bits := 8 * length(modulus) - 8 + length(ltrim(get_byte(modulus, 0)::bit(8)::text, '0'));
    IF bits BETWEEN 3072 AND 8192 AND length(fields[2]) <= 8 AND fields[2] > decode('01', 'hex') THEN
      RETURN name;
    END IF;
  ELSIF name = 'ecdsa-sha2-' || encode(fields[2], 'escape') AND get_byte(fields[3], 0) = 4
    -- A point without compression: two numbers as long as the curve's.
    AND length(fields[3]) = (CASE name WHEN 'ecdsa-sha2-nistp256' THEN 65 WHEN 'ecdsa-sha2-nistp384' THEN 97
      WHEN 'ecdsa-sha2-nistp521' THEN 133 END) THEN
    RETURN name;
  END IF;
  RETURN NULL;
END
$$;

CREATE TABLE user_keys (
  id           text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  user_id      text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  school_id    text REFERENCES schools (id) ON DELETE RESTRICT,
  -- As it stands in an OpenSSH line, in base64.
  key          text NOT NULL CONSTRAINT user_keys_key_is_base64
    CHECK (key = translate(encode(decode(key, 'base64'), 'base64'), chr(10), '')),
  algorithm    text GENERATED ALWAYS AS (medstint.key_algorithm(decode(key, 'base64'))) STORED
    CONSTRAINT user_keys_is_strong CHECK (algorithm IS NOT NULL),
  -- As ssh-keygen prints it.
  fingerprint  text NOT NULL
    GENERATED ALWAYS AS ('SHA256:' || rtrim(encode(sha256(decode(key, 'base64')), 'base64'), '=')) STORED,
  comment      text CONSTRAINT user_keys_comment_is_short CHECK (length(comment) <= 300),
  added_at     timestamptz(3) NOT NULL DEFAULT now(),
  -- NULL is the operator.
  added_by     text,
  -- Kept to the hour.
  last_used_at timestamptz(3),
  -- A key that was removed signs nobody in; its row stays.
  removed_at   timestamptz(3),
  CONSTRAINT user_keys_comment_is_plain CHECK (medstint.is_plain(comment)),
  CONSTRAINT user_keys_added_at_in_range
    CHECK (added_at >= '1950-01-01T00:00Z'::timestamptz AND added_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT user_keys_last_used_at_in_range
    CHECK (last_used_at >= '1950-01-01T00:00Z'::timestamptz AND last_used_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT user_keys_removed_at_in_range
    CHECK (removed_at >= '1950-01-01T00:00Z'::timestamptz AND removed_at < '2200-01-01T00:00Z'::timestamptz)
);

-- A key belongs to one person.
CREATE UNIQUE INDEX user_keys_of_one_person ON user_keys (fingerprint) WHERE removed_at IS NULL;
CREATE INDEX user_keys_of_user ON user_keys (user_id, added_at, id);
CREATE INDEX user_keys_in_use_by_time ON user_keys (school_id, added_at, id) WHERE removed_at IS NULL;
CREATE INDEX user_keys_removed_by_time ON user_keys (school_id, added_at, id) WHERE removed_at IS NOT NULL;

-- Removals of keys, insert-only: nobody waits for a row that another one inserts. A removal ends the
-- key and its sessions at once, also while another transaction holds the row in `user_keys`.
CREATE TABLE medstint.key_removals (
  number     bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  key_id     text NOT NULL,
  user_id    text NOT NULL,
  removed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Whether `user_keys` says so too.
  is_applied boolean NOT NULL,
  CONSTRAINT key_removals_removed_at_in_range
    CHECK (removed_at >= '1950-01-01T00:00Z'::timestamptz AND removed_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX key_removals_of ON medstint.key_removals (key_id);
CREATE INDEX key_removals_by_time ON medstint.key_removals (removed_at);
CREATE INDEX key_removals_waiting ON medstint.key_removals (key_id) WHERE NOT is_applied;

-- The key that opened the session; the session ends with it.
ALTER TABLE sessions ADD COLUMN key_id text;
-- The transaction in which the key opened it: a transaction opens one session with a key in a minute.
ALTER TABLE sessions ADD COLUMN opened_in xid8;
CREATE INDEX sessions_of_keys ON sessions (key_id, created_at) WHERE key_id IS NOT NULL;

-- Whoever adds a key for somebody else can sign in as them until it is removed.
ALTER TABLE medstint.credential_changes DROP CONSTRAINT credential_changes_kind_known,
  ADD CONSTRAINT credential_changes_kind_known
    CHECK (kind IN ('password', 'email', 'pin', 'provider', 'badge', 'key'));
DROP INDEX medstint.credential_changes_identities;
CREATE INDEX credential_changes_identities ON medstint.credential_changes (changed_by)
  WHERE stands AND kind IN ('provider', 'key');

UPDATE medstint.audit_event_types SET meaning = replace(meaning, 'password, address', 'password, SSH key, address')
WHERE name IN ('auth.staff_credential_changed', 'auth.credential_changed');
UPDATE medstint.audit_event_types
SET meaning = 'A sign-in failed: wrong password, unknown address, or a key that may not sign in now'
WHERE name = 'auth.sign_in_failed';
INSERT INTO medstint.audit_event_types (name, code, severity, meaning) VALUES
  ('auth.key_added', 'AU-0113', 'MEDIUM', 'An SSH key was added that signs a person in: its fingerprint'),
  ('auth.key_removed', 'AU-0114', 'MEDIUM', 'An SSH key was removed and its sessions ended: its fingerprint'),
  ('user_key.created', 'TB-2401', 'MEDIUM', 'An SSH key was created'),
  ('user_key.updated', 'TB-2402', 'MEDIUM', 'An SSH key was updated'),
  ('user_key.deleted', 'TB-2403', 'MEDIUM', 'An SSH key was deleted');

-- Each table is closed until sql/policies opens it, except to the owner.
ALTER TABLE user_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY user_keys_owner ON user_keys TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.key_removals ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY key_removals_owner ON medstint.key_removals TO CURRENT_USER USING (true) WITH CHECK (true);
