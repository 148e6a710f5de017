-- Why: was the student there? One function says it, for whoever asks. It runs
-- with the caller's rights, so that row-level security applies to locations too.

-- Great-circle distance in metres (haversine by atan2, mean Earth radius).
CREATE FUNCTION medstint.distance_m(lat1 float8, lon1 float8, lat2 float8, lon2 float8) RETURNS float8
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT 2 * 6371008.8 * atan2(sqrt(h), sqrt(greatest(0, 1 - h)))
  FROM (SELECT power(sind((lat2 - lat1) / 2), 2) + cosd(lat1) * cosd(lat2) * power(sind((lon2 - lon1) / 2), 2) AS h) x
$$;

-- With d the distance to the nearest active location, R its radius and a the
-- reported accuracy (at most 100 m; unknown counts as neither inside nor out):
-- d + a <= R inside; d <= R likely; d - a <= R uncertain; else outside.
CREATE FUNCTION medstint.location_verdict(site text, punch_latitude numeric, punch_longitude numeric, accuracy real)
  -- A table, though always of one row: only such a function is inlined.
  RETURNS TABLE (verdict text, location text, distance_m float8, radius_m integer)
  LANGUAGE sql STABLE AS $$
  SELECT CASE
      WHEN punch_latitude IS NULL THEN 'NONE'
      WHEN n.id IS NULL THEN 'UNCONFIGURED'
      WHEN n.d - least(coalesce(accuracy, 100), 100) > n.radius_m THEN 'OUTSIDE'
      WHEN accuracy > 100 THEN 'POOR'
      WHEN n.d + accuracy <= n.radius_m THEN 'INSIDE'
      WHEN n.d <= n.radius_m THEN 'LIKELY'
      ELSE 'UNCERTAIN' END,
    n.name, n.d, n.radius_m
  FROM (SELECT) AS once
  LEFT JOIN LATERAL (
    SELECT l.id, l.name, l.radius_m,
      medstint.distance_m(punch_latitude::float8, punch_longitude::float8, l.latitude::float8, l.longitude::float8) AS d
    FROM public.clinical_site_locations l
    WHERE l.clinical_site_id = site AND l.is_active AND punch_latitude IS NOT NULL
    ORDER BY d, l.id LIMIT 1) n ON true
$$;
GRANT EXECUTE ON FUNCTION medstint.distance_m(float8, float8, float8, float8),
  medstint.location_verdict(text, numeric, numeric, real) TO medstint_app, medstint_web;
