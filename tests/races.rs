//! Two people at once: the second transaction is judged by what the first one left, in
//! both orders, and there are no deadlocks.

use medstint::domain::command::{Command, Step, Target, What};
use medstint::domain::time_record::{Decide, RejectionReason};
use medstint::store::command;
use medstint::store::time_records::decide;
use sqlx::PgConnection;

use super::support::database::{execute, try_execute, value};
use super::support::{World, a_time_record};

/// Who does something, and what.
#[derive(Clone, Copy)]
struct Act {
    /// A person at a console, or the web application.
    who: Option<&'static str>,
    sql: &'static str,
}

const fn web(sql: &'static str) -> Act {
    Act { who: None, sql }
}

const fn console(who: &'static str, sql: &'static str) -> Act {
    Act { who: Some(who), sql }
}

impl Act {
    async fn connection(self, world: &World) -> PgConnection {
        match self.who {
            Some(user) => world.app_as(user).await,
            None => world.database.web().await,
        }
    }
}

/// The first act stays open until the second one waits for it, and is then kept; by
/// which rule the second one is refused.
async fn refused(world: &World, first: Act, second: Act) -> Option<String> {
    let (mut one, mut other) = (first.connection(world).await, second.connection(world).await);
    execute(&mut one, "BEGIN").await;
    execute(&mut one, first.sql).await;
    let holds: i32 = value(&mut one, "SELECT pg_backend_pid()").await;
    let waits: i32 = value(&mut other, "SELECT pg_backend_pid()").await;
    let task = tokio::spawn(async move { try_execute(&mut other, second.sql).await });
    world.until(&format!("SELECT {holds} = ANY (pg_blocking_pids({waits}))")).await;
    execute(&mut one, "COMMIT").await;
    match task.await.expect("an end") {
        Ok(()) => None,
        Err(sqlx::Error::Database(error)) => {
            error.constraint().map(ToOwned::to_owned).or_else(|| error.code().map(Into::into))
        }
        Err(error) => panic!("{error}"),
    }
}

/// Both orders, each in a world of its own: the rule that refuses the other act after
/// the one, and the one act after the other.
async fn meet(world: impl AsyncFn() -> World, one: Act, other: Act, rules: [Option<&str>; 2]) {
    let found = refused(&world().await, one, other).await;
    assert_eq!(found.as_deref(), rules[0], "{} after {}", other.sql, one.sql);
    let found = refused(&world().await, other, one).await;
    assert_eq!(found.as_deref(), rules[1], "{} after {}", one.sql, other.sql);
}

async fn pending() -> World {
    let world = World::new().await;
    a_time_record().id("t").insert(&world).await;
    world
}

async fn approved() -> World {
    let world = World::new().await;
    a_time_record().id("t").approved().insert(&world).await;
    world
}

const CLOCK_IN: Act = web("INSERT INTO time_records (student_id, rotation_id, clock_in)
     VALUES ('north-student', 'north-student-rotation', now() - interval '1 hour')");
/// After those of the other student, who is not booked twice.
const GIVE_ROTATION_AWAY: Act = web("UPDATE rotations SET student_id = 'north-student-2',
     start_date = now() + interval '40 days', end_date = now() + interval '50 days' WHERE id = 'north-student-rotation'");
const LEAVE: Act = web("UPDATE users SET school_id = 'south', program_id = 'south-program' WHERE id = 'north-student'");
const APPROVE: Act = web("UPDATE time_records SET status = 'APPROVED', approved_by = 'north-preceptor' WHERE id = 't'");
const UNDO: Act = web("SET medstint.actor = 'north-admin';
     UPDATE time_records SET status = 'PENDING', approved_by = NULL WHERE id = 't'");

#[tokio::test]
async fn a_record_is_never_in_the_rotation_of_another_student() {
    let rules = [Some("rotations_student_has_records"), Some("time_records_one_school")];
    meet(World::new, CLOCK_IN, GIVE_ROTATION_AWAY, rules).await;
}

/// In both orders, the record begins on a day of the zone that the site has in the end.
#[tokio::test]
async fn a_record_never_begins_on_a_day_of_a_former_zone() {
    let correct_zone = web("UPDATE clinical_sites SET time_zone = 'Asia/Tokyo' WHERE id = 'north-site';
         SET CONSTRAINTS ALL IMMEDIATE");
    for (one, other) in [(CLOCK_IN, correct_zone), (correct_zone, CLOCK_IN)] {
        let world = World::new().await;
        assert_eq!(refused(&world, one, other).await, None, "{} after {}", other.sql, one.sql);
        let agree: bool = value(
            &mut world.owner().await,
            "SELECT bool_and(date = medstint.record_date(clock_in, 'Asia/Tokyo')) FROM time_records",
        )
        .await;
        assert!(agree, "{} after {}", other.sql, one.sql);
    }
}

#[tokio::test]
async fn an_assessment_is_never_in_the_rotation_of_another_student() {
    let assess = web("INSERT INTO assessments (student_id, assessor_id, competency_id, type, rotation_id)
         VALUES ('north-student', 'north-preceptor', 'north-competency', 'PRECEPTOR', 'north-student-rotation')");
    let rule = Some("assessments_rotation_of_student");
    meet(World::new, assess, GIVE_ROTATION_AWAY, [rule, rule]).await;
}

#[tokio::test]
async fn a_student_who_leaves_gets_no_record_in_the_school() {
    let rules = [Some("users_pending_before_leaving"), Some("time_records_student_has_left")];
    meet(World::new, CLOCK_IN, LEAVE, rules).await;
}

#[tokio::test]
async fn nothing_is_pending_again_in_a_school_that_its_student_left() {
    let rules = [Some("users_pending_before_leaving"), Some("time_records_student_has_left")];
    meet(approved, UNDO, LEAVE, rules).await;
}

#[tokio::test]
async fn hours_are_not_taken_out_of_a_completed_rotation() {
    let complete = web("UPDATE rotations SET status = 'COMPLETED' WHERE id = 'north-student-rotation'");
    meet(approved, UNDO, complete, [None, Some("time_records_hours_are_locked")]).await;
}

#[tokio::test]
async fn a_decided_record_is_not_asked_about() {
    let ask = console("north-admin", "SELECT medstint.ask('t', 'Why?')");
    meet(pending, ask, APPROVE, [None, Some("time_record_questions_while_pending")]).await;
}

#[tokio::test]
async fn a_correction_is_open_on_no_decided_record() {
    let propose = console(
        "north-student",
        "SELECT medstint.propose_correction('t', 1, clock_in, clock_in + interval '7 hours', 'Because')
         FROM time_records WHERE id = 't'",
    );
    let rules = [Some("time_records_correction_is_open"), Some("time_record_corrections_while_pending")];
    meet(pending, propose, APPROVE, rules).await;
}

#[tokio::test]
async fn deactivated_people_cannot_decide() {
    let out = web("UPDATE users SET is_active = false WHERE id = 'north-preceptor'");
    meet(pending, APPROVE, out, [None, Some("time_records_role_may_not_decide")]).await;
}

#[tokio::test]
async fn preceptors_removed_from_a_rotation_cannot_decide() {
    let other = web("UPDATE rotations SET preceptor_id = 'north-stranger' WHERE id = 'north-student-rotation'");
    meet(pending, APPROVE, other, [None, Some("time_records_not_assigned")]).await;
}

#[tokio::test]
async fn a_deputy_decides_no_more_after_the_delegation() {
    let delegated = async || {
        let world = pending().await;
        execute(
            &mut world.owner().await,
            "INSERT INTO delegations (id, from_user_id, to_user_id, ends_at)
             VALUES ('d', 'north-preceptor', 'north-stranger', now() + interval '1 day')",
        )
        .await;
        world
    };
    let decide = web("UPDATE time_records SET status = 'APPROVED', approved_by = 'north-stranger' WHERE id = 't'");
    let end = web("UPDATE delegations SET revoked_at = now() WHERE id = 'd'");
    meet(delegated, decide, end, [None, Some("time_records_not_assigned")]).await;
}

#[tokio::test]
async fn a_badge_is_nobody_elses_number() {
    let badge = web("UPDATE users SET badge = '4711' WHERE id = 'north-student'");
    let number = web("UPDATE users SET student_id = '4711' WHERE id = 'north-student-2'");
    meet(World::new, badge, number, [Some("users_badge_unique"); 2]).await;
}

#[tokio::test]
async fn two_administrators_do_not_make_each_other_inactive() {
    let one = console("north-admin", "UPDATE users SET is_active = false WHERE id = 'north-admin-2'");
    let other = console("north-admin-2", "UPDATE users SET is_active = false WHERE id = 'north-admin'");
    // The second person is signed out by then.
    meet(World::new, one, other, [Some("MS401"); 2]).await;
}

#[tokio::test]
async fn a_rubric_does_not_change_under_an_assessment() {
    let unassessed = async || {
        let world = World::new().await;
        execute(&mut world.owner().await, "DELETE FROM assessments WHERE school_id = 'north'").await;
        world
    };
    let assess = web(r#"INSERT INTO assessments (student_id, assessor_id, competency_id, type, rubric_scores)
         VALUES ('north-student', 'north-preceptor', 'north-competency', 'PRECEPTOR', '{"Technique": 4}')"#);
    let change = web("UPDATE rubric_criteria SET max_score = 2 WHERE competency_id = 'north-competency'");
    let rules = [Some("rubric_criteria_assessed_is_frozen"), Some("assessments_scores_within_criteria")];
    meet(unassessed, assess, change, rules).await;
}

#[tokio::test]
async fn a_rubric_does_not_change_under_a_deployment() {
    let drafted = async || {
        let world = World::new().await;
        execute(
            &mut world.owner().await,
            "INSERT INTO competency_templates (id, school_id, name, description, category, level, created_by)
             VALUES ('draft', 'north', 'D', 'D', 'D', 'EXPERT', 'north-admin');
             INSERT INTO rubric_criteria (template_id, criterion_name, description, max_score)
             VALUES ('draft', 'K', 'D', 4)",
        )
        .await;
        world
    };
    let deploy = console(
        "north-admin",
        "SELECT FROM medstint.deploy('draft', '{}', '{north-student}', 'REQUIRED', NULL, NULL, NULL)",
    );
    let change = web("UPDATE rubric_criteria SET max_score = 2 WHERE template_id = 'draft'");
    meet(drafted, deploy, change, [Some("rubric_criteria_published_is_frozen"), None]).await;
}

#[tokio::test]
async fn a_question_is_answered_once() {
    let asked = async || {
        let world = pending().await;
        execute(
            &mut world.owner().await,
            "INSERT INTO time_record_questions (school_id, time_record_id, asked_by, question)
             VALUES ('north', 't', 'north-admin', 'Why?')",
        )
        .await;
        world
    };
    let answer = console("north-student", "SELECT medstint.answer('t', 'Because')");
    meet(asked, answer, answer, [Some("time_record_questions_something_is_asked"); 2]).await;
}

/// A record that is open, and a clock-out in quarantine.
async fn quarantined() -> World {
    let world = World::new().await;
    execute(
        &mut world.owner().await,
        "INSERT INTO time_records (id, student_id, rotation_id, clock_in)
         VALUES ('t', 'north-student', 'north-student-rotation', now() - interval '9 hours');
         INSERT INTO kiosk_punches (id, school_id, kiosk_id, clinical_site_id, badge, student_id, punched_at, device_clock,
           is_offline, clock_is_unverified, status, problem)
         VALUES ('a-punch-in-quarantine', 'north', 'north-kiosk', 'north-site', 'X', 'north-student', now(), now(),
           true, false, 'QUARANTINED', 'refused')",
    )
    .await;
    world
}

const CLOCK_OUT: Act = web("UPDATE time_records SET clock_out = now() - interval '1 hour' WHERE id = 't'");
const RESOLVE: Act = console(
    "north-admin",
    "SELECT medstint.resolve_punch('a-punch-in-quarantine', 'OUT', 'north-student-rotation', now(), 'Told by phone')",
);

#[tokio::test]
async fn a_punch_from_quarantine_overwrites_no_clock_out() {
    meet(quarantined, CLOCK_OUT, RESOLVE, [Some("kiosk_punches_nothing_open"), None]).await;
}

#[tokio::test]
async fn a_clock_out_that_replaces_a_punch_from_quarantine_is_on_record() {
    let world = quarantined().await;
    assert_eq!(refused(&world, RESOLVE, CLOCK_OUT).await, None);
    let events: String = value(
        &mut world.owner().await,
        "SELECT string_agg(action, ' ' ORDER BY sequence) FROM audit_logs
         WHERE resource_id = 't' AND changes::jsonb ? 'clock_out'",
    )
    .await;
    assert_eq!(events, "time_record.clocked_out time_record.updated");
}

#[tokio::test]
async fn referenced_rows_stay_in_their_school() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    execute(
        &mut web,
        "INSERT INTO clinical_sites (id, school_id, name, type, capacity) VALUES ('second', 'north', 'B', 'CLINIC', 1)",
    )
    .await;
    for (moves, rule) in [
        ("UPDATE programs SET school_id = 'south' WHERE id = 'north-program'", "programs_school_is_fixed"),
        ("UPDATE clinical_sites SET school_id = 'south' WHERE id = 'north-site'", "clinical_sites_school_is_fixed"),
        (
            "UPDATE clinical_site_locations SET clinical_site_id = 'second' WHERE id = 'north-location'",
            "clinical_site_locations_site_is_fixed",
        ),
    ] {
        let error = try_execute(&mut web, moves).await.expect_err(rule);
        assert!(format!("{error:?}").contains(rule), "{rule}: {error:?}");
    }
}

/// Waits until so many people wait for a lock.
async fn waiting(world: &World, people: usize) {
    world
        .until(&format!(
            "SELECT count(DISTINCT l.pid) = {people} FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
             WHERE NOT l.granted AND a.datname = current_database()"
        ))
        .await;
}

/// How many deadlocks `PostgreSQL` has resolved. Connections report them when they close,
/// so this waits until all others are closed.
pub async fn deadlocks(world: &World) -> i64 {
    world
        .until(
            "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
               AND backend_type = 'client backend' AND pid <> pg_backend_pid())",
        )
        .await;
    value(&mut world.owner().await, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").await
}

fn step(step: Step, ids: &[&str]) -> Command {
    let targets = ids.iter().map(|id| Target { id: (*id).to_owned(), name: (*id).to_owned() }).collect();
    Command { what: What::Step(step), targets, changes: Vec::new() }
}

#[tokio::test]
async fn completing_rotations_and_undo_do_not_deadlock() {
    let world = World::new().await;
    let done = a_time_record().of_second_student().approved().insert(&world).await;
    let (one, other) = (world.bound("north-admin").await, world.bound("north-admin-2").await);
    let mut owner = world.owner().await;
    execute(&mut owner, "BEGIN; SELECT FROM rotations WHERE id = 'north-student-2-rotation' FOR UPDATE").await;
    let undo = tokio::spawn(async move { decide(&one, &[done], &Decide::Undo { reason: None }).await });
    waiting(&world, 1).await;
    let both = step(Step::CompleteRotation, &["north-student-rotation", "north-student-2-rotation"]);
    let complete = tokio::spawn(async move { command::run(&other, &both).await });
    waiting(&world, 2).await;
    execute(&mut owner, "COMMIT").await;
    drop(owner);
    let undone = undo.await.expect("an end").expect("a decision");
    assert!(undone[0].result.is_ok(), "the undo came first");
    let report = complete.await.expect("an end").expect("a step");
    assert_eq!(report.done, ["north-student-rotation: completed.", "north-student-2-rotation: completed."]);
    assert_eq!(deadlocks(&world).await, 0);
}

#[tokio::test]
async fn approving_corrections_and_rejection_do_not_deadlock() {
    let world = World::new().await;
    a_time_record().id("a").insert(&world).await;
    a_time_record().id("b").of_second_student().insert(&world).await;
    // Of the same student as b, which a rejection locks too: its flags may change.
    let rejected = a_time_record().id("c").of_second_student().insert(&world).await;
    let mut owner = world.owner().await;
    execute(
        &mut owner,
        "INSERT INTO time_record_corrections (id, school_id, time_record_id, old_clock_in, old_clock_out, clock_in, clock_out, reason, proposed_by)
         SELECT 'other times of ' || id, school_id, id, clock_in, clock_out, clock_in, clock_out - interval '1 hour', 'R', 'north-preceptor'
         FROM time_records WHERE id IN ('a', 'b')",
    )
    .await;
    execute(&mut owner, "BEGIN; SELECT FROM time_records WHERE id = 'b' FOR UPDATE").await;
    let (one, other) = (world.bound("north-admin").await, world.bound("north-admin-2").await);
    let duplicate = Decide::Reject { code: RejectionReason::Duplicate, text: None };
    let reject = tokio::spawn(async move { decide(&one, &[rejected], &duplicate).await });
    waiting(&world, 1).await;
    let both = step(Step::ApproveCorrection, &["other times of a", "other times of b"]);
    let approve = tokio::spawn(async move { command::run(&other, &both).await });
    waiting(&world, 2).await;
    execute(&mut owner, "COMMIT").await;
    drop(owner);
    let outcomes = reject.await.expect("an end").expect("a decision");
    assert!(outcomes[0].result.is_ok(), "the rejection came first");
    assert_eq!(approve.await.expect("an end").expect("a step").done.len(), 2);
    assert_eq!(deadlocks(&world).await, 0);
}

#[tokio::test]
async fn reminders_in_opposite_orders_do_not_deadlock() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    // The same reminder is on its way to one of them.
    execute(
        &mut owner,
        "BEGIN; INSERT INTO notifications (user_id, type, title, message, dedup_key) VALUES ('north-student-2', 'X', 'T', 'M',
           'missing:north-student-2-rotation:' || (now() AT TIME ZONE 'America/Chicago')::date)",
    )
    .await;
    let mut reminders = Vec::new();
    for (person, ids) in [
        ("north-admin", ["north-student-2-rotation", "north-student-rotation"]),
        ("north-admin-2", ["north-student-rotation", "north-student-2-rotation"]),
    ] {
        let bound = world.bound(person).await;
        let both = step(Step::RemindOfRotation, &ids);
        reminders.push(tokio::spawn(async move { command::run(&bound, &both).await }));
        waiting(&world, reminders.len()).await;
    }
    execute(&mut owner, "ROLLBACK").await;
    drop(owner);
    let mut told = 0;
    for reminder in reminders {
        told += reminder.await.expect("an end").expect("a step").done.len();
    }
    assert_eq!(told, 2, "each student once");
    assert_eq!(deadlocks(&world).await, 0);
}

#[tokio::test]
async fn editing_a_student_and_a_punch_do_not_deadlock() {
    let world = World::new().await;
    a_time_record().id("t").open().insert(&world).await;
    let mut owner = world.owner().await;
    // A change of address and program holds the student and then wants the flags.
    execute(&mut owner, "BEGIN; UPDATE users SET email = 'other@north.example' WHERE id = 'north-student'").await;
    let mut web = world.database.web().await;
    let sql = "SET medstint.actor = 'north-student'; UPDATE time_records SET clock_out = clock_in + interval '1 hour' WHERE id = 't'";
    let punch = tokio::spawn(async move { try_execute(&mut web, sql).await });
    waiting(&world, 1).await;
    execute(&mut owner, "UPDATE users SET program_id = NULL WHERE id = 'north-student'; COMMIT").await;
    drop(owner);
    punch.await.expect("an end").expect("a punch");
    assert_eq!(deadlocks(&world).await, 0);
}
