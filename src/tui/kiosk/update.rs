//! Handles answers, touches and the passing of time. `keys` handles keys.

use chrono::{DateTime, TimeDelta, Utc};
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::super::widget::field::Field;
use super::keys::LONGEST_BADGE;
use super::typing::Typing;
use super::{
    Came, Contact, Effect, Kiosk, Message, News, Note, PATIENCE, QUESTION_FOR, Stage, TOLD_FOR, Told, UNFINISHED_FOR,
    layout,
};
use crate::domain::Failure;
use crate::domain::punch::{Answer, Asked, Leave};

/// A clock that goes so far at once was set, or slept: nobody waited for that long.
const JUMP: TimeDelta = TimeDelta::minutes(2);

impl Kiosk {
    /// Takes in what happened at a moment.
    pub fn update(&mut self, message: Message, now: DateTime<Utc>) -> Vec<Effect> {
        self.follow_clock(now);
        match message {
            Message::Key(key) if key.kind != KeyEventKind::Release => return self.key(key),
            // A reader that pastes is a reader.
            Message::Paste(text) => return self.paste(&text),
            Message::Mouse(mouse) => return self.finger(mouse),
            Message::Key(_) => {}
            Message::Resized(width, height) => self.size = (width, height),
            Message::Tick => self.let_time_pass(),
            Message::Missed => self.has_missed = true,
            Message::News(news) => self.hear(news),
            Message::Enrolled(outcome) => self.enrolled(&outcome),
            Message::Punched(asked, came) => self.came(asked, came),
            Message::Left(outcome) => return self.left(&outcome),
        }
        Vec::new()
    }

    /// Goes on with the time. Where it jumps, what runs out is shifted with it.
    fn follow_clock(&mut self, now: DateTime<Utc>) {
        let by = now - self.now;
        if by > JUMP || by < TimeDelta::zero() {
            self.touched += by;
            self.deaf_until += by;
            self.typing.shift(by);
            if let Stage::Told { until, .. } = &mut self.stage {
                *until += by;
            }
        }
        self.now = now;
    }

    pub(super) fn let_time_pass(&mut self) {
        self.end_by_pause();
        let is_over = match &self.stage {
            Stage::Told { until, .. } => self.now >= *until,
            Stage::Busy => false,
            _ => self.now >= self.touched + self.patience(),
        };
        if !is_over {
            return;
        }
        match self.stage {
            Stage::Told { .. } => self.go_back(),
            // A badge that nothing ended: whatever is typed behind it is something else.
            Stage::Start { .. } if self.is_being_typed() => {
                self.clear_typed();
                self.has_missed = true;
            }
            _ => {
                self.go_back();
                self.has_missed = false;
                // The next student may speak another language.
                self.language = self.settings.language;
            }
        }
    }

    /// How long a stage waits for a key.
    pub(super) fn patience(&self) -> TimeDelta {
        match &self.stage {
            Stage::Start { .. } if self.is_being_typed() => UNFINISHED_FOR,
            Stage::Start { .. } | Stage::Enrol { .. } | Stage::LeaveWho { .. } | Stage::LeavePin { .. } => PATIENCE,
            _ => QUESTION_FOR,
        }
    }

    pub(super) fn go_back(&mut self) {
        self.touched = self.now;
        self.typing = Typing::default();
        self.scan = None;
        self.stage = match self.contact {
            Contact::Revoked => Stage::Enrol { code: Field::default(), note: Some(Note::Revoked) },
            _ if matches!(self.stage, Stage::Enrol { .. }) => Stage::Enrol { code: Field::default(), note: None },
            _ => Stage::start(),
        };
    }

    pub(super) fn tell(&mut self, what: Told) {
        self.stage = Stage::Told { what, until: self.now + TOLD_FOR };
    }

    fn hear(&mut self, news: News) {
        let News { contact, door, waiting, trouble } = news;
        self.contact = match (self.contact, contact) {
            // The start of the outage is shown once.
            (Contact::Offline { since }, Contact::Offline { .. }) => Contact::Offline { since },
            _ => contact,
        };
        if door.is_some() {
            self.door = door;
        }
        (self.waiting, self.trouble) = (waiting, trouble);
        let is_at_start = matches!(&self.stage, Stage::Start { badge } if badge.text().is_empty());
        if is_at_start && self.contact == Contact::Revoked {
            self.go_back();
        }
        // The refusal was temporary: its site was inactive, or a code was typed in the meantime.
        if self.contact == Contact::Online && matches!(self.stage, Stage::Enrol { .. }) {
            self.stage = Stage::start();
        }
    }

    fn enrolled(&mut self, outcome: &Result<bool, Failure>) {
        let note = match outcome {
            Ok(true) => {
                self.contact = Contact::Connecting;
                self.settings.is_enrolled = true;
                self.touched = self.now;
                self.stage = Stage::start();
                return;
            }
            Ok(false) => Note::BadCode,
            Err(Failure::OutcomeUnknown) => Note::CodeMayBeUsed,
            Err(_) => Note::Unreachable,
        };
        self.touched = self.now;
        self.stage = Stage::Enrol { code: Field::default(), note: Some(note) };
    }

    fn came(&mut self, mut asked: Box<Asked>, came: Came) {
        // The next question gets the whole time limit.
        self.touched = self.now;
        let told = match came {
            Came::Answer(Answer::In(done)) => Told::In(done),
            Came::Answer(Answer::Out(done)) => Told::Out(done),
            Came::Answer(Answer::Choose { offers, name }) => {
                asked.name = name;
                self.stage = Stage::Choose { asked, offers, number: Field::default() };
                return;
            }
            Came::Answer(Answer::Meal { name, .. }) => {
                asked.name = name;
                self.stage = Stage::Meal { asked, minutes: Field::default() };
                return;
            }
            Came::Answer(Answer::Stale { since, name }) => {
                asked.name = name;
                // The times that were given were none.
                let is_wrong = asked.said.left_at.take().is_some();
                asked.said.reason = None;
                self.stage = Stage::StaleWhen { asked, since, time: Field::default(), is_wrong };
                return;
            }
            Came::Answer(Answer::SetPin { name }) => {
                asked.name = name;
                self.stage = Stage::NewPin { asked, first: None, pin: Field::masked(), note: None };
                return;
            }
            Came::BadPin => {
                asked.new_pin = None;
                self.stage = Stage::NewPin { asked, first: None, pin: Field::masked(), note: Some(Note::PinWrong) };
                return;
            }
            Came::Answer(Answer::Refused) => Told::Refused,
            Came::Answer(Answer::Locked { until }) => Told::Locked { until },
            Came::Answer(Answer::NoRotation { elsewhere }) => Told::NoRotation { elsewhere },
            Came::Answer(Answer::Outside) => Told::Outside,
            Came::Answer(Answer::NotAStudent) => Told::NotAStudent,
            Came::Answer(Answer::ScanAgain) => Told::ScanAgain,
            Came::Kept { at, again } => Told::Kept { at, again },
            Came::NotKept(trouble) => Told::NotKept(trouble),
            Came::Uncertain => Told::Uncertain,
            Came::Revoked => {
                self.contact = Contact::Revoked;
                Told::Revoked
            }
        };
        self.tell(told);
    }

    fn left(&mut self, outcome: &Result<Leave, Failure>) -> Vec<Effect> {
        match outcome {
            Ok(Leave::Granted) => return vec![Effect::Quit],
            Ok(Leave::Refused) => self.tell(Told::LeaveRefused),
            Ok(Leave::Locked { until }) => self.tell(Told::Locked { until: *until }),
            Err(_) => self.tell(Told::LeaveOffline),
        }
        Vec::new()
    }

    fn paste(&mut self, text: &str) -> Vec<Effect> {
        let mut effects = Vec::new();
        for c in text.chars().take(LONGEST_BADGE * 2) {
            let (code, modifiers) = match c {
                '\r' => (KeyCode::Enter, KeyModifiers::NONE),
                // As a terminal says it.
                '\n' => (KeyCode::Char('j'), KeyModifiers::CONTROL),
                '\t' => (KeyCode::Tab, KeyModifiers::NONE),
                c if c.is_control() => continue,
                c => (KeyCode::Char(c), KeyModifiers::NONE),
            };
            effects.extend(self.key(KeyEvent::new(code, modifiers)));
        }
        effects
    }

    fn finger(&mut self, mouse: MouseEvent) -> Vec<Effect> {
        if mouse.kind != MouseEventKind::Down(MouseButton::Left) || self.is_too_small() {
            return Vec::new();
        }
        let at = Position::new(mouse.column, mouse.row);
        let pressed = layout::pressed(self, at);
        // The first touch shows the keys; it presses none.
        self.has_keypad = true;
        match pressed {
            // A choice is made by touching it.
            Some(code) if matches!(self.stage, Stage::Choose { .. }) && matches!(code, KeyCode::Char(_)) => {
                if let Stage::Choose { number, .. } = &mut self.stage {
                    number.clear();
                }
                let mut effects = self.key(KeyEvent::new(code, KeyModifiers::NONE));
                effects.extend(self.key(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE)));
                effects
            }
            Some(code) => self.key(KeyEvent::new(code, KeyModifiers::NONE)),
            None if matches!(self.stage, Stage::Told { .. }) => {
                self.go_back();
                Vec::new()
            }
            None => Vec::new(),
        }
    }
}
