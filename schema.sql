-- Written by scripts/queries with pg_dump 15. Functions are in sql/functions.
CREATE SCHEMA medstint;
CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA medstint;

CREATE DOMAIN medstint.json_array AS text
	CONSTRAINT is_json_array CHECK (((NOT (medstint.json_type(VALUE) IS DISTINCT FROM 'array'::text)) OR (VALUE IS NULL)));

CREATE DOMAIN medstint.json_object AS text
	CONSTRAINT is_json_object CHECK (((NOT (medstint.json_type(VALUE) IS DISTINCT FROM 'object'::text)) OR (VALUE IS NULL)));

CREATE DOMAIN medstint.latitude AS numeric(10,8)
	CONSTRAINT is_latitude CHECK (((VALUE >= ('-90'::integer)::numeric) AND (VALUE <= (90)::numeric)));

CREATE DOMAIN medstint.longitude AS numeric(11,8)
	CONSTRAINT is_longitude CHECK (((VALUE >= ('-180'::integer)::numeric) AND (VALUE <= (180)::numeric)));

CREATE TYPE public.academic_status AS ENUM (
    'ACTIVE',
    'PROBATION',
    'SUSPENDED',
    'GRADUATED',
    'WITHDRAWN'
);

CREATE TYPE public.assessment_status AS ENUM (
    'DRAFT',
    'SUBMITTED',
    'REVIEWED',
    'APPROVED'
);

CREATE TYPE public.assessment_type AS ENUM (
    'SELF',
    'PEER',
    'SUPERVISOR',
    'PRECEPTOR'
);

CREATE TYPE public.assignment_status AS ENUM (
    'ASSIGNED',
    'IN_PROGRESS',
    'COMPLETED',
    'OVERDUE'
);

CREATE TYPE public.assignment_type AS ENUM (
    'REQUIRED',
    'OPTIONAL',
    'SUPPLEMENTARY'
);

CREATE TYPE public.audit_severity AS ENUM (
    'LOW',
    'MEDIUM',
    'HIGH',
    'CRITICAL'
);

CREATE TYPE public.clinical_site_type AS ENUM (
    'HOSPITAL',
    'CLINIC',
    'NURSING_HOME',
    'OUTPATIENT',
    'OTHER'
);

CREATE TYPE public.competency_level AS ENUM (
    'FUNDAMENTAL',
    'INTERMEDIATE',
    'ADVANCED',
    'EXPERT'
);

CREATE TYPE public.competency_template_source AS ENUM (
    'STANDARD',
    'CUSTOM'
);

CREATE TYPE public.competency_template_type AS ENUM (
    'COMPETENCY',
    'RUBRIC'
);

CREATE TYPE public.decision_kind AS ENUM (
    'BY_HAND',
    'BULK',
    'AUTOMATIC',
    'DELEGATE'
);

CREATE TYPE public.decision_verdict AS ENUM (
    'APPROVED',
    'REJECTED',
    'UNDONE'
);

CREATE TYPE public.deployment_status AS ENUM (
    'PENDING',
    'ACTIVE',
    'INACTIVE',
    'ARCHIVED'
);

CREATE TYPE public.deployment_type AS ENUM (
    'TEMPLATE_IMPORT',
    'CUSTOM_CREATION',
    'BULK_IMPORT'
);

CREATE TYPE public.notification_priority AS ENUM (
    'LOW',
    'MEDIUM',
    'HIGH',
    'URGENT'
);

CREATE TYPE public.punch_source AS ENUM (
    'WEB',
    'MOBILE',
    'KIOSK',
    'MANUAL'
);

CREATE TYPE public.rejection_reason AS ENUM (
    'NOT_AT_SITE',
    'WRONG_TIMES',
    'DUPLICATE',
    'NOT_SCHEDULED',
    'MISSING_CLOCK_OUT',
    'OTHER'
);

CREATE TYPE public.rotation_status AS ENUM (
    'SCHEDULED',
    'ACTIVE',
    'COMPLETED',
    'CANCELLED'
);

CREATE TYPE public.time_record_status AS ENUM (
    'PENDING',
    'APPROVED',
    'REJECTED'
);

CREATE TYPE public.user_role AS ENUM (
    'SUPER_ADMIN',
    'SCHOOL_ADMIN',
    'CLINICAL_PRECEPTOR',
    'CLINICAL_SUPERVISOR',
    'STUDENT'
);

CREATE TABLE public.audit_logs (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    user_id text,
    school_id text,
    action text NOT NULL,
    resource_type text NOT NULL,
    resource_id text NOT NULL,
    changes medstint.json_object,
    ip_address text,
    user_agent text,
    endpoint text,
    method text,
    status_code integer,
    severity public.audit_severity DEFAULT 'LOW'::public.audit_severity NOT NULL,
    created_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    sequence bigint NOT NULL,
    transaction_id bigint DEFAULT ((pg_current_xact_id())::text)::bigint,
    CONSTRAINT audit_logs_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.audit_logs FORCE ROW LEVEL SECURITY;

CREATE TABLE public.audit_seals (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text,
    number bigint NOT NULL,
    first_position bigint NOT NULL,
    events integer NOT NULL,
    sequences bigint[],
    leaves bytea,
    least_sequence bigint NOT NULL,
    most_sequence bigint NOT NULL,
    digest bytea NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    sealed_at timestamp(3) with time zone NOT NULL,
    purged_at timestamp(3) with time zone,
    CONSTRAINT audit_seals_counted CHECK (((number > 0) AND (first_position > 0) AND (least_sequence > 0) AND (most_sequence >= least_sequence))),
    CONSTRAINT audit_seals_of_something CHECK ((events > 0)),
    CONSTRAINT audit_seals_purged_at_in_range CHECK (((purged_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (purged_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT audit_seals_sealed_at_in_range CHECK (((sealed_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (sealed_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT audit_seals_whole_or_purged CHECK ((((purged_at IS NULL) = (sequences IS NOT NULL)) AND ((sequences IS NULL) = (leaves IS NULL))))
);
ALTER TABLE ONLY public.audit_seals FORCE ROW LEVEL SECURITY;

CREATE TABLE public.certificate_authorities (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text NOT NULL,
    place smallint NOT NULL,
    key text NOT NULL,
    algorithm text GENERATED ALWAYS AS (medstint.key_algorithm(decode(key, 'base64'::text))) STORED,
    fingerprint text GENERATED ALWAYS AS (('SHA256:'::text || rtrim(encode(sha256(decode(key, 'base64'::text)), 'base64'::text), '='::text))) STORED NOT NULL,
    comment text,
    added_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    added_by text[] DEFAULT '{}'::text[] NOT NULL,
    removed_at timestamp(3) with time zone,
    CONSTRAINT certificate_authorities_added_at_in_range CHECK (((added_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (added_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT certificate_authorities_comment_is_plain CHECK (medstint.is_plain(comment)),
    CONSTRAINT certificate_authorities_comment_is_short CHECK ((length(comment) <= 300)),
    CONSTRAINT certificate_authorities_is_strong CHECK ((algorithm IS NOT NULL)),
    CONSTRAINT certificate_authorities_key_is_base64 CHECK ((key = translate(encode(decode(key, 'base64'::text), 'base64'::text), chr(10), ''::text))),
    CONSTRAINT certificate_authorities_removed_at_in_range CHECK (((removed_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (removed_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT certificate_authorities_up_to_five CHECK (((place >= 1) AND (place <= 5)))
);
ALTER TABLE ONLY public.certificate_authorities FORCE ROW LEVEL SECURITY;

CREATE TABLE public.time_records (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text NOT NULL,
    student_id text NOT NULL,
    rotation_id text NOT NULL,
    clinical_site_id text NOT NULL,
    date timestamp(3) with time zone NOT NULL,
    clock_in timestamp(3) with time zone NOT NULL,
    clock_out timestamp(3) with time zone,
    elapsed_ms bigint GENERATED ALWAYS AS (((EXTRACT(epoch FROM (clock_out - clock_in)) * (1000)::numeric))::bigint) STORED,
    total_hours numeric(4,2),
    activities medstint.json_array,
    notes text,
    status public.time_record_status DEFAULT 'PENDING'::public.time_record_status NOT NULL,
    clock_in_latitude medstint.latitude,
    clock_in_longitude medstint.longitude,
    clock_in_accuracy_m real,
    clock_in_source public.punch_source DEFAULT 'WEB'::public.punch_source NOT NULL,
    clock_in_ip_address text,
    clock_in_user_agent text,
    clock_out_latitude medstint.latitude,
    clock_out_longitude medstint.longitude,
    clock_out_accuracy_m real,
    clock_out_source public.punch_source,
    clock_out_ip_address text,
    clock_out_user_agent text,
    approved_by text,
    approved_at timestamp(3) with time zone,
    decision_kind public.decision_kind,
    decision_reason_code public.rejection_reason,
    decision_reason text,
    flags medstint.json_array DEFAULT '[]'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    triage smallint DEFAULT 3 NOT NULL,
    edited_at timestamp(3) with time zone,
    editors text[] DEFAULT '{}'::text[] NOT NULL,
    is_offline boolean DEFAULT false NOT NULL,
    clock_is_unverified boolean DEFAULT false NOT NULL,
    meal_break_min smallint,
    possible_punchers text[] DEFAULT '{}'::text[] NOT NULL,
    clock_in_is_edited boolean DEFAULT false NOT NULL,
    clock_out_is_edited boolean DEFAULT false NOT NULL,
    CONSTRAINT time_records_accuracy_is_finite CHECK (((clock_in_accuracy_m < 'Infinity'::real) AND (clock_out_accuracy_m < 'Infinity'::real))),
    CONSTRAINT time_records_approved_at_in_range CHECK (((approved_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (approved_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT time_records_backwards_not_approved CHECK (((status <> 'APPROVED'::public.time_record_status) OR (clock_out > clock_in))),
    CONSTRAINT time_records_clock_in_accuracy_m_finite CHECK (((clock_in_accuracy_m > '-Infinity'::real) AND (clock_in_accuracy_m < 'Infinity'::real))),
    CONSTRAINT time_records_clock_in_accuracy_not_negative CHECK ((clock_in_accuracy_m >= (0)::double precision)),
    CONSTRAINT time_records_clock_in_in_range CHECK (((clock_in >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (clock_in < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT time_records_clock_in_latitude_finite CHECK ((((clock_in_latitude)::numeric > '-Infinity'::numeric) AND ((clock_in_latitude)::numeric < 'Infinity'::numeric))),
    CONSTRAINT time_records_clock_in_longitude_finite CHECK ((((clock_in_longitude)::numeric > '-Infinity'::numeric) AND ((clock_in_longitude)::numeric < 'Infinity'::numeric))),
    CONSTRAINT time_records_clock_out_accuracy_m_finite CHECK (((clock_out_accuracy_m > '-Infinity'::real) AND (clock_out_accuracy_m < 'Infinity'::real))),
    CONSTRAINT time_records_clock_out_accuracy_not_negative CHECK ((clock_out_accuracy_m >= (0)::double precision)),
    CONSTRAINT time_records_clock_out_in_range CHECK (((clock_out >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (clock_out < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT time_records_clock_out_latitude_finite CHECK ((((clock_out_latitude)::numeric > '-Infinity'::numeric) AND ((clock_out_latitude)::numeric < 'Infinity'::numeric))),
    CONSTRAINT time_records_clock_out_longitude_finite CHECK ((((clock_out_longitude)::numeric > '-Infinity'::numeric) AND ((clock_out_longitude)::numeric < 'Infinity'::numeric))),
    CONSTRAINT time_records_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT time_records_date_in_range CHECK (((date >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (date < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT time_records_decision_is_whole CHECK ((((status = 'PENDING'::public.time_record_status) = (approved_by IS NULL)) AND ((approved_by IS NULL) = (approved_at IS NULL)) AND ((approved_by IS NULL) = (decision_kind IS NULL)))),
    CONSTRAINT time_records_edited_at_in_range CHECK (((edited_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (edited_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT time_records_meal_break_plausible CHECK (((meal_break_min >= 0) AND (meal_break_min <= 240))),
    CONSTRAINT time_records_nobody_decides_for_themselves CHECK ((approved_by IS DISTINCT FROM student_id)),
    CONSTRAINT time_records_open_not_approved CHECK (((status <> 'APPROVED'::public.time_record_status) OR (clock_out IS NOT NULL))),
    CONSTRAINT time_records_other_reason_has_words CHECK (((decision_reason_code IS DISTINCT FROM 'OTHER'::public.rejection_reason) OR (COALESCE(btrim(decision_reason), ''::text) <> ''::text))),
    CONSTRAINT time_records_position_is_whole CHECK ((((clock_in_latitude IS NULL) = (clock_in_longitude IS NULL)) AND ((clock_out_latitude IS NULL) = (clock_out_longitude IS NULL)))),
    CONSTRAINT time_records_rejection_has_reason CHECK (((status = 'REJECTED'::public.time_record_status) = (decision_reason_code IS NOT NULL))),
    CONSTRAINT time_records_total_hours_finite CHECK (((total_hours > '-Infinity'::numeric) AND (total_hours < 'Infinity'::numeric))),
    CONSTRAINT time_records_total_hours_not_negative CHECK ((total_hours >= (0)::numeric)),
    CONSTRAINT time_records_triage_known CHECK (((triage >= 0) AND (triage <= 3))),
    CONSTRAINT time_records_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.time_records FORCE ROW LEVEL SECURITY;

CREATE TABLE public.kiosk_punches (
    id text NOT NULL,
    school_id text NOT NULL,
    kiosk_id text NOT NULL,
    clinical_site_id text NOT NULL,
    badge text NOT NULL,
    student_id text,
    punched_at timestamp(3) with time zone NOT NULL,
    device_clock timestamp(3) with time zone NOT NULL,
    received_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    is_offline boolean NOT NULL,
    clock_is_unverified boolean NOT NULL,
    status text NOT NULL,
    problem text,
    direction text,
    time_record_id text,
    answer jsonb,
    settled_by text,
    settled_at timestamp(3) with time zone,
    reason text,
    possible_punchers text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT kiosk_punches_device_clock_in_range CHECK (((device_clock >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (device_clock < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT kiosk_punches_direction_known CHECK ((direction = ANY (ARRAY['IN'::text, 'OUT'::text]))),
    CONSTRAINT kiosk_punches_key_sensible CHECK (((length(id) >= 16) AND (length(id) <= 64))),
    CONSTRAINT kiosk_punches_problem_when_kept CHECK (((problem IS NOT NULL) = (status = ANY (ARRAY['QUARANTINED'::text, 'RESOLVED'::text, 'DISCARDED'::text])))),
    CONSTRAINT kiosk_punches_punched_at_in_range CHECK (((punched_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (punched_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT kiosk_punches_received_at_in_range CHECK (((received_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (received_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT kiosk_punches_settled_at_in_range CHECK (((settled_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (settled_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT kiosk_punches_settled_is_whole CHECK ((((settled_by IS NOT NULL) = (status = ANY (ARRAY['RESOLVED'::text, 'DISCARDED'::text]))) AND ((settled_by IS NULL) = (settled_at IS NULL)) AND ((settled_by IS NULL) OR (btrim(COALESCE(reason, ''::text)) <> ''::text)))),
    CONSTRAINT kiosk_punches_status_known CHECK ((status = ANY (ARRAY['RECORDED'::text, 'REPEATED'::text, 'QUARANTINED'::text, 'RESOLVED'::text, 'DISCARDED'::text])))
);
ALTER TABLE ONLY public.kiosk_punches FORCE ROW LEVEL SECURITY;

CREATE TABLE public.kiosks (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text NOT NULL,
    clinical_site_id text NOT NULL,
    location_id text,
    name text NOT NULL,
    credential_hash text,
    enrolled_at timestamp(3) with time zone,
    revoked_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    enrolment_hash text,
    enrolment_expires_at timestamp(3) with time zone,
    code_made_by text[] DEFAULT '{}'::text[] NOT NULL,
    enrolled_by text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT kiosks_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT kiosks_enrolled_at_in_range CHECK (((enrolled_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (enrolled_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT kiosks_enrolment_expires_at_in_range CHECK (((enrolment_expires_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (enrolment_expires_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT kiosks_enrolment_is_whole CHECK (((enrolment_hash IS NULL) = (enrolment_expires_at IS NULL))),
    CONSTRAINT kiosks_name_is_plain CHECK (medstint.is_plain(name)),
    CONSTRAINT kiosks_name_not_blank CHECK ((btrim(name) <> ''::text)),
    CONSTRAINT kiosks_revoked_at_in_range CHECK (((revoked_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (revoked_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT kiosks_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.kiosks FORCE ROW LEVEL SECURITY;

CREATE TABLE medstint.password_attempts (
    id text NOT NULL,
    realm text NOT NULL,
    subject text NOT NULL,
    source text DEFAULT COALESCE(host(inet_client_addr()), 'local'::text) NOT NULL,
    tried text NOT NULL,
    is_counted boolean NOT NULL,
    is_used boolean DEFAULT false NOT NULL,
    is_reported boolean DEFAULT false NOT NULL,
    ip_address text,
    user_agent text,
    client text NOT NULL,
    counted_in xid8 DEFAULT pg_current_xact_id() NOT NULL,
    counted_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT password_attempts_counted_at_in_range CHECK (((counted_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (counted_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT password_attempts_realm_check CHECK ((realm = ANY (ARRAY['sign_in'::text, 'unlock'::text]))),
    CONSTRAINT password_attempts_tried_check CHECK ((length(tried) = 60))
);
ALTER TABLE ONLY medstint.password_attempts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.alert_rules (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text,
    code text NOT NULL,
    name text NOT NULL,
    actions text[] NOT NULL,
    group_by text NOT NULL,
    counts text DEFAULT 'events'::text NOT NULL,
    threshold integer NOT NULL,
    within interval NOT NULL,
    from_time time without time zone,
    until_time time without time zone,
    severity public.audit_severity DEFAULT 'HIGH'::public.audit_severity NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT alert_rules_code_is_plain CHECK (medstint.is_plain(code)),
    CONSTRAINT alert_rules_counts_known CHECK ((counts = ANY (ARRAY['events'::text, 'rows'::text]))),
    CONSTRAINT alert_rules_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT alert_rules_from_time_in_range CHECK ((from_time < '24:00:00'::time without time zone)),
    CONSTRAINT alert_rules_group_known CHECK ((group_by = ANY (ARRAY['person'::text, 'address'::text, 'account'::text, 'record'::text, 'school'::text]))),
    CONSTRAINT alert_rules_hours_both CHECK (((from_time IS NULL) = (until_time IS NULL))),
    CONSTRAINT alert_rules_name_is_plain CHECK (medstint.is_plain(name)),
    CONSTRAINT alert_rules_of_something CHECK ((cardinality(actions) > 0)),
    CONSTRAINT alert_rules_threshold_positive CHECK ((threshold > 0)),
    CONSTRAINT alert_rules_until_time_in_range CHECK ((until_time < '24:00:00'::time without time zone)),
    CONSTRAINT alert_rules_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT alert_rules_window_sensible CHECK (((within >= '00:00:01'::interval) AND (within <= '7 days'::interval)))
);
ALTER TABLE ONLY public.alert_rules FORCE ROW LEVEL SECURITY;

CREATE TABLE public.user_keys (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    user_id text NOT NULL,
    school_id text,
    key text NOT NULL,
    algorithm text GENERATED ALWAYS AS (medstint.key_algorithm(decode(key, 'base64'::text))) STORED,
    fingerprint text GENERATED ALWAYS AS (('SHA256:'::text || rtrim(encode(sha256(decode(key, 'base64'::text)), 'base64'::text), '='::text))) STORED NOT NULL,
    comment text,
    added_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    added_by text,
    last_used_at timestamp(3) with time zone,
    removed_at timestamp(3) with time zone,
    CONSTRAINT user_keys_added_at_in_range CHECK (((added_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (added_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT user_keys_comment_is_plain CHECK (medstint.is_plain(comment)),
    CONSTRAINT user_keys_comment_is_short CHECK ((length(comment) <= 300)),
    CONSTRAINT user_keys_is_strong CHECK ((algorithm IS NOT NULL)),
    CONSTRAINT user_keys_key_is_base64 CHECK ((key = translate(encode(decode(key, 'base64'::text), 'base64'::text), chr(10), ''::text))),
    CONSTRAINT user_keys_last_used_at_in_range CHECK (((last_used_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (last_used_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT user_keys_removed_at_in_range CHECK (((removed_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (removed_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.user_keys FORCE ROW LEVEL SECURITY;

CREATE TABLE public.users (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    given_name text,
    family_name text,
    sort_name text GENERATED ALWAYS AS (COALESCE(((family_name || ', '::text) || given_name), name)) STORED NOT NULL,
    role public.user_role NOT NULL,
    school_id text,
    program_id text,
    student_id text,
    academic_status public.academic_status,
    onboarding_completed boolean DEFAULT false NOT NULL,
    total_clinical_hours integer DEFAULT 0 NOT NULL,
    stripe_customer_id text,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    badge text,
    search_name text GENERATED ALWAYS AS (medstint.search_key(COALESCE(((family_name || ', '::text) || given_name), name))) STORED,
    CONSTRAINT users_badge_is_plain CHECK (medstint.is_plain(badge)),
    CONSTRAINT users_badge_not_blank CHECK (((badge = btrim(badge)) AND (badge <> ''::text) AND (length(badge) <= 200))),
    CONSTRAINT users_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT users_email_is_address CHECK (((email = medstint.case_folded(email)) AND (email ~~ '_%@_%'::text) AND (email !~~ '%@%@%'::text) AND (POSITION((' '::text) IN (email)) = 0))),
    CONSTRAINT users_email_is_plain CHECK (medstint.is_plain(email)),
    CONSTRAINT users_family_name_is_plain CHECK (medstint.is_plain(family_name)),
    CONSTRAINT users_given_name_is_plain CHECK (medstint.is_plain(given_name)),
    CONSTRAINT users_name_is_plain CHECK (medstint.is_plain(name)),
    CONSTRAINT users_name_not_blank CHECK ((btrim(name) <> ''::text)),
    CONSTRAINT users_school_unless_super_admin CHECK (
CASE
    WHEN (role = 'SUPER_ADMIN'::public.user_role) THEN (school_id IS NULL)
    ELSE ((school_id IS NOT NULL) OR (NOT onboarding_completed))
END),
    CONSTRAINT users_student_id_is_plain CHECK (medstint.is_plain(student_id)),
    CONSTRAINT users_total_clinical_hours_not_negative CHECK ((total_clinical_hours >= 0)),
    CONSTRAINT users_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;

CREATE TABLE medstint.pin_outcomes (
    id text NOT NULL,
    kiosk_id text NOT NULL,
    subject text NOT NULL,
    user_id text,
    status text NOT NULL,
    failures integer NOT NULL,
    tried_pin text,
    tried_code text,
    locked_until timestamp with time zone,
    counted_in xid8 DEFAULT pg_current_xact_id() NOT NULL,
    counted_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ip_address text DEFAULT host(inet_client_addr()),
    is_reported boolean DEFAULT false NOT NULL,
    CONSTRAINT pin_outcomes_counted_at_in_range CHECK (((counted_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (counted_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT pin_outcomes_locked_until_in_range CHECK (((locked_until >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (locked_until < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);

CREATE TABLE public.sessions (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    user_id text NOT NULL,
    school_id text,
    token text NOT NULL,
    active_school_id text,
    expires_at timestamp(3) with time zone NOT NULL,
    last_seen_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    revoked_at timestamp(3) with time zone,
    client text DEFAULT 'console'::text NOT NULL,
    ip_address text,
    user_agent text,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    locked_at timestamp(3) with time zone,
    is_restricted boolean DEFAULT false NOT NULL,
    sign_in_era bigint NOT NULL,
    sign_in_change bigint NOT NULL,
    key_id text,
    opened_in xid8,
    CONSTRAINT sessions_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT sessions_end_after_start CHECK ((expires_at > created_at)),
    CONSTRAINT sessions_expires_at_in_range CHECK (((expires_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (expires_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT sessions_last_seen_at_in_range CHECK (((last_seen_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (last_seen_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT sessions_locked_at_in_range CHECK (((locked_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (locked_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT sessions_revoked_at_in_range CHECK (((revoked_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (revoked_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT sessions_token_is_sha256 CHECK ((token ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT sessions_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.sessions FORCE ROW LEVEL SECURITY;

CREATE TABLE medstint.audit_event_types (
    name text NOT NULL,
    code text NOT NULL,
    severity public.audit_severity NOT NULL,
    meaning text NOT NULL,
    CONSTRAINT audit_event_types_code_check CHECK ((code ~ '^[A-Z]{2}-[0-9]{4}$'::text))
);

CREATE TABLE medstint.audit_sealing (
    school text NOT NULL
);
ALTER TABLE ONLY medstint.audit_sealing FORCE ROW LEVEL SECURITY;

CREATE TABLE medstint.audit_unsealed (
    school text NOT NULL,
    sequence bigint NOT NULL
);
ALTER TABLE ONLY medstint.audit_unsealed FORCE ROW LEVEL SECURITY;

CREATE TABLE medstint.badge_keys (
    key text NOT NULL
);

CREATE TABLE medstint.channel_secret (
    is_only boolean DEFAULT true NOT NULL,
    secret bytea NOT NULL,
    CONSTRAINT channel_secret_is_only_check CHECK (is_only),
    CONSTRAINT channel_secret_secret_check CHECK ((length(secret) = 32))
);
ALTER TABLE ONLY medstint.channel_secret FORCE ROW LEVEL SECURITY;

CREATE TABLE medstint.credential_changes (
    user_id text NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    kind text NOT NULL,
    item text DEFAULT ''::text NOT NULL,
    stands boolean DEFAULT false NOT NULL,
    CONSTRAINT credential_changes_changed_at_in_range CHECK (((changed_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (changed_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT credential_changes_kind_known CHECK ((kind = ANY (ARRAY['password'::text, 'email'::text, 'pin'::text, 'provider'::text, 'badge'::text, 'key'::text])))
);
ALTER TABLE ONLY medstint.credential_changes FORCE ROW LEVEL SECURITY;

CREATE UNLOGGED TABLE medstint.days_moving (
    transaction_id xid8 NOT NULL
);
ALTER TABLE ONLY medstint.days_moving FORCE ROW LEVEL SECURITY;

CREATE TABLE medstint.definitions (
    name text NOT NULL,
    statement bytea,
    standing text
);

CREATE TABLE medstint.definitions_release (
    is_only boolean DEFAULT true NOT NULL,
    hash bytea NOT NULL,
    release text NOT NULL,
    server integer NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT definitions_release_applied_at_in_range CHECK (((applied_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (applied_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT definitions_release_is_only_check CHECK (is_only)
);

CREATE TABLE medstint.duty_profiles (
    code text NOT NULL,
    day_cap_h numeric,
    at_once_cap_h numeric,
    week_cap_h numeric,
    averaged_days integer,
    min_rest_h numeric,
    long_shift_h numeric,
    rest_after_long_h numeric,
    free_days integer,
    CONSTRAINT duty_profiles_at_once_cap_h_finite CHECK (((at_once_cap_h > '-Infinity'::numeric) AND (at_once_cap_h < 'Infinity'::numeric))),
    CONSTRAINT duty_profiles_day_cap_h_finite CHECK (((day_cap_h > '-Infinity'::numeric) AND (day_cap_h < 'Infinity'::numeric))),
    CONSTRAINT duty_profiles_long_shift_h_finite CHECK (((long_shift_h > '-Infinity'::numeric) AND (long_shift_h < 'Infinity'::numeric))),
    CONSTRAINT duty_profiles_min_rest_h_finite CHECK (((min_rest_h > '-Infinity'::numeric) AND (min_rest_h < 'Infinity'::numeric))),
    CONSTRAINT duty_profiles_rest_after_long_h_finite CHECK (((rest_after_long_h > '-Infinity'::numeric) AND (rest_after_long_h < 'Infinity'::numeric))),
    CONSTRAINT duty_profiles_week_cap_h_finite CHECK (((week_cap_h > '-Infinity'::numeric) AND (week_cap_h < 'Infinity'::numeric)))
);
ALTER TABLE ONLY medstint.duty_profiles FORCE ROW LEVEL SECURITY;

CREATE TABLE medstint.flags_due (
    time_record_id text NOT NULL,
    school_id text NOT NULL
)
WITH (autovacuum_vacuum_threshold='0', autovacuum_vacuum_scale_factor='0');
ALTER TABLE ONLY medstint.flags_due FORCE ROW LEVEL SECURITY;

CREATE TABLE medstint.flags_wanted (
    wanted_in xid8 DEFAULT pg_current_xact_id() NOT NULL,
    table_name text NOT NULL,
    row_id text NOT NULL
);
ALTER TABLE ONLY medstint.flags_wanted FORCE ROW LEVEL SECURITY;

CREATE TABLE medstint.kept_evaluations (
    number bigint NOT NULL,
    school text NOT NULL,
    code text NOT NULL,
    sequences bigint[] NOT NULL,
    kept_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT kept_evaluations_kept_at_in_range CHECK (((kept_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (kept_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY medstint.kept_evaluations FORCE ROW LEVEL SECURITY;
ALTER TABLE medstint.kept_evaluations ALTER COLUMN number ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME medstint.kept_evaluations_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE medstint.key_removals (
    number bigint NOT NULL,
    key_id text NOT NULL,
    user_id text,
    removed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    is_applied boolean NOT NULL,
    CONSTRAINT key_removals_removed_at_in_range CHECK (((removed_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (removed_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY medstint.key_removals FORCE ROW LEVEL SECURITY;
ALTER TABLE medstint.key_removals ALTER COLUMN number ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME medstint.key_removals_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE UNLOGGED TABLE medstint.kiosk_acts (
    transaction_id xid8 NOT NULL,
    kiosk_id text NOT NULL,
    user_id text,
    puts_flags_off boolean DEFAULT false NOT NULL
);

CREATE TABLE medstint.locked_out_sessions (
    number bigint NOT NULL,
    session_id text NOT NULL
);
ALTER TABLE ONLY medstint.locked_out_sessions FORCE ROW LEVEL SECURITY;
ALTER TABLE medstint.locked_out_sessions ALTER COLUMN number ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME medstint.locked_out_sessions_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE medstint.password_changes (
    number bigint NOT NULL,
    user_id text NOT NULL,
    era bigint NOT NULL,
    password text,
    is_temporary boolean DEFAULT false NOT NULL,
    is_applied boolean NOT NULL,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT password_changes_check CHECK ((era <= number)),
    CONSTRAINT password_changes_check1 CHECK (((password IS NULL) = is_applied)),
    CONSTRAINT password_changes_made_at_in_range CHECK (((made_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (made_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY medstint.password_changes FORCE ROW LEVEL SECURITY;
ALTER TABLE medstint.password_changes ALTER COLUMN number ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME medstint.password_changes_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE medstint.pin_attempts (
    subject text NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    last_attempt timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pin_attempts_last_attempt_in_range CHECK (((last_attempt >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (last_attempt < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);

CREATE TABLE medstint.pins (
    user_id text NOT NULL,
    pin_hash text,
    code_hash text,
    code_expires_at timestamp(3) with time zone,
    CONSTRAINT pins_code_expires_at_in_range CHECK (((code_expires_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (code_expires_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT pins_code_is_bcrypt CHECK ((code_hash ~ '^\$2a\$08\$[./A-Za-z0-9]{53}$'::text)),
    CONSTRAINT pins_code_is_whole CHECK (((code_hash IS NULL) = (code_expires_at IS NULL))),
    CONSTRAINT pins_pin_is_bcrypt CHECK ((pin_hash ~ '^\$2a\$08\$[./A-Za-z0-9]{53}$'::text))
);

CREATE TABLE medstint.refused_enrolments (
    number bigint NOT NULL,
    source text DEFAULT COALESCE(host(inet_client_addr()), 'local'::text) NOT NULL,
    refused_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    refused_in xid8 DEFAULT pg_current_xact_id() NOT NULL,
    is_reported boolean DEFAULT false NOT NULL,
    CONSTRAINT refused_enrolments_refused_at_in_range CHECK (((refused_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (refused_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY medstint.refused_enrolments FORCE ROW LEVEL SECURITY;
ALTER TABLE medstint.refused_enrolments ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME medstint.refused_enrolments_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE medstint.sealing_delays (
    school text NOT NULL,
    noticed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT sealing_delays_noticed_at_in_range CHECK (((noticed_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (noticed_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY medstint.sealing_delays FORCE ROW LEVEL SECURITY;

CREATE TABLE medstint.state_transitions (
    table_name text NOT NULL,
    old_status text NOT NULL,
    new_status text NOT NULL
);
ALTER TABLE ONLY medstint.state_transitions FORCE ROW LEVEL SECURITY;

CREATE TABLE medstint.time_zones (
    name text NOT NULL
);

CREATE TABLE medstint.turns (
    kind text NOT NULL,
    id text NOT NULL,
    CONSTRAINT turns_kind_check CHECK ((kind = ANY (ARRAY['roles'::text, 'punches'::text, 'deployments'::text, 'passwords'::text, 'bookings'::text, 'places'::text, 'badges'::text, 'flags'::text])))
);
ALTER TABLE ONLY medstint.turns FORCE ROW LEVEL SECURITY;

CREATE TABLE public.accounts (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    user_id text NOT NULL,
    school_id text,
    provider_id text NOT NULL,
    account_id text,
    access_token text,
    refresh_token text,
    password text,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    is_temporary boolean DEFAULT false NOT NULL,
    CONSTRAINT accounts_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT accounts_password_is_bcrypt CHECK ((password ~ '^\$2a\$12\$[./A-Za-z0-9]{53}$'::text)),
    CONSTRAINT accounts_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.accounts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.alerts (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text,
    rule_id text NOT NULL,
    subject text NOT NULL,
    severity public.audit_severity NOT NULL,
    counted bigint NOT NULL,
    first_at timestamp(3) with time zone NOT NULL,
    last_at timestamp(3) with time zone NOT NULL,
    opened_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    acknowledged_by text,
    acknowledged_at timestamp(3) with time zone,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT alerts_acknowledged_at_in_range CHECK (((acknowledged_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (acknowledged_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT alerts_acknowledged_by_somebody CHECK (((acknowledged_by IS NULL) = (acknowledged_at IS NULL))),
    CONSTRAINT alerts_first_at_in_range CHECK (((first_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (first_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT alerts_last_at_in_range CHECK (((last_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (last_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT alerts_opened_at_in_range CHECK (((opened_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (opened_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT alerts_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.alerts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.assessments (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text NOT NULL,
    student_id text NOT NULL,
    assessor_id text NOT NULL,
    competency_id text NOT NULL,
    rotation_id text,
    type public.assessment_type NOT NULL,
    status public.assessment_status DEFAULT 'DRAFT'::public.assessment_status NOT NULL,
    score numeric(7,2),
    max_score numeric(7,2),
    rubric_scores medstint.json_object,
    feedback text,
    improvement_areas medstint.json_array,
    approved_by text,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT assessments_approval_is_whole CHECK (((status = 'APPROVED'::public.assessment_status) = (approved_by IS NOT NULL))),
    CONSTRAINT assessments_assessor_does_not_approve CHECK (((approved_by IS DISTINCT FROM assessor_id) AND (approved_by IS DISTINCT FROM student_id))),
    CONSTRAINT assessments_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT assessments_max_score_finite CHECK (((max_score > '-Infinity'::numeric) AND (max_score < 'Infinity'::numeric))),
    CONSTRAINT assessments_max_score_positive CHECK ((max_score > (0)::numeric)),
    CONSTRAINT assessments_score_finite CHECK (((score > '-Infinity'::numeric) AND (score < 'Infinity'::numeric))),
    CONSTRAINT assessments_score_within_maximum CHECK (((score >= (0)::numeric) AND (score <= max_score))),
    CONSTRAINT assessments_self_means_self CHECK (((type = 'SELF'::public.assessment_type) = (student_id = assessor_id))),
    CONSTRAINT assessments_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.assessments FORCE ROW LEVEL SECURITY;
ALTER TABLE public.audit_logs ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_logs_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.clinical_site_locations (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    clinical_site_id text NOT NULL,
    school_id text NOT NULL,
    name text NOT NULL,
    latitude medstint.latitude NOT NULL,
    longitude medstint.longitude NOT NULL,
    radius_m integer DEFAULT 100 NOT NULL,
    is_strict boolean DEFAULT false NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT clinical_site_locations_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT clinical_site_locations_latitude_finite CHECK ((((latitude)::numeric > '-Infinity'::numeric) AND ((latitude)::numeric < 'Infinity'::numeric))),
    CONSTRAINT clinical_site_locations_longitude_finite CHECK ((((longitude)::numeric > '-Infinity'::numeric) AND ((longitude)::numeric < 'Infinity'::numeric))),
    CONSTRAINT clinical_site_locations_name_is_plain CHECK (medstint.is_plain(name)),
    CONSTRAINT clinical_site_locations_name_not_blank CHECK ((btrim(name) <> ''::text)),
    CONSTRAINT clinical_site_locations_radius_plausible CHECK (((radius_m >= 10) AND (radius_m <= 50000))),
    CONSTRAINT clinical_site_locations_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.clinical_site_locations FORCE ROW LEVEL SECURITY;

CREATE TABLE public.clinical_sites (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text NOT NULL,
    name text NOT NULL,
    type public.clinical_site_type NOT NULL,
    address text,
    capacity integer NOT NULL,
    specialties medstint.json_array,
    contact_person_name text,
    contact_person_email text,
    contact_person_phone text,
    requirements medstint.json_array,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    search_name text GENERATED ALWAYS AS (medstint.search_key(name)) STORED,
    CONSTRAINT clinical_sites_capacity_not_negative CHECK ((capacity >= 0)),
    CONSTRAINT clinical_sites_contact_person_email_is_plain CHECK (medstint.is_plain(contact_person_email)),
    CONSTRAINT clinical_sites_contact_person_name_is_plain CHECK (medstint.is_plain(contact_person_name)),
    CONSTRAINT clinical_sites_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT clinical_sites_name_is_plain CHECK (medstint.is_plain(name)),
    CONSTRAINT clinical_sites_name_not_blank CHECK ((btrim(name) <> ''::text)),
    CONSTRAINT clinical_sites_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.clinical_sites FORCE ROW LEVEL SECURITY;

CREATE TABLE public.competencies (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text NOT NULL,
    program_id text,
    template_id text,
    name text NOT NULL,
    description text NOT NULL,
    category text NOT NULL,
    level public.competency_level NOT NULL,
    version text DEFAULT '1.0.0'::text NOT NULL,
    is_deployed boolean DEFAULT false NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT competencies_category_is_plain CHECK (medstint.is_plain(category)),
    CONSTRAINT competencies_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT competencies_name_is_plain CHECK (medstint.is_plain(name)),
    CONSTRAINT competencies_name_not_blank CHECK ((btrim(name) <> ''::text)),
    CONSTRAINT competencies_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT competencies_version_is_plain CHECK (medstint.is_plain(version))
);
ALTER TABLE ONLY public.competencies FORCE ROW LEVEL SECURITY;

CREATE TABLE public.competency_assignments (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text NOT NULL,
    user_id text NOT NULL,
    competency_id text NOT NULL,
    deployment_id text,
    assigned_by text,
    assignment_type public.assignment_type DEFAULT 'REQUIRED'::public.assignment_type NOT NULL,
    status public.assignment_status DEFAULT 'ASSIGNED'::public.assignment_status NOT NULL,
    due_date timestamp(3) with time zone,
    completion_date timestamp(3) with time zone,
    progress_percentage numeric(5,2) DEFAULT 0 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT competency_assignments_completed_has_date CHECK (((status = 'COMPLETED'::public.assignment_status) = (completion_date IS NOT NULL))),
    CONSTRAINT competency_assignments_completion_date_in_range CHECK (((completion_date >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (completion_date < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT competency_assignments_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT competency_assignments_due_date_in_range CHECK (((due_date >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (due_date < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT competency_assignments_progress_is_percentage CHECK (((progress_percentage >= (0)::numeric) AND (progress_percentage <= (100)::numeric))),
    CONSTRAINT competency_assignments_progress_percentage_finite CHECK (((progress_percentage > '-Infinity'::numeric) AND (progress_percentage < 'Infinity'::numeric))),
    CONSTRAINT competency_assignments_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.competency_assignments FORCE ROW LEVEL SECURITY;

CREATE TABLE public.competency_deployments (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text NOT NULL,
    template_id text,
    deployed_by text NOT NULL,
    deployment_type public.deployment_type NOT NULL,
    status public.deployment_status DEFAULT 'PENDING'::public.deployment_status NOT NULL,
    effective_date timestamp(3) with time zone,
    expiry_date timestamp(3) with time zone,
    target_programs medstint.json_array,
    target_users medstint.json_array,
    rollback_data medstint.json_object,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT competency_deployments_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT competency_deployments_effective_date_in_range CHECK (((effective_date >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (effective_date < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT competency_deployments_expiry_after_effect CHECK ((expiry_date > effective_date)),
    CONSTRAINT competency_deployments_expiry_date_in_range CHECK (((expiry_date >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (expiry_date < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT competency_deployments_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.competency_deployments FORCE ROW LEVEL SECURITY;

CREATE TABLE public.competency_templates (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text,
    name text NOT NULL,
    description text NOT NULL,
    category text NOT NULL,
    level public.competency_level NOT NULL,
    type public.competency_template_type DEFAULT 'COMPETENCY'::public.competency_template_type NOT NULL,
    content medstint.json_object,
    is_public boolean DEFAULT false NOT NULL,
    source public.competency_template_source DEFAULT 'CUSTOM'::public.competency_template_source NOT NULL,
    version text DEFAULT '1.0.0'::text NOT NULL,
    created_by text,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT competency_templates_category_is_plain CHECK (medstint.is_plain(category)),
    CONSTRAINT competency_templates_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT competency_templates_name_is_plain CHECK (medstint.is_plain(name)),
    CONSTRAINT competency_templates_name_not_blank CHECK ((btrim(name) <> ''::text)),
    CONSTRAINT competency_templates_standard_without_school CHECK (((school_id IS NOT NULL) OR ((source = 'STANDARD'::public.competency_template_source) AND is_public))),
    CONSTRAINT competency_templates_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT competency_templates_version_is_plain CHECK (medstint.is_plain(version))
);
ALTER TABLE ONLY public.competency_templates FORCE ROW LEVEL SECURITY;

CREATE TABLE public.delegations (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text NOT NULL,
    from_user_id text NOT NULL,
    to_user_id text NOT NULL,
    starts_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    ends_at timestamp(3) with time zone NOT NULL,
    reason text,
    revoked_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT delegations_at_most_a_year CHECK ((ends_at <= (starts_at + '366 days'::interval))),
    CONSTRAINT delegations_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT delegations_end_after_start CHECK ((ends_at > starts_at)),
    CONSTRAINT delegations_ends_at_in_range CHECK (((ends_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (ends_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT delegations_revoked_at_in_range CHECK (((revoked_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (revoked_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT delegations_starts_at_in_range CHECK (((starts_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (starts_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT delegations_to_somebody_else CHECK ((from_user_id <> to_user_id)),
    CONSTRAINT delegations_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.delegations FORCE ROW LEVEL SECURITY;

CREATE TABLE public.kiosk_states (
    kiosk_id text NOT NULL,
    school_id text NOT NULL,
    last_seen_at timestamp(3) with time zone NOT NULL,
    version text NOT NULL,
    clock_skew_ms bigint NOT NULL,
    waiting integer NOT NULL,
    trouble text,
    stranded integer DEFAULT 0 NOT NULL,
    CONSTRAINT kiosk_states_last_seen_at_in_range CHECK (((last_seen_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (last_seen_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT kiosk_states_trouble_known CHECK ((trouble = ANY (ARRAY['CORRUPT'::text, 'FULL'::text, 'UNWRITABLE'::text])))
);
ALTER TABLE ONLY public.kiosk_states FORCE ROW LEVEL SECURITY;

CREATE TABLE public.notification_templates (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text,
    type text NOT NULL,
    title text NOT NULL,
    message text NOT NULL,
    category text,
    priority public.notification_priority DEFAULT 'MEDIUM'::public.notification_priority NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT notification_templates_alerts_are_the_platforms CHECK (((type <> 'AUDIT_ALERT'::text) OR (school_id IS NULL))),
    CONSTRAINT notification_templates_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT notification_templates_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.notification_templates FORCE ROW LEVEL SECURITY;

CREATE TABLE public.notifications (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text,
    user_id text NOT NULL,
    type text NOT NULL,
    title text NOT NULL,
    message text NOT NULL,
    is_read boolean DEFAULT false NOT NULL,
    priority public.notification_priority DEFAULT 'MEDIUM'::public.notification_priority NOT NULL,
    category text,
    action_url text,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    dedup_key text,
    CONSTRAINT notifications_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT notifications_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.notifications FORCE ROW LEVEL SECURITY;

CREATE TABLE public.programs (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    duration integer NOT NULL,
    class_year integer NOT NULL,
    requirements medstint.json_array,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    duty_profile text,
    CONSTRAINT programs_class_year_plausible CHECK (((class_year >= 1950) AND (class_year <= 2150))),
    CONSTRAINT programs_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT programs_duration_in_months CHECK (((duration >= 1) AND (duration <= 120))),
    CONSTRAINT programs_name_is_plain CHECK (medstint.is_plain(name)),
    CONSTRAINT programs_name_not_blank CHECK ((btrim(name) <> ''::text)),
    CONSTRAINT programs_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.programs FORCE ROW LEVEL SECURITY;

CREATE TABLE public.rotations (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text NOT NULL,
    student_id text NOT NULL,
    clinical_site_id text NOT NULL,
    preceptor_id text,
    supervisor_id text,
    specialty text NOT NULL,
    start_date timestamp(3) with time zone NOT NULL,
    end_date timestamp(3) with time zone NOT NULL,
    required_hours integer NOT NULL,
    completed_hours integer DEFAULT 0 NOT NULL,
    status public.rotation_status DEFAULT 'SCHEDULED'::public.rotation_status NOT NULL,
    objectives medstint.json_array,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT rotations_completed_hours_not_negative CHECK ((completed_hours >= 0)),
    CONSTRAINT rotations_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT rotations_end_after_start CHECK ((end_date > start_date)),
    CONSTRAINT rotations_end_date_in_range CHECK (((end_date >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (end_date < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT rotations_nobody_supervises_themselves CHECK (((student_id IS DISTINCT FROM preceptor_id) AND (student_id IS DISTINCT FROM supervisor_id))),
    CONSTRAINT rotations_required_hours_not_negative CHECK ((required_hours >= 0)),
    CONSTRAINT rotations_specialty_is_plain CHECK (medstint.is_plain(specialty)),
    CONSTRAINT rotations_specialty_not_blank CHECK ((btrim(specialty) <> ''::text)),
    CONSTRAINT rotations_start_date_in_range CHECK (((start_date >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (start_date < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT rotations_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.rotations FORCE ROW LEVEL SECURITY;

CREATE TABLE public.rubric_criteria (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text,
    competency_id text,
    template_id text,
    criterion_name text NOT NULL,
    description text NOT NULL,
    weight numeric(6,3) DEFAULT 1 NOT NULL,
    max_score numeric(7,2) NOT NULL,
    performance_levels medstint.json_array,
    order_index integer DEFAULT 0 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT rubric_criteria_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT rubric_criteria_criterion_name_is_plain CHECK (medstint.is_plain(criterion_name)),
    CONSTRAINT rubric_criteria_max_score_finite CHECK (((max_score > '-Infinity'::numeric) AND (max_score < 'Infinity'::numeric))),
    CONSTRAINT rubric_criteria_max_score_positive CHECK ((max_score > (0)::numeric)),
    CONSTRAINT rubric_criteria_name_not_blank CHECK ((btrim(criterion_name) <> ''::text)),
    CONSTRAINT rubric_criteria_one_parent CHECK ((num_nonnulls(competency_id, template_id) = 1)),
    CONSTRAINT rubric_criteria_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT rubric_criteria_weight_finite CHECK (((weight > '-Infinity'::numeric) AND (weight < 'Infinity'::numeric))),
    CONSTRAINT rubric_criteria_weight_positive CHECK ((weight > (0)::numeric))
);
ALTER TABLE ONLY public.rubric_criteria FORCE ROW LEVEL SECURITY;

CREATE TABLE public.school_policies (
    school_id text NOT NULL,
    thresholds medstint.json_object DEFAULT '{}'::text NOT NULL,
    duty_profile text DEFAULT 'CUSTOM'::text NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT school_policies_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT school_policies_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.school_policies FORCE ROW LEVEL SECURITY;

CREATE TABLE public.schools (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    name text NOT NULL,
    accreditation text NOT NULL,
    address text,
    phone text,
    email text,
    website text,
    admin_id text,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    CONSTRAINT schools_created_at_in_range CHECK (((created_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (created_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT schools_email_is_plain CHECK (medstint.is_plain(email)),
    CONSTRAINT schools_name_is_plain CHECK (medstint.is_plain(name)),
    CONSTRAINT schools_name_not_blank CHECK ((btrim(name) <> ''::text)),
    CONSTRAINT schools_updated_at_in_range CHECK (((updated_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.schools FORCE ROW LEVEL SECURITY;

CREATE TABLE public.time_record_corrections (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text NOT NULL,
    time_record_id text NOT NULL,
    old_clock_in timestamp(3) with time zone NOT NULL,
    old_clock_out timestamp(3) with time zone,
    clock_in timestamp(3) with time zone NOT NULL,
    clock_out timestamp(3) with time zone,
    reason text NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    status text DEFAULT 'PROPOSED'::text NOT NULL,
    decided_by text,
    decided_at timestamp(3) with time zone,
    CONSTRAINT time_record_corrections_at_most_99_hours CHECK (((clock_out - clock_in) < '99:59:42'::interval)),
    CONSTRAINT time_record_corrections_by_somebody_else CHECK (((status <> 'APPROVED'::text) OR (decided_by <> proposed_by))),
    CONSTRAINT time_record_corrections_change_something CHECK (((clock_in IS DISTINCT FROM old_clock_in) OR (clock_out IS DISTINCT FROM old_clock_out))),
    CONSTRAINT time_record_corrections_clock_in_in_range CHECK (((clock_in >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (clock_in < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT time_record_corrections_clock_out_in_range CHECK (((clock_out >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (clock_out < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT time_record_corrections_decided_at_in_range CHECK (((decided_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (decided_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT time_record_corrections_decision_is_whole CHECK (((status = 'PROPOSED'::text) = (decided_at IS NULL))),
    CONSTRAINT time_record_corrections_keep_the_clock_out CHECK (((old_clock_out IS NULL) OR (clock_out IS NOT NULL))),
    CONSTRAINT time_record_corrections_old_clock_in_in_range CHECK (((old_clock_in >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (old_clock_in < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT time_record_corrections_old_clock_out_in_range CHECK (((old_clock_out >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (old_clock_out < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT time_record_corrections_out_after_in CHECK ((clock_out > clock_in)),
    CONSTRAINT time_record_corrections_proposed_at_in_range CHECK (((proposed_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (proposed_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT time_record_corrections_reason_not_blank CHECK ((btrim(reason) <> ''::text)),
    CONSTRAINT time_record_corrections_status_known CHECK ((status = ANY (ARRAY['PROPOSED'::text, 'APPROVED'::text, 'REJECTED'::text, 'WITHDRAWN'::text])))
);
ALTER TABLE ONLY public.time_record_corrections FORCE ROW LEVEL SECURITY;

CREATE TABLE public.time_record_decisions (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text NOT NULL,
    time_record_id text NOT NULL,
    version_before integer NOT NULL,
    version_after integer NOT NULL,
    verdict public.decision_verdict NOT NULL,
    kind public.decision_kind NOT NULL,
    reason_code public.rejection_reason,
    reason text,
    elapsed_ms bigint,
    decided_by text NOT NULL,
    decided_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    flags medstint.json_array DEFAULT '[]'::text NOT NULL,
    CONSTRAINT time_record_decisions_decided_at_in_range CHECK (((decided_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (decided_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);
ALTER TABLE ONLY public.time_record_decisions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.time_record_questions (
    id text DEFAULT (gen_random_uuid())::text NOT NULL,
    school_id text NOT NULL,
    time_record_id text NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    question text NOT NULL,
    answer text,
    answered_at timestamp(3) with time zone,
    CONSTRAINT time_record_questions_answer_is_whole CHECK (((answer IS NULL) = (answered_at IS NULL))),
    CONSTRAINT time_record_questions_answer_not_blank CHECK ((btrim(answer) <> ''::text)),
    CONSTRAINT time_record_questions_answered_at_in_range CHECK (((answered_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (answered_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT time_record_questions_asked_at_in_range CHECK (((asked_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (asked_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT time_record_questions_question_not_blank CHECK ((btrim(question) <> ''::text))
);
ALTER TABLE ONLY public.time_record_questions FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY medstint.audit_event_types
    ADD CONSTRAINT audit_event_types_code_key UNIQUE (code);
ALTER TABLE ONLY medstint.audit_event_types
    ADD CONSTRAINT audit_event_types_pkey PRIMARY KEY (name);
ALTER TABLE ONLY medstint.audit_sealing
    ADD CONSTRAINT audit_sealing_pkey PRIMARY KEY (school);
ALTER TABLE ONLY medstint.audit_unsealed
    ADD CONSTRAINT audit_unsealed_pkey PRIMARY KEY (school, sequence);
ALTER TABLE ONLY medstint.badge_keys
    ADD CONSTRAINT badge_keys_pkey PRIMARY KEY (key);
ALTER TABLE ONLY medstint.channel_secret
    ADD CONSTRAINT channel_secret_pkey PRIMARY KEY (is_only);
ALTER TABLE ONLY medstint.days_moving
    ADD CONSTRAINT days_moving_pkey PRIMARY KEY (transaction_id);
ALTER TABLE ONLY medstint.definitions
    ADD CONSTRAINT definitions_pkey PRIMARY KEY (name);
ALTER TABLE ONLY medstint.definitions_release
    ADD CONSTRAINT definitions_release_pkey PRIMARY KEY (is_only);
ALTER TABLE ONLY medstint.duty_profiles
    ADD CONSTRAINT duty_profiles_pkey PRIMARY KEY (code);
ALTER TABLE ONLY medstint.flags_due
    ADD CONSTRAINT flags_due_pkey PRIMARY KEY (time_record_id);
ALTER TABLE ONLY medstint.flags_wanted
    ADD CONSTRAINT flags_wanted_pkey PRIMARY KEY (wanted_in, table_name, row_id);
ALTER TABLE ONLY medstint.kept_evaluations
    ADD CONSTRAINT kept_evaluations_pkey PRIMARY KEY (number);
ALTER TABLE ONLY medstint.key_removals
    ADD CONSTRAINT key_removals_pkey PRIMARY KEY (number);
ALTER TABLE ONLY medstint.kiosk_acts
    ADD CONSTRAINT kiosk_acts_pkey PRIMARY KEY (transaction_id);
ALTER TABLE ONLY medstint.locked_out_sessions
    ADD CONSTRAINT locked_out_sessions_pkey PRIMARY KEY (number);
ALTER TABLE ONLY medstint.password_attempts
    ADD CONSTRAINT password_attempts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY medstint.password_changes
    ADD CONSTRAINT password_changes_pkey PRIMARY KEY (number);
ALTER TABLE ONLY medstint.pin_attempts
    ADD CONSTRAINT pin_attempts_pkey PRIMARY KEY (subject);
ALTER TABLE ONLY medstint.pin_outcomes
    ADD CONSTRAINT pin_outcomes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY medstint.pins
    ADD CONSTRAINT pins_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY medstint.refused_enrolments
    ADD CONSTRAINT refused_enrolments_pkey PRIMARY KEY (number);
ALTER TABLE ONLY medstint.state_transitions
    ADD CONSTRAINT state_transitions_pkey PRIMARY KEY (table_name, old_status, new_status);
ALTER TABLE ONLY medstint.time_zones
    ADD CONSTRAINT time_zones_pkey PRIMARY KEY (name);
ALTER TABLE ONLY medstint.turns
    ADD CONSTRAINT turns_pkey PRIMARY KEY (kind, id);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_one_per_provider UNIQUE (user_id, provider_id);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alert_rules
    ADD CONSTRAINT alert_rules_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_logs
    ADD CONSTRAINT audit_logs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.certificate_authorities
    ADD CONSTRAINT certificate_authorities_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.clinical_site_locations
    ADD CONSTRAINT clinical_site_locations_id_with_site UNIQUE (id, clinical_site_id);
ALTER TABLE ONLY public.clinical_site_locations
    ADD CONSTRAINT clinical_site_locations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.clinical_sites
    ADD CONSTRAINT clinical_sites_id_with_school UNIQUE (id, school_id);
ALTER TABLE ONLY public.clinical_sites
    ADD CONSTRAINT clinical_sites_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.competencies
    ADD CONSTRAINT competencies_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.competency_assignments
    ADD CONSTRAINT competency_assignments_once_per_person UNIQUE (user_id, competency_id);
ALTER TABLE ONLY public.competency_assignments
    ADD CONSTRAINT competency_assignments_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.competency_deployments
    ADD CONSTRAINT competency_deployments_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.competency_templates
    ADD CONSTRAINT competency_templates_id_with_school UNIQUE (id, school_id);
ALTER TABLE ONLY public.competency_templates
    ADD CONSTRAINT competency_templates_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.delegations
    ADD CONSTRAINT delegations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.kiosk_punches
    ADD CONSTRAINT kiosk_punches_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.kiosk_states
    ADD CONSTRAINT kiosk_states_pkey PRIMARY KEY (kiosk_id);
ALTER TABLE ONLY public.kiosks
    ADD CONSTRAINT kiosks_credential_unique UNIQUE (credential_hash);
ALTER TABLE ONLY public.kiosks
    ADD CONSTRAINT kiosks_enrolment_unique UNIQUE (enrolment_hash);
ALTER TABLE ONLY public.kiosks
    ADD CONSTRAINT kiosks_id_with_site UNIQUE (id, clinical_site_id);
ALTER TABLE ONLY public.kiosks
    ADD CONSTRAINT kiosks_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notification_templates
    ADD CONSTRAINT notification_templates_one_per_type UNIQUE (school_id, type);
ALTER TABLE ONLY public.notification_templates
    ADD CONSTRAINT notification_templates_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.programs
    ADD CONSTRAINT programs_id_with_school UNIQUE (id, school_id);
ALTER TABLE ONLY public.programs
    ADD CONSTRAINT programs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rotations
    ADD CONSTRAINT rotations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.rotations
    ADD CONSTRAINT rotations_student_and_school UNIQUE (id, student_id, school_id);
ALTER TABLE ONLY public.rubric_criteria
    ADD CONSTRAINT rubric_criteria_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.school_policies
    ADD CONSTRAINT school_policies_pkey PRIMARY KEY (school_id);
ALTER TABLE ONLY public.schools
    ADD CONSTRAINT schools_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_token_unique UNIQUE (token);
ALTER TABLE ONLY public.time_record_corrections
    ADD CONSTRAINT time_record_corrections_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.time_record_decisions
    ADD CONSTRAINT time_record_decisions_once_per_version UNIQUE (time_record_id, version_before);
ALTER TABLE ONLY public.time_record_decisions
    ADD CONSTRAINT time_record_decisions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.time_record_questions
    ADD CONSTRAINT time_record_questions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.time_records
    ADD CONSTRAINT time_records_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.user_keys
    ADD CONSTRAINT user_keys_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_unique UNIQUE (email);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_id_with_school UNIQUE (id, school_id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE INDEX credential_changes_by ON medstint.credential_changes USING btree (changed_by, changed_at);
CREATE INDEX credential_changes_identities ON medstint.credential_changes USING btree (changed_by) WHERE (stands AND (kind = ANY (ARRAY['provider'::text, 'key'::text])));
CREATE INDEX credential_changes_of ON medstint.credential_changes USING btree (user_id, changed_at);
CREATE INDEX credential_changes_standing ON medstint.credential_changes USING btree (user_id, kind, item) WHERE stands;
CREATE INDEX flags_due_of_school ON medstint.flags_due USING btree (school_id);
CREATE INDEX kept_evaluations_of ON medstint.kept_evaluations USING btree (school, code, number);
CREATE INDEX key_removals_by_time ON medstint.key_removals USING btree (removed_at);
CREATE INDEX key_removals_of ON medstint.key_removals USING btree (key_id);
CREATE INDEX key_removals_waiting ON medstint.key_removals USING btree (key_id) WHERE (NOT is_applied);
CREATE INDEX password_attempts_counted ON medstint.password_attempts USING btree (realm, subject, counted_at) WHERE is_counted;
CREATE INDEX password_attempts_from_source ON medstint.password_attempts USING btree (realm, source, counted_at);
CREATE INDEX password_attempts_of_subject ON medstint.password_attempts USING btree (realm, subject, counted_at);
CREATE INDEX password_attempts_unreported ON medstint.password_attempts USING btree (counted_at) WHERE (NOT is_reported);
CREATE INDEX password_changes_by_time ON medstint.password_changes USING btree (made_at);
CREATE INDEX password_changes_of ON medstint.password_changes USING btree (user_id, era, number);
CREATE INDEX password_changes_waiting ON medstint.password_changes USING btree (user_id, number) WHERE (NOT is_applied);
CREATE INDEX pin_outcomes_of_kiosk ON medstint.pin_outcomes USING btree (kiosk_id, counted_at);
CREATE INDEX pin_outcomes_unreported ON medstint.pin_outcomes USING btree (counted_at) WHERE (NOT is_reported);
CREATE INDEX refused_enrolments_from ON medstint.refused_enrolments USING btree (source, refused_at);
CREATE INDEX refused_enrolments_unreported ON medstint.refused_enrolments USING btree (refused_at) WHERE (NOT is_reported);
CREATE INDEX accounts_by_time ON public.accounts USING btree (school_id, created_at, id);
CREATE INDEX accounts_credentials ON public.accounts USING btree (user_id) WHERE (provider_id = 'credential'::text);
CREATE INDEX alert_rules_by_name ON public.alert_rules USING btree (school_id, name, id);
CREATE UNIQUE INDEX alert_rules_one_of_a_code ON public.alert_rules USING btree (COALESCE(school_id, ''::text), code);
CREATE INDEX alerts_by_time ON public.alerts USING btree (school_id, last_at, id);
CREATE UNIQUE INDEX alerts_one_open ON public.alerts USING btree (rule_id, COALESCE(school_id, ''::text), subject) WHERE (acknowledged_at IS NULL);
CREATE INDEX assessments_approved ON public.assessments USING btree (school_id, created_at, id) WHERE (status = 'APPROVED'::public.assessment_status);
CREATE INDEX assessments_by_school ON public.assessments USING btree (school_id, created_at, id);
CREATE INDEX assessments_drafts ON public.assessments USING btree (school_id, created_at, id) WHERE (status = 'DRAFT'::public.assessment_status);
CREATE INDEX assessments_of_assessor ON public.assessments USING btree (assessor_id);
CREATE INDEX assessments_of_competency ON public.assessments USING btree (competency_id);
CREATE INDEX assessments_of_rotation ON public.assessments USING btree (rotation_id);
CREATE INDEX assessments_reviewed ON public.assessments USING btree (school_id, created_at, id) WHERE (status = 'REVIEWED'::public.assessment_status);
CREATE INDEX assessments_submitted ON public.assessments USING btree (school_id, created_at, id) WHERE (status = 'SUBMITTED'::public.assessment_status);
CREATE UNIQUE INDEX audit_logs_by_sequence ON public.audit_logs USING btree (school_id, sequence);
CREATE UNIQUE INDEX audit_logs_by_sequence_of_none ON public.audit_logs USING btree (sequence) WHERE (school_id IS NULL);
CREATE INDEX audit_logs_by_time ON public.audit_logs USING btree (school_id, created_at, sequence) INCLUDE (severity);
CREATE INDEX audit_logs_of_action ON public.audit_logs USING btree (school_id, action, created_at, sequence);
CREATE INDEX audit_logs_of_address ON public.audit_logs USING btree (school_id, ip_address, created_at, sequence);
CREATE INDEX audit_logs_of_platform ON public.audit_logs USING btree (created_at, sequence) WHERE (school_id IS NULL);
CREATE INDEX audit_logs_of_platform_severe ON public.audit_logs USING btree (created_at, sequence) WHERE ((school_id IS NULL) AND (severity = ANY (ARRAY['HIGH'::public.audit_severity, 'CRITICAL'::public.audit_severity])));
CREATE INDEX audit_logs_of_resource ON public.audit_logs USING btree (resource_id, created_at, sequence);
CREATE INDEX audit_logs_of_transaction ON public.audit_logs USING btree (transaction_id, sequence);
CREATE INDEX audit_logs_of_user ON public.audit_logs USING btree (user_id, created_at, sequence);
CREATE INDEX audit_logs_severe ON public.audit_logs USING btree (school_id, created_at, sequence) WHERE (severity = ANY (ARRAY['HIGH'::public.audit_severity, 'CRITICAL'::public.audit_severity]));
CREATE INDEX audit_seals_by_sequence ON public.audit_seals USING btree (school_id, most_sequence);
CREATE UNIQUE INDEX audit_seals_in_a_row ON public.audit_seals USING btree (COALESCE(school_id, ''::text), number);
CREATE INDEX audit_seals_of_platform ON public.audit_seals USING btree (most_sequence) WHERE (school_id IS NULL);
CREATE INDEX audit_seals_of_school ON public.audit_seals USING btree (school_id, number);
CREATE INDEX certificate_authorities_by ON public.certificate_authorities USING gin (added_by);
CREATE INDEX certificate_authorities_of_school ON public.certificate_authorities USING btree (school_id, added_at, id);
CREATE UNIQUE INDEX certificate_authorities_once ON public.certificate_authorities USING btree (fingerprint, school_id) WHERE (removed_at IS NULL);
CREATE UNIQUE INDEX certificate_authorities_one_a_place ON public.certificate_authorities USING btree (school_id, place) WHERE (removed_at IS NULL);
CREATE INDEX clinical_site_locations_active_by_name ON public.clinical_site_locations USING btree (school_id, name, id) WHERE is_active;
CREATE INDEX clinical_site_locations_inactive_by_name ON public.clinical_site_locations USING btree (school_id, name, id) WHERE (NOT is_active);
CREATE UNIQUE INDEX clinical_site_locations_unique_in_site ON public.clinical_site_locations USING btree (clinical_site_id, medstint.search_key(name));
CREATE INDEX clinical_sites_active_by_name ON public.clinical_sites USING btree (school_id, name, id) WHERE is_active;
CREATE INDEX clinical_sites_inactive_by_name ON public.clinical_sites USING btree (school_id, name, id) WHERE (NOT is_active);
CREATE UNIQUE INDEX clinical_sites_unique_in_school ON public.clinical_sites USING btree (school_id, medstint.search_key(name));
CREATE INDEX competencies_by_school ON public.competencies USING btree (school_id, name, id);
CREATE INDEX competencies_of_template ON public.competencies USING btree (template_id);
CREATE INDEX competency_assignments_by_due ON public.competency_assignments USING btree (school_id, COALESCE(due_date, 'infinity'::timestamp with time zone), id);
CREATE INDEX competency_assignments_done_by_due ON public.competency_assignments USING btree (school_id, COALESCE(due_date, 'infinity'::timestamp with time zone), id) WHERE (status = 'COMPLETED'::public.assignment_status);
CREATE INDEX competency_assignments_of_competency_by_due ON public.competency_assignments USING btree (competency_id, COALESCE(due_date, 'infinity'::timestamp with time zone), id);
CREATE INDEX competency_assignments_of_deployment ON public.competency_assignments USING btree (deployment_id);
CREATE INDEX competency_assignments_of_user_by_due ON public.competency_assignments USING btree (user_id, COALESCE(due_date, 'infinity'::timestamp with time zone), id);
CREATE INDEX competency_assignments_to_do_by_due ON public.competency_assignments USING btree (school_id, COALESCE(due_date, 'infinity'::timestamp with time zone), id) WHERE (status <> 'COMPLETED'::public.assignment_status);
CREATE INDEX competency_deployments_archived ON public.competency_deployments USING btree (school_id, created_at, id) WHERE (status = 'ARCHIVED'::public.deployment_status);
CREATE INDEX competency_deployments_by_school ON public.competency_deployments USING btree (school_id, created_at, id);
CREATE INDEX competency_deployments_in_force ON public.competency_deployments USING btree (school_id, created_at, id) WHERE (status <> 'ARCHIVED'::public.deployment_status);
CREATE INDEX competency_deployments_of_template ON public.competency_deployments USING btree (template_id);
CREATE INDEX competency_templates_active_by_name ON public.competency_templates USING btree (name, version, id) WHERE is_active;
CREATE INDEX competency_templates_inactive_by_name ON public.competency_templates USING btree (name, version, id) WHERE (NOT is_active);
CREATE UNIQUE INDEX competency_templates_version_unique ON public.competency_templates USING btree (school_id, medstint.search_key(name), version);
CREATE INDEX delegations_by_end ON public.delegations USING btree (school_id, ends_at, id);
CREATE INDEX delegations_of_deputy ON public.delegations USING btree (to_user_id, ends_at) WHERE (revoked_at IS NULL);
CREATE INDEX idx_assessments_student_competency ON public.assessments USING btree (student_id, competency_id);
CREATE INDEX idx_notifications_user_unread ON public.notifications USING btree (user_id, is_read);
CREATE INDEX idx_rotations_student_dates ON public.rotations USING btree (student_id, start_date, end_date);
CREATE INDEX idx_time_records_student_date ON public.time_records USING btree (student_id, date);
CREATE INDEX idx_users_role ON public.users USING btree (role);
CREATE INDEX idx_users_school_id ON public.users USING btree (school_id);
CREATE INDEX kiosk_punches_of_student ON public.kiosk_punches USING btree (student_id, punched_at) WHERE (status = 'RECORDED'::text);
CREATE INDEX kiosk_punches_quarantined ON public.kiosk_punches USING btree (school_id, received_at, id) WHERE (status = 'QUARANTINED'::text);
CREATE INDEX kiosk_punches_settled ON public.kiosk_punches USING btree (school_id, received_at, id) WHERE (status = ANY (ARRAY['RESOLVED'::text, 'DISCARDED'::text]));
CREATE INDEX kiosks_by_name ON public.kiosks USING btree (school_id, name, id);
CREATE UNIQUE INDEX kiosks_unique_in_site ON public.kiosks USING btree (clinical_site_id, medstint.search_key(name));
CREATE INDEX notifications_of_user ON public.notifications USING btree (user_id, created_at, id);
CREATE UNIQUE INDEX notifications_once ON public.notifications USING btree (user_id, dedup_key) WHERE (dedup_key IS NOT NULL);
CREATE INDEX notifications_unread_of_user ON public.notifications USING btree (user_id, created_at, id) WHERE (NOT is_read);
CREATE INDEX programs_active_by_name ON public.programs USING btree (school_id, name, id) WHERE is_active;
CREATE INDEX programs_inactive_by_name ON public.programs USING btree (school_id, name, id) WHERE (NOT is_active);
CREATE UNIQUE INDEX programs_unique_in_school ON public.programs USING btree (school_id, medstint.search_key(name), class_year);
CREATE INDEX rotations_active_by_end ON public.rotations USING btree (school_id, end_date, id) WHERE (status = 'ACTIVE'::public.rotation_status);
CREATE INDEX rotations_booked_of_site ON public.rotations USING btree (clinical_site_id, end_date) INCLUDE (start_date) WHERE (status = ANY (ARRAY['SCHEDULED'::public.rotation_status, 'ACTIVE'::public.rotation_status]));
CREATE INDEX rotations_booked_of_student ON public.rotations USING btree (student_id, end_date) INCLUDE (start_date) WHERE (status = ANY (ARRAY['SCHEDULED'::public.rotation_status, 'ACTIVE'::public.rotation_status]));
CREATE INDEX rotations_by_end ON public.rotations USING btree (school_id, end_date, id);
CREATE INDEX rotations_cancelled_by_end ON public.rotations USING btree (school_id, end_date, id) WHERE (status = 'CANCELLED'::public.rotation_status);
CREATE INDEX rotations_completed_by_end ON public.rotations USING btree (school_id, end_date, id) WHERE (status = 'COMPLETED'::public.rotation_status);
CREATE INDEX rotations_of_preceptor ON public.rotations USING btree (preceptor_id);
CREATE INDEX rotations_of_site ON public.rotations USING btree (clinical_site_id, start_date);
CREATE INDEX rotations_of_student ON public.rotations USING btree (student_id, start_date, id);
CREATE INDEX rotations_of_supervisor ON public.rotations USING btree (supervisor_id);
CREATE INDEX rotations_scheduled_by_end ON public.rotations USING btree (school_id, end_date, id) WHERE (status = 'SCHEDULED'::public.rotation_status);
CREATE INDEX rubric_criteria_in_order ON public.rubric_criteria USING btree (order_index, id);
CREATE INDEX rubric_criteria_of_competency ON public.rubric_criteria USING btree (competency_id, order_index);
CREATE INDEX rubric_criteria_of_template ON public.rubric_criteria USING btree (template_id, order_index);
CREATE INDEX schools_active_by_name ON public.schools USING btree (name, id) WHERE is_active;
CREATE INDEX schools_inactive_by_name ON public.schools USING btree (name, id) WHERE (NOT is_active);
CREATE INDEX sessions_by_time ON public.sessions USING btree (school_id, created_at, id);
CREATE INDEX sessions_of_keys ON public.sessions USING btree (key_id, created_at) WHERE (key_id IS NOT NULL);
CREATE INDEX sessions_of_user ON public.sessions USING btree (user_id);
CREATE INDEX sessions_open_by_time ON public.sessions USING btree (school_id, created_at, id) WHERE (revoked_at IS NULL);
CREATE INDEX time_record_corrections_decided ON public.time_record_corrections USING btree (school_id, proposed_at, id) WHERE (status <> 'PROPOSED'::text);
CREATE INDEX time_record_corrections_of_record ON public.time_record_corrections USING btree (time_record_id, proposed_at);
CREATE UNIQUE INDEX time_record_corrections_one_at_a_time ON public.time_record_corrections USING btree (time_record_id) WHERE (status = 'PROPOSED'::text);
CREATE INDEX time_record_corrections_proposed ON public.time_record_corrections USING btree (school_id, proposed_at, id) WHERE (status = 'PROPOSED'::text);
CREATE INDEX time_record_decisions_by_person ON public.time_record_decisions USING btree (decided_by, decided_at, id);
CREATE INDEX time_record_decisions_by_school ON public.time_record_decisions USING btree (school_id, decided_at, id);
CREATE INDEX time_record_questions_of_record ON public.time_record_questions USING btree (time_record_id, asked_at);
CREATE INDEX time_record_questions_open ON public.time_record_questions USING btree (time_record_id) WHERE (answered_at IS NULL);
CREATE INDEX time_records_approved_by_length ON public.time_records USING btree (school_id, COALESCE(elapsed_ms, '9007199254740991'::bigint), id) WHERE (status = 'APPROVED'::public.time_record_status);
CREATE INDEX time_records_approved_by_time ON public.time_records USING btree (school_id, clock_in, id) WHERE (status = 'APPROVED'::public.time_record_status);
CREATE INDEX time_records_approved_by_triage ON public.time_records USING btree (school_id, triage, clock_in, id) WHERE (status = 'APPROVED'::public.time_record_status);
CREATE INDEX time_records_approved_of_rotation ON public.time_records USING btree (rotation_id) INCLUDE (elapsed_ms) WHERE (status = 'APPROVED'::public.time_record_status);
CREATE INDEX time_records_approved_of_student ON public.time_records USING btree (student_id) INCLUDE (elapsed_ms) WHERE (status = 'APPROVED'::public.time_record_status);
CREATE INDEX time_records_by_device_in ON public.time_records USING btree (clock_in_ip_address, clock_in) WHERE ((clock_in_ip_address IS NOT NULL) AND (clock_in_source <> 'KIOSK'::public.punch_source));
CREATE INDEX time_records_by_device_out ON public.time_records USING btree (clock_out_ip_address, clock_out) WHERE ((clock_out_ip_address IS NOT NULL) AND (clock_out_source IS DISTINCT FROM 'KIOSK'::public.punch_source));
CREATE INDEX time_records_by_rotation ON public.time_records USING btree (rotation_id, clock_in, id);
CREATE INDEX time_records_by_site ON public.time_records USING btree (clinical_site_id, clock_in, id);
CREATE INDEX time_records_by_student ON public.time_records USING btree (student_id, clock_in, id);
CREATE INDEX time_records_open_by_time ON public.time_records USING btree (school_id, clock_in, id) WHERE ((status = 'PENDING'::public.time_record_status) AND (clock_out IS NULL));
CREATE INDEX time_records_open_by_triage ON public.time_records USING btree (school_id, triage, clock_in, id) WHERE ((status = 'PENDING'::public.time_record_status) AND (clock_out IS NULL));
CREATE INDEX time_records_open_of_student ON public.time_records USING btree (student_id) WHERE (clock_out IS NULL);
CREATE INDEX time_records_pending_by_length ON public.time_records USING btree (school_id, COALESCE(elapsed_ms, '9007199254740991'::bigint), id) WHERE (status = 'PENDING'::public.time_record_status);
CREATE INDEX time_records_pending_by_time ON public.time_records USING btree (school_id, clock_in, id) WHERE (status = 'PENDING'::public.time_record_status);
CREATE INDEX time_records_pending_by_triage ON public.time_records USING btree (school_id, triage, clock_in, id) INCLUDE (elapsed_ms) WHERE (status = 'PENDING'::public.time_record_status);
CREATE INDEX time_records_pending_of_rotation ON public.time_records USING btree (rotation_id) INCLUDE (elapsed_ms) WHERE (status = 'PENDING'::public.time_record_status);
CREATE INDEX time_records_pending_of_site ON public.time_records USING btree (clinical_site_id, id) WHERE (status = 'PENDING'::public.time_record_status);
CREATE INDEX time_records_pending_of_student ON public.time_records USING btree (student_id, clock_in, id) WHERE (status = 'PENDING'::public.time_record_status);
CREATE INDEX time_records_rejected_by_length ON public.time_records USING btree (school_id, COALESCE(elapsed_ms, '9007199254740991'::bigint), id) WHERE (status = 'REJECTED'::public.time_record_status);
CREATE INDEX time_records_rejected_by_time ON public.time_records USING btree (school_id, clock_in, id) WHERE (status = 'REJECTED'::public.time_record_status);
CREATE INDEX time_records_rejected_by_triage ON public.time_records USING btree (school_id, triage, clock_in, id) WHERE (status = 'REJECTED'::public.time_record_status);
CREATE INDEX user_keys_in_use_by_time ON public.user_keys USING btree (school_id, added_at, id) WHERE (removed_at IS NULL);
CREATE UNIQUE INDEX user_keys_of_one_person ON public.user_keys USING btree (fingerprint) WHERE (removed_at IS NULL);
CREATE INDEX user_keys_of_user ON public.user_keys USING btree (user_id, added_at, id);
CREATE INDEX user_keys_removed_by_time ON public.user_keys USING btree (school_id, added_at, id) WHERE (removed_at IS NOT NULL);
CREATE UNIQUE INDEX users_badge_unique ON public.users USING btree (school_id, medstint.case_folded(badge));
CREATE INDEX users_by_name ON public.users USING btree (school_id, sort_name, id);
CREATE INDEX users_inactive_by_name ON public.users USING btree (school_id, sort_name, id) WHERE (NOT is_active);
CREATE INDEX users_of_program ON public.users USING btree (program_id);
CREATE INDEX users_staff_by_name ON public.users USING btree (school_id, sort_name, id) WHERE (is_active AND (role <> 'STUDENT'::public.user_role));
CREATE UNIQUE INDEX users_student_number_unique ON public.users USING btree (school_id, medstint.case_folded(student_id));
CREATE INDEX users_students_by_name ON public.users USING btree (school_id, sort_name, id) WHERE (is_active AND (role = 'STUDENT'::public.user_role));
CREATE TRIGGER e_note_credential AFTER INSERT OR UPDATE OF pin_hash, code_hash ON medstint.pins FOR EACH ROW EXECUTE FUNCTION medstint.note_pin();
CREATE CONSTRAINT TRIGGER reflag_wanted AFTER INSERT ON medstint.flags_wanted DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION medstint.reflag_wanted();
CREATE TRIGGER a_accuracy_is_tame BEFORE INSERT OR UPDATE OF clock_in_accuracy_m, clock_out_accuracy_m ON public.time_records FOR EACH ROW EXECUTE FUNCTION medstint.tame_accuracy();
CREATE TRIGGER a_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_logs FOR EACH STATEMENT EXECUTE FUNCTION medstint.keep_trail();
CREATE TRIGGER a_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_seals FOR EACH STATEMENT EXECUTE FUNCTION medstint.keep_trail();
CREATE TRIGGER a_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.time_record_decisions FOR EACH STATEMENT EXECUTE FUNCTION medstint.refuse_change();
CREATE TRIGGER a_bound_device_clock BEFORE INSERT ON public.kiosk_punches FOR EACH ROW EXECUTE FUNCTION medstint.bound_device_clock();
CREATE TRIGGER a_date_is_the_databases BEFORE UPDATE OF date ON public.time_records FOR EACH ROW WHEN (((new.date IS DISTINCT FROM old.date) AND (NOT medstint.days_move()))) EXECUTE FUNCTION medstint.keep_date();
CREATE TRIGGER a_fill_adders BEFORE INSERT ON public.certificate_authorities FOR EACH ROW EXECUTE FUNCTION medstint.fill_adders();
CREATE TRIGGER a_fill_password_change BEFORE INSERT ON public.sessions FOR EACH ROW EXECUTE FUNCTION medstint.fill_password_change();
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, user_id ON public.accounts FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('user_id', 'users');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, student_id, assessor_id, competency_id, rotation_id ON public.assessments FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('student_id', 'users', 'assessor_id', 'users', 'competency_id', 'competencies', 'rotation_id', 'rotations');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id ON public.certificate_authorities FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id();
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, clinical_site_id ON public.clinical_site_locations FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('clinical_site_id', 'clinical_sites');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id ON public.clinical_sites FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id();
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, program_id, template_id ON public.competencies FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('program_id', 'programs', 'template_id', 'competency_templates');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, user_id, competency_id, deployment_id ON public.competency_assignments FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('user_id', 'users', 'competency_id', 'competencies', 'deployment_id', 'competency_deployments');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, template_id, deployed_by ON public.competency_deployments FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('template_id', 'competency_templates', 'deployed_by', 'users');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, created_by ON public.competency_templates FOR EACH ROW WHEN ((new.source <> 'STANDARD'::public.competency_template_source)) EXECUTE FUNCTION medstint.fill_school_id('created_by', 'users');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, from_user_id, to_user_id ON public.delegations FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('from_user_id', 'users', 'to_user_id', 'users');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, clinical_site_id, location_id ON public.kiosks FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('clinical_site_id', 'clinical_sites', 'location_id', 'clinical_site_locations');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, user_id ON public.notifications FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('user_id', 'users');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id ON public.programs FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id();
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, student_id, clinical_site_id, preceptor_id, supervisor_id ON public.rotations FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('student_id', 'users', 'clinical_site_id', 'clinical_sites', 'preceptor_id', 'users', 'supervisor_id', 'users');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, competency_id, template_id ON public.rubric_criteria FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('competency_id', 'competencies', 'template_id', 'competency_templates');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, user_id ON public.sessions FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('user_id', 'users');
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, user_id ON public.user_keys FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_of_key();
CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, program_id ON public.users FOR EACH ROW WHEN ((new.role <> 'SUPER_ADMIN'::public.user_role)) EXECUTE FUNCTION medstint.fill_school_id('program_id', 'programs');
CREATE TRIGGER a_fill_time_record BEFORE INSERT OR UPDATE OF school_id, rotation_id, student_id, clinical_site_id, clock_in ON public.time_records FOR EACH ROW EXECUTE FUNCTION medstint.fill_time_record();
CREATE TRIGGER a_fill_time_zone BEFORE INSERT OR UPDATE OF time_zone ON public.clinical_sites FOR EACH ROW EXECUTE FUNCTION medstint.fill_time_zone();
CREATE TRIGGER a_fill_time_zone BEFORE INSERT OR UPDATE OF time_zone ON public.schools FOR EACH ROW EXECUTE FUNCTION medstint.fill_time_zone();
CREATE TRIGGER a_fill_user_name BEFORE INSERT OR UPDATE OF name, given_name, family_name, email ON public.users FOR EACH ROW EXECUTE FUNCTION medstint.fill_user_name();
CREATE TRIGGER a_flags_are_the_databases BEFORE UPDATE OF flags, triage, edited_at, editors, clock_in_is_edited, clock_out_is_edited, possible_punchers, created_at, is_offline, clock_is_unverified ON public.time_records FOR EACH ROW EXECUTE FUNCTION medstint.keep_flags();
CREATE TRIGGER a_hide_pin BEFORE INSERT OR UPDATE OF badge ON public.kiosk_punches FOR EACH ROW EXECUTE FUNCTION medstint.hide_pin();
CREATE TRIGGER a_hold_for_change AFTER UPDATE ON public.time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.hold_for_change();
CREATE TRIGGER a_hold_roles BEFORE UPDATE OF role, is_active ON public.users FOR EACH STATEMENT EXECUTE FUNCTION medstint.hold_roles();
CREATE TRIGGER a_hold_rubric BEFORE INSERT OR DELETE OR UPDATE ON public.rubric_criteria FOR EACH ROW EXECUTE FUNCTION medstint.hold_rubric();
CREATE TRIGGER a_keep_young BEFORE DELETE ON public.audit_logs FOR EACH ROW WHEN ((old.created_at > (now() - '6 years'::interval))) EXECUTE FUNCTION medstint.keep_young();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.accounts FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.alert_rules FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.alerts FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.assessments FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.certificate_authorities FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.clinical_site_locations FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.clinical_sites FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.competencies FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.competency_assignments FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.competency_deployments FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.competency_templates FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.delegations FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.kiosks FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.notification_templates FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.notifications FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.programs FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.rotations FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.rubric_criteria FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF school_id ON public.school_policies FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.schools FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.time_record_corrections FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.time_record_questions FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.time_records FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.user_keys FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.users FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();
CREATE TRIGGER a_owner_is_fixed BEFORE UPDATE OF school_id, key, added_by ON public.certificate_authorities FOR EACH ROW WHEN (((old.school_id <> new.school_id) OR (old.key <> new.key) OR (old.added_by <> new.added_by))) EXECUTE FUNCTION medstint.refuse_move('owner');
CREATE TRIGGER a_owner_is_fixed BEFORE UPDATE OF user_id, key ON public.user_keys FOR EACH ROW WHEN (((old.user_id <> new.user_id) OR (old.key <> new.key))) EXECUTE FUNCTION medstint.refuse_move('owner');
CREATE TRIGGER a_record_decisions AFTER UPDATE ON public.time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.record_decisions();
CREATE TRIGGER a_removal_is_final BEFORE UPDATE OF removed_at ON public.certificate_authorities FOR EACH ROW WHEN (((old.removed_at IS NOT NULL) AND (old.removed_at IS DISTINCT FROM new.removed_at))) EXECUTE FUNCTION medstint.refuse_move('removal');
CREATE TRIGGER a_removal_is_final BEFORE UPDATE OF removed_at ON public.user_keys FOR EACH ROW WHEN (((old.removed_at IS NOT NULL) AND (old.removed_at IS DISTINCT FROM new.removed_at))) EXECUTE FUNCTION medstint.refuse_move('removal');
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.assessments FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.clinical_site_locations FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.clinical_sites FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.competencies FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.competency_deployments FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.competency_templates FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.kiosks FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.programs FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.rotations FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.time_records FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');
CREATE TRIGGER a_share_rubric BEFORE INSERT OR UPDATE OF rubric_scores, competency_id ON public.assessments FOR EACH ROW WHEN ((new.rubric_scores IS NOT NULL)) EXECUTE FUNCTION medstint.share_rubric();
CREATE TRIGGER a_site_is_fixed BEFORE UPDATE OF clinical_site_id ON public.clinical_site_locations FOR EACH ROW WHEN ((old.clinical_site_id <> new.clinical_site_id)) EXECUTE FUNCTION medstint.refuse_move('site');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name, code ON public.alert_rules FOR EACH ROW EXECUTE FUNCTION medstint.tidy_alert_rules();
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF comment ON public.certificate_authorities FOR EACH ROW EXECUTE FUNCTION medstint.tidy_text('comment?');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name ON public.clinical_site_locations FOR EACH ROW EXECUTE FUNCTION medstint.tidy_text('name');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name, contact_person_name, contact_person_email ON public.clinical_sites FOR EACH ROW EXECUTE FUNCTION medstint.tidy_text('name', 'contact_person_name?', 'contact_person_email?');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name, category, version ON public.competencies FOR EACH ROW EXECUTE FUNCTION medstint.tidy_text('name', 'category', 'version');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name, category, version ON public.competency_templates FOR EACH ROW EXECUTE FUNCTION medstint.tidy_text('name', 'category', 'version');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name ON public.kiosks FOR EACH ROW EXECUTE FUNCTION medstint.tidy_text('name');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name ON public.programs FOR EACH ROW EXECUTE FUNCTION medstint.tidy_text('name');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF specialty ON public.rotations FOR EACH ROW EXECUTE FUNCTION medstint.tidy_text('specialty');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF criterion_name ON public.rubric_criteria FOR EACH ROW EXECUTE FUNCTION medstint.tidy_text('criterion_name');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name, email ON public.schools FOR EACH ROW EXECUTE FUNCTION medstint.tidy_text('name', 'email?');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF comment ON public.user_keys FOR EACH ROW EXECUTE FUNCTION medstint.tidy_text('comment?');
CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF email, name, given_name, family_name, student_id, badge ON public.users FOR EACH ROW EXECUTE FUNCTION medstint.tidy_text('email', 'name', 'given_name?', 'family_name?', 'student_id?', 'badge?');
CREATE TRIGGER aa_refuse_flags_due AFTER UPDATE ON public.time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.refuse_flags_due();
CREATE TRIGGER b_begin_sealing AFTER INSERT ON public.schools REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.begin_sealing();
CREATE TRIGGER b_check_assignment BEFORE INSERT ON public.competency_assignments FOR EACH ROW EXECUTE FUNCTION medstint.check_assignment();
CREATE TRIGGER b_check_badge BEFORE INSERT OR UPDATE OF badge, student_id, email, school_id, program_id ON public.users FOR EACH ROW EXECUTE FUNCTION medstint.check_badge();
CREATE TRIGGER b_check_criterion BEFORE INSERT OR DELETE OR UPDATE ON public.rubric_criteria FOR EACH ROW EXECUTE FUNCTION medstint.check_criterion();
CREATE TRIGGER b_check_delegation BEFORE INSERT OR UPDATE ON public.delegations FOR EACH ROW WHEN ((NOT medstint.days_move())) EXECUTE FUNCTION medstint.check_delegation();
CREATE TRIGGER b_check_kiosk BEFORE INSERT OR UPDATE OF location_id, clinical_site_id ON public.kiosks FOR EACH ROW EXECUTE FUNCTION medstint.check_kiosk();
CREATE TRIGGER b_check_length BEFORE INSERT OR UPDATE OF clock_in, clock_out ON public.time_records FOR EACH ROW WHEN (((new.clock_out - new.clock_in) >= '99:59:42'::interval)) EXECUTE FUNCTION medstint.check_length();
CREATE TRIGGER b_check_new_time_record BEFORE INSERT ON public.time_records FOR EACH ROW EXECUTE FUNCTION medstint.check_time_record();
CREATE TRIGGER b_check_references AFTER INSERT OR UPDATE OF user_id, school_id ON public.notifications FOR EACH ROW EXECUTE FUNCTION medstint.check_references();
CREATE TRIGGER b_check_references AFTER INSERT OR UPDATE OF user_id, school_id, active_school_id ON public.sessions FOR EACH ROW EXECUTE FUNCTION medstint.check_references();
CREATE TRIGGER b_check_rotation BEFORE INSERT OR UPDATE OF student_id, clinical_site_id, preceptor_id, supervisor_id, specialty, start_date, end_date, required_hours, status ON public.rotations FOR EACH ROW WHEN ((NOT medstint.days_move())) EXECUTE FUNCTION medstint.check_rotation();
CREATE TRIGGER b_check_school BEFORE UPDATE OF is_active ON public.schools FOR EACH ROW EXECUTE FUNCTION medstint.check_school();
CREATE TRIGGER b_check_template BEFORE INSERT OR UPDATE ON public.competency_templates FOR EACH ROW EXECUTE FUNCTION medstint.check_template();
CREATE TRIGGER b_check_time_record BEFORE UPDATE ON public.time_records FOR EACH ROW WHEN ((((old.flags)::text = (new.flags)::text) AND (old.triage = new.triage) AND ((new.date = old.date) OR (NOT medstint.days_move())))) EXECUTE FUNCTION medstint.check_time_record();
CREATE TRIGGER b_check_transition BEFORE INSERT OR UPDATE ON public.assessments FOR EACH ROW EXECUTE FUNCTION medstint.check_transition();
CREATE TRIGGER b_check_transition BEFORE INSERT OR UPDATE ON public.competency_assignments FOR EACH ROW EXECUTE FUNCTION medstint.check_transition();
CREATE TRIGGER b_check_transition BEFORE INSERT OR UPDATE ON public.competency_deployments FOR EACH ROW EXECUTE FUNCTION medstint.check_transition();
CREATE TRIGGER b_check_transition BEFORE INSERT OR UPDATE ON public.rotations FOR EACH ROW EXECUTE FUNCTION medstint.check_transition();
CREATE TRIGGER b_check_user BEFORE INSERT OR UPDATE OF email, name, given_name, family_name, role, school_id, program_id, student_id, academic_status, onboarding_completed, is_active ON public.users FOR EACH ROW EXECUTE FUNCTION medstint.check_user();
CREATE TRIGGER b_hours_after_delete AFTER DELETE ON public.time_records REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.hours_of_changed_records();
CREATE TRIGGER b_hours_after_update AFTER UPDATE ON public.time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.hours_of_changed_records();
CREATE TRIGGER b_moves_assignment AFTER UPDATE ON public.assessments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.assessment_moves_assignment();
CREATE TRIGGER b_name_punchers BEFORE INSERT ON public.kiosk_punches FOR EACH ROW WHEN ((new.status = 'QUARANTINED'::text)) EXECUTE FUNCTION medstint.name_punchers();
CREATE TRIGGER b_names_are_known BEFORE INSERT OR UPDATE OF type, title, message ON public.notification_templates FOR EACH ROW WHEN ((new.school_id IS NOT NULL)) EXECUTE FUNCTION medstint.refuse_unknown_names();
CREATE TRIGGER b_release_references AFTER DELETE ON public.alert_rules FOR EACH ROW EXECUTE FUNCTION medstint.release_alert_rule();
CREATE TRIGGER b_release_references AFTER DELETE ON public.kiosks FOR EACH ROW EXECUTE FUNCTION medstint.release_kiosk();
CREATE TRIGGER b_release_references AFTER DELETE ON public.schools FOR EACH ROW EXECUTE FUNCTION medstint.release_school();
CREATE TRIGGER b_release_references AFTER DELETE ON public.users FOR EACH ROW EXECUTE FUNCTION medstint.release_user();
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.accounts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('account');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.alert_rules REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('alert_rule');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.alerts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('alert');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.assessments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('assessment');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.certificate_authorities REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('certificate_authority');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.clinical_site_locations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('clinical_site_location');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.clinical_sites REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('clinical_site');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.competencies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('competency');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.competency_assignments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('competency_assignment');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.competency_deployments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('competency_deployment');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.competency_templates REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('competency_template');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.delegations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('delegation');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.kiosks REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('kiosk');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.notification_templates REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('notification_template');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.notifications REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('notification');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.programs REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('program');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.rotations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('rotation');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.rubric_criteria REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('rubric_criterion');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.school_policies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('school_policy');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.schools REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('school');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.time_record_corrections REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('time_record_correction');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.time_record_questions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('time_record_question');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.time_records REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('time_record');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.user_keys REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('user_key');
CREATE TRIGGER c_audit_delete AFTER DELETE ON public.users REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('user');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.accounts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('account');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.alert_rules REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('alert_rule');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.alerts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('alert');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.assessments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('assessment');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.certificate_authorities REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('certificate_authority');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.clinical_site_locations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('clinical_site_location');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.clinical_sites REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('clinical_site');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.competencies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('competency');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.competency_assignments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('competency_assignment');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.competency_deployments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('competency_deployment');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.competency_templates REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('competency_template');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.delegations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('delegation');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.kiosks REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('kiosk');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.notification_templates REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('notification_template');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.notifications REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('notification');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.programs REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('program');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.rotations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('rotation');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.rubric_criteria REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('rubric_criterion');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.school_policies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('school_policy');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.schools REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('school');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.time_record_corrections REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('time_record_correction');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.time_record_questions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('time_record_question');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.time_records REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('time_record');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.user_keys REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('user_key');
CREATE TRIGGER c_audit_insert AFTER INSERT ON public.users REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('user');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.accounts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('account');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.alert_rules REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('alert_rule');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.alerts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('alert');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.assessments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('assessment');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.certificate_authorities REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('certificate_authority');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.clinical_site_locations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('clinical_site_location');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.clinical_sites REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('clinical_site');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.competencies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('competency');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.competency_assignments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('competency_assignment');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.competency_deployments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('competency_deployment');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.competency_templates REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('competency_template');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.delegations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('delegation');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.kiosks REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('kiosk');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.notification_templates REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('notification_template');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.notifications REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('notification');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.programs REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('program');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.rotations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('rotation');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.rubric_criteria REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('rubric_criterion');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.school_policies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('school_policy');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.schools REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('school');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.time_record_corrections REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('time_record_correction');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.time_record_questions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('time_record_question');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((NOT medstint.days_move())) EXECUTE FUNCTION medstint.audit_time_record_update('time_record');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.user_keys REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('user_key');
CREATE TRIGGER c_audit_update AFTER UPDATE ON public.users REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('user');
CREATE TRIGGER c_audit_web_session AFTER INSERT OR DELETE OR UPDATE ON public.sessions FOR EACH ROW EXECUTE FUNCTION medstint.audit_web_session();
CREATE TRIGGER c_await_seal AFTER INSERT ON public.audit_logs REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.await_seal();
CREATE TRIGGER c_begin_flags BEFORE INSERT ON public.time_records FOR EACH ROW EXECUTE FUNCTION medstint.begin_flags();
CREATE TRIGGER c_check_assessment BEFORE INSERT OR UPDATE ON public.assessments FOR EACH ROW EXECUTE FUNCTION medstint.check_assessment();
CREATE TRIGGER c_check_leaving AFTER UPDATE OF school_id, program_id ON public.users FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.check_leaving();
CREATE TRIGGER c_note_edit BEFORE UPDATE ON public.time_records FOR EACH ROW WHEN ((((old.flags)::text = (new.flags)::text) AND (old.triage = new.triage) AND (old.status = new.status) AND ((new.date = old.date) OR (NOT medstint.days_move())))) EXECUTE FUNCTION medstint.note_edit();
CREATE TRIGGER c_refuse_open_correction BEFORE UPDATE OF status ON public.time_records FOR EACH ROW WHEN (((old.status = 'PENDING'::public.time_record_status) AND (new.status <> 'PENDING'::public.time_record_status))) EXECUTE FUNCTION medstint.refuse_open_correction();
CREATE TRIGGER c_second_person BEFORE UPDATE OF acknowledged_by ON public.alerts FOR EACH ROW WHEN (((old.acknowledged_by IS NULL) AND (new.acknowledged_by IS NOT NULL))) EXECUTE FUNCTION medstint.second_person_acknowledges();
CREATE TRIGGER c_second_person BEFORE UPDATE OF status ON public.assessments FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (new.status = ANY (ARRAY['REVIEWED'::public.assessment_status, 'APPROVED'::public.assessment_status])))) EXECUTE FUNCTION medstint.second_person_assesses();
CREATE TRIGGER c_second_person BEFORE UPDATE OF status ON public.time_record_corrections FOR EACH ROW WHEN (((old.status = 'PROPOSED'::text) AND (new.status = ANY (ARRAY['APPROVED'::text, 'REJECTED'::text])))) EXECUTE FUNCTION medstint.second_person_corrects();
CREATE TRIGGER c_second_person AFTER UPDATE ON public.time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.second_person_decides();
CREATE TRIGGER d_announce AFTER INSERT OR UPDATE ON public.certificate_authorities FOR EACH ROW EXECUTE FUNCTION medstint.announce_authorities();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.alert_rules REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.alerts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.assessments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.clinical_site_locations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.clinical_sites REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.competencies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.competency_assignments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.competency_deployments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.competency_templates REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.delegations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.kiosks REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.notification_templates REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.notifications REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.programs REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.rotations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.rubric_criteria REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.sessions FOR EACH ROW EXECUTE FUNCTION medstint.announce_session();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.time_record_corrections REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.time_record_questions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.time_records REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_delete AFTER DELETE ON public.users REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.alert_rules REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.alerts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.assessments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.audit_logs REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.clinical_site_locations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.clinical_sites REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.competencies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.competency_assignments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.competency_deployments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.competency_templates REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.delegations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.kiosks REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.notification_templates REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.notifications REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.programs REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.rotations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.rubric_criteria REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.school_policies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_policy();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.time_record_corrections REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.time_record_questions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.time_records REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_insert AFTER INSERT ON public.users REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.alert_rules REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.alerts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.assessments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.clinical_site_locations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.clinical_sites REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.competencies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.competency_assignments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.competency_deployments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.competency_templates REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.delegations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.kiosks REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.notification_templates REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.notifications REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.programs REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.rotations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_besides_hours();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.rubric_criteria REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.school_policies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_policy();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.schools REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_school();
CREATE TRIGGER d_announce_update AFTER UPDATE OF revoked_at, locked_at, active_school_id ON public.sessions FOR EACH ROW WHEN ((((old.revoked_at IS DISTINCT FROM new.revoked_at) OR (old.locked_at IS DISTINCT FROM new.locked_at)) OR (old.active_school_id IS DISTINCT FROM new.active_school_id))) EXECUTE FUNCTION medstint.announce_session();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.time_record_corrections REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.time_record_questions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.time_records REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();
CREATE TRIGGER d_announce_update AFTER UPDATE ON public.users REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_besides_hours();
CREATE TRIGGER e_end_authority AFTER DELETE ON public.certificate_authorities FOR EACH ROW EXECUTE FUNCTION medstint.note_end_of_authority();
CREATE TRIGGER e_end_credential AFTER DELETE ON public.accounts FOR EACH ROW EXECUTE FUNCTION medstint.note_account();
CREATE TRIGGER e_end_credential AFTER DELETE ON public.user_keys FOR EACH ROW EXECUTE FUNCTION medstint.note_end_of_key();
CREATE TRIGGER e_end_sessions AFTER UPDATE OF password ON public.accounts FOR EACH ROW WHEN ((old.password IS DISTINCT FROM new.password)) EXECUTE FUNCTION medstint.end_sessions_of_password();
CREATE TRIGGER e_end_sessions AFTER UPDATE OF is_active ON public.schools FOR EACH ROW WHEN ((old.is_active AND (NOT new.is_active))) EXECUTE FUNCTION medstint.end_sessions_of_inactive();
CREATE TRIGGER e_end_sessions AFTER UPDATE OF is_active ON public.users FOR EACH ROW WHEN ((old.is_active AND (NOT new.is_active))) EXECUTE FUNCTION medstint.end_sessions_of_inactive();
CREATE CONSTRAINT TRIGGER e_keep_days AFTER UPDATE OF time_zone ON public.clinical_sites DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.time_zone <> new.time_zone)) EXECUTE FUNCTION medstint.keep_days_of_site();
CREATE TRIGGER e_keep_days AFTER UPDATE OF time_zone ON public.schools FOR EACH ROW WHEN ((old.time_zone <> new.time_zone)) EXECUTE FUNCTION medstint.keep_days_of_school();
CREATE TRIGGER e_note_authority AFTER INSERT ON public.certificate_authorities FOR EACH ROW EXECUTE FUNCTION medstint.note_authority();
CREATE TRIGGER e_note_badge AFTER UPDATE OF badge, student_id ON public.users FOR EACH ROW WHEN (((old.badge IS DISTINCT FROM new.badge) OR (old.student_id IS DISTINCT FROM new.student_id))) EXECUTE FUNCTION medstint.note_badge();
CREATE TRIGGER e_note_credential BEFORE INSERT OR UPDATE OF password, provider_id, account_id, user_id, is_temporary ON public.accounts FOR EACH ROW EXECUTE FUNCTION medstint.note_account();
CREATE TRIGGER e_note_credential AFTER INSERT ON public.user_keys FOR EACH ROW EXECUTE FUNCTION medstint.note_key();
CREATE TRIGGER e_note_credential AFTER UPDATE OF email ON public.users FOR EACH ROW WHEN ((old.email IS DISTINCT FROM new.email)) EXECUTE FUNCTION medstint.note_email();
CREATE TRIGGER e_note_first_badge AFTER INSERT ON public.users FOR EACH ROW WHEN (((new.badge IS NOT NULL) OR (new.student_id IS NOT NULL))) EXECUTE FUNCTION medstint.note_badge();
CREATE TRIGGER e_note_first_email AFTER INSERT ON public.users FOR EACH ROW EXECUTE FUNCTION medstint.note_email();
CREATE TRIGGER e_notify_assessments AFTER UPDATE ON public.assessments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.notify_assessments();
CREATE TRIGGER e_notify_assigned AFTER INSERT ON public.competency_assignments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.notify_assigned();
CREATE TRIGGER e_notify_booked_insert AFTER INSERT ON public.rotations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.notify_booked();
CREATE TRIGGER e_notify_booked_update AFTER UPDATE ON public.rotations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.notify_booked();
CREATE TRIGGER e_notify_capacity AFTER UPDATE ON public.clinical_sites REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.notify_capacity();
CREATE TRIGGER e_notify_decisions AFTER UPDATE ON public.time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.notify_decisions();
CREATE TRIGGER e_remove_authority AFTER UPDATE OF removed_at ON public.certificate_authorities FOR EACH ROW WHEN (((old.removed_at IS NULL) AND (new.removed_at IS NOT NULL))) EXECUTE FUNCTION medstint.note_end_of_authority();
CREATE TRIGGER e_remove_key AFTER UPDATE OF removed_at ON public.user_keys FOR EACH ROW WHEN (((old.removed_at IS NULL) AND (new.removed_at IS NOT NULL))) EXECUTE FUNCTION medstint.note_end_of_key();
CREATE TRIGGER f_flag_after_delete AFTER DELETE ON public.time_records REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_after_delete();
CREATE TRIGGER f_flag_changed AFTER UPDATE ON public.time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((NOT medstint.days_move())) EXECUTE FUNCTION medstint.flag_changed_records();
CREATE TRIGGER f_flag_delete AFTER DELETE ON public.clinical_site_locations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_sites();
CREATE TRIGGER f_flag_insert AFTER INSERT ON public.clinical_site_locations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_sites();
CREATE TRIGGER f_flag_new AFTER INSERT ON public.time_records REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_new_records();
CREATE TRIGGER f_flag_policy_delete AFTER DELETE ON public.school_policies FOR EACH ROW EXECUTE FUNCTION medstint.flag_pending_of();
CREATE TRIGGER f_flag_policy_insert AFTER INSERT ON public.school_policies FOR EACH ROW EXECUTE FUNCTION medstint.flag_pending_of();
CREATE TRIGGER f_flag_policy_update AFTER UPDATE OF thresholds, duty_profile ON public.school_policies FOR EACH ROW WHEN ((((old.thresholds)::text IS DISTINCT FROM (new.thresholds)::text) OR (old.duty_profile IS DISTINCT FROM new.duty_profile))) EXECUTE FUNCTION medstint.flag_pending_of();
CREATE TRIGGER f_flag_profile AFTER UPDATE OF duty_profile ON public.programs FOR EACH ROW WHEN ((old.duty_profile IS DISTINCT FROM new.duty_profile)) EXECUTE FUNCTION medstint.flag_pending_of();
CREATE TRIGGER f_flag_program AFTER UPDATE OF program_id ON public.users FOR EACH ROW WHEN ((old.program_id IS DISTINCT FROM new.program_id)) EXECUTE FUNCTION medstint.flag_pending_of();
CREATE TRIGGER f_flag_update AFTER UPDATE ON public.clinical_site_locations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_sites();
CREATE TRIGGER f_flag_update AFTER UPDATE ON public.rotations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((NOT medstint.days_move())) EXECUTE FUNCTION medstint.flag_rotations();
CREATE TRIGGER f_flag_zone AFTER UPDATE OF time_zone ON public.clinical_sites FOR EACH ROW WHEN ((old.time_zone <> new.time_zone)) EXECUTE FUNCTION medstint.flag_pending_of();
CREATE TRIGGER z_touch BEFORE UPDATE ON public.clinical_site_locations FOR EACH ROW EXECUTE FUNCTION medstint.touch();
CREATE TRIGGER z_touch BEFORE UPDATE ON public.clinical_sites FOR EACH ROW EXECUTE FUNCTION medstint.touch();
CREATE TRIGGER z_touch BEFORE UPDATE ON public.competencies FOR EACH ROW EXECUTE FUNCTION medstint.touch();
CREATE TRIGGER z_touch BEFORE UPDATE ON public.competency_templates FOR EACH ROW EXECUTE FUNCTION medstint.touch();
CREATE TRIGGER z_touch BEFORE UPDATE ON public.delegations FOR EACH ROW EXECUTE FUNCTION medstint.touch();
CREATE TRIGGER z_touch BEFORE UPDATE ON public.kiosks FOR EACH ROW EXECUTE FUNCTION medstint.touch();
CREATE TRIGGER z_touch BEFORE UPDATE ON public.notification_templates FOR EACH ROW EXECUTE FUNCTION medstint.touch();
CREATE TRIGGER z_touch BEFORE UPDATE ON public.programs FOR EACH ROW EXECUTE FUNCTION medstint.touch();
CREATE TRIGGER z_touch BEFORE UPDATE ON public.rubric_criteria FOR EACH ROW EXECUTE FUNCTION medstint.touch();
CREATE TRIGGER z_touch BEFORE UPDATE ON public.school_policies FOR EACH ROW EXECUTE FUNCTION medstint.touch();
CREATE TRIGGER z_touch BEFORE UPDATE ON public.schools FOR EACH ROW EXECUTE FUNCTION medstint.touch();
CREATE TRIGGER z_touch BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION medstint.touch();
ALTER TABLE ONLY medstint.pins
    ADD CONSTRAINT pins_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.alert_rules
    ADD CONSTRAINT alert_rules_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_acknowledged_by_fkey FOREIGN KEY (acknowledged_by) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_assessor_id_fkey FOREIGN KEY (assessor_id) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_competency_id_fkey FOREIGN KEY (competency_id) REFERENCES public.competencies(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_rotation_of_student FOREIGN KEY (rotation_id, student_id, school_id) REFERENCES public.rotations(id, student_id, school_id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_student_id_fkey FOREIGN KEY (student_id) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.certificate_authorities
    ADD CONSTRAINT certificate_authorities_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.clinical_site_locations
    ADD CONSTRAINT clinical_site_locations_clinical_site_id_fkey FOREIGN KEY (clinical_site_id) REFERENCES public.clinical_sites(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.clinical_site_locations
    ADD CONSTRAINT clinical_site_locations_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.clinical_sites
    ADD CONSTRAINT clinical_sites_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.clinical_sites
    ADD CONSTRAINT clinical_sites_time_zone_is_iana FOREIGN KEY (time_zone) REFERENCES medstint.time_zones(name);
ALTER TABLE ONLY public.competencies
    ADD CONSTRAINT competencies_program_id_fkey FOREIGN KEY (program_id) REFERENCES public.programs(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.competencies
    ADD CONSTRAINT competencies_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.competencies
    ADD CONSTRAINT competencies_template_id_fkey FOREIGN KEY (template_id) REFERENCES public.competency_templates(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.competency_assignments
    ADD CONSTRAINT competency_assignments_assigned_by_fkey FOREIGN KEY (assigned_by) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.competency_assignments
    ADD CONSTRAINT competency_assignments_competency_id_fkey FOREIGN KEY (competency_id) REFERENCES public.competencies(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.competency_assignments
    ADD CONSTRAINT competency_assignments_deployment_id_fkey FOREIGN KEY (deployment_id) REFERENCES public.competency_deployments(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.competency_assignments
    ADD CONSTRAINT competency_assignments_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.competency_assignments
    ADD CONSTRAINT competency_assignments_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.competency_deployments
    ADD CONSTRAINT competency_deployments_deployed_by_fkey FOREIGN KEY (deployed_by) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.competency_deployments
    ADD CONSTRAINT competency_deployments_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.competency_deployments
    ADD CONSTRAINT competency_deployments_template_id_fkey FOREIGN KEY (template_id) REFERENCES public.competency_templates(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.competency_templates
    ADD CONSTRAINT competency_templates_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.competency_templates
    ADD CONSTRAINT competency_templates_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.delegations
    ADD CONSTRAINT delegations_from_user_id_fkey FOREIGN KEY (from_user_id) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.delegations
    ADD CONSTRAINT delegations_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.delegations
    ADD CONSTRAINT delegations_to_user_id_fkey FOREIGN KEY (to_user_id) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.kiosk_punches
    ADD CONSTRAINT kiosk_punches_clinical_site_id_fkey FOREIGN KEY (clinical_site_id) REFERENCES public.clinical_sites(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.kiosk_punches
    ADD CONSTRAINT kiosk_punches_kiosk_id_fkey FOREIGN KEY (kiosk_id) REFERENCES public.kiosks(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.kiosk_punches
    ADD CONSTRAINT kiosk_punches_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.kiosk_punches
    ADD CONSTRAINT kiosk_punches_settled_by_fkey FOREIGN KEY (settled_by) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.kiosk_punches
    ADD CONSTRAINT kiosk_punches_student_id_fkey FOREIGN KEY (student_id) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.kiosk_punches
    ADD CONSTRAINT kiosk_punches_time_record_id_fkey FOREIGN KEY (time_record_id) REFERENCES public.time_records(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.kiosk_states
    ADD CONSTRAINT kiosk_states_kiosk_id_fkey FOREIGN KEY (kiosk_id) REFERENCES public.kiosks(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.kiosk_states
    ADD CONSTRAINT kiosk_states_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.kiosks
    ADD CONSTRAINT kiosks_clinical_site_id_fkey FOREIGN KEY (clinical_site_id) REFERENCES public.clinical_sites(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.kiosks
    ADD CONSTRAINT kiosks_location_id_fkey FOREIGN KEY (location_id) REFERENCES public.clinical_site_locations(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.kiosks
    ADD CONSTRAINT kiosks_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.notification_templates
    ADD CONSTRAINT notification_templates_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.programs
    ADD CONSTRAINT programs_duty_profile_known FOREIGN KEY (duty_profile) REFERENCES medstint.duty_profiles(code);
ALTER TABLE ONLY public.programs
    ADD CONSTRAINT programs_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.rotations
    ADD CONSTRAINT rotations_clinical_site_id_fkey FOREIGN KEY (clinical_site_id) REFERENCES public.clinical_sites(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.rotations
    ADD CONSTRAINT rotations_preceptor_id_fkey FOREIGN KEY (preceptor_id) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.rotations
    ADD CONSTRAINT rotations_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.rotations
    ADD CONSTRAINT rotations_student_id_fkey FOREIGN KEY (student_id) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.rotations
    ADD CONSTRAINT rotations_supervisor_id_fkey FOREIGN KEY (supervisor_id) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.rubric_criteria
    ADD CONSTRAINT rubric_criteria_competency_id_fkey FOREIGN KEY (competency_id) REFERENCES public.competencies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.rubric_criteria
    ADD CONSTRAINT rubric_criteria_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.rubric_criteria
    ADD CONSTRAINT rubric_criteria_template_id_fkey FOREIGN KEY (template_id) REFERENCES public.competency_templates(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.school_policies
    ADD CONSTRAINT school_policies_duty_profile_known FOREIGN KEY (duty_profile) REFERENCES medstint.duty_profiles(code);
ALTER TABLE ONLY public.school_policies
    ADD CONSTRAINT school_policies_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.schools
    ADD CONSTRAINT schools_admin_id_fkey FOREIGN KEY (admin_id) REFERENCES public.users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.schools
    ADD CONSTRAINT schools_time_zone_is_iana FOREIGN KEY (time_zone) REFERENCES medstint.time_zones(name);
ALTER TABLE ONLY public.time_record_corrections
    ADD CONSTRAINT time_record_corrections_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.time_record_corrections
    ADD CONSTRAINT time_record_corrections_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.time_record_corrections
    ADD CONSTRAINT time_record_corrections_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.time_record_corrections
    ADD CONSTRAINT time_record_corrections_time_record_id_fkey FOREIGN KEY (time_record_id) REFERENCES public.time_records(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.time_record_decisions
    ADD CONSTRAINT time_record_decisions_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.time_record_decisions
    ADD CONSTRAINT time_record_decisions_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.time_record_decisions
    ADD CONSTRAINT time_record_decisions_time_record_id_fkey FOREIGN KEY (time_record_id) REFERENCES public.time_records(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.time_record_questions
    ADD CONSTRAINT time_record_questions_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.time_record_questions
    ADD CONSTRAINT time_record_questions_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.time_record_questions
    ADD CONSTRAINT time_record_questions_time_record_id_fkey FOREIGN KEY (time_record_id) REFERENCES public.time_records(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.time_records
    ADD CONSTRAINT time_records_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.time_records
    ADD CONSTRAINT time_records_clinical_site_id_fkey FOREIGN KEY (clinical_site_id) REFERENCES public.clinical_sites(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.time_records
    ADD CONSTRAINT time_records_rotation_of_student FOREIGN KEY (rotation_id, student_id, school_id) REFERENCES public.rotations(id, student_id, school_id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.time_records
    ADD CONSTRAINT time_records_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.time_records
    ADD CONSTRAINT time_records_student_id_fkey FOREIGN KEY (student_id) REFERENCES public.users(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.user_keys
    ADD CONSTRAINT user_keys_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.user_keys
    ADD CONSTRAINT user_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_program_id_fkey FOREIGN KEY (program_id) REFERENCES public.programs(id) ON DELETE RESTRICT;
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;
ALTER TABLE medstint.audit_sealing ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_sealing_owner ON medstint.audit_sealing TO medstint_owner USING (true) WITH CHECK (true);
ALTER TABLE medstint.audit_unsealed ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_unsealed_owner ON medstint.audit_unsealed TO medstint_owner USING (true) WITH CHECK (true);
ALTER TABLE medstint.channel_secret ENABLE ROW LEVEL SECURITY;
CREATE POLICY channel_secret_owner ON medstint.channel_secret TO medstint_owner USING (true) WITH CHECK (true);
ALTER TABLE medstint.credential_changes ENABLE ROW LEVEL SECURITY;
CREATE POLICY credential_changes_owner ON medstint.credential_changes TO medstint_owner USING (true) WITH CHECK (true);
ALTER TABLE medstint.days_moving ENABLE ROW LEVEL SECURITY;
CREATE POLICY days_moving_owner ON medstint.days_moving TO medstint_owner USING (true) WITH CHECK (true);
ALTER TABLE medstint.duty_profiles ENABLE ROW LEVEL SECURITY;
CREATE POLICY duty_profiles_owner ON medstint.duty_profiles TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY duty_profiles_read ON medstint.duty_profiles FOR SELECT TO medstint_app, medstint_web USING (true);
ALTER TABLE medstint.flags_due ENABLE ROW LEVEL SECURITY;
CREATE POLICY flags_due_owner ON medstint.flags_due TO medstint_owner USING (true) WITH CHECK (true);
ALTER TABLE medstint.flags_wanted ENABLE ROW LEVEL SECURITY;
CREATE POLICY flags_wanted_owner ON medstint.flags_wanted TO medstint_owner USING (true) WITH CHECK (true);
ALTER TABLE medstint.kept_evaluations ENABLE ROW LEVEL SECURITY;
CREATE POLICY kept_evaluations_owner ON medstint.kept_evaluations TO medstint_owner USING (true) WITH CHECK (true);
ALTER TABLE medstint.key_removals ENABLE ROW LEVEL SECURITY;
CREATE POLICY key_removals_owner ON medstint.key_removals TO medstint_owner USING (true) WITH CHECK (true);
ALTER TABLE medstint.locked_out_sessions ENABLE ROW LEVEL SECURITY;
CREATE POLICY locked_out_sessions_owner ON medstint.locked_out_sessions TO medstint_owner USING (true) WITH CHECK (true);
ALTER TABLE medstint.password_attempts ENABLE ROW LEVEL SECURITY;
CREATE POLICY password_attempts_owner ON medstint.password_attempts TO medstint_owner USING (true) WITH CHECK (true);
ALTER TABLE medstint.password_changes ENABLE ROW LEVEL SECURITY;
CREATE POLICY password_changes_owner ON medstint.password_changes TO medstint_owner USING (true) WITH CHECK (true);
ALTER TABLE medstint.refused_enrolments ENABLE ROW LEVEL SECURITY;
CREATE POLICY refused_enrolments_owner ON medstint.refused_enrolments TO medstint_owner USING (true) WITH CHECK (true);
ALTER TABLE medstint.sealing_delays ENABLE ROW LEVEL SECURITY;
CREATE POLICY sealing_delays_owner ON medstint.sealing_delays TO medstint_owner USING (true) WITH CHECK (true);
ALTER TABLE medstint.state_transitions ENABLE ROW LEVEL SECURITY;
CREATE POLICY state_transitions_owner ON medstint.state_transitions TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY state_transitions_read ON medstint.state_transitions FOR SELECT TO medstint_app, medstint_web USING (true);
ALTER TABLE medstint.turns ENABLE ROW LEVEL SECURITY;
CREATE POLICY turns_owner ON medstint.turns TO medstint_owner USING (true) WITH CHECK (true);
ALTER TABLE public.accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY accounts_fence ON public.accounts AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id))));
CREATE POLICY accounts_owner ON public.accounts TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY accounts_read ON public.accounts FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id))));
CREATE POLICY accounts_web ON public.accounts TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.alert_rules ENABLE ROW LEVEL SECURITY;
CREATE POLICY alert_rules_change ON public.alert_rules FOR UPDATE TO medstint_app USING (((school_id IS NOT NULL) AND ( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role)));
CREATE POLICY alert_rules_fence ON public.alert_rules AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND (( SELECT medstint.current_user_id() AS current_user_id) IS NOT NULL)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND (( SELECT medstint.current_user_id() AS current_user_id) IS NOT NULL))));
CREATE POLICY alert_rules_make ON public.alert_rules FOR INSERT TO medstint_app WITH CHECK (((school_id IS NOT NULL) AND ( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role)));
CREATE POLICY alert_rules_owner ON public.alert_rules TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY alert_rules_read ON public.alert_rules FOR SELECT TO medstint_app USING (( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role));
CREATE POLICY alert_rules_web ON public.alert_rules TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.alerts ENABLE ROW LEVEL SECURITY;
CREATE POLICY alerts_fence ON public.alerts AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND ( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND ( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role))));
CREATE POLICY alerts_owner ON public.alerts TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY alerts_read ON public.alerts FOR SELECT TO medstint_app USING (( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role));
CREATE POLICY alerts_web ON public.alerts TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.assessments ENABLE ROW LEVEL SECURITY;
CREATE POLICY assessments_add ON public.assessments FOR INSERT TO medstint_app WITH CHECK (((assessor_id = ( SELECT medstint.current_user_id() AS current_user_id)) AND (student_id = ANY (( SELECT medstint.own_student_ids() AS own_student_ids)::text[])) AND (status = 'DRAFT'::public.assessment_status) AND
CASE type
    WHEN 'SELF'::public.assessment_type THEN (student_id = ( SELECT medstint.current_user_id() AS current_user_id))
    WHEN 'PRECEPTOR'::public.assessment_type THEN ( SELECT medstint.has_role(VARIADIC ARRAY['CLINICAL_PRECEPTOR'::public.user_role]) AS has_role)
    WHEN 'SUPERVISOR'::public.assessment_type THEN ( SELECT medstint.has_role(VARIADIC ARRAY['CLINICAL_SUPERVISOR'::public.user_role]) AS has_role)
    ELSE false
END));
CREATE POLICY assessments_edit ON public.assessments FOR UPDATE TO medstint_app USING (((assessor_id = ( SELECT medstint.current_user_id() AS current_user_id)) OR ( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role]) AS has_role) OR (( SELECT medstint.has_role(VARIADIC ARRAY['CLINICAL_SUPERVISOR'::public.user_role]) AS has_role) AND (student_id = ANY (( SELECT medstint.own_student_ids() AS own_student_ids)::text[])))));
CREATE POLICY assessments_fence ON public.assessments AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY assessments_owner ON public.assessments TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY assessments_read ON public.assessments FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (student_id = ANY (( SELECT medstint.own_student_ids() AS own_student_ids)::text[]))));
CREATE POLICY assessments_web ON public.assessments TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.audit_logs ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_logs_fence ON public.audit_logs AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((user_id = ( SELECT medstint.current_user_id() AS current_user_id)) AND (school_id IS NOT NULL)) OR ((school_id IS NULL) AND ( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id))));
CREATE POLICY audit_logs_owner ON public.audit_logs TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY audit_logs_read ON public.audit_logs FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id))));
CREATE POLICY audit_logs_web ON public.audit_logs TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.audit_seals ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_seals_fence ON public.audit_seals AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND ( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role)))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY audit_seals_owner ON public.audit_seals TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY audit_seals_read ON public.audit_seals FOR SELECT TO medstint_app USING (( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role));
CREATE POLICY audit_seals_web ON public.audit_seals TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.certificate_authorities ENABLE ROW LEVEL SECURITY;
CREATE POLICY certificate_authorities_fence ON public.certificate_authorities AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY certificate_authorities_owner ON public.certificate_authorities TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY certificate_authorities_read ON public.certificate_authorities FOR SELECT TO medstint_app USING (true);
CREATE POLICY certificate_authorities_web ON public.certificate_authorities TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.clinical_site_locations ENABLE ROW LEVEL SECURITY;
CREATE POLICY clinical_site_locations_add ON public.clinical_site_locations FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY clinical_site_locations_edit ON public.clinical_site_locations FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY clinical_site_locations_fence ON public.clinical_site_locations AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY clinical_site_locations_owner ON public.clinical_site_locations TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY clinical_site_locations_read ON public.clinical_site_locations FOR SELECT TO medstint_app USING (true);
CREATE POLICY clinical_site_locations_web ON public.clinical_site_locations TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.clinical_sites ENABLE ROW LEVEL SECURITY;
CREATE POLICY clinical_sites_add ON public.clinical_sites FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY clinical_sites_edit ON public.clinical_sites FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY clinical_sites_fence ON public.clinical_sites AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY clinical_sites_owner ON public.clinical_sites TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY clinical_sites_read ON public.clinical_sites FOR SELECT TO medstint_app USING (true);
CREATE POLICY clinical_sites_web ON public.clinical_sites TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.competencies ENABLE ROW LEVEL SECURITY;
CREATE POLICY competencies_fence ON public.competencies AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY competencies_owner ON public.competencies TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY competencies_read ON public.competencies FOR SELECT TO medstint_app USING (true);
CREATE POLICY competencies_web ON public.competencies TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.competency_assignments ENABLE ROW LEVEL SECURITY;
CREATE POLICY competency_assignments_add ON public.competency_assignments FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY competency_assignments_edit ON public.competency_assignments FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY competency_assignments_fence ON public.competency_assignments AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY competency_assignments_owner ON public.competency_assignments TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY competency_assignments_read ON public.competency_assignments FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (user_id = ANY (( SELECT medstint.own_student_ids() AS own_student_ids)::text[]))));
CREATE POLICY competency_assignments_web ON public.competency_assignments TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.competency_deployments ENABLE ROW LEVEL SECURITY;
CREATE POLICY competency_deployments_fence ON public.competency_deployments AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY competency_deployments_owner ON public.competency_deployments TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY competency_deployments_read ON public.competency_deployments FOR SELECT TO medstint_app USING (( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role, 'CLINICAL_SUPERVISOR'::public.user_role]) AS has_role));
CREATE POLICY competency_deployments_web ON public.competency_deployments TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.competency_templates ENABLE ROW LEVEL SECURITY;
CREATE POLICY competency_templates_add ON public.competency_templates FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY competency_templates_edit ON public.competency_templates FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY competency_templates_fence ON public.competency_templates AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND (( SELECT medstint.current_user_id() AS current_user_id) IS NOT NULL)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND (( SELECT medstint.current_user_id() AS current_user_id) IS NOT NULL))));
CREATE POLICY competency_templates_owner ON public.competency_templates TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY competency_templates_read ON public.competency_templates FOR SELECT TO medstint_app USING (( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role, 'CLINICAL_SUPERVISOR'::public.user_role]) AS has_role));
CREATE POLICY competency_templates_web ON public.competency_templates TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.delegations ENABLE ROW LEVEL SECURITY;
CREATE POLICY delegations_add ON public.delegations FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (( SELECT medstint.has_role(VARIADIC ARRAY['CLINICAL_PRECEPTOR'::public.user_role, 'CLINICAL_SUPERVISOR'::public.user_role]) AS has_role) AND (from_user_id = ( SELECT medstint.current_user_id() AS current_user_id)))));
CREATE POLICY delegations_edit ON public.delegations FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (from_user_id = ( SELECT medstint.current_user_id() AS current_user_id))));
CREATE POLICY delegations_fence ON public.delegations AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY delegations_owner ON public.delegations TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY delegations_read ON public.delegations FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR ((( SELECT medstint.current_user_id() AS current_user_id) = from_user_id) OR (( SELECT medstint.current_user_id() AS current_user_id) = to_user_id))));
CREATE POLICY delegations_web ON public.delegations TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.kiosk_punches ENABLE ROW LEVEL SECURITY;
CREATE POLICY kiosk_punches_fence ON public.kiosk_punches AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY kiosk_punches_owner ON public.kiosk_punches TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY kiosk_punches_read ON public.kiosk_punches FOR SELECT TO medstint_app USING (( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role));
CREATE POLICY kiosk_punches_web ON public.kiosk_punches TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.kiosk_states ENABLE ROW LEVEL SECURITY;
CREATE POLICY kiosk_states_fence ON public.kiosk_states AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY kiosk_states_owner ON public.kiosk_states TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY kiosk_states_read ON public.kiosk_states FOR SELECT TO medstint_app USING (( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role, 'CLINICAL_SUPERVISOR'::public.user_role]) AS has_role));
CREATE POLICY kiosk_states_web ON public.kiosk_states TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.kiosks ENABLE ROW LEVEL SECURITY;
CREATE POLICY kiosks_add ON public.kiosks FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY kiosks_edit ON public.kiosks FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY kiosks_fence ON public.kiosks AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY kiosks_owner ON public.kiosks TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY kiosks_read ON public.kiosks FOR SELECT TO medstint_app USING (( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role, 'CLINICAL_SUPERVISOR'::public.user_role]) AS has_role));
CREATE POLICY kiosks_web ON public.kiosks TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.notification_templates ENABLE ROW LEVEL SECURITY;
CREATE POLICY notification_templates_add ON public.notification_templates FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY notification_templates_edit ON public.notification_templates FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY notification_templates_fence ON public.notification_templates AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND (( SELECT medstint.current_user_id() AS current_user_id) IS NOT NULL)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND (( SELECT medstint.current_user_id() AS current_user_id) IS NOT NULL))));
CREATE POLICY notification_templates_owner ON public.notification_templates TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY notification_templates_read ON public.notification_templates FOR SELECT TO medstint_app USING (true);
CREATE POLICY notification_templates_web ON public.notification_templates TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.notifications ENABLE ROW LEVEL SECURITY;
CREATE POLICY notifications_fence ON public.notifications AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id))));
CREATE POLICY notifications_mark ON public.notifications FOR UPDATE TO medstint_app USING ((user_id = ( SELECT medstint.current_user_id() AS current_user_id))) WITH CHECK ((user_id = ( SELECT medstint.current_user_id() AS current_user_id)));
CREATE POLICY notifications_owner ON public.notifications TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY notifications_read ON public.notifications FOR SELECT TO medstint_app USING ((user_id = ( SELECT medstint.current_user_id() AS current_user_id)));
CREATE POLICY notifications_web ON public.notifications TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.programs ENABLE ROW LEVEL SECURITY;
CREATE POLICY programs_add ON public.programs FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY programs_edit ON public.programs FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY programs_fence ON public.programs AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY programs_owner ON public.programs TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY programs_read ON public.programs FOR SELECT TO medstint_app USING (true);
CREATE POLICY programs_web ON public.programs TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.rotations ENABLE ROW LEVEL SECURITY;
CREATE POLICY rotations_add ON public.rotations FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY rotations_edit ON public.rotations FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY rotations_fence ON public.rotations AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY rotations_owner ON public.rotations TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY rotations_read ON public.rotations FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (id = ANY (( SELECT medstint.own_rotation_ids() AS own_rotation_ids)::text[]))));
CREATE POLICY rotations_web ON public.rotations TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.rubric_criteria ENABLE ROW LEVEL SECURITY;
CREATE POLICY rubric_criteria_add ON public.rubric_criteria FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY rubric_criteria_edit ON public.rubric_criteria FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY rubric_criteria_fence ON public.rubric_criteria AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND (( SELECT medstint.current_user_id() AS current_user_id) IS NOT NULL)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND (( SELECT medstint.current_user_id() AS current_user_id) IS NOT NULL))));
CREATE POLICY rubric_criteria_owner ON public.rubric_criteria TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY rubric_criteria_read ON public.rubric_criteria FOR SELECT TO medstint_app USING (true);
CREATE POLICY rubric_criteria_web ON public.rubric_criteria TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.school_policies ENABLE ROW LEVEL SECURITY;
CREATE POLICY school_policies_add ON public.school_policies FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY school_policies_edit ON public.school_policies FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY school_policies_fence ON public.school_policies AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY school_policies_owner ON public.school_policies TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY school_policies_read ON public.school_policies FOR SELECT TO medstint_app USING (true);
CREATE POLICY school_policies_web ON public.school_policies TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.schools ENABLE ROW LEVEL SECURITY;
CREATE POLICY schools_add ON public.schools FOR INSERT TO medstint_app WITH CHECK (( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role));
CREATE POLICY schools_edit ON public.schools FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role) OR (( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role]) AS has_role) AND (id = ( SELECT medstint.current_school_id() AS current_school_id)))));
CREATE POLICY schools_fence ON public.schools AS RESTRICTIVE TO medstint_app USING (((id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role))) WITH CHECK (((id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role)));
CREATE POLICY schools_owner ON public.schools TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY schools_read ON public.schools FOR SELECT TO medstint_app USING (true);
CREATE POLICY schools_web ON public.schools TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY;
CREATE POLICY sessions_fence ON public.sessions AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id))));
CREATE POLICY sessions_owner ON public.sessions TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY sessions_read ON public.sessions FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id))));
CREATE POLICY sessions_web ON public.sessions TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.time_record_corrections ENABLE ROW LEVEL SECURITY;
CREATE POLICY time_record_corrections_fence ON public.time_record_corrections AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY time_record_corrections_owner ON public.time_record_corrections TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY time_record_corrections_read ON public.time_record_corrections FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (EXISTS ( SELECT
   FROM public.time_records t
  WHERE (t.id = time_record_corrections.time_record_id)))));
CREATE POLICY time_record_corrections_web ON public.time_record_corrections TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.time_record_decisions ENABLE ROW LEVEL SECURITY;
CREATE POLICY time_record_decisions_fence ON public.time_record_decisions AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY time_record_decisions_owner ON public.time_record_decisions TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY time_record_decisions_read ON public.time_record_decisions FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (EXISTS ( SELECT
   FROM public.time_records t
  WHERE (t.id = time_record_decisions.time_record_id)))));
CREATE POLICY time_record_decisions_web ON public.time_record_decisions TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.time_record_questions ENABLE ROW LEVEL SECURITY;
CREATE POLICY time_record_questions_fence ON public.time_record_questions AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY time_record_questions_owner ON public.time_record_questions TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY time_record_questions_read ON public.time_record_questions FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (EXISTS ( SELECT
   FROM public.time_records t
  WHERE (t.id = time_record_questions.time_record_id)))));
CREATE POLICY time_record_questions_web ON public.time_record_questions TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.time_records ENABLE ROW LEVEL SECURITY;
CREATE POLICY time_records_decide ON public.time_records FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (( SELECT medstint.has_role(VARIADIC ARRAY['CLINICAL_PRECEPTOR'::public.user_role, 'CLINICAL_SUPERVISOR'::public.user_role]) AS has_role) AND (rotation_id = ANY (( SELECT medstint.own_rotation_ids() AS own_rotation_ids)::text[]))))) WITH CHECK (((approved_by IS NULL) OR (approved_by = ( SELECT medstint.current_user_id() AS current_user_id))));
CREATE POLICY time_records_fence ON public.time_records AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));
CREATE POLICY time_records_owner ON public.time_records TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY time_records_read ON public.time_records FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (rotation_id = ANY (( SELECT medstint.own_rotation_ids() AS own_rotation_ids)::text[]))));
CREATE POLICY time_records_web ON public.time_records TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.user_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY user_keys_fence ON public.user_keys AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id))));
CREATE POLICY user_keys_owner ON public.user_keys TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY user_keys_read ON public.user_keys FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id))));
CREATE POLICY user_keys_web ON public.user_keys TO medstint_web USING (true) WITH CHECK (true);
ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;
CREATE POLICY users_add ON public.users FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));
CREATE POLICY users_edit ON public.users FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (id = ( SELECT medstint.current_user_id() AS current_user_id))));
CREATE POLICY users_fence ON public.users AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (id = ( SELECT medstint.current_user_id() AS current_user_id)) OR ((school_id IS NULL) AND (role = 'SUPER_ADMIN'::public.user_role) AND ( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (id = ( SELECT medstint.current_user_id() AS current_user_id))));
CREATE POLICY users_fence_edit ON public.users AS RESTRICTIVE FOR UPDATE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (id = ( SELECT medstint.current_user_id() AS current_user_id))));
CREATE POLICY users_owner ON public.users TO medstint_owner USING (true) WITH CHECK (true);
CREATE POLICY users_read ON public.users FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (role <> 'STUDENT'::public.user_role) OR (id = ANY (( SELECT medstint.known_student_ids() AS known_student_ids)::text[]))));
CREATE POLICY users_web ON public.users TO medstint_web USING (true) WITH CHECK (true);
GRANT USAGE ON SCHEMA medstint TO medstint_app;
GRANT USAGE ON SCHEMA medstint TO medstint_web;
GRANT USAGE ON SCHEMA medstint TO medstint_serve;
GRANT USAGE ON SCHEMA public TO medstint_app;
GRANT USAGE ON SCHEMA public TO medstint_web;
GRANT ALL ON FUNCTION medstint.json_type(value text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.json_type(value text) TO medstint_web;
GRANT ALL ON FUNCTION medstint.acknowledge_alert(alert text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.actor_version() TO medstint_app;
GRANT ALL ON FUNCTION medstint.add_key(person text, blob bytea, remark text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.address_within(address text, network inet) TO medstint_app;
GRANT SELECT ON TABLE public.audit_logs TO medstint_web;
GRANT SELECT(id) ON TABLE public.audit_logs TO medstint_app;
GRANT SELECT(user_id) ON TABLE public.audit_logs TO medstint_app;
GRANT SELECT(school_id) ON TABLE public.audit_logs TO medstint_app;
GRANT SELECT(action) ON TABLE public.audit_logs TO medstint_app;
GRANT SELECT(resource_type) ON TABLE public.audit_logs TO medstint_app;
GRANT SELECT(resource_id) ON TABLE public.audit_logs TO medstint_app;
GRANT SELECT(changes) ON TABLE public.audit_logs TO medstint_app;
GRANT SELECT(ip_address) ON TABLE public.audit_logs TO medstint_app;
GRANT SELECT(user_agent) ON TABLE public.audit_logs TO medstint_app;
GRANT SELECT(endpoint) ON TABLE public.audit_logs TO medstint_app;
GRANT SELECT(method) ON TABLE public.audit_logs TO medstint_app;
GRANT SELECT(status_code) ON TABLE public.audit_logs TO medstint_app;
GRANT SELECT(severity) ON TABLE public.audit_logs TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.audit_logs TO medstint_app;
GRANT SELECT(sequence) ON TABLE public.audit_logs TO medstint_app;
GRANT SELECT(transaction_id) ON TABLE public.audit_logs TO medstint_app;
GRANT ALL ON FUNCTION medstint.answer(record text, words text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.answer(record text, words text) TO medstint_web;
GRANT ALL ON FUNCTION medstint.applied_definitions() TO medstint_app;
GRANT ALL ON FUNCTION medstint.archive_deployment(deployment text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.are_flags_due(records text[]) TO medstint_app;
GRANT ALL ON FUNCTION medstint.ask(record text, words text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.ask(record text, words text) TO medstint_web;
GRANT SELECT ON TABLE public.audit_seals TO medstint_app;
GRANT SELECT ON TABLE public.audit_seals TO medstint_web;
GRANT ALL ON FUNCTION medstint.hidden_characters() TO medstint_app;
GRANT ALL ON FUNCTION medstint.hidden_characters() TO medstint_web;
GRANT ALL ON FUNCTION medstint.tidied(typed text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.tidied(typed text) TO medstint_web;
GRANT ALL ON FUNCTION medstint.is_plain(kept text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.is_plain(kept text) TO medstint_web;
GRANT ALL ON FUNCTION medstint.key_algorithm(blob bytea) TO medstint_web;
GRANT SELECT,INSERT,UPDATE ON TABLE public.certificate_authorities TO medstint_web;
GRANT SELECT ON TABLE public.certificate_authorities TO medstint_app;
GRANT ALL ON FUNCTION medstint.begin_export(list text, filter text, format text, row_count bigint, recipient text, purpose text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.begin_pin(credential text, badge text, pin text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.begin_sign_in(email text, password text, ip text, user_agent text, client text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.begin_unlock(token text, password text) TO medstint_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.time_records TO medstint_web;
GRANT SELECT(id) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(school_id) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(student_id) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(rotation_id) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(clinical_site_id) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(date) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(clock_in) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(clock_out) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(elapsed_ms) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(total_hours) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(activities) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(notes) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(status),UPDATE(status) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(clock_in_latitude) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(clock_in_longitude) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(clock_in_accuracy_m) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(clock_in_source) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(clock_in_ip_address) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(clock_in_user_agent) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(clock_out_latitude) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(clock_out_longitude) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(clock_out_accuracy_m) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(clock_out_source) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(clock_out_ip_address) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(clock_out_user_agent) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(approved_by),UPDATE(approved_by) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(approved_at),UPDATE(approved_at) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(decision_kind),UPDATE(decision_kind) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(decision_reason_code),UPDATE(decision_reason_code) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(decision_reason),UPDATE(decision_reason) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(flags) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(version) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(triage) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(edited_at) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(editors) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(is_offline) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(clock_is_unverified) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(meal_break_min) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(possible_punchers) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(clock_in_is_edited) ON TABLE public.time_records TO medstint_app;
GRANT SELECT(clock_out_is_edited) ON TABLE public.time_records TO medstint_app;
GRANT ALL ON FUNCTION medstint.busiest(site text, starts timestamp with time zone, ends timestamp with time zone, besides text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.busiest(site text, starts timestamp with time zone, ends timestamp with time zone, besides text) TO medstint_web;
GRANT ALL ON FUNCTION medstint.busiest_over(site text, starts timestamp with time zone, ends timestamp with time zone, places integer) TO medstint_app;
GRANT ALL ON FUNCTION medstint.folded_letters(typed text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.folded_letters(typed text) TO medstint_web;
GRANT ALL ON FUNCTION medstint.case_folded(typed text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.case_folded(typed text) TO medstint_web;
GRANT ALL ON FUNCTION medstint.change_password(attempt text, fresh text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.choose_password(token text, fresh text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.choose_school(chosen text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.choose_school_of_monitor(token text, chosen text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.clock_limits(OUT open_too_long_h numeric, OUT aged_d numeric, OUT open_since timestamp with time zone, OUT aged_since timestamp with time zone) TO medstint_app;
GRANT SELECT ON TABLE public.kiosk_punches TO medstint_app;
GRANT SELECT ON TABLE public.kiosk_punches TO medstint_web;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.kiosks TO medstint_web;
GRANT SELECT(id) ON TABLE public.kiosks TO medstint_app;
GRANT SELECT(school_id) ON TABLE public.kiosks TO medstint_app;
GRANT SELECT(clinical_site_id),INSERT(clinical_site_id) ON TABLE public.kiosks TO medstint_app;
GRANT SELECT(location_id),INSERT(location_id),UPDATE(location_id) ON TABLE public.kiosks TO medstint_app;
GRANT SELECT(name),INSERT(name),UPDATE(name) ON TABLE public.kiosks TO medstint_app;
GRANT SELECT(enrolled_at) ON TABLE public.kiosks TO medstint_app;
GRANT SELECT(revoked_at) ON TABLE public.kiosks TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.kiosks TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.kiosks TO medstint_app;
GRANT SELECT(enrolment_expires_at) ON TABLE public.kiosks TO medstint_app;
GRANT SELECT(enrolled_by) ON TABLE public.kiosks TO medstint_app;
GRANT ALL ON FUNCTION medstint.current_school_id() TO medstint_app;
GRANT ALL ON FUNCTION medstint.current_school_id() TO medstint_web;
GRANT ALL ON FUNCTION medstint.current_session_id() TO medstint_app;
GRANT ALL ON FUNCTION medstint.current_user_id() TO medstint_app;
GRANT ALL ON FUNCTION medstint.current_user_id() TO medstint_web;
GRANT ALL ON FUNCTION medstint.day_of(instant timestamp with time zone, zone text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.day_of(instant timestamp with time zone, zone text) TO medstint_web;
GRANT ALL ON FUNCTION medstint.day_start(of_day date, zone text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.day_start(of_day date, zone text) TO medstint_web;
GRANT ALL ON FUNCTION medstint.days_move() TO medstint_app;
GRANT ALL ON FUNCTION medstint.days_move() TO medstint_web;
GRANT ALL ON FUNCTION medstint.decide_at_once(session_token text, records text[], versions integer[], of_school text, me text, with_neighbours boolean, verdict text, decider text, how text, reason_code text, reason text, OUT standing text, OUT made text, OUT flags_are_due boolean) TO medstint_app;
GRANT ALL ON FUNCTION medstint.decide_correction(correction text, approve boolean) TO medstint_app;
GRANT ALL ON FUNCTION medstint.decide_correction(correction text, approve boolean) TO medstint_web;
GRANT ALL ON FUNCTION medstint.deploy(template text, programs text[], people text[], kind public.assignment_type, effective timestamp with time zone, expiry timestamp with time zone, due timestamp with time zone) TO medstint_app;
GRANT ALL ON FUNCTION medstint.discard_punch(punch text, why text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.distance_m(lat1 double precision, lon1 double precision, lat2 double precision, lon2 double precision) TO medstint_app;
GRANT ALL ON FUNCTION medstint.distance_m(lat1 double precision, lon1 double precision, lat2 double precision, lon2 double precision) TO medstint_web;
GRANT ALL ON FUNCTION medstint.end_export(export text, row_count bigint, is_whole boolean) TO medstint_app;
GRANT ALL ON FUNCTION medstint.end_monitor(token text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.enrol_kiosk(code text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.enter(token text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.enter(token text) TO medstint_web;
GRANT SELECT ON TABLE public.alert_rules TO medstint_app;
GRANT SELECT ON TABLE public.alert_rules TO medstint_web;
GRANT INSERT(school_id) ON TABLE public.alert_rules TO medstint_app;
GRANT INSERT(code) ON TABLE public.alert_rules TO medstint_app;
GRANT INSERT(name),UPDATE(name) ON TABLE public.alert_rules TO medstint_app;
GRANT INSERT(actions) ON TABLE public.alert_rules TO medstint_app;
GRANT INSERT(group_by) ON TABLE public.alert_rules TO medstint_app;
GRANT INSERT(counts) ON TABLE public.alert_rules TO medstint_app;
GRANT INSERT(threshold),UPDATE(threshold) ON TABLE public.alert_rules TO medstint_app;
GRANT INSERT(within),UPDATE(within) ON TABLE public.alert_rules TO medstint_app;
GRANT INSERT(from_time),UPDATE(from_time) ON TABLE public.alert_rules TO medstint_app;
GRANT INSERT(until_time),UPDATE(until_time) ON TABLE public.alert_rules TO medstint_app;
GRANT INSERT(severity),UPDATE(severity) ON TABLE public.alert_rules TO medstint_app;
GRANT UPDATE(is_active) ON TABLE public.alert_rules TO medstint_app;
GRANT ALL ON FUNCTION medstint.finish_sign_in(attempt text, OUT status text, OUT token text, OUT locked_until timestamp with time zone) TO medstint_app;
GRANT ALL ON FUNCTION medstint.finish_unlock(token text, attempt text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.first_instant(local_time timestamp without time zone, zone text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.first_instant(local_time timestamp without time zone, zone text) TO medstint_web;
GRANT ALL ON FUNCTION medstint.flag_severity(code text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.flag_severity(code text) TO medstint_web;
GRANT ALL ON FUNCTION medstint.flags_by_now(flags text, status public.time_record_status, clock_in timestamp with time zone, clock_out timestamp with time zone, open_too_long_h numeric, aged_d numeric, approved_h integer) TO medstint_app;
GRANT ALL ON FUNCTION medstint.flags_by_now(flags text, status public.time_record_status, clock_in timestamp with time zone, clock_out timestamp with time zone, open_too_long_h numeric, aged_d numeric, approved_h integer) TO medstint_web;
GRANT ALL ON FUNCTION medstint.flags_if_corrected(correction text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.has_role(VARIADIC roles public.user_role[]) TO medstint_app;
GRANT ALL ON FUNCTION medstint.has_role(VARIADIC roles public.user_role[]) TO medstint_web;
GRANT ALL ON FUNCTION medstint.hold_records(session_token text, records text[], of_school text, decider text, with_neighbours boolean, OUT standing text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.hold_targets(kind text, targets text[]) TO medstint_app;
GRANT ALL ON FUNCTION medstint.is_known_certificate(ca bytea, principals text[], number text, title text, since bigint, until bigint, flaw text, ip text, device text) TO medstint_serve;
GRANT ALL ON FUNCTION medstint.is_known_key(blob bytea) TO medstint_serve;
GRANT ALL ON FUNCTION medstint.keep_monitor(token text) TO medstint_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_keys TO medstint_web;
GRANT SELECT ON TABLE public.user_keys TO medstint_app;
GRANT ALL ON FUNCTION medstint.kiosk_hello(credential text, version text, device_clock timestamp with time zone, waiting integer, stranded integer, trouble text, OUT id text, OUT kiosk text, OUT school text, OUT site text, OUT location text, OUT time_zone text, OUT server_clock timestamp with time zone, OUT digit_lengths integer[], OUT other_lengths integer[]) TO medstint_app;
GRANT ALL ON FUNCTION medstint.kiosk_punch(credential text, attempt text, key text, badge text, device_clock timestamp with time zone, said jsonb) TO medstint_app;
GRANT ALL ON FUNCTION medstint.kiosks_of_school(credential text, kiosks text[]) TO medstint_app;
GRANT ALL ON FUNCTION medstint.known_student_ids() TO medstint_app;
GRANT ALL ON FUNCTION medstint.known_student_ids() TO medstint_web;
GRANT ALL ON FUNCTION medstint.last_day(ends timestamp with time zone, zone text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.last_day(ends timestamp with time zone, zone text) TO medstint_web;
GRANT ALL ON FUNCTION medstint.leave_kiosk(credential text, attempt text, OUT status text, OUT locked_until timestamp with time zone) TO medstint_app;
GRANT ALL ON FUNCTION medstint.listen(token text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.listen_for(tokens text[]) TO medstint_app;
GRANT ALL ON FUNCTION medstint.listen_only(kept text[]) TO medstint_app;
GRANT ALL ON FUNCTION medstint.location_verdict(site text, punch_latitude numeric, punch_longitude numeric, accuracy real) TO medstint_app;
GRANT ALL ON FUNCTION medstint.location_verdict(site text, punch_latitude numeric, punch_longitude numeric, accuracy real) TO medstint_web;
GRANT ALL ON FUNCTION medstint.lock_session() TO medstint_app;
GRANT ALL ON FUNCTION medstint.locked_session(token text, OUT name text, OUT email text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.make_decision(records text[], of_school text, verdict text, decider text, how text, reason_code text, reason text, OUT made text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.make_enrolment_code(kiosk text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.make_pin_code(who text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.missing_since() TO medstint_app;
GRANT ALL ON FUNCTION medstint.open_session(attempt text, OUT status text, OUT token text, OUT locked_until timestamp with time zone, OUT user_id text, OUT name text, OUT email text, OUT role text, OUT school_id text, OUT school_name text, OUT zone text, OUT unread bigint) TO medstint_app;
GRANT ALL ON FUNCTION medstint.open_session_by_certificate(ca bytea, principals text[], number text, title text, since bigint, until bigint, ip text, device text, program text, OUT status text, OUT token text, OUT locked_until timestamp with time zone, OUT user_id text, OUT name text, OUT email text, OUT role text, OUT school_id text, OUT school_name text, OUT zone text, OUT unread bigint) TO medstint_serve;
GRANT ALL ON FUNCTION medstint.open_session_by_key(blob bytea, ip text, device text, program text, OUT status text, OUT token text, OUT locked_until timestamp with time zone, OUT user_id text, OUT name text, OUT email text, OUT role text, OUT school_id text, OUT school_name text, OUT zone text, OUT unread bigint) TO medstint_serve;
GRANT ALL ON FUNCTION medstint.own_rotation_ids() TO medstint_app;
GRANT ALL ON FUNCTION medstint.own_rotation_ids() TO medstint_web;
GRANT ALL ON FUNCTION medstint.own_student_ids() TO medstint_app;
GRANT ALL ON FUNCTION medstint.own_student_ids() TO medstint_web;
GRANT ALL ON FUNCTION medstint.search_key(typed text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.search_key(typed text) TO medstint_web;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.users TO medstint_web;
GRANT SELECT(id) ON TABLE public.users TO medstint_app;
GRANT SELECT(email),INSERT(email),UPDATE(email) ON TABLE public.users TO medstint_app;
GRANT SELECT(name) ON TABLE public.users TO medstint_app;
GRANT SELECT(given_name),INSERT(given_name),UPDATE(given_name) ON TABLE public.users TO medstint_app;
GRANT SELECT(family_name),INSERT(family_name),UPDATE(family_name) ON TABLE public.users TO medstint_app;
GRANT SELECT(sort_name) ON TABLE public.users TO medstint_app;
GRANT SELECT(role),INSERT(role),UPDATE(role) ON TABLE public.users TO medstint_app;
GRANT SELECT(school_id) ON TABLE public.users TO medstint_app;
GRANT SELECT(program_id),INSERT(program_id),UPDATE(program_id) ON TABLE public.users TO medstint_app;
GRANT SELECT(student_id),INSERT(student_id),UPDATE(student_id) ON TABLE public.users TO medstint_app;
GRANT SELECT(academic_status),INSERT(academic_status),UPDATE(academic_status) ON TABLE public.users TO medstint_app;
GRANT SELECT(onboarding_completed) ON TABLE public.users TO medstint_app;
GRANT SELECT(total_clinical_hours) ON TABLE public.users TO medstint_app;
GRANT SELECT(is_active),UPDATE(is_active) ON TABLE public.users TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.users TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.users TO medstint_app;
GRANT SELECT(badge),INSERT(badge),UPDATE(badge) ON TABLE public.users TO medstint_app;
GRANT SELECT(search_name) ON TABLE public.users TO medstint_app;
GRANT ALL ON FUNCTION medstint.propose_correction(record text, seen integer, new_in timestamp with time zone, new_out timestamp with time zone, why text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.propose_correction(record text, seen integer, new_in timestamp with time zone, new_out timestamp with time zone, why text) TO medstint_web;
GRANT ALL ON FUNCTION medstint.read_page(session_token text, forward text, backward text, finding text, counting text, given text[], at_key text[], since_key text[], rows_below bigint, rows_above bigint) TO medstint_app;
GRANT ALL ON FUNCTION medstint.read_shared_page(session_token text, forward text, backward text, finding text, counting text, given text[], at_key text[], since_key text[], rows_below bigint, rows_above bigint) TO medstint_app;
GRANT ALL ON FUNCTION medstint.read_shared_total(session_token text, counting text, given text[]) TO medstint_app;
GRANT ALL ON FUNCTION medstint.read_total(session_token text, counting text, given text[]) TO medstint_app;
GRANT ALL ON FUNCTION medstint.reflag_due(records text[]) TO medstint_app;
GRANT ALL ON FUNCTION medstint.reflag_due(records text[]) TO medstint_web;
GRANT ALL ON FUNCTION medstint.reflag_left(records text[]) TO medstint_app;
GRANT ALL ON FUNCTION medstint.remind() TO medstint_app;
GRANT ALL ON FUNCTION medstint.remind_of_clock_out(record text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.remind_of_rotation(rotation text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.remove_criterion(criterion text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.remove_key(target text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.replay(instead jsonb, OUT records bigint, OUT flagged bigint, OUT approved bigint, OUT cleared bigint, OUT codes text, OUT is_part boolean) TO medstint_app;
GRANT ALL ON FUNCTION medstint.report_denied(attempt text, why text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.report_reading(list text, filter text, at_most integer) TO medstint_app;
GRANT ALL ON FUNCTION medstint.report_verification(findings bigint, events bigint, head text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.reset_password(target text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.resolve_punch(punch text, way text, rotation text, at timestamp with time zone, why text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.revoke_kiosk(kiosk text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.revoke_session(target text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.roll_back(deployment text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.schema_version() TO medstint_app;
GRANT ALL ON FUNCTION medstint.schema_version() TO medstint_web;
GRANT ALL ON FUNCTION medstint.second_person_refusals(records text[]) TO medstint_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO medstint_web;
GRANT SELECT(id) ON TABLE public.sessions TO medstint_app;
GRANT SELECT(user_id) ON TABLE public.sessions TO medstint_app;
GRANT SELECT(school_id) ON TABLE public.sessions TO medstint_app;
GRANT SELECT(active_school_id) ON TABLE public.sessions TO medstint_app;
GRANT SELECT(expires_at) ON TABLE public.sessions TO medstint_app;
GRANT SELECT(last_seen_at) ON TABLE public.sessions TO medstint_app;
GRANT SELECT(revoked_at) ON TABLE public.sessions TO medstint_app;
GRANT SELECT(client) ON TABLE public.sessions TO medstint_app;
GRANT SELECT(ip_address) ON TABLE public.sessions TO medstint_app;
GRANT SELECT(user_agent) ON TABLE public.sessions TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.sessions TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.sessions TO medstint_app;
GRANT ALL ON FUNCTION medstint.set_authorities(shown bytea[], wanted bytea[], remarks text[]) TO medstint_app;
GRANT ALL ON FUNCTION medstint.set_pin(who text, pin text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.sign_out() TO medstint_app;
GRANT ALL ON FUNCTION medstint.sync_punches(credential text, boot text, monotonic_ms bigint, punches jsonb) TO medstint_app;
GRANT ALL ON FUNCTION medstint.touch_session() TO medstint_app;
GRANT ALL ON FUNCTION medstint.unmasked(masked text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.visibilities_of(tokens text[]) TO medstint_app;
GRANT ALL ON FUNCTION medstint.visibility() TO medstint_app;
GRANT ALL ON FUNCTION medstint.waiting_events(school text, after bigint, up_to bigint) TO medstint_app;
GRANT ALL ON FUNCTION medstint.waits(record text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.waits(record text) TO medstint_web;
GRANT ALL ON FUNCTION medstint.watch_audit(token text, OUT sealed integer, OUT waiting bigint) TO medstint_app;
GRANT ALL ON FUNCTION medstint.week_of(record text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.whoami(OUT user_id text, OUT name text, OUT email text, OUT role public.user_role, OUT school_id text, OUT school_name text, OUT expires_at timestamp with time zone, OUT unread bigint) TO medstint_app;
GRANT ALL ON FUNCTION medstint.with_approved_hours(flags text, approved_h integer) TO medstint_app;
GRANT ALL ON FUNCTION medstint.with_approved_hours(flags text, approved_h integer) TO medstint_web;
GRANT ALL ON FUNCTION medstint.withdraw_correction(correction text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.withdraw_correction(correction text) TO medstint_web;
GRANT SELECT ON TABLE medstint.audit_event_types TO medstint_app;
GRANT SELECT ON TABLE medstint.audit_event_types TO medstint_web;
GRANT SELECT ON TABLE medstint.duty_profiles TO medstint_app;
GRANT SELECT ON TABLE medstint.duty_profiles TO medstint_web;
GRANT SELECT ON TABLE medstint.state_transitions TO medstint_app;
GRANT SELECT ON TABLE medstint.state_transitions TO medstint_web;
GRANT SELECT ON TABLE medstint.time_zones TO medstint_app;
GRANT SELECT ON TABLE medstint.time_zones TO medstint_web;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts TO medstint_web;
GRANT SELECT(id) ON TABLE public.accounts TO medstint_app;
GRANT SELECT(user_id) ON TABLE public.accounts TO medstint_app;
GRANT SELECT(school_id) ON TABLE public.accounts TO medstint_app;
GRANT SELECT(provider_id) ON TABLE public.accounts TO medstint_app;
GRANT SELECT(account_id) ON TABLE public.accounts TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.accounts TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.accounts TO medstint_app;
GRANT SELECT ON TABLE public.alerts TO medstint_app;
GRANT SELECT ON TABLE public.alerts TO medstint_web;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.assessments TO medstint_web;
GRANT SELECT(id) ON TABLE public.assessments TO medstint_app;
GRANT SELECT(school_id) ON TABLE public.assessments TO medstint_app;
GRANT SELECT(student_id),INSERT(student_id) ON TABLE public.assessments TO medstint_app;
GRANT SELECT(assessor_id),INSERT(assessor_id) ON TABLE public.assessments TO medstint_app;
GRANT SELECT(competency_id),INSERT(competency_id) ON TABLE public.assessments TO medstint_app;
GRANT SELECT(rotation_id),INSERT(rotation_id) ON TABLE public.assessments TO medstint_app;
GRANT SELECT(type),INSERT(type) ON TABLE public.assessments TO medstint_app;
GRANT SELECT(status),UPDATE(status) ON TABLE public.assessments TO medstint_app;
GRANT SELECT(score) ON TABLE public.assessments TO medstint_app;
GRANT SELECT(max_score) ON TABLE public.assessments TO medstint_app;
GRANT SELECT(rubric_scores),INSERT(rubric_scores),UPDATE(rubric_scores) ON TABLE public.assessments TO medstint_app;
GRANT SELECT(feedback),INSERT(feedback),UPDATE(feedback) ON TABLE public.assessments TO medstint_app;
GRANT SELECT(improvement_areas),INSERT(improvement_areas),UPDATE(improvement_areas) ON TABLE public.assessments TO medstint_app;
GRANT SELECT(approved_by),UPDATE(approved_by) ON TABLE public.assessments TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.assessments TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.assessments TO medstint_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.clinical_site_locations TO medstint_web;
GRANT SELECT(id) ON TABLE public.clinical_site_locations TO medstint_app;
GRANT SELECT(clinical_site_id),INSERT(clinical_site_id) ON TABLE public.clinical_site_locations TO medstint_app;
GRANT SELECT(school_id) ON TABLE public.clinical_site_locations TO medstint_app;
GRANT SELECT(name),INSERT(name),UPDATE(name) ON TABLE public.clinical_site_locations TO medstint_app;
GRANT SELECT(latitude),INSERT(latitude),UPDATE(latitude) ON TABLE public.clinical_site_locations TO medstint_app;
GRANT SELECT(longitude),INSERT(longitude),UPDATE(longitude) ON TABLE public.clinical_site_locations TO medstint_app;
GRANT SELECT(radius_m),INSERT(radius_m),UPDATE(radius_m) ON TABLE public.clinical_site_locations TO medstint_app;
GRANT SELECT(is_strict),INSERT(is_strict),UPDATE(is_strict) ON TABLE public.clinical_site_locations TO medstint_app;
GRANT SELECT(is_active),UPDATE(is_active) ON TABLE public.clinical_site_locations TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.clinical_site_locations TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.clinical_site_locations TO medstint_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.clinical_sites TO medstint_web;
GRANT SELECT(id) ON TABLE public.clinical_sites TO medstint_app;
GRANT SELECT(school_id) ON TABLE public.clinical_sites TO medstint_app;
GRANT SELECT(name),INSERT(name),UPDATE(name) ON TABLE public.clinical_sites TO medstint_app;
GRANT SELECT(type),INSERT(type),UPDATE(type) ON TABLE public.clinical_sites TO medstint_app;
GRANT SELECT(address),INSERT(address),UPDATE(address) ON TABLE public.clinical_sites TO medstint_app;
GRANT SELECT(capacity),INSERT(capacity),UPDATE(capacity) ON TABLE public.clinical_sites TO medstint_app;
GRANT SELECT(specialties),INSERT(specialties),UPDATE(specialties) ON TABLE public.clinical_sites TO medstint_app;
GRANT SELECT(contact_person_name),INSERT(contact_person_name),UPDATE(contact_person_name) ON TABLE public.clinical_sites TO medstint_app;
GRANT SELECT(contact_person_email),INSERT(contact_person_email),UPDATE(contact_person_email) ON TABLE public.clinical_sites TO medstint_app;
GRANT SELECT(contact_person_phone),INSERT(contact_person_phone),UPDATE(contact_person_phone) ON TABLE public.clinical_sites TO medstint_app;
GRANT SELECT(requirements),INSERT(requirements),UPDATE(requirements) ON TABLE public.clinical_sites TO medstint_app;
GRANT SELECT(time_zone),INSERT(time_zone),UPDATE(time_zone) ON TABLE public.clinical_sites TO medstint_app;
GRANT SELECT(is_active),UPDATE(is_active) ON TABLE public.clinical_sites TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.clinical_sites TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.clinical_sites TO medstint_app;
GRANT SELECT(search_name) ON TABLE public.clinical_sites TO medstint_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.competencies TO medstint_web;
GRANT SELECT(id) ON TABLE public.competencies TO medstint_app;
GRANT SELECT(school_id) ON TABLE public.competencies TO medstint_app;
GRANT SELECT(program_id) ON TABLE public.competencies TO medstint_app;
GRANT SELECT(template_id) ON TABLE public.competencies TO medstint_app;
GRANT SELECT(name) ON TABLE public.competencies TO medstint_app;
GRANT SELECT(description) ON TABLE public.competencies TO medstint_app;
GRANT SELECT(category) ON TABLE public.competencies TO medstint_app;
GRANT SELECT(level) ON TABLE public.competencies TO medstint_app;
GRANT SELECT(version) ON TABLE public.competencies TO medstint_app;
GRANT SELECT(is_deployed) ON TABLE public.competencies TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.competencies TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.competencies TO medstint_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.competency_assignments TO medstint_web;
GRANT SELECT(id) ON TABLE public.competency_assignments TO medstint_app;
GRANT SELECT(school_id) ON TABLE public.competency_assignments TO medstint_app;
GRANT SELECT(user_id),INSERT(user_id) ON TABLE public.competency_assignments TO medstint_app;
GRANT SELECT(competency_id),INSERT(competency_id) ON TABLE public.competency_assignments TO medstint_app;
GRANT SELECT(deployment_id) ON TABLE public.competency_assignments TO medstint_app;
GRANT SELECT(assigned_by),INSERT(assigned_by) ON TABLE public.competency_assignments TO medstint_app;
GRANT SELECT(assignment_type),INSERT(assignment_type),UPDATE(assignment_type) ON TABLE public.competency_assignments TO medstint_app;
GRANT SELECT(status) ON TABLE public.competency_assignments TO medstint_app;
GRANT SELECT(due_date),INSERT(due_date),UPDATE(due_date) ON TABLE public.competency_assignments TO medstint_app;
GRANT SELECT(completion_date) ON TABLE public.competency_assignments TO medstint_app;
GRANT SELECT(progress_percentage) ON TABLE public.competency_assignments TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.competency_assignments TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.competency_assignments TO medstint_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.competency_deployments TO medstint_web;
GRANT SELECT(id) ON TABLE public.competency_deployments TO medstint_app;
GRANT SELECT(school_id) ON TABLE public.competency_deployments TO medstint_app;
GRANT SELECT(template_id) ON TABLE public.competency_deployments TO medstint_app;
GRANT SELECT(deployed_by) ON TABLE public.competency_deployments TO medstint_app;
GRANT SELECT(deployment_type) ON TABLE public.competency_deployments TO medstint_app;
GRANT SELECT(status) ON TABLE public.competency_deployments TO medstint_app;
GRANT SELECT(effective_date) ON TABLE public.competency_deployments TO medstint_app;
GRANT SELECT(expiry_date) ON TABLE public.competency_deployments TO medstint_app;
GRANT SELECT(target_programs) ON TABLE public.competency_deployments TO medstint_app;
GRANT SELECT(target_users) ON TABLE public.competency_deployments TO medstint_app;
GRANT SELECT(rollback_data) ON TABLE public.competency_deployments TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.competency_deployments TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.competency_deployments TO medstint_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.competency_templates TO medstint_web;
GRANT SELECT(id) ON TABLE public.competency_templates TO medstint_app;
GRANT SELECT(school_id) ON TABLE public.competency_templates TO medstint_app;
GRANT SELECT(name),INSERT(name),UPDATE(name) ON TABLE public.competency_templates TO medstint_app;
GRANT SELECT(description),INSERT(description),UPDATE(description) ON TABLE public.competency_templates TO medstint_app;
GRANT SELECT(category),INSERT(category),UPDATE(category) ON TABLE public.competency_templates TO medstint_app;
GRANT SELECT(level),INSERT(level),UPDATE(level) ON TABLE public.competency_templates TO medstint_app;
GRANT SELECT(type),INSERT(type),UPDATE(type) ON TABLE public.competency_templates TO medstint_app;
GRANT SELECT(content),INSERT(content),UPDATE(content) ON TABLE public.competency_templates TO medstint_app;
GRANT SELECT(is_public) ON TABLE public.competency_templates TO medstint_app;
GRANT SELECT(source) ON TABLE public.competency_templates TO medstint_app;
GRANT SELECT(version),INSERT(version) ON TABLE public.competency_templates TO medstint_app;
GRANT SELECT(created_by) ON TABLE public.competency_templates TO medstint_app;
GRANT SELECT(is_active),UPDATE(is_active) ON TABLE public.competency_templates TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.competency_templates TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.competency_templates TO medstint_app;
GRANT SELECT ON TABLE public.delegations TO medstint_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.delegations TO medstint_web;
GRANT INSERT(from_user_id) ON TABLE public.delegations TO medstint_app;
GRANT INSERT(to_user_id) ON TABLE public.delegations TO medstint_app;
GRANT INSERT(starts_at) ON TABLE public.delegations TO medstint_app;
GRANT INSERT(ends_at) ON TABLE public.delegations TO medstint_app;
GRANT INSERT(reason) ON TABLE public.delegations TO medstint_app;
GRANT UPDATE(revoked_at) ON TABLE public.delegations TO medstint_app;
GRANT SELECT ON TABLE public.kiosk_states TO medstint_app;
GRANT SELECT ON TABLE public.kiosk_states TO medstint_web;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notification_templates TO medstint_web;
GRANT SELECT(id) ON TABLE public.notification_templates TO medstint_app;
GRANT SELECT(school_id),INSERT(school_id) ON TABLE public.notification_templates TO medstint_app;
GRANT SELECT(type),INSERT(type) ON TABLE public.notification_templates TO medstint_app;
GRANT SELECT(title),INSERT(title),UPDATE(title) ON TABLE public.notification_templates TO medstint_app;
GRANT SELECT(message),INSERT(message),UPDATE(message) ON TABLE public.notification_templates TO medstint_app;
GRANT SELECT(category),INSERT(category) ON TABLE public.notification_templates TO medstint_app;
GRANT SELECT(priority),INSERT(priority),UPDATE(priority) ON TABLE public.notification_templates TO medstint_app;
GRANT SELECT(is_active),UPDATE(is_active) ON TABLE public.notification_templates TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.notification_templates TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.notification_templates TO medstint_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notifications TO medstint_web;
GRANT SELECT(id) ON TABLE public.notifications TO medstint_app;
GRANT SELECT(school_id) ON TABLE public.notifications TO medstint_app;
GRANT SELECT(user_id) ON TABLE public.notifications TO medstint_app;
GRANT SELECT(type) ON TABLE public.notifications TO medstint_app;
GRANT SELECT(title) ON TABLE public.notifications TO medstint_app;
GRANT SELECT(message) ON TABLE public.notifications TO medstint_app;
GRANT SELECT(is_read),UPDATE(is_read) ON TABLE public.notifications TO medstint_app;
GRANT SELECT(priority) ON TABLE public.notifications TO medstint_app;
GRANT SELECT(category) ON TABLE public.notifications TO medstint_app;
GRANT SELECT(action_url) ON TABLE public.notifications TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.notifications TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.notifications TO medstint_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.programs TO medstint_web;
GRANT SELECT(id) ON TABLE public.programs TO medstint_app;
GRANT SELECT(school_id) ON TABLE public.programs TO medstint_app;
GRANT SELECT(name),INSERT(name),UPDATE(name) ON TABLE public.programs TO medstint_app;
GRANT SELECT(description),INSERT(description),UPDATE(description) ON TABLE public.programs TO medstint_app;
GRANT SELECT(duration),INSERT(duration),UPDATE(duration) ON TABLE public.programs TO medstint_app;
GRANT SELECT(class_year),INSERT(class_year),UPDATE(class_year) ON TABLE public.programs TO medstint_app;
GRANT SELECT(requirements),INSERT(requirements),UPDATE(requirements) ON TABLE public.programs TO medstint_app;
GRANT SELECT(is_active),UPDATE(is_active) ON TABLE public.programs TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.programs TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.programs TO medstint_app;
GRANT SELECT(duty_profile),INSERT(duty_profile),UPDATE(duty_profile) ON TABLE public.programs TO medstint_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rotations TO medstint_web;
GRANT SELECT(id) ON TABLE public.rotations TO medstint_app;
GRANT SELECT(school_id) ON TABLE public.rotations TO medstint_app;
GRANT SELECT(student_id),INSERT(student_id),UPDATE(student_id) ON TABLE public.rotations TO medstint_app;
GRANT SELECT(clinical_site_id),INSERT(clinical_site_id),UPDATE(clinical_site_id) ON TABLE public.rotations TO medstint_app;
GRANT SELECT(preceptor_id),INSERT(preceptor_id),UPDATE(preceptor_id) ON TABLE public.rotations TO medstint_app;
GRANT SELECT(supervisor_id),INSERT(supervisor_id),UPDATE(supervisor_id) ON TABLE public.rotations TO medstint_app;
GRANT SELECT(specialty),INSERT(specialty),UPDATE(specialty) ON TABLE public.rotations TO medstint_app;
GRANT SELECT(start_date),INSERT(start_date),UPDATE(start_date) ON TABLE public.rotations TO medstint_app;
GRANT SELECT(end_date),INSERT(end_date),UPDATE(end_date) ON TABLE public.rotations TO medstint_app;
GRANT SELECT(required_hours),INSERT(required_hours),UPDATE(required_hours) ON TABLE public.rotations TO medstint_app;
GRANT SELECT(completed_hours) ON TABLE public.rotations TO medstint_app;
GRANT SELECT(status),UPDATE(status) ON TABLE public.rotations TO medstint_app;
GRANT SELECT(objectives),INSERT(objectives),UPDATE(objectives) ON TABLE public.rotations TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.rotations TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.rotations TO medstint_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rubric_criteria TO medstint_web;
GRANT SELECT(id) ON TABLE public.rubric_criteria TO medstint_app;
GRANT SELECT(school_id) ON TABLE public.rubric_criteria TO medstint_app;
GRANT SELECT(competency_id) ON TABLE public.rubric_criteria TO medstint_app;
GRANT SELECT(template_id),INSERT(template_id) ON TABLE public.rubric_criteria TO medstint_app;
GRANT SELECT(criterion_name),INSERT(criterion_name),UPDATE(criterion_name) ON TABLE public.rubric_criteria TO medstint_app;
GRANT SELECT(description),INSERT(description),UPDATE(description) ON TABLE public.rubric_criteria TO medstint_app;
GRANT SELECT(weight),INSERT(weight),UPDATE(weight) ON TABLE public.rubric_criteria TO medstint_app;
GRANT SELECT(max_score),INSERT(max_score),UPDATE(max_score) ON TABLE public.rubric_criteria TO medstint_app;
GRANT SELECT(performance_levels),INSERT(performance_levels),UPDATE(performance_levels) ON TABLE public.rubric_criteria TO medstint_app;
GRANT SELECT(order_index),INSERT(order_index),UPDATE(order_index) ON TABLE public.rubric_criteria TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.rubric_criteria TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.rubric_criteria TO medstint_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.school_policies TO medstint_web;
GRANT SELECT(school_id),INSERT(school_id) ON TABLE public.school_policies TO medstint_app;
GRANT SELECT(thresholds),INSERT(thresholds),UPDATE(thresholds) ON TABLE public.school_policies TO medstint_app;
GRANT SELECT(duty_profile),INSERT(duty_profile),UPDATE(duty_profile) ON TABLE public.school_policies TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.school_policies TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.school_policies TO medstint_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.schools TO medstint_web;
GRANT SELECT(id) ON TABLE public.schools TO medstint_app;
GRANT SELECT(name),INSERT(name),UPDATE(name) ON TABLE public.schools TO medstint_app;
GRANT SELECT(accreditation),INSERT(accreditation),UPDATE(accreditation) ON TABLE public.schools TO medstint_app;
GRANT SELECT(address),INSERT(address),UPDATE(address) ON TABLE public.schools TO medstint_app;
GRANT SELECT(phone),INSERT(phone),UPDATE(phone) ON TABLE public.schools TO medstint_app;
GRANT SELECT(email),INSERT(email),UPDATE(email) ON TABLE public.schools TO medstint_app;
GRANT SELECT(website),INSERT(website),UPDATE(website) ON TABLE public.schools TO medstint_app;
GRANT SELECT(admin_id) ON TABLE public.schools TO medstint_app;
GRANT SELECT(is_active),UPDATE(is_active) ON TABLE public.schools TO medstint_app;
GRANT SELECT(created_at) ON TABLE public.schools TO medstint_app;
GRANT SELECT(updated_at) ON TABLE public.schools TO medstint_app;
GRANT SELECT(time_zone),INSERT(time_zone),UPDATE(time_zone) ON TABLE public.schools TO medstint_app;
GRANT SELECT ON TABLE public.time_record_corrections TO medstint_app;
GRANT SELECT ON TABLE public.time_record_corrections TO medstint_web;
GRANT SELECT ON TABLE public.time_record_decisions TO medstint_web;
GRANT SELECT(id) ON TABLE public.time_record_decisions TO medstint_app;
GRANT SELECT(school_id) ON TABLE public.time_record_decisions TO medstint_app;
GRANT SELECT(time_record_id) ON TABLE public.time_record_decisions TO medstint_app;
GRANT SELECT(version_before) ON TABLE public.time_record_decisions TO medstint_app;
GRANT SELECT(version_after) ON TABLE public.time_record_decisions TO medstint_app;
GRANT SELECT(verdict) ON TABLE public.time_record_decisions TO medstint_app;
GRANT SELECT(kind) ON TABLE public.time_record_decisions TO medstint_app;
GRANT SELECT(reason_code) ON TABLE public.time_record_decisions TO medstint_app;
GRANT SELECT(reason) ON TABLE public.time_record_decisions TO medstint_app;
GRANT SELECT(elapsed_ms) ON TABLE public.time_record_decisions TO medstint_app;
GRANT SELECT(decided_by) ON TABLE public.time_record_decisions TO medstint_app;
GRANT SELECT(decided_at) ON TABLE public.time_record_decisions TO medstint_app;
GRANT SELECT(flags) ON TABLE public.time_record_decisions TO medstint_app;
GRANT SELECT ON TABLE public.time_record_questions TO medstint_app;
GRANT SELECT ON TABLE public.time_record_questions TO medstint_web;
ALTER DEFAULT PRIVILEGES FOR ROLE medstint_owner REVOKE ALL ON FUNCTIONS  FROM PUBLIC;
