//! Corrections in words: the times before and after, and what changes.

use chrono_tz::Tz;

use crate::domain::correction::{Correction, State, Times};
use crate::domain::local_time::signs;
use crate::presentation::clock::{Local, decimal_hours, local};

impl State {
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl Times {
    /// `11-20 07:00–15:05`, at the site; the day of the clock-out where it is another.
    #[must_use]
    pub fn span(self, zone: Tz) -> String {
        self.span_of(zone, |there| &there.exact)
    }

    /// The same where there is little room: in an hour that the clocks repeat
    /// `11-01 01:30¹–01:30²`.
    #[must_use]
    pub fn short_span(self, zone: Tz) -> String {
        self.span_of(zone, |there| &there.short)
    }

    fn span_of(self, zone: Tz, time: fn(&Local) -> &str) -> String {
        let from = local(self.clock_in, zone);
        let until = self.clock_out.map_or_else(String::new, |out| {
            let out = local(out, zone);
            match from.days_until(&out) {
                0 => time(&out).to_owned(),
                1 => format!("{}⁺", time(&out)),
                _ => format!("{} {}", out.day, time(&out)),
            }
        });
        format!("{} {}–{until}", from.day, time(&from))
    }

    /// What the signs of a repeated hour stand for, where one of the times has one.
    fn signs(self, zone: Tz) -> Option<String> {
        let out = self.clock_out.and_then(|out| signs(out, zone));
        signs(self.clock_in, zone).or(out)
    }

    /// `8.08`, or `open`.
    #[must_use]
    pub fn hours(self) -> String {
        self.clock_out.map_or_else(|| "open".to_owned(), |_| decimal_hours(self.elapsed_ms()))
    }
}

/// What a correction does: `11-20 07:00–15:05 (8.08 h) → 11-20 07:00–16:05 (9.08 h)`.
#[must_use]
pub fn change(old: Times, new: Times, zone: Tz) -> String {
    let told = |times: Times| match times.clock_out {
        Some(_) => format!("{} ({} h)", times.span(zone), times.hours()),
        None => format!("{} (open)", times.span(zone)),
    };
    format!("{} → {}", told(old), told(new))
}

impl Correction {
    /// What stood there: `11-20 07:00–15:05`, at the site.
    #[must_use]
    pub fn before(&self) -> String {
        self.was().span(self.zone)
    }

    /// What is proposed instead.
    #[must_use]
    pub fn after(&self) -> String {
        self.becomes().span(self.zone)
    }

    /// The same in less room: `11-01 01:30¹–07:30`.
    #[must_use]
    pub fn short_before(&self) -> String {
        self.was().short_span(self.zone)
    }

    #[must_use]
    pub fn short_after(&self) -> String {
        self.becomes().short_span(self.zone)
    }

    /// What the signs of a repeated hour stand for, where one of the times has one.
    #[must_use]
    pub fn signs(&self) -> Option<String> {
        self.was().signs(self.zone).or_else(|| self.becomes().signs(self.zone))
    }

    /// How many hours the record had and would have: `8.08 → 9.08`.
    #[must_use]
    pub fn hours(&self) -> String {
        format!("{} → {}", self.was().hours(), self.becomes().hours())
    }

    /// By how many hours the record becomes longer: `+1.00`, `-0.50`.
    #[must_use]
    pub fn difference(&self) -> String {
        let more = self.becomes().elapsed_ms() - self.was().elapsed_ms();
        format!("{}{}", if more < 0 { "" } else { "+" }, decimal_hours(more))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn a_change_tells_days_hours_and_which_of_two_hours() {
        let chicago = chrono_tz::America::Chicago;
        let times = |clock_in: &str, out: &str| Times { clock_in: at(clock_in), clock_out: Some(at(out)) };
        let old = times("2026-11-01T06:30:00Z", "2026-11-01T10:00:00Z");
        let new = times("2026-11-01T07:30:00Z", "2026-11-10T10:00:00Z");
        assert_eq!(
            change(old, new, chicago),
            "11-01 01:30 CDT–04:00 (3.50 h) → 11-01 01:30 CST–11-10 04:00 (218.50 h)"
        );
        let open = Times { clock_out: None, ..old };
        assert_eq!(change(open, old, chicago), "11-01 01:30 CDT– (open) → 11-01 01:30 CDT–04:00 (3.50 h)");
    }
}
