//! The device behind a kiosk's screen: its connection to the database, its journal, its clocks. It
//! sends punches online first. A punch that can't be sent is on the disk before the screen says
//! so; the device sends saved punches in order as soon as the database answers.
//!
//! A punch is counted once. The device creates its key before the first request, and uses the same
//! key for every request: online, repeated, or from the journal. A new punch of a badge with
//! unsent punches goes through the journal too, so that it does not overtake them.
//!
//! Without a connection the kiosk asks for a PIN as always, so that people never learn to
//! type it at another prompt. It can't check the PIN, drops it at once and never stores it. The flag OFFLINE
//! informs the coordinator.

use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{Mutex as Queue, Notify, mpsc};
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use super::super::TokenFile;
use crate::domain::field::FieldId;
use crate::domain::punch::{Anchor, Answer, Asked, Begun, Door, JournalState, Kept, Leave, Reading};
use crate::domain::{Failure, Secret};
use crate::kiosk::{Clock, Journal, Receiver, anchored};
use crate::runtime::WorkGuard;
use crate::store::kiosk::{AtDoor, Health};
use crate::store::{self, Address, Store};
use crate::tui::kiosk::{Came, Contact, Message, News};

/// How long a person at the kiosk waits for the database before the punch is saved.
const ANSWER_WITHIN: Duration = Duration::from_secs(4);
/// Longer than a sign of life or a batch ever takes.
const GIVE_UP_AFTER: Duration = Duration::from_secs(20);
/// Between two signs of life.
const HELLO_EVERY: Duration = Duration::from_secs(30);
/// Between two attempts to reach a database that is away.
const RETRY_AFTER: Duration = Duration::from_secs(5);
/// Punches that are sent at once.
const BATCH: u32 = 50;
/// Another scan within that time is the same punch.
const AGAIN_WITHIN_MS: i64 = 60_000;
/// An anchor of this age is stored again.
const ANCHOR_AGE_MS: i64 = 3_600_000;
/// What the database could not take is tried again after that long.
const TRY_AGAIN_EVERY: Duration = Duration::from_hours(1);
/// So many in a row that it cannot take are its trouble and not theirs.
const PASSED_OVER: u32 = 10;
/// Queries at once: a sign of life beside a punch.
const CONNECTIONS: u32 = 2;

/// Everything outside the screen that a kiosk works with.
#[derive(Debug)]
pub struct Outside {
    pub address: Address,
    /// Where the credential is kept.
    pub credential: TokenFile,
    pub journal: PathBuf,
    pub clock: Arc<dyn Clock>,
    pub version: &'static str,
    /// gpsd's `HOST:PORT`, where there is a receiver.
    pub gpsd: Option<String>,
}

/// One device.
#[derive(Debug)]
pub struct Device {
    address: Address,
    credential_file: TokenFile,
    clock: Arc<dyn Clock>,
    version: &'static str,
    receiver: Option<Receiver>,
    journal: Queue<Journal>,
    state: Mutex<State>,
    /// Something is to be sent, or the credential is another one.
    wake: Notify,
}

/// What changes of it.
#[derive(Debug)]
struct State {
    store: Store,
    credential: Option<Secret>,
    /// What the server's clock said last, and that which is written down.
    anchor: Option<Anchor>,
    written: Option<Anchor>,
    door: Option<Door>,
    is_offline: bool,
}

impl Device {
    /// The device as it was left: what it knows of the server it has from its journal.
    pub async fn open(outside: Outside) -> (Arc<Self>, News) {
        let Outside { address, credential, journal, clock, version, gpsd } = outside;
        let mut journal = Journal::at(journal);
        let (door, anchor) = journal.remembered().await;
        let held = journal.state(door.as_ref().map(|door| door.id.as_str())).await;
        let state = State {
            store: Store::new(store::pool(&address, CONNECTIONS)),
            credential: credential.load(),
            written: anchor.clone(),
            anchor,
            door: door.clone(),
            is_offline: false,
        };
        let device = Self {
            address,
            credential_file: credential,
            version,
            receiver: gpsd.map(|gpsd| Receiver::listen(gpsd, Arc::clone(&clock))),
            clock,
            journal: Queue::new(journal),
            state: Mutex::new(state),
            wake: Notify::new(),
        };
        let JournalState { waiting, trouble, .. } = held;
        (Arc::new(device), News { contact: Contact::Connecting, door, waiting, trouble })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[must_use]
    pub fn is_enrolled(&self) -> bool {
        self.state().credential.is_some()
    }

    /// The server's time as far as it is known, whatever the device's own clock says.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.time_of(&self.clock.read())
    }

    /// The same for a moment of this boot; the clock of the moment itself for any other.
    fn time_of(&self, at: &Reading) -> DateTime<Utc> {
        let anchored = self.state().anchor.as_ref().filter(|anchor| anchor.boot == at.boot).and_then(|anchor| {
            DateTime::from_timestamp_millis(anchor.server_ms + at.monotonic_ms - anchor.monotonic_ms)
        });
        anchored.unwrap_or(at.wall)
    }

    /// The kiosk that this device is, as far as it has heard.
    fn kiosk(&self) -> Option<String> {
        self.state().door.as_ref().map(|door| door.id.clone())
    }

    async fn journal_state(&self) -> JournalState {
        let kiosk = self.kiosk();
        self.journal.lock().await.state(kiosk.as_deref()).await
    }

    fn credential(&self) -> Result<Secret, Failure> {
        self.state().credential.clone().ok_or(Failure::SignedOut)
    }

    /// Asks the database for as long as that is worth it, and where a connection turns
    /// out to be dead once more on another one: whatever is asked here may be asked
    /// twice. What hangs is left behind with its connections, so that a network that
    /// swallows everything does not hold up what comes after it.
    async fn ask<T, F>(&self, within: Duration, work: impl Fn(Store) -> F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        let twice = async {
            let store = self.state().store.clone();
            match tokio::spawn(work(store)).await {
                Ok(Err(failure)) if failure.is_transient() => tokio::spawn(work(self.renewed())).await,
                answer => answer,
            }
        };
        match timeout(within, twice).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(Failure::Unavailable("asking it failed".into())),
            Err(_) => {
                self.renewed();
                Err(Failure::Unavailable("it does not answer".into()))
            }
        }
    }

    fn renewed(&self) -> Store {
        let store = Store::new(store::pool(&self.address, CONNECTIONS));
        self.state().store = store.clone();
        store
    }

    async fn ask_at_door<T, F>(&self, within: Duration, work: impl Fn(AtDoor) -> F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        let credential = self.credential()?;
        self.ask(within, |store| work(store.at_door(credential.clone()))).await
    }

    /// Makes this device a kiosk, for a one-time code.
    ///
    /// # Errors
    /// [`Failure::Unavailable`]; [`Failure::OutcomeUnknown`] where the code may be used up.
    pub async fn enrol(&self, code: Secret) -> Result<bool, Failure> {
        let work = |store: Store| {
            let code = code.clone();
            async move { store.enrol(&code).await }
        };
        // A code is good once: it is not asked twice.
        let store = self.renewed();
        let late = |_| Failure::OutcomeUnknown;
        let Some(credential) = timeout(GIVE_UP_AFTER, work(store)).await.map_err(late)?? else { return Ok(false) };
        if let Err(error) = self.credential_file.save(&credential) {
            // The new credential works until the next start; the former one is no longer valid.
            tracing::error!(%error, "the credential cannot be kept: this device needs another code when it starts again");
        }
        self.state().credential = Some(credential);
        self.wake.notify_one();
        Ok(true)
    }

    /// Whether the person who typed that PIN may close the kiosk.
    ///
    /// # Errors
    /// [`Failure::Unavailable`], [`Failure::SignedOut`].
    pub async fn leave(&self, badge: String, pin: Secret) -> Result<Leave, Failure> {
        let work = |door: AtDoor| {
            let (badge, pin) = (badge.clone(), pin.clone());
            async move {
                let attempt = door.begin_pin(&badge, &pin).await?;
                door.leave(&attempt).await
            }
        };
        self.ask_at_door(GIVE_UP_AFTER, work).await
    }

    /// A punch: asked of the database where that answers, kept where it does not.
    pub async fn punch(&self, mut asked: Box<Asked>) -> (Box<Asked>, Came) {
        let is_first = asked.begun.is_none();
        let begun = asked.begun.take().unwrap_or_else(|| self.begin());
        let is_asked = asked.pin.is_some() && !(is_first && self.holds(&asked.badge).await);
        let mut came = None;
        if is_asked {
            came = self.ask_of_database(&mut asked, begun.clone(), ANSWER_WITHIN).await;
        }
        let came = match came {
            Some(came) => came,
            None => match self.keep(&asked, begun.clone()).await {
                // It may be that the database has it and was only late to say so.
                refused @ (Came::NotKept(_) | Came::Uncertain) if is_asked => {
                    let late = self.ask_of_database(&mut asked, begun, GIVE_UP_AFTER).await;
                    late.unwrap_or(refused)
                }
                came => came,
            },
        };
        // An answer that contradicts the known state of the connection makes the device report again.
        if self.state().is_offline
            || matches!(came, Came::Revoked | Came::Kept { .. } | Came::NotKept(_) | Came::Uncertain)
        {
            self.wake.notify_one();
        }
        (asked, came)
    }

    fn begin(&self) -> Begun {
        let at = self.clock.read();
        let position = self.receiver.as_ref().and_then(|receiver| receiver.position(at.monotonic_ms));
        Begun { key: Uuid::new_v4().to_string(), at, position, attempt: None }
    }

    /// Whether something of that badge waits: a later punch does not overtake it.
    async fn holds(&self, badge: &str) -> bool {
        let kiosk = self.kiosk();
        matches!(self.journal.lock().await.last_of(badge, kiosk.as_deref()).await, Ok(Some(_)))
    }

    /// Nothing where there is no answer, or none that is understood.
    async fn ask_of_database(&self, asked: &mut Asked, mut begun: Begun, within: Duration) -> Option<Came> {
        let work = |door: AtDoor| {
            let (asked, mut begun) = (asked.clone(), begun.clone());
            async move {
                let attempt = match (begun.attempt.take(), &asked.pin) {
                    (Some(attempt), _) => attempt,
                    (None, Some(pin)) => door.begin_pin(&asked.badge, pin).await?,
                    (None, None) => return Err(Failure::SignedOut),
                };
                match door.punch(&attempt, &asked, &begun).await {
                    Err(failure) if failure.is_transient() => Err(failure),
                    answer => Ok((attempt, answer)),
                }
            }
        };
        let (attempt, answer) = match self.ask_at_door(within, work).await {
            Ok(answered) => answered,
            Err(Failure::SignedOut) => return Some(Came::Revoked),
            Err(failure) => {
                tracing::warn!(%failure, "a punch is kept");
                return None;
            }
        };
        begun.attempt = Some(attempt);
        let came = match answer {
            Ok(answer) => {
                // Once it is set, what follows does not set it again.
                if answer != Answer::Refused {
                    asked.new_pin = None;
                }
                Came::Answer(answer)
            }
            Err(Failure::Invalid { field: FieldId::Pin(_), .. }) if asked.new_pin.is_some() => Came::BadPin,
            Err(Failure::SignedOut) => Came::Revoked,
            // This includes punches that a rule refused: an administrator looks at them, and nothing is lost.
            Err(failure) => {
                tracing::warn!(%failure, "a punch is kept");
                return None;
            }
        };
        asked.begun = Some(begun);
        Some(came)
    }

    async fn keep(&self, asked: &Asked, begun: Begun) -> Came {
        // The journal holds nothing that may be a PIN.
        if asked.may_hold_pin {
            return Came::Uncertain;
        }
        let Begun { key, at, position, attempt: _ } = begun;
        let (anchor, kiosk) = {
            let state = self.state();
            (state.anchor.clone(), state.door.as_ref().map(|door| door.id.clone()))
        };
        let kept = Kept { key, kiosk, badge: asked.badge.clone(), at, anchor, position, said: asked.said.clone() };
        let told = |at: &Reading, again| Came::Kept { at: self.time_of(at), again };
        let mut journal = self.journal.lock().await;
        match journal.last_of(&kept.badge, kept.kiosk.as_deref()).await {
            Ok(Some(last)) if kept.at.since(&last).is_some_and(|ms| ms < AGAIN_WITHIN_MS) => told(&last, true),
            Ok(_) => match journal.keep(&kept).await {
                Ok(()) => told(&kept.at, false),
                Err(trouble) => Came::NotKept(trouble),
            },
            Err(trouble) => Came::NotKept(trouble),
        }
    }

    /// Says that it is there and sends what waits, for as long as the kiosk runs. The first
    /// sign of life is something that is waited for.
    pub async fn run(self: Arc<Self>, tell: mpsc::Sender<Message>, first: WorkGuard) {
        let mut tried = Instant::now();
        let mut first = Some(first);
        loop {
            if tried.elapsed() >= TRY_AGAIN_EVERY {
                self.journal.lock().await.retry();
                tried = Instant::now();
            }
            let news = self.greet().await;
            let is_online = news.contact == Contact::Online;
            if tell.send(Message::News(news)).await.is_err() {
                return;
            }
            drop(first.take());
            if is_online && self.send_all().await {
                // Once punches were sent, the screen and `:kiosks` show it at once.
                continue;
            }
            let pause = if is_online { HELLO_EVERY } else { RETRY_AFTER };
            tokio::select! {
                () = sleep(pause) => {}
                () = self.wake.notified() => {}
            }
        }
    }

    async fn greet(&self) -> News {
        let before = self.journal_state().await;
        let credential = self.credential().ok();
        let mut heard = self.hello(before).await;
        // Whose punches wait is known once the answer has said which kiosk this is.
        let held = self.journal_state().await;
        if heard.is_ok() && held != before {
            heard = self.hello(held).await;
        }
        let contact = match heard {
            Ok(()) => Contact::Online,
            // The credential may have become another one in the meantime.
            Err(Failure::SignedOut) if credential.is_some() && credential == self.credential().ok() => Contact::Revoked,
            Err(Failure::SignedOut) => Contact::Connecting,
            Err(failure) => {
                tracing::debug!(%failure, "no sign of life could be given");
                Contact::Offline { since: self.now() }
            }
        };
        let mut state = self.state();
        state.is_offline = matches!(contact, Contact::Offline { .. });
        let JournalState { waiting, trouble, .. } = held;
        News { contact, door: state.door.clone(), waiting, trouble }
    }

    async fn hello(&self, journal: JournalState) -> Result<(), Failure> {
        let version = self.version;
        let clock = Arc::clone(&self.clock);
        let work = |door: AtDoor| {
            let clock = Arc::clone(&clock);
            async move {
                let before = clock.read();
                let (at, server) = door.hello(Health { version, clock: before.wall, journal }).await?;
                // The answer was made at some time in between; the middle errs least.
                let after = clock.read();
                let half = after.since(&before).unwrap_or(0) / 2;
                Ok((at, anchored(&Reading { monotonic_ms: before.monotonic_ms + half, ..before }, server)))
            }
        };
        let (door, anchor) = self.ask_at_door(GIVE_UP_AFTER, work).await?;
        let is_written = {
            let mut state = self.state();
            let is_known = state.door.as_ref() == Some(&door)
                && state.written.as_ref().is_some_and(|written| {
                    written.boot == anchor.boot && anchor.monotonic_ms - written.monotonic_ms < ANCHOR_AGE_MS
                });
            state.anchor = Some(anchor.clone());
            state.door = Some(door.clone());
            is_known
        };
        if !is_written && self.journal.lock().await.remember(&door, &anchor).await.is_ok() {
            self.state().written = Some(anchor);
        }
        Ok(())
    }

    /// The kiosks whose punches are sent: this one, and those of its school that the device
    /// was before, whose punches an administrator resolves.
    async fn senders(&self, kiosk: String) -> Vec<String> {
        let others = self.journal.lock().await.others(&kiosk).await.unwrap_or_default();
        let mut senders = vec![kiosk];
        if !others.is_empty() {
            let work = |door: AtDoor| {
                let others = others.clone();
                async move { door.of_school(&others).await }
            };
            senders.extend(self.ask_at_door(GIVE_UP_AFTER, work).await.unwrap_or_default());
        }
        senders
    }

    /// Sends what waits, batch by batch; whether some of it has gone.
    async fn send_all(&self) -> bool {
        let mut has_gone = false;
        let mut batch = BATCH;
        let mut passed_over = 0;
        let Some(kiosk) = self.kiosk() else { return false };
        let senders = self.senders(kiosk).await;
        loop {
            let Ok(kept) = self.journal.lock().await.oldest(batch, &senders).await else { return has_gone };
            if kept.is_empty() {
                return has_gone;
            }
            let clock = Arc::clone(&self.clock);
            let work = |door: AtDoor| {
                let (clock, kept) = (Arc::clone(&clock), kept.clone());
                async move { door.sync(&clock.read(), &kept).await }
            };
            let sent = match self.ask_at_door(GIVE_UP_AFTER, work).await {
                Ok(sent) => sent,
                // One that cannot be taken holds up fewer and fewer of the others, and at
                // last only itself.
                Err(failure) if batch > 1 => {
                    tracing::warn!(%failure, batch, "punches still wait");
                    batch /= 2;
                    continue;
                }
                Err(failure) => {
                    let held = self.journal_state().await;
                    let (Some(first), Ok(())) = (kept.first(), self.hello(held).await) else {
                        return has_gone;
                    };
                    // The database is there and cannot take it: it stays, and holds up no others.
                    tracing::error!(%failure, key = first.key, "a punch cannot be sent");
                    let mut journal = self.journal.lock().await;
                    journal.pass_over(first.key.clone());
                    batch = BATCH;
                    passed_over += 1;
                    if passed_over >= PASSED_OVER && !has_gone {
                        journal.retry();
                        return false;
                    }
                    continue;
                }
            };
            let keys: Vec<String> = sent.into_iter().map(|(key, _)| key).collect();
            if keys.is_empty() {
                return has_gone;
            }
            self.journal.lock().await.sent(&keys).await;
            has_gone = true;
        }
    }
}
