//! The traits that the loop expects of a model, its output and its effects.

use std::io;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use super::PendingWork;
use crate::tui::zone::Zone;

/// What time it is, and by whose clocks times are shown.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    pub at: DateTime<Utc>,
    pub zone: Zone,
}

/// What changes by messages, and asks for effects.
pub trait Model {
    type Message;
    type Effect;

    /// Takes in what happened, and when; what is to be done.
    fn update(&mut self, message: Self::Message, now: Now) -> Vec<Self::Effect>;
    /// When something changes by itself.
    fn wakes_at(&self, now: DateTime<Utc>) -> DateTime<Utc>;
    /// That time went by.
    fn tick() -> Self::Message;
    /// Takes in that the session ends from outside; what is to be done before it has.
    fn told_to_end(&mut self, now: Now) -> Vec<Self::Effect>;
}

/// What reaches the loop from outside: input, or a wish of the terminal's (a signal).
#[derive(Clone, Debug)]
pub enum Incoming<T> {
    Input(T),
    /// Show everything again: the terminal has forgotten what was on it.
    Redraw,
    /// The session is to end: a signal, or the terminal is gone.
    End,
}

/// What of an effect is the terminal's to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalRequest {
    /// To the shell and back.
    Suspend,
    /// To the clipboard.
    Copy(String),
    /// Ring once, and tell the desktop where the terminal can.
    Ring { title: String, message: String },
}

/// Where a model is shown, and what input means there. Each fails when the terminal is gone;
/// where nobody reads any more ([`io::ErrorKind::BrokenPipe`]), the session ends in order.
#[expect(clippy::missing_errors_doc, reason = "said once, above")]
pub trait Output<M: Model> {
    type Input;

    /// What an input means, in front of what is shown.
    fn interpret(&mut self, model: &M, input: Self::Input) -> io::Result<Vec<M::Message>>;
    /// Takes note of what has changed.
    fn note(&mut self, _model: &M) {}
    /// Waits until a change can be shown. It may be dropped while it waits.
    fn ready(&mut self, work: &PendingWork) -> impl Future<Output = ()> + Send;
    /// Shows the model; what follows from that by itself.
    fn show(&mut self, model: &M) -> io::Result<Vec<M::Message>>;
    /// The terminal is ours again, and has forgotten what was on it.
    fn redraw(&mut self) -> io::Result<()>;
    fn perform(&mut self, request: TerminalRequest) -> io::Result<()>;
}

/// What became of an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Started {
    /// It was done, or its answer comes as a message.
    UnderWay,
    OnTerminal(TerminalRequest),
    /// The session ends by it.
    End,
}

/// Starts the effects of a model. None may block.
pub trait Effects<M: Model> {
    fn start(&mut self, effect: M::Effect) -> Started;
    /// Takes note of a message before the model takes it in.
    fn note(&mut self, _model: &M, _message: &M::Message, _now: Now) {}
    /// Counts the effects that are to be answered.
    fn pending(&self) -> PendingWork;
    /// Waits for what must not be lost, within [`FINISH_WITHIN`](super::FINISH_WITHIN); what a person is told
    /// afterwards, also of the answers that nobody has taken yet.
    fn finish(self, answers: mpsc::Receiver<M::Message>) -> impl Future<Output = Vec<String>> + Send;
}

/// A model that was just opened, and what works for it.
pub struct Program<M: Model, E> {
    pub model: Box<M>,
    /// The first things to do.
    pub first: Vec<M::Effect>,
    pub effects: E,
    /// What effects are answered with.
    pub answers: mpsc::Receiver<M::Message>,
}

/// How a session came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The person asked for it.
    ByPerson,
    /// It received a signal to end, or its reader has gone.
    Told,
}

/// A session that has ended.
#[derive(Clone, Debug)]
pub struct Ended {
    pub ending: Ending,
    /// What failed at its end.
    pub sentences: Vec<String>,
}
