//! Competencies, their rubrics, and what a student still has to show.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::CompetencyAssignmentId;
use super::assessment::Summary;
use super::criterion::Criterion;
use super::field::AssignmentField;
use super::form::{Edge, Value};
use super::list::{All, ByName, Description, List, ListRow, Marking, choices};
use super::local_time::last_day;
use super::permission::Permission;
use super::stored::Stored;

/// `competency_level`
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Level {
    Fundamental,
    Intermediate,
    Advanced,
    Expert,
}

/// `assignment_type`
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum AssignmentKind {
    Required,
    Optional,
    Supplementary,
}

/// `competency_assignments.status`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Assigned,
    InProgress,
    Completed,
    Overdue,
}

/// One competency of the school, with its rubric.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Competency {
    pub id: String,
    pub name: String,
    pub description: String,
    pub category: String,
    pub level: Stored<Level>,
    pub version: String,
    pub program: Option<String>,
    pub template_id: Option<String>,
    pub template: Option<String>,
    pub is_deployed: bool,
    pub assigned: i64,
    pub completed: i64,
    pub criteria: Vec<Criterion>,
}

impl ListRow for Competency {
    type View = All;
    type Order = ByName;
    const LIST: List = List::Catalogue;
    const DESCRIPTION: Description =
        Description { table: Some("competencies"), ..Description::of(Permission::SeeCompetencies) };
}

/// One assignment, with what its list, its detail and its forms show.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Assignment {
    pub id: CompetencyAssignmentId,
    pub student_id: String,
    pub student: String,
    pub program: Option<String>,
    pub competency_id: String,
    pub competency: String,
    pub description: String,
    pub category: String,
    pub level: Stored<Level>,
    pub kind: Stored<AssignmentKind>,
    /// As stored; see [`Assignment::status`].
    pub stored_status: Status,
    pub due: Option<DateTime<Utc>>,
    /// The school's, in which its days are.
    #[serde(deserialize_with = "crate::domain::zone::or_unknown")]
    pub zone: Tz,
    pub completed: Option<DateTime<Utc>>,
    /// 0 to 100
    pub progress: Decimal,
    pub assigned_by: Option<String>,
    pub deployment_id: Option<String>,
    /// "Hand hygiene 1.0.0, deployed 2026-09-04"
    pub deployment: Option<String>,
    /// The rotation of the student in which the signed-in person may assess.
    pub rotation_id: Option<String>,
    pub criteria: Vec<Criterion>,
    pub assessments: Vec<Summary>,
}

choices! {
    /// The parts of the list of assignments, one of which is shown.
    AssignmentView {
        ToDo = "to do",
        Completed = "completed",
    }
}

choices! {
    /// The orders of the list of assignments.
    AssignmentOrder {
        ByDueDate = "by due date",
        ByStudent = "by student",
        ByCompetency = "by competency",
    }
}

impl ListRow for Assignment {
    type View = AssignmentView;
    type Order = AssignmentOrder;
    const LIST: List = List::Competencies;
    const DESCRIPTION: Description = Description {
        keys: &["3"],
        table: Some("competency_assignments"),
        add: Some(Permission::AssignCompetencies),
        edit: Some(Permission::AssignCompetencies),
        marking: Marking::Everybody,
        ..Description::of(Permission::SeeCompetencies)
    };
}

impl Assignment {
    /// Overdue follows from the due date and waits for no job.
    #[must_use]
    pub fn status(&self, now: DateTime<Utc>) -> Status {
        match (self.stored_status, self.due) {
            (Status::Assigned | Status::InProgress, Some(due)) if due < now => Status::Overdue,
            (status, _) => status,
        }
    }

    /// What the form shows of it.
    #[must_use]
    pub fn values(&self) -> Vec<(AssignmentField, Value)> {
        let kept = |due| Value::Kept(due, last_day(due, self.zone), Edge::End);
        vec![
            (AssignmentField::DueDate, self.due.map_or(Value::Nothing, kept)),
            (AssignmentField::AssignmentType, Value::stored(&self.kind)),
        ]
    }
}
