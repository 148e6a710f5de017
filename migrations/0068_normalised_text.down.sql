ALTER TABLE competency_templates DROP CONSTRAINT competency_templates_id_with_school;
ALTER TABLE kiosks DROP CONSTRAINT kiosks_id_with_site;
ALTER TABLE clinical_site_locations DROP CONSTRAINT clinical_site_locations_id_with_site;
ALTER TABLE clinical_sites DROP CONSTRAINT clinical_sites_id_with_school;
ALTER TABLE programs DROP CONSTRAINT programs_id_with_school;
ALTER TABLE users DROP CONSTRAINT users_id_with_school;

CREATE OR REPLACE FUNCTION medstint.begin_pin(credential text, badge text, pin text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  person constant public.users := medstint.person_at_door(k.school_id, left(begin_pin.badge, 200));
  unknown constant text := k.school_id || ':' || left(lower(btrim(coalesce(begin_pin.badge, ''))), 200);
  about constant text := coalesce('user:' || person.id,
    'badge:' || encode(sha256(convert_to((SELECT b.key FROM medstint.badge_keys b) || ':' || unknown, 'UTF8')), 'hex'));
  nobody constant text := '$2a$08$......................................................';
  patience constant interval := interval '5 minutes';
  attempts medstint.pin_attempts;
  known medstint.pins;
  attempt constant text := medstint.random_token();
BEGIN
  IF (SELECT count(*) >= 300 OR count(*) FILTER (WHERE o.counted_in = pg_current_xact_id()) > 0
      FROM medstint.pin_outcomes o WHERE o.kiosk_id = k.id AND o.status IN ('counted', 'locked')
        AND o.counted_at > clock_timestamp() - interval '1 minute') THEN
    RAISE EXCEPTION 'too many attempts at one kiosk' USING ERRCODE = 'MS429',
      CONSTRAINT = 'pin_outcomes_per_minute';
  END IF;
  DELETE FROM medstint.pin_outcomes o WHERE o.id = ANY (ARRAY(SELECT x.id FROM medstint.pin_outcomes x
    WHERE x.is_reported AND x.counted_at < clock_timestamp() - patience LIMIT 100 FOR UPDATE SKIP LOCKED));
  -- Whatever a reader typed once is not kept for ever.
  DELETE FROM medstint.pin_attempts a WHERE a.subject = ANY (ARRAY(SELECT x.subject FROM medstint.pin_attempts x
    WHERE x.last_attempt < clock_timestamp() - interval '1 day' LIMIT 100 FOR UPDATE SKIP LOCKED));
  INSERT INTO medstint.pin_attempts (subject) VALUES (about) ON CONFLICT DO NOTHING;
  SELECT * INTO attempts FROM medstint.pin_attempts a WHERE a.subject = about FOR UPDATE;
  IF attempts.failures >= 5 AND attempts.last_attempt > clock_timestamp() - patience THEN
    INSERT INTO medstint.pin_outcomes (id, kiosk_id, subject, status, failures, locked_until)
    VALUES (attempt, k.id, about, 'locked', attempts.failures, attempts.last_attempt + patience);
    RETURN attempt;
  END IF;
  SELECT p.* INTO known FROM medstint.pins p WHERE p.user_id = person.id;
  UPDATE medstint.pin_attempts a SET failures = a.failures + 1, last_attempt = clock_timestamp()
    WHERE a.subject = about RETURNING * INTO attempts;
  INSERT INTO medstint.pin_outcomes (id, kiosk_id, subject, user_id, status, failures, tried_pin, tried_code,
    locked_until)
  VALUES (attempt, k.id, about, person.id, 'counted', attempts.failures,
    medstint.pin_tried(coalesce(begin_pin.pin, ''), coalesce(known.pin_hash, nobody)),
    medstint.pin_tried(coalesce(begin_pin.pin, ''), coalesce(known.code_hash, nobody)),
    attempts.last_attempt + patience);
  RETURN attempt;
END
$$;

CREATE OR REPLACE FUNCTION medstint.person_at_door(school text, badge text) RETURNS public.users
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.* FROM public.users u
  WHERE u.school_id = school AND (u.badge = btrim(person_at_door.badge) OR u.student_id = btrim(person_at_door.badge)
    OR u.role <> 'STUDENT' AND u.email = lower(btrim(person_at_door.badge)))
  ORDER BY u.badge = btrim(person_at_door.badge) DESC NULLS LAST, u.student_id = btrim(person_at_door.badge) DESC NULLS LAST LIMIT 1
$$;

CREATE OR REPLACE FUNCTION medstint.check_badge() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
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
  IF EXISTS (SELECT FROM public.users u WHERE u.school_id = NEW.school_id AND u.id <> NEW.id
      AND (u.student_id = NEW.badge OR u.email = lower(NEW.badge) OR u.badge = NEW.student_id)) THEN
    RAISE EXCEPTION 'it is another one''s number' USING ERRCODE = 'MS422', CONSTRAINT = 'users_badge_unique';
  END IF;
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.begin_sign_in(email text, password text, ip text DEFAULT NULL, user_agent text DEFAULT NULL,
    client text DEFAULT 'console') RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  address constant text := left(lower(btrim(coalesce(email, ''))), 254);
BEGIN
  -- Those who watch write the event (medstint.report_attempts). Every attempt tells them.
  PERFORM medstint.announce_attempt();
  RETURN medstint.store_attempt('sign_in', address, (medstint.credential_of(address)).hash, password, ip, user_agent, client);
END
$$;

CREATE OR REPLACE FUNCTION medstint.fill_user_name() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.name IS NULL OR TG_OP = 'UPDATE' AND NEW.name = OLD.name
     AND (NEW.given_name, NEW.family_name) IS DISTINCT FROM (OLD.given_name, OLD.family_name) THEN
    NEW.name := coalesce(nullif(btrim(concat_ws(' ', NEW.given_name, NEW.family_name)), ''), NEW.name, NEW.email);
  END IF;
  NEW.email := lower(btrim(NEW.email));
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.derived_columns() RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY['sort_name', 'elapsed_ms', 'created_at', 'updated_at', 'last_seen_at', 'expires_at', 'flags', 'triage',
    'edited_at', 'editors', 'possible_punchers']
$$;

-- Text stays as it was tidied.
DO $$
DECLARE
  rule record;
BEGIN
  FOR rule IN
    SELECT t.tgrelid::regclass AS tidied, c.relname AS relation FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE t.tgname = 'a_tidy_text' AND c.relnamespace = 'public'::regnamespace
  LOOP
    EXECUTE format('DROP TRIGGER a_tidy_text ON %s', rule.tidied);
    EXECUTE format('DROP FUNCTION medstint.%I()', 'tidy_' || rule.relation);
  END LOOP;
  FOR rule IN
    SELECT x.conrelid::regclass AS tidied, x.conname AS name FROM pg_constraint x
    JOIN pg_class c ON c.oid = x.conrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE x.contype = 'c' AND c.relnamespace = 'public'::regnamespace
      AND x.conname = c.relname || '_' || a.attname || '_is_plain'
  LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', rule.tidied, rule.name);
  END LOOP;
END
$$;
DROP PROCEDURE medstint.tidy_columns(regclass, text[]);

ALTER TABLE clinical_sites DROP COLUMN search_name;
ALTER TABLE users DROP COLUMN search_name;

ALTER TABLE users DROP CONSTRAINT users_email_is_address;
ALTER TABLE users ADD CONSTRAINT users_email_is_address CHECK (email = lower(btrim(email)) AND email LIKE '_%@_%');
DROP INDEX users_student_number_unique, users_badge_unique, programs_unique_in_school, clinical_sites_unique_in_school,
  clinical_site_locations_unique_in_site, kiosks_unique_in_site, competency_templates_version_unique;
ALTER TABLE users ADD CONSTRAINT users_student_number_unique UNIQUE (school_id, student_id),
  ADD CONSTRAINT users_badge_unique UNIQUE (school_id, badge);
ALTER TABLE programs ADD CONSTRAINT programs_unique_in_school UNIQUE (school_id, name, class_year);
ALTER TABLE clinical_sites ADD CONSTRAINT clinical_sites_unique_in_school UNIQUE (school_id, name);
ALTER TABLE clinical_site_locations
  ADD CONSTRAINT clinical_site_locations_unique_in_site UNIQUE (clinical_site_id, name);
ALTER TABLE kiosks ADD CONSTRAINT kiosks_unique_in_site UNIQUE (clinical_site_id, name);
ALTER TABLE competency_templates ADD CONSTRAINT competency_templates_version_unique UNIQUE (school_id, name, version);

DROP FUNCTION medstint.is_plain(text), medstint.hidden_characters(), medstint.tidied(text), medstint.search_key(text),
  medstint.case_folded(text), medstint.folded_letters(text);
