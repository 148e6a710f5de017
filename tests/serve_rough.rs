//! The console over SSH, used roughly: too much input, no input, too many keys, a server that dies.

use std::path::{Path, PathBuf};

use tokio::time::timeout;

use super::serve::{connected, served, status};
use super::support::database::{execute, value};
use super::support::ssh::{SshServer, has_ssh, told};
use super::support::{PATIENCE, Terminal, World, blocking};

/// Whether the session of a command is open.
const COMMAND_IS_OPEN: &str =
    "SELECT count(*) > 0 FROM sessions WHERE user_agent LIKE '% ssh %' AND client = 'cli' AND revoked_at IS NULL";
/// Whether sessions were opened over SSH, and none is open.
const ALL_ENDED: &str =
    "SELECT count(*) > 0 AND bool_and(revoked_at IS NOT NULL) FROM sessions WHERE user_agent LIKE '% ssh %'";
/// How many connections of consoles there are.
const CONNECTIONS: &str =
    "SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'medstint_app')";
const LIST: [&str; 4] = ["list", "time-records", "--format", "csv"];

/// A world, a server of it, and the key of an administrator.
async fn with_key() -> (World, SshServer, PathBuf) {
    let (world, server) = served(&[]).await;
    let key = server.key_of(&world, "north-admin").await;
    (world, server, key)
}

async fn decisions(world: &World) -> i64 {
    let sql = "SELECT count(*) FROM time_record_decisions WHERE time_record_id = 'one'";
    value(&mut world.owner().await, sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_has_one_session_after_the_other() {
    let (_world, server) = served(&[]).await;
    let handle = connected(&server).await;
    for _ in 0..3 {
        let mut channel = handle.channel_open_session().await.expect("a channel");
        channel.exec(true, "list time-records").await.expect("sent");
        while timeout(PATIENCE, channel.wait()).await.expect("an end").is_some() {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn new_sessions_do_not_extend_the_time_to_sign_in() {
    let (_world, server) = served(&[("MEDSTINT_SERVE_SIGN_IN_SECONDS", "1")]).await;
    let handle = connected(&server).await;
    let open_sessions = async {
        while !handle.is_closed() {
            let Ok(mut channel) = handle.channel_open_session().await else { continue };
            // Without a key there is no command to run.
            let _ = channel.exec(true, "list time-records").await;
            while channel.wait().await.is_some() {}
        }
    };
    timeout(PATIENCE, open_sessions).await.expect("the end of the connection");
}

#[tokio::test(flavor = "multi_thread")]
async fn input_that_a_command_does_not_read_does_no_harm() {
    if !has_ssh() {
        return;
    }
    let (_world, server, key) = with_key().await;
    let (code, out, err) = told(&server.run(Some(&key), &[], &LIST, &"x".repeat(3_000_000)).await);
    assert_eq!((code, out.lines().count()), (Some(0), 2), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_takes_megabytes_of_input() {
    if !has_ssh() {
        return;
    }
    let (world, server, key) = with_key().await;
    let input = format!("{}one\n", "\n".repeat(3_000_000));
    let (code, out, err) = told(&server.run(Some(&key), &[], &["decide", "approve", "--ids", "-"], &input).await);
    assert_eq!(code, Some(0), "{out}{err}");
    assert_eq!(status(&world).await, "APPROVED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_waits_for_input_does_not_hold_up_the_end() {
    if !has_ssh() {
        return;
    }
    let (world, server, key) = with_key().await;
    let line = format!("exec {} decide approve --ids -", server.client(Some(&key), "anyone"));
    let terminal = Terminal::shell(&line, server.directory(), (100, 30));
    world.until(COMMAND_IS_OPEN).await;
    server.terminate();
    let told = move || terminal.waits_for("Interrupted before the end of the input.");
    blocking(told).await;
    world.until(ALL_ENDED).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn control_c_ends_a_command_on_a_terminal() {
    if !has_ssh() {
        return;
    }
    let (_world, server, key) = with_key().await;
    blocking(move || {
        let line = format!("exec {} -t audit tail -f", server.client(Some(&key), "anyone"));
        let mut terminal = Terminal::shell(&line, server.directory(), (100, 30));
        terminal.until("events", |text| !text.trim().is_empty());
        terminal.send("\u{3}");
        let (status, terminal) = terminal.ends();
        assert!(status.success());
        let bytes = terminal.bytes();
        assert!(bytes.windows(2).all(|pair| pair[1] != b'\n' || pair[0] == b'\r'), "a line without a return");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_a_key_ends_the_commands_that_it_opened() {
    if !has_ssh() {
        return;
    }
    let (world, server, key) = with_key().await;
    let remove = async {
        world.until(COMMAND_IS_OPEN).await;
        execute(&mut world.owner().await, "SELECT medstint.end_key(id) FROM user_keys").await;
    };
    let both = async { tokio::join!(server.run(Some(&key), &[], &["audit", "tail", "-f"], ""), remove) };
    let (output, ()) = timeout(PATIENCE, both).await.expect("the end of the command");
    let (code, _, err) = told(&output);
    assert_eq!(code, Some(1), "{err}");
}

/// It takes the second after which a command learns that its session is refused.
#[tokio::test(flavor = "multi_thread")]
async fn removing_a_key_ends_a_command_that_waits_for_input() {
    if !has_ssh() {
        return;
    }
    let (world, server, key) = with_key().await;
    let line = format!("exec {} decide approve --ids -", server.client(Some(&key), "anyone"));
    let terminal = Terminal::shell(&line, server.directory(), (100, 30));
    world.until(COMMAND_IS_OPEN).await;
    execute(&mut world.owner().await, "SELECT medstint.end_key(id) FROM user_keys").await;
    let told = move || terminal.waits_for("Interrupted before the end of the input.");
    blocking(told).await;
}

/// Keys that no one has, as options of the client.
fn unknown_keys(server: &SshServer, count: usize) -> Vec<String> {
    let made = |number| server.make_key(&format!("unknown-{number}")).display().to_string();
    (0..count).map(made).flat_map(|key| ["-i".to_owned(), key]).collect()
}

async fn run_with_keys(server: &SshServer, keys: &[String], words: &[&str], input: &str) -> (Option<i32>, String) {
    let options: Vec<&str> = keys.iter().map(String::as_str).collect();
    let (code, out, err) = told(&server.run(Some(Path::new(options[1])), &options[2..], words, input).await);
    (code, out + &err)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_have_ten_keys() {
    if !has_ssh() {
        return;
    }
    let (_world, server, key) = with_key().await;
    let mut keys = unknown_keys(&server, 9);
    keys.extend(["-i".to_owned(), key.display().to_string()]);
    let (code, told) = run_with_keys(&server, &keys, &LIST, "").await;
    assert_eq!(code, Some(0), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_more_keys_gets_the_sign_in_screen() {
    if !has_ssh() {
        return;
    }
    let (_world, server) = served(&[]).await;
    let mut keys = unknown_keys(&server, 12);
    keys.push("-T".to_owned());
    let (_, told) = run_with_keys(&server, &keys, &[], "admin@north.example\n").await;
    assert!(told.contains("A password would be visible here."), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_of_a_server_that_dies_never_happened() {
    if !has_ssh() {
        return;
    }
    let (world, mut server, key) = with_key().await;
    let mut holder = world.owner().await;
    let terminal = server.terminal(Some(&key), "anyone", (100, 30));
    let mut terminal = blocking(move || {
        terminal.waits_for("North, Stu");
        terminal.waits_for("live");
        terminal
    })
    .await;
    // The decision waits for the row.
    execute(&mut holder, "BEGIN; SELECT FROM time_records WHERE id = 'one' FOR UPDATE").await;
    let holds: i32 = value(&mut holder, "SELECT pg_backend_pid()").await;
    terminal.send("a");
    let waits = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE";
    world.until(&format!("{waits} {holds} = ANY (pg_blocking_pids(pid)))")).await;
    server.kill();
    execute(&mut holder, "ROLLBACK").await;
    world.until(&format!("{CONNECTIONS} = 0")).await;
    assert_eq!((status(&world).await.as_str(), decisions(&world).await), ("PENDING", 0));
    // The next server shows it, and it is decided once.
    let next = SshServer::start(&world, &[]);
    let mut terminal = next.terminal(Some(&key), "anyone", (100, 30));
    blocking(move || {
        terminal.waits_for("North, Stu");
        terminal.waits_for("live");
        terminal.send("a");
        terminal.waits_for("Nothing is pending.");
    })
    .await;
    assert_eq!((status(&world).await.as_str(), decisions(&world).await), ("APPROVED", 1));
}
