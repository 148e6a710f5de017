-- Why: clinical sites, with the locations whose radius the geofence checks.

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
  time_zone            text NOT NULL DEFAULT 'UTC',
  is_active            boolean NOT NULL DEFAULT true,
  created_at           timestamptz(3) NOT NULL DEFAULT now(),
  updated_at           timestamptz(3) NOT NULL DEFAULT now(),
  search_name          text GENERATED ALWAYS AS (medstint.search_key(name)) STORED,
  CONSTRAINT clinical_sites_time_zone_is_iana FOREIGN KEY (time_zone) REFERENCES medstint.time_zones (name),
  CONSTRAINT clinical_sites_id_with_school UNIQUE (id, school_id),
  CONSTRAINT clinical_sites_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT clinical_sites_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT clinical_sites_name_is_plain CHECK (medstint.is_plain(name)),
  CONSTRAINT clinical_sites_contact_person_name_is_plain CHECK (medstint.is_plain(contact_person_name)),
  CONSTRAINT clinical_sites_contact_person_email_is_plain CHECK (medstint.is_plain(contact_person_email))
);

CREATE INDEX clinical_sites_active_by_name ON clinical_sites (school_id, name, id) WHERE is_active;
CREATE INDEX clinical_sites_inactive_by_name ON clinical_sites (school_id, name, id) WHERE NOT is_active;
CREATE UNIQUE INDEX clinical_sites_unique_in_school ON clinical_sites (school_id, medstint.search_key(name));

CREATE TABLE clinical_site_locations (
  id               text PRIMARY KEY DEFAULT gen_random_uuid()::text,
  clinical_site_id text NOT NULL REFERENCES clinical_sites (id) ON DELETE CASCADE,
  school_id        text NOT NULL REFERENCES schools (id) ON DELETE RESTRICT,
  name             text NOT NULL CONSTRAINT clinical_site_locations_name_not_blank CHECK (btrim(name) <> ''),
  latitude         medstint.latitude NOT NULL,
  longitude        medstint.longitude NOT NULL,
  radius_m         integer NOT NULL DEFAULT 100 CONSTRAINT clinical_site_locations_radius_plausible
    CHECK (radius_m BETWEEN 10 AND 50000),
  -- A strict location refuses a kiosk punch from outside; others only flag it.
  is_strict        boolean NOT NULL DEFAULT false,
  is_active        boolean NOT NULL DEFAULT true,
  created_at       timestamptz(3) NOT NULL DEFAULT now(),
  updated_at       timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT clinical_site_locations_id_with_site UNIQUE (id, clinical_site_id),
  CONSTRAINT clinical_site_locations_latitude_finite
    CHECK (((latitude)::numeric > '-Infinity'::numeric) AND ((latitude)::numeric < 'Infinity'::numeric)),
  CONSTRAINT clinical_site_locations_longitude_finite
    CHECK (((longitude)::numeric > '-Infinity'::numeric) AND ((longitude)::numeric < 'Infinity'::numeric)),
  CONSTRAINT clinical_site_locations_created_at_in_range
    CHECK (created_at >= '1950-01-01T00:00Z'::timestamptz AND created_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT clinical_site_locations_updated_at_in_range
    CHECK (updated_at >= '1950-01-01T00:00Z'::timestamptz AND updated_at < '2200-01-01T00:00Z'::timestamptz),
  CONSTRAINT clinical_site_locations_name_is_plain CHECK (medstint.is_plain(name))
);

CREATE INDEX clinical_site_locations_active_by_name ON clinical_site_locations (school_id, name, id) WHERE is_active;
CREATE INDEX clinical_site_locations_inactive_by_name ON clinical_site_locations (school_id, name, id)
  WHERE NOT is_active;
CREATE UNIQUE INDEX clinical_site_locations_unique_in_site
  ON clinical_site_locations (clinical_site_id, medstint.search_key(name));

-- Each table is closed until sql/policies opens it, except to the owner.
ALTER TABLE clinical_sites ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY clinical_sites_owner ON clinical_sites TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE clinical_site_locations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY clinical_site_locations_owner ON clinical_site_locations TO CURRENT_USER USING (true) WITH CHECK (true);
