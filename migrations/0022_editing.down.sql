DROP TRIGGER d_announce_update ON school_policies;
DROP TRIGGER d_announce_insert ON school_policies;
DROP FUNCTION medstint.announce_policy();
DROP TRIGGER d_announce_update ON schools;
DROP FUNCTION medstint.announce_school();
DROP FUNCTION medstint.change_password(text, text);
DROP FUNCTION medstint.reset_password(text);
DROP FUNCTION medstint.revoke_session(text);
DROP FUNCTION medstint.current_session_id();
DROP FUNCTION medstint.administers(text);
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
  RETURN outcome.id;
END
$$;

CREATE OR REPLACE FUNCTION medstint.take_outcome(attempt text) RETURNS medstint.sign_in_outcomes
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  outcome medstint.sign_in_outcomes;
BEGIN
  DELETE FROM medstint.sign_in_outcomes o
  WHERE o.id = attempt AND o.counted_in <> pg_current_xact_id() RETURNING * INTO outcome;
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
  SELECT u.id, u.school_id INTO who, home FROM public.users u WHERE u.email = outcome.subject;
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
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT x.user_id, medstint.current_school_id(),
         CASE outcome.status WHEN 'ok' THEN 'auth.unlocked' WHEN 'locked' THEN 'auth.locked_out' ELSE 'auth.unlock_failed' END,
         'users', x.user_id, x.ip_address, x.user_agent, x.endpoint, 'UNLOCK',
         CASE outcome.status WHEN 'ok' THEN 200 WHEN 'locked' THEN 423 ELSE 401 END,
         (CASE outcome.status WHEN 'ok' THEN 'LOW' WHEN 'locked' THEN 'HIGH' ELSE 'MEDIUM' END)::public.audit_severity
  FROM medstint.audit_context() x;
  IF outcome.status = 'locked' THEN
    UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE 'session:' || s.id = outcome.subject;
  END IF;
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
  -- Whoever knew the old password is signed out.
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE s.user_id = who AND s.revoked_at IS NULL;
END
$$;

DROP TRIGGER a_fill_user_name ON users;
CREATE OR REPLACE FUNCTION medstint.fill_user_name() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.name := coalesce(NEW.name, NEW.email);
  RETURN NEW;
END
$$;
CREATE TRIGGER a_fill_user_name BEFORE INSERT OR UPDATE OF name ON users
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_user_name();
DROP TRIGGER b_check_user ON users;
DROP FUNCTION medstint.check_user();
DROP FUNCTION medstint.role_rank(public.user_role);
DROP POLICY accounts_read ON accounts;
CREATE POLICY accounts_read ON accounts FOR SELECT TO medstint_app USING (user_id = (SELECT medstint.current_user_id()));
REVOKE INSERT (email, given_name, family_name, role, program_id, student_id, academic_status),
  UPDATE (email, given_name, family_name, role, program_id, student_id, academic_status, is_active) ON users FROM medstint_app;
DROP POLICY users_edit ON users;
DROP POLICY users_add ON users;
DROP TRIGGER b_check_school ON schools;
DROP FUNCTION medstint.check_school();
REVOKE INSERT (name, accreditation, address, phone, email, website),
  UPDATE (name, accreditation, address, phone, email, website, is_active) ON schools FROM medstint_app;
DROP TRIGGER a_fill_time_zone ON schools;
ALTER TABLE schools DROP COLUMN time_zone;
DROP POLICY schools_edit ON schools;
DROP POLICY schools_add ON schools;
REVOKE INSERT (school_id, thresholds, duty_profile), UPDATE (thresholds, duty_profile) ON school_policies FROM medstint_app;
REVOKE INSERT (clinical_site_id, name, latitude, longitude, radius_m, is_strict),
  UPDATE (name, latitude, longitude, radius_m, is_strict, is_active) ON clinical_site_locations FROM medstint_app;
REVOKE INSERT (name, type, address, capacity, specialties, contact_person_name, contact_person_email, contact_person_phone, requirements, time_zone),
  UPDATE (name, type, address, capacity, specialties, contact_person_name, contact_person_email, contact_person_phone, requirements, time_zone, is_active)
  ON clinical_sites FROM medstint_app;
REVOKE INSERT (name, description, duration, class_year, requirements),
  UPDATE (name, description, duration, class_year, requirements, is_active) ON programs FROM medstint_app;
DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['programs', 'clinical_sites', 'clinical_site_locations', 'school_policies'] LOOP
    EXECUTE format('DROP POLICY %I ON %I', t || '_edit', t);
    EXECUTE format('DROP POLICY %I ON %I', t || '_add', t);
  END LOOP;
END
$$;
DROP TRIGGER a_fill_time_zone ON clinical_sites;
DROP FUNCTION medstint.fill_time_zone();
DROP PROCEDURE medstint.administrators_edit(regclass);
DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['schools', 'programs', 'users', 'clinical_sites', 'clinical_site_locations', 'competency_templates',
    'competencies', 'rubric_criteria', 'school_policies', 'notification_templates']
  LOOP
    EXECUTE format('DROP TRIGGER z_touch ON %I', t);
  END LOOP;
END
$$;
DROP FUNCTION medstint.touch();
