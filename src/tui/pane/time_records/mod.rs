//! Time records: the queue of pending records, the record in full, and decisions, whose safety
//! rules are in `deciding`. It is a list like any other, with two additions. Its detail is read
//! separately, because it is larger. Decisions have their own path, because licensure hours depend
//! on them.

mod asking;
mod clean;
mod confirming;
mod deciding;
mod update;
mod view;

use chrono::{DateTime, Utc};

use super::super::widget::latest::Latest;
use super::PaneSettings;
use super::list::ListPane;
use crate::domain::list::By;
use crate::domain::time_record::{Decide, Detail, Seen, Status, TimeRecord, View};
use crate::domain::window::Slot;
use crate::domain::{Failure, TimeRecordId};

/// The model of the pane.
#[derive(Debug)]
pub struct Pane {
    pub list: ListPane<TimeRecord>,
    pub detail: Option<Result<Box<Detail>, (TimeRecordId, Failure)>>,
    /// Records whose decision has been asked for and not answered.
    pub deciding: Vec<Seen>,
    /// Decisions whose answer was lost, until it is known what became of them.
    unconfirmed: Vec<Unconfirmed>,
    /// What can be undone, the latest last.
    pub done: Vec<Done>,
    /// Whether the latest decision is final, so that `u` would be about the one before.
    is_last_final: bool,
    /// The columns to show, by their names; all of them where none is named.
    pub columns: Vec<String>,
    asked_for: Latest<TimeRecordId>,
}

/// A decision that may have been made.
#[derive(Clone, Debug, PartialEq)]
struct Unconfirmed {
    what: Decide,
    seen: Vec<Seen>,
    /// Whether the database is being asked about it.
    is_asked: bool,
}

/// A decision of this session that can be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The records at the versions that the decision made.
    pub seen: Vec<Seen>,
    /// `approved`, `rejected`
    pub what: &'static str,
    pub elapsed_ms: i64,
    pub until: Option<DateTime<Utc>>,
    /// The one record's student, or how many.
    pub whose: String,
}

impl Pane {
    /// A pane that has read nothing yet.
    #[must_use]
    pub fn new(settings: &PaneSettings) -> Self {
        Self {
            list: ListPane::new(settings),
            detail: None,
            deciding: Vec::new(),
            unconfirmed: Vec::new(),
            done: Vec::new(),
            is_last_final: false,
            columns: settings.columns.clone(),
            asked_for: Latest::default(),
        }
    }

    /// The status of what is shown.
    fn status(&self) -> Status {
        let query = &self.list.query;
        match (self.current_record(), &query.of) {
            (Some(row), Some(of)) if of.by == By::Id => row.status,
            _ => match query.view_of::<TimeRecord>() {
                Some(View::Approved) => Status::Approved,
                Some(View::Rejected) => Status::Rejected,
                // Of a view that there is not, the store reads no rows.
                Some(View::Pending | View::Open) | None => Status::Pending,
            },
        }
    }

    /// Whether a decision on this record is in progress.
    #[must_use]
    pub fn is_deciding(&self, record: &TimeRecord) -> bool {
        self.deciding.iter().any(|seen| seen.id == record.id)
    }

    /// The record under the cursor, also while it leaves the list; none where it cannot be read.
    #[must_use]
    pub fn current_record(&self) -> Option<&TimeRecord> {
        self.list.window.current().and_then(Slot::record)
    }

    /// The detail of the record under the cursor, once it is there.
    #[must_use]
    pub fn current_detail(&self) -> Option<&Result<Box<Detail>, (TimeRecordId, Failure)>> {
        let current = self.current_record()?;
        self.detail.as_ref().filter(|detail| match detail {
            Ok(detail) => detail.record.id == current.id,
            Err((id, _)) => *id == current.id,
        })
    }
}
