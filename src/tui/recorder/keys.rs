//! Masks input as it is typed. Keys that are commands stay; in a field a key stays only where it
//! cannot be a part of a personal value: a digit of a number or a day, the name of a command, the
//! beginning of a word of the filter language.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::super::action::Action;
use super::super::app::{App, Screen};
use super::super::overlay::{Form, Overlay, Palette};
use super::super::widget::field::Field;
use super::placeholder::{hidden, hidden_char};
use crate::domain::filter::{self, Kind, vocabulary};
use crate::domain::form::Input;
use crate::domain::list::List;

/// Stands for a letter of a password, and for whatever goes nowhere.
const SECRET: char = 'x';
/// No command has it in its name.
const NO_COMMAND: char = '~';

/// What the next key is typed into.
enum Typing<'a> {
    /// Keys are commands.
    Commands,
    /// The name of one.
    Palette(&'a Palette),
    Filter(List, &'a Field),
    /// A number, a day or a time.
    Number,
    Words,
    Secret,
}

fn typing(app: &App) -> Typing<'_> {
    match &app.screen {
        Screen::SignIn(form) if form.on_password => Typing::Secret,
        Screen::SignIn(_) => Typing::Words,
        // Text that is typed while no field is open may be a password.
        Screen::Locked(_) | Screen::NewPassword(_) | Screen::Resuming(_) => Typing::Secret,
        Screen::School(_) => Typing::Commands,
        Screen::Console => match app.overlay() {
            Some(Overlay::Palette(palette)) => Typing::Palette(palette),
            Some(overlay) if !overlay.has_field() => Typing::Commands,
            Some(Overlay::Form(form)) => typing_into_form(form),
            Some(_) => Typing::Words,
            None => typing_into_pane(app),
        },
    }
}

fn typing_into_form(form: &Form) -> Typing<'_> {
    match form.lines.get(form.at).map(|line| &line.field.input) {
        Some(Input::Number(..) | Input::Decimal(..) | Input::Day(..) | Input::Moment(_) | Input::TimeOfDay) => {
            Typing::Number
        }
        Some(Input::Secret) => Typing::Secret,
        _ => Typing::Words,
    }
}

fn typing_into_pane(app: &App) -> Typing<'_> {
    let list = app.panes.shown();
    match app.panes.current().typing() {
        Some((prompt, field)) if prompt == list.prompt() => Typing::Filter(list, field),
        // The instant that the audit trail goes to.
        Some(_) => Typing::Number,
        None => Typing::Commands,
    }
}

/// A key as a recording has it.
pub(super) fn hidden_key(app: &App, key: KeyEvent) -> KeyEvent {
    let KeyCode::Char(c) = key.code else { return key };
    if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
        return key;
    }
    let shown = match typing(app) {
        Typing::Commands => c,
        Typing::Palette(palette) => {
            let mut after = palette.clone();
            after.text.type_key(key);
            if is_command(app, &after) { c } else { NO_COMMAND }
        }
        Typing::Filter(list, field) => {
            let mut after = field.clone();
            after.type_key(key);
            // In the middle of a text nobody can tell what it is a part of.
            let is_behind = after.text().strip_prefix(field.text()).is_some_and(|new| new.chars().eq([c]));
            if is_behind { hidden_in_filter(list, field.text(), c) } else { hidden_char(c) }
        }
        Typing::Number => hidden_in_number(c),
        Typing::Words => hidden_char(c),
        Typing::Secret => SECRET,
    };
    KeyEvent { code: KeyCode::Char(shown), ..key }
}

/// A paste as a recording has it.
pub(super) fn hidden_paste(app: &App, text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control() || c.is_whitespace()).collect();
    match typing(app) {
        Typing::Words => hidden(&text),
        Typing::Number => text.chars().map(hidden_in_number).collect(),
        Typing::Filter(_, field) if !goes_behind(field, &text) => hidden(&text),
        Typing::Filter(list, field) => {
            let mut before = field.text().to_owned();
            let mut shown = String::with_capacity(text.len());
            for c in text.chars() {
                shown.push(hidden_in_filter(list, &before, c));
                before.push(c);
            }
            shown
        }
        Typing::Commands | Typing::Palette(_) | Typing::Secret => {
            text.chars().map(|c| if c.is_whitespace() { c } else { SECRET }).collect()
        }
    }
}

/// Whether what is typed into the palette is a part of the name of a command. What matches only
/// its description may be anything.
fn is_command(app: &App, palette: &Palette) -> bool {
    let typed = palette.text.text().trim().to_lowercase();
    let is_part = |action: &Action| action.name().contains(&typed) || action.synonyms().contains(&typed.as_str());
    app.offered().iter().any(is_part)
}

/// Whether a paste stands behind what a field holds. In the middle nobody can tell what it is a
/// part of.
fn goes_behind(field: &Field, text: &str) -> bool {
    let mut after = field.clone();
    after.paste(text);
    after.text().starts_with(field.text())
}

/// Keys that are a paste, as a recording has them. Where they lead to another field, nobody knows
/// yet what that one is for.
pub(super) fn hidden_burst(app: &App, keys: &[KeyEvent]) -> Vec<KeyEvent> {
    let char_of = |key: &KeyEvent| if let KeyCode::Char(c) = key.code { Some(c) } else { None };
    let first: String = keys.iter().map_while(char_of).collect();
    let shown = hidden_paste(app, &first);
    let mut shown = shown.chars();
    let hide = |key: &KeyEvent| match key.code {
        KeyCode::Char(_) => KeyEvent { code: KeyCode::Char(shown.next().unwrap_or(SECRET)), ..*key },
        _ => *key,
    };
    keys.iter().map(hide).collect()
}

/// Digits and signs, and the letters of `3d`, `12h` and `2026-11-20T14:30Z`.
fn hidden_in_number(c: char) -> char {
    if c.is_ascii_digit() || "wdhmsTZ".contains(c) { c } else { hidden_char(c) }
}

/// A character behind a filter: the words of the language stay, so that the same is searched for
/// at the same time.
fn hidden_in_filter(list: List, before: &str, c: char) -> char {
    let text = format!("{before}{c}");
    let (start, found) = filter::complete(list, &text);
    if !found.is_empty() {
        return c;
    }
    let term = text.get(start..).unwrap_or_default().trim_start_matches('-');
    let name = term.split_once([':', '<', '>', '=']).map_or("", |(name, _)| name);
    let field = vocabulary::of(list).iter().find(|field| field.name.eq_ignore_ascii_case(name));
    match field.map(|field| &field.kind) {
        Some(Kind::Age | Kind::Hours | Kind::Day | Kind::Number | Kind::Moment) => hidden_in_number(c),
        // Still an address.
        Some(Kind::Network) if c.is_ascii_digit() => '1',
        Some(Kind::Network) if c.is_ascii_hexdigit() => 'a',
        _ => hidden_char(c),
    }
}
