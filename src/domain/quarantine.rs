//! Unmatched punches: saved by a kiosk without a connection, and kept in quarantine until an
//! administrator has resolved them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::field::PunchField;
use super::form::{Field, Value};
use super::list::{Description, List, ListRow, Marking, NewestFirst, choices};
use super::lookup::Reference;
use super::permission::Permission;
use super::stored::Stored;

/// What a punch becomes of a record: `kiosk_punches.direction`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Way {
    In,
    Out,
}

/// Why a punch fits nothing: `kiosk_punches.problem`. It may also be the name of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Problem {
    UnknownBadge,
    NotAStudent,
    NoRotation,
    /// Several rotations there then.
    Choose,
    /// A record was open too long.
    Stale,
    OutOfOrder,
    Outside,
    AnotherKiosk,
    InTheFuture,
    TooOld,
}

/// What became of a punch that fits nothing: `kiosk_punches.status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Quarantined,
    Resolved,
    Discarded,
}

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
    /// "Family, Given", if the badge belongs to a student.
    pub student: Option<String>,
    /// When it was, as far as that is known.
    pub at: DateTime<Utc>,
    /// What the kiosk's own clock said.
    pub device_clock: DateTime<Utc>,
    pub clock_is_unverified: bool,
    pub received_at: DateTime<Utc>,
    pub problem: Stored<Problem>,
    pub status: Stored<Status>,
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
        table: Some("kiosk_punches"),
        marking: Marking::Everybody,
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

/// The form that sets it aside.
#[must_use]
pub fn discarding() -> Vec<Field<PunchField>> {
    vec![Field::text(PunchField::Reason).required().help("it stays on record")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_named_as_in_the_database() {
        let names: Vec<&str> = Problem::VARIANTS.iter().map(<&str>::from).collect();
        assert_eq!(
            names.join(" "),
            "unknown_badge not_a_student no_rotation choose stale out_of_order outside another_kiosk in_the_future too_old"
        );
    }
}
