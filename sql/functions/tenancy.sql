-- Rows stay in their school: its id is filled in, never changes, and references lead to the same
-- school.
--
-- Every person can lock rows (their own session, their own users row, for administrators the
-- school) and keep the transaction open. A check of a foreign key waits for such a lock. So events,
-- seals, alerts, notifications, sessions, PIN outcomes and changes of credentials have no foreign
-- keys to people, schools, kiosks or rules. Triggers refuse or cascade deletions instead
-- (release_user and its like), without a lock: a row that is inserted during the deletion is not
-- seen.
--
-- A punch takes only FOR KEY SHARE on the rows that it refers to, so that it never waits for a
-- decision or the rehearsal of a form. Only a correction of a site's zone locks the site's key, at
-- its commit. This suffices because a student's school and a rotation's student are part of unique
-- keys.

-- Arguments: pairs of a column and the table it refers to, all of which must agree. A parent
-- without a school (a SUPER_ADMIN, a platform template) agrees with every school.
CREATE OR REPLACE FUNCTION medstint.fill_school_id() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  parent_id text;
  parent_school text;
  found_school text;
  i integer;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.school_id IS NULL THEN
    NEW.school_id := OLD.school_id;
  END IF;
  FOR i IN 0 .. TG_NARGS - 1 BY 2 LOOP
    parent_id := to_jsonb(NEW) ->> TG_ARGV[i];
    CONTINUE WHEN parent_id IS NULL;
    EXECUTE format('SELECT school_id FROM public.%I WHERE id = $1', TG_ARGV[i + 1]) INTO parent_school
      USING parent_id;
    IF parent_school <> coalesce(found_school, NEW.school_id, parent_school) THEN
      RAISE EXCEPTION '% of % belongs to another school', TG_ARGV[i], TG_TABLE_NAME
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_TABLE_NAME || '_one_school', TABLE = TG_TABLE_NAME;
    END IF;
    found_school := coalesce(found_school, parent_school);
  END LOOP;
  -- What has no parent to tell (a site) is of the actor's school, or of the one
  -- that a trusted connection names.
  NEW.school_id := coalesce(NEW.school_id, found_school, medstint.current_school_id(),
    CASE WHEN medstint.is_trusted() THEN nullif(current_setting('medstint.school', true), '') END);
  RETURN NEW;
END
$$;

-- The full name follows its parts where a client writes only those. Clients of the documented
-- schema may write no name; the address stands for it.
CREATE OR REPLACE FUNCTION medstint.fill_user_name() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.name IS NULL OR TG_OP = 'UPDATE' AND NEW.name = OLD.name
     AND (NEW.given_name, NEW.family_name) IS DISTINCT FROM (OLD.given_name, OLD.family_name) THEN
    NEW.name := coalesce(nullif(btrim(concat_ws(' ', NEW.given_name, NEW.family_name)), ''), NEW.name, NEW.email);
  END IF;
  NEW.email := medstint.case_folded(medstint.tidied(NEW.email));
  RETURN NEW;
END
$$;

-- As PostgreSQL does, a zone is found whatever its case; other programs do not.
CREATE OR REPLACE FUNCTION medstint.fill_time_zone() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.time_zone := coalesce(
    (SELECT z.name FROM medstint.time_zones z WHERE lower(z.name) = lower(NEW.time_zone)), NEW.time_zone);
  RETURN NEW;
END
$$;

-- The web application inserts sessions and notifications: who and what they name exists.
CREATE OR REPLACE FUNCTION medstint.check_references() RETURNS trigger
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

-- A rubric with which a student was assessed, or whose template is published, does not change: a
-- change of a criterion holds what it belongs to, an assessment with scores and a deployment share
-- it.
CREATE OR REPLACE FUNCTION medstint.hold_rubric() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  was public.rubric_criteria;
  is_to_be public.rubric_criteria;
BEGIN
  IF TG_OP <> 'INSERT' THEN was := OLD; END IF;
  IF TG_OP <> 'DELETE' THEN is_to_be := NEW; END IF;
  PERFORM FROM public.competency_templates t WHERE t.id IN (was.template_id, is_to_be.template_id)
    ORDER BY t.id FOR NO KEY UPDATE;
  PERFORM FROM public.competencies c WHERE c.id IN (was.competency_id, is_to_be.competency_id)
    ORDER BY c.id FOR NO KEY UPDATE;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;

CREATE OR REPLACE FUNCTION medstint.share_rubric() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM public.competencies c WHERE c.id = NEW.competency_id FOR SHARE;
  RETURN NEW;
END
$$;

-- Rows that others refer to stay in their school: who refers to them compared the schools once, and
-- does not look again. Only people move, and take nothing along.
CREATE OR REPLACE FUNCTION medstint.refuse_move() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% can not move to another %', TG_TABLE_NAME, TG_ARGV[0]
    USING ERRCODE = 'MS422', CONSTRAINT = TG_TABLE_NAME || '_' || TG_ARGV[0] || '_is_fixed';
END
$$;

-- The rules and the trail join old and new rows by their key: it never changes.
CREATE OR REPLACE FUNCTION medstint.refuse_new_id() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the key of % does not change', TG_TABLE_NAME
    USING ERRCODE = 'MS422', CONSTRAINT = TG_TABLE_NAME || '_key_is_fixed';
END
$$;

-- A row that is still referred to stays, as with a foreign key. What another transaction writes at
-- the same moment is not seen: that would need a lock.
CREATE OR REPLACE FUNCTION medstint.refuse_release(refusing text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF refusing IS NOT NULL THEN
    RAISE EXCEPTION 'the row is still referred to (%)', refusing
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = refusing;
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION medstint.release_alert_rule() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.refuse_release('alerts_rule_id_fkey')
  WHERE EXISTS (SELECT FROM public.alerts a WHERE a.rule_id = OLD.id);
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.release_kiosk() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM medstint.pin_outcomes o WHERE o.kiosk_id = OLD.id;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.release_school() RETURNS trigger
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

CREATE OR REPLACE FUNCTION medstint.release_user() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.refuse_release('audit_logs_user_id_fkey')
  WHERE EXISTS (SELECT FROM public.audit_logs e WHERE e.user_id = OLD.id);
  DELETE FROM public.sessions s WHERE s.user_id = OLD.id;
  DELETE FROM public.notifications n WHERE n.user_id = OLD.id;
  DELETE FROM medstint.password_changes c WHERE c.user_id = OLD.id;
  DELETE FROM medstint.key_removals r WHERE r.user_id = OLD.id;
  DELETE FROM medstint.credential_changes c WHERE c.user_id = OLD.id OR c.changed_by = OLD.id;
  DELETE FROM medstint.pin_outcomes o WHERE o.user_id = OLD.id;
  RETURN NULL;
END
$$;

-- Tables that are edited know when they last were.
CREATE OR REPLACE FUNCTION medstint.touch() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
