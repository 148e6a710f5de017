-- Certificate authorities of schools, and the certificates that they sign.
--
-- The process that serves the console over SSH verifies both signatures of a certificate: the
-- client's by the certified key, and the authority's over the certificate. It checks the type, the
-- options and the algorithms, and vouches for the rest as it does for keys (keys.sql). Here the
-- database decides whom a certificate signs in: the one person of a school with that authority
-- whose address is among the principals. It never signs in a super admin, nor anyone of a school
-- without that authority.
--
-- A removal is a row of medstint.key_removals, as for keys, and waits for nobody.
--
-- A person who added an authority could act as anyone of the school, since the authority may be
-- theirs. So they count as everyone of the school (counts_as), and so does every session that
-- a certificate of that authority opened (certifiers). Other sessions count as before. An authority
-- that the operator added makes nobody count as anyone.

-- The authorities with this key that sign people in. The bytes are compared too, as in key_of.
CREATE OR REPLACE FUNCTION medstint.authorities_of(ca bytea) RETURNS SETOF public.certificate_authorities
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT c.* FROM public.certificate_authorities c
  WHERE c.fingerprint = 'SHA256:' || rtrim(encode(sha256(ca), 'base64'), '=') AND decode(c.key, 'base64') = ca
    AND c.removed_at IS NULL AND NOT EXISTS (SELECT FROM medstint.key_removals r WHERE r.key_id = c.id);
END
$$;

-- Whom a certificate signs in, and by which authority; otherwise why it signs in nobody. Its validity
-- is in seconds since 1970 and is judged by the database's clock.
CREATE OR REPLACE FUNCTION medstint.person_of_certificate(ca bytea, principals text[], since bigint, until bigint,
  OUT who text, OUT authority text, OUT problem text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  seconds constant numeric := extract(epoch FROM clock_timestamp());
  people text[];
BEGIN
  problem := CASE
    WHEN NOT EXISTS (SELECT FROM medstint.authorities_of(ca)) THEN 'unknown authority'
    WHEN coalesce(seconds < since, true) THEN 'not valid yet'
    WHEN coalesce(seconds >= until, true) THEN 'expired' END;
  IF problem IS NOT NULL THEN
    RETURN;
  END IF;
  SELECT array_agg(DISTINCT u.id), min(c.id) INTO people, authority
  FROM medstint.authorities_of(ca) c JOIN public.users u ON u.school_id = c.school_id
  WHERE u.role <> 'SUPER_ADMIN' AND u.email = ANY (ARRAY(
    SELECT medstint.case_folded(medstint.tidied(p)) FROM unnest(principals) p));
  IF cardinality(people) = 1 THEN
    who := people[1];
    RETURN;
  END IF;
  authority := NULL;
  problem := CASE WHEN people IS NULL THEN 'no person of the school' ELSE 'several people of the school' END;
END
$$;

-- Whether a certificate signs a person in. A server that was offered another one lets the client
-- offer the next. A refusal is an event in each school with its authority, also for a flaw that the
-- caller found.
CREATE OR REPLACE FUNCTION medstint.is_known_certificate(ca bytea, principals text[], number text, title text,
  since bigint, until bigint, flaw text DEFAULT NULL, ip text DEFAULT NULL, device text DEFAULT NULL) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  refusal constant text := coalesce(flaw, (medstint.person_of_certificate(ca, principals, since, until)).problem);
BEGIN
  IF refusal IS NOT NULL THEN
    PERFORM medstint.note_refused_certificate(ca, refusal, number, title, ip, device, 'console');
  END IF;
  RETURN refusal IS NULL;
END
$$;

-- The session of a certificate whose signatures the caller has verified, and who has signed in; as
-- open_session_by_key.
CREATE OR REPLACE FUNCTION medstint.open_session_by_certificate(ca bytea, principals text[], number text, title text,
  since bigint, until bigint, ip text DEFAULT NULL, device text DEFAULT NULL, program text DEFAULT 'console',
  OUT status text, OUT token text, OUT locked_until timestamptz, OUT user_id text, OUT name text, OUT email text,
  OUT role text, OUT school_id text, OUT school_name text, OUT zone text, OUT unread bigint)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  found constant record := medstint.person_of_certificate(ca, principals, since, until);
BEGIN
  status := 'refused';
  IF found.problem IS NOT NULL THEN
    PERFORM medstint.note_refused_certificate(ca, found.problem, number, title, ip, device, program);
    RETURN;
  END IF;
  SELECT o.* INTO status, token, locked_until, user_id, name, email, role, school_id, school_name, zone, unread
  FROM medstint.open_session_of(found.who, found.authority, medstint.proof_of_certificate(ca, number, title),
    ip, device, program) o;
  IF status = 'ok' THEN
    PERFORM medstint.note_use_of_address(found.who, found.authority);
  END IF;
END
$$;

-- What the trail says of a certificate.
CREATE OR REPLACE FUNCTION medstint.proof_of_certificate(ca bytea, number text, title text) RETURNS jsonb
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('authority', 'SHA256:' || rtrim(encode(sha256(ca), 'base64'), '='),
    'certificate', left(title, 200), 'serial', left(number, 20))
$$;

CREATE OR REPLACE FUNCTION medstint.note_refused_certificate(ca bytea, problem text, number text, title text, ip text,
  device text, program text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.note_refused_proof('certificate_authorities', c.id, c.school_id,
    medstint.proof_of_certificate(ca, number, title) || jsonb_build_object('problem', problem),
    left(coalesce(nullif(btrim(ip), ''), host(inet_client_addr())), 100), device,
    CASE WHEN program IN ('console', 'monitor', 'cli') THEN program ELSE 'console' END)
  FROM medstint.authorities_of(ca) c;
END
$$;

-- A certificate makes an address a way to sign in. As with a linked identity (note_account), the day of
-- the person who chose the address for its owner begins with the first session that it opens.
CREATE OR REPLACE FUNCTION medstint.note_use_of_address(owner_id text, opener text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE medstint.credential_changes c SET changed_at = clock_timestamp() WHERE c.ctid = ANY (ARRAY(
    SELECT x.ctid FROM medstint.credential_changes x
    WHERE x.user_id = owner_id AND x.kind = 'email' AND x.stands AND (
      SELECT count(*) FROM public.sessions s JOIN public.certificate_authorities a ON a.id = s.key_id
      WHERE s.user_id = owner_id AND s.created_at > x.changed_at) <= 1
    FOR NO KEY UPDATE SKIP LOCKED));
END
$$;

-- Everyone who could have signed the certificate of the session that acts.
CREATE OR REPLACE FUNCTION medstint.certifiers() RETURNS text[]
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN coalesce((
    SELECT c.added_by FROM medstint.actor() a JOIN public.sessions s ON s.id = a.session_id
    JOIN public.certificate_authorities c ON c.id = s.key_id), '{}');
END
$$;

-- Everyone who could act now: the person, and everybody who could be them.
CREATE OR REPLACE FUNCTION medstint.acting_people() RETURNS text[]
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant text := medstint.acting_user_id();
BEGIN
  IF me IS NULL THEN
    RETURN '{}';
  END IF;
  RETURN ARRAY(SELECT unnest(medstint.possible_actors(me)) UNION SELECT unnest(medstint.certifiers()) ORDER BY 1);
END
$$;

-- The authorities of the school of the session become these, if they are still those that were shown;
-- otherwise false. Those that stay keep who added them.
CREATE OR REPLACE FUNCTION medstint.set_authorities(shown bytea[], wanted bytea[], remarks text[]) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me constant record := medstint.actor();
  present bytea[];
BEGIN
  IF me.user_id IS NULL THEN
    PERFORM medstint.refuse_session(current_setting('medstint.session', true));
  END IF;
  IF me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') OR me.school_id IS NULL THEN
    RAISE EXCEPTION 'authorities are set by administrators'
      USING ERRCODE = 'MS403', CONSTRAINT = 'certificate_authorities_by_administrators';
  END IF;
  present := ARRAY(SELECT decode(c.key, 'base64') FROM public.certificate_authorities c
    WHERE c.school_id = me.school_id AND c.removed_at IS NULL);
  IF NOT (shown <@ present AND present <@ shown) THEN
    RETURN false;
  END IF;
  PERFORM medstint.end_authority(c.id) FROM public.certificate_authorities c
  WHERE c.school_id = me.school_id AND c.removed_at IS NULL AND decode(c.key, 'base64') <> ALL (wanted);
  FOR n IN 1 .. coalesce(cardinality(wanted), 0) LOOP
    CONTINUE WHEN wanted[n] = ANY (present);
    PERFORM medstint.add_authority(me.school_id, wanted[n], remarks[n]);
  END LOOP;
  RETURN true;
END
$$;

-- Adds an authority in the first free place, for a person who may, or for the operator.
CREATE OR REPLACE FUNCTION medstint.add_authority(school text, ca bytea, remark text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.certificate_authorities (school_id, place, key, comment)
  SELECT school, coalesce(min(p.free), 6), translate(encode(ca, 'base64'), chr(10), ''), nullif(remark, '')
  FROM (SELECT generate_series(1, 5) EXCEPT SELECT c.place FROM public.certificate_authorities c
    WHERE c.school_id = school AND c.removed_at IS NULL) p (free);
END
$$;

-- Ends an authority and the sessions of its certificates, for a person who may, or for the operator.
-- It waits for nobody.
CREATE OR REPLACE FUNCTION medstint.end_authority(target text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  -- Read before: a certificate of it may have opened the very session that asks.
  x constant record := medstint.audit_context();
  ended constant public.certificate_authorities :=
    (SELECT c FROM public.certificate_authorities c WHERE c.id = target);
BEGIN
  INSERT INTO medstint.key_removals (key_id, is_applied) VALUES (ended.id, false);
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT x.user_id, ended.school_id, t.name, 'certificate_authorities', ended.id,
    jsonb_build_object('fingerprint', jsonb_build_object('old', ended.fingerprint))::text,
    x.ip_address, x.user_agent, x.endpoint, 'REMOVE', 200, t.severity
  FROM medstint.audit_event_types t WHERE t.name = 'auth.authority_removed';
  PERFORM medstint.apply_key_removal(ended.id), medstint.end_sessions_of_authority(ended.id);
END
$$;

-- Ends the sessions of an authority's certificates and tells their consoles.
CREATE OR REPLACE FUNCTION medstint.end_sessions_of_authority(which text) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  people constant text[] := ARRAY(SELECT DISTINCT s.user_id FROM public.sessions s
    WHERE s.key_id = which AND s.revoked_at IS NULL ORDER BY 1);
BEGIN
  PERFORM medstint.end_sessions_of_key(which), medstint.announce_sessions(people);
END
$$;

-- Who adds an authority follows from the session, whatever the writer says.
CREATE OR REPLACE FUNCTION medstint.fill_adders() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.added_by := medstint.acting_people();
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.note_authority() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.write_event('auth.authority_added', NEW.school_id, 'certificate_authorities', NEW.id,
    jsonb_build_object('fingerprint', NEW.fingerprint, 'algorithm', NEW.algorithm, 'added_by', NEW.added_by),
    'ADD', 201);
  RETURN NULL;
END
$$;

-- What the web application or the operator write by themselves ends like a removal.
CREATE OR REPLACE FUNCTION medstint.note_end_of_authority() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.removed_at IS NOT NULL OR EXISTS (SELECT FROM medstint.key_removals r WHERE r.key_id = OLD.id) THEN
    RETURN NULL;
  END IF;
  INSERT INTO medstint.key_removals (key_id, is_applied) VALUES (OLD.id, true);
  PERFORM medstint.end_sessions_of_authority(OLD.id), medstint.write_event('auth.authority_removed', OLD.school_id,
    'certificate_authorities', OLD.id, jsonb_build_object('fingerprint', OLD.fingerprint), 'REMOVE', 200);
  RETURN NULL;
END
$$;

-- Consoles show authorities as part of the school's policy.
CREATE OR REPLACE FUNCTION medstint.announce_authorities() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.announce('school_policies', 'UPDATE', ARRAY[NEW.school_id], ARRAY[NEW.school_id]);
  RETURN NULL;
END
$$;
