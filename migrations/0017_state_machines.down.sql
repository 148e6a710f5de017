DROP TRIGGER b_check_transition ON assessments;
DROP TRIGGER b_check_transition ON competency_assignments;
DROP TRIGGER b_check_transition ON competency_deployments;
DROP TRIGGER b_check_transition ON rotations;
DROP FUNCTION medstint.check_transition();
DROP TABLE medstint.state_transitions;
