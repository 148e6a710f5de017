//! The connections that the store works with. `Pool` is not an executor: statements run on
//! connections that `transaction` hands out.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::PgPoolOptions;
use sqlx::{PgPool, Postgres};

use super::Address;
use super::prepared::{Preparation, is_start_refused, keeps_statements};
use super::transaction;

/// Connections for queries, which follow the way to the server where that changes.
#[derive(Clone, Debug)]
pub struct Pool {
    connections: PgPool,
    address: Address,
    /// How long statements last on the connections that are made now.
    made_for: Arc<Mutex<Preparation>>,
}

/// A small pool with the console's limits; connects when first used.
#[must_use]
pub fn pool(address: &Address, connections: u32) -> Pool {
    let made_for = address.preparation().unwrap_or(Preparation::ByTransaction);
    let verifies = address.clone();
    // Time limits are set in each transaction, since a pooler in transaction mode does not
    // pass start-up options on; dead connections are found by BEGIN.
    let connections = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(address.time_limit())
        .test_before_acquire(false)
        .max_lifetime(Duration::from_mins(30))
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
    Pool { connections, address: address.clone(), made_for: Arc::new(Mutex::new(made_for)) }
}

impl Pool {
    /// The connections themselves, as they are made now.
    #[must_use]
    pub fn connections(&self) -> &PgPool {
        &self.connections
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

    /// A connection, on whichever way leads to the server now. One that was made when statements
    /// lasted longer is replaced.
    pub(super) async fn acquire(&self) -> Result<PoolConnection<Postgres>, sqlx::Error> {
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
