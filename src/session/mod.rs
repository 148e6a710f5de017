//! The environment of a session: its effects on the database, and the terminal that this process
//! was started on.
//!
//! - `perform` turns effects into calls of the store; `changes` merges bursts of notifications.
//! - `lifecycle` signs in, resumes, locks and unlocks; `sign_out` ends a session. `seats` counts the
//!   sessions of each person where a process serves many.
//! - `local` is this terminal with its signals; `token` is the file of the session token.
//! - `quiet` writes nothing when nothing changed. `bursts` tells pasted text from typing.
//!   `watchdog` ends the process when a write is blocked.
//! - `plain` is the console line by line. `kiosk` is the environment of a kiosk: its connection to
//!   the database, and its journal.

mod bursts;
mod changes;
mod closing;
pub mod kiosk;
mod lifecycle;
pub mod local;
mod perform;
pub mod plain;
pub mod quiet;
mod seats;
mod sign_out;
mod token;
pub mod watchdog;

use chrono::{DateTime, Utc};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tokio::sync::mpsc;

pub use lifecycle::MONITOR;
pub use perform::{KeySignIn, Outside, Perform};
pub use seats::{Seat, Seats};
pub use sign_out::session_left;
pub use token::TokenFile;

use crate::runtime::{Effects, Model, Now, PendingWork, Program, Started, TerminalRequest, next_minute};
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::{App, Settings};

/// A console that was just opened.
#[must_use]
pub fn console(settings: Settings, outside: Outside, size: (u16, u16), now: Now) -> Program<App, Perform> {
    let (model, first) = App::start(settings, size, now.at, now.zone);
    let (sender, answers) = mpsc::channel(64);
    Program { model: Box::new(model), first, effects: Perform::new(outside, sender), answers }
}

impl Model for App {
    type Message = Message;
    type Effect = Effect;

    fn update(&mut self, message: Message, now: Now) -> Vec<Effect> {
        App::update(self, message, now.at, now.zone)
    }

    fn wakes_at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        next_minute(now)
    }

    fn tick() -> Message {
        Message::Minute
    }

    /// Ends like ctrl-c: a person who finds the console locked can't get in by restarting it.
    fn told_to_end(&mut self, now: Now) -> Vec<Effect> {
        let key = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        App::update(self, Message::Key(key), now.at, now.zone)
    }
}

impl Effects<App> for Perform {
    fn start(&mut self, effect: Effect) -> Started {
        match effect {
            Effect::Quit => return Started::End,
            Effect::Leave(why) => {
                self.tell(why);
                return Started::End;
            }
            Effect::Suspend => return Started::OnTerminal(TerminalRequest::Suspend),
            Effect::Copy(text) => return Started::OnTerminal(TerminalRequest::Copy(text)),
            Effect::Ring { title, message } => {
                return Started::OnTerminal(TerminalRequest::Ring { title, message });
            }
            effect => self.begin(effect),
        }
        Started::UnderWay
    }

    fn note(&mut self, app: &App, message: &Message, now: Now) {
        self.follows(message);
        self.recorder().note(app, message, now.at, now.zone);
    }

    fn pending(&self) -> PendingWork {
        self.work()
    }

    fn finish(self, answers: mpsc::Receiver<Message>) -> impl Future<Output = Vec<String>> + Send {
        self.close(answers)
    }
}
