-- Why: a day is an instant only together with a zone. Correcting the zone of a site
-- moved its rotations by a day, correcting that of a school moved what is due by one,
-- and a few messages named the day of another zone. Now one function says which day an
-- instant is on, one when a day begins, and days stay what they are when a zone changes.

-- The first instant at which the clocks of a zone show a local time or a later one:
-- of two that show it the earlier, and the end of the gap where the clocks skip it.
-- `domain::local_time` has the same rule; tests compare the two.
CREATE FUNCTION medstint.first_instant(local_time timestamp, zone text) RETURNS timestamptz
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

-- The day that the clocks of a zone show at an instant.
CREATE FUNCTION medstint.day_of(instant timestamptz, zone text) RETURNS date
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$SELECT (instant AT TIME ZONE zone)::date$$;

-- The last day of what ends at an instant: an end is the first instant after it.
CREATE FUNCTION medstint.last_day(ends timestamptz, zone text) RETURNS date
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$SELECT ((ends - interval '1 millisecond') AT TIME ZONE zone)::date$$;

-- When a day begins, which is when the day before it ends.
CREATE FUNCTION medstint.day_start(of_day date, zone text) RETURNS timestamptz
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$SELECT medstint.first_instant(of_day::timestamp, zone)$$;

-- The beginning of the same day in another zone; what is no beginning of a day keeps
-- its time of day.
CREATE FUNCTION medstint.same_day(instant timestamptz, was text, becomes text) RETURNS timestamptz
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN instant = medstint.day_start(medstint.day_of(instant, was), was)
    THEN medstint.day_start(medstint.day_of(instant, was), becomes)
    ELSE medstint.first_instant(instant AT TIME ZONE was, becomes) END
$$;
GRANT EXECUTE ON FUNCTION medstint.first_instant(timestamp, text), medstint.day_of(timestamptz, text),
  medstint.last_day(timestamptz, text), medstint.day_start(date, text) TO medstint_app, medstint_web;

-- Transactions in which days follow a zone: written by the triggers below for as long
-- as they run, by nobody else. What was allowed where it stood is not judged again.
CREATE UNLOGGED TABLE medstint.days_moving (transaction_id xid8 PRIMARY KEY);
ALTER TABLE medstint.days_moving ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY days_moving_owner ON medstint.days_moving TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE FUNCTION medstint.days_move() RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM medstint.days_moving m WHERE m.transaction_id = pg_current_xact_id_if_assigned())
$$;
GRANT EXECUTE ON FUNCTION medstint.days_move() TO medstint_app, medstint_web;

-- As before, but for days that follow a zone: those of an ended rotation too, and the
-- end of a delegation that is over.
DROP TRIGGER b_check_rotation ON rotations;
CREATE TRIGGER b_check_rotation BEFORE INSERT OR UPDATE OF student_id, clinical_site_id, preceptor_id, supervisor_id,
  specialty, start_date, end_date, required_hours, status ON rotations
  FOR EACH ROW WHEN (NOT medstint.days_move()) EXECUTE FUNCTION medstint.check_rotation();
DROP TRIGGER b_check_delegation ON delegations;
CREATE TRIGGER b_check_delegation BEFORE INSERT OR UPDATE ON delegations
  FOR EACH ROW WHEN (NOT medstint.days_move()) EXECUTE FUNCTION medstint.check_delegation();

-- Their flags are found at the commit, once for the site, and not while a form is tried.
DROP TRIGGER f_flag_update ON rotations;
CREATE TRIGGER f_flag_update AFTER UPDATE ON rotations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT WHEN (NOT medstint.days_move()) EXECUTE FUNCTION medstint.flag_rotations();

-- Rotations keep their days when the zone of their site changes. Rows are locked in the
-- order of their ids, as everybody does.
CREATE FUNCTION medstint.keep_days_of_site() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM public.rotations r WHERE r.clinical_site_id = NEW.id ORDER BY r.id FOR NO KEY UPDATE;
  INSERT INTO medstint.days_moving (transaction_id) VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING;
  UPDATE public.rotations r
  SET start_date = x.start_date, end_date = x.end_date, updated_at = now()
  FROM (SELECT o.id, medstint.same_day(o.start_date, OLD.time_zone, NEW.time_zone) AS start_date,
          medstint.same_day(o.end_date, OLD.time_zone, NEW.time_zone) AS end_date
        FROM public.rotations o WHERE o.clinical_site_id = NEW.id) x
  WHERE r.id = x.id AND (r.start_date, r.end_date) IS DISTINCT FROM (x.start_date, x.end_date);
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
CREATE TRIGGER e_keep_days AFTER UPDATE OF time_zone ON clinical_sites
  FOR EACH ROW WHEN (OLD.time_zone <> NEW.time_zone) EXECUTE FUNCTION medstint.keep_days_of_site();

-- What is due, in effect or delegated until a day keeps the day when the zone of the
-- school changes. A delegation that began at some instant began then.
CREATE FUNCTION medstint.keep_days_of_school() RETURNS trigger
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
  UPDATE public.delegations d SET starts_at = x.starts_at, ends_at = least(x.ends_at, x.starts_at + interval '366 days')
  FROM (SELECT o.id,
          CASE WHEN o.starts_at = medstint.day_start(medstint.day_of(o.starts_at, OLD.time_zone), OLD.time_zone)
            THEN medstint.same_day(o.starts_at, OLD.time_zone, NEW.time_zone) ELSE o.starts_at END AS starts_at,
          CASE WHEN o.ends_at = medstint.day_start(medstint.day_of(o.ends_at, OLD.time_zone), OLD.time_zone)
            THEN medstint.same_day(o.ends_at, OLD.time_zone, NEW.time_zone) ELSE o.ends_at END AS ends_at
        FROM public.delegations o WHERE o.school_id = NEW.id) x
  WHERE d.id = x.id AND x.ends_at > x.starts_at AND (d.starts_at, d.ends_at) IS DISTINCT FROM (x.starts_at, x.ends_at);
  DELETE FROM medstint.days_moving m WHERE m.transaction_id = pg_current_xact_id();
  RETURN NULL;
END
$$;
CREATE TRIGGER e_keep_days AFTER UPDATE OF time_zone ON schools
  FOR EACH ROW WHEN (OLD.time_zone <> NEW.time_zone) EXECUTE FUNCTION medstint.keep_days_of_school();

-- Rewrites a part of a function as it stands now; a part that is not there is an error.
CREATE PROCEDURE medstint.rewrite(rewritten regprocedure, parts text[])
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  source text := pg_get_functiondef(rewritten);
  part text[];
BEGIN
  FOREACH part SLICE 1 IN ARRAY parts LOOP
    IF strpos(source, part[1]) = 0 THEN
      RAISE EXCEPTION '% does not hold %', rewritten, part[1];
    END IF;
    source := replace(source, part[1], part[2]);
  END LOOP;
  EXECUTE source;
END
$$;

-- Days that functions told by other rules. A rejection named `time_records.date`, which
-- another client may keep as it likes, and which no zone moves.
CALL medstint.rewrite('medstint.notify_decisions()', ARRAY[
  ['to_char(now() AT TIME ZONE s.time_zone, ''YYYY-MM-DD'')',
   'to_char(medstint.day_of(now(), s.time_zone), ''YYYY-MM-DD'')'],
  ['to_char(n.date AT TIME ZONE s.time_zone, ''YYYY-MM-DD'')',
   'to_char(medstint.day_of(n.clock_in, s.time_zone), ''YYYY-MM-DD'')']]);
CALL medstint.rewrite('medstint.roll_back(text)', ARRAY[
  ['to_char(a.completion_date AT TIME ZONE ''UTC'', ''YYYY-MM-DD'')',
   'to_char(medstint.day_of(a.completion_date, (SELECT x.time_zone FROM public.schools x WHERE x.id = me.school)),
          ''YYYY-MM-DD'')']]);
-- One key for a due day, whatever zone the connection is in.
CALL medstint.rewrite('medstint.remind()', ARRAY[
  ['a.due_date::date AS key', 'to_char(medstint.last_day(a.due_date, s.time_zone), ''YYYY-MM-DD'') AS key'],
  ['to_char((a.due_date - interval ''1 millisecond'') AT TIME ZONE s.time_zone, ''YYYY-MM-DD'') AS day',
   'to_char(medstint.last_day(a.due_date, s.time_zone), ''YYYY-MM-DD'') AS day']]);
CALL medstint.rewrite('medstint.remind_of_rotation(text)', ARRAY[
  ['(now() AT TIME ZONE r.time_zone)::date', 'to_char(medstint.day_of(now(), r.time_zone), ''YYYY-MM-DD'')'],
  ['to_char(coalesce(r.latest, r.start_date) AT TIME ZONE r.time_zone, ''YYYY-MM-DD'')',
   'to_char(medstint.day_of(coalesce(r.latest, r.start_date), r.time_zone), ''YYYY-MM-DD'')']]);
CALL medstint.rewrite('medstint.working_on(text)', ARRAY[
  ['to_char(t.clock_in AT TIME ZONE s.time_zone, ''YYYY-MM-DD'')',
   'to_char(medstint.day_of(t.clock_in, s.time_zone), ''YYYY-MM-DD'')']]);

-- Days that began with the later midnight where the clocks show midnight twice, and a
-- record's day after its clock-in.
CALL medstint.rewrite('medstint.fill_time_record()', ARRAY[
  ['date_trunc(''day'', NEW.clock_in, site.time_zone)',
   'medstint.day_start(medstint.day_of(NEW.clock_in, site.time_zone), site.time_zone)']]);
CALL medstint.rewrite(
  'medstint.deploy(text, text[], text[], public.assignment_type, timestamptz, timestamptz, timestamptz)', ARRAY[
  ['date_trunc(''day'', now(), s.time_zone)', 'medstint.day_start(medstint.day_of(now(), s.time_zone), s.time_zone)']]);
CALL medstint.rewrite('medstint.punch_answer(text, text, timestamptz)', ARRAY[
  ['date_trunc(''day'', at, s.time_zone)', 'medstint.day_start(medstint.day_of(at, s.time_zone), s.time_zone)']]);
CALL medstint.rewrite('medstint.week_of(text)', ARRAY[
  ['(w.monday + make_interval(days => d)) AT TIME ZONE s.time_zone',
   'medstint.first_instant(w.monday + make_interval(days => d), s.time_zone)'],
  ['(w.monday + make_interval(days => d + 1)) AT TIME ZONE s.time_zone',
   'medstint.first_instant(w.monday + make_interval(days => d + 1), s.time_zone)']]);
CALL medstint.rewrite('medstint.flags_of(text[], jsonb)', ARRAY[
  ['date_trunc(''day'', rec.clock_in, rec.zone) AS day',
   'medstint.day_start(medstint.day_of(rec.clock_in, rec.zone), rec.zone) AS day'],
  ['(date_trunc(''day'', rec.clock_in AT TIME ZONE rec.zone) + interval ''1 day'') AT TIME ZONE rec.zone AS next_day',
   'medstint.day_start(medstint.day_of(rec.clock_in, rec.zone) + 1, rec.zone) AS next_day'],
  ['date_trunc(''day'', b.in_before, rec.zone) AS day_before',
   'medstint.day_start(medstint.day_of(b.in_before, rec.zone), rec.zone) AS day_before'],
  ['date_trunc(''week'', t.clock_in AT TIME ZONE t.zone) AT TIME ZONE t.zone',
   'medstint.first_instant(date_trunc(''week'', t.clock_in AT TIME ZONE t.zone), t.zone)'],
  ['(date_trunc(''day'', t.clock_in AT TIME ZONE t.zone) - make_interval(days => t.averaged_days - 1))'
     || ' AT TIME ZONE t.zone',
   'medstint.day_start(medstint.day_of(t.clock_in, t.zone) - (t.averaged_days - 1), t.zone)'],
  ['date_trunc(''day'', t.start_date, t.zone)', 'medstint.day_start(medstint.day_of(t.start_date, t.zone), t.zone)'],
  ['count(DISTINCT date_trunc(''day'', o.clock_in, t.zone))', 'count(DISTINCT medstint.day_of(o.clock_in, t.zone))']]);
DROP PROCEDURE medstint.rewrite(regprocedure, text[]);
