//! Draws overlays: help, palette, questions, reports.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use strum::VariantArray;
use unicode_width::UnicodeWidthStr;

use super::super::action::Action;
use super::super::app::App;
use super::super::overlay::{Confirm, Menu, Overlay, Palette, Preview, Reason, Reject, Report, verbs};
use super::super::widget::table::{Align, put};
use super::super::widget::theme::Tone;
use super::super::widget::wrap::wrap;
use super::dialog::{frame, scrolled};
use crate::domain::Secret;
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
        Overlay::Form(form) => return super::form::draw(app, form, buffer),
        Overlay::Preview(preview) => self::preview(app, preview, buffer),
        Overlay::Menu(menu) => self::menu(app, menu, buffer),
        Overlay::Told { text, secret } => told(app, text, secret, buffer),
    }
    None
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
    let list = app.panes.shown();
    for (everywhere, heading) in
        [(false, format!("In the list of {}", list.nouns().1)), (true, "Everywhere".to_owned())]
    {
        let here: Vec<&Action> =
            offered.iter().filter(|action| action.about().over.is_everywhere() == everywhere).collect();
        if here.is_empty() {
            continue;
        }
        lines.push((heading, Tone::Heading));
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
    let inner = frame(app, (76, 16), "Commands", "↑↓ choose · Enter runs · Esc closes", buffer);
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
        put(buffer, Rect { y: inner.y + 2, height: 1, ..inner }, Align::Left, "No matches.", theme.style(Tone::Quiet));
    }
    cursor
}

fn confirm(app: &App, confirm: &Confirm, buffer: &mut Buffer) {
    let width = 74;
    let lines = wrapped(&confirm.lines, width, Tone::Plain);
    let height = u16::try_from(lines.len() + 5).unwrap_or(u16::MAX);
    let shows = if confirm.shows.is_empty() { "" } else { " · v shows them" };
    let keys = format!("y {} · Esc, Enter, n cancel{shows}", confirm.verb.to_lowercase());
    let inner = frame(app, (width, height), &confirm.title, &keys, buffer);
    let body = Rect { height: inner.height.saturating_sub(3), ..inner };
    scrolled(app, body, &lines, confirm.scroll, buffer);
    buttons(app, inner, inner.bottom().saturating_sub(2), ("Cancel", &confirm.verb), confirm.on_verb, buffer);
}

fn reject(app: &App, reject: &Reject, buffer: &mut Buffer) -> Option<Position> {
    let theme = app.settings.theme;
    let reasons = RejectionReason::VARIANTS;
    let width = 74;
    let about = wrapped(&reject.lines, width, Tone::Heading);
    // The reasons, the words, what is wrong with them, and lines between.
    let below = u16::try_from(reasons.len() + 5).unwrap_or(u16::MAX);
    let height = u16::try_from(about.len()).unwrap_or(u16::MAX).saturating_add(below + 2);
    let keys = if reject.on_text {
        "Enter rejects · Tab back to the reasons · Esc cancels"
    } else {
        "1–6 or ↑↓ choose · Enter continues · Esc cancels"
    };
    let inner = frame(app, (width, height), &reject.title(), keys, buffer);
    let body = Rect { height: inner.height.saturating_sub(below), ..inner };
    scrolled(app, body, &about, reject.scroll, buffer);
    let inner = Rect { y: body.bottom(), height: inner.height - body.height, ..inner };
    let mut lines: Vec<(String, Tone)> = vec![(String::new(), Tone::Plain)];
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
    let width = 74;
    let lines = wrapped(&reason.lines, width, Tone::Plain);
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(6);
    let inner = frame(app, (width, height), &reason.title, "Enter continues · Esc cancels", buffer);
    let body = Rect { height: inner.height.saturating_sub(4), ..inner };
    scrolled(app, body, &lines, reason.scroll, buffer);
    let place = Rect { y: body.bottom() + 1, height: 1, ..inner };
    put(buffer, place, Align::Left, "Why: ", theme.style(Tone::Heading));
    let trouble = Rect { y: place.y + 1, ..place };
    put(buffer, trouble, Align::Left, reason.trouble.unwrap_or_default(), theme.style(Tone::Bad));
    let place = Rect { x: place.x + 5, width: place.width.saturating_sub(5), ..place };
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

/// The preview of a command: the affected people, the refused rows, notes.
fn preview(app: &App, preview: &Preview, buffer: &mut Buffer) {
    let theme = app.settings.theme;
    let width = 90.min(app.size.0 - 2);
    let lines: Vec<(String, Tone)> = preview
        .says()
        .into_iter()
        .flat_map(|(line, tone)| {
            wrap(&visible(&line), usize::from(width) - 4).into_iter().map(move |part| (part, tone))
        })
        .collect();
    let height = u16::try_from(lines.len() + 5).unwrap_or(u16::MAX);
    let verb = verbs::verb(&preview.command);
    let keys = if preview.is_possible() {
        format!("y {} · Esc, Enter, n cancel · ↑↓ scroll", verb.to_lowercase())
    } else {
        "Esc, Enter close".to_owned()
    };
    let inner = frame(app, (width, height), &preview.title, &keys, buffer);
    let room = Rect { height: inner.height.saturating_sub(3), ..inner };
    let first = preview.scroll.min(lines.len().saturating_sub(usize::from(room.height)));
    lines_from(app, room, lines.iter().skip(first).map(|(line, tone)| (line.as_str(), *tone)), buffer);
    let below = lines.len().saturating_sub(first + usize::from(room.height));
    let y = inner.bottom().saturating_sub(2);
    if below > 0 {
        let more = Rect { y, height: 1, ..inner };
        put(buffer, more, Align::Right, &format!("▼ {below} more"), theme.style(Tone::Quiet));
    }
    if preview.is_possible() {
        buttons(app, inner, y, (verbs::refusal(preview.command.what), &verb), preview.on_verb, buffer);
    }
}

/// What cancels and the verb, one of them chosen.
fn buttons(app: &App, inner: Rect, y: u16, (refusal, verb): (&str, &str), on_verb: bool, buffer: &mut Buffer) {
    let (plain, chosen) = (app.settings.theme.style(Tone::Plain), app.settings.theme.selected());
    let (cancel, verb) = (format!("[ {refusal} ]"), format!("[ {verb} ]"));
    let width = u16::try_from(cancel.width() + 4 + verb.width()).unwrap_or(0);
    let x = inner.x + inner.width.saturating_sub(width) / 2;
    let (next, _) = buffer.set_stringn(x, y, &cancel, cancel.width(), if on_verb { plain } else { chosen });
    buffer.set_stringn(next + 4, y, &verb, verb.width(), if on_verb { chosen } else { plain });
}

/// Where one can go from a row.
fn menu(app: &App, menu: &Menu, buffer: &mut Buffer) {
    let height = u16::try_from(menu.links.len() + 2).unwrap_or(u16::MAX);
    let inner = frame(app, (60, height), &menu.title, "↑↓ or a number · Enter opens · Esc closes", buffer);
    let first = menu.cursor.saturating_sub(usize::from(inner.height).saturating_sub(1));
    for (y, (i, link)) in (inner.y..inner.bottom()).zip(menu.links.iter().enumerate().skip(first)) {
        let line = Rect { y, height: 1, ..inner };
        put(
            buffer,
            line,
            Align::Left,
            &format!("{}  {}", i + 1, visible(&link.title())),
            app.settings.theme.style(Tone::Plain),
        );
        if i == menu.cursor {
            buffer.set_style(line, app.settings.theme.selected());
        }
    }
}

/// Something that is shown once.
fn told(app: &App, text: &str, secret: &Secret, buffer: &mut Buffer) {
    let lines: Vec<(String, Tone)> = wrap(&visible(text), 62).into_iter().map(|line| (line, Tone::Plain)).collect();
    let height = u16::try_from(lines.len() + 5).unwrap_or(u16::MAX);
    let inner = frame(app, (66, height), "Shown once", "Write it down, then press Esc", buffer);
    let body = Rect { height: inner.height.saturating_sub(3), ..inner };
    scrolled(app, body, &lines, 0, buffer);
    let place = Rect { y: body.bottom() + 1, height: 1, ..inner };
    put(buffer, place, Align::Left, &visible(secret.expose()), app.settings.theme.style(Tone::Heading));
}

/// Lines as wide as a box of this width holds.
fn wrapped(lines: &[String], width: u16, tone: Tone) -> Vec<(String, Tone)> {
    let room = usize::from(width.saturating_sub(4));
    lines.iter().flat_map(|line| wrap(line, room)).map(|line| (line, tone)).collect()
}
