//! Corrections: other times that are proposed for a record, the original kept,
//! until somebody else approves them.

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr};

use super::clock::{decimal_hours, local};
use super::form::{Field, Input, Value};
use super::time_record::TimeRecord;

/// What became of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    Proposed,
    Approved,
    Rejected,
    Withdrawn,
}

impl State {
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// One proposal.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Correction {
    pub id: String,
    pub record_id: String,
    pub student_id: String,
    /// "Family, Given"
    pub student: String,
    pub site: String,
    #[serde(deserialize_with = "crate::domain::zone::or_unknown")]
    pub zone: Tz,
    pub old_in: DateTime<Utc>,
    pub old_out: Option<DateTime<Utc>>,
    pub new_in: DateTime<Utc>,
    pub new_out: Option<DateTime<Utc>>,
    pub reason: String,
    pub by_id: String,
    pub by: String,
    pub at: DateTime<Utc>,
    pub status: State,
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
}

impl Correction {
    /// What stood there: `11-20 07:00–15:05`, at the site.
    #[must_use]
    pub fn before(&self) -> String {
        span(self.old_in, self.old_out, self.zone)
    }

    /// What is proposed instead.
    #[must_use]
    pub fn after(&self) -> String {
        span(self.new_in, self.new_out, self.zone)
    }

    /// By how many hours the record becomes longer: `+1.00`, `-0.50`.
    #[must_use]
    pub fn difference(&self) -> String {
        let length = |from: DateTime<Utc>, to: Option<DateTime<Utc>>| to.map_or(0, |to| (to - from).num_milliseconds());
        let more = length(self.new_in, self.new_out) - length(self.old_in, self.old_out);
        format!("{}{}", if more < 0 { "" } else { "+" }, decimal_hours(more))
    }
}

fn span(from: DateTime<Utc>, to: Option<DateTime<Utc>>, zone: Tz) -> String {
    let from = local(from, zone);
    let to = to.map(|to| local(to, zone));
    let later = to.as_ref().map_or(0, |to| from.days_until(to));
    let sign = if later > 0 { "⁺" } else { "" };
    format!("{} {}–{}{sign}", from.day, from.time, to.map_or_else(String::new, |to| to.time))
}

/// The form that proposes other times, and what stands in it at first.
#[must_use]
pub fn form(record: &TimeRecord) -> (Vec<Field>, Vec<(&'static str, Value)>) {
    let out = Field::new("clock_out", "Out", Input::Moment).help("empty: still open");
    let fields = vec![
        Field::new("clock_in", "In", Input::Moment)
            .required()
            .help(format!("at the site ({})", super::zone::name(record.zone))),
        if record.clock_out.is_some() { out.required().help("") } else { out },
        Field::text("reason", "Why").required(),
    ];
    let there = |at: DateTime<Utc>| -> NaiveDateTime { at.with_timezone(&record.zone).naive_local() };
    let mut values =
        vec![("clock_in", Value::Moment(there(record.clock_in))), ("version", Value::Text(record.version.to_string()))];
    values.extend(record.clock_out.map(|out| ("clock_out", Value::Moment(there(out)))));
    (fields, values)
}

/// The form of a question, and that of its answer.
#[must_use]
pub fn words(column: &'static str, label: &'static str) -> Vec<Field> {
    vec![Field::new(column, label, Input::Text(1_000)).required()]
}
