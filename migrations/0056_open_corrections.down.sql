DROP TRIGGER c_refuse_open_correction ON time_records;
DROP FUNCTION medstint.refuse_open_correction();
