//! Alerts in words: their subject, and how many events raise one.

use crate::domain::alert::{Alert, AlertRule, Counted, GroupBy};

impl GroupBy {
    /// Whose events are counted together, as a form offers it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Person => "person who acted",
            Self::Address => "address it came from",
            Self::Account => "account that was used",
            Self::Record => "record it concerns",
            Self::School => "whole school",
        }
    }
}

impl Counted {
    /// What is counted, as a form offers it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Rows => "affected rows",
        }
    }
}

impl Alert {
    /// Whose it is, by name where there is one.
    #[must_use]
    pub fn whose(&self) -> &str {
        self.subject_name.as_deref().unwrap_or(&self.subject)
    }

    /// `7 events in 10 min`
    #[must_use]
    pub fn count(&self) -> String {
        so_many(self.counted, self.counts.text(), self.within_s)
    }

    /// How many its rule takes, in the same words.
    #[must_use]
    pub fn measure(&self) -> String {
        so_many(self.threshold.into(), self.counts.text(), self.within_s)
    }
}

impl AlertRule {
    /// `5 events in 10 min`, `1 event in 10 min, 22:00–06:00`
    #[must_use]
    pub fn measure(&self) -> String {
        let hours = match (self.from, self.until) {
            (Some(from), Some(until)) => format!(", {}–{}", from.format("%H:%M"), until.format("%H:%M")),
            _ => String::new(),
        };
        so_many(self.threshold.into(), self.counts.text(), self.within_s) + &hours
    }
}

fn so_many(count: i64, what: &str, seconds: i64) -> String {
    let what = if count == 1 { what.trim_end_matches('s') } else { what };
    format!("{count} {what} in {}", window(seconds))
}

/// `90 s`, `10 min`, `2 h`, `7 d`: the largest unit that it is a number of.
fn window(seconds: i64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "min")];
    match units.iter().find(|(length, _)| seconds % length == 0 && seconds >= *length) {
        Some((length, unit)) => format!("{} {unit}", seconds / length),
        None => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_told_in_the_largest_unit_that_it_is_a_number_of() {
        for (seconds, told) in
            [(1, "1 s"), (90, "90 s"), (600, "10 min"), (7_200, "2 h"), (604_800, "7 d"), (90_000, "25 h")]
        {
            assert_eq!(window(seconds), told);
        }
    }
}
