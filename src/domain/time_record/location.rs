//! Where a punch was, measured against the site's locations.

use strum::{EnumString, IntoStaticStr};

/// Where a punch was, by the geofence rule (see migration `geofence`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    Inside,
    Likely,
    Uncertain,
    Outside,
    Poor,
    None,
    Unconfigured,
}

/// The location of one punch, measured against the site.
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    pub verdict: Verdict,
    /// Metres to the nearest active location, when there is a position and one.
    pub distance_m: Option<f64>,
    /// Metres, 95 % or 68 % as the device reports it.
    pub accuracy_m: Option<f32>,
    pub nearest: Option<String>,
    pub radius_m: Option<i32>,
}
