//! Competencies from template to approval: what is previewed is what happens,
//! what was deployed can be taken back exactly, and nobody approves themselves.

use medstint::domain::Failure;
use medstint::domain::assessment;
use medstint::domain::command::{Command, Report, Step, Target, What};
use medstint::domain::criterion::Criterion;
use medstint::domain::field::{AssessmentField, AssignmentField, DeploymentField, FieldId};
use medstint::domain::form::{Changed, Edge, Form, Value};
use medstint::domain::lookup::Reference;
use medstint::store::{Bound, command};
use rust_decimal::Decimal;
use sqlx::PgConnection;

use super::support::database::{execute, try_execute, value};
use super::support::{Console, World};

fn put(field: impl Into<FieldId>, new: Value) -> Changed {
    Changed { field: field.into(), old: Value::Nothing, new }
}

fn text(field: impl Into<FieldId>, text: &str) -> Changed {
    put(field, Value::Text(text.into()))
}

fn names(field: impl Into<FieldId>, ids: &[&str]) -> Changed {
    let reference = |id: &&str| Reference { id: (*id).into(), name: (*id).into() };
    put(field, Value::References(ids.iter().map(reference).collect()))
}

fn step(step: Step, id: &str) -> Command {
    Command { what: What::Step(step), targets: vec![Target { id: id.into(), name: id.into() }], changes: vec![] }
}

fn deployment(template: &str) -> Command {
    Command {
        what: What::Create(Form::Deployment),
        targets: vec![],
        changes: vec![
            put(
                DeploymentField::TemplateId,
                Value::Reference(Reference { id: template.into(), name: template.into() }),
            ),
            names(DeploymentField::Programs, &["north-program"]),
            text(DeploymentField::AssignmentType, "REQUIRED"),
            put(DeploymentField::EffectiveDate, Value::Day("2026-11-01".parse().expect("a day"), Edge::Start)),
        ],
    }
}

async fn done(bound: &Bound, command: &Command) -> Report {
    command::run(bound, command).await.unwrap_or_else(|failure| panic!("{failure}"))
}

/// A template of the school's with a rubric, which nobody uses yet.
async fn with_draft(world: &World) {
    execute(
        &mut world.owner().await,
        r#"INSERT INTO competency_templates (id, school_id, name, description, category, level, created_by, content)
             VALUES ('north-draft', 'north', 'Suturing', 'Closes', 'Procedures', 'ADVANCED', 'north-admin', '{"objectives": ["Prepares"], "note": 1}');
           INSERT INTO rubric_criteria (template_id, criterion_name, description, weight, max_score, performance_levels, order_index) VALUES
             ('north-draft', 'Preparation', 'Before', 1, 4, '["Not yet", "With help", "Alone"]', 1), ('north-draft', 'Technique', 'During', 2, 4, NULL, 2)"#,
    )
    .await;
}

/// Whole tables, row by row.
async fn tables(owner: &mut PgConnection) -> Vec<String> {
    let mut all = Vec::new();
    for table in ["competencies", "rubric_criteria", "competency_assignments", "competency_templates", "assessments"] {
        all.push(
            value(
                &mut *owner,
                &format!("SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t.id), '[]')::text FROM {table} t"),
            )
            .await,
        );
    }
    all
}

#[tokio::test]
async fn what_was_deployed_is_what_was_previewed_and_rolling_back_restores_whole_tables() {
    let world = World::new().await;
    with_draft(&world).await;
    let (bound, mut owner) = (world.bound("north-admin").await, world.owner().await);
    let before = tables(&mut owner).await;
    let deploy = deployment("north-draft");
    let preview = command::rehearse(&bound, &deploy).await.expect("a preview");
    assert_eq!(preview.done, ["North, Stu: Suturing", "North, Tia: Suturing"]);
    assert_eq!(tables(&mut owner).await, before, "a preview leaves nothing");
    assert_eq!(done(&bound, &deploy).await, preview);
    let made: String = value(
        &mut owner,
        "SELECT c.is_deployed || ' ' || (SELECT string_agg(criterion_name || weight, ',' ORDER BY order_index) FROM rubric_criteria k WHERE k.competency_id = c.id)
           || ' ' || (SELECT count(*) FROM competency_assignments a WHERE a.competency_id = c.id AND a.assigned_by = 'north-admin' AND a.deployment_id IS NOT NULL)
         FROM competencies c WHERE c.template_id = 'north-draft'",
    )
    .await;
    assert_eq!(made, "true Preparation1.000,Technique2.000 2");
    // Once more gives nobody anything, and its roll-back takes nothing of the first.
    let second = done(&bound, &deploy).await;
    assert_eq!((second.done.len(), second.warnings.len()), (0, 2), "{second:?}");
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM competency_deployments WHERE template_id = 'north-draft' ORDER BY created_at DESC, id",
    )
    .fetch_all(&mut owner)
    .await
    .expect("deployments");
    let after_first = tables(&mut owner).await;
    let second_id: String = value(&mut owner, "SELECT id FROM competency_deployments WHERE template_id = 'north-draft' AND rollback_data::jsonb -> 'assignments' = '[]'").await;
    done(&bound, &step(Step::RollBackDeployment, &second_id)).await;
    assert_eq!(tables(&mut owner).await, after_first);

    let first = ids.iter().find(|id| **id != second_id).expect("the first");
    let back = step(Step::RollBackDeployment, first);
    let preview = command::rehearse(&bound, &back).await.expect("a preview");
    assert_eq!(preview.done.len(), 3, "{preview:?}");
    assert_eq!(tables(&mut owner).await, after_first);
    assert_eq!(done(&bound, &back).await, preview);
    assert_eq!(tables(&mut owner).await, before, "everything is as it was");
    let again = done(&bound, &back).await;
    assert_eq!(again.refused[0].failure.to_string(), "This deployment has already been rolled back.");
}

#[tokio::test]
async fn a_deployment_on_which_somebody_worked_is_not_rolled_back_and_says_who() {
    let world = World::new().await;
    with_draft(&world).await;
    let (bound, mut owner) = (world.bound("north-admin").await, world.owner().await);
    done(&bound, &deployment("north-draft")).await;
    execute(&mut owner, "UPDATE competency_assignments SET status = 'COMPLETED', completion_date = '2026-11-20 18:00Z', progress_percentage = 100
        WHERE user_id = 'north-student-2' AND competency_id IN (SELECT id FROM competencies WHERE template_id = 'north-draft')").await;
    let before = tables(&mut owner).await;
    let id: String = value(&mut owner, "SELECT id FROM competency_deployments WHERE template_id = 'north-draft'").await;
    let report = done(&bound, &step(Step::RollBackDeployment, &id)).await;
    assert!(report.done.is_empty());
    assert_eq!(report.refused.len(), 1);
    assert_eq!(
        format!("{} {}", report.refused[0].about.as_deref().unwrap_or_default(), report.refused[0].failure),
        "North, Tia Suturing: completed on 2026-11-20."
    );
    assert_eq!(tables(&mut owner).await, before);
    for who in ["north-supervisor", "north-preceptor", "north-student", "south-admin"] {
        let bound = world.bound(who).await;
        assert!(command::run(&bound, &deployment("north-draft")).await.is_err(), "{who} deploys");
        assert!(done(&bound, &step(Step::RollBackDeployment, &id)).await.done.is_empty(), "{who} rolls back");
        assert!(done(&bound, &step(Step::ArchiveDeployment, &id)).await.done.is_empty(), "{who} archives");
    }
}

#[tokio::test]
async fn a_template_is_deployed_on_the_screen_after_a_preview_that_names_everybody() {
    let world = World::new().await;
    with_draft(&world).await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending.").await.press(":").type_text("templates").press("enter").shows("Suturing").await;
    console.press("/").type_text("sutu").press("enter").hides("Hand hygiene").await;
    console.press("d").shows("Deploy Suturing 1.0.0").await.press("tab").type_text("nurs").shows("Nursing  2027").await;
    console.press("enter").press("tab tab tab tab tab").type_text("2031-07-01");
    console.shows("Ready to save.").await.press("ctrl-s");
    console.shows("These 2 things will happen:").await.shows("North, Tia: Suturing").await;
    // Cancelled, the form is as it was.
    console.press("enter").shows("ctrl-s saves").await.shows("Nursing").await.press("ctrl-s");
    console.shows("North, Stu: Suturing").await.press("y").shows("2 done: North, Stu: Suturing").await;
    console.press("3").shows("Suturing").await.press(":").type_text("deployments").press("enter").shows("0/2").await;
    let days: String = value(
        &mut world.owner().await,
        "SELECT DISTINCT to_char(a.due_date AT TIME ZONE 'America/Chicago', 'YYYY-MM-DD HH24:MI') || to_char(d.effective_date AT TIME ZONE 'America/Chicago', ' HH24:MI') || CASE WHEN d.effective_date BETWEEN now() - interval '25 hours' AND now() THEN ' today' ELSE '' END
         FROM competency_assignments a JOIN competency_deployments d ON d.id = a.deployment_id WHERE d.template_id = 'north-draft'",
    )
    .await;
    assert_eq!(days, "2031-07-02 00:00 00:00 today", "days are the school's");
    console.press("b").shows("North, Tia: Suturing removed").await.press("y").shows("3 done").await;
    console.press("f").shows("rolled back").await;
    console.quit().await;
}

#[tokio::test]
async fn competencies_are_assigned_to_many_and_those_who_have_them_keep_theirs() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    let assign = Command {
        what: What::Create(Form::Assign),
        targets: vec![],
        changes: vec![
            names(AssignmentField::Competencies, &["north-competency"]),
            names(AssignmentField::Programs, &["north-program"]),
            text(AssignmentField::AssignmentType, "OPTIONAL"),
        ],
    };
    let report = done(&bound, &assign).await;
    assert_eq!(report.done, ["North, Tia: Hand hygiene"]);
    assert_eq!(report.warnings, ["Already assigned and unchanged: 1."]);
    let kinds: String = value(&mut world.owner().await, "SELECT string_agg(assignment_type || ' by ' || assigned_by, ', ' ORDER BY user_id) FROM competency_assignments WHERE school_id = 'north'").await;
    assert_eq!(kinds, "REQUIRED by north-admin, OPTIONAL by north-admin");
    let console = Console::of(&world, "north-admin").await;
    console
        .shows("Nothing is pending.")
        .await
        .press("3")
        .shows("2 assignments")
        .await
        .press("ctrl-a")
        .shows("2 marked")
        .await;
    console
        .press("e")
        .shows("2 assignments: empty fields are not changed")
        .await
        .type_text("2031-05-01")
        .press("ctrl-s");
    console.shows("These 2 things will happen:").await.press("y").shows("2 done").await;
    let due: String = value(&mut world.owner().await, "SELECT string_agg(to_char(due_date AT TIME ZONE 'America/Chicago', 'YYYY-MM-DD HH24:MI') || assignment_type, ',' ORDER BY id) FROM competency_assignments WHERE school_id = 'north'").await;
    assert!(due.contains("2031-05-02 00:00"), "due is the midnight after the last day: {due}");
    assert!(due.contains("OPTIONAL") && due.contains("REQUIRED"), "what was left empty stays: {due}");
    console.quit().await;
}

#[tokio::test]
async fn a_published_template_stays_and_editing_it_makes_a_version_that_tells_what_changed() {
    let world = World::new().await;
    with_draft(&world).await;
    let bound = world.bound("north-admin").await;
    done(&bound, &deployment("north-draft")).await;
    let mut web = world.database.web().await;
    for change in [
        "UPDATE competency_templates SET description = 'X' WHERE id = 'north-draft'",
        "UPDATE rubric_criteria SET weight = 9 WHERE template_id = 'north-draft'",
        "DELETE FROM rubric_criteria WHERE template_id = 'north-draft'",
        "INSERT INTO rubric_criteria (template_id, criterion_name, description, max_score) VALUES ('north-draft', 'New', 'N', 1)",
    ] {
        assert!(try_execute(&mut web, change).await.is_err(), "{change}");
    }
    let token = world.token("north-admin").await;
    let console = Console::open(&world.database, Some(token.expose()), (120, 40));
    console
        .shows("Nothing is pending.")
        .await
        .press(":")
        .type_text("templates")
        .press("enter")
        .shows("published")
        .await;
    console.press("/").type_text("sutu").press("enter").hides("Hand hygiene").await;
    console.press("e").shows("Suturing 1.0.0 is published: this makes version 1.1.0").await.press("tab");
    console.type_text(" wounds").press("ctrl-s").shows("Suturing 1.1.0 created.").await;
    console.shows("draft").await.press("down").shows("Since 1.0.0").await.shows("Closes wounds").await;
    console
        .press("o 1")
        .shows("of Suturing 1.1.0")
        .await
        .shows("2 criteria")
        .await
        .shows("Technique")
        .await
        .press("e")
        .shows("Criterion:")
        .await;
    console.press("tab tab").send_backspace().type_text("3").press("ctrl-s").shows("Weight 1 → 3").await;
    console.press("esc").shows("×3").await;
    let kept: String = value(
        &mut world.owner().await,
        "SELECT string_agg(t.version || ' ' || t.description || ' ' || t.content || ' ' || k.weight, '; ' ORDER BY t.version, k.order_index)
         FROM competency_templates t JOIN rubric_criteria k ON k.template_id = t.id WHERE t.name = 'Suturing' AND k.order_index = 1",
    )
    .await;
    assert_eq!(
        kept,
        r#"1.0.0 Closes {"objectives": ["Prepares"], "note": 1} 1.000; 1.1.0 Closes wounds {"note": 1, "objectives": ["Prepares"]} 3.000"#
    );
    console.quit().await;
}

#[tokio::test]
async fn an_assessment_goes_from_an_empty_rubric_to_an_approval_by_somebody_else() {
    let world = World::new().await;
    execute(&mut world.owner().await, "DELETE FROM assessments;
        INSERT INTO rubric_criteria (competency_id, criterion_name, description, weight, max_score, order_index) VALUES ('north-competency', 'Safety', 'How safe', 2, 4, 2)").await;
    let preceptor = Console::of(&world, "north-preceptor").await;
    preceptor.shows("Nothing is pending.").await.press("3").shows("Hand hygiene").await.press("a");
    preceptor
        .shows("Total: 0 of 2 criteria have a score")
        .await
        .type_text("5")
        .shows("Type a number from 0 to 4.")
        .await;
    preceptor.send_backspace().type_text("3").press("tab").shows("1 of 2 criteria").await.type_text("4");
    preceptor.shows("Total 3.67 of 4").await.press("tab").type_text("Careful").press("tab").type_text("Speed");
    preceptor.press("ctrl-s").shows("Draft saved.").await.press("5").shows("3.67/4").await;
    preceptor
        .press("S")
        .shows("North, Stu, Hand hygiene: submitted.")
        .await
        .press("y")
        .shows("There are no assessments")
        .await;
    preceptor.press("f").shows("3.67/4").await.press("e").shows("Only drafts can be edited").await;
    let id: String = value(&mut world.owner().await, "SELECT id FROM assessments").await;

    // Neither the assessor nor the student, nor whoever has no part in it.
    for who in ["north-preceptor", "north-student", "north-stranger", "super", "south-admin"] {
        let bound = world.bound(who).await;
        for one in [Step::ReviewAssessment, Step::ApproveAssessment] {
            let report = command::run(&bound, &step(one, &id)).await.expect("a report");
            assert!(report.done.is_empty(), "{who} took {one:?}");
        }
    }
    let supervisor = Console::of(&world, "north-supervisor").await;
    supervisor
        .shows("2 unread")
        .await
        .press("5 f")
        .shows("Hand hygiene")
        .await
        .press("v")
        .shows("Hand hygiene: reviewed.")
        .await
        .press("y")
        .shows("There are no assessments")
        .await;
    supervisor.press("f").shows("now reviewed").await.press("a").shows(": approved.").await.press("y");
    supervisor.shows("There are no assessments").await;
    let ended: String = value(
        &mut world.owner().await,
        "SELECT s.status || ' ' || s.approved_by || ' ' || a.status || ' ' || a.progress_percentage FROM assessments s JOIN competency_assignments a
           ON a.user_id = s.student_id AND a.competency_id = s.competency_id",
    )
    .await;
    assert_eq!(ended, "APPROVED north-supervisor COMPLETED 100.00");
    preceptor.quit().await;
    supervisor.quit().await;
}

#[tokio::test]
async fn an_incomplete_rubric_is_kept_as_a_draft_and_not_submitted() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(&mut owner, "DELETE FROM assessments").await;
    let bound = world.bound("north-student").await;
    let own = Command {
        what: What::Create(Form::Assessment),
        targets: vec![],
        changes: vec![
            text(AssessmentField::StudentId, "north-student"),
            text(AssessmentField::CompetencyId, "north-competency"),
            text(AssessmentField::Type, "SELF"),
            text(AssessmentField::Feedback, "Not sure yet"),
        ],
    };
    done(&bound, &own).await;
    let id: String = value(&mut owner, "SELECT id FROM assessments").await;
    let report = done(&bound, &step(Step::SubmitAssessment, &id)).await;
    assert_eq!(report.refused[0].failure.to_string(), "Score: score every criterion before you submit.");
    let score = |score: &str| Command {
        what: What::Edit(Form::Assessment),
        targets: vec![Target { id: id.clone(), name: "draft".into() }],
        changes: vec![text(AssessmentField::Score("Technique".into()), score)],
    };
    let failure = command::run(&bound, &score("4.5")).await.expect_err("over the maximum");
    assert!(matches!(failure, Failure::Invalid { .. }), "{failure}");
    done(&bound, &score("4")).await;
    done(&bound, &step(Step::SubmitAssessment, &id)).await;
    let admin = world.bound("north-admin").await;
    done(&admin, &step(Step::ReviewAssessment, &id)).await;
    done(&admin, &step(Step::ReturnAssessment, &id)).await;
    done(&admin, &step(Step::ReturnAssessment, &id)).await;
    let status: String = value(&mut owner, "SELECT status::text FROM assessments").await;
    assert_eq!(status, "DRAFT");
    // Only the assessor's: an admin sees it and does not write in it.
    assert!(command::run(&admin, &score("1")).await.is_err());
    for (kind, who) in [
        ("SELF", "north-preceptor"),
        ("PRECEPTOR", "north-student"),
        ("SUPERVISOR", "north-preceptor"),
        ("PRECEPTOR", "north-stranger"),
        ("PRECEPTOR", "north-admin"),
    ] {
        let mut other = own.clone();
        other.changes[2] = text(AssessmentField::Type, kind);
        assert!(command::run(&world.bound(who).await, &other).await.is_err(), "{who} assesses as {kind}");
    }
    // A self-assessment passes nobody.
    done(&bound, &step(Step::SubmitAssessment, &id)).await;
    done(&admin, &step(Step::ReviewAssessment, &id)).await;
    done(&admin, &step(Step::ApproveAssessment, &id)).await;
    let assignment: String =
        value(&mut owner, "SELECT status::text FROM competency_assignments WHERE id = 'north-assignment'").await;
    assert_eq!(assignment, "IN_PROGRESS");
}

#[tokio::test]
async fn the_total_on_the_screen_is_the_databases() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    for (weights, maxima, scores) in [
        (vec![1, 1, 1], vec![4, 4, 4], vec![3, 3, 4]),
        (vec![1, 2, 5], vec![4, 10, 100], vec![1, 9, 33]),
        (vec![3, 7], vec![3, 7], vec![2, 5]),
        (vec![1], vec![4], vec![0]),
    ] {
        execute(
            &mut owner,
            "DELETE FROM assessments; DELETE FROM rubric_criteria WHERE competency_id = 'north-competency'",
        )
        .await;
        let mut criteria = Vec::new();
        for (i, (weight, max)) in weights.iter().zip(&maxima).enumerate() {
            execute(&mut owner, &format!("INSERT INTO rubric_criteria (competency_id, criterion_name, description, weight, max_score, order_index) VALUES ('north-competency', 'k{i}', 'd', {weight}, {max}, {i})")).await;
            criteria.push(Criterion {
                id: i.to_string(),
                name: format!("k{i}"),
                description: String::new(),
                weight: Decimal::from(*weight),
                max_score: Decimal::from(*max),
                performance_levels: None,
                order_index: 0,
            });
        }
        let given = scores.iter().enumerate().map(|(i, score)| (format!("k{i}"), Decimal::from(*score))).collect();
        let json = serde_json::json!(
            scores
                .iter()
                .enumerate()
                .map(|(i, score)| (format!("k{i}"), *score))
                .collect::<std::collections::BTreeMap<_, _>>()
        );
        let (score, max): (Decimal, Decimal) =
            sqlx::query_as("SELECT score, max_score FROM medstint.rubric_total('north-competency', $1)")
                .bind(json)
                .fetch_one(&mut owner)
                .await
                .expect("a total");
        let ours = assessment::total(&criteria, &given).expect("a total");
        assert_eq!(
            (ours.0.normalize(), ours.1.normalize()),
            (score.normalize(), max.normalize()),
            "{weights:?} {maxima:?} {scores:?}"
        );
    }
}

#[tokio::test]
async fn an_approval_is_nobodys_to_rewrite_and_a_null_is_no_score() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(&mut owner, r#"UPDATE assessments SET rubric_scores = '{"Technique": null}'"#).await;
    let preceptor = world.bound("north-preceptor").await;
    let report = done(&preceptor, &step(Step::SubmitAssessment, "north-assessment")).await;
    assert!(report.done.is_empty(), "{report:?}");
    execute(&mut owner, r#"UPDATE assessments SET rubric_scores = '{"Technique": 2}' WHERE id = 'north-assessment'"#)
        .await;
    let mut web = world.database.web().await;
    execute(&mut web, "UPDATE assessments SET score = 4 WHERE id = 'north-assessment'").await;
    let score: Decimal = value(&mut owner, "SELECT score FROM assessments WHERE id = 'north-assessment'").await;
    assert_eq!(score, Decimal::from(2), "the criteria say the score");
    done(&preceptor, &step(Step::SubmitAssessment, "north-assessment")).await;
    let admin = world.bound("north-admin").await;
    done(&admin, &step(Step::ReviewAssessment, "north-assessment")).await;
    done(&admin, &step(Step::ApproveAssessment, "north-assessment")).await;
    for who in ["north-preceptor", "north-supervisor", "north-admin-2"] {
        let mut app = world.app_as(who).await;
        let forged =
            try_execute(&mut app, "UPDATE assessments SET approved_by = 'south-admin' WHERE id = 'north-assessment'")
                .await;
        assert!(forged.is_err(), "{who}");
    }
}

#[tokio::test]
async fn rolling_back_names_whoever_came_to_it_by_another_way() {
    let world = World::new().await;
    with_draft(&world).await;
    let (bound, mut owner) = (world.bound("north-admin").await, world.owner().await);
    execute(&mut owner, "UPDATE users SET is_active = false WHERE role = 'STUDENT' AND school_id = 'north'").await;
    done(&bound, &deployment("north-draft")).await;
    execute(&mut owner, "UPDATE users SET is_active = true WHERE role = 'STUDENT' AND school_id = 'north'").await;
    let id: String = value(&mut owner, "SELECT id FROM competency_deployments WHERE template_id = 'north-draft'").await;
    let back = step(Step::RollBackDeployment, &id);
    execute(&mut owner, "INSERT INTO competency_assignments (user_id, competency_id) SELECT 'north-student', id FROM competencies WHERE template_id = 'north-draft'").await;
    let report = done(&bound, &back).await;
    assert_eq!(report.refused[0].failure.to_string(), "Suturing: also assigned in another way since.");
    execute(&mut owner, "DELETE FROM competency_assignments WHERE competency_id IN (SELECT id FROM competencies WHERE template_id = 'north-draft');
        INSERT INTO assessments (student_id, assessor_id, competency_id, type) SELECT 'north-student-2', 'north-preceptor', id, 'PRECEPTOR' FROM competencies WHERE template_id = 'north-draft'").await;
    let report = done(&bound, &back).await;
    assert_eq!(
        format!("{} {}", report.refused[0].about.as_deref().unwrap_or_default(), report.refused[0].failure),
        "North, Tia Suturing: assessed since."
    );
    execute(&mut owner, "DELETE FROM assessments WHERE student_id = 'north-student-2'").await;
    assert_eq!(done(&bound, &back).await.refused, []);
    let left: i64 = value(&mut owner, "SELECT count(*) FROM competencies WHERE template_id = 'north-draft'").await;
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_due_date_that_another_program_put_at_noon_can_be_changed() {
    let world = World::new().await;
    execute(&mut world.owner().await, "UPDATE competency_assignments SET due_date = '2031-05-05T12:34:56Z'").await;
    let console = Console::of(&world, "north-admin").await;
    console
        .shows("Nothing is pending.")
        .await
        .press("3")
        .shows("2031-05-05")
        .await
        .press("e")
        .shows("2031-05-05")
        .await;
    console.send_backspace().type_text("9").press("ctrl-s").shows("→ 2031-05-09").await;
    let due: String = value(&mut world.owner().await, "SELECT to_char(due_date AT TIME ZONE 'America/Chicago', 'YYYY-MM-DD HH24:MI') FROM competency_assignments WHERE school_id = 'north'").await;
    assert_eq!(due, "2031-05-10 00:00");
    console.quit().await;
}
