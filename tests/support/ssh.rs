//! `medstint serve`, and clients of it.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::database::value;
use super::{Terminal, World, skipped};

/// Whether there are a client and a maker of keys; otherwise the test is skipped.
pub fn has_ssh() -> bool {
    has(&["ssh", "ssh-keygen"])
}

/// Whether these programs are installed; otherwise the test is skipped.
pub fn has(programs: &[&str]) -> bool {
    let missing = programs.iter().find(|program| !succeeds("sh", &["-c", &format!("command -v {program}")]));
    if let Some(program) = missing {
        skipped(program);
    }
    missing.is_none()
}

/// The interpreter of Debian's package `python3-asyncssh`.
pub const PYTHON: &str = "/usr/bin/python3";

/// Whether asyncssh is installed; otherwise the test is skipped.
pub fn has_asyncssh() -> bool {
    let is_there = succeeds(PYTHON, &["-W", "ignore", "-c", "import asyncssh"]);
    if !is_there {
        skipped("python3-asyncssh");
    }
    is_there
}

fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// A server that runs.
pub struct SshServer {
    child: Child,
    pub address: SocketAddr,
    /// Of its host key.
    pub fingerprint: String,
    /// Where it answers for metrics.
    pub metrics: SocketAddr,
    state: tempfile::TempDir,
}

impl SshServer {
    /// Serves a world, with settings by their names in the environment.
    pub fn start(world: &World, settings: &[(&str, &str)]) -> Self {
        let state = tempfile::tempdir().expect("a directory");
        // The port is free again when the server takes it.
        let metrics = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port");
        let mut child = Command::new(env!("CARGO_BIN_EXE_medstint"))
            .args(["serve", "--listen", "127.0.0.1:0", "--metrics", &metrics.to_string()])
            .args(["--database-url", &world.database.app_url])
            .env_clear()
            .env("PATH", std::env::var("PATH").expect("a PATH"))
            .env("HOME", state.path())
            .env("MEDSTINT_STATE_DIR", state.path())
            .env("MEDSTINT_SERVE_URL", &world.database.serve_url)
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("medstint runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("an output")).read_line(&mut line).expect("a line");
        let (address, key) =
            line.strip_prefix("Listening on ").and_then(|rest| rest.split_once(". Host key: ")).expect(&line);
        let address = address.parse().expect("an address");
        let fingerprint = key.trim_end().trim_end_matches('.').to_owned();
        Self { child, address, fingerprint, metrics, state }
    }

    /// Files of the test.
    pub fn directory(&self) -> &Path {
        self.state.path()
    }

    /// A key in a file; its public part is in the same file with `.pub`.
    pub fn make_key(&self, name: &str) -> PathBuf {
        let path = self.state.path().join(name);
        let made = Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
            .arg(&path)
            .status()
            .expect("ssh-keygen runs");
        assert!(made.success());
        path
    }

    /// A key with the certificate that an authority signed, as options of ssh-keygen say.
    pub fn certified(&self, authority: &Path, name: &str, options: &[&str]) -> PathBuf {
        let path = self.make_key(name);
        let signed = Command::new("ssh-keygen")
            .args(["-q", "-s"])
            .arg(authority)
            .args(options)
            .arg(path.with_extension("pub"))
            .status()
            .expect("ssh-keygen runs");
        assert!(signed.success());
        path
    }

    /// A key that a person has added.
    pub async fn key_of(&self, world: &World, person: &str) -> PathBuf {
        let path = self.make_key(person);
        let line = std::fs::read_to_string(path.with_extension("pub")).expect("a key");
        let key = line.split(' ').nth(1).expect("its numbers");
        let sql = format!("SELECT medstint.add_key('{person}', decode('{key}', 'base64'), 'a test')");
        let _: String = value(&mut world.app_as(person).await, &sql).await;
        path
    }

    /// The client's options, for a key or for none.
    fn options(&self, key: Option<&Path>) -> Vec<String> {
        let mut options = vec!["-F".to_owned(), "none".to_owned(), "-p".to_owned(), self.address.port().to_string()];
        for option in [
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "LogLevel=ERROR",
            "SendEnv=LANG",
        ] {
            options.extend(["-o".to_owned(), option.to_owned()]);
        }
        match key {
            Some(key) => options.extend(["-i".to_owned(), key.display().to_string()]),
            None => options.extend(["-o".to_owned(), "PubkeyAuthentication=no".to_owned()]),
        }
        options
    }

    /// The client in a terminal.
    pub fn terminal(&self, key: Option<&Path>, user: &str, size: (u16, u16)) -> Terminal {
        Terminal::shell(&format!("exec {}", self.client(key, user)), self.state.path(), size)
    }

    /// The client in a line of the shell.
    pub fn client(&self, key: Option<&Path>, user: &str) -> String {
        format!("ssh '{}' '{user}@127.0.0.1'", self.options(key).join("' '"))
    }

    /// Runs the client without a terminal, with more options and with words for the server.
    pub async fn run(&self, key: Option<&Path>, options: &[&str], words: &[&str], input: &str) -> Output {
        let mut command = Command::new("ssh");
        command
            .args(self.options(key))
            .args(options)
            .arg("someone@127.0.0.1")
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let input = input.to_owned();
        let run = move || {
            let mut child = command.spawn().expect("ssh runs");
            // A client that was refused reads nothing.
            let _ = child.stdin.take().expect("an input").write_all(input.as_bytes());
            child.wait_with_output().expect("an end")
        };
        tokio::task::spawn_blocking(run).await.expect("a run")
    }

    /// Tells it to end.
    pub fn terminate(&self) {
        let id = i32::try_from(self.child.id()).expect("a process id");
        kill(Pid::from_raw(id), Signal::SIGTERM).expect("a signal");
    }

    /// Ends it at once, as nothing can hinder.
    pub fn kill(&mut self) {
        self.child.kill().expect("a signal");
        self.child.wait().expect("an end");
    }

    /// Waits for its end.
    pub fn ends(mut self) -> Option<i32> {
        self.child.wait().expect("an end").code()
    }
}

impl Drop for SshServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a client was told.
pub fn told(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}
