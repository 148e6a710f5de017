//! Keyset pagination, once, for every list.
//!
//! A list says what it selects and by which columns it is ordered; here that
//! becomes one statement for the rows after a key, before it, or from it on.
//! Ten rows or ten million cost the same. The columns are compared as a row, so
//! that an index on them is the plan, and all run in one direction.

use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder};

use crate::domain::window::{Page, Place};

/// At most so many rows are counted before the first one of a refreshed run.
const COUNTED_BEFORE: i64 = 100;

/// What a list selects, and in which order.
pub(super) struct List<'a, K> {
    /// `SELECT … FROM … WHERE …`, with its own parameters bound.
    pub rows: &'a (dyn Fn(&mut QueryBuilder<Postgres>) + Sync),
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
    /// The rows at a place, at most `limit`, in the list's order.
    pub async fn page<R>(&self, tx: &mut PgConnection, place: &Place<K>, limit: usize) -> Result<Page<R>, sqlx::Error>
    where
        R: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let (key, direction, inclusive) = match place {
            Place::Start => (None, Direction::Forward, false),
            Place::End => (None, Direction::Backward, false),
            Place::After(key) => (Some(key), Direction::Forward, false),
            Place::Before(key) => (Some(key), Direction::Backward, false),
            Place::From(key) => (Some(key), Direction::Forward, true),
        };
        let mut statement = self.statement(key, direction, inclusive, limit + 1);
        let mut rows: Vec<R> = statement.build_query_as().fetch_all(&mut *tx).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        if direction == Direction::Backward {
            rows.reverse();
        }
        Ok(match place {
            Place::Start => Page { rows, before: 0, after: more },
            Place::End => Page { rows, before: usize::from(more), after: false },
            Place::After(_) => Page { rows, before: 1, after: more },
            Place::Before(_) => Page { rows, before: usize::from(more), after: true },
            Place::From(key) => Page { rows, before: self.count_before(tx, key).await?, after: more },
        })
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
        count.push(" LIMIT ").push_bind(COUNTED_BEFORE).push(") counted");
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
