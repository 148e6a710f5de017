//! Draws a form: one field per line, lists and suggestions below their fields, errors beside them,
//! and the database's answer at the bottom.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr;

use super::super::app::App;
use super::super::overlay::form::{Entry, Line, Picker, Stage};
use super::super::overlay::{Form, verbs};
use super::super::widget::table::{Align, put};
use super::super::widget::theme::{Theme, Tone};
use super::super::widget::wrap::wrap;
use super::dialog::frame;
use crate::domain::text::visible;
use crate::presentation::sentences::{NAMES_FAILED, NAMES_LOADING, NOT_A_LIST};

/// At most so wide: a longer line is harder to read.
const WIDTH: u16 = 96;

/// One line of the form as it is drawn.
enum Drawn<'a> {
    /// A label and what stands in the field; `text` is drawn by the field itself.
    Field {
        line: &'a Line,
        here: bool,
    },
    /// One item of a list of texts.
    Item {
        line: &'a Line,
        i: usize,
        here: bool,
    },
    Words {
        text: String,
        tone: Tone,
        selected: bool,
    },
}

pub(super) fn draw(app: &App, form: &Form, buffer: &mut Buffer) -> Option<Position> {
    let theme = app.settings.theme;
    let width = WIDTH.min(app.size.0 - 2);
    let label = form.lines.iter().map(|line| line.field.id.label().width()).max().unwrap_or(0).clamp(8, 21);
    let label = u16::try_from(label).unwrap_or(21) + 2;
    let (drawn, at) = lines(form, usize::from(width - 4 - label));
    let said = said(form, usize::from(width - 4), usize::from(app.size.1 / 3));
    let height = u16::try_from(drawn.len() + said.len() + 4).unwrap_or(u16::MAX);
    let keys = match form.stage {
        Stage::Saving => "saving …",
        Stage::Leaving => "Discard changes? y discards them · any other key continues editing",
        Stage::Editing => "Tab, ↑↓ next field · ctrl-s saves · Esc closes",
    };
    let inner = frame(app, (width, height), &form.title, keys, buffer);
    let body = Rect { height: inner.height.saturating_sub(u16::try_from(said.len()).unwrap_or(0) + 2), ..inner };
    let room = usize::from(body.height);
    // The field under the cursor, with what stands below it, is always seen.
    let first = (at + 4).min(drawn.len()).saturating_sub(room);
    let mut cursor = None;
    for (y, one) in (body.y..body.bottom()).zip(drawn.iter().skip(first)) {
        let place = Rect { y, height: 1, ..body };
        cursor = line(theme, one, label, place, buffer).or(cursor);
    }
    for (y, (text, tone)) in (body.bottom()..).zip(&said) {
        put(buffer, Rect { y, height: 1, ..inner }, Align::Left, text, theme.style(*tone));
    }
    let button = match form.stage {
        Stage::Saving => "[ Saving … ]".to_owned(),
        _ => format!("[ {} ]", verbs::of(form.what)),
    };
    let on_button = form.at == form.lines.len();
    let style = if on_button { theme.selected() } else { theme.style(Tone::Plain) };
    let x = inner.x + inner.width.saturating_sub(u16::try_from(button.width()).unwrap_or(0)) / 2;
    buffer.set_stringn(x, inner.bottom().saturating_sub(1), &button, button.width(), style);
    cursor.filter(|_| form.stage == Stage::Editing)
}

/// All lines, and which of them the cursor is in.
fn lines(form: &Form, room: usize) -> (Vec<Drawn<'_>>, usize) {
    let (mut drawn, mut at) = (Vec::new(), 0);
    for (i, line) in form.lines.iter().enumerate() {
        let here = i == form.at;
        match &line.entry {
            Entry::Texts { lines, at: item, .. } if !line.locked => {
                for j in 0..lines.len() {
                    // The empty last line of a list that is not being edited is not shown.
                    if j + 1 == lines.len() && j > 0 && !here && lines[j].text().is_empty() {
                        continue;
                    }
                    if here && j == *item {
                        at = drawn.len();
                    }
                    drawn.push(Drawn::Item { line, i: j, here: here && j == *item });
                }
            }
            _ => {
                if here {
                    at = drawn.len();
                }
                drawn.push(Drawn::Field { line, here });
            }
        }
        if let Entry::Pick(picker) = &line.entry
            && here
        {
            drawn.extend(offers(picker));
        }
        if let Some(trouble) = &line.trouble {
            let words = wrap(&visible(trouble), room);
            drawn.extend(words.into_iter().map(|text| Drawn::Words { text, tone: Tone::Bad, selected: false }));
        } else if here && !line.field.help.is_empty() && line.field.help.width() > 24 {
            let words = wrap(&visible(&line.field.help), room);
            drawn.extend(words.into_iter().map(|text| Drawn::Words { text, tone: Tone::Quiet, selected: false }));
        }
    }
    if form.at == form.lines.len() {
        at = drawn.len();
    }
    (drawn, at)
}

fn offers(picker: &Picker) -> Vec<Drawn<'_>> {
    if picker.offers.is_empty() && picker.is_searching() {
        // Until the names have been read, nobody knows whether one matches.
        let text = match (picker.has_failed, picker.is_answered) {
            (true, _) => NAMES_FAILED,
            (false, true) => "No matches.",
            (false, false) => NAMES_LOADING,
        };
        return vec![Drawn::Words { text: text.into(), tone: Tone::Quiet, selected: false }];
    }
    let offer = |(i, offer): (usize, &crate::domain::lookup::Offer)| Drawn::Words {
        text: format!("{}  {}", visible(&offer.reference.name), visible(&offer.note)),
        tone: Tone::Plain,
        selected: i == picker.cursor && picker.is_searching(),
    };
    picker.offers.iter().enumerate().map(offer).collect()
}

fn line(theme: Theme, drawn: &Drawn, label: u16, place: Rect, buffer: &mut Buffer) -> Option<Position> {
    let value = Rect { x: place.x + label, width: place.width.saturating_sub(label), ..place };
    let (line, here) = match drawn {
        Drawn::Words { text, tone, selected } => {
            put(buffer, value, Align::Left, text, theme.style(*tone));
            if *selected {
                buffer.set_style(value, theme.selected());
            }
            return None;
        }
        Drawn::Item { line, i: 0, here } | Drawn::Field { line, here } => (line, *here),
        Drawn::Item { line, i, here } => return item(theme, line, *i, *here, value, buffer),
    };
    let required = if line.field.required { "*" } else { " " };
    let tone = if here { Tone::Heading } else { Tone::Quiet };
    let name = format!("{}{required}", visible(&line.field.id.label()));
    put(buffer, Rect { width: label.saturating_sub(1), ..place }, Align::Left, &name, theme.style(tone));
    if let Drawn::Item { i, .. } = drawn {
        return item(theme, line, *i, here, value, buffer);
    }
    entry(theme, line, here, value, buffer)
}

fn item(theme: Theme, line: &Line, i: usize, here: bool, place: Rect, buffer: &mut Buffer) -> Option<Position> {
    let Entry::Texts { lines, .. } = &line.entry else { return None };
    let style = theme.style(Tone::Plain).add_modifier(if here { Modifier::UNDERLINED } else { Modifier::empty() });
    put(buffer, place, Align::Left, "·", theme.style(Tone::Quiet));
    let text = Rect { x: place.x + 2, width: place.width.saturating_sub(2), ..place };
    if here {
        buffer.set_style(text, style);
    }
    if i == 0 && lines.len() == 1 && lines[0].text().is_empty() {
        put(buffer, text, Align::Right, &visible(&line.field.help), theme.style(Tone::Quiet));
    }
    let cursor = lines[i].draw(text, style, buffer);
    here.then_some(cursor)
}

fn entry(theme: Theme, line: &Line, here: bool, place: Rect, buffer: &mut Buffer) -> Option<Position> {
    let plain = theme.style(Tone::Plain);
    let underlined = plain.add_modifier(Modifier::UNDERLINED);
    if line.locked {
        let words = NOT_A_LIST;
        put(buffer, place, Align::Left, words, theme.style(Tone::Warning));
        return None;
    }
    // A short help stands beside the field.
    let help = visible(&line.field.help);
    let help_width = u16::try_from(help.width()).unwrap_or(u16::MAX);
    let mut field = place;
    if help_width > 0 && help_width <= 24 {
        put(buffer, place, Align::Right, &help, theme.style(Tone::Quiet));
        field.width = place.width.saturating_sub(help_width + 2);
    }
    match &line.entry {
        Entry::Text(text) => {
            buffer.set_style(field, if here { underlined } else { plain });
            let cursor = text.draw(field, if here { underlined } else { plain }, buffer);
            here.then_some(cursor)
        }
        Entry::Flag(flag) => {
            let words = if *flag { "[x] yes" } else { "[ ] no" };
            chosen(theme, words, here, "space toggles it", field, buffer)
        }
        Entry::Choice { options, chosen: which } => {
            let words = which.map_or("—", |i| options[i].1);
            chosen(theme, words, here, "← → choose", field, buffer)
        }
        Entry::Pick(picker) => {
            let names: Vec<_> = picker.chosen.iter().map(|one| visible(&one.name)).collect();
            let mut names = names.join("; ");
            if here && !names.is_empty() {
                names.push_str("  ");
            }
            put(buffer, field, Align::Left, &names, plain);
            let used = u16::try_from(names.width()).unwrap_or(0).min(field.width.saturating_sub(12));
            if !here {
                return None;
            }
            let typed = Rect { x: field.x + used, width: field.width - used, ..field };
            buffer.set_style(typed, underlined);
            if names.is_empty() && !picker.is_searching() {
                put(buffer, typed, Align::Right, "type part of the name", theme.style(Tone::Quiet));
            }
            Some(picker.text.draw(typed, underlined, buffer))
        }
        Entry::Texts { .. } => None,
    }
}

fn chosen(theme: Theme, words: &str, here: bool, how: &str, place: Rect, buffer: &mut Buffer) -> Option<Position> {
    let words = if here { format!("{words}   ({how})") } else { words.to_owned() };
    put(buffer, place, Align::Left, &words, theme.style(if here { Tone::Heading } else { Tone::Plain }));
    here.then_some(Position::new(place.x, place.y))
}

/// What there is to say of the form as a whole, in so many lines at most: the fields
/// need room as well.
fn said(form: &Form, room: usize, most: usize) -> Vec<(String, Tone)> {
    let mut said: Vec<(String, Tone)> = form
        .says()
        .into_iter()
        .flat_map(|(line, tone)| wrap(&visible(&line), room).into_iter().map(move |part| (part, tone)))
        .collect();
    if said.len() > most {
        let left = said.len() - most.saturating_sub(1);
        said.truncate(most.saturating_sub(1));
        said.push((format!("… and {left} more lines"), Tone::Quiet));
    }
    said
}
