DROP FUNCTION medstint.clock_limits();
DROP FUNCTION medstint.flags_by_now(text, public.time_record_status, timestamptz, timestamptz, numeric, numeric);
DROP TRIGGER f_flag_policy_update ON school_policies;
DROP TRIGGER f_flag_policy_delete ON school_policies;
DROP TRIGGER f_flag_policy_insert ON school_policies;
DROP TRIGGER f_flag_profile ON programs;
DROP TRIGGER f_flag_program ON users;
DROP TRIGGER f_flag_zone ON clinical_sites;
DROP FUNCTION medstint.flag_pending_of();
DROP TRIGGER f_flag_update ON rotations;
DROP FUNCTION medstint.flag_rotations();
DROP TRIGGER f_flag_delete ON clinical_site_locations;
DROP TRIGGER f_flag_update ON clinical_site_locations;
DROP TRIGGER f_flag_insert ON clinical_site_locations;
DROP FUNCTION medstint.flag_sites();
DROP TRIGGER bb_flag_after_delete ON time_records;
DROP FUNCTION medstint.flag_after_delete();
DROP TRIGGER bb_flag_changed ON time_records;
DROP FUNCTION medstint.flag_changed_records();
DROP TRIGGER bb_flag_new ON time_records;
DROP FUNCTION medstint.flag_new_records();
DROP FUNCTION medstint.neighbours(text[], text[], text[], text[], timestamptz[]);
DROP TRIGGER c_begin_flags ON time_records;
DROP FUNCTION medstint.begin_flags();
DROP TRIGGER c_note_edit ON time_records;
DROP FUNCTION medstint.note_edit();
DROP FUNCTION medstint.ended(public.time_records);
DROP FUNCTION medstint.began(public.time_records);
DROP TRIGGER a_accuracy_is_tame ON time_records;
DROP FUNCTION medstint.tame_accuracy();
DROP TRIGGER b_check_new_time_record ON time_records;
DROP TRIGGER b_check_time_record ON time_records;
CREATE TRIGGER b_check_time_record BEFORE INSERT OR UPDATE ON time_records
  FOR EACH ROW EXECUTE FUNCTION medstint.check_time_record();
DROP TRIGGER a_flags_are_the_databases ON time_records;
DROP FUNCTION medstint.keep_flags();
DROP FUNCTION medstint.reflag(text[], text[]);
DROP FUNCTION medstint.hold_flags(text[]);
DROP FUNCTION medstint.flags_of(text[], jsonb);
DROP FUNCTION medstint.thresholds(text, text, jsonb);
DROP FUNCTION medstint.jsonb_or_empty(text);
DROP FUNCTION medstint.flag_severity(text);
CREATE OR REPLACE FUNCTION medstint.audit_time_record_update() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
BEGIN
  INSERT INTO public.audit_logs (user_id, school_id, action, resource_type, resource_id, changes,
                                 ip_address, user_agent, endpoint, method, status_code, severity)
  SELECT c.user_id, x.school_id, x.action, 'time_records', x.id, x.changes,
         c.ip_address, c.user_agent, c.endpoint, TG_OP, 200, medstint.audit_severity(x.action)
  FROM (
    SELECT n.id, n.school_id,
      'time_record.' || CASE
        WHEN n.status <> o.status THEN CASE n.status WHEN 'PENDING' THEN 'undone' ELSE lower(n.status::text) END
        WHEN o.clock_out IS NULL AND n.clock_out IS NOT NULL THEN 'clocked_out'
        ELSE 'updated' END AS action,
      CASE
        -- A plain decision: only these columns can differ.
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
    FROM old_rows o JOIN new_rows n USING (id)) x, medstint.audit_context() c
  WHERE x.changes IS NOT NULL;
  RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION medstint.derived_columns() RETURNS text[]
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY['sort_name', 'elapsed_ms', 'created_at', 'updated_at', 'last_seen_at', 'expires_at']
$$;
DROP INDEX time_records_pending_of_site;
DROP INDEX time_records_by_device_out;
DROP INDEX time_records_by_device_in;
DROP INDEX time_records_open_by_time;
DROP INDEX time_records_open_by_triage;
DROP INDEX time_records_rejected_by_triage;
DROP INDEX time_records_approved_by_triage;
DROP INDEX time_records_pending_by_triage;
ALTER TABLE time_record_decisions DROP COLUMN flags;
ALTER TABLE time_records DROP CONSTRAINT time_records_accuracy_is_finite, DROP COLUMN editors, DROP COLUMN clock_is_unverified, DROP COLUMN is_offline,
  DROP COLUMN edited_at, DROP COLUMN triage;
REVOKE UPDATE (duty_profile), INSERT (duty_profile) ON programs FROM medstint_app;
ALTER TABLE programs DROP COLUMN duty_profile;
ALTER TABLE school_policies DROP CONSTRAINT school_policies_duty_profile_known;
ALTER TABLE school_policies ADD CONSTRAINT school_policies_duty_profile_known
  CHECK (duty_profile IN ('ACGME_RESIDENT', 'MEDICAL_STUDENT', 'RADIOGRAPHY', 'CUSTOM'));
DROP TABLE medstint.duty_profiles;
