-- What the roles may do with time records. Columns that are not named are closed.

GRANT SELECT, INSERT, UPDATE ON time_records TO medstint_web;
GRANT SELECT (id, school_id, student_id, rotation_id, clinical_site_id, date, clock_in, clock_out, elapsed_ms,
  total_hours, activities, notes, status, clock_in_latitude, clock_in_longitude, clock_in_accuracy_m, clock_in_source,
  clock_in_ip_address, clock_in_user_agent, clock_out_latitude, clock_out_longitude, clock_out_accuracy_m,
  clock_out_source, clock_out_ip_address, clock_out_user_agent, approved_by, approved_at, decision_kind,
  decision_reason_code, decision_reason, flags, version, created_at, updated_at, triage, edited_at, editors,
  is_offline, clock_is_unverified, meal_break_min, possible_punchers, clock_in_is_edited, clock_out_is_edited)
  ON time_records TO medstint_app;
GRANT UPDATE (status, approved_by, approved_at, decision_kind, decision_reason_code, decision_reason) ON time_records
  TO medstint_app;

GRANT SELECT ON time_record_decisions TO medstint_web;
GRANT SELECT (id, school_id, time_record_id, version_before, version_after, verdict, kind, reason_code, reason,
  elapsed_ms, decided_by, decided_at, flags) ON time_record_decisions TO medstint_app;

GRANT SELECT ON time_record_questions TO medstint_app, medstint_web;

GRANT SELECT ON time_record_corrections TO medstint_app, medstint_web;
