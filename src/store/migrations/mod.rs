//! The schema's own history, in two parts. Numbered steps change tables once. `sql/` holds the
//! current definition of everything that can be replaced, and is applied as a whole
//! (`definitions`, `replacement`). All of it runs on a connection of the owner's, outside any pool,
//! because an advisory lock survives an error for as long as its connection.
//!
//! `migrate up` applies the missing steps, then `sql/` if its hash differs from the recorded one,
//! and commits once; `--dry-run` rolls back instead. `migrate down` drops what `sql/` made and
//! rolls steps back. It is rehearsed first, and the rows and values of our tables are compared
//! before and after (`inventory`). They are counted before the rehearsal locks tables; under its
//! locks, only tables from which a step took rows or values are counted again.
//!
//! Steps stand alone and run without `sql/`. Functions that a constraint needs stay in their step.
//! So do the owner's own policies, without which a down migration would see no rows.
//!
//! Only the owner migrates. Every other role is refused, superusers too: such a role would own
//! what it creates, and functions would have its rights. Definitions of a newer release are not
//! replaced.

mod catalogue;
mod definitions;
mod inventory;
mod names;
mod obstacles;
mod replacement;

use std::time::{Duration, Instant};

use sqlx::migrate::{AppliedMigration, Migrate, MigrateError, Migration, Migrator};
use sqlx::postgres::PgDatabaseError;
use sqlx::{Connection, FromRow, PgConnection};
use tokio::time::sleep;

pub use definitions::{Examined, State, examine};
use inventory::Inventory;
pub use replacement::Changes;

use super::transaction::committed;
use crate::domain::Failure;

static MIGRATOR: Migrator = sqlx::migrate!();

/// One migration and whether it stands in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub version: i64,
    pub name: String,
    pub applied: bool,
    /// The file was changed after it had been applied.
    pub altered: bool,
}

/// The newest migration of each release, oldest first.
const RELEASES: [(i64, &str); 1] = [(9, "0.1.0")];

/// The release whose definitions fit a database at this migration.
#[must_use]
pub fn release_of(version: i64) -> Option<&'static str> {
    RELEASES.iter().find(|(newest, _)| *newest == version).map(|(_, release)| *release)
}

/// The newest version that this program knows.
#[must_use]
pub fn latest() -> i64 {
    MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// What every migration rests on. The connection is the migrator's own: its advisory lock
/// needs a session, and so may these settings.
const SETTINGS: &str = "
    SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED;
    SET search_path = public, pg_temp; SET row_security = on;
    SET quote_all_identifiers = off; SET standard_conforming_strings = on;
    SET statement_timeout = 0; SET lock_timeout = '1min'; SET idle_in_transaction_session_timeout = 0";

/// What each attempt sets. A table that stays locked ends the attempt before others queue behind
/// it for long.
const IN_EACH_ATTEMPT: &str = "SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL lock_timeout = '500ms'";

/// How long tables may stay locked by other transactions before a journey is given up.
const LOCKED_OUT: Duration = Duration::from_mins(1);
/// Between two attempts.
const PAUSE: Duration = Duration::from_secs(1);

/// Whether the database can hold the schema, found before anything is changed.
///
/// # Errors
/// [`Failure::Invalid`] with what is wrong and what to do.
pub async fn check(connection: &mut PgConnection) -> Result<(), Failure> {
    // Outside of a transaction, whose mode would be the answer; so it is not prepared.
    let row = sqlx::raw_sql(
        "SELECT pg_encoding_to_char(d.encoding)::text, lower('I') = 'i' AND upper('i') = 'I',
           current_setting('transaction_read_only') = 'on'
         FROM pg_database d WHERE d.datname = current_database()",
    )
    .fetch_one(connection)
    .await
    .map_err(|error| failed(&error))?;
    let found = <(String, bool, bool)>::from_row(&row).map_err(|error| failed(&error))?;
    let (encoding, folds_ascii, is_read_only) = found;
    let wrong = |why: String| Err(Failure::Setting { what: "This database", why });
    if encoding != "UTF8" {
        return wrong(format!(
            "is encoded in {encoding}; medstint needs UTF8. Create one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
        ));
    }
    if !folds_ascii {
        return wrong(
            "has a locale in which I and i are different letters. Create one with CREATE DATABASE … LOCALE 'C.UTF-8' TEMPLATE template0."
                .into(),
        );
    }
    if is_read_only {
        return wrong(
            "is read-only (a standby, or default_transaction_read_only is on). Ask its administrator.".into(),
        );
    }
    Ok(())
}

/// Which way migrations run.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// Up to and including a version, or to the newest.
    Up(Option<i64>),
    /// Roll back everything newer than a version.
    Down(i64),
}

/// What becomes of their transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Commit,
    RollBack,
}

/// Every migration, oldest first, with its state.
///
/// # Errors
/// [`Failure::Unavailable`] or [`Failure::Denied`] from the connection.
pub async fn status(connection: &mut PgConnection) -> Result<Vec<Step>, Failure> {
    let applied = applied(connection).await?;
    let unknown = applied.iter().filter(|applied| !forward().any(|known| known.version == applied.version));
    let unknown = unknown.map(|applied| Step {
        version: applied.version,
        name: "of another version of medstint".to_owned(),
        applied: true,
        altered: false,
    });
    Ok(forward()
        .map(|migration| {
            let found = applied.iter().find(|a| a.version == migration.version);
            Step {
                version: migration.version,
                name: migration.description.to_string(),
                applied: found.is_some(),
                altered: found.is_some_and(|a| a.checksum != migration.checksum),
            }
        })
        .chain(unknown)
        .collect())
}

/// Whether every migration that was applied is one of this program's, unchanged.
///
/// # Errors
/// [`Failure::Unavailable`] or [`Failure::Denied`] from the connection.
pub async fn has_known_history(connection: &mut PgConnection) -> Result<bool, Failure> {
    let is_known = |applied: &AppliedMigration| {
        forward().any(|step| step.version == applied.version && step.checksum == applied.checksum)
    };
    Ok(applied(connection).await?.iter().all(is_known))
}

/// Whether the definitions of `sql/` are the ones of this program.
///
/// # Errors
/// [`Failure::Unavailable`] or [`Failure::Denied`] from the connection.
pub async fn definitions_state(connection: &mut PgConnection) -> Result<State, Failure> {
    definitions::state(connection).await.map_err(|error| failed(&error))
}

/// Applies what is missing, up to and including `to`: all of it or nothing. Where that leads to
/// the newest migration, the definitions of `sql/` follow; says what they changed.
///
/// # Errors
/// What stands in the way, and what the database refused. Nothing was changed then.
pub async fn up(connection: &mut PgConnection, to: Option<i64>) -> Result<Applied, Failure> {
    travel(connection, Way::Up(to), Ending::Commit).await.map(|journey| journey.applied)
}

/// Applies what is missing and rolls it back.
///
/// # Errors
/// As [`up`].
pub async fn rehearse_up(connection: &mut PgConnection, to: Option<i64>) -> Result<Applied, Failure> {
    travel(connection, Way::Up(to), Ending::RollBack).await.map(|journey| journey.applied)
}

/// Drops the definitions of `sql/` and rolls back every migration that is newer than `to`: all
/// of it or nothing.
///
/// # Errors
/// What the database refused. Nothing was changed then.
pub async fn down(connection: &mut PgConnection, to: i64) -> Result<(), Failure> {
    travel(connection, Way::Down(to), Ending::Commit).await.map(drop)
}

/// The data that going down to a version deletes: tables with their rows, columns with
/// their values. The way down is rehearsed in a transaction and rolled back, since what a
/// migration does is not to be read from its text.
///
/// # Errors
/// [`Failure::Busy`] if other transactions keep tables locked, and what the database refuses.
pub async fn data_lost(connection: &mut PgConnection, to: i64) -> Result<Vec<String>, Failure> {
    travel(connection, Way::Down(to), Ending::RollBack).await.map(|journey| journey.lost)
}

/// The names that are taken in the database and that the missing migrations, up to and
/// including `to`, would create. It reads the catalogue and changes nothing.
///
/// # Errors
/// [`Failure::Unavailable`] when the database does not answer.
pub async fn taken_names(connection: &mut PgConnection, to: Option<i64>) -> Result<Vec<String>, Failure> {
    let known: Vec<i64> = applied(connection).await?.iter().map(|migration| migration.version).collect();
    let (done, missing): (Vec<&Migration>, Vec<&Migration>) =
        forward().partition(|migration| known.contains(&migration.version));
    let wanted: Vec<&Migration> =
        missing.into_iter().filter(|migration| to.is_none_or(|to| migration.version <= to)).collect();
    obstacles::taken(connection, &done, &wanted).await.map_err(|error| failed(&error))
}

/// What a journey changed.
#[derive(Debug, Default)]
struct Journey {
    /// The data that is lost, where that is only rehearsed.
    lost: Vec<String>,
    applied: Applied,
}

/// What a journey up has applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The versions of its migrations, oldest first.
    pub versions: Vec<i64>,
    /// What the definitions changed; none where they were not applied.
    pub changes: Option<Changes>,
}

/// Why a journey stopped.
#[derive(Debug)]
enum Stop {
    Migration(MigrateError),
    Database(sqlx::Error),
}

impl From<MigrateError> for Stop {
    fn from(error: MigrateError) -> Self {
        Self::Migration(error)
    }
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl Stop {
    /// Whether another transaction kept a table locked: the same may succeed a moment later.
    fn is_locked_out(&self) -> bool {
        let error = match self {
            Self::Migration(MigrateError::ExecuteMigration(error, _) | MigrateError::Execute(error))
            | Self::Database(error) => error,
            Self::Migration(_) => return false,
        };
        matches!(error, sqlx::Error::Database(db) if matches!(db.code().as_deref(), Some("55P03" | "57014" | "40P01")))
    }

    fn failure(&self) -> Failure {
        match self {
            stop if stop.is_locked_out() => Failure::Busy(
                "Other transactions kept tables locked for a minute. Nothing was changed. Try again later, or end those transactions."
                    .into(),
            ),
            Self::Migration(error) => failure(error),
            Self::Database(error @ sqlx::Error::Database(db))
                if matches!(db.code().as_deref().and_then(|code| code.get(..2)), Some("2B" | "42")) =>
            {
                Failure::Denied(format!("sql/ could not be applied: {}. Nothing was changed.", server_words(error)))
            }
            Self::Database(error) => failed(error),
        }
    }
}

/// Runs migrations in one transaction, while no other migrator works on this database.
async fn travel(connection: &mut PgConnection, way: Way, ending: Ending) -> Result<Journey, Failure> {
    if let Way::Up(Some(version)) | Way::Down(version) = way
        && version != 0
        && !MIGRATOR.version_exists(version)
    {
        return Err(failure(&MigrateError::VersionNotPresent(version)));
    }
    prepare(connection).await?;
    // The migrator's own lock ends before the commit does.
    connection.lock().await.map_err(|error| lock_failure(&error))?;
    let journey = travel_alone(connection, way, ending).await;
    // Of both: a migrator that fails does not give its own back.
    let unlocked = sqlx::query("SELECT pg_advisory_unlock_all()").execute(&mut *connection).await;
    let journey = journey?;
    unlocked.map_err(|error| failed(&error))?;
    Ok(journey)
}

/// Any client may take the migrator's advisory lock.
fn lock_failure(error: &MigrateError) -> Failure {
    let MigrateError::Execute(sqlx::Error::Database(db)) = error else { return failure(error) };
    match db.code().as_deref() {
        Some("55P03") => Failure::Busy(
            "Another connection holds the migration lock (pg_locks, locktype advisory). Nothing was changed. Wait for it, or end it."
                .into(),
        ),
        _ => failure(error),
    }
}

/// Tries again while other transactions keep tables locked. Each attempt gives its own locks
/// back, so nobody queues behind it for long.
async fn travel_alone(connection: &mut PgConnection, way: Way, ending: Ending) -> Result<Journey, Failure> {
    refuse_others(connection).await?;
    if let Way::Up(to) = way {
        refuse_newer(connection).await?;
        refuse_obstacles(connection, to).await?;
    }
    let counted = match (way, ending) {
        (Way::Down(_), Ending::RollBack) => Some(count_data(connection).await?),
        _ => None,
    };
    let give_up = Instant::now() + LOCKED_OUT;
    loop {
        match attempt(connection, way, ending, counted.as_ref()).await {
            Err(stop) if stop.is_locked_out() && Instant::now() < give_up => {
                tracing::info!("tables are locked by other transactions; trying again");
                sleep(PAUSE).await;
            }
            journey => return journey.map_err(|stop| stop.failure()),
        }
    }
}

/// Counts rows and values outside a transaction. Each scan gives its lock back before the next.
async fn count_data(connection: &mut PgConnection) -> Result<Inventory, Failure> {
    inventory::take(connection, &tables()).await.map_err(|error| Stop::from(error).failure())
}

async fn attempt(
    connection: &mut PgConnection,
    way: Way,
    ending: Ending,
    counted: Option<&Inventory>,
) -> Result<Journey, Stop> {
    let before = applied_versions(connection).await?;
    let mut tx = connection.begin().await?;
    sqlx::raw_sql(IN_EACH_ATTEMPT).execute(&mut *tx).await?;
    let journey = match way {
        Way::Up(to) => Journey { applied: go_up(&mut tx, to, &before).await?, ..Journey::default() },
        Way::Down(to) => Journey { lost: go_down(&mut tx, to, &before, counted).await?, ..Journey::default() },
    };
    match ending {
        Ending::Commit => committed(tx.commit()).await?,
        Ending::RollBack => tx.rollback().await?,
    }
    Ok(journey)
}

async fn go_up(connection: &mut PgConnection, to: Option<i64>, before: &[i64]) -> Result<Applied, Stop> {
    match to {
        Some(version) => MIGRATOR.run_to(version, &mut *connection).await?,
        None => MIGRATOR.run(&mut *connection).await?,
    }
    let after = applied_versions(connection).await?;
    let versions: Vec<i64> = after.iter().copied().filter(|version| !before.contains(version)).collect();
    let found = definitions::state(connection).await?;
    if after.last() != Some(&latest()) || found == State::Current && versions.is_empty() {
        return Ok(Applied { versions, changes: None });
    }
    let changes = replacement::apply(connection, &tables(), &found).await?;
    for step in forward().filter(|step| versions.contains(&step.version)) {
        note(connection, "schema.migrated", step).await?;
    }
    Ok(Applied { versions, changes: Some(changes) })
}

/// Goes down; with the data that was counted before, says what of it is lost.
async fn go_down(
    connection: &mut PgConnection,
    to: i64,
    before: &[i64],
    counted: Option<&Inventory>,
) -> Result<Vec<String>, Stop> {
    let ours = tables();
    if definitions::are_recorded(connection).await? {
        for step in forward().filter(|step| step.version > to && before.contains(&step.version)) {
            note(connection, "schema.migration_taken_back", step).await?;
        }
    }
    replacement::drop_all(connection, &ours).await?;
    MIGRATOR.undo(&mut *connection, to).await?;
    Ok(match counted {
        Some(counted) => inventory::losses(counted, &inventory::take_again(connection, &ours, counted).await?),
        None => Vec::new(),
    })
}

/// Writes the audit event of a migration. It belongs to no school.
async fn note(connection: &mut PgConnection, event: &str, step: &Migration) -> Result<(), sqlx::Error> {
    sqlx::query(
        "SELECT medstint.write_event($1, NULL, 'migrations', $2,
           jsonb_build_object('name', $3, 'checksum', encode($4, 'hex'), 'role', session_user), 'MIGRATE', 200)",
    )
    .bind(event)
    .bind(step.version.to_string())
    .bind(step.description.as_ref())
    .bind(step.checksum.as_ref())
    .persistent(false)
    .execute(connection)
    .await
    .map(drop)
}

/// Refuses every role but the owner of the schema: what it makes would be its own, and the
/// owner could neither replace nor drop it.
async fn refuse_others(connection: &mut PgConnection) -> Result<(), Failure> {
    let owner: Option<String> = sqlx::query_scalar(
        "SELECT r.rolname::text FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
         WHERE c.oid = to_regclass('medstint._sqlx_migrations') AND r.rolname <> current_user",
    )
    .persistent(false)
    .fetch_optional(connection)
    .await
    .map_err(|error| failed(&error))?;
    match owner {
        None => Ok(()),
        Some(owner) => Err(Failure::Denied(format!(
            "The schema belongs to {owner}. Connect as that role (database.owner_url). Nothing was changed."
        ))),
    }
}

/// Refuses to replace the definitions of a newer release.
async fn refuse_newer(connection: &mut PgConnection) -> Result<(), Failure> {
    match definitions_state(connection).await? {
        State::Of(release) if definitions::is_newer(&release, env!("CARGO_PKG_VERSION")) => Err(Failure::Denied(
            format!("medstint {release} has installed its functions here. Upgrade medstint. Nothing was changed."),
        )),
        _ => Ok(()),
    }
}

/// Refuses what would stop half-way, before anything is changed.
async fn refuse_obstacles(connection: &mut PgConnection, to: Option<i64>) -> Result<(), Failure> {
    if applied(connection).await?.is_empty()
        && let Some(missing) = obstacles::missing_right(connection).await.map_err(|error| failed(&error))?
    {
        return Err(Failure::Denied(format!("{missing} Nothing was changed.")));
    }
    let taken = taken_names(connection, to).await?;
    if taken.is_empty() {
        return Ok(());
    }
    Err(Failure::Denied(format!(
        "This database already contains names that medstint would create: {}. Nothing was changed. Use a dedicated database for medstint.",
        taken.join(", ")
    )))
}

/// The migrations on the way up, oldest first.
fn forward() -> impl Iterator<Item = &'static Migration> {
    MIGRATOR.iter().filter(|migration| !migration.migration_type.is_down_migration())
}

/// The tables that migrations create, with their schemas.
fn tables() -> Vec<String> {
    let created = forward().flat_map(|migration| names::created(migration.version));
    created.filter(|name| name.kind == names::Kind::Table).map(|name| name.qualified()).collect()
}

async fn applied(connection: &mut PgConnection) -> Result<Vec<AppliedMigration>, Failure> {
    list_applied(connection).await.map_err(|error| failure(&error))
}

async fn list_applied(connection: &mut PgConnection) -> Result<Vec<AppliedMigration>, MigrateError> {
    match connection.list_applied_migrations(&MIGRATOR.table_name).await {
        // A database that was never migrated has no such table.
        Err(error) if is_missing_table(&error) => Ok(Vec::new()),
        applied => applied,
    }
}

/// The versions of applied migrations, oldest first.
async fn applied_versions(connection: &mut PgConnection) -> Result<Vec<i64>, MigrateError> {
    Ok(list_applied(connection).await?.iter().map(|migration| migration.version).collect())
}

async fn prepare(connection: &mut PgConnection) -> Result<(), Failure> {
    check(connection).await?;
    sqlx::raw_sql(SETTINGS).execute(connection).await.map(drop).map_err(|error| failed(&error))
}

fn is_missing_table(error: &MigrateError) -> bool {
    matches!(error, MigrateError::Execute(sqlx::Error::Database(db)) if matches!(db.code().as_deref(), Some("42P01" | "3F000")))
}

fn failure(error: &MigrateError) -> Failure {
    match error {
        MigrateError::VersionMismatch(version) => Failure::Setting {
            what: "Migration",
            why: format!("{version} has changed since it was applied here. Restore the original file."),
        },
        MigrateError::VersionMissing(version) => Failure::Setting {
            what: "Migration",
            why: format!("{version} was applied here by a newer medstint. Upgrade medstint."),
        },
        MigrateError::VersionNotPresent(version) => Failure::Setting {
            what: "--to",
            why: format!("there is no migration {version}; `medstint migrate status` lists them."),
        },
        MigrateError::ExecuteMigration(error, version) => {
            Failure::Denied(format!("Migration {version} failed: {}. Nothing was changed.", server_words(error)))
        }
        MigrateError::Execute(error) => failed(error),
        other => Failure::Denied(format!("The migration stopped: {other}")),
    }
}

/// The owner may read every statement of a migration, so here the server's words help.
fn server_words(error: &sqlx::Error) -> String {
    let sqlx::Error::Database(db) = error else { return error.to_string() };
    match db.try_downcast_ref::<PgDatabaseError>().and_then(PgDatabaseError::hint) {
        Some(hint) => format!("{}. {}", db.message(), hint.trim_end_matches('.')),
        None => db.message().to_owned(),
    }
}

fn failed(error: &sqlx::Error) -> Failure {
    super::error::failure(error)
}
