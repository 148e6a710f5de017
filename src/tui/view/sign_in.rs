//! Draws the screens before the console.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::app::App;
use super::super::sign_in::{CHOOSE_A_PASSWORD, NewPassword, SchoolChoice, SignIn, Unlock};
use super::super::widget::field::Field;
use super::super::widget::table::{Align, put};
use super::super::widget::theme::{Theme, Tone};
use super::super::widget::wrap::wrap;
use crate::domain::text::visible;
use crate::presentation::sentences::session_locked;

const WIDTH: u16 = 60;

/// A block in the middle of the screen.
fn middle(app: &App, height: u16) -> Rect {
    let (width, full) = app.size;
    Rect::new(width.saturating_sub(WIDTH) / 2, full.saturating_sub(height) / 3, WIDTH, height)
}

struct Lines<'a> {
    buffer: &'a mut Buffer,
    theme: Theme,
    at: Rect,
}

impl Lines<'_> {
    fn line(&mut self, text: &str, tone: Tone) {
        put(self.buffer, Rect { height: 1, ..self.at }, Align::Left, text, self.theme.style(tone));
        self.at.y += 1;
    }

    fn wrapped(&mut self, text: &str, tone: Tone) {
        for line in wrap(text, usize::from(WIDTH)) {
            self.line(&line, tone);
        }
    }

    fn field(&mut self, label: &str, field: &Field, here: bool) -> Position {
        let tone = if here { Tone::Heading } else { Tone::Quiet };
        put(self.buffer, Rect { height: 1, ..self.at }, Align::Left, label, self.theme.style(tone));
        let place = Rect { x: self.at.x + 12, y: self.at.y, width: self.at.width - 12, height: 1 };
        let underline = self.theme.style(Tone::Plain).add_modifier(ratatui::style::Modifier::UNDERLINED);
        self.buffer.set_style(place, underline);
        self.at.y += 2;
        field.draw(place, underline, self.buffer)
    }
}

fn lines<'a>(app: &App, height: u16, buffer: &'a mut Buffer) -> Lines<'a> {
    let mut lines = Lines { buffer, theme: app.settings.theme, at: middle(app, height) };
    lines.line("medstint", Tone::Heading);
    lines.line(&visible(&app.settings.database), Tone::Quiet);
    for warning in &app.settings.path_warnings {
        lines.wrapped(&visible(warning), Tone::Warning);
    }
    lines.at.y += 1;
    lines
}

pub(super) fn form(app: &App, form: &SignIn, buffer: &mut Buffer) -> Position {
    let mut lines = lines(app, 14, buffer);
    let email = lines.field("Email", &form.email, !form.on_password);
    let password = lines.field("Password", &form.password, form.on_password);
    if form.busy {
        lines.line("Signing in …", Tone::Quiet);
    }
    if let Some(trouble) = &form.trouble {
        lines.wrapped(trouble, Tone::Bad);
    }
    lines.at.y += 1;
    lines.line("Enter signs in · Tab changes the field · Esc quits", Tone::Quiet);
    if form.on_password { password } else { email }
}

pub(super) fn new_password(app: &App, form: &NewPassword, buffer: &mut Buffer) -> Position {
    let mut lines = lines(app, 14, buffer);
    lines.wrapped(CHOOSE_A_PASSWORD, Tone::Heading);
    lines.at.y += 1;
    let new = lines.field("New", &form.new, !form.on_again);
    let again = lines.field("Repeat", &form.again, form.on_again);
    if form.busy {
        lines.line("Saving …", Tone::Quiet);
    }
    if let Some(trouble) = &form.trouble {
        lines.wrapped(trouble, Tone::Bad);
    }
    lines.at.y += 1;
    lines.line("Enter saves · Tab changes the field · ctrl-c quits", Tone::Quiet);
    if form.on_again { again } else { new }
}

pub(super) fn locked(app: &App, unlock: &Unlock, buffer: &mut Buffer) -> Position {
    let mut lines = lines(app, 12, buffer);
    lines.line(&session_locked(&visible(&unlock.name)), Tone::Heading);
    lines.at.y += 1;
    let cursor = lines.field("Password", &unlock.password, true);
    if unlock.busy {
        lines.line("Unlocking …", Tone::Quiet);
    }
    if let Some(trouble) = &unlock.trouble {
        lines.wrapped(trouble, Tone::Bad);
    }
    lines.at.y += 1;
    lines.line("Enter unlocks · ctrl-c quits, the session stays locked", Tone::Quiet);
    cursor
}

pub(super) fn resuming(app: &App, trouble: Option<&str>, buffer: &mut Buffer) {
    let mut lines = lines(app, 10, buffer);
    match trouble {
        None => lines.line("Connecting …", Tone::Quiet),
        Some(trouble) => {
            lines.wrapped(trouble, Tone::Bad);
            lines.at.y += 1;
            lines.line("Trying again automatically. q quits.", Tone::Quiet);
        }
    }
}

pub(super) fn schools(app: &App, choice: &SchoolChoice, buffer: &mut Buffer) {
    let height = app.size.1;
    let mut lines = lines(app, height, buffer);
    lines.line("In which school do you work?", Tone::Heading);
    lines.at.y += 1;
    if let Some(trouble) = &choice.trouble {
        lines.wrapped(trouble, Tone::Bad);
    }
    let room = usize::from(height.saturating_sub(lines.at.y + 3)).max(1);
    let first = choice.cursor.saturating_sub(room - 1);
    for (i, (_, name)) in choice.schools.iter().enumerate().skip(first).take(room) {
        let here = i == choice.cursor;
        let sign = if here { "▌ " } else { "  " };
        lines.line(&format!("{sign}{}", visible(name)), if here { Tone::Heading } else { Tone::Plain });
    }
    lines.at.y += 1;
    let has_school = app.actor.as_ref().is_some_and(|actor| actor.school.is_some());
    let leave = if has_school { "Esc goes back" } else { "Esc quits" };
    let choose = if choice.schools.is_empty() { "" } else { "Enter chooses · " };
    lines.line(&format!("{choose}n adds a school · {leave}"), Tone::Quiet);
}
