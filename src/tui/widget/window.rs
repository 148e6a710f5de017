//! The model of a list: a run of rows in memory, a cursor that stays on its
//! record, marks, and what to ask for next. No list is ever read as a whole.

use std::collections::HashMap;

use crate::domain::Failure;
use crate::domain::window::{Page, Place, Total};

/// A row that a window can hold.
pub trait Listed: Clone {
    /// Its place in the order.
    type Key: Clone;
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
    /// Rows that exist before the first one in memory.
    pub before: usize,
    pub after: bool,
    /// Rows that came in above while the list was being read.
    pub new_above: usize,
    pub marks: HashMap<String, R>,
    pub total: Option<Total>,
    pub failure: Option<Failure>,
    /// At the top, the cursor stays on the newest row instead of on its record.
    pub follow: bool,
    /// Whether anything was ever read.
    pub loaded: bool,
    /// The record under the cursor that is no longer in the list: it stays until
    /// the cursor moves, so that no other record slips under a finger.
    gone: Option<String>,
    /// Records that left by our own doing: the cursor moves on.
    leaving: Vec<String>,
    /// Whether the rows are still those of the query before.
    outdated: bool,
    /// Whether the list stands still although the cursor is at the top.
    paused: bool,
    order: R::Order,
    in_flight: Option<(u64, Wanted)>,
    stale: bool,
    last_ticket: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    First,
    Last,
    More,
    Earlier,
    Refresh,
}

/// At least so many rows are read at once.
const PAGE: usize = 60;
/// At most so many pages stay in memory.
const KEPT: usize = 4;

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
            marks: HashMap::new(),
            total: None,
            failure: None,
            follow: false,
            loaded: false,
            gone: None,
            leaving: Vec::new(),
            outdated: false,
            paused: false,
            order,
            in_flight: None,
            stale: false,
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
        !self.outdated && !matches!(self.in_flight, Some((_, Wanted::First | Wanted::Last)))
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
        self.gone = None;
        self.request(place, Wanted::First)
    }

    /// Starts over from the first row, in an order; marks are kept.
    pub fn restart(&mut self, order: R::Order) -> Request<R::Key> {
        self.order = order;
        self.gone = None;
        self.outdated = true;
        self.paused = false;
        self.request(Place::Start, Wanted::First)
    }

    /// Reads again what is in memory; at most one reading is under way, and a
    /// change that arrives meanwhile leads to one more.
    pub fn refresh(&mut self) -> Option<Request<R::Key>> {
        if self.in_flight.is_some() {
            self.stale = true;
            return None;
        }
        let place = self.first_real().map_or(Place::Start, |row| Place::From(row.key(self.order)));
        let place = if self.before == 0 && self.at_top() { Place::Start } else { place };
        Some(self.request(place, Wanted::Refresh))
    }

    /// Moves the cursor; asks for more rows before they are needed.
    pub fn step(&mut self, step: Step) -> Option<Request<R::Key>> {
        // Letting go of a gone record brings the next one under the cursor.
        let moved = usize::from(self.forget_gone());
        let last = self.rows.len().saturating_sub(1);
        // Whoever goes to the top wants to see what is new.
        self.paused &= step != Step::First;
        match step {
            Step::Up(n) => self.cursor = self.cursor.saturating_sub(n),
            Step::Down(n) => self.cursor = (self.cursor + n.saturating_sub(moved)).min(last),
            Step::First if self.before > 0 => {
                return Some(self.request(Place::Start, Wanted::First));
            }
            Step::Last if self.after => return Some(self.request(Place::End, Wanted::Last)),
            Step::First => self.cursor = 0,
            Step::Last => self.cursor = last,
        }
        self.scroll_to_cursor();
        if self.before == 0 && self.top == 0 {
            self.new_above = 0;
        }
        self.more()
    }

    /// Puts the cursor on a row in memory.
    pub fn point_at(&mut self, target: usize) -> Option<Request<R::Key>> {
        if target >= self.rows.len() {
            return None;
        }
        if target >= self.cursor {
            self.step(Step::Down(target - self.cursor))
        } else {
            self.step(Step::Up(self.cursor - target))
        }
    }

    /// Marks or unmarks the row under the cursor and moves on.
    pub fn toggle_mark(&mut self) -> Option<Request<R::Key>> {
        let row = self.current().filter(|row| self.is_settled() && row.is_readable() && !self.is_gone(row))?.clone();
        let id = row.id().to_owned();
        if self.marks.remove(&id).is_none() {
            self.marks.insert(id, row);
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
            self.marks = rows.into_iter().map(|row| (row.id().to_owned(), row)).collect();
        }
        is_possible
    }

    /// The rows that left by our own decision; the cursor may move on from them.
    pub fn leaves(&mut self, ids: impl IntoIterator<Item = String>) {
        for id in ids {
            self.marks.remove(&id);
            self.leaving.push(id);
        }
    }

    /// The screen has so many rows for the list now.
    pub fn resize(&mut self, height: usize) -> Option<Request<R::Key>> {
        self.height = height.max(1);
        self.scroll_to_cursor();
        if self.loaded { self.more() } else { None }
    }

    /// Takes in a page; asks for the next one where a change came meanwhile.
    pub fn receive(&mut self, ticket: u64, page: Result<Page<R>, Failure>) -> Option<Request<R::Key>> {
        let (_, wanted) = self.in_flight.take_if(|(expected, _)| *expected == ticket)?;
        match page {
            Err(failure) => {
                self.failure = Some(failure);
                // Rows of another query are not shown as this one's.
                if std::mem::take(&mut self.outdated) {
                    self.rows.clear();
                    (self.cursor, self.top, self.before, self.after) = (0, 0, 0, false);
                }
                // A change that came meanwhile (a resync after a reconnect) still
                // counts; without one the next change tries again.
                return if std::mem::take(&mut self.stale) { self.refresh() } else { None };
            }
            Ok(page) => {
                self.failure = None;
                self.loaded = true;
                self.place(wanted, page);
            }
        }
        if std::mem::take(&mut self.stale) { self.refresh() } else { self.more() }
    }

    fn place(&mut self, wanted: Wanted, page: Page<R>) {
        match wanted {
            Wanted::First | Wanted::Last => {
                self.gone = None;
                self.outdated = false;
                self.rows = page.rows;
                (self.before, self.after, self.new_above) = (page.before, page.after, 0);
                self.cursor = if wanted == Wanted::Last { self.rows.len().saturating_sub(1) } else { 0 };
                self.top = 0;
            }
            Wanted::More => {
                self.rows.extend(page.rows);
                self.after = page.after;
                let surplus = self.rows.len().saturating_sub(KEPT * self.page_size()).min(self.top);
                self.rows.drain(..surplus);
                self.before += surplus;
                self.cursor -= surplus;
                self.top -= surplus;
            }
            Wanted::Earlier => {
                let added = page.rows.len();
                self.rows.splice(..0, page.rows);
                (self.before, self.new_above) = (page.before, 0);
                self.cursor += added;
                self.top += added;
                let kept = (KEPT * self.page_size()).max(self.top + self.height + 1);
                self.after |= self.rows.len() > kept;
                self.rows.truncate(kept);
            }
            Wanted::Refresh => self.replace(page),
        }
        self.scroll_to_cursor();
    }

    /// New contents for the rows in memory: the cursor stays on its record, and
    /// that record on its line of the screen.
    fn replace(&mut self, page: Page<R>) {
        let line = self.cursor.saturating_sub(self.top);
        let at_top = self.before == 0 && self.at_top();
        let under_cursor = if at_top && self.follow { None } else { self.current().cloned() };
        let was_at_start = self.before == 0;
        let first = self.first_real().map(|row| row.id().to_owned());
        self.gone = None;
        self.rows = page.rows;
        (self.before, self.after) = (page.before, page.after);
        // A window that began at the start of the list counts what came above it,
        // whether that is in memory by now or not.
        if at_top {
            self.new_above = 0;
        } else if was_at_start || self.new_above > 0 {
            let entered = first.and_then(|first| self.rows.iter().position(|row| row.id() == first)).unwrap_or(0);
            let known = if was_at_start { self.new_above } else { 0 };
            self.new_above = page.before + entered + known;
        }

        if let Some(row) = under_cursor {
            match self.rows.iter().position(|r| r.id() == row.id()) {
                Some(found) => self.cursor = found,
                None if self.leaving.iter().any(|id| id == row.id()) => {
                    self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
                }
                None => {
                    self.cursor = self.cursor.min(self.rows.len());
                    self.gone = Some(row.id().to_owned());
                    self.rows.insert(self.cursor, row);
                }
            }
        }
        // A page that was read before the decision still has them.
        let rows = &self.rows;
        self.leaving.retain(|id| rows.iter().any(|row| row.id() == id));
        // At the very top new rows show themselves; elsewhere nothing jumps.
        self.top = if at_top { 0 } else { self.cursor.saturating_sub(line) };
    }

    /// Moving away lets go of a record that is no longer in the list.
    fn forget_gone(&mut self) -> bool {
        let Some(gone) = self.gone.take() else { return false };
        let before = self.rows.len();
        self.rows.retain(|row| row.id() != gone);
        self.rows.len() < before
    }

    fn first_real(&self) -> Option<&R> {
        self.rows.iter().find(|row| !self.is_gone(row))
    }

    /// Whether the cursor is where new rows come in.
    fn at_top(&self) -> bool {
        self.cursor == 0 && self.top == 0 && !self.paused
    }

    fn page_size(&self) -> usize {
        PAGE.max(self.height * 2)
    }

    /// The next page, when the cursor comes near the edge of what is in memory.
    fn more(&mut self) -> Option<Request<R::Key>> {
        if self.in_flight.is_some() {
            return None;
        }
        // Everything in memory was decided, but the list goes on before it.
        if self.before > 0 && self.first_real().is_none() {
            return Some(self.request(Place::End, Wanted::Last));
        }
        if self.after && self.cursor + 2 * self.height >= self.rows.len() {
            let key = self.rows.last()?.key(self.order);
            return Some(self.request(Place::After(key), Wanted::More));
        }
        // What is new above waits until somebody goes to the top for it.
        let is_wanted = self.new_above == 0 || self.cursor == 0 && !self.paused;
        if self.before > 0 && self.cursor < self.height && is_wanted {
            let key = self.first_real()?.key(self.order);
            return Some(self.request(Place::Before(key), Wanted::Earlier));
        }
        None
    }

    fn request(&mut self, place: Place<R::Key>, wanted: Wanted) -> Request<R::Key> {
        self.last_ticket += 1;
        self.in_flight = Some((self.last_ticket, wanted));
        self.stale = false;
        let limit = match wanted {
            // Enough that rows that came in do not push the cursor's own out. What is
            // in memory beyond that is let go, and read again when somebody goes there:
            // else a list that follows would hold more with every refresh.
            Wanted::Refresh => self.page_size().max(self.cursor + self.height) + PAGE,
            _ => self.page_size(),
        };
        Request { ticket: self.last_ticket, place, limit }
    }

    fn scroll_to_cursor(&mut self) {
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
        if self.cursor < self.top {
            self.top = self.cursor;
        } else if self.cursor >= self.top + self.height {
            self.top = self.cursor + 1 - self.height;
        }
        self.top = self.top.min(self.rows.len().saturating_sub(self.height));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Letter(String);

    impl Listed for Letter {
        type Key = String;
        type Order = ();
        fn id(&self) -> &str {
            &self.0
        }
        fn key(&self, (): ()) -> String {
            self.0.clone()
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "the shape of an answer")]
    fn page(letters: &str, before: usize, after: bool) -> Result<Page<Letter>, Failure> {
        Ok(Page { rows: letters.chars().map(|c| Letter(c.to_string())).collect(), before, after })
    }

    fn window(letters: &str) -> Window<Letter> {
        let mut window = Window::new(());
        window.height = 3;
        let first = window.restart(());
        window.receive(first.ticket, page(letters, 0, false));
        window
    }

    fn refreshed(window: &mut Window<Letter>, letters: &str, before: usize) {
        let request = window.refresh().expect("nothing is under way");
        window.receive(request.ticket, page(letters, before, false));
    }

    fn under_cursor(window: &Window<Letter>) -> &str {
        window.current().map_or("", |row| row.id())
    }

    #[test]
    fn the_cursor_stays_on_its_record_and_on_its_line_while_rows_leave_above() {
        let mut window = window("abcdefgh");
        window.step(Step::Down(5));
        let line = window.cursor - window.top;
        refreshed(&mut window, "acdefgh", 0);
        assert_eq!(under_cursor(&window), "f");
        assert_eq!(window.cursor - window.top, line);
    }

    #[test]
    fn a_list_that_follows_holds_no_more_after_a_thousand_refreshes_than_after_one() {
        let mut window = window("");
        let most = 2 * PAGE + window.height;
        for n in 0..1_000 {
            let request = window.refresh().expect("nothing is under way");
            assert!(request.limit <= most, "{} rows are asked for", request.limit);
            let rows = (0..request.limit).map(|row| Letter(format!("{n} {row}"))).collect::<Vec<_>>();
            window.receive(request.ticket, Ok(Page { rows, before: 0, after: true }));
            assert!(window.rows.len() <= most, "{} rows are held", window.rows.len());
        }
    }

    #[test]
    fn a_record_that_somebody_else_took_stays_under_the_cursor_until_it_moves() {
        let mut window = window("abcd");
        window.step(Step::Down(1));
        refreshed(&mut window, "acd", 0);
        assert_eq!(under_cursor(&window), "b");
        assert!(window.is_gone(window.current().expect("a row")));
        window.step(Step::Down(1));
        assert_eq!(under_cursor(&window), "c");
        assert_eq!(window.rows.len(), 3);
    }

    #[test]
    fn a_gone_record_at_the_top_gives_way_to_the_next_one() {
        let mut window = window("abcd");
        window.step(Step::Down(1));
        window.step(Step::Up(1));
        refreshed(&mut window, "bcd", 0);
        assert_eq!(under_cursor(&window), "a");
        window.step(Step::Down(1));
        assert_eq!(under_cursor(&window), "b");
    }

    #[test]
    fn a_record_that_we_decided_gives_way_at_once() {
        let mut window = window("abcd");
        window.step(Step::Down(1));
        window.leaves(["b".to_owned()]);
        refreshed(&mut window, "acd", 0);
        assert_eq!(under_cursor(&window), "c");
    }

    #[test]
    fn a_page_from_before_the_decision_does_not_make_our_own_record_somebody_elses() {
        let mut window = window("abcd");
        window.step(Step::Down(1));
        let early = window.refresh().expect("a request");
        window.leaves(["b".to_owned()]);
        window.receive(early.ticket, page("abcd", 0, false));
        refreshed(&mut window, "acd", 0);
        assert_eq!(under_cursor(&window), "c");
        assert!(!window.is_gone(window.current().expect("a row")));
    }

    #[test]
    fn when_everything_in_memory_left_the_list_is_read_from_its_end() {
        let mut window = window("xyz");
        window.before = 5;
        window.leaves(["x".to_owned(), "y".to_owned(), "z".to_owned()]);
        let request = window.refresh().expect("a request");
        let next = window.receive(request.ticket, page("", 5, false)).expect("one more");
        assert_eq!(next.place, Place::End);
    }

    #[test]
    fn a_change_during_a_reading_that_fails_is_not_forgotten() {
        let mut window = window("abc");
        let first = window.refresh().expect("a request");
        assert!(window.refresh().is_none());
        assert!(window.receive(first.ticket, Err(Failure::SignedOut)).is_some());
    }

    #[test]
    fn rows_that_come_in_above_are_counted_and_do_not_move_the_list() {
        let mut window = window("cdefgh");
        window.step(Step::Down(3));
        let top = window.rows[window.top].clone();
        refreshed(&mut window, "cdefgh", 2);
        assert_eq!(window.new_above, 2);
        assert_eq!(window.rows[window.top], top);
        let request = window.step(Step::First).expect("the list is read from its start");
        assert_eq!(request.place, Place::Start);
        window.receive(request.ticket, page("abcdefgh", 0, false));
        assert_eq!((window.new_above, under_cursor(&window)), (0, "a"));
    }

    #[test]
    fn rows_that_a_reading_brought_in_above_the_screen_are_counted_as_well() {
        let mut window = window("cdefgh");
        let at_the_top = window.refresh().expect("a request");
        window.step(Step::Down(4));
        window.receive(at_the_top.ticket, page("bcdefgh", 0, false));
        assert_eq!((window.new_above, under_cursor(&window)), (1, "g"));
        refreshed(&mut window, "abcdefgh", 0);
        assert_eq!(window.new_above, 2);
        window.step(Step::First);
        assert_eq!((window.new_above, under_cursor(&window)), (0, "a"));
    }

    #[test]
    fn a_list_that_is_paused_stands_still_and_counts_until_it_follows_again() {
        let mut window = window("cdefgh");
        window.follow = true;
        assert_eq!(window.pause(), None);
        let request = window.refresh().expect("a request");
        assert_eq!(request.place, Place::From("c".to_owned()));
        window.receive(request.ticket, page("cdefgh", 2, true));
        assert_eq!((window.new_above, under_cursor(&window), window.is_paused()), (2, "c", true));
        let request = window.pause().expect("the list is read from its start");
        window.receive(request.ticket, page("abcdefgh", 0, true));
        assert_eq!((window.new_above, under_cursor(&window), window.is_paused()), (0, "a", false));
        refreshed(&mut window, "ABabcdef", 0);
        assert_eq!(under_cursor(&window), "A", "it follows");
    }

    #[test]
    fn an_answer_that_is_out_of_date_is_ignored() {
        let mut window = window("abc");
        let old = window.refresh().expect("a request");
        let new = window.restart(());
        window.receive(old.ticket, page("xyz", 0, false));
        assert_eq!(under_cursor(&window), "a");
        window.receive(new.ticket, page("m", 0, false));
        assert_eq!(under_cursor(&window), "m");
    }

    #[test]
    fn a_change_during_a_reading_leads_to_exactly_one_more() {
        let mut window = window("abc");
        let first = window.refresh().expect("a request");
        assert!(window.refresh().is_none());
        assert!(window.refresh().is_none());
        let second = window.receive(first.ticket, page("abc", 0, false)).expect("one more");
        assert!(window.receive(second.ticket, page("abc", 0, false)).is_none());
    }

    #[test]
    fn memory_holds_a_few_pages_however_far_one_scrolls() {
        let letters: Vec<Letter> = (0..5_000).map(|n| Letter(format!("{n:05}"))).collect();
        let mut window = Window::new(());
        let mut request = Some(window.restart(()));
        for _ in 0..2_000 {
            while let Some(asked) = request.take() {
                let from = match &asked.place {
                    Place::After(key) => letters.partition_point(|l| l.0 <= *key),
                    _ => 0,
                };
                let rows = letters[from..(from + asked.limit).min(letters.len())].to_vec();
                let after = from + asked.limit < letters.len();
                request = window.receive(asked.ticket, Ok(Page { rows, before: from, after }));
            }
            request = window.step(Step::Down(2));
        }
        assert!(window.rows.len() <= (KEPT + 1) * PAGE + window.height, "{} rows", window.rows.len());
        assert_eq!(under_cursor(&window), "04000");
    }
}
