//! The console over SSH, with clients besides OpenSSH's.

use std::process::Command;

use super::serve::served;
use super::support::ssh::{PYTHON, SshServer, has, has_asyncssh, has_ssh, told};
use super::support::world::PASSWORD;
use super::support::{Terminal, World, blocking};

const CARMEN: &str = "admin@north.example";

/// Runs the tests' asyncssh script; what worked.
async fn asyncssh(world: &World, server: &SshServer, what: &str) -> String {
    let key = server.key_of(world, "north-admin").await;
    let mut command = Command::new(PYTHON);
    command
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/asyncssh_client.py"))
        .arg(server.address.port().to_string())
        .arg(key)
        .arg(what);
    let run = move || command.output().expect("python runs");
    let output = blocking(run).await;
    let (code, out, err) = told(&output);
    assert_eq!(code, Some(0), "{out}{err}");
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn putty_shows_the_console() {
    if !has(&["plink"]) {
        return;
    }
    let (_world, server) = served(&[]).await;
    blocking(move || {
        let line = format!(
            "exec plink -ssh -batch -noagent -no-antispoof -P {} -hostkey '{}' '{CARMEN}@127.0.0.1'",
            server.address.port(),
            server.fingerprint
        );
        let mut terminal = Terminal::shell(&line, server.directory(), (100, 30));
        terminal.waits_for("Password");
        terminal.send(&format!("{PASSWORD}\r"));
        terminal.waits_for("North, Stu");
        terminal.send("q");
        let (status, terminal) = terminal.ends();
        assert!(status.success());
        assert!(!terminal.is_on_alternate_screen());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dropbear_shows_the_console() {
    if !has(&["dbclient", "dropbearconvert", "ssh-keygen"]) {
        return;
    }
    let (world, server) = served(&[]).await;
    let key = server.key_of(&world, "north-admin").await;
    let converted = key.with_extension("dropbear");
    let made = Command::new("dropbearconvert").args(["openssh", "dropbear"]).args([&key, &converted]).output();
    assert!(made.expect("dropbearconvert runs").status.success());
    blocking(move || {
        let (key, port) = (converted.display(), server.address.port());
        // Its window is smaller than a large screen.
        let line = format!("exec dbclient -y -y -i '{key}' -p {port} anyone@127.0.0.1");
        let mut terminal = Terminal::shell(&line, server.directory(), (200, 60));
        terminal.waits_for("North, Stu");
        terminal.send("q");
        assert!(terminal.ends().0.success());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tmux_shows_the_console() {
    if !has(&["tmux"]) || !has_ssh() {
        return;
    }
    let (world, server) = served(&[]).await;
    let key = server.key_of(&world, "north-admin").await;
    blocking(move || {
        let (socket, client) = (server.directory().join("tmux"), server.client(Some(&key), "anyone"));
        let line = format!("exec tmux -S '{}' -f /dev/null new-session \"{client}\"", socket.display());
        let mut terminal = Terminal::shell(&line, server.directory(), (100, 30));
        terminal.waits_for("North, Stu");
        terminal.resize(120, 40);
        terminal.waits_for("live");
        // tmux sends an Esc alone after a pause of its own.
        terminal.send("?");
        terminal.waits_for("Esc closes");
        terminal.send("\u{1b}");
        terminal.until("the list alone", |text| !text.contains("Esc closes"));
        terminal.send("q");
        terminal.ends();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asyncssh_runs_a_console_and_then_commands_on_one_connection() {
    if !has_asyncssh() || !has_ssh() {
        return;
    }
    let (world, server) = served(&[]).await;
    let worked = asyncssh(&world, &server, "console").await;
    assert_eq!(worked, "a row\nended 0\nlines 2\nlines 2\ninterrupted\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn packets_for_no_open_channel_reach_no_console() {
    if !has_asyncssh() || !has_ssh() {
        return;
    }
    let (world, server) = served(&[]).await;
    let worked = asyncssh(&world, &server, "channels").await;
    assert_eq!(worked, "unknown channel\nclosed channel\n");
}
