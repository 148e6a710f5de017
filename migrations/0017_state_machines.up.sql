-- Why: a rotation does not become active again once completed, an assessment
-- is not approved before it was submitted. The legal steps are data, so that a
-- person can read them and a test can walk through all of them. An empty old
-- status is a beginning.
CREATE TABLE medstint.state_transitions (
  table_name text NOT NULL,
  old_status text NOT NULL,
  new_status text NOT NULL,
  PRIMARY KEY (table_name, old_status, new_status)
);
ALTER TABLE medstint.state_transitions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY state_transitions_owner ON medstint.state_transitions TO CURRENT_USER USING (true) WITH CHECK (true);
-- The rules themselves are nobody's secret.
CREATE POLICY state_transitions_read ON medstint.state_transitions FOR SELECT TO medstint_app, medstint_web USING (true);
GRANT SELECT ON medstint.state_transitions TO medstint_app, medstint_web;

INSERT INTO medstint.state_transitions VALUES
  ('time_records', 'PENDING', 'APPROVED'), ('time_records', 'PENDING', 'REJECTED'),
  ('time_records', 'APPROVED', 'PENDING'), ('time_records', 'REJECTED', 'PENDING'),
  ('rotations', '', 'SCHEDULED'), ('rotations', '', 'ACTIVE'),
  ('competency_deployments', '', 'PENDING'), ('competency_deployments', '', 'ACTIVE'),
  ('competency_assignments', '', 'ASSIGNED'), ('competency_assignments', '', 'IN_PROGRESS'),
  ('assessments', '', 'DRAFT'), ('assessments', '', 'SUBMITTED'),
  ('rotations', 'SCHEDULED', 'ACTIVE'), ('rotations', 'SCHEDULED', 'CANCELLED'),
  ('rotations', 'ACTIVE', 'COMPLETED'), ('rotations', 'ACTIVE', 'CANCELLED'),
  ('competency_deployments', 'PENDING', 'ACTIVE'), ('competency_deployments', 'PENDING', 'ARCHIVED'),
  ('competency_deployments', 'ACTIVE', 'INACTIVE'), ('competency_deployments', 'INACTIVE', 'ACTIVE'),
  ('competency_deployments', 'ACTIVE', 'ARCHIVED'), ('competency_deployments', 'INACTIVE', 'ARCHIVED'),
  ('competency_assignments', 'ASSIGNED', 'IN_PROGRESS'), ('competency_assignments', 'ASSIGNED', 'COMPLETED'),
  ('competency_assignments', 'ASSIGNED', 'OVERDUE'), ('competency_assignments', 'IN_PROGRESS', 'COMPLETED'),
  ('competency_assignments', 'IN_PROGRESS', 'OVERDUE'), ('competency_assignments', 'OVERDUE', 'IN_PROGRESS'),
  ('competency_assignments', 'OVERDUE', 'COMPLETED'), ('competency_assignments', 'COMPLETED', 'IN_PROGRESS'),
  ('assessments', 'DRAFT', 'SUBMITTED'), ('assessments', 'SUBMITTED', 'DRAFT'),
  ('assessments', 'SUBMITTED', 'REVIEWED'), ('assessments', 'REVIEWED', 'APPROVED'),
  ('assessments', 'REVIEWED', 'SUBMITTED');

CREATE FUNCTION medstint.check_transition() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before text := CASE TG_OP WHEN 'UPDATE' THEN OLD.status::text ELSE '' END;
BEGIN
  IF NEW.status::text <> before AND NOT EXISTS (
    SELECT FROM medstint.state_transitions s
    WHERE s.table_name = TG_TABLE_NAME AND s.old_status = before AND s.new_status = NEW.status::text) THEN
    RAISE EXCEPTION '% %: from "%" it cannot become %', TG_TABLE_NAME, NEW.id, before, NEW.status
      USING ERRCODE = 'MS409', CONSTRAINT = TG_TABLE_NAME || '_transition';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    NEW.updated_at := now();
  END IF;
  RETURN NEW;
END
$$;

-- time_records are checked by their own trigger, which also knows who may.
CREATE TRIGGER b_check_transition BEFORE INSERT OR UPDATE ON rotations FOR EACH ROW EXECUTE FUNCTION medstint.check_transition();
CREATE TRIGGER b_check_transition BEFORE INSERT OR UPDATE ON competency_deployments FOR EACH ROW EXECUTE FUNCTION medstint.check_transition();
CREATE TRIGGER b_check_transition BEFORE INSERT OR UPDATE ON competency_assignments FOR EACH ROW EXECUTE FUNCTION medstint.check_transition();
CREATE TRIGGER b_check_transition BEFORE INSERT OR UPDATE ON assessments FOR EACH ROW EXECUTE FUNCTION medstint.check_transition();
