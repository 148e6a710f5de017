//! Counts the sessions of each person in a process that serves many, and limits how many people sign
//! in at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::domain::{Failure, UserId};

/// The people who are signed in, and how often.
#[derive(Clone, Debug)]
pub struct Seats {
    per_person: usize,
    taken: Arc<Mutex<HashMap<UserId, usize>>>,
    /// Comparing a password takes the database a quarter of a second. Of many at once, most wait
    /// here and not for a connection, so that the others can read.
    sign_ins: Arc<Semaphore>,
}

/// The place of one session, which is freed when this is dropped.
#[derive(Debug)]
pub struct Seat {
    seats: Seats,
    holder: Mutex<Option<UserId>>,
    is_taken: watch::Sender<bool>,
}

impl Seats {
    /// So many sessions each person may have, and so many passwords are compared at once.
    #[must_use]
    pub fn new(per_person: usize, sign_ins: usize) -> Self {
        Self { per_person, taken: Arc::default(), sign_ins: Arc::new(Semaphore::new(sign_ins.max(1))) }
    }

    /// A place for a session in which no one is signed in yet.
    #[must_use]
    pub fn seat(&self) -> Seat {
        Seat { seats: self.clone(), holder: Mutex::default(), is_taken: watch::Sender::new(false) }
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<UserId, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, person: &UserId) -> Result<(), Failure> {
        let mut taken = self.taken();
        let count = taken.entry(person.clone()).or_default();
        if *count >= self.per_person {
            return Err(Failure::Denied(format!(
                "You already have {count} open here, the most for one person. Close one, then sign in again."
            )));
        }
        *count += 1;
        Ok(())
    }

    fn give_back(&self, person: &UserId) {
        let mut taken = self.taken();
        if let Some(count) = taken.get_mut(person) {
            *count -= 1;
            if *count == 0 {
                taken.remove(person);
            }
        }
    }
}

impl Seat {
    /// Takes the place for a person.
    ///
    /// # Errors
    /// The person has as many sessions as they may.
    pub fn take(&self, person: &UserId) -> Result<(), Failure> {
        let mut holder = self.holder();
        if holder.as_ref() != Some(person) {
            self.seats.take(person)?;
            if let Some(before) = holder.replace(person.clone()) {
                self.seats.give_back(&before);
            }
        }
        self.is_taken.send_replace(true);
        Ok(())
    }

    /// Waits until a password may be compared.
    pub async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.seats.sign_ins).acquire_owned().await.ok()
    }

    /// Whether a person is signed in, now and later.
    #[must_use]
    pub fn is_taken(&self) -> watch::Receiver<bool> {
        self.is_taken.subscribe()
    }

    fn holder(&self) -> MutexGuard<'_, Option<UserId>> {
        self.holder.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let holder = self.holder().take();
        if let Some(person) = holder {
            self.seats.give_back(&person);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn a_person_has_so_many_sessions() {
        let seats = Seats::new(1, 1);
        let (one, other) = (seats.seat(), seats.seat());
        assert_eq!(one.take(&"carmen".into()), Ok(()));
        let refused = other.take(&"carmen".into());
        assert!(matches!(refused, Err(Failure::Denied(why)) if why.contains("already have 1 open")));
        assert_eq!(other.take(&"oscar".into()), Ok(()));
    }

    #[test]
    fn a_session_that_ends_gives_its_place_back() {
        let seats = Seats::new(1, 1);
        let one = seats.seat();
        one.take(&"carmen".into()).expect("a place");
        drop(one);
        assert_eq!(seats.seat().take(&"carmen".into()), Ok(()));
        assert!(seats.taken().is_empty());
    }

    #[test]
    fn signing_in_again_takes_no_second_place() {
        let seats = Seats::new(1, 1);
        let seat = seats.seat();
        assert_eq!((seat.take(&"carmen".into()), seat.take(&"carmen".into())), (Ok(()), Ok(())));
        assert!(*seat.is_taken().borrow());
    }

    #[test]
    fn the_next_person_takes_over_the_place() {
        let seats = Seats::new(1, 1);
        let (one, other) = (seats.seat(), seats.seat());
        one.take(&"carmen".into()).expect("a place");
        one.take(&"oscar".into()).expect("a place");
        assert_eq!(other.take(&"carmen".into()), Ok(()));
    }

    #[tokio::test]
    async fn passwords_are_compared_one_after_the_other() {
        let seats = Seats::new(1, 1);
        let (one, other) = (seats.seat(), seats.seat());
        let turn = one.turn().await.expect("a turn");
        assert!(other.turn().now_or_never().is_none());
        drop(turn);
        assert!(other.turn().now_or_never().is_some());
    }
}
