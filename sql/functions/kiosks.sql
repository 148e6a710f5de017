-- Kiosks: one-time codes, credentials, and the transaction of a device.
--
-- A kiosk is a principal of its own. It holds a credential that was given to one device for a
-- one-time code, and calls a handful of functions that ask for it; with it alone every table is
-- empty. While such a function writes, a row that only it can write (medstint.kiosk_acts, by
-- transaction) says which kiosk acts for whom, so that triggers and the trail know. A setting would
-- not do, since any statement can change one.
--
-- A person who takes the device apart can send punches by badge alone, with times of the last sixty
-- days since its enrolment. That is what the flag OFFLINE warns of, and what revoking a kiosk ends.

-- Begins an act of a kiosk, which repeats an earlier answer if its key is known. Rows that the
-- punch refers to are locked before any flags are. In plpgsql, which keeps its plans.
CREATE OR REPLACE FUNCTION medstint.begin_act(kiosk text, person text,
  puts_flags_off boolean DEFAULT false) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  PERFORM FROM public.users u WHERE u.id = person FOR KEY SHARE;
  PERFORM FROM public.kiosks k JOIN public.clinical_sites s ON s.id = k.clinical_site_id WHERE k.id = kiosk
    FOR KEY SHARE OF k, s;
  INSERT INTO medstint.kiosk_acts (transaction_id, kiosk_id, user_id, puts_flags_off)
  VALUES (pg_current_xact_id(), kiosk, person, begin_act.puts_flags_off)
  ON CONFLICT (transaction_id) DO UPDATE
  SET kiosk_id = excluded.kiosk_id, user_id = excluded.user_id, puts_flags_off = excluded.puts_flags_off;
END
$$;

CREATE OR REPLACE FUNCTION medstint.end_act() RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS 'DELETE FROM medstint.kiosk_acts WHERE transaction_id = pg_current_xact_id()';

-- The device's side: a good code is worth a credential, once. It answers nothing to a bad one and
-- stays in the trail; sixty bits within a day are not guessed.
CREATE OR REPLACE FUNCTION medstint.enrol_kiosk(code text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  credential constant text := medstint.random_token();
  typed constant text := upper(regexp_replace(left(coalesce(code, ''), 100), '[^A-Za-z0-9]', '', 'g'));
  enrolled public.kiosks;
  refused record;
BEGIN
  PERFORM set_config('medstint.session', '', true);
  SELECT k.* INTO enrolled FROM public.kiosks k
  WHERE k.enrolment_hash = encode(sha256(convert_to(typed, 'UTF8')), 'hex')
    AND k.enrolment_expires_at > clock_timestamp() FOR UPDATE;
  IF enrolled.id IS NULL THEN
    SELECT count(*) AS made, count(*) FILTER (WHERE r.refused_in = pg_current_xact_id()) AS made_here INTO refused
    FROM medstint.refused_enrolments r WHERE r.source = coalesce(host(inet_client_addr()), 'local')
      AND r.refused_at > clock_timestamp() - interval '1 minute';
    IF refused.made_here > 0 THEN
      RAISE EXCEPTION 'too many attempts in one transaction' USING ERRCODE = 'MS429',
        CONSTRAINT = 'refused_enrolments_per_minute';
    END IF;
    INSERT INTO medstint.refused_enrolments (is_reported) SELECT false WHERE refused.made < 300;
    PERFORM medstint.announce_attempt();
    RETURN NULL;
  END IF;
  PERFORM medstint.begin_act(enrolled.id, NULL);
  UPDATE public.kiosks k SET credential_hash = encode(sha256(convert_to(credential, 'UTF8')), 'hex'),
    enrolment_hash = NULL, enrolment_expires_at = NULL,
    enrolled_at = now(), revoked_at = NULL,
    code_made_by = '{}', enrolled_by = k.code_made_by WHERE k.id = enrolled.id;
  PERFORM medstint.write_event('kiosk.enrolled', enrolled.school_id, 'kiosks', enrolled.id,
    jsonb_build_object('code_made_by', enrolled.code_made_by), 'ENROL', 200);
  PERFORM medstint.end_act();
  RETURN credential;
END
$$;

-- The kiosk that a credential belongs to, ready to act: no session of a person's counts beside it,
-- and nobody waits for ever.
CREATE OR REPLACE FUNCTION medstint.enter_kiosk(credential text) RETURNS public.kiosks
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k public.kiosks;
BEGIN
  PERFORM set_config('medstint.session', '', true), set_config('statement_timeout', '15s', true),
    set_config('lock_timeout', '5s', true);
  SELECT x.* INTO k FROM public.kiosks x
  JOIN public.schools s ON s.id = x.school_id AND s.is_active
  JOIN public.clinical_sites c ON c.id = x.clinical_site_id AND c.is_active
  WHERE x.credential_hash = encode(sha256(convert_to(credential, 'UTF8')), 'hex') AND x.revoked_at IS NULL;
  -- A frozen snapshot would show what was there before a revocation, or another punch.
  IF k.id IS NULL OR current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'the credential belongs to no active kiosk'
      USING ERRCODE = 'MS401', CONSTRAINT = 'kiosks_not_one';
  END IF;
  RETURN k;
END
$$;

-- A sign of life, and what the kiosk shows. The answer's clock is the anchor of punches that are
-- stored later. Consoles hear of it when something changed, and once a minute.
CREATE OR REPLACE FUNCTION medstint.kiosk_hello(credential text, version text, device_clock timestamptz,
  waiting integer,
    stranded integer, trouble text, OUT id text, OUT kiosk text, OUT school text, OUT site text, OUT location text,
    OUT time_zone text, OUT server_clock timestamptz, OUT digit_lengths integer[], OUT other_lengths integer[])
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
  INSERT INTO public.kiosk_states AS x (kiosk_id, school_id, last_seen_at, version, clock_skew_ms, waiting, stranded,
    trouble)
  VALUES (k.id, k.school_id, server_clock, left(kiosk_hello.version, 40),
    greatest(-1e12, least(1e12, extract(epoch FROM device_clock - server_clock) * 1000))::bigint,
    greatest(kiosk_hello.waiting, 0), greatest(kiosk_hello.stranded, 0), kiosk_hello.trouble)
  ON CONFLICT (kiosk_id) DO UPDATE SET last_seen_at = excluded.last_seen_at, version = excluded.version,
    clock_skew_ms = excluded.clock_skew_ms, waiting = excluded.waiting, stranded = excluded.stranded,
    trouble = excluded.trouble;
  -- Once a minute, so that `:kiosks` does not show a working kiosk as silent.
  IF before.kiosk_id IS NULL OR date_trunc('minute', before.last_seen_at) <> date_trunc('minute', server_clock)
     OR (before.version, before.waiting, before.stranded, before.trouble) IS DISTINCT FROM
       (left(kiosk_hello.version, 40), greatest(kiosk_hello.waiting, 0), greatest(kiosk_hello.stranded, 0),
        kiosk_hello.trouble) THEN
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

-- A code of sixty bits in letters that nobody mistakes for others, valid for a day, shown once.
-- What the kiosk was before it stays until the code is typed.
CREATE OR REPLACE FUNCTION medstint.make_enrolment_code(kiosk text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
  random constant bytea := decode(medstint.random_token(), 'hex');
  code text;
BEGIN
  IF me.role IS NULL OR me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN')
     OR NOT EXISTS (SELECT FROM public.kiosks k WHERE k.id = kiosk AND k.school_id = me.school_id) THEN
    RAISE EXCEPTION 'only administrators may enroll kiosks'
      USING ERRCODE = 'MS403', CONSTRAINT = 'kiosks_administrators_enrol';
  END IF;
  SELECT string_agg(substr('ABCDEFGHJKMNPQRSTVWXYZ0123456789', get_byte(random, n) % 32 + 1, 1) || CASE
    WHEN n IN (3, 7) THEN '-' ELSE '' END, '' ORDER BY n)
  INTO code FROM generate_series(0, 11) n;
  UPDATE public.kiosks k SET enrolment_hash = encode(sha256(convert_to(replace(code, '-', ''), 'UTF8')), 'hex'),
    enrolment_expires_at = now() + interval '24 hours',
    code_made_by = medstint.acting_people()
  WHERE k.id = kiosk;
  PERFORM medstint.write_event('kiosk.code_made', me.school_id, 'kiosks', kiosk, '{}', 'ENROL', 200);
  RETURN code;
END
$$;

CREATE OR REPLACE FUNCTION medstint.revoke_kiosk(kiosk text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
BEGIN
  IF me.role IS NULL OR me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'only administrators may revoke kiosks'
      USING ERRCODE = 'MS403', CONSTRAINT = 'kiosks_administrators_enrol';
  END IF;
  UPDATE public.kiosks k SET revoked_at = now(), credential_hash = NULL, enrolment_hash = NULL,
    enrolment_expires_at = NULL, code_made_by = '{}'
  WHERE k.id = kiosk AND k.school_id = me.school_id
    AND (k.credential_hash IS NOT NULL OR k.enrolment_hash IS NOT NULL);
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM medstint.write_event('kiosk.revoked', me.school_id, 'kiosks', kiosk, '{}', 'REVOKE', 200);
  RETURN true;
END
$$;

-- Five of one address within an hour are events of their own; the rest is counted.
CREATE OR REPLACE FUNCTION medstint.report_enrolments() RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
#variable_conflict use_column
DECLARE
  reported integer;
BEGIN
  WITH waiting AS MATERIALIZED (
    SELECT r.number, r.source, r.refused_at, (SELECT count(*) FROM (SELECT FROM medstint.refused_enrolments e
      WHERE e.source = r.source AND e.refused_at <= r.refused_at
        AND e.refused_at > r.refused_at - interval '1 hour' LIMIT 6) before) > 5 AS is_summed
    FROM medstint.refused_enrolments r WHERE NOT r.is_reported ORDER BY r.refused_at LIMIT 1000 FOR UPDATE SKIP LOCKED
  ), told AS (
    INSERT INTO public.audit_logs (action, resource_type, resource_id, changes, ip_address, endpoint, method,
      status_code, severity, created_at)
    SELECT t.name, 'kiosks', '-', j.changes, nullif(j.source, 'local'), 'kiosk', 'ENROL', 401, t.severity,
      j.refused_at
    FROM (
      SELECT w.source, w.refused_at, NULL AS changes FROM waiting w WHERE NOT w.is_summed
      UNION ALL
      SELECT s.source, max(s.refused_at), jsonb_build_object('attempts', jsonb_build_object('new', count(*)))::text
      FROM waiting s WHERE s.is_summed GROUP BY 1) j
    JOIN medstint.audit_event_types t ON t.name = 'kiosk.enrolment_refused'
  ), done AS (
    UPDATE medstint.refused_enrolments r SET is_reported = true FROM waiting w WHERE r.number = w.number
    RETURNING r.number)
  SELECT count(*) INTO reported FROM done;
  DELETE FROM medstint.refused_enrolments r WHERE r.number = ANY (ARRAY(
    SELECT x.number FROM medstint.refused_enrolments x
    WHERE x.is_reported AND x.refused_at < clock_timestamp() - interval '1 hour' LIMIT 1000 FOR UPDATE SKIP LOCKED));
  RETURN reported;
END
$$;

-- A kiosk stands at one of its own site's locations.
CREATE OR REPLACE FUNCTION medstint.check_kiosk() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.location_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.clinical_site_locations l
      WHERE l.id = NEW.location_id AND l.clinical_site_id = NEW.clinical_site_id) THEN
    RAISE EXCEPTION 'the location belongs to another site'
      USING ERRCODE = 'MS422', CONSTRAINT = 'kiosks_location_of_its_site';
  END IF;
  RETURN NEW;
END
$$;

-- Leaving a kiosk's screen needs an administrator's PIN.
CREATE OR REPLACE FUNCTION medstint.leave_kiosk(credential text, attempt text, OUT status text,
  OUT locked_until timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  outcome constant medstint.pin_outcomes := medstint.pin_outcome(k, attempt);
BEGIN
  DELETE FROM medstint.pin_outcomes o WHERE o.id = attempt AND outcome.user_id IS NOT NULL;
  status := outcome.status;
  locked_until := outcome.locked_until;
  IF outcome.user_id IS NULL THEN
    RETURN;
  END IF;
  status := CASE WHEN outcome.status = 'ok'
    AND EXISTS (SELECT FROM public.users u
    WHERE u.id = outcome.user_id AND u.role = 'SCHOOL_ADMIN' AND u.is_active AND u.school_id = k.school_id)
    THEN 'ok' ELSE 'refused' END;
  PERFORM medstint.begin_act(k.id, outcome.user_id);
  PERFORM medstint.write_event(CASE status WHEN 'ok' THEN 'kiosk.left' ELSE 'kiosk.leave_refused' END, k.school_id,
    'kiosks', k.id, '{}', 'LEAVE', CASE status WHEN 'ok' THEN 200 ELSE 403 END);
  PERFORM medstint.end_act();
END
$$;

-- Which of these kiosks are of the same school, so that nothing but their names is sent before that
-- is known.
CREATE OR REPLACE FUNCTION medstint.kiosks_of_school(credential text, kiosks text[]) RETURNS text[]
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
BEGIN
  RETURN ARRAY(SELECT x.id FROM public.kiosks x WHERE x.school_id = k.school_id AND x.id = ANY (kiosks)
    ORDER BY x.id);
END
$$;
