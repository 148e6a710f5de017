//! Criteria of a rubric, one by one.

use super::super::action::Action;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, confirmed, edited, form_with};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::command::Step;
use crate::domain::criterion::{self, Criterion};
use crate::domain::field::CriterionField;
use crate::domain::form::{Form, Value};
use crate::domain::list::{By, Of};
use crate::domain::query::Query;
use crate::domain::structure::Structure;
use crate::domain::window::Keyed;

impl Kind for Criterion {
    const RESOURCES: &'static [Resource] = &[Resource::RubricCriteria];

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        self.name.clone()
    }

    fn columns<'a>(_: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        vec![
            Column::right("No.", Width::Exactly(5), |c: &Keyed<Self>| plain(c.order_index.to_string())),
            Column::left("Criterion", Width::Flexible { least: 16, most: 40 }, |c: &Keyed<Self>| plain(&c.name)),
            Column::right("Weight", Width::Exactly(6), |c: &Keyed<Self>| plain(c.weight.normalize().to_string())),
            Column::right("Max", Width::Exactly(6), |c: &Keyed<Self>| plain(c.max_score.normalize().to_string())),
            Column::left("Levels", Width::Flexible { least: 20, most: 90 }, |c: &Keyed<Self>| {
                plain(c.levels().join(" · "))
            }),
        ]
    }

    fn detail(&self, _: Context, _: &Query) -> Sheet {
        Sheet::new()
            .line("About", &self.description)
            .line("Score", format!("0 to {}, counts ×{}", self.max_score.normalize(), self.weight.normalize()))
            .structure("Levels", Structure::of(self.performance_levels.as_deref()))
    }

    fn act(action: Action, rows: &[&Self], of: Option<&Of>, _: Context) -> Reply {
        match action {
            Action::New => match of {
                Some(Of { by: By::Template, id, name, .. }) => {
                    let values = vec![
                        (CriterionField::Weight, Value::Text("1".into())),
                        (CriterionField::MaxScore, Value::Text("4".into())),
                        (
                            CriterionField::OrderIndex,
                            Value::Text((rows.first().map_or(0, |row| row.order_index) + 1).to_string()),
                        ),
                        (CriterionField::TemplateId, Value::Text(id.clone())),
                    ];
                    form_with(format!("New criterion of {name}"), Form::Criterion, criterion::fields(), values)
                }
                _ => Reply::say(
                    "To add a criterion, open the criteria of a template (:templates, then o).",
                    Tone::Warning,
                ),
            },
            Action::Edit => edited("Criterion", Form::Criterion, criterion::fields(), rows[0], rows[0].values()),
            Action::RemoveCriterion => confirmed("Remove", Step::RemoveCriterion, rows),
            _ => Reply::none(),
        }
    }
}
