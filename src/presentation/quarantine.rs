//! Unmatched punches in words: whose they are, when they were made and why they don't match.

use crate::domain::quarantine::{Problem, Quarantined, Way};
use crate::presentation::clock::local;

impl Way {
    /// What the punch becomes of a record, as a form offers it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::In => "in: starts a record",
            Self::Out => "out: ends the open record",
        }
    }
}

impl Problem {
    /// Why the punch does not match a record.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::UnknownBadge => "unknown badge",
            Self::NotAStudent => "not an active student",
            Self::NoRotation => "no matching rotation",
            Self::Choose => "several possible rotations",
            Self::Stale => "an earlier record is still open",
            Self::OutOfOrder => "arrived after a later punch",
            Self::Outside => "outside the radius of a strict location",
            Self::AnotherKiosk => "its device was re-enrolled as another kiosk",
            Self::InTheFuture => "the kiosk's clock was ahead",
            Self::TooOld => "too old",
        }
    }
}

impl Quarantined {
    /// Who, as far as that is known.
    #[must_use]
    pub fn who(&self) -> String {
        self.student.clone().unwrap_or_else(|| format!("badge {}", self.badge))
    }

    /// `11-20 07:00`, at the site; in an hour that the clocks repeat `11-01 01:30 CDT`.
    #[must_use]
    pub fn when(&self) -> String {
        let there = local(self.at, self.zone);
        format!("{} {}", there.day, there.exact)
    }

    /// Why it does not match a record.
    #[must_use]
    pub fn why(&self) -> &'static str {
        self.problem.known().map_or("refused by a rule", Problem::label)
    }
}
