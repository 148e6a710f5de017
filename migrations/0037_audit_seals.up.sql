-- Why: whoever reads the trail has to be able to find out whether somebody
-- altered it behind the database's back. Events are sealed in batches, school by
-- school: a seal holds the hash of each of its events and the hash of the seal
-- before it, so that nothing of what is sealed can be altered, removed, inserted
-- or reordered without all later seals changing. The newest seal's hash is the
-- head; kept somewhere else, it proves everything before it.
--
-- Batches, and not a chain from event to event: a chain makes everybody who
-- writes in a school wait for everybody else's commit. What waits to be sealed stands in a queue, so that a transaction that
-- is open for long holds nobody else's events back.

CREATE TABLE audit_seals (
  id             text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  -- NULL are the events that belong to no school.
  school_id      text REFERENCES schools (id) ON DELETE RESTRICT,
  -- 1, 2, 3 … without gaps.
  number         bigint NOT NULL,
  -- Of how many events, the first of which is which of the school's: 1, 2, 3 …
  first_position bigint NOT NULL,
  events         integer NOT NULL CONSTRAINT audit_seals_of_something CHECK (events > 0),
  -- The events in their order, and their hashes, 32 bytes each. A purge leaves
  -- neither, only the digest of the hashes.
  sequences      bigint[],
  leaves         bytea,
  least_sequence bigint NOT NULL,
  most_sequence  bigint NOT NULL,
  digest         bytea NOT NULL,
  previous       bytea NOT NULL,
  hash           bytea NOT NULL,
  sealed_at      timestamptz(3) NOT NULL,
  purged_at      timestamptz(3),
  CONSTRAINT audit_seals_whole_or_purged CHECK ((purged_at IS NULL) = (sequences IS NOT NULL) AND (sequences IS NULL) = (leaves IS NULL))
);
CREATE UNIQUE INDEX audit_seals_in_a_row ON audit_seals (coalesce(school_id, ''), number);
CREATE INDEX audit_seals_of_school ON audit_seals (school_id, number);
CREATE INDEX audit_seals_by_sequence ON audit_seals (school_id, most_sequence);

CALL medstint.secure_table('audit_seals', 'school_id = (SELECT medstint.current_school_id())');
CREATE POLICY audit_seals_read ON audit_seals FOR SELECT TO medstint_app USING (
  (SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')));
GRANT SELECT ON audit_seals TO medstint_app, medstint_web;

-- What waits to be sealed; '' are the events that belong to no school.
CREATE TABLE medstint.audit_unsealed (
  school   text NOT NULL,
  sequence bigint NOT NULL,
  PRIMARY KEY (school, sequence)
);
ALTER TABLE medstint.audit_unsealed ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_unsealed_owner ON medstint.audit_unsealed TO CURRENT_USER USING (true) WITH CHECK (true);
INSERT INTO medstint.audit_unsealed SELECT coalesce(school_id, ''), sequence FROM audit_logs;

CREATE FUNCTION medstint.await_seal() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO medstint.audit_unsealed SELECT coalesce(school_id, ''), sequence FROM new_rows;
  RETURN NULL;
END
$$;
CREATE TRIGGER c_await_seal AFTER INSERT ON audit_logs REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION medstint.await_seal();

-- The hash of an event: of all its columns, each with its length before it, so
-- that nothing can move from one into the next. `medstint audit verify` computes
-- it by itself and never calls this.
CREATE FUNCTION medstint.audit_leaf(e public.audit_logs) RETURNS bytea
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT sha256(convert_to(concat_ws(',', e.sequence, coalesce(e.transaction_id::text, '-'), (extract(epoch FROM e.created_at) * 1000)::bigint, e.severity,
    octet_length(e.id) || ':' || e.id,
    coalesce(octet_length(e.school_id) || ':' || e.school_id, '-'),
    coalesce(octet_length(e.user_id) || ':' || e.user_id, '-'),
    octet_length(e.action) || ':' || e.action,
    octet_length(e.resource_type) || ':' || e.resource_type,
    octet_length(e.resource_id) || ':' || e.resource_id,
    coalesce(octet_length(e.changes::text) || ':' || e.changes::text, '-'),
    coalesce(octet_length(e.ip_address) || ':' || e.ip_address, '-'),
    coalesce(octet_length(e.user_agent) || ':' || e.user_agent, '-'),
    coalesce(octet_length(e.endpoint) || ':' || e.endpoint, '-'),
    coalesce(octet_length(e.method) || ':' || e.method, '-'),
    coalesce(e.status_code::text, '-')), 'UTF8'))
$$;

-- The hash of a seal: of what it says of itself and of the seal before it.
CREATE FUNCTION medstint.audit_seal_hash(s public.audit_seals) RETURNS bytea
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT sha256(convert_to(concat_ws(',', coalesce(octet_length(s.school_id) || ':' || s.school_id, '-'), s.number, s.first_position, s.events,
    s.least_sequence, s.most_sequence, (extract(epoch FROM s.sealed_at) * 1000)::bigint, encode(s.digest, 'hex'), encode(s.previous, 'hex')), 'UTF8'))
$$;

-- Seals what waits of a school, at most ten thousand events; how many it sealed.
-- Whoever is second does not wait: the first one seals for both.
CREATE FUNCTION medstint.seal_events(school text) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  fresh public.audit_seals;
  before public.audit_seals;
BEGIN
  IF NOT EXISTS (SELECT FROM medstint.audit_unsealed u WHERE u.school = seal_events.school)
     OR NOT pg_try_advisory_xact_lock(hashtextextended('medstint.seal:' || seal_events.school, 0)) THEN
    RETURN 0;
  END IF;
  WITH taken AS (
    DELETE FROM medstint.audit_unsealed u USING (SELECT w.sequence FROM medstint.audit_unsealed w WHERE w.school = seal_events.school
      ORDER BY w.sequence LIMIT 10000) first WHERE u.school = seal_events.school AND u.sequence = first.sequence RETURNING u.sequence)
  SELECT count(*), array_agg(e.sequence ORDER BY e.sequence), string_agg(medstint.audit_leaf(e), '' ORDER BY e.sequence), min(e.sequence), max(e.sequence)
  INTO fresh.events, fresh.sequences, fresh.leaves, fresh.least_sequence, fresh.most_sequence
  FROM taken CROSS JOIN LATERAL (
    SELECT a.* FROM public.audit_logs a WHERE seal_events.school <> '' AND a.school_id = seal_events.school AND a.sequence = taken.sequence
    UNION ALL SELECT a.* FROM public.audit_logs a WHERE seal_events.school = '' AND a.school_id IS NULL AND a.sequence = taken.sequence) e;
  IF fresh.events = 0 THEN
    RETURN 0;
  END IF;
  SELECT * INTO before FROM public.audit_seals s WHERE coalesce(s.school_id, '') = seal_events.school ORDER BY s.number DESC LIMIT 1;
  fresh.id := gen_random_uuid()::text;
  fresh.school_id := nullif(seal_events.school, '');
  fresh.number := coalesce(before.number, 0) + 1;
  fresh.first_position := coalesce(before.first_position + before.events, 1);
  fresh.previous := coalesce(before.hash, decode(repeat('00', 32), 'hex'));
  fresh.digest := sha256(fresh.leaves);
  fresh.sealed_at := clock_timestamp();
  fresh.hash := medstint.audit_seal_hash(fresh);
  INSERT INTO public.audit_seals SELECT fresh.*;
  RETURN fresh.events;
END
$$;

-- What a console does once a minute, and whoever wants to know the head: seals
-- what waits of the school worked in, and of no school. At most so many batches,
-- so that nobody waits long; how many events wait still.
CREATE FUNCTION medstint.watch_audit() RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine constant text := medstint.current_school_id();
BEGIN
  IF medstint.current_user_id() IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  FOR batch IN 1 .. 5 LOOP
    EXIT WHEN medstint.seal_events(mine) < 10000;
  END LOOP;
  PERFORM medstint.seal_events('');
  RETURN (SELECT count(*) FROM (SELECT FROM medstint.audit_unsealed u WHERE u.school = mine LIMIT 100000) waiting);
END
$$;
GRANT EXECUTE ON FUNCTION medstint.watch_audit() TO medstint_app;

-- How many events of the school worked in wait to be sealed, and since when.
CREATE FUNCTION medstint.unsealed_events(OUT waiting bigint, OUT since timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*), min(e.created_at) FROM medstint.audit_unsealed u
  JOIN public.audit_logs e ON e.school_id = u.school AND e.sequence = u.sequence
  WHERE u.school = medstint.current_school_id() AND medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')
$$;
GRANT EXECUTE ON FUNCTION medstint.unsealed_events() TO medstint_app;

-- What waits of a school in a run of sequences, for whoever verifies.
CREATE FUNCTION medstint.waiting_events(school text, after bigint, up_to bigint) RETURNS SETOF bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.sequence FROM medstint.audit_unsealed u
  WHERE u.school = coalesce(waiting_events.school, '') AND u.sequence > after AND u.sequence <= up_to
    AND (waiting_events.school = medstint.current_school_id() AND medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') OR pg_has_role(session_user, current_user, 'MEMBER'))
$$;

-- How a verification ended, as an event: that nobody verifies any more shows too.
CREATE FUNCTION medstint.report_verification(findings bigint, events bigint, head text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'the trail is verified by administrators' USING ERRCODE = 'MS403', CONSTRAINT = 'audit_verified_by_administrators';
  END IF;
  PERFORM medstint.write_event(CASE findings WHEN 0 THEN 'audit.verified' ELSE 'audit.verification_failed' END, medstint.current_school_id(),
    'audit_seals', '-', jsonb_build_object('findings', findings, 'events', events, 'head', left(head, 300)), 'VERIFY', CASE findings WHEN 0 THEN 200 ELSE 409 END);
END
$$;
GRANT EXECUTE ON FUNCTION medstint.waiting_events(text, bigint, bigint), medstint.report_verification(bigint, bigint, text) TO medstint_app;

INSERT INTO medstint.audit_event_types (code, name, severity, meaning) VALUES
  ('TR-0501', 'audit.verified', 'LOW', 'The trail was verified and is whole'),
  ('TR-0502', 'audit.verification_failed', 'CRITICAL', 'The trail was verified and something was altered, removed, inserted or reordered'),
  ('TR-0503', 'audit.purged', 'HIGH', 'Events older than the retention were deleted: which seals, how many');

-- Append-only: for everybody, the owner too, but for the owner's purge.
CREATE FUNCTION medstint.keep_trail() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP <> 'TRUNCATE' AND current_setting('medstint.purging', true) = pg_current_xact_id()::text
     AND pg_has_role(session_user, (SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID), 'MEMBER') THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'MS403', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END
$$;
DROP TRIGGER a_append_only ON audit_logs;
CREATE TRIGGER a_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_logs FOR EACH STATEMENT EXECUTE FUNCTION medstint.keep_trail();
CREATE TRIGGER a_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals FOR EACH STATEMENT EXECUTE FUNCTION medstint.keep_trail();

-- Deletes what is older than a moment and than the retention, seal by seal from
-- the first one on. The seals stay, without the hashes of their events; an event
-- tells which. Only the owner's connections may.
CREATE FUNCTION medstint.purge_audit(school text, before timestamptz, OUT seals bigint, OUT events bigint)
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  one public.audit_seals;
  first_number bigint;
  last_number bigint;
BEGIN
  IF before > now() - interval '6 years' THEN
    RAISE EXCEPTION 'events are kept for six years' USING ERRCODE = 'MS422', CONSTRAINT = 'audit_logs_kept_for_six_years';
  END IF;
  PERFORM set_config('medstint.purging', pg_current_xact_id()::text, true),
    pg_advisory_xact_lock(hashtextextended('medstint.seal:' || coalesce(purge_audit.school, ''), 0));
  seals := 0;
  events := 0;
  FOR one IN SELECT s.* FROM public.audit_seals s WHERE coalesce(s.school_id, '') = coalesce(purge_audit.school, '') AND s.purged_at IS NULL ORDER BY s.number LOOP
    EXIT WHEN EXISTS (SELECT FROM public.audit_logs e WHERE e.sequence = ANY (one.sequences)
      AND (e.school_id = purge_audit.school OR purge_audit.school IS NULL AND e.school_id IS NULL) AND e.created_at >= before);
    DELETE FROM public.audit_logs e WHERE e.sequence = ANY (one.sequences)
      AND (e.school_id = purge_audit.school OR purge_audit.school IS NULL AND e.school_id IS NULL);
    UPDATE public.audit_seals s SET sequences = NULL, leaves = NULL, purged_at = now() WHERE s.id = one.id;
    first_number := coalesce(first_number, one.number);
    last_number := one.number;
    seals := seals + 1;
    events := events + one.events;
  END LOOP;
  IF seals > 0 THEN
    PERFORM medstint.write_event('audit.purged', purge_audit.school, 'audit_seals', first_number || '-' || last_number,
      jsonb_build_object('first_seal', first_number, 'last_seal', last_number, 'events', events, 'before', before, 'role', session_user), 'PURGE', 200);
  END IF;
  PERFORM set_config('medstint.purging', '', true);
END
$$;
