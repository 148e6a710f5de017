-- Every oddity that the rules of the field name, on pending records of
-- Riverside, so that each can be seen in the queue.
CREATE TEMPORARY TABLE demo_odd ON COMMIT DROP AS
SELECT t.id, row_number() OVER (ORDER BY md5(t.id)) AS n
FROM time_records t
WHERE t.school_id = 'riverside' AND t.status = 'PENDING' AND t.student_id <> 'student';

-- OPEN_TOO_LONG: forgot to clock out, two days ago.
UPDATE time_records SET clock_out = NULL, total_hours = NULL, clock_out_latitude = NULL, clock_out_longitude = NULL, clock_out_accuracy_m = NULL,
  clock_out_source = NULL, clock_out_ip_address = NULL, clock_out_user_agent = NULL, clock_in = current_setting('demo.now')::timestamptz - interval '51 hours 14 minutes',
  notes = 'Forgot my badge at the end of the shift'
WHERE id IN (SELECT id FROM demo_odd WHERE n <= 3);
-- TOO_LONG: longer than 16 hours. HOURS_MISMATCH: stated otherwise than punched.
UPDATE time_records SET clock_out = clock_in + interval '17 hours 31 minutes', total_hours = 17.52 WHERE id IN (SELECT id FROM demo_odd WHERE n = 4);
UPDATE time_records SET total_hours = total_hours + 1.5 WHERE id IN (SELECT id FROM demo_odd WHERE n IN (5, 6));
-- OUT_BEFORE_IN and FUTURE: a device whose clock was wrong.
UPDATE time_records SET clock_out = clock_in - interval '42 minutes', total_hours = NULL WHERE id IN (SELECT id FROM demo_odd WHERE n = 7);
UPDATE time_records SET clock_in = current_setting('demo.now')::timestamptz + interval '3 hours', clock_out = current_setting('demo.now')::timestamptz + interval '11 hours', created_at = current_setting('demo.now')::timestamptz
WHERE id IN (SELECT id FROM demo_odd WHERE n = 8);
-- GEO_OUTSIDE by 312 m and by a city, GEO_UNCERTAIN, GEO_POOR, GEO_NONE.
UPDATE time_records t SET clock_out_latitude = l.latitude + 0.0028, clock_out_longitude = l.longitude, clock_out_accuracy_m = 20
FROM clinical_site_locations l WHERE l.id = t.clinical_site_id || '-1' AND t.id IN (SELECT id FROM demo_odd WHERE n BETWEEN 10 AND 15);
UPDATE time_records t SET clock_in_latitude = l.latitude + 0.8, clock_in_longitude = l.longitude, clock_in_accuracy_m = 12
FROM clinical_site_locations l WHERE l.id = t.clinical_site_id || '-1' AND t.id IN (SELECT id FROM demo_odd WHERE n BETWEEN 16 AND 17);
UPDATE time_records t SET clock_in_latitude = l.latitude - 0.0012, clock_in_longitude = l.longitude, clock_in_accuracy_m = 80
FROM clinical_site_locations l WHERE l.id = t.clinical_site_id || '-1' AND t.id IN (SELECT id FROM demo_odd WHERE n BETWEEN 18 AND 21);
UPDATE time_records SET clock_in_accuracy_m = 850 WHERE id IN (SELECT id FROM demo_odd WHERE n BETWEEN 22 AND 26);
UPDATE time_records SET clock_in_latitude = NULL, clock_in_longitude = NULL, clock_in_accuracy_m = NULL, clock_out_latitude = NULL, clock_out_longitude = NULL,
  clock_out_accuracy_m = NULL, clock_in_source = 'WEB', clock_out_source = 'WEB' WHERE id IN (SELECT id FROM demo_odd WHERE n BETWEEN 27 AND 36);
-- TOO_SHORT, DAY_CAP, AGED, LATE_ENTRY, OUTSIDE_ROTATION.
UPDATE time_records SET clock_out = clock_in + interval '6 minutes', total_hours = 0.10 WHERE id IN (SELECT id FROM demo_odd WHERE n BETWEEN 37 AND 38);
UPDATE time_records SET clock_out = clock_in + interval '12 hours 38 minutes', total_hours = 12.63 WHERE id IN (SELECT id FROM demo_odd WHERE n BETWEEN 39 AND 44);
UPDATE time_records SET clock_in = clock_in - interval '11 days', clock_out = clock_out - interval '11 days', date = date - interval '11 days', created_at = created_at - interval '11 days' WHERE id IN (SELECT id FROM demo_odd WHERE n BETWEEN 45 AND 50);
UPDATE time_records SET created_at = clock_out + interval '3 days 5 hours', clock_in = clock_in - interval '3 days 9 hours', clock_out = clock_out - interval '3 days 9 hours', clock_in_source = 'MANUAL', clock_out_source = 'MANUAL'
WHERE id IN (SELECT id FROM demo_odd WHERE n BETWEEN 51 AND 54);
UPDATE time_records t SET rotation_id = r.id FROM rotations r
WHERE r.student_id = t.student_id AND r.status = 'COMPLETED' AND t.id IN (SELECT id FROM demo_odd WHERE n BETWEEN 55 AND 56);
-- OFFLINE and CLOCK_UNVERIFIED: a kiosk that sent its punches hours later.
UPDATE time_records SET clock_in_source = 'KIOSK', clock_out_source = 'KIOSK', is_offline = true, clock_is_unverified = id IN (SELECT id FROM demo_odd WHERE n = 59), created_at = clock_out + interval '5 hours', notes = 'Punched while the kiosk was offline'
WHERE id IN (SELECT id FROM demo_odd WHERE n BETWEEN 57 AND 59);
-- EDITED: corrected after the fact.
UPDATE time_records SET version = 3, updated_at = clock_out + interval '9 hours', edited_at = clock_out + interval '9 hours', notes = 'Corrected: I had punched at the wrong door' WHERE id IN (SELECT id FROM demo_odd WHERE n BETWEEN 60 AND 62);
-- SAME_DEVICE: three students, one telephone, within a minute.
UPDATE time_records t SET clock_in_ip_address = '10.9.9.9', clock_in_user_agent = 'MedStint/2.4 (iPhone)', clock_in_source = 'MOBILE',
  clock_in = f.clock_in + make_interval(secs => 11 * o.n::integer), clock_out = f.clock_out + make_interval(secs => 11 * o.n::integer), clinical_site_id = f.clinical_site_id,
  clock_in_latitude = f.clock_in_latitude, clock_in_longitude = f.clock_in_longitude, clock_out_latitude = f.clock_out_latitude, clock_out_longitude = f.clock_out_longitude
FROM demo_odd o, (SELECT t.* FROM time_records t JOIN demo_odd USING (id) WHERE n = 63) f WHERE o.id = t.id AND o.n BETWEEN 63 AND 65;

-- OVERLAP, SHORT_REST, IMPOSSIBLE_TRAVEL and WEEK_CAP: more records of people
-- who already have one.
INSERT INTO time_records (id, school_id, student_id, rotation_id, clinical_site_id, date, clock_in, clock_out, total_hours, clock_in_source, clock_out_source,
  clock_in_latitude, clock_in_longitude, clock_in_accuracy_m, notes, created_at)
SELECT 'odd-' || o.n, t.school_id, t.student_id, t.rotation_id, t.clinical_site_id, t.date, x.clock_in, x.clock_in + x.length, medstint.total_hours(x.clock_in, x.clock_in + x.length), 'MOBILE', 'MOBILE',
  CASE WHEN o.n BETWEEN 76 AND 78 THEN t.clock_in_latitude + 4 END, CASE WHEN o.n BETWEEN 76 AND 78 THEN t.clock_in_longitude END, CASE WHEN o.n BETWEEN 76 AND 78 THEN 15 END, x.note, x.clock_in
FROM demo_odd o JOIN time_records t USING (id)
CROSS JOIN LATERAL (SELECT
  CASE WHEN o.n <= 70 THEN t.clock_out - interval '35 minutes' WHEN o.n <= 75 THEN t.clock_out + interval '4 hours' ELSE t.clock_out + interval '20 minutes' END AS clock_in,
  CASE WHEN o.n <= 70 THEN interval '4 hours' WHEN o.n <= 75 THEN interval '8 hours' ELSE interval '3 hours' END AS length,
  CASE WHEN o.n <= 70 THEN 'Second shift' WHEN o.n <= 75 THEN 'Back early for a colleague' ELSE 'Conference' END AS note) x
WHERE o.n BETWEEN 66 AND 78 AND t.clock_out IS NOT NULL AND x.clock_in + x.length < current_setting('demo.now')::timestamptz + interval '2 days';
UPDATE time_records SET date = medstint.record_date(clock_in, s.time_zone) FROM clinical_sites s
WHERE s.id = clinical_site_id AND date <> medstint.record_date(clock_in, s.time_zone);
-- OVER_REQUIRED: a rotation that has all its hours already.
UPDATE rotations SET required_hours = 40 WHERE id IN (SELECT t.rotation_id FROM demo_odd o JOIN time_records t USING (id) WHERE o.n BETWEEN 79 AND 82);
-- Whatever moved was recorded as it happened, but for the one whose clock was wrong.
UPDATE time_records SET created_at = greatest(created_at, clock_in), updated_at = greatest(updated_at, least(clock_out, current_setting('demo.now')::timestamptz))
WHERE status = 'PENDING' AND clock_in < current_setting('demo.now')::timestamptz;
