-- Why: schools, programs and the people in them, as documented, with the
-- columns that the documents imply (names, activity, time stamps). Schools
-- and users refer to each other, so the administrator's key comes last.
CREATE TABLE schools (
  id            text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  name          text NOT NULL CONSTRAINT schools_name_not_blank CHECK (btrim(name) <> ''),
  accreditation text NOT NULL,
  address       text,
  phone         text,
  email         text,
  website       text,
  admin_id      text,
  is_active     boolean NOT NULL DEFAULT true,
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  updated_at    timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE programs (
  id           text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id    text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  name         text NOT NULL CONSTRAINT programs_name_not_blank CHECK (btrim(name) <> ''),
  description  text NOT NULL,
  duration     integer NOT NULL CONSTRAINT programs_duration_in_months CHECK (duration BETWEEN 1 AND 120),
  class_year   integer NOT NULL CONSTRAINT programs_class_year_plausible CHECK (class_year BETWEEN 1950 AND 2150),
  requirements medstint.json_array,
  is_active    boolean NOT NULL DEFAULT true,
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  updated_at   timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT programs_unique_in_school UNIQUE (school_id, name, class_year)
);

CREATE TABLE users (
  id                   text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  email                text NOT NULL CONSTRAINT users_email_unique UNIQUE,
  name                 text NOT NULL CONSTRAINT users_name_not_blank CHECK (btrim(name) <> ''),
  given_name           text,
  family_name          text,
  -- What lists show and sort by: "Family, Given" where both are known.
  sort_name            text NOT NULL GENERATED ALWAYS AS (coalesce(family_name || ', ' || given_name, name)) STORED,
  role                 user_role NOT NULL,
  school_id            text REFERENCES schools (id) ON DELETE RESTRICT,
  program_id           text REFERENCES programs (id) ON DELETE RESTRICT,
  student_id           text,
  academic_status      academic_status,
  onboarding_completed boolean NOT NULL DEFAULT false,
  total_clinical_hours integer NOT NULL DEFAULT 0 CONSTRAINT users_total_clinical_hours_not_negative CHECK (total_clinical_hours >= 0),
  stripe_customer_id   text,
  is_active            boolean NOT NULL DEFAULT true,
  created_at           timestamptz(3) NOT NULL DEFAULT now(),
  updated_at           timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT users_email_is_address CHECK (email = lower(btrim(email)) AND email LIKE '_%@_%'),
  -- Somebody who is still being taken on may have no school yet, and sees nothing.
  CONSTRAINT users_school_unless_super_admin CHECK (
    CASE WHEN role = 'SUPER_ADMIN' THEN school_id IS NULL ELSE school_id IS NOT NULL OR NOT onboarding_completed END),
  CONSTRAINT users_student_number_unique UNIQUE (school_id, student_id)
);

ALTER TABLE schools ADD CONSTRAINT schools_admin_id_fkey
  FOREIGN KEY (admin_id) REFERENCES users (id) ON DELETE SET NULL;

CREATE TABLE accounts (
  id            text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  user_id       text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  school_id     text REFERENCES schools (id) ON DELETE RESTRICT,
  provider_id   text NOT NULL,
  account_id    text,
  access_token  text,
  refresh_token text,
  -- The bcrypt hash of a password, where provider_id is 'credential'; all cost the
  -- same, so that the time of an answer does not tell whose it was.
  password      text CONSTRAINT accounts_password_is_bcrypt CHECK (password ~ '^\$2a\$12\$[./A-Za-z0-9]{53}$'),
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  updated_at    timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT accounts_one_per_provider UNIQUE (user_id, provider_id)
);

CREATE TABLE sessions (
  id               text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  user_id          text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  school_id        text REFERENCES schools (id) ON DELETE RESTRICT,
  -- SHA-256 of the token in hexadecimal; the token itself is never stored.
  token            text NOT NULL CONSTRAINT sessions_token_unique UNIQUE
                   CONSTRAINT sessions_token_is_sha256 CHECK (token ~ '^[0-9a-f]{64}$'),
  -- The school that a SUPER_ADMIN works in at present; others have their own.
  active_school_id text REFERENCES schools (id) ON DELETE SET NULL,
  expires_at       timestamptz(3) NOT NULL,
  last_seen_at     timestamptz(3) NOT NULL DEFAULT now(),
  revoked_at       timestamptz(3),
  client           text NOT NULL DEFAULT 'console',
  ip_address       text,
  user_agent       text,
  created_at       timestamptz(3) NOT NULL DEFAULT now(),
  updated_at       timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT sessions_end_after_start CHECK (expires_at > created_at)
);
