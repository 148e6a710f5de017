//! The stages of the kiosk: each shows one question or one message.

use chrono::{DateTime, Utc};

use super::super::widget::field::Field;
use crate::domain::Secret;
use crate::domain::punch::{Asked, Offer, Recorded, Trouble};

/// What the screen asks for or tells.
#[derive(Clone, Debug)]
pub enum Stage {
    /// A one-time code.
    Enrol {
        code: Field,
        note: Option<Note>,
    },
    Start {
        badge: Field,
    },
    Pin {
        badge: String,
        /// Whether the badge may be another one with a PIN behind it.
        may_hold_pin: bool,
        pin: Field,
    },
    /// An answer is awaited. What is typed does not count, and the screen says so.
    Busy,
    NewPin {
        asked: Box<Asked>,
        first: Option<Secret>,
        pin: Field,
        note: Option<Note>,
    },
    Choose {
        asked: Box<Asked>,
        offers: Vec<Offer>,
        number: Field,
    },
    Meal {
        asked: Box<Asked>,
        minutes: Field,
    },
    StaleWhen {
        asked: Box<Asked>,
        since: DateTime<Utc>,
        time: Field,
        is_wrong: bool,
    },
    /// The site's clocks showed that time twice, since they were put back: which one?
    AmbiguousLeaveTime {
        asked: Box<Asked>,
        since: DateTime<Utc>,
        which: [DateTime<Utc>; 2],
        number: Field,
    },
    StaleWhy {
        asked: Box<Asked>,
        since: DateTime<Utc>,
        reason: Field,
    },
    Told {
        what: Told,
        until: DateTime<Utc>,
    },
    LeaveWho {
        badge: Field,
    },
    LeavePin {
        badge: String,
        pin: Field,
    },
}

/// What was wrong with what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    BadCode,
    /// The connection was lost before the answer.
    CodeMayBeUsed,
    Unreachable,
    Revoked,
    PinDiffers,
    PinWrong,
}

/// A message, shown for five seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    In(Recorded),
    Out(Recorded),
    Kept {
        at: DateTime<Utc>,
        again: bool,
    },
    NotKept(Trouble),
    Refused,
    Locked {
        until: DateTime<Utc>,
    },
    NoRotation {
        elsewhere: Option<String>,
    },
    NotAStudent,
    Outside,
    NoBadge,
    /// A badge was read, which is no answer to the question.
    ScanAgain,
    Uncertain,
    /// The database was never heard: nobody knows what a badge is here.
    NotReady,
    Revoked,
    LeaveRefused,
    LeaveOffline,
}

impl Stage {
    /// Nobody is there yet. What is typed may be a PIN: `Debug` does not show it.
    pub(super) fn start() -> Self {
        Self::Start { badge: Field::masked() }
    }
}
