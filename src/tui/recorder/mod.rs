//! The crash recorder: keeps the last messages of a console in memory, without personal data, for
//! the file that a panic writes. Replaying them shows the same screens, with placeholders; a test
//! does so and compares the screens.
//!
//! Values are hidden twice. When a message arrives, each is replaced by its type: `personal` and
//! `answers` list them, `keys` hides what is typed by the field that it is typed into.
//! `placeholder` makes what stands there instead, of the same width: texts letter by letter, ids so
//! that equal ones stay equal. The file then hides every remaining text of the messages, so that a
//! value that nobody listed does not reach the disk. The panic's hook waits for no lock.
//!
//! A replay differs from the original where the first messages were dropped, where a filter is kept
//! under a name, where two names are alike once they are hidden, and in values that nobody listed.

mod answers;
mod keys;
mod personal;
mod placeholder;

use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError, TryLockError};

use chrono::{DateTime, Utc};

use super::app::{App, Settings};
use super::message::Message;
use super::zone::Zone;
use crate::domain::filter::Saved;
use personal::Personal;

pub use placeholder::{Placeholders, hidden};

/// How many messages are kept.
const MOST_MESSAGES: usize = 1_000;
/// Bytes of personal text in them, as a measure of the rows: about 2,000, or 3 MB of memory.
const MOST_TEXT: usize = 400_000;
/// Ids with a placeholder. Where many rows were read, the recording begins again.
const MOST_IDS: usize = 10_000;

/// Keeps the last messages of one console.
#[derive(Debug, Default)]
pub struct Recorder {
    held: Mutex<Option<Recording>>,
}

/// What was kept.
#[derive(Debug)]
struct Recording {
    settings: Settings,
    size: (u16, u16),
    began: DateTime<Utc>,
    zone: Zone,
    entries: VecDeque<Entry>,
    /// How many messages came before the first one.
    dropped: u64,
    /// Bytes of personal text that the entries had.
    weight: usize,
    by: Placeholders,
}

/// A message and when it came.
#[derive(Debug)]
struct Entry {
    now: DateTime<Utc>,
    zone: Zone,
    message: Message,
    weight: usize,
}

impl Recorder {
    /// Keeps what is going to happen to a console; the first time, before anything has.
    pub fn note(&self, app: &App, message: &Message, now: DateTime<Utc>, zone: Zone) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.get_or_insert_with(|| Recording::of(app)).note(app, message, now, zone);
    }

    /// The recording as text without a personal value. Nobody is waited for: while a message is
    /// being kept there is none.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let held = match self.held.try_lock() {
            Ok(held) => held,
            Err(TryLockError::Poisoned(held)) => held.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        held.as_ref().map(Recording::text)
    }

    /// The console after the same messages, each value replaced by its placeholder.
    #[must_use]
    pub fn replay(&self) -> Option<App> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(Recording::replay)
    }
}

impl Recording {
    /// Nothing yet of a console that nothing has happened to.
    fn of(app: &App) -> Self {
        let mut settings = app.settings.clone();
        settings.database = hidden(&settings.database);
        settings.email = hidden(&settings.email);
        settings.offered_key = None;
        settings.path_warnings = settings.path_warnings.iter().map(|warning| hidden(warning)).collect();
        settings.panes.filters = Saved::new();
        Self {
            settings,
            size: app.size,
            began: app.now,
            zone: app.terminal,
            entries: VecDeque::new(),
            dropped: 0,
            weight: 0,
            by: Placeholders::default(),
        }
    }

    fn note(&mut self, app: &App, message: &Message, now: DateTime<Utc>, zone: Zone) {
        if self.by.ids() > MOST_IDS {
            self.drop_first(self.entries.len());
            self.by = Placeholders::default();
        }
        let before = self.by.replaced();
        let message = without_personal_values(app, message, &mut self.by);
        let weight = self.by.replaced().saturating_sub(before);
        self.weight = self.weight.saturating_add(weight);
        self.entries.push_back(Entry { now, zone, message, weight });
        while self.entries.len() > MOST_MESSAGES || self.weight > MOST_TEXT && !self.entries.is_empty() {
            self.drop_first(1);
        }
    }

    fn drop_first(&mut self, count: usize) {
        for entry in self.entries.drain(..count.min(self.entries.len())) {
            self.weight = self.weight.saturating_sub(entry.weight);
            self.dropped = self.dropped.saturating_add(1);
        }
    }

    fn text(&self) -> String {
        let mut text = format!(
            "medstint {}\n{}×{} cells, since {} ({:?})\n{} messages; {} before them were dropped\n\n",
            env!("CARGO_PKG_VERSION"),
            self.size.0,
            self.size.1,
            self.began,
            self.zone,
            self.entries.len(),
            self.dropped,
        );
        for entry in &self.entries {
            let message = self.by.hide_quoted(&format!("{:?}", entry.message));
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{} {message}", entry.now);
        }
        text
    }

    fn replay(&self) -> App {
        let (mut app, _) = App::start(self.settings.clone(), self.size, self.began, self.zone);
        for entry in &self.entries {
            app.update(entry.message.clone(), entry.now, entry.zone);
        }
        app
    }
}

/// The message with placeholders. What a key is typed into, the console knows before it happens.
fn without_personal_values(app: &App, message: &Message, by: &mut Placeholders) -> Message {
    match message {
        Message::Key(key) => Message::Key(keys::hidden_key(app, *key)),
        Message::KeyBurst(keys) => Message::KeyBurst(keys::hidden_burst(app, keys)),
        Message::Paste(text) => {
            by.count(text.len());
            Message::Paste(keys::hidden_paste(app, text))
        }
        other => {
            let mut message = other.clone();
            message.hide(by);
            message
        }
    }
}
