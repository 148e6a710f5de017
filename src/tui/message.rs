//! Messages to the model: input, changes, time, answers of effects.

use crossterm::event::{KeyEvent, MouseEvent};

use super::action::Action;
use super::effect::Ticket;
use crate::domain::audit_event::Pulse;
use crate::domain::command::{Command, Report};
use crate::domain::list::{List, Rows};
use crate::domain::lookup::{Lookup, Offer};
use crate::domain::notification::Unread;
use crate::domain::person::{Admission, SessionResume};
use crate::domain::query::Query;
use crate::domain::time_record::{Clean, Decide, Detail, Outcome, Seen};
use crate::domain::window::Total;
use crate::domain::{Change, ClockSkew, Failure, Link, SchoolId, TimeRecordId};

/// Everything that the model learns of.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    Key(KeyEvent),
    Mouse(MouseEvent),
    Paste(String),
    /// Keys that came faster than a person types: a paste that the terminal did not mark.
    KeyBurst(Vec<KeyEvent>),
    /// Something is asked for by its name, over rows that are named too: over the row
    /// under the cursor, or the marked ones, where none is.
    Asked {
        action: Option<Action>,
        rows: Vec<String>,
    },
    /// Columns and rows of the terminal.
    Resized(u16, u16),
    /// A minute began.
    Minute,
    /// It is time to read again what could not be read.
    Retry,
    Change(Change),
    /// It is time to count again what changes have altered.
    Recount,
    Link(Link),
    /// How far this machine's clock is from the server's; none where they agree.
    Clock(Option<ClockSkew>),
    /// How many seconds the oldest change has waited to be read; none where none is late.
    Lag(Option<u64>),
    Answer(Answer),
    /// The answer to something asked before the session was last unlocked: that the session was
    /// locked then is no news.
    LateAnswer(Answer),
}

/// What an effect came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The saved session: still open, ended, or the database can't be reached.
    Resumed(Result<SessionResume, Failure>),
    /// The session was locked in the database, or could not be.
    Locked(Result<(), Failure>),
    SignedIn(Result<Admission, Failure>),
    Unlocked(Result<Admission, Failure>),
    /// What of it did not work, in a sentence.
    SignedOut(Option<String>),
    Schools(Result<Vec<(SchoolId, String)>, Failure>),
    Unread(Result<Unread, Failure>),
    /// To the pane of a list, or to the overlay that it opened.
    To {
        list: List,
        answer: PaneAnswer,
    },
}

impl Answer {
    /// Why what was asked for was not done or not read.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Resumed(answer) => answer.as_ref().err(),
            Self::Locked(answer) => answer.as_ref().err(),
            Self::SignedIn(answer) | Self::Unlocked(answer) => answer.as_ref().err(),
            Self::SignedOut(_) => None,
            Self::Schools(answer) => answer.as_ref().err(),
            Self::Unread(answer) => answer.as_ref().err(),
            Self::To { answer, .. } => answer.failure(),
        }
    }
}

/// What a [`PaneRequest`](super::effect::PaneRequest) came to.
#[derive(Clone, Debug, PartialEq, strum::IntoStaticStr)]
pub enum PaneAnswer {
    Page { ticket: Ticket, rows: Result<Rows, Failure> },
    Total { ticket: u64, total: Result<Total, Failure> },
    Detail { id: TimeRecordId, detail: Result<Box<Detail>, Failure> },
    Clean { query: Query, clean: Result<Clean, Failure> },
    Decided { what: Decide, seen: Vec<Seen>, outcomes: Result<Vec<Outcome>, Failure> },
    Confirmed { what: Decide, seen: Vec<Seen>, outcomes: Result<Vec<Outcome>, Failure> },
    Pulse(Result<Pulse, Failure>),
    Offers { line: usize, lookup: Lookup, text: String, offers: Result<Vec<Offer>, Failure> },
    Rehearsed { command: Command, report: Result<Report, Failure> },
    Ran { command: Command, report: Result<Report, Failure> },
}

impl PaneAnswer {
    /// The answer with its address: the list whose pane asked, itself or by an overlay.
    #[must_use]
    pub fn to(self, list: List) -> Answer {
        Answer::To { list, answer: self }
    }

    /// Why what was asked for was not done or not read.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Page { rows, .. } => rows.as_ref().err(),
            Self::Total { total, .. } => total.as_ref().err(),
            Self::Detail { detail, .. } => detail.as_ref().err(),
            Self::Clean { clean, .. } => clean.as_ref().err(),
            Self::Decided { outcomes, .. } | Self::Confirmed { outcomes, .. } => outcomes.as_ref().err(),
            Self::Pulse(answer) => answer.as_ref().err(),
            Self::Offers { offers, .. } => offers.as_ref().err(),
            Self::Rehearsed { report, .. } | Self::Ran { report, .. } => report.as_ref().err(),
        }
    }
}
