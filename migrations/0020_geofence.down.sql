DROP FUNCTION medstint.location_verdict(text, numeric, numeric, real);
DROP FUNCTION medstint.distance_m(float8, float8, float8, float8);
