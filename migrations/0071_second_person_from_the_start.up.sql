-- Why: an administrator could add a person with an address or a badge of their own choice
-- and act as that person at once, since only changes were noted. Every person could hold
-- the turn of roles of all schools. Sessions came back to life with a person who was reactivated, and went on
-- after the web application had set another password.

-- 1. The first address, badge or number is chosen by somebody, too. Its owner gets no
-- message about it.
CREATE OR REPLACE FUNCTION medstint.note_email() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.end_credential(NEW.id, 'email', '', false),
    medstint.note_credential_change(NEW.id, 'email', '', true, TG_OP = 'INSERT');
  RETURN NULL;
END
$$;
CREATE TRIGGER e_note_first_email AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION medstint.note_email();

CREATE OR REPLACE FUNCTION medstint.note_badge() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.note_credential_change(NEW.id, 'badge', '', false, TG_OP = 'INSERT'
    OR (OLD.badge IS NULL OR NEW.badge IS NOT DISTINCT FROM OLD.badge)
    AND (OLD.student_id IS NULL OR NEW.student_id IS NOT DISTINCT FROM OLD.student_id));
  RETURN NULL;
END
$$;
CREATE TRIGGER e_note_first_badge AFTER INSERT ON users FOR EACH ROW
  WHEN (NEW.badge IS NOT NULL OR NEW.student_id IS NOT NULL) EXECUTE FUNCTION medstint.note_badge();

-- 2. Only administrators hold the turn of roles: a school's administrators that of their
-- school, super admins and trusted roles that of all schools, which the others share.
CREATE FUNCTION medstint.hold_roles_turn() RETURNS void
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

CREATE OR REPLACE FUNCTION medstint.hold_roles() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.hold_roles_turn();
  RETURN NULL;
END
$$;

DO $do$
DECLARE
  source text := pg_get_functiondef('medstint.hold_targets(text, text[])'::regprocedure);
  part text[];
BEGIN
  FOREACH part SLICE 1 IN ARRAY ARRAY[
    ['PERFORM medstint.hold_turns(''roles'', ''{""}'') WHERE staff;', 'PERFORM medstint.hold_roles_turn() WHERE administers;'],
    ['u.school_id = me.school_id AND staff
      ORDER BY u.id FOR NO KEY UPDATE', 'u.school_id = me.school_id AND administers
      ORDER BY u.id FOR NO KEY UPDATE'],
    ['  records text[];', '  administers constant boolean := coalesce(me.role IN (''SCHOOL_ADMIN'', ''SUPER_ADMIN''), false);
  records text[];']]
  LOOP
    IF strpos(source, part[1]) = 0 THEN
      RAISE EXCEPTION 'hold_targets does not hold %', part[1];
    END IF;
    source := replace(source, part[1], part[2]);
  END LOOP;
  EXECUTE source;
END
$do$;

-- 3. Sessions that are older than a password of the web application, or than the
-- deactivation of their person or school, are void (migration bounded_refusals: an era).
CREATE FUNCTION medstint.begin_era(who text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  change constant bigint := nextval('medstint.password_changes_number_seq');
BEGIN
  INSERT INTO medstint.password_changes (number, era, user_id, is_applied) VALUES (change, change, who, true);
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE s.id = ANY (ARRAY(
    SELECT x.id FROM public.sessions x WHERE x.user_id = who AND x.revoked_at IS NULL
    FOR NO KEY UPDATE SKIP LOCKED));
END
$$;

CREATE FUNCTION medstint.end_sessions_of_password() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- The functions that consoles call begin their eras themselves.
  IF medstint.is_trusted() THEN
    PERFORM medstint.begin_era(NEW.user_id);
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER e_end_sessions AFTER UPDATE OF password ON accounts FOR EACH ROW
  WHEN (OLD.password IS DISTINCT FROM NEW.password) EXECUTE FUNCTION medstint.end_sessions_of_password();

CREATE FUNCTION medstint.end_sessions_of_inactive() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'users' THEN
    PERFORM medstint.begin_era(NEW.id);
  ELSE
    PERFORM medstint.begin_era(u.user_id) FROM (SELECT DISTINCT s.user_id FROM public.sessions s
      JOIN public.users p ON p.id = s.user_id
      WHERE p.school_id = NEW.id AND s.revoked_at IS NULL ORDER BY 1) u;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER e_end_sessions AFTER UPDATE OF is_active ON users FOR EACH ROW
  WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION medstint.end_sessions_of_inactive();
CREATE TRIGGER e_end_sessions AFTER UPDATE OF is_active ON schools FOR EACH ROW
  WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION medstint.end_sessions_of_inactive();
ALTER TABLE sessions ALTER sign_in_era SET NOT NULL, ALTER sign_in_change SET NOT NULL;

-- 4. An address is nobody else's badge, and a badge stays one person's in a new school.
CREATE OR REPLACE FUNCTION medstint.check_badge() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  me constant record := medstint.actor();
  new_badge constant text := medstint.case_folded(NEW.badge);
  new_number constant text := medstint.case_folded(NEW.student_id);
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.badge, NEW.student_id, NEW.email, NEW.school_id)
     IS NOT DISTINCT FROM (OLD.badge, OLD.student_id, OLD.email, OLD.school_id) THEN
    RETURN NEW;
  END IF;
  IF me.user_id IS NULL AND NOT medstint.is_trusted() THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  ELSIF me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN')
     AND (TG_OP = 'INSERT' AND NEW.badge IS NOT NULL OR TG_OP = 'UPDATE' AND NEW.badge IS DISTINCT FROM OLD.badge) THEN
    RAISE EXCEPTION 'administrators give badges' USING ERRCODE = 'MS403',
      CONSTRAINT = 'users_badges_given_by_administrators';
  END IF;
  PERFORM medstint.hold_turns('badges', ARRAY[coalesce(NEW.school_id, '')], is_shared => NEW.badge IS NULL);
  -- One by one, and by an index, although the plan may be made for a table that is empty and fills up.
  IF new_badge IS NOT NULL AND (EXISTS (SELECT FROM public.users u WHERE u.school_id = NEW.school_id
        AND medstint.case_folded(u.student_id) = new_badge AND u.id <> NEW.id)
      OR EXISTS (SELECT FROM public.users u WHERE u.email = new_badge
        AND u.school_id IS NOT DISTINCT FROM NEW.school_id AND u.id <> NEW.id))
     OR new_number IS NOT NULL AND EXISTS (SELECT FROM public.users u WHERE u.school_id = NEW.school_id
        AND medstint.case_folded(u.badge) = new_number AND u.id <> NEW.id)
     OR EXISTS (SELECT FROM public.users u WHERE u.school_id = NEW.school_id
        AND medstint.case_folded(u.badge) = NEW.email AND u.id <> NEW.id) THEN
    RAISE EXCEPTION 'it is another one''s number' USING ERRCODE = 'MS422', CONSTRAINT = 'users_badge_unique';
  END IF;
  RETURN NEW;
END
$$;
DROP TRIGGER b_check_badge ON users;
CREATE TRIGGER b_check_badge BEFORE INSERT OR UPDATE OF badge, student_id, email, school_id, program_id ON users
  FOR EACH ROW EXECUTE FUNCTION medstint.check_badge();

-- 5. Reading in bulk is the platform's event only where the platform's events are read.
CREATE OR REPLACE FUNCTION medstint.report_reading(list text, filter text, at_most integer) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.write_event('personal_data.read_in_bulk',
    CASE WHEN list <> 'platform-events' OR a.role <> 'SUPER_ADMIN' THEN a.school_id END, left(list, 100), '-',
    jsonb_build_object('filter', nullif(left(filter, 500), ''), 'rows', at_most), 'READ', 200)
  FROM medstint.actor() a WHERE a.user_id IS NOT NULL
$$;
