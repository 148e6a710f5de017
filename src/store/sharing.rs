//! One read for all sessions of a process that make the same request at the same time.
//!
//! A session that requests rows that another one is about to read waits for that answer. It gets
//! the answer only if the database says that both see the same rows: after reading, the reader
//! asks for the visibility of every follower, by the follower's own token
//! (`medstint.visibilities_of`). So a follower whose session has ended, or who sees other rows,
//! gets nothing and reads by itself. Roles that see only their own rotations never share, and
//! neither do lists that show something of one's own ([`Listing::SHARED`](super::listing)).
//!
//! Nothing is cached. Others can join a read only until its statement is sent, so a session that
//! asks after a change gets rows that were read after it. The key of a read is the whole request:
//! the statements, their values, the position, and the number of rows.
//!
//! An error, a cancellation or the end of a session affects only the session that read. Those that
//! waited for it try again, once together, and then each by itself.
//!
//! Reads that follow changes are at least [`APART`] apart: during a series of changes, all
//! sessions of a process read hardly more often than one. A read that a person asks for begins at
//! once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fmt, mem};

use sqlx::PgConnection;
use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, sleep_until};

use super::Bound;
use super::entered::Access;
use super::listing::Counting;
use super::mask::{Mask, MaskedToken};
use super::pool::Length;
use super::transaction::{Purpose, Transaction};
use super::window::Request;
use crate::domain::{Failure, Role, Secret};

/// Between the beginnings of two readings of the same that follow changes.
const APART: Duration = Duration::from_millis(150);
/// How long such a reading waits for others: a change is passed to all sessions at once.
const TOGETHER: Duration = Duration::from_millis(10);
/// How often a session waits for what another one reads.
const ROUNDS: u32 = 2;

/// What can be read once for several sessions: all of what is asked for.
pub(super) trait Reading: Clone + Eq + Hash + Send + Sync + 'static {
    type Answer: Clone + Send + Sync + 'static;

    /// Reads as the owner of a token. With the answer comes what the owner sees, if others may see
    /// the same (`medstint.visibility`).
    fn read_shared(
        &self,
        tx: &mut PgConnection,
        token: &MaskedToken,
    ) -> impl Future<Output = Result<(Self::Answer, Option<String>), sqlx::Error>> + Send;
}

/// The readings that sessions of a process share.
#[derive(Default)]
pub(super) struct Sharing {
    pub(super) pages: Readings<Request>,
    pub(super) totals: Readings<Counting>,
}

impl fmt::Debug for Sharing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sharing")
    }
}

/// What a reading is known by. The school and the role only keep those apart that would wait for one
/// another in vain: the database decides who sees the same.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Key<R> {
    access: Access,
    school: String,
    role: Role,
    reading: R,
}

/// Readings of one kind.
pub(super) struct Readings<R: Reading>(Mutex<HashMap<Key<R>, Slot<R>>>);

impl<R: Reading> Default for Readings<R> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

struct Slot<R: Reading> {
    /// The next reading, until its statement is sent.
    open: Option<Open<R>>,
    /// When the last one began.
    began: Option<Instant>,
}

struct Open<R: Reading> {
    followers: Vec<Follower<R>>,
    /// Notified when a session does not want to wait.
    hurry: Arc<Notify>,
}

struct Follower<R: Reading> {
    token: Secret,
    answer: oneshot::Sender<Outcome<R::Answer>>,
}

/// What came of a reading for one that waited. It is dropped unsent where the reading failed.
enum Outcome<T> {
    Answer(Arc<T>),
    /// The database does not say that both see the same.
    NotShared,
}

enum Turn<'a, R: Reading> {
    Lead(Lead<'a, R>),
    Follow(oneshot::Receiver<Outcome<R::Answer>>),
}

impl<R: Reading> Readings<R> {
    /// Waits for the reading that is about to begin, or begins one.
    fn join(&self, key: &Key<R>, token: &Secret, is_urgent: bool) -> Turn<'_, R> {
        let now = Instant::now();
        let mut slots = self.slots();
        slots.retain(|_, slot| slot.open.is_some() || slot.began.is_some_and(|began| began + APART > now));
        let slot = slots.entry(key.clone()).or_insert(Slot { open: None, began: None });
        if let Some(open) = &mut slot.open {
            let (answer, receiver) = oneshot::channel();
            open.followers.push(Follower { token: token.clone(), answer });
            if is_urgent {
                open.hurry.notify_one();
            }
            return Turn::Follow(receiver);
        }
        let hurry = Arc::<Notify>::default();
        slot.open = Some(Open { followers: Vec::new(), hurry: Arc::clone(&hurry) });
        let due = if is_urgent { now } else { slot.began.map_or(now, |began| began + APART).max(now + TOGETHER) };
        Turn::Lead(Lead { readings: self, key: key.clone(), due, hurry, is_open: true })
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<Key<R>, Slot<R>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The session that reads. Dropped before it began, it leaves those that wait to themselves.
struct Lead<'a, R: Reading> {
    readings: &'a Readings<R>,
    key: Key<R>,
    due: Instant,
    hurry: Arc<Notify>,
    is_open: bool,
}

impl<R: Reading> Lead<'_, R> {
    /// Waits until the reading may begin.
    async fn gather(&self) {
        if self.due <= Instant::now() {
            return;
        }
        tokio::select! {
            () = sleep_until(self.due) => {}
            () = self.hurry.notified() => {}
        }
    }

    /// The statement is sent now: a session that asks from here on may ask after a change that the
    /// statement does not see.
    fn begin(&mut self) -> Vec<Follower<R>> {
        self.close(Some(Instant::now()))
    }

    fn close(&mut self, began: Option<Instant>) -> Vec<Follower<R>> {
        if !mem::replace(&mut self.is_open, false) {
            return Vec::new();
        }
        let mut slots = self.readings.slots();
        let Some(slot) = slots.get_mut(&self.key) else { return Vec::new() };
        slot.began = began.or(slot.began);
        slot.open.take().map(|open| open.followers).unwrap_or_default()
    }
}

impl<R: Reading> Drop for Lead<'_, R> {
    fn drop(&mut self) {
        drop(self.close(None));
    }
}

/// Reads, or waits for another session that reads the same.
pub(super) async fn read<R: Reading>(
    bound: &Bound,
    readings: &Readings<R>,
    access: Access,
    name: &'static str,
    reading: R,
) -> Result<R::Answer, Failure> {
    let key = Key { access, school: bound.school().to_owned(), role: bound.role(), reading };
    for round in 0..ROUNDS {
        let is_urgent = round > 0 || !bound.follows_change;
        match readings.join(&key, &bound.token, is_urgent) {
            Turn::Lead(lead) => return Box::pin(read_for_all(bound, lead, name)).await,
            Turn::Follow(answer) => match answer.await {
                Ok(Outcome::Answer(answer)) => return Ok(R::Answer::clone(&answer)),
                Ok(Outcome::NotShared) => break,
                // The reader failed, or ended.
                Err(_) => {}
            },
        }
    }
    let alone = async {
        let mut tx = bound.open(access).await?;
        let token = tx.token();
        key.reading.read_shared(tx.connection(), &token).await
    };
    bound.store.timed(name, alone).await.map(|(answer, _)| answer)
}

/// Reads for all that wait.
async fn read_for_all<R: Reading>(
    bound: &Bound,
    mut lead: Lead<'_, R>,
    name: &'static str,
) -> Result<R::Answer, Failure> {
    lead.gather().await;
    let (answer, visibility, followers) = bound
        .store
        .timed(name, async {
            let mut tx = bound.open(lead.key.access).await?;
            let followers = lead.begin();
            let token = tx.token();
            let (answer, visibility) = lead.key.reading.read_shared(tx.connection(), &token).await?;
            Ok((answer, visibility, followers))
        })
        .await?;
    if followers.is_empty() {
        return Ok(answer);
    }
    // The session that read has its answer. It does not wait for the others.
    let (bound, shared) = (bound.clone(), Arc::new(answer.clone()));
    tokio::spawn(async move { tell(&bound, followers, visibility.as_deref(), &shared).await });
    Ok(answer)
}

/// Gives the answer to those who see the same as the session that read.
async fn tell<R: Reading>(
    bound: &Bound,
    followers: Vec<Follower<R>>,
    visibility: Option<&str>,
    answer: &Arc<R::Answer>,
) {
    let seen = match visibility {
        None => Vec::new(),
        // Where it cannot be asked, each asks by itself.
        Some(_) => visibilities(bound, &followers).await.unwrap_or_default(),
    };
    for (number, follower) in followers.into_iter().enumerate() {
        let theirs = seen.get(number).and_then(Option::as_deref);
        let outcome = match theirs {
            Some(theirs) if visibility == Some(theirs) => Outcome::Answer(Arc::clone(answer)),
            _ => Outcome::NotShared,
        };
        // It may not wait any more.
        let _ = follower.answer.send(outcome);
    }
}

/// What each of them sees now, which tells as well that its session is good.
async fn visibilities<R: Reading>(bound: &Bound, followers: &[Follower<R>]) -> Result<Vec<Option<String>>, Failure> {
    let asking = async {
        let mask = Mask::random();
        let tokens: Vec<String> =
            followers.iter().map(|follower| mask.hide(&follower.token).text().to_owned()).collect();
        let mut tx = Transaction::begin_masked(&bound.store.pool, Purpose::Read, Length::Short, &mask).await?;
        sqlx::query_scalar!(
            r#"SELECT medstint.visibilities_of(ARRAY(
                 SELECT medstint.unmasked(t.masked) FROM unnest($1::text[]) WITH ORDINALITY t (masked, place)
                 ORDER BY t.place)) AS "seen!: Vec<Option<String>>""#,
            &tokens
        )
        .fetch_one(tx.connection())
        .await
    };
    bound.store.timed("visibilities", asking).await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reading that answers with itself.
    #[derive(Clone, PartialEq, Eq, Hash)]
    struct Echo(u8);

    impl Reading for Echo {
        type Answer = u8;

        async fn read_shared(
            &self,
            _: &mut PgConnection,
            _: &MaskedToken,
        ) -> Result<(u8, Option<String>), sqlx::Error> {
            Ok((self.0, None))
        }
    }

    fn key(number: u8) -> Key<Echo> {
        Key { access: Access::Page, school: "north".into(), role: Role::SchoolAdmin, reading: Echo(number) }
    }

    fn lead<'a>(readings: &'a Readings<Echo>, key: &Key<Echo>, is_urgent: bool) -> Option<Lead<'a, Echo>> {
        match readings.join(key, &Secret::default(), is_urgent) {
            Turn::Lead(lead) => Some(lead),
            Turn::Follow(_) => None,
        }
    }

    #[test]
    fn those_who_ask_before_the_statement_is_sent_wait_for_it() {
        let readings = Readings::default();
        let mut leader = lead(&readings, &key(1), true).expect("the first one reads");
        assert!(lead(&readings, &key(1), true).is_none());
        assert_eq!(leader.begin().len(), 1);
    }

    #[test]
    fn those_who_ask_after_the_statement_was_sent_read_anew() {
        let readings = Readings::default();
        let mut leader = lead(&readings, &key(1), true).expect("the first one reads");
        leader.begin();
        assert!(lead(&readings, &key(1), true).is_some());
    }

    #[test]
    fn other_requests_are_read_by_themselves() {
        let readings = Readings::default();
        let _leader = lead(&readings, &key(1), true);
        let others = [
            key(2),
            Key { school: "south".into(), ..key(1) },
            Key { role: Role::SuperAdmin, ..key(1) },
            Key { access: Access::Read, ..key(1) },
        ];
        let leads: Vec<_> = others.iter().map(|other| lead(&readings, other, true)).collect();
        assert!(leads.iter().all(Option::is_some));
    }

    #[test]
    fn a_reading_that_is_given_up_leaves_the_next_one_to_read() {
        let readings = Readings::default();
        let leader = lead(&readings, &key(1), true);
        let Turn::Follow(mut answer) = readings.join(&key(1), &Secret::default(), true) else {
            panic!("the first one reads")
        };
        drop(leader);
        assert!(matches!(answer.try_recv(), Err(oneshot::error::TryRecvError::Closed)));
        assert!(lead(&readings, &key(1), true).is_some());
    }

    #[test]
    fn readings_that_follow_changes_keep_apart() {
        let readings = Readings::default();
        let before = Instant::now();
        lead(&readings, &key(1), false).expect("the first one reads").begin();
        let next = lead(&readings, &key(1), false).expect("the next one reads");
        assert!(next.due >= before + APART);
    }

    #[test]
    fn what_a_person_asks_for_begins_at_once() {
        let readings = Readings::default();
        lead(&readings, &key(1), true).expect("the first one reads").begin();
        let next = lead(&readings, &key(1), true).expect("the next one reads");
        assert!(next.due <= Instant::now());
    }

    #[tokio::test]
    async fn a_person_who_waits_hurries_a_reading_that_follows_a_change() {
        let readings = Readings::default();
        lead(&readings, &key(1), false).expect("the first one reads").begin();
        let next = lead(&readings, &key(1), false).expect("the next one reads");
        assert!(lead(&readings, &key(1), true).is_none());
        next.gather().await;
        assert!(next.due > Instant::now());
    }

    #[test]
    fn nothing_is_kept_of_what_was_read() {
        let readings = Readings::default();
        lead(&readings, &key(1), true).expect("the first one reads").begin();
        std::thread::sleep(APART);
        let _other = lead(&readings, &key(2), true);
        assert_eq!(readings.slots().len(), 1);
    }
}
