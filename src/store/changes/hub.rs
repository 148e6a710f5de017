//! One connection that listens for all sessions of a process.
//!
//! The database says which channels each session may listen to (`medstint.listen_for`). The
//! connection listens to all of them, and passes a notification only to the sessions that may
//! listen to its channel. One pulse verifies the path for all sessions, and one comparison of the
//! clocks is enough.
//!
//! No session delays another. Each has a bounded queue (`queue`); a session that falls behind
//! reads everything again. After a reconnect the sessions read again one after the other, spread
//! over some seconds, and each shows “live” only from then on.
//!
//! A session that was ended or locked receives no more notifications. The database announces its
//! end, and the hub also asks about all sessions every minute (`members`).

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::{Notify, mpsc};
use tokio::task::AbortHandle;

use super::members::Members;
use super::roster::Roster;
use super::{Heard, Paths, listen_for};
use crate::domain::Secret;
use crate::store::{Address, Pool};

/// Listens for the sessions of a process, on one connection. It goes on until the last copy is
/// dropped.
#[derive(Clone)]
pub struct Hub(Arc<Listening>);

struct Listening {
    roster: Arc<Roster>,
    doubt: Arc<Notify>,
    task: AbortHandle,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The names of channels are secrets.
impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hub")
    }
}

impl Hub {
    /// Begins to listen there, in a task of its own. The pool sends the pulses.
    #[must_use]
    pub fn new(listen: Address, queries: Pool, clock: fn() -> DateTime<Utc>) -> Self {
        let (roster, doubt) = (Arc::<Roster>::default(), Arc::<Notify>::default());
        let paths = Paths { listen, queries, clock, doubt: Arc::clone(&doubt) };
        let mut members = Members::new(Arc::clone(&roster));
        let task = tokio::spawn(async move { listen_for(&paths, &mut members).await }).abort_handle();
        Self(Arc::new(Listening { roster, doubt, task }))
    }

    /// Rung when a statement got no answer: the path is tested at once.
    #[must_use]
    pub fn doubt(&self) -> Arc<Notify> {
        Arc::clone(&self.0.doubt)
    }

    /// Says what the owner of this token may hear of, until the receiver is gone or this is dropped.
    pub async fn listen(&self, token: Secret, say: mpsc::Sender<Heard>) {
        let _membership = self.0.roster.join(token, say.clone());
        say.closed().await;
    }
}
