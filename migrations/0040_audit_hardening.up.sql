-- Why: a review found ways around what seals, alerts and purges promise, and ways
-- to stop them. Nobody but the owner may hold a school's sealing up; a rule that
-- fails, or many people in one rule, neither stops sealing nor a sign-in; a purge
-- within the retention shows, whoever did it; what is verified has one place.

-- Nothing called this; how many events wait is what medstint.watch_audit says.
DROP FUNCTION medstint.unsealed_events();

-- Numbers that no seal has are where one could be hidden from whoever reads them
-- in a row.
ALTER TABLE audit_seals ADD CONSTRAINT audit_seals_counted
  CHECK (number > 0 AND first_position > 0 AND least_sequence > 0 AND most_sequence >= least_sequence);
-- An index with NULL in it lets a number repeat.
CREATE UNIQUE INDEX audit_logs_by_sequence_of_none ON audit_logs (sequence) WHERE school_id IS NULL;

INSERT INTO medstint.audit_event_types (code, name, severity, meaning) VALUES
  ('TR-0504', 'audit.rule_failed', 'HIGH', 'An alert rule could not be evaluated; nobody was alerted by it'),
  ('TR-0505', 'audit.sealing_failed', 'HIGH', 'Events could not be sealed when somebody signed in or exported; they wait');

-- Who seals a school's events holds its row. An advisory lock could be held by
-- whoever may connect.
CREATE TABLE medstint.audit_sealing (school text PRIMARY KEY);
ALTER TABLE medstint.audit_sealing ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_sealing_owner ON medstint.audit_sealing TO CURRENT_USER USING (true) WITH CHECK (true);

-- An event of the database's own doing, in a transaction that may be nobody's.
CREATE FUNCTION medstint.write_system_event(event text, school text, type text, id text, details jsonb, method text, status integer) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO public.audit_logs (school_id, action, resource_type, resource_id, changes, endpoint, method, status_code, severity)
  SELECT nullif(school, ''), event, type, id, (SELECT jsonb_object_agg(key, jsonb_build_object('new', value))::text FROM jsonb_each(details)),
    'system', method, status, (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = event)
$$;

-- Seals what waits of a school, at most so many events; how many it sealed.
-- Whoever is second does not wait: the first one seals for both.
CREATE FUNCTION medstint.seal_batch(school text, at_most integer) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  fresh public.audit_seals;
  before public.audit_seals;
BEGIN
  IF NOT EXISTS (SELECT FROM medstint.audit_unsealed u WHERE u.school = seal_batch.school) THEN
    RETURN 0;
  END IF;
  PERFORM FROM medstint.audit_sealing s WHERE s.school = seal_batch.school FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    INSERT INTO medstint.audit_sealing VALUES (seal_batch.school) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      RETURN 0;
    END IF;
  END IF;
  WITH taken AS (
    DELETE FROM medstint.audit_unsealed u USING (SELECT w.sequence FROM medstint.audit_unsealed w WHERE w.school = seal_batch.school
      ORDER BY w.sequence LIMIT at_most) first WHERE u.school = seal_batch.school AND u.sequence = first.sequence RETURNING u.sequence)
  SELECT count(*), array_agg(e.sequence ORDER BY e.sequence), string_agg(medstint.audit_leaf(e), '' ORDER BY e.sequence), min(e.sequence), max(e.sequence)
  INTO fresh.events, fresh.sequences, fresh.leaves, fresh.least_sequence, fresh.most_sequence
  FROM taken CROSS JOIN LATERAL (
    SELECT a.* FROM public.audit_logs a WHERE seal_batch.school <> '' AND a.school_id = seal_batch.school AND a.sequence = taken.sequence
    UNION ALL SELECT a.* FROM public.audit_logs a WHERE seal_batch.school = '' AND a.school_id IS NULL AND a.sequence = taken.sequence) e;
  IF fresh.events = 0 THEN
    RETURN 0;
  END IF;
  SELECT * INTO before FROM public.audit_seals s WHERE coalesce(s.school_id, '') = seal_batch.school ORDER BY s.number DESC LIMIT 1;
  fresh.id := gen_random_uuid()::text;
  fresh.school_id := nullif(seal_batch.school, '');
  fresh.number := coalesce(before.number, 0) + 1;
  fresh.first_position := coalesce(before.first_position + before.events, 1);
  fresh.previous := coalesce(before.hash, decode(repeat('00', 32), 'hex'));
  fresh.digest := sha256(fresh.leaves);
  fresh.sealed_at := clock_timestamp();
  fresh.hash := medstint.audit_seal_hash(fresh);
  INSERT INTO public.audit_seals SELECT fresh.*;
  IF seal_batch.school <> '' THEN
    PERFORM medstint.raise_alerts(seal_batch.school, fresh.sequences);
  END IF;
  RETURN fresh.events;
END
$$;

-- The same beside something that has to go on: a sign-in, an export. It takes few
-- events, and when it fails that is an event.
CREATE OR REPLACE FUNCTION medstint.seal_events(school text) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN medstint.seal_batch(school, 1000);
EXCEPTION WHEN OTHERS THEN
  PERFORM medstint.write_system_event('audit.sealing_failed', school, 'audit_seals', '-',
    jsonb_build_object('state', SQLSTATE, 'error', left(SQLERRM, 200)), 'SEAL', 500);
  RETURN 0;
END
$$;

-- One batch, so that nobody waits long and what is done stays done: whoever calls
-- goes on while something waits.
DROP FUNCTION medstint.watch_audit();
CREATE FUNCTION medstint.watch_audit(OUT sealed integer, OUT waiting bigint)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine constant text := medstint.current_school_id();
BEGIN
  IF medstint.current_user_id() IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  PERFORM medstint.seal_batch('', 10000);
  sealed := CASE WHEN mine IS NULL THEN 0 ELSE medstint.seal_batch(mine, 10000) END;
  waiting := (SELECT count(*) FROM medstint.audit_unsealed u WHERE u.school = mine);
END
$$;
GRANT EXECUTE ON FUNCTION medstint.watch_audit() TO medstint_app;

-- Looks at events that were just sealed: does one of them make enough within a
-- window? One pass over the windows around them for each rule, whoever many they
-- are about. A rule that fails is an event, and the others go on.
CREATE OR REPLACE FUNCTION medstint.raise_alerts(school text, fresh bigint[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off SET lock_timeout = '2s' AS $$
DECLARE
  zone constant text := coalesce((SELECT s.time_zone FROM public.schools s WHERE s.id = raise_alerts.school), 'UTC');
  there constant text[] := (SELECT array_agg(DISTINCT e.action) FROM public.audit_logs e WHERE e.school_id = raise_alerts.school AND e.sequence = ANY (fresh));
  rule public.alert_rules;
BEGIN
  FOR rule IN
    SELECT DISTINCT ON (r.code) r.* FROM public.alert_rules r WHERE r.school_id = raise_alerts.school OR r.school_id IS NULL
    ORDER BY r.code, r.school_id NULLS LAST
  LOOP
    CONTINUE WHEN NOT rule.is_active OR NOT rule.actions && there;
    BEGIN
      PERFORM medstint.evaluate_rule(rule, raise_alerts.school, zone, fresh);
    EXCEPTION WHEN OTHERS THEN
      PERFORM medstint.write_system_event('audit.rule_failed', raise_alerts.school, 'alert_rules', rule.id,
        jsonb_build_object('rule', rule.code, 'state', SQLSTATE, 'error', left(SQLERRM, 200)), 'WATCH', 500);
    END;
  END LOOP;
END
$$;

-- An open alert takes more of the same in; what was acknowledged does not count
-- again, but for an event that came late. Both neighbours in time are looked at,
-- since such an event may make enough for one that was sealed before.
CREATE FUNCTION medstint.evaluate_rule(rule public.alert_rules, school text, zone text, fresh bigint[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
#variable_conflict use_column
DECLARE
  earliest timestamptz;
  latest timestamptz;
  notices jsonb;
BEGIN
  SELECT min(e.created_at), max(e.created_at) INTO earliest, latest
  FROM public.audit_logs e WHERE e.school_id = evaluate_rule.school AND e.sequence = ANY (fresh) AND e.action = ANY (rule.actions);
  IF earliest IS NULL THEN
    RETURN;
  END IF;
  WITH near AS MATERIALIZED (
    SELECT e.created_at, f.sequence IS NOT NULL AS is_fresh,
      CASE rule.group_by
        WHEN 'person' THEN e.user_id
        WHEN 'address' THEN e.ip_address
        WHEN 'account' THEN coalesce(e.changes::jsonb #>> '{email,new}', e.resource_id)
        WHEN 'record' THEN e.resource_id
        ELSE e.school_id END AS subject,
      CASE WHEN rule.counts = 'events' THEN 1
        WHEN jsonb_typeof(e.changes::jsonb #> '{rows,new}') = 'number' THEN greatest((e.changes::jsonb #>> '{rows,new}')::numeric, 0)
        ELSE 0 END AS amount
    FROM public.audit_logs e LEFT JOIN unnest(fresh) f (sequence) USING (sequence)
    WHERE e.school_id = evaluate_rule.school AND e.action = ANY (rule.actions)
      AND e.created_at >= earliest - rule.within AND e.created_at <= latest + rule.within
      AND CASE WHEN rule.from_time IS NULL THEN true
        WHEN rule.from_time <= rule.until_time THEN (e.created_at AT TIME ZONE zone)::time >= rule.from_time AND (e.created_at AT TIME ZONE zone)::time < rule.until_time
        ELSE (e.created_at AT TIME ZONE zone)::time >= rule.from_time OR (e.created_at AT TIME ZONE zone)::time < rule.until_time END
  ), touched AS (
    SELECT n.subject, min(n.created_at) FILTER (WHERE n.is_fresh) AS earliest_of_it,
      (SELECT max(a.last_at) FROM public.alerts a WHERE a.rule_id = rule.id AND a.school_id = evaluate_rule.school AND a.subject = n.subject AND a.acknowledged_at IS NOT NULL) AS seen_until
    FROM near n WHERE n.subject IS NOT NULL GROUP BY n.subject HAVING bool_or(n.is_fresh)
  ), counted AS (
    SELECT n.subject, n.created_at, t.earliest_of_it, sum(n.amount) OVER backwards AS amount, first_value(n.created_at) OVER backwards AS since
    FROM near n JOIN touched t ON t.subject = n.subject
    WHERE n.is_fresh OR t.seen_until IS NULL OR n.created_at > t.seen_until
    WINDOW backwards AS (PARTITION BY n.subject ORDER BY n.created_at RANGE BETWEEN rule.within PRECEDING AND CURRENT ROW)
  ), raised AS (
    INSERT INTO public.alerts AS a (school_id, rule_id, subject, severity, counted, first_at, last_at)
    SELECT evaluate_rule.school, rule.id, c.subject, rule.severity, least(max(c.amount), 1000000000000)::bigint, min(c.since), max(c.created_at)
    FROM counted c WHERE c.created_at >= c.earliest_of_it AND c.amount >= rule.threshold GROUP BY c.subject
    ON CONFLICT (rule_id, school_id, subject) WHERE acknowledged_at IS NULL
    DO UPDATE SET counted = greatest(a.counted, excluded.counted), first_at = least(a.first_at, excluded.first_at),
      last_at = greatest(a.last_at, excluded.last_at), updated_at = now()
    RETURNING a.id, a.subject, a.counted, a.last_at, a.xmax = 0 AS is_new)
  SELECT jsonb_agg(jsonb_build_object('user_id', n, 'key', 'alert:' || r.id, 'about', 'alerts/' || r.id,
    'data', jsonb_build_object('rule', rule.name, 'count', r.counted || ' ' || rule.counts, 'within', rule.within,
      'time', to_char(r.last_at AT TIME ZONE zone, 'YYYY-MM-DD HH24:MI'),
      'subject', coalesce((SELECT u.name FROM public.users u WHERE u.id = r.subject), (SELECT s.name FROM public.schools s WHERE s.id = r.subject), r.subject))))
  INTO notices FROM raised r CROSS JOIN medstint.administrators(evaluate_rule.school) n WHERE r.is_new;
  PERFORM medstint.notify('AUDIT_ALERT', notices) WHERE notices IS NOT NULL;
END
$$;
DROP FUNCTION medstint.alert_concerns(public.audit_logs, public.alert_rules, text);

-- Somebody who cannot edit the rule says that the alert was looked at: an
-- administrator of the school, or a super admin where the rule is the platform's,
-- which nobody edits in a console. Not the person whom it is about, and nobody
-- whose own doing it counts.
CREATE OR REPLACE FUNCTION medstint.acknowledge_alert(alert text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record := medstint.actor();
  one public.alerts;
  rule public.alert_rules;
BEGIN
  SELECT * INTO one FROM public.alerts a WHERE a.id = alert AND a.school_id = me.school_id FOR UPDATE;
  SELECT * INTO rule FROM public.alert_rules r WHERE r.id = one.rule_id;
  IF me.role IS NULL OR me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') OR (me.role = 'SUPER_ADMIN' AND rule.school_id IS NOT NULL) THEN
    RAISE EXCEPTION 'alerts are acknowledged by administrators who do not make their rules' USING ERRCODE = 'MS403', CONSTRAINT = 'alerts_acknowledged_by_school_admins';
  END IF;
  IF one.id IS NULL THEN
    RETURN false;
  END IF;
  IF one.acknowledged_at IS NOT NULL THEN
    RAISE EXCEPTION 'the alert was acknowledged before' USING ERRCODE = 'MS409', CONSTRAINT = 'alerts_acknowledged_once';
  END IF;
  IF one.subject IN (me.user_id, (SELECT u.email FROM public.users u WHERE u.id = me.user_id))
     OR EXISTS (SELECT FROM public.audit_logs e WHERE e.user_id = me.user_id AND e.school_id = one.school_id AND e.action = ANY (rule.actions)
       AND e.created_at BETWEEN one.first_at AND one.last_at AND medstint.alert_subject(e, rule.group_by) = one.subject) THEN
    RAISE EXCEPTION 'the alert is about whoever would acknowledge it' USING ERRCODE = 'MS403', CONSTRAINT = 'alerts_not_by_whom_they_are_about';
  END IF;
  UPDATE public.alerts a SET acknowledged_by = me.user_id, acknowledged_at = clock_timestamp(), updated_at = now() WHERE a.id = alert;
  RETURN true;
END
$$;

-- A monitor cannot write, but what keeps it can: a wall is often all that is open
-- at night.
CREATE OR REPLACE FUNCTION medstint.keep_monitor(token text) RETURNS timestamptz
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  kept record;
BEGIN
  UPDATE public.sessions s
  SET last_seen_at = now(), updated_at = now(),
      expires_at = greatest(s.expires_at, least(now() + interval '12 hours', s.created_at + interval '90 days'))
  FROM public.users u
  WHERE s.token = encode(sha256(convert_to(keep_monitor.token, 'UTF8')), 'hex') AND s.client = 'monitor'
    AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp() AND u.id = s.user_id AND u.is_active
  RETURNING s.expires_at, coalesce(u.school_id, s.active_school_id) AS school INTO kept;
  PERFORM medstint.seal_events(kept.school) WHERE kept.school IS NOT NULL;
  RETURN kept.expires_at;
END
$$;

-- The school that a super admin's monitor shows: the one write of a monitor, by
-- its token, as an event of its own.
CREATE FUNCTION medstint.choose_school_of_monitor(token text, chosen text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  entered public.sessions;
BEGIN
  UPDATE public.sessions s SET active_school_id = c.id, updated_at = now()
  FROM public.users u, public.schools c
  WHERE s.token = encode(sha256(convert_to(choose_school_of_monitor.token, 'UTF8')), 'hex') AND s.client = 'monitor'
    AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp() AND u.id = s.user_id AND u.is_active AND u.role = 'SUPER_ADMIN' AND c.id = chosen
  RETURNING s.* INTO entered;
  IF entered.id IS NULL THEN
    RETURN false;
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (entered.user_id, chosen, 'school.entered', 'schools', chosen, entered.ip_address, entered.user_agent, entered.client, 'CHOOSE', 200, 'MEDIUM');
  RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.choose_school_of_monitor(text, text) TO medstint_app;

-- How a verification ended, of a session or of the owner; an alert follows at once.
CREATE FUNCTION medstint.record_verification(school text, findings bigint, events bigint, head text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.write_event(CASE findings WHEN 0 THEN 'audit.verified' ELSE 'audit.verification_failed' END, school,
    'audit_seals', '-', jsonb_build_object('findings', findings, 'events', events, 'head', left(head, 300)), 'VERIFY', CASE findings WHEN 0 THEN 200 ELSE 409 END),
    medstint.seal_events(coalesce(school, ''));
END
$$;
CREATE OR REPLACE FUNCTION medstint.report_verification(findings bigint, events bigint, head text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') OR medstint.current_school_id() IS NULL THEN
    RAISE EXCEPTION 'the trail is verified by administrators' USING ERRCODE = 'MS403', CONSTRAINT = 'audit_verified_by_administrators';
  END IF;
  PERFORM medstint.record_verification(medstint.current_school_id(), findings, events, head);
END
$$;

-- Append-only: nothing that is younger than the retention is deleted, in a purge
-- neither.
CREATE FUNCTION medstint.keep_young() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'events are kept for six years' USING ERRCODE = 'MS422', CONSTRAINT = 'audit_logs_kept_for_six_years';
END
$$;
CREATE TRIGGER a_keep_young BEFORE DELETE ON audit_logs FOR EACH ROW
  WHEN (OLD.created_at > now() - interval '6 years') EXECUTE FUNCTION medstint.keep_young();

-- Deletes what was sealed before a moment, seal by seal from the first one on. When
-- a seal was made is in its hash, so that whoever verifies can tell that its events
-- were old enough. The seals stay, without the hashes of their events; each purge
-- tells of all seals that are empty by then, since it may delete the event of the
-- one before it. Only the owner's connections may.
CREATE OR REPLACE FUNCTION medstint.purge_audit(school text, before timestamptz, OUT seals bigint, OUT events bigint)
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  one public.audit_seals;
  last_number bigint;
BEGIN
  IF (before <= now() - interval '6 years') IS NOT TRUE THEN
    RAISE EXCEPTION 'events are kept for six years' USING ERRCODE = 'MS422', CONSTRAINT = 'audit_logs_kept_for_six_years';
  END IF;
  INSERT INTO medstint.audit_sealing VALUES (coalesce(purge_audit.school, '')) ON CONFLICT DO NOTHING;
  PERFORM FROM medstint.audit_sealing s WHERE s.school = coalesce(purge_audit.school, '') FOR UPDATE;
  PERFORM set_config('medstint.purging', pg_current_xact_id()::text, true);
  seals := 0;
  events := 0;
  FOR one IN SELECT s.* FROM public.audit_seals s WHERE coalesce(s.school_id, '') = coalesce(purge_audit.school, '') AND s.purged_at IS NULL ORDER BY s.number LOOP
    EXIT WHEN one.sealed_at >= before;
    DELETE FROM public.audit_logs e WHERE e.sequence = ANY (one.sequences)
      AND (e.school_id = purge_audit.school OR purge_audit.school IS NULL AND e.school_id IS NULL);
    UPDATE public.audit_seals s SET sequences = NULL, leaves = NULL, purged_at = now() WHERE s.id = one.id;
    last_number := one.number;
    seals := seals + 1;
    events := events + one.events;
  END LOOP;
  IF seals > 0 THEN
    PERFORM medstint.write_event('audit.purged', purge_audit.school, 'audit_seals', '1-' || last_number,
      jsonb_build_object('first_seal', 1, 'last_seal', last_number, 'events', events, 'before', before, 'role', session_user), 'PURGE', 200);
  END IF;
  PERFORM set_config('medstint.purging', '', true);
END
$$;
