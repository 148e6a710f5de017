//! Drives a window through random events and checks it against the whole list.

use medstint::domain::Failure;
use medstint::domain::window::Page;
use medstint::tui::widget::window::{Listed, Request, Step, Window};
use proptest::prelude::*;
use proptest::sample::Index;

use super::whole::{COUNTED, Key, Row, Whole};
use super::{HEIGHT, PLACES};

/// A page is two screens here: five of them, what a refresh adds, and a screen.
const MOST_ROWS: usize = 5 * (2 * HEIGHT) + 60 + HEIGHT;

/// One thing that happens.
#[derive(Clone, Debug)]
pub(super) enum Event {
    Step(Step),
    /// A page up or down.
    PageUp,
    PageDown,
    /// So many rows come in at random places, or above everything.
    Insert(Vec<i32>),
    InsertAbove(u8),
    /// Rows leave because of another person's changes.
    Remove(Index),
    RemoveAbove(u8),
    RemoveCurrent,
    /// The row under the cursor leaves by the person's own doing.
    Decide,
    /// A row gets another place.
    Move(Index, i32),
    MoveCurrent(i32),
    /// The console hears of the changes.
    Notify,
    /// The same, by the ids of the rows that changed.
    NotifyRows,
    /// The store reads a page that was asked for.
    Read(Index),
    /// An answer arrives, in whatever order.
    Arrive(Index),
    Fail(Index),
    /// Everything arrives.
    Settle,
    Resize(usize),
    Pause,
    Restart,
}

pub(super) fn event() -> impl Strategy<Value = Event> {
    let place = || 0..PLACES;
    prop_oneof![
        8 => Just(Event::Step(Step::Down(1))),
        5 => Just(Event::Step(Step::Up(1))),
        2 => Just(Event::PageDown),
        2 => Just(Event::PageUp),
        1 => Just(Event::Step(Step::First)),
        1 => Just(Event::Step(Step::Last)),
        3 => prop::collection::vec(place(), 1..30).prop_map(Event::Insert),
        2 => (1u8..5).prop_map(Event::InsertAbove),
        1 => (50u8..200).prop_map(Event::InsertAbove),
        3 => any::<Index>().prop_map(Event::Remove),
        3 => (1u8..8).prop_map(Event::RemoveAbove),
        2 => Just(Event::RemoveCurrent),
        2 => Just(Event::Decide),
        2 => (any::<Index>(), place()).prop_map(|(row, place)| Event::Move(row, place)),
        1 => place().prop_map(Event::MoveCurrent),
        2 => Just(Event::Notify),
        4 => Just(Event::NotifyRows),
        6 => any::<Index>().prop_map(Event::Read),
        6 => any::<Index>().prop_map(Event::Arrive),
        1 => any::<Index>().prop_map(Event::Fail),
        5 => Just(Event::Settle),
        1 => (1..=HEIGHT).prop_map(Event::Resize),
        1 => Just(Event::Pause),
        1 => Just(Event::Restart),
    ]
}

/// A window, the list behind it, and what is on its way between them.
pub(super) struct Driver {
    pub(super) whole: Whole,
    window: Window<Row>,
    asked: Vec<Request<Key>>,
    answers: Vec<(u64, Page<Row>)>,
    /// Whether something changed of which the console has not heard.
    is_changed: bool,
    /// Which rows changed since then.
    changed: Vec<String>,
    /// Rows that left by the person's own doing.
    decided: Vec<String>,
    /// The first row when the beginning of the list was last on the screen.
    beginning: Option<Key>,
    /// Whether the rows are still those of before a restart.
    is_outdated: bool,
}

impl Driver {
    pub(super) fn new(places: &[i32], height: usize, follow: bool) -> Self {
        let mut whole = Whole::default();
        for place in places {
            whole.insert(*place);
        }
        let mut window = Window::new(());
        window.height = height;
        window.follow = follow;
        let mut driver = Self {
            whole,
            window,
            asked: Vec::new(),
            answers: Vec::new(),
            is_changed: false,
            changed: Vec::new(),
            decided: Vec::new(),
            beginning: None,
            is_outdated: true,
        };
        driver.restart();
        driver
    }

    fn restart(&mut self) {
        let request = self.window.restart(());
        self.asked.push(request);
        self.beginning = None;
        self.is_outdated = true;
    }

    pub(super) fn current(&self) -> Option<Row> {
        self.window.current().cloned()
    }

    fn is_quiet(&self) -> bool {
        self.asked.is_empty() && self.answers.is_empty() && !self.is_changed
    }

    pub(super) fn happen(&mut self, event: Event) {
        match event {
            Event::Step(step) => self.step(step),
            Event::PageDown => self.step(Step::Down(self.window.height)),
            Event::PageUp => self.step(Step::Up(self.window.height)),
            Event::Notify => self.notify(false),
            Event::NotifyRows => self.notify(true),
            Event::Read(which) => self.read(which),
            Event::Arrive(which) => self.arrive(which, false),
            Event::Fail(which) => self.arrive(which, true),
            Event::Settle => self.settle(),
            Event::Resize(height) => {
                let request = self.window.resize(height);
                self.asked.extend(request);
            }
            Event::Pause => {
                let request = self.window.pause();
                self.asked.extend(request);
            }
            Event::Restart => self.restart(),
            change => {
                self.change(change);
                self.is_changed = true;
                return;
            }
        }
        self.check_rows();
    }

    fn change(&mut self, event: Event) {
        let current = self.current();
        match event {
            Event::Insert(places) => {
                for place in places {
                    let id = self.whole.insert(place);
                    self.changed.push(id);
                }
            }
            Event::InsertAbove(count) => {
                let top = self.whole.rows.first().map_or(0, |row| row.place);
                for _ in 0..count {
                    let id = self.whole.insert(top - 1);
                    self.changed.push(id);
                }
            }
            Event::Remove(which) if !self.whole.rows.is_empty() => {
                let row = self.whole.rows.remove(which.index(self.whole.rows.len()));
                self.changed.push(row.id);
            }
            Event::RemoveAbove(count) => {
                let from = self.window.cursor.saturating_sub(usize::from(count));
                let above: Vec<String> =
                    self.window.rows[from..self.window.cursor].iter().map(|r| r.id.clone()).collect();
                for id in above {
                    self.whole.take(&id);
                    self.changed.push(id);
                }
            }
            Event::RemoveCurrent => {
                if let Some(row) = current {
                    self.whole.take(&row.id);
                    self.changed.push(row.id);
                }
            }
            Event::Decide => {
                if let Some(row) = current.filter(|row| self.window.is_settled() && self.whole.has(&row.id)) {
                    self.whole.take(&row.id);
                    self.window.leaves([row.id.clone()]);
                    self.changed.push(row.id.clone());
                    self.decided.push(row.id);
                }
            }
            Event::Move(which, place) if !self.whole.rows.is_empty() => {
                let id = self.whole.rows[which.index(self.whole.rows.len())].id.clone();
                self.whole.move_to(&id, place);
                self.changed.push(id);
            }
            Event::MoveCurrent(place) => {
                if let Some(row) = current {
                    self.whole.move_to(&row.id, place);
                    self.changed.push(row.id);
                }
            }
            _ => {}
        }
    }

    fn notify(&mut self, by_ids: bool) {
        let changed = std::mem::take(&mut self.changed);
        if std::mem::take(&mut self.is_changed) {
            let request = if by_ids { self.window.refresh_rows(&changed) } else { self.window.refresh() };
            self.asked.extend(request);
        }
    }

    fn read(&mut self, which: Index) {
        if !self.asked.is_empty() {
            let request = self.asked.remove(which.index(self.asked.len()));
            self.answers.push((request.ticket, self.whole.answer(&request)));
        }
    }

    fn arrive(&mut self, which: Index, fails: bool) {
        if !self.answers.is_empty() {
            self.arrive_at(which.index(self.answers.len()), fails);
        }
    }

    /// An answer, or that there is none: the cursor stays on its record.
    fn arrive_at(&mut self, at: usize, fails: bool) {
        let (ticket, page) = self.answers.remove(at);
        let stays = self.current().filter(|row| {
            let follows = self.window.follow && self.window.before == 0 && self.window.cursor == 0;
            self.window.is_settled() && !follows && !self.decided.contains(&row.id)
        });
        let next = self.window.receive(ticket, if fails { Err(Failure::SignedOut) } else { Ok(page) });
        self.asked.extend(next);
        // What could not be read is read again with the next change.
        self.is_changed |= fails;
        if let Some(row) = stays {
            assert_eq!(self.current().map(|row| row.id), Some(row.id), "the cursor left its record");
        }
        self.check_rows();
    }

    /// Everything arrives, in order, until nothing is asked for any more.
    pub(super) fn settle(&mut self) {
        let was_quiet = self.is_quiet();
        for _ in 0..50 {
            self.notify(true);
            if self.is_quiet() {
                if !was_quiet {
                    self.check_window();
                }
                return;
            }
            for request in std::mem::take(&mut self.asked) {
                self.answers.push((request.ticket, self.whole.answer(&request)));
            }
            while !self.answers.is_empty() {
                self.arrive_at(0, false);
            }
        }
        panic!("it asks for ever");
    }

    /// A step. Where everything has arrived, it leads to the record that is next in
    /// the whole list, wherever the rows came from and went.
    pub(super) fn step(&mut self, step: Step) {
        let from = self.current().filter(|_| self.is_quiet());
        let request = self.window.step(step);
        self.asked.extend(request);
        let Some(from) = from else { return };
        let key = from.key(());
        let rows = &self.whole.rows;
        let expected = match step {
            Step::Down(1) => rows.get(self.whole.rows_through(key)),
            Step::Up(1) => self.whole.rows_before(key).checked_sub(1).and_then(|at| rows.get(at)),
            _ => return,
        };
        // At an end the cursor goes nowhere, or to the nearest record.
        if let Some(expected) = expected {
            assert_eq!(self.current().as_ref(), Some(expected), "{step:?} from {key:?}");
        }
    }

    /// What holds at any time.
    fn check_rows(&mut self) {
        let window = &self.window;
        let keys: Vec<Key> = window.rows.iter().map(|row| row.key(())).collect();
        assert!(keys.is_sorted_by(|a, b| a < b), "out of order, or one twice: {keys:?}");
        let ids: std::collections::HashSet<&str> =
            window.rows.iter().map(medstint::tui::widget::window::Listed::id).collect();
        assert_eq!(ids.len(), window.rows.len(), "one twice");
        assert!(window.cursor < window.rows.len().max(1), "the cursor is nowhere");
        assert!(window.rows.len() <= MOST_ROWS, "{} rows in memory", window.rows.len());
        self.is_outdated &= !window.is_settled();
        if window.before == 0 && window.top == 0 && !self.is_outdated {
            self.beginning = window.rows.first().map(|row| row.key(()));
        }
    }

    /// What holds once everything has arrived: the rows are a run of the list.
    fn check_window(&self) {
        let window = &self.window;
        let rows: Vec<&Row> = window.rows.iter().filter(|row| !window.is_gone(row)).collect();
        let from = rows.first().map_or(0, |row| self.whole.rows_before(row.key(())));
        let to = (from + rows.len()).min(self.whole.rows.len());
        assert_eq!(rows, self.whole.rows[from..to].iter().collect::<Vec<_>>(), "not a run of the list");
        // What left beyond the rows in memory is found out when the cursor goes there.
        assert!(window.after || to == self.whole.rows.len(), "the list goes on");
        assert!(window.before > 0 || from == 0, "the list begins before");
        let new = self.beginning.map_or(0, |key| self.whole.rows_before(key).min(COUNTED));
        assert_eq!(window.new_above, new, "new above");
    }

    /// Every record that is met on the way through the list, each once.
    pub(super) fn walk(&mut self, begin: Step, step: Step) -> Vec<Row> {
        self.step(begin);
        self.check_rows();
        self.settle();
        let mut met: Vec<Row> = self.current().into_iter().collect();
        for _ in 0..=self.whole.rows.len() {
            self.step(step);
            self.check_rows();
            self.settle();
            let current = self.current();
            if current.as_ref() != met.last() {
                met.extend(current);
            }
        }
        met
    }
}
