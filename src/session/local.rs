//! The terminal that this process was started on: raw mode and back, whatever
//! happens; its input; its signals.

use std::io::{self, IsTerminal, Stdout, Write};

use chrono::{DateTime, Utc};
use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, Event, EventStream,
};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use futures_util::{Stream, StreamExt};
use nix::sys::termios::{FlushArg, tcflush};
use ratatui::Terminal;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use super::quiet::QuietBackend;
use super::{Host, Input};
use crate::domain::text::visible;
use crate::tui::message::Message;
use crate::tui::zone::Zone;

/// The terminal, taken over; dropping it gives it back.
#[derive(Debug)]
pub struct LocalTerminal {
    mouse: bool,
}

impl LocalTerminal {
    /// Takes the terminal over. A panic, wherever it happens, gives it back
    /// before it is reported.
    ///
    /// # Errors
    /// When standard output is not a terminal.
    pub fn take(mouse: bool) -> io::Result<(Self, Terminal<QuietBackend<Stdout>>)> {
        if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
            return Err(io::Error::new(
                io::ErrorKind::NotConnected,
                "The console needs a terminal. For scripts there is `medstint list`, see `medstint --help`.",
            ));
        }
        let former = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            give_back();
            former(info);
            // The loop must not draw over the report from another thread.
            std::process::exit(101);
        }));
        // Colours are the theme's business, NO_COLOR included; crossterm's own
        // handling of it would also swallow reverse video.
        crossterm::style::force_color_output(true);
        let local = Self { mouse };
        local.enter()?;
        // What was typed before there was anything to see is about nothing here.
        let _ = tcflush(io::stdin(), FlushArg::TCIFLUSH);
        Ok((local, Terminal::new(QuietBackend::new(io::stdout()))?))
    }

    fn enter(&self) -> io::Result<()> {
        enable_raw_mode()?;
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
        if self.mouse {
            execute!(io::stdout(), EnableMouseCapture)?;
        }
        Ok(())
    }
}

impl Drop for LocalTerminal {
    fn drop(&mut self) {
        give_back();
    }
}

/// The terminal as it was: each step is tried even if another fails.
fn give_back() {
    let mut out = io::stdout();
    let _ = execute!(out, DisableMouseCapture, DisableBracketedPaste);
    let _ = execute!(out, LeaveAlternateScreen, crossterm::cursor::Show);
    let _ = disable_raw_mode();
    let _ = out.flush();
}

/// What this host's clock says: the one place where it is read.
#[expect(clippy::disallowed_methods, reason = "the one place where the console reads the clock")]
#[must_use]
pub fn wall_clock() -> DateTime<Utc> {
    Utc::now()
}

pub(super) fn now() -> (DateTime<Utc>, Zone) {
    (wall_clock(), Zone::Terminal)
}

impl Host for LocalTerminal {
    fn now(&self) -> (DateTime<Utc>, Zone) {
        now()
    }

    fn suspend(&mut self) -> io::Result<()> {
        give_back();
        // The whole group stops, `make` above us too; the shell continues it.
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(0), nix::sys::signal::Signal::SIGTSTP)?;
        self.enter()
    }

    fn resume(&mut self) -> io::Result<()> {
        self.enter()
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))
    }

    fn ring(&mut self, title: &str, message: &str) -> io::Result<()> {
        // OSC 9 and OSC 777: a terminal shows the one that it knows and is silent
        // about the other. What they say comes from the database: no control
        // characters and no separators reach the terminal.
        let tame = |text: &str| visible(text).replace(';', ",").chars().take(200).collect::<String>();
        let (title, message) = (tame(title), tame(message));
        let mut out = io::stdout();
        write!(out, "\x07\x1b]9;{title}: {message}\x07\x1b]777;notify;{title};{message}\x07")?;
        out.flush()
    }
}

/// Whoever is asked to end hears it as an input.
pub(super) fn end_on_signals<T: Send + 'static>(say: &mpsc::Sender<T>, end: fn() -> T) -> io::Result<()> {
    for kind in [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()] {
        let mut signals = signal(kind)?;
        let say = say.clone();
        tokio::spawn(async move {
            signals.recv().await;
            let _ = say.send(end()).await;
        });
    }
    Ok(())
}

/// Keys, mouse, pastes, resizes and signals, in order of arrival.
///
/// # Errors
/// When signals cannot be received.
pub fn inputs() -> io::Result<impl Stream<Item = Input> + Unpin> {
    let (say, mut said) = mpsc::channel(256);
    end_on_signals(&say, || Input::Quit)?;
    let mut continued = signal(SignalKind::from_raw(nix::sys::signal::Signal::SIGCONT as i32))?;
    let redraw = say.clone();
    tokio::spawn(async move {
        while continued.recv().await.is_some() {
            let _ = redraw.send(Input::Redraw).await;
        }
    });
    tokio::spawn(async move {
        let mut events = EventStream::new();
        while let Some(event) = events.next().await {
            let input = match event {
                Ok(Event::Key(key)) => Input::Message(Message::Key(key)),
                Ok(Event::Mouse(mouse)) => Input::Message(Message::Mouse(mouse)),
                Ok(Event::Paste(text)) => Input::Message(Message::Paste(text)),
                Ok(Event::Resize(width, height)) => Input::Message(Message::Resized(width, height)),
                Ok(Event::FocusGained | Event::FocusLost) => continue,
                // The terminal is gone.
                Err(_) => Input::Quit,
            };
            if say.send(input).await.is_err() {
                return;
            }
        }
        let _ = say.send(Input::Quit).await;
    });
    Ok(futures_util::stream::poll_fn(move |context| said.poll_recv(context)))
}
