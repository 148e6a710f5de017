//! The signals that ask a command to end.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::session::watchdog;

/// What asks a process to end: from its making on, a signal does not end it by itself.
pub(super) struct Signals {
    terminated: Signal,
    hung_up: Signal,
    interrupted: Signal,
}

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        // A write to a blocked reader can't handle a signal.
        for kind in [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()] {
            let mut asked = signal(kind)?;
            tokio::spawn(async move {
                if asked.recv().await.is_some() {
                    watchdog::watch();
                }
            });
        }
        Ok(Self {
            terminated: signal(SignalKind::terminate())?,
            hung_up: signal(SignalKind::hangup())?,
            interrupted: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for one of them.
    pub(super) async fn recv(&mut self) {
        tokio::select! {
            _ = self.terminated.recv() => {}
            _ = self.hung_up.recv() => {}
            _ = self.interrupted.recv() => {}
        }
    }
}

/// What interrupts a command: a signal, or the end of the client that asked for it.
pub(super) enum Interrupt {
    Signals(Signals),
    Client(watch::Receiver<bool>),
}

impl Interrupt {
    /// Waits until the command is to end.
    pub(super) async fn recv(&mut self) {
        match self {
            Self::Signals(signals) => signals.recv().await,
            Self::Client(is_over) => {
                // A client that is gone asks for nothing more.
                let _ = is_over.wait_for(|is_over| *is_over).await;
            }
        }
    }
}
