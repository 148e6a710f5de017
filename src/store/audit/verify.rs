//! Reads a trail from its first seal to its last and compares every event with
//! what was sealed. All hashes are computed here; of the database's functions only
//! the queue of what waits to be sealed is asked.

use std::collections::HashMap;

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::super::error;
use super::Trail;
use crate::domain::Failure;
use crate::domain::audit_trail::{Columns, Finding, Head, Seal};

pub(super) const SEALS: &str = "SELECT school_id, number, first_position, events, sequences, leaves, least_sequence, most_sequence, digest, previous, hash,
    (extract(epoch FROM sealed_at) * 1000)::bigint AS sealed_ms FROM audit_seals WHERE";
const EVENTS: &str = "SELECT sequence, transaction_id, (extract(epoch FROM created_at) * 1000)::bigint AS created_ms, severity::text, id, school_id, user_id,
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

/// Verifies a trail: all of it, or what came after a head that was kept. Events that
/// were written meanwhile are not missed and not held against it. `progress` hears
/// of every run of events: how many so far.
///
/// # Errors
/// [`Failure`] when the trail cannot be read to its end; then nothing is proved.
pub async fn verify(
    trail: &mut Trail<'_>,
    since: Option<&Head>,
    mut progress: impl FnMut(i64),
) -> Result<Verdict, Failure> {
    let mut verdict = Verdict::default();
    let mut strays_after = i64::MIN;
    if let Some(head) = since {
        let seal = kept(trail, head.number).await?;
        if seal.as_ref().is_none_or(|seal| seal.hash != seal.computed() || seal.head() != *head) {
            verdict.found(Finding::OtherHead { number: head.number });
        }
        strays_after = seal.map_or(i64::MIN, |seal| seal.most_sequence);
    }
    let mut before = since.cloned();
    let mut purged = Vec::new();
    let mut after = before.as_ref().map_or(0, |head| head.number);
    loop {
        let seals = seals(trail, after, before.as_ref().map_or(0, |head| head.position)).await?;
        let Some(last) = seals.last() else { break };
        after = last.number;
        for seal in &seals {
            if let Some(why) = seal.fault(before.as_ref()) {
                verdict.found(Finding::Seal { number: seal.number, why });
            }
            if seal.sequences.is_none() {
                purged.push(seal.number);
                verdict.purged += i64::from(seal.events);
            }
            before = Some(seal.head());
        }
        compare(trail, &seals, &mut verdict).await?;
        verdict.seals += i64::try_from(seals.len()).unwrap_or(i64::MAX);
        progress(verdict.events);
    }
    strays(trail, strays_after, &mut verdict).await?;
    untold(trail, &purged, &mut verdict).await?;
    verdict.head = before;
    Ok(verdict)
}

async fn kept(trail: &mut Trail<'_>, number: i64) -> Result<Option<Seal>, Failure> {
    let mut sql = trail.statement(SEALS);
    sql.push(" AND number = ").push_bind(number);
    let row = trail.read("audit_seal", async |tx| sql.build().fetch_optional(tx).await).await?;
    row.map(|row| seal(&row)).transpose().map_err(|error| error::failure(&error))
}

async fn seals(trail: &mut Trail<'_>, after: i64, position: i64) -> Result<Vec<Seal>, Failure> {
    let mut sql = trail.statement(SEALS);
    sql.push(" AND number > ").push_bind(after);
    // A seal that lies about its position is read in the end as well.
    sql.push(" AND (first_position <= ").push_bind(position + EVENTS_AT_ONCE);
    sql.push(" OR number = ").push_bind(after + 1).push(")");
    sql.push(" ORDER BY number LIMIT ").push_bind(SEALS_AT_ONCE);
    let rows = trail.read("audit_seals", async |tx| sql.build().fetch_all(tx).await).await?;
    if rows.is_empty() {
        return next_seal(trail, after).await;
    }
    rows.iter().map(seal).collect::<Result<_, _>>().map_err(|error| error::failure(&error))
}

/// The next one, wherever it says that it stands.
async fn next_seal(trail: &mut Trail<'_>, after: i64) -> Result<Vec<Seal>, Failure> {
    let mut sql = trail.statement(SEALS);
    sql.push(" AND number > ").push_bind(after).push(" ORDER BY number LIMIT 1");
    let rows = trail.read("audit_seals", async |tx| sql.build().fetch_all(tx).await).await?;
    rows.iter().map(seal).collect::<Result<_, _>>().map_err(|error| error::failure(&error))
}

/// The events of these seals against their hashes.
async fn compare(trail: &mut Trail<'_>, seals: &[Seal], verdict: &mut Verdict) -> Result<(), Failure> {
    let sealed = |seal: &Seal| {
        let sequences = seal.sequences.clone().unwrap_or_default();
        let leaves = seal.leaves.clone().unwrap_or_default();
        let number = seal.number;
        sequences.into_iter().enumerate().map(move |(i, sequence)| {
            let leaf: Option<[u8; 32]> = leaves.get(32 * i..32 * i + 32).and_then(|leaf| leaf.try_into().ok());
            (number, sequence, leaf)
        })
    };
    let expected: Vec<_> = seals.iter().flat_map(sealed).collect();
    let sequences: Vec<i64> = expected.iter().map(|(_, sequence, _)| *sequence).collect();
    let mut sql = trail.statement(EVENTS);
    sql.push(" AND sequence = ANY (").push_bind(sequences).push(")");
    let rows = trail.read("audit_events", async |tx| sql.build().fetch_all(tx).await).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in &rows {
        let event = columns(row).map_err(|error| error::failure(&error))?;
        found.insert(event.sequence, event.leaf());
    }
    for (seal, sequence, leaf) in expected {
        verdict.events += 1;
        match found.get(&sequence) {
            None => verdict.found(Finding::Removed { sequence, seal }),
            Some(computed) if leaf != Some(*computed) => verdict.found(Finding::Altered { sequence, seal }),
            Some(_) => {}
        }
    }
    Ok(())
}

/// Events that stand in no seal and do not wait for one.
async fn strays(trail: &mut Trail<'_>, from: i64, verdict: &mut Verdict) -> Result<(), Failure> {
    let mut after = from;
    loop {
        let mut sql = trail.statement("WITH e AS MATERIALIZED (SELECT sequence FROM audit_logs WHERE");
        sql.push(" AND sequence > ").push_bind(after).push(" ORDER BY sequence LIMIT ").push_bind(5 * EVENTS_AT_ONCE);
        sql.push(") SELECT max(sequence), ARRAY(SELECT sequence FROM e EXCEPT (SELECT unnest(s.sequences) FROM audit_seals s WHERE");
        trail.push_school(&mut sql);
        sql.push(" AND s.most_sequence > ").push_bind(after);
        sql.push(
            " AND s.least_sequence <= (SELECT max(sequence) FROM e)) EXCEPT SELECT w FROM medstint.waiting_events(",
        );
        sql.push_bind(trail.school().map(str::to_owned)).push(", ").push_bind(after);
        sql.push(", (SELECT max(sequence) FROM e)) w ORDER BY 1) FROM e");
        let (most, found): (Option<i64>, Vec<i64>) =
            trail.read("audit_strays", async |tx| sql.build_query_as().fetch_one(tx).await).await?;
        let Some(most) = most else { return Ok(()) };
        for sequence in found {
            verdict.found(Finding::Inserted { sequence });
        }
        after = most;
    }
}

/// Seals without events have to be told of by the event of a purge.
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
