//! Instants and durations in words. Instants are UTC; a local day and a local
//! time exist only together with a site's IANA zone.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::domain::clock::hundredths_of_hours;
use crate::domain::local_time::{mark, sign};

/// A local point in time: day, time of day and the zone's abbreviation then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// `11-20`
    pub day: String,
    /// `22:58`
    pub time: String,
    /// The same; in an hour that the clocks repeat with what tells which one: `01:30 CDT`.
    pub exact: String,
    /// The same in one cell more at most: `01:30¹`, `01:30²`.
    pub short: String,
    /// `Fri 11-20 22:58:03.412 CST`
    pub precise: String,
    /// `Fri 2026-11-20 22:58:03.412 CST`
    pub full: String,
    /// `CST`, or an offset such as `+03` where the zone has no letters.
    pub zone: String,
    /// Days since the common era, to compare days.
    days: i32,
}

/// An instant as a clock on the site's wall showed it.
#[must_use]
pub fn local(instant: DateTime<Utc>, zone: Tz) -> Local {
    use chrono::Datelike;
    let there = instant.with_timezone(&zone);
    let time = there.format("%H:%M").to_string();
    Local {
        day: there.format("%m-%d").to_string(),
        exact: mark(instant, zone).map_or_else(|| time.clone(), |mark| format!("{time} {mark}")),
        short: sign(instant, zone).map_or_else(|| time.clone(), |sign| format!("{time}{sign}")),
        time,
        precise: there.format("%a %m-%d %H:%M:%S%.3f %Z").to_string(),
        full: there.format("%a %Y-%m-%d %H:%M:%S%.3f %Z").to_string(),
        zone: there.format("%Z").to_string(),
        days: there.num_days_from_ce(),
    }
}

/// The instant precisely, with its year where that is not the present one.
#[must_use]
pub fn told(instant: DateTime<Utc>, zone: Tz, now: DateTime<Utc>) -> String {
    use chrono::Datelike;
    let there = local(instant, zone);
    let this_year = now.with_timezone(&zone).year() == instant.with_timezone(&zone).year();
    if this_year { there.precise } else { there.full }
}

impl Local {
    /// How many calendar days later the other one is, at the same site.
    #[must_use]
    pub fn days_until(&self, later: &Self) -> i32 {
        later.days - self.days
    }
}

/// Whole hours or days, for a column: `52m`, `14h`, `3d`.
#[must_use]
pub fn short_age(age: TimeDelta) -> String {
    match age.num_minutes() {
        ..=0 => "now".to_owned(),
        minutes @ 1..60 => format!("{minutes}m"),
        minutes @ 60..1440 => format!("{}h", minutes / 60),
        minutes => format!("{}d", minutes / 1440),
    }
}

/// For a sentence: `8 s`, `3 min`, `14 h`, `3 days`.
#[must_use]
pub fn rough_age(age: TimeDelta) -> String {
    match age.num_seconds() {
        ..=0 => "a moment".to_owned(),
        seconds @ 1..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds @ 7200..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

/// `51 h 14 min`: elapsed time to the minute, not rounded up.
#[must_use]
pub fn hours_and_minutes(elapsed: TimeDelta) -> String {
    let minutes = elapsed.num_minutes();
    let sign = if minutes < 0 { "-" } else { "" };
    format!("{sign}{} h {:02} min", minutes.abs() / 60, minutes.abs() % 60)
}

/// Milliseconds as hours with two decimals, half up, thousands separated:
/// `2,871.50`. Rounded here once, never before.
#[must_use]
pub fn decimal_hours(elapsed_ms: i64) -> String {
    let hundredths = hundredths_of_hours(elapsed_ms);
    let sign = if elapsed_ms < 0 && hundredths > 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", thousands(hundredths / 100), hundredths % 100)
}

/// `12,345`
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().expect("a valid instant")
    }

    #[test]
    fn a_night_over_the_clock_change_has_nine_hours_and_says_both_zones() {
        let chicago = chrono_tz::America::Chicago;
        let clock_in = instant("2026-11-01T03:58:00Z");
        let clock_out = instant("2026-11-01T13:00:00Z");
        assert_eq!(local(clock_in, chicago).full, "Sat 2026-10-31 22:58:00.000 CDT");
        assert_eq!(local(clock_out, chicago).full, "Sun 2026-11-01 07:00:00.000 CST");
        assert_eq!(local(clock_in, chicago).days_until(&local(clock_out, chicago)), 1);
        assert_eq!(hours_and_minutes(clock_out - clock_in), "9 h 02 min");
    }

    #[test]
    fn only_a_repeated_hour_says_which_one_it_is() {
        let exact = |text: &str| local(instant(text), chrono_tz::America::Chicago).exact;
        assert_eq!(exact("2026-11-01T05:30:00Z"), "00:30");
        assert_eq!(exact("2026-11-01T06:30:00Z"), "01:30 CDT");
        assert_eq!(exact("2026-11-01T07:30:00Z"), "01:30 CST");
        assert_eq!(exact("2026-11-01T08:30:00Z"), "02:30");
    }

    #[test]
    fn hours_are_rounded_half_up_once() {
        assert_eq!(decimal_hours(0), "0.00");
        assert_eq!(decimal_hours(17_999), "0.00");
        assert_eq!(decimal_hours(18_000), "0.01");
        assert_eq!(decimal_hours(8 * 3_600_000 + 5 * 60_000), "8.08");
        assert_eq!(decimal_hours(2871 * 3_600_000 + 1_800_000), "2,871.50");
        assert_eq!(decimal_hours(-3_600_000), "-1.00");
    }

    #[test]
    fn ages_use_the_largest_whole_unit() {
        assert_eq!(short_age(TimeDelta::seconds(59)), "now");
        assert_eq!(short_age(TimeDelta::minutes(59)), "59m");
        assert_eq!(short_age(TimeDelta::minutes(60)), "1h");
        assert_eq!(short_age(TimeDelta::hours(24)), "1d");
        assert_eq!(rough_age(TimeDelta::seconds(90)), "90 s");
    }
}
