-- People: who may change whom, and what a change of school, role or address requires.

CREATE OR REPLACE FUNCTION medstint.check_user() RETURNS trigger
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
     AND (TG_OP = 'INSERT' OR (NEW.role, NEW.academic_status, NEW.student_id)
       IS DISTINCT FROM (OLD.role, OLD.academic_status, OLD.student_id)) THEN
    RAISE EXCEPTION 'user %: only a student has a student number and an enrollment status', NEW.id
      USING ERRCODE = 'MS422', CONSTRAINT = 'users_student_only';
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.check_school() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.is_active <> OLD.is_active
    AND EXISTS (SELECT FROM public.users u WHERE u.id = medstint.acting_user_id() AND u.role <> 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'school %: only a super admin may deactivate a school', OLD.id
      USING ERRCODE = 'MS403', CONSTRAINT = 'schools_activity_is_the_platforms';
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.check_leaving() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM public.time_records t
    WHERE t.student_id = OLD.id AND t.school_id = OLD.school_id AND t.status = 'PENDING') THEN
    RAISE EXCEPTION 'user %: time records are pending', OLD.id
      USING ERRCODE = 'MS409', CONSTRAINT = 'users_pending_before_leaving',
      HINT = 'Decide on the pending time records first.';
  END IF;
  -- The key signs its owner in there from now on, and is its administrators' to remove.
  UPDATE public.user_keys k SET school_id = NEW.school_id WHERE k.user_id = NEW.id;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.check_delegation() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  why text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    -- It ends; it does not come back.
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
      why := 'is_over';
    ELSE
      NEW.revoked_at := CASE WHEN NEW.revoked_at IS NOT NULL THEN now() END;
    END IF;
  ELSIF NOT EXISTS (SELECT FROM public.users u
    WHERE u.id = NEW.from_user_id AND u.is_active AND u.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR')) THEN
    why := 'from_whoever_decides';
  ELSIF NOT EXISTS (SELECT FROM public.users u
    WHERE u.id = NEW.to_user_id AND u.is_active AND u.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR')) THEN
    why := 'to_whoever_decides';
  END IF;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION 'delegation %: %', NEW.id, why
      USING ERRCODE = 'MS422', CONSTRAINT = 'delegations_' || why;
  END IF;
  RETURN NEW;
END
$$;

-- Two administrators who take each other's rights away: the second one is judged after the first.
-- Taken before any row is locked. A statement that touches no row runs this trigger too, also
-- without a session, so only a person or a trusted role takes the turn.
CREATE OR REPLACE FUNCTION medstint.hold_roles() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.hold_roles_turn();
  RETURN NULL;
END
$$;

-- Only administrators hold the turn of roles: a school's administrators that of their school, super
-- admins and trusted roles that of all schools, which the others share.
CREATE OR REPLACE FUNCTION medstint.hold_roles_turn() RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
BEGIN
  IF me.role = 'SUPER_ADMIN' OR me.user_id IS NULL AND medstint.is_trusted() THEN
    PERFORM medstint.hold_turns('roles', '{""}');
  ELSIF me.role = 'SCHOOL_ADMIN' THEN
    PERFORM medstint.hold_turns('roles', '{""}', is_shared => true),
      medstint.hold_turns('roles', ARRAY[me.school_id]);
  END IF;
END
$$;

-- The first address, badge or number is also chosen by someone else. Its owner gets no message
-- about it.
CREATE OR REPLACE FUNCTION medstint.note_email() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.end_credential(NEW.id, 'email', '', false),
    medstint.note_credential_change(NEW.id, 'email', '', true, TG_OP = 'INSERT');
  RETURN NULL;
END
$$;
