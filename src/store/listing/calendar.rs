//! Rotations by site and by student, some weeks back and a year on.

use super::{Listing, Order};
use crate::domain::calendar::{BySite, ByStudent};
use crate::domain::list::By;

/// The bookings of a page's row: the column that they belong by, and with whom.
macro_rules! bookings {
    ($column:literal, $with:literal) => {
        concat!(
            "coalesce((SELECT jsonb_agg(jsonb_build_object('id', r.id, 'with', ",
            $with,
            ", 'specialty', r.specialty, 'start', r.start_date, 'end', r.end_date, 'zone', s.time_zone, 'status', r.status,
                'completed_hours', r.completed_hours, 'required_hours', r.required_hours) ORDER BY r.start_date, r.id)
              FROM rotations r JOIN clinical_sites s ON s.id = r.clinical_site_id JOIN users u ON u.id = r.student_id
              WHERE r.",
            $column,
            " = page.id AND r.status <> 'CANCELLED'
                AND r.end_date > now() - interval '10 weeks' AND r.start_date < now() + interval '52 weeks'), '[]') AS bookings"
        )
    };
}

impl Listing for BySite {
    const FROM: &'static str = "FROM clinical_sites s WHERE s.is_active";
    const SCHOOL: &'static [&'static str] = &["s.school_id"];
    const COLUMNS: &'static str = "s.id, s.name, s.capacity";
    const RECORD: &'static str =
        concat!("SELECT page.id, page.name, page.capacity, ", bookings!("clinical_site_id", "u.sort_name"));
    const SHARED: bool = true;
    const SEARCHED: &'static [&'static str] = &["s.search_name"];

    fn view(_: Self::View) -> &'static str {
        ""
    }
    fn order(_: Self::Order) -> Order {
        Order::up(&[("s.name", "text"), ("s.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        matches!(by, By::Id | By::Site).then_some("s.id")
    }
}

impl Listing for ByStudent {
    const FROM: &'static str = "FROM users k WHERE k.role = 'STUDENT' AND k.is_active";
    const SCHOOL: &'static [&'static str] = &["k.school_id"];
    const COLUMNS: &'static str = "k.id, k.sort_name AS name";
    const RECORD: &'static str =
        concat!("SELECT page.id, page.name, 1 AS capacity, ", bookings!("student_id", "s.name"));
    const SHARED: bool = true;
    const SEARCHED: &'static [&'static str] = &["k.search_name"];

    fn view(_: Self::View) -> &'static str {
        ""
    }
    fn order(_: Self::Order) -> Order {
        Order::up(&[("k.sort_name", "text"), ("k.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        match by {
            By::Id | By::Student => Some("k.id"),
            By::Program => Some("k.program_id"),
            _ => None,
        }
    }
}
