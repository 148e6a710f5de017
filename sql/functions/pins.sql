-- PINs of students at a kiosk, with the limits on wrong ones.
--
-- A PIN takes two transactions: the first counts the attempt and compares nothing, the second, at
-- the same kiosk, compares what was committed. Whatever could be seen of a first one that is rolled
-- back says nothing. Attempts and outcomes are kept apart from those of passwords, since a PIN is
-- worth a punch and no session. Badges are given by administrators, and no badge equals another
-- student's number.
--
-- The database is the last line of defence in telling a badge from a PIN (src/tui/kiosk/entry.rs).
-- It refuses PINs as long as an all-digit number, unless every length is taken. In an unknown
-- badge, digits that may be a PIN are replaced by dots. Attempts at unknown badges are counted by a
-- keyed hash. A reason that equals a person's badge closes no record.

-- All PINs cost the same, a sixteenth of a password: a person waits at the kiosk.
CREATE OR REPLACE FUNCTION medstint.pin_hash(pin text) RETURNS text
  LANGUAGE sql VOLATILE STRICT SET search_path = pg_catalog, pg_temp
  AS $$SELECT medstint.crypt(pin, medstint.gen_salt('bf', 8))$$;

-- What a PIN becomes with the salt of a hash: the hash itself if it is the PIN.
CREATE OR REPLACE FUNCTION medstint.pin_tried(pin text, hash text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
  AS $$SELECT medstint.crypt(pin, hash)$$;

-- The lengths that a PIN of a school may have: those of no number of digits there, so that a badge
-- read in the place of a PIN is distinguished by its length. All of them, where none is left.
CREATE OR REPLACE FUNCTION medstint.pin_lengths(school text) RETURNS integer[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(n ORDER BY n) FILTER (WHERE n <> ALL (f.digit_lengths)), '{4,5,6,7,8}')
  FROM medstint.badge_forms(school) f CROSS JOIN generate_series(4, 8) n
$$;

-- What was typed, with dots in the place of what may be a PIN: four to eight digits alone, or
-- behind what has the form of a badge.
CREATE OR REPLACE FUNCTION medstint.without_pin(school text, typed text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN x.whole ~ '^[0-9]{4,8}$' THEN '••••' ELSE coalesce((
    SELECT h.head || '••••' FROM medstint.badge_forms(school) f
    CROSS JOIN generate_series(8, 4, -1) n CROSS JOIN LATERAL (SELECT left(x.whole, -n) AS head) h
    WHERE right(x.whole, n) ~ '^[0-9]+$' AND h.head <> ''
      AND length(h.head) = ANY (CASE WHEN h.head ~ '^[0-9]+$' THEN f.digit_lengths ELSE f.other_lengths END)
    ORDER BY n DESC LIMIT 1), typed) END
  FROM (SELECT btrim(typed) AS whole) x
$$;

-- What is nobody's badge may be one with a PIN behind it, or a PIN.
CREATE OR REPLACE FUNCTION medstint.hide_pin() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.student_id IS NULL THEN
    NEW.badge := medstint.without_pin(NEW.school_id, NEW.badge);
  END IF;
  RETURN NEW;
END
$$;

-- Counts an attempt and compares nothing yet: the count is committed before anybody can learn the
-- outcome. After five wrong PINs each further attempt waits five minutes after the last one, until
-- the right one or a day later. An unknown badge costs the same work and is counted by itself,
-- whatever its case.
CREATE OR REPLACE FUNCTION medstint.begin_pin(credential text, badge text, pin text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  person constant public.users := medstint.person_at_door(k.school_id, left(begin_pin.badge, 200));
  unknown constant text := k.school_id || ':'
    || left(medstint.case_folded(medstint.tidied(left(coalesce(begin_pin.badge, ''), 1000))), 200);
  about constant text := coalesce('user:' || person.id,
    'badge:' || encode(sha256(convert_to((SELECT b.key FROM medstint.badge_keys b) || ':' || unknown, 'UTF8')),
      'hex'));
  nobody constant text := '$2a$08$......................................................';
  patience constant interval := interval '5 minutes';
  attempts medstint.pin_attempts;
  known medstint.pins;
  attempt constant text := medstint.random_token();
BEGIN
  IF (SELECT count(*) >= 300 OR count(*) FILTER (WHERE o.counted_in = pg_current_xact_id()) > 0
      FROM medstint.pin_outcomes o WHERE o.kiosk_id = k.id AND o.status IN ('counted', 'locked')
        AND o.counted_at > clock_timestamp() - interval '1 minute') THEN
    RAISE EXCEPTION 'too many PIN attempts at one kiosk' USING ERRCODE = 'MS429',
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

-- The outcome of an attempt that was counted at this kiosk and committed: ok, code (a one-time
-- code), refused, locked. A wrong one is left as it was committed and not locked, so that an open
-- transaction keeps no report waiting. A right one stays good for the questions that follow.
CREATE OR REPLACE FUNCTION medstint.pin_outcome(k public.kiosks, attempt text) RETURNS medstint.pin_outcomes
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  outcome medstint.pin_outcomes;
BEGIN
  SELECT o.* INTO outcome FROM medstint.pin_outcomes o
  WHERE o.id = attempt AND o.kiosk_id = k.id AND o.counted_in <> pg_current_xact_id()
    AND o.counted_at > clock_timestamp() - interval '5 minutes';
  IF medstint.pin_verdict(outcome) IN ('ok', 'code') THEN
    SELECT o.* INTO outcome FROM medstint.pin_outcomes o WHERE o.id = attempt FOR UPDATE;
  END IF;
  IF outcome.id IS NULL THEN
    RAISE EXCEPTION 'there is no such attempt, or it has not been committed' USING ERRCODE = 'MS409',
      CONSTRAINT = 'sign_in_commit_first';
  END IF;
  outcome.status := medstint.pin_verdict(outcome);
  IF outcome.status IN ('ok', 'code') THEN
    UPDATE medstint.pin_attempts a SET failures = 0 WHERE a.subject = outcome.subject;
    UPDATE medstint.pin_outcomes o SET status = outcome.status WHERE o.id = attempt;
    outcome.locked_until := NULL;
    RETURN outcome;
  END IF;
  -- Those who watch write the event.
  PERFORM medstint.announce_attempt();
  outcome.user_id := NULL;
  outcome.locked_until := CASE outcome.status WHEN 'locked' THEN outcome.locked_until END;
  RETURN outcome;
END
$$;

CREATE OR REPLACE FUNCTION medstint.pin_verdict(outcome medstint.pin_outcomes) RETURNS text
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  known medstint.pins;
BEGIN
  IF outcome.status <> 'counted' THEN
    RETURN outcome.status;
  END IF;
  SELECT p.* INTO known FROM medstint.pins p JOIN public.users u ON u.id = p.user_id AND u.is_active
  JOIN public.kiosks k ON k.id = outcome.kiosk_id AND k.school_id = u.school_id
  WHERE p.user_id = outcome.user_id;
  RETURN CASE WHEN outcome.tried_pin = known.pin_hash THEN 'ok'
    WHEN outcome.tried_code = known.code_hash AND known.code_expires_at > clock_timestamp() THEN 'code'
    WHEN outcome.failures >= 5 THEN 'locked' ELSE 'refused' END;
END
$$;

-- By an administrator, for a person up to the administrator's own role, or for themselves.
CREATE OR REPLACE FUNCTION medstint.set_pin(who text, pin text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT medstint.administers(who) THEN
    RAISE EXCEPTION 'user %: you may not set a PIN for this person', who
      USING ERRCODE = 'MS403', CONSTRAINT = 'pins_given_by_administrators';
  END IF;
  PERFORM medstint.set_pin_of(who, pin);
  PERFORM medstint.write_event('pin.set', u.school_id, 'users', who, '{}', 'SET', 200) FROM public.users u
    WHERE u.id = who;
END
$$;

-- Sets a PIN of four to eight digits, and none of those that are tried first. Locks outcomes,
-- attempts and the PIN in the order of a punch.
CREATE OR REPLACE FUNCTION medstint.set_pin_of(who text, pin text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF pin IS NULL OR pin !~ '^[0-9]{4,8}$' THEN
    RAISE EXCEPTION 'a PIN needs four to eight digits'
      USING ERRCODE = 'MS422', CONSTRAINT = 'pins_four_to_eight_digits';
  ELSIF position(pin IN '01234567890123456789') > 0 OR position(pin IN '98765432109876543210') > 0
     OR replace(pin, left(pin, 1), '') = '' THEN
    RAISE EXCEPTION 'the PIN is too easy to guess'
      USING ERRCODE = 'MS422', CONSTRAINT = 'pins_not_easily_guessed';
  ELSIF length(pin) <> ALL (medstint.pin_lengths((SELECT u.school_id FROM public.users u WHERE u.id = who))) THEN
    RAISE EXCEPTION 'a PIN may not be as long as a student number' USING ERRCODE = 'MS422',
      CONSTRAINT = 'pins_not_as_long_as_numbers';
  END IF;
  DELETE FROM medstint.pin_outcomes o WHERE o.user_id = who AND o.counted_in <> pg_current_xact_id()
    AND (o.status = 'ok'
      OR o.status = 'counted'
        AND EXISTS (SELECT FROM medstint.pins p
        WHERE p.user_id = who AND (o.tried_pin = p.pin_hash OR o.tried_code = p.code_hash)));
  DELETE FROM medstint.pin_attempts a WHERE a.subject = 'user:' || who;
  INSERT INTO medstint.pins AS p (user_id, pin_hash) VALUES (who, medstint.pin_hash(pin))
  ON CONFLICT (user_id) DO UPDATE SET pin_hash = excluded.pin_hash, code_hash = NULL, code_expires_at = NULL;
END
$$;

-- A code of eight digits, or of a length that no student number there has, good for a week. Shown
-- once to the administrator, who passes it on.
CREATE OR REPLACE FUNCTION medstint.make_pin_code(who text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  lengths constant integer[] := medstint.pin_lengths((SELECT u.school_id FROM public.users u WHERE u.id = who));
  digits constant bigint := ('x' || left(medstint.random_token(), 12))::bit(48)::bigint % 100000000;
  code constant text := right(lpad(digits::text, 8, '0'), lengths[cardinality(lengths)]);
BEGIN
  IF NOT medstint.administers(who) THEN
    RAISE EXCEPTION 'user %: you may not set a PIN for this person', who USING ERRCODE = 'MS403',
      CONSTRAINT = 'pins_given_by_administrators';
  END IF;
  INSERT INTO medstint.pins AS p (user_id, code_hash, code_expires_at)
  VALUES (who, medstint.pin_hash(code), now() + interval '7 days')
  ON CONFLICT (user_id) DO UPDATE SET code_hash = excluded.code_hash, code_expires_at = excluded.code_expires_at;
  PERFORM medstint.write_event('pin.code_made', u.school_id, 'users', who, '{}', 'MAKE', 200)
  FROM public.users u WHERE u.id = who;
  RETURN code;
END
$$;

-- Writes the events of wrong PINs, in the school of their kiosk. What follows while a badge is
-- locked, and after the twentieth unknown badge, is only counted. Called by
-- medstint.report_attempts, which holds its turn; rows that may still open something are not
-- locked.
CREATE OR REPLACE FUNCTION medstint.report_pins() RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
#variable_conflict use_column
DECLARE
  reported integer;
BEGIN
  WITH waiting AS MATERIALIZED (
    SELECT o.id, CASE WHEN o.subject LIKE 'user:%' THEN substr(o.subject, 6) END AS user_id, o.ip_address,
      o.counted_at, o.status = 'locked' AS is_late, k.school_id, k.name AS kiosk,
      medstint.pin_verdict(o) AS verdict
    FROM medstint.pin_outcomes o JOIN public.kiosks k ON k.id = o.kiosk_id
    WHERE NOT o.is_reported
      -- A right one may still open something, so that it is not locked.
      AND (o.counted_at < clock_timestamp() - interval '5 minutes' OR medstint.pin_verdict(o) NOT IN ('ok', 'code'))
    ORDER BY o.counted_at LIMIT 1000 FOR UPDATE OF o SKIP LOCKED
  ), judged AS (
    SELECT w.*, w.is_late OR w.user_id IS NULL AND row_number() OVER (PARTITION BY w.school_id, w.user_id IS NULL,
      w.verdict IN ('ok', 'code') ORDER BY w.counted_at) > 20 AS is_summed
    FROM waiting w
    WHERE w.verdict NOT IN ('ok', 'code') OR w.counted_at < clock_timestamp() - interval '5 minutes'
  ), told AS (
    INSERT INTO public.audit_logs (school_id, action, resource_type, resource_id, changes, ip_address, user_agent,
      endpoint, method, status_code, severity, created_at)
    SELECT j.school_id, t.name, 'users', coalesce(j.user_id, '-'), j.changes, j.ip_address, 'kiosk ' || j.kiosk,
      'kiosk', 'PIN', CASE j.verdict WHEN 'locked' THEN 423 ELSE 401 END, t.severity, j.counted_at
    FROM (
      SELECT o.school_id, o.user_id, o.kiosk, o.ip_address, o.verdict, o.counted_at, NULL AS changes FROM judged o
      WHERE NOT o.is_summed AND o.verdict NOT IN ('ok', 'code')
      UNION ALL
      SELECT s.school_id, s.user_id, s.kiosk, s.ip_address, 'locked', max(s.counted_at),
        jsonb_build_object('attempts', jsonb_build_object('new', count(*)))::text FROM judged s
      WHERE s.is_summed AND s.verdict NOT IN ('ok', 'code') GROUP BY 1, 2, 3, 4) j
    JOIN medstint.audit_event_types t ON t.name = 'kiosk.pin_' || j.verdict
  ), done AS (
    UPDATE medstint.pin_outcomes o SET is_reported = true FROM judged j WHERE o.id = j.id RETURNING o.id)
  SELECT count(*) INTO reported FROM done;
  DELETE FROM medstint.pin_outcomes o WHERE o.id = ANY (ARRAY(SELECT x.id FROM medstint.pin_outcomes x
    WHERE x.is_reported AND x.counted_at < clock_timestamp() - interval '5 minutes'
      LIMIT 1000 FOR UPDATE SKIP LOCKED));
  RETURN reported;
END
$$;

-- A person who has another person's number as a badge could punch for them. Administrators assign
-- badges, and no badge is another person's number or address. Writers of badges and numbers look at
-- each other's rows.
CREATE OR REPLACE FUNCTION medstint.check_badge() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  me constant record := medstint.actor();
  new_badge constant text := medstint.case_folded(NEW.badge);
  new_number constant text := medstint.case_folded(NEW.student_id);
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.badge, NEW.student_id, NEW.email, NEW.school_id)
     IS NOT DISTINCT FROM (OLD.badge, OLD.student_id, OLD.email, OLD.school_id) THEN
    RETURN NEW;
  END IF;
  IF me.user_id IS NULL AND NOT medstint.is_trusted() THEN
    PERFORM medstint.refuse_session(current_setting('medstint.session', true));
  ELSIF me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN')
     AND (TG_OP = 'INSERT' AND NEW.badge IS NOT NULL OR TG_OP = 'UPDATE' AND NEW.badge IS DISTINCT FROM OLD.badge)
       THEN
    RAISE EXCEPTION 'only administrators may assign badges' USING ERRCODE = 'MS403',
      CONSTRAINT = 'users_badges_given_by_administrators';
  END IF;
  PERFORM medstint.hold_turns('badges', ARRAY[coalesce(NEW.school_id, '')], is_shared => NEW.badge IS NULL);
  -- One by one, and by an index, although the plan may be made for a table that is empty and fills up.
  IF new_badge IS NOT NULL AND (EXISTS (SELECT FROM public.users u WHERE u.school_id = NEW.school_id
        AND medstint.case_folded(u.student_id) = new_badge AND u.id <> NEW.id)
      OR EXISTS (SELECT FROM public.users u WHERE u.email = new_badge
        AND u.school_id IS NOT DISTINCT FROM NEW.school_id AND u.id <> NEW.id))
     OR new_number IS NOT NULL AND EXISTS (SELECT FROM public.users u WHERE u.school_id = NEW.school_id
        AND medstint.case_folded(u.badge) = new_number AND u.id <> NEW.id)
     OR EXISTS (SELECT FROM public.users u WHERE u.school_id = NEW.school_id
        AND medstint.case_folded(u.badge) = NEW.email AND u.id <> NEW.id) THEN
    RAISE EXCEPTION 'the badge or number already belongs to another person'
      USING ERRCODE = 'MS422', CONSTRAINT = 'users_badge_unique';
  END IF;
  RETURN NEW;
END
$$;

-- Whom a badge, a student number or, for staff, an address means at a school's door, whatever its
-- case.
CREATE OR REPLACE FUNCTION medstint.person_at_door(school text, badge text) RETURNS public.users
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  typed constant text := medstint.case_folded(medstint.tidied(person_at_door.badge));
  person public.users;
BEGIN
  SELECT u.* INTO person FROM public.users u WHERE u.school_id = school AND medstint.case_folded(u.badge) = typed;
  IF person.id IS NULL THEN
    SELECT u.* INTO person FROM public.users u
    WHERE u.school_id = school AND medstint.case_folded(u.student_id) = typed;
  END IF;
  IF person.id IS NULL THEN
    SELECT u.* INTO person FROM public.users u WHERE u.email = typed AND u.school_id = school AND u.role <> 'STUDENT';
  END IF;
  RETURN person;
END
$$;
