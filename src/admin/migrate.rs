//! `medstint migrate`: applies and rolls back migrations.

use std::process::ExitCode;

use color_eyre::Result;
use color_eyre::eyre::bail;

use super::output::Lines;
use super::owner::Owner;
use super::{place, print};
use crate::cli::{DownTarget, Global, Migrate};
use crate::store::migrations::{self, Applied, Changes, State, Step};

const NOTHING: &str = "Nothing to do.\n";

pub(super) async fn run(global: &Global, what: &Migrate) -> Result<ExitCode> {
    let config = place::config(global)?;
    let mut owner = Owner::connect_announced(&config).await?;
    let steps = migrations::status(owner.connection.for_migrations().await?).await?;
    match what {
        Migrate::Status => {
            let mut text: String = steps.iter().map(|step| line(state(step), step)).collect();
            let found = migrations::definitions_state(owner.connection.for_migrations().await?).await?;
            text.push_str(&definitions(&found));
            print(text.as_bytes())
        }
        Migrate::Up(target) => {
            if target.dry_run {
                let applied = migrations::rehearse_up(owner.connection.for_migrations().await?, target.to).await?;
                let to_do = named(&steps, &applied);
                return plan("would apply", &to_do, &planned(applied.changes.as_ref(), to_do.is_empty()));
            }
            let applied = migrations::up(owner.connection.for_migrations().await?, target.to).await?;
            print(told(&named(&steps, &applied), applied.changes.as_ref()).as_bytes())
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
        let lost: Vec<_> = lost.iter().map(|lost| ("would delete", lost.clone())).collect();
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
    print(rolled_back(&to_do, target.to).as_bytes())
}

/// What a dry run prints: each step, then what else would happen.
fn plan(word: &str, steps: &[&Step], others: &[(&str, String)]) -> Result<ExitCode> {
    if steps.is_empty() && others.is_empty() {
        return print(NOTHING.as_bytes());
    }
    let mut lines = Lines::new();
    for step in steps {
        lines.write(line(word, step).as_bytes());
    }
    for (word, what) in others {
        lines.say(&format!("{word:<16} {what}"));
    }
    lines.end().map(|_| ExitCode::SUCCESS)
}

/// What would change in the definitions. After migrations nearly everything does, so they are
/// counted.
fn planned(changes: Option<&Changes>, is_in_detail: bool) -> Vec<(&'static str, String)> {
    let Some(changes) = changes else { return Vec::new() };
    if changes.is_empty() {
        return vec![("would record", "sql/, which is in place already".to_owned())];
    }
    if !is_in_detail {
        return vec![("would define", format!("sql/ ({changes})"))];
    }
    [("would create", &changes.created), ("would replace", &changes.replaced), ("would drop", &changes.dropped)]
        .into_iter()
        .flat_map(|(word, names)| names.iter().map(move |name| (word, name.clone())))
        .collect()
}

fn told(steps: &[&Step], changes: Option<&Changes>) -> String {
    match (steps, changes) {
        ([], None) => NOTHING.to_owned(),
        ([], Some(changes)) if changes.is_empty() => "Recorded sql/, which was in place already.\n".to_owned(),
        ([], Some(changes)) => format!("Applied sql/ ({changes}).\n"),
        (_, None) => outcome("Applied", steps),
        (_, Some(changes)) => format!("{} and sql/ ({changes}).\n", outcome("Applied", steps).trim_end_matches(".\n")),
    }
}

/// The steps that were applied.
fn named<'a>(steps: &'a [Step], applied: &Applied) -> Vec<&'a Step> {
    steps.iter().filter(|step| applied.versions.contains(&step.version)).collect()
}

fn rolled_back(steps: &[&Step], to: i64) -> String {
    let mut text = outcome("Rolled back", steps);
    if to > 0 {
        text.push_str("Functions, triggers, policies and grants were dropped; no one can sign in. ");
        text.push_str(&what_fits(to));
    }
    text
}

/// Which release installs the definitions that fit a migration.
fn what_fits(to: i64) -> String {
    match migrations::release_of(to) {
        Some(release) => format!("To install those that fit, run `migrate up` of medstint {release}.\n"),
        None => "No release fits this migration; migrate up or down to another one.\n".to_owned(),
    }
}

/// The line of `status` for the definitions.
fn definitions(found: &State) -> String {
    let (state, note) = match found {
        State::Current => ("applied", String::new()),
        State::Altered(names) => ("ALTERED", format!(" (by hand: {}; `migrate up` puts them back)", names.join(", "))),
        State::OnServer(version) => ("pending", format!(" (applied on PostgreSQL {version})")),
        State::Of(release) => ("pending", format!(" (those of medstint {release} are in place)")),
        State::Missing => ("pending", String::new()),
    };
    format!("{state:<16} sql/{note}\n")
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
