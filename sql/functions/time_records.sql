-- Time records: what is computed and checked when one is written.

-- Takes the site from the rotation and the local day from the clock-in. The student belongs to the
-- school and stays until the commit: FOR KEY SHARE suffices, because school_id is part of a unique
-- key of users, and decisions, which write hours, don't wait for it.
CREATE OR REPLACE FUNCTION medstint.fill_time_record() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  parent record;
  site record;
  home text;
BEGIN
  SELECT r.school_id, r.student_id, r.clinical_site_id INTO parent
  FROM public.rotations r WHERE r.id = NEW.rotation_id FOR KEY SHARE;
  IF NOT FOUND THEN
    RETURN NEW; -- The foreign key says it better.
  END IF;
  IF NEW.student_id IS DISTINCT FROM parent.student_id
    OR coalesce(NEW.school_id, parent.school_id) <> parent.school_id THEN
    RAISE EXCEPTION 'the rotation of a time record belongs to another student or school'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'time_records_one_school', TABLE = 'time_records';
  END IF;
  IF TG_OP = 'INSERT' OR NEW.rotation_id <> OLD.rotation_id THEN
    SELECT u.school_id INTO home FROM public.users u WHERE u.id = NEW.student_id FOR KEY SHARE;
    IF home IS DISTINCT FROM parent.school_id THEN
      RAISE EXCEPTION 'the student of a time record has left the school'
        USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_student_has_left', TABLE = 'time_records';
    END IF;
  END IF;
  NEW.school_id := parent.school_id;
  IF NEW.clinical_site_id IS NULL
     OR (TG_OP = 'UPDATE' AND NEW.rotation_id <> OLD.rotation_id AND NEW.clinical_site_id = OLD.clinical_site_id) THEN
    NEW.clinical_site_id := parent.clinical_site_id;
  END IF;
  -- Waits for a correction of the zone, and not for its rehearsal; then the zone is read.
  PERFORM FROM public.clinical_sites s WHERE s.id = NEW.clinical_site_id FOR KEY SHARE;
  SELECT s.school_id, s.time_zone INTO site FROM public.clinical_sites s WHERE s.id = NEW.clinical_site_id;
  IF site.school_id <> parent.school_id THEN
    RAISE EXCEPTION 'the site of a time record belongs to another school'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'time_records_one_school', TABLE = 'time_records';
  END IF;
  -- Without a site there is no zone: the foreign key says it better.
  NEW.date := coalesce(medstint.record_date(NEW.clock_in, site.time_zone), NEW.date);
  RETURN NEW;
END
$$;

-- Whether what a decision rests on differs: whose, where, when, and with what it was punched. This
-- and its like return a boolean, so that the planner inlines them: one that returned the row of
-- values was prepared again in every statement (0.5 ms each, measured).
CREATE OR REPLACE FUNCTION medstint.evidence_differs(old_record public.time_records, new_record public.time_records)
  RETURNS boolean
  LANGUAGE sql IMMUTABLE AS $$
  SELECT (new_record.id, new_record.school_id, new_record.student_id, new_record.rotation_id,
    new_record.clinical_site_id, new_record.date, new_record.clock_in, new_record.clock_out,
    new_record.total_hours, new_record.clock_in_latitude, new_record.clock_in_longitude,
    new_record.clock_in_accuracy_m, new_record.clock_in_source, new_record.clock_in_ip_address,
    new_record.clock_in_user_agent, new_record.clock_out_latitude, new_record.clock_out_longitude,
    new_record.clock_out_accuracy_m, new_record.clock_out_source, new_record.clock_out_ip_address,
    new_record.clock_out_user_agent)
    IS DISTINCT FROM (old_record.id, old_record.school_id, old_record.student_id, old_record.rotation_id,
    old_record.clinical_site_id, old_record.date, old_record.clock_in, old_record.clock_out,
    old_record.total_hours, old_record.clock_in_latitude, old_record.clock_in_longitude,
    old_record.clock_in_accuracy_m, old_record.clock_in_source, old_record.clock_in_ip_address,
    old_record.clock_in_user_agent, old_record.clock_out_latitude, old_record.clock_out_longitude,
    old_record.clock_out_accuracy_m, old_record.clock_out_source, old_record.clock_out_ip_address,
    old_record.clock_out_user_agent)
$$;

-- Hours with two decimals, half up; NULL where four digits cannot hold them.
CREATE OR REPLACE FUNCTION medstint.total_hours(clock_in timestamptz, clock_out timestamptz) RETURNS numeric
  LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN h BETWEEN 0 AND 99.99 THEN h END
  FROM (SELECT round((extract(epoch FROM clock_out - clock_in) / 3600)::numeric, 2) AS h) x
$$;

-- How long after it a role may undo its own decision; NULL is without limit, and anybody's
-- decision. Roles that are not named may not undo.
CREATE OR REPLACE FUNCTION medstint.undo_limit(role public.user_role, OUT may boolean, OUT within interval)
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR', 'SCHOOL_ADMIN', 'SUPER_ADMIN'),
    CASE role WHEN 'CLINICAL_PRECEPTOR' THEN interval '15 minutes' WHEN 'CLINICAL_SUPERVISOR' THEN interval '24 hours'
      END
$$;

-- Row by row: what the row itself can tell.
CREATE OR REPLACE FUNCTION medstint.check_time_record() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'PENDING' THEN
      RAISE EXCEPTION 'a new time record must be PENDING'
        USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_begin_pending';
    END IF;
    NEW.version := 1;
    NEW.total_hours := coalesce(NEW.total_hours, medstint.total_hours(NEW.clock_in, NEW.clock_out));
    RETURN NEW;
  END IF;

  NEW.version := OLD.version + 1;
  NEW.updated_at := now();
  IF (NEW.clock_in, NEW.clock_out) IS DISTINCT FROM (OLD.clock_in, OLD.clock_out)
     AND NEW.total_hours IS NOT DISTINCT FROM OLD.total_hours THEN
    NEW.total_hours := medstint.total_hours(NEW.clock_in, NEW.clock_out);
  END IF;

  IF NEW.status = OLD.status THEN
    IF OLD.status <> 'PENDING' AND
       (medstint.evidence_differs(OLD, NEW)
        OR (NEW.approved_by, NEW.approved_at, NEW.decision_kind, NEW.decision_reason_code, NEW.decision_reason)
           IS DISTINCT FROM
           (OLD.approved_by, OLD.approved_at, OLD.decision_kind, OLD.decision_reason_code, OLD.decision_reason)) THEN
      RAISE EXCEPTION 'time record % is decided; undo the decision before changing it', OLD.id
        USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_decided_is_frozen';
    END IF;
    RETURN NEW;
  END IF;

  -- A step changes nothing else: what was decided is what was seen.
  IF medstint.evidence_differs(OLD, NEW)
     OR (NEW.activities, NEW.notes) IS DISTINCT FROM (OLD.activities, OLD.notes) THEN
    RAISE EXCEPTION 'a decision may not change anything else about its record'
      USING ERRCODE = 'MS422', CONSTRAINT = 'time_records_decision_changes_nothing_else';
  END IF;

  IF NEW.status = 'PENDING' THEN
    NEW.approved_by := NULL; NEW.approved_at := NULL;
    NEW.decision_kind := NULL; NEW.decision_reason_code := NULL;
  ELSIF OLD.status = 'PENDING' THEN
    NEW.approved_at := clock_timestamp();
    NEW.decision_kind := coalesce(NEW.decision_kind, 'BY_HAND');
  ELSE
    RAISE EXCEPTION 'time record % is % and cannot become %', OLD.id, OLD.status, NEW.status
      USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_undo_first', HINT = 'Undo the decision first.';
  END IF;
  RETURN NEW;
END
$$;

-- Whatever else a person at a console does to the times of a record. What other clients recorded
-- stays as it is, with its flags.
CREATE OR REPLACE FUNCTION medstint.check_length() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF medstint.current_user_id() IS NOT NULL THEN
    RAISE EXCEPTION 'time record % would have more than 99.99 h', NEW.id
      USING ERRCODE = 'MS422', CONSTRAINT = 'time_records_at_most_99_hours';
  END IF;
  RETURN NEW;
END
$$;

-- Before which instant a clock-in without a clock-out is too long ago, and one that still waits is
-- aged, in the school of the session. In plpgsql, which keeps its plan: every page of the queue asks.
CREATE OR REPLACE FUNCTION medstint.clock_limits(OUT open_too_long_h numeric, OUT aged_d numeric,
  OUT open_since timestamptz, OUT aged_since timestamptz)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  limits constant record := medstint.thresholds(medstint.current_school_id());
BEGIN
  open_too_long_h := limits.open_too_long_h;
  aged_d := limits.aged_d;
  open_since := now() - make_interval(mins => (open_too_long_h * 60)::integer);
  aged_since := now() - make_interval(mins => (aged_d * 1440)::integer);
END
$$;

-- A device's clock may be wrong. Punches that it saved are accepted all the same: the record shows
-- the clock as far as it is known, and a flag marks a punch that was dated by it.
CREATE OR REPLACE FUNCTION medstint.bound_device_clock() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.device_clock := greatest('1950-01-01Z', least('2199-12-31Z', NEW.device_clock));
  NEW.punched_at := greatest('1950-01-01Z', least('2199-12-31Z', NEW.punched_at));
  RETURN NEW;
END
$$;

-- What a client tells as infinite is unknown; no punch is refused for it.
CREATE OR REPLACE FUNCTION medstint.tame_accuracy() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.clock_in_accuracy_m := CASE WHEN NEW.clock_in_accuracy_m < 'Infinity' THEN NEW.clock_in_accuracy_m END;
  NEW.clock_out_accuracy_m := CASE WHEN NEW.clock_out_accuracy_m < 'Infinity' THEN NEW.clock_out_accuracy_m END;
  RETURN NEW;
END
$$;

-- Brings the given rotations, and their students, up to date. Rows are locked in the order of their
-- ids, so that two decisions never wait for each other. Nested loops are on again here (the trigger
-- that calls this has them off): the sums are found by an index, rotation by rotation, whatever the
-- table's size. Hours that stay the same are not written: an UPDATE of no rows would still fire
-- every statement trigger.
CREATE OR REPLACE FUNCTION medstint.recompute_hours(rotation_ids text[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
  student_ids text[];
  of_rotations record;
  of_students record;
BEGIN
  PERFORM FROM public.rotations WHERE id = ANY (rotation_ids) ORDER BY id FOR NO KEY UPDATE;
  SELECT array_agg(DISTINCT r.student_id) INTO student_ids FROM public.rotations r WHERE r.id = ANY (rotation_ids);
  PERFORM FROM public.users WHERE id = ANY (student_ids) ORDER BY id FOR NO KEY UPDATE;

  SELECT array_agg(x.id) AS ids, array_agg(x.hours) AS hours INTO of_rotations
  FROM (SELECT i.id, floor(coalesce(sum(t.elapsed_ms), 0) / 3600000)::integer AS hours
        FROM unnest(rotation_ids) AS i (id)
        LEFT JOIN public.time_records t ON t.rotation_id = i.id AND t.status = 'APPROVED'
        GROUP BY i.id) x
  JOIN public.rotations r ON r.id = x.id AND r.completed_hours <> x.hours;
  IF of_rotations.ids IS NOT NULL THEN
    UPDATE public.rotations r SET completed_hours = x.hours, updated_at = now()
    FROM unnest(of_rotations.ids, of_rotations.hours) AS x (id, hours) WHERE r.id = x.id;
  END IF;

  SELECT array_agg(x.id) AS ids, array_agg(x.hours) AS hours INTO of_students
  FROM (SELECT i.id, floor(coalesce(sum(t.elapsed_ms), 0) / 3600000)::integer AS hours
        FROM unnest(student_ids) AS i (id)
        LEFT JOIN public.time_records t ON t.student_id = i.id AND t.status = 'APPROVED'
        GROUP BY i.id) x
  JOIN public.users u ON u.id = x.id AND u.total_clinical_hours <> x.hours;
  IF of_students.ids IS NOT NULL THEN
    UPDATE public.users u SET total_clinical_hours = x.hours, updated_at = now()
    FROM unnest(of_students.ids, of_students.hours) AS x (id, hours) WHERE u.id = x.id;
  END IF;

  IF of_rotations.ids IS NOT NULL OR of_students.ids IS NOT NULL THEN
    PERFORM medstint.announce('worked_hours', 'UPDATE', array_agg(u.school_id), array_agg(u.id))
    FROM public.users u WHERE u.id = ANY (student_ids);
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION medstint.hours_of_changed_records() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
DECLARE
  touched text[];
BEGIN
  IF TG_OP = 'UPDATE' THEN
    SELECT array_agg(DISTINCT rotation_id) INTO touched
    FROM (SELECT unnest(ARRAY[o.rotation_id, n.rotation_id]) AS rotation_id
          FROM old_rows o JOIN new_rows n USING (id)
          WHERE 'APPROVED' IN (o.status, n.status)
            AND (o.status, o.rotation_id, o.elapsed_ms) IS DISTINCT FROM (n.status, n.rotation_id, n.elapsed_ms)) x;
  ELSE
    SELECT array_agg(DISTINCT rotation_id) INTO touched FROM old_rows WHERE status = 'APPROVED';
  END IF;
  IF touched IS NOT NULL THEN
    PERFORM medstint.recompute_hours(touched);
  END IF;
  RETURN NULL;
END
$$;

-- The flags of a record, with the hours that its rotation has approved by now.
CREATE OR REPLACE FUNCTION medstint.with_approved_hours(flags text, approved_h integer) RETURNS jsonb
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT jsonb_agg(CASE WHEN x.flag ->> 'code' = 'OVER_REQUIRED'
      THEN jsonb_set(x.flag, '{evidence,hours}', coalesce(to_jsonb(approved_h), 'null')) ELSE x.flag END ORDER BY x.n)
    FROM jsonb_array_elements(flags::jsonb) WITH ORDINALITY AS x (flag, n));
END
$$;

-- Great-circle distance in metres (haversine by atan2, mean Earth radius). One expression of strict
-- functions, so that the planner inlines it; that is why the haversine stands there twice.
CREATE OR REPLACE FUNCTION medstint.distance_m(lat1 float8, lon1 float8, lat2 float8, lon2 float8) RETURNS float8
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT 2 * 6371008.8 * atan2(
    sqrt(power(sind((lat2 - lat1) / 2), 2) + cosd(lat1) * cosd(lat2) * power(sind((lon2 - lon1) / 2), 2)),
    sqrt(abs(1 - power(sind((lat2 - lat1) / 2), 2) - cosd(lat1) * cosd(lat2) * power(sind((lon2 - lon1) / 2), 2))))
$$;

-- With d the distance to the nearest active location, R its radius and a the reported accuracy (at
-- most 100 m; unknown counts as neither inside nor out): d + a <= R inside; d <= R likely; d - a <=
-- R uncertain; else outside.
CREATE OR REPLACE FUNCTION medstint.location_verdict(site text, punch_latitude numeric, punch_longitude numeric,
  accuracy real)
  -- A table, though always of one row: only such a function is inlined.
  RETURNS TABLE (verdict text, location text, distance_m float8, radius_m integer)
  LANGUAGE sql STABLE AS $$
  SELECT CASE
      WHEN punch_latitude IS NULL THEN 'NONE'
      WHEN n.id IS NULL THEN 'UNCONFIGURED'
      WHEN n.d - least(coalesce(accuracy, 100), 100) > n.radius_m THEN 'OUTSIDE'
      WHEN accuracy > 100 THEN 'POOR'
      WHEN n.d + accuracy <= n.radius_m THEN 'INSIDE'
      WHEN n.d <= n.radius_m THEN 'LIKELY'
      ELSE 'UNCERTAIN' END,
    n.name, n.d, n.radius_m
  FROM (SELECT) AS once
  LEFT JOIN LATERAL (
    SELECT l.id, l.name, l.radius_m,
      medstint.distance_m(punch_latitude::float8, punch_longitude::float8, l.latitude::float8,
        l.longitude::float8) AS d
    FROM public.clinical_site_locations l
    WHERE l.clinical_site_id = site AND l.is_active AND punch_latitude IS NOT NULL
    ORDER BY d, l.id LIMIT 1) n ON true
$$;

-- A clock-out that is declared and not punched is an edit, also of a record that a kiosk had kept.
CREATE OR REPLACE FUNCTION medstint.note_edit() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor text;
BEGIN
  IF NOT medstint.beginning_differs(OLD, NEW)
     AND (OLD.clock_out IS NULL AND NEW.clock_out IS NULL OR NOT medstint.ending_differs(OLD, NEW)) THEN
    RETURN NEW;
  END IF;
  actor := medstint.acting_user_id();
  IF NOT medstint.beginning_differs(OLD, NEW)
     AND OLD.clock_out IS NULL AND coalesce(actor, NEW.student_id) = NEW.student_id
     AND NOT (NEW.clock_in_source = 'KIOSK' AND NEW.clock_out_source IS NOT DISTINCT FROM 'MANUAL')
     AND (NEW.is_offline OR NEW.clock_out > now() - interval '1 hour') THEN
    RETURN NEW;
  END IF;
  NEW.edited_at := now();
  NEW.clock_in_is_edited := OLD.clock_in_is_edited OR NEW.clock_in <> OLD.clock_in;
  NEW.clock_out_is_edited := NEW.clock_out IS NOT NULL
    AND (OLD.clock_out_is_edited OR NEW.clock_out IS DISTINCT FROM OLD.clock_out);
  IF actor IS NOT NULL AND actor <> ALL (NEW.editors) THEN
    NEW.editors := array_append(NEW.editors, actor);
  END IF;
  RETURN NEW;
END
$$;

-- Whether a record began differently, and whether it ended differently.
CREATE OR REPLACE FUNCTION medstint.beginning_differs(old_record public.time_records, new_record public.time_records)
  RETURNS boolean
  LANGUAGE sql IMMUTABLE AS $$
  SELECT (new_record.rotation_id, new_record.clinical_site_id, new_record.clock_in,
    new_record.clock_in_latitude, new_record.clock_in_longitude, new_record.clock_in_accuracy_m,
    new_record.clock_in_source, new_record.clock_in_ip_address, new_record.clock_in_user_agent)
    IS DISTINCT FROM (old_record.rotation_id, old_record.clinical_site_id, old_record.clock_in,
    old_record.clock_in_latitude, old_record.clock_in_longitude, old_record.clock_in_accuracy_m,
    old_record.clock_in_source, old_record.clock_in_ip_address, old_record.clock_in_user_agent)
$$;

CREATE OR REPLACE FUNCTION medstint.ending_differs(old_record public.time_records, new_record public.time_records)
  RETURNS boolean
  LANGUAGE sql IMMUTABLE AS $$
  SELECT (new_record.clock_out, new_record.clock_out_latitude, new_record.clock_out_longitude,
    new_record.clock_out_accuracy_m, new_record.clock_out_source, new_record.clock_out_ip_address,
    new_record.clock_out_user_agent)
    IS DISTINCT FROM (old_record.clock_out, old_record.clock_out_latitude, old_record.clock_out_longitude,
    old_record.clock_out_accuracy_m, old_record.clock_out_source, old_record.clock_out_ip_address,
    old_record.clock_out_user_agent)
$$;
