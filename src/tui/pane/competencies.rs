//! Competency assignments: who still has to show which competency, overdue first.

use super::super::action::Action;
use super::super::overlay;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, or_dash, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, edited, form_with, rubric, targets};
use super::{Context, Reply};
use crate::domain::assessment::AssessmentKind;
use crate::domain::command::What;
use crate::domain::competency::{Assignment, AssignmentKind, AssignmentView, Status};
use crate::domain::field::{AssessmentField, AssignmentField};
use crate::domain::form::{Form, Value};
use crate::domain::list::{By, Link, List, Of};
use crate::domain::local_time::last_day;
use crate::domain::lookup::Reference;
use crate::domain::query::Query;
use crate::domain::window::Keyed;
use crate::domain::{Resource, Role, assessment};
use crate::presentation::sentences::ONE_ROW;

impl Kind for Assignment {
    const RESOURCES: &'static [Resource] = &[
        Resource::CompetencyAssignments,
        Resource::Competencies,
        Resource::Assessments,
        Resource::RubricCriteria,
        Resource::Schools,
    ];
    const ROWS: Option<Resource> = Some(Resource::CompetencyAssignments);
    const EDITS_SEVERAL: bool = true;

    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn name(&self) -> String {
        format!("{}, {}", self.student, self.competency)
    }
    fn note(&self) -> Option<String> {
        self.program.clone()
    }

    fn columns<'a>(context: Context<'a>, _: &Query, width: u16) -> Vec<Column<'a, Keyed<Self>>> {
        let mut columns = vec![
            Column::left("Student", Width::Flexible { least: 15, most: 34 }, |a: &Keyed<Self>| plain(&a.student)),
            Column::left("Competency", Width::Flexible { least: 15, most: 34 }, |a: &Keyed<Self>| plain(&a.competency)),
            Column::left("Type", Width::Exactly(13), |a: &Keyed<Self>| plain(a.kind_label())),
            Column::left("Due", Width::Exactly(10), |a: &Keyed<Self>| plain(due(a))),
            Column::right("Done", Width::Exactly(5), |a: &Keyed<Self>| plain(format!("{}%", a.progress.round()))),
            Column::left("Status", Width::Exactly(11), move |a: &Keyed<Self>| status(a.status(context.now))),
        ];
        if width >= 110 {
            columns.insert(
                2,
                Column::left("Program", Width::Flexible { least: 10, most: 26 }, |a: &Keyed<Self>| {
                    or_dash(a.program.as_deref())
                }),
            );
            columns.push(Column::left("Assessed", Width::Flexible { least: 16, most: 36 }, |a: &Keyed<Self>| {
                plain(a.spread())
            }));
        }
        columns
    }

    fn detail(&self, context: Context, _: &Query) -> Sheet {
        let day = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&context.zone).format("%Y-%m-%d").to_string();
        let (word, tone) = status(self.status(context.now));
        let sheet = Sheet::new()
            .line("What", &self.description)
            .line("Kind", format!("{}, {}, {}", self.kind_label(), self.category, self.level_label()))
            .toned("Status", format!("{word}, {} %", self.progress.normalize()), tone)
            .line("Due", due(self))
            .maybe("Completed", self.completed.map(day))
            .line("Assessed", self.spread())
            .maybe("Assigned", self.assigned_by.as_ref().map(|who| format!("by {who}")))
            .maybe("From", self.deployment.as_deref());
        let sheet = if self.assessments.is_empty() {
            sheet
        } else {
            let rows = self.assessments.iter().map(|one| {
                let score = match (one.score, one.max_score) {
                    (Some(score), Some(max)) => format!("{}/{}", score.normalize(), max.normalize()),
                    _ => "—".into(),
                };
                vec![
                    day(one.at),
                    one.kind.text().to_lowercase(),
                    one.status.label().into(),
                    score,
                    one.assessor.clone().unwrap_or_else(|| "—".into()),
                ]
            });
            sheet.table(&["Assessed", "As", "Status", "Score", "By"], rows.collect())
        };
        sheet.and(rubric(&self.criteria))
    }

    fn zone(&self) -> Option<chrono_tz::Tz> {
        Some(self.zone)
    }

    fn links(&self, _: Context) -> Vec<Link> {
        let mut links = vec![
            Link::new("its assessments", List::Assessments, By::Student, &self.student_id, &self.student),
            Link::to("the student", List::Users, &self.student_id, &self.student),
            Link::new("the student's competencies", List::Competencies, By::Student, &self.student_id, &self.student),
            Link::new(
                "all students with this competency",
                List::Competencies,
                By::Competency,
                &self.competency_id,
                &self.competency,
            ),
            Link::to("the competency", List::Catalogue, &self.competency_id, &self.competency),
        ];
        if let (Some(id), Some(name)) = (&self.deployment_id, &self.deployment) {
            links.push(Link::to("the deployment", List::Deployments, id, name));
        }
        links
    }

    fn act(action: Action, rows: &[&Self], of: Option<&Of>, context: Context) -> Reply {
        match action {
            Action::New => {
                let values = begin_with(of);
                form_with("Assign competencies", Form::Assign, Self::new_fields(), values)
            }
            Action::Edit => match rows {
                [one] => {
                    let values = one.values();
                    edited("Assignment", Form::Assignment, Self::fields(), *one, values)
                }
                many => {
                    // Nothing to begin with: what is left empty stays as it is.
                    let title = format!("{} assignments: empty fields are not changed", many.len());
                    let targets = targets(many);
                    let fields = Self::fields();
                    let form = overlay::Form::new(title, What::Edit(Form::Assignment), fields, Vec::new());
                    Reply::ask(form.of(targets))
                }
            },
            Action::Assess => match rows {
                [one] => assess(one, context),
                _ => Reply::say(ONE_ROW, Tone::Warning),
            },
            _ => Reply::none(),
        }
    }

    fn empty(query: &Query) -> Option<&'static str> {
        query.view_of::<Self>().filter(|_| query.of.is_none()).map(|view| match view {
            AssignmentView::ToDo => "No open assignments. n assigns competencies.",
            AssignmentView::Completed => "No completed assignments yet.",
        })
    }
}

/// The rubric form, empty: no rating is suggested.
fn assess(row: &Assignment, context: Context) -> Reply {
    if row.criteria.is_empty() {
        return Reply::say("This competency has no rubric to assess with.", Tone::Warning);
    }
    let kind = match context.actor.role {
        Role::Student => AssessmentKind::Oneself,
        Role::ClinicalPreceptor => AssessmentKind::Preceptor,
        Role::ClinicalSupervisor => AssessmentKind::Supervisor,
        Role::SchoolAdmin | Role::SuperAdmin => return Reply::none(),
    };
    let mut values = vec![
        (AssessmentField::StudentId, Value::Text(row.student_id.clone())),
        (AssessmentField::CompetencyId, Value::Text(row.competency_id.clone())),
        (AssessmentField::Type, Value::choice(kind)),
    ];
    values.extend(row.rotation_id.clone().map(|id| (AssessmentField::RotationId, Value::Text(id))));
    let title = format!("Assess {} in {}", row.student, row.competency);
    let fields = assessment::fields(&row.criteria);
    let form = overlay::Form::new(title, What::Create(Form::Assessment), fields, values);
    Reply::ask(form.with_rubric(row.criteria.clone()))
}

/// New assignments begin with what the list is narrowed to.
fn begin_with(of: Option<&Of>) -> Vec<(AssignmentField, Value)> {
    let mut values = vec![(AssignmentField::AssignmentType, Value::choice(AssignmentKind::Required))];
    let Some(of) = of else { return values };
    let field = match of.by {
        By::Student => AssignmentField::Students,
        By::Competency => AssignmentField::Competencies,
        By::Program => AssignmentField::Programs,
        _ => return values,
    };
    values.push((field, Value::References(vec![Reference { id: of.id.clone(), name: of.name.clone() }])));
    values
}

fn due(row: &Assignment) -> String {
    row.due.map_or_else(|| "—".into(), |due| last_day(due, row.zone).to_string())
}

fn status(status: Status) -> (String, Tone) {
    let tone = match status {
        Status::Assigned => Tone::Quiet,
        Status::InProgress => Tone::Plain,
        Status::Completed => Tone::Good,
        Status::Overdue => Tone::Bad,
    };
    (status.label().to_owned(), tone)
}
