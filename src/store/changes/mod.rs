//! One LISTEN connection: notifications in, [`Change`]s out, and the verified state of the
//! connection.
//!
//! “Live” is verified. The query pool sends a pulse and the LISTEN connection must receive it, as
//! every change travels. A pooler in transaction mode accepts LISTEN and delivers nothing; a
//! standby sends nothing. A statement without an answer ends “live” at once, until the next pulse
//! arrives.
//!
//! A session's channels are listened to only after the first pulse has arrived, because a LISTEN
//! stays on a pooled connection for its next client. If a pulse does not arrive, its LISTEN is
//! undone on the same server process and its channel is never used again.
//!
//! Queries that go the same way to the server itself borrow this connection (`shared`), and the
//! console holds no other. Then a second connection sends the pulse only at the start, after every
//! reconnect and every few minutes. In between, the connection sends it to itself, which finds a
//! dead path as quickly.
//!
//! A process that serves many sessions listens once for all of them (`hub`). The sessions that it
//! listens for are an `Audience`: one console, or the members of a hub.
//!
//! A notification can be lost whenever the connection was, so every reconnect is followed by
//! [`Change::Resync`]. When a server restarts, all sessions lose their connections at once: they
//! reconnect and read again at random times (`spread`), and show “checking” until then. While no
//! pulse arrives but queries work, everything visible is read again every few seconds. The same
//! pulses compare this machine's clock with the server's.

mod audience;
mod hub;
mod line;
mod members;
mod pulse;
mod queue;
mod roster;
mod spread;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::Row;
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep_until, timeout};

use super::clock_watch::{ClockWatch, SERVER_CLOCK};
use super::transaction::alive;
use super::{Address, Pool, pool};
use crate::domain::{Change, ClockSkew, Failure, Link, Secret};
use audience::{Audience, Console, Gone};
use line::{Line, NoLine, Sender};
use pulse::{Beat, Pulse};
use spread::up_to;

pub use hub::Hub;
pub use spread::SPREAD;
pub(crate) use spread::jittered;

/// Between two heartbeats.
pub const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a pulse may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// So many pulses in a row that did not arrive end the connection.
const MISSED: u32 = 2;
/// Between two pulses that another connection sends to a shared one, and up to as long again: many
/// consoles that connected together do not open their second connections together.
const PROOF: Duration = Duration::from_mins(5);
/// When one that could not be sent is tried again.
const PROVE_AGAIN: Duration = Duration::from_mins(1);
/// Between two attempts to send a pulse that could not be sent.
const SEND_AGAIN: Duration = Duration::from_secs(1);
/// Between two readings while notifications do not work.
const POLL: Duration = Duration::from_secs(5);
/// The longest wait before LISTEN is tried again where it was accepted and no pulse came.
const LONGEST_SILENCE: Duration = Duration::from_mins(5);
/// Between two requests for the channels, whose names change every day. Answers of the
/// last two hours before that cover the next day too.
const CHANNELS_EVERY: Duration = Duration::from_hours(1);
/// The first wait between two attempts to reconnect, and the longest.
const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// What the listener has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    Change(Change),
    Link(Link),
    /// The clocks differ, or no longer do.
    Clock(Option<ClockSkew>),
}

/// Where to listen, and where queries go (they may take different paths: a
/// pooler in transaction mode cannot LISTEN).
#[derive(Clone, Debug)]
pub struct Ear {
    pub listen: Address,
    pub queries: Pool,
    /// Whose changes: the database listens to what this session may hear of.
    pub token: Secret,
    /// This machine's clock.
    pub clock: fn() -> DateTime<Utc>,
    /// Rung when a statement got no answer: the path is tested at once.
    pub doubt: Arc<Notify>,
    /// Over how much time consoles that lost their connections together read everything again.
    pub spread: Duration,
}

/// Listens until the receiver is gone.
pub async fn listen(ear: Ear, heard: mpsc::Sender<Heard>) {
    let Ear { listen, queries, token, clock, doubt, spread } = ear;
    let paths = Paths { listen, queries, clock, doubt };
    listen_for(&paths, &mut Console::new(token, heard, spread)).await;
}

/// The two ways to the database, and what tests them.
struct Paths {
    listen: Address,
    queries: Pool,
    clock: fn() -> DateTime<Utc>,
    doubt: Arc<Notify>,
}

/// Listens for an audience until nobody is left.
async fn listen_for<A: Audience>(paths: &Paths, audience: &mut A) {
    let mut wait = FIRST_WAIT;
    let mut silence = POLL;
    let mut try_at = Instant::now();
    let mut clocks = ClockWatch::new(paths.clock);
    loop {
        let mut is_busy = false;
        if Instant::now() >= try_at {
            match open(paths, audience).await {
                Ok(line) => {
                    (wait, silence) = (FIRST_WAIT, POLL);
                    // What happened before we listened is not announced again.
                    if audience.resync(Link::Live).await.is_err()
                        || say_clock(audience, clocks.news_of(&line.first)).await.is_err()
                    {
                        return;
                    }
                    match hear(&line, paths, &mut clocks, audience).await {
                        Ended::NobodyListens => return,
                        Ended::ConnectionLost(why) => tracing::warn!(why, "the LISTEN connection was lost"),
                    }
                    drop(line);
                    // Nothing is heard from now on, and others may have lost theirs at the same moment.
                    if audience.say_link(Link::Checking).await.is_err()
                        || rest(audience, up_to(FIRST_WAIT)).await.is_err()
                    {
                        return;
                    }
                }
                Err(no_line) if no_line.is_lasting() => {
                    tracing::warn!(why = %no_line, "notifications do not arrive");
                    // Every attempt leaves something to clean up on a pooled connection.
                    try_at = Instant::now() + silence;
                    silence = (silence * 4).min(LONGEST_SILENCE);
                }
                Err(no_line) => {
                    tracing::debug!(why = %no_line, "LISTEN is not possible");
                    is_busy = no_line.has_no_sender() && paths.queries.is_exhausted();
                }
            }
        }
        let asked_ms = clocks.now_ms();
        let Some(server_ms) = server_ms(&paths.queries).await else {
            // Statements that are still answered, or that time out by themselves, hold all connections.
            let link = if is_busy { Link::Checking } else { Link::Offline };
            // What comes back may be another server.
            (try_at, silence) = (Instant::now(), POLL);
            if audience.say_link(link).await.is_err() || rest(audience, jittered(wait)).await.is_err() {
                return;
            }
            wait = (wait * 2).min(LONGEST_WAIT);
            continue;
        };
        let polling = Link::Polling { every_s: POLL.as_secs() };
        if audience.resync(polling).await.is_err()
            || say_clock(audience, clocks.news(asked_ms, server_ms)).await.is_err()
            // After a restart LISTEN comes back at once; otherwise polls go on.
            || rest(audience, if wait < POLL { jittered(wait) } else { POLL }).await.is_err()
        {
            return;
        }
        wait = (wait * 4).min(POLL);
    }
}

enum Ended {
    NobodyListens,
    ConnectionLost(&'static str),
}

/// Waits for the next attempt to connect.
async fn rest<A: Audience>(audience: &mut A, time: Duration) -> Result<(), Gone> {
    timeout(time, audience.rest()).await.map_or(Ok(()), Err)
}

async fn say_clock<A: Audience>(audience: &mut A, news: Option<Heard>) -> Result<(), Gone> {
    match news {
        Some(news) => audience.say_clock(news).await,
        None => Ok(()),
    }
}

/// A line that is proved, and listens to the audience's channels. These come last: left
/// on a connection of a pooler, they would bring another school's changes to its next
/// client.
async fn open<A: Audience>(paths: &Paths, audience: &mut A) -> Result<Line, NoLine> {
    let opening = Box::pin(Line::open(&paths.listen, &paths.queries, paths.clock));
    let mut line = tokio::select! {
        line = opening => line?,
        Gone = audience.rest() => return Err(NoLine::NotWanted),
    };
    audience.follow(&line).await.map_err(NoLine::NotOpened)?;
    // Statements borrow only a connection that is known to deliver.
    if A::LENDS {
        line.share(&paths.queries, &paths.listen);
    }
    Ok(line)
}

async fn hear<A: Audience>(line: &Line, paths: &Paths, clocks: &mut ClockWatch, audience: &mut A) -> Ended {
    let (tell_sent, mut sent) = mpsc::channel(4);
    let mut pulse = Pulse::new(Instant::now());
    let mut proof_due = Instant::now() + PROOF + up_to(PROOF);
    let mut is_deaf = false;
    loop {
        tokio::select! {
            notification = line.next() => match notification {
                Ok(Some(notification)) if line.is_pulse(&notification) => {
                    if pulse.arrive(Instant::now()) && audience.say_link(Link::Live).await.is_err() {
                        return Ended::NobodyListens;
                    }
                    if say_clock(audience, clocks.news_of(notification.payload())).await.is_err() {
                        return Ended::NobodyListens;
                    }
                }
                Ok(Some(notification)) => {
                    // A payload that is not ours is still a hint that something happened.
                    let change = parse(notification.payload()).unwrap_or(Change::Resync);
                    if audience.pass_on(notification.channel(), change).await.is_err() {
                        return Ended::NobodyListens;
                    }
                }
                Ok(None) => return Ended::ConnectionLost("closed by the server"),
                Err(_) => return Ended::ConnectionLost("broken"),
            },
            // A statement that has the connection delays what arrives. It has a time limit.
            () = sleep_until(pulse.due) => if line.is_lent() && !pulse.is_being_sent {
                pulse.due = Instant::now() + SEND_AGAIN;
            } else {
                match pulse.beat(Instant::now()) {
                    Beat::Send => {
                        let sender = sender(line, &mut proof_due);
                        line.send_pulse(sender, &paths.queries, paths.clock, tell_sent.clone());
                    }
                    Beat::Wait => {}
                    Beat::GiveUp => return Ended::ConnectionLost("two pulses were missed"),
                }
            },
            // A statement holds up what would be heard.
            () = line.is_lent_for(paths.queries.long()), if !is_deaf => {
                is_deaf = true;
                if audience.say_link(Link::Checking).await.is_err() {
                    return Ended::NobodyListens;
                }
            }
            () = line.is_returned(), if is_deaf => {
                is_deaf = false;
                if !pulse.is_doubted && audience.say_link(Link::Live).await.is_err() {
                    return Ended::NobodyListens;
                }
            }
            () = paths.doubt.notified() => pulse.doubt(Instant::now()),
            Some(result) = sent.recv() => match result {
                // The server may have no second connection to give; the first is not in doubt.
                Err(error) if line.is_shared() => {
                    tracing::debug!(%error, "a pulse could not be sent");
                    pulse.postpone(Instant::now());
                    proof_due = proof_due.min(Instant::now() + PROVE_AGAIN);
                }
                result => if !pulse.sent(Instant::now(), result.is_ok()) {
                    return Ended::ConnectionLost("the pulse could not be sent");
                },
            },
            woken = audience.wait() => {
                if woken.is_err() {
                    return Ended::NobodyListens;
                }
                if audience.attend(line).await.is_err() {
                    return Ended::ConnectionLost("the channels could not be renewed");
                }
            }
        }
        if pulse.should_tell_doubt() && audience.say_link(Link::Checking).await.is_err() {
            return Ended::NobodyListens;
        }
    }
}

/// Who sends the next pulse. Another connection's is due again after that.
fn sender(line: &Line, proof_due: &mut Instant) -> Sender {
    if line.is_shared() && Instant::now() < *proof_due {
        return Sender::Line;
    }
    *proof_due = Instant::now() + PROOF + up_to(PROOF);
    Sender::Pool
}

/// The server's clock in milliseconds, where queries are answered.
async fn server_ms(queries: &Pool) -> Option<i64> {
    let asking = async {
        let mut connection = alive(queries).await?;
        sqlx::raw_sql(SERVER_CLOCK).fetch_one(&mut *connection).await?.try_get(0)
    };
    timeout(ANSWER_WITHIN, asking).await.ok()?.ok()
}

/// Sends a notification where queries go and times its way to where LISTEN goes.
///
/// # Errors
/// [`Failure::Fault`] when it does not arrive, [`Failure::Unavailable`] when either cannot
/// be reached.
pub async fn probe(listen: &Address, queries: &Address, clock: fn() -> DateTime<Utc>) -> Result<Duration, Failure> {
    let line = Line::open(listen, &pool(queries, 1), clock).await.map_err(|no_line| no_line.failure())?;
    Ok(line.took)
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
