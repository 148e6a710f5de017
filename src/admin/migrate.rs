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
    let steps = migrations::status(owner.connection.for_migrations().await?).await?;
    match what {
        Migrate::Status => {
            let text: String = steps.iter().map(|step| line(state(step), step)).collect();
            print(text.as_bytes())
        }
        Migrate::Up(target) => {
            let wanted = |step: &&Step| !step.applied && target.to.is_none_or(|to| step.version <= to);
            let to_do: Vec<&Step> = steps.iter().filter(wanted).collect();
            announce("would apply", "apply", target.dry_run, &to_do)?;
            if !target.dry_run {
                migrations::up(owner.connection.for_migrations().await?, target.to).await?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Migrate::Down(target) => down(&mut owner, target, &steps).await,
    }
}

async fn down(owner: &mut Owner, target: &DownTarget, steps: &[Step]) -> Result<ExitCode> {
    let to_do: Vec<&Step> = steps.iter().rev().filter(|step| step.applied && step.version > target.to).collect();
    announce("would take back", "take back", target.dry_run, &to_do)?;
    if to_do.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let lost = migrations::data_lost(owner.connection.for_migrations().await?, target.to).await?;
    if target.dry_run {
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
    migrations::down(owner.connection.for_migrations().await?, target.to).await?;
    Ok(ExitCode::SUCCESS)
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

fn announce(would: &str, will: &str, dry_run: bool, steps: &[&Step]) -> Result<()> {
    let word = if dry_run { would } else { will };
    let text = if steps.is_empty() {
        "Nothing to do.\n".to_owned()
    } else {
        steps.iter().map(|step| line(word, step)).collect()
    };
    print(text.as_bytes()).map(drop)
}
