-- Why: nobody reads every event. What should make somebody look is a rule, as
-- data: so many events (or exported rows) of these actions within a window, of
-- one person, address, account or record. Rules are evaluated when events are
-- sealed, one batch after the other, so that two transactions at once are never
-- each too few; signing in and exporting seal at once, everything else is sealed
-- within a minute of any console being open. Whoever acknowledges an alert cannot
-- edit the rule.
CREATE TABLE alert_rules (
  id         text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  -- NULL is the platform's, which holds where a school has none of its own.
  school_id  text REFERENCES schools (id) ON DELETE CASCADE,
  code       text NOT NULL,
  name       text NOT NULL,
  actions    text[] NOT NULL CONSTRAINT alert_rules_of_something CHECK (cardinality(actions) > 0),
  -- Whose events are counted together.
  group_by   text NOT NULL CONSTRAINT alert_rules_group_known CHECK (group_by IN ('person', 'address', 'account', 'record', 'school')),
  -- What is counted: events, or the rows that they name.
  counts     text NOT NULL DEFAULT 'events' CONSTRAINT alert_rules_counts_known CHECK (counts IN ('events', 'rows')),
  threshold  integer NOT NULL CONSTRAINT alert_rules_threshold_positive CHECK (threshold > 0),
  -- Both ends count: ten minutes apart is within ten minutes.
  within     interval NOT NULL CONSTRAINT alert_rules_window_sensible CHECK (within BETWEEN interval '1 second' AND interval '7 days'),
  -- Only between these times of the school's clocks; the first belongs to it, the second does not.
  from_time  time,
  until_time time,
  severity   audit_severity NOT NULL DEFAULT 'HIGH',
  is_active  boolean NOT NULL DEFAULT true,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT alert_rules_hours_both CHECK ((from_time IS NULL) = (until_time IS NULL))
);
CREATE UNIQUE INDEX alert_rules_one_of_a_code ON alert_rules (coalesce(school_id, ''), code);

CREATE TABLE alerts (
  id              text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id       text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  rule_id         text NOT NULL REFERENCES alert_rules (id) ON DELETE RESTRICT,
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
  CONSTRAINT alerts_acknowledged_by_somebody CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL))
);
CREATE UNIQUE INDEX alerts_one_open ON alerts (rule_id, school_id, subject) WHERE acknowledged_at IS NULL;
CREATE INDEX alerts_by_time ON alerts (school_id, last_at, id);

CALL medstint.secure_table('alert_rules', 'school_id = (SELECT medstint.current_school_id()) OR (school_id IS NULL AND (SELECT medstint.current_user_id()) IS NOT NULL)');
CALL medstint.secure_table('alerts', 'school_id = (SELECT medstint.current_school_id())');
CREATE POLICY alert_rules_read ON alert_rules FOR SELECT TO medstint_app USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')));
CREATE POLICY alerts_read ON alerts FOR SELECT TO medstint_app USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')));
-- A school's own rules are the super admin's to make, so that nobody tunes away
-- what they would have to acknowledge.
CREATE POLICY alert_rules_make ON alert_rules FOR INSERT TO medstint_app
  WITH CHECK (school_id IS NOT NULL AND (SELECT medstint.has_role('SUPER_ADMIN')));
CREATE POLICY alert_rules_change ON alert_rules FOR UPDATE TO medstint_app
  USING (school_id IS NOT NULL AND (SELECT medstint.has_role('SUPER_ADMIN')));
GRANT SELECT ON alert_rules, alerts TO medstint_app, medstint_web;
GRANT INSERT (school_id, code, name, actions, group_by, counts, threshold, within, from_time, until_time, severity),
  UPDATE (name, threshold, within, from_time, until_time, severity, is_active) ON alert_rules TO medstint_app;

CALL medstint.audit_table('alert_rules', 'alert_rule', 22);
CALL medstint.audit_table('alerts', 'alert', 23);
UPDATE medstint.audit_event_types SET severity = 'HIGH' WHERE name LIKE 'alert\_rule.%';
UPDATE medstint.audit_event_types SET severity = 'MEDIUM' WHERE name LIKE 'alert.%';
CALL medstint.announce_table('alerts');

INSERT INTO alert_rules (id, code, name, actions, group_by, counts, threshold, within, from_time, until_time, severity) VALUES
  ('platform-sign-ins-of-account', 'sign-ins-of-account', 'Failed sign-ins of one account', '{auth.sign_in_failed,auth.locked_out,auth.unlock_failed}', 'account', 'events', 5, '10 minutes', NULL, NULL, 'HIGH'),
  ('platform-sign-ins-from-address', 'sign-ins-from-address', 'Failed sign-ins from one address', '{auth.sign_in_failed,auth.locked_out,auth.unlock_failed}', 'address', 'events', 5, '10 minutes', NULL, NULL, 'HIGH'),
  ('platform-rows-exported', 'rows-exported', 'Many rows exported', '{export.started}', 'person', 'rows', 500, '10 minutes', NULL, NULL, 'HIGH'),
  ('platform-exports', 'exports', 'Several exports', '{export.started}', 'person', 'events', 3, '10 minutes', NULL, NULL, 'MEDIUM'),
  ('platform-decisions-at-night', 'decisions-at-night', 'Decisions at night', '{time_record.approved,time_record.rejected,time_record.undone}', 'person', 'events', 1, '10 minutes', '22:00', '06:00', 'MEDIUM'),
  ('platform-role-raised', 'role-raised', 'A role was raised', '{user.role_raised}', 'record', 'events', 1, '10 minutes', NULL, NULL, 'HIGH'),
  ('platform-policy-changed', 'policy-changed', 'A policy was changed', '{school_policy.created,school_policy.updated,school_policy.deleted}', 'school', 'events', 1, '10 minutes', NULL, NULL, 'HIGH'),
  ('platform-trail-altered', 'trail-altered', 'The audit trail is not as it was sealed', '{audit.verification_failed}', 'school', 'events', 1, '10 minutes', NULL, NULL, 'CRITICAL');

INSERT INTO notification_templates (id, school_id, type, title, message, category, priority) VALUES
  ('platform-audit-alert', NULL, 'AUDIT_ALERT', '{rule}', '{count} within {within}, the last at {time}: {subject}. Open :alerts to look at them and acknowledge.', 'AUDIT', 'HIGH');

-- Whose event it is, in the terms of a rule; nobody's where there is none.
CREATE FUNCTION medstint.alert_subject(e public.audit_logs, group_by text) RETURNS text
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE group_by
    WHEN 'person' THEN e.user_id
    WHEN 'address' THEN e.ip_address
    WHEN 'account' THEN coalesce(e.changes::jsonb #>> '{email,new}', e.resource_id)
    WHEN 'record' THEN e.resource_id
    ELSE e.school_id END
$$;

-- Whether a rule is about an event, at the time that it has in the school.
CREATE FUNCTION medstint.alert_concerns(e public.audit_logs, r public.alert_rules, zone text) RETURNS boolean
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT e.action = ANY (r.actions) AND CASE
    WHEN r.from_time IS NULL THEN true
    WHEN r.from_time <= r.until_time THEN x.at >= r.from_time AND x.at < r.until_time
    ELSE x.at >= r.from_time OR x.at < r.until_time END
  FROM (SELECT (e.created_at AT TIME ZONE zone)::time AS at) x
$$;

-- Looks at events that were just sealed: does one of them make enough within a
-- window? An open alert takes more of the same in; what was acknowledged does not
-- count again. Both neighbours in time are looked at, since an event that was
-- committed late may make enough for one that was sealed before.
CREATE FUNCTION medstint.raise_alerts(school text, fresh bigint[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
#variable_conflict use_column
DECLARE
  zone constant text := coalesce((SELECT s.time_zone FROM public.schools s WHERE s.id = raise_alerts.school), 'UTC');
  rule public.alert_rules;
  whose record;
  most record;
  raised record;
BEGIN
  FOR rule IN
    SELECT DISTINCT ON (r.code) r.* FROM public.alert_rules r WHERE r.school_id = raise_alerts.school OR r.school_id IS NULL
    ORDER BY r.code, r.school_id NULLS LAST
  LOOP
    CONTINUE WHEN NOT rule.is_active;
    FOR whose IN
      SELECT medstint.alert_subject(e, rule.group_by) AS subject, min(e.created_at) AS first, max(e.created_at) AS last
      FROM public.audit_logs e
      WHERE e.school_id = raise_alerts.school AND e.sequence = ANY (fresh) AND e.action = ANY (rule.actions) AND medstint.alert_concerns(e, rule, zone)
      GROUP BY 1 HAVING medstint.alert_subject(e, rule.group_by) IS NOT NULL
    LOOP
      SELECT max(x.counted) AS counted, min(x.first) AS first, max(x.created_at) AS last INTO most
      FROM (
        SELECT e.created_at, sum(CASE rule.counts WHEN 'rows' THEN coalesce((e.changes::jsonb #>> '{rows,new}')::bigint, 0) ELSE 1 END) OVER near AS counted,
          min(e.created_at) OVER near AS first
        FROM public.audit_logs e
        WHERE e.school_id = raise_alerts.school AND e.action = ANY (rule.actions)
          AND e.created_at >= whose.first - rule.within AND e.created_at <= whose.last + rule.within
          AND medstint.alert_subject(e, rule.group_by) = whose.subject AND medstint.alert_concerns(e, rule, zone)
          AND e.created_at > coalesce((SELECT max(a.last_at) FROM public.alerts a
            WHERE a.rule_id = rule.id AND a.school_id = raise_alerts.school AND a.subject = whose.subject AND a.acknowledged_at IS NOT NULL), '-infinity')
        WINDOW near AS (ORDER BY e.created_at RANGE BETWEEN rule.within PRECEDING AND CURRENT ROW)) x
      WHERE x.created_at >= whose.first AND x.counted >= rule.threshold;
      CONTINUE WHEN most.counted IS NULL;
      INSERT INTO public.alerts AS a (school_id, rule_id, subject, severity, counted, first_at, last_at)
      VALUES (raise_alerts.school, rule.id, whose.subject, rule.severity, most.counted, most.first, most.last)
      ON CONFLICT (rule_id, school_id, subject) WHERE acknowledged_at IS NULL
      DO UPDATE SET counted = greatest(a.counted, excluded.counted), first_at = least(a.first_at, excluded.first_at),
        last_at = greatest(a.last_at, excluded.last_at), updated_at = now()
      RETURNING a.id, a.xmax = 0 AS is_new INTO raised;
      IF raised.is_new THEN
        PERFORM medstint.notify('AUDIT_ALERT', (SELECT jsonb_agg(jsonb_build_object('user_id', n, 'key', 'alert:' || raised.id, 'about', 'alerts/' || raised.id,
          'data', jsonb_build_object('rule', rule.name, 'count', most.counted || ' ' || rule.counts, 'within', rule.within,
            'time', to_char(most.last AT TIME ZONE zone, 'YYYY-MM-DD HH24:MI'),
            'subject', coalesce((SELECT u.name FROM public.users u WHERE u.id = whose.subject), (SELECT s.name FROM public.schools s WHERE s.id = whose.subject), whose.subject))))
          FROM medstint.administrators(raise_alerts.school) n));
      END IF;
    END LOOP;
  END LOOP;
END
$$;

-- An administrator of the school says that the alert was looked at: not whoever
-- makes the rules, and not the person whom it is about.
CREATE FUNCTION medstint.acknowledge_alert(alert text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record := medstint.actor();
  one public.alerts;
BEGIN
  IF me.role IS DISTINCT FROM 'SCHOOL_ADMIN' THEN
    RAISE EXCEPTION 'alerts are acknowledged by administrators of the school' USING ERRCODE = 'MS403', CONSTRAINT = 'alerts_acknowledged_by_school_admins';
  END IF;
  SELECT * INTO one FROM public.alerts a WHERE a.id = alert AND a.school_id = me.school_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  IF one.acknowledged_at IS NOT NULL THEN
    RAISE EXCEPTION 'the alert was acknowledged before' USING ERRCODE = 'MS409', CONSTRAINT = 'alerts_acknowledged_once';
  END IF;
  IF one.subject IN (me.user_id, (SELECT u.email FROM public.users u WHERE u.id = me.user_id)) THEN
    RAISE EXCEPTION 'the alert is about whoever would acknowledge it' USING ERRCODE = 'MS403', CONSTRAINT = 'alerts_not_by_whom_they_are_about';
  END IF;
  UPDATE public.alerts a SET acknowledged_by = me.user_id, acknowledged_at = clock_timestamp(), updated_at = now() WHERE a.id = alert;
  RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.acknowledge_alert(text) TO medstint_app;

-- Alerts and what is told of them may be nobody's doing: a wrong password raises
-- one before anybody has signed in. No console may write these tables itself.
CREATE FUNCTION medstint.audit_context_of(singular text,
  OUT user_id text, OUT ip_address text, OUT user_agent text, OUT endpoint text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF singular IN ('alert', 'notification') AND medstint.current_user_id() IS NULL AND NOT medstint.is_trusted() THEN
    endpoint := 'system';
  ELSE
    SELECT c.user_id, c.ip_address, c.user_agent, c.endpoint INTO user_id, ip_address, user_agent, endpoint FROM medstint.audit_context() c;
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION medstint.audit_insert() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  event constant text := TG_ARGV[0] || '.created';
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, coalesce(n.value ->> 'school_id', CASE TG_TABLE_NAME WHEN 'schools' THEN n.value ->> 'id' END),
         event, TG_TABLE_NAME, coalesce(n.value ->> 'id', n.value ->> 'school_id'),
         medstint.audit_difference(NULL, n.value), c.ip_address, c.user_agent, c.endpoint, TG_OP, 201,
         (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = event)
  FROM (SELECT to_jsonb(r) AS value FROM new_rows r) n, medstint.audit_context_of(TG_ARGV[0]) c;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.audit_update() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, coalesce(x.new ->> 'school_id', CASE TG_TABLE_NAME WHEN 'schools' THEN x.new ->> 'id' END),
         x.action, TG_TABLE_NAME, x.id, x.changes,
         c.ip_address, c.user_agent, c.endpoint, TG_OP, 200,
         (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = x.action)
  FROM (SELECT o.id, n.value AS new, medstint.audit_difference(o.value, n.value) AS changes,
               medstint.audit_action(TG_ARGV[0], o.value, n.value) AS action
        FROM (SELECT to_jsonb(r) AS value, coalesce(to_jsonb(r) ->> 'id', to_jsonb(r) ->> 'school_id') AS id FROM old_rows r) o
        JOIN (SELECT to_jsonb(r) AS value, coalesce(to_jsonb(r) ->> 'id', to_jsonb(r) ->> 'school_id') AS id FROM new_rows r) n
          USING (id)) x, medstint.audit_context_of(TG_ARGV[0]) c
  WHERE x.changes IS NOT NULL;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.seal_events(school text) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  fresh public.audit_seals;
  before public.audit_seals;
BEGIN
  IF NOT EXISTS (SELECT FROM medstint.audit_unsealed u WHERE u.school = seal_events.school)
     OR NOT pg_try_advisory_xact_lock(hashtextextended('medstint.seal:' || seal_events.school, 0)) THEN
    RETURN 0;
  END IF;
  WITH taken AS (
    DELETE FROM medstint.audit_unsealed u USING (SELECT w.sequence FROM medstint.audit_unsealed w WHERE w.school = seal_events.school
      ORDER BY w.sequence LIMIT 10000) first WHERE u.school = seal_events.school AND u.sequence = first.sequence RETURNING u.sequence)
  SELECT count(*), array_agg(e.sequence ORDER BY e.sequence), string_agg(medstint.audit_leaf(e), '' ORDER BY e.sequence), min(e.sequence), max(e.sequence)
  INTO fresh.events, fresh.sequences, fresh.leaves, fresh.least_sequence, fresh.most_sequence
  FROM taken CROSS JOIN LATERAL (
    SELECT a.* FROM public.audit_logs a WHERE seal_events.school <> '' AND a.school_id = seal_events.school AND a.sequence = taken.sequence
    UNION ALL SELECT a.* FROM public.audit_logs a WHERE seal_events.school = '' AND a.school_id IS NULL AND a.sequence = taken.sequence) e;
  IF fresh.events = 0 THEN
    RETURN 0;
  END IF;
  SELECT * INTO before FROM public.audit_seals s WHERE coalesce(s.school_id, '') = seal_events.school ORDER BY s.number DESC LIMIT 1;
  fresh.id := gen_random_uuid()::text;
  fresh.school_id := nullif(seal_events.school, '');
  fresh.number := coalesce(before.number, 0) + 1;
  fresh.first_position := coalesce(before.first_position + before.events, 1);
  fresh.previous := coalesce(before.hash, decode(repeat('00', 32), 'hex'));
  fresh.digest := sha256(fresh.leaves);
  fresh.sealed_at := clock_timestamp();
  fresh.hash := medstint.audit_seal_hash(fresh);
  INSERT INTO public.audit_seals SELECT fresh.*;
  IF seal_events.school <> '' THEN
    PERFORM medstint.raise_alerts(seal_events.school, fresh.sequences);
  END IF;
  RETURN fresh.events;
END
$$;

CREATE OR REPLACE FUNCTION medstint.finish_sign_in(attempt text, ip text, user_agent text, client text DEFAULT 'console',
    OUT status text, OUT token text, OUT locked_until timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  outcome medstint.sign_in_outcomes := medstint.take_outcome(attempt);
  who text := outcome.user_id;
  home text;
BEGIN
  status := outcome.status;
  locked_until := outcome.locked_until;
  -- A failed attempt belongs to the school of the address, if it has one, so
  -- that this school's staff see it.
  SELECT u.id, u.school_id INTO who, home FROM public.users u
  WHERE CASE WHEN outcome.status = 'ok' THEN u.id = outcome.user_id ELSE u.email = outcome.subject END;
  IF status = 'ok' THEN
    token := medstint.random_token();
    INSERT INTO public.sessions (user_id, school_id, token, expires_at, ip_address, user_agent, client)
    VALUES (who, home, encode(sha256(convert_to(token, 'UTF8')), 'hex'),
            now() + interval '12 hours', left(ip, 100), left(user_agent, 300), left(client, 20));
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (CASE WHEN status = 'ok' THEN who END, home,
          CASE status WHEN 'ok' THEN 'auth.signed_in' WHEN 'locked' THEN 'auth.locked_out' ELSE 'auth.sign_in_failed' END,
          'users', coalesce(who, '-'), jsonb_build_object('email', jsonb_build_object('new', outcome.subject))::text,
          left(ip, 100), left(user_agent, 300), left(client, 20), 'SIGN_IN',
          CASE status WHEN 'ok' THEN 200 WHEN 'locked' THEN 423 ELSE 401 END,
          (CASE status WHEN 'ok' THEN 'LOW' WHEN 'locked' THEN 'HIGH' ELSE 'MEDIUM' END)::public.audit_severity);
  -- Guesses are alerted of at once, whoever watches.
  PERFORM medstint.seal_events(home) WHERE home IS NOT NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.begin_export(list text, filter text, format text, row_count bigint, recipient text, purpose text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fresh constant text := gen_random_uuid()::text;
BEGIN
  IF btrim(coalesce(recipient, '')) = '' OR btrim(coalesce(purpose, '')) = '' THEN
    RAISE EXCEPTION 'an export names its recipient and its purpose' USING ERRCODE = 'MS422', CONSTRAINT = 'exports_name_recipient_and_purpose';
  END IF;
  IF list = 'audit' AND NOT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'audit events are exported by administrators' USING ERRCODE = 'MS403', CONSTRAINT = 'exports_of_audit_by_administrators';
  END IF;
  PERFORM medstint.write_event('export.started', a.school_id, 'exports', fresh, jsonb_build_object('list', left(list, 100),
    'filter', nullif(left(filter, 500), ''), 'format', left(format, 20), 'rows', row_count,
    'recipient', left(btrim(recipient), 300), 'purpose', left(btrim(purpose), 500)), 'EXPORT', 200)
  FROM medstint.actor() a WHERE a.user_id IS NOT NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  PERFORM medstint.seal_events(medstint.current_school_id()) WHERE medstint.current_school_id() IS NOT NULL;
  RETURN fresh;
END
$$;
