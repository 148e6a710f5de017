//! A transaction that has entered a session.
//!
//! The token travels masked (`mask`), as a bound parameter: everybody who has the same role
//! can read the texts of statements in `pg_stat_activity`, and a server that logs slow
//! statements logs their parameters.

use std::ops::{Deref, DerefMut};

use sqlx::PgConnection;

use super::mask::{Mask, MaskedToken};
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
    /// What the transaction is for. Its beginning sets the server's time limits, although
    /// `medstint.enter` sets them too: the first statement may enter and do all the rest.
    fn purpose(self) -> Purpose {
        match self {
            Self::Read => Purpose::Read,
            Self::Page => Purpose::Page,
            Self::Write => Purpose::Write,
        }
    }
}

/// A transaction whose first statement enters the session by itself: a function that
/// takes the token, such as `medstint.read_page`. Any other statement finds every table
/// empty.
#[derive(Debug)]
pub(super) struct Opened {
    transaction: Transaction,
    token: MaskedToken,
}

impl Opened {
    pub(super) async fn begin(pool: &Pool, access: Access, token: &Secret) -> Result<Self, sqlx::Error> {
        let mask = Mask::random();
        let transaction = Transaction::begin_masked(pool, access.purpose(), &mask).await?;
        Ok(Self { transaction, token: mask.hide(token) })
    }

    /// The token for that statement, which unmasks it (`medstint.unmasked`).
    pub(super) fn token(&self) -> MaskedToken {
        self.token.clone()
    }

    /// The same transaction, once such a statement was answered.
    pub(super) fn entered(self) -> Entered {
        Entered(self.transaction)
    }

    /// Takes everything back and lets go of every lock, before anything else is done.
    pub(super) async fn roll_back(self) -> Result<(), sqlx::Error> {
        self.transaction.roll_back().await
    }
}

impl Deref for Opened {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.transaction
    }
}

impl DerefMut for Opened {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }
}

/// A transaction of a session; dropped without a commit, it is rolled back.
#[derive(Debug)]
pub(super) struct Entered(Transaction);

impl Entered {
    /// Begins and enters the session.
    pub(super) async fn begin(pool: &Pool, access: Access, token: &Secret) -> Result<Self, sqlx::Error> {
        let mut opened = Opened::begin(pool, access, token).await?;
        let token = opened.token();
        sqlx::query("SELECT medstint.enter(medstint.unmasked($1))").bind(token.text()).execute(&mut *opened).await?;
        Ok(opened.entered())
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
