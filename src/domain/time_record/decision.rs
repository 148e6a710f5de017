//! Decisions on time records, and their outcomes.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::domain::{Failure, TimeRecordId, UserId};

/// Why a record is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum RejectionReason {
    NotAtSite,
    WrongTimes,
    Duplicate,
    NotScheduled,
    MissingClockOut,
    Other,
}

/// What was decided about a record: `time_record_decisions.verdict`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum DecisionVerdict {
    Approved,
    Rejected,
    Undone,
}

/// How it was decided: `time_record_decisions.kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum DecisionKind {
    ByHand,
    /// One of several that were decided together.
    Bulk,
    Automatic,
    Delegate,
}

/// What is to happen to records that were shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decide {
    /// A super admin gives a reason with an approval, and everyone does for a
    /// record with a blocking flag; others need none.
    Approve {
        reason: Option<String>,
    },
    /// Only what is still clean: what was flagged since is left and named.
    ApproveClean,
    Reject {
        code: RejectionReason,
        text: Option<String>,
    },
    Undo {
        reason: Option<String>,
    },
}

impl Decide {
    /// Whether hours count afterwards.
    #[must_use]
    pub fn approves(&self) -> bool {
        matches!(self, Self::Approve { .. } | Self::ApproveClean)
    }

    /// What the record's history then says.
    #[must_use]
    pub fn verdict(&self) -> DecisionVerdict {
        match self {
            Self::Approve { .. } | Self::ApproveClean => DecisionVerdict::Approved,
            Self::Reject { .. } => DecisionVerdict::Rejected,
            Self::Undo { .. } => DecisionVerdict::Undone,
        }
    }

    /// Whether it takes a decision back.
    #[must_use]
    pub fn undoes(&self) -> bool {
        matches!(self, Self::Undo { .. })
    }
}

/// What of a list is clean and can be approved together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clean {
    /// The records, oldest first.
    pub records: Vec<CleanRecord>,
    /// Clean records beyond what is decided at once.
    pub left: i64,
    /// Clean records about which something is asked or proposed: they stay.
    pub waiting: i64,
    /// Clean records that someone else decides on: they stay.
    pub someone_elses: i64,
    /// What is flagged, hard or with a warning, and stays.
    pub flagged: i64,
}

/// One of them, as a person knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct CleanRecord {
    pub seen: Seen,
    pub student_id: UserId,
    pub student: String,
    pub site: String,
    pub zone: Tz,
    pub clock_in: DateTime<Utc>,
    pub elapsed_ms: i64,
    /// Whether its rotation is completed: approved, it stays so.
    pub hours_are_locked: bool,
}

/// A record at the version that was shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Seen {
    pub id: TimeRecordId,
    pub version: i32,
}

/// What became of one record of a decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub id: TimeRecordId,
    pub student: String,
    /// Its clock-in, by the clocks of its site.
    pub clock_in: Option<(DateTime<Utc>, Tz)>,
    pub elapsed_ms: Option<i64>,
    /// The version it has now, when it was decided; why not, otherwise.
    pub result: Result<i32, Failure>,
    /// Whether the decision is there to stay: hours of a completed rotation are locked.
    pub is_final: bool,
}
