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
       '10.2.0.' || (10 + length(approved_by)), 'medstint/0.1.0 console 1f3a xterm-256color', 'console', 'UPDATE', 200,
       (CASE status WHEN 'REJECTED' THEN 'MEDIUM' ELSE 'LOW' END)::audit_severity, approved_at
FROM time_records WHERE status <> 'PENDING';
INSERT INTO audit_logs (user_id, school_id, action, resource_type, resource_id, ip_address, user_agent, endpoint, method, status_code, severity, created_at)
SELECT CASE WHEN x.ok THEN u.id END, u.school_id, CASE WHEN x.ok THEN 'auth.signed_in' ELSE 'auth.sign_in_failed' END, 'users', u.id,
       '10.2.0.' || (10 + length(u.id)), 'medstint/0.1.0 console 1f3a xterm-256color', 'console', 'SIGN_IN', CASE WHEN x.ok THEN 200 ELSE 401 END,
       (CASE WHEN x.ok THEN 'LOW' ELSE 'MEDIUM' END)::audit_severity, d + make_interval(mins => 360 + floor(pg_temp.chance('signin' || u.id || d) * 600)::integer)
FROM users u, generate_series(pg_temp.today() - 30, pg_temp.today() - 1, interval '1 day') d
CROSS JOIN LATERAL (SELECT pg_temp.chance('ok' || u.id || d) > 0.06 AS ok) x
WHERE u.role <> 'STUDENT' AND u.school_id IS NOT NULL AND pg_temp.chance('day' || u.id || d) < 0.5;

INSERT INTO notifications (school_id, user_id, type, title, message, priority, category, action_url, is_read, created_at)
SELECT school_id, student_id, 'TIME_RECORD_REJECTED', 'A time record was rejected', 'Your record was rejected: ' || decision_reason_code, 'HIGH', 'TIME', 'time_records/' || id, true, approved_at
FROM time_records WHERE status = 'REJECTED';
-- What the coordinator has not read yet: true, and each opens what it is about.
INSERT INTO notifications (school_id, user_id, type, title, message, priority, category, action_url)
SELECT 'riverside', 'coordinator', x.type, x.title, x.message, x.priority::notification_priority, x.category, x.about
FROM (
  (SELECT 'SITE_OVER_CAPACITY' AS type, s.name || ' is over its capacity' AS title, count(*) || ' students for ' || s.capacity || ' places.' AS message,
          'HIGH' AS priority, 'SITE' AS category, 'clinical_sites/' || s.id AS about
   FROM clinical_sites s JOIN rotations r ON r.clinical_site_id = s.id AND r.status = 'ACTIVE'
   WHERE s.school_id = 'riverside' GROUP BY s.id HAVING count(*) > s.capacity ORDER BY count(*) - s.capacity DESC, s.id LIMIT 1)
  UNION ALL
  (SELECT 'CLOCK_OUT_MISSING', 'A clock-out is missing', u.name || ' clocked in ' || floor(extract(epoch FROM current_setting('demo.now')::timestamptz - t.clock_in) / 3600) || ' h ago.',
          'MEDIUM', 'TIME', 'time_records/' || t.id
   FROM time_records t JOIN users u ON u.id = t.student_id
   WHERE t.school_id = 'riverside' AND t.clock_out IS NULL ORDER BY t.clock_in, t.id LIMIT 1)
  UNION ALL
  (SELECT 'COMPETENCIES_OVERDUE', 'Competencies are overdue', u.name || ' has not completed ' || c.name || '.', 'LOW', 'COMPETENCY', 'competency_assignments/' || a.id
   FROM competency_assignments a JOIN users u ON u.id = a.user_id JOIN competencies c ON c.id = a.competency_id
   WHERE a.school_id = 'riverside' AND a.status <> 'COMPLETED' AND a.due_date < current_setting('demo.now')::timestamptz ORDER BY a.due_date, a.id LIMIT 1)
) x;

-- The flags of what waits.
SELECT medstint.reflag(x.waiting, x.waiting) FROM (SELECT array_agg(id) AS waiting FROM time_records WHERE status = 'PENDING') x;
