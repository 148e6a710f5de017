//! Nobody sees another school's data: asked of the catalogue, so that a table
//! that is added without a policy fails here.

use medstint::store::health;
use sqlx::AssertSqlSafe;

use super::support::database::{execute, try_execute, value};
use super::support::{World, a_time_record};

async fn tables(world: &World) -> Vec<String> {
    let mut owner = world.owner().await;
    sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1",
    )
    .fetch_all(&mut owner)
    .await
    .expect("the catalogue")
}

/// Something of each school in every table.
pub async fn full_world() -> World {
    let world = World::new().await;
    for school in ["north", "south"] {
        a_time_record().of_school(school).insert(&world).await;
        a_time_record().of_school(school).approved().insert(&world).await;
        world.token(&format!("{school}-student")).await;
    }
    execute(
        &mut world.owner().await,
        "INSERT INTO time_record_questions (school_id, time_record_id, asked_by, question) SELECT school_id, id, school_id || '-admin', 'Why?' FROM time_records;
         INSERT INTO time_record_corrections (school_id, time_record_id, old_clock_in, clock_in, clock_out, reason, proposed_by)
           SELECT school_id, id, clock_in, clock_in - interval '1 hour', clock_out, 'R', school_id || '-admin' FROM time_records;
         INSERT INTO user_keys (user_id, key) SELECT id, encode(decode('0000000b7373682d6564323535313900000020', 'hex') || sha256(convert_to(id, 'UTF8')), 'base64') FROM users WHERE role = 'STUDENT';
         SELECT medstint.add_authority(id, decode('0000000b7373682d6564323535313900000020', 'hex') || sha256(convert_to(id, 'UTF8')), '') FROM schools;
         INSERT INTO alert_rules (id, school_id, code, name, actions, group_by, threshold, within) SELECT id || '-rule', id, 'x', 'X', '{x}', 'school', 1, '1 minute' FROM schools;
         INSERT INTO alerts (school_id, rule_id, subject, severity, counted, first_at, last_at) SELECT id, id || '-rule', 'x', 'LOW', 1, now(), now() FROM schools;
         INSERT INTO kiosk_states (kiosk_id, school_id, last_seen_at, version, clock_skew_ms, waiting) SELECT id, school_id, now(), '0', 0, 0 FROM kiosks;
         INSERT INTO kiosk_punches (id, school_id, kiosk_id, clinical_site_id, badge, punched_at, device_clock, is_offline, clock_is_unverified, status, problem)
           SELECT 'a-punch-that-waits-' || id, school_id, id, clinical_site_id, 'X', now(), now(), true, false, 'QUARANTINED', 'unknown_badge' FROM kiosks",
    )
    .await;
    world
}

#[tokio::test]
async fn every_table_is_fenced_and_forced_and_holds_rows_of_both_schools_here() {
    let world = full_world().await;
    let mut owner = world.owner().await;
    for table in tables(&world).await {
        let fenced: bool = value(
            &mut owner,
            &format!(
                "SELECT c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT FROM pg_policies p WHERE p.tablename = c.relname
                   AND p.permissive = 'RESTRICTIVE' AND p.roles = '{{medstint_app}}') FROM pg_class c WHERE c.oid = '{table}'::regclass"
            ),
        )
        .await;
        assert!(fenced, "{table} has no fence: add it to sql/policies");
        let school = if table == "schools" { "id" } else { "school_id" };
        let schools: i64 = value(&mut owner, &format!("SELECT count(DISTINCT {school}) FROM {table}")).await;
        assert_eq!(schools, 2, "the world of this test must hold rows of both schools in {table}");
    }
}

#[tokio::test]
async fn without_a_session_every_table_is_empty_and_closed() {
    let world = full_world().await;
    for table in tables(&world).await {
        let mut app = world.database.app().await;
        let rows: i64 = value(&mut app, &format!("SELECT count(*) FROM {table}")).await;
        assert_eq!(rows, 0, "{table} shows rows to whoever holds the URL");
        assert_cannot_write(&mut app, &table).await;
    }
}

#[tokio::test]
async fn with_a_bad_an_expired_or_a_revoked_session_every_table_is_empty() {
    let world = full_world().await;
    let expired = world.token("north-admin").await;
    let revoked = world.token("north-admin").await;
    let inactive = world.token("north-admin-2").await;
    let mut owner = world.owner().await;
    execute(
        &mut owner,
        &format!(
            "UPDATE sessions SET created_at = now() - interval '2 days', expires_at = now() - interval '1 second'
               WHERE token = encode(sha256('{}'), 'hex');
             UPDATE sessions SET revoked_at = now() WHERE token = encode(sha256('{}'), 'hex');
             UPDATE users SET is_active = false WHERE id = 'north-admin-2'",
            expired.expose(),
            revoked.expose(),
        ),
    )
    .await;
    for token in ["", "0123", expired.expose(), revoked.expose(), inactive.expose()] {
        let mut app = world.database.app().await;
        execute(&mut app, &format!("SELECT set_config('medstint.session', '{token}', false)")).await;
        for table in tables(&world).await {
            let rows: i64 = value(&mut app, &format!("SELECT count(*) FROM {table}")).await;
            assert_eq!(rows, 0, "{table} shows rows for a session that is not good");
        }
    }
}

#[tokio::test]
async fn nobody_of_one_school_sees_or_touches_anything_of_the_other() {
    let world = full_world().await;
    for user in ["north-admin", "north-preceptor", "north-supervisor", "north-student", "super"] {
        let mut app = world.app_as(user).await;
        for table in tables(&world).await {
            let school = if table == "schools" { "id" } else { "school_id" };
            // A super admin sees the list of schools: it is how one is chosen.
            if user == "super" && table == "schools" {
                continue;
            }
            let foreign: i64 = value(&mut app, &format!("SELECT count(*) FROM {table} WHERE {school} = 'south'")).await;
            assert_eq!(foreign, 0, "{user} sees rows of South in {table}");
            assert_cannot_change_foreign(&mut app, &table, school).await;
        }
    }
}

#[tokio::test]
async fn an_admin_sees_rows_of_their_own_school_in_every_table() {
    let world = full_world().await;
    let mut owner = world.owner().await;
    execute(&mut owner, "INSERT INTO accounts (user_id, provider_id) VALUES ('north-admin', 'google')").await;
    let mut app = world.app_as("north-admin").await;
    for table in tables(&world).await {
        let rows: i64 = value(&mut app, &format!("SELECT count(*) FROM {table}")).await;
        assert!(rows > 0, "{table} is empty for an admin: its policies are too narrow");
    }
}

#[tokio::test]
async fn a_row_cannot_tie_two_schools_together() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    let error = try_execute(
        &mut web,
        "INSERT INTO rotations (student_id, clinical_site_id, specialty, start_date, end_date, required_hours)
         VALUES ('north-student', 'south-site', 'X', now(), now() + interval '1 day', 1)",
    )
    .await
    .expect_err("a rotation across schools");
    assert!(error.to_string().contains("belongs to another school"), "{error}");
}

#[tokio::test]
async fn a_student_leaves_no_pending_hours_behind() {
    let world = World::new().await;
    a_time_record().id("waits").insert(&world).await;
    let mut web = world.database.web().await;
    let moves = "UPDATE users SET school_id = 'south', program_id = 'south-program' WHERE id = 'north-student'";
    let error = try_execute(&mut web, moves).await.expect_err("a record is pending");
    assert!(format!("{error:?}").contains("users_pending_before_leaving"), "{error:?}");
    execute(&mut web, "UPDATE time_records SET status = 'APPROVED', approved_by = 'north-admin' WHERE id = 'waits'")
        .await;
    execute(&mut web, moves).await;
}

#[tokio::test]
async fn secrets_cannot_be_read_by_the_consoles_role_at_all() {
    let world = World::new().await;
    let mut app = world.app_as("north-admin").await;
    for (table, column) in [
        ("accounts", "password"),
        ("sessions", "token"),
        ("kiosks", "credential_hash"),
        ("kiosks", "enrolment_hash"),
        ("users", "stripe_customer_id"),
    ] {
        let error = sqlx::query(AssertSqlSafe(format!("SELECT {column} FROM {table}")))
            .execute(&mut app)
            .await
            .expect_err("a secret");
        assert!(error.to_string().contains("permission denied"), "{table}.{column}: {error}");
    }
}

#[tokio::test]
async fn the_consoles_role_can_call_only_what_was_opened_to_it() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let mut open: Vec<String> = sqlx::query_scalar(
        "SELECT p.proname::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE n.nspname IN ('medstint', 'public') AND has_function_privilege('medstint_app', p.oid, 'EXECUTE')
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')",
    )
    .fetch_all(&mut owner)
    .await
    .expect("the catalogue");
    open.sort();
    open.dedup();
    assert_eq!(
        open,
        [
            "acknowledge_alert",
            "actor_version",
            "add_key",
            "address_within",
            "answer",
            "applied_definitions",
            "archive_deployment",
            "are_flags_due",
            "ask",
            "begin_export",
            "begin_pin",
            "begin_sign_in",
            "begin_unlock",
            "busiest",
            "busiest_over",
            "case_folded",
            "change_password",
            "choose_password",
            "choose_school",
            "choose_school_of_monitor",
            "clock_limits",
            "current_school_id",
            "current_session_id",
            "current_user_id",
            "day_of",
            "day_start",
            "days_move",
            "decide_at_once",
            "decide_correction",
            "deploy",
            "discard_punch",
            "distance_m",
            "end_export",
            "end_monitor",
            "enrol_kiosk",
            "enter",
            "finish_sign_in",
            "finish_unlock",
            "first_instant",
            "flag_severity",
            "flags_by_now",
            "flags_if_corrected",
            "folded_letters",
            "has_role",
            "hidden_characters",
            "hold_records",
            "hold_targets",
            "is_plain",
            "json_type",
            "keep_monitor",
            "kiosk_hello",
            "kiosk_punch",
            "kiosks_of_school",
            "known_student_ids",
            "last_day",
            "leave_kiosk",
            "listen",
            "listen_for",
            "listen_only",
            "location_verdict",
            "lock_session",
            "locked_session",
            "make_decision",
            "make_enrolment_code",
            "make_pin_code",
            "missing_since",
            "open_session",
            "own_rotation_ids",
            "own_student_ids",
            "propose_correction",
            "read_page",
            "read_shared_page",
            "read_shared_total",
            "read_total",
            "reflag_due",
            "reflag_left",
            "remind",
            "remind_of_clock_out",
            "remind_of_rotation",
            "remove_criterion",
            "remove_key",
            "replay",
            "report_denied",
            "report_reading",
            "report_verification",
            "reset_password",
            "resolve_punch",
            "revoke_kiosk",
            "revoke_session",
            "roll_back",
            "schema_version",
            "search_key",
            "second_person_refusals",
            "set_authorities",
            "set_pin",
            "sign_out",
            "sync_punches",
            "tidied",
            "touch_session",
            "unmasked",
            "visibilities_of",
            "visibility",
            "waiting_events",
            "waits",
            "watch_audit",
            "week_of",
            "whoami",
            "with_approved_hours",
            "withdraw_correction",
        ],
        "a function is open to the console's role that no migration opened by name"
    );
}

#[tokio::test]
async fn the_role_that_exchanges_keys_can_call_four_functions() {
    let world = World::new().await;
    let open: Vec<String> = sqlx::query_scalar(
        "SELECT p.proname::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE n.nspname IN ('medstint', 'public') AND has_function_privilege('medstint_serve', p.oid, 'EXECUTE')
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') ORDER BY 1",
    )
    .fetch_all(&mut world.owner().await)
    .await
    .expect("the catalogue");
    let expected = ["is_known_certificate", "is_known_key", "open_session_by_certificate", "open_session_by_key"];
    assert_eq!(open, expected);
}

#[tokio::test]
async fn the_role_that_exchanges_keys_reaches_no_table() {
    let world = World::new().await;
    let reached: Vec<String> = sqlx::query_scalar(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) verb
         WHERE n.nspname IN ('medstint', 'public') AND c.relkind IN ('r', 'p', 'v')
           AND (has_any_column_privilege('medstint_serve', c.oid, verb)
             OR has_table_privilege('medstint_serve', c.oid, 'DELETE, TRUNCATE, TRIGGER'))",
    )
    .fetch_all(&mut world.owner().await)
    .await
    .expect("the catalogue");
    assert!(reached.is_empty(), "{reached:?}");
}

const LIMIT: &str = "SELECT rolconnlimit FROM pg_roles WHERE rolname = 'medstint_serve'";

/// The statement of the step that creates the role.
fn step_of_the_serving_role() -> String {
    let step = include_str!("../migrations/0010_keys.up.sql");
    format!("{}$$", step.split_once("$$;").expect("the first statement").0)
}

#[tokio::test]
async fn a_role_that_exists_already_gets_a_connection_limit() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    // Roles belong to the cluster that the tests share, so nothing is committed.
    execute(&mut owner, "BEGIN; ALTER ROLE medstint_serve CONNECTION LIMIT -1").await;
    execute(&mut owner, &step_of_the_serving_role()).await;
    assert_eq!(value::<i32>(&mut owner, LIMIT).await, 10);
}

#[tokio::test]
async fn the_step_keeps_a_connection_limit_of_the_administrators() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(&mut owner, "BEGIN; ALTER ROLE medstint_serve CONNECTION LIMIT 4").await;
    execute(&mut owner, &step_of_the_serving_role()).await;
    assert_eq!(value::<i32>(&mut owner, LIMIT).await, 4);
}

#[tokio::test]
async fn the_doctor_finds_a_serving_role_without_a_connection_limit() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    assert_eq!(health::is_serving_role_unlimited(&mut owner).await, Ok(false));
    execute(&mut owner, "BEGIN; ALTER ROLE medstint_serve CONNECTION LIMIT -1").await;
    assert_eq!(health::is_serving_role_unlimited(&mut owner).await, Ok(true));
}

/// Neither a new row nor a change nor a deletion gets through.
async fn assert_cannot_write(app: &mut sqlx::PgConnection, table: &str) {
    assert!(try_execute(app, &format!("INSERT INTO {table} DEFAULT VALUES")).await.is_err(), "{table} takes rows");
    assert!(try_execute(app, &format!("TRUNCATE {table} CASCADE")).await.is_err(), "{table} can be truncated");
    let update = |column: &str| format!("UPDATE {table} SET {column}");
    for what in [
        format!("DELETE FROM {table}"),
        update("status = status"),
        update("is_read = true"),
        update("is_active = is_active"),
    ] {
        if let Ok(done) = sqlx::query(AssertSqlSafe(what.clone())).execute(&mut *app).await {
            assert_eq!(done.rows_affected(), 0, "{what} changes rows");
        }
    }
}

async fn assert_cannot_change_foreign(app: &mut sqlx::PgConnection, table: &str, school: &str) {
    for what in [
        format!("UPDATE {table} SET status = status WHERE {school} = 'south'"),
        format!("UPDATE {table} SET is_active = is_active WHERE {school} = 'south'"),
        format!("DELETE FROM {table} WHERE {school} = 'south'"),
    ] {
        if let Ok(done) = sqlx::query(AssertSqlSafe(what.clone())).execute(&mut *app).await {
            assert_eq!(done.rows_affected(), 0, "{what}");
        }
    }
}
