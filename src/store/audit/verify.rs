//! Reads a trail from its first seal to its last and compares every event with what was sealed. It
//! computes all hashes itself; from the database's functions it uses only the queue of unsealed
//! events.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::super::error;
use super::Trail;
use crate::domain::Failure;
use crate::domain::audit_trail::{Columns, Finding, Head, Seal};

pub(super) const SEALS: &str = "SELECT school_id, number, first_position, events, sequences, leaves, least_sequence, most_sequence, digest, previous, hash,
    CASE WHEN isfinite(sealed_at) THEN (extract(epoch FROM sealed_at) * 1000)::bigint ELSE -1 END AS sealed_ms FROM audit_seals WHERE";
const EVENTS: &str = "SELECT sequence, transaction_id,
    CASE WHEN isfinite(created_at) THEN (extract(epoch FROM created_at) * 1000)::bigint ELSE -1 END AS created_ms, severity::text, id, school_id, user_id,
    action, resource_type, resource_id, changes::text, ip_address, user_agent, endpoint, method, status_code FROM audit_logs WHERE";

/// At most so many seals and, but for the last of them, events at a time.
const SEALS_AT_ONCE: i64 = 1_000;
const EVENTS_AT_ONCE: i64 = 10_000;
/// More findings than anybody reads are counted only.
const FINDINGS: usize = 1_000;

/// How a trail is.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Nothing in it is as it should not be.
    pub findings: Vec<Finding>,
    /// Findings beyond those that are listed.
    pub more: usize,
    /// Events that were compared.
    pub events: i64,
    pub seals: i64,
    /// Events that were purged: their seals are there and say how many.
    pub purged: i64,
    pub head: Option<Head>,
}

impl Verdict {
    /// Whether everything is as it was sealed.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }

    fn found(&mut self, finding: Finding) {
        if self.findings.len() < FINDINGS {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }
}

/// A head that was kept elsewhere, and what it is for.
#[derive(Clone, Copy, Debug)]
pub enum Kept<'a> {
    /// Everything is verified, and that the head is still part of it.
    Against(&'a Head),
    /// Only what came after it, and that the head itself is still there.
    Since(&'a Head),
}

/// Verifies a trail, at a moment of this host's clock. Events that are written in the meantime are
/// neither missed nor reported as findings. `progress` gets the number of events so far.
///
/// # Errors
/// [`Failure`] when the trail cannot be read to its end; then nothing is proved.
pub async fn verify(
    trail: &mut Trail<'_>,
    kept: Option<Kept<'_>>,
    now: DateTime<Utc>,
    mut progress: impl FnMut(i64),
) -> Result<Verdict, Failure> {
    trail.is_shown().await?;
    let mut verdict = Verdict::default();
    if let Some(Kept::Against(head) | Kept::Since(head)) = kept {
        let seal = one_seal(trail, head.number).await?;
        if seal.is_none_or(|seal| seal.hash != seal.computed() || seal.head() != *head) {
            verdict.found(Finding::OtherHead { number: head.number });
        }
    }
    let since = match kept {
        Some(Kept::Since(head)) => Some(head),
        _ => None,
    };
    let mut before = since.cloned();
    let mut purged = Vec::new();
    loop {
        let seals = next_seals(trail, before.as_ref().map_or(0, |head| head.number)).await?;
        if seals.is_empty() {
            break;
        }
        for seal in &seals {
            if let Some(why) = seal.fault(before.as_ref()) {
                verdict.found(Finding::Seal { number: seal.number, why });
            }
            before = Some(seal.head());
        }
        purged.extend(compare(trail, &seals, now, &mut verdict).await?);
        verdict.seals += i64::try_from(seals.len()).unwrap_or(i64::MAX);
        progress(verdict.events);
    }
    strays(trail, since, &mut verdict).await?;
    untold(trail, &purged, &mut verdict).await?;
    trail.is_shown().await?;
    verdict.head = before;
    Ok(verdict)
}

async fn one_seal(trail: &mut Trail<'_>, number: i64) -> Result<Option<Seal>, Failure> {
    let mut sql = trail.statement(SEALS);
    sql.push(" AND number = ").push_bind(number);
    let row = trail.read("audit_seal", async |tx| sql.build().fetch_optional(tx).await).await?;
    row.map(|row| seal(&row)).transpose().map_err(|error| error::failure(&error))
}

/// The seals after one, of so many events that they are held at once.
async fn next_seals(trail: &mut Trail<'_>, after: i64) -> Result<Vec<Seal>, Failure> {
    let mut sql = trail.statement(SEALS);
    sql.push(" AND number > ").push_bind(after).push(" AND number <= (SELECT max(number) FROM (");
    sql.push("SELECT number, sum(greatest(events, 1)) OVER (ORDER BY number) - greatest(events, 1) AS before FROM audit_seals WHERE");
    trail.push_school(&mut sql);
    sql.push(" AND number > ").push_bind(after).push(" ORDER BY number LIMIT ").push_bind(SEALS_AT_ONCE);
    sql.push(") run WHERE before < ").push_bind(EVENTS_AT_ONCE).push(") ORDER BY number");
    let rows = trail.read("audit_seals", async |tx| sql.build().fetch_all(tx).await).await?;
    rows.iter().map(seal).collect::<Result<_, _>>().map_err(|error| error::failure(&error))
}

/// The events of these seals against their hashes; the seals that were purged.
async fn compare(
    trail: &mut Trail<'_>,
    seals: &[Seal],
    now: DateTime<Utc>,
    verdict: &mut Verdict,
) -> Result<Vec<i64>, Failure> {
    let sequences: Vec<i64> = seals.iter().flat_map(|seal| seal.sequences.iter().flatten().copied()).collect();
    let mut sql = trail.statement(EVENTS);
    sql.push(" AND sequence = ANY (").push_bind(sequences).push(")");
    let rows = trail.read("audit_events", async |tx| sql.build().fetch_all(tx).await).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in &rows {
        let event = columns(row).map_err(|error| error::failure(&error))?;
        if found.insert(event.sequence, event.leaf()).is_some() {
            verdict.found(Finding::Inserted { sequence: event.sequence });
        }
    }
    let mut purged = Vec::new();
    for seal in seals {
        let Some(sequences) = &seal.sequences else {
            purged.push(seal.number);
            if !seal.may_be_purged(now) {
                verdict.found(Finding::PurgedEarly { number: seal.number });
            }
            verdict.purged += i64::from(seal.events);
            continue;
        };
        let is_there = |sequence: &i64| found.contains_key(sequence);
        // It may have been purged since it was read.
        if !sequences.iter().all(is_there)
            && let Some(emptied) = one_seal(trail, seal.number).await?.filter(|seal| seal.sequences.is_none())
        {
            purged.push(seal.number);
            if !emptied.may_be_purged(now) {
                verdict.found(Finding::PurgedEarly { number: seal.number });
            }
            verdict.purged += i64::from(seal.events);
            continue;
        }
        let mut leaves = seal.leaves.iter().flat_map(|leaves| leaves.chunks(32));
        for &sequence in sequences {
            verdict.events += 1;
            match (found.get(&sequence), leaves.next()) {
                (None, _) => verdict.found(Finding::Removed { sequence, seal: seal.number }),
                (Some(computed), Some(leaf)) if computed == leaf => {}
                _ => verdict.found(Finding::Altered { sequence, seal: seal.number }),
            }
        }
    }
    Ok(purged)
}

/// Events that stand in no seal and do not wait for one. After a head, only those
/// whose numbers come after all that it and the seals before it hold.
async fn strays(trail: &mut Trail<'_>, since: Option<&Head>, verdict: &mut Verdict) -> Result<(), Failure> {
    let after_seal = since.map_or(0, |head| head.number);
    let mut after: Option<i64> = None;
    if since.is_some() {
        let mut sql = trail.statement("SELECT max(most_sequence) FROM audit_seals WHERE");
        sql.push(" AND number <= ").push_bind(after_seal);
        after = trail.read("audit_sealed", async |tx| sql.build_query_scalar().fetch_one(tx).await).await?;
    }
    loop {
        let mut sql = trail.statement("WITH e AS MATERIALIZED (SELECT sequence FROM audit_logs WHERE");
        if let Some(after) = after {
            sql.push(" AND sequence > ").push_bind(after);
        }
        sql.push(" ORDER BY sequence LIMIT ").push_bind(5 * EVENTS_AT_ONCE);
        sql.push(
            "), bounds AS (SELECT min(sequence) AS least, max(sequence) AS most FROM e)
             SELECT (SELECT most FROM bounds), ARRAY(SELECT sequence FROM e EXCEPT (SELECT unnest(s.sequences) FROM audit_seals s WHERE",
        );
        trail.push_school(&mut sql);
        sql.push(" AND s.number > ").push_bind(after_seal);
        sql.push(
            " AND s.most_sequence >= (SELECT least FROM bounds) AND s.least_sequence <= (SELECT most FROM bounds))
              EXCEPT SELECT w FROM medstint.waiting_events(",
        );
        sql.push_bind(trail.school().map(str::to_owned));
        sql.push(", (SELECT least - 1 FROM bounds), (SELECT most FROM bounds)) w ORDER BY 1)");
        let (most, found): (Option<i64>, Vec<i64>) =
            trail.read("audit_strays", async |tx| sql.build_query_as().fetch_one(tx).await).await?;
        let Some(most) = most else { return Ok(()) };
        for sequence in found {
            verdict.found(Finding::Inserted { sequence });
        }
        after = Some(most);
    }
}

/// For a seal without events there must be an event that records their purge.
async fn untold(trail: &mut Trail<'_>, purged: &[i64], verdict: &mut Verdict) -> Result<(), Failure> {
    if purged.is_empty() {
        return Ok(());
    }
    let mut sql = trail.statement(
        "SELECT (changes::jsonb #>> '{first_seal,new}')::bigint, (changes::jsonb #>> '{last_seal,new}')::bigint FROM audit_logs WHERE action = 'audit.purged' AND",
    );
    sql.push(" ORDER BY sequence");
    let told: Vec<(i64, i64)> = trail.read("audit_purges", async |tx| sql.build_query_as().fetch_all(tx).await).await?;
    for number in purged {
        if !told.iter().any(|(first, last)| (first..=last).contains(&number)) {
            verdict.found(Finding::PurgeUntold { number: *number });
        }
    }
    Ok(())
}

pub(super) fn seal(row: &PgRow) -> Result<Seal, sqlx::Error> {
    Ok(Seal {
        school_id: row.try_get("school_id")?,
        number: row.try_get("number")?,
        first_position: row.try_get("first_position")?,
        events: row.try_get("events")?,
        sequences: row.try_get("sequences")?,
        leaves: row.try_get("leaves")?,
        least_sequence: row.try_get("least_sequence")?,
        most_sequence: row.try_get("most_sequence")?,
        digest: row.try_get("digest")?,
        previous: row.try_get("previous")?,
        hash: row.try_get("hash")?,
        sealed_ms: row.try_get("sealed_ms")?,
    })
}

/// By index: names are looked up slowly, and there are millions.
fn columns(row: &PgRow) -> Result<Columns, sqlx::Error> {
    Ok(Columns {
        sequence: row.try_get(0)?,
        transaction_id: row.try_get(1)?,
        created_ms: row.try_get(2)?,
        severity: row.try_get(3)?,
        id: row.try_get(4)?,
        school_id: row.try_get(5)?,
        user_id: row.try_get(6)?,
        action: row.try_get(7)?,
        resource_type: row.try_get(8)?,
        resource_id: row.try_get(9)?,
        changes: row.try_get(10)?,
        ip_address: row.try_get(11)?,
        user_agent: row.try_get(12)?,
        endpoint: row.try_get(13)?,
        method: row.try_get(14)?,
        status_code: row.try_get(15)?,
    })
}
