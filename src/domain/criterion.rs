//! The criteria of rubrics: the name, weight and levels of each.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::field::CriterionField;
use super::form::{Field, Input, Value};
use super::list::{All, Description, List, ListRow, choices};
use super::permission::Permission;
use super::structure::Structure;

/// One criterion of a rubric, as `rubric_criteria` keeps it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Criterion {
    pub id: String,
    pub name: String,
    pub description: String,
    pub weight: Decimal,
    pub max_score: Decimal,
    /// A JSON list, the lowest level first.
    pub performance_levels: Option<String>,
    pub order_index: i32,
}

choices! {
    /// The orders of the list of criteria.
    Order {
        InOrder = "in their order",
    }
}

impl ListRow for Criterion {
    type View = All;
    type Order = Order;
    const LIST: List = List::Criteria;
    const DESCRIPTION: Description = Description {
        table: Some("rubric_criteria"),
        add: Some(Permission::EditTemplates),
        edit: Some(Permission::EditTemplates),
        ..Description::of(Permission::SeeTemplates)
    };
}

impl Criterion {
    /// The levels in words, the lowest first.
    #[must_use]
    pub fn levels(&self) -> Vec<String> {
        match Structure::of(self.performance_levels.as_deref()) {
            Structure::List(levels) => levels,
            Structure::Table { rows, .. } => rows.into_iter().map(|row| row.join(": ")).collect(),
            _ => Vec::new(),
        }
    }

    /// What the form shows of it.
    #[must_use]
    pub fn values(&self) -> Vec<(CriterionField, Value)> {
        vec![
            (CriterionField::CriterionName, Value::Text(self.name.clone())),
            (CriterionField::Description, Value::Text(self.description.clone())),
            (CriterionField::Weight, Value::Text(self.weight.normalize().to_string())),
            (CriterionField::MaxScore, Value::Text(self.max_score.normalize().to_string())),
            (
                CriterionField::PerformanceLevels,
                Structure::texts(self.performance_levels.as_deref()).map_or(Value::Nothing, Value::Texts),
            ),
            (CriterionField::OrderIndex, Value::Text(self.order_index.to_string())),
        ]
    }
}

/// The form of a criterion.
#[must_use]
pub fn fields() -> Vec<Field<CriterionField>> {
    let most = Decimal::from(1_000);
    vec![
        Field::text(CriterionField::CriterionName).required(),
        Field::new(CriterionField::Description, Input::Text(1_000)).required(),
        Field::new(CriterionField::Weight, Input::Decimal(Decimal::new(1, 3), Decimal::from(100))).required(),
        Field::new(CriterionField::MaxScore, Input::Decimal(Decimal::new(1, 2), most)).required(),
        Field::new(CriterionField::PerformanceLevels, Input::Texts).help("one per line, lowest first"),
        Field::new(CriterionField::OrderIndex, Input::Number(0, 1_000)).required().help("in the rubric"),
    ]
}
