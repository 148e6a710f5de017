-- Why: kiosks at clinical sites, PINs, and punches that arrive late.

CREATE TABLE kiosks (
  id                   text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id            text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  clinical_site_id     text NOT NULL REFERENCES clinical_sites (id) ON DELETE RESTRICT,
  location_id          text REFERENCES clinical_site_locations (id) ON DELETE SET NULL,
  name                 text NOT NULL CONSTRAINT kiosks_name_not_blank CHECK (btrim(name) <> ''),
  -- SHA-256 of the device's credential in hexadecimal; NULL until enrolled.
  credential_hash      text CONSTRAINT kiosks_credential_unique UNIQUE,
  enrolled_at          timestamptz(3),
  revoked_at           timestamptz(3),
  created_at           timestamptz(3) NOT NULL DEFAULT now(),
  updated_at           timestamptz(3) NOT NULL DEFAULT now(),
  -- SHA-256 of the one-time code, in hexadecimal, while one is waiting to be typed.
  enrolment_hash       text CONSTRAINT kiosks_enrolment_unique UNIQUE,
  enrolment_expires_at timestamptz(3),
  -- The people who could have made the code that waits, and those who could have made the code that
  -- enrolled the device.
  code_made_by         text[] NOT NULL DEFAULT '{}',
  enrolled_by          text[] NOT NULL DEFAULT '{}',
  CONSTRAINT kiosks_enrolment_is_whole CHECK ((enrolment_hash IS NULL) = (enrolment_expires_at IS NULL)),
  CONSTRAINT kiosks_id_with_site UNIQUE (id, clinical_site_id),
  CONSTRAINT kiosks_enrolled_at_in_range
    CHECK (enrolled_at >= '1950-01-01T00:00Z'::timestamptz AND enrolled_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT kiosks_revoked_at_in_range
    CHECK (revoked_at >= '1950-01-01T00:00Z'::timestamptz AND revoked_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT kiosks_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT kiosks_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT kiosks_enrolment_expires_at_in_range
    CHECK (enrolment_expires_at >= '1950-01-01T00:00Z'::timestamptz
    AND enrolment_expires_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT kiosks_name_is_plain CHECK (medstint.is_plain(name))
);

CREATE INDEX kiosks_by_name ON kiosks (school_id, name, id);
CREATE UNIQUE INDEX kiosks_unique_in_site ON kiosks (clinical_site_id, medstint.search_key(name));

CREATE TABLE kiosk_states (
  kiosk_id      text PRIMARY KEY REFERENCES kiosks (id) ON DELETE CASCADE,
  school_id     text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  last_seen_at  timestamptz(3) NOT NULL,
  version       text NOT NULL,
  -- The device's wall clock minus the server's, in milliseconds.
  clock_skew_ms bigint NOT NULL,
  -- Punches that wait in its journal.
  waiting       integer NOT NULL,
  -- What is wrong with its journal; nothing where it is well.
  trouble       text CONSTRAINT kiosk_states_trouble_known CHECK (trouble IN ('CORRUPT', 'FULL', 'UNWRITABLE')),
  stranded      integer NOT NULL DEFAULT 0,
  CONSTRAINT kiosk_states_last_seen_at_in_range
    CHECK (last_seen_at >= '1950-01-01T00:00Z'::timestamptz AND last_seen_at < '2200-01-01T00:00Z'::timestamptz)
);

-- Who acts where a kiosk does: written by the functions of a kiosk for as long as they run, by
-- nobody else. A setting would not do, since any statement can change one; and it is over when the
-- function is, not when the transaction is.
CREATE UNLOGGED TABLE medstint.kiosk_acts (
  transaction_id xid8 PRIMARY KEY,
  kiosk_id       text NOT NULL,
  -- Whoever stands before it, where that is known.
  user_id        text,
  -- Whether the flags of what the act writes are found together, later.
  puts_flags_off boolean NOT NULL DEFAULT false
);

-- Nothing is granted on it: only the functions below know what is in it, and they write its events.
CREATE TABLE medstint.pins (
  user_id         text PRIMARY KEY REFERENCES public.users (id) ON DELETE CASCADE,
  pin_hash        text CONSTRAINT pins_pin_is_bcrypt CHECK (pin_hash ~ '^\$2a\$08\$[./A-Za-z0-9]{53}$'),
  -- Typed instead of a PIN, once, to set one.
  code_hash       text CONSTRAINT pins_code_is_bcrypt CHECK (code_hash ~ '^\$2a\$08\$[./A-Za-z0-9]{53}$'),
  code_expires_at timestamptz(3),
  CONSTRAINT pins_code_is_whole CHECK ((code_hash IS NULL) = (code_expires_at IS NULL)),
  CONSTRAINT pins_code_expires_at_in_range
    CHECK (code_expires_at >= '1950-01-01T00:00Z'::timestamptz AND code_expires_at < '2200-01-01T00:00Z'::timestamptz)
);

-- Attempts and what came of them, apart from those at passwords: what is worth a punch is worth no
-- session, and nobody locks a door by signing in.
CREATE TABLE medstint.pin_attempts (
  subject      text PRIMARY KEY,
  failures     integer NOT NULL DEFAULT 0,
  last_attempt timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT pin_attempts_last_attempt_in_range
    CHECK (last_attempt >= '1950-01-01T00:00Z'::timestamptz AND last_attempt < '2200-01-01T00:00Z'::timestamptz)
);

CREATE TABLE medstint.pin_outcomes (
  id           text PRIMARY KEY,
  kiosk_id     text NOT NULL,
  subject      text NOT NULL,
  user_id      text,
  -- counted, then ok or code; locked by the count alone.
  status       text NOT NULL,
  failures     integer NOT NULL,
  tried_pin    text,
  tried_code   text,
  locked_until timestamptz,
  counted_in   xid8 NOT NULL DEFAULT pg_current_xact_id(),
  counted_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- 3. A wrong PIN is an event, whatever its guesser does with the transaction that hears of it: it
  -- follows from what the first one committed.
  ip_address   text DEFAULT host(inet_client_addr()),
  -- 3. A wrong PIN is an event, whatever its guesser does with the transaction that hears of it: it
  -- follows from what the first one committed.
  is_reported  boolean NOT NULL DEFAULT false,
  CONSTRAINT pin_outcomes_locked_until_in_range
    CHECK (locked_until >= '1950-01-01T00:00Z'::timestamptz AND locked_until < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT pin_outcomes_counted_at_in_range
    CHECK (counted_at >= '1950-01-01T00:00Z'::timestamptz AND counted_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX pin_outcomes_of_kiosk ON medstint.pin_outcomes (kiosk_id, counted_at);
CREATE INDEX pin_outcomes_unreported ON medstint.pin_outcomes (counted_at) WHERE NOT is_reported;

CREATE TABLE kiosk_punches (
  -- Made by the kiosk, once for each punch.
  id                  text PRIMARY KEY CONSTRAINT kiosk_punches_key_sensible CHECK (length(id) BETWEEN 16 AND 64),
  school_id           text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  kiosk_id            text NOT NULL REFERENCES kiosks (id) ON DELETE RESTRICT,
  clinical_site_id    text NOT NULL REFERENCES clinical_sites (id) ON DELETE RESTRICT,
  -- What was scanned or typed.
  badge               text NOT NULL,
  student_id          text REFERENCES users (id) ON DELETE RESTRICT,
  punched_at          timestamptz(3) NOT NULL,
  -- What the device's own clock said.
  device_clock        timestamptz(3) NOT NULL,
  received_at         timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  is_offline          boolean NOT NULL,
  clock_is_unverified boolean NOT NULL,
  status              text NOT NULL CONSTRAINT kiosk_punches_status_known
    CHECK (status IN ('RECORDED', 'REPEATED', 'QUARANTINED', 'RESOLVED', 'DISCARDED')),
  problem             text,
  direction           text CONSTRAINT kiosk_punches_direction_known CHECK (direction IN ('IN', 'OUT')),
  time_record_id      text REFERENCES time_records (id) ON DELETE SET NULL,
  -- What the door showed.
  answer              jsonb,
  settled_by          text REFERENCES users (id) ON DELETE RESTRICT,
  settled_at          timestamptz(3),
  reason              text,
  possible_punchers   text[] NOT NULL DEFAULT '{}',
  CONSTRAINT kiosk_punches_problem_when_kept
    CHECK ((problem IS NOT NULL) = (status IN ('QUARANTINED', 'RESOLVED', 'DISCARDED'))),
  CONSTRAINT kiosk_punches_settled_is_whole
    CHECK ((settled_by IS NOT NULL) = (status IN ('RESOLVED', 'DISCARDED'))
    AND (settled_by IS NULL) = (settled_at IS NULL) AND (settled_by IS NULL OR btrim(coalesce(reason, '')) <> '')),
  CONSTRAINT kiosk_punches_punched_at_in_range
    CHECK (punched_at >= '1950-01-01T00:00Z'::timestamptz AND punched_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT kiosk_punches_device_clock_in_range
    CHECK (device_clock >= '1950-01-01T00:00Z'::timestamptz AND device_clock < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT kiosk_punches_received_at_in_range
    CHECK (received_at >= '1950-01-01T00:00Z'::timestamptz AND received_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT kiosk_punches_settled_at_in_range
    CHECK (settled_at >= '1950-01-01T00:00Z'::timestamptz AND settled_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX kiosk_punches_of_student ON kiosk_punches (student_id, punched_at) WHERE status = 'RECORDED';
CREATE INDEX kiosk_punches_quarantined ON kiosk_punches (school_id, received_at, id) WHERE status = 'QUARANTINED';
CREATE INDEX kiosk_punches_settled ON kiosk_punches (school_id, received_at, id)
  WHERE status IN ('RESOLVED', 'DISCARDED');

-- Attempts at badges that are nobody's are counted by a hash with a key of this database: what was
-- typed is kept nowhere.
CREATE TABLE medstint.badge_keys (
  key text PRIMARY KEY
);

-- 4. Codes of kiosks that are refused. A code has sixty bits and is good for a day, so that guesses
-- need no lock, only a bound on what they write: 300 rows a minute from one address, one of them in
-- each transaction. A right code is taken whatever others try.
CREATE TABLE medstint.refused_enrolments (
  number      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The network address of the connection; 'local' over a socket.
  source      text NOT NULL DEFAULT coalesce(host(inet_client_addr()), 'local'),
  refused_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  refused_in  xid8 NOT NULL DEFAULT pg_current_xact_id(),
  is_reported boolean NOT NULL DEFAULT false,
  CONSTRAINT refused_enrolments_refused_at_in_range
    CHECK (refused_at >= '1950-01-01T00:00Z'::timestamptz AND refused_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX refused_enrolments_from ON medstint.refused_enrolments (source, refused_at);
CREATE INDEX refused_enrolments_unreported ON medstint.refused_enrolments (refused_at) WHERE NOT is_reported;

-- Attempts with unknown badges are counted by a hash with this key: what was typed is stored nowhere.
INSERT INTO medstint.badge_keys (key) VALUES
  (encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'hex'));

-- Each table is closed until sql/policies opens it, except to the owner.
ALTER TABLE kiosks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY kiosks_owner ON kiosks TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE kiosk_states ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY kiosk_states_owner ON kiosk_states TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE kiosk_punches ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY kiosk_punches_owner ON kiosk_punches TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.refused_enrolments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY refused_enrolments_owner ON medstint.refused_enrolments TO CURRENT_USER USING (true) WITH CHECK (true);
