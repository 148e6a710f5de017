//! The members of a hub: the sessions, the channels of each, and what each has received.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

use super::Heard;
use super::line::Hearing;
use super::queue::Queue;
use crate::domain::{Change, Link, Resource, Secret};

/// Who takes part.
#[derive(Default)]
pub(super) struct Roster {
    entries: Mutex<Entries>,
    /// Notified when a session comes or goes.
    pub(super) changed: Notify,
}

#[derive(Default)]
pub(super) struct Entries {
    last: u64,
    pub(super) members: HashMap<u64, Member>,
    /// Whether a session has gone since this was last looked at.
    pub(super) has_left: bool,
}

/// A session takes part until this is dropped.
pub(super) struct Membership {
    number: u64,
    roster: Arc<Roster>,
}

impl Drop for Membership {
    fn drop(&mut self) {
        let mut entries = self.roster.entries();
        entries.members.remove(&self.number);
        entries.has_left = true;
        drop(entries);
        self.roster.changed.notify_one();
    }
}

impl Roster {
    pub(super) fn join(self: &Arc<Self>, token: Secret, say: mpsc::Sender<Heard>) -> Membership {
        let mut entries = self.entries();
        entries.last += 1;
        let number = entries.last;
        entries.members.insert(number, Member::new(token, say));
        drop(entries);
        self.changed.notify_one();
        Membership { number, roster: Arc::clone(self) }
    }

    pub(super) fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the database says of a session.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It has not been asked yet.
    New,
    Hears,
    /// The session has ended, is locked, or waits for another password.
    Refused,
}

pub(super) struct Member {
    pub(super) token: Secret,
    pub(super) queue: Arc<Queue>,
    pub(super) standing: Standing,
    /// Whether to ask again soon.
    pub(super) is_stale: bool,
    person: String,
    /// What it may hear of.
    pub(super) channels: Vec<String>,
    /// The state of the connection that was reported last.
    pub(super) told: Option<Link>,
    /// When to say so, and that everything has to be read again.
    pub(super) due: Option<(Instant, Link)>,
    /// Whether it may have missed something since it last read everything.
    has_missed: bool,
}

impl Member {
    fn new(token: Secret, say: mpsc::Sender<Heard>) -> Self {
        Self {
            token,
            queue: Arc::new(Queue::new(say)),
            standing: Standing::New,
            is_stale: false,
            person: String::new(),
            channels: Vec::new(),
            told: None,
            due: None,
            has_missed: true,
        }
    }

    pub(super) fn say_link(&mut self, link: Link) {
        self.told = Some(link);
        self.queue.push(Heard::Link(link));
    }

    pub(super) fn resync(&mut self, link: Link) {
        (self.due, self.has_missed) = (None, false);
        self.say_link(link);
        self.queue.push(Heard::Change(Change::Resync));
    }

    /// Whether the change concerns what this session may do.
    pub(super) fn is_meant(&self, resource: Resource, ids: &[String]) -> bool {
        let named = |id: &String| ids.is_empty() || ids.contains(id);
        match resource {
            Resource::Sessions | Resource::Users => named(&self.person),
            // One that is closed ends the sessions of its people.
            Resource::Schools => true,
            _ => false,
        }
    }

    /// Takes over what the database says now. A session that may hear nothing reads everything, which
    /// tells its person why; one that may hear again has missed something.
    pub(super) fn take(&mut self, hearing: Option<Hearing>, news: &News) {
        let before = std::mem::replace(&mut self.standing, Standing::Refused);
        self.is_stale = false;
        let Some(hearing) = hearing else {
            self.channels.clear();
            if before != Standing::Refused {
                self.resync(Link::Checking);
            }
            return;
        };
        self.standing = Standing::Hears;
        (self.person, self.channels) = (hearing.person, hearing.channels);
        if before == Standing::Hears {
            return;
        }
        self.has_missed = true;
        // Otherwise the line is not open to all yet.
        if self.due.is_none() && matches!(news.link, Some(Link::Live | Link::Checking)) {
            self.greet(news);
        }
    }

    /// Says how well changes are heard; what is due then says that everything has to be read again.
    pub(super) fn hear(&mut self, link: Link) {
        if link == Link::Live {
            match (self.due, self.standing) {
                (None, Standing::Hears) if self.has_missed => self.resync(link),
                (None, Standing::Hears) => self.say_link(link),
                _ => {}
            }
            return;
        }
        self.has_missed |= self.due.take().is_some();
        self.say_link(link);
    }

    /// Tells a session that comes how things stand.
    pub(super) fn greet(&mut self, news: &News) {
        match news.link {
            Some(link @ (Link::Live | Link::Polling { .. })) => self.resync(link),
            Some(link) => self.say_link(link),
            None => return,
        }
        if let Some(clock) = &news.clock {
            self.queue.push(clock.clone());
        }
    }
}

/// The state that a new session gets.
#[derive(Default)]
pub(super) struct News {
    pub(super) link: Option<Link>,
    pub(super) clock: Option<Heard>,
}
