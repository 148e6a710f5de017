//! Changes that the database announces, and the state of the connection that announces them.

use strum::{EnumString, IntoStaticStr};

/// What a console can show and hears changes of. The names are the tables', apart from the last three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Resource {
    Users,
    Programs,
    ClinicalSites,
    ClinicalSiteLocations,
    Kiosks,
    KioskPunches,
    Rotations,
    TimeRecords,
    CompetencyTemplates,
    CompetencyDeployments,
    Competencies,
    CompetencyAssignments,
    Assessments,
    RubricCriteria,
    Notifications,
    NotificationTemplates,
    Delegations,
    TimeRecordQuestions,
    TimeRecordCorrections,
    AuditLogs,
    Alerts,
    AlertRules,
    Schools,
    SchoolPolicies,
    /// Sessions of these people were ended, locked or unlocked, or work in another school. The ids are
    /// the people's.
    Sessions,
    /// Approved hours of students and of their rotations were computed again. The ids are the
    /// students'.
    WorkedHours,
    /// A password was tried. Administrators are notified of any attempt.
    PasswordAttempts,
}

/// What happened to the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString)]
#[strum(serialize_all = "UPPERCASE")]
pub enum Operation {
    Insert,
    Update,
    Delete,
}

/// A hint that something is worth reading again: never a fact, since anybody
/// can notify, and never personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Rows {
        resource: Resource,
        operation: Operation,
        /// At most 100; empty when there were more: then re-read.
        ids: Vec<String>,
        count: u64,
    },
    /// Notifications may have been lost: everything visible is to be re-read.
    Resync,
}

impl Change {
    /// Whether a pane that shows this resource should read again.
    #[must_use]
    pub fn touches(&self, shown: Resource) -> bool {
        match self {
            Self::Rows { resource, .. } => *resource == shown,
            Self::Resync => true,
        }
    }
}

/// How the console hears of changes at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Connecting,
    /// LISTEN works: a pulse that the query pool sent has arrived lately.
    Live,
    /// A statement had no answer, or a pulse could not be sent: the path is being tested.
    Checking,
    /// Queries work but notifications do not: visible windows are read again
    /// every so many seconds.
    Polling {
        every_s: u64,
    },
    Offline,
}
