//! The lifetime of prepared statements behind a pooler, and its detection.
//!
//! The driver calls its statements `sqlx_s_1`, `sqlx_s_2` … on every connection. A pooler in
//! transaction mode gives each transaction any free server connection. A name may then be missing
//! there (26000), be taken by another client (42P05), or run the statement of another client
//! without an error. So names outlive a transaction only where that is proved:
//!
//! - *Direct.* The connection starts with a random value in a setting. `PostgreSQL` keeps it; a
//!   pooler refuses it or drops it.
//! - *By the pooler.* If the value is missing, one statement asks whether the pooler renames
//!   statements. A pooler that keeps prepared statements (`PgBouncer` 1.21 and newer) gives them
//!   names of its own, which the server shows.
//! - *By transaction.* Otherwise the message that begins a transaction ends with DEALLOCATE ALL,
//!   and each transaction prepares its own statements: a pooler keeps the server connection until
//!   the transaction ends.
//!
//! Every new connection of a pool is checked, at the cost of one round trip, so a pooler that is
//! added later is found too.
//!
//! Every prepared statement runs in an explicit transaction: `Pool` is not an executor, and
//! `transaction` hands out connections. Exceptions are connections to the server itself:
//! migrations, the demonstration's, and a LISTEN connection whose pulse has arrived. Statements
//! outside of transactions are not prepared: pulses, and the queries for encoding and defaults.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection, Row};
use tokio::sync::Notify;
use uuid::Uuid;

use super::Address;
use super::transaction::in_time;

/// The setting that a connection starts with.
const MARK: &str = "medstint.connection";

/// Whether the pooler has renamed this very statement.
const IS_RENAMED: &str = r"SELECT coalesce(bool_and(name NOT LIKE 'sqlx\_s\_%'), false)
    FROM pg_prepared_statements WHERE statement = current_query()";

/// How long a prepared statement lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preparation {
    /// As long as the connection, which leads to the server itself.
    Direct,
    /// As long as the connection: the pooler keeps it.
    ByPooler,
    /// Until the transaction ends.
    ByTransaction,
}

/// What is known of the way to a server; all copies of an address share it.
#[derive(Debug)]
pub(super) struct Route {
    /// The value of the setting that a connection starts with.
    mark: String,
    /// Taken to be direct at first: each connection proves it. None once that is refuted.
    preparation: Mutex<Option<Preparation>>,
    refuted: Notify,
}

impl Default for Route {
    fn default() -> Self {
        Self {
            mark: Uuid::new_v4().simple().to_string(),
            preparation: Mutex::new(Some(Preparation::Direct)),
            refuted: Notify::new(),
        }
    }
}

impl Route {
    fn lock(&self) -> MutexGuard<'_, Option<Preparation>> {
        self.preparation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends when the way turns out to be another one.
    pub(super) async fn refuted(&self) {
        self.refuted.notified().await;
    }
}

impl Address {
    /// How long prepared statements last here, as far as it is known; a connection that
    /// was made has found it.
    #[must_use]
    pub fn preparation(&self) -> Option<Preparation> {
        *self.route().lock()
    }

    fn found(&self, preparation: Preparation) {
        *self.route().lock() = Some(preparation);
    }

    /// What was found does not hold any more, unless it holds on every way.
    pub(super) fn refute(&self) {
        let mut found = self.route().lock();
        if *found != Some(Preparation::ByTransaction) {
            *found = None;
        }
        drop(found);
        self.route().refuted.notify_waiters();
    }

    /// The options of a connection on which statements last so long.
    pub(super) fn options_for(&self, preparation: Preparation) -> PgConnectOptions {
        let options = self.options().clone();
        match preparation {
            Preparation::Direct => options.options([(MARK, self.route().mark.as_str())]),
            Preparation::ByPooler => options,
            Preparation::ByTransaction => options.statement_cache_capacity(0),
        }
    }

    /// Connects, and finds how long statements last on the way.
    pub(super) async fn open(&self) -> Result<(PgConnection, Preparation), sqlx::Error> {
        // Safe on every way: it is not tried again whether there is a better one.
        if self.preparation() != Some(Preparation::ByTransaction) {
            if let Some(connection) = self.open_direct().await? {
                self.found(Preparation::Direct);
                return Ok((connection, Preparation::Direct));
            }
            let mut connection = self.connect_with(&self.options_for(Preparation::ByPooler)).await?;
            if in_time(is_renamed(&mut connection)).await? {
                self.found(Preparation::ByPooler);
                return Ok((connection, Preparation::ByPooler));
            }
            self.found(Preparation::ByTransaction);
        }
        let connection = self.connect_with(&self.options_for(Preparation::ByTransaction)).await?;
        Ok((connection, Preparation::ByTransaction))
    }

    /// A connection to the server itself; none where a pooler is in between.
    async fn open_direct(&self) -> Result<Option<PgConnection>, sqlx::Error> {
        match self.connect_with(&self.options_for(Preparation::Direct)).await {
            Ok(mut connection) => Ok(in_time(self.is_marked(&mut connection)).await?.then_some(connection)),
            Err(error) if is_start_refused(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the server process was started for this address.
    async fn is_marked(&self, connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
        // Not prepared: whether that is safe is the question.
        let row = sqlx::raw_sql("SELECT current_setting('medstint.connection', true)").fetch_one(connection).await?;
        let mark: Option<String> = row.try_get(0)?;
        Ok(mark.as_deref() == Some(self.route().mark.as_str()))
    }

    /// Makes sure that a new connection of a pool keeps no statements where it must not.
    pub(super) async fn verify(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        // Whether statements are renamed is asked by a statement that the connection
        // keeps, if it keeps any.
        if self.is_marked(connection).await? || is_renamed(connection).await? || !keeps_statements(connection) {
            return Ok(());
        }
        self.refute();
        Err(sqlx::Error::Protocol("a pooler is in between that keeps no prepared statements".into()))
    }
}

/// Whether a connection keeps statements longer than a transaction. One that has not
/// prepared any yet has none to lose.
pub(super) fn keeps_statements(connection: &PgConnection) -> bool {
    connection.cached_statements_size() > 0
}

/// Whether a setting that the connection starts with may be what was refused, and not the
/// account, the database, or the state of the server.
pub(super) fn is_start_refused(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(db) = error else { return false };
    let code = db.code().unwrap_or_default();
    !matches!(code.get(..2), Some("28" | "3D" | "53" | "57"))
}

/// Whether a pooler gives statements names of its own. In a transaction, in which it
/// keeps the server connection.
async fn is_renamed(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    run(connection, "BEGIN").await?;
    let is_renamed = match ask_whether_renamed(connection).await {
        // The name is taken by another client, so it is not the pooler's.
        Err(sqlx::Error::Database(_)) => {
            run(connection, "ROLLBACK; DEALLOCATE ALL; BEGIN").await?;
            ask_whether_renamed(connection).await?
        }
        answer => answer?,
    };
    // A name that stays behind would be in the way of another client.
    run(connection, if is_renamed { "ROLLBACK" } else { "ROLLBACK; DEALLOCATE ALL" }).await?;
    Ok(is_renamed)
}

/// Runs statements that are not prepared.
async fn run(connection: &mut PgConnection, statements: &'static str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(statements).execute(connection).await.map(drop)
}

async fn ask_whether_renamed(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(IS_RENAMED).fetch_one(connection).await
}
