//! The one place where the model changes: a message in, effects out.
//!
//! Keys never act on content that is not shown. While the screen is below its minimum size, keys,
//! clicks and pastes are dropped, except the keys that quit. A resize counts as a change of the row
//! under the cursor and of an open question: both ignore answers for 0.3 s. Questions keep their
//! buttons and fields in view and scroll the rest.

mod answers;
mod asked;
mod mouse;
mod paste;
mod retry;
mod unassigned;

use chrono::{DateTime, TimeDelta, Utc};
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use strum::VariantArray;

use super::action::{Action, CALENDARS};
use super::app::{App, Clocks, Notice, Screen};
use super::effect::Effect;
use super::layout;
use super::message::Message;
use super::overlay::{self, Form, OpenOverlay, Overlay, Palette};
use super::pane::{Context, NoticeChange, Pane, Reply, TABS};
use super::sign_in::SchoolChoice;
use super::widget::theme::Tone;
use super::zone::Zone;
use crate::domain::command::What;
use crate::domain::field::UserField;
use crate::domain::form::{Form as Of, Value};
use crate::domain::list::{Link, List};
use crate::domain::permission::Permission;
use crate::domain::{Actor, Change, Resource, user};

/// While a person works, the console extends the session this often.
const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(5);
/// What keeps a monitor's session seals what waits, too.
const KEEP_MONITOR_EVERY: TimeDelta = TimeDelta::minutes(1);
/// What becomes due by the clock is looked for this often.
const REMIND_EVERY: TimeDelta = TimeDelta::hours(1);
/// A key that is held down repeats after about half a second: closer together,
/// two decisions by key are one finger's, and the second is not made.
const BETWEEN_DECISIONS: TimeDelta = TimeDelta::milliseconds(700);
/// Nobody has read a row that came under the cursor, or a question that moved, this
/// recently.
const TIME_TO_LOOK: TimeDelta = TimeDelta::milliseconds(300);
/// How long a notice stays when nothing replaces it.
const NOTICE_STAYS: TimeDelta = TimeDelta::minutes(2);

impl App {
    /// Takes in what happened, and when; answers with what is to be done.
    pub fn update(&mut self, message: Message, now: DateTime<Utc>, terminal: Zone) -> Vec<Effect> {
        (self.now, self.terminal) = (now, terminal);
        let by_person = matches!(
            message,
            Message::Key(_) | Message::KeyBurst(_) | Message::Mouse(_) | Message::Paste(_) | Message::Asked { .. }
        );
        if by_person && !matches!(self.screen, Screen::Locked(_)) {
            self.last_input = now;
        }
        let before = self.row_under_cursor();
        let was_console = matches!(self.screen, Screen::Console);
        let mut effects = match message {
            Message::Key(key) if key.kind == KeyEventKind::Release => Vec::new(),
            // Nobody acts on what the screen is too small to show.
            Message::Key(key) if !self.is_drawn() => self.leave_by(key).unwrap_or_default(),
            _ if by_person && !self.is_drawn() => Vec::new(),
            // A key that was meant for a list would be the first letter of a wrong password.
            Message::Key(key) if self.was_just_taken() => self.leave_by(key).unwrap_or_default(),
            _ if by_person && self.was_just_taken() => Vec::new(),
            Message::Key(key) => self.key(key),
            Message::Mouse(mouse) => self.mouse(mouse),
            Message::Paste(text) => self.paste(&text),
            Message::KeyBurst(keys) => self.burst(&keys),
            Message::Asked { action, rows } => self.asked(action, &rows),
            Message::Resized(width, height) => self.resized((width, height)),
            Message::Minute => self.minute(),
            Message::Link(link) => {
                if link != self.link {
                    (self.link, self.link_since) = (link, now);
                }
                Vec::new()
            }
            Message::Clock(skew) => {
                self.clock_skew = skew;
                Vec::new()
            }
            Message::Lag(seconds) => {
                self.lag_s = seconds;
                Vec::new()
            }
            Message::Change(change) => self.change(&change),
            Message::Recount => self.recount(),
            Message::Retry => self.retry(),
            Message::Answer(answer) => {
                self.note_doubt(&answer);
                self.answer(answer)
            }
            Message::LateAnswer(answer) => {
                self.note_doubt(&answer);
                self.deliver(answer)
            }
        };
        // Whatever happened, each list knows how many rows the screen has for it.
        for (list, places) in self.tiles() {
            let height = usize::from(places.list.height.saturating_sub(1));
            let requests = self.panes.get_mut(list).resize(height);
            effects.extend(Effect::asked_by(list, requests));
        }
        effects.extend(self.plan_retry());
        self.note_leaving(&effects);
        if !by_person && was_console && !matches!(self.screen, Screen::Console) {
            self.console_taken = now;
        }
        if !by_person && before.is_some() && before != self.row_under_cursor() {
            self.row_changed = now;
        }
        effects
    }

    /// The list that keys go to, and its row under the cursor.
    fn row_under_cursor(&self) -> Option<(List, String)> {
        Some((self.panes.shown(), self.panes.current().current_id()?.to_owned()))
    }

    /// More room may show more panes, which have to be read.
    fn resized(&mut self, size: (u16, u16)) -> Vec<Effect> {
        if size != self.size {
            // Another row, or another part of the question, may stand there now.
            self.row_changed = self.now;
            if self.opened.is_some() {
                self.question_moved = self.now;
            }
        }
        self.size = size;
        if matches!(self.screen, Screen::Console) { self.show(self.panes.shown()) } else { Vec::new() }
    }

    /// Whether the screen is large enough to show what a key would act on.
    fn is_drawn(&self) -> bool {
        layout::is_large_enough(self.size)
    }

    /// Whether nobody can have seen yet that a password is asked for.
    fn was_just_taken(&self) -> bool {
        !matches!(self.screen, Screen::Console) && self.now - self.console_taken < TIME_TO_LOOK
    }

    /// The keys that leave, wherever one is.
    fn leave_by(&self, key: KeyEvent) -> Option<Vec<Effect>> {
        let is_ctrl = |c| key.code == KeyCode::Char(c) && key.modifiers.contains(KeyModifiers::CONTROL);
        if is_ctrl('c') {
            // A lock that the database does not know of would be gone with this console.
            let is_only_ours = matches!(&self.screen, Screen::Locked(unlock) if !unlock.is_confirmed);
            return Some(if is_only_ours { vec![Effect::ForgetSession, Effect::Quit] } else { vec![Effect::Quit] });
        }
        is_ctrl('z').then(|| vec![Effect::Suspend])
    }

    fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        if let Some(effects) = self.leave_by(key) {
            return effects;
        }
        let may_add_schools = self.may_add_schools();
        let has_school = self.actor.as_ref().is_some_and(|actor| actor.school.is_some());
        match &mut self.screen {
            Screen::Resuming(_) if matches!(key.code, KeyCode::Char('q') | KeyCode::Esc) => vec![Effect::Quit],
            Screen::Resuming(_) => Vec::new(),
            Screen::School(_) if key.code == KeyCode::Esc && has_school => {
                self.screen = Screen::Console;
                Vec::new()
            }
            Screen::SignIn(_) | Screen::School(_) if key.code == KeyCode::Esc => vec![Effect::Quit],
            Screen::SignIn(form) => form.key(key),
            // Where there is no school yet, the first one is added.
            Screen::School(_) if key.code == KeyCode::Char('n') && may_add_schools => {
                self.screen = Screen::Console;
                self.dashboard = false;
                self.go(List::Schools)
            }
            Screen::School(choice) => choice.key(key),
            Screen::Locked(unlock) => unlock.key(key),
            Screen::NewPassword(form) => form.key(key),
            Screen::Console => self.console_key(key),
        }
    }

    fn may_add_schools(&self) -> bool {
        !self.settings.read_only && self.actor.as_ref().is_some_and(|actor| actor.role.may(Permission::AddSchools))
    }

    fn console_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let offered = self.offered();
        let just_moved = self.now - self.question_moved < TIME_TO_LOOK;
        if just_moved && self.overlay().is_some_and(|overlay| !overlay.is_typed(key)) {
            self.say("The screen was just resized. Check it, then press the key again.", Tone::Warning);
            return Vec::new();
        }
        if let Some(open) = &mut self.opened {
            let (by, answer) = (open.by, open.overlay.key(key, &offered));
            return self.overlay_answer(by, answer);
        }
        if self.panes.current().typing().is_some() {
            let reply = self.panes.current_mut().type_key(key);
            return self.reply(self.panes.shown(), reply);
        }
        let Some(action) = self.settings.keymap.action(key, self.panes.shown()) else {
            self.note_unassigned(key);
            return Vec::new();
        };
        self.act(action, key.code == KeyCode::Char('q'))
    }

    /// What a key did to the overlay that the pane of a list opened.
    fn overlay_answer(&mut self, by: List, answer: overlay::Answer) -> Vec<Effect> {
        match answer {
            overlay::Answer::Stay => Vec::new(),
            overlay::Answer::Ask(requests) => Effect::asked_by(by, requests),
            overlay::Answer::Close => {
                self.opened = self.waiting.pop_front();
                Vec::new()
            }
            overlay::Answer::Show(above) => {
                self.waiting.extend(self.opened.take());
                // What is beneath comes back before whatever else waits.
                self.waiting.rotate_right(1);
                self.opened = Some(OpenOverlay { by, overlay: *above });
                Vec::new()
            }
            overlay::Answer::Open(overlay, requests) => {
                self.opened = Some(OpenOverlay { by, overlay: *overlay });
                Effect::asked_by(by, requests)
            }
            overlay::Answer::Do(request) => {
                self.opened = self.waiting.pop_front();
                Effect::asked_by(by, [request])
            }
            overlay::Answer::Act(action) => {
                self.opened = self.waiting.pop_front();
                self.act(action, false)
            }
            overlay::Answer::Jump(link) => {
                self.opened = self.waiting.pop_front();
                self.jump(link)
            }
        }
    }

    /// The actions that this person can ask for here.
    #[must_use]
    pub fn offered(&self) -> Vec<Action> {
        let Some(actor) = &self.actor else { return Vec::new() };
        let list = self.panes.shown();
        let may_change = !self.settings.read_only;
        let here = |action: &&Action| {
            action.is_over(list) && action.is_offered_to(actor.role, list) && (may_change || action.only_shows())
        };
        Action::VARIANTS.iter().filter(here).copied().collect()
    }

    /// An action by a key or a click, which may come by itself: a key is held down, a
    /// row slips under it.
    pub(super) fn act(&mut self, action: Action, with_q: bool) -> Vec<Effect> {
        let is_offered = |actor: &Actor| action.is_offered_to(actor.role, self.panes.shown());
        let decides = matches!(action, Action::Approve | Action::Undo) && self.actor.as_ref().is_some_and(is_offered);
        if decides && self.is_too_soon(action) {
            self.say("The list just moved. Check the row, then press the key again.", Tone::Warning);
            return Vec::new();
        }
        self.carry_out(action, with_q)
    }

    /// An action that is meant.
    pub(super) fn carry_out(&mut self, action: Action, with_q: bool) -> Vec<Effect> {
        let Some(actor) = &self.actor else { return Vec::new() };
        if !action.is_offered_to(actor.role, self.panes.shown()) {
            let text = format!("Your role ({}) can't do this: {}.", actor.role.label(), action.name());
            self.say(text, Tone::Warning);
            return Vec::new();
        }
        if self.settings.read_only && !action.only_shows() {
            self.say(format!("This console is read-only, so {} is not available.", action.name()), Tone::Warning);
            return Vec::new();
        }
        match action {
            Action::Quit => vec![Effect::Quit],
            Action::Suspend => vec![Effect::Suspend],
            Action::Help => self.open(Overlay::Help { scroll: 0 }),
            Action::Palette => self.open(Overlay::Palette(Palette::default())),
            Action::Refresh => {
                let mut effects = self.change(&Change::Resync);
                effects.extend(self.recount());
                effects
            }
            Action::Message => self.show_message(),
            Action::Lock => self.lock(),
            Action::SignOut => vec![Effect::SignOut],
            Action::School => {
                self.screen = Screen::School(SchoolChoice::default());
                vec![Effect::ListSchools]
            }
            Action::Profile => self.profile(),
            Action::Password => self.password(),
            Action::Dashboard => {
                self.dashboard = !self.dashboard;
                self.show(self.panes.shown())
            }
            // On the dashboard, the pane under the cursor gets the screen.
            Action::Zoom | Action::Detail if self.is_dashboard() => {
                self.dashboard = false;
                Vec::new()
            }
            Action::NextPane => self.go(self.panes.neighbour(1)),
            Action::PreviousPane => self.go(self.panes.neighbour(TABS.len() - 1)),
            Action::Calendar => self.next_calendar(),
            Action::TimeZone => {
                let (clocks, told) = match (self.clocks, self.actor.as_ref().and_then(|actor| actor.school.as_ref())) {
                    // Over SSH the terminal's zone is not known, and stands for UTC.
                    (Clocks::Utc, Some(school)) if matches!(self.terminal, Zone::Utc) => {
                        (Clocks::School, format!("Times are shown in the school's zone ({}).", school.zone))
                    }
                    (Clocks::Terminal, Some(school)) => {
                        (Clocks::School, format!("Times are shown in the school's zone ({}).", school.zone))
                    }
                    (Clocks::Terminal, None) | (Clocks::School, _) => {
                        (Clocks::Utc, "Times are shown in UTC.".to_owned())
                    }
                    (Clocks::Utc, _) => (Clocks::Terminal, "Times are shown in this terminal's zone.".to_owned()),
                };
                self.clocks = clocks;
                self.say(told, Tone::Plain);
                Vec::new()
            }
            Action::Back => self.back(with_q),
            action => match action.shows() {
                Some(list) => self.go(list),
                None => self.pane_act(action),
            },
        }
    }

    /// The last message in full: its line may be too short for it.
    fn show_message(&mut self) -> Vec<Effect> {
        let Some(notice) = &self.notice else { return Vec::new() };
        let lines = vec![notice.text.clone()];
        self.open(Overlay::Report(overlay::Report { title: "Message".into(), lines, scroll: 0 }))
    }

    /// Whether a deciding key comes too soon after the last one, or after the row
    /// under the cursor became another by itself.
    fn is_too_soon(&mut self, action: Action) -> bool {
        let repeated = self.now - self.last_decision < BETWEEN_DECISIONS;
        self.last_decision = self.now;
        let unread = action == Action::Approve && self.now - self.row_changed < TIME_TO_LOOK;
        repeated || unread
    }

    /// One step back: out of what the pane is narrowed or filtered to, then to where
    /// one came from; `q` at the end quits.
    fn back(&mut self, with_q: bool) -> Vec<Effect> {
        self.notice = None;
        let narrowed_by_jump = self.trail.last().is_some() && !self.panes.current().is_marked_or_filtered();
        if narrowed_by_jump && let Some((list, of)) = self.trail.pop() {
            // The narrowed list shows all rows again the next time that it is opened.
            let requests = self.panes.current_mut().narrow(None).requests;
            let mut effects = Effect::asked_by(self.panes.shown(), requests);
            self.panes.show(list);
            let reply = self.panes.get_mut(list).narrow(of);
            effects.extend(self.reply(list, reply));
            effects.extend(self.show(list));
            return effects;
        }
        if with_q && !self.panes.current().can_go_back() {
            return vec![Effect::Quit];
        }
        self.pane_act(Action::Back)
    }

    /// To a list as a whole, by its key or name. From one without a tab the way back
    /// leads to the tab that one came from.
    fn go(&mut self, list: List) -> Vec<Effect> {
        if list != self.panes.shown() {
            self.leave_notice();
        }
        let is_tab = |list: &List| TABS.iter().any(|(tab, _)| tab == list);
        let mut left: Vec<List> = self.trail.drain(..).map(|(list, _)| list).collect();
        if !is_tab(&list) {
            let tab = left.iter().copied().chain([self.panes.shown()]).find(is_tab);
            self.trail.push((tab.unwrap_or(self.panes.last_tab()), None));
        }
        left.extend([self.panes.shown(), list]);
        let mut effects = Vec::new();
        for list in left {
            if self.panes.get(list).narrowed_to().is_some() {
                let reply = self.panes.get_mut(list).narrow(None);
                effects.extend(self.reply(list, reply));
            }
        }
        effects.extend(self.show(list));
        effects
    }

    /// The rotations as the next calendar, or as a list again.
    fn next_calendar(&mut self) -> Vec<Effect> {
        match CALENDARS.iter().position(|list| *list == self.panes.shown()) {
            Some(here) => self.go(CALENDARS[(here + 1) % CALENDARS.len()]),
            None => Vec::new(),
        }
    }

    /// What was said about a list is not about the next one. A failure may be, and the warning
    /// about the path holds everywhere.
    fn leave_notice(&mut self) {
        if !self.has_lasting_notice() {
            self.notice = None;
        }
    }

    /// Whether what was said matters beyond the list that it was said over.
    fn has_lasting_notice(&self) -> bool {
        let path = self.path_notice().map(|notice| notice.text);
        let lasts = |notice: &Notice| notice.tone == Tone::Bad || path.as_ref() == Some(&notice.text);
        self.notice.as_ref().is_some_and(lasts)
    }

    /// To what belongs to a row; the way back is remembered.
    fn jump(&mut self, link: Link) -> Vec<Effect> {
        self.trail.push((self.panes.shown(), self.panes.current().narrowed_to().cloned()));
        self.dashboard = false;
        self.panes.show(link.list);
        let reply = self.panes.get_mut(link.list).narrow(Some(link.of));
        self.reply(link.list, reply)
    }

    /// One's own name.
    fn profile(&mut self) -> Vec<Effect> {
        let Some(actor) = &self.actor else { return Vec::new() };
        let (given, family) = actor.name.rsplit_once(' ').unwrap_or(("", &actor.name));
        let text = |text: &str| Value::Text(text.to_owned());
        let values = vec![(UserField::GivenName, text(given)), (UserField::FamilyName, text(family))];
        let form = Form::new("Your name", What::Edit(Of::Profile), user::names(), values);
        let target = crate::domain::command::Target { id: actor.id.to_string(), name: actor.name.clone() };
        self.open(form.of(vec![target]).into())
    }

    /// One's own password.
    fn password(&mut self) -> Vec<Effect> {
        let form = Form::new("Your password", What::Edit(Of::Password), user::password_fields(), Vec::new());
        self.open(form.into())
    }

    /// Something that a pane does with what it knows of the world; nothing while nobody is
    /// signed in.
    pub(super) fn in_pane(&mut self, list: List, work: impl FnOnce(&mut dyn Pane, Context) -> Reply) -> Vec<Effect> {
        let Some(actor) = &self.actor else { return Vec::new() };
        let (zone, theme, is_shown) = (self.shown_zone(), self.settings.theme, list == self.panes.shown());
        let context = Context { now: self.now, actor, zone, theme, is_shown };
        let reply = work(self.panes.get_mut(list), context);
        self.reply(list, reply)
    }

    pub(super) fn pane_act(&mut self, action: Action) -> Vec<Effect> {
        self.in_pane(self.panes.shown(), |pane, context| pane.act(action, context))
    }

    fn open(&mut self, overlay: Overlay) -> Vec<Effect> {
        self.ask(self.panes.shown(), overlay);
        Vec::new()
    }

    /// A pane, or, on the dashboard, all of them with the cursor in this one.
    pub(super) fn show(&mut self, list: List) -> Vec<Effect> {
        self.panes.show(list);
        let visible: Vec<List> = self.tiles().into_iter().map(|(list, _)| list).collect();
        let mut effects = Vec::new();
        for list in visible {
            let reply = self.panes.get_mut(list).show();
            effects.extend(self.reply(list, reply));
        }
        effects
    }

    /// Does what the pane of a list wants of the rest. What it asks for goes out with its
    /// list, so that the answer comes back to it.
    pub(super) fn reply(&mut self, from: List, reply: Reply) -> Vec<Effect> {
        match reply.notice {
            NoticeChange::Keep => {}
            NoticeChange::Clear => self.notice = None,
            NoticeChange::Say(text, tone) => self.say(text, tone),
        }
        if let Some(overlay) = reply.overlay {
            self.ask(from, overlay);
        }
        let mut effects = Effect::asked_by(from, reply.requests);
        effects.extend(reply.copied.map(Effect::Copy));
        effects
    }

    /// Asks something, after what is asked already.
    pub(super) fn ask(&mut self, by: List, overlay: Overlay) {
        let open = OpenOverlay { by, overlay };
        // What is being typed is not taken away from under the fingers.
        if self.opened.is_some() {
            self.waiting.push_back(open);
        } else {
            self.opened = Some(open);
        }
    }

    fn minute(&mut self) -> Vec<Effect> {
        if self.notice.as_ref().is_some_and(|notice| self.now - notice.since >= NOTICE_STAYS) {
            self.notice = None;
        }
        let idle = self.now - self.last_input;
        let lock_after = self.settings.lock_after;
        let at_work = matches!(self.screen, Screen::Console | Screen::School(_)) && self.actor.is_some();
        // A wall is watched, not used; there is nothing to lock.
        let locks = lock_after > TimeDelta::zero() && !self.settings.read_only;
        let mut effects = Vec::new();
        if at_work && locks && idle >= lock_after
            || matches!(&self.screen, Screen::Locked(unlock) if !unlock.is_confirmed && !unlock.busy)
        {
            effects.extend(self.lock());
        }
        let is_used = self.last_input > self.last_touch || self.settings.read_only;
        let every = if self.settings.read_only { KEEP_MONITOR_EVERY } else { TOUCH_EVERY };
        let worked = is_used && self.now - self.last_touch >= every;
        if self.actor.is_some() && worked {
            self.last_touch = self.now;
            effects.push(Effect::Touch);
        }
        if self.actor.as_ref().is_some_and(|actor| actor.school.is_some()) {
            // A console has to do this, even while nobody uses it.
            if !self.settings.read_only {
                effects.push(Effect::WatchAudit);
            }
            if at_work {
                effects.extend(self.minute_of_panes());
            }
        }
        if at_work && !self.settings.read_only && self.now - self.last_reminder >= REMIND_EVERY {
            self.last_reminder = self.now;
            effects.push(Effect::Remind);
        }
        effects
    }

    /// A minute began for the panes on the screen.
    fn minute_of_panes(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        for list in self.visible() {
            let requests = self.panes.get_mut(list).minute();
            effects.extend(Effect::asked_by(list, requests));
        }
        effects
    }

    fn change(&mut self, change: &Change) -> Vec<Effect> {
        if self.actor.is_none() {
            return Vec::new();
        }
        let visible = self.visible();
        let mut effects = self.panes.change(change, &visible);
        // Any statement finds that this session has ended or is locked.
        if change.touches(Resource::Notifications) || self.is_of_own_sessions(change) {
            effects.push(Effect::CountUnread);
        }
        // On hearing of an attempt, a console has its event written and alerts raised.
        if matches!(change, Change::Rows { resource: Resource::PasswordAttempts, .. }) && !self.settings.read_only {
            effects.push(Effect::WatchAudit);
        }
        effects
    }

    /// Whether the change may concern this console's session.
    fn is_of_own_sessions(&self, change: &Change) -> bool {
        let Change::Rows { resource: Resource::Sessions, ids, .. } = change else { return false };
        // None where there were too many.
        ids.is_empty() || self.actor.as_ref().is_some_and(|actor| ids.iter().any(|id| id == actor.id.as_str()))
    }

    fn recount(&mut self) -> Vec<Effect> {
        if self.actor.is_none() {
            return Vec::new();
        }
        let visible = self.visible();
        self.panes.count_changes(&visible)
    }

    /// Tells each pane what is being sent for it.
    fn note_leaving(&mut self, effects: &[Effect]) {
        for effect in effects {
            if let Effect::Ask { from, request } = effect {
                self.panes.get_mut(*from).leaving(request);
            }
        }
    }
}
