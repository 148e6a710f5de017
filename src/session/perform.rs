//! Does what effects say, each in a task of its own, so that no key ever waits
//! for the database. The token lives here: the screen never sees it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

use super::{TokenFile, changes};
use crate::domain::person::{Admission, School};
use crate::domain::{Actor, Failure, Secret};
use crate::store::changes::{Ear, listen};
use crate::store::sessions::{Origin, SignIn, Unlock};
use crate::store::{self, Address, Bound, Store};
use crate::tui::effect::Effect;
use crate::tui::message::{Answer, Message};

/// How long a closing console waits for its decisions.
const FINISH_WITHIN: Duration = Duration::from_secs(5);
/// How a console that only reads signs in.
pub const MONITOR: &str = "monitor";
/// Between two readings of how many events there are a minute.
const PULSE_APART: Duration = Duration::from_secs(1);
/// Between two attempts to go on with the kept session.
const RETRY: Duration = Duration::from_secs(2);

/// Everything outside the screen that a console works with.
#[derive(Clone, Debug)]
pub struct Outside {
    pub store: Store,
    /// Where LISTEN goes; queries may take another path.
    pub listen: Address,
    pub origin: Origin,
    pub token_file: TokenFile,
    /// For the demonstration: sign in as this person when no session is kept.
    pub sign_in_as: Option<(String, Secret)>,
}

/// Starts effects and sends their answers.
#[derive(Debug)]
pub struct Perform {
    outside: Outside,
    answers: mpsc::Sender<Message>,
    /// Who is signed in, for the effects that need it.
    session: Arc<Mutex<Option<(Secret, Actor)>>>,
    /// Counts the sessions: an answer to a former person is nobody's.
    epoch: Arc<AtomicU64>,
    listening: Option<JoinHandle<()>>,
    /// Decisions and commands under way: the console does not close over them.
    deciding: JoinSet<()>,
    /// Held by every task.
    under_way: Arc<()>,
}

impl Perform {
    #[must_use]
    pub fn new(outside: Outside, answers: mpsc::Sender<Message>) -> Self {
        Self {
            outside,
            answers,
            session: Arc::default(),
            epoch: Arc::default(),
            listening: None,
            deciding: JoinSet::new(),
            under_way: Arc::default(),
        }
    }

    /// Whether everything that was started has been answered; what is only being
    /// listened for does not count.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        Arc::strong_count(&self.under_way) == 1
    }

    /// Waits for the decisions that are under way, for a while: a key that was
    /// pressed counts, also when the next one quits.
    pub async fn finish(mut self) {
        let all = async { while self.deciding.join_next().await.is_some() {} };
        if tokio::time::timeout(FINISH_WITHIN, all).await.is_err() {
            tracing::warn!("a decision was still under way when the console closed");
        }
    }

    /// Starts an effect and returns at once.
    pub fn start(&mut self, effect: Effect) {
        match &effect {
            Effect::Listen(school) => return self.listen(school),
            Effect::ForgetSession => return self.outside.token_file.forget(),
            _ => {}
        }
        let task = Task {
            outside: self.outside.clone(),
            session: Arc::clone(&self.session),
            answers: self.answers.clone(),
            started_in: self.epoch.load(Ordering::SeqCst),
            epoch: Arc::clone(&self.epoch),
            _under_way: Arc::clone(&self.under_way),
        };
        if matches!(effect, Effect::Decide { .. } | Effect::Run(_)) {
            while self.deciding.try_join_next().is_some() {}
            self.deciding.spawn(task.run(effect));
        } else {
            tokio::spawn(task.run(effect));
        }
    }

    fn listen(&mut self, school: &School) {
        if let Some(task) = self.listening.take() {
            task.abort();
        }
        let ear = Ear {
            listen: self.outside.listen.clone(),
            queries: self.outside.store.pool().clone(),
            channel: school.channel.clone(),
        };
        let answers = self.answers.clone();
        self.listening = Some(tokio::spawn(async move {
            let (say, heard) = mpsc::channel(256);
            tokio::join!(listen(ear, say), changes::coalesce(heard, answers));
        }));
    }
}

impl Drop for Perform {
    fn drop(&mut self) {
        if let Some(task) = self.listening.take() {
            task.abort();
        }
    }
}

/// One effect under way.
struct Task {
    outside: Outside,
    session: Arc<Mutex<Option<(Secret, Actor)>>>,
    answers: mpsc::Sender<Message>,
    started_in: u64,
    epoch: Arc<AtomicU64>,
    _under_way: Arc<()>,
}

impl Task {
    async fn run(self, effect: Effect) {
        let answer = match effect {
            Effect::Resume => return self.resume().await,
            Effect::SignIn { email, password } => Answer::SignedIn(self.sign_in(&email, &password).await),
            Effect::SignOut => self.sign_out().await,
            Effect::Unlock { password } => Answer::Unlocked(self.unlock(&password).await),
            Effect::Touch => return self.touch().await,
            Effect::Remind => return self.remind().await,
            Effect::WatchAudit => return self.watch_audit().await,
            Effect::ReadPulse { since } => {
                // Whoever asks again and again asks once a second.
                let (pulse, ()) = tokio::join!(
                    self.with(async |bound| store::audit::pulse(&bound, since).await),
                    tokio::time::sleep(PULSE_APART)
                );
                Answer::Pulse(pulse)
            }
            Effect::ListSchools => Answer::Schools(self.with(async |bound| store::schools::list(&bound).await).await),
            Effect::ChooseSchool(school) => Answer::SignedIn(self.choose_school(school.as_str()).await),
            Effect::Page { ticket, list, query, place, limit } => {
                let rows =
                    self.with(async |bound| store::listing::page(&bound, list, &query, &place, limit).await).await;
                Answer::Page { ticket, list, rows }
            }
            Effect::Total { ticket, list, query } => {
                let total = self.with(async |bound| store::listing::total(&bound, list, &query).await).await;
                Answer::Total { ticket, list, total }
            }
            Effect::Lookup { line, lookup, text } => {
                let offers = self.with(async |bound| store::lookup::offers(&bound, lookup, &text).await).await;
                Answer::Offers { line, lookup, text, offers }
            }
            Effect::Rehearse(command) => {
                let report = self.with(async |bound| store::command::rehearse(&bound, &command).await).await;
                Answer::Rehearsed { command, report }
            }
            Effect::Run(command) => {
                let report = self.with(async |bound| store::command::run(&bound, &command).await).await;
                Answer::Ran { command, report }
            }
            Effect::Detail(id) => {
                let detail = self.with(async |bound| store::time_records::detail(&bound, &id).await).await;
                Answer::Detail { id, detail: detail.map(Box::new) }
            }
            Effect::FindClean(query) => {
                let clean = self.with(async |bound| store::time_records::clean(&bound, &query).await).await;
                Answer::Clean { query, clean }
            }
            Effect::Decide { seen, what } => {
                let outcomes = self.with(async |bound| store::time_records::decide(&bound, &seen, &what).await).await;
                Answer::Decided { what, seen, outcomes }
            }
            Effect::CountUnread => {
                Answer::Unread(self.with(async |bound| store::notifications::unread(&bound).await).await)
            }
            // The loop does these itself, on the terminal.
            Effect::Listen(_)
            | Effect::ForgetSession
            | Effect::Copy(_)
            | Effect::Ring { .. }
            | Effect::Suspend
            | Effect::Quit => return,
        };
        self.answer(answer).await;
    }

    async fn answer(&self, answer: Answer) {
        let of_session =
            matches!(answer, Answer::Resumed(_) | Answer::SignedIn(_) | Answer::SignedOut | Answer::Unlocked(_));
        if !of_session && self.epoch.load(Ordering::SeqCst) != self.started_in {
            return;
        }
        // Nobody waits for an answer after the console has closed.
        let _ = self.answers.send(Message::Answer(answer)).await;
    }

    fn bound(&self) -> Result<Bound, Failure> {
        let session = self.session.lock().map_err(|_| Failure::SignedOut)?;
        let (token, actor) = session.as_ref().ok_or(Failure::SignedOut)?;
        self.outside.store.bind(token, actor)
    }

    /// Asks the database something, as whoever is signed in.
    async fn with<T>(&self, ask: impl AsyncFnOnce(Bound) -> Result<T, Failure>) -> Result<T, Failure> {
        ask(self.bound()?).await
    }

    fn remember(&self, token: &Secret, actor: &Actor) {
        if let Ok(mut session) = self.session.lock() {
            *session = Some((token.clone(), actor.clone()));
            self.epoch.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Tries the kept session until the database has an opinion on it.
    async fn resume(&self) {
        loop {
            let answer = self.resume_once().await;
            let again = matches!(answer, Err(Failure::Unavailable(_)));
            self.answer(Answer::Resumed(answer)).await;
            if !again || self.answers.is_closed() {
                return;
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    async fn resume_once(&self) -> Result<Option<Actor>, Failure> {
        if let Some(token) = self.outside.token_file.load() {
            match self.outside.store.whoami(&token).await {
                // The demonstration's kept session may be somebody else's.
                Ok(actor) if self.outside.sign_in_as.as_ref().is_some_and(|(email, _)| *email != actor.email) => {}
                Ok(actor) => {
                    self.remember(&token, &actor);
                    return Ok(Some(actor));
                }
                Err(Failure::SignedOut) => self.outside.token_file.forget(),
                Err(failure) => return Err(failure),
            }
        }
        let Some((email, password)) = &self.outside.sign_in_as else { return Ok(None) };
        match self.sign_in(email, password).await? {
            Admission::Welcome(actor) => Ok(Some(actor)),
            Admission::Refused | Admission::Locked { .. } => Ok(None),
        }
    }

    async fn sign_in(&self, email: &str, password: &Secret) -> Result<Admission, Failure> {
        match self.outside.store.sign_in(email, password, &self.outside.origin).await? {
            SignIn::Welcome { token, actor } => {
                if let Err(error) = self.outside.token_file.save(&token) {
                    tracing::warn!(%error, "the session cannot be kept for the next time");
                }
                self.remember(&token, &actor);
                Ok(Admission::Welcome(actor))
            }
            SignIn::Refused => Ok(Admission::Refused),
            SignIn::Locked { until } => Ok(Admission::Locked { until }),
        }
    }

    /// The token of a console that only reads: what keeps its session is by token.
    fn monitor(&self) -> Option<Secret> {
        let session = self.session.lock().ok()?;
        session.as_ref().filter(|_| self.outside.origin.client == MONITOR).map(|(token, _)| token.clone())
    }

    async fn sign_out(&self) -> Answer {
        let ended = match (self.monitor(), self.bound()) {
            (Some(token), _) => self.outside.store.end_monitor(&token).await,
            (None, Ok(bound)) => store::sessions::sign_out(&bound).await,
            (None, Err(_)) => Ok(()),
        };
        if let Err(failure) = ended {
            tracing::warn!(%failure, "the session could not be ended in the database");
        }
        self.outside.token_file.forget();
        if let Ok(mut session) = self.session.lock() {
            *session = None;
            self.epoch.fetch_add(1, Ordering::SeqCst);
        }
        Answer::SignedOut
    }

    async fn unlock(&self, password: &Secret) -> Result<Admission, Failure> {
        let bound = self.bound()?;
        let actor = self.session.lock().ok().and_then(|session| session.as_ref().map(|(_, actor)| actor.clone()));
        match store::sessions::unlock(&bound, password).await? {
            Unlock::Open => actor.map(Admission::Welcome).ok_or(Failure::SignedOut),
            Unlock::Refused => Ok(Admission::Refused),
        }
    }

    async fn touch(&self) {
        let kept = match (self.monitor(), self.bound()) {
            (Some(token), _) => self.outside.store.keep_monitor(&token).await,
            (None, Ok(bound)) => store::sessions::touch(&bound).await,
            (None, Err(_)) => Ok(()),
        };
        if let Err(failure) = kept {
            tracing::warn!(%failure, "the session could not be prolonged");
        }
    }

    async fn remind(&self) {
        if let Ok(bound) = self.bound()
            && let Err(failure) = store::notifications::remind(&bound).await
        {
            tracing::warn!(%failure, "nobody could be reminded");
        }
    }

    async fn watch_audit(&self) {
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

    async fn choose_school(&self, school: &str) -> Result<Admission, Failure> {
        let bound = self.bound()?;
        match self.monitor() {
            Some(token) => self.outside.store.choose_school_of_monitor(&token, school).await?,
            None => store::sessions::choose_school(&bound, school).await?,
        }
        let token = self.session.lock().ok().and_then(|session| session.as_ref().map(|(token, _)| token.clone()));
        let token = token.ok_or(Failure::SignedOut)?;
        let actor = self.outside.store.whoami(&token).await?;
        self.remember(&token, &actor);
        Ok(Admission::Welcome(actor))
    }
}
