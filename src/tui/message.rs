//! What happened: input, changes, time, answers of effects.

use crossterm::event::{KeyEvent, MouseEvent};

use crate::domain::audit_event::AuditEvent;
use crate::domain::competency::Assignment;
use crate::domain::person::Admission;
use crate::domain::rotation::Rotation;
use crate::domain::time_record::{Decide, Detail, Outcome, Seen, TimeRecord};
use crate::domain::window::{Page, Total};
use crate::domain::{Actor, Change, Failure, Link, SchoolId, TimeRecordId};

/// Everything that the model learns of.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    Key(KeyEvent),
    Mouse(MouseEvent),
    Paste(String),
    /// Columns and rows of the terminal.
    Resized(u16, u16),
    /// A minute began.
    Minute,
    Change(Change),
    Link(Link),
    Answer(Answer),
}

/// What an effect came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The kept session: somebody's, nobody's, or the database is away.
    Resumed(Result<Option<Actor>, Failure>),
    SignedIn(Result<Admission, Failure>),
    Unlocked(Result<Admission, Failure>),
    SignedOut,
    Schools(Result<Vec<(SchoolId, String)>, Failure>),
    Page {
        ticket: u64,
        rows: Rows,
    },
    Total {
        ticket: u64,
        list: List,
        total: Result<Total, Failure>,
    },
    Detail {
        id: TimeRecordId,
        detail: Result<Box<Detail>, Failure>,
    },
    /// All records that match, up to a limit, for marking them.
    AllMatching {
        ticket: u64,
        records: Result<Page<TimeRecord>, Failure>,
    },
    Decided {
        what: Decide,
        seen: Vec<Seen>,
        outcomes: Result<Vec<Outcome>, Failure>,
    },
    Unread(Result<i64, Failure>),
}

/// The lists that are windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    TimeRecords,
    Rotations,
    Competencies,
    Audit,
}

/// A page of one of them.
#[derive(Clone, Debug, PartialEq)]
pub enum Rows {
    TimeRecords(Result<Page<TimeRecord>, Failure>),
    Rotations(Result<Page<Rotation>, Failure>),
    Competencies(Result<Page<Assignment>, Failure>),
    Audit(Result<Page<AuditEvent>, Failure>),
}
