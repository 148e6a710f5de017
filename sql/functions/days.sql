-- Local days of a site, and records when a time zone changes.
--
-- Which day an instant is on and when a day begins is decided in one place on each side, here and
-- in `domain::local_time`. Correcting a zone moves the instants of days, so that the days stay the
-- same; records keep their instants.

-- The day that the clocks of a zone show at an instant.
CREATE OR REPLACE FUNCTION medstint.day_of(instant timestamptz, zone text) RETURNS date
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$SELECT (instant AT TIME ZONE zone)::date$$;

-- When a day begins, which is when the day before it ends.
CREATE OR REPLACE FUNCTION medstint.day_start(of_day date, zone text) RETURNS timestamptz
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$SELECT medstint.first_instant(of_day::timestamp, zone)$$;

-- In plpgsql, which keeps its plan: every written row and statement asks.
CREATE OR REPLACE FUNCTION medstint.days_move() RETURNS boolean
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM medstint.days_moving m WHERE m.transaction_id = pg_current_xact_id_if_assigned());
END
$$;

-- The first instant at which the clocks of a zone show a local time or a later one: of two that
-- show it the earlier, and the end of the gap where the clocks skip it. `domain::local_time` has
-- the same rule; tests compare the two.
CREATE OR REPLACE FUNCTION medstint.first_instant(local_time timestamp, zone text) RETURNS timestamptz
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  as_utc constant timestamptz := local_time AT TIME ZONE 'UTC';
  day_before constant timestamptz := as_utc - interval '24 hours';
  day_after constant timestamptz := as_utc + interval '24 hours';
  -- By the offset of the day before, and by that of the day after.
  one constant timestamptz := as_utc - (day_before AT TIME ZONE zone - day_before AT TIME ZONE 'UTC');
  other constant timestamptz := as_utc - (day_after AT TIME ZONE zone - day_after AT TIME ZONE 'UTC');
  early timestamptz := least(one, other);
  late timestamptz := greatest(one, other);
  middle timestamptz;
BEGIN
  IF early AT TIME ZONE zone = local_time THEN
    RETURN early;
  ELSIF late AT TIME ZONE zone = local_time THEN
    RETURN late;
  END IF;
  -- The clocks show less at the earlier one and more at the later one. They change at a
  -- whole second in between.
  early := date_trunc('second', early);
  late := date_trunc('second', late) + interval '1 second';
  WHILE late - early > interval '1 second' LOOP
    middle := early + make_interval(secs => floor(extract(epoch FROM late - early) / 2)::float8);
    IF middle AT TIME ZONE zone < local_time THEN
      early := middle;
    ELSE
      late := middle;
    END IF;
  END LOOP;
  RETURN late;
END
$$;

-- The last day of what ends at an instant: an end is the first instant after it.
CREATE OR REPLACE FUNCTION medstint.last_day(ends timestamptz, zone text) RETURNS date
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$SELECT ((ends - interval '1 millisecond') AT TIME ZONE zone)::date$$;

-- The beginning of the same day in another zone; what is no beginning of a day keeps its time of
-- day.
CREATE OR REPLACE FUNCTION medstint.same_day(instant timestamptz, was text, becomes text) RETURNS timestamptz
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN instant = medstint.day_start(medstint.day_of(instant, was), was)
    THEN medstint.day_start(medstint.day_of(instant, was), becomes)
    ELSE medstint.first_instant(instant AT TIME ZONE was, becomes) END
$$;

-- What is due, in effect or delegated until a day keeps the day when the zone of the school
-- changes. A delegation that began at some instant began then.
CREATE OR REPLACE FUNCTION medstint.keep_days_of_school() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM public.competency_assignments a WHERE a.school_id = NEW.id AND a.due_date IS NOT NULL
    ORDER BY a.id FOR NO KEY UPDATE;
  UPDATE public.competency_assignments a SET due_date = medstint.same_day(a.due_date, OLD.time_zone, NEW.time_zone)
  WHERE a.school_id = NEW.id AND a.due_date <> medstint.same_day(a.due_date, OLD.time_zone, NEW.time_zone);

  PERFORM FROM public.competency_deployments d WHERE d.school_id = NEW.id ORDER BY d.id FOR NO KEY UPDATE;
  UPDATE public.competency_deployments d
  SET effective_date = medstint.same_day(d.effective_date, OLD.time_zone, NEW.time_zone),
    expiry_date = medstint.same_day(d.expiry_date, OLD.time_zone, NEW.time_zone)
  WHERE d.school_id = NEW.id AND (d.effective_date, d.expiry_date) IS DISTINCT FROM
    (medstint.same_day(d.effective_date, OLD.time_zone, NEW.time_zone),
      medstint.same_day(d.expiry_date, OLD.time_zone, NEW.time_zone));

  PERFORM FROM public.delegations d WHERE d.school_id = NEW.id ORDER BY d.id FOR NO KEY UPDATE;
  INSERT INTO medstint.days_moving (transaction_id) VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING;
  UPDATE public.delegations d SET starts_at = x.starts_at,
    ends_at = least(x.ends_at, x.starts_at + interval '366 days')
  FROM (SELECT o.id,
          CASE WHEN o.starts_at = medstint.day_start(medstint.day_of(o.starts_at, OLD.time_zone), OLD.time_zone)
            THEN medstint.same_day(o.starts_at, OLD.time_zone, NEW.time_zone) ELSE o.starts_at END AS starts_at,
          CASE WHEN o.ends_at = medstint.day_start(medstint.day_of(o.ends_at, OLD.time_zone), OLD.time_zone)
            THEN medstint.same_day(o.ends_at, OLD.time_zone, NEW.time_zone) ELSE o.ends_at END AS ends_at
        FROM public.delegations o WHERE o.school_id = NEW.id) x
  WHERE d.id = x.id AND x.ends_at > x.starts_at AND (d.starts_at, d.ends_at)
    IS DISTINCT FROM (x.starts_at, x.ends_at);
  DELETE FROM medstint.days_moving m WHERE m.transaction_id = pg_current_xact_id();
  RETURN NULL;
END
$$;

-- Rotations keep their days when the time zone of their site changes. At the commit, so that a
-- rehearsed form moves no record. Rows are locked in the usual order; the key of the site comes
-- last: a transaction that inserts a record holds it, so no record with the old zone is missed.
CREATE OR REPLACE FUNCTION medstint.keep_days_of_site() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM public.time_records t WHERE t.clinical_site_id = NEW.id ORDER BY t.id FOR NO KEY UPDATE;
  PERFORM FROM public.rotations r WHERE r.clinical_site_id = NEW.id ORDER BY r.id FOR NO KEY UPDATE;
  PERFORM FROM public.clinical_sites s WHERE s.id = NEW.id FOR UPDATE;
  INSERT INTO medstint.days_moving (transaction_id) VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING;
  UPDATE public.rotations r
  SET start_date = x.start_date, end_date = x.end_date, updated_at = now()
  FROM (SELECT o.id, medstint.same_day(o.start_date, OLD.time_zone, NEW.time_zone) AS start_date,
          medstint.same_day(o.end_date, OLD.time_zone, NEW.time_zone) AS end_date
        FROM public.rotations o WHERE o.clinical_site_id = NEW.id) x
  WHERE r.id = x.id AND (r.start_date, r.end_date) IS DISTINCT FROM (x.start_date, x.end_date);
  UPDATE public.time_records t SET date = medstint.record_date(t.clock_in, NEW.time_zone)
  WHERE t.clinical_site_id = NEW.id AND t.date <> medstint.record_date(t.clock_in, NEW.time_zone);
  -- Records of these rotations at other sites; those of the site itself `f_flag_zone` asks for.
  INSERT INTO medstint.flags_wanted (table_name, row_id)
  SELECT DISTINCT 'clinical_sites', t.clinical_site_id FROM public.rotations r
  JOIN public.time_records t ON t.rotation_id = r.id AND t.status = 'PENDING'
  WHERE r.clinical_site_id = NEW.id AND t.clinical_site_id <> NEW.id
  ON CONFLICT DO NOTHING;
  DELETE FROM medstint.days_moving m WHERE m.transaction_id = pg_current_xact_id();
  RETURN NULL;
END
$$;

-- `date` is the beginning of the day of the clock-in in the zone of the site, whoever writes it.
CREATE OR REPLACE FUNCTION medstint.record_date(clock_in timestamptz, zone text) RETURNS timestamptz
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$SELECT medstint.day_start(medstint.day_of(clock_in, zone), zone)$$;

-- What a client states as `date` is dropped. The next trigger computes it again where the clock-in
-- or the site changes with it.
CREATE OR REPLACE FUNCTION medstint.keep_date() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.date := OLD.date;
  RETURN NEW;
END
$$;
