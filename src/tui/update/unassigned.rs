//! Shows a notice for keys that have no action.

use chrono::TimeDelta;
use crossterm::event::KeyEvent;

use super::super::action::Action;
use super::super::app::App;
use super::super::keymap::Key;
use super::super::widget::theme::Tone;

/// One notice serves for all unassigned keys of this time.
const NOTICES_APART: TimeDelta = TimeDelta::seconds(10);

impl App {
    /// Says that a key is not assigned. Failures and the warning about the path stay instead.
    pub(super) fn note_unassigned(&mut self, key: KeyEvent) {
        let key = Key::from(key);
        if !key.has_name() || self.was_unassigned_noted() || self.has_lasting_notice() {
            return;
        }
        let help = self.key_of(Action::Help).map(|help| format!(" {help} shows the keys.")).unwrap_or_default();
        self.say(format!("Key {key} is not assigned here.{help}"), Tone::Quiet);
        self.unassigned_noted = self.now;
    }

    /// Whether that was said a moment ago, and nothing else since.
    fn was_unassigned_noted(&self) -> bool {
        let is_latest = self.notice.as_ref().is_none_or(|notice| notice.since <= self.unassigned_noted);
        is_latest && self.now - self.unassigned_noted < NOTICES_APART
    }
}
