//! A future may be dropped wherever it waits: nothing of it is left on the connection
//! that the next one gets. `connections` tells the same of the connection that listens.

use std::future::{Future, poll_fn};
use std::task::Poll;

use medstint::domain::Secret;
use medstint::domain::command::{Command, Target, What};
use medstint::domain::field::PinField;
use medstint::domain::form::{Changed, Form, Value};
use medstint::domain::list::List;
use medstint::domain::query::Query;
use medstint::domain::time_record::Decide;
use medstint::domain::window::Place;
use medstint::kiosk::Clock;
use medstint::store::sessions::{Origin, touch};
use medstint::store::time_records::{confirm, decide};
use medstint::store::{Bound, Store, command, listing, pool};
use sqlx::Row;

use super::support::database::{execute, value};
use super::support::door::{Hands, PIN, enrolled};
use super::support::world::PASSWORD;
use super::support::{World, a_time_record};

/// More awaits than anything here has.
const MANY: usize = 2_000;

/// Polls a future until it has waited so often, then drops it; whether it was done before.
pub async fn dropped_after(waits: usize, future: impl Future) -> bool {
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

/// What the next user of the connection finds: whether a transaction is open, and which
/// settings hold a session, what was typed, or an attempt.
async fn left_behind(store: &Store) -> (bool, String) {
    // A plain query: prepared ones have a timestamp for each step.
    let found = sqlx::raw_sql(
        "SELECT now() <> statement_timestamp(), coalesce((SELECT string_agg(name, ' ')
           FROM unnest(ARRAY['session', 'typed', 'given', 'attempt', 'mask']) name
           WHERE current_setting('medstint.' || name, true) <> ''), '')",
    );
    let row = found.fetch_one(store.pool()).await.expect("an answer");
    (row.get(0), row.get(1))
}

async fn process_of(store: &Store) -> i32 {
    sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(store.pool()).await.expect("an answer")
}

/// Drops what `work` makes at every await; how often it waits.
async fn dropped_everywhere<F: Future>(store: &Store, work: impl Fn() -> F) -> usize {
    for waits in 0..MANY {
        let is_done = dropped_after(waits, work()).await;
        let found = left_behind(store).await;
        assert_eq!(found, (false, String::new()), "dropped after {waits} waits");
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
async fn a_sign_in_dropped_while_it_fails_leaves_nothing_on_the_connection() {
    let world = World::new().await;
    let revoked = "REVOKE EXECUTE ON FUNCTION medstint.open_session(text) FROM medstint_app";
    execute(&mut world.owner().await, revoked).await;
    let (store, ..) = with_one_connection(&world).await;
    let (password, origin) = (Secret::new(PASSWORD), Origin { client: "console", ..Origin::default() });
    let waits = dropped_everywhere(&store, || store.sign_in("admin@north.example", &password, &origin)).await;
    assert!(waits >= 2, "{waits}");
}

#[tokio::test]
async fn a_connection_whose_combined_message_is_dropped_ends() {
    let world = World::new().await;
    let (store, ..) = with_one_connection(&world).await;
    let before = process_of(&store).await;
    let mut owner = world.owner().await;
    execute(&mut owner, "BEGIN; LOCK TABLE medstint.password_attempts").await;
    let (password, origin) = (Secret::new(PASSWORD), Origin { client: "console", ..Origin::default() });
    tokio::select! {
        answer = store.sign_in("admin@north.example", &password, &origin) => panic!("{answer:?}"),
        () = world.until(
            "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
             WHERE d.datname = current_database() AND NOT l.granted)",
        ) => {}
    }
    execute(&mut owner, "ROLLBACK").await;
    assert_ne!(before, process_of(&store).await);
}

#[tokio::test]
async fn a_dropped_decision_leaves_nothing_on_the_connection() {
    let world = World::new().await;
    let shown = [a_time_record().insert(&world).await];
    let (store, _, bound) = with_one_connection(&world).await;
    let approve = Decide::Approve { reason: None };
    let waits = dropped_everywhere(&store, || decide(&bound, &shown, &approve)).await;
    assert!(waits >= 2, "{waits}");
}

#[tokio::test]
async fn a_dropped_confirmation_leaves_nothing_on_the_connection() {
    let world = World::new().await;
    let shown = [a_time_record().insert(&world).await];
    let (store, _, bound) = with_one_connection(&world).await;
    let approve = Decide::Approve { reason: None };
    let waits = dropped_everywhere(&store, || confirm(&bound, &shown, &approve)).await;
    assert!(waits >= 2, "{waits}");
}

#[tokio::test]
async fn a_dropped_command_leaves_nothing_on_the_connection() {
    let world = World::new().await;
    let (store, _, bound) = with_one_connection(&world).await;
    let typed = |field: PinField| Changed {
        field: field.into(),
        old: Value::Nothing,
        new: Value::Secret(Secret::new("2718281")),
    };
    let set = Command {
        what: What::Edit(Form::Pin),
        targets: vec![Target { id: "north-student".into(), name: "it".into() }],
        changes: vec![typed(PinField::New), typed(PinField::Again)],
    };
    let waits = dropped_everywhere(&store, || command::run(&bound, &set)).await;
    assert!(waits >= 2, "{waits}");
}

#[tokio::test]
async fn a_dropped_call_of_a_kiosk_leaves_nothing_on_the_connection() {
    let world = World::new().await;
    let credential = enrolled(&world).await;
    let (store, ..) = with_one_connection(&world).await;
    let (door, pin, clock) = (store.at_door(credential), Secret::new(PIN), Hands::in_boot("x").read());
    let counted = dropped_everywhere(&store, || door.begin_pin("S1", &pin)).await;
    let sent = dropped_everywhere(&store, || door.sync(&clock, &[])).await;
    assert!(counted >= 2 && sent >= 2, "{counted} {sent}");
}

#[tokio::test]
async fn a_connection_that_comes_back_within_a_transaction_is_reset() {
    let world = World::new().await;
    let (store, token, _) = with_one_connection(&world).await;
    let mut connection = store.pool().acquire().await.expect("a connection");
    execute(&mut connection, &format!("BEGIN; SELECT medstint.enter('{}')", token.expose())).await;
    drop(connection);
    assert_eq!(left_behind(&store).await, (false, String::new()));
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
