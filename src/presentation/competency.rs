//! Assignments of competencies in words: how they were assessed.

use rust_decimal::Decimal;

use crate::domain::assessment;
use crate::domain::competency::Assignment;

impl Assignment {
    /// The number of assessments and the range of their scores. Levels are ordinal, so an average
    /// would mean nothing.
    #[must_use]
    pub fn spread(&self) -> String {
        let scores: Vec<(Decimal, Decimal)> = self
            .assessments
            .iter()
            .filter(|assessment| assessment.status != assessment::Status::Draft)
            .filter_map(|assessment| Some((assessment.score?, assessment.max_score?)))
            .collect();
        let Some(lowest) = scores.iter().min_by_key(|(score, _)| *score) else {
            return "not assessed yet".into();
        };
        let highest = scores.iter().max_by_key(|(score, _)| *score).unwrap_or(lowest);
        let said = |(score, max): &(Decimal, Decimal)| format!("{}/{}", score.normalize(), max.normalize());
        match scores.len() {
            1 => format!("1 assessment, {}", said(lowest)),
            n => format!("{n} assessments, from {} to {}", said(lowest), said(highest)),
        }
    }
}
