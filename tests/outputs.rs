//! What a command changed is told by its exit code, whatever becomes of its output.

use std::path::{Path, PathBuf};
use std::process::Output;

use medstint::cli::exit;
use medstint::domain::Secret;
use medstint::store::migrations;

use super::support::database::{execute, value};
use super::support::program::{Reader, run, run_as, run_to};
use super::support::{Database, World, a_time_record};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Commands that print, of each kind.
async fn printed(world: &World, token: &Secret, reader: Reader) -> Vec<(String, Output)> {
    let (app, owner) = (world.database.app_url.as_str(), world.database.owner_url.as_str());
    let commands: [(Option<&str>, &[&str]); 15] = [
        (Some(app), &["list", "time-records"]),
        (Some(app), &["list", "time-records", "--format", "csv"]),
        (Some(app), &["list", "time-records", "--format", "ndjson"]),
        (Some(app), &["audit", "tail"]),
        (Some(app), &["audit", "export", "--format", "json", "--recipient", "R", "--purpose", "P"]),
        (Some(app), &["audit", "stats"]),
        (Some(app), &["audit", "verify"]),
        (Some(app), &["doctor"]),
        (Some(app), &["--plain"]),
        (Some(owner), &["user", "list"]),
        (Some(owner), &["migrate", "status"]),
        (None, &["config"]),
        (None, &["completions", "bash"]),
        (None, &["man"]),
        (None, &["--help"]),
    ];
    let mut printed = Vec::new();
    for (url, args) in commands {
        let url = url.map(|url| ["--database-url", url]);
        let all: Vec<&str> = args.iter().copied().chain(url.into_iter().flatten()).collect();
        printed.push((args.join(" "), run_to(reader, Some(token), &all).await));
    }
    printed
}

#[tokio::test]
async fn a_closed_pipe_is_no_error() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    let token = world.token("north-admin").await;
    // The doctor would find the cheap passwords of a world.
    migrations::up(&mut world.owner().await, None).await.expect("put back");
    for (command, output) in printed(&world, &token, Reader::Gone).await {
        let said = said(&output);
        assert_eq!(output.status.code(), Some(0), "{command}: {said}");
        assert!(!said.contains("pipe") && !said.contains("panicked"), "{command}: {said}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_device_has_an_exit_code_of_its_own() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    let token = world.token("north-admin").await;
    for (command, output) in printed(&world, &token, Reader::Full).await {
        let said = said(&output);
        assert_eq!(output.status.code(), Some(5), "{command}: {said}");
        assert!(said.contains("The output could not be written: No space left on device"), "{command}: {said}");
    }
}

async fn status(world: &World, id: &str) -> String {
    value(&mut world.owner().await, &format!("SELECT status::text FROM time_records WHERE id = '{id}'")).await
}

/// A file with one record a line.
fn file(names: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("ids");
    std::fs::write(&path, names).expect("written");
    (dir, path)
}

/// Approves the records that a file names.
async fn approve(world: &World, names: &Path, reader: Reader) -> Output {
    let token = world.token("north-admin").await;
    let names = names.to_str().expect("a path");
    let args = ["decide", "approve", "--format", "csv", "--ids", names, "--database-url", &world.database.app_url];
    run_to(reader, Some(&token), &args).await
}

#[tokio::test]
async fn a_decision_succeeds_whoever_reads_its_output() {
    let world = World::new().await;
    a_time_record().id("one").insert(&world).await;
    let (_dir, names) = file("one\n");
    let output = approve(&world, &names, Reader::Gone).await;
    assert_eq!((output.status.code(), said(&output).as_str()), (Some(0), ""));
    assert_eq!(status(&world, "one").await, "APPROVED");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_decision_to_a_full_device_says_that_the_output_failed() {
    let world = World::new().await;
    a_time_record().id("one").insert(&world).await;
    let (_dir, names) = file("one\n");
    let output = approve(&world, &names, Reader::Full).await;
    assert_eq!(output.status.code(), Some(5), "{}", said(&output));
    assert_eq!(status(&world, "one").await, "APPROVED");
    assert!(said(&output).contains("The command's changes remain."), "{}", said(&output));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_device_does_not_hide_a_partial_success() {
    let world = World::new().await;
    a_time_record().id("one").insert(&world).await;
    let (_dir, names) = file("one\nnobody\n");
    let output = approve(&world, &names, Reader::Full).await;
    assert_eq!(output.status.code(), Some(4), "{}", said(&output));
}

#[tokio::test]
async fn a_record_that_is_named_twice_is_decided_once() {
    let world = World::new().await;
    let seen = a_time_record().id("one").insert(&world).await;
    let (_dir, names) = file(&format!("one\n{{\"id\": \"one\", \"version\": {}}}\n\none\n", seen.version));
    let token = world.token("north-admin").await;
    let names = names.to_str().expect("a path");
    let args = ["decide", "approve", "--ids", names, "--database-url", &world.database.app_url];
    let (code, out, err) = run_as(&token, &args).await;
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("1 approved, 0 not."), "{out}");
    assert_eq!(out.matches("one").count(), 1, "{out}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_person_is_deactivated_although_the_output_failed() {
    let world = World::new().await;
    let args = ["user", "deactivate", "stranger@north.example", "--database-url", &world.database.owner_url];
    let output = run_to(Reader::Full, None, &args).await;
    assert_eq!(output.status.code(), Some(5), "{}", said(&output));
    let is_active = "SELECT is_active FROM users WHERE id = 'north-stranger'";
    assert!(!value::<bool>(&mut world.owner().await, is_active).await);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_verification_is_on_record_although_the_output_failed() {
    let world = World::new().await;
    let token = world.token("north-admin").await;
    run_to(Reader::Full, Some(&token), &["audit", "verify", "--database-url", &world.database.app_url]).await;
    let events = "SELECT count(*) FROM audit_logs WHERE action = 'audit.verified'";
    assert_eq!(value::<i64>(&mut world.owner().await, events).await, 1);
}

#[tokio::test]
async fn the_event_of_an_export_counts_what_left_before_its_reader_did() {
    let world = World::new().await;
    execute(
        &mut world.owner().await,
        "INSERT INTO audit_logs (school_id, action, resource_type, resource_id) SELECT 'north', 'program.updated', 'programs', 'p' || n FROM generate_series(1, 3000) n",
    )
    .await;
    let token = world.token("north-admin").await;
    let args = ["audit", "export", "--format", "ndjson", "--filter", "action:program.updated", "--recipient", "R"];
    let rest = ["--purpose", "P", "--database-url", world.database.app_url.as_str()];
    let output = run_to(Reader::LeavesAfterOneLine, Some(&token), &[&args[..], &rest].concat()).await;
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let (action, rows): (String, i64) = sqlx::query_as(
        "SELECT action, (changes::jsonb #>> '{rows,new}')::bigint FROM audit_logs WHERE action LIKE 'export.%' ORDER BY sequence DESC LIMIT 1",
    )
    .fetch_one(&mut world.owner().await)
    .await
    .expect("an event");
    assert_eq!(action, "export.failed", "not all of it was read");
    assert!((1..3_000).contains(&rows), "{rows}");
}

#[tokio::test]
async fn a_migration_that_fails_leaves_none_applied() {
    let database = Database::empty().await;
    let owner = ["--database-url", database.owner_url.as_str()];
    let (code, out, err) = run(&[&["migrate", "up", "--to", "8"], &owner[..]].concat(), "").await;
    assert_eq!(
        (code, out.as_str()),
        (Some(0), "Applied 8 migrations (0001 foundation to 0008 competencies).\n"),
        "{err}"
    );
    execute(&mut database.owner().await, "DROP TYPE public.notification_priority").await;
    let (code, out, err) = run(&[&["migrate", "up"], &owner[..]].concat(), "").await;
    assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
    assert!(err.contains("Migration 9 failed") && err.contains("Nothing was changed."), "{err}");
    let newest: i64 = value(&mut database.owner().await, "SELECT max(version) FROM medstint._sqlx_migrations").await;
    assert_eq!(newest, 8);
}

#[tokio::test]
async fn the_exit_codes_are_one_table_in_help_manual_and_readme() {
    let (_, help, _) = run(&["--help"], "").await;
    let (_, manual, _) = run(&["man"], "").await;
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("README.md");
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (code, meaning) in exit::MEANINGS {
        assert!(words(&help).contains(&format!("{code} {meaning}")), "{code} is not in {help}");
        assert!(manual.contains(meaning), "{code} is not in the manual page");
        assert!(readme.contains(&format!("| {code} | {meaning} |")), "README has another meaning of {code}");
    }
}

#[tokio::test]
async fn the_manual_page_has_every_command_and_cites_no_page() {
    let (code, manual, _) = run(&["man"], "").await;
    assert_eq!(code, Some(0));
    assert!(!manual.contains("(1)"), "another page is cited");
    for command in ["medstint migrate down", "medstint user add", "medstint audit export", "medstint kiosk enrol"] {
        assert!(manual.contains(&format!(".SS \"{command}\"")), "{command} is missing");
    }
}

#[test]
fn the_example_of_sshd_ends_connections_that_died() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/config/sshd-medstint.conf");
    let example = std::fs::read_to_string(path).expect("the example");
    let set = |name: &str| example.lines().any(|line| line.trim().starts_with(&format!("{name} ")));
    assert!(set("ClientAliveInterval") && set("ClientAliveCountMax"), "{example}");
}
