-- Foreign keys come back; what refers to rows that are gone keeps them from it.
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

DELETE FROM alerts WHERE rule_id = 'platform-rule-failed';
DELETE FROM alert_rules WHERE id = 'platform-rule-failed';

CALL medstint.rewrite('medstint.tell_sealing_held(text)', ARRAY[
  ['medstint.try_rule(rule, tell_sealing_held.school',
   'medstint.evaluate_rule(rule, tell_sealing_held.school']]);
CALL medstint.rewrite('medstint.raise_alerts(text, bigint[])', ARRAY[
  ['    PERFORM medstint.try_rule(rule, raise_alerts.school, zone, fresh);',
   '    BEGIN
      PERFORM medstint.evaluate_rule(rule, raise_alerts.school, zone, fresh);
    EXCEPTION WHEN OTHERS THEN
      PERFORM medstint.write_system_event(''audit.rule_failed'', raise_alerts.school, ''alert_rules'', rule.id,
        jsonb_build_object(''rule'', rule.code, ''state'', SQLSTATE, ''error'', left(SQLERRM, 200)), ''WATCH'', 500);
    END;'],
  ['    CONTINUE WHEN NOT rule.is_active OR NOT coalesce(rule.actions && there, false)
      AND NOT EXISTS (SELECT FROM medstint.kept_evaluations k
        WHERE k.school = raise_alerts.school AND k.code = rule.code);',
   '    CONTINUE WHEN NOT rule.is_active OR NOT rule.actions && there;']]);
CALL medstint.rewrite('medstint.evaluate_rule(public.alert_rules, text, text, bigint[])', ARRAY[
  ['  BEGIN
    PERFORM medstint.notify(''AUDIT_ALERT'', notices) WHERE notices IS NOT NULL;
  EXCEPTION WHEN OTHERS THEN
    PERFORM medstint.tell_rule_failed(rule, evaluate_rule.school, SQLSTATE, SQLERRM);
  END;',
   '  PERFORM medstint.notify(''AUDIT_ALERT'', notices) WHERE notices IS NOT NULL;']]);
CALL medstint.rewrite('medstint.finish_sign_in(text)', ARRAY[
  ['medstint.report_attempts(200)',
   'medstint.report_attempts()']]);
CALL medstint.rewrite('medstint.watch_audit(text)', ARRAY[
  ['medstint.try_seal(home, 10000)',
   'medstint.seal_batch(home, 10000)'],
  ['medstint.try_seal('''', 10000)',
   'medstint.seal_batch('''', 10000)']]);
CALL medstint.rewrite('medstint.report_enrolments()', ARRAY[
  ['ORDER BY r.refused_at LIMIT 1000 FOR UPDATE SKIP LOCKED',
   'ORDER BY r.refused_at LIMIT 1000'],
  ['AND e.refused_at > r.refused_at - interval ''1 hour'' LIMIT 6) before) > 5',
   'AND e.refused_at > r.refused_at - interval ''1 hour'') > 5'],
  ['(SELECT count(*) FROM (SELECT FROM medstint.refused_enrolments e',
   '(SELECT count(*) FROM medstint.refused_enrolments e']]);
CALL medstint.rewrite('medstint.report_pins()', ARRAY[
  ['WHERE NOT o.is_reported
      -- A right one may still open something, so that it is not locked.
      AND (o.counted_at < clock_timestamp() - interval ''5 minutes'' OR medstint.pin_verdict(o) NOT IN (''ok'', ''code''))
    ORDER BY o.counted_at LIMIT 1000 FOR UPDATE OF o SKIP LOCKED
  )',
   'WHERE NOT o.is_reported ORDER BY o.counted_at LIMIT 1000
  )']]);
CALL medstint.rewrite('medstint.set_own_password(text, text, text, bigint)', ARRAY[
  ['WHERE s.id = ANY (ARRAY(
    SELECT x.id FROM public.sessions x WHERE x.user_id = who AND x.revoked_at IS NULL AND x.id <> mine
    FOR NO KEY UPDATE SKIP LOCKED));',
   'WHERE s.user_id = who AND s.revoked_at IS NULL AND s.id <> mine;']]);
DROP PROCEDURE medstint.rewrite(regprocedure, text[]);
DROP FUNCTION medstint.try_rule(public.alert_rules, text, text, bigint[]),
  medstint.tell_rule_failed(public.alert_rules, text, text, text);
DROP TABLE medstint.kept_evaluations;

CREATE OR REPLACE FUNCTION medstint.seal_events(school text)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $$
BEGIN
  RETURN medstint.seal_batch(school, 1000);
EXCEPTION WHEN OTHERS THEN
  PERFORM medstint.write_system_event('audit.sealing_failed', school, 'audit_seals', '-',
    jsonb_build_object('state', SQLSTATE, 'error', left(SQLERRM, 200)), 'SEAL', 500);
  RETURN 0;
END
$$;

DROP FUNCTION medstint.try_seal(text, integer), medstint.report_attempts(integer), medstint.report_passwords(integer),
  medstint.tell_sealing_failed(text, text, text, text);
CREATE FUNCTION medstint.report_attempts()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $$
DECLARE
  reported integer;
BEGIN
  IF NOT EXISTS (SELECT FROM medstint.password_attempts a WHERE NOT a.is_reported)
     AND NOT EXISTS (SELECT FROM medstint.pin_outcomes o WHERE NOT o.is_reported)
     AND NOT EXISTS (SELECT FROM medstint.refused_enrolments r WHERE NOT r.is_reported)
     AND NOT EXISTS (SELECT FROM medstint.password_changes c WHERE NOT c.is_applied) THEN
    RETURN 0;
  END IF;
  PERFORM FROM medstint.audit_sealing s WHERE s.school = '' FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    PERFORM medstint.tell_sealing_held('');
    RETURN 0;
  END IF;
  reported := medstint.report_passwords() + medstint.report_pins() + medstint.report_enrolments();
  PERFORM medstint.apply_reset(c.user_id)
  FROM (SELECT DISTINCT w.user_id FROM medstint.password_changes w WHERE NOT w.is_applied ORDER BY 1) c;
  RETURN reported;
END
$$;

CREATE FUNCTION medstint.report_passwords()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $$
#variable_conflict use_column
DECLARE
  reported integer;
BEGIN
  PERFORM FROM medstint.password_attempts a WHERE NOT a.is_reported LIMIT 1;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  PERFORM FROM medstint.audit_sealing s WHERE s.school = '' FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    PERFORM medstint.tell_sealing_held('');
    RETURN 0;
  END IF;
  WITH waiting AS (
    SELECT a.* FROM medstint.password_attempts a WHERE NOT a.is_reported ORDER BY a.counted_at LIMIT 1000 FOR UPDATE SKIP LOCKED
  ), known AS (
    SELECT w.*, coalesce(s.user_id, c.user_id) AS user_id, CASE w.realm WHEN 'unlock' THEN (medstint.password_of(x.user_id)).hash ELSE c.hash END AS hash,
      (SELECT count(*) FROM medstint.password_attempts e
       WHERE e.realm = w.realm AND e.subject = w.subject AND e.source = w.source AND e.is_counted AND NOT e.is_used
         AND e.counted_at <= w.counted_at AND e.counted_at > greatest(w.counted_at - interval '15 minutes',
           (SELECT max(o.counted_at) FROM medstint.password_attempts o WHERE o.realm = w.realm AND o.subject = w.subject
              AND o.source = w.source AND o.is_used AND o.counted_at < w.counted_at))) AS place,
      (SELECT count(*) FROM medstint.password_attempts e
       WHERE e.realm = w.realm AND e.subject = w.subject AND e.is_counted AND NOT e.is_used
         AND e.counted_at <= w.counted_at AND e.counted_at > w.counted_at - interval '15 minutes') AS place_everywhere
    FROM waiting w
    LEFT JOIN LATERAL medstint.credential_of(w.subject) c ON w.realm = 'sign_in'
    LEFT JOIN public.sessions s ON w.realm = 'unlock' AND s.id = w.subject
    LEFT JOIN public.accounts x ON x.user_id = s.user_id AND x.provider_id = 'credential'
  ), judged AS (
    SELECT k.*, u.school_id, u.email,
      -- The right password is not reported: its sign-in is. It may still be asked for.
      -- What is beyond the limit is compared with nothing: how many rows are written here
      -- can be seen in statistics.
      CASE WHEN NOT k.is_counted OR k.place > 5 OR k.place_everywhere > 20 THEN 'late'
        WHEN k.tried = k.hash THEN CASE WHEN k.counted_at > clock_timestamp() - interval '5 minutes' THEN 'open' ELSE 'right' END
        WHEN k.place = 5 THEN 'locked' ELSE 'refused' END AS verdict,
      k.user_id IS NULL AND row_number() OVER (PARTITION BY k.user_id IS NULL ORDER BY k.counted_at) > 20 AS is_many
    FROM known k LEFT JOIN public.users u ON u.id = k.user_id
  ), told AS (
    INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes, ip_address, user_agent, endpoint, method, status_code, severity, created_at)
    SELECT CASE j.realm WHEN 'unlock' THEN j.user_id END, j.school_id, t.name, 'users', coalesce(j.user_id, '-'),
      jsonb_build_object('email', jsonb_build_object('new', coalesce(j.email, j.subject)))::text,
      j.ip_address, j.user_agent, j.client, CASE j.realm WHEN 'unlock' THEN 'UNLOCK' ELSE 'SIGN_IN' END,
      CASE j.verdict WHEN 'locked' THEN 423 ELSE 401 END, t.severity, j.counted_at
    FROM judged j JOIN medstint.audit_event_types t
      ON t.name = CASE WHEN j.verdict = 'locked' THEN 'auth.locked_out' WHEN j.realm = 'unlock' THEN 'auth.unlock_failed' ELSE 'auth.sign_in_failed' END
    WHERE j.verdict IN ('locked', 'refused') AND NOT j.is_many
  ), summed AS (
    SELECT j.school_id, j.user_id, CASE WHEN j.user_id IS NOT NULL OR NOT j.is_many THEN coalesce(j.email, j.subject) END AS email,
      j.ip_address, j.realm, j.client, count(*) AS attempts, max(j.counted_at) AS last_at
    FROM judged j WHERE j.verdict = 'late' OR j.verdict IN ('locked', 'refused') AND j.is_many
    GROUP BY 1, 2, 3, 4, 5, 6
  ), summary AS (
    INSERT INTO public.audit_logs (school_id, action, resource_type, resource_id, changes, ip_address, endpoint, method, status_code, severity, created_at)
    SELECT s.school_id, t.name, 'users', coalesce(s.user_id, '-'),
      jsonb_strip_nulls(jsonb_build_object('email', jsonb_build_object('new', s.email), 'attempts', jsonb_build_object('new', s.attempts)))::text,
      s.ip_address, s.client, CASE s.realm WHEN 'unlock' THEN 'UNLOCK' ELSE 'SIGN_IN' END, 423, t.severity, s.last_at
    FROM summed s JOIN medstint.audit_event_types t ON t.name = 'auth.locked_out'
  ), ended AS (
    UPDATE public.sessions s SET revoked_at = now(), updated_at = now() FROM judged j
    WHERE j.realm = 'unlock' AND j.verdict IN ('locked', 'late') AND s.id = j.subject AND s.revoked_at IS NULL
  ), done AS (
    UPDATE medstint.password_attempts a SET is_reported = true FROM judged j WHERE a.id = j.id AND j.verdict <> 'open' RETURNING a.id)
  SELECT count(*) INTO reported FROM done;
  -- What is over is not kept: neither what somebody typed nor from where.
  DELETE FROM medstint.password_attempts a WHERE a.id = ANY (ARRAY(SELECT o.id FROM medstint.password_attempts o
    WHERE o.is_reported AND o.counted_at < clock_timestamp() - CASE o.realm WHEN 'sign_in' THEN interval '1 hour' ELSE interval '90 days' END
    ORDER BY o.counted_at LIMIT 1000 FOR UPDATE SKIP LOCKED));
  RETURN reported;
END
$$;

DROP INDEX medstint.password_attempts_counted;
DROP FUNCTION medstint.end_sessions(), medstint.outdated_sessions();
ALTER TABLE medstint.password_changes DROP COLUMN made_at;
DROP TABLE medstint.locked_out_sessions;

DROP POLICY users_fence_edit ON users;
DROP TRIGGER b_check_references ON sessions;
DROP TRIGGER b_check_references ON notifications;
DROP TRIGGER b_release_references ON users;
DROP TRIGGER b_release_references ON schools;
DROP TRIGGER b_release_references ON alert_rules;
DROP TRIGGER b_release_references ON kiosks;
DROP FUNCTION medstint.check_references(), medstint.release_user(), medstint.release_school(),
  medstint.release_alert_rule(), medstint.release_kiosk(), medstint.refuse_release(text);

ALTER TABLE audit_logs ADD CONSTRAINT audit_logs_user_id_fkey
  FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE RESTRICT;
ALTER TABLE audit_logs ADD CONSTRAINT audit_logs_school_id_fkey
  FOREIGN KEY (school_id) REFERENCES schools(id) ON DELETE RESTRICT;
ALTER TABLE audit_seals ADD CONSTRAINT audit_seals_school_id_fkey
  FOREIGN KEY (school_id) REFERENCES schools(id) ON DELETE RESTRICT;
ALTER TABLE alerts ADD CONSTRAINT alerts_school_id_fkey
  FOREIGN KEY (school_id) REFERENCES schools(id) ON DELETE RESTRICT;
ALTER TABLE alerts ADD CONSTRAINT alerts_rule_id_fkey
  FOREIGN KEY (rule_id) REFERENCES alert_rules(id) ON DELETE RESTRICT;
ALTER TABLE notifications ADD CONSTRAINT notifications_user_id_fkey
  FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
ALTER TABLE notifications ADD CONSTRAINT notifications_school_id_fkey
  FOREIGN KEY (school_id) REFERENCES schools(id) ON DELETE RESTRICT;
ALTER TABLE sessions ADD CONSTRAINT sessions_user_id_fkey
  FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
ALTER TABLE sessions ADD CONSTRAINT sessions_school_id_fkey
  FOREIGN KEY (school_id) REFERENCES schools(id) ON DELETE RESTRICT;
ALTER TABLE sessions ADD CONSTRAINT sessions_active_school_id_fkey
  FOREIGN KEY (active_school_id) REFERENCES schools(id) ON DELETE SET NULL;
ALTER TABLE medstint.password_changes ADD CONSTRAINT password_changes_user_id_fkey
  FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
ALTER TABLE medstint.credential_changes ADD CONSTRAINT credential_changes_user_id_fkey
  FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
ALTER TABLE medstint.credential_changes ADD CONSTRAINT credential_changes_changed_by_fkey
  FOREIGN KEY (changed_by) REFERENCES users(id) ON DELETE CASCADE;
ALTER TABLE medstint.pin_outcomes ADD CONSTRAINT pin_outcomes_user_id_fkey
  FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
ALTER TABLE medstint.pin_outcomes ADD CONSTRAINT pin_outcomes_kiosk_id_fkey
  FOREIGN KEY (kiosk_id) REFERENCES kiosks(id) ON DELETE CASCADE;
