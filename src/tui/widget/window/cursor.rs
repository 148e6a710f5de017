//! Moves the cursor, and determines the visible rows around it.

use super::{Listed, Request, Step, Wanted, Window};
use crate::domain::window::Place;

impl<R: Listed> Window<R> {
    /// Moves the cursor; asks for more rows before they are needed. Steps that are
    /// made while a jump is being read are made from where it leads to.
    pub fn step(&mut self, step: Step) -> Option<Request<R::Key>> {
        let steps = match step {
            Step::Up(n) => -signed(n),
            Step::Down(n) => signed(n),
            Step::First | Step::Last => return self.go(step),
        };
        if self.is_settled() {
            return self.go(step);
        }
        self.pending_steps = self.pending_steps.saturating_add(steps);
        None
    }

    /// Puts the cursor on a row in memory.
    pub fn point_at(&mut self, target: usize) -> Option<Request<R::Key>> {
        // A cursor on a gone record has not moved away from it.
        if target >= self.rows.len() || target == self.cursor {
            return None;
        }
        if target > self.cursor {
            self.go(Step::Down(target - self.cursor))
        } else {
            self.go(Step::Up(self.cursor - target))
        }
    }

    /// The screen has so many rows for the list now.
    pub fn resize(&mut self, height: usize) -> Option<Request<R::Key>> {
        self.height = height.max(1);
        self.scroll_to_cursor();
        self.note_beginning();
        if self.loaded { self.more() } else { None }
    }

    fn go(&mut self, step: Step) -> Option<Request<R::Key>> {
        // Going to the top brings in what is new.
        self.paused &= step != Step::First;
        match step {
            Step::First if self.before > 0 || !self.is_settled() => {
                return Some(self.request(Place::Start, Wanted::First));
            }
            Step::Last if self.after || !self.is_settled() => return Some(self.request(Place::End, Wanted::Last)),
            _ if self.has_to_wait(step) => return self.more(),
            _ => {}
        }
        // Letting go of a gone record brings the next one under the cursor.
        let moved = usize::from(self.forget_gone());
        let last = self.rows.len().saturating_sub(1);
        self.cursor = match step {
            Step::Up(n) => self.cursor.saturating_sub(n),
            Step::Down(n) => self.cursor.saturating_add(n.saturating_sub(moved)).min(last),
            Step::First => 0,
            Step::Last => last,
        };
        self.scroll_to_cursor();
        self.note_beginning();
        self.more()
    }

    /// Whether the row beside a gone record has not been read yet: without it, the
    /// cursor would go the other way.
    fn has_to_wait(&self, step: Step) -> bool {
        let is_gone = self.current().is_some_and(|row| self.is_gone(row));
        match step {
            Step::Up(_) => is_gone && self.cursor == 0 && self.before > 0,
            Step::Down(_) => is_gone && self.cursor + 1 >= self.rows.len() && self.after,
            Step::First | Step::Last => false,
        }
    }

    /// Moving away drops a record that is no longer in the list.
    fn forget_gone(&mut self) -> bool {
        let Some(gone) = self.gone.take() else { return false };
        let before = self.rows.len();
        self.rows.retain(|row| row.id() != gone);
        self.rows.len() < before
    }

    pub(super) fn scroll_to_cursor(&mut self) {
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
        if self.cursor < self.top {
            self.top = self.cursor;
        } else if self.cursor >= self.top + self.height {
            self.top = self.cursor + 1 - self.height;
        }
        self.top = self.top.min(self.rows.len().saturating_sub(self.height));
    }
}

fn signed(n: usize) -> isize {
    isize::try_from(n).unwrap_or(isize::MAX)
}
