CREATE OR REPLACE FUNCTION medstint.json_type(value text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN json_typeof(value::json);
EXCEPTION WHEN invalid_text_representation OR untranslatable_character THEN
  RETURN NULL;
END
$$;

DROP TRIGGER a_bound_device_clock ON kiosk_punches;
DROP FUNCTION medstint.bound_device_clock();
ALTER TABLE time_records DROP CONSTRAINT time_records_total_hours_not_negative;
ALTER TABLE competency_assignments ADD CONSTRAINT competency_assignments_times_plausible CHECK (
  least(due_date, completion_date) >= '1950-01-01Z' AND greatest(due_date, completion_date) < '2200-01-01Z');
ALTER TABLE competency_deployments ADD CONSTRAINT competency_deployments_times_plausible CHECK (
  least(effective_date, expiry_date) >= '1950-01-01Z' AND greatest(effective_date, expiry_date) < '2200-01-01Z');
ALTER TABLE time_record_corrections ADD CONSTRAINT time_record_corrections_times_plausible CHECK (
  clock_in >= '1950-01-01Z' AND coalesce(clock_out, clock_in) < '2200-01-01Z');
ALTER TABLE time_records ADD CONSTRAINT time_records_times_plausible CHECK (
  least(date, clock_in, clock_out) >= '1950-01-01Z' AND greatest(date, clock_in, clock_out) < '2200-01-01Z');
ALTER TABLE rotations ADD CONSTRAINT rotations_times_plausible CHECK (
  start_date >= '1950-01-01Z' AND end_date < '2200-01-01Z');

DO $$
DECLARE
  rule record;
BEGIN
  FOR rule IN
    SELECT x.conrelid::regclass AS bounded, x.conname AS name
    FROM pg_constraint x
    JOIN pg_class c ON c.oid = x.conrelid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE x.contype = 'c' AND (c.relnamespace = 'medstint'::regnamespace
        OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = c.relname || '_fence'))
      AND x.conname IN (c.relname || '_' || a.attname || '_finite', c.relname || '_' || a.attname || '_in_range')
  LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', rule.bounded, rule.name);
  END LOOP;
END
$$;
DROP PROCEDURE medstint.bound_values(regclass);
