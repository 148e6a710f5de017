//! The console line by line: what is said goes to standard output, lines come from
//! standard input. What happens meanwhile changes the model and interrupts nobody.

use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use nix::sys::termios::{FlushArg, LocalFlags, SetArg, Termios, tcflush, tcgetattr, tcsetattr};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout, timeout_at};

use super::{Host, Outside, Perform, Then, local, start, until_next_minute};
use crate::domain::text::visible;
use crate::tui::message::Message;
use crate::tui::plain::{Page, Plain};
use crate::tui::recorder::Recorder;
use crate::tui::zone::Zone;
use crate::tui::{App, Settings};

/// How long an answer is waited for before the next line is asked for all the same.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Between looking whether everything has been answered.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// As large as a screen that shows a list and a detail: how far a list is read ahead.
const SIZE: (u16, u16) = (120, 40);

/// What comes from outside.
enum Heard {
    Line(String),
    /// No line will come any more, or a signal came.
    End,
}

/// Runs a console on standard input and output until the person quits; what failed at
/// its end, in sentences.
///
/// # Errors
/// When standard output is gone.
pub async fn run(settings: Settings, outside: Outside, recorder: Arc<Recorder>) -> color_eyre::Result<Vec<String>> {
    let (say, heard) = mpsc::channel(1);
    local::end_on_signals(&say, || Heard::End)?;
    let (now, terminal) = local::now();
    let (app, effects) = App::start(settings, SIZE, now, terminal);
    let (answers_in, answers) = mpsc::channel(64);
    let mut console = Console {
        app,
        plain: Plain::default(),
        recorder,
        perform: Perform::new(outside, answers_in),
        answers,
        heard,
        ask: lines(say, || read().map_or(Heard::End, Heard::Line)),
    };
    for effect in effects {
        console.perform.start(effect);
    }
    let done = match console.run().await {
        // Nobody reads any more: as at the end of the input.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => console.end().map(drop),
        done => done,
    };
    let told = console.perform.finish(console.answers).await;
    done?;
    Ok(told)
}

/// A thread that reads a line whenever one is asked for. It may be left waiting for
/// one when the console ends.
pub(super) fn lines<T: Send + 'static>(say: mpsc::Sender<T>, read: fn() -> T) -> std::sync::mpsc::Sender<()> {
    let (ask, asked) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for () in asked {
            if say.blocking_send(read()).is_err() {
                return;
            }
        }
    });
    ask
}

/// A line, unless the input ended before it did: half of one may say something else.
fn read() -> Option<String> {
    let mut line = Vec::new();
    io::stdin().lock().read_until(b'\n', &mut line).ok()?;
    let line = line.strip_suffix(b"\n")?;
    Some(String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned())
}

/// While it lives, the terminal does not show what is typed.
pub(super) struct Unseen(Termios);

impl Unseen {
    /// Nothing to hide where no terminal is.
    pub(super) fn begin() -> Option<Self> {
        let before = tcgetattr(io::stdin()).ok()?;
        let mut hidden = before.clone();
        hidden.local_flags.remove(LocalFlags::ECHO);
        tcsetattr(io::stdin(), SetArg::TCSANOW, &hidden).ok()?;
        Some(Self(before))
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, &self.0);
        // The Enter that ended it was not shown either.
        let _ = writeln!(io::stdout());
    }
}

struct Console {
    app: App,
    plain: Plain,
    recorder: Arc<Recorder>,
    perform: Perform,
    answers: mpsc::Receiver<Message>,
    heard: mpsc::Receiver<Heard>,
    ask: std::sync::mpsc::Sender<()>,
}

impl Console {
    async fn run(&mut self) -> io::Result<()> {
        while self.settle().await? {
            let mut page = self.plain.tell(&self.app);
            let messages = loop {
                say(&page)?;
                let Some(line) = self.line(&page).await? else { return Ok(()) };
                match self.plain.hear(&self.app, &line) {
                    Ok(messages) => break messages,
                    Err(why) if self.plain.is_asked(&self.app) => page.lines = vec![visible(&why).into_owned()],
                    Err(why) => {
                        say(&Page { lines: vec![visible(&why).into_owned()], ..Page::default() })?;
                        break Vec::new();
                    }
                }
            };
            // All of a line at once: nothing else happens in between.
            for message in messages {
                if !self.take(message)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Takes in what happened; whether the console goes on.
    fn take(&mut self, message: Message) -> io::Result<bool> {
        let (now, terminal) = local::now();
        self.recorder.note(&self.app, &message, now, terminal);
        let effects = self.app.update(message, now, terminal);
        self.plain.note(&self.app);
        for effect in effects {
            if let Then::Quit = start(effect, &mut self.perform, &mut Terminal)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Waits until everything that was asked for is answered; whether it goes on.
    async fn settle(&mut self) -> io::Result<bool> {
        let end = Instant::now() + ANSWER_WITHIN;
        loop {
            let is_idle = self.perform.is_idle();
            let happened = tokio::select! {
                _ = self.heard.recv() => return self.end(),
                answer = timeout(LOOK_EVERY, self.answers.recv()) => answer,
            };
            match happened {
                Ok(Some(message)) => {
                    if !self.take(message)? {
                        return Ok(false);
                    }
                }
                Ok(None) => return Ok(false),
                Err(_) if is_idle || Instant::now() >= end => return Ok(true),
                Err(_) => {}
            }
        }
    }

    /// The next line, while the model follows what happens; nothing at the end.
    async fn line(&mut self, page: &Page) -> io::Result<Option<String>> {
        let _unseen = if page.is_secret { Unseen::begin() } else { None };
        if page.is_question && io::stdin().is_terminal() {
            // What was typed before the question was told does not answer it.
            let _ = tcflush(io::stdin(), FlushArg::TCIFLUSH);
        }
        if self.ask.send(()).is_err() {
            return Ok(None);
        }
        loop {
            let minute = Instant::now() + until_next_minute(local::now().0);
            let message = tokio::select! {
                heard = timeout_at(minute, self.heard.recv()) => match heard {
                    Ok(Some(Heard::Line(line))) => return Ok(Some(line)),
                    Ok(Some(Heard::End) | None) => {
                        self.end()?;
                        return Ok(None);
                    }
                    Err(_) => Message::Minute,
                },
                answer = self.answers.recv() => answer.unwrap_or(Message::Minute),
            };
            if !self.take(message)? {
                return Ok(None);
            }
        }
    }

    /// As ctrl-c on the screen: whoever finds it locked does not get in by starting it
    /// again. It does not go on.
    fn end(&mut self) -> io::Result<bool> {
        self.take(Message::Key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL)))?;
        Ok(false)
    }
}

fn say(page: &Page) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in &page.lines {
        writeln!(out, "{line}")?;
    }
    write!(out, "{}", page.prompt)?;
    // Where nobody types Enter, the line does not end by itself.
    if !page.prompt.is_empty() && !io::stdin().is_terminal() {
        writeln!(out)?;
    }
    out.flush()
}

/// A terminal on which nothing is drawn.
struct Terminal;

impl Host for Terminal {
    fn now(&self) -> (DateTime<Utc>, Zone) {
        local::now()
    }

    fn suspend(&mut self) -> io::Result<()> {
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(0), nix::sys::signal::Signal::SIGTSTP)?;
        Ok(())
    }

    fn resume(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        writeln!(io::stdout(), "{}", visible(text))
    }

    fn ring(&mut self, _: &str, _: &str) -> io::Result<()> {
        if io::stdout().is_terminal() {
            io::stdout().write_all(b"\x07")?;
            io::stdout().flush()?;
        }
        Ok(())
    }
}
