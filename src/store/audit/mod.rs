//! The audit trail beyond its list: what clients report about themselves, seals and their
//! verification, exports.

pub mod events;
mod trail;
mod verify;

pub use trail::Trail;
pub use verify::{Kept, Verdict, verify};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Bound, reading, writing};
use crate::domain::Failure;
use crate::domain::audit_event::{Minute, Pulse};
use crate::domain::list::List;
use crate::domain::permission::Permission;
use crate::domain::query::Query;
use crate::presentation::rules::PLATFORM_EVENTS;

/// What one look at the trail did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The number of sealed events; none if another session is sealing.
    pub sealed: i32,
    /// So many of the school wait still.
    pub waiting: i64,
}

impl Watched {
    /// A batch holds so many events at most.
    pub(super) const BATCH: i32 = 10_000;

    /// Whether more waited than one batch holds.
    #[must_use]
    pub fn is_behind(self) -> bool {
        self.sealed >= Self::BATCH && self.waiting > 0
    }
}

/// Seals a batch of what waits, as far as it is this session's.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn watch(bound: &Bound) -> Result<Watched, Failure> {
    // By token and not entered: a locked console watches as well.
    bound
        .store
        .in_masked_transaction("watch_audit", [&bound.token], async |tx, [token]| {
            sqlx::query_as!(
                Watched,
                r#"SELECT sealed AS "sealed!", waiting AS "waiting!" FROM medstint.watch_audit(medstint.unmasked($1))"#,
                token.text()
            )
            .fetch_one(tx)
            .await
        })
        .await
}

/// What a list is called in the events that tell of its reading. Those of the platform
/// tell of it in the platform's trail.
#[must_use]
pub fn list_name(list: List, query: &Query) -> &'static str {
    if query.is_of_platform(list) { "platform-events" } else { list.into() }
}

/// Makes sure that a person may see the rows of a query: the database hides those of the
/// platform from everyone else, which would look like a trail without events. A refusal
/// is put on record. The moments of the filter have to name one instant each.
///
/// # Errors
/// [`Failure::Denied`].
pub async fn check_scope(bound: &Bound, list: List, query: &Query) -> Result<(), Failure> {
    bound.check_moments(&query.filter)?;
    if !query.is_of_platform(list) || bound.role().may(Permission::SeePlatformEvents) {
        return Ok(());
    }
    let (rule, sentence) = PLATFORM_EVENTS;
    bound.report_refusals("see_platform_events", &[rule]).await;
    Err(Failure::Denied(sentence.to_owned()))
}

/// So many rows at once are reading in bulk, which is an event.
pub const BULK: usize = 100;

/// Puts on record that many rows of a list are about to be read at once.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`]: then nothing is to be read.
pub async fn report_reading(bound: &Bound, list: &str, filter: &str, rows: usize) -> Result<(), Failure> {
    let rows = i32::try_from(rows).unwrap_or(i32::MAX);
    writing(bound, "report_reading", async |tx| {
        sqlx::query!("SELECT medstint.report_reading($1, $2, $3)", list, filter, rows).execute(tx).await.map(drop)
    })
    .await
}

/// What an export is, for the event that tells of it.
#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    pub list: &'a str,
    pub filter: &'a str,
    pub format: &'a str,
    pub rows: i64,
    /// The recipient and the purpose.
    pub recipient: &'a str,
    pub purpose: &'a str,
}

/// Puts an export on record before its first row is read; its id.
///
/// # Errors
/// [`Failure::Denied`], [`Failure::Invalid`] without a recipient or a purpose.
pub async fn begin_export(bound: &Bound, export: &Export<'_>) -> Result<String, Failure> {
    let Export { list, filter, format, rows, recipient, purpose } = *export;
    writing(bound, "begin_export", async |tx| {
        sqlx::query_scalar!(
            r#"SELECT medstint.begin_export($1, $2, $3, $4, $5, $6) AS "id!""#,
            list,
            filter,
            format,
            rows,
            recipient,
            purpose
        )
        .fetch_one(tx)
        .await
    })
    .await
}

/// Puts on record how an export ended.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn end_export(bound: &Bound, export: &str, rows: i64, is_whole: bool) -> Result<(), Failure> {
    writing(bound, "end_export", async |tx| {
        sqlx::query!("SELECT medstint.end_export($1, $2, $3)", export, rows, is_whole).fetch_one(tx).await.map(drop)
    })
    .await
}

/// So many events of each severity in a minute.
struct MinuteRow {
    at: DateTime<Utc>,
    low: i64,
    medium: i64,
    high: i64,
    critical: i64,
}

/// How many events of the school, or of the platform, there were in each minute, from an
/// instant on or else of the last half hour; and how many alerts are open.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn pulse(bound: &Bound, since: Option<DateTime<Utc>>, is_of_platform: bool) -> Result<Pulse, Failure> {
    reading(bound, "audit_pulse", async |tx| {
        let rows = if is_of_platform {
            platform_minutes(&mut *tx, since).await?
        } else {
            school_minutes(&mut *tx, bound.school(), since).await?
        };
        let open_alerts = sqlx::query_scalar!(
            r#"SELECT count(*) AS "open!" FROM alerts WHERE (school_id = $1 OR school_id IS NULL) AND acknowledged_at IS NULL"#,
            bound.school()
        )
        .fetch_one(tx)
        .await?;
        let minutes = rows.into_iter();
        let minutes = minutes.map(|row| Minute { at: row.at, counts: [row.low, row.medium, row.high, row.critical] });
        Ok(Pulse { minutes: minutes.collect(), open_alerts })
    })
    .await
}

// Both ask with CASE: under row-level security `coalesce` cannot be an index condition.

async fn school_minutes(
    tx: &mut PgConnection,
    school: &str,
    since: Option<DateTime<Utc>>,
) -> Result<Vec<MinuteRow>, sqlx::Error> {
    sqlx::query_as!(
        MinuteRow,
        r#"SELECT date_trunc('minute', a.created_at) AS "at!", count(*) FILTER (WHERE a.severity = 'LOW') AS "low!",
             count(*) FILTER (WHERE a.severity = 'MEDIUM') AS "medium!", count(*) FILTER (WHERE a.severity = 'HIGH') AS "high!",
             count(*) FILTER (WHERE a.severity = 'CRITICAL') AS "critical!"
           FROM audit_logs a
           WHERE a.school_id = $1 AND a.created_at >= CASE WHEN $2::timestamptz IS NULL THEN now() - interval '30 minutes' ELSE $2 END
           GROUP BY 1 ORDER BY 1"#,
        school,
        since
    )
    .fetch_all(tx)
    .await
}

async fn platform_minutes(tx: &mut PgConnection, since: Option<DateTime<Utc>>) -> Result<Vec<MinuteRow>, sqlx::Error> {
    sqlx::query_as!(
        MinuteRow,
        r#"SELECT date_trunc('minute', a.created_at) AS "at!", count(*) FILTER (WHERE a.severity = 'LOW') AS "low!",
             count(*) FILTER (WHERE a.severity = 'MEDIUM') AS "medium!", count(*) FILTER (WHERE a.severity = 'HIGH') AS "high!",
             count(*) FILTER (WHERE a.severity = 'CRITICAL') AS "critical!"
           FROM audit_logs a
           WHERE a.school_id IS NULL AND a.created_at >= CASE WHEN $1::timestamptz IS NULL THEN now() - interval '30 minutes' ELSE $1 END
           GROUP BY 1 ORDER BY 1"#,
        since
    )
    .fetch_all(tx)
    .await
}
