//! Time records: the queue, and what was decided.

use super::{Listing, Order};
use crate::domain::list::{By, List};
use crate::domain::time_record::TimeRecord;

impl Listing for TimeRecord {
    const LIST: List = List::TimeRecords;
    const FROM: &'static str = "FROM time_records t JOIN users u ON u.id = t.student_id JOIN clinical_sites s ON s.id = t.clinical_site_id WHERE TRUE";
    const ALONE: &'static str = "FROM time_records t WHERE TRUE";
    // What is clean and aged stands with the notes; it is older than every other
    // clean record, so that the order by triage and time keeps it next to them.
    const TOTAL: &'static str = "count(*), coalesce(sum(t.elapsed_ms), 0)::bigint,
        ARRAY[count(*) FILTER (WHERE t.triage = 0), coalesce(sum(t.elapsed_ms) FILTER (WHERE t.triage = 0), 0),
            count(*) FILTER (WHERE t.triage = 1), coalesce(sum(t.elapsed_ms) FILTER (WHERE t.triage = 1), 0),
            count(*) FILTER (WHERE t.triage = 2 OR t.triage = 3 AND t.status = 'PENDING' AND t.clock_in < (SELECT aged_since FROM medstint.clock_limits())),
            coalesce(sum(t.elapsed_ms) FILTER (WHERE t.triage = 2 OR t.triage = 3 AND t.status = 'PENDING' AND t.clock_in < (SELECT aged_since FROM medstint.clock_limits())), 0),
            count(*) FILTER (WHERE t.triage = 3 AND NOT (t.status = 'PENDING' AND t.clock_in < (SELECT aged_since FROM medstint.clock_limits()))),
            coalesce(sum(t.elapsed_ms) FILTER (WHERE t.triage = 3 AND NOT (t.status = 'PENDING' AND t.clock_in < (SELECT aged_since FROM medstint.clock_limits()))), 0)]::bigint[]";
    const SCHOOL: &'static [&'static str] = &["t.school_id", "u.school_id", "s.school_id"];
    const COLUMNS: &'static str = "t.*, u.sort_name AS student, s.name AS site, s.time_zone";
    const RECORD: &'static str =
        "SELECT page.id, page.version, page.status, page.student_id, page.student, page.site, page.time_zone AS zone,
        page.clock_in, page.clock_out, page.elapsed_ms,
        medstint.flags_by_now(page.flags, page.status, page.clock_in, page.clock_out, l.open_too_long_h, l.aged_d) AS flags
        FROM medstint.clock_limits() l";
    const SEARCHED: &'static [&'static str] = &["u.sort_name", "s.name"];

    fn view(view: usize) -> &'static str {
        match view {
            // Whoever is still at work waits for no decision.
            0 => {
                " AND t.status = 'PENDING' AND (t.clock_out IS NOT NULL OR t.clock_in < (SELECT open_since FROM medstint.clock_limits()))"
            }
            1 => {
                " AND t.status = 'PENDING' AND t.clock_out IS NULL AND t.clock_in >= (SELECT open_since FROM medstint.clock_limits())"
            }
            2 => " AND t.status = 'APPROVED'",
            _ => " AND t.status = 'REJECTED'",
        }
    }
    fn order(order: usize) -> Order {
        match order {
            0 => Order::up(&[("t.triage", "smallint"), ("t.clock_in", "timestamptz"), ("t.id", "text")]),
            1 => Order::up(&[("t.clock_in", "timestamptz"), ("t.id", "text")]),
            2 => Order::down(&[("t.clock_in", "timestamptz"), ("t.id", "text")]),
            3 => Order::joined(Self::FROM, &[("u.sort_name", "text"), ("t.clock_in", "timestamptz"), ("t.id", "text")]),
            4 => Order::joined(Self::FROM, &[("s.name", "text"), ("t.clock_in", "timestamptz"), ("t.id", "text")]),
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
