//! Resets of passwords: nothing that a person does at the same time holds one up, and
//! what they commit after it opens nothing.

use medstint::domain::{Failure, Secret};
use medstint::store::sessions::{Origin, SignIn};
use sqlx::PgConnection;

use super::support::World;
use super::support::database::{execute, try_execute, value};
use super::support::world::PASSWORD;

const EMAIL: &str = "preceptor@north.example";
const CHOSEN: &str = "a password of my own";

/// A committed attempt with the right password.
async fn attempt(world: &World) -> String {
    let begin = format!("SELECT medstint.begin_sign_in('{EMAIL}', '{PASSWORD}')");
    value(&mut world.database.app().await, &begin).await
}

/// The token that an attempt opens a session with.
async fn finish(app: &mut PgConnection, attempt: &str) -> String {
    value(app, &format!("SELECT token FROM medstint.finish_sign_in('{attempt}')")).await
}

/// A session that a temporary password opened.
async fn restricted(world: &World) -> String {
    let token = world.token("north-preceptor").await;
    execute(&mut world.owner().await, "UPDATE sessions SET is_restricted = true WHERE user_id = 'north-preceptor'")
        .await;
    token.expose().to_owned()
}

/// An administrator who waits for nobody.
async fn administrator(world: &World) -> PgConnection {
    let mut admin = world.app_as("north-admin").await;
    execute(&mut admin, "SET lock_timeout = '200ms'").await;
    admin
}

async fn reset(admin: &mut PgConnection) -> String {
    value(admin, "SELECT medstint.reset_password('north-preceptor')").await
}

async fn assert_ended(world: &World, token: String) {
    let found = world.database.store().whoami(&Secret::new(token)).await;
    assert_eq!(found, Err(Failure::SignedOut));
}

async fn sign_in(world: &World, password: &str) -> SignIn {
    let origin = Origin { address: None, device: "test".into(), client: "console" };
    world.database.store().sign_in(EMAIL, &Secret::new(password), &origin).await.expect("an answer")
}

#[tokio::test]
async fn a_sign_in_that_is_kept_open_holds_no_reset_up() {
    let world = World::new().await;
    let attempt = attempt(&world).await;
    let mut app = world.database.app().await;
    execute(&mut app, "BEGIN").await;
    let token = finish(&mut app, &attempt).await;
    reset(&mut administrator(&world).await).await;
    execute(&mut app, "COMMIT").await;
    assert_ended(&world, token).await;
}

#[tokio::test]
async fn a_sign_in_beside_a_reset_ends_with_it() {
    let world = World::new().await;
    let attempt = attempt(&world).await;
    let mut admin = administrator(&world).await;
    execute(&mut admin, "BEGIN").await;
    reset(&mut admin).await;
    let mut app = world.database.app().await;
    execute(&mut app, "SET lock_timeout = '200ms'").await;
    let token = finish(&mut app, &attempt).await;
    execute(&mut admin, "COMMIT").await;
    assert_ended(&world, token).await;
}

#[tokio::test]
async fn a_session_that_is_written_in_an_open_transaction_holds_no_reset_up() {
    let world = World::new().await;
    let token = world.token("north-preceptor").await;
    let mut app = world.database.app().await;
    let touch = "SELECT medstint.touch_session()";
    execute(&mut app, &format!("SELECT set_config('medstint.session', '{}', false); BEGIN; {touch}", token.expose()))
        .await;
    reset(&mut administrator(&world).await).await;
    execute(&mut app, "COMMIT").await;
    assert_ended(&world, token.expose().to_owned()).await;
}

/// Chooses a password in a transaction that stays open, beside a reset; what was made.
async fn chosen_beside_a_reset(world: &World) -> (String, String) {
    let token = restricted(world).await;
    let mut app = world.database.app().await;
    execute(&mut app, &format!("BEGIN; SELECT medstint.choose_password('{token}', '{CHOSEN}')")).await;
    let made = reset(&mut administrator(world).await).await;
    execute(&mut app, "COMMIT").await;
    (token, made)
}

#[tokio::test]
async fn a_choice_that_is_kept_open_holds_no_reset_up() {
    let world = World::new().await;
    let (token, _) = chosen_beside_a_reset(&world).await;
    assert_ended(&world, token).await;
}

#[tokio::test]
async fn a_password_that_was_chosen_beside_a_reset_opens_nothing() {
    let world = World::new().await;
    let (_, made) = chosen_beside_a_reset(&world).await;
    assert_eq!(sign_in(&world, CHOSEN).await, SignIn::Refused);
    let answer = sign_in(&world, &made).await;
    assert!(matches!(answer, SignIn::ChoosePassword { .. }), "{answer:?}");
}

#[tokio::test]
async fn a_reset_that_was_held_up_reaches_the_account_with_the_next_report() {
    let world = World::new().await;
    let (_, made) = chosen_beside_a_reset(&world).await;
    let mut owner = world.owner().await;
    let stands = format!(
        "SELECT is_temporary AND password = medstint.password_tried('{made}', password) FROM accounts WHERE user_id = 'north-preceptor'"
    );
    assert!(!value::<bool>(&mut owner, &stands).await);
    execute(&mut owner, "SELECT medstint.report_attempts()").await;
    assert!(value::<bool>(&mut owner, &stands).await);
}

#[tokio::test]
async fn a_choice_that_waits_for_a_reset_is_refused() {
    let world = World::new().await;
    let token = restricted(&world).await;
    let (mut admin, mut app) = (administrator(&world).await, world.database.app().await);
    execute(&mut admin, "BEGIN").await;
    reset(&mut admin).await;
    let waits: i32 = value(&mut app, "SELECT pg_backend_pid()").await;
    let choose = format!("SELECT medstint.choose_password('{token}', '{CHOSEN}')");
    let task = tokio::spawn(async move { try_execute(&mut app, &choose).await });
    world.until(&format!("SELECT cardinality(pg_blocking_pids({waits})) > 0")).await;
    execute(&mut admin, "COMMIT").await;
    let refused = task.await.expect("an end");
    assert!(format!("{refused:?}").contains("MS401"), "{refused:?}");
}

/// A connection in the preceptor's session, its token, and the statement with which they
/// change their password; the attempt with the present one is committed.
async fn changing(world: &World) -> (PgConnection, String, String) {
    let token = world.token("north-preceptor").await.expose().to_owned();
    let mut app = world.database.app().await;
    execute(&mut app, &format!("SELECT set_config('medstint.session', '{token}', false)")).await;
    let attempt: String = value(&mut app, &format!("SELECT medstint.begin_unlock('{token}', '{PASSWORD}')")).await;
    (app, token, format!("SELECT medstint.change_password('{attempt}', '{CHOSEN}')"))
}

/// Changes a password in a transaction that stays open, beside a reset; the session's
/// token, and what the reset made.
async fn changed_beside_a_reset(world: &World) -> (String, String) {
    let (mut app, token, change) = changing(world).await;
    execute(&mut app, "BEGIN").await;
    assert_eq!(value::<String>(&mut app, &change).await, "ok");
    let made = reset(&mut administrator(world).await).await;
    execute(&mut app, "COMMIT").await;
    (token, made)
}

#[tokio::test]
async fn a_change_that_is_kept_open_holds_no_reset_up() {
    let world = World::new().await;
    let (token, _) = changed_beside_a_reset(&world).await;
    assert_ended(&world, token).await;
}

#[tokio::test]
async fn a_password_that_was_changed_beside_a_reset_opens_nothing() {
    let world = World::new().await;
    let (_, made) = changed_beside_a_reset(&world).await;
    assert_eq!(sign_in(&world, CHOSEN).await, SignIn::Refused);
    let answer = sign_in(&world, &made).await;
    assert!(matches!(answer, SignIn::ChoosePassword { .. }), "{answer:?}");
}

#[tokio::test]
async fn a_change_that_waits_for_a_reset_is_refused() {
    let world = World::new().await;
    let (mut app, token, change) = changing(&world).await;
    let mut admin = administrator(&world).await;
    execute(&mut admin, "BEGIN").await;
    reset(&mut admin).await;
    let waits: i32 = value(&mut app, "SELECT pg_backend_pid()").await;
    let task = tokio::spawn(async move { try_execute(&mut app, &change).await });
    world.until(&format!("SELECT cardinality(pg_blocking_pids({waits})) > 0")).await;
    execute(&mut admin, "COMMIT").await;
    let refused = task.await.expect("an end");
    assert!(format!("{refused:?}").contains("MS401"), "{refused:?}");
    assert_ended(&world, token).await;
}

#[tokio::test]
async fn a_sign_in_with_the_old_password_ends_with_a_change_by_its_owner() {
    let world = World::new().await;
    let attempt = attempt(&world).await;
    let mut app = world.database.app().await;
    execute(&mut app, "BEGIN").await;
    let token = finish(&mut app, &attempt).await;
    let own = restricted(&world).await;
    world.database.store().choose_password(&Secret::new(own.as_str()), &Secret::new(CHOSEN)).await.expect("chosen");
    execute(&mut app, "COMMIT").await;
    assert_ended(&world, token).await;
}

/// `enter` asks `actor`, and ending a monitor's session needs no good one.
#[tokio::test]
async fn every_look_up_of_a_token_asks_whether_its_password_counts() {
    let world = World::new().await;
    let others: String = value(
        &mut world.owner().await,
        "SELECT coalesce(string_agg(proname::text, ' ' ORDER BY proname), '') FROM pg_proc
         WHERE pronamespace = 'medstint'::regnamespace AND prosrc LIKE '%.token = encode(%'
           AND prosrc NOT LIKE '%medstint.is_newest_change(%'",
    )
    .await;
    assert_eq!(others, "end_monitor enter");
}

#[tokio::test]
async fn a_password_of_the_web_application_ends_sessions() {
    let world = World::new().await;
    let token = world.token("north-preceptor").await.expose().to_owned();
    let hash: String = value(&mut world.owner().await, &format!("SELECT medstint.password_hash('{CHOSEN}')")).await;
    execute(
        &mut world.database.web().await,
        &format!(
            "SET medstint.actor = 'north-preceptor';
             UPDATE accounts SET password = '{hash}' WHERE user_id = 'north-preceptor' AND provider_id = 'credential'"
        ),
    )
    .await;
    assert_ended(&world, token).await;
}

#[tokio::test]
async fn a_reactivated_person_signs_in_again() {
    let world = World::new().await;
    let token = world.token("north-preceptor").await.expose().to_owned();
    let mut admin = world.app_as("north-admin").await;
    for is_active in [false, true] {
        execute(&mut admin, &format!("UPDATE users SET is_active = {is_active} WHERE id = 'north-preceptor'")).await;
    }
    assert_ended(&world, token).await;
}

#[tokio::test]
async fn people_of_a_reactivated_school_sign_in_again() {
    let world = World::new().await;
    let token = world.token("north-preceptor").await.expose().to_owned();
    let mut owner = world.owner().await;
    for is_active in [false, true] {
        execute(&mut owner, &format!("UPDATE schools SET is_active = {is_active} WHERE id = 'north'")).await;
    }
    assert_ended(&world, token).await;
}
