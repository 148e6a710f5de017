-- Doors: a kiosk that `--kiosk` opens, one that has been silent for a while, one that
-- waits for its device, and two punches that need a decision. Everybody's PIN is 2718.
INSERT INTO medstint.pins (user_id, pin_hash)
SELECT u.id, h.hash FROM users u, (SELECT medstint.pin_hash('2718') AS hash) h WHERE u.role IN ('STUDENT', 'SCHOOL_ADMIN');
INSERT INTO kiosks (id, school_id, clinical_site_id, location_id, name, enrolled_at, created_at)
SELECT 'door-' || n, s.school_id, s.id, s.id || '-1', k.name, CASE WHEN k.enrolled THEN pg_temp.today() - 60 END, pg_temp.today() - 61
FROM (VALUES (1, 'north-general', 'Main entrance', true), (2, 'st-clair', 'Emergency', true), (3, 'county', 'Staff door', false), (4, 'casco-bay', 'Front desk', true))
  AS k (n, site, name, enrolled) JOIN clinical_sites s ON s.id = k.site;
INSERT INTO kiosk_states (kiosk_id, school_id, last_seen_at, version, clock_skew_ms, waiting)
SELECT k.id, k.school_id, now() - x.ago, '0.1.0', x.skew, x.waiting
FROM (VALUES ('door-1', interval '20 seconds', 140, 0), ('door-2', interval '3 hours', -41000, 4), ('door-4', interval '1 day', 90, 0)) AS x (id, ago, skew, waiting)
JOIN kiosks k ON k.id = x.id;
-- One punch was dated an hour ahead by its device; its student is on rotation there. The other badge is unknown.
INSERT INTO kiosk_punches (id, school_id, kiosk_id, clinical_site_id, badge, student_id, punched_at, device_clock, received_at, is_offline, clock_is_unverified, status, problem)
SELECT 'demo-punch-that-fits-nothing-' || x.n, k.school_id, k.id, k.clinical_site_id, coalesce(u.student_id, '0412 7788'), u.id, now() - x.ago, now() - x.ago, now() - interval '3 hours', true, x.n = 1, 'QUARANTINED', x.problem
FROM (VALUES (1, interval '2 hours', 'in_the_future'), (2, interval '7 hours', 'unknown_badge')) AS x (n, ago, problem)
JOIN kiosks k ON k.id = 'door-2'
LEFT JOIN LATERAL (
  SELECT s.id, s.student_id FROM rotations r JOIN users s ON s.id = r.student_id
  WHERE x.n = 1 AND r.clinical_site_id = k.clinical_site_id AND r.status = 'ACTIVE'
    -- The form begins with the newest rotation.
    AND NOT EXISTS (SELECT FROM rotations o WHERE o.student_id = r.student_id AND o.status <> 'CANCELLED' AND o.start_date > r.start_date)
    AND NOT EXISTS (SELECT FROM time_records t WHERE t.student_id = r.student_id AND coalesce(t.clock_out, t.clock_in) > now() - interval '14 hours')
  ORDER BY length(s.id), s.id LIMIT 1) u ON true;
