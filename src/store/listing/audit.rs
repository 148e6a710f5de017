//! The audit trail as a list, and the alerts that it raised.

use chrono::{NaiveDateTime, NaiveTime};

use super::super::statement::Statement;
use super::{Listing, Order, contains_any};
use crate::domain::alert::{Alert, AlertRule};
use crate::domain::audit_event::AuditEvent;
use crate::domain::filter::{Compare, Moment, Test};
use crate::domain::list::{By, Of};

/// The event of the same resource before this one, or after it.
macro_rules! neighbour {
    ($sign:literal, $order:literal) => {
        concat!(
            "(SELECT jsonb_build_object('at', e.created_at, 'action', e.action, 'who', (SELECT u.name FROM users u WHERE u.id = e.user_id),
                'key', jsonb_build_array(e.created_at::text, e.sequence::text))
              FROM audit_logs e WHERE e.resource_id = page.resource_id AND e.resource_type = page.resource_type
                AND e.school_id IS NOT DISTINCT FROM page.school_id AND (e.created_at, e.sequence) ", $sign, " (page.created_at, page.sequence)
              ORDER BY e.created_at ", $order, ", e.sequence ", $order, " LIMIT 1)"
        )
    };
}

/// The seal over the event, among those of one school or of the platform: each of the
/// two has its own index.
macro_rules! seal {
    ($whose:literal) => {
        concat!(
            "(SELECT s.number FROM audit_seals s WHERE ",
            $whose,
            " AND s.most_sequence >= page.sequence AND s.least_sequence <= page.sequence
               AND page.sequence = ANY (s.sequences) ORDER BY s.most_sequence LIMIT 1)"
        )
    };
}

impl Listing for AuditEvent {
    const FROM: &'static str = "FROM audit_logs a WHERE TRUE";
    const SCHOOL: &'static [&'static str] = &["a.school_id"];
    const COUNTED: Option<i64> = Some(10_000);
    const COLUMNS: &'static str = "a.*";
    const RECORD: &'static str = concat!(
        "SELECT page.id, page.sequence, page.transaction_id AS transaction, page.created_at AS at, page.severity, page.user_id AS who_id,
        (SELECT u.name FROM users u WHERE u.id = page.user_id) AS who, page.action, t.code, t.meaning, page.resource_type, page.resource_id,
        page.school_id IS NULL AS is_of_platform, page.ip_address AS address, page.user_agent AS device, page.endpoint, page.method, page.status_code, page.changes,
        CASE WHEN page.school_id IS NULL THEN ",
        seal!("s.school_id IS NULL"),
        " ELSE ",
        seal!("s.school_id = page.school_id"),
        " END AS seal, ",
        neighbour!("<", "DESC"),
        " AS earlier, ",
        neighbour!(">", "ASC"),
        " AS later FROM (SELECT) one LEFT JOIN medstint.audit_event_types t ON t.name = page.action"
    );
    const SEARCHED: &'static [&'static str] = &[
        "(SELECT u.search_name FROM users u WHERE u.id = a.user_id)",
        "a.action",
        "a.resource_type",
        "a.resource_id",
        "a.ip_address",
    ];

    fn term(sql: &mut Statement, field: &'static str, test: &Test) {
        match (field, test) {
            // Who it may be is found once, not for every event.
            ("actor", Test::Contains(part)) => {
                sql.push("a.user_id = ANY (ARRAY(SELECT u.id FROM users u WHERE ");
                contains_any(sql, &["u.search_name", "u.name", "u.email", "u.id"], part);
                sql.push("))");
            }
            ("action", Test::Contains(part)) => contains_any(sql, &["a.action"], part),
            ("resource", Test::Contains(part)) => contains_any(sql, &["a.resource_type || '/' || a.resource_id"], part),
            ("severity", Test::Level(compare, level)) => {
                sql.push("a.severity IN (").push(levels(*compare, *level)).push(")");
            }
            ("ip", Test::Network(network)) if network.contains('/') => {
                sql.push("medstint.address_within(a.ip_address, ").push_bind(network.clone()).push("::inet)");
            }
            ("ip", Test::Network(address)) => drop(sql.push("a.ip_address = ").push_bind(address.clone())),
            ("since", Test::Moment(moment)) => {
                sql.push("a.created_at >= ");
                instant(sql, moment);
            }
            ("until", Test::Moment(moment)) => {
                sql.push("a.created_at < ");
                instant(sql, moment);
            }
            ("changed", Test::Contains(column)) => {
                // Most events are told apart as text, which costs a third.
                sql.push("(strpos(a.changes, to_json(").push_bind(column.clone());
                sql.push("::text)::text) > 0 AND jsonb_exists(a.changes::jsonb, ").push_bind(column.clone()).push("))");
            }
            ("device", Test::Contains(part)) => contains_any(sql, &["a.user_agent"], part),
            ("endpoint", Test::One(endpoint)) => drop(sql.push("a.endpoint = ").push_bind(*endpoint)),
            ("status", Test::Number(compare, code)) => {
                sql.push("a.status_code ").push(compare.sign()).push(" ").push_bind(*code);
            }
            ("transaction", Test::Number(compare, number)) => {
                sql.push("a.transaction_id ").push(compare.sign()).push(" ").push_bind(*number);
            }
            _ => drop(sql.push("FALSE")),
        }
    }

    fn view(_: Self::View) -> &'static str {
        ""
    }
    fn order(_: Self::Order) -> Order {
        Order::down(&[("a.created_at", "timestamptz"), ("a.sequence", "bigint")])
    }
    fn by(by: By) -> Option<&'static str> {
        match by {
            By::Id => Some("a.id"),
            By::Person => Some("a.user_id"),
            By::Resource => Some("a.resource_id"),
            By::Address => Some("a.ip_address"),
            By::Action => Some("a.action"),
            By::Transaction => Some("a.transaction_id"),
            _ => None,
        }
    }
    fn bind_id(sql: &mut Statement, of: &Of) {
        match of.by {
            // What is no number is no transaction.
            By::Transaction => sql.push_bind(of.id.parse::<i64>().unwrap_or(-1)),
            _ => sql.push_bind(of.id.clone()),
        };
    }
}

impl Listing for Alert {
    // The school's, and for super administrators the platform's: the fence knows who asks.
    const FROM: &'static str = "FROM alerts a JOIN alert_rules r ON r.id = a.rule_id
        WHERE (a.school_id = (SELECT medstint.current_school_id()) OR a.school_id IS NULL)";
    const SCHOOL: &'static [&'static str] = &[];
    const COLUMNS: &'static str = "a.*, r.name, r.actions, r.group_by, r.counts, r.threshold, r.within";
    const RECORD: &'static str = "SELECT page.id, page.rule_id, page.name AS rule, page.severity, page.group_by, page.subject,
        page.school_id IS NULL AS is_of_platform, page.actions,
        CASE page.group_by WHEN 'account' THEN (SELECT u.id FROM users u WHERE u.email = page.subject) END AS account_id,
        CASE WHEN page.group_by IN ('person', 'record') THEN coalesce((SELECT u.name FROM users u WHERE u.id = page.subject),
            (SELECT k.name FROM kiosks k WHERE k.id = page.subject))
          WHEN page.group_by = 'school' THEN (SELECT s.name FROM schools s WHERE s.id = page.subject) END AS subject_name,
        page.counts, page.counted, page.threshold, extract(epoch FROM page.within)::bigint AS within_s, page.first_at AS first, page.last_at AS last,
        page.opened_at AS opened, (SELECT u.name FROM users u WHERE u.id = page.acknowledged_by) AS acknowledged_by, page.acknowledged_at AS acknowledged";
    const SEARCHED: &'static [&'static str] = &[
        "r.name",
        "a.subject",
        "(SELECT u.search_name FROM users u WHERE u.id = a.subject AND r.group_by IN ('person', 'record'))",
    ];

    fn view(view: Self::View) -> &'static str {
        match view {
            Self::View::Open => " AND a.acknowledged_at IS NULL",
            Self::View::Acknowledged => " AND a.acknowledged_at IS NOT NULL",
        }
    }
    fn order(_: Self::Order) -> Order {
        Order::down(&[("a.last_at", "timestamptz"), ("a.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        match by {
            By::Id => Some("a.id"),
            By::Rule => Some("a.rule_id"),
            By::Person => Some("a.subject"),
            _ => None,
        }
    }
}

impl Listing for AlertRule {
    // One of each code: the school's own, or else the platform's.
    const FROM: &'static str = "FROM alert_rules r WHERE (r.school_id = (SELECT medstint.current_school_id())
        OR r.school_id IS NULL AND NOT EXISTS (SELECT FROM alert_rules o WHERE o.school_id = (SELECT medstint.current_school_id()) AND o.code = r.code))";
    const SCHOOL: &'static [&'static str] = &[];
    const COLUMNS: &'static str = "r.*";
    const RECORD: &'static str =
        "SELECT page.id, page.code, page.name, page.actions, page.group_by, page.counts, page.threshold, extract(epoch FROM page.within)::bigint AS within_s,
        page.from_time AS from, page.until_time AS until, page.severity, page.is_active, page.school_id IS NULL AS is_standard,
        (SELECT count(*) FROM alerts a WHERE a.rule_id = page.id AND a.school_id = (SELECT medstint.current_school_id()) AND a.acknowledged_at IS NULL) AS open_alerts";
    const SEARCHED: &'static [&'static str] = &["r.name", "r.code"];

    fn view(_: Self::View) -> &'static str {
        ""
    }
    fn order(_: Self::Order) -> Order {
        Order::up(&[("r.name", "text"), ("r.id", "text")])
    }
    fn by(by: By) -> Option<&'static str> {
        (by == By::Id).then_some("r.id")
    }
}

/// The severities that compare so, as text: an index over the high ones serves it.
fn levels(compare: Compare, level: usize) -> String {
    let all = ["'LOW'", "'MEDIUM'", "'HIGH'", "'CRITICAL'"];
    let fits = |i: &usize| match compare {
        Compare::Less => *i < level,
        Compare::AtMost => *i <= level,
        Compare::Equal => *i == level,
        Compare::AtLeast => *i >= level,
        Compare::More => *i > level,
    };
    let found: Vec<&str> = (0..all.len()).filter(fits).map(|i| all[i]).collect();
    // Nothing is less than the least.
    if found.is_empty() { "NULL".to_owned() } else { found.join(", ") }
}

fn instant(sql: &mut Statement, moment: &Moment) {
    match moment {
        Moment::Ago(seconds) => sql.push("now() - make_interval(secs => ").push_bind(*seconds).push("::float8)"),
        Moment::Day(day) => first_instant(sql, day.and_time(NaiveTime::MIN)),
        // `Filter::check_moments` has refused what comes twice or never.
        Moment::There(at) => first_instant(sql, *at),
        Moment::At(at) => sql.push_bind(*at),
    };
}

/// An instant by the clocks at the school.
fn first_instant(sql: &mut Statement, there: NaiveDateTime) -> &mut Statement {
    sql.push("(SELECT medstint.first_instant(").push_bind(there).push(
        "::timestamp, coalesce((SELECT s.time_zone FROM schools s WHERE s.id = (SELECT medstint.current_school_id())), 'UTC')))",
    )
}
