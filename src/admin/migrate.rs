//! `medstint migrate`: the schema, up and down.

use std::process::ExitCode;

use color_eyre::Result;
use color_eyre::eyre::bail;

use super::output::Lines;
use super::owner::Owner;
use super::{place, print};
use crate::cli::{DownTarget, Global, Migrate};
use crate::store::migrations::{self, Step};

const NOTHING: &str = "Nothing to do.\n";

pub(super) async fn run(global: &Global, what: &Migrate) -> Result<ExitCode> {
    let config = place::config(global)?;
    let mut owner = Owner::connect_announced(&config).await?;
    let steps = migrations::status(owner.connection.for_migrations().await?).await?;
    match what {
        Migrate::Status => {
            let text: String = steps.iter().map(|step| line(state(step), step)).collect();
            print(text.as_bytes())
        }
        Migrate::Up(target) => {
            let wanted = |step: &&Step| !step.applied && target.to.is_none_or(|to| step.version <= to);
            let to_do: Vec<&Step> = steps.iter().filter(wanted).collect();
            if target.dry_run {
                migrations::rehearse_up(owner.connection.for_migrations().await?, target.to).await?;
                return plan("would apply", &to_do, &[]);
            }
            migrations::up(owner.connection.for_migrations().await?, target.to).await?;
            print(outcome("Applied", &to_do).as_bytes())
        }
        Migrate::Down(target) => down(&mut owner, target, &steps).await,
    }
}

async fn down(owner: &mut Owner, target: &DownTarget, steps: &[Step]) -> Result<ExitCode> {
    let to_do: Vec<&Step> = steps.iter().rev().filter(|step| step.applied && step.version > target.to).collect();
    if to_do.is_empty() {
        return plan("would roll back", &to_do, &[]);
    }
    let lost = migrations::data_lost(owner.connection.for_migrations().await?, target.to).await?;
    if target.dry_run {
        return plan("would roll back", &to_do, &lost);
    }
    if !lost.is_empty() && !target.drop_data {
        bail!(
            "This would permanently delete data from {}: {}. Nothing was done; make a backup, then repeat with --drop-data.",
            owner.database,
            lost.join(", ")
        );
    }
    if !lost.is_empty() {
        owner.confirm(target.confirm.as_deref(), &format!("This permanently deletes {}.", lost.join(", ")))?;
    }
    migrations::down(owner.connection.for_migrations().await?, target.to).await?;
    print(outcome("Rolled back", &to_do).as_bytes())
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

/// One sentence: migrations run all together or not at all.
fn outcome(did: &str, steps: &[&Step]) -> String {
    let name = |step: &Step| format!("{:04} {}", step.version, step.name);
    match steps {
        [] => NOTHING.to_owned(),
        [only] => format!("{did} 1 migration ({}).\n", name(only)),
        [first, .., last] => format!("{did} {} migrations ({} to {}).\n", steps.len(), name(first), name(last)),
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
