//! A school's trail, read in a session or as the schema's owner.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Postgres, QueryBuilder, Row};

use super::super::transaction::committed;
use super::super::{Bound, OwnerConnection, error, reading, writing};
use super::{Verdict, Watched, verify, watch};
use crate::domain::Failure;
use crate::domain::audit_trail::Head;

/// How often, and at which interval, to wait for another session that is sealing.
const PATIENCE: u32 = 100;
const APART: Duration = Duration::from_millis(200);

/// The school of the trail, and the connection that reads it.
#[derive(Debug)]
pub enum Trail<'a> {
    /// The school's that is worked in.
    Session(&'a Bound),
    /// A school's, or of those events that belong to none, through the owner's
    /// connection.
    Owner(&'a mut OwnerConnection, Option<String>),
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
            Self::Owner(owner, _) => owner.read(work).await,
        }
    }

    /// Begins a statement whose condition on the school comes first, which an index serves.
    pub(super) fn statement(&self, before: &str) -> QueryBuilder<Postgres> {
        let mut sql = QueryBuilder::new(before);
        self.push_school(&mut sql);
        sql
    }

    /// The condition on the school once more, in a statement that is in progress.
    pub(super) fn push_school(&self, sql: &mut QueryBuilder<Postgres>) {
        match self.school() {
            Some(school) => sql.push(" school_id = ").push_bind(school.to_owned()),
            None => sql.push(" school_id IS NULL"),
        };
    }

    /// Seals everything that waits by now.
    ///
    /// # Errors
    /// [`Failure::Denied`] when another session delays sealing; the failures of [`watch`].
    pub async fn seal(&mut self) -> Result<(), Failure> {
        let mut in_vain = 0;
        loop {
            let Watched { sealed, waiting } = match self {
                Self::Session(bound) => watch(bound).await?,
                Self::Owner(owner, school) => seal_batch(owner, school.as_deref().unwrap_or("")).await?,
            };
            match sealed {
                _ if waiting == 0 => return Ok(()),
                0 if in_vain == PATIENCE => {
                    let why = format!(
                        "{waiting} events are not sealed yet; another session has been sealing them for a long time. Try again later; the open alert names its connection."
                    );
                    return Err(Failure::Denied(why));
                }
                0 => {
                    in_vain += 1;
                    tokio::time::sleep(APART).await;
                }
                Watched::BATCH.. => {}
                // That was all; what waits now was written in the meantime.
                _ => return Ok(()),
            }
        }
    }

    /// Makes sure that the session is shown the whole trail, and this school's still:
    /// anybody else would find events missing that are there.
    ///
    /// # Errors
    /// [`Failure::Denied`] to everyone but administrators, and when another school was
    /// chosen in the meantime.
    pub(super) async fn is_shown(&mut self) -> Result<(), Failure> {
        let Self::Session(bound) = self else { return Ok(()) };
        let seen = reading(bound, "audit_shown", async |tx| {
            sqlx::query!(
                r#"SELECT medstint.has_role('SCHOOL_ADMIN', 'SUPER_ADMIN') AS "is_admin!", medstint.current_school_id() AS school"#
            )
            .fetch_one(tx)
            .await
        });
        let seen = seen.await?;
        match seen.school {
            Some(school) if seen.is_admin && school == bound.school() => Ok(()),
            Some(_) if seen.is_admin => {
                Err(Failure::Denied("Another school was chosen during the verification. Verify again.".into()))
            }
            _ => Err(Failure::Denied("Only administrators of a school can verify its trail.".into())),
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

    /// Puts the outcome of a verification on record.
    ///
    /// # Errors
    /// [`Failure::Denied`] to everyone but administrators.
    pub async fn report_verification(&mut self, verdict: &Verdict) -> Result<(), Failure> {
        let findings = i64::try_from(verdict.findings.len() + verdict.more).unwrap_or(i64::MAX);
        let head = verdict.head.as_ref().map(ToString::to_string).unwrap_or_default();
        match self {
            Self::Session(bound) => {
                writing(bound, "report_verification", async |tx| {
                    sqlx::query!("SELECT medstint.report_verification($1, $2, $3)", findings, verdict.events, head)
                        .execute(tx)
                        .await
                        .map(drop)
                })
                .await
            }
            Self::Owner(owner, school) => {
                let school = school.as_deref();
                owner
                    .write(async |tx| {
                        sqlx::query!(
                            "SELECT medstint.record_verification($1, $2, $3, $4)",
                            school,
                            findings,
                            verdict.events,
                            head
                        )
                        .execute(tx)
                        .await
                        .map(drop)
                    })
                    .await
            }
        }
    }

    /// Deletes what is older than a moment, seal by seal; how many seals and events.
    /// Only in the owner's trail.
    ///
    /// # Errors
    /// [`Failure::Denied`] in a session, [`Failure::Invalid`] within the retention.
    pub async fn purge(&mut self, before: DateTime<Utc>, is_rehearsal: bool) -> Result<(i64, i64), Failure> {
        let Self::Owner(owner, school) = self else {
            return Err(Failure::Denied("Only the schema's owner can purge the trail.".into()));
        };
        let failed = |error: sqlx::Error| error::failure(&error);
        let mut tx = owner.begin().await.map_err(failed)?;
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
            committed(tx.commit()).await.map_err(failed)?;
        }
        Ok((done.seals, done.events))
    }

    /// Every trail there is, for the owner: the schools', and that of no school.
    ///
    /// # Errors
    /// [`Failure::Denied`] to anybody else, who would see none; [`Failure::Unavailable`].
    pub async fn schools(owner: &mut OwnerConnection) -> Result<Vec<Option<String>>, Failure> {
        let found = owner.read_everything(async |tx| {
            let rows = sqlx::query("SELECT id FROM schools ORDER BY id").fetch_all(tx).await?;
            rows.iter().map(|row| row.try_get(0).map(Some)).collect()
        });
        let mut ids: Vec<Option<String>> = found.await?;
        ids.push(None);
        Ok(ids)
    }
}

async fn seal_batch(owner: &mut OwnerConnection, school: &str) -> Result<Watched, Failure> {
    owner
        .write(async |tx| {
            let sealed =
                sqlx::query_scalar!(r#"SELECT medstint.seal_batch($1, $2) AS "sealed!""#, school, Watched::BATCH)
                    .fetch_one(&mut *tx)
                    .await?;
            let waiting = sqlx::query_scalar!(
                r#"SELECT count(*) AS "waiting!" FROM medstint.audit_unsealed WHERE school = $1"#,
                school
            )
            .fetch_one(tx)
            .await?;
            Ok(Watched { sealed, waiting })
        })
        .await
}
