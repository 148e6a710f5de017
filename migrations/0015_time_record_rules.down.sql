DROP TRIGGER a_append_only ON time_record_decisions;
DROP FUNCTION medstint.refuse_change();
DROP TRIGGER a_record_decisions ON time_records;
DROP FUNCTION medstint.record_decisions();
DROP FUNCTION medstint.undo_limit(user_role);
DROP TRIGGER b_check_time_record ON time_records;
DROP FUNCTION medstint.total_hours(timestamptz, timestamptz);
DROP FUNCTION medstint.check_time_record();
DROP FUNCTION medstint.evidence(time_records);
