-- Why: coordinators edit more than decisions. Which role may write which table
-- is a policy, which columns is a grant, and what depends on the values is a
-- trigger that holds for every client.

-- Tables that are edited know when they last were.
CREATE FUNCTION medstint.touch() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['schools', 'programs', 'users', 'clinical_sites', 'clinical_site_locations', 'competency_templates',
    'competencies', 'rubric_criteria', 'school_policies', 'notification_templates']
  LOOP
    EXECUTE format('CREATE TRIGGER z_touch BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION medstint.touch()', t);
  END LOOP;
END
$$;

-- Lets administrators of the school insert and update; which columns, the
-- migration says with a grant.
CREATE PROCEDURE medstint.administrators_edit(edited regclass)
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  name text := (SELECT relname FROM pg_class WHERE oid = edited);
  -- The platform's own rows, which have no school, stay as they are.
  rule constant text := '(SELECT medstint.has_role(''SCHOOL_ADMIN'', ''SUPER_ADMIN'')) AND school_id = (SELECT medstint.current_school_id())';
BEGIN
  EXECUTE format('CREATE POLICY %I ON %s FOR INSERT TO medstint_app WITH CHECK (%s)', name || '_add', edited, rule);
  EXECUTE format('CREATE POLICY %I ON %s FOR UPDATE TO medstint_app USING (%s) WITH CHECK (%s)', name || '_edit', edited, rule, rule);
END
$$;

CALL medstint.administrators_edit('programs');
GRANT INSERT (name, description, duration, class_year, requirements),
  UPDATE (name, description, duration, class_year, requirements, is_active) ON programs TO medstint_app;
CALL medstint.administrators_edit('clinical_sites');
GRANT INSERT (name, type, address, capacity, specialties, contact_person_name, contact_person_email, contact_person_phone, requirements, time_zone),
  UPDATE (name, type, address, capacity, specialties, contact_person_name, contact_person_email, contact_person_phone, requirements, time_zone, is_active)
  ON clinical_sites TO medstint_app;
-- PostgreSQL finds a zone whatever its case; other programs do not.
CREATE FUNCTION medstint.fill_time_zone() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.time_zone := coalesce((SELECT z.name FROM pg_timezone_names z WHERE lower(z.name) = lower(NEW.time_zone) ORDER BY z.name LIMIT 1), NEW.time_zone);
  RETURN NEW;
END
$$;
CREATE TRIGGER a_fill_time_zone BEFORE INSERT OR UPDATE OF time_zone ON clinical_sites
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_time_zone();
CALL medstint.administrators_edit('clinical_site_locations');
GRANT INSERT (clinical_site_id, name, latitude, longitude, radius_m, is_strict),
  UPDATE (name, latitude, longitude, radius_m, is_strict, is_active) ON clinical_site_locations TO medstint_app;
CALL medstint.administrators_edit('school_policies');
GRANT INSERT (school_id, thresholds, duty_profile), UPDATE (thresholds, duty_profile) ON school_policies TO medstint_app;

-- Schools: a super admin adds them, the school's own admin keeps its address right.
CREATE POLICY schools_add ON schools FOR INSERT TO medstint_app WITH CHECK ((SELECT medstint.has_role('SUPER_ADMIN')));
CREATE POLICY schools_edit ON schools FOR UPDATE TO medstint_app
  USING ((SELECT medstint.has_role('SUPER_ADMIN')) OR (SELECT medstint.has_role('SCHOOL_ADMIN')) AND id = (SELECT medstint.current_school_id()));
-- In which zone a school's days begin and end: when what is due is overdue.
ALTER TABLE schools ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC' CONSTRAINT schools_time_zone_is_iana CHECK (medstint.is_time_zone(time_zone));
CREATE TRIGGER a_fill_time_zone BEFORE INSERT OR UPDATE OF time_zone ON schools
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_time_zone();
GRANT SELECT (time_zone), INSERT (name, accreditation, address, phone, email, website, time_zone),
  UPDATE (name, accreditation, address, phone, email, website, time_zone, is_active) ON schools TO medstint_app;

CREATE FUNCTION medstint.check_school() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.is_active <> OLD.is_active AND EXISTS (SELECT FROM public.users u WHERE u.id = medstint.acting_user_id() AND u.role <> 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'school %: only a super admin makes a school inactive', OLD.id
      USING ERRCODE = 'MS403', CONSTRAINT = 'schools_activity_is_the_platforms';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER b_check_school BEFORE UPDATE OF is_active ON schools FOR EACH ROW EXECUTE FUNCTION medstint.check_school();

-- People. An administrator invites and changes people up to the own role;
-- everybody keeps the own name right, and nobody raises or locks out themselves.
CREATE POLICY users_add ON users FOR INSERT TO medstint_app
  WITH CHECK ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')) AND school_id = (SELECT medstint.current_school_id()));
CREATE POLICY users_edit ON users FOR UPDATE TO medstint_app
  USING ((SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')) OR id = (SELECT medstint.current_user_id()));
GRANT INSERT (email, given_name, family_name, role, program_id, student_id, academic_status),
  UPDATE (email, given_name, family_name, role, program_id, student_id, academic_status, is_active) ON users TO medstint_app;
-- How people sign in is told to administrators; the secrets in it are granted to nobody.
DROP POLICY accounts_read ON accounts;
CREATE POLICY accounts_read ON accounts FOR SELECT TO medstint_app USING (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')) OR user_id = (SELECT medstint.current_user_id()));

CREATE FUNCTION medstint.role_rank(role public.user_role) RETURNS integer
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE role WHEN 'STUDENT' THEN 0 WHEN 'CLINICAL_PRECEPTOR' THEN 1 WHEN 'CLINICAL_SUPERVISOR' THEN 2
    WHEN 'SCHOOL_ADMIN' THEN 3 ELSE 4 END
$$;

CREATE FUNCTION medstint.check_user() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor_id text := medstint.acting_user_id();
  actor_rank integer;
  own boolean := TG_OP = 'UPDATE' AND OLD.id = actor_id;
  why text;
BEGIN
  SELECT medstint.role_rank(u.role) INTO actor_rank FROM public.users u WHERE u.id = actor_id;
  -- The operator's command line and an import name nobody.
  IF actor_id IS NOT NULL THEN
    why := CASE
      WHEN own AND (NEW.role <> OLD.role OR NEW.is_active <> OLD.is_active) THEN 'not_ones_own_role'
      WHEN own AND actor_rank < 3 AND (NEW.email, NEW.program_id, NEW.student_id, NEW.academic_status)
        IS DISTINCT FROM (OLD.email, OLD.program_id, OLD.student_id, OLD.academic_status) THEN 'own_name_only'
      -- A school is not entered through a program of its.
      WHEN own AND NEW.school_id IS DISTINCT FROM OLD.school_id AND NOT medstint.is_trusted() THEN 'own_name_only'
      WHEN own THEN NULL
      WHEN coalesce(actor_rank, 0) < 3 THEN 'administrators_only'
      WHEN medstint.role_rank(NEW.role) > actor_rank THEN 'up_to_own_role'
      WHEN TG_OP = 'UPDATE' AND medstint.role_rank(OLD.role) > actor_rank THEN 'up_to_own_role' END;
    IF why IS NOT NULL THEN
      RAISE EXCEPTION 'user %: %', NEW.id, why USING ERRCODE = 'MS403', CONSTRAINT = 'users_' || why;
    END IF;
  END IF;
  IF NEW.role <> 'STUDENT' AND (NEW.academic_status IS NOT NULL OR NEW.student_id IS NOT NULL)
     AND (TG_OP = 'INSERT' OR (NEW.role, NEW.academic_status, NEW.student_id) IS DISTINCT FROM (OLD.role, OLD.academic_status, OLD.student_id)) THEN
    RAISE EXCEPTION 'user %: only a student has a student number and a standing', NEW.id
      USING ERRCODE = 'MS422', CONSTRAINT = 'users_student_only';
  END IF;
  RETURN NEW;
END
$$;
-- Not for the hours, which other people's decisions change.
CREATE TRIGGER b_check_user BEFORE INSERT OR UPDATE OF email, name, given_name, family_name, role, school_id, program_id, student_id,
  academic_status, onboarding_completed, is_active ON users
  FOR EACH ROW EXECUTE FUNCTION medstint.check_user();

-- The whole name follows its parts where a client writes only those.
CREATE OR REPLACE FUNCTION medstint.fill_user_name() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.name IS NULL OR TG_OP = 'UPDATE' AND NEW.name = OLD.name
     AND (NEW.given_name, NEW.family_name) IS DISTINCT FROM (OLD.given_name, OLD.family_name) THEN
    NEW.name := coalesce(nullif(btrim(concat_ws(' ', NEW.given_name, NEW.family_name)), ''), NEW.name, NEW.email);
  END IF;
  NEW.email := lower(btrim(NEW.email));
  RETURN NEW;
END
$$;
DROP TRIGGER a_fill_user_name ON users;
CREATE TRIGGER a_fill_user_name BEFORE INSERT OR UPDATE OF name, given_name, family_name, email ON users
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_user_name();

-- Whether the actor may act for this person's access: an administrator of the
-- person's school, not above the own role.
CREATE FUNCTION medstint.administers(person text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM medstint.actor() a JOIN public.users u ON u.id = person
    WHERE a.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') AND u.school_id = a.school_id
      AND medstint.role_rank(u.role) <= medstint.role_rank(a.role))
$$;

-- Passwords can be changed now, which makes more of an attempt than a sign-in:
-- it belongs to its session, to the person whom it was about, and to five minutes.
CREATE OR REPLACE FUNCTION medstint.count_attempt(subject text, wanted_email text, password text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
#variable_conflict use_column
DECLARE
  attempts medstint.sign_in_attempts;
  account record;
  outcome medstint.sign_in_outcomes;
  -- A bcrypt hash, of the same cost as real ones, that no password has.
  nobody constant text := '$2a$12$......................................................';
BEGIN
  DELETE FROM medstint.sign_in_outcomes o WHERE o.counted_at < clock_timestamp() - interval '5 minutes';
  INSERT INTO medstint.sign_in_attempts (subject) VALUES (count_attempt.subject) ON CONFLICT DO NOTHING;
  -- Attempts on one subject queue here: parallel guesses cannot outrun the count.
  SELECT * INTO attempts FROM medstint.sign_in_attempts a WHERE a.subject = count_attempt.subject FOR UPDATE;
  IF attempts.last_attempt < clock_timestamp() - interval '15 minutes' THEN
    attempts.failures := 0;
  END IF;

  outcome.id := medstint.random_token();
  outcome.subject := count_attempt.subject;
  IF attempts.failures >= 5 THEN
    outcome.status := 'locked';
    outcome.locked_until := attempts.last_attempt + interval '15 minutes';
  ELSE
    SELECT u.id, a.password AS hash, u.is_active AND coalesce(s.is_active, true) AS may_enter INTO account
    FROM public.users u
    JOIN public.accounts a ON a.user_id = u.id AND a.provider_id = 'credential'
    LEFT JOIN public.schools s ON s.id = u.school_id
    WHERE u.email = wanted_email;
    attempts.failures := attempts.failures + 1;
    attempts.last_attempt := clock_timestamp();
    IF medstint.password_matches(password, coalesce(account.hash, nobody)) AND account.may_enter THEN
      outcome.status := 'ok';
      outcome.user_id := account.id;
    ELSIF attempts.failures >= 5 THEN
      outcome.status := 'locked';
      outcome.locked_until := attempts.last_attempt + interval '15 minutes';
    ELSE
      outcome.status := 'refused';
    END IF;
  END IF;
  UPDATE medstint.sign_in_attempts a SET failures = attempts.failures, last_attempt = attempts.last_attempt
  WHERE a.subject = count_attempt.subject;
  INSERT INTO medstint.sign_in_outcomes (id, subject, user_id, status, locked_until)
  VALUES (outcome.id, outcome.subject, outcome.user_id, outcome.status, outcome.locked_until);
  -- A failed unlock is told and punished here, where it is committed in any case.
  IF outcome.status <> 'ok' AND outcome.subject LIKE 'session:%' THEN
    INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                   ip_address, user_agent, endpoint, method, status_code, severity)
    SELECT s.user_id, s.school_id, CASE outcome.status WHEN 'locked' THEN 'auth.locked_out' ELSE 'auth.unlock_failed' END, 'users', s.user_id,
           s.ip_address, s.user_agent, s.client, 'UNLOCK', CASE outcome.status WHEN 'locked' THEN 423 ELSE 401 END,
           (CASE outcome.status WHEN 'locked' THEN 'HIGH' ELSE 'MEDIUM' END)::public.audit_severity
    FROM public.sessions s WHERE 'session:' || s.id = outcome.subject;
    IF outcome.status = 'locked' THEN
      UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE 'session:' || s.id = outcome.subject;
    END IF;
  END IF;
  RETURN outcome.id;
END
$$;

CREATE OR REPLACE FUNCTION medstint.take_outcome(attempt text) RETURNS medstint.sign_in_outcomes
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  outcome medstint.sign_in_outcomes;
BEGIN
  DELETE FROM medstint.sign_in_outcomes o
  WHERE o.id = attempt AND o.counted_in <> pg_current_xact_id() AND o.counted_at > clock_timestamp() - interval '5 minutes' RETURNING * INTO outcome;
  IF outcome.id IS NULL THEN
    RAISE EXCEPTION 'there is no such attempt, or it has not been committed' USING ERRCODE = 'MS409', CONSTRAINT = 'sign_in_commit_first';
  END IF;
  IF outcome.status = 'ok' THEN
    UPDATE medstint.sign_in_attempts a SET failures = 0 WHERE a.subject = outcome.subject;
  END IF;
  RETURN outcome;
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
END
$$;

CREATE OR REPLACE FUNCTION medstint.finish_unlock(attempt text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  outcome medstint.sign_in_outcomes := medstint.take_outcome(attempt);
BEGIN
  -- Somebody else's attempt, whatever came of it, opens nothing here.
  IF outcome.subject IS DISTINCT FROM (SELECT 'session:' || a.session_id FROM medstint.actor() a WHERE a.session_id IS NOT NULL) THEN
    RAISE EXCEPTION 'the attempt is not of this session' USING ERRCODE = 'MS409', CONSTRAINT = 'unlock_own_session';
  END IF;
  -- What failed was written when it was counted, and cannot be rolled back here.
  IF outcome.status <> 'ok' THEN
    RETURN outcome.status;
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT x.user_id, medstint.current_school_id(),
         'auth.unlocked',
         'users', x.user_id, x.ip_address, x.user_agent, x.endpoint, 'UNLOCK',
         200, 'LOW'
  FROM medstint.audit_context() x;
  RETURN outcome.status;
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
  -- Whoever knew the old password is signed out, and an attempt with it that was
  -- not answered yet is worth nothing.
  DELETE FROM medstint.sign_in_outcomes o WHERE o.user_id = who;
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE s.user_id = who AND s.revoked_at IS NULL;
END
$$;

-- The session that looks, among those of a list.
CREATE FUNCTION medstint.current_session_id() RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS 'SELECT session_id FROM medstint.actor()';
GRANT EXECUTE ON FUNCTION medstint.current_session_id() TO medstint_app;

-- Ends somebody's session, or one's own at another place.
CREATE FUNCTION medstint.revoke_session(target text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  revoked record;
  -- Told before: it may be the very session that asks.
  x record := medstint.audit_context();
BEGIN
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now()
  WHERE s.id = target AND s.revoked_at IS NULL
    AND (s.user_id = medstint.current_user_id() OR medstint.administers(s.user_id))
  RETURNING s.user_id, s.school_id INTO revoked;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (x.user_id, revoked.school_id, 'auth.session_revoked', 'sessions', target,
          jsonb_build_object('user_id', jsonb_build_object('old', revoked.user_id))::text,
          x.ip_address, x.user_agent, x.endpoint, 'REVOKE', 200, 'MEDIUM');
  RETURN true;
END
$$;

-- A first or a forgotten password: made by the database, told once to the
-- administrator who asked, who hands it over. Whoever had the old one is out.
CREATE FUNCTION medstint.reset_password(target text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fresh text := rtrim(regexp_replace(left(medstint.random_token(), 20), '(.{5})', '\1-', 'g'), '-');
BEGIN
  IF target = medstint.current_user_id() OR NOT medstint.administers(target) THEN
    RAISE EXCEPTION 'user %: not yours to reset', target USING ERRCODE = 'MS403', CONSTRAINT = 'users_password_is_reset_by_administrators';
  END IF;
  PERFORM medstint.set_password(target, fresh);
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT x.user_id, u.school_id, 'auth.password_reset', 'users', target, x.ip_address, x.user_agent, x.endpoint, 'RESET', 200, 'HIGH'
  FROM medstint.audit_context() x, public.users u WHERE u.id = target;
  RETURN fresh;
END
$$;

-- One's own password, after the present one was given in an attempt that was
-- counted and committed before (medstint.begin_unlock). Other sessions end.
CREATE FUNCTION medstint.change_password(attempt text, fresh text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record;
  status text;
BEGIN
  SELECT a.user_id, a.session_id, a.school_id INTO me FROM medstint.actor() a;
  status := medstint.finish_unlock(attempt);
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
GRANT EXECUTE ON FUNCTION medstint.revoke_session(text), medstint.reset_password(text), medstint.change_password(text, text) TO medstint_app;

-- Schools and policies are named by other keys than the rest.
CREATE FUNCTION medstint.announce_school() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.announce(TG_TABLE_NAME, TG_OP, array_agg(id), array_agg(id)) FROM new_rows;
  RETURN NULL;
END
$$;
CREATE TRIGGER d_announce_update AFTER UPDATE ON schools REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_school();
CREATE FUNCTION medstint.announce_policy() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.announce(TG_TABLE_NAME, TG_OP, array_agg(school_id), array_agg(school_id)) FROM new_rows;
  RETURN NULL;
END
$$;
CREATE TRIGGER d_announce_insert AFTER INSERT ON school_policies REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_policy();
CREATE TRIGGER d_announce_update AFTER UPDATE ON school_policies REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_policy();
