//! Time records in words: their state, their times, where their punches were, and what was
//! decided about them.

use crate::domain::local_time::signs;
use crate::domain::text::capitalized;
use crate::domain::time_record::{Decide, Location, RejectionReason, Status, TimeRecord, Verdict};
use crate::presentation::clock::{Local, decimal_hours, local};

impl Status {
    /// The state in words, as a list's title says it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

impl TimeRecord {
    /// The local day of the clock-in, at the site: `11-20`.
    #[must_use]
    pub fn day(&self) -> String {
        local(self.clock_in, self.zone).day
    }

    /// `22:58–07:03⁺` in the time of the site; `07:00–` while open. In an hour that the
    /// clocks repeat `01:30¹–01:30²`.
    #[must_use]
    pub fn in_out(&self) -> String {
        self.span(|there| there.short)
    }

    /// What the signs of a repeated hour stand for, where one of the times has one.
    #[must_use]
    pub fn signs(&self) -> Option<String> {
        let out = self.clock_out.and_then(|out| signs(out, self.zone));
        signs(self.clock_in, self.zone).or(out)
    }

    /// The same where there is room: in an hour that the clocks repeat it says which one,
    /// `01:30 CDT–01:30 CST`.
    #[must_use]
    pub fn exact_in_out(&self) -> String {
        self.span(|there| there.exact)
    }

    fn span(&self, time: fn(Local) -> String) -> String {
        let clock_in = local(self.clock_in, self.zone);
        let out = self.clock_out.map(|out| local(out, self.zone));
        let days = out.as_ref().map_or(0, |out| clock_in.days_until(out));
        let later = match days {
            ..=-1 => "⁻",
            0 => "",
            _ => "⁺",
        };
        format!("{}–{}{later}", time(clock_in), out.map_or_else(String::new, time))
    }

    /// The whole row in words, for a screen reader: `Family, Given. North General, 20
    /// November, 22:58 to 07:03 next day, 8.08 hours. Overlaps another record …`
    #[must_use]
    pub fn sentence(&self) -> String {
        let clock_in = local(self.clock_in, self.zone);
        let day = self.clock_in.with_timezone(&self.zone).format("%-d %B");
        let until = match self.clock_out.map(|out| local(out, self.zone)) {
            None => ", still open".to_owned(),
            Some(out) => {
                let later = match clock_in.days_until(&out) {
                    0 => String::new(),
                    1 => " next day".to_owned(),
                    days => format!(" {days} days later"),
                };
                format!(" to {}{later}", out.exact)
            }
        };
        let hours = self.elapsed_ms.map_or_else(String::new, |ms| format!(", {} hours", decimal_hours(ms)));
        let waits = match (self.is_asked, self.is_corrected) {
            (true, _) => Some("A question is open".to_owned()),
            (false, true) => Some("A correction is open".to_owned()),
            (false, false) => None,
        };
        let flags = self.flags.iter().map(|flag| capitalized(&flag.sentence()));
        let first = format!("{}. {}, {day}, {}{until}{hours}", self.student, self.site, clock_in.exact);
        std::iter::once(first).chain(waits).chain(flags).map(|words| words + ".").collect::<Vec<_>>().join(" ")
    }

    /// `8.08`, or `open`.
    #[must_use]
    pub fn hours(&self) -> String {
        self.elapsed_ms.map_or_else(|| "open".to_owned(), decimal_hours)
    }

    /// Why it needs attention, short enough for a column: the worst flag and the number of others.
    #[must_use]
    pub fn why(&self) -> String {
        let flags = match self.flags.as_slice() {
            [] => String::new(),
            [only] => only.short(),
            [worst, more @ ..] => format!("{} +{}", worst.short(), more.len()),
        };
        let waits = match (self.is_asked, self.is_corrected) {
            (true, _) => "ASKED ",
            (false, true) => "CORRECTION ",
            (false, false) => "",
        };
        format!("{waits}{flags}").trim_end().to_owned()
    }
}

impl RejectionReason {
    /// The reason as the question offers it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::NotAtSite => "Not at the site",
            Self::WrongTimes => "Wrong times",
            Self::Duplicate => "Duplicate of another record",
            Self::NotScheduled => "Not scheduled",
            Self::MissingClockOut => "Missing clock-out",
            Self::Other => "Other (describe it)",
        }
    }
}

impl Decide {
    /// `approved`, `rejected`, `undone`: what a record then is.
    #[must_use]
    pub fn done(&self) -> &'static str {
        match self {
            Self::Approve { .. } | Self::ApproveClean => "approved",
            Self::Reject { .. } => "rejected",
            Self::Undo { .. } => "undone",
        }
    }
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
            Self::Unconfigured => "no location set",
        }
    }
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

#[cfg(test)]
mod tests {
    use crate::domain::time_record::{Flag, Severity};

    use super::*;

    #[test]
    fn the_worst_flag_is_the_one_that_is_shown() {
        let flag = |json: &str| serde_json::from_str::<Flag>(json).expect("a flag");
        let mut record = TimeRecord {
            id: "t".into(),
            version: 1,
            status: Status::Pending,
            student_id: "s".into(),
            student: "Family, Given".into(),
            site: "North General".into(),
            zone: chrono_tz::America::Chicago,
            clock_in: "2026-11-20T13:00:00Z".parse().expect("an instant"),
            clock_out: Some("2026-11-21T04:00:00Z".parse().expect("an instant")),
            elapsed_ms: Some(54_000_000),
            is_asked: false,
            is_corrected: false,
            hours_are_locked: false,
            flags: vec![],
        };
        assert_eq!((record.severity(), record.why().as_str()), (Severity::Clean, ""));
        record.flags = vec![
            flag(r#"{"code": "GEO_OUTSIDE", "evidence": {"distance_m": 312, "radius_m": 100}}"#),
            flag(r#"{"code": "EDITED"}"#),
        ];
        assert_eq!((record.severity(), record.why().as_str()), (Severity::Warn, "GEO 312m>100m +1"));
        assert_eq!((record.in_out().as_str(), record.hours().as_str()), ("07:00–22:00", "15.00"));
        record.flags.truncate(1);
        let words = "Family, Given. North General, 20 November, 07:00 to 22:00, 15.00 hours. Clocked in 312m from the nearest location, whose radius is 100m.";
        assert_eq!(record.sentence(), words);
        (record.clock_out, record.elapsed_ms, record.is_asked) = (None, None, true);
        record.flags.clear();
        let words = "Family, Given. North General, 20 November, 07:00, still open. A question is open.";
        assert_eq!(record.sentence(), words);
    }
}
