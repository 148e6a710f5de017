ALTER TABLE programs DROP CONSTRAINT programs_duty_profile_known;
DROP TABLE medstint.state_transitions;
DROP TABLE school_policies;
DROP TABLE rotations;
DROP TABLE medstint.duty_profiles;
