DROP FUNCTION medstint.flags_if_corrected(text);
DROP TRIGGER b_check_length ON time_records;
DROP FUNCTION medstint.check_length();
ALTER TABLE time_record_corrections DROP CONSTRAINT time_record_corrections_at_most_99_hours;
