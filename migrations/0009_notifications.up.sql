-- Why: notifications and the wording of each kind.

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
  CONSTRAINT notification_templates_one_per_type UNIQUE (school_id, type),
  CONSTRAINT notification_templates_alerts_are_the_platforms CHECK (type <> 'AUDIT_ALERT' OR school_id IS NULL),
  CONSTRAINT notification_templates_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT notification_templates_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE TABLE notifications (
  id         text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id  text,
  user_id    text NOT NULL,
  type       text NOT NULL,
  title      text NOT NULL,
  message    text NOT NULL,
  is_read    boolean NOT NULL DEFAULT false,
  priority   notification_priority NOT NULL DEFAULT 'MEDIUM',
  category   text,
  action_url text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  dedup_key  text,
  CONSTRAINT notifications_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT notifications_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX idx_notifications_user_unread ON notifications (user_id, is_read);
CREATE UNIQUE INDEX notifications_once ON notifications (user_id, dedup_key) WHERE dedup_key IS NOT NULL;
CREATE INDEX notifications_of_user ON notifications (user_id, created_at, id);
CREATE INDEX notifications_unread_of_user ON notifications (user_id, created_at, id) WHERE NOT is_read;

INSERT INTO notification_templates (id, type, title, message, category, priority, is_active) VALUES
  ('platform-assessment-approved', 'ASSESSMENT_APPROVED', 'An assessment was approved',
    '{student} in {competency}: {score}.', 'COMPETENCY', 'LOW', true),
  ('platform-assessment-returned', 'ASSESSMENT_RETURNED', 'An assessment was returned to you',
    '{student} in {competency} is a draft again.', 'COMPETENCY', 'MEDIUM', true),
  ('platform-assessment-submitted', 'ASSESSMENT_SUBMITTED', 'An assessment is ready for review',
    '{student} in {competency}, by {actor}.', 'COMPETENCY', 'MEDIUM', true),
  ('platform-audit-alert', 'AUDIT_ALERT', '{rule}',
    '{count} within {within}, the last at {time}: {subject}. Open :alerts to review and acknowledge it.', 'AUDIT',
    'HIGH', true),
  ('platform-clock-out-missing', 'CLOCK_OUT_MISSING', 'A clock-out is missing',
    'Your record of {date} has none. Propose a clock-out time; someone else approves it.', 'TIME', 'HIGH', true),
  ('platform-competencies-assigned', 'COMPETENCIES_ASSIGNED', 'Competencies were assigned to you',
    '{count} assigned, starting with {competency}.', 'COMPETENCY', 'MEDIUM', true),
  ('platform-competencies-overdue', 'COMPETENCIES_OVERDUE', 'Competencies are overdue',
    'Assignments: {count}. Students: {students}.', 'COMPETENCY', 'MEDIUM', true),
  ('platform-competency-overdue', 'COMPETENCY_OVERDUE', 'A competency is overdue', '{competency} was due on {date}.',
    'COMPETENCY', 'MEDIUM', true),
  ('platform-correction-decided', 'CORRECTION_DECIDED', 'A correction was {verdict}',
    'Record of {date}, by {actor}.', 'TIME', 'MEDIUM', true),
  ('platform-correction-proposed', 'CORRECTION_PROPOSED', 'A correction was proposed',
    '{student}, record of {date}, by {actor}: {reason}', 'TIME', 'MEDIUM', true),
  ('platform-credential-changed', 'CREDENTIAL_CHANGED', 'Sign-in changed by someone else',
    '{actor} changed the {kind} of {person}. If this is unexpected, tell an administrator.', 'AUDIT', 'HIGH', true),
  ('platform-decision-undone', 'DECISION_UNDONE', 'A decision was undone',
    'Your record of {date} is pending again.', 'TIME', 'MEDIUM', true),
  ('platform-hours-approved', 'HOURS_APPROVED', 'Hours were approved',
    'By {actor} on {date}. Your time records show which.', 'TIME', 'LOW', true),
  ('platform-kiosk-in-trouble', 'KIOSK_IN_TROUBLE', 'A kiosk cannot save punches',
    '{kiosk} at {site}: its journal is {trouble}. Without a connection it accepts no punches. Open :kiosks.', 'SYSTEM',
    'URGENT', true),
  ('platform-punch-quarantined', 'PUNCH_QUARANTINED', 'Unmatched punches',
    'From {kiosk}, {date}. Open :quarantine to resolve them.', 'TIME', 'HIGH', true),
  ('platform-record-missing', 'RECORD_MISSING', 'Your time records are missing',
    '{rotation} at {site}: none since {date}.', 'TIME', 'HIGH', true),
  ('platform-site-over-capacity', 'SITE_OVER_CAPACITY', '{site} is over its capacity',
    '{present} students for {capacity} places, first on {date}.', 'SITE', 'HIGH', true),
  ('platform-time-record-answer', 'TIME_RECORD_ANSWER', '{student} answered', '{answer}', 'TIME', 'MEDIUM', true),
  ('platform-time-record-question', 'TIME_RECORD_QUESTION', 'A question about your time', '{question}', 'TIME',
    'HIGH', true),
  ('platform-time-record-rejected', 'TIME_RECORD_REJECTED', 'A time record was rejected',
    'Your record of {date} was rejected by {actor}: {reason}', 'TIME', 'HIGH', true);

-- Each table is closed until sql/policies opens it, except to the owner.
ALTER TABLE notification_templates ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY notification_templates_owner ON notification_templates TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE notifications ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY notifications_owner ON notifications TO CURRENT_USER USING (true) WITH CHECK (true);
