-- Why: any role that may connect can take any advisory lock. The URL alone was enough to
-- stop a student's punches, bookings, deployments, badges and changes of roles. Now each
-- of these locks is a row of a table that only the database's own functions reach.

-- A turn: one transaction at a time does what its kind names.
CREATE TABLE medstint.turns (
  kind text NOT NULL CHECK (kind IN
    ('roles', 'punches', 'deployments', 'passwords', 'bookings', 'places', 'badges', 'flags')),
  -- The person, the site, the school, or the template and the school.
  id   text NOT NULL,
  PRIMARY KEY (kind, id)
);
ALTER TABLE medstint.turns ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY turns_owner ON medstint.turns TO CURRENT_USER USING (true) WITH CHECK (true);
INSERT INTO medstint.turns (kind, id) VALUES ('roles', '');
INSERT INTO medstint.turns (kind, id) SELECT 'flags', t.school FROM medstint.flag_turns t;

-- Holds turns of one kind until the transaction ends. A row that is missing is made
-- first: a second transaction that makes the same row waits for the first one. Missing
-- rows are made before any row is locked, and both happen in the order of the ids, so
-- that two transactions never wait for each other here. Locking a row makes no new
-- version of it.
CREATE FUNCTION medstint.hold_turns(of_kind text, ids text[], is_shared boolean DEFAULT false) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (SELECT count(*) FROM medstint.turns t WHERE t.kind = of_kind AND t.id = ANY (ids))
     < (SELECT count(DISTINCT i) FROM unnest(ids) AS i) THEN
    INSERT INTO medstint.turns (kind, id)
    SELECT of_kind, i FROM unnest(ids) AS i WHERE i IS NOT NULL GROUP BY i ORDER BY i
    ON CONFLICT DO NOTHING;
  END IF;
  IF is_shared THEN
    PERFORM FROM medstint.turns t WHERE t.kind = of_kind AND t.id = ANY (ids) ORDER BY t.id FOR SHARE;
  ELSE
    PERFORM FROM medstint.turns t WHERE t.kind = of_kind AND t.id = ANY (ids) ORDER BY t.id FOR UPDATE;
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION medstint.hold_flags(schools text[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.hold_turns('flags', schools);
END
$$;
DROP TRIGGER b_begin_flag_turns ON schools;
DROP FUNCTION medstint.begin_flag_turns();
DROP TABLE medstint.flag_turns;

CREATE OR REPLACE FUNCTION medstint.hold_punches(students text[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.hold_turns('punches', students);
END
$$;

-- A statement that touches no row runs this trigger too, also without a session. It
-- takes the turn only for a person or a trusted role: policies let nobody else write.
CREATE OR REPLACE FUNCTION medstint.hold_roles() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF medstint.current_user_id() IS NOT NULL OR medstint.is_trusted() THEN
    PERFORM medstint.hold_turns('roles', '{""}');
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.check_badge() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.badge IS NOT DISTINCT FROM OLD.badge AND NEW.student_id IS NOT DISTINCT
    FROM OLD.student_id THEN
    RETURN NEW;
  END IF;
  IF me.user_id IS NULL AND NOT medstint.is_trusted() THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  ELSIF me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN')
     AND (TG_OP = 'INSERT' AND NEW.badge IS NOT NULL OR TG_OP = 'UPDATE' AND NEW.badge IS DISTINCT FROM OLD.badge) THEN
    RAISE EXCEPTION 'administrators give badges' USING ERRCODE = 'MS403',
      CONSTRAINT = 'users_badges_given_by_administrators';
  END IF;
  IF NEW.badge IS NOT NULL OR NEW.student_id IS NOT NULL THEN
    PERFORM medstint.hold_turns('badges', ARRAY[coalesce(NEW.school_id, '')], is_shared => NEW.badge IS NULL);
  END IF;
  IF EXISTS (SELECT FROM public.users u WHERE u.school_id = NEW.school_id AND u.id <> NEW.id
      AND (u.student_id = NEW.badge OR u.email = lower(NEW.badge) OR u.badge = NEW.student_id)) THEN
    RAISE EXCEPTION 'it is another one''s number' USING ERRCODE = 'MS422', CONSTRAINT = 'users_badge_unique';
  END IF;
  RETURN NEW;
END
$$;

-- One line of each of the other functions changes.
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
    IF strpos(pg_get_functiondef(part[1]::regprocedure), part[2]) = 0 THEN
      RAISE EXCEPTION '% does not hold %', part[1], part[2];
    END IF;
    EXECUTE replace(pg_get_functiondef(part[1]::regprocedure), part[2], part[3]);
  END LOOP;
END
$do$;
