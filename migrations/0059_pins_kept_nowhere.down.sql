DROP FUNCTION medstint.kiosk_hello(text, text, timestamptz, integer, text);
CREATE FUNCTION medstint.kiosk_hello(credential text, version text, device_clock timestamptz, waiting integer, trouble text,
    OUT id text, OUT kiosk text, OUT school text, OUT site text, OUT location text, OUT time_zone text, OUT server_clock timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  before public.kiosk_states;
BEGIN
  SELECT k.id, k.name, s.name, c.name, l.name, c.time_zone INTO id, kiosk, school, site, location, time_zone
  FROM public.clinical_sites c JOIN public.schools s ON s.id = c.school_id LEFT JOIN public.clinical_site_locations l ON l.id = k.location_id
  WHERE c.id = k.clinical_site_id;
  server_clock := clock_timestamp();
  SELECT x.* INTO before FROM public.kiosk_states x WHERE x.kiosk_id = k.id FOR UPDATE;
  INSERT INTO public.kiosk_states AS x (kiosk_id, school_id, last_seen_at, version, clock_skew_ms, waiting, trouble)
  VALUES (k.id, k.school_id, server_clock, left(kiosk_hello.version, 40),
    greatest(-1e12, least(1e12, extract(epoch FROM device_clock - server_clock) * 1000))::bigint,
    greatest(kiosk_hello.waiting, 0), kiosk_hello.trouble)
  ON CONFLICT (kiosk_id) DO UPDATE SET last_seen_at = excluded.last_seen_at, version = excluded.version, clock_skew_ms = excluded.clock_skew_ms,
    waiting = excluded.waiting, trouble = excluded.trouble;
  -- Once a minute, so that whoever watches does not take a kiosk for silent that is not.
  IF before.kiosk_id IS NULL OR date_trunc('minute', before.last_seen_at) <> date_trunc('minute', server_clock)
     OR (before.version, before.waiting, before.trouble) IS DISTINCT FROM (left(kiosk_hello.version, 40), greatest(kiosk_hello.waiting, 0), kiosk_hello.trouble) THEN
    PERFORM medstint.announce('kiosks', 'UPDATE', ARRAY[k.school_id], ARRAY[k.id]);
  END IF;
  IF kiosk_hello.trouble IS NOT NULL AND before.trouble IS DISTINCT FROM kiosk_hello.trouble THEN
    PERFORM medstint.begin_act(k.id, NULL);
    PERFORM medstint.write_event('kiosk.in_trouble', k.school_id, 'kiosks', k.id, jsonb_build_object('trouble', kiosk_hello.trouble), 'HELLO', 500);
    PERFORM medstint.notify('KIOSK_IN_TROUBLE', (SELECT jsonb_agg(jsonb_build_object('user_id', a, 'key', 'kiosk:' || k.id || ':' || kiosk_hello.trouble || ':' || current_date,
      'about', 'kiosks/' || k.id, 'data', jsonb_build_object('kiosk', kiosk, 'site', site, 'trouble', lower(kiosk_hello.trouble)))) FROM medstint.administrators(k.school_id) a));
    PERFORM medstint.end_act();
  END IF;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.kiosk_hello(text, text, timestamptz, integer, text) TO medstint_app;
CREATE OR REPLACE FUNCTION medstint.kiosk_punch(credential text, attempt text, key text, badge text, device_clock timestamptz, said jsonb) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  outcome medstint.pin_outcomes;
  answer jsonb;
BEGIN
  SELECT coalesce(p.answer, medstint.punch_answer(p.time_record_id, p.direction, p.punched_at)) INTO answer FROM public.kiosk_punches p WHERE p.id = key AND p.kiosk_id = k.id;
  IF answer IS NOT NULL THEN
    RETURN answer;
  END IF;
  outcome := medstint.pin_outcome(k, attempt);
  IF outcome.user_id IS NULL THEN
    RETURN jsonb_strip_nulls(jsonb_build_object('status', outcome.status, 'until', outcome.locked_until));
  ELSIF outcome.status = 'code' AND NOT said ? 'pin' THEN
    RETURN jsonb_build_object('status', 'set_pin');
  END IF;
  PERFORM medstint.hold_punches(ARRAY[outcome.user_id]);
  PERFORM medstint.begin_act(k.id, outcome.user_id);
  IF outcome.status = 'code' THEN
    PERFORM medstint.set_pin_of(outcome.user_id, said ->> 'pin');
    PERFORM medstint.write_event('pin.set', k.school_id, 'users', outcome.user_id, '{}', 'SET', 200);
    UPDATE medstint.pin_outcomes o SET status = 'ok' WHERE o.id = attempt;
  END IF;
  answer := medstint.place_punch(k, outcome.user_id, left(badge, 200), key, clock_timestamp(), device_clock, false, false, said);
  PERFORM medstint.end_act();
  IF answer ->> 'status' NOT IN ('choose', 'meal', 'stale') THEN
    DELETE FROM medstint.pin_outcomes o WHERE o.id = attempt;
  END IF;
  RETURN answer;
END
$$;
CREATE OR REPLACE FUNCTION medstint.set_pin_of(who text, pin text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF pin IS NULL OR pin !~ '^[0-9]{4,8}$' THEN
    RAISE EXCEPTION 'a PIN has four to eight digits' USING ERRCODE = 'MS422', CONSTRAINT = 'pins_four_to_eight_digits';
  ELSIF position(pin IN '01234567890123456789') > 0 OR position(pin IN '98765432109876543210') > 0
    OR pin ~ '^(.)\1+$' THEN
    RAISE EXCEPTION 'a PIN is not a row of digits' USING ERRCODE = 'MS422', CONSTRAINT = 'pins_not_easily_guessed';
  END IF;
  DELETE FROM medstint.pin_outcomes o WHERE o.user_id = who AND o.counted_in <> pg_current_xact_id()
    AND o.status <> 'code';
  DELETE FROM medstint.pin_attempts a WHERE a.subject = 'user:' || who;
  INSERT INTO medstint.pins AS p (user_id, pin_hash) VALUES (who, medstint.pin_hash(pin))
  ON CONFLICT (user_id) DO UPDATE SET pin_hash = excluded.pin_hash, code_hash = NULL, code_expires_at = NULL;
END
$$;
CREATE OR REPLACE FUNCTION medstint.make_pin_code(who text) RETURNS text
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
CREATE OR REPLACE FUNCTION medstint.begin_pin(credential text, badge text, pin text) RETURNS text
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
DELETE FROM medstint.pin_outcomes o WHERE o.subject LIKE 'badge:%';
DELETE FROM medstint.pin_attempts a WHERE a.subject LIKE 'badge:%';
DROP TABLE medstint.badge_keys;
DROP TRIGGER a_hide_pin ON kiosk_punches;
DROP FUNCTION medstint.hide_pin(), medstint.without_pin(text, text), medstint.is_reason(text, text),
  medstint.pin_lengths(text), medstint.badge_forms(text);
