//! What stands above the pane: help, palette, questions, reports.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::{Block, Clear, Widget};
use strum::VariantArray;
use unicode_width::UnicodeWidthStr;

use super::super::action::{Action, Scope};
use super::super::app::App;
use super::super::overlay::{Confirm, Overlay, Palette, Reason, Reject, Report};
use super::super::widget::table::{Align, put};
use super::super::widget::theme::Tone;
use super::super::widget::words::wrap;
use crate::domain::text::visible;
use crate::domain::time_record::RejectionReason;

pub(super) fn draw(app: &App, overlay: &Overlay, buffer: &mut Buffer) -> Option<Position> {
    match overlay {
        Overlay::Help { scroll } => help(app, *scroll, buffer),
        Overlay::Palette(palette) => return Some(self::palette(app, palette, buffer)),
        Overlay::Confirm(confirm) => self::confirm(app, confirm, buffer),
        Overlay::Reject(reject) => return self::reject(app, reject, buffer),
        Overlay::Reason(reason) => return Some(self::reason(app, reason, buffer)),
        Overlay::Report(report) => self::report(app, report, buffer),
    }
    None
}

/// A box with a title and a line of keys in its lower border; what is inside.
fn frame(app: &App, (width, height): (u16, u16), title: &str, keys: &str, buffer: &mut Buffer) -> Rect {
    let (full_width, full_height) = app.size;
    let (width, height) = (width.min(full_width - 2), height.min(full_height - 2));
    let area = Rect::new((full_width - width) / 2, (full_height - height) / 2, width, height);
    Clear.render(area, buffer);
    let theme = app.settings.theme;
    let block = Block::bordered()
        .title(format!(" {} ", visible(title)))
        .title_style(theme.style(Tone::Heading))
        .title_bottom(format!(" {keys} "));
    let inner = block.inner(area);
    block.render(area, buffer);
    Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}

fn lines_from<'a>(app: &App, inner: Rect, lines: impl Iterator<Item = (&'a str, Tone)>, buffer: &mut Buffer) {
    for (y, (line, tone)) in (inner.y..inner.bottom()).zip(lines) {
        put(buffer, Rect { y, height: 1, ..inner }, Align::Left, &visible(line), app.settings.theme.style(tone));
    }
}

fn help(app: &App, scroll: usize, buffer: &mut Buffer) {
    let map = &app.settings.keymap;
    let width = 110.min(app.size.0 - 2);
    let text_width = usize::from(width) - 4 - 14;
    // The name is for the configuration and the palette; narrow screens do
    // without it.
    let with_name = width >= 100;
    let line = |action: &Action| {
        let about = action.about().help;
        let name = if with_name { format!("{:<14} ", action.name()) } else { String::new() };
        let room = text_width - name.width();
        let mut parts = wrap(about, room).into_iter();
        let first = format!("{:<13} {name}{}", map.all(*action), parts.next().unwrap_or_default());
        let indent = " ".repeat(14 + name.width());
        std::iter::once(first).chain(parts.map(move |part| format!("{indent}{part}"))).collect::<Vec<_>>()
    };
    let offered = app.offered();
    let mut lines: Vec<(String, Tone)> = Vec::new();
    for (scope, heading) in [(Scope::TimeRecords, "Over time records"), (Scope::Everywhere, "Everywhere")] {
        let here: Vec<&Action> =
            Action::VARIANTS.iter().filter(|a| offered.contains(a) && a.about().scope == scope).collect();
        if here.is_empty() {
            continue;
        }
        lines.push((heading.to_owned(), Tone::Heading));
        lines.extend(here.into_iter().flat_map(line).map(|line| (line, Tone::Plain)));
        lines.push((String::new(), Tone::Plain));
    }
    lines.push(("A key typed into a field never acts; a paste never acts outside one.".into(), Tone::Quiet));
    lines.push(("Approving more than one record always asks, and Enter cancels.".into(), Tone::Quiet));
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let inner = frame(app, (width, height), "Keys", "↑↓ scroll · Esc closes", buffer);
    let first = scroll.min(lines.len().saturating_sub(usize::from(inner.height)));
    lines_from(app, inner, lines.iter().skip(first).map(|(line, tone)| (line.as_str(), *tone)), buffer);
}

fn palette(app: &App, palette: &Palette, buffer: &mut Buffer) -> Position {
    let inner = frame(app, (76, 16), "Commands", "↑↓ choose · Enter does it · Esc closes", buffer);
    let theme = app.settings.theme;
    put(buffer, Rect { height: 1, ..inner }, Align::Left, ":", theme.style(Tone::Key));
    let typed = Rect { x: inner.x + 1, width: inner.width - 1, height: 1, ..inner };
    let cursor = palette.text.draw(typed, theme.style(Tone::Plain), buffer);
    let matches = palette.matches(&app.offered());
    let room = usize::from(inner.height.saturating_sub(2));
    let first = palette.cursor.saturating_sub(room.saturating_sub(1));
    for (y, (i, action)) in (inner.y + 2..inner.bottom()).zip(matches.iter().enumerate().skip(first)) {
        let line = Rect { y, height: 1, ..inner };
        let key = app.key_of(*action).unwrap_or_default();
        put(
            buffer,
            line,
            Align::Left,
            &format!("{:<14} {:<7} {}", action.name(), key, action.about().help),
            theme.style(Tone::Plain),
        );
        if i == palette.cursor {
            buffer.set_style(line, theme.selected());
        }
    }
    if matches.is_empty() {
        put(
            buffer,
            Rect { y: inner.y + 2, height: 1, ..inner },
            Align::Left,
            "No command has that name.",
            theme.style(Tone::Quiet),
        );
    }
    cursor
}

fn confirm(app: &App, confirm: &Confirm, buffer: &mut Buffer) {
    let width = 74;
    let lines: Vec<String> = confirm.lines.iter().flat_map(|line| wrap(line, usize::from(width) - 4)).collect();
    let height = u16::try_from(lines.len() + 5).unwrap_or(u16::MAX);
    let keys = format!("y {} · Esc, Enter, n cancel", confirm.verb.to_lowercase());
    let inner = frame(app, (width, height), &confirm.title, &keys, buffer);
    lines_from(app, inner, lines.iter().map(|line| (line.as_str(), Tone::Plain)), buffer);
    let theme = app.settings.theme;
    let (cancel, verb) = ("[ Cancel ]", format!("[ {} ]", confirm.verb));
    let y = inner.bottom().saturating_sub(2);
    let x = inner.x + inner.width.saturating_sub(u16::try_from(cancel.width() + 4 + verb.width()).unwrap_or(0)) / 2;
    let (plain, chosen) = (theme.style(Tone::Plain), theme.selected());
    let (next, _) = buffer.set_stringn(x, y, cancel, cancel.width(), if confirm.on_verb { plain } else { chosen });
    buffer.set_stringn(next + 4, y, &verb, verb.width(), if confirm.on_verb { chosen } else { plain });
}

fn reject(app: &App, reject: &Reject, buffer: &mut Buffer) -> Option<Position> {
    let theme = app.settings.theme;
    let reasons = RejectionReason::VARIANTS;
    let height = u16::try_from(reject.lines.len() + reasons.len() + 7).unwrap_or(u16::MAX);
    let keys = if reject.on_text {
        "Enter rejects · Tab back to the reasons · Esc cancels"
    } else {
        "1–6 or ↑↓ choose · Enter goes on · Esc cancels"
    };
    let title = match reject.seen.len() {
        1 => "Reject".to_owned(),
        many => format!("Reject {many} records"),
    };
    let inner = frame(app, (74, height), &title, keys, buffer);
    let mut lines: Vec<(String, Tone)> = reject.lines.iter().map(|line| (line.clone(), Tone::Heading)).collect();
    lines.push((String::new(), Tone::Plain));
    for (i, reason) in reasons.iter().enumerate() {
        let chosen = reject.reason == Some(*reason);
        let sign = if chosen { "●" } else { " " };
        lines.push((format!("{sign} {}  {}", i + 1, reason.label()), if chosen { Tone::Heading } else { Tone::Plain }));
    }
    lines.push((String::new(), Tone::Plain));
    let text_line = inner.y + u16::try_from(lines.len()).unwrap_or(0);
    lines.push(("In words: ".into(), if reject.on_text { Tone::Heading } else { Tone::Quiet }));
    lines.push((reject.trouble.unwrap_or_default().to_owned(), Tone::Bad));
    lines_from(app, inner, lines.iter().map(|(line, tone)| (line.as_str(), *tone)), buffer);
    let place = Rect { x: inner.x + 10, y: text_line, width: inner.width.saturating_sub(10), height: 1 };
    let cursor = reject.text.draw(place, theme.style(Tone::Plain), buffer);
    reject.on_text.then_some(cursor)
}

fn reason(app: &App, reason: &Reason, buffer: &mut Buffer) -> Position {
    let theme = app.settings.theme;
    let inner = frame(app, (74, 7), &reason.title, "Enter goes on · Esc cancels", buffer);
    let lines =
        ["A super admin gives a reason; it is kept with the decision.", "", "", reason.trouble.unwrap_or_default()];
    let tones = [Tone::Plain, Tone::Plain, Tone::Plain, Tone::Bad];
    lines_from(app, inner, lines.into_iter().zip(tones), buffer);
    let place = Rect { y: inner.y + 2, height: 1, ..inner };
    reason.text.draw(place, theme.style(Tone::Plain), buffer)
}

fn report(app: &App, report: &Report, buffer: &mut Buffer) {
    let width = 90.min(app.size.0 - 2);
    let lines: Vec<String> = report.lines.iter().flat_map(|line| wrap(line, usize::from(width) - 4)).collect();
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let inner = frame(app, (width, height), &report.title, "↑↓ scroll · Esc closes", buffer);
    let first = report.scroll.min(lines.len().saturating_sub(usize::from(inner.height)));
    lines_from(app, inner, lines.iter().skip(first).map(|line| (line.as_str(), Tone::Plain)), buffer);
}
