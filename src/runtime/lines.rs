//! Line-by-line output instead of a screen. It prints sentences to a terminal and reads typed
//! lines from it. An event that arrives while it waits for a line changes the model, and prints
//! nothing.
//!
//! [`StandardLines`] is standard input and output of this process.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use nix::sys::termios::{FlushArg, LocalFlags, SetArg, Termios, tcflush, tcgetattr, tcsetattr};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout_at};

use super::{Incoming, Model, Output, PendingWork, TerminalRequest};
use crate::domain::text::visible;

/// Nothing has happened for this long when a page is told: what was announced at the same
/// moment belongs to it.
const QUIET_FOR: Duration = Duration::from_millis(10);

/// A page: the text that is printed at once, and the prompt after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub lines: Vec<String>,
    /// What is asked; nothing while an answer is awaited.
    pub prompt: Option<Prompt>,
}

/// A prompt for a line of input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    pub text: String,
    /// Whether nobody is to see what is typed.
    pub is_secret: bool,
    /// Whether the line may decide something: then it must be typed after the prompt was printed.
    pub is_question: bool,
}

/// The meaning of a typed line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Understood<T> {
    Messages(Vec<T>),
    /// The line was not understood, and why; the same prompt follows.
    Again(String),
    /// The line was not used, and why; there is a newer page to print.
    Nothing(String),
}

/// A model in words.
pub trait Speech<M: Model> {
    /// Records an event, to be printed before the next prompt.
    fn note(&mut self, _model: &M) {}
    /// The page to print now.
    fn tell(&mut self, model: &M) -> Page;
    /// What follows after a page without a prompt was printed.
    fn goes_on(&self, _model: &M) -> Vec<M::Message> {
        Vec::new()
    }
    fn hear(&mut self, model: &M, line: &str) -> Understood<M::Message>;
}

/// Where lines are written, and typed. Each fails when it is gone.
#[expect(clippy::missing_errors_doc, reason = "said once, above")]
pub trait LineTerminal {
    fn write(&mut self, page: &Page) -> io::Result<()>;
    /// Asks for a line, which comes as an input.
    fn ask(&mut self, prompt: &Prompt) -> io::Result<()>;
    /// The line that was asked for has come.
    fn answered(&mut self) {}
    /// Waits until there is room for a page. It may be dropped while it waits.
    fn ready(&self) -> impl Future<Output = ()> + Send + 'static;
    fn perform(&mut self, request: TerminalRequest) -> io::Result<()>;
}

/// A model in words, on a terminal of lines.
#[derive(Debug)]
pub struct Lines<S, T> {
    speech: S,
    terminal: T,
    /// How long the loop waits for an answer before it prints the next page anyway.
    patience: Duration,
    state: State,
}

#[derive(Debug)]
enum State {
    /// A page to print once everything has been answered, or at that time.
    Settling { until: Instant },
    /// A line is awaited.
    Asked { prompt: Prompt },
}

impl<S, T: LineTerminal> Lines<S, T> {
    #[must_use]
    pub fn new(speech: S, terminal: T, patience: Duration) -> Self {
        Self { speech, terminal, patience, state: State::Settling { until: Instant::now() + patience } }
    }

    fn ask(&mut self, prompt: Prompt) -> io::Result<()> {
        self.terminal.ask(&prompt)?;
        self.state = State::Asked { prompt };
        Ok(())
    }
}

/// Standard input and output of this process.
#[derive(Debug)]
pub struct StandardLines {
    /// Asks the reading thread for a line.
    ask: std::sync::mpsc::Sender<()>,
    /// What hides the line that is awaited; it ends with it.
    hidden: Option<HiddenInput>,
}

impl StandardLines {
    /// Reads lines in a thread of its own, which may be left waiting for one at the end.
    /// `read` gives the next line, or nothing at the end of the input.
    #[must_use]
    pub fn new(inputs: mpsc::Sender<Incoming<String>>, read: fn() -> Option<String>) -> Self {
        let (ask, asked) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for () in asked {
                if inputs.blocking_send(read().map_or(Incoming::End, Incoming::Input)).is_err() {
                    return;
                }
            }
        });
        Self { ask, hidden: None }
    }
}

impl LineTerminal for StandardLines {
    fn write(&mut self, page: &Page) -> io::Result<()> {
        write(page)
    }

    fn ask(&mut self, prompt: &Prompt) -> io::Result<()> {
        self.hidden = if prompt.is_secret { HiddenInput::begin() } else { None };
        if prompt.is_question && io::stdin().is_terminal() {
            // Input from before the prompt was printed does not answer it.
            let _ = tcflush(io::stdin(), FlushArg::TCIFLUSH);
        }
        self.ask.send(()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn answered(&mut self) {
        self.hidden = None;
    }

    fn ready(&self) -> impl Future<Output = ()> + Send + 'static {
        std::future::ready(())
    }

    fn perform(&mut self, request: TerminalRequest) -> io::Result<()> {
        match request {
            TerminalRequest::Suspend => {
                nix::sys::signal::kill(nix::unistd::Pid::from_raw(0), nix::sys::signal::Signal::SIGTSTP)?;
                Ok(())
            }
            TerminalRequest::Copy(text) => writeln!(io::stdout(), "{}", visible(&text)),
            TerminalRequest::Ring { .. } if io::stdout().is_terminal() => {
                io::stdout().write_all(b"\x07")?;
                io::stdout().flush()
            }
            TerminalRequest::Ring { .. } => Ok(()),
        }
    }
}

impl<M: Model, S: Speech<M>, T: LineTerminal> Output<M> for Lines<S, T> {
    type Input = String;

    /// All messages of a line at once: nothing else happens in between.
    fn interpret(&mut self, model: &M, line: String) -> io::Result<Vec<M::Message>> {
        let settling = State::Settling { until: Instant::now() + self.patience };
        // A line comes only when it was asked for.
        let State::Asked { prompt } = std::mem::replace(&mut self.state, settling) else {
            return Ok(Vec::new());
        };
        self.terminal.answered();
        match self.speech.hear(model, &line) {
            Understood::Messages(messages) => Ok(messages),
            Understood::Again(why) => {
                self.terminal.write(&Page { lines: vec![why], prompt: Some(prompt.clone()) })?;
                self.ask(prompt)?;
                Ok(Vec::new())
            }
            Understood::Nothing(why) => {
                self.terminal.write(&Page { lines: vec![why], prompt: None })?;
                Ok(Vec::new())
            }
        }
    }

    fn note(&mut self, model: &M) {
        self.speech.note(model);
    }

    fn ready(&mut self, work: &PendingWork) -> impl Future<Output = ()> + Send {
        let until = match self.state {
            State::Settling { until } => Some(until),
            State::Asked { .. } => None,
        };
        let work = work.clone();
        let room = self.terminal.ready();
        async move {
            let Some(until) = until else { return std::future::pending().await };
            let quiet = async {
                work.idle().await;
                // In the meantime the loop handles the answers that were sent before.
                sleep(QUIET_FOR).await;
            };
            let _ = timeout_at(until, quiet).await;
            room.await;
        }
    }

    fn show(&mut self, model: &M) -> io::Result<Vec<M::Message>> {
        let page = self.speech.tell(model);
        self.terminal.write(&page)?;
        let Some(prompt) = page.prompt else { return Ok(self.speech.goes_on(model)) };
        self.ask(prompt)?;
        Ok(Vec::new())
    }

    /// What was written stays.
    fn redraw(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn perform(&mut self, request: TerminalRequest) -> io::Result<()> {
        self.terminal.perform(request)
    }
}

fn write(page: &Page) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in &page.lines {
        writeln!(out, "{line}")?;
    }
    if let Some(prompt) = &page.prompt {
        write!(out, "{}", prompt.text)?;
        // Where nobody types Enter, the line does not end by itself.
        if !prompt.text.is_empty() && !io::stdin().is_terminal() {
            writeln!(out)?;
        }
    }
    out.flush()
}

/// While it lives, the terminal does not show what is typed.
#[derive(Debug)]
struct HiddenInput(Termios);

impl HiddenInput {
    /// Nothing to hide where no terminal is.
    fn begin() -> Option<Self> {
        let before = tcgetattr(io::stdin()).ok()?;
        let mut hidden = before.clone();
        hidden.local_flags.remove(LocalFlags::ECHO);
        tcsetattr(io::stdin(), SetArg::TCSANOW, &hidden).ok()?;
        Some(Self(before))
    }
}

impl Drop for HiddenInput {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, &self.0);
        // The Enter that ended it was not shown either.
        let _ = writeln!(io::stdout());
    }
}
