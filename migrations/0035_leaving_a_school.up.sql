-- Why: hours that wait for a decision belong to the school in which they were worked.
-- A student who was moved to another school took their name along: the records stayed
-- behind, counted, and in no list that anybody there could decide from.
CREATE FUNCTION medstint.check_leaving() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM public.time_records t WHERE t.student_id = OLD.id AND t.school_id = OLD.school_id AND t.status = 'PENDING') THEN
    RAISE EXCEPTION 'user %: time records are pending', OLD.id USING ERRCODE = 'MS409', CONSTRAINT = 'users_pending_before_leaving',
      HINT = 'Decide on the pending time records first.';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER c_check_leaving AFTER UPDATE OF school_id, program_id ON users
  FOR EACH ROW WHEN (OLD.school_id IS DISTINCT FROM NEW.school_id) EXECUTE FUNCTION medstint.check_leaving();
