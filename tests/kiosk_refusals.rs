//! What a kiosk is refused: each wrong PIN and code is an event that nobody withholds,
//! and what many of them write is bounded.

use medstint::domain::Secret;
use medstint::domain::punch::Answer;
use medstint::store::kiosk::AtDoor;

use super::support::World;
use super::support::database::{execute, try_execute, value};
use super::support::door::{PIN, enrolled, punch};

async fn door(world: &World) -> AtDoor {
    world.database.store().at_door(enrolled(world).await)
}

/// The events of refused PINs and codes after a report, as `action person attempts`.
async fn reported(world: &World) -> Vec<String> {
    let watch = "SELECT medstint.watch_audit(current_setting('medstint.session'))";
    execute(&mut world.app_as("north-admin").await, watch).await;
    sqlx::query_scalar(
        "SELECT concat_ws(' ', action, resource_id, changes::jsonb #>> '{attempts,new}') FROM audit_logs
         WHERE action IN ('kiosk.pin_refused', 'kiosk.pin_locked', 'kiosk.enrolment_refused') ORDER BY created_at, sequence",
    )
    .fetch_all(&mut world.owner().await)
    .await
    .expect("events")
}

#[tokio::test]
async fn a_transaction_that_is_kept_open_withholds_no_wrong_pin() {
    let world = World::new().await;
    let credential = enrolled(&world).await;
    let attempt = world
        .database
        .store()
        .at_door(credential.clone())
        .begin_pin("S1", &Secret::new("0000"))
        .await
        .expect("counted");
    let mut app = world.database.app().await;
    let hear = format!(
        "BEGIN; SELECT medstint.kiosk_punch('{}', '{}', 'a-key-of-a-punch-00000001', 'S1', now(), '{{}}')",
        credential.expose(),
        attempt.expose()
    );
    execute(&mut app, &hear).await;
    assert_eq!(reported(&world).await, ["kiosk.pin_refused north-student"]);
}

#[tokio::test]
async fn a_wrong_pin_that_nobody_asks_about_is_an_event() {
    let world = World::new().await;
    door(&world).await.begin_pin("S1", &Secret::new("0000")).await.expect("counted");
    assert_eq!(reported(&world).await, ["kiosk.pin_refused north-student"]);
}

#[tokio::test]
async fn a_wrong_pin_is_reported_after_its_person_got_another_one() {
    let world = World::new().await;
    door(&world).await.begin_pin("S1", &Secret::new("0000")).await.expect("counted");
    execute(&mut world.owner().await, "SELECT medstint.set_pin_of('north-student', '314159')").await;
    assert_eq!(reported(&world).await, ["kiosk.pin_refused north-student"]);
}

#[tokio::test]
async fn a_right_pin_is_no_event_and_opens_a_punch_after_a_report() {
    let world = World::new().await;
    let door = door(&world).await;
    assert!(matches!(punch(&door, "S1", PIN).await, Ok(Answer::In(_))));
    door.begin_pin("S2", &Secret::new(PIN)).await.expect("counted");
    assert_eq!(reported(&world).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_report_that_is_kept_open_holds_no_punch_up() {
    let world = World::new().await;
    let credential = enrolled(&world).await;
    let store = world.database.store();
    let attempt = store.at_door(credential.clone()).begin_pin("S1", &Secret::new(PIN)).await.expect("counted");
    let mut watcher = world.app_as("north-student-2").await;
    execute(&mut watcher, "BEGIN; SELECT medstint.watch_audit(current_setting('medstint.session'))").await;
    let mut app = world.database.app().await;
    let took: String = value(
        &mut app,
        &format!(
            "SELECT medstint.kiosk_punch('{}', '{}', 'a-key-of-a-punch-00000001', 'S1', now(), '{{}}') ->> 'status'",
            credential.expose(),
            attempt.expose()
        ),
    )
    .await;
    assert_eq!(took, "in");
}

#[tokio::test]
async fn attempts_at_a_locked_badge_are_one_event_with_a_number() {
    let world = World::new().await;
    let door = door(&world).await;
    for _ in 0..8 {
        door.begin_pin("S1", &Secret::new("0000")).await.expect("counted");
    }
    let events = reported(&world).await;
    assert_eq!(events.len(), 6);
    assert_eq!(events[4..], ["kiosk.pin_locked north-student", "kiosk.pin_locked north-student 3"]);
}

#[tokio::test]
async fn attempts_at_one_kiosk_are_bounded_by_the_minute() {
    let world = World::new().await;
    let credential = enrolled(&world).await;
    execute(
        &mut world.owner().await,
        "INSERT INTO medstint.pin_outcomes (id, kiosk_id, subject, status, failures)
         SELECT 'a' || n, 'north-kiosk', 'badge:' || n, 'counted', 1 FROM generate_series(1, 300) n",
    )
    .await;
    let begin = format!("SELECT medstint.begin_pin('{}', 'S1', '0000')", credential.expose());
    let refused = try_execute(&mut world.database.app().await, &begin).await;
    assert!(format!("{refused:?}").contains("pin_outcomes_per_minute"), "{refused:?}");
}

#[tokio::test]
async fn a_transaction_makes_one_attempt_at_a_pin() {
    let world = World::new().await;
    let begin = format!("SELECT medstint.begin_pin('{}', 'S1', '0000')", enrolled(&world).await.expose());
    let mut app = world.database.app().await;
    execute(&mut app, &format!("BEGIN; {begin}")).await;
    let refused = try_execute(&mut app, &begin).await;
    assert!(format!("{refused:?}").contains("pin_outcomes_per_minute"), "{refused:?}");
}

/// Types so many wrong codes of kiosks, each in a transaction of its own.
async fn wrong_codes(world: &World, count: usize) {
    let sql = format!(
        "DO $$ BEGIN
           FOR n IN 1 .. {count} LOOP
             PERFORM medstint.enrol_kiosk('AAAA-BBBB-CCCC');
             COMMIT;
           END LOOP;
         END $$"
    );
    execute(&mut world.database.app().await, &sql).await;
}

#[tokio::test]
async fn a_transaction_stores_one_refused_code() {
    let world = World::new().await;
    let mut app = world.database.app().await;
    execute(&mut app, "BEGIN; SELECT medstint.enrol_kiosk('AAAA-BBBB-CCCC')").await;
    let refused = try_execute(&mut app, "SELECT medstint.enrol_kiosk('AAAA-BBBB-CCCC')").await;
    assert!(format!("{refused:?}").contains("refused_enrolments_per_minute"), "{refused:?}");
}

#[tokio::test]
async fn transactions_at_once_store_one_refused_code_each_above_the_bound() {
    let world = World::new().await;
    wrong_codes(&world, 299).await;
    let mut open = Vec::new();
    for _ in 0..3 {
        let mut app = world.database.app().await;
        execute(&mut app, "BEGIN; SELECT medstint.enrol_kiosk('AAAA-BBBB-CCCC')").await;
        open.push(app);
    }
    for mut app in open {
        execute(&mut app, "COMMIT").await;
    }
    let kept: i64 = value(&mut world.owner().await, "SELECT count(*) FROM medstint.refused_enrolments").await;
    assert_eq!(kept, 302);
}

#[tokio::test]
async fn refused_codes_of_one_address_are_bounded_by_the_minute() {
    let world = World::new().await;
    wrong_codes(&world, 310).await;
    let kept: i64 = value(&mut world.owner().await, "SELECT count(*) FROM medstint.refused_enrolments").await;
    assert_eq!(kept, 300);
}

#[tokio::test]
async fn refused_codes_after_the_fifth_are_one_event_with_a_number() {
    let world = World::new().await;
    wrong_codes(&world, 8).await;
    let one = "kiosk.enrolment_refused -";
    assert_eq!(reported(&world).await, [one, one, one, one, one, "kiosk.enrolment_refused - 3"]);
}

#[tokio::test]
async fn a_right_code_is_taken_whatever_others_try() {
    let world = World::new().await;
    wrong_codes(&world, 301).await;
    let make = "SELECT medstint.make_enrolment_code('north-kiosk')";
    let code: String = value(&mut world.app_as("north-admin").await, make).await;
    let credential = world.database.store().enrol(&Secret::new(code)).await.expect("an answer");
    assert!(credential.is_some(), "refused");
}
