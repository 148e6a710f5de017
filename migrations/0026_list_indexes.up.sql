-- Why: every list is a window that an index serves, in each of its parts and
-- orders, at a million rows. Under row-level security enum equality cannot be an
-- index condition; hence a partial index for each part. `cargo bench --bench
-- plans` shows what serves what.
CREATE INDEX rotations_scheduled_by_end ON rotations (school_id, end_date, id) WHERE status = 'SCHEDULED';
CREATE INDEX rotations_active_by_end ON rotations (school_id, end_date, id) WHERE status = 'ACTIVE';
CREATE INDEX rotations_completed_by_end ON rotations (school_id, end_date, id) WHERE status = 'COMPLETED';
CREATE INDEX rotations_cancelled_by_end ON rotations (school_id, end_date, id) WHERE status = 'CANCELLED';
CREATE INDEX rotations_of_student ON rotations (student_id, start_date, id);
-- What waits in a rotation is a sum over its pending records.
CREATE INDEX time_records_pending_of_rotation ON time_records (rotation_id) INCLUDE (elapsed_ms) WHERE status = 'PENDING';

CREATE INDEX competency_assignments_to_do_by_due ON competency_assignments (school_id, coalesce(due_date, 'infinity'), id) WHERE status <> 'COMPLETED';
CREATE INDEX competency_assignments_done_by_due ON competency_assignments (school_id, coalesce(due_date, 'infinity'), id) WHERE status = 'COMPLETED';
CREATE INDEX competency_assignments_of_user_by_due ON competency_assignments (user_id, coalesce(due_date, 'infinity'), id);
CREATE INDEX competency_assignments_of_competency_by_due ON competency_assignments (competency_id, coalesce(due_date, 'infinity'), id);
DROP INDEX competency_assignments_of_competency;

CREATE INDEX assessments_drafts ON assessments (school_id, created_at, id) WHERE status = 'DRAFT';
CREATE INDEX assessments_submitted ON assessments (school_id, created_at, id) WHERE status = 'SUBMITTED';
CREATE INDEX assessments_reviewed ON assessments (school_id, created_at, id) WHERE status = 'REVIEWED';
CREATE INDEX assessments_approved ON assessments (school_id, created_at, id) WHERE status = 'APPROVED';
CREATE INDEX assessments_of_assessor ON assessments (assessor_id);
CREATE INDEX assessments_of_rotation ON assessments (rotation_id);

-- A school's own and the platform's stand in one list: by name first.
CREATE INDEX competency_templates_active_by_name ON competency_templates (name, version, id) WHERE is_active;
CREATE INDEX competency_templates_inactive_by_name ON competency_templates (name, version, id) WHERE NOT is_active;
CREATE INDEX rubric_criteria_in_order ON rubric_criteria (order_index, id);
CREATE INDEX competency_deployments_in_force ON competency_deployments (school_id, created_at, id) WHERE status <> 'ARCHIVED';
CREATE INDEX competency_deployments_archived ON competency_deployments (school_id, created_at, id) WHERE status = 'ARCHIVED';

CREATE INDEX schools_active_by_name ON schools (name, id) WHERE is_active;
CREATE INDEX schools_inactive_by_name ON schools (name, id) WHERE NOT is_active;
CREATE INDEX programs_active_by_name ON programs (school_id, name, id) WHERE is_active;
CREATE INDEX programs_inactive_by_name ON programs (school_id, name, id) WHERE NOT is_active;
CREATE INDEX clinical_sites_active_by_name ON clinical_sites (school_id, name, id) WHERE is_active;
CREATE INDEX clinical_sites_inactive_by_name ON clinical_sites (school_id, name, id) WHERE NOT is_active;
CREATE INDEX clinical_site_locations_active_by_name ON clinical_site_locations (school_id, name, id) WHERE is_active;
CREATE INDEX clinical_site_locations_inactive_by_name ON clinical_site_locations (school_id, name, id) WHERE NOT is_active;
CREATE INDEX users_staff_by_name ON users (school_id, sort_name, id) WHERE is_active AND role <> 'STUDENT';
CREATE INDEX users_students_by_name ON users (school_id, sort_name, id) WHERE is_active AND role = 'STUDENT';
CREATE INDEX users_inactive_by_name ON users (school_id, sort_name, id) WHERE NOT is_active;
CREATE INDEX sessions_by_time ON sessions (school_id, created_at, id);
CREATE INDEX sessions_open_by_time ON sessions (school_id, created_at, id) WHERE revoked_at IS NULL;
