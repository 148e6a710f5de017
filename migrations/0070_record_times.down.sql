-- Functions as they were, read back from what they are now.
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

CALL medstint.rewrite('medstint.flags_of(text[], jsonb)', ARRAY[
  ['(VALUES (t.clock_in, t.clock_in_ip_address, t.clock_in_user_agent, t.clock_in_source, t.clock_in_is_edited)',
   '(VALUES (t.clock_in, t.clock_in_ip_address, t.clock_in_user_agent, t.clock_in_source)'],
  ['coalesce(t.clock_out_source, ''WEB''), t.clock_out_is_edited))
      AS punch (at, address, device, source, is_edited)',
   'coalesce(t.clock_out_source, ''WEB'')))
      AS punch (at, address, device, source)'],
  ['AND o.clock_in_source <> ''KIOSK'' AND o.clock_in_source <> ''MANUAL'' AND NOT o.clock_in_is_edited
        AND o.school_id = t.school_id',
   'AND o.clock_in_source <> ''KIOSK'' AND o.clock_in_source <> ''MANUAL'' AND o.school_id = t.school_id'],
  ['AND o.clock_out_source IS DISTINCT FROM ''MANUAL'' AND NOT o.clock_out_is_edited
        AND o.school_id = t.school_id',
   'AND o.clock_out_source IS DISTINCT FROM ''MANUAL'' AND o.school_id = t.school_id'],
  ['    -- A time that a person stated or changed is no punch at the device.
    WHERE punch.source IN (''WEB'', ''MOBILE'') AND NOT punch.is_edited',
   '    -- A time that somebody told was not punched there, nor then.
    WHERE punch.source IN (''WEB'', ''MOBILE'')']]);
CALL medstint.rewrite('medstint.note_edit()', ARRAY[
  ['  NEW.edited_at := now();
  NEW.clock_in_is_edited := OLD.clock_in_is_edited OR NEW.clock_in <> OLD.clock_in;
  NEW.clock_out_is_edited := NEW.clock_out IS NOT NULL
    AND (OLD.clock_out_is_edited OR NEW.clock_out IS DISTINCT FROM OLD.clock_out);',
   '  NEW.edited_at := now();']]);
CALL medstint.rewrite('medstint.begin_flags()', ARRAY[
  ['  NEW.edited_at := NULL;
  NEW.clock_in_is_edited := false;
  NEW.clock_out_is_edited := false;',
   '  NEW.edited_at := NULL;']]);
CALL medstint.rewrite('medstint.keep_flags()', ARRAY[
  ['    NEW.editors := OLD.editors;
    NEW.clock_in_is_edited := OLD.clock_in_is_edited;
    NEW.clock_out_is_edited := OLD.clock_out_is_edited;',
   '    NEW.editors := OLD.editors;']]);
CALL medstint.rewrite('medstint.fill_time_record()', ARRAY[
  ['  -- Waits for a correction of the zone, and not for its rehearsal; then the zone is read.
  PERFORM FROM public.clinical_sites s WHERE s.id = NEW.clinical_site_id FOR KEY SHARE;
  SELECT s.school_id, s.time_zone INTO site',
   '  SELECT s.school_id, s.time_zone INTO site'],
  ['  -- Without a site there is no zone: the foreign key says it better.
  NEW.date := coalesce(medstint.record_date(NEW.clock_in, site.time_zone), NEW.date);',
   '  -- The local day follows the clock-in, unless a client states another.
  IF NEW.date IS NULL OR (TG_OP = ''UPDATE'' AND NEW.clock_in <> OLD.clock_in AND NEW.date = OLD.date) THEN
    NEW.date := medstint.day_start(medstint.day_of(NEW.clock_in, site.time_zone), site.time_zone);
  END IF;']]);
DROP PROCEDURE medstint.rewrite(regprocedure, text[]);

CREATE OR REPLACE FUNCTION medstint.derived_columns() RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY['sort_name', 'search_name', 'elapsed_ms', 'created_at', 'updated_at', 'last_seen_at', 'expires_at',
    'flags', 'triage', 'edited_at', 'editors', 'possible_punchers']
$$;

DROP TRIGGER a_flags_are_the_databases ON time_records;
CREATE TRIGGER a_flags_are_the_databases BEFORE UPDATE OF flags, triage, edited_at, editors, possible_punchers,
  created_at, is_offline, clock_is_unverified ON time_records
  FOR EACH ROW EXECUTE FUNCTION medstint.keep_flags();
DROP TRIGGER a_date_is_the_databases ON time_records;
DROP FUNCTION medstint.keep_date();
DROP TRIGGER b_check_time_record ON time_records;
CREATE TRIGGER b_check_time_record BEFORE UPDATE ON time_records
  FOR EACH ROW WHEN (OLD.flags = NEW.flags AND OLD.triage = NEW.triage) EXECUTE FUNCTION medstint.check_time_record();
DROP TRIGGER c_note_edit ON time_records;
CREATE TRIGGER c_note_edit BEFORE UPDATE ON time_records
  FOR EACH ROW WHEN (OLD.flags = NEW.flags AND OLD.triage = NEW.triage AND OLD.status = NEW.status)
  EXECUTE FUNCTION medstint.note_edit();
DROP TRIGGER c_audit_update ON time_records;
CREATE TRIGGER c_audit_update AFTER UPDATE ON time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_time_record_update('time_record');
DROP TRIGGER f_flag_changed ON time_records;
CREATE TRIGGER f_flag_changed AFTER UPDATE ON time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_changed_records();

DROP TRIGGER e_keep_days ON clinical_sites;
CREATE OR REPLACE FUNCTION medstint.keep_days_of_site() RETURNS trigger
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

ALTER TABLE time_records DROP COLUMN clock_in_is_edited, DROP COLUMN clock_out_is_edited;
DROP FUNCTION medstint.record_date(timestamptz, text);
