//! The changes that one session of a hub has not handled yet. The queue is bounded, and nobody
//! waits for it: a session that falls behind gets no single changes any more, but reads everything
//! again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::Heard;
use crate::domain::Change;

/// The way to one session.
pub(super) struct Queue {
    say: mpsc::Sender<Heard>,
    owed: Mutex<Owed>,
}

/// What is said once there is room.
#[derive(Default)]
struct Owed {
    /// Whether a task waits for room. Until then nothing else is sent.
    is_awaited: bool,
    link: Option<Heard>,
    clock: Option<Heard>,
    resync: bool,
}

impl Owed {
    fn add(&mut self, heard: Heard) {
        match heard {
            Heard::Link(_) => self.link = Some(heard),
            Heard::Clock(_) => self.clock = Some(heard),
            Heard::Change(_) => self.resync = true,
        }
    }

    /// The next of it; everything is read again last.
    fn take(&mut self) -> Option<Heard> {
        let news = self.link.take().or_else(|| self.clock.take());
        news.or_else(|| std::mem::take(&mut self.resync).then_some(Heard::Change(Change::Resync)))
    }

    fn is_empty(&self) -> bool {
        self.link.is_none() && self.clock.is_none() && !self.resync
    }
}

impl Queue {
    pub(super) fn new(say: mpsc::Sender<Heard>) -> Self {
        Self { say, owed: Mutex::default() }
    }

    /// Says something now, or where the session has fallen behind, the newest of it later.
    pub(super) fn push(self: &Arc<Self>, heard: Heard) {
        let mut owed = self.owed();
        if owed.is_awaited {
            return owed.add(heard);
        }
        // A session that has gone takes itself out.
        if let Err(TrySendError::Full(heard)) = self.say.try_send(heard) {
            owed.add(heard);
            owed.is_awaited = true;
            tokio::spawn(Arc::clone(self).catch_up());
        }
    }

    /// Says what is owed as there is room, until nothing is.
    async fn catch_up(self: Arc<Self>) {
        while let Ok(room) = self.say.reserve().await {
            let mut owed = self.owed();
            if let Some(heard) = owed.take() {
                room.send(heard);
            }
            if owed.is_empty() {
                owed.is_awaited = false;
                return;
            }
        }
    }

    fn owed(&self) -> MutexGuard<'_, Owed> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Link, Operation, Resource};

    fn change() -> Heard {
        let (resource, operation) = (Resource::TimeRecords, Operation::Update);
        Heard::Change(Change::Rows { resource, operation, ids: Vec::new(), count: 1 })
    }

    #[tokio::test]
    async fn a_session_that_falls_behind_reads_everything_again() {
        let (say, mut heard) = mpsc::channel(2);
        let queue = Arc::new(Queue::new(say));
        for _ in 0..100 {
            queue.push(change());
        }
        assert_eq!(heard.recv().await, Some(change()));
        assert_eq!(heard.recv().await, Some(change()));
        assert_eq!(heard.recv().await, Some(Heard::Change(Change::Resync)));
        assert!(heard.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_session_that_falls_behind_hears_of_the_newest_link() {
        let (say, mut heard) = mpsc::channel(1);
        let queue = Arc::new(Queue::new(say));
        queue.push(change());
        for link in [Link::Checking, Link::Offline, Link::Live] {
            queue.push(Heard::Link(link));
        }
        assert_eq!(heard.recv().await, Some(change()));
        assert_eq!(heard.recv().await, Some(Heard::Link(Link::Live)));
        assert!(heard.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_session_that_caught_up_hears_of_changes_again() {
        let (say, mut heard) = mpsc::channel(1);
        let queue = Arc::new(Queue::new(say));
        queue.push(change());
        queue.push(change());
        assert_eq!(heard.recv().await, Some(change()));
        assert_eq!(heard.recv().await, Some(Heard::Change(Change::Resync)));
        queue.push(change());
        assert_eq!(heard.recv().await, Some(change()));
    }
}
