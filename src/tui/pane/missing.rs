//! Missing records: students who have a rotation and record nothing.

use super::super::action::Action;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, or_dash, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, confirmed};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::command::Step;
use crate::domain::list::{By, Link, List, Of};
use crate::domain::missing::Missing;
use crate::domain::query::Query;
use crate::domain::window::Keyed;
use crate::presentation::clock::{local, rough_age, short_age};

impl Kind for Missing {
    const RESOURCES: &'static [Resource] = &[Resource::TimeRecords, Resource::Rotations, Resource::SchoolPolicies];

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        format!("{}, {}", self.student, self.rotation)
    }

    fn columns<'a>(context: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        let now = context.now;
        vec![
            Column::left("Student", Width::Flexible { least: 16, most: 32 }, |m: &Keyed<Self>| plain(&m.student)),
            Column::left("Rotation", Width::Flexible { least: 12, most: 30 }, |m: &Keyed<Self>| plain(&m.rotation)),
            Column::left("Site", Width::Flexible { least: 12, most: 30 }, |m: &Keyed<Self>| plain(&m.site)),
            Column::left("Latest", Width::Exactly(6), |m: &Keyed<Self>| {
                plain(m.latest.map_or_else(|| "never".to_owned(), |at| local(at, m.zone).day))
            }),
            Column::right("Since", Width::Exactly(5), move |m: &Keyed<Self>| {
                (short_age(now - m.since()), Tone::Warning)
            }),
            Column::right("Hours", Width::Exactly(8), |m: &Keyed<Self>| {
                plain(format!("{}/{}", m.completed_hours, m.required_hours))
            }),
            Column::left("Preceptor", Width::Flexible { least: 8, most: 30 }, |m: &Keyed<Self>| {
                or_dash(m.preceptor.as_deref())
            }),
        ]
    }

    fn detail(&self, context: Context, _: &Query) -> Sheet {
        let latest = self.latest.map_or_else(
            || "nothing recorded yet".to_owned(),
            |at| format!("{}, {} ago", local(at, self.zone).day, rough_age(context.now - at)),
        );
        Sheet::new()
            .line(
                "Rotation",
                format!("{} at {}, since {}", self.rotation, self.site, local(self.starts, self.zone).day),
            )
            .toned("Latest", latest, Tone::Warning)
            .line("Hours", format!("{} of {}", self.completed_hours, self.required_hours))
            .maybe("Preceptor", self.preceptor.as_deref())
    }

    fn zone(&self) -> Option<chrono_tz::Tz> {
        Some(self.zone)
    }

    fn links(&self, _: Context) -> Vec<Link> {
        vec![
            Link::to("the rotation", List::Rotations, &self.id, &self.rotation),
            Link::to("the student", List::Users, &self.student_id, &self.student),
            Link::new("the student's records", List::TimeRecords, By::Student, &self.student_id, &self.student),
        ]
    }

    fn empty(_: &Query) -> Option<&'static str> {
        Some("All students with an active rotation have recent records.")
    }

    fn act(action: Action, rows: &[&Self], _: Option<&Of>, _: Context) -> Reply {
        match action {
            Action::Remind => confirmed("Remind the student", Step::RemindOfRotation, rows),
            _ => Reply::none(),
        }
    }
}
