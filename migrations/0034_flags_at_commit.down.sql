DROP POLICY flags_due_owner ON medstint.flags_due;
ALTER TABLE medstint.flags_due NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;
DROP TABLE medstint.flags_wanted;
DROP FUNCTION medstint.reflag_wanted();
CREATE OR REPLACE FUNCTION medstint.flag_sites() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
  sites text[];
BEGIN
  IF TG_OP = 'DELETE' THEN
    SELECT array_agg(DISTINCT clinical_site_id) INTO sites FROM old_rows;
  ELSIF TG_OP = 'INSERT' THEN
    SELECT array_agg(DISTINCT clinical_site_id) INTO sites FROM new_rows;
  ELSE
    SELECT array_agg(DISTINCT n.clinical_site_id) || array_agg(DISTINCT o.clinical_site_id) INTO sites FROM new_rows n JOIN old_rows o USING (id)
    WHERE (n.clinical_site_id, n.latitude, n.longitude, n.radius_m, n.is_active, n.name)
      IS DISTINCT FROM (o.clinical_site_id, o.latitude, o.longitude, o.radius_m, o.is_active, o.name);
  END IF;
  PERFORM medstint.hold_flags(ARRAY(SELECT DISTINCT s.school_id FROM public.clinical_sites s WHERE s.id = ANY (sites)));
  PERFORM medstint.reflag(ARRAY(SELECT t.id FROM public.time_records t WHERE t.clinical_site_id = ANY (sites) AND t.status = 'PENDING'));
  RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION medstint.flag_pending_of() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
BEGIN
  PERFORM medstint.hold_flags(ARRAY[coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> 'school_id']);
  PERFORM medstint.reflag(CASE TG_TABLE_NAME
    WHEN 'clinical_sites' THEN ARRAY(SELECT t.id FROM public.time_records t WHERE t.clinical_site_id = to_jsonb(NEW) ->> 'id' AND t.status = 'PENDING')
    WHEN 'users' THEN ARRAY(SELECT t.id FROM public.time_records t WHERE t.student_id = to_jsonb(NEW) ->> 'id' AND t.status = 'PENDING')
    WHEN 'programs' THEN ARRAY(SELECT t.id FROM public.users u JOIN public.time_records t ON t.student_id = u.id AND t.status = 'PENDING'
                               WHERE u.program_id = to_jsonb(NEW) ->> 'id')
    ELSE ARRAY(SELECT t.id FROM public.time_records t WHERE t.school_id = coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> 'school_id' AND t.status = 'PENDING') END);
  RETURN NULL;
END
$$;
