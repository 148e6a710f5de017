//! Rotations: who learns where, with whom, until when.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use strum::{EnumString, IntoStaticStr};

use super::RotationId;

/// `rotations.status`
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Scheduled,
    Active,
    Completed,
    Cancelled,
}

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    pub id: RotationId,
    pub student: String,
    pub specialty: String,
    pub site: String,
    pub zone: Tz,
    pub preceptor: Option<String>,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    /// Whole hours.
    pub required_hours: i32,
    pub completed_hours: i32,
    pub status: Status,
}
