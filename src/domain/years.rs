//! The years of which the database keeps instants and days (migration
//! `bounded_values`); whatever is typed is held to them before it is sent.

use std::ops::RangeInclusive;

use chrono::Datelike;

/// The first and the last of them.
const YEARS: RangeInclusive<i32> = 1950..=2199;
/// What to type instead of another year.
pub const USE_A_YEAR: &str = "use a year from 1950 to 2199.";

/// Whether a day or a time lies in one of them.
#[must_use]
pub fn are_kept(at: &impl Datelike) -> bool {
    YEARS.contains(&at.year())
}
