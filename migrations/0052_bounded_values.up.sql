-- Why: one value that no program can hold made every list with its row unreadable for everybody: hours or a weight of
-- NaN, an instant at infinity or in the year 20000, a text that PostgreSQL takes for JSON and cannot read as jsonb.
-- Every number is now finite, every instant and day lies in 1950 to 2199, and a test walks the catalogue: whoever
-- makes a table calls medstint.bound_values.
CREATE PROCEDURE medstint.bound_values(bounded regclass)
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rule record;
  added text[] := '{}';
  validated text[] := '{}';
BEGIN
  FOR rule IN
    SELECT c.relname || '_' || a.attname || CASE WHEN k.is_number THEN '_finite' ELSE '_in_range' END AS name,
      format(CASE
        WHEN k.is_number THEN '%1$I > ''-Infinity'' AND %1$I < ''Infinity'''
        WHEN k.name = 'time' THEN '%1$I < ''24:00'''
        WHEN k.name = 'timestamptz' THEN '%1$I >= ''1950-01-01Z'' AND %1$I < ''2200-01-01Z'''
        ELSE '%1$I >= ''1950-01-01'' AND %1$I < ''2200-01-01''' END, a.attname) AS condition
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_type b ON b.oid = nullif(t.typbasetype, 0)
    CROSS JOIN LATERAL (SELECT coalesce(b.typname, t.typname) AS name,
      coalesce(b.typname, t.typname) IN ('numeric', 'float4', 'float8') AS is_number) k
    WHERE c.oid = bounded AND k.name IN ('numeric', 'float4', 'float8', 'timestamptz', 'timestamp', 'date', 'time')
    ORDER BY a.attnum
  LOOP
    CONTINUE WHEN EXISTS (SELECT FROM pg_constraint x WHERE x.conrelid = bounded AND x.conname = rule.name);
    added := added || format('ADD CONSTRAINT %I CHECK (%s) NOT VALID', rule.name, rule.condition);
    validated := validated || format('VALIDATE CONSTRAINT %I', rule.name);
  END LOOP;
  IF added = '{}' THEN
    RETURN;
  END IF;
  EXECUTE format('ALTER TABLE %s %s', bounded, array_to_string(added, ', '));
  BEGIN
    -- The table is read once for all of them.
    EXECUTE format('ALTER TABLE %s %s', bounded, array_to_string(validated, ', '));
  EXCEPTION WHEN check_violation THEN
    -- What is there already stays and is shown as what it is; nothing more of it is written.
    FOR i IN 1 .. cardinality(validated) LOOP
      BEGIN
        EXECUTE format('ALTER TABLE %s %s', bounded, validated[i]);
      EXCEPTION WHEN check_violation THEN
        RAISE WARNING 'Some rows of % hold a value that no program can show. Correct them. (%)', bounded, validated[i];
      END;
    END LOOP;
  END;
END
$$;

-- Whoever computes flags writes all pending records of a student: one that breaks a rule would hold the others up.
-- Hours that are no number were never stated.
UPDATE time_records SET total_hours = medstint.total_hours(clock_in, clock_out)
WHERE status = 'PENDING' AND NOT total_hours BETWEEN 0 AND 99.99;
UPDATE time_records SET created_at = now()
WHERE status = 'PENDING' AND NOT (created_at >= '1950-01-01Z' AND created_at < '2200-01-01Z');

DO $$
DECLARE
  bounded regclass;
BEGIN
  FOR bounded IN
    SELECT c.oid::regclass FROM pg_class c
    WHERE c.relkind IN ('r', 'p')
      -- Tables of another program are left alone.
      AND (c.relnamespace = 'medstint'::regnamespace
        OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = c.relname || '_fence'))
      -- The migrator's own.
      AND c.relname <> '_sqlx_migrations'
    ORDER BY c.oid
  LOOP
    CALL medstint.bound_values(bounded);
  END LOOP;
END
$$;

-- A rule has one name for each column: these said the same of several at once.
ALTER TABLE rotations DROP CONSTRAINT rotations_times_plausible;
ALTER TABLE time_records DROP CONSTRAINT time_records_times_plausible;
ALTER TABLE time_record_corrections DROP CONSTRAINT time_record_corrections_times_plausible;
ALTER TABLE competency_deployments DROP CONSTRAINT competency_deployments_times_plausible;
ALTER TABLE competency_assignments DROP CONSTRAINT competency_assignments_times_plausible;

ALTER TABLE time_records
  ADD CONSTRAINT time_records_total_hours_not_negative CHECK (total_hours >= 0) NOT VALID;
DO $$
BEGIN
  ALTER TABLE public.time_records VALIDATE CONSTRAINT time_records_total_hours_not_negative;
EXCEPTION WHEN check_violation THEN
  RAISE WARNING 'Some time_records state less than no hours. Correct them.';
END
$$;

-- A device may believe anything of the time. What it kept comes in all the same: its clock is told as far as it can
-- be, and where the punch was dated by it, somebody looks at that.
CREATE FUNCTION medstint.bound_device_clock() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.device_clock := greatest('1950-01-01Z', least('2199-12-31Z', NEW.device_clock));
  NEW.punched_at := greatest('1950-01-01Z', least('2199-12-31Z', NEW.punched_at));
  RETURN NEW;
END
$$;
CREATE TRIGGER a_bound_device_clock BEFORE INSERT ON kiosk_punches
  FOR EACH ROW EXECUTE FUNCTION medstint.bound_device_clock();

-- What is JSON is so for jsonb too: without a NUL character, without numbers beyond all limits.
CREATE OR REPLACE FUNCTION medstint.json_type(value text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN jsonb_typeof(value::jsonb);
EXCEPTION WHEN data_exception OR program_limit_exceeded OR statement_too_complex THEN
  RETURN NULL;
END
$$;
