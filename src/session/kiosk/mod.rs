//! The environment of a kiosk: its device, and a terminal on which no key of the keyboard can end
//! it. A service manager's SIGTERM does.

mod device;
mod effects;
pub mod plain;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use crossterm::event::Event;
use futures_util::Stream;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

pub use device::{Device, Outside};
pub use effects::DeviceEffects;

use super::local::{continued, end_on_signal, hear_terminal, on_signal};
use crate::runtime::{Incoming, Model, Now, PendingWork, Program, incoming};
use crate::tui::kiosk::{Effect, Kiosk, Message, Settings};
use crate::tui::zone::Zone;

impl Model for Kiosk {
    type Message = Message;
    type Effect = Effect;

    fn update(&mut self, message: Message, now: Now) -> Vec<Effect> {
        Kiosk::update(self, message, now.at)
    }

    fn wakes_at(&self, _: DateTime<Utc>) -> DateTime<Utc> {
        Kiosk::wakes_at(self)
    }

    fn tick() -> Message {
        Message::Tick
    }

    /// What the device has begun is finished by its effects.
    fn told_to_end(&mut self, _: Now) -> Vec<Effect> {
        Vec::new()
    }
}

/// A kiosk that was just opened, and the clock that goes by its server's time.
pub async fn open(
    mut settings: Settings,
    outside: Outside,
    size: (u16, u16),
) -> (Program<Kiosk, DeviceEffects>, impl Fn() -> Now) {
    let (device, news) = Device::open(outside).await;
    settings.is_enrolled = device.is_enrolled();
    let (sender, answers) = mpsc::channel(16);
    let mut model = Kiosk::start(settings, size, device.now());
    model.update(Message::News(news), device.now());
    let work = PendingWork::default();
    tokio::spawn(Arc::clone(&device).run(sender.clone(), work.begin()));
    let effects = DeviceEffects::new(Arc::clone(&device), sender, work);
    // A door's times are shown in the zone of its site, which the model knows.
    let clock = move || Now { at: device.now(), zone: Zone::Utc };
    (Program { model: Box::new(model), first: Vec::new(), effects, answers }, clock)
}

/// Keys, fingers, pastes and resizes. What a keyboard's signals ask for is not heard.
///
/// # Errors
/// When signals cannot be received.
pub fn inputs() -> std::io::Result<impl Stream<Item = Incoming<Message>> + Unpin> {
    let (say, said) = mpsc::channel(256);
    hear_signals(&say)?;
    on_signal(continued(), &say, || Incoming::Redraw)?;
    hear_terminal(say, |event| message(event).map(Incoming::Input), || Incoming::End);
    Ok(incoming(said))
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

/// A service manager and a terminal that is gone end the kiosk. Interrupt, quit and stop are
/// taken, and nothing comes of them.
fn hear_signals<T: Send + 'static>(say: &mpsc::Sender<Incoming<T>>) -> std::io::Result<()> {
    use nix::sys::signal::Signal;
    for kind in [Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTSTP, Signal::SIGTTIN, Signal::SIGTTOU] {
        let mut signals = signal(SignalKind::from_raw(kind as i32))?;
        tokio::spawn(async move { while signals.recv().await.is_some() {} });
    }
    for kind in [SignalKind::terminate(), SignalKind::hangup()] {
        end_on_signal(kind, say, || Incoming::End)?;
    }
    Ok(())
}
