-- Why: the roles, the schema, and the types that tables are made of.

DO $$
BEGIN
  -- Consoles and kiosks log in as this role. It bypasses nothing and owns nothing.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'medstint_app') THEN
    CREATE ROLE medstint_app LOGIN;
  END IF;
  -- A school's web application. It signs people in by itself, so it is trusted with tenancy, and is
  -- still held to every rule that a trigger enforces.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'medstint_web') THEN
    CREATE ROLE medstint_web LOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  -- Roles belong to the cluster: another database is migrated at the same time.
  NULL;
END
$$;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname IN ('medstint_app', 'medstint_web')
             AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication)) THEN
    RAISE EXCEPTION
      'medstint_app and medstint_web must not be superusers nor have BYPASSRLS, CREATEROLE or REPLICATION'
      USING HINT = 'ALTER ROLE medstint_app NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION,'
        ' likewise medstint_web, then migrate again.';
  END IF;
END
$$;

CREATE SCHEMA IF NOT EXISTS medstint;
REVOKE ALL ON SCHEMA medstint FROM PUBLIC;
GRANT USAGE ON SCHEMA medstint TO medstint_app, medstint_web;
GRANT USAGE ON SCHEMA public TO medstint_app, medstint_web;
-- Before PostgreSQL 15 everybody could create objects in public: an operator put there would run
-- inside other people's sessions.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
DO $$
BEGIN
  IF has_schema_privilege('medstint_app', 'public', 'CREATE') THEN
    RAISE EXCEPTION 'medstint_app can create objects in schema public'
      USING HINT = 'As the owner of the schema: REVOKE CREATE ON SCHEMA public FROM PUBLIC; then migrate again.';
  END IF;
END
$$;
-- A function is closed to everybody until sql/grants opens it.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Passwords and PINs are hashed by the database. Another tool may have installed pgcrypto in a
-- schema of its own; these functions are then called by their names here all the same.
CREATE EXTENSION IF NOT EXISTS pgcrypto SCHEMA medstint;
DO $$
DECLARE
  home text := (SELECT quote_ident(n.nspname) FROM pg_extension e
                JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pgcrypto');
BEGIN
  IF home = 'medstint' THEN
    RETURN;
  END IF;
  EXECUTE format($f$
    CREATE FUNCTION medstint.crypt(typed text, salt text) RETURNS text
      LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
      AS 'SELECT %1$s.crypt(typed, salt)' $f$, home);
  EXECUTE format($f$
    CREATE FUNCTION medstint.gen_salt(kind text, rounds integer) RETURNS text
      LANGUAGE sql VOLATILE STRICT SET search_path = pg_catalog, pg_temp
      AS 'SELECT %1$s.gen_salt(kind, rounds)' $f$, home);
  EXECUTE format($f$
    CREATE FUNCTION medstint.gen_random_bytes(count integer) RETURNS bytea
      LANGUAGE sql VOLATILE STRICT SET search_path = pg_catalog, pg_temp
      AS 'SELECT %1$s.gen_random_bytes(count)' $f$, home);
END
$$;

-- IS JSON arrived with PostgreSQL 16; this serves 14 and 15 too. Text counts as JSON if jsonb
-- accepts it: without NUL characters and with numbers in range.
CREATE FUNCTION medstint.json_type(value text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN jsonb_typeof(value::jsonb);
EXCEPTION WHEN data_exception OR program_limit_exceeded OR statement_too_complex THEN
  RETURN NULL;
END
$$;

-- Control characters and invisible ones: those that the console shows as their codes.
CREATE FUNCTION medstint.hidden_characters() RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN '[\u0001-\u001F\u007F-\u009F\u00AD\u061C\u115F\u1160\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164'
    || '\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\U000E0000-\U000E0FFF]';

-- Text as it is kept: NFC, one plain space between words and none around them.
CREATE FUNCTION medstint.tidied(typed text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN typed COLLATE "C" ~ '^[!-~]+( [!-~]+)*$' THEN typed
    ELSE btrim(regexp_replace(normalize(typed, NFC) COLLATE "C",
      '[ \u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]+', ' ', 'g'), E' \t\n\r') END;

-- Whether text is kept so, and nothing in it is hidden.
CREATE FUNCTION medstint.is_plain(kept text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN kept COLLATE "C" ~ '^[!-~]+( [!-~]+)*$' THEN true
    ELSE kept = medstint.tidied(kept) AND kept COLLATE "C" !~ medstint.hidden_characters() END;

-- Letters whose case no decomposition reaches: simple case folding of Unicode (CaseFolding.txt, C
-- and S), below U+2000 and the full-width letters. A decomposition gives ASCII for É, whose case
-- PostgreSQL folds by itself.
CREATE FUNCTION medstint.folded_letters(typed text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  latin constant text :=
      'µÆÐØÞĐĦĲĿŁŊŒŦſƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǄǅǇǈǊǋǤǱ'
      || 'ǲǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊɌɎẞỺỼỾＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ';
  folded_latin constant text :=
      'μæðøþđħĳŀłŋœŧsɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǆǆǉǉǌǌǥǳ'
      || 'ǳƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇɉɋɍɏßỻỽỿａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ';
  -- Greek, Cyrillic, Armenian, Georgian, Cherokee.
  others constant text :=
      'ͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩςϏϐϑϕϖϘϚϜϞϠϢϤϦϨϪϬϮϰϱϴϵϷϹϺϽϾϿ'
      || 'ЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀ'
      || 'ҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚ'
      || 'ԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖႠႡႢႣႤႥႦႧ'
      || 'ႨႩႪႫႬႭႮႯႰႱႲႳႴႵႶႷႸႹႺႻႼႽႾႿჀჁჂჃჄჅჇჍᏸᏹᏺᏻᏼᏽᲀᲁᲂᲃᲄᲅᲆᲇᲈᲐᲑᲒᲓᲔᲕᲖᲗᲘ'
      || 'ᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿ';
  folded_others constant text :=
      'ͱͳͷϳαβγδεζηθικλμνξοπρστυφχψωσϗβθφπϙϛϝϟϡϣϥϧϩϫϭϯκρθεϸϲϻͻͼͽ'
      || 'ђєѕіјљњћџабвгдежзиклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁ'
      || 'ҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛ'
      || 'ԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆⴀⴁⴂⴃⴄⴅⴆⴇ'
      || 'ⴈⴉⴊⴋⴌⴍⴎⴏⴐⴑⴒⴓⴔⴕⴖⴗⴘⴙⴚⴛⴜⴝⴞⴟⴠⴡⴢⴣⴤⴥⴧⴭᏰᏱᏲᏳᏴᏵвдосттъѣꙋაბგდევზთი'
      || 'კლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿ';
  letters text COLLATE "C" := pg_catalog.lower(pg_catalog.normalize(typed, 'NFD') COLLATE "C");
BEGIN
  -- Most names have ASCII letters and accents only, and translating is what costs.
  IF letters OPERATOR(pg_catalog.~) ('[' OPERATOR(pg_catalog.||) latin OPERATOR(pg_catalog.||) ']') THEN
    letters := pg_catalog.translate(letters, latin, folded_latin);
  END IF;
  IF letters OPERATOR(pg_catalog.~) E'[\\u0370-\\u1FFF]' THEN
    letters := pg_catalog.translate(letters, others, folded_others);
  END IF;
  RETURN pg_catalog.normalize(letters, 'NFC');
END
$$;

-- What addresses and numbers are compared by. In ASCII, as most text is, this is inlined.
CREATE FUNCTION medstint.case_folded(typed text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN octet_length(typed) = length(typed) THEN lower(typed COLLATE "C")
    ELSE medstint.folded_letters(typed) END;

-- What names are compared by, and where words are looked for: keyboards and word processors write
-- apostrophes, quotation marks, dashes and spaces in several ways.
CREATE FUNCTION medstint.search_key(typed text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN octet_length(typed) = length(typed) THEN lower(typed COLLATE "C")
    ELSE translate(medstint.folded_letters(typed),
      U&'\2019\2018\201B\02BC\02B9\2032\00B4\201C\201D\201E\2033\2010\2011\2012\2013\2014\2212\00A0\2007\202F',
      '''''''''''''''""""------   ') END;

CREATE TYPE user_role AS ENUM ('SUPER_ADMIN', 'SCHOOL_ADMIN', 'CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR', 'STUDENT');
CREATE TYPE academic_status AS ENUM ('ACTIVE', 'PROBATION', 'SUSPENDED', 'GRADUATED', 'WITHDRAWN');
CREATE TYPE clinical_site_type AS ENUM ('HOSPITAL', 'CLINIC', 'NURSING_HOME', 'OUTPATIENT', 'OTHER');
CREATE TYPE rotation_status AS ENUM ('SCHEDULED', 'ACTIVE', 'COMPLETED', 'CANCELLED');
CREATE TYPE time_record_status AS ENUM ('PENDING', 'APPROVED', 'REJECTED');
CREATE TYPE competency_level AS ENUM ('FUNDAMENTAL', 'INTERMEDIATE', 'ADVANCED', 'EXPERT');
CREATE TYPE competency_template_type AS ENUM ('COMPETENCY', 'RUBRIC');
CREATE TYPE competency_template_source AS ENUM ('STANDARD', 'CUSTOM');
CREATE TYPE deployment_type AS ENUM ('TEMPLATE_IMPORT', 'CUSTOM_CREATION', 'BULK_IMPORT');
CREATE TYPE deployment_status AS ENUM ('PENDING', 'ACTIVE', 'INACTIVE', 'ARCHIVED');
CREATE TYPE assignment_type AS ENUM ('REQUIRED', 'OPTIONAL', 'SUPPLEMENTARY');
CREATE TYPE assignment_status AS ENUM ('ASSIGNED', 'IN_PROGRESS', 'COMPLETED', 'OVERDUE');
CREATE TYPE assessment_type AS ENUM ('SELF', 'PEER', 'SUPERVISOR', 'PRECEPTOR');
CREATE TYPE assessment_status AS ENUM ('DRAFT', 'SUBMITTED', 'REVIEWED', 'APPROVED');
CREATE TYPE notification_priority AS ENUM ('LOW', 'MEDIUM', 'HIGH', 'URGENT');
CREATE TYPE audit_severity AS ENUM ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL');
-- Added: the specification has no names for these.
CREATE TYPE punch_source AS ENUM ('WEB', 'MOBILE', 'KIOSK', 'MANUAL');
CREATE TYPE decision_verdict AS ENUM ('APPROVED', 'REJECTED', 'UNDONE');
CREATE TYPE decision_kind AS ENUM ('BY_HAND', 'BULK', 'AUTOMATIC', 'DELEGATE');
CREATE TYPE rejection_reason AS ENUM ('NOT_AT_SITE', 'WRONG_TIMES', 'DUPLICATE', 'NOT_SCHEDULED', 'MISSING_CLOCK_OUT',
  'OTHER');
CREATE DOMAIN medstint.json_array AS text
  CONSTRAINT is_json_array CHECK (medstint.json_type(VALUE) IS NOT DISTINCT FROM 'array' OR VALUE IS NULL);
CREATE DOMAIN medstint.json_object AS text
  CONSTRAINT is_json_object CHECK (medstint.json_type(VALUE) IS NOT DISTINCT FROM 'object' OR VALUE IS NULL);
CREATE DOMAIN medstint.latitude AS numeric(10, 8)
  CONSTRAINT is_latitude CHECK (VALUE BETWEEN -90 AND 90);
CREATE DOMAIN medstint.longitude AS numeric(11, 8)
  CONSTRAINT is_longitude CHECK (VALUE BETWEEN -180 AND 180);

-- What sql/ has defined here, named as in DROP, and from which release. The hash of a statement tells
-- whether a trigger or a policy has to be made anew, the hash of what stands in the catalogue whether
-- somebody has altered it since.
CREATE TABLE medstint.definitions (
  name      text PRIMARY KEY,
  statement bytea,
  standing  text
);
CREATE TABLE medstint.definitions_release (
  is_only    boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  hash       bytea NOT NULL,
  release    text NOT NULL,
  -- The major version, which words definitions in its own way.
  server     integer NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT definitions_release_applied_at_in_range
    CHECK (applied_at >= '1950-01-01T00:00Z'::timestamptz AND applied_at < '2200-01-01T00:00Z'::timestamptz)
);
