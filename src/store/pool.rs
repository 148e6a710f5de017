//! The connections that the store works with. `Pool` is not an executor: statements run on
//! connections that `transaction` hands out.
//!
//! A console that listens where its queries go holds one connection: statements borrow the one
//! that listens (`shared`). The pool opens others before the console listens, while it can't, for
//! statements that are expected to take long, and beside one that does. These close soon after.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::PgPoolOptions;
use sqlx::{PgConnection, PgPool, Postgres};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::Address;
use super::prepared::{Preparation, is_start_refused, keeps_statements};
use super::shared::{Loan, SharedConnection};
use super::transaction;

/// How long a connection of the pool stays open without use, where none is shared.
const IDLE: Duration = Duration::from_mins(1);
/// How long an orderly end of a connection may take.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);

/// How a console shares its one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharingTimes {
    /// After so much time with the connection a statement is long, and others stop waiting for it.
    /// A person hardly waits longer. Short statements take a few milliseconds; when a change
    /// concerns many consoles at once they take a few hundred, and a second connection for each
    /// would only add to the load.
    pub long: Duration,
    /// How long other connections stay open after they were last asked for.
    pub idle: Duration,
}

impl Default for SharingTimes {
    fn default() -> Self {
        Self { long: Duration::from_secs(1), idle: Duration::from_secs(5) }
    }
}

/// How long a transaction is expected to take. A long one would hold up what else a console reads
/// and hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    Short,
    Long,
}

/// Connections for queries, which follow the way to the server where that changes.
#[derive(Clone, Debug)]
pub struct Pool {
    connections: PgPool,
    address: Address,
    /// How long statements last on the connections that are made now.
    made_for: Arc<Mutex<Preparation>>,
    /// The connection that listens, while there is one to share.
    shared: Arc<Mutex<Option<Arc<SharedConnection>>>>,
    times: SharingTimes,
    /// When a connection of the pool was last asked for.
    asked_at: Arc<Mutex<Instant>>,
}

/// A small pool with the console's limits; connects when first used.
#[must_use]
pub fn pool(address: &Address, connections: u32) -> Pool {
    pool_with(address, connections, SharingTimes::default())
}

/// The same with other times.
#[must_use]
pub fn pool_with(address: &Address, connections: u32, times: SharingTimes) -> Pool {
    let made_for = address.preparation().unwrap_or(Preparation::ByTransaction);
    let verifies = address.clone();
    // Time limits are set in each transaction, since a pooler in transaction mode does not
    // pass start-up options on; dead connections are found by BEGIN.
    let connections = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(address.time_limit())
        .test_before_acquire(false)
        .max_lifetime(Duration::from_mins(30))
        .idle_timeout(IDLE)
        .after_connect(move |connection, _| {
            let address = verifies.clone();
            Box::pin(async move {
                address.look_after_connections();
                address.verify(connection).await
            })
        })
        // Many sessions may share the pool: nobody finds what another one left open.
        .after_release(|connection, _| Box::pin(async move { transaction::reset(connection).await.map(|()| true) }))
        .connect_lazy_with(address.options_for(made_for));
    Pool {
        connections,
        address: address.clone(),
        made_for: Arc::new(Mutex::new(made_for)),
        shared: Arc::default(),
        times,
        asked_at: Arc::new(Mutex::new(Instant::now())),
    }
}

/// A connection for a transaction.
#[derive(Debug)]
pub(super) enum Taken {
    Pooled(PoolConnection<Postgres>),
    Shared(Loan),
}

impl Taken {
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        match self {
            Self::Pooled(connection) => connection.as_mut(),
            Self::Shared(loan) => loan.connection(),
        }
    }

    /// Ends the connection, and with it whatever is open on it.
    pub(super) fn close(self) {
        match self {
            Self::Pooled(mut connection) => connection.close_on_drop(),
            Self::Shared(loan) => loan.close(),
        }
    }
}

/// A connection is shared until this is dropped.
#[derive(Debug)]
pub(super) struct Sharing {
    shared: Arc<Mutex<Option<Arc<SharedConnection>>>>,
    connection: Arc<SharedConnection>,
    closing: JoinHandle<()>,
}

impl Drop for Sharing {
    fn drop(&mut self) {
        self.closing.abort();
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        // The next listener may have shared its own in the meantime.
        if shared.as_ref().is_some_and(|shared| Arc::ptr_eq(shared, &self.connection)) {
            *shared = None;
        }
    }
}

/// Closes a pool's connections whenever none has been asked for so long.
async fn close_unused(connections: PgPool, asked_at: Arc<Mutex<Instant>>, idle: Duration) {
    loop {
        let unused_for = asked_at.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        if unused_for < idle {
            sleep(idle.saturating_sub(unused_for)).await;
            continue;
        }
        while let Some(connection) = connections.try_acquire() {
            if timeout(CLOSE_WITHIN, connection.close()).await.is_err() {
                tracing::debug!("a connection could not be closed in time");
            }
        }
        sleep(idle).await;
    }
}

impl Pool {
    /// The connections themselves, as they are made now.
    #[must_use]
    pub fn connections(&self) -> &PgPool {
        &self.connections
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    pub(super) fn size(&self) -> u32 {
        self.connections.size()
    }

    /// Whether all connections are open and in use. While the server is away none is open.
    pub(super) fn is_exhausted(&self) -> bool {
        self.connections.size() >= self.connections.options().get_max_connections() && self.connections.num_idle() == 0
    }

    /// A statement of another client was found in the place of one's own: whether statements
    /// last is asked again.
    pub(super) fn refute(&self) {
        self.address.refute();
    }

    /// Whether a listener on this address can share its connection: it goes the same way, to the
    /// server itself.
    pub(super) fn can_share(&self, listen: &Address) -> bool {
        self.address.is_same_way(listen) && self.is_direct()
    }

    fn is_direct(&self) -> bool {
        self.address.preparation() == Some(Preparation::Direct)
    }

    /// Lends this connection to statements from now on, and closes the pool's own when they are
    /// not used.
    pub(super) fn share(&self, connection: &Arc<SharedConnection>) -> Sharing {
        *self.shared.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(connection));
        let closing = close_unused(self.connections.clone(), Arc::clone(&self.asked_at), self.times.idle);
        Sharing { shared: Arc::clone(&self.shared), connection: Arc::clone(connection), closing: tokio::spawn(closing) }
    }

    /// How long a statement may have the shared connection before others stop waiting.
    pub(super) fn long(&self) -> Duration {
        self.times.long
    }

    /// A connection for a transaction: the one that listens, or one of the pool.
    pub(super) async fn acquire(&self, length: Length) -> Result<Taken, sqlx::Error> {
        if let Some(loan) = self.borrow_shared(length).await {
            return Ok(Taken::Shared(loan));
        }
        // On the heap, as every statement's future has it: an optimized build cannot nest them all.
        Box::pin(self.acquire_own()).await.map(Taken::Pooled)
    }

    async fn borrow_shared(&self, length: Length) -> Option<Loan> {
        if length == Length::Long || !self.is_direct() {
            return None;
        }
        let shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        Box::pin(shared.lend(self.times.long)).await
    }

    /// A connection of the pool, on whichever way leads to the server now. One that was made when
    /// statements lasted longer is replaced.
    pub(super) async fn acquire_own(&self) -> Result<PoolConnection<Postgres>, sqlx::Error> {
        *self.asked_at.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        loop {
            let mut connection = self.acquire_any().await?;
            if self.address.preparation() != Some(Preparation::ByTransaction) || !keeps_statements(&connection) {
                return Ok(connection);
            }
            connection.close_on_drop();
        }
    }

    async fn acquire_any(&self) -> Result<PoolConnection<Postgres>, sqlx::Error> {
        let made_for = self.follow_route().await?;
        tokio::select! {
            // Otherwise the pool would try the former way until its time is over.
            () = self.address.route().refuted() => {}
            acquired = self.connections.acquire() => match acquired {
                Err(error) if made_for == Preparation::Direct && is_start_refused(&error) => self.address.refute(),
                acquired => return acquired,
            },
        }
        self.follow_route().await?;
        self.connections.acquire().await
    }

    /// Makes new connections as the way to the server needs it; how long statements last
    /// on them.
    async fn follow_route(&self) -> Result<Preparation, sqlx::Error> {
        let preparation = match self.address.preparation() {
            Some(preparation) => preparation,
            None => self.find().await?,
        };
        let mut made_for = self.made_for.lock().unwrap_or_else(PoisonError::into_inner);
        if *made_for != preparation {
            self.connections.set_connect_options(self.address.options_for(preparation));
            *made_for = preparation;
        }
        Ok(preparation)
    }

    async fn find(&self) -> Result<Preparation, sqlx::Error> {
        let late = |_| sqlx::Error::PoolTimedOut;
        // On the heap: it would stand in every future that waits for a connection.
        let opening = Box::pin(self.address.open());
        let (_, preparation) = tokio::time::timeout(self.address.time_limit(), opening).await.map_err(late)??;
        tracing::info!(?preparation, "how long prepared statements last");
        Ok(preparation)
    }
}
