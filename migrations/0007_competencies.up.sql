-- Why: templates become deployments, deployments become assignments, and
-- assessments say how well. The specification refers to competencies without
-- defining them; the table here is the smallest that its references need.
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
  CONSTRAINT competency_templates_standard_without_school CHECK (school_id IS NOT NULL OR (source = 'STANDARD' AND is_public)),
  CONSTRAINT competency_templates_version_unique UNIQUE (school_id, name, version)
);

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
  CONSTRAINT competency_deployments_times_plausible CHECK (
    least(effective_date, expiry_date) >= '1950-01-01Z' AND greatest(effective_date, expiry_date) < '2200-01-01Z'),
  CONSTRAINT competency_deployments_expiry_after_effect CHECK (expiry_date > effective_date)
);

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
  updated_at  timestamptz(3) NOT NULL DEFAULT now()
);

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
  progress_percentage numeric(5, 2) NOT NULL DEFAULT 0 CONSTRAINT competency_assignments_progress_is_percentage CHECK (progress_percentage BETWEEN 0 AND 100),
  created_at          timestamptz(3) NOT NULL DEFAULT now(),
  updated_at          timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT competency_assignments_times_plausible CHECK (
    least(due_date, completion_date) >= '1950-01-01Z' AND greatest(due_date, completion_date) < '2200-01-01Z'),
  CONSTRAINT competency_assignments_completed_has_date CHECK ((status = 'COMPLETED') = (completion_date IS NOT NULL)),
  CONSTRAINT competency_assignments_once_per_person UNIQUE (user_id, competency_id)
);

CREATE TABLE assessments (
  id                text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id         text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  student_id        text NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  assessor_id       text NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  competency_id     text NOT NULL REFERENCES competencies (id) ON DELETE RESTRICT,
  rotation_id       text REFERENCES rotations (id) ON DELETE RESTRICT,
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
  CONSTRAINT assessments_assessor_does_not_approve CHECK (approved_by IS DISTINCT FROM assessor_id AND approved_by IS DISTINCT FROM student_id),
  CONSTRAINT assessments_approval_is_whole CHECK ((status = 'APPROVED') = (approved_by IS NOT NULL))
);

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
  CONSTRAINT rubric_criteria_one_parent CHECK (num_nonnulls(competency_id, template_id) = 1)
);
