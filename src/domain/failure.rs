//! What a person can be told when something did not work.

use chrono::{DateTime, Utc};

/// A refusal or a fault, in words that say what to do next. Nothing of the
/// database's own wording reaches it, and no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The rules do not allow it; the sentence says which one.
    #[error("{0}")]
    Denied(String),
    /// Somebody was first: the record is no longer what was shown.
    #[error("{}", .0.sentence())]
    Stale(Stale),
    #[error("{0} is no longer there, or is not yours to see.")]
    NotFound(&'static str),
    /// A field has a value that cannot be.
    #[error("{what}: {why}")]
    Invalid { what: &'static str, why: String },
    /// The session has ended, was revoked, or never was.
    #[error("You are signed out. Sign in again; nothing was changed.")]
    SignedOut,
    /// The session waits for its owner's password.
    #[error("Your session is locked. Unlock it in the console, or sign in with --email; nothing was changed.")]
    Locked,
    /// The password was made by somebody else: its owner chooses another one first.
    #[error(
        "Your password was set by an administrator. Open `medstint` and choose your own first; nothing was changed."
    )]
    TemporaryPassword,
    /// The database cannot be reached or did not answer in time.
    #[error("The database cannot be reached: {0}")]
    Unavailable(String),
    /// The connection was lost between COMMIT and its answer: nobody knows whether the
    /// change was made until somebody looks.
    #[error(
        "The change may have been saved: the connection was lost before the database answered. Check before you repeat it."
    )]
    OutcomeUnknown,
    /// The database was reached and had no room or time for this; the sentence says why.
    #[error("{0}")]
    Busy(String),
    /// The database, or we, could not make sense of what was asked or answered: to ask
    /// again would be answered the same. The sentence says what is wrong.
    #[error("{0}")]
    Fault(String),
}

impl Failure {
    /// Whether the same may succeed when it is tried again later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::OutcomeUnknown | Self::Busy(_))
    }

    /// Whether no answer came at all: the path to the database is in doubt.
    #[must_use]
    pub fn is_unanswered(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::OutcomeUnknown)
    }

    /// Whether a reading that failed so is repeated: what it would have shown is older
    /// than it looks. Other failures are answers.
    #[must_use]
    pub fn is_read_again(&self) -> bool {
        self.is_passing() || matches!(self, Self::Fault(_))
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
