//! Labels of states, roles and kinds: a word or two for a column or a line.

use chrono::{DateTime, Utc};

use crate::domain::account::Account;
use crate::domain::audit_event::Severity;
use crate::domain::competency::{self, Assignment, KINDS};
use crate::domain::delegation::Delegation;
use crate::domain::notification::Priority;
use crate::domain::policy::{PROFILES, Policy};
use crate::domain::session::Session;
use crate::domain::site::{self, Site};
use crate::domain::user::{STATUSES, User};
use crate::domain::{Role, assessment, deployment, rotation};

impl Role {
    /// The role in words, as the header and the lists show it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::SuperAdmin => "super admin",
            Self::SchoolAdmin => "school admin",
            Self::ClinicalPreceptor => "preceptor",
            Self::ClinicalSupervisor => "supervisor",
            Self::Student => "student",
        }
    }
}

impl rotation::Status {
    /// The state in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Active => "active",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl assessment::Status {
    /// The state in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Reviewed => "reviewed",
            Self::Approved => "approved",
        }
    }
}

impl competency::Status {
    /// The state in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::InProgress => "in progress",
            Self::Completed => "completed",
            Self::Overdue => "OVERDUE",
        }
    }
}

impl deployment::Status {
    /// The state in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Archived => "archived",
        }
    }
}

impl Delegation {
    /// The state in words.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> &'static str {
        match self {
            Self { revoked: Some(_), .. } => "ended early",
            Self { ends, .. } if *ends <= now => "over",
            Self { starts, .. } if *starts > now => "to come",
            Self { .. } => "in force",
        }
    }
}

impl Session {
    /// The state in words.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> &'static str {
        if self.own {
            "this one"
        } else if self.revoked.is_some() {
            "ended"
        } else if self.expires <= now {
            "expired"
        } else {
            "open"
        }
    }
}

impl Priority {
    /// The priority in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "HIGH",
            Self::Urgent => "URGENT",
        }
    }
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

impl Account {
    /// The provider as a person knows it.
    #[must_use]
    pub fn provider_label(&self) -> &str {
        if self.provider == "credential" { "password" } else { &self.provider }
    }
}

impl User {
    /// Academic status in words.
    #[must_use]
    pub fn status_label(&self) -> &str {
        let status = self.academic_status.as_deref().unwrap_or("—");
        STATUSES.iter().find(|(value, _)| *value == status).map_or(status, |(_, label)| label)
    }
}

impl Site {
    /// Its type in words.
    #[must_use]
    pub fn kind_label(&self) -> &str {
        site::KINDS.iter().find(|(value, _)| *value == self.kind).map_or(&self.kind, |(_, label)| label)
    }
}

impl Assignment {
    /// Its type in words.
    #[must_use]
    pub fn kind_label(&self) -> &str {
        label(KINDS, &self.kind)
    }
}

/// The word for a stored value.
#[must_use]
pub fn label<'a>(of: &'a [(&str, &str)], value: &'a str) -> &'a str {
    of.iter().find(|(stored, _)| *stored == value).map_or(value, |(_, label)| label)
}

impl Policy {
    /// The duty profile in words.
    #[must_use]
    pub fn profile_label(&self) -> &str {
        profile_label(&self.duty_profile)
    }
}

/// A duty profile in words.
#[must_use]
pub fn profile_label(profile: &str) -> &str {
    PROFILES.iter().find(|(value, _)| *value == profile).map_or(profile, |(_, label)| label)
}
