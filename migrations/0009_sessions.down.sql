DROP FUNCTION medstint.enter(text);
DROP FUNCTION medstint.acting_user_id();
DROP FUNCTION medstint.is_trusted();
DROP FUNCTION medstint.own_student_ids();
DROP FUNCTION medstint.own_rotation_ids();
DROP FUNCTION medstint.has_role(VARIADIC public.user_role[]);
DROP FUNCTION medstint.current_school_id();
DROP FUNCTION medstint.current_user_id();
DROP FUNCTION medstint.actor();
