//! The fields of filters, which the descriptions of lists name.

use super::super::list::List;

/// A field that can be named in a filter.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
}

/// What a field is compared with.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is a statement by itself.
    Statement,
    /// A part of a text.
    Text,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// A length of time: `3d`, `12h`, `30m`.
    Age,
    /// Hours of work, with decimals.
    Hours,
    /// A calendar day: `2026-11-20`.
    Day,
    /// One of these, of which each is more than the one before: `severity>=HIGH`.
    Level(&'static [&'static str]),
    Number,
    /// An address or a network: `10.0.0.0/8`.
    Network,
    /// How long ago, or when: `2h`, `2026-11-20T14:30`.
    Moment,
}

/// Of time records.
pub const TIME_RECORDS: &[Field] = &[
    Field { name: "flagged", kind: Kind::Statement },
    Field { name: "clean", kind: Kind::Statement },
    Field { name: "asked", kind: Kind::Statement },
    Field { name: "corrected", kind: Kind::Statement },
    Field { name: "student", kind: Kind::Text },
    Field { name: "site", kind: Kind::Text },
    Field { name: "rotation", kind: Kind::Text },
    Field { name: "program", kind: Kind::Text },
    Field { name: "flag", kind: Kind::OneOf(FLAGS) },
    Field { name: "severity", kind: Kind::OneOf(&["hard", "warn", "note", "clean"]) },
    Field { name: "status", kind: Kind::OneOf(&["pending", "open", "approved", "rejected"]) },
    Field { name: "age", kind: Kind::Age },
    Field { name: "hours", kind: Kind::Hours },
    Field { name: "date", kind: Kind::Day },
];

/// Of audit events.
pub const AUDIT: &[Field] = &[
    Field { name: "actor", kind: Kind::Text },
    Field { name: "action", kind: Kind::Text },
    Field { name: "resource", kind: Kind::Text },
    Field { name: "severity", kind: Kind::Level(SEVERITIES) },
    Field { name: "ip", kind: Kind::Network },
    Field { name: "since", kind: Kind::Moment },
    Field { name: "until", kind: Kind::Moment },
    Field { name: "changed", kind: Kind::Text },
    Field { name: "device", kind: Kind::Text },
    Field { name: "endpoint", kind: Kind::OneOf(&["console", "kiosk", "cli", "web", "monitor", "database", "system"]) },
    Field { name: "status", kind: Kind::Number },
    Field { name: "transaction", kind: Kind::Number },
];

/// The value that a word stands for: the screen shows severities under other names.
#[must_use]
pub(super) fn value_of<'a>(field: &Field, word: &'a str) -> &'a str {
    match word {
        _ if field.name != "severity" => word,
        _ if word.eq_ignore_ascii_case("blocking") => "hard",
        _ if word.eq_ignore_ascii_case("warning") => "warn",
        _ => word,
    }
}

/// Compared with [`super::super::audit_event::Severity`] by a test.
const SEVERITIES: &[&str] = &["LOW", "MEDIUM", "HIGH", "CRITICAL"];

/// As `time_records.flags` has them; compared with [`super::super::time_record::Code`] by a test.
const FLAGS: &[&str] = &[
    "OPEN_TOO_LONG",
    "TOO_LONG",
    "OVERLAP",
    "OUT_BEFORE_IN",
    "FUTURE",
    "HOURS_MISMATCH",
    "GEO_OUTSIDE",
    "IMPOSSIBLE_TRAVEL",
    "LATE_ENTRY",
    "DAY_CAP",
    "WEEK_CAP",
    "SHORT_REST",
    "OUTSIDE_ROTATION",
    "SAME_DEVICE",
    "CLOCK_UNVERIFIED",
    "GEO_UNCERTAIN",
    "GEO_POOR",
    "GEO_NONE",
    "TOO_SHORT",
    "AGED",
    "OFF_HOURS",
    "OVER_REQUIRED",
    "EDITED",
    "OFFLINE",
];

/// The fields of a list; none where everything is words.
#[must_use]
pub fn of(list: List) -> &'static [Field] {
    list.description().fields
}

/// The field that a term is about, or begins to be about where there is but one.
#[must_use]
pub fn named(list: List, term: &str) -> Option<&'static Field> {
    let term = term.strip_prefix('-').unwrap_or(term);
    let name = &term[..term.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(term.len())];
    let mut begin = of(list).iter().filter(|field| {
        !name.is_empty() && field.name.get(..name.len()).is_some_and(|part| part.eq_ignore_ascii_case(name))
    });
    let exact = begin.clone().find(|field| field.name.len() == name.len());
    let first = begin.next()?;
    exact.or(begin.next().is_none().then_some(first))
}

/// Whether a word by itself says something in one of the lists.
pub(super) fn is_statement(word: &str) -> bool {
    TIME_RECORDS.iter().any(|field| field.kind == Kind::Statement && field.name == word)
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::super::super::audit_event::Severity;
    use super::super::super::time_record::Code;
    use super::*;

    #[test]
    fn a_term_is_about_the_field_that_it_names_or_alone_begins() {
        let of = |term| named(List::TimeRecords, term).map(|field| field.name);
        assert_eq!(of("hours>=12"), Some("hours"));
        assert_eq!(of("-FLAG:"), Some("flag"));
        assert_eq!(of("ro"), Some("rotation"));
        assert_eq!((of("s"), of("\"hours\""), of(""), of("zebra")), (None, None, None, None));
        assert_eq!(named(List::Users, "hours"), None);
    }

    #[test]
    fn every_flag_can_be_filtered_for() {
        let known: Vec<&str> = Code::VARIANTS.iter().filter(|code| **code != Code::Other).map(<&str>::from).collect();
        assert_eq!(FLAGS, known);
    }

    #[test]
    fn every_severity_can_be_filtered_for() {
        let known: Vec<&str> = Severity::VARIANTS.iter().map(<&str>::from).collect();
        assert_eq!(SEVERITIES, known);
    }
}
