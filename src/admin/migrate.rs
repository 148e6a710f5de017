//! `medstint migrate`: the schema, up and down.

use std::process::ExitCode;

use color_eyre::Result;
use color_eyre::eyre::bail;

use super::{place, print};
use crate::cli::{Global, Migrate};
use crate::store::migrations::{self, Step};

pub(super) async fn run(global: &Global, what: &Migrate) -> Result<ExitCode> {
    let config = place::config(global)?;
    let mut owner = place::owner(&config).await?;
    let steps = migrations::status(&mut owner).await?;
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
                migrations::up(&mut owner, target.to).await?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Migrate::Down(target) => {
            let to_do: Vec<&Step> =
                steps.iter().rev().filter(|step| step.applied && step.version > target.to).collect();
            announce("would take back", "take back", target.dry_run, &to_do)?;
            if target.dry_run {
                return Ok(ExitCode::SUCCESS);
            }
            let lost = migrations::rows_lost(&mut owner, target.to).await?;
            if !lost.is_empty() && !target.drop_data {
                bail!(
                    "This would delete data for good: {}. Nothing was done; make a backup, then repeat with --drop-data.",
                    lost.join(", ")
                );
            }
            migrations::down(&mut owner, target.to).await?;
            Ok(ExitCode::SUCCESS)
        }
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

fn announce(would: &str, will: &str, dry_run: bool, steps: &[&Step]) -> Result<()> {
    let word = if dry_run { would } else { will };
    let text = if steps.is_empty() {
        "Nothing to do.\n".to_owned()
    } else {
        steps.iter().map(|step| line(word, step)).collect()
    };
    print(text.as_bytes()).map(drop)
}
