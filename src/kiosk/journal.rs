//! The journal: punches on this device's disk, each synced before anybody is told
//! that it is saved, until the database has them.
//!
//! A row carries the hash of what it says, so that a disk that alters it is found
//! out. What cannot be kept is refused, with the reason that IT is told.

use std::path::Path;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};

use crate::domain::punch::{Anchor, Door, Kept, Reading, Trouble};

/// The form of the file: another one is another medstint's.
const FORM: i64 = 1;
const TABLES: &str = "
    CREATE TABLE punches (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      key      TEXT NOT NULL UNIQUE,
      body     TEXT NOT NULL,
      hash     BLOB NOT NULL
    );
    CREATE TABLE remembered (name TEXT PRIMARY KEY, body TEXT NOT NULL);
    PRAGMA user_version = 1;";

/// The journal of one kiosk.
#[derive(Debug)]
pub struct Journal {
    connection: SqliteConnection,
}

/// What is written of a punch.
#[derive(serde::Serialize, serde::Deserialize)]
struct Body {
    badge: String,
    at: Reading,
    anchor: Option<Anchor>,
    said: crate::domain::punch::Said,
}

impl Journal {
    /// Opens the journal, or begins it, and looks whether it is whole.
    ///
    /// # Errors
    /// [`Trouble`]: nothing can be kept here.
    pub async fn open(path: &Path) -> Result<Self, Trouble> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // Each commit is on the disk before it is told.
            .synchronous(SqliteSynchronous::Full)
            .disable_statement_logging();
        let mut connection = options.connect().await.map_err(|error| trouble(&error))?;
        let whole: String = ask(&mut connection, "PRAGMA quick_check(1)").await?;
        if whole != "ok" {
            tracing::error!(found = whole, path = %path.display(), "the journal is corrupt");
            return Err(Trouble::Corrupt);
        }
        match ask::<i64>(&mut connection, "PRAGMA user_version").await? {
            0 => {
                let mut tx = connection.begin().await.map_err(|error| trouble(&error))?;
                sqlx::raw_sql(TABLES).execute(&mut *tx).await.map_err(|error| trouble(&error))?;
                tx.commit().await.map_err(|error| trouble(&error))?;
            }
            FORM => {}
            other => {
                tracing::error!(other, "the journal was written by another medstint");
                return Err(Trouble::Corrupt);
            }
        }
        Ok(Self { connection })
    }

    /// Keeps a punch. When this returns it is on the disk.
    ///
    /// # Errors
    /// [`Trouble`]: it is not kept.
    pub async fn keep(&mut self, kept: &Kept) -> Result<(), Trouble> {
        let body = Body {
            badge: kept.badge.clone(),
            at: kept.at.clone(),
            anchor: kept.anchor.clone(),
            said: kept.said.clone(),
        };
        let body = serde_json::to_string(&body).map_err(|_| Trouble::Unwritable)?;
        sqlx::query("INSERT INTO punches (key, body, hash) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING")
            .bind(&kept.key)
            .bind(&body)
            .bind(hash(&kept.key, &body))
            .execute(&mut self.connection)
            .await
            .map_err(|error| trouble(&error))?;
        Ok(())
    }

    /// How many wait.
    ///
    /// # Errors
    /// [`Trouble::Corrupt`]
    pub async fn waiting(&mut self) -> Result<u32, Trouble> {
        ask(&mut self.connection, "SELECT count(*) FROM punches").await
    }

    /// Whether punches of a badge wait: then another one does not overtake them.
    ///
    /// # Errors
    /// [`Trouble::Corrupt`]
    pub async fn holds(&mut self, badge: &str) -> Result<bool, Trouble> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM punches WHERE body ->> '$.badge' = ?)")
            .bind(badge)
            .fetch_one(&mut self.connection)
            .await
            .map_err(|error| trouble(&error))
    }

    /// The oldest ones, in the order in which they were kept.
    ///
    /// # Errors
    /// [`Trouble::Corrupt`] where one does not say what it said when it was kept.
    pub async fn oldest(&mut self, count: u32) -> Result<Vec<Kept>, Trouble> {
        let rows = sqlx::query("SELECT key, body, hash FROM punches ORDER BY sequence LIMIT ?")
            .bind(count)
            .fetch_all(&mut self.connection)
            .await
            .map_err(|error| trouble(&error))?;
        rows.iter().map(kept).collect()
    }

    /// Lets go of what the database has.
    ///
    /// # Errors
    /// [`Trouble`]: then it is sent again, which changes nothing.
    pub async fn sent(&mut self, keys: &[String]) -> Result<(), Trouble> {
        let keys = serde_json::to_string(keys).map_err(|_| Trouble::Unwritable)?;
        sqlx::query("DELETE FROM punches WHERE key IN (SELECT value FROM json_each(?))")
            .bind(keys)
            .execute(&mut self.connection)
            .await
            .map_err(|error| trouble(&error))?;
        Ok(())
    }

    /// What was last heard of the server: where the door is, and an anchor of its
    /// clock. Nothing where there was no contact yet.
    pub async fn remembered(&mut self) -> (Option<Door>, Option<Anchor>) {
        let mut bodies = Vec::new();
        for name in ["door", "anchor"] {
            let body: Result<Option<String>, sqlx::Error> =
                sqlx::query_scalar("SELECT body FROM remembered WHERE name = ?")
                    .bind(name)
                    .fetch_optional(&mut self.connection)
                    .await;
            bodies.push(body.ok().flatten().unwrap_or_default());
        }
        (serde_json::from_str(&bodies[0]).ok(), serde_json::from_str(&bodies[1]).ok())
    }

    /// Remembers it over a restart.
    ///
    /// # Errors
    /// [`Trouble`]
    pub async fn remember(&mut self, door: &Door, anchor: &Anchor) -> Result<(), Trouble> {
        let json = |text: Result<String, serde_json::Error>| text.map_err(|_| Trouble::Unwritable);
        let bodies = [("door", json(serde_json::to_string(door))?), ("anchor", json(serde_json::to_string(anchor))?)];
        for (name, body) in bodies {
            sqlx::query("INSERT INTO remembered VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET body = excluded.body")
                .bind(name)
                .bind(body)
                .execute(&mut self.connection)
                .await
                .map_err(|error| trouble(&error))?;
        }
        Ok(())
    }
}

/// The anchor that a moment and the server's clock at that moment make.
#[must_use]
pub fn anchored(at: &Reading, server: DateTime<Utc>) -> Anchor {
    Anchor { server_ms: server.timestamp_millis(), boot: at.boot.clone(), monotonic_ms: at.monotonic_ms }
}

async fn ask<T>(connection: &mut SqliteConnection, sql: &'static str) -> Result<T, Trouble>
where
    T: for<'r> sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite> + Send + Unpin,
{
    sqlx::query_scalar(sql).fetch_one(connection).await.map_err(|error| trouble(&error))
}

fn kept(row: &SqliteRow) -> Result<Kept, Trouble> {
    let read = |error: sqlx::Error| trouble(&error);
    let key: String = row.try_get("key").map_err(read)?;
    let body: String = row.try_get("body").map_err(read)?;
    let known: Vec<u8> = row.try_get("hash").map_err(read)?;
    if known != hash(&key, &body) {
        tracing::error!(key, "a punch in the journal does not say what it said when it was kept");
        return Err(Trouble::Corrupt);
    }
    let Body { badge, at, anchor, said } = serde_json::from_str(&body).map_err(|_| Trouble::Corrupt)?;
    Ok(Kept { key, badge, at, anchor, said })
}

fn hash(key: &str, body: &str) -> Vec<u8> {
    Sha256::new().chain_update(key).chain_update([0]).chain_update(body).finalize().to_vec()
}

/// What is wrong, by the codes of `SQLite`: full; corrupt or no database; anything
/// else cannot be written.
fn trouble(error: &sqlx::Error) -> Trouble {
    tracing::error!(%error, "the journal");
    let sqlx::Error::Database(database) = error else { return Trouble::Unwritable };
    let code: i64 = database.code().and_then(|code| code.parse().ok()).unwrap_or(0);
    match code & 0xff {
        13 => Trouble::Full,
        11 | 26 => Trouble::Corrupt,
        _ => Trouble::Unwritable,
    }
}
