-- Why: the specification's enumerations become native types, so that no client
-- can write a state that does not exist, and its "text that holds JSON" stays
-- text over a domain that accepts only JSON of the right shape.
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
CREATE TYPE rejection_reason AS ENUM ('NOT_AT_SITE', 'WRONG_TIMES', 'DUPLICATE', 'NOT_SCHEDULED', 'MISSING_CLOCK_OUT', 'OTHER');

-- IS JSON arrived with PostgreSQL 16; this serves 14 and 15 too.
CREATE FUNCTION medstint.json_type(value text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN json_typeof(value::json);
EXCEPTION WHEN invalid_text_representation OR untranslatable_character THEN
  RETURN NULL;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.json_type(text) TO medstint_app, medstint_web;

CREATE DOMAIN medstint.json_array AS text
  CONSTRAINT is_json_array CHECK (medstint.json_type(VALUE) IS NOT DISTINCT FROM 'array' OR VALUE IS NULL);
CREATE DOMAIN medstint.json_object AS text
  CONSTRAINT is_json_object CHECK (medstint.json_type(VALUE) IS NOT DISTINCT FROM 'object' OR VALUE IS NULL);
CREATE DOMAIN medstint.latitude AS numeric(10, 8)
  CONSTRAINT is_latitude CHECK (VALUE BETWEEN -90 AND 90);
CREATE DOMAIN medstint.longitude AS numeric(11, 8)
  CONSTRAINT is_longitude CHECK (VALUE BETWEEN -180 AND 180);
