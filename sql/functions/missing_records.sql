-- Scheduled days without a record, and reminders of them.

-- Since when a student with an active rotation has to have recorded something.
CREATE OR REPLACE FUNCTION medstint.missing_since() RETURNS timestamptz
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT now() - make_interval(mins => (t.missing_d * 1440)::integer)
    FROM medstint.thresholds(medstint.current_school_id()) t
$$;

-- Reminds the student of a record without a clock-out.
CREATE OR REPLACE FUNCTION medstint.remind_of_clock_out(record text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record;
BEGIN
  SELECT w.* INTO me FROM medstint.working_on(record) w;
  IF me.person IS NULL OR NOT me.decides OR me.is_own THEN
    RAISE EXCEPTION 'only someone who decides on the student''s records may remind them'
      USING ERRCODE = 'MS403', CONSTRAINT = 'reminders_whoever_decides';
  ELSIF NOT EXISTS (SELECT FROM public.time_records t
    WHERE t.id = record AND t.clock_out IS NULL AND t.status = 'PENDING') THEN
    RAISE EXCEPTION 'the record already has a clock-out'
      USING ERRCODE = 'MS409', CONSTRAINT = 'reminders_without_clock_out';
  END IF;
  RETURN medstint.notify('CLOCK_OUT_MISSING', jsonb_build_array(jsonb_build_object('user_id', me.student,
    'key', 'clock-out:' || record || ':' || current_date, 'about', 'time_records/' || record, 'data',
      jsonb_build_object('date', me.day)))) > 0;
END
$$;

-- Reminds the student of a rotation; whether they were not reminded today already.
CREATE OR REPLACE FUNCTION medstint.remind_of_rotation(rotation text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  r record;
BEGIN
  SELECT x.*, s.name AS site, s.time_zone,
    (SELECT max(t.clock_in) FROM public.time_records t WHERE t.rotation_id = x.id) AS latest INTO r
  FROM public.rotations x JOIN public.clinical_sites s ON s.id = x.clinical_site_id
  JOIN medstint.actor() me ON me.school_id = x.school_id AND (me.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN')
    OR me.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR') AND x.id = ANY (medstint.own_rotation_ids()))
  WHERE x.id = rotation;
  IF r.id IS NULL THEN
    RAISE EXCEPTION 'only someone who decides on the student''s records may remind them'
      USING ERRCODE = 'MS403', CONSTRAINT = 'reminders_whoever_decides';
  END IF;
  RETURN medstint.notify('RECORD_MISSING', jsonb_build_array(jsonb_build_object('user_id', r.student_id,
    'key', 'missing:' || r.id || ':' || to_char(medstint.day_of(now(), r.time_zone), 'YYYY-MM-DD'), 'about',
      'rotations/' || r.id,
    'data',
      jsonb_build_object('rotation', r.specialty, 'site', r.site, 'date',
      to_char(medstint.day_of(coalesce(r.latest, r.start_date), r.time_zone), 'YYYY-MM-DD'))))) > 0;
END
$$;
