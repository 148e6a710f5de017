-- Why: whoever decided on a record for which other times were proposed decided on the
-- proposal too, without a word, and it stayed proposed for ever. It is an
-- administrator's to decide, and its proposer's to withdraw; until then the record is
-- not decided. So a decided record never has an open one, and undoing a decision meets
-- none either. Whoever proposes and whoever decides hold the record: they meet.
CREATE FUNCTION medstint.refuse_open_correction() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM public.time_record_corrections c WHERE c.time_record_id = OLD.id
    AND c.status = 'PROPOSED') THEN
    RAISE EXCEPTION 'time record %: other times are proposed', OLD.id
      USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_correction_is_open';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER c_refuse_open_correction BEFORE UPDATE OF status ON time_records FOR EACH ROW
  WHEN (OLD.status = 'PENDING' AND NEW.status <> 'PENDING') EXECUTE FUNCTION medstint.refuse_open_correction();

-- Those that were left behind: the decision on the record was one on them, and their
-- proposers are told.
WITH closed AS (
  UPDATE public.time_record_corrections c SET status = 'REJECTED', decided_by = t.approved_by, decided_at = now()
  FROM public.time_records t WHERE t.id = c.time_record_id AND c.status = 'PROPOSED' AND t.status <> 'PENDING'
  RETURNING c.id, c.proposed_by, c.time_record_id, t.approved_by, t.clock_in, t.clinical_site_id)
SELECT medstint.notify('CORRECTION_DECIDED', jsonb_agg(jsonb_build_object('user_id', closed.proposed_by,
  'key', 'corrected:' || closed.id, 'about', 'time_records/' || closed.time_record_id, 'data', jsonb_build_object(
    'verdict', 'rejected', 'date', to_char(closed.clock_in AT TIME ZONE s.time_zone, 'YYYY-MM-DD'), 'actor', u.name))))
FROM closed JOIN public.users u ON u.id = closed.approved_by
  JOIN public.clinical_sites s ON s.id = closed.clinical_site_id;
