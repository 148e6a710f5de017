-- Templates, what was deployed from them, who has to show what, and how well.
INSERT INTO competency_templates (id, school_id, name, description, category, level, type, content, is_public, source, version, created_by)
SELECT 'template-' || n, CASE WHEN n > 3 THEN 'riverside' END, name, name || ', as assessed at the bedside', category, level::competency_level,
       (CASE WHEN n % 3 = 0 THEN 'RUBRIC' ELSE 'COMPETENCY' END)::competency_template_type, '{"objectives": ["Prepares", "Performs", "Documents"]}',
       n <= 3, (CASE WHEN n <= 3 THEN 'STANDARD' ELSE 'CUSTOM' END)::competency_template_source, '1.0.0', CASE WHEN n > 3 THEN 'coordinator' END
FROM (VALUES (1, 'Hand hygiene', 'Safety', 'FUNDAMENTAL'), (2, 'Patient identification', 'Safety', 'FUNDAMENTAL'), (3, 'Handover', 'Communication', 'INTERMEDIATE'),
             (4, 'CT positioning', 'Imaging', 'INTERMEDIATE'), (5, 'Ventilator set-up', 'Respiratory', 'ADVANCED'), (6, 'Medication administration', 'Nursing', 'INTERMEDIATE'),
             (7, 'History and physical', 'Medicine', 'INTERMEDIATE'), (8, 'Suturing', 'Procedures', 'ADVANCED')) AS t (n, name, category, level);
-- The first seven brought a competency to those who had not begun it; the last one, two days ago, also made
-- its competency. Nobody has worked on what a deployment assigned, so that each can be rolled back.
INSERT INTO competency_deployments (id, school_id, template_id, deployed_by, deployment_type, status, effective_date, expiry_date, target_programs, target_users, created_at, updated_at)
SELECT 'deployment-' || n, 'riverside', 'template-' || n, 'coordinator', 'TEMPLATE_IMPORT', 'ACTIVE',
       d.day, d.day + 360, CASE n WHEN 8 THEN '["pa", "medicine"]' ELSE '["nursing", "radiography", "respiratory", "pa", "medicine"]' END, '[]', d.day, d.day
FROM generate_series(1, 8) n
CROSS JOIN LATERAL (SELECT pg_temp.today() - CASE n WHEN 8 THEN 2 ELSE 90 - 10 * n END AS day) d;
INSERT INTO competencies (id, school_id, template_id, name, description, category, level, is_deployed)
SELECT 'competency-' || right(t.id, 1), 'riverside', t.id, t.name, t.description, t.category, t.level, true FROM competency_templates t;
INSERT INTO competencies (id, school_id, program_id, name, description, category, level, is_deployed)
VALUES ('harbor-count', 'harbor', 'surgtech', 'Surgical count', 'Counts with the circulator', 'Safety', 'FUNDAMENTAL', true);
INSERT INTO rubric_criteria (competency_id, school_id, criterion_name, description, weight, max_score, performance_levels, order_index)
SELECT c.id, c.school_id, k.name, k.name || ' for ' || c.name, k.weight, 4, '["Not yet", "With help", "With supervision", "Independent"]', k.n
FROM competencies c, (VALUES (1, 'Preparation', 1.0), (2, 'Technique', 2.0), (3, 'Communication', 1.0)) AS k (n, name, weight);
INSERT INTO rubric_criteria (template_id, school_id, criterion_name, description, weight, max_score, performance_levels, order_index)
SELECT c.template_id, t.school_id, k.criterion_name, k.description, k.weight, k.max_score, k.performance_levels, k.order_index
FROM rubric_criteria k JOIN competencies c ON c.id = k.competency_id JOIN competency_templates t ON t.id = c.template_id;
INSERT INTO competency_assignments (id, school_id, user_id, competency_id, deployment_id, assigned_by, assignment_type, status, due_date, completion_date, progress_percentage)
SELECT 'assignment-' || u.id || '-' || right(c.id, 1), u.school_id, u.id, c.id,
       CASE WHEN u.school_id = 'riverside' AND x.p >= 0.8 THEN 'deployment-' || right(c.id, 1) END,
       CASE u.school_id WHEN 'riverside' THEN 'coordinator' ELSE 'harbor-coordinator' END,
       (CASE WHEN x.r < 0.7 THEN 'REQUIRED' WHEN x.r < 0.9 THEN 'OPTIONAL' ELSE 'SUPPLEMENTARY' END)::assignment_type,
       (CASE WHEN x.p < 0.45 THEN 'COMPLETED' WHEN x.p < 0.8 THEN 'IN_PROGRESS' ELSE 'ASSIGNED' END)::assignment_status,
       pg_temp.today() + (x.r * 90)::integer - CASE c.id WHEN 'competency-8' THEN -30 ELSE 20 END, CASE WHEN x.p < 0.45 THEN pg_temp.today() - (x.r * 60)::integer END,
       CASE WHEN x.p < 0.45 THEN 100 WHEN x.p < 0.8 THEN round((x.p * 100)::numeric, 2) ELSE 0 END
FROM users u JOIN competencies c ON c.school_id = u.school_id
CROSS JOIN LATERAL (SELECT pg_temp.chance('r' || u.id || c.id) AS r, CASE c.id WHEN 'competency-8' THEN 1 ELSE pg_temp.chance('p' || u.id || c.id) END AS p) x
WHERE u.role = 'STUDENT' AND pg_temp.chance('assigned' || u.id || c.id) < 0.5 AND (c.id <> 'competency-8' OR u.program_id IN ('pa', 'medicine'));
-- What each deployment made, as medstint.deploy keeps it.
UPDATE competency_deployments d SET rollback_data = json_build_object(
  'competencies', ARRAY(SELECT c.id FROM competencies c WHERE d.id = 'deployment-8' AND c.id = 'competency-8'),
  'criteria', ARRAY(SELECT k.id FROM rubric_criteria k WHERE d.id = 'deployment-8' AND k.competency_id = 'competency-8'),
  'assignments', ARRAY(SELECT a.id FROM competency_assignments a WHERE a.deployment_id = d.id))::text;
INSERT INTO assessments (school_id, student_id, assessor_id, competency_id, rotation_id, type, status, score, max_score, rubric_scores, feedback, improvement_areas, created_at)
SELECT a.school_id, a.user_id, r.preceptor_id, a.competency_id, r.id, 'PRECEPTOR', (CASE WHEN pg_temp.chance('st' || a.id) < 0.3 THEN 'SUBMITTED' ELSE 'REVIEWED' END)::assessment_status,
       round((2 + 2 * pg_temp.chance('sc' || a.id))::numeric, 2), 4, '{"Preparation": 3, "Technique": 3, "Communication": 4}', 'Steady progress', '["Speed"]', a.completion_date
FROM competency_assignments a JOIN rotations r ON r.student_id = a.user_id AND r.status = 'ACTIVE'
WHERE a.status = 'COMPLETED' AND pg_temp.chance('assessed' || a.id) < 0.6;
