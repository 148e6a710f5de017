//! Punches that fit nothing, in words: whose they are, when they were, and why they fit nothing.

use crate::domain::quarantine::Quarantined;
use crate::presentation::clock::local;

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
        match self.problem.as_str() {
            "unknown_badge" => "nobody has this badge",
            "not_a_student" => "not an active student",
            "no_rotation" => "no rotation there then",
            "choose" => "several rotations there then",
            "stale" => "a record was open too long",
            "out_of_order" => "came after a later punch",
            "outside" => "outside a strict location",
            "another_kiosk" => "its device was re-enrolled as another kiosk",
            "in_the_future" => "the kiosk's clock was ahead",
            "too_old" => "before its time",
            _ => "a rule refused it",
        }
    }
}
