//! Failures in words that say what to do next.

use std::fmt;

use crate::domain::Failure;
use crate::domain::failure::{PriorChange, Stale};
use crate::presentation::clock::rough_age;
use crate::presentation::sentences::ANSWER_LOST;

impl std::error::Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sentence = match self {
            Self::Denied(sentence) | Self::Busy(sentence) | Self::Fault(sentence) => sentence,
            Self::Stale(stale) => return stale.fmt(f),
            Self::NotFound(what) => return write!(f, "{what} no longer exists, or you don't have access to it."),
            Self::Invalid { field, why } => return write!(f, "{}: {why}", field.label()),
            Self::Setting { what, why } => return write!(f, "{what}: {why}"),
            Self::Unavailable(why) => return write!(f, "The database cannot be reached: {why}"),
            Self::SignedOut => "You are signed out. Sign in again; nothing was changed.",
            Self::Locked => {
                "Your session is locked. Unlock it in the console, or sign in with --email; nothing was changed."
            }
            Self::TemporaryPassword => {
                "Your password was set by an administrator. Open `medstint` and choose your own first; nothing was changed."
            }
            Self::NoSchema => {
                "This database has no medstint schema. Run `medstint migrate up` as its owner, or check the database's name."
            }
            Self::OutcomeUnknown => {
                return write!(f, "The change may have been saved: {ANSWER_LOST}. Check before you repeat it.");
            }
        };
        f.write_str(sentence)
    }
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ago = self.when.map_or_else(String::new, |when| format!(" {} ago", rough_age(self.now - when)));
        let (verb, thing, result) = match self.change {
            PriorChange::Approved => ("approved", "record", "Nothing was changed."),
            PriorChange::Rejected => ("rejected", "record", "Nothing was changed."),
            PriorChange::Reopened => ("changed", "record", "It is pending now. Check it, then decide again."),
            PriorChange::Edited => ("changed", "entry", "Nothing was saved. Check the new values, then edit it again."),
        };
        match &self.who {
            Some(who) => write!(f, "{who} {verb} this {thing}{ago}. {result}"),
            None => write!(f, "This {thing} was {verb}{ago}. {result}"),
        }
    }
}
