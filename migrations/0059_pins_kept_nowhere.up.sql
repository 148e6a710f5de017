-- Why: a reader that does not end its badge leaves it in the number field, and the
-- PIN typed next is appended to it. The kiosk knows the lengths of the school's
-- badges and numbers and refuses what has none of them; this is the last guard. No
-- table keeps in clear what may be a PIN, no new PIN is as long as a number, and the
-- questions after a PIN say whose they are.

-- The lengths of a school's badges and numbers: those of digits alone, and the others.
-- It is all that a kiosk learns of them.
CREATE FUNCTION medstint.badge_forms(school text, OUT digit_lengths integer[], OUT other_lengths integer[])
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(x.size ORDER BY x.size) FILTER (WHERE x.is_digits), '{}'),
    coalesce(array_agg(x.size ORDER BY x.size) FILTER (WHERE NOT x.is_digits), '{}')
  FROM (
    SELECT DISTINCT length(y.known) AS size, y.known ~ '^[0-9]+$' AS is_digits
    FROM public.users u CROSS JOIN LATERAL (VALUES (u.badge), (u.student_id)) y (known)
    WHERE u.school_id = school AND u.is_active AND y.known IS NOT NULL) x
$$;

-- What was typed, with dots in the place of what may be a PIN: four to eight digits
-- alone, or behind what has the form of a badge.
CREATE FUNCTION medstint.without_pin(school text, typed text) RETURNS text
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
CREATE FUNCTION medstint.hide_pin() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.student_id IS NULL THEN
    NEW.badge := medstint.without_pin(NEW.school_id, NEW.badge);
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER a_hide_pin BEFORE INSERT OR UPDATE OF badge ON kiosk_punches
  FOR EACH ROW EXECUTE FUNCTION medstint.hide_pin();
UPDATE kiosk_punches p SET badge = p.badge WHERE p.student_id IS NULL;

-- Attempts at badges that are nobody's are counted by a hash with a key of this
-- database: what was typed is kept nowhere.
CREATE TABLE medstint.badge_keys (key text PRIMARY KEY);
INSERT INTO medstint.badge_keys VALUES (medstint.random_token());
DELETE FROM medstint.pin_outcomes o WHERE o.subject LIKE 'badge:%';
DELETE FROM medstint.pin_attempts a WHERE a.subject LIKE 'badge:%';

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

-- The lengths that a PIN of a school may have: those of no number of digits there, so
-- that a badge read in the place of a PIN is told apart by its length. All of them,
-- where none is left.
CREATE FUNCTION medstint.pin_lengths(school text) RETURNS integer[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(n ORDER BY n) FILTER (WHERE n <> ALL (f.digit_lengths)), '{4,5,6,7,8}')
  FROM medstint.badge_forms(school) f CROSS JOIN generate_series(4, 8) n
$$;

CREATE OR REPLACE FUNCTION medstint.set_pin_of(who text, pin text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF pin IS NULL OR pin !~ '^[0-9]{4,8}$' THEN
    RAISE EXCEPTION 'a PIN has four to eight digits' USING ERRCODE = 'MS422', CONSTRAINT = 'pins_four_to_eight_digits';
  ELSIF position(pin IN '01234567890123456789') > 0 OR position(pin IN '98765432109876543210') > 0
     OR pin ~ '^(.)\1+$' THEN
    RAISE EXCEPTION 'a PIN is not a row of digits' USING ERRCODE = 'MS422', CONSTRAINT = 'pins_not_easily_guessed';
  ELSIF length(pin) <> ALL (medstint.pin_lengths((SELECT u.school_id FROM public.users u WHERE u.id = who))) THEN
    RAISE EXCEPTION 'a PIN is not as long as a number' USING ERRCODE = 'MS422',
      CONSTRAINT = 'pins_not_as_long_as_numbers';
  END IF;
  DELETE FROM medstint.pin_outcomes o WHERE o.user_id = who AND o.counted_in <> pg_current_xact_id()
    AND o.status <> 'code';
  DELETE FROM medstint.pin_attempts a WHERE a.subject = 'user:' || who;
  INSERT INTO medstint.pins AS p (user_id, pin_hash) VALUES (who, medstint.pin_hash(pin))
  ON CONFLICT (user_id) DO UPDATE SET pin_hash = excluded.pin_hash, code_hash = NULL, code_expires_at = NULL;
END
$$;

-- Eight digits, or as many as no number there has.
CREATE OR REPLACE FUNCTION medstint.make_pin_code(who text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  lengths constant integer[] := medstint.pin_lengths((SELECT u.school_id FROM public.users u WHERE u.id = who));
  digits constant bigint := ('x' || left(medstint.random_token(), 12))::bit(48)::bigint % 100000000;
  code constant text := right(lpad(digits::text, 8, '0'), lengths[cardinality(lengths)]);
BEGIN
  IF NOT medstint.administers(who) THEN
    RAISE EXCEPTION 'user %: not yours to give a PIN', who USING ERRCODE = 'MS403',
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

-- What a student wrote is no reason where it is somebody's badge, or ends as a PIN does.
CREATE FUNCTION medstint.is_reason(school text, words text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT words !~ '^\S*[0-9]{4,}\s*$' AND NOT EXISTS (
    SELECT FROM medstint.person_at_door(school, left(words, 200)) p WHERE p.id IS NOT NULL)
$$;

-- As before; a question says whose it is, and a badge that was read in the place of a
-- reason answers nothing: scan_again.
CREATE OR REPLACE FUNCTION medstint.kiosk_punch(credential text, attempt text, key text, badge text,
    device_clock timestamptz, said jsonb) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  outcome medstint.pin_outcomes;
  answer jsonb;
  asked jsonb;
BEGIN
  SELECT coalesce(p.answer, medstint.punch_answer(p.time_record_id, p.direction, p.punched_at)) INTO answer
  FROM public.kiosk_punches p WHERE p.id = key AND p.kiosk_id = k.id;
  IF answer IS NOT NULL THEN
    RETURN answer;
  END IF;
  outcome := medstint.pin_outcome(k, attempt);
  IF outcome.user_id IS NULL THEN
    RETURN jsonb_strip_nulls(jsonb_build_object('status', outcome.status, 'until', outcome.locked_until));
  END IF;
  SELECT jsonb_build_object('name', coalesce(u.given_name || ' ' || left(u.family_name, 1) || '.', u.name)) INTO asked
  FROM public.users u WHERE u.id = outcome.user_id;
  IF outcome.status = 'code' AND NOT said ? 'pin' THEN
    RETURN asked || '{"status": "set_pin"}';
  ELSIF said ? 'reason' AND NOT medstint.is_reason(k.school_id, said ->> 'reason') THEN
    DELETE FROM medstint.pin_outcomes o WHERE o.id = attempt;
    RETURN '{"status": "scan_again"}';
  END IF;
  PERFORM medstint.hold_punches(ARRAY[outcome.user_id]);
  PERFORM medstint.begin_act(k.id, outcome.user_id);
  IF outcome.status = 'code' THEN
    PERFORM medstint.set_pin_of(outcome.user_id, said ->> 'pin');
    PERFORM medstint.write_event('pin.set', k.school_id, 'users', outcome.user_id, '{}', 'SET', 200);
    UPDATE medstint.pin_outcomes o SET status = 'ok' WHERE o.id = attempt;
  END IF;
  answer := medstint.place_punch(k, outcome.user_id, left(badge, 200), key, clock_timestamp(), device_clock,
    false, false, said);
  PERFORM medstint.end_act();
  IF answer ->> 'status' IN ('choose', 'meal', 'stale') THEN
    RETURN asked || answer;
  END IF;
  DELETE FROM medstint.pin_outcomes o WHERE o.id = attempt;
  RETURN answer;
END
$$;

-- As before, with the lengths of the school's badges.
DROP FUNCTION medstint.kiosk_hello(text, text, timestamptz, integer, text);
CREATE FUNCTION medstint.kiosk_hello(credential text, version text, device_clock timestamptz, waiting integer,
    trouble text, OUT id text, OUT kiosk text, OUT school text, OUT site text, OUT location text, OUT time_zone text,
    OUT server_clock timestamptz, OUT digit_lengths integer[], OUT other_lengths integer[])
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  before public.kiosk_states;
BEGIN
  SELECT k.id, k.name, s.name, c.name, l.name, c.time_zone INTO id, kiosk, school, site, location, time_zone
  FROM public.clinical_sites c JOIN public.schools s ON s.id = c.school_id
  LEFT JOIN public.clinical_site_locations l ON l.id = k.location_id
  WHERE c.id = k.clinical_site_id;
  SELECT f.digit_lengths, f.other_lengths INTO digit_lengths, other_lengths FROM medstint.badge_forms(k.school_id) f;
  server_clock := clock_timestamp();
  SELECT x.* INTO before FROM public.kiosk_states x WHERE x.kiosk_id = k.id FOR UPDATE;
  INSERT INTO public.kiosk_states AS x (kiosk_id, school_id, last_seen_at, version, clock_skew_ms, waiting, trouble)
  VALUES (k.id, k.school_id, server_clock, left(kiosk_hello.version, 40),
    greatest(-1e12, least(1e12, extract(epoch FROM device_clock - server_clock) * 1000))::bigint,
    greatest(kiosk_hello.waiting, 0), kiosk_hello.trouble)
  ON CONFLICT (kiosk_id) DO UPDATE SET last_seen_at = excluded.last_seen_at, version = excluded.version,
    clock_skew_ms = excluded.clock_skew_ms, waiting = excluded.waiting, trouble = excluded.trouble;
  -- Once a minute, so that whoever watches does not take a kiosk for silent that is not.
  IF before.kiosk_id IS NULL OR date_trunc('minute', before.last_seen_at) <> date_trunc('minute', server_clock)
     OR (before.version, before.waiting, before.trouble) IS DISTINCT FROM
       (left(kiosk_hello.version, 40), greatest(kiosk_hello.waiting, 0), kiosk_hello.trouble) THEN
    PERFORM medstint.announce('kiosks', 'UPDATE', ARRAY[k.school_id], ARRAY[k.id]);
  END IF;
  IF kiosk_hello.trouble IS NOT NULL AND before.trouble IS DISTINCT FROM kiosk_hello.trouble THEN
    PERFORM medstint.begin_act(k.id, NULL);
    PERFORM medstint.write_event('kiosk.in_trouble', k.school_id, 'kiosks', k.id,
      jsonb_build_object('trouble', kiosk_hello.trouble), 'HELLO', 500);
    PERFORM medstint.notify('KIOSK_IN_TROUBLE', (SELECT jsonb_agg(jsonb_build_object('user_id', a,
      'key', 'kiosk:' || k.id || ':' || kiosk_hello.trouble || ':' || current_date,
      'about', 'kiosks/' || k.id,
      'data', jsonb_build_object('kiosk', kiosk, 'site', site, 'trouble', lower(kiosk_hello.trouble))))
      FROM medstint.administrators(k.school_id) a));
    PERFORM medstint.end_act();
  END IF;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.kiosk_hello(text, text, timestamptz, integer, text) TO medstint_app;
