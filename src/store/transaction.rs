//! A transaction on a connection of the pool that ends even if its future is dropped.
//!
//! Any future can be dropped at any await. sqlx tracks a transaction only after the answer to
//! BEGIN. A future that is dropped earlier returns a connection with an open transaction, and the
//! next user of that connection would act in another person's transaction and session. Here the
//! connection is owned before BEGIN is sent, and a drop rolls back. The pool resets every returned
//! connection. The shared one (`shared`) listens again only after the rollback was answered; where
//! that fails, or a COMMIT was under way, the connection ends. `tests/cancellation.rs` drops reads,
//! writes and sign-ins at every await.
//!
//! # No session depends on defaults
//!
//! Roles, databases and servers set their own isolation, search path, row security and time limits.
//! So every transaction begins with one message that sets what it needs until its end, which also
//! works behind a pooler. No statement commits by itself. Only the migrator changes settings of the
//! session.
//!
//! Two settings are left alone: `default_transaction_read_only`, with which an administrator
//! freezes a database, and limits that `PostgreSQL` 14 does not know. Both have sentences of their
//! own and lines in `doctor`.
//!
//! # A lost COMMIT
//!
//! An answer to COMMIT is certain: an error means that everything was rolled back. If the
//! connection is lost, or the time runs out, before the answer, the change may have been saved
//! (`committed`, `within`). Every command then returns [`Failure::OutcomeUnknown`].
//!
//! # Slow statements
//!
//! A server that logs slow statements logs their parameters, and comparing a password is slow by
//! design. `stash_secret` first puts passwords, PINs and codes into settings of the transaction,
//! with a fast statement. Tokens, credentials and attempts are masked instead (`mask`), without a
//! round trip. `tests/server_log.rs` makes a server log everything and searches for each secret.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgDatabaseError, PgRow, PgSeverity};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Postgres, Row};

use super::error;
use super::mask::Mask;
use super::pool::{Length, Pool, Taken};
use super::prepared::keeps_statements;
use crate::domain::{Failure, Secret};

/// A last statement and COMMIT. What waits for the commit is done before it, as a
/// statement that the server's time limit holds for: a commit has none.
macro_rules! commit_with {
    ($statement:literal) => {
        concat!($statement, "SET CONSTRAINTS ALL IMMEDIATE; COMMIT")
    };
}
pub(super) use commit_with;

/// For BEGIN, ROLLBACK and the like.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

tokio::task_local! {
    /// Whether the work in progress waits for the answer to a COMMIT.
    static IS_COMMITTING: Arc<AtomicBool>;
}

/// That a COMMIT had no answer: the change may have been made.
#[derive(Debug, thiserror::Error)]
#[error("the answer to COMMIT was lost")]
struct AnswerLost(#[source] Option<sqlx::Error>);

/// Begins a transaction and sets what the session rests on, in one message. Each setting ends with
/// the transaction: behind a pooler, the next one on the connection may be another client's.
macro_rules! begin {
    ($mode:literal, $statement:literal, $lock:literal, $idle:literal) => {
        concat!(
            "BEGIN ISOLATION LEVEL READ COMMITTED",
            $mode,
            "; SET LOCAL search_path = public, pg_temp; SET LOCAL row_security = on; SET LOCAL statement_timeout = '",
            $statement,
            "'; SET LOCAL lock_timeout = '",
            $lock,
            "'; SET LOCAL idle_in_transaction_session_timeout = '",
            $idle,
            "'"
        )
    };
}

pub(super) use begin;

/// What begins a transaction.
#[derive(Clone, Copy)]
struct Beginning {
    /// On a connection that keeps prepared statements.
    keeping: &'static str,
    /// On one that does not: those of another client may be in the way.
    discarding: &'static str,
}

macro_rules! beginning {
    ($mode:literal, $statement:literal, $lock:literal, $idle:literal $(, $besides:literal)?) => {
        Beginning {
            keeping: concat!(begin!($mode, $statement, $lock, $idle) $(, $besides)?),
            discarding: concat!(begin!($mode, $statement, $lock, $idle) $(, $besides)?, "; DEALLOCATE ALL"),
        }
    };
}

/// May write, unless the server is read-only: that default is left to its administrator,
/// who may have frozen the data.
pub(super) const READ_WRITE: &str = begin!("", "15s", "5s", "30s");

/// A transaction; dropped without a commit, it is rolled back.
#[derive(Debug)]
pub(super) struct Transaction {
    taken: Option<Taken>,
    /// A message that commits is in progress. It may pass values from one transaction to the
    /// next in settings of the connection, which no rollback takes back.
    is_committing: bool,
}

/// What a transaction is for. The schema's owner works without time limits.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Read,
    /// To read a page of a list. An index in the list's order serves it. The planner counts
    /// the school twice (as asked for, and as fenced) and expects so few rows that it would
    /// rather read a whole list and sort it. A discouraged sort looks so expensive that
    /// compiling would seem to pay.
    Page,
    /// To read the detail of one row by its key: the plan for no row in particular is as good
    /// as any. It takes five times as long to plan as to read (22 and 4 ms), and by itself
    /// `PostgreSQL` plans it five times on each connection.
    Detail,
    Write,
    ReadAsOwner,
    WriteAsOwner,
}

impl Purpose {
    fn beginning(self) -> Beginning {
        match self {
            Self::Read => beginning!(" READ ONLY", "15s", "5s", "30s"),
            Self::Page => {
                beginning!(" READ ONLY", "15s", "5s", "30s", "; SET LOCAL enable_sort = off; SET LOCAL jit = off")
            }
            Self::Detail => {
                beginning!(" READ ONLY", "15s", "5s", "30s", "; SET LOCAL plan_cache_mode = force_generic_plan")
            }
            Self::Write => beginning!("", "15s", "5s", "30s"),
            Self::ReadAsOwner => beginning!(" READ ONLY", "0", "0", "0"),
            Self::WriteAsOwner => beginning!("", "0", "0", "0"),
        }
    }

    /// Begins a transaction on a connection.
    fn statement_on(self, connection: &PgConnection) -> &'static str {
        let beginning = self.beginning();
        if keeps_statements(connection) { beginning.keeping } else { beginning.discarding }
    }
}

impl Transaction {
    /// Begins. The pool does not test its connections; one that died in the meantime is found
    /// here, where nothing has happened yet, and replaced.
    pub(super) async fn begin(pool: &Pool, purpose: Purpose) -> Result<Self, sqlx::Error> {
        Self::begin_with(pool, purpose, Length::Short, None).await
    }

    /// The same, where tokens are to be masked.
    pub(super) async fn begin_masked(
        pool: &Pool,
        purpose: Purpose,
        length: Length,
        mask: &Mask,
    ) -> Result<Self, sqlx::Error> {
        Self::begin_with(pool, purpose, length, Some(mask)).await
    }

    async fn begin_with(
        pool: &Pool,
        purpose: Purpose,
        length: Length,
        mask: Option<&Mask>,
    ) -> Result<Self, sqlx::Error> {
        let mut dead = 0;
        loop {
            let mut taken = pool.acquire(length).await?;
            let beginning = purpose.statement_on(taken.connection());
            let statement: Cow<'static, str> = mask.map_or(beginning.into(), |mask| mask.after(beginning).into());
            let mut transaction = Self { taken: Some(taken), is_committing: false };
            match in_time(transaction.connection().execute(AssertSqlSafe(statement))).await {
                Ok(_) => return Ok(transaction),
                Err(error) => {
                    dead += 1;
                    transaction.close();
                    if dead > pool.size() + 1 {
                        return Err(error);
                    }
                }
            }
        }
    }

    /// The connection that its statements run on.
    #[expect(clippy::expect_used, reason = "the connection is there until the value is consumed or dropped")]
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        self.taken.as_mut().expect("a transaction that has not ended").connection()
    }

    /// Makes everything that was done last.
    pub(super) async fn commit(self) -> Result<(), sqlx::Error> {
        committed(self.end(commit_with!(""))).await
    }

    /// Runs a last statement and commits, in one message. The message is made by
    /// `commit_with!`; its values were handed over before (`stash_secret_with`). The answer is
    /// the statement's value.
    pub(super) async fn commit_with(self, message: &'static str) -> Result<Option<String>, sqlx::Error> {
        let rows = self.commit_and_answer(message).await?;
        rows.first().ok_or(sqlx::Error::RowNotFound)?.try_get(0)
    }

    /// The same; all rows that its statements answer with. The connection ends where one of
    /// them fails or the future is dropped, and with it what they left in its settings.
    pub(super) async fn commit_and_answer(mut self, message: &'static str) -> Result<Vec<PgRow>, sqlx::Error> {
        self.is_committing = true;
        let answered = committed(sqlx::raw_sql(message).fetch_all(self.connection())).await;
        if answered.is_err() {
            self.close();
        }
        // Given back as it is: nothing is left to roll back.
        drop(self.taken.take());
        answered
    }

    /// Rolls back and releases every lock, before anything else is done.
    pub(super) async fn roll_back(self) -> Result<(), sqlx::Error> {
        self.end("ROLLBACK").await
    }

    async fn end(mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(statement).execute(self.connection()).await?;
        // Given back as it is: nothing is left to roll back.
        drop(self.taken.take());
        Ok(())
    }

    fn close(&mut self) {
        if let Some(taken) = self.taken.take() {
            taken.close();
        }
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if self.is_committing {
            return self.close();
        }
        let Some(mut taken) = self.taken.take() else { return };
        // Callers never wait for the rollback of a transaction that only read.
        tokio::spawn(async move {
            if in_time(taken.connection().execute("ROLLBACK")).await.is_err() {
                taken.close();
            }
        });
    }
}

/// Begins a transaction on a connection outside of any pool.
pub(super) async fn begin_on(
    connection: &mut PgConnection,
    purpose: Purpose,
) -> Result<sqlx::Transaction<'_, Postgres>, sqlx::Error> {
    let statement = purpose.statement_on(connection);
    connection.begin_with(statement).await
}

/// Reads in a transaction on a connection outside of any pool. It is rolled back.
///
/// # Errors
/// [`Failure::Unavailable`], and what the work says.
pub(super) async fn read_on<T>(
    connection: &mut PgConnection,
    purpose: Purpose,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
) -> Result<T, Failure> {
    let reading = async {
        let mut tx = begin_on(connection, purpose).await?;
        let answer = work(&mut tx).await?;
        tx.rollback().await?;
        Ok(answer)
    };
    reading.await.map_err(|error: sqlx::Error| error::failure(&error))
}

/// Waits for a COMMIT.
pub(super) async fn committed<T>(commit: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    let is_committing = |value| {
        // Outside of `within` nothing gives up before the answer.
        let _ = IS_COMMITTING.try_with(|committing| committing.store(value, Ordering::SeqCst));
    };
    is_committing(true);
    let answer = commit.await;
    is_committing(false);
    answer.map_err(|error| if is_answer(&error) { error } else { answer_lost(Some(error)) })
}

/// Waits so long for work; where it was given up during a COMMIT, its outcome is unknown.
pub(super) async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    let committing = Arc::new(AtomicBool::new(false));
    match tokio::time::timeout(limit, IS_COMMITTING.scope(Arc::clone(&committing), work)).await {
        Ok(answer) => answer,
        Err(_) if committing.load(Ordering::SeqCst) => Err(answer_lost(None)),
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

/// Whether a change may or may not have been made.
pub(super) fn is_outcome_unknown(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::AnyDriverError(inner) if inner.is::<AnswerLost>())
}

fn answer_lost(error: Option<sqlx::Error>) -> sqlx::Error {
    sqlx::Error::AnyDriverError(Box::new(AnswerLost(error)))
}

/// Whether the server itself refused the COMMIT and rolled back. A server that ends a
/// connection (FATAL), or a pooler that lost one (class 08), may have committed before.
fn is_answer(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(db) = error else { return false };
    let code = db.code().unwrap_or_default();
    let is_refusal = db.try_downcast_ref::<PgDatabaseError>().is_some_and(|pg| pg.severity() == PgSeverity::Error);
    is_refusal && !code.starts_with("08") && code != "40003"
}

/// A connection of the pool's own that answers, for statements that are not prepared.
pub(super) async fn alive(pool: &Pool) -> Result<PoolConnection<Postgres>, sqlx::Error> {
    let mut dead = 0;
    loop {
        let mut connection = pool.acquire_own().await?;
        match in_time(connection.execute("SELECT 1")).await {
            Ok(_) => return Ok(connection),
            Err(error) if dead > pool.size() => return Err(error),
            Err(_) => {
                dead += 1;
                connection.close_on_drop();
            }
        }
    }
}

/// Ends whatever is still open on a connection that comes back to the pool. BEGIN fails
/// where a transaction has failed: then the pool closes the connection.
pub(super) async fn reset(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    in_time(connection.execute("BEGIN; ROLLBACK")).await.map(drop)
}

/// Puts a secret where the next statement of the transaction finds it, as
/// `current_setting('medstint.typed')`.
pub(super) async fn stash_secret(connection: &mut PgConnection, secret: &Secret) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT set_config('medstint.typed', $1, true)")
        .bind(secret.expose())
        .execute(connection)
        .await
        .map(drop)
}

/// The same with the statement's other values, which it reads as
/// `current_setting('medstint.given')::text[]`. So the statement needs no parameters and can
/// be sent together with COMMIT.
pub(super) async fn stash_secret_with(
    connection: &mut PgConnection,
    secret: &Secret,
    given: &[Option<&str>],
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT set_config('medstint.typed', $1, true), set_config('medstint.given', $2::text[]::text, true)")
        .bind(secret.expose())
        .bind(given)
        .execute(connection)
        .await
        .map(drop)
}

/// A statement that needs no time at the server gets little on the way: a path
/// that died silently would otherwise hold its connection for a quarter of an hour.
pub(super) async fn in_time<T>(statement: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    let late = |_| sqlx::Error::Io(std::io::ErrorKind::TimedOut.into());
    tokio::time::timeout(ANSWER_WITHIN, statement).await.map_err(late)?
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(5);

    fn lost() -> std::future::Ready<Result<(), sqlx::Error>> {
        std::future::ready(Err(sqlx::Error::Io(std::io::ErrorKind::UnexpectedEof.into())))
    }

    #[test]
    fn details_keep_one_plan() {
        assert!(Purpose::Detail.beginning().keeping.ends_with("; SET LOCAL plan_cache_mode = force_generic_plan"));
    }

    #[tokio::test]
    async fn a_connection_lost_during_commit_leaves_the_outcome_unknown() {
        let error = committed(lost()).await.expect_err("it is lost");
        assert!(is_outcome_unknown(&error));
    }

    #[tokio::test]
    async fn a_commit_that_is_given_up_leaves_the_outcome_unknown() {
        let error = within(SHORT, committed(std::future::pending::<Result<(), _>>())).await.expect_err("it is late");
        assert!(is_outcome_unknown(&error));
    }

    #[tokio::test]
    async fn work_that_is_given_up_before_its_commit_changed_nothing() {
        let error = within(SHORT, std::future::pending::<Result<(), _>>()).await.expect_err("it is late");
        assert!(!is_outcome_unknown(&error));
    }

    #[tokio::test]
    async fn work_that_is_given_up_after_a_commit_was_answered_changed_nothing_more() {
        let work = async {
            committed(std::future::ready(Ok::<_, sqlx::Error>(()))).await?;
            std::future::pending::<Result<(), sqlx::Error>>().await
        };
        assert!(!is_outcome_unknown(&within(SHORT, work).await.expect_err("it is late")));
    }
}
