-- Why: a rotation ties a student to a place and to the people who sign for the
-- hours. Who they may be, and whether a place is taken already, is decided here,
-- for every client. Whether a school books twice or beyond the places on purpose
-- is its policy: thresholds.double_booking (refuse, unless it says allow) and
-- thresholds.over_capacity (allow, unless it says refuse).

CALL medstint.administrators_edit('rotations');
GRANT INSERT (student_id, clinical_site_id, preceptor_id, supervisor_id, specialty, start_date, end_date, required_hours, objectives),
  UPDATE (student_id, clinical_site_id, preceptor_id, supervisor_id, specialty, start_date, end_date, required_hours, objectives, status)
  ON rotations TO medstint_app;

-- Rotations that take a place, by site and by student.
CREATE INDEX rotations_booked_of_site ON rotations (clinical_site_id, end_date) INCLUDE (start_date) WHERE status IN ('SCHEDULED', 'ACTIVE');
CREATE INDEX rotations_booked_of_student ON rotations (student_id, end_date) INCLUDE (start_date) WHERE status IN ('SCHEDULED', 'ACTIVE');

-- What the school's policy says for a key, or the default.
CREATE FUNCTION medstint.policy(school text, key text, otherwise text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce((SELECT p.thresholds::jsonb ->> key FROM public.school_policies p WHERE p.school_id = school), otherwise)
$$;

-- The most students who are at a site at once in [starts, ends), one rotation
-- left out where it is named: the ups and downs in order, an end before a beginning of the same instant. It sees every
-- rotation of the site, also for somebody who may not: a number names nobody.
CREATE FUNCTION medstint.busiest(site text, starts timestamptz, ends timestamptz, besides text DEFAULT NULL) RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN medstint.is_trusted() OR EXISTS (SELECT FROM public.clinical_sites s WHERE s.id = site AND s.school_id = medstint.current_school_id())
    THEN coalesce(max(present), 0) END FROM (
    SELECT sum(step) OVER (ORDER BY at, step) AS present FROM (
      SELECT greatest(r.start_date, starts) AS at, 1 AS step FROM public.rotations r
      WHERE r.clinical_site_id = site AND r.status IN ('SCHEDULED', 'ACTIVE') AND r.end_date > starts AND r.start_date < ends
        AND r.id IS DISTINCT FROM besides
      UNION ALL
      SELECT r.end_date, -1 FROM public.rotations r
      WHERE r.clinical_site_id = site AND r.status IN ('SCHEDULED', 'ACTIVE') AND r.end_date > starts AND r.end_date < ends
        AND r.id IS DISTINCT FROM besides
    ) steps) x
$$;
GRANT EXECUTE ON FUNCTION medstint.busiest(text, timestamptz, timestamptz, text) TO medstint_app, medstint_web;

-- Whether the connection is trusted, or its session an administrator's of the school.
CREATE FUNCTION medstint.may_administer(school text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.is_trusted() OR medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') AND coalesce(school = medstint.current_school_id(), false)
$$;

CREATE FUNCTION medstint.check_rotation() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  is_new constant boolean := TG_OP = 'INSERT';
  moved boolean;
  other record;
  places integer;
  why text;
BEGIN
  -- Before a rule could tell somebody about rows that are not theirs.
  IF NOT medstint.may_administer(NEW.school_id) THEN
    RAISE EXCEPTION 'only administrators edit rotations' USING ERRCODE = '42501';
  END IF;
  IF NOT is_new AND OLD.status IN ('COMPLETED', 'CANCELLED') AND NEW.status = OLD.status
     AND (NEW.student_id, NEW.clinical_site_id, NEW.preceptor_id, NEW.supervisor_id, NEW.start_date, NEW.end_date, NEW.required_hours, NEW.specialty)
       IS DISTINCT FROM
       (OLD.student_id, OLD.clinical_site_id, OLD.preceptor_id, OLD.supervisor_id, OLD.start_date, OLD.end_date, OLD.required_hours, OLD.specialty) THEN
    why := 'ended_is_frozen';
  ELSIF NOT is_new AND NEW.student_id <> OLD.student_id AND EXISTS (SELECT FROM public.time_records t WHERE t.rotation_id = OLD.id) THEN
    why := 'student_has_records';
  ELSIF (is_new OR NEW.student_id <> OLD.student_id)
     AND NOT EXISTS (SELECT FROM public.users u WHERE u.id = NEW.student_id AND u.role = 'STUDENT' AND u.is_active) THEN
    why := 'student_is_an_active_student';
  ELSIF NEW.preceptor_id IS NOT NULL AND (is_new OR NEW.preceptor_id IS DISTINCT FROM OLD.preceptor_id)
     AND NOT EXISTS (SELECT FROM public.users u WHERE u.id = NEW.preceptor_id AND u.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR') AND u.is_active) THEN
    why := 'preceptor_is_a_preceptor';
  ELSIF NEW.supervisor_id IS NOT NULL AND (is_new OR NEW.supervisor_id IS DISTINCT FROM OLD.supervisor_id)
     AND NOT EXISTS (SELECT FROM public.users u WHERE u.id = NEW.supervisor_id AND u.role = 'CLINICAL_SUPERVISOR' AND u.is_active) THEN
    why := 'supervisor_is_a_supervisor';
  ELSIF (is_new OR NEW.clinical_site_id <> OLD.clinical_site_id)
     AND NOT EXISTS (SELECT FROM public.clinical_sites s WHERE s.id = NEW.clinical_site_id AND s.is_active) THEN
    why := 'site_is_active';
  END IF;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION 'rotation %: %', NEW.id, why USING ERRCODE = 'MS422', CONSTRAINT = 'rotations_' || why;
  END IF;

  moved := is_new OR (NEW.student_id, NEW.clinical_site_id, NEW.start_date, NEW.end_date)
    IS DISTINCT FROM (OLD.student_id, OLD.clinical_site_id, OLD.start_date, OLD.end_date);
  IF NOT moved OR NEW.status NOT IN ('SCHEDULED', 'ACTIVE') OR NEW.end_date <= NEW.start_date THEN
    RETURN NEW;
  END IF;

  -- Two coordinators who book the same student or the last place wait for each other.
  IF medstint.policy(NEW.school_id, 'double_booking', 'refuse') <> 'allow' THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('rotations of ' || NEW.student_id, 0));
    IF EXISTS (SELECT FROM public.rotations r WHERE r.student_id = NEW.student_id AND r.id <> NEW.id
      AND r.status IN ('SCHEDULED', 'ACTIVE') AND r.end_date > NEW.start_date AND r.start_date < NEW.end_date) THEN
      RAISE EXCEPTION 'rotation %: the student is booked already', NEW.id USING ERRCODE = 'MS422', CONSTRAINT = 'rotations_not_booked_twice';
    END IF;
  END IF;
  IF medstint.policy(NEW.school_id, 'over_capacity', 'allow') = 'refuse' THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('places of ' || NEW.clinical_site_id, 0));
    SELECT s.capacity INTO places FROM public.clinical_sites s WHERE s.id = NEW.clinical_site_id;
    -- Those who are there besides, and this one.
    IF medstint.busiest(NEW.clinical_site_id, NEW.start_date, NEW.end_date, NEW.id) + 1 > places THEN
      RAISE EXCEPTION 'rotation %: no place is free', NEW.id USING ERRCODE = 'MS422', CONSTRAINT = 'rotations_within_capacity';
    END IF;
  END IF;
  RETURN NEW;
END
$$;
-- Not for the hours, which decisions change.
CREATE TRIGGER b_check_rotation BEFORE INSERT OR UPDATE OF student_id, clinical_site_id, preceptor_id, supervisor_id, specialty, start_date,
  end_date, required_hours, status ON rotations
  FOR EACH ROW EXECUTE FUNCTION medstint.check_rotation();
