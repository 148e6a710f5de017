//! Templates, deployments, assignments and assessments.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::super::columns::table;
use super::{Stop, done, save};
use crate::domain::command::{Command, Refused, Report, Target};
use crate::domain::field::{
    AssessmentField, AssignmentField, DeploymentField, FieldId, Record, RecordField, TemplateField,
};
use crate::domain::form::{Changed, Changes, Form, Value};
use crate::domain::{Failure, UserId};
use crate::store::Bound;

fn ids<F: RecordField>(changes: Changes<'_, F>, field: F) -> Vec<String> {
    match changes.value(field) {
        Value::References(all) => all.iter().map(|one| one.id.clone()).collect(),
        _ => Vec::new(),
    }
}

/// When a day of the form begins or ends, in the school's zone.
fn time<F: RecordField>(changes: Changes<'_, F>, field: F, zone: Tz) -> Option<DateTime<Utc>> {
    match changes.value(field) {
        Value::Day(day, edge) => Some(save::instant(*day, *edge, zone)),
        Value::Kept(at, ..) => Some(*at),
        _ => None,
    }
}

fn nobody(field: impl Into<FieldId>) -> Stop {
    Failure::Invalid { field: field.into(), why: "choose at least one student or program.".into() }.into()
}

/// A template for programs and people, in one transaction.
pub(super) async fn deploy(tx: &mut PgConnection, command: &Command) -> Result<Report, Stop> {
    let changes = command.fields();
    let (programs, people) = (ids(changes, DeploymentField::Programs), ids(changes, DeploymentField::People));
    if programs.is_empty() && people.is_empty() {
        return Err(nobody(DeploymentField::People));
    }
    let zone = save::zone(tx, Form::Deployment, &command.changes, None).await?;
    let rows = sqlx::query!(
        r#"SELECT student AS "student!", competency AS "competency!", is_new AS "is_new!"
           FROM medstint.deploy($1, $2, $3, $4::text::assignment_type, $5, $6, $7)"#,
        changes.text(DeploymentField::TemplateId),
        &programs,
        &people,
        changes.text(DeploymentField::AssignmentType),
        time(changes, DeploymentField::EffectiveDate, zone),
        time(changes, DeploymentField::ExpiryDate, zone),
        time(changes, DeploymentField::DueDate, zone),
    )
    .fetch_all(tx)
    .await?;
    let mut report = Report::default();
    let had = rows.iter().filter(|row| !row.is_new).count();
    report.done.extend(rows.iter().filter(|row| row.is_new).map(|row| format!("{}: {}", row.student, row.competency)));
    if had > 0 {
        report.warnings.push(format!("Already assigned and unchanged: {had} students."));
    }
    if report.done.is_empty() {
        report.warnings.push("No new assignments.".into());
    }
    Ok(report)
}

/// Rolls a deployment back, or names the assignments that prevent it.
pub(super) async fn roll_back(tx: &mut PgConnection, target: &Target, report: &mut Report) -> Result<(), Stop> {
    let rows = sqlx::query!(
        r#"SELECT student AS "student!", competency AS "competency!", obstacle FROM medstint.roll_back($1)"#,
        target.id
    )
    .fetch_all(tx)
    .await?;
    if rows.iter().any(|row| row.obstacle.is_some()) {
        for row in &rows {
            if let Some(obstacle) = &row.obstacle {
                let failure = Failure::Denied(format!("{}: {obstacle}.", row.competency));
                report.refused.push(Refused { target: target.clone(), about: Some(row.student.clone()), failure });
            }
        }
        return Ok(());
    }
    report.done.extend(rows.iter().map(|row| format!("{}: {} removed", row.student, row.competency)));
    report.done.push(format!("{}: rolled back.", target.name));
    Ok(())
}

/// Competencies for students: everyone named, and the active students of programs.
pub(super) async fn assign(tx: &mut PgConnection, bound: &Bound, command: &Command) -> Result<Report, Stop> {
    let changes = command.fields();
    let (students, programs) = (ids(changes, AssignmentField::Students), ids(changes, AssignmentField::Programs));
    if programs.is_empty() && students.is_empty() {
        return Err(nobody(AssignmentField::Students));
    }
    let zone = save::zone(tx, Form::Assign, &command.changes, None).await?;
    let rows = sqlx::query!(
        r#"WITH given AS (
             INSERT INTO competency_assignments (user_id, competency_id, assigned_by, assignment_type, due_date)
             SELECT u.id, c.id, $6, $4::text::assignment_type, $5
             FROM unnest($1::text[]) AS c (id)
             CROSS JOIN users u
             WHERE u.school_id = $7 AND u.role = 'STUDENT' AND u.is_active
               AND (u.id = ANY ($2) OR u.program_id = ANY ($3) AND coalesce(u.academic_status, 'ACTIVE') IN ('ACTIVE', 'PROBATION'))
             ORDER BY u.id, c.id
             ON CONFLICT (user_id, competency_id) DO NOTHING
             RETURNING user_id, competency_id)
           SELECT u.sort_name AS "student!", c.name AS "competency!",
             EXISTS (SELECT FROM given g WHERE g.user_id = u.id AND g.competency_id = c.id) AS "is_new!"
           FROM unnest($1::text[]) AS x (id) JOIN competencies c ON c.id = x.id
           CROSS JOIN users u
           WHERE u.school_id = $7 AND u.role = 'STUDENT' AND u.is_active
               AND (u.id = ANY ($2) OR u.program_id = ANY ($3) AND coalesce(u.academic_status, 'ACTIVE') IN ('ACTIVE', 'PROBATION'))
           ORDER BY u.sort_name, u.id, c.name"#,
        &ids(changes, AssignmentField::Competencies),
        &students,
        &programs,
        changes.text(AssignmentField::AssignmentType),
        time(changes, AssignmentField::DueDate, zone),
        bound.user() as &UserId,
        bound.school(),
    )
    .fetch_all(tx)
    .await?;
    let mut report = Report::default();
    let had = rows.iter().filter(|row| !row.is_new).count();
    report.done.extend(rows.iter().filter(|row| row.is_new).map(|row| format!("{}: {}", row.student, row.competency)));
    if had > 0 {
        report.warnings.push(format!("Already assigned and unchanged: {had}."));
    }
    Ok(report)
}

/// A new template, or, with a target, a new version of that one, with its rubric
/// and whatever else its content holds.
pub(super) async fn new_template(tx: &mut PgConnection, bound: &Bound, command: &Command) -> Result<Report, Stop> {
    let id = save::insert(tx, Form::Template, &command.changes).await?;
    if let Some(source) = command.targets.first() {
        sqlx::query!(
            "UPDATE competency_templates t SET content = s.content FROM competency_templates s WHERE t.id = $1 AND s.id = $2",
            id,
            source.id
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!(
            "INSERT INTO rubric_criteria (template_id, criterion_name, description, weight, max_score, performance_levels, order_index)
             SELECT $1, k.criterion_name, k.description, k.weight, k.max_score, k.performance_levels, k.order_index
             FROM rubric_criteria k WHERE k.template_id = $2",
            id,
            source.id
        )
        .execute(&mut *tx)
        .await?;
    }
    objectives(tx, bound, &id, &command.changes, false).await?;
    let fields = command.fields();
    let name = fields.value(TemplateField::Name).label();
    Ok(done(match fields.text(TemplateField::Version) {
        Some(version) => format!("{name} {version} created."),
        None => format!("{name} created."),
    }))
}

/// Other values for a template that is not published.
pub(super) async fn edit_template(tx: &mut PgConnection, bound: &Bound, command: &Command) -> Result<Report, Stop> {
    let Some(target) = command.targets.first() else { return Err(Failure::NotFound("The template").into()) };
    save::update(tx, bound, Form::Template, &target.id, &command.changes, true).await?;
    objectives(tx, bound, &target.id, &command.changes, true).await?;
    Ok(done(format!("{} changed.", target.name)))
}

/// Puts the objectives into the content, beside whatever else it holds, where they
/// are what was shown.
async fn objectives(
    tx: &mut PgConnection,
    bound: &Bound,
    id: &str,
    changes: &[Changed],
    seen: bool,
) -> Result<(), Stop> {
    let Some(change) = Changes::of(changes).find(TemplateField::Objectives) else { return Ok(()) };
    let list = |value: &Value| match value {
        Value::Texts(texts) => serde_json::json!(texts),
        _ => serde_json::json!([]),
    };
    let written = sqlx::query!(
        "UPDATE competency_templates SET content = (coalesce(content, '{}')::jsonb || jsonb_build_object('objectives', $2::jsonb))::text
         WHERE id = $1 AND (NOT $4 OR coalesce(content::jsonb -> 'objectives', '[]') = $3::jsonb)",
        id,
        list(&change.new),
        list(&change.old),
        seen,
    )
    .execute(&mut *tx)
    .await?;
    if written.rows_affected() == 1 {
        return Ok(());
    }
    Err(save::why_not(tx, bound, table(Record::Template), id).await?.into())
}

/// The scores among the values of a form: by criterion, before and after.
fn scores(changes: &[Changed]) -> impl Iterator<Item = (&str, &Changed)> {
    changes.iter().filter_map(|change| match &change.field {
        FieldId::Assessment(AssessmentField::Score(criterion)) => Some((criterion.as_str(), change)),
        _ => None,
    })
}

/// Scores as the JSON that a rubric is kept in.
fn rubric<'a>(scores: impl Iterator<Item = (&'a str, &'a Value)>) -> serde_json::Value {
    let all = scores.filter_map(|(criterion, score)| {
        let number: serde_json::Number = score.text()?.parse().ok()?;
        Some((criterion.to_owned(), serde_json::Value::Number(number)))
    });
    serde_json::Value::Object(all.collect())
}

/// A draft by the signed-in person.
pub(super) async fn new_assessment(tx: &mut PgConnection, bound: &Bound, command: &Command) -> Result<Report, Stop> {
    let mut changes = command.changes.clone();
    let put =
        |field: AssessmentField, text| Changed { field: field.into(), old: Value::Nothing, new: Value::Text(text) };
    let scored = rubric(scores(&command.changes).map(|(criterion, change)| (criterion, &change.new)));
    changes.push(put(AssessmentField::AssessorId, bound.user().to_string()));
    changes.push(put(AssessmentField::RubricScores, scored.to_string()));
    save::insert(tx, Form::Assessment, &changes).await?;
    Ok(done("Draft saved. Submit it in :assessments with S."))
}

/// Other scores and words for a draft; the form sends all scores.
pub(super) async fn edit_assessment(tx: &mut PgConnection, bound: &Bound, command: &Command) -> Result<Report, Stop> {
    let Some(target) = command.targets.first() else { return Err(Failure::NotFound("The assessment").into()) };
    save::update(tx, bound, Form::Assessment, &target.id, &command.changes, true).await?;
    let criteria: Vec<String> = scores(&command.changes).map(|(criterion, _)| criterion.to_owned()).collect();
    if !criteria.is_empty() {
        let of = |value: fn(&Changed) -> &Value| {
            rubric(scores(&command.changes).map(|(criterion, change)| (criterion, value(change))))
        };
        let written = sqlx::query!(
            "UPDATE assessments SET rubric_scores = ((coalesce(rubric_scores, '{}')::jsonb - $2::text[]) || $3::jsonb)::text
             WHERE id = $1 AND (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(coalesce(rubric_scores, '{}')::jsonb)
                                WHERE key = ANY ($2)) = $4::jsonb",
            target.id,
            &criteria,
            of(|change| &change.new),
            of(|change| &change.old),
        )
        .execute(&mut *tx)
        .await?;
        if written.rows_affected() != 1 {
            return Err(save::why_not(tx, bound, table(Record::Assessment), &target.id).await?.into());
        }
    }
    Ok(done(format!("{} saved.", target.name)))
}
