-- Why: where students work. A site has a time zone (the local day of a record
-- is a matter of the site, not of the coordinator) and several locations, each
-- with its own geofence.
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

CREATE TABLE clinical_sites (
  id                   text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id            text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  name                 text NOT NULL CONSTRAINT clinical_sites_name_not_blank CHECK (btrim(name) <> ''),
  type                 clinical_site_type NOT NULL,
  address              text,
  capacity             integer NOT NULL CONSTRAINT clinical_sites_capacity_not_negative CHECK (capacity >= 0),
  specialties          medstint.json_array,
  contact_person_name  text,
  contact_person_email text,
  contact_person_phone text,
  requirements         medstint.json_array,
  time_zone            text NOT NULL DEFAULT 'UTC' CONSTRAINT clinical_sites_time_zone_is_iana CHECK (medstint.is_time_zone(time_zone)),
  is_active            boolean NOT NULL DEFAULT true,
  created_at           timestamptz(3) NOT NULL DEFAULT now(),
  updated_at           timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT clinical_sites_unique_in_school UNIQUE (school_id, name)
);

CREATE TABLE clinical_site_locations (
  id               text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  clinical_site_id text NOT NULL REFERENCES clinical_sites (id) ON DELETE CASCADE,
  school_id        text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  name             text NOT NULL CONSTRAINT clinical_site_locations_name_not_blank CHECK (btrim(name) <> ''),
  latitude         medstint.latitude NOT NULL,
  longitude        medstint.longitude NOT NULL,
  radius_m         integer NOT NULL DEFAULT 100 CONSTRAINT clinical_site_locations_radius_plausible CHECK (radius_m BETWEEN 10 AND 50000),
  -- A strict location refuses a kiosk punch from outside; others only flag it.
  is_strict        boolean NOT NULL DEFAULT false,
  is_active        boolean NOT NULL DEFAULT true,
  created_at       timestamptz(3) NOT NULL DEFAULT now(),
  updated_at       timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT clinical_site_locations_unique_in_site UNIQUE (clinical_site_id, name)
);

CREATE TABLE kiosks (
  id               text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  school_id        text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  clinical_site_id text NOT NULL REFERENCES clinical_sites (id) ON DELETE RESTRICT,
  location_id      text REFERENCES clinical_site_locations (id) ON DELETE SET NULL,
  name             text NOT NULL CONSTRAINT kiosks_name_not_blank CHECK (btrim(name) <> ''),
  -- SHA-256 of the device's credential in hexadecimal; NULL until enrolled.
  credential_hash  text CONSTRAINT kiosks_credential_unique UNIQUE,
  enrolled_at      timestamptz(3),
  last_seen_at     timestamptz(3),
  revoked_at       timestamptz(3),
  created_at       timestamptz(3) NOT NULL DEFAULT now(),
  updated_at       timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT kiosks_unique_in_site UNIQUE (clinical_site_id, name)
);
