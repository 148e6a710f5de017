-- Why: rotations and the hours worked in them: what a licence rests on.
-- Instants are UTC with milliseconds. What the console adds is additive:
-- accuracy and source of a punch, the site at the time, the version that a
-- decision names, and the decision's reason.
CREATE TABLE rotations (
  id               text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id        text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  student_id       text NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  clinical_site_id text NOT NULL REFERENCES clinical_sites (id) ON DELETE RESTRICT,
  preceptor_id     text REFERENCES users (id) ON DELETE RESTRICT,
  supervisor_id    text REFERENCES users (id) ON DELETE RESTRICT,
  specialty        text NOT NULL CONSTRAINT rotations_specialty_not_blank CHECK (btrim(specialty) <> ''),
  start_date       timestamptz(3) NOT NULL,
  end_date         timestamptz(3) NOT NULL,
  required_hours   integer NOT NULL CONSTRAINT rotations_required_hours_not_negative CHECK (required_hours >= 0),
  completed_hours  integer NOT NULL DEFAULT 0 CONSTRAINT rotations_completed_hours_not_negative CHECK (completed_hours >= 0),
  status           rotation_status NOT NULL DEFAULT 'SCHEDULED',
  objectives       medstint.json_array,
  created_at       timestamptz(3) NOT NULL DEFAULT now(),
  updated_at       timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT rotations_end_after_start CHECK (end_date > start_date),
  CONSTRAINT rotations_times_plausible CHECK (start_date >= '1950-01-01Z' AND end_date < '2200-01-01Z'),
  CONSTRAINT rotations_nobody_supervises_themselves CHECK (student_id IS DISTINCT FROM preceptor_id AND student_id IS DISTINCT FROM supervisor_id)
);

CREATE TABLE time_records (
  id                   text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id            text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  student_id           text NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  rotation_id          text NOT NULL REFERENCES rotations (id) ON DELETE RESTRICT,
  clinical_site_id     text NOT NULL REFERENCES clinical_sites (id) ON DELETE RESTRICT,
  -- Midnight, at the site, of the local day on which the record began.
  date                 timestamptz(3) NOT NULL,
  clock_in             timestamptz(3) NOT NULL,
  clock_out            timestamptz(3),
  -- What was worked, to the millisecond; total_hours is its display form.
  elapsed_ms           bigint GENERATED ALWAYS AS ((extract(epoch FROM (clock_out - clock_in)) * 1000)::bigint) STORED,
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
  -- Of the decision in force: who decided stands in approved_by, also for a
  -- rejection, as in the specification. The whole history is kept beside it.
  decision_kind        decision_kind,
  decision_reason_code rejection_reason,
  decision_reason      text,
  flags                medstint.json_array NOT NULL DEFAULT '[]',
  version              integer NOT NULL DEFAULT 1,
  created_at           timestamptz(3) NOT NULL DEFAULT now(),
  updated_at           timestamptz(3) NOT NULL DEFAULT now(),
  -- No client has to cope with infinity.
  CONSTRAINT time_records_times_plausible CHECK (
    least(date, clock_in, clock_out) >= '1950-01-01Z' AND greatest(date, clock_in, clock_out) < '2200-01-01Z'),
  CONSTRAINT time_records_position_is_whole CHECK (
    (clock_in_latitude IS NULL) = (clock_in_longitude IS NULL)
    AND (clock_out_latitude IS NULL) = (clock_out_longitude IS NULL)),
  CONSTRAINT time_records_decision_is_whole CHECK (
    (status = 'PENDING') = (approved_by IS NULL)
    AND (approved_by IS NULL) = (approved_at IS NULL)
    AND (approved_by IS NULL) = (decision_kind IS NULL)),
  CONSTRAINT time_records_open_not_approved CHECK (status <> 'APPROVED' OR clock_out IS NOT NULL),
  CONSTRAINT time_records_backwards_not_approved CHECK (status <> 'APPROVED' OR clock_out > clock_in),
  CONSTRAINT time_records_nobody_decides_for_themselves CHECK (approved_by IS DISTINCT FROM student_id),
  CONSTRAINT time_records_rejection_has_reason CHECK ((status = 'REJECTED') = (decision_reason_code IS NOT NULL)),
  CONSTRAINT time_records_other_reason_has_words CHECK (
    decision_reason_code IS DISTINCT FROM 'OTHER' OR coalesce(btrim(decision_reason), '') <> '')
);

-- Append-only: one row for every decision that was ever in force, and one for
-- each undo. Triggers write it, whoever changed the record.
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
  CONSTRAINT time_record_decisions_once_per_version UNIQUE (time_record_id, version_before)
);
