//! Rows that an open transaction keeps locked: nobody else's sign-in, report, seal or alert
//! waits for them.

use medstint::domain::Secret;
use medstint::store::audit;
use medstint::store::sessions::{self, Origin, SignIn};
use sqlx::PgConnection;

use super::support::World;
use super::support::database::{execute, try_execute, value};
use super::support::world::PASSWORD;

/// Rows that people can lock, each with the person who does.
const HELD: [(&str, &str); 8] = [
    ("north-student", "SELECT medstint.touch_session()::text"),
    ("north-student", "SELECT id FROM users WHERE id = 'north-student' FOR UPDATE"),
    ("north-preceptor", "SELECT id FROM users WHERE id = 'north-preceptor' FOR UPDATE"),
    ("north-supervisor", "SELECT id FROM users WHERE id = 'north-supervisor' FOR UPDATE"),
    ("north-admin", "SELECT id FROM users WHERE id = 'north-admin' FOR UPDATE"),
    ("north-admin", "SELECT id FROM users WHERE id = 'north-student-2' FOR UPDATE"),
    ("north-admin", "SELECT id FROM schools WHERE id = 'north' FOR UPDATE"),
    ("super", "SELECT id FROM users WHERE id = 'super' FOR UPDATE"),
];

/// A transaction of a person that keeps a row locked, after a wrong password at their session.
async fn hold(world: &World, person: &str, statement: &str) -> PgConnection {
    let token = world.token(person).await;
    let mut app = world.database.app().await;
    execute(&mut app, &format!("SELECT medstint.begin_unlock('{}', 'wrong')", token.expose())).await;
    execute(&mut app, &format!("SELECT set_config('medstint.session', '{}', false)", token.expose())).await;
    execute(&mut app, "BEGIN").await;
    let held: String = value(&mut app, statement).await;
    assert!(!held.is_empty(), "{statement} locks nothing");
    app
}

async fn assert_signs_in(world: &World, held: &str) {
    let origin = Origin { address: None, device: "test".into(), client: "console" };
    let answer = world.database.store().sign_in("student2@north.example", &Secret::new(PASSWORD), &origin).await;
    assert!(matches!(answer, Ok(SignIn::Welcome { .. })), "{held}: {answer:?}");
}

async fn watch(world: &World) {
    audit::watch(&world.bound("north-admin-2").await).await.expect("watched");
}

/// An administrator makes another one, which is an event with an alert.
async fn raise_role(world: &World) {
    execute(
        &mut world.app_as("north-admin").await,
        "UPDATE users SET role = 'SCHOOL_ADMIN' WHERE id = 'north-supervisor'",
    )
    .await;
}

const RAISED: &str = "alerts WHERE rule_id = 'platform-role-raised' AND school_id = 'north'";

#[tokio::test]
async fn sign_ins_wait_for_no_held_row() {
    let world = World::new().await;
    for (person, statement) in HELD {
        let mut holder = hold(&world, person, statement).await;
        assert_signs_in(&world, statement).await;
        execute(&mut holder, "ROLLBACK").await;
    }
}

#[tokio::test]
async fn held_rows_withhold_no_event() {
    let world = World::new().await;
    for (known, (person, statement)) in (1..).zip(HELD) {
        let mut holder = hold(&world, person, statement).await;
        watch(&world).await;
        let told = world.count("audit_logs WHERE action = 'auth.unlock_failed'").await;
        assert_eq!(told, known, "{statement}");
        execute(&mut holder, "ROLLBACK").await;
    }
}

#[tokio::test]
async fn held_rows_keep_no_event_from_being_sealed() {
    let world = World::new().await;
    for (person, statement) in HELD {
        let mut holder = hold(&world, person, statement).await;
        watch(&world).await;
        watch(&world).await;
        assert_eq!(world.count("medstint.audit_unsealed WHERE school IN ('', 'north')").await, 0, "{statement}");
        execute(&mut holder, "ROLLBACK").await;
    }
}

#[tokio::test]
async fn an_alert_is_raised_while_its_subject_holds_their_own_row() {
    let world = World::new().await;
    raise_role(&world).await;
    let _holder = hold(&world, "north-admin", "SELECT id FROM users WHERE id = 'north-admin' FOR UPDATE").await;
    watch(&world).await;
    assert_eq!(world.count(RAISED).await, 1);
}

#[tokio::test]
async fn held_sealing_is_told_while_its_author_holds_their_own_row() {
    const OLD_EVENT: &str = "INSERT INTO audit_logs (school_id, action, resource_type, resource_id, created_at)
        VALUES ('north', 'program.updated', 'programs', 'p', now() - interval '3 minutes')";
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(&mut owner, OLD_EVENT).await;
    let _holder = hold(&world, "north-admin", "SELECT id FROM users WHERE id = 'north-admin' FOR UPDATE").await;
    let mut sealer = world.app_as("north-admin").await;
    execute(&mut sealer, "BEGIN; SELECT medstint.watch_audit(current_setting('medstint.session'))").await;
    execute(&mut owner, OLD_EVENT).await;
    watch(&world).await;
    execute(&mut owner, "UPDATE medstint.sealing_delays SET noticed_at = noticed_at - interval '3 minutes'").await;
    watch(&world).await;
    assert_eq!(world.count("alerts WHERE rule_id = 'platform-sealing-held' AND school_id = 'north'").await, 1);
}

/// Makes every alert of raised roles fail, as a row that stays locked would.
async fn break_rule(world: &World) {
    execute(
        &mut world.owner().await,
        "ALTER TABLE alerts ADD CONSTRAINT none_of_it CHECK (rule_id <> 'platform-role-raised') NOT VALID",
    )
    .await;
}

#[tokio::test]
async fn a_rule_that_failed_is_evaluated_with_the_next_seal() {
    let world = World::new().await;
    break_rule(&world).await;
    raise_role(&world).await;
    watch(&world).await;
    assert_eq!(world.count(RAISED).await, 0);
    execute(&mut world.owner().await, "ALTER TABLE alerts DROP CONSTRAINT none_of_it").await;
    watch(&world).await;
    assert_eq!(world.count(RAISED).await, 1);
}

#[tokio::test]
async fn a_rule_that_failed_raises_an_alert() {
    let world = World::new().await;
    break_rule(&world).await;
    raise_role(&world).await;
    watch(&world).await;
    watch(&world).await;
    assert_eq!(world.count("alerts WHERE rule_id = 'platform-rule-failed' AND school_id = 'north'").await, 1);
}

#[tokio::test]
async fn a_notice_that_failed_leaves_its_alert() {
    let world = World::new().await;
    execute(
        &mut world.owner().await,
        "ALTER TABLE notifications ADD CONSTRAINT no_alerts CHECK (type <> 'AUDIT_ALERT') NOT VALID",
    )
    .await;
    raise_role(&world).await;
    watch(&world).await;
    assert_eq!(world.count(RAISED).await, 1);
}

#[tokio::test]
async fn super_administrators_lock_no_other_ones_row() {
    let world = World::new().await;
    execute(
        &mut world.owner().await,
        "INSERT INTO users (id, email, name, role) VALUES ('super-2', 'two@example.org', 'Sue Two', 'SUPER_ADMIN')",
    )
    .await;
    let mut app = world.app_as("super").await;
    let seen: i64 = value(&mut app, "SELECT count(*) FROM users WHERE id IN ('super', 'super-2')").await;
    let locked: i64 = value(
        &mut app,
        "WITH locked AS (SELECT id FROM users WHERE id IN ('super', 'super-2') FOR UPDATE) SELECT count(*) FROM locked",
    )
    .await;
    assert_eq!((seen, locked), (2, 1));
}

#[tokio::test]
async fn a_pin_that_is_being_used_holds_no_report_up() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(
        &mut owner,
        "INSERT INTO medstint.pin_outcomes (id, kiosk_id, subject, user_id, status, failures, counted_at)
         VALUES ('used', 'north-kiosk', 'user:north-student', 'north-student', 'ok', 0, now() - interval '6 minutes')",
    )
    .await;
    execute(&mut owner, "BEGIN; SELECT FROM medstint.pin_outcomes WHERE id = 'used' FOR UPDATE").await;
    let _holder = hold(&world, "north-student", "SELECT 'nothing'").await;
    watch(&world).await;
    assert_eq!(world.count("audit_logs WHERE action = 'auth.unlock_failed'").await, 1);
}

/// Attempts at one address, most of which count for nothing, since it is locked.
const FLOOD: &str =
    "INSERT INTO medstint.password_attempts (id, realm, subject, source, tried, is_counted, client, counted_at)
     SELECT medstint.random_token(), 'sign_in', 'flood@x.example', '192.0.2.' || i % 4, repeat('x', 60), i > 2980,
       'console', clock_timestamp() - interval '1 minute' - i * interval '10 ms'
     FROM generate_series(1, 3000) i; ANALYZE medstint.password_attempts";

#[tokio::test]
async fn a_sign_in_reports_a_part_of_a_flood() {
    let world = World::new().await;
    execute(&mut world.owner().await, FLOOD).await;
    assert_signs_in(&world, "a flood").await;
    assert_eq!(world.count("medstint.password_attempts WHERE NOT is_reported").await, 2800);
}

#[tokio::test]
async fn a_report_reads_each_attempt_of_a_flood_a_few_times_only() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(&mut owner, FLOOD).await;
    execute(&mut owner, "BEGIN; SELECT medstint.report_attempts()").await;
    let read: i64 = value(
        &mut owner,
        "SELECT (seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_xact_user_tables
         WHERE relid = 'medstint.password_attempts'::regclass",
    )
    .await;
    assert!(read < 100_000, "{read} rows read for 1,000 reported attempts");
}

#[tokio::test]
async fn a_session_that_was_held_during_a_reset_is_revoked_afterwards() {
    let world = World::new().await;
    let mut holder = world.app_as("north-stranger").await;
    execute(&mut holder, "BEGIN; SELECT medstint.touch_session()").await;
    execute(&mut world.app_as("north-admin").await, "SELECT medstint.reset_password('north-stranger')").await;
    execute(&mut holder, "COMMIT").await;
    watch(&world).await;
    assert_eq!(world.count("sessions WHERE user_id = 'north-stranger' AND revoked_at IS NULL").await, 0);
}

#[tokio::test]
async fn a_session_that_was_held_while_it_was_locked_out_is_revoked_afterwards() {
    let world = World::new().await;
    let token = world.token("north-stranger").await;
    let mut app = world.database.app().await;
    for _ in 0..5 {
        execute(&mut app, &format!("SELECT medstint.begin_unlock('{}', 'wrong')", token.expose())).await;
    }
    execute(&mut app, &format!("SELECT set_config('medstint.session', '{}', false)", token.expose())).await;
    execute(&mut app, "BEGIN; SELECT medstint.touch_session()").await;
    watch(&world).await;
    execute(&mut app, "COMMIT").await;
    watch(&world).await;
    assert_eq!(world.count("sessions WHERE user_id = 'north-stranger' AND revoked_at IS NULL").await, 0);
}

#[tokio::test]
async fn a_reset_waits_for_no_held_row_of_the_person() {
    let world = World::new().await;
    let _holder = hold(&world, "north-stranger", "SELECT id FROM users WHERE id = 'north-stranger' FOR UPDATE").await;
    let mut admin = world.app_as("north-admin").await;
    execute(&mut admin, "SET lock_timeout = '2s'").await;
    execute(&mut admin, "SELECT medstint.reset_password('north-stranger')").await;
}

#[tokio::test]
async fn a_change_of_ones_own_password_waits_for_no_other_session() {
    let world = World::new().await;
    let bound = world.bound("north-stranger").await;
    let mut other = world.app_as("north-stranger").await;
    execute(&mut other, "BEGIN; SELECT medstint.touch_session()").await;
    let fresh = Secret::new("another password");
    let changed = sessions::change_password(&bound, &Secret::new(PASSWORD), &fresh).await;
    assert!(changed.is_ok(), "{changed:?}");
}

#[tokio::test]
async fn a_person_with_events_is_not_deleted() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(
        &mut owner,
        "INSERT INTO users (id, email, name, role) VALUES ('two', 'two@example.org', 'Sue Two', 'SUPER_ADMIN');
         INSERT INTO audit_logs (user_id, action, resource_type, resource_id) VALUES ('two', 'auth.signed_out', 'users', 'two')",
    )
    .await;
    let refused = try_execute(&mut owner, "DELETE FROM users WHERE id = 'two'").await;
    assert!(format!("{refused:?}").contains("audit_logs_user_id_fkey"), "{refused:?}");
}

#[tokio::test]
async fn sessions_go_with_their_person() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(
        &mut owner,
        "INSERT INTO users (id, email, name, role) VALUES ('two', 'two@example.org', 'Sue Two', 'SUPER_ADMIN');
         INSERT INTO sessions (user_id, token, expires_at) VALUES ('two', repeat('a', 64), now() + interval '1 hour');
         DELETE FROM users WHERE id = 'two'",
    )
    .await;
    assert_eq!(world.count("sessions WHERE user_id = 'two'").await, 0);
}

#[tokio::test]
async fn rejects_sessions_of_unknown_people() {
    let world = World::new().await;
    let session =
        "INSERT INTO sessions (user_id, token, expires_at) VALUES ('x', repeat('a', 64), now() + interval '1 hour')";
    let refused = try_execute(&mut world.owner().await, session).await;
    assert!(format!("{refused:?}").contains("sessions_user_id_fkey"), "{refused:?}");
}
