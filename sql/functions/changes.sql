-- Live changes: NOTIFY on channels that only sessions of a school know. Rows without a school are
-- announced on a channel that only super admins can listen to.

-- Announces a change on the channel of its school. A notification is a hint: it carries a table, a
-- verb and ids, never a name or a value. One per statement and school, because a commit that
-- notifies takes a lock on the whole cluster.
CREATE OR REPLACE FUNCTION medstint.announce(resource text, verb text, schools text[], ids text[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF schools IS NULL THEN
    RETURN;
  END IF;
  -- One row is the usual case: nothing is to be grouped.
  IF cardinality(schools) = 1 THEN
    PERFORM pg_notify(CASE WHEN schools[1] IS NULL
        THEN medstint.platform_channel_on((now() AT TIME ZONE 'UTC')::date) ELSE medstint.channel(schools[1]) END,
      json_build_object('table', resource, 'op', verb, 'count', 1,
        'ids', CASE WHEN resource <> 'audit_logs' THEN ids ELSE '{}' END)::text);
    RETURN;
  END IF;
  PERFORM pg_notify(CASE WHEN school IS NULL THEN medstint.platform_channel_on((now() AT TIME ZONE 'UTC')::date)
      ELSE medstint.channel(school) END, json_build_object('table', resource, 'op', verb, 'count', count(*),
      -- More would not fit the 8,000 bytes of a payload: the reader re-reads.
      'ids', CASE WHEN count(*) <= 100 AND sum(octet_length(id)) < 7000 AND resource <> 'audit_logs'
        THEN json_agg(id) ELSE '[]'::json END)::text)
  FROM unnest(schools, ids) AS changed (school, id)
  GROUP BY school;
END
$$;

-- Tells these people's consoles that sessions of theirs were ended, locked or unlocked, or work in
-- another school: each looks whether its own was. The ids are the people's. Sessions that end without
-- a change of their row, because another transaction has locked it, are announced like the others.
CREATE OR REPLACE FUNCTION medstint.announce_sessions(people text[]) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.announce('sessions', 'UPDATE', array_agg(u.school_id), array_agg(u.id))
  FROM public.users u WHERE u.id = ANY (people)
$$;

CREATE OR REPLACE FUNCTION medstint.announce_new() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.announce(TG_TABLE_NAME, TG_OP, array_agg(school_id), array_agg(id)) FROM new_rows;
  RETURN NULL;
END
$$;

-- Rotations and people, besides the hours that are computed of them: medstint.recompute_hours
-- announces those as `worked_hours`, with the students' ids. So the queue, which names people, is
-- not read again at every approval.
CREATE OR REPLACE FUNCTION medstint.announce_besides_hours() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
DECLARE
  computed constant text[] := '{completed_hours,total_clinical_hours,updated_at}';
BEGIN
  PERFORM medstint.announce(TG_TABLE_NAME, TG_OP, array_agg(n.school_id), array_agg(n.id))
  FROM new_rows n JOIN old_rows o USING (id)
  WHERE to_jsonb(n) - computed IS DISTINCT FROM to_jsonb(o) - computed;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.announce_old() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.announce(TG_TABLE_NAME, TG_OP, array_agg(school_id), array_agg(id)) FROM old_rows;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION medstint.announce_policy() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.announce(TG_TABLE_NAME, TG_OP, array_agg(school_id), array_agg(school_id)) FROM new_rows;
  RETURN NULL;
END
$$;

-- Schools and policies are named by other keys than the rest.
CREATE OR REPLACE FUNCTION medstint.announce_school() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.announce(TG_TABLE_NAME, TG_OP, array_agg(id), array_agg(id)) FROM new_rows;
  RETURN NULL;
END
$$;

-- Listens to what a session may hear of (medstint.channels_of).
CREATE OR REPLACE FUNCTION medstint.listen(token text) RETURNS SETOF text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine constant public.sessions := medstint.session_of(token);
  name text;
BEGIN
  IF mine.id IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  ELSIF mine.is_restricted THEN
    RAISE EXCEPTION 'the password is temporary and must be replaced first' USING ERRCODE = 'MS428';
  ELSIF mine.locked_at IS NOT NULL THEN
    RAISE EXCEPTION 'the session is locked' USING ERRCODE = 'MS423';
  END IF;
  FOR name IN SELECT medstint.channels_of(mine.user_id, mine.active_school_id) LOOP
    EXECUTE format('LISTEN %I', name);
    RETURN NEXT name;
  END LOOP;
END
$$;

-- The same for many sessions on one connection: what each of them hears of, by its place among the
-- tokens. A session that may hear nothing has no row, and the others listen all the same. So a
-- process that serves many sessions asks again for all of them in one statement.
CREATE OR REPLACE FUNCTION medstint.listen_for(tokens text[])
  RETURNS TABLE (place integer, user_id text, channels text[])
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  one public.sessions;
  name text;
  known text[] := '{}';
BEGIN
  FOR n IN 1 .. coalesce(cardinality(tokens), 0) LOOP
    one := medstint.session_of(tokens[n]);
    CONTINUE WHEN one.id IS NULL OR one.is_restricted OR one.locked_at IS NOT NULL;
    place := n;
    user_id := one.user_id;
    channels := ARRAY(SELECT medstint.channels_of(one.user_id, one.active_school_id));
    FOREACH name IN ARRAY channels LOOP
      IF name <> ALL (known) THEN
        EXECUTE format('LISTEN %I', name);
        known := known || name;
      END IF;
    END LOOP;
    RETURN NEXT;
  END LOOP;
END
$$;

-- Stops listening to every channel but these, which are given as hashes: a name is a secret, and a
-- server that logs a statement may log its parameters. Pulses stay.
CREATE OR REPLACE FUNCTION medstint.listen_only(kept text[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  name text;
BEGIN
  FOR name IN
    SELECT c FROM pg_listening_channels() c
    WHERE NOT starts_with(c, 'medstint_pulse_') AND encode(sha256(convert_to(c, 'UTF8')), 'hex') <> ALL (kept)
  LOOP
    EXECUTE format('UNLISTEN %I', name);
  END LOOP;
END
$$;

-- What a person's session may hear of: their school, or the one that a super admin chose; for
-- administrators, password attempts; for super admins, what belongs to no school. The channels are
-- those of yesterday, today and tomorrow, so that a listener who asks once an hour misses nothing at
-- midnight.
CREATE OR REPLACE FUNCTION medstint.channels_of(person text, chosen_school text) RETURNS SETOF text
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who constant public.users := (SELECT u FROM public.users u WHERE u.id = person);
  today constant date := (now() AT TIME ZONE 'UTC')::date;
BEGIN
  RETURN QUERY SELECT medstint.channel_on(heard.school, today + heard.day)
    FROM (SELECT s.school, d.day FROM medstint.channel_days(now()) d (day),
      (VALUES (CASE WHEN who.role = 'SUPER_ADMIN' THEN chosen_school ELSE who.school_id END),
              (CASE WHEN who.role IN ('SUPER_ADMIN', 'SCHOOL_ADMIN') THEN '' END)) s (school)) heard
    WHERE heard.school IS NOT NULL
    UNION ALL
    SELECT medstint.platform_channel_on(today + d.day) FROM medstint.channel_days(now()) d (day)
      WHERE who.role = 'SUPER_ADMIN';
END
$$;

-- Signs of life are not announced. PostgreSQL sends equal notifications of a transaction once.
CREATE OR REPLACE FUNCTION medstint.announce_session() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM medstint.announce_sessions(ARRAY[OLD.user_id]);
  RETURN NULL;
END
$$;

-- The channel of a school on a day (UTC); '' is the platform's. A listener that knows one day's
-- name knows no other.
CREATE OR REPLACE FUNCTION medstint.channel_on(school text, day date) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT 'm'
    || left(encode(sha256(k.secret || convert_to(to_char(day, 'YYYY-MM-DD') || ' ' || school, 'UTF8')), 'hex'), 48)
    FROM medstint.channel_secret k);
END
$$;

-- The next day's channels are named from 22:00 UTC on: a listener asks every hour, and what a
-- session that ends heard of is worth 26 hours at most.
CREATE OR REPLACE FUNCTION medstint.channel_days(at timestamptz) RETURNS SETOF integer
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT d FROM generate_series(-1, CASE WHEN (at AT TIME ZONE 'UTC')::time >= '22:00' THEN 1 ELSE 0 END) d
$$;

-- The platform's channel on a day (UTC). No school's is made from the same text: a space follows
-- the day there. Channel '' is not this one, since administrators of schools hear it.
CREATE OR REPLACE FUNCTION medstint.platform_channel_on(day date) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (
    SELECT 'm' || left(encode(sha256(k.secret
      || convert_to(to_char(day, 'YYYY-MM-DD') || '/platform', 'UTF8')), 'hex'), 48)
    FROM medstint.channel_secret k);
END
$$;
