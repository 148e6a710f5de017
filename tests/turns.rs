//! Turns, which one transaction at a time holds: no lock that any role may take replaces
//! one, and none can be taken without a session.

use super::support::World;
use super::support::database::{execute, try_execute, value};

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

/// Asserts that no statement of the console's role takes a turn without a session. A
/// statement that fails releases what it took.
async fn assert_takes_none(world: &World, statements: Vec<String>) {
    let mut app = world.database.app().await;
    for sql in statements {
        execute(&mut app, "BEGIN").await;
        if try_execute(&mut app, &sql).await.is_ok() {
            assert_eq!(value::<i64>(&mut app, TAKEN).await, 0, "{sql}");
        }
        execute(&mut app, "ROLLBACK").await;
    }
}

#[tokio::test]
async fn statements_without_a_session_take_no_turn() {
    let world = World::new().await;
    let statements: Vec<String> =
        sqlx::query_scalar(WITHOUT_ROWS).fetch_all(&mut world.owner().await).await.expect("statements");
    assert!(statements.iter().any(|sql| sql.starts_with("UPDATE users")), "{statements:?}");
    assert_takes_none(&world, statements).await;
}

#[tokio::test]
async fn functions_without_a_session_take_no_turn() {
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
    assert_takes_none(&world, calls).await;
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
