//! Rotations: the student, the site, the preceptor, the dates and the progress.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::RotationId;
use super::field::RotationField;
use super::form::{Edge, Field, Input, Value, Zone};
use super::list::{Description, List, ListRow, Marking, choices};
use super::local_time::{day_of, last_day};
use super::lookup::{Lookup, Reference};
use super::permission::Permission;
use super::structure::Structure;

const HOUR_MS: i64 = 3_600_000;
/// A pace of less than this says nothing yet.
const PACE_NEEDS: TimeDelta = TimeDelta::days(3);

/// `rotations.status`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Scheduled,
    Active,
    Completed,
    Cancelled,
}

/// One rotation, with what its list, its detail and its form show.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Rotation {
    pub id: RotationId,
    pub student_id: String,
    /// "Family, Given"
    pub student: String,
    pub program: Option<String>,
    pub specialty: String,
    pub site_id: String,
    pub site: String,
    #[serde(deserialize_with = "crate::domain::zone::or_unknown")]
    pub zone: Tz,
    pub preceptor_id: Option<String>,
    pub preceptor: Option<String>,
    pub supervisor_id: Option<String>,
    pub supervisor: Option<String>,
    pub start: DateTime<Utc>,
    /// The midnight after the last day, at the site.
    pub end: DateTime<Utc>,
    /// Whole hours.
    pub required_hours: i32,
    /// Whole hours that were approved.
    pub completed_hours: i32,
    /// Milliseconds of closed records that wait for a decision.
    pub pending_ms: i64,
    pub status: Status,
    /// A JSON list.
    pub objectives: Option<String>,
    /// Other rotations of the student that overlap this one, as
    /// "Surgery at St Clair, 11-03 to 11-28".
    pub double_booked: Vec<String>,
    /// The most students at the site at once during this rotation, where these are more
    /// than its places; 0 otherwise.
    pub busiest: i64,
    pub capacity: i32,
}

choices! {
    /// The parts of the list of rotations, one of which is shown.
    View {
        Active = "active",
        Scheduled = "scheduled",
        Completed = "completed",
        Cancelled = "canceled",
    }
}

choices! {
    /// The orders of the list of rotations.
    Order {
        ByEnd = "by end",
        ByStudent = "by student",
    }
}

impl ListRow for Rotation {
    type View = View;
    type Order = Order;
    const LIST: List = List::Rotations;
    const DESCRIPTION: Description = Description {
        keys: &["2"],
        table: Some("rotations"),
        add: Some(Permission::EditRotations),
        edit: Some(Permission::EditRotations),
        marking: Marking::Everybody,
        ..Description::of(Permission::SeeRotations)
    };
}

/// How far a rotation is, and whether it gets there.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// Hours approved and pending, and required.
    pub approved: f64,
    pub pending: f64,
    pub required: f64,
    /// Hours a week so far; unknown in the first days.
    pub pace: Option<f64>,
    /// When the required hours are reached at this pace.
    pub finish: Option<DateTime<Utc>>,
    /// Hours a week that are still needed until the end; none when met or over.
    pub needed: Option<f64>,
}

impl Rotation {
    /// Progress as of an instant. Pace counts approved and pending hours.
    #[must_use]
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "hours of a rotation are few")]
    pub fn progress(&self, now: DateTime<Utc>) -> Progress {
        let weeks = |span: TimeDelta| span.num_milliseconds() as f64 / (7.0 * 24.0 * HOUR_MS as f64);
        let (approved, required) = (f64::from(self.completed_hours), f64::from(self.required_hours));
        let pending = self.pending_ms as f64 / HOUR_MS as f64;
        let left = (required - approved - pending).max(0.0);
        let so_far = now.min(self.end) - self.start;
        let pace = (so_far >= PACE_NEEDS).then(|| (approved + pending) / weeks(so_far));
        let running = matches!(self.status, Status::Active | Status::Scheduled);
        let finish = pace.filter(|pace| running && left > 0.0 && *pace > 0.05).and_then(|pace| {
            let weeks_left = left / pace;
            // Beyond two years it is no projection.
            (weeks_left < 104.0)
                .then(|| now + TimeDelta::milliseconds((weeks_left * 7.0 * 24.0 * HOUR_MS as f64) as i64))
        });
        let until_end = self.end - now.max(self.start);
        let needed =
            (running && left > 0.0 && until_end > TimeDelta::zero()).then(|| left / weeks(until_end).max(1.0 / 7.0));
        Progress { approved, pending, required, pace, finish, needed }
    }

    /// Hours that will be missing at the end at the present pace; none if it is met
    /// or cannot be told.
    #[must_use]
    pub fn short_by(&self, now: DateTime<Utc>) -> Option<f64> {
        let progress = self.progress(now);
        let left = progress.required - progress.approved - progress.pending;
        if self.status != Status::Active || left <= 0.0 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "a rotation has few milliseconds")]
        let weeks_left = ((self.end - now).num_milliseconds().max(0)) as f64 / (7.0 * 24.0 * HOUR_MS as f64);
        let short = left - progress.pace? * weeks_left;
        (short >= 1.0).then_some(short)
    }

    /// `11-03–12-04`, the last day included, at the site.
    #[must_use]
    pub fn days(&self) -> String {
        let (first, last) = (day_of(self.start, self.zone), last_day(self.end, self.zone));
        format!("{}–{}", first.format("%m-%d"), last.format("%m-%d"))
    }

    /// Whether more students are there at once than the site has places.
    #[must_use]
    pub fn is_over_capacity(&self) -> bool {
        matches!(self.status, Status::Scheduled | Status::Active) && self.busiest > i64::from(self.capacity)
    }

    /// What the form shows of it.
    #[must_use]
    pub fn values(&self) -> Vec<(RotationField, Value)> {
        let person = |id: &Option<String>, name: &Option<String>| match (id, name) {
            (Some(id), Some(name)) => Value::Reference(Reference { id: id.clone(), name: name.clone() }),
            (Some(id), None) => Value::Reference(Reference { id: id.clone(), name: "(name hidden from you)".into() }),
            _ => Value::Nothing,
        };
        vec![
            (
                RotationField::StudentId,
                Value::Reference(Reference { id: self.student_id.clone(), name: self.student.clone() }),
            ),
            (
                RotationField::ClinicalSiteId,
                Value::Reference(Reference { id: self.site_id.clone(), name: self.site.clone() }),
            ),
            (RotationField::Specialty, Value::Text(self.specialty.clone())),
            (RotationField::StartDate, Value::Kept(self.start, day_of(self.start, self.zone), Edge::Start)),
            (RotationField::EndDate, Value::Kept(self.end, last_day(self.end, self.zone), Edge::End)),
            (RotationField::RequiredHours, Value::Text(self.required_hours.to_string())),
            (RotationField::PreceptorId, person(&self.preceptor_id, &self.preceptor)),
            (RotationField::SupervisorId, person(&self.supervisor_id, &self.supervisor)),
            (
                RotationField::Objectives,
                Structure::texts(self.objectives.as_deref()).map_or(Value::Nothing, Value::Texts),
            ),
        ]
    }
}

/// The form to schedule a rotation or to change it.
#[must_use]
pub fn fields() -> Vec<Field<RotationField>> {
    vec![
        Field::new(RotationField::StudentId, Input::Reference(Lookup::Students)).required(),
        Field::new(RotationField::ClinicalSiteId, Input::Reference(Lookup::Sites)).required(),
        Field::new(RotationField::Specialty, Input::Text(120)).required(),
        Field::new(RotationField::StartDate, Input::Day(Edge::Start, Zone::Site))
            .required()
            .help("first day, such as 2026-11-23, at the site"),
        Field::new(RotationField::EndDate, Input::Day(Edge::End, Zone::Site)).required().help("last day, included"),
        Field::new(RotationField::RequiredHours, Input::Number(1, 10_000)).required().help("required, whole hours"),
        Field::new(RotationField::PreceptorId, Input::Reference(Lookup::Preceptors)),
        Field::new(RotationField::SupervisorId, Input::Reference(Lookup::Supervisors)),
        Field::new(RotationField::Objectives, Input::Texts).help("one per line"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn rotation(completed_hours: i32, pending_hours: i64) -> Rotation {
        Rotation {
            id: "r".into(),
            student_id: "s".into(),
            student: "Family, Given".into(),
            program: None,
            specialty: "CT".into(),
            site_id: "site".into(),
            site: "North".into(),
            zone: chrono_tz::UTC,
            preceptor_id: None,
            preceptor: None,
            supervisor_id: None,
            supervisor: None,
            start: at("2026-11-02T00:00:00Z"),
            end: at("2026-11-30T00:00:00Z"),
            required_hours: 160,
            completed_hours,
            pending_ms: pending_hours * HOUR_MS,
            status: Status::Active,
            objectives: None,
            double_booked: vec![],
            busiest: 1,
            capacity: 1,
        }
    }

    #[test]
    fn half_way_with_half_the_hours_finishes_on_the_last_day() {
        let now = at("2026-11-16T00:00:00Z");
        let progress = rotation(60, 20).progress(now);
        assert_eq!(progress.pace, Some(40.0));
        assert_eq!(progress.finish, Some(at("2026-11-30T00:00:00Z")));
        assert_eq!(progress.needed, Some(40.0));
        assert_eq!(rotation(60, 20).short_by(now), None);
    }

    #[test]
    fn too_slow_a_pace_is_told_in_hours_that_will_be_missing() {
        let now = at("2026-11-16T00:00:00Z");
        assert_eq!(rotation(60, 0).short_by(now), Some(40.0));
        assert_eq!(rotation(160, 0).progress(now).needed, None);
    }

    #[test]
    fn the_first_days_have_no_pace_and_the_last_day_no_infinite_need() {
        assert_eq!(rotation(8, 0).progress(at("2026-11-03T00:00:00Z")).pace, None);
        let needed = rotation(100, 0).progress(at("2026-11-29T23:59:00Z")).needed.expect("hours are missing");
        assert!(needed <= 60.0 * 7.0, "{needed}");
        assert_eq!(rotation(100, 0).progress(at("2026-12-01T00:00:00Z")).needed, None);
    }
}
