//! Determines the next read: at most one is in progress.

use super::{Listed, Reading, Request, Wanted, Window};
use crate::domain::window::{Around, Place};

/// At least so many rows are read at once.
pub(super) const PAGE: usize = 60;
/// At most so many pages stay in memory.
pub(super) const KEPT: usize = 4;

impl<R: Listed> Window<R> {
    /// Holds the list still; or, where it does, lets it follow from its start again.
    pub fn pause(&mut self) -> Option<Request<R::Key>> {
        self.paused = !self.paused;
        if self.paused {
            return None;
        }
        Some(self.request(Place::Start, Wanted::First))
    }

    /// Shows the list from a place on, the cursor on the first row there.
    pub fn jump(&mut self, place: Place<R::Key>) -> Request<R::Key> {
        self.request(place, Wanted::First)
    }

    /// Starts over from the first row, in an order; marks are kept.
    pub fn restart(&mut self, order: R::Order) -> Request<R::Key> {
        self.order = order;
        self.gone = None;
        self.outdated = true;
        self.paused = false;
        // Keys of one query mean nothing in another.
        self.beginning = None;
        self.new_above = 0;
        self.request(Place::Start, Wanted::First)
    }

    /// Reads again what is in memory; at most one reading is in progress, and a
    /// change that arrives in the meantime leads to one more.
    pub fn refresh(&mut self) -> Option<Request<R::Key>> {
        if self.in_flight.is_some() {
            self.stale = true;
            return None;
        }
        Some(self.read_again())
    }

    /// Reads again around the record under the cursor, or from the start of a list
    /// that shows what is new there.
    pub(super) fn read_again(&mut self) -> Request<R::Key> {
        let record = self.current().filter(|_| !self.follows());
        let Some((id, key)) = record.map(|row| (row.id().to_owned(), row.key(self.order))) else {
            if self.is_past_end() {
                self.stale = true;
                return self.request(Place::End, Wanted::Last);
            }
            return self.request(Place::Start, Wanted::RefreshStart);
        };
        let around = Around { key, above: self.page_size(), since: self.beginning.clone() };
        self.request(Place::Around(around), Wanted::RefreshAround(id))
    }

    /// Whether the cursor is on the newest row and stays on whichever is the newest.
    pub(super) fn follows(&self) -> bool {
        self.follow && self.before == 0 && self.at_top()
    }

    /// The next page, when the cursor comes near the edge of what is in memory.
    pub(super) fn more(&mut self) -> Option<Request<R::Key>> {
        if self.in_flight.is_some() {
            return None;
        }
        if self.is_past_end() {
            return Some(self.request(Place::End, Wanted::Last));
        }
        if self.after && self.cursor + 2 * self.height >= self.rows.len() {
            let key = self.rows.last()?.key(self.order);
            return Some(self.request(Place::After(key), Wanted::More));
        }
        if self.before > 0 && self.cursor < self.height {
            let key = self.rows.first()?.key(self.order);
            return Some(self.request(Place::Before(key), Wanted::Earlier));
        }
        None
    }

    /// A reading takes the place of the one that is in progress.
    pub(super) fn request(&mut self, place: Place<R::Key>, wanted: Wanted) -> Request<R::Key> {
        let given_up = self.in_flight.take();
        let owed = given_up.is_some_and(|reading| reading.owes_refresh || reading.wanted.follows_change());
        let is_behind = self.stale || self.is_behind || !self.changed.is_empty();
        let owes_refresh = wanted.is_jump() && (owed || is_behind);
        if wanted.is_jump() {
            self.pending_steps = 0;
        }
        self.stale = false;
        // Whatever is read from now on has seen them.
        self.changed.clear();
        self.is_behind &= !wanted.is_refresh() && !wanted.is_jump();
        self.last_ticket += 1;
        let limit = match wanted {
            Wanted::First | Wanted::Last | Wanted::More | Wanted::Earlier => self.page_size(),
            Wanted::RefreshStart => self.page_size() + PAGE,
            // A page above, a page below, and room for what came in. What is in memory
            // beyond that is dropped, and read again when the cursor goes there.
            Wanted::RefreshAround(_) => 2 * self.page_size() + PAGE,
            Wanted::Changed(ref ids) => ids.len(),
        };
        let since = self.beginning.clone();
        self.in_flight = Some(Reading { ticket: self.last_ticket, wanted, since, owes_refresh });
        Request { ticket: self.last_ticket, place, limit }
    }

    /// Whether a jump led past the last row: then it leads to the end of the list.
    fn is_past_end(&self) -> bool {
        self.before > 0 && self.rows.is_empty()
    }

    pub(super) fn page_size(&self) -> usize {
        PAGE.max(self.height * 2)
    }
}
