//! One LISTEN connection: notifications in, [`Change`]s out, and honest news of
//! how well we hear.
//!
//! A notification can be lost whenever the connection was, so every reconnect is
//! followed by [`Change::Resync`]. A connection that died silently is found by a
//! heartbeat on a channel of our own. While LISTEN does not work but queries do,
//! everything visible is read again every few seconds.

use std::time::Duration;

use serde::Deserialize;
use sqlx::postgres::PgListener;
use sqlx::{Executor, PgPool};
use tokio::sync::mpsc;
use tokio::time::{Instant, interval_at, sleep, timeout};

use super::transaction::READ_WRITE;
use super::{Address, pool};
use crate::domain::{Change, Failure, Link, Secret};

/// Between two heartbeats.
pub const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a heartbeat may take; two missed ones end the connection.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// Between two readings while notifications do not work.
const POLL: Duration = Duration::from_secs(5);
/// Between two requests for the channels, whose names change every day; each answer
/// covers the day before and the day after.
const CHANNELS_EVERY: Duration = Duration::from_hours(1);
/// The longest wait between two attempts to reconnect.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// What the listener has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    Change(Change),
    Link(Link),
}

/// Where to listen, and where queries go (they may take different paths: a
/// pooler in transaction mode cannot LISTEN).
#[derive(Clone, Debug)]
pub struct Ear {
    pub listen: Address,
    pub queries: PgPool,
    /// Whose changes: the database listens to what this session may hear of.
    pub token: Secret,
}

/// Listens until the receiver is gone.
pub async fn listen(ear: Ear, heard: mpsc::Sender<Heard>) {
    // Random enough for a channel that nobody else uses, without a clock.
    let pulse = format!("medstint_pulse_{:p}_{}", &raw const ear, std::process::id());
    let mut wait = Duration::from_millis(250);
    loop {
        // A pool of its own each time: a listener that died with its path would
        // hold on to the only connection of a shared one.
        let opened = timeout(2 * ANSWER_WITHIN, open(&pool(&ear.listen, 1), &ear.token, &pulse)).await;
        match opened.unwrap_or(Err(sqlx::Error::PoolTimedOut)) {
            Ok(mut listener) => {
                wait = Duration::from_millis(250);
                // What happened before we listened is not announced again.
                if say(&heard, Heard::Link(Link::Live)).await.is_err()
                    || say(&heard, Heard::Change(Change::Resync)).await.is_err()
                {
                    return;
                }
                match hear(&mut listener, &ear.token, &pulse, &heard).await {
                    Ended::NobodyListens => return,
                    Ended::ConnectionLost(why) => tracing::warn!(why, "the LISTEN connection was lost"),
                }
            }
            Err(error) => tracing::debug!(%error, "LISTEN is not possible"),
        }
        let state = if answers(&ear.queries).await { Link::Polling { every_s: POLL.as_secs() } } else { Link::Offline };
        if say(&heard, Heard::Link(state)).await.is_err() {
            return;
        }
        if state == Link::Offline {
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        } else {
            if say(&heard, Heard::Change(Change::Resync)).await.is_err() {
                return;
            }
            // After a restart LISTEN comes back at once; otherwise polls go on.
            sleep(wait.min(POLL)).await;
            wait = (wait * 4).min(POLL);
        }
    }
}

enum Ended {
    NobodyListens,
    ConnectionLost(&'static str),
}

async fn say(heard: &mpsc::Sender<Heard>, what: Heard) -> Result<(), ()> {
    heard.send(what).await.map_err(drop)
}

async fn open(listening: &PgPool, token: &Secret, pulse: &str) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(listening).await?;
    // Reconnecting is done above, where it can be told and resynchronized.
    listener.eager_reconnect(false);
    listener.listen(pulse).await?;
    listen_for(&mut listener, token).await?;
    // A pooler in transaction mode accepts LISTEN and delivers nothing: only a
    // pulse that comes back proves the path.
    beat(&mut listener, pulse).await?;
    while listener.recv().await?.channel() != pulse {}
    Ok(listener)
}

/// Listens inside a function: a LISTEN of our own would show the channel in
/// `pg_stat_activity`, and `PgListener` would repeat it when it reconnects.
async fn listen_for(listener: &mut PgListener, token: &Secret) -> Result<(), sqlx::Error> {
    listener.execute(READ_WRITE).await?;
    let listening = sqlx::query_scalar!(r#"SELECT medstint.listen($1) AS "channel!""#, token.expose())
        .fetch_all(&mut *listener)
        .await;
    listener.execute(if listening.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    listening.map(drop)
}

async fn beat(listener: &mut PgListener, pulse: &str) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_notify($1, '')").bind(pulse).execute(listener).await.map(drop)
}

async fn hear(listener: &mut PgListener, token: &Secret, pulse: &str, heard: &mpsc::Sender<Heard>) -> Ended {
    let mut channels = interval_at(Instant::now() + CHANNELS_EVERY, CHANNELS_EVERY);
    let mut beat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    let mut missed = 0;
    let mut awaited = false;
    loop {
        tokio::select! {
            notification = listener.try_recv() => match notification {
                Ok(Some(notification)) if notification.channel() != pulse => {
                    // A payload that is not ours is still a hint that something happened.
                    let change = parse(notification.payload()).unwrap_or(Change::Resync);
                    if say(heard, Heard::Change(change)).await.is_err() {
                        return Ended::NobodyListens;
                    }
                }
                Ok(Some(_)) => (awaited, missed) = (false, 0),
                Ok(None) => return Ended::ConnectionLost("closed by the server"),
                Err(_) => return Ended::ConnectionLost("broken"),
            },
            _ = beat.tick() => {
                missed += u32::from(awaited);
                if missed >= 2 {
                    return Ended::ConnectionLost("two heartbeats were missed");
                }
                match timeout(ANSWER_WITHIN, self::beat(listener, pulse)).await {
                    Ok(Ok(())) => awaited = true,
                    Ok(Err(_)) => return Ended::ConnectionLost("the heartbeat failed"),
                    Err(_) => return Ended::ConnectionLost("the heartbeat had no answer"),
                }
            }
            _ = channels.tick() => match timeout(ANSWER_WITHIN, listen_for(listener, token)).await {
                Ok(Ok(())) => {}
                _ => return Ended::ConnectionLost("the channels could not be renewed"),
            },
            () = heard.closed() => return Ended::NobodyListens,
        }
    }
}

async fn answers(queries: &PgPool) -> bool {
    matches!(timeout(ANSWER_WITHIN, sqlx::query("SELECT 1").execute(queries)).await, Ok(Ok(_)))
}

/// Sends a notification to itself and times its way back.
///
/// # Errors
/// [`Failure::Unavailable`] when it does not come back.
pub async fn probe(address: &Address) -> Result<Duration, Failure> {
    let channel = format!("medstint_probe_{}", std::process::id());
    let heard = async {
        let mut listener = PgListener::connect_with(&pool(address, 1)).await?;
        listener.listen(&channel).await?;
        let started = Instant::now();
        sqlx::query("SELECT pg_notify($1, '')").bind(&channel).execute(&mut listener).await?;
        listener.recv().await?;
        Ok(started.elapsed())
    };
    match timeout(ANSWER_WITHIN, heard).await {
        Ok(answer) => answer.map_err(|error: sqlx::Error| super::error::failure(&error)),
        Err(_) => Err(Failure::Unavailable("no notification came back within 5 s".into())),
    }
}

#[derive(Deserialize)]
struct Payload {
    table: String,
    op: String,
    #[serde(default)]
    ids: Vec<String>,
    count: u64,
}

/// A payload as the triggers write it; `None` for anything else.
fn parse(payload: &str) -> Option<Change> {
    let payload: Payload = serde_json::from_str(payload).ok()?;
    Some(Change::Rows {
        resource: payload.table.parse().ok()?,
        operation: payload.op.parse().ok()?,
        ids: payload.ids,
        count: payload.count,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Operation, Resource};

    #[test]
    fn a_payload_of_the_triggers_becomes_a_change() {
        assert_eq!(
            parse(r#"{"table":"time_records","op":"UPDATE","count":1,"ids":["a"]}"#),
            Some(Change::Rows {
                resource: Resource::TimeRecords,
                operation: Operation::Update,
                ids: vec!["a".into()],
                count: 1
            })
        );
    }

    #[test]
    fn a_forged_payload_is_no_fact() {
        assert_eq!(parse("DROP TABLE"), None);
        assert_eq!(parse(r#"{"table":"secrets","op":"UPDATE","count":1}"#), None);
    }
}
