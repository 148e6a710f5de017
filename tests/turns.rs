//! Turns, which one transaction at a time holds: no lock that any role may take replaces
//! one, and none can be taken without a session.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use medstint::domain::Secret;

use super::support::database::{execute, try_execute, value};
use super::support::door::{PIN, enrolled};
use super::support::world::now;
use super::support::{World, a_time_record};

/// How many locks on the table of turns this transaction has.
const TAKEN: &str =
    "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 'medstint.turns'::regclass";

#[tokio::test]
async fn no_function_takes_an_advisory_lock() {
    let world = World::new().await;
    let found: String = value(
        &mut world.owner().await,
        "SELECT coalesce(string_agg(p.oid::regprocedure::text, ', ' ORDER BY 1), '') FROM pg_proc p
         WHERE p.pronamespace IN ('public'::regnamespace, 'medstint'::regnamespace) AND p.prosrc ILIKE '%advisory%'",
    )
    .await;
    assert_eq!(found, "", "any role that may connect can hold these up: use medstint.hold_turns");
}

/// Statements that the console's role may run on each table and that touch no row. The
/// triggers of a statement run all the same.
const WITHOUT_ROWS: &str = "
    WITH columns AS (
      SELECT c.oid::regclass AS name, quote_ident(a.attname) AS named,
        has_column_privilege('medstint_app', c.oid, a.attnum, 'INSERT') AS can_insert,
        has_column_privilege('medstint_app', c.oid, a.attnum, 'UPDATE') AS can_update
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p'))
    SELECT format('INSERT INTO %s (%s) SELECT %s WHERE false', name, string_agg(named, ', '), string_agg('NULL', ', '))
    FROM columns WHERE can_insert GROUP BY name
    UNION ALL
    SELECT format('UPDATE %s SET %s WHERE false', name, string_agg(named || ' = NULL', ', ')) FROM columns WHERE can_update GROUP BY name
    UNION ALL
    SELECT DISTINCT format('DELETE FROM %s WHERE false', name) FROM columns WHERE has_table_privilege('medstint_app', name, 'DELETE')";

/// Asserts that no statement of the console's role wants a turn without a session, also
/// where it is refused afterwards. Nobody gets one meanwhile.
async fn assert_want_none(world: &World, statements: Vec<String>) {
    let (mut holder, mut app) = (world.owner().await, world.database.app().await);
    execute(&mut holder, "BEGIN; LOCK TABLE medstint.turns").await;
    execute(&mut app, "SET lock_timeout = '50ms'").await;
    for sql in statements {
        execute(&mut app, "BEGIN").await;
        let answer = try_execute(&mut app, &sql).await;
        assert!(!format!("{answer:?}").contains("55P03"), "{sql}: {answer:?}");
        execute(&mut app, "ROLLBACK").await;
    }
}

#[tokio::test]
async fn statements_without_a_session_take_no_turn() {
    let world = World::new().await;
    let statements: Vec<String> =
        sqlx::query_scalar(WITHOUT_ROWS).fetch_all(&mut world.owner().await).await.expect("statements");
    assert!(statements.iter().any(|sql| sql.starts_with("UPDATE users")), "{statements:?}");
    assert_want_none(&world, statements).await;
}

#[tokio::test]
async fn functions_without_a_session_or_arguments_take_no_turn() {
    let world = World::new().await;
    let calls: Vec<String> = sqlx::query_scalar(
        "SELECT format('SELECT %s(%s)', p.oid::regproc,
           (SELECT string_agg('NULL::' || format_type(t, NULL), ', ') FROM unnest(p.proargtypes) t))
         FROM pg_proc p WHERE p.pronamespace = 'medstint'::regnamespace AND p.prokind = 'f'
           AND p.prorettype <> 'trigger'::regtype AND has_function_privilege('medstint_app', p.oid, 'EXECUTE')",
    )
    .fetch_all(&mut world.owner().await)
    .await
    .expect("calls");
    assert!(calls.len() > 50, "{calls:?}");
    assert_want_none(&world, calls).await;
}

/// Calls that take a turn: in whose session, the function, its arguments. The kiosk's
/// functions are called with its credential instead.
const CALLS: [(&str, &str, &str); 12] = [
    ("north-admin", "ask", "'t', 'Why?'"),
    ("north-admin", "deploy", "'north-template', '{}', '{north-student}', 'REQUIRED', NULL, NULL, NULL"),
    ("north-admin", "hold_targets", "'competency_deployments', '{north-deployment}'"),
    ("north-admin", "hold_targets", "'users', '{north-student}'"),
    ("kiosk", "kiosk_punch", "'{credential}', '{attempt}', repeat('k', 32), 'S1', now(), '{}'"),
    ("north-student", "propose_correction", "'t', 1, now() - interval '8 hours', now() - interval '1 hour', 'Because'"),
    ("north-admin", "reflag_due", "'{t}'"),
    ("north-admin", "reflag_left", "'{t}'"),
    ("north-admin", "reset_password", "'north-preceptor'"),
    ("north-admin", "resolve_punch", "'a-punch-in-quarantine', 'IN', 'north-student-2-rotation', now(), 'By phone'"),
    ("north-admin", "roll_back", "'north-deployment'"),
    (
        "kiosk",
        "sync_punches",
        r#"'{credential}', 'b', 1, '[{"key": "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", "badge": "S1", "wall_ms": 0, "boot": "b", "monotonic_ms": 0, "said": {}}]'"#,
    ),
];

/// Functions of the console's role whose text leads to a turn, also by way of others.
const LEADS_TO_TURN: &str = r"
    WITH RECURSIVE texts AS (
      SELECT p.oid, p.proname::text AS name, pg_get_functiondef(p.oid) AS text
      FROM pg_proc p WHERE p.pronamespace = 'medstint'::regnamespace AND p.prokind IN ('f', 'p')),
    leads AS (
      SELECT t.name FROM texts t WHERE t.name = 'hold_turns'
      UNION SELECT t.name FROM texts t JOIN leads l ON t.text ~ ('medstint\.' || l.name || '\('))
    SELECT DISTINCT t.name FROM texts t JOIN leads l USING (name)
    WHERE has_function_privilege('medstint_app', t.oid, 'EXECUTE')
      AND (SELECT p.prorettype FROM pg_proc p WHERE p.oid = t.oid) <> 'trigger'::regtype ORDER BY 1";

/// A world in which each of the calls has something to do, with a kiosk's credential and
/// an attempt at a PIN there.
async fn with_something_to_do() -> (World, String, String) {
    let world = World::new().await;
    a_time_record().id("t").clocked_in(now() - TimeDelta::hours(9)).insert(&world).await;
    let credential = enrolled(&world).await;
    execute(
        &mut world.owner().await,
        r#"INSERT INTO kiosk_punches (id, school_id, kiosk_id, clinical_site_id, badge, student_id, punched_at, device_clock,
             is_offline, clock_is_unverified, status, problem)
           VALUES ('a-punch-in-quarantine', 'north', 'north-kiosk', 'north-site', 'X', 'north-student-2', now(), now(),
             true, false, 'QUARANTINED', 'refused');
           INSERT INTO medstint.flags_due (time_record_id, school_id) VALUES ('t', 'north') ON CONFLICT DO NOTHING;
           UPDATE competency_deployments SET rollback_data = '{"competencies": [], "criteria": [], "assignments": []}'
           WHERE id = 'north-deployment'"#,
    )
    .await;
    let door = world.database.store().at_door(credential.clone());
    let attempt = door.begin_pin("S1", &Secret::new(PIN)).await.expect("counted");
    (world, credential.expose().to_owned(), attempt.expose().to_owned())
}

/// A call, with a kiosk's credential and an attempt there.
fn call(function: &str, arguments: &str, credential: &str, attempt: &str) -> String {
    let arguments = arguments.replace("{credential}", credential).replace("{attempt}", attempt);
    format!("SELECT medstint.{function}({arguments})")
}

#[tokio::test]
async fn every_function_that_leads_to_a_turn_is_called() {
    let world = World::new().await;
    let leading: Vec<String> =
        sqlx::query_scalar(LEADS_TO_TURN).fetch_all(&mut world.owner().await).await.expect("functions");
    let called: BTreeSet<&str> = CALLS.iter().map(|(_, function, _)| *function).collect();
    assert_eq!(leading.iter().map(String::as_str).collect::<BTreeSet<_>>(), called, "add it to CALLS");
}

#[tokio::test]
async fn calls_in_a_session_take_their_turn() {
    let (world, credential, attempt) = with_something_to_do().await;
    for (who, function, arguments) in CALLS {
        let mut app = if who == "kiosk" { world.database.app().await } else { world.app_as(who).await };
        execute(&mut app, "BEGIN").await;
        execute(&mut app, &call(function, arguments, &credential, &attempt)).await;
        assert!(value::<i64>(&mut app, TAKEN).await > 0, "{function}({arguments}) does not reach its turn");
        execute(&mut app, "ROLLBACK").await;
    }
}

#[tokio::test]
async fn calls_without_a_session_take_no_turn() {
    let (world, _, attempt) = with_something_to_do().await;
    let calls =
        CALLS.iter().map(|(_, function, arguments)| call(function, arguments, "of no kiosk", &attempt)).collect();
    assert_want_none(&world, calls).await;
}

#[tokio::test]
async fn a_new_turn_is_held_by_one_transaction() {
    let world = World::new().await;
    for end in ["COMMIT", "ROLLBACK"] {
        let take = format!("BEGIN; SELECT medstint.hold_turns('punches', '{{first {end}}}')");
        let (mut one, mut other) = (world.owner().await, world.owner().await);
        execute(&mut one, &take).await;
        let waits: i32 = value(&mut other, "SELECT pg_backend_pid()").await;
        let holds: i32 = value(&mut one, "SELECT pg_backend_pid()").await;
        let second = take.clone();
        let task = tokio::spawn(async move {
            try_execute(&mut other, &second).await.expect("a turn");
            other
        });
        world.until(&format!("SELECT {holds} = ANY (pg_blocking_pids({waits}))")).await;
        execute(&mut one, end).await;
        let mut other = task.await.expect("an end");
        let refused = try_execute(&mut one, &format!("SET lock_timeout = '20ms'; {take}")).await;
        assert!(format!("{refused:?}").contains("55P03"), "after {end}: {refused:?}");
        execute(&mut other, "ROLLBACK").await;
    }
}

#[tokio::test]
async fn only_administrators_take_the_turn_of_roles() {
    let world = World::new().await;
    for person in ["north-student", "north-preceptor", "north-supervisor"] {
        let mut app = world.app_as(person).await;
        for sql in ["UPDATE users SET is_active = is_active WHERE false", "SELECT medstint.hold_targets('users', '{}')"]
        {
            execute(&mut app, "BEGIN").await;
            execute(&mut app, sql).await;
            assert_eq!(value::<i64>(&mut app, TAKEN).await, 0, "{person}: {sql}");
            execute(&mut app, "ROLLBACK").await;
        }
    }
}

#[tokio::test]
async fn administrators_of_two_schools_do_not_wait_for_each_others_roles() {
    let world = World::new().await;
    let mut north = world.app_as("north-admin").await;
    execute(&mut north, "BEGIN").await;
    execute(&mut north, "UPDATE users SET is_active = is_active WHERE false").await;
    let mut south = world.app_as("south-admin").await;
    execute(&mut south, "SET lock_timeout = '200ms'").await;
    execute(&mut south, "UPDATE users SET is_active = false WHERE id = 'south-preceptor'").await;
}
