//! Where commands write: a table for people, CSV and JSON for programs, lines for both.
//! Nothing else in `admin` writes to standard output or standard error.
//!
//! A reader that closes the pipe ends the output and is no error. Output that cannot be
//! written has an exit code of its own, which never hides what a command changed.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;

use chrono::{DateTime, SecondsFormat, Utc};
use color_eyre::Result;
use color_eyre::eyre::{Report, eyre};
use serde::Serialize;

use crate::cli::{Format, exit};
use crate::domain::text::{visible, visible_json};
use crate::domain::window::Unreadable;

/// The output could not be written, and its reader had not closed it.
#[derive(Debug, thiserror::Error)]
#[error("The output could not be written: {0}. What the command changed stays changed. Send the output elsewhere.")]
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

/// An error of the standard output, where a screen reader's console is told line by line.
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
    for (i, cause) in report.chain().enumerate() {
        tell(&if i == 0 { format!("medstint: {cause}") } else { format!("  because: {cause}") });
    }
    let is_output = report.chain().any(|cause| cause.downcast_ref::<OutputFailed>().is_some());
    ExitCode::from(if is_output { exit::OUTPUT_FAILED } else { exit::FAILED })
}

/// Says a sentence beside the output. Where standard error cannot be written, the command
/// goes on.
pub(super) fn tell(sentence: &str) {
    let _ = writeln!(io::stderr(), "{}", visible(sentence));
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
    Stdout,
    File(File),
}

/// A stream that remembers how it ended. A write to it never fails and never holds up the
/// work; what became of the output is asked for afterwards.
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

    /// Whether anybody still reads.
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
                Target::Stdout => nix::unistd::write(io::stdout(), rest).map_err(io::Error::from),
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
pub(super) struct Lines(Sink);

impl Lines {
    pub(super) fn new() -> Self {
        Self(Sink::new(Target::Stdout))
    }

    /// A line for a person, in which nothing is executed by their terminal.
    pub(super) fn say(&mut self, line: &str) {
        self.write(format!("{}\n", visible(line)).as_bytes());
    }

    pub(super) fn write(&mut self, bytes: &[u8]) {
        let _ = self.0.write_all(bytes);
    }

    /// Whether all of it went out; a break says that the reader has gone.
    pub(super) fn end(self) -> Result<ControlFlow<()>> {
        self.0.state()
    }

    /// The exit code of a command whose work is done. See [`conclude`].
    pub(super) fn conclude(self, code: u8) -> ExitCode {
        conclude(code, self.end())
    }
}

/// The exit code of a command whose work is done. Output that could not be written is
/// told, and is the exit code only where the work has no other one.
pub(super) fn conclude<T>(code: u8, printed: Result<T>) -> ExitCode {
    match printed {
        Ok(_) => ExitCode::from(code),
        Err(report) => {
            let failed = complain(&report);
            if code == exit::DONE { failed } else { ExitCode::from(code) }
        }
    }
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

/// A row in each of the formats. As JSON it is serialized.
pub(super) trait Row: Serialize {
    /// What stands above a table for people.
    const HEADINGS: &'static [&'static str] = &[];
    /// The names of CSV's columns, which are those of JSON.
    const COLUMNS: &'static [&'static str];

    /// The row of a table for people.
    fn cells(&self) -> Vec<String> {
        Vec::new()
    }

    /// The row of CSV, in the order of its columns.
    fn fields(&self) -> Vec<Field<'_>>;
}

/// A field of CSV.
pub(super) enum Field<'a> {
    /// What a person or a client wrote: a spreadsheet must not take it for a formula.
    Text(&'a str),
    /// A number, an instant, `true` or `false`, a word of our own: as it is.
    Value(String),
}

impl<'a> Field<'a> {
    pub(super) fn value(value: &impl ToString) -> Self {
        Self::Value(value.to_string())
    }

    /// A value that may be missing: then the field is empty.
    pub(super) fn maybe(value: Option<&impl ToString>) -> Self {
        Self::Value(value.map(ToString::to_string).unwrap_or_default())
    }

    pub(super) fn text(text: Option<&'a str>) -> Self {
        Self::Text(text.unwrap_or_default())
    }

    /// Text that a spreadsheet would take for a formula begins with an apostrophe; on a
    /// terminal, control characters are made visible as well.
    fn written(&self, is_shown: bool) -> Cow<'_, str> {
        let text: &str = match self {
            Self::Value(value) => return Cow::Borrowed(value.as_str()),
            Self::Text(text) => text,
        };
        let text = if is_shown { visible(text) } else { Cow::Borrowed(text) };
        if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { Cow::Owned(format!("'{text}")) } else { text }
    }
}

/// An instant for a program: RFC 3339 in UTC, with milliseconds.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Rows on their way out, one by one: only a table waits for the last.
pub(super) struct Output {
    form: Form,
    rows_out: i64,
}

enum Form {
    Table(comfy_table::Table, Sink),
    Csv { writer: Box<csv::Writer<Sink>>, is_shown: bool },
    Json { to: Sink, opening: &'static str },
    Ndjson(Sink),
}

impl Output {
    /// On standard output.
    pub(super) fn of<R: Row>(format: Format) -> Result<Self> {
        Self::to::<R>(format, None)
    }

    /// In a file that was opened, or on standard output.
    pub(super) fn to<R: Row>(format: Format, file: Option<File>) -> Result<Self> {
        let is_shown = file.is_none() && io::stdout().is_terminal();
        let to = Sink::new(file.map_or(Target::Stdout, Target::File));
        let form = match format {
            Format::Table => {
                let mut table = comfy_table::Table::new();
                table.load_style(comfy_table::presets::NOTHING).set_header(R::HEADINGS);
                Form::Table(table, to)
            }
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(to);
                writer.write_record(R::COLUMNS)?;
                writer.flush()?;
                Form::Csv { writer: Box::new(writer), is_shown }
            }
            Format::Json => Form::Json { to, opening: "[\n" },
            Format::Ndjson => Form::Ndjson(to),
        };
        let output = Self { form, rows_out: 0 };
        // A full disk is told before anything is read for it.
        output.sink().state().map(drop)?;
        Ok(output)
    }

    /// How many rows left: those of which the system took anything.
    pub(super) fn rows_out(&self) -> i64 {
        self.rows_out
    }

    /// Adds a row; a break says that the reader has gone.
    pub(super) fn row(&mut self, row: &impl Row) -> Result<ControlFlow<()>> {
        let before = self.sink().taken;
        match &mut self.form {
            // A terminal executes what it is given; a file does not.
            Form::Table(table, _) => {
                table.add_row(row.cells().iter().map(|cell| visible(cell).into_owned()));
            }
            Form::Csv { writer, is_shown } => {
                for field in row.fields() {
                    writer.write_field(field.written(*is_shown).as_bytes())?;
                }
                writer.write_record(None::<&[u8]>)?;
                writer.flush()?;
            }
            Form::Json { .. } | Form::Ndjson(_) => return self.value(row),
        }
        self.counted(before)
    }

    /// Adds a value of another form than the rows have, as JSON.
    pub(super) fn value(&mut self, value: &impl Serialize) -> Result<ControlFlow<()>> {
        let before = self.sink().taken;
        let text = json(value)?;
        match &mut self.form {
            Form::Json { to, opening } => {
                let opening = std::mem::replace(opening, ",\n");
                to.write_all(format!("{opening}{text}").as_bytes())?;
            }
            Form::Ndjson(to) => to.write_all(format!("{text}\n").as_bytes())?,
            Form::Table(..) | Form::Csv { .. } => {}
        }
        self.counted(before)
    }

    fn counted(&mut self, before: usize) -> Result<ControlFlow<()>> {
        if self.sink().taken > before {
            self.rows_out += 1;
        }
        self.sink().state()
    }

    /// Ends the output; a break says that not all of it was read.
    pub(super) fn finish(self) -> Result<ControlFlow<()>> {
        let mut to = match self.form {
            Form::Table(table, mut to) => {
                writeln!(to, "{}", table.trim_fmt())?;
                to
            }
            Form::Json { mut to, opening } => {
                to.write_all(if opening == "[\n" { b"[]\n" } else { b"\n]\n" })?;
                to
            }
            Form::Ndjson(to) => to,
            Form::Csv { writer, .. } => writer.into_inner().map_err(|error| eyre!("{error}"))?,
        };
        to.close();
        to.state()
    }

    fn sink(&self) -> &Sink {
        match &self.form {
            Form::Table(_, to) | Form::Json { to, .. } | Form::Ndjson(to) => to,
            Form::Csv { writer, .. } => writer.get_ref(),
        }
    }
}

/// A value as JSON on one line, with nothing in it that a terminal would execute.
pub(super) fn json(value: &impl Serialize) -> Result<String> {
    Ok(visible_json(&serde_json::to_string(value)?).into_owned())
}

/// Names rows that could not be shown, on standard error; the exit code that says so too.
pub(super) fn named(unreadable: &[Unreadable]) -> u8 {
    for row in unreadable {
        tell(&row.sentence);
    }
    if unreadable.is_empty() { exit::DONE } else { exit::PARTLY }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_begins_like_a_formula_gets_an_apostrophe() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"] {
            assert_eq!(Field::Text(text).written(false), format!("'{text}"));
        }
        assert_eq!(Field::Text("O'Brien").written(false), "O'Brien");
    }

    #[test]
    fn a_negative_number_gets_none() {
        assert_eq!(Field::value(&"-8.00").written(false), "-8.00");
    }
}
