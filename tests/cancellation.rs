//! A future may be dropped wherever it waits: nothing of it is left on the connection
//! that the next one gets.

use std::future::{Future, poll_fn};
use std::task::Poll;

use medstint::domain::Secret;
use medstint::domain::list::List;
use medstint::domain::query::Query;
use medstint::domain::window::Place;
use medstint::store::sessions::{Origin, touch};
use medstint::store::{Bound, Store, listing, pool};
use sqlx::Row;

use super::support::database::{execute, value};
use super::support::world::PASSWORD;
use super::support::{World, a_time_record};

/// More awaits than anything here has.
const MANY: usize = 2_000;

/// Polls a future until it has waited so often, then drops it; whether it was done before.
async fn dropped_after(waits: usize, future: impl Future) -> bool {
    let mut future = Box::pin(future);
    let mut left = waits;
    poll_fn(move |context| match future.as_mut().poll(context) {
        Poll::Ready(_) => Poll::Ready(true),
        Poll::Pending if left == 0 => Poll::Ready(false),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

/// A store whose pool has one connection, and the same bound to a person.
async fn with_one_connection(world: &World) -> (Store, Secret, Bound) {
    let store = Store::new(pool(&world.database.app_address(), 1));
    let token = world.token("north-admin").await;
    let actor = store.whoami(&token).await.expect("a good session");
    let bound = store.bind(&token, &actor).expect("a good token");
    (store, token, bound)
}

/// What the next user of the connection finds: whether a transaction is open, whose
/// session is entered, and what was typed.
async fn left_behind(store: &Store) -> (bool, String, String) {
    // A plain query: prepared ones have a timestamp for each step.
    let found = sqlx::raw_sql(
        "SELECT now() <> statement_timestamp(), coalesce(current_setting('medstint.session', true), ''),
           coalesce(current_setting('medstint.typed', true), '')",
    );
    let row = found.fetch_one(store.pool()).await.expect("an answer");
    (row.get(0), row.get(1), row.get(2))
}

/// Drops what `work` makes at every await; how often it waits.
async fn dropped_everywhere<F: Future>(store: &Store, work: impl Fn() -> F) -> usize {
    for waits in 0..MANY {
        let is_done = dropped_after(waits, work()).await;
        let found = left_behind(store).await;
        assert_eq!(found, (false, String::new(), String::new()), "dropped after {waits} waits");
        if is_done {
            return waits;
        }
    }
    panic!("it does not end");
}

#[tokio::test]
async fn a_dropped_read_leaves_nothing_on_the_connection() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    let (store, _, bound) = with_one_connection(&world).await;
    let (query, start) = (Query::default(), Place::Start);
    let waits = dropped_everywhere(&store, || listing::page(&bound, List::TimeRecords, &query, &start, 10)).await;
    assert!(waits >= 2, "{waits}");
}

#[tokio::test]
async fn a_dropped_write_leaves_nothing_on_the_connection() {
    let world = World::new().await;
    let (store, _, bound) = with_one_connection(&world).await;
    let waits = dropped_everywhere(&store, || touch(&bound)).await;
    assert!(waits >= 2, "{waits}");
}

#[tokio::test]
async fn a_dropped_sign_in_leaves_nothing_on_the_connection() {
    let world = World::new().await;
    let (store, ..) = with_one_connection(&world).await;
    let (password, origin) = (Secret::new(PASSWORD), Origin { client: "console", ..Origin::default() });
    let waits = dropped_everywhere(&store, || store.sign_in("admin@north.example", &password, &origin)).await;
    assert!(waits >= 2, "{waits}");
}

#[tokio::test]
async fn a_connection_that_comes_back_within_a_transaction_is_reset() {
    let world = World::new().await;
    let (store, token, _) = with_one_connection(&world).await;
    let mut connection = store.pool().acquire().await.expect("a connection");
    execute(&mut connection, &format!("BEGIN; SELECT medstint.enter('{}')", token.expose())).await;
    drop(connection);
    assert_eq!(left_behind(&store).await, (false, String::new(), String::new()));
}

#[tokio::test]
async fn a_connection_that_comes_back_within_a_failed_transaction_is_replaced() {
    let world = World::new().await;
    let (store, ..) = with_one_connection(&world).await;
    let mut connection = store.pool().acquire().await.expect("a connection");
    let before: i32 = value(&mut connection, "SELECT pg_backend_pid()").await;
    let failed = super::support::database::try_execute(&mut connection, "BEGIN; SELECT 1 / 0").await;
    assert!(failed.is_err());
    drop(connection);
    let after: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(store.pool()).await.expect("an answer");
    assert_ne!(before, after);
}
