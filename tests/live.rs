//! Changes arrive by themselves; a database that goes away and comes back loses
//! nothing. These tests stop and start a server, so it is one of their own.

use std::sync::Arc;
use std::time::Duration;

use medstint::cluster::{Cluster, Durability};
use medstint::domain::{Change, Link, Operation, Resource};
use medstint::store::changes::{Ear, Heard, listen};
use medstint::store::{Address, Store, migrations, pool};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::support::database::{self, connect, execute, reap_with_us, scratch, settings};
use super::support::proxy::Proxy;
use super::support::world::{PASSWORD, now};
use super::support::{Console, Database, PATIENCE, World, a_time_record};

/// Over so much time those read again that lost their connections together.
const SHORT: Duration = Duration::from_millis(100);

async fn next(heard: &mut mpsc::Receiver<Heard>) -> Heard {
    timeout(PATIENCE, heard.recv()).await.expect("something is heard").expect("a listener")
}

#[tokio::test]
async fn a_statement_is_announced_once_with_its_ids_and_nothing_personal() {
    let world = World::new().await;
    let (say, mut heard) = mpsc::channel(64);
    let ear = world.bound("north-preceptor").await.ear(world.database.app_address(), now);
    let listening = tokio::spawn(listen(ear, say));
    assert_eq!(next(&mut heard).await, Heard::Link(Link::Live));
    assert_eq!(next(&mut heard).await, Heard::Change(Change::Resync));
    let mut web = world.database.web().await;
    execute(&mut web, "UPDATE clinical_sites SET capacity = 11").await;
    let expected = |resource, ids: &[&str], count| {
        Heard::Change(Change::Rows {
            resource,
            operation: Operation::Update,
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            count,
        })
    };
    // The event of the audit trail is announced with a count only; South's
    // change goes to South's channel.
    let (first, second) = (next(&mut heard).await, next(&mut heard).await);
    assert_eq!(
        first,
        Heard::Change(Change::Rows {
            resource: Resource::AuditLogs,
            operation: Operation::Insert,
            ids: vec![],
            count: 1
        })
    );
    assert_eq!(second, expected(Resource::ClinicalSites, &["north-site"], 1));
    listening.abort();
}

#[tokio::test]
async fn hours_of_an_approval_are_announced_by_themselves() {
    let world = World::new().await;
    a_time_record().id("t").insert(&world).await;
    let (say, mut heard) = mpsc::channel(64);
    let ear = world.bound("north-preceptor").await.ear(world.database.app_address(), now);
    let listening = tokio::spawn(listen(ear, say));
    assert_eq!(next(&mut heard).await, Heard::Link(Link::Live));
    assert_eq!(next(&mut heard).await, Heard::Change(Change::Resync));
    let mut web = world.database.web().await;
    let approve = "UPDATE time_records SET status = 'APPROVED', approved_by = 'north-supervisor' WHERE id = 't'";
    execute(&mut web, approve).await;
    // The last that the approval announces is the student's notification.
    let mut announced = Vec::new();
    while !announced.iter().any(|(resource, _)| *resource == Resource::Notifications) {
        if let Heard::Change(Change::Rows { resource, ids, .. }) = next(&mut heard).await {
            announced.push((resource, ids));
        }
    }
    assert!(announced.contains(&(Resource::WorkedHours, vec!["north-student".to_owned()])), "{announced:?}");
    let named = |resource| announced.iter().any(|(other, _)| *other == resource);
    assert!(!named(Resource::Users) && !named(Resource::Rotations), "{announced:?}");
    listening.abort();
}

#[tokio::test]
async fn a_console_hears_that_its_session_was_ended() {
    let world = World::new().await;
    let console = Console::of(&world, "north-preceptor").await;
    console.shows("Nothing is pending.").await.shows("● live").await;
    let revoke = "SELECT medstint.revoke_session(id) FROM sessions WHERE user_id = 'north-preceptor'";
    execute(&mut world.app_as("north-admin").await, revoke).await;
    console.shows("Your session has ended.").await;
    console.quit().await;
}

/// What a listener of `north-preceptor` hears of sessions after a statement of `north-admin`.
async fn heard_of_sessions(world: &World, statement: &str) -> Vec<String> {
    let (say, mut heard) = mpsc::channel(64);
    let ear = world.bound("north-preceptor").await.ear(world.database.app_address(), now);
    let listening = tokio::spawn(listen(ear, say));
    assert_eq!(next(&mut heard).await, Heard::Link(Link::Live));
    execute(&mut world.app_as("north-admin").await, statement).await;
    loop {
        if let Heard::Change(Change::Rows { resource: Resource::Sessions, ids, .. }) = next(&mut heard).await {
            listening.abort();
            return ids;
        }
    }
}

#[tokio::test]
async fn whatever_ends_sessions_of_a_person_is_told_to_their_consoles() {
    let world = World::new().await;
    let key = "decode('0000000b7373682d6564323535313900000020', 'hex') || sha256('a key')";
    execute(
        &mut world.owner().await,
        &format!("INSERT INTO user_keys (id, user_id, key) SELECT 'k', 'north-preceptor', encode({key}, 'base64')"),
    )
    .await;
    for statement in [
        "SELECT medstint.remove_key('k')",
        "SELECT medstint.reset_password('north-preceptor')",
        "UPDATE users SET is_active = false WHERE id = 'north-preceptor'",
    ] {
        assert_eq!(heard_of_sessions(&world, statement).await, ["north-preceptor"], "{statement}");
    }
}

#[tokio::test]
async fn a_restart_is_told_and_made_good_with_what_was_missed_meanwhile() {
    let dir = scratch("restart");
    reap_with_us(&dir);
    let cluster = Cluster::start(&settings(dir)).await.expect("a cluster");
    let database = Database::create(&cluster, None).await;
    let mut owner = connect(&database.owner_url).await;
    migrations::up(&mut owner, None).await.expect("migrations");
    drop(owner);
    let world = World::in_database(database).await;
    a_time_record().id("before").insert(&world).await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("1 record").await.shows("▌ North, Stu").await.shows("● live").await;

    cluster.halt().expect("stopped");
    console.shows("offline since").await;
    // Keys are answered while the database is away.
    console.press("?").shows("┌ Keys").await.press("esc").hides("┌ Keys").await;

    // What was typed for a decision that does not arrive is not lost.
    console.press("r 2 enter").type_text("An hour too many").press("enter");
    console.shows("Not rejected. The database cannot be reached").await.shows("An hour too many").await;

    cluster.launch(Durability::None).expect("started");
    // Written while no console listened: its notification is lost for good.
    let mut web = database::connect(&world.database.web_url).await;
    a_time_record().id("meanwhile").of_second_student().insert_with(&world, &mut web).await;
    console.shows("● live").await.shows("2 records").await;
    console.press("enter").shows("Rejected: North, Stu, 8.00 h.").await.shows("1 record").await;
    console.shows("▌ North, Tia").await.press("home a").shows("Nothing is pending.").await;
    console.quit().await;
}

#[tokio::test]
async fn a_wall_follows_a_server_that_is_restarted() {
    let dir = scratch("wall");
    reap_with_us(&dir);
    let cluster = Cluster::start(&settings(dir)).await.expect("a cluster");
    let database = Database::create(&cluster, None).await;
    let mut owner = connect(&database.owner_url).await;
    migrations::up(&mut owner, None).await.expect("migrations");
    drop(owner);
    let world = World::in_database(database).await;
    let console = Console::monitor(&world.database);
    console.shows("Password").await;
    console.type_text("admin@north.example").press("tab").type_text(PASSWORD).press("enter");
    console.shows("read-only ● live").await.press("4").shows("auth.signed_in").await;
    for name in ["First", "Second"] {
        cluster.halt().expect("stopped");
        console.shows("offline since").await;
        cluster.launch(Durability::None).expect("started");
        let mut web = database::connect(&world.database.web_url).await;
        execute(&mut web, &format!("UPDATE programs SET description = '{name}' WHERE id = 'north-program'")).await;
        console.shows("read-only ● live").await.shows("program.updated").await.shows(name).await;
    }
    console.quit().await;
}

#[tokio::test]
async fn without_notifications_the_console_says_so_and_polls() {
    let world = World::new().await;
    let mut dead = world.database.clone();
    dead.app_url = dead.app_url.replace("/t", "/no_such_database_");
    let (say, mut heard) = mpsc::channel(64);
    let ear = world.bound("north-preceptor").await.ear(dead.app_address(), now);
    let listening = tokio::spawn(listen(ear, say));
    assert!(matches!(next(&mut heard).await, Heard::Link(Link::Polling { .. })));
    assert_eq!(next(&mut heard).await, Heard::Change(Change::Resync));
    assert!(matches!(next(&mut heard).await, Heard::Link(Link::Polling { .. })));
    listening.abort();
}

#[tokio::test]
async fn a_killed_listener_is_replaced_and_everything_read_again() {
    let world = World::new().await;
    let (say, mut heard) = mpsc::channel(64);
    let ear = world.bound("north-preceptor").await.ear(world.database.app_address(), now);
    let listening = tokio::spawn(listen(Ear { spread: SHORT, ..ear }, say));
    assert_eq!(next(&mut heard).await, Heard::Link(Link::Live));
    assert_eq!(next(&mut heard).await, Heard::Change(Change::Resync));
    let mut admin = connect(&database::cluster().url("postgres", &world.database.name)).await;
    execute(&mut admin, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = 'medstint_app'").await;
    loop {
        match next(&mut heard).await {
            Heard::Link(Link::Live) => break,
            Heard::Link(_) | Heard::Change(_) | Heard::Clock(_) => {}
        }
    }
    assert_eq!(next(&mut heard).await, Heard::Change(Change::Resync));
    listening.abort();
}

#[tokio::test]
async fn a_console_that_lost_its_connection_is_checking_until_it_reads_again() {
    let world = World::new().await;
    let (say, mut heard) = mpsc::channel(64);
    let ear = world.bound("north-preceptor").await.ear(world.database.app_address(), now);
    let listening = tokio::spawn(listen(Ear { spread: SHORT, ..ear }, say));
    assert_eq!(next(&mut heard).await, Heard::Link(Link::Live));
    assert_eq!(next(&mut heard).await, Heard::Change(Change::Resync));
    let mut admin = connect(&database::cluster().url("postgres", &world.database.name)).await;
    execute(&mut admin, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = 'medstint_app'").await;
    assert_eq!(next(&mut heard).await, Heard::Link(Link::Checking));
    let mut before = Link::Checking;
    loop {
        match next(&mut heard).await {
            Heard::Change(Change::Resync) => break,
            Heard::Link(link) => {
                assert_ne!(before, Link::Live, "it had not read");
                before = link;
            }
            Heard::Change(_) | Heard::Clock(_) => {}
        }
    }
    assert!(matches!(before, Link::Live | Link::Polling { .. }), "{before:?}");
    listening.abort();
}

#[tokio::test]
async fn a_path_that_falls_silent_is_checked_and_then_offline() {
    let world = World::new().await;
    let proxy = Proxy::to(&world.database.app_url);
    let address = Address::parse(Some(&format!("{}&connect_timeout=2", proxy.url()))).expect("a good URL");
    let (say, mut heard) = mpsc::channel(64);
    let queries = Store::new(pool(&address, 2)).queries();
    let ear = Ear { queries, ..world.bound("north-preceptor").await.ear(address, now) };
    let doubt = Arc::clone(&ear.doubt);
    let listening = tokio::spawn(listen(ear, say));
    assert_eq!(next(&mut heard).await, Heard::Link(Link::Live));
    proxy.fall_silent();
    doubt.notify_one();
    loop {
        match next(&mut heard).await {
            Heard::Link(Link::Offline) => break,
            Heard::Link(Link::Live) => panic!("it is silent"),
            Heard::Link(_) | Heard::Change(_) | Heard::Clock(_) => {}
        }
    }
    listening.abort();
}
