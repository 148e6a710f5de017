-- Why: a rotation's and a student's hours are the sum of the approved records,
-- in the same transaction as the decision. They are recomputed, not counted up,
-- so that they cannot drift; milliseconds are summed and floored once.

-- Brings the given rotations, and their students, up to date. Rows are locked in
-- the order of their ids, so that two decisions never wait for each other. Nested
-- loops are on again here (the trigger that calls this has them off): the sums
-- are found by an index, rotation by rotation, whatever the table's size.
CREATE FUNCTION medstint.recompute_hours(rotation_ids text[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
  student_ids text[];
BEGIN
  PERFORM FROM public.rotations WHERE id = ANY (rotation_ids) ORDER BY id FOR NO KEY UPDATE;
  SELECT array_agg(DISTINCT r.student_id) INTO student_ids FROM public.rotations r WHERE r.id = ANY (rotation_ids);
  PERFORM FROM public.users WHERE id = ANY (student_ids) ORDER BY id FOR NO KEY UPDATE;

  UPDATE public.rotations r SET completed_hours = x.hours, updated_at = now()
  FROM (SELECT i.id, floor(coalesce(sum(t.elapsed_ms), 0) / 3600000)::integer AS hours
        FROM unnest(rotation_ids) AS i (id)
        LEFT JOIN public.time_records t ON t.rotation_id = i.id AND t.status = 'APPROVED'
        GROUP BY i.id) x
  WHERE r.id = x.id AND r.completed_hours <> x.hours;

  UPDATE public.users u SET total_clinical_hours = x.hours, updated_at = now()
  FROM (SELECT i.id, floor(coalesce(sum(t.elapsed_ms), 0) / 3600000)::integer AS hours
        FROM unnest(student_ids) AS i (id)
        LEFT JOIN public.time_records t ON t.student_id = i.id AND t.status = 'APPROVED'
        GROUP BY i.id) x
  WHERE u.id = x.id AND u.total_clinical_hours <> x.hours;
END
$$;

CREATE FUNCTION medstint.hours_of_changed_records() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
DECLARE
  touched text[];
BEGIN
  IF TG_OP = 'UPDATE' THEN
    SELECT array_agg(DISTINCT rotation_id) INTO touched
    FROM (SELECT unnest(ARRAY[o.rotation_id, n.rotation_id]) AS rotation_id
          FROM old_rows o JOIN new_rows n USING (id)
          WHERE 'APPROVED' IN (o.status, n.status)
            AND (o.status, o.rotation_id, o.elapsed_ms) IS DISTINCT FROM (n.status, n.rotation_id, n.elapsed_ms)) x;
  ELSE
    SELECT array_agg(DISTINCT rotation_id) INTO touched FROM old_rows WHERE status = 'APPROVED';
  END IF;
  IF touched IS NOT NULL THEN
    PERFORM medstint.recompute_hours(touched);
  END IF;
  RETURN NULL;
END
$$;

-- An insert needs none: a record begins as PENDING.
CREATE TRIGGER b_hours_after_update AFTER UPDATE ON time_records
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.hours_of_changed_records();
CREATE TRIGGER b_hours_after_delete AFTER DELETE ON time_records
  REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.hours_of_changed_records();
