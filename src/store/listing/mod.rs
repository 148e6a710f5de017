//! Lists, implemented once for all resources. A resource says what it selects, in which views and
//! orders; this module turns that into pages of records.
//!
//! The statement answers with JSON, built for the rows of the page only, which becomes the domain's
//! record by deserialising. Nested rows (a site's locations, a rubric's criteria) come in the same
//! answer. There is no second mapping to keep in step. A row carries everything that its detail and
//! its form show, so that moving the cursor waits for nothing and a live refresh reads only the
//! list.
//!
//! A status is part of the text so that a partial index can serve it: under row-level security
//! `enum = enum` can't be an index condition. All other statements of the store are checked at
//! compile time against `.sqlx`, apart from the two that are sent along with COMMIT (`sessions`).

mod audit;
mod calendar;
mod people;
mod school;
mod time_records;
pub(super) mod unreadable;
mod work;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::DateTime;
use serde::de::DeserializeOwned;
use sqlx::PgConnection;

use super::mask::MaskedToken;
use super::sharing::{self, Reading, Sharing};
use super::statement::Statement;
use super::window::{Column, List as Window, Row};
use super::{Access, Bound, reading_at_once};
use crate::domain::Failure;
use crate::domain::filter::Test;
use crate::domain::list::{By, List, ListRow, Of, Rows, for_each_list};
use crate::domain::query::Query;
use crate::domain::window::{Key, Keyed, Page, Part, Place, Slot, Total, Unreadable};

/// Enters the session, then counts.
const READ_TOTAL: &str = "SELECT counted, elapsed_ms, sections FROM medstint.read_total(medstint.unmasked($1), $2, $3)";

/// The same for several sessions that see the same rows.
const READ_SHARED_TOTAL: &str = "SELECT counted, elapsed_ms, sections, visibility
    FROM medstint.read_shared_total(medstint.unmasked($1), $2, $3)";

/// What a list of one resource selects.
pub(super) trait Listing: ListRow + DeserializeOwned {
    /// `FROM … WHERE TRUE`: the few tables that order and narrow the list. The
    /// school is named by [`Listing::SCHOOL`].
    const FROM: &'static str;
    /// The same without the tables that only names and orders need, for counting.
    const ALONE: &'static str = Self::FROM;
    /// How many there are, how many milliseconds of work they are, and both of each
    /// section of a list that has some.
    const TOTAL: &'static str = "count(*), 0::bigint, '{}'::bigint[]";
    /// The columns that [`Listing::TOTAL`] adds up, where it adds any. They are computed once
    /// for each row: a subquery in several sums would be evaluated for each of these.
    const TALLIED: &'static str = "";
    /// How many are counted at most, where there can be so many that counting them
    /// would take longer than anybody waits.
    const COUNTED: Option<i64> = None;
    /// The columns that are compared with the school, the list's own table's first. In
    /// the view of the platform they are NULL.
    const SCHOOL: &'static [&'static str];
    /// What the page's rows need from there, under the names that
    /// [`Listing::RECORD`] uses as `page.…`.
    const COLUMNS: &'static str;
    /// `SELECT page.…, … FROM …`: the record, for the rows of one page only.
    const RECORD: &'static str;
    /// Whether everyone who sees a whole school with the same role sees the same of it, so that
    /// sessions of one process share what is read. It names nothing of one's own, neither the acting
    /// person nor rows that only their owner sees.
    const SHARED: bool = false;
    /// Where words are looked for: keys (`search_name`) where there are some, or columns.
    const SEARCHED: &'static [&'static str];

    /// The condition that a term of the filter is, where the list has fields; all
    /// that was typed is bound.
    fn term(sql: &mut Statement, _field: &'static str, _test: &Test) {
        sql.push("FALSE");
    }

    /// What narrows a view, beginning with ` AND`; a status stands in the text,
    /// not in a parameter, so that a partial index serves it.
    fn view(view: Self::View) -> &'static str;

    /// The order: expressions in the terms of [`Listing::FROM`] with their types,
    /// and whether it runs downwards.
    fn order(order: Self::Order) -> Order;

    /// The column by which the list is narrowed to one record's rows.
    fn by(by: By) -> Option<&'static str>;

    /// Binds what that column is compared with, where it is no text.
    fn bind_id(sql: &mut Statement, of: &Of) {
        sql.push_bind(of.id.clone());
    }
}

/// The order of a list; its last expression is unique.
pub(super) struct Order {
    pub columns: &'static [(&'static str, &'static str)],
    pub descending: bool,
    /// Where the first column belongs to another table than the rest: a FROM that
    /// may start at that table and take each one's rows in turn. An `OFFSET 0` in it
    /// keeps the planner from turning it round and sorting the whole list.
    pub from: Option<&'static str>,
}

/// Columns with their types.
type Columns = &'static [(&'static str, &'static str)];

impl Order {
    pub(super) const fn up(columns: Columns) -> Self {
        Self { columns, descending: false, from: None }
    }

    pub(super) const fn down(columns: Columns) -> Self {
        Self { columns, descending: true, from: None }
    }

    pub(super) const fn joined(from: &'static str, columns: Columns) -> Self {
        Self { columns, descending: false, from: Some(from) }
    }

    /// The key of a row, with numbers that grow in this order.
    fn key(&self, columns: Vec<String>) -> Key {
        let rank = |(text, (_, kind)): (&String, &(&str, &str))| {
            let rank = rank(text, kind)?;
            if self.descending { rank.checked_neg() } else { Some(rank) }
        };
        let ranks = columns.iter().zip(self.columns).map(rank).collect();
        Key::ranked(columns, ranks)
    }
}

/// A number in the order of a column's values, unless only the database knows their order.
fn rank(text: &str, kind: &str) -> Option<i64> {
    match kind {
        "smallint" | "integer" | "bigint" => text.parse().ok(),
        "timestamptz" => DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z").ok().map(|at| at.timestamp_micros()),
        _ => None,
    }
}

/// A page of a list.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`]; [`Failure::Denied`] for a moment that
/// the school's clocks never show, or show twice.
pub async fn page(bound: &Bound, list: List, query: &Query, place: &Place<Key>, limit: usize) -> Result<Rows, Failure> {
    bound.check_moments(&query.filter)?;
    macro_rules! dispatch {
        ($($(#[$doc:meta])* $list:ident: $row:ty,)+) => {
            match list {
                $(List::$list => Rows::$list(of(bound, query, place, limit).await?),)+
            }
        };
    }
    Ok(for_each_list!(dispatch))
}

/// How many rows match, in the whole list.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn total(bound: &Bound, list: List, query: &Query) -> Result<Total, Failure> {
    macro_rules! dispatch {
        ($($(#[$doc:meta])* $list:ident: $row:ty,)+) => {
            match list {
                $(List::$list => count::<$row>(bound, query).await,)+
            }
        };
    }
    for_each_list!(dispatch)
}

async fn of<R: Listing>(
    bound: &Bound,
    query: &Query,
    place: &Place<Key>,
    limit: usize,
) -> Result<Page<Slot<R>>, Failure> {
    let order = query.order_of::<R>().map(R::order).ok_or_else(|| unknown_choice(R::LIST, query))?;
    let view = condition_of_view::<R>(query)?;
    let select = |sql: &mut Statement, from: &'static str| {
        sql.push("SELECT ").push(R::COLUMNS);
        for (i, (expression, _)) in order.columns.iter().enumerate() {
            sql.push(format_args!(", {expression} AS key_{i}"));
        }
        narrow_from::<R>(sql, from, bound, query, view);
    };
    let rows = |sql: &mut Statement| select(sql, order.from.unwrap_or(R::FROM));
    let one = |sql: &mut Statement| select(sql, R::FROM);
    let keys: Vec<String> = (0..order.columns.len()).map(|i| format!("page.key_{i}::text")).collect();
    let keys = keys.join(", ");
    let opening = format!("SELECT ARRAY[{keys}] AS key, page.id::text AS id, to_jsonb(x)::text AS record FROM (");
    let closing = format!(") page CROSS JOIN LATERAL ({}) x", R::RECORD);
    let opening_key = format!("SELECT ARRAY[{keys}] AS key, page.id::text AS id, NULL::text AS record FROM (");
    let names = ["page.key_0", "page.key_1", "page.key_2"];
    let columns: Vec<Column> =
        order.columns.iter().zip(names).map(|(&(expression, kind), name)| Column { expression, kind, name }).collect();
    let list = Window {
        rows: &rows,
        one: &one,
        around: (&opening, &closing),
        around_key: (&opening_key, ") page"),
        id: R::by(By::Id).unwrap_or("page.id"),
        order: &columns,
        descending: order.descending,
        joined: order.from.is_some(),
    };
    let sharing = bound.sharing().filter(|_| R::SHARED);
    let page = match read(bound, sharing, R::LIST, &list, place, limit).await {
        // One of the rows, maybe: the others are read all the same.
        Err(Failure::Fault(_)) => {
            let keys_only = Window { around: list.around_key, ..list };
            let keys = read(bound, None, R::LIST, &keys_only, place, limit).await?;
            Box::pin(one_by_one(bound, R::LIST, &list, keys)).await?
        }
        page => page?,
    };
    Ok(without_repeats(page).map(|row| slot::<R>(row, &order)))
}

/// A page, in two round trips.
async fn read(
    bound: &Bound,
    sharing: Option<&Sharing>,
    list: List,
    window: &Window<'_>,
    place: &Place<Key>,
    limit: usize,
) -> Result<Page<Row>, Failure> {
    let access = if matches!(place, Place::Rows(_)) { Access::Read } else { Access::Page };
    let request = window.request(place, limit);
    let answer = match sharing {
        Some(sharing) => sharing::read(bound, &sharing.pages, access, list.into(), request).await?,
        None => reading_at_once(bound, access, list.into(), async |tx, token| request.read(tx, &token).await).await?,
    };
    Ok(answer.page(place))
}

/// A row that moved up between the statements of one page is in both of them: it stays
/// where it was read last, which is above.
fn without_repeats(mut page: Page<Row>) -> Page<Row> {
    let mut first: HashMap<String, usize> = HashMap::with_capacity(page.rows.len());
    let mut kept = Vec::with_capacity(page.rows.len());
    for (at, row) in page.rows.drain(..).enumerate() {
        match first.entry(row.id.clone()) {
            Entry::Occupied(above) if at == page.anchor => page.anchor = *above.get(),
            Entry::Occupied(_) => {}
            Entry::Vacant(new) => {
                new.insert(kept.len());
                kept.push(row);
            }
        }
    }
    page.rows = kept;
    page
}

/// The rows of a page, each read by itself; one that cannot be read keeps its place.
async fn one_by_one(bound: &Bound, of: List, list: &Window<'_>, keys: Page<Row>) -> Result<Page<Row>, Failure> {
    let mut rows = Vec::with_capacity(keys.rows.len());
    for row in keys.rows {
        let key = Key::new(row.key.clone());
        let found =
            reading_at_once(bound, Access::Page, of.into(), async |tx, token| list.row(tx, &token, &key).await).await;
        match found {
            Ok(Some(read)) if read.key == row.key => rows.push(read),
            // It has left the list in the meantime.
            Ok(_) => {}
            Err(Failure::Fault(_)) => rows.push(row),
            Err(failure) => return Err(failure),
        }
    }
    Ok(Page { rows, before: keys.before, after: keys.after, anchor: keys.anchor, new_above: keys.new_above })
}

/// The record of a row, or the description of a row that can't be read.
fn slot<R: Listing>(row: Row, order: &Order) -> Slot<R> {
    let key = order.key(row.key);
    let json = row.record.unwrap_or_default();
    match serde_json::from_str(&json) {
        Ok(record) => Slot::Record(Keyed { key, record }),
        Err(error) => {
            tracing::error!(list = <&str>::from(R::LIST), %error, "a row that cannot be shown");
            let sentence = unreadable::sentence(R::LIST, &row.id, &json);
            Slot::Unreadable(Unreadable { key, id: row.id, sentence })
        }
    }
}

async fn count<R: Listing>(bound: &Bound, query: &Query) -> Result<Total, Failure> {
    let mut sql = Statement::new(format!("SELECT {} FROM (SELECT {}", R::TOTAL, R::TALLIED));
    if query.filter.is_empty() && query.of.is_none() {
        sql.push(" ").push(R::ALONE);
        push_school::<R>(&mut sql, bound, query, 1);
        sql.push(condition_of_view::<R>(query)?);
    } else {
        narrow::<R>(&mut sql, bound, query)?;
    }
    if let Some(most) = R::COUNTED {
        sql.push(" LIMIT ").push_bind(most);
    } else if !R::TALLIED.is_empty() {
        // Otherwise the planner would put the expressions back into each sum.
        sql.push(" OFFSET 0");
    }
    sql.push(") counted");
    let (counting, values) = sql.into_parts();
    let counting = Counting { counting, values };
    let name = R::LIST.into();
    let (rows, elapsed_ms, sections) = match bound.sharing().filter(|_| R::SHARED) {
        Some(sharing) => sharing::read(bound, &sharing.totals, Access::Read, name, counting).await?,
        None => reading_at_once(bound, Access::Read, name, async |tx, token| counting.read(tx, &token).await).await?,
    };
    let sections = sections.chunks_exact(2).map(|part| Part { rows: part[0], elapsed_ms: part[1] }).collect();
    Ok(Total { rows, or_more: R::COUNTED.is_some_and(|most| rows >= most), elapsed_ms, sections })
}

/// What `medstint.read_total` is asked for.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Counting {
    counting: String,
    values: Vec<String>,
}

/// How many rows there are, how many milliseconds of work they are, and both of each section.
type Counted = (i64, i64, Vec<i64>);

impl Counting {
    async fn read(&self, tx: &mut PgConnection, token: &MaskedToken) -> Result<Counted, sqlx::Error> {
        let (counting, values) = (self.counting.as_str(), self.values.as_slice());
        sqlx::query_as(READ_TOTAL).bind(token.text()).bind(counting).bind(values).fetch_one(tx).await
    }
}

impl Reading for Counting {
    type Answer = Counted;

    async fn read_shared(
        &self,
        tx: &mut PgConnection,
        token: &MaskedToken,
    ) -> Result<(Counted, Option<String>), sqlx::Error> {
        let (counting, values) = (self.counting.as_str(), self.values.as_slice());
        let (rows, elapsed_ms, sections, visibility): (i64, i64, Vec<i64>, Option<String>) =
            sqlx::query_as(READ_SHARED_TOTAL).bind(token.text()).bind(counting).bind(values).fetch_one(tx).await?;
        Ok(((rows, elapsed_ms, sections), visibility))
    }
}

/// The FROM and WHERE of a query.
///
/// # Errors
/// [`Failure::Fault`] for a view that the list does not have.
pub(super) fn narrow<R: Listing>(sql: &mut Statement, bound: &Bound, query: &Query) -> Result<(), Failure> {
    narrow_from::<R>(sql, R::FROM, bound, query, condition_of_view::<R>(query)?);
    Ok(())
}

/// The condition of the view that is asked for.
fn condition_of_view<R: Listing>(query: &Query) -> Result<&'static str, Failure> {
    query.view_of::<R>().map(R::view).ok_or_else(|| unknown_choice(R::LIST, query))
}

/// Why a query is none of this list. It is a mistake of the program: rows of another view would
/// be taken for those that were asked for.
fn unknown_choice(list: List, query: &Query) -> Failure {
    tracing::error!(list = <&str>::from(list), query.view, query.order, "no such view or order");
    Failure::Fault("This list has no such view or order. This is an error in medstint; please report it.".into())
}

/// The condition on the school, for the first columns that name it: rows of the platform
/// belong to none.
fn push_school<R: Listing>(sql: &mut Statement, bound: &Bound, query: &Query, columns: usize) {
    for column in R::SCHOOL.iter().take(columns) {
        sql.push(" AND ").push(*column);
        if query.is_of_platform(R::LIST) {
            sql.push(" IS NULL");
        } else {
            sql.push(" = ").push_bind(bound.school().to_owned());
        }
    }
}

fn narrow_from<R: Listing>(sql: &mut Statement, from: &'static str, bound: &Bound, query: &Query, view: &'static str) {
    sql.push(" ").push(from);
    push_school::<R>(sql, bound, query, R::SCHOOL.len());
    let of = query.of.as_ref().and_then(|of| Some((R::by(of.by)?, of)));
    if let Some((column, of)) = of {
        sql.push(" AND ").push(column).push(" = ");
        R::bind_id(sql, of);
    }
    if of.is_none_or(|(_, of)| R::LIST.keeps_views(of)) {
        sql.push(view);
    }
    for term in &query.filter.terms {
        // A comparison with nothing (an open record has no hours) is not true, and
        // neither is it when it is turned round.
        sql.push(if term.negated { " AND NOT coalesce((" } else { " AND (" });
        match (&term.field, &term.test) {
            (None, Test::Contains(word)) => contains_any(sql, R::SEARCHED, word),
            (Some(field), test) => R::term(sql, field.name, test),
            // No vocabulary makes one.
            (None, _) => drop(sql.push("FALSE")),
        }
        sql.push(if term.negated { "), FALSE)" } else { ")" });
    }
}

/// Whether one of the columns contains a word, whatever its case and its spelling. Keys
/// that the database keeps are compared as they are; the key of the word is made once.
fn contains_any(sql: &mut Statement, columns: &[&'static str], word: &str) {
    let pattern = like(word);
    for (i, column) in columns.iter().enumerate() {
        sql.push(if i == 0 { "" } else { " OR " });
        if column.contains("search_name") {
            sql.push(*column);
        } else {
            sql.push("medstint.search_key(").push(*column).push(")");
        }
        sql.push(" LIKE (SELECT medstint.search_key(").push_bind(pattern.clone()).push("))");
    }
}

/// A pattern that finds the word anywhere, with nothing special in it.
pub(super) fn like(word: &str) -> String {
    format!("%{}%", word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_lists_name_nothing_of_ones_own() {
        macro_rules! statements {
            ($($(#[$doc:meta])* $list:ident: $row:ty,)+) => {
                [$((
                    List::$list,
                    <$row as Listing>::SHARED,
                    [
                        <$row as Listing>::FROM,
                        <$row as Listing>::ALONE,
                        <$row as Listing>::TALLIED,
                        <$row as Listing>::TOTAL,
                        <$row as Listing>::COLUMNS,
                        <$row as Listing>::RECORD,
                    ]
                    .concat(),
                ),)+]
            };
        }
        let own = ["current_user", "current_session", "own_", "sessions", "accounts", "notifications", "audit_logs"];
        for (list, is_shared, statements) in for_each_list!(statements) {
            let named = own.iter().find(|name| statements.contains(**name));
            assert!(!is_shared || named.is_none(), "{list:?} names {named:?}");
        }
    }
}
