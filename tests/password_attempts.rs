//! Guessing at passwords: nothing is learned from a guess that is rolled back, and no
//! guess is lost, withheld or able to keep others waiting.

use medstint::domain::Secret;
use medstint::store::audit;
use medstint::store::sessions::{self, Origin, SignIn};
use sqlx::PgConnection;

use super::support::World;
use super::support::database::{execute, try_execute, value};
use super::support::world::PASSWORD;

/// An address with a password, and an unknown one of the same length.
const KNOWN: &str = "admin@north.example";
const UNKNOWN: &str = "nobody@nowh.example";

/// Right, wrong, unknown: as arguments of `begin_sign_in`.
const GUESSES: [(&str, &str); 3] = [(KNOWN, PASSWORD), (KNOWN, "wrong"), (UNKNOWN, PASSWORD)];

/// What a question answers in the transaction of a guess, which is then rolled back.
async fn seen_beside<T>(app: &mut PgConnection, guess: (&str, &str), question: &str) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
    (T,): for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>,
{
    execute(app, "BEGIN").await;
    execute(app, &format!("SELECT medstint.begin_sign_in('{}', '{}')", guess.0, guess.1)).await;
    let answer = value(app, question).await;
    execute(app, "ROLLBACK").await;
    answer
}

#[tokio::test]
async fn right_wrong_and_unknown_passwords_write_the_same_wal() {
    let world = World::new().await;
    let mut app = world.database.app().await;
    let mut least = [i64::MAX; 3];
    // A page is cleaned up now and then, which is written too: the least of several counts.
    for _ in 0..4 {
        for ((address, password), least) in GUESSES.iter().zip(&mut least) {
            execute(&mut app, "BEGIN").await;
            let plan: serde_json::Value = value(
                &mut app,
                &format!(
                    "EXPLAIN (ANALYZE, WAL, FORMAT JSON) SELECT medstint.begin_sign_in('{address}', '{password}')"
                ),
            )
            .await;
            execute(&mut app, "ROLLBACK").await;
            let bytes = plan[0]["Plan"]["WAL Bytes"].as_i64().expect("a number of bytes");
            *least = bytes.min(*least);
        }
    }
    assert!(least[0] > 0, "{least:?}");
    assert_eq!([least[0]; 3], least);
}

#[tokio::test]
async fn right_wrong_and_unknown_passwords_read_the_same_rows() {
    let world = World::new().await;
    // Counts of one connection go on from transaction to transaction.
    let counts = "SELECT string_agg(concat_ws(' ', relname, seq_scan, seq_tup_read, idx_scan, idx_tup_fetch, n_tup_ins, n_tup_upd, n_tup_del), ', ' ORDER BY relname)
                  FROM pg_stat_xact_user_tables WHERE seq_scan > 0 OR idx_scan > 0 OR n_tup_ins > 0";
    let mut read = Vec::new();
    for guess in GUESSES {
        read.push(seen_beside::<String>(&mut world.database.app().await, guess, counts).await);
    }
    // The first and the last of all addresses have a neighbour on one side only.
    for edge in ["a@a.example", "zz@zz.example"] {
        read.push(seen_beside::<String>(&mut world.database.app().await, (edge, "wrong"), counts).await);
    }
    assert!(read[0].contains("users"), "{read:?}");
    assert_eq!(vec![read[0].clone(); 5], read);
}

#[tokio::test]
async fn finishing_a_wrong_attempt_reads_as_many_rows_for_an_unknown_address() {
    let mut read = Vec::new();
    for address in [KNOWN, UNKNOWN] {
        let world = World::new().await;
        let mut app = world.database.app().await;
        let attempt: String = value(&mut app, &format!("SELECT medstint.begin_sign_in('{address}', 'wrong')")).await;
        let mut app = world.database.app().await;
        execute(&mut app, &format!("BEGIN; SELECT medstint.finish_sign_in('{attempt}')")).await;
        let counts: String = value(
            &mut app,
            "SELECT string_agg(concat_ws(' ', relname, seq_scan, seq_tup_read, idx_scan, idx_tup_fetch, n_tup_ins, n_tup_upd, n_tup_del), ', ' ORDER BY relname)
             FROM pg_stat_xact_user_tables WHERE seq_scan > 0 OR idx_scan > 0 OR n_tup_ins > 0",
        )
        .await;
        read.push(counts);
    }
    assert_eq!(read[0], read[1]);
}

#[tokio::test]
async fn right_wrong_and_unknown_passwords_take_the_same_locks() {
    let world = World::new().await;
    let locks = "SELECT string_agg(concat_ws(' ', locktype, relation, classid, objid, mode), ', ' ORDER BY locktype, relation, mode)
                 FROM pg_locks WHERE pid = pg_backend_pid() AND locktype NOT IN ('virtualxid', 'transactionid')";
    let mut taken = Vec::new();
    for guess in GUESSES {
        taken.push(seen_beside::<String>(&mut world.database.app().await, guess, locks).await);
    }
    assert_eq!(vec![taken[0].clone(); 3], taken);
}

#[tokio::test]
async fn right_wrong_and_unknown_passwords_cost_the_same_hash() {
    let world = World::at_full_cost().await;
    let mut app = world.database.app().await;
    let took = "SELECT (extract(epoch FROM clock_timestamp() - now()) * 1000)::bigint";
    let mut least = [i64::MAX; 3];
    for _ in 0..3 {
        for (guess, least) in GUESSES.iter().zip(&mut least) {
            *least = seen_beside::<i64>(&mut app, *guess, took).await.min(*least);
        }
    }
    // A hash that was left out is a hundredth of one; a busy machine is no factor of three.
    let (low, high) = (least.iter().min().expect("three"), least.iter().max().expect("three"));
    assert!(*low > 0 && *high < low * 3, "{least:?} ms");
}

#[tokio::test]
async fn an_attempt_stores_no_verdict_and_no_user() {
    let world = World::new().await;
    let mut app = world.database.app().await;
    for (address, password) in GUESSES {
        execute(&mut app, &format!("SELECT medstint.begin_sign_in('{address}', '{password}')")).await;
    }
    let stored: String = value(
        &mut world.owner().await,
        "SELECT string_agg(DISTINCT concat_ws(' ', length(tried), is_counted, is_used, is_reported), ', ') FROM medstint.password_attempts",
    )
    .await;
    assert_eq!(stored, "60 t f f");
    let read = try_execute(&mut app, "SELECT * FROM medstint.password_attempts").await;
    assert!(read.is_err(), "the console's role reads attempts");
}

#[tokio::test]
async fn a_verdict_needs_an_attempt_that_was_committed() {
    let world = World::new().await;
    let mut app = world.database.app().await;
    execute(&mut app, "BEGIN").await;
    let attempt: String = value(&mut app, &format!("SELECT medstint.begin_sign_in('{KNOWN}', '{PASSWORD}')")).await;
    let refused = try_execute(&mut app, &format!("SELECT medstint.finish_sign_in('{attempt}')")).await;
    assert!(format!("{refused:?}").contains("sign_in_commit_first"), "{refused:?}");
}

#[tokio::test]
async fn an_attempt_opens_one_session_only() {
    let world = World::new().await;
    let mut app = world.database.app().await;
    let attempt: String = value(&mut app, &format!("SELECT medstint.begin_sign_in('{KNOWN}', '{PASSWORD}')")).await;
    let finish = format!("SELECT status FROM medstint.finish_sign_in('{attempt}')");
    assert_eq!(value::<String>(&mut app, &finish).await, "ok");
    assert!(try_execute(&mut app, &finish).await.is_err());
}

/// The events of attempts, as `action person school`, oldest first.
async fn reported(world: &World) -> Vec<String> {
    audit::watch(&world.bound("north-admin-2").await).await.expect("watched");
    let told: Option<String> = value(
        &mut world.owner().await,
        "SELECT string_agg(concat_ws(' ', action, resource_id, coalesce(school_id, 'platform')), ', ' ORDER BY created_at, sequence)
         FROM audit_logs WHERE action IN ('auth.sign_in_failed', 'auth.locked_out', 'auth.unlock_failed')",
    )
    .await;
    told.unwrap_or_default().split(", ").filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

#[tokio::test]
async fn attempts_without_a_verdict_are_reported() {
    let world = World::new().await;
    let mut app = world.database.app().await;
    for _ in 0..5 {
        execute(&mut app, &format!("SELECT medstint.begin_sign_in('{KNOWN}', 'wrong')")).await;
    }
    let failed = "auth.sign_in_failed north-admin north";
    assert_eq!(reported(&world).await, [failed, failed, failed, failed, "auth.locked_out north-admin north"]);
    assert_eq!(reported(&world).await.len(), 5, "once");
}

#[tokio::test]
async fn a_transaction_that_is_kept_open_withholds_no_event() {
    let world = World::new().await;
    let mut app = world.database.app().await;
    let attempt: String = value(&mut app, &format!("SELECT medstint.begin_sign_in('{KNOWN}', 'wrong')")).await;
    execute(&mut app, &format!("BEGIN; SELECT medstint.finish_sign_in('{attempt}')")).await;
    assert_eq!(reported(&world).await, ["auth.sign_in_failed north-admin north"]);
}

#[tokio::test]
async fn attempts_at_super_administrators_are_events_of_the_platform() {
    let world = World::new().await;
    let mut app = world.database.app().await;
    for address in ["super@example.org", UNKNOWN] {
        execute(&mut app, &format!("SELECT medstint.begin_sign_in('{address}', 'wrong')")).await;
    }
    assert_eq!(reported(&world).await, ["auth.sign_in_failed super platform", "auth.sign_in_failed - platform"]);
}

#[tokio::test]
async fn a_flood_at_a_locked_address_is_one_event_with_a_number() {
    let world = World::new().await;
    let mut app = world.database.app().await;
    for _ in 0..8 {
        execute(&mut app, &format!("SELECT medstint.begin_sign_in('{KNOWN}', 'wrong')")).await;
    }
    assert_eq!(reported(&world).await.len(), 6);
    let rest: String = value(
        &mut world.owner().await,
        "SELECT changes::jsonb #>> '{attempts,new}' FROM audit_logs WHERE action = 'auth.locked_out' AND changes LIKE '%attempts%'",
    )
    .await;
    assert_eq!(rest, "3");
}

#[tokio::test]
async fn attempts_never_wait_for_open_attempts() {
    let world = World::new().await;
    let mut app = world.database.app().await;
    execute(&mut app, &format!("BEGIN; SELECT medstint.begin_sign_in('{KNOWN}', 'wrong')")).await;
    let origin = Origin { address: None, device: "test".into(), client: "console" };
    let welcome = world.database.store().sign_in(KNOWN, &Secret::new(PASSWORD), &origin).await;
    assert!(matches!(welcome, Ok(SignIn::Welcome { .. })), "{welcome:?}");
}

/// Stores attempts from elsewhere at an address, as the database would have.
async fn attempts_from(world: &World, source: &str, count: usize, subject: &str) {
    let sql = format!(
        "INSERT INTO medstint.password_attempts (id, realm, subject, source, tried, is_counted, client)
         SELECT medstint.random_token(), 'sign_in', '{subject}', '{source}', repeat('x', 60), true, 'console' FROM generate_series(1, {count})"
    );
    execute(&mut world.owner().await, &sql).await;
}

async fn sign_in(world: &World) -> SignIn {
    let origin = Origin { address: None, device: "test".into(), client: "console" };
    world.database.store().sign_in(KNOWN, &Secret::new(PASSWORD), &origin).await.expect("an answer")
}

#[tokio::test]
async fn guesses_from_other_addresses_lock_nobody_out_here() {
    let world = World::new().await;
    attempts_from(&world, "192.0.2.66", 10, KNOWN).await;
    assert!(matches!(sign_in(&world).await, SignIn::Welcome { .. }));
}

#[tokio::test]
async fn twenty_guesses_from_many_addresses_lock_the_account() {
    let world = World::new().await;
    for n in 0..5 {
        attempts_from(&world, &format!("192.0.2.{n}"), 4, KNOWN).await;
    }
    assert!(matches!(sign_in(&world).await, SignIn::Locked { .. }));
}

#[tokio::test]
async fn attempts_from_one_address_are_bounded_by_the_minute() {
    let world = World::new().await;
    attempts_from(&world, "local", 300, "somebody@else.example").await;
    let mut app = world.database.app().await;
    let refused = try_execute(&mut app, &format!("SELECT medstint.begin_sign_in('{KNOWN}', 'x')")).await;
    assert!(format!("{refused:?}").contains("password_attempts_per_minute"), "{refused:?}");
}

#[tokio::test]
async fn a_transaction_makes_one_attempt_to_sign_in() {
    let world = World::new().await;
    let mut app = world.database.app().await;
    let begin = format!("SELECT medstint.begin_sign_in('{KNOWN}', 'x')");
    execute(&mut app, &format!("BEGIN; {begin}")).await;
    let refused = try_execute(&mut app, &begin).await;
    assert!(format!("{refused:?}").contains("password_attempts_per_minute"), "{refused:?}");
}

#[tokio::test]
async fn attempts_to_sign_in_leave_those_to_unlock_alone() {
    let world = World::new().await;
    attempts_from(&world, "local", 300, "somebody@else.example").await;
    let token = world.token("north-preceptor").await;
    let unlock = format!("SELECT medstint.begin_unlock('{}', '{PASSWORD}')", token.expose());
    try_execute(&mut world.database.app().await, &unlock).await.expect("an attempt of another kind");
}

#[tokio::test]
async fn an_address_that_names_a_session_reaches_no_session() {
    let world = World::new().await;
    let bound = world.bound("north-admin").await;
    let session: String =
        value(&mut world.owner().await, "SELECT id FROM sessions WHERE user_id = 'north-admin'").await;
    let mut app = world.database.app().await;
    for _ in 0..6 {
        execute(&mut app, &format!("SELECT medstint.begin_sign_in('session:{session}', 'wrong')")).await;
    }
    assert!(reported(&world).await.iter().all(|event| event.ends_with("- platform")));
    assert_eq!(sessions::check(&bound).await, Ok(()));
}

#[tokio::test]
async fn a_guess_at_a_locked_session_leaves_nothing_to_read_before_the_commit() {
    let world = World::new().await;
    let mut own = world.app_as("north-supervisor").await;
    execute(&mut own, "BEGIN; SELECT medstint.begin_unlock(current_setting('medstint.session'), 'wrong')").await;
    let seen: i64 = value(&mut own, "SELECT count(*) FROM audit_logs").await;
    assert_eq!(seen, 0);
    execute(&mut own, "ROLLBACK").await;
}

#[tokio::test]
async fn five_guesses_at_a_session_end_it_though_no_verdict_was_asked_for() {
    let world = World::new().await;
    let bound = world.bound("north-supervisor").await;
    let mut app = world.database.app().await;
    for _ in 0..5 {
        execute(&mut app, &format!("SELECT medstint.begin_unlock('{}', 'wrong')", bound.token().expose())).await;
    }
    assert_eq!(reported(&world).await.last().map(String::as_str), Some("auth.locked_out north-supervisor north"));
    assert!(sessions::check(&bound).await.is_err());
}

#[tokio::test]
async fn guesses_at_a_super_administrator_raise_an_alert_of_the_platform() {
    let world = World::new().await;
    let mut app = world.database.app().await;
    for _ in 0..5 {
        execute(&mut app, "SELECT medstint.begin_sign_in('super@example.org', 'wrong')").await;
    }
    reported(&world).await;
    let seen = "SELECT coalesce(string_agg(rule_id || ' ' || subject, ', '), '') FROM alerts WHERE school_id IS NULL";
    let super_admin: String = value(&mut world.app_as("super").await, seen).await;
    assert!(super_admin.contains("platform-sign-ins-of-account super@example.org"), "{super_admin}");
    let school_admin: String = value(&mut world.app_as("north-admin").await, seen).await;
    assert_eq!(school_admin, "");
    let told: i64 = value(
        &mut world.owner().await,
        "SELECT count(*) FROM notifications WHERE user_id = 'super' AND type = 'AUDIT_ALERT'",
    )
    .await;
    assert!(told > 0, "nobody is told");
}

#[tokio::test]
async fn a_super_administrator_acknowledges_an_alert_of_the_platform() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(
        &mut owner,
        "INSERT INTO alerts (id, rule_id, subject, severity, counted, first_at, last_at)
         VALUES ('guessed', 'platform-sign-ins-of-account', 'other@example.org', 'HIGH', 5, now(), now())",
    )
    .await;
    let acknowledge = "SELECT medstint.acknowledge_alert('guessed')";
    assert!(!value::<bool>(&mut world.app_as("north-admin").await, acknowledge).await);
    assert!(value::<bool>(&mut world.app_as("super").await, acknowledge).await);
}
