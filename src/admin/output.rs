//! Rows for whoever asked: a table for people, CSV and JSON for programs.

use std::borrow::Cow;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use color_eyre::Result;
use serde::Serialize;

use crate::cli::Format;
use crate::domain::text::{visible, visible_json};
use crate::domain::window::Unreadable;

/// Rows on their way out, one by one: only a table waits for the last.
pub(super) enum Output {
    Table(comfy_table::Table),
    Csv { writer: Box<csv::Writer<Target>>, is_shown: bool },
    Json { to: Target, opening: &'static str },
    Ndjson(Target),
}

type Target = Box<dyn Write>;

impl Output {
    /// On standard output.
    pub(super) fn new(format: Format, titles: &[&str]) -> Result<Self> {
        Self::to(format, titles, None)
    }

    /// In a file that was opened, or on standard output.
    pub(super) fn to(format: Format, titles: &[&str], file: Option<std::fs::File>) -> Result<Self> {
        let is_shown = file.is_none() && io::stdout().is_terminal();
        let to: Target = match file {
            Some(file) => Box::new(BufWriter::new(file)),
            // Line by line: somebody may be watching.
            None => Box::new(io::stdout()),
        };
        Ok(match format {
            Format::Table => {
                let mut table = comfy_table::Table::new();
                table.load_style(comfy_table::presets::NOTHING).set_header(titles);
                Self::Table(table)
            }
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(to);
                writer.write_record(titles)?;
                Self::Csv { writer: Box::new(writer), is_shown }
            }
            Format::Json => Self::Json { to, opening: "[\n" },
            Format::Ndjson => Self::Ndjson(to),
        })
    }

    pub(super) fn row(&mut self, cells: &[impl AsRef<str>], value: &impl Serialize) -> Result<()> {
        match self {
            // A terminal executes what it is given; a file does not.
            Self::Table(table) => {
                table.add_row(cells.iter().map(|cell| visible(cell.as_ref()).into_owned()));
            }
            Self::Csv { writer, is_shown } => {
                for cell in cells {
                    writer.write_field(tame(cell.as_ref(), *is_shown).as_bytes())?;
                }
                writer.write_record(None::<&[u8]>)?;
            }
            Self::Json { to, opening } => {
                to.write_all(std::mem::replace(opening, ",\n").as_bytes())?;
                to.write_all(json(value)?.as_bytes())?;
            }
            Self::Ndjson(to) => {
                writeln!(to, "{}", json(value)?)?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<ExitCode> {
        match self {
            Self::Table(table) => writeln!(io::stdout(), "{}", table.trim_fmt())?,
            Self::Csv { mut writer, .. } => writer.flush()?,
            Self::Json { mut to, opening } => {
                to.write_all(if opening == "[\n" { b"[]\n" } else { b"\n]\n" })?;
                to.flush()?;
            }
            Self::Ndjson(mut to) => to.flush()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A value as JSON on one line, with nothing in it that a terminal would execute.
pub(super) fn json(value: &impl Serialize) -> Result<String> {
    Ok(visible_json(&serde_json::to_string(value)?).into_owned())
}

/// What a spreadsheet would take for a formula begins with an apostrophe; on a
/// terminal, control characters are made visible as well.
fn tame(cell: &str, is_shown: bool) -> Cow<'_, str> {
    let cell = if is_shown { visible(cell) } else { Cow::Borrowed(cell) };
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { Cow::Owned(format!("'{cell}")) } else { cell }
}

/// Some of what was asked for could not be shown, or was not decided.
pub(super) const PARTLY: u8 = 2;

/// Names rows that could not be shown, on standard error; the exit code says so too.
pub(super) fn named(unreadable: &[Unreadable]) -> Result<ExitCode> {
    for row in unreadable {
        writeln!(io::stderr(), "{}", visible(&row.sentence))?;
    }
    Ok(if unreadable.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(PARTLY) })
}
