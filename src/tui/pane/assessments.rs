//! Assessments: drafts, submitted, reviewed and approved ones.

use super::super::action::Action;
use super::super::overlay;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, confirmed};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::assessment::{self, Assessment, Status};
use crate::domain::command::{Step, What};
use crate::domain::form::Form;
use crate::domain::list::{By, Link, List, Of};
use crate::domain::query::Query;
use crate::domain::structure::Structure;
use crate::domain::window::Keyed;
use crate::presentation::clock::short_age;
use crate::presentation::sentences::UNREADABLE;

impl Kind for Assessment {
    const RESOURCES: &'static [Resource] = &[Resource::Assessments];
    const ROWS: Option<Resource> = Some(Resource::Assessments);

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        format!("{}, {}", self.student, self.competency)
    }

    fn columns<'a>(context: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        let now = context.now;
        vec![
            Column::left("Student", Width::Flexible { least: 15, most: 34 }, |a: &Keyed<Self>| plain(&a.student)),
            Column::left("Competency", Width::Flexible { least: 15, most: 34 }, |a: &Keyed<Self>| plain(&a.competency)),
            Column::left("By", Width::Flexible { least: 10, most: 30 }, |a: &Keyed<Self>| plain(&a.assessor)),
            Column::left("As", Width::Exactly(10), |a: &Keyed<Self>| plain(a.kind.text().to_lowercase())),
            Column::right("Score", Width::Exactly(9), |a: &Keyed<Self>| plain(score(a))),
            Column::right("Age", Width::Exactly(4), move |a: &Keyed<Self>| plain(short_age(now - a.at))),
            Column::left("Status", Width::Exactly(9), |a: &Keyed<Self>| plain(a.status.label())),
        ]
    }

    fn detail(&self, context: Context, _: &Query) -> Sheet {
        let sheet = Sheet::new()
            .line("Of", format!("{} in {}", self.student, self.competency))
            .line("By", format!("{}, as {}", self.assessor, self.kind.text().to_lowercase()))
            .line("Status", self.status.label())
            .maybe("Approved", self.approved_by.as_ref().map(|who| format!("by {who}")))
            .line("Score", score(self))
            .maybe("Rotation", self.rotation.as_deref())
            .line("Started", self.at.with_timezone(&context.zone).format("%Y-%m-%d %H:%M").to_string())
            .maybe("Feedback", self.feedback.as_ref().map(|words| format!("“{words}”")))
            .structure("To improve", Structure::of(self.improvement_areas.as_deref()));
        let Some(scores) = self.scores() else {
            return sheet.toned("Rubric", UNREADABLE, Tone::Warning);
        };
        let rows = self.criteria.iter().map(|one| {
            let given = scores.get(&one.name);
            let level = given.and_then(|score| one.levels().get(level_of(*score)?).cloned()).unwrap_or_default();
            let given = given.map_or_else(|| "—".into(), |score| score.normalize().to_string());
            vec![
                one.name.clone(),
                format!("{given} of {}", one.max_score.normalize()),
                format!("×{}", one.weight.normalize()),
                level,
            ]
        });
        sheet.table(&["Criterion", "Score", "Weight", "Level"], rows.collect())
    }

    fn links(&self, _: Context) -> Vec<Link> {
        let mut links = vec![
            Link::to("the student", List::Users, &self.student_id, &self.student),
            Link::new("the student's competencies", List::Competencies, By::Student, &self.student_id, &self.student),
            Link::to("the competency", List::Catalogue, &self.competency_id, &self.competency),
        ];
        if let (Some(id), Some(name)) = (&self.rotation_id, &self.rotation) {
            links.push(Link::to("the rotation", List::Rotations, id, name));
        }
        links
    }

    fn act(action: Action, rows: &[&Self], _: Option<&Of>, context: Context) -> Reply {
        match action {
            Action::Edit => edit(rows[0], context),
            Action::Submit => confirmed("Submit", Step::SubmitAssessment, rows),
            Action::Review => confirmed("Reviewed", Step::ReviewAssessment, rows),
            Action::ApproveAssessment => confirmed("Approve", Step::ApproveAssessment, rows),
            Action::GiveBack => confirmed("Return to assessor", Step::ReturnAssessment, rows),
            _ => Reply::none(),
        }
    }
}

/// Only the assessor edits a draft.
fn edit(row: &Assessment, context: Context) -> Reply {
    if row.status != Status::Draft {
        return Reply::say(
            format!(
                "This assessment is {}. Only drafts can be edited; b returns it to the assessor.",
                row.status.label()
            ),
            Tone::Quiet,
        );
    }
    if row.assessor_id != context.actor.id.as_str() {
        return Reply::say(format!("This draft belongs to {}.", row.assessor), Tone::Quiet);
    }
    let title = format!("Draft: {} in {}", row.student, row.competency);
    let fields = assessment::fields(&row.criteria);
    let form = overlay::Form::new(title, What::Edit(Form::Assessment), fields, row.values());
    Reply::ask(form.of(vec![row.target()]).with_rubric(row.criteria.clone()))
}

/// The level that a whole score stands for: 1 is the first.
fn level_of(score: rust_decimal::Decimal) -> Option<usize> {
    use rust_decimal::prelude::ToPrimitive;
    score.is_integer().then(|| score.to_usize()).flatten()?.checked_sub(1)
}

fn score(row: &Assessment) -> String {
    match (row.score, row.max_score) {
        (Some(score), Some(max)) => format!("{}/{}", score.normalize(), max.normalize()),
        _ => "—".into(),
    }
}
