//! Where a punch was, measured against the site's locations.

use serde::Deserialize;
use strum::{EnumString, IntoStaticStr};

/// Where a punch was, by the geofence rule (see migration `geofence`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
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

    /// How much it wants a look: the worse of a record's two is shown.
    #[must_use]
    pub fn concern(self) -> u8 {
        match self {
            Self::Inside => 0,
            Self::Unconfigured => 1,
            Self::Likely => 2,
            Self::None => 3,
            Self::Poor => 4,
            Self::Uncertain => 5,
            Self::Outside => 6,
        }
    }
}

/// The location of one punch, measured against the site.
#[derive(Clone, Debug, PartialEq, Deserialize)]
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
    /// For a column: `OUTSIDE 312m`, `inside 18m`, `no position`.
    #[must_use]
    pub fn short(&self) -> String {
        let word = match self.verdict {
            Verdict::Likely => "likely",
            Verdict::Poor => "poor",
            other => other.label(),
        };
        self.distance_m.map_or_else(|| word.to_owned(), |d| format!("{word} {}", metres(d)))
    }

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
