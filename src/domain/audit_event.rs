//! Audit events: who did what, on what, from where, how severe.

use chrono::{DateTime, Utc};
use strum::{EnumString, IntoStaticStr};

use super::AuditEventId;

/// `audit_logs.severity`
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
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

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    pub id: AuditEventId,
    pub at: DateTime<Utc>,
    pub severity: Severity,
    pub who: Option<String>,
    pub action: String,
    pub resource: String,
    pub from: Option<String>,
}

impl AuditEvent {
    /// The place in the order.
    #[must_use]
    pub fn key(&self) -> (DateTime<Utc>, AuditEventId) {
        (self.at, self.id.clone())
    }
}
