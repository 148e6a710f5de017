//! A kiosk's loop: keys in, effects out, a drawing when something changed. Nothing that
//! a keyboard can do ends it; a service manager's SIGTERM does.

mod device;
pub mod plain;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use crossterm::event::Event;
use futures_util::{FutureExt, Stream, StreamExt};
use ratatui::Terminal;
use ratatui::backend::Backend;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

pub use device::{Device, Outside};

use super::local::{continued, end_on_signal, hear_terminal, on_signal};
use crate::tui::kiosk::{Effect, Kiosk, Message, Settings, view};

/// What reaches the loop from the terminal.
#[derive(Clone, Debug)]
pub enum Input {
    Message(Message),
    /// Draw everything again: the terminal has forgotten what was on it.
    Redraw,
    /// The service manager ends it, or the terminal is gone.
    End,
}

/// How a kiosk came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// An administrator closed it.
    Left,
    /// It was told to end.
    Told,
}

/// Runs a kiosk's screen until an administrator closes it.
///
/// # Errors
/// When the terminal cannot be written to; everything else is shown on it.
pub async fn run<B>(
    terminal: &mut Terminal<B>,
    mut inputs: impl Stream<Item = Input> + Unpin,
    settings: Settings,
    outside: Outside,
) -> color_eyre::Result<End>
where
    B: Backend,
    B::Error: Send + Sync + 'static,
{
    let size = terminal.size()?;
    let (device, answers, mut answered, mut kiosk) = start(settings, outside, (size.width, size.height)).await;
    terminal.draw(|frame| view::view(&kiosk, frame))?;
    loop {
        let input = tokio::select! {
            input = inputs.next() => input.unwrap_or(Input::End),
            message = answered.recv() => Input::Message(message.unwrap_or(Message::Tick)),
            () = tokio::time::sleep(until(kiosk.wakes_at(), device.now())) => Input::Message(Message::Tick),
        };
        let mut waiting = Some(input);
        // Everything that is there already is taken in before one drawing: a badge comes
        // at once.
        while let Some(input) = waiting.take() {
            let message = match input {
                Input::End => return Ok(End::Told),
                Input::Redraw => {
                    terminal.clear()?;
                    Message::Tick
                }
                Input::Message(message) => message,
            };
            for effect in kiosk.update(message, device.now()) {
                if effect == Effect::Quit {
                    return Ok(End::Left);
                }
                perform(&device, effect, answers.clone());
            }
            waiting = inputs.next().now_or_never().map(|input| input.unwrap_or(Input::End));
        }
        terminal.draw(|frame| view::view(&kiosk, frame))?;
    }
}

/// The device, where its answers go and come from, and the model.
async fn start(
    mut settings: Settings,
    outside: Outside,
    size: (u16, u16),
) -> (Arc<Device>, mpsc::Sender<Message>, mpsc::Receiver<Message>, Kiosk) {
    let (device, news) = Device::open(outside).await;
    settings.is_enrolled = device.is_enrolled();
    let (answers, answered) = mpsc::channel(16);
    let mut kiosk = Kiosk::start(settings, size, device.now());
    kiosk.update(Message::News(news), device.now());
    tokio::spawn(Arc::clone(&device).run(answers.clone()));
    (device, answers, answered, kiosk)
}

/// Does what an effect says, in a task of its own.
fn perform(device: &Arc<Device>, effect: Effect, answers: mpsc::Sender<Message>) {
    let device = Arc::clone(device);
    tokio::spawn(async move {
        let message = match effect {
            Effect::Enrol(code) => Message::Enrolled(device.enrol(code).await),
            Effect::Punch(asked) => {
                let (asked, came) = device.punch(asked).await;
                Message::Punched(asked, came)
            }
            Effect::Leave { badge, pin } => Message::Left(device.leave(badge, pin).await),
            Effect::Quit => return,
        };
        let _ = answers.send(message).await;
    });
}

/// How long until a moment, by the clock that tells the model the time.
fn until(then: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    (then - now).to_std().unwrap_or(Duration::ZERO) + Duration::from_millis(1)
}

/// Keys, fingers, pastes and resizes. What a keyboard's signals ask for is not heard.
///
/// # Errors
/// When signals cannot be received.
pub fn inputs() -> std::io::Result<impl Stream<Item = Input> + Unpin> {
    let (say, mut said) = mpsc::channel(256);
    deafen()?;
    for kind in [SignalKind::terminate(), SignalKind::hangup()] {
        end_on_signal(kind, &say, || Input::End)?;
    }
    on_signal(continued(), &say, || Input::Redraw)?;
    hear_terminal(say, |event| message(event).map(Input::Message), || Input::End);
    Ok(futures_util::stream::poll_fn(move |context| said.poll_recv(context)))
}

fn message(event: Event) -> Option<Message> {
    Some(match event {
        Event::Key(key) => Message::Key(key),
        Event::Mouse(mouse) => Message::Mouse(mouse),
        Event::Paste(text) => Message::Paste(text),
        Event::Resize(width, height) => Message::Resized(width, height),
        Event::FocusGained | Event::FocusLost => return None,
    })
}

/// Interrupt, quit and stop are taken, and nothing comes of them.
fn deafen() -> std::io::Result<()> {
    use nix::sys::signal::Signal;
    for kind in [Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTSTP, Signal::SIGTTIN, Signal::SIGTTOU] {
        let mut signals = signal(SignalKind::from_raw(kind as i32))?;
        tokio::spawn(async move { while signals.recv().await.is_some() {} });
    }
    Ok(())
}
