//! The outcomes of commands and decisions in words.

use std::fmt;

use crate::domain::command::Refused;
use crate::domain::time_record::Outcome;
use crate::presentation::clock::local;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.about.as_deref().unwrap_or(&self.target.name);
        write!(f, "{name}: {}", self.failure)
    }
}

impl Outcome {
    /// The record, distinguished from others of the student: `North, Stu, 2026-11-20 07:00`.
    #[must_use]
    pub fn name(&self) -> String {
        let Some((at, zone)) = self.clock_in else { return self.student.clone() };
        let there = local(at, zone);
        format!("{}, {} {}", self.student, there.day, there.exact)
    }
}
