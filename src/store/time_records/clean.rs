//! The clean records of the queue, counted in advance so that the confirmation can say exactly
//! what it approves.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::super::listing::narrow;
use super::super::statement::Statement;
use super::super::{Bound, reading_long};
use super::second_person;
use crate::domain::list::Choice;
use crate::domain::query::Query;
use crate::domain::time_record::{Clean, CleanRecord, Seen, TimeRecord, View};
use crate::domain::{Failure, TimeRecordId, UserId, zone};

/// At most so many records are approved with one question: a few seconds of work.
const AT_ONCE: i64 = 10_000;

/// At most notes stand with the record, and it has hours.
const CLEAN: &str = "(t.triage >= 2 AND t.clock_out IS NOT NULL)";
/// Something is asked about the record, or other times are proposed for it.
const WAITS: &str = "medstint.waits(t.id)";

/// The clean records of the queue, as far as it is narrowed, oldest first.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn clean(bound: &Bound, query: &Query) -> Result<Clean, Failure> {
    let query = Query { view: View::Pending.index(), ..query.clone() };
    let mut records = Statement::new(
        "SELECT t.id, t.version, t.student_id, u.sort_name AS student, s.name AS site, s.time_zone, t.clock_in, t.elapsed_ms,
        EXISTS (SELECT FROM rotations r WHERE r.id = t.rotation_id AND r.status = 'COMPLETED') AS hours_are_locked",
    );
    narrow::<TimeRecord>(&mut records, bound, &query)?;
    records.push(" AND ").push(CLEAN).push(" AND NOT ").push(WAITS);
    records.push(" ORDER BY t.clock_in, t.id LIMIT ").push_bind(AT_ONCE);
    // What is open is not clean, whatever else is said of it.
    let mut counts = Statement::new("SELECT count(*) FILTER (WHERE clean), count(*) FILTER (WHERE clean AND ");
    counts.push(WAITS).push("), count(*) FILTER (WHERE NOT clean) FROM (SELECT t.id, ").push(CLEAN).push(" AS clean");
    narrow::<TimeRecord>(&mut counts, bound, &query)?;
    counts.push(") t");
    let (rows, (all, waiting, flagged), refused) = reading_long(bound, "clean_time_records", async |tx| {
        let rows: Vec<Row> = records.query_as().fetch_all(&mut *tx).await?;
        let counted: (i64, i64, i64) = counts.query_as().fetch_one(&mut *tx).await?;
        let ids: Vec<TimeRecordId> = rows.iter().map(|row| row.id.clone()).collect();
        Ok((rows, counted, second_person::refusals(tx, &ids).await?))
    })
    .await?;
    let count = |found: usize| i64::try_from(found).unwrap_or(i64::MAX);
    let left = (all - count(rows.len()) - waiting).max(0);
    let records = rows
        .into_iter()
        .filter(|row| !refused.contains_key(&row.id))
        .map(|row| CleanRecord {
            seen: Seen { id: row.id, version: row.version },
            student_id: row.student_id,
            student: row.student,
            site: row.site,
            zone: zone::parse_or_unknown(&row.time_zone),
            clock_in: row.clock_in,
            elapsed_ms: row.elapsed_ms,
            hours_are_locked: row.hours_are_locked,
        })
        .collect::<Vec<_>>();
    Ok(Clean { records, left, waiting, someone_elses: count(refused.len()), flagged })
}

#[derive(FromRow)]
struct Row {
    id: TimeRecordId,
    version: i32,
    student_id: UserId,
    student: String,
    site: String,
    time_zone: String,
    clock_in: DateTime<Utc>,
    elapsed_ms: i64,
    hours_are_locked: bool,
}
