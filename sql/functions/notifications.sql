-- Notifications: who gets which one, in the text of the templates.
--
-- A notification's key says what the same thing is. Triggers tell decisions, assignments,
-- assessments and full sites. What becomes due by the clock alone is looked for by whichever
-- console is open, on opening and hourly, so that no job has to run.

-- Notifies people: notices is a JSON array of {"user_id", "key", "about", "data"}; NULL notifies
-- nobody. A school that deactivated its template gets none of its kind. Rows are written in the order
-- of their keys, so that two writers don't deadlock. In plpgsql, which keeps its plan: every decision
-- notifies, of most verdicts nobody.
CREATE OR REPLACE FUNCTION medstint.notify(kind text, notices jsonb) RETURNS bigint
  -- There are few recipients, found by their key, also where a trigger that calls this has nested
  -- loops off.
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on AS $$
DECLARE
  written bigint;
BEGIN
  IF notices IS NULL THEN
    RETURN 0;
  END IF;
  INSERT INTO public.notifications (school_id, user_id, type, title, message, priority, category, action_url,
    dedup_key)
  SELECT u.school_id, u.id, kind, medstint.filled(t.title, n.data), medstint.filled(t.message, n.data), t.priority,
    t.category, n.about, n.key
  FROM jsonb_to_recordset(notices) AS n (user_id text, key text, about text, data jsonb)
  JOIN public.users u ON u.id = n.user_id AND u.is_active
  CROSS JOIN LATERAL (SELECT x.* FROM public.notification_templates x
    WHERE x.type = kind AND (x.school_id = u.school_id OR x.school_id IS NULL) ORDER BY x.school_id NULLS LAST,
      x.id LIMIT 1) t
  WHERE t.is_active
  ORDER BY u.id, n.key
  ON CONFLICT (user_id, dedup_key) WHERE dedup_key IS NOT NULL DO NOTHING;
  GET DIAGNOSTICS written = ROW_COUNT;
  RETURN written;
END
$$;

-- Submitted: the people who supervise the student, or the administrators where nobody does.
-- Approved: student and assessor. Given back: the assessor.
CREATE OR REPLACE FUNCTION medstint.notify_assessments() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  told record;
BEGIN
  FOR told IN
    SELECT n.*, o.status AS was, u.sort_name AS student, k.name AS assessor, c.name AS competency
    FROM new_rows n JOIN old_rows o USING (id)
    JOIN public.users u ON u.id = n.student_id JOIN public.users k ON k.id = n.assessor_id
      JOIN public.competencies c ON c.id = n.competency_id
    WHERE n.status <> o.status
  LOOP
    PERFORM medstint.notify(CASE told.status WHEN 'SUBMITTED' THEN 'ASSESSMENT_SUBMITTED' WHEN 'APPROVED'
      THEN 'ASSESSMENT_APPROVED' ELSE 'ASSESSMENT_RETURNED' END,
      jsonb_agg(DISTINCT jsonb_build_object('user_id', x.person, 'key',
        'assessment:' || told.id || ':' || told.status || ':' || extract(epoch FROM now()), 'about',
        'assessments/' || told.id,
        'data',
          jsonb_build_object('student', told.student, 'competency', told.competency, 'actor', told.assessor, 'score',
          told.score || ' of ' || told.max_score))))
    FROM (
      SELECT r.supervisor_id AS person FROM public.rotations r
      WHERE told.status = 'SUBMITTED' AND told.was = 'DRAFT' AND r.student_id = told.student_id
        AND r.status = 'ACTIVE' AND r.supervisor_id <> told.assessor_id
      UNION ALL
      SELECT a FROM medstint.administrators(told.school_id) a
      WHERE told.status = 'SUBMITTED' AND told.was = 'DRAFT' AND NOT EXISTS (SELECT FROM public.rotations r
        WHERE r.student_id = told.student_id AND r.status = 'ACTIVE' AND r.supervisor_id <> told.assessor_id)
      UNION ALL
      SELECT unnest(ARRAY[told.student_id, told.assessor_id]) WHERE told.status = 'APPROVED'
      UNION ALL
      SELECT told.assessor_id WHERE told.status = 'DRAFT') x;
  END LOOP;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.notify_assigned() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.notify('COMPETENCIES_ASSIGNED',
    jsonb_agg(jsonb_build_object('user_id', x.user_id, 'key', 'assigned:' || x.first, 'about',
    'competency_assignments/' || x.first,
    'data', jsonb_build_object('count', x.number, 'competency', x.name))))
  FROM (SELECT n.user_id, count(*) AS number, min(n.id) AS first, min(c.name) AS name
        FROM new_rows n JOIN public.competencies c ON c.id = n.competency_id GROUP BY n.user_id) x;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.notify_booked() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
DECLARE
  sites text[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(DISTINCT n.clinical_site_id) INTO sites FROM new_rows n
      WHERE n.status IN ('SCHEDULED', 'ACTIVE');
  ELSE
    -- Not for the hours, which every decision changes.
    SELECT array_agg(DISTINCT n.clinical_site_id) INTO sites FROM new_rows n JOIN old_rows o USING (id)
    WHERE n.status IN ('SCHEDULED', 'ACTIVE')
      AND (n.clinical_site_id, n.start_date, n.end_date)
        IS DISTINCT FROM (o.clinical_site_id, o.start_date, o.end_date);
  END IF;
  IF sites IS NOT NULL THEN
    PERFORM medstint.tell_over_capacity(sites);
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.notify_capacity() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  sites text[];
BEGIN
  SELECT array_agg(n.id) INTO sites FROM new_rows n JOIN old_rows o USING (id) WHERE n.capacity < o.capacity;
  IF sites IS NOT NULL THEN
    PERFORM medstint.tell_over_capacity(sites);
  END IF;
  RETURN NULL;
END
$$;

-- One notification a day for approvals, one for each rejection and undo. An update that decides
-- nothing notifies nobody. A full join of old and new rows can't become a nested loop
-- (decisions.sql says why).
CREATE OR REPLACE FUNCTION medstint.notify_decisions() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
  approved jsonb;
  rejected jsonb;
  undone jsonb;
BEGIN
  WITH changed AS MATERIALIZED (SELECT n.* FROM new_rows n FULL JOIN old_rows o ON o.id = n.id
    WHERE n.status IS DISTINCT FROM o.status)
  SELECT jsonb_agg(DISTINCT jsonb_build_object('user_id', x.student_id, 'key', 'approved:' || x.today, 'about', NULL,
             'data', jsonb_build_object('actor', x.actor, 'date', x.today))) FILTER (WHERE x.status = 'APPROVED'),
         jsonb_agg(jsonb_build_object('user_id', x.student_id, 'key', 'rejected:' || x.id || ':' || x.version,
           'about', 'time_records/' || x.id,
             'data', jsonb_build_object('actor', x.actor, 'date', x.day, 'reason', x.reason))) FILTER (WHERE x.status
               = 'REJECTED'),
         jsonb_agg(jsonb_build_object('user_id', x.student_id, 'key', 'undone:' || x.id || ':' || x.version, 'about',
           'time_records/' || x.id,
             'data', jsonb_build_object('date', x.day))) FILTER (WHERE x.status = 'PENDING')
  INTO approved, rejected, undone
  FROM (SELECT n.id, n.status, n.version, n.student_id, u.name AS actor,
    to_char(medstint.day_of(now(), s.time_zone), 'YYYY-MM-DD') AS today,
               to_char(medstint.day_of(n.clock_in, s.time_zone), 'YYYY-MM-DD') AS day,
               concat_ws(': ', lower(replace(n.decision_reason_code::text, '_', ' ')), n.decision_reason) AS reason
        FROM changed n
        JOIN public.clinical_sites s ON s.id = n.clinical_site_id
        LEFT JOIN public.users u ON u.id = n.approved_by) x;
  IF approved IS NOT NULL OR rejected IS NOT NULL OR undone IS NOT NULL THEN
    PERFORM medstint.notify('HOURS_APPROVED', approved), medstint.notify('TIME_RECORD_REJECTED', rejected),
      medstint.notify('DECISION_UNDONE', undone);
  END IF;
  RETURN NULL;
END
$$;

-- What becomes due by the clock alone. Nobody is notified twice. Answers with how many
-- notices there were.
CREATE OR REPLACE FUNCTION medstint.remind() RETURNS bigint
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH overdue AS (
    SELECT a.id, a.user_id, a.due_date,
      'overdue:' || a.id || ':' || to_char(medstint.last_day(a.due_date, s.time_zone), 'YYYY-MM-DD') AS key, c.name,
      to_char(medstint.last_day(a.due_date, s.time_zone), 'YYYY-MM-DD') AS day
    FROM medstint.actor() me
    JOIN public.competency_assignments a ON a.school_id = me.school_id
      AND coalesce(a.due_date, 'infinity') < now() AND coalesce(a.due_date, 'infinity') > now() - interval '30 days'
      AND a.status IN ('ASSIGNED', 'IN_PROGRESS', 'OVERDUE')
    JOIN public.users u ON u.id = a.user_id AND u.is_active
    JOIN public.competencies c ON c.id = a.competency_id
    JOIN public.schools s ON s.id = a.school_id),
  fresh AS (
    SELECT o.* FROM overdue o
      WHERE NOT EXISTS (SELECT FROM public.notifications n WHERE n.user_id = o.user_id AND n.dedup_key = o.key)),
  told AS (
    SELECT medstint.notify('COMPETENCY_OVERDUE', jsonb_agg(jsonb_build_object('user_id', o.user_id, 'key', o.key,
      'about', 'competency_assignments/' || o.id, 'data',
        jsonb_build_object('competency', o.name, 'date', o.day)))) AS number FROM fresh o),
  summary AS (
    -- Notified again only when another one has become overdue: it is the latest due.
    SELECT medstint.notify('COMPETENCIES_OVERDUE',
      jsonb_agg(jsonb_build_object('user_id', a, 'key', 'overdue:' || x.latest,
      'about', NULL, 'data', jsonb_build_object('count', x.number, 'students', x.students)))) AS number
    FROM (SELECT count(*) AS number, count(DISTINCT user_id) AS students, max(due_date) AS latest FROM overdue) x,
         medstint.actor() me, medstint.administrators(me.school_id) a
    WHERE x.number > 0)
  SELECT told.number + summary.number FROM told, summary
$$;

-- A name that nobody fills in would reach people as it was typed. Of what other programs tell by
-- templates of their own, only they know the names.
CREATE OR REPLACE FUNCTION medstint.refuse_unknown_names() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT FROM notification_templates s, regexp_matches(NEW.title || NEW.message, '[{][^{}]*[}]', 'g') named (it)
     WHERE s.school_id IS NULL AND s.type = NEW.type AND strpos(s.title || s.message, named.it[1]) = 0) THEN
    RAISE EXCEPTION 'notification template %: it contains an unknown name in braces', NEW.id
      USING ERRCODE = 'MS422', CONSTRAINT = 'notification_templates_names_are_known';
  END IF;
  RETURN NEW;
END
$$;
