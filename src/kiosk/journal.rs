//! The journal: punches on this device's disk until the database has them. Each is synced before
//! the kiosk says that it is saved.
//!
//! It is an `SQLite` file with `synchronous=FULL`. Rows are in the file itself and not in a
//! write-ahead log, where one bad bit would lose all later rows. Each row carries a hash of its
//! content, which reveals a row that the disk altered. A punch that can't be saved is refused, and
//! the kiosk reports the reason to IT.
//!
//! The kiosk sends what is still readable of a damaged journal, row by row and in order. It
//! neither adds rows to it nor deletes rows from it. A disk that does not answer within five
//! seconds counts as one that can't be written, and is left alone for half a minute.
//!
//! Punches saved as one kiosk are never recorded as another's: a kiosk reports how many such rows
//! its device holds. Rows of a kiosk in the same school go to quarantine under that kiosk, rows of
//! another school stay in the journal, and neither delays a badge (`sql/functions/quarantine.sql`).

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use nix::sys::statvfs::statvfs;
use sha2::{Digest, Sha256};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout};

use crate::domain::punch::{Anchor, Door, JournalState, Kept, Position, Reading, Said, Trouble};
use crate::domain::text::folded;

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

/// With less free space than this, the kiosk reports a full disk before a write fails.
const ROOM: u64 = 4 << 20;
/// A disk that takes longer for anything counts as stalled: people at the kiosk don't wait for it.
const WITHIN: Duration = Duration::from_secs(5);
/// So long it is not asked again.
const STALLED_FOR: Duration = Duration::from_secs(30);
/// Rows of a damaged file that are looked for at once.
const LOOKED_FOR: i64 = 500;

/// The journal of one kiosk. It is opened when it is first needed, and again after
/// trouble: a disk that was full may have room.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    connection: Option<SqliteConnection>,
    /// Whether the file is whole, as far as is known. Nothing is kept in one that is not.
    is_whole: bool,
    /// What was met last.
    trouble: Option<Trouble>,
    stalled_until: Option<Instant>,
    /// How many rows there were when they could be counted last, and how many of them
    /// another kiosk kept.
    counted: (u32, u32),
    /// Rows that do not say what they said when they were kept, by their sequence: the
    /// rest of them may be wrong as well.
    damaged: Vec<i64>,
    /// Keys of rows that the database cannot take.
    refused: Vec<String>,
    /// Keys of rows that must not be sent and could not be deleted: the database has
    /// them, or the kiosk said that it did not save them, but the disk may have them.
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

/// A row as it is on the disk, whatever has become of it.
type Row = (i64, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>);
const ROW: &str = "SELECT sequence, CAST(key AS BLOB), CAST(body AS BLOB), CAST(hash AS BLOB) FROM punches";

impl Journal {
    /// The journal in that file.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self {
            path,
            connection: None,
            is_whole: true,
            trouble: None,
            stalled_until: None,
            counted: (0, 0),
            damaged: Vec::new(),
            refused: Vec::new(),
            gone: Vec::new(),
        }
    }

    /// Does something with the file, opened where it is not.
    async fn with<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, Trouble> {
        if self.stalled_until.is_some_and(|until| Instant::now() < until) {
            return Err(Trouble::Unwritable);
        }
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
            self.stalled_until = Some(Instant::now() + STALLED_FOR);
            Err(Trouble::Unwritable)
        });
        // What can still be read is no sign that something can be written.
        if let Err(trouble) = done {
            self.trouble = Some(trouble);
            self.connection = None;
        }
        done
    }

    /// Opens the file where it is not: then it is known whether it is whole.
    async fn opened(&mut self) -> Result<(), Trouble> {
        self.with(async |_| Ok(())).await
    }

    /// How many wait as of a kiosk, and what is wrong. After trouble it is tried whether
    /// that is over.
    pub async fn state(&mut self, kiosk: Option<&str>) -> JournalState {
        if self.trouble.is_some() && self.is_whole {
            let probe = "INSERT INTO remembered VALUES ('probe', '') ON CONFLICT (name) DO UPDATE SET body = ''";
            if self.with(async |file| sqlx::query(probe).execute(file).await).await.is_ok() {
                self.trouble = None;
                self.let_go().await;
            }
        }
        let gone = json(&self.gone).unwrap_or_default();
        // By the rows and not by an index, which may be damaged apart from them.
        let count =
            "SELECT count(*) FROM punches NOT INDEXED WHERE key IS NULL OR key NOT IN (SELECT value FROM json_each(?))";
        let all = self.with(async |file| sqlx::query_scalar(count).bind(&gone).fetch_one(file).await).await;
        self.counted.0 = all.unwrap_or(self.counted.0);
        if let Some(kiosk) = kiosk
            && self.is_whole
        {
            let count = "SELECT count(CASE WHEN json_valid(body) THEN nullif(body ->> '$.kiosk', ?) END)
                FROM punches NOT INDEXED WHERE key NOT IN (SELECT value FROM json_each(?))";
            let others =
                self.with(async |file| sqlx::query_scalar(count).bind(kiosk).bind(&gone).fetch_one(file).await).await;
            self.counted.1 = others.unwrap_or(self.counted.1);
        }
        let trouble = match self.trouble {
            _ if !self.is_whole || !self.damaged.is_empty() => Some(Trouble::Corrupt),
            None if is_full(&self.path).await => Some(Trouble::Full),
            trouble => trouble,
        };
        let (all, stranded) = self.counted;
        JournalState { waiting: all.saturating_sub(stranded), stranded, trouble }
    }

    /// Which other kiosks this device was, as far as rows of them are left.
    ///
    /// # Errors
    /// [`Trouble`]
    pub async fn others(&mut self, kiosk: &str) -> Result<Vec<String>, Trouble> {
        let gone = json(&self.gone)?;
        let all = "SELECT DISTINCT CASE WHEN json_valid(body) THEN body ->> '$.kiosk' END FROM punches NOT INDEXED
            WHERE key NOT IN (SELECT value FROM json_each(?))";
        let all: Vec<Option<String>> =
            self.with(async |file| sqlx::query_scalar(all).bind(gone).fetch_all(file).await).await?;
        Ok(all.into_iter().flatten().filter(|other| other != kiosk).collect())
    }

    /// Keeps a punch. When this returns it is on the disk.
    ///
    /// # Errors
    /// [`Trouble`]: it is not kept.
    pub async fn keep(&mut self, kept: &Kept) -> Result<(), Trouble> {
        self.opened().await?;
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
        let done = self.with(async |file| {
            sqlx::query(insert).bind(&kept.key).bind(&body).bind(hash(&kept.key, &body)).execute(file).await.map(drop)
        });
        // A write that timed out may have reached the disk, although the kiosk reported failure.
        done.await.inspect_err(|_| self.gone.push(kept.key.clone()))?;
        self.trouble = None;
        Ok(())
    }

    /// When a badge was last kept by a kiosk, where it still waits: then another punch of
    /// it does not overtake that one, whatever its case and spelling. What is damaged, and
    /// what another kiosk kept, holds up nobody.
    ///
    /// # Errors
    /// [`Trouble`]
    pub async fn last_of(&mut self, badge: &str, kiosk: Option<&str>) -> Result<Option<Reading>, Trouble> {
        let passed = json(&self.passed_over())?;
        let sql = format!(
            "{ROW} WHERE json_valid(body) AND body ->> '$.badge' = ?1 COLLATE folded
             AND coalesce(body ->> '$.kiosk', ?2) IS ?2 AND key NOT IN (SELECT value FROM json_each(?3)) ORDER BY sequence DESC LIMIT 1"
        );
        let row: Option<Row> = self
            .with(async |file| {
                sqlx::query_as(AssertSqlSafe(sql)).bind(badge).bind(kiosk).bind(passed).fetch_optional(file).await
            })
            .await?;
        Ok(row.as_ref().and_then(kept).map(|kept| kept.at))
    }

    /// What the database cannot take stays, counted as waiting, until it is tried again.
    pub fn pass_over(&mut self, key: String) {
        self.refused.push(key);
    }

    /// Tries again what the database could not take.
    pub fn retry(&mut self) {
        self.refused.clear();
    }

    fn passed_over(&self) -> Vec<&String> {
        self.refused.iter().chain(&self.gone).collect()
    }

    /// The oldest punches of some kiosks, in the order in which they were saved. A row that was
    /// altered since stays in the journal, is reported, and does not delay the others; from a
    /// damaged file, all rows that can be read.
    ///
    /// # Errors
    /// [`Trouble`]
    pub async fn oldest(&mut self, count: u32, kiosks: &[String]) -> Result<Vec<Kept>, Trouble> {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let passed: HashSet<String> = self.passed_over().into_iter().cloned().collect();
        let mut whole = Vec::new();
        let mut after = 0;
        while whole.len() < count {
            let Some((rows, seen)) = self.read(after, count).await? else { break };
            after = seen;
            for row in rows {
                match kept(&row) {
                    Some(kept) if passed.contains(&kept.key) => {}
                    Some(kept) if kept.kiosk.as_ref().is_some_and(|of| !kiosks.contains(of)) => {}
                    Some(kept) => whole.push(kept),
                    None if self.damaged.contains(&row.0) => {}
                    None => {
                        tracing::error!(
                            sequence = row.0,
                            "a punch in the journal does not say what it said when it was kept"
                        );
                        self.damaged.push(row.0);
                    }
                }
            }
        }
        whole.truncate(count);
        Ok(whole)
    }

    /// Rows behind a sequence, and up to which that is all of them; nothing behind the last.
    async fn read(&mut self, after: i64, count: usize) -> Result<Option<(Vec<Row>, i64)>, Trouble> {
        self.opened().await?;
        if self.is_whole {
            let sql = format!("{ROW} NOT INDEXED WHERE sequence > ? ORDER BY sequence LIMIT ?");
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            let rows: Option<Vec<Row>> = self
                .with(async |file| {
                    match sqlx::query_as(AssertSqlSafe(sql)).bind(after).bind(count).fetch_all(file).await {
                        // Then it is looked for row by row.
                        Err(error) if is_damage(&error) => {
                            tracing::error!(%error, "the journal is damaged");
                            Ok(None)
                        }
                        rows => rows.map(Some),
                    }
                })
                .await?;
            if let Some(rows) = rows {
                return Ok(rows.last().map(|(last, ..)| *last).map(|last| (rows, last)));
            }
            self.is_whole = false;
        }
        let until = after + LOOKED_FOR;
        let sql = format!("{ROW} WHERE sequence = ?");
        self.with(async |file| {
            let last: Option<i64> = sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'punches'")
                .fetch_optional(&mut *file)
                .await?;
            let last = last.unwrap_or(0);
            let mut rows = Vec::new();
            for sequence in after + 1..=until.min(last) {
                let row: Result<Option<Row>, _> =
                    sqlx::query_as(AssertSqlSafe(sql.clone())).bind(sequence).fetch_optional(&mut *file).await;
                rows.extend(row.ok().flatten());
            }
            Ok((after < last).then_some((rows, until)))
        })
        .await
    }

    /// Lets go of what the database has. What stays is not sent again before a restart,
    /// and then changes nothing.
    pub async fn sent(&mut self, keys: &[String]) {
        self.gone.extend_from_slice(keys);
        // Whatever is done to a file that is not whole makes it worse.
        if self.is_whole {
            self.let_go().await;
        }
    }

    /// Deletes the rows that are gone, and forgets those that really are.
    async fn let_go(&mut self) {
        let Ok(gone) = json(&self.gone) else { return };
        let delete = "DELETE FROM punches NOT INDEXED WHERE key IN (SELECT value FROM json_each(?))";
        let left = "SELECT key FROM punches NOT INDEXED WHERE key IN (SELECT value FROM json_each(?))";
        let left = self.with(async |file| {
            sqlx::query(delete).bind(&gone).execute(&mut *file).await?;
            sqlx::query_scalar(left).bind(&gone).fetch_all(&mut *file).await
        });
        if let Ok(left) = left.await {
            self.gone = left;
        }
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
        if !self.is_whole {
            return Err(Trouble::Corrupt);
        }
        let (door, anchor) = (json(door)?, json(anchor)?);
        let upsert = "INSERT INTO remembered VALUES ('door', ?), ('anchor', ?) ON CONFLICT (name) DO UPDATE SET body = excluded.body";
        self.with(async |file| sqlx::query(upsert).bind(door).bind(anchor).execute(file).await.map(drop)).await
    }
}

/// Whether the disk under a file is about to be full. One that does not say so is not.
#[allow(clippy::useless_conversion, reason = "the count of blocks has another width on macOS")]
async fn is_full(path: &Path) -> bool {
    let dir = path.parent().unwrap_or(path).to_owned();
    let asked = spawn_blocking(move || {
        statvfs(&dir).is_ok_and(|disk| u64::from(disk.blocks_available()) * u64::from(disk.fragment_size()) < ROOM)
    });
    matches!(timeout(WITHIN, asked).await, Ok(Ok(true)))
}

/// Opens the file, or begins it, and looks whether it is whole.
async fn open(path: &Path) -> Result<(SqliteConnection, bool), Trouble> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        // Each commit is in the file and on the disk before the kiosk reports it. A log beside the
        // file would be quicker, and lose everything behind one bad bit of its own.
        .journal_mode(SqliteJournalMode::Truncate)
        .synchronous(SqliteSynchronous::Full)
        // On macOS no other way reaches the disk; elsewhere it is the usual one.
        .pragma("fullfsync", "ON")
        .collation("folded", |one, other| folded(one).cmp(&folded(other)))
        .disable_statement_logging();
    let failed = |error: sqlx::Error| trouble(&error);
    keep_private(path).await;
    let mut connection = options.connect().await.map_err(failed)?;
    let checked = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut connection).await;
    let whole: String = match checked {
        Err(error) if is_damage(&error) => error.to_string(),
        checked => checked.map_err(failed)?,
    };
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

/// Makes the file for its owner only, and closes one that is not. `SQLite` gives the
/// files beside it the same mode; what is wrong with the place it tells better.
async fn keep_private(path: &Path) {
    let path = path.to_owned();
    let kept = spawn_blocking(move || match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => close_to_others(&path),
        made => made.map(drop),
    });
    if let Ok(Err(error)) = kept.await {
        tracing::warn!(%error, "the journal cannot be kept to its owner");
    }
}

fn close_to_others(path: &Path) -> std::io::Result<()> {
    let metadata = fs::metadata(path)?;
    let mode = metadata.permissions().mode() & 0o7777;
    if !metadata.is_file() || mode.trailing_zeros() >= 6 {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o700))
}

/// The anchor that a moment and the server's clock at that moment make.
#[must_use]
pub fn anchored(at: &Reading, server: DateTime<Utc>) -> Anchor {
    Anchor { server_ms: server.timestamp_millis(), boot: at.boot.clone(), monotonic_ms: at.monotonic_ms }
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, Trouble> {
    serde_json::to_string(value).map_err(|_| Trouble::Unwritable)
}

/// What a row says, where that is what it said when it was kept.
fn kept((_, key, body, known): &Row) -> Option<Kept> {
    let text = |bytes: &Option<Vec<u8>>| String::from_utf8(bytes.clone()?).ok();
    let (key, body) = (text(key)?, text(body)?);
    if known.as_ref() != Some(&hash(&key, &body)) {
        return None;
    }
    let Body { kiosk, badge, at, anchor, position, said } = serde_json::from_str(&body).ok()?;
    Some(Kept { key, kiosk, badge, at, anchor, position, said })
}

fn hash(key: &str, body: &str) -> Vec<u8> {
    Sha256::new().chain_update(key).chain_update([0]).chain_update(body).finalize().to_vec()
}

/// What is wrong, by the codes of `SQLite`: full; corrupt or no database; anything
/// else cannot be written.
fn trouble(error: &sqlx::Error) -> Trouble {
    tracing::error!(%error, "the journal");
    match code(error) {
        13 => Trouble::Full,
        11 | 26 => Trouble::Corrupt,
        _ => Trouble::Unwritable,
    }
}

/// Whether a part of the file cannot be read, and others perhaps can: an error of the
/// disk, corrupt, no database.
fn is_damage(error: &sqlx::Error) -> bool {
    matches!(code(error), 10 | 11 | 26)
}

/// The primary result code of `SQLite`, or nothing of its kind.
fn code(error: &sqlx::Error) -> i64 {
    let sqlx::Error::Database(database) = error else { return 0 };
    let code: i64 = database.code().and_then(|code| code.parse().ok()).unwrap_or(0);
    code & 0xff
}
