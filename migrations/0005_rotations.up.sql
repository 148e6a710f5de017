-- Why: rotations, the rules of a school, and the steps that each status may take.

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
  completed_hours  integer NOT NULL DEFAULT 0 CONSTRAINT rotations_completed_hours_not_negative
    CHECK (completed_hours >= 0),
  status           rotation_status NOT NULL DEFAULT 'SCHEDULED',
  objectives       medstint.json_array,
  created_at       timestamptz(3) NOT NULL DEFAULT now(),
  updated_at       timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT rotations_end_after_start CHECK (end_date > start_date),
  CONSTRAINT rotations_nobody_supervises_themselves
    CHECK (student_id IS DISTINCT FROM preceptor_id AND student_id IS DISTINCT FROM supervisor_id),
  -- A time record and its rotation are of one student and one school, for good.
  CONSTRAINT rotations_student_and_school UNIQUE (id, student_id, school_id),
  CONSTRAINT rotations_start_date_in_range
    CHECK (start_date >= '1950-01-01T00:00Z'::timestamptz AND start_date < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT rotations_end_date_in_range
    CHECK (end_date >= '1950-01-01T00:00Z'::timestamptz AND end_date < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT rotations_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT rotations_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT rotations_specialty_is_plain CHECK (medstint.is_plain(specialty))
);

CREATE INDEX idx_rotations_student_dates ON rotations (student_id, start_date, end_date);
CREATE INDEX rotations_by_end ON rotations (school_id, end_date, id);
CREATE INDEX rotations_of_preceptor ON rotations (preceptor_id);
CREATE INDEX rotations_of_supervisor ON rotations (supervisor_id);
CREATE INDEX rotations_of_site ON rotations (clinical_site_id, start_date);
-- Rotations that take a place, by site and by student.
CREATE INDEX rotations_booked_of_site ON rotations (clinical_site_id, end_date) INCLUDE (start_date)
  WHERE status IN ('SCHEDULED', 'ACTIVE');
CREATE INDEX rotations_booked_of_student ON rotations (student_id, end_date) INCLUDE (start_date)
  WHERE status IN ('SCHEDULED', 'ACTIVE');
CREATE INDEX rotations_scheduled_by_end ON rotations (school_id, end_date, id) WHERE status = 'SCHEDULED';
CREATE INDEX rotations_active_by_end ON rotations (school_id, end_date, id) WHERE status = 'ACTIVE';
CREATE INDEX rotations_completed_by_end ON rotations (school_id, end_date, id) WHERE status = 'COMPLETED';
CREATE INDEX rotations_cancelled_by_end ON rotations (school_id, end_date, id) WHERE status = 'CANCELLED';
CREATE INDEX rotations_of_student ON rotations (student_id, start_date, id);

-- Thresholds are data: one row per school; a missing key means the default that the rules of the
-- field give.
CREATE TABLE school_policies (
  school_id    text PRIMARY KEY REFERENCES schools (id) ON DELETE CASCADE,
  thresholds   medstint.json_object NOT NULL DEFAULT '{}',
  duty_profile text NOT NULL DEFAULT 'CUSTOM',
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  updated_at   timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT school_policies_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT school_policies_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE TABLE medstint.state_transitions (
  table_name text NOT NULL,
  old_status text NOT NULL,
  new_status text NOT NULL,
  PRIMARY KEY (table_name, old_status, new_status)
);

-- Advisory limits, as data. A threshold that the school set comes first; without a limit there is
-- no flag.
CREATE TABLE medstint.duty_profiles (
  code              text PRIMARY KEY,
  day_cap_h         numeric,
  -- One record alone.
  at_once_cap_h     numeric,
  week_cap_h        numeric,
  -- Over how many days the week's hours are averaged: 7 is the calendar week, none is the rotation
  -- so far.
  averaged_days     integer,
  min_rest_h        numeric,
  -- After so long a shift, so much rest.
  long_shift_h      numeric,
  rest_after_long_h numeric,
  -- In 28 days.
  free_days         integer,
  CONSTRAINT duty_profiles_day_cap_h_finite
    CHECK (day_cap_h > '-Infinity'::numeric AND day_cap_h < 'Infinity'::numeric),
  CONSTRAINT duty_profiles_at_once_cap_h_finite
    CHECK (at_once_cap_h > '-Infinity'::numeric AND at_once_cap_h < 'Infinity'::numeric),
  CONSTRAINT duty_profiles_week_cap_h_finite
    CHECK (week_cap_h > '-Infinity'::numeric AND week_cap_h < 'Infinity'::numeric),
  CONSTRAINT duty_profiles_min_rest_h_finite
    CHECK (min_rest_h > '-Infinity'::numeric AND min_rest_h < 'Infinity'::numeric),
  CONSTRAINT duty_profiles_long_shift_h_finite
    CHECK (long_shift_h > '-Infinity'::numeric AND long_shift_h < 'Infinity'::numeric),
  CONSTRAINT duty_profiles_rest_after_long_h_finite
    CHECK (rest_after_long_h > '-Infinity'::numeric AND rest_after_long_h < 'Infinity'::numeric)
);

ALTER TABLE programs ADD CONSTRAINT programs_duty_profile_known
  FOREIGN KEY (duty_profile) REFERENCES medstint.duty_profiles (code);

ALTER TABLE school_policies ADD CONSTRAINT school_policies_duty_profile_known FOREIGN KEY (duty_profile)
  REFERENCES medstint.duty_profiles (code);

INSERT INTO medstint.state_transitions (table_name, old_status, new_status) VALUES
  ('assessments', '', 'DRAFT'),
  ('assessments', '', 'SUBMITTED'),
  ('assessments', 'DRAFT', 'SUBMITTED'),
  ('assessments', 'REVIEWED', 'APPROVED'),
  ('assessments', 'REVIEWED', 'SUBMITTED'),
  ('assessments', 'SUBMITTED', 'DRAFT'),
  ('assessments', 'SUBMITTED', 'REVIEWED'),
  ('competency_assignments', '', 'ASSIGNED'),
  ('competency_assignments', '', 'IN_PROGRESS'),
  ('competency_assignments', 'ASSIGNED', 'COMPLETED'),
  ('competency_assignments', 'ASSIGNED', 'IN_PROGRESS'),
  ('competency_assignments', 'ASSIGNED', 'OVERDUE'),
  ('competency_assignments', 'COMPLETED', 'IN_PROGRESS'),
  ('competency_assignments', 'IN_PROGRESS', 'COMPLETED'),
  ('competency_assignments', 'IN_PROGRESS', 'OVERDUE'),
  ('competency_assignments', 'OVERDUE', 'COMPLETED'),
  ('competency_assignments', 'OVERDUE', 'IN_PROGRESS'),
  ('competency_deployments', '', 'ACTIVE'),
  ('competency_deployments', '', 'PENDING'),
  ('competency_deployments', 'ACTIVE', 'ARCHIVED'),
  ('competency_deployments', 'ACTIVE', 'INACTIVE'),
  ('competency_deployments', 'INACTIVE', 'ACTIVE'),
  ('competency_deployments', 'INACTIVE', 'ARCHIVED'),
  ('competency_deployments', 'PENDING', 'ACTIVE'),
  ('competency_deployments', 'PENDING', 'ARCHIVED'),
  ('rotations', '', 'ACTIVE'),
  ('rotations', '', 'SCHEDULED'),
  ('rotations', 'ACTIVE', 'CANCELLED'),
  ('rotations', 'ACTIVE', 'COMPLETED'),
  ('rotations', 'SCHEDULED', 'ACTIVE'),
  ('rotations', 'SCHEDULED', 'CANCELLED'),
  ('time_records', 'APPROVED', 'PENDING'),
  ('time_records', 'PENDING', 'APPROVED'),
  ('time_records', 'PENDING', 'REJECTED'),
  ('time_records', 'REJECTED', 'PENDING');

INSERT INTO medstint.duty_profiles
  (code, day_cap_h, at_once_cap_h, week_cap_h, averaged_days, min_rest_h, long_shift_h, rest_after_long_h, free_days)
VALUES
  ('ACGME_RESIDENT', NULL, 28, 80, 28, 8, 24, 14, 4),
  ('CUSTOM', 12, NULL, 60, 7, 8, NULL, NULL, NULL),
  ('MEDICAL_STUDENT', NULL, 28, 80, NULL, 8, NULL, NULL, NULL),
  ('RADIOGRAPHY', 10, NULL, 40, 7, 8, NULL, NULL, NULL);

-- Each table is closed until sql/policies opens it, except to the owner.
ALTER TABLE rotations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY rotations_owner ON rotations TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE school_policies ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY school_policies_owner ON school_policies TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.state_transitions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY state_transitions_owner ON medstint.state_transitions TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.duty_profiles ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY duty_profiles_owner ON medstint.duty_profiles TO CURRENT_USER USING (true) WITH CHECK (true);
