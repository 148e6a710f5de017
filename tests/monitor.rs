//! A console that only reads: nothing that changes anything exists in it, and
//! `PostgreSQL` refuses every write with its session, whatever client has it.

use medstint::domain::{Failure, Secret};
use medstint::store::sessions::{Origin, SignIn};
use medstint::tui::action::Action;
use strum::VariantArray;

use super::support::database::{execute, try_execute, value};
use super::support::world::PASSWORD;
use super::support::{Console, World, a_time_record};

async fn monitor(world: &World, email: &str) -> Secret {
    let origin = Origin { address: None, device: "test".into(), client: "monitor" };
    let welcome = world.database.store().sign_in(email, &Secret::new(PASSWORD), &origin).await;
    let Ok(SignIn::Welcome { token, .. }) = welcome else { panic!("{welcome:?}") };
    token
}

#[tokio::test]
async fn with_a_monitors_session_postgresql_refuses_every_write_and_every_way_around() {
    let world = World::new().await;
    a_time_record().id("waits").insert(&world).await;
    let token = monitor(&world, "admin@north.example").await;
    let token = token.expose();
    let approve = "UPDATE time_records SET status = 'APPROVED', approved_by = 'north-admin' WHERE id = 'waits'";
    let mut app = world.database.app().await;
    // Entered as everybody enters: the transaction is read-only from then on.
    execute(&mut app, &format!("BEGIN; SELECT medstint.enter('{token}')")).await;
    assert_eq!(value::<i64>(&mut app, "SELECT count(*) FROM time_records").await, 1);
    let refused = try_execute(&mut app, approve).await.expect_err("a write");
    assert!(refused.to_string().contains("read-only transaction"), "{refused}");
    execute(&mut app, "ROLLBACK").await;
    execute(&mut app, &format!("BEGIN; SELECT medstint.enter('{token}')")).await;
    assert!(try_execute(&mut app, "SET TRANSACTION READ WRITE").await.is_err(), "taken back");
    execute(&mut app, "ROLLBACK").await;
    // Without entering, the session is nobody's in a transaction that could write.
    execute(&mut app, &format!("SELECT set_config('medstint.session', '{token}', false)")).await;
    let done = sqlx::query(approve).execute(&mut app).await;
    assert!(done.is_err() || done.is_ok_and(|done| done.rows_affected() == 0));
    for call in [
        "SELECT medstint.reset_password('north-student')",
        "SELECT medstint.begin_export('audit', '', 'csv', 1, 'R', 'P')",
    ] {
        assert!(try_execute(&mut app, call).await.is_err(), "{call}");
    }
    let status: String =
        value(&mut world.owner().await, "SELECT status::text FROM time_records WHERE id = 'waits'").await;
    assert_eq!(status, "PENDING");
}

#[tokio::test]
async fn a_monitors_session_goes_on_for_weeks_and_no_longer_than_it_may() {
    let world = World::new().await;
    let store = world.database.store();
    let token = monitor(&world, "admin@north.example").await;
    let mut owner = world.owner().await;
    let began = |days: i64| {
        format!(
            "UPDATE sessions SET created_at = now() - interval '{days} days', expires_at = now() + interval '1 minute' WHERE client = 'monitor'"
        )
    };
    let left = "SELECT extract(epoch FROM expires_at - now())::bigint / 3600 FROM sessions WHERE client = 'monitor'";
    execute(&mut owner, &began(60)).await;
    store.keep_monitor(&token).await.expect("kept");
    assert!(value::<i64>(&mut owner, left).await >= 11);
    execute(&mut owner, &began(91)).await;
    store.keep_monitor(&token).await.expect("it has not ended yet");
    assert_eq!(value::<i64>(&mut owner, left).await, 0, "but nothing is added any more");
    store.end_monitor(&token).await.expect("ended");
    assert_eq!(store.keep_monitor(&token).await, Err(Failure::SignedOut));
    let told: String =
        value(&mut owner, "SELECT user_id || ' ' || endpoint FROM audit_logs WHERE action = 'auth.signed_out'").await;
    assert_eq!(told, "north-admin monitor");
    // Nobody else's session is kept that way.
    let ordinary = world.token("north-admin").await;
    assert_eq!(store.keep_monitor(&ordinary).await, Err(Failure::SignedOut));
}

#[tokio::test]
async fn a_read_only_console_offers_nothing_that_changes_anything_and_follows() {
    let world = World::new().await;
    a_time_record().id("waits").insert(&world).await;
    let console = Console::monitor(&world.database);
    console.shows("Password").await;
    console.type_text("admin@north.example").press("tab").type_text(PASSWORD).press("enter");
    console.shows("read-only ● live").await.shows("1 record").await.hides("a approve").await;
    for key in ["a", "r", "A", "space", "i", "n"] {
        console.press(key).shows("This console is read-only").await.press("esc");
    }
    console.press(":").type_text("approve").hides("Approve").await.press("esc");
    console.press("4").shows("auth.signed_in").await;
    let mut web = world.database.web().await;
    execute(&mut web, "UPDATE programs SET name = 'Followed' WHERE id = 'north-program'").await;
    console.shows("program.updated").await;
    console.quit().await;
    let wrote: i64 = value(
        &mut world.owner().await,
        "SELECT count(*) FROM audit_logs WHERE user_id = 'north-admin' AND action NOT LIKE 'auth.%' AND created_at > (SELECT min(created_at) FROM audit_logs WHERE action = 'auth.signed_in')",
    )
    .await;
    assert_eq!(wrote, 0);
}

#[tokio::test]
async fn a_super_admins_monitor_chooses_its_school_and_what_keeps_it_seals() {
    let world = World::new().await;
    let store = world.database.store();
    let token = monitor(&world, "super@example.org").await;
    let mut owner = world.owner().await;
    store.choose_school_of_monitor(&token, "south").await.expect("chosen");
    assert_eq!(
        store.whoami(&token).await.expect("somebody").school.map(|school| school.name),
        Some("South School".into())
    );
    let event: String = value(
        &mut owner,
        "SELECT concat_ws(' ', user_id, school_id, endpoint) FROM audit_logs WHERE action = 'school.entered'",
    )
    .await;
    assert_eq!(event, "super south monitor");
    let waiting = "SELECT count(*) FROM medstint.audit_unsealed WHERE school = 'south'";
    assert!(value::<i64>(&mut owner, waiting).await > 0);
    store.keep_monitor(&token).await.expect("kept");
    assert_eq!(value::<i64>(&mut owner, waiting).await, 0);
    // Nobody else chooses one, and no other session does it that way.
    assert!(store.choose_school_of_monitor(&token, "nowhere").await.is_err());
    let admins = monitor(&world, "admin@north.example").await;
    assert!(store.choose_school_of_monitor(&admins, "south").await.is_err());
    assert!(store.choose_school_of_monitor(&world.token("super").await, "south").await.is_err());

    let console = Console::monitor(&world.database);
    console.shows("Password").await;
    console.type_text("super@example.org").press("tab").type_text(PASSWORD).press("enter");
    console.shows("North School").await.press("enter").shows("read-only ● live").await;
    console.quit().await;
}

#[test]
fn what_asks_for_a_permission_to_change_is_nothing_that_only_shows() {
    for action in Action::VARIANTS.iter().filter(|action| action.only_shows()) {
        let permission = action.about().permission.map(<&str>::from);
        assert!(permission.is_none_or(|name| name.starts_with("see_")), "{} needs {permission:?}", action.name());
    }
}
