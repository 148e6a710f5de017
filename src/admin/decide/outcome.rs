//! The outcome of a record, as a script reads it.

use color_eyre::eyre::Report;
use serde::Serialize;

use super::super::output::{Field, Row};
use crate::domain::clock::{number_of_hours, plain_hours};
use crate::domain::time_record::{Decide, Outcome, Seen};
use crate::presentation::clock::decimal_hours;

#[derive(Serialize)]
pub(super) struct Decided<'a> {
    id: &'a str,
    student: &'a str,
    hours: Option<f64>,
    #[serde(skip)]
    elapsed_ms: Option<i64>,
    /// `approved`, `rejected`, `refused`; `unknown` where the connection was lost during the
    /// commit; `not_done` where the command ended before.
    outcome: &'static str,
    /// The version that the record has now, when it was decided.
    version: Option<i32>,
    why: Option<String>,
    dry_run: bool,
}

impl<'a> Decided<'a> {
    pub(super) fn of(outcome: &'a Outcome, what: &Decide, dry_run: bool) -> Self {
        Self {
            id: outcome.id.as_str(),
            student: &outcome.student,
            hours: outcome.elapsed_ms.map(number_of_hours),
            elapsed_ms: outcome.elapsed_ms,
            outcome: if outcome.result.is_ok() { what.done() } else { "refused" },
            version: outcome.result.as_ref().ok().copied(),
            why: outcome.result.as_ref().err().map(ToString::to_string),
            dry_run,
        }
    }

    /// A record without an outcome.
    pub(super) fn open(seen: &'a Seen, is_unknown: bool, why: Option<&Report>, dry_run: bool) -> Self {
        Self {
            id: seen.id.as_str(),
            student: "",
            hours: None,
            elapsed_ms: None,
            outcome: if is_unknown { "unknown" } else { "not_done" },
            version: None,
            why: why.map(ToString::to_string),
            dry_run,
        }
    }
}

impl Row for Decided<'_> {
    const HEADINGS: &'static [&'static str] = &["student", "hours", "outcome", "id"];
    const COLUMNS: &'static [&'static str] = &["id", "student", "hours", "outcome", "version", "why", "dry_run"];

    fn cells(&self) -> Vec<String> {
        let hours = self.elapsed_ms.map(decimal_hours).unwrap_or_default();
        let said = self.why.clone().unwrap_or_else(|| self.outcome.to_owned());
        vec![self.student.to_owned(), hours, said, self.id.to_owned()]
    }

    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::Text(self.id),
            Field::Text(self.student),
            Field::maybe(self.elapsed_ms.map(plain_hours).as_ref()),
            Field::value(&self.outcome),
            Field::maybe(self.version.as_ref()),
            Field::text(self.why.as_deref()),
            Field::value(&self.dry_run),
        ]
    }
}
