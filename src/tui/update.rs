//! The one place where the model changes: a message in, effects out.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use strum::VariantArray;

use super::action::{Action, Scope};
use super::app::{App, Screen};
use super::effect::Effect;
use super::message::{Answer, List, Message, Rows};
use super::overlay::{self, Overlay, Palette};
use super::pane::{Context, Reply, TABS};
use super::sign_in::{SchoolChoice, SignIn, Unlock};
use super::view::{footer, tabs};
use super::widget::theme::Tone;
use crate::domain::person::Admission;
use crate::domain::window::Total;
use crate::domain::{Actor, Change, Failure, Link, Resource};

/// While somebody works, the session is told so this often.
const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(5);
/// A key that is held down repeats after about half a second: closer together,
/// two decisions by key are one finger's, and the second is not made.
const BETWEEN_DECISIONS: TimeDelta = TimeDelta::milliseconds(700);
/// Nobody has read a row that came under the cursor this recently.
const TIME_TO_LOOK: TimeDelta = TimeDelta::milliseconds(300);
/// How long a notice stays when nothing replaces it.
const NOTICE_STAYS: TimeDelta = TimeDelta::minutes(2);

impl App {
    /// Takes in what happened, and when; answers with what is to be done.
    pub fn update(&mut self, message: Message, now: DateTime<Utc>, offset: FixedOffset) -> Vec<Effect> {
        (self.now, self.offset) = (now, offset);
        let by_person = matches!(message, Message::Key(_) | Message::Mouse(_) | Message::Paste(_));
        if by_person && !matches!(self.screen, Screen::Locked(_)) {
            self.last_input = now;
        }
        let before = self.panes.time_records.window.current().map(|row| row.id.clone());
        let mut effects = match message {
            Message::Key(key) if key.kind == KeyEventKind::Release => Vec::new(),
            Message::Key(key) => self.key(key),
            Message::Mouse(mouse) => self.mouse(mouse),
            Message::Paste(text) => self.paste(&text),
            Message::Resized(width, height) => {
                self.size = (width, height);
                Vec::new()
            }
            Message::Minute => self.minute(),
            Message::Link(link) => {
                if link != self.link {
                    (self.link, self.link_since) = (link, now);
                }
                Vec::new()
            }
            Message::Change(change) => self.change(&change),
            Message::Answer(answer) => self.answer(answer),
        };
        // Whatever happened, the list knows how many rows the screen has for it.
        let height = usize::from(self.areas().list.height.saturating_sub(1));
        effects.extend(self.panes.resize(height));
        self.note_decisions(&effects);
        let current = self.panes.time_records.window.current().map(|row| row.id.clone());
        if !by_person && before.is_some() && before != current {
            self.row_changed = now;
        }
        effects
    }

    fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let is_ctrl = |c| key.code == KeyCode::Char(c) && key.modifiers.contains(KeyModifiers::CONTROL);
        if is_ctrl('c') {
            // Whoever finds a locked console does not get in by starting it again.
            let locked = matches!(self.screen, Screen::Locked(_));
            return if locked { vec![Effect::ForgetSession, Effect::Quit] } else { vec![Effect::Quit] };
        }
        if is_ctrl('z') {
            return vec![Effect::Suspend];
        }
        match &mut self.screen {
            Screen::Resuming(_) if matches!(key.code, KeyCode::Char('q') | KeyCode::Esc) => vec![Effect::Quit],
            Screen::Resuming(_) => Vec::new(),
            Screen::SignIn(_) | Screen::School(_) if key.code == KeyCode::Esc => vec![Effect::Quit],
            Screen::SignIn(form) => form.key(key),
            Screen::School(choice) => choice.key(key),
            Screen::Locked(unlock) => unlock.key(key),
            Screen::Console => self.console_key(key),
        }
    }

    fn console_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let offered = self.offered();
        if let Some(overlay) = &mut self.overlay {
            let answer = overlay.key(key, &offered);
            return self.overlay_answer(answer);
        }
        if self.panes.shown == List::TimeRecords && self.panes.time_records.filter.is_some() {
            let reply = self.panes.time_records.filter_key(key);
            return self.reply(reply);
        }
        match self.settings.keymap.action(key) {
            Some(action) => self.act(action, key.code == KeyCode::Char('q')),
            None => Vec::new(),
        }
    }

    fn overlay_answer(&mut self, answer: overlay::Answer) -> Vec<Effect> {
        match answer {
            overlay::Answer::Stay => return Vec::new(),
            overlay::Answer::Close => self.overlay = self.waiting.take(),
            overlay::Answer::Do(effect) => {
                self.overlay = self.waiting.take();
                return vec![effect];
            }
            overlay::Answer::Act(action) => {
                self.overlay = self.waiting.take();
                return self.act(action, false);
            }
        }
        Vec::new()
    }

    /// The actions that this person can ask for here.
    #[must_use]
    pub fn offered(&self) -> Vec<Action> {
        let Some(actor) = &self.actor else { return Vec::new() };
        let here = |action: &Action| match action.about().scope {
            Scope::Everywhere => true,
            Scope::TimeRecords => self.panes.shown == List::TimeRecords,
        };
        Action::VARIANTS.iter().copied().filter(here).filter(|action| action.is_offered_to(actor.role)).collect()
    }

    fn act(&mut self, action: Action, with_q: bool) -> Vec<Effect> {
        let Some(actor) = &self.actor else { return Vec::new() };
        if !action.is_offered_to(actor.role) {
            let text = format!("Your role ({}) may not do this: {}.", actor.role.label(), action.name());
            self.say(text, Tone::Warning);
            return Vec::new();
        }
        if matches!(action, Action::Approve | Action::Undo) && self.is_too_soon(action) {
            self.say("Not so fast: the list has just moved. Look, then press again.", Tone::Warning);
            return Vec::new();
        }
        match action {
            Action::Quit => vec![Effect::Quit],
            Action::Suspend => vec![Effect::Suspend],
            Action::Help => self.open(Overlay::Help { scroll: 0 }),
            Action::Palette => self.open(Overlay::Palette(Palette::default())),
            Action::Refresh => self.change(&Change::Resync),
            Action::Lock => {
                self.screen = Screen::Locked(Unlock::default());
                Vec::new()
            }
            Action::SignOut => vec![Effect::SignOut],
            Action::School => vec![Effect::ListSchools],
            Action::TimeRecords => self.show(List::TimeRecords),
            Action::Rotations => self.show(List::Rotations),
            Action::Competencies => self.show(List::Competencies),
            Action::Audit => self.show(List::Audit),
            Action::NextPane => self.show(self.panes.neighbour(1)),
            Action::PreviousPane => self.show(self.panes.neighbour(TABS.len() - 1)),
            Action::Back if with_q && !self.can_go_back() => vec![Effect::Quit],
            Action::Back => {
                self.notice = None;
                self.pane_act(action)
            }
            action => self.pane_act(action),
        }
    }

    /// Whether a deciding key comes too soon after the last one, or after the row
    /// under the cursor became another by itself.
    fn is_too_soon(&mut self, action: Action) -> bool {
        let repeated = self.now - self.last_decision < BETWEEN_DECISIONS;
        self.last_decision = self.now;
        let unread = action == Action::Approve && self.now - self.row_changed < TIME_TO_LOOK;
        repeated || unread
    }

    fn can_go_back(&self) -> bool {
        self.panes.shown == List::TimeRecords && self.panes.time_records.can_go_back()
    }

    fn pane_act(&mut self, action: Action) -> Vec<Effect> {
        let Some(actor) = self.actor.clone() else { return Vec::new() };
        let context = Context { now: self.now, actor: &actor, offset: self.offset, visible: true };
        let reply = self.panes.act(action, context);
        self.reply(reply)
    }

    fn open(&mut self, overlay: Overlay) -> Vec<Effect> {
        self.overlay = Some(overlay);
        Vec::new()
    }

    fn show(&mut self, pane: List) -> Vec<Effect> {
        self.panes.shown = pane;
        let Some(actor) = self.actor.clone() else { return Vec::new() };
        let reply = self.panes.show(Context { now: self.now, actor: &actor, offset: self.offset, visible: true });
        self.reply(reply)
    }

    fn reply(&mut self, reply: Reply) -> Vec<Effect> {
        if let Some((text, tone)) = reply.notice {
            self.say(text, tone);
        }
        match reply.overlay {
            // What is being typed is not taken away from under the fingers.
            Some(overlay) if self.overlay.is_some() => self.waiting = Some(overlay),
            Some(overlay) => self.overlay = Some(overlay),
            None => {}
        }
        reply.effects
    }

    fn paste(&mut self, text: &str) -> Vec<Effect> {
        match &mut self.screen {
            Screen::SignIn(form) => form.field().paste(text),
            Screen::Locked(unlock) => unlock.password.paste(text),
            Screen::Console => {
                if let Some(overlay) = &mut self.overlay {
                    overlay.paste(text);
                } else if self.panes.shown == List::TimeRecords {
                    let reply = self.panes.time_records.filter_paste(text);
                    return self.reply(reply);
                }
            }
            Screen::Resuming(_) | Screen::School(_) => {}
        }
        Vec::new()
    }

    fn mouse(&mut self, mouse: MouseEvent) -> Vec<Effect> {
        if !matches!(self.screen, Screen::Console) || self.overlay.is_some() {
            return Vec::new();
        }
        match mouse.kind {
            MouseEventKind::ScrollDown => self.pane_act(Action::Down),
            MouseEventKind::ScrollUp => self.pane_act(Action::Up),
            MouseEventKind::Down(MouseButton::Left) => self.click(mouse.column, mouse.row),
            _ => Vec::new(),
        }
    }

    fn click(&mut self, x: u16, y: u16) -> Vec<Effect> {
        let areas = self.areas();
        let hit = |places: Vec<(std::ops::Range<u16>, Action)>| {
            places.into_iter().find(|(place, _)| place.contains(&x)).map(|(_, action)| action)
        };
        if y == areas.tabs.y {
            return hit(tabs::places(self)).map_or_else(Vec::new, |action| self.act(action, false));
        }
        if y == areas.footer.y {
            return hit(footer::places(self)).map_or_else(Vec::new, |action| self.act(action, false));
        }
        let list = areas.list;
        if y > list.y && y < list.bottom() && x < list.right() {
            let Some(actor) = self.actor.clone() else { return Vec::new() };
            let context = Context { now: self.now, actor: &actor, offset: self.offset, visible: true };
            let reply = self.panes.point_at(usize::from(y - list.y - 1), context);
            return self.reply(reply);
        }
        Vec::new()
    }

    fn minute(&mut self) -> Vec<Effect> {
        if self.notice.as_ref().is_some_and(|notice| self.now - notice.since >= NOTICE_STAYS) {
            self.notice = None;
        }
        let idle = self.now - self.last_input;
        let lock_after = self.settings.lock_after;
        let at_work = matches!(self.screen, Screen::Console | Screen::School(_)) && self.actor.is_some();
        if at_work && lock_after > TimeDelta::zero() && idle >= lock_after {
            self.screen = Screen::Locked(Unlock::default());
        }
        let worked = self.last_input > self.last_touch && self.now - self.last_touch >= TOUCH_EVERY;
        if self.actor.is_some() && worked {
            self.last_touch = self.now;
            return vec![Effect::Touch];
        }
        Vec::new()
    }

    fn change(&mut self, change: &Change) -> Vec<Effect> {
        let Some(actor) = self.actor.clone() else { return Vec::new() };
        let context = Context { now: self.now, actor: &actor, offset: self.offset, visible: true };
        let mut effects = self.panes.change(change, context);
        if change.touches(Resource::Notifications) {
            effects.push(Effect::CountUnread);
        }
        effects
    }

    fn answer(&mut self, answer: Answer) -> Vec<Effect> {
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
    fn enter(&mut self, actor: Actor) -> Vec<Effect> {
        (self.last_touch, self.last_input) = (self.now, self.now);
        self.unread = actor.unread;
        let school = actor.school.clone();
        let somebody_else = self.actor.as_ref().is_some_and(|before| *before != actor);
        if self.actor.is_none() || somebody_else {
            self.panes = super::pane::Panes::default();
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
    fn refused(&mut self, answer: &Result<Admission, Failure>) -> Vec<Effect> {
        match (&mut self.screen, answer) {
            (Screen::SignIn(form), answer) => form.refused(answer, self.now),
            (Screen::School(_), Err(Failure::SignedOut)) => return self.session_ended(),
            (Screen::School(choice), Err(failure)) => choice.trouble = Some(failure.to_string()),
            _ => {}
        }
        Vec::new()
    }

    fn sign_in(&mut self, trouble: Option<String>) -> Vec<Effect> {
        let email = self.actor.take().map_or_else(|| self.settings.email.clone(), |actor| actor.email);
        (self.overlay, self.waiting) = (None, None);
        self.notice = None;
        self.panes = super::pane::Panes::default();
        self.screen = Screen::SignIn(SignIn::new(&email, trouble));
        Vec::new()
    }

    fn session_ended(&mut self) -> Vec<Effect> {
        self.sign_in(Some("Your session has ended. Sign in to go on; nothing was changed.".into()))
    }

    fn unlocked(&mut self, answer: &Result<Admission, Failure>) -> Vec<Effect> {
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

    fn schools(&mut self, schools: Result<Vec<(crate::domain::SchoolId, String)>, Failure>) -> Vec<Effect> {
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

    fn page(&mut self, ticket: u64, rows: Rows) -> Vec<Effect> {
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

    fn total(&mut self, ticket: u64, list: List, total: &Result<Total, Failure>) -> Vec<Effect> {
        match list {
            List::TimeRecords => self.panes.time_records.total(ticket, total),
            List::Rotations => self.panes.rotations.total(total),
            List::Competencies => self.panes.competencies.total(total),
            List::Audit => self.panes.audit.total(total),
        }
    }

    /// Decisions that leave are marked as under way, whoever asked for them.
    fn note_decisions(&mut self, effects: &[Effect]) {
        for effect in effects {
            if let Effect::Decide { seen, .. } = effect {
                self.panes.time_records.sent(seen);
            }
        }
    }

    /// Whether the console hears of changes as they happen.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.link == Link::Live
    }
}
