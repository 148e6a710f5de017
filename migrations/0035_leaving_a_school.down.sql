DROP TRIGGER c_check_leaving ON users;
DROP FUNCTION medstint.check_leaving();
