//! The range of years that the database accepts for instants and days (migration
//! `bounded_values`). Input is checked against it before it is sent.

use std::ops::RangeInclusive;

use chrono::Datelike;

/// First and last year, inclusive.
const YEARS: RangeInclusive<i32> = 1950..=2199;
/// The advice for a year outside of the range.
pub const USE_A_YEAR: &str = "use a year from 1950 to 2199.";

/// Whether a day or a time lies in the range.
#[must_use]
pub fn in_range(at: &impl Datelike) -> bool {
    YEARS.contains(&at.year())
}
