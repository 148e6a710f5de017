//! What is to become of records, and what became of them.

use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::domain::{Failure, TimeRecordId};

/// Why a record is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum RejectionReason {
    NotAtSite,
    WrongTimes,
    Duplicate,
    NotScheduled,
    MissingClockOut,
    Other,
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
            Self::Other => "Other (say what)",
        }
    }
}

/// What is to happen to records that were shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decide {
    /// A super admin gives a reason with an approval; others need none.
    Approve {
        reason: Option<String>,
    },
    Reject {
        code: RejectionReason,
        text: Option<String>,
    },
    Undo {
        reason: Option<String>,
    },
}

impl Decide {
    /// `approved`, `rejected`, `undone`: what a record then is.
    #[must_use]
    pub fn done(&self) -> &'static str {
        match self {
            Self::Approve { .. } => "approved",
            Self::Reject { .. } => "rejected",
            Self::Undo { .. } => "undone",
        }
    }
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
    pub elapsed_ms: Option<i64>,
    /// The version it has now, when it was decided; why not, otherwise.
    pub result: Result<i32, Failure>,
}
