-- Why: the audit trail, its seals, alert rules and alerts.

-- An event outlives whatever it describes: its resource is named by an id and is no foreign key,
-- and a person or school with a history cannot be deleted, only made inactive.
CREATE TABLE audit_logs (
  id             text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  user_id        text,
  school_id      text,
  action         text NOT NULL,
  resource_type  text NOT NULL,
  resource_id    text NOT NULL,
  changes        medstint.json_object,
  ip_address     text,
  user_agent     text,
  endpoint       text,
  method         text,
  status_code    integer,
  severity       audit_severity NOT NULL DEFAULT 'LOW',
  created_at     timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  -- The order in which events were written, over all schools; what is missing in it was taken back
  -- with its transaction. Events from before have no transaction.
  sequence       bigint GENERATED ALWAYS AS IDENTITY,
  -- The order in which events were written, over all schools; what is missing in it was taken back
  -- with its transaction. Events from before have no transaction.
  transaction_id bigint DEFAULT pg_current_xact_id()::text::bigint,
  CONSTRAINT audit_logs_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX audit_logs_by_time ON audit_logs (school_id, created_at, sequence) INCLUDE (severity);
CREATE INDEX audit_logs_severe ON audit_logs (school_id, created_at, sequence) WHERE severity IN ('HIGH', 'CRITICAL');
CREATE INDEX audit_logs_of_user ON audit_logs (user_id, created_at, sequence);
CREATE INDEX audit_logs_of_resource ON audit_logs (resource_id, created_at, sequence);
CREATE INDEX audit_logs_of_action ON audit_logs (school_id, action, created_at, sequence);
CREATE INDEX audit_logs_of_address ON audit_logs (school_id, ip_address, created_at, sequence);
CREATE UNIQUE INDEX audit_logs_by_sequence ON audit_logs (school_id, sequence);
CREATE INDEX audit_logs_of_transaction ON audit_logs (transaction_id, sequence);
-- An index with NULL in it lets a number repeat.
CREATE UNIQUE INDEX audit_logs_by_sequence_of_none ON audit_logs (sequence) WHERE school_id IS NULL;
-- The platform's events in the order of their list: an index on the school cannot serve it, since
-- PostgreSQL does not take IS NULL for a constant when it orders rows.
CREATE INDEX audit_logs_of_platform ON audit_logs (created_at, sequence) WHERE school_id IS NULL;
CREATE INDEX audit_logs_of_platform_severe ON audit_logs (created_at, sequence)
  WHERE school_id IS NULL AND severity IN ('HIGH', 'CRITICAL');

-- All event types. A code never changes its meaning, and a retired name keeps its row. Severity:
-- LOW is routine; MEDIUM removes something, concerns people and their access, or failed; HIGH
-- widens rights, changes a rule or exports data; CRITICAL means that the trail was altered.
CREATE TABLE medstint.audit_event_types (
  name     text PRIMARY KEY,
  code     text NOT NULL UNIQUE CHECK (code ~ '^[A-Z]{2}-[0-9]{4}$'),
  severity public.audit_severity NOT NULL,
  meaning  text NOT NULL
);

CREATE TABLE audit_seals (
  id             text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  -- NULL are the events that belong to no school.
  school_id      text,
  -- 1, 2, 3 … without gaps.
  number         bigint NOT NULL,
  -- Of how many events, the first of which is which of the school's: 1, 2, 3 …
  first_position bigint NOT NULL,
  events         integer NOT NULL CONSTRAINT audit_seals_of_something CHECK (events > 0),
  -- The events in their order, and their hashes, 32 bytes each. A purge leaves neither, only the
  -- digest of the hashes.
  sequences      bigint[],
  leaves         bytea,
  least_sequence bigint NOT NULL,
  most_sequence  bigint NOT NULL,
  digest         bytea NOT NULL,
  previous       bytea NOT NULL,
  hash           bytea NOT NULL,
  sealed_at      timestamptz(3) NOT NULL,
  purged_at      timestamptz(3),
  CONSTRAINT audit_seals_whole_or_purged
    CHECK ((purged_at IS NULL) = (sequences IS NOT NULL) AND (sequences IS NULL) = (leaves IS NULL)),
  -- Numbers that no seal has are where one could be hidden from whoever reads them in a row.
  CONSTRAINT audit_seals_counted
    CHECK (number > 0 AND first_position > 0 AND least_sequence > 0 AND most_sequence >= least_sequence),
  CONSTRAINT audit_seals_sealed_at_in_range
    CHECK (sealed_at >= '1950-01-01T00:00Z'::timestamptz AND sealed_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT audit_seals_purged_at_in_range
    CHECK (purged_at >= '1950-01-01T00:00Z'::timestamptz AND purged_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE UNIQUE INDEX audit_seals_in_a_row ON audit_seals (coalesce(school_id, ''), number);
CREATE INDEX audit_seals_of_school ON audit_seals (school_id, number);
CREATE INDEX audit_seals_by_sequence ON audit_seals (school_id, most_sequence);
CREATE INDEX audit_seals_of_platform ON audit_seals (most_sequence) WHERE school_id IS NULL;

-- What waits to be sealed; '' are the events that belong to no school.
CREATE TABLE medstint.audit_unsealed (
  school   text NOT NULL,
  sequence bigint NOT NULL,
  PRIMARY KEY (school, sequence)
);

CREATE TABLE alert_rules (
  id         text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  -- NULL is the platform's, which holds where a school has none of its own.
  school_id  text REFERENCES schools (id) ON DELETE CASCADE,
  code       text NOT NULL,
  name       text NOT NULL,
  actions    text[] NOT NULL CONSTRAINT alert_rules_of_something CHECK (cardinality(actions) > 0),
  -- Whose events are counted together.
  group_by   text NOT NULL CONSTRAINT alert_rules_group_known
    CHECK (group_by IN ('person', 'address', 'account', 'record', 'school')),
  -- What is counted: events, or the rows that they name.
  counts     text NOT NULL DEFAULT 'events' CONSTRAINT alert_rules_counts_known CHECK (counts IN ('events', 'rows')),
  threshold  integer NOT NULL CONSTRAINT alert_rules_threshold_positive CHECK (threshold > 0),
  -- Both ends count: ten minutes apart is within ten minutes.
  within     interval NOT NULL CONSTRAINT alert_rules_window_sensible
    CHECK (within BETWEEN interval '1 second' AND interval '7 days'),
  -- Only between these times of the school's clocks; the first belongs to it, the second does not.
  from_time  time,
  until_time time,
  severity   audit_severity NOT NULL DEFAULT 'HIGH',
  is_active  boolean NOT NULL DEFAULT true,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT alert_rules_hours_both CHECK ((from_time IS NULL) = (until_time IS NULL)),
  CONSTRAINT alert_rules_from_time_in_range CHECK (from_time < '24:00:00'::time without time zone),
  CONSTRAINT alert_rules_until_time_in_range CHECK (until_time < '24:00:00'::time without time zone),
  CONSTRAINT alert_rules_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT alert_rules_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT alert_rules_code_is_plain CHECK (medstint.is_plain(code)),
  CONSTRAINT alert_rules_name_is_plain CHECK (medstint.is_plain(name))
);

CREATE UNIQUE INDEX alert_rules_one_of_a_code ON alert_rules (coalesce(school_id, ''), code);
CREATE INDEX alert_rules_by_name ON alert_rules (school_id, name, id);

CREATE TABLE alerts (
  id              text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id       text,
  rule_id         text NOT NULL,
  -- Whose events: an id, an address, an email address.
  subject         text NOT NULL,
  severity        audit_severity NOT NULL,
  -- The most that there were within the window.
  counted         bigint NOT NULL,
  first_at        timestamptz(3) NOT NULL,
  last_at         timestamptz(3) NOT NULL,
  opened_at       timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  acknowledged_by text REFERENCES users (id) ON DELETE RESTRICT,
  acknowledged_at timestamptz(3),
  updated_at      timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT alerts_acknowledged_by_somebody CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL)),
  CONSTRAINT alerts_first_at_in_range
    CHECK (first_at >= '1950-01-01T00:00Z'::timestamptz AND first_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT alerts_last_at_in_range
    CHECK (last_at >= '1950-01-01T00:00Z'::timestamptz AND last_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT alerts_opened_at_in_range
    CHECK (opened_at >= '1950-01-01T00:00Z'::timestamptz AND opened_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT alerts_acknowledged_at_in_range
    CHECK (acknowledged_at >= '1950-01-01T00:00Z'::timestamptz
    AND acknowledged_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT alerts_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX alerts_by_time ON alerts (school_id, last_at, id);
CREATE UNIQUE INDEX alerts_one_open ON alerts (rule_id, coalesce(school_id, ''), subject)
  WHERE acknowledged_at IS NULL;

-- Since when a console has found that another connection keeps the events of a school from being
-- sealed. Insert-only, so that nobody waits; whoever seals deletes it.
CREATE TABLE medstint.sealing_delays (
  school     text NOT NULL,
  noticed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT sealing_delays_noticed_at_in_range
    CHECK (noticed_at >= '1950-01-01T00:00Z'::timestamptz AND noticed_at < '2200-01-01T00:00Z'::timestamptz)
);

-- Who seals a school's events holds its row. An advisory lock could be held by whoever may connect.
CREATE TABLE medstint.audit_sealing (
  school text PRIMARY KEY
);

-- Events that a rule could not be evaluated for. Insert-only, so that nobody waits; the next seal
-- of the school evaluates them.
CREATE TABLE medstint.kept_evaluations (
  number    bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  school    text NOT NULL,
  code      text NOT NULL,
  sequences bigint[] NOT NULL,
  kept_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT kept_evaluations_kept_at_in_range
    CHECK (kept_at >= '1950-01-01T00:00Z'::timestamptz AND kept_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX kept_evaluations_of ON medstint.kept_evaluations (school, code, number);

INSERT INTO medstint.audit_sealing (school) VALUES ('');

INSERT INTO medstint.audit_event_types (name, code, severity, meaning) VALUES
  ('access.denied', 'AC-0201', 'MEDIUM', 'An action was attempted without permission'),
  ('school.entered', 'AC-0202', 'MEDIUM', 'A super admin chose a school to work in'),
  ('personal_data.read_in_bulk', 'AC-0203', 'MEDIUM', 'Many rows of personal data were read at once'),
  ('auth.signed_in', 'AU-0101', 'LOW', 'A person signed in'),
  ('auth.sign_in_failed', 'AU-0102', 'MEDIUM', 'A sign-in failed: wrong password or unknown address'),
  ('auth.locked_out', 'AU-0103', 'HIGH', 'Too many wrong passwords in a row: sign-in blocked for a while'),
  ('auth.signed_out', 'AU-0104', 'LOW', 'A person signed out'),
  ('auth.unlocked', 'AU-0105', 'LOW', 'A locked session was unlocked by its owner'),
  ('auth.unlock_failed', 'AU-0106', 'MEDIUM', 'A locked session was not unlocked: wrong password'),
  ('auth.session_revoked', 'AU-0107', 'MEDIUM', 'A session was ended by its owner or an administrator'),
  ('auth.password_reset', 'AU-0108', 'HIGH', 'An administrator reset a person''s password'),
  ('auth.password_changed', 'AU-0109', 'MEDIUM', 'A person changed their own password'),
  ('auth.locked', 'AU-0110', 'LOW', 'A session was locked'),
  ('auth.staff_credential_changed', 'AU-0111', 'HIGH',
    'Someone else changed how a staff member signs in: password, address or directory identity'),
  ('auth.credential_changed', 'AU-0112', 'MEDIUM',
    'Someone else changed how a student signs in: password, address or directory identity'),
  ('export.started', 'EX-0301', 'HIGH', 'An export started: number of rows, recipient and purpose'),
  ('export.finished', 'EX-0302', 'LOW', 'An export finished: number of rows'),
  ('export.failed', 'EX-0303', 'MEDIUM', 'An export was interrupted: number of rows written'),
  ('kiosk.code_made', 'KI-0601', 'HIGH', 'A one-time code was created to enroll a device as this kiosk'),
  ('kiosk.enrolled', 'KI-0602', 'HIGH', 'A device was enrolled as this kiosk'),
  ('kiosk.enrolment_refused', 'KI-0603', 'MEDIUM', 'A device was not enrolled: invalid or expired code'),
  ('kiosk.revoked', 'KI-0604', 'HIGH', 'A kiosk was revoked'),
  ('kiosk.left', 'KI-0605', 'MEDIUM', 'An administrator closed a kiosk with a PIN'),
  ('kiosk.leave_refused', 'KI-0606', 'MEDIUM', 'A person who is not an administrator tried to close a kiosk'),
  ('kiosk.in_trouble', 'KI-0607', 'HIGH', 'A kiosk cannot save punches: its journal is corrupt, full or not writable'),
  ('kiosk.pin_refused', 'KI-0608', 'MEDIUM', 'A PIN was refused at a kiosk: wrong PIN or unknown badge'),
  ('kiosk.pin_locked', 'KI-0609', 'HIGH', 'Too many wrong PINs in a row: blocked for five minutes'),
  ('pin.code_made', 'KI-0610', 'MEDIUM', 'A one-time code was created to set a PIN at a kiosk'),
  ('pin.set', 'KI-0611', 'MEDIUM', 'A person''s PIN was set'),
  ('kiosk_punch.quarantined', 'KI-0612', 'MEDIUM',
    'A saved punch could not be matched and is in quarantine for review'),
  ('kiosk_punch.resolved', 'KI-0613', 'MEDIUM', 'A quarantined punch was added to a time record'),
  ('kiosk_punch.discarded', 'KI-0614', 'MEDIUM', 'A quarantined punch was set aside with a reason'),
  ('schema.migrated', 'SC-0401', 'MEDIUM', 'A migration was applied'),
  ('schema.migration_taken_back', 'SC-0402', 'HIGH', 'A migration was rolled back'),
  ('school.created', 'TB-0101', 'LOW', 'A school was created'),
  ('school.updated', 'TB-0102', 'LOW', 'A school was updated'),
  ('school.deleted', 'TB-0103', 'MEDIUM', 'A school was deleted'),
  ('school.zone_changed', 'TB-0104', 'HIGH',
    'A school''s time zone was changed, which shifts its days and the hours of its rules'),
  ('program.created', 'TB-0201', 'LOW', 'A program was created'),
  ('program.updated', 'TB-0202', 'LOW', 'A program was updated'),
  ('program.deleted', 'TB-0203', 'MEDIUM', 'A program was deleted'),
  ('user.created', 'TB-0301', 'MEDIUM', 'A user was created'),
  ('user.updated', 'TB-0302', 'MEDIUM', 'A user was updated'),
  ('user.deleted', 'TB-0303', 'MEDIUM', 'A user was deleted'),
  ('user.role_raised', 'TB-0304', 'HIGH', 'A person was given a role with more rights'),
  ('user.role_changed', 'TB-0305', 'MEDIUM', 'A person was given a role with different or fewer rights'),
  ('user.activated', 'TB-0306', 'MEDIUM', 'A person was reactivated and can sign in again'),
  ('user.deactivated', 'TB-0307', 'MEDIUM', 'A person was deactivated and can no longer sign in'),
  ('user.administrator_created', 'TB-0308', 'HIGH', 'A new person was given administrator rights'),
  ('account.created', 'TB-0401', 'MEDIUM', 'An account was created'),
  ('account.updated', 'TB-0402', 'MEDIUM', 'An account was updated'),
  ('account.deleted', 'TB-0403', 'MEDIUM', 'An account was deleted'),
  ('clinical_site.created', 'TB-0501', 'LOW', 'A clinical site was created'),
  ('clinical_site.updated', 'TB-0502', 'LOW', 'A clinical site was updated'),
  ('clinical_site.deleted', 'TB-0503', 'MEDIUM', 'A clinical site was deleted'),
  ('clinical_site_location.created', 'TB-0601', 'LOW', 'A clinical site location was created'),
  ('clinical_site_location.updated', 'TB-0602', 'LOW', 'A clinical site location was updated'),
  ('clinical_site_location.deleted', 'TB-0603', 'MEDIUM', 'A clinical site location was deleted'),
  ('kiosk.created', 'TB-0701', 'MEDIUM', 'A kiosk was created'),
  ('kiosk.updated', 'TB-0702', 'MEDIUM', 'A kiosk was updated'),
  ('kiosk.deleted', 'TB-0703', 'MEDIUM', 'A kiosk was deleted'),
  ('rotation.created', 'TB-0801', 'LOW', 'A rotation was created'),
  ('rotation.updated', 'TB-0802', 'LOW', 'A rotation was updated'),
  ('rotation.deleted', 'TB-0803', 'MEDIUM', 'A rotation was deleted'),
  ('time_record.created', 'TB-0901', 'LOW', 'A time record was created'),
  ('time_record.updated', 'TB-0902', 'LOW', 'A time record was updated'),
  ('time_record.deleted', 'TB-0903', 'MEDIUM', 'A time record was deleted'),
  ('time_record.approved', 'TB-0904', 'LOW', 'Hours were approved'),
  ('time_record.rejected', 'TB-0905', 'MEDIUM', 'Hours were rejected'),
  ('time_record.undone', 'TB-0906', 'MEDIUM', 'A decision on hours was undone'),
  ('time_record.clocked_out', 'TB-0907', 'LOW', 'A person clocked out'),
  ('competency_template.created', 'TB-1001', 'LOW', 'A competency template was created'),
  ('competency_template.updated', 'TB-1002', 'LOW', 'A competency template was updated'),
  ('competency_template.deleted', 'TB-1003', 'MEDIUM', 'A competency template was deleted'),
  ('competency_deployment.created', 'TB-1101', 'LOW', 'A competency deployment was created'),
  ('competency_deployment.updated', 'TB-1102', 'LOW', 'A competency deployment was updated'),
  ('competency_deployment.deleted', 'TB-1103', 'MEDIUM', 'A competency deployment was deleted'),
  ('competency.created', 'TB-1201', 'LOW', 'A competency was created'),
  ('competency.updated', 'TB-1202', 'LOW', 'A competency was updated'),
  ('competency.deleted', 'TB-1203', 'MEDIUM', 'A competency was deleted'),
  ('competency_assignment.created', 'TB-1301', 'LOW', 'A competency assignment was created'),
  ('competency_assignment.updated', 'TB-1302', 'LOW', 'A competency assignment was updated'),
  ('competency_assignment.deleted', 'TB-1303', 'MEDIUM', 'A competency assignment was deleted'),
  ('assessment.created', 'TB-1401', 'LOW', 'An assessment was created'),
  ('assessment.updated', 'TB-1402', 'LOW', 'An assessment was updated'),
  ('assessment.deleted', 'TB-1403', 'MEDIUM', 'An assessment was deleted'),
  ('rubric_criterion.created', 'TB-1501', 'LOW', 'A rubric criterion was created'),
  ('rubric_criterion.updated', 'TB-1502', 'LOW', 'A rubric criterion was updated'),
  ('rubric_criterion.deleted', 'TB-1503', 'MEDIUM', 'A rubric criterion was deleted'),
  ('notification_template.created', 'TB-1601', 'LOW', 'A notification template was created'),
  ('notification_template.updated', 'TB-1602', 'LOW', 'A notification template was updated'),
  ('notification_template.deleted', 'TB-1603', 'MEDIUM', 'A notification template was deleted'),
  ('notification.created', 'TB-1701', 'LOW', 'A notification was created'),
  ('notification.updated', 'TB-1702', 'LOW', 'A notification was updated'),
  ('notification.deleted', 'TB-1703', 'MEDIUM', 'A notification was deleted'),
  ('school_policy.created', 'TB-1801', 'HIGH', 'A school policy was created'),
  ('school_policy.updated', 'TB-1802', 'HIGH', 'A school policy was updated'),
  ('school_policy.deleted', 'TB-1803', 'HIGH', 'A school policy was deleted'),
  ('delegation.created', 'TB-1901', 'LOW', 'A delegation was created'),
  ('delegation.updated', 'TB-1902', 'LOW', 'A delegation was updated'),
  ('delegation.deleted', 'TB-1903', 'MEDIUM', 'A delegation was deleted'),
  ('time_record_question.created', 'TB-2001', 'LOW', 'A time record question was created'),
  ('time_record_question.updated', 'TB-2002', 'LOW', 'A time record question was updated'),
  ('time_record_question.deleted', 'TB-2003', 'MEDIUM', 'A time record question was deleted'),
  ('time_record_correction.created', 'TB-2101', 'LOW', 'A time record correction was created'),
  ('time_record_correction.updated', 'TB-2102', 'LOW', 'A time record correction was updated'),
  ('time_record_correction.deleted', 'TB-2103', 'MEDIUM', 'A time record correction was deleted'),
  ('alert_rule.created', 'TB-2201', 'HIGH', 'An alert rule was created'),
  ('alert_rule.updated', 'TB-2202', 'HIGH', 'An alert rule was updated'),
  ('alert_rule.deleted', 'TB-2203', 'HIGH', 'An alert rule was deleted'),
  ('alert.created', 'TB-2301', 'MEDIUM', 'An alert was created'),
  ('alert.updated', 'TB-2302', 'MEDIUM', 'An alert was updated'),
  ('alert.deleted', 'TB-2303', 'MEDIUM', 'An alert was deleted'),
  ('audit.verified', 'TR-0501', 'LOW', 'The trail was verified and is intact'),
  ('audit.verification_failed', 'TR-0502', 'CRITICAL',
    'Verification found events that were altered, removed, inserted or reordered'),
  ('audit.purged', 'TR-0503', 'HIGH', 'Events past their retention were deleted: which seals, how many events'),
  ('audit.rule_failed', 'TR-0504', 'HIGH', 'An alert rule could not be evaluated and raised no alert'),
  ('audit.sealing_failed', 'TR-0505', 'HIGH',
    'Events could not be sealed at a sign-in or export and remain unsealed for now'),
  ('audit.sealing_held', 'TR-0506', 'HIGH',
    'A connection blocks sealing, and with it alerts: which connection, as which role'),
  ('schema.definitions_replaced', 'SC-0403', 'MEDIUM',
    'Functions, triggers, policies and grants were replaced by those of a release');

INSERT INTO alert_rules
  (id, code, name, actions, group_by, counts, threshold, within, from_time, until_time, severity, is_active)
VALUES
  ('platform-alert-rule-changed', 'alert-rule-changed', 'An alert rule was changed',
    ARRAY['alert_rule.created', 'alert_rule.updated', 'alert_rule.deleted'], 'record', 'events', 1, '00:10:00', NULL,
    NULL, 'HIGH', true),
  ('platform-decisions-at-night', 'decisions-at-night', 'Decisions at night',
    ARRAY['time_record.approved', 'time_record.rejected', 'time_record.undone'], 'person', 'events', 1, '00:10:00',
    '22:00:00', '06:00:00', 'MEDIUM', true),
  ('platform-exports', 'exports', 'Several exports', ARRAY['export.started'], 'person', 'events', 3, '00:10:00', NULL,
    NULL, 'MEDIUM', true),
  ('platform-kiosk-enrolled', 'kiosk-enrolled', 'Kiosk enrolled', ARRAY['kiosk.enrolled'], 'record', 'events', 1,
    '00:10:00', NULL, NULL, 'HIGH', true),
  ('platform-pins-guessed', 'pins-guessed', 'PINs guessed at a kiosk', ARRAY['kiosk.pin_refused', 'kiosk.pin_locked'],
    'school', 'events', 20, '00:10:00', NULL, NULL, 'HIGH', true),
  ('platform-policy-changed', 'policy-changed', 'A policy was changed',
    ARRAY['school_policy.created', 'school_policy.updated', 'school_policy.deleted', 'school.zone_changed'], 'school',
    'events', 1, '00:10:00', NULL, NULL, 'HIGH', true),
  ('platform-role-raised', 'role-raised', 'A role was raised',
    ARRAY['user.role_raised', 'user.administrator_created'], 'record', 'events', 1, '00:10:00', NULL, NULL, 'HIGH',
    true),
  ('platform-rows-exported', 'rows-exported', 'Many rows exported or read',
    ARRAY['export.started', 'personal_data.read_in_bulk'], 'person', 'rows', 500, '00:10:00', NULL, NULL, 'HIGH',
    true),
  ('platform-rule-failed', 'rule-failed', 'An alert rule could not be evaluated', ARRAY['audit.rule_failed'],
    'record', 'events', 1, '00:10:00', NULL, NULL, 'HIGH', true),
  ('platform-sealing-held', 'sealing-held', 'Events cannot be sealed', ARRAY['audit.sealing_held'],
    'school', 'events', 1, '00:10:00', NULL, NULL, 'HIGH', true),
  ('platform-sign-ins-from-address', 'sign-ins-from-address', 'Failed sign-ins from one address',
    ARRAY['auth.sign_in_failed', 'auth.locked_out', 'auth.unlock_failed'], 'address', 'events', 5, '00:10:00', NULL,
    NULL, 'HIGH', true),
  ('platform-sign-ins-of-account', 'sign-ins-of-account', 'Failed sign-ins of one account',
    ARRAY['auth.sign_in_failed', 'auth.locked_out', 'auth.unlock_failed'], 'account', 'events', 5, '00:10:00', NULL,
    NULL, 'HIGH', true),
  ('platform-staff-credential-changed', 'staff-credential-changed', 'Staff sign-in changed by someone else',
    ARRAY['auth.staff_credential_changed'], 'record', 'events', 1, '00:10:00', NULL, NULL, 'HIGH', true),
  ('platform-trail-altered', 'trail-altered', 'The audit trail was altered',
    ARRAY['audit.verification_failed'], 'school', 'events', 1, '00:10:00', NULL, NULL, 'CRITICAL', true);

-- Each table is closed until sql/policies opens it, except to the owner.
ALTER TABLE audit_logs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_logs_owner ON audit_logs TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE audit_seals ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_seals_owner ON audit_seals TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.audit_unsealed ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_unsealed_owner ON medstint.audit_unsealed TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE alert_rules ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY alert_rules_owner ON alert_rules TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE alerts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY alerts_owner ON alerts TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.sealing_delays ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY sealing_delays_owner ON medstint.sealing_delays TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.audit_sealing ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_sealing_owner ON medstint.audit_sealing TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.kept_evaluations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY kept_evaluations_owner ON medstint.kept_evaluations TO CURRENT_USER USING (true) WITH CHECK (true);
