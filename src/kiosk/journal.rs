//! The journal: punches on this device's disk, each synced before anybody is told
//! that it is saved, until the database has them.
//!
//! A row carries the hash of what it says, so that a disk that alters it is found
//! out. What cannot be kept is refused, with the reason that IT is told; what can still
//! be read of a damaged file is sent all the same.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::{Stream, TryStreamExt};
use nix::sys::statvfs::statvfs;
use sha2::{Digest, Sha256};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use tokio::time::timeout;

use crate::domain::punch::{Anchor, Door, Kept, Position, Reading, Said, Trouble};

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

/// Less room than that on the disk is trouble that is told before it is met.
const ROOM: u64 = 4 << 20;
/// A disk that takes longer for anything is stalled: nobody at the door waits for it.
const WITHIN: Duration = Duration::from_secs(5);

/// The journal of one kiosk. It is opened when it is first needed, and again after
/// trouble: a disk that was full may have room.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    connection: Option<SqliteConnection>,
    /// Whether the file was whole when it was opened. Nothing is kept in one that is not.
    is_whole: bool,
    /// What was met last.
    trouble: Option<Trouble>,
    /// Keys of rows that do not say what they said when they were kept.
    damaged: Vec<String>,
    /// Keys of rows that the database cannot take.
    refused: Vec<String>,
    /// Keys of rows that the database has, and that could not be let go of.
    gone: Vec<String>,
}

/// What is written of a punch.
#[derive(serde::Serialize, serde::Deserialize)]
struct Body {
    kiosk: Option<String>,
    badge: String,
    at: Reading,
    anchor: Option<Anchor>,
    position: Option<Position>,
    said: Said,
}

impl Journal {
    /// The journal in that file.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        let (damaged, refused, gone) = (Vec::new(), Vec::new(), Vec::new());
        Self { path, connection: None, is_whole: true, trouble: None, damaged, refused, gone }
    }

    /// Does something with the file, opened where it is not.
    async fn with<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, Trouble> {
        let done = timeout(WITHIN, async {
            let connection = match &mut self.connection {
                Some(connection) => connection,
                none => {
                    let (connection, is_whole) = open(&self.path).await?;
                    self.is_whole = is_whole;
                    none.insert(connection)
                }
            };
            work(connection).await.map_err(|error| trouble(&error))
        });
        let done = done.await.unwrap_or_else(|_| {
            tracing::error!(path = %self.path.display(), "the journal's disk does not answer");
            Err(Trouble::Unwritable)
        });
        // What can still be read is no sign that something can be written.
        if let Err(trouble) = done {
            self.trouble = Some(trouble);
            self.connection = None;
        }
        done
    }

    /// How many wait, and what is wrong. After trouble it is tried whether that is over.
    pub async fn state(&mut self) -> (u32, Option<Trouble>) {
        if self.trouble.is_some() {
            let probe = "INSERT INTO remembered VALUES ('probe', '') ON CONFLICT (name) DO UPDATE SET body = ''";
            if self.with(async |file| sqlx::query(probe).execute(file).await).await.is_ok() {
                self.trouble = None;
            }
        }
        let gone = json(&self.gone).unwrap_or_default();
        let count = "SELECT count(*) FROM punches WHERE key NOT IN (SELECT value FROM json_each(?))";
        let waiting: Result<u32, Trouble> =
            self.with(async |file| sqlx::query_scalar(count).bind(gone).fetch_one(file).await).await;
        let trouble = match self.trouble {
            None if !self.is_whole || !self.damaged.is_empty() => Some(Trouble::Corrupt),
            None => self.is_full().then_some(Trouble::Full),
            trouble => trouble,
        };
        (waiting.unwrap_or(0), trouble)
    }

    #[allow(clippy::useless_conversion, reason = "the count of blocks has another width on macOS")]
    fn is_full(&self) -> bool {
        let dir = self.path.parent().unwrap_or(&self.path);
        statvfs(dir).is_ok_and(|disk| u64::from(disk.blocks_available()) * u64::from(disk.fragment_size()) < ROOM)
    }

    /// Keeps a punch. When this returns it is on the disk.
    ///
    /// # Errors
    /// [`Trouble`]: it is not kept.
    pub async fn keep(&mut self, kept: &Kept) -> Result<(), Trouble> {
        self.with(async |_| Ok(())).await?;
        if !self.is_whole || !self.damaged.is_empty() {
            return Err(Trouble::Corrupt);
        }
        let body = json(&Body {
            kiosk: kept.kiosk.clone(),
            badge: kept.badge.clone(),
            at: kept.at.clone(),
            anchor: kept.anchor.clone(),
            position: kept.position,
            said: kept.said.clone(),
        })?;
        let insert = "INSERT INTO punches (key, body, hash) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING";
        self.with(async |file| {
            sqlx::query(insert).bind(&kept.key).bind(&body).bind(hash(&kept.key, &body)).execute(file).await.map(drop)
        })
        .await?;
        self.trouble = None;
        Ok(())
    }

    /// When a badge was last kept, where it still waits: then another punch of it does
    /// not overtake that one. What is damaged is nobody's.
    ///
    /// # Errors
    /// [`Trouble`]
    pub async fn last_of(&mut self, badge: &str) -> Result<Option<Reading>, Trouble> {
        let last = "SELECT key, body, hash FROM punches WHERE json_valid(body) AND body ->> '$.badge' = ? AND key NOT IN (SELECT value FROM json_each(?)) ORDER BY sequence DESC LIMIT 1";
        let passed = json(&self.passed_over())?;
        let row: Option<(String, String, Vec<u8>)> =
            self.with(async |file| sqlx::query_as(last).bind(badge).bind(passed).fetch_optional(file).await).await?;
        Ok(row.and_then(|(key, body, known)| kept(&key, &body, &known)).map(|kept| kept.at))
    }

    /// What the database cannot take stays, counted as waiting, until the next start.
    pub fn pass_over(&mut self, key: String) {
        self.refused.push(key);
    }

    fn passed_over(&self) -> Vec<&String> {
        self.damaged.iter().chain(&self.refused).chain(&self.gone).collect()
    }

    /// The oldest ones of a kiosk, in the order in which they were kept. What does not
    /// say what it said when it was kept stays, is told, and holds nobody else up. Of a
    /// damaged file what can be read from its beginning, and then from its end.
    ///
    /// # Errors
    /// [`Trouble`]
    pub async fn oldest(&mut self, count: u32, kiosk: &str) -> Result<Vec<Kept>, Trouble> {
        const ROWS: &str = "SELECT key, body, hash FROM punches WHERE key NOT IN (SELECT value FROM json_each(?))
            AND (NOT json_valid(body) OR coalesce(body ->> '$.kiosk', ?) = ?) ORDER BY sequence";
        loop {
            let passed = json(&self.passed_over())?;
            let mut read = async |order: &str| {
                let sql = format!("{ROWS} {order} LIMIT ?");
                self.with(async |file| {
                    let rows = sqlx::query_as(AssertSqlSafe(sql));
                    readable(rows.bind(&passed).bind(kiosk).bind(kiosk).bind(count).fetch(file)).await
                })
                .await
            };
            let rows: Vec<(String, String, Vec<u8>)> = match read("ASC").await {
                Err(Trouble::Corrupt) => read("DESC").await?,
                rows => rows?,
            };
            let is_empty = rows.is_empty();
            let mut whole = Vec::new();
            for (key, body, known) in rows {
                if let Some(kept) = kept(&key, &body, &known) {
                    whole.push(kept);
                } else {
                    tracing::error!(key, "a punch in the journal does not say what it said when it was kept");
                    self.damaged.push(key);
                }
            }
            if is_empty || !whole.is_empty() {
                return Ok(whole);
            }
        }
    }

    /// Lets go of what the database has.
    ///
    /// # Errors
    /// [`Trouble`]: then it is sent again, which changes nothing.
    pub async fn sent(&mut self, keys: &[String]) -> Result<(), Trouble> {
        self.gone.extend_from_slice(keys);
        let gone = json(&self.gone)?;
        let delete = "DELETE FROM punches WHERE key IN (SELECT value FROM json_each(?))";
        self.with(async |file| sqlx::query(delete).bind(gone).execute(file).await.map(drop)).await?;
        self.gone.clear();
        self.trouble = None;
        Ok(())
    }

    /// What was last heard of the server: where the door is, and an anchor of its
    /// clock. Nothing where there was no contact yet.
    pub async fn remembered(&mut self) -> (Option<Door>, Option<Anchor>) {
        let bodies: Result<Vec<(String, String)>, Trouble> =
            self.with(async |file| sqlx::query_as("SELECT name, body FROM remembered").fetch_all(file).await).await;
        let bodies = bodies.unwrap_or_default();
        let body = |of: &str| bodies.iter().find(|(name, _)| name == of).map_or("", |(_, body)| body.as_str());
        (serde_json::from_str(body("door")).ok(), serde_json::from_str(body("anchor")).ok())
    }

    /// Remembers it over a restart.
    ///
    /// # Errors
    /// [`Trouble`]
    pub async fn remember(&mut self, door: &Door, anchor: &Anchor) -> Result<(), Trouble> {
        let (door, anchor) = (json(door)?, json(anchor)?);
        let upsert = "INSERT INTO remembered VALUES ('door', ?), ('anchor', ?) ON CONFLICT (name) DO UPDATE SET body = excluded.body";
        self.with(async |file| sqlx::query(upsert).bind(door).bind(anchor).execute(file).await.map(drop)).await
    }
}

/// What can be read before something cannot; the failure only where nothing can.
async fn readable<T>(mut rows: impl Stream<Item = Result<T, sqlx::Error>> + Unpin) -> Result<Vec<T>, sqlx::Error> {
    let mut read = Vec::new();
    loop {
        match rows.try_next().await {
            Ok(Some(row)) => read.push(row),
            Err(failure) if read.is_empty() => return Err(failure),
            Ok(None) | Err(_) => return Ok(read),
        }
    }
}

/// Opens the file, or begins it, and looks whether it is whole.
async fn open(path: &Path) -> Result<(SqliteConnection, bool), Trouble> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // Each commit is on the disk before it is told.
        .synchronous(SqliteSynchronous::Full)
        // On macOS no other way reaches the disk; elsewhere it is the usual one.
        .pragma("fullfsync", "ON")
        .disable_statement_logging();
    let failed = |error: sqlx::Error| trouble(&error);
    let mut connection = options.connect().await.map_err(failed)?;
    let whole: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut connection).await.map_err(failed)?;
    if whole != "ok" {
        tracing::error!(found = whole, path = %path.display(), "the journal is corrupt");
        return Ok((connection, false));
    }
    let form: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut connection).await.map_err(failed)?;
    match form {
        0 => {
            let mut tx = connection.begin().await.map_err(failed)?;
            sqlx::raw_sql(TABLES).execute(&mut *tx).await.map_err(failed)?;
            tx.commit().await.map_err(failed)?;
        }
        FORM => {}
        other => {
            tracing::error!(other, "the journal was written by another medstint");
            return Err(Trouble::Corrupt);
        }
    }
    Ok((connection, true))
}

/// The anchor that a moment and the server's clock at that moment make.
#[must_use]
pub fn anchored(at: &Reading, server: DateTime<Utc>) -> Anchor {
    Anchor { server_ms: server.timestamp_millis(), boot: at.boot.clone(), monotonic_ms: at.monotonic_ms }
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, Trouble> {
    serde_json::to_string(value).map_err(|_| Trouble::Unwritable)
}

fn kept(key: &str, body: &str, known: &[u8]) -> Option<Kept> {
    if known != hash(key, body) {
        return None;
    }
    let Body { kiosk, badge, at, anchor, position, said } = serde_json::from_str(body).ok()?;
    Some(Kept { key: key.to_owned(), kiosk, badge, at, anchor, position, said })
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
