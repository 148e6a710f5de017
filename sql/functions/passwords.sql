-- Passwords, and the history of the ways in which a person signs in.
--
-- A password reset never waits. Password changes are rows that are only inserted
-- (medstint.password_changes). A reset begins an era; a person's own changes belong to the era that
-- they saw; the newest change of the newest era is valid. Each session records the change that was
-- valid when it was opened, and every function that takes a token compares the two
-- (is_newest_change). So a sign-in takes no locks, and a sign-in that commits after a reset gets no
-- access. If another transaction has locked the row in accounts, the reset applies from
-- password_changes until the next report copies it.
--
-- Triggers record who changes how someone else signs in (medstint.credential_changes). A table with
-- a new kind of credential needs the trigger e_note_credential; a test checks the catalogue.

-- Only $2a$: crypt() silently falls back to DES for $2b$ and $2y$ salts. All passwords cost the same,
-- so that the time of an answer doesn't tell whose it was.
CREATE OR REPLACE FUNCTION medstint.password_hash(password text) RETURNS text
  LANGUAGE sql VOLATILE STRICT SET search_path = pg_catalog, pg_temp
  AS $$SELECT medstint.crypt(password, medstint.gen_salt('bf', 12))$$;

CREATE OR REPLACE FUNCTION medstint.password_matches(password text, hash text) RETURNS boolean
  LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
  AS $$SELECT hash LIKE '$2a$%' AND medstint.crypt(password, hash) = hash$$;

-- What a guess becomes with the salt of a hash: the hash itself if the guess is right.
CREATE OR REPLACE FUNCTION medstint.password_tried(password text, hash text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
  AS $$SELECT medstint.crypt(password, hash)$$;

CREATE OR REPLACE FUNCTION medstint.random_token() RETURNS text
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
  AS $$SELECT encode(medstint.gen_random_bytes(32), 'hex')$$;

CREATE OR REPLACE FUNCTION medstint.password_hash_of(password text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF length(password) < 12 OR octet_length(password) > 72 THEN
    RAISE EXCEPTION 'a password needs at least 12 characters and at most 72 bytes'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_password_length';
  END IF;
  RETURN medstint.password_hash(password);
END
$$;

-- The hash that counts: of a reset that is not applied yet, or else the account's.
CREATE OR REPLACE FUNCTION medstint.password_of(who text, OUT hash text, OUT is_temporary boolean)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  SELECT c.password, c.is_temporary INTO hash, is_temporary FROM medstint.password_changes c
  WHERE c.user_id = who AND NOT c.is_applied ORDER BY c.number DESC LIMIT 1;
  IF NOT FOUND THEN
    SELECT a.password, a.is_temporary INTO hash, is_temporary FROM public.accounts a
    WHERE a.user_id = who AND a.provider_id = 'credential';
  END IF;
END
$$;

-- Whether a session that was opened after this change is of the password that counts. Everything
-- that takes a session's token asks it.
CREATE OR REPLACE FUNCTION medstint.is_newest_change(who text, of_era bigint, change bigint) RETURNS boolean
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN NOT EXISTS (SELECT FROM medstint.password_changes c
    WHERE c.user_id = who AND (c.era, c.number) > (of_era, change));
END
$$;

-- The change of a person's password that counts; zeros where there was none.
CREATE OR REPLACE FUNCTION medstint.newest_change(who text, OUT era bigint, OUT number bigint)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  SELECT c.era, c.number INTO era, number FROM medstint.password_changes c WHERE c.user_id = who
  ORDER BY c.era DESC, c.number DESC LIMIT 1;
  era := coalesce(era, 0);
  number := coalesce(number, 0);
END
$$;

-- A session that another program opens belongs to the password as it is then.
CREATE OR REPLACE FUNCTION medstint.fill_password_change() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.sign_in_change IS NULL THEN
    SELECT c.era, c.number INTO NEW.sign_in_era, NEW.sign_in_change FROM medstint.newest_change(NEW.user_id) c;
  END IF;
  RETURN NEW;
END
$$;

-- Puts the newest reset of a person into `accounts`, where another transaction does not hold the
-- row. Otherwise the next report does (medstint.report_attempts).
CREATE OR REPLACE FUNCTION medstint.apply_reset(who text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  newest medstint.password_changes;
BEGIN
  PERFORM FROM public.accounts a WHERE a.user_id = who AND a.provider_id = 'credential'
  FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  SELECT c.* INTO newest FROM medstint.password_changes c
  WHERE c.user_id = who AND NOT c.is_applied ORDER BY c.number DESC LIMIT 1;
  IF newest.number IS NULL THEN
    RETURN false;
  END IF;
  UPDATE public.accounts a SET password = newest.password, updated_at = now()
  WHERE a.user_id = who AND a.provider_id = 'credential';
  UPDATE medstint.password_changes c SET is_applied = true, password = NULL
  WHERE c.user_id = who AND NOT c.is_applied AND c.number <= newest.number;
  RETURN true;
END
$$;

-- Sets a password for another person, or as the operator. It waits for none of the person's
-- transactions: their sessions and changes belong to an older era.
CREATE OR REPLACE FUNCTION medstint.set_password(who text, password text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fresh constant text := medstint.password_hash_of(set_password.password);
  change bigint;
  by_other boolean;
BEGIN
  PERFORM medstint.hold_turns('passwords', ARRAY[who]);
  change := nextval('medstint.password_changes_number_seq');
  INSERT INTO public.accounts (user_id, provider_id, account_id, password)
  SELECT u.id, 'credential', u.id, fresh FROM public.users u
  WHERE u.id = who AND NOT EXISTS (
    SELECT FROM public.accounts a WHERE a.user_id = who AND a.provider_id = 'credential');
  IF FOUND THEN
    INSERT INTO medstint.password_changes (number, era, user_id, is_applied) VALUES (change, change, who, true);
  ELSIF EXISTS (SELECT FROM public.users u WHERE u.id = who) THEN
    by_other := medstint.note_credential_change(who, 'password', '', false, false);
    INSERT INTO medstint.password_changes (number, era, user_id, password, is_temporary, is_applied)
    VALUES (change, change, who, fresh, by_other, false);
    PERFORM medstint.apply_reset(who);
  END IF;
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE s.id = ANY (ARRAY(
    SELECT x.id FROM public.sessions x WHERE x.user_id = who AND x.revoked_at IS NULL FOR NO KEY UPDATE SKIP LOCKED));
  PERFORM medstint.announce_sessions(ARRAY[who]);
END
$$;

-- One's own password, after the current one was given in an attempt that was counted and committed
-- before (medstint.begin_unlock). Other sessions end. Accounts are locked before attempts and
-- sessions, as in medstint.set_password, so that a change beside a reset waits for it.
CREATE OR REPLACE FUNCTION medstint.change_password(attempt text, fresh text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
  known_era bigint;
  status text;
BEGIN
  IF me.user_id IS NULL THEN
    PERFORM medstint.refuse_session(current_setting('medstint.session', true));
  END IF;
  PERFORM FROM public.accounts a WHERE a.user_id = me.user_id AND a.provider_id = 'credential' FOR NO KEY UPDATE;
  known_era := (medstint.newest_change(me.user_id)).era;
  -- A reset that came first has ended the session.
  IF medstint.current_user_id() IS NULL THEN
    PERFORM medstint.refuse_session(current_setting('medstint.session', true));
  END IF;
  status := medstint.finish_unlock(current_setting('medstint.session'), attempt);
  IF status <> 'ok' THEN
    RETURN status;
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT me.user_id, me.school_id, 'auth.password_changed', 'users', me.user_id, x.ip_address, x.user_agent,
    x.endpoint,
    'CHANGE', 200, 'MEDIUM'
  FROM medstint.audit_context() x;
  PERFORM medstint.set_own_password(me.session_id, me.user_id, fresh, known_era);
  RETURN status;
END
$$;

-- The owner's own password instead of a temporary one, by the session that the temporary one
-- opened. The person who set the temporary one can't sign in any more.
CREATE OR REPLACE FUNCTION medstint.choose_password(token text, fresh text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine public.sessions := medstint.session_of(token);
  known_era bigint;
BEGIN
  PERFORM set_config('lock_timeout', '5s', true);
  PERFORM FROM public.accounts a WHERE a.user_id = mine.user_id AND a.provider_id = 'credential' FOR NO KEY UPDATE;
  known_era := (medstint.newest_change(mine.user_id)).era;
  -- A reset that came first has ended the session.
  mine := medstint.session_of(token);
  IF mine.id IS NULL OR NOT mine.is_restricted OR mine.locked_at IS NOT NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  IF medstint.password_matches(choose_password.fresh, (medstint.password_of(mine.user_id)).hash) THEN
    RAISE EXCEPTION 'the new password equals the temporary password' USING ERRCODE = 'MS422',
      CONSTRAINT = 'accounts_password_is_another';
  END IF;
  -- The day begins again: the password was used only now.
  INSERT INTO medstint.credential_changes (user_id, changed_by, kind)
  SELECT c.user_id, c.changed_by, 'password' FROM medstint.credential_changes c
  WHERE c.user_id = mine.user_id AND c.kind = 'password'
    AND c.changed_at = (SELECT max(x.changed_at) FROM medstint.credential_changes x
      WHERE x.user_id = mine.user_id AND x.kind = 'password');
  UPDATE public.sessions s SET is_restricted = false, updated_at = now() WHERE s.id = mine.id;
  PERFORM set_config('medstint.session', token, true);
  PERFORM medstint.write_event('auth.password_changed', mine.school_id, 'users', mine.user_id, '{}', 'CHANGE', 200),
    medstint.set_own_password(mine.id, mine.user_id, choose_password.fresh, known_era);
END
$$;

-- A first or a forgotten password: made by the database, shown once to the administrator who asked,
-- who hands it over. Sessions of the old one end.
CREATE OR REPLACE FUNCTION medstint.reset_password(target text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  drawn constant text := medstint.random_token();
  fresh constant text :=
    concat_ws('-', left(drawn, 5), substr(drawn, 6, 5), substr(drawn, 11, 5), substr(drawn, 16, 5));
BEGIN
  IF target = medstint.current_user_id() OR NOT medstint.administers(target) THEN
    RAISE EXCEPTION 'user %: you may not reset this password', target
      USING ERRCODE = 'MS403', CONSTRAINT = 'users_password_is_reset_by_administrators';
  END IF;
  PERFORM medstint.set_password(target, fresh);
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT x.user_id, u.school_id, 'auth.password_reset', 'users', target, x.ip_address, x.user_agent, x.endpoint,
    'RESET', 200, 'HIGH'
  FROM medstint.audit_context() x, public.users u WHERE u.id = target;
  RETURN fresh;
END
$$;

-- A person's own new password, by a session of theirs, which goes on; all others end. The account
-- is locked, and `known_era` was read before the session was found good.
CREATE OR REPLACE FUNCTION medstint.set_own_password(mine text, who text, fresh text, known_era bigint) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  hash constant text := medstint.password_hash_of(fresh);
  change bigint;
BEGIN
  INSERT INTO medstint.password_changes (user_id, era, is_applied)
  VALUES (who, known_era, true) RETURNING number INTO change;
  UPDATE public.sessions s SET sign_in_change = change, updated_at = now() WHERE s.id = mine;
  UPDATE public.accounts a SET password = hash, updated_at = now()
  WHERE a.user_id = who AND a.provider_id = 'credential';
  UPDATE medstint.password_changes c SET is_applied = true, password = NULL
  WHERE c.user_id = who AND NOT c.is_applied AND c.number <= known_era;
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now()
  WHERE s.id = ANY (ARRAY(
    SELECT x.id FROM public.sessions x WHERE x.user_id = who AND x.revoked_at IS NULL AND x.id <> mine
    FOR NO KEY UPDATE SKIP LOCKED));
  PERFORM medstint.announce_sessions(ARRAY[who]);
END
$$;

-- The password hash of an address. Known and unknown addresses cost the same: each table is scanned
-- twice by index, and the scans read two rows together. The first scan finds the next key; where
-- there is none, the second one reads two rows.
CREATE OR REPLACE FUNCTION medstint.credential_of(address text, OUT user_id text, OUT hash text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  person record;
  account record;
  waiting text;
BEGIN
  SELECT u.id, u.email INTO person FROM public.users u WHERE u.email >= address ORDER BY u.email LIMIT 1;
  PERFORM count(again.name) FROM (SELECT u.name FROM public.users u WHERE u.email >= coalesce(person.email, '')
    ORDER BY u.email LIMIT CASE WHEN person.email IS NULL THEN 2 ELSE 1 END) again;
  SELECT a.user_id, a.password INTO account FROM public.accounts a
  WHERE a.provider_id = 'credential' AND a.user_id >= coalesce(person.id, '') ORDER BY a.user_id LIMIT 1;
  PERFORM count(again.id) FROM (SELECT a.id FROM public.accounts a
    WHERE a.provider_id = 'credential' AND a.user_id >= coalesce(account.user_id, '')
    ORDER BY a.user_id LIMIT CASE WHEN account.user_id IS NULL THEN 2 ELSE 1 END) again;
  SELECT (array_agg(c.password ORDER BY c.number DESC) FILTER (WHERE c.user_id = person.id))[1] INTO waiting
  FROM medstint.password_changes c WHERE NOT c.is_applied;
  IF person.email = address THEN
    user_id := person.id;
    hash := coalesce(waiting, CASE WHEN account.user_id = person.id THEN account.password END);
  END IF;
END
$$;

-- Records that a person changed another person's credential, and notifies the owner and, for staff,
-- the administrators. A first credential is recorded without a notification.
CREATE OR REPLACE FUNCTION medstint.note_credential_change(who text, what text, which text, is_standing boolean,
  is_first boolean)
  RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  actor constant text := medstint.acting_user_id();
  moment constant timestamptz := clock_timestamp();
  person record;
BEGIN
  -- In a session of a certificate, it may be a person who could have signed it.
  INSERT INTO medstint.credential_changes (user_id, changed_by, changed_at, kind, item, stands)
  SELECT who, a.id, moment, what, which, is_standing
  FROM (SELECT actor AS id UNION SELECT unnest(medstint.certifiers())) a WHERE a.id <> who;
  -- Nobody in particular is the operator's tool, or a client that names no person.
  IF actor IS NULL OR actor = who THEN
    RETURN false;
  END IF;
  -- A kiosk sends punches of the last sixty days, and a badge counts from the day before.
  DELETE FROM medstint.credential_changes c
  WHERE c.user_id = who AND NOT c.stands AND c.changed_at < now() - interval '62 days';
  IF is_first THEN
    RETURN true;
  END IF;
  SELECT u.name, u.school_id, u.role <> 'STUDENT' AS is_staff INTO person FROM public.users u WHERE u.id = who;
  -- PINs, badges and numbers have events of their own.
  IF what NOT IN ('pin', 'badge') THEN
    PERFORM medstint.write_event(
      CASE WHEN person.is_staff THEN 'auth.staff_credential_changed' ELSE 'auth.credential_changed' END,
      person.school_id, 'users', who, jsonb_build_object('kind', what), 'CHANGE', 200);
  END IF;
  PERFORM medstint.notify('CREDENTIAL_CHANGED', (SELECT jsonb_agg(jsonb_build_object('user_id', told.id,
      'key', 'credential:' || gen_random_uuid(), 'about', 'users/' || who,
      'data', jsonb_build_object('actor', (SELECT u.name FROM public.users u WHERE u.id = actor),
        'person', person.name, 'kind', CASE what WHEN 'email' THEN 'address' WHEN 'pin' THEN 'PIN'
          WHEN 'badge' THEN 'badge or number' WHEN 'key' THEN 'SSH keys' ELSE what END)))
    FROM (SELECT who AS id UNION SELECT a FROM medstint.administrators(person.school_id) a WHERE person.is_staff) told
    WHERE told.id <> actor));
  RETURN true;
END
$$;

-- A password that another person set is temporary until its owner chooses one. A linked identity
-- stands until it is replaced. An address stands too, but has no effect until the web
-- application sets a password or links an identity by it; the day of its author begins then.
CREATE OR REPLACE FUNCTION medstint.note_account() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  changes_password boolean;
  changes_identity boolean;
  is_by_other boolean := false;
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM medstint.end_credential(OLD.user_id, 'provider', OLD.provider_id, true);
    RETURN NULL;
  END IF;
  -- An upsert comes here twice: what is there already is an update.
  IF TG_OP = 'INSERT' AND EXISTS (SELECT FROM public.accounts a
      WHERE a.user_id = NEW.user_id AND a.provider_id = NEW.provider_id) THEN
    RETURN NEW;
  END IF;
  changes_password := TG_OP = 'INSERT' AND NEW.password IS NOT NULL
    OR TG_OP = 'UPDATE' AND NEW.password IS DISTINCT FROM OLD.password;
  changes_identity := NEW.provider_id <> 'credential' AND (TG_OP = 'INSERT'
    OR (NEW.provider_id, NEW.account_id, NEW.user_id)
      IS DISTINCT FROM (OLD.provider_id, OLD.account_id, OLD.user_id));
  IF changes_password THEN
    -- The first credential of a person who never signed in is no change.
    is_by_other := coalesce((SELECT c.is_temporary FROM medstint.password_changes c
      WHERE c.user_id = NEW.user_id AND NOT c.is_applied AND c.password = NEW.password),
      medstint.note_credential_change(NEW.user_id, 'password', '', false, TG_OP = 'INSERT'
      AND NOT EXISTS (SELECT FROM public.accounts a WHERE a.user_id = NEW.user_id AND a.id <> NEW.id)
      AND NOT EXISTS (SELECT FROM public.sessions x WHERE x.user_id = NEW.user_id)));
    NEW.is_temporary := is_by_other;
  END IF;
  IF TG_OP = 'UPDATE' AND changes_identity THEN
    PERFORM medstint.end_credential(OLD.user_id, 'provider', OLD.provider_id, true);
  END IF;
  IF changes_identity THEN
    is_by_other := medstint.note_credential_change(NEW.user_id, 'provider', NEW.provider_id, true, false);
  END IF;
  IF (changes_password OR changes_identity) AND NOT is_by_other AND medstint.is_trusted() THEN
    UPDATE medstint.credential_changes c SET changed_at = clock_timestamp()
    WHERE c.user_id = NEW.user_id AND c.kind = 'email' AND c.stands;
  END IF;
  RETURN NEW;
END
$$;

-- The credential is another one from now on. The day of a setter who could use it unnoticed until
-- now, or whose code was used just now, begins at this moment.
CREATE OR REPLACE FUNCTION medstint.end_credential(who text, what text, which text, begins_day boolean) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE medstint.credential_changes c
  SET stands = false, changed_at = CASE WHEN begins_day THEN clock_timestamp() ELSE c.changed_at END
  WHERE c.user_id = who AND c.kind = what AND c.item = which AND c.stands
$$;
