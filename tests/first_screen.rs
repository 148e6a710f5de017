//! The first screen is there before the database has answered.

use std::os::unix::net::UnixListener;

use super::support::database::execute;
use super::support::{Database, Terminal, program};

#[tokio::test(flavor = "multi_thread")]
async fn a_console_shows_its_first_screen_while_the_database_is_silent() {
    let state = tempfile::tempdir().expect("a directory");
    let dir = tempfile::Builder::new().prefix("s").tempdir_in("/tmp").expect("a directory");
    // It accepts, and says nothing.
    let silent = UnixListener::bind(dir.path().join(".s.PGSQL.5432")).expect("a socket");
    let url = format!("postgres://medstint_app@localhost/x?host={}", dir.path().display());
    let status = tokio::task::spawn_blocking(move || {
        let mut terminal = Terminal::run(&["--database-url", &url], state.path(), &[], (80, 24));
        terminal.waits_for("Connecting");
        terminal.send("q");
        terminal.ends().0
    });
    assert!(status.await.expect("an end").success());
    drop(silent);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_tries_again_where_nobody_listens() {
    let state = tempfile::tempdir().expect("a directory");
    let url = "postgres://medstint_app@localhost/x?host=/nonexistent";
    let status = tokio::task::spawn_blocking(move || {
        let mut terminal = Terminal::run(&["--database-url", url], state.path(), &[], (80, 24));
        terminal.waits_for("no such socket");
        terminal.waits_for("Trying again automatically");
        terminal.send("q");
        terminal.ends().0
    });
    assert!(status.await.expect("an end").success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weak_path_of_live_changes_is_told_on_the_screen() {
    let state = tempfile::tempdir().expect("a directory");
    let file = state.path().join("config.toml");
    let urls = [
        "url = \"postgres://medstint_app@localhost/x?host=/nonexistent\"",
        "listen_url = \"postgres://db.invalid/x?sslmode=disable\"",
    ];
    std::fs::write(&file, format!("[database]\n{}\n", urls.join("\n"))).expect("a configuration");
    let status = tokio::task::spawn_blocking(move || {
        let args = ["--config", file.to_str().expect("a path")];
        let mut terminal = Terminal::run(&args, state.path(), &[], (80, 24));
        terminal.waits_for("The connection for live changes to db.invalid");
        terminal.send("q");
        terminal.ends().0
    });
    assert!(status.await.expect("an end").success());
}

#[tokio::test]
async fn a_database_of_another_program_ends_the_console_with_a_sentence() {
    let empty = Database::empty().await;
    let (code, _, err) = program::run(&["--plain", "--database-url", &empty.app_url], "").await;
    assert!(code == Some(1) && err.contains("medstint migrate up"), "{code:?}: {err}");
}

#[tokio::test]
async fn a_database_that_lost_its_table_of_migrations_ends_the_console_with_a_sentence() {
    let database = Database::migrated().await;
    execute(&mut database.owner().await, "DROP TABLE medstint._sqlx_migrations").await;
    let (code, out, err) = program::run(&["--plain", "--database-url", &database.app_url], "").await;
    assert!(code == Some(1) && err.contains("This database has no medstint schema."), "{code:?}: {out}{err}");
}
