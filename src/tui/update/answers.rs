//! Handles the answers of effects: sign-ins, sign-outs, pages, totals, decisions, commands.

use super::super::app::{App, Screen};
use super::super::effect::Effect;
use super::super::message::{Answer, PaneAnswer};
use super::super::overlay::{Form, OpenOverlay, Overlay, Report as Told};
use super::super::pane::Panes;
use super::super::sign_in::{NewPassword, SchoolChoice, SignIn, Unlock};
use super::super::widget::theme::Tone;
use crate::domain::command::{Command, Report, Step, Target, What};
use crate::domain::field::{SshKeyField, UserField};
use crate::domain::form;
use crate::domain::list::List;
use crate::domain::notification::Unread;
use crate::domain::person::{Admission, SessionResume};
use crate::domain::{Actor, Failure, SchoolId, ssh_key};

impl App {
    pub(super) fn answer(&mut self, answer: Answer) -> Vec<Effect> {
        // The session was locked at another console, or by another process. The answer is
        // delivered all the same: its pane waits for it, and would never ask again.
        let is_locked = answer.failure().is_some_and(|failure| *failure == Failure::Locked);
        let mut effects = self.deliver(answer);
        if is_locked && self.actor.is_some() {
            effects.extend(self.locked_elsewhere());
        }
        effects
    }

    pub(super) fn deliver(&mut self, answer: Answer) -> Vec<Effect> {
        // What a former person asked for is nobody's.
        let of_session = matches!(
            answer,
            Answer::Resumed(_) | Answer::SignedIn(_) | Answer::SignedOut(_) | Answer::Unlocked(_) | Answer::Locked(_)
        );
        if self.actor.is_none() && !of_session {
            return Vec::new();
        }
        // Whatever was asked for: the session of this screen has ended.
        if !of_session && answer.failure() == Some(&Failure::SignedOut) {
            return self.session_ended();
        }
        match answer {
            Answer::Resumed(Ok(SessionResume::Nobody)) => self.sign_in(None),
            Answer::Resumed(Ok(SessionResume::Locked { name })) => {
                self.screen = Screen::Locked(Unlock::confirmed(&name));
                Vec::new()
            }
            Answer::SignedOut(trouble) => self.signed_out(trouble),
            Answer::Resumed(Ok(SessionResume::ChoosePassword)) | Answer::SignedIn(Ok(Admission::ChoosePassword)) => {
                self.screen = Screen::NewPassword(NewPassword::default());
                Vec::new()
            }
            // Only an absent database is tried again.
            Answer::Resumed(Err(failure)) if failure.is_transient() => {
                self.screen = Screen::Resuming(Some(failure.to_string()));
                Vec::new()
            }
            // This console can't be used with this database, so there is no sign-in.
            Answer::Resumed(Err(failure @ (Failure::NoSchema | Failure::Setting { .. }))) => {
                vec![Effect::Leave(failure.to_string())]
            }
            Answer::Resumed(Err(failure)) => self.sign_in(Some(failure.to_string())),
            Answer::Resumed(Ok(SessionResume::Welcome(actor))) => self.enter(actor),
            Answer::SignedIn(Ok(Admission::Welcome(actor))) => {
                let effects = self.enter(actor);
                self.offer_key();
                effects
            }
            Answer::SignedIn(answer) => self.refused(&answer),
            Answer::Unlocked(answer) => self.unlocked(&answer),
            Answer::Locked(locked) => self.locked(&locked),
            Answer::Schools(schools) => self.schools(schools),
            Answer::Unread(unread) => {
                self.is_unread_stale = unread.as_ref().is_err_and(Failure::should_retry_read);
                unread.map_or_else(|_| Vec::new(), |unread| self.unread(unread))
            }
            Answer::To { list, answer } => self.addressed(list, answer),
        }
    }

    /// What the pane of a list, or an overlay that it opened, asked for.
    fn addressed(&mut self, list: List, answer: PaneAnswer) -> Vec<Effect> {
        match answer {
            PaneAnswer::Offers { line, lookup, text, offers } => {
                let next = self.form_of(list).map(|form| form.offered(line, (lookup, &text), offers));
                Effect::asked_by(list, next.into_iter().flatten())
            }
            PaneAnswer::Rehearsed { command, report } => self.rehearsed(list, &command, report),
            PaneAnswer::Ran { command, report } => self.ran(list, &command, report),
            PaneAnswer::Page { .. }
            | PaneAnswer::Total { .. }
            | PaneAnswer::Detail { .. }
            | PaneAnswer::Clean { .. }
            | PaneAnswer::Decided { .. }
            | PaneAnswer::Confirmed { .. }
            | PaneAnswer::Pulse(_) => self.in_pane(list, |pane, context| pane.answer(answer, context)),
        }
    }

    /// The form on the screen, if the pane of this list opened it.
    fn form_of(&mut self, list: List) -> Option<&mut Form> {
        match &mut self.opened {
            Some(OpenOverlay { by, overlay: Overlay::Form(form) }) if *by == list => Some(form.as_mut()),
            _ => None,
        }
    }

    /// Locks the screen at once and the session in the database.
    pub(super) fn lock(&mut self) -> Vec<Effect> {
        if !matches!(self.screen, Screen::Locked(_)) {
            self.screen = Screen::Locked(Unlock::new(&self.name()));
        }
        vec![Effect::Lock]
    }

    /// Whose session it is.
    fn name(&self) -> String {
        self.actor.as_ref().map(|actor| actor.name.clone()).unwrap_or_default()
    }

    /// The outcome of locking; while the database can't be reached, the lock is sent again every minute.
    fn locked(&mut self, locked: &Result<(), Failure>) -> Vec<Effect> {
        match (&mut self.screen, locked) {
            (Screen::Locked(unlock), Ok(())) => unlock.is_confirmed = true,
            (Screen::Locked(_), Err(Failure::SignedOut)) => return self.session_ended(),
            _ => {}
        }
        Vec::new()
    }

    fn locked_elsewhere(&mut self) -> Vec<Effect> {
        if matches!(self.screen, Screen::Locked(_)) {
            return Vec::new();
        }
        // The database locked it. Locking it once more could undo the unlocking.
        self.screen = Screen::Locked(Unlock::confirmed(&self.name()));
        vec![Effect::StopListening]
    }

    /// The outcome of a rehearsal, for the overlay that still shows this command.
    fn rehearsed(&mut self, list: List, command: &Command, report: Result<Report, Failure>) -> Vec<Effect> {
        let Some(open) = self.opened.as_mut().filter(|open| open.by == list) else { return Vec::new() };
        match &mut open.overlay {
            Overlay::Form(form) => return Effect::asked_by(list, form.rehearsed(command, report)),
            Overlay::Preview(preview) if preview.command == *command => preview.report = Some(report),
            _ => {}
        }
        Vec::new()
    }

    /// A command of this list was run, or was not: a form that asked for it closes only when
    /// it was, and what was refused is told by name. The person may be in another pane by now.
    fn ran(&mut self, list: List, command: &Command, report: Result<Report, Failure>) -> Vec<Effect> {
        let from_form = self.form_of(list).is_some_and(|form| form.is_saving(command));
        let report = match report {
            Ok(report) => report,
            Err(failure) => {
                let may_be_done = failure == Failure::OutcomeUnknown;
                match self.form_of(list) {
                    Some(form) if from_form => form.refused(failure),
                    _ => self.say(failure.to_string(), Tone::Bad),
                }
                return if may_be_done { self.read_lists(list) } else { Vec::new() };
            }
        };
        if command.what == What::Edit(form::Form::Profile) {
            self.renamed(command);
        }
        if from_form {
            self.opened = self.waiting.pop_front();
        }
        let is_refused = |target: &Target| report.refused.iter().any(|refused| refused.target.id == target.id);
        let done =
            command.targets.iter().filter(|target| !is_refused(target)).map(|target| target.id.clone()).collect();
        let moves = matches!(command.what, What::Step(_) | What::Switch { .. });
        if moves {
            self.panes.get_mut(list).leaves(done);
        }
        self.tell(list, command, report);
        self.read_lists(list)
    }

    /// Reads the list that a command was run from, and the one on the screen: where
    /// notifications arrive they are read already.
    fn read_lists(&mut self, list: List) -> Vec<Effect> {
        let is_visible = self.visible().contains(&list);
        let mut effects = self.panes.read_again(list, is_visible);
        let shown = self.panes.shown();
        if shown != list {
            effects.extend(self.panes.read_again(shown, true));
        }
        effects
    }

    /// The own name in the header follows.
    fn renamed(&mut self, command: &Command) {
        let Some(actor) = &mut self.actor else { return };
        let (given, family) = actor.name.rsplit_once(' ').unwrap_or(("", &actor.name));
        let part = |field, before: &str| command.fields().text(field).unwrap_or(before).to_owned();
        let name = format!("{} {}", part(UserField::GivenName, given), part(UserField::FamilyName, family));
        name.trim().clone_into(&mut actor.name);
    }

    fn tell(&mut self, list: List, command: &Command, report: Report) {
        let text = match report.done.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            many => format!("{} done: {} …", many.len(), many[0].trim_end_matches('.')),
        };
        if let Some(secret) = report.secret {
            return self.ask(list, Overlay::Told { text, secret });
        }
        // Reading one's notifications needs no announcement.
        if !text.is_empty() && command.what != What::Step(Step::MarkRead) {
            self.say(text, Tone::Good);
        }
        match report.refused.as_slice() {
            [] => {}
            [only] if report.done.is_empty() => self.say(only.to_string(), Tone::Warning),
            refused => {
                let lines = refused.iter().map(ToString::to_string).collect();
                let title = format!("{} done, {} not", report.done.len(), refused.len());
                self.ask(list, Overlay::Report(Told { title, lines, scroll: 0 }));
            }
        }
    }

    /// Something urgent rings once.
    fn unread(&mut self, unread: Unread) -> Vec<Effect> {
        self.unread = unread.count;
        let Some((id, title, message)) = unread.urgent else { return Vec::new() };
        if !self.rang.insert(id) {
            return Vec::new();
        }
        self.say(format!("URGENT: {title}. {message}"), Tone::Bad);
        if self.settings.bell { vec![Effect::Ring { title, message }] } else { Vec::new() }
    }

    /// A person is signed in: the school's changes are listened to and the pane on
    /// the screen reads.
    pub(super) fn enter(&mut self, actor: Actor) -> Vec<Effect> {
        (self.last_touch, self.last_input) = (self.now, self.now);
        self.unread = actor.unread;
        let has_school = actor.school.is_some();
        let is_same =
            |before: &Actor| before.id == actor.id && before.role == actor.role && before.school == actor.school;
        let somebody_else = self.actor.as_ref().is_some_and(|before| !is_same(before));
        if self.actor.is_none() || somebody_else {
            self.panes = Panes::new(&self.settings.panes);
            self.trail.clear();
            self.opened = None;
            self.waiting.clear();
            self.notice = self.path_notice();
            self.is_unread_stale = false;
        }
        self.actor = Some(actor);
        if !has_school {
            self.screen = Screen::School(SchoolChoice::default());
            return vec![Effect::ListSchools];
        }
        self.screen = Screen::Console;
        self.last_reminder = self.now;
        // The next listener compares the clocks again.
        self.clock_skew = None;
        // The rows first: they get the connection that is open already.
        let mut effects = self.show(self.panes.shown());
        effects.extend([Effect::Listen, Effect::CountUnread]);
        if !self.settings.read_only {
            effects.push(Effect::Remind);
        }
        effects
    }

    /// Offers to keep the key that the person has just proved to have. Nothing is kept unless they
    /// say so.
    fn offer_key(&mut self) {
        if self.settings.read_only || !matches!(self.screen, Screen::Console) {
            return;
        }
        let Some(line) = self.settings.offered_key.take() else { return };
        let values = vec![(SshKeyField::Key, form::Value::Text(line))];
        let title = "Use this key from now on?";
        let form = Form::new(title, What::Create(form::Form::SshKey), ssh_key::fields(), values);
        self.ask(self.panes.shown(), form.into());
    }

    /// A sign-in or a chosen school that did not lead in.
    pub(super) fn refused(&mut self, answer: &Result<Admission, Failure>) -> Vec<Effect> {
        match (&mut self.screen, answer) {
            (Screen::SignIn(form), answer) => form.refused(answer, self.now),
            (Screen::School(_) | Screen::NewPassword(_), Err(Failure::SignedOut)) => return self.session_ended(),
            (Screen::NewPassword(form), Err(failure)) => form.refused(failure),
            (Screen::School(choice), Err(failure)) => choice.trouble = Some(failure.to_string()),
            _ => {}
        }
        Vec::new()
    }

    pub(super) fn sign_in(&mut self, trouble: Option<String>) -> Vec<Effect> {
        let email = self.actor.take().map_or_else(|| self.settings.email.clone(), |actor| actor.email);
        self.opened = None;
        self.waiting.clear();
        self.trail.clear();
        self.notice = None;
        self.rang.clear();
        self.panes = Panes::new(&self.settings.panes);
        self.screen = Screen::SignIn(SignIn::new(&email, trouble));
        Vec::new()
    }

    /// The person may already be typing at the sign-in.
    fn signed_out(&mut self, trouble: Option<String>) -> Vec<Effect> {
        let Screen::SignIn(form) = &mut self.screen else { return self.sign_in(trouble) };
        form.trouble = trouble;
        Vec::new()
    }

    pub(super) fn session_ended(&mut self) -> Vec<Effect> {
        let outcome = if self.panes.may_have_saved() {
            "your last decision may have been saved. Check the record."
        } else {
            "nothing was changed."
        };
        if self.settings.ends_with_session {
            return vec![Effect::Leave(format!("Your session has ended. Connect again; {outcome}"))];
        }
        self.sign_in(Some(format!("Your session has ended. Sign in again; {outcome}")))
    }

    pub(super) fn unlocked(&mut self, answer: &Result<Admission, Failure>) -> Vec<Effect> {
        match answer {
            Ok(Admission::Welcome(actor)) => self.enter(actor.clone()),
            Err(Failure::SignedOut) => self.session_ended(),
            refused => {
                if let Screen::Locked(unlock) = &mut self.screen {
                    unlock.refused(refused, self.now);
                }
                Vec::new()
            }
        }
    }

    pub(super) fn schools(&mut self, schools: Result<Vec<(SchoolId, String)>, Failure>) -> Vec<Effect> {
        // A person who went elsewhere in the meantime stays there.
        if self.actor.is_none() || !matches!(self.screen, Screen::School(_)) {
            return Vec::new();
        }
        self.screen = Screen::School(match schools {
            Ok(schools) => SchoolChoice { schools, ..SchoolChoice::default() },
            Err(failure) => SchoolChoice { trouble: Some(failure.to_string()), ..SchoolChoice::default() },
        });
        Vec::new()
    }
}
