-- Seals of the audit trail: each covers events and the seal before it. AUDIT.md says what it
-- proves.
--
-- The trail is sealed in batches, and not chained from event to event. In a chain, each writer
-- holds a school's last link until it commits, and every other writer in the school waits. Here
-- writers only add a line to a queue, and sealing takes what was committed. It is a queue and not a
-- range of transactions, so that one that is open for long holds nobody else's events back, and a
-- restored database goes on.
--
-- Measured with every commit synced, eight writers of one school changing a row each (`cargo bench
-- --bench audit -- write`, medians, two shared cores), in ms a change:
--
--                           without trail   with trail   sealed once a second   chained
--   eight writers                    0.28         0.49                   0.52      0.88
--   one writer alone                 0.43         0.83                   0.83      1.07
--   eight, 500 rows at once          3.8         19.7                   20.5      22.7
--
-- The chain halves what a school can write at once, and a longer transaction than these would hold
-- everybody. The queue costs next to nothing.
--
-- The sealing transaction locks a row that only the functions can reach. A session that finds it
-- locked for long reports the holder, with an alert that does not wait for a seal.
-- src/store/audit/verify.rs computes the hashes by itself (src/domain/audit_trail.rs).

-- The hash of an event: of all its columns, each with its length before it, so that nothing can
-- move from one into the next. `medstint audit verify` computes it by itself and never calls this.
CREATE OR REPLACE FUNCTION medstint.audit_leaf(e public.audit_logs) RETURNS bytea
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT sha256(convert_to(concat_ws(',', e.sequence, coalesce(e.transaction_id::text, '-'),
    (extract(epoch FROM e.created_at) * 1000)::bigint, e.severity,
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
CREATE OR REPLACE FUNCTION medstint.audit_seal_hash(s public.audit_seals) RETURNS bytea
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT sha256(convert_to(concat_ws(',', coalesce(octet_length(s.school_id) || ':' || s.school_id, '-'), s.number,
    s.first_position, s.events,
    s.least_sequence, s.most_sequence, (extract(epoch FROM s.sealed_at) * 1000)::bigint, encode(s.digest, 'hex'),
      encode(s.previous, 'hex')), 'UTF8'))
$$;

CREATE OR REPLACE FUNCTION medstint.await_seal() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO medstint.audit_unsealed SELECT coalesce(school_id, ''), sequence FROM new_rows;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.begin_sealing() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO medstint.audit_sealing SELECT id FROM new_rows ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;

-- Seals waiting events of a school, at most so many; returns how many. The second caller doesn't
-- wait: the first one seals for both.
CREATE OR REPLACE FUNCTION medstint.seal_batch(school text, at_most integer) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  fresh public.audit_seals;
  before public.audit_seals;
BEGIN
  IF NOT EXISTS (SELECT FROM medstint.audit_unsealed u WHERE u.school = seal_batch.school) THEN
    RETURN 0;
  END IF;
  PERFORM FROM medstint.audit_sealing s WHERE s.school = seal_batch.school FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    -- Who imports with triggers off has made none.
    IF EXISTS (SELECT FROM medstint.audit_sealing s WHERE s.school = seal_batch.school) THEN
      PERFORM medstint.tell_sealing_held(seal_batch.school);
      RETURN 0;
    END IF;
    INSERT INTO medstint.audit_sealing VALUES (seal_batch.school) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      RETURN 0;
    END IF;
  END IF;
  DELETE FROM medstint.sealing_delays d WHERE d.school = seal_batch.school;
  WITH taken AS (
    DELETE FROM medstint.audit_unsealed u
      USING (SELECT w.sequence FROM medstint.audit_unsealed w WHERE w.school = seal_batch.school
      ORDER BY w.sequence LIMIT at_most) first WHERE u.school = seal_batch.school AND u.sequence = first.sequence
        RETURNING u.sequence)
  SELECT count(*), array_agg(e.sequence ORDER BY e.sequence),
    string_agg(medstint.audit_leaf(e), '' ORDER BY e.sequence), min(e.sequence), max(e.sequence)
  INTO fresh.events, fresh.sequences, fresh.leaves, fresh.least_sequence, fresh.most_sequence
  FROM taken CROSS JOIN LATERAL (
    SELECT a.* FROM public.audit_logs a
      WHERE seal_batch.school <> '' AND a.school_id = seal_batch.school AND a.sequence = taken.sequence
    UNION ALL SELECT a.* FROM public.audit_logs a
      WHERE seal_batch.school = '' AND a.school_id IS NULL AND a.sequence = taken.sequence) e;
  IF fresh.events = 0 THEN
    RETURN 0;
  END IF;
  SELECT * INTO before FROM public.audit_seals s WHERE coalesce(s.school_id, '') = seal_batch.school
    ORDER BY s.number DESC LIMIT 1;
  fresh.id := gen_random_uuid()::text;
  fresh.school_id := nullif(seal_batch.school, '');
  fresh.number := coalesce(before.number, 0) + 1;
  fresh.first_position := coalesce(before.first_position + before.events, 1);
  fresh.previous := coalesce(before.hash, decode(repeat('00', 32), 'hex'));
  fresh.digest := sha256(fresh.leaves);
  fresh.sealed_at := clock_timestamp();
  fresh.hash := medstint.audit_seal_hash(fresh);
  INSERT INTO public.audit_seals SELECT fresh.*;
  PERFORM medstint.raise_alerts(seal_batch.school, fresh.sequences);
  RETURN fresh.events;
END
$$;

-- Seals beside something that must go on: a sign-in, an export. It takes few events, and a failure
-- is an event.
CREATE OR REPLACE FUNCTION medstint.seal_events(school text) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN medstint.try_seal(school, 1000);
END
$$;

-- Seals events; a failure is an event and does not reach the caller.
CREATE OR REPLACE FUNCTION medstint.try_seal(school text, at_most integer) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
BEGIN
  -- Outside of the block below, whose locks belong to a transaction within this one: its
  -- number is in no list of locks, so that nobody could name the holder.
  PERFORM FROM medstint.audit_sealing s WHERE s.school = try_seal.school FOR UPDATE SKIP LOCKED;
  BEGIN
    RETURN medstint.seal_batch(school, at_most);
  EXCEPTION WHEN OTHERS THEN
    PERFORM medstint.tell_sealing_failed(school, 'audit_seals', SQLSTATE, SQLERRM);
    RETURN 0;
  END;
END
$$;

-- The unsealed events of a school in a run of sequences, for a verification.
CREATE OR REPLACE FUNCTION medstint.waiting_events(school text, after bigint, up_to bigint) RETURNS SETOF bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.sequence FROM medstint.audit_unsealed u
  WHERE u.school = coalesce(waiting_events.school, '') AND u.sequence > after AND u.sequence <= up_to
    AND (waiting_events.school = medstint.current_school_id() AND medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')
      OR pg_has_role(session_user, current_user, 'MEMBER'))
$$;

-- Append-only for everyone, the owner too, except for the owner's purge.
CREATE OR REPLACE FUNCTION medstint.keep_trail() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP <> 'TRUNCATE' AND current_setting('medstint.purging', true) = pg_current_xact_id()::text
     AND pg_has_role(session_user, (SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID), 'MEMBER') THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
    USING ERRCODE = 'MS403', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END
$$;

-- Append-only: nothing that is younger than the retention is deleted, in a purge neither.
CREATE OR REPLACE FUNCTION medstint.keep_young() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'events are kept for six years'
    USING ERRCODE = 'MS422', CONSTRAINT = 'audit_logs_kept_for_six_years';
END
$$;

-- Deletes what was sealed before a moment, seal by seal from the first one on. When a seal was made
-- is in its hash, so that a verification can tell that its events were old enough. The seals
-- stay, without the hashes of their events; each purge tells of all seals that are empty by then,
-- since it may delete the event of the one before it. Only the owner's connections may.
CREATE OR REPLACE FUNCTION medstint.purge_audit(school text, before timestamptz, OUT seals bigint, OUT events bigint)
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  one public.audit_seals;
  last_number bigint;
BEGIN
  IF (before <= now() - interval '6 years') IS NOT TRUE THEN
    RAISE EXCEPTION 'events are kept for six years'
      USING ERRCODE = 'MS422', CONSTRAINT = 'audit_logs_kept_for_six_years';
  END IF;
  INSERT INTO medstint.audit_sealing VALUES (coalesce(purge_audit.school, '')) ON CONFLICT DO NOTHING;
  PERFORM FROM medstint.audit_sealing s WHERE s.school = coalesce(purge_audit.school, '') FOR UPDATE;
  PERFORM set_config('medstint.purging', pg_current_xact_id()::text, true);
  seals := 0;
  events := 0;
  FOR one IN SELECT s.* FROM public.audit_seals s
    WHERE coalesce(s.school_id, '') = coalesce(purge_audit.school, '') AND s.purged_at IS NULL ORDER BY s.number LOOP
    EXIT WHEN one.sealed_at >= before;
    DELETE FROM public.audit_logs e WHERE e.sequence = ANY (one.sequences)
      AND (e.school_id = purge_audit.school OR purge_audit.school IS NULL AND e.school_id IS NULL);
    UPDATE public.audit_seals s SET sequences = NULL, leaves = NULL, purged_at = now() WHERE s.id = one.id;
    last_number := one.number;
    seals := seals + 1;
    events := events + one.events;
  END LOOP;
  IF seals > 0 THEN
    PERFORM medstint.write_event('audit.purged', purge_audit.school, 'audit_seals', '1-' || last_number,
      jsonb_build_object('first_seal', 1, 'last_seal', last_number, 'events', events, 'before', before, 'role',
        session_user), 'PURGE', 200);
  END IF;
  PERFORM set_config('medstint.purging', '', true);
END
$$;

-- How a verification ended, of a session or of the owner; an alert follows at once.
CREATE OR REPLACE FUNCTION medstint.record_verification(school text, findings bigint, events bigint,
  head text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.write_event(CASE findings WHEN 0 THEN 'audit.verified' ELSE 'audit.verification_failed' END,
    school,
    'audit_seals', '-', jsonb_build_object('findings', findings, 'events', events, 'head', left(head, 300)), 'VERIFY',
      CASE findings WHEN 0 THEN 200 ELSE 409 END),
    medstint.seal_events(coalesce(school, ''));
END
$$;

-- How a verification ended, as an event: a missing verification shows too.
CREATE OR REPLACE FUNCTION medstint.report_verification(findings bigint, events bigint, head text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') OR medstint.current_school_id() IS NULL THEN
    RAISE EXCEPTION 'only administrators may verify the trail'
      USING ERRCODE = 'MS403', CONSTRAINT = 'audit_verified_by_administrators';
  END IF;
  PERFORM medstint.record_verification(medstint.current_school_id(), findings, events, head);
END
$$;

-- A failure to report or to seal is an event, at most once a minute.
CREATE OR REPLACE FUNCTION medstint.tell_sealing_failed(school text, part text, state text, error text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.audit_logs e
    WHERE e.school_id IS NOT DISTINCT FROM nullif(tell_sealing_failed.school, '')
      AND e.action = 'audit.sealing_failed'
      AND e.created_at > clock_timestamp() - interval '1 minute')
  THEN
    PERFORM medstint.write_system_event('audit.sealing_failed', school, part, '-',
      jsonb_build_object('state', state, 'error', left(error, 200)), 'SEAL', 500);
  END IF;
END
$$;

-- A connection that keeps events from being sealed for two minutes is an event and an alert.
-- Attempts that wait to be reported count as events that wait. The delay counts from when it was
-- first noticed, not from the events: after an outage many consoles seal old events at once.
CREATE OR REPLACE FUNCTION medstint.tell_sealing_held(school text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  oldest timestamptz;
  holder record;
  event bigint;
  rule public.alert_rules;
BEGIN
  SELECT min(e.created_at) INTO oldest
    FROM (SELECT u.sequence FROM medstint.audit_unsealed u WHERE u.school = tell_sealing_held.school
    ORDER BY u.sequence LIMIT 1000) first
  JOIN public.audit_logs e ON e.sequence = first.sequence
    AND (e.school_id = tell_sealing_held.school OR tell_sealing_held.school = '' AND e.school_id IS NULL);
  IF school = '' THEN
    oldest := least(oldest, (SELECT min(a.counted_at) FROM medstint.password_attempts a WHERE NOT a.is_reported),
      (SELECT min(r.refused_at) FROM medstint.refused_enrolments r WHERE NOT r.is_reported),
      -- A right PIN may be asked about for five minutes.
      (SELECT min(o.counted_at) FROM medstint.pin_outcomes o
       WHERE NOT o.is_reported AND o.counted_at < clock_timestamp() - interval '5 minutes'));
  END IF;
  INSERT INTO medstint.sealing_delays (school)
  SELECT tell_sealing_held.school
  WHERE NOT EXISTS (SELECT FROM medstint.sealing_delays d WHERE d.school = tell_sealing_held.school);
  IF oldest IS NULL OR oldest > clock_timestamp() - interval '2 minutes'
    OR NOT EXISTS (SELECT FROM medstint.sealing_delays d
      WHERE d.school = tell_sealing_held.school AND d.noticed_at < clock_timestamp() - interval '2 minutes')
    OR EXISTS (SELECT FROM public.audit_logs e
      WHERE e.school_id IS NOT DISTINCT FROM nullif(tell_sealing_held.school, '') AND e.action = 'audit.sealing_held'
        AND e.created_at > clock_timestamp() - interval '10 minutes') THEN
    RETURN;
  END IF;
  SELECT l.pid, a.usename AS role INTO holder FROM medstint.audit_sealing s
  JOIN pg_locks l ON l.locktype = 'transactionid' AND l.transactionid = s.xmax AND l.granted
  LEFT JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE s.school = tell_sealing_held.school;
  PERFORM medstint.write_system_event('audit.sealing_held', tell_sealing_held.school, 'audit_seals', '-',
    jsonb_build_object('since', oldest, 'process', holder.pid, 'role', holder.role), 'SEAL', 423);
  SELECT e.sequence INTO event FROM public.audit_logs e WHERE e.school_id
    IS NOT DISTINCT FROM nullif(tell_sealing_held.school, '') AND e.action = 'audit.sealing_held'
    ORDER BY e.created_at DESC, e.sequence DESC LIMIT 1;
  SELECT r.* INTO rule FROM public.alert_rules r
  WHERE r.code = 'sealing-held' AND (r.school_id = tell_sealing_held.school OR r.school_id IS NULL)
    ORDER BY r.school_id NULLS LAST LIMIT 1;
  PERFORM medstint.try_rule(rule, tell_sealing_held.school, 'UTC', ARRAY[event])
    WHERE event IS NOT NULL AND rule.is_active;
END
$$;

-- What each console does once a minute, locked ones too: reports attempts and seals the events of
-- its school and of the platform, at most so many batches. Returns how many events still wait.
CREATE OR REPLACE FUNCTION medstint.watch_audit(token text, OUT sealed integer, OUT waiting bigint)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine constant public.sessions := medstint.session_of(token);
  home constant text := coalesce(mine.school_id, mine.active_school_id);
BEGIN
  IF mine.id IS NULL OR mine.is_restricted OR current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  PERFORM medstint.report_attempts(), medstint.try_seal('', 10000);
  sealed := CASE WHEN home IS NULL THEN 0 ELSE medstint.try_seal(home, 10000) END;
  waiting := (SELECT count(*) FROM medstint.audit_unsealed u WHERE u.school = home);
END
$$;
