//! Where commands write: a table for people, CSV and JSON for programs, lines for both. Nothing
//! else in `admin` writes to standard output or standard error. [`Streams`] are this process's, or
//! those of a client over SSH.
//!
//! Commands finish their work before they print. A write to standard output never fails in the
//! middle of the work: the stream remembers its error. A reader that closes the pipe ends a list
//! and is no error. Output that can't be written gives exit code 5, unless the work itself has a
//! code of its own; a lost COMMIT gives 6, whatever fails afterwards. `cli/exit` has the one table
//! for help, manual page and README.
//!
//! The stream is unbuffered, so that the event of an export counts what the system accepted.

mod rows;
mod streams;

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;

use color_eyre::Result;
use color_eyre::eyre::Report;

pub(super) use self::rows::{Field, Output, Row, instant, json};
pub(super) use self::streams::{ClientStreams, Streams};
use crate::cli::exit;
use crate::config::Errors;
use crate::domain::Failure;
use crate::domain::text::visible;
use crate::domain::window::Unreadable;

/// The output could not be written, and its reader had not closed it.
#[derive(Debug, thiserror::Error)]
#[error("The output could not be written: {0}. The command's changes remain. Write the output to another place.")]
pub(super) struct OutputFailed(String);

impl From<io::Error> for OutputFailed {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

/// Whether an error says that the reader has closed the pipe.
fn is_closed(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset)
}

/// A reader that has closed the pipe is no error.
pub(super) fn unless_closed(error: io::Error) -> io::Result<()> {
    if is_closed(&error) { Ok(()) } else { Err(error) }
}

/// An error of standard output, on which the line-by-line console prints.
pub(super) fn of_output(report: Report) -> Report {
    match report.downcast::<io::Error>() {
        Ok(error) => OutputFailed::from(error).into(),
        Err(report) => report,
    }
}

/// Says what went wrong, on standard error, without a backtrace: the sentence
/// is for a person, the log has the rest.
#[must_use]
pub fn complain(report: &Report) -> ExitCode {
    ExitCode::from(Streams::Process.complain(report))
}

/// A configuration has a sentence for each of its errors; anything else has one.
fn sentences(cause: &(dyn std::error::Error + 'static)) -> Vec<String> {
    match cause.downcast_ref::<Errors>() {
        Some(errors) => errors.sentences(),
        None => vec![cause.to_string()],
    }
}

/// The exit code of a command that ended with this error.
fn code_of(report: &Report) -> u8 {
    if report.chain().any(|cause| cause.downcast_ref::<OutputFailed>().is_some()) {
        return exit::OUTPUT_FAILED;
    }
    let unknown = Some(&Failure::OutcomeUnknown);
    if report.chain().any(|cause| cause.downcast_ref::<Failure>() == unknown) { exit::UNKNOWN } else { exit::FAILED }
}

/// Says what stopped a command after it had changed something; the exit code.
pub(super) fn stopped_half_way(report: &Report) -> u8 {
    let _ = complain(report);
    match code_of(report) {
        exit::UNKNOWN => exit::UNKNOWN,
        _ => exit::PARTLY,
    }
}

/// Says a sentence beside the output. Where standard error cannot be written, the command
/// goes on.
pub(super) fn tell(sentence: &str) {
    Streams::Process.tell(sentence);
}

/// Asks for something at the terminal, or shows how far a command is.
pub(super) fn prompt(text: &str) {
    let _ = write!(io::stderr(), "{text}");
}

/// Whether a person sees what goes to standard error.
pub(super) fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// How a stream ended before its writer did.
enum End {
    /// Its reader closed it.
    Closed,
    Failed(String),
}

enum Target {
    /// Without a buffer, so that what was taken is known to the byte.
    Streams(Streams),
    File(File),
}

/// A stream that remembers how it ended. A write to it never fails; what became of the
/// output is asked for afterwards.
struct Sink {
    target: Target,
    end: Option<End>,
    /// Bytes that the system took.
    taken: usize,
}

impl Sink {
    fn new(target: Target) -> Self {
        Self { target, end: None, taken: 0 }
    }

    /// Whether the output still has a reader.
    fn state(&self) -> Result<ControlFlow<()>> {
        match &self.end {
            None => Ok(ControlFlow::Continue(())),
            Some(End::Closed) => Ok(ControlFlow::Break(())),
            Some(End::Failed(why)) => Err(OutputFailed(why.clone()).into()),
        }
    }

    /// Some filesystems report only here that a file had no room.
    fn close(&mut self) {
        if let (Target::File(file), None) = (&self.target, &self.end)
            && let Err(error) = file.sync_all()
        {
            self.end = Some(End::Failed(error.to_string()));
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while self.end.is_none() && !rest.is_empty() {
            let taken = match &mut self.target {
                Target::Streams(streams) => streams.write(rest),
                Target::File(file) => file.write(rest),
            };
            match taken {
                Ok(0) => self.end = Some(End::Failed(io::Error::from(ErrorKind::WriteZero).to_string())),
                Ok(taken) => {
                    self.taken += taken;
                    rest = &rest[taken..];
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if is_closed(&error) => self.end = Some(End::Closed),
                Err(error) => self.end = Some(End::Failed(error.to_string())),
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Lines on standard output. To say one never fails, so that a command does its work
/// whatever becomes of them.
pub(super) struct Lines {
    sink: Sink,
    streams: Streams,
}

impl Lines {
    pub(super) fn new() -> Self {
        Self::to(&Streams::Process)
    }

    pub(super) fn to(streams: &Streams) -> Self {
        Self { sink: Sink::new(Target::Streams(streams.clone())), streams: streams.clone() }
    }

    /// A line for a person, in which nothing is executed by their terminal.
    pub(super) fn say(&mut self, line: &str) {
        self.write(format!("{}\n", visible(line)).as_bytes());
    }

    pub(super) fn write(&mut self, bytes: &[u8]) {
        let _ = self.sink.write_all(bytes);
    }

    /// Whether all of it went out; a break says that the reader has gone.
    pub(super) fn end(self) -> Result<ControlFlow<()>> {
        self.sink.state()
    }

    /// The exit code of a command whose work is done. See [`Streams::conclude`].
    pub(super) fn conclude(self, code: u8) -> ExitCode {
        ExitCode::from(self.code(code))
    }

    /// The same as a number.
    pub(super) fn code(self, code: u8) -> u8 {
        let streams = self.streams.clone();
        streams.conclude(code, self.end())
    }
}

/// The exit code of a command whose work is done. See [`Streams::conclude`].
pub(super) fn conclude<T>(code: u8, printed: Result<T>) -> ExitCode {
    ExitCode::from(Streams::Process.conclude(code, printed))
}

/// Writes to standard output.
pub(super) fn print(bytes: &[u8]) -> Result<ExitCode> {
    let mut lines = Lines::new();
    lines.write(bytes);
    lines.end().map(|_| ExitCode::SUCCESS)
}

/// A line for a person, in which nothing is executed by their terminal.
pub(super) fn print_line(line: &str) -> Result<ExitCode> {
    print(format!("{}\n", visible(line)).as_bytes())
}

/// Lists unreadable rows on standard error; returns the exit code for them.
pub(super) fn report_unreadable(unreadable: &[Unreadable]) -> u8 {
    Streams::Process.report_unreadable(unreadable)
}
