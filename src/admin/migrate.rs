//! `medstint migrate`: the schema, up and down.

use std::process::ExitCode;

use color_eyre::Result;
use color_eyre::eyre::bail;

use super::owner::Owner;
use super::{place, print};
use crate::cli::{DownTarget, Global, Migrate};
use crate::domain::text::visible;
use crate::store::migrations::{self, Step};

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
            let wanted = |step: &&Step| !step.applied && target.to.is_none_or(|to| step.version <= to);
            let to_do: Vec<&Step> = steps.iter().filter(wanted).collect();
            if target.dry_run {
                migrations::rehearse_up(&mut owner.connection, target.to).await?;
            } else {
                migrations::up(&mut owner.connection, target.to).await?;
            }
            // All of them or none: whatever stops earlier has applied nothing.
            announce("would apply", "applied", target.dry_run, &to_do)
        }
        Migrate::Down(target) => down(&mut owner, target, &steps).await,
    }
}

async fn down(owner: &mut Owner, target: &DownTarget, steps: &[Step]) -> Result<ExitCode> {
    let to_do: Vec<&Step> = steps.iter().rev().filter(|step| step.applied && step.version > target.to).collect();
    if to_do.is_empty() {
        return announce("would take back", "took back", target.dry_run, &to_do);
    }
    let lost = migrations::data_lost(&mut owner.connection, target.to).await?;
    if target.dry_run {
        announce("would take back", "took back", target.dry_run, &to_do)?;
        let lines: Vec<String> = lost.iter().map(|lost| format!("{:<16} {}", "would delete", visible(lost))).collect();
        return if lines.is_empty() {
            Ok(ExitCode::SUCCESS)
        } else {
            print(format!("{}\n", lines.join("\n")).as_bytes())
        };
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
    migrations::down(&mut owner.connection, target.to).await?;
    announce("would take back", "took back", target.dry_run, &to_do)
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

fn announce(would: &str, did: &str, dry_run: bool, steps: &[&Step]) -> Result<ExitCode> {
    let word = if dry_run { would } else { did };
    let text = if steps.is_empty() {
        "Nothing to do.\n".to_owned()
    } else {
        steps.iter().map(|step| line(word, step)).collect()
    };
    print(text.as_bytes())
}
