//! Punches that fit nothing, in words: whose they are, when they were, and why they fit nothing.

use crate::domain::quarantine::{Problem, Quarantined, Way};
use crate::presentation::clock::local;

impl Way {
    /// What the punch becomes of a record, as a form offers it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::In => "in: a record begins",
            Self::Out => "out: the open record ends",
        }
    }
}

impl Problem {
    /// Why the punch fits nothing, in a sentence.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::UnknownBadge => "nobody has this badge",
            Self::NotAStudent => "not an active student",
            Self::NoRotation => "no rotation there then",
            Self::Choose => "several rotations there then",
            Self::Stale => "a record was open too long",
            Self::OutOfOrder => "came after a later punch",
            Self::Outside => "outside a strict location",
            Self::AnotherKiosk => "its device was re-enrolled as another kiosk",
            Self::InTheFuture => "the kiosk's clock was ahead",
            Self::TooOld => "before its time",
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

    /// Why it fits nothing, in a sentence.
    #[must_use]
    pub fn why(&self) -> &'static str {
        self.problem.known().map_or("a rule refused it", Problem::label)
    }
}
