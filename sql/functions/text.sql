-- Names, addresses and codes are stored in one spelling.

-- A school's rule takes the place of the platform's of the same code.
CREATE OR REPLACE FUNCTION medstint.tidy_alert_rules() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.name := medstint.tidied(NEW.name);
  NEW.code := medstint.case_folded(medstint.tidied(NEW.code));
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.tidy_clinical_site_locations() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.name := medstint.tidied(NEW.name);
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.tidy_clinical_sites() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.name := medstint.tidied(NEW.name);
  NEW.contact_person_name := nullif(medstint.tidied(NEW.contact_person_name), '');
  NEW.contact_person_email := nullif(medstint.tidied(NEW.contact_person_email), '');
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.tidy_competencies() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.name := medstint.tidied(NEW.name);
  NEW.category := medstint.tidied(NEW.category);
  NEW.version := medstint.tidied(NEW.version);
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.tidy_competency_templates() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.name := medstint.tidied(NEW.name);
  NEW.category := medstint.tidied(NEW.category);
  NEW.version := medstint.tidied(NEW.version);
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.tidy_kiosks() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.name := medstint.tidied(NEW.name);
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.tidy_programs() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.name := medstint.tidied(NEW.name);
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.tidy_rotations() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.specialty := medstint.tidied(NEW.specialty);
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.tidy_rubric_criteria() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.criterion_name := medstint.tidied(NEW.criterion_name);
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.tidy_schools() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.name := medstint.tidied(NEW.name);
  NEW.email := nullif(medstint.tidied(NEW.email), '');
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.tidy_users() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.email := medstint.tidied(NEW.email);
  NEW.name := medstint.tidied(NEW.name);
  NEW.given_name := nullif(medstint.tidied(NEW.given_name), '');
  NEW.family_name := nullif(medstint.tidied(NEW.family_name), '');
  NEW.student_id := nullif(medstint.tidied(NEW.student_id), '');
  NEW.badge := nullif(medstint.tidied(NEW.badge), '');
  RETURN NEW;
END
$$;

-- A template's words with its {names} replaced.
CREATE OR REPLACE FUNCTION medstint.filled(words text, data jsonb) RETURNS text
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  one record;
BEGIN
  FOR one IN SELECT key, value FROM jsonb_each_text(data) LOOP
    words := replace(words, '{' || one.key || '}', coalesce(one.value, '—'));
  END LOOP;
  RETURN words;
END
$$;

-- JSON that is text may be more than jsonb can hold; a punch is not refused for it.
CREATE OR REPLACE FUNCTION medstint.jsonb_or_empty(value text) RETURNS jsonb
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN coalesce(value::jsonb, '{}');
EXCEPTION WHEN OTHERS THEN
  RETURN '{}';
END
$$;
