//! Rows that can't be shown. The database refuses values that programs can't hold (CHECK
//! constraints `_in_range` and `_finite` in `migrations/`): zones come from a table of names that
//! both the server and chrono-tz know, numbers are finite, instants lie in 1950 to 2199. A bad
//! value may exist anyway, written before a rule or around it.
//!
//! Its row becomes a `Slot::Unreadable`: it keeps its place, shows its id and the problem, and
//! can't be marked, decided or edited. It hides no other row. If the statement itself fails on a
//! row, the page is read row by row.

use serde_json::Value;

use crate::domain::list::List;
use crate::domain::text::capitalized;

/// `Record 12 cannot be shown: weight is NaN. …`, of a row as the database tells it.
pub(in super::super) fn sentence(list: List, id: &str, json: &str) -> String {
    let noun = capitalized(list.nouns().0);
    match serde_json::from_str(json).ok().and_then(|row: Value| suspect("", &row)) {
        Some(what) => {
            format!("{noun} {id} cannot be shown: {what}. Have the database administrator correct it.")
        }
        None => format!(
            "{noun} {id} cannot be shown: its format is unknown to this version. Upgrade medstint, or ask the database administrator."
        ),
    }
}

/// The first value that no program can hold, with the name of its field.
fn suspect(name: &str, value: &Value) -> Option<String> {
    match value {
        Value::String(text) if is_no_value(text) => Some(format!("{} is {text}", name.replace('_', " "))),
        Value::Array(items) => items.iter().find_map(|item| suspect(name, item)),
        Value::Object(fields) => fields.iter().find_map(|(name, field)| suspect(name, field)),
        _ => None,
    }
}

/// Whether `PostgreSQL` writes a number or an instant so that is none elsewhere.
fn is_no_value(text: &str) -> bool {
    let year = text.find('-').unwrap_or(0);
    let is_instant = text.as_bytes().first().is_some_and(u8::is_ascii_digit) && text.contains('T');
    matches!(text, "NaN" | "Infinity" | "-Infinity" | "infinity" | "-infinity")
        || is_instant && (year > 4 || text.ends_with(" BC"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> String {
        sentence(List::Criteria, "k1", json)
    }

    #[test]
    fn the_value_that_is_in_the_way_is_named_with_its_field() {
        assert_eq!(
            of(r#"{"id": "k1", "criteria": [{"max_score": "NaN"}]}"#),
            "Criterion k1 cannot be shown: max score is NaN. Have the database administrator correct it."
        );
    }

    #[test]
    fn years_beyond_9999_and_before_our_era_are_in_the_way() {
        assert!(of(r#"{"due": "20000-01-01T00:00:00+00:00"}"#).contains("due is 20000-01-01T00:00:00+00:00"));
        assert!(of(r#"{"due": "0044-03-15T00:00:00+00:00 BC"}"#).contains("due is 0044-03-15"));
    }

    #[test]
    fn rows_without_a_visible_fault_are_from_another_version() {
        assert!(of(r#"{"id": "k1", "at": "2026-11-20T15:00:00Z"}"#).contains("Upgrade medstint"));
    }
}
