//! Decisions: each record at the version that was shown, once, in one transaction, with an outcome
//! for every record that was asked for.
//!
//! A decision is made before it is judged. `medstint.decide_at_once` locks the records, returns
//! their state, and makes the change if all have the versions shown. The rules stay in `standing`:
//! if one refuses, the change is rolled back and the records are decided one by one. More than 100
//! records are always decided one by one.
//!
//! A decision whose COMMIT had no answer is looked up (`confirm`). It locks the records first, so
//! that a transaction that is still committing has ended. Then the history shows whether this
//! person decided at this version.

use std::collections::HashMap;

use futures_util::FutureExt;

use super::super::attempt::{Mode, repeated};
use super::super::entered::Entered;
use super::super::{Access, Bound, error, reading};
use super::standing::{self, Standing};
use crate::domain::time_record::{Decide, DecisionKind, DecisionVerdict, Outcome, RejectionReason, Seen, Status};
use crate::domain::{Failure, TimeRecordId, UserId};

/// At most so many records are decided on with one statement. With more of them it is
/// likely that one has changed, and all the work would be done again for the others.
const AT_ONCE: usize = 100;

/// Approves, rejects or undoes. What someone else changed in the meantime is left
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
    let ids: Vec<TimeRecordId> = seen.iter().map(|seen| seen.id.clone()).collect();
    let found = async {
        let mut held = hold(bound, &ids, false).await?;
        let made = sqlx::query!(
            "SELECT time_record_id, version_before, version_after FROM time_record_decisions
             WHERE time_record_id = ANY ($1) AND school_id = $2 AND decided_by = $3
               AND verdict = $4::text::decision_verdict",
            &ids as &[TimeRecordId],
            bound.school(),
            bound.user() as &UserId,
            what.verdict() as DecisionVerdict,
        )
        .fetch_all(held.tx.connection())
        .await?;
        held.tx.roll_back().await?;
        let made: HashMap<(TimeRecordId, i32), i32> =
            made.into_iter().map(|row| ((row.time_record_id.into(), row.version_before), row.version_after)).collect();
        Ok::<_, sqlx::Error>((held.standing, made))
    };
    let (standing, made) = bound.store.timed("confirm_decisions", found).await?;
    let result = |seen: &Seen| {
        let why_not = || match standing.get(&seen.id) {
            None => Failure::NotFound("The record"),
            Some(now) => now.verdict(seen, what, ids.len()).err().unwrap_or_else(|| not_arrived(what)),
        };
        made.get(&(seen.id.clone(), seen.version)).copied().ok_or_else(why_not)
    };
    Ok(seen.iter().map(|seen| outcome(seen, what, &standing, result(seen))).collect())
}

/// A COMMIT that the server never saw.
fn not_arrived(what: &Decide) -> Failure {
    let sentence = match what {
        Decide::Undo { .. } => "The undo did not reach the database. Nothing was changed. Undo again.",
        _ => "The decision did not reach the database. Nothing was changed. Decide again.",
    };
    Failure::Busy(sentence.into())
}

/// The outcomes, and the rules by which some of the records were not theirs to decide on.
type Decided = (Vec<Outcome>, Vec<&'static str>);

/// Records that are locked until the transaction ends.
struct Held {
    tx: Entered,
    standing: HashMap<TimeRecordId, Standing>,
    /// The new versions of what has been decided already, in this transaction: of all
    /// records or of none.
    made: HashMap<TimeRecordId, i32>,
    /// A transaction that wrote flags of neighbours left out some of these.
    flags_are_due: bool,
}

async fn perform_once(bound: &Bound, seen: &[Seen], what: &Decide, mode: Mode) -> Result<Decided, sqlx::Error> {
    let mut ids: Vec<TimeRecordId> = seen.iter().map(|seen| seen.id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut held = match decide_at_once(bound, seen, &ids, what).await? {
        Some(held) => held,
        None => hold_to_decide(bound, &ids, what).await?,
    };
    if held.flags_are_due {
        held.tx.roll_back().await?;
        bring_flags_up_to_date(bound, &ids).await?;
        held = hold_to_decide(bound, &ids, what).await?;
    }
    let verdicts: Vec<_> = seen.iter().map(|seen| verdict(seen, what, &held.standing, ids.len())).collect();
    let to_do: Vec<TimeRecordId> =
        seen.iter().zip(&verdicts).filter(|(_, verdict)| verdict.is_ok()).map(|(seen, _)| seen.id.clone()).collect();
    if held.made.is_empty() && !to_do.is_empty() {
        held.made = make(bound, held.tx.connection(), &to_do, what).await?;
    }
    look_again(held.tx.connection(), &held.standing, &held.made).await?;
    mode.end(held.tx).await?;

    let refused_by = seen
        .iter()
        .zip(&verdicts)
        .filter(|(_, verdict)| matches!(verdict, Err(Failure::Denied(_))))
        .filter_map(|(seen, _)| held.standing.get(&seen.id)?.right_refused())
        .collect();
    let version = |seen: &Seen| held.made.get(&seen.id).copied().ok_or(Failure::NotFound("The record"));
    let outcomes = seen
        .iter()
        .zip(verdicts)
        .map(|(seen, verdict)| outcome(seen, what, &held.standing, verdict.and_then(|()| version(seen))))
        .collect();
    Ok((outcomes, refused_by))
}

fn verdict(
    seen: &Seen,
    what: &Decide,
    standing: &HashMap<TimeRecordId, Standing>,
    at_once: usize,
) -> Result<(), Failure> {
    standing.get(&seen.id).ok_or(Failure::NotFound("The record"))?.verdict(seen, what, at_once)
}

fn outcome(
    seen: &Seen,
    what: &Decide,
    standing: &HashMap<TimeRecordId, Standing>,
    result: Result<i32, Failure>,
) -> Outcome {
    let now = standing.get(&seen.id);
    Outcome {
        id: seen.id.clone(),
        student: now.map(Standing::student).unwrap_or_default(),
        clock_in: now.map(Standing::clock_in),
        elapsed_ms: now.and_then(|now| now.elapsed_ms),
        is_final: what.approves() && now.is_some_and(|now| now.hours_are_locked),
        result,
    }
}

/// Decides with one statement: on a slow path each one is a wait of its own. What it
/// made is only kept if each record was to be decided on; otherwise it is rolled back,
/// and there is no answer. The same where a rule refused one of the records.
async fn decide_at_once(
    bound: &Bound,
    seen: &[Seen],
    ids: &[TimeRecordId],
    what: &Decide,
) -> Result<Option<Held>, sqlx::Error> {
    if seen.len() > AT_ONCE {
        return Ok(None);
    }
    let (shown, versions): (Vec<TimeRecordId>, Vec<i32>) =
        seen.iter().map(|seen| (seen.id.clone(), seen.version)).unzip();
    let change = Change::new(bound, what, ids.len());
    let mut tx = bound.open(Access::Write).await?;
    let token = tx.token();
    let answer = sqlx::query!(
        r#"SELECT standing AS "standing!", made AS "made!", flags_are_due AS "flags_are_due!"
           FROM medstint.decide_at_once(medstint.unmasked($1), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"#,
        token.text(),
        &shown as &[TimeRecordId],
        &versions,
        bound.school(),
        bound.user() as &UserId,
        !what.approves(),
        change.status as Status,
        change.by as Option<&UserId>,
        change.kind as Option<DecisionKind>,
        change.code as Option<RejectionReason>,
        change.reason,
    )
    .fetch_one(tx.connection())
    .await;
    let row = match answer {
        Err(refused) if error::is_refusal(&refused) => {
            tx.roll_back().await?;
            return Ok(None);
        }
        answer => answer?,
    };
    let (standing, made) = (standing::parse(&row.standing)?, parse_made(&row.made)?);
    let held = Held { tx: tx.entered(), standing, made, flags_are_due: row.flags_are_due };
    let is_as_wanted =
        held.made.len() == ids.len() && seen.iter().all(|seen| verdict(seen, what, &held.standing, ids.len()).is_ok());
    if held.made.is_empty() || is_as_wanted {
        return Ok(Some(held));
    }
    held.tx.roll_back().await?;
    Ok(None)
}

/// Locks the records of a decision.
async fn hold_to_decide(bound: &Bound, ids: &[TimeRecordId], what: &Decide) -> Result<Held, sqlx::Error> {
    let mut held = hold(bound, ids, !what.approves()).await?;
    held.flags_are_due = what.approves() && are_flags_due(held.tx.connection(), ids).await?;
    Ok(held)
}

/// Locks records. A rejection, and taking one back, changes what the students' other
/// pending records are flagged with: these are locked with them.
async fn hold(bound: &Bound, ids: &[TimeRecordId], with_neighbours: bool) -> Result<Held, sqlx::Error> {
    let mut tx = bound.open(Access::write(ids.len())).await?;
    let token = tx.token();
    let standing = sqlx::query_scalar!(
        r#"SELECT medstint.hold_records(medstint.unmasked($1), $2, $3, $4, $5) AS "standing!""#,
        token.text(),
        ids as &[TimeRecordId],
        bound.school(),
        bound.user() as &UserId,
        with_neighbours,
    )
    .fetch_one(tx.connection())
    .await?;
    let standing = standing::parse(&standing)?;
    Ok(Held { tx: tx.entered(), standing, made: HashMap::new(), flags_are_due: false })
}

/// Whether a writer skipped the flags of these records, since another transaction was
/// writing them.
async fn are_flags_due(tx: &mut sqlx::PgConnection, ids: &[TimeRecordId]) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT medstint.are_flags_due($1) AS "due!""#, ids as &[TimeRecordId]).fetch_one(tx).await
}

/// In its own transaction: a transaction that computes flags locks no other row, which rules out
/// deadlocks.
async fn bring_flags_up_to_date(bound: &Bound, ids: &[TimeRecordId]) -> Result<(), sqlx::Error> {
    let mut tx = bound.begin(Access::write(ids.len())).await?;
    sqlx::query!("SELECT medstint.reflag_due($1)", ids as &[TimeRecordId]).fetch_one(tx.connection()).await?;
    tx.commit().await
}

/// A writer that computed flags in the meantime skipped the records that are locked here; what
/// stays pending of them is looked at now.
async fn look_again(
    tx: &mut sqlx::PgConnection,
    standing: &HashMap<TimeRecordId, Standing>,
    done: &HashMap<TimeRecordId, i32>,
) -> Result<(), sqlx::Error> {
    let stays =
        |(id, standing): &(&TimeRecordId, &Standing)| standing.status == Status::Pending && !done.contains_key(*id);
    let left: Vec<TimeRecordId> = standing.iter().filter(stays).map(|(id, _)| id.clone()).collect();
    if !left.is_empty() {
        sqlx::query!("SELECT medstint.reflag_left($1)", &left as &[TimeRecordId]).fetch_one(tx).await?;
    }
    Ok(())
}

/// The columns that a decision writes.
struct Change<'a> {
    status: Status,
    by: Option<&'a UserId>,
    kind: Option<DecisionKind>,
    code: Option<RejectionReason>,
    reason: Option<&'a str>,
}

impl<'a> Change<'a> {
    fn new(bound: &'a Bound, what: &'a Decide, records: usize) -> Self {
        let me = Some(bound.user());
        let (status, by, code, reason) = match what {
            Decide::Approve { reason } => (Status::Approved, me, None, reason.as_deref()),
            Decide::ApproveClean => (Status::Approved, me, None, None),
            Decide::Reject { code, text } => (Status::Rejected, me, Some(*code), text.as_deref()),
            Decide::Undo { reason } => (Status::Pending, None, None, reason.as_deref()),
        };
        let kind = by.map(|_| if records == 1 { DecisionKind::ByHand } else { DecisionKind::Bulk });
        Self { status, by, kind, code, reason }
    }
}

/// The one UPDATE; triggers keep the decision, the hours and the audit trail.
async fn make(
    bound: &Bound,
    tx: &mut sqlx::PgConnection,
    ids: &[TimeRecordId],
    what: &Decide,
) -> Result<HashMap<TimeRecordId, i32>, sqlx::Error> {
    let change = Change::new(bound, what, ids.len());
    let made = sqlx::query_scalar!(
        r#"SELECT medstint.make_decision($1, $2, $3, $4, $5, $6, $7) AS "made!""#,
        ids as &[TimeRecordId],
        bound.school(),
        change.status as Status,
        change.by as Option<&UserId>,
        change.kind as Option<DecisionKind>,
        change.code as Option<RejectionReason>,
        change.reason,
    )
    .fetch_one(tx)
    .await?;
    parse_made(&made)
}

/// The new versions of records by their ids.
fn parse_made(json: &str) -> Result<HashMap<TimeRecordId, i32>, sqlx::Error> {
    serde_json::from_str(json).map_err(|error| sqlx::Error::Decode(error.into()))
}
