//! Lists are windows: a run of rows around a position in an order, never the whole list.

use std::cmp::Ordering;

/// Rows before a key are counted up to here.
pub const COUNTED_BEFORE: u16 = 100;

/// Where in its order a run of rows is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place<K> {
    /// From the first row.
    Start,
    /// The last rows.
    End,
    /// The rows after this key.
    After(K),
    /// The rows before this key, nearest last.
    Before(K),
    /// The rows from this key on, itself included.
    From(K),
    /// The rows around a record: a refresh.
    Around(Around<K>),
    /// The rows with these ids, as far as they are in the list: what has changed.
    Rows(Vec<String>),
}

/// The surroundings of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Around<K> {
    /// Where the record stood when it was last read. A record that has moved since
    /// is found by the unique end of its key, and read at its new place.
    pub key: K,
    /// At most so many rows above the record; the rest of the page is below it.
    pub above: usize,
    /// The rows before this key are counted.
    pub since: Option<K>,
}

/// The place of a row in its list's order, as the store returned it. Only the store knows the
/// meaning of the columns. Keys of one list can be compared as far as their columns are numbers
/// or times: only the database knows how it sorts text.
#[derive(Clone, Debug, Default)]
pub struct Key {
    /// The values of the order's columns.
    pub columns: Vec<String>,
    /// For each column, a number that grows in the list's order, where there is one.
    ranks: Vec<Option<i64>>,
}

impl Key {
    /// A key that the store can find, and that is compared with none.
    #[must_use]
    pub fn new(columns: Vec<String>) -> Self {
        Self { columns, ranks: Vec::new() }
    }

    /// The same with the rank of each column.
    #[must_use]
    pub fn ranked(columns: Vec<String>, ranks: Vec<Option<i64>>) -> Self {
        Self { columns, ranks }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.columns == other.columns
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let differs = |(one, other): (&String, &String)| one != other;
        let Some(first) = self.columns.iter().zip(&other.columns).position(differs) else {
            return (self.columns.len() == other.columns.len()).then_some(Ordering::Equal);
        };
        let rank = |key: &Self| key.ranks.get(first).copied().flatten();
        Some(rank(self)?.cmp(&rank(other)?))
    }
}

/// A record with its place in the order.
#[derive(Clone, Debug, PartialEq)]
pub struct Keyed<R> {
    pub key: Key,
    pub record: R,
}

impl<R> std::ops::Deref for Keyed<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.record
    }
}

/// A row of a list, as far as it could be read.
#[derive(Clone, Debug, PartialEq)]
pub enum Slot<R> {
    Record(Keyed<R>),
    Unreadable(Unreadable),
}

/// A row that holds something that cannot be shown. It keeps its place in the list,
/// and nothing can be done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub key: Key,
    pub id: String,
    /// `Record 12 cannot be shown: …`
    pub sentence: String,
}

impl<R> Slot<R> {
    /// Its place in the order.
    #[must_use]
    pub fn key(&self) -> &Key {
        match self {
            Self::Record(row) => &row.key,
            Self::Unreadable(row) => &row.key,
        }
    }

    /// The record with its place, where it could be read.
    #[must_use]
    pub fn keyed(&self) -> Option<&Keyed<R>> {
        match self {
            Self::Record(row) => Some(row),
            Self::Unreadable(_) => None,
        }
    }

    /// The record, where it could be read.
    #[must_use]
    pub fn record(&self) -> Option<&R> {
        self.keyed().map(|row| &row.record)
    }

    /// Why there is no record.
    #[must_use]
    pub fn unreadable(&self) -> Option<&Unreadable> {
        match self {
            Self::Record(_) => None,
            Self::Unreadable(row) => Some(row),
        }
    }
}

/// A run of rows, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<R> {
    pub rows: Vec<R>,
    /// How many rows come before the first one: 0 is exact, more is "at least".
    /// For [`Place::From`] and [`Place::Around`] it is exact up to 100.
    pub before: usize,
    /// Whether the order goes on after the last row.
    pub after: bool,
    /// For [`Place::Around`]: the index of the record in `rows`, or, if it has left
    /// the list, the index at which it would stand.
    pub anchor: usize,
    /// How many rows come before [`Around::since`], exact up to 100.
    pub new_above: usize,
}

impl<R> Default for Page<R> {
    fn default() -> Self {
        Self { rows: Vec::new(), before: 0, after: false, anchor: 0, new_above: 0 }
    }
}

/// How much there is in all.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Total {
    pub rows: i64,
    /// Nobody counted further.
    pub or_more: bool,
    /// Milliseconds of work, where the rows have hours.
    pub elapsed_ms: i64,
    /// The same for each section of a list that has some, in their order.
    pub sections: Vec<Part>,
}

/// How much there is in a part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Part {
    pub rows: i64,
    /// Milliseconds of work.
    pub elapsed_ms: i64,
}

impl<R> Page<R> {
    /// The same page with each row turned into something else.
    #[must_use]
    pub fn map<T>(self, turn: impl FnMut(R) -> T) -> Page<T> {
        let rows = self.rows.into_iter().map(turn).collect();
        Page { rows, before: self.before, after: self.after, anchor: self.anchor, new_above: self.new_above }
    }
}
