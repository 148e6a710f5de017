//! `medstint decide`: decisions for scripts, each record at the version that was read, with an
//! outcome for every one. Everything is decided before anything is printed.
//!
//! `decide` waits for a request that it has sent, even after a signal, because its outcome matters.

mod outcome;

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::pin::pin;
use std::process::ExitCode;

use color_eyre::Result;
use color_eyre::eyre::{Report, WrapErr, bail, eyre};
use serde::Deserialize;

use self::outcome::Decided;
use super::list::{each, query};
use super::output::{Lines, Output, Streams};
use super::signals::{Interrupt, Signals};
use super::{place, signed_in};
use crate::cli::{Decide as Asked, Deciding, Format, Global, SortName, StatusName, exit};
use crate::config::Config;
use crate::domain::Failure;
use crate::domain::query::Query;
use crate::domain::time_record::{Decide, Outcome, Seen};
use crate::domain::window::Unreadable;
use crate::files;
use crate::store::Bound;
use crate::store::time_records::{decide, rehearse, versions};

/// Records of one transaction: what fails for a reason of one of them is named and
/// does not hold the others up, and nobody waits for long.
const AT_ONCE: usize = 1_000;

pub(super) async fn run(global: &Global, asked: Asked) -> Result<ExitCode> {
    let (what, options) = parts(asked)?;
    if options.ids.as_deref() == Some("-") && options.email.is_some() {
        bail!("Standard input can't supply both the ids and the password. Use --ids FILE with --email.");
    }
    let config = place::config(global)?;
    let wanted = wanted(&options, &config, &Streams::Process)?;
    signed_in::run_with_own_signals(global, &config, options.email.as_deref(), async |bound| {
        let mut interrupt = Interrupt::Signals(Signals::new()?);
        run_wanted(bound, wanted, (&what, &options), &Streams::Process, &mut interrupt).await.map(ExitCode::from)
    })
    .await
}

/// The same in a session that is open; the exit code.
pub(super) async fn run_in(
    bound: &Bound,
    config: &Config,
    streams: &Streams,
    asked: Asked,
    interrupt: &mut Interrupt,
) -> Result<u8> {
    let (what, options) = parts(asked)?;
    let wanted = wanted(&options, config, streams)?;
    run_wanted(bound, wanted, (&what, &options), streams, interrupt).await
}

/// What is to be done, and its options.
fn parts(asked: Asked) -> Result<(Decide, Deciding)> {
    Ok(match asked {
        Asked::Approve(options) => (Decide::Approve { reason: options.reason.clone() }, options),
        Asked::ApproveClean(options) => (Decide::ApproveClean, options),
        Asked::Reject { code, options } => {
            let code = code.to_uppercase().replace('-', "_");
            let Ok(code) = code.parse() else {
                bail!(
                    "--code must be one of not-at-site, wrong-times, duplicate, not-scheduled, missing-clock-out, other."
                )
            };
            (Decide::Reject { code, text: options.reason.clone() }, options)
        }
    })
}

/// Which records are meant.
fn wanted(options: &Deciding, config: &Config, streams: &Streams) -> Result<Wanted> {
    Ok(match &options.filter {
        // A variable that a script forgot to set is no wish to decide on everything.
        Some(text) if text.trim().is_empty() => bail!(
            "The filter is empty and matches every pending record. Add a term, for example hours>0 for every record with hours. Nothing was decided."
        ),
        Some(text) => Wanted::All(query(text, &config.filters, StatusName::Pending, SortName::Oldest)?),
        None => Wanted::Named(read_ids(options.ids.as_deref(), streams)?),
    })
}

async fn run_wanted(
    bound: &Bound,
    wanted: Wanted,
    (what, options): (&Decide, &Deciding),
    streams: &Streams,
    interrupt: &mut Interrupt,
) -> Result<u8> {
    let (seen, left_out) = tokio::select! {
        records = records(bound, wanted) => records?,
        () = interrupt.recv() => bail!("Interrupted. Nothing was decided."),
    };
    // Records that can't be shown are not decided on, and are reported first.
    streams.report_unreadable(&left_out);
    let work = carry_out(bound, &seen, what, options.dry_run, interrupt).await;
    report(work, &seen, left_out.len(), (what, options), streams)
}

/// The records to decide on, and those that cannot be shown.
async fn records(bound: &Bound, wanted: Wanted) -> Result<(Vec<Seen>, Vec<Unreadable>)> {
    match wanted {
        Wanted::All(query) => found(bound, &query).await,
        Wanted::Named(named) => Ok((at_their_versions(bound, named).await?, Vec::new())),
    }
}

/// Which records a script means.
enum Wanted {
    All(Query),
    Named(Vec<Named>),
}

/// Every record of a query, at the version that it has, and those that cannot be shown.
/// A record that moved between two pages may come twice and counts once.
async fn found(bound: &Bound, query: &Query) -> Result<(Vec<Seen>, Vec<Unreadable>)> {
    let mut seen: Vec<Seen> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let left_out = each(bound, query, usize::MAX, |record| {
        let one = Seen { id: record.id.clone(), version: record.version };
        if let Some(place) = places.get(record.id.as_str()) {
            seen[*place] = one;
        } else {
            places.insert(record.id.as_str().to_owned(), seen.len());
            seen.push(one);
        }
        Ok(ControlFlow::Continue(()))
    })
    .await?;
    Ok((seen, left_out))
}

/// A record that a script names: what `medstint list … --format ndjson` prints of
/// it, or its id alone.
#[derive(Deserialize)]
struct Named {
    id: String,
    version: Option<i32>,
}

/// Reads names, one on each line, from a file or, for `-`, from standard input.
fn read_ids(from: Option<&str>, streams: &Streams) -> Result<Vec<Named>> {
    let text = match from {
        None => bail!("Choose the records with --filter '…' or --ids FILE (- is standard input)."),
        Some("-") => files::text(streams.read_all()).map_err(|why| eyre!("Standard input: {why}"))?,
        Some(path) => files::read(Path::new(path)).map_err(|why| eyre!(why))?,
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let named = lines.map(|line| {
        if line.starts_with('{') {
            return serde_json::from_str(line).wrap_err_with(|| format!("This line is not a record: {line}"));
        }
        Ok(Named { id: line.to_owned(), version: None })
    });
    each_once(named.collect::<Result<Vec<Named>>>()?)
}

/// A record that is named twice counts once, at the version that one of its lines names.
fn each_once(named: Vec<Named>) -> Result<Vec<Named>> {
    let mut once: Vec<Named> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for one in named {
        let Some(place) = places.get(&one.id) else {
            places.insert(one.id.clone(), once.len());
            once.push(one);
            continue;
        };
        let known = &mut once[*place];
        match (known.version, one.version) {
            (Some(first), Some(second)) if first != second => {
                bail!("{} is listed at versions {first} and {second}. List it once. Nothing was decided.", one.id)
            }
            (first, second) => known.version = first.or(second),
        }
    }
    Ok(once)
}

/// What was named with a version is decided at that version only.
async fn at_their_versions(bound: &Bound, named: Vec<Named>) -> Result<Vec<Seen>> {
    let without: Vec<String> =
        named.iter().filter(|named| named.version.is_none()).map(|named| named.id.clone()).collect();
    let known = versions(bound, &without).await?;
    let version = |named: &Named| named.version.or_else(|| known.get(&named.id).copied()).unwrap_or(0);
    Ok(named.iter().map(|named| Seen { id: named.id.as_str().into(), version: version(named) }).collect())
}

/// What was decided, and why it went no further.
struct Work {
    outcomes: Vec<Outcome>,
    /// How many more records the last request named, where the answer to its COMMIT was
    /// lost: each of them may have been decided.
    unknown: usize,
    ended: Option<Report>,
}

/// Decides, part by part. A signal is heard between two parts, since what has been sent to
/// the database is waited for.
async fn carry_out(bound: &Bound, seen: &[Seen], what: &Decide, dry_run: bool, interrupt: &mut Interrupt) -> Work {
    let mut work = Work { outcomes: Vec::with_capacity(seen.len()), unknown: 0, ended: None };
    for part in seen.chunks(AT_ONCE) {
        let mut request =
            pin!(async { if dry_run { rehearse(bound, part, what).await } else { decide(bound, part, what).await } });
        let (answer, is_interrupted) = tokio::select! {
            answer = &mut request => (answer, false),
            () = interrupt.recv() => (request.await, true),
        };
        match answer {
            Ok(outcomes) => work.outcomes.extend(outcomes),
            Err(failure) => {
                if failure == Failure::OutcomeUnknown {
                    work.unknown = part.len();
                }
                work.ended = Some(failure.into());
                return work;
            }
        }
        if is_interrupted && work.outcomes.len() < seen.len() {
            work.ended = Some(eyre!("Interrupted."));
            return work;
        }
    }
    work
}

/// Prints what was decided, and what may have been. The exit code says that, whatever
/// becomes of the output.
fn report(
    work: Work,
    seen: &[Seen],
    left_out: usize,
    (what, options): (&Decide, &Deciding),
    streams: &Streams,
) -> Result<u8> {
    let Work { outcomes, unknown, ended } = work;
    let ended = match ended {
        Some(why) if outcomes.is_empty() && unknown == 0 => return Err(why),
        ended => ended,
    };
    let done = outcomes.iter().filter(|outcome| outcome.result.is_ok()).count();
    let refused = outcomes.len() - done + left_out;
    let left = seen.len().saturating_sub(outcomes.len() + unknown);
    let known = outcomes.iter().map(|outcome| Decided::of(outcome, what, options.dry_run));
    let rest = seen.iter().skip(outcomes.len()).enumerate();
    let rest = rest.map(|(i, seen)| {
        let is_unknown = i < unknown;
        // A lost answer is no reason for what was not asked.
        let why = ended.as_ref().filter(|_| is_unknown || unknown == 0);
        Decided::open(seen, is_unknown, why, options.dry_run)
    });
    let rows: Vec<Decided> = known.chain(rest).collect();
    let printed = print(&rows, options.format, streams).and_then(|()| {
        let would = if options.dry_run { "would be " } else { "" };
        let besides = |count: usize, what: &str| if count > 0 { format!(", {count} {what}") } else { String::new() };
        let (unknown, left) = (besides(unknown, "unknown"), besides(left, "left"));
        let mut lines = Lines::to(streams);
        if matches!(options.format, Format::Table) {
            lines.say(&format!("{done} {would}{}, {refused} not{unknown}{left}.", what.done()));
        }
        lines.end().map(drop)
    });
    if let Some(ended) = &ended {
        streams.complain(ended);
    }
    let code = match (done, refused + left) {
        _ if unknown > 0 => exit::UNKNOWN,
        (_, 0) => exit::DONE,
        (0, _) => exit::FAILED,
        _ => exit::PARTLY,
    };
    Ok(streams.conclude(code, printed))
}

fn print(rows: &[Decided], format: Format, streams: &Streams) -> Result<()> {
    let mut output = Output::on::<Decided>(format, streams)?;
    for row in rows {
        if output.row(row)?.is_break() {
            break;
        }
    }
    output.finish().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(id: &str, version: Option<i32>) -> Named {
        Named { id: id.into(), version }
    }

    #[test]
    fn a_record_that_is_named_twice_counts_once() {
        let once = each_once(vec![named("a", None), named("b", Some(2)), named("a", Some(3))]).expect("names");
        let once: Vec<_> = once.iter().map(|one| (one.id.as_str(), one.version)).collect();
        assert_eq!(once, [("a", Some(3)), ("b", Some(2))]);
    }

    #[test]
    fn refuses_a_record_at_two_versions() {
        let refused = each_once(vec![named("a", Some(1)), named("a", Some(2))]).err().expect("a refusal");
        assert!(refused.to_string().contains("a is listed at versions 1 and 2"), "{refused}");
    }
}
