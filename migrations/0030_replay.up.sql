-- Why: a threshold is easily changed and hard to judge. Before it is saved, it is
-- tried on what happened: how many records of the last 90 days it would have
-- flagged besides those that are, how many of them were approved, how many it
-- would flag no more. Nothing is written and nothing is locked.
CREATE FUNCTION medstint.replay(instead jsonb, OUT records bigint, OUT flagged bigint, OUT approved bigint, OUT cleared bigint, OUT codes text, OUT is_part boolean)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
  -- What a person waits a second or two for.
  most constant integer := 5000;
  tried text[];
BEGIN
  IF NOT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'only administrators try a policy' USING ERRCODE = '42501';
  END IF;
  SELECT coalesce(array_agg(x.id), '{}') INTO tried FROM (
    SELECT t.id FROM public.time_records t
    WHERE t.school_id = medstint.current_school_id() AND t.clock_in > now() - interval '90 days' AND t.clock_in <= now()
    ORDER BY t.clock_in DESC, t.id DESC LIMIT most + 1) x;
  is_part := cardinality(tried) > most;
  tried := tried[:most];
  WITH before AS (
    SELECT f.id, f.flags::jsonb AS flags FROM medstint.flags_of(tried) f),
  after AS (
    SELECT f.id, f.flags::jsonb AS flags FROM medstint.flags_of(tried, instead) f),
  codes_of AS (
    SELECT a.id, x.code, true AS is_new FROM after a, jsonb_array_elements(a.flags) e, LATERAL (SELECT e ->> 'code') x (code)
    WHERE NOT EXISTS (SELECT FROM before b, jsonb_array_elements(b.flags) o WHERE b.id = a.id AND o ->> 'code' = x.code)
    UNION ALL
    SELECT b.id, x.code, false FROM before b, jsonb_array_elements(b.flags) e, LATERAL (SELECT e ->> 'code') x (code)
    WHERE NOT EXISTS (SELECT FROM after a, jsonb_array_elements(a.flags) o WHERE a.id = b.id AND o ->> 'code' = x.code))
  SELECT cardinality(tried), count(DISTINCT c.id) FILTER (WHERE c.is_new),
    count(DISTINCT c.id) FILTER (WHERE c.is_new AND t.status = 'APPROVED'), count(DISTINCT c.id) FILTER (WHERE NOT c.is_new),
    (SELECT string_agg(y.code || ' ' || y.number, ', ' ORDER BY y.number DESC, y.code) FROM (
      SELECT z.code, count(*) AS number FROM codes_of z WHERE z.is_new GROUP BY z.code) y)
  INTO records, flagged, approved, cleared, codes
  FROM codes_of c JOIN public.time_records t ON t.id = c.id;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.replay(jsonb) TO medstint_app;
