-- Why: every tenant row carries its school, so that the fence around a school
-- is one equality and needs no join. Clients of the documented schema do not
-- know the column: the database fills it from the row's parent, and refuses a
-- row whose parents belong to different schools.

-- Arguments: pairs of a column and the table it refers to, all of which must
-- agree. A parent without a school (a SUPER_ADMIN, a platform template) agrees
-- with everybody.
CREATE FUNCTION medstint.fill_school_id() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  parent_id text;
  parent_school text;
  found_school text;
  i integer;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.school_id IS NULL THEN
    NEW.school_id := OLD.school_id;
  END IF;
  FOR i IN 0 .. TG_NARGS - 1 BY 2 LOOP
    parent_id := to_jsonb(NEW) ->> TG_ARGV[i];
    CONTINUE WHEN parent_id IS NULL;
    EXECUTE format('SELECT school_id FROM public.%I WHERE id = $1', TG_ARGV[i + 1]) INTO parent_school USING parent_id;
    IF parent_school <> coalesce(found_school, NEW.school_id, parent_school) THEN
      RAISE EXCEPTION '% of % belongs to another school', TG_ARGV[i], TG_TABLE_NAME
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_TABLE_NAME || '_one_school', TABLE = TG_TABLE_NAME;
    END IF;
    found_school := coalesce(found_school, parent_school);
  END LOOP;
  -- What has no parent to tell (a site) is of the actor's school, or of the one
  -- that a trusted connection names.
  NEW.school_id := coalesce(NEW.school_id, found_school, medstint.current_school_id(),
    CASE WHEN medstint.is_trusted() THEN nullif(current_setting('medstint.school', true), '') END);
  RETURN NEW;
END
$$;

-- The busiest table has its own: same rule, one look-up. It also takes the site
-- from the rotation and the local day from the clock-in.
CREATE FUNCTION medstint.fill_time_record() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  parent record;
  site record;
BEGIN
  SELECT r.school_id, r.student_id, r.clinical_site_id INTO parent
  FROM public.rotations r WHERE r.id = NEW.rotation_id;
  IF NOT FOUND THEN
    RETURN NEW; -- The foreign key says it better.
  END IF;
  IF NEW.student_id IS DISTINCT FROM parent.student_id OR coalesce(NEW.school_id, parent.school_id) <> parent.school_id THEN
    RAISE EXCEPTION 'the rotation of a time record belongs to another student or school'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'time_records_one_school', TABLE = 'time_records';
  END IF;
  NEW.school_id := parent.school_id;
  IF NEW.clinical_site_id IS NULL
     OR (TG_OP = 'UPDATE' AND NEW.rotation_id <> OLD.rotation_id AND NEW.clinical_site_id = OLD.clinical_site_id) THEN
    NEW.clinical_site_id := parent.clinical_site_id;
  END IF;
  SELECT s.school_id, s.time_zone INTO site FROM public.clinical_sites s WHERE s.id = NEW.clinical_site_id;
  IF site.school_id <> parent.school_id THEN
    RAISE EXCEPTION 'the site of a time record belongs to another school'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'time_records_one_school', TABLE = 'time_records';
  END IF;
  -- The local day follows the clock-in, unless a client states another.
  IF NEW.date IS NULL OR (TG_OP = 'UPDATE' AND NEW.clock_in <> OLD.clock_in AND NEW.date = OLD.date) THEN
    NEW.date := date_trunc('day', NEW.clock_in, site.time_zone);
  END IF;
  RETURN NEW;
END
$$;

-- Clients of the documented schema know no name: then the address stands for it.
CREATE FUNCTION medstint.fill_user_name() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.name := coalesce(NEW.name, NEW.email);
  RETURN NEW;
END
$$;
CREATE TRIGGER a_fill_user_name BEFORE INSERT OR UPDATE OF name ON users
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_user_name();

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, user_id ON accounts
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('user_id', 'users');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, user_id ON sessions
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('user_id', 'users');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id ON programs
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id();
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, program_id ON users
  FOR EACH ROW WHEN (NEW.role <> 'SUPER_ADMIN') EXECUTE FUNCTION medstint.fill_school_id('program_id', 'programs');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id ON clinical_sites
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id();
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, clinical_site_id ON clinical_site_locations
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('clinical_site_id', 'clinical_sites');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, clinical_site_id, location_id ON kiosks
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('clinical_site_id', 'clinical_sites', 'location_id', 'clinical_site_locations');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, student_id, clinical_site_id, preceptor_id, supervisor_id ON rotations
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('student_id', 'users', 'clinical_site_id', 'clinical_sites', 'preceptor_id', 'users', 'supervisor_id', 'users');
CREATE TRIGGER a_fill_time_record BEFORE INSERT OR UPDATE OF school_id, rotation_id, student_id, clinical_site_id, clock_in ON time_records
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_time_record();
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, created_by ON competency_templates
  FOR EACH ROW WHEN (NEW.source <> 'STANDARD') EXECUTE FUNCTION medstint.fill_school_id('created_by', 'users');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, template_id, deployed_by ON competency_deployments
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('template_id', 'competency_templates', 'deployed_by', 'users');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, program_id, template_id ON competencies
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('program_id', 'programs', 'template_id', 'competency_templates');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, user_id, competency_id, deployment_id ON competency_assignments
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('user_id', 'users', 'competency_id', 'competencies', 'deployment_id', 'competency_deployments');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, student_id, assessor_id, competency_id, rotation_id ON assessments
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('student_id', 'users', 'assessor_id', 'users', 'competency_id', 'competencies', 'rotation_id', 'rotations');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, competency_id, template_id ON rubric_criteria
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('competency_id', 'competencies', 'template_id', 'competency_templates');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, user_id ON notifications
  FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('user_id', 'users');
