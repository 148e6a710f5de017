DROP TABLE clinical_site_locations;
DROP TABLE clinical_sites;
