//! A connection of the schema's owner, for an operator's commands. An operator is identified per
//! transaction: each one sets the operator's address and terminal locally, because a pooler gives
//! the server connection to another client afterwards. Migrations begin their own transactions and
//! hold a lock of the session, so they run only on a connection that verifiably leads to the server
//! itself.

use sqlx::{PgConnection, Postgres};

use super::connect::answered;
use super::sessions::Origin;
use super::transaction::{Purpose, begin_on, committed, read_on};
use super::{Address, Preparation, error};
use crate::domain::Failure;

/// A connection of an operator, whose audit events say from where they came.
#[derive(Debug)]
pub struct OwnerConnection {
    connection: PgConnection,
    preparation: Preparation,
    origin: Origin,
}

impl Address {
    /// Connects for an operator.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] with what is wrong and what to do.
    pub async fn connect_from(&self, origin: Origin) -> Result<OwnerConnection, Failure> {
        let (connection, preparation) = self.opened().await?;
        Ok(OwnerConnection { connection, preparation, origin })
    }
}

impl OwnerConnection {
    /// The name of the database, as its server says it: what a pooler calls it may be
    /// something else.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when it does not answer.
    pub async fn database_name(&mut self) -> Result<String, Failure> {
        let asking = self.read(async |tx| sqlx::query_scalar("SELECT current_database()::text").fetch_one(tx).await);
        answered(asking).await
    }

    /// Begins a transaction in which the audit trail knows the caller.
    pub(super) async fn begin(&mut self) -> Result<sqlx::Transaction<'_, Postgres>, sqlx::Error> {
        let mut tx = begin_on(&mut self.connection, Purpose::WriteAsOwner).await?;
        introduce(&mut tx, &self.origin, Lasts::Transaction).await?;
        Ok(tx)
    }

    /// Writes in a transaction, and commits.
    ///
    /// # Errors
    /// What the work says; [`Failure::OutcomeUnknown`] where the answer to the commit was
    /// lost.
    pub(super) async fn write<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, Failure> {
        let writing = async {
            let mut tx = self.begin().await?;
            let answer = work(&mut tx).await?;
            committed(tx.commit()).await?;
            Ok(answer)
        };
        writing.await.map_err(|error: sqlx::Error| error::failure(&error))
    }

    /// Reads in a transaction, which is rolled back.
    ///
    /// # Errors
    /// [`Failure::Unavailable`], and what the work says.
    pub(super) async fn read<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, Failure> {
        read_on(&mut self.connection, Purpose::ReadAsOwner, work).await
    }

    /// Reads as [`Self::read`] does, but never as another role: row-level security would
    /// show that role nothing, which looks like an empty database.
    ///
    /// # Errors
    /// [`Failure::Denied`] to any role but the schema's owner, and as [`Self::read`].
    pub(super) async fn read_everything<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, Failure> {
        let found = self.read(async |tx| {
            let is_owner = sqlx::query_scalar!(
                r#"SELECT pg_has_role(session_user, c.relowner, 'MEMBER') AS "is_owner!" FROM pg_class c WHERE c.oid = 'public.audit_logs'::regclass"#
            );
            if is_owner.fetch_one(&mut *tx).await? { work(tx).await.map(Some) } else { Ok(None) }
        });
        found
            .await?
            .ok_or_else(|| Failure::Denied("Only the schema's owner can read this. Set database.owner_url.".into()))
    }

    /// The connection for migrations. They hold a lock of the session and begin their own
    /// transactions, so the server process must be this command's alone; then what it
    /// knows of the caller reaches nobody else either.
    ///
    /// # Errors
    /// [`Failure::Denied`] where a pooler is in between.
    pub async fn for_migrations(&mut self) -> Result<&mut PgConnection, Failure> {
        if self.preparation != Preparation::Direct {
            return Err(Failure::Denied(
                "Migrations can't run through a pooler. Set database.owner_url to the server itself.".into(),
            ));
        }
        let introducing = async {
            let introduced = introduce(&mut self.connection, &self.origin, Lasts::Connection).await;
            introduced.map_err(|error| error::failure(&error))
        };
        answered(introducing).await?;
        Ok(&mut self.connection)
    }
}

/// How long a server process knows the caller.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lasts {
    Transaction,
    Connection,
}

/// Tells the audit trail who calls.
async fn introduce(connection: &mut PgConnection, origin: &Origin, lasts: Lasts) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "SELECT set_config('medstint.endpoint', $1, $4) AS endpoint,
           set_config('medstint.ip_address', $2, $4) AS address,
           set_config('medstint.user_agent', $3, $4) AS device",
        origin.client,
        origin.address.as_deref().unwrap_or(""),
        origin.device,
        lasts == Lasts::Transaction,
    )
    .fetch_one(connection)
    .await
    .map(drop)
}
