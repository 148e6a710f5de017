-- The second person: nobody decides on hours that they could have recorded themselves.
--
-- A person who changes how someone else signs in counts as that person (counts_as) for a day, and
-- for as long as an identity is linked or a key is in use. A person who added a certificate
-- authority counts as everyone of the school, and so does a session that one of its certificates
-- opened (authorities.sql). Each record stores the people who could have made its kiosk punches
-- (possible_punchers), set when the punch is recorded. second_person_rule applies both rules, once
-- for all records of a decision.

-- Refuses what needs two people where one person could have been both. Within a day, the person who
-- changed how another signs in counts as that person too, also through others.
CREATE OR REPLACE FUNCTION medstint.require_second_person(decider text, others text[]) RETURNS void
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF array_remove(others, decider) && medstint.counts_as(decider) THEN
    RAISE EXCEPTION 'this needs two people, and one of them can sign in as the other'
      USING ERRCODE = 'MS403', CONSTRAINT = 'second_person_is_another';
  END IF;
END
$$;

-- The person, and everyone who could sign in as them: by a change of the last day, or by an
-- identity or a key that stands; also by way of others.
CREATE OR REPLACE FUNCTION medstint.possible_actors(person text) RETURNS text[]
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  -- The clock, also where a transaction was kept open; once, since an index finds what is later.
  since constant timestamptz := clock_timestamp() - interval '1 day';
BEGIN
  RETURN ARRAY(
    WITH RECURSIVE actors AS (
      SELECT person AS id
      UNION SELECT c.changed_by FROM actors a CROSS JOIN LATERAL (
        SELECT x.changed_by FROM medstint.credential_changes x
        WHERE x.user_id = a.id AND x.changed_at > since
        UNION ALL SELECT x.changed_by FROM medstint.credential_changes x
        WHERE x.user_id = a.id AND x.stands AND x.kind IN ('provider', 'key')) c)
    SELECT a.id FROM actors a);
END
$$;

-- Who, other than its student, could have made a punch.
CREATE OR REPLACE FUNCTION medstint.possible_punchers(kiosk text, student text, at timestamptz,
  offline boolean) RETURNS text[]
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF offline THEN
    RETURN ARRAY(SELECT unnest(k.enrolled_by) FROM public.kiosks k WHERE k.id = kiosk
      -- Until now: a badge is looked up when its punch arrives.
      UNION SELECT c.changed_by FROM medstint.credential_changes c
      WHERE c.user_id = student AND c.kind = 'badge' AND c.changed_at > at - interval '1 day');
  END IF;
  RETURN ARRAY(SELECT DISTINCT c.changed_by FROM medstint.credential_changes c
    WHERE c.user_id = student AND c.kind = 'pin' AND c.item = 'pin' AND c.stands);
END
$$;

-- Those of these records of the school that are not for the person of the session to decide on, and
-- by which rule: asked once for all of them.
CREATE OR REPLACE FUNCTION medstint.second_person_refusals(records text[]) RETURNS TABLE (record text, rule text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
  same text[];
BEGIN
  IF me.user_id IS NULL OR me.role = 'STUDENT' THEN
    RETURN;
  END IF;
  same := medstint.counts_as(me.user_id);
  RETURN QUERY SELECT t.id, x.broken FROM public.time_records t
  CROSS JOIN LATERAL (SELECT medstint.second_person_rule(me.user_id, same, t.student_id, t.editors,
    t.possible_punchers) AS broken) x
  WHERE t.id = ANY (records) AND t.school_id = me.school_id AND x.broken IS NOT NULL;
END
$$;

-- The rule by which a record is not for this person to decide on. `same` is everyone who counts as
-- them.
CREATE OR REPLACE FUNCTION medstint.second_person_rule(decider text, same text[], student text, editors text[],
  punchers text[])
  RETURNS text
  LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN punchers && same THEN 'possible_punchers_do_not_decide'
    WHEN array_remove(editors || student, decider) && same THEN 'second_person_is_another' END
$$;

-- Neither its subject nor the people whose actions it counts may acknowledge an alert.
-- An act at a device also counts as one of those who could have typed the code or PIN.
CREATE OR REPLACE FUNCTION medstint.second_person_acknowledges() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rule constant public.alert_rules := (SELECT r FROM public.alert_rules r WHERE r.id = NEW.rule_id);
  doers text[];
  subjects text[];
  typists text[];
BEGIN
  WITH counted AS MATERIALIZED (
    SELECT e.* FROM public.audit_logs e
    WHERE (e.school_id = NEW.school_id OR NEW.school_id IS NULL AND e.school_id IS NULL)
      AND e.action = ANY (rule.actions) AND e.created_at BETWEEN NEW.first_at AND NEW.last_at
      AND medstint.alert_subject(e, rule.group_by) = NEW.subject)
  SELECT (SELECT array_agg(DISTINCT e.user_id) FROM counted e WHERE e.user_id IS NOT NULL),
    (SELECT array_agg(DISTINCT e.resource_id) FROM counted e WHERE e.resource_type = 'users'),
    ARRAY(SELECT jsonb_array_elements_text(e.changes::jsonb #> '{code_made_by,new}')
      FROM counted e WHERE e.action = 'kiosk.enrolled' AND e.changes IS NOT NULL
      UNION SELECT jsonb_array_elements_text(e.changes::jsonb #> '{added_by,new}')
      FROM counted e WHERE e.action = 'auth.authority_added' AND e.changes IS NOT NULL
      UNION SELECT c.changed_by FROM counted e JOIN medstint.credential_changes c ON c.user_id = e.user_id
      WHERE e.endpoint = 'kiosk' AND c.kind = 'pin' AND c.stands)
  INTO doers, subjects, typists;
  -- By the person's id, since an address can be changed in the meantime.
  IF NEW.acknowledged_by = ANY (subjects) AND rule.group_by IN ('account', 'record')
     OR NEW.acknowledged_by = ANY (typists) THEN
    RAISE EXCEPTION 'a person may not acknowledge an alert about themselves or their own actions'
      USING ERRCODE = 'MS403', CONSTRAINT = 'alerts_not_by_whom_they_are_about';
  END IF;
  PERFORM medstint.require_second_person(NEW.acknowledged_by,
    coalesce(doers, '{}') || coalesce(subjects, '{}') || typists || NEW.subject);
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.second_person_assesses() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor constant text := medstint.acting_user_id();
BEGIN
  IF actor IS NOT NULL THEN
    PERFORM medstint.require_second_person(actor, ARRAY[NEW.assessor_id, NEW.student_id]);
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.second_person_corrects() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor constant text := medstint.acting_user_id();
BEGIN
  IF actor IS NOT NULL THEN
    PERFORM medstint.require_second_person(actor, ARRAY[NEW.proposed_by]);
  END IF;
  RETURN NEW;
END
$$;

-- A record needs its student, or its editor, and another person.
CREATE OR REPLACE FUNCTION medstint.second_person_decides() RETURNS trigger
  -- A plan is kept: one for a few records would be slow for thousands.
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
DECLARE
  actor text;
  same text[];
  broken text;
BEGIN
  IF NOT EXISTS (SELECT FROM old_rows o JOIN new_rows n USING (id)
      WHERE o.status = 'PENDING' AND n.status <> 'PENDING') THEN
    RETURN NULL;
  END IF;
  actor := medstint.acting_user_id();
  IF actor IS NULL THEN
    RETURN NULL;
  END IF;
  same := medstint.counts_as(actor);
  SELECT x.broken INTO broken FROM old_rows o JOIN new_rows n USING (id)
  CROSS JOIN LATERAL (SELECT medstint.second_person_rule(actor, same, n.student_id, n.editors, n.possible_punchers)
    AS broken) x
  WHERE o.status = 'PENDING' AND n.status <> 'PENDING' AND x.broken IS NOT NULL LIMIT 1;
  IF broken IS NOT NULL THEN
    RAISE EXCEPTION 'this needs two people, and one of them can sign in as the other'
      USING ERRCODE = 'MS403', CONSTRAINT = broken;
  END IF;
  RETURN NULL;
END
$$;

-- A punch in quarantine keeps who could have made it; a device may send what it names as another
-- kiosk's.
CREATE OR REPLACE FUNCTION medstint.name_punchers() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.possible_punchers := ARRAY(
    SELECT unnest(medstint.possible_punchers(NEW.kiosk_id, NEW.student_id, NEW.punched_at, true))
    UNION SELECT unnest(k.enrolled_by) FROM medstint.kiosk_acts a JOIN public.kiosks k ON k.id = a.kiosk_id
    WHERE a.transaction_id = pg_current_xact_id_if_assigned());
  RETURN NEW;
END
$$;

-- A person who assigns a badge or number could punch with it where no PIN is asked for.
CREATE OR REPLACE FUNCTION medstint.note_badge() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.note_credential_change(NEW.id, 'badge', '', false, TG_OP = 'INSERT'
    OR (OLD.badge IS NULL OR NEW.badge IS NOT DISTINCT FROM OLD.badge)
    AND (OLD.student_id IS NULL OR NEW.student_id IS NOT DISTINCT FROM OLD.student_id));
  RETURN NULL;
END
$$;

-- A PIN stands until it is replaced. A code stands until it is used, replaced or void; the day of
-- its author begins when it is used, because the author could be the one who uses it.
CREATE OR REPLACE FUNCTION medstint.note_pin() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  is_new constant boolean := TG_OP = 'INSERT';
  pin_before text;
  code_before text;
BEGIN
  IF NOT is_new THEN
    pin_before := OLD.pin_hash;
    code_before := OLD.code_hash;
  END IF;
  IF NEW.code_hash IS DISTINCT FROM code_before THEN
    PERFORM medstint.end_credential(NEW.user_id, 'pin', 'code', NEW.code_hash IS NULL);
  END IF;
  IF NEW.pin_hash IS DISTINCT FROM pin_before THEN
    PERFORM medstint.end_credential(NEW.user_id, 'pin', 'pin', false),
      medstint.note_credential_change(NEW.user_id, 'pin', 'pin', true, is_new);
  END IF;
  IF NEW.code_hash IS NOT NULL AND NEW.code_hash IS DISTINCT FROM code_before THEN
    PERFORM medstint.note_credential_change(NEW.user_id, 'pin', 'code', true, is_new);
  END IF;
  RETURN NULL;
END
$$;

-- The lengths of a school's badges and numbers: those of digits alone, and the others. It is all
-- that a kiosk learns of them.
CREATE OR REPLACE FUNCTION medstint.badge_forms(school text, OUT digit_lengths integer[], OUT other_lengths integer[])
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(x.size ORDER BY x.size) FILTER (WHERE x.is_digits), '{}'),
    coalesce(array_agg(x.size ORDER BY x.size) FILTER (WHERE NOT x.is_digits), '{}')
  FROM (
    SELECT DISTINCT length(y.known) AS size, y.known ~ '^[0-9]+$' AS is_digits
    FROM public.users u CROSS JOIN LATERAL (VALUES (u.badge), (u.student_id)) y (known)
    WHERE u.school_id = school AND u.is_active AND y.known IS NOT NULL) x
$$;

-- A student's text is no reason if it is a person's badge, or ends like a PIN.
CREATE OR REPLACE FUNCTION medstint.is_reason(school text, words text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT words !~ '^[^[:space:]]*[0-9]{4,}[[:space:]]*$' AND NOT EXISTS (
    SELECT FROM medstint.person_at_door(school, left(words, 200)) p WHERE p.id IS NOT NULL)
$$;
