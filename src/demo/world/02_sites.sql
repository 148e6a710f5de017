-- Fourteen sites in five time zones, each with several locations.
INSERT INTO clinical_sites (id, school_id, name, type, capacity, specialties, contact_person_name, contact_person_email, contact_person_phone, requirements, time_zone)
SELECT id, school, name, type::clinical_site_type, capacity, specialties,
       'Site contact ' || ordinal, 'contact@' || id || '.example', '+1 555 010 ' || lpad(ordinal::text, 4, '0'), '["Badge", "Scrubs"]', zone
FROM (VALUES
  (1, 'north-general', 'riverside', 'North General', 'HOSPITAL', 40, '["CT", "Emergency", "Medicine"]', 'America/Chicago'),
  (2, 'st-clair', 'riverside', 'St Clair', 'HOSPITAL', 30, '["Surgery", "ICU"]', 'America/Chicago'),
  (3, 'lakeside', 'riverside', 'Lakeside Clinic', 'CLINIC', 16, '["Family medicine"]', 'America/Chicago'),
  (4, 'prairie', 'riverside', 'Prairie Imaging', 'OUTPATIENT', 14, '["MRI", "CT"]', 'America/Chicago'),
  (5, 'mercy-west', 'riverside', 'Mercy West', 'HOSPITAL', 24, '["Pediatrics", "NICU"]', 'America/Denver'),
  (6, 'hilltop', 'riverside', 'Hilltop Care', 'NURSING_HOME', 12, '["Geriatrics"]', 'America/Chicago'),
  (7, 'union', 'riverside', 'Union Memorial', 'HOSPITAL', 36, '["Cardiology", "Emergency"]', 'America/New_York'),
  (8, 'desert-spring', 'riverside', 'Desert Spring', 'HOSPITAL', 18, '["Pulmonology"]', 'America/Phoenix'),
  (9, 'riverbend', 'riverside', 'Riverbend Family', 'CLINIC', 10, '["Family medicine"]', 'America/Chicago'),
  (10, 'county', 'riverside', 'County Hospital', 'HOSPITAL', 30, '["Medicine", "Psychiatry"]', 'America/Chicago'),
  (11, 'casco-bay', 'harbor', 'Casco Bay Medical', 'HOSPITAL', 14, '["Operating room"]', 'America/New_York'),
  (12, 'pine-tree', 'harbor', 'Pine Tree Surgical', 'OUTPATIENT', 8, '["Operating room"]', 'America/New_York'),
  (13, 'lighthouse', 'harbor', 'Lighthouse Hospital', 'HOSPITAL', 14, '["Operating room", "Sterile processing"]', 'America/New_York'),
  (14, 'fundy', 'harbor', 'Fundy Regional', 'HOSPITAL', 10, '["Operating room"]', 'America/Halifax')
) AS site (ordinal, id, school, name, type, capacity, specialties, zone);

INSERT INTO clinical_site_locations (id, clinical_site_id, school_id, name, latitude, longitude, radius_m, is_strict)
SELECT s.id || '-' || l.n, s.id, s.school_id, l.name,
       round((38 + pg_temp.chance('lat' || s.id) * 7 + (l.n - 1) * 0.004)::numeric, 8),
       round((-104 + pg_temp.chance('lon' || s.id) * 30 + (l.n - 1) * 0.003)::numeric, 8), l.radius, l.n = 3
FROM clinical_sites s,
     (VALUES (1, 'Main entrance', 100), (2, 'North entrance', 100), (3, 'Annex', 60)) AS l (n, name, radius)
WHERE l.n <= 2 OR s.type = 'HOSPITAL';
