DROP TABLE kiosks;
DROP TABLE clinical_site_locations;
DROP TABLE clinical_sites;
DROP FUNCTION medstint.is_time_zone(text);
