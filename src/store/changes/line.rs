//! A connection that listens, proved by a pulse that travelled the whole path.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::postgres::{PgListener, PgNotification};
use sqlx::{AssertSqlSafe, Executor, Row};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use super::super::clock_watch::pulse_with_clocks;
use super::super::mask::Mask;
use super::super::transaction::{READ_WRITE, alive, in_time};
use super::super::{Address, Pool, error, pool};
use super::{ANSWER_WITHIN, LONGEST_WAIT};
use crate::domain::{Failure, Secret};

/// How often to try to undo a LISTEN on the connections that a pooler gives.
const ATTEMPTS: u32 = 20;
/// Between two such attempts, so that a busy connection gets free.
const PAUSE: Duration = Duration::from_millis(20);

/// A LISTEN connection on which a pulse has arrived.
pub(super) struct Line {
    listener: PgListener,
    /// A channel of this connection's own: nobody else sends to it, ever again.
    pulse: String,
    /// How long the first pulse took.
    pub(super) took: Duration,
    /// What the first pulse says of the clocks.
    pub(super) first: String,
}

/// Why there is no line.
#[derive(Debug)]
pub(super) enum NoLine {
    /// The connection could not be made, or could not listen.
    NotOpened(sqlx::Error),
    /// The query pool could not send the pulse.
    NotSent(sqlx::Error),
    /// LISTEN was accepted, the pulse was sent, and it did not arrive.
    Silent,
}

impl NoLine {
    /// Whether it will be the same in a few seconds: another way has to be configured.
    pub(super) fn is_lasting(&self) -> bool {
        match self {
            Self::Silent => true,
            Self::NotSent(error) | Self::NotOpened(error) => is_standby(error),
        }
    }

    /// Whether the server answered on the LISTEN connection, and the query pool gave none.
    pub(super) fn has_no_sender(&self) -> bool {
        matches!(self, Self::NotSent(sqlx::Error::PoolTimedOut))
    }

    pub(super) fn failure(&self) -> Failure {
        match self {
            Self::NotOpened(error) | Self::NotSent(error) if !is_standby(error) => error::failure(error),
            lasting => Failure::Fault(lasting.to_string()),
        }
    }
}

impl fmt::Display for NoLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent => f.write_str(
                "A notification sent through database.url did not reach the LISTEN connection. Set database.listen_url to the server behind database.url, without a pooler.",
            ),
            Self::NotOpened(error) if is_standby(error) => {
                f.write_str("The LISTEN connection leads to a standby. Set database.listen_url to the primary.")
            }
            Self::NotSent(error) if is_standby(error) => {
                f.write_str("database.url leads to a standby, which accepts no changes. Set it to the primary.")
            }
            Self::NotOpened(error) => write!(f, "LISTEN failed: {error}"),
            Self::NotSent(error) => write!(f, "The heartbeat could not be sent: {error}"),
        }
    }
}

/// A server in recovery takes neither LISTEN nor NOTIFY.
fn is_standby(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(db) if db.code().as_deref() == Some("25006"))
}

impl Line {
    /// Connects, listens to a pulse, and waits for one that the query pool sends.
    pub(super) async fn open(listen: &Address, queries: &Pool, clock: fn() -> DateTime<Utc>) -> Result<Self, NoLine> {
        let pulse = format!("medstint_pulse_{}", Uuid::new_v4().simple());
        let connecting = async {
            // A pool of its own each time: a listener that died with its path would
            // hold on to the only connection of a shared one.
            let listening = pool(listen, 1);
            // The listener asks the pool's connections themselves, which do not look for
            // the way to the server.
            drop(listening.acquire().await?);
            let mut listener = PgListener::connect_with(listening.connections()).await?;
            // Reconnecting is done by the caller, where it can be told and resynchronized.
            listener.eager_reconnect(false);
            let backend = on_backend(&mut listener, &format!("LISTEN {pulse}")).await?;
            Ok::<_, sqlx::Error>((listener, backend))
        };
        let within = listen.time_limit().min(LONGEST_WAIT) + ANSWER_WITHIN;
        let opened: Result<(PgListener, i32), sqlx::Error> =
            timeout(within, connecting).await.unwrap_or(Err(sqlx::Error::PoolTimedOut));
        let (mut listener, backend) = opened.map_err(NoLine::NotOpened)?;
        match prove(&mut listener, queries, &pulse, clock).await {
            Ok((took, first)) => Ok(Self { listener, pulse, took, first }),
            Err(no_line) => {
                let taken_back = take_back(&mut listener, &pulse, backend);
                if timeout(ANSWER_WITHIN, taken_back).await.is_err() {
                    tracing::debug!("could not stop listening on an unused channel");
                }
                Err(no_line)
            }
        }
    }

    /// Listens to the channels of the session, inside a function: a LISTEN of our own
    /// would show them in `pg_stat_activity`, and `PgListener` would repeat it when it
    /// reconnects.
    pub(super) async fn follow(&mut self, token: &Secret) -> Result<(), sqlx::Error> {
        let following = async {
            let mask = Mask::random();
            let token = mask.hide(token);
            self.listener.execute(AssertSqlSafe(mask.after(READ_WRITE))).await?;
            let followed =
                sqlx::query_scalar!(r#"SELECT medstint.listen(medstint.unmasked($1)) AS "channel!""#, token.text())
                    .fetch_all(&mut self.listener)
                    .await;
            self.listener.execute(if followed.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
            followed
        };
        in_time(following).await.map(drop)
    }

    /// The next notification; none when the connection was lost.
    pub(super) async fn next(&mut self) -> Result<Option<PgNotification>, sqlx::Error> {
        self.listener.try_recv().await
    }

    pub(super) fn is_pulse(&self, notification: &PgNotification) -> bool {
        notification.channel() == self.pulse
    }

    /// Sends a pulse in a task of its own: changes are heard meanwhile.
    pub(super) fn send_pulse(
        &self,
        queries: &Pool,
        clock: fn() -> DateTime<Utc>,
        told: mpsc::Sender<Result<(), sqlx::Error>>,
    ) {
        let (queries, pulse) = (queries.clone(), self.pulse.clone());
        tokio::spawn(async move {
            // The receiver may have gone.
            let _ = told.send(send(&queries, &pulse, clock).await).await;
        });
    }
}

/// Waits for a pulse that the query pool sends; how long it took, and what it says of
/// the clocks.
async fn prove(
    listener: &mut PgListener,
    queries: &Pool,
    pulse: &str,
    clock: fn() -> DateTime<Utc>,
) -> Result<(Duration, String), NoLine> {
    let started = Instant::now();
    match send(queries, pulse, clock).await {
        // The sender itself got it: a pooler gave it the connection that listens.
        Err(sqlx::Error::Protocol(_)) => return Err(NoLine::Silent),
        sent => sent.map_err(NoLine::NotSent)?,
    }
    match timeout(ANSWER_WITHIN, listener.try_recv()).await {
        Ok(Ok(Some(arrived))) => Ok((started.elapsed(), arrived.payload().to_owned())),
        Ok(Ok(None)) => Err(NoLine::NotOpened(sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into()))),
        Ok(Err(error)) => Err(NoLine::NotOpened(error)),
        Err(_) => Err(NoLine::Silent),
    }
}

/// Sends a pulse from the query pool.
async fn send(queries: &Pool, pulse: &str, clock: fn() -> DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut connection = alive(queries).await?;
    let sending = sqlx::raw_sql(AssertSqlSafe(pulse_with_clocks(pulse, clock()))).execute(&mut *connection);
    let sent = in_time(sending).await;
    if sent.is_err() {
        connection.close_on_drop();
    }
    sent.map(drop)
}

/// Takes a LISTEN back where it was made. A pooler may give another server connection
/// each time; what stays behind there gets no notification, since nobody sends to the
/// channel of a pulse that was given up.
async fn take_back(listener: &mut PgListener, pulse: &str, backend: i32) {
    for _ in 0..ATTEMPTS {
        match on_backend(listener, &format!("UNLISTEN {pulse}")).await {
            Ok(here) if here != backend => sleep(PAUSE).await,
            _ => return,
        }
    }
}

/// Runs a statement; which server process ran it. Both in one message, which no pooler
/// takes apart.
async fn on_backend(listener: &mut PgListener, statement: &str) -> Result<i32, sqlx::Error> {
    let sql = AssertSqlSafe(format!("{statement}; SELECT pg_backend_pid()"));
    let rows = sqlx::raw_sql(sql).fetch_all(&mut *listener).await?;
    rows.first().ok_or(sqlx::Error::RowNotFound)?.try_get(0)
}
