//! The one connection of a console: it listens, and statements borrow it in between.
//!
//! `PgListener` lends its connection to statements, and keeps the notifications that arrive in the
//! meantime. It would also reconnect by itself, without its channels, and report no loss. So it is
//! dropped as soon as its connection is lost. The listening task connects again and announces
//! [`Resync`](crate::domain::Change::Resync).
//!
//! The lock is fair. The listening task holds it only while no statement wants the connection, and
//! reads the notifications that have arrived before it releases it. A statement waits while the
//! statements before it make progress. If one of them takes long, `pool` opens a second connection
//! instead.
//!
//! A transaction that is dropped rolls back before the connection listens again (`transaction`).
//! If the rollback fails, the connection ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use sqlx::postgres::{PgListener, PgNotification};
use sqlx::{Acquire, PgConnection};
use tokio::sync::{Notify, OwnedMutexGuard, watch};
use tokio::time::{Instant, sleep_until};

/// A statement waits for all statements before it so many times as long as for one of them.
const QUEUE: u32 = 3;

/// A connection that listens and that statements borrow.
#[derive(Debug)]
pub(super) struct SharedConnection {
    /// `None` once the connection is lost or ended.
    listener: Arc<tokio::sync::Mutex<Option<PgListener>>>,
    /// How many statements wait for it.
    waiting: AtomicUsize,
    /// Notified when another one waits.
    wanted: Notify,
    /// When the statement that has it got it.
    lent_at: watch::Sender<Option<Instant>>,
}

impl SharedConnection {
    pub(super) fn new(listener: PgListener) -> Self {
        Self {
            listener: Arc::new(tokio::sync::Mutex::new(Some(listener))),
            waiting: AtomicUsize::new(0),
            wanted: Notify::new(),
            lent_at: watch::Sender::default(),
        }
    }

    /// The next notification; none once the connection is lost. May be dropped at any time:
    /// nothing that arrived is lost.
    pub(super) async fn next(&self) -> Result<Option<PgNotification>, sqlx::Error> {
        loop {
            let mut held = self.listener.lock().await;
            let Some(listener) = held.as_mut() else { return Ok(None) };
            tokio::select! {
                // What has arrived comes first, so that no statement holds it up for long.
                biased;
                arrived = listener.try_recv() => {
                    if !matches!(arrived, Ok(Some(_))) {
                        drop(held.take());
                    }
                    return arrived;
                }
                () = self.is_wanted() => {}
            }
            drop(held);
            // The statement that wants it may not be in the queue yet.
            tokio::task::yield_now().await;
        }
    }

    async fn is_wanted(&self) {
        while self.waiting.load(Ordering::SeqCst) == 0 {
            self.wanted.notified().await;
        }
    }

    /// The listener itself, for the listening task.
    pub(super) async fn listener(&self) -> tokio::sync::MutexGuard<'_, Option<PgListener>> {
        let _waiting = Waiting::at(self);
        self.listener.lock().await
    }

    /// Lends the connection to a statement. `None` if it is lost, and if another statement has
    /// had it for so `long`.
    pub(super) async fn lend(self: &Arc<Self>, long: Duration) -> Option<Loan> {
        let _waiting = Waiting::at(self);
        let give_up_at = Instant::now() + long * QUEUE;
        let mut queued = std::pin::pin!(Arc::clone(&self.listener).lock_owned());
        loop {
            let late_at = self.lent_at().map_or(give_up_at, |lent_at| (lent_at + long).min(give_up_at));
            // Another statement may have got it since.
            let check_at = late_at.max(Instant::now()).min(Instant::now() + long);
            tokio::select! {
                biased;
                listener = &mut queued => return Loan::of(listener, self),
                () = sleep_until(check_at) => {}
            }
            let is_late = self.lent_at().is_some_and(|lent_at| lent_at.elapsed() >= long);
            if is_late || Instant::now() >= give_up_at {
                return None;
            }
        }
    }

    /// Whether a statement has the connection.
    pub(super) fn is_lent(&self) -> bool {
        self.lent_at().is_some()
    }

    fn lent_at(&self) -> Option<Instant> {
        *self.lent_at.borrow()
    }

    /// Waits until a statement has had the connection for so `long`. Until it returns it, nothing
    /// that happens is heard.
    pub(super) async fn is_lent_for(&self, long: Duration) {
        let mut lent_at = self.lent_at.subscribe();
        loop {
            let since = *lent_at.borrow_and_update();
            let late = async {
                match since {
                    Some(since) => sleep_until(since + long).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = late => return,
                // The sender lives as long as this.
                _ = lent_at.changed() => {}
            }
        }
    }

    /// Waits until no statement has the connection.
    pub(super) async fn is_returned(&self) {
        // The sender lives as long as this.
        let _ = self.lent_at.subscribe().wait_for(Option::is_none).await;
    }
}

/// Counts a statement that waits, until it stops waiting.
struct Waiting<'a>(&'a SharedConnection);

impl<'a> Waiting<'a> {
    fn at(shared: &'a SharedConnection) -> Self {
        shared.waiting.fetch_add(1, Ordering::SeqCst);
        shared.wanted.notify_one();
        Self(shared)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The connection while a statement has it.
#[derive(Debug)]
pub(super) struct Loan {
    listener: OwnedMutexGuard<Option<PgListener>>,
    of: Arc<SharedConnection>,
}

impl Loan {
    fn of(listener: OwnedMutexGuard<Option<PgListener>>, shared: &Arc<SharedConnection>) -> Option<Self> {
        listener.is_some().then(|| {
            shared.lent_at.send_replace(Some(Instant::now()));
            Self { listener, of: Arc::clone(shared) }
        })
    }

    /// The connection itself. The listener has one until `try_recv` finds it lost; then it is
    /// no longer lent.
    #[expect(clippy::expect_used, reason = "a listener is lent only while it has its connection")]
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        let listener = self.listener.as_mut().expect("a listener that is lent");
        let connection = Acquire::acquire(listener).now_or_never().expect("a connection that is there already");
        connection.expect("a connection that is there already")
    }

    /// Ends the connection. The listening task finds it lost. Nothing waits for the end: dropping a
    /// `PgListener` starts a task that sends UNLISTEN and rolls back what is open (`reset`). On a
    /// path without answers that task keeps the one old socket until TCP gives it up; its pool
    /// is nobody else's (`Line::open`).
    pub(super) fn close(mut self) {
        drop(self.listener.take());
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        self.of.lent_at.send_replace(None);
    }
}
