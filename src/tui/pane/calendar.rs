//! Rotations as a calendar, by site with its occupancy or by student, one cell per day. Days over
//! capacity are marked in the cells and listed in words.

use std::borrow::Cow;

use chrono::{Datelike, Days, NaiveDate};
use chrono_tz::Tz;

use super::super::action::Action;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, form_with};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::calendar::{Booking, BySite, ByStudent, Calendar, begins};
use crate::domain::field::RotationField;
use crate::domain::form::{Form, Value};
use crate::domain::list::{By, Link, List, Of};
use crate::domain::lookup::Reference;
use crate::domain::query::Query;
use crate::domain::rotation;
use crate::domain::window::Keyed;
use crate::domain::zone;

/// A mark for more than there is room for; it is a word in the list below.
const TOO_MANY: char = '!';
/// Cells of a detail's bars: what fits beside names on the smallest screen.
const DETAIL: u16 = 60;
const EMPTY: char = '.';
/// From little to full.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

impl Kind for BySite {
    const RESOURCES: &'static [Resource] = &[Resource::Rotations, Resource::WorkedHours, Resource::ClinicalSites];

    fn id(&self) -> &str {
        &self.0.id
    }
    fn name(&self) -> String {
        self.0.name.clone()
    }

    fn columns<'a>(context: Context<'a>, query: &Query, width: u16) -> Vec<Column<'a, Keyed<Self>>> {
        let span = Span::of(context, query, width, 30);
        vec![
            Column::left("Site", Width::Exactly(19), |s: &Keyed<Self>| plain(&s.0.name)),
            Column::right("Places", Width::Exactly(7), move |s: &Keyed<Self>| {
                let now = s.0.occupied(span.today);
                (format!("{now}/{}", s.0.capacity), if now > s.0.capacity { Tone::Bad } else { Tone::Plain })
            }),
            Column::left(span.axis(), Width::Exactly(span.days), move |s: &Keyed<Self>| {
                let tone =
                    if s.0.excesses(span.from, u64::from(span.days)).is_empty() { Tone::Plain } else { Tone::Bad };
                (occupancy(&s.0, span), tone)
            }),
        ]
    }

    fn sentence(&self, context: Context, query: &Query) -> String {
        let span = Span::of(context, query, DETAIL, 0);
        let taken = format!("{}, {} of {} places taken", self.0.name, self.0.occupied(span.today), self.0.capacity);
        format!("{taken}{}", told(&self.0, "over capacity", span))
    }

    fn detail(&self, context: Context, query: &Query) -> Sheet {
        detail(&self.0, "over capacity", context, query)
    }

    fn zone(&self) -> Option<Tz> {
        unknown_zone(&self.0)
    }

    fn links(&self, _: Context) -> Vec<Link> {
        let (id, name) = (&self.0.id, &self.0.name);
        vec![
            Link::to("the site", List::Sites, id, name),
            Link::new("its rotations", List::Rotations, By::Site, id, name),
        ]
    }

    fn act(action: Action, rows: &[&Self], _: Option<&Of>, _: Context) -> Reply {
        schedule(action, RotationField::ClinicalSiteId, rows.first().map(|row| &row.0))
    }
}

impl Kind for ByStudent {
    const RESOURCES: &'static [Resource] = &[Resource::Rotations, Resource::WorkedHours, Resource::Users];

    fn id(&self) -> &str {
        &self.0.id
    }
    fn name(&self) -> String {
        self.0.name.clone()
    }

    fn columns<'a>(context: Context<'a>, query: &Query, width: u16) -> Vec<Column<'a, Keyed<Self>>> {
        let span = Span::of(context, query, width, 22);
        vec![
            Column::left("Student", Width::Exactly(19), |s: &Keyed<Self>| plain(&s.0.name)),
            Column::left(span.axis(), Width::Exactly(span.days), move |s: &Keyed<Self>| {
                let tone =
                    if s.0.excesses(span.from, u64::from(span.days)).is_empty() { Tone::Plain } else { Tone::Bad };
                (bars(&s.0, span), tone)
            }),
        ]
    }

    fn sentence(&self, context: Context, query: &Query) -> String {
        let span = Span::of(context, query, DETAIL, 0);
        format!("{}{}", self.0.name, told(&self.0, "booked twice", span))
    }

    fn detail(&self, context: Context, query: &Query) -> Sheet {
        detail(&self.0, "booked twice", context, query)
    }

    fn zone(&self) -> Option<Tz> {
        unknown_zone(&self.0)
    }

    fn links(&self, _: Context) -> Vec<Link> {
        let (id, name) = (&self.0.id, &self.0.name);
        vec![
            Link::to("the student", List::Users, id, name),
            Link::new("the rotations", List::Rotations, By::Student, id, name),
            Link::new("the time records", List::TimeRecords, By::Student, id, name),
        ]
    }

    fn act(action: Action, rows: &[&Self], _: Option<&Of>, _: Context) -> Reply {
        schedule(action, RotationField::StudentId, rows.first().map(|row| &row.0))
    }
}

/// A zone that is not known, where one of the bookings is in such a zone.
fn unknown_zone(calendar: &Calendar) -> Option<Tz> {
    calendar.bookings.iter().map(|booking| booking.zone).find(|zone| *zone == zone::UNKNOWN)
}

/// A new rotation for the site or the student under the cursor.
fn schedule(action: Action, field: RotationField, row: Option<&Calendar>) -> Reply {
    if action != Action::New {
        return Reply::none();
    }
    let reference = |row: &Calendar| Value::Reference(Reference { id: row.id.clone(), name: row.name.clone() });
    let values = row.map(|row| (field, reference(row))).into_iter().collect();
    form_with("New rotation", Form::Rotation, rotation::fields(), values)
}

/// The days that are on the screen.
#[derive(Clone, Copy)]
struct Span {
    from: NaiveDate,
    today: NaiveDate,
    days: u16,
}

impl Span {
    fn of(context: Context, query: &Query, width: u16, beside: u16) -> Self {
        let today = context.now.with_timezone(&context.zone).date_naive();
        Self { from: begins(today, query.weeks), today, days: width.saturating_sub(beside + 2).max(14) }
    }

    fn iter(self) -> impl Iterator<Item = NaiveDate> {
        (0..u64::from(self.days)).filter_map(move |n| self.from.checked_add_days(Days::new(n)))
    }

    /// A day's cell, if it is on the screen.
    fn cell(self, day: NaiveDate) -> i64 {
        (day - self.from).num_days()
    }

    /// Every second Monday by name, and a mark at today.
    fn axis(self) -> Cow<'static, str> {
        let mut axis = vec![' '; usize::from(self.days)];
        for (i, day) in self.iter().enumerate() {
            if day.weekday() == chrono::Weekday::Mon && i % 14 == 0 {
                for (cell, c) in axis.iter_mut().skip(i).zip(day.format("%b %-d").to_string().chars()) {
                    *cell = c;
                }
            }
        }
        if let Some(cell) = usize::try_from(self.cell(self.today)).ok().and_then(|i| axis.get_mut(i)) {
            *cell = '▼';
        }
        axis.into_iter().collect::<String>().into()
    }
}

/// How full a site is, day by day.
fn occupancy(calendar: &Calendar, span: Span) -> String {
    span.iter()
        .map(|day| match (calendar.occupied(day), calendar.capacity) {
            (0, _) => EMPTY,
            (occupied, capacity) if occupied > capacity => TOO_MANY,
            (occupied, capacity) => {
                let level = (occupied * 8 / capacity.max(1)).clamp(1, 8) - 1;
                usize::try_from(level).map_or(EMPTY, |level| LEVELS[level])
            }
        })
        .collect()
}

/// The bookings of a student on one line; where two meet, the mark.
fn bars(calendar: &Calendar, span: Span) -> String {
    let mut cells = vec![EMPTY; usize::from(span.days)];
    for booking in &calendar.bookings {
        draw(booking, span, &mut cells);
    }
    for (i, day) in span.iter().enumerate() {
        if calendar.occupied(day) > calendar.capacity {
            cells[i] = TOO_MANY;
        }
    }
    cells.into_iter().collect()
}

/// One booking as a bar with its name in it, where there is room.
fn draw(booking: &Booking, span: Span, cells: &mut [char]) {
    let (first, last) = booking.days();
    let (first, last) = (span.cell(first), span.cell(last));
    let on_screen = |cell: i64| usize::try_from(cell).ok().filter(|cell| *cell < cells.len());
    let inside = |cell: i64| cell.clamp(0, i64::try_from(cells.len()).unwrap_or(0) - 1);
    if last < first
        || last < 0
        || on_screen(inside(first)).is_none()
        || first >= i64::try_from(cells.len()).unwrap_or(0)
    {
        return;
    }
    let line = if booking.takes_a_place() { '─' } else { '╌' };
    let (start, end) = (on_screen(first), on_screen(last));
    let (from, to) = (usize::try_from(inside(first)).unwrap_or(0), usize::try_from(inside(last)).unwrap_or(0));
    cells[from..=to].fill(line);
    let label = format!(" {} {}/{} ", booking.specialty, booking.completed_hours, booking.required_hours);
    if label.chars().count() + 2 <= to - from {
        for (cell, c) in cells[from + 2..to].iter_mut().zip(label.chars()) {
            // A blank would be broken at the end of a line.
            *cell = if c == ' ' { '\u{a0}' } else { c };
        }
    }
    if let Some(start) = start {
        cells[start] = '├';
    }
    if let Some(end) = end {
        cells[end] = '┤';
    }
}

/// On which days there are too many, in words.
fn told(calendar: &Calendar, too_many: &str, span: Span) -> String {
    let excesses = calendar.excesses(span.from, u64::from(span.days));
    excesses
        .iter()
        .map(|excess| format!(", {too_many} {} to {}", excess.first, excess.last))
        .collect::<Vec<_>>()
        .concat()
}

/// Every booking on a line of its own, after what is too many.
fn detail(calendar: &Calendar, too_many: &str, context: Context, query: &Query) -> Sheet {
    let span = Span::of(context, query, DETAIL, 0);
    let mut sheet = Sheet::new();
    for excess in calendar.excesses(span.from, 180) {
        let days = format!("{too_many} {} to {}", excess.first, excess.last);
        let most = format!("{} at once for {}", excess.most, calendar.capacity);
        sheet = sheet.toned("Problem", format!("{days}, {most}: {}", excess.names.join("; ")), Tone::Bad);
    }
    let seen = calendar.bookings.iter().filter(|booking| {
        let (first, last) = booking.days();
        span.cell(last) >= 0 && span.cell(first) < i64::from(span.days)
    });
    sheet = sheet.bar("", span.axis(), None);
    for booking in seen {
        let mut cells = vec![EMPTY; usize::from(span.days)];
        draw(booking, span, &mut cells);
        let (first, last) = booking.days();
        let hours = format!("{} of {} hours", booking.completed_hours, booking.required_hours);
        let words = format!("{}, {first} to {last}, {hours}", booking.specialty);
        sheet = sheet.bar(&booking.with, cells.into_iter().collect::<String>(), Some(words));
    }
    sheet
}
