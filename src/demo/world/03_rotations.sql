-- Two or three rotations a student: one behind them, one under way, and for
-- half of them one to come; some cancelled, one a nobody's land after its end.
INSERT INTO rotations (id, school_id, student_id, clinical_site_id, preceptor_id, supervisor_id, specialty, start_date, end_date, required_hours, status, objectives)
SELECT 'rotation-' || x.n || '-' || x.part, x.school_id, x.id, site.id, preceptor.id, supervisor.id,
       pg_temp.pick(CASE x.program_id
         WHEN 'radiography' THEN ARRAY['CT imaging', 'Radiography', 'MRI', 'Fluoroscopy']
         WHEN 'respiratory' THEN ARRAY['Ventilator care', 'Pulmonary function', 'NICU']
         WHEN 'surgtech' THEN ARRAY['Operating room', 'Sterile processing', 'Orthopedics']
         WHEN 'nursing' THEN ARRAY['Medical-surgical', 'Emergency', 'Pediatrics', 'ICU', 'Maternity']
         ELSE ARRAY['Internal medicine', 'Surgery', 'Psychiatry', 'Family medicine', 'Emergency'] END, 'specialty' || x.n || x.part),
       (pg_temp.today() + x.first_day)::timestamp AT TIME ZONE site.time_zone,
       (pg_temp.today() + x.last_day + 1)::timestamp AT TIME ZONE site.time_zone,
       CASE x.part WHEN 2 THEN 200 ELSE 160 END,
       (CASE WHEN x.part = 3 AND x.n % 20 = 0 THEN 'CANCELLED' WHEN x.part = 1 THEN 'COMPLETED' WHEN x.part = 2 THEN 'ACTIVE' ELSE 'SCHEDULED' END)::rotation_status,
       '["Perform under supervision", "Document findings", "Communicate with the team"]'
FROM (SELECT u.id, u.school_id, u.program_id, row_number() OVER (ORDER BY length(u.id), u.id) AS n, p.part,
             CASE p.part WHEN 1 THEN -96 WHEN 2 THEN -47 ELSE 24 END AS first_day,
             CASE p.part WHEN 1 THEN -48 WHEN 2 THEN 23 ELSE 80 END AS last_day
      FROM users u, generate_series(1, 3) AS p (part) WHERE u.role = 'STUDENT') x
CROSS JOIN LATERAL (SELECT s.id, s.time_zone FROM clinical_sites s WHERE s.school_id = x.school_id
                    ORDER BY md5(s.id || x.n || x.part) LIMIT 1) site
CROSS JOIN LATERAL (SELECT u.id FROM users u WHERE u.school_id = x.school_id AND u.role = 'CLINICAL_PRECEPTOR'
                    ORDER BY md5(u.id || x.n || x.part) LIMIT 1) preceptor
CROSS JOIN LATERAL (SELECT u.id FROM users u WHERE u.school_id = x.school_id AND u.role = 'CLINICAL_SUPERVISOR'
                    ORDER BY md5(u.id || x.n) LIMIT 1) supervisor
WHERE x.part < 3 OR x.n % 2 = 0;
