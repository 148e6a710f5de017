//! Draws the model, and changes nothing.

mod dialog;
mod footer;
mod form;
mod header;
mod overlay;
mod sign_in;
mod tabs;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr;

use super::action::Action;
use super::app::{App, Screen};
use super::layout::{self, SMALLEST};
use super::pane::{Context, Pane, Places, TABS};
use super::widget::ascii::to_ascii;
use super::widget::table::{Align, put};
use super::widget::theme::Tone;
use super::widget::wrap::{cells, wrap};
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
        Screen::NewPassword(form) => Some(sign_in::new_password(app, form, buffer)),
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
    let context = app.context(app.panes.shown())?;
    if app.is_dashboard() {
        dashboard(app, buffer);
    } else {
        let places = Places { list: areas.list, detail: areas.detail, focused: true };
        title(app, context, app.panes.current(), areas.title, buffer);
        app.panes.current().draw(context, places, buffer);
    }
    let mut cursor = notice(app, areas.notice, buffer);
    if app.panes.current().typing().is_some() {
        let (hint, tone) = app.panes.current().hint();
        let inner = Rect { x: areas.footer.x + 1, width: areas.footer.width.saturating_sub(2), ..areas.footer };
        put(buffer, inner, Align::Left, &text::visible(&hint), app.settings.theme.style(tone));
    } else {
        footer::draw(app, areas.footer, buffer);
    }
    if let Some(over) = app.overlay() {
        cursor = overlay::draw(app, over, buffer);
    }
    cursor
}

/// The four panes, each with its title; the cursor is in one of them.
fn dashboard(app: &App, buffer: &mut Buffer) {
    let theme = app.settings.theme;
    for ((list, places), (_, name)) in app.tiles().into_iter().zip(TABS) {
        let Some(context) = app.context(list) else { return };
        let pane = app.panes.get(list);
        let line = Rect { y: places.list.y - 1, height: 1, ..places.list };
        let (here, tone) = if list == app.panes.shown() { ("▌ ", Tone::Heading) } else { ("  ", Tone::Quiet) };
        let label = format!("{here}{name}");
        put(buffer, line, Align::Left, &label, theme.style(tone));
        let used = u16::try_from(label.width()).unwrap_or(0);
        title(app, context, pane, Rect { x: line.x + used, width: line.width.saturating_sub(used), ..line }, buffer);
        pane.draw(context, places, buffer);
    }
}

/// What the list is, in which order, and how much of it there is.
fn title(app: &App, context: Context, pane: &dyn Pane, area: Rect, buffer: &mut Buffer) {
    let title = pane.title(context);
    let theme = app.settings.theme;
    let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(3), ..area };
    let room = inner.width.saturating_sub(u16::try_from(title.right.width()).unwrap_or(0) + 1);
    let (left, tone) = match title.failure {
        Some(failure) => (failure.to_string(), Tone::Bad),
        None => (title.left, Tone::Heading),
    };
    put(buffer, Rect { width: room, ..inner }, Align::Left, &left, theme.style(tone));
    put(buffer, inner, Align::Right, &title.right, theme.style(Tone::Plain));
}

/// The filter while it is typed, or what just happened.
fn notice(app: &App, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let theme = app.settings.theme;
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    if let Some((label, field)) = app.panes.current().typing() {
        put(buffer, inner, Align::Left, label, theme.style(Tone::Heading));
        let used = u16::try_from(label.width()).unwrap_or(0);
        let place = Rect { x: inner.x + used, width: inner.width.saturating_sub(used), ..inner };
        return Some(field.draw(place, theme.style(Tone::Plain), buffer));
    }
    let Some(notice) = &app.notice else {
        if let Some(skew) = app.clock_skew {
            put(buffer, inner, Align::Left, &skew.sentence(), theme.style(Tone::Warning));
        }
        return None;
    };
    let words = text::visible(&notice.text);
    let mut place = inner;
    if cells(&words) > usize::from(inner.width)
        && let Some(key) = app.key_of(Action::Message)
    {
        let rest = format!("{key} shows the rest");
        put(buffer, inner, Align::Right, &rest, theme.style(Tone::Key));
        place.width = inner.width.saturating_sub(u16::try_from(cells(&rest)).unwrap_or(0) + 1);
    }
    put(buffer, place, Align::Left, &words, theme.style(notice.tone));
    None
}

fn too_small(area: Rect, buffer: &mut Buffer) {
    let words = format!(
        "medstint needs {}×{}; this terminal has {}×{}. Enlarge it. ctrl-c quits; other keys do nothing.",
        SMALLEST.0, SMALLEST.1, area.width, area.height
    );
    for (y, line) in (area.y..area.bottom()).zip(wrap(&words, usize::from(area.width))) {
        buffer.set_stringn(area.x, y, line, usize::from(area.width), ratatui::style::Style::default());
    }
}
