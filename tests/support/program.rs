//! The real binary without a terminal.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use medstint::domain::Secret;
use medstint::session::TokenFile;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::PATIENCE;

/// Runs it in an environment of its own: its exit code, and what it said.
pub async fn run(args: &[&str], input: &str) -> (Option<i32>, String, String) {
    run_with(&[], args, input).await
}

/// The same with variables of the environment besides.
pub async fn run_with(environment: &[(&str, &str)], args: &[&str], input: &str) -> (Option<i32>, String, String) {
    let state = tempfile::tempdir().expect("a directory");
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    let environment: Vec<(String, String)> =
        environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let input = input.to_owned();
    let medstint = move || spawned(state.path(), &environment, &args, &input).wait_with_output().expect("an end");
    let output = tokio::task::spawn_blocking(medstint).await.expect("a run");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Runs it with this saved session: its exit code and its output.
pub async fn run_as(token: &Secret, args: &[&str]) -> (Option<i32>, String, String) {
    let output = run_to(Reader::Listens, Some(token), args).await;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Who reads the standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    Listens,
    /// The pipe is closed before anything is written.
    Gone,
    /// The pipe is closed after one line.
    LeavesAfterOneLine,
    /// A device without room.
    #[cfg(target_os = "linux")]
    Full,
}

/// Runs it with such a reader, and with a kept session where there is one.
pub async fn run_to(reader: Reader, token: Option<&Secret>, args: &[&str]) -> Output {
    let state = tempfile::tempdir().expect("a directory");
    if let Some(token) = token {
        TokenFile(Some(state.path().join("session"))).save(token).expect("a kept session");
    }
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    tokio::task::spawn_blocking(move || {
        let mut lines = None;
        let stdout: Stdio = match reader {
            Reader::Listens => Stdio::piped(),
            Reader::Gone => std::io::pipe().expect("a pipe").1.into(),
            Reader::LeavesAfterOneLine => {
                let (read, written) = std::io::pipe().expect("a pipe");
                lines = Some(BufReader::new(read));
                written.into()
            }
            #[cfg(target_os = "linux")]
            Reader::Full => std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a device").into(),
        };
        let mut child = spawned_to(stdout, state.path(), &[], &args, "");
        if let Some(mut lines) = lines {
            lines.read_line(&mut String::new()).expect("a line");
        }
        drop(child.stdin.take());
        child.wait_with_output().expect("an end")
    })
    .await
    .expect("a run")
}

/// One that goes on until it is told to end.
pub struct Running {
    child: Child,
    output: Arc<Mutex<String>>,
    _state: tempfile::TempDir,
}

impl Running {
    pub fn start(args: &[&str], input: &str) -> Self {
        let state = tempfile::tempdir().expect("a directory");
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        let mut child = spawned(state.path(), &[], &args, input);
        let output = Arc::new(Mutex::new(String::new()));
        let told = Arc::clone(&output);
        let lines = BufReader::new(child.stdout.take().expect("an output")).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut told = told.lock().expect("the output");
                told.push_str(&line);
                told.push('\n');
            }
        });
        Self { child, output, _state: state }
    }

    /// Waits until it said something; all that it said so far.
    pub async fn says(&self, what: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = self.output.lock().expect("the output").clone();
            if text.contains(what) {
                return text;
            }
            assert!(Instant::now() < deadline, "waited in vain for {what}: {text}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Ends it as Ctrl-C does: its exit code.
    pub async fn ends(mut self) -> Option<i32> {
        send(&self.child, Signal::SIGINT);
        tokio::task::spawn_blocking(move || self.child.wait().expect("an end").code()).await.expect("an end")
    }
}

/// One whose output nobody reads yet.
pub struct Stuck {
    child: Child,
    _state: tempfile::TempDir,
}

impl Stuck {
    pub fn start(args: &[&str], input: &str) -> Self {
        let state = tempfile::tempdir().expect("a directory");
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        Self { child: spawned(state.path(), &[], &args, input), _state: state }
    }

    /// Sends a signal, then reads what it wrote: its exit code.
    pub async fn ends_by(self, signal: Signal) -> Option<i32> {
        send(&self.child, signal);
        tokio::task::spawn_blocking(move || self.child.wait_with_output().expect("an end").status.code())
            .await
            .expect("an end")
    }
}

fn send(child: &Child, signal: Signal) {
    let id = i32::try_from(child.id()).expect("a process id");
    kill(Pid::from_raw(id), signal).expect("a signal");
}

fn spawned(state: &Path, environment: &[(String, String)], args: &[String], input: &str) -> Child {
    spawned_to(Stdio::piped(), state, environment, args, input)
}

fn spawned_to(stdout: Stdio, state: &Path, environment: &[(String, String)], args: &[String], input: &str) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_medstint"))
        .args(args)
        .env_clear()
        .env("PATH", std::env::var("PATH").expect("a PATH"))
        .env("HOME", state)
        .env("MEDSTINT_STATE_DIR", state)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(stdout)
        .stderr(Stdio::piped())
        .spawn()
        .expect("medstint runs");
    child.stdin.take().expect("an input").write_all(input.as_bytes()).expect("it reads");
    child
}
