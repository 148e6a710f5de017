//! The model of the console: everything that a screen is drawn from.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

use super::effect::Effect;
use super::keymap::Keymap;
use super::layout;
use super::overlay::Overlay;
use super::pane::Panes;
use super::sign_in::{SchoolChoice, SignIn, Unlock};
use super::widget::theme::{Theme, Tone};
use crate::domain::{Actor, Link};

/// What does not change while the console runs.
#[derive(Clone, Debug)]
pub struct Settings {
    pub theme: Theme,
    pub keymap: Keymap,
    /// Without a key for so long, the console locks; zero is never.
    pub lock_after: TimeDelta,
    /// Where we are connected to, as the sign-in screen shows it.
    pub database: String,
    /// An address to begin with at the sign-in.
    pub email: String,
}

/// The console.
#[derive(Clone, Debug)]
pub struct App {
    pub settings: Settings,
    pub screen: Screen,
    pub size: (u16, u16),
    /// When the last message happened, and the person's offset from UTC then.
    pub now: DateTime<Utc>,
    pub offset: FixedOffset,
    pub link: Link,
    pub link_since: DateTime<Utc>,
    pub actor: Option<Actor>,
    pub unread: i64,
    pub panes: Panes,
    pub overlay: Option<Overlay>,
    /// What waits until the open overlay has been answered.
    pub(super) waiting: Option<Overlay>,
    pub notice: Option<Notice>,
    pub(super) last_input: DateTime<Utc>,
    pub(super) last_touch: DateTime<Utc>,
    /// When a key last decided, and when the record under the cursor last became
    /// another one without a key of the person's.
    pub(super) last_decision: DateTime<Utc>,
    pub(super) row_changed: DateTime<Utc>,
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
    pub fn start(settings: Settings, size: (u16, u16), now: DateTime<Utc>, offset: FixedOffset) -> (Self, Vec<Effect>) {
        let app = Self {
            settings,
            screen: Screen::Resuming(None),
            size,
            now,
            offset,
            link: Link::Connecting,
            link_since: now,
            actor: None,
            unread: 0,
            panes: Panes::default(),
            overlay: None,
            waiting: None,
            notice: None,
            last_input: now,
            last_touch: now,
            last_decision: DateTime::UNIX_EPOCH,
            row_changed: DateTime::UNIX_EPOCH,
        };
        (app, vec![Effect::Resume])
    }

    /// Says something in the line above the keys.
    pub fn say(&mut self, text: impl Into<String>, tone: Tone) {
        self.notice = Some(Notice { text: text.into(), tone, since: self.now });
    }

    /// Where things stand at present.
    #[must_use]
    pub fn areas(&self) -> layout::Areas {
        layout::areas(self.size, self.panes.shows_detail())
    }

    /// A key's footer label, where the key is bound.
    #[must_use]
    pub fn key_of(&self, action: super::action::Action) -> Option<String> {
        self.settings.keymap.shown(action)
    }
}
