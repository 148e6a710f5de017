//! Time records: what a student worked, and what was decided about it.

mod decision;
mod detail;
mod flag;
mod location;

use crate::domain::filter::vocabulary;
use crate::domain::list::{Description, List, ListRow, choices};
use crate::domain::permission::Permission;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

pub use decision::{Clean, CleanRecord, Decide, Outcome, RejectionReason, Seen};
pub use detail::{Day, Decision, Detail, Event, Proposal, Punch, Question, Spot, Week};
pub use flag::{Code, Evidence, Flag, Severity};
pub use location::{Location, Verdict};

use super::clock::{Local, decimal_hours, local};
use super::local_time::signs;
use super::text::capitalized;
use super::{TimeRecordId, UserId};

/// `time_records.status`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE", ascii_case_insensitive)]
pub enum Status {
    Pending,
    Approved,
    Rejected,
}

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

/// One row of the queue.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct TimeRecord {
    pub id: TimeRecordId,
    /// What a decision must name: the version that was shown.
    pub version: i32,
    pub status: Status,
    pub student_id: UserId,
    /// "Family, Given"
    pub student: String,
    pub site: String,
    #[serde(deserialize_with = "crate::domain::zone::or_unknown")]
    pub zone: Tz,
    pub clock_in: DateTime<Utc>,
    pub clock_out: Option<DateTime<Utc>>,
    pub elapsed_ms: Option<i64>,
    /// Whether a question about it waits for an answer.
    pub is_asked: bool,
    /// Whether other times are proposed for it.
    pub is_corrected: bool,
    /// Whether its rotation is completed: approved, it stays so.
    #[serde(default)]
    pub hours_are_locked: bool,
    /// What is odd about it, the worst first.
    pub flags: Vec<Flag>,
}

choices! {
    /// The parts of the list of records, one of which is shown.
    View {
        Pending = "pending",
        Open = "open",
        Approved = "approved",
        Rejected = "rejected",
    }
}

choices! {
    /// The orders of the list of records.
    Order {
        FlaggedFirst = "flagged first",
        OldestFirst = "oldest first",
        NewestFirst = "newest first",
        ByStudent = "by student",
        BySite = "by site",
        LongestFirst = "longest first",
    }
}

impl ListRow for TimeRecord {
    type View = View;
    type Order = Order;
    const LIST: List = List::TimeRecords;
    const DESCRIPTION: Description = Description {
        nouns: ("record", "records"),
        about: "Time records",
        keys: &["1"],
        prompt: "Filter: ",
        table: Some("time_records"),
        has_marks: true,
        fields: vocabulary::TIME_RECORDS,
        ..Description::of(Permission::SeeTimeRecords)
    };
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

    /// All of the row in words, for whoever hears it: `Family, Given. North General, 20
    /// November, 22:58 to 07:03 next day, 8.08 hours. Overlaps another record …`
    #[must_use]
    pub fn sentence(&self) -> String {
        let clock_in = local(self.clock_in, self.zone);
        let day = self.clock_in.with_timezone(&self.zone).format("%-d %B");
        let until = match self.clock_out.map(|out| local(out, self.zone)) {
            None => "still open".to_owned(),
            Some(out) => {
                let later = match clock_in.days_until(&out) {
                    0 => String::new(),
                    1 => " next day".to_owned(),
                    days => format!(" {days} days later"),
                };
                format!("to {}{later}", out.exact)
            }
        };
        let hours = self.elapsed_ms.map_or_else(String::new, |ms| format!(", {} hours", decimal_hours(ms)));
        let waits = match (self.is_asked, self.is_corrected) {
            (true, _) => Some("Waits for an answer".to_owned()),
            (false, true) => Some("A correction is open".to_owned()),
            (false, false) => None,
        };
        let flags = self.flags.iter().map(|flag| capitalized(&flag.sentence()));
        let first = format!("{}. {}, {day}, {} {until}{hours}", self.student, self.site, clock_in.exact);
        std::iter::once(first).chain(waits).chain(flags).map(|words| words + ".").collect::<Vec<_>>().join(" ")
    }

    /// `8.08`, or `open`.
    #[must_use]
    pub fn hours(&self) -> String {
        self.elapsed_ms.map_or_else(|| "open".to_owned(), decimal_hours)
    }

    /// How long the record waits: since its clock-in, as the filter and AGED have it.
    #[must_use]
    pub fn age(&self, now: DateTime<Utc>) -> TimeDelta {
        now - self.clock_in
    }

    /// How much it wants a look.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.flags.iter().map(Flag::severity).min().unwrap_or(Severity::Clean)
    }

    /// Whether a person has to acknowledge something before approving it.
    #[must_use]
    pub fn has_hard_flag(&self) -> bool {
        self.severity() == Severity::Hard
    }

    /// Why it wants a look, in the room of a column: the worst flag, and how many
    /// more there are.
    #[must_use]
    pub fn why(&self) -> String {
        let flags = match self.flags.as_slice() {
            [] => String::new(),
            [only] => only.short(),
            [worst, more @ ..] => format!("{} +{}", worst.short(), more.len()),
        };
        let waits = match (self.is_asked, self.is_corrected) {
            (true, _) => "ASKED ",
            (false, true) => "OTHER TIMES ",
            (false, false) => "",
        };
        format!("{waits}{flags}").trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
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
        let words = "Family, Given. North General, 20 November, 07:00 still open. Waits for an answer.";
        assert_eq!(record.sentence(), words);
    }
}
