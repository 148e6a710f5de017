//! Streams all events that match a filter, for exports and tails. Pages by keyset, so that memory
//! stays the same however many there are.

use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::super::listing::{narrow, unreadable};
use super::super::statement::Statement;
use super::super::{Bound, error, paging, reading};
use crate::domain::Failure;
use crate::domain::audit_event::{AuditEvent, Severity};
use crate::domain::list::List;
use crate::domain::query::Query;
use crate::domain::stored::Stored;
use crate::domain::window::{Key, Keyed, Slot, Unreadable};

/// Events read at once.
const PAGE: i64 = 2_000;

const SELECTED: &str = "SELECT a.id, a.sequence, a.transaction_id,
    CASE WHEN a.created_at >= '0001-01-01Z' AND a.created_at < '10000-01-01Z' THEN a.created_at END, a.severity::text, a.user_id,
    (SELECT u.name FROM users u WHERE u.id = a.user_id), a.action, (SELECT t.code FROM medstint.audit_event_types t WHERE t.name = a.action),
    a.resource_type, a.resource_id, a.ip_address, a.user_agent, a.endpoint, a.method, a.status_code, a.changes::text, a.created_at::text, a.school_id IS NULL";

/// Events in their order; the key of each is its time and its number.
pub type Events = Vec<Slot<AuditEvent>>;

/// The number of an event, also of one that cannot be shown.
#[must_use]
pub fn sequence(event: &Slot<AuditEvent>) -> i64 {
    event.key().columns.get(1).and_then(|number| number.parse().ok()).unwrap_or(i64::MAX)
}

/// A moment of the database, for reading page by page what was there by then.
#[derive(Clone, Debug)]
pub struct By {
    at: DateTime<Utc>,
    /// Transactions that were in progress, and the first of those to come.
    under_way: Vec<i64>,
    next: i64,
}

/// How many events match, and the moment of it.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn count(bound: &Bound, query: &Query) -> Result<(i64, By), Failure> {
    let mut sql = Statement::new(
        "SELECT count(*), statement_timestamp(), pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
           ARRAY(SELECT x::text::bigint FROM pg_snapshot_xip(pg_current_snapshot()) x)",
    );
    narrow::<AuditEvent>(&mut sql, bound, query)?;
    let (rows, at, next, under_way) =
        reading(bound, "count_events", async |tx| sql.query_as().fetch_one(tx).await).await?;
    Ok((rows, By { at, under_way, next }))
}

/// The next events of a query, oldest first, of those that were there by a moment;
/// none at the end.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn next(bound: &Bound, query: &Query, after: Option<&Key>, by: &By) -> Result<Events, Failure> {
    let mut sql = selected(bound, query)?;
    // What a transaction wrote that ended later. A restored database counts its
    // transactions again, so only events of that time are meant.
    sql.push(
        " AND a.created_at < $2 AND (a.transaction_id <> ALL ($3) OR a.transaction_id IS NULL OR a.created_at < $2 - interval '1 day')
          AND (a.transaction_id < $4 OR a.transaction_id IS NULL OR a.created_at < $2 - interval '1 minute')",
    );
    if after.is_some() {
        sql.push(" AND (a.created_at, a.sequence) > (($5)[1]::timestamptz, ($5)[2]::bigint)");
    }
    sql.push(" ORDER BY a.created_at, a.sequence LIMIT ").push(PAGE);
    let key = after.map(|key| key.columns.as_slice()).unwrap_or_default();
    let rows = paging(bound, "next_events", async |tx| {
        sql.query().bind(by.at).bind(by.under_way.clone()).bind(by.next).bind(key.to_vec()).fetch_all(tx).await
    })
    .await?;
    events(&rows)
}

/// The last events of a query, oldest first.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn last(bound: &Bound, query: &Query, limit: usize) -> Result<Events, Failure> {
    let mut sql = selected(bound, query)?;
    sql.push(" ORDER BY a.created_at DESC, a.sequence DESC LIMIT ").push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
    let rows = paging(bound, "last_events", async |tx| sql.query().fetch_all(tx).await).await?;
    let mut events = events(&rows)?;
    events.reverse();
    Ok(events)
}

/// What is committed at a moment, as the database writes it down.
#[derive(Clone, Debug)]
pub struct Snapshot(String);

/// What is committed now.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn snapshot(bound: &Bound) -> Result<Snapshot, Failure> {
    reading(bound, "snapshot", async |tx| {
        sqlx::query_scalar!(r#"SELECT pg_current_snapshot()::text AS "now!""#).fetch_one(tx).await.map(Snapshot)
    })
    .await
}

/// Events of a query that were committed between two moments, in their order, after
/// one of them: a transaction that ends late brings events with an early time and
/// number, and they are not missed.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn between(
    bound: &Bound,
    query: &Query,
    (seen, now): (&Snapshot, &Snapshot),
    after: i64,
) -> Result<Events, Failure> {
    let mut sql = selected(bound, query)?;
    sql.push(
        " AND (a.transaction_id >= pg_snapshot_xmax($2::text::pg_snapshot)::text::bigint
            OR a.transaction_id = ANY (ARRAY(SELECT x::text::bigint FROM pg_snapshot_xip($2::text::pg_snapshot) x)))
          AND pg_visible_in_snapshot(a.transaction_id::text::xid8, $3::text::pg_snapshot) AND a.sequence > $4",
    );
    sql.push(" ORDER BY a.sequence LIMIT ").push(PAGE);
    let rows = paging(bound, "events_between", async |tx| {
        sql.query().bind(seen.0.clone()).bind(now.0.clone()).bind(after).fetch_all(tx).await
    })
    .await?;
    events(&rows)
}

/// The events of one action: name, severity, how many, by how many people, and the last of them.
pub type Stat = (String, Stored<Severity>, i64, i64, DateTime<Utc>);

/// How many events there are of each action.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn stats(bound: &Bound, query: &Query) -> Result<Vec<Stat>, Failure> {
    let mut sql = Statement::new(
        "SELECT a.action, max(a.severity)::text, count(*), count(DISTINCT a.user_id), max(a.created_at)",
    );
    narrow::<AuditEvent>(&mut sql, bound, query)?;
    sql.push(" GROUP BY a.action ORDER BY count(*) DESC, a.action");
    reading(bound, "event_stats", async |tx| sql.query_as().fetch_all(tx).await).await
}

fn selected(bound: &Bound, query: &Query) -> Result<Statement, Failure> {
    let mut sql = Statement::new(SELECTED);
    narrow::<AuditEvent>(&mut sql, bound, query)?;
    Ok(sql)
}

fn events(rows: &[PgRow]) -> Result<Events, Failure> {
    rows.iter().map(slot).collect::<Result<_, _>>().map_err(|error| error::failure(&error))
}

/// An event, or the description of one that can't be read.
fn slot(row: &PgRow) -> Result<Slot<AuditEvent>, sqlx::Error> {
    let (sequence, at): (i64, String) = (row.try_get(1)?, row.try_get(17)?);
    let key = Key::new(vec![at.clone(), sequence.to_string()]);
    match event(row) {
        Ok(record) => Ok(Slot::Record(Keyed { key, record })),
        Err(error) => {
            tracing::error!(sequence, %error, "an event that cannot be shown");
            let id: String = row.try_get(0)?;
            let sentence = unreadable::sentence(List::Audit, &id, &serde_json::json!({ "at": at }).to_string());
            Ok(Slot::Unreadable(Unreadable { key, id, sentence }))
        }
    }
}

/// By index: there may be millions.
fn event(row: &PgRow) -> Result<AuditEvent, sqlx::Error> {
    let severity: Stored<Severity> = row.try_get(4)?;
    Ok(AuditEvent {
        id: row.try_get(0)?,
        sequence: row.try_get(1)?,
        transaction: row.try_get(2)?,
        at: row.try_get(3)?,
        // One that this medstint doesn't know is looked at most carefully.
        severity: severity.known().unwrap_or(Severity::Critical),
        who_id: row.try_get(5)?,
        who: row.try_get(6)?,
        action: row.try_get(7)?,
        code: row.try_get(8)?,
        meaning: None,
        resource_type: row.try_get(9)?,
        resource_id: row.try_get(10)?,
        is_of_platform: row.try_get(18)?,
        address: row.try_get(11)?,
        device: row.try_get(12)?,
        endpoint: row.try_get(13)?,
        method: row.try_get(14)?,
        status_code: row.try_get(15)?,
        changes: row.try_get(16)?,
        seal: None,
        earlier: None,
        later: None,
    })
}
