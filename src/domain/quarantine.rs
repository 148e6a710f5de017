//! Punches that fit nothing: kept by a kiosk without a connection, and by the
//! database until somebody has looked at them.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use super::field::PunchField;
use super::form::{Field, Input, Value};
use super::list::{Description, List, ListRow, NewestFirst, choices};
use super::lookup::{Lookup, Reference};
use super::permission::Permission;

const WAYS: &[(&str, &str)] = &[("IN", "in: a record begins"), ("OUT", "out: the open record ends")];

/// One punch.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Quarantined {
    pub id: String,
    pub kiosk_id: String,
    pub kiosk: String,
    pub site: String,
    #[serde(deserialize_with = "crate::domain::zone::or_unknown")]
    pub zone: Tz,
    /// What was scanned or typed.
    pub badge: String,
    pub student_id: Option<String>,
    /// "Family, Given", where the badge is somebody's.
    pub student: Option<String>,
    /// When it was, as far as that is known.
    pub at: DateTime<Utc>,
    /// What the kiosk's own clock said.
    pub device_clock: DateTime<Utc>,
    pub clock_is_unverified: bool,
    pub received_at: DateTime<Utc>,
    pub problem: String,
    /// `QUARANTINED`, `RESOLVED`, `DISCARDED`
    pub status: String,
    pub record_id: Option<String>,
    pub settled_by: Option<String>,
    pub settled_at: Option<DateTime<Utc>>,
    pub reason: Option<String>,
    /// The student's rotations, newest first: id and "specialty at site".
    pub rotations: Vec<(String, String)>,
}

choices! {
    /// The parts of the list of punches, one of which is shown.
    View {
        Quarantined = "quarantined",
        Settled = "settled",
    }
}

impl ListRow for Quarantined {
    type View = View;
    type Order = NewestFirst;
    const LIST: List = List::Quarantine;
    const DESCRIPTION: Description = Description {
        nouns: ("punch", "punches"),
        about: "Unmatched punches of kiosks",
        prompt: "Filter by student or badge: ",
        table: Some("kiosk_punches"),
        has_marks: true,
        ..Description::of(Permission::SeeQuarantine)
    };
}

impl Quarantined {
    /// What stands in the form that makes it a part of a record.
    #[must_use]
    pub fn values(&self) -> Vec<(PunchField, Value)> {
        let mut values = vec![(PunchField::At, Value::Moment(self.at, self.zone))];
        if let [(id, name), ..] = self.rotations.as_slice() {
            values.push((PunchField::Rotation, Value::Reference(Reference { id: id.clone(), name: name.clone() })));
        }
        values
    }
}

/// The form that makes it a part of a record.
#[must_use]
pub fn resolving(zone: Tz) -> Vec<Field<PunchField>> {
    vec![
        Field::new(PunchField::Way, Input::Choice(Cow::Borrowed(WAYS))).required(),
        Field::new(PunchField::Rotation, Input::Reference(Lookup::Rotations)).required().help("by the student's name"),
        Field::new(PunchField::At, Input::Moment(zone))
            .required()
            .help(format!("at the site ({})", super::zone::name(zone))),
        Field::text(PunchField::Reason).required().help("stays with the record"),
    ]
}

/// The form that sets it aside.
#[must_use]
pub fn discarding() -> Vec<Field<PunchField>> {
    vec![Field::text(PunchField::Reason).required().help("it stays on record")]
}
