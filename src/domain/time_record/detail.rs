//! One record in full.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr};

use super::{DecisionKind, DecisionVerdict, Location, RejectionReason, TimeRecord};
use crate::domain::RotationId;
use crate::domain::correction::State;
use crate::domain::stored::Stored;

/// Everything there is to know of one record.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    pub record: TimeRecord,
    pub program: Option<String>,
    pub rotation_id: RotationId,
    pub rotation: String,
    pub required_hours: i32,
    pub completed_hours: i32,
    /// Milliseconds of the rotation's other pending, closed records.
    pub pending_ms: i64,
    pub preceptor: Option<String>,
    pub notes: Option<String>,
    /// Why someone else decides on it, where it is pending and that is so.
    pub someone_elses: Option<&'static str>,
    /// The meal break that the student stated, in minutes; none if the kiosk did not ask.
    pub meal_break_min: Option<i16>,
    pub activities: Vec<String>,
    /// Activities that are there but are not a list of texts.
    pub activities_unreadable: bool,
    pub clock_in_location: Location,
    pub clock_out_location: Option<Location>,
    pub clock_in_from: Punch,
    pub clock_out_from: Option<Punch>,
    /// The student's week, Monday first, at the site.
    pub week: Week,
    /// Where the site's active locations are, and both punches.
    pub spots: Vec<Spot>,
    /// What was asked, newest first.
    pub questions: Vec<Question>,
    /// Which other times were proposed, newest first.
    pub corrections: Vec<Proposal>,
    /// What else happened to the record by the audit trail, as far as one may see it,
    /// newest first.
    pub events: Vec<Event>,
    /// Newest first.
    pub decisions: Vec<Decision>,
    /// Parts that hold something that cannot be read.
    pub left_out: Vec<&'static str>,
}

/// From where a punch came: `time_records.clock_in_source` and `clock_out_source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum PunchSource {
    Web,
    Mobile,
    Kiosk,
    Manual,
}

/// With what a punch was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Punch {
    pub source: Stored<PunchSource>,
    pub address: Option<String>,
    pub device: Option<String>,
}

/// The week that the record stands in, with the caps that hold.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Week {
    pub days: Vec<Day>,
    /// Hours; `None` is no cap.
    pub day_cap_h: Option<f64>,
    pub week_cap_h: Option<f64>,
    /// Whether the week's cap is one of an average.
    pub is_averaged: bool,
}

/// One day of it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Day {
    pub day: NaiveDate,
    pub elapsed_ms: i64,
    /// Whether a record of the day has no clock-out.
    pub is_open: bool,
}

/// Something that has a place on the map.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Spot {
    /// A location's name, or `in`, or `out`.
    pub name: String,
    pub is_punch: bool,
    /// Degrees.
    pub latitude: f64,
    pub longitude: f64,
    /// The location's radius, or the punch's accuracy.
    pub radius_m: f64,
}

/// What was asked about the record.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Question {
    pub question: String,
    pub who: Option<String>,
    pub when: DateTime<Utc>,
    pub answer: Option<String>,
}

/// Other times that were proposed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Proposal {
    pub old_in: DateTime<Utc>,
    pub old_out: Option<DateTime<Utc>>,
    pub new_in: DateTime<Utc>,
    pub new_out: Option<DateTime<Utc>>,
    pub reason: String,
    pub who: Option<String>,
    pub when: DateTime<Utc>,
    pub status: Stored<State>,
    pub decided_by: Option<String>,
}

/// An event of the audit trail about the record.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Event {
    /// `created`, `clocked_out`, `updated`
    pub what: String,
    pub who: Option<String>,
    pub when: DateTime<Utc>,
    /// The columns that changed, by name.
    pub columns: Option<String>,
}

/// A decision that was made, or undone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Decision {
    pub verdict: Stored<DecisionVerdict>,
    pub kind: Stored<DecisionKind>,
    pub reason_code: Option<RejectionReason>,
    pub reason: Option<String>,
    pub who: Option<String>,
    pub when: DateTime<Utc>,
}
