-- Why: every list is a window that an index serves. Under row-level security
-- only leakproof operators can be index conditions, and enum equality is not
-- one: hence a partial index per status, with keys of text, time and bigint,
-- all in one direction.

-- Recommended by the specification.
CREATE INDEX idx_users_school_id ON users (school_id);
CREATE INDEX idx_users_role ON users (role);
CREATE INDEX idx_time_records_student_date ON time_records (student_id, date);
CREATE INDEX idx_rotations_student_dates ON rotations (student_id, start_date, end_date);
CREATE INDEX idx_assessments_student_competency ON assessments (student_id, competency_id);
CREATE INDEX idx_notifications_user_unread ON notifications (user_id, is_read);

-- The queue and its history: oldest or newest first, longest first.
CREATE INDEX time_records_pending_by_time ON time_records (school_id, clock_in, id) WHERE status = 'PENDING';
CREATE INDEX time_records_approved_by_time ON time_records (school_id, clock_in, id) WHERE status = 'APPROVED';
CREATE INDEX time_records_rejected_by_time ON time_records (school_id, clock_in, id) WHERE status = 'REJECTED';
CREATE INDEX time_records_pending_by_length ON time_records (school_id, coalesce(elapsed_ms, 9007199254740991), id) WHERE status = 'PENDING';
CREATE INDEX time_records_approved_by_length ON time_records (school_id, coalesce(elapsed_ms, 9007199254740991), id) WHERE status = 'APPROVED';
CREATE INDEX time_records_rejected_by_length ON time_records (school_id, coalesce(elapsed_ms, 9007199254740991), id) WHERE status = 'REJECTED';
-- By student or by site: the people or sites in order, then each one's records.
CREATE INDEX time_records_by_student ON time_records (student_id, clock_in, id);
CREATE INDEX time_records_by_site ON time_records (clinical_site_id, clock_in, id);
CREATE INDEX time_records_pending_of_student ON time_records (student_id, clock_in, id) WHERE status = 'PENDING';
CREATE INDEX users_by_name ON users (school_id, sort_name, id);
-- Hours of a rotation or a student are sums over approved records.
CREATE INDEX time_records_by_rotation ON time_records (rotation_id, clock_in, id);
CREATE INDEX time_records_approved_of_rotation ON time_records (rotation_id) INCLUDE (elapsed_ms) WHERE status = 'APPROVED';
CREATE INDEX time_records_approved_of_student ON time_records (student_id) INCLUDE (elapsed_ms) WHERE status = 'APPROVED';
-- One open record per student is looked up at each punch.
CREATE INDEX time_records_open_of_student ON time_records (student_id) WHERE clock_out IS NULL;

CREATE INDEX time_record_decisions_by_person ON time_record_decisions (decided_by, decided_at, id);
CREATE INDEX time_record_decisions_by_school ON time_record_decisions (school_id, decided_at, id);
CREATE INDEX rotations_by_end ON rotations (school_id, end_date, id);
CREATE INDEX rotations_of_preceptor ON rotations (preceptor_id);
CREATE INDEX rotations_of_supervisor ON rotations (supervisor_id);
CREATE INDEX rotations_of_site ON rotations (clinical_site_id, start_date);
CREATE INDEX users_of_program ON users (program_id);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX competency_deployments_by_school ON competency_deployments (school_id, created_at, id);
CREATE INDEX competency_assignments_by_due ON competency_assignments (school_id, coalesce(due_date, 'infinity'), id);
CREATE INDEX competency_assignments_of_competency ON competency_assignments (competency_id);
CREATE INDEX competency_assignments_of_deployment ON competency_assignments (deployment_id);
CREATE INDEX competencies_by_school ON competencies (school_id, name, id);
CREATE INDEX assessments_by_school ON assessments (school_id, created_at, id);
CREATE INDEX assessments_of_competency ON assessments (competency_id);
CREATE INDEX rubric_criteria_of_competency ON rubric_criteria (competency_id, order_index);
CREATE INDEX rubric_criteria_of_template ON rubric_criteria (template_id, order_index);
CREATE INDEX audit_logs_by_time ON audit_logs (school_id, created_at, id);
CREATE INDEX audit_logs_of_user ON audit_logs (user_id, created_at, id);
CREATE INDEX audit_logs_of_resource ON audit_logs (resource_id, resource_type, created_at, id);
