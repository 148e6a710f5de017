//! Assessments: how well a student showed a competency, criterion by criterion.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::criterion::Criterion;
use super::field::AssessmentField;
use super::form::{Changes, Field, Input, Value};
use super::list::{Description, List, ListRow, Marking, NewestFirst, choices};
use super::permission::Permission;
use super::stored::Stored;
use super::structure::Structure;

/// `assessments.status`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Draft,
    Submitted,
    Reviewed,
    Approved,
}

/// The role of the assessor: `assessments.type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum AssessmentKind {
    #[strum(serialize = "SELF")]
    Oneself,
    Peer,
    Supervisor,
    Preceptor,
}

/// An assessment as an assignment's detail lists it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Summary {
    pub id: String,
    pub kind: Stored<AssessmentKind>,
    pub status: Status,
    pub score: Option<Decimal>,
    pub max_score: Option<Decimal>,
    pub assessor: Option<String>,
    pub at: DateTime<Utc>,
}

/// One assessment.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Assessment {
    pub id: String,
    pub student_id: String,
    pub student: String,
    pub assessor_id: String,
    pub assessor: String,
    pub competency_id: String,
    pub competency: String,
    pub rotation_id: Option<String>,
    pub rotation: Option<String>,
    pub kind: Stored<AssessmentKind>,
    pub status: Status,
    pub score: Option<Decimal>,
    pub max_score: Option<Decimal>,
    /// A JSON object: criterion to score.
    pub rubric_scores: Option<String>,
    pub feedback: Option<String>,
    /// A JSON list.
    pub improvement_areas: Option<String>,
    pub approved_by: Option<String>,
    pub at: DateTime<Utc>,
    pub criteria: Vec<Criterion>,
}

choices! {
    /// The parts of the list of assessments, one of which is shown.
    View {
        Drafts = "drafts",
        Submitted = "submitted",
        Reviewed = "reviewed",
        Approved = "approved",
    }
}

impl ListRow for Assessment {
    type View = View;
    type Order = NewestFirst;
    const LIST: List = List::Assessments;
    const DESCRIPTION: Description = Description {
        keys: &["5"],
        table: Some("assessments"),
        edit: Some(Permission::Assess),
        marking: Marking::Everybody,
        ..Description::of(Permission::SeeAssessments)
    };
}

impl Assessment {
    /// The scores by criterion; `None` where they cannot be read.
    #[must_use]
    pub fn scores(&self) -> Option<BTreeMap<String, Decimal>> {
        match self.rubric_scores.as_deref() {
            None => Some(BTreeMap::new()),
            Some(text) => serde_json::from_str(text).ok(),
        }
    }

    /// What the form shows of it.
    #[must_use]
    pub fn values(&self) -> Vec<(AssessmentField, Value)> {
        let scores = self.scores().unwrap_or_default();
        let mut values: Vec<(AssessmentField, Value)> = self
            .criteria
            .iter()
            .filter_map(|criterion| {
                let score = scores.get(&criterion.name)?;
                Some((AssessmentField::Score(criterion.name.clone()), Value::Text(score.normalize().to_string())))
            })
            .collect();
        values.push((AssessmentField::Feedback, self.feedback.clone().map_or(Value::Nothing, Value::Text)));
        let areas = Structure::texts(self.improvement_areas.as_deref()).map_or(Value::Nothing, Value::Texts);
        values.push((AssessmentField::ImprovementAreas, areas));
        values
    }
}

/// The form of a rubric: a score for each criterion, nothing filled in
/// in advance, then words.
#[must_use]
pub fn fields(criteria: &[Criterion]) -> Vec<Field<AssessmentField>> {
    let mut fields: Vec<Field<AssessmentField>> = criteria
        .iter()
        .map(|criterion| {
            let levels = criterion.levels().into_iter().enumerate();
            let levels: Vec<String> = levels.map(|(i, level)| format!("{} {level}", i + 1)).collect();
            let weight = if criterion.weight == Decimal::ONE {
                String::new()
            } else {
                format!(", counts ×{}", criterion.weight.normalize())
            };
            Field {
                id: AssessmentField::Score(criterion.name.clone()),
                input: Input::Decimal(Decimal::ZERO, criterion.max_score),
                required: false,
                help: format!("0–{}{weight}. {}", criterion.max_score.normalize(), levels.join(" · ")).into(),
            }
        })
        .collect();
    fields.push(Field::new(AssessmentField::Feedback, Input::Text(2_000)).help("shown to the student"));
    fields.push(Field::new(AssessmentField::ImprovementAreas, Input::Texts).help("one per line"));
    fields
}

/// The weighted mean of the scores, scaled to the best score there is: half up
/// to two decimals. `None` while a criterion has no score. Source: rules of the
/// field; `medstint.rubric_total` computes the same.
#[must_use]
pub fn total(criteria: &[Criterion], scores: &BTreeMap<String, Decimal>) -> Option<(Decimal, Decimal)> {
    let best = criteria.iter().map(|criterion| criterion.max_score).max()?;
    let (mut sum, mut weights) = (Decimal::ZERO, Decimal::ZERO);
    for criterion in criteria {
        let score = scores.get(&criterion.name)?;
        sum += criterion.weight * (score / criterion.max_score);
        weights += criterion.weight;
    }
    let total = (sum / weights * best).round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    Some((total, best))
}

/// The scores that stand in a form.
#[must_use]
pub fn scores_of(criteria: &[Criterion], changes: Changes<AssessmentField>) -> BTreeMap<String, Decimal> {
    criteria
        .iter()
        .filter_map(|criterion| {
            let score = changes.text(AssessmentField::Score(criterion.name.clone()))?.parse().ok()?;
            Some((criterion.name.clone(), score))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn criterion(name: &str, weight: i64, max_score: i64) -> Criterion {
        Criterion {
            id: name.into(),
            name: name.into(),
            description: String::new(),
            weight: Decimal::from(weight),
            max_score: Decimal::from(max_score),
            performance_levels: None,
            order_index: 0,
        }
    }

    #[test]
    fn the_total_is_the_weighted_mean_scaled_to_the_best_score() {
        let criteria = [criterion("a", 1, 4), criterion("b", 2, 4), criterion("c", 1, 10)];
        let mut scores = BTreeMap::from([("a".to_owned(), Decimal::from(2)), ("b".to_owned(), Decimal::from(4))]);
        assert_eq!(total(&criteria, &scores), None, "a criterion has no score yet");
        scores.insert("c".into(), Decimal::from(5));
        // (1 × 0.5 + 2 × 1 + 1 × 0.5) / 4 of 10
        assert_eq!(total(&criteria, &scores), Some((Decimal::new(75, 1), Decimal::from(10))));
    }

    #[test]
    fn nothing_is_filled_in_beforehand() {
        let fields = fields(&[criterion("a", 1, 4)]);
        assert!(fields.iter().all(|field| !field.required));
        assert_eq!(fields[0].parse(""), Ok(Value::Nothing));
        assert!(fields[0].parse("5").is_err());
    }
}
