//! A command whose COMMIT was not answered says that its change may have been made.

use medstint::cli::exit;

use super::support::database::value;
use super::support::program::{run, run_as};
use super::support::proxy::Proxy;
use super::support::world::PASSWORD;
use super::support::{Database, World, a_time_record};

const DECISION: &str = "medstint.decide_at_once";

/// The exit code, as a process has it.
const UNKNOWN_CODE: Option<i32> = Some(exit::UNKNOWN as i32);

/// A pending record, its name in a file, and a way to the database that can be cut.
struct Scene {
    world: World,
    proxy: Proxy,
    names: tempfile::NamedTempFile,
}

impl Scene {
    async fn new() -> Self {
        let world = World::new().await;
        a_time_record().id("one").insert(&world).await;
        let proxy = Proxy::to(&world.database.app_url);
        let names = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(names.path(), "one\n").expect("written");
        Self { world, proxy, names }
    }

    /// Approves the record: the exit code, the output and the complaints.
    async fn approve(&self, options: &[&str]) -> (Option<i32>, String, String) {
        let names = self.names.path().to_str().expect("a path");
        let args = ["decide", "approve", "--ids", names, "--database-url", self.proxy.url()];
        let args = [&args[..], options].concat();
        if options.contains(&"--email") {
            return run(&args, &format!("{PASSWORD}\n")).await;
        }
        run_as(&self.world.token("north-admin").await, &args).await
    }

    async fn status(&self) -> String {
        value(&mut self.world.owner().await, "SELECT status::text FROM time_records WHERE id = 'one'").await
    }
}

#[tokio::test]
async fn a_decision_without_an_answer_is_listed_as_unknown() {
    let scene = Scene::new().await;
    scene.proxy.close_at_commit(DECISION);
    let (code, out, err) = scene.approve(&["--format", "csv"]).await;
    assert_eq!((code, scene.status().await.as_str()), (UNKNOWN_CODE, "APPROVED"), "{out}{err}");
    assert!(out.lines().any(|line| line.starts_with("one,,,unknown,")), "{out}");
}

#[tokio::test]
async fn a_table_counts_decisions_without_an_answer() {
    let scene = Scene::new().await;
    scene.proxy.close_at_commit(DECISION);
    let (_, out, err) = scene.approve(&[]).await;
    assert!(out.contains("0 approved, 0 not, 1 unknown."), "{out}{err}");
}

#[tokio::test]
async fn the_outcome_is_told_before_the_session_that_was_left_open() {
    let scene = Scene::new().await;
    scene.proxy.close_at_commit(DECISION);
    let (code, out, err) = scene.approve(&["--email", "admin@north.example"]).await;
    let (outcome, session) = (err.find("The change may have been saved"), err.find("This command's session"));
    assert!(outcome.is_some() && outcome < session, "{err}");
    assert_eq!(code, UNKNOWN_CODE, "{out}{err}");
}

#[tokio::test]
async fn a_session_that_was_left_open_does_not_change_the_exit_code() {
    let scene = Scene::new().await;
    scene.proxy.close_at_commit("medstint.sign_out");
    let (code, out, err) = scene.approve(&["--email", "admin@north.example"]).await;
    assert!(out.contains("1 approved, 0 not."), "{out}{err}");
    assert!(err.contains("This command's session may still be open."), "{err}");
    assert_eq!(code, Some(0), "{err}");
}

#[tokio::test]
async fn a_person_who_may_have_been_added_is_not_said_to_be_missing() {
    let world = World::new().await;
    let proxy = Proxy::to(&world.database.owner_url);
    proxy.lose_commit("medstint.set_password");
    let person = ["user", "add", "new@north.example", "--name", "New Person", "--role", "school-admin"];
    let args = [&person[..], &["--school", "north", "--database-url", proxy.url()]].concat();
    let (code, out, err) = run(&args, "a long password\n").await;
    assert_eq!(code, UNKNOWN_CODE, "{out}{err}");
}

#[tokio::test]
async fn a_migration_that_may_have_been_applied_is_not_said_to_be_missing() {
    let database = Database::empty().await;
    let proxy = Proxy::to(&database.owner_url);
    proxy.lose_commit("_sqlx_migrations");
    let (code, out, err) = run(&["migrate", "up", "--to", "1", "--database-url", proxy.url()], "").await;
    assert_eq!(code, UNKNOWN_CODE, "{out}{err}");
}

#[tokio::test]
async fn a_purge_that_may_have_been_made_is_not_said_to_be_missing() {
    let world = World::new().await;
    let proxy = Proxy::to(&world.database.owner_url);
    proxy.lose_commit("medstint.purge_audit");
    let purge = ["audit", "purge", "--older-than", "2010-12-31", "--school", "north"];
    let args = [&purge[..], &["--confirm", &world.database.name, "--database-url", proxy.url()]].concat();
    let (code, out, err) = run(&args, "").await;
    assert_eq!(code, UNKNOWN_CODE, "{out}{err}");
}

#[tokio::test]
async fn a_code_that_may_have_been_made_is_not_said_to_be_missing() {
    let world = World::new().await;
    let proxy = Proxy::to(&world.database.app_url);
    proxy.lose_commit("medstint.make_enrolment_code");
    let token = world.token("north-admin").await;
    let enrol = ["kiosk", "enrol", "--site", "North General", "--name", "Back door"];
    let (code, out, err) = run_as(&token, &[&enrol[..], &["--database-url", proxy.url()]].concat()).await;
    assert_eq!(code, UNKNOWN_CODE, "{out}{err}");
    assert!(err.contains("The kiosk was added."), "{err}");
}
