//! Templates: what competencies are made from, version by version.

use super::super::action::Action;
use super::super::overlay;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, added, edited, form_with, rubric, switched};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::command::{Switch, What};
use crate::domain::competency::AssignmentKind;
use crate::domain::deployment::Deployment;
use crate::domain::field::{DeploymentField, TemplateField};
use crate::domain::form::{Form, Value};
use crate::domain::list::{By, Link, List, Of};
use crate::domain::lookup::Reference;
use crate::domain::query::Query;
use crate::domain::structure::Structure;
use crate::domain::template::Template;
use crate::domain::window::Keyed;

impl Kind for Template {
    const RESOURCES: &'static [Resource] =
        &[Resource::CompetencyTemplates, Resource::RubricCriteria, Resource::CompetencyDeployments];

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        format!("{} {}", self.name, self.version)
    }
    fn is_of_platform(&self, _: Context) -> bool {
        self.is_standard
    }

    fn columns<'a>(_: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        vec![
            Column::left("Template", Width::Flexible { least: 20, most: 44 }, |t: &Keyed<Self>| plain(&t.name)),
            Column::left("Version", Width::Exactly(8), |t: &Keyed<Self>| plain(&t.version)),
            Column::left("Category", Width::Flexible { least: 10, most: 24 }, |t: &Keyed<Self>| plain(&t.category)),
            Column::left("Level", Width::Exactly(12), |t: &Keyed<Self>| plain(t.level_label())),
            Column::right("Criteria", Width::Exactly(8), |t: &Keyed<Self>| plain(t.criteria.len().to_string())),
            Column::left("State", Width::Exactly(9), |t: &Keyed<Self>| state(t)),
        ]
    }

    fn detail(&self, context: Context, _: &Query) -> Sheet {
        let made = self.created_at.with_timezone(&context.zone).format("%Y-%m-%d");
        let sheet = Sheet::new()
            .line("About", &self.description)
            .line("Kind", format!("{}, {}, {}", self.kind_label(), self.category, self.level_label()))
            .line("State", format!("{}, {}", state(self).0, deployed(self.deployments)))
            .line("Created", format!("{made} by {}", self.created_by.as_deref().unwrap_or("the platform")))
            .structure("Content", Structure::of(self.content.as_deref()))
            .and(rubric(&self.criteria));
        match (&self.previous, self.differences()) {
            (None, _) => sheet,
            (Some(before), all) if all.is_empty() => {
                sheet.line("Before", format!("no differences from {}", before.version))
            }
            (Some(before), all) => {
                let rows = all.into_iter().map(|(what, old, new)| vec![what, old, new]).collect();
                sheet.heading(format!("Since {}", before.version)).table(&["Changed", "Then", "Now"], rows)
            }
        }
    }

    fn links(&self, _: Context) -> Vec<Link> {
        let to = |label, list| Link::new(label, list, By::Template, &self.id, &self.name());
        vec![
            to("its criteria", List::Criteria),
            to("its deployments", List::Deployments),
            to("competencies made from it", List::Catalogue),
        ]
    }

    fn act(action: Action, rows: &[&Self], _: Option<&Of>, _: Context) -> Reply {
        match action {
            Action::New => added("New template", Form::Template, Self::fields()),
            Action::Edit if rows[0].is_published || rows[0].is_standard => new_version(rows[0]),
            Action::Edit => edited("Template", Form::Template, Self::fields(), rows[0], rows[0].values()),
            Action::Switch => switched(Switch::Template, !rows[0].is_active, rows),
            Action::Deploy => deploy(rows[0]),
            _ => Reply::none(),
        }
    }
}

/// What is published stays: editing it makes the next version, rubric included.
fn new_version(row: &Template) -> Reply {
    let next = if row.is_standard { format!("{}-own", row.version) } else { row.next_version() };
    let title = format!("{} is published: this makes version {next}", row.name());
    let mut values = row.values();
    values.push((TemplateField::Version, Value::Text(next)));
    let form = overlay::Form::new(title, What::Create(Form::Template), Template::fields(), values);
    Reply::ask(form.of(vec![row.target()]))
}

fn deploy(row: &Template) -> Reply {
    let values = vec![
        (DeploymentField::TemplateId, Value::Reference(Reference { id: row.id.clone(), name: row.name() })),
        (DeploymentField::AssignmentType, Value::choice(AssignmentKind::Required)),
    ];
    form_with(format!("Deploy {}", row.name()), Form::Deployment, Deployment::fields(), values)
}

fn deployed(times: i64) -> String {
    match times {
        0 => "never deployed".to_owned(),
        1 => "deployed once".to_owned(),
        times => format!("deployed {times} times"),
    }
}

fn state(row: &Template) -> (String, Tone) {
    if row.is_standard {
        ("standard".into(), Tone::Quiet)
    } else if row.is_published {
        ("published".into(), Tone::Good)
    } else {
        ("draft".into(), Tone::Plain)
    }
}
