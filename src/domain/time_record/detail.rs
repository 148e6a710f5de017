//! One record in full.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{Location, RejectionReason, TimeRecord};
use crate::domain::RotationId;

/// Everything there is to know of one record.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    pub record: TimeRecord,
    pub program: Option<String>,
    pub rotation_id: RotationId,
    pub rotation: String,
    pub required_hours: i32,
    pub completed_hours: i32,
    /// Milliseconds of the rotation's other pending, closed records.
    pub pending_ms: i64,
    pub preceptor: Option<String>,
    pub notes: Option<String>,
    pub activities: Vec<String>,
    /// Activities that are there but are not a list of texts.
    pub activities_unreadable: bool,
    pub clock_in_location: Location,
    pub clock_out_location: Option<Location>,
    pub clock_in_from: Punch,
    pub clock_out_from: Option<Punch>,
    /// What was asked, newest first.
    pub questions: Vec<Question>,
    /// Which other times were proposed, newest first.
    pub corrections: Vec<Proposal>,
    /// Newest first.
    pub decisions: Vec<Decision>,
}

/// With what a punch was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Punch {
    pub source: String,
    pub address: Option<String>,
    pub device: Option<String>,
}

/// What was asked about the record.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Question {
    pub question: String,
    pub who: Option<String>,
    pub when: DateTime<Utc>,
    pub answer: Option<String>,
}

/// Other times that were proposed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Proposal {
    pub old_in: DateTime<Utc>,
    pub old_out: Option<DateTime<Utc>>,
    pub new_in: DateTime<Utc>,
    pub new_out: Option<DateTime<Utc>>,
    pub reason: String,
    pub who: Option<String>,
    pub when: DateTime<Utc>,
    /// `PROPOSED`, `APPROVED`, `REJECTED`, `WITHDRAWN`
    pub status: String,
    pub decided_by: Option<String>,
}

/// A decision that was made, or undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub verdict: String,
    pub kind: String,
    pub reason_code: Option<RejectionReason>,
    pub reason: Option<String>,
    pub who: Option<String>,
    pub when: DateTime<Utc>,
}
