//! Whether a person is signed in on a connection, and how many connections of a network have no one.
//!
//! A client that never signs in can open one session after the other. So the time without a person
//! counts for the whole connection, and only a person who signs in starts it anew.

use std::collections::HashMap;
use std::future::pending;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// The connections of each network on which no one is signed in.
#[derive(Debug, Default)]
pub(super) struct Unattended(Mutex<HashMap<IpAddr, usize>>);

impl Unattended {
    /// Counts a new connection of a network, unless the network has `most` of them.
    pub(super) fn begin(self: &Arc<Self>, network: IpAddr, most: usize) -> Option<Arc<Presence>> {
        if self.counts().get(&network).is_some_and(|count| *count >= most) {
            return None;
        }
        self.add(network);
        let state = watch::Sender::new(State { people: 0, since: Instant::now() });
        Some(Arc::new(Presence { network, unattended: Arc::clone(self), state }))
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, network: IpAddr) {
        *self.counts().entry(network).or_default() += 1;
    }

    fn remove(&self, network: IpAddr) {
        let mut counts = self.counts();
        if let Some(count) = counts.get_mut(&network) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&network);
            }
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct State {
    /// How many sessions of the connection have a signed-in person.
    people: usize,
    /// When the last of them ended, or the connection began.
    since: Instant,
}

/// Who is signed in on a connection.
#[derive(Debug)]
pub(super) struct Presence {
    network: IpAddr,
    unattended: Arc<Unattended>,
    state: watch::Sender<State>,
}

/// A person who is signed in on a connection. Dropping it ends that.
#[derive(Debug)]
pub(super) struct SignedIn(Arc<Presence>);

impl Presence {
    /// Notes that a person has signed in.
    pub(super) fn sign_in(self: &Arc<Self>) -> SignedIn {
        self.state.send_modify(|state| {
            if state.people == 0 {
                self.unattended.remove(self.network);
            }
            state.people += 1;
        });
        SignedIn(Arc::clone(self))
    }

    /// Waits until no one was signed in for so long.
    pub(super) async fn absent(&self, longest: Duration) {
        let mut state = self.state.subscribe();
        loop {
            let State { people, since } = *state.borrow_and_update();
            let over = async {
                if people > 0 {
                    pending::<()>().await;
                }
                sleep_until(since + longest).await;
            };
            tokio::select! {
                () = over => return,
                // The sender is ours: it does not go away.
                _ = state.changed() => {}
            }
        }
    }
}

impl Drop for Presence {
    /// Each person keeps the connection here, so none is left.
    fn drop(&mut self) {
        self.unattended.remove(self.network);
    }
}

impl Drop for SignedIn {
    fn drop(&mut self) {
        let Presence { network, unattended, state } = &*self.0;
        state.send_modify(|state| {
            state.people = state.people.saturating_sub(1);
            if state.people == 0 {
                state.since = Instant::now();
                unattended.add(*network);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::time::{sleep, timeout};

    use super::*;

    const NETWORK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const LONGEST: Duration = Duration::from_millis(50);

    fn presence() -> Arc<Presence> {
        Arc::<Unattended>::default().begin(NETWORK, 1).expect("room")
    }

    /// Whether a connection is without a person for too long, soon.
    async fn is_over(presence: &Presence) -> bool {
        timeout(2 * LONGEST, presence.absent(LONGEST)).await.is_ok()
    }

    #[tokio::test]
    async fn a_connection_without_a_person_is_over_after_a_while() {
        assert!(is_over(&presence()).await);
    }

    #[tokio::test]
    async fn a_connection_with_a_person_goes_on() {
        let presence = presence();
        let _person = presence.sign_in();
        assert!(!is_over(&presence).await);
    }

    #[tokio::test]
    async fn the_time_begins_again_after_a_person() {
        let presence = presence();
        let person = presence.sign_in();
        sleep(2 * LONGEST).await;
        drop(person);
        assert!(timeout(LONGEST / 2, presence.absent(LONGEST)).await.is_err());
        assert!(is_over(&presence).await);
    }

    #[tokio::test]
    async fn a_later_look_does_not_start_the_time_anew() {
        let presence = presence();
        sleep(LONGEST).await;
        assert!(timeout(LONGEST / 2, presence.absent(LONGEST)).await.is_ok());
    }

    #[tokio::test]
    async fn the_end_of_one_session_ends_no_other() {
        let presence = presence();
        let (one, _other) = (presence.sign_in(), presence.sign_in());
        drop(one);
        assert!(!is_over(&presence).await);
    }

    #[test]
    fn a_network_has_so_many_connections_without_a_person() {
        let unattended = Arc::<Unattended>::default();
        let one = unattended.begin(NETWORK, 1).expect("room");
        assert!(unattended.begin(NETWORK, 1).is_none());
        assert!(unattended.begin(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 1).is_some());
        drop(one);
        assert!(unattended.begin(NETWORK, 1).is_some());
    }

    #[test]
    fn a_person_makes_room_for_the_next_connection() {
        let unattended = Arc::<Unattended>::default();
        let one = unattended.begin(NETWORK, 1).expect("room");
        let person = one.sign_in();
        drop(unattended.begin(NETWORK, 1).expect("room"));
        drop(person);
        assert!(unattended.begin(NETWORK, 1).is_none());
    }

    #[test]
    fn connections_that_have_ended_are_forgotten() {
        let unattended = Arc::<Unattended>::default();
        let one = unattended.begin(NETWORK, 1).expect("room");
        let person = one.sign_in();
        drop((one, person));
        assert!(unattended.counts().is_empty());
    }
}
