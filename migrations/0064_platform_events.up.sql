-- Why: events that belong to no school (guesses at super administrators' passwords,
-- sign-ins of super administrators, migrations) were in the trail, and nobody but the
-- schema's owner could read them. Super administrators read them now. Nobody of a school
-- does, not even where the event is their own. What belongs to no school is announced to
-- super administrators, as what belongs to a school is announced to the school.

-- The platform's events in the order of their list: an index on the school cannot serve
-- it, since PostgreSQL does not take IS NULL for a constant when it orders rows.
CREATE INDEX audit_logs_of_platform ON audit_logs (created_at, sequence) WHERE school_id IS NULL;
CREATE INDEX audit_logs_of_platform_severe ON audit_logs (created_at, sequence)
  WHERE school_id IS NULL AND severity IN ('HIGH', 'CRITICAL');
CREATE INDEX audit_seals_of_platform ON audit_seals (most_sequence) WHERE school_id IS NULL;

ALTER POLICY audit_logs_fence ON audit_logs
  USING (school_id = (SELECT medstint.current_school_id())
    OR user_id = (SELECT medstint.current_user_id()) AND school_id IS NOT NULL
    OR school_id IS NULL AND (SELECT medstint.has_role('SUPER_ADMIN')));
ALTER POLICY audit_seals_fence ON audit_seals
  USING (school_id = (SELECT medstint.current_school_id())
    OR school_id IS NULL AND (SELECT medstint.has_role('SUPER_ADMIN')));
-- Super administrators see each other's names beside events. The check stays as it was,
-- so that they change only their own rows and those of the chosen school.
ALTER POLICY users_fence ON users
  USING (school_id = (SELECT medstint.current_school_id()) OR id = (SELECT medstint.current_user_id())
    OR school_id IS NULL AND role = 'SUPER_ADMIN' AND (SELECT medstint.has_role('SUPER_ADMIN')));

-- The platform's channel on a day (UTC). No school's is made from the same text: a space
-- follows the day there. Channel '' is not this one, since administrators of schools hear it.
CREATE FUNCTION medstint.platform_channel_on(day date) RETURNS text
  LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (
    SELECT 'm' || left(encode(sha256(k.secret
      || convert_to(to_char(day, 'YYYY-MM-DD') || '/platform', 'UTF8')), 'hex'), 48)
    FROM medstint.channel_secret k);
END
$$;

CREATE OR REPLACE FUNCTION medstint.announce(resource text, verb text, schools text[], ids text[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_notify(CASE WHEN school IS NULL THEN medstint.platform_channel_on((now() AT TIME ZONE 'UTC')::date)
      ELSE medstint.channel(school) END, json_build_object('table', resource, 'op', verb, 'count', count(*),
      -- More would not fit the 8,000 bytes of a payload: the reader re-reads.
      'ids', CASE WHEN count(*) <= 100 AND sum(octet_length(id)) < 7000 AND resource <> 'audit_logs'
        THEN json_agg(id) ELSE '[]'::json END)::text)
  FROM unnest(schools, ids) AS changed (school, id)
  GROUP BY school;
END
$$;

-- Listens to what a session may hear of: its school; for administrators the attempts at
-- passwords; for super administrators what belongs to no school.
CREATE OR REPLACE FUNCTION medstint.listen(token text) RETURNS SETOF text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine constant public.sessions := medstint.session_of(token);
  role public.user_role := (SELECT u.role FROM public.users u WHERE u.id = mine.user_id);
  today constant date := (now() AT TIME ZONE 'UTC')::date;
  name text;
BEGIN
  IF mine.id IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  ELSIF mine.is_restricted THEN
    RAISE EXCEPTION 'the password is temporary' USING ERRCODE = 'MS428';
  ELSIF mine.locked_at IS NOT NULL THEN
    RAISE EXCEPTION 'the session is locked' USING ERRCODE = 'MS423';
  END IF;
  FOR name IN
    SELECT medstint.channel_on(heard.school, today + heard.day)
    FROM (SELECT s.school, d.day FROM generate_series(-1, 1) d (day),
      (VALUES (CASE WHEN role = 'SUPER_ADMIN' THEN mine.active_school_id ELSE mine.school_id END),
              (CASE WHEN role IN ('SUPER_ADMIN', 'SCHOOL_ADMIN') THEN '' END)) s (school)) heard
    WHERE heard.school IS NOT NULL
    UNION ALL
    SELECT medstint.platform_channel_on(today + d.day) FROM generate_series(-1, 1) d (day) WHERE role = 'SUPER_ADMIN'
  LOOP
    EXECUTE format('LISTEN %I', name);
    RETURN NEXT name;
  END LOOP;
END
$$;

-- Whoever reads or exports the platform's events leaves an event among them, not in a
-- school, whose administrators would read the filter.
CREATE OR REPLACE FUNCTION medstint.report_reading(list text, filter text, at_most integer) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.write_event('personal_data.read_in_bulk',
    CASE WHEN list <> 'platform-events' THEN a.school_id END, left(list, 100), '-',
    jsonb_build_object('filter', nullif(left(filter, 500), ''), 'rows', at_most), 'READ', 200)
  FROM medstint.actor() a WHERE a.user_id IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION medstint.begin_export(list text, filter text, format text, row_count bigint, recipient text,
    purpose text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fresh constant text := gen_random_uuid()::text;
  home constant text := CASE WHEN list <> 'platform-events' THEN medstint.current_school_id() END;
BEGIN
  IF btrim(coalesce(recipient, '')) = '' OR btrim(coalesce(purpose, '')) = '' THEN
    RAISE EXCEPTION 'an export names its recipient and its purpose'
      USING ERRCODE = 'MS422', CONSTRAINT = 'exports_name_recipient_and_purpose';
  END IF;
  IF list = 'audit' AND NOT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'audit events are exported by administrators'
      USING ERRCODE = 'MS403', CONSTRAINT = 'exports_of_audit_by_administrators';
  END IF;
  IF list = 'platform-events' AND NOT medstint.has_role('SUPER_ADMIN') THEN
    RAISE EXCEPTION 'super administrators read events of the platform'
      USING ERRCODE = 'MS403', CONSTRAINT = 'audit_logs_platform_events';
  END IF;
  PERFORM medstint.write_event('export.started', home, 'exports', fresh, jsonb_build_object('list', left(list, 100),
    'filter', nullif(left(filter, 500), ''), 'format', left(format, 20), 'rows', row_count,
    'recipient', left(btrim(recipient), 300), 'purpose', left(btrim(purpose), 500)), 'EXPORT', 200)
  FROM medstint.actor() a WHERE a.user_id IS NOT NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  PERFORM medstint.seal_events(coalesce(home, ''));
  RETURN fresh;
END
$$;

-- The end of one's own export, told once, where its beginning was told.
CREATE OR REPLACE FUNCTION medstint.end_export(export text, row_count bigint, is_whole boolean) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record := medstint.actor();
  started public.audit_logs;
BEGIN
  SELECT l.* INTO started FROM public.audit_logs l
  WHERE l.resource_id = export AND l.action = 'export.started' AND l.user_id = me.user_id LIMIT 1;
  IF started.id IS NULL
     OR EXISTS (SELECT FROM public.audit_logs l WHERE l.resource_id = export AND l.action <> 'export.started') THEN
    RETURN false;
  END IF;
  PERFORM medstint.write_event(CASE WHEN is_whole THEN 'export.finished' ELSE 'export.failed' END,
    started.school_id, 'exports', export,
    jsonb_build_object('rows', row_count), 'EXPORT', CASE WHEN is_whole THEN 200 ELSE 499 END);
  RETURN true;
END
$$;
