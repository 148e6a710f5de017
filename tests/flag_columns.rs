//! What a write of a time record costs: flags, and their turn, only where a column changed that
//! they follow from; no statement that changes nothing.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, PgConnection};

use super::support::database::{execute, try_execute, value};
use super::support::world::shift;
use super::support::{World, a_time_record};

/// Columns that no rule reads, or that have rules of their own:
/// - `elapsed_ms` is generated from the times;
/// - `status` is looked at by `flag_changed_records` itself;
/// - `updated_at` is renewed by every write; FUTURE is computed for the write that brought the time;
/// - `flags` and `triage` are the result.
const NOT_FOLLOWED: [&str; 16] = [
    "activities",
    "approved_at",
    "approved_by",
    "decision_kind",
    "decision_reason",
    "decision_reason_code",
    "editors",
    "elapsed_ms",
    "flags",
    "meal_break_min",
    "notes",
    "possible_punchers",
    "status",
    "triage",
    "updated_at",
    "version",
];

const NOTE: &str = "SET lock_timeout = '2s'; UPDATE time_records SET notes = 'A note' WHERE id = 't'";
const MOVE: &str =
    "SET lock_timeout = '100ms'; UPDATE time_records SET clock_out = clock_out + interval '1 minute' WHERE id = 't'";

async fn names(owner: &mut PgConnection, sql: &str) -> BTreeSet<String> {
    let names: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(owner).await.expect("names");
    names.into_iter().collect()
}

/// The columns that `medstint.flags_may_differ` compares.
async fn followed(owner: &mut PgConnection) -> BTreeSet<String> {
    let sql = r"SELECT DISTINCT m[1] FROM pg_proc p, regexp_matches(p.prosrc, '\mnew_record\.(\w+)', 'g') m
         WHERE p.pronamespace = 'medstint'::regnamespace AND p.proname IN ('evidence_differs', 'flags_may_differ')";
    names(owner, sql).await
}

async fn columns(owner: &mut PgConnection) -> BTreeSet<String> {
    let sql = "SELECT a.attname::text FROM pg_attribute a
         WHERE a.attrelid = 'time_records'::regclass AND a.attnum > 0 AND NOT a.attisdropped";
    names(owner, sql).await
}

/// A record with the flag EDITED, so that another minute changes no flags.
async fn edited(world: &World) {
    a_time_record().id("t").clocked_in(shift(1)).insert(world).await;
    let mut web = world.database.web().await;
    execute(&mut web, "SET medstint.actor = 'north-admin'").await;
    execute(&mut web, "UPDATE time_records SET clock_out = clock_out + interval '1 minute' WHERE id = 't'").await;
}

/// Counts the statements on a table from here on, also those that touch no row.
async fn count_statements(owner: &mut PgConnection, table: &str) {
    let sql = format!(
        "CREATE TABLE medstint.counted_{table} (n serial);
         CREATE FUNCTION medstint.count_{table}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
           SET search_path = pg_catalog, pg_temp
           AS 'BEGIN INSERT INTO medstint.counted_{table} DEFAULT VALUES; RETURN NULL; END';
         CREATE TRIGGER z_count AFTER UPDATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION medstint.count_{table}()"
    );
    execute(owner, &sql).await;
}

async fn statements(owner: &mut PgConnection, table: &str) -> i64 {
    value(owner, &format!("SELECT count(*) FROM medstint.counted_{table}")).await
}

#[tokio::test]
async fn every_column_is_followed_by_flags_or_named_as_not_followed() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let mut known = followed(&mut owner).await;
    known.extend(NOT_FOLLOWED.map(str::to_owned));
    assert_eq!(known, columns(&mut owner).await);
}

#[tokio::test]
async fn no_column_is_both_followed_and_not_followed() {
    let world = World::new().await;
    let mut followed = followed(&mut world.owner().await).await;
    followed.retain(|name| NOT_FOLLOWED.contains(&name.as_str()));
    assert_eq!(followed, BTreeSet::new());
}

#[tokio::test]
async fn rules_read_only_columns_that_flags_follow() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let sql = r"WITH bodies AS (
           SELECT p.proname::text AS name, p.prosrc FROM pg_proc p WHERE p.pronamespace = 'medstint'::regnamespace)
         SELECT DISTINCT m[1] FROM bodies b, regexp_matches(b.prosrc, '\m(?:t|o|rec)\.(\w+)', 'g') m
         WHERE b.name IN ('flags_of', 'neighbours') OR b.name IN (
           SELECT r[1] FROM bodies f, regexp_matches(f.prosrc, 'medstint\.(\w+_flags?)\(', 'g') r WHERE f.name = 'flags_of')";
    let (columns, followed) = (columns(&mut owner).await, followed(&mut owner).await);
    let mut read = names(&mut owner, sql).await;
    assert!(read.contains("clock_in_user_agent"), "{read:?}");
    read.retain(|name| columns.contains(name) && !followed.contains(name));
    assert_eq!(read.into_iter().collect::<Vec<_>>(), ["elapsed_ms", "status", "updated_at"]);
}

#[tokio::test]
async fn notes_take_no_turn_of_the_flags() {
    let world = World::new().await;
    edited(&world).await;
    let mut holder = world.owner().await;
    execute(&mut holder, "BEGIN; SELECT medstint.hold_flags('{north}')").await;
    execute(&mut world.database.web().await, NOTE).await;
}

#[tokio::test]
async fn times_take_the_turn_of_the_flags() {
    let world = World::new().await;
    edited(&world).await;
    let mut holder = world.owner().await;
    execute(&mut holder, "BEGIN; SELECT medstint.hold_flags('{north}')").await;
    let error = try_execute(&mut world.database.web().await, MOVE).await.expect_err("the turn is held");
    assert!(format!("{error:?}").contains("55P03"), "{error:?}");
}

#[tokio::test]
async fn notes_compute_flags_that_are_due() {
    let world = World::new().await;
    edited(&world).await;
    let mut owner = world.owner().await;
    execute(&mut owner, "INSERT INTO medstint.flags_due (time_record_id, school_id) VALUES ('t', 'north')").await;
    execute(&mut world.database.web().await, NOTE).await;
    assert_eq!(value::<i64>(&mut owner, "SELECT count(*) FROM medstint.flags_due").await, 0);
}

#[tokio::test]
async fn records_skipped_during_a_note_are_not_approved_before_their_flags_are_computed() {
    let world = World::new().await;
    edited(&world).await;
    let (mut noting, mut web) = (world.database.web().await, world.database.web().await);
    execute(&mut noting, &format!("BEGIN; {NOTE}")).await;
    let overlapping = "INSERT INTO time_records (id, student_id, rotation_id, clock_in, clock_out)
         SELECT 'again', student_id, rotation_id, clock_in + interval '1 hour', clock_out FROM time_records WHERE id = 't'";
    execute(&mut web, overlapping).await;
    execute(&mut noting, "COMMIT").await;
    let approve = "UPDATE time_records SET status = 'APPROVED', approved_by = 'north-supervisor' WHERE id = 't'";
    let error = try_execute(&mut web, approve).await.expect_err("it overlaps");
    assert!(format!("{error:?}").contains("time_records_flags_are_due"), "{error:?}");
}

#[tokio::test]
async fn flags_that_stay_the_same_are_not_written() {
    let world = World::new().await;
    edited(&world).await;
    let mut owner = world.owner().await;
    count_statements(&mut owner, "time_records").await;
    execute(&mut world.database.web().await, MOVE).await;
    assert_eq!(statements(&mut owner, "time_records").await, 1);
}

#[tokio::test]
async fn hours_that_stay_the_same_are_not_written() {
    let world = World::new().await;
    a_time_record().id("t").clocked_in(shift(1)).worked(chrono::TimeDelta::minutes(20)).insert(&world).await;
    let mut owner = world.owner().await;
    for table in ["rotations", "users"] {
        count_statements(&mut owner, table).await;
    }
    let approve = "UPDATE time_records SET status = 'APPROVED', approved_by = 'north-supervisor' WHERE id = 't'";
    execute(&mut world.database.web().await, approve).await;
    assert_eq!(
        (statements(&mut owner, "rotations").await, statements(&mut owner, "users").await),
        (0, 0),
        "20 minutes are no hour"
    );
}

#[tokio::test]
async fn records_of_a_new_school_are_flagged_with_few_reads_each() {
    const RECORDS: i64 = 150;
    let world = World::new().await;
    let mut owner = world.owner().await;
    // Nothing was analyzed: the plans are those of empty tables.
    execute(
        &mut owner,
        &format!(
            "INSERT INTO users (id, email, name, role, school_id, program_id)
               SELECT 'u' || n, 'u' || n || '@x.example', 'Student ' || n, 'STUDENT', 'north', 'north-program'
               FROM generate_series(1, {RECORDS}) n;
             INSERT INTO rotations (id, student_id, clinical_site_id, specialty, start_date, end_date, required_hours, status)
               SELECT 'r' || n, 'u' || n, 'north-site', 'X', now() - interval '9 days', now() + interval '9 days', 90, 'ACTIVE'
               FROM generate_series(1, {RECORDS}) n;
             BEGIN;
             INSERT INTO time_records (student_id, rotation_id, clock_in, clock_out, clock_in_source, clock_out_source,
               clock_in_ip_address, clock_in_user_agent, clock_out_ip_address, clock_out_user_agent)
             SELECT 'u' || n, 'r' || n, at, at + interval '1 hour', 'WEB', 'WEB', '10.0.0.' || n, 'd' || n, '10.0.0.' || n, 'd' || n
             FROM generate_series(1, {RECORDS}) n, LATERAL (SELECT now() - interval '1 minute' * (n + 60) AS at) x"
        ),
    )
    .await;
    let read: i64 = value(
        &mut owner,
        "SELECT (seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_xact_user_tables
         WHERE relname = 'time_records'",
    )
    .await;
    assert!(read < 100 * RECORDS, "{read} rows read");
}
