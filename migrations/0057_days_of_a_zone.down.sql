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

CALL medstint.rewrite('medstint.notify_decisions()', ARRAY[
  ['to_char(medstint.day_of(now(), s.time_zone), ''YYYY-MM-DD'')',
   'to_char(now() AT TIME ZONE s.time_zone, ''YYYY-MM-DD'')'],
  ['to_char(medstint.day_of(n.clock_in, s.time_zone), ''YYYY-MM-DD'')',
   'to_char(n.date AT TIME ZONE s.time_zone, ''YYYY-MM-DD'')']]);
CALL medstint.rewrite('medstint.roll_back(text)', ARRAY[
  ['to_char(medstint.day_of(a.completion_date, (SELECT x.time_zone FROM public.schools x WHERE x.id = me.school)),
          ''YYYY-MM-DD'')',
   'to_char(a.completion_date AT TIME ZONE ''UTC'', ''YYYY-MM-DD'')']]);
CALL medstint.rewrite('medstint.remind()', ARRAY[
  ['to_char(medstint.last_day(a.due_date, s.time_zone), ''YYYY-MM-DD'') AS key', 'a.due_date::date AS key'],
  ['to_char(medstint.last_day(a.due_date, s.time_zone), ''YYYY-MM-DD'') AS day',
   'to_char((a.due_date - interval ''1 millisecond'') AT TIME ZONE s.time_zone, ''YYYY-MM-DD'') AS day']]);
CALL medstint.rewrite('medstint.remind_of_rotation(text)', ARRAY[
  ['to_char(medstint.day_of(now(), r.time_zone), ''YYYY-MM-DD'')',
   '(now() AT TIME ZONE r.time_zone)::date'],
  ['to_char(medstint.day_of(coalesce(r.latest, r.start_date), r.time_zone), ''YYYY-MM-DD'')',
   'to_char(coalesce(r.latest, r.start_date) AT TIME ZONE r.time_zone, ''YYYY-MM-DD'')']]);
CALL medstint.rewrite('medstint.working_on(text)', ARRAY[
  ['to_char(medstint.day_of(t.clock_in, s.time_zone), ''YYYY-MM-DD'')',
   'to_char(t.clock_in AT TIME ZONE s.time_zone, ''YYYY-MM-DD'')']]);
CALL medstint.rewrite('medstint.fill_time_record()', ARRAY[
  ['medstint.day_start(medstint.day_of(NEW.clock_in, site.time_zone), site.time_zone)',
   'date_trunc(''day'', NEW.clock_in, site.time_zone)']]);
CALL medstint.rewrite(
  'medstint.deploy(text, text[], text[], public.assignment_type, timestamptz, timestamptz, timestamptz)', ARRAY[
  ['medstint.day_start(medstint.day_of(now(), s.time_zone), s.time_zone)',
   'date_trunc(''day'', now(), s.time_zone)']]);
CALL medstint.rewrite('medstint.punch_answer(text, text, timestamptz)', ARRAY[
  ['medstint.day_start(medstint.day_of(at, s.time_zone), s.time_zone)',
   'date_trunc(''day'', at, s.time_zone)']]);
CALL medstint.rewrite('medstint.week_of(text)', ARRAY[
  ['medstint.first_instant(w.monday + make_interval(days => d), s.time_zone)',
   '(w.monday + make_interval(days => d)) AT TIME ZONE s.time_zone'],
  ['medstint.first_instant(w.monday + make_interval(days => d + 1), s.time_zone)',
   '(w.monday + make_interval(days => d + 1)) AT TIME ZONE s.time_zone']]);
CALL medstint.rewrite('medstint.flags_of(text[], jsonb)', ARRAY[
  ['medstint.day_start(medstint.day_of(rec.clock_in, rec.zone), rec.zone) AS day',
   'date_trunc(''day'', rec.clock_in, rec.zone) AS day'],
  ['medstint.day_start(medstint.day_of(rec.clock_in, rec.zone) + 1, rec.zone) AS next_day',
   '(date_trunc(''day'', rec.clock_in AT TIME ZONE rec.zone) + interval ''1 day'') AT TIME ZONE rec.zone AS next_day'],
  ['medstint.day_start(medstint.day_of(b.in_before, rec.zone), rec.zone) AS day_before',
   'date_trunc(''day'', b.in_before, rec.zone) AS day_before'],
  ['medstint.first_instant(date_trunc(''week'', t.clock_in AT TIME ZONE t.zone), t.zone)',
   'date_trunc(''week'', t.clock_in AT TIME ZONE t.zone) AT TIME ZONE t.zone'],
  ['medstint.day_start(medstint.day_of(t.clock_in, t.zone) - (t.averaged_days - 1), t.zone)',
   '(date_trunc(''day'', t.clock_in AT TIME ZONE t.zone) - make_interval(days => t.averaged_days - 1))'
     || ' AT TIME ZONE t.zone'],
  ['medstint.day_start(medstint.day_of(t.start_date, t.zone), t.zone)',
   'date_trunc(''day'', t.start_date, t.zone)'],
  ['count(DISTINCT medstint.day_of(o.clock_in, t.zone))',
   'count(DISTINCT date_trunc(''day'', o.clock_in, t.zone))']]);
DROP PROCEDURE medstint.rewrite(regprocedure, text[]);

DROP TRIGGER e_keep_days ON schools;
DROP TRIGGER e_keep_days ON clinical_sites;
DROP FUNCTION medstint.keep_days_of_school();
DROP FUNCTION medstint.keep_days_of_site();
DROP TRIGGER f_flag_update ON rotations;
CREATE TRIGGER f_flag_update AFTER UPDATE ON rotations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_rotations();
DROP TRIGGER b_check_delegation ON delegations;
CREATE TRIGGER b_check_delegation BEFORE INSERT OR UPDATE ON delegations
  FOR EACH ROW EXECUTE FUNCTION medstint.check_delegation();
DROP TRIGGER b_check_rotation ON rotations;
CREATE TRIGGER b_check_rotation BEFORE INSERT OR UPDATE OF student_id, clinical_site_id, preceptor_id, supervisor_id,
  specialty, start_date, end_date, required_hours, status ON rotations
  FOR EACH ROW EXECUTE FUNCTION medstint.check_rotation();
DROP FUNCTION medstint.days_move();
DROP TABLE medstint.days_moving;
DROP FUNCTION medstint.same_day(timestamptz, text, text);
DROP FUNCTION medstint.day_start(date, text);
DROP FUNCTION medstint.last_day(timestamptz, text);
DROP FUNCTION medstint.day_of(timestamptz, text);
DROP FUNCTION medstint.first_instant(timestamp, text);
