--
-- PostgreSQL database dump
--

\restrict KhaU95mYFCi7Wmtiml6PBroXtxRtzqOgiuz42zLf8GbSSC0Qb2nGWLEl675YoR5

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: medstint; Type: SCHEMA; Schema: -; Owner: medstint_owner
--

CREATE SCHEMA medstint;


ALTER SCHEMA medstint OWNER TO medstint_owner;

--
-- Name: pgcrypto; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA medstint;


--
-- Name: EXTENSION pgcrypto; Type: COMMENT; Schema: -; Owner: 
--

COMMENT ON EXTENSION pgcrypto IS 'cryptographic functions';


--
-- Name: json_type(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.json_type(value text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN jsonb_typeof(value::jsonb);
EXCEPTION WHEN data_exception OR program_limit_exceeded OR statement_too_complex THEN
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.json_type(value text) OWNER TO medstint_owner;

--
-- Name: json_array; Type: DOMAIN; Schema: medstint; Owner: medstint_owner
--

CREATE DOMAIN medstint.json_array AS text
	CONSTRAINT is_json_array CHECK (((NOT (medstint.json_type(VALUE) IS DISTINCT FROM 'array'::text)) OR (VALUE IS NULL)));


ALTER DOMAIN medstint.json_array OWNER TO medstint_owner;

--
-- Name: json_object; Type: DOMAIN; Schema: medstint; Owner: medstint_owner
--

CREATE DOMAIN medstint.json_object AS text
	CONSTRAINT is_json_object CHECK (((NOT (medstint.json_type(VALUE) IS DISTINCT FROM 'object'::text)) OR (VALUE IS NULL)));


ALTER DOMAIN medstint.json_object OWNER TO medstint_owner;

--
-- Name: latitude; Type: DOMAIN; Schema: medstint; Owner: medstint_owner
--

CREATE DOMAIN medstint.latitude AS numeric(10,8)
	CONSTRAINT is_latitude CHECK (((VALUE >= ('-90'::integer)::numeric) AND (VALUE <= (90)::numeric)));


ALTER DOMAIN medstint.latitude OWNER TO medstint_owner;

--
-- Name: longitude; Type: DOMAIN; Schema: medstint; Owner: medstint_owner
--

CREATE DOMAIN medstint.longitude AS numeric(11,8)
	CONSTRAINT is_longitude CHECK (((VALUE >= ('-180'::integer)::numeric) AND (VALUE <= (180)::numeric)));


ALTER DOMAIN medstint.longitude OWNER TO medstint_owner;

--
-- Name: academic_status; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.academic_status AS ENUM (
    'ACTIVE',
    'PROBATION',
    'SUSPENDED',
    'GRADUATED',
    'WITHDRAWN'
);


ALTER TYPE public.academic_status OWNER TO medstint_owner;

--
-- Name: assessment_status; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.assessment_status AS ENUM (
    'DRAFT',
    'SUBMITTED',
    'REVIEWED',
    'APPROVED'
);


ALTER TYPE public.assessment_status OWNER TO medstint_owner;

--
-- Name: assessment_type; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.assessment_type AS ENUM (
    'SELF',
    'PEER',
    'SUPERVISOR',
    'PRECEPTOR'
);


ALTER TYPE public.assessment_type OWNER TO medstint_owner;

--
-- Name: assignment_status; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.assignment_status AS ENUM (
    'ASSIGNED',
    'IN_PROGRESS',
    'COMPLETED',
    'OVERDUE'
);


ALTER TYPE public.assignment_status OWNER TO medstint_owner;

--
-- Name: assignment_type; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.assignment_type AS ENUM (
    'REQUIRED',
    'OPTIONAL',
    'SUPPLEMENTARY'
);


ALTER TYPE public.assignment_type OWNER TO medstint_owner;

--
-- Name: audit_severity; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.audit_severity AS ENUM (
    'LOW',
    'MEDIUM',
    'HIGH',
    'CRITICAL'
);


ALTER TYPE public.audit_severity OWNER TO medstint_owner;

--
-- Name: clinical_site_type; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.clinical_site_type AS ENUM (
    'HOSPITAL',
    'CLINIC',
    'NURSING_HOME',
    'OUTPATIENT',
    'OTHER'
);


ALTER TYPE public.clinical_site_type OWNER TO medstint_owner;

--
-- Name: competency_level; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.competency_level AS ENUM (
    'FUNDAMENTAL',
    'INTERMEDIATE',
    'ADVANCED',
    'EXPERT'
);


ALTER TYPE public.competency_level OWNER TO medstint_owner;

--
-- Name: competency_template_source; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.competency_template_source AS ENUM (
    'STANDARD',
    'CUSTOM'
);


ALTER TYPE public.competency_template_source OWNER TO medstint_owner;

--
-- Name: competency_template_type; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.competency_template_type AS ENUM (
    'COMPETENCY',
    'RUBRIC'
);


ALTER TYPE public.competency_template_type OWNER TO medstint_owner;

--
-- Name: decision_kind; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.decision_kind AS ENUM (
    'BY_HAND',
    'BULK',
    'AUTOMATIC',
    'DELEGATE'
);


ALTER TYPE public.decision_kind OWNER TO medstint_owner;

--
-- Name: decision_verdict; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.decision_verdict AS ENUM (
    'APPROVED',
    'REJECTED',
    'UNDONE'
);


ALTER TYPE public.decision_verdict OWNER TO medstint_owner;

--
-- Name: deployment_status; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.deployment_status AS ENUM (
    'PENDING',
    'ACTIVE',
    'INACTIVE',
    'ARCHIVED'
);


ALTER TYPE public.deployment_status OWNER TO medstint_owner;

--
-- Name: deployment_type; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.deployment_type AS ENUM (
    'TEMPLATE_IMPORT',
    'CUSTOM_CREATION',
    'BULK_IMPORT'
);


ALTER TYPE public.deployment_type OWNER TO medstint_owner;

--
-- Name: notification_priority; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.notification_priority AS ENUM (
    'LOW',
    'MEDIUM',
    'HIGH',
    'URGENT'
);


ALTER TYPE public.notification_priority OWNER TO medstint_owner;

--
-- Name: punch_source; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.punch_source AS ENUM (
    'WEB',
    'MOBILE',
    'KIOSK',
    'MANUAL'
);


ALTER TYPE public.punch_source OWNER TO medstint_owner;

--
-- Name: rejection_reason; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.rejection_reason AS ENUM (
    'NOT_AT_SITE',
    'WRONG_TIMES',
    'DUPLICATE',
    'NOT_SCHEDULED',
    'MISSING_CLOCK_OUT',
    'OTHER'
);


ALTER TYPE public.rejection_reason OWNER TO medstint_owner;

--
-- Name: rotation_status; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.rotation_status AS ENUM (
    'SCHEDULED',
    'ACTIVE',
    'COMPLETED',
    'CANCELLED'
);


ALTER TYPE public.rotation_status OWNER TO medstint_owner;

--
-- Name: time_record_status; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.time_record_status AS ENUM (
    'PENDING',
    'APPROVED',
    'REJECTED'
);


ALTER TYPE public.time_record_status OWNER TO medstint_owner;

--
-- Name: user_role; Type: TYPE; Schema: public; Owner: medstint_owner
--

CREATE TYPE public.user_role AS ENUM (
    'SUPER_ADMIN',
    'SCHOOL_ADMIN',
    'CLINICAL_PRECEPTOR',
    'CLINICAL_SUPERVISOR',
    'STUDENT'
);


ALTER TYPE public.user_role OWNER TO medstint_owner;

--
-- Name: acknowledge_alert(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.acknowledge_alert(alert text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  me record := medstint.actor();
  one public.alerts;
  rule public.alert_rules;
BEGIN
  IF me.role IS DISTINCT FROM 'SCHOOL_ADMIN' AND (me.role IS DISTINCT FROM 'SUPER_ADMIN'
     OR NOT EXISTS (SELECT FROM public.alerts p WHERE p.id = alert AND p.school_id IS NULL)) THEN
    RAISE EXCEPTION 'alerts are acknowledged by administrators who do not make their rules' USING ERRCODE = 'MS403', CONSTRAINT = 'alerts_acknowledged_by_school_admins';
  END IF;
  SELECT * INTO one FROM public.alerts a WHERE a.id = alert AND (a.school_id = me.school_id OR a.school_id IS NULL AND me.role = 'SUPER_ADMIN') FOR UPDATE;
  IF one.id IS NULL THEN
    RETURN false;
  END IF;
  SELECT * INTO rule FROM public.alert_rules r WHERE r.id = one.rule_id;
  IF one.acknowledged_at IS NOT NULL THEN
    RAISE EXCEPTION 'the alert was acknowledged before' USING ERRCODE = 'MS409', CONSTRAINT = 'alerts_acknowledged_once';
  END IF;
  IF one.subject IN (me.user_id, (SELECT u.email FROM public.users u WHERE u.id = me.user_id))
     OR EXISTS (SELECT FROM public.audit_logs e WHERE e.user_id = me.user_id AND e.school_id IS NOT DISTINCT FROM one.school_id AND e.action = ANY (rule.actions)
       AND e.created_at BETWEEN one.first_at AND one.last_at AND medstint.alert_subject(e, rule.group_by) = one.subject) THEN
    RAISE EXCEPTION 'the alert is about whoever would acknowledge it' USING ERRCODE = 'MS403', CONSTRAINT = 'alerts_not_by_whom_they_are_about';
  END IF;
  UPDATE public.alerts a SET acknowledged_by = me.user_id, acknowledged_at = clock_timestamp(), updated_at = now() WHERE a.id = alert;
  RETURN true;
END
$$;


ALTER FUNCTION medstint.acknowledge_alert(alert text) OWNER TO medstint_owner;

--
-- Name: acting_user_id(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.acting_user_id() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  actor text := medstint.current_user_id();
BEGIN
  IF actor IS NULL AND NOT medstint.is_trusted() THEN
    SELECT k.user_id INTO actor FROM medstint.kiosk_acts k WHERE k.transaction_id = pg_current_xact_id_if_assigned();
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
    END IF;
    RETURN actor;
  END IF;
  RETURN coalesce(actor, nullif(current_setting('medstint.actor', true), ''));
END
$$;


ALTER FUNCTION medstint.acting_user_id() OWNER TO medstint_owner;

--
-- Name: actor(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.actor(OUT session_id text, OUT user_id text, OUT role public.user_role, OUT school_id text) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  given constant text := nullif(current_setting('medstint.session', true), '');
BEGIN
  IF given IS NULL THEN
    RETURN;
  END IF;
  SELECT s.id, u.id, u.role, CASE WHEN u.role = 'SUPER_ADMIN' THEN s.active_school_id ELSE u.school_id END
  INTO session_id, user_id, role, school_id
  FROM public.sessions s
  JOIN public.users u ON u.id = s.user_id
  LEFT JOIN public.schools c ON c.id = u.school_id
  WHERE s.token = encode(sha256(convert_to(given, 'UTF8')), 'hex')
    -- The clock, not now(): a transaction that was kept open does not stop time;
    -- and under a frozen snapshot a revocation would go unseen.
    AND s.revoked_at IS NULL
    AND medstint.is_newest_change(s.user_id, s.sign_in_era, s.sign_in_change) AND s.expires_at > clock_timestamp() AND s.locked_at IS NULL AND NOT s.is_restricted
    AND current_setting('transaction_isolation') = 'read committed'
    AND u.is_active AND coalesce(c.is_active, true)
    -- A monitor acts only where PostgreSQL itself refuses every write.
    AND (s.client <> 'monitor' OR current_setting('transaction_read_only') = 'on');
END
$$;


ALTER FUNCTION medstint.actor(OUT session_id text, OUT user_id text, OUT role public.user_role, OUT school_id text) OWNER TO medstint_owner;

--
-- Name: address_within(text, inet); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.address_within(address text, network inet) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN address::inet <<= network;
EXCEPTION WHEN invalid_text_representation THEN
  RETURN false;
END
$$;


ALTER FUNCTION medstint.address_within(address text, network inet) OWNER TO medstint_owner;

--
-- Name: administers(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.administers(person text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT EXISTS (SELECT FROM medstint.actor() a JOIN public.users u ON u.id = person
    WHERE a.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') AND u.school_id = a.school_id
      AND medstint.role_rank(u.role) <= medstint.role_rank(a.role))
$$;


ALTER FUNCTION medstint.administers(person text) OWNER TO medstint_owner;

--
-- Name: administrators(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.administrators(school text) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT u.id FROM public.users u WHERE u.school_id = school AND u.role = 'SCHOOL_ADMIN' AND u.is_active
  UNION ALL SELECT u.id FROM public.users u WHERE school = '' AND u.role = 'SUPER_ADMIN' AND u.is_active
$$;


ALTER FUNCTION medstint.administrators(school text) OWNER TO medstint_owner;

--
-- Name: administrators_edit(regclass); Type: PROCEDURE; Schema: medstint; Owner: medstint_owner
--

CREATE PROCEDURE medstint.administrators_edit(IN edited regclass)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  name text := (SELECT relname FROM pg_class WHERE oid = edited);
  -- The platform's own rows, which have no school, stay as they are.
  rule constant text := '(SELECT medstint.has_role(''SCHOOL_ADMIN'', ''SUPER_ADMIN'')) AND school_id = (SELECT medstint.current_school_id())';
BEGIN
  EXECUTE format('CREATE POLICY %I ON %s FOR INSERT TO medstint_app WITH CHECK (%s)', name || '_add', edited, rule);
  EXECUTE format('CREATE POLICY %I ON %s FOR UPDATE TO medstint_app USING (%s) WITH CHECK (%s)', name || '_edit', edited, rule, rule);
END
$$;


ALTER PROCEDURE medstint.administrators_edit(IN edited regclass) OWNER TO medstint_owner;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: audit_logs; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.audit_logs OWNER TO medstint_owner;

--
-- Name: alert_subject(public.audit_logs, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.alert_subject(e public.audit_logs, group_by text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT CASE group_by
    WHEN 'person' THEN e.user_id
    WHEN 'address' THEN e.ip_address
    WHEN 'account' THEN coalesce(e.changes::jsonb #>> '{email,new}', e.resource_id)
    WHEN 'record' THEN e.resource_id
    ELSE e.school_id END
$$;


ALTER FUNCTION medstint.alert_subject(e public.audit_logs, group_by text) OWNER TO medstint_owner;

--
-- Name: announce(text, text, text[], text[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.announce(resource text, verb text, schools text[], ids text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM pg_notify(CASE WHEN school IS NULL THEN medstint.platform_channel_on((now() AT TIME ZONE 'UTC')::date)
      ELSE medstint.channel(school) END, json_build_object('table', resource, 'op', verb, 'count', count(*),
      -- More would not fit the 8,000 bytes of a payload: the reader re-reads.
      'ids', CASE WHEN count(*) <= 100 AND sum(octet_length(id)) < 7000 AND resource <> 'audit_logs'
        THEN json_agg(id) ELSE '[]'::json END)::text)
  FROM unnest(schools, ids) AS changed (school, id)
  GROUP BY school;
END
$$;


ALTER FUNCTION medstint.announce(resource text, verb text, schools text[], ids text[]) OWNER TO medstint_owner;

--
-- Name: announce_attempt(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.announce_attempt() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM pg_notify(medstint.channel(''), '{"table":"password_attempts","op":"INSERT","count":1,"ids":[]}');
END
$$;


ALTER FUNCTION medstint.announce_attempt() OWNER TO medstint_owner;

--
-- Name: announce_new(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.announce_new() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM medstint.announce(TG_TABLE_NAME, TG_OP, array_agg(school_id), array_agg(id)) FROM new_rows;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.announce_new() OWNER TO medstint_owner;

--
-- Name: announce_old(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.announce_old() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM medstint.announce(TG_TABLE_NAME, TG_OP, array_agg(school_id), array_agg(id)) FROM old_rows;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.announce_old() OWNER TO medstint_owner;

--
-- Name: announce_policy(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.announce_policy() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM medstint.announce(TG_TABLE_NAME, TG_OP, array_agg(school_id), array_agg(school_id)) FROM new_rows;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.announce_policy() OWNER TO medstint_owner;

--
-- Name: announce_school(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.announce_school() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM medstint.announce(TG_TABLE_NAME, TG_OP, array_agg(id), array_agg(id)) FROM new_rows;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.announce_school() OWNER TO medstint_owner;

--
-- Name: announce_table(regclass); Type: PROCEDURE; Schema: medstint; Owner: medstint_owner
--

CREATE PROCEDURE medstint.announce_table(IN announced regclass)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER d_announce_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new()', announced);
  EXECUTE format('CREATE TRIGGER d_announce_update AFTER UPDATE ON %s REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new()', announced);
  EXECUTE format('CREATE TRIGGER d_announce_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old()', announced);
END
$$;


ALTER PROCEDURE medstint.announce_table(IN announced regclass) OWNER TO medstint_owner;

--
-- Name: answer(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.answer(record text, words text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  me record;
  asked public.time_record_questions;
BEGIN
  SELECT w.* INTO me FROM medstint.working_on(record) w;
  IF me.person IS NULL OR NOT me.is_own THEN
    RAISE EXCEPTION 'not theirs to answer' USING ERRCODE = 'MS403',
      CONSTRAINT = 'time_record_questions_the_student_answers';
  END IF;
  UPDATE public.time_record_questions q SET answer = words, answered_at = now()
  WHERE q.answered_at IS NULL
    AND q.id = (SELECT x.id FROM public.time_record_questions x WHERE x.time_record_id = record
      AND x.answered_at IS NULL ORDER BY x.asked_at DESC, x.id LIMIT 1)
  RETURNING * INTO asked;
  IF asked.id IS NULL THEN
    RAISE EXCEPTION 'nothing is asked' USING ERRCODE = 'MS409', CONSTRAINT = 'time_record_questions_something_is_asked';
  END IF;
  PERFORM medstint.notify('TIME_RECORD_ANSWER',
    jsonb_build_array(jsonb_build_object('user_id', asked.asked_by, 'key', 'answer:' || asked.id,
    'about', 'time_records/' || record, 'data', jsonb_build_object('student', me.name, 'answer', words))));
  RETURN asked.id;
END
$$;


ALTER FUNCTION medstint.answer(record text, words text) OWNER TO medstint_owner;

--
-- Name: apply_reset(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.apply_reset(who text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  newest medstint.password_changes;
BEGIN
  PERFORM FROM public.accounts a WHERE a.user_id = who AND a.provider_id = 'credential'
  FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  SELECT c.* INTO newest FROM medstint.password_changes c
  WHERE c.user_id = who AND NOT c.is_applied ORDER BY c.number DESC LIMIT 1;
  IF newest.number IS NULL THEN
    RETURN false;
  END IF;
  UPDATE public.accounts a SET password = newest.password, updated_at = now()
  WHERE a.user_id = who AND a.provider_id = 'credential';
  UPDATE medstint.password_changes c SET is_applied = true, password = NULL
  WHERE c.user_id = who AND NOT c.is_applied AND c.number <= newest.number;
  RETURN true;
END
$$;


ALTER FUNCTION medstint.apply_reset(who text) OWNER TO medstint_owner;

--
-- Name: archive_deployment(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.archive_deployment(deployment text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  me record := medstint.deploying();
BEGIN
  UPDATE public.competency_deployments d SET status = 'ARCHIVED' WHERE d.id = deployment AND d.school_id = me.school AND d.status <> 'ARCHIVED';
  RETURN FOUND;
END
$$;


ALTER FUNCTION medstint.archive_deployment(deployment text) OWNER TO medstint_owner;

--
-- Name: are_flags_due(text[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.are_flags_due(records text[]) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT EXISTS (SELECT FROM medstint.flags_due d WHERE d.school_id = medstint.current_school_id() AND d.time_record_id = ANY (records))
$$;


ALTER FUNCTION medstint.are_flags_due(records text[]) OWNER TO medstint_owner;

--
-- Name: ask(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.ask(record text, words text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  me record;
  made text;
BEGIN
  SELECT w.* INTO me FROM medstint.working_on(record) w;
  IF me.person IS NULL OR NOT me.decides OR me.is_own THEN
    RAISE EXCEPTION 'not to be asked by them' USING ERRCODE = 'MS403',
      CONSTRAINT = 'time_record_questions_whoever_decides';
  END IF;
  PERFORM FROM public.time_records t WHERE t.id = record FOR NO KEY UPDATE;
  IF NOT EXISTS (SELECT FROM public.time_records t WHERE t.id = record AND t.status = 'PENDING') THEN
    RAISE EXCEPTION 'the record is decided' USING ERRCODE = 'MS409', CONSTRAINT = 'time_record_questions_while_pending';
  END IF;
  INSERT INTO public.time_record_questions (school_id, time_record_id, asked_by, question)
    VALUES (me.school, record, me.person, words) RETURNING id INTO made;
  PERFORM medstint.notify('TIME_RECORD_QUESTION',
    jsonb_build_array(jsonb_build_object('user_id', me.student, 'key', 'question:' || made,
    'about', 'time_records/' || record, 'data', jsonb_build_object('question', words))));
  -- The record was locked: whoever computed flags meanwhile left it to us.
  PERFORM medstint.reflag(ARRAY[record]);
  RETURN made;
END
$$;


ALTER FUNCTION medstint.ask(record text, words text) OWNER TO medstint_owner;

--
-- Name: assessment_moves_assignment(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.assessment_moves_assignment() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  UPDATE public.competency_assignments a SET status = 'IN_PROGRESS'
  FROM new_rows n JOIN old_rows o USING (id)
  WHERE n.status = 'SUBMITTED' AND o.status = 'DRAFT' AND a.user_id = n.student_id AND a.competency_id = n.competency_id AND a.status = 'ASSIGNED';
  UPDATE public.competency_assignments a SET status = 'COMPLETED', completion_date = now(), progress_percentage = 100
  FROM new_rows n JOIN old_rows o USING (id)
  WHERE n.status = 'APPROVED' AND o.status <> 'APPROVED' AND n.type <> 'SELF' AND a.user_id = n.student_id AND a.competency_id = n.competency_id
    AND a.status <> 'COMPLETED' AND n.score >= n.max_score * medstint.policy(n.school_id, 'pass_percent', '75')::numeric / 100;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.assessment_moves_assignment() OWNER TO medstint_owner;

--
-- Name: attempts_against(text, text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.attempts_against(attempt_realm text, attempt_subject text, attempt_source text, OUT from_source bigint, OUT from_everywhere bigint, OUT free_at timestamp with time zone) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
  patience constant interval := CASE attempt_realm WHEN 'sign_in' THEN interval '15 minutes' ELSE interval '90 days' END;
BEGIN
  WITH recent AS (
    SELECT a.source = attempt_source AS is_same, a.is_used, a.counted_at FROM medstint.password_attempts a
    WHERE a.realm = attempt_realm AND a.subject = attempt_subject AND a.is_counted
      AND a.counted_at > clock_timestamp() - patience
  ), since AS (
    SELECT coalesce(max(r.counted_at) FILTER (WHERE r.is_used AND r.is_same), '-infinity') AS success FROM recent r
  ), counted AS (
    SELECT r.is_same AND r.counted_at > s.success AS is_same, r.counted_at FROM recent r, since s WHERE NOT r.is_used)
  SELECT count(*) FILTER (WHERE c.is_same), count(*),
    patience + greatest(
      (SELECT n.counted_at FROM counted n WHERE n.is_same ORDER BY n.counted_at DESC OFFSET 4 LIMIT 1),
      (SELECT n.counted_at FROM counted n ORDER BY n.counted_at DESC OFFSET 19 LIMIT 1))
  INTO from_source, from_everywhere, free_at FROM counted c;
END
$$;


ALTER FUNCTION medstint.attempts_against(attempt_realm text, attempt_subject text, attempt_source text, OUT from_source bigint, OUT from_everywhere bigint, OUT free_at timestamp with time zone) OWNER TO medstint_owner;

--
-- Name: audit_action(text, jsonb, jsonb); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.audit_action(singular text, old_row jsonb, new_row jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN singular || '.' || CASE
    WHEN singular = 'user' AND old_row ->> 'role' <> new_row ->> 'role' THEN
      CASE WHEN medstint.role_rank((new_row ->> 'role')::public.user_role) > medstint.role_rank((old_row ->> 'role')::public.user_role)
      THEN 'role_raised' ELSE 'role_changed' END
    WHEN singular = 'user' AND old_row ->> 'is_active' <> new_row ->> 'is_active' THEN
      CASE new_row ->> 'is_active' WHEN 'true' THEN 'activated' ELSE 'deactivated' END
    WHEN singular = 'school' AND old_row ->> 'time_zone' <> new_row ->> 'time_zone' THEN 'zone_changed'
    WHEN singular = 'time_record' AND old_row ->> 'status' <> new_row ->> 'status' THEN
      CASE new_row ->> 'status' WHEN 'PENDING' THEN 'undone' ELSE lower(new_row ->> 'status') END
    WHEN singular = 'time_record' AND old_row ->> 'clock_out' IS NULL AND new_row ->> 'clock_out' IS NOT NULL THEN 'clocked_out'
    ELSE 'updated' END;
END
$$;


ALTER FUNCTION medstint.audit_action(singular text, old_row jsonb, new_row jsonb) OWNER TO medstint_owner;

--
-- Name: audit_context(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.audit_context(OUT user_id text, OUT ip_address text, OUT user_agent text, OUT endpoint text) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  me constant record := medstint.actor();
  trusted constant boolean := medstint.is_trusted();
BEGIN
  IF me.user_id IS NULL AND NOT trusted THEN
    SELECT a.user_id, host(inet_client_addr()), 'kiosk ' || k.name, 'kiosk' INTO user_id, ip_address, user_agent, endpoint
    FROM medstint.kiosk_acts a JOIN public.kiosks k ON k.id = a.kiosk_id WHERE a.transaction_id = pg_current_xact_id_if_assigned();
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
    END IF;
    RETURN;
  END IF;
  user_id := coalesce(me.user_id, nullif(current_setting('medstint.actor', true), ''));
  IF me.session_id IS NOT NULL THEN
    SELECT s.ip_address, s.user_agent, s.client INTO ip_address, user_agent, endpoint FROM public.sessions s WHERE s.id = me.session_id;
  ELSIF trusted THEN
    ip_address := nullif(current_setting('medstint.ip_address', true), '');
    user_agent := nullif(current_setting('medstint.user_agent', true), '');
    endpoint := nullif(current_setting('medstint.endpoint', true), '');
  END IF;
  -- The web application is called by its name, also where it says nothing of itself.
  endpoint := coalesce(endpoint, CASE WHEN pg_has_role(session_user, 'medstint_web', 'MEMBER') AND NOT pg_has_role(session_user, current_user, 'MEMBER')
    THEN 'web' ELSE 'database' END);
END
$$;


ALTER FUNCTION medstint.audit_context(OUT user_id text, OUT ip_address text, OUT user_agent text, OUT endpoint text) OWNER TO medstint_owner;

--
-- Name: audit_context_of(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.audit_context_of(singular text, OUT user_id text, OUT ip_address text, OUT user_agent text, OUT endpoint text) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF singular IN ('alert', 'notification', 'account') AND medstint.current_user_id() IS NULL AND NOT medstint.is_trusted() THEN
    endpoint := 'system';
  ELSE
    SELECT c.user_id, c.ip_address, c.user_agent, c.endpoint INTO user_id, ip_address, user_agent, endpoint FROM medstint.audit_context() c;
  END IF;
END
$$;


ALTER FUNCTION medstint.audit_context_of(singular text, OUT user_id text, OUT ip_address text, OUT user_agent text, OUT endpoint text) OWNER TO medstint_owner;

--
-- Name: audit_delete(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.audit_delete() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  event constant text := TG_ARGV[0] || '.deleted';
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, o.value ->> 'school_id', event, TG_TABLE_NAME,
         coalesce(o.value ->> 'id', o.value ->> 'school_id'), medstint.audit_difference(o.value, NULL),
         c.ip_address, c.user_agent, c.endpoint, TG_OP, 200,
         (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = event)
  FROM (SELECT to_jsonb(r) AS value FROM old_rows r) o, medstint.audit_context() c;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.audit_delete() OWNER TO medstint_owner;

--
-- Name: audit_difference(jsonb, jsonb); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.audit_difference(old_row jsonb, new_row jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (
    SELECT jsonb_object_agg(key, CASE
      WHEN key = ANY (medstint.secret_columns()) THEN jsonb_build_object('secret', 'changed')
      ELSE jsonb_strip_nulls(jsonb_build_object('old', old_row -> key, 'new', new_row -> key)) END)::text
    FROM jsonb_object_keys(coalesce(new_row, old_row)) AS k (key)
    WHERE key <> ALL (medstint.derived_columns())
      AND coalesce(old_row -> key, 'null') IS DISTINCT FROM coalesce(new_row -> key, 'null'));
END
$$;


ALTER FUNCTION medstint.audit_difference(old_row jsonb, new_row jsonb) OWNER TO medstint_owner;

--
-- Name: audit_insert(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.audit_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, coalesce(n.value ->> 'school_id', CASE TG_TABLE_NAME WHEN 'schools' THEN n.value ->> 'id' END),
         n.event, TG_TABLE_NAME, coalesce(n.value ->> 'id', n.value ->> 'school_id'),
         medstint.audit_difference(NULL, n.value), c.ip_address, c.user_agent, c.endpoint, TG_OP, 201,
         (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = n.event)
  FROM (SELECT x.value, CASE WHEN TG_ARGV[0] = 'user' AND x.value ->> 'role' IN ('SUPER_ADMIN', 'SCHOOL_ADMIN') THEN 'user.administrator_created'
          ELSE TG_ARGV[0] || '.created' END AS event
        FROM (SELECT to_jsonb(r) AS value FROM new_rows r) x) n, medstint.audit_context_of(TG_ARGV[0]) c;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.audit_insert() OWNER TO medstint_owner;

--
-- Name: audit_leaf(public.audit_logs); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.audit_leaf(e public.audit_logs) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT sha256(convert_to(concat_ws(',', e.sequence, coalesce(e.transaction_id::text, '-'), (extract(epoch FROM e.created_at) * 1000)::bigint, e.severity,
    octet_length(e.id) || ':' || e.id,
    coalesce(octet_length(e.school_id) || ':' || e.school_id, '-'),
    coalesce(octet_length(e.user_id) || ':' || e.user_id, '-'),
    octet_length(e.action) || ':' || e.action,
    octet_length(e.resource_type) || ':' || e.resource_type,
    octet_length(e.resource_id) || ':' || e.resource_id,
    coalesce(octet_length(e.changes::text) || ':' || e.changes::text, '-'),
    coalesce(octet_length(e.ip_address) || ':' || e.ip_address, '-'),
    coalesce(octet_length(e.user_agent) || ':' || e.user_agent, '-'),
    coalesce(octet_length(e.endpoint) || ':' || e.endpoint, '-'),
    coalesce(octet_length(e.method) || ':' || e.method, '-'),
    coalesce(e.status_code::text, '-')), 'UTF8'))
$$;


ALTER FUNCTION medstint.audit_leaf(e public.audit_logs) OWNER TO medstint_owner;

--
-- Name: audit_migration(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.audit_migration() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM medstint.write_event('schema.migrated', NULL, 'migrations', NEW.version::text,
      jsonb_build_object('name', NEW.description, 'checksum', encode(NEW.checksum, 'hex'), 'role', session_user), 'MIGRATE', 200);
  ELSE
    PERFORM medstint.write_event('schema.migration_taken_back', NULL, 'migrations', OLD.version::text,
      jsonb_build_object('name', OLD.description, 'checksum', encode(OLD.checksum, 'hex'), 'role', session_user), 'MIGRATE', 200);
  END IF;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.audit_migration() OWNER TO medstint_owner;

--
-- Name: audit_seals; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.audit_seals OWNER TO medstint_owner;

--
-- Name: audit_seal_hash(public.audit_seals); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.audit_seal_hash(s public.audit_seals) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT sha256(convert_to(concat_ws(',', coalesce(octet_length(s.school_id) || ':' || s.school_id, '-'), s.number, s.first_position, s.events,
    s.least_sequence, s.most_sequence, (extract(epoch FROM s.sealed_at) * 1000)::bigint, encode(s.digest, 'hex'), encode(s.previous, 'hex')), 'UTF8'))
$$;


ALTER FUNCTION medstint.audit_seal_hash(s public.audit_seals) OWNER TO medstint_owner;

--
-- Name: audit_severity(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.audit_severity(action text) RETURNS public.audit_severity
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = action
$$;


ALTER FUNCTION medstint.audit_severity(action text) OWNER TO medstint_owner;

--
-- Name: audit_table(regclass, text, integer); Type: PROCEDURE; Schema: medstint; Owner: medstint_owner
--

CREATE PROCEDURE medstint.audit_table(IN audited regclass, IN singular text, IN hundred integer)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM medstint.register_events(singular, hundred);
  EXECUTE format('CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON %s FOR EACH ROW
    WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION medstint.refuse_new_id()', audited);
  EXECUTE format('CREATE TRIGGER c_audit_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert(%L)', audited, singular);
  EXECUTE format('CREATE TRIGGER c_audit_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update(%L)', audited, singular);
  EXECUTE format('CREATE TRIGGER c_audit_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete(%L)', audited, singular);
END
$$;


ALTER PROCEDURE medstint.audit_table(IN audited regclass, IN singular text, IN hundred integer) OWNER TO medstint_owner;

--
-- Name: audit_time_record_update(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.audit_time_record_update() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'off'
    SET jit TO 'off'
    AS $$
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, x.school_id, x.action, 'time_records', x.id, x.changes,
         c.ip_address, c.user_agent, c.endpoint, TG_OP, 200,
         (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = x.action)
  FROM (
    SELECT n.id, n.school_id,
      'time_record.' || CASE
        WHEN n.status <> o.status THEN CASE n.status WHEN 'PENDING' THEN 'undone' ELSE lower(n.status::text) END
        WHEN o.clock_out IS NULL AND n.clock_out IS NOT NULL THEN 'clocked_out'
        ELSE 'updated' END AS action,
      CASE
        -- A decision changes nothing else: the rules refuse it.
        WHEN n.status <> o.status THEN jsonb_strip_nulls(jsonb_build_object(
          'status', jsonb_build_object('old', o.status, 'new', n.status),
          'version', jsonb_build_object('old', o.version, 'new', n.version),
          'approved_by', jsonb_build_object('old', o.approved_by, 'new', n.approved_by),
          'approved_at', jsonb_build_object('old', o.approved_at, 'new', n.approved_at),
          'decision_kind', jsonb_build_object('old', o.decision_kind, 'new', n.decision_kind),
          'decision_reason_code', CASE WHEN o.decision_reason_code IS DISTINCT FROM n.decision_reason_code
            THEN jsonb_build_object('old', o.decision_reason_code, 'new', n.decision_reason_code) END,
          'decision_reason', CASE WHEN o.decision_reason IS DISTINCT FROM n.decision_reason
            THEN jsonb_build_object('old', o.decision_reason, 'new', n.decision_reason) END))::text
        ELSE medstint.audit_difference(to_jsonb(o), to_jsonb(n))
      END AS changes
    -- An update of nothing but flags is no event: they follow from what is one.
    FROM old_rows o JOIN new_rows n USING (id) WHERE o.flags = n.flags AND o.triage = n.triage
    -- Evaluated here, once a row, and not wherever it is mentioned.
    OFFSET 0) x, medstint.audit_context() c
  WHERE x.changes IS NOT NULL;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.audit_time_record_update() OWNER TO medstint_owner;

--
-- Name: audit_update(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.audit_update() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'off'
    SET jit TO 'off'
    AS $$
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, coalesce(x.new ->> 'school_id', CASE TG_TABLE_NAME WHEN 'schools' THEN x.new ->> 'id' END),
         x.action, TG_TABLE_NAME, x.id, x.changes,
         c.ip_address, c.user_agent, c.endpoint, TG_OP, 200,
         (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = x.action)
  FROM (SELECT o.id, n.value AS new, medstint.audit_difference(o.value, n.value) AS changes,
               medstint.audit_action(TG_ARGV[0], o.value, n.value) AS action
        FROM (SELECT to_jsonb(r) AS value, coalesce(to_jsonb(r) ->> 'id', to_jsonb(r) ->> 'school_id') AS id FROM old_rows r OFFSET 0) o
        JOIN (SELECT to_jsonb(r) AS value, coalesce(to_jsonb(r) ->> 'id', to_jsonb(r) ->> 'school_id') AS id FROM new_rows r OFFSET 0) n
          USING (id)
        -- Evaluated here, once a row, and not wherever it is mentioned.
        OFFSET 0) x, medstint.audit_context_of(TG_ARGV[0]) c
  WHERE x.changes IS NOT NULL;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.audit_update() OWNER TO medstint_owner;

--
-- Name: audit_web_session(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.audit_web_session() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  event text;
  one public.sessions;
BEGIN
  IF NOT medstint.is_web() THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'DELETE' THEN one := OLD; ELSE one := NEW; END IF;
  event := CASE TG_OP
    WHEN 'INSERT' THEN 'auth.signed_in'
    WHEN 'DELETE' THEN CASE WHEN one.revoked_at IS NULL THEN 'auth.signed_out' END
    ELSE CASE WHEN OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL THEN 'auth.session_revoked'
      WHEN NEW.active_school_id IS DISTINCT FROM OLD.active_school_id AND NEW.active_school_id IS NOT NULL THEN 'school.entered' END END;
  IF event IS NOT NULL THEN
    INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, ip_address, user_agent, endpoint, method, status_code, severity)
    SELECT one.user_id, coalesce(one.active_school_id, one.school_id), event, CASE event WHEN 'auth.signed_in' THEN 'users' WHEN 'school.entered' THEN 'schools' ELSE 'sessions' END,
      CASE event WHEN 'auth.signed_in' THEN one.user_id WHEN 'school.entered' THEN one.active_school_id ELSE one.id END,
      one.ip_address, one.user_agent, 'web', TG_OP, 200, t.severity
    FROM medstint.audit_event_types t WHERE t.name = event;
  END IF;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.audit_web_session() OWNER TO medstint_owner;

--
-- Name: await_seal(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.await_seal() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO medstint.audit_unsealed SELECT coalesce(school_id, ''), sequence FROM new_rows;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.await_seal() OWNER TO medstint_owner;

--
-- Name: badge_forms(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.badge_forms(school text, OUT digit_lengths integer[], OUT other_lengths integer[]) RETURNS record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT coalesce(array_agg(x.size ORDER BY x.size) FILTER (WHERE x.is_digits), '{}'),
    coalesce(array_agg(x.size ORDER BY x.size) FILTER (WHERE NOT x.is_digits), '{}')
  FROM (
    SELECT DISTINCT length(y.known) AS size, y.known ~ '^[0-9]+$' AS is_digits
    FROM public.users u CROSS JOIN LATERAL (VALUES (u.badge), (u.student_id)) y (known)
    WHERE u.school_id = school AND u.is_active AND y.known IS NOT NULL) x
$_$;


ALTER FUNCTION medstint.badge_forms(school text, OUT digit_lengths integer[], OUT other_lengths integer[]) OWNER TO medstint_owner;

--
-- Name: time_records; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.time_records OWNER TO medstint_owner;

--
-- Name: began(public.time_records); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.began(t public.time_records) RETURNS record
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT ROW (t.rotation_id, t.clinical_site_id, t.clock_in, t.clock_in_latitude, t.clock_in_longitude, t.clock_in_accuracy_m, t.clock_in_source, t.clock_in_ip_address, t.clock_in_user_agent)
$$;


ALTER FUNCTION medstint.began(t public.time_records) OWNER TO medstint_owner;

--
-- Name: begin_act(text, text, boolean); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.begin_act(kiosk text, person text, puts_flags_off boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
BEGIN
  PERFORM FROM public.users u WHERE u.id = person FOR KEY SHARE;
  PERFORM FROM public.kiosks k JOIN public.clinical_sites s ON s.id = k.clinical_site_id WHERE k.id = kiosk
    FOR KEY SHARE OF k, s;
  INSERT INTO medstint.kiosk_acts (transaction_id, kiosk_id, user_id, puts_flags_off)
  VALUES (pg_current_xact_id(), kiosk, person, begin_act.puts_flags_off)
  ON CONFLICT (transaction_id) DO UPDATE
  SET kiosk_id = excluded.kiosk_id, user_id = excluded.user_id, puts_flags_off = excluded.puts_flags_off;
END
$$;


ALTER FUNCTION medstint.begin_act(kiosk text, person text, puts_flags_off boolean) OWNER TO medstint_owner;

--
-- Name: begin_export(text, text, text, bigint, text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.begin_export(list text, filter text, format text, row_count bigint, recipient text, purpose text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  fresh constant text := gen_random_uuid()::text;
  home constant text := CASE WHEN list <> 'platform-events' THEN medstint.current_school_id() END;
BEGIN
  IF btrim(coalesce(recipient, '')) = '' OR btrim(coalesce(purpose, '')) = '' THEN
    RAISE EXCEPTION 'an export names its recipient and its purpose'
      USING ERRCODE = 'MS422', CONSTRAINT = 'exports_name_recipient_and_purpose';
  END IF;
  IF list = 'audit' AND NOT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'audit events are exported by administrators'
      USING ERRCODE = 'MS403', CONSTRAINT = 'exports_of_audit_by_administrators';
  END IF;
  IF list = 'platform-events' AND NOT medstint.has_role('SUPER_ADMIN') THEN
    RAISE EXCEPTION 'super administrators read events of the platform'
      USING ERRCODE = 'MS403', CONSTRAINT = 'audit_logs_platform_events';
  END IF;
  PERFORM medstint.write_event('export.started', home, 'exports', fresh, jsonb_build_object('list', left(list, 100),
    'filter', nullif(left(filter, 500), ''), 'format', left(format, 20), 'rows', row_count,
    'recipient', left(btrim(recipient), 300), 'purpose', left(btrim(purpose), 500)), 'EXPORT', 200)
  FROM medstint.actor() a WHERE a.user_id IS NOT NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  PERFORM medstint.seal_events(coalesce(home, ''));
  RETURN fresh;
END
$$;


ALTER FUNCTION medstint.begin_export(list text, filter text, format text, row_count bigint, recipient text, purpose text) OWNER TO medstint_owner;

--
-- Name: begin_flags(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.begin_flags() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  actor text := medstint.acting_user_id();
BEGIN
  -- Only the owner, who imports, says that it was recorded at another time.
  -- In here current_user is the owner.
  IF NOT pg_has_role(session_user, current_user, 'MEMBER') THEN
    NEW.created_at := now();
  END IF;
  NEW.editors := CASE WHEN actor <> NEW.student_id THEN ARRAY[actor] ELSE '{}' END;
  NEW.flags := '[]';
  NEW.triage := CASE WHEN NEW.clock_out IS NULL THEN 0 ELSE 3 END;
  NEW.edited_at := NULL;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.begin_flags() OWNER TO medstint_owner;

--
-- Name: begin_pin(text, text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.begin_pin(credential text, badge text, pin text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
$_$;


ALTER FUNCTION medstint.begin_pin(credential text, badge text, pin text) OWNER TO medstint_owner;

--
-- Name: begin_sealing(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.begin_sealing() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO medstint.audit_sealing SELECT id FROM new_rows ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.begin_sealing() OWNER TO medstint_owner;

--
-- Name: begin_sign_in(text, text, text, text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.begin_sign_in(email text, password text, ip text DEFAULT NULL::text, user_agent text DEFAULT NULL::text, client text DEFAULT 'console'::text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  address constant text := left(medstint.case_folded(medstint.tidied(left(coalesce(email, ''), 1000))), 254);
BEGIN
  -- Those who watch write the event (medstint.report_attempts). Every attempt tells them.
  PERFORM medstint.announce_attempt();
  RETURN medstint.store_attempt('sign_in', address, (medstint.credential_of(address)).hash, password, ip, user_agent,
    client);
END
$$;


ALTER FUNCTION medstint.begin_sign_in(email text, password text, ip text, user_agent text, client text) OWNER TO medstint_owner;

--
-- Name: begin_unlock(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.begin_unlock(token text, password text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  mine constant public.sessions := medstint.session_of(token);
BEGIN
  IF mine.id IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  PERFORM medstint.announce_attempt();
  RETURN medstint.store_attempt('unlock', mine.id,
    (medstint.password_of(mine.user_id)).hash,
    begin_unlock.password, mine.ip_address, mine.user_agent, mine.client);
END
$$;


ALTER FUNCTION medstint.begin_unlock(token text, password text) OWNER TO medstint_owner;

--
-- Name: bound_device_clock(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.bound_device_clock() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  NEW.device_clock := greatest('1950-01-01Z', least('2199-12-31Z', NEW.device_clock));
  NEW.punched_at := greatest('1950-01-01Z', least('2199-12-31Z', NEW.punched_at));
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.bound_device_clock() OWNER TO medstint_owner;

--
-- Name: bound_values(regclass); Type: PROCEDURE; Schema: medstint; Owner: medstint_owner
--

CREATE PROCEDURE medstint.bound_values(IN bounded regclass)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  rule record;
  added text[] := '{}';
  validated text[] := '{}';
BEGIN
  FOR rule IN
    SELECT c.relname || '_' || a.attname || CASE WHEN k.is_number THEN '_finite' ELSE '_in_range' END AS name,
      format(CASE
        WHEN k.is_number THEN '%1$I > ''-Infinity'' AND %1$I < ''Infinity'''
        WHEN k.name = 'time' THEN '%1$I < ''24:00'''
        WHEN k.name = 'timestamptz' THEN '%1$I >= ''1950-01-01Z'' AND %1$I < ''2200-01-01Z'''
        ELSE '%1$I >= ''1950-01-01'' AND %1$I < ''2200-01-01''' END, a.attname) AS condition
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_type b ON b.oid = nullif(t.typbasetype, 0)
    CROSS JOIN LATERAL (SELECT coalesce(b.typname, t.typname) AS name,
      coalesce(b.typname, t.typname) IN ('numeric', 'float4', 'float8') AS is_number) k
    WHERE c.oid = bounded AND k.name IN ('numeric', 'float4', 'float8', 'timestamptz', 'timestamp', 'date', 'time')
    ORDER BY a.attnum
  LOOP
    CONTINUE WHEN EXISTS (SELECT FROM pg_constraint x WHERE x.conrelid = bounded AND x.conname = rule.name);
    added := added || format('ADD CONSTRAINT %I CHECK (%s) NOT VALID', rule.name, rule.condition);
    validated := validated || format('VALIDATE CONSTRAINT %I', rule.name);
  END LOOP;
  IF added = '{}' THEN
    RETURN;
  END IF;
  EXECUTE format('ALTER TABLE %s %s', bounded, array_to_string(added, ', '));
  BEGIN
    -- The table is read once for all of them.
    EXECUTE format('ALTER TABLE %s %s', bounded, array_to_string(validated, ', '));
  EXCEPTION WHEN check_violation THEN
    -- What is there already stays and is shown as what it is; nothing more of it is written.
    FOR i IN 1 .. cardinality(validated) LOOP
      BEGIN
        EXECUTE format('ALTER TABLE %s %s', bounded, validated[i]);
      EXCEPTION WHEN check_violation THEN
        RAISE WARNING 'Some rows of % hold a value that no program can show. Correct them. (%)', bounded, validated[i];
      END;
    END LOOP;
  END;
END
$_$;


ALTER PROCEDURE medstint.bound_values(IN bounded regclass) OWNER TO medstint_owner;

--
-- Name: busiest(text, timestamp with time zone, timestamp with time zone, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.busiest(site text, starts timestamp with time zone, ends timestamp with time zone, besides text DEFAULT NULL::text) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT CASE WHEN medstint.is_trusted() OR EXISTS (SELECT FROM public.clinical_sites s WHERE s.id = site AND s.school_id = medstint.current_school_id())
    THEN coalesce(max(present), 0) END FROM (
    SELECT sum(step) OVER (ORDER BY at, step) AS present FROM (
      SELECT greatest(r.start_date, starts) AS at, 1 AS step FROM public.rotations r
      WHERE r.clinical_site_id = site AND r.status IN ('SCHEDULED', 'ACTIVE') AND r.end_date > starts AND r.start_date < ends
        AND r.id IS DISTINCT FROM besides
      UNION ALL
      SELECT r.end_date, -1 FROM public.rotations r
      WHERE r.clinical_site_id = site AND r.status IN ('SCHEDULED', 'ACTIVE') AND r.end_date > starts AND r.end_date < ends
        AND r.id IS DISTINCT FROM besides
    ) steps) x
$$;


ALTER FUNCTION medstint.busiest(site text, starts timestamp with time zone, ends timestamp with time zone, besides text) OWNER TO medstint_owner;

--
-- Name: folded_letters(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.folded_letters(typed text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
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


ALTER FUNCTION medstint.folded_letters(typed text) OWNER TO medstint_owner;

--
-- Name: case_folded(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.case_folded(typed text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (octet_length(typed) = length(typed)) THEN lower((typed COLLATE "C")) ELSE medstint.folded_letters(typed) END;


ALTER FUNCTION medstint.case_folded(typed text) OWNER TO medstint_owner;

--
-- Name: change_password(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.change_password(attempt text, fresh text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  me constant record := medstint.actor();
  known_era bigint;
  status text;
BEGIN
  IF me.user_id IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  PERFORM FROM public.accounts a WHERE a.user_id = me.user_id AND a.provider_id = 'credential' FOR NO KEY UPDATE;
  known_era := (medstint.newest_change(me.user_id)).era;
  -- A reset that came first has ended the session.
  IF medstint.current_user_id() IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  status := medstint.finish_unlock(current_setting('medstint.session'), attempt);
  IF status <> 'ok' THEN
    RETURN status;
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT me.user_id, me.school_id, 'auth.password_changed', 'users', me.user_id, x.ip_address, x.user_agent, x.endpoint,
    'CHANGE', 200, 'MEDIUM'
  FROM medstint.audit_context() x;
  PERFORM medstint.set_own_password(me.session_id, me.user_id, fresh, known_era);
  RETURN status;
END
$$;


ALTER FUNCTION medstint.change_password(attempt text, fresh text) OWNER TO medstint_owner;

--
-- Name: channel(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.channel(school text) RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN medstint.channel_on(school, (now() AT TIME ZONE 'UTC')::date);
END
$$;


ALTER FUNCTION medstint.channel(school text) OWNER TO medstint_owner;

--
-- Name: channel_days(timestamp with time zone); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.channel_days(at timestamp with time zone) RETURNS SETOF integer
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT d FROM generate_series(-1, CASE WHEN (at AT TIME ZONE 'UTC')::time >= '22:00' THEN 1 ELSE 0 END) d
$$;


ALTER FUNCTION medstint.channel_days(at timestamp with time zone) OWNER TO medstint_owner;

--
-- Name: channel_on(text, date); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.channel_on(school text, day date) RETURNS text
    LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT 'm' || left(encode(sha256(k.secret || convert_to(to_char(day, 'YYYY-MM-DD') || ' ' || school, 'UTF8')), 'hex'), 48)
    FROM medstint.channel_secret k);
END
$$;


ALTER FUNCTION medstint.channel_on(school text, day date) OWNER TO medstint_owner;

--
-- Name: check_assessment(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.check_assessment() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  actor_id text := medstint.acting_user_id();
  was text := CASE TG_OP WHEN 'UPDATE' THEN OLD.status::text ELSE '' END;
  rubric record;
  reviewer record;
  why text;
BEGIN
  SELECT * INTO rubric FROM medstint.rubric_total(NEW.competency_id, coalesce(NEW.rubric_scores, '{}')::jsonb);
  -- What the criteria say is not also stated; clients without a rubric state a score.
  IF rubric.max_score IS NOT NULL AND NEW.rubric_scores IS NOT NULL
     AND (was IN ('', 'DRAFT') OR NEW.status = 'DRAFT') THEN
    NEW.score := rubric.score;
    NEW.max_score := rubric.max_score;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.status = 'APPROVED' AND was <> 'APPROVED' THEN
      NEW.approved_by := coalesce(actor_id, NEW.approved_by);
    END IF;
  END IF;
  SELECT u.id, u.role, u.is_active, u.school_id INTO reviewer FROM (SELECT) AS one LEFT JOIN public.users u ON u.id = coalesce(actor_id, NEW.approved_by);

  why := CASE
    WHEN NOT rubric.is_within THEN 'scores_within_criteria'
    WHEN was IN ('SUBMITTED', 'REVIEWED', 'APPROVED') AND (NEW.rubric_scores, NEW.score, NEW.max_score, NEW.feedback, NEW.improvement_areas, NEW.competency_id, NEW.student_id, NEW.assessor_id, NEW.type)
      IS DISTINCT FROM (OLD.rubric_scores, OLD.score, OLD.max_score, OLD.feedback, OLD.improvement_areas, OLD.competency_id, OLD.student_id, OLD.assessor_id, OLD.type)
      THEN 'only_a_draft_changes'
    WHEN TG_OP = 'UPDATE' AND NEW.status = OLD.status AND NEW.approved_by IS DISTINCT FROM OLD.approved_by THEN 'only_a_draft_changes'
    WHEN NEW.rotation_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.rotations r WHERE r.id = NEW.rotation_id AND r.student_id = NEW.student_id) THEN 'rotation_is_the_students'
    WHEN was = 'DRAFT' AND actor_id <> OLD.assessor_id THEN 'draft_is_the_assessors'
    WHEN NEW.status <> 'DRAFT' AND was IN ('', 'DRAFT') AND NOT rubric.is_complete AND NEW.score IS NULL THEN 'every_criterion_has_a_score'
    -- From here on somebody else looks at it.
    WHEN TG_OP = 'INSERT' OR NEW.status = OLD.status OR was = 'DRAFT' THEN NULL
    WHEN was = 'SUBMITTED' AND NEW.status = 'DRAFT' AND actor_id = OLD.assessor_id THEN NULL
    WHEN reviewer.id IS NULL AND NEW.status <> 'APPROVED' THEN NULL
    WHEN reviewer.id IS NULL OR NOT reviewer.is_active OR reviewer.school_id IS DISTINCT FROM NEW.school_id THEN 'reviewer_unknown'
    WHEN reviewer.id IN (OLD.assessor_id, OLD.student_id) THEN 'assessor_does_not_approve'
    WHEN reviewer.role = 'SCHOOL_ADMIN' THEN NULL
    WHEN reviewer.role = 'CLINICAL_SUPERVISOR' AND EXISTS (SELECT FROM public.rotations r WHERE r.student_id = OLD.student_id
      AND reviewer.id IN (r.supervisor_id, r.preceptor_id)) THEN NULL
    ELSE 'role_may_not_review' END;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION 'assessment %: %', NEW.id, why USING ERRCODE = CASE WHEN why IN ('scores_within_criteria', 'every_criterion_has_a_score', 'rotation_is_the_students') THEN 'MS422' ELSE 'MS403' END,
      CONSTRAINT = 'assessments_' || why;
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.check_assessment() OWNER TO medstint_owner;

--
-- Name: check_assignment(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.check_assignment() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF NOT medstint.may_administer(NEW.school_id) THEN
    RAISE EXCEPTION 'only administrators assign' USING ERRCODE = '42501';
  END IF;
  NEW.assigned_by := coalesce(medstint.acting_user_id(), NEW.assigned_by);
  IF NOT EXISTS (SELECT FROM public.users u WHERE u.id = NEW.user_id AND u.role = 'STUDENT') THEN
    RAISE EXCEPTION 'competencies are assigned to students' USING ERRCODE = 'MS422', CONSTRAINT = 'competency_assignments_students_only';
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.check_assignment() OWNER TO medstint_owner;

--
-- Name: check_badge(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.check_badge() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
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


ALTER FUNCTION medstint.check_badge() OWNER TO medstint_owner;

--
-- Name: check_criterion(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.check_criterion() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  -- Where it was and where it is to be.
  was public.rubric_criteria;
  is_to_be public.rubric_criteria;
BEGIN
  IF TG_OP <> 'INSERT' THEN was := OLD; END IF;
  IF TG_OP <> 'DELETE' THEN is_to_be := NEW; END IF;
  IF NOT medstint.may_administer(coalesce(is_to_be.school_id, was.school_id)) THEN
    RAISE EXCEPTION 'only administrators edit rubrics' USING ERRCODE = '42501';
  END IF;
  IF EXISTS (SELECT FROM unnest(ARRAY[was.template_id, is_to_be.template_id]) AS t (id) WHERE medstint.is_published(t.id)) THEN
    RAISE EXCEPTION 'the template of the criterion is published' USING ERRCODE = 'MS409', CONSTRAINT = 'rubric_criteria_published_is_frozen';
  END IF;
  IF EXISTS (SELECT FROM public.assessments a WHERE a.competency_id IN (was.competency_id, is_to_be.competency_id) AND a.rubric_scores IS NOT NULL) THEN
    RAISE EXCEPTION 'somebody was assessed with the rubric' USING ERRCODE = 'MS409', CONSTRAINT = 'rubric_criteria_assessed_is_frozen';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;


ALTER FUNCTION medstint.check_criterion() OWNER TO medstint_owner;

--
-- Name: check_delegation(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.check_delegation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  why text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    -- It ends; it does not come back.
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
      why := 'is_over';
    ELSE
      NEW.revoked_at := CASE WHEN NEW.revoked_at IS NOT NULL THEN now() END;
    END IF;
  ELSIF NOT EXISTS (SELECT FROM public.users u WHERE u.id = NEW.from_user_id AND u.is_active AND u.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR')) THEN
    why := 'from_whoever_decides';
  ELSIF NOT EXISTS (SELECT FROM public.users u WHERE u.id = NEW.to_user_id AND u.is_active AND u.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR')) THEN
    why := 'to_whoever_decides';
  END IF;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION 'delegation %: %', NEW.id, why USING ERRCODE = 'MS422', CONSTRAINT = 'delegations_' || why;
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.check_delegation() OWNER TO medstint_owner;

--
-- Name: check_kiosk(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.check_kiosk() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF NEW.location_id IS NOT NULL AND NOT EXISTS (SELECT FROM public.clinical_site_locations l
      WHERE l.id = NEW.location_id AND l.clinical_site_id = NEW.clinical_site_id) THEN
    RAISE EXCEPTION 'the location is another site''s' USING ERRCODE = 'MS422', CONSTRAINT = 'kiosks_location_of_its_site';
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.check_kiosk() OWNER TO medstint_owner;

--
-- Name: check_leaving(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.check_leaving() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF EXISTS (SELECT FROM public.time_records t WHERE t.student_id = OLD.id AND t.school_id = OLD.school_id AND t.status = 'PENDING') THEN
    RAISE EXCEPTION 'user %: time records are pending', OLD.id USING ERRCODE = 'MS409', CONSTRAINT = 'users_pending_before_leaving',
      HINT = 'Decide on the pending time records first.';
  END IF;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.check_leaving() OWNER TO medstint_owner;

--
-- Name: check_length(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.check_length() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF medstint.current_user_id() IS NOT NULL THEN
    RAISE EXCEPTION 'time record % would have more than 99.99 h', NEW.id
      USING ERRCODE = 'MS422', CONSTRAINT = 'time_records_at_most_99_hours';
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.check_length() OWNER TO medstint_owner;

--
-- Name: check_rotation(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.check_rotation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  is_new constant boolean := TG_OP = 'INSERT';
  moved boolean;
  other record;
  places integer;
  why text;
BEGIN
  -- Before a rule could tell somebody about rows that are not theirs.
  IF NOT medstint.may_administer(NEW.school_id) THEN
    RAISE EXCEPTION 'only administrators edit rotations' USING ERRCODE = '42501';
  END IF;
  IF NOT is_new AND OLD.status IN ('COMPLETED', 'CANCELLED') AND NEW.status = OLD.status
     AND (NEW.student_id, NEW.clinical_site_id, NEW.preceptor_id, NEW.supervisor_id, NEW.start_date, NEW.end_date, NEW.required_hours, NEW.specialty)
       IS DISTINCT FROM
       (OLD.student_id, OLD.clinical_site_id, OLD.preceptor_id, OLD.supervisor_id, OLD.start_date, OLD.end_date, OLD.required_hours, OLD.specialty) THEN
    why := 'ended_is_frozen';
  ELSIF NOT is_new AND NEW.student_id <> OLD.student_id AND EXISTS (SELECT FROM public.time_records t WHERE t.rotation_id = OLD.id) THEN
    why := 'student_has_records';
  ELSIF (is_new OR NEW.student_id <> OLD.student_id)
     AND NOT EXISTS (SELECT FROM public.users u WHERE u.id = NEW.student_id AND u.role = 'STUDENT' AND u.is_active) THEN
    why := 'student_is_an_active_student';
  ELSIF NEW.preceptor_id IS NOT NULL AND (is_new OR NEW.preceptor_id IS DISTINCT FROM OLD.preceptor_id)
     AND NOT EXISTS (SELECT FROM public.users u WHERE u.id = NEW.preceptor_id AND u.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR') AND u.is_active) THEN
    why := 'preceptor_is_a_preceptor';
  ELSIF NEW.supervisor_id IS NOT NULL AND (is_new OR NEW.supervisor_id IS DISTINCT FROM OLD.supervisor_id)
     AND NOT EXISTS (SELECT FROM public.users u WHERE u.id = NEW.supervisor_id AND u.role = 'CLINICAL_SUPERVISOR' AND u.is_active) THEN
    why := 'supervisor_is_a_supervisor';
  ELSIF (is_new OR NEW.clinical_site_id <> OLD.clinical_site_id)
     AND NOT EXISTS (SELECT FROM public.clinical_sites s WHERE s.id = NEW.clinical_site_id AND s.is_active) THEN
    why := 'site_is_active';
  END IF;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION 'rotation %: %', NEW.id, why USING ERRCODE = 'MS422', CONSTRAINT = 'rotations_' || why;
  END IF;

  moved := is_new OR (NEW.student_id, NEW.clinical_site_id, NEW.start_date, NEW.end_date)
    IS DISTINCT FROM (OLD.student_id, OLD.clinical_site_id, OLD.start_date, OLD.end_date);
  IF NOT moved OR NEW.status NOT IN ('SCHEDULED', 'ACTIVE') OR NEW.end_date <= NEW.start_date THEN
    RETURN NEW;
  END IF;

  -- Two coordinators who book the same student or the last place wait for each other.
  IF medstint.policy(NEW.school_id, 'double_booking', 'refuse') <> 'allow' THEN
    PERFORM medstint.hold_turns('bookings', ARRAY[NEW.student_id]);
    IF EXISTS (SELECT FROM public.rotations r WHERE r.student_id = NEW.student_id AND r.id <> NEW.id
      AND r.status IN ('SCHEDULED', 'ACTIVE') AND r.end_date > NEW.start_date AND r.start_date < NEW.end_date) THEN
      RAISE EXCEPTION 'rotation %: the student is booked already', NEW.id USING ERRCODE = 'MS422', CONSTRAINT = 'rotations_not_booked_twice';
    END IF;
  END IF;
  IF medstint.policy(NEW.school_id, 'over_capacity', 'allow') = 'refuse' THEN
    PERFORM medstint.hold_turns('places', ARRAY[NEW.clinical_site_id]);
    SELECT s.capacity INTO places FROM public.clinical_sites s WHERE s.id = NEW.clinical_site_id;
    -- Those who are there besides, and this one.
    IF medstint.busiest(NEW.clinical_site_id, NEW.start_date, NEW.end_date, NEW.id) + 1 > places THEN
      RAISE EXCEPTION 'rotation %: no place is free', NEW.id USING ERRCODE = 'MS422', CONSTRAINT = 'rotations_within_capacity';
    END IF;
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.check_rotation() OWNER TO medstint_owner;

--
-- Name: check_school(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.check_school() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF NEW.is_active <> OLD.is_active AND EXISTS (SELECT FROM public.users u WHERE u.id = medstint.acting_user_id() AND u.role <> 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'school %: only a super admin makes a school inactive', OLD.id
      USING ERRCODE = 'MS403', CONSTRAINT = 'schools_activity_is_the_platforms';
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.check_school() OWNER TO medstint_owner;

--
-- Name: check_template(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.check_template() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.created_by := coalesce(NEW.created_by, medstint.acting_user_id());
  ELSIF (NEW.name, NEW.description, NEW.category, NEW.level, NEW.type, NEW.content, NEW.version)
      IS DISTINCT FROM (OLD.name, OLD.description, OLD.category, OLD.level, OLD.type, OLD.content, OLD.version)
      AND medstint.is_published(OLD.id) OR OLD.is_public AND NOT NEW.is_public THEN
    RAISE EXCEPTION 'template % is published', OLD.id USING ERRCODE = 'MS409', CONSTRAINT = 'competency_templates_published_is_frozen';
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.check_template() OWNER TO medstint_owner;

--
-- Name: check_time_record(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.check_time_record() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'PENDING' THEN
      RAISE EXCEPTION 'a time record begins as PENDING' USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_begin_pending';
    END IF;
    NEW.version := 1;
    NEW.total_hours := coalesce(NEW.total_hours, medstint.total_hours(NEW.clock_in, NEW.clock_out));
    RETURN NEW;
  END IF;

  NEW.version := OLD.version + 1;
  NEW.updated_at := now();
  IF (NEW.clock_in, NEW.clock_out) IS DISTINCT FROM (OLD.clock_in, OLD.clock_out)
     AND NEW.total_hours IS NOT DISTINCT FROM OLD.total_hours THEN
    NEW.total_hours := medstint.total_hours(NEW.clock_in, NEW.clock_out);
  END IF;

  IF NEW.status = OLD.status THEN
    IF OLD.status <> 'PENDING' AND
       (medstint.evidence(NEW) IS DISTINCT FROM medstint.evidence(OLD)
        OR (NEW.approved_by, NEW.approved_at, NEW.decision_kind, NEW.decision_reason_code, NEW.decision_reason)
           IS DISTINCT FROM
           (OLD.approved_by, OLD.approved_at, OLD.decision_kind, OLD.decision_reason_code, OLD.decision_reason)) THEN
      RAISE EXCEPTION 'time record % is decided; undo the decision before changing it', OLD.id
        USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_decided_is_frozen';
    END IF;
    RETURN NEW;
  END IF;

  -- A step changes nothing else: what was decided is what was seen.
  IF medstint.evidence(NEW) IS DISTINCT FROM medstint.evidence(OLD)
     OR (NEW.activities, NEW.notes) IS DISTINCT FROM (OLD.activities, OLD.notes) THEN
    RAISE EXCEPTION 'a decision does not change the record that it is about'
      USING ERRCODE = 'MS422', CONSTRAINT = 'time_records_decision_changes_nothing_else';
  END IF;

  IF NEW.status = 'PENDING' THEN
    NEW.approved_by := NULL; NEW.approved_at := NULL;
    NEW.decision_kind := NULL; NEW.decision_reason_code := NULL;
  ELSIF OLD.status = 'PENDING' THEN
    NEW.approved_at := clock_timestamp();
    NEW.decision_kind := coalesce(NEW.decision_kind, 'BY_HAND');
  ELSE
    RAISE EXCEPTION 'time record % is % and cannot become %', OLD.id, OLD.status, NEW.status
      USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_undo_first', HINT = 'Undo the decision first.';
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.check_time_record() OWNER TO medstint_owner;

--
-- Name: check_transition(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.check_transition() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  before text := CASE TG_OP WHEN 'UPDATE' THEN OLD.status::text ELSE '' END;
BEGIN
  IF NEW.status::text <> before AND NOT EXISTS (
    SELECT FROM medstint.state_transitions s
    WHERE s.table_name = TG_TABLE_NAME AND s.old_status = before AND s.new_status = NEW.status::text) THEN
    RAISE EXCEPTION '% %: from "%" it cannot become %', TG_TABLE_NAME, NEW.id, before, NEW.status
      USING ERRCODE = 'MS409', CONSTRAINT = TG_TABLE_NAME || '_transition';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    NEW.updated_at := now();
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.check_transition() OWNER TO medstint_owner;

--
-- Name: check_user(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.check_user() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  actor_id text := medstint.acting_user_id();
  actor_rank integer;
  own boolean := TG_OP = 'UPDATE' AND OLD.id = actor_id;
  why text;
BEGIN
  SELECT medstint.role_rank(u.role) INTO actor_rank FROM public.users u WHERE u.id = actor_id;
  -- The operator's command line and an import name nobody.
  IF actor_id IS NOT NULL THEN
    why := CASE
      WHEN own AND (NEW.role <> OLD.role OR NEW.is_active <> OLD.is_active) THEN 'not_ones_own_role'
      WHEN own AND actor_rank < 3 AND (NEW.email, NEW.program_id, NEW.student_id, NEW.academic_status)
        IS DISTINCT FROM (OLD.email, OLD.program_id, OLD.student_id, OLD.academic_status) THEN 'own_name_only'
      -- A school is not entered through a program of its.
      WHEN own AND NEW.school_id IS DISTINCT FROM OLD.school_id AND NOT medstint.is_trusted() THEN 'own_name_only'
      WHEN own THEN NULL
      WHEN coalesce(actor_rank, 0) < 3 THEN 'administrators_only'
      WHEN medstint.role_rank(NEW.role) > actor_rank THEN 'up_to_own_role'
      WHEN TG_OP = 'UPDATE' AND medstint.role_rank(OLD.role) > actor_rank THEN 'up_to_own_role' END;
    IF why IS NOT NULL THEN
      RAISE EXCEPTION 'user %: %', NEW.id, why USING ERRCODE = 'MS403', CONSTRAINT = 'users_' || why;
    END IF;
  END IF;
  IF NEW.role <> 'STUDENT' AND (NEW.academic_status IS NOT NULL OR NEW.student_id IS NOT NULL)
     AND (TG_OP = 'INSERT' OR (NEW.role, NEW.academic_status, NEW.student_id) IS DISTINCT FROM (OLD.role, OLD.academic_status, OLD.student_id)) THEN
    RAISE EXCEPTION 'user %: only a student has a student number and a standing', NEW.id
      USING ERRCODE = 'MS422', CONSTRAINT = 'users_student_only';
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.check_user() OWNER TO medstint_owner;

--
-- Name: choose_password(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.choose_password(token text, fresh text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  mine public.sessions := medstint.session_of(token);
  known_era bigint;
BEGIN
  PERFORM set_config('lock_timeout', '5s', true);
  PERFORM FROM public.accounts a WHERE a.user_id = mine.user_id AND a.provider_id = 'credential' FOR NO KEY UPDATE;
  known_era := (medstint.newest_change(mine.user_id)).era;
  -- A reset that came first has ended the session.
  mine := medstint.session_of(token);
  IF mine.id IS NULL OR NOT mine.is_restricted OR mine.locked_at IS NOT NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  IF medstint.password_matches(choose_password.fresh, (medstint.password_of(mine.user_id)).hash) THEN
    RAISE EXCEPTION 'it is the temporary password' USING ERRCODE = 'MS422',
      CONSTRAINT = 'accounts_password_is_another';
  END IF;
  -- The day begins anew: the password was used only now.
  INSERT INTO medstint.credential_changes (user_id, changed_by, kind)
  SELECT c.user_id, c.changed_by, 'password' FROM medstint.credential_changes c
  WHERE c.user_id = mine.user_id AND c.kind = 'password' ORDER BY c.changed_at DESC LIMIT 1;
  UPDATE public.sessions s SET is_restricted = false, updated_at = now() WHERE s.id = mine.id;
  PERFORM set_config('medstint.session', token, true);
  PERFORM medstint.write_event('auth.password_changed', mine.school_id, 'users', mine.user_id, '{}', 'CHANGE', 200),
    medstint.set_own_password(mine.id, mine.user_id, choose_password.fresh, known_era);
END
$$;


ALTER FUNCTION medstint.choose_password(token text, fresh text) OWNER TO medstint_owner;

--
-- Name: choose_school(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.choose_school(chosen text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  UPDATE public.sessions s SET active_school_id = c.id, updated_at = now()
  FROM medstint.actor() a, public.schools c
  WHERE s.id = a.session_id AND a.role = 'SUPER_ADMIN' AND c.id = chosen;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT x.user_id, chosen, 'school.entered', 'schools', chosen, x.ip_address, x.user_agent, x.endpoint, 'CHOOSE', 200, 'MEDIUM'
  FROM medstint.audit_context() x;
  RETURN true;
END
$$;


ALTER FUNCTION medstint.choose_school(chosen text) OWNER TO medstint_owner;

--
-- Name: choose_school_of_monitor(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.choose_school_of_monitor(token text, chosen text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  entered public.sessions;
BEGIN
  UPDATE public.sessions s SET active_school_id = c.id, updated_at = now()
  FROM public.users u, public.schools c
  WHERE s.token = encode(sha256(convert_to(choose_school_of_monitor.token, 'UTF8')), 'hex') AND s.client = 'monitor'
    AND NOT s.is_restricted AND s.revoked_at IS NULL
    AND medstint.is_newest_change(s.user_id, s.sign_in_era, s.sign_in_change) AND s.expires_at > clock_timestamp() AND u.id = s.user_id AND u.is_active AND u.role = 'SUPER_ADMIN' AND c.id = chosen
  RETURNING s.* INTO entered;
  IF entered.id IS NULL THEN
    RETURN false;
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (entered.user_id, chosen, 'school.entered', 'schools', chosen, entered.ip_address, entered.user_agent, entered.client, 'CHOOSE', 200, 'MEDIUM');
  RETURN true;
END
$$;


ALTER FUNCTION medstint.choose_school_of_monitor(token text, chosen text) OWNER TO medstint_owner;

--
-- Name: clock_limits(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.clock_limits(OUT open_too_long_h numeric, OUT aged_d numeric, OUT open_since timestamp with time zone, OUT aged_since timestamp with time zone) RETURNS record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT t.open_too_long_h, t.aged_d, now() - make_interval(mins => (t.open_too_long_h * 60)::integer), now() - make_interval(mins => (t.aged_d * 1440)::integer)
  FROM medstint.thresholds(medstint.current_school_id()) t
$$;


ALTER FUNCTION medstint.clock_limits(OUT open_too_long_h numeric, OUT aged_d numeric, OUT open_since timestamp with time zone, OUT aged_since timestamp with time zone) OWNER TO medstint_owner;

--
-- Name: password_attempts; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

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


ALTER TABLE medstint.password_attempts OWNER TO medstint_owner;

--
-- Name: committed_attempt(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.committed_attempt(attempt text, attempt_realm text) RETURNS medstint.password_attempts
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  found medstint.password_attempts;
BEGIN
  SELECT a.* INTO found FROM medstint.password_attempts a
  WHERE a.id = attempt AND a.realm = attempt_realm AND a.counted_in <> pg_current_xact_id() AND NOT a.is_used
    AND a.counted_at > clock_timestamp() - interval '5 minutes' AND current_setting('transaction_isolation') = 'read committed';
  IF found.id IS NULL THEN
    RAISE EXCEPTION 'there is no such attempt, or it has not been committed'
      USING ERRCODE = 'MS409', CONSTRAINT = 'sign_in_commit_first';
  END IF;
  RETURN found;
END
$$;


ALTER FUNCTION medstint.committed_attempt(attempt text, attempt_realm text) OWNER TO medstint_owner;

--
-- Name: counts_as(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.counts_as(person text) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  since constant timestamptz := clock_timestamp() - interval '1 day';
BEGIN
  RETURN ARRAY(
    WITH RECURSIVE same AS (
      SELECT unnest(medstint.possible_actors(person)) AS id
      UNION SELECT c.user_id FROM same s CROSS JOIN LATERAL (
        SELECT x.user_id FROM medstint.credential_changes x
        WHERE x.changed_by = s.id AND x.changed_at > since
        UNION ALL SELECT x.user_id FROM medstint.credential_changes x
        WHERE x.changed_by = s.id AND x.stands AND x.kind = 'provider') c)
    SELECT s.id FROM same s);
END
$$;


ALTER FUNCTION medstint.counts_as(person text) OWNER TO medstint_owner;

--
-- Name: credential_of(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.credential_of(address text, OUT user_id text, OUT hash text) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_sort TO 'off'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  person record;
  account record;
  waiting text;
BEGIN
  SELECT u.id, u.email INTO person FROM public.users u WHERE u.email >= address ORDER BY u.email LIMIT 1;
  PERFORM count(again.name) FROM (SELECT u.name FROM public.users u WHERE u.email >= coalesce(person.email, '')
    ORDER BY u.email LIMIT CASE WHEN person.email IS NULL THEN 2 ELSE 1 END) again;
  SELECT a.user_id, a.password INTO account FROM public.accounts a
  WHERE a.provider_id = 'credential' AND a.user_id >= coalesce(person.id, '') ORDER BY a.user_id LIMIT 1;
  PERFORM count(again.id) FROM (SELECT a.id FROM public.accounts a
    WHERE a.provider_id = 'credential' AND a.user_id >= coalesce(account.user_id, '')
    ORDER BY a.user_id LIMIT CASE WHEN account.user_id IS NULL THEN 2 ELSE 1 END) again;
  SELECT (array_agg(c.password ORDER BY c.number DESC) FILTER (WHERE c.user_id = person.id))[1] INTO waiting
  FROM medstint.password_changes c WHERE NOT c.is_applied;
  IF person.email = address THEN
    user_id := person.id;
    hash := coalesce(waiting, CASE WHEN account.user_id = person.id THEN account.password END);
  END IF;
END
$$;


ALTER FUNCTION medstint.credential_of(address text, OUT user_id text, OUT hash text) OWNER TO medstint_owner;

--
-- Name: current_school_id(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.current_school_id() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$SELECT school_id FROM medstint.actor()$$;


ALTER FUNCTION medstint.current_school_id() OWNER TO medstint_owner;

--
-- Name: current_session_id(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.current_session_id() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$SELECT session_id FROM medstint.actor()$$;


ALTER FUNCTION medstint.current_session_id() OWNER TO medstint_owner;

--
-- Name: current_user_id(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.current_user_id() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$SELECT user_id FROM medstint.actor()$$;


ALTER FUNCTION medstint.current_user_id() OWNER TO medstint_owner;

--
-- Name: day_of(timestamp with time zone, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.day_of(instant timestamp with time zone, zone text) RETURNS date
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$SELECT (instant AT TIME ZONE zone)::date$$;


ALTER FUNCTION medstint.day_of(instant timestamp with time zone, zone text) OWNER TO medstint_owner;

--
-- Name: day_start(date, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.day_start(of_day date, zone text) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$SELECT medstint.first_instant(of_day::timestamp, zone)$$;


ALTER FUNCTION medstint.day_start(of_day date, zone text) OWNER TO medstint_owner;

--
-- Name: days_move(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.days_move() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT EXISTS (SELECT FROM medstint.days_moving m WHERE m.transaction_id = pg_current_xact_id_if_assigned())
$$;


ALTER FUNCTION medstint.days_move() OWNER TO medstint_owner;

--
-- Name: decide_correction(text, boolean); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.decide_correction(correction text, approve boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  c public.time_record_corrections;
  t public.time_records;
  me record;
BEGIN
  SELECT x.* INTO c FROM public.time_record_corrections x WHERE x.id = correction;
  SELECT w.* INTO me FROM medstint.working_on(c.time_record_id) w;
  IF me.person IS NULL OR me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'administrators decide on corrections' USING ERRCODE = 'MS403',
      CONSTRAINT = 'time_record_corrections_administrators_decide';
  ELSIF me.person = c.proposed_by THEN
    RAISE EXCEPTION 'somebody else decides' USING ERRCODE = 'MS403',
      CONSTRAINT = 'time_record_corrections_by_somebody_else';
  END IF;
  IF approve THEN
    SELECT x.* INTO t FROM public.time_records x WHERE x.id = c.time_record_id FOR NO KEY UPDATE;
  END IF;
  SELECT x.* INTO c FROM public.time_record_corrections x WHERE x.id = correction FOR NO KEY UPDATE;
  PERFORM FROM public.users u WHERE u.id IN (c.proposed_by, me.student) ORDER BY u.id FOR KEY SHARE;
  IF c.status <> 'PROPOSED' THEN
    RAISE EXCEPTION 'it is decided already' USING ERRCODE = 'MS409', CONSTRAINT = 'time_record_corrections_is_decided';
  END IF;
  IF approve THEN
    IF t.status <> 'PENDING' OR (t.clock_in, t.clock_out) IS DISTINCT FROM (c.old_clock_in, c.old_clock_out) THEN
      RAISE EXCEPTION 'the record has moved on' USING ERRCODE = 'MS409',
        CONSTRAINT = 'time_record_corrections_record_moved_on';
    END IF;
    UPDATE public.time_records x SET clock_in = c.clock_in, clock_out = c.clock_out,
      total_hours = medstint.total_hours(c.clock_in, c.clock_out),
      clock_out_source = coalesce(x.clock_out_source, CASE WHEN c.clock_out IS NOT NULL THEN
        'MANUAL'::public.punch_source END)
    WHERE x.id = t.id;
    -- Whoever proposed them wrote them, not whoever approves.
    UPDATE public.time_records x SET editors = array_append(array_remove(t.editors, c.proposed_by), c.proposed_by),
      edited_at = now() WHERE x.id = t.id;
  END IF;
  UPDATE public.time_record_corrections x SET status = CASE WHEN approve THEN 'APPROVED' ELSE 'REJECTED' END,
    decided_by = me.person, decided_at = now()
  WHERE x.id = correction;
  PERFORM medstint.notify('CORRECTION_DECIDED',
    (SELECT jsonb_agg(jsonb_build_object('user_id', p, 'key', 'corrected:' || correction,
      'about', 'time_records/' || c.time_record_id, 'data',
        jsonb_build_object('verdict', CASE WHEN approve THEN 'approved' ELSE 'rejected' END, 'date', me.day, 'actor',
          me.name)))
    FROM (SELECT DISTINCT unnest(ARRAY[c.proposed_by, me.student]) AS p) x));
END
$$;


ALTER FUNCTION medstint.decide_correction(correction text, approve boolean) OWNER TO medstint_owner;

--
-- Name: delegators(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.delegators(deputy text) RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT coalesce(array_agg(d.from_user_id), '{}') FROM public.delegations d JOIN public.users u ON u.id = d.from_user_id AND u.is_active
  WHERE d.to_user_id = deputy AND d.revoked_at IS NULL AND now() >= d.starts_at AND now() < d.ends_at
$$;


ALTER FUNCTION medstint.delegators(deputy text) OWNER TO medstint_owner;

--
-- Name: deploy(text, text[], text[], public.assignment_type, timestamp with time zone, timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.deploy(template text, programs text[], people text[], kind public.assignment_type, effective timestamp with time zone, expiry timestamp with time zone, due timestamp with time zone) RETURNS TABLE(student text, competency text, is_new boolean)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
  me record := medstint.deploying();
  source public.competency_templates;
  new_deployment text;
  target text;
  made_competencies text[] := '{}';
  made_criteria text[] := '{}';
  made_assignments text[] := '{}';
  aimed_at text[];
  reached text[];
BEGIN
  SELECT t.* INTO source FROM public.competency_templates t
  WHERE t.id = deploy.template AND t.is_active AND (t.school_id = me.school OR t.school_id IS NULL) FOR SHARE;
  IF source.id IS NULL THEN
    RAISE EXCEPTION 'there is no such template' USING ERRCODE = 'MS422',
      CONSTRAINT = 'competency_deployments_template_is_active';
  END IF;
  IF EXISTS (SELECT FROM unnest(programs) x LEFT JOIN public.programs p ON p.id = x AND p.school_id = me.school
    WHERE p.id IS NULL)
     OR EXISTS (SELECT FROM unnest(people) x LEFT JOIN public.users u ON u.id = x AND u.school_id = me.school
       WHERE u.id IS NULL) THEN
    RAISE EXCEPTION 'a target is of another school' USING ERRCODE = 'MS422',
      CONSTRAINT = 'competency_deployments_one_school';
  END IF;
  -- Two deployments of one template at the same time would make its competency twice.
  PERFORM medstint.hold_turns('deployments', ARRAY[source.id || ' in ' || me.school]);

  INSERT INTO public.competency_deployments (school_id, template_id, deployed_by, deployment_type, status,
    effective_date, expiry_date, target_programs, target_users)
  VALUES (me.school, source.id, me.person, 'TEMPLATE_IMPORT', CASE WHEN effective > now() THEN
    'PENDING' ELSE 'ACTIVE' END::public.deployment_status,
          coalesce(effective, (SELECT medstint.day_start(medstint.day_of(now(), s.time_zone), s.time_zone) FROM public.schools s
            WHERE s.id = me.school)), expiry, to_json(programs)::text, to_json(people)::text)
  RETURNING id INTO new_deployment;

  SELECT c.id INTO target FROM public.competencies c WHERE c.school_id = me.school AND c.template_id = source.id
    ORDER BY c.created_at, c.id LIMIT 1;
  IF target IS NULL THEN
    INSERT INTO public.competencies (school_id, template_id, name, description, category, level, version, is_deployed)
    VALUES (me.school, source.id, source.name, source.description, source.category, source.level, source.version, true)
    RETURNING id INTO target;
    made_competencies := ARRAY[target];
    WITH made AS (
      INSERT INTO public.rubric_criteria (school_id, competency_id, criterion_name, description, weight, max_score,
        performance_levels, order_index)
      SELECT me.school, target, k.criterion_name, k.description, k.weight, k.max_score, k.performance_levels,
        k.order_index
      FROM public.rubric_criteria k WHERE k.template_id = source.id RETURNING id)
    SELECT coalesce(array_agg(id), '{}') INTO made_criteria FROM made;
  END IF;

  SELECT coalesce(array_agg(u.id ORDER BY u.id), '{}') INTO aimed_at FROM public.users u
  WHERE u.school_id = me.school AND u.role = 'STUDENT' AND u.is_active
    AND (u.id = ANY (people) OR u.program_id = ANY (programs)
      AND coalesce(u.academic_status, 'ACTIVE') IN ('ACTIVE', 'PROBATION'));
  WITH made AS (
    INSERT INTO public.competency_assignments (school_id, user_id, competency_id, deployment_id, assigned_by,
      assignment_type, due_date)
    SELECT me.school, x.id, target, new_deployment, me.person, kind, due FROM unnest(aimed_at) AS x (id)
    ON CONFLICT (user_id, competency_id) DO NOTHING RETURNING id, user_id)
  SELECT coalesce(array_agg(id), '{}'), coalesce(array_agg(user_id), '{}') INTO made_assignments, reached FROM made;

  UPDATE public.competency_deployments SET rollback_data = json_build_object(
    'competencies', made_competencies, 'criteria', made_criteria, 'assignments', made_assignments)::text
  WHERE id = new_deployment;
  RETURN QUERY SELECT u.sort_name, source.name, u.id = ANY (reached) FROM public.users u WHERE u.id = ANY (aimed_at)
    ORDER BY u.sort_name, u.id;
END
$$;


ALTER FUNCTION medstint.deploy(template text, programs text[], people text[], kind public.assignment_type, effective timestamp with time zone, expiry timestamp with time zone, due timestamp with time zone) OWNER TO medstint_owner;

--
-- Name: deploying(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.deploying(OUT person text, OUT school text) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  SELECT a.user_id, a.school_id INTO person, school FROM medstint.actor() a WHERE a.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') AND a.school_id IS NOT NULL;
  IF person IS NULL THEN
    RAISE EXCEPTION 'only administrators deploy' USING ERRCODE = 'MS403', CONSTRAINT = 'competency_deployments_administrators_only';
  END IF;
END
$$;


ALTER FUNCTION medstint.deploying(OUT person text, OUT school text) OWNER TO medstint_owner;

--
-- Name: derived_columns(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.derived_columns() RETURNS text[]
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT ARRAY['sort_name', 'search_name', 'elapsed_ms', 'created_at', 'updated_at', 'last_seen_at', 'expires_at',
    'flags', 'triage', 'edited_at', 'editors', 'possible_punchers']
$$;


ALTER FUNCTION medstint.derived_columns() OWNER TO medstint_owner;

--
-- Name: discard_punch(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.discard_punch(punch text, why text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  p constant public.kiosk_punches := medstint.quarantined(punch, why);
BEGIN
  UPDATE public.kiosk_punches x SET status = 'DISCARDED', settled_by = medstint.current_user_id(), settled_at = now(), reason = left(btrim(why), 500) WHERE x.id = p.id;
  PERFORM medstint.write_event('kiosk_punch.discarded', p.school_id, 'kiosk_punches', p.id, jsonb_build_object('reason', left(btrim(why), 500)), 'SETTLE', 200);
  PERFORM medstint.announce('kiosk_punches', 'UPDATE', ARRAY[p.school_id], ARRAY[p.id]);
END
$$;


ALTER FUNCTION medstint.discard_punch(punch text, why text) OWNER TO medstint_owner;

--
-- Name: distance_m(double precision, double precision, double precision, double precision); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.distance_m(lat1 double precision, lon1 double precision, lat2 double precision, lon2 double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
  SELECT 2 * 6371008.8 * atan2(sqrt(h), sqrt(greatest(0, 1 - h)))
  FROM (SELECT power(sind((lat2 - lat1) / 2), 2) + cosd(lat1) * cosd(lat2) * power(sind((lon2 - lon1) / 2), 2) AS h) x
$$;


ALTER FUNCTION medstint.distance_m(lat1 double precision, lon1 double precision, lat2 double precision, lon2 double precision) OWNER TO medstint_owner;

--
-- Name: end_act(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.end_act() RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$DELETE FROM medstint.kiosk_acts WHERE transaction_id = pg_current_xact_id()$$;


ALTER FUNCTION medstint.end_act() OWNER TO medstint_owner;

--
-- Name: end_credential(text, text, text, boolean); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.end_credential(who text, what text, which text, begins_day boolean) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  UPDATE medstint.credential_changes c
  SET stands = false, changed_at = CASE WHEN begins_day THEN clock_timestamp() ELSE c.changed_at END
  WHERE c.user_id = who AND c.kind = what AND c.item = which AND c.stands
$$;


ALTER FUNCTION medstint.end_credential(who text, what text, which text, begins_day boolean) OWNER TO medstint_owner;

--
-- Name: end_export(text, bigint, boolean); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.end_export(export text, row_count bigint, is_whole boolean) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  me record := medstint.actor();
  started public.audit_logs;
BEGIN
  SELECT l.* INTO started FROM public.audit_logs l
  WHERE l.resource_id = export AND l.action = 'export.started' AND l.user_id = me.user_id LIMIT 1;
  IF started.id IS NULL
     OR EXISTS (SELECT FROM public.audit_logs l WHERE l.resource_id = export AND l.action <> 'export.started') THEN
    RETURN false;
  END IF;
  PERFORM medstint.write_event(CASE WHEN is_whole THEN 'export.finished' ELSE 'export.failed' END,
    started.school_id, 'exports', export,
    jsonb_build_object('rows', row_count), 'EXPORT', CASE WHEN is_whole THEN 200 ELSE 499 END);
  RETURN true;
END
$$;


ALTER FUNCTION medstint.end_export(export text, row_count bigint, is_whole boolean) OWNER TO medstint_owner;

--
-- Name: end_monitor(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.end_monitor(token text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  ended public.sessions;
BEGIN
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now()
  WHERE s.token = encode(sha256(convert_to(end_monitor.token, 'UTF8')), 'hex') AND s.client = 'monitor' AND s.revoked_at IS NULL
  RETURNING s.* INTO ended;
  IF ended.id IS NULL THEN
    RETURN false;
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (ended.user_id, ended.school_id, 'auth.signed_out', 'sessions', ended.id, ended.ip_address, ended.user_agent, ended.client, 'SIGN_OUT', 200, 'LOW');
  RETURN true;
END
$$;


ALTER FUNCTION medstint.end_monitor(token text) OWNER TO medstint_owner;

--
-- Name: ended(public.time_records); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.ended(t public.time_records) RETURNS record
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT ROW (t.clock_out, t.clock_out_latitude, t.clock_out_longitude, t.clock_out_accuracy_m, t.clock_out_source, t.clock_out_ip_address, t.clock_out_user_agent)
$$;


ALTER FUNCTION medstint.ended(t public.time_records) OWNER TO medstint_owner;

--
-- Name: enrol_kiosk(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.enrol_kiosk(code text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  credential constant text := medstint.random_token();
  typed constant text := upper(regexp_replace(left(coalesce(code, ''), 100), '[^A-Za-z0-9]', '', 'g'));
  enrolled public.kiosks;
  refused record;
BEGIN
  PERFORM set_config('medstint.session', '', true);
  SELECT k.* INTO enrolled FROM public.kiosks k
  WHERE k.enrolment_hash = encode(sha256(convert_to(typed, 'UTF8')), 'hex') AND k.enrolment_expires_at > clock_timestamp() FOR UPDATE;
  IF enrolled.id IS NULL THEN
    SELECT count(*) AS made, count(*) FILTER (WHERE r.refused_in = pg_current_xact_id()) AS made_here INTO refused
    FROM medstint.refused_enrolments r WHERE r.source = coalesce(host(inet_client_addr()), 'local')
      AND r.refused_at > clock_timestamp() - interval '1 minute';
    IF refused.made_here > 0 THEN
      RAISE EXCEPTION 'too many attempts in one transaction' USING ERRCODE = 'MS429',
        CONSTRAINT = 'refused_enrolments_per_minute';
    END IF;
    INSERT INTO medstint.refused_enrolments (is_reported) SELECT false WHERE refused.made < 300;
    PERFORM medstint.announce_attempt();
    RETURN NULL;
  END IF;
  PERFORM medstint.begin_act(enrolled.id, NULL);
  UPDATE public.kiosks k SET credential_hash = encode(sha256(convert_to(credential, 'UTF8')), 'hex'), enrolment_hash = NULL, enrolment_expires_at = NULL,
    enrolled_at = now(), revoked_at = NULL,
    code_made_by = '{}', enrolled_by = k.code_made_by WHERE k.id = enrolled.id;
  PERFORM medstint.write_event('kiosk.enrolled', enrolled.school_id, 'kiosks', enrolled.id, jsonb_build_object('code_made_by', enrolled.code_made_by), 'ENROL', 200);
  PERFORM medstint.end_act();
  RETURN credential;
END
$$;


ALTER FUNCTION medstint.enrol_kiosk(code text) OWNER TO medstint_owner;

--
-- Name: enter(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.enter(token text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM set_config('medstint.session', token, true),
    set_config('statement_timeout', '15s', true), set_config('lock_timeout', '5s', true);
  -- From here on the transaction of a monitor is read-only, whatever it began as;
  -- PostgreSQL lets nobody take that back.
  IF EXISTS (SELECT FROM public.sessions s WHERE s.token = encode(sha256(convert_to(enter.token, 'UTF8')), 'hex') AND s.client = 'monitor') THEN
    PERFORM set_config('transaction_read_only', 'on', true);
  END IF;
  IF medstint.current_user_id() IS NULL THEN
    IF (medstint.session_of(enter.token)).locked_at IS NOT NULL THEN
      RAISE EXCEPTION 'the session is locked' USING ERRCODE = 'MS423';
    ELSIF (medstint.session_of(enter.token)).is_restricted THEN
      RAISE EXCEPTION 'the password is temporary' USING ERRCODE = 'MS428';
    END IF;
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
END
$$;


ALTER FUNCTION medstint.enter(token text) OWNER TO medstint_owner;

--
-- Name: hidden_characters(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.hidden_characters() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ('[\u0001-\u001F\u007F-\u009F\u00AD\u061C\u115F\u1160\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164'::text || '\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\U000E0000-\U000E0FFF]'::text);


ALTER FUNCTION medstint.hidden_characters() OWNER TO medstint_owner;

--
-- Name: tidied(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.tidied(typed text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ((typed COLLATE "C") ~ '^[!-~]+( [!-~]+)*$'::text) THEN typed ELSE btrim(regexp_replace((NORMALIZE(typed, NFC) COLLATE "C"), '[ \u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]+'::text, ' '::text, 'g'::text), ' 	
'::text) END;


ALTER FUNCTION medstint.tidied(typed text) OWNER TO medstint_owner;

--
-- Name: is_plain(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.is_plain(kept text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ((kept COLLATE "C") ~ '^[!-~]+( [!-~]+)*$'::text) THEN true ELSE ((kept = medstint.tidied(kept)) AND ((kept COLLATE "C") !~ medstint.hidden_characters())) END;


ALTER FUNCTION medstint.is_plain(kept text) OWNER TO medstint_owner;

--
-- Name: kiosks; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.kiosks OWNER TO medstint_owner;

--
-- Name: enter_kiosk(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.enter_kiosk(credential text) RETURNS public.kiosks
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  k public.kiosks;
BEGIN
  PERFORM set_config('medstint.session', '', true), set_config('statement_timeout', '15s', true), set_config('lock_timeout', '5s', true);
  SELECT x.* INTO k FROM public.kiosks x
  JOIN public.schools s ON s.id = x.school_id AND s.is_active
  JOIN public.clinical_sites c ON c.id = x.clinical_site_id AND c.is_active
  WHERE x.credential_hash = encode(sha256(convert_to(credential, 'UTF8')), 'hex') AND x.revoked_at IS NULL;
  -- A frozen snapshot would show what was there before a revocation, or another punch.
  IF k.id IS NULL OR current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'it is no kiosk' USING ERRCODE = 'MS401', CONSTRAINT = 'kiosks_not_one';
  END IF;
  RETURN k;
END
$$;


ALTER FUNCTION medstint.enter_kiosk(credential text) OWNER TO medstint_owner;

--
-- Name: alert_rules; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.alert_rules OWNER TO medstint_owner;

--
-- Name: evaluate_rule(public.alert_rules, text, text, bigint[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.evaluate_rule(rule public.alert_rules, school text, zone text, fresh bigint[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  earliest timestamptz;
  latest timestamptz;
  notices jsonb;
BEGIN
  SELECT min(e.created_at), max(e.created_at) INTO earliest, latest
  FROM medstint.events_numbered(evaluate_rule.school, fresh) e WHERE e.action = ANY (rule.actions);
  IF earliest IS NULL THEN
    RETURN;
  END IF;
  WITH near AS MATERIALIZED (
    SELECT e.created_at, f.sequence IS NOT NULL AS is_fresh,
      CASE rule.group_by
        WHEN 'person' THEN e.user_id
        WHEN 'address' THEN e.ip_address
        WHEN 'account' THEN coalesce(e.changes::jsonb #>> '{email,new}', e.resource_id)
        WHEN 'record' THEN e.resource_id
        ELSE coalesce(e.school_id, 'platform') END AS subject,
      CASE WHEN rule.counts = 'events' THEN 1
        WHEN jsonb_typeof(e.changes::jsonb #> '{rows,new}') = 'number' THEN greatest((e.changes::jsonb #>> '{rows,new}')::numeric, 0)
        ELSE 0 END AS amount
    FROM medstint.events_between(evaluate_rule.school, rule.actions, earliest - rule.within, latest + rule.within) e
    LEFT JOIN unnest(fresh) f (sequence) USING (sequence)
    WHERE CASE WHEN rule.from_time IS NULL THEN true
        WHEN rule.from_time <= rule.until_time THEN (e.created_at AT TIME ZONE zone)::time >= rule.from_time AND (e.created_at AT TIME ZONE zone)::time < rule.until_time
        ELSE (e.created_at AT TIME ZONE zone)::time >= rule.from_time OR (e.created_at AT TIME ZONE zone)::time < rule.until_time END
  ), touched AS (
    SELECT n.subject, min(n.created_at) FILTER (WHERE n.is_fresh) AS earliest_of_it,
      (SELECT max(a.last_at) FROM public.alerts a WHERE a.rule_id = rule.id AND coalesce(a.school_id, '') = evaluate_rule.school AND a.subject = n.subject AND a.acknowledged_at IS NOT NULL) AS seen_until
    FROM near n WHERE n.subject IS NOT NULL GROUP BY n.subject HAVING bool_or(n.is_fresh)
  ), counted AS (
    SELECT n.subject, n.created_at, t.earliest_of_it, sum(n.amount) OVER backwards AS amount, first_value(n.created_at) OVER backwards AS since
    FROM near n JOIN touched t ON t.subject = n.subject
    WHERE n.is_fresh OR t.seen_until IS NULL OR n.created_at > t.seen_until
    WINDOW backwards AS (PARTITION BY n.subject ORDER BY n.created_at RANGE BETWEEN rule.within PRECEDING AND CURRENT ROW)
  ), raised AS (
    INSERT INTO public.alerts AS a (school_id, rule_id, subject, severity, counted, first_at, last_at)
    SELECT nullif(evaluate_rule.school, ''), rule.id, c.subject, rule.severity, least(max(c.amount), 1000000000000)::bigint, min(c.since), max(c.created_at)
    FROM counted c WHERE c.created_at >= c.earliest_of_it AND c.amount >= rule.threshold GROUP BY c.subject
    ON CONFLICT (rule_id, coalesce(school_id, ''), subject) WHERE acknowledged_at IS NULL
    DO UPDATE SET counted = greatest(a.counted, excluded.counted), first_at = least(a.first_at, excluded.first_at),
      last_at = greatest(a.last_at, excluded.last_at), updated_at = now()
    RETURNING a.id, a.subject, a.counted, a.last_at, a.xmax = 0 AS is_new)
  SELECT jsonb_agg(jsonb_build_object('user_id', n, 'key', 'alert:' || r.id, 'about', 'alerts/' || r.id,
    'data', jsonb_build_object('rule', rule.name, 'count', r.counted || ' ' || rule.counts, 'within', rule.within,
      'time', to_char(r.last_at AT TIME ZONE zone, 'YYYY-MM-DD HH24:MI'),
      'subject', coalesce(CASE WHEN rule.group_by IN ('person', 'record') THEN (SELECT u.name FROM public.users u
        WHERE u.id = r.subject AND (u.school_id = evaluate_rule.school OR u.school_id IS NULL))
      WHEN rule.group_by = 'school' THEN (SELECT s.name FROM public.schools s WHERE s.id = r.subject) END, r.subject))))
  INTO notices FROM raised r CROSS JOIN medstint.administrators(evaluate_rule.school) n WHERE r.is_new;
  PERFORM medstint.notify('AUDIT_ALERT', notices) WHERE notices IS NOT NULL;
END
$$;


ALTER FUNCTION medstint.evaluate_rule(rule public.alert_rules, school text, zone text, fresh bigint[]) OWNER TO medstint_owner;

--
-- Name: events_between(text, text[], timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.events_between(school text, actions text[], earliest timestamp with time zone, latest timestamp with time zone) RETURNS SETOF public.audit_logs
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF school = '' THEN
    RETURN QUERY SELECT e.* FROM public.audit_logs e WHERE e.school_id IS NULL AND e.action = ANY (actions)
      AND e.created_at >= earliest AND e.created_at <= latest;
  ELSE
    RETURN QUERY SELECT e.* FROM public.audit_logs e WHERE e.school_id = school AND e.action = ANY (actions)
      AND e.created_at >= earliest AND e.created_at <= latest;
  END IF;
END
$$;


ALTER FUNCTION medstint.events_between(school text, actions text[], earliest timestamp with time zone, latest timestamp with time zone) OWNER TO medstint_owner;

--
-- Name: events_numbered(text, bigint[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.events_numbered(school text, sequences bigint[]) RETURNS SETOF public.audit_logs
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF school = '' THEN
    RETURN QUERY SELECT e.* FROM public.audit_logs e WHERE e.school_id IS NULL AND e.sequence = ANY (sequences);
  ELSE
    RETURN QUERY SELECT e.* FROM public.audit_logs e WHERE e.school_id = school AND e.sequence = ANY (sequences);
  END IF;
END
$$;


ALTER FUNCTION medstint.events_numbered(school text, sequences bigint[]) OWNER TO medstint_owner;

--
-- Name: evidence(public.time_records); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.evidence(t public.time_records) RETURNS record
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT ROW (t.id, t.school_id, t.student_id, t.rotation_id, t.clinical_site_id, t.date, t.clock_in, t.clock_out, t.total_hours,
    t.clock_in_latitude, t.clock_in_longitude, t.clock_in_accuracy_m, t.clock_in_source, t.clock_in_ip_address, t.clock_in_user_agent,
    t.clock_out_latitude, t.clock_out_longitude, t.clock_out_accuracy_m, t.clock_out_source, t.clock_out_ip_address, t.clock_out_user_agent)
$$;


ALTER FUNCTION medstint.evidence(t public.time_records) OWNER TO medstint_owner;

--
-- Name: fill_password_change(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.fill_password_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF NEW.sign_in_change IS NULL THEN
    SELECT c.era, c.number INTO NEW.sign_in_era, NEW.sign_in_change FROM medstint.newest_change(NEW.user_id) c;
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.fill_password_change() OWNER TO medstint_owner;

--
-- Name: fill_school_id(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.fill_school_id() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  parent_id text;
  parent_school text;
  found_school text;
  i integer;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.school_id IS NULL THEN
    NEW.school_id := OLD.school_id;
  END IF;
  FOR i IN 0 .. TG_NARGS - 1 BY 2 LOOP
    parent_id := to_jsonb(NEW) ->> TG_ARGV[i];
    CONTINUE WHEN parent_id IS NULL;
    EXECUTE format('SELECT school_id FROM public.%I WHERE id = $1', TG_ARGV[i + 1]) INTO parent_school USING parent_id;
    IF parent_school <> coalesce(found_school, NEW.school_id, parent_school) THEN
      RAISE EXCEPTION '% of % belongs to another school', TG_ARGV[i], TG_TABLE_NAME
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_TABLE_NAME || '_one_school', TABLE = TG_TABLE_NAME;
    END IF;
    found_school := coalesce(found_school, parent_school);
  END LOOP;
  -- What has no parent to tell (a site) is of the actor's school, or of the one
  -- that a trusted connection names.
  NEW.school_id := coalesce(NEW.school_id, found_school, medstint.current_school_id(),
    CASE WHEN medstint.is_trusted() THEN nullif(current_setting('medstint.school', true), '') END);
  RETURN NEW;
END
$_$;


ALTER FUNCTION medstint.fill_school_id() OWNER TO medstint_owner;

--
-- Name: fill_time_record(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.fill_time_record() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  parent record;
  site record;
  home text;
BEGIN
  SELECT r.school_id, r.student_id, r.clinical_site_id INTO parent
  FROM public.rotations r WHERE r.id = NEW.rotation_id FOR KEY SHARE;
  IF NOT FOUND THEN
    RETURN NEW; -- The foreign key says it better.
  END IF;
  IF NEW.student_id IS DISTINCT FROM parent.student_id
    OR coalesce(NEW.school_id, parent.school_id) <> parent.school_id THEN
    RAISE EXCEPTION 'the rotation of a time record belongs to another student or school'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'time_records_one_school', TABLE = 'time_records';
  END IF;
  IF TG_OP = 'INSERT' OR NEW.rotation_id <> OLD.rotation_id THEN
    SELECT u.school_id INTO home FROM public.users u WHERE u.id = NEW.student_id FOR KEY SHARE;
    IF home IS DISTINCT FROM parent.school_id THEN
      RAISE EXCEPTION 'the student of a time record has left the school'
        USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_student_has_left', TABLE = 'time_records';
    END IF;
  END IF;
  NEW.school_id := parent.school_id;
  IF NEW.clinical_site_id IS NULL
     OR (TG_OP = 'UPDATE' AND NEW.rotation_id <> OLD.rotation_id AND NEW.clinical_site_id = OLD.clinical_site_id) THEN
    NEW.clinical_site_id := parent.clinical_site_id;
  END IF;
  SELECT s.school_id, s.time_zone INTO site FROM public.clinical_sites s WHERE s.id = NEW.clinical_site_id;
  IF site.school_id <> parent.school_id THEN
    RAISE EXCEPTION 'the site of a time record belongs to another school'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'time_records_one_school', TABLE = 'time_records';
  END IF;
  -- The local day follows the clock-in, unless a client states another.
  IF NEW.date IS NULL OR (TG_OP = 'UPDATE' AND NEW.clock_in <> OLD.clock_in AND NEW.date = OLD.date) THEN
    NEW.date := medstint.day_start(medstint.day_of(NEW.clock_in, site.time_zone), site.time_zone);
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.fill_time_record() OWNER TO medstint_owner;

--
-- Name: fill_time_zone(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.fill_time_zone() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  NEW.time_zone := coalesce(
    (SELECT z.name FROM medstint.time_zones z WHERE lower(z.name) = lower(NEW.time_zone)), NEW.time_zone);
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.fill_time_zone() OWNER TO medstint_owner;

--
-- Name: fill_user_name(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.fill_user_name() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF NEW.name IS NULL OR TG_OP = 'UPDATE' AND NEW.name = OLD.name
     AND (NEW.given_name, NEW.family_name) IS DISTINCT FROM (OLD.given_name, OLD.family_name) THEN
    NEW.name := coalesce(nullif(btrim(concat_ws(' ', NEW.given_name, NEW.family_name)), ''), NEW.name, NEW.email);
  END IF;
  NEW.email := medstint.case_folded(medstint.tidied(NEW.email));
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.fill_user_name() OWNER TO medstint_owner;

--
-- Name: filled(text, jsonb); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.filled(words text, data jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  one record;
BEGIN
  FOR one IN SELECT key, value FROM jsonb_each_text(data) LOOP
    words := replace(words, '{' || one.key || '}', coalesce(one.value, '—'));
  END LOOP;
  RETURN words;
END
$$;


ALTER FUNCTION medstint.filled(words text, data jsonb) OWNER TO medstint_owner;

--
-- Name: finish_sign_in(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.finish_sign_in(attempt text, OUT status text, OUT token text, OUT locked_until timestamp with time zone) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_variable
DECLARE
  made constant medstint.password_attempts := medstint.committed_attempt(attempt, 'sign_in');
  known record := medstint.credential_of(made.subject);
  verdict record := medstint.verdict_on(made, known.hash);
  person record;
  newest record;
  current record;
BEGIN
  status := verdict.status;
  locked_until := verdict.free_at;
  IF status <> 'ok' THEN
    RETURN;
  END IF;
  newest := medstint.newest_change(known.user_id);
  current := medstint.password_of(known.user_id);
  SELECT u.id, u.school_id INTO person FROM public.users u LEFT JOIN public.schools s ON s.id = u.school_id
  WHERE current.hash = made.tried AND u.id = known.user_id AND u.is_active AND coalesce(s.is_active, true);
  IF person.id IS NULL THEN
    status := 'refused';
    RETURN;
  END IF;
  UPDATE medstint.password_attempts a SET is_used = true, is_reported = true WHERE a.id = made.id AND NOT a.is_used;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the attempt has opened a session already' USING ERRCODE = 'MS409',
      CONSTRAINT = 'sign_in_commit_first';
  END IF;
  token := medstint.random_token();
  INSERT INTO public.sessions (user_id, school_id, token, expires_at, ip_address, user_agent, client, is_restricted,
    sign_in_era, sign_in_change)
  VALUES (person.id, person.school_id, encode(sha256(convert_to(token, 'UTF8')), 'hex'),
    now() + interval '12 hours', made.ip_address, made.user_agent, made.client, current.is_temporary,
    newest.era, newest.number);
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (person.id, person.school_id, 'auth.signed_in', 'users', person.id,
          jsonb_build_object('email', jsonb_build_object('new', made.subject))::text,
          made.ip_address, made.user_agent, made.client, 'SIGN_IN', 200, 'LOW');
  PERFORM medstint.report_attempts(), medstint.seal_events(coalesce(person.school_id, ''));
END
$$;


ALTER FUNCTION medstint.finish_sign_in(attempt text, OUT status text, OUT token text, OUT locked_until timestamp with time zone) OWNER TO medstint_owner;

--
-- Name: finish_unlock(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.finish_unlock(token text, attempt text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  mine constant public.sessions := medstint.session_of(token);
  made constant medstint.password_attempts := medstint.committed_attempt(attempt, 'unlock');
  known text;
  verdict record;
BEGIN
  -- Somebody else's attempt, whatever came of it, opens nothing here.
  IF mine.id IS NULL OR made.subject <> mine.id THEN
    RAISE EXCEPTION 'the attempt is not of this session' USING ERRCODE = 'MS409', CONSTRAINT = 'unlock_own_session';
  END IF;
  known := (medstint.password_of(mine.user_id)).hash;
  verdict := medstint.verdict_on(made, known);
  IF verdict.status = 'locked' THEN
    UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE s.id = mine.id AND s.revoked_at IS NULL;
  END IF;
  IF verdict.status <> 'ok' THEN
    RETURN verdict.status;
  END IF;
  UPDATE medstint.password_attempts a SET is_used = true, is_reported = true WHERE a.id = made.id AND NOT a.is_used;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the attempt was used already' USING ERRCODE = 'MS409', CONSTRAINT = 'sign_in_commit_first';
  END IF;
  UPDATE public.sessions s SET locked_at = NULL, last_seen_at = now(), updated_at = now() WHERE s.id = mine.id;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (mine.user_id, coalesce(mine.school_id, mine.active_school_id), 'auth.unlocked', 'users', mine.user_id,
    mine.ip_address, mine.user_agent, mine.client, 'UNLOCK', 200, 'LOW');
  RETURN verdict.status;
END
$$;


ALTER FUNCTION medstint.finish_unlock(token text, attempt text) OWNER TO medstint_owner;

--
-- Name: first_instant(timestamp without time zone, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.first_instant(local_time timestamp without time zone, zone text) RETURNS timestamp with time zone
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  as_utc constant timestamptz := local_time AT TIME ZONE 'UTC';
  day_before constant timestamptz := as_utc - interval '24 hours';
  day_after constant timestamptz := as_utc + interval '24 hours';
  -- By the offset of the day before, and by that of the day after.
  one constant timestamptz := as_utc - (day_before AT TIME ZONE zone - day_before AT TIME ZONE 'UTC');
  other constant timestamptz := as_utc - (day_after AT TIME ZONE zone - day_after AT TIME ZONE 'UTC');
  early timestamptz := least(one, other);
  late timestamptz := greatest(one, other);
  middle timestamptz;
BEGIN
  IF early AT TIME ZONE zone = local_time THEN
    RETURN early;
  ELSIF late AT TIME ZONE zone = local_time THEN
    RETURN late;
  END IF;
  -- The clocks show less at the earlier one and more at the later one. They change at a
  -- whole second in between.
  early := date_trunc('second', early);
  late := date_trunc('second', late) + interval '1 second';
  WHILE late - early > interval '1 second' LOOP
    middle := early + make_interval(secs => floor(extract(epoch FROM late - early) / 2)::float8);
    IF middle AT TIME ZONE zone < local_time THEN
      early := middle;
    ELSE
      late := middle;
    END IF;
  END LOOP;
  RETURN late;
END
$$;


ALTER FUNCTION medstint.first_instant(local_time timestamp without time zone, zone text) OWNER TO medstint_owner;

--
-- Name: flag_after_delete(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.flag_after_delete() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'on'
    SET jit TO 'off'
    AS $$
BEGIN
  PERFORM medstint.hold_flags(ARRAY(SELECT DISTINCT o.school_id FROM old_rows o));
  PERFORM medstint.reflag(ARRAY(
    SELECT medstint.neighbours(array_agg(DISTINCT o.student_id), array_agg(o.school_id), array_agg(p.address), array_agg(p.device), array_agg(p.at))
    FROM old_rows o CROSS JOIN LATERAL (VALUES (o.clock_in_ip_address, o.clock_in_user_agent, o.clock_in), (o.clock_out_ip_address, o.clock_out_user_agent, o.clock_out)) p (address, device, at)));
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.flag_after_delete() OWNER TO medstint_owner;

--
-- Name: flag_changed_records(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.flag_changed_records() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'off'
    SET jit TO 'off'
    AS $$
DECLARE
  own text[];
  moved record;
BEGIN
  -- Every pending row that was written: whoever computed flags meanwhile left it to
  -- us. Neighbours where the evidence changed.
  SELECT array_agg(n.id) FILTER (WHERE n.status = 'PENDING' AND o.flags = n.flags) AS own,
         array_agg(DISTINCT n.student_id) FILTER (WHERE x.is_moved) || array_agg(DISTINCT o.student_id) FILTER (WHERE x.is_moved) AS students,
         array_agg(DISTINCT n.school_id) FILTER (WHERE o.flags = n.flags) AS schools, array_agg(n.id) FILTER (WHERE x.is_moved) AS ids
  INTO moved
  FROM new_rows n JOIN old_rows o USING (id)
  CROSS JOIN LATERAL (SELECT coalesce(CASE
    WHEN n.status <> o.status THEN 'REJECTED' IN (o.status, n.status) OR n.status = 'PENDING'
    WHEN o.flags = n.flags THEN medstint.evidence(n) IS DISTINCT FROM medstint.evidence(o)
      OR (n.is_offline, n.clock_is_unverified, n.created_at, n.edited_at) IS DISTINCT FROM (o.is_offline, o.clock_is_unverified, o.created_at, o.edited_at) END, false) AS is_moved) x;
  IF moved.ids IS NULL AND moved.own IS NULL THEN
    RETURN NULL;
  END IF;
  own := coalesce(moved.own, '{}');
  IF medstint.put_flags_off(own || moved.ids) THEN
    RETURN NULL;
  END IF;
  PERFORM medstint.hold_flags(moved.schools);
  PERFORM medstint.reflag(ARRAY(
    SELECT unnest(own) UNION
    SELECT medstint.neighbours(moved.students, array_agg(r.school_id), array_agg(p.address), array_agg(p.device), array_agg(p.at))
    FROM (SELECT * FROM old_rows o WHERE o.id = ANY (moved.ids) UNION ALL SELECT * FROM new_rows n WHERE n.id = ANY (moved.ids)) r
    CROSS JOIN LATERAL (VALUES (r.clock_in_ip_address, r.clock_in_user_agent, r.clock_in), (r.clock_out_ip_address, r.clock_out_user_agent, r.clock_out)) p (address, device, at)
    WHERE p.address IS NOT NULL AND p.at IS NOT NULL), own);
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.flag_changed_records() OWNER TO medstint_owner;

--
-- Name: flag_new_records(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.flag_new_records() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'on'
    SET jit TO 'off'
    AS $$
DECLARE
  own text[];
  students text[];
BEGIN
  SELECT array_agg(n.id), array_agg(DISTINCT n.student_id) INTO own, students FROM new_rows n;
  IF medstint.put_flags_off(own) THEN
    RETURN NULL;
  END IF;
  PERFORM medstint.hold_flags(ARRAY(SELECT DISTINCT n.school_id FROM new_rows n));
  PERFORM medstint.reflag(ARRAY(
    SELECT unnest(own) UNION
    SELECT medstint.neighbours(students, array_agg(n.school_id), array_agg(p.address), array_agg(p.device), array_agg(p.at))
    FROM new_rows n CROSS JOIN LATERAL (VALUES (n.clock_in_ip_address, n.clock_in_user_agent, n.clock_in), (n.clock_out_ip_address, n.clock_out_user_agent, n.clock_out)) p (address, device, at)
    WHERE p.address IS NOT NULL AND p.at IS NOT NULL), own);
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.flag_new_records() OWNER TO medstint_owner;

--
-- Name: flag_pending_of(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.flag_pending_of() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'on'
    SET jit TO 'off'
    AS $$
DECLARE
  changed jsonb := coalesce(to_jsonb(NEW), to_jsonb(OLD));
BEGIN
  IF TG_TABLE_NAME = 'users' THEN
    PERFORM medstint.hold_flags(ARRAY[changed ->> 'school_id']);
    PERFORM medstint.reflag(ARRAY(SELECT t.id FROM public.time_records t WHERE t.student_id = changed ->> 'id' AND t.status = 'PENDING'));
  ELSE
    INSERT INTO medstint.flags_wanted (table_name, row_id)
    VALUES (TG_TABLE_NAME, changed ->> CASE TG_TABLE_NAME WHEN 'school_policies' THEN 'school_id' ELSE 'id' END) ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.flag_pending_of() OWNER TO medstint_owner;

--
-- Name: flag_rotations(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.flag_rotations() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'on'
    SET jit TO 'off'
    AS $$
DECLARE
  rotations text[];
BEGIN
  SELECT array_agg(n.id) INTO rotations FROM new_rows n JOIN old_rows o USING (id)
  WHERE (n.start_date, n.end_date, n.status, n.required_hours, n.completed_hours >= n.required_hours)
    IS DISTINCT FROM (o.start_date, o.end_date, o.status, o.required_hours, o.completed_hours >= o.required_hours);
  IF rotations IS NOT NULL THEN
    PERFORM medstint.hold_flags(ARRAY(SELECT DISTINCT n.school_id FROM new_rows n));
    PERFORM medstint.reflag(ARRAY(SELECT t.id FROM public.time_records t WHERE t.rotation_id = ANY (rotations) AND t.status = 'PENDING'));
  END IF;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.flag_rotations() OWNER TO medstint_owner;

--
-- Name: flag_severity(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.flag_severity(code text) RETURNS smallint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT (CASE
    WHEN code IN ('OPEN_TOO_LONG', 'TOO_LONG', 'OVERLAP', 'OUT_BEFORE_IN', 'FUTURE', 'HOURS_MISMATCH') THEN 0
    WHEN code IN ('GEO_OUTSIDE', 'IMPOSSIBLE_TRAVEL', 'LATE_ENTRY', 'DAY_CAP', 'WEEK_CAP', 'SHORT_REST', 'OUTSIDE_ROTATION', 'SAME_DEVICE', 'CLOCK_UNVERIFIED') THEN 1
    ELSE 2 END)::smallint
$$;


ALTER FUNCTION medstint.flag_severity(code text) OWNER TO medstint_owner;

--
-- Name: flag_sites(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.flag_sites() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'on'
    SET jit TO 'off'
    AS $$
DECLARE
  sites text[];
BEGIN
  IF TG_OP = 'DELETE' THEN
    SELECT array_agg(DISTINCT clinical_site_id) INTO sites FROM old_rows;
  ELSIF TG_OP = 'INSERT' THEN
    SELECT array_agg(DISTINCT clinical_site_id) INTO sites FROM new_rows;
  ELSE
    SELECT array_agg(DISTINCT n.clinical_site_id) || array_agg(DISTINCT o.clinical_site_id) INTO sites FROM new_rows n JOIN old_rows o USING (id)
    WHERE (n.clinical_site_id, n.latitude, n.longitude, n.radius_m, n.is_active, n.name)
      IS DISTINCT FROM (o.clinical_site_id, o.latitude, o.longitude, o.radius_m, o.is_active, o.name);
  END IF;
  INSERT INTO medstint.flags_wanted (table_name, row_id) SELECT DISTINCT 'clinical_sites', unnest(sites) ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.flag_sites() OWNER TO medstint_owner;

--
-- Name: flags_by_now(text, public.time_record_status, timestamp with time zone, timestamp with time zone, numeric, numeric, integer); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.flags_by_now(flags text, status public.time_record_status, clock_in timestamp with time zone, clock_out timestamp with time zone, open_too_long_h numeric, aged_d numeric, approved_h integer) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  SELECT CASE WHEN status <> 'PENDING' THEN flags::jsonb ELSE
    CASE WHEN clock_out IS NULL AND clock_in < now() - make_interval(mins => (open_too_long_h * 60)::integer)
      THEN jsonb_build_array(jsonb_build_object('code', 'OPEN_TOO_LONG', 'evidence',
        jsonb_build_object('hours', floor(extract(epoch FROM now() - clock_in) / 3600), 'most',
          open_too_long_h))) ELSE '[]' END
    || CASE WHEN flags LIKE '%"OVER_REQUIRED"%' THEN
      medstint.with_approved_hours(flags, approved_h) ELSE flags::jsonb END
    || CASE WHEN clock_in < now() - make_interval(mins => (aged_d * 1440)::integer)
      THEN jsonb_build_array(jsonb_build_object('code', 'AGED', 'evidence',
        jsonb_build_object('days', floor(extract(epoch FROM now() - clock_in) / 86400), 'most',
          aged_d))) ELSE '[]' END END
$$;


ALTER FUNCTION medstint.flags_by_now(flags text, status public.time_record_status, clock_in timestamp with time zone, clock_out timestamp with time zone, open_too_long_h numeric, aged_d numeric, approved_h integer) OWNER TO medstint_owner;

--
-- Name: flags_if_corrected(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.flags_if_corrected(correction text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  c public.time_record_corrections;
  found_flags text;
BEGIN
  SELECT x.* INTO c FROM public.time_record_corrections x
  WHERE x.id = correction AND x.status = 'PROPOSED' AND x.proposed_by = medstint.acting_user_id();
  IF c.id IS NULL THEN
    RETURN NULL;
  END IF;
  BEGIN
    UPDATE public.time_records t
    SET clock_in = c.clock_in, clock_out = c.clock_out, total_hours = medstint.total_hours(c.clock_in, c.clock_out),
      clock_out_source = coalesce(t.clock_out_source,
        CASE WHEN c.clock_out IS NOT NULL THEN 'MANUAL'::public.punch_source END)
    WHERE t.id = c.time_record_id AND t.status = 'PENDING';
    SELECT t.flags::text INTO found_flags FROM public.time_records t WHERE t.id = c.time_record_id;
    RAISE EXCEPTION 'only tried' USING ERRCODE = 'MS000';
  EXCEPTION WHEN SQLSTATE 'MS000' THEN
    RETURN found_flags;
  END;
END
$$;


ALTER FUNCTION medstint.flags_if_corrected(correction text) OWNER TO medstint_owner;

--
-- Name: flags_of(text[], jsonb); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.flags_of(records text[], instead jsonb DEFAULT NULL::jsonb) RETURNS TABLE(id text, flags text, triage smallint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET enable_nestloop TO 'on'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH rec AS MATERIALIZED (
    SELECT t.*, s.time_zone AS zone, r.start_date, r.end_date, r.status AS rotation_status, r.required_hours,
      r.completed_hours,
      coalesce(u.duty_profile, '') AS profile
    FROM time_records t
    JOIN clinical_sites s ON s.id = t.clinical_site_id
    JOIN rotations r ON r.id = t.rotation_id
    LEFT JOIN LATERAL (SELECT p.duty_profile FROM users x JOIN programs p ON p.id = x.program_id
      WHERE x.id = t.student_id) u ON true
    WHERE t.id = ANY (records)),
  limits AS MATERIALIZED (
    SELECT k.school_id, k.profile, l.*
    FROM (SELECT DISTINCT rec.school_id, rec.profile FROM rec) k
    CROSS JOIN LATERAL medstint.thresholds(k.school_id, nullif(k.profile, ''), instead) l),
  t AS MATERIALIZED (
    SELECT rec.*, l.open_too_long_h, l.too_long_h, l.too_short_min, l.late_entry_d, l.travel_kmh, l.same_device_s,
      l.day_cap_h, l.week_cap_h,
      l.min_rest_h, l.at_once_cap_h, l.averaged_days, l.long_shift_h, l.rest_after_long_h, l.free_days,
      rec.elapsed_ms / 3600000.0 AS hours,
      -- The local day of the clock-in, whatever a client states.
      medstint.day_start(medstint.day_of(rec.clock_in, rec.zone), rec.zone) AS day,
      medstint.day_start(medstint.day_of(rec.clock_in, rec.zone) + 1, rec.zone) AS next_day,
      coalesce(rec.clock_out, rec.clock_in + make_interval(mins => (l.open_too_long_h * 60)::integer)) AS until,
      b.out_before, b.hours_before, medstint.day_start(medstint.day_of(b.in_before, rec.zone), rec.zone) AS day_before, b.at_before,
        b.latitude_before, b.longitude_before, b.accuracy_before
    FROM rec JOIN limits l ON (l.school_id, l.profile) = (rec.school_id, rec.profile)
    -- The student's record before this one.
    LEFT JOIN LATERAL (
      SELECT o.clock_out AS out_before, o.elapsed_ms / 3600000.0 AS hours_before, o.clock_in AS in_before,
        coalesce(o.clock_out, o.clock_in) AS at_before,
        CASE WHEN o.clock_out IS NULL THEN o.clock_in_latitude ELSE o.clock_out_latitude END::float8 AS latitude_before,
        CASE WHEN o.clock_out IS NULL THEN
          o.clock_in_longitude ELSE o.clock_out_longitude END::float8 AS longitude_before,
        CASE WHEN o.clock_out IS NULL THEN o.clock_in_accuracy_m ELSE o.clock_out_accuracy_m END AS accuracy_before
      FROM time_records o
      WHERE o.student_id = rec.student_id AND (o.clock_in, o.id) < (rec.clock_in, rec.id)
        AND o.clock_in > rec.clock_in - interval '7 days' AND o.status <> 'REJECTED'
      ORDER BY o.clock_in DESC, o.id DESC LIMIT 1) b ON true),
  found (id, code, evidence) AS (
    SELECT t.id, 'TOO_LONG', jsonb_build_object('hours', round(t.hours, 2), 'most', t.too_long_h)
    FROM t WHERE t.hours > t.too_long_h
    UNION ALL
    SELECT t.id, 'OUT_BEFORE_IN', jsonb_build_object('minutes',
      round(extract(epoch FROM t.clock_in - t.clock_out) / 60))
    FROM t WHERE t.clock_out <= t.clock_in
    UNION ALL
    SELECT t.id, 'FUTURE', jsonb_build_object('minutes',
      round(extract(epoch FROM greatest(t.clock_in - greatest(t.created_at, t.edited_at),
        t.clock_out - greatest(t.updated_at, t.created_at))) / 60))
    FROM t WHERE t.clock_in > greatest(t.created_at, t.edited_at) + interval '60 seconds'
      -- A clock-out that is written before it happens.
      OR t.clock_out > greatest(t.updated_at, t.created_at) + interval '60 seconds'
    UNION ALL
    SELECT t.id, 'HOURS_MISMATCH', jsonb_build_object('stated', t.total_hours, 'hours', round(t.hours, 2))
    FROM t WHERE abs(t.total_hours - round(t.hours, 2)) > 0.01 OR t.total_hours IS NOT NULL AND t.clock_out IS NULL
    UNION ALL
    SELECT t.id, 'OVERLAP', jsonb_build_object('minutes', ceil(max(o.ms) / 60000.0), 'records', count(*), 'with',
      min(o.id))
    FROM t
    CROSS JOIN LATERAL (
      SELECT o.id, extract(epoch FROM least(t.until, x.until) - greatest(t.clock_in, o.clock_in)) * 1000 AS ms
      FROM time_records o
      CROSS JOIN LATERAL (SELECT coalesce(o.clock_out,
        o.clock_in + make_interval(mins => (t.open_too_long_h * 60)::integer)) AS until) x
      WHERE o.student_id = t.student_id AND o.id <> t.id AND o.status <> 'REJECTED'
        AND o.clock_in < t.until AND o.clock_in > t.clock_in - interval '7 days' AND x.until > t.clock_in
          AND x.until > o.clock_in) o
    WHERE t.until > t.clock_in
    GROUP BY t.id
    UNION ALL
    SELECT t.id, 'GEO_' || worst.verdict, worst.evidence
    FROM t CROSS JOIN LATERAL (
      SELECT v.verdict, jsonb_strip_nulls(jsonb_build_object('punch', punch.name, 'distance_m',
        round(v.distance_m::numeric), 'radius_m', v.radius_m,
          'accuracy_m', round(punch.accuracy::numeric), 'location', v.location)) AS evidence
      FROM (VALUES ('in', t.clock_in, t.clock_in_source, t.clock_in_latitude, t.clock_in_longitude,
        t.clock_in_accuracy_m),
                   ('out', t.clock_out, t.clock_out_source, t.clock_out_latitude, t.clock_out_longitude,
                     t.clock_out_accuracy_m))
        AS punch (name, at, source, latitude, longitude, accuracy)
      CROSS JOIN LATERAL medstint.location_verdict(t.clinical_site_id, punch.latitude, punch.longitude,
        punch.accuracy) v
      -- A kiosk knows where it stands.
      WHERE punch.at IS NOT NULL AND v.verdict IN ('OUTSIDE', 'UNCERTAIN', 'POOR', 'NONE')
        AND NOT (v.verdict = 'NONE' AND coalesce(punch.source, 'WEB') = 'KIOSK')
        AND (v.verdict <> 'NONE' OR EXISTS (SELECT FROM clinical_site_locations l
          WHERE l.clinical_site_id = t.clinical_site_id AND l.is_active))
      ORDER BY array_position(ARRAY['OUTSIDE', 'UNCERTAIN', 'POOR', 'NONE'], v.verdict),
        v.distance_m DESC NULLS LAST LIMIT 1) worst
    UNION ALL
    -- What the accuracy leaves open is no distance; unknown is 100 m.
    SELECT t.id, 'IMPOSSIBLE_TRAVEL',
      jsonb_build_object('kmh', round(worst.kmh::numeric), 'km', round(worst.metres::numeric / 1000, 1), 'minutes',
        round((worst.s / 60)::numeric))
    FROM t CROSS JOIN LATERAL (
      SELECT leg.metres, leg.s, leg.metres / 1000 / (greatest(leg.s, 1) / 3600) AS kmh
      FROM (
        SELECT greatest(0, medstint.distance_m(t.latitude_before, t.longitude_before, t.clock_in_latitude::float8,
          t.clock_in_longitude::float8)
                 - least(coalesce(t.accuracy_before, 100), 100) - least(coalesce(t.clock_in_accuracy_m, 100),
                   100)) AS metres,
               extract(epoch FROM t.clock_in - t.at_before)::float8 AS s
        UNION ALL
        SELECT greatest(0, medstint.distance_m(t.clock_in_latitude::float8, t.clock_in_longitude::float8,
          t.clock_out_latitude::float8, t.clock_out_longitude::float8)
                 - least(coalesce(t.clock_in_accuracy_m, 100), 100) - least(coalesce(t.clock_out_accuracy_m, 100),
                   100)),
               extract(epoch FROM t.clock_out - t.clock_in)::float8) leg
      WHERE leg.s >= 0 AND leg.metres > 0
      ORDER BY kmh DESC LIMIT 1) worst
    WHERE worst.kmh > t.travel_kmh
    UNION ALL
    SELECT t.id, 'TOO_SHORT', jsonb_build_object('minutes', round(t.hours * 60, 1), 'least', t.too_short_min)
    FROM t WHERE t.clock_out > t.clock_in AND t.hours * 60 < t.too_short_min
    UNION ALL
    SELECT t.id, 'LATE_ENTRY', jsonb_build_object('days',
      floor(extract(epoch FROM t.created_at - coalesce(t.clock_out, t.clock_in)) / 86400), 'most', t.late_entry_d)
    FROM t WHERE extract(epoch FROM t.created_at - coalesce(t.clock_out, t.clock_in)) > t.late_entry_d * 86400
    UNION ALL
    SELECT t.id, 'OFF_HOURS', jsonb_build_object('time', to_char(t.clock_in AT TIME ZONE t.zone, 'HH24:MI'))
    FROM t WHERE (t.clock_in AT TIME ZONE t.zone)::time >= '23:00' OR (t.clock_in AT TIME ZONE t.zone)::time < '06:00'
    UNION ALL
    SELECT t.id, 'DAY_CAP', jsonb_build_object('hours', round(greatest(t.hours, day.hours), 2), 'most',
        CASE WHEN t.hours > t.at_once_cap_h THEN t.at_once_cap_h ELSE t.day_cap_h END, 'rule',
          CASE WHEN t.hours > t.at_once_cap_h THEN 'at once' ELSE 'day' END)
    FROM t CROSS JOIN LATERAL (
      SELECT sum(o.elapsed_ms) / 3600000.0 AS hours FROM time_records o
      WHERE o.student_id = t.student_id AND o.clock_in >= t.day AND (o.clock_in, o.id) <= (t.clock_in, t.id)
        AND o.status <> 'REJECTED' AND o.elapsed_ms > 0) day
    WHERE day.hours > t.day_cap_h AND t.hours > 0 OR t.hours > t.at_once_cap_h
    UNION ALL
    -- The week of the site's calendar, or so many days back, or the rotation so far.
    SELECT t.id, 'WEEK_CAP', jsonb_build_object('hours', round(week.hours, 2), 'most', t.week_cap_h, 'rule',
      CASE t.averaged_days WHEN 7 THEN 'week' ELSE 'average' END)
    FROM t
    CROSS JOIN LATERAL (SELECT CASE
        WHEN t.averaged_days = 7 THEN medstint.first_instant(date_trunc('week', t.clock_in AT TIME ZONE t.zone), t.zone)
        WHEN t.averaged_days IS NOT NULL THEN
          medstint.day_start(medstint.day_of(t.clock_in, t.zone) - (t.averaged_days - 1), t.zone)
        ELSE medstint.day_start(medstint.day_of(t.start_date, t.zone), t.zone) END AS since) w
    CROSS JOIN LATERAL (
      SELECT sum(o.elapsed_ms) / 3600000.0 / CASE
          WHEN t.averaged_days IS NOT NULL THEN t.averaged_days / 7.0
          ELSE greatest(1, extract(epoch FROM t.next_day - w.since)::numeric / 604800) END AS hours
      FROM time_records o
      WHERE o.student_id = t.student_id AND o.clock_in >= w.since AND (o.clock_in, o.id) <= (t.clock_in, t.id)
        AND o.status <> 'REJECTED' AND o.elapsed_ms > 0
          AND (t.averaged_days IS NOT NULL OR o.rotation_id = t.rotation_id)) week
    WHERE week.hours > t.week_cap_h AND t.hours > 0
    UNION ALL
    SELECT t.id, 'WEEK_CAP', jsonb_build_object('days', month.days, 'most', 28 - t.free_days, 'rule', 'days')
    FROM t CROSS JOIN LATERAL (
      SELECT count(DISTINCT medstint.day_of(o.clock_in, t.zone)) AS days FROM time_records o
      WHERE o.student_id = t.student_id AND o.clock_in >= t.next_day - interval '28 days' AND o.clock_in < t.next_day
        AND o.status <> 'REJECTED') month
    WHERE t.free_days IS NOT NULL AND month.days > 28 - t.free_days
    UNION ALL
    -- Two records of one day are one duty.
    SELECT t.id, 'SHORT_REST', jsonb_build_object('hours', round(rest.hours, 2), 'least', rest.least)
    FROM t
    CROSS JOIN LATERAL (SELECT extract(epoch FROM t.clock_in - t.out_before) / 3600.0 AS hours,
        greatest(t.min_rest_h, CASE WHEN t.hours_before >= t.long_shift_h THEN t.rest_after_long_h END) AS least) rest
    WHERE t.out_before <= t.clock_in AND t.day_before < t.day AND rest.hours < rest.least
    UNION ALL
    SELECT t.id, 'OUTSIDE_ROTATION', jsonb_build_object('rule', CASE
        WHEN t.clock_in < t.start_date THEN 'before' WHEN t.clock_in >= t.end_date THEN
          'after' ELSE lower(t.rotation_status::text) END)
    FROM t WHERE t.clock_in < t.start_date OR t.clock_in >= t.end_date OR t.rotation_status <> 'ACTIVE'
    UNION ALL
    -- How many are approved by now is added when it is read (flags_by_now).
    SELECT t.id, 'OVER_REQUIRED', jsonb_build_object('most', t.required_hours)
    FROM t WHERE t.completed_hours >= t.required_hours AND t.required_hours > 0
    UNION ALL
    SELECT t.id, 'SAME_DEVICE', jsonb_build_object('students', count(DISTINCT near.student_id), 'seconds', min(near.s))
    FROM t
    CROSS JOIN LATERAL (VALUES (t.clock_in, t.clock_in_ip_address, t.clock_in_user_agent, t.clock_in_source),
                               (t.clock_out, t.clock_out_ip_address, t.clock_out_user_agent,
                                 coalesce(t.clock_out_source, 'WEB')))
      AS punch (at, address, device, source)
    CROSS JOIN LATERAL (
      SELECT o.student_id, round(abs(extract(epoch FROM o.clock_in - punch.at))) AS s FROM time_records o
      WHERE o.clock_in_ip_address = punch.address AND o.clock_in_user_agent = punch.device
        AND o.clock_in_source <> 'KIOSK' AND o.clock_in_source <> 'MANUAL' AND o.school_id = t.school_id
        AND o.clock_in BETWEEN punch.at - make_interval(secs => t.same_device_s::float8)
          AND punch.at + make_interval(secs => t.same_device_s::float8)
        AND o.student_id <> t.student_id
      UNION ALL
      SELECT o.student_id, round(abs(extract(epoch FROM o.clock_out - punch.at))) FROM time_records o
      WHERE o.clock_out_ip_address = punch.address AND o.clock_out_user_agent = punch.device
        AND o.clock_out_source IS DISTINCT FROM 'KIOSK'
        AND o.clock_out_source IS DISTINCT FROM 'MANUAL' AND o.school_id = t.school_id
        AND o.clock_out BETWEEN punch.at - make_interval(secs => t.same_device_s::float8)
          AND punch.at + make_interval(secs => t.same_device_s::float8)
        AND o.student_id <> t.student_id) near
    -- A time that somebody told was not punched there, nor then.
    WHERE punch.source IN ('WEB', 'MOBILE')
    GROUP BY t.id
    UNION ALL
    SELECT t.id, 'EDITED', '{}' FROM t WHERE t.edited_at IS NOT NULL
    UNION ALL
    SELECT t.id, 'OFFLINE', '{}' FROM t WHERE t.is_offline
    UNION ALL
    SELECT t.id, 'CLOCK_UNVERIFIED', '{}' FROM t WHERE t.clock_is_unverified
    UNION ALL
    -- Each record, also one that nothing was found of; whether it is open stands for evidence.
    SELECT t.id, NULL, to_jsonb(t.clock_out IS NULL) FROM t)
  SELECT found.id,
    coalesce(json_agg(json_build_object('code', code, 'evidence', evidence) ORDER BY medstint.flag_severity(code),
      code, evidence) FILTER (WHERE code IS NOT NULL)::text, '[]'),
    CASE WHEN bool_or(code IS NULL AND evidence = 'true') THEN
      0 ELSE coalesce(min(medstint.flag_severity(code)) FILTER (WHERE code IS NOT NULL), 3) END::smallint
  FROM found GROUP BY found.id;
END
$$;


ALTER FUNCTION medstint.flags_of(records text[], instead jsonb) OWNER TO medstint_owner;

--
-- Name: has_role(public.user_role[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.has_role(VARIADIC roles public.user_role[]) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$SELECT coalesce((SELECT role = ANY (roles) FROM medstint.actor()), false)$$;


ALTER FUNCTION medstint.has_role(VARIADIC roles public.user_role[]) OWNER TO medstint_owner;

--
-- Name: hide_pin(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.hide_pin() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF NEW.student_id IS NULL THEN
    NEW.badge := medstint.without_pin(NEW.school_id, NEW.badge);
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.hide_pin() OWNER TO medstint_owner;

--
-- Name: hold_deployed(text[], text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.hold_deployed(deployments text[], school text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  made jsonb[];
BEGIN
  PERFORM medstint.hold_turns('deployments', ARRAY(SELECT DISTINCT d.template_id || ' in ' || school
    FROM public.competency_deployments d WHERE d.id = ANY (deployments) AND d.school_id = school));
  made := ARRAY(SELECT d.rollback_data::jsonb FROM public.competency_deployments d
    WHERE d.id = ANY (deployments) AND d.school_id = school AND d.rollback_data IS NOT NULL);
  PERFORM FROM public.rubric_criteria k WHERE k.school_id = school
    AND k.id IN (SELECT jsonb_array_elements_text(m -> 'criteria') FROM unnest(made) m) ORDER BY k.id FOR UPDATE;
  PERFORM FROM public.competencies c WHERE c.school_id = school
    AND c.id IN (SELECT jsonb_array_elements_text(m -> 'competencies') FROM unnest(made) m) ORDER BY c.id FOR UPDATE;
  PERFORM FROM public.competency_assignments a WHERE a.school_id = school
    AND a.id IN (SELECT jsonb_array_elements_text(m -> 'assignments') FROM unnest(made) m) ORDER BY a.id FOR UPDATE;
END
$$;


ALTER FUNCTION medstint.hold_deployed(deployments text[], school text) OWNER TO medstint_owner;

--
-- Name: hold_flags(text[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.hold_flags(schools text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM medstint.hold_turns('flags', schools);
END
$$;


ALTER FUNCTION medstint.hold_flags(schools text[]) OWNER TO medstint_owner;

--
-- Name: hold_for_change(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.hold_for_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
DECLARE
  people text[];
  held record;
  gone text;
BEGIN
  SELECT array_agg(DISTINCT n.rotation_id) AS rotations, array_agg(DISTINCT n.student_id) AS students,
    array_agg(DISTINCT n.clinical_site_id) AS sites,
    array_agg(DISTINCT n.rotation_id) FILTER (WHERE n.status <> o.status) AS decided,
    array_agg(DISTINCT n.approved_by) FILTER (WHERE n.status <> o.status AND n.status <> 'PENDING') AS deciders,
    array_agg(n.id) FILTER (WHERE n.status <> o.status AND n.status = 'PENDING') AS undone
  INTO held
  FROM new_rows n FULL JOIN old_rows o ON o.id = n.id
  WHERE (n.flags::text, n.triage) IS NOT DISTINCT FROM (o.flags::text, o.triage);
  IF held.rotations IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM FROM public.rotations r WHERE r.id = ANY (held.decided) ORDER BY r.id FOR NO KEY UPDATE;
  PERFORM FROM public.rotations r WHERE r.id = ANY (held.rotations) ORDER BY r.id FOR KEY SHARE;
  PERFORM FROM public.users u WHERE u.id = ANY (held.students) ORDER BY u.id FOR KEY SHARE;
  PERFORM FROM public.clinical_sites s WHERE s.id = ANY (held.sites) ORDER BY s.id FOR KEY SHARE;
  IF held.decided IS NULL THEN
    RETURN NULL;
  END IF;
  people := array_append(held.deciders, medstint.acting_user_id());
  PERFORM FROM public.users u WHERE u.id = ANY (people) AND u.role <> 'STUDENT' ORDER BY u.id FOR SHARE;
  PERFORM FROM public.delegations d WHERE d.to_user_id = ANY (people) AND d.revoked_at IS NULL ORDER BY d.id FOR SHARE;
  IF held.undone IS NOT NULL THEN
    -- What is pending waits in the school of its student, for somebody who finds it.
    SELECT n.id INTO gone FROM new_rows n JOIN public.users u ON u.id = n.student_id
    WHERE n.id = ANY (held.undone) AND u.school_id IS DISTINCT FROM n.school_id LIMIT 1;
    IF gone IS NOT NULL THEN
      RAISE EXCEPTION 'time record %: the student has left the school', gone
        USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_student_has_left';
    END IF;
  END IF;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.hold_for_change() OWNER TO medstint_owner;

--
-- Name: hold_punches(text[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.hold_punches(students text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM medstint.hold_turns('punches', students);
END
$$;


ALTER FUNCTION medstint.hold_punches(students text[]) OWNER TO medstint_owner;

--
-- Name: hold_roles(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.hold_roles() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF medstint.current_user_id() IS NOT NULL OR medstint.is_trusted() THEN
    PERFORM medstint.hold_turns('roles', '{""}');
  END IF;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.hold_roles() OWNER TO medstint_owner;

--
-- Name: hold_rubric(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.hold_rubric() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  was public.rubric_criteria;
  is_to_be public.rubric_criteria;
BEGIN
  IF TG_OP <> 'INSERT' THEN was := OLD; END IF;
  IF TG_OP <> 'DELETE' THEN is_to_be := NEW; END IF;
  PERFORM FROM public.competency_templates t WHERE t.id IN (was.template_id, is_to_be.template_id)
    ORDER BY t.id FOR NO KEY UPDATE;
  PERFORM FROM public.competencies c WHERE c.id IN (was.competency_id, is_to_be.competency_id)
    ORDER BY c.id FOR NO KEY UPDATE;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;


ALTER FUNCTION medstint.hold_rubric() OWNER TO medstint_owner;

--
-- Name: hold_targets(text, text[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.hold_targets(kind text, targets text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  me constant record := medstint.actor();
  staff constant boolean := coalesce(me.role <> 'STUDENT', false);
  records text[];
BEGIN
  CASE kind
  WHEN 'time_records' THEN
    records := ARRAY(SELECT t.id FROM public.time_records t WHERE t.id = ANY (targets) AND t.school_id = me.school_id
      AND staff
      ORDER BY t.id FOR NO KEY UPDATE);
  WHEN 'time_record_corrections' THEN
    records := ARRAY(SELECT t.id FROM public.time_records t WHERE t.school_id = me.school_id AND staff
      AND t.id IN (SELECT c.time_record_id FROM public.time_record_corrections c WHERE c.id = ANY (targets))
      ORDER BY t.id FOR NO KEY UPDATE);
    PERFORM FROM public.time_record_corrections c WHERE c.id = ANY (targets) AND c.school_id = me.school_id AND staff
      ORDER BY c.id FOR NO KEY UPDATE;
  WHEN 'rotations' THEN
    PERFORM FROM public.rotations r WHERE r.id = ANY (targets) AND r.school_id = me.school_id AND staff
      ORDER BY r.id FOR NO KEY UPDATE;
  WHEN 'users' THEN
    -- As whoever changes a role (hold_roles): the turn first, then the rows.
    PERFORM medstint.hold_turns('roles', '{""}') WHERE staff;
    PERFORM FROM public.users u WHERE u.id = ANY (targets) AND u.school_id = me.school_id AND staff
      ORDER BY u.id FOR NO KEY UPDATE;
  WHEN 'assessments' THEN
    PERFORM FROM public.assessments a WHERE a.id = ANY (targets) AND a.school_id = me.school_id
      AND (staff OR a.assessor_id = me.user_id) ORDER BY a.id FOR NO KEY UPDATE;
    PERFORM FROM public.competency_assignments c WHERE c.school_id = me.school_id AND (staff OR c.user_id = me.user_id)
      AND (c.user_id, c.competency_id) IN (
        SELECT a.student_id, a.competency_id FROM public.assessments a WHERE a.id = ANY (targets))
      ORDER BY c.id FOR NO KEY UPDATE;
  WHEN 'competency_deployments' THEN
    PERFORM FROM public.competency_deployments d WHERE d.id = ANY (targets) AND d.school_id = me.school_id AND staff
      ORDER BY d.id FOR UPDATE;
    PERFORM medstint.hold_deployed(targets, me.school_id) WHERE staff;
  WHEN 'rubric_criteria' THEN
    PERFORM FROM public.rubric_criteria k WHERE k.id = ANY (targets) AND k.school_id = me.school_id AND staff
      ORDER BY k.id FOR UPDATE;
    PERFORM FROM public.competency_templates t WHERE t.school_id = me.school_id AND staff
      AND t.id IN (SELECT k.template_id FROM public.rubric_criteria k WHERE k.id = ANY (targets))
      ORDER BY t.id FOR NO KEY UPDATE;
    PERFORM FROM public.competencies c WHERE c.school_id = me.school_id AND staff
      AND c.id IN (SELECT k.competency_id FROM public.rubric_criteria k WHERE k.id = ANY (targets))
      ORDER BY c.id FOR NO KEY UPDATE;
  ELSE
    RAISE EXCEPTION 'nobody takes steps over %', kind USING ERRCODE = 'invalid_parameter_value';
  END CASE;
  -- What the records refer to, and who is told: for the flags of the first, nobody of
  -- the second is waited for.
  PERFORM FROM public.rotations r
    WHERE r.id IN (SELECT t.rotation_id FROM public.time_records t WHERE t.id = ANY (records))
    ORDER BY r.id FOR KEY SHARE;
  PERFORM FROM public.users u WHERE u.id IN (SELECT t.student_id FROM public.time_records t WHERE t.id = ANY (records)
      UNION SELECT c.proposed_by FROM public.time_record_corrections c WHERE c.time_record_id = ANY (records)
        AND c.status = 'PROPOSED')
    ORDER BY u.id FOR KEY SHARE;
  PERFORM FROM public.clinical_sites s
    WHERE s.id IN (SELECT t.clinical_site_id FROM public.time_records t WHERE t.id = ANY (records))
    ORDER BY s.id FOR KEY SHARE;
END
$$;


ALTER FUNCTION medstint.hold_targets(kind text, targets text[]) OWNER TO medstint_owner;

--
-- Name: hold_turns(text, text[], boolean); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.hold_turns(of_kind text, ids text[], is_shared boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF (SELECT count(*) FROM medstint.turns t WHERE t.kind = of_kind AND t.id = ANY (ids))
     < (SELECT count(DISTINCT i) FROM unnest(ids) AS i) THEN
    INSERT INTO medstint.turns (kind, id)
    SELECT of_kind, i FROM unnest(ids) AS i WHERE i IS NOT NULL GROUP BY i ORDER BY i
    ON CONFLICT DO NOTHING;
  END IF;
  IF is_shared THEN
    PERFORM FROM medstint.turns t WHERE t.kind = of_kind AND t.id = ANY (ids) ORDER BY t.id FOR SHARE;
  ELSE
    PERFORM FROM medstint.turns t WHERE t.kind = of_kind AND t.id = ANY (ids) ORDER BY t.id FOR UPDATE;
  END IF;
END
$$;


ALTER FUNCTION medstint.hold_turns(of_kind text, ids text[], is_shared boolean) OWNER TO medstint_owner;

--
-- Name: hours_of_changed_records(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.hours_of_changed_records() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'off'
    SET jit TO 'off'
    AS $$
DECLARE
  touched text[];
BEGIN
  IF TG_OP = 'UPDATE' THEN
    SELECT array_agg(DISTINCT rotation_id) INTO touched
    FROM (SELECT unnest(ARRAY[o.rotation_id, n.rotation_id]) AS rotation_id
          FROM old_rows o JOIN new_rows n USING (id)
          WHERE 'APPROVED' IN (o.status, n.status)
            AND (o.status, o.rotation_id, o.elapsed_ms) IS DISTINCT FROM (n.status, n.rotation_id, n.elapsed_ms)) x;
  ELSE
    SELECT array_agg(DISTINCT rotation_id) INTO touched FROM old_rows WHERE status = 'APPROVED';
  END IF;
  IF touched IS NOT NULL THEN
    PERFORM medstint.recompute_hours(touched);
  END IF;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.hours_of_changed_records() OWNER TO medstint_owner;

--
-- Name: is_deputy(text, text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.is_deputy(deputy text, preceptor text, supervisor text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT coalesce(ARRAY[preceptor, supervisor] && medstint.delegators(deputy), false)
$$;


ALTER FUNCTION medstint.is_deputy(deputy text, preceptor text, supervisor text) OWNER TO medstint_owner;

--
-- Name: is_newest_change(text, bigint, bigint); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.is_newest_change(who text, of_era bigint, change bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN NOT EXISTS (SELECT FROM medstint.password_changes c
    WHERE c.user_id = who AND (c.era, c.number) > (of_era, change));
END
$$;


ALTER FUNCTION medstint.is_newest_change(who text, of_era bigint, change bigint) OWNER TO medstint_owner;

--
-- Name: is_published(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.is_published(template text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT EXISTS (SELECT FROM public.competency_templates t WHERE t.id = template AND t.is_public)
    OR EXISTS (SELECT FROM public.competency_deployments d WHERE d.template_id = template)
$$;


ALTER FUNCTION medstint.is_published(template text) OWNER TO medstint_owner;

--
-- Name: is_reason(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.is_reason(school text, words text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT words !~ '^\S*[0-9]{4,}\s*$' AND NOT EXISTS (
    SELECT FROM medstint.person_at_door(school, left(words, 200)) p WHERE p.id IS NOT NULL)
$_$;


ALTER FUNCTION medstint.is_reason(school text, words text) OWNER TO medstint_owner;

--
-- Name: is_trusted(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.is_trusted() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$SELECT pg_has_role(session_user, 'medstint_web', 'MEMBER') OR pg_has_role(session_user, current_user, 'MEMBER')$$;


ALTER FUNCTION medstint.is_trusted() OWNER TO medstint_owner;

--
-- Name: is_web(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.is_web() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$SELECT pg_has_role(session_user, 'medstint_web', 'MEMBER') AND NOT pg_has_role(session_user, current_user, 'MEMBER')$$;


ALTER FUNCTION medstint.is_web() OWNER TO medstint_owner;

--
-- Name: jsonb_or_empty(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.jsonb_or_empty(value text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN coalesce(value::jsonb, '{}');
EXCEPTION WHEN OTHERS THEN
  RETURN '{}';
END
$$;


ALTER FUNCTION medstint.jsonb_or_empty(value text) OWNER TO medstint_owner;

--
-- Name: keep_days_of_school(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.keep_days_of_school() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM FROM public.competency_assignments a WHERE a.school_id = NEW.id AND a.due_date IS NOT NULL
    ORDER BY a.id FOR NO KEY UPDATE;
  UPDATE public.competency_assignments a SET due_date = medstint.same_day(a.due_date, OLD.time_zone, NEW.time_zone)
  WHERE a.school_id = NEW.id AND a.due_date <> medstint.same_day(a.due_date, OLD.time_zone, NEW.time_zone);

  PERFORM FROM public.competency_deployments d WHERE d.school_id = NEW.id ORDER BY d.id FOR NO KEY UPDATE;
  UPDATE public.competency_deployments d
  SET effective_date = medstint.same_day(d.effective_date, OLD.time_zone, NEW.time_zone),
    expiry_date = medstint.same_day(d.expiry_date, OLD.time_zone, NEW.time_zone)
  WHERE d.school_id = NEW.id AND (d.effective_date, d.expiry_date) IS DISTINCT FROM
    (medstint.same_day(d.effective_date, OLD.time_zone, NEW.time_zone),
      medstint.same_day(d.expiry_date, OLD.time_zone, NEW.time_zone));

  PERFORM FROM public.delegations d WHERE d.school_id = NEW.id ORDER BY d.id FOR NO KEY UPDATE;
  INSERT INTO medstint.days_moving (transaction_id) VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING;
  UPDATE public.delegations d SET starts_at = x.starts_at, ends_at = least(x.ends_at, x.starts_at + interval '366 days')
  FROM (SELECT o.id,
          CASE WHEN o.starts_at = medstint.day_start(medstint.day_of(o.starts_at, OLD.time_zone), OLD.time_zone)
            THEN medstint.same_day(o.starts_at, OLD.time_zone, NEW.time_zone) ELSE o.starts_at END AS starts_at,
          CASE WHEN o.ends_at = medstint.day_start(medstint.day_of(o.ends_at, OLD.time_zone), OLD.time_zone)
            THEN medstint.same_day(o.ends_at, OLD.time_zone, NEW.time_zone) ELSE o.ends_at END AS ends_at
        FROM public.delegations o WHERE o.school_id = NEW.id) x
  WHERE d.id = x.id AND x.ends_at > x.starts_at AND (d.starts_at, d.ends_at) IS DISTINCT FROM (x.starts_at, x.ends_at);
  DELETE FROM medstint.days_moving m WHERE m.transaction_id = pg_current_xact_id();
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.keep_days_of_school() OWNER TO medstint_owner;

--
-- Name: keep_days_of_site(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.keep_days_of_site() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM FROM public.rotations r WHERE r.clinical_site_id = NEW.id ORDER BY r.id FOR NO KEY UPDATE;
  INSERT INTO medstint.days_moving (transaction_id) VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING;
  UPDATE public.rotations r
  SET start_date = x.start_date, end_date = x.end_date, updated_at = now()
  FROM (SELECT o.id, medstint.same_day(o.start_date, OLD.time_zone, NEW.time_zone) AS start_date,
          medstint.same_day(o.end_date, OLD.time_zone, NEW.time_zone) AS end_date
        FROM public.rotations o WHERE o.clinical_site_id = NEW.id) x
  WHERE r.id = x.id AND (r.start_date, r.end_date) IS DISTINCT FROM (x.start_date, x.end_date);
  -- Records of these rotations at other sites; those of the site itself `f_flag_zone` asks for.
  INSERT INTO medstint.flags_wanted (table_name, row_id)
  SELECT DISTINCT 'clinical_sites', t.clinical_site_id FROM public.rotations r
  JOIN public.time_records t ON t.rotation_id = r.id AND t.status = 'PENDING'
  WHERE r.clinical_site_id = NEW.id AND t.clinical_site_id <> NEW.id
  ON CONFLICT DO NOTHING;
  DELETE FROM medstint.days_moving m WHERE m.transaction_id = pg_current_xact_id();
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.keep_days_of_site() OWNER TO medstint_owner;

--
-- Name: keep_flags(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.keep_flags() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF NOT pg_has_role(current_user, (SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID), 'MEMBER') THEN
    NEW.flags := OLD.flags;
    NEW.triage := OLD.triage;
    NEW.edited_at := OLD.edited_at;
    NEW.editors := OLD.editors;
    NEW.possible_punchers := OLD.possible_punchers;
    -- When it was recorded, and that a kiosk was alone, is not taken back.
    NEW.created_at := OLD.created_at;
    NEW.is_offline := OLD.is_offline OR NEW.is_offline;
    NEW.clock_is_unverified := OLD.clock_is_unverified OR NEW.clock_is_unverified;
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.keep_flags() OWNER TO medstint_owner;

--
-- Name: keep_monitor(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.keep_monitor(token text) RETURNS timestamp with time zone
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  kept record;
BEGIN
  UPDATE public.sessions s
  SET last_seen_at = now(), updated_at = now(),
      expires_at = greatest(s.expires_at, least(now() + interval '12 hours', s.created_at + interval '90 days'))
  FROM public.users u
  WHERE s.token = encode(sha256(convert_to(keep_monitor.token, 'UTF8')), 'hex') AND s.client = 'monitor'
    AND NOT s.is_restricted AND s.revoked_at IS NULL
    AND medstint.is_newest_change(s.user_id, s.sign_in_era, s.sign_in_change) AND s.expires_at > clock_timestamp() AND u.id = s.user_id AND u.is_active
  RETURNING s.expires_at, coalesce(u.school_id, s.active_school_id) AS school INTO kept;
  PERFORM medstint.report_attempts() WHERE kept.school IS NOT NULL;
  FOR n IN 1 .. 10 LOOP
    EXIT WHEN kept.school IS NULL OR medstint.seal_events(kept.school) < 1000;
  END LOOP;
  RETURN kept.expires_at;
END
$$;


ALTER FUNCTION medstint.keep_monitor(token text) OWNER TO medstint_owner;

--
-- Name: keep_trail(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.keep_trail() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF TG_OP <> 'TRUNCATE' AND current_setting('medstint.purging', true) = pg_current_xact_id()::text
     AND pg_has_role(session_user, (SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID), 'MEMBER') THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'MS403', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END
$$;


ALTER FUNCTION medstint.keep_trail() OWNER TO medstint_owner;

--
-- Name: keep_young(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.keep_young() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION 'events are kept for six years' USING ERRCODE = 'MS422', CONSTRAINT = 'audit_logs_kept_for_six_years';
END
$$;


ALTER FUNCTION medstint.keep_young() OWNER TO medstint_owner;

--
-- Name: kiosk_hello(text, text, timestamp with time zone, integer, integer, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.kiosk_hello(credential text, version text, device_clock timestamp with time zone, waiting integer, stranded integer, trouble text, OUT id text, OUT kiosk text, OUT school text, OUT site text, OUT location text, OUT time_zone text, OUT server_clock timestamp with time zone, OUT digit_lengths integer[], OUT other_lengths integer[]) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  before public.kiosk_states;
BEGIN
  SELECT k.id, k.name, s.name, c.name, l.name, c.time_zone INTO id, kiosk, school, site, location, time_zone
  FROM public.clinical_sites c JOIN public.schools s ON s.id = c.school_id
  LEFT JOIN public.clinical_site_locations l ON l.id = k.location_id
  WHERE c.id = k.clinical_site_id;
  SELECT f.digit_lengths, f.other_lengths INTO digit_lengths, other_lengths FROM medstint.badge_forms(k.school_id) f;
  server_clock := clock_timestamp();
  SELECT x.* INTO before FROM public.kiosk_states x WHERE x.kiosk_id = k.id FOR UPDATE;
  INSERT INTO public.kiosk_states AS x (kiosk_id, school_id, last_seen_at, version, clock_skew_ms, waiting, stranded,
    trouble)
  VALUES (k.id, k.school_id, server_clock, left(kiosk_hello.version, 40),
    greatest(-1e12, least(1e12, extract(epoch FROM device_clock - server_clock) * 1000))::bigint,
    greatest(kiosk_hello.waiting, 0), greatest(kiosk_hello.stranded, 0), kiosk_hello.trouble)
  ON CONFLICT (kiosk_id) DO UPDATE SET last_seen_at = excluded.last_seen_at, version = excluded.version,
    clock_skew_ms = excluded.clock_skew_ms, waiting = excluded.waiting, stranded = excluded.stranded,
    trouble = excluded.trouble;
  -- Once a minute, so that whoever watches does not take a kiosk for silent that is not.
  IF before.kiosk_id IS NULL OR date_trunc('minute', before.last_seen_at) <> date_trunc('minute', server_clock)
     OR (before.version, before.waiting, before.stranded, before.trouble) IS DISTINCT FROM
       (left(kiosk_hello.version, 40), greatest(kiosk_hello.waiting, 0), greatest(kiosk_hello.stranded, 0),
        kiosk_hello.trouble) THEN
    PERFORM medstint.announce('kiosks', 'UPDATE', ARRAY[k.school_id], ARRAY[k.id]);
  END IF;
  IF kiosk_hello.trouble IS NOT NULL AND before.trouble IS DISTINCT FROM kiosk_hello.trouble THEN
    PERFORM medstint.begin_act(k.id, NULL);
    PERFORM medstint.write_event('kiosk.in_trouble', k.school_id, 'kiosks', k.id,
      jsonb_build_object('trouble', kiosk_hello.trouble), 'HELLO', 500);
    PERFORM medstint.notify('KIOSK_IN_TROUBLE', (SELECT jsonb_agg(jsonb_build_object('user_id', a,
      'key', 'kiosk:' || k.id || ':' || kiosk_hello.trouble || ':' || current_date,
      'about', 'kiosks/' || k.id,
      'data', jsonb_build_object('kiosk', kiosk, 'site', site, 'trouble', lower(kiosk_hello.trouble))))
      FROM medstint.administrators(k.school_id) a));
    PERFORM medstint.end_act();
  END IF;
END
$$;


ALTER FUNCTION medstint.kiosk_hello(credential text, version text, device_clock timestamp with time zone, waiting integer, stranded integer, trouble text, OUT id text, OUT kiosk text, OUT school text, OUT site text, OUT location text, OUT time_zone text, OUT server_clock timestamp with time zone, OUT digit_lengths integer[], OUT other_lengths integer[]) OWNER TO medstint_owner;

--
-- Name: kiosk_punch(text, text, text, text, timestamp with time zone, jsonb); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.kiosk_punch(credential text, attempt text, key text, badge text, device_clock timestamp with time zone, said jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  outcome medstint.pin_outcomes;
  answer jsonb;
  asked jsonb;
BEGIN
  SELECT coalesce(p.answer, medstint.punch_answer(p.time_record_id, p.direction, p.punched_at)) INTO answer
  FROM public.kiosk_punches p WHERE p.id = key AND p.kiosk_id = k.id;
  IF answer IS NOT NULL THEN
    RETURN answer;
  END IF;
  outcome := medstint.pin_outcome(k, attempt);
  IF outcome.user_id IS NULL THEN
    RETURN jsonb_strip_nulls(jsonb_build_object('status', outcome.status, 'until', outcome.locked_until));
  END IF;
  SELECT jsonb_build_object('name', coalesce(u.given_name || ' ' || left(u.family_name, 1) || '.', u.name)) INTO asked
  FROM public.users u WHERE u.id = outcome.user_id;
  IF outcome.status = 'code' AND NOT said ? 'pin' THEN
    RETURN asked || '{"status": "set_pin"}';
  ELSIF said ? 'reason' AND NOT medstint.is_reason(k.school_id, said ->> 'reason') THEN
    DELETE FROM medstint.pin_outcomes o WHERE o.id = attempt;
    RETURN '{"status": "scan_again"}';
  END IF;
  PERFORM medstint.hold_punches(ARRAY[outcome.user_id]);
  PERFORM medstint.begin_act(k.id, outcome.user_id);
  IF outcome.status = 'code' THEN
    PERFORM medstint.set_pin_of(outcome.user_id, said ->> 'pin');
    PERFORM medstint.write_event('pin.set', k.school_id, 'users', outcome.user_id, '{}', 'SET', 200);
    UPDATE medstint.pin_outcomes o SET status = 'ok' WHERE o.id = attempt;
  END IF;
  answer := medstint.place_punch(k, outcome.user_id, left(badge, 200), key, clock_timestamp(), device_clock,
    false, false, said);
  PERFORM medstint.end_act();
  IF answer ->> 'status' IN ('choose', 'meal', 'stale') THEN
    RETURN asked || answer;
  END IF;
  DELETE FROM medstint.pin_outcomes o WHERE o.id = attempt;
  RETURN answer;
END
$$;


ALTER FUNCTION medstint.kiosk_punch(credential text, attempt text, key text, badge text, device_clock timestamp with time zone, said jsonb) OWNER TO medstint_owner;

--
-- Name: kiosks_of_school(text, text[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.kiosks_of_school(credential text, kiosks text[]) RETURNS text[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
BEGIN
  RETURN ARRAY(SELECT x.id FROM public.kiosks x WHERE x.school_id = k.school_id AND x.id = ANY (kiosks) ORDER BY x.id);
END
$$;


ALTER FUNCTION medstint.kiosks_of_school(credential text, kiosks text[]) OWNER TO medstint_owner;

--
-- Name: known_student_ids(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.known_student_ids() RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT coalesce(array_agg(DISTINCT x.id), '{}') FROM medstint.actor() a
  CROSS JOIN LATERAL (SELECT array_append(medstint.delegators(a.user_id), a.user_id) AS ids) people
  CROSS JOIN LATERAL (
    SELECT a.user_id AS id
    UNION ALL SELECT r.student_id FROM public.rotations r WHERE r.preceptor_id = ANY (people.ids)
    UNION ALL SELECT r.student_id FROM public.rotations r WHERE r.supervisor_id = ANY (people.ids)) x
$$;


ALTER FUNCTION medstint.known_student_ids() OWNER TO medstint_owner;

--
-- Name: last_day(timestamp with time zone, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.last_day(ends timestamp with time zone, zone text) RETURNS date
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$SELECT ((ends - interval '1 millisecond') AT TIME ZONE zone)::date$$;


ALTER FUNCTION medstint.last_day(ends timestamp with time zone, zone text) OWNER TO medstint_owner;

--
-- Name: leave_kiosk(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.leave_kiosk(credential text, attempt text, OUT status text, OUT locked_until timestamp with time zone) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  outcome constant medstint.pin_outcomes := medstint.pin_outcome(k, attempt);
BEGIN
  DELETE FROM medstint.pin_outcomes o WHERE o.id = attempt AND outcome.user_id IS NOT NULL;
  status := outcome.status;
  locked_until := outcome.locked_until;
  IF outcome.user_id IS NULL THEN
    RETURN;
  END IF;
  status := CASE WHEN outcome.status = 'ok' AND EXISTS (SELECT FROM public.users u WHERE u.id = outcome.user_id AND u.role = 'SCHOOL_ADMIN' AND u.is_active AND u.school_id = k.school_id)
    THEN 'ok' ELSE 'refused' END;
  PERFORM medstint.begin_act(k.id, outcome.user_id);
  PERFORM medstint.write_event(CASE status WHEN 'ok' THEN 'kiosk.left' ELSE 'kiosk.leave_refused' END, k.school_id, 'kiosks', k.id, '{}', 'LEAVE', CASE status WHEN 'ok' THEN 200 ELSE 403 END);
  PERFORM medstint.end_act();
END
$$;


ALTER FUNCTION medstint.leave_kiosk(credential text, attempt text, OUT status text, OUT locked_until timestamp with time zone) OWNER TO medstint_owner;

--
-- Name: listen(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.listen(token text) RETURNS SETOF text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  mine constant public.sessions := medstint.session_of(token);
  role public.user_role := (SELECT u.role FROM public.users u WHERE u.id = mine.user_id);
  today constant date := (now() AT TIME ZONE 'UTC')::date;
  name text;
BEGIN
  IF mine.id IS NULL THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  ELSIF mine.is_restricted THEN
    RAISE EXCEPTION 'the password is temporary' USING ERRCODE = 'MS428';
  ELSIF mine.locked_at IS NOT NULL THEN
    RAISE EXCEPTION 'the session is locked' USING ERRCODE = 'MS423';
  END IF;
  FOR name IN
    SELECT medstint.channel_on(heard.school, today + heard.day)
    FROM (SELECT s.school, d.day FROM medstint.channel_days(now()) d (day),
      (VALUES (CASE WHEN role = 'SUPER_ADMIN' THEN mine.active_school_id ELSE mine.school_id END),
              (CASE WHEN role IN ('SUPER_ADMIN', 'SCHOOL_ADMIN') THEN '' END)) s (school)) heard
    WHERE heard.school IS NOT NULL
    UNION ALL
    SELECT medstint.platform_channel_on(today + d.day) FROM medstint.channel_days(now()) d (day) WHERE role = 'SUPER_ADMIN'
  LOOP
    EXECUTE format('LISTEN %I', name);
    RETURN NEXT name;
  END LOOP;
END
$$;


ALTER FUNCTION medstint.listen(token text) OWNER TO medstint_owner;

--
-- Name: location_verdict(text, numeric, numeric, real); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.location_verdict(site text, punch_latitude numeric, punch_longitude numeric, accuracy real) RETURNS TABLE(verdict text, location text, distance_m double precision, radius_m integer)
    LANGUAGE sql STABLE
    AS $$
  SELECT CASE
      WHEN punch_latitude IS NULL THEN 'NONE'
      WHEN n.id IS NULL THEN 'UNCONFIGURED'
      WHEN n.d - least(coalesce(accuracy, 100), 100) > n.radius_m THEN 'OUTSIDE'
      WHEN accuracy > 100 THEN 'POOR'
      WHEN n.d + accuracy <= n.radius_m THEN 'INSIDE'
      WHEN n.d <= n.radius_m THEN 'LIKELY'
      ELSE 'UNCERTAIN' END,
    n.name, n.d, n.radius_m
  FROM (SELECT) AS once
  LEFT JOIN LATERAL (
    SELECT l.id, l.name, l.radius_m,
      medstint.distance_m(punch_latitude::float8, punch_longitude::float8, l.latitude::float8, l.longitude::float8) AS d
    FROM public.clinical_site_locations l
    WHERE l.clinical_site_id = site AND l.is_active AND punch_latitude IS NOT NULL
    ORDER BY d, l.id LIMIT 1) n ON true
$$;


ALTER FUNCTION medstint.location_verdict(site text, punch_latitude numeric, punch_longitude numeric, accuracy real) OWNER TO medstint_owner;

--
-- Name: lock_session(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.lock_session() RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  me constant record := medstint.actor();
BEGIN
  IF me.session_id IS NULL THEN
    RETURN false;
  END IF;
  PERFORM medstint.write_event('auth.locked', me.school_id, 'sessions', me.session_id, '{}', 'LOCK', 200);
  UPDATE public.sessions s SET locked_at = clock_timestamp(), updated_at = now() WHERE s.id = me.session_id;
  RETURN true;
END
$$;


ALTER FUNCTION medstint.lock_session() OWNER TO medstint_owner;

--
-- Name: locked_session(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.locked_session(token text, OUT name text, OUT email text) RETURNS record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT u.name, u.email FROM medstint.session_of(token) s JOIN public.users u ON u.id = s.user_id WHERE s.locked_at IS NOT NULL
$$;


ALTER FUNCTION medstint.locked_session(token text, OUT name text, OUT email text) OWNER TO medstint_owner;

--
-- Name: make_enrolment_code(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.make_enrolment_code(kiosk text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  me constant record := medstint.actor();
  random constant bytea := decode(medstint.random_token(), 'hex');
  code text;
BEGIN
  IF me.role IS NULL OR me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN')
     OR NOT EXISTS (SELECT FROM public.kiosks k WHERE k.id = kiosk AND k.school_id = me.school_id) THEN
    RAISE EXCEPTION 'administrators enrol kiosks' USING ERRCODE = 'MS403', CONSTRAINT = 'kiosks_administrators_enrol';
  END IF;
  SELECT string_agg(substr('ABCDEFGHJKMNPQRSTVWXYZ0123456789', get_byte(random, n) % 32 + 1, 1) || CASE WHEN n IN (3, 7) THEN '-' ELSE '' END, '' ORDER BY n)
  INTO code FROM generate_series(0, 11) n;
  UPDATE public.kiosks k SET enrolment_hash = encode(sha256(convert_to(replace(code, '-', ''), 'UTF8')), 'hex'), enrolment_expires_at = now() + interval '24 hours',
    code_made_by = medstint.possible_actors(me.user_id)
  WHERE k.id = kiosk;
  PERFORM medstint.write_event('kiosk.code_made', me.school_id, 'kiosks', kiosk, '{}', 'ENROL', 200);
  RETURN code;
END
$$;


ALTER FUNCTION medstint.make_enrolment_code(kiosk text) OWNER TO medstint_owner;

--
-- Name: make_pin_code(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.make_pin_code(who text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  lengths constant integer[] := medstint.pin_lengths((SELECT u.school_id FROM public.users u WHERE u.id = who));
  digits constant bigint := ('x' || left(medstint.random_token(), 12))::bit(48)::bigint % 100000000;
  code constant text := right(lpad(digits::text, 8, '0'), lengths[cardinality(lengths)]);
BEGIN
  IF NOT medstint.administers(who) THEN
    RAISE EXCEPTION 'user %: not yours to give a PIN', who USING ERRCODE = 'MS403',
      CONSTRAINT = 'pins_given_by_administrators';
  END IF;
  INSERT INTO medstint.pins AS p (user_id, code_hash, code_expires_at)
  VALUES (who, medstint.pin_hash(code), now() + interval '7 days')
  ON CONFLICT (user_id) DO UPDATE SET code_hash = excluded.code_hash, code_expires_at = excluded.code_expires_at;
  PERFORM medstint.write_event('pin.code_made', u.school_id, 'users', who, '{}', 'MAKE', 200)
  FROM public.users u WHERE u.id = who;
  RETURN code;
END
$$;


ALTER FUNCTION medstint.make_pin_code(who text) OWNER TO medstint_owner;

--
-- Name: may_administer(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.may_administer(school text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT medstint.is_trusted() OR medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') AND coalesce(school = medstint.current_school_id(), false)
$$;


ALTER FUNCTION medstint.may_administer(school text) OWNER TO medstint_owner;

--
-- Name: meal_after_h(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.meal_after_h(school text) RETURNS numeric
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT (x.value #>> '{}')::numeric FROM public.school_policies p, LATERAL (SELECT medstint.jsonb_or_empty(p.thresholds) -> 'meal_after_h' AS value) x
  WHERE p.school_id = school AND x.value #>> '{}' ~ '^[0-9]{1,2}(\.[0-9]{1,2})?$'
$_$;


ALTER FUNCTION medstint.meal_after_h(school text) OWNER TO medstint_owner;

--
-- Name: missing_since(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.missing_since() RETURNS timestamp with time zone
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT now() - make_interval(mins => (t.missing_d * 1440)::integer) FROM medstint.thresholds(medstint.current_school_id()) t
$$;


ALTER FUNCTION medstint.missing_since() OWNER TO medstint_owner;

--
-- Name: name_punchers(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.name_punchers() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  NEW.possible_punchers := ARRAY(
    SELECT unnest(medstint.possible_punchers(NEW.kiosk_id, NEW.student_id, NEW.punched_at, true))
    UNION SELECT unnest(k.enrolled_by) FROM medstint.kiosk_acts a JOIN public.kiosks k ON k.id = a.kiosk_id
    WHERE a.transaction_id = pg_current_xact_id_if_assigned());
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.name_punchers() OWNER TO medstint_owner;

--
-- Name: neighbours(text[], text[], text[], text[], timestamp with time zone[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.neighbours(students text[], schools text[], addresses text[], devices text[], punches timestamp with time zone[]) RETURNS SETOF text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'on'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
  RETURN QUERY
  SELECT t.id FROM public.time_records t WHERE t.student_id = ANY (students) AND t.status = 'PENDING'
  UNION
  SELECT t.id FROM unnest(schools, addresses, devices, punches) p (school, address, device, at)
  JOIN public.time_records t ON t.clock_in_ip_address = p.address AND t.clock_in_source <> 'KIOSK' AND t.clock_in_user_agent = p.device
    AND t.school_id = p.school AND t.clock_in BETWEEN p.at - interval '1 hour' AND p.at + interval '1 hour' AND t.status = 'PENDING'
  UNION
  SELECT t.id FROM unnest(schools, addresses, devices, punches) p (school, address, device, at)
  JOIN public.time_records t ON t.clock_out_ip_address = p.address AND t.clock_out_source IS DISTINCT FROM 'KIOSK' AND t.clock_out_user_agent = p.device
    AND t.school_id = p.school AND t.clock_out BETWEEN p.at - interval '1 hour' AND p.at + interval '1 hour' AND t.status = 'PENDING';
END
$$;


ALTER FUNCTION medstint.neighbours(students text[], schools text[], addresses text[], devices text[], punches timestamp with time zone[]) OWNER TO medstint_owner;

--
-- Name: newest_change(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.newest_change(who text, OUT era bigint, OUT number bigint) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
BEGIN
  SELECT c.era, c.number INTO era, number FROM medstint.password_changes c WHERE c.user_id = who
  ORDER BY c.era DESC, c.number DESC LIMIT 1;
  era := coalesce(era, 0);
  number := coalesce(number, 0);
END
$$;


ALTER FUNCTION medstint.newest_change(who text, OUT era bigint, OUT number bigint) OWNER TO medstint_owner;

--
-- Name: note_account(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.note_account() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  changes_password boolean;
  changes_identity boolean;
  is_by_other boolean := false;
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM medstint.end_credential(OLD.user_id, 'provider', OLD.provider_id, true);
    RETURN NULL;
  END IF;
  -- An upsert comes here twice: what is there already is an update.
  IF TG_OP = 'INSERT' AND EXISTS (SELECT FROM public.accounts a
      WHERE a.user_id = NEW.user_id AND a.provider_id = NEW.provider_id) THEN
    RETURN NEW;
  END IF;
  changes_password := TG_OP = 'INSERT' AND NEW.password IS NOT NULL
    OR TG_OP = 'UPDATE' AND NEW.password IS DISTINCT FROM OLD.password;
  changes_identity := NEW.provider_id <> 'credential' AND (TG_OP = 'INSERT'
    OR (NEW.provider_id, NEW.account_id, NEW.user_id) IS DISTINCT FROM (OLD.provider_id, OLD.account_id, OLD.user_id));
  IF changes_password THEN
    -- The first way in of somebody who never signed in is no change.
    is_by_other := coalesce((SELECT c.is_temporary FROM medstint.password_changes c
      WHERE c.user_id = NEW.user_id AND NOT c.is_applied AND c.password = NEW.password),
      medstint.note_credential_change(NEW.user_id, 'password', '', false, TG_OP = 'INSERT'
      AND NOT EXISTS (SELECT FROM public.accounts a WHERE a.user_id = NEW.user_id AND a.id <> NEW.id)
      AND NOT EXISTS (SELECT FROM public.sessions x WHERE x.user_id = NEW.user_id)));
    NEW.is_temporary := is_by_other;
  END IF;
  IF TG_OP = 'UPDATE' AND changes_identity THEN
    PERFORM medstint.end_credential(OLD.user_id, 'provider', OLD.provider_id, true);
  END IF;
  IF changes_identity THEN
    is_by_other := medstint.note_credential_change(NEW.user_id, 'provider', NEW.provider_id, true, false);
  END IF;
  IF (changes_password OR changes_identity) AND NOT is_by_other AND medstint.is_trusted() THEN
    UPDATE medstint.credential_changes c SET changed_at = clock_timestamp()
    WHERE c.user_id = NEW.user_id AND c.kind = 'email' AND c.stands;
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.note_account() OWNER TO medstint_owner;

--
-- Name: note_badge(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.note_badge() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM medstint.note_credential_change(NEW.id, 'badge', '', false,
    (OLD.badge IS NULL OR NEW.badge IS NOT DISTINCT FROM OLD.badge)
    AND (OLD.student_id IS NULL OR NEW.student_id IS NOT DISTINCT FROM OLD.student_id));
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.note_badge() OWNER TO medstint_owner;

--
-- Name: note_credential_change(text, text, text, boolean, boolean); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.note_credential_change(who text, what text, which text, is_standing boolean, is_first boolean) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  actor constant text := medstint.acting_user_id();
  person record;
BEGIN
  -- Nobody in particular is the operator's tool, or a client that names no person.
  IF actor IS NULL OR actor = who THEN
    RETURN false;
  END IF;
  INSERT INTO medstint.credential_changes (user_id, changed_by, kind, item, stands)
  VALUES (who, actor, what, which, is_standing);
  -- A kiosk sends punches of the last sixty days, and a badge counts from the day before.
  DELETE FROM medstint.credential_changes c
  WHERE c.user_id = who AND NOT c.stands AND c.changed_at < now() - interval '62 days';
  IF is_first THEN
    RETURN true;
  END IF;
  SELECT u.name, u.school_id, u.role <> 'STUDENT' AS is_staff INTO person FROM public.users u WHERE u.id = who;
  -- PINs, badges and numbers have events of their own.
  IF what NOT IN ('pin', 'badge') THEN
    PERFORM medstint.write_event(
      CASE WHEN person.is_staff THEN 'auth.staff_credential_changed' ELSE 'auth.credential_changed' END,
      person.school_id, 'users', who, jsonb_build_object('kind', what), 'CHANGE', 200);
  END IF;
  PERFORM medstint.notify('CREDENTIAL_CHANGED', (SELECT jsonb_agg(jsonb_build_object('user_id', told.id,
      'key', 'credential:' || gen_random_uuid(), 'about', 'users/' || who,
      'data', jsonb_build_object('actor', (SELECT u.name FROM public.users u WHERE u.id = actor),
        'person', person.name, 'kind', CASE what WHEN 'email' THEN 'address' WHEN 'pin' THEN 'PIN'
          WHEN 'badge' THEN 'badge or number' ELSE what END)))
    FROM (SELECT who AS id UNION SELECT a FROM medstint.administrators(person.school_id) a WHERE person.is_staff) told
    WHERE told.id <> actor));
  RETURN true;
END
$$;


ALTER FUNCTION medstint.note_credential_change(who text, what text, which text, is_standing boolean, is_first boolean) OWNER TO medstint_owner;

--
-- Name: note_edit(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.note_edit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  actor text;
BEGIN
  IF medstint.began(OLD) IS NOT DISTINCT FROM medstint.began(NEW)
     AND (OLD.clock_out IS NULL AND NEW.clock_out IS NULL OR medstint.ended(OLD) IS NOT DISTINCT FROM medstint.ended(NEW)) THEN
    RETURN NEW;
  END IF;
  actor := medstint.acting_user_id();
  IF medstint.began(OLD) IS NOT DISTINCT FROM medstint.began(NEW) AND OLD.clock_out IS NULL AND coalesce(actor, NEW.student_id) = NEW.student_id
     AND NOT (NEW.clock_in_source = 'KIOSK' AND NEW.clock_out_source IS NOT DISTINCT FROM 'MANUAL')
     AND (NEW.is_offline OR NEW.clock_out > now() - interval '1 hour') THEN
    RETURN NEW;
  END IF;
  NEW.edited_at := now();
  IF actor IS NOT NULL AND actor <> ALL (NEW.editors) THEN
    NEW.editors := array_append(NEW.editors, actor);
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.note_edit() OWNER TO medstint_owner;

--
-- Name: note_email(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.note_email() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM medstint.end_credential(NEW.id, 'email', '', false),
    medstint.note_credential_change(NEW.id, 'email', '', true, false);
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.note_email() OWNER TO medstint_owner;

--
-- Name: note_pin(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.note_pin() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  is_new constant boolean := TG_OP = 'INSERT';
  pin_before text;
  code_before text;
BEGIN
  IF NOT is_new THEN
    pin_before := OLD.pin_hash;
    code_before := OLD.code_hash;
  END IF;
  IF NEW.code_hash IS DISTINCT FROM code_before THEN
    PERFORM medstint.end_credential(NEW.user_id, 'pin', 'code', NEW.code_hash IS NULL);
  END IF;
  IF NEW.pin_hash IS DISTINCT FROM pin_before THEN
    PERFORM medstint.end_credential(NEW.user_id, 'pin', 'pin', false),
      medstint.note_credential_change(NEW.user_id, 'pin', 'pin', true, is_new);
  END IF;
  IF NEW.code_hash IS NOT NULL AND NEW.code_hash IS DISTINCT FROM code_before THEN
    PERFORM medstint.note_credential_change(NEW.user_id, 'pin', 'code', true, is_new);
  END IF;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.note_pin() OWNER TO medstint_owner;

--
-- Name: notify(text, jsonb); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.notify(kind text, notices jsonb) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'on'
    AS $$
  WITH told AS (
    INSERT INTO public.notifications (school_id, user_id, type, title, message, priority, category, action_url,
      dedup_key)
    SELECT u.school_id, u.id, kind, medstint.filled(t.title, n.data), medstint.filled(t.message, n.data), t.priority,
      t.category, n.about, n.key
    FROM jsonb_to_recordset(coalesce(notices, '[]')) AS n (user_id text, key text, about text, data jsonb)
    JOIN public.users u ON u.id = n.user_id AND u.is_active
    CROSS JOIN LATERAL (SELECT x.* FROM public.notification_templates x
      WHERE x.type = kind AND (x.school_id = u.school_id OR x.school_id IS NULL) ORDER BY x.school_id NULLS LAST,
        x.id LIMIT 1) t
    WHERE t.is_active
    ORDER BY u.id, n.key
    ON CONFLICT (user_id, dedup_key) WHERE dedup_key IS NOT NULL DO NOTHING
    RETURNING 1)
  SELECT count(*) FROM told
$$;


ALTER FUNCTION medstint.notify(kind text, notices jsonb) OWNER TO medstint_owner;

--
-- Name: notify_assessments(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.notify_assessments() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  told record;
BEGIN
  FOR told IN
    SELECT n.*, o.status AS was, u.sort_name AS student, k.name AS assessor, c.name AS competency
    FROM new_rows n JOIN old_rows o USING (id)
    JOIN public.users u ON u.id = n.student_id JOIN public.users k ON k.id = n.assessor_id JOIN public.competencies c ON c.id = n.competency_id
    WHERE n.status <> o.status
  LOOP
    PERFORM medstint.notify(CASE told.status WHEN 'SUBMITTED' THEN 'ASSESSMENT_SUBMITTED' WHEN 'APPROVED' THEN 'ASSESSMENT_APPROVED' ELSE 'ASSESSMENT_RETURNED' END,
      jsonb_agg(DISTINCT jsonb_build_object('user_id', x.person, 'key', 'assessment:' || told.id || ':' || told.status || ':' || extract(epoch FROM now()), 'about', 'assessments/' || told.id,
        'data', jsonb_build_object('student', told.student, 'competency', told.competency, 'actor', told.assessor, 'score', told.score || ' of ' || told.max_score))))
    FROM (
      SELECT r.supervisor_id AS person FROM public.rotations r
      WHERE told.status = 'SUBMITTED' AND told.was = 'DRAFT' AND r.student_id = told.student_id AND r.status = 'ACTIVE' AND r.supervisor_id <> told.assessor_id
      UNION ALL
      SELECT a FROM medstint.administrators(told.school_id) a
      WHERE told.status = 'SUBMITTED' AND told.was = 'DRAFT' AND NOT EXISTS (SELECT FROM public.rotations r
        WHERE r.student_id = told.student_id AND r.status = 'ACTIVE' AND r.supervisor_id <> told.assessor_id)
      UNION ALL
      SELECT unnest(ARRAY[told.student_id, told.assessor_id]) WHERE told.status = 'APPROVED'
      UNION ALL
      SELECT told.assessor_id WHERE told.status = 'DRAFT') x;
  END LOOP;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.notify_assessments() OWNER TO medstint_owner;

--
-- Name: notify_assigned(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.notify_assigned() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM medstint.notify('COMPETENCIES_ASSIGNED', jsonb_agg(jsonb_build_object('user_id', x.user_id, 'key', 'assigned:' || x.first, 'about', 'competency_assignments/' || x.first,
    'data', jsonb_build_object('count', x.number, 'competency', x.name))))
  FROM (SELECT n.user_id, count(*) AS number, min(n.id) AS first, min(c.name) AS name
        FROM new_rows n JOIN public.competencies c ON c.id = n.competency_id GROUP BY n.user_id) x;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.notify_assigned() OWNER TO medstint_owner;

--
-- Name: notify_booked(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.notify_booked() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'off'
    SET jit TO 'off'
    AS $$
DECLARE
  sites text[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(DISTINCT n.clinical_site_id) INTO sites FROM new_rows n WHERE n.status IN ('SCHEDULED', 'ACTIVE');
  ELSE
    -- Not for the hours, which every decision changes.
    SELECT array_agg(DISTINCT n.clinical_site_id) INTO sites FROM new_rows n JOIN old_rows o USING (id)
    WHERE n.status IN ('SCHEDULED', 'ACTIVE')
      AND (n.clinical_site_id, n.start_date, n.end_date) IS DISTINCT FROM (o.clinical_site_id, o.start_date, o.end_date);
  END IF;
  IF sites IS NOT NULL THEN
    PERFORM medstint.tell_over_capacity(sites);
  END IF;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.notify_booked() OWNER TO medstint_owner;

--
-- Name: notify_capacity(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.notify_capacity() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  sites text[];
BEGIN
  SELECT array_agg(n.id) INTO sites FROM new_rows n JOIN old_rows o USING (id) WHERE n.capacity < o.capacity;
  IF sites IS NOT NULL THEN
    PERFORM medstint.tell_over_capacity(sites);
  END IF;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.notify_capacity() OWNER TO medstint_owner;

--
-- Name: notify_decisions(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.notify_decisions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
DECLARE
  approved jsonb;
  rejected jsonb;
  undone jsonb;
BEGIN
  WITH changed AS MATERIALIZED (SELECT n.* FROM new_rows n FULL JOIN old_rows o ON o.id = n.id WHERE n.status IS DISTINCT FROM o.status)
  SELECT jsonb_agg(DISTINCT jsonb_build_object('user_id', x.student_id, 'key', 'approved:' || x.today, 'about', NULL,
             'data', jsonb_build_object('actor', x.actor, 'date', x.today))) FILTER (WHERE x.status = 'APPROVED'),
         jsonb_agg(jsonb_build_object('user_id', x.student_id, 'key', 'rejected:' || x.id || ':' || x.version, 'about', 'time_records/' || x.id,
             'data', jsonb_build_object('actor', x.actor, 'date', x.day, 'reason', x.reason))) FILTER (WHERE x.status = 'REJECTED'),
         jsonb_agg(jsonb_build_object('user_id', x.student_id, 'key', 'undone:' || x.id || ':' || x.version, 'about', 'time_records/' || x.id,
             'data', jsonb_build_object('date', x.day))) FILTER (WHERE x.status = 'PENDING')
  INTO approved, rejected, undone
  FROM (SELECT n.id, n.status, n.version, n.student_id, u.name AS actor, to_char(medstint.day_of(now(), s.time_zone), 'YYYY-MM-DD') AS today,
               to_char(medstint.day_of(n.clock_in, s.time_zone), 'YYYY-MM-DD') AS day,
               concat_ws(': ', lower(replace(n.decision_reason_code::text, '_', ' ')), n.decision_reason) AS reason
        FROM changed n
        JOIN public.clinical_sites s ON s.id = n.clinical_site_id
        LEFT JOIN public.users u ON u.id = n.approved_by) x;
  IF approved IS NOT NULL OR rejected IS NOT NULL OR undone IS NOT NULL THEN
    PERFORM medstint.notify('HOURS_APPROVED', approved), medstint.notify('TIME_RECORD_REJECTED', rejected), medstint.notify('DECISION_UNDONE', undone);
  END IF;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.notify_decisions() OWNER TO medstint_owner;

--
-- Name: own_rotation_ids(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.own_rotation_ids() RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT coalesce(array_agg(DISTINCT r.id), '{}') FROM medstint.actor() a
  CROSS JOIN LATERAL (SELECT array_append(medstint.delegators(a.user_id), a.user_id) AS ids) people
  CROSS JOIN LATERAL (
    SELECT x.id FROM public.rotations x WHERE x.student_id = a.user_id
    UNION ALL SELECT x.id FROM public.rotations x WHERE x.preceptor_id = ANY (people.ids)
    UNION ALL SELECT x.id FROM public.rotations x WHERE x.supervisor_id = ANY (people.ids)) r
$$;


ALTER FUNCTION medstint.own_rotation_ids() OWNER TO medstint_owner;

--
-- Name: own_student_ids(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.own_student_ids() RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT coalesce(array_agg(DISTINCT x.id), '{}') FROM medstint.actor() a
  CROSS JOIN LATERAL (
    SELECT a.user_id AS id
    UNION ALL SELECT r.student_id FROM public.rotations r WHERE a.user_id IN (r.preceptor_id, r.supervisor_id)) x
$$;


ALTER FUNCTION medstint.own_student_ids() OWNER TO medstint_owner;

--
-- Name: password_hash(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.password_hash(password text) RETURNS text
    LANGUAGE sql STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$SELECT medstint.crypt(password, medstint.gen_salt('bf', 12))$$;


ALTER FUNCTION medstint.password_hash(password text) OWNER TO medstint_owner;

--
-- Name: password_hash_of(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.password_hash_of(password text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF length(password) < 12 OR octet_length(password) > 72 THEN
    RAISE EXCEPTION 'a password has 12 characters or more and at most 72 bytes'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_password_length';
  END IF;
  RETURN medstint.password_hash(password);
END
$$;


ALTER FUNCTION medstint.password_hash_of(password text) OWNER TO medstint_owner;

--
-- Name: password_matches(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.password_matches(password text, hash text) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$SELECT hash LIKE '$2a$%' AND medstint.crypt(password, hash) = hash$_$;


ALTER FUNCTION medstint.password_matches(password text, hash text) OWNER TO medstint_owner;

--
-- Name: password_of(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.password_of(who text, OUT hash text, OUT is_temporary boolean) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
BEGIN
  SELECT c.password, c.is_temporary INTO hash, is_temporary FROM medstint.password_changes c
  WHERE c.user_id = who AND NOT c.is_applied ORDER BY c.number DESC LIMIT 1;
  IF NOT FOUND THEN
    SELECT a.password, a.is_temporary INTO hash, is_temporary FROM public.accounts a
    WHERE a.user_id = who AND a.provider_id = 'credential';
  END IF;
END
$$;


ALTER FUNCTION medstint.password_of(who text, OUT hash text, OUT is_temporary boolean) OWNER TO medstint_owner;

--
-- Name: password_tried(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.password_tried(password text, hash text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$SELECT medstint.crypt(password, hash)$$;


ALTER FUNCTION medstint.password_tried(password text, hash text) OWNER TO medstint_owner;

--
-- Name: search_key(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.search_key(typed text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (octet_length(typed) = length(typed)) THEN lower((typed COLLATE "C")) ELSE translate(medstint.folded_letters(typed), '’‘‛ʼʹ′´“”„″‐‑‒–—−   '::text, '''''''''''''''""""------   '::text) END;


ALTER FUNCTION medstint.search_key(typed text) OWNER TO medstint_owner;

--
-- Name: users; Type: TABLE; Schema: public; Owner: medstint_owner
--

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
    CONSTRAINT users_email_is_address CHECK (((email = medstint.case_folded(email)) AND (email ~~ '_%@_%'::text) AND (POSITION((' '::text) IN (email)) = 0))),
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


ALTER TABLE public.users OWNER TO medstint_owner;

--
-- Name: person_at_door(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.person_at_door(school text, badge text) RETURNS public.users
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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


ALTER FUNCTION medstint.person_at_door(school text, badge text) OWNER TO medstint_owner;

--
-- Name: pin_hash(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.pin_hash(pin text) RETURNS text
    LANGUAGE sql STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$SELECT medstint.crypt(pin, medstint.gen_salt('bf', 8))$$;


ALTER FUNCTION medstint.pin_hash(pin text) OWNER TO medstint_owner;

--
-- Name: pin_lengths(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.pin_lengths(school text) RETURNS integer[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT coalesce(array_agg(n ORDER BY n) FILTER (WHERE n <> ALL (f.digit_lengths)), '{4,5,6,7,8}')
  FROM medstint.badge_forms(school) f CROSS JOIN generate_series(4, 8) n
$$;


ALTER FUNCTION medstint.pin_lengths(school text) OWNER TO medstint_owner;

--
-- Name: pin_outcomes; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

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


ALTER TABLE medstint.pin_outcomes OWNER TO medstint_owner;

--
-- Name: pin_outcome(public.kiosks, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.pin_outcome(k public.kiosks, attempt text) RETURNS medstint.pin_outcomes
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  outcome medstint.pin_outcomes;
BEGIN
  SELECT o.* INTO outcome FROM medstint.pin_outcomes o
  WHERE o.id = attempt AND o.kiosk_id = k.id AND o.counted_in <> pg_current_xact_id()
    AND o.counted_at > clock_timestamp() - interval '5 minutes';
  IF medstint.pin_verdict(outcome) IN ('ok', 'code') THEN
    SELECT o.* INTO outcome FROM medstint.pin_outcomes o WHERE o.id = attempt FOR UPDATE;
  END IF;
  IF outcome.id IS NULL THEN
    RAISE EXCEPTION 'there is no such attempt, or it has not been committed' USING ERRCODE = 'MS409',
      CONSTRAINT = 'sign_in_commit_first';
  END IF;
  outcome.status := medstint.pin_verdict(outcome);
  IF outcome.status IN ('ok', 'code') THEN
    UPDATE medstint.pin_attempts a SET failures = 0 WHERE a.subject = outcome.subject;
    UPDATE medstint.pin_outcomes o SET status = outcome.status WHERE o.id = attempt;
    outcome.locked_until := NULL;
    RETURN outcome;
  END IF;
  -- Those who watch write the event.
  PERFORM medstint.announce_attempt();
  outcome.user_id := NULL;
  outcome.locked_until := CASE outcome.status WHEN 'locked' THEN outcome.locked_until END;
  RETURN outcome;
END
$$;


ALTER FUNCTION medstint.pin_outcome(k public.kiosks, attempt text) OWNER TO medstint_owner;

--
-- Name: pin_tried(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.pin_tried(pin text, hash text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$SELECT medstint.crypt(pin, hash)$$;


ALTER FUNCTION medstint.pin_tried(pin text, hash text) OWNER TO medstint_owner;

--
-- Name: pin_verdict(medstint.pin_outcomes); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.pin_verdict(outcome medstint.pin_outcomes) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  known medstint.pins;
BEGIN
  IF outcome.status <> 'counted' THEN
    RETURN outcome.status;
  END IF;
  SELECT p.* INTO known FROM medstint.pins p JOIN public.users u ON u.id = p.user_id AND u.is_active
  JOIN public.kiosks k ON k.id = outcome.kiosk_id AND k.school_id = u.school_id
  WHERE p.user_id = outcome.user_id;
  RETURN CASE WHEN outcome.tried_pin = known.pin_hash THEN 'ok'
    WHEN outcome.tried_code = known.code_hash AND known.code_expires_at > clock_timestamp() THEN 'code'
    WHEN outcome.failures >= 5 THEN 'locked' ELSE 'refused' END;
END
$$;


ALTER FUNCTION medstint.pin_verdict(outcome medstint.pin_outcomes) OWNER TO medstint_owner;

--
-- Name: place_punch(public.kiosks, text, text, text, timestamp with time zone, timestamp with time zone, boolean, boolean, jsonb); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.place_punch(k public.kiosks, student text, badge text, key text, at timestamp with time zone, device_clock timestamp with time zone, offline boolean, unverified boolean, said jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  device constant text := 'medstint-kiosk ' || k.name;
  address constant text := coalesce(host(inet_client_addr()), 'kiosk');
  punchers constant text[] := medstint.possible_punchers(k.id, student, at, offline);
  who public.users;
  last public.kiosk_punches;
  held public.time_records;
  place record;
  choice record;
  answer jsonb;
  direction text;
  record_id text;
  left_at timestamptz;
BEGIN
  SELECT u.* INTO who FROM public.users u WHERE u.id = student AND u.school_id = k.school_id;
  IF who.id IS NULL OR who.role <> 'STUDENT' OR NOT who.is_active OR who.academic_status IN ('SUSPENDED', 'GRADUATED', 'WITHDRAWN') THEN
    RETURN jsonb_build_object('status', 'not_a_student');
  END IF;

  SELECT p.* INTO last FROM public.kiosk_punches p
  WHERE p.student_id = student AND p.status = 'RECORDED' AND p.punched_at BETWEEN at - interval '60 seconds' AND at + interval '60 seconds'
  ORDER BY p.punched_at DESC LIMIT 1;
  IF last.id IS NOT NULL THEN
    answer := coalesce(last.answer, medstint.punch_answer(last.time_record_id, last.direction, last.punched_at),
      jsonb_build_object('status', lower(last.direction))) || '{"repeated": true}';
    INSERT INTO public.kiosk_punches (id, school_id, kiosk_id, clinical_site_id, badge, student_id, punched_at, device_clock, is_offline, clock_is_unverified,
      status, direction, time_record_id, answer)
    VALUES (key, k.school_id, k.id, k.clinical_site_id, badge, student, at, device_clock, offline, unverified,
      'REPEATED', last.direction, last.time_record_id, answer);
    RETURN answer;
  END IF;

  SELECT t.* INTO held FROM public.time_records t
  WHERE t.student_id = student AND t.clock_out IS NULL AND t.status = 'PENDING' AND t.clock_in <= at
  ORDER BY t.clock_in DESC, t.id DESC LIMIT 1 FOR NO KEY UPDATE;
  -- Only what was kept can come too late.
  IF offline AND EXISTS (SELECT FROM public.time_records t WHERE t.student_id = student AND t.status <> 'REJECTED'
      AND t.id IS DISTINCT FROM held.id AND coalesce(t.clock_out, t.clock_in) > at) THEN
    RETURN jsonb_build_object('status', 'out_of_order');
  END IF;

  SELECT coalesce((said ->> 'latitude')::numeric, l.latitude) AS latitude, coalesce((said ->> 'longitude')::numeric, l.longitude) AS longitude,
    CASE WHEN said ? 'latitude' THEN (said ->> 'accuracy_m')::real ELSE 0 END AS accuracy INTO place
  FROM (SELECT) AS once LEFT JOIN public.clinical_site_locations l ON l.id = k.location_id;
  IF EXISTS (SELECT FROM medstint.location_verdict(k.clinical_site_id, place.latitude, place.longitude, place.accuracy) v
      JOIN public.clinical_site_locations l ON l.clinical_site_id = k.clinical_site_id AND l.name = v.location
      WHERE v.verdict = 'OUTSIDE' AND l.is_strict) THEN
    RETURN jsonb_build_object('status', 'outside');
  END IF;

  -- Also one of another site, which somebody left without telling.
  IF held.clinical_site_id <> k.clinical_site_id OR held.clock_in < at - (SELECT make_interval(mins => (l.open_too_long_h * 60)::integer) FROM medstint.thresholds(k.school_id) l) THEN
    left_at := (said ->> 'left_at')::timestamptz;
    IF left_at IS NULL OR left_at <= held.clock_in OR left_at > at OR btrim(coalesce(said ->> 'reason', '')) = '' THEN
      RETURN jsonb_build_object('status', 'stale', 'since', held.clock_in);
    END IF;
    UPDATE public.time_records t SET possible_punchers = ARRAY(SELECT DISTINCT unnest(t.possible_punchers || punchers)),
      clock_out = left_at, clock_out_source = 'MANUAL', clock_out_ip_address = address, clock_out_user_agent = device,
      notes = concat_ws(E'\n', nullif(t.notes, ''), 'Told at the kiosk: ' || left(btrim(said ->> 'reason'), 500))
    WHERE t.id = held.id;
    held := NULL;
  END IF;

  IF held.id IS NOT NULL THEN
    IF NOT offline AND NOT said ? 'meal_min' AND at - held.clock_in >= make_interval(mins => (medstint.meal_after_h(k.school_id) * 60)::integer) THEN
      RETURN jsonb_build_object('status', 'meal', 'since', held.clock_in);
    END IF;
    UPDATE public.time_records t SET possible_punchers = ARRAY(SELECT DISTINCT unnest(t.possible_punchers || punchers)),
      clock_out = at, clock_out_source = 'KIOSK', clock_out_latitude = place.latitude, clock_out_longitude = place.longitude,
      clock_out_accuracy_m = CASE WHEN place.latitude IS NOT NULL THEN place.accuracy END, clock_out_ip_address = address, clock_out_user_agent = device,
      meal_break_min = (said ->> 'meal_min')::smallint, is_offline = t.is_offline OR offline, clock_is_unverified = t.clock_is_unverified OR unverified
    WHERE t.id = held.id;
    record_id := held.id;
  ELSE
    SELECT array_agg(r.id) AS ids, jsonb_agg(jsonb_build_object('id', r.id, 'name', r.specialty) ORDER BY r.specialty, r.id) AS offers INTO choice
    FROM public.rotations r
    WHERE r.student_id = student AND r.clinical_site_id = k.clinical_site_id AND r.status = 'ACTIVE' AND r.start_date <= at AND r.end_date > at
      AND r.id = coalesce(said ->> 'rotation', r.id);
    IF choice.ids IS NULL THEN
      RETURN jsonb_build_object('status', 'no_rotation', 'elsewhere', (SELECT string_agg(DISTINCT s.name, ', ') FROM public.rotations r
        JOIN public.clinical_sites s ON s.id = r.clinical_site_id WHERE r.student_id = student AND r.status = 'ACTIVE' AND r.start_date <= at AND r.end_date > at));
    ELSIF cardinality(choice.ids) > 1 THEN
      RETURN jsonb_build_object('status', 'choose', 'offers', choice.offers);
    END IF;
    INSERT INTO public.time_records (student_id, rotation_id, clinical_site_id, clock_in, clock_in_source, clock_in_latitude, clock_in_longitude, clock_in_accuracy_m,
      clock_in_ip_address, clock_in_user_agent, is_offline, clock_is_unverified, possible_punchers)
    VALUES (student, choice.ids[1], k.clinical_site_id, at, 'KIOSK', place.latitude, place.longitude, CASE WHEN place.latitude IS NOT NULL THEN place.accuracy END,
      address, device, offline, unverified, punchers)
    RETURNING id INTO record_id;
  END IF;
  direction := CASE WHEN held.id IS NULL THEN 'IN' ELSE 'OUT' END;
  IF NOT offline THEN
    answer := medstint.punch_answer(record_id, direction, at);
  END IF;
  INSERT INTO public.kiosk_punches (id, school_id, kiosk_id, clinical_site_id, badge, student_id, punched_at, device_clock, is_offline, clock_is_unverified,
    status, direction, time_record_id, answer)
  VALUES (key, k.school_id, k.id, k.clinical_site_id, badge, student, at, device_clock, offline, unverified,
    'RECORDED', direction, record_id, answer);
  RETURN coalesce(answer, jsonb_build_object('status', lower(direction)));
END
$$;


ALTER FUNCTION medstint.place_punch(k public.kiosks, student text, badge text, key text, at timestamp with time zone, device_clock timestamp with time zone, offline boolean, unverified boolean, said jsonb) OWNER TO medstint_owner;

--
-- Name: platform_channel_on(date); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.platform_channel_on(day date) RETURNS text
    LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (
    SELECT 'm' || left(encode(sha256(k.secret
      || convert_to(to_char(day, 'YYYY-MM-DD') || '/platform', 'UTF8')), 'hex'), 48)
    FROM medstint.channel_secret k);
END
$$;


ALTER FUNCTION medstint.platform_channel_on(day date) OWNER TO medstint_owner;

--
-- Name: policy(text, text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.policy(school text, key text, otherwise text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT coalesce((SELECT p.thresholds::jsonb ->> key FROM public.school_policies p WHERE p.school_id = school), otherwise)
$$;


ALTER FUNCTION medstint.policy(school text, key text, otherwise text) OWNER TO medstint_owner;

--
-- Name: possible_actors(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.possible_actors(person text) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  -- The clock, also where a transaction was kept open; once, since an index finds what is later.
  since constant timestamptz := clock_timestamp() - interval '1 day';
BEGIN
  RETURN ARRAY(
    WITH RECURSIVE actors AS (
      SELECT person AS id
      UNION SELECT c.changed_by FROM actors a CROSS JOIN LATERAL (
        SELECT x.changed_by FROM medstint.credential_changes x
        WHERE x.user_id = a.id AND x.changed_at > since
        UNION ALL SELECT x.changed_by FROM medstint.credential_changes x
        WHERE x.user_id = a.id AND x.stands AND x.kind = 'provider') c)
    SELECT a.id FROM actors a);
END
$$;


ALTER FUNCTION medstint.possible_actors(person text) OWNER TO medstint_owner;

--
-- Name: possible_punchers(text, text, timestamp with time zone, boolean); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.possible_punchers(kiosk text, student text, at timestamp with time zone, offline boolean) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF offline THEN
    RETURN ARRAY(SELECT unnest(k.enrolled_by) FROM public.kiosks k WHERE k.id = kiosk
      -- Until now: a badge is looked up when its punch arrives.
      UNION SELECT c.changed_by FROM medstint.credential_changes c
      WHERE c.user_id = student AND c.kind = 'badge' AND c.changed_at > at - interval '1 day');
  END IF;
  RETURN ARRAY(SELECT DISTINCT c.changed_by FROM medstint.credential_changes c
    WHERE c.user_id = student AND c.kind = 'pin' AND c.item = 'pin' AND c.stands);
END
$$;


ALTER FUNCTION medstint.possible_punchers(kiosk text, student text, at timestamp with time zone, offline boolean) OWNER TO medstint_owner;

--
-- Name: propose_correction(text, integer, timestamp with time zone, timestamp with time zone, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.propose_correction(record text, seen integer, new_in timestamp with time zone, new_out timestamp with time zone, why text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  me record;
  t public.time_records;
  made text;
BEGIN
  SELECT w.* INTO me FROM medstint.working_on(record) w;
  IF me.person IS NULL OR NOT (me.decides OR me.is_own) THEN
    RAISE EXCEPTION 'not theirs to correct' USING ERRCODE = 'MS403', CONSTRAINT = 'time_record_corrections_who_may';
  END IF;
  SELECT x.* INTO t FROM public.time_records x WHERE x.id = record FOR NO KEY UPDATE;
  IF t.status <> 'PENDING' THEN
    RAISE EXCEPTION 'the record is decided' USING ERRCODE = 'MS409',
      CONSTRAINT = 'time_record_corrections_while_pending';
  ELSIF t.version IS DISTINCT FROM seen THEN
    RAISE EXCEPTION 'the record has changed' USING ERRCODE = 'MS409', CONSTRAINT = 'time_record_corrections_as_seen';
  ELSIF new_in > now() + interval '60 seconds' OR new_out > now() + interval '60 seconds' THEN
    RAISE EXCEPTION 'it lies in the future' USING ERRCODE = 'MS422',
      CONSTRAINT = 'time_record_corrections_not_in_the_future';
  END IF;
  INSERT INTO public.time_record_corrections (school_id, time_record_id, old_clock_in, old_clock_out, clock_in,
    clock_out, reason, proposed_by)
  VALUES (me.school, record, t.clock_in, t.clock_out, new_in, new_out, why, me.person) RETURNING id INTO made;
  PERFORM medstint.notify('CORRECTION_PROPOSED',
    (SELECT jsonb_agg(jsonb_build_object('user_id', a, 'key', 'correction:' || made,
      'about', 'time_records/' || record, 'data',
        jsonb_build_object('student', u.sort_name, 'date', me.day, 'actor', me.name, 'reason', why)))
    FROM medstint.administrators(me.school) a, public.users u WHERE u.id = me.student AND a <> me.person));
  -- The record was locked: whoever computed flags meanwhile left it to us.
  PERFORM medstint.reflag(ARRAY[record]);
  RETURN made;
END
$$;


ALTER FUNCTION medstint.propose_correction(record text, seen integer, new_in timestamp with time zone, new_out timestamp with time zone, why text) OWNER TO medstint_owner;

--
-- Name: punch_answer(text, text, timestamp with time zone); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.punch_answer(record text, direction text, at timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT jsonb_build_object('status', lower(direction), 'at', at, 'name', coalesce(u.given_name || ' ' || left(u.family_name, 1) || '.', u.name),
    'site', s.name, 'rotation', r.specialty, 'required_h', r.required_hours, 'open_since', CASE WHEN direction = 'OUT' THEN t.clock_in END,
    -- What lies within the day of the site, also of a shift that began the day before.
    'today_ms', (SELECT coalesce(sum(extract(epoch FROM least(o.clock_out, at) - greatest(o.clock_in, medstint.day_start(medstint.day_of(at, s.time_zone), s.time_zone))) * 1000), 0)::bigint
      FROM public.time_records o WHERE o.student_id = t.student_id AND o.status <> 'REJECTED' AND o.clock_out > medstint.day_start(medstint.day_of(at, s.time_zone), s.time_zone) AND o.clock_in < at),
    'rotation_ms', (SELECT coalesce(sum(o.elapsed_ms), 0) FROM public.time_records o WHERE o.rotation_id = t.rotation_id AND o.status <> 'REJECTED' AND o.elapsed_ms > 0))
  FROM public.time_records t JOIN public.users u ON u.id = t.student_id JOIN public.rotations r ON r.id = t.rotation_id
  JOIN public.clinical_sites s ON s.id = t.clinical_site_id WHERE t.id = record);
END
$$;


ALTER FUNCTION medstint.punch_answer(record text, direction text, at timestamp with time zone) OWNER TO medstint_owner;

--
-- Name: purge_audit(text, timestamp with time zone); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.purge_audit(school text, before timestamp with time zone, OUT seals bigint, OUT events bigint) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
  one public.audit_seals;
  last_number bigint;
BEGIN
  IF (before <= now() - interval '6 years') IS NOT TRUE THEN
    RAISE EXCEPTION 'events are kept for six years' USING ERRCODE = 'MS422', CONSTRAINT = 'audit_logs_kept_for_six_years';
  END IF;
  INSERT INTO medstint.audit_sealing VALUES (coalesce(purge_audit.school, '')) ON CONFLICT DO NOTHING;
  PERFORM FROM medstint.audit_sealing s WHERE s.school = coalesce(purge_audit.school, '') FOR UPDATE;
  PERFORM set_config('medstint.purging', pg_current_xact_id()::text, true);
  seals := 0;
  events := 0;
  FOR one IN SELECT s.* FROM public.audit_seals s WHERE coalesce(s.school_id, '') = coalesce(purge_audit.school, '') AND s.purged_at IS NULL ORDER BY s.number LOOP
    EXIT WHEN one.sealed_at >= before;
    DELETE FROM public.audit_logs e WHERE e.sequence = ANY (one.sequences)
      AND (e.school_id = purge_audit.school OR purge_audit.school IS NULL AND e.school_id IS NULL);
    UPDATE public.audit_seals s SET sequences = NULL, leaves = NULL, purged_at = now() WHERE s.id = one.id;
    last_number := one.number;
    seals := seals + 1;
    events := events + one.events;
  END LOOP;
  IF seals > 0 THEN
    PERFORM medstint.write_event('audit.purged', purge_audit.school, 'audit_seals', '1-' || last_number,
      jsonb_build_object('first_seal', 1, 'last_seal', last_number, 'events', events, 'before', before, 'role', session_user), 'PURGE', 200);
  END IF;
  PERFORM set_config('medstint.purging', '', true);
END
$$;


ALTER FUNCTION medstint.purge_audit(school text, before timestamp with time zone, OUT seals bigint, OUT events bigint) OWNER TO medstint_owner;

--
-- Name: put_flags_off(text[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.put_flags_off(records text[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM medstint.kiosk_acts a WHERE a.transaction_id = pg_current_xact_id_if_assigned() AND a.puts_flags_off) THEN
    RETURN false;
  END IF;
  INSERT INTO medstint.flags_wanted (table_name, row_id) SELECT 'time_records', unnest(records) ON CONFLICT DO NOTHING;
  RETURN true;
END
$$;


ALTER FUNCTION medstint.put_flags_off(records text[]) OWNER TO medstint_owner;

--
-- Name: quarantine_punch(public.kiosks, text, text, text, timestamp with time zone, timestamp with time zone, boolean, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.quarantine_punch(k public.kiosks, student text, badge text, key text, at timestamp with time zone, device_clock timestamp with time zone, unverified boolean, problem text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO public.kiosk_punches (id, school_id, kiosk_id, clinical_site_id, badge, student_id, punched_at, device_clock, is_offline, clock_is_unverified, status, problem)
  VALUES (key, k.school_id, k.id, k.clinical_site_id, badge, student, at, device_clock, true, unverified, 'QUARANTINED', problem);
  PERFORM medstint.write_event('kiosk_punch.quarantined', k.school_id, 'kiosk_punches', key, jsonb_build_object('problem', problem, 'kiosk', k.id), 'SYNC', 409);
  PERFORM medstint.announce('kiosk_punches', 'INSERT', ARRAY[k.school_id], ARRAY[key]);
  PERFORM medstint.notify('PUNCH_QUARANTINED', (SELECT jsonb_agg(jsonb_build_object('user_id', a, 'key', 'quarantine:' || k.id || ':' || current_date,
    'about', 'kiosk_punches/' || key, 'data', jsonb_build_object('kiosk', k.name, 'date', to_char(at, 'YYYY-MM-DD')))) FROM medstint.administrators(k.school_id) a));
END
$$;


ALTER FUNCTION medstint.quarantine_punch(k public.kiosks, student text, badge text, key text, at timestamp with time zone, device_clock timestamp with time zone, unverified boolean, problem text) OWNER TO medstint_owner;

--
-- Name: kiosk_punches; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.kiosk_punches OWNER TO medstint_owner;

--
-- Name: quarantined(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.quarantined(punch text, why text) RETURNS public.kiosk_punches
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  me constant record := medstint.actor();
  p public.kiosk_punches;
BEGIN
  IF me.role IS NULL OR me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'administrators settle it' USING ERRCODE = 'MS403', CONSTRAINT = 'kiosk_punches_administrators_settle';
  END IF;
  SELECT x.* INTO p FROM public.kiosk_punches x WHERE x.id = punch AND x.school_id = me.school_id FOR NO KEY UPDATE;
  IF p.id IS NULL OR p.status <> 'QUARANTINED' THEN
    RAISE EXCEPTION 'it is settled' USING ERRCODE = 'MS409', CONSTRAINT = 'kiosk_punches_is_settled';
  ELSIF btrim(coalesce(why, '')) = '' THEN
    RAISE EXCEPTION 'a reason is given' USING ERRCODE = 'MS422', CONSTRAINT = 'kiosk_punches_reason_given';
  END IF;
  RETURN p;
END
$$;


ALTER FUNCTION medstint.quarantined(punch text, why text) OWNER TO medstint_owner;

--
-- Name: raise_alerts(text, bigint[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.raise_alerts(school text, fresh bigint[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET lock_timeout TO '2s'
    AS $$
DECLARE
  zone constant text := coalesce((SELECT s.time_zone FROM public.schools s WHERE s.id = raise_alerts.school), 'UTC');
  there constant text[] := (SELECT array_agg(DISTINCT e.action) FROM medstint.events_numbered(raise_alerts.school, fresh) e);
  rule public.alert_rules;
BEGIN
  FOR rule IN
    SELECT DISTINCT ON (r.code) r.* FROM public.alert_rules r WHERE r.school_id = raise_alerts.school OR r.school_id IS NULL
    ORDER BY r.code, r.school_id NULLS LAST
  LOOP
    CONTINUE WHEN NOT rule.is_active OR NOT rule.actions && there;
    BEGIN
      PERFORM medstint.evaluate_rule(rule, raise_alerts.school, zone, fresh);
    EXCEPTION WHEN OTHERS THEN
      PERFORM medstint.write_system_event('audit.rule_failed', raise_alerts.school, 'alert_rules', rule.id,
        jsonb_build_object('rule', rule.code, 'state', SQLSTATE, 'error', left(SQLERRM, 200)), 'WATCH', 500);
    END;
  END LOOP;
END
$$;


ALTER FUNCTION medstint.raise_alerts(school text, fresh bigint[]) OWNER TO medstint_owner;

--
-- Name: random_token(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.random_token() RETURNS text
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$SELECT encode(medstint.gen_random_bytes(32), 'hex')$$;


ALTER FUNCTION medstint.random_token() OWNER TO medstint_owner;

--
-- Name: recompute_hours(text[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.recompute_hours(rotation_ids text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'on'
    SET jit TO 'off'
    AS $$
DECLARE
  student_ids text[];
BEGIN
  PERFORM FROM public.rotations WHERE id = ANY (rotation_ids) ORDER BY id FOR NO KEY UPDATE;
  SELECT array_agg(DISTINCT r.student_id) INTO student_ids FROM public.rotations r WHERE r.id = ANY (rotation_ids);
  PERFORM FROM public.users WHERE id = ANY (student_ids) ORDER BY id FOR NO KEY UPDATE;

  UPDATE public.rotations r SET completed_hours = x.hours, updated_at = now()
  FROM (SELECT i.id, floor(coalesce(sum(t.elapsed_ms), 0) / 3600000)::integer AS hours
        FROM unnest(rotation_ids) AS i (id)
        LEFT JOIN public.time_records t ON t.rotation_id = i.id AND t.status = 'APPROVED'
        GROUP BY i.id) x
  WHERE r.id = x.id AND r.completed_hours <> x.hours;

  UPDATE public.users u SET total_clinical_hours = x.hours, updated_at = now()
  FROM (SELECT i.id, floor(coalesce(sum(t.elapsed_ms), 0) / 3600000)::integer AS hours
        FROM unnest(student_ids) AS i (id)
        LEFT JOIN public.time_records t ON t.student_id = i.id AND t.status = 'APPROVED'
        GROUP BY i.id) x
  WHERE u.id = x.id AND u.total_clinical_hours <> x.hours;
END
$$;


ALTER FUNCTION medstint.recompute_hours(rotation_ids text[]) OWNER TO medstint_owner;

--
-- Name: record_decisions(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.record_decisions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
DECLARE
  session_user_id text := medstint.current_user_id();
  actor_id text := medstint.acting_user_id();
  refused record;
  approved bigint;
  decided bigint;
BEGIN
  SELECT count(*) FILTER (WHERE n.status = 'APPROVED'), count(*) INTO approved, decided
  FROM new_rows n FULL JOIN old_rows o ON o.id = n.id WHERE n.status IS DISTINCT FROM o.status;
  IF decided = 0 THEN
    RETURN NULL;
  END IF;

  WITH changed AS MATERIALIZED (
    SELECT n.*, o.status AS status_before, o.approved_by AS approved_by_before, o.approved_at AS approved_at_before
    FROM new_rows n FULL JOIN old_rows o ON o.id = n.id WHERE n.status IS DISTINCT FROM o.status)
  SELECT n.id, why INTO refused
  FROM changed n
  JOIN public.rotations r ON r.id = n.rotation_id
  LEFT JOIN public.users u ON u.id = CASE WHEN n.status = 'PENDING' THEN actor_id ELSE n.approved_by END
  CROSS JOIN LATERAL medstint.undo_limit(u.role) undo
  CROSS JOIN LATERAL (SELECT CASE
    WHEN u.id IS NULL THEN 'actor_unknown'
    WHEN NOT u.is_active OR u.role = 'STUDENT' OR u.school_id <> n.school_id THEN 'role_may_not_decide'
    WHEN u.id = n.student_id THEN 'nobody_decides_for_themselves'
    WHEN n.status <> 'PENDING' AND u.id = ANY (n.editors) THEN 'nobody_decides_on_their_edit'
    WHEN u.id <> session_user_id THEN 'decides_in_own_name'
    -- Automatic and delegated decisions are made by functions of the database.
    WHEN session_user_id IS NOT NULL AND n.decision_kind NOT IN ('BY_HAND', 'BULK') THEN 'kind_is_not_chosen'
    WHEN u.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR')
      AND u.id IS DISTINCT FROM r.preceptor_id AND u.id IS DISTINCT FROM r.supervisor_id
      AND NOT medstint.is_deputy(u.id, r.preceptor_id, r.supervisor_id) THEN 'not_assigned'
    WHEN u.role = 'SUPER_ADMIN' AND coalesce(btrim(n.decision_reason), '') = '' THEN 'super_admin_gives_reason'
    -- A hard flag: after a look at this one record, and with a reason.
    WHEN n.status = 'APPROVED' AND n.triage = 0 AND u.role = 'CLINICAL_PRECEPTOR' THEN 'hard_flag_is_the_supervisors'
    WHEN n.status = 'APPROVED' AND n.triage = 0 AND approved > 1 THEN 'hard_flags_one_by_one'
    WHEN n.status = 'APPROVED' AND n.triage = 0 AND coalesce(btrim(n.decision_reason), '') = '' THEN 'hard_flag_needs_reason'
    WHEN n.status = 'PENDING' AND n.status_before = 'APPROVED' AND r.status = 'COMPLETED' THEN 'hours_are_locked'
    WHEN n.status = 'PENDING' AND undo.within IS NOT NULL AND n.approved_by_before <> u.id THEN 'undo_own_only'
    WHEN n.status = 'PENDING' AND n.approved_at_before + undo.within < clock_timestamp() THEN 'undo_too_late'
  END AS why) x
  WHERE why IS NOT NULL
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'time record %: %', refused.id, refused.why
      USING ERRCODE = 'MS403', CONSTRAINT = 'time_records_' || refused.why;
  END IF;

  WITH changed AS MATERIALIZED (
    SELECT n.*, o.version AS version_before FROM new_rows n FULL JOIN old_rows o ON o.id = n.id WHERE n.status IS DISTINCT FROM o.status)
  INSERT INTO public.time_record_decisions
    (school_id, time_record_id, version_before, version_after, verdict, kind, reason_code, reason, elapsed_ms, decided_by, flags)
  SELECT n.school_id, n.id, n.version_before, n.version,
    (CASE n.status WHEN 'PENDING' THEN 'UNDONE' ELSE n.status::text END)::public.decision_verdict,
    CASE WHEN u.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR') AND u.id IS DISTINCT FROM r.preceptor_id AND u.id IS DISTINCT FROM r.supervisor_id
      THEN 'DELEGATE' ELSE coalesce(n.decision_kind, 'BY_HAND') END, n.decision_reason_code, n.decision_reason, n.elapsed_ms,
    u.id, n.flags
  FROM changed n
  JOIN public.rotations r ON r.id = n.rotation_id
  JOIN public.users u ON u.id = CASE WHEN n.status = 'PENDING' THEN actor_id ELSE n.approved_by END;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.record_decisions() OWNER TO medstint_owner;

--
-- Name: record_verification(text, bigint, bigint, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.record_verification(school text, findings bigint, events bigint, head text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM medstint.write_event(CASE findings WHEN 0 THEN 'audit.verified' ELSE 'audit.verification_failed' END, school,
    'audit_seals', '-', jsonb_build_object('findings', findings, 'events', events, 'head', left(head, 300)), 'VERIFY', CASE findings WHEN 0 THEN 200 ELSE 409 END),
    medstint.seal_events(coalesce(school, ''));
END
$$;


ALTER FUNCTION medstint.record_verification(school text, findings bigint, events bigint, head text) OWNER TO medstint_owner;

--
-- Name: reflag(text[], text[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.reflag(records text[], own text[] DEFAULT '{}'::text[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'off'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
  schools text[] := ARRAY(SELECT DISTINCT t.school_id FROM public.time_records t WHERE t.id = ANY (records));
  due text[];
  locked text[];
  passed text[];
  changed bigint;
BEGIN
  IF coalesce(cardinality(records), 0) = 0 THEN
    RETURN 0;
  END IF;
  PERFORM medstint.hold_flags(schools);
  -- Not so many at once that whoever comes next has to wait for them.
  WITH taken AS (
    DELETE FROM medstint.flags_due d
    WHERE d.time_record_id = ANY (ARRAY(SELECT x.time_record_id FROM medstint.flags_due x WHERE x.school_id = ANY (schools) LIMIT 500)) OR d.time_record_id = ANY (records)
    RETURNING d.time_record_id)
  SELECT array_agg(taken.time_record_id) INTO due FROM taken;
  due := ARRAY(SELECT unnest(records) UNION SELECT unnest(due));
  locked := ARRAY(SELECT t.id FROM public.time_records t WHERE t.id = ANY (due) AND t.status = 'PENDING' ORDER BY t.id FOR NO KEY UPDATE SKIP LOCKED);
  IF cardinality(locked) < cardinality(due) THEN
    passed := ARRAY(SELECT unnest(due) EXCEPT SELECT unnest(locked));
    INSERT INTO medstint.flags_due
    SELECT t.id, t.school_id FROM public.time_records t WHERE t.id = ANY (passed) AND t.status = 'PENDING'
    ON CONFLICT DO NOTHING;
  END IF;
  UPDATE public.time_records t
  SET flags = f.flags, triage = f.triage, version = t.version + CASE WHEN o.id IS NULL THEN 1 ELSE 0 END
  FROM medstint.flags_of(locked) f
  LEFT JOIN unnest(own) o (id) ON o.id = f.id
  WHERE t.id = f.id AND t.id = ANY (locked) AND t.status = 'PENDING' AND (t.flags, t.triage) IS DISTINCT FROM (f.flags, f.triage);
  GET DIAGNOSTICS changed = ROW_COUNT;
  RETURN changed;
END
$$;


ALTER FUNCTION medstint.reflag(records text[], own text[]) OWNER TO medstint_owner;

--
-- Name: reflag_due(text[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.reflag_due(records text[]) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT medstint.reflag(ARRAY(SELECT d.time_record_id FROM medstint.flags_due d
    WHERE d.time_record_id = ANY (records) AND (medstint.is_trusted() OR d.school_id = medstint.current_school_id())))
$$;


ALTER FUNCTION medstint.reflag_due(records text[]) OWNER TO medstint_owner;

--
-- Name: reflag_left(text[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.reflag_left(records text[]) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT medstint.reflag(ARRAY(SELECT t.id FROM public.time_records t WHERE t.id = ANY (records) AND t.school_id = medstint.current_school_id()))
$$;


ALTER FUNCTION medstint.reflag_left(records text[]) OWNER TO medstint_owner;

--
-- Name: reflag_wanted(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.reflag_wanted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'on'
    SET jit TO 'off'
    AS $$
DECLARE
  sites text[];
  programs text[];
  schools text[];
  records text[];
BEGIN
  WITH wanted AS (DELETE FROM medstint.flags_wanted w WHERE w.wanted_in = NEW.wanted_in RETURNING w.table_name, w.row_id)
  SELECT array_agg(row_id) FILTER (WHERE table_name = 'clinical_sites'), array_agg(row_id) FILTER (WHERE table_name = 'programs'),
    array_agg(row_id) FILTER (WHERE table_name = 'school_policies'),
    array_agg(row_id) FILTER (WHERE table_name = 'time_records') INTO sites, programs, schools, records
  FROM wanted;
  IF sites IS NULL AND programs IS NULL AND schools IS NULL AND records IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM medstint.hold_flags(ARRAY(
    SELECT s.school_id FROM public.clinical_sites s WHERE s.id = ANY (sites)
    UNION SELECT t.school_id FROM public.time_records t WHERE t.clinical_site_id = ANY (sites) AND t.status = 'PENDING'
    UNION SELECT p.school_id FROM public.programs p WHERE p.id = ANY (programs)
    UNION SELECT t.school_id FROM public.time_records t WHERE t.id = ANY (records)
    UNION SELECT unnest(schools)));
  PERFORM medstint.reflag(ARRAY(
    SELECT t.id FROM public.time_records t WHERE t.clinical_site_id = ANY (sites) AND t.status = 'PENDING'
    UNION SELECT t.id FROM public.users u JOIN public.time_records t ON t.student_id = u.id AND t.status = 'PENDING' WHERE u.program_id = ANY (programs)
    UNION SELECT t.id FROM public.time_records t WHERE t.school_id = ANY (schools) AND t.status = 'PENDING'
    UNION SELECT unnest(records)
    UNION SELECT medstint.neighbours(array_agg(DISTINCT t.student_id), array_agg(t.school_id), array_agg(p.address), array_agg(p.device), array_agg(p.at))
      FROM public.time_records t
      CROSS JOIN LATERAL (VALUES (t.clock_in_ip_address, t.clock_in_user_agent, t.clock_in), (t.clock_out_ip_address, t.clock_out_user_agent, t.clock_out)) p (address, device, at)
      WHERE t.id = ANY (records)), coalesce(records, '{}'));
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.reflag_wanted() OWNER TO medstint_owner;

--
-- Name: refuse_change(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'MS403', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END
$$;


ALTER FUNCTION medstint.refuse_change() OWNER TO medstint_owner;

--
-- Name: refuse_flags_due(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.refuse_flags_due() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'off'
    SET jit TO 'off'
    AS $$
DECLARE
  due text[];
  refused text;
BEGIN
  IF NOT EXISTS (SELECT FROM medstint.flags_due) THEN
    RETURN NULL;
  END IF;
  due := ARRAY(SELECT n.id FROM new_rows n JOIN medstint.flags_due d ON d.time_record_id = n.id JOIN old_rows o ON o.id = n.id
    WHERE n.status = 'APPROVED' AND o.status = 'PENDING');
  IF cardinality(due) > 0 THEN
    SELECT n.id INTO refused
    FROM medstint.flags_of(due) f JOIN new_rows n ON n.id = f.id
    CROSS JOIN LATERAL (SELECT jsonb_agg(x) AS flags FROM jsonb_array_elements(f.flags::jsonb) x WHERE x ->> 'code' <> 'FUTURE') now_flags
    CROSS JOIN LATERAL (SELECT jsonb_agg(x) AS flags FROM jsonb_array_elements(n.flags::jsonb) x WHERE x ->> 'code' <> 'FUTURE') kept
    WHERE now_flags.flags IS DISTINCT FROM kept.flags
    LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'time record %: other flags', refused USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_flags_are_due',
        HINT = 'medstint.reflag_due(records) brings them up to date.';
    END IF;
  END IF;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.refuse_flags_due() OWNER TO medstint_owner;

--
-- Name: refuse_move(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.refuse_move() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION '% stays in its %', TG_TABLE_NAME, TG_ARGV[0]
    USING ERRCODE = 'MS422', CONSTRAINT = TG_TABLE_NAME || '_' || TG_ARGV[0] || '_is_fixed';
END
$$;


ALTER FUNCTION medstint.refuse_move() OWNER TO medstint_owner;

--
-- Name: refuse_new_id(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.refuse_new_id() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION 'the key of % does not change', TG_TABLE_NAME USING ERRCODE = 'MS422', CONSTRAINT = TG_TABLE_NAME || '_key_is_fixed';
END
$$;


ALTER FUNCTION medstint.refuse_new_id() OWNER TO medstint_owner;

--
-- Name: refuse_open_correction(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.refuse_open_correction() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF EXISTS (SELECT FROM public.time_record_corrections c WHERE c.time_record_id = OLD.id
    AND c.status = 'PROPOSED') THEN
    RAISE EXCEPTION 'time record %: other times are proposed', OLD.id
      USING ERRCODE = 'MS409', CONSTRAINT = 'time_records_correction_is_open';
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.refuse_open_correction() OWNER TO medstint_owner;

--
-- Name: refuse_unknown_names(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.refuse_unknown_names() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
  IF EXISTS (
    SELECT FROM notification_templates s, regexp_matches(NEW.title || NEW.message, '\{[^{}]*\}', 'g') named (it)
     WHERE s.school_id IS NULL AND s.type = NEW.type AND strpos(s.title || s.message, named.it[1]) = 0) THEN
    RAISE EXCEPTION 'notification template %: nothing fills in one of its names', NEW.id USING ERRCODE = 'MS422', CONSTRAINT = 'notification_templates_names_are_known';
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.refuse_unknown_names() OWNER TO medstint_owner;

--
-- Name: register_events(text, integer); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.register_events(singular text, hundred integer) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  INSERT INTO medstint.audit_event_types (name, code, severity, meaning)
  SELECT singular || '.' || verb, 'TB-' || lpad((hundred * 100 + number)::text, 4, '0'),
    (CASE WHEN singular = 'school_policy' THEN 'HIGH'
          WHEN verb = 'deleted' OR singular IN ('user', 'account', 'kiosk') THEN 'MEDIUM' ELSE 'LOW' END)::public.audit_severity,
    initcap(left(replace(singular, '_', ' '), 1)) || substr(replace(singular, '_', ' '), 2) || ' was ' || verb
  FROM (VALUES (1, 'created'), (2, 'updated'), (3, 'deleted')) verbs (number, verb)
$$;


ALTER FUNCTION medstint.register_events(singular text, hundred integer) OWNER TO medstint_owner;

--
-- Name: remind(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.remind() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  WITH overdue AS (
    SELECT a.id, a.user_id, a.due_date, 'overdue:' || a.id || ':' || to_char(medstint.last_day(a.due_date, s.time_zone), 'YYYY-MM-DD') AS key, c.name, to_char(medstint.last_day(a.due_date, s.time_zone), 'YYYY-MM-DD') AS day
    FROM medstint.actor() me
    JOIN public.competency_assignments a ON a.school_id = me.school_id
      AND coalesce(a.due_date, 'infinity') < now() AND coalesce(a.due_date, 'infinity') > now() - interval '30 days'
      AND a.status IN ('ASSIGNED', 'IN_PROGRESS', 'OVERDUE')
    JOIN public.users u ON u.id = a.user_id AND u.is_active
    JOIN public.competencies c ON c.id = a.competency_id
    JOIN public.schools s ON s.id = a.school_id),
  fresh AS (
    SELECT o.* FROM overdue o WHERE NOT EXISTS (SELECT FROM public.notifications n WHERE n.user_id = o.user_id AND n.dedup_key = o.key)),
  told AS (
    SELECT medstint.notify('COMPETENCY_OVERDUE', jsonb_agg(jsonb_build_object('user_id', o.user_id, 'key', o.key,
      'about', 'competency_assignments/' || o.id, 'data', jsonb_build_object('competency', o.name, 'date', o.day)))) AS number FROM fresh o),
  summary AS (
    -- Told again only when another one has become overdue: it is the latest due.
    SELECT medstint.notify('COMPETENCIES_OVERDUE', jsonb_agg(jsonb_build_object('user_id', a, 'key', 'overdue:' || x.latest,
      'about', NULL, 'data', jsonb_build_object('count', x.number, 'students', x.students)))) AS number
    FROM (SELECT count(*) AS number, count(DISTINCT user_id) AS students, max(due_date) AS latest FROM overdue) x,
         medstint.actor() me, medstint.administrators(me.school_id) a
    WHERE x.number > 0)
  SELECT told.number + summary.number FROM told, summary
$$;


ALTER FUNCTION medstint.remind() OWNER TO medstint_owner;

--
-- Name: remind_of_clock_out(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.remind_of_clock_out(record text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  me record;
BEGIN
  SELECT w.* INTO me FROM medstint.working_on(record) w;
  IF me.person IS NULL OR NOT me.decides OR me.is_own THEN
    RAISE EXCEPTION 'not theirs to remind' USING ERRCODE = 'MS403', CONSTRAINT = 'reminders_whoever_decides';
  ELSIF NOT EXISTS (SELECT FROM public.time_records t WHERE t.id = record AND t.clock_out IS NULL AND t.status = 'PENDING') THEN
    RAISE EXCEPTION 'it has a clock-out' USING ERRCODE = 'MS409', CONSTRAINT = 'reminders_without_clock_out';
  END IF;
  RETURN medstint.notify('CLOCK_OUT_MISSING', jsonb_build_array(jsonb_build_object('user_id', me.student,
    'key', 'clock-out:' || record || ':' || current_date, 'about', 'time_records/' || record, 'data', jsonb_build_object('date', me.day)))) > 0;
END
$$;


ALTER FUNCTION medstint.remind_of_clock_out(record text) OWNER TO medstint_owner;

--
-- Name: remind_of_rotation(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.remind_of_rotation(rotation text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  r record;
BEGIN
  SELECT x.*, s.name AS site, s.time_zone, (SELECT max(t.clock_in) FROM public.time_records t WHERE t.rotation_id = x.id) AS latest INTO r
  FROM public.rotations x JOIN public.clinical_sites s ON s.id = x.clinical_site_id
  JOIN medstint.actor() me ON me.school_id = x.school_id AND (me.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN')
    OR me.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR') AND x.id = ANY (medstint.own_rotation_ids()))
  WHERE x.id = rotation;
  IF r.id IS NULL THEN
    RAISE EXCEPTION 'not theirs to remind' USING ERRCODE = 'MS403', CONSTRAINT = 'reminders_whoever_decides';
  END IF;
  RETURN medstint.notify('RECORD_MISSING', jsonb_build_array(jsonb_build_object('user_id', r.student_id,
    'key', 'missing:' || r.id || ':' || to_char(medstint.day_of(now(), r.time_zone), 'YYYY-MM-DD'), 'about', 'rotations/' || r.id,
    'data', jsonb_build_object('rotation', r.specialty, 'site', r.site, 'date', to_char(medstint.day_of(coalesce(r.latest, r.start_date), r.time_zone), 'YYYY-MM-DD'))))) > 0;
END
$$;


ALTER FUNCTION medstint.remind_of_rotation(rotation text) OWNER TO medstint_owner;

--
-- Name: remove_criterion(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.remove_criterion(criterion text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  DELETE FROM public.rubric_criteria k USING medstint.actor() a
  WHERE k.id = criterion AND k.school_id = a.school_id AND a.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN');
  RETURN FOUND;
END
$$;


ALTER FUNCTION medstint.remove_criterion(criterion text) OWNER TO medstint_owner;

--
-- Name: replay(jsonb); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.replay(instead jsonb, OUT records bigint, OUT flagged bigint, OUT approved bigint, OUT cleared bigint, OUT codes text, OUT is_part boolean) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
DECLARE
  -- What a person waits a second or two for.
  most constant integer := 5000;
  tried text[];
BEGIN
  IF NOT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'only administrators try a policy' USING ERRCODE = '42501';
  END IF;
  SELECT coalesce(array_agg(x.id), '{}') INTO tried FROM (
    SELECT t.id FROM public.time_records t
    WHERE t.school_id = medstint.current_school_id() AND t.clock_in > now() - interval '90 days' AND t.clock_in <= now()
    ORDER BY t.clock_in DESC, t.id DESC LIMIT most + 1) x;
  is_part := cardinality(tried) > most;
  tried := tried[:most];
  WITH before AS (
    SELECT f.id, f.flags::jsonb AS flags FROM medstint.flags_of(tried) f),
  after AS (
    SELECT f.id, f.flags::jsonb AS flags FROM medstint.flags_of(tried, instead) f),
  codes_of AS (
    SELECT a.id, x.code, true AS is_new FROM after a, jsonb_array_elements(a.flags) e, LATERAL (SELECT e ->> 'code') x (code)
    WHERE NOT EXISTS (SELECT FROM before b, jsonb_array_elements(b.flags) o WHERE b.id = a.id AND o ->> 'code' = x.code)
    UNION ALL
    SELECT b.id, x.code, false FROM before b, jsonb_array_elements(b.flags) e, LATERAL (SELECT e ->> 'code') x (code)
    WHERE NOT EXISTS (SELECT FROM after a, jsonb_array_elements(a.flags) o WHERE a.id = b.id AND o ->> 'code' = x.code))
  SELECT cardinality(tried), count(DISTINCT c.id) FILTER (WHERE c.is_new),
    count(DISTINCT c.id) FILTER (WHERE c.is_new AND t.status = 'APPROVED'), count(DISTINCT c.id) FILTER (WHERE NOT c.is_new),
    (SELECT string_agg(y.code || ' ' || y.number, ', ' ORDER BY y.number DESC, y.code) FROM (
      SELECT z.code, count(*) AS number FROM codes_of z WHERE z.is_new GROUP BY z.code) y)
  INTO records, flagged, approved, cleared, codes
  FROM codes_of c JOIN public.time_records t ON t.id = c.id;
END
$$;


ALTER FUNCTION medstint.replay(instead jsonb, OUT records bigint, OUT flagged bigint, OUT approved bigint, OUT cleared bigint, OUT codes text, OUT is_part boolean) OWNER TO medstint_owner;

--
-- Name: report_attempts(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.report_attempts() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  reported integer;
BEGIN
  IF NOT EXISTS (SELECT FROM medstint.password_attempts a WHERE NOT a.is_reported)
     AND NOT EXISTS (SELECT FROM medstint.pin_outcomes o WHERE NOT o.is_reported)
     AND NOT EXISTS (SELECT FROM medstint.refused_enrolments r WHERE NOT r.is_reported)
     AND NOT EXISTS (SELECT FROM medstint.password_changes c WHERE NOT c.is_applied) THEN
    RETURN 0;
  END IF;
  PERFORM FROM medstint.audit_sealing s WHERE s.school = '' FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    PERFORM medstint.tell_sealing_held('');
    RETURN 0;
  END IF;
  reported := medstint.report_passwords() + medstint.report_pins() + medstint.report_enrolments();
  PERFORM medstint.apply_reset(c.user_id)
  FROM (SELECT DISTINCT w.user_id FROM medstint.password_changes w WHERE NOT w.is_applied ORDER BY 1) c;
  RETURN reported;
END
$$;


ALTER FUNCTION medstint.report_attempts() OWNER TO medstint_owner;

--
-- Name: report_denied(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.report_denied(attempt text, why text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT medstint.write_event('access.denied', a.school_id, 'users', a.user_id,
    jsonb_build_object('attempt', left(attempt, 200), 'refusal', left(why, 500)), 'ATTEMPT', 403)
  FROM medstint.actor() a WHERE a.user_id IS NOT NULL
$$;


ALTER FUNCTION medstint.report_denied(attempt text, why text) OWNER TO medstint_owner;

--
-- Name: report_enrolments(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.report_enrolments() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  reported integer;
BEGIN
  WITH waiting AS MATERIALIZED (
    SELECT r.number, r.source, r.refused_at, (SELECT count(*) FROM medstint.refused_enrolments e
      WHERE e.source = r.source AND e.refused_at <= r.refused_at
        AND e.refused_at > r.refused_at - interval '1 hour') > 5 AS is_summed
    FROM medstint.refused_enrolments r WHERE NOT r.is_reported ORDER BY r.refused_at LIMIT 1000
  ), told AS (
    INSERT INTO public.audit_logs (action, resource_type, resource_id, changes, ip_address, endpoint, method,
      status_code, severity, created_at)
    SELECT t.name, 'kiosks', '-', j.changes, nullif(j.source, 'local'), 'kiosk', 'ENROL', 401, t.severity,
      j.refused_at
    FROM (
      SELECT w.source, w.refused_at, NULL AS changes FROM waiting w WHERE NOT w.is_summed
      UNION ALL
      SELECT s.source, max(s.refused_at), jsonb_build_object('attempts', jsonb_build_object('new', count(*)))::text
      FROM waiting s WHERE s.is_summed GROUP BY 1) j
    JOIN medstint.audit_event_types t ON t.name = 'kiosk.enrolment_refused'
  ), done AS (
    UPDATE medstint.refused_enrolments r SET is_reported = true FROM waiting w WHERE r.number = w.number
    RETURNING r.number)
  SELECT count(*) INTO reported FROM done;
  DELETE FROM medstint.refused_enrolments r WHERE r.number = ANY (ARRAY(
    SELECT x.number FROM medstint.refused_enrolments x
    WHERE x.is_reported AND x.refused_at < clock_timestamp() - interval '1 hour' LIMIT 1000 FOR UPDATE SKIP LOCKED));
  RETURN reported;
END
$$;


ALTER FUNCTION medstint.report_enrolments() OWNER TO medstint_owner;

--
-- Name: report_passwords(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.report_passwords() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  reported integer;
BEGIN
  PERFORM FROM medstint.password_attempts a WHERE NOT a.is_reported LIMIT 1;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  PERFORM FROM medstint.audit_sealing s WHERE s.school = '' FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    PERFORM medstint.tell_sealing_held('');
    RETURN 0;
  END IF;
  WITH waiting AS (
    SELECT a.* FROM medstint.password_attempts a WHERE NOT a.is_reported ORDER BY a.counted_at LIMIT 1000 FOR UPDATE SKIP LOCKED
  ), known AS (
    SELECT w.*, coalesce(s.user_id, c.user_id) AS user_id, CASE w.realm WHEN 'unlock' THEN (medstint.password_of(x.user_id)).hash ELSE c.hash END AS hash,
      (SELECT count(*) FROM medstint.password_attempts e
       WHERE e.realm = w.realm AND e.subject = w.subject AND e.source = w.source AND e.is_counted AND NOT e.is_used
         AND e.counted_at <= w.counted_at AND e.counted_at > greatest(w.counted_at - interval '15 minutes',
           (SELECT max(o.counted_at) FROM medstint.password_attempts o WHERE o.realm = w.realm AND o.subject = w.subject
              AND o.source = w.source AND o.is_used AND o.counted_at < w.counted_at))) AS place,
      (SELECT count(*) FROM medstint.password_attempts e
       WHERE e.realm = w.realm AND e.subject = w.subject AND e.is_counted AND NOT e.is_used
         AND e.counted_at <= w.counted_at AND e.counted_at > w.counted_at - interval '15 minutes') AS place_everywhere
    FROM waiting w
    LEFT JOIN LATERAL medstint.credential_of(w.subject) c ON w.realm = 'sign_in'
    LEFT JOIN public.sessions s ON w.realm = 'unlock' AND s.id = w.subject
    LEFT JOIN public.accounts x ON x.user_id = s.user_id AND x.provider_id = 'credential'
  ), judged AS (
    SELECT k.*, u.school_id, u.email,
      -- The right password is not reported: its sign-in is. It may still be asked for.
      -- What is beyond the limit is compared with nothing: how many rows are written here
      -- can be seen in statistics.
      CASE WHEN NOT k.is_counted OR k.place > 5 OR k.place_everywhere > 20 THEN 'late'
        WHEN k.tried = k.hash THEN CASE WHEN k.counted_at > clock_timestamp() - interval '5 minutes' THEN 'open' ELSE 'right' END
        WHEN k.place = 5 THEN 'locked' ELSE 'refused' END AS verdict,
      k.user_id IS NULL AND row_number() OVER (PARTITION BY k.user_id IS NULL ORDER BY k.counted_at) > 20 AS is_many
    FROM known k LEFT JOIN public.users u ON u.id = k.user_id
  ), told AS (
    INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes, ip_address, user_agent, endpoint, method, status_code, severity, created_at)
    SELECT CASE j.realm WHEN 'unlock' THEN j.user_id END, j.school_id, t.name, 'users', coalesce(j.user_id, '-'),
      jsonb_build_object('email', jsonb_build_object('new', coalesce(j.email, j.subject)))::text,
      j.ip_address, j.user_agent, j.client, CASE j.realm WHEN 'unlock' THEN 'UNLOCK' ELSE 'SIGN_IN' END,
      CASE j.verdict WHEN 'locked' THEN 423 ELSE 401 END, t.severity, j.counted_at
    FROM judged j JOIN medstint.audit_event_types t
      ON t.name = CASE WHEN j.verdict = 'locked' THEN 'auth.locked_out' WHEN j.realm = 'unlock' THEN 'auth.unlock_failed' ELSE 'auth.sign_in_failed' END
    WHERE j.verdict IN ('locked', 'refused') AND NOT j.is_many
  ), summed AS (
    SELECT j.school_id, j.user_id, CASE WHEN j.user_id IS NOT NULL OR NOT j.is_many THEN coalesce(j.email, j.subject) END AS email,
      j.ip_address, j.realm, j.client, count(*) AS attempts, max(j.counted_at) AS last_at
    FROM judged j WHERE j.verdict = 'late' OR j.verdict IN ('locked', 'refused') AND j.is_many
    GROUP BY 1, 2, 3, 4, 5, 6
  ), summary AS (
    INSERT INTO public.audit_logs (school_id, action, resource_type, resource_id, changes, ip_address, endpoint, method, status_code, severity, created_at)
    SELECT s.school_id, t.name, 'users', coalesce(s.user_id, '-'),
      jsonb_strip_nulls(jsonb_build_object('email', jsonb_build_object('new', s.email), 'attempts', jsonb_build_object('new', s.attempts)))::text,
      s.ip_address, s.client, CASE s.realm WHEN 'unlock' THEN 'UNLOCK' ELSE 'SIGN_IN' END, 423, t.severity, s.last_at
    FROM summed s JOIN medstint.audit_event_types t ON t.name = 'auth.locked_out'
  ), ended AS (
    UPDATE public.sessions s SET revoked_at = now(), updated_at = now() FROM judged j
    WHERE j.realm = 'unlock' AND j.verdict IN ('locked', 'late') AND s.id = j.subject AND s.revoked_at IS NULL
  ), done AS (
    UPDATE medstint.password_attempts a SET is_reported = true FROM judged j WHERE a.id = j.id AND j.verdict <> 'open' RETURNING a.id)
  SELECT count(*) INTO reported FROM done;
  -- What is over is not kept: neither what somebody typed nor from where.
  DELETE FROM medstint.password_attempts a WHERE a.id = ANY (ARRAY(SELECT o.id FROM medstint.password_attempts o
    WHERE o.is_reported AND o.counted_at < clock_timestamp() - CASE o.realm WHEN 'sign_in' THEN interval '1 hour' ELSE interval '90 days' END
    ORDER BY o.counted_at LIMIT 1000 FOR UPDATE SKIP LOCKED));
  RETURN reported;
END
$$;


ALTER FUNCTION medstint.report_passwords() OWNER TO medstint_owner;

--
-- Name: report_pins(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.report_pins() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  reported integer;
BEGIN
  WITH waiting AS MATERIALIZED (
    SELECT o.id, CASE WHEN o.subject LIKE 'user:%' THEN substr(o.subject, 6) END AS user_id, o.ip_address,
      o.counted_at, o.status = 'locked' AS is_late, k.school_id, k.name AS kiosk,
      medstint.pin_verdict(o) AS verdict
    FROM medstint.pin_outcomes o JOIN public.kiosks k ON k.id = o.kiosk_id
    WHERE NOT o.is_reported ORDER BY o.counted_at LIMIT 1000
  ), judged AS (
    SELECT w.*, w.is_late OR w.user_id IS NULL AND row_number() OVER (PARTITION BY w.school_id, w.user_id IS NULL,
      w.verdict IN ('ok', 'code') ORDER BY w.counted_at) > 20 AS is_summed
    FROM waiting w
    WHERE w.verdict NOT IN ('ok', 'code') OR w.counted_at < clock_timestamp() - interval '5 minutes'
  ), told AS (
    INSERT INTO public.audit_logs (school_id, action, resource_type, resource_id, changes, ip_address, user_agent,
      endpoint, method, status_code, severity, created_at)
    SELECT j.school_id, t.name, 'users', coalesce(j.user_id, '-'), j.changes, j.ip_address, 'kiosk ' || j.kiosk,
      'kiosk', 'PIN', CASE j.verdict WHEN 'locked' THEN 423 ELSE 401 END, t.severity, j.counted_at
    FROM (
      SELECT o.school_id, o.user_id, o.kiosk, o.ip_address, o.verdict, o.counted_at, NULL AS changes FROM judged o
      WHERE NOT o.is_summed AND o.verdict NOT IN ('ok', 'code')
      UNION ALL
      SELECT s.school_id, s.user_id, s.kiosk, s.ip_address, 'locked', max(s.counted_at),
        jsonb_build_object('attempts', jsonb_build_object('new', count(*)))::text FROM judged s
      WHERE s.is_summed AND s.verdict NOT IN ('ok', 'code') GROUP BY 1, 2, 3, 4) j
    JOIN medstint.audit_event_types t ON t.name = 'kiosk.pin_' || j.verdict
  ), done AS (
    UPDATE medstint.pin_outcomes o SET is_reported = true FROM judged j WHERE o.id = j.id RETURNING o.id)
  SELECT count(*) INTO reported FROM done;
  DELETE FROM medstint.pin_outcomes o WHERE o.id = ANY (ARRAY(SELECT x.id FROM medstint.pin_outcomes x
    WHERE x.is_reported AND x.counted_at < clock_timestamp() - interval '5 minutes' LIMIT 1000 FOR UPDATE SKIP LOCKED));
  RETURN reported;
END
$$;


ALTER FUNCTION medstint.report_pins() OWNER TO medstint_owner;

--
-- Name: report_reading(text, text, integer); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.report_reading(list text, filter text, at_most integer) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT medstint.write_event('personal_data.read_in_bulk',
    CASE WHEN list <> 'platform-events' THEN a.school_id END, left(list, 100), '-',
    jsonb_build_object('filter', nullif(left(filter, 500), ''), 'rows', at_most), 'READ', 200)
  FROM medstint.actor() a WHERE a.user_id IS NOT NULL
$$;


ALTER FUNCTION medstint.report_reading(list text, filter text, at_most integer) OWNER TO medstint_owner;

--
-- Name: report_verification(bigint, bigint, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.report_verification(findings bigint, events bigint, head text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF NOT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') OR medstint.current_school_id() IS NULL THEN
    RAISE EXCEPTION 'the trail is verified by administrators' USING ERRCODE = 'MS403', CONSTRAINT = 'audit_verified_by_administrators';
  END IF;
  PERFORM medstint.record_verification(medstint.current_school_id(), findings, events, head);
END
$$;


ALTER FUNCTION medstint.report_verification(findings bigint, events bigint, head text) OWNER TO medstint_owner;

--
-- Name: require_second_person(text, text[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.require_second_person(decider text, others text[]) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF array_remove(others, decider) && medstint.counts_as(decider) THEN
    RAISE EXCEPTION 'one person could have been both' USING ERRCODE = 'MS403', CONSTRAINT = 'second_person_is_another';
  END IF;
END
$$;


ALTER FUNCTION medstint.require_second_person(decider text, others text[]) OWNER TO medstint_owner;

--
-- Name: reset_password(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.reset_password(target text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  fresh text := rtrim(regexp_replace(left(medstint.random_token(), 20), '(.{5})', '\1-', 'g'), '-');
BEGIN
  IF target = medstint.current_user_id() OR NOT medstint.administers(target) THEN
    RAISE EXCEPTION 'user %: not yours to reset', target USING ERRCODE = 'MS403', CONSTRAINT = 'users_password_is_reset_by_administrators';
  END IF;
  PERFORM medstint.set_password(target, fresh);
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT x.user_id, u.school_id, 'auth.password_reset', 'users', target, x.ip_address, x.user_agent, x.endpoint, 'RESET', 200, 'HIGH'
  FROM medstint.audit_context() x, public.users u WHERE u.id = target;
  RETURN fresh;
END
$$;


ALTER FUNCTION medstint.reset_password(target text) OWNER TO medstint_owner;

--
-- Name: resolve_punch(text, text, text, timestamp with time zone, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.resolve_punch(punch text, way text, rotation text, at timestamp with time zone, why text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  p constant public.kiosk_punches := medstint.quarantined(punch, why);
  r public.rotations;
  held text;
BEGIN
  SELECT x.* INTO r FROM public.rotations x WHERE x.id = rotation AND x.school_id = p.school_id;
  IF r.id IS NULL OR p.student_id IS NOT NULL AND r.student_id <> p.student_id THEN
    RAISE EXCEPTION 'it is no rotation of the student' USING ERRCODE = 'MS422',
      CONSTRAINT = 'kiosk_punches_rotation_of_student';
  END IF;
  IF way IS NULL OR way NOT IN ('IN', 'OUT') OR resolve_punch.at IS NULL
    OR resolve_punch.at > now() + interval '1 minute'
     OR way = 'IN' AND r.clinical_site_id <> p.clinical_site_id THEN
    RAISE EXCEPTION 'it is no punch of that rotation' USING ERRCODE = 'MS422',
      CONSTRAINT = 'kiosk_punches_time_and_site';
  END IF;
  PERFORM medstint.hold_punches(ARRAY[r.student_id]);
  PERFORM FROM public.users u WHERE u.id = r.student_id FOR KEY SHARE;
  IF way = 'IN' THEN
    INSERT INTO public.time_records (student_id, rotation_id, clinical_site_id, clock_in, clock_in_source, is_offline,
      clock_is_unverified, possible_punchers, notes)
    VALUES (r.student_id, r.id, p.clinical_site_id, resolve_punch.at, 'KIOSK', true, p.clock_is_unverified, p.possible_punchers,
      'From quarantine: ' || btrim(why))
    RETURNING id INTO held;
  ELSE
    UPDATE public.time_records t SET possible_punchers = ARRAY(SELECT DISTINCT unnest(t.possible_punchers || p.possible_punchers)),
      clock_out = resolve_punch.at, clock_out_source = 'KIOSK', is_offline = true,
      clock_is_unverified = t.clock_is_unverified OR p.clock_is_unverified,
      notes = concat_ws(E'\n', nullif(t.notes, ''), 'From quarantine: ' || btrim(why))
    WHERE t.clock_out IS NULL AND t.status = 'PENDING'
      AND t.id = (SELECT x.id FROM public.time_records x WHERE x.rotation_id = r.id AND x.clock_out IS NULL
        AND x.status = 'PENDING'
        AND x.clock_in < resolve_punch.at ORDER BY x.clock_in DESC, x.id DESC LIMIT 1)
    RETURNING t.id INTO held;
    IF held IS NULL THEN
      RAISE EXCEPTION 'nothing is open' USING ERRCODE = 'MS409', CONSTRAINT = 'kiosk_punches_nothing_open';
    END IF;
  END IF;
  UPDATE public.kiosk_punches x SET status = 'RESOLVED', direction = way, student_id = r.student_id,
    time_record_id = held, settled_by = medstint.current_user_id(),
    settled_at = now(), reason = left(btrim(why), 500) WHERE x.id = p.id;
  PERFORM medstint.write_event('kiosk_punch.resolved', p.school_id, 'kiosk_punches', p.id,
    jsonb_build_object('record', held, 'direction', way, 'reason', left(btrim(why), 500)), 'SETTLE', 200);
  PERFORM medstint.announce('kiosk_punches', 'UPDATE', ARRAY[p.school_id], ARRAY[p.id]);
  RETURN held;
END
$$;


ALTER FUNCTION medstint.resolve_punch(punch text, way text, rotation text, at timestamp with time zone, why text) OWNER TO medstint_owner;

--
-- Name: revoke_kiosk(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.revoke_kiosk(kiosk text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  me constant record := medstint.actor();
BEGIN
  IF me.role IS NULL OR me.role NOT IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') THEN
    RAISE EXCEPTION 'administrators revoke kiosks' USING ERRCODE = 'MS403', CONSTRAINT = 'kiosks_administrators_enrol';
  END IF;
  UPDATE public.kiosks k SET revoked_at = now(), credential_hash = NULL, enrolment_hash = NULL, enrolment_expires_at = NULL, code_made_by = '{}'
  WHERE k.id = kiosk AND k.school_id = me.school_id AND (k.credential_hash IS NOT NULL OR k.enrolment_hash IS NOT NULL);
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM medstint.write_event('kiosk.revoked', me.school_id, 'kiosks', kiosk, '{}', 'REVOKE', 200);
  RETURN true;
END
$$;


ALTER FUNCTION medstint.revoke_kiosk(kiosk text) OWNER TO medstint_owner;

--
-- Name: revoke_session(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.revoke_session(target text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  revoked record;
  -- Told before: it may be the very session that asks.
  x record := medstint.audit_context();
BEGIN
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now()
  WHERE s.id = target AND s.revoked_at IS NULL
    AND (s.user_id = medstint.current_user_id() OR medstint.administers(s.user_id))
  RETURNING s.user_id, s.school_id INTO revoked;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  VALUES (x.user_id, revoked.school_id, 'auth.session_revoked', 'sessions', target,
          jsonb_build_object('user_id', jsonb_build_object('old', revoked.user_id))::text,
          x.ip_address, x.user_agent, x.endpoint, 'REVOKE', 200, 'MEDIUM');
  RETURN true;
END
$$;


ALTER FUNCTION medstint.revoke_session(target text) OWNER TO medstint_owner;

--
-- Name: role_rank(public.user_role); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.role_rank(role public.user_role) RETURNS integer
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT CASE role WHEN 'STUDENT' THEN 0 WHEN 'CLINICAL_PRECEPTOR' THEN 1 WHEN 'CLINICAL_SUPERVISOR' THEN 2
    WHEN 'SCHOOL_ADMIN' THEN 3 ELSE 4 END
$$;


ALTER FUNCTION medstint.role_rank(role public.user_role) OWNER TO medstint_owner;

--
-- Name: roll_back(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.roll_back(deployment text) RETURNS TABLE(student text, competency text, obstacle text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
  me record := medstint.deploying();
  target public.competency_deployments;
  made_competencies text[];
  made_criteria text[];
  made_assignments text[];
BEGIN
  SELECT d.* INTO target FROM public.competency_deployments d WHERE d.id = deployment
    AND d.school_id = me.school FOR UPDATE;
  IF target.id IS NULL OR target.rollback_data IS NULL OR NOT target.rollback_data::jsonb ? 'assignments' THEN
    RAISE EXCEPTION 'nothing is known to take back' USING ERRCODE = 'MS409',
      CONSTRAINT = 'competency_deployments_nothing_to_take_back';
  END IF;
  IF target.rollback_data::jsonb ? 'rolled_back_at' THEN
    RAISE EXCEPTION 'it was taken back already' USING ERRCODE = 'MS409',
      CONSTRAINT = 'competency_deployments_taken_back_already';
  END IF;
  SELECT coalesce(array_agg(x), '{}') INTO made_competencies
    FROM jsonb_array_elements_text(target.rollback_data::jsonb -> 'competencies') x;
  SELECT coalesce(array_agg(x), '{}') INTO made_criteria
    FROM jsonb_array_elements_text(target.rollback_data::jsonb -> 'criteria') x;
  SELECT coalesce(array_agg(x), '{}') INTO made_assignments
    FROM jsonb_array_elements_text(target.rollback_data::jsonb -> 'assignments') x;
  -- A deployment of the same template waits, and so does this one.
  PERFORM medstint.hold_deployed(ARRAY[deployment], me.school);

  RETURN QUERY
    SELECT u.sort_name, c.name, CASE
        WHEN a.status = 'COMPLETED' THEN 'completed on ' || to_char(medstint.day_of(a.completion_date, (SELECT x.time_zone FROM public.schools x WHERE x.id = me.school)),
          'YYYY-MM-DD')
        WHEN a.status = 'IN_PROGRESS' OR a.progress_percentage > 0 THEN 'in progress'
        WHEN NOT a.id = ANY (made_assignments) THEN 'assigned since, by another way' END
    FROM public.competency_assignments a
    JOIN public.users u ON u.id = a.user_id
    JOIN public.competencies c ON c.id = a.competency_id
    WHERE a.id = ANY (made_assignments) OR a.competency_id = ANY (made_competencies)
    UNION ALL
    -- Whoever was assessed since, assigned or not.
    SELECT u.sort_name, c.name, 'assessed since'
    FROM public.assessments s
    JOIN public.users u ON u.id = s.student_id
    JOIN public.competencies c ON c.id = s.competency_id
    WHERE s.competency_id = ANY (made_competencies)
       OR s.created_at >= target.created_at AND EXISTS (SELECT FROM public.competency_assignments a
            WHERE a.id = ANY (made_assignments) AND a.user_id = s.student_id AND a.competency_id = s.competency_id)
    ORDER BY 1, 3;
  IF EXISTS (SELECT FROM public.competency_assignments a
    WHERE (a.id = ANY (made_assignments) OR a.competency_id = ANY (made_competencies))
      AND (a.status IN ('COMPLETED', 'IN_PROGRESS') OR a.progress_percentage > 0 OR NOT a.id = ANY (made_assignments)
        OR EXISTS (SELECT FROM public.assessments s WHERE s.student_id = a.user_id
          AND s.competency_id = a.competency_id AND s.created_at >= target.created_at)))
     OR EXISTS (SELECT FROM public.assessments s WHERE s.competency_id = ANY (made_competencies)) THEN
    RETURN;
  END IF;

  DELETE FROM public.competency_assignments a WHERE a.id = ANY (made_assignments) AND a.school_id = me.school;
  DELETE FROM public.rubric_criteria k WHERE k.id = ANY (made_criteria) AND k.school_id = me.school;
  DELETE FROM public.competencies c WHERE c.id = ANY (made_competencies) AND c.school_id = me.school;
  UPDATE public.competency_deployments d
  SET status = 'ARCHIVED', rollback_data = (d.rollback_data::jsonb
    || jsonb_build_object('rolled_back_at', now(), 'rolled_back_by', me.person))::text
  WHERE d.id = deployment;
END
$$;


ALTER FUNCTION medstint.roll_back(deployment text) OWNER TO medstint_owner;

--
-- Name: rubric_total(text, jsonb); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.rubric_total(competency text, scores jsonb, OUT score numeric, OUT max_score numeric, OUT is_complete boolean, OUT is_within boolean) RETURNS record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT CASE WHEN x.complete THEN round(x.weighted / x.weights * x.best, 2) END, x.best, x.complete, x.within
  FROM (SELECT sum(k.weight * ((scores ->> k.criterion_name)::numeric / k.max_score)) AS weighted, sum(k.weight) AS weights, max(k.max_score) AS best,
               coalesce(bool_and((scores ->> k.criterion_name) IS NOT NULL), true) AS complete,
               coalesce(bool_and(coalesce((scores ->> k.criterion_name)::numeric BETWEEN 0 AND k.max_score, true)), true) AS within
        FROM public.rubric_criteria k WHERE k.competency_id = competency) x
$$;


ALTER FUNCTION medstint.rubric_total(competency text, scores jsonb, OUT score numeric, OUT max_score numeric, OUT is_complete boolean, OUT is_within boolean) OWNER TO medstint_owner;

--
-- Name: same_day(timestamp with time zone, text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.same_day(instant timestamp with time zone, was text, becomes text) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
  SELECT CASE WHEN instant = medstint.day_start(medstint.day_of(instant, was), was)
    THEN medstint.day_start(medstint.day_of(instant, was), becomes)
    ELSE medstint.first_instant(instant AT TIME ZONE was, becomes) END
$$;


ALTER FUNCTION medstint.same_day(instant timestamp with time zone, was text, becomes text) OWNER TO medstint_owner;

--
-- Name: schema_version(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.schema_version() RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT coalesce(max(version), 0) FROM medstint._sqlx_migrations WHERE success);
END
$$;


ALTER FUNCTION medstint.schema_version() OWNER TO medstint_owner;

--
-- Name: seal_batch(text, integer); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.seal_batch(school text, at_most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
  fresh public.audit_seals;
  before public.audit_seals;
BEGIN
  IF NOT EXISTS (SELECT FROM medstint.audit_unsealed u WHERE u.school = seal_batch.school) THEN
    RETURN 0;
  END IF;
  PERFORM FROM medstint.audit_sealing s WHERE s.school = seal_batch.school FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    -- Who imports with triggers off has made none.
    IF EXISTS (SELECT FROM medstint.audit_sealing s WHERE s.school = seal_batch.school) THEN
      PERFORM medstint.tell_sealing_held(seal_batch.school);
      RETURN 0;
    END IF;
    INSERT INTO medstint.audit_sealing VALUES (seal_batch.school) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      RETURN 0;
    END IF;
  END IF;
  WITH taken AS (
    DELETE FROM medstint.audit_unsealed u USING (SELECT w.sequence FROM medstint.audit_unsealed w WHERE w.school = seal_batch.school
      ORDER BY w.sequence LIMIT at_most) first WHERE u.school = seal_batch.school AND u.sequence = first.sequence RETURNING u.sequence)
  SELECT count(*), array_agg(e.sequence ORDER BY e.sequence), string_agg(medstint.audit_leaf(e), '' ORDER BY e.sequence), min(e.sequence), max(e.sequence)
  INTO fresh.events, fresh.sequences, fresh.leaves, fresh.least_sequence, fresh.most_sequence
  FROM taken CROSS JOIN LATERAL (
    SELECT a.* FROM public.audit_logs a WHERE seal_batch.school <> '' AND a.school_id = seal_batch.school AND a.sequence = taken.sequence
    UNION ALL SELECT a.* FROM public.audit_logs a WHERE seal_batch.school = '' AND a.school_id IS NULL AND a.sequence = taken.sequence) e;
  IF fresh.events = 0 THEN
    RETURN 0;
  END IF;
  SELECT * INTO before FROM public.audit_seals s WHERE coalesce(s.school_id, '') = seal_batch.school ORDER BY s.number DESC LIMIT 1;
  fresh.id := gen_random_uuid()::text;
  fresh.school_id := nullif(seal_batch.school, '');
  fresh.number := coalesce(before.number, 0) + 1;
  fresh.first_position := coalesce(before.first_position + before.events, 1);
  fresh.previous := coalesce(before.hash, decode(repeat('00', 32), 'hex'));
  fresh.digest := sha256(fresh.leaves);
  fresh.sealed_at := clock_timestamp();
  fresh.hash := medstint.audit_seal_hash(fresh);
  INSERT INTO public.audit_seals SELECT fresh.*;
  PERFORM medstint.raise_alerts(seal_batch.school, fresh.sequences);
  RETURN fresh.events;
END
$$;


ALTER FUNCTION medstint.seal_batch(school text, at_most integer) OWNER TO medstint_owner;

--
-- Name: seal_events(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.seal_events(school text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN medstint.seal_batch(school, 1000);
EXCEPTION WHEN OTHERS THEN
  PERFORM medstint.write_system_event('audit.sealing_failed', school, 'audit_seals', '-',
    jsonb_build_object('state', SQLSTATE, 'error', left(SQLERRM, 200)), 'SEAL', 500);
  RETURN 0;
END
$$;


ALTER FUNCTION medstint.seal_events(school text) OWNER TO medstint_owner;

--
-- Name: second_person_acknowledges(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.second_person_acknowledges() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  rule constant public.alert_rules := (SELECT r FROM public.alert_rules r WHERE r.id = NEW.rule_id);
  doers text[];
  subjects text[];
  typists text[];
BEGIN
  WITH counted AS MATERIALIZED (
    SELECT e.* FROM public.audit_logs e
    WHERE (e.school_id = NEW.school_id OR NEW.school_id IS NULL AND e.school_id IS NULL)
      AND e.action = ANY (rule.actions) AND e.created_at BETWEEN NEW.first_at AND NEW.last_at
      AND medstint.alert_subject(e, rule.group_by) = NEW.subject)
  SELECT (SELECT array_agg(DISTINCT e.user_id) FROM counted e WHERE e.user_id IS NOT NULL),
    (SELECT array_agg(DISTINCT e.resource_id) FROM counted e WHERE e.resource_type = 'users'),
    ARRAY(SELECT jsonb_array_elements_text(e.changes::jsonb #> '{code_made_by,new}')
      FROM counted e WHERE e.action = 'kiosk.enrolled' AND e.changes IS NOT NULL
      UNION SELECT c.changed_by FROM counted e JOIN medstint.credential_changes c ON c.user_id = e.user_id
      WHERE e.endpoint = 'kiosk' AND c.kind = 'pin' AND c.stands)
  INTO doers, subjects, typists;
  -- By the person's id, since an address can be changed meanwhile.
  IF NEW.acknowledged_by = ANY (subjects) AND rule.group_by IN ('account', 'record')
     OR NEW.acknowledged_by = ANY (typists) THEN
    RAISE EXCEPTION 'the alert is about whoever would acknowledge it' USING ERRCODE = 'MS403',
      CONSTRAINT = 'alerts_not_by_whom_they_are_about';
  END IF;
  PERFORM medstint.require_second_person(NEW.acknowledged_by,
    coalesce(doers, '{}') || coalesce(subjects, '{}') || typists || NEW.subject);
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.second_person_acknowledges() OWNER TO medstint_owner;

--
-- Name: second_person_assesses(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.second_person_assesses() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  actor constant text := medstint.acting_user_id();
BEGIN
  IF actor IS NOT NULL THEN
    PERFORM medstint.require_second_person(actor, ARRAY[NEW.assessor_id, NEW.student_id]);
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.second_person_assesses() OWNER TO medstint_owner;

--
-- Name: second_person_corrects(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.second_person_corrects() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  actor constant text := medstint.acting_user_id();
BEGIN
  IF actor IS NOT NULL THEN
    PERFORM medstint.require_second_person(actor, ARRAY[NEW.proposed_by]);
  END IF;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.second_person_corrects() OWNER TO medstint_owner;

--
-- Name: second_person_decides(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.second_person_decides() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_nestloop TO 'off'
    SET jit TO 'off'
    AS $$
DECLARE
  actor text;
  same text[];
  broken text;
BEGIN
  IF NOT EXISTS (SELECT FROM old_rows o JOIN new_rows n USING (id)
      WHERE o.status = 'PENDING' AND n.status <> 'PENDING') THEN
    RETURN NULL;
  END IF;
  actor := medstint.acting_user_id();
  IF actor IS NULL THEN
    RETURN NULL;
  END IF;
  same := medstint.counts_as(actor);
  SELECT x.broken INTO broken FROM old_rows o JOIN new_rows n USING (id)
  CROSS JOIN LATERAL (SELECT medstint.second_person_rule(actor, same, n.student_id, n.editors, n.possible_punchers)
    AS broken) x
  WHERE o.status = 'PENDING' AND n.status <> 'PENDING' AND x.broken IS NOT NULL LIMIT 1;
  IF broken IS NOT NULL THEN
    RAISE EXCEPTION 'one person could have been both' USING ERRCODE = 'MS403', CONSTRAINT = broken;
  END IF;
  RETURN NULL;
END
$$;


ALTER FUNCTION medstint.second_person_decides() OWNER TO medstint_owner;

--
-- Name: second_person_refusals(text[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.second_person_refusals(records text[]) RETURNS TABLE(record text, rule text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  me constant record := medstint.actor();
  same text[];
BEGIN
  IF me.user_id IS NULL OR me.role = 'STUDENT' THEN
    RETURN;
  END IF;
  same := medstint.counts_as(me.user_id);
  RETURN QUERY SELECT t.id, x.broken FROM public.time_records t
  CROSS JOIN LATERAL (SELECT medstint.second_person_rule(me.user_id, same, t.student_id, t.editors,
    t.possible_punchers) AS broken) x
  WHERE t.id = ANY (records) AND t.school_id = me.school_id AND x.broken IS NOT NULL;
END
$$;


ALTER FUNCTION medstint.second_person_refusals(records text[]) OWNER TO medstint_owner;

--
-- Name: second_person_rule(text, text[], text, text[], text[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.second_person_rule(decider text, same text[], student text, editors text[], punchers text[]) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT CASE WHEN punchers && same THEN 'possible_punchers_do_not_decide'
    WHEN array_remove(editors || student, decider) && same THEN 'second_person_is_another' END
$$;


ALTER FUNCTION medstint.second_person_rule(decider text, same text[], student text, editors text[], punchers text[]) OWNER TO medstint_owner;

--
-- Name: secret_columns(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.secret_columns() RETURNS text[]
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT ARRAY['password', 'token', 'access_token', 'refresh_token', 'credential_hash', 'stripe_customer_id', 'enrolment_hash']
$$;


ALTER FUNCTION medstint.secret_columns() OWNER TO medstint_owner;

--
-- Name: secure_table(regclass, text); Type: PROCEDURE; Schema: medstint; Owner: medstint_owner
--

CREATE PROCEDURE medstint.secure_table(IN secured regclass, IN fence text)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  name text := (SELECT relname FROM pg_class WHERE oid = secured);
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', secured);
  EXECUTE format('CREATE POLICY %I ON %s AS RESTRICTIVE TO medstint_app USING (%s) WITH CHECK (%s)', name || '_fence', secured, fence, fence);
  EXECUTE format('CREATE POLICY %I ON %s TO CURRENT_USER USING (true) WITH CHECK (true)', name || '_owner', secured);
  EXECUTE format('CREATE POLICY %I ON %s TO medstint_web USING (true) WITH CHECK (true)', name || '_web', secured);
END
$$;


ALTER PROCEDURE medstint.secure_table(IN secured regclass, IN fence text) OWNER TO medstint_owner;

--
-- Name: sessions; Type: TABLE; Schema: public; Owner: medstint_owner
--

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
    sign_in_era bigint,
    sign_in_change bigint,
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


ALTER TABLE public.sessions OWNER TO medstint_owner;

--
-- Name: session_of(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.session_of(token text) RETURNS public.sessions
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT s.* FROM public.sessions s
  JOIN public.users u ON u.id = s.user_id
  LEFT JOIN public.schools c ON c.id = u.school_id
  WHERE s.token = encode(sha256(convert_to(session_of.token, 'UTF8')), 'hex')
    AND s.revoked_at IS NULL
    AND medstint.is_newest_change(s.user_id, s.sign_in_era, s.sign_in_change) AND s.expires_at > clock_timestamp() AND u.is_active AND coalesce(c.is_active, true)
$$;


ALTER FUNCTION medstint.session_of(token text) OWNER TO medstint_owner;

--
-- Name: set_own_password(text, text, text, bigint); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.set_own_password(mine text, who text, fresh text, known_era bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  hash constant text := medstint.password_hash_of(fresh);
  change bigint;
BEGIN
  INSERT INTO medstint.password_changes (user_id, era, is_applied)
  VALUES (who, known_era, true) RETURNING number INTO change;
  UPDATE public.sessions s SET sign_in_change = change, updated_at = now() WHERE s.id = mine;
  UPDATE public.accounts a SET password = hash, updated_at = now()
  WHERE a.user_id = who AND a.provider_id = 'credential';
  UPDATE medstint.password_changes c SET is_applied = true, password = NULL
  WHERE c.user_id = who AND NOT c.is_applied AND c.number <= known_era;
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now()
  WHERE s.user_id = who AND s.revoked_at IS NULL AND s.id <> mine;
END
$$;


ALTER FUNCTION medstint.set_own_password(mine text, who text, fresh text, known_era bigint) OWNER TO medstint_owner;

--
-- Name: set_password(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.set_password(who text, password text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  fresh constant text := medstint.password_hash_of(set_password.password);
  change bigint;
  by_other boolean;
BEGIN
  PERFORM medstint.hold_turns('passwords', ARRAY[who]);
  change := nextval('medstint.password_changes_number_seq');
  INSERT INTO public.accounts (user_id, provider_id, account_id, password)
  SELECT u.id, 'credential', u.id, fresh FROM public.users u
  WHERE u.id = who AND NOT EXISTS (
    SELECT FROM public.accounts a WHERE a.user_id = who AND a.provider_id = 'credential');
  IF FOUND THEN
    INSERT INTO medstint.password_changes (number, era, user_id, is_applied) VALUES (change, change, who, true);
  ELSIF EXISTS (SELECT FROM public.users u WHERE u.id = who) THEN
    by_other := medstint.note_credential_change(who, 'password', '', false, false);
    INSERT INTO medstint.password_changes (number, era, user_id, password, is_temporary, is_applied)
    VALUES (change, change, who, fresh, by_other, false);
    PERFORM medstint.apply_reset(who);
  END IF;
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now() WHERE s.id = ANY (ARRAY(
    SELECT x.id FROM public.sessions x WHERE x.user_id = who AND x.revoked_at IS NULL FOR NO KEY UPDATE SKIP LOCKED));
END
$$;


ALTER FUNCTION medstint.set_password(who text, password text) OWNER TO medstint_owner;

--
-- Name: set_pin(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.set_pin(who text, pin text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF NOT medstint.administers(who) THEN
    RAISE EXCEPTION 'user %: not yours to give a PIN', who USING ERRCODE = 'MS403', CONSTRAINT = 'pins_given_by_administrators';
  END IF;
  PERFORM medstint.set_pin_of(who, pin);
  PERFORM medstint.write_event('pin.set', u.school_id, 'users', who, '{}', 'SET', 200) FROM public.users u WHERE u.id = who;
END
$$;


ALTER FUNCTION medstint.set_pin(who text, pin text) OWNER TO medstint_owner;

--
-- Name: set_pin_of(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.set_pin_of(who text, pin text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
  IF pin IS NULL OR pin !~ '^[0-9]{4,8}$' THEN
    RAISE EXCEPTION 'a PIN has four to eight digits' USING ERRCODE = 'MS422', CONSTRAINT = 'pins_four_to_eight_digits';
  ELSIF position(pin IN '01234567890123456789') > 0 OR position(pin IN '98765432109876543210') > 0
     OR pin ~ '^(.)\1+$' THEN
    RAISE EXCEPTION 'a PIN is not a row of digits' USING ERRCODE = 'MS422', CONSTRAINT = 'pins_not_easily_guessed';
  ELSIF length(pin) <> ALL (medstint.pin_lengths((SELECT u.school_id FROM public.users u WHERE u.id = who))) THEN
    RAISE EXCEPTION 'a PIN is not as long as a number' USING ERRCODE = 'MS422',
      CONSTRAINT = 'pins_not_as_long_as_numbers';
  END IF;
  DELETE FROM medstint.pin_outcomes o WHERE o.user_id = who AND o.counted_in <> pg_current_xact_id()
    AND (o.status = 'ok'
      OR o.status = 'counted' AND EXISTS (SELECT FROM medstint.pins p WHERE p.user_id = who AND (o.tried_pin = p.pin_hash OR o.tried_code = p.code_hash)));
  DELETE FROM medstint.pin_attempts a WHERE a.subject = 'user:' || who;
  INSERT INTO medstint.pins AS p (user_id, pin_hash) VALUES (who, medstint.pin_hash(pin))
  ON CONFLICT (user_id) DO UPDATE SET pin_hash = excluded.pin_hash, code_hash = NULL, code_expires_at = NULL;
END
$_$;


ALTER FUNCTION medstint.set_pin_of(who text, pin text) OWNER TO medstint_owner;

--
-- Name: share_rubric(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.share_rubric() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM FROM public.competencies c WHERE c.id = NEW.competency_id FOR SHARE;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.share_rubric() OWNER TO medstint_owner;

--
-- Name: sign_out(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.sign_out() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id,
                                 ip_address, user_agent, endpoint, method, status_code)
  SELECT x.user_id, a.school_id, 'auth.signed_out', 'sessions', a.session_id,
         x.ip_address, x.user_agent, x.endpoint, 'SIGN_OUT', 200
  FROM medstint.actor() a, medstint.audit_context() x
  WHERE a.session_id IS NOT NULL;
  UPDATE public.sessions s SET revoked_at = now(), updated_at = now()
  FROM medstint.actor() a WHERE s.id = a.session_id;
END
$$;


ALTER FUNCTION medstint.sign_out() OWNER TO medstint_owner;

--
-- Name: store_attempt(text, text, text, text, text, text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.store_attempt(attempt_realm text, attempt_subject text, hash text, password text, ip text, device text, client text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
  -- A hash of the same cost as real ones that no password has.
  nobody constant text := '$2a$12$......................................................';
  from_here constant text := coalesce(host(inet_client_addr()), 'local');
  attempt constant text := medstint.random_token();
  before record;
BEGIN
  -- A flood from one source neither fills the table nor the trail.
  IF (SELECT count(*) >= 300 OR count(*) FILTER (WHERE a.counted_in = pg_current_xact_id()) > 0
      FROM medstint.password_attempts a
      WHERE a.realm = attempt_realm AND a.source = from_here AND a.counted_at > clock_timestamp() - interval '1 minute') THEN
    RAISE EXCEPTION 'too many attempts from one address' USING ERRCODE = 'MS429', CONSTRAINT = 'password_attempts_per_minute';
  END IF;
  SELECT * INTO before FROM medstint.attempts_against(attempt_realm, attempt_subject, from_here);
  INSERT INTO medstint.password_attempts (id, realm, subject, tried, is_counted, ip_address, user_agent, client)
  VALUES (attempt, attempt_realm, attempt_subject, medstint.password_tried(coalesce(store_attempt.password, ''), coalesce(hash, nobody)),
    before.from_source < 5 AND before.from_everywhere < 20,
    left(coalesce(nullif(btrim(ip), ''), host(inet_client_addr())), 100), left(device, 300),
    CASE WHEN store_attempt.client IN ('console', 'monitor', 'cli') THEN store_attempt.client ELSE 'console' END);
  RETURN attempt;
END
$_$;


ALTER FUNCTION medstint.store_attempt(attempt_realm text, attempt_subject text, hash text, password text, ip text, device text, client text) OWNER TO medstint_owner;

--
-- Name: sync_punches(text, text, bigint, jsonb); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.sync_punches(credential text, boot text, monotonic_ms bigint, punches jsonb) RETURNS TABLE(key text, outcome text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
  k constant public.kiosks := medstint.enter_kiosk(credential);
  arrived constant timestamptz := clock_timestamp();
  students constant text[] := ARRAY(SELECT DISTINCT (medstint.person_at_door(k.school_id, left(x.badge, 200))).id
    FROM jsonb_to_recordset(punches) AS x (badge text));
  p record;
  whose public.kiosks;
  student text;
  at timestamptz;
  unverified boolean;
  said text;
BEGIN
  PERFORM medstint.hold_punches(students);
  -- All rows that may be written, in one order.
  PERFORM FROM public.time_records t
  WHERE t.student_id = ANY (students) AND t.clock_out IS NULL AND t.status = 'PENDING' ORDER BY t.id FOR NO KEY UPDATE;
  FOR p IN SELECT x.*, to_timestamp(x.wall_ms / 1000.0) AS device_clock,
      to_timestamp((x.anchor ->> 'server_ms')::bigint / 1000.0) AS anchored_at, x.anchor ->> 'boot' AS anchor_boot,
      (x.anchor ->> 'monotonic_ms')::bigint AS anchor_ms
    FROM ROWS FROM (jsonb_to_recordset(punches) AS (key text, kiosk text, badge text, wall_ms bigint, boot text,
        monotonic_ms bigint, anchor jsonb, said jsonb)) WITH ORDINALITY
      AS x (key, kiosk, badge, wall_ms, boot, monotonic_ms, anchor, said, n) ORDER BY x.n
  LOOP
    key := p.key;
    SELECT x.* INTO whose FROM public.kiosks x WHERE x.id = coalesce(p.kiosk, k.id) AND x.school_id = k.school_id;
    -- Of another school's kiosk: it stays where it is.
    IF whose.id IS NULL THEN
      CONTINUE;
    END IF;
    SELECT CASE e.status WHEN 'RECORDED' THEN 'recorded' WHEN 'REPEATED' THEN 'repeated' ELSE 'quarantined' END
    INTO outcome
    FROM public.kiosk_punches e WHERE e.id = p.key AND e.kiosk_id = whose.id;
    IF FOUND THEN
      RETURN NEXT;
      CONTINUE;
    END IF;
    unverified := false;
    IF p.boot = sync_punches.boot AND p.monotonic_ms <= sync_punches.monotonic_ms THEN
      at := arrived - (sync_punches.monotonic_ms - p.monotonic_ms) * interval '1 millisecond';
    ELSIF p.boot = p.anchor_boot
      AND p.anchored_at + (p.monotonic_ms - p.anchor_ms) * interval '1 millisecond' IS NOT NULL THEN
      -- Which may have been heard while the punch was asked for.
      at := p.anchored_at + (p.monotonic_ms - p.anchor_ms) * interval '1 millisecond';
    ELSE
      at := p.device_clock;
      unverified := true;
    END IF;
    student := (medstint.person_at_door(k.school_id, left(p.badge, 200))).id;
    PERFORM medstint.begin_act(k.id, student, true);
    BEGIN
      said := coalesce(CASE WHEN whose.id <> k.id THEN 'another_kiosk' WHEN student IS NULL THEN 'unknown_badge'
        WHEN at > arrived + interval '1 minute' THEN 'in_the_future'
        WHEN at < greatest(arrived - interval '60 days', k.enrolled_at) THEN 'too_old'
        ELSE medstint.place_punch(k, student, left(p.badge, 200), p.key, at, p.device_clock, true, unverified,
          coalesce(p.said, '{}')) ->> 'status' END, 'refused');
    EXCEPTION
      WHEN deadlock_detected OR lock_not_available OR serialization_failure OR insufficient_resources
        OR operator_intervention THEN RAISE;
      -- A rule refused it: somebody decides what becomes of it.
      WHEN OTHERS THEN said := 'refused';
    END;
    IF said IN ('in', 'out') THEN
      SELECT lower(e.status) INTO outcome FROM public.kiosk_punches e WHERE e.id = p.key;
    ELSE
      PERFORM medstint.quarantine_punch(whose, student, left(p.badge, 200), p.key, greatest(at, '1970-01-01Z'),
        p.device_clock, unverified, said);
      outcome := 'quarantined';
    END IF;
    RETURN NEXT;
  END LOOP;
  PERFORM medstint.begin_act(k.id, NULL);
  SET CONSTRAINTS medstint.reflag_wanted IMMEDIATE;
  PERFORM medstint.end_act();
END
$$;


ALTER FUNCTION medstint.sync_punches(credential text, boot text, monotonic_ms bigint, punches jsonb) OWNER TO medstint_owner;

--
-- Name: tame_accuracy(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.tame_accuracy() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  NEW.clock_in_accuracy_m := CASE WHEN NEW.clock_in_accuracy_m < 'Infinity' THEN NEW.clock_in_accuracy_m END;
  NEW.clock_out_accuracy_m := CASE WHEN NEW.clock_out_accuracy_m < 'Infinity' THEN NEW.clock_out_accuracy_m END;
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.tame_accuracy() OWNER TO medstint_owner;

--
-- Name: tell_over_capacity(text[]); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.tell_over_capacity(sites text[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT medstint.notify('SITE_OVER_CAPACITY', jsonb_agg(jsonb_build_object('user_id', a, 'key', 'over_capacity:' || x.id || ':' || to_char(x.day, 'IYYY-IW'),
    'about', 'clinical_sites/' || x.id,
    'data', jsonb_build_object('site', x.name, 'present', x.present, 'capacity', x.capacity, 'date', to_char(x.day, 'YYYY-MM-DD')))))
  FROM (SELECT DISTINCT ON (s.id) s.id, s.school_id, s.name, s.capacity, greatest(r.start_date, now()) AT TIME ZONE s.time_zone AS day,
               b.present
        FROM public.clinical_sites s JOIN public.rotations r ON r.clinical_site_id = s.id AND r.status IN ('SCHEDULED', 'ACTIVE') AND r.end_date > now()
        CROSS JOIN LATERAL (SELECT medstint.busiest(s.id, greatest(r.start_date, now()), greatest(r.start_date, now()) + interval '1 millisecond') AS present) b
        WHERE s.id = ANY (sites) AND b.present > s.capacity
        ORDER BY s.id, greatest(r.start_date, now())) x,
       medstint.administrators(x.school_id) a
$$;


ALTER FUNCTION medstint.tell_over_capacity(sites text[]) OWNER TO medstint_owner;

--
-- Name: tell_sealing_held(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.tell_sealing_held(school text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
  oldest timestamptz;
  holder record;
  event bigint;
  rule public.alert_rules;
BEGIN
  SELECT min(e.created_at) INTO oldest FROM (SELECT u.sequence FROM medstint.audit_unsealed u WHERE u.school = tell_sealing_held.school ORDER BY u.sequence LIMIT 1000) first
  JOIN public.audit_logs e ON e.sequence = first.sequence AND (e.school_id = tell_sealing_held.school OR tell_sealing_held.school = '' AND e.school_id IS NULL);
  IF school = '' THEN
    oldest := least(oldest, (SELECT min(a.counted_at) FROM medstint.password_attempts a WHERE NOT a.is_reported),
      (SELECT min(r.refused_at) FROM medstint.refused_enrolments r WHERE NOT r.is_reported),
      -- A right PIN may be asked about for five minutes.
      (SELECT min(o.counted_at) FROM medstint.pin_outcomes o
       WHERE NOT o.is_reported AND o.counted_at < clock_timestamp() - interval '5 minutes'));
  END IF;
  IF oldest IS NULL OR oldest > clock_timestamp() - interval '2 minutes' OR EXISTS (SELECT FROM public.audit_logs e
      WHERE e.school_id IS NOT DISTINCT FROM nullif(tell_sealing_held.school, '') AND e.action = 'audit.sealing_held' AND e.created_at > clock_timestamp() - interval '10 minutes') THEN
    RETURN;
  END IF;
  SELECT l.pid, a.usename AS role INTO holder FROM medstint.audit_sealing s
  JOIN pg_locks l ON l.locktype = 'transactionid' AND l.transactionid = s.xmax AND l.granted
  LEFT JOIN pg_stat_activity a ON a.pid = l.pid
  WHERE s.school = tell_sealing_held.school;
  PERFORM medstint.write_system_event('audit.sealing_held', tell_sealing_held.school, 'audit_seals', '-',
    jsonb_build_object('since', oldest, 'process', holder.pid, 'role', holder.role), 'SEAL', 423);
  SELECT e.sequence INTO event FROM public.audit_logs e WHERE e.school_id IS NOT DISTINCT FROM nullif(tell_sealing_held.school, '') AND e.action = 'audit.sealing_held' ORDER BY e.created_at DESC, e.sequence DESC LIMIT 1;
  SELECT r.* INTO rule FROM public.alert_rules r
  WHERE r.code = 'sealing-held' AND (r.school_id = tell_sealing_held.school OR r.school_id IS NULL) ORDER BY r.school_id NULLS LAST LIMIT 1;
  PERFORM medstint.evaluate_rule(rule, tell_sealing_held.school, 'UTC', ARRAY[event]) WHERE event IS NOT NULL AND rule.is_active;
END
$$;


ALTER FUNCTION medstint.tell_sealing_held(school text) OWNER TO medstint_owner;

--
-- Name: thresholds(text, text, jsonb); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.thresholds(school text, program_profile text DEFAULT NULL::text, instead jsonb DEFAULT NULL::jsonb, OUT open_too_long_h numeric, OUT too_long_h numeric, OUT too_short_min numeric, OUT late_entry_d numeric, OUT aged_d numeric, OUT travel_kmh numeric, OUT same_device_s numeric, OUT day_cap_h numeric, OUT week_cap_h numeric, OUT min_rest_h numeric, OUT at_once_cap_h numeric, OUT averaged_days integer, OUT long_shift_h numeric, OUT rest_after_long_h numeric, OUT free_days integer, OUT missing_d numeric) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $_$
#variable_conflict use_column
BEGIN
  SELECT coalesce((s.set ->> 'open_too_long_h')::numeric, 16), coalesce((s.set ->> 'too_long_h')::numeric, 16),
    coalesce((s.set ->> 'too_short_min')::numeric, 15), coalesce((s.set ->> 'late_entry_d')::numeric, 3),
    coalesce((s.set ->> 'aged_d')::numeric, 7), coalesce((s.set ->> 'travel_kmh')::numeric, 150),
    coalesce((s.set ->> 'same_device_s')::numeric, 60),
    coalesce((s.set ->> 'day_cap_h')::numeric, d.day_cap_h), coalesce((s.set ->> 'week_cap_h')::numeric, d.week_cap_h),
    coalesce((s.set ->> 'min_rest_h')::numeric, d.min_rest_h),
    d.at_once_cap_h, d.averaged_days, d.long_shift_h, d.rest_after_long_h, d.free_days, coalesce((s.set ->> 'missing_d')::numeric, 7)
  INTO open_too_long_h, too_long_h, too_short_min, late_entry_d, aged_d, travel_kmh, same_device_s, day_cap_h, week_cap_h, min_rest_h,
    at_once_cap_h, averaged_days, long_shift_h, rest_after_long_h, free_days, missing_d
  FROM (SELECT) AS once
  LEFT JOIN public.school_policies p ON p.school_id = school
  CROSS JOIN LATERAL (SELECT coalesce(instead -> 'thresholds', medstint.jsonb_or_empty(p.thresholds)) AS all_of_it) x
  -- What another program wrote there and is no sensible number counts as not set.
  CROSS JOIN LATERAL (SELECT coalesce(jsonb_object_agg(e.key, e.value) FILTER (WHERE jsonb_typeof(e.value) IN ('number', 'string')
      AND e.value #>> '{}' ~ '^[0-9]{1,5}(\.[0-9]{1,4})?$'), '{}') AS set
    FROM jsonb_each(x.all_of_it) e) s
  LEFT JOIN medstint.duty_profiles d ON d.code = coalesce(program_profile, instead ->> 'duty_profile', p.duty_profile, 'CUSTOM');
END
$_$;


ALTER FUNCTION medstint.thresholds(school text, program_profile text, instead jsonb, OUT open_too_long_h numeric, OUT too_long_h numeric, OUT too_short_min numeric, OUT late_entry_d numeric, OUT aged_d numeric, OUT travel_kmh numeric, OUT same_device_s numeric, OUT day_cap_h numeric, OUT week_cap_h numeric, OUT min_rest_h numeric, OUT at_once_cap_h numeric, OUT averaged_days integer, OUT long_shift_h numeric, OUT rest_after_long_h numeric, OUT free_days integer, OUT missing_d numeric) OWNER TO medstint_owner;

--
-- Name: tidy_alert_rules(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.tidy_alert_rules() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  NEW.name := medstint.tidied(NEW.name);
  NEW.code := medstint.case_folded(medstint.tidied(NEW.code));
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.tidy_alert_rules() OWNER TO medstint_owner;

--
-- Name: tidy_clinical_site_locations(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.tidy_clinical_site_locations() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$BEGIN NEW.name := medstint.tidied(NEW.name); RETURN NEW; END$$;


ALTER FUNCTION medstint.tidy_clinical_site_locations() OWNER TO medstint_owner;

--
-- Name: tidy_clinical_sites(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.tidy_clinical_sites() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$BEGIN NEW.name := medstint.tidied(NEW.name); NEW.contact_person_name := nullif(medstint.tidied(NEW.contact_person_name), ''); NEW.contact_person_email := nullif(medstint.tidied(NEW.contact_person_email), ''); RETURN NEW; END$$;


ALTER FUNCTION medstint.tidy_clinical_sites() OWNER TO medstint_owner;

--
-- Name: tidy_columns(regclass, text[]); Type: PROCEDURE; Schema: medstint; Owner: medstint_owner
--

CREATE PROCEDURE medstint.tidy_columns(IN tidied regclass, IN columns text[])
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
$_$;


ALTER PROCEDURE medstint.tidy_columns(IN tidied regclass, IN columns text[]) OWNER TO medstint_owner;

--
-- Name: tidy_competencies(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.tidy_competencies() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$BEGIN NEW.name := medstint.tidied(NEW.name); NEW.category := medstint.tidied(NEW.category); NEW.version := medstint.tidied(NEW.version); RETURN NEW; END$$;


ALTER FUNCTION medstint.tidy_competencies() OWNER TO medstint_owner;

--
-- Name: tidy_competency_templates(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.tidy_competency_templates() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$BEGIN NEW.name := medstint.tidied(NEW.name); NEW.category := medstint.tidied(NEW.category); NEW.version := medstint.tidied(NEW.version); RETURN NEW; END$$;


ALTER FUNCTION medstint.tidy_competency_templates() OWNER TO medstint_owner;

--
-- Name: tidy_kiosks(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.tidy_kiosks() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$BEGIN NEW.name := medstint.tidied(NEW.name); RETURN NEW; END$$;


ALTER FUNCTION medstint.tidy_kiosks() OWNER TO medstint_owner;

--
-- Name: tidy_programs(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.tidy_programs() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$BEGIN NEW.name := medstint.tidied(NEW.name); RETURN NEW; END$$;


ALTER FUNCTION medstint.tidy_programs() OWNER TO medstint_owner;

--
-- Name: tidy_rotations(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.tidy_rotations() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$BEGIN NEW.specialty := medstint.tidied(NEW.specialty); RETURN NEW; END$$;


ALTER FUNCTION medstint.tidy_rotations() OWNER TO medstint_owner;

--
-- Name: tidy_rubric_criteria(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.tidy_rubric_criteria() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$BEGIN NEW.criterion_name := medstint.tidied(NEW.criterion_name); RETURN NEW; END$$;


ALTER FUNCTION medstint.tidy_rubric_criteria() OWNER TO medstint_owner;

--
-- Name: tidy_schools(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.tidy_schools() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$BEGIN NEW.name := medstint.tidied(NEW.name); NEW.email := nullif(medstint.tidied(NEW.email), ''); RETURN NEW; END$$;


ALTER FUNCTION medstint.tidy_schools() OWNER TO medstint_owner;

--
-- Name: tidy_users(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.tidy_users() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$BEGIN NEW.email := medstint.tidied(NEW.email); NEW.name := medstint.tidied(NEW.name); NEW.given_name := nullif(medstint.tidied(NEW.given_name), ''); NEW.family_name := nullif(medstint.tidied(NEW.family_name), ''); NEW.student_id := nullif(medstint.tidied(NEW.student_id), ''); NEW.badge := nullif(medstint.tidied(NEW.badge), ''); RETURN NEW; END$$;


ALTER FUNCTION medstint.tidy_users() OWNER TO medstint_owner;

--
-- Name: total_hours(timestamp with time zone, timestamp with time zone); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.total_hours(clock_in timestamp with time zone, clock_out timestamp with time zone) RETURNS numeric
    LANGUAGE sql IMMUTABLE STRICT
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT CASE WHEN h BETWEEN 0 AND 99.99 THEN h END
  FROM (SELECT round((extract(epoch FROM clock_out - clock_in) / 3600)::numeric, 2) AS h) x
$$;


ALTER FUNCTION medstint.total_hours(clock_in timestamp with time zone, clock_out timestamp with time zone) OWNER TO medstint_owner;

--
-- Name: touch(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.touch() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;


ALTER FUNCTION medstint.touch() OWNER TO medstint_owner;

--
-- Name: touch_session(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.touch_session() RETURNS timestamp with time zone
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  UPDATE public.sessions s
  SET last_seen_at = now(), updated_at = now(),
      expires_at = greatest(s.expires_at, least(now() + interval '12 hours', s.created_at + interval '7 days'))
  FROM medstint.actor() a WHERE s.id = a.session_id
  RETURNING s.expires_at
$$;


ALTER FUNCTION medstint.touch_session() OWNER TO medstint_owner;

--
-- Name: undo_limit(public.user_role); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.undo_limit(role public.user_role, OUT may boolean, OUT within interval) RETURNS record
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR', 'SCHOOL_ADMIN', 'SUPER_ADMIN'),
    CASE role WHEN 'CLINICAL_PRECEPTOR' THEN interval '15 minutes' WHEN 'CLINICAL_SUPERVISOR' THEN interval '24 hours' END
$$;


ALTER FUNCTION medstint.undo_limit(role public.user_role, OUT may boolean, OUT within interval) OWNER TO medstint_owner;

--
-- Name: verdict_on(medstint.password_attempts, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.verdict_on(attempt medstint.password_attempts, hash text, OUT status text, OUT free_at timestamp with time zone) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  now_counted record := medstint.attempts_against(attempt.realm, attempt.subject, attempt.source);
BEGIN
  status := CASE
    WHEN NOT attempt.is_counted OR now_counted.from_source > 5 OR now_counted.from_everywhere > 20 THEN 'locked'
    WHEN attempt.tried = hash THEN 'ok'
    WHEN now_counted.from_source >= 5 OR now_counted.from_everywhere >= 20 THEN 'locked'
    ELSE 'refused' END;
  free_at := CASE status WHEN 'locked' THEN now_counted.free_at END;
END
$$;


ALTER FUNCTION medstint.verdict_on(attempt medstint.password_attempts, hash text, OUT status text, OUT free_at timestamp with time zone) OWNER TO medstint_owner;

--
-- Name: waiting_events(text, bigint, bigint); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.waiting_events(school text, after bigint, up_to bigint) RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT u.sequence FROM medstint.audit_unsealed u
  WHERE u.school = coalesce(waiting_events.school, '') AND u.sequence > after AND u.sequence <= up_to
    AND (waiting_events.school = medstint.current_school_id() AND medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') OR pg_has_role(session_user, current_user, 'MEMBER'))
$$;


ALTER FUNCTION medstint.waiting_events(school text, after bigint, up_to bigint) OWNER TO medstint_owner;

--
-- Name: waits(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.waits(record text) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  SELECT EXISTS (SELECT FROM public.time_record_questions q WHERE q.time_record_id = record AND q.answered_at IS NULL)
    OR EXISTS (SELECT FROM public.time_record_corrections c WHERE c.time_record_id = record AND c.status = 'PROPOSED')
$$;


ALTER FUNCTION medstint.waits(record text) OWNER TO medstint_owner;

--
-- Name: watch_audit(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.watch_audit(token text, OUT sealed integer, OUT waiting bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  mine constant public.sessions := medstint.session_of(token);
  home constant text := coalesce(mine.school_id, mine.active_school_id);
BEGIN
  IF mine.id IS NULL OR mine.is_restricted OR current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'the session has ended' USING ERRCODE = 'MS401';
  END IF;
  PERFORM medstint.report_attempts(), medstint.seal_batch('', 10000);
  sealed := CASE WHEN home IS NULL THEN 0 ELSE medstint.seal_batch(home, 10000) END;
  waiting := (SELECT count(*) FROM medstint.audit_unsealed u WHERE u.school = home);
END
$$;


ALTER FUNCTION medstint.watch_audit(token text, OUT sealed integer, OUT waiting bigint) OWNER TO medstint_owner;

--
-- Name: week_of(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.week_of(record text) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT jsonb_build_object('day_cap_h', l.day_cap_h, 'week_cap_h', l.week_cap_h, 'is_averaged', l.averaged_days IS DISTINCT FROM 7,
    'days', (SELECT jsonb_agg(jsonb_build_object('day', (w.monday + make_interval(days => d))::date,
        'elapsed_ms', coalesce(x.ms, 0), 'is_open', coalesce(x.open, false)) ORDER BY d)
      FROM generate_series(0, 6) d
      LEFT JOIN LATERAL (
        SELECT sum(o.elapsed_ms) FILTER (WHERE o.elapsed_ms > 0)::bigint AS ms, bool_or(o.clock_out IS NULL) AS open
        FROM public.time_records o
        WHERE o.student_id = t.student_id AND o.status <> 'REJECTED'
          AND o.clock_in >= medstint.first_instant(w.monday + make_interval(days => d), s.time_zone)
          AND o.clock_in < medstint.first_instant(w.monday + make_interval(days => d + 1), s.time_zone)) x ON true))
  FROM public.time_records t
  JOIN public.clinical_sites s ON s.id = t.clinical_site_id
  JOIN medstint.actor() me ON me.school_id = t.school_id
    AND (me.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') OR t.rotation_id = ANY (medstint.own_rotation_ids()))
  LEFT JOIN public.users u ON u.id = t.student_id
  LEFT JOIN public.programs p ON p.id = u.program_id
  CROSS JOIN LATERAL medstint.thresholds(t.school_id, p.duty_profile) l
  CROSS JOIN LATERAL (SELECT date_trunc('week', t.clock_in AT TIME ZONE s.time_zone) AS monday) w
  WHERE t.id = record
$$;


ALTER FUNCTION medstint.week_of(record text) OWNER TO medstint_owner;

--
-- Name: whoami(); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.whoami(OUT user_id text, OUT name text, OUT email text, OUT role public.user_role, OUT school_id text, OUT school_name text, OUT expires_at timestamp with time zone, OUT unread bigint) RETURNS record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT u.id, u.name, u.email, a.role, a.school_id, c.name, s.expires_at,
    (SELECT count(*) FROM public.notifications n WHERE n.user_id = u.id AND NOT n.is_read)
  FROM medstint.actor() a
  JOIN public.users u ON u.id = a.user_id
  JOIN public.sessions s ON s.id = a.session_id
  LEFT JOIN public.schools c ON c.id = a.school_id
$$;


ALTER FUNCTION medstint.whoami(OUT user_id text, OUT name text, OUT email text, OUT role public.user_role, OUT school_id text, OUT school_name text, OUT expires_at timestamp with time zone, OUT unread bigint) OWNER TO medstint_owner;

--
-- Name: with_approved_hours(text, integer); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.with_approved_hours(flags text, approved_h integer) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RETURN (SELECT jsonb_agg(CASE WHEN x.flag ->> 'code' = 'OVER_REQUIRED'
      THEN jsonb_set(x.flag, '{evidence,hours}', coalesce(to_jsonb(approved_h), 'null')) ELSE x.flag END ORDER BY x.n)
    FROM jsonb_array_elements(flags::jsonb) WITH ORDINALITY AS x (flag, n));
END
$$;


ALTER FUNCTION medstint.with_approved_hours(flags text, approved_h integer) OWNER TO medstint_owner;

--
-- Name: withdraw_correction(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.withdraw_correction(correction text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  UPDATE public.time_record_corrections c SET status = 'WITHDRAWN', decided_by = c.proposed_by, decided_at = now()
  WHERE c.id = correction AND c.status = 'PROPOSED' AND c.proposed_by = medstint.acting_user_id();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'not theirs to withdraw' USING ERRCODE = 'MS403', CONSTRAINT = 'time_record_corrections_own_withdrawn';
  END IF;
END
$$;


ALTER FUNCTION medstint.withdraw_correction(correction text) OWNER TO medstint_owner;

--
-- Name: without_pin(text, text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.without_pin(school text, typed text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT CASE WHEN x.whole ~ '^[0-9]{4,8}$' THEN '••••' ELSE coalesce((
    SELECT h.head || '••••' FROM medstint.badge_forms(school) f
    CROSS JOIN generate_series(8, 4, -1) n CROSS JOIN LATERAL (SELECT left(x.whole, -n) AS head) h
    WHERE right(x.whole, n) ~ '^[0-9]+$' AND h.head <> ''
      AND length(h.head) = ANY (CASE WHEN h.head ~ '^[0-9]+$' THEN f.digit_lengths ELSE f.other_lengths END)
    ORDER BY n DESC LIMIT 1), typed) END
  FROM (SELECT btrim(typed) AS whole) x
$_$;


ALTER FUNCTION medstint.without_pin(school text, typed text) OWNER TO medstint_owner;

--
-- Name: working_on(text); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.working_on(record text, OUT person text, OUT name text, OUT role public.user_role, OUT is_own boolean, OUT decides boolean, OUT student text, OUT school text, OUT day text, OUT status public.time_record_status) RETURNS record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT u.id, u.name, u.role, u.id = t.student_id,
    u.role IN ('SCHOOL_ADMIN', 'SUPER_ADMIN') OR u.role IN ('CLINICAL_PRECEPTOR', 'CLINICAL_SUPERVISOR')
      AND (coalesce(u.id IN (r.preceptor_id, r.supervisor_id), false) OR medstint.is_deputy(u.id, r.preceptor_id, r.supervisor_id)),
    t.student_id, t.school_id, to_char(medstint.day_of(t.clock_in, s.time_zone), 'YYYY-MM-DD'), t.status
  FROM public.time_records t
  JOIN public.rotations r ON r.id = t.rotation_id
  JOIN public.clinical_sites s ON s.id = t.clinical_site_id
  JOIN public.users u ON u.id = medstint.acting_user_id() AND u.is_active
  WHERE t.id = record AND (t.school_id = medstint.current_school_id() OR medstint.current_user_id() IS NULL AND u.school_id = t.school_id)
$$;


ALTER FUNCTION medstint.working_on(record text, OUT person text, OUT name text, OUT role public.user_role, OUT is_own boolean, OUT decides boolean, OUT student text, OUT school text, OUT day text, OUT status public.time_record_status) OWNER TO medstint_owner;

--
-- Name: write_event(text, text, text, text, jsonb, text, integer); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.write_event(event text, school text, type text, id text, details jsonb, method text, status integer) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, school, event, left(type, 100), left(id, 200),
    (SELECT jsonb_object_agg(key, jsonb_build_object('new', value))::text FROM jsonb_each(details) WHERE value <> 'null'),
    c.ip_address, c.user_agent, c.endpoint, method, status,
    (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = event)
  FROM medstint.audit_context() c
$$;


ALTER FUNCTION medstint.write_event(event text, school text, type text, id text, details jsonb, method text, status integer) OWNER TO medstint_owner;

--
-- Name: write_system_event(text, text, text, text, jsonb, text, integer); Type: FUNCTION; Schema: medstint; Owner: medstint_owner
--

CREATE FUNCTION medstint.write_system_event(event text, school text, type text, id text, details jsonb, method text, status integer) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  INSERT INTO public.audit_logs (school_id, action, resource_type, resource_id, changes, endpoint, method, status_code, severity)
  SELECT nullif(school, ''), event, type, id, (SELECT jsonb_object_agg(key, jsonb_build_object('new', value))::text FROM jsonb_each(details)),
    'system', method, status, (SELECT t.severity FROM medstint.audit_event_types t WHERE t.name = event)
$$;


ALTER FUNCTION medstint.write_system_event(event text, school text, type text, id text, details jsonb, method text, status integer) OWNER TO medstint_owner;

--
-- Name: audit_event_types; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

CREATE TABLE medstint.audit_event_types (
    name text NOT NULL,
    code text NOT NULL,
    severity public.audit_severity NOT NULL,
    meaning text NOT NULL,
    CONSTRAINT audit_event_types_code_check CHECK ((code ~ '^[A-Z]{2}-[0-9]{4}$'::text))
);


ALTER TABLE medstint.audit_event_types OWNER TO medstint_owner;

--
-- Name: audit_sealing; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

CREATE TABLE medstint.audit_sealing (
    school text NOT NULL
);

ALTER TABLE ONLY medstint.audit_sealing FORCE ROW LEVEL SECURITY;


ALTER TABLE medstint.audit_sealing OWNER TO medstint_owner;

--
-- Name: audit_unsealed; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

CREATE TABLE medstint.audit_unsealed (
    school text NOT NULL,
    sequence bigint NOT NULL
);

ALTER TABLE ONLY medstint.audit_unsealed FORCE ROW LEVEL SECURITY;


ALTER TABLE medstint.audit_unsealed OWNER TO medstint_owner;

--
-- Name: badge_keys; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

CREATE TABLE medstint.badge_keys (
    key text NOT NULL
);


ALTER TABLE medstint.badge_keys OWNER TO medstint_owner;

--
-- Name: channel_secret; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

CREATE TABLE medstint.channel_secret (
    is_only boolean DEFAULT true NOT NULL,
    secret bytea NOT NULL,
    CONSTRAINT channel_secret_is_only_check CHECK (is_only),
    CONSTRAINT channel_secret_secret_check CHECK ((length(secret) = 32))
);

ALTER TABLE ONLY medstint.channel_secret FORCE ROW LEVEL SECURITY;


ALTER TABLE medstint.channel_secret OWNER TO medstint_owner;

--
-- Name: credential_changes; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

CREATE TABLE medstint.credential_changes (
    user_id text NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    kind text NOT NULL,
    item text DEFAULT ''::text NOT NULL,
    stands boolean DEFAULT false NOT NULL,
    CONSTRAINT credential_changes_changed_at_in_range CHECK (((changed_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (changed_at < '2200-01-01 00:00:00+00'::timestamp with time zone))),
    CONSTRAINT credential_changes_kind_known CHECK ((kind = ANY (ARRAY['password'::text, 'email'::text, 'pin'::text, 'provider'::text, 'badge'::text])))
);

ALTER TABLE ONLY medstint.credential_changes FORCE ROW LEVEL SECURITY;


ALTER TABLE medstint.credential_changes OWNER TO medstint_owner;

--
-- Name: days_moving; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

CREATE UNLOGGED TABLE medstint.days_moving (
    transaction_id xid8 NOT NULL
);

ALTER TABLE ONLY medstint.days_moving FORCE ROW LEVEL SECURITY;


ALTER TABLE medstint.days_moving OWNER TO medstint_owner;

--
-- Name: duty_profiles; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

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


ALTER TABLE medstint.duty_profiles OWNER TO medstint_owner;

--
-- Name: flags_due; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

CREATE TABLE medstint.flags_due (
    time_record_id text NOT NULL,
    school_id text NOT NULL
)
WITH (autovacuum_vacuum_threshold='0', autovacuum_vacuum_scale_factor='0');

ALTER TABLE ONLY medstint.flags_due FORCE ROW LEVEL SECURITY;


ALTER TABLE medstint.flags_due OWNER TO medstint_owner;

--
-- Name: flags_wanted; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

CREATE TABLE medstint.flags_wanted (
    wanted_in xid8 DEFAULT pg_current_xact_id() NOT NULL,
    table_name text NOT NULL,
    row_id text NOT NULL
);

ALTER TABLE ONLY medstint.flags_wanted FORCE ROW LEVEL SECURITY;


ALTER TABLE medstint.flags_wanted OWNER TO medstint_owner;

--
-- Name: kiosk_acts; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

CREATE UNLOGGED TABLE medstint.kiosk_acts (
    transaction_id xid8 NOT NULL,
    kiosk_id text NOT NULL,
    user_id text,
    puts_flags_off boolean DEFAULT false NOT NULL
);


ALTER TABLE medstint.kiosk_acts OWNER TO medstint_owner;

--
-- Name: password_changes; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

CREATE TABLE medstint.password_changes (
    number bigint NOT NULL,
    user_id text NOT NULL,
    era bigint NOT NULL,
    password text,
    is_temporary boolean DEFAULT false NOT NULL,
    is_applied boolean NOT NULL,
    CONSTRAINT password_changes_check CHECK ((era <= number)),
    CONSTRAINT password_changes_check1 CHECK (((password IS NULL) = is_applied))
);

ALTER TABLE ONLY medstint.password_changes FORCE ROW LEVEL SECURITY;


ALTER TABLE medstint.password_changes OWNER TO medstint_owner;

--
-- Name: password_changes_number_seq; Type: SEQUENCE; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE medstint.password_changes ALTER COLUMN number ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME medstint.password_changes_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: pin_attempts; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

CREATE TABLE medstint.pin_attempts (
    subject text NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    last_attempt timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pin_attempts_last_attempt_in_range CHECK (((last_attempt >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (last_attempt < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);


ALTER TABLE medstint.pin_attempts OWNER TO medstint_owner;

--
-- Name: pins; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

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


ALTER TABLE medstint.pins OWNER TO medstint_owner;

--
-- Name: refused_enrolments; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

CREATE TABLE medstint.refused_enrolments (
    number bigint NOT NULL,
    source text DEFAULT COALESCE(host(inet_client_addr()), 'local'::text) NOT NULL,
    refused_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    refused_in xid8 DEFAULT pg_current_xact_id() NOT NULL,
    is_reported boolean DEFAULT false NOT NULL,
    CONSTRAINT refused_enrolments_refused_at_in_range CHECK (((refused_at >= '1950-01-01 00:00:00+00'::timestamp with time zone) AND (refused_at < '2200-01-01 00:00:00+00'::timestamp with time zone)))
);

ALTER TABLE ONLY medstint.refused_enrolments FORCE ROW LEVEL SECURITY;


ALTER TABLE medstint.refused_enrolments OWNER TO medstint_owner;

--
-- Name: refused_enrolments_number_seq; Type: SEQUENCE; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE medstint.refused_enrolments ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME medstint.refused_enrolments_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: state_transitions; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

CREATE TABLE medstint.state_transitions (
    table_name text NOT NULL,
    old_status text NOT NULL,
    new_status text NOT NULL
);

ALTER TABLE ONLY medstint.state_transitions FORCE ROW LEVEL SECURITY;


ALTER TABLE medstint.state_transitions OWNER TO medstint_owner;

--
-- Name: time_zones; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

CREATE TABLE medstint.time_zones (
    name text NOT NULL
);


ALTER TABLE medstint.time_zones OWNER TO medstint_owner;

--
-- Name: turns; Type: TABLE; Schema: medstint; Owner: medstint_owner
--

CREATE TABLE medstint.turns (
    kind text NOT NULL,
    id text NOT NULL,
    CONSTRAINT turns_kind_check CHECK ((kind = ANY (ARRAY['roles'::text, 'punches'::text, 'deployments'::text, 'passwords'::text, 'bookings'::text, 'places'::text, 'badges'::text, 'flags'::text])))
);

ALTER TABLE ONLY medstint.turns FORCE ROW LEVEL SECURITY;


ALTER TABLE medstint.turns OWNER TO medstint_owner;

--
-- Name: accounts; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.accounts OWNER TO medstint_owner;

--
-- Name: alerts; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.alerts OWNER TO medstint_owner;

--
-- Name: assessments; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.assessments OWNER TO medstint_owner;

--
-- Name: audit_logs_sequence_seq; Type: SEQUENCE; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.audit_logs ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_logs_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: clinical_site_locations; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.clinical_site_locations OWNER TO medstint_owner;

--
-- Name: clinical_sites; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.clinical_sites OWNER TO medstint_owner;

--
-- Name: competencies; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.competencies OWNER TO medstint_owner;

--
-- Name: competency_assignments; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.competency_assignments OWNER TO medstint_owner;

--
-- Name: competency_deployments; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.competency_deployments OWNER TO medstint_owner;

--
-- Name: competency_templates; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.competency_templates OWNER TO medstint_owner;

--
-- Name: delegations; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.delegations OWNER TO medstint_owner;

--
-- Name: kiosk_states; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.kiosk_states OWNER TO medstint_owner;

--
-- Name: notification_templates; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.notification_templates OWNER TO medstint_owner;

--
-- Name: notifications; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.notifications OWNER TO medstint_owner;

--
-- Name: programs; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.programs OWNER TO medstint_owner;

--
-- Name: rotations; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.rotations OWNER TO medstint_owner;

--
-- Name: rubric_criteria; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.rubric_criteria OWNER TO medstint_owner;

--
-- Name: school_policies; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.school_policies OWNER TO medstint_owner;

--
-- Name: schools; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.schools OWNER TO medstint_owner;

--
-- Name: time_record_corrections; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.time_record_corrections OWNER TO medstint_owner;

--
-- Name: time_record_decisions; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.time_record_decisions OWNER TO medstint_owner;

--
-- Name: time_record_questions; Type: TABLE; Schema: public; Owner: medstint_owner
--

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


ALTER TABLE public.time_record_questions OWNER TO medstint_owner;

--
-- Name: audit_event_types audit_event_types_code_key; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.audit_event_types
    ADD CONSTRAINT audit_event_types_code_key UNIQUE (code);


--
-- Name: audit_event_types audit_event_types_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.audit_event_types
    ADD CONSTRAINT audit_event_types_pkey PRIMARY KEY (name);


--
-- Name: audit_sealing audit_sealing_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.audit_sealing
    ADD CONSTRAINT audit_sealing_pkey PRIMARY KEY (school);


--
-- Name: audit_unsealed audit_unsealed_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.audit_unsealed
    ADD CONSTRAINT audit_unsealed_pkey PRIMARY KEY (school, sequence);


--
-- Name: badge_keys badge_keys_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.badge_keys
    ADD CONSTRAINT badge_keys_pkey PRIMARY KEY (key);


--
-- Name: channel_secret channel_secret_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.channel_secret
    ADD CONSTRAINT channel_secret_pkey PRIMARY KEY (is_only);


--
-- Name: days_moving days_moving_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.days_moving
    ADD CONSTRAINT days_moving_pkey PRIMARY KEY (transaction_id);


--
-- Name: duty_profiles duty_profiles_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.duty_profiles
    ADD CONSTRAINT duty_profiles_pkey PRIMARY KEY (code);


--
-- Name: flags_due flags_due_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.flags_due
    ADD CONSTRAINT flags_due_pkey PRIMARY KEY (time_record_id);


--
-- Name: flags_wanted flags_wanted_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.flags_wanted
    ADD CONSTRAINT flags_wanted_pkey PRIMARY KEY (wanted_in, table_name, row_id);


--
-- Name: kiosk_acts kiosk_acts_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.kiosk_acts
    ADD CONSTRAINT kiosk_acts_pkey PRIMARY KEY (transaction_id);


--
-- Name: password_attempts password_attempts_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.password_attempts
    ADD CONSTRAINT password_attempts_pkey PRIMARY KEY (id);


--
-- Name: password_changes password_changes_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.password_changes
    ADD CONSTRAINT password_changes_pkey PRIMARY KEY (number);


--
-- Name: pin_attempts pin_attempts_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.pin_attempts
    ADD CONSTRAINT pin_attempts_pkey PRIMARY KEY (subject);


--
-- Name: pin_outcomes pin_outcomes_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.pin_outcomes
    ADD CONSTRAINT pin_outcomes_pkey PRIMARY KEY (id);


--
-- Name: pins pins_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.pins
    ADD CONSTRAINT pins_pkey PRIMARY KEY (user_id);


--
-- Name: refused_enrolments refused_enrolments_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.refused_enrolments
    ADD CONSTRAINT refused_enrolments_pkey PRIMARY KEY (number);


--
-- Name: state_transitions state_transitions_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.state_transitions
    ADD CONSTRAINT state_transitions_pkey PRIMARY KEY (table_name, old_status, new_status);


--
-- Name: time_zones time_zones_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.time_zones
    ADD CONSTRAINT time_zones_pkey PRIMARY KEY (name);


--
-- Name: turns turns_pkey; Type: CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.turns
    ADD CONSTRAINT turns_pkey PRIMARY KEY (kind, id);


--
-- Name: accounts accounts_one_per_provider; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_one_per_provider UNIQUE (user_id, provider_id);


--
-- Name: accounts accounts_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);


--
-- Name: alert_rules alert_rules_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.alert_rules
    ADD CONSTRAINT alert_rules_pkey PRIMARY KEY (id);


--
-- Name: alerts alerts_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_pkey PRIMARY KEY (id);


--
-- Name: assessments assessments_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_pkey PRIMARY KEY (id);


--
-- Name: audit_logs audit_logs_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.audit_logs
    ADD CONSTRAINT audit_logs_pkey PRIMARY KEY (id);


--
-- Name: audit_seals audit_seals_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_pkey PRIMARY KEY (id);


--
-- Name: clinical_site_locations clinical_site_locations_id_with_site; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.clinical_site_locations
    ADD CONSTRAINT clinical_site_locations_id_with_site UNIQUE (id, clinical_site_id);


--
-- Name: clinical_site_locations clinical_site_locations_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.clinical_site_locations
    ADD CONSTRAINT clinical_site_locations_pkey PRIMARY KEY (id);


--
-- Name: clinical_sites clinical_sites_id_with_school; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.clinical_sites
    ADD CONSTRAINT clinical_sites_id_with_school UNIQUE (id, school_id);


--
-- Name: clinical_sites clinical_sites_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.clinical_sites
    ADD CONSTRAINT clinical_sites_pkey PRIMARY KEY (id);


--
-- Name: competencies competencies_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competencies
    ADD CONSTRAINT competencies_pkey PRIMARY KEY (id);


--
-- Name: competency_assignments competency_assignments_once_per_person; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competency_assignments
    ADD CONSTRAINT competency_assignments_once_per_person UNIQUE (user_id, competency_id);


--
-- Name: competency_assignments competency_assignments_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competency_assignments
    ADD CONSTRAINT competency_assignments_pkey PRIMARY KEY (id);


--
-- Name: competency_deployments competency_deployments_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competency_deployments
    ADD CONSTRAINT competency_deployments_pkey PRIMARY KEY (id);


--
-- Name: competency_templates competency_templates_id_with_school; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competency_templates
    ADD CONSTRAINT competency_templates_id_with_school UNIQUE (id, school_id);


--
-- Name: competency_templates competency_templates_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competency_templates
    ADD CONSTRAINT competency_templates_pkey PRIMARY KEY (id);


--
-- Name: delegations delegations_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.delegations
    ADD CONSTRAINT delegations_pkey PRIMARY KEY (id);


--
-- Name: kiosk_punches kiosk_punches_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.kiosk_punches
    ADD CONSTRAINT kiosk_punches_pkey PRIMARY KEY (id);


--
-- Name: kiosk_states kiosk_states_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.kiosk_states
    ADD CONSTRAINT kiosk_states_pkey PRIMARY KEY (kiosk_id);


--
-- Name: kiosks kiosks_credential_unique; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.kiosks
    ADD CONSTRAINT kiosks_credential_unique UNIQUE (credential_hash);


--
-- Name: kiosks kiosks_enrolment_unique; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.kiosks
    ADD CONSTRAINT kiosks_enrolment_unique UNIQUE (enrolment_hash);


--
-- Name: kiosks kiosks_id_with_site; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.kiosks
    ADD CONSTRAINT kiosks_id_with_site UNIQUE (id, clinical_site_id);


--
-- Name: kiosks kiosks_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.kiosks
    ADD CONSTRAINT kiosks_pkey PRIMARY KEY (id);


--
-- Name: notification_templates notification_templates_one_per_type; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.notification_templates
    ADD CONSTRAINT notification_templates_one_per_type UNIQUE (school_id, type);


--
-- Name: notification_templates notification_templates_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.notification_templates
    ADD CONSTRAINT notification_templates_pkey PRIMARY KEY (id);


--
-- Name: notifications notifications_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_pkey PRIMARY KEY (id);


--
-- Name: programs programs_id_with_school; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.programs
    ADD CONSTRAINT programs_id_with_school UNIQUE (id, school_id);


--
-- Name: programs programs_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.programs
    ADD CONSTRAINT programs_pkey PRIMARY KEY (id);


--
-- Name: rotations rotations_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.rotations
    ADD CONSTRAINT rotations_pkey PRIMARY KEY (id);


--
-- Name: rotations rotations_student_and_school; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.rotations
    ADD CONSTRAINT rotations_student_and_school UNIQUE (id, student_id, school_id);


--
-- Name: rubric_criteria rubric_criteria_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.rubric_criteria
    ADD CONSTRAINT rubric_criteria_pkey PRIMARY KEY (id);


--
-- Name: school_policies school_policies_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.school_policies
    ADD CONSTRAINT school_policies_pkey PRIMARY KEY (school_id);


--
-- Name: schools schools_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.schools
    ADD CONSTRAINT schools_pkey PRIMARY KEY (id);


--
-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);


--
-- Name: sessions sessions_token_unique; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_token_unique UNIQUE (token);


--
-- Name: time_record_corrections time_record_corrections_at_most_99_hours; Type: CHECK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.time_record_corrections
    ADD CONSTRAINT time_record_corrections_at_most_99_hours CHECK (((clock_out - clock_in) < '99:59:42'::interval)) NOT VALID;


--
-- Name: time_record_corrections time_record_corrections_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_record_corrections
    ADD CONSTRAINT time_record_corrections_pkey PRIMARY KEY (id);


--
-- Name: time_record_decisions time_record_decisions_once_per_version; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_record_decisions
    ADD CONSTRAINT time_record_decisions_once_per_version UNIQUE (time_record_id, version_before);


--
-- Name: time_record_decisions time_record_decisions_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_record_decisions
    ADD CONSTRAINT time_record_decisions_pkey PRIMARY KEY (id);


--
-- Name: time_record_questions time_record_questions_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_record_questions
    ADD CONSTRAINT time_record_questions_pkey PRIMARY KEY (id);


--
-- Name: time_records time_records_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_records
    ADD CONSTRAINT time_records_pkey PRIMARY KEY (id);


--
-- Name: users users_email_unique; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_unique UNIQUE (email);


--
-- Name: users users_id_with_school; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_id_with_school UNIQUE (id, school_id);


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- Name: credential_changes_by; Type: INDEX; Schema: medstint; Owner: medstint_owner
--

CREATE INDEX credential_changes_by ON medstint.credential_changes USING btree (changed_by, changed_at);


--
-- Name: credential_changes_identities; Type: INDEX; Schema: medstint; Owner: medstint_owner
--

CREATE INDEX credential_changes_identities ON medstint.credential_changes USING btree (changed_by) WHERE (stands AND (kind = 'provider'::text));


--
-- Name: credential_changes_of; Type: INDEX; Schema: medstint; Owner: medstint_owner
--

CREATE INDEX credential_changes_of ON medstint.credential_changes USING btree (user_id, changed_at);


--
-- Name: credential_changes_standing; Type: INDEX; Schema: medstint; Owner: medstint_owner
--

CREATE INDEX credential_changes_standing ON medstint.credential_changes USING btree (user_id, kind, item) WHERE stands;


--
-- Name: flags_due_of_school; Type: INDEX; Schema: medstint; Owner: medstint_owner
--

CREATE INDEX flags_due_of_school ON medstint.flags_due USING btree (school_id);


--
-- Name: password_attempts_from_source; Type: INDEX; Schema: medstint; Owner: medstint_owner
--

CREATE INDEX password_attempts_from_source ON medstint.password_attempts USING btree (realm, source, counted_at);


--
-- Name: password_attempts_of_subject; Type: INDEX; Schema: medstint; Owner: medstint_owner
--

CREATE INDEX password_attempts_of_subject ON medstint.password_attempts USING btree (realm, subject, counted_at);


--
-- Name: password_attempts_unreported; Type: INDEX; Schema: medstint; Owner: medstint_owner
--

CREATE INDEX password_attempts_unreported ON medstint.password_attempts USING btree (counted_at) WHERE (NOT is_reported);


--
-- Name: password_changes_of; Type: INDEX; Schema: medstint; Owner: medstint_owner
--

CREATE INDEX password_changes_of ON medstint.password_changes USING btree (user_id, era, number);


--
-- Name: password_changes_waiting; Type: INDEX; Schema: medstint; Owner: medstint_owner
--

CREATE INDEX password_changes_waiting ON medstint.password_changes USING btree (user_id, number) WHERE (NOT is_applied);


--
-- Name: pin_outcomes_of_kiosk; Type: INDEX; Schema: medstint; Owner: medstint_owner
--

CREATE INDEX pin_outcomes_of_kiosk ON medstint.pin_outcomes USING btree (kiosk_id, counted_at);


--
-- Name: pin_outcomes_unreported; Type: INDEX; Schema: medstint; Owner: medstint_owner
--

CREATE INDEX pin_outcomes_unreported ON medstint.pin_outcomes USING btree (counted_at) WHERE (NOT is_reported);


--
-- Name: refused_enrolments_from; Type: INDEX; Schema: medstint; Owner: medstint_owner
--

CREATE INDEX refused_enrolments_from ON medstint.refused_enrolments USING btree (source, refused_at);


--
-- Name: refused_enrolments_unreported; Type: INDEX; Schema: medstint; Owner: medstint_owner
--

CREATE INDEX refused_enrolments_unreported ON medstint.refused_enrolments USING btree (refused_at) WHERE (NOT is_reported);


--
-- Name: accounts_credentials; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX accounts_credentials ON public.accounts USING btree (user_id) WHERE (provider_id = 'credential'::text);


--
-- Name: alert_rules_by_name; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX alert_rules_by_name ON public.alert_rules USING btree (school_id, name, id);


--
-- Name: alert_rules_one_of_a_code; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE UNIQUE INDEX alert_rules_one_of_a_code ON public.alert_rules USING btree (COALESCE(school_id, ''::text), code);


--
-- Name: alerts_by_time; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX alerts_by_time ON public.alerts USING btree (school_id, last_at, id);


--
-- Name: alerts_one_open; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE UNIQUE INDEX alerts_one_open ON public.alerts USING btree (rule_id, COALESCE(school_id, ''::text), subject) WHERE (acknowledged_at IS NULL);


--
-- Name: assessments_approved; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX assessments_approved ON public.assessments USING btree (school_id, created_at, id) WHERE (status = 'APPROVED'::public.assessment_status);


--
-- Name: assessments_by_school; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX assessments_by_school ON public.assessments USING btree (school_id, created_at, id);


--
-- Name: assessments_drafts; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX assessments_drafts ON public.assessments USING btree (school_id, created_at, id) WHERE (status = 'DRAFT'::public.assessment_status);


--
-- Name: assessments_of_assessor; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX assessments_of_assessor ON public.assessments USING btree (assessor_id);


--
-- Name: assessments_of_competency; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX assessments_of_competency ON public.assessments USING btree (competency_id);


--
-- Name: assessments_of_rotation; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX assessments_of_rotation ON public.assessments USING btree (rotation_id);


--
-- Name: assessments_reviewed; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX assessments_reviewed ON public.assessments USING btree (school_id, created_at, id) WHERE (status = 'REVIEWED'::public.assessment_status);


--
-- Name: assessments_submitted; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX assessments_submitted ON public.assessments USING btree (school_id, created_at, id) WHERE (status = 'SUBMITTED'::public.assessment_status);


--
-- Name: audit_logs_by_sequence; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE UNIQUE INDEX audit_logs_by_sequence ON public.audit_logs USING btree (school_id, sequence);


--
-- Name: audit_logs_by_sequence_of_none; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE UNIQUE INDEX audit_logs_by_sequence_of_none ON public.audit_logs USING btree (sequence) WHERE (school_id IS NULL);


--
-- Name: audit_logs_by_time; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX audit_logs_by_time ON public.audit_logs USING btree (school_id, created_at, sequence) INCLUDE (severity);


--
-- Name: audit_logs_of_action; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX audit_logs_of_action ON public.audit_logs USING btree (school_id, action, created_at, sequence);


--
-- Name: audit_logs_of_address; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX audit_logs_of_address ON public.audit_logs USING btree (school_id, ip_address, created_at, sequence);


--
-- Name: audit_logs_of_platform; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX audit_logs_of_platform ON public.audit_logs USING btree (created_at, sequence) WHERE (school_id IS NULL);


--
-- Name: audit_logs_of_platform_severe; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX audit_logs_of_platform_severe ON public.audit_logs USING btree (created_at, sequence) WHERE ((school_id IS NULL) AND (severity = ANY (ARRAY['HIGH'::public.audit_severity, 'CRITICAL'::public.audit_severity])));


--
-- Name: audit_logs_of_resource; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX audit_logs_of_resource ON public.audit_logs USING btree (resource_id, created_at, sequence);


--
-- Name: audit_logs_of_transaction; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX audit_logs_of_transaction ON public.audit_logs USING btree (transaction_id, sequence);


--
-- Name: audit_logs_of_user; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX audit_logs_of_user ON public.audit_logs USING btree (user_id, created_at, sequence);


--
-- Name: audit_logs_severe; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX audit_logs_severe ON public.audit_logs USING btree (school_id, created_at, sequence) WHERE (severity = ANY (ARRAY['HIGH'::public.audit_severity, 'CRITICAL'::public.audit_severity]));


--
-- Name: audit_seals_by_sequence; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX audit_seals_by_sequence ON public.audit_seals USING btree (school_id, most_sequence);


--
-- Name: audit_seals_in_a_row; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE UNIQUE INDEX audit_seals_in_a_row ON public.audit_seals USING btree (COALESCE(school_id, ''::text), number);


--
-- Name: audit_seals_of_platform; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX audit_seals_of_platform ON public.audit_seals USING btree (most_sequence) WHERE (school_id IS NULL);


--
-- Name: audit_seals_of_school; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX audit_seals_of_school ON public.audit_seals USING btree (school_id, number);


--
-- Name: clinical_site_locations_active_by_name; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX clinical_site_locations_active_by_name ON public.clinical_site_locations USING btree (school_id, name, id) WHERE is_active;


--
-- Name: clinical_site_locations_inactive_by_name; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX clinical_site_locations_inactive_by_name ON public.clinical_site_locations USING btree (school_id, name, id) WHERE (NOT is_active);


--
-- Name: clinical_site_locations_unique_in_site; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE UNIQUE INDEX clinical_site_locations_unique_in_site ON public.clinical_site_locations USING btree (clinical_site_id, medstint.search_key(name));


--
-- Name: clinical_sites_active_by_name; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX clinical_sites_active_by_name ON public.clinical_sites USING btree (school_id, name, id) WHERE is_active;


--
-- Name: clinical_sites_inactive_by_name; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX clinical_sites_inactive_by_name ON public.clinical_sites USING btree (school_id, name, id) WHERE (NOT is_active);


--
-- Name: clinical_sites_unique_in_school; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE UNIQUE INDEX clinical_sites_unique_in_school ON public.clinical_sites USING btree (school_id, medstint.search_key(name));


--
-- Name: competencies_by_school; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX competencies_by_school ON public.competencies USING btree (school_id, name, id);


--
-- Name: competencies_of_template; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX competencies_of_template ON public.competencies USING btree (template_id);


--
-- Name: competency_assignments_by_due; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX competency_assignments_by_due ON public.competency_assignments USING btree (school_id, COALESCE(due_date, 'infinity'::timestamp with time zone), id);


--
-- Name: competency_assignments_done_by_due; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX competency_assignments_done_by_due ON public.competency_assignments USING btree (school_id, COALESCE(due_date, 'infinity'::timestamp with time zone), id) WHERE (status = 'COMPLETED'::public.assignment_status);


--
-- Name: competency_assignments_of_competency_by_due; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX competency_assignments_of_competency_by_due ON public.competency_assignments USING btree (competency_id, COALESCE(due_date, 'infinity'::timestamp with time zone), id);


--
-- Name: competency_assignments_of_deployment; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX competency_assignments_of_deployment ON public.competency_assignments USING btree (deployment_id);


--
-- Name: competency_assignments_of_user_by_due; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX competency_assignments_of_user_by_due ON public.competency_assignments USING btree (user_id, COALESCE(due_date, 'infinity'::timestamp with time zone), id);


--
-- Name: competency_assignments_to_do_by_due; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX competency_assignments_to_do_by_due ON public.competency_assignments USING btree (school_id, COALESCE(due_date, 'infinity'::timestamp with time zone), id) WHERE (status <> 'COMPLETED'::public.assignment_status);


--
-- Name: competency_deployments_archived; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX competency_deployments_archived ON public.competency_deployments USING btree (school_id, created_at, id) WHERE (status = 'ARCHIVED'::public.deployment_status);


--
-- Name: competency_deployments_by_school; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX competency_deployments_by_school ON public.competency_deployments USING btree (school_id, created_at, id);


--
-- Name: competency_deployments_in_force; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX competency_deployments_in_force ON public.competency_deployments USING btree (school_id, created_at, id) WHERE (status <> 'ARCHIVED'::public.deployment_status);


--
-- Name: competency_deployments_of_template; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX competency_deployments_of_template ON public.competency_deployments USING btree (template_id);


--
-- Name: competency_templates_active_by_name; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX competency_templates_active_by_name ON public.competency_templates USING btree (name, version, id) WHERE is_active;


--
-- Name: competency_templates_inactive_by_name; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX competency_templates_inactive_by_name ON public.competency_templates USING btree (name, version, id) WHERE (NOT is_active);


--
-- Name: competency_templates_version_unique; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE UNIQUE INDEX competency_templates_version_unique ON public.competency_templates USING btree (school_id, medstint.search_key(name), version);


--
-- Name: delegations_by_end; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX delegations_by_end ON public.delegations USING btree (school_id, ends_at, id);


--
-- Name: delegations_of_deputy; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX delegations_of_deputy ON public.delegations USING btree (to_user_id, ends_at) WHERE (revoked_at IS NULL);


--
-- Name: idx_assessments_student_competency; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX idx_assessments_student_competency ON public.assessments USING btree (student_id, competency_id);


--
-- Name: idx_notifications_user_unread; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX idx_notifications_user_unread ON public.notifications USING btree (user_id, is_read);


--
-- Name: idx_rotations_student_dates; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX idx_rotations_student_dates ON public.rotations USING btree (student_id, start_date, end_date);


--
-- Name: idx_time_records_student_date; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX idx_time_records_student_date ON public.time_records USING btree (student_id, date);


--
-- Name: idx_users_role; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX idx_users_role ON public.users USING btree (role);


--
-- Name: idx_users_school_id; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX idx_users_school_id ON public.users USING btree (school_id);


--
-- Name: kiosk_punches_of_student; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX kiosk_punches_of_student ON public.kiosk_punches USING btree (student_id, punched_at) WHERE (status = 'RECORDED'::text);


--
-- Name: kiosk_punches_quarantined; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX kiosk_punches_quarantined ON public.kiosk_punches USING btree (school_id, received_at, id) WHERE (status = 'QUARANTINED'::text);


--
-- Name: kiosk_punches_settled; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX kiosk_punches_settled ON public.kiosk_punches USING btree (school_id, received_at, id) WHERE (status = ANY (ARRAY['RESOLVED'::text, 'DISCARDED'::text]));


--
-- Name: kiosks_by_name; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX kiosks_by_name ON public.kiosks USING btree (school_id, name, id);


--
-- Name: kiosks_unique_in_site; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE UNIQUE INDEX kiosks_unique_in_site ON public.kiosks USING btree (clinical_site_id, medstint.search_key(name));


--
-- Name: notifications_of_user; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX notifications_of_user ON public.notifications USING btree (user_id, created_at, id);


--
-- Name: notifications_once; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE UNIQUE INDEX notifications_once ON public.notifications USING btree (user_id, dedup_key) WHERE (dedup_key IS NOT NULL);


--
-- Name: notifications_unread_of_user; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX notifications_unread_of_user ON public.notifications USING btree (user_id, created_at, id) WHERE (NOT is_read);


--
-- Name: programs_active_by_name; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX programs_active_by_name ON public.programs USING btree (school_id, name, id) WHERE is_active;


--
-- Name: programs_inactive_by_name; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX programs_inactive_by_name ON public.programs USING btree (school_id, name, id) WHERE (NOT is_active);


--
-- Name: programs_unique_in_school; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE UNIQUE INDEX programs_unique_in_school ON public.programs USING btree (school_id, medstint.search_key(name), class_year);


--
-- Name: rotations_active_by_end; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX rotations_active_by_end ON public.rotations USING btree (school_id, end_date, id) WHERE (status = 'ACTIVE'::public.rotation_status);


--
-- Name: rotations_booked_of_site; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX rotations_booked_of_site ON public.rotations USING btree (clinical_site_id, end_date) INCLUDE (start_date) WHERE (status = ANY (ARRAY['SCHEDULED'::public.rotation_status, 'ACTIVE'::public.rotation_status]));


--
-- Name: rotations_booked_of_student; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX rotations_booked_of_student ON public.rotations USING btree (student_id, end_date) INCLUDE (start_date) WHERE (status = ANY (ARRAY['SCHEDULED'::public.rotation_status, 'ACTIVE'::public.rotation_status]));


--
-- Name: rotations_by_end; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX rotations_by_end ON public.rotations USING btree (school_id, end_date, id);


--
-- Name: rotations_cancelled_by_end; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX rotations_cancelled_by_end ON public.rotations USING btree (school_id, end_date, id) WHERE (status = 'CANCELLED'::public.rotation_status);


--
-- Name: rotations_completed_by_end; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX rotations_completed_by_end ON public.rotations USING btree (school_id, end_date, id) WHERE (status = 'COMPLETED'::public.rotation_status);


--
-- Name: rotations_of_preceptor; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX rotations_of_preceptor ON public.rotations USING btree (preceptor_id);


--
-- Name: rotations_of_site; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX rotations_of_site ON public.rotations USING btree (clinical_site_id, start_date);


--
-- Name: rotations_of_student; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX rotations_of_student ON public.rotations USING btree (student_id, start_date, id);


--
-- Name: rotations_of_supervisor; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX rotations_of_supervisor ON public.rotations USING btree (supervisor_id);


--
-- Name: rotations_scheduled_by_end; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX rotations_scheduled_by_end ON public.rotations USING btree (school_id, end_date, id) WHERE (status = 'SCHEDULED'::public.rotation_status);


--
-- Name: rubric_criteria_in_order; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX rubric_criteria_in_order ON public.rubric_criteria USING btree (order_index, id);


--
-- Name: rubric_criteria_of_competency; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX rubric_criteria_of_competency ON public.rubric_criteria USING btree (competency_id, order_index);


--
-- Name: rubric_criteria_of_template; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX rubric_criteria_of_template ON public.rubric_criteria USING btree (template_id, order_index);


--
-- Name: schools_active_by_name; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX schools_active_by_name ON public.schools USING btree (name, id) WHERE is_active;


--
-- Name: schools_inactive_by_name; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX schools_inactive_by_name ON public.schools USING btree (name, id) WHERE (NOT is_active);


--
-- Name: sessions_by_time; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX sessions_by_time ON public.sessions USING btree (school_id, created_at, id);


--
-- Name: sessions_of_user; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX sessions_of_user ON public.sessions USING btree (user_id);


--
-- Name: sessions_open_by_time; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX sessions_open_by_time ON public.sessions USING btree (school_id, created_at, id) WHERE (revoked_at IS NULL);


--
-- Name: time_record_corrections_decided; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_record_corrections_decided ON public.time_record_corrections USING btree (school_id, proposed_at, id) WHERE (status <> 'PROPOSED'::text);


--
-- Name: time_record_corrections_of_record; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_record_corrections_of_record ON public.time_record_corrections USING btree (time_record_id, proposed_at);


--
-- Name: time_record_corrections_one_at_a_time; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE UNIQUE INDEX time_record_corrections_one_at_a_time ON public.time_record_corrections USING btree (time_record_id) WHERE (status = 'PROPOSED'::text);


--
-- Name: time_record_corrections_proposed; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_record_corrections_proposed ON public.time_record_corrections USING btree (school_id, proposed_at, id) WHERE (status = 'PROPOSED'::text);


--
-- Name: time_record_decisions_by_person; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_record_decisions_by_person ON public.time_record_decisions USING btree (decided_by, decided_at, id);


--
-- Name: time_record_decisions_by_school; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_record_decisions_by_school ON public.time_record_decisions USING btree (school_id, decided_at, id);


--
-- Name: time_record_questions_of_record; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_record_questions_of_record ON public.time_record_questions USING btree (time_record_id, asked_at);


--
-- Name: time_record_questions_open; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_record_questions_open ON public.time_record_questions USING btree (time_record_id) WHERE (answered_at IS NULL);


--
-- Name: time_records_approved_by_length; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_approved_by_length ON public.time_records USING btree (school_id, COALESCE(elapsed_ms, '9007199254740991'::bigint), id) WHERE (status = 'APPROVED'::public.time_record_status);


--
-- Name: time_records_approved_by_time; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_approved_by_time ON public.time_records USING btree (school_id, clock_in, id) WHERE (status = 'APPROVED'::public.time_record_status);


--
-- Name: time_records_approved_by_triage; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_approved_by_triage ON public.time_records USING btree (school_id, triage, clock_in, id) WHERE (status = 'APPROVED'::public.time_record_status);


--
-- Name: time_records_approved_of_rotation; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_approved_of_rotation ON public.time_records USING btree (rotation_id) INCLUDE (elapsed_ms) WHERE (status = 'APPROVED'::public.time_record_status);


--
-- Name: time_records_approved_of_student; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_approved_of_student ON public.time_records USING btree (student_id) INCLUDE (elapsed_ms) WHERE (status = 'APPROVED'::public.time_record_status);


--
-- Name: time_records_by_device_in; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_by_device_in ON public.time_records USING btree (clock_in_ip_address, clock_in) WHERE ((clock_in_ip_address IS NOT NULL) AND (clock_in_source <> 'KIOSK'::public.punch_source));


--
-- Name: time_records_by_device_out; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_by_device_out ON public.time_records USING btree (clock_out_ip_address, clock_out) WHERE ((clock_out_ip_address IS NOT NULL) AND (clock_out_source IS DISTINCT FROM 'KIOSK'::public.punch_source));


--
-- Name: time_records_by_rotation; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_by_rotation ON public.time_records USING btree (rotation_id, clock_in, id);


--
-- Name: time_records_by_site; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_by_site ON public.time_records USING btree (clinical_site_id, clock_in, id);


--
-- Name: time_records_by_student; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_by_student ON public.time_records USING btree (student_id, clock_in, id);


--
-- Name: time_records_open_by_time; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_open_by_time ON public.time_records USING btree (school_id, clock_in, id) WHERE ((status = 'PENDING'::public.time_record_status) AND (clock_out IS NULL));


--
-- Name: time_records_open_by_triage; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_open_by_triage ON public.time_records USING btree (school_id, triage, clock_in, id) WHERE ((status = 'PENDING'::public.time_record_status) AND (clock_out IS NULL));


--
-- Name: time_records_open_of_student; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_open_of_student ON public.time_records USING btree (student_id) WHERE (clock_out IS NULL);


--
-- Name: time_records_pending_by_length; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_pending_by_length ON public.time_records USING btree (school_id, COALESCE(elapsed_ms, '9007199254740991'::bigint), id) WHERE (status = 'PENDING'::public.time_record_status);


--
-- Name: time_records_pending_by_time; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_pending_by_time ON public.time_records USING btree (school_id, clock_in, id) WHERE (status = 'PENDING'::public.time_record_status);


--
-- Name: time_records_pending_by_triage; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_pending_by_triage ON public.time_records USING btree (school_id, triage, clock_in, id) INCLUDE (elapsed_ms) WHERE (status = 'PENDING'::public.time_record_status);


--
-- Name: time_records_pending_of_rotation; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_pending_of_rotation ON public.time_records USING btree (rotation_id) INCLUDE (elapsed_ms) WHERE (status = 'PENDING'::public.time_record_status);


--
-- Name: time_records_pending_of_site; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_pending_of_site ON public.time_records USING btree (clinical_site_id, id) WHERE (status = 'PENDING'::public.time_record_status);


--
-- Name: time_records_pending_of_student; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_pending_of_student ON public.time_records USING btree (student_id, clock_in, id) WHERE (status = 'PENDING'::public.time_record_status);


--
-- Name: time_records_rejected_by_length; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_rejected_by_length ON public.time_records USING btree (school_id, COALESCE(elapsed_ms, '9007199254740991'::bigint), id) WHERE (status = 'REJECTED'::public.time_record_status);


--
-- Name: time_records_rejected_by_time; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_rejected_by_time ON public.time_records USING btree (school_id, clock_in, id) WHERE (status = 'REJECTED'::public.time_record_status);


--
-- Name: time_records_rejected_by_triage; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX time_records_rejected_by_triage ON public.time_records USING btree (school_id, triage, clock_in, id) WHERE (status = 'REJECTED'::public.time_record_status);


--
-- Name: users_badge_unique; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE UNIQUE INDEX users_badge_unique ON public.users USING btree (school_id, medstint.case_folded(badge));


--
-- Name: users_by_name; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX users_by_name ON public.users USING btree (school_id, sort_name, id);


--
-- Name: users_inactive_by_name; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX users_inactive_by_name ON public.users USING btree (school_id, sort_name, id) WHERE (NOT is_active);


--
-- Name: users_of_program; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX users_of_program ON public.users USING btree (program_id);


--
-- Name: users_staff_by_name; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX users_staff_by_name ON public.users USING btree (school_id, sort_name, id) WHERE (is_active AND (role <> 'STUDENT'::public.user_role));


--
-- Name: users_student_number_unique; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE UNIQUE INDEX users_student_number_unique ON public.users USING btree (school_id, medstint.case_folded(student_id));


--
-- Name: users_students_by_name; Type: INDEX; Schema: public; Owner: medstint_owner
--

CREATE INDEX users_students_by_name ON public.users USING btree (school_id, sort_name, id) WHERE (is_active AND (role = 'STUDENT'::public.user_role));


--
-- Name: pins e_note_credential; Type: TRIGGER; Schema: medstint; Owner: medstint_owner
--

CREATE TRIGGER e_note_credential AFTER INSERT OR UPDATE OF pin_hash, code_hash ON medstint.pins FOR EACH ROW EXECUTE FUNCTION medstint.note_pin();


--
-- Name: flags_wanted reflag_wanted; Type: TRIGGER; Schema: medstint; Owner: medstint_owner
--

CREATE CONSTRAINT TRIGGER reflag_wanted AFTER INSERT ON medstint.flags_wanted DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION medstint.reflag_wanted();


--
-- Name: time_records a_accuracy_is_tame; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_accuracy_is_tame BEFORE INSERT OR UPDATE OF clock_in_accuracy_m, clock_out_accuracy_m ON public.time_records FOR EACH ROW EXECUTE FUNCTION medstint.tame_accuracy();


--
-- Name: audit_logs a_append_only; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_logs FOR EACH STATEMENT EXECUTE FUNCTION medstint.keep_trail();


--
-- Name: audit_seals a_append_only; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_seals FOR EACH STATEMENT EXECUTE FUNCTION medstint.keep_trail();


--
-- Name: time_record_decisions a_append_only; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.time_record_decisions FOR EACH STATEMENT EXECUTE FUNCTION medstint.refuse_change();


--
-- Name: kiosk_punches a_bound_device_clock; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_bound_device_clock BEFORE INSERT ON public.kiosk_punches FOR EACH ROW EXECUTE FUNCTION medstint.bound_device_clock();


--
-- Name: sessions a_fill_password_change; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_password_change BEFORE INSERT ON public.sessions FOR EACH ROW EXECUTE FUNCTION medstint.fill_password_change();


--
-- Name: accounts a_fill_school_id; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, user_id ON public.accounts FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('user_id', 'users');


--
-- Name: assessments a_fill_school_id; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, student_id, assessor_id, competency_id, rotation_id ON public.assessments FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('student_id', 'users', 'assessor_id', 'users', 'competency_id', 'competencies', 'rotation_id', 'rotations');


--
-- Name: clinical_site_locations a_fill_school_id; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, clinical_site_id ON public.clinical_site_locations FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('clinical_site_id', 'clinical_sites');


--
-- Name: clinical_sites a_fill_school_id; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id ON public.clinical_sites FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id();


--
-- Name: competencies a_fill_school_id; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, program_id, template_id ON public.competencies FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('program_id', 'programs', 'template_id', 'competency_templates');


--
-- Name: competency_assignments a_fill_school_id; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, user_id, competency_id, deployment_id ON public.competency_assignments FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('user_id', 'users', 'competency_id', 'competencies', 'deployment_id', 'competency_deployments');


--
-- Name: competency_deployments a_fill_school_id; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, template_id, deployed_by ON public.competency_deployments FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('template_id', 'competency_templates', 'deployed_by', 'users');


--
-- Name: competency_templates a_fill_school_id; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, created_by ON public.competency_templates FOR EACH ROW WHEN ((new.source <> 'STANDARD'::public.competency_template_source)) EXECUTE FUNCTION medstint.fill_school_id('created_by', 'users');


--
-- Name: delegations a_fill_school_id; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, from_user_id, to_user_id ON public.delegations FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('from_user_id', 'users', 'to_user_id', 'users');


--
-- Name: kiosks a_fill_school_id; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, clinical_site_id, location_id ON public.kiosks FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('clinical_site_id', 'clinical_sites', 'location_id', 'clinical_site_locations');


--
-- Name: notifications a_fill_school_id; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, user_id ON public.notifications FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('user_id', 'users');


--
-- Name: programs a_fill_school_id; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id ON public.programs FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id();


--
-- Name: rotations a_fill_school_id; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, student_id, clinical_site_id, preceptor_id, supervisor_id ON public.rotations FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('student_id', 'users', 'clinical_site_id', 'clinical_sites', 'preceptor_id', 'users', 'supervisor_id', 'users');


--
-- Name: rubric_criteria a_fill_school_id; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, competency_id, template_id ON public.rubric_criteria FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('competency_id', 'competencies', 'template_id', 'competency_templates');


--
-- Name: sessions a_fill_school_id; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, user_id ON public.sessions FOR EACH ROW EXECUTE FUNCTION medstint.fill_school_id('user_id', 'users');


--
-- Name: users a_fill_school_id; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_school_id BEFORE INSERT OR UPDATE OF school_id, program_id ON public.users FOR EACH ROW WHEN ((new.role <> 'SUPER_ADMIN'::public.user_role)) EXECUTE FUNCTION medstint.fill_school_id('program_id', 'programs');


--
-- Name: time_records a_fill_time_record; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_time_record BEFORE INSERT OR UPDATE OF school_id, rotation_id, student_id, clinical_site_id, clock_in ON public.time_records FOR EACH ROW EXECUTE FUNCTION medstint.fill_time_record();


--
-- Name: clinical_sites a_fill_time_zone; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_time_zone BEFORE INSERT OR UPDATE OF time_zone ON public.clinical_sites FOR EACH ROW EXECUTE FUNCTION medstint.fill_time_zone();


--
-- Name: schools a_fill_time_zone; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_time_zone BEFORE INSERT OR UPDATE OF time_zone ON public.schools FOR EACH ROW EXECUTE FUNCTION medstint.fill_time_zone();


--
-- Name: users a_fill_user_name; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_fill_user_name BEFORE INSERT OR UPDATE OF name, given_name, family_name, email ON public.users FOR EACH ROW EXECUTE FUNCTION medstint.fill_user_name();


--
-- Name: time_records a_flags_are_the_databases; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_flags_are_the_databases BEFORE UPDATE OF flags, triage, edited_at, editors, possible_punchers, created_at, is_offline, clock_is_unverified ON public.time_records FOR EACH ROW EXECUTE FUNCTION medstint.keep_flags();


--
-- Name: kiosk_punches a_hide_pin; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_hide_pin BEFORE INSERT OR UPDATE OF badge ON public.kiosk_punches FOR EACH ROW EXECUTE FUNCTION medstint.hide_pin();


--
-- Name: time_records a_hold_for_change; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_hold_for_change AFTER UPDATE ON public.time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.hold_for_change();


--
-- Name: users a_hold_roles; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_hold_roles BEFORE UPDATE OF role, is_active ON public.users FOR EACH STATEMENT EXECUTE FUNCTION medstint.hold_roles();


--
-- Name: rubric_criteria a_hold_rubric; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_hold_rubric BEFORE INSERT OR DELETE OR UPDATE ON public.rubric_criteria FOR EACH ROW EXECUTE FUNCTION medstint.hold_rubric();


--
-- Name: audit_logs a_keep_young; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_keep_young BEFORE DELETE ON public.audit_logs FOR EACH ROW WHEN ((old.created_at > (now() - '6 years'::interval))) EXECUTE FUNCTION medstint.keep_young();


--
-- Name: accounts a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.accounts FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: alert_rules a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.alert_rules FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: alerts a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.alerts FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: assessments a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.assessments FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: clinical_site_locations a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.clinical_site_locations FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: clinical_sites a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.clinical_sites FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: competencies a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.competencies FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: competency_assignments a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.competency_assignments FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: competency_deployments a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.competency_deployments FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: competency_templates a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.competency_templates FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: delegations a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.delegations FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: kiosks a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.kiosks FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: notification_templates a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.notification_templates FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: notifications a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.notifications FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: programs a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.programs FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: rotations a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.rotations FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: rubric_criteria a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.rubric_criteria FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: school_policies a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF school_id ON public.school_policies FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: schools a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.schools FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: time_record_corrections a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.time_record_corrections FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: time_record_questions a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.time_record_questions FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: time_records a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.time_records FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: users a_key_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_key_is_fixed BEFORE UPDATE OF id ON public.users FOR EACH ROW WHEN ((old.id IS DISTINCT FROM new.id)) EXECUTE FUNCTION medstint.refuse_new_id();


--
-- Name: time_records a_record_decisions; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_record_decisions AFTER UPDATE ON public.time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.record_decisions();


--
-- Name: assessments a_school_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.assessments FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');


--
-- Name: clinical_site_locations a_school_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.clinical_site_locations FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');


--
-- Name: clinical_sites a_school_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.clinical_sites FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');


--
-- Name: competencies a_school_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.competencies FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');


--
-- Name: competency_deployments a_school_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.competency_deployments FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');


--
-- Name: competency_templates a_school_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.competency_templates FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');


--
-- Name: kiosks a_school_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.kiosks FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');


--
-- Name: programs a_school_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.programs FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');


--
-- Name: rotations a_school_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.rotations FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');


--
-- Name: time_records a_school_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_school_is_fixed BEFORE UPDATE OF school_id ON public.time_records FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.refuse_move('school');


--
-- Name: assessments a_share_rubric; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_share_rubric BEFORE INSERT OR UPDATE OF rubric_scores, competency_id ON public.assessments FOR EACH ROW WHEN ((new.rubric_scores IS NOT NULL)) EXECUTE FUNCTION medstint.share_rubric();


--
-- Name: clinical_site_locations a_site_is_fixed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_site_is_fixed BEFORE UPDATE OF clinical_site_id ON public.clinical_site_locations FOR EACH ROW WHEN ((old.clinical_site_id <> new.clinical_site_id)) EXECUTE FUNCTION medstint.refuse_move('site');


--
-- Name: alert_rules a_tidy_text; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name, code ON public.alert_rules FOR EACH ROW EXECUTE FUNCTION medstint.tidy_alert_rules();


--
-- Name: clinical_site_locations a_tidy_text; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name ON public.clinical_site_locations FOR EACH ROW EXECUTE FUNCTION medstint.tidy_clinical_site_locations();


--
-- Name: clinical_sites a_tidy_text; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name, contact_person_name, contact_person_email ON public.clinical_sites FOR EACH ROW EXECUTE FUNCTION medstint.tidy_clinical_sites();


--
-- Name: competencies a_tidy_text; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name, category, version ON public.competencies FOR EACH ROW EXECUTE FUNCTION medstint.tidy_competencies();


--
-- Name: competency_templates a_tidy_text; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name, category, version ON public.competency_templates FOR EACH ROW EXECUTE FUNCTION medstint.tidy_competency_templates();


--
-- Name: kiosks a_tidy_text; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name ON public.kiosks FOR EACH ROW EXECUTE FUNCTION medstint.tidy_kiosks();


--
-- Name: programs a_tidy_text; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name ON public.programs FOR EACH ROW EXECUTE FUNCTION medstint.tidy_programs();


--
-- Name: rotations a_tidy_text; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF specialty ON public.rotations FOR EACH ROW EXECUTE FUNCTION medstint.tidy_rotations();


--
-- Name: rubric_criteria a_tidy_text; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF criterion_name ON public.rubric_criteria FOR EACH ROW EXECUTE FUNCTION medstint.tidy_rubric_criteria();


--
-- Name: schools a_tidy_text; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF name, email ON public.schools FOR EACH ROW EXECUTE FUNCTION medstint.tidy_schools();


--
-- Name: users a_tidy_text; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER a_tidy_text BEFORE INSERT OR UPDATE OF email, name, given_name, family_name, student_id, badge ON public.users FOR EACH ROW EXECUTE FUNCTION medstint.tidy_users();


--
-- Name: time_records aa_refuse_flags_due; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER aa_refuse_flags_due AFTER UPDATE ON public.time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.refuse_flags_due();


--
-- Name: schools b_begin_sealing; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_begin_sealing AFTER INSERT ON public.schools REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.begin_sealing();


--
-- Name: competency_assignments b_check_assignment; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_check_assignment BEFORE INSERT ON public.competency_assignments FOR EACH ROW EXECUTE FUNCTION medstint.check_assignment();


--
-- Name: users b_check_badge; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_check_badge BEFORE INSERT OR UPDATE OF badge, student_id ON public.users FOR EACH ROW EXECUTE FUNCTION medstint.check_badge();


--
-- Name: rubric_criteria b_check_criterion; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_check_criterion BEFORE INSERT OR DELETE OR UPDATE ON public.rubric_criteria FOR EACH ROW EXECUTE FUNCTION medstint.check_criterion();


--
-- Name: delegations b_check_delegation; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_check_delegation BEFORE INSERT OR UPDATE ON public.delegations FOR EACH ROW WHEN ((NOT medstint.days_move())) EXECUTE FUNCTION medstint.check_delegation();


--
-- Name: kiosks b_check_kiosk; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_check_kiosk BEFORE INSERT OR UPDATE OF location_id, clinical_site_id ON public.kiosks FOR EACH ROW EXECUTE FUNCTION medstint.check_kiosk();


--
-- Name: time_records b_check_length; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_check_length BEFORE INSERT OR UPDATE OF clock_in, clock_out ON public.time_records FOR EACH ROW WHEN (((new.clock_out - new.clock_in) >= '99:59:42'::interval)) EXECUTE FUNCTION medstint.check_length();


--
-- Name: time_records b_check_new_time_record; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_check_new_time_record BEFORE INSERT ON public.time_records FOR EACH ROW EXECUTE FUNCTION medstint.check_time_record();


--
-- Name: rotations b_check_rotation; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_check_rotation BEFORE INSERT OR UPDATE OF student_id, clinical_site_id, preceptor_id, supervisor_id, specialty, start_date, end_date, required_hours, status ON public.rotations FOR EACH ROW WHEN ((NOT medstint.days_move())) EXECUTE FUNCTION medstint.check_rotation();


--
-- Name: schools b_check_school; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_check_school BEFORE UPDATE OF is_active ON public.schools FOR EACH ROW EXECUTE FUNCTION medstint.check_school();


--
-- Name: competency_templates b_check_template; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_check_template BEFORE INSERT OR UPDATE ON public.competency_templates FOR EACH ROW EXECUTE FUNCTION medstint.check_template();


--
-- Name: time_records b_check_time_record; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_check_time_record BEFORE UPDATE ON public.time_records FOR EACH ROW WHEN ((((old.flags)::text = (new.flags)::text) AND (old.triage = new.triage))) EXECUTE FUNCTION medstint.check_time_record();


--
-- Name: assessments b_check_transition; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_check_transition BEFORE INSERT OR UPDATE ON public.assessments FOR EACH ROW EXECUTE FUNCTION medstint.check_transition();


--
-- Name: competency_assignments b_check_transition; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_check_transition BEFORE INSERT OR UPDATE ON public.competency_assignments FOR EACH ROW EXECUTE FUNCTION medstint.check_transition();


--
-- Name: competency_deployments b_check_transition; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_check_transition BEFORE INSERT OR UPDATE ON public.competency_deployments FOR EACH ROW EXECUTE FUNCTION medstint.check_transition();


--
-- Name: rotations b_check_transition; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_check_transition BEFORE INSERT OR UPDATE ON public.rotations FOR EACH ROW EXECUTE FUNCTION medstint.check_transition();


--
-- Name: users b_check_user; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_check_user BEFORE INSERT OR UPDATE OF email, name, given_name, family_name, role, school_id, program_id, student_id, academic_status, onboarding_completed, is_active ON public.users FOR EACH ROW EXECUTE FUNCTION medstint.check_user();


--
-- Name: time_records b_hours_after_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_hours_after_delete AFTER DELETE ON public.time_records REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.hours_of_changed_records();


--
-- Name: time_records b_hours_after_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_hours_after_update AFTER UPDATE ON public.time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.hours_of_changed_records();


--
-- Name: assessments b_moves_assignment; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_moves_assignment AFTER UPDATE ON public.assessments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.assessment_moves_assignment();


--
-- Name: kiosk_punches b_name_punchers; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_name_punchers BEFORE INSERT ON public.kiosk_punches FOR EACH ROW WHEN ((new.status = 'QUARANTINED'::text)) EXECUTE FUNCTION medstint.name_punchers();


--
-- Name: notification_templates b_names_are_known; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER b_names_are_known BEFORE INSERT OR UPDATE OF type, title, message ON public.notification_templates FOR EACH ROW WHEN ((new.school_id IS NOT NULL)) EXECUTE FUNCTION medstint.refuse_unknown_names();


--
-- Name: accounts c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.accounts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('account');


--
-- Name: alert_rules c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.alert_rules REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('alert_rule');


--
-- Name: alerts c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.alerts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('alert');


--
-- Name: assessments c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.assessments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('assessment');


--
-- Name: clinical_site_locations c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.clinical_site_locations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('clinical_site_location');


--
-- Name: clinical_sites c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.clinical_sites REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('clinical_site');


--
-- Name: competencies c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.competencies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('competency');


--
-- Name: competency_assignments c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.competency_assignments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('competency_assignment');


--
-- Name: competency_deployments c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.competency_deployments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('competency_deployment');


--
-- Name: competency_templates c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.competency_templates REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('competency_template');


--
-- Name: delegations c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.delegations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('delegation');


--
-- Name: kiosks c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.kiosks REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('kiosk');


--
-- Name: notification_templates c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.notification_templates REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('notification_template');


--
-- Name: notifications c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.notifications REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('notification');


--
-- Name: programs c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.programs REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('program');


--
-- Name: rotations c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.rotations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('rotation');


--
-- Name: rubric_criteria c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.rubric_criteria REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('rubric_criterion');


--
-- Name: school_policies c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.school_policies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('school_policy');


--
-- Name: schools c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.schools REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('school');


--
-- Name: time_record_corrections c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.time_record_corrections REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('time_record_correction');


--
-- Name: time_record_questions c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.time_record_questions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('time_record_question');


--
-- Name: time_records c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.time_records REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('time_record');


--
-- Name: users c_audit_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_delete AFTER DELETE ON public.users REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_delete('user');


--
-- Name: accounts c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.accounts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('account');


--
-- Name: alert_rules c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.alert_rules REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('alert_rule');


--
-- Name: alerts c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.alerts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('alert');


--
-- Name: assessments c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.assessments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('assessment');


--
-- Name: clinical_site_locations c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.clinical_site_locations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('clinical_site_location');


--
-- Name: clinical_sites c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.clinical_sites REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('clinical_site');


--
-- Name: competencies c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.competencies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('competency');


--
-- Name: competency_assignments c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.competency_assignments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('competency_assignment');


--
-- Name: competency_deployments c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.competency_deployments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('competency_deployment');


--
-- Name: competency_templates c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.competency_templates REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('competency_template');


--
-- Name: delegations c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.delegations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('delegation');


--
-- Name: kiosks c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.kiosks REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('kiosk');


--
-- Name: notification_templates c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.notification_templates REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('notification_template');


--
-- Name: notifications c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.notifications REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('notification');


--
-- Name: programs c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.programs REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('program');


--
-- Name: rotations c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.rotations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('rotation');


--
-- Name: rubric_criteria c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.rubric_criteria REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('rubric_criterion');


--
-- Name: school_policies c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.school_policies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('school_policy');


--
-- Name: schools c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.schools REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('school');


--
-- Name: time_record_corrections c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.time_record_corrections REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('time_record_correction');


--
-- Name: time_record_questions c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.time_record_questions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('time_record_question');


--
-- Name: time_records c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.time_records REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('time_record');


--
-- Name: users c_audit_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_insert AFTER INSERT ON public.users REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_insert('user');


--
-- Name: accounts c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.accounts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('account');


--
-- Name: alert_rules c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.alert_rules REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('alert_rule');


--
-- Name: alerts c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.alerts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('alert');


--
-- Name: assessments c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.assessments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('assessment');


--
-- Name: clinical_site_locations c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.clinical_site_locations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('clinical_site_location');


--
-- Name: clinical_sites c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.clinical_sites REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('clinical_site');


--
-- Name: competencies c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.competencies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('competency');


--
-- Name: competency_assignments c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.competency_assignments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('competency_assignment');


--
-- Name: competency_deployments c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.competency_deployments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('competency_deployment');


--
-- Name: competency_templates c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.competency_templates REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('competency_template');


--
-- Name: delegations c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.delegations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('delegation');


--
-- Name: kiosks c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.kiosks REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('kiosk');


--
-- Name: notification_templates c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.notification_templates REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('notification_template');


--
-- Name: notifications c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.notifications REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('notification');


--
-- Name: programs c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.programs REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('program');


--
-- Name: rotations c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.rotations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('rotation');


--
-- Name: rubric_criteria c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.rubric_criteria REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('rubric_criterion');


--
-- Name: school_policies c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.school_policies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('school_policy');


--
-- Name: schools c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.schools REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('school');


--
-- Name: time_record_corrections c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.time_record_corrections REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('time_record_correction');


--
-- Name: time_record_questions c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.time_record_questions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('time_record_question');


--
-- Name: time_records c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_time_record_update('time_record');


--
-- Name: users c_audit_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_update AFTER UPDATE ON public.users REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.audit_update('user');


--
-- Name: sessions c_audit_web_session; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_audit_web_session AFTER INSERT OR DELETE OR UPDATE ON public.sessions FOR EACH ROW EXECUTE FUNCTION medstint.audit_web_session();


--
-- Name: audit_logs c_await_seal; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_await_seal AFTER INSERT ON public.audit_logs REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.await_seal();


--
-- Name: time_records c_begin_flags; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_begin_flags BEFORE INSERT ON public.time_records FOR EACH ROW EXECUTE FUNCTION medstint.begin_flags();


--
-- Name: assessments c_check_assessment; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_check_assessment BEFORE INSERT OR UPDATE ON public.assessments FOR EACH ROW EXECUTE FUNCTION medstint.check_assessment();


--
-- Name: users c_check_leaving; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_check_leaving AFTER UPDATE OF school_id, program_id ON public.users FOR EACH ROW WHEN ((old.school_id IS DISTINCT FROM new.school_id)) EXECUTE FUNCTION medstint.check_leaving();


--
-- Name: time_records c_note_edit; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_note_edit BEFORE UPDATE ON public.time_records FOR EACH ROW WHEN ((((old.flags)::text = (new.flags)::text) AND (old.triage = new.triage) AND (old.status = new.status))) EXECUTE FUNCTION medstint.note_edit();


--
-- Name: time_records c_refuse_open_correction; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_refuse_open_correction BEFORE UPDATE OF status ON public.time_records FOR EACH ROW WHEN (((old.status = 'PENDING'::public.time_record_status) AND (new.status <> 'PENDING'::public.time_record_status))) EXECUTE FUNCTION medstint.refuse_open_correction();


--
-- Name: alerts c_second_person; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_second_person BEFORE UPDATE OF acknowledged_by ON public.alerts FOR EACH ROW WHEN (((old.acknowledged_by IS NULL) AND (new.acknowledged_by IS NOT NULL))) EXECUTE FUNCTION medstint.second_person_acknowledges();


--
-- Name: assessments c_second_person; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_second_person BEFORE UPDATE OF status ON public.assessments FOR EACH ROW WHEN (((old.status IS DISTINCT FROM new.status) AND (new.status = ANY (ARRAY['REVIEWED'::public.assessment_status, 'APPROVED'::public.assessment_status])))) EXECUTE FUNCTION medstint.second_person_assesses();


--
-- Name: time_record_corrections c_second_person; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_second_person BEFORE UPDATE OF status ON public.time_record_corrections FOR EACH ROW WHEN (((old.status = 'PROPOSED'::text) AND (new.status = ANY (ARRAY['APPROVED'::text, 'REJECTED'::text])))) EXECUTE FUNCTION medstint.second_person_corrects();


--
-- Name: time_records c_second_person; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER c_second_person AFTER UPDATE ON public.time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.second_person_decides();


--
-- Name: alert_rules d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.alert_rules REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: alerts d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.alerts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: assessments d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.assessments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: clinical_site_locations d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.clinical_site_locations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: clinical_sites d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.clinical_sites REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: competencies d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.competencies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: competency_assignments d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.competency_assignments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: competency_deployments d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.competency_deployments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: competency_templates d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.competency_templates REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: delegations d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.delegations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: kiosks d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.kiosks REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: notification_templates d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.notification_templates REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: notifications d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.notifications REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: programs d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.programs REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: rotations d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.rotations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: rubric_criteria d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.rubric_criteria REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: time_record_corrections d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.time_record_corrections REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: time_record_questions d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.time_record_questions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: time_records d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.time_records REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: users d_announce_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_delete AFTER DELETE ON public.users REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_old();


--
-- Name: alert_rules d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.alert_rules REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: alerts d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.alerts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: assessments d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.assessments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: audit_logs d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.audit_logs REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: clinical_site_locations d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.clinical_site_locations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: clinical_sites d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.clinical_sites REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: competencies d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.competencies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: competency_assignments d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.competency_assignments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: competency_deployments d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.competency_deployments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: competency_templates d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.competency_templates REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: delegations d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.delegations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: kiosks d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.kiosks REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: notification_templates d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.notification_templates REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: notifications d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.notifications REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: programs d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.programs REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: rotations d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.rotations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: rubric_criteria d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.rubric_criteria REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: school_policies d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.school_policies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_policy();


--
-- Name: time_record_corrections d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.time_record_corrections REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: time_record_questions d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.time_record_questions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: time_records d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.time_records REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: users d_announce_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_insert AFTER INSERT ON public.users REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: alert_rules d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.alert_rules REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: alerts d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.alerts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: assessments d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.assessments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: clinical_site_locations d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.clinical_site_locations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: clinical_sites d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.clinical_sites REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: competencies d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.competencies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: competency_assignments d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.competency_assignments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: competency_deployments d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.competency_deployments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: competency_templates d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.competency_templates REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: delegations d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.delegations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: kiosks d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.kiosks REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: notification_templates d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.notification_templates REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: notifications d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.notifications REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: programs d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.programs REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: rotations d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.rotations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: rubric_criteria d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.rubric_criteria REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: school_policies d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.school_policies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_policy();


--
-- Name: schools d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.schools REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_school();


--
-- Name: time_record_corrections d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.time_record_corrections REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: time_record_questions d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.time_record_questions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: time_records d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.time_records REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: users d_announce_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER d_announce_update AFTER UPDATE ON public.users REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.announce_new();


--
-- Name: accounts e_end_credential; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER e_end_credential AFTER DELETE ON public.accounts FOR EACH ROW EXECUTE FUNCTION medstint.note_account();


--
-- Name: clinical_sites e_keep_days; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER e_keep_days AFTER UPDATE OF time_zone ON public.clinical_sites FOR EACH ROW WHEN ((old.time_zone <> new.time_zone)) EXECUTE FUNCTION medstint.keep_days_of_site();


--
-- Name: schools e_keep_days; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER e_keep_days AFTER UPDATE OF time_zone ON public.schools FOR EACH ROW WHEN ((old.time_zone <> new.time_zone)) EXECUTE FUNCTION medstint.keep_days_of_school();


--
-- Name: users e_note_badge; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER e_note_badge AFTER UPDATE OF badge, student_id ON public.users FOR EACH ROW WHEN (((old.badge IS DISTINCT FROM new.badge) OR (old.student_id IS DISTINCT FROM new.student_id))) EXECUTE FUNCTION medstint.note_badge();


--
-- Name: accounts e_note_credential; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER e_note_credential BEFORE INSERT OR UPDATE OF password, provider_id, account_id, user_id, is_temporary ON public.accounts FOR EACH ROW EXECUTE FUNCTION medstint.note_account();


--
-- Name: users e_note_credential; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER e_note_credential AFTER UPDATE OF email ON public.users FOR EACH ROW WHEN ((old.email IS DISTINCT FROM new.email)) EXECUTE FUNCTION medstint.note_email();


--
-- Name: assessments e_notify_assessments; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER e_notify_assessments AFTER UPDATE ON public.assessments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.notify_assessments();


--
-- Name: competency_assignments e_notify_assigned; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER e_notify_assigned AFTER INSERT ON public.competency_assignments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.notify_assigned();


--
-- Name: rotations e_notify_booked_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER e_notify_booked_insert AFTER INSERT ON public.rotations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.notify_booked();


--
-- Name: rotations e_notify_booked_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER e_notify_booked_update AFTER UPDATE ON public.rotations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.notify_booked();


--
-- Name: clinical_sites e_notify_capacity; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER e_notify_capacity AFTER UPDATE ON public.clinical_sites REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.notify_capacity();


--
-- Name: time_records e_notify_decisions; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER e_notify_decisions AFTER UPDATE ON public.time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.notify_decisions();


--
-- Name: time_records f_flag_after_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER f_flag_after_delete AFTER DELETE ON public.time_records REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_after_delete();


--
-- Name: time_records f_flag_changed; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER f_flag_changed AFTER UPDATE ON public.time_records REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_changed_records();


--
-- Name: clinical_site_locations f_flag_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER f_flag_delete AFTER DELETE ON public.clinical_site_locations REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_sites();


--
-- Name: clinical_site_locations f_flag_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER f_flag_insert AFTER INSERT ON public.clinical_site_locations REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_sites();


--
-- Name: time_records f_flag_new; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER f_flag_new AFTER INSERT ON public.time_records REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_new_records();


--
-- Name: school_policies f_flag_policy_delete; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER f_flag_policy_delete AFTER DELETE ON public.school_policies FOR EACH ROW EXECUTE FUNCTION medstint.flag_pending_of();


--
-- Name: school_policies f_flag_policy_insert; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER f_flag_policy_insert AFTER INSERT ON public.school_policies FOR EACH ROW EXECUTE FUNCTION medstint.flag_pending_of();


--
-- Name: school_policies f_flag_policy_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER f_flag_policy_update AFTER UPDATE OF thresholds, duty_profile ON public.school_policies FOR EACH ROW WHEN ((((old.thresholds)::text IS DISTINCT FROM (new.thresholds)::text) OR (old.duty_profile IS DISTINCT FROM new.duty_profile))) EXECUTE FUNCTION medstint.flag_pending_of();


--
-- Name: programs f_flag_profile; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER f_flag_profile AFTER UPDATE OF duty_profile ON public.programs FOR EACH ROW WHEN ((old.duty_profile IS DISTINCT FROM new.duty_profile)) EXECUTE FUNCTION medstint.flag_pending_of();


--
-- Name: users f_flag_program; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER f_flag_program AFTER UPDATE OF program_id ON public.users FOR EACH ROW WHEN ((old.program_id IS DISTINCT FROM new.program_id)) EXECUTE FUNCTION medstint.flag_pending_of();


--
-- Name: clinical_site_locations f_flag_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER f_flag_update AFTER UPDATE ON public.clinical_site_locations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION medstint.flag_sites();


--
-- Name: rotations f_flag_update; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER f_flag_update AFTER UPDATE ON public.rotations REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT WHEN ((NOT medstint.days_move())) EXECUTE FUNCTION medstint.flag_rotations();


--
-- Name: clinical_sites f_flag_zone; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER f_flag_zone AFTER UPDATE OF time_zone ON public.clinical_sites FOR EACH ROW WHEN ((old.time_zone <> new.time_zone)) EXECUTE FUNCTION medstint.flag_pending_of();


--
-- Name: clinical_site_locations z_touch; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER z_touch BEFORE UPDATE ON public.clinical_site_locations FOR EACH ROW EXECUTE FUNCTION medstint.touch();


--
-- Name: clinical_sites z_touch; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER z_touch BEFORE UPDATE ON public.clinical_sites FOR EACH ROW EXECUTE FUNCTION medstint.touch();


--
-- Name: competencies z_touch; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER z_touch BEFORE UPDATE ON public.competencies FOR EACH ROW EXECUTE FUNCTION medstint.touch();


--
-- Name: competency_templates z_touch; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER z_touch BEFORE UPDATE ON public.competency_templates FOR EACH ROW EXECUTE FUNCTION medstint.touch();


--
-- Name: delegations z_touch; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER z_touch BEFORE UPDATE ON public.delegations FOR EACH ROW EXECUTE FUNCTION medstint.touch();


--
-- Name: kiosks z_touch; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER z_touch BEFORE UPDATE ON public.kiosks FOR EACH ROW EXECUTE FUNCTION medstint.touch();


--
-- Name: notification_templates z_touch; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER z_touch BEFORE UPDATE ON public.notification_templates FOR EACH ROW EXECUTE FUNCTION medstint.touch();


--
-- Name: programs z_touch; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER z_touch BEFORE UPDATE ON public.programs FOR EACH ROW EXECUTE FUNCTION medstint.touch();


--
-- Name: rubric_criteria z_touch; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER z_touch BEFORE UPDATE ON public.rubric_criteria FOR EACH ROW EXECUTE FUNCTION medstint.touch();


--
-- Name: school_policies z_touch; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER z_touch BEFORE UPDATE ON public.school_policies FOR EACH ROW EXECUTE FUNCTION medstint.touch();


--
-- Name: schools z_touch; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER z_touch BEFORE UPDATE ON public.schools FOR EACH ROW EXECUTE FUNCTION medstint.touch();


--
-- Name: users z_touch; Type: TRIGGER; Schema: public; Owner: medstint_owner
--

CREATE TRIGGER z_touch BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION medstint.touch();


--
-- Name: credential_changes credential_changes_changed_by_fkey; Type: FK CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.credential_changes
    ADD CONSTRAINT credential_changes_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: credential_changes credential_changes_user_id_fkey; Type: FK CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.credential_changes
    ADD CONSTRAINT credential_changes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: password_changes password_changes_user_id_fkey; Type: FK CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.password_changes
    ADD CONSTRAINT password_changes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: pin_outcomes pin_outcomes_kiosk_id_fkey; Type: FK CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.pin_outcomes
    ADD CONSTRAINT pin_outcomes_kiosk_id_fkey FOREIGN KEY (kiosk_id) REFERENCES public.kiosks(id) ON DELETE CASCADE;


--
-- Name: pin_outcomes pin_outcomes_user_id_fkey; Type: FK CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.pin_outcomes
    ADD CONSTRAINT pin_outcomes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: pins pins_user_id_fkey; Type: FK CONSTRAINT; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE ONLY medstint.pins
    ADD CONSTRAINT pins_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: accounts accounts_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: accounts accounts_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: alert_rules alert_rules_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.alert_rules
    ADD CONSTRAINT alert_rules_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE CASCADE;


--
-- Name: alerts alerts_acknowledged_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_acknowledged_by_fkey FOREIGN KEY (acknowledged_by) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: alerts alerts_rule_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES public.alert_rules(id) ON DELETE RESTRICT;


--
-- Name: alerts alerts_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: assessments assessments_approved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: assessments assessments_assessor_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_assessor_id_fkey FOREIGN KEY (assessor_id) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: assessments assessments_competency_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_competency_id_fkey FOREIGN KEY (competency_id) REFERENCES public.competencies(id) ON DELETE RESTRICT;


--
-- Name: assessments assessments_rotation_of_student; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_rotation_of_student FOREIGN KEY (rotation_id, student_id, school_id) REFERENCES public.rotations(id, student_id, school_id) ON DELETE RESTRICT;


--
-- Name: assessments assessments_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: assessments assessments_student_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT assessments_student_id_fkey FOREIGN KEY (student_id) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: audit_logs audit_logs_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.audit_logs
    ADD CONSTRAINT audit_logs_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: audit_logs audit_logs_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.audit_logs
    ADD CONSTRAINT audit_logs_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: audit_seals audit_seals_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: clinical_site_locations clinical_site_locations_clinical_site_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.clinical_site_locations
    ADD CONSTRAINT clinical_site_locations_clinical_site_id_fkey FOREIGN KEY (clinical_site_id) REFERENCES public.clinical_sites(id) ON DELETE CASCADE;


--
-- Name: clinical_site_locations clinical_site_locations_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.clinical_site_locations
    ADD CONSTRAINT clinical_site_locations_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: clinical_sites clinical_sites_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.clinical_sites
    ADD CONSTRAINT clinical_sites_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: clinical_sites clinical_sites_time_zone_is_iana; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.clinical_sites
    ADD CONSTRAINT clinical_sites_time_zone_is_iana FOREIGN KEY (time_zone) REFERENCES medstint.time_zones(name);


--
-- Name: competencies competencies_program_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competencies
    ADD CONSTRAINT competencies_program_id_fkey FOREIGN KEY (program_id) REFERENCES public.programs(id) ON DELETE RESTRICT;


--
-- Name: competencies competencies_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competencies
    ADD CONSTRAINT competencies_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: competencies competencies_template_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competencies
    ADD CONSTRAINT competencies_template_id_fkey FOREIGN KEY (template_id) REFERENCES public.competency_templates(id) ON DELETE RESTRICT;


--
-- Name: competency_assignments competency_assignments_assigned_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competency_assignments
    ADD CONSTRAINT competency_assignments_assigned_by_fkey FOREIGN KEY (assigned_by) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: competency_assignments competency_assignments_competency_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competency_assignments
    ADD CONSTRAINT competency_assignments_competency_id_fkey FOREIGN KEY (competency_id) REFERENCES public.competencies(id) ON DELETE RESTRICT;


--
-- Name: competency_assignments competency_assignments_deployment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competency_assignments
    ADD CONSTRAINT competency_assignments_deployment_id_fkey FOREIGN KEY (deployment_id) REFERENCES public.competency_deployments(id) ON DELETE RESTRICT;


--
-- Name: competency_assignments competency_assignments_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competency_assignments
    ADD CONSTRAINT competency_assignments_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: competency_assignments competency_assignments_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competency_assignments
    ADD CONSTRAINT competency_assignments_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: competency_deployments competency_deployments_deployed_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competency_deployments
    ADD CONSTRAINT competency_deployments_deployed_by_fkey FOREIGN KEY (deployed_by) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: competency_deployments competency_deployments_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competency_deployments
    ADD CONSTRAINT competency_deployments_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: competency_deployments competency_deployments_template_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competency_deployments
    ADD CONSTRAINT competency_deployments_template_id_fkey FOREIGN KEY (template_id) REFERENCES public.competency_templates(id) ON DELETE RESTRICT;


--
-- Name: competency_templates competency_templates_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competency_templates
    ADD CONSTRAINT competency_templates_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: competency_templates competency_templates_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.competency_templates
    ADD CONSTRAINT competency_templates_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: delegations delegations_from_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.delegations
    ADD CONSTRAINT delegations_from_user_id_fkey FOREIGN KEY (from_user_id) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: delegations delegations_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.delegations
    ADD CONSTRAINT delegations_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: delegations delegations_to_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.delegations
    ADD CONSTRAINT delegations_to_user_id_fkey FOREIGN KEY (to_user_id) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: kiosk_punches kiosk_punches_clinical_site_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.kiosk_punches
    ADD CONSTRAINT kiosk_punches_clinical_site_id_fkey FOREIGN KEY (clinical_site_id) REFERENCES public.clinical_sites(id) ON DELETE RESTRICT;


--
-- Name: kiosk_punches kiosk_punches_kiosk_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.kiosk_punches
    ADD CONSTRAINT kiosk_punches_kiosk_id_fkey FOREIGN KEY (kiosk_id) REFERENCES public.kiosks(id) ON DELETE RESTRICT;


--
-- Name: kiosk_punches kiosk_punches_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.kiosk_punches
    ADD CONSTRAINT kiosk_punches_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: kiosk_punches kiosk_punches_settled_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.kiosk_punches
    ADD CONSTRAINT kiosk_punches_settled_by_fkey FOREIGN KEY (settled_by) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: kiosk_punches kiosk_punches_student_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.kiosk_punches
    ADD CONSTRAINT kiosk_punches_student_id_fkey FOREIGN KEY (student_id) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: kiosk_punches kiosk_punches_time_record_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.kiosk_punches
    ADD CONSTRAINT kiosk_punches_time_record_id_fkey FOREIGN KEY (time_record_id) REFERENCES public.time_records(id) ON DELETE SET NULL;


--
-- Name: kiosk_states kiosk_states_kiosk_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.kiosk_states
    ADD CONSTRAINT kiosk_states_kiosk_id_fkey FOREIGN KEY (kiosk_id) REFERENCES public.kiosks(id) ON DELETE CASCADE;


--
-- Name: kiosk_states kiosk_states_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.kiosk_states
    ADD CONSTRAINT kiosk_states_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: kiosks kiosks_clinical_site_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.kiosks
    ADD CONSTRAINT kiosks_clinical_site_id_fkey FOREIGN KEY (clinical_site_id) REFERENCES public.clinical_sites(id) ON DELETE RESTRICT;


--
-- Name: kiosks kiosks_location_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.kiosks
    ADD CONSTRAINT kiosks_location_id_fkey FOREIGN KEY (location_id) REFERENCES public.clinical_site_locations(id) ON DELETE SET NULL;


--
-- Name: kiosks kiosks_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.kiosks
    ADD CONSTRAINT kiosks_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: notification_templates notification_templates_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.notification_templates
    ADD CONSTRAINT notification_templates_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE CASCADE;


--
-- Name: notifications notifications_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: notifications notifications_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: programs programs_duty_profile_known; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.programs
    ADD CONSTRAINT programs_duty_profile_known FOREIGN KEY (duty_profile) REFERENCES medstint.duty_profiles(code);


--
-- Name: programs programs_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.programs
    ADD CONSTRAINT programs_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: rotations rotations_clinical_site_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.rotations
    ADD CONSTRAINT rotations_clinical_site_id_fkey FOREIGN KEY (clinical_site_id) REFERENCES public.clinical_sites(id) ON DELETE RESTRICT;


--
-- Name: rotations rotations_preceptor_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.rotations
    ADD CONSTRAINT rotations_preceptor_id_fkey FOREIGN KEY (preceptor_id) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: rotations rotations_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.rotations
    ADD CONSTRAINT rotations_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: rotations rotations_student_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.rotations
    ADD CONSTRAINT rotations_student_id_fkey FOREIGN KEY (student_id) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: rotations rotations_supervisor_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.rotations
    ADD CONSTRAINT rotations_supervisor_id_fkey FOREIGN KEY (supervisor_id) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: rubric_criteria rubric_criteria_competency_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.rubric_criteria
    ADD CONSTRAINT rubric_criteria_competency_id_fkey FOREIGN KEY (competency_id) REFERENCES public.competencies(id) ON DELETE CASCADE;


--
-- Name: rubric_criteria rubric_criteria_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.rubric_criteria
    ADD CONSTRAINT rubric_criteria_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: rubric_criteria rubric_criteria_template_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.rubric_criteria
    ADD CONSTRAINT rubric_criteria_template_id_fkey FOREIGN KEY (template_id) REFERENCES public.competency_templates(id) ON DELETE CASCADE;


--
-- Name: school_policies school_policies_duty_profile_known; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.school_policies
    ADD CONSTRAINT school_policies_duty_profile_known FOREIGN KEY (duty_profile) REFERENCES medstint.duty_profiles(code);


--
-- Name: school_policies school_policies_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.school_policies
    ADD CONSTRAINT school_policies_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE CASCADE;


--
-- Name: schools schools_admin_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.schools
    ADD CONSTRAINT schools_admin_id_fkey FOREIGN KEY (admin_id) REFERENCES public.users(id) ON DELETE SET NULL;


--
-- Name: schools schools_time_zone_is_iana; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.schools
    ADD CONSTRAINT schools_time_zone_is_iana FOREIGN KEY (time_zone) REFERENCES medstint.time_zones(name);


--
-- Name: sessions sessions_active_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_active_school_id_fkey FOREIGN KEY (active_school_id) REFERENCES public.schools(id) ON DELETE SET NULL;


--
-- Name: sessions sessions_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: sessions sessions_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: time_record_corrections time_record_corrections_decided_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_record_corrections
    ADD CONSTRAINT time_record_corrections_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: time_record_corrections time_record_corrections_proposed_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_record_corrections
    ADD CONSTRAINT time_record_corrections_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: time_record_corrections time_record_corrections_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_record_corrections
    ADD CONSTRAINT time_record_corrections_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: time_record_corrections time_record_corrections_time_record_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_record_corrections
    ADD CONSTRAINT time_record_corrections_time_record_id_fkey FOREIGN KEY (time_record_id) REFERENCES public.time_records(id) ON DELETE RESTRICT;


--
-- Name: time_record_decisions time_record_decisions_decided_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_record_decisions
    ADD CONSTRAINT time_record_decisions_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: time_record_decisions time_record_decisions_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_record_decisions
    ADD CONSTRAINT time_record_decisions_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: time_record_decisions time_record_decisions_time_record_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_record_decisions
    ADD CONSTRAINT time_record_decisions_time_record_id_fkey FOREIGN KEY (time_record_id) REFERENCES public.time_records(id) ON DELETE RESTRICT;


--
-- Name: time_record_questions time_record_questions_asked_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_record_questions
    ADD CONSTRAINT time_record_questions_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: time_record_questions time_record_questions_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_record_questions
    ADD CONSTRAINT time_record_questions_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: time_record_questions time_record_questions_time_record_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_record_questions
    ADD CONSTRAINT time_record_questions_time_record_id_fkey FOREIGN KEY (time_record_id) REFERENCES public.time_records(id) ON DELETE RESTRICT;


--
-- Name: time_records time_records_approved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_records
    ADD CONSTRAINT time_records_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: time_records time_records_clinical_site_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_records
    ADD CONSTRAINT time_records_clinical_site_id_fkey FOREIGN KEY (clinical_site_id) REFERENCES public.clinical_sites(id) ON DELETE RESTRICT;


--
-- Name: time_records time_records_rotation_of_student; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_records
    ADD CONSTRAINT time_records_rotation_of_student FOREIGN KEY (rotation_id, student_id, school_id) REFERENCES public.rotations(id, student_id, school_id) ON DELETE RESTRICT;


--
-- Name: time_records time_records_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_records
    ADD CONSTRAINT time_records_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: time_records time_records_student_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.time_records
    ADD CONSTRAINT time_records_student_id_fkey FOREIGN KEY (student_id) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: users users_program_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_program_id_fkey FOREIGN KEY (program_id) REFERENCES public.programs(id) ON DELETE RESTRICT;


--
-- Name: users users_school_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: medstint_owner
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE RESTRICT;


--
-- Name: audit_sealing; Type: ROW SECURITY; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE medstint.audit_sealing ENABLE ROW LEVEL SECURITY;

--
-- Name: audit_sealing audit_sealing_owner; Type: POLICY; Schema: medstint; Owner: medstint_owner
--

CREATE POLICY audit_sealing_owner ON medstint.audit_sealing TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: audit_unsealed; Type: ROW SECURITY; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE medstint.audit_unsealed ENABLE ROW LEVEL SECURITY;

--
-- Name: audit_unsealed audit_unsealed_owner; Type: POLICY; Schema: medstint; Owner: medstint_owner
--

CREATE POLICY audit_unsealed_owner ON medstint.audit_unsealed TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: channel_secret; Type: ROW SECURITY; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE medstint.channel_secret ENABLE ROW LEVEL SECURITY;

--
-- Name: channel_secret channel_secret_owner; Type: POLICY; Schema: medstint; Owner: medstint_owner
--

CREATE POLICY channel_secret_owner ON medstint.channel_secret TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: credential_changes; Type: ROW SECURITY; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE medstint.credential_changes ENABLE ROW LEVEL SECURITY;

--
-- Name: credential_changes credential_changes_owner; Type: POLICY; Schema: medstint; Owner: medstint_owner
--

CREATE POLICY credential_changes_owner ON medstint.credential_changes TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: days_moving; Type: ROW SECURITY; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE medstint.days_moving ENABLE ROW LEVEL SECURITY;

--
-- Name: days_moving days_moving_owner; Type: POLICY; Schema: medstint; Owner: medstint_owner
--

CREATE POLICY days_moving_owner ON medstint.days_moving TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: duty_profiles; Type: ROW SECURITY; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE medstint.duty_profiles ENABLE ROW LEVEL SECURITY;

--
-- Name: duty_profiles duty_profiles_owner; Type: POLICY; Schema: medstint; Owner: medstint_owner
--

CREATE POLICY duty_profiles_owner ON medstint.duty_profiles TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: duty_profiles duty_profiles_read; Type: POLICY; Schema: medstint; Owner: medstint_owner
--

CREATE POLICY duty_profiles_read ON medstint.duty_profiles FOR SELECT TO medstint_app, medstint_web USING (true);


--
-- Name: flags_due; Type: ROW SECURITY; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE medstint.flags_due ENABLE ROW LEVEL SECURITY;

--
-- Name: flags_due flags_due_owner; Type: POLICY; Schema: medstint; Owner: medstint_owner
--

CREATE POLICY flags_due_owner ON medstint.flags_due TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: flags_wanted; Type: ROW SECURITY; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE medstint.flags_wanted ENABLE ROW LEVEL SECURITY;

--
-- Name: flags_wanted flags_wanted_owner; Type: POLICY; Schema: medstint; Owner: medstint_owner
--

CREATE POLICY flags_wanted_owner ON medstint.flags_wanted TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: password_attempts; Type: ROW SECURITY; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE medstint.password_attempts ENABLE ROW LEVEL SECURITY;

--
-- Name: password_attempts password_attempts_owner; Type: POLICY; Schema: medstint; Owner: medstint_owner
--

CREATE POLICY password_attempts_owner ON medstint.password_attempts TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: password_changes; Type: ROW SECURITY; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE medstint.password_changes ENABLE ROW LEVEL SECURITY;

--
-- Name: password_changes password_changes_owner; Type: POLICY; Schema: medstint; Owner: medstint_owner
--

CREATE POLICY password_changes_owner ON medstint.password_changes TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: refused_enrolments; Type: ROW SECURITY; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE medstint.refused_enrolments ENABLE ROW LEVEL SECURITY;

--
-- Name: refused_enrolments refused_enrolments_owner; Type: POLICY; Schema: medstint; Owner: medstint_owner
--

CREATE POLICY refused_enrolments_owner ON medstint.refused_enrolments TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: state_transitions; Type: ROW SECURITY; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE medstint.state_transitions ENABLE ROW LEVEL SECURITY;

--
-- Name: state_transitions state_transitions_owner; Type: POLICY; Schema: medstint; Owner: medstint_owner
--

CREATE POLICY state_transitions_owner ON medstint.state_transitions TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: state_transitions state_transitions_read; Type: POLICY; Schema: medstint; Owner: medstint_owner
--

CREATE POLICY state_transitions_read ON medstint.state_transitions FOR SELECT TO medstint_app, medstint_web USING (true);


--
-- Name: turns; Type: ROW SECURITY; Schema: medstint; Owner: medstint_owner
--

ALTER TABLE medstint.turns ENABLE ROW LEVEL SECURITY;

--
-- Name: turns turns_owner; Type: POLICY; Schema: medstint; Owner: medstint_owner
--

CREATE POLICY turns_owner ON medstint.turns TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: accounts; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.accounts ENABLE ROW LEVEL SECURITY;

--
-- Name: accounts accounts_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY accounts_fence ON public.accounts AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id))));


--
-- Name: accounts accounts_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY accounts_owner ON public.accounts TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: accounts accounts_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY accounts_read ON public.accounts FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id))));


--
-- Name: accounts accounts_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY accounts_web ON public.accounts TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: alert_rules; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.alert_rules ENABLE ROW LEVEL SECURITY;

--
-- Name: alert_rules alert_rules_change; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY alert_rules_change ON public.alert_rules FOR UPDATE TO medstint_app USING (((school_id IS NOT NULL) AND ( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role)));


--
-- Name: alert_rules alert_rules_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY alert_rules_fence ON public.alert_rules AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND (( SELECT medstint.current_user_id() AS current_user_id) IS NOT NULL)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND (( SELECT medstint.current_user_id() AS current_user_id) IS NOT NULL))));


--
-- Name: alert_rules alert_rules_make; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY alert_rules_make ON public.alert_rules FOR INSERT TO medstint_app WITH CHECK (((school_id IS NOT NULL) AND ( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role)));


--
-- Name: alert_rules alert_rules_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY alert_rules_owner ON public.alert_rules TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: alert_rules alert_rules_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY alert_rules_read ON public.alert_rules FOR SELECT TO medstint_app USING (( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role));


--
-- Name: alert_rules alert_rules_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY alert_rules_web ON public.alert_rules TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: alerts; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.alerts ENABLE ROW LEVEL SECURITY;

--
-- Name: alerts alerts_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY alerts_fence ON public.alerts AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND ( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND ( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role))));


--
-- Name: alerts alerts_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY alerts_owner ON public.alerts TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: alerts alerts_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY alerts_read ON public.alerts FOR SELECT TO medstint_app USING (( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role));


--
-- Name: alerts alerts_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY alerts_web ON public.alerts TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: assessments; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.assessments ENABLE ROW LEVEL SECURITY;

--
-- Name: assessments assessments_add; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY assessments_add ON public.assessments FOR INSERT TO medstint_app WITH CHECK (((assessor_id = ( SELECT medstint.current_user_id() AS current_user_id)) AND (student_id = ANY (( SELECT medstint.own_student_ids() AS own_student_ids)::text[])) AND (status = 'DRAFT'::public.assessment_status) AND
CASE type
    WHEN 'SELF'::public.assessment_type THEN (student_id = ( SELECT medstint.current_user_id() AS current_user_id))
    WHEN 'PRECEPTOR'::public.assessment_type THEN ( SELECT medstint.has_role(VARIADIC ARRAY['CLINICAL_PRECEPTOR'::public.user_role]) AS has_role)
    WHEN 'SUPERVISOR'::public.assessment_type THEN ( SELECT medstint.has_role(VARIADIC ARRAY['CLINICAL_SUPERVISOR'::public.user_role]) AS has_role)
    ELSE false
END));


--
-- Name: assessments assessments_edit; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY assessments_edit ON public.assessments FOR UPDATE TO medstint_app USING (((assessor_id = ( SELECT medstint.current_user_id() AS current_user_id)) OR ( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role]) AS has_role) OR (( SELECT medstint.has_role(VARIADIC ARRAY['CLINICAL_SUPERVISOR'::public.user_role]) AS has_role) AND (student_id = ANY (( SELECT medstint.own_student_ids() AS own_student_ids)::text[])))));


--
-- Name: assessments assessments_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY assessments_fence ON public.assessments AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));


--
-- Name: assessments assessments_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY assessments_owner ON public.assessments TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: assessments assessments_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY assessments_read ON public.assessments FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (student_id = ANY (( SELECT medstint.own_student_ids() AS own_student_ids)::text[]))));


--
-- Name: assessments assessments_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY assessments_web ON public.assessments TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: audit_logs; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.audit_logs ENABLE ROW LEVEL SECURITY;

--
-- Name: audit_logs audit_logs_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY audit_logs_fence ON public.audit_logs AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((user_id = ( SELECT medstint.current_user_id() AS current_user_id)) AND (school_id IS NOT NULL)) OR ((school_id IS NULL) AND ( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id))));


--
-- Name: audit_logs audit_logs_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY audit_logs_owner ON public.audit_logs TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: audit_logs audit_logs_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY audit_logs_read ON public.audit_logs FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id))));


--
-- Name: audit_logs audit_logs_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY audit_logs_web ON public.audit_logs TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: audit_seals; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.audit_seals ENABLE ROW LEVEL SECURITY;

--
-- Name: audit_seals audit_seals_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY audit_seals_fence ON public.audit_seals AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND ( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role)))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));


--
-- Name: audit_seals audit_seals_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY audit_seals_owner ON public.audit_seals TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: audit_seals audit_seals_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY audit_seals_read ON public.audit_seals FOR SELECT TO medstint_app USING (( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role));


--
-- Name: audit_seals audit_seals_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY audit_seals_web ON public.audit_seals TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: clinical_site_locations; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.clinical_site_locations ENABLE ROW LEVEL SECURITY;

--
-- Name: clinical_site_locations clinical_site_locations_add; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY clinical_site_locations_add ON public.clinical_site_locations FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: clinical_site_locations clinical_site_locations_edit; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY clinical_site_locations_edit ON public.clinical_site_locations FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: clinical_site_locations clinical_site_locations_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY clinical_site_locations_fence ON public.clinical_site_locations AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));


--
-- Name: clinical_site_locations clinical_site_locations_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY clinical_site_locations_owner ON public.clinical_site_locations TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: clinical_site_locations clinical_site_locations_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY clinical_site_locations_read ON public.clinical_site_locations FOR SELECT TO medstint_app USING (true);


--
-- Name: clinical_site_locations clinical_site_locations_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY clinical_site_locations_web ON public.clinical_site_locations TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: clinical_sites; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.clinical_sites ENABLE ROW LEVEL SECURITY;

--
-- Name: clinical_sites clinical_sites_add; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY clinical_sites_add ON public.clinical_sites FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: clinical_sites clinical_sites_edit; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY clinical_sites_edit ON public.clinical_sites FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: clinical_sites clinical_sites_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY clinical_sites_fence ON public.clinical_sites AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));


--
-- Name: clinical_sites clinical_sites_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY clinical_sites_owner ON public.clinical_sites TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: clinical_sites clinical_sites_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY clinical_sites_read ON public.clinical_sites FOR SELECT TO medstint_app USING (true);


--
-- Name: clinical_sites clinical_sites_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY clinical_sites_web ON public.clinical_sites TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: competencies; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.competencies ENABLE ROW LEVEL SECURITY;

--
-- Name: competencies competencies_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competencies_fence ON public.competencies AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));


--
-- Name: competencies competencies_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competencies_owner ON public.competencies TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: competencies competencies_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competencies_read ON public.competencies FOR SELECT TO medstint_app USING (true);


--
-- Name: competencies competencies_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competencies_web ON public.competencies TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: competency_assignments; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.competency_assignments ENABLE ROW LEVEL SECURITY;

--
-- Name: competency_assignments competency_assignments_add; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competency_assignments_add ON public.competency_assignments FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: competency_assignments competency_assignments_edit; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competency_assignments_edit ON public.competency_assignments FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: competency_assignments competency_assignments_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competency_assignments_fence ON public.competency_assignments AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));


--
-- Name: competency_assignments competency_assignments_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competency_assignments_owner ON public.competency_assignments TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: competency_assignments competency_assignments_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competency_assignments_read ON public.competency_assignments FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (user_id = ANY (( SELECT medstint.own_student_ids() AS own_student_ids)::text[]))));


--
-- Name: competency_assignments competency_assignments_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competency_assignments_web ON public.competency_assignments TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: competency_deployments; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.competency_deployments ENABLE ROW LEVEL SECURITY;

--
-- Name: competency_deployments competency_deployments_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competency_deployments_fence ON public.competency_deployments AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));


--
-- Name: competency_deployments competency_deployments_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competency_deployments_owner ON public.competency_deployments TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: competency_deployments competency_deployments_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competency_deployments_read ON public.competency_deployments FOR SELECT TO medstint_app USING (( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role, 'CLINICAL_SUPERVISOR'::public.user_role]) AS has_role));


--
-- Name: competency_deployments competency_deployments_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competency_deployments_web ON public.competency_deployments TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: competency_templates; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.competency_templates ENABLE ROW LEVEL SECURITY;

--
-- Name: competency_templates competency_templates_add; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competency_templates_add ON public.competency_templates FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: competency_templates competency_templates_edit; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competency_templates_edit ON public.competency_templates FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: competency_templates competency_templates_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competency_templates_fence ON public.competency_templates AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND (( SELECT medstint.current_user_id() AS current_user_id) IS NOT NULL)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND (( SELECT medstint.current_user_id() AS current_user_id) IS NOT NULL))));


--
-- Name: competency_templates competency_templates_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competency_templates_owner ON public.competency_templates TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: competency_templates competency_templates_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competency_templates_read ON public.competency_templates FOR SELECT TO medstint_app USING (( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role, 'CLINICAL_SUPERVISOR'::public.user_role]) AS has_role));


--
-- Name: competency_templates competency_templates_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY competency_templates_web ON public.competency_templates TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: delegations; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.delegations ENABLE ROW LEVEL SECURITY;

--
-- Name: delegations delegations_add; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY delegations_add ON public.delegations FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (( SELECT medstint.has_role(VARIADIC ARRAY['CLINICAL_PRECEPTOR'::public.user_role, 'CLINICAL_SUPERVISOR'::public.user_role]) AS has_role) AND (from_user_id = ( SELECT medstint.current_user_id() AS current_user_id)))));


--
-- Name: delegations delegations_edit; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY delegations_edit ON public.delegations FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (from_user_id = ( SELECT medstint.current_user_id() AS current_user_id))));


--
-- Name: delegations delegations_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY delegations_fence ON public.delegations AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));


--
-- Name: delegations delegations_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY delegations_owner ON public.delegations TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: delegations delegations_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY delegations_read ON public.delegations FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR ((( SELECT medstint.current_user_id() AS current_user_id) = from_user_id) OR (( SELECT medstint.current_user_id() AS current_user_id) = to_user_id))));


--
-- Name: delegations delegations_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY delegations_web ON public.delegations TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: kiosk_punches; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.kiosk_punches ENABLE ROW LEVEL SECURITY;

--
-- Name: kiosk_punches kiosk_punches_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY kiosk_punches_fence ON public.kiosk_punches AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));


--
-- Name: kiosk_punches kiosk_punches_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY kiosk_punches_owner ON public.kiosk_punches TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: kiosk_punches kiosk_punches_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY kiosk_punches_read ON public.kiosk_punches FOR SELECT TO medstint_app USING (( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role));


--
-- Name: kiosk_punches kiosk_punches_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY kiosk_punches_web ON public.kiosk_punches TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: kiosk_states; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.kiosk_states ENABLE ROW LEVEL SECURITY;

--
-- Name: kiosk_states kiosk_states_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY kiosk_states_fence ON public.kiosk_states AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));


--
-- Name: kiosk_states kiosk_states_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY kiosk_states_owner ON public.kiosk_states TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: kiosk_states kiosk_states_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY kiosk_states_read ON public.kiosk_states FOR SELECT TO medstint_app USING (( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role, 'CLINICAL_SUPERVISOR'::public.user_role]) AS has_role));


--
-- Name: kiosk_states kiosk_states_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY kiosk_states_web ON public.kiosk_states TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: kiosks; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.kiosks ENABLE ROW LEVEL SECURITY;

--
-- Name: kiosks kiosks_add; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY kiosks_add ON public.kiosks FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: kiosks kiosks_edit; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY kiosks_edit ON public.kiosks FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: kiosks kiosks_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY kiosks_fence ON public.kiosks AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));


--
-- Name: kiosks kiosks_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY kiosks_owner ON public.kiosks TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: kiosks kiosks_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY kiosks_read ON public.kiosks FOR SELECT TO medstint_app USING (( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role, 'CLINICAL_SUPERVISOR'::public.user_role]) AS has_role));


--
-- Name: kiosks kiosks_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY kiosks_web ON public.kiosks TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: notification_templates; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.notification_templates ENABLE ROW LEVEL SECURITY;

--
-- Name: notification_templates notification_templates_add; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY notification_templates_add ON public.notification_templates FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: notification_templates notification_templates_edit; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY notification_templates_edit ON public.notification_templates FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: notification_templates notification_templates_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY notification_templates_fence ON public.notification_templates AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND (( SELECT medstint.current_user_id() AS current_user_id) IS NOT NULL)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND (( SELECT medstint.current_user_id() AS current_user_id) IS NOT NULL))));


--
-- Name: notification_templates notification_templates_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY notification_templates_owner ON public.notification_templates TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: notification_templates notification_templates_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY notification_templates_read ON public.notification_templates FOR SELECT TO medstint_app USING (true);


--
-- Name: notification_templates notification_templates_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY notification_templates_web ON public.notification_templates TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: notifications; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.notifications ENABLE ROW LEVEL SECURITY;

--
-- Name: notifications notifications_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY notifications_fence ON public.notifications AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id))));


--
-- Name: notifications notifications_mark; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY notifications_mark ON public.notifications FOR UPDATE TO medstint_app USING ((user_id = ( SELECT medstint.current_user_id() AS current_user_id))) WITH CHECK ((user_id = ( SELECT medstint.current_user_id() AS current_user_id)));


--
-- Name: notifications notifications_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY notifications_owner ON public.notifications TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: notifications notifications_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY notifications_read ON public.notifications FOR SELECT TO medstint_app USING ((user_id = ( SELECT medstint.current_user_id() AS current_user_id)));


--
-- Name: notifications notifications_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY notifications_web ON public.notifications TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: programs; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.programs ENABLE ROW LEVEL SECURITY;

--
-- Name: programs programs_add; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY programs_add ON public.programs FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: programs programs_edit; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY programs_edit ON public.programs FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: programs programs_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY programs_fence ON public.programs AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));


--
-- Name: programs programs_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY programs_owner ON public.programs TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: programs programs_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY programs_read ON public.programs FOR SELECT TO medstint_app USING (true);


--
-- Name: programs programs_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY programs_web ON public.programs TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: rotations; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.rotations ENABLE ROW LEVEL SECURITY;

--
-- Name: rotations rotations_add; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY rotations_add ON public.rotations FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: rotations rotations_edit; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY rotations_edit ON public.rotations FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: rotations rotations_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY rotations_fence ON public.rotations AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));


--
-- Name: rotations rotations_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY rotations_owner ON public.rotations TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: rotations rotations_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY rotations_read ON public.rotations FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (id = ANY (( SELECT medstint.own_rotation_ids() AS own_rotation_ids)::text[]))));


--
-- Name: rotations rotations_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY rotations_web ON public.rotations TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: rubric_criteria; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.rubric_criteria ENABLE ROW LEVEL SECURITY;

--
-- Name: rubric_criteria rubric_criteria_add; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY rubric_criteria_add ON public.rubric_criteria FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: rubric_criteria rubric_criteria_edit; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY rubric_criteria_edit ON public.rubric_criteria FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: rubric_criteria rubric_criteria_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY rubric_criteria_fence ON public.rubric_criteria AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND (( SELECT medstint.current_user_id() AS current_user_id) IS NOT NULL)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ((school_id IS NULL) AND (( SELECT medstint.current_user_id() AS current_user_id) IS NOT NULL))));


--
-- Name: rubric_criteria rubric_criteria_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY rubric_criteria_owner ON public.rubric_criteria TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: rubric_criteria rubric_criteria_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY rubric_criteria_read ON public.rubric_criteria FOR SELECT TO medstint_app USING (true);


--
-- Name: rubric_criteria rubric_criteria_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY rubric_criteria_web ON public.rubric_criteria TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: school_policies; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.school_policies ENABLE ROW LEVEL SECURITY;

--
-- Name: school_policies school_policies_add; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY school_policies_add ON public.school_policies FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: school_policies school_policies_edit; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY school_policies_edit ON public.school_policies FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id)))) WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: school_policies school_policies_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY school_policies_fence ON public.school_policies AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));


--
-- Name: school_policies school_policies_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY school_policies_owner ON public.school_policies TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: school_policies school_policies_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY school_policies_read ON public.school_policies FOR SELECT TO medstint_app USING (true);


--
-- Name: school_policies school_policies_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY school_policies_web ON public.school_policies TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: schools; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.schools ENABLE ROW LEVEL SECURITY;

--
-- Name: schools schools_add; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY schools_add ON public.schools FOR INSERT TO medstint_app WITH CHECK (( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role));


--
-- Name: schools schools_edit; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY schools_edit ON public.schools FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role) OR (( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role]) AS has_role) AND (id = ( SELECT medstint.current_school_id() AS current_school_id)))));


--
-- Name: schools schools_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY schools_fence ON public.schools AS RESTRICTIVE TO medstint_app USING (((id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role))) WITH CHECK (((id = ( SELECT medstint.current_school_id() AS current_school_id)) OR ( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role)));


--
-- Name: schools schools_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY schools_owner ON public.schools TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: schools schools_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY schools_read ON public.schools FOR SELECT TO medstint_app USING (true);


--
-- Name: schools schools_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY schools_web ON public.schools TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: sessions; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY;

--
-- Name: sessions sessions_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY sessions_fence ON public.sessions AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id))));


--
-- Name: sessions sessions_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY sessions_owner ON public.sessions TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: sessions sessions_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY sessions_read ON public.sessions FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (user_id = ( SELECT medstint.current_user_id() AS current_user_id))));


--
-- Name: sessions sessions_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY sessions_web ON public.sessions TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: time_record_corrections; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.time_record_corrections ENABLE ROW LEVEL SECURITY;

--
-- Name: time_record_corrections time_record_corrections_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY time_record_corrections_fence ON public.time_record_corrections AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));


--
-- Name: time_record_corrections time_record_corrections_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY time_record_corrections_owner ON public.time_record_corrections TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: time_record_corrections time_record_corrections_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY time_record_corrections_read ON public.time_record_corrections FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (EXISTS ( SELECT
   FROM public.time_records t
  WHERE (t.id = time_record_corrections.time_record_id)))));


--
-- Name: time_record_corrections time_record_corrections_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY time_record_corrections_web ON public.time_record_corrections TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: time_record_decisions; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.time_record_decisions ENABLE ROW LEVEL SECURITY;

--
-- Name: time_record_decisions time_record_decisions_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY time_record_decisions_fence ON public.time_record_decisions AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));


--
-- Name: time_record_decisions time_record_decisions_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY time_record_decisions_owner ON public.time_record_decisions TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: time_record_decisions time_record_decisions_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY time_record_decisions_read ON public.time_record_decisions FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (EXISTS ( SELECT
   FROM public.time_records t
  WHERE (t.id = time_record_decisions.time_record_id)))));


--
-- Name: time_record_decisions time_record_decisions_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY time_record_decisions_web ON public.time_record_decisions TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: time_record_questions; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.time_record_questions ENABLE ROW LEVEL SECURITY;

--
-- Name: time_record_questions time_record_questions_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY time_record_questions_fence ON public.time_record_questions AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));


--
-- Name: time_record_questions time_record_questions_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY time_record_questions_owner ON public.time_record_questions TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: time_record_questions time_record_questions_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY time_record_questions_read ON public.time_record_questions FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (EXISTS ( SELECT
   FROM public.time_records t
  WHERE (t.id = time_record_questions.time_record_id)))));


--
-- Name: time_record_questions time_record_questions_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY time_record_questions_web ON public.time_record_questions TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: time_records; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.time_records ENABLE ROW LEVEL SECURITY;

--
-- Name: time_records time_records_decide; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY time_records_decide ON public.time_records FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (( SELECT medstint.has_role(VARIADIC ARRAY['CLINICAL_PRECEPTOR'::public.user_role, 'CLINICAL_SUPERVISOR'::public.user_role]) AS has_role) AND (rotation_id = ANY (( SELECT medstint.own_rotation_ids() AS own_rotation_ids)::text[]))))) WITH CHECK (((approved_by IS NULL) OR (approved_by = ( SELECT medstint.current_user_id() AS current_user_id))));


--
-- Name: time_records time_records_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY time_records_fence ON public.time_records AS RESTRICTIVE TO medstint_app USING ((school_id = ( SELECT medstint.current_school_id() AS current_school_id))) WITH CHECK ((school_id = ( SELECT medstint.current_school_id() AS current_school_id)));


--
-- Name: time_records time_records_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY time_records_owner ON public.time_records TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: time_records time_records_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY time_records_read ON public.time_records FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (rotation_id = ANY (( SELECT medstint.own_rotation_ids() AS own_rotation_ids)::text[]))));


--
-- Name: time_records time_records_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY time_records_web ON public.time_records TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: users; Type: ROW SECURITY; Schema: public; Owner: medstint_owner
--

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

--
-- Name: users users_add; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY users_add ON public.users FOR INSERT TO medstint_app WITH CHECK ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) AND (school_id = ( SELECT medstint.current_school_id() AS current_school_id))));


--
-- Name: users users_edit; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY users_edit ON public.users FOR UPDATE TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (id = ( SELECT medstint.current_user_id() AS current_user_id))));


--
-- Name: users users_fence; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY users_fence ON public.users AS RESTRICTIVE TO medstint_app USING (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (id = ( SELECT medstint.current_user_id() AS current_user_id)) OR ((school_id IS NULL) AND (role = 'SUPER_ADMIN'::public.user_role) AND ( SELECT medstint.has_role(VARIADIC ARRAY['SUPER_ADMIN'::public.user_role]) AS has_role)))) WITH CHECK (((school_id = ( SELECT medstint.current_school_id() AS current_school_id)) OR (id = ( SELECT medstint.current_user_id() AS current_user_id))));


--
-- Name: users users_owner; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY users_owner ON public.users TO medstint_owner USING (true) WITH CHECK (true);


--
-- Name: users users_read; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY users_read ON public.users FOR SELECT TO medstint_app USING ((( SELECT medstint.has_role(VARIADIC ARRAY['SCHOOL_ADMIN'::public.user_role, 'SUPER_ADMIN'::public.user_role]) AS has_role) OR (role <> 'STUDENT'::public.user_role) OR (id = ANY (( SELECT medstint.known_student_ids() AS known_student_ids)::text[]))));


--
-- Name: users users_web; Type: POLICY; Schema: public; Owner: medstint_owner
--

CREATE POLICY users_web ON public.users TO medstint_web USING (true) WITH CHECK (true);


--
-- Name: SCHEMA medstint; Type: ACL; Schema: -; Owner: medstint_owner
--

GRANT USAGE ON SCHEMA medstint TO medstint_app;
GRANT USAGE ON SCHEMA medstint TO medstint_web;


--
-- Name: SCHEMA public; Type: ACL; Schema: -; Owner: pg_database_owner
--

GRANT USAGE ON SCHEMA public TO medstint_app;
GRANT USAGE ON SCHEMA public TO medstint_web;


--
-- Name: FUNCTION json_type(value text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.json_type(value text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.json_type(value text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.json_type(value text) TO medstint_web;


--
-- Name: FUNCTION acknowledge_alert(alert text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.acknowledge_alert(alert text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.acknowledge_alert(alert text) TO medstint_app;


--
-- Name: FUNCTION acting_user_id(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.acting_user_id() FROM PUBLIC;


--
-- Name: FUNCTION actor(OUT session_id text, OUT user_id text, OUT role public.user_role, OUT school_id text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.actor(OUT session_id text, OUT user_id text, OUT role public.user_role, OUT school_id text) FROM PUBLIC;


--
-- Name: FUNCTION address_within(address text, network inet); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.address_within(address text, network inet) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.address_within(address text, network inet) TO medstint_app;


--
-- Name: FUNCTION administers(person text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.administers(person text) FROM PUBLIC;


--
-- Name: FUNCTION administrators(school text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.administrators(school text) FROM PUBLIC;


--
-- Name: PROCEDURE administrators_edit(IN edited regclass); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON PROCEDURE medstint.administrators_edit(IN edited regclass) FROM PUBLIC;


--
-- Name: TABLE audit_logs; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT ON TABLE public.audit_logs TO medstint_web;


--
-- Name: COLUMN audit_logs.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.audit_logs TO medstint_app;


--
-- Name: COLUMN audit_logs.user_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(user_id) ON TABLE public.audit_logs TO medstint_app;


--
-- Name: COLUMN audit_logs.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id) ON TABLE public.audit_logs TO medstint_app;


--
-- Name: COLUMN audit_logs.action; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(action) ON TABLE public.audit_logs TO medstint_app;


--
-- Name: COLUMN audit_logs.resource_type; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(resource_type) ON TABLE public.audit_logs TO medstint_app;


--
-- Name: COLUMN audit_logs.resource_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(resource_id) ON TABLE public.audit_logs TO medstint_app;


--
-- Name: COLUMN audit_logs.changes; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(changes) ON TABLE public.audit_logs TO medstint_app;


--
-- Name: COLUMN audit_logs.ip_address; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(ip_address) ON TABLE public.audit_logs TO medstint_app;


--
-- Name: COLUMN audit_logs.user_agent; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(user_agent) ON TABLE public.audit_logs TO medstint_app;


--
-- Name: COLUMN audit_logs.endpoint; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(endpoint) ON TABLE public.audit_logs TO medstint_app;


--
-- Name: COLUMN audit_logs.method; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(method) ON TABLE public.audit_logs TO medstint_app;


--
-- Name: COLUMN audit_logs.status_code; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(status_code) ON TABLE public.audit_logs TO medstint_app;


--
-- Name: COLUMN audit_logs.severity; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(severity) ON TABLE public.audit_logs TO medstint_app;


--
-- Name: COLUMN audit_logs.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.audit_logs TO medstint_app;


--
-- Name: COLUMN audit_logs.sequence; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(sequence) ON TABLE public.audit_logs TO medstint_app;


--
-- Name: COLUMN audit_logs.transaction_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(transaction_id) ON TABLE public.audit_logs TO medstint_app;


--
-- Name: FUNCTION alert_subject(e public.audit_logs, group_by text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.alert_subject(e public.audit_logs, group_by text) FROM PUBLIC;


--
-- Name: FUNCTION announce(resource text, verb text, schools text[], ids text[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.announce(resource text, verb text, schools text[], ids text[]) FROM PUBLIC;


--
-- Name: FUNCTION announce_attempt(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.announce_attempt() FROM PUBLIC;


--
-- Name: FUNCTION announce_new(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.announce_new() FROM PUBLIC;


--
-- Name: FUNCTION announce_old(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.announce_old() FROM PUBLIC;


--
-- Name: FUNCTION announce_policy(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.announce_policy() FROM PUBLIC;


--
-- Name: FUNCTION announce_school(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.announce_school() FROM PUBLIC;


--
-- Name: PROCEDURE announce_table(IN announced regclass); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON PROCEDURE medstint.announce_table(IN announced regclass) FROM PUBLIC;


--
-- Name: FUNCTION answer(record text, words text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.answer(record text, words text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.answer(record text, words text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.answer(record text, words text) TO medstint_web;


--
-- Name: FUNCTION apply_reset(who text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.apply_reset(who text) FROM PUBLIC;


--
-- Name: FUNCTION archive_deployment(deployment text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.archive_deployment(deployment text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.archive_deployment(deployment text) TO medstint_app;


--
-- Name: FUNCTION are_flags_due(records text[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.are_flags_due(records text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.are_flags_due(records text[]) TO medstint_app;


--
-- Name: FUNCTION ask(record text, words text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.ask(record text, words text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.ask(record text, words text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.ask(record text, words text) TO medstint_web;


--
-- Name: FUNCTION assessment_moves_assignment(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.assessment_moves_assignment() FROM PUBLIC;


--
-- Name: FUNCTION attempts_against(attempt_realm text, attempt_subject text, attempt_source text, OUT from_source bigint, OUT from_everywhere bigint, OUT free_at timestamp with time zone); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.attempts_against(attempt_realm text, attempt_subject text, attempt_source text, OUT from_source bigint, OUT from_everywhere bigint, OUT free_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION audit_action(singular text, old_row jsonb, new_row jsonb); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.audit_action(singular text, old_row jsonb, new_row jsonb) FROM PUBLIC;


--
-- Name: FUNCTION audit_context(OUT user_id text, OUT ip_address text, OUT user_agent text, OUT endpoint text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.audit_context(OUT user_id text, OUT ip_address text, OUT user_agent text, OUT endpoint text) FROM PUBLIC;


--
-- Name: FUNCTION audit_context_of(singular text, OUT user_id text, OUT ip_address text, OUT user_agent text, OUT endpoint text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.audit_context_of(singular text, OUT user_id text, OUT ip_address text, OUT user_agent text, OUT endpoint text) FROM PUBLIC;


--
-- Name: FUNCTION audit_delete(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.audit_delete() FROM PUBLIC;


--
-- Name: FUNCTION audit_difference(old_row jsonb, new_row jsonb); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.audit_difference(old_row jsonb, new_row jsonb) FROM PUBLIC;


--
-- Name: FUNCTION audit_insert(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.audit_insert() FROM PUBLIC;


--
-- Name: FUNCTION audit_leaf(e public.audit_logs); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.audit_leaf(e public.audit_logs) FROM PUBLIC;


--
-- Name: FUNCTION audit_migration(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.audit_migration() FROM PUBLIC;


--
-- Name: TABLE audit_seals; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT ON TABLE public.audit_seals TO medstint_app;
GRANT SELECT ON TABLE public.audit_seals TO medstint_web;


--
-- Name: FUNCTION audit_seal_hash(s public.audit_seals); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.audit_seal_hash(s public.audit_seals) FROM PUBLIC;


--
-- Name: FUNCTION audit_severity(action text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.audit_severity(action text) FROM PUBLIC;


--
-- Name: PROCEDURE audit_table(IN audited regclass, IN singular text, IN hundred integer); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON PROCEDURE medstint.audit_table(IN audited regclass, IN singular text, IN hundred integer) FROM PUBLIC;


--
-- Name: FUNCTION audit_time_record_update(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.audit_time_record_update() FROM PUBLIC;


--
-- Name: FUNCTION audit_update(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.audit_update() FROM PUBLIC;


--
-- Name: FUNCTION audit_web_session(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.audit_web_session() FROM PUBLIC;


--
-- Name: FUNCTION await_seal(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.await_seal() FROM PUBLIC;


--
-- Name: FUNCTION badge_forms(school text, OUT digit_lengths integer[], OUT other_lengths integer[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.badge_forms(school text, OUT digit_lengths integer[], OUT other_lengths integer[]) FROM PUBLIC;


--
-- Name: TABLE time_records; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.time_records TO medstint_web;


--
-- Name: COLUMN time_records.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.student_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(student_id) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.rotation_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(rotation_id) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.clinical_site_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clinical_site_id) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.date; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(date) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.clock_in; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clock_in) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.clock_out; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clock_out) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.elapsed_ms; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(elapsed_ms) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.total_hours; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(total_hours) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.activities; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(activities) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.notes; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(notes) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.status; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(status),UPDATE(status) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.clock_in_latitude; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clock_in_latitude) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.clock_in_longitude; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clock_in_longitude) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.clock_in_accuracy_m; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clock_in_accuracy_m) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.clock_in_source; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clock_in_source) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.clock_in_ip_address; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clock_in_ip_address) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.clock_in_user_agent; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clock_in_user_agent) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.clock_out_latitude; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clock_out_latitude) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.clock_out_longitude; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clock_out_longitude) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.clock_out_accuracy_m; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clock_out_accuracy_m) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.clock_out_source; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clock_out_source) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.clock_out_ip_address; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clock_out_ip_address) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.clock_out_user_agent; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clock_out_user_agent) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.approved_by; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(approved_by),UPDATE(approved_by) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.approved_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(approved_at),UPDATE(approved_at) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.decision_kind; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(decision_kind),UPDATE(decision_kind) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.decision_reason_code; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(decision_reason_code),UPDATE(decision_reason_code) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.decision_reason; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(decision_reason),UPDATE(decision_reason) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.flags; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(flags) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.version; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(version) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.triage; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(triage) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.edited_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(edited_at) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.editors; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(editors) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.is_offline; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(is_offline) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.clock_is_unverified; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clock_is_unverified) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.meal_break_min; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(meal_break_min) ON TABLE public.time_records TO medstint_app;


--
-- Name: COLUMN time_records.possible_punchers; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(possible_punchers) ON TABLE public.time_records TO medstint_app;


--
-- Name: FUNCTION began(t public.time_records); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.began(t public.time_records) FROM PUBLIC;


--
-- Name: FUNCTION begin_act(kiosk text, person text, puts_flags_off boolean); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.begin_act(kiosk text, person text, puts_flags_off boolean) FROM PUBLIC;


--
-- Name: FUNCTION begin_export(list text, filter text, format text, row_count bigint, recipient text, purpose text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.begin_export(list text, filter text, format text, row_count bigint, recipient text, purpose text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.begin_export(list text, filter text, format text, row_count bigint, recipient text, purpose text) TO medstint_app;


--
-- Name: FUNCTION begin_flags(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.begin_flags() FROM PUBLIC;


--
-- Name: FUNCTION begin_pin(credential text, badge text, pin text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.begin_pin(credential text, badge text, pin text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.begin_pin(credential text, badge text, pin text) TO medstint_app;


--
-- Name: FUNCTION begin_sealing(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.begin_sealing() FROM PUBLIC;


--
-- Name: FUNCTION begin_sign_in(email text, password text, ip text, user_agent text, client text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.begin_sign_in(email text, password text, ip text, user_agent text, client text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.begin_sign_in(email text, password text, ip text, user_agent text, client text) TO medstint_app;


--
-- Name: FUNCTION begin_unlock(token text, password text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.begin_unlock(token text, password text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.begin_unlock(token text, password text) TO medstint_app;


--
-- Name: FUNCTION bound_device_clock(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.bound_device_clock() FROM PUBLIC;


--
-- Name: PROCEDURE bound_values(IN bounded regclass); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON PROCEDURE medstint.bound_values(IN bounded regclass) FROM PUBLIC;


--
-- Name: FUNCTION busiest(site text, starts timestamp with time zone, ends timestamp with time zone, besides text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.busiest(site text, starts timestamp with time zone, ends timestamp with time zone, besides text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.busiest(site text, starts timestamp with time zone, ends timestamp with time zone, besides text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.busiest(site text, starts timestamp with time zone, ends timestamp with time zone, besides text) TO medstint_web;


--
-- Name: FUNCTION folded_letters(typed text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.folded_letters(typed text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.folded_letters(typed text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.folded_letters(typed text) TO medstint_web;


--
-- Name: FUNCTION case_folded(typed text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.case_folded(typed text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.case_folded(typed text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.case_folded(typed text) TO medstint_web;


--
-- Name: FUNCTION change_password(attempt text, fresh text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.change_password(attempt text, fresh text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.change_password(attempt text, fresh text) TO medstint_app;


--
-- Name: FUNCTION channel(school text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.channel(school text) FROM PUBLIC;


--
-- Name: FUNCTION channel_days(at timestamp with time zone); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.channel_days(at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION channel_on(school text, day date); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.channel_on(school text, day date) FROM PUBLIC;


--
-- Name: FUNCTION check_assessment(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.check_assessment() FROM PUBLIC;


--
-- Name: FUNCTION check_assignment(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.check_assignment() FROM PUBLIC;


--
-- Name: FUNCTION check_badge(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.check_badge() FROM PUBLIC;


--
-- Name: FUNCTION check_criterion(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.check_criterion() FROM PUBLIC;


--
-- Name: FUNCTION check_delegation(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.check_delegation() FROM PUBLIC;


--
-- Name: FUNCTION check_kiosk(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.check_kiosk() FROM PUBLIC;


--
-- Name: FUNCTION check_leaving(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.check_leaving() FROM PUBLIC;


--
-- Name: FUNCTION check_length(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.check_length() FROM PUBLIC;


--
-- Name: FUNCTION check_rotation(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.check_rotation() FROM PUBLIC;


--
-- Name: FUNCTION check_school(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.check_school() FROM PUBLIC;


--
-- Name: FUNCTION check_template(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.check_template() FROM PUBLIC;


--
-- Name: FUNCTION check_time_record(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.check_time_record() FROM PUBLIC;


--
-- Name: FUNCTION check_transition(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.check_transition() FROM PUBLIC;


--
-- Name: FUNCTION check_user(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.check_user() FROM PUBLIC;


--
-- Name: FUNCTION choose_password(token text, fresh text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.choose_password(token text, fresh text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.choose_password(token text, fresh text) TO medstint_app;


--
-- Name: FUNCTION choose_school(chosen text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.choose_school(chosen text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.choose_school(chosen text) TO medstint_app;


--
-- Name: FUNCTION choose_school_of_monitor(token text, chosen text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.choose_school_of_monitor(token text, chosen text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.choose_school_of_monitor(token text, chosen text) TO medstint_app;


--
-- Name: FUNCTION clock_limits(OUT open_too_long_h numeric, OUT aged_d numeric, OUT open_since timestamp with time zone, OUT aged_since timestamp with time zone); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.clock_limits(OUT open_too_long_h numeric, OUT aged_d numeric, OUT open_since timestamp with time zone, OUT aged_since timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.clock_limits(OUT open_too_long_h numeric, OUT aged_d numeric, OUT open_since timestamp with time zone, OUT aged_since timestamp with time zone) TO medstint_app;


--
-- Name: FUNCTION committed_attempt(attempt text, attempt_realm text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.committed_attempt(attempt text, attempt_realm text) FROM PUBLIC;


--
-- Name: FUNCTION counts_as(person text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.counts_as(person text) FROM PUBLIC;


--
-- Name: FUNCTION credential_of(address text, OUT user_id text, OUT hash text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.credential_of(address text, OUT user_id text, OUT hash text) FROM PUBLIC;


--
-- Name: FUNCTION current_school_id(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.current_school_id() FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.current_school_id() TO medstint_app;
GRANT ALL ON FUNCTION medstint.current_school_id() TO medstint_web;


--
-- Name: FUNCTION current_session_id(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.current_session_id() FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.current_session_id() TO medstint_app;


--
-- Name: FUNCTION current_user_id(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.current_user_id() FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.current_user_id() TO medstint_app;
GRANT ALL ON FUNCTION medstint.current_user_id() TO medstint_web;


--
-- Name: FUNCTION day_of(instant timestamp with time zone, zone text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.day_of(instant timestamp with time zone, zone text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.day_of(instant timestamp with time zone, zone text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.day_of(instant timestamp with time zone, zone text) TO medstint_web;


--
-- Name: FUNCTION day_start(of_day date, zone text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.day_start(of_day date, zone text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.day_start(of_day date, zone text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.day_start(of_day date, zone text) TO medstint_web;


--
-- Name: FUNCTION days_move(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.days_move() FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.days_move() TO medstint_app;
GRANT ALL ON FUNCTION medstint.days_move() TO medstint_web;


--
-- Name: FUNCTION decide_correction(correction text, approve boolean); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.decide_correction(correction text, approve boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.decide_correction(correction text, approve boolean) TO medstint_app;
GRANT ALL ON FUNCTION medstint.decide_correction(correction text, approve boolean) TO medstint_web;


--
-- Name: FUNCTION delegators(deputy text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.delegators(deputy text) FROM PUBLIC;


--
-- Name: FUNCTION deploy(template text, programs text[], people text[], kind public.assignment_type, effective timestamp with time zone, expiry timestamp with time zone, due timestamp with time zone); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.deploy(template text, programs text[], people text[], kind public.assignment_type, effective timestamp with time zone, expiry timestamp with time zone, due timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.deploy(template text, programs text[], people text[], kind public.assignment_type, effective timestamp with time zone, expiry timestamp with time zone, due timestamp with time zone) TO medstint_app;


--
-- Name: FUNCTION deploying(OUT person text, OUT school text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.deploying(OUT person text, OUT school text) FROM PUBLIC;


--
-- Name: FUNCTION derived_columns(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.derived_columns() FROM PUBLIC;


--
-- Name: FUNCTION discard_punch(punch text, why text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.discard_punch(punch text, why text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.discard_punch(punch text, why text) TO medstint_app;


--
-- Name: FUNCTION distance_m(lat1 double precision, lon1 double precision, lat2 double precision, lon2 double precision); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.distance_m(lat1 double precision, lon1 double precision, lat2 double precision, lon2 double precision) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.distance_m(lat1 double precision, lon1 double precision, lat2 double precision, lon2 double precision) TO medstint_app;
GRANT ALL ON FUNCTION medstint.distance_m(lat1 double precision, lon1 double precision, lat2 double precision, lon2 double precision) TO medstint_web;


--
-- Name: FUNCTION end_act(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.end_act() FROM PUBLIC;


--
-- Name: FUNCTION end_credential(who text, what text, which text, begins_day boolean); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.end_credential(who text, what text, which text, begins_day boolean) FROM PUBLIC;


--
-- Name: FUNCTION end_export(export text, row_count bigint, is_whole boolean); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.end_export(export text, row_count bigint, is_whole boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.end_export(export text, row_count bigint, is_whole boolean) TO medstint_app;


--
-- Name: FUNCTION end_monitor(token text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.end_monitor(token text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.end_monitor(token text) TO medstint_app;


--
-- Name: FUNCTION ended(t public.time_records); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.ended(t public.time_records) FROM PUBLIC;


--
-- Name: FUNCTION enrol_kiosk(code text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.enrol_kiosk(code text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.enrol_kiosk(code text) TO medstint_app;


--
-- Name: FUNCTION enter(token text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.enter(token text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.enter(token text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.enter(token text) TO medstint_web;


--
-- Name: FUNCTION hidden_characters(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.hidden_characters() FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.hidden_characters() TO medstint_app;
GRANT ALL ON FUNCTION medstint.hidden_characters() TO medstint_web;


--
-- Name: FUNCTION tidied(typed text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.tidied(typed text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.tidied(typed text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.tidied(typed text) TO medstint_web;


--
-- Name: FUNCTION is_plain(kept text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.is_plain(kept text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.is_plain(kept text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.is_plain(kept text) TO medstint_web;


--
-- Name: TABLE kiosks; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.kiosks TO medstint_web;


--
-- Name: COLUMN kiosks.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.kiosks TO medstint_app;


--
-- Name: COLUMN kiosks.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id) ON TABLE public.kiosks TO medstint_app;


--
-- Name: COLUMN kiosks.clinical_site_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clinical_site_id),INSERT(clinical_site_id) ON TABLE public.kiosks TO medstint_app;


--
-- Name: COLUMN kiosks.location_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(location_id),INSERT(location_id),UPDATE(location_id) ON TABLE public.kiosks TO medstint_app;


--
-- Name: COLUMN kiosks.name; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(name),INSERT(name),UPDATE(name) ON TABLE public.kiosks TO medstint_app;


--
-- Name: COLUMN kiosks.enrolled_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(enrolled_at) ON TABLE public.kiosks TO medstint_app;


--
-- Name: COLUMN kiosks.revoked_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(revoked_at) ON TABLE public.kiosks TO medstint_app;


--
-- Name: COLUMN kiosks.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.kiosks TO medstint_app;


--
-- Name: COLUMN kiosks.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.kiosks TO medstint_app;


--
-- Name: COLUMN kiosks.enrolment_expires_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(enrolment_expires_at) ON TABLE public.kiosks TO medstint_app;


--
-- Name: COLUMN kiosks.enrolled_by; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(enrolled_by) ON TABLE public.kiosks TO medstint_app;


--
-- Name: FUNCTION enter_kiosk(credential text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.enter_kiosk(credential text) FROM PUBLIC;


--
-- Name: TABLE alert_rules; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT ON TABLE public.alert_rules TO medstint_app;
GRANT SELECT ON TABLE public.alert_rules TO medstint_web;


--
-- Name: COLUMN alert_rules.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT INSERT(school_id) ON TABLE public.alert_rules TO medstint_app;


--
-- Name: COLUMN alert_rules.code; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT INSERT(code) ON TABLE public.alert_rules TO medstint_app;


--
-- Name: COLUMN alert_rules.name; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT INSERT(name),UPDATE(name) ON TABLE public.alert_rules TO medstint_app;


--
-- Name: COLUMN alert_rules.actions; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT INSERT(actions) ON TABLE public.alert_rules TO medstint_app;


--
-- Name: COLUMN alert_rules.group_by; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT INSERT(group_by) ON TABLE public.alert_rules TO medstint_app;


--
-- Name: COLUMN alert_rules.counts; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT INSERT(counts) ON TABLE public.alert_rules TO medstint_app;


--
-- Name: COLUMN alert_rules.threshold; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT INSERT(threshold),UPDATE(threshold) ON TABLE public.alert_rules TO medstint_app;


--
-- Name: COLUMN alert_rules.within; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT INSERT(within),UPDATE(within) ON TABLE public.alert_rules TO medstint_app;


--
-- Name: COLUMN alert_rules.from_time; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT INSERT(from_time),UPDATE(from_time) ON TABLE public.alert_rules TO medstint_app;


--
-- Name: COLUMN alert_rules.until_time; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT INSERT(until_time),UPDATE(until_time) ON TABLE public.alert_rules TO medstint_app;


--
-- Name: COLUMN alert_rules.severity; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT INSERT(severity),UPDATE(severity) ON TABLE public.alert_rules TO medstint_app;


--
-- Name: COLUMN alert_rules.is_active; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT UPDATE(is_active) ON TABLE public.alert_rules TO medstint_app;


--
-- Name: FUNCTION evaluate_rule(rule public.alert_rules, school text, zone text, fresh bigint[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.evaluate_rule(rule public.alert_rules, school text, zone text, fresh bigint[]) FROM PUBLIC;


--
-- Name: FUNCTION events_between(school text, actions text[], earliest timestamp with time zone, latest timestamp with time zone); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.events_between(school text, actions text[], earliest timestamp with time zone, latest timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION events_numbered(school text, sequences bigint[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.events_numbered(school text, sequences bigint[]) FROM PUBLIC;


--
-- Name: FUNCTION evidence(t public.time_records); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.evidence(t public.time_records) FROM PUBLIC;


--
-- Name: FUNCTION fill_password_change(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.fill_password_change() FROM PUBLIC;


--
-- Name: FUNCTION fill_school_id(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.fill_school_id() FROM PUBLIC;


--
-- Name: FUNCTION fill_time_record(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.fill_time_record() FROM PUBLIC;


--
-- Name: FUNCTION fill_time_zone(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.fill_time_zone() FROM PUBLIC;


--
-- Name: FUNCTION fill_user_name(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.fill_user_name() FROM PUBLIC;


--
-- Name: FUNCTION filled(words text, data jsonb); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.filled(words text, data jsonb) FROM PUBLIC;


--
-- Name: FUNCTION finish_sign_in(attempt text, OUT status text, OUT token text, OUT locked_until timestamp with time zone); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.finish_sign_in(attempt text, OUT status text, OUT token text, OUT locked_until timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.finish_sign_in(attempt text, OUT status text, OUT token text, OUT locked_until timestamp with time zone) TO medstint_app;


--
-- Name: FUNCTION finish_unlock(token text, attempt text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.finish_unlock(token text, attempt text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.finish_unlock(token text, attempt text) TO medstint_app;


--
-- Name: FUNCTION first_instant(local_time timestamp without time zone, zone text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.first_instant(local_time timestamp without time zone, zone text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.first_instant(local_time timestamp without time zone, zone text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.first_instant(local_time timestamp without time zone, zone text) TO medstint_web;


--
-- Name: FUNCTION flag_after_delete(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.flag_after_delete() FROM PUBLIC;


--
-- Name: FUNCTION flag_changed_records(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.flag_changed_records() FROM PUBLIC;


--
-- Name: FUNCTION flag_new_records(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.flag_new_records() FROM PUBLIC;


--
-- Name: FUNCTION flag_pending_of(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.flag_pending_of() FROM PUBLIC;


--
-- Name: FUNCTION flag_rotations(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.flag_rotations() FROM PUBLIC;


--
-- Name: FUNCTION flag_severity(code text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.flag_severity(code text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.flag_severity(code text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.flag_severity(code text) TO medstint_web;


--
-- Name: FUNCTION flag_sites(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.flag_sites() FROM PUBLIC;


--
-- Name: FUNCTION flags_by_now(flags text, status public.time_record_status, clock_in timestamp with time zone, clock_out timestamp with time zone, open_too_long_h numeric, aged_d numeric, approved_h integer); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.flags_by_now(flags text, status public.time_record_status, clock_in timestamp with time zone, clock_out timestamp with time zone, open_too_long_h numeric, aged_d numeric, approved_h integer) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.flags_by_now(flags text, status public.time_record_status, clock_in timestamp with time zone, clock_out timestamp with time zone, open_too_long_h numeric, aged_d numeric, approved_h integer) TO medstint_app;
GRANT ALL ON FUNCTION medstint.flags_by_now(flags text, status public.time_record_status, clock_in timestamp with time zone, clock_out timestamp with time zone, open_too_long_h numeric, aged_d numeric, approved_h integer) TO medstint_web;


--
-- Name: FUNCTION flags_if_corrected(correction text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.flags_if_corrected(correction text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.flags_if_corrected(correction text) TO medstint_app;


--
-- Name: FUNCTION flags_of(records text[], instead jsonb); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.flags_of(records text[], instead jsonb) FROM PUBLIC;


--
-- Name: FUNCTION has_role(VARIADIC roles public.user_role[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.has_role(VARIADIC roles public.user_role[]) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.has_role(VARIADIC roles public.user_role[]) TO medstint_app;
GRANT ALL ON FUNCTION medstint.has_role(VARIADIC roles public.user_role[]) TO medstint_web;


--
-- Name: FUNCTION hide_pin(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.hide_pin() FROM PUBLIC;


--
-- Name: FUNCTION hold_deployed(deployments text[], school text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.hold_deployed(deployments text[], school text) FROM PUBLIC;


--
-- Name: FUNCTION hold_flags(schools text[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.hold_flags(schools text[]) FROM PUBLIC;


--
-- Name: FUNCTION hold_for_change(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.hold_for_change() FROM PUBLIC;


--
-- Name: FUNCTION hold_punches(students text[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.hold_punches(students text[]) FROM PUBLIC;


--
-- Name: FUNCTION hold_roles(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.hold_roles() FROM PUBLIC;


--
-- Name: FUNCTION hold_rubric(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.hold_rubric() FROM PUBLIC;


--
-- Name: FUNCTION hold_targets(kind text, targets text[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.hold_targets(kind text, targets text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.hold_targets(kind text, targets text[]) TO medstint_app;


--
-- Name: FUNCTION hold_turns(of_kind text, ids text[], is_shared boolean); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.hold_turns(of_kind text, ids text[], is_shared boolean) FROM PUBLIC;


--
-- Name: FUNCTION hours_of_changed_records(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.hours_of_changed_records() FROM PUBLIC;


--
-- Name: FUNCTION is_deputy(deputy text, preceptor text, supervisor text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.is_deputy(deputy text, preceptor text, supervisor text) FROM PUBLIC;


--
-- Name: FUNCTION is_newest_change(who text, of_era bigint, change bigint); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.is_newest_change(who text, of_era bigint, change bigint) FROM PUBLIC;


--
-- Name: FUNCTION is_published(template text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.is_published(template text) FROM PUBLIC;


--
-- Name: FUNCTION is_reason(school text, words text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.is_reason(school text, words text) FROM PUBLIC;


--
-- Name: FUNCTION is_trusted(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.is_trusted() FROM PUBLIC;


--
-- Name: FUNCTION is_web(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.is_web() FROM PUBLIC;


--
-- Name: FUNCTION jsonb_or_empty(value text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.jsonb_or_empty(value text) FROM PUBLIC;


--
-- Name: FUNCTION keep_days_of_school(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.keep_days_of_school() FROM PUBLIC;


--
-- Name: FUNCTION keep_days_of_site(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.keep_days_of_site() FROM PUBLIC;


--
-- Name: FUNCTION keep_flags(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.keep_flags() FROM PUBLIC;


--
-- Name: FUNCTION keep_monitor(token text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.keep_monitor(token text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.keep_monitor(token text) TO medstint_app;


--
-- Name: FUNCTION keep_trail(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.keep_trail() FROM PUBLIC;


--
-- Name: FUNCTION keep_young(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.keep_young() FROM PUBLIC;


--
-- Name: FUNCTION kiosk_hello(credential text, version text, device_clock timestamp with time zone, waiting integer, stranded integer, trouble text, OUT id text, OUT kiosk text, OUT school text, OUT site text, OUT location text, OUT time_zone text, OUT server_clock timestamp with time zone, OUT digit_lengths integer[], OUT other_lengths integer[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.kiosk_hello(credential text, version text, device_clock timestamp with time zone, waiting integer, stranded integer, trouble text, OUT id text, OUT kiosk text, OUT school text, OUT site text, OUT location text, OUT time_zone text, OUT server_clock timestamp with time zone, OUT digit_lengths integer[], OUT other_lengths integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.kiosk_hello(credential text, version text, device_clock timestamp with time zone, waiting integer, stranded integer, trouble text, OUT id text, OUT kiosk text, OUT school text, OUT site text, OUT location text, OUT time_zone text, OUT server_clock timestamp with time zone, OUT digit_lengths integer[], OUT other_lengths integer[]) TO medstint_app;


--
-- Name: FUNCTION kiosk_punch(credential text, attempt text, key text, badge text, device_clock timestamp with time zone, said jsonb); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.kiosk_punch(credential text, attempt text, key text, badge text, device_clock timestamp with time zone, said jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.kiosk_punch(credential text, attempt text, key text, badge text, device_clock timestamp with time zone, said jsonb) TO medstint_app;


--
-- Name: FUNCTION kiosks_of_school(credential text, kiosks text[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.kiosks_of_school(credential text, kiosks text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.kiosks_of_school(credential text, kiosks text[]) TO medstint_app;


--
-- Name: FUNCTION known_student_ids(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.known_student_ids() FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.known_student_ids() TO medstint_app;
GRANT ALL ON FUNCTION medstint.known_student_ids() TO medstint_web;


--
-- Name: FUNCTION last_day(ends timestamp with time zone, zone text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.last_day(ends timestamp with time zone, zone text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.last_day(ends timestamp with time zone, zone text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.last_day(ends timestamp with time zone, zone text) TO medstint_web;


--
-- Name: FUNCTION leave_kiosk(credential text, attempt text, OUT status text, OUT locked_until timestamp with time zone); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.leave_kiosk(credential text, attempt text, OUT status text, OUT locked_until timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.leave_kiosk(credential text, attempt text, OUT status text, OUT locked_until timestamp with time zone) TO medstint_app;


--
-- Name: FUNCTION listen(token text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.listen(token text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.listen(token text) TO medstint_app;


--
-- Name: FUNCTION location_verdict(site text, punch_latitude numeric, punch_longitude numeric, accuracy real); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.location_verdict(site text, punch_latitude numeric, punch_longitude numeric, accuracy real) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.location_verdict(site text, punch_latitude numeric, punch_longitude numeric, accuracy real) TO medstint_app;
GRANT ALL ON FUNCTION medstint.location_verdict(site text, punch_latitude numeric, punch_longitude numeric, accuracy real) TO medstint_web;


--
-- Name: FUNCTION lock_session(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.lock_session() FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.lock_session() TO medstint_app;


--
-- Name: FUNCTION locked_session(token text, OUT name text, OUT email text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.locked_session(token text, OUT name text, OUT email text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.locked_session(token text, OUT name text, OUT email text) TO medstint_app;


--
-- Name: FUNCTION make_enrolment_code(kiosk text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.make_enrolment_code(kiosk text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.make_enrolment_code(kiosk text) TO medstint_app;


--
-- Name: FUNCTION make_pin_code(who text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.make_pin_code(who text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.make_pin_code(who text) TO medstint_app;


--
-- Name: FUNCTION may_administer(school text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.may_administer(school text) FROM PUBLIC;


--
-- Name: FUNCTION meal_after_h(school text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.meal_after_h(school text) FROM PUBLIC;


--
-- Name: FUNCTION missing_since(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.missing_since() FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.missing_since() TO medstint_app;


--
-- Name: FUNCTION name_punchers(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.name_punchers() FROM PUBLIC;


--
-- Name: FUNCTION neighbours(students text[], schools text[], addresses text[], devices text[], punches timestamp with time zone[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.neighbours(students text[], schools text[], addresses text[], devices text[], punches timestamp with time zone[]) FROM PUBLIC;


--
-- Name: FUNCTION newest_change(who text, OUT era bigint, OUT number bigint); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.newest_change(who text, OUT era bigint, OUT number bigint) FROM PUBLIC;


--
-- Name: FUNCTION note_account(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.note_account() FROM PUBLIC;


--
-- Name: FUNCTION note_badge(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.note_badge() FROM PUBLIC;


--
-- Name: FUNCTION note_credential_change(who text, what text, which text, is_standing boolean, is_first boolean); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.note_credential_change(who text, what text, which text, is_standing boolean, is_first boolean) FROM PUBLIC;


--
-- Name: FUNCTION note_edit(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.note_edit() FROM PUBLIC;


--
-- Name: FUNCTION note_email(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.note_email() FROM PUBLIC;


--
-- Name: FUNCTION note_pin(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.note_pin() FROM PUBLIC;


--
-- Name: FUNCTION notify(kind text, notices jsonb); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.notify(kind text, notices jsonb) FROM PUBLIC;


--
-- Name: FUNCTION notify_assessments(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.notify_assessments() FROM PUBLIC;


--
-- Name: FUNCTION notify_assigned(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.notify_assigned() FROM PUBLIC;


--
-- Name: FUNCTION notify_booked(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.notify_booked() FROM PUBLIC;


--
-- Name: FUNCTION notify_capacity(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.notify_capacity() FROM PUBLIC;


--
-- Name: FUNCTION notify_decisions(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.notify_decisions() FROM PUBLIC;


--
-- Name: FUNCTION own_rotation_ids(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.own_rotation_ids() FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.own_rotation_ids() TO medstint_app;
GRANT ALL ON FUNCTION medstint.own_rotation_ids() TO medstint_web;


--
-- Name: FUNCTION own_student_ids(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.own_student_ids() FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.own_student_ids() TO medstint_app;
GRANT ALL ON FUNCTION medstint.own_student_ids() TO medstint_web;


--
-- Name: FUNCTION password_hash(password text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.password_hash(password text) FROM PUBLIC;


--
-- Name: FUNCTION password_hash_of(password text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.password_hash_of(password text) FROM PUBLIC;


--
-- Name: FUNCTION password_matches(password text, hash text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.password_matches(password text, hash text) FROM PUBLIC;


--
-- Name: FUNCTION password_of(who text, OUT hash text, OUT is_temporary boolean); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.password_of(who text, OUT hash text, OUT is_temporary boolean) FROM PUBLIC;


--
-- Name: FUNCTION password_tried(password text, hash text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.password_tried(password text, hash text) FROM PUBLIC;


--
-- Name: FUNCTION search_key(typed text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.search_key(typed text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.search_key(typed text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.search_key(typed text) TO medstint_web;


--
-- Name: TABLE users; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.users TO medstint_web;


--
-- Name: COLUMN users.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.users TO medstint_app;


--
-- Name: COLUMN users.email; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(email),INSERT(email),UPDATE(email) ON TABLE public.users TO medstint_app;


--
-- Name: COLUMN users.name; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(name) ON TABLE public.users TO medstint_app;


--
-- Name: COLUMN users.given_name; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(given_name),INSERT(given_name),UPDATE(given_name) ON TABLE public.users TO medstint_app;


--
-- Name: COLUMN users.family_name; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(family_name),INSERT(family_name),UPDATE(family_name) ON TABLE public.users TO medstint_app;


--
-- Name: COLUMN users.sort_name; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(sort_name) ON TABLE public.users TO medstint_app;


--
-- Name: COLUMN users.role; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(role),INSERT(role),UPDATE(role) ON TABLE public.users TO medstint_app;


--
-- Name: COLUMN users.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id) ON TABLE public.users TO medstint_app;


--
-- Name: COLUMN users.program_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(program_id),INSERT(program_id),UPDATE(program_id) ON TABLE public.users TO medstint_app;


--
-- Name: COLUMN users.student_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(student_id),INSERT(student_id),UPDATE(student_id) ON TABLE public.users TO medstint_app;


--
-- Name: COLUMN users.academic_status; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(academic_status),INSERT(academic_status),UPDATE(academic_status) ON TABLE public.users TO medstint_app;


--
-- Name: COLUMN users.onboarding_completed; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(onboarding_completed) ON TABLE public.users TO medstint_app;


--
-- Name: COLUMN users.total_clinical_hours; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(total_clinical_hours) ON TABLE public.users TO medstint_app;


--
-- Name: COLUMN users.is_active; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(is_active),UPDATE(is_active) ON TABLE public.users TO medstint_app;


--
-- Name: COLUMN users.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.users TO medstint_app;


--
-- Name: COLUMN users.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.users TO medstint_app;


--
-- Name: COLUMN users.badge; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(badge),INSERT(badge),UPDATE(badge) ON TABLE public.users TO medstint_app;


--
-- Name: COLUMN users.search_name; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(search_name) ON TABLE public.users TO medstint_app;


--
-- Name: FUNCTION person_at_door(school text, badge text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.person_at_door(school text, badge text) FROM PUBLIC;


--
-- Name: FUNCTION pin_hash(pin text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.pin_hash(pin text) FROM PUBLIC;


--
-- Name: FUNCTION pin_lengths(school text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.pin_lengths(school text) FROM PUBLIC;


--
-- Name: FUNCTION pin_outcome(k public.kiosks, attempt text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.pin_outcome(k public.kiosks, attempt text) FROM PUBLIC;


--
-- Name: FUNCTION pin_tried(pin text, hash text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.pin_tried(pin text, hash text) FROM PUBLIC;


--
-- Name: FUNCTION pin_verdict(outcome medstint.pin_outcomes); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.pin_verdict(outcome medstint.pin_outcomes) FROM PUBLIC;


--
-- Name: FUNCTION place_punch(k public.kiosks, student text, badge text, key text, at timestamp with time zone, device_clock timestamp with time zone, offline boolean, unverified boolean, said jsonb); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.place_punch(k public.kiosks, student text, badge text, key text, at timestamp with time zone, device_clock timestamp with time zone, offline boolean, unverified boolean, said jsonb) FROM PUBLIC;


--
-- Name: FUNCTION platform_channel_on(day date); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.platform_channel_on(day date) FROM PUBLIC;


--
-- Name: FUNCTION policy(school text, key text, otherwise text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.policy(school text, key text, otherwise text) FROM PUBLIC;


--
-- Name: FUNCTION possible_actors(person text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.possible_actors(person text) FROM PUBLIC;


--
-- Name: FUNCTION possible_punchers(kiosk text, student text, at timestamp with time zone, offline boolean); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.possible_punchers(kiosk text, student text, at timestamp with time zone, offline boolean) FROM PUBLIC;


--
-- Name: FUNCTION propose_correction(record text, seen integer, new_in timestamp with time zone, new_out timestamp with time zone, why text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.propose_correction(record text, seen integer, new_in timestamp with time zone, new_out timestamp with time zone, why text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.propose_correction(record text, seen integer, new_in timestamp with time zone, new_out timestamp with time zone, why text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.propose_correction(record text, seen integer, new_in timestamp with time zone, new_out timestamp with time zone, why text) TO medstint_web;


--
-- Name: FUNCTION punch_answer(record text, direction text, at timestamp with time zone); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.punch_answer(record text, direction text, at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION purge_audit(school text, before timestamp with time zone, OUT seals bigint, OUT events bigint); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.purge_audit(school text, before timestamp with time zone, OUT seals bigint, OUT events bigint) FROM PUBLIC;


--
-- Name: FUNCTION put_flags_off(records text[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.put_flags_off(records text[]) FROM PUBLIC;


--
-- Name: FUNCTION quarantine_punch(k public.kiosks, student text, badge text, key text, at timestamp with time zone, device_clock timestamp with time zone, unverified boolean, problem text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.quarantine_punch(k public.kiosks, student text, badge text, key text, at timestamp with time zone, device_clock timestamp with time zone, unverified boolean, problem text) FROM PUBLIC;


--
-- Name: TABLE kiosk_punches; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT ON TABLE public.kiosk_punches TO medstint_app;
GRANT SELECT ON TABLE public.kiosk_punches TO medstint_web;


--
-- Name: FUNCTION quarantined(punch text, why text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.quarantined(punch text, why text) FROM PUBLIC;


--
-- Name: FUNCTION raise_alerts(school text, fresh bigint[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.raise_alerts(school text, fresh bigint[]) FROM PUBLIC;


--
-- Name: FUNCTION random_token(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.random_token() FROM PUBLIC;


--
-- Name: FUNCTION recompute_hours(rotation_ids text[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.recompute_hours(rotation_ids text[]) FROM PUBLIC;


--
-- Name: FUNCTION record_decisions(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.record_decisions() FROM PUBLIC;


--
-- Name: FUNCTION record_verification(school text, findings bigint, events bigint, head text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.record_verification(school text, findings bigint, events bigint, head text) FROM PUBLIC;


--
-- Name: FUNCTION reflag(records text[], own text[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.reflag(records text[], own text[]) FROM PUBLIC;


--
-- Name: FUNCTION reflag_due(records text[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.reflag_due(records text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.reflag_due(records text[]) TO medstint_app;
GRANT ALL ON FUNCTION medstint.reflag_due(records text[]) TO medstint_web;


--
-- Name: FUNCTION reflag_left(records text[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.reflag_left(records text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.reflag_left(records text[]) TO medstint_app;


--
-- Name: FUNCTION reflag_wanted(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.reflag_wanted() FROM PUBLIC;


--
-- Name: FUNCTION refuse_change(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.refuse_change() FROM PUBLIC;


--
-- Name: FUNCTION refuse_flags_due(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.refuse_flags_due() FROM PUBLIC;


--
-- Name: FUNCTION refuse_move(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.refuse_move() FROM PUBLIC;


--
-- Name: FUNCTION refuse_new_id(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.refuse_new_id() FROM PUBLIC;


--
-- Name: FUNCTION refuse_open_correction(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.refuse_open_correction() FROM PUBLIC;


--
-- Name: FUNCTION refuse_unknown_names(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.refuse_unknown_names() FROM PUBLIC;


--
-- Name: FUNCTION register_events(singular text, hundred integer); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.register_events(singular text, hundred integer) FROM PUBLIC;


--
-- Name: FUNCTION remind(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.remind() FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.remind() TO medstint_app;


--
-- Name: FUNCTION remind_of_clock_out(record text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.remind_of_clock_out(record text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.remind_of_clock_out(record text) TO medstint_app;


--
-- Name: FUNCTION remind_of_rotation(rotation text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.remind_of_rotation(rotation text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.remind_of_rotation(rotation text) TO medstint_app;


--
-- Name: FUNCTION remove_criterion(criterion text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.remove_criterion(criterion text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.remove_criterion(criterion text) TO medstint_app;


--
-- Name: FUNCTION replay(instead jsonb, OUT records bigint, OUT flagged bigint, OUT approved bigint, OUT cleared bigint, OUT codes text, OUT is_part boolean); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.replay(instead jsonb, OUT records bigint, OUT flagged bigint, OUT approved bigint, OUT cleared bigint, OUT codes text, OUT is_part boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.replay(instead jsonb, OUT records bigint, OUT flagged bigint, OUT approved bigint, OUT cleared bigint, OUT codes text, OUT is_part boolean) TO medstint_app;


--
-- Name: FUNCTION report_attempts(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.report_attempts() FROM PUBLIC;


--
-- Name: FUNCTION report_denied(attempt text, why text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.report_denied(attempt text, why text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.report_denied(attempt text, why text) TO medstint_app;


--
-- Name: FUNCTION report_enrolments(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.report_enrolments() FROM PUBLIC;


--
-- Name: FUNCTION report_passwords(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.report_passwords() FROM PUBLIC;


--
-- Name: FUNCTION report_pins(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.report_pins() FROM PUBLIC;


--
-- Name: FUNCTION report_reading(list text, filter text, at_most integer); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.report_reading(list text, filter text, at_most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.report_reading(list text, filter text, at_most integer) TO medstint_app;


--
-- Name: FUNCTION report_verification(findings bigint, events bigint, head text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.report_verification(findings bigint, events bigint, head text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.report_verification(findings bigint, events bigint, head text) TO medstint_app;


--
-- Name: FUNCTION require_second_person(decider text, others text[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.require_second_person(decider text, others text[]) FROM PUBLIC;


--
-- Name: FUNCTION reset_password(target text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.reset_password(target text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.reset_password(target text) TO medstint_app;


--
-- Name: FUNCTION resolve_punch(punch text, way text, rotation text, at timestamp with time zone, why text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.resolve_punch(punch text, way text, rotation text, at timestamp with time zone, why text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.resolve_punch(punch text, way text, rotation text, at timestamp with time zone, why text) TO medstint_app;


--
-- Name: FUNCTION revoke_kiosk(kiosk text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.revoke_kiosk(kiosk text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.revoke_kiosk(kiosk text) TO medstint_app;


--
-- Name: FUNCTION revoke_session(target text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.revoke_session(target text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.revoke_session(target text) TO medstint_app;


--
-- Name: FUNCTION role_rank(role public.user_role); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.role_rank(role public.user_role) FROM PUBLIC;


--
-- Name: FUNCTION roll_back(deployment text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.roll_back(deployment text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.roll_back(deployment text) TO medstint_app;


--
-- Name: FUNCTION rubric_total(competency text, scores jsonb, OUT score numeric, OUT max_score numeric, OUT is_complete boolean, OUT is_within boolean); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.rubric_total(competency text, scores jsonb, OUT score numeric, OUT max_score numeric, OUT is_complete boolean, OUT is_within boolean) FROM PUBLIC;


--
-- Name: FUNCTION same_day(instant timestamp with time zone, was text, becomes text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.same_day(instant timestamp with time zone, was text, becomes text) FROM PUBLIC;


--
-- Name: FUNCTION schema_version(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.schema_version() FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.schema_version() TO medstint_app;
GRANT ALL ON FUNCTION medstint.schema_version() TO medstint_web;


--
-- Name: FUNCTION seal_batch(school text, at_most integer); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.seal_batch(school text, at_most integer) FROM PUBLIC;


--
-- Name: FUNCTION seal_events(school text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.seal_events(school text) FROM PUBLIC;


--
-- Name: FUNCTION second_person_acknowledges(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.second_person_acknowledges() FROM PUBLIC;


--
-- Name: FUNCTION second_person_assesses(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.second_person_assesses() FROM PUBLIC;


--
-- Name: FUNCTION second_person_corrects(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.second_person_corrects() FROM PUBLIC;


--
-- Name: FUNCTION second_person_decides(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.second_person_decides() FROM PUBLIC;


--
-- Name: FUNCTION second_person_refusals(records text[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.second_person_refusals(records text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.second_person_refusals(records text[]) TO medstint_app;


--
-- Name: FUNCTION second_person_rule(decider text, same text[], student text, editors text[], punchers text[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.second_person_rule(decider text, same text[], student text, editors text[], punchers text[]) FROM PUBLIC;


--
-- Name: FUNCTION secret_columns(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.secret_columns() FROM PUBLIC;


--
-- Name: PROCEDURE secure_table(IN secured regclass, IN fence text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON PROCEDURE medstint.secure_table(IN secured regclass, IN fence text) FROM PUBLIC;


--
-- Name: TABLE sessions; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO medstint_web;


--
-- Name: COLUMN sessions.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.sessions TO medstint_app;


--
-- Name: COLUMN sessions.user_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(user_id) ON TABLE public.sessions TO medstint_app;


--
-- Name: COLUMN sessions.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id) ON TABLE public.sessions TO medstint_app;


--
-- Name: COLUMN sessions.active_school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(active_school_id) ON TABLE public.sessions TO medstint_app;


--
-- Name: COLUMN sessions.expires_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(expires_at) ON TABLE public.sessions TO medstint_app;


--
-- Name: COLUMN sessions.last_seen_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(last_seen_at) ON TABLE public.sessions TO medstint_app;


--
-- Name: COLUMN sessions.revoked_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(revoked_at) ON TABLE public.sessions TO medstint_app;


--
-- Name: COLUMN sessions.client; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(client) ON TABLE public.sessions TO medstint_app;


--
-- Name: COLUMN sessions.ip_address; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(ip_address) ON TABLE public.sessions TO medstint_app;


--
-- Name: COLUMN sessions.user_agent; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(user_agent) ON TABLE public.sessions TO medstint_app;


--
-- Name: COLUMN sessions.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.sessions TO medstint_app;


--
-- Name: COLUMN sessions.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.sessions TO medstint_app;


--
-- Name: FUNCTION session_of(token text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.session_of(token text) FROM PUBLIC;


--
-- Name: FUNCTION set_own_password(mine text, who text, fresh text, known_era bigint); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.set_own_password(mine text, who text, fresh text, known_era bigint) FROM PUBLIC;


--
-- Name: FUNCTION set_password(who text, password text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.set_password(who text, password text) FROM PUBLIC;


--
-- Name: FUNCTION set_pin(who text, pin text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.set_pin(who text, pin text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.set_pin(who text, pin text) TO medstint_app;


--
-- Name: FUNCTION set_pin_of(who text, pin text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.set_pin_of(who text, pin text) FROM PUBLIC;


--
-- Name: FUNCTION share_rubric(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.share_rubric() FROM PUBLIC;


--
-- Name: FUNCTION sign_out(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.sign_out() FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.sign_out() TO medstint_app;


--
-- Name: FUNCTION store_attempt(attempt_realm text, attempt_subject text, hash text, password text, ip text, device text, client text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.store_attempt(attempt_realm text, attempt_subject text, hash text, password text, ip text, device text, client text) FROM PUBLIC;


--
-- Name: FUNCTION sync_punches(credential text, boot text, monotonic_ms bigint, punches jsonb); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.sync_punches(credential text, boot text, monotonic_ms bigint, punches jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.sync_punches(credential text, boot text, monotonic_ms bigint, punches jsonb) TO medstint_app;


--
-- Name: FUNCTION tame_accuracy(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.tame_accuracy() FROM PUBLIC;


--
-- Name: FUNCTION tell_over_capacity(sites text[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.tell_over_capacity(sites text[]) FROM PUBLIC;


--
-- Name: FUNCTION tell_sealing_held(school text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.tell_sealing_held(school text) FROM PUBLIC;


--
-- Name: FUNCTION thresholds(school text, program_profile text, instead jsonb, OUT open_too_long_h numeric, OUT too_long_h numeric, OUT too_short_min numeric, OUT late_entry_d numeric, OUT aged_d numeric, OUT travel_kmh numeric, OUT same_device_s numeric, OUT day_cap_h numeric, OUT week_cap_h numeric, OUT min_rest_h numeric, OUT at_once_cap_h numeric, OUT averaged_days integer, OUT long_shift_h numeric, OUT rest_after_long_h numeric, OUT free_days integer, OUT missing_d numeric); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.thresholds(school text, program_profile text, instead jsonb, OUT open_too_long_h numeric, OUT too_long_h numeric, OUT too_short_min numeric, OUT late_entry_d numeric, OUT aged_d numeric, OUT travel_kmh numeric, OUT same_device_s numeric, OUT day_cap_h numeric, OUT week_cap_h numeric, OUT min_rest_h numeric, OUT at_once_cap_h numeric, OUT averaged_days integer, OUT long_shift_h numeric, OUT rest_after_long_h numeric, OUT free_days integer, OUT missing_d numeric) FROM PUBLIC;


--
-- Name: FUNCTION tidy_alert_rules(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.tidy_alert_rules() FROM PUBLIC;


--
-- Name: FUNCTION tidy_clinical_site_locations(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.tidy_clinical_site_locations() FROM PUBLIC;


--
-- Name: FUNCTION tidy_clinical_sites(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.tidy_clinical_sites() FROM PUBLIC;


--
-- Name: PROCEDURE tidy_columns(IN tidied regclass, IN columns text[]); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON PROCEDURE medstint.tidy_columns(IN tidied regclass, IN columns text[]) FROM PUBLIC;


--
-- Name: FUNCTION tidy_competencies(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.tidy_competencies() FROM PUBLIC;


--
-- Name: FUNCTION tidy_competency_templates(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.tidy_competency_templates() FROM PUBLIC;


--
-- Name: FUNCTION tidy_kiosks(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.tidy_kiosks() FROM PUBLIC;


--
-- Name: FUNCTION tidy_programs(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.tidy_programs() FROM PUBLIC;


--
-- Name: FUNCTION tidy_rotations(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.tidy_rotations() FROM PUBLIC;


--
-- Name: FUNCTION tidy_rubric_criteria(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.tidy_rubric_criteria() FROM PUBLIC;


--
-- Name: FUNCTION tidy_schools(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.tidy_schools() FROM PUBLIC;


--
-- Name: FUNCTION tidy_users(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.tidy_users() FROM PUBLIC;


--
-- Name: FUNCTION total_hours(clock_in timestamp with time zone, clock_out timestamp with time zone); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.total_hours(clock_in timestamp with time zone, clock_out timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION touch(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.touch() FROM PUBLIC;


--
-- Name: FUNCTION touch_session(); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.touch_session() FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.touch_session() TO medstint_app;


--
-- Name: FUNCTION undo_limit(role public.user_role, OUT may boolean, OUT within interval); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.undo_limit(role public.user_role, OUT may boolean, OUT within interval) FROM PUBLIC;


--
-- Name: FUNCTION verdict_on(attempt medstint.password_attempts, hash text, OUT status text, OUT free_at timestamp with time zone); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.verdict_on(attempt medstint.password_attempts, hash text, OUT status text, OUT free_at timestamp with time zone) FROM PUBLIC;


--
-- Name: FUNCTION waiting_events(school text, after bigint, up_to bigint); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.waiting_events(school text, after bigint, up_to bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.waiting_events(school text, after bigint, up_to bigint) TO medstint_app;


--
-- Name: FUNCTION waits(record text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.waits(record text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.waits(record text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.waits(record text) TO medstint_web;


--
-- Name: FUNCTION watch_audit(token text, OUT sealed integer, OUT waiting bigint); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.watch_audit(token text, OUT sealed integer, OUT waiting bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.watch_audit(token text, OUT sealed integer, OUT waiting bigint) TO medstint_app;


--
-- Name: FUNCTION week_of(record text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.week_of(record text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.week_of(record text) TO medstint_app;


--
-- Name: FUNCTION whoami(OUT user_id text, OUT name text, OUT email text, OUT role public.user_role, OUT school_id text, OUT school_name text, OUT expires_at timestamp with time zone, OUT unread bigint); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.whoami(OUT user_id text, OUT name text, OUT email text, OUT role public.user_role, OUT school_id text, OUT school_name text, OUT expires_at timestamp with time zone, OUT unread bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.whoami(OUT user_id text, OUT name text, OUT email text, OUT role public.user_role, OUT school_id text, OUT school_name text, OUT expires_at timestamp with time zone, OUT unread bigint) TO medstint_app;


--
-- Name: FUNCTION with_approved_hours(flags text, approved_h integer); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.with_approved_hours(flags text, approved_h integer) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.with_approved_hours(flags text, approved_h integer) TO medstint_app;
GRANT ALL ON FUNCTION medstint.with_approved_hours(flags text, approved_h integer) TO medstint_web;


--
-- Name: FUNCTION withdraw_correction(correction text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.withdraw_correction(correction text) FROM PUBLIC;
GRANT ALL ON FUNCTION medstint.withdraw_correction(correction text) TO medstint_app;
GRANT ALL ON FUNCTION medstint.withdraw_correction(correction text) TO medstint_web;


--
-- Name: FUNCTION without_pin(school text, typed text); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.without_pin(school text, typed text) FROM PUBLIC;


--
-- Name: FUNCTION working_on(record text, OUT person text, OUT name text, OUT role public.user_role, OUT is_own boolean, OUT decides boolean, OUT student text, OUT school text, OUT day text, OUT status public.time_record_status); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.working_on(record text, OUT person text, OUT name text, OUT role public.user_role, OUT is_own boolean, OUT decides boolean, OUT student text, OUT school text, OUT day text, OUT status public.time_record_status) FROM PUBLIC;


--
-- Name: FUNCTION write_event(event text, school text, type text, id text, details jsonb, method text, status integer); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.write_event(event text, school text, type text, id text, details jsonb, method text, status integer) FROM PUBLIC;


--
-- Name: FUNCTION write_system_event(event text, school text, type text, id text, details jsonb, method text, status integer); Type: ACL; Schema: medstint; Owner: medstint_owner
--

REVOKE ALL ON FUNCTION medstint.write_system_event(event text, school text, type text, id text, details jsonb, method text, status integer) FROM PUBLIC;


--
-- Name: TABLE audit_event_types; Type: ACL; Schema: medstint; Owner: medstint_owner
--

GRANT SELECT ON TABLE medstint.audit_event_types TO medstint_app;
GRANT SELECT ON TABLE medstint.audit_event_types TO medstint_web;


--
-- Name: TABLE duty_profiles; Type: ACL; Schema: medstint; Owner: medstint_owner
--

GRANT SELECT ON TABLE medstint.duty_profiles TO medstint_app;
GRANT SELECT ON TABLE medstint.duty_profiles TO medstint_web;


--
-- Name: TABLE state_transitions; Type: ACL; Schema: medstint; Owner: medstint_owner
--

GRANT SELECT ON TABLE medstint.state_transitions TO medstint_app;
GRANT SELECT ON TABLE medstint.state_transitions TO medstint_web;


--
-- Name: TABLE time_zones; Type: ACL; Schema: medstint; Owner: medstint_owner
--

GRANT SELECT ON TABLE medstint.time_zones TO medstint_app;
GRANT SELECT ON TABLE medstint.time_zones TO medstint_web;


--
-- Name: TABLE accounts; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts TO medstint_web;


--
-- Name: COLUMN accounts.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.accounts TO medstint_app;


--
-- Name: COLUMN accounts.user_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(user_id) ON TABLE public.accounts TO medstint_app;


--
-- Name: COLUMN accounts.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id) ON TABLE public.accounts TO medstint_app;


--
-- Name: COLUMN accounts.provider_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(provider_id) ON TABLE public.accounts TO medstint_app;


--
-- Name: COLUMN accounts.account_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(account_id) ON TABLE public.accounts TO medstint_app;


--
-- Name: COLUMN accounts.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.accounts TO medstint_app;


--
-- Name: COLUMN accounts.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.accounts TO medstint_app;


--
-- Name: TABLE alerts; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT ON TABLE public.alerts TO medstint_app;
GRANT SELECT ON TABLE public.alerts TO medstint_web;


--
-- Name: TABLE assessments; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.assessments TO medstint_web;


--
-- Name: COLUMN assessments.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.assessments TO medstint_app;


--
-- Name: COLUMN assessments.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id) ON TABLE public.assessments TO medstint_app;


--
-- Name: COLUMN assessments.student_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(student_id),INSERT(student_id) ON TABLE public.assessments TO medstint_app;


--
-- Name: COLUMN assessments.assessor_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(assessor_id),INSERT(assessor_id) ON TABLE public.assessments TO medstint_app;


--
-- Name: COLUMN assessments.competency_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(competency_id),INSERT(competency_id) ON TABLE public.assessments TO medstint_app;


--
-- Name: COLUMN assessments.rotation_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(rotation_id),INSERT(rotation_id) ON TABLE public.assessments TO medstint_app;


--
-- Name: COLUMN assessments.type; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(type),INSERT(type) ON TABLE public.assessments TO medstint_app;


--
-- Name: COLUMN assessments.status; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(status),UPDATE(status) ON TABLE public.assessments TO medstint_app;


--
-- Name: COLUMN assessments.score; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(score) ON TABLE public.assessments TO medstint_app;


--
-- Name: COLUMN assessments.max_score; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(max_score) ON TABLE public.assessments TO medstint_app;


--
-- Name: COLUMN assessments.rubric_scores; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(rubric_scores),INSERT(rubric_scores),UPDATE(rubric_scores) ON TABLE public.assessments TO medstint_app;


--
-- Name: COLUMN assessments.feedback; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(feedback),INSERT(feedback),UPDATE(feedback) ON TABLE public.assessments TO medstint_app;


--
-- Name: COLUMN assessments.improvement_areas; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(improvement_areas),INSERT(improvement_areas),UPDATE(improvement_areas) ON TABLE public.assessments TO medstint_app;


--
-- Name: COLUMN assessments.approved_by; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(approved_by),UPDATE(approved_by) ON TABLE public.assessments TO medstint_app;


--
-- Name: COLUMN assessments.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.assessments TO medstint_app;


--
-- Name: COLUMN assessments.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.assessments TO medstint_app;


--
-- Name: TABLE clinical_site_locations; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.clinical_site_locations TO medstint_web;


--
-- Name: COLUMN clinical_site_locations.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.clinical_site_locations TO medstint_app;


--
-- Name: COLUMN clinical_site_locations.clinical_site_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clinical_site_id),INSERT(clinical_site_id) ON TABLE public.clinical_site_locations TO medstint_app;


--
-- Name: COLUMN clinical_site_locations.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id) ON TABLE public.clinical_site_locations TO medstint_app;


--
-- Name: COLUMN clinical_site_locations.name; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(name),INSERT(name),UPDATE(name) ON TABLE public.clinical_site_locations TO medstint_app;


--
-- Name: COLUMN clinical_site_locations.latitude; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(latitude),INSERT(latitude),UPDATE(latitude) ON TABLE public.clinical_site_locations TO medstint_app;


--
-- Name: COLUMN clinical_site_locations.longitude; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(longitude),INSERT(longitude),UPDATE(longitude) ON TABLE public.clinical_site_locations TO medstint_app;


--
-- Name: COLUMN clinical_site_locations.radius_m; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(radius_m),INSERT(radius_m),UPDATE(radius_m) ON TABLE public.clinical_site_locations TO medstint_app;


--
-- Name: COLUMN clinical_site_locations.is_strict; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(is_strict),INSERT(is_strict),UPDATE(is_strict) ON TABLE public.clinical_site_locations TO medstint_app;


--
-- Name: COLUMN clinical_site_locations.is_active; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(is_active),UPDATE(is_active) ON TABLE public.clinical_site_locations TO medstint_app;


--
-- Name: COLUMN clinical_site_locations.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.clinical_site_locations TO medstint_app;


--
-- Name: COLUMN clinical_site_locations.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.clinical_site_locations TO medstint_app;


--
-- Name: TABLE clinical_sites; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.clinical_sites TO medstint_web;


--
-- Name: COLUMN clinical_sites.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.clinical_sites TO medstint_app;


--
-- Name: COLUMN clinical_sites.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id) ON TABLE public.clinical_sites TO medstint_app;


--
-- Name: COLUMN clinical_sites.name; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(name),INSERT(name),UPDATE(name) ON TABLE public.clinical_sites TO medstint_app;


--
-- Name: COLUMN clinical_sites.type; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(type),INSERT(type),UPDATE(type) ON TABLE public.clinical_sites TO medstint_app;


--
-- Name: COLUMN clinical_sites.address; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(address),INSERT(address),UPDATE(address) ON TABLE public.clinical_sites TO medstint_app;


--
-- Name: COLUMN clinical_sites.capacity; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(capacity),INSERT(capacity),UPDATE(capacity) ON TABLE public.clinical_sites TO medstint_app;


--
-- Name: COLUMN clinical_sites.specialties; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(specialties),INSERT(specialties),UPDATE(specialties) ON TABLE public.clinical_sites TO medstint_app;


--
-- Name: COLUMN clinical_sites.contact_person_name; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(contact_person_name),INSERT(contact_person_name),UPDATE(contact_person_name) ON TABLE public.clinical_sites TO medstint_app;


--
-- Name: COLUMN clinical_sites.contact_person_email; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(contact_person_email),INSERT(contact_person_email),UPDATE(contact_person_email) ON TABLE public.clinical_sites TO medstint_app;


--
-- Name: COLUMN clinical_sites.contact_person_phone; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(contact_person_phone),INSERT(contact_person_phone),UPDATE(contact_person_phone) ON TABLE public.clinical_sites TO medstint_app;


--
-- Name: COLUMN clinical_sites.requirements; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(requirements),INSERT(requirements),UPDATE(requirements) ON TABLE public.clinical_sites TO medstint_app;


--
-- Name: COLUMN clinical_sites.time_zone; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(time_zone),INSERT(time_zone),UPDATE(time_zone) ON TABLE public.clinical_sites TO medstint_app;


--
-- Name: COLUMN clinical_sites.is_active; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(is_active),UPDATE(is_active) ON TABLE public.clinical_sites TO medstint_app;


--
-- Name: COLUMN clinical_sites.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.clinical_sites TO medstint_app;


--
-- Name: COLUMN clinical_sites.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.clinical_sites TO medstint_app;


--
-- Name: COLUMN clinical_sites.search_name; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(search_name) ON TABLE public.clinical_sites TO medstint_app;


--
-- Name: TABLE competencies; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.competencies TO medstint_web;


--
-- Name: COLUMN competencies.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.competencies TO medstint_app;


--
-- Name: COLUMN competencies.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id) ON TABLE public.competencies TO medstint_app;


--
-- Name: COLUMN competencies.program_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(program_id) ON TABLE public.competencies TO medstint_app;


--
-- Name: COLUMN competencies.template_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(template_id) ON TABLE public.competencies TO medstint_app;


--
-- Name: COLUMN competencies.name; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(name) ON TABLE public.competencies TO medstint_app;


--
-- Name: COLUMN competencies.description; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(description) ON TABLE public.competencies TO medstint_app;


--
-- Name: COLUMN competencies.category; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(category) ON TABLE public.competencies TO medstint_app;


--
-- Name: COLUMN competencies.level; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(level) ON TABLE public.competencies TO medstint_app;


--
-- Name: COLUMN competencies.version; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(version) ON TABLE public.competencies TO medstint_app;


--
-- Name: COLUMN competencies.is_deployed; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(is_deployed) ON TABLE public.competencies TO medstint_app;


--
-- Name: COLUMN competencies.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.competencies TO medstint_app;


--
-- Name: COLUMN competencies.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.competencies TO medstint_app;


--
-- Name: TABLE competency_assignments; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.competency_assignments TO medstint_web;


--
-- Name: COLUMN competency_assignments.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.competency_assignments TO medstint_app;


--
-- Name: COLUMN competency_assignments.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id) ON TABLE public.competency_assignments TO medstint_app;


--
-- Name: COLUMN competency_assignments.user_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(user_id),INSERT(user_id) ON TABLE public.competency_assignments TO medstint_app;


--
-- Name: COLUMN competency_assignments.competency_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(competency_id),INSERT(competency_id) ON TABLE public.competency_assignments TO medstint_app;


--
-- Name: COLUMN competency_assignments.deployment_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(deployment_id) ON TABLE public.competency_assignments TO medstint_app;


--
-- Name: COLUMN competency_assignments.assigned_by; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(assigned_by),INSERT(assigned_by) ON TABLE public.competency_assignments TO medstint_app;


--
-- Name: COLUMN competency_assignments.assignment_type; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(assignment_type),INSERT(assignment_type),UPDATE(assignment_type) ON TABLE public.competency_assignments TO medstint_app;


--
-- Name: COLUMN competency_assignments.status; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(status) ON TABLE public.competency_assignments TO medstint_app;


--
-- Name: COLUMN competency_assignments.due_date; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(due_date),INSERT(due_date),UPDATE(due_date) ON TABLE public.competency_assignments TO medstint_app;


--
-- Name: COLUMN competency_assignments.completion_date; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(completion_date) ON TABLE public.competency_assignments TO medstint_app;


--
-- Name: COLUMN competency_assignments.progress_percentage; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(progress_percentage) ON TABLE public.competency_assignments TO medstint_app;


--
-- Name: COLUMN competency_assignments.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.competency_assignments TO medstint_app;


--
-- Name: COLUMN competency_assignments.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.competency_assignments TO medstint_app;


--
-- Name: TABLE competency_deployments; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.competency_deployments TO medstint_web;


--
-- Name: COLUMN competency_deployments.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.competency_deployments TO medstint_app;


--
-- Name: COLUMN competency_deployments.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id) ON TABLE public.competency_deployments TO medstint_app;


--
-- Name: COLUMN competency_deployments.template_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(template_id) ON TABLE public.competency_deployments TO medstint_app;


--
-- Name: COLUMN competency_deployments.deployed_by; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(deployed_by) ON TABLE public.competency_deployments TO medstint_app;


--
-- Name: COLUMN competency_deployments.deployment_type; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(deployment_type) ON TABLE public.competency_deployments TO medstint_app;


--
-- Name: COLUMN competency_deployments.status; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(status) ON TABLE public.competency_deployments TO medstint_app;


--
-- Name: COLUMN competency_deployments.effective_date; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(effective_date) ON TABLE public.competency_deployments TO medstint_app;


--
-- Name: COLUMN competency_deployments.expiry_date; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(expiry_date) ON TABLE public.competency_deployments TO medstint_app;


--
-- Name: COLUMN competency_deployments.target_programs; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(target_programs) ON TABLE public.competency_deployments TO medstint_app;


--
-- Name: COLUMN competency_deployments.target_users; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(target_users) ON TABLE public.competency_deployments TO medstint_app;


--
-- Name: COLUMN competency_deployments.rollback_data; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(rollback_data) ON TABLE public.competency_deployments TO medstint_app;


--
-- Name: COLUMN competency_deployments.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.competency_deployments TO medstint_app;


--
-- Name: COLUMN competency_deployments.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.competency_deployments TO medstint_app;


--
-- Name: TABLE competency_templates; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.competency_templates TO medstint_web;


--
-- Name: COLUMN competency_templates.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.competency_templates TO medstint_app;


--
-- Name: COLUMN competency_templates.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id) ON TABLE public.competency_templates TO medstint_app;


--
-- Name: COLUMN competency_templates.name; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(name),INSERT(name),UPDATE(name) ON TABLE public.competency_templates TO medstint_app;


--
-- Name: COLUMN competency_templates.description; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(description),INSERT(description),UPDATE(description) ON TABLE public.competency_templates TO medstint_app;


--
-- Name: COLUMN competency_templates.category; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(category),INSERT(category),UPDATE(category) ON TABLE public.competency_templates TO medstint_app;


--
-- Name: COLUMN competency_templates.level; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(level),INSERT(level),UPDATE(level) ON TABLE public.competency_templates TO medstint_app;


--
-- Name: COLUMN competency_templates.type; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(type),INSERT(type),UPDATE(type) ON TABLE public.competency_templates TO medstint_app;


--
-- Name: COLUMN competency_templates.content; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(content),INSERT(content),UPDATE(content) ON TABLE public.competency_templates TO medstint_app;


--
-- Name: COLUMN competency_templates.is_public; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(is_public) ON TABLE public.competency_templates TO medstint_app;


--
-- Name: COLUMN competency_templates.source; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(source) ON TABLE public.competency_templates TO medstint_app;


--
-- Name: COLUMN competency_templates.version; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(version),INSERT(version) ON TABLE public.competency_templates TO medstint_app;


--
-- Name: COLUMN competency_templates.created_by; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_by) ON TABLE public.competency_templates TO medstint_app;


--
-- Name: COLUMN competency_templates.is_active; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(is_active),UPDATE(is_active) ON TABLE public.competency_templates TO medstint_app;


--
-- Name: COLUMN competency_templates.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.competency_templates TO medstint_app;


--
-- Name: COLUMN competency_templates.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.competency_templates TO medstint_app;


--
-- Name: TABLE delegations; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT ON TABLE public.delegations TO medstint_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.delegations TO medstint_web;


--
-- Name: COLUMN delegations.from_user_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT INSERT(from_user_id) ON TABLE public.delegations TO medstint_app;


--
-- Name: COLUMN delegations.to_user_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT INSERT(to_user_id) ON TABLE public.delegations TO medstint_app;


--
-- Name: COLUMN delegations.starts_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT INSERT(starts_at) ON TABLE public.delegations TO medstint_app;


--
-- Name: COLUMN delegations.ends_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT INSERT(ends_at) ON TABLE public.delegations TO medstint_app;


--
-- Name: COLUMN delegations.reason; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT INSERT(reason) ON TABLE public.delegations TO medstint_app;


--
-- Name: COLUMN delegations.revoked_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT UPDATE(revoked_at) ON TABLE public.delegations TO medstint_app;


--
-- Name: TABLE kiosk_states; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT ON TABLE public.kiosk_states TO medstint_app;
GRANT SELECT ON TABLE public.kiosk_states TO medstint_web;


--
-- Name: TABLE notification_templates; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notification_templates TO medstint_web;


--
-- Name: COLUMN notification_templates.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.notification_templates TO medstint_app;


--
-- Name: COLUMN notification_templates.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id),INSERT(school_id) ON TABLE public.notification_templates TO medstint_app;


--
-- Name: COLUMN notification_templates.type; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(type),INSERT(type) ON TABLE public.notification_templates TO medstint_app;


--
-- Name: COLUMN notification_templates.title; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(title),INSERT(title),UPDATE(title) ON TABLE public.notification_templates TO medstint_app;


--
-- Name: COLUMN notification_templates.message; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(message),INSERT(message),UPDATE(message) ON TABLE public.notification_templates TO medstint_app;


--
-- Name: COLUMN notification_templates.category; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(category),INSERT(category) ON TABLE public.notification_templates TO medstint_app;


--
-- Name: COLUMN notification_templates.priority; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(priority),INSERT(priority),UPDATE(priority) ON TABLE public.notification_templates TO medstint_app;


--
-- Name: COLUMN notification_templates.is_active; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(is_active),UPDATE(is_active) ON TABLE public.notification_templates TO medstint_app;


--
-- Name: COLUMN notification_templates.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.notification_templates TO medstint_app;


--
-- Name: COLUMN notification_templates.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.notification_templates TO medstint_app;


--
-- Name: TABLE notifications; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notifications TO medstint_web;


--
-- Name: COLUMN notifications.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.notifications TO medstint_app;


--
-- Name: COLUMN notifications.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id) ON TABLE public.notifications TO medstint_app;


--
-- Name: COLUMN notifications.user_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(user_id) ON TABLE public.notifications TO medstint_app;


--
-- Name: COLUMN notifications.type; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(type) ON TABLE public.notifications TO medstint_app;


--
-- Name: COLUMN notifications.title; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(title) ON TABLE public.notifications TO medstint_app;


--
-- Name: COLUMN notifications.message; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(message) ON TABLE public.notifications TO medstint_app;


--
-- Name: COLUMN notifications.is_read; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(is_read),UPDATE(is_read) ON TABLE public.notifications TO medstint_app;


--
-- Name: COLUMN notifications.priority; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(priority) ON TABLE public.notifications TO medstint_app;


--
-- Name: COLUMN notifications.category; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(category) ON TABLE public.notifications TO medstint_app;


--
-- Name: COLUMN notifications.action_url; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(action_url) ON TABLE public.notifications TO medstint_app;


--
-- Name: COLUMN notifications.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.notifications TO medstint_app;


--
-- Name: COLUMN notifications.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.notifications TO medstint_app;


--
-- Name: TABLE programs; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.programs TO medstint_web;


--
-- Name: COLUMN programs.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.programs TO medstint_app;


--
-- Name: COLUMN programs.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id) ON TABLE public.programs TO medstint_app;


--
-- Name: COLUMN programs.name; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(name),INSERT(name),UPDATE(name) ON TABLE public.programs TO medstint_app;


--
-- Name: COLUMN programs.description; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(description),INSERT(description),UPDATE(description) ON TABLE public.programs TO medstint_app;


--
-- Name: COLUMN programs.duration; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(duration),INSERT(duration),UPDATE(duration) ON TABLE public.programs TO medstint_app;


--
-- Name: COLUMN programs.class_year; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(class_year),INSERT(class_year),UPDATE(class_year) ON TABLE public.programs TO medstint_app;


--
-- Name: COLUMN programs.requirements; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(requirements),INSERT(requirements),UPDATE(requirements) ON TABLE public.programs TO medstint_app;


--
-- Name: COLUMN programs.is_active; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(is_active),UPDATE(is_active) ON TABLE public.programs TO medstint_app;


--
-- Name: COLUMN programs.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.programs TO medstint_app;


--
-- Name: COLUMN programs.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.programs TO medstint_app;


--
-- Name: COLUMN programs.duty_profile; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(duty_profile),INSERT(duty_profile),UPDATE(duty_profile) ON TABLE public.programs TO medstint_app;


--
-- Name: TABLE rotations; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rotations TO medstint_web;


--
-- Name: COLUMN rotations.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.rotations TO medstint_app;


--
-- Name: COLUMN rotations.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id) ON TABLE public.rotations TO medstint_app;


--
-- Name: COLUMN rotations.student_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(student_id),INSERT(student_id),UPDATE(student_id) ON TABLE public.rotations TO medstint_app;


--
-- Name: COLUMN rotations.clinical_site_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(clinical_site_id),INSERT(clinical_site_id),UPDATE(clinical_site_id) ON TABLE public.rotations TO medstint_app;


--
-- Name: COLUMN rotations.preceptor_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(preceptor_id),INSERT(preceptor_id),UPDATE(preceptor_id) ON TABLE public.rotations TO medstint_app;


--
-- Name: COLUMN rotations.supervisor_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(supervisor_id),INSERT(supervisor_id),UPDATE(supervisor_id) ON TABLE public.rotations TO medstint_app;


--
-- Name: COLUMN rotations.specialty; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(specialty),INSERT(specialty),UPDATE(specialty) ON TABLE public.rotations TO medstint_app;


--
-- Name: COLUMN rotations.start_date; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(start_date),INSERT(start_date),UPDATE(start_date) ON TABLE public.rotations TO medstint_app;


--
-- Name: COLUMN rotations.end_date; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(end_date),INSERT(end_date),UPDATE(end_date) ON TABLE public.rotations TO medstint_app;


--
-- Name: COLUMN rotations.required_hours; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(required_hours),INSERT(required_hours),UPDATE(required_hours) ON TABLE public.rotations TO medstint_app;


--
-- Name: COLUMN rotations.completed_hours; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(completed_hours) ON TABLE public.rotations TO medstint_app;


--
-- Name: COLUMN rotations.status; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(status),UPDATE(status) ON TABLE public.rotations TO medstint_app;


--
-- Name: COLUMN rotations.objectives; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(objectives),INSERT(objectives),UPDATE(objectives) ON TABLE public.rotations TO medstint_app;


--
-- Name: COLUMN rotations.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.rotations TO medstint_app;


--
-- Name: COLUMN rotations.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.rotations TO medstint_app;


--
-- Name: TABLE rubric_criteria; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rubric_criteria TO medstint_web;


--
-- Name: COLUMN rubric_criteria.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.rubric_criteria TO medstint_app;


--
-- Name: COLUMN rubric_criteria.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id) ON TABLE public.rubric_criteria TO medstint_app;


--
-- Name: COLUMN rubric_criteria.competency_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(competency_id) ON TABLE public.rubric_criteria TO medstint_app;


--
-- Name: COLUMN rubric_criteria.template_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(template_id),INSERT(template_id) ON TABLE public.rubric_criteria TO medstint_app;


--
-- Name: COLUMN rubric_criteria.criterion_name; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(criterion_name),INSERT(criterion_name),UPDATE(criterion_name) ON TABLE public.rubric_criteria TO medstint_app;


--
-- Name: COLUMN rubric_criteria.description; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(description),INSERT(description),UPDATE(description) ON TABLE public.rubric_criteria TO medstint_app;


--
-- Name: COLUMN rubric_criteria.weight; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(weight),INSERT(weight),UPDATE(weight) ON TABLE public.rubric_criteria TO medstint_app;


--
-- Name: COLUMN rubric_criteria.max_score; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(max_score),INSERT(max_score),UPDATE(max_score) ON TABLE public.rubric_criteria TO medstint_app;


--
-- Name: COLUMN rubric_criteria.performance_levels; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(performance_levels),INSERT(performance_levels),UPDATE(performance_levels) ON TABLE public.rubric_criteria TO medstint_app;


--
-- Name: COLUMN rubric_criteria.order_index; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(order_index),INSERT(order_index),UPDATE(order_index) ON TABLE public.rubric_criteria TO medstint_app;


--
-- Name: COLUMN rubric_criteria.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.rubric_criteria TO medstint_app;


--
-- Name: COLUMN rubric_criteria.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.rubric_criteria TO medstint_app;


--
-- Name: TABLE school_policies; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.school_policies TO medstint_web;


--
-- Name: COLUMN school_policies.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id),INSERT(school_id) ON TABLE public.school_policies TO medstint_app;


--
-- Name: COLUMN school_policies.thresholds; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(thresholds),INSERT(thresholds),UPDATE(thresholds) ON TABLE public.school_policies TO medstint_app;


--
-- Name: COLUMN school_policies.duty_profile; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(duty_profile),INSERT(duty_profile),UPDATE(duty_profile) ON TABLE public.school_policies TO medstint_app;


--
-- Name: COLUMN school_policies.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.school_policies TO medstint_app;


--
-- Name: COLUMN school_policies.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.school_policies TO medstint_app;


--
-- Name: TABLE schools; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.schools TO medstint_web;


--
-- Name: COLUMN schools.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.schools TO medstint_app;


--
-- Name: COLUMN schools.name; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(name),INSERT(name),UPDATE(name) ON TABLE public.schools TO medstint_app;


--
-- Name: COLUMN schools.accreditation; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(accreditation),INSERT(accreditation),UPDATE(accreditation) ON TABLE public.schools TO medstint_app;


--
-- Name: COLUMN schools.address; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(address),INSERT(address),UPDATE(address) ON TABLE public.schools TO medstint_app;


--
-- Name: COLUMN schools.phone; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(phone),INSERT(phone),UPDATE(phone) ON TABLE public.schools TO medstint_app;


--
-- Name: COLUMN schools.email; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(email),INSERT(email),UPDATE(email) ON TABLE public.schools TO medstint_app;


--
-- Name: COLUMN schools.website; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(website),INSERT(website),UPDATE(website) ON TABLE public.schools TO medstint_app;


--
-- Name: COLUMN schools.admin_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(admin_id) ON TABLE public.schools TO medstint_app;


--
-- Name: COLUMN schools.is_active; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(is_active),UPDATE(is_active) ON TABLE public.schools TO medstint_app;


--
-- Name: COLUMN schools.created_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(created_at) ON TABLE public.schools TO medstint_app;


--
-- Name: COLUMN schools.updated_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(updated_at) ON TABLE public.schools TO medstint_app;


--
-- Name: COLUMN schools.time_zone; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(time_zone),INSERT(time_zone),UPDATE(time_zone) ON TABLE public.schools TO medstint_app;


--
-- Name: TABLE time_record_corrections; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT ON TABLE public.time_record_corrections TO medstint_app;
GRANT SELECT ON TABLE public.time_record_corrections TO medstint_web;


--
-- Name: TABLE time_record_decisions; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT ON TABLE public.time_record_decisions TO medstint_web;


--
-- Name: COLUMN time_record_decisions.id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(id) ON TABLE public.time_record_decisions TO medstint_app;


--
-- Name: COLUMN time_record_decisions.school_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(school_id) ON TABLE public.time_record_decisions TO medstint_app;


--
-- Name: COLUMN time_record_decisions.time_record_id; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(time_record_id) ON TABLE public.time_record_decisions TO medstint_app;


--
-- Name: COLUMN time_record_decisions.version_before; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(version_before) ON TABLE public.time_record_decisions TO medstint_app;


--
-- Name: COLUMN time_record_decisions.version_after; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(version_after) ON TABLE public.time_record_decisions TO medstint_app;


--
-- Name: COLUMN time_record_decisions.verdict; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(verdict) ON TABLE public.time_record_decisions TO medstint_app;


--
-- Name: COLUMN time_record_decisions.kind; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(kind) ON TABLE public.time_record_decisions TO medstint_app;


--
-- Name: COLUMN time_record_decisions.reason_code; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(reason_code) ON TABLE public.time_record_decisions TO medstint_app;


--
-- Name: COLUMN time_record_decisions.reason; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(reason) ON TABLE public.time_record_decisions TO medstint_app;


--
-- Name: COLUMN time_record_decisions.elapsed_ms; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(elapsed_ms) ON TABLE public.time_record_decisions TO medstint_app;


--
-- Name: COLUMN time_record_decisions.decided_by; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(decided_by) ON TABLE public.time_record_decisions TO medstint_app;


--
-- Name: COLUMN time_record_decisions.decided_at; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(decided_at) ON TABLE public.time_record_decisions TO medstint_app;


--
-- Name: COLUMN time_record_decisions.flags; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT(flags) ON TABLE public.time_record_decisions TO medstint_app;


--
-- Name: TABLE time_record_questions; Type: ACL; Schema: public; Owner: medstint_owner
--

GRANT SELECT ON TABLE public.time_record_questions TO medstint_app;
GRANT SELECT ON TABLE public.time_record_questions TO medstint_web;


--
-- Name: DEFAULT PRIVILEGES FOR FUNCTIONS; Type: DEFAULT ACL; Schema: -; Owner: medstint_owner
--

ALTER DEFAULT PRIVILEGES FOR ROLE medstint_owner REVOKE ALL ON FUNCTIONS  FROM PUBLIC;


--
-- PostgreSQL database dump complete
--

\unrestrict KhaU95mYFCi7Wmtiml6PBroXtxRtzqOgiuz42zLf8GbSSC0Qb2nGWLEl675YoR5

