//! Events one after the other, for whoever reads all that match: exports and tails.
//! Pages by keyset, so that memory stays the same however many there are.

use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{Postgres, QueryBuilder, Row};

use super::super::listing::narrow;
use super::super::{Bound, error, paging, reading};
use crate::domain::audit_event::{AuditEvent, Severity};
use crate::domain::query::Query;
use crate::domain::{AuditEventId, Failure};

/// Events read at once.
const PAGE: i64 = 2_000;

const SELECTED: &str = "SELECT a.id, a.sequence, a.transaction_id, a.created_at, a.severity::text, a.user_id,
    (SELECT u.name FROM users u WHERE u.id = a.user_id), a.action, (SELECT t.code FROM medstint.audit_event_types t WHERE t.name = a.action),
    a.resource_type, a.resource_id, a.ip_address, a.user_agent, a.endpoint, a.method, a.status_code, a.changes::text";

/// Where a run of pages stands: at an event's time and sequence.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub at: DateTime<Utc>,
    pub sequence: i64,
}

impl From<&AuditEvent> for Place {
    fn from(event: &AuditEvent) -> Self {
        Self { at: event.at, sequence: event.sequence }
    }
}

/// How many events match, and what time it is there: what is written later is not
/// among them.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn count(bound: &Bound, query: &Query) -> Result<(i64, DateTime<Utc>), Failure> {
    let mut sql = QueryBuilder::new("SELECT count(*), clock_timestamp()");
    narrow::<AuditEvent>(&mut sql, bound, query);
    reading(bound, "count_events", async |tx| sql.build_query_as().fetch_one(tx).await).await
}

/// The next events of a query, oldest first, written before a moment; none at the end.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn next(
    bound: &Bound,
    query: &Query,
    after: Option<Place>,
    until: DateTime<Utc>,
) -> Result<Vec<AuditEvent>, Failure> {
    let mut sql = selected(bound, query);
    sql.push(" AND a.created_at < ").push_bind(until);
    if let Some(place) = after {
        sql.push(" AND (a.created_at, a.sequence) > (")
            .push_bind(place.at)
            .push(", ")
            .push_bind(place.sequence)
            .push(")");
    }
    sql.push(" ORDER BY a.created_at, a.sequence LIMIT ").push_bind(PAGE);
    let rows = paging(bound, "next_events", async |tx| sql.build().fetch_all(tx).await).await?;
    events(&rows)
}

/// The last events of a query, oldest first.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn last(bound: &Bound, query: &Query, limit: usize) -> Result<Vec<AuditEvent>, Failure> {
    let mut sql = selected(bound, query);
    sql.push(" ORDER BY a.created_at DESC, a.sequence DESC LIMIT ").push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
    let rows = paging(bound, "last_events", async |tx| sql.build().fetch_all(tx).await).await?;
    let mut events = events(&rows)?;
    events.reverse();
    Ok(events)
}

/// The oldest transaction that is still under way: events of all before it are there.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn horizon(bound: &Bound) -> Result<i64, Failure> {
    reading(bound, "horizon", async |tx| {
        sqlx::query_scalar!(r#"SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS "xmin!""#)
            .fetch_one(tx)
            .await
    })
    .await
}

/// Events of a query written by this transaction or a later one, in their order. A
/// transaction that ends late brings events with an early time; by its number they
/// are not missed.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn since(bound: &Bound, query: &Query, transaction: i64) -> Result<Vec<AuditEvent>, Failure> {
    let mut sql = selected(bound, query);
    sql.push(" AND a.transaction_id >= ").push_bind(transaction).push(" ORDER BY a.sequence");
    let rows = reading(bound, "events_since", async |tx| sql.build().fetch_all(tx).await).await?;
    events(&rows)
}

/// How many events there are of each action: name, severity, how many, by how many
/// people, and the last of them.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn stats(bound: &Bound, query: &Query) -> Result<Vec<(String, String, i64, i64, DateTime<Utc>)>, Failure> {
    let mut sql = QueryBuilder::new(
        "SELECT a.action, max(a.severity)::text, count(*), count(DISTINCT a.user_id), max(a.created_at)",
    );
    narrow::<AuditEvent>(&mut sql, bound, query);
    sql.push(" GROUP BY a.action ORDER BY count(*) DESC, a.action");
    reading(bound, "event_stats", async |tx| sql.build_query_as().fetch_all(tx).await).await
}

fn selected(bound: &Bound, query: &Query) -> QueryBuilder<Postgres> {
    let mut sql = QueryBuilder::new(SELECTED);
    narrow::<AuditEvent>(&mut sql, bound, query);
    sql
}

fn events(rows: &[PgRow]) -> Result<Vec<AuditEvent>, Failure> {
    rows.iter().map(event).collect::<Result<_, _>>().map_err(|error| error::failure(&error))
}

/// By index: there may be millions.
fn event(row: &PgRow) -> Result<AuditEvent, sqlx::Error> {
    let severity: &str = row.try_get(4)?;
    Ok(AuditEvent {
        id: AuditEventId(row.try_get(0)?),
        sequence: row.try_get(1)?,
        transaction: row.try_get(2)?,
        at: row.try_get(3)?,
        severity: severity.parse().unwrap_or(Severity::Critical),
        who_id: row.try_get(5)?,
        who: row.try_get(6)?,
        action: row.try_get(7)?,
        code: row.try_get(8)?,
        meaning: None,
        resource_type: row.try_get(9)?,
        resource_id: row.try_get(10)?,
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
