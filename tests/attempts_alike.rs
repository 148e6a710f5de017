//! Attempts to unlock a session and at a PIN: the transaction that makes one does the same
//! for a right and for a wrong guess, by everything that its maker can see.

use sqlx::PgConnection;

use super::support::World;
use super::support::database::{execute, value};
use super::support::door::{PIN, enrolled};
use super::support::world::PASSWORD;

/// How many rows were read and written.
const ROWS: &str = "
    SELECT string_agg(concat_ws(' ', relname, seq_scan, seq_tup_read, idx_scan, idx_tup_fetch, n_tup_ins, n_tup_upd,
      n_tup_del), ', ' ORDER BY relname)
    FROM pg_stat_xact_user_tables WHERE seq_scan > 0 OR idx_scan > 0 OR n_tup_ins > 0";

const LOCKS: &str = "
    SELECT string_agg(concat_ws(' ', locktype, relation, classid, objid, mode), ', ' ORDER BY locktype, relation, mode)
    FROM pg_locks WHERE pid = pg_backend_pid() AND locktype NOT IN ('virtualxid', 'transactionid')";

/// A right guess and a wrong one, as calls.
type Guesses = [String; 2];

async fn at_a_session(world: &World) -> Guesses {
    let token = world.token("north-supervisor").await;
    [PASSWORD, "a wrong guess"].map(|guess| format!("medstint.begin_unlock('{}', '{guess}')", token.expose()))
}

async fn at_a_pin(world: &World) -> Guesses {
    let credential = enrolled(world).await;
    // A record of an update leaves out what two instants have in common: here always as much.
    let earlier = "INSERT INTO medstint.pin_attempts (subject, last_attempt)
                   VALUES ('user:north-student', now() - interval '12 hours')";
    execute(&mut world.owner().await, earlier).await;
    [PIN, "0000"].map(|guess| format!("medstint.begin_pin('{}', 'S1', '{guess}')", credential.expose()))
}

/// What a question answers in the transaction of each guess, on connections of their own.
async fn seen_beside(world: &World, guesses: &Guesses, question: &str) -> [String; 2] {
    let mut seen = [String::new(), String::new()];
    for (guess, seen) in guesses.iter().zip(&mut seen) {
        let mut app = world.database.app().await;
        execute(&mut app, &format!("BEGIN; SELECT {guess}")).await;
        *seen = value(&mut app, question).await;
        execute(&mut app, "ROLLBACK").await;
    }
    seen
}

/// The bytes that each guess writes. A page is cleaned up now and then, which is written
/// too: the least of several counts.
async fn written(app: &mut PgConnection, guesses: &Guesses) -> [i64; 2] {
    let mut least = [i64::MAX; 2];
    for _ in 0..4 {
        for (guess, least) in guesses.iter().zip(&mut least) {
            execute(&mut *app, "BEGIN").await;
            let explain = format!("EXPLAIN (ANALYZE, WAL, FORMAT JSON) SELECT {guess}");
            let plan: serde_json::Value = value(&mut *app, &explain).await;
            execute(&mut *app, "ROLLBACK").await;
            *least = plan[0]["Plan"]["WAL Bytes"].as_i64().expect("a number of bytes").min(*least);
        }
    }
    least
}

async fn assert_same_wal(world: &World, guesses: &Guesses) {
    let [right, wrong] = written(&mut world.database.app().await, guesses).await;
    assert!(right > 0);
    assert_eq!(right, wrong);
}

async fn assert_same(world: &World, guesses: &Guesses, question: &str, includes: &str) {
    let [right, wrong] = seen_beside(world, guesses, question).await;
    assert!(right.contains(includes), "{right}");
    assert_eq!(right, wrong);
}

#[tokio::test]
async fn right_and_wrong_passwords_of_a_session_write_the_same_wal() {
    let world = World::new().await;
    assert_same_wal(&world, &at_a_session(&world).await).await;
}

#[tokio::test]
async fn right_and_wrong_passwords_of_a_session_read_and_write_the_same_rows() {
    let world = World::new().await;
    assert_same(&world, &at_a_session(&world).await, ROWS, "password_attempts").await;
}

#[tokio::test]
async fn right_and_wrong_passwords_of_a_session_take_the_same_locks() {
    let world = World::new().await;
    assert_same(&world, &at_a_session(&world).await, LOCKS, "RowExclusiveLock").await;
}

#[tokio::test]
async fn right_and_wrong_pins_write_the_same_wal() {
    let world = World::new().await;
    assert_same_wal(&world, &at_a_pin(&world).await).await;
}

#[tokio::test]
async fn right_and_wrong_pins_read_and_write_the_same_rows() {
    let world = World::new().await;
    assert_same(&world, &at_a_pin(&world).await, ROWS, "pin_outcomes").await;
}

#[tokio::test]
async fn right_and_wrong_pins_take_the_same_locks() {
    let world = World::new().await;
    assert_same(&world, &at_a_pin(&world).await, LOCKS, "RowExclusiveLock").await;
}
