//! Time records: what a student worked, and what was decided about it.

mod decision;
mod detail;
mod flag;
mod location;

use crate::domain::filter::vocabulary;
use crate::domain::list::{Description, List, ListRow, Marking, choices};
use crate::domain::permission::Permission;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

pub use decision::{Clean, CleanRecord, Decide, DecisionKind, DecisionVerdict, Outcome, RejectionReason, Seen};
pub use detail::{Day, Decision, Detail, Event, Proposal, Punch, PunchSource, Question, Spot, Week};
pub use flag::{Code, Evidence, Flag, Severity};
pub use location::{Location, Verdict};

use super::{TimeRecordId, UserId};

/// The names of the list's columns, in their default order.
pub const COLUMNS: [&str; 7] = ["student", "site", "date", "in-out", "hours", "age", "why"];

/// `time_records.status`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE", ascii_case_insensitive)]
pub enum Status {
    Pending,
    Approved,
    Rejected,
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
        keys: &["1"],
        table: Some("time_records"),
        marking: Marking::Only(Permission::DecideTimeRecordsInBulk),
        keeps_views: true,
        fields: vocabulary::TIME_RECORDS,
        ..Description::of(Permission::SeeTimeRecords)
    };
}

impl TimeRecord {
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
}
