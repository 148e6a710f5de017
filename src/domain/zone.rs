//! Time zones by their IANA names. The database keeps only names that both it and this medstint
//! know (migration `time_zones`); a row from before may hold another. Times in an unknown zone are
//! shown in UTC, with a warning.

use chrono_tz::Tz;
use serde::{Deserialize, Deserializer};

/// Stands for a zone whose name is not known: UTC, by a name that no row can hold.
pub const UNKNOWN: Tz = Tz::Zulu;

/// Parses a name; a name that is not known gives [`UNKNOWN`].
#[must_use]
pub fn parse_or_unknown(name: &str) -> Tz {
    name.parse().unwrap_or(UNKNOWN)
}

/// Its name, as a person or another program reads it.
#[must_use]
pub fn name(zone: Tz) -> &'static str {
    if zone == UNKNOWN { "UTC" } else { zone.name() }
}

/// The warning to show next to times in a zone whose name is not known.
#[must_use]
pub fn warning(zone: Tz) -> Option<&'static str> {
    (zone == UNKNOWN).then_some("Unknown time zone, so times are shown in UTC. Correct the zone (:sites or :schools).")
}

/// Reads a zone of a row: an unknown name does not make the row unreadable.
pub(super) fn or_unknown<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tz, D::Error> {
    Ok(parse_or_unknown(&String::deserialize(deserializer)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_shown_as_utc_with_a_warning() {
        let zone = parse_or_unknown("America/Chicago-6");
        assert_eq!((name(zone), warning(zone).is_some()), ("UTC", true));
    }

    #[test]
    fn a_known_name_has_no_warning() {
        let zone = parse_or_unknown("America/Chicago");
        assert_eq!((zone, warning(zone)), (chrono_tz::America::Chicago, None));
    }
}
