//! The real binary without a terminal.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs it in an environment of its own: its exit code, and what it said.
pub async fn run(args: &[&str], input: &str) -> (Option<i32>, String, String) {
    let state = tempfile::tempdir().expect("a directory");
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    let input = input.to_owned();
    let output = tokio::task::spawn_blocking(move || medstint(state.path(), &args, &input)).await.expect("a run");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn medstint(state: &Path, args: &[String], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_medstint"))
        .args(args)
        .env_clear()
        .env("PATH", std::env::var("PATH").expect("a PATH"))
        .env("HOME", state)
        .env("MEDSTINT_STATE_DIR", state)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("medstint runs");
    child.stdin.take().expect("an input").write_all(input.as_bytes()).expect("it reads");
    child.wait_with_output().expect("an end")
}
