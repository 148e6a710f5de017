//! Repeats failed reads, after 0.5 s and then at growing intervals up to 30 s. Each pane and
//! overlay reports whether it shows outdated data (`is_stale`) and what to read (`retry`). Until
//! it is read the header says “not current”.

use std::time::Duration;

use super::super::app::{App, Screen};
use super::super::effect::Effect;
use super::super::message::Answer;
use super::super::overlay::Overlay;
use crate::domain::list::List;
use crate::domain::{Failure, Link};

/// Before the first repetition; each further one waits twice as long.
const FIRST: Duration = Duration::from_millis(500);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(30);

impl App {
    /// Whether something on the screen is known to be older than it looks.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        match &self.screen {
            Screen::Console => {
                self.is_unread_stale
                    || self.panes.are_stale(&self.visible())
                    || self.overlay().is_some_and(Overlay::is_stale)
            }
            Screen::School(choice) => choice.is_unread(),
            _ => false,
        }
    }

    pub(super) fn visible(&self) -> Vec<List> {
        self.tiles().into_iter().map(|(list, _)| list).collect()
    }

    /// Without an answer nobody knows whether changes still arrive: the console does not
    /// call itself live until the path has been tested.
    pub(super) fn note_doubt(&mut self, answer: &Answer) {
        if self.link == Link::Live && answer.failure().is_some_and(Failure::is_unanswered) {
            (self.link, self.link_since) = (Link::Checking, self.now);
        }
    }

    /// Waits for the next attempt where there is something to repeat.
    pub(super) fn plan_retry(&mut self) -> Option<Effect> {
        if !self.is_stale() {
            self.retry.attempts = 0;
            return None;
        }
        if self.retry.is_waiting {
            return None;
        }
        let wait = FIRST.saturating_mul(1 << self.retry.attempts.min(8)).min(LONGEST);
        self.retry.attempts += 1;
        self.retry.is_waiting = true;
        Some(Effect::RetryAfter(wait))
    }

    /// Reads again what could not be read.
    pub(super) fn retry(&mut self) -> Vec<Effect> {
        self.retry.is_waiting = false;
        if !self.is_stale() {
            return Vec::new();
        }
        if matches!(self.screen, Screen::School(_)) {
            return vec![Effect::ListSchools];
        }
        let visible = self.visible();
        let mut effects = self.panes.retry(&visible);
        if self.is_unread_stale {
            effects.push(Effect::CountUnread);
        }
        if let Some(open) = &mut self.opened {
            effects.extend(Effect::asked_by(open.by, open.overlay.retry()));
        }
        effects
    }
}
