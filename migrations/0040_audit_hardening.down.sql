DROP TRIGGER a_keep_young ON audit_logs;
DROP FUNCTION medstint.keep_young(), medstint.choose_school_of_monitor(text, text);
CREATE FUNCTION medstint.unsealed_events(OUT waiting bigint, OUT since timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*), min(e.created_at) FROM medstint.audit_unsealed u
  JOIN public.audit_logs e ON e.school_id = u.school AND e.sequence = u.sequence
  WHERE u.school = medstint.current_school_id() AND medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')
$$;
GRANT EXECUTE ON FUNCTION medstint.unsealed_events() TO medstint_app;
CREATE FUNCTION medstint.alert_concerns(e public.audit_logs, r public.alert_rules, zone text) RETURNS boolean
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT e.action = ANY (r.actions) AND CASE
    WHEN r.from_time IS NULL THEN true
    WHEN r.from_time <= r.until_time THEN x.at >= r.from_time AND x.at < r.until_time
    ELSE x.at >= r.from_time OR x.at < r.until_time END
  FROM (SELECT (e.created_at AT TIME ZONE zone)::time AS at) x
$$;
CREATE OR REPLACE FUNCTION medstint.raise_alerts(school text, fresh bigint[]) RETURNS void
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
CREATE OR REPLACE FUNCTION medstint.acknowledge_alert(alert text) RETURNS boolean
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
CREATE OR REPLACE FUNCTION medstint.report_verification(findings bigint, events bigint, head text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'the trail is verified by administrators' USING ERRCODE = 'MS403', CONSTRAINT = 'audit_verified_by_administrators';
  END IF;
  PERFORM medstint.write_event(CASE findings WHEN 0 THEN 'audit.verified' ELSE 'audit.verification_failed' END, medstint.current_school_id(),
    'audit_seals', '-', jsonb_build_object('findings', findings, 'events', events, 'head', left(head, 300)), 'VERIFY', CASE findings WHEN 0 THEN 200 ELSE 409 END);
END
$$;
CREATE OR REPLACE FUNCTION medstint.purge_audit(school text, before timestamptz, OUT seals bigint, OUT events bigint)
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  one public.audit_seals;
  first_number bigint;
  last_number bigint;
BEGIN
  IF before > now() - interval '6 years' THEN
    RAISE EXCEPTION 'events are kept for six years' USING ERRCODE = 'MS422', CONSTRAINT = 'audit_logs_kept_for_six_years';
  END IF;
  PERFORM set_config('medstint.purging', pg_current_xact_id()::text, true),
    pg_advisory_xact_lock(hashtextextended('medstint.seal:' || coalesce(purge_audit.school, ''), 0));
  seals := 0;
  events := 0;
  FOR one IN SELECT s.* FROM public.audit_seals s WHERE coalesce(s.school_id, '') = coalesce(purge_audit.school, '') AND s.purged_at IS NULL ORDER BY s.number LOOP
    EXIT WHEN EXISTS (SELECT FROM public.audit_logs e WHERE e.sequence = ANY (one.sequences)
      AND (e.school_id = purge_audit.school OR purge_audit.school IS NULL AND e.school_id IS NULL) AND e.created_at >= before);
    DELETE FROM public.audit_logs e WHERE e.sequence = ANY (one.sequences)
      AND (e.school_id = purge_audit.school OR purge_audit.school IS NULL AND e.school_id IS NULL);
    UPDATE public.audit_seals s SET sequences = NULL, leaves = NULL, purged_at = now() WHERE s.id = one.id;
    first_number := coalesce(first_number, one.number);
    last_number := one.number;
    seals := seals + 1;
    events := events + one.events;
  END LOOP;
  IF seals > 0 THEN
    PERFORM medstint.write_event('audit.purged', purge_audit.school, 'audit_seals', first_number || '-' || last_number,
      jsonb_build_object('first_seal', first_number, 'last_seal', last_number, 'events', events, 'before', before, 'role', session_user), 'PURGE', 200);
  END IF;
  PERFORM set_config('medstint.purging', '', true);
END
$$;
CREATE OR REPLACE FUNCTION medstint.keep_monitor(token text) RETURNS timestamptz
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE public.sessions s
  SET last_seen_at = now(), updated_at = now(),
      expires_at = greatest(s.expires_at, least(now() + interval '12 hours', s.created_at + interval '90 days'))
  FROM public.users u
  WHERE s.token = encode(sha256(convert_to(keep_monitor.token, 'UTF8')), 'hex') AND s.client = 'monitor'
    AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp() AND u.id = s.user_id AND u.is_active
  RETURNING s.expires_at
$$;
DROP FUNCTION medstint.watch_audit();
CREATE FUNCTION medstint.watch_audit() RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine constant text := medstint.current_school_id();
BEGIN
  IF medstint.current_user_id() IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  FOR batch IN 1 .. 5 LOOP
    EXIT WHEN medstint.seal_events(mine) < 10000;
  END LOOP;
  PERFORM medstint.seal_events('');
  RETURN (SELECT count(*) FROM (SELECT FROM medstint.audit_unsealed u WHERE u.school = mine LIMIT 100000) waiting);
END
$$;
GRANT EXECUTE ON FUNCTION medstint.watch_audit() TO medstint_app;
DROP FUNCTION medstint.record_verification(text, bigint, bigint, text), medstint.evaluate_rule(public.alert_rules, text, text, bigint[]),
  medstint.seal_batch(text, integer), medstint.write_system_event(text, text, text, text, jsonb, text, integer);
DROP TABLE medstint.audit_sealing;
DELETE FROM medstint.audit_event_types WHERE code IN ('TR-0504', 'TR-0505');
DROP INDEX audit_logs_by_sequence_of_none;
ALTER TABLE audit_seals DROP CONSTRAINT audit_seals_counted;
