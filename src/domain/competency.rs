//! Competency assignments: what a student still has to show.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use strum::{EnumString, IntoStaticStr};

use super::CompetencyAssignmentId;

/// `competency_assignments.status`
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Assigned,
    InProgress,
    Completed,
    Overdue,
}

impl Status {
    /// The state in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::InProgress => "in progress",
            Self::Completed => "completed",
            Self::Overdue => "OVERDUE",
        }
    }
}

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub id: CompetencyAssignmentId,
    pub student: String,
    pub competency: String,
    pub kind: String,
    status: Status,
    pub due: Option<DateTime<Utc>>,
    /// 0 to 100
    pub progress: Decimal,
}

impl Assignment {
    /// Puts the row together; `status` is the stored one.
    #[must_use]
    pub fn new(
        id: CompetencyAssignmentId,
        student: String,
        competency: String,
        kind: String,
        (status, due): (Status, Option<DateTime<Utc>>),
        progress: Decimal,
    ) -> Self {
        Self { id, student, competency, kind, status, due, progress }
    }

    /// Overdue follows from the due date and waits for no job.
    #[must_use]
    pub fn status(&self, now: DateTime<Utc>) -> Status {
        match (self.status, self.due) {
            (Status::Assigned | Status::InProgress, Some(due)) if due < now => Status::Overdue,
            (status, _) => status,
        }
    }

    /// The place in the order: by due date, none last.
    #[must_use]
    pub fn key(&self) -> (Option<DateTime<Utc>>, CompetencyAssignmentId) {
        (self.due, self.id.clone())
    }
}
