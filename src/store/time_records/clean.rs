//! What of the queue is clean: found beforehand, so that the question can say
//! exactly what it is about.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, QueryBuilder};

use super::super::listing::{narrow, total};
use super::super::{Bound, error, reading};
use crate::domain::Failure;
use crate::domain::list::{List, Query};
use crate::domain::time_record::{Clean, CleanRecord, Seen, TimeRecord};

/// At most so many records are approved with one question: a few seconds of work.
const AT_ONCE: i64 = 10_000;

/// Something is asked about the record, or other times are proposed for it.
pub(super) const WAITS: &str = "medstint.waits(t.id)";

/// The clean records of the queue, as far as it is narrowed, oldest first.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn clean(bound: &Bound, query: &Query) -> Result<Clean, Failure> {
    let query = Query { view: 0, ..query.clone() };
    let mut sql = QueryBuilder::new(
        "SELECT t.id, t.version, t.student_id, u.sort_name AS student, s.name AS site, s.time_zone, t.clock_in, t.elapsed_ms",
    );
    narrow::<TimeRecord>(&mut sql, bound, &query);
    sql.push(" AND t.triage >= 2 AND t.clock_out IS NOT NULL AND NOT ").push(WAITS);
    sql.push(" ORDER BY t.clock_in, t.id LIMIT ").push_bind(AT_ONCE);
    let rows: Vec<Row> =
        reading(bound, "clean_time_records", async |tx| sql.build_query_as().fetch_all(tx).await).await?;
    let mut sql = QueryBuilder::new("SELECT count(*)");
    narrow::<TimeRecord>(&mut sql, bound, &query);
    sql.push(" AND t.triage >= 2 AND ").push(WAITS);
    let waiting: i64 =
        reading(bound, "clean_that_waits", async |tx| sql.build_query_scalar().fetch_one(tx).await).await?;
    let counted = total(bound, List::TimeRecords, &query).await?;
    let rows_of = |parts: std::ops::Range<usize>| {
        counted.sections.get(parts).unwrap_or_default().iter().map(|part| part.rows).sum::<i64>()
    };
    let records = rows
        .into_iter()
        .map(|row| {
            Ok(CleanRecord {
                seen: Seen { id: row.id.as_str().into(), version: row.version },
                student_id: row.student_id.into(),
                student: row.student,
                site: row.site,
                zone: error::parsed("time zone", &row.time_zone)?,
                clock_in: row.clock_in,
                elapsed_ms: row.elapsed_ms,
            })
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    let found = i64::try_from(records.len()).unwrap_or(i64::MAX);
    Ok(Clean { records, left: (rows_of(2..4) - found - waiting).max(0), waiting, flagged: rows_of(0..2) })
}

#[derive(FromRow)]
struct Row {
    id: String,
    version: i32,
    student_id: String,
    student: String,
    site: String,
    time_zone: String,
    clock_in: DateTime<Utc>,
    elapsed_ms: i64,
}
