-- Why: schools, their programs and people, how they sign in, and their sessions.

CREATE TABLE schools (
  id            text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  name          text NOT NULL CONSTRAINT schools_name_not_blank CHECK (btrim(name) <> ''),
  accreditation text NOT NULL,
  address       text,
  phone         text,
  email         text,
  website       text,
  admin_id      text,
  is_active     boolean NOT NULL DEFAULT true,
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  updated_at    timestamptz(3) NOT NULL DEFAULT now(),
  -- In which zone a school's days begin and end: when what is due is overdue.
  time_zone     text NOT NULL DEFAULT 'UTC',
  CONSTRAINT schools_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT schools_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT schools_name_is_plain CHECK (medstint.is_plain(name)),
  CONSTRAINT schools_email_is_plain CHECK (medstint.is_plain(email))
);

CREATE INDEX schools_active_by_name ON schools (name, id) WHERE is_active;
CREATE INDEX schools_inactive_by_name ON schools (name, id) WHERE NOT is_active;

CREATE TABLE programs (
  id           text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id    text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  name         text NOT NULL CONSTRAINT programs_name_not_blank CHECK (btrim(name) <> ''),
  description  text NOT NULL,
  duration     integer NOT NULL CONSTRAINT programs_duration_in_months CHECK (duration BETWEEN 1 AND 120),
  class_year   integer NOT NULL CONSTRAINT programs_class_year_plausible CHECK (class_year BETWEEN 1950 AND 2150),
  requirements medstint.json_array,
  is_active    boolean NOT NULL DEFAULT true,
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  updated_at   timestamptz(3) NOT NULL DEFAULT now(),
  -- A program may have another one than its school.
  duty_profile text,
  CONSTRAINT programs_id_with_school UNIQUE (id, school_id),
  CONSTRAINT programs_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT programs_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT programs_name_is_plain CHECK (medstint.is_plain(name))
);

CREATE INDEX programs_active_by_name ON programs (school_id, name, id) WHERE is_active;
CREATE INDEX programs_inactive_by_name ON programs (school_id, name, id) WHERE NOT is_active;
CREATE UNIQUE INDEX programs_unique_in_school ON programs (school_id, medstint.search_key(name), class_year);

CREATE TABLE users (
  id                   text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  email                text NOT NULL CONSTRAINT users_email_unique UNIQUE,
  name                 text NOT NULL CONSTRAINT users_name_not_blank CHECK (btrim(name) <> ''),
  given_name           text,
  family_name          text,
  -- What lists show and sort by: "Family, Given" where both are known.
  sort_name            text NOT NULL GENERATED ALWAYS AS (coalesce(family_name || ', ' || given_name, name)) STORED,
  role                 user_role NOT NULL,
  school_id            text REFERENCES schools (id) ON DELETE RESTRICT,
  program_id           text REFERENCES programs (id) ON DELETE RESTRICT,
  student_id           text,
  academic_status      academic_status,
  onboarding_completed boolean NOT NULL DEFAULT false,
  total_clinical_hours integer NOT NULL DEFAULT 0 CONSTRAINT users_total_clinical_hours_not_negative
    CHECK (total_clinical_hours >= 0),
  stripe_customer_id   text,
  is_active            boolean NOT NULL DEFAULT true,
  created_at           timestamptz(3) NOT NULL DEFAULT now(),
  updated_at           timestamptz(3) NOT NULL DEFAULT now(),
  -- What a badge reader types, where it is not the student number.
  badge                text CONSTRAINT users_badge_not_blank
    CHECK (badge = btrim(badge) AND badge <> '' AND length(badge) <= 200),
  -- Lists of a million rows look for words in these.
  search_name          text
    GENERATED ALWAYS AS (medstint.search_key(coalesce(family_name || ', ' || given_name, name))) STORED,
  -- Somebody who is still being taken on may have no school yet, and sees nothing.
  CONSTRAINT users_school_unless_super_admin
    CHECK (CASE WHEN role = 'SUPER_ADMIN' THEN school_id IS NULL ELSE school_id IS NOT NULL
    OR NOT onboarding_completed END),
  CONSTRAINT users_email_is_address
    CHECK (email = medstint.case_folded(email) AND email LIKE '_%@_%' AND email NOT LIKE '%@%@%' AND position(' ' IN email) = 0),
  -- FOR KEY SHARE waits for an update of a column only where the column is in a plain unique key
  -- (migration rules_that_hold). The keys above hold expressions, and these columns decide in which
  -- school a row is.
  CONSTRAINT users_id_with_school UNIQUE (id, school_id),
  CONSTRAINT users_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT users_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT users_email_is_plain CHECK (medstint.is_plain(email)),
  CONSTRAINT users_name_is_plain CHECK (medstint.is_plain(name)),
  CONSTRAINT users_given_name_is_plain CHECK (medstint.is_plain(given_name)),
  CONSTRAINT users_family_name_is_plain CHECK (medstint.is_plain(family_name)),
  CONSTRAINT users_student_id_is_plain CHECK (medstint.is_plain(student_id)),
  CONSTRAINT users_badge_is_plain CHECK (medstint.is_plain(badge))
);

-- Recommended by the specification.
CREATE INDEX idx_users_school_id ON users (school_id);
CREATE INDEX idx_users_role ON users (role);
CREATE INDEX users_by_name ON users (school_id, sort_name, id);
CREATE INDEX users_of_program ON users (program_id);
CREATE INDEX users_staff_by_name ON users (school_id, sort_name, id) WHERE is_active AND role <> 'STUDENT';
CREATE INDEX users_students_by_name ON users (school_id, sort_name, id) WHERE is_active AND role = 'STUDENT';
CREATE INDEX users_inactive_by_name ON users (school_id, sort_name, id) WHERE NOT is_active;
CREATE UNIQUE INDEX users_student_number_unique ON users (school_id, medstint.case_folded(student_id));
CREATE UNIQUE INDEX users_badge_unique ON users (school_id, medstint.case_folded(badge));

ALTER TABLE schools ADD CONSTRAINT schools_admin_id_fkey FOREIGN KEY (admin_id) REFERENCES users (id) ON DELETE
  SET NULL;

CREATE TABLE accounts (
  id            text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  user_id       text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  school_id     text REFERENCES schools (id) ON DELETE RESTRICT,
  provider_id   text NOT NULL,
  account_id    text,
  access_token  text,
  refresh_token text,
  -- The bcrypt hash of a password, where provider_id is 'credential'; all cost the same, so that
  -- the time of an answer does not tell whose it was.
  password      text CONSTRAINT accounts_password_is_bcrypt CHECK (password ~ '^\$2a\$12\$[./A-Za-z0-9]{53}$'),
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  updated_at    timestamptz(3) NOT NULL DEFAULT now(),
  is_temporary  boolean NOT NULL DEFAULT false,
  CONSTRAINT accounts_one_per_provider UNIQUE (user_id, provider_id),
  CONSTRAINT accounts_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT accounts_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX accounts_by_time ON accounts (school_id, created_at, id);
CREATE INDEX accounts_credentials ON accounts (user_id) WHERE provider_id = 'credential';

CREATE TABLE sessions (
  id               text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  user_id          text NOT NULL,
  school_id        text,
  -- SHA-256 of the token in hexadecimal; the token itself is never stored.
  token            text NOT NULL CONSTRAINT sessions_token_unique UNIQUE CONSTRAINT sessions_token_is_sha256
    CHECK (token ~ '^[0-9a-f]{64}$'),
  -- The school that a SUPER_ADMIN works in at present; others have their own.
  active_school_id text,
  expires_at       timestamptz(3) NOT NULL,
  last_seen_at     timestamptz(3) NOT NULL DEFAULT now(),
  revoked_at       timestamptz(3),
  client           text NOT NULL DEFAULT 'console',
  ip_address       text,
  user_agent       text,
  created_at       timestamptz(3) NOT NULL DEFAULT now(),
  updated_at       timestamptz(3) NOT NULL DEFAULT now(),
  -- The lock belongs to the session, not to a screen: everything that enters the session honours it
  -- (medstint.actor).
  locked_at        timestamptz(3),
  is_restricted    boolean NOT NULL DEFAULT false,
  -- The change that a session was opened after.
  sign_in_era      bigint NOT NULL,
  -- The change that a session was opened after.
  sign_in_change   bigint NOT NULL,
  CONSTRAINT sessions_end_after_start CHECK (expires_at > created_at),
  CONSTRAINT sessions_expires_at_in_range
    CHECK (expires_at >= '1950-01-01T00:00Z'::timestamptz AND expires_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT sessions_last_seen_at_in_range
    CHECK (last_seen_at >= '1950-01-01T00:00Z'::timestamptz AND last_seen_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT sessions_revoked_at_in_range
    CHECK (revoked_at >= '1950-01-01T00:00Z'::timestamptz AND revoked_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT sessions_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT sessions_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT sessions_locked_at_in_range
    CHECK (locked_at >= '1950-01-01T00:00Z'::timestamptz AND locked_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_time ON sessions (school_id, created_at, id);
CREATE INDEX sessions_open_by_time ON sessions (school_id, created_at, id) WHERE revoked_at IS NULL;

-- Somebody decides in the place of a preceptor or supervisor, until a day.
CREATE TABLE delegations (
  id           text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id    text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  from_user_id text NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  to_user_id   text NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
  starts_at    timestamptz(3) NOT NULL DEFAULT now(),
  ends_at      timestamptz(3) NOT NULL,
  reason       text,
  revoked_at   timestamptz(3),
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  updated_at   timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT delegations_to_somebody_else CHECK (from_user_id <> to_user_id),
  CONSTRAINT delegations_end_after_start CHECK (ends_at > starts_at),
  CONSTRAINT delegations_at_most_a_year CHECK (ends_at <= starts_at + interval '366 days'),
  CONSTRAINT delegations_starts_at_in_range
    CHECK (starts_at >= '1950-01-01T00:00Z'::timestamptz AND starts_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT delegations_ends_at_in_range
    CHECK (ends_at >= '1950-01-01T00:00Z'::timestamptz AND ends_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT delegations_revoked_at_in_range
    CHECK (revoked_at >= '1950-01-01T00:00Z'::timestamptz AND revoked_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT delegations_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT delegations_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX delegations_of_deputy ON delegations (to_user_id, ends_at) WHERE revoked_at IS NULL;
CREATE INDEX delegations_by_end ON delegations (school_id, ends_at, id);

CREATE TABLE medstint.password_attempts (
  id          text PRIMARY KEY,
  -- Addresses and sessions have separate name spaces.
  realm       text NOT NULL CHECK (realm IN ('sign_in', 'unlock')),
  -- The address, or the id of the session.
  subject     text NOT NULL,
  -- The network address of the connection; 'local' over a socket.
  source      text NOT NULL DEFAULT coalesce(host(inet_client_addr()), 'local'),
  tried       text NOT NULL CHECK (length(tried) = 60),
  -- False for an attempt that was made while the subject was locked: it gets no verdict and does
  -- not prolong the lock.
  is_counted  boolean NOT NULL,
  -- Set once the attempt has opened something.
  is_used     boolean NOT NULL DEFAULT false,
  -- Set once its event, if it needs one, has been written.
  is_reported boolean NOT NULL DEFAULT false,
  ip_address  text,
  user_agent  text,
  client      text NOT NULL,
  counted_in  xid8 NOT NULL DEFAULT pg_current_xact_id(),
  counted_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT password_attempts_counted_at_in_range
    CHECK (counted_at >= '1950-01-01T00:00Z'::timestamptz AND counted_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX password_attempts_of_subject ON medstint.password_attempts (realm, subject, counted_at);
CREATE INDEX password_attempts_unreported ON medstint.password_attempts (counted_at) WHERE NOT is_reported;
CREATE INDEX password_attempts_from_source ON medstint.password_attempts (realm, source, counted_at);
-- What counts against an address; a flood beyond the limits is not in it.
CREATE INDEX password_attempts_counted ON medstint.password_attempts (realm, subject, counted_at) WHERE is_counted;

CREATE TABLE medstint.channel_secret (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  secret  bytea NOT NULL CHECK (length(secret) = 32)
);

CREATE TABLE medstint.time_zones (
  name text PRIMARY KEY
);

ALTER TABLE schools ADD CONSTRAINT schools_time_zone_is_iana FOREIGN KEY (time_zone)
  REFERENCES medstint.time_zones (name);

CREATE TABLE medstint.credential_changes (
  user_id    text NOT NULL,
  changed_by text NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  -- What was changed: password, email, pin, provider.
  kind       text NOT NULL,
  -- Which one, where a person has several: the provider of an identity, a code or a PIN.
  item       text NOT NULL DEFAULT '',
  -- A credential stands from its change until its owner, the operator or another person replaces
  -- it: its setter can use it all that time.
  stands     boolean NOT NULL DEFAULT false,
  -- A credential stands from its change until its owner, the operator or another person replaces
  -- it: its setter can use it all that time.
  CONSTRAINT credential_changes_kind_known CHECK (kind IN ('password', 'email', 'pin', 'provider', 'badge')),
  CONSTRAINT credential_changes_changed_at_in_range
    CHECK (changed_at >= '1950-01-01T00:00Z'::timestamptz AND changed_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX credential_changes_of ON medstint.credential_changes (user_id, changed_at);
CREATE INDEX credential_changes_by ON medstint.credential_changes (changed_by, changed_at);
CREATE INDEX credential_changes_standing ON medstint.credential_changes (user_id, kind, item) WHERE stands;
CREATE INDEX credential_changes_identities ON medstint.credential_changes (changed_by)
  WHERE stands AND kind = 'provider';

-- A turn: one transaction at a time does what its kind names.
CREATE TABLE medstint.turns (
  kind text NOT NULL
    CHECK (kind IN ('roles', 'punches', 'deployments', 'passwords', 'bookings', 'places', 'badges', 'flags')),
  -- The person, the site, the school, or the template and the school.
  id   text NOT NULL,
  PRIMARY KEY (kind, id)
);

-- Every change of a password by the database's functions, insert-only: nobody waits for a row that
-- another one inserts. An era begins with a reset by another person; a person's own changes belong
-- to the era that they knew. The newest change of the newest era counts, so that a reset wins over
-- all that belongs to an older era, also over what is committed later. A session belongs to a
-- change, and ends with it.
CREATE TABLE medstint.password_changes (
  number       bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  user_id      text NOT NULL,
  -- The number of the reset that began it; of a reset its own; 0 before the first one.
  era          bigint NOT NULL CHECK (era <= number),
  -- The hash of a reset that does not stand in `accounts` yet, since another transaction holds the
  -- row there. It counts instead of the one in `accounts`.
  password     text,
  is_temporary boolean NOT NULL DEFAULT false,
  is_applied   boolean NOT NULL,
  -- A session that belongs to an older password is not extended, so it expires within twelve hours
  -- of the change.
  made_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((password IS NULL) = is_applied),
  CONSTRAINT password_changes_made_at_in_range
    CHECK (made_at >= '1950-01-01T00:00Z'::timestamptz AND made_at < '2200-01-01T00:00Z'::timestamptz)
);

CREATE INDEX password_changes_of ON medstint.password_changes (user_id, era, number);
CREATE INDEX password_changes_waiting ON medstint.password_changes (user_id, number) WHERE NOT is_applied;
CREATE INDEX password_changes_by_time ON medstint.password_changes (made_at);

-- Sessions that too many wrong passwords have locked out. Insert-only, so that nobody waits; the
-- rows go once the session has ended.
CREATE TABLE medstint.locked_out_sessions (
  number     bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  session_id text NOT NULL
);

INSERT INTO medstint.turns (kind, id) VALUES ('roles', '');

INSERT INTO medstint.channel_secret (secret) VALUES
  (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

-- Zones that this server and chrono-tz both know; a test compares.
INSERT INTO medstint.time_zones (name)
SELECT known.name
FROM (VALUES
  ('Africa', 'Abidjan Accra Addis_Ababa Algiers Asmara Asmera Bamako Bangui Banjul Bissau Blantyre Brazzaville
    Bujumbura Cairo Casablanca Ceuta Conakry Dakar Dar_es_Salaam Djibouti Douala El_Aaiun Freetown Gaborone
    Harare Johannesburg Juba Kampala Khartoum Kigali Kinshasa Lagos Libreville Lome Luanda Lubumbashi Lusaka
    Malabo Maputo Maseru Mbabane Mogadishu Monrovia Nairobi Ndjamena Niamey Nouakchott Ouagadougou
    Porto-Novo Sao_Tome Timbuktu Tripoli Tunis Windhoek'),
  ('America', 'Adak Anchorage Anguilla Antigua Araguaina Argentina/Buenos_Aires Argentina/Catamarca
    Argentina/ComodRivadavia Argentina/Cordoba Argentina/Jujuy Argentina/La_Rioja Argentina/Mendoza
    Argentina/Rio_Gallegos Argentina/Salta Argentina/San_Juan Argentina/San_Luis Argentina/Tucuman
    Argentina/Ushuaia Aruba Asuncion Atikokan Atka Bahia Bahia_Banderas Barbados Belem Belize Blanc-Sablon
    Boa_Vista Bogota Boise Buenos_Aires Cambridge_Bay Campo_Grande Cancun Caracas Catamarca Cayenne Cayman
    Chicago Chihuahua Ciudad_Juarez Coral_Harbour Cordoba Costa_Rica Coyhaique Creston Cuiaba Curacao
    Danmarkshavn Dawson Dawson_Creek Denver Detroit Dominica Edmonton Eirunepe El_Salvador Ensenada
    Fort_Nelson Fort_Wayne Fortaleza Glace_Bay Godthab Goose_Bay Grand_Turk Grenada Guadeloupe Guatemala
    Guayaquil Guyana Halifax Havana Hermosillo Indiana/Indianapolis Indiana/Knox Indiana/Marengo
    Indiana/Petersburg Indiana/Tell_City Indiana/Vevay Indiana/Vincennes Indiana/Winamac Indianapolis Inuvik
    Iqaluit Jamaica Jujuy Juneau Kentucky/Louisville Kentucky/Monticello Knox_IN Kralendijk La_Paz Lima
    Los_Angeles Louisville Lower_Princes Maceio Managua Manaus Marigot Martinique Matamoros Mazatlan Mendoza
    Menominee Merida Metlakatla Mexico_City Miquelon Moncton Monterrey Montevideo Montreal Montserrat Nassau
    New_York Nipigon Nome Noronha North_Dakota/Beulah North_Dakota/Center North_Dakota/New_Salem Nuuk
    Ojinaga Panama Pangnirtung Paramaribo Phoenix Port-au-Prince Port_of_Spain Porto_Acre Porto_Velho
    Puerto_Rico Punta_Arenas Rainy_River Rankin_Inlet Recife Regina Resolute Rio_Branco Rosario Santa_Isabel
    Santarem Santiago Santo_Domingo Sao_Paulo Scoresbysund Shiprock Sitka St_Barthelemy St_Johns St_Kitts
    St_Lucia St_Thomas St_Vincent Swift_Current Tegucigalpa Thule Thunder_Bay Tijuana Toronto Tortola
    Vancouver Virgin Whitehorse Winnipeg Yakutat Yellowknife'),
  ('Antarctica', 'Casey Davis DumontDUrville Macquarie Mawson McMurdo Palmer Rothera South_Pole Syowa Troll Vostok'),
  ('Arctic', 'Longyearbyen'),
  ('Asia', 'Aden Almaty Amman Anadyr Aqtau Aqtobe Ashgabat Ashkhabad Atyrau Baghdad Bahrain Baku Bangkok Barnaul
    Beirut Bishkek Brunei Calcutta Chita Choibalsan Chongqing Chungking Colombo Dacca Damascus Dhaka Dili
    Dubai Dushanbe Famagusta Gaza Harbin Hebron Ho_Chi_Minh Hong_Kong Hovd Irkutsk Istanbul Jakarta Jayapura
    Jerusalem Kabul Kamchatka Karachi Kashgar Kathmandu Katmandu Khandyga Kolkata Krasnoyarsk Kuala_Lumpur
    Kuching Kuwait Macao Macau Magadan Makassar Manila Muscat Nicosia Novokuznetsk Novosibirsk Omsk Oral
    Phnom_Penh Pontianak Pyongyang Qatar Qostanay Qyzylorda Rangoon Riyadh Saigon Sakhalin Samarkand Seoul
    Shanghai Singapore Srednekolymsk Taipei Tashkent Tbilisi Tehran Tel_Aviv Thimbu Thimphu Tokyo Tomsk
    Ujung_Pandang Ulaanbaatar Ulan_Bator Urumqi Ust-Nera Vientiane Vladivostok Yakutsk Yangon Yekaterinburg
    Yerevan'),
  ('Atlantic', 'Azores Bermuda Canary Cape_Verde Faeroe Faroe Jan_Mayen Madeira Reykjavik South_Georgia St_Helena
    Stanley'),
  ('Australia', 'ACT Adelaide Brisbane Broken_Hill Canberra Currie Darwin Eucla Hobart LHI Lindeman Lord_Howe Melbourne
    NSW North Perth Queensland South Sydney Tasmania Victoria West Yancowinna'),
  ('Brazil', 'Acre DeNoronha East West'),
  ('Canada', 'Atlantic Central Eastern Mountain Newfoundland Pacific Saskatchewan Yukon'),
  ('Chile', 'Continental EasterIsland'),
  ('Etc', 'GMT GMT+0 GMT+1 GMT+10 GMT+11 GMT+12 GMT+2 GMT+3 GMT+4 GMT+5 GMT+6 GMT+7 GMT+8 GMT+9 GMT-0 GMT-1 GMT-10
    GMT-11 GMT-12 GMT-13 GMT-14 GMT-2 GMT-3 GMT-4 GMT-5 GMT-6 GMT-7 GMT-8 GMT-9 GMT0 Greenwich UCT UTC
    Universal Zulu'),
  ('Europe', 'Amsterdam Andorra Astrakhan Athens Belfast Belgrade Berlin Bratislava Brussels Bucharest Budapest
    Busingen Chisinau Copenhagen Dublin Gibraltar Guernsey Helsinki Isle_of_Man Istanbul Jersey Kaliningrad
    Kiev Kirov Kyiv Lisbon Ljubljana London Luxembourg Madrid Malta Mariehamn Minsk Monaco Moscow Nicosia
    Oslo Paris Podgorica Prague Riga Rome Samara San_Marino Sarajevo Saratov Simferopol Skopje Sofia
    Stockholm Tallinn Tirane Tiraspol Ulyanovsk Uzhgorod Vaduz Vatican Vienna Vilnius Volgograd Warsaw
    Zagreb Zaporozhye Zurich'),
  ('Indian', 'Antananarivo Chagos Christmas Cocos Comoro Kerguelen Mahe Maldives Mauritius Mayotte Reunion'),
  ('Mexico', 'BajaNorte BajaSur General'),
  ('Pacific', 'Apia Auckland Bougainville Chatham Chuuk Easter Efate Enderbury Fakaofo Fiji Funafuti Galapagos Gambier
    Guadalcanal Guam Honolulu Johnston Kanton Kiritimati Kosrae Kwajalein Majuro Marquesas Midway Nauru Niue
    Norfolk Noumea Pago_Pago Palau Pitcairn Pohnpei Ponape Port_Moresby Rarotonga Saipan Samoa Tahiti Tarawa
    Tongatapu Truk Wake Wallis Yap'),
  ('US', 'Alaska Aleutian Arizona Central East-Indiana Eastern Hawaii Indiana-Starke Michigan Mountain Pacific
    Samoa')
) AS areas (area, places)
CROSS JOIN LATERAL regexp_split_to_table(areas.places, '\s+') AS place
CROSS JOIN LATERAL (SELECT areas.area || '/' || place AS name) AS known
WHERE known.name IN (SELECT z.name FROM pg_timezone_names z)
UNION ALL SELECT 'UTC';

-- Each table is closed until sql/policies opens it, except to the owner.
ALTER TABLE schools ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY schools_owner ON schools TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE programs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY programs_owner ON programs TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE users ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY users_owner ON users TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY accounts_owner ON accounts TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY sessions_owner ON sessions TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE delegations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY delegations_owner ON delegations TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.password_attempts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY password_attempts_owner ON medstint.password_attempts TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.channel_secret ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY channel_secret_owner ON medstint.channel_secret TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.credential_changes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY credential_changes_owner ON medstint.credential_changes TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.turns ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY turns_owner ON medstint.turns TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.password_changes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY password_changes_owner ON medstint.password_changes TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE medstint.locked_out_sessions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY locked_out_sessions_owner ON medstint.locked_out_sessions TO CURRENT_USER USING (true) WITH CHECK (true);
