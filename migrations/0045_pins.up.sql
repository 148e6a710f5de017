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
  -- What a PIN becomes by the salt of a hash: the hash itself, where it is the PIN.
  EXECUTE format($f$
    CREATE FUNCTION medstint.pin_tried(pin text, hash text) RETURNS text
      LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
      AS 'SELECT %1$s.crypt(pin, hash)' $f$, home);
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

-- Attempts and what came of them, apart from those at passwords: what is worth a punch
-- is worth no session, and nobody locks a door by signing in.
CREATE TABLE medstint.pin_attempts (
  subject      text PRIMARY KEY,
  failures     integer NOT NULL DEFAULT 0,
  last_attempt timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE medstint.pin_outcomes (
  id           text PRIMARY KEY,
  kiosk_id     text NOT NULL REFERENCES public.kiosks (id) ON DELETE CASCADE,
  subject      text NOT NULL,
  user_id      text REFERENCES public.users (id) ON DELETE CASCADE,
  -- counted, then ok or code; locked by the count alone.
  status       text NOT NULL,
  failures     integer NOT NULL,
  tried_pin    text,
  tried_code   text,
  locked_until timestamptz,
  counted_in   xid8 NOT NULL DEFAULT pg_current_xact_id(),
  counted_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Whoever has somebody else's number as a badge would punch for them, or keep them from
-- punching: administrators give badges, and no badge is another one's number.
CREATE FUNCTION medstint.check_badge() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.badge IS NOT DISTINCT FROM OLD.badge AND NEW.student_id IS NOT DISTINCT FROM OLD.student_id THEN
    RETURN NEW;
  END IF;
  IF me.user_id IS NOT NULL AND me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN')
     AND (TG_OP = 'INSERT' AND NEW.badge IS NOT NULL OR TG_OP = 'UPDATE' AND NEW.badge IS DISTINCT FROM OLD.badge) THEN
    RAISE EXCEPTION 'administrators give badges' USING ERRCODE = 'MS403', CONSTRAINT = 'users_badges_given_by_administrators';
  END IF;
  IF EXISTS (SELECT FROM public.users u WHERE u.school_id = NEW.school_id AND u.id <> NEW.id
      AND (u.student_id = NEW.badge OR u.email = lower(NEW.badge) OR u.badge = NEW.student_id)) THEN
    RAISE EXCEPTION 'it is another one''s number' USING ERRCODE = 'MS422', CONSTRAINT = 'users_badge_unique';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER b_check_badge BEFORE INSERT OR UPDATE OF badge, student_id ON users
  FOR EACH ROW EXECUTE FUNCTION medstint.check_badge();

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
  DELETE FROM medstint.pin_attempts a WHERE a.subject = 'user:' || who;
  DELETE FROM medstint.pin_outcomes o WHERE o.user_id = who AND o.counted_in <> pg_current_xact_id() AND o.status <> 'code';
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

-- Counts an attempt, and compares nothing yet: what was counted is committed before
-- anybody can hear, by whatever way, what came of it. After five wrong ones each
-- further attempt waits for five minutes after the last one, until the right one or a
-- day later. An unknown badge costs the same work.
CREATE FUNCTION medstint.begin_pin(credential text, badge text, pin text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  person constant public.users := medstint.person_at_door(k.school_id, left(begin_pin.badge, 200));
  about constant text := coalesce('user:' || person.id, 'badge:' || k.school_id || ':' || left(lower(btrim(coalesce(begin_pin.badge, ''))), 200));
  nobody constant text := '$2a$08$......................................................';
  patience constant interval := interval '5 minutes';
  attempts medstint.pin_attempts;
  known medstint.pins;
  attempt constant text := medstint.random_token();
BEGIN
  DELETE FROM medstint.pin_outcomes o WHERE o.id = ANY (ARRAY(SELECT x.id FROM medstint.pin_outcomes x
    WHERE x.counted_at < clock_timestamp() - patience LIMIT 100 FOR UPDATE SKIP LOCKED));
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
  UPDATE medstint.pin_attempts a SET failures = a.failures + 1, last_attempt = clock_timestamp() WHERE a.subject = about RETURNING * INTO attempts;
  INSERT INTO medstint.pin_outcomes (id, kiosk_id, subject, user_id, status, failures, tried_pin, tried_code, locked_until)
  VALUES (attempt, k.id, about, person.id, 'counted', attempts.failures, medstint.pin_tried(coalesce(begin_pin.pin, ''), coalesce(known.pin_hash, nobody)),
    medstint.pin_tried(coalesce(begin_pin.pin, ''), coalesce(known.code_hash, nobody)), attempts.last_attempt + patience);
  RETURN attempt;
END
$$;

-- What came of an attempt that was counted at this kiosk and committed: ok, code (it is
-- the coordinator's), refused, locked. What is right stays good for the questions that
-- follow, and is taken when they are answered.
CREATE FUNCTION medstint.pin_outcome(k public.kiosks, attempt text) RETURNS medstint.pin_outcomes
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  outcome medstint.pin_outcomes;
  known medstint.pins;
BEGIN
  SELECT o.* INTO outcome FROM medstint.pin_outcomes o
  WHERE o.id = attempt AND o.kiosk_id = k.id AND o.counted_in <> pg_current_xact_id() AND o.counted_at > clock_timestamp() - interval '5 minutes' FOR UPDATE;
  IF outcome.id IS NULL THEN
    RAISE EXCEPTION 'there is no such attempt, or it has not been committed' USING ERRCODE = 'MS409', CONSTRAINT = 'sign_in_commit_first';
  END IF;
  IF outcome.status = 'counted' THEN
    SELECT p.* INTO known FROM medstint.pins p JOIN public.users u ON u.id = p.user_id AND u.is_active AND u.school_id = k.school_id WHERE p.user_id = outcome.user_id;
    outcome.status := CASE WHEN outcome.tried_pin = known.pin_hash THEN 'ok'
      WHEN outcome.tried_code = known.code_hash AND known.code_expires_at > clock_timestamp() THEN 'code'
      WHEN outcome.failures >= 5 THEN 'locked' ELSE 'refused' END;
  END IF;
  IF outcome.status IN ('ok', 'code') THEN
    UPDATE medstint.pin_attempts a SET failures = 0 WHERE a.subject = outcome.subject;
    UPDATE medstint.pin_outcomes o SET status = outcome.status WHERE o.id = attempt;
    outcome.locked_until := NULL;
    RETURN outcome;
  END IF;
  DELETE FROM medstint.pin_outcomes o WHERE o.id = attempt;
  PERFORM medstint.begin_act(k.id, NULL);
  PERFORM medstint.write_event('kiosk.pin_' || outcome.status, k.school_id, 'users', coalesce(outcome.user_id, '-'), '{}', 'PIN', CASE outcome.status WHEN 'locked' THEN 423 ELSE 401 END);
  PERFORM medstint.end_act();
  outcome.user_id := NULL;
  outcome.locked_until := CASE outcome.status WHEN 'locked' THEN outcome.locked_until END;
  RETURN outcome;
END
$$;

-- Leaving a kiosk's screen needs an administrator's PIN.
CREATE FUNCTION medstint.leave_kiosk(credential text, attempt text, OUT status text, OUT locked_until timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  outcome constant medstint.pin_outcomes := medstint.pin_outcome(k, attempt);
BEGIN
  DELETE FROM medstint.pin_outcomes o WHERE o.id = attempt;
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
  ('platform-pins-guessed', NULL, 'pins-guessed', 'PINs guessed at a kiosk', '{kiosk.pin_refused,kiosk.pin_locked}', 'school', 'events', 20, '10 minutes', 'HIGH');
