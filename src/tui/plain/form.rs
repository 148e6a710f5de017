//! A form line by line: it asks for its numbered fields one at a time.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::super::message::Message;
use super::super::overlay::Form;
use super::super::overlay::form::{Entry, Line, Stage};
use super::{Page, chosen, is_yes, key, press, typed};
use crate::domain::lookup::Offer;
use crate::domain::text::visible;
use crate::presentation::sentences::{NAMES_FAILED, NAMES_LOADING, NOT_A_LIST};
use crate::presentation::text::spoken;

/// All of the form when it is new, else what changed of it.
pub(super) fn tell(field: Option<usize>, form: &Form, is_new: bool) -> Page {
    let mut lines = Vec::new();
    if is_new {
        lines.push(format!("{}.", spoken(&form.title)));
        lines.extend((0..form.lines.len()).map(|i| told(form, i)));
    } else {
        lines.extend((0..form.lines.len()).filter(|i| form.lines[*i].trouble.is_some()).map(|i| told(form, i)));
    }
    lines.extend(form.says().iter().map(|(line, _)| spoken(line)));
    if form.stage == Stage::Leaving {
        return Page {
            lines,
            prompt: "Discard changes? y discards them, Enter continues editing: ".into(),
            ..Page::default()
        };
    }
    let Some(line) = field.and_then(|i| form.lines.get(i)) else {
        let prompt = "Field number and value; s saves, . repeats all, Enter closes: ";
        return Page { lines, prompt: prompt.into(), ..Page::default() };
    };
    let label = spoken(&line.field.id.label());
    let is_secret = is_masked(&line.entry);
    let how = match &line.entry {
        Entry::Pick(picker) if picker.is_searching() => {
            match (picker.offers.is_empty(), picker.has_failed, picker.is_answered) {
                (false, ..) => {}
                (true, true, _) => lines.push(NAMES_FAILED.into()),
                (true, false, true) => {
                    lines.push(format!("No matches for “{}”.", visible(picker.text.text())));
                }
                (true, false, false) => lines.push(NAMES_LOADING.into()),
            }
            let offer = |(i, offer): (usize, &crate::domain::lookup::Offer)| {
                format!("{}. {}  {}", i + 1, visible(&offer.reference.name), visible(&offer.note)).trim_end().to_owned()
            };
            lines.extend(picker.offers.iter().enumerate().map(offer));
            ", number of a match, or another part of the name".to_owned()
        }
        Entry::Pick(_) => ", part of the name".to_owned(),
        Entry::Flag(_) => ", yes or no".to_owned(),
        Entry::Choice { options, .. } => {
            lines.extend(options.iter().enumerate().map(|(i, (_, name))| format!("{}. {name}", i + 1)));
            ", by number".to_owned()
        }
        Entry::Texts { .. } => ", separated by semicolons".to_owned(),
        Entry::Text(_) if line.field.help.is_empty() => String::new(),
        Entry::Text(_) => format!(", {}", spoken(&line.field.help)),
    };
    let empties = if is_secret { "" } else { ", - clears it" };
    Page { lines, prompt: format!("{label}{how}{empties}, Enter keeps it: "), is_secret, ..Page::default() }
}

/// A field as it stands.
fn told(form: &Form, i: usize) -> String {
    let line = &form.lines[i];
    let value = value(line);
    let value = if value.is_empty() { "empty".to_owned() } else { value };
    let required = if line.field.required { ", required" } else { "" };
    let trouble = line.trouble.as_ref().map_or_else(String::new, |trouble| format!(" {}", spoken(trouble)));
    format!("{}. {}{required}: {value}.{trouble}", i + 1, spoken(&line.field.id.label()))
}

fn value(line: &Line) -> String {
    if line.locked {
        return NOT_A_LIST.into();
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

/// What is asked of a form: its field, what is offered there, whether it is being left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    title: String,
    at: usize,
    stage: Stage,
    offers: Vec<Offer>,
}

impl Asked {
    pub(super) fn of(form: &Form) -> Self {
        let offers = match form.lines.get(form.at).map(|line| &line.entry) {
            Some(Entry::Pick(picker)) => picker.offers.clone(),
            _ => Vec::new(),
        };
        Self { title: form.title.clone(), at: form.at, stage: form.stage, offers }
    }
}

/// What an answer means: a field's number first, then what it is to say.
///
/// # Errors
/// Why it is no answer. What was typed is not repeated: it may be a password.
pub(super) fn hear(field: &mut Option<usize>, form: &Form, line: &str) -> Result<Vec<Message>, String> {
    if form.stage == Stage::Leaving {
        return Ok(vec![press(if is_yes(line) { 'y' } else { 'n' })]);
    }
    if let Some(at) = *field {
        let messages = answer(field, form, at, line)?;
        return Ok(go_to(form, at).into_iter().chain(messages).collect());
    }
    match line.trim() {
        "" => return Ok(vec![key(KeyCode::Esc)]),
        "s" => return Ok(vec![Message::Key(KeyEvent::new(KeyCode::Char('s'), KeyModifiers::CONTROL))]),
        _ => {}
    }
    let (number, value) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
    let at = number.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).filter(|at| *at < form.lines.len());
    let Some(at) = at else { return Err("There is no field with this number.".into()) };
    if form.lines[at].locked {
        return Err("That field can't be edited here.".into());
    }
    let mut messages = go_to(form, at);
    if value.is_empty() {
        *field = Some(at);
    } else if is_masked(&form.lines[at].entry) {
        return Err("Passwords are typed hidden: enter the field's number alone first.".into());
    } else {
        *field = Some(at);
        match answer(field, form, at, value) {
            Ok(more) => messages.extend(more),
            Err(why) => {
                *field = None;
                return Err(why);
            }
        }
    }
    Ok(messages)
}

fn is_masked(entry: &Entry) -> bool {
    matches!(entry, Entry::Text(text) if text.is_masked())
}

/// From the field under the cursor to another.
fn go_to(form: &Form, at: usize) -> Vec<Message> {
    let fields = form.lines.len() + 1;
    vec![key(KeyCode::Tab); (at + fields - form.at) % fields]
}

/// What a field is to say; a minus empties it, nothing leaves it as it is.
fn answer(field: &mut Option<usize>, form: &Form, at: usize, line: &str) -> Result<Vec<Message>, String> {
    let text = line.trim();
    let Some(entry) = form.lines.get(at).map(|line| &line.entry) else { return Ok(Vec::new()) };
    let empties = text == "-";
    let messages = match entry {
        Entry::Pick(picker) => {
            if picker.is_searching() && text.parse::<usize>().is_ok() {
                chosen(text, picker.cursor, picker.offers.len())?
            } else if text.is_empty() {
                if picker.is_searching() { vec![key(KeyCode::Esc)] } else { Vec::new() }
            } else if empties {
                let all = std::iter::repeat_n(key(KeyCode::Backspace), picker.chosen.len());
                typed("").into_iter().chain(all).collect()
            } else {
                // The matches are printed, and the next line chooses one.
                return Ok(typed(text));
            }
        }
        _ if text.is_empty() => Vec::new(),
        // A password may begin or end with a space, and be a minus.
        Entry::Text(_) if is_masked(entry) => typed(line),
        Entry::Text(_) if empties => typed(""),
        Entry::Text(_) => typed(text),
        Entry::Flag(flag) => {
            let wanted = is_yes(text);
            if !wanted && !empties && !matches!(text.to_lowercase().as_str(), "n" | "no") {
                return Err("Type yes or no.".into());
            }
            if *flag == wanted { Vec::new() } else { vec![press(' ')] }
        }
        Entry::Choice { .. } if empties => vec![key(KeyCode::Backspace)],
        Entry::Choice { options, .. } => {
            let by_number = text.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).filter(|i| *i < options.len());
            let chosen = by_number.or_else(|| options.iter().position(|(_, name)| name.eq_ignore_ascii_case(text)));
            let Some(i) = chosen else { return Err("There is no such option.".into()) };
            let right = std::iter::repeat_n(key(KeyCode::Right), i + 1);
            std::iter::once(key(KeyCode::Backspace)).chain(right).collect()
        }
        Entry::Texts { lines, at } => {
            let mut messages = vec![key(KeyCode::Down); lines.len() - 1 - at];
            for _ in lines {
                messages.extend(typed(""));
                messages.push(key(KeyCode::Backspace));
            }
            if !empties {
                let all: Vec<&str> = text.split(';').map(str::trim).collect();
                messages.push(Message::Paste(all.join("\n")));
            }
            messages
        }
    };
    *field = None;
    Ok(messages)
}
