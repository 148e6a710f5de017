//! Corrections: new times that a person proposes for a record. The record keeps its times until
//! someone else approves the correction.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr};

use super::field::{CorrectionField, QuestionField};
use super::form::{Field, Input, Value};
use super::list::{Description, List, ListRow, Marking, choices};
use super::permission::Permission;
use super::time_record::TimeRecord;

/// What became of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    Proposed,
    Approved,
    Rejected,
    Withdrawn,
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

choices! {
    /// The parts of the list of corrections, one of which is shown.
    View {
        Proposed = "proposed",
        Decided = "decided",
    }
}

choices! {
    /// The orders of the list of corrections.
    Order {
        OldestFirst = "oldest first",
    }
}

impl ListRow for Correction {
    type View = View;
    type Order = Order;
    const LIST: List = List::Corrections;
    const DESCRIPTION: Description = Description {
        table: Some("time_record_corrections"),
        marking: Marking::Everybody,
        ..Description::of(Permission::SeeCorrections)
    };
}

/// The times of a record, before a correction or after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    pub clock_in: DateTime<Utc>,
    pub clock_out: Option<DateTime<Utc>>,
}

impl Times {
    pub(crate) fn elapsed_ms(self) -> i64 {
        self.clock_out.map_or(0, |out| (out - self.clock_in).num_milliseconds())
    }
}

impl Correction {
    pub(crate) fn was(&self) -> Times {
        Times { clock_in: self.old_in, clock_out: self.old_out }
    }

    pub(crate) fn becomes(&self) -> Times {
        Times { clock_in: self.new_in, clock_out: self.new_out }
    }
}

/// The form that proposes other times, and what stands in it at first.
#[must_use]
pub fn form(record: &TimeRecord) -> (Vec<Field<CorrectionField>>, Vec<(CorrectionField, Value)>) {
    let zone = record.zone;
    let out = Field::new(CorrectionField::ClockOut, Input::Moment(zone)).help("empty: still open");
    let fields = vec![
        Field::new(CorrectionField::ClockIn, Input::Moment(zone))
            .required()
            .help(format!("at the site ({})", super::zone::name(zone))),
        if record.clock_out.is_some() { out.required().help("") } else { out },
        Field::text(CorrectionField::Reason).required(),
    ];
    let mut values = vec![
        (CorrectionField::ClockIn, Value::Moment(record.clock_in, zone)),
        (CorrectionField::Version, Value::Text(record.version.to_string())),
    ];
    values.extend(record.clock_out.map(|out| (CorrectionField::ClockOut, Value::Moment(out, zone))));
    (fields, values)
}

/// The form of a question, and that of its answer.
#[must_use]
pub fn words(field: QuestionField) -> Vec<Field<QuestionField>> {
    vec![Field::new(field, Input::Text(1_000)).required()]
}
