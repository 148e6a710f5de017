//! Handles keys. `entry` judges badges and answers.

use std::mem::replace;

use chrono::{DateTime, TimeDelta, Utc};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use strum::VariantArray;

use super::super::widget::field::Field;
use super::messages::Language;
use super::typing::Typing;
use super::{Effect, Kiosk, Stage};

/// Longer is no badge; `kiosk_punches` keeps that many characters.
pub(super) const LONGEST_BADGE: usize = 200;
/// What began while an answer was awaited has ended after a pause of that length.
const DEAF_FOR: TimeDelta = TimeDelta::seconds(1);

/// What ended a badge, a number or an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// A person, or a reader.
    Enter,
    /// A reader.
    Tab,
    Newline,
    Pause,
}

/// A key that a stage has a use for.
#[derive(Clone, Copy, Debug)]
enum Pressed {
    Character(char),
    Backspace,
    Escape,
    End(End),
    Language(Language),
}

impl Kiosk {
    pub(super) fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let is_held = key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        let follows_enter = replace(&mut self.was_enter, key.code == KeyCode::Enter);
        if matches!(key.code, KeyCode::F(12)) || (is_held && key.code == KeyCode::Char('q')) {
            return self.ask_to_leave();
        }
        // Ctrl-C may quit until the device is enrolled.
        if is_held && key.code == KeyCode::Char('c') && !self.settings.is_enrolled {
            return vec![Effect::Quit];
        }
        // Nobody answers what is not shown.
        if self.is_too_small() {
            return Vec::new();
        }
        self.let_time_pass();
        match self.pressed(key, follows_enter) {
            None => Vec::new(),
            Some(Pressed::Language(language)) => {
                (self.language, self.touched) = (language, self.now);
                Vec::new()
            }
            Some(pressed) if self.loses(pressed) => Vec::new(),
            Some(pressed) => self.take(pressed, key),
        }
    }

    fn pressed(&self, key: KeyEvent, follows_enter: bool) -> Option<Pressed> {
        let reader = self.settings.reader;
        let is_held = key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        match key.code {
            KeyCode::F(n) => {
                let language = Language::VARIANTS.get(usize::from(n).checked_sub(1)?)?;
                Some(Pressed::Language(*language))
            }
            KeyCode::Tab if reader.tab && (self.is_being_typed() || self.is_deaf()) => Some(Pressed::End(End::Tab)),
            KeyCode::Tab => Some(Pressed::Language(self.language.next())),
            // A line feed, as a terminal says it; behind Enter it belongs to that.
            KeyCode::Char('j') if key.modifiers == KeyModifiers::CONTROL => {
                (reader.newline && !follows_enter).then_some(Pressed::End(End::Newline))
            }
            _ if is_held => None,
            KeyCode::Char(c) => Some(Pressed::Character(c)),
            KeyCode::Enter => Some(Pressed::End(End::Enter)),
            KeyCode::Backspace => Some(Pressed::Backspace),
            KeyCode::Esc => Some(Pressed::Escape),
            _ => None,
        }
    }

    /// Whether a key does not count: an answer is awaited, or what began in the meantime goes
    /// on. The screen says so.
    fn loses(&mut self, pressed: Pressed) -> bool {
        let is_deaf = self.is_deaf() && !matches!(pressed, Pressed::Escape);
        if !matches!(self.stage, Stage::Busy) && !is_deaf {
            return false;
        }
        match pressed {
            Pressed::Character(_) => {
                self.has_missed = true;
                self.touched = self.now;
                self.deaf_until = self.now + DEAF_FOR;
            }
            Pressed::End(_) => self.deaf_until = self.now,
            Pressed::Backspace | Pressed::Escape | Pressed::Language(_) => {}
        }
        true
    }

    fn take(&mut self, pressed: Pressed, key: KeyEvent) -> Vec<Effect> {
        self.touched = self.now;
        if matches!(self.stage, Stage::Told { .. }) {
            self.go_back();
            // A reader does not wait: its first character begins the next badge.
            if !matches!(pressed, Pressed::Character(_)) {
                return Vec::new();
            }
        }
        match pressed {
            Pressed::Character(c) => self.type_character(c, key),
            Pressed::Backspace => {
                self.typing.correct();
                self.type_key(key);
            }
            Pressed::Escape => {
                self.deaf_until = self.now;
                self.has_missed = false;
                self.go_back();
            }
            Pressed::End(end) => return self.end(end),
            Pressed::Language(_) => {}
        }
        Vec::new()
    }

    fn type_character(&mut self, c: char, key: KeyEvent) {
        if Some(c) == self.settings.reader.start && !matches!(self.stage, Stage::Enrol { .. }) {
            self.clear_typed();
            self.scan = Some(String::new());
            return;
        }
        if !self.is_being_typed() {
            self.typing = Typing::default();
        }
        self.typing.add(self.now);
        match &mut self.scan {
            Some(scan) if scan.chars().count() > LONGEST_BADGE => {}
            Some(scan) => scan.push(c),
            None => self.type_key(key),
        }
    }

    fn type_key(&mut self, key: KeyEvent) {
        let is_typed = matches!(key.code, KeyCode::Char(_));
        // What is longer than any badge says so already.
        if let Some(field) = self.field_mut()
            && (!is_typed || field.text().chars().count() <= LONGEST_BADGE)
        {
            field.type_key(key);
        }
    }

    /// Whether what is typed belongs to what began while an answer was awaited.
    fn is_deaf(&self) -> bool {
        self.now < self.deaf_until
    }

    /// When keys count again, where some did not count.
    pub(super) fn hears_at(&self) -> Option<DateTime<Utc>> {
        (self.has_missed && self.is_deaf()).then_some(self.deaf_until)
    }

    /// What to say of keys that did not count: to wait until they do, or to try again.
    /// It stays until what is typed next has ended, of which the beginning may be lost.
    pub(super) fn missed(&self) -> Option<&'static str> {
        let w = self.messages();
        let must_wait = matches!(self.stage, Stage::Busy) || self.is_deaf();
        self.has_missed.then_some(if must_wait { w.missed_wait } else { w.missed })
    }

    /// Forgets what is being typed.
    pub(super) fn clear_typed(&mut self) {
        (self.typing, self.scan) = (Typing::default(), None);
        if let Some(field) = self.field_mut() {
            field.clear();
        }
    }

    /// Whether a badge or an answer was begun.
    pub(super) fn is_being_typed(&self) -> bool {
        self.scan.is_some() || !self.typed().is_empty()
    }

    /// When a badge has ended that nothing but a pause ends.
    pub(super) fn pauses_at(&self) -> Option<DateTime<Utc>> {
        let last = self.typing.last().filter(|_| self.is_being_typed())?;
        Some(last + self.settings.reader.pause?)
    }

    /// What was typed so far of whatever is asked for.
    pub(super) fn typed(&self) -> &str {
        match &self.stage {
            Stage::Enrol { code: field, .. }
            | Stage::Start { badge: field }
            | Stage::Pin { pin: field, .. }
            | Stage::NewPin { pin: field, .. }
            | Stage::Choose { number: field, .. }
            | Stage::Meal { minutes: field, .. }
            | Stage::StaleWhen { time: field, .. }
            | Stage::AmbiguousLeaveTime { number: field, .. }
            | Stage::StaleWhy { reason: field, .. }
            | Stage::LeaveWho { badge: field }
            | Stage::LeavePin { pin: field, .. } => field.text(),
            Stage::Busy | Stage::Told { .. } => "",
        }
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        match &mut self.stage {
            Stage::Enrol { code: field, .. }
            | Stage::Start { badge: field }
            | Stage::Pin { pin: field, .. }
            | Stage::NewPin { pin: field, .. }
            | Stage::Choose { number: field, .. }
            | Stage::Meal { minutes: field, .. }
            | Stage::StaleWhen { time: field, .. }
            | Stage::AmbiguousLeaveTime { number: field, .. }
            | Stage::StaleWhy { reason: field, .. }
            | Stage::LeaveWho { badge: field }
            | Stage::LeavePin { pin: field, .. } => Some(field),
            Stage::Busy | Stage::Told { .. } => None,
        }
    }

    fn ask_to_leave(&mut self) -> Vec<Effect> {
        if matches!(self.stage, Stage::Start { .. } | Stage::Told { .. } | Stage::Pin { .. }) {
            self.touched = self.now;
            (self.typing, self.scan) = (Typing::default(), None);
            self.stage = Stage::LeaveWho { badge: Field::masked() };
        }
        Vec::new()
    }
}
