//! A listening connection, verified by a pulse that travels the whole path.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::postgres::{PgListener, PgNotification};
use sqlx::{AssertSqlSafe, Row};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use super::super::clock_watch::pulse_with_clocks;
use super::super::mask::Mask;
use super::super::pool::Sharing;
use super::super::shared::SharedConnection;
use super::super::transaction::{READ_WRITE, alive, in_time};
use super::super::{Address, Pool, error, pool};
use super::{ANSWER_WITHIN, LONGEST_WAIT, MISSED};
use crate::domain::audit_trail::hex;
use crate::domain::{Failure, Secret};

/// How often to try to undo a LISTEN on the connections that a pooler gives.
const ATTEMPTS: u32 = 20;
/// Between two such attempts, so that a busy connection gets free.
const PAUSE: Duration = Duration::from_millis(20);

/// Who sends a pulse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    /// The query pool: it proves the whole path.
    Pool,
    /// The connection that listens, to itself: it proves that the server is there.
    Line,
}

/// A LISTEN connection on which a pulse has arrived.
pub(super) struct Line {
    connection: Arc<SharedConnection>,
    /// While statements borrow the connection.
    sharing: Option<Sharing>,
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
    /// Nobody listens any more.
    NotWanted,
}

impl NoLine {
    /// Whether it will be the same in a few seconds: another way has to be configured.
    pub(super) fn is_lasting(&self) -> bool {
        match self {
            Self::Silent => true,
            Self::NotSent(error) | Self::NotOpened(error) => is_standby(error),
            Self::NotWanted => false,
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
            Self::NotWanted => f.write_str("The session has closed."),
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
            drop(listening.acquire_own().await?);
            let mut listener = PgListener::connect_with(listening.connections()).await?;
            // The caller reconnects, because it can report the loss and resynchronize.
            listener.eager_reconnect(false);
            let backend = on_backend(&mut listener, &format!("LISTEN {pulse}")).await?;
            Ok::<_, sqlx::Error>((listener, backend))
        };
        let within = listen.time_limit().min(LONGEST_WAIT) + ANSWER_WITHIN;
        let opened: Result<(PgListener, i32), sqlx::Error> =
            timeout(within, connecting).await.unwrap_or(Err(sqlx::Error::PoolTimedOut));
        let (mut listener, backend) = opened.map_err(NoLine::NotOpened)?;
        match prove(&mut listener, queries, &pulse, clock).await {
            Ok((took, first)) => {
                let connection = Arc::new(SharedConnection::new(listener));
                Ok(Self { connection, sharing: None, pulse, took, first })
            }
            Err(no_line) => {
                let taken_back = take_back(&mut listener, &pulse, backend);
                if timeout(ANSWER_WITHIN, taken_back).await.is_err() {
                    tracing::debug!("could not stop listening on an unused channel");
                }
                Err(no_line)
            }
        }
    }

    /// Lends the connection to the statements of this pool, where they go the same way.
    pub(super) fn share(&mut self, queries: &Pool, listen: &Address) {
        if queries.can_share(listen) {
            self.sharing = Some(queries.share(&self.connection));
        }
    }

    pub(super) fn is_shared(&self) -> bool {
        self.sharing.is_some()
    }

    /// Whether a statement has the connection. Nothing arrives until it gives it back.
    pub(super) fn is_lent(&self) -> bool {
        self.connection.is_lent()
    }

    /// Waits until a statement has had the connection for so long.
    pub(super) async fn is_lent_for(&self, long: Duration) {
        self.connection.is_lent_for(long).await;
    }

    /// Waits until no statement has the connection.
    pub(super) async fn is_returned(&self) {
        self.connection.is_returned().await;
    }

    /// Listens to the channels of the session, inside a function: a LISTEN of our own
    /// would show them in `pg_stat_activity`, and `PgListener` would repeat it when it
    /// reconnects.
    pub(super) async fn follow(&self, token: &Secret) -> Result<(), sqlx::Error> {
        let mut held = self.connection.listener().await;
        let Some(listener) = held.as_mut() else { return Err(lost()) };
        let followed = in_time(follow_on(listener, token)).await;
        ended_if_failed(&mut held, followed)
    }

    /// The same for many sessions; what each of those hears of that may hear anything.
    pub(super) async fn follow_many(&self, tokens: &[Secret]) -> Result<Vec<Hearing>, sqlx::Error> {
        let mut held = self.connection.listener().await;
        let Some(listener) = held.as_mut() else { return Err(lost()) };
        let followed = in_time(follow_many_on(listener, tokens)).await;
        ended_if_failed(&mut held, followed)
    }

    /// Stops listening to every channel but these and the pulse's.
    pub(super) async fn follow_only<'a>(&self, channels: impl Iterator<Item = &'a String>) -> Result<(), sqlx::Error> {
        let kept: Vec<String> = channels.map(|name| hash(name)).collect();
        let mut held = self.connection.listener().await;
        let Some(listener) = held.as_mut() else { return Err(lost()) };
        let followed = in_time(follow_only_on(listener, &kept)).await;
        ended_if_failed(&mut held, followed)
    }

    /// The next notification; none when the connection was lost.
    pub(super) async fn next(&self) -> Result<Option<PgNotification>, sqlx::Error> {
        self.connection.next().await
    }

    pub(super) fn is_pulse(&self, notification: &PgNotification) -> bool {
        notification.channel() == self.pulse
    }

    /// Sends a pulse in a task of its own: changes are heard in the meantime. Reports whether it was
    /// sent.
    pub(super) fn send_pulse(
        &self,
        sender: Sender,
        queries: &Pool,
        clock: fn() -> DateTime<Utc>,
        told: mpsc::Sender<Result<(), sqlx::Error>>,
    ) {
        let (queries, pulse) = (queries.clone(), self.pulse.clone());
        let shared = self.is_shared().then(|| Arc::clone(&self.connection));
        tokio::spawn(async move {
            let sent = match (sender, shared) {
                (Sender::Line, Some(shared)) => send_on(&shared, queries.long(), &pulse, clock).await,
                (_, shared) => send(&queries, &pulse, clock, shared.is_some()).await,
            };
            // The receiver may have gone.
            let _ = told.send(sent).await;
        });
    }
}

/// What a session may hear of.
pub(super) struct Hearing {
    /// The place of its token among those that were asked about, from 0 on.
    pub(super) place: usize,
    pub(super) person: String,
    /// The names are secrets.
    pub(super) channels: Vec<String>,
}

async fn follow_on(listener: &mut PgListener, token: &Secret) -> Result<(), sqlx::Error> {
    let mask = Mask::random();
    let token = mask.hide(token);
    sqlx::raw_sql(AssertSqlSafe(mask.after(READ_WRITE))).execute(&mut *listener).await?;
    let followed = sqlx::query_scalar!(r#"SELECT medstint.listen(medstint.unmasked($1)) AS "channel!""#, token.text())
        .fetch_all(&mut *listener)
        .await;
    end(listener, followed.is_ok()).await?;
    followed.map(drop)
}

async fn follow_many_on(listener: &mut PgListener, tokens: &[Secret]) -> Result<Vec<Hearing>, sqlx::Error> {
    let mask = Mask::random();
    let tokens: Vec<String> = tokens.iter().map(|token| mask.hide(token).text().to_owned()).collect();
    sqlx::raw_sql(AssertSqlSafe(mask.after(READ_WRITE))).execute(&mut *listener).await?;
    let found = sqlx::query!(
        r#"SELECT place AS "place!", user_id AS "person!", channels AS "channels!"
           FROM medstint.listen_for(ARRAY(
             SELECT medstint.unmasked(t.masked) FROM unnest($1::text[]) WITH ORDINALITY t (masked, place)
             ORDER BY t.place))"#,
        &tokens
    )
    .fetch_all(&mut *listener)
    .await;
    end(listener, found.is_ok()).await?;
    let place = |place: i32| usize::try_from(place - 1).unwrap_or(usize::MAX);
    let hearing =
        found?.into_iter().map(|row| Hearing { place: place(row.place), person: row.person, channels: row.channels });
    Ok(hearing.collect())
}

async fn follow_only_on(listener: &mut PgListener, kept: &[String]) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(READ_WRITE).execute(&mut *listener).await?;
    let followed = sqlx::query!("SELECT medstint.listen_only($1)", kept).execute(&mut *listener).await;
    end(listener, followed.is_ok()).await?;
    followed.map(drop)
}

/// Sends a name to the server without writing it to the server's log.
fn hash(channel: &str) -> String {
    let hash: [u8; 32] = Sha256::digest(channel.as_bytes()).into();
    hex(&hash)
}

/// Ends the transaction in which channels are listened to: LISTEN counts from the commit on.
async fn end(listener: &mut PgListener, is_good: bool) -> Result<(), sqlx::Error> {
    let end = if is_good { "COMMIT" } else { "ROLLBACK" };
    sqlx::raw_sql(end).execute(&mut *listener).await.map(drop)
}

/// Ends the connection where that failed: a transaction may be open on it.
fn ended_if_failed<T>(held: &mut Option<PgListener>, done: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
    if done.is_err() {
        drop(held.take());
    }
    done
}

fn lost() -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into())
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
    match send(queries, pulse, clock, false).await {
        // The sender itself got it: a pooler gave it the connection that listens.
        Err(sqlx::Error::Protocol(_)) => return Err(NoLine::Silent),
        sent => sent.map_err(NoLine::NotSent)?,
    }
    match timeout(ANSWER_WITHIN, listener.try_recv()).await {
        Ok(Ok(Some(arrived))) => Ok((started.elapsed(), arrived.payload().to_owned())),
        Ok(Ok(None)) => Err(NoLine::NotOpened(lost())),
        Ok(Err(error)) => Err(NoLine::NotOpened(error)),
        Err(_) => Err(NoLine::Silent),
    }
}

/// Sends a pulse from the query pool. Closes the connection afterwards if it was opened only
/// for that.
async fn send(queries: &Pool, pulse: &str, clock: fn() -> DateTime<Utc>, closes: bool) -> Result<(), sqlx::Error> {
    let mut connection = alive(queries).await?;
    let sending = sqlx::raw_sql(AssertSqlSafe(pulse_with_clocks(pulse, clock()))).execute(&mut *connection);
    let sent = in_time(sending).await;
    if closes || sent.is_err() {
        connection.close_on_drop();
    }
    sent.map(drop)
}

/// Sends a pulse on the connection that listens. If the server does not answer, the connection
/// ends.
async fn send_on(
    shared: &Arc<SharedConnection>,
    long: Duration,
    pulse: &str,
    clock: fn() -> DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    // Otherwise a long statement has it, which has a time limit of its own.
    let Some(mut loan) = shared.lend(long).await else { return Err(sqlx::Error::PoolTimedOut) };
    let sql = AssertSqlSafe(pulse_with_clocks(pulse, clock()));
    let sent = timeout(ANSWER_WITHIN * MISSED, sqlx::raw_sql(sql).execute(loan.connection())).await;
    let sent = sent.unwrap_or_else(|_| Err(lost()));
    if sent.is_err() {
        loan.close();
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
/// takes apart, and in a transaction, whose time limits replace a role's defaults.
async fn on_backend(listener: &mut PgListener, statement: &str) -> Result<i32, sqlx::Error> {
    let sql = AssertSqlSafe(format!("{READ_WRITE}; {statement}; SELECT pg_backend_pid(); COMMIT"));
    let rows = sqlx::raw_sql(sql).fetch_all(&mut *listener).await?;
    rows.last().ok_or(sqlx::Error::RowNotFound)?.try_get(0)
}
