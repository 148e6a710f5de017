//! Rotations, latest end first.

use chrono::{DateTime, FixedOffset, Utc};

use super::super::effect::PageOf;
use super::super::message::List;
use super::super::widget::table::{Column, Width};
use super::super::widget::theme::Tone;
use super::super::widget::window::Listed;
use super::list::{Kind, ListPane};
use crate::domain::clock::local;
use crate::domain::rotation::{Rotation, Status};
use crate::domain::window::Place;
use crate::domain::{Resource, RotationId};

pub type Pane = ListPane<Rotation>;

#[must_use]
pub fn pane() -> Pane {
    Pane::default()
}

impl Listed for Rotation {
    type Key = (DateTime<Utc>, RotationId);
    type Order = ();

    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn key(&self, (): ()) -> Self::Key {
        (self.end, self.id.clone())
    }
}

impl Kind for Rotation {
    const LIST: List = List::Rotations;
    const EMPTY: &'static str = "No rotation is scheduled.";
    const RESOURCES: &'static [Resource] = &[Resource::Rotations];

    fn page(place: Place<Self::Key>) -> PageOf {
        PageOf::Rotations(place)
    }

    fn columns(_: DateTime<Utc>, _: FixedOffset, wide: bool) -> Vec<Column<'static, Self>> {
        let plain = |text: &str| (text.to_owned(), Tone::Plain);
        let mut columns = vec![
            Column::left("Student", Width::Flexible { least: 14, most: 30 }, move |r: &Self| plain(&r.student)),
            Column::left("Rotation", Width::Flexible { least: 12, most: 24 }, move |r: &Self| plain(&r.specialty)),
            Column::left("Site", Width::Flexible { least: 10, most: 24 }, move |r: &Self| plain(&r.site)),
            // The end is the midnight after the last day.
            Column::left("From–to", Width::Exactly(11), move |r: &Self| {
                let last = local(r.end - chrono::TimeDelta::seconds(1), r.zone);
                plain(&format!("{}–{}", local(r.start, r.zone).day, last.day))
            }),
            Column::right("Hours", Width::Exactly(9), move |r: &Self| {
                plain(&format!("{}/{}", r.completed_hours, r.required_hours))
            }),
            Column::left("Status", Width::Exactly(9), move |r: &Self| status(r.status)),
        ];
        if wide {
            columns.insert(
                3,
                Column::left("Preceptor", Width::Flexible { least: 12, most: 24 }, move |r: &Self| {
                    plain(r.preceptor.as_deref().unwrap_or("—"))
                }),
            );
        }
        columns
    }

    fn line(&self, _: DateTime<Utc>) -> String {
        format!(
            "{} · {} · {} · {}/{} h",
            self.student, self.specialty, self.site, self.completed_hours, self.required_hours
        )
    }
}

fn status(status: Status) -> (String, Tone) {
    match status {
        Status::Scheduled => ("scheduled".into(), Tone::Quiet),
        Status::Active => ("active".into(), Tone::Good),
        Status::Completed => ("completed".into(), Tone::Plain),
        Status::Cancelled => ("cancelled".into(), Tone::Quiet),
    }
}
