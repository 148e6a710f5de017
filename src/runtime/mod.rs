//! The event loop of every kind of session: messages go in, [`Model::update`] changes the model,
//! effects go out, and the output shows the model when something changed.
//!
//! A kind of session is an [`Output`] (a screen, lines of text) and a stream of [`Incoming`]
//! events; a program is a [`Model`] with its [`Effects`]. The console and the kiosk, each on a
//! screen and line by line, differ only in these. The loop knows no model, terminal, database,
//! clock or environment. A write of an output may block the loop, so a session over a network
//! limits its output to what its connection accepts ([`Output::ready`]).
//!
//! The loop handles all waiting messages, up to 256, before it shows the model, so a flood of
//! answers delays no drawing.
//!
//! Every session ends in the same way. The model gets a message; if the database has not confirmed
//! a lock, the saved session is forgotten. Then decisions, sign-outs and punches in progress have
//! 5 s to finish. Then the caller restores the terminal. Line-by-line output waits until no task
//! is in progress, which a guard in each task reports (`pending`).

mod contract;
pub mod lines;
mod pending;
pub mod screen;

use std::io;
use std::ops::ControlFlow;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::{FutureExt, Stream, StreamExt};
use tokio::sync::mpsc;

pub use contract::{Effects, Ended, Ending, Incoming, Model, Now, Output, Program, Started, TerminalRequest};
pub use pending::{PendingWork, WorkGuard};

/// How long a session that ends waits for what is in progress: less than a write that blocks is
/// given before the process ends.
pub const FINISH_WITHIN: Duration = Duration::from_secs(5);
/// So much that happened is taken in at once before it is shown. A flood of answers puts off
/// no drawing for longer.
const AT_ONCE: usize = 256;

/// Runs a program on an output until it ends. The caller restores the output.
///
/// # Errors
/// When the output fails; whatever else fails is shown on it.
pub async fn run<M, O, E>(
    program: Program<M, E>,
    mut inputs: impl Stream<Item = Incoming<O::Input>> + Unpin,
    output: &mut O,
    clock: impl Fn() -> Now,
) -> io::Result<Ended>
where
    M: Model,
    O: Output<M>,
    E: Effects<M>,
{
    let Program { model, first, effects, mut answers } = program;
    let mut running = Running { model, output, effects, clock, is_changed: true };
    // On the heap, as the model is: the futures of callers stay small.
    let ending = match Box::pin(running.serve(first, &mut inputs, &mut answers)).await {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Ending::Told),
        ending => ending,
    };
    if !matches!(ending, Ok(Ending::ByPerson)) {
        running.tell_end();
    }
    let sentences = Box::pin(running.effects.finish(answers)).await;
    ending.map(|ending| Ended { ending, sentences })
}

/// What the loop takes in next.
enum Next<T, I> {
    Show,
    Message(T),
    Incoming(Incoming<I>),
}

/// A session that runs.
struct Running<'a, M, O, E, C> {
    model: Box<M>,
    output: &'a mut O,
    effects: E,
    clock: C,
    /// Whether something changed since it was shown.
    is_changed: bool,
}

impl<M, O, E, C> Running<'_, M, O, E, C>
where
    M: Model,
    O: Output<M>,
    E: Effects<M>,
    C: Fn() -> Now,
{
    async fn serve(
        &mut self,
        first: Vec<M::Effect>,
        inputs: &mut (impl Stream<Item = Incoming<O::Input>> + Unpin),
        answers: &mut mpsc::Receiver<M::Message>,
    ) -> io::Result<Ending> {
        if let ControlFlow::Break(ending) = self.start(first)? {
            return Ok(ending);
        }
        loop {
            let next = self.next(inputs, answers).await;
            // Everything that is there already is taken in before it is shown.
            let more = std::iter::from_fn(|| at_once(inputs, answers)).take(AT_ONCE);
            for next in std::iter::once(next).chain(more) {
                if let ControlFlow::Break(ending) = self.take(next)? {
                    return Ok(ending);
                }
            }
        }
    }

    /// Waits for whatever is next. Each branch may be dropped while it waits.
    async fn next(
        &mut self,
        inputs: &mut (impl Stream<Item = Incoming<O::Input>> + Unpin),
        answers: &mut mpsc::Receiver<M::Message>,
    ) -> Next<M::Message, O::Input> {
        let now = (self.clock)().at;
        let pause = (self.model.wakes_at(now) - now).to_std().unwrap_or_default() + Duration::from_millis(1);
        let work = self.effects.pending();
        tokio::select! {
            biased;
            () = self.output.ready(&work), if self.is_changed => Next::Show,
            () = tokio::time::sleep(pause) => Next::Message(M::tick()),
            // Before the answers, which `at_once` prefers: neither holds up the other.
            incoming = inputs.next() => Next::Incoming(incoming.unwrap_or(Incoming::End)),
            Some(message) = answers.recv() => Next::Message(message),
        }
    }

    fn take(&mut self, next: Next<M::Message, O::Input>) -> io::Result<ControlFlow<Ending>> {
        let messages = match next {
            Next::Show => {
                self.is_changed = false;
                self.output.show(&self.model)?
            }
            Next::Message(message) => vec![message],
            Next::Incoming(Incoming::Input(input)) => {
                self.is_changed = true;
                self.output.interpret(&self.model, input)?
            }
            Next::Incoming(Incoming::Redraw) => {
                self.is_changed = true;
                self.output.redraw()?;
                Vec::new()
            }
            Next::Incoming(Incoming::End) => return Ok(ControlFlow::Break(Ending::Told)),
        };
        for message in messages {
            self.is_changed = true;
            let now = (self.clock)();
            self.effects.note(&self.model, &message, now);
            let effects = self.model.update(message, now);
            self.output.note(&self.model);
            if let ControlFlow::Break(ending) = self.start(effects)? {
                return Ok(ControlFlow::Break(ending));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn start(&mut self, effects: Vec<M::Effect>) -> io::Result<ControlFlow<Ending>> {
        for effect in effects {
            match self.effects.start(effect) {
                Started::UnderWay => {}
                Started::OnTerminal(request) => self.output.perform(request)?,
                Started::End => return Ok(ControlFlow::Break(Ending::ByPerson)),
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Whatever the model wants done at its end; the terminal may be gone.
    fn tell_end(&mut self) {
        for effect in self.model.told_to_end((self.clock)()) {
            if self.effects.start(effect) == Started::End {
                return;
            }
        }
    }
}

/// What is there already, answers first.
fn at_once<T, I>(
    inputs: &mut (impl Stream<Item = Incoming<I>> + Unpin),
    answers: &mut mpsc::Receiver<T>,
) -> Option<Next<T, I>> {
    match answers.try_recv() {
        Ok(message) => Some(Next::Message(message)),
        Err(_) => inputs.next().now_or_never().map(|incoming| Next::Incoming(incoming.unwrap_or(Incoming::End))),
    }
}

/// What a channel brings, as the input of a session.
pub fn incoming<T>(mut received: mpsc::Receiver<T>) -> impl Stream<Item = T> + Unpin {
    futures_util::stream::poll_fn(move |context| received.poll_recv(context))
}

/// When the next minute begins.
#[must_use]
pub fn next_minute(now: DateTime<Utc>) -> DateTime<Utc> {
    let into = now.timestamp_millis().rem_euclid(60_000);
    now + chrono::TimeDelta::milliseconds(60_000 - into)
}

#[cfg(test)]
mod tests;
