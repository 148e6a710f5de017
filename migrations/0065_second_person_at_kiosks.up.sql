-- Why: an administrator could still act as two people at a kiosk: enrol a laptop as a
-- kiosk, punch for a student by badge alone, and approve the hours. Or set a PIN, wait a
-- day, and use it.
--
-- A record now names the people who could have made its punches, besides its student:
--   * a punch by badge alone (offline): whoever enrolled the kiosk, and whoever changed the
--     student's badge or number after the day before the punch;
--   * a punch with a PIN: whoever set that PIN, unless the student has replaced it since.
-- None of them, and nobody who counts as one of them, decides on the record, however long
-- they wait. A punch with a PIN that the student chose names nobody. So one administrator
-- can enrol all kiosks of a small school, hand out codes, and approve: only records with
-- punches from an outage need the preceptor, the supervisor or another administrator.
ALTER TABLE kiosks
  -- The people who could have made the code that waits, and those who could have made the
  -- code that enrolled the device.
  ADD COLUMN code_made_by text[] NOT NULL DEFAULT '{}',
  ADD COLUMN enrolled_by text[] NOT NULL DEFAULT '{}';
GRANT SELECT (enrolled_by) ON kiosks TO medstint_app;
ALTER TABLE kiosk_punches ADD COLUMN possible_punchers text[] NOT NULL DEFAULT '{}';
ALTER TABLE time_records ADD COLUMN possible_punchers text[] NOT NULL DEFAULT '{}';
GRANT SELECT (possible_punchers) ON time_records TO medstint_app;
UPDATE kiosks k SET enrolled_by = ARRAY(SELECT e.user_id FROM audit_logs e
  WHERE e.action = 'kiosk.code_made' AND e.resource_id = k.id AND e.school_id = k.school_id
    AND e.created_at <= k.enrolled_at AND e.user_id IS NOT NULL ORDER BY e.created_at DESC LIMIT 1)
WHERE k.enrolled_at IS NOT NULL;
UPDATE kiosks k SET code_made_by = ARRAY(SELECT e.user_id FROM audit_logs e
  WHERE e.action = 'kiosk.code_made' AND e.resource_id = k.id AND e.school_id = k.school_id
    AND e.user_id IS NOT NULL ORDER BY e.created_at DESC LIMIT 1)
WHERE k.enrolment_hash IS NOT NULL;

CREATE OR REPLACE FUNCTION medstint.derived_columns() RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY['sort_name', 'elapsed_ms', 'created_at', 'updated_at', 'last_seen_at', 'expires_at', 'flags', 'triage',
    'edited_at', 'editors', 'possible_punchers']
$$;

CREATE OR REPLACE FUNCTION medstint.keep_flags() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT pg_has_role(current_user, (SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID), 'MEMBER') THEN
    NEW.flags := OLD.flags;
    NEW.triage := OLD.triage;
    NEW.edited_at := OLD.edited_at;
    NEW.editors := OLD.editors;
    NEW.possible_punchers := OLD.possible_punchers;
    -- When it was recorded, and that a kiosk was alone, is not taken back.
    NEW.created_at := OLD.created_at;
    NEW.is_offline := OLD.is_offline OR NEW.is_offline;
    NEW.clock_is_unverified := OLD.clock_is_unverified OR NEW.clock_is_unverified;
  END IF;
  RETURN NEW;
END
$$;
DROP TRIGGER a_flags_are_the_databases ON time_records;
CREATE TRIGGER a_flags_are_the_databases BEFORE UPDATE OF flags, triage, edited_at, editors, possible_punchers,
  created_at, is_offline, clock_is_unverified ON time_records
  FOR EACH ROW EXECUTE FUNCTION medstint.keep_flags();

-- A credential stands from its change until its owner, the operator or another person
-- replaces it: its setter can use it all that time.
ALTER TABLE medstint.credential_changes
  -- Which one, where a person has several: the provider of an identity, a code or a PIN.
  ADD COLUMN item text NOT NULL DEFAULT '',
  ADD COLUMN stands boolean NOT NULL DEFAULT false,
  DROP CONSTRAINT credential_changes_kind_check,
  ADD CONSTRAINT credential_changes_kind_known CHECK (kind IN ('password', 'email', 'pin', 'provider', 'badge'));
CREATE INDEX credential_changes_standing ON medstint.credential_changes (user_id, kind, item) WHERE stands;
CREATE INDEX credential_changes_identities ON medstint.credential_changes (changed_by)
  WHERE stands AND kind = 'provider';

-- The credential is another one from now on. The day of a setter who could use it unnoticed
-- until now, or whose code was used just now, begins at this moment.
CREATE FUNCTION medstint.end_credential(who text, what text, which text, begins_day boolean) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE medstint.credential_changes c
  SET stands = false, changed_at = CASE WHEN begins_day THEN clock_timestamp() ELSE c.changed_at END
  WHERE c.user_id = who AND c.kind = what AND c.item = which AND c.stands
$$;

DROP FUNCTION medstint.note_credential_change(text, text, boolean);
CREATE FUNCTION medstint.note_credential_change(who text, what text, which text, is_standing boolean, is_first boolean)
  RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor constant text := medstint.acting_user_id();
  person record;
BEGIN
  -- Nobody in particular is the operator's tool, or a client that names no person.
  IF actor IS NULL OR actor = who THEN
    RETURN false;
  END IF;
  INSERT INTO medstint.credential_changes (user_id, changed_by, kind, item, stands)
  VALUES (who, actor, what, which, is_standing);
  -- A kiosk sends punches of the last sixty days, and a badge counts from the day before.
  DELETE FROM medstint.credential_changes c
  WHERE c.user_id = who AND NOT c.stands AND c.changed_at < now() - interval '62 days';
  IF is_first THEN
    RETURN true;
  END IF;
  SELECT u.name, u.school_id, u.role <> 'STUDENT' AS is_staff INTO person FROM public.users u WHERE u.id = who;
  -- PINs, badges and numbers have events of their own.
  IF what NOT IN ('pin', 'badge') THEN
    PERFORM medstint.write_event(
      CASE WHEN person.is_staff THEN 'auth.staff_credential_changed' ELSE 'auth.credential_changed' END,
      person.school_id, 'users', who, jsonb_build_object('kind', what), 'CHANGE', 200);
  END IF;
  PERFORM medstint.notify('CREDENTIAL_CHANGED', (SELECT jsonb_agg(jsonb_build_object('user_id', told.id,
      'key', 'credential:' || gen_random_uuid(), 'about', 'users/' || who,
      'data', jsonb_build_object('actor', (SELECT u.name FROM public.users u WHERE u.id = actor),
        'person', person.name, 'kind', CASE what WHEN 'email' THEN 'address' WHEN 'pin' THEN 'PIN'
          WHEN 'badge' THEN 'badge or number' ELSE what END)))
    FROM (SELECT who AS id UNION SELECT a FROM medstint.administrators(person.school_id) a WHERE person.is_staff) told
    WHERE told.id <> actor));
  RETURN true;
END
$$;

-- As before. An identity stands until it is replaced. An address stands too, but is worth
-- nothing until the web application sets a password or links an identity by it: the day of
-- whoever set the address begins then.
CREATE OR REPLACE FUNCTION medstint.note_account() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  changes_password boolean;
  changes_identity boolean;
  is_by_other boolean := false;
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM medstint.end_credential(OLD.user_id, 'provider', OLD.provider_id, true);
    RETURN NULL;
  END IF;
  -- An upsert comes here twice: what is there already is an update.
  IF TG_OP = 'INSERT' AND EXISTS (SELECT FROM public.accounts a
      WHERE a.user_id = NEW.user_id AND a.provider_id = NEW.provider_id) THEN
    RETURN NEW;
  END IF;
  changes_password := TG_OP = 'INSERT' AND NEW.password IS NOT NULL
    OR TG_OP = 'UPDATE' AND NEW.password IS DISTINCT FROM OLD.password;
  changes_identity := NEW.provider_id <> 'credential' AND (TG_OP = 'INSERT'
    OR (NEW.provider_id, NEW.account_id, NEW.user_id) IS DISTINCT FROM (OLD.provider_id, OLD.account_id, OLD.user_id));
  IF changes_password THEN
    -- The first way in of somebody who never signed in is no change.
    is_by_other := medstint.note_credential_change(NEW.user_id, 'password', '', false, TG_OP = 'INSERT'
      AND NOT EXISTS (SELECT FROM public.accounts a WHERE a.user_id = NEW.user_id AND a.id <> NEW.id)
      AND NOT EXISTS (SELECT FROM public.sessions x WHERE x.user_id = NEW.user_id));
    NEW.is_temporary := is_by_other;
  END IF;
  IF TG_OP = 'UPDATE' AND changes_identity THEN
    PERFORM medstint.end_credential(OLD.user_id, 'provider', OLD.provider_id, true);
  END IF;
  IF changes_identity THEN
    is_by_other := medstint.note_credential_change(NEW.user_id, 'provider', NEW.provider_id, true, false);
  END IF;
  IF (changes_password OR changes_identity) AND NOT is_by_other AND medstint.is_trusted() THEN
    UPDATE medstint.credential_changes c SET changed_at = clock_timestamp()
    WHERE c.user_id = NEW.user_id AND c.kind = 'email' AND c.stands;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER e_end_credential AFTER DELETE ON accounts
  FOR EACH ROW EXECUTE FUNCTION medstint.note_account();

CREATE OR REPLACE FUNCTION medstint.note_email() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.end_credential(NEW.id, 'email', '', false),
    medstint.note_credential_change(NEW.id, 'email', '', true, false);
  RETURN NULL;
END
$$;

-- Who chooses somebody's badge or number punches as them where no PIN is asked for.
CREATE FUNCTION medstint.note_badge() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.note_credential_change(NEW.id, 'badge', '', false,
    (OLD.badge IS NULL OR NEW.badge IS NOT DISTINCT FROM OLD.badge)
    AND (OLD.student_id IS NULL OR NEW.student_id IS NOT DISTINCT FROM OLD.student_id));
  RETURN NULL;
END
$$;
CREATE TRIGGER e_note_badge AFTER UPDATE OF badge, student_id ON users FOR EACH ROW
  WHEN ((OLD.badge, OLD.student_id) IS DISTINCT FROM (NEW.badge, NEW.student_id))
  EXECUTE FUNCTION medstint.note_badge();

-- A PIN stands until it is replaced. A code stands until it is used, replaced or void; the
-- day of its maker begins when it is used, since the maker could be the one who uses it.
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

-- The person, and everybody who could sign in as them: by a change of the last day, or by
-- an identity that stands; also by way of others.
CREATE FUNCTION medstint.possible_actors(person text) RETURNS text[]
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
        WHERE x.user_id = a.id AND x.stands AND x.kind = 'provider') c)
    SELECT a.id FROM actors a);
END
$$;

-- Everybody who counts as the same person: who could sign in as them, and as whom any of
-- these could sign in.
CREATE FUNCTION medstint.counts_as(person text) RETURNS text[]
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  since constant timestamptz := clock_timestamp() - interval '1 day';
BEGIN
  RETURN ARRAY(
    WITH RECURSIVE same AS (
      SELECT unnest(medstint.possible_actors(person)) AS id
      UNION SELECT c.user_id FROM same s CROSS JOIN LATERAL (
        SELECT x.user_id FROM medstint.credential_changes x
        WHERE x.changed_by = s.id AND x.changed_at > since
        UNION ALL SELECT x.user_id FROM medstint.credential_changes x
        WHERE x.changed_by = s.id AND x.stands AND x.kind = 'provider') c)
    SELECT s.id FROM same s);
END
$$;

CREATE OR REPLACE FUNCTION medstint.require_second_person(decider text, others text[]) RETURNS void
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF array_remove(others, decider) && medstint.counts_as(decider) THEN
    RAISE EXCEPTION 'one person could have been both' USING ERRCODE = 'MS403', CONSTRAINT = 'second_person_is_another';
  END IF;
END
$$;

-- The rule by which a record is not for this person to decide on. `same` is everybody who
-- counts as them.
CREATE FUNCTION medstint.second_person_rule(decider text, same text[], student text, editors text[], punchers text[])
  RETURNS text
  LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN punchers && same THEN 'possible_punchers_do_not_decide'
    WHEN array_remove(editors || student, decider) && same THEN 'second_person_is_another' END
$$;

-- Those of these records of the school that are not for the person of the session to
-- decide on, and by which rule: asked once for all of them.
CREATE FUNCTION medstint.second_person_refusals(records text[]) RETURNS TABLE (record text, rule text)
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
GRANT EXECUTE ON FUNCTION medstint.second_person_refusals(text[]) TO medstint_app;

-- As before, once for all records of a statement.
DROP TRIGGER c_second_person ON time_records;
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
    RAISE EXCEPTION 'one person could have been both' USING ERRCODE = 'MS403', CONSTRAINT = broken;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER c_second_person AFTER UPDATE ON time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.second_person_decides();

-- As before. What a device did by somebody's code or PIN is also the doing of whoever could
-- have typed it.
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
      UNION SELECT c.changed_by FROM counted e JOIN medstint.credential_changes c ON c.user_id = e.user_id
      WHERE e.endpoint = 'kiosk' AND c.kind = 'pin' AND c.stands)
  INTO doers, subjects, typists;
  -- By the person's id, since an address can be changed meanwhile.
  IF NEW.acknowledged_by = ANY (subjects) AND rule.group_by IN ('account', 'record')
     OR NEW.acknowledged_by = ANY (typists) THEN
    RAISE EXCEPTION 'the alert is about whoever would acknowledge it' USING ERRCODE = 'MS403',
      CONSTRAINT = 'alerts_not_by_whom_they_are_about';
  END IF;
  PERFORM medstint.require_second_person(NEW.acknowledged_by,
    coalesce(doers, '{}') || coalesce(subjects, '{}') || typists || NEW.subject);
  RETURN NEW;
END
$$;

-- Enrolling. The event says by whose code.
INSERT INTO alert_rules (id, school_id, code, name, actions, group_by, counts, threshold, within, severity) VALUES
  ('platform-kiosk-enrolled', NULL, 'kiosk-enrolled', 'Kiosk enrolled', '{kiosk.enrolled}', 'record', 'events', 1,
   '10 minutes', 'HIGH');

-- Who could have made a punch, besides its student.
CREATE FUNCTION medstint.possible_punchers(kiosk text, student text, at timestamptz, offline boolean) RETURNS text[]
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

-- A punch in quarantine keeps who could have made it; a device may send what it names as
-- another kiosk's.
CREATE FUNCTION medstint.name_punchers() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.possible_punchers := ARRAY(
    SELECT unnest(medstint.possible_punchers(NEW.kiosk_id, NEW.student_id, NEW.punched_at, true))
    UNION SELECT unnest(k.enrolled_by) FROM medstint.kiosk_acts a JOIN public.kiosks k ON k.id = a.kiosk_id
    WHERE a.transaction_id = pg_current_xact_id_if_assigned());
  RETURN NEW;
END
$$;
CREATE TRIGGER b_name_punchers BEFORE INSERT ON kiosk_punches FOR EACH ROW
  WHEN (NEW.status = 'QUARANTINED') EXECUTE FUNCTION medstint.name_punchers();

-- Changes parts of a function's newest definition; each part has to be there.
CREATE PROCEDURE medstint.rewrite(rewritten regprocedure, parts text[])
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  source text := pg_get_functiondef(rewritten);
  part text[];
BEGIN
  FOREACH part SLICE 1 IN ARRAY parts LOOP
    IF strpos(source, part[1]) = 0 THEN
      RAISE EXCEPTION '% does not hold %', rewritten, part[1];
    END IF;
    source := replace(source, part[1], part[2]);
  END LOOP;
  EXECUTE source;
END
$$;
CALL medstint.rewrite('medstint.make_enrolment_code(text)', ARRAY[
  ['enrolment_expires_at = now() + interval ''24 hours''',
   'enrolment_expires_at = now() + interval ''24 hours'',
    code_made_by = medstint.possible_actors(me.user_id)']]);
CALL medstint.rewrite('medstint.enrol_kiosk(text)', ARRAY[
  ['enrolled_at = now(), revoked_at = NULL', 'enrolled_at = now(), revoked_at = NULL,
    code_made_by = ''{}'', enrolled_by = k.code_made_by'],
  ['''kiosks'', enrolled.id, ''{}'', ''ENROL''',
   '''kiosks'', enrolled.id, jsonb_build_object(''code_made_by'', enrolled.code_made_by), ''ENROL''']]);
CALL medstint.rewrite('medstint.revoke_kiosk(text)', ARRAY[
  ['enrolment_expires_at = NULL', 'enrolment_expires_at = NULL, code_made_by = ''{}''']]);
-- Also the record that a student says was left open ends by the word of this punch.
CALL medstint.rewrite('medstint.place_punch(public.kiosks, text, text, text, timestamptz, timestamptz, boolean,
  boolean, jsonb)', ARRAY[
  ['  who public.users;', '  punchers constant text[] := medstint.possible_punchers(k.id, student, at, offline);
  who public.users;'],
  ['SET clock_out = left_at, ',
   'SET possible_punchers = ARRAY(SELECT DISTINCT unnest(t.possible_punchers || punchers)),
      clock_out = left_at, '],
  ['SET clock_out = at, ', 'SET possible_punchers = ARRAY(SELECT DISTINCT unnest(t.possible_punchers || punchers)),
      clock_out = at, '],
  ['clock_in_ip_address, clock_in_user_agent, is_offline, clock_is_unverified)',
   'clock_in_ip_address, clock_in_user_agent, is_offline, clock_is_unverified, possible_punchers)'],
  ['address, device, offline, unverified)', 'address, device, offline, unverified, punchers)']]);
CALL medstint.rewrite('medstint.resolve_punch(text, text, text, timestamptz, text)', ARRAY[
  ['clock_is_unverified, notes)', 'clock_is_unverified, possible_punchers, notes)'],
  ['true, p.clock_is_unverified,', 'true, p.clock_is_unverified, p.possible_punchers,'],
  ['SET clock_out = resolve_punch.at, ',
   'SET possible_punchers = ARRAY(SELECT DISTINCT unnest(t.possible_punchers || p.possible_punchers)),
      clock_out = resolve_punch.at, ']]);
DROP PROCEDURE medstint.rewrite(regprocedure, text[]);
