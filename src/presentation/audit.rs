//! The findings of a verification of the audit trail, in words.

use std::fmt;

use crate::domain::audit_trail::{Finding, RETENTION_YEARS};

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered { sequence, seal } => write!(f, "event {sequence} (seal {seal}) was altered"),
            Self::Removed { sequence, seal } => write!(f, "event {sequence} (seal {seal}) was removed"),
            Self::Inserted { sequence } => write!(f, "event {sequence} was inserted: it is in no seal, or in two"),
            Self::Seal { number, why } => write!(f, "seal {number}: {why}"),
            Self::PurgeUntold { number } => {
                write!(f, "seal {number}: its events are missing and no event records a purge")
            }
            Self::PurgedEarly { number } => {
                write!(
                    f,
                    "seal {number}: its events are missing although they were younger than {RETENTION_YEARS} years"
                )
            }
            Self::OtherHead { number } => {
                write!(f, "seal {number} differs from the saved head: earlier events were rewritten")
            }
        }
    }
}
