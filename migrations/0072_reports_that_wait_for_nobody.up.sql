-- Why: functions that report and seal waited for rows that an ordinary session can lock
-- and keep locked: its own session, its own users row, an administrator's school. A check
-- of a foreign key is such a wait. One open transaction stopped every sign-in, withheld
-- events, and suppressed the alert about its own author. Now nothing here waits for them.

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

-- 1. No foreign key locks a person, a school, a kiosk or a rule for these tables.

ALTER TABLE audit_logs DROP CONSTRAINT audit_logs_user_id_fkey, DROP CONSTRAINT audit_logs_school_id_fkey;
ALTER TABLE audit_seals DROP CONSTRAINT audit_seals_school_id_fkey;
ALTER TABLE alerts DROP CONSTRAINT alerts_school_id_fkey, DROP CONSTRAINT alerts_rule_id_fkey;
ALTER TABLE notifications DROP CONSTRAINT notifications_user_id_fkey, DROP CONSTRAINT notifications_school_id_fkey;
ALTER TABLE sessions DROP CONSTRAINT sessions_user_id_fkey, DROP CONSTRAINT sessions_school_id_fkey,
  DROP CONSTRAINT sessions_active_school_id_fkey;
ALTER TABLE medstint.password_changes DROP CONSTRAINT password_changes_user_id_fkey;
ALTER TABLE medstint.credential_changes DROP CONSTRAINT credential_changes_user_id_fkey,
  DROP CONSTRAINT credential_changes_changed_by_fkey;
ALTER TABLE medstint.pin_outcomes DROP CONSTRAINT pin_outcomes_user_id_fkey,
  DROP CONSTRAINT pin_outcomes_kiosk_id_fkey;

-- A row that is still referred to stays, as with a foreign key. What another transaction
-- writes at the same moment is not seen: that would need a lock.
CREATE FUNCTION medstint.refuse_release(refusing text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF refusing IS NOT NULL THEN
    RAISE EXCEPTION 'the row is still referred to (%)', refusing
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = refusing;
  END IF;
END
$$;

CREATE FUNCTION medstint.release_user() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.refuse_release('audit_logs_user_id_fkey')
  WHERE EXISTS (SELECT FROM public.audit_logs e WHERE e.user_id = OLD.id);
  DELETE FROM public.sessions s WHERE s.user_id = OLD.id;
  DELETE FROM public.notifications n WHERE n.user_id = OLD.id;
  DELETE FROM medstint.password_changes c WHERE c.user_id = OLD.id;
  DELETE FROM medstint.credential_changes c WHERE c.user_id = OLD.id OR c.changed_by = OLD.id;
  DELETE FROM medstint.pin_outcomes o WHERE o.user_id = OLD.id;
  RETURN NULL;
END
$$;
CREATE TRIGGER b_release_references AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION medstint.release_user();

CREATE FUNCTION medstint.release_school() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.refuse_release(CASE
    WHEN EXISTS (SELECT FROM public.audit_logs e WHERE e.school_id = OLD.id) THEN 'audit_logs_school_id_fkey'
    WHEN EXISTS (SELECT FROM public.audit_seals s WHERE s.school_id = OLD.id) THEN 'audit_seals_school_id_fkey'
    WHEN EXISTS (SELECT FROM public.alerts a WHERE a.school_id = OLD.id) THEN 'alerts_school_id_fkey'
    WHEN EXISTS (SELECT FROM public.notifications n WHERE n.school_id = OLD.id) THEN 'notifications_school_id_fkey'
    WHEN EXISTS (SELECT FROM public.sessions s WHERE s.school_id = OLD.id) THEN 'sessions_school_id_fkey' END);
  UPDATE public.sessions s SET active_school_id = NULL WHERE s.active_school_id = OLD.id;
  RETURN NULL;
END
$$;
CREATE TRIGGER b_release_references AFTER DELETE ON schools FOR EACH ROW EXECUTE FUNCTION medstint.release_school();

CREATE FUNCTION medstint.release_alert_rule() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.refuse_release('alerts_rule_id_fkey')
  WHERE EXISTS (SELECT FROM public.alerts a WHERE a.rule_id = OLD.id);
  RETURN NULL;
END
$$;
CREATE TRIGGER b_release_references AFTER DELETE ON alert_rules
  FOR EACH ROW EXECUTE FUNCTION medstint.release_alert_rule();

CREATE FUNCTION medstint.release_kiosk() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM medstint.pin_outcomes o WHERE o.kiosk_id = OLD.id;
  RETURN NULL;
END
$$;
CREATE TRIGGER b_release_references AFTER DELETE ON kiosks FOR EACH ROW EXECUTE FUNCTION medstint.release_kiosk();

-- The web application inserts sessions and notifications: who and what they name exists.
CREATE FUNCTION medstint.check_references() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  active_school constant text := to_jsonb(NEW) ->> 'active_school_id';
  missing constant text := CASE
    WHEN NOT EXISTS (SELECT FROM public.users u WHERE u.id = NEW.user_id) THEN 'user_id'
    WHEN NEW.school_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM public.schools s WHERE s.id = NEW.school_id) THEN 'school_id'
    WHEN active_school IS NOT NULL
      AND NOT EXISTS (SELECT FROM public.schools s WHERE s.id = active_school) THEN 'active_school_id' END;
BEGIN
  IF missing IS NOT NULL THEN
    RAISE EXCEPTION '% of % names a row that does not exist', missing, TG_TABLE_NAME
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_TABLE_NAME || '_' || missing || '_fkey';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER b_check_references AFTER INSERT OR UPDATE OF user_id, school_id, active_school_id ON sessions
  FOR EACH ROW EXECUTE FUNCTION medstint.check_references();
CREATE TRIGGER b_check_references AFTER INSERT OR UPDATE OF user_id, school_id ON notifications
  FOR EACH ROW EXECUTE FUNCTION medstint.check_references();

-- Super administrators see each other's rows, and lock only their own.
CREATE POLICY users_fence_edit ON users AS RESTRICTIVE FOR UPDATE TO medstint_app
  USING (school_id = (SELECT medstint.current_school_id()) OR id = (SELECT medstint.current_user_id()));

-- 2. Sessions end later where their rows are locked now.

-- Sessions that too many wrong passwords have locked out. Insert-only, so that nobody
-- waits; the rows go once the session has ended.
CREATE TABLE medstint.locked_out_sessions (
  number     bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  session_id text NOT NULL
);
ALTER TABLE medstint.locked_out_sessions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY locked_out_sessions_owner ON medstint.locked_out_sessions TO CURRENT_USER USING (true) WITH CHECK (true);
CALL medstint.bound_values('medstint.locked_out_sessions');

-- A session that belongs to an older password is not extended, so it expires within
-- twelve hours of the change.
ALTER TABLE medstint.password_changes ADD COLUMN made_at timestamptz NOT NULL DEFAULT clock_timestamp();
CALL medstint.bound_values('medstint.password_changes');
CREATE INDEX password_changes_by_time ON medstint.password_changes (made_at);

-- Open sessions of a password that is no longer the newest.
CREATE FUNCTION medstint.outdated_sessions() RETURNS SETOF text
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT s.id FROM medstint.password_changes c JOIN public.sessions s ON s.user_id = c.user_id
  WHERE c.made_at > clock_timestamp() - interval '12 hours' AND s.revoked_at IS NULL
    AND (c.era, c.number) > (s.sign_in_era, s.sign_in_change);
END
$$;

-- Revokes sessions that are locked out, or that belong to an older password. Rows that
-- another transaction has locked are skipped; the next report revokes them.
CREATE FUNCTION medstint.end_sessions() RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
  ended integer;
BEGIN
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE s.id = ANY (ARRAY(
    SELECT x.id FROM public.sessions x WHERE x.revoked_at IS NULL AND x.id = ANY (ARRAY(
      SELECT l.session_id FROM medstint.locked_out_sessions l
      UNION SELECT o FROM medstint.outdated_sessions() o))
    FOR NO KEY UPDATE SKIP LOCKED));
  GET DIAGNOSTICS ended = ROW_COUNT;
  DELETE FROM medstint.locked_out_sessions l
  WHERE NOT EXISTS (SELECT FROM public.sessions s WHERE s.id = l.session_id AND s.revoked_at IS NULL);
  RETURN ended;
END
$$;

-- A person's own change does not wait for their other sessions either.
CALL medstint.rewrite('medstint.set_own_password(text, text, text, bigint)', ARRAY[
  ['WHERE s.user_id = who AND s.revoked_at IS NULL AND s.id <> mine;',
   'WHERE s.id = ANY (ARRAY(
    SELECT x.id FROM public.sessions x WHERE x.user_id = who AND x.revoked_at IS NULL AND x.id <> mine
    FOR NO KEY UPDATE SKIP LOCKED));']]);

-- 3. Reports.

-- What counts against an address; a flood beyond the limits is not in it.
CREATE INDEX password_attempts_counted ON medstint.password_attempts (realm, subject, counted_at) WHERE is_counted;

DROP FUNCTION medstint.report_passwords();
CREATE FUNCTION medstint.report_passwords(at_most integer) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
#variable_conflict use_column
DECLARE
  reported integer;
BEGIN
  WITH waiting AS MATERIALIZED (
    SELECT a.* FROM medstint.password_attempts a WHERE NOT a.is_reported
    ORDER BY a.counted_at LIMIT at_most FOR UPDATE SKIP LOCKED
  ), known AS (
    SELECT w.*, coalesce(s.user_id, c.user_id) AS user_id,
      CASE w.realm WHEN 'unlock' THEN (medstint.password_of(x.user_id)).hash ELSE c.hash END AS hash,
      -- Counting ends one beyond the limits of five and twenty.
      CASE WHEN w.is_counted THEN (SELECT count(*) FROM (SELECT FROM medstint.password_attempts e
        WHERE e.realm = w.realm AND e.subject = w.subject AND e.source = w.source AND e.is_counted AND NOT e.is_used
          AND e.counted_at <= w.counted_at AND e.counted_at > greatest(w.counted_at - interval '15 minutes',
            (SELECT max(o.counted_at) FROM medstint.password_attempts o WHERE o.realm = w.realm
               AND o.subject = w.subject AND o.source = w.source AND o.is_counted AND o.is_used
               AND o.counted_at < w.counted_at))
        LIMIT 6) here) END AS place,
      CASE WHEN w.is_counted THEN (SELECT count(*) FROM (SELECT FROM medstint.password_attempts e
        WHERE e.realm = w.realm AND e.subject = w.subject AND e.is_counted AND NOT e.is_used
          AND e.counted_at <= w.counted_at AND e.counted_at > w.counted_at - interval '15 minutes'
        LIMIT 21) everywhere) END AS place_everywhere
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
        WHEN k.tried = k.hash THEN
          CASE WHEN k.counted_at > clock_timestamp() - interval '5 minutes' THEN 'open' ELSE 'right' END
        WHEN k.place = 5 THEN 'locked' ELSE 'refused' END AS verdict,
      k.user_id IS NULL
        AND row_number() OVER (PARTITION BY k.user_id IS NULL ORDER BY k.counted_at) > 20 AS is_many
    FROM known k LEFT JOIN public.users u ON u.id = k.user_id
  ), told AS (
    INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes, ip_address,
      user_agent, endpoint, method, status_code, severity, created_at)
    SELECT CASE j.realm WHEN 'unlock' THEN j.user_id END, j.school_id, t.name, 'users', coalesce(j.user_id, '-'),
      jsonb_build_object('email', jsonb_build_object('new', coalesce(j.email, j.subject)))::text,
      j.ip_address, j.user_agent, j.client, CASE j.realm WHEN 'unlock' THEN 'UNLOCK' ELSE 'SIGN_IN' END,
      CASE j.verdict WHEN 'locked' THEN 423 ELSE 401 END, t.severity, j.counted_at
    FROM judged j JOIN medstint.audit_event_types t
      ON t.name = CASE WHEN j.verdict = 'locked' THEN 'auth.locked_out'
        WHEN j.realm = 'unlock' THEN 'auth.unlock_failed' ELSE 'auth.sign_in_failed' END
    WHERE j.verdict IN ('locked', 'refused') AND NOT j.is_many
  ), summed AS (
    SELECT j.school_id, j.user_id,
      CASE WHEN j.user_id IS NOT NULL OR NOT j.is_many THEN coalesce(j.email, j.subject) END AS email,
      j.ip_address, j.realm, j.client, count(*) AS attempts, max(j.counted_at) AS last_at
    FROM judged j WHERE j.verdict = 'late' OR j.verdict IN ('locked', 'refused') AND j.is_many
    GROUP BY 1, 2, 3, 4, 5, 6
  ), summary AS (
    INSERT INTO public.audit_logs (school_id, action, resource_type, resource_id, changes, ip_address, endpoint,
      method, status_code, severity, created_at)
    SELECT s.school_id, t.name, 'users', coalesce(s.user_id, '-'),
      jsonb_strip_nulls(jsonb_build_object('email', jsonb_build_object('new', s.email),
        'attempts', jsonb_build_object('new', s.attempts)))::text,
      s.ip_address, s.client, CASE s.realm WHEN 'unlock' THEN 'UNLOCK' ELSE 'SIGN_IN' END, 423, t.severity, s.last_at
    FROM summed s JOIN medstint.audit_event_types t ON t.name = 'auth.locked_out'
  ), locked_out AS (
    INSERT INTO medstint.locked_out_sessions (session_id)
    SELECT DISTINCT j.subject FROM judged j WHERE j.realm = 'unlock' AND j.verdict IN ('locked', 'late')
  ), done AS (
    UPDATE medstint.password_attempts a SET is_reported = true FROM judged j
    WHERE a.id = j.id AND j.verdict <> 'open' RETURNING a.id)
  SELECT count(*) INTO reported FROM done;
  -- What is over is not kept: neither the password that was typed nor its source.
  DELETE FROM medstint.password_attempts a WHERE a.id = ANY (ARRAY(SELECT o.id FROM medstint.password_attempts o
    WHERE o.is_reported AND o.counted_at < clock_timestamp()
      - CASE o.realm WHEN 'sign_in' THEN interval '1 hour' ELSE interval '90 days' END
    ORDER BY o.counted_at LIMIT 1000 FOR UPDATE SKIP LOCKED));
  RETURN reported;
END
$$;

CALL medstint.rewrite('medstint.report_pins()', ARRAY[
  ['WHERE NOT o.is_reported ORDER BY o.counted_at LIMIT 1000
  )', 'WHERE NOT o.is_reported
      -- A right one may still open something, so that it is not locked.
      AND (o.counted_at < clock_timestamp() - interval ''5 minutes'' OR medstint.pin_verdict(o) NOT IN (''ok'', ''code''))
    ORDER BY o.counted_at LIMIT 1000 FOR UPDATE OF o SKIP LOCKED
  )']]);
CALL medstint.rewrite('medstint.report_enrolments()', ARRAY[
  ['(SELECT count(*) FROM medstint.refused_enrolments e',
   '(SELECT count(*) FROM (SELECT FROM medstint.refused_enrolments e'],
  ['AND e.refused_at > r.refused_at - interval ''1 hour'') > 5',
   'AND e.refused_at > r.refused_at - interval ''1 hour'' LIMIT 6) before) > 5'],
  ['ORDER BY r.refused_at LIMIT 1000', 'ORDER BY r.refused_at LIMIT 1000 FOR UPDATE SKIP LOCKED']]);

-- A failure to report or to seal is an event, at most once a minute.
CREATE FUNCTION medstint.tell_sealing_failed(school text, part text, state text, error text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.audit_logs e
    WHERE e.school_id IS NOT DISTINCT FROM nullif(tell_sealing_failed.school, '') AND e.action = 'audit.sealing_failed'
      AND e.created_at > clock_timestamp() - interval '1 minute')
  THEN
    PERFORM medstint.write_system_event('audit.sealing_failed', school, part, '-',
      jsonb_build_object('state', state, 'error', left(error, 200)), 'SEAL', 500);
  END IF;
END
$$;

-- Reports attempts and ends sessions. Each part stands by itself: one that fails is
-- rolled back and told, and neither the caller nor another part fails with it.
DROP FUNCTION medstint.report_attempts();
CREATE FUNCTION medstint.report_attempts(at_most integer DEFAULT 1000) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
  reported integer := 0;
  part text;
BEGIN
  IF NOT EXISTS (SELECT FROM medstint.password_attempts a WHERE NOT a.is_reported)
     AND NOT EXISTS (SELECT FROM medstint.pin_outcomes o WHERE NOT o.is_reported)
     AND NOT EXISTS (SELECT FROM medstint.refused_enrolments r WHERE NOT r.is_reported)
     AND NOT EXISTS (SELECT FROM medstint.password_changes c WHERE NOT c.is_applied)
     AND NOT EXISTS (SELECT FROM medstint.locked_out_sessions)
     AND NOT EXISTS (SELECT FROM medstint.outdated_sessions()) THEN
    RETURN 0;
  END IF;
  PERFORM FROM medstint.audit_sealing s WHERE s.school = '' FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    PERFORM medstint.tell_sealing_held('');
    RETURN 0;
  END IF;
  FOREACH part IN ARRAY ARRAY['password_attempts', 'pin_outcomes', 'refused_enrolments', 'password_changes', 'sessions']
  LOOP
    BEGIN
      CASE part
        WHEN 'password_attempts' THEN reported := reported + medstint.report_passwords(at_most);
        WHEN 'pin_outcomes' THEN reported := reported + medstint.report_pins();
        WHEN 'refused_enrolments' THEN reported := reported + medstint.report_enrolments();
        WHEN 'password_changes' THEN
          PERFORM medstint.apply_reset(c.user_id)
          FROM (SELECT DISTINCT w.user_id FROM medstint.password_changes w WHERE NOT w.is_applied ORDER BY 1) c;
        ELSE PERFORM medstint.end_sessions();
      END CASE;
    EXCEPTION WHEN OTHERS THEN
      PERFORM medstint.tell_sealing_failed('', part, SQLSTATE, SQLERRM);
    END;
  END LOOP;
  RETURN reported;
END
$$;

-- Seals events; a failure is an event and does not reach the caller.
CREATE FUNCTION medstint.try_seal(school text, at_most integer) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
BEGIN
  -- Outside of the block below, whose locks belong to a transaction within this one: its
  -- number is in no list of locks, so that nobody could name the holder.
  PERFORM FROM medstint.audit_sealing s WHERE s.school = try_seal.school FOR UPDATE SKIP LOCKED;
  BEGIN
    RETURN medstint.seal_batch(school, at_most);
  EXCEPTION WHEN OTHERS THEN
    PERFORM medstint.tell_sealing_failed(school, 'audit_seals', SQLSTATE, SQLERRM);
    RETURN 0;
  END;
END
$$;

CREATE OR REPLACE FUNCTION medstint.seal_events(school text) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN medstint.try_seal(school, 1000);
END
$$;

CALL medstint.rewrite('medstint.watch_audit(text)', ARRAY[
  ['medstint.seal_batch('''', 10000)', 'medstint.try_seal('''', 10000)'],
  ['medstint.seal_batch(home, 10000)', 'medstint.try_seal(home, 10000)']]);
-- A sign-in reports a part of a flood only; consoles that watch report the rest.
CALL medstint.rewrite('medstint.finish_sign_in(text)', ARRAY[
  ['medstint.report_attempts()', 'medstint.report_attempts(200)']]);

-- 4. Alerts.

-- Events that a rule could not be evaluated for. Insert-only, so that nobody waits; the
-- next seal of the school evaluates them.
CREATE TABLE medstint.kept_evaluations (
  number    bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  school    text NOT NULL,
  code      text NOT NULL,
  sequences bigint[] NOT NULL,
  kept_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX kept_evaluations_of ON medstint.kept_evaluations (school, code, number);
ALTER TABLE medstint.kept_evaluations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY kept_evaluations_owner ON medstint.kept_evaluations TO CURRENT_USER USING (true) WITH CHECK (true);
CALL medstint.bound_values('medstint.kept_evaluations');

-- A failed notice does not take the alert back.
CALL medstint.rewrite('medstint.evaluate_rule(public.alert_rules, text, text, bigint[])', ARRAY[
  ['  PERFORM medstint.notify(''AUDIT_ALERT'', notices) WHERE notices IS NOT NULL;',
   '  BEGIN
    PERFORM medstint.notify(''AUDIT_ALERT'', notices) WHERE notices IS NOT NULL;
  EXCEPTION WHEN OTHERS THEN
    PERFORM medstint.tell_rule_failed(rule, evaluate_rule.school, SQLSTATE, SQLERRM);
  END;']]);

CREATE FUNCTION medstint.tell_rule_failed(rule public.alert_rules, school text, state text, error text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.write_system_event('audit.rule_failed', school, 'alert_rules', rule.id,
    jsonb_build_object('rule', rule.code, 'state', state, 'error', left(error, 200)), 'WATCH', 500);
END
$$;

-- Evaluates a rule for fresh events and for those that were kept. Where that fails, the
-- fresh events are kept; an event tells of it at most every ten minutes, since a rule may
-- watch these events itself.
CREATE FUNCTION medstint.try_rule(rule public.alert_rules, school text, zone text, fresh bigint[]) RETURNS void
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

CALL medstint.rewrite('medstint.raise_alerts(text, bigint[])', ARRAY[
  ['    CONTINUE WHEN NOT rule.is_active OR NOT rule.actions && there;',
   '    CONTINUE WHEN NOT rule.is_active OR NOT coalesce(rule.actions && there, false)
      AND NOT EXISTS (SELECT FROM medstint.kept_evaluations k
        WHERE k.school = raise_alerts.school AND k.code = rule.code);'],
  ['    BEGIN
      PERFORM medstint.evaluate_rule(rule, raise_alerts.school, zone, fresh);
    EXCEPTION WHEN OTHERS THEN
      PERFORM medstint.write_system_event(''audit.rule_failed'', raise_alerts.school, ''alert_rules'', rule.id,
        jsonb_build_object(''rule'', rule.code, ''state'', SQLSTATE, ''error'', left(SQLERRM, 200)), ''WATCH'', 500);
    END;',
   '    PERFORM medstint.try_rule(rule, raise_alerts.school, zone, fresh);']]);
CALL medstint.rewrite('medstint.tell_sealing_held(text)', ARRAY[
  ['medstint.evaluate_rule(rule, tell_sealing_held.school', 'medstint.try_rule(rule, tell_sealing_held.school']]);

-- The migration is an event itself; the new rule is none beside it, which would be an alert.
ALTER TABLE alert_rules DISABLE TRIGGER c_audit_insert;
INSERT INTO alert_rules (id, school_id, code, name, actions, group_by, counts, threshold, within, severity) VALUES
  ('platform-rule-failed', NULL, 'rule-failed', 'An alert rule could not be evaluated', '{audit.rule_failed}',
   'record', 'events', 1, '10 minutes', 'HIGH');
ALTER TABLE alert_rules ENABLE TRIGGER c_audit_insert;

DROP PROCEDURE medstint.rewrite(regprocedure, text[]);
