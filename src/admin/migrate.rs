//! `medstint migrate`: the schema, up and down.

use std::process::ExitCode;

use color_eyre::Result;
use color_eyre::eyre::{bail, eyre};

use super::output::{Lines, complain};
use super::owner::Owner;
use super::{place, print};
use crate::cli::{DownTarget, Global, Migrate, exit};
use crate::domain::Failure;
use crate::store::migrations::{self, Step};

const NOTHING: &str = "Nothing to do.\n";

pub(super) async fn run(global: &Global, what: &Migrate) -> Result<ExitCode> {
    let config = place::config(global)?;
    let mut owner = Owner::named(&config).await?;
    let steps = migrations::status(&mut owner.connection).await?;
    match what {
        Migrate::Status => {
            let text: String = steps.iter().map(|step| line(state(step), step)).collect();
            print(text.as_bytes())
        }
        Migrate::Up(target) => {
            migrations::check(&mut owner.connection).await?;
            let wanted = |step: &&Step| !step.applied && target.to.is_none_or(|to| step.version <= to);
            let to_do: Vec<&Step> = steps.iter().filter(wanted).collect();
            if target.dry_run {
                return plan("would apply", &to_do, &[]);
            }
            let done = migrations::up(&mut owner.connection, target.to).await;
            outcome(&mut owner, "Applied", &to_do, done).await
        }
        Migrate::Down(target) => down(&mut owner, target, &steps).await,
    }
}

async fn down(owner: &mut Owner, target: &DownTarget, steps: &[Step]) -> Result<ExitCode> {
    let to_do: Vec<&Step> = steps.iter().rev().filter(|step| step.applied && step.version > target.to).collect();
    if to_do.is_empty() {
        return plan("would take back", &to_do, &[]);
    }
    let lost = migrations::data_lost(&mut owner.connection, target.to).await?;
    if target.dry_run {
        return plan("would take back", &to_do, &lost);
    }
    if !lost.is_empty() && !target.drop_data {
        bail!(
            "This would permanently delete data from {}: {}. Nothing was done; make a backup, then repeat with --drop-data.",
            owner.database,
            lost.join(", ")
        );
    }
    if !lost.is_empty() {
        owner.confirm(target.confirm.as_deref(), &format!("This deletes {} for good.", lost.join(", ")))?;
    }
    let done = migrations::down(&mut owner.connection, target.to).await;
    outcome(owner, "Took back", &to_do, done).await
}

/// What a dry run prints: each step, then the data that would be deleted.
fn plan(word: &str, steps: &[&Step], lost: &[String]) -> Result<ExitCode> {
    if steps.is_empty() {
        return print(NOTHING.as_bytes());
    }
    let mut lines = Lines::new();
    for step in steps {
        lines.write(line(word, step).as_bytes());
    }
    for lost in lost {
        lines.say(&format!("{:<16} {lost}", "would delete"));
    }
    lines.end().map(|_| ExitCode::SUCCESS)
}

/// Says in one sentence what was done of the steps. Each step is a transaction: where one
/// fails, those before it stay.
async fn outcome(owner: &mut Owner, did: &str, to_do: &[&Step], done: Result<(), Failure>) -> Result<ExitCode> {
    let mut lines = Lines::new();
    let Err(failure) = done else {
        if to_do.is_empty() {
            lines.write(NOTHING.as_bytes());
        } else {
            lines.say(&format!("{did} {}.", counted(to_do)));
        }
        return Ok(lines.conclude(exit::DONE));
    };
    // A connection that is gone cannot say it; the failure then says what to look for.
    let now = migrations::status(&mut owner.connection).await.unwrap_or_default();
    let has_changed = |step: &&&Step| now.iter().any(|now| now.version == step.version && now.applied != step.applied);
    let changed: Vec<&Step> = to_do.iter().filter(has_changed).copied().collect();
    if changed.is_empty() {
        return Err(failure.into());
    }
    let said = format!("{did} {} of {}, then stopped", counted(&changed), to_do.len());
    let _ = complain(&eyre!(failure).wrap_err(said));
    Ok(ExitCode::from(exit::PARTLY))
}

/// `3 migrations (0001 foundation to 0003 reference data)`
fn counted(steps: &[&Step]) -> String {
    let name = |step: &Step| format!("{:04} {}", step.version, step.name);
    match steps {
        [] => "no migration".to_owned(),
        [only] => format!("1 migration ({})", name(only)),
        [first, .., last] => format!("{} migrations ({} to {})", steps.len(), name(first), name(last)),
    }
}

fn state(step: &Step) -> &'static str {
    match (step.applied, step.altered) {
        (true, false) => "applied",
        (true, true) => "ALTERED",
        (false, _) => "pending",
    }
}

fn line(state: &str, step: &Step) -> String {
    format!("{state:<16} {:04} {}\n", step.version, step.name)
}
