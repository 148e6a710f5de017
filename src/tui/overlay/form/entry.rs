//! The content of a form's field while a person edits it.

use std::borrow::Cow;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::super::super::widget::field::Field;
use super::super::super::widget::latest::Latest;
use crate::domain::form::{Input, Value};
use crate::domain::local_time;
use crate::domain::lookup::{Lookup, Offer, Reference};

/// A field's contents.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    Text(Field),
    Flag(bool),
    Choice {
        options: Cow<'static, [(&'static str, &'static str)]>,
        chosen: Option<usize>,
    },
    Pick(Picker),
    /// A list of texts, one a line.
    Texts {
        lines: Vec<Field>,
        at: usize,
    },
}

/// Records of another table, found by typing a part of their name.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one field")]
pub struct Picker {
    lookup: Lookup,
    many: bool,
    pub text: Field,
    pub chosen: Vec<Reference>,
    pub offers: Vec<Offer>,
    pub cursor: usize,
    /// Whether what was typed has been answered.
    pub is_answered: bool,
    /// Whether the answer was that nothing could be read.
    pub has_failed: bool,
    /// The words that the offers are for.
    answered: String,
    /// Enter came before the answer: the only offer is then chosen.
    hasty: bool,
    asking: Latest<String>,
}

impl Entry {
    /// The contents that show a value.
    pub(super) fn new(input: &Input, value: &Value) -> Self {
        let pick = |lookup: &Lookup, many| {
            let chosen = match value {
                Value::Reference(reference) => vec![reference.clone()],
                Value::References(all) => all.clone(),
                _ => Vec::new(),
            };
            Self::Pick(Picker {
                lookup: *lookup,
                many,
                text: Field::default(),
                chosen,
                offers: Vec::new(),
                cursor: 0,
                is_answered: false,
                has_failed: false,
                answered: String::new(),
                hasty: false,
                asking: Latest::default(),
            })
        };
        match (input, value) {
            (Input::Flag, value) => Self::Flag(*value == Value::Flag(true)),
            (Input::Choice(options), value) => Self::Choice {
                chosen: options.iter().position(|(stored, _)| value.text() == Some(stored)),
                options: options.clone(),
            },
            (Input::Reference(lookup), _) => pick(lookup, false),
            (Input::References(lookup), _) => pick(lookup, true),
            (Input::Texts, value) => {
                let mut lines: Vec<Field> = match value {
                    Value::Texts(texts) => texts.iter().map(|text| Field::with(text)).collect(),
                    _ => Vec::new(),
                };
                lines.push(Field::default());
                Self::Texts { at: 0, lines }
            }
            (Input::Secret, _) => Self::Text(Field::masked()),
            (_, Value::Text(text)) => Self::Text(Field::with(text)),
            (_, Value::Day(day, _)) => Self::Text(Field::with(&day.to_string())),
            (_, Value::Moment(at, zone)) => Self::Text(Field::with(&local_time::show(*at, *zone))),
            _ => Self::Text(Field::default()),
        }
    }

    /// Types a key; whether the field had a use for it.
    pub(super) fn key(&mut self, key: KeyEvent) -> bool {
        match self {
            Self::Text(field) => is_typing(key) && field.type_key(key),
            Self::Flag(flag) => {
                let is_toggle = matches!(key.code, KeyCode::Char(' ') | KeyCode::Left | KeyCode::Right);
                *flag ^= is_toggle;
                is_toggle
            }
            Self::Choice { options, chosen } => choose(options, chosen, key),
            Self::Pick(picker) => picker.key(key),
            Self::Texts { lines, at } => texts(lines, at, key),
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        match self {
            Self::Text(field) => field.paste(text),
            Self::Pick(picker) => {
                (picker.cursor, picker.hasty) = (0, false);
                picker.text.paste(text);
            }
            // A pasted list becomes a list.
            Self::Texts { lines, at } => {
                for (i, line) in text.lines().enumerate() {
                    if i > 0 {
                        *at += 1;
                        lines.insert(*at, Field::default());
                    }
                    lines[*at].paste(line);
                }
            }
            Self::Flag(_) | Self::Choice { .. } => {}
        }
    }

    /// The cursor leaves the field.
    pub(super) fn leave(&mut self) {
        // What was typed and not chosen stays, and is said to be no choice.
        if let Self::Pick(picker) = self
            && !picker.is_searching()
        {
            picker.offers.clear();
            picker.is_answered = false;
        }
    }
}

fn is_typing(key: KeyEvent) -> bool {
    !matches!(key.code, KeyCode::Enter | KeyCode::Esc | KeyCode::Tab | KeyCode::BackTab | KeyCode::Up | KeyCode::Down)
}

fn choose(options: &[(&str, &str)], chosen: &mut Option<usize>, key: KeyEvent) -> bool {
    let count = options.len();
    *chosen = match key.code {
        KeyCode::Char(' ') | KeyCode::Right => Some(chosen.map_or(0, |i| (i + 1) % count)),
        KeyCode::Left => Some(chosen.map_or(count - 1, |i| (i + count - 1) % count)),
        KeyCode::Backspace | KeyCode::Delete => None,
        // The next one that begins with the letter.
        KeyCode::Char(c) if !key.modifiers.contains(KeyModifiers::CONTROL) => {
            let from = chosen.map_or(0, |i| i + 1);
            let begins = |i: &usize| options[i % count].1.starts_with(c.to_ascii_lowercase());
            match (from..from + count).find(begins) {
                Some(i) => Some(i % count),
                None => return false,
            }
        }
        _ => return false,
    };
    true
}

fn texts(lines: &mut Vec<Field>, at: &mut usize, key: KeyEvent) -> bool {
    match key.code {
        // An empty last line is left, not multiplied.
        KeyCode::Enter if !lines[*at].text().trim().is_empty() => {
            *at += 1;
            lines.insert(*at, Field::default());
            true
        }
        KeyCode::Up if *at > 0 => {
            *at -= 1;
            true
        }
        KeyCode::Down if *at + 1 < lines.len() => {
            *at += 1;
            true
        }
        KeyCode::Backspace if lines[*at].text().is_empty() && lines.len() > 1 => {
            lines.remove(*at);
            *at = at.saturating_sub(1);
            true
        }
        _ => is_typing(key) && lines[*at].type_key(key),
    }
}

impl Picker {
    fn key(&mut self, key: KeyEvent) -> bool {
        match key.code {
            KeyCode::Down if self.is_searching() && self.cursor + 1 < self.offers.len() => self.cursor += 1,
            KeyCode::Up if self.is_searching() && self.cursor > 0 => self.cursor -= 1,
            KeyCode::Enter if self.is_searching() => return self.choose(),
            KeyCode::Esc if self.is_searching() => {
                self.text.clear();
                self.offers.clear();
                self.hasty = false;
            }
            KeyCode::Backspace | KeyCode::Delete if self.text.text().is_empty() => {
                return self.chosen.pop().is_some();
            }
            _ if is_typing(key) => {
                (self.cursor, self.hasty) = (0, false);
                return self.text.type_key(key);
            }
            _ => return false,
        }
        true
    }

    /// Whether the offers are about something that was typed.
    #[must_use]
    pub fn is_searching(&self) -> bool {
        !self.text.text().is_empty()
    }

    fn choose(&mut self) -> bool {
        // What is offered for other words than those that stand there is not chosen.
        self.hasty = !self.is_answered;
        let Some(offer) = self.offers.get(self.cursor).filter(|_| self.is_answered) else { return true };
        if !self.many {
            self.chosen.clear();
        }
        if !self.chosen.contains(&offer.reference) {
            self.chosen.push(offer.reference.clone());
        }
        self.text.clear();
        self.cursor = 0;
        self.offers.clear();
        true
    }

    /// What is to be looked up now.
    pub(super) fn wants(&mut self) -> Option<(Lookup, String)> {
        if !self.is_searching() && !self.chosen.is_empty() {
            return None;
        }
        // What was answered is not asked again.
        if self.is_answered && self.answered == self.text.text() {
            return None;
        }
        self.is_answered = false;
        let text = self.asking.want(self.text.text().to_owned())?;
        Some((self.lookup, text))
    }

    /// Asks again what had no answer, unless that is in progress.
    pub(super) fn retry(&mut self) -> Option<(Lookup, String)> {
        if !self.has_failed || self.asking.under_way().is_some() {
            return None;
        }
        self.is_answered = false;
        self.wants()
    }

    /// Whether this is the question that waits for its answer.
    pub(super) fn is_asking(&self, lookup: Lookup, text: &str) -> bool {
        self.lookup == lookup && self.asking.under_way().is_some_and(|asked| asked == text)
    }

    /// The answer to its question will go to another field.
    pub(super) fn interrupted(&mut self) {
        self.asking = Latest::default();
        self.is_answered = false;
        self.hasty = false;
    }

    pub(super) fn offered(&mut self, offers: Vec<Offer>) {
        // A field that was filled or left in the meantime needs no more suggestions.
        if self.is_searching() || self.chosen.is_empty() {
            self.offers = offers;
        }
        self.cursor = self.cursor.min(self.offers.len().saturating_sub(1));
        (self.is_answered, self.has_failed) = (true, false);
        self.answered = self.asking.under_way().cloned().unwrap_or_default();
    }

    /// Chooses the only offer, where that was asked for before it was there.
    pub(super) fn catch_up(&mut self) -> bool {
        let only = self.hasty && self.is_answered && self.offers.len() == 1;
        only && self.choose()
    }

    pub(super) fn wants_next(&mut self) -> Option<(Lookup, String)> {
        let text = self.asking.answered()?;
        self.is_answered = false;
        Some((self.lookup, text))
    }

    pub(super) fn value(&self) -> Option<Value> {
        match (self.many, self.chosen.as_slice()) {
            (_, []) => None,
            (false, [one, ..]) => Some(Value::Reference(one.clone())),
            (true, all) => Some(Value::References(all.to_vec())),
        }
    }
}
