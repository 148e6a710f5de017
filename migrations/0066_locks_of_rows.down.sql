DO $do$
DECLARE
  part text[];
BEGIN
  FOREACH part SLICE 1 IN ARRAY ARRAY[
    ['medstint.check_rotation()', 'pg_advisory_xact_lock(hashtextextended(''rotations of '' || NEW.student_id, 0))',
      'medstint.hold_turns(''bookings'', ARRAY[NEW.student_id])'],
    ['medstint.check_rotation()', 'pg_advisory_xact_lock(hashtextextended(''places of '' || NEW.clinical_site_id, 0))',
      'medstint.hold_turns(''places'', ARRAY[NEW.clinical_site_id])'],
    ['medstint.hold_targets(text, text[])',
      'pg_advisory_xact_lock(hashtextextended(''roles of people'', 0)) WHERE staff',
      'medstint.hold_turns(''roles'', ''{""}'') WHERE staff'],
    ['medstint.deploy(text, text[], text[], public.assignment_type, timestamptz, timestamptz, timestamptz)',
      'pg_advisory_xact_lock(hashtextextended(''deployment of '' || source.id || '' in '' || me.school, 0))',
      'medstint.hold_turns(''deployments'', ARRAY[source.id || '' in '' || me.school])'],
    ['medstint.hold_deployed(text[], text)',
      'pg_advisory_xact_lock(hashtextextended(''deployment of '' || x.template_id || '' in '' || school, 0))
  FROM (SELECT DISTINCT d.template_id FROM public.competency_deployments d
    WHERE d.id = ANY (deployments) AND d.school_id = school ORDER BY 1) x;',
      'medstint.hold_turns(''deployments'', ARRAY(SELECT DISTINCT d.template_id || '' in '' || school
    FROM public.competency_deployments d WHERE d.id = ANY (deployments) AND d.school_id = school));']]
  LOOP
    IF strpos(pg_get_functiondef(part[1]::regprocedure), part[3]) = 0 THEN
      RAISE EXCEPTION '% does not hold %', part[1], part[3];
    END IF;
    EXECUTE replace(pg_get_functiondef(part[1]::regprocedure), part[3], part[2]);
  END LOOP;
END
$do$;

CREATE OR REPLACE FUNCTION medstint.check_badge() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
  turn constant bigint := hashtextextended('badges of ' || coalesce(NEW.school_id, ''), 0);
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.badge IS NOT DISTINCT FROM OLD.badge AND NEW.student_id IS NOT DISTINCT
    FROM OLD.student_id THEN
    RETURN NEW;
  END IF;
  IF me.user_id IS NOT NULL AND me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN')
     AND (TG_OP = 'INSERT' AND NEW.badge IS NOT NULL OR TG_OP = 'UPDATE' AND NEW.badge IS DISTINCT FROM OLD.badge) THEN
    RAISE EXCEPTION 'administrators give badges' USING ERRCODE = 'MS403',
      CONSTRAINT = 'users_badges_given_by_administrators';
  END IF;
  IF NEW.badge IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(turn);
  ELSIF NEW.student_id IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock_shared(turn);
  END IF;
  IF EXISTS (SELECT FROM public.users u WHERE u.school_id = NEW.school_id AND u.id <> NEW.id
      AND (u.student_id = NEW.badge OR u.email = lower(NEW.badge) OR u.badge = NEW.student_id)) THEN
    RAISE EXCEPTION 'it is another one''s number' USING ERRCODE = 'MS422', CONSTRAINT = 'users_badge_unique';
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.hold_roles() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('roles of people', 0));
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.hold_punches(students text[]) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('punches of ' || s, 0)) FROM (SELECT DISTINCT unnest(students) AS s ORDER BY 1) x WHERE s IS NOT NULL
$$;

CREATE TABLE medstint.flag_turns (school text PRIMARY KEY);
ALTER TABLE medstint.flag_turns ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY flag_turns_owner ON medstint.flag_turns TO CURRENT_USER USING (true) WITH CHECK (true);
INSERT INTO medstint.flag_turns SELECT id FROM schools;

CREATE FUNCTION medstint.begin_flag_turns() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO medstint.flag_turns SELECT id FROM new_rows ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER b_begin_flag_turns AFTER INSERT ON schools REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.begin_flag_turns();

CREATE OR REPLACE FUNCTION medstint.hold_flags(schools text[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  wanted constant bigint := (SELECT count(DISTINCT s) FROM unnest(schools) AS s);
  held bigint;
BEGIN
  FOR attempt IN 1 .. 2 LOOP
    SELECT count(*) INTO held FROM (SELECT FROM medstint.flag_turns t WHERE t.school = ANY (schools) ORDER BY t.school FOR UPDATE) x;
    EXIT WHEN held = wanted;
    -- A school that was imported with triggers off has no row yet.
    INSERT INTO medstint.flag_turns SELECT DISTINCT s FROM unnest(schools) AS s WHERE s IS NOT NULL ON CONFLICT DO NOTHING;
  END LOOP;
END
$$;
DROP FUNCTION medstint.hold_turns(text, text[], boolean);
DROP TABLE medstint.turns;
