//! Time records: what a student worked, and what was decided about it.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{RotationId, TimeRecordId, UserId};

/// `time_records.status`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE", ascii_case_insensitive)]
pub enum Status {
    #[default]
    Pending,
    Approved,
    Rejected,
}

impl Status {
    /// The state in words, as a list's title says it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// The next state in the order in which a person leafs through them.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Pending => Self::Approved,
            Self::Approved => Self::Rejected,
            Self::Rejected => Self::Pending,
        }
    }
}

/// Where a punch was, by the geofence rule (see migration `geofence`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    Inside,
    Likely,
    Uncertain,
    Outside,
    Poor,
    None,
    Unconfigured,
}

impl Verdict {
    /// One word that stands without colour.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Likely => "likely inside",
            Self::Uncertain => "uncertain",
            Self::Outside => "OUTSIDE",
            Self::Poor => "poor signal",
            Self::None => "no position",
            Self::Unconfigured => "site has none",
        }
    }

    /// How much it wants a look: the worse of a record's two is shown.
    #[must_use]
    pub fn concern(self) -> u8 {
        match self {
            Self::Inside => 0,
            Self::Unconfigured => 1,
            Self::Likely => 2,
            Self::None => 3,
            Self::Poor => 4,
            Self::Uncertain => 5,
            Self::Outside => 6,
        }
    }
}

/// The location of one punch, measured against the site.
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    pub verdict: Verdict,
    /// Metres to the nearest active location, when there is a position and one.
    pub distance_m: Option<f64>,
    /// Metres, 95 % or 68 % as the device reports it.
    pub accuracy_m: Option<f32>,
    pub nearest: Option<String>,
    pub radius_m: Option<i32>,
}

impl Location {
    /// For a column: `OUTSIDE 312m`, `inside 18m`, `no position`.
    #[must_use]
    pub fn short(&self) -> String {
        let word = match self.verdict {
            Verdict::Likely => "likely",
            Verdict::Poor => "poor",
            other => other.label(),
        };
        self.distance_m.map_or_else(|| word.to_owned(), |d| format!("{word} {}", metres(d)))
    }

    /// The whole evidence in words: `inside 18m of 100m ±10m, North entrance`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let accuracy = self.accuracy_m.map_or_else(String::new, |a| format!(" ±{a:.0}m"));
        match (self.distance_m, &self.nearest, self.radius_m) {
            (Some(d), Some(name), Some(radius)) => {
                format!("{} {} of {radius}m{accuracy}, {name}", self.verdict.label(), metres(d))
            }
            _ => self.verdict.label().to_owned(),
        }
    }
}

fn metres(distance: f64) -> String {
    if distance < 10_000.0 { format!("{distance:.0}m") } else { format!("{:.0}km", distance / 1000.0) }
}

/// One row of the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeRecord {
    pub id: TimeRecordId,
    /// What a decision must name: the version that was shown.
    pub version: i32,
    pub status: Status,
    pub student_id: UserId,
    /// "Family, Given"
    pub student: String,
    pub site: String,
    pub zone: Tz,
    pub clock_in: DateTime<Utc>,
    pub clock_out: Option<DateTime<Utc>>,
    pub elapsed_ms: Option<i64>,
    pub clock_in_location: Location,
    pub clock_out_location: Option<Location>,
}

impl TimeRecord {
    /// The local day of the clock-in, at the site: `11-20`.
    #[must_use]
    pub fn day(&self) -> String {
        super::clock::local(self.clock_in, self.zone).day
    }

    /// `22:58–07:03⁺ CST`; `07:00–` while open; the zone of the clock-in.
    #[must_use]
    pub fn in_out(&self) -> String {
        let clock_in = super::clock::local(self.clock_in, self.zone);
        let out = self.clock_out.map(|out| super::clock::local(out, self.zone));
        let days = out.as_ref().map_or(0, |out| clock_in.days_until(out));
        let later = match days {
            ..=-1 => "⁻",
            0 => "",
            _ => "⁺",
        };
        let out = out.map_or_else(String::new, |out| out.time);
        format!("{}–{out}{later} {}", clock_in.time, clock_in.zone)
    }

    /// `8.08`, or `open`.
    #[must_use]
    pub fn hours(&self) -> String {
        self.elapsed_ms.map_or_else(|| "open".to_owned(), super::clock::decimal_hours)
    }

    /// How long the record waits: since its clock-out, or its clock-in while open.
    #[must_use]
    pub fn age(&self, now: DateTime<Utc>) -> TimeDelta {
        now - self.clock_out.unwrap_or(self.clock_in)
    }

    /// The worse of the two punches' verdicts.
    #[must_use]
    pub fn location(&self) -> &Location {
        self.clock_out_location
            .as_ref()
            .filter(|out| out.verdict.concern() > self.clock_in_location.verdict.concern())
            .unwrap_or(&self.clock_in_location)
    }

    /// The place of this record in an order.
    #[must_use]
    pub fn key(&self, sort: Sort) -> Key {
        let length = self.elapsed_ms.unwrap_or(OPEN_LENGTH);
        let name = match sort {
            Sort::Student => self.student.clone(),
            Sort::Site => self.site.clone(),
            Sort::Oldest | Sort::Newest | Sort::Longest => String::new(),
        };
        Key { name, clock_in: self.clock_in, length, id: self.id.clone() }
    }
}

/// An open record sorts as longer than any closed one.
pub const OPEN_LENGTH: i64 = 9_007_199_254_740_991;

/// The orders of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Sort {
    #[default]
    Oldest,
    Newest,
    Student,
    Site,
    Longest,
}

impl Sort {
    /// The order in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Oldest => "oldest first",
            Self::Newest => "newest first",
            Self::Student => "by student",
            Self::Site => "by site",
            Self::Longest => "longest first",
        }
    }

    /// The next order in the cycle.
    #[must_use]
    pub fn next(self) -> Self {
        let all = Self::VARIANTS;
        let here = all.iter().position(|sort| *sort == self).unwrap_or(0);
        all[(here + 1) % all.len()]
    }
}

/// The place of a record in an order: the parts that the order uses, and the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub name: String,
    pub clock_in: DateTime<Utc>,
    pub length: i64,
    pub id: TimeRecordId,
}

/// Which records, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub status: Status,
    pub sort: Sort,
    /// A part of the student's or the site's name; empty is everything.
    pub text: String,
}

impl Query {
    /// Whether this is the whole queue: what waits, unfiltered.
    #[must_use]
    pub fn is_queue(&self) -> bool {
        self.status == Status::Pending && self.text.is_empty()
    }
}

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
    pub activities: Vec<String>,
    /// Activities that are there but are not a list of texts.
    pub activities_unreadable: bool,
    pub clock_in_from: Punch,
    pub clock_out_from: Option<Punch>,
    /// Newest first.
    pub decisions: Vec<Decision>,
}

/// With what a punch was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Punch {
    pub source: String,
    pub address: Option<String>,
    pub device: Option<String>,
}

/// A decision that was made, or undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub verdict: String,
    pub kind: String,
    pub reason_code: Option<RejectionReason>,
    pub reason: Option<String>,
    pub who: Option<String>,
    pub when: DateTime<Utc>,
}

/// Why a record is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum RejectionReason {
    NotAtSite,
    WrongTimes,
    Duplicate,
    NotScheduled,
    MissingClockOut,
    Other,
}

impl RejectionReason {
    /// The reason as the question offers it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::NotAtSite => "Not at the site",
            Self::WrongTimes => "Wrong times",
            Self::Duplicate => "Duplicate of another record",
            Self::NotScheduled => "Not scheduled",
            Self::MissingClockOut => "Missing clock-out",
            Self::Other => "Other (say what)",
        }
    }
}

/// What is to happen to records that were shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decide {
    /// A super admin gives a reason with an approval; others need none.
    Approve {
        reason: Option<String>,
    },
    Reject {
        code: RejectionReason,
        text: Option<String>,
    },
    Undo {
        reason: Option<String>,
    },
}

impl Decide {
    /// `approved`, `rejected`, `undone`: what a record then is.
    #[must_use]
    pub fn done(&self) -> &'static str {
        match self {
            Self::Approve { .. } => "approved",
            Self::Reject { .. } => "rejected",
            Self::Undo { .. } => "undone",
        }
    }
}

/// A record at the version that was shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Seen {
    pub id: TimeRecordId,
    pub version: i32,
}

/// What became of one record of a decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub id: TimeRecordId,
    pub student: String,
    pub elapsed_ms: Option<i64>,
    /// The version it has now, when it was decided; why not, otherwise.
    pub result: Result<i32, super::Failure>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worse_punch_is_the_one_that_is_shown() {
        let place = |verdict, d| Location {
            verdict,
            distance_m: Some(d),
            accuracy_m: Some(10.0),
            nearest: Some("North".into()),
            radius_m: Some(100),
        };
        let record = TimeRecord {
            id: "t".into(),
            version: 1,
            status: Status::Pending,
            student_id: "s".into(),
            student: "Family, Given".into(),
            site: "North General".into(),
            zone: chrono_tz::America::Chicago,
            clock_in: "2026-11-20T13:00:00Z".parse().expect("an instant"),
            clock_out: Some("2026-11-21T04:00:00Z".parse().expect("an instant")),
            elapsed_ms: Some(54_000_000),
            clock_in_location: place(Verdict::Inside, 18.0),
            clock_out_location: Some(place(Verdict::Outside, 312.0)),
        };
        assert_eq!(record.location().short(), "OUTSIDE 312m");
        assert_eq!(record.in_out(), "07:00–22:00 CST");
        assert_eq!(record.hours(), "15.00");
    }
}
