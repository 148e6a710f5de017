//! Identifiers. The specification's keys are text of any form; a newtype each
//! keeps a student's from being passed where a record's is meant.

use std::fmt;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub struct $name(pub String);

        impl $name {
            /// The key as it stands in the database.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

ids! {
    /// `users.id`
    UserId,
    /// `schools.id`
    SchoolId,
    /// `time_records.id`
    TimeRecordId,
    /// `rotations.id`
    RotationId,
    /// `competency_assignments.id`
    CompetencyAssignmentId,
    /// `audit_logs.id`
    AuditEventId,
}
