-- Why: competency templates, their deployments, assignments and assessments.

CREATE TABLE competency_templates (
  id          text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  -- NULL is the platform's own: a published standard that every school sees.
  school_id   text REFERENCES schools (id) ON DELETE RESTRICT,
  name        text NOT NULL CONSTRAINT competency_templates_name_not_blank CHECK (btrim(name) <> ''),
  description text NOT NULL,
  category    text NOT NULL,
  level       competency_level NOT NULL,
  type        competency_template_type NOT NULL DEFAULT 'COMPETENCY',
  content     medstint.json_object,
  is_public   boolean NOT NULL DEFAULT false,
  source      competency_template_source NOT NULL DEFAULT 'CUSTOM',
  version     text NOT NULL DEFAULT '1.0.0',
  created_by  text REFERENCES users (id) ON DELETE RESTRICT,
  is_active   boolean NOT NULL DEFAULT true,
  created_at  timestamptz(3) NOT NULL DEFAULT now(),
  updated_at  timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT competency_templates_standard_without_school
    CHECK (school_id IS NOT NULL OR (source = 'STANDARD' AND is_public)),
  CONSTRAINT competency_templates_id_with_school UNIQUE (id, school_id),
  CONSTRAINT competency_templates_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT competency_templates_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT competency_templates_name_is_plain CHECK (medstint.is_plain(name)),
  CONSTRAINT competency_templates_category_is_plain CHECK (medstint.is_plain(category)),
  CONSTRAINT competency_templates_version_is_plain CHECK (medstint.is_plain(version))
);

-- A school's own and the platform's stand in one list: by name first.
CREATE INDEX competency_templates_active_by_name ON competency_templates (name, version, id) WHERE is_active;
CREATE INDEX competency_templates_inactive_by_name ON competency_templates (name, version, id) WHERE NOT is_active;
CREATE UNIQUE INDEX competency_templates_version_unique
  ON competency_templates (school_id, medstint.search_key(name), version);

CREATE TABLE competency_deployments (
  id              text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id       text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  template_id     text REFERENCES competency_templates (id) ON DELETE RESTRICT,
  deployed_by     text NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  deployment_type deployment_type NOT NULL,
  status          deployment_status NOT NULL DEFAULT 'PENDING',
  effective_date  timestamptz(3),
  expiry_date     timestamptz(3),
  target_programs medstint.json_array,
  target_users    medstint.json_array,
  rollback_data   medstint.json_object,
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  updated_at      timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT competency_deployments_expiry_after_effect CHECK (expiry_date > effective_date),
  CONSTRAINT competency_deployments_effective_date_in_range
    CHECK (effective_date >= '1950-01-01T00:00Z'::timestamptz AND effective_date < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT competency_deployments_expiry_date_in_range
    CHECK (expiry_date >= '1950-01-01T00:00Z'::timestamptz AND expiry_date < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT competency_deployments_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT competency_deployments_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX competency_deployments_by_school ON competency_deployments (school_id, created_at, id);
CREATE INDEX competency_deployments_of_template ON competency_deployments (template_id);
CREATE INDEX competency_deployments_in_force ON competency_deployments (school_id, created_at, id)
  WHERE status <> 'ARCHIVED';
CREATE INDEX competency_deployments_archived ON competency_deployments (school_id, created_at, id)
  WHERE status = 'ARCHIVED';

CREATE TABLE competencies (
  id          text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id   text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  program_id  text REFERENCES programs (id) ON DELETE RESTRICT,
  template_id text REFERENCES competency_templates (id) ON DELETE RESTRICT,
  name        text NOT NULL CONSTRAINT competencies_name_not_blank CHECK (btrim(name) <> ''),
  description text NOT NULL,
  category    text NOT NULL,
  level       competency_level NOT NULL,
  version     text NOT NULL DEFAULT '1.0.0',
  is_deployed boolean NOT NULL DEFAULT false,
  created_at  timestamptz(3) NOT NULL DEFAULT now(),
  updated_at  timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT competencies_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT competencies_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT competencies_name_is_plain CHECK (medstint.is_plain(name)),
  CONSTRAINT competencies_category_is_plain CHECK (medstint.is_plain(category)),
  CONSTRAINT competencies_version_is_plain CHECK (medstint.is_plain(version))
);

CREATE INDEX competencies_by_school ON competencies (school_id, name, id);
CREATE INDEX competencies_of_template ON competencies (template_id);

CREATE TABLE competency_assignments (
  id                  text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id           text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  user_id             text NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  competency_id       text NOT NULL REFERENCES competencies (id) ON DELETE RESTRICT,
  deployment_id       text REFERENCES competency_deployments (id) ON DELETE RESTRICT,
  assigned_by         text REFERENCES users (id) ON DELETE RESTRICT,
  assignment_type     assignment_type NOT NULL DEFAULT 'REQUIRED',
  status              assignment_status NOT NULL DEFAULT 'ASSIGNED',
  due_date            timestamptz(3),
  completion_date     timestamptz(3),
  progress_percentage numeric(5, 2) NOT NULL DEFAULT 0 CONSTRAINT competency_assignments_progress_is_percentage
    CHECK (progress_percentage BETWEEN 0 AND 100),
  created_at          timestamptz(3) NOT NULL DEFAULT now(),
  updated_at          timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT competency_assignments_completed_has_date CHECK ((status = 'COMPLETED') = (completion_date IS NOT NULL)),
  CONSTRAINT competency_assignments_once_per_person UNIQUE (user_id, competency_id),
  CONSTRAINT competency_assignments_due_date_in_range
    CHECK (due_date >= '1950-01-01T00:00Z'::timestamptz AND due_date < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT competency_assignments_completion_date_in_range
    CHECK (completion_date >= '1950-01-01T00:00Z'::timestamptz
    AND completion_date < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT competency_assignments_progress_percentage_finite
    CHECK (progress_percentage > '-Infinity'::numeric AND progress_percentage < 'Infinity'::numeric),
  CONSTRAINT competency_assignments_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT competency_assignments_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX competency_assignments_by_due ON competency_assignments (school_id, coalesce(due_date, 'infinity'), id);
CREATE INDEX competency_assignments_of_deployment ON competency_assignments (deployment_id);
CREATE INDEX competency_assignments_to_do_by_due
  ON competency_assignments (school_id, coalesce(due_date, 'infinity'), id) WHERE status <> 'COMPLETED';
CREATE INDEX competency_assignments_done_by_due
  ON competency_assignments (school_id, coalesce(due_date, 'infinity'), id) WHERE status = 'COMPLETED';
CREATE INDEX competency_assignments_of_user_by_due
  ON competency_assignments (user_id, coalesce(due_date, 'infinity'), id);
CREATE INDEX competency_assignments_of_competency_by_due
  ON competency_assignments (competency_id, coalesce(due_date, 'infinity'), id);

CREATE TABLE assessments (
  id                text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id         text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  student_id        text NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  assessor_id       text NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  competency_id     text NOT NULL REFERENCES competencies (id) ON DELETE RESTRICT,
  rotation_id       text,
  type              assessment_type NOT NULL,
  status            assessment_status NOT NULL DEFAULT 'DRAFT',
  score             numeric(7, 2),
  max_score         numeric(7, 2) CONSTRAINT assessments_max_score_positive CHECK (max_score > 0),
  rubric_scores     medstint.json_object,
  feedback          text,
  improvement_areas medstint.json_array,
  approved_by       text REFERENCES users (id) ON DELETE RESTRICT,
  created_at        timestamptz(3) NOT NULL DEFAULT now(),
  updated_at        timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT assessments_score_within_maximum CHECK (score BETWEEN 0 AND max_score),
  CONSTRAINT assessments_self_means_self CHECK ((type = 'SELF') = (student_id = assessor_id)),
  CONSTRAINT assessments_assessor_does_not_approve
    CHECK (approved_by IS DISTINCT FROM assessor_id AND approved_by IS DISTINCT FROM student_id),
  CONSTRAINT assessments_approval_is_whole CHECK ((status = 'APPROVED') = (approved_by IS NOT NULL)),
  CONSTRAINT assessments_rotation_of_student FOREIGN KEY (rotation_id, student_id, school_id)
    REFERENCES rotations (id, student_id, school_id) ON DELETE RESTRICT,
  CONSTRAINT assessments_score_finite CHECK (score > '-Infinity'::numeric AND score < 'Infinity'::numeric),
  CONSTRAINT assessments_max_score_finite
    CHECK (max_score > '-Infinity'::numeric AND max_score < 'Infinity'::numeric),
  CONSTRAINT assessments_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT assessments_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX idx_assessments_student_competency ON assessments (student_id, competency_id);
CREATE INDEX assessments_by_school ON assessments (school_id, created_at, id);
CREATE INDEX assessments_of_competency ON assessments (competency_id);
CREATE INDEX assessments_drafts ON assessments (school_id, created_at, id) WHERE status = 'DRAFT';
CREATE INDEX assessments_submitted ON assessments (school_id, created_at, id) WHERE status = 'SUBMITTED';
CREATE INDEX assessments_reviewed ON assessments (school_id, created_at, id) WHERE status = 'REVIEWED';
CREATE INDEX assessments_approved ON assessments (school_id, created_at, id) WHERE status = 'APPROVED';
CREATE INDEX assessments_of_assessor ON assessments (assessor_id);
CREATE INDEX assessments_of_rotation ON assessments (rotation_id);

CREATE TABLE rubric_criteria (
  id                 text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id          text REFERENCES schools (id) ON DELETE RESTRICT,
  competency_id      text REFERENCES competencies (id) ON DELETE CASCADE,
  template_id        text REFERENCES competency_templates (id) ON DELETE CASCADE,
  criterion_name     text NOT NULL CONSTRAINT rubric_criteria_name_not_blank CHECK (btrim(criterion_name) <> ''),
  description        text NOT NULL,
  weight             numeric(6, 3) NOT NULL DEFAULT 1 CONSTRAINT rubric_criteria_weight_positive CHECK (weight > 0),
  max_score          numeric(7, 2) NOT NULL CONSTRAINT rubric_criteria_max_score_positive CHECK (max_score > 0),
  performance_levels medstint.json_array,
  order_index        integer NOT NULL DEFAULT 0,
  created_at         timestamptz(3) NOT NULL DEFAULT now(),
  updated_at         timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT rubric_criteria_one_parent CHECK (num_nonnulls(competency_id, template_id) = 1),
  CONSTRAINT rubric_criteria_weight_finite CHECK (weight > '-Infinity'::numeric AND weight < 'Infinity'::numeric),
  CONSTRAINT rubric_criteria_max_score_finite
    CHECK (max_score > '-Infinity'::numeric AND max_score < 'Infinity'::numeric),
  CONSTRAINT rubric_criteria_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT rubric_criteria_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT rubric_criteria_criterion_name_is_plain CHECK (medstint.is_plain(criterion_name))
);

CREATE INDEX rubric_criteria_of_competency ON rubric_criteria (competency_id, order_index);
CREATE INDEX rubric_criteria_of_template ON rubric_criteria (template_id, order_index);
CREATE INDEX rubric_criteria_in_order ON rubric_criteria (order_index, id);

-- Each table is closed until sql/policies opens it, except to the owner.
ALTER TABLE competency_templates ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY competency_templates_owner ON competency_templates TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE competency_deployments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY competency_deployments_owner ON competency_deployments TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE competencies ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY competencies_owner ON competencies TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE competency_assignments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY competency_assignments_owner ON competency_assignments TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE assessments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY assessments_owner ON assessments TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE rubric_criteria ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY rubric_criteria_owner ON rubric_criteria TO CURRENT_USER USING (true) WITH CHECK (true);
