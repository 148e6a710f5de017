//! `medstint audit head`, `verify` and `purge`: the seals over the trail.

use std::collections::HashMap;
use std::path::Path;
use std::process::ExitCode;

use color_eyre::Result;
use color_eyre::eyre::{bail, eyre};

use super::super::output::{Lines, Streams, prompt, stopped_half_way};
use super::super::owner::Owner;
use super::super::{place, signed_in};
use crate::cli::audit::{Purge, Verify, Whose};
use crate::cli::{Global, exit};
use crate::domain::audit_trail::Head;
use crate::files;
use crate::presentation::clock::thousands;
use crate::store::Bound;
use crate::store::audit::{self, Kept, Trail, Verdict};

pub(super) async fn head(global: &Global, whose: &Whose) -> Result<ExitCode> {
    let config = place::config(global)?;
    let mut lines = Lines::new();
    if whose.all {
        let mut owner = Owner::connect(&config).await?.connection;
        for school in Trail::schools(&mut owner).await? {
            say_head(&mut Trail::Owner(&mut owner, school), &mut lines).await?;
        }
        return Ok(lines.conclude(exit::DONE));
    }
    signed_in::run(global, &config, whose.email.as_deref(), async |bound| {
        say_head(&mut Trail::Session(bound), &mut lines).await?;
        Ok(lines.conclude(exit::DONE))
    })
    .await
}

async fn say_head(trail: &mut Trail<'_>, lines: &mut Lines) -> Result<()> {
    trail.seal().await?;
    if let Some(head) = trail.head().await? {
        lines.say(&head.to_string());
    }
    Ok(())
}

pub(super) async fn verify(global: &Global, options: &Verify) -> Result<ExitCode> {
    let config = place::config(global)?;
    let heads = heads(options)?;
    let of = |school: Option<&str>| kept_of(heads.as_ref(), options, school);
    if options.whose.all {
        let mut owner = Owner::connect(&config).await?.connection;
        let (mut whole, mut lines) = (true, Lines::new());
        let schools = Trail::schools(&mut owner).await?;
        if let Some(unknown) = heads.iter().flat_map(HashMap::keys).find(|school| !schools.contains(school)) {
            bail!("The school {} of a saved head no longer exists.", unknown.as_deref().unwrap_or("-"));
        }
        for school in schools {
            let kept = of(school.as_deref());
            match told(&mut Trail::Owner(&mut owner, school), kept, &mut lines, &Streams::Process).await {
                Ok(verdict) => whole &= verdict.is_whole(),
                Err(report) if whole => return Err(report),
                // What was found counts more than what could not be looked at.
                Err(report) => {
                    Streams::Process.complain(&report);
                    break;
                }
            }
        }
        return Ok(lines.conclude(code(whole)));
    }
    signed_in::run(global, &config, options.whose.email.as_deref(), async |bound| {
        verify_own(bound, heads.as_ref(), options, &Streams::Process).await.map(ExitCode::from)
    })
    .await
}

/// The same in a session that is open; the exit code.
pub(in super::super) async fn verify_in(bound: &Bound, streams: &Streams, options: &Verify) -> Result<u8> {
    verify_own(bound, heads(options)?.as_ref(), options, streams).await
}

/// Verifies the trail of a session's school.
async fn verify_own(bound: &Bound, heads: Option<&Heads>, options: &Verify, streams: &Streams) -> Result<u8> {
    let kept = kept_of(heads, options, Some(bound.school()));
    if heads.is_some() && kept.is_none() {
        bail!("None of these heads belongs to the current school. Choose its file, or use --all.");
    }
    let mut lines = Lines::to(streams);
    let verdict = told(&mut Trail::Session(bound), kept, &mut lines, streams).await?;
    Ok(lines.code(code(verdict.is_whole())))
}

/// Saved heads, by school.
type Heads = HashMap<Option<String>, Head>;

/// The heads that a command is given.
fn heads(options: &Verify) -> Result<Option<Heads>> {
    match (&options.against, &options.since) {
        (Some(given), _) => kept(given, "--against").map(Some),
        (None, Some(given)) => kept(given, "--since").map(Some),
        (None, None) => Ok(None),
    }
}

/// The head of a school, and what it is compared with.
fn kept_of<'a>(heads: Option<&'a Heads>, options: &Verify, school: Option<&str>) -> Option<Kept<'a>> {
    let head = heads?.get(&school.map(str::to_owned))?;
    Some(if options.since.is_some() { Kept::Since(head) } else { Kept::Against(head) })
}

fn code(whole: bool) -> u8 {
    if whole { exit::DONE } else { exit::ALTERED }
}

/// Verifies a trail, says what was found, a line each, and puts that on record, whatever
/// becomes of the lines.
async fn told(trail: &mut Trail<'_>, kept: Option<Kept<'_>>, lines: &mut Lines, streams: &Streams) -> Result<Verdict> {
    let shows = streams.is_watched();
    let verdict = audit::verify(trail, kept, place::now(), |events| {
        if shows {
            prompt(&format!("\r{} events", thousands(events.unsigned_abs())));
        }
    })
    .await?;
    if shows {
        prompt("\r\x1b[K");
    }
    let school = trail.school().unwrap_or("-").to_owned();
    for finding in &verdict.findings {
        lines.say(&format!("{school}: {finding}"));
    }
    if verdict.more > 0 {
        lines.say(&format!("{school}: and {} more", thousands(verdict.more as u64)));
    }
    let count = |n: i64| thousands(n.unsigned_abs());
    let purged = if verdict.purged > 0 { format!(", {} purged before", count(verdict.purged)) } else { String::new() };
    let state = if verdict.is_whole() { "intact" } else { "ALTERED" };
    lines.say(&format!(
        "{school}: {state}: {} events in {} seals{purged}{}",
        count(verdict.events),
        count(verdict.seals),
        match kept {
            Some(Kept::Since(_)) => ", after the saved head",
            Some(Kept::Against(_)) => ", compared with the saved head",
            None => "",
        },
    ));
    match trail.report_verification(&verdict).await {
        Err(failure) if verdict.is_whole() => Err(failure.into()),
        Err(failure) => {
            streams.complain(&eyre!(failure));
            Ok(verdict)
        }
        Ok(()) => Ok(verdict),
    }
}

/// Heads that were kept, by school: a line, or a file of lines.
fn kept(given: &str, option: &str) -> Result<Heads> {
    let text = if given.starts_with("medstint-audit-head") {
        given.to_owned()
    } else {
        files::read(Path::new(given)).map_err(|why| eyre!("{option} must be a head or a file of heads. {why}"))?
    };
    let heads = text.lines().filter(|line| !line.trim().is_empty()).map(|line| {
        let head: Head = line.parse().map_err(|why: String| eyre!("{option}: {why}"))?;
        Ok((head.school.clone(), head))
    });
    let heads: Heads = heads.collect::<Result<_>>()?;
    if heads.is_empty() {
        bail!("{option}: {given} contains no head. `medstint audit head` prints one.");
    }
    Ok(heads)
}

pub(super) async fn purge(global: &Global, options: &Purge) -> Result<ExitCode> {
    let config = place::config(global)?;
    let mut owner = Owner::connect_announced(&config).await?;
    if !options.dry_run {
        let what = format!("This permanently deletes events before {}.", options.older_than);
        owner.confirm(options.confirm.as_deref(), &what)?;
    }
    let owner = &mut owner.connection;
    let before = options.older_than.and_time(chrono::NaiveTime::MIN).and_utc();
    let schools = match &options.school {
        Some(school) => vec![Some(school.clone())],
        None => Trail::schools(owner).await?,
    };
    let (mut lines, mut has_deleted) = (Lines::new(), false);
    for school in schools {
        let name = school.clone().unwrap_or_else(|| "-".into());
        let (seals, events) = match Trail::Owner(owner, school).purge(before, options.dry_run).await {
            Ok(purged) => purged,
            Err(failure) if has_deleted => {
                let report = eyre!(failure).wrap_err(format!("{name}: the purge stopped at this school"));
                return Ok(lines.conclude(stopped_half_way(&report)));
            }
            Err(failure) => return Err(failure.into()),
        };
        has_deleted |= events > 0 && !options.dry_run;
        let did = if options.dry_run { "would delete" } else { "deleted" };
        lines.say(&format!(
            "{name}: {did} {} events of {} seals",
            thousands(events.unsigned_abs()),
            thousands(seals.unsigned_abs())
        ));
    }
    Ok(lines.conclude(exit::DONE))
}
