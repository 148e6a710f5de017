//! Decisions: each record at the version that was shown, once, in one
//! transaction, with an outcome for every record that was asked for.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use strum::VariantArray;

use super::super::{Access, Bound, error, reading};
use crate::domain::Failure;
use crate::domain::failure::Stale;
use crate::domain::time_record::{Decide, Flag, Outcome, Seen, Severity, Status};

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
    try_to(bound, seen, what, Mode::Keep).await
}

/// What [`decide`] would do: done, and taken back.
///
/// # Errors
/// As [`decide`].
pub async fn rehearse(bound: &Bound, seen: &[Seen], what: &Decide) -> Result<Vec<Outcome>, Failure> {
    try_to(bound, seen, what, Mode::Rehearse).await
}

/// The versions that records have now; what is not to be seen has none.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::SignedOut`].
pub async fn versions(bound: &Bound, ids: &[String]) -> Result<HashMap<String, i32>, Failure> {
    let rows = reading(bound, "time_record_versions", async |tx| {
        sqlx::query!("SELECT id, version FROM time_records WHERE id = ANY ($1) AND school_id = $2", ids, bound.school())
            .fetch_all(tx)
            .await
    })
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.version)).collect())
}

/// Whether what was done stays.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Keep,
    Rehearse,
}

async fn try_to(bound: &Bound, seen: &[Seen], what: &Decide, mode: Mode) -> Result<Vec<Outcome>, Failure> {
    bound
        .store
        .timed("decide_time_records", async {
            let mut attempt = 1;
            loop {
                match decide_once(bound, seen, what, mode).await {
                    Err(error) if error::is_transient(&error) && attempt < ATTEMPTS => attempt += 1,
                    answer => return answer,
                }
            }
        })
        .await
}

/// The record as it stands now, locked.
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one record")]
struct Standing {
    version: i32,
    status: Status,
    open: bool,
    student: String,
    elapsed_ms: Option<i64>,
    decided_by: Option<String>,
    updated_at: DateTime<Utc>,
    own: bool,
    edited_by_me: bool,
    severity: Severity,
    flags: Vec<Flag>,
    waits: bool,
}

async fn decide_once(bound: &Bound, seen: &[Seen], what: &Decide, mode: Mode) -> Result<Vec<Outcome>, sqlx::Error> {
    let mut ids: Vec<String> = seen.iter().map(|seen| seen.id.0.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut tx = bound.begin(Access::Write).await?;
    if !matches!(what, Decide::Approve { .. } | Decide::ApproveClean) {
        lock_neighbours(bound, &mut tx, &ids).await?;
    }
    let rows = sqlx::query!(
        r#"SELECT t.id, t.version, t.status::text AS "status!", t.clock_out IS NULL AS "open!", t.elapsed_ms, t.updated_at,
             t.student_id = $3 AS "own!", $3 = ANY (t.editors) AS "edited_by_me!", t.triage, t.flags::text AS "flags!", medstint.waits(t.id) AS "waits!", now() AS "now!", u.sort_name AS "student?",
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
                    edited_by_me: row.edited_by_me,
                    severity: usize::try_from(row.triage)
                        .ok()
                        .and_then(|rank| Severity::VARIANTS.get(rank))
                        .copied()
                        .unwrap_or(Severity::Hard),
                    flags: serde_json::from_str(&row.flags).unwrap_or_default(),
                    waits: row.waits,
                },
            ))
        })
        .collect();

    let alone = seen.len() == 1;
    let verdicts: Vec<(&Seen, Result<(), Failure>)> = seen
        .iter()
        .map(|seen| {
            let standing = standing.get(seen.id.as_str());
            (seen, careful(standing, what, alone).and_then(|()| allowed(seen, standing, what, now)))
        })
        .collect();
    let to_do: Vec<String> =
        verdicts.iter().filter(|(_, verdict)| verdict.is_ok()).map(|(seen, _)| seen.id.0.clone()).collect();
    let done = if to_do.is_empty() { HashMap::new() } else { update(bound, &mut tx, &to_do, what).await? };
    let left: Vec<String> = standing
        .iter()
        .filter(|(id, standing)| standing.status == Status::Pending && !done.contains_key(*id))
        .map(|(id, _)| id.clone())
        .collect();
    if !left.is_empty() {
        sqlx::query!("SELECT medstint.reflag_left($1)", &left).fetch_one(&mut *tx).await?;
    }
    if mode == Mode::Keep {
        tx.commit().await?;
    }

    Ok(verdicts
        .into_iter()
        .map(|(seen, verdict)| outcome(seen, verdict, standing.get(seen.id.as_str()), &done))
        .collect())
}

/// A rejection, and taking one back, changes what the students' other pending
/// records are flagged with. They are locked first, in the order of their ids, as
/// everybody does, so that nobody waits in a ring.
async fn lock_neighbours(bound: &Bound, tx: &mut sqlx::PgConnection, ids: &[String]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "SELECT FROM time_records t
         WHERE t.student_id IN (SELECT x.student_id FROM time_records x WHERE x.id = ANY ($1) AND x.school_id = $2)
           AND (t.status = 'PENDING' OR t.id = ANY ($1)) AND t.school_id = $2
         ORDER BY t.id FOR NO KEY UPDATE",
        ids,
        bound.school(),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// What is odd is approved with more care than what is clean; the database would
/// refuse all records of the decision at once.
fn careful(standing: Option<&Standing>, what: &Decide, alone: bool) -> Result<(), Failure> {
    let Some(standing) = standing.filter(|standing| standing.status == Status::Pending) else { return Ok(()) };
    let flags = || {
        let told = standing.flags.iter().filter(|flag| flag.severity() == standing.severity);
        told.map(Flag::sentence).collect::<Vec<_>>().join("; ")
    };
    match (what, standing.severity) {
        (Decide::ApproveClean, Severity::Hard | Severity::Warn) if !standing.open => {
            Err(Failure::Denied(format!("It is no longer clean: {}.", flags())))
        }
        (Decide::ApproveClean, _) if standing.waits => {
            Err(Failure::Denied("It waits for an answer, or for other times.".into()))
        }
        // Of an open one, that it is open is told instead.
        (Decide::Approve { .. }, Severity::Hard) if !alone && !standing.open => {
            Err(Failure::Denied(format!("Hard flags are looked at one by one: {}.", flags())))
        }
        (Decide::Approve { .. } | Decide::ApproveClean | Decide::Reject { .. }, _) if standing.edited_by_me => {
            Err(Failure::Denied("You changed the times of this record; somebody else decides on it.".into()))
        }
        _ => Ok(()),
    }
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
    if standing.open && matches!(what, Decide::Approve { .. } | Decide::ApproveClean) {
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
        Decide::Approve { reason } => ("APPROVED", Some(bound.user().as_str()), None, reason.as_deref()),
        Decide::ApproveClean => ("APPROVED", Some(bound.user().as_str()), None, None),
        Decide::Reject { code, text } => {
            ("REJECTED", Some(bound.user().as_str()), Some(<&'static str>::from(*code)), text.as_deref())
        }
        Decide::Undo { reason } => ("PENDING", None, None, reason.as_deref()),
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
        reason,
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
            edited_by_me: false,
            severity: Severity::Clean,
            flags: Vec::new(),
            waits: false,
        };
        let seen = Seen { id: TimeRecordId::from("t"), version: 2 };
        let now = at + chrono::TimeDelta::seconds(8);
        let failure = allowed(&seen, Some(&standing), &Decide::Approve { reason: None }, Some(now)).expect_err("stale");
        assert_eq!(failure.to_string(), "Ada Example was first: it is approved 8 s ago. Nothing was changed.");
    }
}
