-- Two schools, six programs and the people in them. Everything is derived from
-- hashes of ordinal numbers, so that the same day always builds the same world.
CREATE FUNCTION pg_temp.chance(seed text) RETURNS float8 LANGUAGE sql IMMUTABLE
  AS $$SELECT ('x' || substr(md5(seed), 1, 8))::bit(32)::bigint / 4294967296::float8$$;
CREATE FUNCTION pg_temp.pick(choices text[], seed text) RETURNS text LANGUAGE sql IMMUTABLE
  AS $$SELECT choices[1 + floor(pg_temp.chance(seed) * cardinality(choices))::integer]$$;
CREATE FUNCTION pg_temp.today() RETURNS date LANGUAGE sql STABLE
  AS $$SELECT (current_setting('demo.now')::timestamptz AT TIME ZONE 'America/Chicago')::date$$;

INSERT INTO schools (id, name, accreditation, address, phone, email, website, time_zone) VALUES
  ('riverside', 'Riverside Health Sciences', 'Higher Learning Commission', '400 River Road, Peoria', '+1 309 555 0100', 'clinical@riverside.example', 'https://riverside.example', 'America/Chicago'),
  ('harbor', 'Harbor College of Surgical Technology', 'CAAHEP', '12 Quay Street, Portland', '+1 207 555 0100', 'clinical@harbor.example', 'https://harbor.example', 'America/New_York');

INSERT INTO programs (id, school_id, name, description, duration, class_year, requirements) VALUES
  ('nursing', 'riverside', 'Nursing', 'Bachelor of Science in Nursing', 48, extract(year FROM pg_temp.today())::integer + 1, '["CPR", "Immunizations", "Background check"]'),
  ('radiography', 'riverside', 'Radiography', 'Associate degree in Radiography, JRCERT', 24, extract(year FROM pg_temp.today())::integer + 1, '["Dosimeter badge"]'),
  ('respiratory', 'riverside', 'Respiratory Therapy', 'Associate degree in Respiratory Care', 24, extract(year FROM pg_temp.today())::integer + 1, '["CPR"]'),
  ('pa', 'riverside', 'Physician Assistant', 'Master of Physician Assistant Studies', 27, extract(year FROM pg_temp.today())::integer + 1, '[]'),
  ('medicine', 'riverside', 'Medicine clerkships', 'Third-year clerkships', 12, extract(year FROM pg_temp.today())::integer + 2, '["USMLE Step 1"]'),
  ('surgtech', 'harbor', 'Surgical Technology', 'Certificate in Surgical Technology', 15, extract(year FROM pg_temp.today())::integer + 1, '["BLS"]');
INSERT INTO school_policies (school_id, thresholds, duty_profile) VALUES
  ('riverside', '{}', 'RADIOGRAPHY'), ('harbor', '{"day_cap_h": 12}', 'CUSTOM');

CREATE TEMPORARY TABLE demo_names ON COMMIT DROP AS SELECT
  ARRAY['Amara','Bruno','Chidi','Daniela','Elif','Farid','Grace','Hiro','Ines','Jonas','Keiko','Liam','Mei','Nadia','Oluwaseun','Priya','Quinn','Rafael','Sofía','Tariq','Uma','Viktor','Wanjiru','Xavier','Yara','Zoë','Aisha','Björn','Camille','Dmitri','Esther','Felix','Giulia','Hana','Ivan','Jamal','Katarzyna','Leila','Mateo','Nia'] AS given,
  ARRAY['Abbott','Bello','Castillo','Dubois','Eriksen','Fernández','Goldberg','Haddad','Ibrahim','Jansen','Kowalski','Lindqvist','Mbeki','Nakamura','O''Brien','Petrov','Quintero','Rossi','Singh','Tanaka','Ueda','Vasquez','Weber','Ximenes','Yilmaz','Zhang','Adeyemi','Baptiste','Chowdhury','Demir','Espinoza','Fischer','García','Hughes','Iyer','Jovanović','Kim','Lopes','Müller','Nguyen','Okafor','Patel','Reyes','Schmidt','Torres','Usman','Volkov','Walker','Xu','Young'] AS family;

-- Those who can be signed in as, by name.
INSERT INTO users (id, email, name, given_name, family_name, role, school_id, onboarding_completed) VALUES
  ('coordinator', 'coordinator@riverside.example', 'Carmen Ortega', 'Carmen', 'Ortega', 'SCHOOL_ADMIN', 'riverside', true),
  ('coordinator-2', 'second@riverside.example', 'Samuel Adler', 'Samuel', 'Adler', 'SCHOOL_ADMIN', 'riverside', true),
  ('it', 'it@riverside.example', 'Ingrid Tamm', 'Ingrid', 'Tamm', 'SCHOOL_ADMIN', 'riverside', true),
  ('harbor-coordinator', 'coordinator@harbor.example', 'Noor Hassan', 'Noor', 'Hassan', 'SCHOOL_ADMIN', 'harbor', true),
  ('admin', 'admin@medstint.example', 'Alex Moreau', 'Alex', 'Moreau', 'SUPER_ADMIN', NULL, true);
UPDATE schools SET admin_id = CASE id WHEN 'riverside' THEN 'coordinator' ELSE 'harbor-coordinator' END;

-- 25 preceptors and supervisors: 19 in Riverside, 6 in Harbor.
INSERT INTO users (id, email, name, given_name, family_name, role, school_id, onboarding_completed)
SELECT x.id, x.id || '@' || x.school || '.example', x.given || ' ' || x.family, x.given, x.family,
       x.role::user_role, x.school, true
FROM (SELECT CASE WHEN n <= 19 THEN 'riverside' ELSE 'harbor' END AS school,
             CASE WHEN n % 5 = 0 THEN 'CLINICAL_SUPERVISOR' ELSE 'CLINICAL_PRECEPTOR' END AS role,
             CASE n WHEN 1 THEN 'preceptor' WHEN 5 THEN 'supervisor' ELSE 'staff-' || n END AS id,
             given[1 + (n * 7) % cardinality(given)] AS given, family[1 + (n * 11) % cardinality(family)] AS family
      FROM generate_series(1, 25) n, demo_names) x;

-- 240 students: 200 in Riverside's five programs, 40 in Harbor's one.
INSERT INTO users (id, email, name, given_name, family_name, role, school_id, program_id, student_id, academic_status, onboarding_completed)
SELECT id, id || '@' || school || '.example', given || ' ' || family, given, family, 'STUDENT', school, program,
       upper(left(program, 2)) || lpad(n::text, 5, '0'),
       (CASE WHEN n % 61 = 0 THEN 'PROBATION' ELSE 'ACTIVE' END)::academic_status, true
FROM (SELECT n, CASE n WHEN 1 THEN 'student' ELSE 'student-' || n END AS id,
             CASE WHEN n <= 200 THEN 'riverside' ELSE 'harbor' END AS school,
             CASE WHEN n > 200 THEN 'surgtech' WHEN n <= 80 THEN 'nursing' WHEN n <= 120 THEN 'radiography'
                  WHEN n <= 150 THEN 'respiratory' WHEN n <= 175 THEN 'pa' ELSE 'medicine' END AS program,
             given[1 + (n * 3 + n / 40) % cardinality(given)] AS given,
             family[1 + (n * 13 + n / 50) % cardinality(family)] AS family
      FROM generate_series(1, 240) n, demo_names) x;

-- One password for all of them, hashed once.
INSERT INTO accounts (user_id, school_id, provider_id, account_id, password)
SELECT u.id, u.school_id, 'credential', u.id, h.hash
FROM users u, (SELECT medstint.password_hash(current_setting('demo.password')) AS hash) h;
