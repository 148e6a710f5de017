//! What effects came to: people let in or out, pages, totals, decisions.

use super::super::app::{App, Screen};
use super::super::effect::Effect;
use super::super::message::{Answer, List, Rows};
use super::super::pane::{Context, Panes};
use super::super::sign_in::{SchoolChoice, SignIn};
use crate::domain::person::Admission;
use crate::domain::window::Total;
use crate::domain::{Actor, Failure, SchoolId};

impl App {
    pub(super) fn answer(&mut self, answer: Answer) -> Vec<Effect> {
        match answer {
            Answer::Resumed(Ok(None)) | Answer::SignedOut => self.sign_in(None),
            // Only an absent database is tried again.
            Answer::Resumed(Err(failure @ Failure::Unavailable(_))) => {
                self.screen = Screen::Resuming(Some(failure.to_string()));
                Vec::new()
            }
            Answer::Resumed(Err(failure)) => self.sign_in(Some(failure.to_string())),
            Answer::Resumed(Ok(Some(actor))) | Answer::SignedIn(Ok(Admission::Welcome(actor))) => self.enter(actor),
            Answer::SignedIn(answer) => self.refused(&answer),
            Answer::Unlocked(answer) => self.unlocked(&answer),
            Answer::Schools(schools) => self.schools(schools),
            Answer::Page { ticket, rows } => self.page(ticket, rows),
            Answer::Total { ticket, list, total } => self.total(ticket, list, &total),
            Answer::Detail { id, detail } => self.panes.time_records.detail(id, detail),
            Answer::AllMatching { ticket, records } => {
                let reply = self.panes.time_records.all_matching(ticket, records);
                self.reply(reply)
            }
            Answer::Decided { what, seen, outcomes } => {
                if let Err(Failure::SignedOut) = outcomes {
                    return self.session_ended();
                }
                let Some(actor) = self.actor.clone() else { return Vec::new() };
                let context = Context { now: self.now, actor: &actor, offset: self.offset, visible: true };
                let reply = self.panes.time_records.decided(&what, &seen, outcomes, context);
                self.reply(reply)
            }
            Answer::Unread(Ok(unread)) => {
                self.unread = unread;
                Vec::new()
            }
            Answer::Unread(Err(_)) => Vec::new(),
        }
    }

    /// Somebody is let in: the school's changes are listened to and the pane on
    /// the screen reads.
    pub(super) fn enter(&mut self, actor: Actor) -> Vec<Effect> {
        (self.last_touch, self.last_input) = (self.now, self.now);
        self.unread = actor.unread;
        let school = actor.school.clone();
        let somebody_else = self.actor.as_ref().is_some_and(|before| *before != actor);
        if self.actor.is_none() || somebody_else {
            self.panes = Panes::default();
        }
        self.actor = Some(actor);
        let Some(school) = school else {
            self.screen = Screen::School(SchoolChoice::default());
            return vec![Effect::ListSchools];
        };
        self.screen = Screen::Console;
        let mut effects = vec![Effect::Listen(school)];
        effects.extend(self.show(self.panes.shown));
        effects
    }

    /// A sign-in or a chosen school that did not lead in.
    pub(super) fn refused(&mut self, answer: &Result<Admission, Failure>) -> Vec<Effect> {
        match (&mut self.screen, answer) {
            (Screen::SignIn(form), answer) => form.refused(answer, self.now),
            (Screen::School(_), Err(Failure::SignedOut)) => return self.session_ended(),
            (Screen::School(choice), Err(failure)) => choice.trouble = Some(failure.to_string()),
            _ => {}
        }
        Vec::new()
    }

    pub(super) fn sign_in(&mut self, trouble: Option<String>) -> Vec<Effect> {
        let email = self.actor.take().map_or_else(|| self.settings.email.clone(), |actor| actor.email);
        (self.overlay, self.waiting) = (None, None);
        self.notice = None;
        self.panes = Panes::default();
        self.screen = Screen::SignIn(SignIn::new(&email, trouble));
        Vec::new()
    }

    pub(super) fn session_ended(&mut self) -> Vec<Effect> {
        self.sign_in(Some("Your session has ended. Sign in to go on; nothing was changed.".into()))
    }

    pub(super) fn unlocked(&mut self, answer: &Result<Admission, Failure>) -> Vec<Effect> {
        match answer {
            Ok(Admission::Welcome(actor)) => {
                self.last_input = self.now;
                if actor.school.is_none() {
                    self.screen = Screen::School(SchoolChoice::default());
                    return vec![Effect::ListSchools];
                }
                self.screen = Screen::Console;
                Vec::new()
            }
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
        // A lock or a sign-out that came meanwhile stays.
        if self.actor.is_none() || !matches!(self.screen, Screen::Console | Screen::School(_)) {
            return Vec::new();
        }
        self.screen = Screen::School(match schools {
            Ok(schools) => SchoolChoice { schools, ..SchoolChoice::default() },
            Err(failure) => SchoolChoice { trouble: Some(failure.to_string()), ..SchoolChoice::default() },
        });
        Vec::new()
    }

    pub(super) fn page(&mut self, ticket: u64, rows: Rows) -> Vec<Effect> {
        match rows {
            Rows::TimeRecords(Err(Failure::SignedOut))
            | Rows::Rotations(Err(Failure::SignedOut))
            | Rows::Competencies(Err(Failure::SignedOut))
            | Rows::Audit(Err(Failure::SignedOut)) => self.session_ended(),
            Rows::TimeRecords(page) => self.panes.time_records.page(ticket, page),
            Rows::Rotations(page) => self.panes.rotations.page(ticket, page),
            Rows::Competencies(page) => self.panes.competencies.page(ticket, page),
            Rows::Audit(page) => self.panes.audit.page(ticket, page),
        }
    }

    pub(super) fn total(&mut self, ticket: u64, list: List, total: &Result<Total, Failure>) -> Vec<Effect> {
        match list {
            List::TimeRecords => self.panes.time_records.total(ticket, total),
            List::Rotations => self.panes.rotations.total(total),
            List::Competencies => self.panes.competencies.total(total),
            List::Audit => self.panes.audit.total(total),
        }
    }
}
