//! What stands on the disk and in memory is its owner's only.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use medstint::domain::punch::JournalState;
use medstint::kiosk::Journal;

use super::support::{Terminal, World, program};

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("a file").mode() & 0o777
}

fn close(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
}

#[tokio::test]
async fn a_journal_is_its_owners_only() {
    let directory = tempfile::tempdir().expect("a directory");
    close(directory.path(), 0o755);
    let path = directory.path().join("journal.sqlite");
    assert_eq!(Journal::at(path.clone()).state(None).await, JournalState::default());
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(directory.path()), 0o755, "a directory that was there before is not changed");
}

#[tokio::test]
async fn a_journal_that_others_could_read_is_closed_to_them() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("journal.sqlite");
    assert_eq!(Journal::at(path.clone()).state(None).await, JournalState::default());
    close(&path, 0o644);
    assert_eq!(Journal::at(path.clone()).state(None).await, JournalState::default());
    assert_eq!(mode(&path), 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_its_owners_only() {
    let world = World::new().await;
    let url = world.database.app_url.clone();
    tokio::task::spawn_blocking(move || {
        let state = tempfile::tempdir().expect("a directory");
        close(state.path(), 0o755);
        let terminal = Terminal::run(&["--database-url", &url], state.path(), &[], (80, 24));
        terminal.waits_for("Password");
        let files: Vec<_> = std::fs::read_dir(state.path()).expect("the state").flatten().collect();
        assert!(files.iter().any(|file| file.file_name().to_string_lossy().ends_with(".log")), "{files:?}");
        for file in files {
            assert_eq!(mode(&file.path()), 0o600, "{:?}", file.path());
        }
    })
    .await
    .expect("the test");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_core_dump_holds_no_token() {
    let world = World::new().await;
    let url = world.database.app_url.clone();
    tokio::task::spawn_blocking(move || {
        let state = tempfile::tempdir().expect("a directory");
        let terminal = Terminal::run(&["--database-url", &url], state.path(), &[], (80, 24));
        terminal.waits_for("Password");
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", terminal.process_id())).expect("its limits");
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a limit");
        assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    })
    .await
    .expect("the test");
}

#[tokio::test]
async fn a_state_directory_that_others_write_to_is_refused() {
    for open in [0o777, 0o770, 0o1777] {
        let directory = tempfile::tempdir().expect("a directory");
        close(directory.path(), open);
        let path = directory.path().to_str().expect("a path");
        let (code, _, err) = program::run(&["config", "--state-dir", path], "").await;
        assert!(
            code == Some(1) && err.contains("Others can write to") && err.contains("chmod go-w"),
            "{open:o}: {err}"
        );
        assert_eq!(std::fs::metadata(path).expect("it").mode() & 0o7777, open, "it is not changed");
    }
}
