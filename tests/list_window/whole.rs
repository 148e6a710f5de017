//! The model: the whole list, sorted, and what a store answers about it.

use medstint::domain::window::{Page, Place};
use medstint::tui::widget::window::{Listed, Request};

/// Rows are counted up to here.
pub(super) const COUNTED: usize = 100;

/// A place in the order and, among rows of the same place, the id.
pub(super) type Key = (i32, u32);

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) place: i32,
    number: u32,
    pub(super) id: String,
}

impl Listed for Row {
    type Key = Key;
    type Order = ();

    fn id(&self) -> &str {
        &self.id
    }
    fn key(&self, (): ()) -> Key {
        (self.place, self.number)
    }
}

/// The whole list, as the database holds it.
#[derive(Debug, Default)]
pub(super) struct Whole {
    pub(super) rows: Vec<Row>,
    last_number: u32,
}

impl Whole {
    /// The id of the new row.
    pub(super) fn insert(&mut self, place: i32) -> String {
        self.last_number += 1;
        let id = self.last_number.to_string();
        self.put(Row { place, number: self.last_number, id: id.clone() });
        id
    }

    fn put(&mut self, row: Row) {
        let at = self.rows_before(row.key(()));
        self.rows.insert(at, row);
    }

    pub(super) fn take(&mut self, id: &str) -> Option<Row> {
        let at = self.rows.iter().position(|row| row.id == id)?;
        Some(self.rows.remove(at))
    }

    pub(super) fn move_to(&mut self, id: &str, place: i32) {
        if let Some(row) = self.take(id) {
            self.put(Row { place, ..row });
        }
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.rows.iter().any(|row| row.id == id)
    }

    pub(super) fn rows_before(&self, key: Key) -> usize {
        self.rows.partition_point(|row| row.key(()) < key)
    }

    pub(super) fn rows_through(&self, key: Key) -> usize {
        self.rows.partition_point(|row| row.key(()) <= key)
    }

    /// What the store answers.
    pub(super) fn answer(&self, asked: &Request<Key>) -> Page<Row> {
        let (all, limit) = (self.rows.len(), asked.limit);
        let run = |from: usize, to: usize| self.rows[from..to.min(all)].to_vec();
        match &asked.place {
            Place::Start => Page { rows: run(0, limit), after: limit < all, ..Page::default() },
            Place::End => {
                let from = all.saturating_sub(limit);
                Page { rows: run(from, all), before: usize::from(from > 0), ..Page::default() }
            }
            Place::After(key) => {
                let from = self.rows_through(*key);
                Page { rows: run(from, from + limit), before: 1, after: from + limit < all, ..Page::default() }
            }
            Place::Before(key) => {
                let to = self.rows_before(*key);
                let from = to.saturating_sub(limit);
                Page { rows: run(from, to), before: usize::from(from > 0), after: true, ..Page::default() }
            }
            Place::Rows(ids) => {
                let rows = self.rows.iter().filter(|row| ids.contains(&row.id)).cloned().collect();
                Page { rows, ..Page::default() }
            }
            Place::From(key) => {
                let from = self.rows_before(*key);
                Page {
                    rows: run(from, from + limit),
                    before: from.min(COUNTED),
                    after: from + limit < all,
                    ..Page::default()
                }
            }
            Place::Around(around) => {
                let moved = self.rows.iter().find(|row| row.number == around.key.1);
                let at = self.rows_before(moved.map_or(around.key, |row| row.key(())));
                let from = at.saturating_sub(around.above);
                let to = at + limit - around.above;
                Page {
                    rows: run(from, to),
                    before: from.min(COUNTED),
                    after: to < all,
                    anchor: at - from,
                    new_above: around.since.map_or(0, |key| self.rows_before(key).min(COUNTED)),
                }
            }
        }
    }
}
