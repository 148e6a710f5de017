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
CALL medstint.administrators_edit('clinical_site_locations');
GRANT INSERT (clinical_site_id, name, latitude, longitude, radius_m, is_strict),
  UPDATE (name, latitude, longitude, radius_m, is_strict, is_active) ON clinical_site_locations TO medstint_app;
CALL medstint.administrators_edit('school_policies');
GRANT INSERT (school_id, thresholds, duty_profile), UPDATE (thresholds, duty_profile) ON school_policies TO medstint_app;

-- Schools: a super admin adds them, the school's own admin keeps its address right.
CREATE POLICY schools_add ON schools FOR INSERT TO medstint_app WITH CHECK ((SELECT medstint.has_role('SUPER_ADMIN')));
CREATE POLICY schools_edit ON schools FOR UPDATE TO medstint_app
  USING ((SELECT medstint.has_role('SUPER_ADMIN')) OR (SELECT medstint.has_role('SCHOOL_ADMIN')) AND id = (SELECT medstint.current_school_id()));
GRANT INSERT (name, accreditation, address, phone, email, website),
  UPDATE (name, accreditation, address, phone, email, website, is_active) ON schools TO medstint_app;

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
