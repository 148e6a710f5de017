//! Keyset pagination, once, for every list.
//!
//! A list says what it selects and by which columns it is ordered; here that
//! becomes one statement for the rows after a key, before it, or from it on; the
//! rows around a record are two of them.
//! Ten rows or ten million cost the same. The columns are compared as a row, so
//! that an index on them is the plan, and all run in one direction.

use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder};

use crate::domain::window::{Around, Page, Place};

/// At most so many rows are counted before a key.
const COUNTED_BEFORE: u16 = 100;

/// A row that knows its place in the order.
pub(super) trait HasKey<K> {
    fn key(&self) -> K;
}

/// What a list selects, and in which order.
pub(super) struct List<'a, K> {
    /// `SELECT … FROM … WHERE …`, with its own parameters bound.
    pub rows: &'a (dyn Fn(&mut QueryBuilder<Postgres>) + Sync),
    /// The same from the list's own table, to find one record by its id.
    pub one: &'a (dyn Fn(&mut QueryBuilder<Postgres>) + Sync),
    /// What is joined to the few rows of the page only, as
    /// `(SELECT … FROM (`, `) page …`); the page's columns keep their names.
    pub around: Option<(&'a str, &'a str)>,
    /// Expressions in the select's terms, the last of them unique, and the names
    /// under which the select returns them.
    pub order: &'a [(&'a str, &'a str)],
    pub descending: bool,
    /// The first expression belongs to another table than the rest: it is also
    /// compared by itself, since no index serves a row of two tables.
    pub joined: bool,
    /// Binds the value of a key for the column of that index in `order`.
    pub bind: &'a (dyn Fn(&mut QueryBuilder<Postgres>, &K, usize) + Sync),
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Forward,
    Backward,
}

impl<K> List<'_, K> {
    /// The rows at a place, at most `limit`, in the list's order. A row that moves
    /// between the statements of one page may be in it twice.
    pub async fn page<R>(&self, tx: &mut PgConnection, place: &Place<K>, limit: usize) -> Result<Page<R>, sqlx::Error>
    where
        R: for<'r> FromRow<'r, PgRow> + HasKey<K> + Send + Unpin,
        K: Clone + PartialEq,
    {
        Ok(match place {
            Place::Start => {
                let (rows, after) = self.run(tx, None, Direction::Forward, false, limit).await?;
                Page { rows, after, ..Page::default() }
            }
            Place::End => {
                let (rows, more) = self.run(tx, None, Direction::Backward, false, limit).await?;
                Page { rows, before: usize::from(more), ..Page::default() }
            }
            Place::After(key) => {
                let (rows, after) = self.run(tx, Some(key), Direction::Forward, false, limit).await?;
                Page { rows, before: 1, after, ..Page::default() }
            }
            Place::Before(key) => {
                let (rows, more) = self.run(tx, Some(key), Direction::Backward, false, limit).await?;
                Page { rows, before: usize::from(more), after: true, ..Page::default() }
            }
            Place::From(key) => {
                let (rows, after) = self.run(tx, Some(key), Direction::Forward, true, limit).await?;
                Page { rows, before: self.count_before(tx, key).await?, after, ..Page::default() }
            }
            Place::Around(around) => self.page_around(tx, around, limit).await?,
        })
    }

    /// The rows around a record, wherever it stands now.
    async fn page_around<R>(
        &self,
        tx: &mut PgConnection,
        around: &Around<K>,
        limit: usize,
    ) -> Result<Page<R>, sqlx::Error>
    where
        R: for<'r> FromRow<'r, PgRow> + HasKey<K> + Send + Unpin,
        K: Clone + PartialEq,
    {
        let below = limit.saturating_sub(around.above).max(1);
        let mut key: K = around.key.clone();
        let (mut from, mut after): (Vec<R>, bool) = self.run(tx, Some(&key), Direction::Forward, true, below).await?;
        let is_there = from.first().is_some_and(|row| row.key() == key);
        if !is_there && let Some(elsewhere) = self.find::<R>(tx, &key).await? {
            key = elsewhere;
            (from, after) = self.run(tx, Some(&key), Direction::Forward, true, below).await?;
        }
        let (mut rows, more): (Vec<R>, bool) =
            self.run(tx, Some(&key), Direction::Backward, false, around.above).await?;
        let anchor = rows.len();
        rows.append(&mut from);
        let first: K = rows.first().map_or_else(|| key.clone(), R::key);
        let before = if more { self.count_before(tx, &first).await? } else { 0 };
        let new_above = match &around.since {
            None => 0,
            Some(since) if *since == key => (before + anchor).min(usize::from(COUNTED_BEFORE)),
            Some(since) => self.count_before(tx, since).await?,
        };
        Ok(Page { rows, before, after, anchor, new_above })
    }

    /// At most `limit` rows in one direction, and whether there are more.
    async fn run<R>(
        &self,
        tx: &mut PgConnection,
        key: Option<&K>,
        direction: Direction,
        inclusive: bool,
        limit: usize,
    ) -> Result<(Vec<R>, bool), sqlx::Error>
    where
        R: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let mut statement = self.statement(key, direction, inclusive, limit + 1);
        let mut rows: Vec<R> = statement.build_query_as().fetch_all(&mut *tx).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        if direction == Direction::Backward {
            rows.reverse();
        }
        Ok((rows, more))
    }

    /// Where a record of the list stands now. The last column of an order is unique.
    async fn find<R>(&self, tx: &mut PgConnection, key: &K) -> Result<Option<K>, sqlx::Error>
    where
        R: for<'r> FromRow<'r, PgRow> + HasKey<K> + Send + Unpin,
    {
        let (opening, closing) = self.around.unwrap_or(("", ""));
        let last = self.order.len().saturating_sub(1);
        let mut sql = QueryBuilder::new(opening);
        (self.one)(&mut sql);
        sql.push(" AND ").push(self.order[last].0).push(" = ");
        (self.bind)(&mut sql, key, last);
        sql.push(" LIMIT 1").push(closing);
        let found: Option<R> = sql.build_query_as().fetch_optional(&mut *tx).await?;
        Ok(found.map(|row| row.key()))
    }

    /// The row at a key, or the next one where it has gone.
    pub async fn row<R>(&self, tx: &mut PgConnection, key: &K) -> Result<Option<R>, sqlx::Error>
    where
        R: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        self.statement(Some(key), Direction::Forward, true, 1).build_query_as().fetch_optional(tx).await
    }

    async fn count_before(&self, tx: &mut PgConnection, key: &K) -> Result<usize, sqlx::Error> {
        let mut count = QueryBuilder::new("SELECT count(*) FROM (");
        self.select(&mut count, Some(key), Direction::Backward, false);
        count.push(" LIMIT ").push_bind(i64::from(COUNTED_BEFORE)).push(") counted");
        let counted: i64 = count.build_query_scalar().fetch_one(tx).await?;
        Ok(usize::try_from(counted).unwrap_or(0))
    }

    fn statement(
        &self,
        key: Option<&K>,
        direction: Direction,
        inclusive: bool,
        limit: usize,
    ) -> QueryBuilder<Postgres> {
        let (opening, closing) = self.around.unwrap_or(("", ""));
        let mut sql = QueryBuilder::new(opening);
        self.select(&mut sql, key, direction, inclusive);
        self.order_by(&mut sql, direction, |(expression, _)| expression);
        sql.push(" LIMIT ").push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
        if self.around.is_some() {
            sql.push(closing);
            self.order_by(&mut sql, direction, |(_, name)| name);
        }
        sql
    }

    fn select(&self, sql: &mut QueryBuilder<Postgres>, key: Option<&K>, direction: Direction, inclusive: bool) {
        (self.rows)(sql);
        let Some(key) = key else { return };
        let upwards = (direction == Direction::Forward) != self.descending;
        let (strict, loose) = if upwards { (" > ", " >= ") } else { (" < ", " <= ") };
        if self.joined {
            sql.push(" AND ").push(self.order[0].0).push(loose);
            (self.bind)(sql, key, 0);
        }
        sql.push(" AND (");
        for (i, (expression, _)) in self.order.iter().enumerate() {
            sql.push(if i == 0 { "" } else { ", " }).push(expression);
        }
        sql.push(")").push(if inclusive { loose } else { strict }).push("(");
        for i in 0..self.order.len() {
            sql.push(if i == 0 { "" } else { ", " });
            (self.bind)(sql, key, i);
        }
        sql.push(")");
    }

    fn order_by(
        &self,
        sql: &mut QueryBuilder<Postgres>,
        direction: Direction,
        column: impl for<'b> Fn(&'b (&str, &str)) -> &'b str,
    ) {
        let descending = (direction == Direction::Backward) != self.descending;
        for (i, part) in self.order.iter().enumerate() {
            sql.push(if i == 0 { " ORDER BY " } else { ", " });
            sql.push(column(part)).push(if descending { " DESC" } else { "" });
        }
    }
}
