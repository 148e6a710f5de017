//! What is to be done outside: plain data, so that a test can compare it.

use chrono::{DateTime, Utc};

use super::message::List;
use crate::domain::person::School;
use crate::domain::time_record::{Decide, Key, Query, Seen};
use crate::domain::window::Place;
use crate::domain::{AuditEventId, CompetencyAssignmentId, RotationId, SchoolId, Secret, TimeRecordId};

/// One thing to do outside; most are answered by a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Go on with the session that was kept, if there is one.
    Resume,
    SignIn {
        email: String,
        password: Secret,
    },
    SignOut,
    /// The kept session is not to be picked up again.
    ForgetSession,
    /// Hear of this school's changes from now on.
    Listen(School),
    Unlock {
        password: Secret,
    },
    /// Somebody is at work: the session is not to end under them.
    Touch,
    ListSchools,
    ChooseSchool(SchoolId),
    Page {
        ticket: u64,
        limit: usize,
        of: PageOf,
    },
    Total {
        ticket: u64,
        of: TotalOf,
    },
    Detail(TimeRecordId),
    AllMatching {
        ticket: u64,
        query: Query,
    },
    Decide {
        seen: Vec<Seen>,
        what: Decide,
    },
    CountUnread,
    /// To the terminal's clipboard.
    Copy(String),
    Suspend,
    Quit,
}

/// Which page of which list.
#[derive(Clone, Debug, PartialEq)]
pub enum PageOf {
    TimeRecords(Query, Place<Key>),
    Rotations(Place<(DateTime<Utc>, RotationId)>),
    Competencies(Place<(Option<DateTime<Utc>>, CompetencyAssignmentId)>),
    Audit(Place<(DateTime<Utc>, AuditEventId)>),
}

/// The size of which list.
#[derive(Clone, Debug, PartialEq)]
pub enum TotalOf {
    TimeRecords(Query),
    Other(List),
}
