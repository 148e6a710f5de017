DROP FUNCTION medstint.discard_punch(text, text), medstint.resolve_punch(text, text, text, timestamptz, text), medstint.quarantined(text, text),
  medstint.sync_punches(text, text, bigint, jsonb), medstint.quarantine_punch(public.kiosks, text, text, text, timestamptz, timestamptz, boolean, text),
  medstint.kiosk_punch(text, text, text, text, timestamptz, jsonb),
  medstint.place_punch(public.kiosks, text, text, text, timestamptz, timestamptz, boolean, boolean, jsonb),
  medstint.hold_punches(text[]), medstint.punch_answer(text, text, timestamptz), medstint.meal_after_h(text);
CREATE OR REPLACE FUNCTION medstint.note_edit() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor text;
BEGIN
  IF medstint.began(OLD) IS NOT DISTINCT FROM medstint.began(NEW)
     AND (OLD.clock_out IS NULL AND NEW.clock_out IS NULL OR medstint.ended(OLD) IS NOT DISTINCT FROM medstint.ended(NEW)) THEN
    RETURN NEW;
  END IF;
  actor := medstint.acting_user_id();
  IF medstint.began(OLD) IS NOT DISTINCT FROM medstint.began(NEW) AND OLD.clock_out IS NULL AND coalesce(actor, NEW.student_id) = NEW.student_id
     AND (NEW.is_offline OR NEW.clock_out > now() - interval '1 hour') THEN
    RETURN NEW;
  END IF;
  NEW.edited_at := now();
  IF actor IS NOT NULL AND actor <> ALL (NEW.editors) THEN
    NEW.editors := array_append(NEW.editors, actor);
  END IF;
  RETURN NEW;
END
$$;
DELETE FROM notification_templates WHERE type = 'PUNCH_QUARANTINED' AND school_id IS NULL;
DELETE FROM medstint.audit_event_types WHERE code IN ('KI-0612', 'KI-0613', 'KI-0614');
DROP TABLE kiosk_punches;
ALTER TABLE time_records DROP COLUMN meal_break_min;
