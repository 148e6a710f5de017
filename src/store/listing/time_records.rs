//! Time records: the queue, and decided records.

use super::super::statement::Statement;
use super::{Listing, Order, contains_any};
use crate::domain::correction::Correction;
use crate::domain::filter::{Compare, Test};
use crate::domain::list::By;
use crate::domain::missing::Missing;
use crate::domain::time_record::TimeRecord;

/// A pending record that has waited too long: derived from the clock.
macro_rules! aged {
    () => {
        "t.status = 'PENDING' AND t.clock_in < (SELECT aged_since FROM medstint.clock_limits())"
    };
}

/// A flag that is kept with the record, or derived from the clock.
fn flag<'a>(sql: &'a mut Statement, code: &'static str) -> &'a mut Statement {
    match code {
        "AGED" => sql.push(aged!()),
        "OPEN_TOO_LONG" => sql.push(
            "t.status = 'PENDING' AND t.clock_out IS NULL AND t.clock_in < (SELECT open_since FROM medstint.clock_limits())",
        ),
        code => sql
            .push("t.flags::jsonb @> jsonb_build_array(jsonb_build_object('code', ")
            .push_bind(code)
            .push("::text))"),
    }
}

impl Listing for TimeRecord {
    const FROM: &'static str = "FROM time_records t JOIN users u ON u.id = t.student_id JOIN clinical_sites s ON s.id = t.clinical_site_id WHERE TRUE";
    const ALONE: &'static str = "FROM time_records t WHERE TRUE";
    // What is clean and aged stands with the notes; it is older than every other
    // clean record, so that the order by triage and time keeps it next to them.
    const TALLIED: &'static str =
        concat!("t.elapsed_ms, CASE WHEN t.triage = 3 AND ", aged!(), " THEN 2 ELSE t.triage END AS section");
    const TOTAL: &'static str = "count(*), coalesce(sum(elapsed_ms), 0)::bigint,
        ARRAY[count(*) FILTER (WHERE section = 0), coalesce(sum(elapsed_ms) FILTER (WHERE section = 0), 0),
            count(*) FILTER (WHERE section = 1), coalesce(sum(elapsed_ms) FILTER (WHERE section = 1), 0),
            count(*) FILTER (WHERE section = 2), coalesce(sum(elapsed_ms) FILTER (WHERE section = 2), 0),
            count(*) FILTER (WHERE section = 3), coalesce(sum(elapsed_ms) FILTER (WHERE section = 3), 0)]::bigint[]";
    const SCHOOL: &'static [&'static str] = &["t.school_id", "u.school_id", "s.school_id"];
    const COLUMNS: &'static str = "t.*, u.sort_name AS student, s.name AS site, s.time_zone";
    const RECORD: &'static str =
        "SELECT page.id, page.version, page.status, page.student_id, page.student, page.site, page.time_zone AS zone,
        page.clock_in, page.clock_out, page.elapsed_ms,
        EXISTS (SELECT FROM time_record_questions q WHERE q.time_record_id = page.id AND q.answered_at IS NULL) AS is_asked,
        EXISTS (SELECT FROM time_record_corrections c WHERE c.time_record_id = page.id AND c.status = 'PROPOSED') AS is_corrected,
        EXISTS (SELECT FROM rotations r WHERE r.id = page.rotation_id AND r.status = 'COMPLETED') AS hours_are_locked,
        medstint.flags_by_now(page.flags, page.status, page.clock_in, page.clock_out, l.open_too_long_h, l.aged_d,
            (SELECT r.completed_hours FROM rotations r WHERE r.id = page.rotation_id)) AS flags
        FROM medstint.clock_limits() l";
    const SHARED: bool = true;
    const SEARCHED: &'static [&'static str] = &["u.search_name", "s.search_name"];

    fn term(sql: &mut Statement, field: &'static str, test: &Test) {
        match (field, test) {
            ("flagged", _) => drop(sql.push("t.triage <= 1")),
            ("clean", _) => drop(sql.push("t.triage >= 2")),
            ("asked", _) => drop(sql.push(
                "EXISTS (SELECT FROM time_record_questions q WHERE q.time_record_id = t.id AND q.answered_at IS NULL)",
            )),
            ("corrected", _) => drop(sql.push(
                "EXISTS (SELECT FROM time_record_corrections c WHERE c.time_record_id = t.id AND c.status = 'PROPOSED')",
            )),
            ("student", Test::Contains(part)) => contains_any(sql, &["u.search_name"], part),
            ("site", Test::Contains(part)) => contains_any(sql, &["s.search_name"], part),
            ("rotation", Test::Contains(part)) => {
                sql.push("EXISTS (SELECT FROM rotations r WHERE r.id = t.rotation_id AND ");
                contains_any(sql, &["r.specialty"], part);
                sql.push(")");
            }
            ("program", Test::Contains(part)) => {
                sql.push("EXISTS (SELECT FROM programs p WHERE p.id = u.program_id AND ");
                contains_any(sql, &["p.name"], part);
                sql.push(")");
            }
            ("flag", Test::One(code)) => drop(flag(sql, code)),
            ("severity", Test::One(severity)) => drop(sql.push(match *severity {
                "hard" => "t.triage = 0",
                "warn" => "t.triage = 1",
                "note" => concat!("t.triage = 2 OR t.triage = 3 AND ", aged!()),
                _ => concat!("t.triage = 3 AND NOT (", aged!(), ")"),
            })),
            // Older is earlier.
            ("age", Test::Age(compare, seconds)) => {
                let sign = match compare {
                    Compare::Less => ">",
                    Compare::AtMost => ">=",
                    Compare::Equal => "=",
                    Compare::AtLeast => "<=",
                    Compare::More => "<",
                };
                sql.push("t.clock_in ").push(sign).push(" now() - make_interval(secs => ");
                sql.push_bind(*seconds).push("::float8)");
            }
            ("hours", Test::Hours(compare, ms)) => {
                sql.push("t.elapsed_ms ").push(compare.sign()).push(" ").push_bind(*ms);
            }
            ("date", Test::Day(compare, day)) => {
                sql.push("medstint.day_of(t.clock_in, s.time_zone) ").push(compare.sign()).push(" ").push_bind(*day);
            }
            _ => drop(sql.push("FALSE")),
        }
    }

    fn view(view: Self::View) -> &'static str {
        match view {
            // A student who is still clocked in waits for no decision.
            Self::View::Pending => {
                " AND t.status = 'PENDING' AND (t.clock_out IS NOT NULL OR t.clock_in < (SELECT open_since FROM medstint.clock_limits()))"
            }
            Self::View::Open => {
                " AND t.status = 'PENDING' AND t.clock_out IS NULL AND t.clock_in >= (SELECT open_since FROM medstint.clock_limits())"
            }
            Self::View::Approved => " AND t.status = 'APPROVED'",
            Self::View::Rejected => " AND t.status = 'REJECTED'",
        }
    }
    fn order(order: Self::Order) -> Order {
        match order {
            Self::Order::FlaggedFirst => {
                Order::up(&[("t.triage", "smallint"), ("t.clock_in", "timestamptz"), ("t.id", "text")])
            }
            Self::Order::OldestFirst => Order::up(&[("t.clock_in", "timestamptz"), ("t.id", "text")]),
            Self::Order::NewestFirst => Order::down(&[("t.clock_in", "timestamptz"), ("t.id", "text")]),
            Self::Order::ByStudent => {
                Order::joined(Self::FROM, &[("u.sort_name", "text"), ("t.clock_in", "timestamptz"), ("t.id", "text")])
            }
            Self::Order::BySite => {
                Order::joined(Self::FROM, &[("s.name", "text"), ("t.clock_in", "timestamptz"), ("t.id", "text")])
            }
            // An open record is longer than any closed one.
            Self::Order::LongestFirst => {
                Order::down(&[("coalesce(t.elapsed_ms, 9007199254740991)", "bigint"), ("t.id", "text")])
            }
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

impl Listing for Correction {
    const FROM: &'static str = "FROM time_record_corrections c JOIN time_records t ON t.id = c.time_record_id
        JOIN users u ON u.id = t.student_id JOIN clinical_sites s ON s.id = t.clinical_site_id WHERE TRUE";
    const SCHOOL: &'static [&'static str] = &["c.school_id"];
    const COLUMNS: &'static str = "c.*, t.student_id, u.sort_name AS student, s.name AS site, s.time_zone AS zone";
    const RECORD: &'static str = "SELECT page.id, page.time_record_id AS record_id, page.student_id, page.student, page.site, page.zone,
        page.old_clock_in AS old_in, page.old_clock_out AS old_out, page.clock_in AS new_in, page.clock_out AS new_out,
        page.reason, page.proposed_by AS by_id, coalesce(p.name, '—') AS by, page.proposed_at AS at, page.status, d.name AS decided_by, page.decided_at
        FROM (SELECT) one LEFT JOIN users p ON p.id = page.proposed_by LEFT JOIN users d ON d.id = page.decided_by";
    const SHARED: bool = true;
    const SEARCHED: &'static [&'static str] = &["u.search_name", "s.search_name", "c.reason"];

    fn view(view: Self::View) -> &'static str {
        match view {
            Self::View::Proposed => " AND c.status = 'PROPOSED'",
            Self::View::Decided => " AND c.status <> 'PROPOSED'",
        }
    }
    fn order(_: Self::Order) -> Order {
        Order::up(&[("c.proposed_at", "timestamptz"), ("c.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        match by {
            By::Id => Some("c.id"),
            By::Resource => Some("c.time_record_id"),
            By::Student => Some("t.student_id"),
            By::Person => Some("c.proposed_by"),
            _ => None,
        }
    }
}

impl Listing for Missing {
    const FROM: &'static str =
        "FROM rotations r JOIN users u ON u.id = r.student_id JOIN clinical_sites s ON s.id = r.clinical_site_id
        WHERE r.status = 'ACTIVE' AND r.end_date > now() AND r.start_date < (SELECT medstint.missing_since()) AND u.is_active
          AND NOT EXISTS (SELECT FROM time_records t WHERE t.rotation_id = r.id AND t.clock_in > (SELECT medstint.missing_since()))";
    const SCHOOL: &'static [&'static str] = &["r.school_id", "u.school_id", "s.school_id"];
    const COLUMNS: &'static str = "r.*, u.sort_name AS student, s.name AS site, s.time_zone AS zone";
    const RECORD: &'static str = "SELECT page.id, page.student_id, page.student, page.specialty AS rotation, page.site, page.zone,
        page.start_date AS starts, (SELECT max(t.clock_in) FROM time_records t WHERE t.rotation_id = page.id) AS latest,
        page.required_hours, page.completed_hours, coalesce((SELECT p.sort_name FROM users p WHERE p.id = page.preceptor_id), (SELECT p.sort_name FROM users p WHERE p.id = page.supervisor_id)) AS preceptor";
    const SHARED: bool = true;
    const SEARCHED: &'static [&'static str] = &["u.search_name", "s.search_name", "r.specialty"];

    fn view(_: Self::View) -> &'static str {
        ""
    }
    fn order(_: Self::Order) -> Order {
        Order::up(&[("r.end_date", "timestamptz"), ("r.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        match by {
            By::Id => Some("r.id"),
            By::Student => Some("r.student_id"),
            By::Site => Some("r.clinical_site_id"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_asks_for_the_limits_of_the_clock_once() {
        let asked = [TimeRecord::TALLIED, TimeRecord::TOTAL].map(|sql| sql.matches("clock_limits").count());
        assert_eq!(asked, [1, 0]);
    }
}
