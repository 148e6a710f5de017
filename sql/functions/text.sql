-- Names, addresses and codes are stored in one spelling.
--
-- Triggers normalise text that identifies something to NFC with single spaces; a CHECK refuses
-- invisible characters. Two functions of step 0001 compute keys: case_folded for addresses and
-- numbers, search_key for names, where ’ equals '. Both give the same result in every locale, as a
-- unique index requires, and need no ICU: accents are removed, ASCII is folded, the rest is
-- translated. For ASCII they are inlined and cost as much as ILIKE. Other names cost 20 to 100 µs,
-- so users and clinical_sites store their keys (search_name) for searches over a million rows.

-- A school's rule takes the place of the platform's of the same code.
CREATE OR REPLACE FUNCTION medstint.tidy_alert_rules() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.name := medstint.tidied(NEW.name);
  NEW.code := medstint.case_folded(medstint.tidied(NEW.code));
  RETURN NEW;
END
$$;

-- Tidies the columns that the trigger names. One with a question mark is NULL where nothing is left.
CREATE OR REPLACE FUNCTION medstint.tidy_text() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  written constant jsonb := to_jsonb(NEW);
  tidy jsonb := '{}';
  argument text;
  name text;
  value text;
BEGIN
  FOREACH argument IN ARRAY TG_ARGV LOOP
    name := rtrim(argument, '?');
    value := medstint.tidied(written ->> name);
    IF argument <> name THEN
      value := nullif(value, '');
    END IF;
    IF value IS DISTINCT FROM written ->> name THEN
      tidy := tidy || jsonb_build_object(name, value);
    END IF;
  END LOOP;
  RETURN jsonb_populate_record(NEW, tidy);
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
