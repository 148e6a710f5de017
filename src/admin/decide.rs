//! `medstint decide`: decisions for scripts, each record at the version that was
//! read, with an outcome for every one.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use color_eyre::Result;
use color_eyre::eyre::{WrapErr, bail, eyre};
use serde::{Deserialize, Serialize};

use super::list::{each, query};
use super::output::{self, Output, PARTLY};
use super::{place, signed_in};
use crate::cli::{Decide as Asked, Deciding, Format, Global, SortName, StatusName};
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
    let (what, options) = match asked {
        Asked::Approve(options) => (Decide::Approve { reason: options.reason.clone() }, options),
        Asked::ApproveClean(options) => (Decide::ApproveClean, options),
        Asked::Reject { code, options } => {
            let code = code.to_uppercase().replace('-', "_");
            let Ok(code) = code.parse() else {
                bail!("--code is one of not-at-site, wrong-times, duplicate, not-scheduled, missing-clock-out, other.")
            };
            (Decide::Reject { code, text: options.reason.clone() }, options)
        }
    };
    if options.ids.as_deref() == Some("-") && options.email.is_some() {
        bail!("Standard input cannot be the ids and the password at once; give --ids FILE with --email.");
    }
    let config = place::config(global)?;
    let wanted = match &options.filter {
        Some(text) => Wanted::All(query(text, &config.filters()?, StatusName::Pending, SortName::Oldest)?),
        None => Wanted::Named(named(options.ids.as_deref())?),
    };
    signed_in::run(global, &config, options.email.as_deref(), async |bound| {
        let (seen, left_out) = match wanted {
            Wanted::All(query) => found(bound, &query).await?,
            Wanted::Named(named) => (at_their_versions(bound, named).await?, Vec::new()),
        };
        // What is not shown is not decided on, and is told before the rest.
        output::named(&left_out)?;
        decided(bound, &seen, left_out.len(), &what, &options).await
    })
    .await
}

/// Which records a script means.
enum Wanted {
    All(Query),
    Named(Vec<Named>),
}

/// Every record of a query, at the version that it has, and those that cannot be shown.
async fn found(bound: &Bound, query: &Query) -> Result<(Vec<Seen>, Vec<Unreadable>)> {
    let mut seen = Vec::new();
    let left_out = each(bound, query, usize::MAX, |record| {
        seen.push(Seen { id: record.id.clone(), version: record.version });
        Ok(())
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
fn named(from: Option<&str>) -> Result<Vec<Named>> {
    let text = match from {
        None => bail!("Say which records: --filter '…', or --ids FILE (- is standard input)."),
        Some("-") => {
            let mut text = String::new();
            let read = std::io::stdin().read_to_string(&mut text).map(|_| text);
            files::text(read).map_err(|why| eyre!("Standard input: {why}"))?
        }
        Some(path) => files::read(Path::new(path)).map_err(|why| eyre!(why))?,
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            if line.starts_with('{') {
                return serde_json::from_str(line).wrap_err_with(|| format!("A line names no record: {line}"));
            }
            Ok(Named { id: line.to_owned(), version: None })
        })
        .collect()
}

/// What was named with a version is decided at that version only.
async fn at_their_versions(bound: &Bound, named: Vec<Named>) -> Result<Vec<Seen>> {
    let without: Vec<String> =
        named.iter().filter(|named| named.version.is_none()).map(|named| named.id.clone()).collect();
    let known = versions(bound, &without).await?;
    let version = |named: &Named| named.version.or_else(|| known.get(&named.id).copied()).unwrap_or(0);
    Ok(named.iter().map(|named| Seen { id: named.id.as_str().into(), version: version(named) }).collect())
}

async fn decided(bound: &Bound, seen: &[Seen], left_out: usize, what: &Decide, options: &Deciding) -> Result<ExitCode> {
    let mut output = Output::new(options.format, &["student", "hours", "outcome", "id"])?;
    let (mut done, mut refused) = (0, left_out);
    for part in seen.chunks(AT_ONCE) {
        let outcomes =
            if options.dry_run { rehearse(bound, part, what).await? } else { decide(bound, part, what).await? };
        for outcome in &outcomes {
            let told = Told::of(outcome, what, options.dry_run);
            *(if outcome.result.is_ok() { &mut done } else { &mut refused }) += 1;
            let hours = outcome.elapsed_ms.map(crate::domain::clock::decimal_hours).unwrap_or_default();
            let said = told.why.as_deref().unwrap_or(told.outcome);
            output.row(&[&outcome.student, &hours, said, outcome.id.as_str()], &told)?;
        }
    }
    output.finish()?;
    if matches!(options.format, Format::Table) {
        let would = if options.dry_run { "would be " } else { "" };
        super::print_line(&format!("{done} {would}{}, {refused} not.", what.done()))?;
    }
    Ok(match (done, refused) {
        (_, 0) => ExitCode::SUCCESS,
        (0, _) => ExitCode::FAILURE,
        _ => ExitCode::from(PARTLY),
    })
}

/// An outcome as JSON.
#[derive(Serialize)]
struct Told<'a> {
    id: &'a str,
    student: &'a str,
    /// `approved`, `rejected`, `refused`
    outcome: &'static str,
    /// The version that the record has now, when it was decided.
    version: Option<i32>,
    why: Option<String>,
    dry_run: bool,
}

impl<'a> Told<'a> {
    fn of(outcome: &'a Outcome, what: &Decide, dry_run: bool) -> Self {
        Self {
            id: outcome.id.as_str(),
            student: &outcome.student,
            outcome: if outcome.result.is_ok() { what.done() } else { "refused" },
            version: outcome.result.as_ref().ok().copied(),
            why: outcome.result.as_ref().err().map(ToString::to_string),
            dry_run,
        }
    }
}
