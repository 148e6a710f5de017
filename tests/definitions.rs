//! The definitions of `sql/`: what is applied, what is made anew and what is dropped.

use std::process::Command;
use std::time::{Duration, Instant};

use medstint::store::migrations::{self, Changes, Examined, State};
use sqlx::PgConnection;

use super::support::database::{cluster, connect, execute, try_execute, value};
use super::support::{Database, World, skipped};

/// As if another release had applied its definitions.
const OF_ANOTHER_RELEASE: &str = "UPDATE medstint.definitions_release SET hash = '', release = '0.0.9'";

async fn applied_again(owner: &mut PgConnection) -> Changes {
    execute(owner, OF_ANOTHER_RELEASE).await;
    migrations::up(owner, None).await.expect("applied").changes.expect("definitions")
}

#[tokio::test]
async fn definitions_that_are_applied_twice_change_nothing() {
    let mut owner = Database::migrated().await.owner().await;
    assert_eq!(applied_again(&mut owner).await, Changes::default());
}

#[tokio::test]
async fn definitions_of_another_release_are_told_by_its_name() {
    let mut owner = Database::migrated().await.owner().await;
    assert_eq!(migrations::definitions_state(&mut owner).await, Ok(State::Current));
    execute(&mut owner, OF_ANOTHER_RELEASE).await;
    assert_eq!(migrations::definitions_state(&mut owner).await, Ok(State::Of("0.0.9".into())));
}

#[tokio::test]
async fn a_rehearsal_leaves_the_definitions_of_another_release() {
    let mut owner = Database::migrated().await.owner().await;
    execute(&mut owner, OF_ANOTHER_RELEASE).await;
    migrations::rehearse_up(&mut owner, None).await.expect("a rehearsal");
    assert_eq!(migrations::definitions_state(&mut owner).await, Ok(State::Of("0.0.9".into())));
}

#[tokio::test]
async fn a_trigger_that_is_missing_is_created() {
    let mut owner = Database::migrated().await.owner().await;
    execute(&mut owner, "DROP TRIGGER z_touch ON users").await;
    let changes = applied_again(&mut owner).await;
    assert_eq!(changes, Changes { created: vec!["TRIGGER z_touch ON users".into()], ..Changes::default() });
}

#[tokio::test]
async fn a_policy_whose_statement_changed_is_replaced() {
    let mut owner = Database::migrated().await.owner().await;
    execute(
        &mut owner,
        "ALTER POLICY users_read ON users USING (true);
         UPDATE medstint.definitions SET statement = 'of another statement', standing = (
           SELECT d.standing FROM medstint.definitions d WHERE d.name = 'POLICY users_owner ON users')
         WHERE name = 'POLICY users_read ON users'",
    )
    .await;
    let changes = applied_again(&mut owner).await;
    assert_eq!(changes, Changes { replaced: vec!["POLICY users_read ON users".into()], ..Changes::default() });
}

/// What a DBA may do to a definition, and what it is called then.
const BY_HAND: [(&str, &str); 9] = [
    ("ALTER POLICY users_read ON users USING (true)", "POLICY users_read ON users"),
    ("ALTER POLICY users_owner ON users TO PUBLIC", "POLICY users_owner ON users"),
    ("GRANT SELECT ON medstint.pins TO medstint_app", "GRANT ON medstint.pins"),
    ("ALTER TABLE programs DISABLE ROW LEVEL SECURITY", "POLICY programs_read ON programs"),
    ("ALTER TABLE users DISABLE TRIGGER z_touch", "TRIGGER z_touch ON users"),
    ("DROP TRIGGER z_touch ON users", "TRIGGER z_touch ON users"),
    ("ALTER FUNCTION medstint.flag_severity(text) VOLATILE", "FUNCTION medstint.flag_severity(text)"),
    ("GRANT EXECUTE ON FUNCTION medstint.flag_severity(text) TO PUBLIC", "FUNCTION medstint.flag_severity(text)"),
    ("GRANT DELETE ON users TO medstint_app", "GRANT ON users"),
];

/// What is altered in a database with the definitions of this program.
async fn altered(owner: &mut PgConnection) -> Vec<String> {
    match migrations::definitions_state(owner).await.expect("a state") {
        State::Current => Vec::new(),
        State::Altered(names) => names,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_was_altered_by_hand_is_named() {
    let mut owner = Database::migrated().await.owner().await;
    for (statement, name) in BY_HAND {
        execute(&mut owner, "BEGIN").await;
        execute(&mut owner, statement).await;
        assert!(altered(&mut owner).await.contains(&name.to_owned()), "{statement}");
        execute(&mut owner, "ROLLBACK").await;
    }
}

#[tokio::test]
async fn what_was_altered_by_hand_is_put_back() {
    let mut owner = Database::migrated().await.owner().await;
    for (statement, _) in BY_HAND {
        execute(&mut owner, statement).await;
    }
    migrations::up(&mut owner, None).await.expect("put back");
    assert_eq!(altered(&mut owner).await, Vec::<String>::new());
    let is_enforced = "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relname = 'programs'";
    assert!(value::<bool>(&mut owner, is_enforced).await);
    let is_closed = "SELECT NOT has_table_privilege('medstint_app', 'users', 'DELETE')";
    assert!(value::<bool>(&mut owner, is_closed).await);
}

#[tokio::test]
async fn what_was_put_back_is_in_the_audit_event() {
    let mut owner = Database::migrated().await.owner().await;
    execute(&mut owner, "DROP TRIGGER z_touch ON users").await;
    migrations::up(&mut owner, None).await.expect("put back");
    let put_back = "SELECT changes::jsonb #>> '{put_back,new,0}' FROM audit_logs
                    WHERE action = 'schema.definitions_replaced' ORDER BY sequence DESC LIMIT 1";
    assert_eq!(value::<String>(&mut owner, put_back).await, "TRIGGER z_touch ON users");
}

#[tokio::test]
async fn definitions_that_another_server_worded_are_applied_again() {
    let mut owner = Database::migrated().await.owner().await;
    execute(&mut owner, "UPDATE medstint.definitions SET standing = ''").await;
    execute(&mut owner, "UPDATE medstint.definitions_release SET server = 12").await;
    assert_eq!(migrations::definitions_state(&mut owner).await, Ok(State::OnServer(12)));
    migrations::up(&mut owner, None).await.expect("applied");
    assert_eq!(migrations::definitions_state(&mut owner).await, Ok(State::Current));
}

#[tokio::test]
async fn roles_of_other_programs_may_be_granted_more() {
    let mut owner = Database::migrated().await.owner().await;
    execute(&mut owner, "GRANT SELECT ON users TO pg_monitor").await;
    assert_eq!(altered(&mut owner).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_policy_of_another_program_on_our_table_is_found() {
    let database = Database::migrated().await;
    execute(&mut database.owner().await, "CREATE POLICY reporting ON users USING (true)").await;
    let found = migrations::examine(&mut connect(&database.app_url).await).await;
    let foreign = vec!["POLICY reporting ON users".to_owned()];
    assert_eq!(found, Ok(Examined::Compared { altered: Vec::new(), foreign }));
}

#[tokio::test]
async fn a_function_that_differs_is_replaced() {
    let mut owner = Database::migrated().await.owner().await;
    execute(
        &mut owner,
        "CREATE OR REPLACE FUNCTION medstint.flag_severity(code text) RETURNS smallint
           LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS 'SELECT 2::smallint'",
    )
    .await;
    let changes = applied_again(&mut owner).await;
    assert_eq!(
        changes,
        Changes { replaced: vec!["FUNCTION medstint.flag_severity(text)".into()], ..Changes::default() }
    );
}

#[tokio::test]
async fn what_left_sql_is_dropped() {
    let mut owner = Database::migrated().await.owner().await;
    execute(
        &mut owner,
        "CREATE FUNCTION medstint.former() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
         CREATE TRIGGER former AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION medstint.former();
         CREATE POLICY former ON users USING (true);
         INSERT INTO medstint.definitions (name) VALUES
           ('FUNCTION medstint.former()'), ('TRIGGER former ON users'), ('POLICY former ON users')",
    )
    .await;
    let changes = applied_again(&mut owner).await;
    let dropped = ["FUNCTION medstint.former()", "POLICY former ON users", "TRIGGER former ON users"];
    assert_eq!(changes, Changes { dropped: dropped.map(str::to_owned).into(), ..Changes::default() });
}

#[tokio::test]
async fn functions_of_the_administrator_are_left_alone() {
    let mut owner = Database::migrated().await.owner().await;
    execute(&mut owner, "CREATE FUNCTION medstint.of_the_administrator() RETURNS integer LANGUAGE sql AS 'SELECT 1'")
        .await;
    assert_eq!(applied_again(&mut owner).await, Changes::default());
}

#[tokio::test]
async fn a_grant_that_left_sql_is_revoked() {
    let mut owner = Database::migrated().await.owner().await;
    execute(&mut owner, "GRANT DELETE ON users TO medstint_app").await;
    let changes = applied_again(&mut owner).await;
    assert_eq!(changes, Changes { replaced: vec!["GRANT ON users".into()], ..Changes::default() });
}

#[tokio::test]
async fn a_table_of_another_program_keeps_its_grants() {
    let mut owner = Database::migrated().await.owner().await;
    execute(
        &mut owner,
        "CREATE TABLE notes (id text); CREATE POLICY notes_owner ON notes USING (true);
         GRANT SELECT ON notes TO medstint_app",
    )
    .await;
    assert_eq!(applied_again(&mut owner).await.replaced, Vec::<String>::new());
    assert!(value::<bool>(&mut owner, "SELECT has_table_privilege('medstint_app', 'notes', 'SELECT')").await);
}

#[tokio::test]
async fn what_everybody_was_granted_is_revoked() {
    let mut owner = Database::migrated().await.owner().await;
    execute(&mut owner, "GRANT SELECT ON accounts TO PUBLIC").await;
    applied_again(&mut owner).await;
    let reads = "SELECT has_column_privilege('medstint_app', 'accounts', 'password', 'SELECT')";
    assert!(!value::<bool>(&mut owner, reads).await);
}

#[tokio::test]
async fn a_function_with_other_parameters_takes_the_place_of_the_former_one() {
    let mut owner = Database::migrated().await.owner().await;
    execute(
        &mut owner,
        "CREATE FUNCTION medstint.week_of(former integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
         INSERT INTO medstint.definitions (name) VALUES ('FUNCTION medstint.week_of(integer)')",
    )
    .await;
    assert_eq!(applied_again(&mut owner).await.dropped, ["FUNCTION medstint.week_of(integer)"]);
}

#[tokio::test]
async fn only_the_owner_of_the_schema_migrates() {
    let database = Database::migrated().await;
    execute(&mut database.owner().await, OF_ANOTHER_RELEASE).await;
    let mut superuser = connect(&cluster().url("postgres", &database.name)).await;
    let failure = migrations::up(&mut superuser, None).await.expect_err("a refusal").to_string();
    assert!(failure.starts_with("The schema belongs to medstint_owner."), "{failure}");
}

#[tokio::test]
async fn definitions_of_a_newer_release_are_kept() {
    let mut owner = Database::migrated().await.owner().await;
    execute(&mut owner, "UPDATE medstint.definitions_release SET hash = '', release = '99.0.0'").await;
    let failure = migrations::up(&mut owner, None).await.expect_err("a refusal").to_string();
    assert!(failure.contains("99.0.0") && failure.contains("Upgrade medstint."), "{failure}");
}

#[tokio::test]
async fn what_keeps_definitions_from_being_applied_is_told_in_the_servers_words() {
    let mut owner = Database::migrated().await.owner().await;
    execute(
        &mut owner,
        "CREATE FUNCTION medstint.former() RETURNS integer LANGUAGE sql AS 'SELECT 1';
         CREATE VIEW of_the_administrator AS SELECT medstint.former();
         INSERT INTO medstint.definitions (name) VALUES ('FUNCTION medstint.former()')",
    )
    .await;
    execute(&mut owner, OF_ANOTHER_RELEASE).await;
    let failure = migrations::up(&mut owner, None).await.expect_err("a refusal").to_string();
    assert!(failure.contains("cannot drop function medstint.former()"), "{failure}");
}

#[tokio::test]
async fn applying_definitions_is_an_audit_event() {
    let mut owner = Database::migrated().await.owner().await;
    let count = "SELECT count(*) FROM audit_logs WHERE action = 'schema.definitions_replaced'
                   AND changes::jsonb #>> '{release,new}' = '0.1.0'";
    let before: i64 = value(&mut owner, count).await;
    applied_again(&mut owner).await;
    assert_eq!(value::<i64>(&mut owner, count).await, before + 1);
}

#[tokio::test]
async fn nobody_waits_long_for_definitions_that_wait_for_a_table() {
    let database = Database::migrated().await;
    let mut owner = database.owner().await;
    execute(&mut owner, "DROP TRIGGER z_touch ON users; DROP TRIGGER z_touch ON schools").await;
    execute(&mut owner, OF_ANOTHER_RELEASE).await;
    let mut holder = database.owner().await;
    execute(&mut holder, "BEGIN; LOCK TABLE schools IN ACCESS SHARE MODE").await;
    let (changes, ()) = tokio::join!(migrations::up(&mut owner, None), async {
        let waits = "SELECT EXISTS (SELECT FROM pg_locks l WHERE NOT l.granted AND l.relation = 'schools'::regclass)";
        database.until(waits).await;
        let started = Instant::now();
        execute(&mut database.owner().await, "SELECT count(*) FROM schools").await;
        assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
        execute(&mut holder, "ROLLBACK").await;
    });
    let changes = changes.expect("applied").changes.expect("definitions");
    assert_eq!(changes.created, ["TRIGGER z_touch ON schools", "TRIGGER z_touch ON users"]);
}

#[tokio::test]
async fn a_release_without_definitions_lets_nobody_in() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    migrations::down(&mut owner, migrations::latest() - 1).await.expect("down");
    let mut app = world.database.app().await;
    assert!(try_execute(&mut app, "SELECT medstint.whoami('')").await.is_err());
    assert!(try_execute(&mut app, "SELECT id FROM users").await.is_err());
}

#[tokio::test]
async fn a_history_of_other_migrations_is_not_known() {
    let mut owner = Database::migrated().await.owner().await;
    assert_eq!(migrations::has_known_history(&mut owner).await, Ok(true));
    execute(&mut owner, "UPDATE medstint._sqlx_migrations SET checksum = '' WHERE version = 3").await;
    assert_eq!(migrations::has_known_history(&mut owner).await, Ok(false));
}

#[tokio::test]
async fn every_step_goes_down_and_up_over_rows() {
    let world = World::new().await;
    let mut owner = world.owner().await;
    for version in (0..migrations::latest()).rev() {
        migrations::down(&mut owner, version).await.unwrap_or_else(|error| panic!("down to {version}: {error}"));
    }
    migrations::up(&mut owner, None).await.expect("up");
}

#[tokio::test]
async fn the_schema_is_the_committed_one() {
    let database = Database::migrated().await;
    let committed = include_str!("../schema.sql");
    let path = std::env::var("PATH").expect("a PATH");
    let programs = cluster().binaries().program("pg_dump");
    let programs = programs.parent().expect("a directory").display();
    let dump = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/schema-dump"))
        .arg(&database.owner_url)
        .env("PATH", format!("{programs}:{path}"))
        .output()
        .expect("a dump");
    let found = String::from_utf8(dump.stdout).expect("text");
    if found.lines().next() != committed.lines().next() {
        return skipped("the version of pg_dump that wrote schema.sql");
    }
    let differing = found.lines().zip(committed.lines()).find(|(found, committed)| found != committed);
    assert_eq!(differing, None, "run scripts/queries and commit schema.sql");
    assert_eq!(found.lines().count(), committed.lines().count());
}
