//! The queue and the record under the cursor.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use ratatui::buffer::Buffer;

use super::super::super::widget::map::Place;
use super::super::super::widget::sheet::{Sheet, frame};
use super::super::super::widget::table::{Column, ROOM_FOR_ZONES, Width, plain};
use super::super::super::widget::theme::Tone;
use super::super::super::widget::window::Listed;
use super::super::list::Kind;
use super::super::list::view::{rows, unreadable, with_zone};
use super::super::{Context, Pane as AnyPane, PaneSettings, Places};
use super::Pane;
use crate::domain::Resource;
use crate::domain::correction::Times;
use crate::domain::list::{By, Link, List};
use crate::domain::query::Query;
use crate::domain::time_record::{
    COLUMNS, Day, Decision, Detail, Flag, Location, Order, Proposal, Punch, Severity, Spot, Status, TimeRecord,
    Verdict, View, Week,
};
use crate::domain::window::{Keyed, Slot};
use crate::presentation::clock::{decimal_hours, hours_and_minutes, local, rough_age, short_age, told};
use crate::presentation::sentences::NOT_A_LIST;
use strum::VariantArray;

/// The titles of the queue's groups, in the order of [`Severity`].
const SEVERITIES: [&str; 4] =
    [Severity::Hard.label(), Severity::Warn.label(), Severity::Note.label(), Severity::Clean.label()];

impl Kind for TimeRecord {
    const RESOURCES: &'static [Resource] = &[
        Resource::TimeRecords,
        Resource::TimeRecordQuestions,
        Resource::TimeRecordCorrections,
        Resource::ClinicalSites,
        Resource::ClinicalSiteLocations,
        Resource::Users,
    ];
    const ROWS: Option<Resource> = Some(Resource::TimeRecords);
    const HAS_HOURS: bool = true;

    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn name(&self) -> String {
        self.student.clone()
    }
    fn note(&self) -> Option<String> {
        Some(format!("{} {}", self.day(), self.exact_in_out()))
    }
    fn shows(&self, resource: Resource, ids: &[String], query: &Query) -> Option<bool> {
        let is_by_name = query.order_of::<Self>() == Some(Order::ByStudent);
        (resource == Resource::Users && !is_by_name).then(|| ids.contains(&self.student_id.0))
    }

    fn columns<'a>(context: Context<'a>, _: &Query, width: u16) -> Vec<Column<'a, Keyed<Self>>> {
        columns(context, width, |row| (row.why(), severity_tone(row.severity()))).into()
    }

    fn sentence(&self, _: Context, _: &Query) -> String {
        TimeRecord::sentence(self)
    }

    /// What is known before the record has been read in full.
    fn detail(&self, context: Context, _: &Query) -> Sheet {
        let sheet = Sheet::new()
            .line("In", told(self.clock_in, self.zone, context.now))
            .line("Out", out_line(self, None, context))
            .maybe("Clocks", self.signs());
        with_flags(sheet, &self.flags)
    }

    fn zone(&self) -> Option<Tz> {
        Some(self.zone)
    }

    fn links(&self, _: Context) -> Vec<Link> {
        let (id, name) = (self.student_id.as_str(), self.student.as_str());
        vec![
            Link::to("the student", List::Users, id, name),
            Link::new("the student's records", List::TimeRecords, By::Student, id, name),
            Link::new("the student's rotations", List::Rotations, By::Student, id, name),
            Link::new("its corrections", List::Corrections, By::Resource, self.id.as_str(), name),
        ]
    }

    fn sections(query: &Query) -> &'static [&'static str] {
        // Who is still at work is not judged yet.
        let is_judged = query.view_of::<Self>() != Some(View::Open);
        if is_judged && query.order_of::<Self>() == Some(Order::FlaggedFirst) { &SEVERITIES } else { &[] }
    }

    fn section(&self) -> usize {
        self.severity() as usize
    }

    fn section_tone(part: usize) -> Tone {
        Severity::VARIANTS.get(part).map_or(Tone::Heading, |severity| severity_tone(*severity))
    }

    fn empty(query: &Query) -> Option<&'static str> {
        query.view_of::<Self>().map(|view| match view {
            View::Pending => "Nothing is pending. All records are decided.",
            View::Open => "No one is clocked in.",
            View::Approved => "No approved records yet.",
            View::Rejected => "No rejected records.",
        })
    }

    fn pane(settings: &PaneSettings) -> Box<dyn AnyPane> {
        Box::new(Pane::new(settings))
    }
}

pub(super) fn draw(pane: &Pane, context: Context, places: Places, buffer: &mut Buffer) {
    // Only the pane knows which rows are on their way.
    let is_deciding = |row: &Keyed<TimeRecord>| pane.is_deciding(row);
    let width = places.list.width;
    let mut known = columns(context, width, |row| why(pane, row)).map(|column| Some(column.quiet_where(is_deciding)));
    let take = |name: &String| COLUMNS.iter().position(|known| known == name).and_then(|at| known[at].take());
    let columns: Vec<_> = match pane.columns.as_slice() {
        [] => known.into_iter().flatten().collect(),
        names => names.iter().filter_map(take).collect(),
    };
    rows(&pane.list, &columns, context, places, buffer);
    let (Some(area), Some((heading, sheet))) = (places.detail, in_place(pane, context)) else { return };
    let inner = frame(&heading, context.theme, area, buffer);
    sheet.draw(context.theme, inner, pane.list.scroll(), buffer);
}

/// The record under the cursor in words.
pub(super) fn said(pane: &Pane, context: Context) -> Option<(String, Vec<String>)> {
    in_place(pane, context).map(|(heading, sheet)| (heading, sheet.words()))
}

/// The detail of the row under the cursor, and its heading.
fn in_place(pane: &Pane, context: Context) -> Option<(String, Sheet)> {
    Some(match pane.list.window.current()? {
        Slot::Record(row) => {
            let sheet = with_zone(sheet(&row.record, pane, context), &row.record);
            (heading(&row.record, pane), sheet)
        }
        Slot::Unreadable(row) => unreadable(row),
    })
}

/// The record as far as it is known.
fn sheet(row: &TimeRecord, pane: &Pane, context: Context) -> Sheet {
    match pane.current_detail() {
        Some(Ok(detail)) => in_full(detail, context),
        Some(Err((_, failure))) => Sheet::new().toned("", failure.to_string(), Tone::Bad),
        None => row.detail(context, &pane.list.query),
    }
}

/// As [`COLUMNS`] names them.
fn columns<'a>(
    context: Context<'a>,
    width: u16,
    why: impl Fn(&Keyed<TimeRecord>) -> (String, Tone) + 'a,
) -> [Column<'a, Keyed<TimeRecord>>; COLUMNS.len()] {
    type Row = Keyed<TimeRecord>;
    let tone = |row: &Row| if row.clock_out.is_none() { Tone::Warning } else { Tone::Plain };
    let in_out = move |row: &Row| plain(if width < ROOM_FOR_ZONES { row.in_out() } else { row.exact_in_out() });
    [
        Column::left("Student", Width::Flexible { least: 14, most: 32 }, |row: &Row| plain(&row.student)),
        Column::left("Site", Width::Flexible { least: 11, most: 28 }, |row: &Row| plain(&row.site)),
        Column::left("Date", Width::Exactly(5), |row: &Row| plain(row.day())),
        Column::left("In–Out", Width::Fitted { least: 12, most: 26 }, in_out),
        Column::right("Hours", Width::Exactly(6), move |row: &Row| (row.hours(), tone(row))),
        Column::right("Age", Width::Exactly(3), move |row: &Row| plain(short_age(row.age(context.now)))),
        Column::left("Why", Width::Flexible { least: 18, most: 24 }, why),
    ]
}

/// What a row says last: that it is on its way or gone, or what is odd about it.
fn why(pane: &Pane, record: &Keyed<TimeRecord>) -> (String, Tone) {
    if pane.is_deciding(record) {
        return ("deciding …".into(), Tone::Quiet);
    }
    if pane
        .list
        .window
        .current()
        .is_some_and(|row| row.id() == Kind::id(&record.record) && pane.list.window.is_gone(row))
    {
        return ("no longer here".into(), Tone::Quiet);
    }
    (record.why(), severity_tone(record.severity()))
}

fn severity_tone(severity: Severity) -> Tone {
    match severity {
        Severity::Hard => Tone::Bad,
        Severity::Warn => Tone::Warning,
        Severity::Note => Tone::Plain,
        Severity::Clean => Tone::Good,
    }
}

/// Each flag with its evidence, the worst first.
fn with_flags(sheet: Sheet, flags: &[Flag]) -> Sheet {
    flags.iter().fold(sheet, |sheet, flag| {
        sheet.toned(flag.severity().label(), flag.sentence(), severity_tone(flag.severity()))
    })
}

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Inside | Verdict::Likely => Tone::Plain,
        Verdict::Unconfigured | Verdict::None => Tone::Quiet,
        Verdict::Poor | Verdict::Uncertain => Tone::Warning,
        Verdict::Outside => Tone::Bad,
    }
}

fn heading(row: &TimeRecord, pane: &Pane) -> String {
    match pane.current_detail() {
        Some(Ok(detail)) => match &detail.program {
            Some(program) => format!("{} · {program} · {}", row.student, row.site),
            None => format!("{} · {}", row.student, row.site),
        },
        _ => format!("{} · {}", row.student, row.site),
    }
}

fn out_line(row: &TimeRecord, place: Option<&Location>, context: Context) -> String {
    match row.clock_out {
        Some(out) => {
            let place = place.map_or_else(String::new, Location::sentence);
            format!("{}  {place}", told(out, row.zone, context.now))
        }
        None => format!("—  open for {}", hours_and_minutes(context.now - row.clock_in)),
    }
}

/// Everything about the record; what matters for a decision first.
fn in_full(detail: &Detail, context: Context) -> Sheet {
    let record = &detail.record;
    let mut sheet = Sheet::new();
    if record.status != Status::Pending {
        sheet = sheet.toned("Status", status_line(detail, context), Tone::Heading);
    }
    if let Some(why) = detail.someone_elses {
        sheet = sheet.toned("Decision", why, Tone::Warning);
    }
    let clocked_in = told(record.clock_in, record.zone, context.now);
    let out_tone = detail.clock_out_location.as_ref().map_or(Tone::Warning, |place| tone(place.verdict));
    sheet = sheet
        .toned(
            "In",
            format!("{clocked_in}  {}", detail.clock_in_location.sentence()),
            tone(detail.clock_in_location.verdict),
        )
        .toned("Out", out_line(record, detail.clock_out_location.as_ref(), context), out_tone)
        .maybe("Clocks", record.signs());
    // Both lines above already give the location.
    let told: Vec<Flag> = record.flags.iter().filter(|flag| !flag.is_about_place()).cloned().collect();
    sheet = with_flags(sheet, &told);
    for question in &detail.questions {
        let when = question.when.with_timezone(&context.zone).format("%m-%d %H:%M");
        let who = question.who.as_deref().unwrap_or("someone");
        let tone = if question.answer.is_none() { Tone::Warning } else { Tone::Plain };
        sheet = sheet.toned("Asked", format!("{when} by {who}: “{}”", question.question), tone);
        let answer = question.answer.as_ref().map(|answer| format!("“{answer}”"));
        sheet = sheet.line("Answer", answer.as_deref().unwrap_or("none yet"));
    }
    for proposal in &detail.corrections {
        sheet = sheet.line("Times", proposal_line(proposal, record.zone, context));
    }
    sheet = sheet
        .maybe("Worked", record.elapsed_ms.map(worked))
        .line("Rotation", rotation_line(detail))
        .maybe("Week", week_line(&detail.week))
        .maybe(
            "Meal",
            detail.meal_break_min.map(|minutes| format!("{minutes} min, as stated by the student; not deducted")),
        )
        .maybe("Comment", detail.notes.as_ref().map(|notes| format!("“{notes}”")));
    if !detail.left_out.is_empty() {
        let parts = detail.left_out.join(", ");
        let words = format!("could not be loaded: {parts}. Ask the database administrator.");
        sheet = sheet.toned("Problem", words, Tone::Bad);
    }
    if detail.activities_unreadable {
        sheet = sheet.toned("Activities", NOT_A_LIST, Tone::Warning);
    } else if !detail.activities.is_empty() {
        sheet = sheet.line("Activities", detail.activities.join(", "));
    }
    for decision in &detail.decisions {
        sheet = sheet.line("Decided", decision_line(decision, context));
    }
    for event in &detail.events {
        let when = event.when.with_timezone(&context.zone).format("%m-%d %H:%M");
        let who = event.who.as_ref().map_or_else(String::new, |who| format!(" by {who}"));
        let columns = event.columns.as_ref().map_or_else(String::new, |columns| format!(": {columns}"));
        sheet = sheet.line("History", format!("{when} {}{who}{columns}", event.what.replace('_', " ")));
    }
    sheet = sheet.toned("Source", device_line(detail), Tone::Quiet).toned(
        "Record",
        format!("{}, version {}", record.id, record.version),
        Tone::Quiet,
    );
    sheet = week_bars(sheet, &detail.week);
    if detail.spots.iter().any(|spot| spot.is_punch) { sheet.map(places(&detail.spots)) } else { sheet }
}

/// The week in words: `Mon 8.08, Tue 8.10, Wed open; 16.18 of 60 h, at most 12 a day`.
fn week_line(week: &Week) -> Option<String> {
    let worked: Vec<String> = week
        .days
        .iter()
        .filter(|day| day.elapsed_ms > 0 || day.is_open)
        .map(|day| {
            let hours = if day.elapsed_ms > 0 { decimal_hours(day.elapsed_ms) } else { "open".to_owned() };
            format!("{} {hours}", day.day.format("%a"))
        })
        .collect();
    if worked.is_empty() {
        return None;
    }
    let total = decimal_hours(week.days.iter().map(|day| day.elapsed_ms).sum());
    let average = if week.is_averaged { " on average" } else { "" };
    let of = week.week_cap_h.map_or_else(|| format!("{total} h"), |cap| format!("{total} of {cap} h{average}"));
    let at_most = week.day_cap_h.map_or_else(String::new, |cap| format!(", at most {cap} a day"));
    Some(format!("{}; {of}{at_most}", worked.join(", ")))
}

/// Each day as a bar, the cap drawn in.
fn week_bars(sheet: Sheet, week: &Week) -> Sheet {
    /// Minutes of a cell.
    const CELL: i64 = 30;
    let minutes = |day: &Day| day.elapsed_ms / 60_000;
    #[expect(clippy::cast_possible_truncation, reason = "hours of a day")]
    let cap = week.day_cap_h.map(|hours| (hours * 60.0) as i64 / CELL);
    let longest = week.days.iter().map(minutes).max().unwrap_or(0) / CELL;
    let width = longest.max(cap.unwrap_or(0)).min(60);
    week.days.iter().fold(sheet, |sheet, day| {
        let filled = minutes(day) / CELL;
        let bar: String = (0..=width)
            .map(|cell| match cap {
                Some(cap) if cell == cap => '│',
                _ if cell < filled => '▇',
                _ => ' ',
            })
            .collect();
        let said = match (day.elapsed_ms, day.is_open) {
            (0, true) => "open".to_owned(),
            (0, false) => String::new(),
            (ms, _) => decimal_hours(ms),
        };
        sheet.bar(&day.day.format("%a %d").to_string(), format!("{bar} {said}"), None)
    })
}

/// Locations by letters, the punches as i and o, each with its radius or accuracy.
fn places(spots: &[Spot]) -> Vec<Place> {
    let mut letters = 'A'..='Z';
    let place = |spot: &Spot| Place {
        sign: match (spot.is_punch, spot.name.as_str()) {
            (true, "in") => 'i',
            (true, _) => 'o',
            (false, _) => letters.next().unwrap_or('·'),
        },
        latitude: spot.latitude,
        longitude: spot.longitude,
        radius_m: spot.radius_m,
    };
    spots.iter().map(place).collect()
}

/// A version of the times as a difference: `Out 15:05 → 16:05`, with the day where it is
/// not that of the record.
fn proposal_line(proposal: &Proposal, zone: Tz, context: Context) -> String {
    let day = local(proposal.old_in, zone);
    let time = |at: DateTime<Utc>| {
        let there = local(at, zone);
        if day.days_until(&there) == 0 { there.exact } else { format!("{} {}", there.day, there.exact) }
    };
    let mut changed = Vec::new();
    if proposal.old_in != proposal.new_in {
        changed.push(format!("In {} → {}", time(proposal.old_in), time(proposal.new_in)));
    }
    if proposal.old_out != proposal.new_out {
        let out = |at: Option<DateTime<Utc>>| at.map_or_else(|| "—".to_owned(), time);
        changed.push(format!("Out {} → {}", out(proposal.old_out), out(proposal.new_out)));
    }
    let when = proposal.when.with_timezone(&context.zone).format("%m-%d %H:%M");
    let who = proposal.who.as_deref().unwrap_or("someone");
    let state = match &proposal.decided_by {
        Some(by) => format!("{} by {by}", proposal.status.text().to_lowercase()),
        None => "open; someone else must approve it (:corrections)".to_owned(),
    };
    let hours = |clock_in, clock_out| Times { clock_in, clock_out }.hours();
    let (old, new) = (hours(proposal.old_in, proposal.old_out), hours(proposal.new_in, proposal.new_out));
    format!("{when} by {who}: {}, “{}”; {old} → {new} h; {state}", changed.join(", "), proposal.reason)
}

fn worked(ms: i64) -> String {
    format!("{} h ({})", decimal_hours(ms), hours_and_minutes(TimeDelta::milliseconds(ms)))
}

fn rotation_line(detail: &Detail) -> String {
    let after = i64::from(detail.completed_hours) * 3_600_000 + detail.record.elapsed_ms.unwrap_or(0);
    let with = match detail.record.status {
        Status::Pending if detail.record.elapsed_ms.is_some() => format!("; {} h if approved", decimal_hours(after)),
        _ => String::new(),
    };
    let others = if detail.pending_ms > 0 {
        format!("; {} h more pending", decimal_hours(detail.pending_ms))
    } else {
        String::new()
    };
    let preceptor = detail.preceptor.as_ref().map_or_else(String::new, |name| format!(" · {name}"));
    format!("{} {}/{} h{with}{others}{preceptor}", detail.rotation, detail.completed_hours, detail.required_hours)
}

fn status_line(detail: &Detail, context: Context) -> String {
    let status = detail.record.status.label();
    match detail.decisions.first().and_then(|decision| Some((decision.who.as_ref()?, decision.when))) {
        Some((who, when)) => format!("{status} by {who}, {} ago", rough_age(context.now - when)),
        None => status.to_owned(),
    }
}

fn decision_line(decision: &Decision, context: Context) -> String {
    let who = decision.who.as_deref().unwrap_or("someone");
    let when = decision.when.with_timezone(&context.zone).format("%m-%d %H:%M");
    let reason = decision.reason_code.map_or_else(String::new, |code| format!(": {}", code.label()));
    let words = decision.reason.as_ref().map_or_else(String::new, |words| format!(" “{words}”"));
    let kind = decision.kind.text().to_lowercase().replace('_', " ");
    format!("{when} {} by {who} ({kind}){reason}{words}", decision.verdict.text().to_lowercase())
}

fn device_line(detail: &Detail) -> String {
    let one = |punch: &Punch| {
        let address = punch.address.as_deref().unwrap_or("no address");
        format!("{} {address} {}", punch.source.text().to_lowercase(), punch.device.as_deref().unwrap_or("no device"))
    };
    let clocked_in = one(&detail.clock_in_from);
    match detail.clock_out_from.as_ref().map(one) {
        Some(out) if out != clocked_in => format!("in {clocked_in}; out {out}"),
        _ => clocked_in,
    }
}
