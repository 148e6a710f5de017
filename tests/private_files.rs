//! What stands on the disk and in memory is its owner's only.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use medstint::domain::punch::JournalState;
use medstint::kiosk::Journal;

use super::support::{PATIENCE, Terminal, World, blocking, program};

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
    blocking(move || {
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
    .await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_core_dump_holds_no_token() {
    let world = World::new().await;
    let url = world.database.app_url.clone();
    blocking(move || {
        let state = tempfile::tempdir().expect("a directory");
        let terminal = Terminal::run(&["--database-url", &url], state.path(), &[], (80, 24));
        terminal.waits_for("Password");
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", terminal.process_id())).expect("its limits");
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a limit");
        assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    })
    .await;
}

/// A process of a user without privileges; it ends when this is dropped.
#[cfg(target_os = "linux")]
struct Unprivileged(std::process::Child);

#[cfg(target_os = "linux")]
impl Unprivileged {
    /// Ourselves, or `nobody` where we are root.
    fn user() -> u32 {
        let own = nix::unistd::geteuid();
        if own.is_root() { 65_534 } else { own.as_raw() }
    }

    fn start(program: &Path, args: &[&str], home: &Path) -> Self {
        use std::os::unix::process::CommandExt;
        use std::process::{Command, Stdio};
        let mut command = Command::new(program);
        command.args(args).env_clear().env("PATH", std::env::var("PATH").expect("a PATH"));
        command.env("HOME", home).env("MEDSTINT_STATE_DIR", home);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if nix::unistd::geteuid().is_root() {
            command.gid(Self::user()).uid(Self::user());
        }
        Self(command.spawn().expect("a process"))
    }

    /// Who may read its memory and its environment: root, where it cannot be dumped.
    fn memory_belongs_to(&self) -> u32 {
        std::fs::metadata(format!("/proc/{}/environ", self.0.id())).expect("its environment").uid()
    }
}

#[cfg(target_os = "linux")]
impl Drop for Unprivileged {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn memory_is_not_read_by_other_processes_of_the_user() {
    // Whoever connects waits for an answer.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("postgres://x@{}/db?sslmode=disable", silent.local_addr().expect("an address"));
    let home = tempfile::tempdir().expect("a directory");
    close(home.path(), 0o755);
    // The user may have no way to where the program was built.
    let (built, program) = (Path::new(env!("CARGO_BIN_EXE_medstint")), home.path().join("medstint"));
    std::fs::hard_link(built, &program).or_else(|_| std::fs::copy(built, &program).map(drop)).expect("a program");
    let user = Unprivileged::user();
    std::os::unix::fs::chown(home.path(), Some(user), None).expect("a home");

    let ordinary = Unprivileged::start(Path::new("sleep"), &["60"], home.path());
    assert_eq!(ordinary.memory_belongs_to(), user);
    let mut medstint = Unprivileged::start(&program, &["doctor", "--database-url", &url], home.path());
    let deadline = std::time::Instant::now() + PATIENCE;
    while medstint.memory_belongs_to() == user {
        assert!(std::time::Instant::now() < deadline, "it can be dumped");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!(medstint.memory_belongs_to(), 0);
    assert!(medstint.0.try_wait().expect("a state").is_none(), "it has ended");
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
