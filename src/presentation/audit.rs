//! What a check of the audit trail finds, in words.

use std::fmt;

use crate::domain::audit_trail::{Finding, RETENTION_YEARS};

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered { sequence, seal } => write!(f, "event {sequence} (seal {seal}) was altered"),
            Self::Removed { sequence, seal } => write!(f, "event {sequence} (seal {seal}) was removed"),
            Self::Inserted { sequence } => write!(f, "event {sequence} was inserted: it stands in no seal, or twice"),
            Self::Seal { number, why } => write!(f, "seal {number}: {why}"),
            Self::PurgeUntold { number } => {
                write!(f, "seal {number}: its events are gone and no event tells of a purge")
            }
            Self::PurgedEarly { number } => {
                write!(f, "seal {number}: its events are gone and were younger than {RETENTION_YEARS} years")
            }
            Self::OtherHead { number } => {
                write!(f, "seal {number} is not the one whose head was kept: what came before it was written anew")
            }
        }
    }
}
