CREATE FUNCTION medstint.unsealed_events(OUT waiting bigint, OUT since timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*), min(e.created_at) FROM medstint.audit_unsealed u
  JOIN public.audit_logs e ON e.school_id = u.school AND e.sequence = u.sequence
  WHERE u.school = medstint.current_school_id() AND medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN')
$$;
GRANT EXECUTE ON FUNCTION medstint.unsealed_events() TO medstint_app;
