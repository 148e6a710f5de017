//! The queue and the record under the cursor.

use chrono::TimeDelta;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::super::widget::sheet;
use super::super::super::widget::table::{self, Align, Column, Empty, Width, put};
use super::super::super::widget::theme::Tone;
use super::super::super::widget::words::wrap;
use super::super::{Context, Places, Title};
use super::Pane;
use crate::domain::clock::{decimal_hours, hours_and_minutes, rough_age, short_age, thousands, told};
use crate::domain::text::visible;
use crate::domain::time_record::{Decision, Detail, Location, Punch, Status, TimeRecord, Verdict};

pub(super) fn draw(pane: &Pane, context: Context, places: Places, buffer: &mut Buffer) {
    list(context, pane, places.list, places.focused, buffer);
    if let Some(area) = places.detail {
        detail(context, pane, area, buffer);
    }
}

/// What the list is, in which order, how much of it there is.
pub(super) fn title(pane: &Pane, _: Context) -> Title {
    let (query, window) = (&pane.query, &pane.window);
    let of = query.of.as_ref().map_or_else(String::new, |of| format!(" · of {}", visible(&of.name)));
    let filter = if query.text.is_empty() { String::new() } else { format!(" · “{}”", visible(&query.text)) };
    let mut right = Vec::new();
    if !window.marks.is_empty() {
        right.push(format!("✓ {} marked", window.marks.len()));
    }
    if window.new_above > 0 {
        right.push(format!("▲ {}{} new", window.new_above, if window.new_above >= 100 { "+" } else { "" }));
    }
    if let Some(total) = window.total {
        right.push(format!("{} records", thousands(total.rows.unsigned_abs())));
        right.push(format!("{} h", decimal_hours(total.elapsed_ms)));
    }
    let status = pane.status().label();
    Title {
        left: format!("{status}{of}{filter} · {}", query.sort.label()),
        right: right.join(" · "),
        failure: window.failure.clone(),
    }
}

fn list(context: Context, pane: &Pane, area: Rect, focused: bool, buffer: &mut Buffer) {
    let plain = |text: String| (text, Tone::Plain);
    let now = context.now;
    let columns: [Column<TimeRecord>; 7] = [
        Column::left("Student", Width::Flexible { least: 14, most: 32 }, |r: &TimeRecord| plain(r.student.clone())),
        Column::left("Site", Width::Flexible { least: 11, most: 28 }, |r: &TimeRecord| plain(r.site.clone())),
        Column::left("Date", Width::Exactly(5), |r: &TimeRecord| plain(r.day())),
        Column::left("In–Out", Width::Exactly(16), |r: &TimeRecord| plain(r.in_out())),
        Column::right("Hours", Width::Exactly(6), |r: &TimeRecord| {
            (r.hours(), if r.clock_out.is_none() { Tone::Warning } else { Tone::Plain })
        }),
        Column::right("Age", Width::Exactly(3), |r: &TimeRecord| plain(short_age(r.age(now)))),
        Column::left("Location", Width::Exactly(14), |r: &TimeRecord| why(pane, r)),
    ];
    let none = match (pane.query.text.is_empty(), pane.query.status) {
        (false, _) => "Nothing matches the filter. Esc clears it.",
        (true, Status::Pending) => "Nothing is pending. Everything is decided.",
        (true, Status::Approved) => "Nothing is approved yet.",
        (true, Status::Rejected) => "Nothing is rejected.",
    };
    let empty = Empty { focused, loading: "Reading …", none };
    table::draw(&pane.window, &columns, &empty, context.theme, area, buffer);
}

/// What a row says last: that it is on its way or gone, or where it was.
fn why(pane: &Pane, record: &TimeRecord) -> (String, Tone) {
    if pane.is_deciding(record) {
        return ("deciding …".into(), Tone::Quiet);
    }
    if pane.window.is_gone(record) {
        return ("no longer here".into(), Tone::Quiet);
    }
    let location = record.location();
    (location.short(), tone(location.verdict))
}

fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Inside | Verdict::Likely => Tone::Plain,
        Verdict::Unconfigured | Verdict::None => Tone::Quiet,
        Verdict::Poor | Verdict::Uncertain => Tone::Warning,
        Verdict::Outside => Tone::Bad,
    }
}

fn detail(context: Context, pane: &Pane, area: Rect, buffer: &mut Buffer) {
    let theme = context.theme;
    let Some(row) = pane.window.current() else { return };
    let inner = sheet::frame(&heading(row, pane), theme, area, buffer);
    let lines = match pane.current_detail() {
        Some(Ok(detail)) => lines(detail, context),
        Some(Err((_, failure))) => vec![("", failure.to_string(), Tone::Bad)],
        None => from_row(row, context.now),
    };
    let label_width: u16 = 9;
    let text_width = usize::from(inner.width.saturating_sub(label_width)).max(1);
    let mut y = inner.y;
    for (label, text, tone) in lines {
        for (i, part) in wrap(&visible(&text), text_width).into_iter().enumerate() {
            if y >= inner.bottom() {
                return;
            }
            if i == 0 {
                put(
                    buffer,
                    Rect { y, height: 1, width: label_width - 1, ..inner },
                    Align::Left,
                    label,
                    theme.style(Tone::Quiet),
                );
            }
            let place = Rect { x: inner.x + label_width, y, width: inner.width.saturating_sub(label_width), height: 1 };
            put(buffer, place, Align::Left, &part, theme.style(tone));
            y += 1;
        }
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

type Line = (&'static str, String, Tone);

/// What is known before the detail has been read.
fn from_row(row: &TimeRecord, now: chrono::DateTime<chrono::Utc>) -> Vec<Line> {
    vec![
        ("In", format!("{}  {}", told(row.clock_in, row.zone, now), row.clock_in_location.sentence()), Tone::Plain),
        ("Out", out_line(row, now), Tone::Plain),
    ]
}

fn out_line(row: &TimeRecord, now: chrono::DateTime<chrono::Utc>) -> String {
    match row.clock_out {
        Some(out) => {
            let place = row.clock_out_location.as_ref().map_or_else(String::new, Location::sentence);
            format!("{}  {place}", told(out, row.zone, now))
        }
        None => format!("—  open for {}", hours_and_minutes(now - row.clock_in)),
    }
}

/// Everything about the record; what matters for a decision first.
fn lines(detail: &Detail, context: Context) -> Vec<Line> {
    let record = &detail.record;
    let mut lines = Vec::new();
    if record.status != Status::Pending {
        lines.push(("Status", status_line(detail, context), Tone::Heading));
    }
    let now = context.now;
    let clocked_in = format!("{}  {}", told(record.clock_in, record.zone, now), record.clock_in_location.sentence());
    lines.push(("In", clocked_in, tone(record.clock_in_location.verdict)));
    let out_tone = record.clock_out_location.as_ref().map_or(Tone::Warning, |place| tone(place.verdict));
    lines.push(("Out", out_line(record, now), out_tone));
    if let Some(ms) = record.elapsed_ms {
        lines.push((
            "Worked",
            format!("{} h ({})", decimal_hours(ms), hours_and_minutes(TimeDelta::milliseconds(ms))),
            Tone::Plain,
        ));
    }
    lines.push(("Rotation", rotation_line(detail), Tone::Plain));
    if let Some(notes) = &detail.notes {
        lines.push(("Note", format!("“{notes}”"), Tone::Plain));
    }
    if detail.activities_unreadable {
        lines.push(("Did", "something that is not a list; it is left as it is".into(), Tone::Warning));
    } else if !detail.activities.is_empty() {
        lines.push(("Did", detail.activities.join(", "), Tone::Plain));
    }
    for decision in &detail.decisions {
        lines.push(("Decided", decision_line(decision, context), Tone::Plain));
    }
    lines.push(("From", device_line(detail), Tone::Quiet));
    lines.push(("Record", format!("{}, version {}", record.id, record.version), Tone::Quiet));
    lines
}

fn rotation_line(detail: &Detail) -> String {
    let after = i64::from(detail.completed_hours) * 3_600_000 + detail.record.elapsed_ms.unwrap_or(0);
    let with = match detail.record.status {
        Status::Pending if detail.record.elapsed_ms.is_some() => format!("; {} h with this one", decimal_hours(after)),
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
    let who = decision.who.as_deref().unwrap_or("somebody");
    let when = decision.when.with_timezone(&context.offset).format("%m-%d %H:%M");
    let reason = decision.reason_code.map_or_else(String::new, |code| format!(": {}", code.label()));
    let words = decision.reason.as_ref().map_or_else(String::new, |words| format!(" “{words}”"));
    let kind = decision.kind.to_lowercase().replace('_', " ");
    format!("{when} {} by {who} ({kind}){reason}{words}", decision.verdict.to_lowercase())
}

fn device_line(detail: &Detail) -> String {
    let one = |punch: &Punch| {
        let address = punch.address.as_deref().unwrap_or("no address");
        format!("{} {address} {}", punch.source.to_lowercase(), punch.device.as_deref().unwrap_or("no device"))
    };
    let clocked_in = one(&detail.clock_in_from);
    match detail.clock_out_from.as_ref().map(one) {
        Some(out) if out != clocked_in => format!("in {clocked_in}; out {out}"),
        _ => clocked_in,
    }
}
