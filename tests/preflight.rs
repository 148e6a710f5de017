//! What stands in the way of migrations is found before they run, and what stops them
//! half-way changes nothing.

use medstint::store::migrations;

use super::support::database::{cluster, connect, execute, value};
use super::support::{Database, program};

/// A part of the schema of the public web application, as its own migrations make it.
const WEB_APPLICATION: &str = "
    CREATE TYPE user_role AS ENUM ('SUPER_ADMIN', 'STUDENT');
    CREATE TABLE schools (id text PRIMARY KEY, name text NOT NULL, created_at timestamp DEFAULT now());
    CREATE TABLE users (id text PRIMARY KEY, email text NOT NULL CONSTRAINT users_email_unique UNIQUE, role user_role, school_id text REFERENCES schools (id));
    CREATE TABLE rotations (id text PRIMARY KEY, student_id text REFERENCES users (id), status text);
    CREATE TABLE time_records (id text PRIMARY KEY, student_id text REFERENCES users (id), rotation_id text REFERENCES rotations (id), clock_in timestamp);
    CREATE INDEX time_records_by_student ON time_records (student_id, clock_in);
    INSERT INTO schools (id, name) VALUES ('s', 'S');
    INSERT INTO users VALUES ('u', 'u@s.example', 'STUDENT', 's')";

#[tokio::test]
async fn refuses_a_database_whose_names_are_taken() {
    let database = Database::empty().await;
    let mut owner = database.owner().await;
    execute(&mut owner, WEB_APPLICATION).await;
    for way in [&["up"][..], &["up", "--dry-run"]] {
        let (code, out, err) =
            program::run(&[&["migrate"], way, &["--database-url", database.owner_url.as_str()]].concat(), "").await;
        assert!(code == Some(1) && out.is_empty(), "{way:?}: {out}");
        for name in [
            "table public.rotations",
            "table public.schools",
            "table public.time_records",
            "table public.users",
            "index public.users_email_unique",
            "type public.user_role",
            "Nothing was changed.",
        ] {
            assert!(err.contains(name), "{way:?} does not say {name}: {err}");
        }
    }
    let untouched: bool = value(&mut owner, "SELECT to_regnamespace('medstint') IS NULL").await;
    assert!(untouched);
}

#[tokio::test]
async fn finds_every_name_that_is_taken() {
    let migrated = Database::migrated().await;
    let names: Vec<(String, String)> = sqlx::query_as(
        r"SELECT CASE c.relkind WHEN 'i' THEN 'index' ELSE 'table' END, c.relname::text FROM pg_class c
          WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i')
            -- The server finds another name for these.
            AND c.relname !~ '_(pkey|key)$'
          UNION ALL
          SELECT 'type', t.typname::text FROM pg_type t
          WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('e', 'd')",
    )
    .fetch_all(&mut migrated.owner().await)
    .await
    .expect("names");
    assert!(names.len() > 100, "{}", names.len());
    let database = Database::empty().await;
    let mut owner = database.owner().await;
    let statements: Vec<String> = names
        .iter()
        .map(|(kind, name)| match kind.as_str() {
            "type" => format!("CREATE TYPE {name} AS ENUM ()"),
            _ => format!("CREATE SEQUENCE {name}"),
        })
        .collect();
    execute(&mut owner, &statements.join(";")).await;
    let taken = migrations::taken_names(&mut owner, None).await.expect("an answer");
    for (kind, name) in names {
        assert!(taken.contains(&format!("{kind} public.{name}")), "{kind} {name} is not found");
    }
}

#[tokio::test]
async fn finds_what_stands_in_the_schema_of_medstint() {
    let database = Database::empty().await;
    let mut owner = database.owner().await;
    execute(
        &mut owner,
        "CREATE SCHEMA medstint; CREATE FUNCTION medstint.helper() RETURNS integer LANGUAGE sql AS 'SELECT 1';
         CREATE EXTENSION pgcrypto SCHEMA medstint",
    )
    .await;
    let taken = migrations::taken_names(&mut owner, None).await.expect("an answer");
    assert_eq!(taken, ["function medstint.helper"]);
}

#[tokio::test]
async fn a_rehearsal_leaves_nothing() {
    let database = Database::empty().await;
    let mut owner = database.owner().await;
    migrations::rehearse_up(&mut owner, Some(5)).await.expect("a rehearsal");
    let untouched: bool = value(&mut owner, "SELECT to_regnamespace('medstint') IS NULL").await;
    assert!(untouched);
    migrations::up(&mut owner, Some(5)).await.expect("up to 5");
}

#[tokio::test]
async fn a_step_that_fails_leaves_no_earlier_one() {
    let database = Database::empty().await;
    let mut superuser = connect(&cluster().url("postgres", &database.name)).await;
    execute(
        &mut superuser,
        "CREATE FUNCTION refuse_rotations() RETURNS event_trigger LANGUAGE plpgsql AS $$
         BEGIN
           IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public.rotations') THEN
             RAISE EXCEPTION 'rotations are not welcome' USING HINT = 'Ask the administrator.';
           END IF;
         END $$;
         CREATE EVENT TRIGGER refuse_rotations ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION refuse_rotations()",
    )
    .await;
    let mut owner = database.owner().await;
    let failure = migrations::up(&mut owner, None).await.expect_err("a refusal");
    assert_eq!(
        failure.to_string(),
        "Migration 5 failed: rotations are not welcome. Ask the administrator. Nothing was changed."
    );
    let untouched: bool = value(&mut owner, "SELECT to_regnamespace('medstint') IS NULL").await;
    assert!(untouched);
}

#[tokio::test]
async fn names_the_right_that_the_owner_lacks() {
    let database = Database::empty().await;
    let role = format!("guest_of_{}", database.name);
    execute(&mut connect(&cluster().url("postgres", "postgres")).await, &format!("CREATE ROLE {role} LOGIN")).await;
    let mut guest = connect(&cluster().url(&role, &database.name)).await;
    let failure = migrations::up(&mut guest, None).await.expect_err("a refusal").to_string();
    assert!(failure.contains("can't create a schema here. Make it the owner"), "{failure}");
}

#[tokio::test]
async fn migrators_take_turns() {
    let database = Database::empty().await;
    let (mut one, mut other) = (database.owner().await, database.owner().await);
    let (first, second) = tokio::join!(migrations::up(&mut one, Some(5)), migrations::up(&mut other, Some(5)));
    first.expect("up to 5");
    second.expect("nothing left to do");
}
