//! Keyset pagination, once, for every list.
//!
//! A list says what it selects and by which columns it is ordered. That becomes statements for the
//! rows after a key, before it, or from it on. The database runs what a page needs of them in one
//! call (`medstint.read_page`): on a slow path each call is a wait of its own. Ten rows or ten
//! million cost the same. The columns are compared as a row, so that an index on them is the plan,
//! and all run in one direction.
//!
//! The statements are put together from static pieces, because lists × views × orders × directions
//! would be hundreds of texts. `tests/windows.rs` runs every combination. The position of a row in
//! an order is opaque outside the store, which returns it with the row.
//!
//! Only the database can compare keys that hold text. So a refresh also returns where the record under the cursor is
//! now, or would be if it has left the list: no step skips a row. A row that moves between the
//! statements of one page is dropped where it was read first. A frozen snapshot would let an ended
//! session keep reading.

use sqlx::{FromRow, PgConnection};

use super::mask::MaskedToken;
use super::sharing::Reading;
use super::statement::Statement;
use crate::domain::window::{COUNTED_BEFORE, Key, Page, Place};

/// Enters the session, then reads.
const READ_PAGE: &str = "SELECT part, key, id, record, counted, counted_since
    FROM medstint.read_page(medstint.unmasked($1), $2, $3, $4, $5, $6, $7, $8, $9, $10)";

/// The same for several sessions that see the same rows.
const READ_SHARED_PAGE: &str = "SELECT part, key, id, record, counted, counted_since
    FROM medstint.read_shared_page(medstint.unmasked($1), $2, $3, $4, $5, $6, $7, $8, $9, $10)";

/// A row of a page.
#[derive(Clone)]
pub(super) struct Row {
    pub key: Vec<String>,
    pub id: String,
    /// JSON, read at once as what it is: a tree of values in between would be most of
    /// what a console that follows a busy list allocates. Nothing where the database
    /// could not tell it.
    pub record: Option<String>,
}

/// A column of an order.
pub(super) struct Column {
    /// In the select's terms.
    pub expression: &'static str,
    pub kind: &'static str,
    /// Under which the select returns it.
    pub name: &'static str,
}

/// What a list selects, and in which order.
pub(super) struct List<'a> {
    /// `SELECT … FROM … WHERE …`, with what was asked for bound.
    pub rows: &'a (dyn Fn(&mut Statement) + Sync),
    /// The same from the list's own table, to find one record by its id; the same values.
    pub one: &'a (dyn Fn(&mut Statement) + Sync),
    /// What is joined to the few rows of the page only, as
    /// `(SELECT … FROM (`, `) page …`); the page's columns keep their names.
    pub around: (&'a str, &'a str),
    /// The same where the key is enough.
    pub around_key: (&'a str, &'a str),
    /// The column with the ids of the rows.
    pub id: &'static str,
    /// The last of them is unique.
    pub order: &'a [Column],
    pub descending: bool,
    /// The first column belongs to another table than the rest: it is also
    /// compared by itself, since no index serves a row of two tables.
    pub joined: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Forward,
    Backward,
}

/// Where a run of rows begins.
#[derive(Clone, Copy, PartialEq)]
enum Start {
    /// At the end of the list from which the run comes.
    Edge,
    /// At the key, which is the second parameter.
    Key,
    /// Next to the key.
    NextToKey,
}

/// What `medstint.read_page` is asked for: all that decides which rows it finds, besides what the
/// session sees.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Request {
    forward: Option<String>,
    backward: Option<String>,
    finding: Option<String>,
    counting: Option<String>,
    values: Vec<String>,
    key: Vec<String>,
    since: Vec<String>,
    /// At most so many rows forward and backward.
    below: usize,
    above: usize,
}

/// What it answered.
#[derive(Clone, Default)]
pub(super) struct Answer {
    below: Vec<Row>,
    /// In the list's order.
    above: Vec<Row>,
    /// Whether there are more.
    more_below: bool,
    more_above: bool,
    /// Where the record was found.
    key: Key,
    counted: usize,
    counted_since: usize,
}

impl List<'_> {
    /// The row at a key, or the next one where it has gone. No other row is read.
    pub async fn row(&self, tx: &mut PgConnection, token: &MaskedToken, key: &Key) -> Result<Option<Row>, sqlx::Error> {
        let (forward, values) = self.statement(Direction::Forward, Start::Key).into_parts();
        let request = Request { forward: Some(forward), values, key: key.columns.clone(), ..Request::default() };
        let found = request.fetch(READ_PAGE, tx, token).await?;
        Ok(found.into_iter().find(|found| found.part == BELOW).and_then(Found::row))
    }

    /// What to ask for the rows at a place, at most `limit`, in the list's order. A row that moves
    /// between the statements of one page may be in the answer twice.
    pub fn request(&self, place: &Place<Key>, limit: usize) -> Request {
        let no_key = Key::default();
        let forward = |start, key: &Key| {
            let (text, values) = self.statement(Direction::Forward, start).into_parts();
            Request { forward: Some(text), values, key: key.columns.clone(), below: limit, ..Request::default() }
        };
        let backward = |start, key: &Key| {
            let (text, values) = self.statement(Direction::Backward, start).into_parts();
            Request { backward: Some(text), values, key: key.columns.clone(), above: limit, ..Request::default() }
        };
        match place {
            Place::Start => forward(Start::Edge, &no_key),
            Place::End => backward(Start::Edge, &no_key),
            Place::After(key) => forward(Start::NextToKey, key),
            Place::Before(key) => backward(Start::NextToKey, key),
            Place::Rows(ids) => {
                let (text, values) = self.by_ids().into_parts();
                Request { forward: Some(text), values, key: ids.clone(), below: limit, ..Request::default() }
            }
            Place::From(key) => Request { counting: Some(self.counting()), ..forward(Start::Key, key) },
            Place::Around(around) => Request {
                backward: backward(Start::NextToKey, &around.key).backward,
                finding: Some(self.finding()),
                counting: Some(self.counting()),
                since: around.since.as_ref().map(|since| since.columns.clone()).unwrap_or_default(),
                below: limit.saturating_sub(around.above).max(1),
                above: around.above,
                ..forward(Start::Key, &around.key)
            },
        }
    }

    /// Rows in one direction; how many is the third parameter.
    fn statement(&self, direction: Direction, start: Start) -> Statement {
        let (opening, closing) = self.around;
        let mut sql = Statement::new(opening);
        self.select(&mut sql, direction, start);
        self.order_by(&mut sql, direction, |column| column.expression);
        sql.push(" LIMIT $3").push(closing);
        self.order_by(&mut sql, direction, |column| column.name);
        sql
    }

    /// The rows with some ids, which take the place of the key.
    fn by_ids(&self) -> Statement {
        let (opening, closing) = self.around;
        let mut sql = Statement::new(opening);
        (self.one)(&mut sql);
        sql.push(" AND ").push(self.id).push(" = ANY($2) LIMIT $3").push(closing);
        sql
    }

    /// Where a record of the list stands now. The last column of an order is unique.
    fn finding(&self) -> String {
        let (opening, closing) = self.around_key;
        let mut sql = Statement::new(opening);
        (self.one)(&mut sql);
        if let Some(last) = self.order.last() {
            sql.push(" AND ").push(last.expression).push(" = ");
            self.push_key(&mut sql, self.order.len() - 1);
        }
        sql.push(" LIMIT 1").push(closing);
        sql.into_parts().0
    }

    /// How many rows come before the key.
    fn counting(&self) -> String {
        let mut sql = Statement::new("SELECT count(*) FROM (");
        self.select(&mut sql, Direction::Backward, Start::NextToKey);
        sql.push(" LIMIT ").push(COUNTED_BEFORE).push(") counted");
        sql.into_parts().0
    }

    fn select(&self, sql: &mut Statement, direction: Direction, start: Start) {
        (self.rows)(sql);
        if start == Start::Edge {
            return;
        }
        let upwards = (direction == Direction::Forward) != self.descending;
        let (strict, loose) = if upwards { (" > ", " >= ") } else { (" < ", " <= ") };
        if self.joined {
            sql.push(" AND ").push(self.order[0].expression).push(loose);
            self.push_key(sql, 0);
        }
        sql.push(" AND (");
        for (i, column) in self.order.iter().enumerate() {
            sql.push(if i == 0 { "" } else { ", " }).push(column.expression);
        }
        sql.push(")").push(if start == Start::Key { loose } else { strict }).push("(");
        for i in 0..self.order.len() {
            sql.push(if i == 0 { "" } else { ", " });
            self.push_key(sql, i);
        }
        sql.push(")");
    }

    /// The value of the key for a column of the order.
    fn push_key(&self, sql: &mut Statement, i: usize) {
        sql.push(format_args!("($2)[{}]::{}", i + 1, self.order[i].kind));
    }

    fn order_by(&self, sql: &mut Statement, direction: Direction, term: impl Fn(&Column) -> &'static str) {
        let descending = (direction == Direction::Backward) != self.descending;
        for (i, column) in self.order.iter().enumerate() {
            sql.push(if i == 0 { " ORDER BY " } else { ", " });
            sql.push(term(column)).push(if descending { " DESC" } else { "" });
        }
    }
}

/// Rows from the key on, rows before it, and what was counted.
const BELOW: &str = "below";
const ABOVE: &str = "above";
/// What the session that read sees, which others may see as well.
const VISIBILITY: &str = "visibility";

#[derive(FromRow)]
struct Found {
    part: String,
    key: Option<Vec<String>>,
    id: Option<String>,
    record: Option<String>,
    counted: Option<i64>,
    counted_since: Option<i64>,
}

impl Found {
    fn row(self) -> Option<Row> {
        Some(Row { key: self.key?, id: self.id?, record: self.record })
    }
}

impl Request {
    /// Reads for one session.
    pub async fn read(&self, tx: &mut PgConnection, token: &MaskedToken) -> Result<Answer, sqlx::Error> {
        let found = self.fetch(READ_PAGE, tx, token).await?;
        Ok(self.answer(found).0)
    }

    async fn fetch(
        &self,
        statement: &'static str,
        tx: &mut PgConnection,
        token: &MaskedToken,
    ) -> Result<Vec<Found>, sqlx::Error> {
        let number = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX - 1);
        sqlx::query_as(statement)
            .bind(token.text())
            .bind(self.forward.as_deref())
            .bind(self.backward.as_deref())
            .bind(self.finding.as_deref())
            .bind(self.counting.as_deref())
            .bind(self.values.as_slice())
            .bind(self.key.as_slice())
            .bind(self.since.as_slice())
            .bind(number(self.below))
            .bind(number(self.above))
            .fetch_all(tx)
            .await
    }

    /// What was found, and what the session sees.
    fn answer(&self, found: Vec<Found>) -> (Answer, Option<String>) {
        let (mut answer, mut visibility) = (Answer::default(), None);
        for found in found {
            match found.part.as_str() {
                BELOW => answer.below.extend(found.row()),
                ABOVE => answer.above.extend(found.row()),
                VISIBILITY => visibility = found.id,
                _ => {
                    let number = |count: Option<i64>| usize::try_from(count.unwrap_or(0)).unwrap_or(0);
                    answer.counted = number(found.counted);
                    answer.counted_since = number(found.counted_since);
                    answer.key = Key::new(found.key.unwrap_or_default());
                }
            }
        }
        answer.more_below = answer.below.len() > self.below;
        answer.below.truncate(self.below);
        answer.more_above = answer.above.len() > self.above;
        answer.above.truncate(self.above);
        answer.above.reverse();
        (answer, visibility)
    }
}

impl Reading for Request {
    type Answer = Answer;

    async fn read_shared(
        &self,
        tx: &mut PgConnection,
        token: &MaskedToken,
    ) -> Result<(Answer, Option<String>), sqlx::Error> {
        let found = self.fetch(READ_SHARED_PAGE, tx, token).await?;
        Ok(self.answer(found))
    }
}

impl Answer {
    /// The rows at the place that was asked for.
    pub fn page(self, place: &Place<Key>) -> Page<Row> {
        let Self { below, mut above, more_below: after, .. } = self;
        let before = usize::from(self.more_above);
        match place {
            Place::Start => Page { rows: below, after, ..Page::default() },
            Place::Rows(_) => Page { rows: below, ..Page::default() },
            Place::End => Page { rows: above, before, ..Page::default() },
            Place::After(_) => Page { rows: below, before: 1, after, ..Page::default() },
            Place::Before(_) => Page { rows: above, before, after: true, ..Page::default() },
            Place::From(_) => Page { rows: below, before: self.counted, after, ..Page::default() },
            Place::Around(around) => {
                let anchor = above.len();
                let new_above = match &around.since {
                    None => 0,
                    Some(since) if *since == self.key => (self.counted + anchor).min(usize::from(COUNTED_BEFORE)),
                    Some(_) => self.counted_since,
                };
                above.extend(below);
                Page { rows: above, before: self.counted, after, anchor, new_above }
            }
        }
    }
}
