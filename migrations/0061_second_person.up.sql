-- Why: a rule that needs two persons could be met by one: an administrator proposes a
-- correction, resets a colleague's password, signs in as them and approves it. Whatever
-- lets somebody act as somebody else is written down here, whichever table it is kept in.
-- A password that somebody else made opens a session that can do nothing but choose
-- another one, and for a day the two persons count as one.
CREATE TABLE medstint.credential_changes (
  user_id    text NOT NULL REFERENCES public.users (id) ON DELETE CASCADE,
  changed_by text NOT NULL REFERENCES public.users (id) ON DELETE CASCADE,
  changed_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  -- What was changed: password, email, pin, provider.
  kind       text NOT NULL CHECK (kind IN ('password', 'email', 'pin', 'provider'))
);
CREATE INDEX credential_changes_of ON medstint.credential_changes (user_id, changed_at);
CREATE INDEX credential_changes_by ON medstint.credential_changes (changed_by, changed_at);
ALTER TABLE medstint.credential_changes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY credential_changes_owner ON medstint.credential_changes TO CURRENT_USER USING (true) WITH CHECK (true);
CALL medstint.bound_values('medstint.credential_changes');

ALTER TABLE accounts ADD COLUMN is_temporary boolean NOT NULL DEFAULT false;
ALTER TABLE sessions ADD COLUMN is_restricted boolean NOT NULL DEFAULT false;

INSERT INTO medstint.audit_event_types (code, name, severity, meaning) VALUES
  ('AU-0111', 'auth.staff_credential_changed', 'HIGH', 'Somebody else changed how a member of the staff signs in: password, address or directory identity'),
  ('AU-0112', 'auth.credential_changed', 'MEDIUM', 'Somebody else changed how a student signs in: password, address or directory identity');
INSERT INTO alert_rules (id, school_id, code, name, actions, group_by, counts, threshold, within, severity) VALUES
  ('platform-staff-credential-changed', NULL, 'staff-credential-changed', 'Staff sign-in changed by someone else',
   '{auth.staff_credential_changed}', 'record', 'events', 1, '10 minutes', 'HIGH');
INSERT INTO notification_templates (id, school_id, type, title, message, category, priority) VALUES
  ('platform-credential-changed', NULL, 'CREDENTIAL_CHANGED', 'Sign-in changed by someone else',
   '{actor} changed the {kind} of {person}. If this is unexpected, tell an administrator.', 'AUDIT', 'HIGH');

-- Writes down that somebody changed somebody else's credential, and tells the owner and,
-- of staff, the administrators. A first credential is written down and told nobody.
CREATE FUNCTION medstint.note_credential_change(who text, what text, is_first boolean) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor constant text := medstint.acting_user_id();
  person record;
BEGIN
  -- Nobody in particular is the operator's tool, or a client that names no person.
  IF actor IS NULL OR actor = who THEN
    RETURN false;
  END IF;
  INSERT INTO medstint.credential_changes (user_id, changed_by, kind) VALUES (who, actor, what);
  DELETE FROM medstint.credential_changes c WHERE c.user_id = who AND c.changed_at < now() - interval '30 days';
  IF is_first THEN
    RETURN true;
  END IF;
  SELECT u.name, u.school_id, u.role <> 'STUDENT' AS is_staff INTO person FROM public.users u WHERE u.id = who;
  -- A PIN has events of its own.
  IF what <> 'pin' THEN
    PERFORM medstint.write_event(CASE WHEN person.is_staff THEN 'auth.staff_credential_changed' ELSE 'auth.credential_changed' END,
      person.school_id, 'users', who, jsonb_build_object('kind', what), 'CHANGE', 200);
  END IF;
  PERFORM medstint.notify('CREDENTIAL_CHANGED', (SELECT jsonb_agg(jsonb_build_object('user_id', told.id, 'key', 'credential:' || gen_random_uuid(),
      'about', 'users/' || who, 'data', jsonb_build_object('actor', (SELECT u.name FROM public.users u WHERE u.id = actor),
        'kind', CASE what WHEN 'email' THEN 'address' WHEN 'pin' THEN 'PIN' ELSE what END, 'person', person.name)))
    FROM (SELECT who AS id UNION SELECT a FROM medstint.administrators(person.school_id) a WHERE person.is_staff) told WHERE told.id <> actor));
  RETURN true;
END
$$;

-- A password that somebody else set is temporary until its owner chooses another one.
CREATE FUNCTION medstint.note_account() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  changes_password constant boolean := TG_OP = 'INSERT' AND NEW.password IS NOT NULL
    OR TG_OP = 'UPDATE' AND NEW.password IS DISTINCT FROM OLD.password;
  by_other boolean := false;
BEGIN
  -- An upsert comes here twice: what is there already is an update.
  IF TG_OP = 'INSERT' AND EXISTS (SELECT FROM public.accounts a WHERE a.user_id = NEW.user_id AND a.provider_id = NEW.provider_id) THEN
    RETURN NEW;
  END IF;
  IF changes_password THEN
    -- The first way in of somebody who never signed in is no change.
    by_other := medstint.note_credential_change(NEW.user_id, 'password', TG_OP = 'INSERT'
      AND NOT EXISTS (SELECT FROM public.accounts a WHERE a.user_id = NEW.user_id AND a.id <> NEW.id)
      AND NOT EXISTS (SELECT FROM public.sessions x WHERE x.user_id = NEW.user_id));
    NEW.is_temporary := by_other;
  END IF;
  IF NEW.provider_id <> 'credential' AND (TG_OP = 'INSERT' OR (NEW.provider_id, NEW.account_id, NEW.user_id) IS DISTINCT FROM (OLD.provider_id, OLD.account_id, OLD.user_id)) THEN
    PERFORM medstint.note_credential_change(NEW.user_id, 'provider', false);
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER e_note_credential BEFORE INSERT OR UPDATE OF password, provider_id, account_id, user_id, is_temporary ON accounts
  FOR EACH ROW EXECUTE FUNCTION medstint.note_account();

CREATE FUNCTION medstint.note_email() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.note_credential_change(NEW.id, 'email', false);
  RETURN NULL;
END
$$;
CREATE TRIGGER e_note_credential AFTER UPDATE OF email ON users
  FOR EACH ROW WHEN (OLD.email IS DISTINCT FROM NEW.email) EXECUTE FUNCTION medstint.note_email();

-- Who has somebody's PIN, or a code to set it, punches as them.
CREATE FUNCTION medstint.note_pin() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' OR NEW.pin_hash IS DISTINCT FROM OLD.pin_hash
     OR NEW.code_hash IS NOT NULL AND NEW.code_hash IS DISTINCT FROM OLD.code_hash THEN
    PERFORM medstint.note_credential_change(NEW.user_id, 'pin', TG_OP = 'INSERT');
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER e_note_credential AFTER INSERT OR UPDATE OF pin_hash, code_hash ON medstint.pins
  FOR EACH ROW EXECUTE FUNCTION medstint.note_pin();

-- Refuses what needs two persons where one person could have been both. Within a day,
-- whoever changed how somebody signs in counts as that person too, also by way of others:
-- whoever made a colleague who made another one is all three.
CREATE FUNCTION medstint.require_second_person(decider text, others text[]) RETURNS void
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (
    WITH RECURSIVE deciders AS (
      SELECT decider AS person
      UNION SELECT c.changed_by FROM deciders d JOIN medstint.credential_changes c ON c.user_id = d.person
      WHERE c.changed_at > clock_timestamp() - interval '1 day'
    ), actors AS (
      SELECT o AS person FROM unnest(others) o WHERE o <> decider
      UNION SELECT c.changed_by FROM actors a JOIN medstint.credential_changes c ON c.user_id = a.person
      WHERE c.changed_at > clock_timestamp() - interval '1 day')
    SELECT FROM deciders JOIN actors USING (person)) THEN
    RAISE EXCEPTION 'one person could have been both' USING ERRCODE = 'MS403', CONSTRAINT = 'second_person_is_another';
  END IF;
END
$$;

-- A record needs its student, or whoever edited it, and somebody else.
CREATE FUNCTION medstint.second_person_decides() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor constant text := medstint.acting_user_id();
BEGIN
  IF actor IS NOT NULL THEN
    PERFORM medstint.require_second_person(actor, NEW.editors || NEW.student_id);
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER c_second_person BEFORE UPDATE OF status ON time_records FOR EACH ROW
  WHEN (OLD.status = 'PENDING' AND NEW.status <> 'PENDING') EXECUTE FUNCTION medstint.second_person_decides();

CREATE FUNCTION medstint.second_person_corrects() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor constant text := medstint.acting_user_id();
BEGIN
  IF actor IS NOT NULL THEN
    PERFORM medstint.require_second_person(actor, ARRAY[NEW.proposed_by]);
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER c_second_person BEFORE UPDATE OF status ON time_record_corrections FOR EACH ROW
  WHEN (OLD.status = 'PROPOSED' AND NEW.status IN ('APPROVED', 'REJECTED')) EXECUTE FUNCTION medstint.second_person_corrects();

CREATE FUNCTION medstint.second_person_assesses() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor constant text := medstint.acting_user_id();
BEGIN
  IF actor IS NOT NULL THEN
    PERFORM medstint.require_second_person(actor, ARRAY[NEW.assessor_id, NEW.student_id]);
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER c_second_person BEFORE UPDATE OF status ON assessments FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.status IN ('REVIEWED', 'APPROVED')) EXECUTE FUNCTION medstint.second_person_assesses();

-- An alert is acknowledged by somebody else than the person whom it is about, and than
-- whoever did what it counts.
CREATE FUNCTION medstint.second_person_acknowledges() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rule constant public.alert_rules := (SELECT r FROM public.alert_rules r WHERE r.id = NEW.rule_id);
  doers text[];
  subjects text[];
BEGIN
  SELECT array_agg(DISTINCT e.user_id) FILTER (WHERE e.user_id IS NOT NULL),
    array_agg(DISTINCT e.resource_id) FILTER (WHERE e.resource_type = 'users')
  INTO doers, subjects
  FROM public.audit_logs e
  WHERE (e.school_id = NEW.school_id OR NEW.school_id IS NULL AND e.school_id IS NULL) AND e.action = ANY (rule.actions)
    AND e.created_at BETWEEN NEW.first_at AND NEW.last_at AND medstint.alert_subject(e, rule.group_by) = NEW.subject;
  -- By the person's id, since an address can be changed meanwhile.
  IF NEW.acknowledged_by = ANY (subjects) AND rule.group_by IN ('account', 'record') THEN
    RAISE EXCEPTION 'the alert is about whoever would acknowledge it' USING ERRCODE = 'MS403', CONSTRAINT = 'alerts_not_by_whom_they_are_about';
  END IF;
  PERFORM medstint.require_second_person(NEW.acknowledged_by, coalesce(doers, '{}') || coalesce(subjects, '{}') || NEW.subject);
  RETURN NEW;
END
$$;
CREATE TRIGGER c_second_person BEFORE UPDATE OF acknowledged_by ON alerts FOR EACH ROW
  WHEN (OLD.acknowledged_by IS NULL AND NEW.acknowledged_by IS NOT NULL) EXECUTE FUNCTION medstint.second_person_acknowledges();

-- A session that a temporary password opened is nobody's until another one is chosen.
CREATE OR REPLACE FUNCTION medstint.actor(
  OUT session_id text, OUT user_id text, OUT role public.user_role, OUT school_id text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  given constant text := nullif(current_setting('medstint.session', true), '');
BEGIN
  IF given IS NULL THEN
    RETURN;
  END IF;
  SELECT s.id, u.id, u.role, CASE WHEN u.role = 'SUPER_ADMIN' THEN s.active_school_id ELSE u.school_id END
  INTO session_id, user_id, role, school_id
  FROM public.sessions s
  JOIN public.users u ON u.id = s.user_id
  LEFT JOIN public.schools c ON c.id = u.school_id
  WHERE s.token = encode(sha256(convert_to(given, 'UTF8')), 'hex')
    -- The clock, not now(): a transaction that was kept open does not stop time;
    -- and under a frozen snapshot a revocation would go unseen.
    AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp() AND s.locked_at IS NULL AND NOT s.is_restricted
    AND current_setting('transaction_isolation') = 'read committed'
    AND u.is_active AND coalesce(c.is_active, true)
    -- A monitor acts only where PostgreSQL itself refuses every write.
    AND (s.client <> 'monitor' OR current_setting('transaction_read_only') = 'on');
END
$$;

CREATE OR REPLACE FUNCTION medstint.enter(token text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM set_config('medstint.session', token, true),
    set_config('statement_timeout', '15s', true), set_config('lock_timeout', '5s', true);
  -- From here on the transaction of a monitor is read-only, whatever it began as;
  -- PostgreSQL lets nobody take that back.
  IF EXISTS (SELECT FROM public.sessions s WHERE s.token = encode(sha256(convert_to(enter.token, 'UTF8')), 'hex') AND s.client = 'monitor') THEN
    PERFORM set_config('transaction_read_only', 'on', true);
  END IF;
  IF medstint.current_user_id() IS NULL THEN
    IF (medstint.session_of(enter.token)).locked_at IS NOT NULL THEN
      RAISE EXCEPTION 'the session is locked' USING ERRCODE = 'MS423';
    ELSIF (medstint.session_of(enter.token)).is_restricted THEN
      RAISE EXCEPTION 'the password is temporary' USING ERRCODE = 'MS428';
    END IF;
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
END
$$;

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

-- The owner's own password instead of a temporary one, by the session that the temporary
-- one opened: whoever made it is no longer able to sign in.
CREATE FUNCTION medstint.choose_password(token text, fresh text) RETURNS void
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
GRANT EXECUTE ON FUNCTION medstint.choose_password(text, text) TO medstint_app;

-- What takes a token without entering asks the same.
DO $do$
DECLARE
  part text[];
BEGIN
  FOREACH part SLICE 1 IN ARRAY ARRAY[
    ['medstint.listen(text)', 'ELSIF mine.locked_at IS NOT NULL THEN', 'ELSIF mine.is_restricted THEN
    RAISE EXCEPTION ''the password is temporary'' USING ERRCODE = ''MS428'';
  ELSIF mine.locked_at IS NOT NULL THEN'],
    ['medstint.keep_monitor(text)', 'AND s.revoked_at IS NULL', 'AND NOT s.is_restricted AND s.revoked_at IS NULL'],
    ['medstint.choose_school_of_monitor(text, text)', 'AND s.revoked_at IS NULL', 'AND NOT s.is_restricted AND s.revoked_at IS NULL'],
    ['medstint.watch_audit(text)', 'IF mine.id IS NULL OR', 'IF mine.id IS NULL OR mine.is_restricted OR']]
  LOOP
    IF strpos(pg_get_functiondef(part[1]::regprocedure), part[2]) = 0 THEN
      RAISE EXCEPTION '% does not hold %', part[1], part[2];
    END IF;
    EXECUTE replace(pg_get_functiondef(part[1]::regprocedure), part[2], part[3]);
  END LOOP;
END
$do$;
