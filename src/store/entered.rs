//! A transaction that has entered a session.
//!
//! The token travels as a bound parameter and never in a statement's text, which
//! everybody who has the same role can read in `pg_stat_activity`. sqlx's own
//! transactions would do, but for one thing: here the rollback of a transaction
//! that only read is nobody's wait.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Executor, PgConnection, PgPool, Postgres};

use crate::domain::Secret;

/// For BEGIN, ROLLBACK and the like.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// Whether a transaction may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    /// To read a page of a list.
    Page,
    Write,
}

impl Access {
    /// Enters the session. A page is served by an index in the list's order; the
    /// planner, who counts the school twice (once as asked for, once as fenced),
    /// expects so few rows that it would rather read a whole list and sort it. A
    /// discouraged sort looks so expensive that compiling would seem to pay.
    fn enter(self) -> &'static str {
        match self {
            Self::Read | Self::Write => "SELECT medstint.enter($1)",
            Self::Page => {
                "SELECT medstint.enter($1), set_config('enable_sort', 'off', true), set_config('jit', 'off', true)"
            }
        }
    }
}

/// A transaction of a session; dropped without a commit, it is rolled back.
#[derive(Debug)]
pub(super) struct Entered {
    connection: Option<PoolConnection<Postgres>>,
}

impl Entered {
    /// Begins and enters the session. The pool does not test its connections;
    /// one that died meanwhile is found here, where nothing has happened yet, and
    /// replaced.
    pub(super) async fn begin(pool: &PgPool, access: Access, token: &Secret) -> Result<Self, sqlx::Error> {
        let begin = match access {
            Access::Read => "BEGIN READ ONLY",
            // A page may take several statements, which have to see the same rows.
            Access::Page => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Access::Write => "BEGIN",
        };
        let mut connection = pool.acquire().await?;
        let mut dead = 0;
        while let Err(error) = in_time(connection.execute(begin)).await {
            dead += 1;
            connection.close_on_drop();
            drop(connection);
            if dead > pool.size() + 1 {
                return Err(error);
            }
            connection = pool.acquire().await?;
        }
        let mut entered = Self { connection: Some(connection) };
        sqlx::query(access.enter()).bind(token.expose()).execute(&mut *entered).await?;
        Ok(entered)
    }

    /// Makes everything that was done last. What waits for the commit is done before it,
    /// as a statement that the server's time limit holds for: a commit has none.
    pub(super) async fn commit(self) -> Result<(), sqlx::Error> {
        self.end("SET CONSTRAINTS ALL IMMEDIATE; COMMIT").await
    }

    /// Takes everything back and lets go of every lock, before anything else is done.
    pub(super) async fn roll_back(self) -> Result<(), sqlx::Error> {
        self.end("ROLLBACK").await
    }

    async fn end(mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(statement).execute(&mut *self).await?;
        // Given back as it is: nothing is left to roll back.
        self.connection.take();
        Ok(())
    }
}

#[expect(clippy::expect_used, reason = "the connection is there until the value is consumed or dropped")]
impl Deref for Entered {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.connection.as_ref().expect("a transaction that has not ended")
    }
}

#[expect(clippy::expect_used, reason = "the connection is there until the value is consumed or dropped")]
impl DerefMut for Entered {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect("a transaction that has not ended")
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        // Nobody who waits for an answer waits for this.
        tokio::spawn(async move {
            if in_time(connection.execute("ROLLBACK")).await.is_err() {
                connection.close_on_drop();
            }
        });
    }
}

/// A connection from the pool that answers.
pub(super) async fn alive(pool: &PgPool) -> Result<PoolConnection<Postgres>, sqlx::Error> {
    let mut dead = 0;
    loop {
        let mut connection = pool.acquire().await?;
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

/// A statement that needs no time at the server gets little on the way: a path
/// that died silently would otherwise hold its connection for a quarter of an hour.
async fn in_time<T>(statement: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    let late = |_| sqlx::Error::Io(std::io::ErrorKind::TimedOut.into());
    tokio::time::timeout(ANSWER_WITHIN, statement).await.map_err(late)?
}
