DELETE FROM notifications WHERE type = 'AUDIT_ALERT' AND school_id IS NULL;
DELETE FROM alerts WHERE school_id IS NULL;
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

CREATE OR REPLACE FUNCTION medstint.evaluate_rule(rule public.alert_rules, school text, zone text, fresh bigint[]) RETURNS void
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

CREATE OR REPLACE FUNCTION medstint.acknowledge_alert(alert text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record := medstint.actor();
  one public.alerts;
  rule public.alert_rules;
BEGIN
  IF me.role IS DISTINCT FROM 'SCHOOL_ADMIN' THEN
    RAISE EXCEPTION 'alerts are acknowledged by administrators who do not make their rules' USING ERRCODE = 'MS403', CONSTRAINT = 'alerts_acknowledged_by_school_admins';
  END IF;
  SELECT * INTO one FROM public.alerts a WHERE a.id = alert AND a.school_id = me.school_id FOR UPDATE;
  IF one.id IS NULL THEN
    RETURN false;
  END IF;
  SELECT * INTO rule FROM public.alert_rules r WHERE r.id = one.rule_id;
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

CREATE OR REPLACE FUNCTION medstint.seal_batch(school text, at_most integer) RETURNS integer
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
    -- Who imports with triggers off has made none.
    IF EXISTS (SELECT FROM medstint.audit_sealing s WHERE s.school = seal_batch.school) THEN
      PERFORM medstint.tell_sealing_held(seal_batch.school);
      RETURN 0;
    END IF;
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

CREATE OR REPLACE FUNCTION medstint.tell_sealing_held(school text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  oldest timestamptz;
  holder record;
  event bigint;
  rule public.alert_rules;
BEGIN
  SELECT min(e.created_at) INTO oldest FROM (SELECT u.sequence FROM medstint.audit_unsealed u WHERE u.school = tell_sealing_held.school ORDER BY u.sequence LIMIT 1000) first
  JOIN public.audit_logs e ON e.sequence = first.sequence AND (e.school_id = tell_sealing_held.school OR tell_sealing_held.school = '' AND e.school_id IS NULL);
  IF school = '' THEN
    oldest := least(oldest, (SELECT min(a.counted_at) FROM medstint.password_attempts a WHERE NOT a.is_reported));
  END IF;
  IF oldest IS NULL OR oldest > clock_timestamp() - interval '2 minutes' OR EXISTS (SELECT FROM public.audit_logs e
      WHERE e.school_id IS NOT DISTINCT FROM nullif(tell_sealing_held.school, '') AND e.action = 'audit.sealing_held' AND e.created_at > clock_timestamp() - interval '10 minutes') THEN
    RETURN;
  END IF;
  SELECT l.pid, a.usename AS role INTO holder FROM medstint.audit_sealing s
  JOIN pg_locks l ON l.locktype = 'transactionid' AND l.transactionid = s.xmax AND l.granted
  LEFT JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE s.school = tell_sealing_held.school;
  PERFORM medstint.write_system_event('audit.sealing_held', tell_sealing_held.school, 'audit_seals', '-',
    jsonb_build_object('since', oldest, 'process', holder.pid, 'role', holder.role), 'SEAL', 423);
  SELECT e.sequence INTO event FROM public.audit_logs e WHERE e.school_id = tell_sealing_held.school AND e.action = 'audit.sealing_held' ORDER BY e.created_at DESC, e.sequence DESC LIMIT 1;
  SELECT r.* INTO rule FROM public.alert_rules r
  WHERE r.code = 'sealing-held' AND (r.school_id = tell_sealing_held.school OR r.school_id IS NULL) ORDER BY r.school_id NULLS LAST LIMIT 1;
  PERFORM medstint.evaluate_rule(rule, tell_sealing_held.school, 'UTC', ARRAY[event]) WHERE event IS NOT NULL AND rule.is_active;
END
$$;

CREATE OR REPLACE FUNCTION medstint.administrators(school text) RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.id FROM public.users u WHERE u.school_id = school AND u.role = 'SCHOOL_ADMIN' AND u.is_active
$$;

DROP FUNCTION medstint.events_between(text, text[], timestamptz, timestamptz), medstint.events_numbered(text, bigint[]);
ALTER POLICY alerts_fence ON alerts
  USING (school_id = (SELECT medstint.current_school_id())) WITH CHECK (school_id = (SELECT medstint.current_school_id()));
DROP INDEX alerts_one_open;
CREATE UNIQUE INDEX alerts_one_open ON alerts (rule_id, school_id, subject) WHERE acknowledged_at IS NULL;
ALTER TABLE alerts ALTER COLUMN school_id SET NOT NULL;
