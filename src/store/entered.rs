//! A transaction that has entered a session.
//!
//! The token travels masked (`mask`), as a bound parameter: everyone who has the same role can
//! read the texts of statements in `pg_stat_activity`, and a server that logs slow statements logs
//! their parameters.

use sqlx::PgConnection;

use super::mask::{Mask, MaskedToken};
use super::pool::{Length, Pool};
use super::transaction::{Purpose, Transaction};
use crate::domain::Secret;

/// Writing for more rows than this may take long.
const MANY: usize = 100;

/// Whether a transaction may write, and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Access {
    Read,
    /// To read what may take long: on a connection of its own.
    ReadLong,
    /// To read a page of a list.
    Page,
    /// To read one row in full.
    Detail,
    Write,
    /// To write what may take long: on a connection of its own.
    WriteLong,
}

impl Access {
    /// What the transaction is for. Its beginning sets the server's time limits, although
    /// `medstint.enter` sets them too: the first statement may enter and do all the rest.
    fn purpose(self) -> Purpose {
        match self {
            Self::Read | Self::ReadLong => Purpose::Read,
            Self::Page => Purpose::Page,
            Self::Detail => Purpose::Detail,
            Self::Write | Self::WriteLong => Purpose::Write,
        }
    }

    fn length(self) -> Length {
        match self {
            Self::Read | Self::Page | Self::Detail | Self::Write => Length::Short,
            Self::ReadLong | Self::WriteLong => Length::Long,
        }
    }

    /// To write for so many rows.
    pub(super) fn write(rows: usize) -> Self {
        if rows > MANY { Self::WriteLong } else { Self::Write }
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
        let transaction = Transaction::begin_masked(pool, access.purpose(), access.length(), &mask).await?;
        Ok(Self { transaction, token: mask.hide(token) })
    }

    /// The connection that its statements run on.
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        self.transaction.connection()
    }

    /// The token for that statement, which unmasks it (`medstint.unmasked`).
    pub(super) fn token(&self) -> MaskedToken {
        self.token.clone()
    }

    /// The same transaction, once such a statement was answered.
    pub(super) fn entered(self) -> Entered {
        Entered(self.transaction)
    }

    /// Rolls back and releases every lock, before anything else is done.
    pub(super) async fn roll_back(self) -> Result<(), sqlx::Error> {
        self.transaction.roll_back().await
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
        sqlx::query("SELECT medstint.enter(medstint.unmasked($1))")
            .bind(token.text())
            .execute(opened.connection())
            .await?;
        Ok(opened.entered())
    }

    /// The connection that its statements run on.
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        self.0.connection()
    }

    /// Makes everything that was done last.
    pub(super) async fn commit(self) -> Result<(), sqlx::Error> {
        self.0.commit().await
    }

    /// Rolls back and releases every lock, before anything else is done.
    pub(super) async fn roll_back(self) -> Result<(), sqlx::Error> {
        self.0.roll_back().await
    }
}
