DROP TABLE time_record_decisions;
DROP TABLE time_records;
DROP TABLE rotations;
