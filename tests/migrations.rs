//! The schema: documented names and types, up and down and up again.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::process::Command;

use medstint::store::migrations;

use super::support::database::{cluster, execute, value};
use super::support::{Database, World};

/// Tables of another program, whose names are none of ours.
const OTHERS: &str = "
    CREATE TYPE invoice_status AS ENUM ('DRAFT', 'PAID');
    CREATE TABLE invoices (id text PRIMARY KEY, amount numeric(10, 2), status invoice_status, issued_at timestamptz);
    CREATE TABLE quiz_answers (id text PRIMARY KEY, points real, given_at timestamp DEFAULT now());
    INSERT INTO invoices VALUES ('i', 12, 'PAID', now());
    INSERT INTO quiz_answers VALUES ('q', 'NaN', now())";

/// The schema as text, by the server's own tool.
fn schema(database: &Database) -> String {
    dump(database, &["--exclude-table=medstint._sqlx_migrations"])
}

/// The definitions of what another program has made.
fn others(database: &Database) -> String {
    dump(database, &["--table=invoices", "--table=quiz_answers"])
}

fn dump(database: &Database, what: &[&str]) -> String {
    let dump = Command::new(cluster().binaries().program("pg_dump"))
        .args(["--schema-only", "--no-comments"])
        .args(what)
        .arg(&database.owner_url)
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", cluster().binaries().program("pg_dump").display()));
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let text = String::from_utf8(dump.stdout).expect("text");
    // Newer versions put a random key around what psql should not interpret.
    text.lines()
        .filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn up_down_and_up_again_gives_the_same_schema() {
    let database = Database::empty().await;
    let mut owner = database.owner().await;
    execute(&mut owner, OTHERS).await;
    let (before, others_before) = (schema(&database), others(&database));
    migrations::up(&mut owner, None).await.expect("up");
    let after = schema(&database);
    assert!(after.contains("CREATE TABLE public.time_records"));
    assert_eq!(others(&database), others_before, "tables of another program were changed");
    for version in (0..migrations::latest()).rev() {
        migrations::down(&mut owner, version).await.unwrap_or_else(|error| panic!("down to {version}: {error}"));
        let taken = migrations::taken_names(&mut owner, None).await.expect("an answer");
        assert!(taken.is_empty(), "left behind after going down to {version}: {taken:?}");
    }
    assert_eq!(others(&database), others_before, "tables of another program were changed");
    let emptied =
        schema(&database).replace("CREATE SCHEMA medstint;\n\n\nALTER SCHEMA medstint OWNER TO medstint_owner;\n", "");
    let tables = |text: &str| {
        text.lines().filter(|line| line.starts_with("CREATE ") && !line.contains("SCHEMA medstint")).count()
    };
    assert_eq!(tables(&emptied), tables(&before), "something was left behind:\n{emptied}");
    migrations::up(&mut owner, None).await.expect("up again");
    assert_eq!(schema(&database), after);
}

#[tokio::test]
async fn every_migration_opens_with_why_and_can_be_taken_back() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut ups = 0;
    for entry in std::fs::read_dir(dir).expect("migrations") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("text");
        if let Some(stem) = name.strip_suffix(".up.sql") {
            ups += 1;
            assert!(text.starts_with("-- Why: "), "{name} does not say why it exists");
            assert!(path.with_file_name(format!("{stem}.down.sql")).exists(), "{name} cannot be taken back");
        }
    }
    assert_eq!(i64::from(ups), migrations::latest(), "migrations are numbered without gaps");
}

#[tokio::test]
async fn the_names_of_each_step_are_those_of_the_catalogue() {
    let database = Database::empty().await;
    let mut owner = database.owner().await;
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let paths = std::fs::read_dir(dir).expect("migrations").map(|entry| entry.expect("an entry").path());
    let mut steps: Vec<_> = paths.filter(|path| path.to_string_lossy().ends_with(".up.sql")).collect();
    steps.sort();
    let mut before = BTreeSet::new();
    let mut created = String::new();
    for step in steps {
        execute(&mut owner, &std::fs::read_to_string(&step).expect("text")).await;
        let names: Vec<String> = sqlx::query_scalar(include_str!("../src/store/migrations/names.sql"))
            .fetch_all(&mut owner)
            .await
            .expect("names");
        let after = BTreeSet::from_iter(names);
        let number = step.file_name().expect("a name").to_string_lossy()[..4].to_owned();
        for name in after.difference(&before) {
            writeln!(created, "{number} {name}").expect("written");
        }
        before = after;
    }
    let (_, written) = include_str!("../src/store/migrations/names.txt").split_once('\n').expect("a first line");
    assert_eq!(created, written, "run `make queries`");
}

#[tokio::test]
async fn a_status_tells_what_is_applied() {
    let database = Database::empty().await;
    let mut owner = database.owner().await;
    assert!(migrations::status(&mut owner).await.expect("a status").iter().all(|step| !step.applied));
    migrations::up(&mut owner, Some(3)).await.expect("up to 3");
    let applied: Vec<i64> = migrations::status(&mut owner)
        .await
        .expect("a status")
        .iter()
        .filter(|step| step.applied)
        .map(|step| step.version)
        .collect();
    assert_eq!(applied, [1, 2, 3]);
}

#[tokio::test]
async fn going_down_names_the_rows_that_would_be_lost() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    let lost = migrations::data_lost(&mut owner, 2).await.expect("an answer");
    assert!(lost.contains(&"rotations (4 rows)".to_owned()), "{lost:?}");
    assert!(migrations::data_lost(&mut owner, migrations::latest()).await.expect("an answer").is_empty());
}

#[tokio::test]
async fn going_down_counts_no_rows_under_its_locks() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    // Reading a row of schools fails for a transaction that has locked the table.
    let refuse_under_locks = "
        CREATE FUNCTION refuse_under_locks() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
          IF EXISTS (SELECT FROM pg_locks WHERE pid = pg_backend_pid() AND mode = 'AccessExclusiveLock'
                     AND relation = 'public.schools'::regclass) THEN
            RAISE 'rows were counted under a lock';
          END IF;
          RETURN true;
        END $$;
        ALTER POLICY schools_owner ON schools USING (public.refuse_under_locks())";
    execute(&mut owner, refuse_under_locks).await;
    let lost = migrations::data_lost(&mut owner, 2).await.expect("an answer");
    assert!(lost.contains(&"rotations (4 rows)".to_owned()), "{lost:?}");
}

#[tokio::test]
async fn going_down_counts_no_rows_of_other_programs() {
    let database = Database::empty().await;
    let mut owner = database.owner().await;
    execute(&mut owner, OTHERS).await;
    migrations::up(&mut owner, Some(5)).await.expect("up to 5");
    // The rehearsal waits for this table when it has counted the rows there are.
    let mut reader = database.owner().await;
    execute(&mut reader, "BEGIN; LOCK TABLE schools IN ACCESS SHARE MODE").await;
    let mut migrator = database.owner().await;
    let (lost, ()) = tokio::join!(migrations::data_lost(&mut migrator, 0), async {
        let waits = "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                     WHERE NOT l.granted AND d.datname = current_database())";
        database.until(waits).await;
        execute(&mut owner, "DELETE FROM invoices").await;
        execute(&mut reader, "ROLLBACK").await;
    });
    let lost = lost.expect("an answer");
    assert!(lost.is_empty(), "{lost:?}");
}

/// The specification, as `table: column type, …`; `!` is NOT NULL.
const DOCUMENTED: &str = "
users: id text!, email text!, role user_role, school_id text, program_id text, student_id text, academic_status academic_status, onboarding_completed boolean, total_clinical_hours integer, stripe_customer_id text
sessions: id text!, user_id text, token text, expires_at timestamptz, ip_address text, user_agent text
accounts: id text!, user_id text, provider_id text, access_token text, refresh_token text
schools: id text!, admin_id text, name text!, accreditation text!, address text, phone text, email text, website text, is_active boolean
programs: id text!, school_id text, name text!, description text!, duration integer!, class_year integer!, requirements text
clinical_sites: id text!, name text!, type clinical_site_type, capacity integer!, specialties text, contact_person_name text, contact_person_email text, contact_person_phone text, requirements text
rotations: id text!, student_id text, clinical_site_id text, preceptor_id text, supervisor_id text, specialty text!, start_date timestamptz!, end_date timestamptz!, required_hours integer!, completed_hours integer, status rotation_status, objectives text
time_records: id text!, student_id text, rotation_id text, approved_by text, date timestamptz!, clock_in timestamptz!, clock_out timestamptz, total_hours numeric(4,2), activities text, notes text, status time_record_status, clock_in_latitude numeric(10,8), clock_in_longitude numeric(11,8), clock_out_latitude numeric(10,8), clock_out_longitude numeric(11,8), clock_in_ip_address text, clock_out_ip_address text, clock_in_user_agent text, clock_out_user_agent text, approved_at timestamptz
competency_templates: id text!, created_by text, name text!, description text!, category text!, level competency_level, type competency_template_type, content text, is_public boolean, source competency_template_source, version text
competency_deployments: id text!, school_id text, template_id text, deployed_by text, deployment_type deployment_type, status deployment_status, effective_date timestamptz, expiry_date timestamptz, target_programs text, target_users text, rollback_data text
competency_assignments: id text!, user_id text, competency_id text, deployment_id text, assigned_by text, assignment_type assignment_type, status assignment_status, due_date timestamptz, completion_date timestamptz, progress_percentage numeric(5,2)
assessments: id text!, student_id text, assessor_id text, competency_id text, rotation_id text, type assessment_type, status assessment_status, score numeric(7,2), max_score numeric(7,2), rubric_scores text, feedback text, improvement_areas text
rubric_criteria: id text!, competency_id text, template_id text, criterion_name text!, description text!, weight numeric(6,3), max_score numeric(7,2), performance_levels text, order_index integer
notifications: id text!, user_id text, type text!, title text!, message text!, is_read boolean, priority notification_priority, category text, action_url text
audit_logs: id text!, user_id text, school_id text, action text!, resource_type text!, resource_id text!, changes text, ip_address text, user_agent text, endpoint text, method text, status_code integer, severity audit_severity
";

#[tokio::test]
async fn every_documented_table_has_its_documented_columns_with_their_types() {
    let database = Database::migrated().await;
    let mut owner = database.owner().await;
    for line in DOCUMENTED.trim().lines() {
        let (table, columns) = line.split_once(": ").expect("a table");
        for column in columns.split(", ") {
            let (name, declared) = column.split_once(' ').expect("a column");
            let required = declared.ends_with('!');
            let declared = declared.trim_end_matches('!').replace("timestamptz", "timestamp(3) with time zone");
            // A domain counts as what it is made of.
            let (found, not_null): (String, bool) = sqlx::query_as(
                "SELECT CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) ELSE format_type(a.atttypid, a.atttypmod) END, a.attnotnull
                 FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = $1::regclass AND a.attname = $2",
            )
            .bind(table)
            .bind(name)
            .fetch_one(&mut owner)
            .await
            .unwrap_or_else(|error| panic!("{table}.{name}: {error}"));
            assert_eq!(found, declared, "{table}.{name}");
            assert!(!required || not_null, "{table}.{name} may be NULL");
        }
    }
}

#[tokio::test]
async fn text_that_holds_json_accepts_only_json_of_its_shape() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    for (value, good) in
        [("'[]'", true), ("'[\"a\"]'", true), ("NULL", true), ("'{}'", false), ("'nonsense'", false), ("''", false)]
    {
        let done =
            super::support::database::try_execute(&mut owner, &format!("UPDATE programs SET requirements = {value}"))
                .await;
        assert_eq!(done.is_ok(), good, "{value}");
    }
}

#[tokio::test]
async fn a_time_record_gets_its_school_site_and_local_day_from_its_rotation() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    execute(&mut owner, "INSERT INTO time_records (id, student_id, rotation_id, clock_in) VALUES ('t', 'north-student', 'north-student-rotation', '2026-11-01T04:30:00Z')").await;
    // 23:30 on 31 October in Chicago, still in daylight time.
    let filled: String = value(&mut owner, "SELECT school_id || ' ' || clinical_site_id || ' ' || to_char(date AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM time_records WHERE id = 't'").await;
    assert_eq!(filled, "north north-site 2026-10-31 05:00");
}
