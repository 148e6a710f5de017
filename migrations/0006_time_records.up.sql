-- Why: time records, to the millisecond, with every decision, question and correction.

CREATE TABLE time_records (
  id                   text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id            text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  student_id           text NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  rotation_id          text NOT NULL,
  clinical_site_id     text NOT NULL REFERENCES clinical_sites (id) ON DELETE RESTRICT,
  -- Midnight, at the site, of the local day on which the record began.
  date                 timestamptz(3) NOT NULL,
  clock_in             timestamptz(3) NOT NULL,
  clock_out            timestamptz(3),
  -- What was worked, to the millisecond; total_hours is its display form.
  elapsed_ms           bigint
    GENERATED ALWAYS AS ((extract(epoch FROM (clock_out - clock_in)) * 1000)::bigint) STORED,
  total_hours          numeric(4, 2),
  activities           medstint.json_array,
  notes                text,
  status               time_record_status NOT NULL DEFAULT 'PENDING',
  clock_in_latitude    medstint.latitude,
  clock_in_longitude   medstint.longitude,
  clock_in_accuracy_m  real CONSTRAINT time_records_clock_in_accuracy_not_negative CHECK (clock_in_accuracy_m >= 0),
  clock_in_source      punch_source NOT NULL DEFAULT 'WEB',
  clock_in_ip_address  text,
  clock_in_user_agent  text,
  clock_out_latitude   medstint.latitude,
  clock_out_longitude  medstint.longitude,
  clock_out_accuracy_m real CONSTRAINT time_records_clock_out_accuracy_not_negative CHECK (clock_out_accuracy_m >= 0),
  clock_out_source     punch_source,
  clock_out_ip_address text,
  clock_out_user_agent text,
  approved_by          text REFERENCES users (id) ON DELETE RESTRICT,
  approved_at          timestamptz(3),
  -- Of the decision in force: who decided stands in approved_by, also for a rejection, as in the
  -- specification. The whole history is kept beside it.
  decision_kind        decision_kind,
  decision_reason_code rejection_reason,
  decision_reason      text,
  flags                medstint.json_array NOT NULL DEFAULT '[]',
  version              integer NOT NULL DEFAULT 1,
  created_at           timestamptz(3) NOT NULL DEFAULT now(),
  updated_at           timestamptz(3) NOT NULL DEFAULT now(),
  -- How much the record wants a look: 0 hard (or open), 1 warn, 2 note, 3 clean.
  triage               smallint NOT NULL DEFAULT 3 CONSTRAINT time_records_triage_known
    CHECK (triage BETWEEN 0 AND 3),
  -- When its times were last corrected after the fact.
  edited_at            timestamptz(3),
  -- Who changed its times, or entered them for the student.
  editors              text[] NOT NULL DEFAULT '{}',
  -- A kiosk without a connection kept one of the punches; its clock could not be anchored.
  is_offline           boolean NOT NULL DEFAULT false,
  clock_is_unverified  boolean NOT NULL DEFAULT false,
  -- What the student told when asked; hours are never lessened by it.
  meal_break_min       smallint CONSTRAINT time_records_meal_break_plausible CHECK (meal_break_min BETWEEN 0 AND 240),
  possible_punchers    text[] NOT NULL DEFAULT '{}',
  -- Times that no device recorded, because a person changed them.
  clock_in_is_edited   boolean NOT NULL DEFAULT false,
  -- Times that no device recorded, because a person changed them.
  clock_out_is_edited  boolean NOT NULL DEFAULT false,
  CONSTRAINT time_records_position_is_whole
    CHECK ((clock_in_latitude IS NULL) = (clock_in_longitude IS NULL)
    AND (clock_out_latitude IS NULL) = (clock_out_longitude IS NULL)),
  CONSTRAINT time_records_decision_is_whole
    CHECK ((status = 'PENDING') = (approved_by IS NULL) AND (approved_by IS NULL) = (approved_at IS NULL)
    AND (approved_by IS NULL) = (decision_kind IS NULL)),
  CONSTRAINT time_records_open_not_approved CHECK (status <> 'APPROVED' OR clock_out IS NOT NULL),
  CONSTRAINT time_records_backwards_not_approved CHECK (status <> 'APPROVED' OR clock_out > clock_in),
  CONSTRAINT time_records_nobody_decides_for_themselves CHECK (approved_by IS DISTINCT FROM student_id),
  CONSTRAINT time_records_rejection_has_reason CHECK ((status = 'REJECTED') = (decision_reason_code IS NOT NULL)),
  CONSTRAINT time_records_other_reason_has_words
    CHECK (decision_reason_code IS DISTINCT FROM 'OTHER' OR coalesce(btrim(decision_reason), '') <> ''),
  CONSTRAINT time_records_accuracy_is_finite
    CHECK (clock_in_accuracy_m < 'Infinity' AND clock_out_accuracy_m < 'Infinity'),
  CONSTRAINT time_records_total_hours_not_negative CHECK (total_hours >= 0),
  CONSTRAINT time_records_rotation_of_student FOREIGN KEY (rotation_id, student_id, school_id)
    REFERENCES rotations (id, student_id, school_id) ON DELETE RESTRICT,
  CONSTRAINT time_records_date_in_range
    CHECK (date >= '1950-01-01T00:00Z'::timestamptz AND date < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT time_records_clock_in_in_range
    CHECK (clock_in >= '1950-01-01T00:00Z'::timestamptz AND clock_in < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT time_records_clock_out_in_range
    CHECK (clock_out >= '1950-01-01T00:00Z'::timestamptz AND clock_out < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT time_records_total_hours_finite
    CHECK (total_hours > '-Infinity'::numeric AND total_hours < 'Infinity'::numeric),
  CONSTRAINT time_records_clock_in_latitude_finite
    CHECK (((clock_in_latitude)::numeric > '-Infinity'::numeric)
    AND ((clock_in_latitude)::numeric < 'Infinity'::numeric)),
  CONSTRAINT time_records_clock_in_longitude_finite
    CHECK (((clock_in_longitude)::numeric > '-Infinity'::numeric)
    AND ((clock_in_longitude)::numeric < 'Infinity'::numeric)),
  CONSTRAINT time_records_clock_in_accuracy_m_finite
    CHECK (clock_in_accuracy_m > '-Infinity'::real AND clock_in_accuracy_m < 'Infinity'::real),
  CONSTRAINT time_records_clock_out_latitude_finite
    CHECK (((clock_out_latitude)::numeric > '-Infinity'::numeric)
    AND ((clock_out_latitude)::numeric < 'Infinity'::numeric)),
  CONSTRAINT time_records_clock_out_longitude_finite
    CHECK (((clock_out_longitude)::numeric > '-Infinity'::numeric)
    AND ((clock_out_longitude)::numeric < 'Infinity'::numeric)),
  CONSTRAINT time_records_clock_out_accuracy_m_finite
    CHECK (clock_out_accuracy_m > '-Infinity'::real AND clock_out_accuracy_m < 'Infinity'::real),
  CONSTRAINT time_records_approved_at_in_range
    CHECK (approved_at >= '1950-01-01T00:00Z'::timestamptz AND approved_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT time_records_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT time_records_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT time_records_edited_at_in_range
    CHECK (edited_at >= '1950-01-01T00:00Z'::timestamptz AND edited_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX idx_time_records_student_date ON time_records (student_id, date);
-- The queue and its history: oldest or newest first, longest first.
CREATE INDEX time_records_pending_by_time ON time_records (school_id, clock_in, id) WHERE status = 'PENDING';
CREATE INDEX time_records_approved_by_time ON time_records (school_id, clock_in, id) WHERE status = 'APPROVED';
CREATE INDEX time_records_rejected_by_time ON time_records (school_id, clock_in, id) WHERE status = 'REJECTED';
CREATE INDEX time_records_pending_by_length ON time_records (school_id, coalesce(elapsed_ms, 9007199254740991), id)
  WHERE status = 'PENDING';
CREATE INDEX time_records_approved_by_length ON time_records (school_id, coalesce(elapsed_ms, 9007199254740991), id)
  WHERE status = 'APPROVED';
CREATE INDEX time_records_rejected_by_length ON time_records (school_id, coalesce(elapsed_ms, 9007199254740991), id)
  WHERE status = 'REJECTED';
-- By student or by site: the people or sites in order, then each one's records.
CREATE INDEX time_records_by_student ON time_records (student_id, clock_in, id);
CREATE INDEX time_records_by_site ON time_records (clinical_site_id, clock_in, id);
CREATE INDEX time_records_pending_of_student ON time_records (student_id, clock_in, id) WHERE status = 'PENDING';
-- Hours of a rotation or a student are sums over approved records.
CREATE INDEX time_records_by_rotation ON time_records (rotation_id, clock_in, id);
CREATE INDEX time_records_approved_of_rotation ON time_records (rotation_id) INCLUDE (elapsed_ms)
  WHERE status = 'APPROVED';
CREATE INDEX time_records_approved_of_student ON time_records (student_id) INCLUDE (elapsed_ms)
  WHERE status = 'APPROVED';
-- One open record per student is looked up at each punch.
CREATE INDEX time_records_open_of_student ON time_records (student_id) WHERE clock_out IS NULL;
-- What waits in a rotation is a sum over its pending records.
CREATE INDEX time_records_pending_of_rotation ON time_records (rotation_id) INCLUDE (elapsed_ms)
  WHERE status = 'PENDING';
CREATE INDEX time_records_pending_by_triage ON time_records (school_id, triage, clock_in, id) INCLUDE (elapsed_ms)
  WHERE status = 'PENDING';
CREATE INDEX time_records_approved_by_triage ON time_records (school_id, triage, clock_in, id)
  WHERE status = 'APPROVED';
CREATE INDEX time_records_rejected_by_triage ON time_records (school_id, triage, clock_in, id)
  WHERE status = 'REJECTED';
-- Who is at work.
CREATE INDEX time_records_open_by_triage ON time_records (school_id, triage, clock_in, id)
  WHERE status = 'PENDING' AND clock_out IS NULL;
CREATE INDEX time_records_open_by_time ON time_records (school_id, clock_in, id)
  WHERE status = 'PENDING' AND clock_out IS NULL;
-- Two students at one device within a minute.
CREATE INDEX time_records_by_device_in ON time_records (clock_in_ip_address, clock_in)
  WHERE clock_in_ip_address IS NOT NULL AND clock_in_source <> 'KIOSK';
CREATE INDEX time_records_by_device_out ON time_records (clock_out_ip_address, clock_out)
  WHERE clock_out_ip_address IS NOT NULL AND clock_out_source IS DISTINCT FROM 'KIOSK';
-- What a location that moved is about.
CREATE INDEX time_records_pending_of_site ON time_records (clinical_site_id, id) WHERE status = 'PENDING';

-- Append-only: one row for every decision that was ever in force, and one for each undo. Triggers
-- write it, whoever changed the record.
CREATE TABLE time_record_decisions (
  id             text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id      text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  time_record_id text NOT NULL REFERENCES time_records (id) ON DELETE RESTRICT,
  -- The version that was seen and decided, and the one the decision made.
  version_before integer NOT NULL,
  version_after  integer NOT NULL,
  verdict        decision_verdict NOT NULL,
  kind           decision_kind NOT NULL,
  reason_code    rejection_reason,
  reason         text,
  elapsed_ms     bigint,
  decided_by     text NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  decided_at     timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  -- What a decision was made in view of.
  flags          medstint.json_array NOT NULL DEFAULT '[]',
  CONSTRAINT time_record_decisions_once_per_version UNIQUE (time_record_id, version_before),
  CONSTRAINT time_record_decisions_decided_at_in_range
    CHECK (decided_at >= '1950-01-01T00:00Z'::timestamptz AND decided_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX time_record_decisions_by_person ON time_record_decisions (decided_by, decided_at, id);
CREATE INDEX time_record_decisions_by_school ON time_record_decisions (school_id, decided_at, id);

CREATE TABLE time_record_questions (
  id             text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id      text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  time_record_id text NOT NULL REFERENCES time_records (id) ON DELETE RESTRICT,
  asked_by       text NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  asked_at       timestamptz(3) NOT NULL DEFAULT now(),
  question       text NOT NULL CONSTRAINT time_record_questions_question_not_blank CHECK (btrim(question) <> ''),
  answer         text CONSTRAINT time_record_questions_answer_not_blank CHECK (btrim(answer) <> ''),
  answered_at    timestamptz(3),
  CONSTRAINT time_record_questions_answer_is_whole CHECK ((answer IS NULL) = (answered_at IS NULL)),
  CONSTRAINT time_record_questions_asked_at_in_range
    CHECK (asked_at >= '1950-01-01T00:00Z'::timestamptz AND asked_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT time_record_questions_answered_at_in_range
    CHECK (answered_at >= '1950-01-01T00:00Z'::timestamptz AND answered_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX time_record_questions_of_record ON time_record_questions (time_record_id, asked_at);
CREATE INDEX time_record_questions_open ON time_record_questions (time_record_id) WHERE answered_at IS NULL;

CREATE TABLE time_record_corrections (
  id             text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id      text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  time_record_id text NOT NULL REFERENCES time_records (id) ON DELETE RESTRICT,
  -- What stood there, and what is proposed.
  old_clock_in   timestamptz(3) NOT NULL,
  old_clock_out  timestamptz(3),
  clock_in       timestamptz(3) NOT NULL,
  clock_out      timestamptz(3),
  reason         text NOT NULL CONSTRAINT time_record_corrections_reason_not_blank CHECK (btrim(reason) <> ''),
  proposed_by    text NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  proposed_at    timestamptz(3) NOT NULL DEFAULT now(),
  status         text NOT NULL DEFAULT 'PROPOSED' CONSTRAINT time_record_corrections_status_known
    CHECK (status IN ('PROPOSED', 'APPROVED', 'REJECTED', 'WITHDRAWN')),
  decided_by     text REFERENCES users (id) ON DELETE RESTRICT,
  decided_at     timestamptz(3),
  CONSTRAINT time_record_corrections_out_after_in CHECK (clock_out > clock_in),
  CONSTRAINT time_record_corrections_change_something
    CHECK ((clock_in, clock_out) IS DISTINCT FROM (old_clock_in, old_clock_out)),
  CONSTRAINT time_record_corrections_keep_the_clock_out CHECK (old_clock_out IS NULL OR clock_out IS NOT NULL),
  CONSTRAINT time_record_corrections_decision_is_whole CHECK ((status = 'PROPOSED') = (decided_at IS NULL)),
  CONSTRAINT time_record_corrections_by_somebody_else CHECK (status <> 'APPROVED' OR decided_by <> proposed_by),
  -- From 99.995 h on they are rounded to more than 99.99. A proposal that stands already is refused
  -- when it is approved.
  CONSTRAINT time_record_corrections_at_most_99_hours CHECK (clock_out - clock_in < interval '359982 seconds'),
  CONSTRAINT time_record_corrections_old_clock_in_in_range
    CHECK (old_clock_in >= '1950-01-01T00:00Z'::timestamptz AND old_clock_in < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT time_record_corrections_old_clock_out_in_range
    CHECK (old_clock_out >= '1950-01-01T00:00Z'::timestamptz AND old_clock_out < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT time_record_corrections_clock_in_in_range
    CHECK (clock_in >= '1950-01-01T00:00Z'::timestamptz AND clock_in < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT time_record_corrections_clock_out_in_range
    CHECK (clock_out >= '1950-01-01T00:00Z'::timestamptz AND clock_out < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT time_record_corrections_proposed_at_in_range
    CHECK (proposed_at >= '1950-01-01T00:00Z'::timestamptz AND proposed_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT time_record_corrections_decided_at_in_range
    CHECK (decided_at >= '1950-01-01T00:00Z'::timestamptz AND decided_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE UNIQUE INDEX time_record_corrections_one_at_a_time ON time_record_corrections (time_record_id)
  WHERE status = 'PROPOSED';
CREATE INDEX time_record_corrections_of_record ON time_record_corrections (time_record_id, proposed_at);
CREATE INDEX time_record_corrections_proposed ON time_record_corrections (school_id, proposed_at, id)
  WHERE status = 'PROPOSED';
CREATE INDEX time_record_corrections_decided ON time_record_corrections (school_id, proposed_at, id)
  WHERE status <> 'PROPOSED';

CREATE TABLE medstint.flags_due (
  -- Without a reference: checking one would wait for the very row.
  time_record_id text PRIMARY KEY,
  school_id      text NOT NULL
) WITH (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);

CREATE INDEX flags_due_of_school ON medstint.flags_due (school_id);

CREATE TABLE medstint.flags_wanted (
  wanted_in  xid8 NOT NULL DEFAULT pg_current_xact_id(),
  table_name text NOT NULL,
  row_id     text NOT NULL,
  PRIMARY KEY (wanted_in, table_name, row_id)
);

-- Transactions in which days follow a zone: written by the triggers below for as long as they run,
-- by nobody else. What was allowed where it stood is not judged again.
CREATE UNLOGGED TABLE medstint.days_moving (
  transaction_id xid8 PRIMARY KEY
);

-- Each table is closed until sql/policies opens it, except to the owner.
ALTER TABLE time_records ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY time_records_owner ON time_records TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE time_record_decisions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY time_record_decisions_owner ON time_record_decisions TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE time_record_questions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY time_record_questions_owner ON time_record_questions TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE time_record_corrections ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY time_record_corrections_owner ON time_record_corrections TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.flags_due ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY flags_due_owner ON medstint.flags_due TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.flags_wanted ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY flags_wanted_owner ON medstint.flags_wanted TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.days_moving ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY days_moving_owner ON medstint.days_moving TO CURRENT_USER USING (true) WITH CHECK (true);
