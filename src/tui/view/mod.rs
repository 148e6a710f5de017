//! Draws the model, and changes nothing.

pub mod footer;
mod header;
mod overlay;
mod sign_in;
pub mod tabs;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr;

use super::app::{App, Screen};
use super::layout::{self, SMALLEST};
use super::message::List;
use super::pane::list::{Kind, ListPane};
use super::pane::time_records;
use super::widget::table::{self, Align, Empty, put};
use super::widget::theme::Tone;
use super::widget::words::wrap;
use crate::domain::clock::{decimal_hours, thousands};
use crate::domain::text;

/// Draws the console, and puts the cursor where text is being typed.
pub fn view(app: &App, frame: &mut Frame) {
    let area = frame.area();
    // The terminal changed its size and the model has not heard of it yet; the
    // message is on its way, and everything is laid out by the model's size.
    if (area.width, area.height) != app.size {
        return;
    }
    let cursor = if layout::is_large_enough((area.width, area.height)) {
        draw(app, frame.buffer_mut())
    } else {
        too_small(area, frame.buffer_mut());
        None
    };
    if app.settings.theme.ascii {
        to_ascii(frame.buffer_mut());
    }
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}

fn draw(app: &App, buffer: &mut Buffer) -> Option<Position> {
    match &app.screen {
        Screen::Resuming(trouble) => {
            sign_in::resuming(app, trouble.as_deref(), buffer);
            None
        }
        Screen::SignIn(form) => Some(sign_in::form(app, form, buffer)),
        Screen::Locked(unlock) => Some(sign_in::locked(app, unlock, buffer)),
        Screen::School(choice) => {
            sign_in::schools(app, choice, buffer);
            None
        }
        Screen::Console => console(app, buffer),
    }
}

fn console(app: &App, buffer: &mut Buffer) -> Option<Position> {
    let areas = app.areas();
    header::draw(app, areas.header, buffer);
    tabs::draw(app, areas.tabs, buffer);
    title(app, areas.title, buffer);
    match app.panes.shown {
        List::TimeRecords => time_records::view::draw(app, &areas, buffer),
        List::Rotations => list(app, &app.panes.rotations, areas.list, buffer),
        List::Competencies => list(app, &app.panes.competencies, areas.list, buffer),
        List::Audit => list(app, &app.panes.audit, areas.list, buffer),
    }
    let mut cursor = notice(app, areas.notice, buffer);
    footer::draw(app, areas.footer, buffer);
    if let Some(over) = &app.overlay {
        cursor = overlay::draw(app, over, buffer);
    }
    cursor
}

/// What the list is, in which order, and how much of it there is.
fn title(app: &App, area: Rect, buffer: &mut Buffer) {
    let panes = &app.panes;
    let (left, total, new_above, marked, hours) = match panes.shown {
        List::TimeRecords => {
            let pane = &panes.time_records;
            let filter = if pane.query.text.is_empty() {
                String::new()
            } else {
                format!(" · “{}”", text::visible(&pane.query.text))
            };
            let left = format!("{}{filter} · {}", pane.query.status.label(), pane.query.sort.label());
            (left, pane.window.total, pane.window.new_above, pane.window.marks.len(), true)
        }
        List::Rotations => {
            ("latest end first".into(), panes.rotations.window.total, panes.rotations.window.new_above, 0, false)
        }
        List::Competencies => {
            ("by due date".into(), panes.competencies.window.total, panes.competencies.window.new_above, 0, false)
        }
        List::Audit => ("newest first".into(), panes.audit.window.total, panes.audit.window.new_above, 0, false),
    };
    let mut right = Vec::new();
    if marked > 0 {
        right.push(format!("✓ {marked} marked"));
    }
    if new_above > 0 {
        right.push(format!("▲ {new_above}{} new", if new_above >= 100 { "+" } else { "" }));
    }
    if let Some(total) = total {
        let noun = if panes.shown == List::TimeRecords { "records" } else { "rows" };
        right.push(format!("{} {noun}", thousands(total.rows.unsigned_abs())));
        if hours {
            right.push(format!("{} h", decimal_hours(total.elapsed_ms)));
        }
    }
    let theme = app.settings.theme;
    let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(3), ..area };
    let right = right.join(" · ");
    let room = inner.width.saturating_sub(u16::try_from(right.width()).unwrap_or(0) + 1);
    // Rows that could not be read again are older than they look.
    let failure = match panes.shown {
        List::TimeRecords => panes.time_records.window.failure.as_ref(),
        List::Rotations => panes.rotations.window.failure.as_ref(),
        List::Competencies => panes.competencies.window.failure.as_ref(),
        List::Audit => panes.audit.window.failure.as_ref(),
    };
    let (left, tone) = failure.map_or((left, Tone::Heading), |failure| (failure.to_string(), Tone::Bad));
    put(buffer, Rect { width: room, ..inner }, Align::Left, &left, theme.style(tone));
    put(buffer, inner, Align::Right, &right, theme.style(Tone::Plain));
}

fn list<R: Kind>(app: &App, pane: &ListPane<R>, area: Rect, buffer: &mut Buffer) {
    let empty = Empty { loading: "Reading …", none: R::EMPTY };
    let columns = R::columns(app.now, app.offset, area.width >= 110);
    table::draw(&pane.window, &columns, &empty, app.settings.theme, area, buffer);
}

/// The filter while it is typed, or what just happened.
fn notice(app: &App, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let theme = app.settings.theme;
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    if app.panes.shown == List::TimeRecords
        && let Some(filter) = &app.panes.time_records.filter
    {
        let label = "Filter by student or site: ";
        put(buffer, inner, Align::Left, label, theme.style(Tone::Heading));
        let used = u16::try_from(label.width()).unwrap_or(0);
        let place = Rect { x: inner.x + used, width: inner.width.saturating_sub(used), ..inner };
        return Some(filter.draw(place, theme.style(Tone::Plain), buffer));
    }
    if let Some(notice) = &app.notice {
        put(buffer, inner, Align::Left, &text::visible(&notice.text), theme.style(notice.tone));
    }
    None
}

fn too_small(area: Rect, buffer: &mut Buffer) {
    let words =
        format!("medstint needs {}×{}; this terminal has {}×{}.", SMALLEST.0, SMALLEST.1, area.width, area.height);
    for (y, line) in (area.y..area.bottom()).zip(wrap(&words, usize::from(area.width))) {
        buffer.set_stringn(area.x, y, line, usize::from(area.width), ratatui::style::Style::default());
    }
}

/// The last step where a terminal has nothing but ASCII.
fn to_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            let replaced = cell.symbol().chars().next().map_or(' ', text::ascii_char);
            cell.set_char(replaced);
        }
    }
}
