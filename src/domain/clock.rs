//! Hours of work as numbers for programs. `presentation::clock` puts instants and durations
//! into words.

use rust_decimal::Decimal;

/// Milliseconds as hours with two decimals, half up, without a separator: `2871.50`.
/// Rounded here once, never before.
#[must_use]
pub fn plain_hours(elapsed_ms: i64) -> Decimal {
    let hundredths = i64::try_from(hundredths_of_hours(elapsed_ms)).unwrap_or(i64::MAX);
    Decimal::new(if elapsed_ms < 0 { -hundredths } else { hundredths }, 2)
}

/// The same as a number of JSON: the one that is written `2871.5`.
#[must_use]
pub fn number_of_hours(elapsed_ms: i64) -> f64 {
    plain_hours(elapsed_ms).to_string().parse().unwrap_or_default()
}

/// Milliseconds as hundredths of hours, half up, without the sign.
pub(crate) fn hundredths_of_hours(elapsed_ms: i64) -> u64 {
    // A hundredth of an hour is 36,000 ms.
    (elapsed_ms.unsigned_abs() + 18_000) / 36_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_for_programs_have_no_separators() {
        for (elapsed_ms, plain, json) in [
            (1_425 * 3_600_000, "1425.00", "1425.0"),
            (8 * 3_600_000 + 5 * 60_000, "8.08", "8.08"),
            (-8 * 3_600_000, "-8.00", "-8.0"),
            (0, "0.00", "0.0"),
        ] {
            assert_eq!(plain_hours(elapsed_ms).to_string(), plain);
            assert_eq!(serde_json::to_string(&number_of_hours(elapsed_ms)).expect("a number"), json);
        }
    }
}
