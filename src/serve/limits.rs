//! The limits of a server for one address, for one person and for all clients together.
//!
//! The limit of an address applies when its connection is accepted, before the server spends
//! anything on it. The limits on sessions apply when a client asks for a console or a command,
//! where it can get a message.
//!
//! Clients that never authenticate can't shut the others out. When all places are taken, the next
//! client gets the place of one that has had [`STARTUP_AT_LEAST`] to authenticate: the oldest one
//! in the network that holds the most places. A client with a key authenticates in a fraction of
//! that time.
//!
//! Clients without a signed-in person can't use all sessions: they have a part of them, and each
//! network has a limit on connections.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::presence::{Presence, Unattended};
use super::stream::Meter;

/// What the connections of an address are counted over.
const MINUTE: Duration = Duration::from_mins(1);
/// Addresses whose minute may be over are forgotten when there are so many.
const ADDRESSES: usize = 4_096;
/// How long a client may authenticate while others wait for its place.
const STARTUP_AT_LEAST: Duration = Duration::from_secs(5);
/// How often it is looked for such a place.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// One session in so many may have no signed-in person, but never fewer than [`FEWEST_GUESTS`].
const SESSIONS_PER_GUEST: usize = 10;
const FEWEST_GUESTS: usize = 5;

/// The limits of a server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Consoles and commands at once.
    pub sessions: usize,
    /// Of them, those of one person.
    pub per_person: usize,
    /// Connections of one address in a minute, and its open connections without a signed-in person.
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
    /// Sessions in which no one is signed in.
    guests: Arc<Semaphore>,
    unattended: Arc<Unattended>,
    half_open: HalfOpen,
    addresses: Mutex<HashMap<IpAddr, Recent>>,
}

/// The connections that have not authenticated yet, the oldest first.
type HalfOpen = Arc<Mutex<Vec<Unproven>>>;

/// A connection that has not authenticated yet.
#[derive(Debug)]
struct Unproven {
    network: IpAddr,
    since: Instant,
    meter: Arc<Meter>,
}

/// The place of a connection that has not authenticated yet. Dropping it gives it back.
#[derive(Debug)]
pub(super) struct Startup {
    meter: Arc<Meter>,
    half_open: HalfOpen,
    _place: OwnedSemaphorePermit,
}

impl Drop for Startup {
    fn drop(&mut self) {
        let mut half_open = self.half_open.lock().unwrap_or_else(PoisonError::into_inner);
        half_open.retain(|one| !Arc::ptr_eq(&one.meter, &self.meter));
    }
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
            guests: Arc::new(Semaphore::new((limits.sessions / SESSIONS_PER_GUEST).max(FEWEST_GUESTS))),
            unattended: Arc::default(),
            half_open: HalfOpen::default(),
            addresses: Mutex::default(),
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Waits until one more client may authenticate. Those that wait do so in the system's queue.
    pub(super) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(place) = Arc::clone(&self.startups).try_acquire_owned() {
            return Some(place);
        }
        loop {
            self.make_room(Instant::now());
            let place = Arc::clone(&self.startups).acquire_owned();
            if let Ok(place) = timeout(LOOK_EVERY, place).await {
                return place.ok();
            }
        }
    }

    /// Cuts a connection that keeps its place too long, if there is one.
    fn make_room(&self, now: Instant) {
        let mut half_open = self.half_open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut counts: HashMap<IpAddr, usize> = HashMap::new();
        for one in half_open.iter() {
            *counts.entry(one.network).or_default() += 1;
        }
        let longest = half_open
            .iter()
            .enumerate()
            .filter(|(_, one)| now.duration_since(one.since) >= STARTUP_AT_LEAST)
            .max_by_key(|(at, one)| (counts.get(&one.network).copied(), Reverse(*at)))
            .map(|(at, _)| at);
        if let Some(at) = longest {
            half_open.remove(at).meter.cut();
        }
    }

    /// Notes that a connection begins to authenticate.
    pub(super) fn begin(&self, place: OwnedSemaphorePermit, address: IpAddr, meter: &Arc<Meter>) -> Startup {
        let one = Unproven { network: network_of(address), since: Instant::now(), meter: Arc::clone(meter) };
        self.half_open.lock().unwrap_or_else(PoisonError::into_inner).push(one);
        Startup { meter: Arc::clone(meter), half_open: Arc::clone(&self.half_open), _place: place }
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

    /// Begins a connection, unless its network has too many on which no one is signed in.
    pub(super) fn unattended(&self, address: IpAddr) -> Option<Arc<Presence>> {
        self.unattended.begin(network_of(address), self.limits.per_address)
    }

    /// Takes the place of one more session in which no one is signed in, if there is one.
    pub(super) fn guest(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.guests).try_acquire_owned().ok()
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

    /// A connection that begins to authenticate, and whether it was cut.
    fn begun(gate: &Gate, from: &str) -> (Startup, Arc<Meter>) {
        let place = Arc::clone(&gate.startups).try_acquire_owned().expect("a place");
        let meter = Meter::new();
        (gate.begin(place, address(from), &meter), meter)
    }

    fn four_places() -> Gate {
        Gate::new(Limits { startups: 4, ..limits() })
    }

    #[test]
    fn the_oldest_of_the_network_with_the_most_makes_room() {
        let gate = four_places();
        let clients = ["192.0.2.1", "192.0.2.2", "192.0.2.2", "192.0.2.3"].map(|from| begun(&gate, from));
        gate.make_room(Instant::now() + STARTUP_AT_LEAST);
        assert_eq!(clients.each_ref().map(|(_, meter)| meter.is_cut()), [false, true, false, false]);
    }

    #[test]
    fn a_client_has_time_to_authenticate() {
        let gate = four_places();
        let (_startup, meter) = begun(&gate, "192.0.2.1");
        gate.make_room(Instant::now());
        assert!(!meter.is_cut());
    }

    #[test]
    fn who_has_authenticated_is_not_cut() {
        let gate = four_places();
        let (startup, meter) = begun(&gate, "192.0.2.1");
        drop(startup);
        gate.make_room(Instant::now() + STARTUP_AT_LEAST);
        assert!(!meter.is_cut());
    }

    #[tokio::test]
    async fn a_place_that_was_given_back_is_taken() {
        let gate = Gate::new(limits());
        let (startup, _meter) = begun(&gate, "192.0.2.1");
        drop(startup);
        assert!(gate.place().await.is_some());
    }

    #[test]
    fn a_tenth_of_the_sessions_may_have_no_person() {
        for (sessions, most) in [(1_000, 100), (2, FEWEST_GUESTS)] {
            let gate = Gate::new(Limits { sessions, ..limits() });
            let guests: Vec<_> = std::iter::from_fn(|| gate.guest()).collect();
            assert_eq!(guests.len(), most);
            drop(guests);
            assert!(gate.guest().is_some());
        }
    }

    #[test]
    fn connections_without_a_person_are_counted_by_network() {
        let gate = Gate::new(limits());
        let begun = ["2001:db8::1", "2001:db8::2", "2001:db8::3"].map(|from| gate.unattended(address(from)));
        assert!(begun.iter().all(Option::is_some));
        assert!(gate.unattended(address("2001:db8::4")).is_none());
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
