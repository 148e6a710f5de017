//! Effects: work to do outside the model, as plain data that a test can compare.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::command::Command;
use crate::domain::list::List;
use crate::domain::lookup::Lookup;
use crate::domain::query::Query;
use crate::domain::time_record::{Decide, Seen};
use crate::domain::window::{Key, Place};
use crate::domain::{SchoolId, Secret, TimeRecordId};

/// One thing to do outside; most are answered by a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Go on with the session that was kept, if there is one.
    Resume,
    SignIn {
        email: String,
        password: Secret,
    },
    /// Choose a password instead of the temporary one that opened the session.
    ChoosePassword {
        password: Secret,
    },
    SignOut,
    /// The kept session is not to be picked up again.
    ForgetSession,
    /// Hear of the changes of the session's school from now on.
    Listen,
    /// Hear of nothing until the session is unlocked.
    StopListening,
    /// Lock the session in the database, and hear of nothing until it is unlocked.
    Lock,
    Unlock {
        password: Secret,
    },
    /// A person is working: extends the session.
    Touch,
    ListSchools,
    ChooseSchool(SchoolId),
    /// What a pane asks for, or an overlay that it opened. The answer goes to that pane.
    Ask {
        from: List,
        request: PaneRequest,
    },
    CountUnread,
    /// Say after a while that it is time to read again what could not be read.
    RetryAfter(Duration),
    /// What waits of the audit trail is sealed.
    WatchAudit,
    /// Sends the notifications that have become due.
    Remind,
    /// Something urgent: the terminal rings and, where it can, tells the desktop.
    Ring {
        title: String,
        message: String,
    },
    /// To the terminal's clipboard.
    Copy(String),
    Suspend,
    Quit,
    /// Quit, and say why beside the screen that is gone.
    Leave(String),
}

impl Effect {
    /// What the pane of a list asks for, or an overlay that it opened.
    pub fn asked_by(from: List, requests: impl IntoIterator<Item = PaneRequest>) -> Vec<Self> {
        requests.into_iter().map(|request| Self::Ask { from, request }).collect()
    }
}

/// What rows are read for. It comes back with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ticket {
    /// The window of the list, by its reading.
    Window(u64),
    /// To mark all that match, by the query's generation.
    Marking(u64),
}

/// What the database is asked for by a pane, or by an overlay that it opened.
#[derive(Clone, Debug, PartialEq)]
pub enum PaneRequest {
    /// Rows of the pane's list.
    Page {
        ticket: Ticket,
        query: Query,
        place: Place<Key>,
        limit: usize,
    },
    /// How many rows of the pane's list there are.
    Total {
        ticket: u64,
        query: Query,
    },
    Detail(TimeRecordId),
    /// What of the queue is clean.
    FindClean(Query),
    Decide {
        seen: Vec<Seen>,
        what: Decide,
    },
    /// What became of a decision whose answer was lost.
    Confirm {
        seen: Vec<Seen>,
        what: Decide,
    },
    /// How many audit events of the school, or of the platform, there were a minute,
    /// from an instant on.
    ReadPulse {
        since: Option<DateTime<Utc>>,
        is_of_platform: bool,
    },
    /// What a field of a form can refer to.
    Lookup {
        /// Which line of the form asks.
        line: usize,
        lookup: Lookup,
        text: String,
    },
    /// Rehearses a command: runs it and rolls it back.
    Rehearse(Command),
    Run(Command),
}
