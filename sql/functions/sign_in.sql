-- Signing in and unlocking, with the limits on wrong passwords.
--
-- Signing in takes two transactions. The first stores a hash of the guess and compares nothing; the
-- second compares what was committed. With a single transaction, a caller could roll failures back
-- and guess without limit. If the first transaction decided anything, its WAL, statistics or locks
-- would reveal the result. Attempts are rows of their own, so no attempt waits for another. Their
-- events are written by a session that watches (report_attempts), never by the session that
-- guesses. Wrong PINs work the same way. Refused kiosk codes are rows that the report turns into
-- events.
--
-- Reports wait for nobody. They skip locked rows. Each part of a report, a seal and a rule runs in
-- a block with a short lock_timeout; a failure is an event and does not reach the sign-in. A
-- sign-in reports at most 200 attempts. tests/held_rows.rs holds each row.

CREATE OR REPLACE FUNCTION medstint.begin_sign_in(email text, password text, ip text DEFAULT NULL,
    user_agent text DEFAULT NULL, client text DEFAULT 'console') RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  address constant text := left(medstint.case_folded(medstint.tidied(left(coalesce(email, ''), 1000))), 254);
BEGIN
  -- Those who watch write the event (medstint.report_attempts). Every attempt tells them.
  PERFORM medstint.announce_attempt();
  RETURN medstint.store_attempt('sign_in', address, (medstint.credential_of(address)).hash, password, ip, user_agent,
    client);
END
$$;

-- The outcome of an attempt that was counted. The newest password change is read before the
-- password is compared: a later change ends the session, an earlier one refuses it. Nothing is
-- locked. The address is what the client reports (over SSH, the client's), or where the connection
-- comes from.
CREATE OR REPLACE FUNCTION medstint.finish_sign_in(attempt text, OUT status text, OUT token text,
    OUT locked_until timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
  made constant medstint.password_attempts := medstint.committed_attempt(attempt, 'sign_in');
  known record := medstint.credential_of(made.subject);
  verdict record := medstint.verdict_on(made, known.hash);
  person record;
  newest record;
  current record;
BEGIN
  status := verdict.status;
  locked_until := verdict.free_at;
  IF status <> 'ok' THEN
    RETURN;
  END IF;
  newest := medstint.newest_change(known.user_id);
  current := medstint.password_of(known.user_id);
  SELECT u.id, u.school_id INTO person FROM public.users u LEFT JOIN public.schools s ON s.id = u.school_id
  WHERE current.hash = made.tried AND u.id = known.user_id AND u.is_active AND coalesce(s.is_active, true);
  IF person.id IS NULL THEN
    status := 'refused';
    RETURN;
  END IF;
  UPDATE medstint.password_attempts a SET is_used = true, is_reported = true WHERE a.id = made.id AND NOT a.is_used;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the attempt has already opened a session' USING ERRCODE = 'MS409',
      CONSTRAINT = 'sign_in_commit_first';
  END IF;
  token := medstint.random_token();
  INSERT INTO public.sessions (user_id, school_id, token, expires_at, ip_address, user_agent, client, is_restricted,
    sign_in_era, sign_in_change)
  VALUES (person.id, person.school_id, encode(sha256(convert_to(token, 'UTF8')), 'hex'),
    now() + interval '12 hours', made.ip_address, made.user_agent, made.client, current.is_temporary,
    newest.era, newest.number);
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (person.id, person.school_id, 'auth.signed_in', 'users', person.id,
          jsonb_build_object('email', jsonb_build_object('new', made.subject))::text,
          made.ip_address, made.user_agent, made.client, 'SIGN_IN', 200, 'LOW');
  PERFORM medstint.report_attempts(200), medstint.seal_events(coalesce(person.school_id, ''));
END
$$;

-- Asks for the password of the session's own user: to unlock the session or to change the password.
-- Five wrong ones end the session.
CREATE OR REPLACE FUNCTION medstint.begin_unlock(token text, password text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine constant public.sessions := medstint.session_of(token);
BEGIN
  IF mine.id IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  PERFORM medstint.announce_attempt();
  RETURN medstint.store_attempt('unlock', mine.id,
    (medstint.password_of(mine.user_id)).hash,
    begin_unlock.password, mine.ip_address, mine.user_agent, mine.client);
END
$$;

-- The outcome of an attempt at a session: the right password unlocks it, the fifth wrong one ends
-- it. Failures are reported by medstint.report_attempts, also if this is rolled back.
CREATE OR REPLACE FUNCTION medstint.finish_unlock(token text, attempt text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine constant public.sessions := medstint.session_of(token);
  made constant medstint.password_attempts := medstint.committed_attempt(attempt, 'unlock');
  known text;
  verdict record;
BEGIN
  -- Another session's attempt, right or wrong, unlocks nothing here.
  IF mine.id IS NULL OR made.subject <> mine.id THEN
    RAISE EXCEPTION 'the attempt belongs to another session'
      USING ERRCODE = 'MS409', CONSTRAINT = 'unlock_own_session';
  END IF;
  known := (medstint.password_of(mine.user_id)).hash;
  verdict := medstint.verdict_on(made, known);
  IF verdict.status = 'locked' THEN
    UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE s.id = mine.id AND s.revoked_at IS NULL;
  END IF;
  IF verdict.status <> 'ok' THEN
    RETURN verdict.status;
  END IF;
  UPDATE medstint.password_attempts a SET is_used = true, is_reported = true WHERE a.id = made.id AND NOT a.is_used;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the attempt has already been used'
      USING ERRCODE = 'MS409', CONSTRAINT = 'sign_in_commit_first';
  END IF;
  UPDATE public.sessions s SET locked_at = NULL, last_seen_at = now(), updated_at = now() WHERE s.id = mine.id;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (mine.user_id, coalesce(mine.school_id, mine.active_school_id), 'auth.unlocked', 'users', mine.user_id,
    mine.ip_address, mine.user_agent, mine.client, 'UNLOCK', 200, 'LOW');
  RETURN verdict.status;
END
$$;

-- What a console needs to know of the session that it holds.
CREATE OR REPLACE FUNCTION medstint.whoami(
    OUT user_id text, OUT name text, OUT email text, OUT role public.user_role, OUT school_id text,
    OUT school_name text, OUT expires_at timestamptz, OUT unread bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.id, u.name, u.email, a.role, a.school_id, c.name, s.expires_at,
    (SELECT count(*) FROM public.notifications n WHERE n.user_id = u.id AND NOT n.is_read)
  FROM medstint.actor() a
  JOIN public.users u ON u.id = a.user_id
  JOIN public.sessions s ON s.id = a.session_id
  LEFT JOIN public.schools c ON c.id = a.school_id
$$;

-- Where a change is announced now.
CREATE OR REPLACE FUNCTION medstint.channel(school text) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN medstint.channel_on(school, (now() AT TIME ZONE 'UTC')::date);
END
$$;

-- An attempt at a password is announced to all administrators, whichever account it is about: what
-- tells of one address and not of another would tell which exist.
CREATE OR REPLACE FUNCTION medstint.announce_attempt() RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_notify(medstint.channel(''), '{"table":"password_attempts","op":"INSERT","count":1,"ids":[]}');
END
$$;

-- How many attempts count against a subject now: those of the last fifteen minutes from the same
-- source since its last success, and those from everywhere. What unlocks a session is counted for
-- as long as the session lasts. `free_at` is when the next attempt will get a verdict.
CREATE OR REPLACE FUNCTION medstint.attempts_against(attempt_realm text, attempt_subject text, attempt_source text,
    OUT from_source bigint, OUT from_everywhere bigint, OUT free_at timestamptz)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  patience constant interval := CASE attempt_realm WHEN 'sign_in' THEN interval '15 minutes' ELSE interval '90 days'
    END;
BEGIN
  WITH recent AS (
    SELECT a.source = attempt_source AS is_same, a.is_used, a.counted_at FROM medstint.password_attempts a
    WHERE a.realm = attempt_realm AND a.subject = attempt_subject AND a.is_counted
      AND a.counted_at > clock_timestamp() - patience
  ), since AS (
    SELECT coalesce(max(r.counted_at) FILTER (WHERE r.is_used AND r.is_same), '-infinity') AS success FROM recent r
  ), counted AS (
    SELECT r.is_same AND r.counted_at > s.success AS is_same, r.counted_at FROM recent r, since s WHERE NOT r.is_used)
  SELECT count(*) FILTER (WHERE c.is_same), count(*),
    patience + greatest(
      (SELECT n.counted_at FROM counted n WHERE n.is_same ORDER BY n.counted_at DESC OFFSET 4 LIMIT 1),
      (SELECT n.counted_at FROM counted n ORDER BY n.counted_at DESC OFFSET 19 LIMIT 1))
  INTO from_source, from_everywhere, free_at FROM counted c;
END
$$;

-- An attempt that was committed by another transaction within the last five minutes and has opened
-- nothing yet.
CREATE OR REPLACE FUNCTION medstint.committed_attempt(attempt text,
  attempt_realm text) RETURNS medstint.password_attempts
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found medstint.password_attempts;
BEGIN
  SELECT a.* INTO found FROM medstint.password_attempts a
  WHERE a.id = attempt AND a.realm = attempt_realm AND a.counted_in <> pg_current_xact_id() AND NOT a.is_used
    AND a.counted_at > clock_timestamp() - interval '5 minutes'
      AND current_setting('transaction_isolation') = 'read committed';
  IF found.id IS NULL THEN
    RAISE EXCEPTION 'there is no such attempt, or it has not been committed'
      USING ERRCODE = 'MS409', CONSTRAINT = 'sign_in_commit_first';
  END IF;
  RETURN found;
END
$$;

-- Stores a guess, compares nothing. Five attempts from one source, or twenty from everywhere, lock
-- a subject, so that guesses from elsewhere lock nobody out at once.
CREATE OR REPLACE FUNCTION medstint.store_attempt(attempt_realm text, attempt_subject text, hash text, password text,
    ip text, device text, client text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  -- A hash of the same cost as real ones that no password has.
  nobody constant text := '$2a$12$......................................................';
  from_here constant text := coalesce(host(inet_client_addr()), 'local');
  attempt constant text := medstint.random_token();
  before record;
BEGIN
  -- A flood from one source neither fills the table nor the trail.
  IF (SELECT count(*) >= 300 OR count(*) FILTER (WHERE a.counted_in = pg_current_xact_id()) > 0
      FROM medstint.password_attempts a
      WHERE a.realm = attempt_realm AND a.source = from_here
        AND a.counted_at > clock_timestamp() - interval '1 minute') THEN
    RAISE EXCEPTION 'too many attempts from one address'
      USING ERRCODE = 'MS429', CONSTRAINT = 'password_attempts_per_minute';
  END IF;
  SELECT * INTO before FROM medstint.attempts_against(attempt_realm, attempt_subject, from_here);
  INSERT INTO medstint.password_attempts (id, realm, subject, tried, is_counted, ip_address, user_agent, client)
  VALUES (attempt, attempt_realm, attempt_subject,
    medstint.password_tried(coalesce(store_attempt.password, ''), coalesce(hash, nobody)),
    before.from_source < 5 AND before.from_everywhere < 20,
    left(coalesce(nullif(btrim(ip), ''), host(inet_client_addr())), 100), left(device, 300),
    CASE WHEN store_attempt.client IN ('console', 'monitor', 'cli') THEN store_attempt.client ELSE 'console' END);
  RETURN attempt;
END
$$;

-- The outcome of an attempt: ok, refused or locked. A caller that made several at once is judged by
-- all that were committed, so that parallel guesses do not outrun the count.
CREATE OR REPLACE FUNCTION medstint.verdict_on(attempt medstint.password_attempts, hash text, OUT status text,
  OUT free_at timestamptz)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  now_counted record := medstint.attempts_against(attempt.realm, attempt.subject, attempt.source);
BEGIN
  status := CASE
    WHEN NOT attempt.is_counted OR now_counted.from_source > 5 OR now_counted.from_everywhere > 20 THEN 'locked'
    WHEN attempt.tried = hash THEN 'ok'
    WHEN now_counted.from_source >= 5 OR now_counted.from_everywhere >= 20 THEN 'locked'
    ELSE 'refused' END;
  free_at := CASE status WHEN 'locked' THEN now_counted.free_at END;
END
$$;

-- Writes the events of attempts that failed. An event stands in the school of the address, or in
-- the platform's trail. Attempts after the fifth, and many at unknown addresses, are summed up.
CREATE OR REPLACE FUNCTION medstint.report_attempts(at_most integer DEFAULT 1000) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
  reported integer := 0;
  part text;
BEGIN
  IF NOT EXISTS (SELECT FROM medstint.password_attempts a WHERE NOT a.is_reported)
     AND NOT EXISTS (SELECT FROM medstint.pin_outcomes o WHERE NOT o.is_reported)
     AND NOT EXISTS (SELECT FROM medstint.refused_enrolments r WHERE NOT r.is_reported)
     AND NOT EXISTS (SELECT FROM medstint.password_changes c WHERE NOT c.is_applied)
     AND NOT EXISTS (SELECT FROM medstint.key_removals r WHERE NOT r.is_applied)
     AND NOT EXISTS (SELECT FROM medstint.locked_out_sessions)
     AND NOT EXISTS (SELECT FROM medstint.outdated_sessions()) THEN
    RETURN 0;
  END IF;
  PERFORM FROM medstint.audit_sealing s WHERE s.school = '' FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    PERFORM medstint.tell_sealing_held('');
    RETURN 0;
  END IF;
  DELETE FROM medstint.sealing_delays d WHERE d.school = '';
  FOREACH part IN ARRAY ARRAY['password_attempts', 'pin_outcomes', 'refused_enrolments', 'password_changes',
    'key_removals', 'sessions']
  LOOP
    BEGIN
      CASE part
        WHEN 'password_attempts' THEN reported := reported + medstint.report_passwords(at_most);
        WHEN 'pin_outcomes' THEN reported := reported + medstint.report_pins();
        WHEN 'refused_enrolments' THEN reported := reported + medstint.report_enrolments();
        WHEN 'password_changes' THEN
          PERFORM medstint.apply_reset(c.user_id)
          FROM (SELECT DISTINCT w.user_id FROM medstint.password_changes w WHERE NOT w.is_applied ORDER BY 1) c;
        WHEN 'key_removals' THEN
          PERFORM medstint.apply_key_removal(r.key_id)
          FROM (SELECT DISTINCT w.key_id FROM medstint.key_removals w WHERE NOT w.is_applied ORDER BY 1) r;
        ELSE PERFORM medstint.end_sessions();
      END CASE;
    EXCEPTION WHEN OTHERS THEN
      PERFORM medstint.tell_sealing_failed('', part, SQLSTATE, SQLERRM);
    END;
  END LOOP;
  RETURN reported;
END
$$;

CREATE OR REPLACE FUNCTION medstint.report_passwords(at_most integer) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
#variable_conflict use_column
DECLARE
  reported integer;
BEGIN
  WITH waiting AS MATERIALIZED (
    SELECT a.* FROM medstint.password_attempts a WHERE NOT a.is_reported
    ORDER BY a.counted_at LIMIT at_most FOR UPDATE SKIP LOCKED
  ), known AS (
    SELECT w.*, coalesce(s.user_id, c.user_id) AS user_id,
      CASE w.realm WHEN 'unlock' THEN (medstint.password_of(x.user_id)).hash ELSE c.hash END AS hash,
      -- Counting ends one beyond the limits of five and twenty.
      CASE WHEN w.is_counted THEN (SELECT count(*) FROM (SELECT FROM medstint.password_attempts e
        WHERE e.realm = w.realm AND e.subject = w.subject AND e.source = w.source AND e.is_counted AND NOT e.is_used
          AND e.counted_at <= w.counted_at AND e.counted_at > greatest(w.counted_at - interval '15 minutes',
            (SELECT max(o.counted_at) FROM medstint.password_attempts o WHERE o.realm = w.realm
               AND o.subject = w.subject AND o.source = w.source AND o.is_counted AND o.is_used
               AND o.counted_at < w.counted_at))
        LIMIT 6) here) END AS place,
      CASE WHEN w.is_counted THEN (SELECT count(*) FROM (SELECT FROM medstint.password_attempts e
        WHERE e.realm = w.realm AND e.subject = w.subject AND e.is_counted AND NOT e.is_used
          AND e.counted_at <= w.counted_at AND e.counted_at > w.counted_at - interval '15 minutes'
        LIMIT 21) everywhere) END AS place_everywhere
    FROM waiting w
    LEFT JOIN LATERAL medstint.credential_of(w.subject) c ON w.realm = 'sign_in'
    LEFT JOIN public.sessions s ON w.realm = 'unlock' AND s.id = w.subject
    LEFT JOIN public.accounts x ON x.user_id = s.user_id AND x.provider_id = 'credential'
  ), judged AS (
    SELECT k.*, u.school_id, u.email,
      -- The right password is not reported: its sign-in is. It may still be asked for.
      -- What is beyond the limit is compared with nothing: how many rows are written here
      -- can be seen in statistics.
      CASE WHEN NOT k.is_counted OR k.place > 5 OR k.place_everywhere > 20 THEN 'late'
        WHEN k.tried = k.hash THEN
          CASE WHEN k.counted_at > clock_timestamp() - interval '5 minutes' THEN 'open' ELSE 'right' END
        WHEN k.place = 5 THEN 'locked' ELSE 'refused' END AS verdict,
      k.user_id IS NULL
        AND row_number() OVER (PARTITION BY k.user_id IS NULL ORDER BY k.counted_at) > 20 AS is_many
    FROM known k LEFT JOIN public.users u ON u.id = k.user_id
  ), told AS (
    INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes, ip_address,
      user_agent, endpoint, method, status_code, severity, created_at)
    SELECT CASE j.realm WHEN 'unlock' THEN j.user_id END, j.school_id, t.name, 'users', coalesce(j.user_id, '-'),
      jsonb_build_object('email', jsonb_build_object('new', coalesce(j.email, j.subject)))::text,
      j.ip_address, j.user_agent, j.client, CASE j.realm WHEN 'unlock' THEN 'UNLOCK' ELSE 'SIGN_IN' END,
      CASE j.verdict WHEN 'locked' THEN 423 ELSE 401 END, t.severity, j.counted_at
    FROM judged j JOIN medstint.audit_event_types t
      ON t.name = CASE WHEN j.verdict = 'locked' THEN 'auth.locked_out'
        WHEN j.realm = 'unlock' THEN 'auth.unlock_failed' ELSE 'auth.sign_in_failed' END
    WHERE j.verdict IN ('locked', 'refused') AND NOT j.is_many
  ), summed AS (
    SELECT j.school_id, j.user_id,
      CASE WHEN j.user_id IS NOT NULL OR NOT j.is_many THEN coalesce(j.email, j.subject) END AS email,
      j.ip_address, j.realm, j.client, count(*) AS attempts, max(j.counted_at) AS last_at
    FROM judged j WHERE j.verdict = 'late' OR j.verdict IN ('locked', 'refused') AND j.is_many
    GROUP BY 1, 2, 3, 4, 5, 6
  ), summary AS (
    INSERT INTO public.audit_logs (school_id, action, resource_type, resource_id, changes, ip_address, endpoint,
      method, status_code, severity, created_at)
    SELECT s.school_id, t.name, 'users', coalesce(s.user_id, '-'),
      jsonb_strip_nulls(jsonb_build_object('email', jsonb_build_object('new', s.email),
        'attempts', jsonb_build_object('new', s.attempts)))::text,
      s.ip_address, s.client, CASE s.realm WHEN 'unlock' THEN 'UNLOCK' ELSE 'SIGN_IN' END, 423, t.severity, s.last_at
    FROM summed s JOIN medstint.audit_event_types t ON t.name = 'auth.locked_out'
  ), locked_out AS (
    INSERT INTO medstint.locked_out_sessions (session_id)
    SELECT DISTINCT j.subject FROM judged j WHERE j.realm = 'unlock' AND j.verdict IN ('locked', 'late')
  ), done AS (
    UPDATE medstint.password_attempts a SET is_reported = true FROM judged j
    WHERE a.id = j.id AND j.verdict <> 'open' RETURNING a.id)
  SELECT count(*) INTO reported FROM done;
  -- What is over is not kept: neither the password that was typed nor its source.
  DELETE FROM medstint.password_attempts a WHERE a.id = ANY (ARRAY(SELECT o.id FROM medstint.password_attempts o
    WHERE o.is_reported AND o.counted_at < clock_timestamp()
      - CASE o.realm WHEN 'sign_in' THEN interval '1 hour' ELSE interval '90 days' END
    ORDER BY o.counted_at LIMIT 1000 FOR UPDATE SKIP LOCKED));
  RETURN reported;
END
$$;

-- Everyone who counts as the same person: who could sign in as them, and as whom any of these
-- could sign in.
CREATE OR REPLACE FUNCTION medstint.counts_as(person text) RETURNS text[]
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  since constant timestamptz := clock_timestamp() - interval '1 day';
BEGIN
  RETURN ARRAY(
    WITH RECURSIVE same AS (
      SELECT unnest(medstint.possible_actors(person)
        || CASE WHEN person = medstint.current_user_id() THEN medstint.certifiers() ELSE '{}' END) AS id
      UNION SELECT c.user_id FROM same s CROSS JOIN LATERAL (
        SELECT x.user_id FROM medstint.credential_changes x
        WHERE x.changed_by = s.id AND x.changed_at > since
        UNION ALL SELECT x.user_id FROM medstint.credential_changes x
        WHERE x.changed_by = s.id AND x.stands AND x.kind IN ('provider', 'key')
        -- A person who added an authority could be anyone of the school.
        UNION ALL SELECT u.id FROM public.certificate_authorities a JOIN public.users u ON u.school_id = a.school_id
        WHERE a.added_by @> ARRAY[s.id] AND (a.removed_at IS NULL OR a.removed_at > since)) c)
    SELECT s.id FROM same s);
END
$$;

-- The verdict on an attempt to sign in, and who has signed in. There is nobody yet in a session
-- that waits for another password, and in a monitor's, which acts only in a transaction that is
-- read-only.
CREATE OR REPLACE FUNCTION medstint.open_session(attempt text, OUT status text, OUT token text,
  OUT locked_until timestamptz,
    OUT user_id text, OUT name text, OUT email text, OUT role text, OUT school_id text, OUT school_name text,
    OUT zone text, OUT unread bigint)
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  SELECT f.status, f.token, f.locked_until INTO status, token, locked_until FROM medstint.finish_sign_in(attempt) f;
  IF status = 'ok' THEN
    -- As medstint.enter does, which would refuse those sessions and roll the sign-in back.
    PERFORM set_config('medstint.session', token, true);
    SELECT w.user_id, w.name, w.email, w.role, w.school_id, w.school_name, w.unread,
      (SELECT s.time_zone FROM schools s WHERE s.id = w.school_id)
    INTO user_id, name, email, role, school_id, school_name, unread, zone FROM medstint.whoami() w;
  END IF;
END
$$;
