//! Decisions: each record at the version that was shown, once, in one
//! transaction, with an outcome for every record that was asked for.

use std::collections::HashMap;

use futures_util::FutureExt;

use super::super::attempt::{Mode, repeated};
use super::super::{Access, Bound, error, reading};
use super::standing::{self, Standing};
use crate::domain::Failure;
use crate::domain::time_record::{Decide, Outcome, Seen, Status};

/// Approves, rejects or undoes. What somebody else changed meanwhile is left
/// alone and reported in its outcome; the rest is done. Rows are locked in the
/// order of their ids, so that two people never wait for each other in a ring.
///
/// # Errors
/// [`Failure`] when nothing was done at all: a rule that the database enforces
/// refused, or it could not be reached.
pub async fn decide(bound: &Bound, seen: &[Seen], what: &Decide) -> Result<Vec<Outcome>, Failure> {
    perform(bound, seen, what, Mode::Keep).await
}

/// What [`decide`] would do: done, and taken back.
///
/// # Errors
/// As [`decide`].
pub async fn rehearse(bound: &Bound, seen: &[Seen], what: &Decide) -> Result<Vec<Outcome>, Failure> {
    perform(bound, seen, what, Mode::Rehearse).await
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

async fn perform(bound: &Bound, seen: &[Seen], what: &Decide, mode: Mode) -> Result<Vec<Outcome>, Failure> {
    let work = repeated(error::is_transient, || perform_once(bound, seen, what, mode).boxed());
    match mode {
        Mode::Keep => {
            let (outcomes, refused_by) = match bound.attempted("decide_time_records", work).await {
                Err(Failure::OutcomeUnknown) => {
                    return confirm(bound, seen, what).await.map_err(|_| Failure::OutcomeUnknown);
                }
                decided => decided?,
            };
            bound.report_refusals("decide_time_records", &refused_by).await;
            Ok(outcomes)
        }
        Mode::Rehearse => bound.store.timed("rehearse_decisions", work).await.map(|(outcomes, _)| outcomes),
    }
}

/// What became of a decision whose answer was lost. The records are locked, so that a
/// transaction that is still committing has ended when they are read.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::Busy`], [`Failure::SignedOut`]: then it is as
/// unknown as before.
pub async fn confirm(bound: &Bound, seen: &[Seen], what: &Decide) -> Result<Vec<Outcome>, Failure> {
    let ids: Vec<String> = seen.iter().map(|seen| seen.id.0.clone()).collect();
    let verdict = match what {
        Decide::Approve { .. } | Decide::ApproveClean => "APPROVED",
        Decide::Reject { .. } => "REJECTED",
        Decide::Undo { .. } => "UNDONE",
    };
    let found = async {
        let mut tx = bound.begin(Access::Write).await?;
        let standing = standing::lock(bound, &mut tx, &ids).await?;
        let made = sqlx::query!(
            "SELECT time_record_id, version_before, version_after FROM time_record_decisions
             WHERE time_record_id = ANY ($1) AND school_id = $2 AND decided_by = $3
               AND verdict = $4::text::decision_verdict",
            &ids,
            bound.school(),
            bound.user().as_str(),
            verdict,
        )
        .fetch_all(&mut *tx)
        .await?;
        tx.roll_back().await?;
        let made: HashMap<(String, i32), i32> =
            made.into_iter().map(|row| ((row.time_record_id, row.version_before), row.version_after)).collect();
        Ok::<_, sqlx::Error>((standing, made))
    };
    let (standing, made) = bound.store.timed("confirm_decisions", found).await?;
    let approves = matches!(what, Decide::Approve { .. } | Decide::ApproveClean);
    let outcome = |seen: &Seen| {
        let now = standing.get(seen.id.as_str());
        let made = made.get(&(seen.id.0.clone(), seen.version)).copied();
        let why_not = || match now {
            None => Failure::NotFound("The record"),
            Some(now) => now.verdict(seen, what, ids.len()).err().unwrap_or_else(not_arrived),
        };
        Outcome {
            id: seen.id.clone(),
            student: now.map(|now| now.student.clone()).unwrap_or_default(),
            elapsed_ms: now.and_then(|now| now.elapsed_ms),
            is_final: approves && now.is_some_and(|now| now.hours_are_locked),
            result: made.ok_or_else(why_not),
        }
    };
    Ok(seen.iter().map(outcome).collect())
}

fn not_arrived() -> Failure {
    Failure::Busy("The decision did not reach the database. Nothing was changed; decide again.".into())
}

/// The outcomes, and the rules by which some of the records were not theirs to decide on.
type Decided = (Vec<Outcome>, Vec<&'static str>);

async fn perform_once(bound: &Bound, seen: &[Seen], what: &Decide, mode: Mode) -> Result<Decided, sqlx::Error> {
    let mut ids: Vec<String> = seen.iter().map(|seen| seen.id.0.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut tx = bound.begin(Access::Write).await?;
    if !matches!(what, Decide::Approve { .. } | Decide::ApproveClean) {
        lock_neighbours(bound, &mut tx, &ids).await?;
    }
    let mut standing = standing::lock(bound, &mut tx, &ids).await?;
    let approves = matches!(what, Decide::Approve { .. } | Decide::ApproveClean);
    if approves && are_flags_due(&mut tx, &ids).await? {
        tx.roll_back().await?;
        bring_flags_up_to_date(bound, &ids).await?;
        tx = bound.begin(Access::Write).await?;
        standing = standing::lock(bound, &mut tx, &ids).await?;
    }
    let verdict = |seen: &Seen| match standing.get(seen.id.as_str()) {
        Some(standing) => standing.verdict(seen, what, ids.len()),
        None => Err(Failure::NotFound("The record")),
    };
    let verdicts: Vec<(&Seen, Result<(), Failure>)> = seen.iter().map(|seen| (seen, verdict(seen))).collect();
    let refused_by = verdicts
        .iter()
        .filter(|(_, verdict)| matches!(verdict, Err(Failure::Denied(_))))
        .filter_map(|(seen, _)| standing.get(seen.id.as_str())?.right_refused())
        .collect();
    let to_do: Vec<String> =
        verdicts.iter().filter(|(_, verdict)| verdict.is_ok()).map(|(seen, _)| seen.id.0.clone()).collect();
    let done = if to_do.is_empty() { HashMap::new() } else { update(bound, &mut tx, &to_do, what).await? };
    look_again(&mut tx, &standing, &done).await?;
    mode.end(tx).await?;

    let outcome = |(seen, verdict): (&Seen, Result<(), Failure>)| {
        let standing = standing.get(seen.id.as_str());
        Outcome {
            id: seen.id.clone(),
            student: standing.map(|s| s.student.clone()).unwrap_or_default(),
            elapsed_ms: standing.and_then(|s| s.elapsed_ms),
            is_final: approves && standing.is_some_and(|s| s.hours_are_locked),
            result: verdict.and_then(|()| done.get(seen.id.as_str()).copied().ok_or(Failure::NotFound("The record"))),
        }
    };
    Ok((verdicts.into_iter().map(outcome).collect(), refused_by))
}

/// Whether somebody passed over flags of these records, since somebody else was
/// writing them.
async fn are_flags_due(tx: &mut sqlx::PgConnection, ids: &[String]) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT medstint.are_flags_due($1) AS "due!""#, ids).fetch_one(tx).await
}

/// In a transaction of its own: whoever computes flags holds no other row, so that
/// nobody waits in a ring.
async fn bring_flags_up_to_date(bound: &Bound, ids: &[String]) -> Result<(), sqlx::Error> {
    let mut tx = bound.begin(Access::Write).await?;
    sqlx::query!("SELECT medstint.reflag_due($1)", ids).fetch_one(&mut *tx).await?;
    tx.commit().await
}

/// Whoever computed flags meanwhile left out the records that are locked here; what
/// stays pending of them is looked at now.
async fn look_again(
    tx: &mut sqlx::PgConnection,
    standing: &HashMap<String, Standing>,
    done: &HashMap<String, i32>,
) -> Result<(), sqlx::Error> {
    let stays = |(id, standing): &(&String, &Standing)| standing.status == Status::Pending && !done.contains_key(*id);
    let left: Vec<String> = standing.iter().filter(stays).map(|(id, _)| id.clone()).collect();
    if !left.is_empty() {
        sqlx::query!("SELECT medstint.reflag_left($1)", &left).fetch_one(tx).await?;
    }
    Ok(())
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
