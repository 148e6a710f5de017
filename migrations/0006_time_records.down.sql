DROP TABLE medstint.days_moving;
DROP TABLE medstint.flags_wanted;
DROP TABLE medstint.flags_due;
DROP TABLE time_record_corrections;
DROP TABLE time_record_questions;
DROP TABLE time_record_decisions;
DROP TABLE time_records;
