CREATE FUNCTION medstint.is_time_zone(zone text) RETURNS boolean
  LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- An IANA name, not an abbreviation or an offset: those know no clock change.
  PERFORM timestamptz 'epoch' AT TIME ZONE zone;
  RETURN zone ~ '^[A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+)+$' OR zone = 'UTC';
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN false;
END
$$;
GRANT EXECUTE ON FUNCTION medstint.is_time_zone(text) TO medstint_app, medstint_web;

ALTER TABLE schools DROP CONSTRAINT schools_time_zone_is_iana;
ALTER TABLE schools ADD CONSTRAINT schools_time_zone_is_iana CHECK (medstint.is_time_zone(time_zone));
ALTER TABLE clinical_sites DROP CONSTRAINT clinical_sites_time_zone_is_iana;
ALTER TABLE clinical_sites ADD CONSTRAINT clinical_sites_time_zone_is_iana CHECK (medstint.is_time_zone(time_zone));
CREATE OR REPLACE FUNCTION medstint.fill_time_zone() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.time_zone := coalesce(
    (SELECT z.name FROM pg_timezone_names z WHERE lower(z.name) = lower(NEW.time_zone) ORDER BY z.name LIMIT 1),
    NEW.time_zone);
  RETURN NEW;
END
$$;
DROP TABLE medstint.time_zones;
