//! Rotations as a calendar: who is booked where, day by day, and which sites are over capacity.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

use super::list::{ByName, Description, List, ListRow, choices};
use super::local_time::{day_of, last_day};
use super::permission::Permission;
use super::rotation::Status;

/// A site or a student with their bookings, some weeks back and a year on.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Calendar {
    pub id: String,
    pub name: String,
    /// Places of a site; a student has one.
    pub capacity: i64,
    pub bookings: Vec<Booking>,
}

/// The calendar of a site.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct BySite(pub Calendar);

choices! {
    /// The parts of the list of sites, one of which is shown.
    BySiteView {
        Weeks = "calendar by site",
    }
}

impl ListRow for BySite {
    type View = BySiteView;
    type Order = ByName;
    const LIST: List = List::CalendarBySite;
    const DESCRIPTION: Description =
        Description { add: Some(Permission::EditRotations), ..Description::of(Permission::SeeRotations) };
}

/// The calendar of a student.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct ByStudent(pub Calendar);

choices! {
    /// The parts of the list of students, one of which is shown.
    ByStudentView {
        Weeks = "calendar by student",
    }
}

impl ListRow for ByStudent {
    type View = ByStudentView;
    type Order = ByName;
    const LIST: List = List::CalendarByStudent;
    const DESCRIPTION: Description =
        Description { add: Some(Permission::EditRotations), ..Description::of(Permission::SeeRotations) };
}

/// One rotation in a calendar.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Booking {
    pub id: String,
    /// The student in a site's calendar, the site in a student's.
    pub with: String,
    pub specialty: String,
    pub start: DateTime<Utc>,
    /// The midnight after the last day, at the site.
    pub end: DateTime<Utc>,
    #[serde(deserialize_with = "crate::domain::zone::or_unknown")]
    pub zone: Tz,
    pub status: Status,
    pub completed_hours: i32,
    pub required_hours: i32,
}

/// Days on which there are too many at once: first and last, how many, and who.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excess {
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub most: i64,
    pub names: Vec<String>,
}

impl Booking {
    /// First and last day, at the site.
    #[must_use]
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        (day_of(self.start, self.zone), last_day(self.end, self.zone))
    }

    /// Whether it takes a place: what is over does not.
    #[must_use]
    pub fn takes_a_place(&self) -> bool {
        matches!(self.status, Status::Scheduled | Status::Active)
    }

    fn is_on(&self, day: NaiveDate) -> bool {
        let (first, last) = self.days();
        (first..=last).contains(&day)
    }
}

impl Calendar {
    /// How many take a place on a day.
    #[must_use]
    pub fn occupied(&self, day: NaiveDate) -> i64 {
        let booked = self.bookings.iter().filter(|booking| booking.takes_a_place() && booking.is_on(day));
        i64::try_from(booked.count()).unwrap_or(i64::MAX)
    }

    /// Stretches of days within a span on which there are more than places.
    #[must_use]
    pub fn excesses(&self, from: NaiveDate, days: u64) -> Vec<Excess> {
        let mut found: Vec<Excess> = Vec::new();
        for day in (0..days).filter_map(|n| from.checked_add_days(Days::new(n))) {
            let occupied = self.occupied(day);
            if occupied <= self.capacity {
                continue;
            }
            let names =
                self.bookings.iter().filter(|one| one.takes_a_place() && one.is_on(day)).map(|one| one.with.clone());
            match found.last_mut().filter(|excess| excess.last.succ_opt() == Some(day)) {
                Some(excess) => {
                    excess.last = day;
                    excess.most = excess.most.max(occupied);
                    for name in names {
                        if !excess.names.contains(&name) {
                            excess.names.push(name);
                        }
                    }
                }
                None => found.push(Excess { first: day, last: day, most: occupied, names: names.collect() }),
            }
        }
        found
    }
}

/// The Monday on which a calendar begins that is moved by so many weeks: without
/// a move, the one before this week's.
#[must_use]
pub fn begins(today: NaiveDate, weeks: i32) -> NaiveDate {
    let monday = today - TimeDelta::days(i64::from(today.weekday().num_days_from_monday()));
    monday + TimeDelta::weeks(i64::from(weeks) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn booking(with: &str, start: &str, end: &str, status: Status) -> Booking {
        Booking {
            id: with.into(),
            with: with.into(),
            specialty: "CT".into(),
            start: format!("{start}T06:00:00Z").parse().expect("an instant"),
            end: format!("{end}T06:00:00Z").parse().expect("an instant"),
            zone: chrono_tz::America::Chicago,
            status,
            completed_hours: 0,
            required_hours: 1,
        }
    }

    #[test]
    fn too_many_at_once_are_told_with_days_and_names() {
        let calendar = Calendar {
            id: "s".into(),
            name: "North".into(),
            capacity: 1,
            bookings: vec![
                booking("a", "2026-11-02", "2026-11-10", Status::Active),
                booking("b", "2026-11-08", "2026-11-12", Status::Scheduled),
                booking("c", "2026-11-01", "2026-11-30", Status::Completed),
            ],
        };
        assert_eq!(calendar.occupied(day("2026-11-10")), 1, "the end is the midnight after the last day");
        let excess = calendar.excesses(day("2026-11-01"), 30);
        assert_eq!(
            excess,
            [Excess {
                first: day("2026-11-08"),
                last: day("2026-11-09"),
                most: 2,
                names: vec!["a".into(), "b".into()]
            }]
        );
    }

    #[test]
    fn a_calendar_begins_on_the_monday_before_this_weeks() {
        assert_eq!(begins(day("2026-11-25"), 0), day("2026-11-16"));
        assert_eq!(begins(day("2026-11-23"), 1), day("2026-11-23"));
    }
}
