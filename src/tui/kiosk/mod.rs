//! The kiosk's screen, as pure as the console: [`Kiosk`] is the model, [`Kiosk::update`] the only
//! thing that changes it, [`view::view`] the only thing that draws it, [`spoken`] the output for a
//! screen reader.
//!
//! It is not a pane, because the person in front of it has no session. Its model has a dozen
//! stages and is separate from the console's; it shares the console's widgets and themes. All its
//! text is in `messages`, in three languages.
//!
//! People at a kiosk are in a hurry. Each stage asks for one thing and returns to the start by
//! itself when nobody answers. The only key that leaves the kiosk is the one that asks for an
//! administrator's PIN.
//!
//! - Input during a pending request, and for a second after it, is ignored. The screen says so, and
//!   says when keys count again.
//! - A message stays until the next entry has ended.
//! - A question names its student and ends 20 s after the last key.
//! - For a time that the site's clocks showed twice, the kiosk asks which one.
//! - An unended badge is cleared after 10 s.
//! - On a screen that is too small, only the key that closes the kiosk works.

mod answers;
mod big;
mod entry;
mod keys;
mod layout;
pub mod messages;
mod parts;
pub mod spoken;
mod stage;
mod typing;
mod update;
pub mod view;

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use crossterm::event::{KeyEvent, MouseEvent};

use super::widget::field::Field;
use super::widget::theme::Theme;
use crate::domain::punch::{Answer, Asked, BadgeLengths, Door, Leave, Trouble};
use crate::domain::{Failure, Secret};
use messages::{Language, Messages};
pub use stage::{Note, Stage, Told};
use typing::Typing;

/// How long an answer stays.
pub const TOLD_FOR: TimeDelta = TimeDelta::seconds(5);
/// A stage without a student ends after this long without a key.
pub const PATIENCE: TimeDelta = TimeDelta::seconds(30);
/// After how long without a key a question ends, since its person has gone.
pub const QUESTION_FOR: TimeDelta = TimeDelta::seconds(20);
/// After how long a badge or a number that was not ended is cleared.
pub const UNFINISHED_FOR: TimeDelta = TimeDelta::seconds(10);

/// How the badge reader of a kiosk types. Enter always ends a badge, as it ends
/// whatever a person types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader {
    /// A character that the reader types before a badge, and nobody else types.
    pub start: Option<char>,
    /// Whether Tab ends a badge.
    pub tab: bool,
    /// Whether a line feed ends a badge.
    pub newline: bool,
    /// After how long without a character a badge has ended, where nothing else ends it.
    pub pause: Option<TimeDelta>,
}

impl Default for Reader {
    fn default() -> Self {
        Self { start: None, tab: true, newline: true, pause: None }
    }
}

/// Whether others may read or answer what goes to the database. The warning on standard error
/// is covered by the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathSecurity {
    Secure,
    Weak,
}

/// What a kiosk is started with.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub theme: Theme,
    /// Whether the terminal's font has quarters of a block; the Linux console's has not.
    pub quarters: bool,
    pub language: Language,
    /// Whether this device holds a credential.
    pub is_enrolled: bool,
    /// Whether lines come whole, so that how fast they were typed says nothing.
    pub reads_lines: bool,
    pub path: PathSecurity,
    pub reader: Reader,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    Key(KeyEvent),
    Mouse(MouseEvent),
    Paste(String),
    Resized(u16, u16),
    /// Time went by.
    Tick,
    /// Something was typed that answers nothing, since its question is over.
    Missed,
    News(News),
    /// What came of a one-time code.
    Enrolled(Result<bool, Failure>),
    Punched(Box<Asked>, Came),
    Left(Result<Leave, Failure>),
}

/// How the device and its connection are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    pub contact: Contact,
    pub door: Option<Door>,
    /// Punches in the journal.
    pub waiting: u32,
    pub trouble: Option<Trouble>,
}

/// Whether the database answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact {
    Connecting,
    Online,
    Offline {
        since: DateTime<Utc>,
    },
    /// It answers that this is no kiosk any more.
    Revoked,
}

/// What came of a punch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    Answer(Answer),
    /// It is on this device's disk; `again` where it was there already.
    Kept {
        at: DateTime<Utc>,
        again: bool,
    },
    NotKept(Trouble),
    /// It is not kept, since its badge may be another one with a PIN behind it.
    Uncertain,
    /// The PIN to be set is none.
    BadPin,
    Revoked,
}

/// What is to happen outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    Enrol(Secret),
    Punch(Box<Asked>),
    Leave { badge: String, pin: Secret },
    Quit,
}

/// The model.
pub struct Kiosk {
    pub settings: Settings,
    pub size: (u16, u16),
    /// The server's time, as far as it is known.
    pub now: DateTime<Utc>,
    pub contact: Contact,
    pub door: Option<Door>,
    pub waiting: u32,
    pub trouble: Option<Trouble>,
    pub language: Language,
    pub stage: Stage,
    /// Whether the screen has been touched: then it shows keys.
    pub has_keypad: bool,
    /// When a key was last pressed.
    touched: DateTime<Utc>,
    /// How what is being typed was typed.
    typing: Typing,
    /// A badge of a reader that says where it begins.
    scan: Option<String>,
    /// What began while an answer was awaited counts nowhere until it ends or pauses.
    deaf_until: DateTime<Utc>,
    /// Whether something was typed that does not count. The screen says so until what is
    /// typed next has ended.
    pub has_missed: bool,
    /// Whether the last key was Enter: a line feed behind it ends nothing more.
    was_enter: bool,
}

impl fmt::Debug for Kiosk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kiosk").field("stage", &self.stage).field("contact", &self.contact).finish_non_exhaustive()
    }
}

impl Kiosk {
    /// A kiosk that has heard nothing yet.
    #[must_use]
    pub fn start(settings: Settings, size: (u16, u16), now: DateTime<Utc>) -> Self {
        let stage =
            if settings.is_enrolled { Stage::start() } else { Stage::Enrol { code: Field::default(), note: None } };
        Self {
            settings,
            size,
            now,
            contact: Contact::Connecting,
            door: None,
            waiting: 0,
            trouble: None,
            language: settings.language,
            stage,
            has_keypad: false,
            touched: now,
            typing: Typing::default(),
            scan: None,
            deaf_until: now,
            has_missed: false,
            was_enter: false,
        }
    }

    /// The lengths of badges here; nothing where the database was never heard.
    #[must_use]
    pub fn badge_lengths(&self) -> Option<&BadgeLengths> {
        self.door.as_ref().map(|door| &door.lengths)
    }

    /// Whether the screen is too small to show what it asks for.
    #[must_use]
    pub fn is_too_small(&self) -> bool {
        self.size.0 < layout::LEAST.0 || self.size.1 < layout::LEAST.1
    }

    #[must_use]
    pub fn messages(&self) -> &'static Messages {
        self.language.messages()
    }

    /// Whether the database is reached, in words.
    #[must_use]
    pub fn contact_in_words(&self) -> String {
        let w = self.messages();
        match self.contact {
            Contact::Connecting => w.connecting.to_owned(),
            Contact::Online if self.settings.path == PathSecurity::Weak => w.online_insecure.to_owned(),
            Contact::Online => w.online.to_owned(),
            Contact::Offline { since } => messages::filled(w.offline, &[&self.clock(since)]),
            Contact::Revoked => w.revoked.to_owned(),
        }
    }

    /// `15:04`, at the site; of the world where no site is known.
    #[must_use]
    pub fn clock(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone()).format("%H:%M").to_string()
    }

    /// `15:04 CST`: the same where the clocks show it twice.
    #[must_use]
    pub fn clock_with_zone(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone()).format("%H:%M %Z").to_string()
    }

    fn zone(&self) -> chrono_tz::Tz {
        self.door.as_ref().map_or(chrono_tz::UTC, |door| door.zone)
    }

    /// When something changes by itself: the minute, or a stage that ends.
    #[must_use]
    pub fn wakes_at(&self) -> DateTime<Utc> {
        let minute = self.now.timestamp_millis().div_euclid(60_000) + 1;
        let minute = DateTime::from_timestamp_millis(minute * 60_000).unwrap_or(self.now + TimeDelta::minutes(1));
        let is_idle = self.language == self.settings.language && !self.has_missed && !self.is_being_typed();
        let ends = match &self.stage {
            Stage::Told { until, .. } => *until,
            Stage::Busy => return minute,
            Stage::Start { .. } if is_idle => return minute,
            _ => self.touched + self.patience(),
        };
        let pause = self.pauses_at().filter(|at| *at > self.now);
        pause.into_iter().chain(self.hears_at()).fold(minute.min(ends), std::cmp::min)
    }
}
