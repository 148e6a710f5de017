//! Competency assignments, by due date.

use chrono::{DateTime, FixedOffset, Utc};

use super::super::effect::PageOf;
use super::super::message::List;
use super::super::widget::table::{Column, Width};
use super::super::widget::theme::Tone;
use super::super::widget::window::Listed;
use super::list::{Kind, ListPane};
use crate::domain::competency::{Assignment, Status};
use crate::domain::window::Place;
use crate::domain::{CompetencyAssignmentId, Resource};

pub type Pane = ListPane<Assignment>;

#[must_use]
pub fn pane() -> Pane {
    Pane::default()
}

impl Listed for Assignment {
    type Key = (Option<DateTime<Utc>>, CompetencyAssignmentId);
    type Order = ();

    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn key(&self, (): ()) -> Self::Key {
        Self::key(self)
    }
}

impl Kind for Assignment {
    const LIST: List = List::Competencies;
    const EMPTY: &'static str = "No competency is assigned.";
    const RESOURCES: &'static [Resource] = &[Resource::CompetencyAssignments, Resource::Competencies];

    fn page(place: Place<Self::Key>) -> PageOf {
        PageOf::Competencies(place)
    }

    fn columns(now: DateTime<Utc>, offset: FixedOffset, _: bool) -> Vec<Column<'static, Self>> {
        let plain = |text: &str| (text.to_owned(), Tone::Plain);
        vec![
            Column::left("Student", Width::Flexible { least: 16, most: 34 }, move |a: &Self| plain(&a.student)),
            Column::left("Competency", Width::Flexible { least: 16, most: 34 }, move |a: &Self| plain(&a.competency)),
            Column::left("Type", Width::Exactly(13), move |a: &Self| plain(&a.kind)),
            Column::left("Due", Width::Exactly(10), move |a: &Self| {
                plain(
                    &a.due.map_or_else(
                        || "—".to_owned(),
                        |due| due.with_timezone(&offset).format("%Y-%m-%d").to_string(),
                    ),
                )
            }),
            Column::right("Done", Width::Exactly(5), move |a: &Self| plain(&format!("{}%", a.progress.round()))),
            Column::left("Status", Width::Exactly(11), move |a: &Self| status(a.status(now))),
        ]
    }

    fn line(&self, now: DateTime<Utc>) -> String {
        format!("{} · {} · {} % · {}", self.student, self.competency, self.progress.round(), self.status(now).label())
    }
}

fn status(status: Status) -> (String, Tone) {
    let tone = match status {
        Status::Assigned => Tone::Quiet,
        Status::InProgress => Tone::Plain,
        Status::Completed => Tone::Good,
        Status::Overdue => Tone::Bad,
    };
    (status.label().to_owned(), tone)
}
