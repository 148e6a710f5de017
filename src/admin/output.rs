//! Lists on standard output: a table for people, CSV and JSON for programs.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use color_eyre::Result;
use serde::Serialize;

use crate::cli::Format;
use crate::domain::text::visible;

/// Rows on their way out, one by one: only a table waits for the last.
pub(super) enum Output {
    Table(comfy_table::Table),
    Csv(csv::Writer<io::Stdout>),
    Json { first: bool },
    Ndjson,
}

impl Output {
    pub(super) fn new(format: Format, titles: &[&str]) -> Result<Self> {
        Ok(match format {
            Format::Table => {
                let mut table = comfy_table::Table::new();
                table.load_style(comfy_table::presets::NOTHING).set_header(titles);
                Self::Table(table)
            }
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(io::stdout());
                writer.write_record(titles)?;
                Self::Csv(writer)
            }
            Format::Json => Self::Json { first: true },
            Format::Ndjson => Self::Ndjson,
        })
    }

    pub(super) fn row(&mut self, cells: &[&str], value: &impl Serialize) -> Result<()> {
        match self {
            // A terminal executes what it is given; a file does not.
            Self::Table(table) => {
                table.add_row(cells.iter().map(|cell| visible(cell).into_owned()));
            }
            Self::Csv(writer) => writer.write_record(cells.iter().map(|cell| tame(cell)))?,
            Self::Json { first } => {
                let opening = if std::mem::take(first) { "[\n" } else { ",\n" };
                write!(io::stdout(), "{opening}{}", serde_json::to_string(value)?)?;
            }
            Self::Ndjson => writeln!(io::stdout(), "{}", serde_json::to_string(value)?)?,
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<ExitCode> {
        match self {
            Self::Table(table) => writeln!(io::stdout(), "{}", table.trim_fmt())?,
            Self::Csv(mut writer) => writer.flush()?,
            Self::Json { first } => writeln!(io::stdout(), "{}", if first { "[]" } else { "\n]" })?,
            Self::Ndjson => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What a spreadsheet would take for a formula begins with an apostrophe; on a
/// terminal, control characters are made visible as well.
pub(super) fn tame(cell: &str) -> String {
    let cell = if io::stdout().is_terminal() { visible(cell).into_owned() } else { cell.to_owned() };
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}
