//! Roles and databases have defaults (`ALTER ROLE … SET`). Sessions do not depend on them.

use medstint::domain::{Failure, Link, Role, Secret};
use medstint::store::changes::{Heard, listen};
use medstint::store::sessions::{self, Origin, SignIn};
use medstint::store::users::{self, NewUser};
use medstint::store::{Address, Store, health, migrations, pool};
use sqlx::PgConnection;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::support::database::{cluster, connect, execute, try_execute, value};
use super::support::pooler::Pooler;
use super::support::world::{PASSWORD, now};
use super::support::{Database, PATIENCE, World, program};

/// Defaults that a transaction replaces.
const UNUSUAL: [&str; 6] = [
    "default_transaction_isolation = 'repeatable read'",
    "search_path = nowhere",
    "row_security = off",
    "statement_timeout = '100ms'",
    "lock_timeout = '1ms'",
    "idle_in_transaction_session_timeout = '1min'",
];

/// Gives a role defaults of its own in this database.
async fn set_defaults(database: &Database, role: &str, settings: &[&str]) {
    let mut admin = connect(&cluster().url("postgres", "postgres")).await;
    for setting in settings {
        execute(&mut admin, &format!("ALTER ROLE {role} IN DATABASE {} SET {setting}", database.name)).await;
    }
}

async fn sign_in(store: &Store) -> Result<SignIn, Failure> {
    let origin = Origin { address: None, device: "test".into(), client: "console" };
    store.sign_in("admin@north.example", &Secret::new(PASSWORD), &origin).await
}

#[tokio::test]
async fn role_defaults_break_no_session() {
    let world = World::new().await;
    set_defaults(&world.database, "medstint_app", &UNUSUAL).await;
    let store = world.database.store();
    let SignIn::Welcome { token, actor } = sign_in(&store).await.expect("an answer") else { panic!("signed out") };
    let bound = store.bind(&token, &actor).expect("a good token");
    sessions::touch(&bound).await.expect("a statement that writes");
    assert!(!medstint::store::schools::list(&bound).await.expect("a statement that reads").is_empty());
    assert_eq!(store.locked_session(&token).await, Ok(None));
}

#[tokio::test]
async fn role_defaults_break_no_session_through_a_pooler() {
    let world = World::new().await;
    set_defaults(&world.database, "medstint_app", &UNUSUAL).await;
    let Some(pooler) = Pooler::to(&world.database.app_url) else { return };
    let store = Store::new(pool(&Address::parse(Some(pooler.url())).expect("a good URL"), 1));
    assert!(matches!(sign_in(&store).await, Ok(SignIn::Welcome { .. })));
}

#[tokio::test]
async fn role_defaults_break_no_kiosk() {
    let world = World::new().await;
    set_defaults(&world.database, "medstint_app", &UNUSUAL).await;
    assert_eq!(world.database.store().enrol(&Secret::new("AAAA-BBBB-CCCC")).await, Ok(None));
}

#[tokio::test]
async fn role_defaults_break_no_listener() {
    let world = World::new().await;
    set_defaults(&world.database, "medstint_app", &UNUSUAL).await;
    let (say, mut heard) = mpsc::channel(64);
    let ear = world.bound("north-preceptor").await.ear(world.database.app_address(), now);
    let listening = tokio::spawn(listen(ear, say));
    let first = timeout(PATIENCE, heard.recv()).await.expect("something is heard");
    assert_eq!(first, Some(Heard::Link(Link::Live)));
    listening.abort();
}

#[tokio::test]
async fn role_defaults_break_no_command_of_the_owner() {
    let world = World::new().await;
    set_defaults(&world.database, "medstint_owner", &UNUSUAL).await;
    let address = Address::parse(Some(&world.database.owner_url)).expect("a good URL");
    let mut owner = address.connect_from(Origin::default()).await.expect("a connection");
    let user = NewUser {
        email: "new@north.example".into(),
        name: "New Admin".into(),
        role: Role::SchoolAdmin,
        school: Some("north".into()),
    };
    users::add(&mut owner, &user, &Secret::new(PASSWORD)).await.expect("added");
    assert!(!users::list(&mut owner, Some("north"), false).await.expect("a list").is_empty());
}

#[tokio::test]
async fn role_defaults_break_no_migration() {
    let database = Database::empty().await;
    set_defaults(&database, "medstint_owner", &UNUSUAL).await;
    let mut owner = database.owner().await;
    migrations::up(&mut owner, Some(5)).await.expect("up");
    assert!(value::<bool>(&mut owner, "SELECT to_regclass('public.users') IS NOT NULL").await);
    migrations::down(&mut owner, 0).await.expect("down");
}

#[tokio::test]
async fn settings_of_a_transaction_end_with_it() {
    let world = World::new().await;
    set_defaults(&world.database, "medstint_app", &["search_path = nowhere"]).await;
    let store = world.database.store();
    sign_in(&store).await.expect("an answer");
    let path: String = sqlx::query_scalar("SHOW search_path").fetch_one(store.pool()).await.expect("a setting");
    assert_eq!(path, "nowhere");
}

#[tokio::test]
async fn a_read_only_database_says_so_at_the_sign_in() {
    let world = World::new().await;
    set_defaults(&world.database, "medstint_app", &["default_transaction_read_only = on"]).await;
    let refused = sign_in(&world.database.store()).await.expect_err("a refusal");
    assert!(refused.to_string().contains("default_transaction_read_only is on"), "{refused}");
}

#[tokio::test]
async fn the_doctor_tells_a_read_only_database() {
    let world = World::new().await;
    set_defaults(&world.database, "medstint_app", &["default_transaction_read_only = on"]).await;
    let (code, out, _) = program::run(&["doctor", "--database-url", &world.database.app_url], "").await;
    assert!(code != Some(0) && out.contains("BAD   database") && out.contains("read-only"), "{out}");
}

#[tokio::test]
async fn the_doctor_names_defaults_that_are_replaced() {
    let database = Database::migrated().await;
    set_defaults(&database, "medstint_app", &UNUSUAL[..3]).await;
    let (code, out, err) = program::run(&["doctor", "--database-url", &database.app_url], "").await;
    assert_eq!(code, Some(0), "{out}{err}");
    let line = out.lines().find(|line| line.starts_with("ok    defaults")).expect("a line");
    for setting in ["default_transaction_isolation = repeatable read", "row_security = off", "search_path = nowhere"] {
        assert!(line.contains(setting), "{line}");
    }
}

#[tokio::test]
async fn the_doctor_escapes_control_characters_of_the_server() {
    let world = World::new().await;
    let hostile = r"search_path = E'\x1b[2J\u009b2J\x7f\u202ex'";
    set_defaults(&world.database, "medstint_app", &[hostile]).await;
    let (_, out, err) = program::run(&["doctor", "--database-url", &world.database.app_url], "").await;
    assert!(out.contains("search_path = \"<1B>[2J<9B>2J<7F><202E>x\""), "{out:?}{err:?}");
}

#[tokio::test]
async fn time_limits_that_end_sessions_are_harmful() {
    let world = World::new().await;
    set_defaults(&world.database, "medstint_app", &["idle_session_timeout = '5s'"]).await;
    let found = health::defaults(&mut world.database.app().await).await.expect("an answer");
    assert_eq!(found.harmful, ["idle_session_timeout = 5s"]);
}

#[tokio::test]
async fn migrations_refuse_other_encodings_before_they_change_anything() {
    let mut admin = connect(&cluster().url("postgres", "postgres")).await;
    execute(&mut admin, "DROP DATABASE IF EXISTS bytes").await;
    execute(
        &mut admin,
        "CREATE DATABASE bytes OWNER medstint_owner TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'",
    )
    .await;
    let mut owner = connect(&cluster().owner_url("bytes")).await;
    let refused = migrations::up(&mut owner, None).await.expect_err("a refusal");
    assert!(refused.to_string().contains("is encoded in SQL_ASCII; medstint needs UTF8"), "{refused}");
    let is_untouched: bool = value(&mut owner, "SELECT to_regnamespace('medstint') IS NULL").await;
    assert!(is_untouched);
}

/// A connection of an administrator that reads backslashes in plain literals as escapes.
async fn admin_without_conforming_strings(world: &World) -> PgConnection {
    let mut admin = world.app_as("north-admin").await;
    execute(&mut admin, "SET standard_conforming_strings = off; SET escape_string_warning = off").await;
    admin
}

#[tokio::test]
async fn temporary_passwords_are_random_whatever_strings_conform_to() {
    let world = World::new().await;
    let mut admin = admin_without_conforming_strings(&world).await;
    let password: String = value(&mut admin, "SELECT medstint.reset_password('north-student')").await;
    let groups: Vec<&str> = password.split('-').collect();
    assert_eq!(groups.len(), 4, "{password:?}");
    assert!(
        groups.iter().all(|group| group.len() == 5 && group.chars().all(|c| c.is_ascii_hexdigit())),
        "{password:?}"
    );
}

#[tokio::test]
async fn easily_guessed_pins_are_refused_whatever_strings_conform_to() {
    let world = World::new().await;
    let mut admin = admin_without_conforming_strings(&world).await;
    let refused = try_execute(&mut admin, "SELECT medstint.set_pin('north-student', '777777')").await;
    assert!(refused.expect_err("a refusal").to_string().contains("too easy to guess"));
}
