ALTER POLICY users_fence ON users
  USING (school_id = (SELECT medstint.current_school_id()) OR id = (SELECT medstint.current_user_id()));
ALTER POLICY audit_seals_fence ON audit_seals USING (school_id = (SELECT medstint.current_school_id()));
ALTER POLICY audit_logs_fence ON audit_logs
  USING (school_id = (SELECT medstint.current_school_id()) OR user_id = (SELECT medstint.current_user_id()));
DROP INDEX audit_seals_of_platform, audit_logs_of_platform_severe, audit_logs_of_platform;

CREATE OR REPLACE FUNCTION medstint.announce(resource text, verb text, schools text[], ids text[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_notify(medstint.channel(school), json_build_object('table', resource, 'op', verb, 'count', count(*),
      -- More would not fit the 8,000 bytes of a payload: the reader re-reads.
      'ids', CASE WHEN count(*) <= 100 AND sum(octet_length(id)) < 7000 AND resource <> 'audit_logs'
        THEN json_agg(id) ELSE '[]'::json END)::text)
  FROM unnest(schools, ids) AS changed (school, id)
  WHERE school IS NOT NULL
  GROUP BY school;
END
$$;

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
  LOOP
    EXECUTE format('LISTEN %I', name);
    RETURN NEXT name;
  END LOOP;
END
$$;

DROP FUNCTION medstint.platform_channel_on(date);

CREATE OR REPLACE FUNCTION medstint.report_reading(list text, filter text, at_most integer) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT medstint.write_event('personal_data.read_in_bulk', a.school_id, left(list, 100), '-',
    jsonb_build_object('filter', nullif(left(filter, 500), ''), 'rows', at_most), 'READ', 200)
  FROM medstint.actor() a WHERE a.user_id IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION medstint.begin_export(list text, filter text, format text, row_count bigint, recipient text, purpose text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fresh constant text := gen_random_uuid()::text;
BEGIN
  IF btrim(coalesce(recipient, '')) = '' OR btrim(coalesce(purpose, '')) = '' THEN
    RAISE EXCEPTION 'an export names its recipient and its purpose' USING ERRCODE = 'MS422', CONSTRAINT = 'exports_name_recipient_and_purpose';
  END IF;
  IF list = 'audit' AND NOT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'audit events are exported by administrators' USING ERRCODE = 'MS403', CONSTRAINT = 'exports_of_audit_by_administrators';
  END IF;
  PERFORM medstint.write_event('export.started', a.school_id, 'exports', fresh, jsonb_build_object('list', left(list, 100),
    'filter', nullif(left(filter, 500), ''), 'format', left(format, 20), 'rows', row_count,
    'recipient', left(btrim(recipient), 300), 'purpose', left(btrim(purpose), 500)), 'EXPORT', 200)
  FROM medstint.actor() a WHERE a.user_id IS NOT NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  PERFORM medstint.seal_events(medstint.current_school_id()) WHERE medstint.current_school_id() IS NOT NULL;
  RETURN fresh;
END
$$;

CREATE OR REPLACE FUNCTION medstint.end_export(export text, row_count bigint, is_whole boolean) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me record := medstint.actor();
BEGIN
  IF NOT EXISTS (SELECT FROM public.audit_logs l WHERE l.resource_id = export AND l.action = 'export.started' AND l.user_id = me.user_id)
     OR EXISTS (SELECT FROM public.audit_logs l WHERE l.resource_id = export AND l.action <> 'export.started') THEN
    RETURN false;
  END IF;
  PERFORM medstint.write_event(CASE WHEN is_whole THEN 'export.finished' ELSE 'export.failed' END, me.school_id, 'exports', export,
    jsonb_build_object('rows', row_count), 'EXPORT', CASE WHEN is_whole THEN 200 ELSE 499 END);
  RETURN true;
END
$$;
