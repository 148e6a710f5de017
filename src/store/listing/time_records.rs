//! Time records: the queue, and what was decided.

use super::{Listing, Order};
use crate::domain::list::{By, List};
use crate::domain::time_record::TimeRecord;

impl Listing for TimeRecord {
    const LIST: List = List::TimeRecords;
    const FROM: &'static str = "FROM time_records t JOIN users u ON u.id = t.student_id JOIN clinical_sites s ON s.id = t.clinical_site_id WHERE TRUE";
    const ALONE: &'static str = "FROM time_records t WHERE TRUE";
    const TOTAL: &'static str = "count(*), coalesce(sum(t.elapsed_ms), 0)::bigint";
    const SCHOOL: &'static [&'static str] = &["t.school_id", "u.school_id", "s.school_id"];
    const COLUMNS: &'static str = "t.*, u.sort_name AS student, s.name AS site, s.time_zone";
    // Distances are measured for the rows of the page only. JSON has no infinity,
    // in which a client may have told that it knows nothing.
    const RECORD: &'static str =
        "SELECT page.id, page.version, page.status, page.student_id, page.student, page.site, page.time_zone AS zone,
        page.clock_in, page.clock_out, page.elapsed_ms,
        jsonb_build_object('verdict', coalesce(i.verdict, 'NONE'), 'distance_m', i.distance_m, 'accuracy_m', CASE WHEN page.clock_in_accuracy_m < 'Infinity' THEN page.clock_in_accuracy_m END,
            'nearest', i.location, 'radius_m', i.radius_m) AS clock_in_location,
        CASE WHEN o.verdict IS NOT NULL THEN jsonb_build_object('verdict', o.verdict, 'distance_m', o.distance_m,
            'accuracy_m', CASE WHEN page.clock_out_accuracy_m < 'Infinity' THEN page.clock_out_accuracy_m END, 'nearest', o.location, 'radius_m', o.radius_m) END AS clock_out_location
        FROM (SELECT) one
        LEFT JOIN medstint.location_verdict(page.clinical_site_id, page.clock_in_latitude, page.clock_in_longitude,
            page.clock_in_accuracy_m) i ON true
        LEFT JOIN medstint.location_verdict(page.clinical_site_id, page.clock_out_latitude, page.clock_out_longitude,
            page.clock_out_accuracy_m) o ON page.clock_out IS NOT NULL";
    const SEARCHED: &'static [&'static str] = &["u.sort_name", "s.name"];

    fn view(view: usize) -> &'static str {
        match view {
            0 => " AND t.status = 'PENDING'",
            1 => " AND t.status = 'APPROVED'",
            _ => " AND t.status = 'REJECTED'",
        }
    }
    fn order(order: usize) -> Order {
        match order {
            0 => Order::up(&[("t.clock_in", "timestamptz"), ("t.id", "text")]),
            1 => Order::down(&[("t.clock_in", "timestamptz"), ("t.id", "text")]),
            2 => Order::joined(Self::FROM, &[("u.sort_name", "text"), ("t.clock_in", "timestamptz"), ("t.id", "text")]),
            3 => Order::joined(Self::FROM, &[("s.name", "text"), ("t.clock_in", "timestamptz"), ("t.id", "text")]),
            // An open record is longer than any closed one.
            _ => Order::down(&[("coalesce(t.elapsed_ms, 9007199254740991)", "bigint"), ("t.id", "text")]),
        }
    }
    fn by(by: By) -> Option<&'static str> {
        match by {
            By::Id => Some("t.id"),
            By::Student => Some("t.student_id"),
            By::Rotation => Some("t.rotation_id"),
            By::Site => Some("t.clinical_site_id"),
            _ => None,
        }
    }
}
