-- Why: super administrators belong to no school, so guesses at their passwords were
-- events that nobody saw and raised no alert. The platform has alerts of its own now,
-- by the platform's rules; super administrators are told, see and acknowledge them.
-- What earlier migrations did is sealed without alerts.
SELECT medstint.seal_batch('', 1000000);
ALTER TABLE alerts ALTER COLUMN school_id DROP NOT NULL;
DROP INDEX alerts_one_open;
CREATE UNIQUE INDEX alerts_one_open ON alerts (rule_id, coalesce(school_id, ''), subject) WHERE acknowledged_at IS NULL;

ALTER POLICY alerts_fence ON alerts
  USING (school_id = (SELECT medstint.current_school_id()) OR school_id IS NULL AND (SELECT medstint.has_role('SUPER_ADMIN')))
  WITH CHECK (school_id = (SELECT medstint.current_school_id()) OR school_id IS NULL AND (SELECT medstint.has_role('SUPER_ADMIN')));

-- Who runs a school, or the platform (''): whom its own concerns are told.
CREATE OR REPLACE FUNCTION medstint.administrators(school text) RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.id FROM public.users u WHERE u.school_id = school AND u.role = 'SCHOOL_ADMIN' AND u.is_active
  UNION ALL SELECT u.id FROM public.users u WHERE school = '' AND u.role = 'SUPER_ADMIN' AND u.is_active
$$;

-- Events of a school, or of the platform, of some actions within a time. Each of the two
-- is found by its own index.
CREATE FUNCTION medstint.events_between(school text, actions text[], earliest timestamptz, latest timestamptz) RETURNS SETOF public.audit_logs
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF school = '' THEN
    RETURN QUERY SELECT e.* FROM public.audit_logs e WHERE e.school_id IS NULL AND e.action = ANY (actions)
      AND e.created_at >= earliest AND e.created_at <= latest;
  ELSE
    RETURN QUERY SELECT e.* FROM public.audit_logs e WHERE e.school_id = school AND e.action = ANY (actions)
      AND e.created_at >= earliest AND e.created_at <= latest;
  END IF;
END
$$;
CREATE FUNCTION medstint.events_numbered(school text, sequences bigint[]) RETURNS SETOF public.audit_logs
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF school = '' THEN
    RETURN QUERY SELECT e.* FROM public.audit_logs e WHERE e.school_id IS NULL AND e.sequence = ANY (sequences);
  ELSE
    RETURN QUERY SELECT e.* FROM public.audit_logs e WHERE e.school_id = school AND e.sequence = ANY (sequences);
  END IF;
END
$$;

-- Changes parts of a function's newest definition; each part has to be there.
CREATE PROCEDURE medstint.rewrite(rewritten regprocedure, parts text[])
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  source text := pg_get_functiondef(rewritten);
  part text[];
BEGIN
  FOREACH part SLICE 1 IN ARRAY parts LOOP
    IF strpos(source, part[1]) = 0 THEN
      RAISE EXCEPTION '% does not hold %', rewritten, part[1];
    END IF;
    source := replace(source, part[1], part[2]);
  END LOOP;
  EXECUTE source;
END
$$;
CALL medstint.rewrite('medstint.raise_alerts(text, bigint[])', ARRAY[
  ['FROM public.audit_logs e WHERE e.school_id = raise_alerts.school AND e.sequence = ANY (fresh))', 'FROM medstint.events_numbered(raise_alerts.school, fresh) e)']]);
CALL medstint.rewrite('medstint.evaluate_rule(public.alert_rules, text, text, bigint[])', ARRAY[
  ['FROM public.audit_logs e WHERE e.school_id = evaluate_rule.school AND e.sequence = ANY (fresh) AND e.action = ANY (rule.actions)',
   'FROM medstint.events_numbered(evaluate_rule.school, fresh) e WHERE e.action = ANY (rule.actions)'],
  ['FROM public.audit_logs e LEFT JOIN unnest(fresh) f (sequence) USING (sequence)
    WHERE e.school_id = evaluate_rule.school AND e.action = ANY (rule.actions)
      AND e.created_at >= earliest - rule.within AND e.created_at <= latest + rule.within
      AND CASE',
   'FROM medstint.events_between(evaluate_rule.school, rule.actions, earliest - rule.within, latest + rule.within) e
    LEFT JOIN unnest(fresh) f (sequence) USING (sequence)
    WHERE CASE'],
  ['ELSE e.school_id END AS subject', 'ELSE coalesce(e.school_id, ''platform'') END AS subject'],
  ['a.school_id = evaluate_rule.school AND a.subject = n.subject', 'coalesce(a.school_id, '''') = evaluate_rule.school AND a.subject = n.subject'],
  ['SELECT evaluate_rule.school, rule.id, c.subject', 'SELECT nullif(evaluate_rule.school, ''''), rule.id, c.subject'],
  ['ON CONFLICT (rule_id, school_id, subject) WHERE', 'ON CONFLICT (rule_id, coalesce(school_id, ''''), subject) WHERE']]);
CALL medstint.rewrite('medstint.seal_batch(text, integer)', ARRAY[
  ['IF seal_batch.school <> '''' THEN
    PERFORM medstint.raise_alerts(seal_batch.school, fresh.sequences);
  END IF;', 'PERFORM medstint.raise_alerts(seal_batch.school, fresh.sequences);']]);
CALL medstint.rewrite('medstint.tell_sealing_held(text)', ARRAY[
  ['SELECT e.sequence INTO event FROM public.audit_logs e WHERE e.school_id = tell_sealing_held.school AND e.action',
   'SELECT e.sequence INTO event FROM public.audit_logs e WHERE e.school_id IS NOT DISTINCT FROM nullif(tell_sealing_held.school, '''') AND e.action']]);
CALL medstint.rewrite('medstint.acknowledge_alert(text)', ARRAY[
  ['IF me.role IS DISTINCT FROM ''SCHOOL_ADMIN'' THEN',
   'IF me.role IS DISTINCT FROM ''SCHOOL_ADMIN'' AND (me.role IS DISTINCT FROM ''SUPER_ADMIN''
     OR NOT EXISTS (SELECT FROM public.alerts p WHERE p.id = alert AND p.school_id IS NULL)) THEN'],
  ['WHERE a.id = alert AND a.school_id = me.school_id FOR UPDATE', 'WHERE a.id = alert AND (a.school_id = me.school_id OR a.school_id IS NULL AND me.role = ''SUPER_ADMIN'') FOR UPDATE'],
  ['e.school_id = one.school_id AND e.action', 'e.school_id IS NOT DISTINCT FROM one.school_id AND e.action']]);
DROP PROCEDURE medstint.rewrite(regprocedure, text[]);
