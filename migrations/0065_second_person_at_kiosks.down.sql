-- Functions that were rewritten in parts.
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
  ['enrolment_expires_at = now() + interval ''24 hours'',
    code_made_by = medstint.possible_actors(me.user_id)',
   'enrolment_expires_at = now() + interval ''24 hours''']]);
CALL medstint.rewrite('medstint.enrol_kiosk(text)', ARRAY[
  ['enrolled_at = now(), revoked_at = NULL,
    code_made_by = ''{}'', enrolled_by = k.code_made_by',
   'enrolled_at = now(), revoked_at = NULL'],
  ['''kiosks'', enrolled.id, jsonb_build_object(''code_made_by'', enrolled.code_made_by), ''ENROL''',
   '''kiosks'', enrolled.id, ''{}'', ''ENROL''']]);
CALL medstint.rewrite('medstint.revoke_kiosk(text)', ARRAY[
  ['enrolment_expires_at = NULL, code_made_by = ''{}''',
   'enrolment_expires_at = NULL']]);
CALL medstint.rewrite('medstint.place_punch(public.kiosks, text, text, text, timestamptz, timestamptz, boolean,
  boolean, jsonb)', ARRAY[
  ['  punchers constant text[] := medstint.possible_punchers(k.id, student, at, offline);
  who public.users;',
   '  who public.users;'],
  ['SET possible_punchers = ARRAY(SELECT DISTINCT unnest(t.possible_punchers || punchers)),
      clock_out = left_at, ',
   'SET clock_out = left_at, '],
  ['SET possible_punchers = ARRAY(SELECT DISTINCT unnest(t.possible_punchers || punchers)),
      clock_out = at, ',
   'SET clock_out = at, '],
  ['clock_in_ip_address, clock_in_user_agent, is_offline, clock_is_unverified, possible_punchers)',
   'clock_in_ip_address, clock_in_user_agent, is_offline, clock_is_unverified)'],
  ['address, device, offline, unverified, punchers)',
   'address, device, offline, unverified)']]);
CALL medstint.rewrite('medstint.resolve_punch(text, text, text, timestamptz, text)', ARRAY[
  ['clock_is_unverified, possible_punchers, notes)',
   'clock_is_unverified, notes)'],
  ['true, p.clock_is_unverified, p.possible_punchers,',
   'true, p.clock_is_unverified,'],
  ['SET possible_punchers = ARRAY(SELECT DISTINCT unnest(t.possible_punchers || p.possible_punchers)),
      clock_out = resolve_punch.at, ',
   'SET clock_out = resolve_punch.at, ']]);
DROP PROCEDURE medstint.rewrite(regprocedure, text[]);

DROP TRIGGER b_name_punchers ON kiosk_punches;
DROP TRIGGER c_second_person ON time_records;
DROP TRIGGER e_note_badge ON users;
DROP TRIGGER e_end_credential ON accounts;
DROP FUNCTION medstint.name_punchers(), medstint.possible_punchers(text, text, timestamptz, boolean),
  medstint.second_person_refusals(text[]), medstint.note_badge(),
  medstint.note_credential_change(text, text, text, boolean, boolean);
DELETE FROM alerts WHERE rule_id IN (SELECT id FROM alert_rules WHERE code = 'kiosk-enrolled');
DELETE FROM alert_rules WHERE code = 'kiosk-enrolled';

CREATE FUNCTION medstint.note_credential_change(who text, what text, is_first boolean) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor constant text := medstint.acting_user_id();
  person record;
BEGIN
  -- Nobody in particular is the operator's tool, or a client that names no person.
  IF actor IS NULL OR actor = who THEN
    RETURN false;
  END IF;
  INSERT INTO medstint.credential_changes (user_id, changed_by, kind) VALUES (who, actor, what);
  DELETE FROM medstint.credential_changes c WHERE c.user_id = who AND c.changed_at < now() - interval '30 days';
  IF is_first THEN
    RETURN true;
  END IF;
  SELECT u.name, u.school_id, u.role <> 'STUDENT' AS is_staff INTO person FROM public.users u WHERE u.id = who;
  -- A PIN has events of its own.
  IF what <> 'pin' THEN
    PERFORM medstint.write_event(CASE WHEN person.is_staff THEN 'auth.staff_credential_changed' ELSE 'auth.credential_changed' END,
      person.school_id, 'users', who, jsonb_build_object('kind', what), 'CHANGE', 200);
  END IF;
  PERFORM medstint.notify('CREDENTIAL_CHANGED', (SELECT jsonb_agg(jsonb_build_object('user_id', told.id, 'key', 'credential:' || gen_random_uuid(),
      'about', 'users/' || who, 'data', jsonb_build_object('actor', (SELECT u.name FROM public.users u WHERE u.id = actor),
        'kind', CASE what WHEN 'email' THEN 'address' WHEN 'pin' THEN 'PIN' ELSE what END, 'person', person.name)))
    FROM (SELECT who AS id UNION SELECT a FROM medstint.administrators(person.school_id) a WHERE person.is_staff) told WHERE told.id <> actor));
  RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION medstint.note_account() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  changes_password constant boolean := TG_OP = 'INSERT' AND NEW.password IS NOT NULL
    OR TG_OP = 'UPDATE' AND NEW.password IS DISTINCT FROM OLD.password;
  by_other boolean := false;
BEGIN
  -- An upsert comes here twice: what is there already is an update.
  IF TG_OP = 'INSERT' AND EXISTS (SELECT FROM public.accounts a WHERE a.user_id = NEW.user_id AND a.provider_id = NEW.provider_id) THEN
    RETURN NEW;
  END IF;
  IF changes_password THEN
    -- The first way in of somebody who never signed in is no change.
    by_other := medstint.note_credential_change(NEW.user_id, 'password', TG_OP = 'INSERT'
      AND NOT EXISTS (SELECT FROM public.accounts a WHERE a.user_id = NEW.user_id AND a.id <> NEW.id)
      AND NOT EXISTS (SELECT FROM public.sessions x WHERE x.user_id = NEW.user_id));
    NEW.is_temporary := by_other;
  END IF;
  IF NEW.provider_id <> 'credential' AND (TG_OP = 'INSERT' OR (NEW.provider_id, NEW.account_id, NEW.user_id) IS DISTINCT FROM (OLD.provider_id, OLD.account_id, OLD.user_id)) THEN
    PERFORM medstint.note_credential_change(NEW.user_id, 'provider', false);
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.note_email() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.note_credential_change(NEW.id, 'email', false);
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.note_pin() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' OR NEW.pin_hash IS DISTINCT FROM OLD.pin_hash
     OR NEW.code_hash IS NOT NULL AND NEW.code_hash IS DISTINCT FROM OLD.code_hash THEN
    PERFORM medstint.note_credential_change(NEW.user_id, 'pin', TG_OP = 'INSERT');
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.require_second_person(decider text, others text[]) RETURNS void
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (
    WITH RECURSIVE deciders AS (
      SELECT decider AS person
      UNION SELECT c.changed_by FROM deciders d JOIN medstint.credential_changes c ON c.user_id = d.person
      WHERE c.changed_at > clock_timestamp() - interval '1 day'
    ), actors AS (
      SELECT o AS person FROM unnest(others) o WHERE o <> decider
      UNION SELECT c.changed_by FROM actors a JOIN medstint.credential_changes c ON c.user_id = a.person
      WHERE c.changed_at > clock_timestamp() - interval '1 day')
    SELECT FROM deciders JOIN actors USING (person)) THEN
    RAISE EXCEPTION 'one person could have been both' USING ERRCODE = 'MS403', CONSTRAINT = 'second_person_is_another';
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION medstint.second_person_decides() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor constant text := medstint.acting_user_id();
BEGIN
  IF actor IS NOT NULL THEN
    PERFORM medstint.require_second_person(actor, NEW.editors || NEW.student_id);
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER c_second_person BEFORE UPDATE OF status ON time_records FOR EACH ROW
  WHEN (OLD.status = 'PENDING' AND NEW.status <> 'PENDING') EXECUTE FUNCTION medstint.second_person_decides();

CREATE OR REPLACE FUNCTION medstint.second_person_acknowledges() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rule constant public.alert_rules := (SELECT r FROM public.alert_rules r WHERE r.id = NEW.rule_id);
  doers text[];
  subjects text[];
BEGIN
  SELECT array_agg(DISTINCT e.user_id) FILTER (WHERE e.user_id IS NOT NULL),
    array_agg(DISTINCT e.resource_id) FILTER (WHERE e.resource_type = 'users')
  INTO doers, subjects
  FROM public.audit_logs e
  WHERE (e.school_id = NEW.school_id OR NEW.school_id IS NULL AND e.school_id IS NULL) AND e.action = ANY (rule.actions)
    AND e.created_at BETWEEN NEW.first_at AND NEW.last_at AND medstint.alert_subject(e, rule.group_by) = NEW.subject;
  -- By the person's id, since an address can be changed meanwhile.
  IF NEW.acknowledged_by = ANY (subjects) AND rule.group_by IN ('account', 'record') THEN
    RAISE EXCEPTION 'the alert is about whoever would acknowledge it' USING ERRCODE = 'MS403', CONSTRAINT = 'alerts_not_by_whom_they_are_about';
  END IF;
  PERFORM medstint.require_second_person(NEW.acknowledged_by, coalesce(doers, '{}') || coalesce(subjects, '{}') || NEW.subject);
  RETURN NEW;
END
$$;

DROP FUNCTION medstint.second_person_rule(text, text[], text, text[], text[]), medstint.counts_as(text),
  medstint.possible_actors(text), medstint.end_credential(text, text, text, boolean);

DROP TRIGGER a_flags_are_the_databases ON time_records;
CREATE OR REPLACE FUNCTION medstint.keep_flags() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT pg_has_role(current_user, (SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID), 'MEMBER') THEN
    NEW.flags := OLD.flags;
    NEW.triage := OLD.triage;
    NEW.edited_at := OLD.edited_at;
    NEW.editors := OLD.editors;
    -- When it was recorded, and that a kiosk was alone, is not taken back.
    NEW.created_at := OLD.created_at;
    NEW.is_offline := OLD.is_offline OR NEW.is_offline;
    NEW.clock_is_unverified := OLD.clock_is_unverified OR NEW.clock_is_unverified;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER a_flags_are_the_databases BEFORE UPDATE OF flags, triage, edited_at, editors, created_at, is_offline, clock_is_unverified ON time_records
  FOR EACH ROW EXECUTE FUNCTION medstint.keep_flags();
CREATE OR REPLACE FUNCTION medstint.derived_columns() RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY['sort_name', 'elapsed_ms', 'created_at', 'updated_at', 'last_seen_at', 'expires_at', 'flags', 'triage', 'edited_at', 'editors']
$$;

DROP INDEX medstint.credential_changes_standing, medstint.credential_changes_identities;
DELETE FROM medstint.credential_changes WHERE kind = 'badge';
ALTER TABLE medstint.credential_changes
  DROP COLUMN item,
  DROP COLUMN stands,
  DROP CONSTRAINT credential_changes_kind_known,
  ADD CONSTRAINT credential_changes_kind_check CHECK (kind IN ('password', 'email', 'pin', 'provider'));
ALTER TABLE time_records DROP COLUMN possible_punchers;
ALTER TABLE kiosk_punches DROP COLUMN possible_punchers;
ALTER TABLE kiosks DROP COLUMN code_made_by, DROP COLUMN enrolled_by;
