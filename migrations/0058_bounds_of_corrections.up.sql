-- Why: hours become licence hours. A correction to 224 h was accepted without a word,
-- though `total_hours` holds 99.99 at most. A record that somebody makes longer than that
-- by typing its times is refused, and below that whoever proposes and whoever approves is
-- told what the record would be flagged with.

-- From 99.995 h on they are rounded to more than 99.99. A proposal that stands already is
-- refused when it is approved.
ALTER TABLE time_record_corrections ADD CONSTRAINT time_record_corrections_at_most_99_hours
  CHECK (clock_out - clock_in < interval '359982 seconds') NOT VALID;

-- Whatever else a person at a console does to the times of a record. What other clients
-- recorded stays as it is, with its flags.
CREATE FUNCTION medstint.check_length() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF medstint.current_user_id() IS NOT NULL THEN
    RAISE EXCEPTION 'time record % would have more than 99.99 h', NEW.id
      USING ERRCODE = 'MS422', CONSTRAINT = 'time_records_at_most_99_hours';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER b_check_length BEFORE INSERT OR UPDATE OF clock_in, clock_out ON time_records
  FOR EACH ROW WHEN (NEW.clock_out - NEW.clock_in >= interval '359982 seconds')
  EXECUTE FUNCTION medstint.check_length();

-- The flags that the record of a proposal would have with its times, which nobody else
-- sees: the times are written in a subtransaction, and taken back with it. For whoever
-- proposed it; nothing where the record has moved on.
CREATE FUNCTION medstint.flags_if_corrected(correction text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c public.time_record_corrections;
  found_flags text;
BEGIN
  SELECT x.* INTO c FROM public.time_record_corrections x
  WHERE x.id = correction AND x.status = 'PROPOSED' AND x.proposed_by = medstint.acting_user_id();
  IF c.id IS NULL THEN
    RETURN NULL;
  END IF;
  BEGIN
    UPDATE public.time_records t
    SET clock_in = c.clock_in, clock_out = c.clock_out, total_hours = medstint.total_hours(c.clock_in, c.clock_out),
      clock_out_source = coalesce(t.clock_out_source,
        CASE WHEN c.clock_out IS NOT NULL THEN 'MANUAL'::public.punch_source END)
    WHERE t.id = c.time_record_id AND t.status = 'PENDING';
    SELECT t.flags::text INTO found_flags FROM public.time_records t WHERE t.id = c.time_record_id;
    RAISE EXCEPTION 'only tried' USING ERRCODE = 'MS000';
  EXCEPTION WHEN SQLSTATE 'MS000' THEN
    RETURN found_flags;
  END;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.flags_if_corrected(text) TO medstint_app;
