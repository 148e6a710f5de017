//! `PgBouncer` in transaction mode, with one connection to the server, as a test's own.

use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{PATIENCE, skipped};

/// A running pooler; it ends with this value.
pub struct Pooler {
    child: Child,
    /// Its socket is in there.
    dir: TempDir,
    url: String,
}

impl Pooler {
    /// In front of the database of a URL; none where `PgBouncer` is not installed. CI
    /// installs it, and says so with `MEDSTINT_ALL_PROGRAMS`.
    pub fn to(url: &str) -> Option<Self> {
        Self::ignoring(url, "")
    }

    /// The same, which accepts settings that a connection starts with and drops them.
    pub fn ignoring(url: &str, settings: &str) -> Option<Self> {
        let Some(program) = program() else {
            skipped("pgbouncer");
            return None;
        };
        let (before, socket) = url.split_once("?host=").expect("a URL of a socket");
        let (user, database) = before
            .strip_prefix("postgres://")
            .and_then(|rest| rest.split_once("@localhost:5432/"))
            .expect("a role and a database");
        let dir = tempfile::Builder::new().prefix("b").tempdir_in("/tmp").expect("a directory");
        let place = dir.path().display();
        let configuration = format!(
            "[databases]\n{database} = host={socket} port=5432\n[pgbouncer]\nlisten_port = 5432\nunix_socket_dir = {place}\n\
             auth_type = trust\nauth_file = {place}/users\npool_mode = transaction\ndefault_pool_size = 1\n\
             ignore_startup_parameters = {settings}\n"
        );
        std::fs::write(dir.path().join("users"), format!("\"{user}\" \"\"\n")).expect("a list of users");
        std::fs::write(dir.path().join("pgbouncer.ini"), configuration).expect("a configuration");
        let mut command = Command::new(program);
        if nix::unistd::geteuid().is_root() {
            // It does not run as root; the server's account may use the server's socket.
            let owner = nix::unistd::Uid::from_raw(std::fs::metadata(socket).expect("a socket").uid());
            let account = nix::unistd::User::from_uid(owner).expect("an account").expect("an account").name;
            std::os::unix::fs::chown(dir.path(), Some(owner.as_raw()), None).expect("its directory");
            command.args(["-u", &account]);
        }
        let child = command
            .arg("-q")
            .arg(dir.path().join("pgbouncer.ini"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pgbouncer runs");
        let url = format!("{before}?host={place}");
        let pooler = Self { child, dir, url };
        pooler.wait();
        Some(pooler)
    }

    /// Until it accepts connections: the socket's file is there before that.
    fn wait(&self) {
        let deadline = Instant::now() + PATIENCE;
        let socket = self.dir.path().join(".s.PGSQL.5432");
        while UnixStream::connect(&socket).is_err() {
            assert!(Instant::now() < deadline, "pgbouncer does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(|dir| Path::new(dir).into()));
    places.map(|dir| dir.join("pgbouncer")).find(|program| program.is_file())
}
