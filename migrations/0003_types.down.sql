DROP DOMAIN medstint.longitude;
DROP DOMAIN medstint.latitude;
DROP DOMAIN medstint.json_object;
DROP DOMAIN medstint.json_array;
DROP FUNCTION medstint.json_type(text);
DROP TYPE rejection_reason, decision_kind, decision_verdict, punch_source, audit_severity,
  notification_priority, assessment_status, assessment_type, assignment_status, assignment_type,
  deployment_status, deployment_type, competency_template_source, competency_template_type,
  competency_level, time_record_status, rotation_status, clinical_site_type, academic_status, user_role;
