//! Sessions of one process that see the same rows share what is read.

use std::time::Duration;

use medstint::domain::list::{List, Rows};
use medstint::domain::query::Query;
use medstint::domain::window::{Place, Slot};
use medstint::domain::{Actor, Failure, Secret};
use medstint::store::{Bound, Store, listing, pool};
use sqlx::PgConnection;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::support::database::{cluster, connect, execute, value};
use super::support::{PATIENCE, World, a_time_record};

/// The lists that are shared.
const SHARED: [List; 9] = [
    List::TimeRecords,
    List::Rotations,
    List::Corrections,
    List::Missing,
    List::Sites,
    List::Kiosks,
    List::Quarantine,
    List::CalendarBySite,
    List::CalendarByStudent,
];

/// Statements of the console's role that wait for a lock.
const WAITING: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = 'medstint_app' AND wait_event_type = 'Lock'";

/// A process that serves sessions, and a lock in the way of every page of time records.
struct Process {
    world: World,
    store: Store,
    observer: PgConnection,
    holder: PgConnection,
}

type Page = JoinHandle<Result<Rows, Failure>>;

impl Process {
    /// North and South with a record each.
    async fn new() -> Self {
        let world = World::new().await;
        a_time_record().id("north-record").insert(&world).await;
        a_time_record().id("south-record").of_school("south").insert(&world).await;
        let store = Store::serving(pool(&world.database.app_address(), 8));
        let observer = connect(&cluster().url("postgres", &world.database.name)).await;
        let holder = world.owner().await;
        Self { world, store, observer, holder }
    }

    async fn signed_in(&self, user: &str) -> Bound {
        let (token, actor) = self.session(user).await;
        self.store.bind(&token, &actor).expect("a good token")
    }

    async fn session(&self, user: &str) -> (Secret, Actor) {
        let token = self.world.token(user).await;
        let actor = self.store.whoami(&token).await.expect("a good session");
        (token, actor)
    }

    async fn lock(&mut self) {
        execute(&mut self.holder, "BEGIN; LOCK TABLE time_records").await;
    }

    async fn release(&mut self) {
        execute(&mut self.holder, "ROLLBACK").await;
    }

    /// Waits until so many statements wait for the lock.
    async fn until_waiting(&mut self, statements: i64) {
        self.until(WAITING, statements).await;
    }

    async fn until(&mut self, sql: &str, expected: i64) {
        let waiting = async {
            while value::<i64>(&mut self.observer, sql).await != expected {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let seen = timeout(PATIENCE, waiting).await;
        assert!(seen.is_ok(), "waited in vain for {expected}: {sql}");
    }
}

fn ask(bound: &Bound, list: List, query: Query) -> Page {
    let bound = bound.clone();
    tokio::spawn(async move { listing::page(&bound, list, &query, &Place::Start, 10).await })
}

fn ask_queue(bound: &Bound) -> Page {
    ask(bound, List::TimeRecords, Query::default())
}

/// The ids of the records of a page.
async fn records(page: Page) -> Result<Vec<String>, Failure> {
    let rows = timeout(PATIENCE, page).await.expect("an answer").expect("an orderly end")?;
    let Rows::TimeRecords(page) = rows else { panic!("other rows") };
    Ok(page.rows.iter().filter_map(Slot::record).map(|record| record.id.to_string()).collect())
}

#[tokio::test]
async fn sessions_that_ask_for_the_same_share_one_statement() {
    let mut process = Process::new().await;
    let mut sessions = Vec::new();
    for number in 0..10 {
        let user = if number % 2 == 0 { "north-admin" } else { "north-admin-2" };
        sessions.push(process.signed_in(user).await);
    }
    process.lock().await;
    let pages: Vec<Page> = sessions.iter().map(ask_queue).collect();
    process.until_waiting(1).await;
    // Nobody else is on the way to the database.
    let open = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = 'medstint_app' AND state <> 'idle'";
    process.until(open, 1).await;
    process.release().await;
    for page in pages {
        assert_eq!(records(page).await, Ok(vec!["north-record".to_owned()]));
    }
}

#[tokio::test]
async fn totals_are_shared() {
    let mut process = Process::new().await;
    let sessions = [process.signed_in("north-admin").await, process.signed_in("north-admin-2").await];
    process.lock().await;
    let totals = sessions
        .map(|bound| tokio::spawn(async move { listing::total(&bound, List::TimeRecords, &Query::default()).await }));
    process.until_waiting(1).await;
    process.release().await;
    for total in totals {
        assert_eq!(total.await.expect("an orderly end").expect("a total").rows, 1);
    }
}

#[tokio::test]
async fn schools_never_share() {
    let mut process = Process::new().await;
    let (north, south) = (process.signed_in("north-admin").await, process.signed_in("south-admin").await);
    process.lock().await;
    let (of_north, of_south) = (ask_queue(&north), ask_queue(&south));
    process.until_waiting(2).await;
    process.release().await;
    assert_eq!(records(of_north).await, Ok(vec!["north-record".to_owned()]));
    assert_eq!(records(of_south).await, Ok(vec!["south-record".to_owned()]));
}

#[tokio::test]
async fn a_session_that_was_bound_to_another_school_gets_only_rows_of_its_own() {
    let mut process = Process::new().await;
    let north = process.signed_in("north-admin").await;
    let (token, _) = process.session("south-admin").await;
    // What the process believes of a session is no proof.
    let (_, actor) = process.session("north-admin-2").await;
    let mistaken = process.store.bind(&token, &actor).expect("a good token");
    process.lock().await;
    let (first, second) = (ask_queue(&north), ask_queue(&mistaken));
    process.until_waiting(1).await;
    process.release().await;
    assert_eq!(records(first).await, Ok(vec!["north-record".to_owned()]));
    assert_eq!(records(second).await, Ok(Vec::new()));
}

#[tokio::test]
async fn roles_never_share() {
    let mut process = Process::new().await;
    let mut pages = Vec::new();
    for user in ["north-admin", "super", "north-preceptor", "north-preceptor"] {
        pages.push(process.signed_in(user).await);
    }
    process.lock().await;
    let pages: Vec<Page> = pages.iter().map(ask_queue).collect();
    process.until_waiting(4).await;
    process.release().await;
    for page in pages {
        assert_eq!(records(page).await, Ok(vec!["north-record".to_owned()]));
    }
}

#[tokio::test]
async fn a_follower_whose_role_was_taken_away_reads_by_itself() {
    let mut process = Process::new().await;
    let (admin, demoted) = (process.signed_in("north-admin").await, process.signed_in("north-admin-2").await);
    process.lock().await;
    let (first, second) = (ask_queue(&admin), ask_queue(&demoted));
    process.until_waiting(1).await;
    let demote = "UPDATE users SET role = 'CLINICAL_PRECEPTOR' WHERE id = 'north-admin-2'";
    execute(&mut process.world.database.web().await, demote).await;
    process.release().await;
    assert_eq!(records(first).await, Ok(vec!["north-record".to_owned()]));
    // They take part in no rotation.
    assert_eq!(records(second).await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_session_whose_role_changes_while_it_reads_reads_for_nobody_else() {
    let mut process = Process::new().await;
    let (demoted, admin) = (process.signed_in("north-admin-2").await, process.signed_in("north-admin").await);
    process.lock().await;
    let (_first, second) = (ask_queue(&demoted), ask_queue(&admin));
    process.until_waiting(1).await;
    let demote = "UPDATE users SET role = 'CLINICAL_PRECEPTOR' WHERE id = 'north-admin-2'";
    execute(&mut process.world.database.web().await, demote).await;
    process.release().await;
    assert_eq!(records(second).await, Ok(vec!["north-record".to_owned()]));
}

/// Counts time records for others too; returns whom the database would share the count with.
async fn visibility_of_count(mut reader: PgConnection, token: String) -> Option<String> {
    let count = "SELECT visibility FROM medstint.read_shared_total($1,
        'SELECT count(*), 0::bigint, ARRAY[]::bigint[] FROM time_records', '{}')";
    sqlx::query_scalar(count).bind(token).fetch_one(&mut reader).await.expect("a count")
}

#[tokio::test]
async fn a_session_that_visits_another_school_while_it_reads_reads_for_nobody_else() {
    let mut process = Process::new().await;
    let token = process.world.token("super").await.expose().to_owned();
    let (reader, mut visitor) = (process.world.database.app().await, process.world.database.app().await);
    execute(&mut visitor, &format!("SELECT set_config('medstint.session', '{token}', false)")).await;
    process.lock().await;
    let reading = tokio::spawn(visibility_of_count(reader, token));
    process.until_waiting(1).await;
    for school in ["south", "north"] {
        execute(&mut visitor, &format!("SELECT medstint.choose_school('{school}')")).await;
    }
    process.release().await;
    assert_eq!(reading.await.expect("an orderly end"), None);
}

#[tokio::test]
async fn views_never_share() {
    let mut process = Process::new().await;
    let sessions = [process.signed_in("north-admin").await, process.signed_in("north-admin-2").await];
    process.lock().await;
    let pending = ask_queue(&sessions[0]);
    let approved = ask(&sessions[1], List::TimeRecords, Query { view: 2, ..Query::default() });
    process.until_waiting(2).await;
    process.release().await;
    assert_eq!(records(pending).await, Ok(vec!["north-record".to_owned()]));
    assert_eq!(records(approved).await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_statement_that_was_sent_serves_nobody_who_asks_later() {
    let mut process = Process::new().await;
    let sessions = [process.signed_in("north-admin").await, process.signed_in("north-admin-2").await];
    process.lock().await;
    let first = ask_queue(&sessions[0]);
    process.until_waiting(1).await;
    let second = ask_queue(&sessions[1]);
    process.until_waiting(2).await;
    process.release().await;
    for page in [first, second] {
        assert_eq!(records(page).await, Ok(vec!["north-record".to_owned()]));
    }
}

#[tokio::test]
async fn a_follower_whose_session_was_revoked_gets_nothing() {
    let mut process = Process::new().await;
    let (good, revoked) = (process.signed_in("north-admin").await, process.signed_in("north-admin-2").await);
    process.lock().await;
    let (first, second) = (ask_queue(&good), ask_queue(&revoked));
    process.until_waiting(1).await;
    let revoke = "UPDATE sessions SET revoked_at = now() WHERE user_id = 'north-admin-2'";
    execute(&mut process.world.owner().await, revoke).await;
    process.release().await;
    assert_eq!(records(first).await, Ok(vec!["north-record".to_owned()]));
    assert_eq!(records(second).await, Err(Failure::SignedOut));
}

#[tokio::test]
async fn an_error_stays_with_the_session_that_read() {
    let mut process = Process::new().await;
    let sessions = [process.signed_in("north-admin").await, process.signed_in("north-admin-2").await];
    process.lock().await;
    let (first, second) = (ask_queue(&sessions[0]), ask_queue(&sessions[1]));
    process.until_waiting(1).await;
    let cancel = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = 'medstint_app' AND wait_event_type = 'Lock'";
    execute(&mut process.observer, cancel).await;
    assert!(records(first).await.is_err());
    process.until_waiting(1).await;
    process.release().await;
    assert_eq!(records(second).await, Ok(vec!["north-record".to_owned()]));
}

#[tokio::test]
async fn a_reading_that_is_cancelled_is_made_by_those_who_wait() {
    let mut process = Process::new().await;
    let sessions = [process.signed_in("north-admin").await, process.signed_in("north-admin-2").await];
    process.lock().await;
    let (first, second) = (ask_queue(&sessions[0]), ask_queue(&sessions[1]));
    process.until_waiting(1).await;
    first.abort();
    // The statement that was given up waits as well.
    process.until_waiting(2).await;
    process.release().await;
    assert_eq!(records(second).await, Ok(vec!["north-record".to_owned()]));
}

#[tokio::test]
async fn everybody_who_sees_a_whole_school_sees_the_same_of_shared_lists() {
    let process = Process::new().await;
    let (one, other) = (process.signed_in("north-admin").await, process.signed_in("north-admin-2").await);
    for list in SHARED {
        let mut pages = Vec::new();
        // One after the other, so that each reads by itself.
        for bound in [&one, &other] {
            pages.push(ask(bound, list, Query::default()).await.expect("an orderly end").expect("a page"));
        }
        assert_eq!(pages[0], pages[1], "{list:?}");
    }
}

#[tokio::test]
async fn a_store_of_one_session_shares_nothing() {
    let mut process = Process::new().await;
    process.store = process.world.database.store();
    let sessions = [process.signed_in("north-admin").await, process.signed_in("north-admin-2").await];
    process.lock().await;
    let pages = sessions.map(|bound| ask_queue(&bound));
    process.until_waiting(2).await;
    process.release().await;
    for page in pages {
        assert_eq!(records(page).await, Ok(vec!["north-record".to_owned()]));
    }
}
