-- Why: a door terminal is a principal of its own. It holds a credential that was
-- given to one device by a one-time code, records punches for one site, and lists
-- nothing: every function below asks for the credential and answers with no more
-- than a door shows. What it tells of itself (when it was last seen, its version,
-- its clock) is kept apart, so that a heartbeat is no change of a record.

CREATE OR REPLACE FUNCTION medstint.secret_columns() RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY['password', 'token', 'access_token', 'refresh_token', 'credential_hash', 'stripe_customer_id', 'enrolment_hash']
$$;

ALTER TABLE kiosks
  DROP COLUMN last_seen_at,
  -- SHA-256 of the one-time code, in hexadecimal, while one is waiting to be typed.
  ADD COLUMN enrolment_hash text CONSTRAINT kiosks_enrolment_unique UNIQUE,
  ADD COLUMN enrolment_expires_at timestamptz(3),
  ADD CONSTRAINT kiosks_enrolment_is_whole CHECK ((enrolment_hash IS NULL) = (enrolment_expires_at IS NULL));
CREATE TRIGGER z_touch BEFORE UPDATE ON kiosks FOR EACH ROW EXECUTE FUNCTION medstint.touch();
CREATE INDEX kiosks_by_name ON kiosks (school_id, name, id);
CALL medstint.administrators_edit('kiosks');
GRANT SELECT (enrolment_expires_at), INSERT (clinical_site_id, location_id, name), UPDATE (location_id, name) ON kiosks TO medstint_app;

-- A kiosk stands at one of its own site's locations.
CREATE FUNCTION medstint.check_kiosk() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.location_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.clinical_site_locations l
      WHERE l.id = NEW.location_id AND l.clinical_site_id = NEW.clinical_site_id) THEN
    RAISE EXCEPTION 'the location is another site''s' USING ERRCODE = 'MS422', CONSTRAINT = 'kiosks_location_of_its_site';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER b_check_kiosk BEFORE INSERT OR UPDATE OF location_id, clinical_site_id ON kiosks
  FOR EACH ROW EXECUTE FUNCTION medstint.check_kiosk();

CREATE TABLE kiosk_states (
  kiosk_id      text PRIMARY KEY REFERENCES kiosks (id) ON DELETE CASCADE,
  school_id     text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  last_seen_at  timestamptz(3) NOT NULL,
  version       text NOT NULL,
  -- The device's wall clock minus the server's, in milliseconds.
  clock_skew_ms bigint NOT NULL,
  -- Punches that wait in its journal.
  waiting       integer NOT NULL,
  -- What is wrong with its journal; nothing where it is well.
  trouble       text CONSTRAINT kiosk_states_trouble_known CHECK (trouble IN ('CORRUPT', 'FULL', 'UNWRITABLE'))
);
CALL medstint.secure_table('kiosk_states', 'school_id = (SELECT medstint.current_school_id())');
CREATE POLICY kiosk_states_read ON kiosk_states FOR SELECT TO medstint_app USING (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN', 'CLINICAL_SUPERVISOR')));
GRANT SELECT ON kiosk_states TO medstint_app, medstint_web;

INSERT INTO medstint.audit_event_types (code, name, severity, meaning) VALUES
  ('KI-0601', 'kiosk.code_made', 'HIGH', 'A one-time code was made: whoever types it on a device makes it this kiosk'),
  ('KI-0602', 'kiosk.enrolled', 'HIGH', 'A device became this kiosk'),
  ('KI-0603', 'kiosk.enrolment_refused', 'MEDIUM', 'A device gave a code that is not good'),
  ('KI-0604', 'kiosk.revoked', 'HIGH', 'A kiosk lost its rights'),
  ('KI-0605', 'kiosk.left', 'MEDIUM', 'An administrator closed a kiosk, by PIN'),
  ('KI-0606', 'kiosk.leave_refused', 'MEDIUM', 'Somebody who is no administrator tried to close a kiosk'),
  ('KI-0607', 'kiosk.in_trouble', 'HIGH', 'A kiosk cannot keep punches: its journal is corrupt, full or cannot be written');

INSERT INTO notification_templates (id, school_id, type, title, message, category, priority) VALUES
  ('platform-kiosk-in-trouble', NULL, 'KIOSK_IN_TROUBLE', 'A kiosk cannot keep punches', '{kiosk} at {site}: its journal is {trouble}. Without a connection it takes none. Open :kiosks.', 'SYSTEM', 'URGENT');

-- Who acts where a kiosk does: written by the functions of a kiosk for as long as
-- they run, by nobody else. A setting would not do, since any statement can change
-- one; and it is over when the function is, not when the transaction is.
CREATE UNLOGGED TABLE medstint.kiosk_acts (
  transaction_id xid8 PRIMARY KEY,
  kiosk_id       text NOT NULL,
  -- Whoever stands before it, where that is known.
  user_id        text
);

CREATE OR REPLACE FUNCTION medstint.acting_user_id() RETURNS text
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor text := medstint.current_user_id();
BEGIN
  IF actor IS NULL AND NOT medstint.is_trusted() THEN
    SELECT k.user_id INTO actor FROM medstint.kiosk_acts k WHERE k.transaction_id = pg_current_xact_id_if_assigned();
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
    END IF;
    RETURN actor;
  END IF;
  RETURN coalesce(actor, nullif(current_setting('medstint.actor', true), ''));
END
$$;

CREATE OR REPLACE FUNCTION medstint.audit_context(
  OUT user_id text, OUT ip_address text, OUT user_agent text, OUT endpoint text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
  trusted constant boolean := medstint.is_trusted();
BEGIN
  IF me.user_id IS NULL AND NOT trusted THEN
    SELECT a.user_id, host(inet_client_addr()), 'kiosk ' || k.name, 'kiosk' INTO user_id, ip_address, user_agent, endpoint
    FROM medstint.kiosk_acts a JOIN public.kiosks k ON k.id = a.kiosk_id WHERE a.transaction_id = pg_current_xact_id_if_assigned();
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
    END IF;
    RETURN;
  END IF;
  user_id := coalesce(me.user_id, nullif(current_setting('medstint.actor', true), ''));
  IF me.session_id IS NOT NULL THEN
    SELECT s.ip_address, s.user_agent, s.client INTO ip_address, user_agent, endpoint FROM public.sessions s WHERE s.id = me.session_id;
  ELSIF trusted THEN
    ip_address := nullif(current_setting('medstint.ip_address', true), '');
    user_agent := nullif(current_setting('medstint.user_agent', true), '');
    endpoint := nullif(current_setting('medstint.endpoint', true), '');
  END IF;
  -- The web application is called by its name, also where it says nothing of itself.
  endpoint := coalesce(endpoint, CASE WHEN pg_has_role(session_user, 'medstint_web', 'MEMBER') AND NOT pg_has_role(session_user, current_user, 'MEMBER')
    THEN 'web' ELSE 'database' END);
END
$$;

-- The kiosk that a credential belongs to, ready to act: no session of a person's
-- counts beside it, and nobody waits for ever.
CREATE FUNCTION medstint.enter_kiosk(credential text) RETURNS public.kiosks
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k public.kiosks;
BEGIN
  PERFORM set_config('medstint.session', '', true), set_config('statement_timeout', '15s', true), set_config('lock_timeout', '5s', true);
  SELECT x.* INTO k FROM public.kiosks x
  JOIN public.schools s ON s.id = x.school_id AND s.is_active
  JOIN public.clinical_sites c ON c.id = x.clinical_site_id AND c.is_active
  WHERE x.credential_hash = encode(sha256(convert_to(credential, 'UTF8')), 'hex') AND x.revoked_at IS NULL;
  -- A frozen snapshot would show what was there before a revocation, or another punch.
  IF k.id IS NULL OR current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'it is no kiosk' USING ERRCODE = 'MS401', CONSTRAINT = 'kiosks_not_one';
  END IF;
  RETURN k;
END
$$;

CREATE FUNCTION medstint.begin_act(kiosk text, person text) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO medstint.kiosk_acts (transaction_id, kiosk_id, user_id) VALUES (pg_current_xact_id(), kiosk, person)
  ON CONFLICT (transaction_id) DO UPDATE SET kiosk_id = excluded.kiosk_id, user_id = excluded.user_id
$$;
CREATE FUNCTION medstint.end_act() RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS 'DELETE FROM medstint.kiosk_acts WHERE transaction_id = pg_current_xact_id()';

-- A code of sixty bits in letters that nobody mistakes for others, good for a day,
-- told once. What the kiosk was before it stays until the code is typed.
CREATE FUNCTION medstint.make_enrolment_code(kiosk text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
  random constant bytea := decode(medstint.random_token(), 'hex');
  code text;
BEGIN
  IF me.role IS NULL OR me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN')
     OR NOT EXISTS (SELECT FROM public.kiosks k WHERE k.id = kiosk AND k.school_id = me.school_id) THEN
    RAISE EXCEPTION 'administrators enrol kiosks' USING ERRCODE = 'MS403', CONSTRAINT = 'kiosks_administrators_enrol';
  END IF;
  SELECT string_agg(substr('ABCDEFGHJKMNPQRSTVWXYZ0123456789', get_byte(random, n) % 32 + 1, 1) || CASE WHEN n IN (3, 7) THEN '-' ELSE '' END, '' ORDER BY n)
  INTO code FROM generate_series(0, 11) n;
  UPDATE public.kiosks k SET enrolment_hash = encode(sha256(convert_to(replace(code, '-', ''), 'UTF8')), 'hex'), enrolment_expires_at = now() + interval '24 hours'
  WHERE k.id = kiosk;
  PERFORM medstint.write_event('kiosk.code_made', me.school_id, 'kiosks', kiosk, '{}', 'ENROL', 200);
  RETURN code;
END
$$;

-- The device's side: a good code is worth a credential, once. It answers nothing to
-- a bad one and stays in the trail; sixty bits within a day are not guessed.
CREATE FUNCTION medstint.enrol_kiosk(code text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  credential constant text := medstint.random_token();
  typed constant text := upper(regexp_replace(left(coalesce(code, ''), 100), '[^A-Za-z0-9]', '', 'g'));
  enrolled public.kiosks;
BEGIN
  PERFORM set_config('medstint.session', '', true);
  SELECT k.* INTO enrolled FROM public.kiosks k
  WHERE k.enrolment_hash = encode(sha256(convert_to(typed, 'UTF8')), 'hex') AND k.enrolment_expires_at > clock_timestamp() FOR UPDATE;
  IF enrolled.id IS NULL THEN
    INSERT INTO public.audit_logs (action, resource_type, resource_id, ip_address, endpoint, method, status_code, severity)
    VALUES ('kiosk.enrolment_refused', 'kiosks', '-', host(inet_client_addr()), 'kiosk', 'ENROL', 401, 'MEDIUM');
    RETURN NULL;
  END IF;
  PERFORM medstint.begin_act(enrolled.id, NULL);
  UPDATE public.kiosks k SET credential_hash = encode(sha256(convert_to(credential, 'UTF8')), 'hex'), enrolment_hash = NULL, enrolment_expires_at = NULL,
    enrolled_at = now(), revoked_at = NULL WHERE k.id = enrolled.id;
  PERFORM medstint.write_event('kiosk.enrolled', enrolled.school_id, 'kiosks', enrolled.id, '{}', 'ENROL', 200);
  PERFORM medstint.end_act();
  RETURN credential;
END
$$;

CREATE FUNCTION medstint.revoke_kiosk(kiosk text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
BEGIN
  IF me.role IS NULL OR me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'administrators revoke kiosks' USING ERRCODE = 'MS403', CONSTRAINT = 'kiosks_administrators_enrol';
  END IF;
  UPDATE public.kiosks k SET revoked_at = now(), credential_hash = NULL, enrolment_hash = NULL, enrolment_expires_at = NULL
  WHERE k.id = kiosk AND k.school_id = me.school_id AND (k.credential_hash IS NOT NULL OR k.enrolment_hash IS NOT NULL);
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM medstint.write_event('kiosk.revoked', me.school_id, 'kiosks', kiosk, '{}', 'REVOKE', 200);
  RETURN true;
END
$$;

-- A sign of life, and what the door shows. The answer's clock is the anchor of
-- punches that are kept later. Consoles hear of it when something is different, and
-- once a minute.
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
GRANT EXECUTE ON FUNCTION medstint.make_enrolment_code(text), medstint.enrol_kiosk(text), medstint.revoke_kiosk(text),
  medstint.kiosk_hello(text, text, timestamptz, integer, text) TO medstint_app;
