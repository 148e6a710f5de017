//! The terminal that this process was started on: raw mode and back, whatever
//! happens; its input; its signals.

use std::io::{self, IsTerminal, Stdout, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use chrono::{DateTime, Local, NaiveDateTime, TimeZone, Utc};
use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, Event, EventStream,
};
use crossterm::execute;
use crossterm::terminal::{
    EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use futures_util::{Stream, StreamExt};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::termios::{FlushArg, tcflush};
use ratatui::Terminal;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use super::bursts::{Packets, TerminalInput};
use super::quiet::QuietBackend;
use super::watchdog;
use crate::domain::text::visible;
use crate::runtime::screen::Host;
use crate::runtime::{Incoming, Now, incoming};
use crate::tui::message::Message;
use crate::tui::zone::{HostClocks, Zone};

/// For this long after the mouse was released, its reports may still arrive.
const REPORTS_UNDER_WAY: Duration = Duration::from_millis(200);
/// After each report another one may follow, for this long in all.
const NEXT_REPORT: Duration = Duration::from_millis(50);
const REPORTS_AT_MOST: Duration = Duration::from_millis(600);

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
            give_back(mouse);
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
        give_back(self.mouse);
    }
}

/// The terminal as it was: each step is tried even if another fails.
fn give_back(mouse: bool) {
    let mut out = io::stdout();
    let _ = execute!(out, DisableMouseCapture, DisableBracketedPaste);
    let _ = execute!(out, EnableLineWrap, LeaveAlternateScreen, crossterm::cursor::Show);
    let _ = out.flush();
    if mouse {
        drop_reports();
    }
    let _ = disable_raw_mode();
}

/// Waits for the reports of the mouse that are in progress and drops them: a shell would
/// take them for something that was typed.
fn drop_reports() {
    let begun = Instant::now();
    let mut until = begun + REPORTS_UNDER_WAY;
    let input = io::stdin();
    loop {
        let left = until.min(begun + REPORTS_AT_MOST).saturating_duration_since(Instant::now());
        let mut fds = [PollFd::new(input.as_fd(), PollFlags::POLLIN)];
        // Rounded up, so that it ends after the time and not before.
        let timeout = PollTimeout::try_from(left + Duration::from_millis(1)).unwrap_or(PollTimeout::ZERO);
        match poll(&mut fds, timeout) {
            Ok(1..) if fds[0].revents() == Some(PollFlags::POLLIN) => until = until.max(Instant::now() + NEXT_REPORT),
            Err(nix::errno::Errno::EINTR) => {}
            // Nothing came any more, or the terminal has gone.
            _ => break,
        }
        let _ = tcflush(&input, FlushArg::TCIFLUSH);
        if left.is_zero() {
            break;
        }
    }
    let _ = tcflush(&input, FlushArg::TCIFLUSH);
}

/// What this host's clock says: the one place where it is read.
#[expect(clippy::disallowed_methods, reason = "the one place where the console reads the clock")]
#[must_use]
pub fn wall_clock() -> DateTime<Utc> {
    Utc::now()
}

/// This host's time zone, as `TZ` and the system have it.
const HOST_CLOCKS: HostClocks = HostClocks {
    at_instant: |utc: &NaiveDateTime| Local.offset_from_utc_datetime(utc),
    at_local: |local: &NaiveDateTime| Local.offset_from_local_datetime(local),
};

/// What time it is here, by the clocks of this host.
#[must_use]
pub fn now() -> Now {
    Now { at: wall_clock(), zone: Zone::Host(HOST_CLOCKS) }
}

impl Host for LocalTerminal {
    fn suspend(&mut self) -> io::Result<()> {
        give_back(self.mouse);
        // The whole group stops, `make` above us too; the shell continues it.
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(0), nix::sys::signal::Signal::SIGTSTP)?;
        self.enter()
    }

    fn resume(&mut self) -> io::Result<()> {
        // In the background the terminal is the shell's: a process that sets it is stopped, or waits
        // for ever if that signal is ignored. It is continued again when it returns.
        if nix::unistd::tcgetpgrp(io::stdin()) != Ok(nix::unistd::getpgrp()) {
            return Ok(());
        }
        // The process that continued us may have set the terminal; crossterm takes it for raw still.
        disable_raw_mode()?;
        self.enter()
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))
    }

    fn ring(&mut self, title: &str, message: &str) -> io::Result<()> {
        let mut out = io::stdout();
        out.write_all(alarm(title, message).as_bytes())?;
        out.flush()
    }
}

/// What rings a terminal and tells the desktop. OSC 9 and OSC 777: a terminal shows the one that
/// it knows and is silent about the other. The texts come from the database, so no control
/// characters and no separators of theirs reach the terminal.
#[must_use]
pub fn alarm(title: &str, message: &str) -> String {
    let tame = |text: &str| visible(text).replace(';', ",").chars().take(200).collect::<String>();
    let (title, message) = (tame(title), tame(message));
    format!("\x07\x1b]9;{title}: {message}\x07\x1b]777;notify;{title};{message}\x07")
}

/// Passes a signal to end on as an input.
pub(super) fn end_on_signals<T: Send + 'static>(say: &mpsc::Sender<T>, end: fn() -> T) -> io::Result<()> {
    for kind in [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()] {
        end_on_signal(kind, say, end)?;
    }
    Ok(())
}

/// A signal that asks to end is heard as an input, and ends the process also where the
/// loop is held up in its writing.
pub(super) fn end_on_signal<T: Send + 'static>(
    kind: SignalKind,
    say: &mpsc::Sender<T>,
    end: fn() -> T,
) -> io::Result<()> {
    let mut signals = signal(kind)?;
    let say = say.clone();
    tokio::spawn(async move {
        if signals.recv().await.is_some() {
            watchdog::watch();
            let _ = say.send(end()).await;
        }
        while signals.recv().await.is_some() {
            let _ = say.send(end()).await;
        }
    });
    Ok(())
}

/// A signal is heard as an input, each time.
pub(super) fn on_signal<T: Send + 'static>(
    kind: SignalKind,
    say: &mpsc::Sender<T>,
    input: fn() -> T,
) -> io::Result<()> {
    let mut signals = signal(kind)?;
    let say = say.clone();
    tokio::spawn(async move {
        while signals.recv().await.is_some() {
            let _ = say.send(input()).await;
        }
    });
    Ok(())
}

/// After we were stopped and continued, the terminal has lost its content.
pub(super) fn continued() -> SignalKind {
    SignalKind::from_raw(nix::sys::signal::Signal::SIGCONT as i32)
}

/// What the terminal tells, in its order, for as long as it is there; then its end.
pub(super) fn hear_terminal<T: Send + 'static>(say: mpsc::Sender<T>, of: fn(Event) -> Option<T>, end: fn() -> T) {
    tokio::spawn(async move {
        let mut events = EventStream::new();
        // An error is a terminal that has gone.
        while let Some(Ok(event)) = events.next().await {
            let Some(input) = of(event) else { continue };
            if say.send(input).await.is_err() {
                return;
            }
        }
        let _ = say.send(end()).await;
    });
}

/// Keys, mouse, pastes, resizes and signals, in order of arrival.
///
/// # Errors
/// When signals cannot be received.
pub fn inputs() -> io::Result<impl Stream<Item = Incoming<Message>> + Unpin> {
    let (say, said) = mpsc::channel(256);
    end_on_signals(&say, || Incoming::End)?;
    on_signal(continued(), &say, || Incoming::Redraw)?;
    hear_person(EventStream::new(), say);
    Ok(incoming(said))
}

/// What a person does at the console, for as long as the terminal is there. The end of the events
/// is the end of the terminal.
pub fn hear_person(
    events: impl Stream<Item = io::Result<Event>> + Send + Unpin + 'static,
    say: mpsc::Sender<Incoming<Message>>,
) {
    tokio::spawn(async move {
        let mut packets = Packets::new(events);
        while let Some(packet) = packets.next().await {
            for heard in packet {
                let message = match heard {
                    TerminalInput::Event(event) => message(event),
                    TerminalInput::Burst(keys) => Some(Message::KeyBurst(keys)),
                };
                let Some(message) = message else { continue };
                if say.send(Incoming::Input(message)).await.is_err() {
                    return;
                }
            }
        }
        let _ = say.send(Incoming::End).await;
    });
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
