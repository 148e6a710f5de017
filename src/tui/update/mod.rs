//! The one place where the model changes: a message in, effects out.

mod answers;
mod mouse;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use strum::VariantArray;

use super::action::{Action, Scope};
use super::app::{App, Screen};
use super::effect::Effect;
use super::message::{List, Message};
use super::overlay::{self, Overlay, Palette};
use super::pane::{Context, Reply, TABS};
use super::sign_in::Unlock;
use super::widget::theme::Tone;
use crate::domain::{Change, Resource};

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

    pub(super) fn act(&mut self, action: Action, with_q: bool) -> Vec<Effect> {
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

    pub(super) fn pane_act(&mut self, action: Action) -> Vec<Effect> {
        let Some(actor) = self.actor.clone() else { return Vec::new() };
        let context = Context { now: self.now, actor: &actor, offset: self.offset, visible: true };
        let reply = self.panes.act(action, context);
        self.reply(reply)
    }

    pub(super) fn open(&mut self, overlay: Overlay) -> Vec<Effect> {
        self.overlay = Some(overlay);
        Vec::new()
    }

    pub(super) fn show(&mut self, pane: List) -> Vec<Effect> {
        self.panes.shown = pane;
        let Some(actor) = self.actor.clone() else { return Vec::new() };
        let reply = self.panes.show(Context { now: self.now, actor: &actor, offset: self.offset, visible: true });
        self.reply(reply)
    }

    pub(super) fn reply(&mut self, reply: Reply) -> Vec<Effect> {
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

    /// Decisions that leave are marked as under way, whoever asked for them.
    fn note_decisions(&mut self, effects: &[Effect]) {
        for effect in effects {
            if let Effect::Decide { seen, .. } = effect {
                self.panes.time_records.sent(seen);
            }
        }
    }
}
