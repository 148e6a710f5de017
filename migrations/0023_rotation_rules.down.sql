DROP TRIGGER b_check_rotation ON rotations;
DROP FUNCTION medstint.check_rotation();
DROP FUNCTION medstint.may_administer(text);
DROP FUNCTION medstint.busiest(text, timestamptz, timestamptz, text);
DROP FUNCTION medstint.policy(text, text, text);
DROP INDEX rotations_booked_of_student;
DROP INDEX rotations_booked_of_site;
REVOKE INSERT (student_id, clinical_site_id, preceptor_id, supervisor_id, specialty, start_date, end_date, required_hours, objectives),
  UPDATE (student_id, clinical_site_id, preceptor_id, supervisor_id, specialty, start_date, end_date, required_hours, objectives, status)
  ON rotations FROM medstint_app;
DROP POLICY rotations_edit ON rotations;
DROP POLICY rotations_add ON rotations;
