//! Commands: changes that a person asks for, as data. A form or a step becomes a `Command`, which
//! runs in one transaction. The same command can be rehearsed: run and rolled back. So a form
//! shows the database's own answer while a person types, and a preview is exact without a second
//! implementation of any rule. A rehearsal holds locks for some milliseconds and sends no
//! notification.
//!
//! An edit writes only the columns that were changed, and only where they still hold what was
//! shown; JSON is compared by meaning. Answers carry their question, so a late answer is discarded.

mod authority;
mod competency;
mod key;
mod kiosk;
mod record;
mod save;
mod step;
mod zone_change;

use futures_util::FutureExt;
use sqlx::{PgConnection, QueryBuilder};

use super::attempt::{Mode, repeated};
use super::{Access, Bound, error};
use crate::domain::command::{Command, Report, Target, What};
use crate::domain::form::Form;
use crate::domain::{Failure, Secret};

/// Why a command stopped.
enum Stop {
    Database(sqlx::Error),
    /// A refusal that was found before the database had to.
    Refused(Failure),
}

impl Stop {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Database(error) if error::is_transient(error))
    }
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

/// Does what the command says, all of it or nothing but for what its report
/// lists as refused.
///
/// # Errors
/// [`Failure`] when nothing was done.
pub async fn run(bound: &Bound, command: &Command) -> Result<Report, Failure> {
    if command.what == What::Edit(Form::Password) {
        return save::password(bound, command).await;
    }
    perform(bound, command, Mode::Keep).await
}

/// What the command would do, as the database sees it at this moment. Nothing
/// stays and nobody hears of it.
///
/// # Errors
/// [`Failure`] says why it would be refused.
pub async fn rehearse(bound: &Bound, command: &Command) -> Result<Report, Failure> {
    perform(bound, command, Mode::Rehearse).await
}

async fn perform(bound: &Bound, command: &Command, mode: Mode) -> Result<Report, Failure> {
    let work = async {
        match repeated(Stop::is_transient, || perform_once(bound, command, mode).boxed()).await {
            Err(Stop::Database(error)) => Err(error),
            Err(Stop::Refused(failure)) => Ok(Err(failure)),
            Ok(report) => Ok(Ok(report)),
        }
    };
    let answer = match mode {
        Mode::Keep => bound.attempted(command.what.name(), work).await,
        // What is only being typed is no attempt.
        Mode::Rehearse => bound.store.timed("rehearsal", work).await,
    };
    let answer = match answer.and_then(|answer| answer) {
        Ok(performed) => {
            if mode == Mode::Keep {
                bound.report_refusals(command.what.name(), &performed.refused_by).await;
            }
            Ok(performed.report)
        }
        Err(failure) => Err(failure),
    };
    match answer {
        // The rule itself names nothing.
        Err(failure) if failure == error::refused_by("rotations_not_booked_twice") => {
            Err(save::booked_already(bound, command).await.unwrap_or(failure))
        }
        answer => answer,
    }
}

/// The outcome of a command, and the rules that refused some of its rows while the others were
/// changed.
struct Performed {
    report: Report,
    refused_by: Vec<String>,
}

async fn perform_once(bound: &Bound, command: &Command, mode: Mode) -> Result<Performed, Stop> {
    let mut tx = bound.begin(access_for(command)).await?;
    let performed = execute(tx.connection(), bound, command, mode).await?;
    mode.end(tx).await?;
    Ok(performed)
}

/// A policy is tried on 90 days of records, and a deployment makes a row for each student.
fn access_for(command: &Command) -> Access {
    match command.what {
        What::Edit(Form::Policy) | What::Create(Form::Deployment) => Access::WriteLong,
        _ => Access::write(command.targets.len()),
    }
}

async fn execute(tx: &mut PgConnection, bound: &Bound, command: &Command, mode: Mode) -> Result<Performed, Stop> {
    let report = match command.what {
        What::Create(Form::User) => save::invite(tx, bound, command, mode).await,
        What::Create(Form::Deployment) => competency::deploy(tx, command).await,
        What::Create(Form::Assign) => competency::assign(tx, bound, command).await,
        What::Create(Form::Template) => competency::new_template(tx, bound, command).await,
        What::Edit(Form::Policy) => save::policy(tx, bound, command, mode).await,
        What::Create(Form::Question) => record::ask(tx, command).await,
        What::Create(Form::Answer) => record::answer(tx, command).await,
        What::Create(Form::Correction) => record::propose(tx, command, mode).await,
        What::Create(Form::Assessment) => competency::new_assessment(tx, bound, command).await,
        What::Edit(Form::Assessment) => competency::edit_assessment(tx, bound, command).await,
        What::Edit(Form::Template) => competency::edit_template(tx, bound, command).await,
        What::Create(Form::SshKey) => key::add(tx, bound, command).await,
        What::Edit(Form::Pin) => kiosk::set_pin(tx, command).await,
        What::Create(Form::Resolve) => kiosk::resolve(tx, command, mode).await,
        What::Create(Form::Discard) => kiosk::discard(tx, command).await,
        What::Edit(Form::Password) => Err(Failure::Denied("A password is not rehearsed.".into()).into()),
        What::Create(form) => save::create(tx, form, command).await,
        What::Edit(form) => save::edit(tx, bound, form, command).await,
        What::Step(step) => return step::step(tx, bound, step, &command.targets).await,
        What::Switch { of, on } => step::switch(tx, bound, of, on, &command.targets).await,
    }?;
    Ok(Performed { report, refused_by: Vec::new() })
}

/// Locks the rows of several targets and whatever is written with them, in the one order
/// that everyone keeps. One target needs no order.
async fn hold_targets(tx: &mut PgConnection, kind: &str, targets: &[Target]) -> Result<(), sqlx::Error> {
    if targets.len() > 1 {
        sqlx::query!("SELECT medstint.hold_targets($1, $2)", kind, &ids_of(targets)).fetch_one(tx).await?;
    }
    Ok(())
}

/// Locks several rows of a table that one may edit, in the order of their ids.
async fn lock_rows(tx: &mut PgConnection, table: &str, targets: &[Target]) -> Result<(), sqlx::Error> {
    if table == "users" {
        return hold_targets(tx, table, targets).await;
    }
    if targets.len() > 1 {
        let mut sql = QueryBuilder::new(format!("SELECT FROM {table} WHERE id = ANY ("));
        sql.push_bind(ids_of(targets)).push(") ORDER BY id FOR NO KEY UPDATE");
        sql.build().execute(tx).await?;
    }
    Ok(())
}

fn ids_of(targets: &[Target]) -> Vec<String> {
    targets.iter().map(|target| target.id.clone()).collect()
}

/// A report of one thing that was done.
fn done(what: impl Into<String>) -> Report {
    Report { done: vec![what.into()], ..Report::default() }
}

/// A report with something to be read once.
fn told(what: impl Into<String>, secret: Secret) -> Report {
    Report { secret: Some(secret), ..done(what) }
}
