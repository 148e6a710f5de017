-- Alert rules over audit events, and the alerts that they raise.
--
-- Alerts are evaluated as events are sealed, one batch after the other and one pass a rule, so that
-- two transactions at once are never each too few. Events that a rule failed for stay in
-- medstint.kept_evaluations until the next seal.

-- An administrator of the school says that the alert was looked at. A super admin can put a rule of
-- their own in the place of any other, and so acknowledges none; neither does the person whom it is
-- about, or whose own doing it counts.
CREATE OR REPLACE FUNCTION medstint.acknowledge_alert(alert text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record := medstint.actor();
  one public.alerts;
  rule public.alert_rules;
BEGIN
  IF me.role IS DISTINCT FROM 'SCHOOL_ADMIN' AND (me.role IS DISTINCT FROM 'SUPER_ADMIN'
     OR NOT EXISTS (SELECT FROM public.alerts p WHERE p.id = alert AND p.school_id IS NULL)) THEN
    RAISE EXCEPTION 'only administrators who can''t edit its rule may acknowledge an alert'
      USING ERRCODE = 'MS403', CONSTRAINT = 'alerts_acknowledged_by_school_admins';
  END IF;
  SELECT * INTO one FROM public.alerts a
    WHERE a.id = alert AND (a.school_id = me.school_id OR a.school_id IS NULL AND me.role = 'SUPER_ADMIN') FOR UPDATE;
  IF one.id IS NULL THEN
    RETURN false;
  END IF;
  SELECT * INTO rule FROM public.alert_rules r WHERE r.id = one.rule_id;
  IF one.acknowledged_at IS NOT NULL THEN
    RAISE EXCEPTION 'the alert has already been acknowledged'
      USING ERRCODE = 'MS409', CONSTRAINT = 'alerts_acknowledged_once';
  END IF;
  IF one.subject IN (me.user_id, (SELECT u.email FROM public.users u WHERE u.id = me.user_id))
     OR EXISTS (SELECT FROM public.audit_logs e WHERE e.user_id = me.user_id AND e.school_id
       IS NOT DISTINCT FROM one.school_id AND e.action = ANY (rule.actions)
       AND e.created_at BETWEEN one.first_at AND one.last_at
         AND medstint.alert_subject(e, rule.group_by) = one.subject) THEN
    RAISE EXCEPTION 'a person may not acknowledge an alert about themselves or their own actions'
      USING ERRCODE = 'MS403', CONSTRAINT = 'alerts_not_by_whom_they_are_about';
  END IF;
  UPDATE public.alerts a SET acknowledged_by = me.user_id, acknowledged_at = clock_timestamp(), updated_at = now()
    WHERE a.id = alert;
  RETURN true;
END
$$;

-- Whose event it is, in the terms of a rule; nobody's where there is none.
CREATE OR REPLACE FUNCTION medstint.alert_subject(e public.audit_logs, group_by text) RETURNS text
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE group_by
    WHEN 'person' THEN e.user_id
    WHEN 'address' THEN e.ip_address
    WHEN 'account' THEN coalesce(e.changes::jsonb #>> '{email,new}', e.resource_id)
    WHEN 'record' THEN e.resource_id
    ELSE e.school_id END
$$;

-- An open alert takes more of the same in; what was acknowledged does not count again, but for an
-- event that came late. Both neighbours in time are looked at, since such an event may make enough
-- for one that was sealed before.
CREATE OR REPLACE FUNCTION medstint.evaluate_rule(rule public.alert_rules, school text, zone text,
  fresh bigint[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
#variable_conflict use_column
DECLARE
  earliest timestamptz;
  latest timestamptz;
  notices jsonb;
BEGIN
  SELECT min(e.created_at), max(e.created_at) INTO earliest, latest
  FROM medstint.events_numbered(evaluate_rule.school, fresh) e WHERE e.action = ANY (rule.actions);
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
        ELSE coalesce(e.school_id, 'platform') END AS subject,
      CASE WHEN rule.counts = 'events' THEN 1
        WHEN jsonb_typeof(e.changes::jsonb #> '{rows,new}') = 'number'
          THEN greatest((e.changes::jsonb #>> '{rows,new}')::numeric, 0)
        ELSE 0 END AS amount
    FROM medstint.events_between(evaluate_rule.school, rule.actions, earliest - rule.within, latest + rule.within) e
    LEFT JOIN unnest(fresh) f (sequence) USING (sequence)
    WHERE CASE WHEN rule.from_time IS NULL THEN true
        WHEN rule.from_time <= rule.until_time THEN (e.created_at AT TIME ZONE zone)::time >= rule.from_time
          AND (e.created_at AT TIME ZONE zone)::time < rule.until_time
        ELSE (e.created_at AT TIME ZONE zone)::time >= rule.from_time
          OR (e.created_at AT TIME ZONE zone)::time < rule.until_time END
  ), touched AS (
    SELECT n.subject, min(n.created_at) FILTER (WHERE n.is_fresh) AS earliest_of_it,
      (SELECT max(a.last_at) FROM public.alerts a
        WHERE a.rule_id = rule.id AND coalesce(a.school_id, '') = evaluate_rule.school AND a.subject = n.subject
        AND a.acknowledged_at IS NOT NULL) AS seen_until
    FROM near n WHERE n.subject IS NOT NULL GROUP BY n.subject HAVING bool_or(n.is_fresh)
  ), counted AS (
    SELECT n.subject, n.created_at, t.earliest_of_it, sum(n.amount) OVER backwards AS amount,
      first_value(n.created_at) OVER backwards AS since
    FROM near n JOIN touched t ON t.subject = n.subject
    WHERE n.is_fresh OR t.seen_until IS NULL OR n.created_at > t.seen_until
    WINDOW backwards AS (PARTITION BY n.subject
      ORDER BY n.created_at RANGE BETWEEN rule.within PRECEDING AND CURRENT ROW)
  ), raised AS (
    INSERT INTO public.alerts AS a (school_id, rule_id, subject, severity, counted, first_at, last_at)
    SELECT nullif(evaluate_rule.school, ''), rule.id, c.subject, rule.severity,
      least(max(c.amount), 1000000000000)::bigint, min(c.since), max(c.created_at)
    FROM counted c WHERE c.created_at >= c.earliest_of_it AND c.amount >= rule.threshold GROUP BY c.subject
    ON CONFLICT (rule_id, coalesce(school_id, ''), subject) WHERE acknowledged_at IS NULL
    DO UPDATE SET counted = greatest(a.counted, excluded.counted), first_at = least(a.first_at, excluded.first_at),
      last_at = greatest(a.last_at, excluded.last_at), updated_at = now()
    RETURNING a.id, a.subject, a.counted, a.last_at, a.xmax = 0 AS is_new)
  SELECT jsonb_agg(jsonb_build_object('user_id', n, 'key', 'alert:' || r.id, 'about', 'alerts/' || r.id,
    'data', jsonb_build_object('rule', rule.name, 'count', r.counted || ' ' || rule.counts, 'within', rule.within,
      'time', to_char(r.last_at AT TIME ZONE zone, 'YYYY-MM-DD HH24:MI'),
      'subject', coalesce(CASE WHEN rule.group_by IN ('person', 'record') THEN (SELECT u.name FROM public.users u
        WHERE u.id = r.subject AND (u.school_id = evaluate_rule.school OR u.school_id IS NULL))
      WHEN rule.group_by = 'school' THEN (SELECT s.name FROM public.schools s WHERE s.id = r.subject) END,
        r.subject))))
  INTO notices FROM raised r CROSS JOIN medstint.administrators(evaluate_rule.school) n WHERE r.is_new;
  BEGIN
    PERFORM medstint.notify('AUDIT_ALERT', notices) WHERE notices IS NOT NULL;
  EXCEPTION WHEN OTHERS THEN
    PERFORM medstint.tell_rule_failed(rule, evaluate_rule.school, SQLSTATE, SQLERRM);
  END;
END
$$;

-- Looks at events that were just sealed: does one of them make enough within a window? One pass
-- over the windows around them for each rule, however many people they are about. A rule that fails
-- is an event, and the others go on.
CREATE OR REPLACE FUNCTION medstint.raise_alerts(school text, fresh bigint[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET jit = off SET lock_timeout = '2s' AS $$
DECLARE
  zone constant text := coalesce((SELECT s.time_zone FROM public.schools s WHERE s.id = raise_alerts.school), 'UTC');
  there constant text[] := (SELECT array_agg(DISTINCT e.action)
    FROM medstint.events_numbered(raise_alerts.school, fresh) e);
  rule public.alert_rules;
BEGIN
  FOR rule IN
    SELECT DISTINCT ON (r.code) r.* FROM public.alert_rules r
      WHERE r.school_id = raise_alerts.school OR r.school_id IS NULL
    ORDER BY r.code, r.school_id NULLS LAST
  LOOP
    CONTINUE WHEN NOT rule.is_active OR NOT coalesce(rule.actions && there, false)
      AND NOT EXISTS (SELECT FROM medstint.kept_evaluations k
        WHERE k.school = raise_alerts.school AND k.code = rule.code);
    PERFORM medstint.try_rule(rule, raise_alerts.school, zone, fresh);
  END LOOP;
END
$$;

-- Evaluates a rule for fresh events and for those that were kept. Where that fails, the fresh
-- events are kept; an event tells of it at most every ten minutes, since a rule may watch these
-- events itself.
CREATE OR REPLACE FUNCTION medstint.try_rule(rule public.alert_rules, school text, zone text,
  fresh bigint[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  kept bigint[];
  is_told boolean;
BEGIN
  WITH taken AS (
    DELETE FROM medstint.kept_evaluations k WHERE k.number = ANY (ARRAY(
      SELECT x.number FROM medstint.kept_evaluations x WHERE x.school = try_rule.school AND x.code = rule.code
      ORDER BY x.number LIMIT 100 FOR UPDATE SKIP LOCKED))
    RETURNING k.sequences)
  SELECT array_agg(s.one) INTO kept FROM taken t CROSS JOIN LATERAL unnest(t.sequences) s (one);
  PERFORM medstint.evaluate_rule(rule, school, zone, kept || fresh);
EXCEPTION WHEN OTHERS THEN
  -- The kept events stay: their deletion is rolled back.
  is_told := EXISTS (SELECT FROM medstint.kept_evaluations k WHERE k.school = try_rule.school
    AND k.code = rule.code AND k.kept_at > clock_timestamp() - interval '10 minutes');
  INSERT INTO medstint.kept_evaluations (school, code, sequences)
  SELECT try_rule.school, rule.code, array_agg(e.sequence)
  FROM medstint.events_numbered(try_rule.school, fresh) e WHERE e.action = ANY (rule.actions) HAVING count(*) > 0;
  IF FOUND AND NOT is_told THEN
    PERFORM medstint.tell_rule_failed(rule, school, SQLSTATE, SQLERRM);
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION medstint.tell_rule_failed(rule public.alert_rules, school text, state text,
  error text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.write_system_event('audit.rule_failed', school, 'alert_rules', rule.id,
    jsonb_build_object('rule', rule.code, 'state', state, 'error', left(error, 200)), 'WATCH', 500);
END
$$;
