//! A transaction that has entered a session.
//!
//! sqlx's own `begin_with` leaves a connection in an aborted transaction when
//! the statement that begins it fails, and the next user of that connection
//! would be refused; a session that has ended is such a failure. Here the
//! connection always comes back clean.

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Executor, PgConnection, PgPool, Postgres};

use crate::domain::Secret;

/// Whether a transaction may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// A transaction of a session; dropped without a commit, it is rolled back.
#[derive(Debug)]
pub(super) struct Entered {
    connection: Option<PoolConnection<Postgres>>,
}

impl Entered {
    /// Begins and enters the session in one round trip. The token was checked to
    /// be hexadecimal, so it can stand in the text, which nothing logs.
    pub(super) async fn begin(pool: &PgPool, access: Access, token: &Secret) -> Result<Self, sqlx::Error> {
        let begin = match access {
            Access::Read => "BEGIN READ ONLY",
            Access::Write => "BEGIN",
        };
        let statement = format!("{begin}; SELECT medstint.enter('{}')", token.expose());
        let mut entered = Self { connection: Some(pool.acquire().await?) };
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *entered).await?;
        Ok(entered)
    }

    /// Makes everything that was done last.
    pub(super) async fn commit(mut self) -> Result<(), sqlx::Error> {
        sqlx::raw_sql("COMMIT").execute(&mut *self).await?;
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
            if connection.execute("ROLLBACK").await.is_err() {
                connection.close_on_drop();
            }
        });
    }
}
