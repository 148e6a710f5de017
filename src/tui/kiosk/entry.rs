//! Judges a complete entry: an answer, a badge, or neither. Reader and keyboard are one stream of
//! characters, so three rules tell a badge from a PIN:
//!
//! - *Form.* The heartbeat tells the kiosk only the lengths of its school's badges and numbers. A
//!   text of another length is not a badge: a PIN alone, or a badge followed by a PIN, is refused
//!   before anything is sent or stored.
//! - *Place.* When a PIN is asked for, four to eight digits and Enter are a PIN. Any other text
//!   with the length of a badge ends the question and is not used, so that it answers nothing for
//!   the previous student; it has to be scanned again. It counts as a badge only if it was typed
//!   faster than a person can (under 40 ms per character). At other questions, a text that is not
//!   an answer and has the length of a badge is the next person's badge.
//! - *Certainty.* A number that may be a shorter number followed by a PIN is checked online. The
//!   journal stores it only if it was read in one burst.
//!
//! The database is the last line of defence (`sql/functions/pins.sql`).

use std::mem::take;

use super::super::widget::field::Field;
use super::keys::{End, LONGEST_BADGE};
use super::typing::Typing;
use super::{Effect, Kiosk, Note, Stage, Told, answers};
use crate::domain::punch::{LONGEST_PIN, SHORTEST_PIN, is_pin};
use crate::domain::text::folded;

/// So many characters in a burst are a reader's, where something else was asked for.
const LEAST_BURST: usize = 3;

/// How a typed text is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    /// An answer to the question, or an attempt at one.
    Answer,
    /// The badge of the next person.
    Badge,
    /// Possibly a badge; it is not used and has to be scanned again.
    Again,
    /// Neither an answer nor a badge.
    Invalid,
    /// The badge whose PIN is asked for.
    Same,
}

impl Kiosk {
    /// A pause ends a badge, and never what a person is still typing.
    pub(super) fn end_by_pause(&mut self) {
        if self.pauses_at().is_none_or(|at| self.now < at) {
            return;
        }
        let text = self.typed().trim();
        let is_read = self.typing.is_whole() && self.badge_lengths().is_some_and(|lengths| lengths.fits(text));
        let may_be_answer = text.len() <= LONGEST_PIN && text.chars().all(|c| c.is_ascii_digit());
        let has_ended = match &self.stage {
            _ if self.scan.is_some() => true,
            Stage::Enrol { .. } | Stage::Busy | Stage::Told { .. } => false,
            Stage::Start { .. } | Stage::LeaveWho { .. } => is_read,
            _ => is_read && (self.typing.is_fast() || !may_be_answer),
        };
        if has_ended {
            // What a pause ends is a badge, which asks for nothing outside yet.
            self.end(End::Pause);
        }
    }

    /// Takes what was typed as whole.
    pub(super) fn end(&mut self, end: End) -> Vec<Effect> {
        let typing = take(&mut self.typing);
        if let Some(badge) = self.scan.take() {
            self.has_missed = false;
            self.read(badge.trim(), typing.is_whole());
            return Vec::new();
        }
        let text = self.typed().trim().to_owned();
        if text.is_empty() {
            return Vec::new();
        }
        self.has_missed = false;
        let is_whole = self.hears_pace() && typing.is_whole();
        match self.judge(&text, &typing, end) {
            Entry::Answer => return self.answer(&text, is_whole),
            Entry::Badge => self.read(&text, is_whole),
            Entry::Again => self.tell(Told::ScanAgain),
            Entry::Invalid => self.reject_entry(),
            Entry::Same => self.clear_typed(),
        }
        Vec::new()
    }

    /// Whether typing speed distinguishes the reader from a person. If the reader marks the
    /// start of a badge, everything else is typed by a person.
    fn hears_pace(&self) -> bool {
        !self.settings.reads_lines && self.settings.reader.start.is_none()
    }

    fn judge(&self, text: &str, typing: &Typing, end: End) -> Entry {
        let is_fast = self.hears_pace() && typing.is_fast();
        let is_slow = !self.hears_pace() || typing.is_slow();
        match &self.stage {
            Stage::Enrol { .. } | Stage::Start { .. } | Stage::LeaveWho { .. } => Entry::Answer,
            Stage::Busy | Stage::Told { .. } => Entry::Invalid,
            Stage::Pin { badge, .. } if folded(badge) == folded(text) => Entry::Same,
            Stage::Pin { .. } | Stage::NewPin { .. } | Stage::LeavePin { .. } => {
                self.judge_pin(text, is_fast, is_slow, end)
            }
            Stage::Choose { .. }
            | Stage::Meal { .. }
            | Stage::StaleWhen { .. }
            | Stage::AmbiguousLeaveTime { .. }
            | Stage::StaleWhy { .. } => self.judge_answer(text, is_fast, end),
        }
    }

    /// A PIN is four to eight digits and Enter, of a length that no number here has.
    fn judge_pin(&self, text: &str, is_fast: bool, is_slow: bool, end: End) -> Entry {
        let lengths = self.badge_lengths();
        let fits = lengths.is_some_and(|lengths| lengths.fits(text));
        let is_number = lengths.is_some_and(|lengths| lengths.is_number(text));
        if end == End::Enter && is_pin(text) {
            return match (is_fast, is_slow) {
                // The shortest PIN may be typed quickly.
                (true, _) if fits || text.len() > SHORTEST_PIN => Entry::Badge,
                // A PIN chosen before numbers had this length is typed slowly.
                (_, false) if is_number => Entry::Again,
                _ => Entry::Answer,
            };
        }
        if is_fast && (fits || text.chars().count() >= LEAST_BURST) {
            return Entry::Badge;
        }
        if fits { Entry::Again } else { Entry::Invalid }
    }

    fn judge_answer(&self, text: &str, is_fast: bool, end: End) -> Entry {
        if is_fast && text.chars().count() >= LEAST_BURST {
            return Entry::Badge;
        }
        let fits = self.badge_lengths().is_some_and(|lengths| lengths.fits(text));
        let is_answer = match &self.stage {
            Stage::Choose { .. } | Stage::AmbiguousLeaveTime { .. } => answers::is_number(text, 1),
            Stage::Meal { .. } => answers::is_number(text, 3),
            Stage::StaleWhen { .. } => answers::is_time(text),
            _ => answers::is_reason(text, fits),
        };
        if end == End::Enter && is_answer {
            return Entry::Answer;
        }
        match (fits, is_pin(text)) {
            (false, _) => Entry::Invalid,
            // This may be a PIN.
            (true, true) => Entry::Again,
            (true, false) => Entry::Badge,
        }
    }

    /// Takes a badge, whatever was asked for before.
    fn read(&mut self, badge: &str, is_whole: bool) {
        if matches!(self.stage, Stage::LeaveWho { .. }) && !badge.is_empty() {
            self.stage = Stage::LeavePin { badge: badge.to_owned(), pin: Field::masked() };
        } else {
            self.scanned(badge, is_whole);
        }
    }

    /// Asks for the PIN of a badge or a number. One that did not come in one go may have
    /// a PIN behind it.
    pub(super) fn scanned(&mut self, badge: &str, is_whole: bool) {
        if badge.is_empty() {
            return;
        }
        let Some(lengths) = self.badge_lengths() else {
            self.tell(Told::NotReady);
            return;
        };
        let is_badge =
            lengths.fits(badge) && badge.chars().count() <= LONGEST_BADGE && !badge.chars().any(char::is_control);
        let may_hold_pin = !is_whole && lengths.may_end_in_pin(badge);
        if is_badge {
            self.stage = Stage::Pin { badge: badge.to_owned(), may_hold_pin, pin: Field::masked() };
        } else {
            self.tell(Told::NoBadge);
        }
    }

    /// Asks the same once more.
    fn reject_entry(&mut self) {
        self.clear_typed();
        match &mut self.stage {
            Stage::NewPin { first, note, .. } => (*first, *note) = (None, Some(Note::PinWrong)),
            Stage::StaleWhen { is_wrong, .. } => *is_wrong = true,
            _ => self.has_missed = true,
        }
    }
}
