//! At a kiosk, too, hours need a second person: nobody approves punches that they could
//! have made themselves.

use medstint::domain::punch::{Asked, Kept, Outcome, Reading, Said};
use medstint::domain::query::Query;
use medstint::domain::time_record::{Decide, Seen};
use medstint::domain::{Failure, Secret};
use medstint::store::kiosk::AtDoor;
use medstint::store::time_records::{clean, decide};

use super::support::database::{execute, try_execute, value};
use super::support::door::{PIN, ago, begun, enrolled, go_on, punch};
use super::support::{Console, World, a_time_record};

/// The kiosk that `north-admin` enrolled.
async fn door(world: &World) -> AtDoor {
    world.database.store().at_door(enrolled(world).await)
}

/// What the device's clocks show when it has a connection again.
fn here() -> Reading {
    Reading { wall: ago(0), boot: "b1".into(), monotonic_ms: 100_000_000 }
}

/// A punch by badge alone, so many minutes ago.
fn kept(badge: &str, minutes: i64) -> Kept {
    let at = Reading { wall: ago(minutes), boot: "b1".into(), monotonic_ms: 100_000_000 - minutes * 60_000 };
    Kept {
        key: format!("a-key-of-a-punch-{badge}-{minutes:08}"),
        kiosk: None,
        badge: badge.into(),
        at,
        anchor: None,
        position: None,
        said: Said::default(),
    }
}

/// Four hours of the first student by badge alone.
async fn punched_offline(door: &AtDoor) {
    let outcomes = door.sync(&here(), &[kept("S1", 300), kept("S1", 60)]).await.expect("outcomes");
    assert!(outcomes.iter().all(|(_, outcome)| *outcome == Outcome::Recorded), "{outcomes:?}");
}

/// The rule that keeps a person from rejecting the only record; nothing if they may.
async fn refusal(world: &World, by: &str) -> Option<String> {
    let reject = format!(
        "UPDATE time_records SET status = 'REJECTED', approved_by = '{by}', decision_reason_code = 'NOT_AT_SITE'"
    );
    let refused = try_execute(&mut world.app_as(by).await, &reject).await.err()?;
    Some(refused.as_database_error().and_then(|db| db.constraint()).unwrap_or("no rule").to_owned())
}

/// As if credentials had been changed a day and an hour earlier.
async fn a_day_later(world: &World) {
    let sql = "UPDATE medstint.credential_changes SET changed_at = changed_at - interval '25 hours'";
    execute(&mut world.owner().await, sql).await;
}

const POSSIBLE_PUNCHER: Option<&str> = Some("possible_punchers_do_not_decide");

#[tokio::test]
async fn hours_by_badge_alone_are_not_decided_by_whoever_enrolled_the_kiosk() {
    let world = World::new().await;
    punched_offline(&door(&world).await).await;
    assert_eq!(refusal(&world, "north-admin").await.as_deref(), POSSIBLE_PUNCHER);
}

#[tokio::test]
async fn hours_by_badge_alone_are_decided_by_another_administrator() {
    let world = World::new().await;
    punched_offline(&door(&world).await).await;
    assert_eq!(refusal(&world, "north-admin-2").await, None);
}

#[tokio::test]
async fn hours_by_badge_alone_are_decided_by_the_preceptor() {
    let world = World::new().await;
    punched_offline(&door(&world).await).await;
    assert_eq!(refusal(&world, "north-preceptor").await, None);
}

#[tokio::test]
async fn hours_with_a_pin_are_decided_by_whoever_enrolled_the_kiosk() {
    let world = World::new().await;
    punch(&door(&world).await, "S1", PIN).await.expect("an in");
    assert_eq!(refusal(&world, "north-admin").await, None);
}

#[tokio::test]
async fn enrolling_a_kiosk_again_takes_nobody_off_earlier_punches() {
    let world = World::new().await;
    punched_offline(&door(&world).await).await;
    let make = "SELECT medstint.make_enrolment_code('north-kiosk')";
    let code: String = value(&mut world.app_as("north-admin-2").await, make).await;
    world.database.store().enrol(&Secret::new(code)).await.expect("an answer").expect("a credential");
    assert_eq!(refusal(&world, "north-admin").await.as_deref(), POSSIBLE_PUNCHER);
}

#[tokio::test]
async fn people_who_could_sign_in_as_a_codes_maker_count_as_enrollers() {
    let world = World::new().await;
    let changed = "INSERT INTO medstint.credential_changes (user_id, changed_by, kind) VALUES ('north-admin', 'north-admin-2', 'password')";
    execute(&mut world.owner().await, changed).await;
    let door = door(&world).await;
    a_day_later(&world).await;
    punched_offline(&door).await;
    assert_eq!(refusal(&world, "north-admin-2").await.as_deref(), POSSIBLE_PUNCHER);
}

#[tokio::test]
async fn a_punch_from_quarantine_keeps_who_enrolled_its_kiosk() {
    let world = World::new().await;
    let lost = kept("nobody", 120);
    door(&world).await.sync(&here(), std::slice::from_ref(&lost)).await.expect("outcomes");
    let resolve = format!(
        "SELECT medstint.resolve_punch('{}', 'IN', 'north-student-rotation', now() - interval '2 hours', 'A lost badge')",
        lost.key
    );
    execute(&mut world.app_as("north-admin-2").await, &resolve).await;
    assert_eq!(refusal(&world, "north-admin").await.as_deref(), POSSIBLE_PUNCHER);
}

#[tokio::test]
async fn a_record_that_a_punch_closed_by_word_names_who_enrolled_the_kiosk() {
    let world = World::new().await;
    let door = door(&world).await;
    a_time_record().id("left").clocked_in(ago(60 * 30)).open().insert(&world).await;
    let mut back = kept("S1", 5);
    back.said.left_at = Some(ago(60 * 24));
    back.said.reason = Some("Forgot to clock out".into());
    let outcomes = door.sync(&here(), &[back]).await.expect("outcomes");
    assert_eq!(outcomes[0].1, Outcome::Recorded);
    let named: Vec<String> =
        value(&mut world.owner().await, "SELECT possible_punchers FROM time_records WHERE id = 'left'").await;
    assert_eq!(named, ["north-admin"]);
}

#[tokio::test]
async fn a_badge_that_was_changed_before_a_punch_names_who_changed_it() {
    let world = World::new().await;
    let door = door(&world).await;
    let give = "UPDATE users SET badge = 'S9' WHERE id = 'north-student'";
    execute(&mut world.app_as("north-admin-2").await, give).await;
    door.sync(&here(), &[kept("S9", 300), kept("S9", 60)]).await.expect("outcomes");
    a_day_later(&world).await;
    assert_eq!(refusal(&world, "north-admin-2").await.as_deref(), POSSIBLE_PUNCHER);
}

#[tokio::test]
async fn a_pin_counts_as_its_setters_until_it_is_replaced() {
    let world = World::new().await;
    let door = door(&world).await;
    execute(&mut world.app_as("north-admin").await, "SELECT medstint.set_pin('north-student', '27182')").await;
    a_day_later(&world).await;
    punch(&door, "S1", "27182").await.expect("an in");
    a_day_later(&world).await;
    assert_eq!(refusal(&world, "north-admin").await.as_deref(), POSSIBLE_PUNCHER);
}

/// A PIN of `north-admin`'s that the student replaces by a code of `north-admin-2`.
async fn replaced_pin(world: &World, door: &AtDoor) {
    execute(&mut world.app_as("north-admin").await, "SELECT medstint.set_pin('north-student', '27182')").await;
    let make = "SELECT medstint.make_pin_code('north-student')";
    let code: String = value(&mut world.app_as("north-admin-2").await, make).await;
    a_day_later(world).await;
    let mut asked = Asked::new("S1".into(), Some(Secret::new(code)));
    asked.new_pin = Some(Secret::new("31415"));
    let begun = begun(door, &asked).await;
    go_on(door, &asked, &begun).await.expect("an in");
}

#[tokio::test]
async fn a_pin_that_its_owner_replaced_names_nobody() {
    let world = World::new().await;
    replaced_pin(&world, &door(&world).await).await;
    assert_eq!(refusal(&world, "north-admin").await, None);
}

#[tokio::test]
async fn the_day_of_whoever_made_a_code_begins_when_it_is_used() {
    let world = World::new().await;
    replaced_pin(&world, &door(&world).await).await;
    assert_eq!(refusal(&world, "north-admin-2").await.as_deref(), Some("second_person_is_another"));
}

/// A connection of the web application that acts as a person.
async fn web_as(world: &World, actor: &str) -> sqlx::PgConnection {
    let mut web = world.database.web().await;
    execute(&mut web, &format!("SELECT set_config('medstint.actor', '{actor}', false)")).await;
    web
}

#[tokio::test]
async fn an_identity_counts_as_its_linkers_until_it_is_removed() {
    let world = World::new().await;
    let link = "INSERT INTO accounts (user_id, provider_id, account_id) VALUES ('north-student', 'google', 'g1')";
    execute(&mut web_as(&world, "north-admin").await, link).await;
    a_day_later(&world).await;
    a_time_record().insert(&world).await;
    assert_eq!(refusal(&world, "north-admin").await.as_deref(), Some("second_person_is_another"));
    execute(&mut world.owner().await, "DELETE FROM accounts WHERE provider_id = 'google'").await;
    a_day_later(&world).await;
    assert_eq!(refusal(&world, "north-admin").await, None);
}

#[tokio::test]
async fn the_day_of_whoever_set_an_address_begins_when_a_password_is_set_by_it() {
    let world = World::new().await;
    let change = "UPDATE users SET email = 'other@north.example' WHERE id = 'north-student'";
    execute(&mut world.app_as("north-admin").await, change).await;
    a_day_later(&world).await;
    a_time_record().insert(&world).await;
    // The hash of an unknown password.
    let reset = "UPDATE accounts SET password = '$2a$12$' || repeat('a', 53) WHERE user_id = 'north-student'";
    execute(&mut web_as(&world, "").await, reset).await;
    assert_eq!(refusal(&world, "north-admin").await.as_deref(), Some("second_person_is_another"));
}

#[tokio::test]
async fn approving_what_is_clean_leaves_out_what_is_someone_elses() {
    let world = World::new().await;
    punched_offline(&door(&world).await).await;
    let own = a_time_record().of_second_student().insert(&world).await;
    let found = clean(&world.bound("north-admin").await, &Query::default()).await.expect("an answer");
    let ids: Vec<_> = found.records.iter().map(|record| &record.seen.id).collect();
    assert_eq!((ids, found.someone_elses, found.left), (vec![&own.id], 1, 0));
}

#[tokio::test]
async fn a_batch_names_what_is_someone_elses() {
    let world = World::new().await;
    punched_offline(&door(&world).await).await;
    let own = a_time_record().of_second_student().insert(&world).await;
    let mut owner = world.owner().await;
    let id: String = value(&mut owner, "SELECT id FROM time_records WHERE is_offline").await;
    let version: i32 = value(&mut owner, "SELECT version FROM time_records WHERE is_offline").await;
    let offline = Seen { id: id.as_str().into(), version };
    let bound = world.bound("north-admin").await;
    let outcomes = decide(&bound, &[own, offline], &Decide::ApproveClean).await.expect("an answer");
    assert!(outcomes[0].result.is_ok(), "{outcomes:?}");
    assert!(
        matches!(&outcomes[1].result, Err(Failure::Denied(why)) if why.contains("enrolled the kiosk")),
        "{outcomes:?}"
    );
}

#[tokio::test]
async fn the_record_shows_that_someone_else_must_decide() {
    let world = World::new().await;
    punched_offline(&door(&world).await).await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("You could have made a punch of this record").await;
    console.quit().await;
}

#[tokio::test]
async fn the_enroller_of_a_kiosk_cannot_acknowledge_its_alert() {
    let world = World::new().await;
    enrolled(&world).await;
    let mut owner = world.owner().await;
    execute(&mut owner, "SELECT medstint.seal_events('north')").await;
    let alert: String = value(&mut owner, "SELECT id FROM alerts WHERE rule_id = 'platform-kiosk-enrolled'").await;
    let acknowledge = format!("SELECT medstint.acknowledge_alert('{alert}')");
    let refused = try_execute(&mut world.app_as("north-admin").await, &acknowledge).await.expect_err("refused");
    assert!(format!("{refused:?}").contains("alerts_not_by_whom_they_are_about"), "{refused:?}");
    execute(&mut world.app_as("north-admin-2").await, &acknowledge).await;
}

#[tokio::test]
async fn alerts_from_a_pin_cannot_be_acknowledged_by_its_setter() {
    let world = World::new().await;
    let door = door(&world).await;
    let mut owner = world.owner().await;
    execute(&mut owner, "INSERT INTO alert_rules (id, school_id, code, name, actions, group_by, threshold, within) VALUES ('left', 'north', 'left', 'Left', '{kiosk.left}', 'record', 1, '1 minute')").await;
    execute(&mut owner, "UPDATE users SET badge = 'A2' WHERE id = 'north-admin-2'").await;
    execute(&mut world.app_as("north-admin").await, "SELECT medstint.set_pin('north-admin-2', '27182')").await;
    a_day_later(&world).await;
    let attempt = door.begin_pin("A2", &Secret::new("27182")).await.expect("counted");
    door.leave(&attempt).await.expect("an answer");
    execute(&mut owner, "SELECT medstint.seal_events('north')").await;
    let alert: String = value(&mut owner, "SELECT id FROM alerts WHERE rule_id = 'left'").await;
    let acknowledge = format!("SELECT medstint.acknowledge_alert('{alert}')");
    let refused = try_execute(&mut world.app_as("north-admin").await, &acknowledge).await.expect_err("refused");
    assert!(format!("{refused:?}").contains("alerts_not_by_whom_they_are_about"), "{refused:?}");
}
