//! Decisions: each record at the version that was shown, once, in one
//! transaction, with an outcome for every record that was asked for.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::super::{Access, Bound, error};
use crate::domain::Failure;
use crate::domain::failure::Stale;
use crate::domain::time_record::{Decide, Outcome, Seen, Status};

/// How often a deadlock that the server resolved against us is tried again.
const ATTEMPTS: u32 = 3;

/// Approves, rejects or undoes. What somebody else changed meanwhile is left
/// alone and reported in its outcome; the rest is done. Rows are locked in the
/// order of their ids, so that two people never wait for each other in a ring.
///
/// # Errors
/// [`Failure`] when nothing was done at all: a rule that the database enforces
/// refused, or it could not be reached.
pub async fn decide(bound: &Bound, seen: &[Seen], what: &Decide) -> Result<Vec<Outcome>, Failure> {
    bound
        .store
        .timed("decide_time_records", async {
            let mut attempt = 1;
            loop {
                match decide_once(bound, seen, what).await {
                    Err(error) if error::is_transient(&error) && attempt < ATTEMPTS => attempt += 1,
                    answer => return answer,
                }
            }
        })
        .await
}

/// The record as it stands now, locked.
struct Standing {
    version: i32,
    status: Status,
    open: bool,
    student: String,
    elapsed_ms: Option<i64>,
    decided_by: Option<String>,
    updated_at: DateTime<Utc>,
    own: bool,
}

async fn decide_once(bound: &Bound, seen: &[Seen], what: &Decide) -> Result<Vec<Outcome>, sqlx::Error> {
    let mut ids: Vec<String> = seen.iter().map(|seen| seen.id.0.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut tx = bound.begin(Access::Write).await?;
    let rows = sqlx::query!(
        r#"SELECT t.id, t.version, t.status::text AS "status!", t.clock_out IS NULL AS "open!", t.elapsed_ms, t.updated_at,
             t.student_id = $3 AS "own!", now() AS "now!", u.sort_name AS "student?",
             (SELECT a.name FROM time_record_decisions d JOIN users a ON a.id = d.decided_by
              WHERE d.time_record_id = t.id ORDER BY d.version_before DESC LIMIT 1) AS decided_by
           FROM time_records t LEFT JOIN users u ON u.id = t.student_id
           WHERE t.id = ANY ($1) AND t.school_id = $2
           ORDER BY t.id FOR NO KEY UPDATE OF t"#,
        &ids,
        bound.school(),
        bound.user().as_str(),
    )
    .fetch_all(&mut *tx)
    .await?;

    let now = rows.first().map(|row| row.now);
    let standing: HashMap<String, Standing> = rows
        .into_iter()
        .filter_map(|row| {
            let status = row.status.parse().ok()?;
            Some((
                row.id,
                Standing {
                    version: row.version,
                    status,
                    open: row.open,
                    student: row.student.unwrap_or_default(),
                    elapsed_ms: row.elapsed_ms,
                    decided_by: row.decided_by,
                    updated_at: row.updated_at,
                    own: row.own,
                },
            ))
        })
        .collect();

    let verdicts: Vec<(&Seen, Result<(), Failure>)> =
        seen.iter().map(|seen| (seen, allowed(seen, standing.get(seen.id.as_str()), what, now))).collect();
    let to_do: Vec<String> =
        verdicts.iter().filter(|(_, verdict)| verdict.is_ok()).map(|(seen, _)| seen.id.0.clone()).collect();
    let done = if to_do.is_empty() { HashMap::new() } else { update(bound, &mut tx, &to_do, what).await? };
    tx.commit().await?;

    Ok(verdicts
        .into_iter()
        .map(|(seen, verdict)| outcome(seen, verdict, standing.get(seen.id.as_str()), &done))
        .collect())
}

fn outcome(
    seen: &Seen,
    verdict: Result<(), Failure>,
    standing: Option<&Standing>,
    done: &HashMap<String, i32>,
) -> Outcome {
    let result = verdict.and_then(|()| done.get(seen.id.as_str()).copied().ok_or(Failure::NotFound("The record")));
    Outcome {
        id: seen.id.clone(),
        student: standing.map(|s| s.student.clone()).unwrap_or_default(),
        elapsed_ms: standing.and_then(|s| s.elapsed_ms),
        result,
    }
}

/// Whether the record is still what was shown, and the step a legal one. The
/// database would refuse too, but for all records at once.
fn allowed(seen: &Seen, standing: Option<&Standing>, what: &Decide, now: Option<DateTime<Utc>>) -> Result<(), Failure> {
    let Some(standing) = standing else {
        return Err(Failure::NotFound("The record"));
    };
    let expected = matches!(standing.status, Status::Pending) != matches!(what, Decide::Undo { .. });
    if standing.version != seen.version || !expected {
        return Err(Failure::Stale(Stale {
            who: standing.decided_by.clone(),
            what: match standing.status {
                Status::Approved => "it is approved",
                Status::Rejected => "it is rejected",
                Status::Pending => "it is pending, as changed since",
            },
            when: Some(standing.updated_at),
            now: now.unwrap_or(standing.updated_at),
        }));
    }
    if standing.own {
        return Err(Failure::Denied("Nobody decides on their own time.".into()));
    }
    if standing.open && matches!(what, Decide::Approve { .. }) {
        return Err(Failure::Denied(
            "The record is still open: without a clock-out there are no hours to approve.".into(),
        ));
    }
    Ok(())
}

/// The one UPDATE; triggers keep the decision, the hours and the audit trail.
async fn update(
    bound: &Bound,
    tx: &mut sqlx::PgConnection,
    ids: &[String],
    what: &Decide,
) -> Result<HashMap<String, i32>, sqlx::Error> {
    let (status, by, code, reason) = match what {
        Decide::Approve { reason } => ("APPROVED", Some(bound.user().as_str()), None, reason),
        Decide::Reject { code, text } => {
            ("REJECTED", Some(bound.user().as_str()), Some(<&'static str>::from(*code)), text)
        }
        Decide::Undo { reason } => ("PENDING", None, None, reason),
    };
    let kind = by.map(|_| if ids.len() == 1 { "BY_HAND" } else { "BULK" });
    let rows = sqlx::query!(
        r#"UPDATE time_records t
           SET status = $3::text::time_record_status, approved_by = $4, decision_kind = $5::text::decision_kind,
               decision_reason_code = $6::text::rejection_reason, decision_reason = $7
           WHERE t.id = ANY ($1) AND t.school_id = $2
           RETURNING t.id, t.version"#,
        ids,
        bound.school(),
        status,
        by,
        kind,
        code,
        reason.as_deref(),
    )
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.version)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TimeRecordId;

    #[test]
    fn a_record_that_moved_on_is_stale_and_says_who_was_first() {
        let at: DateTime<Utc> = "2026-11-23T09:00:00Z".parse().expect("an instant");
        let standing = Standing {
            version: 3,
            status: Status::Approved,
            open: false,
            student: "Family, Given".into(),
            elapsed_ms: Some(1),
            decided_by: Some("Ada Example".into()),
            updated_at: at,
            own: false,
        };
        let seen = Seen { id: TimeRecordId::from("t"), version: 2 };
        let now = at + chrono::TimeDelta::seconds(8);
        let failure = allowed(&seen, Some(&standing), &Decide::Approve { reason: None }, Some(now)).expect_err("stale");
        assert_eq!(failure.to_string(), "Ada Example was first: it is approved 8 s ago. Nothing was changed.");
    }
}
