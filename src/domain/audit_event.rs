//! Audit events: who did what, on what, from where, how severe, what changed.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr};

use super::AuditEventId;
use super::structure::words;

/// `audit_logs.severity`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Severity {
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    /// Four letters, so that it reads without colour.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Low => "LOW",
            Self::Medium => "MED",
            Self::High => "HIGH",
            Self::Critical => "CRIT",
        }
    }
}

/// One event.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct AuditEvent {
    pub id: AuditEventId,
    pub at: DateTime<Utc>,
    pub severity: Severity,
    pub who_id: Option<String>,
    pub who: Option<String>,
    pub action: String,
    pub resource_type: String,
    pub resource_id: String,
    pub address: Option<String>,
    pub device: Option<String>,
    pub endpoint: Option<String>,
    pub method: Option<String>,
    pub status_code: Option<i32>,
    /// A JSON object, `{"column": {"old": …, "new": …}}`.
    pub changes: Option<String>,
}

/// One column's value before and after, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub column: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

impl AuditEvent {
    /// `time_records/t-1203`
    #[must_use]
    pub fn resource(&self) -> String {
        format!("{}/{}", self.resource_type, self.resource_id)
    }

    /// What changed, by column; `None` where it cannot be read.
    #[must_use]
    pub fn differences(&self) -> Option<Vec<Difference>> {
        let Some(text) = &self.changes else { return Some(Vec::new()) };
        let columns: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
        let side = |change: &serde_json::Value, side: &str| change.get(side).map(words);
        Some(
            columns
                .into_iter()
                .map(|(column, change)| match change.get("secret") {
                    // That a secret changed is told, and nothing of it.
                    Some(_) => Difference { column, old: Some("(secret)".into()), new: Some("(changed)".into()) },
                    None => Difference { old: side(&change, "old"), new: side(&change, "new"), column },
                })
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_and_new_are_told_apart_and_a_secret_says_only_that_it_changed() {
        let event = AuditEvent {
            id: "e".into(),
            at: "2026-11-23T09:00:00Z".parse().expect("an instant"),
            severity: Severity::Low,
            who_id: None,
            who: None,
            action: "user.updated".into(),
            resource_type: "users".into(),
            resource_id: "u".into(),
            address: None,
            device: None,
            endpoint: None,
            method: None,
            status_code: None,
            changes: Some(
                r#"{"name": {"old": "A", "new": "B"}, "password": {"secret": "changed"}, "x": {"new": 3}}"#.into(),
            ),
        };
        let told = |column: &str, old: Option<&str>, new: Option<&str>| Difference {
            column: column.into(),
            old: old.map(Into::into),
            new: new.map(Into::into),
        };
        let all = event.differences().expect("readable");
        assert_eq!(
            all,
            [
                told("name", Some("A"), Some("B")),
                told("password", Some("(secret)"), Some("(changed)")),
                told("x", None, Some("3"))
            ]
        );
        assert_eq!(AuditEvent { changes: Some("oops".into()), ..event }.differences(), None);
    }
}
