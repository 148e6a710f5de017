//! The console line by line: what is said goes to standard output, lines come from
//! standard input. What happens meanwhile changes the model and interrupts nobody.

use std::io::{self, BufRead, IsTerminal, Write};
use std::time::Duration;

use chrono::{DateTime, FixedOffset, Utc};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout, timeout_at};

use super::{Host, Outside, Perform, Then, local, start, until_next_minute};
use crate::tui::message::Message;
use crate::tui::plain::{Page, Plain};
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

/// Runs a console on standard input and output until somebody quits.
///
/// # Errors
/// When standard output is gone.
pub async fn run(settings: Settings, outside: Outside) -> color_eyre::Result<()> {
    let (say, heard) = mpsc::channel(1);
    local::end_on_signals(&say, || Heard::End)?;
    let (now, offset) = local::now();
    let (app, effects) = App::start(settings, SIZE, now, offset);
    let (answers_in, answers) = mpsc::channel(64);
    let mut console = Console {
        app,
        plain: Plain::default(),
        perform: Perform::new(outside, answers_in),
        answers,
        heard,
        ask: lines(say),
    };
    for effect in effects {
        console.perform.start(effect);
    }
    console.run().await?;
    console.perform.finish().await;
    Ok(())
}

/// A thread that reads a line whenever one is asked for. It may be left waiting for
/// one when the console ends.
fn lines(say: mpsc::Sender<Heard>) -> std::sync::mpsc::Sender<bool> {
    let (ask, asked) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for is_secret in asked {
            let heard = read(is_secret).map_or(Heard::End, Heard::Line);
            if say.blocking_send(heard).is_err() {
                return;
            }
        }
    });
    ask
}

fn read(is_secret: bool) -> Option<String> {
    if is_secret && io::stdin().is_terminal() {
        return rpassword::read_password().ok();
    }
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

struct Console {
    app: App,
    plain: Plain,
    perform: Perform,
    answers: mpsc::Receiver<Message>,
    heard: mpsc::Receiver<Heard>,
    ask: std::sync::mpsc::Sender<bool>,
}

impl Console {
    async fn run(&mut self) -> color_eyre::Result<()> {
        loop {
            if !self.settle().await? {
                return Ok(());
            }
            let page = self.plain.tell(&self.app);
            let messages = loop {
                say(&page)?;
                let Some(line) = self.line(page.is_secret).await? else { return Ok(()) };
                match self.plain.hear(&self.app, &line) {
                    Ok(messages) => break messages,
                    Err(why) => say(&Page { lines: vec![why], ..Page::default() })?,
                }
            };
            for message in messages {
                // What the next message is about may have to be read first.
                if !self.take(message)? || !self.settle().await? {
                    return Ok(());
                }
            }
        }
    }

    /// Takes in what happened; whether the console goes on.
    fn take(&mut self, message: Message) -> io::Result<bool> {
        let (now, offset) = local::now();
        for effect in self.app.update(message, now, offset) {
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
            match timeout(LOOK_EVERY, self.answers.recv()).await {
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
    async fn line(&mut self, is_secret: bool) -> io::Result<Option<String>> {
        if self.ask.send(is_secret).is_err() {
            return Ok(None);
        }
        loop {
            let minute = Instant::now() + until_next_minute(local::now().0);
            let message = tokio::select! {
                heard = timeout_at(minute, self.heard.recv()) => match heard {
                    Ok(Some(Heard::Line(line))) => return Ok(Some(line)),
                    Ok(Some(Heard::End) | None) => return Ok(None),
                    Err(_) => Message::Minute,
                },
                answer = self.answers.recv() => answer.unwrap_or(Message::Minute),
            };
            if !self.take(message)? {
                return Ok(None);
            }
        }
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
    fn now(&self) -> (DateTime<Utc>, FixedOffset) {
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
        writeln!(io::stdout(), "{}", crate::domain::text::visible(text))
    }

    fn ring(&mut self, _: &str, _: &str) -> io::Result<()> {
        if io::stdout().is_terminal() {
            io::stdout().write_all(b"\x07")?;
            io::stdout().flush()?;
        }
        Ok(())
    }
}
