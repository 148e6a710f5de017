//! The one loop: messages in, [`App::update`], effects out, and a drawing when
//! something changed. The terminal, the input and the store are parameters, so
//! that a test (or, one day, an SSH server with many of them) runs the same.

mod bursts;
mod changes;
mod closing;
pub mod kiosk;
pub mod local;
mod perform;
pub mod plain;
pub mod quiet;
mod sign_out;
mod token;
pub mod watchdog;

use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::{Stream, StreamExt};
use ratatui::Terminal;
use ratatui::backend::Backend;
use tokio::sync::mpsc;

pub use perform::{MONITOR, Outside, Perform};
pub use sign_out::session_left;
pub use token::TokenFile;

use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::recorder::Recorder;
use crate::tui::zone::Zone;
use crate::tui::{App, Settings, view};

/// What reaches the loop from the person: keys and the like, or a wish of the
/// terminal's (a signal).
#[derive(Clone, Debug)]
pub enum Input {
    Message(Message),
    /// Draw everything again: the terminal has forgotten what was on it.
    Redraw,
    Quit,
}

/// The terminal's side of an effect. Each fails when the terminal is gone.
#[expect(clippy::missing_errors_doc, reason = "said once, above")]
pub trait Host {
    /// What time it is, and the clocks of the terminal.
    fn now(&self) -> (DateTime<Utc>, Zone);
    /// To the shell and back; the screen is drawn anew afterwards.
    fn suspend(&mut self) -> std::io::Result<()>;
    /// The terminal is ours again after somebody else stopped and continued us.
    fn resume(&mut self) -> std::io::Result<()>;
    fn copy(&mut self, text: &str) -> std::io::Result<()>;
    /// Rings once, and tells the desktop where the terminal can.
    fn ring(&mut self, title: &str, message: &str) -> std::io::Result<()>;
}

/// Runs a console until the person quits; returns what failed at its end, in sentences. The
/// recorder notes each message before it is taken in.
///
/// # Errors
/// When the terminal cannot be written to; everything else is shown on it.
pub async fn run<B>(
    terminal: &mut Terminal<B>,
    mut inputs: impl Stream<Item = Input> + Unpin,
    settings: Settings,
    outside: Outside,
    host: &mut impl Host,
    recorder: &Recorder,
) -> color_eyre::Result<Vec<String>>
where
    B: Backend,
    B::Error: Send + Sync + 'static,
{
    let size = terminal.size()?;
    let (now, zone) = host.now();
    let (mut app, effects) = App::start(settings, (size.width, size.height), now, zone);
    let (answers_in, mut answers) = mpsc::channel(64);
    let mut perform = Perform::new(outside, answers_in);
    for effect in effects {
        perform.start(effect);
    }
    terminal.draw(|frame| view::view(&app, frame))?;

    loop {
        let (now, _) = host.now();
        let input = tokio::select! {
            input = inputs.next() => input.unwrap_or(Input::Quit),
            answer = answers.recv() => Input::Message(answer.unwrap_or(Message::Minute)),
            () = tokio::time::sleep(until_next_minute(now)) => Input::Message(Message::Minute),
        };
        let mut waiting = Some(input);
        // Everything that is there already is taken in before one drawing.
        while let Some(input) = waiting.take() {
            let message = match input {
                Input::Quit => {
                    return Ok(perform.finish(answers).await);
                }
                Input::Redraw => {
                    host.resume()?;
                    terminal.clear()?;
                    break;
                }
                Input::Message(message) => message,
            };
            let (now, zone) = host.now();
            recorder.note(&app, &message, now, zone);
            for effect in app.update(message, now, zone) {
                match start(effect, &mut perform, host)? {
                    Then::GoOn => {}
                    Then::Redraw => terminal.clear()?,
                    Then::Quit => {
                        return Ok(perform.finish(answers).await);
                    }
                }
            }
            waiting = match answers.try_recv() {
                Ok(message) => Some(Input::Message(message)),
                Err(_) => ready(&mut inputs).await,
            };
        }
        terminal.draw(|frame| view::view(&app, frame))?;
    }
}

/// What the loop does once an effect has been started.
enum Then {
    GoOn,
    /// The terminal has forgotten what was on it.
    Redraw,
    Quit,
}

/// Starts an effect: on the terminal's side at once, everything else in a task.
fn start(effect: Effect, perform: &mut Perform, host: &mut impl Host) -> std::io::Result<Then> {
    match effect {
        Effect::Quit => return Ok(Then::Quit),
        Effect::Leave(why) => {
            perform.tell(why);
            return Ok(Then::Quit);
        }
        Effect::Suspend => {
            host.suspend()?;
            return Ok(Then::Redraw);
        }
        Effect::Copy(text) => host.copy(&text)?,
        Effect::Ring { title, message } => host.ring(&title, &message)?,
        effect => perform.start(effect),
    }
    Ok(Then::GoOn)
}

/// The next input, if it is there already.
async fn ready(inputs: &mut (impl Stream<Item = Input> + Unpin)) -> Option<Input> {
    tokio::select! {
        biased;
        input = inputs.next() => Some(input.unwrap_or(Input::Quit)),
        () = std::future::ready(()) => None,
    }
}

fn until_next_minute(now: DateTime<Utc>) -> Duration {
    let into = u64::try_from(now.timestamp_millis().rem_euclid(60_000)).unwrap_or(0);
    Duration::from_millis(60_000 - into)
}
