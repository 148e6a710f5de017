-- Rotations: capacity, dates, state machines, the week of a student.
--
-- Rules of a school are data (school_policies.thresholds). Booking a student twice is refused
-- unless the school allows it. More students than places is allowed, marked and shown to the
-- administrators, unless the school refuses it.

-- The most students who are at a site at once in [starts, ends), one rotation left out where it is
-- named: the ups and downs in order, an end before a beginning of the same instant. It sees every
-- rotation of the site, also for a person who may not see them: a number names nobody. In plpgsql,
-- which keeps its plan: the list of rotations asks for each row whether its site is over capacity.
CREATE OR REPLACE FUNCTION medstint.busiest(site text, starts timestamptz, ends timestamptz,
  besides text DEFAULT NULL) RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_generic_plan SET jit = off AS $$
BEGIN
  IF NOT medstint.is_trusted() AND NOT EXISTS (
    SELECT FROM public.clinical_sites s WHERE s.id = site AND s.school_id = medstint.current_school_id()) THEN
    RETURN NULL;
  END IF;
  RETURN (SELECT coalesce(max(present), 0) FROM (
    SELECT sum(step) OVER (ORDER BY at, step) AS present FROM (
      SELECT greatest(r.start_date, starts) AS at, 1 AS step FROM public.rotations r
      WHERE r.clinical_site_id = site AND r.status IN ('SCHEDULED', 'ACTIVE') AND r.end_date > starts
        AND r.start_date < ends
        AND r.id IS DISTINCT FROM besides
      UNION ALL
      SELECT r.end_date, -1 FROM public.rotations r
      WHERE r.clinical_site_id = site AND r.status IN ('SCHEDULED', 'ACTIVE') AND r.end_date > starts
        AND r.end_date < ends
        AND r.id IS DISTINCT FROM besides
    ) steps) x);
END
$$;

-- The same where it is more than the places; 0 otherwise. A list asks for every row, and at most
-- sites no more are booked in all those days than there are places: these are counted, and no more
-- of them than matter.
CREATE OR REPLACE FUNCTION medstint.busiest_over(site text, starts timestamptz, ends timestamptz, places integer)
  RETURNS bigint
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  most bigint;
BEGIN
  IF (SELECT count(*) FROM (
    SELECT FROM public.rotations r
    WHERE r.clinical_site_id = site AND r.status IN ('SCHEDULED', 'ACTIVE') AND r.end_date > starts
      AND r.start_date < ends
    LIMIT places + 1) booked) <= places THEN
    RETURN 0;
  END IF;
  most := medstint.busiest(site, starts, ends);
  RETURN CASE WHEN most > places THEN most ELSE 0 END;
END
$$;

CREATE OR REPLACE FUNCTION medstint.check_rotation() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  is_new constant boolean := TG_OP = 'INSERT';
  moved boolean;
  other record;
  places integer;
  why text;
BEGIN
  -- First, so that no rule reveals rows that the actor may not see.
  IF NOT medstint.may_administer(NEW.school_id) THEN
    RAISE EXCEPTION 'only administrators may edit rotations' USING ERRCODE = '42501';
  END IF;
  IF NOT is_new AND OLD.status IN ('COMPLETED', 'CANCELLED') AND NEW.status = OLD.status
     AND (NEW.student_id, NEW.clinical_site_id, NEW.preceptor_id, NEW.supervisor_id, NEW.start_date, NEW.end_date,
       NEW.required_hours, NEW.specialty)
       IS DISTINCT FROM
       (OLD.student_id, OLD.clinical_site_id, OLD.preceptor_id, OLD.supervisor_id, OLD.start_date, OLD.end_date,
         OLD.required_hours, OLD.specialty) THEN
    why := 'ended_is_frozen';
  ELSIF NOT is_new AND NEW.student_id <> OLD.student_id
    AND EXISTS (SELECT FROM public.time_records t WHERE t.rotation_id = OLD.id) THEN
    why := 'student_has_records';
  ELSIF (is_new OR NEW.student_id <> OLD.student_id)
     AND NOT EXISTS (SELECT FROM public.users u WHERE u.id = NEW.student_id AND u.role = 'STUDENT' AND u.is_active)
       THEN
    why := 'student_is_an_active_student';
  ELSIF NEW.preceptor_id IS NOT NULL AND (is_new OR NEW.preceptor_id IS DISTINCT FROM OLD.preceptor_id)
     AND NOT EXISTS (SELECT FROM public.users u
       WHERE u.id = NEW.preceptor_id AND u.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR') AND u.is_active) THEN
    why := 'preceptor_is_a_preceptor';
  ELSIF NEW.supervisor_id IS NOT NULL AND (is_new OR NEW.supervisor_id IS DISTINCT FROM OLD.supervisor_id)
     AND NOT EXISTS (SELECT FROM public.users u
       WHERE u.id = NEW.supervisor_id AND u.role = 'CLINICAL_SUPERVISOR' AND u.is_active) THEN
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
    PERFORM medstint.hold_turns('bookings', ARRAY[NEW.student_id]);
    IF EXISTS (SELECT FROM public.rotations r WHERE r.student_id = NEW.student_id AND r.id <> NEW.id
      AND r.status IN ('SCHEDULED', 'ACTIVE') AND r.end_date > NEW.start_date AND r.start_date < NEW.end_date) THEN
      RAISE EXCEPTION 'rotation %: the student is already booked on these days', NEW.id
        USING ERRCODE = 'MS422', CONSTRAINT = 'rotations_not_booked_twice';
    END IF;
  END IF;
  IF medstint.policy(NEW.school_id, 'over_capacity', 'allow') = 'refuse' THEN
    PERFORM medstint.hold_turns('places', ARRAY[NEW.clinical_site_id]);
    SELECT s.capacity INTO places FROM public.clinical_sites s WHERE s.id = NEW.clinical_site_id;
    -- The others who are there, and this one.
    IF medstint.busiest(NEW.clinical_site_id, NEW.start_date, NEW.end_date, NEW.id) + 1 > places THEN
      RAISE EXCEPTION 'rotation %: the site is full on these days', NEW.id
        USING ERRCODE = 'MS422', CONSTRAINT = 'rotations_within_capacity';
    END IF;
  END IF;
  RETURN NEW;
END
$$;

-- What the school's policy says for a key, or the default.
CREATE OR REPLACE FUNCTION medstint.policy(school text, key text, otherwise text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce((SELECT p.thresholds::jsonb ->> key FROM public.school_policies p WHERE p.school_id = school),
    otherwise)
$$;

CREATE OR REPLACE FUNCTION medstint.check_transition() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before text := CASE TG_OP WHEN 'UPDATE' THEN OLD.status::text ELSE '' END;
BEGIN
  IF NEW.status::text <> before AND NOT EXISTS (
    SELECT FROM medstint.state_transitions s
    WHERE s.table_name = TG_TABLE_NAME AND s.old_status = before AND s.new_status = NEW.status::text) THEN
    RAISE EXCEPTION '% %: from "%" it cannot become %', TG_TABLE_NAME, NEW.id, before, NEW.status
      USING ERRCODE = 'MS409', CONSTRAINT = TG_TABLE_NAME || '_transition';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    NEW.updated_at := now();
  END IF;
  RETURN NEW;
END
$$;

-- Over capacity: the administrators, once for a site and the week in which the first booking that
-- is too many begins.
CREATE OR REPLACE FUNCTION medstint.tell_over_capacity(sites text[]) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.notify('SITE_OVER_CAPACITY',
    jsonb_agg(jsonb_build_object('user_id', a, 'key', 'over_capacity:' || x.id || ':' || to_char(x.day, 'IYYY-IW'),
    'about', 'clinical_sites/' || x.id,
    'data',
      jsonb_build_object('site', x.name, 'present', x.present, 'capacity', x.capacity, 'date',
      to_char(x.day, 'YYYY-MM-DD')))))
  FROM (SELECT DISTINCT ON (s.id) s.id, s.school_id, s.name, s.capacity,
    greatest(r.start_date, now()) AT TIME ZONE s.time_zone AS day,
               b.present
        FROM public.clinical_sites s JOIN public.rotations r ON r.clinical_site_id = s.id
          AND r.status IN ('SCHEDULED', 'ACTIVE') AND r.end_date > now()
        CROSS JOIN LATERAL (SELECT medstint.busiest(s.id, greatest(r.start_date, now()),
          greatest(r.start_date, now()) + interval '1 millisecond') AS present) b
        WHERE s.id = ANY (sites) AND b.present > s.capacity
        ORDER BY s.id, greatest(r.start_date, now())) x,
       medstint.administrators(x.school_id) a
$$;

-- The week of a record's student by the clocks of its site, with what the profile allows; nothing
-- for people who may not see the record. In plpgsql, which keeps its plan: every detail asks.
CREATE OR REPLACE FUNCTION medstint.week_of(record text) RETURNS jsonb
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_generic_plan SET jit = off AS $$
BEGIN
  RETURN (SELECT jsonb_build_object('day_cap_h', l.day_cap_h, 'week_cap_h', l.week_cap_h, 'is_averaged',
    l.averaged_days IS DISTINCT FROM 7,
    'days', (SELECT jsonb_agg(jsonb_build_object('day', (w.monday + make_interval(days => d))::date,
        'elapsed_ms', coalesce(x.ms, 0), 'is_open', coalesce(x.open, false)) ORDER BY d)
      FROM generate_series(0, 6) d
      LEFT JOIN LATERAL (
        SELECT sum(o.elapsed_ms) FILTER (WHERE o.elapsed_ms > 0)::bigint AS ms, bool_or(o.clock_out IS NULL) AS open
        FROM public.time_records o
        WHERE o.student_id = t.student_id AND o.status <> 'REJECTED'
          AND o.clock_in >= medstint.first_instant(w.monday + make_interval(days => d), s.time_zone)
          AND o.clock_in < medstint.first_instant(w.monday + make_interval(days => d + 1), s.time_zone)) x ON true))
  FROM public.time_records t
  JOIN public.clinical_sites s ON s.id = t.clinical_site_id
  JOIN medstint.actor() me ON me.school_id = t.school_id
    AND (me.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') OR t.rotation_id = ANY (medstint.own_rotation_ids()))
  LEFT JOIN public.users u ON u.id = t.student_id
  LEFT JOIN public.programs p ON p.id = u.program_id
  CROSS JOIN LATERAL medstint.thresholds(t.school_id, p.duty_profile) l
  CROSS JOIN LATERAL (SELECT date_trunc('week', t.clock_in AT TIME ZONE s.time_zone) AS monday) w
  WHERE t.id = record);
END
$$;
