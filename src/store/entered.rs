//! A transaction that has entered a session.
//!
//! The token travels as a bound parameter and never in a statement's text, which
//! everybody who has the same role can read in `pg_stat_activity`.

use std::ops::{Deref, DerefMut};

use sqlx::PgConnection;

use super::pool::Pool;
use super::transaction::{Purpose, Transaction};
use crate::domain::Secret;

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
pub(super) struct Entered(Transaction);

impl Entered {
    /// Begins and enters the session.
    pub(super) async fn begin(pool: &Pool, access: Access, token: &Secret) -> Result<Self, sqlx::Error> {
        let purpose = match access {
            Access::Read | Access::Page => Purpose::Read,
            Access::Write => Purpose::Write,
        };
        let mut entered = Self(Transaction::begin(pool, purpose).await?);
        sqlx::query(access.enter()).bind(token.expose()).execute(&mut *entered).await?;
        Ok(entered)
    }

    /// Makes everything that was done last.
    pub(super) async fn commit(self) -> Result<(), sqlx::Error> {
        self.0.commit().await
    }

    /// Takes everything back and lets go of every lock, before anything else is done.
    pub(super) async fn roll_back(self) -> Result<(), sqlx::Error> {
        self.0.roll_back().await
    }
}

impl Deref for Entered {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.0
    }
}

impl DerefMut for Entered {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}
