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

CREATE FUNCTION medstint.reflag_wanted() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = on SET jit = off AS $$
BEGIN
  DELETE FROM medstint.flags_wanted w WHERE (w.wanted_in, w.table_name, w.row_id) = (NEW.wanted_in, NEW.table_name, NEW.row_id);
  PERFORM medstint.hold_flags(ARRAY(
    SELECT s.school_id FROM public.clinical_sites s WHERE NEW.table_name = 'clinical_sites' AND s.id = NEW.row_id
    UNION SELECT p.school_id FROM public.programs p WHERE NEW.table_name = 'programs' AND p.id = NEW.row_id
    UNION SELECT NEW.row_id WHERE NEW.table_name = 'school_policies'));
  PERFORM medstint.reflag(CASE NEW.table_name
    WHEN 'clinical_sites' THEN ARRAY(SELECT t.id FROM public.time_records t WHERE t.clinical_site_id = NEW.row_id AND t.status = 'PENDING')
    WHEN 'programs' THEN ARRAY(SELECT t.id FROM public.users u JOIN public.time_records t ON t.student_id = u.id AND t.status = 'PENDING' WHERE u.program_id = NEW.row_id)
    ELSE ARRAY(SELECT t.id FROM public.time_records t WHERE t.school_id = NEW.row_id AND t.status = 'PENDING') END);
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
