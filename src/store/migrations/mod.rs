//! The schema's own history: which migrations there are, which were applied,
//! and how to go up and down. Runs on a connection of the owner's, outside any
//! pool, because an advisory lock survives an error for as long as its
//! connection.

mod inventory;

use sqlx::migrate::{Migrate, MigrateError, Migrator};
use sqlx::{Connection, PgConnection};

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
    SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0";

/// Whether the database can hold the schema, found before anything is changed.
///
/// # Errors
/// [`Failure::Invalid`] with what is wrong and what to do.
pub async fn check(connection: &mut PgConnection) -> Result<(), Failure> {
    let (encoding, folds_ascii, is_read_only): (String, bool, bool) = sqlx::query_as(
        "SELECT pg_encoding_to_char(d.encoding)::text, lower('I') = 'i' AND upper('i') = 'I',
           current_setting('transaction_read_only') = 'on'
         FROM pg_database d WHERE d.datname = current_database()",
    )
    .persistent(false)
    .fetch_one(connection)
    .await
    .map_err(|error| super::error::failure(&error))?;
    let wrong = |why: String| Err(Failure::Invalid { what: "This database", why });
    if encoding != "UTF8" {
        return wrong(format!(
            "is encoded in {encoding}; medstint needs UTF8. Make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
        ));
    }
    if !folds_ascii {
        return wrong(
            "has a locale in which I and i are different letters. Make one with CREATE DATABASE … LOCALE 'C.UTF-8' TEMPLATE template0."
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

/// Every migration, oldest first, with its state.
///
/// # Errors
/// [`Failure::Unavailable`] or [`Failure::Denied`] from the connection.
pub async fn status(connection: &mut PgConnection) -> Result<Vec<Step>, Failure> {
    let applied = match connection.list_applied_migrations(&MIGRATOR.table_name).await {
        Ok(applied) => applied,
        // A database that was never migrated has no such table.
        Err(error) if is_missing_table(&error) => Vec::new(),
        Err(error) => return Err(failure(&error)),
    };
    Ok(MIGRATOR
        .iter()
        .filter(|migration| !migration.migration_type.is_down_migration())
        .map(|migration| {
            let found = applied.iter().find(|a| a.version == migration.version);
            Step {
                version: migration.version,
                name: migration.description.to_string(),
                applied: found.is_some(),
                altered: found.is_some_and(|a| a.checksum != migration.checksum),
            }
        })
        .collect())
}

/// Applies what is missing, up to and including `to`.
///
/// # Errors
/// What the database refused; earlier migrations stay applied, each is atomic.
pub async fn up(connection: &mut PgConnection, to: Option<i64>) -> Result<(), Failure> {
    if let Some(version) = to.filter(|to| !MIGRATOR.version_exists(*to)) {
        return Err(failure(&MigrateError::VersionNotPresent(version)));
    }
    prepare(connection).await?;
    let result = match to {
        Some(version) => MIGRATOR.run_to(version, connection).await,
        None => MIGRATOR.run(connection).await,
    };
    result.map_err(|error| failure(&error))
}

/// Takes back every migration that is newer than `to`.
///
/// # Errors
/// What the database refused.
pub async fn down(connection: &mut PgConnection, to: i64) -> Result<(), Failure> {
    prepare(connection).await?;
    MIGRATOR.undo(connection, to).await.map_err(|error| failure(&error))
}

/// The data that going down to a version deletes: tables with their rows, columns with
/// their values. The way down is rehearsed in a transaction and rolled back, since what a
/// migration does is not to be read from its text.
///
/// # Errors
/// [`Failure::Unavailable`] where somebody holds a table for long, and what the database
/// refused.
pub async fn data_lost(connection: &mut PgConnection, to: i64) -> Result<Vec<String>, Failure> {
    prepare(connection).await?;
    let failed = |error: sqlx::Error| super::error::failure(&error);
    let mut tx = connection.begin().await.map_err(failed)?;
    // Nobody queues behind a rehearsal that waits for a table.
    sqlx::raw_sql("SET LOCAL lock_timeout = '5s'; SET CONSTRAINTS ALL IMMEDIATE")
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
    let before = inventory::take(&mut tx).await.map_err(failed)?;
    MIGRATOR.undo(&mut *tx, to).await.map_err(|error| failure(&error))?;
    let after = inventory::take(&mut tx).await.map_err(failed)?;
    tx.rollback().await.map_err(failed)?;
    Ok(inventory::losses(&before, &after))
}

async fn prepare(connection: &mut PgConnection) -> Result<(), Failure> {
    check(connection).await?;
    sqlx::raw_sql(SETTINGS).execute(connection).await.map(drop).map_err(|error| super::error::failure(&error))
}

fn is_missing_table(error: &MigrateError) -> bool {
    matches!(error, MigrateError::Execute(sqlx::Error::Database(db)) if matches!(db.code().as_deref(), Some("42P01" | "3F000")))
}

fn failure(error: &MigrateError) -> Failure {
    match error {
        MigrateError::VersionMismatch(version) => Failure::Invalid {
            what: "Migration",
            why: format!("{version} was changed after it had been applied here. Restore the file it was applied from."),
        },
        MigrateError::VersionMissing(version) => Failure::Invalid {
            what: "Migration",
            why: format!("{version} is applied here but unknown to this medstint. Upgrade medstint."),
        },
        MigrateError::VersionNotPresent(version) => Failure::Invalid {
            what: "--to",
            why: format!("there is no migration {version}; `medstint migrate status` lists them."),
        },
        MigrateError::ExecuteMigration(error, version) => {
            // The owner wrote the statement, so here the server's words help.
            Failure::Denied(format!("Migration {version} failed and was rolled back: {error}"))
        }
        MigrateError::Execute(error) => super::error::failure(error),
        other => Failure::Denied(format!("The migration stopped: {other}")),
    }
}
