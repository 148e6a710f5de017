-- Why: at a door nobody types a password. A badge or a number says who somebody is,
-- a PIN that it is them. PINs are few, so that guessing is stopped by counting and
-- not by the cost of a hash; where they are kept, nobody reads them, not even their
-- hashes. A student sets the first one at the door, with a code from the
-- coordinator, or the coordinator does.

-- What a badge reader types, where it is not the student number.
ALTER TABLE users ADD COLUMN badge text
  CONSTRAINT users_badge_not_blank CHECK (badge = btrim(badge) AND badge <> '' AND length(badge) <= 200),
  ADD CONSTRAINT users_badge_unique UNIQUE (school_id, badge);
GRANT SELECT (badge), INSERT (badge), UPDATE (badge) ON users TO medstint_app;

DO $$
DECLARE
  home text := (SELECT quote_ident(n.nspname) FROM pg_extension e
                JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pgcrypto');
BEGIN
  -- All cost the same, and a sixteenth of a password: somebody waits at the door.
  EXECUTE format($f$
    CREATE FUNCTION medstint.pin_hash(pin text) RETURNS text
      LANGUAGE sql VOLATILE STRICT SET search_path = pg_catalog, pg_temp
      AS 'SELECT %1$s.crypt(pin, %1$s.gen_salt(''bf'', 8))' $f$, home);
END
$$;

-- Nothing is granted on it: only the functions below know what is in it, and they
-- write its events.
CREATE TABLE medstint.pins (
  user_id         text PRIMARY KEY REFERENCES public.users (id) ON DELETE CASCADE,
  pin_hash        text CONSTRAINT pins_pin_is_bcrypt CHECK (pin_hash ~ '^\$2a\$08\$[./A-Za-z0-9]{53}$'),
  -- Typed instead of a PIN, once, to set one.
  code_hash       text CONSTRAINT pins_code_is_bcrypt CHECK (code_hash ~ '^\$2a\$08\$[./A-Za-z0-9]{53}$'),
  code_expires_at timestamptz(3),
  CONSTRAINT pins_code_is_whole CHECK ((code_hash IS NULL) = (code_expires_at IS NULL))
);

INSERT INTO medstint.audit_event_types (code, name, severity, meaning) VALUES
  ('KI-0610', 'pin.code_made', 'MEDIUM', 'A one-time code was made, with which somebody sets a PIN at a kiosk'),
  ('KI-0611', 'pin.set', 'MEDIUM', 'Somebody got a new PIN'),
  ('KI-0608', 'kiosk.pin_refused', 'MEDIUM', 'A wrong PIN at a kiosk, or the PIN of nobody'),
  ('KI-0609', 'kiosk.pin_locked', 'HIGH', 'Too many wrong PINs in a row: locked for five minutes');

-- Four to eight digits, and none that are tried first.
CREATE FUNCTION medstint.set_pin_of(who text, pin text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF pin IS NULL OR pin !~ '^[0-9]{4,8}$' THEN
    RAISE EXCEPTION 'a PIN has four to eight digits' USING ERRCODE = 'MS422', CONSTRAINT = 'pins_four_to_eight_digits';
  ELSIF position(pin IN '01234567890123456789') > 0 OR position(pin IN '98765432109876543210') > 0 OR pin ~ '^(.)\1+$' THEN
    RAISE EXCEPTION 'a PIN is not a row of digits' USING ERRCODE = 'MS422', CONSTRAINT = 'pins_not_easily_guessed';
  END IF;
  INSERT INTO medstint.pins AS p (user_id, pin_hash) VALUES (who, medstint.pin_hash(pin))
  ON CONFLICT (user_id) DO UPDATE SET pin_hash = excluded.pin_hash, code_hash = NULL, code_expires_at = NULL;
  DELETE FROM medstint.sign_in_attempts a WHERE a.subject = 'pin:' || who;
END
$$;

-- By an administrator, for somebody up to the own role, or for themselves.
CREATE FUNCTION medstint.set_pin(who text, pin text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT medstint.administers(who) THEN
    RAISE EXCEPTION 'user %: not yours to give a PIN', who USING ERRCODE = 'MS403', CONSTRAINT = 'pins_given_by_administrators';
  END IF;
  PERFORM medstint.set_pin_of(who, pin);
  PERFORM medstint.write_event('pin.set', u.school_id, 'users', who, '{}', 'SET', 200) FROM public.users u WHERE u.id = who;
END
$$;

-- Eight digits for a week, told once to the administrator, who hands them over.
CREATE FUNCTION medstint.make_pin_code(who text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  code constant text := lpad((('x' || left(medstint.random_token(), 12))::bit(48)::bigint % 100000000)::text, 8, '0');
BEGIN
  IF NOT medstint.administers(who) THEN
    RAISE EXCEPTION 'user %: not yours to give a PIN', who USING ERRCODE = 'MS403', CONSTRAINT = 'pins_given_by_administrators';
  END IF;
  INSERT INTO medstint.pins AS p (user_id, code_hash, code_expires_at) VALUES (who, medstint.pin_hash(code), now() + interval '7 days')
  ON CONFLICT (user_id) DO UPDATE SET code_hash = excluded.code_hash, code_expires_at = excluded.code_expires_at;
  PERFORM medstint.write_event('pin.code_made', u.school_id, 'users', who, '{}', 'MAKE', 200) FROM public.users u WHERE u.id = who;
  RETURN code;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.set_pin(text, text), medstint.make_pin_code(text) TO medstint_app;

-- Whom a badge, a student number or, for staff, an address means at a school's door.
CREATE FUNCTION medstint.person_at_door(school text, badge text) RETURNS public.users
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.* FROM public.users u
  WHERE u.school_id = school AND (u.badge = btrim(person_at_door.badge) OR u.student_id = btrim(person_at_door.badge)
    OR u.role <> 'STUDENT' AND u.email = lower(btrim(person_at_door.badge)))
  ORDER BY u.badge = btrim(person_at_door.badge) DESC NULLS LAST, u.student_id = btrim(person_at_door.badge) DESC NULLS LAST LIMIT 1
$$;

-- Counts an attempt and keeps its outcome, as at a sign-in: what was counted is
-- committed before anybody hears what came of it. Five within five minutes lock the
-- person until five minutes after the last one. An unknown badge gets the same
-- answer after the same work. The outcomes: ok, code (it is the coordinator's), refused, locked.
CREATE FUNCTION medstint.begin_pin(credential text, badge text, pin text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  person constant public.users := medstint.person_at_door(k.school_id, left(begin_pin.badge, 200));
  about constant text := 'pin:' || coalesce(person.id, k.school_id || ':' || left(lower(btrim(coalesce(begin_pin.badge, ''))), 200));
  nobody constant text := '$2a$08$......................................................';
  patience constant interval := interval '5 minutes';
  attempts medstint.sign_in_attempts;
  outcome medstint.sign_in_outcomes;
  known medstint.pins;
  is_pin boolean;
  is_code boolean;
BEGIN
  DELETE FROM medstint.sign_in_outcomes o WHERE o.counted_at < clock_timestamp() - patience;
  -- Whatever a reader typed once is not kept for ever.
  DELETE FROM medstint.sign_in_attempts a WHERE a.subject LIKE 'pin:%' AND a.last_attempt < clock_timestamp() - interval '1 day';
  INSERT INTO medstint.sign_in_attempts (subject) VALUES (about) ON CONFLICT DO NOTHING;
  SELECT * INTO attempts FROM medstint.sign_in_attempts a WHERE a.subject = about FOR UPDATE;
  IF attempts.last_attempt < clock_timestamp() - patience THEN
    attempts.failures := 0;
  END IF;
  outcome.id := medstint.random_token();
  IF attempts.failures >= 5 THEN
    outcome.status := 'locked';
    outcome.locked_until := attempts.last_attempt + patience;
  ELSE
    SELECT p.* INTO known FROM medstint.pins p WHERE p.user_id = person.id;
    is_pin := medstint.password_matches(coalesce(begin_pin.pin, ''), coalesce(known.pin_hash, nobody));
    is_code := medstint.password_matches(coalesce(begin_pin.pin, ''), coalesce(known.code_hash, nobody)) AND known.code_expires_at > clock_timestamp();
    attempts.failures := attempts.failures + 1;
    attempts.last_attempt := clock_timestamp();
    IF (is_pin OR is_code) AND person.is_active THEN
      outcome.status := CASE WHEN is_pin THEN 'ok' ELSE 'code' END;
      outcome.user_id := person.id;
    ELSIF attempts.failures >= 5 THEN
      outcome.status := 'locked';
      outcome.locked_until := attempts.last_attempt + patience;
    ELSE
      outcome.status := 'refused';
    END IF;
    UPDATE medstint.sign_in_attempts a SET failures = attempts.failures, last_attempt = attempts.last_attempt WHERE a.subject = about;
  END IF;
  INSERT INTO medstint.sign_in_outcomes (id, subject, user_id, status, locked_until)
  VALUES (outcome.id, about, outcome.user_id, outcome.status, outcome.locked_until);
  IF outcome.user_id IS NULL THEN
    PERFORM medstint.begin_act(k.id, NULL);
    PERFORM medstint.write_event('kiosk.pin_' || outcome.status, k.school_id, 'users', coalesce(person.id, '-'), '{}', 'PIN', CASE outcome.status WHEN 'locked' THEN 423 ELSE 401 END);
    PERFORM medstint.end_act();
  END IF;
  RETURN outcome.id;
END
$$;

-- What came of an attempt that was counted at this kiosk and committed; it stays good
-- for the questions that follow, and is taken when they are answered.
CREATE FUNCTION medstint.pin_outcome(attempt text) RETURNS medstint.sign_in_outcomes
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  outcome medstint.sign_in_outcomes;
BEGIN
  SELECT o.* INTO outcome FROM medstint.sign_in_outcomes o
  WHERE o.id = attempt AND o.subject LIKE 'pin:%' AND o.counted_in <> pg_current_xact_id() AND o.counted_at > clock_timestamp() - interval '5 minutes' FOR UPDATE;
  IF outcome.id IS NULL THEN
    RAISE EXCEPTION 'there is no such attempt, or it has not been committed' USING ERRCODE = 'MS409', CONSTRAINT = 'sign_in_commit_first';
  END IF;
  IF outcome.user_id IS NULL THEN
    DELETE FROM medstint.sign_in_outcomes o WHERE o.id = attempt;
  ELSE
    UPDATE medstint.sign_in_attempts a SET failures = 0 WHERE a.subject = outcome.subject;
  END IF;
  RETURN outcome;
END
$$;

-- Leaving a kiosk's screen needs an administrator's PIN.
CREATE FUNCTION medstint.leave_kiosk(credential text, attempt text, OUT status text, OUT locked_until timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  outcome constant medstint.sign_in_outcomes := medstint.pin_outcome(attempt);
BEGIN
  DELETE FROM medstint.sign_in_outcomes o WHERE o.id = attempt;
  status := outcome.status;
  locked_until := outcome.locked_until;
  IF outcome.user_id IS NULL THEN
    RETURN;
  END IF;
  status := CASE WHEN outcome.status = 'ok' AND EXISTS (SELECT FROM public.users u WHERE u.id = outcome.user_id AND u.role = 'SCHOOL_ADMIN' AND u.is_active AND u.school_id = k.school_id)
    THEN 'ok' ELSE 'refused' END;
  PERFORM medstint.begin_act(k.id, outcome.user_id);
  PERFORM medstint.write_event(CASE status WHEN 'ok' THEN 'kiosk.left' ELSE 'kiosk.leave_refused' END, k.school_id, 'kiosks', k.id, '{}', 'LEAVE', CASE status WHEN 'ok' THEN 200 ELSE 403 END);
  PERFORM medstint.end_act();
END
$$;
GRANT EXECUTE ON FUNCTION medstint.begin_pin(text, text, text), medstint.leave_kiosk(text, text) TO medstint_app;

-- Alerts: guessing at a door.
INSERT INTO alert_rules (id, school_id, code, name, actions, group_by, counts, threshold, within, severity) VALUES
  ('platform-pins-guessed', NULL, 'pins-guessed', 'PINs guessed at a kiosk', '{kiosk.pin_locked}', 'school', 'events', 3, '10 minutes', 'HIGH');
