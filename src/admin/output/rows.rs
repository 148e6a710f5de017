//! Prints rows: a table for people, CSV and JSON for programs.

use std::borrow::Cow;
use std::fs::File;
use std::io::Write;
use std::ops::ControlFlow;

use chrono::{DateTime, SecondsFormat, Utc};
use color_eyre::Result;
use color_eyre::eyre::eyre;
use serde::Serialize;

use super::{Sink, Streams, Target};
use crate::cli::Format;
use crate::domain::text::{visible, visible_json};

/// A row in each of the formats. As JSON it is serialized.
pub(in crate::admin) trait Row: Serialize {
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
pub(in crate::admin) enum Field<'a> {
    /// What a person or a client wrote: a spreadsheet must not take it for a formula.
    Text(&'a str),
    /// A number, an instant, `true` or `false`, a word of our own: as it is.
    Value(String),
}

impl<'a> Field<'a> {
    pub(in crate::admin) fn value(value: &impl ToString) -> Self {
        Self::Value(value.to_string())
    }

    /// A value that may be missing: then the field is empty.
    pub(in crate::admin) fn maybe(value: Option<&impl ToString>) -> Self {
        Self::Value(value.map(ToString::to_string).unwrap_or_default())
    }

    pub(in crate::admin) fn text(text: Option<&'a str>) -> Self {
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
pub(in crate::admin) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Rows on their way out, one by one: only a table waits for the last.
pub(in crate::admin) struct Output {
    form: Form,
    rows_out: i64,
}

enum Form {
    Table(Box<comfy_table::Table>, Sink),
    Csv { writer: Box<csv::Writer<Sink>>, is_shown: bool },
    Json { to: Sink, opening: &'static str },
    Ndjson(Sink),
}

impl Output {
    /// On standard output.
    pub(in crate::admin) fn of<R: Row>(format: Format) -> Result<Self> {
        Self::on::<R>(format, &Streams::Process)
    }

    /// On the output of a command.
    pub(in crate::admin) fn on<R: Row>(format: Format, streams: &Streams) -> Result<Self> {
        Self::begin::<R>(format, Sink::new(Target::Streams(streams.clone())), streams.is_terminal())
    }

    /// In a file that was opened, or on standard output.
    pub(in crate::admin) fn to<R: Row>(format: Format, file: Option<File>) -> Result<Self> {
        match file {
            Some(file) => Self::begin::<R>(format, Sink::new(Target::File(file)), false),
            None => Self::of::<R>(format),
        }
    }

    fn begin<R: Row>(format: Format, to: Sink, is_shown: bool) -> Result<Self> {
        let form = match format {
            Format::Table => {
                let mut table = comfy_table::Table::new();
                table.load_style(comfy_table::presets::NOTHING).set_header(R::HEADINGS);
                Form::Table(Box::new(table), to)
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
        // A full disk is reported before the next rows are read.
        output.sink().state().map(drop)?;
        Ok(output)
    }

    /// How many rows left: those of which the system took anything.
    pub(in crate::admin) fn rows_out(&self) -> i64 {
        self.rows_out
    }

    /// Adds a row; a break says that the reader has gone.
    pub(in crate::admin) fn row(&mut self, row: &impl Row) -> Result<ControlFlow<()>> {
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

    /// Prints rows to the end, or until nobody reads them any more.
    pub(in crate::admin) fn rows<R: Row>(mut self, rows: impl IntoIterator<Item = R>) -> Result<()> {
        for row in rows {
            if self.row(&row)?.is_break() {
                break;
            }
        }
        self.finish().map(drop)
    }

    /// Adds a value of another form than the rows have, as JSON.
    pub(in crate::admin) fn value(&mut self, value: &impl Serialize) -> Result<ControlFlow<()>> {
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
    pub(in crate::admin) fn finish(self) -> Result<ControlFlow<()>> {
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
pub(in crate::admin) fn json(value: &impl Serialize) -> Result<String> {
    Ok(visible_json(&serde_json::to_string(value)?).into_owned())
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
