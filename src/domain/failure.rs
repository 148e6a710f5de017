//! Why an operation failed. `presentation::failure` puts it into words.

use chrono::{DateTime, Utc};

use super::field::FieldId;
use super::time_record::Status;

/// A refusal or a fault, with what to do next. It contains neither the database's own wording
/// nor secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The rules do not allow it; the sentence says which one.
    Denied(String),
    /// Someone else changed the record first, so it is no longer what was shown.
    Stale(Stale),
    NotFound(&'static str),
    /// A field has an invalid value.
    Invalid {
        field: FieldId,
        why: String,
    },
    /// An option, a setting or a part of the database is not as it has to be.
    Setting {
        what: &'static str,
        why: String,
    },
    /// The session has ended, was revoked, or never was.
    SignedOut,
    /// The session is locked until its owner types the password.
    Locked,
    /// Someone else set the password; its owner must choose a new one first.
    TemporaryPassword,
    /// The database cannot be reached or did not answer in time.
    Unavailable(String),
    /// The database answers, and lacks tables or functions of ours. Waiting changes nothing.
    NoSchema,
    /// The connection was lost between COMMIT and its answer, so the change may or may
    /// not have been saved.
    OutcomeUnknown,
    /// The database was reached but was too busy or out of resources; the sentence says which.
    Busy(String),
    /// The database or this program could not process the request or the answer. Repeating
    /// it would fail in the same way. The sentence says what is wrong.
    Fault(String),
}

impl Failure {
    /// Whether the same request may succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::OutcomeUnknown | Self::Busy(_))
    }

    /// Whether no answer arrived, so that the connection may be broken.
    #[must_use]
    pub fn is_unanswered(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::OutcomeUnknown)
    }

    /// Whether a read that failed in this way is repeated, because the screen shows outdated
    /// data. A locked session reads again once it is unlocked. Other failures are answers.
    #[must_use]
    pub fn should_retry_read(&self) -> bool {
        self.is_transient() || matches!(self, Self::Fault(_) | Self::Locked)
    }
}

/// A change by someone else that came first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    pub who: Option<String>,
    pub change: PriorChange,
    pub when: Option<DateTime<Utc>>,
    /// The server's time of the answer, from which the age of the change is computed.
    pub now: DateTime<Utc>,
}

/// What someone else did first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriorChange {
    /// The time record is approved.
    Approved,
    /// The time record is rejected.
    Rejected,
    /// The time record is pending, but at another version.
    Reopened,
    /// The fields of the row have other values.
    Edited,
}

impl From<Status> for PriorChange {
    fn from(status: Status) -> Self {
        match status {
            Status::Approved => Self::Approved,
            Status::Rejected => Self::Rejected,
            Status::Pending => Self::Reopened,
        }
    }
}
