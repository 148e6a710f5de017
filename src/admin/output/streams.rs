//! Where a command reads and writes: this process's streams, or those of a client over SSH.

use std::io::{self, IsTerminal, PipeWriter, Read, Write};
use std::sync::Arc;

use color_eyre::Result;
use color_eyre::eyre::Report;

use super::{code_of, sentences};
use crate::cli::exit;
use crate::domain::text::visible;
use crate::domain::window::Unreadable;

/// The streams of a command.
#[derive(Clone, Debug)]
pub(in crate::admin) enum Streams {
    Process,
    Client(Arc<ClientStreams>),
}

/// The streams of a client. What it sent is complete before the command begins.
#[derive(Debug)]
pub(in crate::admin) struct ClientStreams {
    pub(in crate::admin) input: Vec<u8>,
    pub(in crate::admin) output: PipeWriter,
    pub(in crate::admin) errors: PipeWriter,
}

impl Streams {
    /// Writes to the output, without a buffer.
    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Process => nix::unistd::write(io::stdout(), bytes).map_err(io::Error::from),
            Self::Client(streams) => (&streams.output).write(bytes),
        }
    }

    /// Whether a terminal executes what is written to the output, as far as that is known.
    pub(super) fn is_terminal(&self) -> bool {
        match self {
            Self::Process => io::stdout().is_terminal(),
            Self::Client(_) => false,
        }
    }

    /// Whether a person sees what is said beside the output, while it is said.
    pub(in crate::admin) fn is_watched(&self) -> bool {
        matches!(self, Self::Process) && super::is_watched()
    }

    /// Everything that is sent to the command.
    pub(in crate::admin) fn read_all(&self) -> io::Result<String> {
        match self {
            Self::Process => {
                let mut text = String::new();
                io::stdin().read_to_string(&mut text).map(|_| text)
            }
            Self::Client(streams) => {
                String::from_utf8(streams.input.clone()).map_err(|_| io::ErrorKind::InvalidData.into())
            }
        }
    }

    /// Says a sentence beside the output. Where that cannot be written, the command goes on.
    pub(in crate::admin) fn tell(&self, sentence: &str) {
        let line = format!("{}\n", visible(sentence));
        let _ = match self {
            Self::Process => io::stderr().write_all(line.as_bytes()),
            Self::Client(streams) => (&streams.errors).write_all(line.as_bytes()),
        };
    }

    /// Says what went wrong; the exit code for it.
    pub(in crate::admin) fn complain(&self, report: &Report) -> u8 {
        for (i, cause) in report.chain().enumerate() {
            let begins = if i == 0 { "medstint" } else { "  because" };
            for sentence in sentences(cause) {
                self.tell(&format!("{begins}: {sentence}"));
            }
        }
        code_of(report)
    }

    /// The exit code of a command whose work is done. Output that could not be written is
    /// reported, and sets the exit code only if the work has no code of its own.
    pub(in crate::admin) fn conclude<T>(&self, code: u8, printed: Result<T>) -> u8 {
        match printed {
            Ok(_) => code,
            Err(report) => {
                let failed = self.complain(&report);
                if code == exit::DONE { failed } else { code }
            }
        }
    }

    /// Lists unreadable rows beside the output; the exit code for them.
    pub(in crate::admin) fn report_unreadable(&self, unreadable: &[Unreadable]) -> u8 {
        for row in unreadable {
            self.tell(&row.sentence);
        }
        if unreadable.is_empty() { exit::DONE } else { exit::PARTLY }
    }
}
