//! The only SQL. One file per resource. Every function takes a [`Bound`] store, that is, a session,
//! and every transaction starts by entering it. A query names the school although row-level
//! security does too: the policy protects, the query gives the planner its index.
//!
//! No screen, no clock, no environment variable and no configuration here: a function is given what
//! it needs.
//!
//! - `listing` has what each list selects, and one way to page through all of them; `window`,
//!   `statement` and `lookup` serve it.
//! - `command` has what people change, run or rehearsed. `time_records` has the queue's decisions.
//! - `audit` has seals, verification and exports.
//! - `transaction` has transactions that end even if their future is dropped; `entered` has those
//!   that entered a session; `mask` hides their tokens.
//! - `pool` and `prepared` have connections, and how long prepared statements last on them. `shared`
//!   has the one on which a console listens and runs its statements. `owner` has an operator's
//!   connection.
//! - `sharing` reads once for several sessions of a process.
//! - `changes` listens. `error` turns errors of the driver into failures. `types` sends ids and
//!   enumerations as text. `migrations` has the schema.
//!
//! # Round trips
//!
//! On a slow connection every statement costs a wait, and sqlx can't send one before the previous
//! one is answered. So statements that belong together are one function call: a page or a total
//! takes two round trips, a decision three. The first rows arrive five after the password.
//! `tests/round_trips.rs` counts them.
//!
//! BEGIN stays a message of its own. It detects a dead connection before anything has happened, and
//! it sets what the transaction needs. That includes the time limit of the next statement: a limit
//! that a statement sets applies only to later ones.
//!
//! Returning a connection of the pool takes two more round trips, ROLLBACK and the reset. Nobody
//! waits for them while another connection is free. On the connection that a console shares, the
//! next statement waits for one, the ROLLBACK. If each transaction prepares its own statements, each
//! statement costs one more round trip.

mod attempt;
pub mod audit;
pub mod authorities;
mod certificate;
pub mod changes;
mod clock_watch;
mod columns;
pub mod command;
mod connect;
mod connect_options;
mod entered;
mod error;
pub mod health;
pub mod keys;
pub mod kiosk;
pub mod listing;
pub mod lookup;
mod mask;
pub mod migrations;
pub mod notifications;
mod owner;
mod pool;
mod prepared;
pub mod schools;
pub mod sessions;
mod shared;
mod sharing;
mod statement;
mod tcp;
pub mod time_records;
mod transaction;
mod types;
pub mod users;
mod window;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::{PgConnection, PgPool};

use entered::{Access, Entered, Opened};
use mask::{Mask, MaskedToken};
use pool::Length;
use sharing::Sharing;
use transaction::{Purpose, Transaction};

pub use connect::{Address, Compatibility, MINIMUM_SERVER, compatibility};
pub use owner::OwnerConnection;
pub use pool::{Pool, SharingTimes, pool, pool_with};
pub use prepared::Preparation;

use crate::domain::filter::Filter;
use crate::domain::{Actor, Failure, Role, SchoolId, Secret, UserId};

/// Statements that take longer than this are logged, and shown by `doctor`.
pub const SLOW: Duration = Duration::from_millis(100);

/// No work waits longer than this for its answer. The server gives up earlier
/// (`medstint.enter` sets its limits), so only a path that died reaches it.
const LONGEST: Duration = Duration::from_secs(20);

/// A database without a session, which can sign a person in.
#[derive(Clone, Debug)]
pub struct Store {
    pool: Pool,
    slow: Arc<Mutex<Vec<(&'static str, Duration)>>>,
    /// Where the process serves several sessions.
    sharing: Option<Arc<Sharing>>,
}

impl Store {
    /// Wraps a pool; see [`pool()`] for one with the console's settings.
    #[must_use]
    pub fn new(pool: Pool) -> Self {
        Self { pool, slow: Arc::default(), sharing: None }
    }

    /// The same for a process that serves several sessions: those that see the same rows, and ask
    /// for them at the same time, share what is read.
    #[must_use]
    pub fn serving(pool: Pool) -> Self {
        Self { sharing: Some(Arc::default()), ..Self::new(pool) }
    }

    /// The connections, for what belongs to no session.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        self.pool.connections()
    }

    /// Where queries go, for what listens to changes.
    #[must_use]
    pub fn queries(&self) -> Pool {
        self.pool.clone()
    }

    /// Opens connections before they are needed, in the background: on a slow path each one
    /// takes several round trips. If they can't be opened, the caller that needs one gets an error.
    pub fn open_ahead(&self, connections: usize) {
        for _ in 0..connections {
            let pool = self.pool.clone();
            tokio::spawn(async move {
                if let Err(error) = pool.acquire_own().await {
                    tracing::debug!(%error, "a connection could not be opened ahead");
                }
            });
        }
    }

    /// Whether the database answers.
    pub async fn answers(&self) -> bool {
        transaction::alive(&self.pool).await.is_ok()
    }

    /// The store as the owner of this token sees it.
    ///
    /// # Errors
    /// [`Failure::SignedOut`] when the text cannot be a token.
    pub fn bind(&self, token: &Secret, actor: &Actor) -> Result<Bound, Failure> {
        let school = actor.school.as_ref().map(|school| school.id.clone());
        let school = school.unwrap_or_else(|| SchoolId(String::new()));
        let zone = actor.school.as_ref().map_or(chrono_tz::UTC, |school| school.zone);
        Ok(Bound {
            store: self.clone(),
            token: checked(token)?,
            user: actor.id.clone(),
            role: actor.role,
            school,
            zone,
            follows_change: false,
        })
    }

    /// The slowest statements so far, slowest first.
    #[must_use]
    pub fn slow_statements(&self) -> Vec<(&'static str, Duration)> {
        let mut slow = self.slow.lock().map(|slow| slow.clone()).unwrap_or_default();
        slow.sort_by_key(|(_, took)| std::cmp::Reverse(*took));
        slow
    }

    /// Runs a statement and notes how long it took. The statement's text is not
    /// logged, only its name: its text could contain personal data.
    async fn timed<T>(
        &self,
        name: &'static str,
        work: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, Failure> {
        let started = Instant::now();
        let answer = transaction::within(LONGEST, work).await;
        let took = started.elapsed();
        if took > SLOW {
            tracing::warn!(statement = name, ms = took.as_millis(), "slow statement");
            if let Ok(mut slow) = self.slow.lock() {
                slow.push((name, took));
                slow.sort_by_key(|(_, took)| std::cmp::Reverse(*took));
                slow.truncate(20);
            }
        }
        answer.map_err(|error| {
            tracing::debug!(statement = name, %error, "statement failed");
            if error::is_mixed_up(&error) {
                self.pool.refute();
            }
            error::failure(&error)
        })
    }

    /// Runs a statement of no session, in a transaction of its own: a pooler may give the
    /// parts of a prepared statement to different servers otherwise.
    async fn in_transaction<T>(
        &self,
        name: &'static str,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, Failure> {
        self.timed(name, async {
            let mut tx = Transaction::begin(&self.pool, Purpose::Write).await?;
            let answer = work(tx.connection()).await?;
            tx.commit().await?;
            Ok(answer)
        })
        .await
    }

    /// The same for a statement that takes tokens, which it unmasks.
    async fn in_masked_transaction<T, const N: usize>(
        &self,
        name: &'static str,
        tokens: [&Secret; N],
        work: impl AsyncFnOnce(&mut PgConnection, [MaskedToken; N]) -> Result<T, sqlx::Error>,
    ) -> Result<T, Failure> {
        self.timed(name, async {
            let mask = Mask::random();
            let masked = tokens.map(|token| mask.hide(token));
            let mut tx = Transaction::begin_masked(&self.pool, Purpose::Write, Length::Short, &mask).await?;
            let answer = work(tx.connection(), masked).await?;
            tx.commit().await?;
            Ok(answer)
        })
        .await
    }
}

/// A store bound to a session: what the signed-in person sees and may do.
#[derive(Clone, Debug)]
pub struct Bound {
    store: Store,
    token: Secret,
    user: UserId,
    role: Role,
    school: SchoolId,
    /// The zone of the school, as it was when the store was bound.
    zone: Tz,
    /// Whether what is read follows a change, and may wait for others who read the same.
    follows_change: bool,
}

impl Bound {
    /// The same for what follows a change: nobody waits for it with a key in mind.
    #[must_use]
    pub fn following_change(self, follows_change: bool) -> Self {
        Self { follows_change, ..self }
    }

    /// How to read what others may read as well, if there are others.
    fn sharing(&self) -> Option<&Sharing> {
        let is_whole_school = matches!(self.role, Role::SchoolAdmin | Role::SuperAdmin);
        self.store.sharing.as_deref().filter(|_| is_whole_school && !self.school().is_empty())
    }

    /// The school worked in, which every query names.
    #[must_use]
    pub fn school(&self) -> &str {
        self.school.as_str()
    }

    /// Who acts.
    #[must_use]
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// The acting person's role when the store was bound, for sentences only. The database
    /// checks the current role each time.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// The session's token, for what is asked by token.
    #[must_use]
    pub fn token(&self) -> Secret {
        self.token.clone()
    }

    /// Where queries go.
    #[must_use]
    pub fn address(&self) -> &Address {
        self.store.pool.address()
    }

    /// What listens to the changes that this session may hear of, and compares a clock
    /// with the server's.
    #[must_use]
    pub fn ear(&self, listen: Address, clock: fn() -> DateTime<Utc>) -> changes::Ear {
        let (queries, token) = (self.store.pool.clone(), self.token.clone());
        changes::Ear { listen, queries, token, clock, doubt: Arc::default(), spread: changes::SPREAD }
    }

    /// Refuses a filter with a moment that the school's clocks never show, or show twice.
    fn check_moments(&self, filter: &Filter) -> Result<(), Failure> {
        filter.check_moments(self.zone).map_err(Failure::Denied)
    }

    async fn begin(&self, access: Access) -> Result<Entered, sqlx::Error> {
        Entered::begin(&self.store.pool, access, &self.token).await
    }

    /// Begins; the first statement has to enter the session by itself.
    async fn open(&self, access: Access) -> Result<Opened, sqlx::Error> {
        Opened::begin(&self.store.pool, access, &self.token).await
    }

    /// Runs what changes something. That it was refused for want of a right is put on
    /// record, in a transaction of its own: the attempt's was rolled back.
    async fn attempted<T>(
        &self,
        name: &'static str,
        work: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, Failure> {
        let mut refused_by = None;
        // On the heap: it would stand in every future that waits for it several times.
        let work = Box::pin(work);
        let noted = async { work.await.inspect_err(|error| refused_by = error::right_refused(error)) };
        let answer = self.store.timed(name, noted).await;
        if let Some(rule) = refused_by {
            Box::pin(self.report_denied(name, &rule)).await;
        }
        answer
    }

    /// Puts on record what was refused within something that was done otherwise.
    async fn report_refusals(&self, attempt: &'static str, rules: &[impl AsRef<str>]) {
        for rule in rules {
            Box::pin(self.report_denied(attempt, rule.as_ref())).await;
        }
    }

    async fn report_denied(&self, attempt: &'static str, rule: &str) {
        let told = self.store.timed("report_denied", async {
            let mut tx = self.begin(Access::Write).await?;
            sqlx::query!("SELECT medstint.report_denied($1, $2)", attempt, rule).execute(tx.connection()).await?;
            tx.commit().await
        });
        if let Err(failure) = told.await {
            tracing::warn!(%failure, attempt, "a refusal could not be put on record");
        }
    }
}

/// Runs a reading function in a transaction of the session.
async fn reading<T>(
    bound: &Bound,
    name: &'static str,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
) -> Result<T, Failure> {
    read_as(bound, Access::Read, name, work).await
}

/// The same where that may take long.
async fn reading_long<T>(
    bound: &Bound,
    name: &'static str,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
) -> Result<T, Failure> {
    read_as(bound, Access::ReadLong, name, work).await
}

/// Runs a function that reads a page of a list.
async fn paging<T>(
    bound: &Bound,
    name: &'static str,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
) -> Result<T, Failure> {
    read_as(bound, Access::Page, name, work).await
}

/// Runs a function that reads one row in full.
async fn reading_detail<T>(
    bound: &Bound,
    name: &'static str,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
) -> Result<T, Failure> {
    read_as(bound, Access::Detail, name, work).await
}

async fn read_as<T>(
    bound: &Bound,
    access: Access,
    name: &'static str,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
) -> Result<T, Failure> {
    bound
        .store
        .timed(name, async {
            let mut tx = bound.begin(access).await?;
            work(tx.connection()).await
        })
        .await
}

/// Runs a reading function whose first statement enters the session by itself.
async fn reading_at_once<T>(
    bound: &Bound,
    access: Access,
    name: &'static str,
    work: impl AsyncFnOnce(&mut PgConnection, MaskedToken) -> Result<T, sqlx::Error>,
) -> Result<T, Failure> {
    bound
        .store
        .timed(name, async {
            let mut tx = bound.open(access).await?;
            let token = tx.token();
            work(tx.connection(), token).await
        })
        .await
}

/// Runs a writing function in a transaction of the session, and commits.
async fn writing<T>(
    bound: &Bound,
    name: &'static str,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
) -> Result<T, Failure> {
    bound
        .attempted(name, async {
            let mut tx = bound.begin(Access::Write).await?;
            let answer = work(tx.connection()).await?;
            tx.commit().await?;
            Ok(answer)
        })
        .await
}

/// A token is 64 hexadecimal digits; anything else is not asked about.
fn checked(token: &Secret) -> Result<Secret, Failure> {
    let text = token.expose();
    if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        Ok(token.clone())
    } else {
        Err(Failure::SignedOut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_tokens_are_not_sent_to_the_database() {
        assert_eq!(checked(&Secret::new("'; DROP TABLE users; --")), Err(Failure::SignedOut));
        assert!(checked(&Secret::new("0123456789abcdef".repeat(4))).is_ok());
    }
}
