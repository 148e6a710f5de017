//! How much one address, one person and all together may ask of a server.
//!
//! An address is limited when its connection is accepted, before anything is spent on it. Sessions
//! are limited when a client asks for a console or a command, where it can get a message.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What the connections of an address are counted over.
const MINUTE: Duration = Duration::from_mins(1);
/// Addresses whose minute may be over are forgotten when there are so many.
const ADDRESSES: usize = 4_096;

/// The limits of a server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Consoles and commands at once.
    pub sessions: usize,
    /// Of them, those of one person.
    pub per_person: usize,
    /// Connections of one address in a minute.
    pub per_address: usize,
    /// Connections that have not proved anything yet.
    pub startups: usize,
    /// Passwords that are compared at once.
    pub sign_ins: usize,
    /// How long a client may take to authenticate, and a person to sign in.
    pub sign_in_within: Duration,
    /// How long a session lasts without a key; zero is for ever.
    pub idle: Duration,
    /// How long a session lasts at most; zero is for ever.
    pub longest: Duration,
}

/// Keeps the limits on connections and sessions.
#[derive(Debug)]
pub(super) struct Gate {
    limits: Limits,
    sessions: Arc<Semaphore>,
    startups: Arc<Semaphore>,
    addresses: Mutex<HashMap<IpAddr, Recent>>,
}

/// The connections of an address in its last minute.
#[derive(Clone, Copy, Debug)]
struct Recent {
    since: Instant,
    count: usize,
}

impl Gate {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            sessions: Arc::new(Semaphore::new(limits.sessions)),
            startups: Arc::new(Semaphore::new(limits.startups)),
            addresses: Mutex::default(),
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Waits until one more client may authenticate. Those that wait do so in the system's queue.
    pub(super) async fn startup(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.startups).acquire_owned().await.ok()
    }

    /// Counts a connection of an address; whether it is within the limit.
    pub(super) fn admits(&self, address: IpAddr, now: Instant) -> bool {
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if addresses.len() >= ADDRESSES {
            addresses.retain(|_, recent| now.duration_since(recent.since) < MINUTE);
        }
        let recent = addresses.entry(network_of(address)).or_insert(Recent { since: now, count: 0 });
        if now.duration_since(recent.since) >= MINUTE {
            *recent = Recent { since: now, count: 0 };
        }
        recent.count = recent.count.saturating_add(1);
        recent.count <= self.limits.per_address
    }

    /// Takes the place of one more session, if there is one.
    pub(super) fn session(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.sessions).try_acquire_owned().ok()
    }
}

/// What one customer has of IPv6: the first half. An IPv4 address written as IPv6 is IPv4.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits {
            sessions: 2,
            per_person: 1,
            per_address: 3,
            startups: 1,
            sign_ins: 1,
            sign_in_within: MINUTE,
            idle: Duration::ZERO,
            longest: Duration::ZERO,
        }
    }

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_has_so_many_connections_in_a_minute() {
        let (gate, now) = (Gate::new(limits()), Instant::now());
        let admitted = |at| gate.admits(address("192.0.2.1"), at);
        assert!((0..3).all(|_| admitted(now)));
        assert!(!admitted(now));
        assert!(admitted(now + MINUTE));
    }

    #[test]
    fn another_address_has_its_own() {
        let (gate, now) = (Gate::new(limits()), Instant::now());
        assert!((0..4).any(|_| !gate.admits(address("192.0.2.1"), now)));
        assert!(gate.admits(address("192.0.2.2"), now));
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_address() {
        assert_eq!(network_of(address("2001:db8::1")), network_of(address("2001:db8::ffff:1")));
        assert_ne!(network_of(address("2001:db8:0:1::1")), network_of(address("2001:db8:0:2::1")));
        assert_eq!(network_of(address("::ffff:192.0.2.1")), address("192.0.2.1"));
    }

    #[test]
    fn addresses_are_forgotten_after_their_minute() {
        let (gate, now) = (Gate::new(limits()), Instant::now());
        for number in 0..u32::try_from(ADDRESSES).expect("a number") {
            gate.admits(IpAddr::from(number.to_be_bytes()), now);
        }
        gate.admits(address("192.0.2.1"), now + MINUTE);
        assert_eq!(gate.addresses.lock().expect("the addresses").len(), 1);
    }

    #[test]
    fn a_session_that_ends_makes_room() {
        let gate = Gate::new(limits());
        let (one, _other) = (gate.session().expect("room"), gate.session().expect("room"));
        assert!(gate.session().is_none());
        drop(one);
        assert!(gate.session().is_some());
    }
}
