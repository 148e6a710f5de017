//! Performs effects, each in its own task, so that no key ever waits for the database. It holds
//! the token, which the screen never sees. `lifecycle` begins and resumes sessions.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio::sync::{Notify, mpsc};
use tokio::task::{JoinHandle, JoinSet};

use super::changes::Pace;
use super::closing::not_done;
use super::lifecycle::{HeldSession, forget};
use super::sign_out::{revoke, session_left, trouble_of};
use super::{Seat, TokenFile, changes};
use crate::domain::list::List;
use crate::domain::user_certificate::SshCredential;
use crate::domain::{Failure, Secret};
use crate::runtime::{FINISH_WITHIN, PendingWork, WorkGuard};
use crate::store::changes::{Ear, Hub, jittered, listen};
use crate::store::sessions::Origin;
use crate::store::{self, Address, Bound, Store};
use crate::tui::effect::{Effect, PaneRequest};
use crate::tui::message::{Answer, Message, PaneAnswer};
use crate::tui::recorder::Recorder;

/// Between two readings of how many events there are a minute.
const PULSE_APART: Duration = Duration::from_secs(1);
/// Between two looks at the audit trail that were asked for while one was in progress.
const WATCH_APART: Duration = Duration::from_secs(1);

/// Everything outside the screen that a console works with.
#[derive(Clone, Debug)]
pub struct Outside {
    pub store: Store,
    /// Where the queries of the store go.
    pub queries: Address,
    /// Where LISTEN goes; queries may take another path.
    pub listen: Address,
    /// What listens for all sessions of a process that serves many. A console by itself listens on
    /// the connection that its statements borrow.
    pub hub: Option<Hub>,
    /// Over how much time consoles that lost their connections together read everything again.
    pub spread: Duration,
    /// This machine's clock, which is compared with the server's.
    pub clock: fn() -> DateTime<Utc>,
    pub origin: Origin,
    pub token_file: TokenFile,
    /// For the demonstration: sign in as this person when no session is kept.
    pub sign_in_as: Option<(String, Secret)>,
    /// Over SSH: sign in as the owner of this key or certificate.
    pub key: Option<KeySignIn>,
    /// Where one process serves many: the place of this session.
    pub seat: Option<Arc<Seat>>,
    /// Takes note of each message before it is taken in.
    pub recorder: Arc<Recorder>,
}

/// A key or a certificate whose signature this process has verified.
#[derive(Clone, Debug)]
pub struct KeySignIn {
    pub credential: SshCredential,
    /// The store whose role may open a session for it, and nothing else.
    pub voucher: Store,
}

/// Starts effects and sends their answers.
#[derive(Debug)]
pub struct Perform {
    outside: Outside,
    answers: mpsc::Sender<Message>,
    /// Who is signed in, for the effects that need it.
    session: Arc<Mutex<Option<HeldSession>>>,
    /// Counts the sessions: an answer to a former person is nobody's.
    epoch: Arc<AtomicU64>,
    /// Counts how often the session was unlocked.
    unlocks: Arc<AtomicU64>,
    /// Locking and unlocking happen in the order in which they were asked for.
    lock_turn: Arc<tokio::sync::Mutex<()>>,
    listening: Option<JoinHandle<()>>,
    /// Rung when a statement had no answer: the listener tests its path.
    doubt: Arc<Notify>,
    watch: Arc<Watch>,
    /// How often changes are passed on.
    pace: Arc<Pace>,
    /// Whether what is asked for now follows a change.
    follows_change: bool,
    /// Decisions, commands, and the beginning, the lock or the end of a session in progress: the
    /// console does not close over them. Each says what of it a person has to be told at the
    /// end.
    finishing: JoinSet<Option<String>>,
    /// Whether answers are no longer shown: a sign-in in progress ends its session again.
    is_closing: Arc<AtomicBool>,
    /// Every task that is to be answered; what is only being listened for does not count.
    work: PendingWork,
    /// What is said when the console has closed.
    told: Vec<String>,
}

impl Perform {
    #[must_use]
    pub fn new(outside: Outside, answers: mpsc::Sender<Message>) -> Self {
        let doubt = outside.hub.as_ref().map(Hub::doubt).unwrap_or_default();
        Self {
            outside,
            answers,
            session: Arc::default(),
            epoch: Arc::default(),
            unlocks: Arc::default(),
            lock_turn: Arc::default(),
            listening: None,
            doubt,
            watch: Arc::default(),
            pace: Arc::default(),
            follows_change: false,
            finishing: JoinSet::new(),
            is_closing: Arc::default(),
            work: PendingWork::default(),
            told: Vec::new(),
        }
    }

    /// Says something once the console has closed.
    pub(super) fn tell(&mut self, sentence: String) {
        self.told.push(sentence);
    }

    /// Learns what the effects that are started next follow from.
    pub(super) fn follows(&mut self, message: &Message) {
        self.follows_change = matches!(message, Message::Change(_) | Message::Recount | Message::Retry);
    }

    pub(super) fn recorder(&self) -> &Recorder {
        &self.outside.recorder
    }

    pub(super) fn work(&self) -> PendingWork {
        self.work.clone()
    }

    /// Waits for what is in progress, for a while: a key that was pressed counts, also when
    /// the next one quits. What did not work is told in sentences, as far as the screen
    /// has not: these are the answers that nobody has taken yet.
    pub(super) async fn close(mut self, mut answers: mpsc::Receiver<Message>) -> Vec<String> {
        self.is_closing.store(true, Ordering::SeqCst);
        let mut told = std::mem::take(&mut self.told);
        let all = async {
            loop {
                tokio::select! {
                    Some(message) = answers.recv() => told.extend(not_done(&message)),
                    done = self.finishing.join_next() => match done {
                        Some(done) => told.extend(done.ok().flatten()),
                        None => break,
                    },
                }
            }
        };
        if tokio::time::timeout(FINISH_WITHIN, all).await.is_err() {
            tracing::warn!("something was still under way when the console closed");
            let late = "The database did not answer in time, so your last action may not have been saved. Sign in again and check.";
            told.push(late.into());
        }
        // A task has ended once its answer was sent.
        while let Ok(message) = answers.try_recv() {
            told.extend(not_done(&message));
        }
        if self.outside.token_file.0.is_none() {
            let session = self.session.lock().ok().and_then(|mut session| session.take());
            told.extend(end_unkept(self.outside.clone(), session).await);
        }
        told
    }

    /// Begins an effect and returns at once.
    pub(super) fn begin(&mut self, effect: Effect) {
        match &effect {
            Effect::Listen => return self.listen(),
            Effect::StopListening => return self.stop_listening(),
            Effect::Lock => self.stop_listening(),
            Effect::ForgetSession => return forget(&self.outside.token_file),
            Effect::SignOut => return self.sign_out(),
            Effect::RetryAfter(wait) => return self.retry_after(*wait),
            _ => {}
        }
        let task = Task {
            outside: self.outside.clone(),
            session: Arc::clone(&self.session),
            answers: self.answers.clone(),
            started_in: self.epoch.load(Ordering::SeqCst),
            epoch: Arc::clone(&self.epoch),
            unlocks_before: self.unlocks.load(Ordering::SeqCst),
            unlocks: Arc::clone(&self.unlocks),
            lock_turn: Arc::clone(&self.lock_turn),
            doubt: Arc::clone(&self.doubt),
            watch: Arc::clone(&self.watch),
            pace: self.follows_change.then(|| Arc::clone(&self.pace)),
            is_closing: Arc::clone(&self.is_closing),
            _guard: self.work.begin(),
        };
        // The screen has shown what was finished.
        while self.finishing.try_join_next().is_some() {}
        match effect {
            Effect::SignIn { email, password } => {
                self.finishing.spawn(async move { Box::pin(task.sign_in_unless_closing(&email, &password)).await });
            }
            Effect::Ask { request: PaneRequest::Decide { .. } | PaneRequest::Run(_), .. }
            | Effect::Lock
            | Effect::ChoosePassword { .. } => {
                self.finishing.spawn(async move {
                    Box::pin(task.run(effect)).await;
                    None
                });
            }
            effect => {
                tokio::spawn(task.run(effect));
            }
        }
    }

    /// Nobody takes the session up again, from now on; then the database ends it.
    fn sign_out(&mut self) {
        let forgotten = self.outside.token_file.forget();
        let session = self.session.lock().ok().and_then(|mut session| session.take());
        self.epoch.fetch_add(1, Ordering::SeqCst);
        let (outside, answers, guard) = (self.outside.clone(), self.answers.clone(), self.work.begin());
        self.finishing.spawn(async move {
            let trouble = trouble_of(forgotten, revoke(&outside, session).await);
            let answer = Message::Answer(Answer::SignedOut(trouble.clone()));
            // A console that has closed takes no answers.
            tokio::spawn(async move {
                let _ = answers.send(answer).await;
                drop(guard);
            });
            trouble
        });
    }

    fn listen(&mut self) {
        self.stop_listening();
        let held = self.session.lock().ok().and_then(|session| session.as_ref().map(|held| held.token.clone()));
        let Some(token) = held else { return };
        let (answers, pace) = (self.answers.clone(), Arc::clone(&self.pace));
        let (say, heard) = mpsc::channel(256);
        if let Some(hub) = self.outside.hub.clone() {
            self.listening = Some(tokio::spawn(async move {
                tokio::join!(hub.listen(token, say), changes::coalesce(heard, answers, &pace));
            }));
            return;
        }
        let ear = Ear {
            listen: self.outside.listen.clone(),
            queries: self.outside.store.queries(),
            token,
            clock: self.outside.clock,
            doubt: Arc::clone(&self.doubt),
            spread: self.outside.spread,
        };
        self.listening = Some(tokio::spawn(async move {
            tokio::join!(listen(ear, say), changes::coalesce(heard, answers, &pace));
        }));
    }

    /// What only waits is not in progress. The random wait keeps consoles whose statements failed
    /// together from repeating them at the same time.
    fn retry_after(&self, wait: Duration) {
        let answers = self.answers.clone();
        tokio::spawn(async move {
            tokio::time::sleep(jittered(wait)).await;
            // A console that has closed takes no messages.
            let _ = answers.send(Message::Retry).await;
        });
    }

    fn stop_listening(&mut self) {
        if let Some(task) = self.listening.take() {
            task.abort();
        }
    }
}

impl Drop for Perform {
    fn drop(&mut self) {
        self.stop_listening();
    }
}

/// A session that is kept nowhere ends with its console; what of that did not work.
async fn end_unkept(outside: Outside, session: Option<HeldSession>) -> Option<String> {
    let ended = tokio::time::timeout(FINISH_WITHIN, revoke(&outside, session));
    match ended.await.unwrap_or(Err(Failure::OutcomeUnknown)) {
        // A locked session opens only for its owner's password.
        Ok(()) | Err(Failure::Locked) => None,
        Err(failure) => Some(session_left("The session", &failure)),
    }
}

/// One effect in progress.
pub(super) struct Task {
    pub(super) outside: Outside,
    pub(super) session: Arc<Mutex<Option<HeldSession>>>,
    pub(super) answers: mpsc::Sender<Message>,
    started_in: u64,
    pub(super) epoch: Arc<AtomicU64>,
    unlocks_before: u64,
    pub(super) unlocks: Arc<AtomicU64>,
    pub(super) lock_turn: Arc<tokio::sync::Mutex<()>>,
    doubt: Arc<Notify>,
    watch: Arc<Watch>,
    /// Where it follows a change.
    pace: Option<Arc<Pace>>,
    pub(super) is_closing: Arc<AtomicBool>,
    _guard: WorkGuard,
}

/// At most one look at the audit trail at a time, and one a second.
#[derive(Debug, Default)]
struct Watch {
    is_running: AtomicBool,
    is_asked_again: AtomicBool,
}

impl Task {
    async fn run(self, effect: Effect) {
        let answer = match effect {
            Effect::Resume => return self.resume().await,
            Effect::ChoosePassword { password } => Answer::SignedIn(self.choose_password(&password).await),
            Effect::Lock => Answer::Locked(self.lock().await),
            Effect::Unlock { password } => Answer::Unlocked(self.unlock(&password).await),
            Effect::Touch => return self.touch().await,
            Effect::Remind => return self.remind().await,
            Effect::WatchAudit => return self.watch_audit().await,
            Effect::ListSchools => Answer::Schools(self.with(async |bound| store::schools::list(&bound).await).await),
            Effect::ChooseSchool(school) => Answer::SignedIn(self.choose_school(school.as_str()).await),
            Effect::Ask { from, request } => self.timed_ask(from, request).await.to(from),
            Effect::CountUnread => {
                Answer::Unread(self.with(async |bound| store::notifications::unread(&bound).await).await)
            }
            // These are begun elsewhere, here or on the terminal.
            Effect::SignIn { .. }
            | Effect::Listen
            | Effect::StopListening
            | Effect::RetryAfter(_)
            | Effect::ForgetSession
            | Effect::SignOut
            | Effect::Copy(_)
            | Effect::Ring { .. }
            | Effect::Suspend
            | Effect::Leave(_)
            | Effect::Quit => return,
        };
        self.answer(answer).await;
    }

    /// What a pane asked for; changes are passed on by how long reading takes.
    async fn timed_ask(&self, from: List, request: PaneRequest) -> PaneAnswer {
        let is_total = matches!(request, PaneRequest::Total { .. } | PaneRequest::ReadPulse { .. });
        let began = Instant::now();
        let answer = Box::pin(self.ask(from, request)).await;
        if let Some(pace) = &self.pace {
            pace.took(is_total, began.elapsed());
        }
        answer
    }

    /// What the pane of a list asked for, or an overlay that it opened.
    async fn ask(&self, list: List, request: PaneRequest) -> PaneAnswer {
        match request {
            PaneRequest::Page { ticket, query, place, limit } => {
                let rows =
                    self.with(async |bound| store::listing::page(&bound, list, &query, &place, limit).await).await;
                PaneAnswer::Page { ticket, rows }
            }
            PaneRequest::Total { ticket, query } => {
                let total = self.with(async |bound| store::listing::total(&bound, list, &query).await).await;
                PaneAnswer::Total { ticket, total }
            }
            PaneRequest::Detail(id) => {
                let detail = self.with(async |bound| store::time_records::detail(&bound, &id).await).await;
                PaneAnswer::Detail { id, detail: detail.map(Box::new) }
            }
            PaneRequest::FindClean(query) => {
                let clean = self.with(async |bound| store::time_records::clean(&bound, &query).await).await;
                PaneAnswer::Clean { query, clean }
            }
            PaneRequest::Decide { seen, what } => {
                let outcomes = self.with(async |bound| store::time_records::decide(&bound, &seen, &what).await).await;
                PaneAnswer::Decided { what, seen, outcomes }
            }
            PaneRequest::Confirm { seen, what } => {
                let outcomes = self.with(async |bound| store::time_records::confirm(&bound, &seen, &what).await).await;
                PaneAnswer::Confirmed { what, seen, outcomes }
            }
            PaneRequest::ReadPulse { since, is_of_platform } => {
                // Repeated requests are sent once a second.
                let (pulse, ()) = tokio::join!(
                    self.with(async |bound| store::audit::pulse(&bound, since, is_of_platform).await),
                    tokio::time::sleep(PULSE_APART)
                );
                PaneAnswer::Pulse(pulse)
            }
            PaneRequest::Lookup { line, lookup, text } => {
                let offers = self.with(async |bound| store::lookup::offers(&bound, lookup, &text).await).await;
                PaneAnswer::Offers { line, lookup, text, offers }
            }
            PaneRequest::Rehearse(command) => {
                let report = self.with(async |bound| store::command::rehearse(&bound, &command).await).await;
                PaneAnswer::Rehearsed { command, report }
            }
            PaneRequest::Run(command) => {
                let report = self.with(async |bound| store::command::run(&bound, &command).await).await;
                PaneAnswer::Ran { command, report }
            }
        }
    }

    pub(super) async fn answer(&self, answer: Answer) {
        let of_session = matches!(
            answer,
            Answer::Resumed(_) | Answer::SignedIn(_) | Answer::SignedOut(_) | Answer::Unlocked(_) | Answer::Locked(_)
        );
        if !of_session && self.epoch.load(Ordering::SeqCst) != self.started_in {
            return;
        }
        let is_unanswered = answer.failure().is_some_and(Failure::is_unanswered);
        let is_late = !of_session && self.unlocks.load(Ordering::SeqCst) != self.unlocks_before;
        let message = if is_late { Message::LateAnswer(answer) } else { Message::Answer(answer) };
        // Nobody waits for an answer after the console has closed.
        let _ = self.answers.send(message).await;
        // Afterwards, so that the listener's findings are shown last.
        if is_unanswered {
            self.doubt.notify_one();
        }
    }

    pub(super) fn bound(&self) -> Result<Bound, Failure> {
        let session = self.session.lock().map_err(|_| Failure::SignedOut)?;
        let held = session.as_ref().ok_or(Failure::SignedOut)?;
        let bound = self.outside.store.bind(&held.token, held.actor.as_ref().ok_or(Failure::Locked)?)?;
        Ok(bound.following_change(self.pace.is_some()))
    }

    /// Sends a request to the database, as the signed-in person.
    async fn with<T>(&self, ask: impl AsyncFnOnce(Bound) -> Result<T, Failure>) -> Result<T, Failure> {
        ask(self.bound()?).await
    }

    async fn remind(&self) {
        if let Ok(bound) = self.bound()
            && let Err(failure) = store::notifications::remind(&bound).await
        {
            tracing::warn!(%failure, "nobody could be reminded");
        }
    }

    /// Seals and reports what waits. Asked again in the meantime, it looks once more a second
    /// later, for however many times it was asked.
    async fn watch_audit(&self) {
        self.watch.is_asked_again.store(true, Ordering::SeqCst);
        // Looked at again after letting go: a request in between would wait for a minute.
        while self.watch.is_asked_again.load(Ordering::SeqCst) && !self.watch.is_running.swap(true, Ordering::SeqCst) {
            while self.watch.is_asked_again.swap(false, Ordering::SeqCst) {
                self.watch_audit_once().await;
                if self.watch.is_asked_again.load(Ordering::SeqCst) {
                    tokio::time::sleep(WATCH_APART).await;
                }
            }
            self.watch.is_running.store(false, Ordering::SeqCst);
        }
    }

    async fn watch_audit_once(&self) {
        let Ok(bound) = self.bound() else { return };
        loop {
            match store::audit::watch(&bound).await {
                Ok(watched) if watched.is_behind() => {}
                Ok(_) => return,
                Err(failure) => {
                    tracing::warn!(%failure, "the audit trail could not be sealed");
                    return;
                }
            }
        }
    }
}
