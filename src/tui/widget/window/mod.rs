//! The model of a list: a run of rows around a key, at most a few pages in memory. It has a cursor
//! that stays on its record, marks, and what to ask for next. No list is ever read as a whole.
//!
//! A refresh reads the rows around the record under the cursor. “New” counts the rows above the row
//! that was first when the beginning of the list was last on the screen.
//!
//! `request` decides what is read, `merge` takes pages in, `changed` rows that changed, `cursor` moves. `tests/list_window/`
//! compares the window with a sorted list under random keys, changes and late answers; `make
//! trials` does so for longer.

mod changed;
mod cursor;
mod merge;
mod request;
#[cfg(test)]
mod tests;

use crate::domain::Failure;
use crate::domain::window::{Place, Total};

/// A row that a window can hold.
pub trait Listed: Clone {
    /// Its place in the order.
    type Key: Clone + PartialOrd;
    /// What the order depends on besides the row: a sort, or nothing.
    type Order: Copy + PartialEq;

    fn id(&self) -> &str;
    fn key(&self, order: Self::Order) -> Self::Key;
    /// Whether anything can be done with it.
    fn is_readable(&self) -> bool {
        true
    }
}

/// How far to move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Up(usize),
    Down(usize),
    First,
    Last,
}

/// A page that is to be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Request<K> {
    pub ticket: u64,
    pub place: Place<K>,
    pub limit: usize,
}

/// What a window shows and where in it the person is.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one list")]
pub struct Window<R: Listed> {
    pub rows: Vec<R>,
    /// Index of the row under the cursor.
    pub cursor: usize,
    /// Index of the first row on the screen.
    pub top: usize,
    /// Rows on the screen.
    pub height: usize,
    /// Rows that exist before the first one in memory. At least: rows above that left may still be counted.
    pub before: usize,
    /// Whether there may be rows after the last one.
    pub after: bool,
    /// Rows that stand above the row that was first when the beginning of the list
    /// was last on the screen; exact up to 100.
    pub new_above: usize,
    /// The marked rows, in the order in which they were marked.
    pub marks: Vec<R>,
    pub total: Option<Total>,
    pub failure: Option<Failure>,
    /// At the top, the cursor stays on the newest row instead of on its record.
    pub follow: bool,
    /// Whether anything was ever read.
    pub loaded: bool,
    /// The record under the cursor that is no longer in the list: it stays at its
    /// place until the cursor moves, so that no other record slips under a finger.
    gone: Option<String>,
    /// Records that left by our own doing, each with the latest ticket of that time:
    /// the cursor moves on. A page of a later ticket has the last word on them.
    leaving: Vec<(String, u64)>,
    /// Whether the rows are still those of the query before.
    outdated: bool,
    /// Whether the list stands still although the cursor is at the top.
    paused: bool,
    /// The row that was first when the beginning of the list was last on the screen.
    beginning: Option<R::Key>,
    /// Steps down (up where negative) that were made while a jump was being read.
    pending_steps: isize,
    order: R::Order,
    in_flight: Option<Reading<R::Key>>,
    /// Whether a change came that the reading in progress may not have seen.
    stale: bool,
    /// The ids of rows that changed since the reading in progress began.
    changed: Vec<String>,
    /// Whether changes could not be read: then only all rows tell what the list is.
    is_behind: bool,
    last_ticket: u64,
}

/// A reading that is in progress.
#[derive(Clone, Debug)]
struct Reading<K> {
    ticket: u64,
    wanted: Wanted,
    /// Since when it counts what is new above.
    since: Option<K>,
    /// Whether a refresh was given up for it, whose change is not to be forgotten.
    owes_refresh: bool,
}

/// What a reading is for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    /// Jump to a place, the cursor on its first row.
    First,
    /// Jump to the end, the cursor on the last row.
    Last,
    /// More rows below.
    More,
    /// More rows above.
    Earlier,
    /// A refresh from the start of the list.
    RefreshStart,
    /// A refresh around the record with this id.
    RefreshAround(String),
    /// The rows with these ids, as far as they are in the list.
    Changed(Vec<String>),
}

impl Wanted {
    fn is_jump(&self) -> bool {
        matches!(self, Self::First | Self::Last)
    }

    fn is_refresh(&self) -> bool {
        matches!(self, Self::RefreshStart | Self::RefreshAround(_))
    }

    /// Whether it was asked for because something changed.
    fn follows_change(&self) -> bool {
        self.is_refresh() || matches!(self, Self::Changed(_))
    }
}

impl<R: Listed> Window<R> {
    #[must_use]
    pub fn new(order: R::Order) -> Self {
        Self {
            rows: Vec::new(),
            cursor: 0,
            top: 0,
            height: 20,
            before: 0,
            after: false,
            new_above: 0,
            marks: Vec::new(),
            total: None,
            failure: None,
            follow: false,
            loaded: false,
            gone: None,
            leaving: Vec::new(),
            outdated: false,
            paused: false,
            beginning: None,
            pending_steps: 0,
            order,
            in_flight: None,
            stale: false,
            changed: Vec::new(),
            is_behind: false,
            last_ticket: 0,
        }
    }

    /// The record under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<&R> {
        self.rows.get(self.cursor)
    }

    /// Whether a row is only still shown because the cursor is on it.
    #[must_use]
    pub fn is_gone(&self, row: &R) -> bool {
        self.gone.as_deref() == Some(row.id())
    }

    /// Whether the rows and the cursor are where the last key put them: before, no
    /// key may be about them.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        !self.outdated && !self.in_flight.as_ref().is_some_and(|reading| reading.wanted.is_jump())
    }

    /// Whether a reading is in progress.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        self.in_flight.is_some()
    }

    /// The latest ticket: an answer to an earlier one is out of date.
    #[must_use]
    pub fn ticket(&self) -> u64 {
        self.last_ticket
    }

    /// Whether the list stands still although the cursor is at the top.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    #[must_use]
    pub fn is_marked(&self, id: &str) -> bool {
        self.marks.iter().any(|row| row.id() == id)
    }

    pub fn unmark(&mut self, id: &str) {
        self.marks.retain(|row| row.id() != id);
    }

    /// Marks or unmarks the row under the cursor and moves on.
    pub fn toggle_mark(&mut self) -> Option<Request<R::Key>> {
        let row = self.current().filter(|row| self.is_settled() && row.is_readable() && !self.is_gone(row))?.clone();
        if self.is_marked(row.id()) {
            self.unmark(row.id());
        } else {
            self.marks.push(row);
        }
        self.step(Step::Down(1))
    }

    /// Marks exactly these rows, unless one of them cannot be; whether it did.
    pub fn mark_rows(&mut self, ids: &[String]) -> bool {
        let is_there = |row: &&R, id: &String| row.id() == id && row.is_readable() && !self.is_gone(row);
        let row = |id: &String| self.rows.iter().find(|row| is_there(row, id)).cloned();
        let rows: Vec<R> = ids.iter().filter_map(row).collect();
        let is_possible = ids.is_empty() || self.is_settled() && rows.len() == ids.len();
        if is_possible {
            self.marks = rows;
        }
        is_possible
    }

    /// The rows that left by our own decision; the cursor may move on from them.
    pub fn leaves(&mut self, ids: impl IntoIterator<Item = String>) {
        for id in ids {
            self.unmark(&id);
            self.leaving.push((id, self.last_ticket));
        }
    }

    /// Whether the cursor is where new rows come in.
    fn at_top(&self) -> bool {
        self.cursor == 0 && self.top == 0 && !self.paused
    }

    /// Whether the first row of the list is on the screen.
    fn shows_beginning(&self) -> bool {
        self.before == 0 && self.top == 0 && !self.outdated
    }

    /// What stands above the first row of the list is new from now on.
    fn note_beginning(&mut self) {
        if self.shows_beginning() {
            self.new_above = 0;
            self.beginning = self.rows.first().map(|row| row.key(self.order));
        }
    }
}
