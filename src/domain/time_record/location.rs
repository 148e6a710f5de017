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

impl Verdict {
    /// One word that stands without colour.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Likely => "likely inside",
            Self::Uncertain => "uncertain",
            Self::Outside => "OUTSIDE",
            Self::Poor => "poor signal",
            Self::None => "no position",
            Self::Unconfigured => "site has none",
        }
    }
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

impl Location {
    /// The whole evidence in words: `inside 18m of 100m ±10m, North entrance`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let accuracy = self.accuracy_m.map_or_else(String::new, |a| format!(" ±{a:.0}m"));
        match (self.distance_m, &self.nearest, self.radius_m) {
            (Some(d), Some(name), Some(radius)) => {
                format!("{} {} of {radius}m{accuracy}, {name}", self.verdict.label(), metres(d))
            }
            _ => self.verdict.label().to_owned(),
        }
    }
}

fn metres(distance: f64) -> String {
    if distance < 10_000.0 { format!("{distance:.0}m") } else { format!("{:.0}km", distance / 1000.0) }
}
