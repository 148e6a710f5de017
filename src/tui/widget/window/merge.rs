//! Merges pages: the cursor stays on its record, whichever rows came, left or moved.

use super::request::KEPT;
use super::{Listed, Reading, Request, Wanted, Window};
use crate::domain::Failure;
use crate::domain::window::Page;

impl<R: Listed> Window<R> {
    /// Takes in a page; asks for the next one where a change came in the meantime.
    pub fn receive(&mut self, ticket: u64, page: Result<Page<R>, Failure>) -> Option<Request<R::Key>> {
        let reading = self.in_flight.take_if(|reading| reading.ticket == ticket)?;
        let page = match page {
            Ok(page) => page,
            Err(failure) => return self.fail(failure, &reading),
        };
        self.failure = None;
        self.loaded = true;
        let counted = self.new_above;
        if !self.take_in(&reading, page) {
            return Some(self.read_again());
        }
        // A jump does not count what is new above, and the beginning may have been on
        // the screen since a refresh was asked to.
        let is_out_of_count = reading.wanted.is_refresh() && reading.since != self.beginning;
        if is_out_of_count {
            self.new_above = counted;
        }
        self.scroll_to_cursor();
        self.note_beginning();
        let is_uncounted = (is_out_of_count || reading.owes_refresh) && !self.shows_beginning();
        if std::mem::take(&mut self.stale) || is_uncounted {
            return Some(self.read_again());
        }
        self.read_changed().or_else(|| self.more())
    }

    /// The rows, the cursor and the count stay as they are.
    fn fail(&mut self, failure: Failure, reading: &Reading<R::Key>) -> Option<Request<R::Key>> {
        self.failure = Some(failure);
        self.is_behind |= reading.wanted.follows_change();
        self.pending_steps = 0;
        // Rows of another query are not shown as this one's.
        if std::mem::take(&mut self.outdated) {
            self.rows.clear();
            (self.cursor, self.top, self.before, self.after) = (0, 0, 0, false);
        }
        // A change that came in the meantime (a resync after a reconnect) still counts;
        // without one the next change tries again.
        let has_changed = std::mem::take(&mut self.stale) || !self.changed.is_empty();
        (has_changed || reading.owes_refresh).then(|| self.read_again())
    }

    /// Takes in a page, unless it does not fit what is in memory by now.
    fn take_in(&mut self, reading: &Reading<R::Key>, page: Page<R>) -> bool {
        let is_taken = match &reading.wanted {
            Wanted::First => {
                self.jump_to(page, 0);
                true
            }
            Wanted::Last => {
                let last = page.rows.len().saturating_sub(1);
                self.jump_to(page, last);
                true
            }
            Wanted::More => return self.append(page),
            Wanted::Earlier => return self.prepend(page),
            Wanted::RefreshStart => self.replace_from_start(page),
            Wanted::RefreshAround(anchor) => self.replace_around(anchor, page),
            Wanted::Changed(ids) => return self.merge(ids, reading, &page),
        };
        if is_taken {
            // A page that was read before the decision still has them.
            self.leaving.retain(|(_, decided)| *decided >= reading.ticket);
        }
        is_taken
    }

    /// Other rows, and the steps that were made in the meantime.
    fn jump_to(&mut self, page: Page<R>, cursor: usize) {
        self.gone = None;
        self.outdated = false;
        (self.rows, self.before, self.after) = (page.rows, page.before, page.after);
        let pending = std::mem::take(&mut self.pending_steps);
        self.cursor = cursor.saturating_add_signed(pending);
        self.top = 0;
    }

    fn append(&mut self, page: Page<R>) -> bool {
        if self.holds_any(&page.rows) {
            return false;
        }
        self.rows.extend(page.rows);
        self.after = page.after;
        let surplus = self.rows.len().saturating_sub(KEPT * self.page_size()).min(self.top);
        self.rows.drain(..surplus);
        self.before += surplus;
        self.cursor -= surplus;
        self.top -= surplus;
        true
    }

    fn prepend(&mut self, page: Page<R>) -> bool {
        if self.holds_any(&page.rows) {
            return false;
        }
        let added = page.rows.len();
        self.rows.splice(..0, page.rows);
        self.before = page.before;
        self.cursor += added;
        self.top += added;
        let kept = (KEPT * self.page_size()).max(self.top + self.height + 1);
        self.after |= self.rows.len() > kept;
        self.rows.truncate(kept);
        true
    }

    /// Whether a row that was read is in memory already: it has moved since, or it
    /// has come back.
    fn holds_any(&self, rows: &[R]) -> bool {
        rows.iter().any(|row| self.rows.iter().any(|held| held.id() == row.id()))
    }

    /// New contents for a list whose cursor stays on the newest row, or that has none.
    fn replace_from_start(&mut self, page: Page<R>) -> bool {
        if self.current().is_some() && !self.follows() {
            return false;
        }
        self.replace(page, 0);
        true
    }

    /// New contents for the rows in memory, around the record that was under the
    /// cursor when they were asked for.
    fn replace_around(&mut self, anchor: &str, mut page: Page<R>) -> bool {
        let Some(row) = self.current().filter(|_| !self.follows()) else {
            // The cursor went to the newest row in the meantime.
            let is_start = page.before == 0;
            if is_start {
                self.replace(page, 0);
            }
            return is_start;
        };
        if let Some(found) = page.rows.iter().position(|other| other.id() == row.id()) {
            self.replace(page, found);
            return true;
        }
        // Only of the anchor it is known that it has left, and where it would stand.
        if row.id() != anchor {
            return false;
        }
        let place = page.anchor.min(page.rows.len());
        if self.leaving.iter().any(|(id, _)| id == anchor) {
            self.replace(page, place);
            return true;
        }
        page.rows.insert(place, row.clone());
        self.replace(page, place);
        self.gone = Some(anchor.to_owned());
        true
    }

    /// The cursor's record stays on its line of the screen.
    fn replace(&mut self, page: Page<R>, cursor: usize) {
        let line = self.cursor.saturating_sub(self.top);
        let was_at_top = self.before == 0 && self.at_top();
        self.gone = None;
        (self.rows, self.before, self.after) = (page.rows, page.before, page.after);
        self.new_above = page.new_above;
        self.cursor = cursor;
        // At the very top new rows show themselves; elsewhere nothing jumps.
        self.top = if was_at_top && self.before == 0 { 0 } else { cursor.saturating_sub(line) };
    }
}
