//! Alerts: so many events of a kind that somebody should look.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::audit_event::Severity;

/// One alert.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Alert {
    pub id: String,
    /// The rule's name: "Failed sign-ins from one address".
    pub rule: String,
    pub severity: Severity,
    /// Whose events were counted: `person`, `address`, `account`, `record`, `school`.
    pub group_by: String,
    pub subject: String,
    /// A person's or a school's name, where the subject is one.
    pub subject_name: Option<String>,
    /// What was counted: `events`, `rows`.
    pub counts: String,
    /// The most that there were within the rule's window, and how many make an alert.
    pub counted: i64,
    pub threshold: i32,
    /// The window, in seconds; both ends belong to it.
    pub within_s: i64,
    pub first: DateTime<Utc>,
    pub last: DateTime<Utc>,
    pub opened: DateTime<Utc>,
    pub acknowledged_by: Option<String>,
    pub acknowledged: Option<DateTime<Utc>>,
}

impl Alert {
    /// Whose it is, by name where there is one.
    #[must_use]
    pub fn whose(&self) -> &str {
        self.subject_name.as_deref().unwrap_or(&self.subject)
    }

    /// `7 events in 10 min`
    #[must_use]
    pub fn count(&self) -> String {
        format!("{} {} in {} min", self.counted, self.counts, self.within_s / 60)
    }
}
