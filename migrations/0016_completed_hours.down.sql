DROP TRIGGER b_hours_after_delete ON time_records;
DROP TRIGGER b_hours_after_update ON time_records;
DROP FUNCTION medstint.hours_of_changed_records();
DROP FUNCTION medstint.recompute_hours(text[]);
