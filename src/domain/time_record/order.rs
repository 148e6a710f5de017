//! Which records, in which order, and a record's place in it.

use chrono::{DateTime, Utc};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::Status;
use crate::domain::TimeRecordId;
use crate::domain::list::{By, Of};

/// An open record sorts as longer than any closed one.
pub const OPEN_LENGTH: i64 = 9_007_199_254_740_991;

/// The orders of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Sort {
    #[default]
    Oldest,
    Newest,
    Student,
    Site,
    Longest,
}

impl Sort {
    /// The order in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Oldest => "oldest first",
            Self::Newest => "newest first",
            Self::Student => "by student",
            Self::Site => "by site",
            Self::Longest => "longest first",
        }
    }

    /// The next order in the cycle.
    #[must_use]
    pub fn next(self) -> Self {
        let all = Self::VARIANTS;
        let here = all.iter().position(|sort| *sort == self).unwrap_or(0);
        all[(here + 1) % all.len()]
    }
}

/// The place of a record in an order: the parts that the order uses, and the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub name: String,
    pub clock_in: DateTime<Utc>,
    pub length: i64,
    pub id: TimeRecordId,
}

/// Which records, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub status: Status,
    pub sort: Sort,
    /// A part of the student's or the site's name; empty is everything.
    pub text: String,
    /// Only what belongs to a rotation, a student or a site; one record by its id
    /// is shown whatever its status.
    pub of: Option<Of>,
}

impl Query {
    /// Whether this is the whole queue: what waits, unfiltered.
    #[must_use]
    pub fn is_queue(&self) -> bool {
        self.status == Status::Pending && self.text.is_empty() && self.of.is_none()
    }

    /// Whether one record is asked for.
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.of.as_ref().is_some_and(|of| of.by == By::Id)
    }
}
