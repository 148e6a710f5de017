//! A form in words: its fields by number, one asked for at a time.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::super::message::Message;
use super::super::overlay::Form;
use super::super::overlay::form::{Entry, Line, Stage};
use super::{Page, key, press, typed};
use crate::domain::Failure;
use crate::domain::text::{spoken, visible};

/// All of the form when it is new, else what changed of it.
pub(super) fn tell(field: Option<usize>, form: &Form, is_new: bool) -> Page {
    let mut lines = Vec::new();
    if is_new {
        lines.push(format!("{}.", spoken(&form.title)));
        lines.extend((0..form.lines.len()).map(|i| told(form, i)));
    } else {
        lines.extend((0..form.lines.len()).filter(|i| form.lines[*i].trouble.is_some()).map(|i| told(form, i)));
    }
    lines.extend(form.total());
    match &form.said {
        Some(Err(Failure::Invalid { what, .. })) if form.lines.iter().any(|line| line.field.label == *what) => {}
        Some(Err(failure)) => lines.push(failure.to_string()),
        Some(Ok(report)) => lines.extend(report.warnings.iter().map(|line| format!("Note: {}", spoken(line)))),
        None => {}
    }
    if form.stage == Stage::Leaving {
        return Page { lines, prompt: "Throw the changes away? y, or Enter goes on: ".into(), is_secret: false };
    }
    let Some(line) = field.and_then(|i| form.lines.get(i)) else {
        let prompt = "Number of a field, with what it is to say; s saves, . tells all, Enter leaves: ";
        return Page { lines, prompt: prompt.into(), is_secret: false };
    };
    let label = spoken(&line.field.label);
    let is_secret = matches!(&line.entry, Entry::Text(text) if text.is_masked());
    let how = match &line.entry {
        Entry::Pick(picker) if picker.is_searching() => {
            if picker.offers.is_empty() {
                lines.push(format!("Nothing is called “{}”.", visible(picker.text.text())));
            }
            let offer = |(i, offer): (usize, &crate::domain::lookup::Offer)| {
                format!("{}. {}  {}", i + 1, visible(&offer.reference.name), visible(&offer.note)).trim_end().to_owned()
            };
            lines.extend(picker.offers.iter().enumerate().map(offer));
            ", number of the one meant, or other words".to_owned()
        }
        Entry::Pick(_) => ", a part of the name".to_owned(),
        Entry::Flag(_) => ", yes or no".to_owned(),
        Entry::Choice { options, .. } => {
            lines.extend(options.iter().enumerate().map(|(i, (_, name))| format!("{}. {name}", i + 1)));
            ", by number".to_owned()
        }
        Entry::Texts { .. } => ", separated by semicolons".to_owned(),
        Entry::Text(_) if line.field.help.is_empty() => String::new(),
        Entry::Text(_) => format!(", {}", spoken(&line.field.help)),
    };
    Page { lines, prompt: format!("{label}{how}; Enter leaves it: "), is_secret }
}

/// A field as it stands.
fn told(form: &Form, i: usize) -> String {
    let line = &form.lines[i];
    let value = value(line);
    let value = if value.is_empty() { "empty".to_owned() } else { value };
    let required = if line.field.required { ", required" } else { "" };
    let trouble = line.trouble.as_ref().map_or_else(String::new, |trouble| format!(" {}", spoken(trouble)));
    format!("{}. {}{required}: {value}.{trouble}", i + 1, spoken(&line.field.label))
}

fn value(line: &Line) -> String {
    if line.locked {
        return "not a plain list, it is left as it is".into();
    }
    match &line.entry {
        Entry::Text(text) if text.is_masked() => if text.text().is_empty() { "" } else { "typed" }.to_owned(),
        Entry::Text(text) => spoken(text.text()),
        Entry::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Entry::Choice { options, chosen } => chosen.map_or(String::new(), |i| options[i].1.to_owned()),
        Entry::Pick(picker) if picker.is_searching() => format!("{}, not chosen yet", visible(picker.text.text())),
        Entry::Pick(picker) => {
            picker.chosen.iter().map(|one| visible(&one.name).into_owned()).collect::<Vec<_>>().join("; ")
        }
        Entry::Texts { lines, .. } => {
            let texts = lines.iter().map(|line| visible(line.text()).into_owned()).filter(|text| !text.is_empty());
            texts.collect::<Vec<_>>().join("; ")
        }
    }
}

/// What an answer means: a field's number first, then what it is to say.
pub(super) fn hear(field: &mut Option<usize>, form: &Form, line: &str) -> Result<Vec<Message>, String> {
    if form.stage == Stage::Leaving {
        return Ok(vec![press(if line.trim() == "y" { 'y' } else { 'n' })]);
    }
    if let Some(at) = *field {
        return Ok(answer(field, form, at, line));
    }
    match line.trim() {
        "" => return Ok(vec![key(KeyCode::Esc)]),
        "s" => return Ok(vec![Message::Key(KeyEvent::new(KeyCode::Char('s'), KeyModifiers::CONTROL))]),
        "." => return Err((0..form.lines.len()).map(|i| told(form, i)).collect::<Vec<_>>().join("\n")),
        _ => {}
    }
    let (number, value) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
    let Some(at) = number.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).filter(|at| *at < form.lines.len())
    else {
        return Err(format!("“{}” is no number of a field.", visible(number)));
    };
    *field = Some(at);
    let mut messages = go_to(form, at);
    if !value.is_empty() {
        messages.extend(answer(field, form, at, value));
    }
    Ok(messages)
}

/// From the field under the cursor to another.
fn go_to(form: &Form, at: usize) -> Vec<Message> {
    let fields = form.lines.len() + 1;
    vec![key(KeyCode::Tab); (at + fields - form.at) % fields]
}

fn answer(field: &mut Option<usize>, form: &Form, at: usize, line: &str) -> Vec<Message> {
    let text = line.trim();
    let Some(entry) = form.lines.get(at).map(|line| &line.entry) else { return Vec::new() };
    if let Entry::Pick(picker) = entry {
        let chosen =
            text.parse::<usize>().ok().filter(|n| picker.is_searching() && (1..=picker.offers.len()).contains(n));
        return match chosen {
            Some(number) => {
                *field = None;
                let down = (number - 1).saturating_sub(picker.cursor);
                let up = picker.cursor.saturating_sub(number - 1);
                let moves =
                    std::iter::repeat_n(key(KeyCode::Down), down).chain(std::iter::repeat_n(key(KeyCode::Up), up));
                moves.chain([key(KeyCode::Enter)]).collect()
            }
            None if text.is_empty() => {
                *field = None;
                if picker.is_searching() { vec![key(KeyCode::Esc)] } else { Vec::new() }
            }
            None => typed(text),
        };
    }
    *field = None;
    if text.is_empty() {
        return Vec::new();
    }
    match entry {
        // A secret may begin or end with a space.
        Entry::Text(text) if text.is_masked() => typed(line),
        Entry::Text(_) => typed(text),
        Entry::Flag(flag) => {
            let wanted = text.starts_with(['y', 'Y']);
            if *flag == wanted { Vec::new() } else { vec![press(' ')] }
        }
        Entry::Choice { options, .. } => {
            let by_number = text.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).filter(|i| *i < options.len());
            let chosen = by_number.or_else(|| options.iter().position(|(_, name)| name.eq_ignore_ascii_case(text)));
            let presses = chosen.map_or(0, |i| i + 1);
            std::iter::once(key(KeyCode::Backspace)).chain(std::iter::repeat_n(key(KeyCode::Right), presses)).collect()
        }
        Entry::Texts { lines, at } => {
            let mut messages = vec![key(KeyCode::Down); lines.len() - 1 - at];
            for _ in lines {
                messages.extend(typed(""));
                messages.push(key(KeyCode::Backspace));
            }
            let all: Vec<&str> = text.split(';').map(str::trim).collect();
            messages.push(Message::Paste(all.join("\n")));
            messages
        }
        Entry::Pick(_) => Vec::new(),
    }
}
