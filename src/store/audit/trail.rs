//! A school's trail as somebody reads it: in a session, or as the owner.

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection, Postgres, QueryBuilder, Row};

use super::super::{Bound, error, reading};
use super::{verify, watch};
use crate::domain::Failure;
use crate::domain::audit_trail::Head;

/// Whose events, and through whom they are read.
#[derive(Debug)]
pub enum Trail<'a> {
    /// The school's that is worked in.
    Session(&'a Bound),
    /// A school's, or of those events that belong to none, through the owner's
    /// connection.
    Owner(&'a mut PgConnection, Option<String>),
}

impl Trail<'_> {
    /// The school, where the events belong to one.
    #[must_use]
    pub fn school(&self) -> Option<&str> {
        match self {
            Self::Session(bound) => Some(bound.school()),
            Self::Owner(_, school) => school.as_deref(),
        }
    }

    pub(super) async fn read<T>(
        &mut self,
        name: &'static str,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, Failure> {
        match self {
            Self::Session(bound) => reading(bound, name, work).await,
            Self::Owner(connection, _) => work(connection).await.map_err(|error| error::failure(&error)),
        }
    }

    /// Begins a statement whose condition on the school comes first, which an index serves.
    pub(super) fn statement(&self, before: &str) -> QueryBuilder<Postgres> {
        let mut sql = QueryBuilder::new(before);
        self.push_school(&mut sql);
        sql
    }

    /// The condition on the school once more, in a statement that is under way.
    pub(super) fn push_school(&self, sql: &mut QueryBuilder<Postgres>) {
        match self.school() {
            Some(school) => sql.push(" school_id = ").push_bind(school.to_owned()),
            None => sql.push(" school_id IS NULL"),
        };
    }

    /// Seals what waits.
    ///
    /// # Errors
    /// [`Failure::Unavailable`], [`Failure::SignedOut`].
    pub async fn seal(&mut self) -> Result<(), Failure> {
        match self {
            Self::Session(bound) => watch(bound).await.map(drop),
            Self::Owner(connection, school) => {
                let school = school.as_deref().unwrap_or("");
                let mut sealed = 1;
                while sealed > 0 {
                    sealed = sqlx::query_scalar!(r#"SELECT medstint.seal_events($1) AS "sealed!""#, school)
                        .fetch_one(&mut **connection)
                        .await
                        .map_err(|error| error::failure(&error))?;
                }
                Ok(())
            }
        }
    }

    /// The newest seal, if there is one.
    ///
    /// # Errors
    /// [`Failure::Unavailable`], [`Failure::SignedOut`].
    pub async fn head(&mut self) -> Result<Option<Head>, Failure> {
        let mut sql = self.statement(verify::SEALS);
        sql.push(" ORDER BY number DESC LIMIT 1");
        let row = self.read("audit_head", async |tx| sql.build().fetch_optional(tx).await).await?;
        Ok(row
            .map(|row| verify::seal(&row))
            .transpose()
            .map_err(|error| error::failure(&error))?
            .map(|seal| seal.head()))
    }

    /// Deletes what is older than a moment, seal by seal; how many seals and events.
    /// Only in the owner's trail.
    ///
    /// # Errors
    /// [`Failure::Denied`] in a session, [`Failure::Invalid`] within the retention.
    pub async fn purge(&mut self, before: DateTime<Utc>, is_rehearsal: bool) -> Result<(i64, i64), Failure> {
        let Self::Owner(connection, school) = self else {
            return Err(Failure::Denied("Only the schema's owner purges the trail.".into()));
        };
        let failed = |error: sqlx::Error| error::failure(&error);
        let mut tx = connection.begin().await.map_err(failed)?;
        let done = sqlx::query!(
            r#"SELECT seals AS "seals!", events AS "events!" FROM medstint.purge_audit($1, $2)"#,
            school.as_deref(),
            before
        )
        .fetch_one(&mut *tx)
        .await
        .map_err(failed)?;
        if is_rehearsal {
            tx.rollback().await.map_err(failed)?;
        } else {
            tx.commit().await.map_err(failed)?;
        }
        Ok((done.seals, done.events))
    }

    /// Every trail there is, for the owner: the schools', and that of no school.
    ///
    /// # Errors
    /// [`Failure::Unavailable`].
    pub async fn schools(connection: &mut PgConnection) -> Result<Vec<Option<String>>, Failure> {
        let rows = sqlx::query("SELECT id FROM schools ORDER BY id")
            .fetch_all(connection)
            .await
            .map_err(|error| error::failure(&error))?;
        let ids = rows.iter().map(|row| row.try_get(0).map(Some)).collect::<Result<Vec<_>, _>>();
        let mut ids = ids.map_err(|error| error::failure(&error))?;
        ids.push(None);
        Ok(ids)
    }
}
