//! The console line by line, on standard input and output.

use std::io::{self, BufRead};
use std::time::Duration;

use tokio::sync::mpsc;

use super::{Outside, console, local};
use crate::domain::text::visible;
use crate::runtime::lines::{Lines, Page, Prompt, Speech, StandardLines, Understood};
use crate::runtime::{self, Ended, Incoming, incoming};
use crate::tui::message::Message;
use crate::tui::plain::Plain;
use crate::tui::{App, Settings};

/// How long an answer is waited for before the next line is asked for all the same.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// As large as a screen that shows a list and a detail: how far a list is read ahead.
pub const SIZE: (u16, u16) = (120, 40);

/// Runs a console on standard input and output until the person quits.
///
/// # Errors
/// When standard output is gone.
pub async fn run(settings: Settings, outside: Outside) -> color_eyre::Result<Ended> {
    let (say, said) = mpsc::channel(1);
    local::end_on_signals(&say, || Incoming::End)?;
    let program = console(settings, outside, SIZE, local::now());
    let mut lines = Lines::new(Plain::default(), StandardLines::new(say, read), ANSWER_WITHIN);
    Ok(runtime::run(program, incoming(said), &mut lines, local::now).await?)
}

/// A line, unless the input ended before it did: half of one may say something else.
fn read() -> Option<String> {
    let mut line = Vec::new();
    io::stdin().lock().read_until(b'\n', &mut line).ok()?;
    let line = line.strip_suffix(b"\n")?;
    Some(String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned())
}

impl Speech<App> for Plain {
    fn note(&mut self, app: &App) {
        Plain::note(self, app);
    }

    fn tell(&mut self, app: &App) -> Page {
        let page = Plain::tell(self, app);
        let prompt = Prompt { text: page.prompt, is_secret: page.is_secret, is_question: page.is_question };
        Page { lines: page.lines, prompt: Some(prompt) }
    }

    fn hear(&mut self, app: &App, line: &str) -> Understood<Message> {
        match Plain::hear(self, app, line) {
            Ok(messages) => Understood::Messages(messages),
            Err(why) if self.is_asked(app) => Understood::Again(visible(&why).into_owned()),
            Err(why) => Understood::Nothing(visible(&why).into_owned()),
        }
    }
}
