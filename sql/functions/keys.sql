-- SSH keys of people, and the sessions that keys and certificates open (authorities.sql).
--
-- The process that serves the console over SSH verifies the signature of a key and vouches for it:
-- it logs in as medstint_serve and exchanges the key for a session (open_session_by_key). A key
-- can't be guessed, so there is no attempt to count. What stops a password stops a key too: an
-- inactive person or school, a lock-out, and a temporary password, which has to be replaced first.
--
-- A session belongs to its key, or to the authority that signed its certificate. Every function that
-- takes a session's token asks key_holds.
--
-- A removal never waits, like a password reset. It is a row that is only inserted
-- (medstint.key_removals). If another transaction has locked the row in user_keys, the removal
-- counts all the same, and the next report copies it.

-- Whether a key still signs this person in: a key of theirs, or that of an authority of their school.
CREATE OR REPLACE FUNCTION medstint.key_holds(which text, who text) RETURNS boolean
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (EXISTS (SELECT FROM public.user_keys k WHERE k.id = which AND k.user_id = who AND k.removed_at IS NULL)
      OR EXISTS (SELECT FROM public.certificate_authorities c JOIN public.users u ON u.school_id = c.school_id
        WHERE c.id = which AND c.removed_at IS NULL AND u.id = who AND u.role <> 'SUPER_ADMIN'))
    AND NOT EXISTS (SELECT FROM medstint.key_removals r WHERE r.key_id = which);
END
$$;

-- The key of these bytes that signs its owner in. The bytes are compared too: a fingerprint alone
-- would trust its hash.
CREATE OR REPLACE FUNCTION medstint.key_of(blob bytea) RETURNS public.user_keys
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found public.user_keys;
BEGIN
  SELECT k.* INTO found FROM public.user_keys k
  WHERE k.fingerprint = 'SHA256:' || rtrim(encode(sha256(blob), 'base64'), '=') AND decode(k.key, 'base64') = blob
    AND k.removed_at IS NULL AND medstint.key_holds(k.id, k.user_id);
  RETURN found;
END
$$;

-- Whether a key belongs to a person. If it does not, the server lets the client offer the next.
CREATE OR REPLACE FUNCTION medstint.is_known_key(blob bytea) RETURNS boolean
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (medstint.key_of(blob)).id IS NOT NULL;
END
$$;

-- The session of a key whose signature the caller has verified, and who has signed in.
CREATE OR REPLACE FUNCTION medstint.open_session_by_key(blob bytea, ip text DEFAULT NULL, device text DEFAULT NULL,
  program text DEFAULT 'console', OUT status text, OUT token text, OUT locked_until timestamptz, OUT user_id text,
  OUT name text, OUT email text, OUT role text, OUT school_id text, OUT school_name text, OUT zone text,
  OUT unread bigint)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  offered constant public.user_keys := medstint.key_of(blob);
BEGIN
  status := 'refused';
  IF offered.id IS NULL THEN
    RETURN;
  END IF;
  SELECT o.* INTO status, token, locked_until, user_id, name, email, role, school_id, school_name, zone, unread
  FROM medstint.open_session_of(offered.user_id, offered.id, jsonb_build_object('fingerprint', offered.fingerprint),
    ip, device, program) o;
  IF status = 'ok' THEN
    UPDATE public.user_keys k SET last_used_at = now() WHERE k.id = (
      SELECT x.id FROM public.user_keys x
      WHERE x.id = offered.id AND coalesce(x.last_used_at < now() - interval '1 hour', true)
      FOR NO KEY UPDATE SKIP LOCKED);
  END IF;
END
$$;

-- A session of a person who has a key or a certificate, and who has signed in: nobody yet
-- where a temporary password has to be replaced first. As in finish_sign_in, the newest password
-- change is read first and nothing is waited for. `opener` is the key or the authority, `proof` what
-- the trail says of it.
CREATE OR REPLACE FUNCTION medstint.open_session_of(who text, opener text, proof jsonb, ip text, device text,
  program text, OUT status text, OUT token text, OUT locked_until timestamptz, OUT user_id text,
  OUT name text, OUT email text, OUT role text, OUT school_id text, OUT school_name text, OUT zone text,
  OUT unread bigint)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  newest constant record := medstint.newest_change(who);
  waits constant boolean := coalesce((medstint.password_of(who)).is_temporary, false);
  from_address constant text := left(coalesce(nullif(btrim(ip), ''), host(inet_client_addr())), 100);
  endpoint constant text := CASE WHEN program IN ('console', 'monitor', 'cli') THEN program ELSE 'console' END;
  person record;
  against record;
  fresh text;
BEGIN
  status := 'refused';
  SELECT u.id, u.name, u.email, u.role, u.school_id, s.name AS school_name, s.time_zone,
    u.is_active AND coalesce(s.is_active, true) AS may_sign_in
  INTO person FROM public.users u LEFT JOIN public.schools s ON s.id = u.school_id WHERE u.id = who;
  against := medstint.attempts_against('sign_in', person.email, coalesce(host(inet_client_addr()), 'local'));
  IF against.from_source >= 5 OR against.from_everywhere >= 20 THEN
    status := 'locked';
    locked_until := against.free_at;
  END IF;
  IF status = 'locked' OR person.may_sign_in IS NOT TRUE THEN
    PERFORM medstint.note_refused_proof('users', person.id, person.school_id,
      jsonb_build_object('email', person.email) || proof, from_address, device, endpoint);
    RETURN;
  END IF;
  -- Other transactions' sessions count once they are committed, so a transaction may open only one.
  IF (SELECT count(*) >= 300 OR count(*) FILTER (WHERE x.opened_in = pg_current_xact_id()) > 0
      FROM public.sessions x
      WHERE x.key_id = opener AND x.user_id = who AND x.created_at > clock_timestamp() - interval '1 minute') THEN
    RAISE EXCEPTION 'too many sessions were opened with one key'
      USING ERRCODE = 'MS429', CONSTRAINT = 'user_keys_sessions_per_minute';
  END IF;
  fresh := medstint.random_token();
  -- The clock, not now(): sessions of a transaction that was kept open for a minute count too.
  INSERT INTO public.sessions (user_id, school_id, token, created_at, expires_at, ip_address, user_agent, client,
    is_restricted, sign_in_era, sign_in_change, key_id, opened_in)
  VALUES (person.id, person.school_id, encode(sha256(convert_to(fresh, 'UTF8')), 'hex'), clock_timestamp(),
    clock_timestamp() + interval '12 hours', from_address, left(device, 300), endpoint, waits, newest.era,
    newest.number, opener, pg_current_xact_id());
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (person.id, person.school_id, 'auth.signed_in', 'users', person.id,
    medstint.as_changes(jsonb_build_object('email', person.email) || proof),
    from_address, left(device, 300), endpoint, 'SIGN_IN', 200, 'LOW');
  PERFORM medstint.report_attempts(200), medstint.seal_events(coalesce(person.school_id, ''));
  status := 'ok';
  token := fresh;
  IF waits THEN
    RETURN;
  END IF;
  user_id := person.id;
  name := person.name;
  email := person.email;
  role := person.role;
  school_id := person.school_id;
  school_name := person.school_name;
  zone := person.time_zone;
  unread := (SELECT count(*) FROM public.notifications n WHERE n.user_id = person.id AND NOT n.is_read);
END
$$;

-- Values of an event as an event holds them: {"column": {"new": …}}.
CREATE OR REPLACE FUNCTION medstint.as_changes(given jsonb) RETURNS text
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_object_agg(g.key, jsonb_build_object('new', g.value))::text FROM jsonb_each(given) g
  WHERE g.value <> 'null'
$$;

-- The event of a key or certificate that may not sign in now. After the fifth within fifteen minutes
-- the trail says nothing new.
CREATE OR REPLACE FUNCTION medstint.note_refused_proof(about text, which text, school text, proof jsonb,
  from_address text, device text, program text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (SELECT count(*) >= 5 FROM (SELECT FROM public.audit_logs e
      WHERE e.resource_id = which AND e.created_at > clock_timestamp() - interval '15 minutes'
        AND e.action = 'auth.sign_in_failed' AND e.changes::jsonb ?| ARRAY['fingerprint', 'authority']
      LIMIT 5) told) THEN
    RETURN;
  END IF;
  INSERT INTO public.audit_logs (school_id, action, resource_type, resource_id, changes, ip_address, user_agent,
    endpoint, method, status_code, severity)
  SELECT school, t.name, about, which, medstint.as_changes(proof), from_address, left(device, 300), program,
    'SIGN_IN', 401, t.severity
  FROM medstint.audit_event_types t WHERE t.name = 'auth.sign_in_failed';
END
$$;

-- Adds a key of one's own, or of a person whom one administers. A person who adds it for someone
-- else counts as that person until the key is removed (note_key).
CREATE OR REPLACE FUNCTION medstint.add_key(person text, blob bytea, remark text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant text := medstint.current_user_id();
  fresh text;
BEGIN
  IF me IS NULL THEN
    PERFORM medstint.refuse_session(current_setting('medstint.session', true));
  END IF;
  IF person <> me AND NOT medstint.administers(person) THEN
    RAISE EXCEPTION 'user %: you may not add a key for this person', person
      USING ERRCODE = 'MS403', CONSTRAINT = 'user_keys_by_owner_or_administrator';
  END IF;
  INSERT INTO public.user_keys (user_id, key, comment, added_by)
  VALUES (person, translate(encode(blob, 'base64'), chr(10), ''), nullif(remark, ''), me) RETURNING id INTO fresh;
  RETURN fresh;
END
$$;

-- Removes a key of one's own, or of a person whom one administers; false where there is none.
CREATE OR REPLACE FUNCTION medstint.remove_key(target text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM public.user_keys k WHERE k.id = target AND medstint.key_holds(k.id, k.user_id)
    AND (k.user_id = medstint.current_user_id() OR medstint.administers(k.user_id));
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM medstint.end_key(target);
  RETURN true;
END
$$;

-- Ends a key and its sessions, for a person who may, or for the operator. It waits for nobody.
CREATE OR REPLACE FUNCTION medstint.end_key(target text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  -- Read before: it may be the key of the very session that asks.
  x constant record := medstint.audit_context();
  ended constant public.user_keys := (SELECT k FROM public.user_keys k WHERE k.id = target);
  removal bigint;
BEGIN
  INSERT INTO medstint.key_removals (key_id, user_id, is_applied) VALUES (ended.id, ended.user_id, false)
  RETURNING number INTO removal;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT x.user_id, ended.school_id, t.name, 'users', ended.user_id,
    jsonb_build_object('fingerprint', jsonb_build_object('old', ended.fingerprint))::text,
    x.ip_address, x.user_agent, x.endpoint, 'REMOVE', 200, t.severity
  FROM medstint.audit_event_types t WHERE t.name = 'auth.key_removed';
  PERFORM medstint.apply_key_removal(ended.id), medstint.end_sessions_of_key(ended.id),
    medstint.announce_sessions(ARRAY[ended.user_id]);
END
$$;

-- Puts a removal into the row of its key or authority, where another transaction does not hold it.
-- Otherwise the next report does (medstint.report_attempts).
CREATE OR REPLACE FUNCTION medstint.apply_key_removal(which text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  is_ours boolean;
BEGIN
  PERFORM FROM public.user_keys k WHERE k.id = which FOR NO KEY UPDATE SKIP LOCKED;
  is_ours := FOUND;
  PERFORM FROM public.certificate_authorities c WHERE c.id = which FOR NO KEY UPDATE SKIP LOCKED;
  is_ours := is_ours OR FOUND;
  IF NOT is_ours AND (EXISTS (SELECT FROM public.user_keys k WHERE k.id = which)
      OR EXISTS (SELECT FROM public.certificate_authorities c WHERE c.id = which)) THEN
    RETURN;
  END IF;
  UPDATE public.user_keys k SET removed_at = r.removed_at FROM medstint.key_removals r
  WHERE k.id = which AND k.removed_at IS NULL AND r.key_id = which AND NOT r.is_applied;
  UPDATE public.certificate_authorities c SET removed_at = r.removed_at FROM medstint.key_removals r
  WHERE c.id = which AND c.removed_at IS NULL AND r.key_id = which AND NOT r.is_applied;
  UPDATE medstint.key_removals r SET is_applied = true WHERE r.key_id = which AND NOT r.is_applied;
END
$$;

-- Sessions whose rows another transaction has locked are invalid all the same, and the next
-- report revokes them (medstint.outdated_sessions).
CREATE OR REPLACE FUNCTION medstint.end_sessions_of_key(which text) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE s.id = ANY (ARRAY(
    SELECT x.id FROM public.sessions x WHERE x.key_id = which AND x.revoked_at IS NULL
    FOR NO KEY UPDATE SKIP LOCKED))
$$;

-- A key is in the school of its owner; a super admin's is in none, whatever school they work in.
CREATE OR REPLACE FUNCTION medstint.fill_school_of_key() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.school_id := (SELECT u.school_id FROM public.users u WHERE u.id = NEW.user_id);
  RETURN NEW;
END
$$;

-- Records who adds a key for someone else. Such a key stands until it is removed.
CREATE OR REPLACE FUNCTION medstint.note_key() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  is_by_other constant boolean := medstint.note_credential_change(NEW.user_id, 'key', NEW.id, true, false);
BEGIN
  -- As with a linked identity: the day of the person who chose the address begins
  -- (medstint.note_account).
  IF NOT is_by_other AND medstint.is_trusted() THEN
    UPDATE medstint.credential_changes c SET changed_at = clock_timestamp()
    WHERE c.user_id = NEW.user_id AND c.kind = 'email' AND c.stands;
  END IF;
  PERFORM medstint.write_event('auth.key_added', NEW.school_id, 'users', NEW.user_id,
    jsonb_build_object('fingerprint', NEW.fingerprint, 'algorithm', NEW.algorithm), 'ADD', 201);
  RETURN NULL;
END
$$;

-- A key that was removed or deleted signs nobody in any more: the day of the person who added it
-- for its owner begins. What the web application or the operator write by themselves ends like a
-- removal.
CREATE OR REPLACE FUNCTION medstint.note_end_of_key() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.end_credential(OLD.user_id, 'key', OLD.id, true);
  IF OLD.removed_at IS NOT NULL OR EXISTS (SELECT FROM medstint.key_removals r WHERE r.key_id = OLD.id) THEN
    RETURN NULL;
  END IF;
  INSERT INTO medstint.key_removals (key_id, user_id, is_applied) VALUES (OLD.id, OLD.user_id, true);
  PERFORM medstint.end_sessions_of_key(OLD.id), medstint.announce_sessions(ARRAY[OLD.user_id]),
    medstint.write_event('auth.key_removed', OLD.school_id, 'users', OLD.user_id,
      jsonb_build_object('fingerprint', OLD.fingerprint), 'REMOVE', 200);
  RETURN NULL;
END
$$;
