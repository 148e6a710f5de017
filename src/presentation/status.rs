//! Labels of states, roles and kinds: a word or two for a column or a line.

use chrono::{DateTime, Utc};

use crate::domain::account::Account;
use crate::domain::audit_event::Severity;
use crate::domain::competency::{self, Assignment, AssignmentKind, Competency, Level};
use crate::domain::delegation::Delegation;
use crate::domain::notification::Priority;
use crate::domain::policy::{Booking, DutyProfile, Policy};
use crate::domain::program::Program;
use crate::domain::session::Session;
use crate::domain::site::{Site, SiteKind};
use crate::domain::ssh_key::SshKey;
use crate::domain::user::{AcademicStatus, User};
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
            Self::Cancelled => "canceled",
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
            Self { ends, .. } if *ends <= now => "ended",
            Self { starts, .. } if *starts > now => "upcoming",
            Self { .. } => "in force",
        }
    }
}

impl Session {
    /// The state in words.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> &'static str {
        if self.own {
            "current"
        } else if self.revoked.is_some() {
            "ended"
        } else if self.expires <= now {
            "expired"
        } else {
            "open"
        }
    }
}

impl SshKey {
    /// The kind of key in a word or two.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self.algorithm.as_str() {
            "ssh-ed25519" => "Ed25519",
            "ssh-rsa" => "RSA",
            "ecdsa-sha2-nistp256" => "ECDSA 256",
            "ecdsa-sha2-nistp384" => "ECDSA 384",
            "ecdsa-sha2-nistp521" => "ECDSA 521",
            other => other,
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

    /// The same as a form offers it.
    #[must_use]
    pub fn choice_label(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent (rings the bell)",
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

    /// The whole word, as a form offers it.
    #[must_use]
    pub fn choice_label(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
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

impl AcademicStatus {
    /// The status in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Probation => "probation",
            Self::Suspended => "suspended",
            Self::Graduated => "graduated",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl User {
    /// Academic status in words.
    #[must_use]
    pub fn status_label(&self) -> &str {
        self.academic_status.as_ref().map_or("—", |status| status.in_words(AcademicStatus::label))
    }
}

impl SiteKind {
    /// The type in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Hospital => "hospital",
            Self::Clinic => "clinic",
            Self::NursingHome => "nursing home",
            Self::Outpatient => "outpatient",
            Self::Other => "other",
        }
    }
}

impl Site {
    /// Its type in words.
    #[must_use]
    pub fn kind_label(&self) -> &str {
        self.kind.in_words(SiteKind::label)
    }
}

impl Level {
    /// The level in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Fundamental => "fundamental",
            Self::Intermediate => "intermediate",
            Self::Advanced => "advanced",
            Self::Expert => "expert",
        }
    }
}

impl Competency {
    /// Its level in words.
    #[must_use]
    pub fn level_label(&self) -> &str {
        self.level.in_words(Level::label)
    }
}

impl AssignmentKind {
    /// The type in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Optional => "optional",
            Self::Supplementary => "supplementary",
        }
    }
}

impl Assignment {
    /// Its type in words.
    #[must_use]
    pub fn kind_label(&self) -> &str {
        self.kind.in_words(AssignmentKind::label)
    }

    /// The level of its competency in words.
    #[must_use]
    pub fn level_label(&self) -> &str {
        self.level.in_words(Level::label)
    }
}

impl DutyProfile {
    /// The profile in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Custom => "custom (the policy's own limits)",
            Self::Radiography => "radiography (JRCERT): 10 h a day, 40 h a week",
            Self::MedicalStudent => "medical student: 80 h a week averaged, 28 h continuous",
            Self::AcgmeResident => "resident (ACGME): 80 h a week averaged over 4 weeks",
        }
    }
}

impl Booking {
    /// What becomes of a booking, in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Allow => "allow and flag",
            Self::Refuse => "refuse",
        }
    }
}

impl Policy {
    /// The duty profile in words.
    #[must_use]
    pub fn profile_label(&self) -> &str {
        self.duty_profile.in_words(DutyProfile::label)
    }
}

impl Program {
    /// Its own duty profile in words, where it has one.
    #[must_use]
    pub fn profile_label(&self) -> Option<&str> {
        self.duty_profile.as_ref().map(|profile| profile.in_words(DutyProfile::label))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_only_a_newer_database_has_is_shown_as_it_is() {
        let site = |kind: &str| {
            let json = format!(
                r#"{{"id": "s", "name": "S", "type": "{kind}", "capacity": 1, "present": 0, "time_zone": "UTC", "is_active": true, "locations": []}}"#
            );
            serde_json::from_str::<Site>(&json).expect("a site")
        };
        assert_eq!(site("LABORATORY").kind_label(), "LABORATORY");
        assert_eq!(site("NURSING_HOME").kind_label(), "nursing home");
    }
}
