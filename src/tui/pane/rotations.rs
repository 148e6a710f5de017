//! Rotations: the progress of each, and whether it will finish in time.

use super::super::action::Action;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, or_dash, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, confirmed, edited, form_with};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::command::Step;
use crate::domain::field::RotationField;
use crate::domain::form::{Form, Value};
use crate::domain::list::{By, Link, List, Of};
use crate::domain::local_time::{day_of, last_day};
use crate::domain::lookup::Reference;
use crate::domain::query::Query;
use crate::domain::rotation::{self, Progress, Rotation, Status, View};
use crate::domain::structure::Structure;
use crate::domain::window::Keyed;
use crate::presentation::clock::local;

impl Kind for Rotation {
    const RESOURCES: &'static [Resource] =
        &[Resource::Rotations, Resource::TimeRecords, Resource::ClinicalSites, Resource::Users];

    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn name(&self) -> String {
        format!("{}, {}", self.student, self.specialty)
    }
    fn note(&self) -> Option<String> {
        Some(format!("{}, {}", self.site, day_of(self.start, self.zone)))
    }

    fn columns<'a>(context: Context<'a>, _: &Query, width: u16) -> Vec<Column<'a, Keyed<Self>>> {
        let now = context.now;
        let mut columns = vec![
            Column::left("Student", Width::Flexible { least: 13, most: 30 }, |r: &Keyed<Self>| plain(&r.student)),
            Column::left("Rotation", Width::Flexible { least: 10, most: 24 }, |r: &Keyed<Self>| plain(&r.specialty)),
            Column::left("Site", Width::Flexible { least: 8, most: 24 }, |r: &Keyed<Self>| plain(&r.site)),
            Column::left("From–to", Width::Exactly(11), |r: &Keyed<Self>| plain(r.days())),
        ];
        if width >= 110 {
            columns.push(Column::left("Preceptor", Width::Flexible { least: 12, most: 24 }, |r: &Keyed<Self>| {
                or_dash(r.preceptor.as_deref())
            }));
        }
        columns.extend([
            Column::right("Hours", Width::Exactly(7), |r: &Keyed<Self>| {
                plain(format!("{}/{}", r.completed_hours, r.required_hours))
            }),
            Column::right("Pending", Width::Exactly(7), |r: &Keyed<Self>| {
                plain(if r.pending_ms > 0 { format!("{:.0}", r.progress_hours_pending()) } else { String::new() })
            }),
            Column::left("Pace", Width::Flexible { least: 12, most: 26 }, move |r: &Keyed<Self>| pace(r, now)),
        ]);
        columns
    }

    fn detail(&self, context: Context, _: &Query) -> Sheet {
        let progress = self.progress(context.now);
        let sheet = Sheet::new().line("Hours", hours(&progress)).bar("", bar(&progress, 40), None).toned(
            "Pace",
            self.pace_in_words(&progress, context),
            pace(self, context.now).1,
        );
        let sheet = match self.trouble() {
            trouble if trouble.is_empty() => sheet,
            trouble => trouble.into_iter().fold(sheet, |sheet, line| sheet.toned("Problem", line, Tone::Bad)),
        };
        let (first, last) = (day_of(self.start, self.zone), last_day(self.end, self.zone));
        sheet
            .line("Status", self.status.label())
            .line("Site", format!("{} ({})", self.site, crate::domain::zone::name(self.zone)))
            .line("Days", format!("{} to {}", first.format("%a %Y-%m-%d"), last.format("%a %Y-%m-%d")))
            .maybe("Program", self.program.as_deref())
            .line("Preceptor", self.preceptor.as_deref().unwrap_or("not assigned"))
            .line("Supervisor", self.supervisor.as_deref().unwrap_or("not assigned"))
            .structure("Objectives", Structure::of(self.objectives.as_deref()))
    }

    fn zone(&self) -> Option<chrono_tz::Tz> {
        Some(self.zone)
    }

    fn links(&self, _: Context) -> Vec<Link> {
        let name = self.name();
        vec![
            Link::new("its time records", List::TimeRecords, By::Rotation, self.id.as_str(), &name),
            Link::to("the student", List::Users, &self.student_id, &self.student),
            Link::new("the student's rotations", List::Rotations, By::Student, &self.student_id, &self.student),
            Link::new("the student's competencies", List::Competencies, By::Student, &self.student_id, &self.student),
            Link::to("the site", List::Sites, &self.site_id, &self.site),
            Link::new("the site's rotations", List::Rotations, By::Site, &self.site_id, &self.site),
            Link::new("its assessments", List::Assessments, By::Rotation, self.id.as_str(), &name),
        ]
    }

    fn act(action: Action, rows: &[&Self], of: Option<&Of>, _: Context) -> Reply {
        match action {
            Action::New => form_with("New rotation", Form::Rotation, rotation::fields(), begin_with(of)),
            Action::Edit if matches!(rows[0].status, Status::Completed | Status::Cancelled) => {
                Reply::say(format!("This rotation is {} and can't change.", rows[0].status.label()), Tone::Quiet)
            }
            Action::Edit => edited("Rotation", Form::Rotation, rotation::fields(), rows[0], rows[0].values()),
            Action::Activate => confirmed("Activate", Step::ActivateRotation, rows),
            Action::Complete => confirmed("Complete", Step::CompleteRotation, rows),
            Action::Cancel => confirmed("Cancel the rotation", Step::CancelRotation, rows),
            _ => Reply::none(),
        }
    }

    fn empty(query: &Query) -> Option<&'static str> {
        query.view_of::<Self>().filter(|_| query.of.is_none()).map(|view| match view {
            View::Active => "No active rotations. f shows scheduled ones, n adds one.",
            View::Scheduled => "No scheduled rotations. n adds one.",
            View::Completed => "No completed rotations.",
            View::Cancelled => "No canceled rotations.",
        })
    }
}

/// A new rotation begins with what the list is narrowed to.
fn begin_with(of: Option<&Of>) -> Vec<(RotationField, Value)> {
    let field = match of.map(|of| of.by) {
        Some(By::Student) => RotationField::StudentId,
        Some(By::Site) => RotationField::ClinicalSiteId,
        _ => return Vec::new(),
    };
    of.map(|of| (field, Value::Reference(Reference { id: of.id.clone(), name: of.name.clone() }))).into_iter().collect()
}

impl Rotation {
    fn progress_hours_pending(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "hours of a rotation are few")]
        let hours = self.pending_ms as f64 / 3_600_000.0;
        hours
    }

    /// Bookings that should not be.
    fn trouble(&self) -> Vec<String> {
        let mut lines: Vec<String> =
            self.double_booked.iter().map(|other| format!("booked twice: also {other}")).collect();
        if self.is_over_capacity() {
            lines.push(format!(
                "{} is over capacity: {} students for {} places",
                self.site, self.busiest, self.capacity
            ));
        }
        lines
    }

    fn pace_in_words(&self, progress: &Progress, context: Context) -> String {
        let mut words = Vec::new();
        match progress.pace {
            Some(pace) => words.push(format!("{pace:.1} h a week so far")),
            None if self.start > context.now => words.push("has not begun".into()),
            None => words.push("too early to tell".into()),
        }
        if let Some(finish) = progress.finish {
            words.push(format!("finishes about {} at this pace", day_of(finish, self.zone).format("%a %Y-%m-%d")));
        }
        if let Some(needed) = progress.needed {
            words.push(format!("{needed:.1} h a week needed until the end"));
        }
        if let Some(short) = self.short_by(context.now) {
            words.push(format!("short by {short:.0} h"));
        }
        words.join("; ")
    }
}

fn hours(progress: &Progress) -> String {
    let pending = if progress.pending > 0.0 { format!(", {:.1} pending", progress.pending) } else { String::new() };
    format!("{:.0} of {:.0} approved{pending}", progress.approved, progress.required)
}

/// Approved, pending and missing hours as a bar.
fn bar(progress: &Progress, width: usize) -> String {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "cells of a bar"
    )]
    let cells = |hours: f64| ((hours / progress.required.max(1.0)).clamp(0.0, 1.0) * width as f64).round() as usize;
    let approved = cells(progress.approved);
    let pending = cells(progress.approved + progress.pending).saturating_sub(approved);
    format!("{}{}{}", "█".repeat(approved), "▒".repeat(pending), ".".repeat(width.saturating_sub(approved + pending)))
}

/// The one thing worth a column: trouble first, then whether it gets there.
fn pace(rotation: &Rotation, now: chrono::DateTime<chrono::Utc>) -> (String, Tone) {
    if !rotation.double_booked.is_empty() {
        return ("BOOKED TWICE".into(), Tone::Bad);
    }
    if rotation.is_over_capacity() {
        return (format!("PLACES {}/{}", rotation.busiest, rotation.capacity), Tone::Bad);
    }
    match rotation.status {
        Status::Cancelled => (Status::Cancelled.label().into(), Tone::Quiet),
        Status::Completed if rotation.completed_hours < rotation.required_hours => {
            ("not all hours".into(), Tone::Warning)
        }
        Status::Completed => ("completed".into(), Tone::Good),
        Status::Scheduled => ("scheduled".into(), Tone::Quiet),
        Status::Active => {
            let progress = rotation.progress(now);
            match (rotation.short_by(now), progress.finish, progress.needed) {
                (Some(short), ..) => (format!("short {short:.0} h"), Tone::Warning),
                (None, Some(finish), _) => (format!("by {}", local(finish, rotation.zone).day), Tone::Good),
                (None, None, Some(needed)) => (format!("{needed:.0} h a week"), Tone::Plain),
                (None, None, None) => ("all hours".into(), Tone::Good),
            }
        }
    }
}
