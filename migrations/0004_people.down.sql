DROP TABLE sessions;
DROP TABLE accounts;
ALTER TABLE schools DROP CONSTRAINT schools_admin_id_fkey;
DROP TABLE users;
DROP TABLE programs;
DROP TABLE schools;
