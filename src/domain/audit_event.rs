//! Audit events: who did what, on what, from where, how severe, what changed.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::AuditEventId;
use super::filter::vocabulary;
use super::list::{Description, List, ListRow, NewestFirst, choices};
use super::permission::Permission;
use super::structure::words;
use super::window::Key;

/// `audit_logs.severity`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Severity {
    Low,
    Medium,
    High,
    Critical,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct AuditEvent {
    pub id: AuditEventId,
    /// The order in which events were written, over all schools; gaps are events
    /// of other schools and events that were rolled back.
    pub sequence: i64,
    /// In which it was written, with everything that changed together.
    pub transaction: Option<i64>,
    pub at: DateTime<Utc>,
    pub severity: Severity,
    pub who_id: Option<String>,
    pub who: Option<String>,
    pub action: String,
    /// The stable code of the action, and what it means, where it is a documented one.
    pub code: Option<String>,
    pub meaning: Option<String>,
    pub resource_type: String,
    pub resource_id: String,
    /// Whether it belongs to the platform and to no school.
    pub is_of_platform: bool,
    pub address: Option<String>,
    pub device: Option<String>,
    pub endpoint: Option<String>,
    pub method: Option<String>,
    pub status_code: Option<i32>,
    /// A JSON object, `{"column": {"old": …, "new": …}}`.
    pub changes: Option<String>,
    /// The seal over it; none while it is unsealed, and for people who may not see seals.
    pub seal: Option<i64>,
    /// The events of the same resource before and after it.
    pub earlier: Option<Neighbour>,
    pub later: Option<Neighbour>,
}

choices! {
    /// The parts of the list of events, one of which is shown.
    View {
        School = "school",
        Platform = "platform",
    }
}

impl ListRow for AuditEvent {
    type View = View;
    type Order = NewestFirst;
    const LIST: List = List::Audit;
    const DESCRIPTION: Description = Description {
        keys: &["4"],
        is_trail: true,
        fields: vocabulary::AUDIT,
        ..Description::of(Permission::SeeAuditEvents)
    };
}

/// How things go at present.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulse {
    pub minutes: Vec<Minute>,
    /// Open alerts; none for people who may not see them.
    pub open_alerts: i64,
}

/// How many events there were in a minute, in the order of [`Severity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minute {
    /// When it began.
    pub at: DateTime<Utc>,
    pub counts: [i64; 4],
}

/// Another event of the same resource.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Neighbour {
    pub at: DateTime<Utc>,
    pub action: String,
    pub who: Option<String>,
    /// Its place in the list.
    pub key: Vec<String>,
}

/// One column's value before and after, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub column: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

impl AuditEvent {
    /// The place in the list, newest first, before every event of this instant.
    #[must_use]
    pub fn just_after(at: DateTime<Utc>) -> Key {
        Key::new(vec![at.to_rfc3339(), i64::MAX.to_string()])
    }

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
                    // The event says that a secret changed, but not its value.
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
            sequence: 1,
            transaction: None,
            at: "2026-11-23T09:00:00Z".parse().expect("an instant"),
            severity: Severity::Low,
            who_id: None,
            who: None,
            action: "user.updated".into(),
            code: None,
            meaning: None,
            resource_type: "users".into(),
            resource_id: "u".into(),
            is_of_platform: false,
            address: None,
            device: None,
            endpoint: None,
            method: None,
            status_code: None,
            changes: Some(
                r#"{"name": {"old": "A", "new": "B"}, "password": {"secret": "changed"}, "x": {"new": 3}}"#.into(),
            ),
            seal: None,
            earlier: None,
            later: None,
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
