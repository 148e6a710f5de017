-- Why: text that identifies something was compared byte by byte, and case by the database's locale: "Núñez" in two
-- spellings was two people, "ab12" and "AB12" two badges, "É" had no lower case in a database of locale C, and an
-- address could carry spaces and control characters. Text of this kind is now kept in one spelling (NFC, single
-- spaces, nothing that cannot be seen), and compared by keys that are the same in every locale. Neither ICU nor a
-- locale of the operating system is needed.

-- Letters whose case no decomposition reaches: simple case folding of Unicode (CaseFolding.txt, C and S), below U+2000
-- and the full-width letters. A decomposition gives ASCII for É, whose case PostgreSQL folds by itself.
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
  IF letters OPERATOR(pg_catalog.~) '[\u0370-\u1FFF]' THEN
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

-- What names are compared by, and where words are looked for: keyboards and word processors write apostrophes,
-- quotation marks, dashes and spaces in several ways.
CREATE FUNCTION medstint.search_key(typed text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN octet_length(typed) = length(typed) THEN lower(typed COLLATE "C")
    ELSE translate(medstint.folded_letters(typed),
      U&'\2019\2018\201B\02BC\02B9\2032\00B4\201C\201D\201E\2033\2010\2011\2012\2013\2014\2212\00A0\2007\202F',
      '''''''''''''''""""------   ') END;

-- Text as it is kept: NFC, one plain space between words and none around them.
CREATE FUNCTION medstint.tidied(typed text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN typed COLLATE "C" ~ '^[!-~]+( [!-~]+)*$' THEN typed
    ELSE btrim(regexp_replace(normalize(typed, NFC) COLLATE "C",
      '[ \u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]+', ' ', 'g'), E' \t\n\r') END;

-- Control characters and invisible ones: those that the console shows as their codes.
CREATE FUNCTION medstint.hidden_characters() RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN '[\u0001-\u001F\u007F-\u009F\u00AD\u061C\u115F\u1160\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164'
    || '\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\U000E0000-\U000E0FFF]';

-- Whether text is kept so, and nothing in it is hidden.
CREATE FUNCTION medstint.is_plain(kept text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN kept COLLATE "C" ~ '^[!-~]+( [!-~]+)*$' THEN true
    ELSE kept = medstint.tidied(kept) AND kept COLLATE "C" !~ medstint.hidden_characters() END;

GRANT EXECUTE ON FUNCTION medstint.folded_letters(text), medstint.case_folded(text), medstint.search_key(text),
  medstint.tidied(text), medstint.hidden_characters(), medstint.is_plain(text) TO medstint_app, medstint_web;

-- For rows from before this rule: without what is hidden; an address without spaces.
CREATE FUNCTION medstint.repaired(kept text, is_address boolean) RETURNS text
  LANGUAGE sql IMMUTABLE
  RETURN CASE WHEN is_address
    THEN medstint.case_folded(replace(medstint.tidied(regexp_replace(kept COLLATE "C",
      medstint.hidden_characters(), '', 'g')), ' ', ''))
    ELSE medstint.tidied(regexp_replace(kept COLLATE "C", medstint.hidden_characters(), '', 'g')) END;

-- Keeps columns tidy from now on. Whoever makes a table with names, addresses or numbers calls it.
CREATE PROCEDURE medstint.tidy_columns(tidied regclass, columns text[])
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  relation constant text := (SELECT c.relname FROM pg_class c WHERE c.oid = tidied);
  tidying text := '';
  identifier record;
BEGIN
  FOR identifier IN
    SELECT a.attname AS name, a.attnotnull AS is_required FROM pg_attribute a
    WHERE a.attrelid = tidied AND a.attname = ANY (columns) ORDER BY a.attnum
  LOOP
    -- Spaces alone are nothing.
    tidying := tidying || format(CASE WHEN identifier.is_required THEN 'NEW.%1$I := medstint.tidied(NEW.%1$I); '
      ELSE 'NEW.%1$I := nullif(medstint.tidied(NEW.%1$I), ''''); ' END, identifier.name);
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (medstint.is_plain(%I))', tidied,
      relation || '_' || identifier.name || '_is_plain', identifier.name);
  END LOOP;
  EXECUTE format('CREATE FUNCTION medstint.%I() RETURNS trigger LANGUAGE plpgsql
      SET search_path = pg_catalog, pg_temp AS %L', 'tidy_' || relation, 'BEGIN ' || tidying || 'RETURN NEW; END');
  EXECUTE format('CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF %s ON %s
      FOR EACH ROW EXECUTE FUNCTION medstint.%I()',
    (SELECT string_agg(quote_ident(x), ', ') FROM unnest(columns) x), tidied, 'tidy_' || relation);
END
$$;

DO $$
DECLARE
  rule record;
  part record;
  repaired text;
  same text;
  is_wanted boolean;
BEGIN
  -- Nothing is changed where two rows would become one: an administrator decides which is right.
  FOR rule IN SELECT * FROM (VALUES
      ('users', 'email', 'true', 'medstint.repaired(t.email, true)'),
      ('users', 'student_id', 't.school_id IS NOT NULL',
        't.school_id, medstint.case_folded(medstint.repaired(t.student_id, false))'),
      ('users', 'badge', 't.school_id IS NOT NULL',
        't.school_id, medstint.case_folded(medstint.repaired(t.badge, false))'),
      ('programs', 'name', 'true', 't.school_id, medstint.search_key(medstint.repaired(t.name, false)), t.class_year'),
      ('clinical_sites', 'name', 'true', 't.school_id, medstint.search_key(medstint.repaired(t.name, false))'),
      ('clinical_site_locations', 'name', 'true',
        't.clinical_site_id, medstint.search_key(medstint.repaired(t.name, false))'),
      ('kiosks', 'name', 'true', 't.clinical_site_id, medstint.search_key(medstint.repaired(t.name, false))'),
      ('competency_templates', 'name', 't.school_id IS NOT NULL',
        't.school_id, medstint.search_key(medstint.repaired(t.name, false)), medstint.repaired(t.version, false)'),
      ('alert_rules', 'code', 'true',
        'coalesce(t.school_id, ''''), medstint.case_folded(medstint.repaired(t.code, false))'))
    AS x (relation, identifier, condition, key)
  LOOP
    EXECUTE format('SELECT string_agg(d.same, ''; '') FROM (
        SELECT string_agg(format(''%%L (id %%s)'', t.%1$I, t.id), '' and '' ORDER BY t.id) AS same
        FROM public.%2$I t WHERE t.%1$I IS NOT NULL AND %3$s GROUP BY %4$s HAVING count(*) > 1 LIMIT 20) d',
      rule.identifier, rule.relation, rule.condition, rule.key) INTO same;
    IF same IS NOT NULL THEN
      RAISE EXCEPTION '%: % is the same but for case, spaces or spelling: %. Rename one of each; nothing was changed.',
        rule.relation, rule.identifier, same USING ERRCODE = 'unique_violation';
    END IF;
  END LOOP;

  -- Rows are repaired whatever state they are in: a published template changes nothing but its spelling. The audit
  -- trail tells of it.
  FOR part IN SELECT * FROM (VALUES
      ('users', 'email'), ('users', 'name'), ('users', 'given_name'), ('users', 'family_name'),
      ('users', 'student_id'), ('users', 'badge'), ('schools', 'name'), ('schools', 'email'), ('programs', 'name'),
      ('clinical_sites', 'name'), ('clinical_sites', 'contact_person_name'), ('clinical_sites', 'contact_person_email'),
      ('clinical_site_locations', 'name'), ('kiosks', 'name'), ('competency_templates', 'name'),
      ('competency_templates', 'category'), ('competency_templates', 'version'), ('competencies', 'name'),
      ('competencies', 'category'), ('competencies', 'version'), ('rubric_criteria', 'criterion_name'),
      ('rotations', 'specialty'), ('alert_rules', 'name'), ('alert_rules', 'code')) AS x (relation, identifier)
  LOOP
    repaired := CASE part.identifier WHEN 'code' THEN 'medstint.case_folded(medstint.repaired(t.code, false))'
      ELSE format('medstint.repaired(t.%I, %L)', part.identifier, (part.relation, part.identifier) = ('users', 'email'))
      END;
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I t WHERE t.%I <> %s)', part.relation, part.identifier, repaired)
    INTO is_wanted;
    CONTINUE WHEN NOT is_wanted;
    EXECUTE format('ALTER TABLE public.%I DISABLE TRIGGER USER', part.relation);
    EXECUTE format('ALTER TABLE public.%I ENABLE TRIGGER c_audit_update', part.relation);
    -- Where nothing is left of a name, the id stands for it.
    EXECUTE format('UPDATE public.%1$I t SET %2$I = coalesce(nullif(%3$s, ''''), %4$s) WHERE t.%2$I <> %3$s',
      part.relation, part.identifier, repaired, (SELECT CASE WHEN a.attnotnull THEN 't.id' ELSE 'NULL' END
        FROM pg_attribute a WHERE a.attrelid = ('public.' || part.relation)::regclass AND a.attname = part.identifier));
    EXECUTE format('ALTER TABLE public.%I ENABLE TRIGGER USER', part.relation);
  END LOOP;
END
$$;
DROP FUNCTION medstint.repaired(text, boolean);

-- Unique by keys.
ALTER TABLE users DROP CONSTRAINT users_student_number_unique, DROP CONSTRAINT users_badge_unique;
CREATE UNIQUE INDEX users_student_number_unique ON users (school_id, medstint.case_folded(student_id));
CREATE UNIQUE INDEX users_badge_unique ON users (school_id, medstint.case_folded(badge));
ALTER TABLE programs DROP CONSTRAINT programs_unique_in_school;
CREATE UNIQUE INDEX programs_unique_in_school ON programs (school_id, medstint.search_key(name), class_year);
ALTER TABLE clinical_sites DROP CONSTRAINT clinical_sites_unique_in_school;
CREATE UNIQUE INDEX clinical_sites_unique_in_school ON clinical_sites (school_id, medstint.search_key(name));
ALTER TABLE clinical_site_locations DROP CONSTRAINT clinical_site_locations_unique_in_site;
CREATE UNIQUE INDEX clinical_site_locations_unique_in_site
  ON clinical_site_locations (clinical_site_id, medstint.search_key(name));
ALTER TABLE kiosks DROP CONSTRAINT kiosks_unique_in_site;
CREATE UNIQUE INDEX kiosks_unique_in_site ON kiosks (clinical_site_id, medstint.search_key(name));
ALTER TABLE competency_templates DROP CONSTRAINT competency_templates_version_unique;
CREATE UNIQUE INDEX competency_templates_version_unique
  ON competency_templates (school_id, medstint.search_key(name), version);

-- Lists of a million rows look for words in these.
ALTER TABLE users ADD COLUMN search_name text GENERATED ALWAYS AS
  (medstint.search_key(coalesce(family_name || ', ' || given_name, name))) STORED;
ALTER TABLE clinical_sites ADD COLUMN search_name text GENERATED ALWAYS AS (medstint.search_key(name)) STORED;
GRANT SELECT (search_name) ON users TO medstint_app;
GRANT SELECT (search_name) ON clinical_sites TO medstint_app;

CREATE OR REPLACE FUNCTION medstint.derived_columns() RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY['sort_name', 'search_name', 'elapsed_ms', 'created_at', 'updated_at', 'last_seen_at', 'expires_at',
    'flags', 'triage', 'edited_at', 'editors', 'possible_punchers']
$$;

CALL medstint.tidy_columns('users', ARRAY['email', 'name', 'given_name', 'family_name', 'student_id', 'badge']);
CALL medstint.tidy_columns('schools', ARRAY['name', 'email']);
CALL medstint.tidy_columns('programs', ARRAY['name']);
CALL medstint.tidy_columns('clinical_sites', ARRAY['name', 'contact_person_name', 'contact_person_email']);
CALL medstint.tidy_columns('clinical_site_locations', ARRAY['name']);
CALL medstint.tidy_columns('kiosks', ARRAY['name']);
CALL medstint.tidy_columns('competency_templates', ARRAY['name', 'category', 'version']);
CALL medstint.tidy_columns('competencies', ARRAY['name', 'category', 'version']);
CALL medstint.tidy_columns('rubric_criteria', ARRAY['criterion_name']);
CALL medstint.tidy_columns('rotations', ARRAY['specialty']);
CALL medstint.tidy_columns('alert_rules', ARRAY['name', 'code']);

ALTER TABLE users DROP CONSTRAINT users_email_is_address;
ALTER TABLE users ADD CONSTRAINT users_email_is_address CHECK (
  email = medstint.case_folded(email) AND email LIKE '_%@_%' AND position(' ' IN email) = 0);
-- A school's rule takes the place of the platform's of the same code.
CREATE OR REPLACE FUNCTION medstint.tidy_alert_rules() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.name := medstint.tidied(NEW.name);
  NEW.code := medstint.case_folded(medstint.tidied(NEW.code));
  RETURN NEW;
END
$$;

-- The whole name follows its parts where a client writes only those.
CREATE OR REPLACE FUNCTION medstint.fill_user_name() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.name IS NULL OR TG_OP = 'UPDATE' AND NEW.name = OLD.name
     AND (NEW.given_name, NEW.family_name) IS DISTINCT FROM (OLD.given_name, OLD.family_name) THEN
    NEW.name := coalesce(nullif(btrim(concat_ws(' ', NEW.given_name, NEW.family_name)), ''), NEW.name, NEW.email);
  END IF;
  NEW.email := medstint.case_folded(medstint.tidied(NEW.email));
  RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION medstint.begin_sign_in(email text, password text, ip text DEFAULT NULL,
    user_agent text DEFAULT NULL, client text DEFAULT 'console') RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  address constant text := left(medstint.case_folded(medstint.tidied(left(coalesce(email, ''), 1000))), 254);
BEGIN
  -- Those who watch write the event (medstint.report_attempts). Every attempt tells them.
  PERFORM medstint.announce_attempt();
  RETURN medstint.store_attempt('sign_in', address, (medstint.credential_of(address)).hash, password, ip, user_agent,
    client);
END
$$;

-- A badge is nobody else's number: who gives badges and who gives numbers look at
-- each other's rows. Numbers alone need no turn, since they are unique by themselves.
CREATE OR REPLACE FUNCTION medstint.check_badge() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  me constant record := medstint.actor();
  new_badge constant text := medstint.case_folded(NEW.badge);
  new_number constant text := medstint.case_folded(NEW.student_id);
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.badge IS NOT DISTINCT FROM OLD.badge AND NEW.student_id IS NOT DISTINCT
    FROM OLD.student_id THEN
    RETURN NEW;
  END IF;
  IF me.user_id IS NULL AND NOT medstint.is_trusted() THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  ELSIF me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN')
     AND (TG_OP = 'INSERT' AND NEW.badge IS NOT NULL OR TG_OP = 'UPDATE' AND NEW.badge IS DISTINCT FROM OLD.badge) THEN
    RAISE EXCEPTION 'administrators give badges' USING ERRCODE = 'MS403',
      CONSTRAINT = 'users_badges_given_by_administrators';
  END IF;
  IF NEW.badge IS NOT NULL OR NEW.student_id IS NOT NULL THEN
    PERFORM medstint.hold_turns('badges', ARRAY[coalesce(NEW.school_id, '')], is_shared => NEW.badge IS NULL);
  END IF;
  -- One by one, and by an index, although the plan may be made for a table that is empty and fills up.
  IF new_badge IS NOT NULL AND (EXISTS (SELECT FROM public.users u WHERE u.school_id = NEW.school_id
        AND medstint.case_folded(u.student_id) = new_badge AND u.id <> NEW.id)
      OR EXISTS (SELECT FROM public.users u WHERE u.email = new_badge
        AND u.school_id IS NOT DISTINCT FROM NEW.school_id AND u.id <> NEW.id))
     OR new_number IS NOT NULL AND EXISTS (SELECT FROM public.users u WHERE u.school_id = NEW.school_id
        AND medstint.case_folded(u.badge) = new_number AND u.id <> NEW.id) THEN
    RAISE EXCEPTION 'it is another one''s number' USING ERRCODE = 'MS422', CONSTRAINT = 'users_badge_unique';
  END IF;
  RETURN NEW;
END
$$;

-- Whom a badge, a student number or, for staff, an address means at a school's door, whatever its case.
CREATE OR REPLACE FUNCTION medstint.person_at_door(school text, badge text) RETURNS public.users
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  typed constant text := medstint.case_folded(medstint.tidied(person_at_door.badge));
  person public.users;
BEGIN
  SELECT u.* INTO person FROM public.users u WHERE u.school_id = school AND medstint.case_folded(u.badge) = typed;
  IF person.id IS NULL THEN
    SELECT u.* INTO person FROM public.users u
    WHERE u.school_id = school AND medstint.case_folded(u.student_id) = typed;
  END IF;
  IF person.id IS NULL THEN
    SELECT u.* INTO person FROM public.users u WHERE u.email = typed AND u.school_id = school AND u.role <> 'STUDENT';
  END IF;
  RETURN person;
END
$$;

-- An unknown badge is counted by itself, whatever its case.
CREATE OR REPLACE FUNCTION medstint.begin_pin(credential text, badge text, pin text) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  person constant public.users := medstint.person_at_door(k.school_id, left(begin_pin.badge, 200));
  unknown constant text := k.school_id || ':'
    || left(medstint.case_folded(medstint.tidied(left(coalesce(begin_pin.badge, ''), 1000))), 200);
  about constant text := coalesce('user:' || person.id,
    'badge:' || encode(sha256(convert_to((SELECT b.key FROM medstint.badge_keys b) || ':' || unknown, 'UTF8')), 'hex'));
  nobody constant text := '$2a$08$......................................................';
  patience constant interval := interval '5 minutes';
  attempts medstint.pin_attempts;
  known medstint.pins;
  attempt constant text := medstint.random_token();
BEGIN
  IF (SELECT count(*) >= 300 OR count(*) FILTER (WHERE o.counted_in = pg_current_xact_id()) > 0
      FROM medstint.pin_outcomes o WHERE o.kiosk_id = k.id AND o.status IN ('counted', 'locked')
        AND o.counted_at > clock_timestamp() - interval '1 minute') THEN
    RAISE EXCEPTION 'too many attempts at one kiosk' USING ERRCODE = 'MS429',
      CONSTRAINT = 'pin_outcomes_per_minute';
  END IF;
  DELETE FROM medstint.pin_outcomes o WHERE o.id = ANY (ARRAY(SELECT x.id FROM medstint.pin_outcomes x
    WHERE x.is_reported AND x.counted_at < clock_timestamp() - patience LIMIT 100 FOR UPDATE SKIP LOCKED));
  -- Whatever a reader typed once is not kept for ever.
  DELETE FROM medstint.pin_attempts a WHERE a.subject = ANY (ARRAY(SELECT x.subject FROM medstint.pin_attempts x
    WHERE x.last_attempt < clock_timestamp() - interval '1 day' LIMIT 100 FOR UPDATE SKIP LOCKED));
  INSERT INTO medstint.pin_attempts (subject) VALUES (about) ON CONFLICT DO NOTHING;
  SELECT * INTO attempts FROM medstint.pin_attempts a WHERE a.subject = about FOR UPDATE;
  IF attempts.failures >= 5 AND attempts.last_attempt > clock_timestamp() - patience THEN
    INSERT INTO medstint.pin_outcomes (id, kiosk_id, subject, status, failures, locked_until)
    VALUES (attempt, k.id, about, 'locked', attempts.failures, attempts.last_attempt + patience);
    RETURN attempt;
  END IF;
  SELECT p.* INTO known FROM medstint.pins p WHERE p.user_id = person.id;
  UPDATE medstint.pin_attempts a SET failures = a.failures + 1, last_attempt = clock_timestamp()
    WHERE a.subject = about RETURNING * INTO attempts;
  INSERT INTO medstint.pin_outcomes (id, kiosk_id, subject, user_id, status, failures, tried_pin, tried_code,
    locked_until)
  VALUES (attempt, k.id, about, person.id, 'counted', attempts.failures,
    medstint.pin_tried(coalesce(begin_pin.pin, ''), coalesce(known.pin_hash, nobody)),
    medstint.pin_tried(coalesce(begin_pin.pin, ''), coalesce(known.code_hash, nobody)),
    attempts.last_attempt + patience);
  RETURN attempt;
END
$$;

-- FOR KEY SHARE waits for an update of a column only where the column is in a plain unique
-- key (migration rules_that_hold). The keys above hold expressions, and these columns decide
-- in which school a row is.
ALTER TABLE users ADD CONSTRAINT users_id_with_school UNIQUE (id, school_id);
ALTER TABLE programs ADD CONSTRAINT programs_id_with_school UNIQUE (id, school_id);
ALTER TABLE clinical_sites ADD CONSTRAINT clinical_sites_id_with_school UNIQUE (id, school_id);
ALTER TABLE clinical_site_locations ADD CONSTRAINT clinical_site_locations_id_with_site UNIQUE (id, clinical_site_id);
ALTER TABLE kiosks ADD CONSTRAINT kiosks_id_with_site UNIQUE (id, clinical_site_id);
ALTER TABLE competency_templates ADD CONSTRAINT competency_templates_id_with_school UNIQUE (id, school_id);
