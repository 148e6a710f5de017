-- Why: what the system tells people, what it remembers of them, and what each
-- school has decided for itself.
CREATE TABLE notification_templates (
  id         text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  -- NULL is the platform's wording, used where a school has none of its own.
  school_id  text REFERENCES schools (id) ON DELETE CASCADE,
  type       text NOT NULL,
  title      text NOT NULL,
  message    text NOT NULL,
  category   text,
  priority   notification_priority NOT NULL DEFAULT 'MEDIUM',
  is_active  boolean NOT NULL DEFAULT true,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT notification_templates_one_per_type UNIQUE (school_id, type)
);

CREATE TABLE notifications (
  id         text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id  text REFERENCES schools (id) ON DELETE RESTRICT,
  user_id    text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  type       text NOT NULL,
  title      text NOT NULL,
  message    text NOT NULL,
  is_read    boolean NOT NULL DEFAULT false,
  priority   notification_priority NOT NULL DEFAULT 'MEDIUM',
  category   text,
  action_url text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);

-- An event outlives whatever it describes: its resource is named by an id and is
-- no foreign key, and a person or school with a history cannot be deleted, only
-- made inactive.
CREATE TABLE audit_logs (
  id            text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  user_id       text REFERENCES users (id) ON DELETE RESTRICT,
  school_id     text REFERENCES schools (id) ON DELETE RESTRICT,
  action        text NOT NULL,
  resource_type text NOT NULL,
  resource_id   text NOT NULL,
  changes       medstint.json_object,
  ip_address    text,
  user_agent    text,
  endpoint      text,
  method        text,
  status_code   integer,
  severity      audit_severity NOT NULL DEFAULT 'LOW',
  created_at    timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);

-- Thresholds are data: one row per school; a missing key means the default
-- that the rules of the field give.
CREATE TABLE school_policies (
  school_id    text PRIMARY KEY REFERENCES schools (id) ON DELETE CASCADE,
  thresholds   medstint.json_object NOT NULL DEFAULT '{}',
  duty_profile text NOT NULL DEFAULT 'CUSTOM' CONSTRAINT school_policies_duty_profile_known
               CHECK (duty_profile IN ('ACGME_RESIDENT', 'MEDICAL_STUDENT', 'RADIOGRAPHY', 'CUSTOM')),
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  updated_at   timestamptz(3) NOT NULL DEFAULT now()
);
