-- A reset that waits counts only until here.
SELECT medstint.apply_reset(c.user_id)
FROM (SELECT DISTINCT w.user_id FROM medstint.password_changes w WHERE NOT w.is_applied) c;

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
CALL medstint.rewrite('medstint.note_account()', ARRAY[
  ['    is_by_other := coalesce((SELECT c.is_temporary FROM medstint.password_changes c
      WHERE c.user_id = NEW.user_id AND NOT c.is_applied AND c.password = NEW.password),
      medstint.note_credential_change(NEW.user_id, ''password'', '''', false, TG_OP = ''INSERT''',
   '    is_by_other := medstint.note_credential_change(NEW.user_id, ''password'', '''', false, TG_OP = ''INSERT'''],
  ['x.user_id = NEW.user_id)));
    NEW.is_temporary',
   'x.user_id = NEW.user_id));
    NEW.is_temporary']]);
CALL medstint.rewrite('medstint.credential_of(text)', ARRAY[
  ['  account record;
  waiting text;
',
   '  account record;
'],
  ['  SELECT (array_agg(c.password ORDER BY c.number DESC) FILTER (WHERE c.user_id = person.id))[1] INTO waiting
  FROM medstint.password_changes c WHERE NOT c.is_applied;
  IF person.email = address THEN
    user_id := person.id;
    hash := coalesce(waiting, CASE WHEN account.user_id = person.id THEN account.password END);',
   '  IF person.email = address THEN
    user_id := person.id;
    hash := CASE WHEN account.user_id = person.id THEN account.password END;']]);
CALL medstint.rewrite('medstint.begin_unlock(text, text)', ARRAY[
  ['(medstint.password_of(mine.user_id)).hash',
   '(SELECT a.password FROM public.accounts a WHERE a.user_id = mine.user_id AND a.provider_id = ''credential'')']]);
CALL medstint.rewrite('medstint.finish_unlock(text, text)', ARRAY[
  ['known := (medstint.password_of(mine.user_id)).hash;',
   'SELECT a.password INTO known FROM public.accounts a WHERE a.user_id = mine.user_id AND a.provider_id = ''credential'' FOR SHARE;']]);
CALL medstint.rewrite('medstint.session_of(text)', ARRAY[
  ['AND s.revoked_at IS NULL
    AND medstint.is_newest_change(s.user_id, s.sign_in_era, s.sign_in_change)',
   'AND s.revoked_at IS NULL']]);
CALL medstint.rewrite('medstint.actor()', ARRAY[
  ['AND s.revoked_at IS NULL
    AND medstint.is_newest_change(s.user_id, s.sign_in_era, s.sign_in_change)',
   'AND s.revoked_at IS NULL']]);
CALL medstint.rewrite('medstint.keep_monitor(text)', ARRAY[
  ['AND s.revoked_at IS NULL
    AND medstint.is_newest_change(s.user_id, s.sign_in_era, s.sign_in_change)',
   'AND s.revoked_at IS NULL']]);
CALL medstint.rewrite('medstint.choose_school_of_monitor(text, text)', ARRAY[
  ['AND s.revoked_at IS NULL
    AND medstint.is_newest_change(s.user_id, s.sign_in_era, s.sign_in_change)',
   'AND s.revoked_at IS NULL']]);
CALL medstint.rewrite('medstint.audit_context_of(text)', ARRAY[
  ['singular IN (''alert'', ''notification'', ''account'')',
   'singular IN (''alert'', ''notification'')']]);
CALL medstint.rewrite('medstint.store_attempt(text, text, text, text, text, text, text)', ARRAY[
  ['WHERE a.realm = attempt_realm AND a.source = from_here AND',
   'WHERE a.source = from_here AND'],
  ['SELECT count(*) >= 300 OR count(*) FILTER (WHERE a.counted_in = pg_current_xact_id()) > 0
      FROM medstint.password_attempts a',
   'SELECT count(*) FROM medstint.password_attempts a'],
  ['interval ''1 minute'') THEN', 'interval ''1 minute'') >= 300 THEN']]);
CALL medstint.rewrite('medstint.leave_kiosk(text, text)', ARRAY[
  ['DELETE FROM medstint.pin_outcomes o WHERE o.id = attempt AND outcome.user_id IS NOT NULL;',
   'DELETE FROM medstint.pin_outcomes o WHERE o.id = attempt;']]);
CALL medstint.rewrite('medstint.begin_pin(text, text, text)', ARRAY[
  ['  IF (SELECT count(*) >= 300 OR count(*) FILTER (WHERE o.counted_in = pg_current_xact_id()) > 0
      FROM medstint.pin_outcomes o WHERE o.kiosk_id = k.id AND o.status IN (''counted'', ''locked'')
        AND o.counted_at > clock_timestamp() - interval ''1 minute'') THEN
    RAISE EXCEPTION ''too many attempts at one kiosk'' USING ERRCODE = ''MS429'',
      CONSTRAINT = ''pin_outcomes_per_minute'';
  END IF;
  DELETE FROM medstint.pin_outcomes o WHERE o.id',
   '  DELETE FROM medstint.pin_outcomes o WHERE o.id'],
  ['WHERE x.is_reported AND x.counted_at < clock_timestamp() - patience LIMIT 100',
   'WHERE x.counted_at < clock_timestamp() - patience LIMIT 100']]);
CALL medstint.rewrite('medstint.set_pin_of(text, text)', ARRAY[
  ['    AND (o.status = ''ok''
      OR o.status = ''counted'' AND EXISTS (SELECT FROM medstint.pins p WHERE p.user_id = who AND (o.tried_pin = p.pin_hash OR o.tried_code = p.code_hash)));',
   '    AND o.status <> ''code'';']]);
CALL medstint.rewrite('medstint.enrol_kiosk(text)', ARRAY[
  ['  enrolled public.kiosks;
  refused record;
', '  enrolled public.kiosks;
'],
  ['    SELECT count(*) AS made, count(*) FILTER (WHERE r.refused_in = pg_current_xact_id()) AS made_here INTO refused
    FROM medstint.refused_enrolments r WHERE r.source = coalesce(host(inet_client_addr()), ''local'')
      AND r.refused_at > clock_timestamp() - interval ''1 minute'';
    IF refused.made_here > 0 THEN
      RAISE EXCEPTION ''too many attempts in one transaction'' USING ERRCODE = ''MS429'',
        CONSTRAINT = ''refused_enrolments_per_minute'';
    END IF;
    INSERT INTO medstint.refused_enrolments (is_reported) SELECT false WHERE refused.made < 300;
    PERFORM medstint.announce_attempt();
',
   '    INSERT INTO public.audit_logs (action, resource_type, resource_id, ip_address, endpoint, method, status_code, severity)
    VALUES (''kiosk.enrolment_refused'', ''kiosks'', ''-'', host(inet_client_addr()), ''kiosk'', ''ENROL'', 401, ''MEDIUM'');
']]);
CALL medstint.rewrite('medstint.report_passwords()', ARRAY[
  ['CASE w.realm WHEN ''unlock'' THEN (medstint.password_of(x.user_id)).hash ELSE c.hash END',
   'CASE w.realm WHEN ''unlock'' THEN x.password ELSE c.hash END']]);
CALL medstint.rewrite('medstint.tell_sealing_held(text)', ARRAY[
  ['(SELECT min(a.counted_at) FROM medstint.password_attempts a WHERE NOT a.is_reported),
      (SELECT min(r.refused_at) FROM medstint.refused_enrolments r WHERE NOT r.is_reported),
      -- A right PIN may be asked about for five minutes.
      (SELECT min(o.counted_at) FROM medstint.pin_outcomes o
       WHERE NOT o.is_reported AND o.counted_at < clock_timestamp() - interval ''5 minutes'')',
   '(SELECT min(a.counted_at) FROM medstint.password_attempts a WHERE NOT a.is_reported)']]);
CALL medstint.rewrite('medstint.evaluate_rule(public.alert_rules, text, text, bigint[])', ARRAY[
  ['coalesce(CASE WHEN rule.group_by IN (''person'', ''record'') THEN (SELECT u.name FROM public.users u
        WHERE u.id = r.subject AND (u.school_id = evaluate_rule.school OR u.school_id IS NULL))
      WHEN rule.group_by = ''school'' THEN (SELECT s.name FROM public.schools s WHERE s.id = r.subject) END, r.subject)',
   'coalesce((SELECT u.name FROM public.users u WHERE u.id = r.subject), (SELECT s.name FROM public.schools s WHERE s.id = r.subject), r.subject)']]);
CALL medstint.rewrite('medstint.listen(text)', ARRAY[
  ['medstint.channel_days(now()) d (day)',
   'generate_series(-1, 1) d (day)']]);
DROP FUNCTION medstint.report_attempts(), medstint.report_pins(), medstint.report_enrolments(),
  medstint.channel_days(timestamptz);
ALTER FUNCTION medstint.report_passwords() RENAME TO report_attempts;
DROP PROCEDURE medstint.rewrite(regprocedure, text[]);

CREATE OR REPLACE FUNCTION medstint.pin_outcome(k public.kiosks, attempt text) RETURNS medstint.pin_outcomes
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  outcome medstint.pin_outcomes;
  known medstint.pins;
BEGIN
  SELECT o.* INTO outcome FROM medstint.pin_outcomes o
  WHERE o.id = attempt AND o.kiosk_id = k.id AND o.counted_in <> pg_current_xact_id() AND o.counted_at > clock_timestamp() - interval '5 minutes' FOR UPDATE;
  IF outcome.id IS NULL THEN
    RAISE EXCEPTION 'there is no such attempt, or it has not been committed' USING ERRCODE = 'MS409', CONSTRAINT = 'sign_in_commit_first';
  END IF;
  IF outcome.status = 'counted' THEN
    SELECT p.* INTO known FROM medstint.pins p JOIN public.users u ON u.id = p.user_id AND u.is_active AND u.school_id = k.school_id WHERE p.user_id = outcome.user_id;
    outcome.status := CASE WHEN outcome.tried_pin = known.pin_hash THEN 'ok'
      WHEN outcome.tried_code = known.code_hash AND known.code_expires_at > clock_timestamp() THEN 'code'
      WHEN outcome.failures >= 5 THEN 'locked' ELSE 'refused' END;
  END IF;
  IF outcome.status IN ('ok', 'code') THEN
    UPDATE medstint.pin_attempts a SET failures = 0 WHERE a.subject = outcome.subject;
    UPDATE medstint.pin_outcomes o SET status = outcome.status WHERE o.id = attempt;
    outcome.locked_until := NULL;
    RETURN outcome;
  END IF;
  DELETE FROM medstint.pin_outcomes o WHERE o.id = attempt;
  PERFORM medstint.begin_act(k.id, NULL);
  PERFORM medstint.write_event('kiosk.pin_' || outcome.status, k.school_id, 'users', coalesce(outcome.user_id, '-'), '{}', 'PIN', CASE outcome.status WHEN 'locked' THEN 423 ELSE 401 END);
  PERFORM medstint.end_act();
  outcome.user_id := NULL;
  outcome.locked_until := CASE outcome.status WHEN 'locked' THEN outcome.locked_until END;
  RETURN outcome;
END
$$;
DROP FUNCTION medstint.pin_verdict(medstint.pin_outcomes);
ALTER TABLE medstint.pin_outcomes DROP COLUMN ip_address, DROP COLUMN is_reported;
DROP INDEX medstint.pin_outcomes_of_kiosk;
DROP TABLE medstint.refused_enrolments;
DROP INDEX medstint.password_attempts_from_source;
CREATE INDEX password_attempts_from_source ON medstint.password_attempts (source, counted_at);

CREATE OR REPLACE FUNCTION medstint.finish_sign_in(attempt text, OUT status text, OUT token text, OUT locked_until timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  made constant medstint.password_attempts := medstint.committed_attempt(attempt, 'sign_in');
  known record := medstint.credential_of(made.subject);
  verdict record := medstint.verdict_on(made, known.hash);
  person record;
BEGIN
  status := verdict.status;
  locked_until := verdict.free_at;
  IF status <> 'ok' THEN
    RETURN;
  END IF;
  -- A password that is being changed has its say first: account, attempt, session is the
  -- order of locks here, in medstint.set_password and in medstint.change_password.
  PERFORM FROM public.accounts a
  WHERE a.user_id = known.user_id AND a.provider_id = 'credential' AND a.password = made.tried FOR SHARE;
  SELECT u.id, u.school_id INTO person FROM public.users u LEFT JOIN public.schools s ON s.id = u.school_id
  WHERE FOUND AND u.id = known.user_id AND u.is_active AND coalesce(s.is_active, true);
  IF person.id IS NULL THEN
    status := 'refused';
    RETURN;
  END IF;
  UPDATE medstint.password_attempts a SET is_used = true, is_reported = true WHERE a.id = made.id AND NOT a.is_used;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the attempt has opened a session already' USING ERRCODE = 'MS409', CONSTRAINT = 'sign_in_commit_first';
  END IF;
  token := medstint.random_token();
  INSERT INTO public.sessions (user_id, school_id, token, expires_at, ip_address, user_agent, client, is_restricted)
  SELECT person.id, person.school_id, encode(sha256(convert_to(token, 'UTF8')), 'hex'),
    now() + interval '12 hours', made.ip_address, made.user_agent, made.client, a.is_temporary
  FROM public.accounts a WHERE a.user_id = person.id AND a.provider_id = 'credential';
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (person.id, person.school_id, 'auth.signed_in', 'users', person.id,
          jsonb_build_object('email', jsonb_build_object('new', made.subject))::text,
          made.ip_address, made.user_agent, made.client, 'SIGN_IN', 200, 'LOW');
  PERFORM medstint.report_attempts(), medstint.seal_events(coalesce(person.school_id, ''));
END
$$;

CREATE OR REPLACE FUNCTION medstint.choose_password(token text, fresh text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine constant public.sessions := medstint.session_of(token);
  known text;
BEGIN
  IF mine.id IS NULL OR NOT mine.is_restricted OR mine.locked_at IS NOT NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  SELECT a.password INTO known FROM public.accounts a WHERE a.user_id = mine.user_id AND a.provider_id = 'credential' FOR NO KEY UPDATE;
  IF medstint.password_matches(choose_password.fresh, known) THEN
    RAISE EXCEPTION 'it is the temporary password' USING ERRCODE = 'MS422', CONSTRAINT = 'accounts_password_is_another';
  END IF;
  -- The day begins anew: the password was used only now.
  INSERT INTO medstint.credential_changes (user_id, changed_by, kind)
  SELECT c.user_id, c.changed_by, 'password' FROM medstint.credential_changes c
  WHERE c.user_id = mine.user_id AND c.kind = 'password' ORDER BY c.changed_at DESC LIMIT 1;
  UPDATE public.sessions s SET is_restricted = false, updated_at = now() WHERE s.id = mine.id;
  PERFORM set_config('medstint.session', token, true);
  PERFORM medstint.write_event('auth.password_changed', mine.school_id, 'users', mine.user_id, '{}', 'CHANGE', 200),
    medstint.set_password(mine.user_id, choose_password.fresh);
  UPDATE public.sessions s SET revoked_at = NULL WHERE s.id = mine.id;
END
$$;

CREATE OR REPLACE FUNCTION medstint.change_password(attempt text, fresh text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
  status text;
BEGIN
  IF me.user_id IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  PERFORM FROM public.accounts a WHERE a.user_id = me.user_id AND a.provider_id = 'credential' FOR NO KEY UPDATE;
  status := medstint.finish_unlock(current_setting('medstint.session'), attempt);
  IF status <> 'ok' THEN
    RETURN status;
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT me.user_id, me.school_id, 'auth.password_changed', 'users', me.user_id, x.ip_address, x.user_agent, x.endpoint, 'CHANGE', 200, 'MEDIUM'
  FROM medstint.audit_context() x;
  PERFORM medstint.set_password(me.user_id, fresh);
  UPDATE public.sessions s SET revoked_at = NULL WHERE s.id = me.session_id;
  RETURN status;
END
$$;

CREATE OR REPLACE FUNCTION medstint.set_password(who text, password text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF length(password) < 12 OR octet_length(password) > 72 THEN
    RAISE EXCEPTION 'a password has 12 characters or more and at most 72 bytes'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_password_length';
  END IF;
  INSERT INTO public.accounts (user_id, provider_id, account_id, password)
  SELECT u.id, 'credential', u.id, medstint.password_hash(set_password.password) FROM public.users u WHERE u.id = who
  ON CONFLICT (user_id, provider_id) DO UPDATE SET password = excluded.password, updated_at = now();
  -- Whoever knew the old password is signed out.
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE s.user_id = who AND s.revoked_at IS NULL;
END
$$;
DROP FUNCTION medstint.set_own_password(text, text, text, bigint), medstint.apply_reset(text),
  medstint.password_hash_of(text),
  medstint.password_of(text);
DROP TRIGGER a_fill_password_change ON sessions;
DROP FUNCTION medstint.fill_password_change(), medstint.newest_change(text),
  medstint.is_newest_change(text, bigint, bigint);
ALTER TABLE sessions DROP COLUMN sign_in_era, DROP COLUMN sign_in_change;
DROP TABLE medstint.password_changes;
