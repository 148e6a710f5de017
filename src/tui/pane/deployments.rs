//! Deployments: which template was assigned to whom, and rolling a deployment back.

use super::super::action::Action;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, confirmed, form_with};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::command::Step;
use crate::domain::competency::AssignmentKind;
use crate::domain::deployment::{Deployment, Status};
use crate::domain::field::DeploymentField;
use crate::domain::form::{Form, Value};
use crate::domain::list::{By, Link, List, Of};
use crate::domain::local_time::{day_of, last_day};
use crate::domain::lookup::Reference;
use crate::domain::query::Query;
use crate::domain::window::Keyed;
use crate::presentation::sentences::NOT_ROLLED_BACK;

impl Kind for Deployment {
    const RESOURCES: &'static [Resource] =
        &[Resource::CompetencyDeployments, Resource::CompetencyAssignments, Resource::Schools];

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        match (&self.template, &self.version) {
            (Some(template), Some(version)) => format!("{template} {version}"),
            _ => "a deployment without a template".into(),
        }
    }

    fn columns<'a>(context: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        vec![
            Column::left("Template", Width::Flexible { least: 18, most: 40 }, |d: &Keyed<Self>| plain(d.name())),
            Column::left("For", Width::Flexible { least: 14, most: 50 }, |d: &Keyed<Self>| plain(targets(d))),
            Column::right("Done", Width::Exactly(9), |d: &Keyed<Self>| {
                plain(format!("{}/{}", d.completed, d.assignments))
            }),
            Column::left("From", Width::Exactly(10), |d: &Keyed<Self>| plain(day(d))),
            Column::left("By", Width::Flexible { least: 8, most: 26 }, |d: &Keyed<Self>| plain(&d.by)),
            Column::left("State", Width::Exactly(11), move |d: &Keyed<Self>| state(d, context)),
        ]
    }

    fn detail(&self, context: Context, _: &Query) -> Sheet {
        let (word, tone) = state(self, context);
        let back = if self.rolled_back {
            "rolled back"
        } else if self.can_roll_back {
            "b rolls it back as long as no one has worked on it"
        } else {
            NOT_ROLLED_BACK
        };
        Sheet::new()
            .toned("State", word, tone)
            .maybe("Version", self.version.as_deref())
            .line(
                "Created",
                format!("{} by {}", self.at.with_timezone(&context.zone).format("%Y-%m-%d %H:%M"), self.by),
            )
            .line("Valid", format!("{} to {}", day(self), end(self)))
            .line("Programs", if self.programs.is_empty() { "—".into() } else { self.programs.join(", ") })
            .line("People", if self.people.is_empty() { "—".into() } else { self.people.join("; ") })
            .line("Assigned", format!("{}, {} of them completed", self.assignments, self.completed))
            .line("Roll back", back)
    }

    fn zone(&self) -> Option<chrono_tz::Tz> {
        Some(self.zone)
    }

    fn links(&self, _: Context) -> Vec<Link> {
        let mut links = vec![Link::new("its assignments", List::Competencies, By::Deployment, &self.id, &self.name())];
        if let Some(template) = &self.template_id {
            links.push(Link::to("the template", List::Templates, template, &self.name()));
        }
        links
    }

    fn act(action: Action, rows: &[&Self], of: Option<&Of>, _: Context) -> Reply {
        match action {
            Action::New => {
                let mut values = vec![(DeploymentField::AssignmentType, Value::choice(AssignmentKind::Required))];
                if let Some(Of { by: By::Template, id, name, .. }) = of {
                    values.push((
                        DeploymentField::TemplateId,
                        Value::Reference(Reference { id: id.clone(), name: name.clone() }),
                    ));
                }
                form_with("Deploy", Form::Deployment, Self::fields(), values)
            }
            Action::Archive => confirmed("Archive the deployment", Step::ArchiveDeployment, rows),
            Action::RollBack => confirmed("Roll back", Step::RollBackDeployment, &rows[..1]),
            _ => Reply::none(),
        }
    }
}

fn targets(row: &Deployment) -> String {
    row.programs.iter().chain(&row.people).cloned().collect::<Vec<_>>().join(", ")
}

fn day(row: &Deployment) -> String {
    row.effective.map_or_else(|| "—".into(), |at| day_of(at, row.zone).to_string())
}

fn end(row: &Deployment) -> String {
    row.expiry.map_or_else(|| "no end".into(), |at| last_day(at, row.zone).to_string())
}

/// The state by the dates, so that no job has to update it.
fn state(row: &Deployment, context: Context) -> (String, Tone) {
    match row.status {
        Status::Archived if row.rolled_back => ("rolled back".into(), Tone::Quiet),
        Status::Archived => ("archived".into(), Tone::Quiet),
        Status::Inactive => ("inactive".into(), Tone::Quiet),
        Status::Pending | Status::Active if row.expiry.is_some_and(|end| end <= context.now) => {
            ("expired".into(), Tone::Warning)
        }
        Status::Pending | Status::Active if row.effective.is_some_and(|from| from > context.now) => {
            ("upcoming".into(), Tone::Plain)
        }
        Status::Pending | Status::Active => ("in force".into(), Tone::Good),
    }
}
