//! Time records: the queue of what waits for a decision, the record in full,
//! and the decisions, whose safety rules stand in `deciding`.

mod deciding;
mod update;
pub mod view;

use chrono::{DateTime, Utc};

use super::super::widget::field::Field;
use super::super::widget::latest::Latest;
use super::super::widget::window::{Listed, Window};
use crate::domain::time_record::{Detail, Key, Query, Seen, Sort, Status, TimeRecord};
use crate::domain::{Failure, TimeRecordId};

impl Listed for TimeRecord {
    type Key = Key;
    type Order = Sort;

    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn key(&self, sort: Sort) -> Key {
        Self::key(self, sort)
    }
}

/// The model of the pane.
#[derive(Clone, Debug)]
pub struct Pane {
    pub query: Query,
    pub window: Window<TimeRecord>,
    /// The filter while it is being typed.
    pub filter: Option<Field>,
    /// Whether the detail is open; and whether the list has the whole screen.
    pub with_detail: bool,
    pub zoomed: bool,
    pub detail: Option<Result<Box<Detail>, (TimeRecordId, Failure)>>,
    /// Records whose decision has been asked for and not answered.
    pub deciding: Vec<Seen>,
    /// What can be taken back, the latest last.
    pub done: Vec<Done>,
    asked_for: Latest<TimeRecordId>,
    counting: Latest<Query>,
    out_of_date: bool,
    /// Of the query: answers to an earlier one are out of date.
    generation: u64,
}

/// A decision of this session that can be taken back.
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

impl Default for Pane {
    fn default() -> Self {
        let query = Query::default();
        Self {
            window: Window::new(query.sort),
            query,
            filter: None,
            with_detail: true,
            zoomed: false,
            detail: None,
            deciding: Vec::new(),
            done: Vec::new(),
            asked_for: Latest::default(),
            counting: Latest::default(),
            out_of_date: true,
            generation: 0,
        }
    }
}

impl Pane {
    /// The status of what is shown.
    fn status(&self) -> Status {
        match self.window.current() {
            Some(row) if self.query.is_one() => row.status,
            _ => self.query.status,
        }
    }

    /// Whether a decision on this record is under way.
    #[must_use]
    pub fn is_deciding(&self, record: &TimeRecord) -> bool {
        self.deciding.iter().any(|seen| seen.id == record.id)
    }

    /// The detail of the record under the cursor, once it is there.
    #[must_use]
    pub fn current_detail(&self) -> Option<&Result<Box<Detail>, (TimeRecordId, Failure)>> {
        let current = self.window.current()?;
        self.detail.as_ref().filter(|detail| match detail {
            Ok(detail) => detail.record.id == current.id,
            Err((id, _)) => *id == current.id,
        })
    }
}
