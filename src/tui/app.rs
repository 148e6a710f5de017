//! The model of the console: everything that a screen is drawn from.

use std::collections::{HashSet, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};

use super::effect::Effect;
use super::keymap::Keymap;
use super::layout;
use super::overlay::{OpenOverlay, Overlay};
use super::pane::{Context, PaneSettings, Panes, Places, TABS};
use super::sign_in::{NewPassword, SchoolChoice, SignIn, Unlock};
use super::widget::theme::{Theme, Tone};
use super::zone::Zone;
use crate::domain::list::{List, Of};
use crate::domain::{Actor, ClockSkew, Link};

/// What does not change while the console runs.
#[derive(Clone, Debug)]
pub struct Settings {
    pub theme: Theme,
    pub keymap: Keymap,
    /// Without a key for so long, the console locks; zero is never.
    pub lock_after: TimeDelta,
    /// Where we are connected to, as the sign-in screen shows it.
    pub database: String,
    /// What is weak about the paths there, of queries and of LISTEN, in a sentence each.
    pub path_warnings: Vec<String>,
    /// Nothing that changes anything exists here.
    pub read_only: bool,
    /// Whether something urgent rings the terminal.
    pub bell: bool,
    /// Whether the console closes when the session has ended, instead of asking for a password.
    pub ends_with_session: bool,
    /// An address to begin with at the sign-in.
    pub email: String,
    /// A public key that this person has just proved to have, as a line of OpenSSH. It is offered
    /// to be kept after a sign-in by password.
    pub offered_key: Option<String>,
    pub panes: PaneSettings,
}

/// Whose clocks times are shown by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clocks {
    /// Those of the terminal that this runs in.
    #[default]
    Terminal,
    School,
    Utc,
}

/// The console.
#[derive(Debug)]
pub struct App {
    pub settings: Settings,
    pub screen: Screen,
    pub size: (u16, u16),
    /// When the last message happened, and the clocks of the terminal.
    pub now: DateTime<Utc>,
    pub terminal: Zone,
    /// Whose clocks times are shown by.
    pub clocks: Clocks,
    pub link: Link,
    pub link_since: DateTime<Utc>,
    /// Where this machine's clock is too far from the server's.
    pub clock_skew: Option<ClockSkew>,
    /// How many seconds the oldest change has waited to be read, where that is long.
    pub lag_s: Option<u64>,
    pub actor: Option<Actor>,
    pub unread: i64,
    /// Whether it could not be counted again.
    pub(super) is_unread_stale: bool,
    pub(super) retry: Retry,
    /// The urgent notifications that rang: each rings once.
    pub(super) rang: HashSet<String>,
    /// Where one came from, and what it was narrowed to: the way back.
    pub(super) trail: Vec<(List, Option<Of>)>,
    /// All four panes on one screen, where it is large enough.
    pub dashboard: bool,
    pub panes: Panes,
    /// The overlay on the screen.
    pub opened: Option<OpenOverlay>,
    /// What waits until the open overlay has been answered.
    pub(super) waiting: VecDeque<OpenOverlay>,
    pub notice: Option<Notice>,
    pub(super) last_input: DateTime<Utc>,
    pub(super) last_touch: DateTime<Utc>,
    pub(super) last_reminder: DateTime<Utc>,
    /// When a key last decided, and when the record under the cursor last became
    /// another one without a key of the person's.
    pub(super) last_decision: DateTime<Utc>,
    pub(super) row_changed: DateTime<Utc>,
    /// When a new size of the screen last moved a question that was open.
    pub(super) question_moved: DateTime<Utc>,
    /// When the console gave way to the lock or the sign-in without a key.
    pub(super) console_taken: DateTime<Utc>,
    /// When it was last said that a key is not assigned.
    pub(super) unassigned_noted: DateTime<Utc>,
}

/// Which screen is on.
#[derive(Clone, Debug)]
pub enum Screen {
    /// The kept session is being tried; the trouble with it so far.
    Resuming(Option<String>),
    SignIn(SignIn),
    School(SchoolChoice),
    Console,
    Locked(Unlock),
    /// A person who signed in with a temporary password chooses their own.
    NewPassword(NewPassword),
}

/// How readings that failed are repeated.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Retry {
    /// How often since something was last current.
    pub(super) attempts: u32,
    /// Whether the time for the next attempt is still to come.
    pub(super) is_waiting: bool,
}

/// A line that says what just happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub tone: Tone,
    pub since: DateTime<Utc>,
}

impl App {
    /// A console that was just opened, and the first thing to do.
    #[must_use]
    pub fn start(settings: Settings, size: (u16, u16), now: DateTime<Utc>, terminal: Zone) -> (Self, Vec<Effect>) {
        let panes = Panes::new(&settings.panes);
        let app = Self {
            settings,
            screen: Screen::Resuming(None),
            size,
            now,
            terminal,
            clocks: Clocks::default(),
            link: Link::Connecting,
            link_since: now,
            clock_skew: None,
            lag_s: None,
            actor: None,
            unread: 0,
            is_unread_stale: false,
            retry: Retry::default(),
            rang: HashSet::new(),
            trail: Vec::new(),
            dashboard: true,
            panes,
            opened: None,
            waiting: VecDeque::new(),
            notice: None,
            last_input: now,
            last_touch: now,
            last_reminder: now,
            last_decision: DateTime::UNIX_EPOCH,
            row_changed: DateTime::UNIX_EPOCH,
            question_moved: DateTime::UNIX_EPOCH,
            console_taken: DateTime::UNIX_EPOCH,
            unassigned_noted: DateTime::UNIX_EPOCH,
        };
        (app, vec![Effect::Resume])
    }

    /// Says something in the line above the keys.
    pub fn say(&mut self, text: impl Into<String>, tone: Tone) {
        self.notice = Some(Notice { text: text.into(), tone, since: self.now });
    }

    /// Warnings about weak connections to the database, shown at the sign-in.
    pub(super) fn path_notice(&self) -> Option<Notice> {
        let text = self.settings.path_warnings.join(" ");
        (!text.is_empty()).then_some(Notice { text, tone: Tone::Warning, since: self.now })
    }

    /// Where things stand at present.
    #[must_use]
    pub fn areas(&self) -> layout::Areas {
        layout::areas(self.size, self.panes.current().shows_detail())
    }

    /// Whether the four panes are on one screen.
    #[must_use]
    pub fn is_dashboard(&self) -> bool {
        self.dashboard && layout::is_dashboard(self.size) && TABS.iter().any(|(list, _)| *list == self.panes.shown())
    }

    /// The panes on the screen, and where each is.
    #[must_use]
    pub fn tiles(&self) -> Vec<(List, Places)> {
        if self.is_dashboard() {
            let areas = self.areas();
            let lists = TABS.iter().map(|(list, _)| *list);
            return lists
                .zip(layout::tiles(&areas))
                .map(|(list, tile)| (list, Places { list: tile, detail: None, focused: list == self.panes.shown() }))
                .collect();
        }
        let areas = self.areas();
        vec![(self.panes.shown(), Places { list: areas.list, detail: areas.detail, focused: true })]
    }

    /// What the pane of a list knows of the world; nothing while nobody is signed in.
    #[must_use]
    pub fn context(&self, list: List) -> Option<Context<'_>> {
        let actor = self.actor.as_ref()?;
        let (zone, theme, is_shown) = (self.shown_zone(), self.settings.theme, list == self.panes.shown());
        Some(Context { now: self.now, actor, zone, theme, is_shown })
    }

    /// What stands above the pane.
    #[must_use]
    pub fn overlay(&self) -> Option<&Overlay> {
        self.opened.as_ref().map(|open| &open.overlay)
    }

    /// The clocks by which times are shown.
    #[must_use]
    pub fn shown_zone(&self) -> Zone {
        match (self.clocks, self.actor.as_ref().and_then(|actor| actor.school.as_ref())) {
            (Clocks::Terminal, _) => self.terminal,
            (Clocks::School, Some(school)) => Zone::Named(school.zone),
            (Clocks::School, None) | (Clocks::Utc, _) => Zone::Utc,
        }
    }

    /// A key's footer label, where the key is bound.
    #[must_use]
    pub fn key_of(&self, action: super::action::Action) -> Option<String> {
        self.settings.keymap.shown(action)
    }
}
