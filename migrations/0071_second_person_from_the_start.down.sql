DROP TRIGGER b_check_badge ON users;
CREATE TRIGGER b_check_badge BEFORE INSERT OR UPDATE OF badge, student_id ON users
  FOR EACH ROW EXECUTE FUNCTION medstint.check_badge();
CREATE OR REPLACE FUNCTION medstint.report_reading(list text, filter text, at_most integer) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.write_event('personal_data.read_in_bulk',
    CASE WHEN list <> 'platform-events' THEN a.school_id END, left(list, 100), '-',
    jsonb_build_object('filter', nullif(left(filter, 500), ''), 'rows', at_most), 'READ', 200)
  FROM medstint.actor() a WHERE a.user_id IS NOT NULL
$$;
CREATE OR REPLACE FUNCTION medstint.check_badge() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  me constant record := medstint.actor();
  new_badge constant text := medstint.case_folded(NEW.badge);
  new_number constant text := medstint.case_folded(NEW.student_id);
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.badge IS NOT DISTINCT FROM OLD.badge AND NEW.student_id IS NOT DISTINCT
    FROM OLD.student_id THEN
    RETURN NEW;
  END IF;
  IF me.user_id IS NULL AND NOT medstint.is_trusted() THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  ELSIF me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN')
     AND (TG_OP = 'INSERT' AND NEW.badge IS NOT NULL OR TG_OP = 'UPDATE' AND NEW.badge IS DISTINCT FROM OLD.badge) THEN
    RAISE EXCEPTION 'administrators give badges' USING ERRCODE = 'MS403',
      CONSTRAINT = 'users_badges_given_by_administrators';
  END IF;
  IF NEW.badge IS NOT NULL OR NEW.student_id IS NOT NULL THEN
    PERFORM medstint.hold_turns('badges', ARRAY[coalesce(NEW.school_id, '')], is_shared => NEW.badge IS NULL);
  END IF;
  -- One by one, and by an index, although the plan may be made for a table that is empty and fills up.
  IF new_badge IS NOT NULL AND (EXISTS (SELECT FROM public.users u WHERE u.school_id = NEW.school_id
        AND medstint.case_folded(u.student_id) = new_badge AND u.id <> NEW.id)
      OR EXISTS (SELECT FROM public.users u WHERE u.email = new_badge
        AND u.school_id IS NOT DISTINCT FROM NEW.school_id AND u.id <> NEW.id))
     OR new_number IS NOT NULL AND EXISTS (SELECT FROM public.users u WHERE u.school_id = NEW.school_id
        AND medstint.case_folded(u.badge) = new_number AND u.id <> NEW.id) THEN
    RAISE EXCEPTION 'it is another one''s number' USING ERRCODE = 'MS422', CONSTRAINT = 'users_badge_unique';
  END IF;
  RETURN NEW;
END
$$;

ALTER TABLE sessions ALTER sign_in_era DROP NOT NULL, ALTER sign_in_change DROP NOT NULL;
DROP TRIGGER e_end_sessions ON schools;
DROP TRIGGER e_end_sessions ON users;
DROP TRIGGER e_end_sessions ON accounts;
DROP FUNCTION medstint.end_sessions_of_inactive(), medstint.end_sessions_of_password(), medstint.begin_era(text);

CREATE OR REPLACE FUNCTION medstint.hold_targets(kind text, targets text[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
  staff constant boolean := coalesce(me.role <> 'STUDENT', false);
  records text[];
BEGIN
  CASE kind
  WHEN 'time_records' THEN
    records := ARRAY(SELECT t.id FROM public.time_records t WHERE t.id = ANY (targets) AND t.school_id = me.school_id
      AND staff
      ORDER BY t.id FOR NO KEY UPDATE);
  WHEN 'time_record_corrections' THEN
    records := ARRAY(SELECT t.id FROM public.time_records t WHERE t.school_id = me.school_id AND staff
      AND t.id IN (SELECT c.time_record_id FROM public.time_record_corrections c WHERE c.id = ANY (targets))
      ORDER BY t.id FOR NO KEY UPDATE);
    PERFORM FROM public.time_record_corrections c WHERE c.id = ANY (targets) AND c.school_id = me.school_id AND staff
      ORDER BY c.id FOR NO KEY UPDATE;
  WHEN 'rotations' THEN
    PERFORM FROM public.rotations r WHERE r.id = ANY (targets) AND r.school_id = me.school_id AND staff
      ORDER BY r.id FOR NO KEY UPDATE;
  WHEN 'users' THEN
    -- As whoever changes a role (hold_roles): the turn first, then the rows.
    PERFORM medstint.hold_turns('roles', '{""}') WHERE staff;
    PERFORM FROM public.users u WHERE u.id = ANY (targets) AND u.school_id = me.school_id AND staff
      ORDER BY u.id FOR NO KEY UPDATE;
  WHEN 'assessments' THEN
    PERFORM FROM public.assessments a WHERE a.id = ANY (targets) AND a.school_id = me.school_id
      AND (staff OR a.assessor_id = me.user_id) ORDER BY a.id FOR NO KEY UPDATE;
    PERFORM FROM public.competency_assignments c WHERE c.school_id = me.school_id AND (staff OR c.user_id = me.user_id)
      AND (c.user_id, c.competency_id) IN (
        SELECT a.student_id, a.competency_id FROM public.assessments a WHERE a.id = ANY (targets))
      ORDER BY c.id FOR NO KEY UPDATE;
  WHEN 'competency_deployments' THEN
    PERFORM FROM public.competency_deployments d WHERE d.id = ANY (targets) AND d.school_id = me.school_id AND staff
      ORDER BY d.id FOR UPDATE;
    PERFORM medstint.hold_deployed(targets, me.school_id) WHERE staff;
  WHEN 'rubric_criteria' THEN
    PERFORM FROM public.rubric_criteria k WHERE k.id = ANY (targets) AND k.school_id = me.school_id AND staff
      ORDER BY k.id FOR UPDATE;
    PERFORM FROM public.competency_templates t WHERE t.school_id = me.school_id AND staff
      AND t.id IN (SELECT k.template_id FROM public.rubric_criteria k WHERE k.id = ANY (targets))
      ORDER BY t.id FOR NO KEY UPDATE;
    PERFORM FROM public.competencies c WHERE c.school_id = me.school_id AND staff
      AND c.id IN (SELECT k.competency_id FROM public.rubric_criteria k WHERE k.id = ANY (targets))
      ORDER BY c.id FOR NO KEY UPDATE;
  ELSE
    RAISE EXCEPTION 'nobody takes steps over %', kind USING ERRCODE = 'invalid_parameter_value';
  END CASE;
  -- What the records refer to, and who is told: for the flags of the first, nobody of
  -- the second is waited for.
  PERFORM FROM public.rotations r
    WHERE r.id IN (SELECT t.rotation_id FROM public.time_records t WHERE t.id = ANY (records))
    ORDER BY r.id FOR KEY SHARE;
  PERFORM FROM public.users u WHERE u.id IN (SELECT t.student_id FROM public.time_records t WHERE t.id = ANY (records)
      UNION SELECT c.proposed_by FROM public.time_record_corrections c WHERE c.time_record_id = ANY (records)
        AND c.status = 'PROPOSED')
    ORDER BY u.id FOR KEY SHARE;
  PERFORM FROM public.clinical_sites s
    WHERE s.id IN (SELECT t.clinical_site_id FROM public.time_records t WHERE t.id = ANY (records))
    ORDER BY s.id FOR KEY SHARE;
END
$$;
CREATE OR REPLACE FUNCTION medstint.hold_roles() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF medstint.current_user_id() IS NOT NULL OR medstint.is_trusted() THEN
    PERFORM medstint.hold_turns('roles', '{""}');
  END IF;
  RETURN NULL;
END
$$;
DROP FUNCTION medstint.hold_roles_turn();
DROP TRIGGER e_note_first_badge ON users;
DROP TRIGGER e_note_first_email ON users;
CREATE OR REPLACE FUNCTION medstint.note_badge() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.note_credential_change(NEW.id, 'badge', '', false,
    (OLD.badge IS NULL OR NEW.badge IS NOT DISTINCT FROM OLD.badge)
    AND (OLD.student_id IS NULL OR NEW.student_id IS NOT DISTINCT FROM OLD.student_id));
  RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION medstint.note_email() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.end_credential(NEW.id, 'email', '', false),
    medstint.note_credential_change(NEW.id, 'email', '', true, false);
  RETURN NULL;
END
$$;
