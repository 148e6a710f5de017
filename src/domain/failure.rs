//! Why an operation failed, in words for a person.

use chrono::{DateTime, Utc};

/// A refusal or a fault, in words that say what to do next. It contains neither the
/// database's own wording nor secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The rules do not allow it; the sentence says which one.
    #[error("{0}")]
    Denied(String),
    /// Someone else was first: the record is no longer what was shown.
    #[error("{}", .0.sentence())]
    Stale(Stale),
    #[error("{0} is no longer there, or is not yours to see.")]
    NotFound(&'static str),
    /// A field has an invalid value.
    #[error("{what}: {why}")]
    Invalid { what: &'static str, why: String },
    /// The session has ended, was revoked, or never was.
    #[error("You are signed out. Sign in again; nothing was changed.")]
    SignedOut,
    /// The session is locked until its owner types the password.
    #[error("Your session is locked. Unlock it in the console, or sign in with --email; nothing was changed.")]
    Locked,
    /// Someone else set the password; its owner must choose a new one first.
    #[error(
        "Your password was set by an administrator. Open `medstint` and choose your own first; nothing was changed."
    )]
    TemporaryPassword,
    /// The database cannot be reached or did not answer in time.
    #[error("The database cannot be reached: {0}")]
    Unavailable(String),
    /// The database answers, and lacks tables or functions of ours. Waiting changes nothing.
    #[error(
        "This database has no medstint schema. Run `medstint migrate up` as its owner, or check the database's name."
    )]
    NoSchema,
    /// The connection was lost between COMMIT and its answer, so the change may or may
    /// not have been saved.
    #[error(
        "The change may have been saved: the connection was lost before the database answered. Check before you repeat it."
    )]
    OutcomeUnknown,
    /// The database was reached but was too busy or out of resources; the sentence says which.
    #[error("{0}")]
    Busy(String),
    /// The database or this program could not process the request or the answer. Repeating
    /// it would fail in the same way. The sentence says what is wrong.
    #[error("{0}")]
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

/// Who was first, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    pub who: Option<String>,
    pub what: &'static str,
    pub when: Option<DateTime<Utc>>,
    /// The server's time of the answer, against which `when` is told.
    pub now: DateTime<Utc>,
}

impl Stale {
    fn sentence(&self) -> String {
        let ago =
            self.when.map_or_else(String::new, |when| format!(" {} ago", super::clock::rough_age(self.now - when)));
        match &self.who {
            Some(who) => format!("{who} was first: {}{ago}. Nothing was changed.", self.what),
            None => format!("It has changed{ago}: {}. Nothing was changed; look again.", self.what),
        }
    }
}
