//! Permissions: the matrix of roles and actions, for the screen.
//!
//! The database enforces it; the console asks here so that it does not offer what would be refused,
//! and can say why. Deny by default. `tests/permissions.rs` asks the database for the whole matrix
//! of role, table and verb, keeps it as a golden file and compares it with what the console offers.

use chrono::{DateTime, TimeDelta, Utc};

use super::Role;

/// What a person may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::VariantArray, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Permission {
    SeeTimeRecords,
    DecideTimeRecords,
    DecideTimeRecordsInBulk,
    WaiveHardFlag,
    UndoDecision,
    SeeRotations,
    EditRotations,
    SeeCompetencies,
    AssignCompetencies,
    SeeTemplates,
    EditTemplates,
    SeeDeployments,
    Deploy,
    SeeAssessments,
    Assess,
    ReviewAssessments,
    SeeAuditEvents,
    SeePlatformEvents,
    SeeAlerts,
    AcknowledgeAlerts,
    AcknowledgePlatformAlerts,
    SeeAlertRules,
    EditAlertRules,
    SeePrograms,
    EditPrograms,
    SeeSites,
    EditSites,
    SeeKiosks,
    EditKiosks,
    SeeQuarantine,
    SettlePunches,
    SeePeople,
    EditPeople,
    SeeAccounts,
    SeeKeys,
    EditKeys,
    SeeSessions,
    SeeNotifications,
    SeeNotificationTemplates,
    EditNotificationTemplates,
    AskBack,
    AnswerQuestions,
    SeeMissingRecords,
    Remind,
    SeeCorrections,
    ProposeCorrections,
    DecideCorrections,
    SeeDelegations,
    EditDelegations,
    SeePolicy,
    EditPolicy,
    SeeSchools,
    EditSchools,
    AddSchools,
}

impl Role {
    /// Whether the role carries the permission at all; on which rows is the
    /// database's to say (own, assigned, school).
    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        use Permission as P;
        let administers = matches!(self, Self::SchoolAdmin | Self::SuperAdmin);
        match permission {
            P::SeeTimeRecords
            | P::SeeRotations
            | P::SeeCompetencies
            | P::SeeAssessments
            | P::SeeAuditEvents
            | P::SeeAccounts
            | P::SeeKeys
            | P::EditKeys
            | P::SeeSessions
            | P::SeeNotifications
            | P::SeeCorrections
            | P::ProposeCorrections => true,
            P::AnswerQuestions => self == Self::Student,
            P::DecideTimeRecords
            | P::UndoDecision
            | P::AskBack
            | P::SeeMissingRecords
            | P::Remind
            | P::SeeDelegations
            | P::EditDelegations => self != Self::Student,
            P::DecideTimeRecordsInBulk => {
                matches!(self, Self::ClinicalPreceptor | Self::ClinicalSupervisor | Self::SchoolAdmin)
            }
            P::WaiveHardFlag => administers || self == Self::ClinicalSupervisor,
            P::SeeTemplates | P::SeeDeployments | P::SeeSites | P::SeeKiosks | P::SeePrograms => {
                administers || self == Self::ClinicalSupervisor
            }
            P::Assess => matches!(self, Self::Student | Self::ClinicalPreceptor | Self::ClinicalSupervisor),
            P::ReviewAssessments => matches!(self, Self::ClinicalSupervisor | Self::SchoolAdmin),
            P::EditRotations
            | P::AssignCompetencies
            | P::EditTemplates
            | P::Deploy
            | P::EditPrograms
            | P::EditSites
            | P::EditKiosks
            | P::SeeQuarantine
            | P::SettlePunches
            | P::DecideCorrections
            | P::SeePeople
            | P::SeeAlerts
            | P::SeeAlertRules
            | P::EditPeople
            | P::SeeNotificationTemplates
            | P::EditNotificationTemplates
            | P::SeePolicy
            | P::EditPolicy
            | P::SeeSchools
            | P::EditSchools => administers,
            // People who edit a school's alert rules do not acknowledge its alerts.
            P::AcknowledgeAlerts => self == Self::SchoolAdmin,
            P::SeePlatformEvents | P::AcknowledgePlatformAlerts | P::AddSchools | P::EditAlertRules => {
                self == Self::SuperAdmin
            }
        }
    }

    /// A super admin acts in a school of others, and gives a reason each time.
    #[must_use]
    pub fn decides_with_reason(self) -> bool {
        self == Self::SuperAdmin
    }

    /// Until when this role may undo its own decision of `decided_at`; `None`
    /// is without limit. Source: rules of the field, "undo a decision".
    #[must_use]
    pub fn undo_until(self, decided_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::ClinicalPreceptor => Some(decided_at + TimeDelta::minutes(15)),
            Self::ClinicalSupervisor => Some(decided_at + TimeDelta::hours(24)),
            Self::SchoolAdmin | Self::SuperAdmin | Self::Student => None,
        }
    }
}
