//! What may become of a time record, by whom, until when; and that the hours
//! are right afterwards, whoever wrote.

use chrono::TimeDelta;
use medstint::domain::Failure;
use medstint::domain::time_record::{Decide, Outcome, RejectionReason, Seen};
use medstint::store::Bound;
use medstint::store::time_records::decide;

use super::support::database::{execute, try_execute, value};
use super::support::{World, a_time_record, world};

fn approve() -> Decide {
    Decide::Approve { reason: None }
}
fn reject() -> Decide {
    Decide::Reject { code: RejectionReason::WrongTimes, text: None }
}
fn undo() -> Decide {
    Decide::Undo { reason: None }
}

async fn one(bound: &Bound, seen: &Seen, what: Decide) -> Result<i32, Failure> {
    let outcomes = decide(bound, std::slice::from_ref(seen), &what).await?;
    let [Outcome { result, .. }] = outcomes.as_slice() else { panic!("one record, one outcome") };
    result.clone()
}

fn at(seen: &Seen, version: i32) -> Seen {
    Seen { id: seen.id.clone(), version }
}

#[tokio::test]
async fn every_step_that_the_rules_name_is_possible_and_no_other() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    let mut owner = world.owner().await;
    let legal: Vec<(String, String)> = sqlx::query_as(
        "SELECT old_status, new_status FROM medstint.state_transitions WHERE table_name = 'time_records'",
    )
    .fetch_all(&mut owner)
    .await
    .expect("the rules");
    assert_eq!(legal.len(), 4);
    for from in ["PENDING", "APPROVED", "REJECTED"] {
        for to in ["PENDING", "APPROVED", "REJECTED"] {
            if from == to {
                continue;
            }
            let record = match from {
                "APPROVED" => a_time_record().approved(),
                "REJECTED" => a_time_record().rejected(),
                _ => a_time_record(),
            };
            let seen = record.insert_with(&world, &mut web).await;
            let code = if to == "REJECTED" { "'WRONG_TIMES'" } else { "NULL" };
            let step = try_execute(
                &mut web,
                &format!("BEGIN; SET LOCAL medstint.actor = 'north-admin'; UPDATE time_records SET status = '{to}', approved_by = 'north-admin', decision_reason_code = {code} WHERE id = '{}'; COMMIT", seen.id),
            )
            .await;
            execute(&mut web, "ROLLBACK").await;
            assert_eq!(step.is_ok(), legal.contains(&(from.into(), to.into())), "{from} → {to}: {step:?}");
        }
    }
}

#[tokio::test]
async fn rotations_assignments_assessments_and_deployments_keep_to_their_steps() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(&mut owner, r#"UPDATE assessments SET rubric_scores = '{"Technique": 3}'"#).await;
    let legal: Vec<(String, String, String)> = sqlx::query_as("SELECT table_name, old_status, new_status FROM medstint.state_transitions WHERE table_name <> 'time_records' AND old_status <> ''")
        .fetch_all(&mut owner)
        .await
        .expect("the rules");
    for (table, id, enumeration) in [
        ("rotations", "north-student-rotation", "rotation_status"),
        ("competency_assignments", "north-assignment", "assignment_status"),
        ("assessments", "north-assessment", "assessment_status"),
        ("competency_deployments", "north-deployment", "deployment_status"),
    ] {
        let states: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT unnest(enum_range(NULL::{enumeration}))::text")))
                .fetch_all(&mut owner)
                .await
                .expect("states");
        for from in &states {
            for to in states.iter().filter(|to| *to != from) {
                let complete = |state: &str| match (table, state) {
                    ("competency_assignments", "COMPLETED") => ", completion_date = now()",
                    ("competency_assignments", _) => ", completion_date = NULL",
                    ("assessments", "APPROVED") => ", approved_by = 'north-supervisor'",
                    ("assessments", _) => ", approved_by = NULL",
                    _ => "",
                };
                execute(&mut owner, &format!("BEGIN; ALTER TABLE {table} DISABLE TRIGGER USER; UPDATE {table} SET status = '{from}'{} WHERE id = '{id}'; ALTER TABLE {table} ENABLE TRIGGER USER", complete(from))).await;
                let step = try_execute(
                    &mut owner,
                    &format!("UPDATE {table} SET status = '{to}'{} WHERE id = '{id}'", complete(to)),
                )
                .await;
                execute(&mut owner, "ROLLBACK").await;
                let expected = legal.contains(&(table.into(), from.clone(), to.clone()));
                assert_eq!(step.is_ok(), expected, "{table}: {from} → {to}: {step:?}");
            }
        }
    }
}

#[tokio::test]
async fn hours_follow_a_decision_and_its_undo_to_the_minute() {
    let world = World::new().await;
    let admin = world.bound("north-admin").await;
    let hours = "SELECT r.completed_hours * 1000 + u.total_clinical_hours FROM rotations r JOIN users u ON u.id = r.student_id WHERE r.id = 'north-student-rotation'";
    let mut owner = world.owner().await;
    let first = a_time_record().worked(TimeDelta::minutes(59)).insert(&world).await;
    let second = a_time_record().worked(TimeDelta::minutes(61)).insert(&world).await;
    one(&admin, &first, approve()).await.expect("approved");
    assert_eq!(value::<i32>(&mut owner, hours).await, 0, "59 minutes are no whole hour");
    one(&admin, &second, approve()).await.expect("approved");
    assert_eq!(value::<i32>(&mut owner, hours).await, 2_002, "59 and 61 minutes are two hours");
    one(&admin, &at(&first, 2), undo()).await.expect("undone");
    assert_eq!(value::<i32>(&mut owner, hours).await, 1_001);
    one(&admin, &at(&first, 3), reject()).await.expect("rejected");
    assert_eq!(value::<i32>(&mut owner, hours).await, 1_001);
    let history: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "SELECT verdict::text FROM time_record_decisions WHERE time_record_id = '{}' ORDER BY version_before",
        first.id
    )))
    .fetch_all(&mut owner)
    .await
    .expect("the history");
    assert_eq!(history, ["APPROVED", "UNDONE", "REJECTED"]);
}

#[tokio::test]
async fn a_record_at_another_version_is_left_alone_and_says_who_was_first() {
    let world = World::new().await;
    let (first, second) = (world.bound("north-admin").await, world.bound("north-admin-2").await);
    let seen = a_time_record().insert(&world).await;
    one(&first, &seen, approve()).await.expect("approved");
    let Err(Failure::Stale(stale)) = one(&second, &seen, reject()).await else { panic!("somebody was first") };
    assert_eq!(stale.who.as_deref(), Some("Ada North"));
    let mut owner = world.owner().await;
    assert_eq!(
        value::<String>(&mut owner, &format!("SELECT status::text FROM time_records WHERE id = '{}'", seen.id)).await,
        "APPROVED"
    );
}

#[tokio::test]
async fn one_record_is_decided_once_however_many_try_at_once() {
    let world = World::new().await;
    let seen = a_time_record().insert(&world).await;
    let people = [
        world.bound("north-admin").await,
        world.bound("north-admin-2").await,
        world.bound("north-preceptor").await,
        world.bound("north-supervisor").await,
    ];
    for _ in 0..5 {
        let tries =
            people.iter().enumerate().map(|(i, who)| one(who, &seen, if i % 2 == 0 { approve() } else { reject() }));
        let done = futures_util::future::join_all(tries).await;
        assert!(done.iter().filter(|result| result.is_ok()).count() <= 1, "{done:?}");
    }
    let mut owner = world.owner().await;
    assert_eq!(value::<i64>(&mut owner, "SELECT count(*) FROM time_record_decisions").await, 1);
}

#[tokio::test]
async fn overlapping_batches_of_two_people_never_deadlock_and_lose_nothing() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    let mut seen = Vec::new();
    for n in 0..60 {
        let half = || {
            let starts = world::shift(2 + n / 2) + TimeDelta::hours(n % 2 * 5);
            a_time_record().clocked_in(starts).worked(TimeDelta::hours(4))
        };
        seen.push(half().insert_with(&world, &mut web).await);
        seen.push(half().of_second_student().insert_with(&world, &mut web).await);
    }
    let reversed: Vec<Seen> = seen.iter().rev().cloned().collect();
    let (first, second) = (world.bound("north-admin").await, world.bound("north-admin-2").await);
    let (approving, rejecting) = (approve(), reject());
    let (a, b) = tokio::join!(decide(&first, &seen, &approving), decide(&second, &reversed, &rejecting));
    let done = |outcomes: Result<Vec<Outcome>, Failure>| {
        outcomes.expect("an answer").iter().filter(|o| o.result.is_ok()).count()
    };
    assert_eq!(done(a) + done(b), 120);
    let mut owner = world.owner().await;
    let drift: i64 = value(&mut owner, "SELECT count(*) FROM rotations r WHERE r.completed_hours <> (SELECT floor(coalesce(sum(elapsed_ms), 0) / 3600000) FROM time_records t WHERE t.rotation_id = r.id AND t.status = 'APPROVED')").await;
    assert_eq!(drift, 0);
}

#[tokio::test]
async fn a_batch_does_what_can_be_done_and_names_the_rest() {
    let world = World::new().await;
    let admin = world.bound("north-admin").await;
    let clean = a_time_record().insert(&world).await;
    let open = a_time_record().open().insert(&world).await;
    let taken = a_time_record().approved().insert(&world).await;
    let foreign = a_time_record().of_school("south").insert(&world).await;
    let outcomes = decide(&admin, &[clean, open, at(&taken, 1), foreign], &approve()).await.expect("an answer");
    assert!(outcomes[0].result.is_ok());
    assert!(matches!(&outcomes[1].result, Err(Failure::Denied(why)) if why.contains("no clock-out yet")));
    assert!(matches!(&outcomes[2].result, Err(Failure::Stale(_))));
    assert!(matches!(&outcomes[3].result, Err(Failure::NotFound(_))), "another school's record is not there");
}

#[tokio::test]
async fn only_those_who_may_decide_do_and_nobody_for_themselves() {
    let world = World::new().await;
    for (user, may) in [
        ("north-admin", true),
        ("north-preceptor", true),
        ("north-supervisor", true),
        ("north-stranger", false),
        ("north-student", false),
        ("south-admin", false),
    ] {
        let seen = a_time_record().insert(&world).await;
        let result = one(&world.bound(user).await, &seen, approve()).await;
        assert_eq!(result.is_ok(), may, "{user}: {result:?}");
    }
    // The web application's role is held to the same rules.
    let mut web = world.database.web().await;
    for (by, rule) in [
        ("north-student", "nobody_decides_for_themselves"),
        ("north-student-2", "role_may_not_decide"),
        ("north-stranger", "not_assigned"),
        ("south-admin", "role_may_not_decide"),
        ("super", "super_admin_gives_reason"),
    ] {
        let seen = a_time_record().insert_with(&world, &mut web).await;
        let error = try_execute(
            &mut web,
            &format!("UPDATE time_records SET status = 'APPROVED', approved_by = '{by}' WHERE id = '{}'", seen.id),
        )
        .await
        .expect_err(by);
        assert!(format!("{error:?}").contains(rule), "{by}: {error:?}");
    }
}

#[tokio::test]
async fn decisions_in_another_persons_name_are_refused() {
    let world = World::new().await;
    let seen = a_time_record().insert(&world).await;
    let mut app = world.app_as("north-preceptor").await;
    for name in ["north-admin", "north-supervisor"] {
        let done = try_execute(
            &mut app,
            &format!("UPDATE time_records SET status = 'APPROVED', approved_by = '{name}' WHERE id = '{}'", seen.id),
        )
        .await;
        assert!(done.is_err(), "in the name of {name}");
    }
    // The setting that a web application names its actor with is of no use here.
    let done = try_execute(&mut app, &format!("SET medstint.actor = 'north-admin'; UPDATE time_records SET status = 'APPROVED', approved_by = 'north-admin' WHERE id = '{}'", seen.id)).await;
    assert!(done.is_err());
}

#[tokio::test]
async fn nobody_swaps_their_session_on_the_way_from_the_policy_to_the_trigger() {
    let world = World::new().await;
    let seen = a_time_record().insert(&world).await;
    one(&world.bound("north-supervisor").await, &seen, approve()).await.expect("approved");
    let mut app = world.app_as("north-preceptor").await;
    let swapped = try_execute(
        &mut app,
        &format!("UPDATE time_records SET status = 'PENDING', approved_by = NULL, decision_kind = NULL WHERE id = '{}'
                  RETURNING set_config('medstint.session', '', true), set_config('medstint.actor', 'north-admin', true)", seen.id),
    )
    .await;
    assert!(swapped.is_err(), "the undo of somebody else's decision got through");
    let events: i64 =
        value(&mut world.owner().await, "SELECT count(*) FROM audit_logs WHERE user_id = 'north-admin'").await;
    assert_eq!(events, 0);
}

#[tokio::test]
async fn a_step_changes_nothing_else_and_a_key_never_changes() {
    let world = World::new().await;
    let seen = a_time_record().insert(&world).await;
    let mut web = world.database.web().await;
    for also in [
        "clock_out = clock_out + interval '5 hours'",
        "total_hours = 40",
        "clock_in_latitude = 1",
        "notes = 'x'",
        "id = 'another'",
    ] {
        let done = try_execute(
            &mut web,
            &format!(
                "UPDATE time_records SET status = 'APPROVED', approved_by = 'north-admin', {also} WHERE id = '{}'",
                seen.id
            ),
        )
        .await;
        assert!(done.is_err(), "{also}");
    }
    assert!(try_execute(&mut web, "UPDATE users SET id = 'x' WHERE id = 'north-student'").await.is_err());
}

#[tokio::test]
async fn the_console_does_not_choose_the_kind_of_a_decision() {
    let world = World::new().await;
    let seen = a_time_record().insert(&world).await;
    let mut app = world.app_as("north-admin").await;
    for kind in ["AUTOMATIC", "DELEGATE"] {
        let done = try_execute(&mut app, &format!("UPDATE time_records SET status = 'APPROVED', approved_by = 'north-admin', decision_kind = '{kind}' WHERE id = '{}'", seen.id)).await;
        assert!(done.is_err(), "{kind}");
    }
}

#[tokio::test]
async fn undo_has_the_time_limit_of_the_role() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let back = |seen: &Seen, how_long: &str| {
        format!(
            "BEGIN; ALTER TABLE time_records DISABLE TRIGGER USER; UPDATE time_records SET approved_at = now() - interval '{how_long}' WHERE id = '{}'; ALTER TABLE time_records ENABLE TRIGGER USER; COMMIT",
            seen.id
        )
    };
    for (user, just_in_time, too_late) in [
        ("north-preceptor", "14 minutes 50 seconds", Some("15 minutes 1 second")),
        ("north-supervisor", "23 hours 59 minutes", Some("24 hours 1 second")),
        ("north-admin", "300 days", None),
    ] {
        let bound = world.bound(user).await;
        let seen = a_time_record().insert(&world).await;
        one(&bound, &seen, approve()).await.expect("approved");
        execute(&mut owner, &back(&seen, just_in_time)).await;
        one(&bound, &at(&seen, 2), undo()).await.unwrap_or_else(|error| panic!("{user}: {error}"));
        if let Some(too_late) = too_late {
            let seen = a_time_record().insert(&world).await;
            one(&bound, &seen, approve()).await.expect("approved");
            execute(&mut owner, &back(&seen, too_late)).await;
            let failure = one(&bound, &at(&seen, 2), undo()).await.expect_err("too late");
            assert!(failure.to_string().contains("15 minutes"), "{user}: {failure}");
        }
    }
}

#[tokio::test]
async fn a_preceptor_undoes_only_their_own_decision_and_an_admin_anybodys() {
    let world = World::new().await;
    let seen = a_time_record().insert(&world).await;
    one(&world.bound("north-supervisor").await, &seen, approve()).await.expect("approved");
    let failure = one(&world.bound("north-preceptor").await, &at(&seen, 2), undo()).await.expect_err("not theirs");
    assert!(failure.to_string().contains("your own decisions"), "{failure}");
    one(&world.bound("north-admin").await, &at(&seen, 2), undo()).await.expect("an admin may");
}

#[tokio::test]
async fn a_super_admin_gives_a_reason() {
    let world = World::new().await;
    let bound = world.bound("super").await;
    let seen = a_time_record().insert(&world).await;
    assert!(one(&bound, &seen, approve()).await.is_err());
    one(&bound, &seen, Decide::Approve { reason: Some("Asked by the school".into()) }).await.expect("with a reason");
}

#[tokio::test]
async fn a_rejection_needs_a_reason_and_other_needs_words() {
    let world = World::new().await;
    let admin = world.bound("north-admin").await;
    let seen = a_time_record().insert(&world).await;
    let without = one(&admin, &seen, Decide::Reject { code: RejectionReason::Other, text: None }).await;
    assert!(matches!(without, Err(Failure::Invalid { .. })), "{without:?}");
    let mut web = world.database.web().await;
    let error = try_execute(
        &mut web,
        &format!("UPDATE time_records SET status = 'REJECTED', approved_by = 'north-admin' WHERE id = '{}'", seen.id),
    )
    .await;
    assert!(error.is_err());
    one(&admin, &seen, Decide::Reject { code: RejectionReason::Other, text: Some("Was elsewhere".into()) })
        .await
        .expect("with words");
}

#[tokio::test]
async fn a_decided_record_is_frozen_until_the_decision_is_undone() {
    let world = World::new().await;
    let seen = a_time_record().approved().insert(&world).await;
    let mut web = world.database.web().await;
    for change in [
        "clock_out = clock_out + interval '1 hour'",
        "total_hours = 99",
        "approved_by = 'north-admin-2'",
        "decision_reason = 'x'",
    ] {
        let done = try_execute(&mut web, &format!("UPDATE time_records SET {change} WHERE id = '{}'", seen.id)).await;
        assert!(done.is_err(), "{change}");
    }
    execute(&mut web, &format!("UPDATE time_records SET notes = 'A note changes no hours' WHERE id = '{}'", seen.id))
        .await;
}

#[tokio::test]
async fn decisions_are_append_only_for_everybody() {
    let world = World::new().await;
    a_time_record().approved().insert(&world).await;
    for mut connection in [world.database.web().await, world.app_as("north-admin").await, world.owner().await] {
        for statement in [
            "UPDATE time_record_decisions SET reason = 'x'",
            "DELETE FROM time_record_decisions",
            "TRUNCATE time_record_decisions",
        ] {
            assert!(try_execute(&mut connection, statement).await.is_err(), "{statement}");
        }
    }
}

#[tokio::test]
async fn total_hours_are_rounded_half_up_and_null_where_they_do_not_fit() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    for (worked, hours) in [
        (TimeDelta::milliseconds(8 * 3_600_000 + 17_999), Some("8.00")),
        (TimeDelta::milliseconds(8 * 3_600_000 + 18_000), Some("8.01")),
        (TimeDelta::hours(99), Some("99.00")),
        (TimeDelta::hours(100), None),
        (TimeDelta::minutes(-5), None),
    ] {
        let seen = a_time_record().worked(worked).insert(&world).await;
        let found: Option<String> =
            value(&mut owner, &format!("SELECT total_hours::text FROM time_records WHERE id = '{}'", seen.id)).await;
        assert_eq!(found.as_deref(), hours, "{worked}");
    }
}
