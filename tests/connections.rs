//! A console holds one connection: it listens, and statements borrow it in between.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use medstint::domain::list::List;
use medstint::domain::query::Query;
use medstint::domain::time_record::Decide;
use medstint::domain::window::Place;
use medstint::domain::{Change, Failure, Link, Resource};
use medstint::store::changes::{Heard, listen};
use medstint::store::sessions::touch;
use medstint::store::time_records::{clean, decide};
use medstint::store::{Address, Bound, SharingTimes, Store, health, listing, pool_with};
use sqlx::PgConnection;
use tokio::sync::{Notify, mpsc};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;

use super::cancellation::dropped_after;
use super::support::database::{cluster, connect, execute, value};
use super::support::proxy::Proxy;
use super::support::world::now;
use super::support::{Console, Database, PATIENCE, World, a_time_record, program};

/// Connections of the console's role to the database.
const HELD: &str =
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'medstint_app'";
/// How many of them are within a transaction.
const BUSY: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = 'medstint_app' AND state <> 'idle'";

/// A statement may take long before others open a second connection.
const PATIENT: SharingTimes = SharingTimes { long: Duration::from_secs(10), idle: Duration::from_millis(50) };
/// Others open a second connection soon.
const HASTY: SharingTimes = SharingTimes { long: Duration::from_millis(50), idle: Duration::from_millis(50) };

/// What a console has without its screen.
struct Listening {
    bound: Bound,
    heard: mpsc::Receiver<Heard>,
    doubt: Arc<Notify>,
    task: AbortHandle,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Listening {
    /// Signs North's administrator in, and listens where queries go.
    async fn at(world: &World, address: &Address, times: SharingTimes) -> Self {
        let store = Store::new(pool_with(address, 4, times));
        let token = world.token("north-admin").await;
        let actor = store.whoami(&token).await.expect("a good session");
        let bound = store.bind(&token, &actor).expect("a good token");
        let (say, heard) = mpsc::channel(256);
        let ear = bound.ear(address.clone(), now);
        let doubt = Arc::clone(&ear.doubt);
        let task = tokio::spawn(listen(ear, say)).abort_handle();
        let mut listening = Self { bound, heard, doubt, task };
        assert_eq!(listening.next().await, Heard::Link(Link::Live));
        assert_eq!(listening.next().await, Heard::Change(Change::Resync));
        listening
    }

    async fn of(world: &World, times: SharingTimes) -> Self {
        Box::pin(Self::at(world, &world.database.app_address(), times)).await
    }

    async fn next(&mut self) -> Heard {
        timeout(PATIENCE, self.heard.recv()).await.expect("something is heard").expect("a listener")
    }

    /// Waits for a change of sites. The connection may not be lost meanwhile.
    async fn hears_of_sites(&mut self) {
        loop {
            match self.next().await {
                Heard::Change(Change::Rows { resource: Resource::ClinicalSites, .. }) => return,
                Heard::Change(Change::Rows { .. }) | Heard::Clock(_) => {}
                lost => panic!("{lost:?}"),
            }
        }
    }

    async fn read(&self) -> Result<(), Failure> {
        let query = Query::default();
        listing::page(&self.bound, List::TimeRecords, &query, &Place::Start, 10).await?;
        listing::total(&self.bound, List::TimeRecords, &query).await.map(drop)
    }
}

/// Sees what every role does in the database.
async fn observer(world: &World) -> PgConnection {
    connect(&cluster().url("postgres", &world.database.name)).await
}

async fn until(observer: &mut PgConnection, sql: &str, expected: i64) {
    let waiting = async {
        while value::<i64>(observer, sql).await != expected {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("waited in vain for {expected}: {sql}"));
}

/// Waits until a transaction of the console's role waits for a lock.
async fn until_locked(observer: &mut PgConnection) {
    let sql = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = 'medstint_app' AND wait_event_type = 'Lock'";
    until(observer, sql, 1).await;
}

async fn change_sites(world: &World) {
    execute(&mut world.database.web().await, "UPDATE clinical_sites SET capacity = capacity + 1").await;
}

#[tokio::test]
async fn an_idle_console_holds_one_connection() {
    let world = World::new().await;
    let _listening = Listening::of(&world, PATIENT).await;
    until(&mut observer(&world).await, HELD, 1).await;
}

#[tokio::test]
async fn statements_borrow_the_connection_that_listens() {
    let world = World::new().await;
    let listening = Listening::of(&world, PATIENT).await;
    let mut observer = observer(&world).await;
    until(&mut observer, HELD, 1).await;
    listening.read().await.expect("a page");
    touch(&listening.bound).await.expect("a good session");
    assert_eq!(value::<i64>(&mut observer, HELD).await, 1);
}

#[tokio::test]
async fn a_screen_holds_one_connection() {
    let world = World::new().await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("● live").await;
    // Those of the sign-in close after some seconds.
    until(&mut observer(&world).await, HELD, 1).await;
    console.quit().await;
}

#[tokio::test]
async fn a_change_that_concerns_all_opens_hardly_any_connections() {
    const CONSOLES: i64 = 20;
    let world = World::new().await;
    a_time_record().id("changed").insert(&world).await;
    let times = SharingTimes { idle: PATIENT.idle, ..SharingTimes::default() };
    let mut observer = observer(&world).await;
    let mut consoles = JoinSet::new();
    for _ in 0..CONSOLES {
        let mut listening = Listening::of(&world, times).await;
        consoles.spawn(async move {
            loop {
                if let Heard::Change(Change::Rows { resource: Resource::TimeRecords, .. }) = listening.next().await {
                    let read = listening.read().await;
                    return read.map(|()| listening);
                }
            }
        });
    }
    until(&mut observer, HELD, CONSOLES).await;
    let mut web = world.database.web().await;
    execute(&mut web, "UPDATE time_records SET notes = 'changed' WHERE id = 'changed'").await;
    // They stay until the last one has read.
    let (mut most, mut done) = (0, Vec::new());
    while done.len() < 20 {
        most = most.max(value::<i64>(&mut observer, HELD).await);
        while let Some(read) = consoles.try_join_next() {
            done.push(read.expect("an orderly end").expect("a page"));
        }
    }
    assert!(most <= CONSOLES + 3, "{most} connections");
}

#[tokio::test]
async fn a_statement_that_takes_long_lets_others_open_a_second_connection() {
    let world = World::new().await;
    let listening = Listening::of(&world, HASTY).await;
    let mut observer = observer(&world).await;
    until(&mut observer, HELD, 1).await;
    let mut holder = world.owner().await;
    execute(&mut holder, "BEGIN; LOCK TABLE time_records").await;
    let reading = async {
        until_locked(&mut observer).await;
        touch(&listening.bound).await.expect("a second connection");
        execute(&mut holder, "ROLLBACK").await;
    };
    let (read, ()) = tokio::join!(listening.read(), reading);
    read.expect("a page");
    until(&mut observer, HELD, 1).await;
}

#[tokio::test]
async fn a_console_that_hears_nothing_during_a_long_statement_says_so() {
    let world = World::new().await;
    let mut listening = Listening::of(&world, HASTY).await;
    let mut holder = world.owner().await;
    execute(&mut holder, "BEGIN; LOCK TABLE time_records").await;
    let bound = listening.bound.clone();
    let reading = tokio::spawn(async move { listing::total(&bound, List::TimeRecords, &Query::default()).await });
    assert_eq!(listening.next().await, Heard::Link(Link::Checking));
    execute(&mut holder, "ROLLBACK").await;
    assert_eq!(listening.next().await, Heard::Link(Link::Live));
    reading.await.expect("no panic").expect("a total");
}

#[tokio::test]
async fn what_is_known_to_take_long_leaves_the_connection_alone() {
    let world = World::new().await;
    let listening = Listening::of(&world, PATIENT).await;
    let mut observer = observer(&world).await;
    until(&mut observer, HELD, 1).await;
    let mut holder = world.owner().await;
    execute(&mut holder, "BEGIN; LOCK TABLE time_records").await;
    let query = Query::default();
    let touching = async {
        until_locked(&mut observer).await;
        timeout(PATIENT.long / 2, touch(&listening.bound)).await.expect("no wait").expect("a good session");
        execute(&mut holder, "ROLLBACK").await;
    };
    let (found, ()) = tokio::join!(clean(&listening.bound, &query), touching);
    found.expect("an answer");
}

/// Drops what `work` makes at every await. Each time the connection has to be idle again.
async fn dropped_everywhere<F: Future>(observer: &mut PgConnection, work: impl Fn() -> F) {
    for waits in 0..2_000 {
        let is_done = dropped_after(waits, work()).await;
        until(observer, BUSY, 0).await;
        if is_done {
            return;
        }
    }
    panic!("it does not end");
}

#[tokio::test]
async fn a_dropped_read_leaves_nothing_on_the_connection_that_listens() {
    let world = World::new().await;
    let mut listening = Listening::of(&world, PATIENT).await;
    let mut observer = observer(&world).await;
    let query = Query::default();
    let read = || listing::page(&listening.bound, List::TimeRecords, &query, &Place::Start, 10);
    dropped_everywhere(&mut observer, read).await;
    change_sites(&world).await;
    listening.hears_of_sites().await;
}

#[tokio::test]
async fn a_dropped_write_leaves_nothing_on_the_connection_that_listens() {
    let world = World::new().await;
    let listening = Listening::of(&world, PATIENT).await;
    let mut observer = observer(&world).await;
    dropped_everywhere(&mut observer, || touch(&listening.bound)).await;
    touch(&listening.bound).await.expect("a good session");
}

#[tokio::test]
async fn a_read_that_is_dropped_while_it_waits_keeps_the_console_listening() {
    let world = World::new().await;
    let mut listening = Listening::of(&world, PATIENT).await;
    let mut observer = observer(&world).await;
    let mut holder = world.owner().await;
    execute(&mut holder, "BEGIN; LOCK TABLE time_records").await;
    tokio::select! {
        read = listening.read() => panic!("{read:?}"),
        () = until_locked(&mut observer) => {}
    }
    execute(&mut holder, "ROLLBACK").await;
    change_sites(&world).await;
    listening.hears_of_sites().await;
}

#[tokio::test]
async fn a_statement_that_the_server_cancels_keeps_the_console_listening() {
    let world = World::new().await;
    let mut listening = Listening::of(&world, PATIENT).await;
    let mut observer = observer(&world).await;
    let mut holder = world.owner().await;
    execute(&mut holder, "BEGIN; LOCK TABLE time_records").await;
    let cancelling = async {
        until_locked(&mut observer).await;
        execute(&mut observer, CANCEL_WAITING).await;
    };
    let (read, ()) = tokio::join!(listening.read(), cancelling);
    assert!(read.is_err(), "it was cancelled");
    execute(&mut holder, "ROLLBACK").await;
    change_sites(&world).await;
    listening.hears_of_sites().await;
}

#[tokio::test]
async fn a_doubted_path_is_tested_without_a_second_connection() {
    let world = World::new().await;
    let mut listening = Listening::of(&world, PATIENT).await;
    let mut observer = observer(&world).await;
    until(&mut observer, HELD, 1).await;
    listening.doubt.notify_one();
    assert_eq!(listening.next().await, Heard::Link(Link::Live));
    assert_eq!(value::<i64>(&mut observer, HELD).await, 1);
}

#[tokio::test]
async fn a_shared_path_that_falls_silent_is_offline() {
    let world = World::new().await;
    let proxy = Proxy::to(&world.database.app_url);
    let address = Address::parse(Some(&format!("{}&connect_timeout=2", proxy.url()))).expect("a good URL");
    let mut listening = Box::pin(Listening::at(&world, &address, PATIENT)).await;
    proxy.fall_silent();
    listening.doubt.notify_one();
    loop {
        match listening.next().await {
            Heard::Link(Link::Offline) => break,
            Heard::Link(Link::Live) => panic!("it is silent"),
            Heard::Link(_) | Heard::Change(_) | Heard::Clock(_) => {}
        }
    }
}

/// Cancels a statement that waits for a lock.
const CANCEL_WAITING: &str = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = 'medstint_app' AND wait_event_type = 'Lock'";
/// Ends the connection of a transaction that waits for a lock.
const KILL_WAITING: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = 'medstint_app' AND wait_event_type = 'Lock'";

#[tokio::test]
async fn a_killed_connection_is_replaced_and_everything_read_again() {
    let world = World::new().await;
    let mut listening = Listening::of(&world, PATIENT).await;
    let mut observer = observer(&world).await;
    until(&mut observer, HELD, 1).await;
    execute(&mut observer, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'medstint_app'").await;
    while listening.next().await != Heard::Link(Link::Live) {}
    assert_eq!(listening.next().await, Heard::Change(Change::Resync));
    until(&mut observer, HELD, 1).await;
}

#[tokio::test]
async fn a_decision_whose_connection_is_killed_was_not_made() {
    let world = World::new().await;
    let shown = a_time_record().insert(&world).await;
    let listening = Listening::of(&world, PATIENT).await;
    let mut observer = observer(&world).await;
    let mut holder = world.owner().await;
    execute(&mut holder, "BEGIN; SELECT FROM time_records FOR UPDATE").await;
    let (approve, shown) = (Decide::Approve { reason: None }, [shown]);
    let killing = async {
        until_locked(&mut observer).await;
        execute(&mut observer, KILL_WAITING).await;
    };
    let (decided, ()) = tokio::join!(decide(&listening.bound, &shown, &approve), killing);
    assert!(matches!(decided, Err(Failure::Unavailable(_))), "{decided:?}");
    execute(&mut holder, "ROLLBACK").await;
    let status: String = value(&mut holder, "SELECT status::text FROM time_records").await;
    assert_eq!(status, "PENDING");
}

#[tokio::test]
async fn a_decision_whose_answer_is_lost_with_the_connection_is_looked_up() {
    let world = World::new().await;
    let shown = a_time_record().insert(&world).await;
    let proxy = Proxy::to(&world.database.app_url);
    let address = Address::parse(Some(proxy.url())).expect("a good URL");
    let listening = Box::pin(Listening::at(&world, &address, PATIENT)).await;
    proxy.lose_commit("medstint.decide_at_once");
    let approve = Decide::Approve { reason: None };
    let outcomes = decide(&listening.bound, &[shown], &approve).await.expect("it is looked up");
    assert_eq!(outcomes[0].result, Ok(2));
}

#[tokio::test]
async fn a_connection_has_the_name_of_its_client() {
    let database = Database::migrated().await;
    let mut named = database.app_address().named("medstint/1.0.0 console 1f3a").connect().await.expect("a connection");
    let name: String = value(&mut named, "SELECT current_setting('application_name')").await;
    assert_eq!(name, "medstint/1.0.0 console 1f3a");
}

#[test]
fn a_name_in_the_settings_counts_more_than_that_of_the_client() {
    let address = Address::parse(Some("postgres://u@h/d?application_name=door")).expect("a good URL");
    assert_eq!(address.named("medstint/1.0.0 kiosk 1f3a").client(), "door");
}

#[tokio::test]
async fn connections_of_every_role_are_counted() {
    let world = World::new().await;
    let (_others, mut app) = (observer(&world).await, world.database.app().await);
    let count = health::connections(&mut app).await.expect("an answer");
    assert!(count.used >= 2 && count.used < count.available, "{count:?}");
}

#[tokio::test]
async fn the_doctor_counts_connections() {
    let database = Database::migrated().await;
    let (code, out, err) = program::run(&["doctor", "--database-url", &database.app_url], "").await;
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(
        out.lines().any(|line| line.contains("connections") && line.contains(" in use, one by medstint/")),
        "{out}"
    );
}
