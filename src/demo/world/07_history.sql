-- What the triggers would have written, had all this happened day by day:
-- decisions, hours, audit events, notifications.
INSERT INTO time_record_decisions (school_id, time_record_id, version_before, version_after, verdict, kind, reason_code, reason, elapsed_ms, decided_by, decided_at)
SELECT school_id, id, 1, 2, status::text::decision_verdict, decision_kind, decision_reason_code, decision_reason, elapsed_ms, approved_by, approved_at
FROM time_records WHERE status <> 'PENDING';

UPDATE rotations r SET completed_hours = x.hours
FROM (SELECT rotation_id, floor(sum(elapsed_ms) / 3600000)::integer AS hours FROM time_records WHERE status = 'APPROVED' GROUP BY 1) x WHERE x.rotation_id = r.id;
UPDATE users u SET total_clinical_hours = x.hours
FROM (SELECT student_id, floor(sum(elapsed_ms) / 3600000)::integer AS hours FROM time_records WHERE status = 'APPROVED' GROUP BY 1) x WHERE x.student_id = u.id;

INSERT INTO audit_logs (user_id, school_id, action, resource_type, resource_id, changes, ip_address, user_agent, endpoint, method, status_code, severity, created_at)
SELECT approved_by, school_id, 'time_record.' || lower(status::text), 'time_records', id,
       jsonb_build_object('status', jsonb_build_object('old', 'PENDING', 'new', status), 'version', jsonb_build_object('old', 1, 'new', 2))::text,
       '10.2.0.' || (10 + length(approved_by)), 'medstint/0.1 xterm-256color', 'console', 'UPDATE', 200,
       (CASE status WHEN 'REJECTED' THEN 'MEDIUM' ELSE 'LOW' END)::audit_severity, approved_at
FROM time_records WHERE status <> 'PENDING';
INSERT INTO audit_logs (user_id, school_id, action, resource_type, resource_id, ip_address, user_agent, endpoint, method, status_code, severity, created_at)
SELECT CASE WHEN x.ok THEN u.id END, u.school_id, CASE WHEN x.ok THEN 'auth.signed_in' ELSE 'auth.sign_in_failed' END, 'users', u.id,
       '10.2.0.' || (10 + length(u.id)), 'medstint/0.1 xterm-256color', 'console', 'SIGN_IN', CASE WHEN x.ok THEN 200 ELSE 401 END,
       (CASE WHEN x.ok THEN 'LOW' ELSE 'MEDIUM' END)::audit_severity, d + make_interval(mins => 360 + floor(pg_temp.chance('signin' || u.id || d) * 600)::integer)
FROM users u, generate_series(pg_temp.today() - 30, pg_temp.today() - 1, interval '1 day') d
CROSS JOIN LATERAL (SELECT pg_temp.chance('ok' || u.id || d) > 0.06 AS ok) x
WHERE u.role <> 'STUDENT' AND u.school_id IS NOT NULL AND pg_temp.chance('day' || u.id || d) < 0.5;

INSERT INTO notifications (school_id, user_id, type, title, message, priority, category, action_url, is_read, created_at)
SELECT school_id, student_id, 'TIME_RECORD_REJECTED', 'A time record was rejected', 'Your record was rejected: ' || decision_reason_code, 'HIGH', 'TIME', 'time_records/' || id, true, approved_at
FROM time_records WHERE status = 'REJECTED';
INSERT INTO notifications (school_id, user_id, type, title, message, priority, category, action_url) VALUES
  ('riverside', 'coordinator', 'SITE_OVER_CAPACITY', 'Lakeside Clinic is over its capacity', 'More students than places this week', 'HIGH', 'SITE', 'clinical_sites/lakeside'),
  ('riverside', 'coordinator', 'OPEN_RECORDS', 'Three records have no clock-out', 'Open for more than 48 hours', 'MEDIUM', 'TIME', 'time_records?status=PENDING'),
  ('riverside', 'coordinator', 'COMPETENCY_OVERDUE', 'Competencies are overdue', 'See the list, overdue first', 'LOW', 'COMPETENCY', 'competency_assignments');

-- The flags of what waits.
SELECT medstint.reflag(x.waiting, x.waiting) FROM (SELECT array_agg(id) AS waiting FROM time_records WHERE status = 'PENDING') x;
