-- Why: two things were said of a record's times that its times did not bear out.
-- SAME_DEVICE means two students who punched at one device within a minute; it also
-- counted times that were corrected later, which no device recorded. And `date`, the day
-- on which a record begins, stayed what it was when the zone of its site was corrected,
-- when the record moved to a site in another zone, and when a client stated another day.

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

-- Times that no device recorded, because a person changed them.
ALTER TABLE time_records
  ADD COLUMN clock_in_is_edited boolean NOT NULL DEFAULT false,
  ADD COLUMN clock_out_is_edited boolean NOT NULL DEFAULT false;
GRANT SELECT (clock_in_is_edited, clock_out_is_edited) ON time_records TO medstint_app;

CREATE OR REPLACE FUNCTION medstint.derived_columns() RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY['sort_name', 'search_name', 'elapsed_ms', 'created_at', 'updated_at', 'last_seen_at', 'expires_at',
    'flags', 'triage', 'edited_at', 'editors', 'possible_punchers', 'clock_in_is_edited', 'clock_out_is_edited']
$$;

CALL medstint.rewrite('medstint.keep_flags()', ARRAY[
  ['    NEW.editors := OLD.editors;',
   '    NEW.editors := OLD.editors;
    NEW.clock_in_is_edited := OLD.clock_in_is_edited;
    NEW.clock_out_is_edited := OLD.clock_out_is_edited;']]);
DROP TRIGGER a_flags_are_the_databases ON time_records;
CREATE TRIGGER a_flags_are_the_databases BEFORE UPDATE OF flags, triage, edited_at, editors, clock_in_is_edited,
  clock_out_is_edited, possible_punchers, created_at, is_offline, clock_is_unverified ON time_records
  FOR EACH ROW EXECUTE FUNCTION medstint.keep_flags();

CALL medstint.rewrite('medstint.begin_flags()', ARRAY[
  ['  NEW.edited_at := NULL;',
   '  NEW.edited_at := NULL;
  NEW.clock_in_is_edited := false;
  NEW.clock_out_is_edited := false;']]);
CALL medstint.rewrite('medstint.note_edit()', ARRAY[
  ['  NEW.edited_at := now();',
   '  NEW.edited_at := now();
  NEW.clock_in_is_edited := OLD.clock_in_is_edited OR NEW.clock_in <> OLD.clock_in;
  NEW.clock_out_is_edited := NEW.clock_out IS NOT NULL
    AND (OLD.clock_out_is_edited OR NEW.clock_out IS DISTINCT FROM OLD.clock_out);']]);

CALL medstint.rewrite('medstint.flags_of(text[], jsonb)', ARRAY[
  ['(VALUES (t.clock_in, t.clock_in_ip_address, t.clock_in_user_agent, t.clock_in_source)',
   '(VALUES (t.clock_in, t.clock_in_ip_address, t.clock_in_user_agent, t.clock_in_source, t.clock_in_is_edited)'],
  ['coalesce(t.clock_out_source, ''WEB'')))
      AS punch (at, address, device, source)',
   'coalesce(t.clock_out_source, ''WEB''), t.clock_out_is_edited))
      AS punch (at, address, device, source, is_edited)'],
  ['AND o.clock_in_source <> ''KIOSK'' AND o.clock_in_source <> ''MANUAL'' AND o.school_id = t.school_id',
   'AND o.clock_in_source <> ''KIOSK'' AND o.clock_in_source <> ''MANUAL'' AND NOT o.clock_in_is_edited
        AND o.school_id = t.school_id'],
  ['AND o.clock_out_source IS DISTINCT FROM ''MANUAL'' AND o.school_id = t.school_id',
   'AND o.clock_out_source IS DISTINCT FROM ''MANUAL'' AND NOT o.clock_out_is_edited
        AND o.school_id = t.school_id'],
  ['    -- A time that somebody told was not punched there, nor then.
    WHERE punch.source IN (''WEB'', ''MOBILE'')',
   '    -- A time that a person stated or changed is no punch at the device.
    WHERE punch.source IN (''WEB'', ''MOBILE'') AND NOT punch.is_edited']]);

-- `date` is the beginning of the day of the clock-in in the zone of the site, whoever
-- writes it.
CREATE FUNCTION medstint.record_date(clock_in timestamptz, zone text) RETURNS timestamptz
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$SELECT medstint.day_start(medstint.day_of(clock_in, zone), zone)$$;
-- The key of the site is held, so that no correction of the zone passes between reading
-- the zone and the commit.
CALL medstint.rewrite('medstint.fill_time_record()', ARRAY[
  ['  SELECT s.school_id, s.time_zone INTO site',
   '  -- Waits for a correction of the zone, and not for its rehearsal; then the zone is read.
  PERFORM FROM public.clinical_sites s WHERE s.id = NEW.clinical_site_id FOR KEY SHARE;
  SELECT s.school_id, s.time_zone INTO site'],
  ['  -- The local day follows the clock-in, unless a client states another.
  IF NEW.date IS NULL OR (TG_OP = ''UPDATE'' AND NEW.clock_in <> OLD.clock_in AND NEW.date = OLD.date) THEN
    NEW.date := medstint.day_start(medstint.day_of(NEW.clock_in, site.time_zone), site.time_zone);
  END IF;',
   '  -- Without a site there is no zone: the foreign key says it better.
  NEW.date := coalesce(medstint.record_date(NEW.clock_in, site.time_zone), NEW.date);']]);

-- What a client states as `date` is dropped. The next trigger computes it again where
-- the clock-in or the site changes with it.
CREATE FUNCTION medstint.keep_date() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.date := OLD.date;
  RETURN NEW;
END
$$;
CREATE TRIGGER a_date_is_the_databases BEFORE UPDATE OF date ON time_records
  FOR EACH ROW WHEN (NEW.date IS DISTINCT FROM OLD.date AND NOT medstint.days_move())
  EXECUTE FUNCTION medstint.keep_date();

-- A corrected zone is the event. That days follow it is no step of a record, gives it no
-- other version, and leaves the flags to `f_flag_zone`.
DROP TRIGGER b_check_time_record ON time_records;
CREATE TRIGGER b_check_time_record BEFORE UPDATE ON time_records
  FOR EACH ROW WHEN (OLD.flags = NEW.flags AND OLD.triage = NEW.triage
    AND (NEW.date = OLD.date OR NOT medstint.days_move()))
  EXECUTE FUNCTION medstint.check_time_record();
DROP TRIGGER c_note_edit ON time_records;
CREATE TRIGGER c_note_edit BEFORE UPDATE ON time_records
  FOR EACH ROW WHEN (OLD.flags = NEW.flags AND OLD.triage = NEW.triage AND OLD.status = NEW.status
    AND (NEW.date = OLD.date OR NOT medstint.days_move()))
  EXECUTE FUNCTION medstint.note_edit();
DROP TRIGGER c_audit_update ON time_records;
CREATE TRIGGER c_audit_update AFTER UPDATE ON time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT WHEN (NOT medstint.days_move()) EXECUTE FUNCTION medstint.audit_time_record_update('time_record');
DROP TRIGGER f_flag_changed ON time_records;
CREATE TRIGGER f_flag_changed AFTER UPDATE ON time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT WHEN (NOT medstint.days_move()) EXECUTE FUNCTION medstint.flag_changed_records();

-- At the commit: a form that is only rehearsed moves no record. Rows are locked in the
-- order that everybody keeps. The key of the site comes last: whoever inserts a record
-- holds it, so no record with the old zone is missed.
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
DROP TRIGGER e_keep_days ON clinical_sites;
CREATE CONSTRAINT TRIGGER e_keep_days AFTER UPDATE OF time_zone ON clinical_sites DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.time_zone <> NEW.time_zone) EXECUTE FUNCTION medstint.keep_days_of_site();

-- Records that are there already. Where no approved correction tells which time was
-- changed, both may have been.
ALTER TABLE time_records DISABLE TRIGGER USER;
UPDATE time_records t
SET clock_in_is_edited = coalesce(x.clock_in, true),
  clock_out_is_edited = t.clock_out IS NOT NULL AND coalesce(x.clock_out, true)
FROM time_records e
LEFT JOIN (SELECT c.time_record_id, bool_or(c.clock_in <> c.old_clock_in) AS clock_in,
    bool_or(c.clock_out IS DISTINCT FROM c.old_clock_out) AS clock_out
  FROM time_record_corrections c WHERE c.status = 'APPROVED' GROUP BY c.time_record_id) x ON x.time_record_id = e.id
WHERE t.id = e.id AND e.edited_at IS NOT NULL;
UPDATE time_records t SET date = medstint.record_date(t.clock_in, s.time_zone)
FROM clinical_sites s WHERE s.id = t.clinical_site_id AND t.date <> medstint.record_date(t.clock_in, s.time_zone);
ALTER TABLE time_records ENABLE TRIGGER USER;
SELECT medstint.reflag(ARRAY(SELECT t.id FROM public.time_records t
  WHERE t.status = 'PENDING' AND t.flags LIKE '%"SAME_DEVICE"%'));
DROP PROCEDURE medstint.rewrite(regprocedure, text[]);
