//! The exported form of a time record.

use serde::Serialize;

use super::super::output::{Field, Row, instant};
use crate::domain::clock::{number_of_hours, plain_hours};
use crate::domain::time_record::{Flag, TimeRecord};
use crate::domain::zone;

/// A record for programs: instants in UTC, the day at the site, hours as a number.
#[derive(Serialize)]
pub(super) struct Exported<'a> {
    id: &'a str,
    version: i32,
    status: &'static str,
    student_id: &'a str,
    student: &'a str,
    site: &'a str,
    time_zone: &'a str,
    /// The day of the clock-in, by the site's clocks.
    date: String,
    clock_in: String,
    clock_out: Option<String>,
    hours: Option<f64>,
    elapsed_ms: Option<i64>,
    severity: &'static str,
    /// CSV has their codes only, separated by spaces.
    flags: Vec<Flagged>,
    #[serde(skip)]
    record: &'a TimeRecord,
}

/// A flag, its evidence in words.
#[derive(Serialize)]
struct Flagged {
    code: &'static str,
    severity: &'static str,
    evidence: String,
}

impl<'a> From<&'a TimeRecord> for Exported<'a> {
    fn from(record: &'a TimeRecord) -> Self {
        Self {
            id: record.id.as_str(),
            version: record.version,
            status: record.status.into(),
            student_id: record.student_id.as_str(),
            student: &record.student,
            site: &record.site,
            time_zone: zone::name(record.zone),
            date: record.clock_in.with_timezone(&record.zone).format("%Y-%m-%d").to_string(),
            clock_in: instant(record.clock_in),
            clock_out: record.clock_out.map(instant),
            hours: record.elapsed_ms.map(number_of_hours),
            elapsed_ms: record.elapsed_ms,
            severity: record.severity().into(),
            flags: record.flags.iter().map(Flagged::from).collect(),
            record,
        }
    }
}

impl From<&Flag> for Flagged {
    fn from(flag: &Flag) -> Self {
        Self { code: flag.code.into(), severity: flag.severity().into(), evidence: flag.sentence() }
    }
}

impl Row for Exported<'_> {
    const HEADINGS: &'static [&'static str] = &["student", "site", "date", "in-out", "hours", "status", "why", "id"];
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "version",
        "status",
        "student_id",
        "student",
        "site",
        "time_zone",
        "date",
        "clock_in",
        "clock_out",
        "hours",
        "elapsed_ms",
        "severity",
        "flags",
    ];

    fn cells(&self) -> Vec<String> {
        let record = self.record;
        vec![
            record.student.clone(),
            record.site.clone(),
            record.day(),
            record.exact_in_out(),
            record.hours(),
            record.status.label().to_owned(),
            record.flags.iter().map(Flag::short).collect::<Vec<_>>().join(", "),
            self.id.to_owned(),
        ]
    }

    fn fields(&self) -> Vec<Field<'_>> {
        let codes: Vec<&str> = self.flags.iter().map(|flag| flag.code).collect();
        vec![
            Field::Text(self.id),
            Field::value(&self.version),
            Field::value(&self.status),
            Field::Text(self.student_id),
            Field::Text(self.student),
            Field::Text(self.site),
            Field::value(&self.time_zone),
            Field::value(&self.date),
            Field::value(&self.clock_in),
            Field::maybe(self.clock_out.as_ref()),
            Field::maybe(self.elapsed_ms.map(plain_hours).as_ref()),
            Field::maybe(self.elapsed_ms.as_ref()),
            Field::value(&self.severity),
            Field::value(&codes.join(" ")),
        ]
    }
}
