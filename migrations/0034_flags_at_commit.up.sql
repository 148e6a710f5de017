-- Why: what a form would do is rehearsed as one types, done and taken back. The flags
-- of a whole site, program or school take seconds where many records wait, during
-- which nobody in the school could punch. So they are computed when a change is kept,
-- at its commit, once however many rows were changed.
CREATE TABLE medstint.flags_wanted (
  wanted_in  xid8 NOT NULL DEFAULT pg_current_xact_id(),
  table_name text NOT NULL,
  row_id     text NOT NULL,
  PRIMARY KEY (wanted_in, table_name, row_id)
);

ALTER TABLE medstint.flags_wanted ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY flags_wanted_owner ON medstint.flags_wanted TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.flags_due ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY flags_due_owner ON medstint.flags_due TO CURRENT_USER USING (true) WITH CHECK (true);

-- The first that fires does everything that the transaction wants, with the locks of
-- all its schools in their order. Whoever reads flags or decides in the transaction
-- that changed them says SET CONSTRAINTS ALL IMMEDIATE before.
CREATE FUNCTION medstint.reflag_wanted() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
  sites text[];
  programs text[];
  schools text[];
BEGIN
  WITH wanted AS (DELETE FROM medstint.flags_wanted w WHERE w.wanted_in = NEW.wanted_in RETURNING w.table_name, w.row_id)
  SELECT array_agg(row_id) FILTER (WHERE table_name = 'clinical_sites'), array_agg(row_id) FILTER (WHERE table_name = 'programs'),
    array_agg(row_id) FILTER (WHERE table_name = 'school_policies') INTO sites, programs, schools
  FROM wanted;
  IF sites IS NULL AND programs IS NULL AND schools IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM medstint.hold_flags(ARRAY(
    SELECT s.school_id FROM public.clinical_sites s WHERE s.id = ANY (sites)
    UNION SELECT t.school_id FROM public.time_records t WHERE t.clinical_site_id = ANY (sites) AND t.status = 'PENDING'
    UNION SELECT p.school_id FROM public.programs p WHERE p.id = ANY (programs)
    UNION SELECT unnest(schools)));
  PERFORM medstint.reflag(ARRAY(
    SELECT t.id FROM public.time_records t WHERE t.clinical_site_id = ANY (sites) AND t.status = 'PENDING'
    UNION SELECT t.id FROM public.users u JOIN public.time_records t ON t.student_id = u.id AND t.status = 'PENDING' WHERE u.program_id = ANY (programs)
    UNION SELECT t.id FROM public.time_records t WHERE t.school_id = ANY (schools) AND t.status = 'PENDING'));
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER reflag_wanted AFTER INSERT ON medstint.flags_wanted DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION medstint.reflag_wanted();

-- As before, but for when.
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
  INSERT INTO medstint.flags_wanted (table_name, row_id) SELECT DISTINCT 'clinical_sites', unnest(sites) ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;

-- A student's program changes few records; they are looked at at once.
CREATE OR REPLACE FUNCTION medstint.flag_pending_of() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
DECLARE
  changed jsonb := coalesce(to_jsonb(NEW), to_jsonb(OLD));
BEGIN
  IF TG_TABLE_NAME = 'users' THEN
    PERFORM medstint.hold_flags(ARRAY[changed ->> 'school_id']);
    PERFORM medstint.reflag(ARRAY(SELECT t.id FROM public.time_records t WHERE t.student_id = changed ->> 'id' AND t.status = 'PENDING'));
  ELSE
    INSERT INTO medstint.flags_wanted (table_name, row_id)
    VALUES (TG_TABLE_NAME, changed ->> CASE TG_TABLE_NAME WHEN 'school_policies' THEN 'school_id' ELSE 'id' END) ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END
$$;
