//! The life of a person's session: signing in, resuming a saved session, locking and unlocking,
//! choosing a password and a school, staying signed in. `sign_out` is its end.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;

use super::TokenFile;
use super::perform::Task;
use super::sign_out::{revoke, session_left};
use crate::domain::person::{Admission, SessionResume};
use crate::domain::{Actor, Failure, Secret};
use crate::store;
use crate::store::sessions::{SignIn, Unlock};
use crate::tui::message::Answer;

/// How a console that only reads signs in.
pub const MONITOR: &str = "monitor";
/// Connections that are opened while a person signs in: for the sign-in, and for the list
/// and its number of rows at once.
const OPEN_AHEAD: usize = 2;
/// Between two attempts to go on with the kept session.
const RETRY: Duration = Duration::from_secs(2);

/// The session that this process holds.
#[derive(Clone, Debug)]
pub(super) struct HeldSession {
    pub token: Secret,
    /// Not known yet of a session that was locked when we found it.
    pub actor: Option<Actor>,
}

impl HeldSession {
    /// Whether the other one is the same session, of the same person in the same school.
    fn goes_on_as(&self, other: &Self) -> bool {
        let is_same =
            |(one, other): (&Actor, &Actor)| (&one.id, one.role, &one.school) == (&other.id, other.role, &other.school);
        self.token == other.token && self.actor.as_ref().zip(other.actor.as_ref()).is_none_or(is_same)
    }
}

pub(super) fn forget(file: &TokenFile) {
    if let Err(error) = file.forget() {
        tracing::warn!(%error, "the kept session could not be removed");
    }
}

impl Task {
    /// Tries the kept session until the database has an opinion on it.
    pub(super) async fn resume(&self) {
        loop {
            let answer = self.resume_once().await;
            let again = answer.as_ref().is_err_and(Failure::is_transient);
            self.answer(Answer::Resumed(answer)).await;
            if !again || self.answers.is_closed() {
                return;
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    async fn resume_once(&self) -> Result<SessionResume, Failure> {
        // A process that serves many has connections already.
        if self.outside.hub.is_none() {
            self.outside.queries.check().await?;
            self.outside.store.open_ahead(OPEN_AHEAD);
        }
        if let Some(token) = self.outside.token_file.load() {
            match self.outside.store.whoami(&token).await {
                // The demonstration's kept session may be someone else's.
                Ok(actor) if self.outside.sign_in_as.as_ref().is_some_and(|(email, _)| *email != actor.email) => {}
                Ok(actor) => {
                    self.take_seat(&actor)?;
                    self.remember(&token, Some(&actor));
                    return Ok(SessionResume::Welcome(actor));
                }
                Err(Failure::Locked) if self.outside.sign_in_as.is_none() => {
                    if let Some(name) = self.outside.store.locked_session(&token).await? {
                        self.remember(&token, None);
                        return Ok(SessionResume::Locked { name });
                    }
                }
                Err(Failure::Locked) => {}
                Err(Failure::TemporaryPassword) => {
                    self.remember(&token, None);
                    return Ok(SessionResume::ChoosePassword);
                }
                Err(Failure::SignedOut) => forget(&self.outside.token_file),
                Err(failure) => return Err(failure),
            }
        }
        let admission = match (&self.outside.key, &self.outside.sign_in_as) {
            (Some(known), _) => {
                let opened = known.voucher.sign_in_by(&known.credential, &self.outside.origin).await?;
                let admission = self.admit(self.seated(opened).await?);
                // Its client may have gone in the meantime.
                self.end_if_closing().await;
                admission
            }
            (None, Some((email, password))) => self.sign_in(email, password).await?,
            (None, None) => return Ok(SessionResume::Nobody),
        };
        match admission {
            Admission::Welcome(actor) => Ok(SessionResume::Welcome(actor)),
            Admission::ChoosePassword => Ok(SessionResume::ChoosePassword),
            Admission::Refused | Admission::Locked { .. } => Ok(SessionResume::Nobody),
        }
    }

    async fn sign_in(&self, email: &str, password: &Secret) -> Result<Admission, Failure> {
        let opened = self.opened(email, password).await?;
        Ok(self.admit(self.seated(opened).await?))
    }

    /// Compares a password, in its turn where many do.
    async fn opened(&self, email: &str, password: &Secret) -> Result<SignIn, Failure> {
        let _turn = self.turn().await;
        self.outside.store.sign_in(email, password, &self.outside.origin).await
    }

    async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        self.outside.seat.as_ref()?.turn().await
    }

    /// Ends a session that was opened while the console closed.
    async fn end_if_closing(&self) {
        if !self.is_closing.load(Ordering::SeqCst) {
            return;
        }
        let session = self.session.lock().ok().and_then(|mut session| session.take());
        if let Err(failure) = revoke(&self.outside, session).await {
            tracing::warn!(%failure, "a session without a client could not be ended");
        }
    }

    /// Takes the place of this session for a person, where places are counted.
    fn take_seat(&self, actor: &Actor) -> Result<(), Failure> {
        self.outside.seat.as_ref().map_or(Ok(()), |seat| seat.take(&actor.id))
    }

    /// What a sign-in opened, if its person may have one more session here. Otherwise it ends.
    async fn seated(&self, opened: SignIn) -> Result<SignIn, Failure> {
        let SignIn::Welcome { token, actor } = &opened else { return Ok(opened) };
        let Err(refusal) = self.take_seat(actor) else { return Ok(opened) };
        let held = HeldSession { token: token.clone(), actor: Some(actor.clone()) };
        if let Err(failure) = revoke(&self.outside, Some(held)).await {
            tracing::warn!(%failure, "a session too many could not be ended");
        }
        Err(refusal)
    }

    /// Signs in. A session that was opened while the console closed is ended again; what of
    /// that did not work.
    pub(super) async fn sign_in_unless_closing(self, email: &str, password: &Secret) -> Option<String> {
        let opened = match self.opened(email, password).await {
            Ok(opened) => self.seated(opened).await,
            Err(failure) => Err(failure),
        };
        match opened {
            Ok(SignIn::Welcome { token, actor }) if self.is_closing.load(Ordering::SeqCst) => {
                let ended = revoke(&self.outside, Some(HeldSession { token, actor: Some(actor) })).await;
                ended.err().map(|failure| session_left("The session", &failure))
            }
            // A session that waits for another password is kept: it can do nothing else.
            opened => {
                let admission = opened.map(|opened| self.admit(opened));
                self.answer(Answer::SignedIn(admission)).await;
                None
            }
        }
    }

    /// Keeps what a sign-in opened.
    fn admit(&self, opened: SignIn) -> Admission {
        match opened {
            SignIn::Welcome { token, actor } => {
                self.keep(&token);
                self.remember(&token, Some(&actor));
                Admission::Welcome(actor)
            }
            SignIn::ChoosePassword { token } => {
                self.keep(&token);
                self.remember(&token, None);
                Admission::ChoosePassword
            }
            SignIn::Refused => Admission::Refused,
            SignIn::Locked { until } => Admission::Locked { until },
        }
    }

    /// The token of a console that only reads: what keeps its session is by token.
    fn monitor(&self) -> Option<Secret> {
        let session = self.session.lock().ok()?;
        session.as_ref().filter(|_| self.outside.origin.client == MONITOR).map(|held| held.token.clone())
    }

    /// Locks the session for everyone who has its token. Where the database cannot be
    /// told, the session is at least not kept for the next start.
    pub(super) async fn lock(&self) -> Result<(), Failure> {
        let _turn = self.lock_turn.lock().await;
        let bound = self.bound()?;
        match store::sessions::lock(&bound).await {
            Ok(()) | Err(Failure::Locked) => {
                self.keep(&bound.token());
                Ok(())
            }
            Err(failure) => {
                forget(&self.outside.token_file);
                Err(failure)
            }
        }
    }

    pub(super) async fn unlock(&self, password: &Secret) -> Result<Admission, Failure> {
        let _turn = self.lock_turn.lock().await;
        let token = self.token()?;
        let _turn = self.turn().await;
        match self.outside.store.unlock(&token, password).await? {
            Unlock::Open => {
                self.unlocks.fetch_add(1, Ordering::SeqCst);
                let actor = self.outside.store.whoami(&token).await?;
                self.keep(&token);
                self.remember(&token, Some(&actor));
                Ok(Admission::Welcome(actor))
            }
            Unlock::Refused => Ok(Admission::Refused),
        }
    }

    pub(super) async fn choose_password(&self, password: &Secret) -> Result<Admission, Failure> {
        let token = self.token()?;
        self.outside.store.choose_password(&token, password).await?;
        let actor = self.outside.store.whoami(&token).await?;
        self.take_seat(&actor)?;
        self.remember(&token, Some(&actor));
        Ok(Admission::Welcome(actor))
    }

    fn token(&self) -> Result<Secret, Failure> {
        let session = self.session.lock().map_err(|_| Failure::SignedOut)?;
        session.as_ref().map(|held| held.token.clone()).ok_or(Failure::SignedOut)
    }

    /// Keeps the session for the next start.
    fn keep(&self, token: &Secret) {
        if let Err(error) = self.outside.token_file.save(token) {
            tracing::warn!(%error, "the session cannot be kept for the next time");
        }
    }

    pub(super) async fn touch(&self) {
        let kept = match (self.monitor(), self.bound()) {
            (Some(token), _) => self.outside.store.keep_monitor(&token).await,
            (None, Ok(bound)) => store::sessions::touch(&bound).await,
            (None, Err(_)) => Ok(()),
        };
        if let Err(failure) = kept {
            tracing::warn!(%failure, "the session could not be prolonged");
        }
    }

    pub(super) async fn choose_school(&self, school: &str) -> Result<Admission, Failure> {
        let bound = self.bound()?;
        match self.monitor() {
            Some(token) => self.outside.store.choose_school_of_monitor(&token, school).await?,
            None => store::sessions::choose_school(&bound, school).await?,
        }
        let token = self.token()?;
        let actor = self.outside.store.whoami(&token).await?;
        self.remember(&token, Some(&actor));
        Ok(Admission::Welcome(actor))
    }

    fn remember(&self, token: &Secret, actor: Option<&Actor>) {
        if let Ok(mut session) = self.session.lock() {
            let held = HeldSession { token: token.clone(), actor: actor.cloned() };
            // A person who unlocks their session keeps their panes, which wait for the
            // answers that are in progress.
            if !session.replace(held.clone()).is_some_and(|before| before.goes_on_as(&held)) {
                self.epoch.fetch_add(1, Ordering::SeqCst);
            }
        }
    }
}
