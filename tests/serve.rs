//! The console over SSH, with OpenSSH's client.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use russh::client::{self, KeyboardInteractiveAuthResponse};
use russh::keys::PublicKeyOrCertificate;
use russh::{Channel, ChannelMsg};

use super::support::database::{execute, value};
use super::support::ssh::{SshServer, has_ssh, told};
use super::support::world::PASSWORD;
use super::support::{PATIENCE, World, a_time_record, blocking};

const CARMEN: &str = "admin@north.example";
/// Whether sessions were opened over SSH, and none is open.
const ALL_ENDED: &str =
    "SELECT count(*) > 0 AND bool_and(revoked_at IS NOT NULL) FROM sessions WHERE user_agent LIKE '% ssh %'";

/// A world with a record to decide on, and a server of it.
pub(super) async fn served(settings: &[(&str, &str)]) -> (World, SshServer) {
    let world = World::new().await;
    a_time_record().id("one").insert(&world).await;
    let server = SshServer::start(&world, settings);
    (world, server)
}

pub(super) async fn status(world: &World) -> String {
    value(&mut world.owner().await, "SELECT status::text FROM time_records WHERE id = 'one'").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_on_the_screen() {
    if !has_ssh() {
        return;
    }
    let (_world, server) = served(&[]).await;
    blocking(move || {
        let mut terminal = server.terminal(None, CARMEN, (100, 30));
        // The name of the connection fills in the address.
        let screen = terminal.until("the address", |text| text.contains("Password") && text.contains(CARMEN));
        assert!(!screen.contains("medstint_app"), "a stranger sees where the database is: {screen}");
        terminal.send(&format!("{PASSWORD}\r"));
        terminal.waits_for("North, Stu");
        terminal.resize(120, 40);
        terminal.waits_for("live");
        terminal.send("q");
        let (status, terminal) = terminal.ends();
        assert!(status.success());
        assert!(!terminal.is_on_alternate_screen(), "the terminal was not given back");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_signs_its_owner_in_at_once() {
    if !has_ssh() {
        return;
    }
    let (world, server) = served(&[]).await;
    let key = server.key_of(&world, "north-admin").await;
    blocking(move || {
        let mut terminal = server.terminal(Some(&key), "anyone", (100, 30));
        terminal.waits_for("North, Stu");
        terminal.send("q");
        assert!(terminal.ends().0.success());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_with_its_connection() {
    if !has_ssh() {
        return;
    }
    let (world, server) = served(&[]).await;
    let key = server.key_of(&world, "north-admin").await;
    let mut terminal = server.terminal(Some(&key), "anyone", (100, 30));
    let end = move || {
        terminal.waits_for("North, Stu");
        terminal.kill();
    };
    blocking(end).await;
    world.until(ALL_ENDED).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_a_key_ends_the_consoles_that_it_opened() {
    if !has_ssh() {
        return;
    }
    let (world, server) = served(&[]).await;
    let key = server.key_of(&world, "north-admin").await;
    let mut owner = world.owner().await;
    let terminal = server.terminal(Some(&key), "anyone", (100, 30));
    let terminal = blocking(move || {
        terminal.waits_for("live");
        terminal
    })
    .await;
    execute(&mut owner, "SELECT medstint.end_key(id) FROM user_keys").await;
    let (_, terminal) = blocking(move || terminal.ends()).await;
    assert!(terminal.text().contains("Your session has ended"), "{}", terminal.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_without_its_signature_proves_nothing() {
    if !has_ssh() {
        return;
    }
    let (world, server) = served(&[]).await;
    let key = server.key_of(&world, "north-admin").await;
    // The client still offers the public part, and can't sign.
    std::fs::remove_file(&key).expect("a private key");
    let output = server.run(Some(&key.with_extension("pub")), &[], &["list", "time-records"], "").await;
    let (code, out, err) = told(&output);
    assert_ne!(code, Some(0), "{err}");
    assert_eq!(out, "");
    let sessions: i64 =
        value(&mut world.owner().await, "SELECT count(*) FROM sessions WHERE user_agent LIKE '% ssh %'").await;
    assert_eq!(sessions, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_key_is_offered_to_be_kept_after_the_password() {
    if !has_ssh() {
        return;
    }
    let (_world, server) = served(&[]).await;
    let key = server.make_key("new");
    blocking(move || {
        let mut terminal = server.terminal(Some(&key), CARMEN, (100, 30));
        terminal.waits_for("Password");
        terminal.send(&format!("{PASSWORD}\r"));
        terminal.waits_for("Use this key from now on?");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_prints_what_it_prints_elsewhere() {
    if !has_ssh() {
        return;
    }
    let (world, server) = served(&[]).await;
    let key = server.key_of(&world, "north-admin").await;
    let words = ["list", "time-records", "--format", "csv", "--filter", "'-site:\"no such\"'"];
    let (code, out, err) = told(&server.run(Some(&key), &[], &words, "").await);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.starts_with("id,version,status,") && out.lines().count() == 2, "{out}");
    world.until(ALL_ENDED).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_decides_on_ids_from_its_input() {
    if !has_ssh() {
        return;
    }
    let (world, server) = served(&[]).await;
    let key = server.key_of(&world, "north-admin").await;
    let output = server.run(Some(&key), &[], &["decide", "approve", "--ids", "-"], "one\nnobody\n").await;
    let (code, out, err) = told(&output);
    assert_eq!(code, Some(4), "{out}{err}");
    assert_eq!(status(&world).await, "APPROVED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_needs_a_key() {
    if !has_ssh() {
        return;
    }
    let (_world, server) = served(&[]).await;
    let (code, out, err) = told(&server.run(None, &[], &["list", "time-records"], "").await);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains("Commands need a key"), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_is_not_on_the_list_does_not_run() {
    if !has_ssh() {
        return;
    }
    let (world, server) = served(&[]).await;
    let key = server.key_of(&world, "north-admin").await;
    for words in [["audit", "export", "--format", "csv"], ["decide", "approve", "--ids", "/etc/passwd"]] {
        let (code, out, err) = told(&server.run(Some(&key), &[], &words, "").await);
        assert_eq!((code, out.as_str()), (Some(1), ""), "{words:?}");
        assert!(err.contains("can't be run over SSH"), "{err}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_a_console_or_a_command_is_granted() {
    if !has_ssh() {
        return;
    }
    let (world, server) = served(&[]).await;
    let key = server.key_of(&world, "north-admin").await;
    for (options, words) in [
        (vec!["-s"], vec!["sftp"]),
        (vec!["-W", "localhost:1"], vec![]),
        (vec!["-o", "ExitOnForwardFailure=yes", "-R", "0:localhost:1"], vec!["list", "time-records"]),
    ] {
        let (code, _, err) = told(&server.run(Some(&key), &options, &words, "").await);
        assert_eq!(code, Some(255), "{options:?}: {err}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_reader_gets_lines() {
    if !has_ssh() {
        return;
    }
    let (world, server) = served(&[]).await;
    let key = server.key_of(&world, "north-admin").await;
    for words in [vec![], vec!["plain"]] {
        let (code, out, err) = told(&server.run(Some(&key), &["-T"], &words, "q\n").await);
        assert_eq!(code, Some(0), "{err}");
        assert!(out.contains("Time records, pending") && !out.contains('\u{1b}'), "{out}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_without_a_terminal_ask_for_no_password() {
    if !has_ssh() {
        return;
    }
    let (_world, server) = served(&[]).await;
    let (_, out, _) = told(&server.run(None, &["-T"], &[], &format!("{CARMEN}\n")).await);
    assert!(out.contains("A password would be visible here."), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_of_no_screen_do_no_harm() {
    if !has_ssh() {
        return;
    }
    let (world, server) = served(&[]).await;
    let key = server.key_of(&world, "north-admin").await;
    blocking(move || {
        let mut terminal = server.terminal(Some(&key), "anyone", (100, 30));
        terminal.waits_for("North, Stu");
        for size in ["rows 0 cols 0", "rows 65535 cols 65535", "rows 1 cols 1"] {
            terminal.stty(size);
        }
        terminal.resize(100, 30);
        terminal.send("?");
        terminal.waits_for("approve");
        terminal.send("\u{1b}");
        terminal.send("\u{3}");
        terminal.ends();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_stands_still_holds_up_nobody() {
    if !has_ssh() {
        return;
    }
    let (world, server) = served(&[]).await;
    let key = server.key_of(&world, "north-admin").await;
    let other = server.key_of(&world, "north-admin-2").await;
    blocking(move || {
        let still = server.terminal(Some(&key), "anyone", (100, 30));
        let mut terminal = server.terminal(Some(&other), "anyone", (100, 30));
        for console in [&still, &terminal] {
            console.waits_for("North, Stu");
            console.waits_for("live");
        }
        let client = Pid::from_raw(still.process_id());
        kill(client, Signal::SIGSTOP).expect("a signal");
        terminal.send("a");
        terminal.waits_for("Nothing is pending.");
        kill(client, Signal::SIGCONT).expect("a signal");
        still.until("the decision", |text| text.contains("no longer here") || text.contains("approved"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn control_z_does_nothing() {
    if !has_ssh() {
        return;
    }
    let (world, server) = served(&[]).await;
    let key = server.key_of(&world, "north-admin").await;
    blocking(move || {
        let mut terminal = server.terminal(Some(&key), "anyone", (100, 30));
        terminal.waits_for("North, Stu");
        terminal.send("\u{1a}");
        terminal.send("?");
        terminal.waits_for("approve");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_ends_tells_its_sessions() {
    if !has_ssh() {
        return;
    }
    let (world, server) = served(&[]).await;
    let key = server.key_of(&world, "north-admin").await;
    blocking(move || {
        let terminal = server.terminal(Some(&key), "anyone", (100, 30));
        terminal.waits_for("North, Stu");
        server.terminate();
        let (_, terminal) = terminal.ends();
        assert!(terminal.text().contains("The server is restarting."), "{}", terminal.text());
        assert!(!terminal.is_on_alternate_screen());
        assert_eq!(server.ends(), Some(0));
    })
    .await;
    world.until(ALL_ENDED).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_so_many_sessions() {
    if !has_ssh() {
        return;
    }
    let (world, server) = served(&[("MEDSTINT_SERVE_SESSIONS_PER_PERSON", "1")]).await;
    let key = server.key_of(&world, "north-admin").await;
    blocking(move || {
        let first = server.terminal(Some(&key), "anyone", (100, 30));
        first.waits_for("North, Stu");
        let second = server.terminal(Some(&key), "anyone", (100, 30));
        second.waits_for("You already have 1 open here");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_has_so_many_sessions() {
    if !has_ssh() {
        return;
    }
    let (world, server) = served(&[("MEDSTINT_SERVE_SESSIONS", "1")]).await;
    let key = server.key_of(&world, "north-admin").await;
    let terminal = server.terminal(Some(&key), "anyone", (100, 30));
    let _terminal = blocking(move || {
        terminal.waits_for("North, Stu");
        terminal
    })
    .await;
    let (code, _, err) = told(&server.run(Some(&key), &[], &["list", "time-records"], "").await);
    assert_eq!(code, Some(1));
    assert!(err.contains("All 1 sessions of this server are in use."), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_so_many_connections_in_a_minute() {
    let (_world, server) = served(&[("MEDSTINT_SERVE_CONNECTIONS_PER_MINUTE", "1")]).await;
    let greeted = |server: &SshServer| {
        let mut text = [0; 64];
        let mut stream = TcpStream::connect(server.address).expect("a connection");
        let read = stream.read(&mut text).expect("a line");
        String::from_utf8_lossy(&text[..read]).into_owned()
    };
    assert_eq!(greeted(&server), "SSH-2.0-medstint\r\n");
    assert!(greeted(&server).starts_with("medstint: too many connections"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_sign_in_is_disconnected() {
    if !has_ssh() {
        return;
    }
    let (_world, server) = served(&[("MEDSTINT_SERVE_SIGN_IN_SECONDS", "2")]).await;
    blocking(move || {
        let (_, terminal) = server.terminal(None, CARMEN, (100, 30)).ends();
        assert!(terminal.text().contains("No one signed in within 2 seconds."), "{}", terminal.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_ssh_do_no_harm() {
    let (_world, server) = served(&[]).await;
    for bytes in [b"GET / HTTP/1.1\r\n\r\n".as_slice(), &[0; 4096], b"SSH-2.0-x\r\n\xff\xff\xff\xff"] {
        let mut stream = TcpStream::connect(server.address).expect("a connection");
        // The server may close it before it has read everything.
        let _ = stream.write_all(bytes);
    }
    let mut text = [0; 64];
    let mut stream = TcpStream::connect(server.address).expect("a connection");
    assert!(stream.read(&mut text).expect("a line") > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn its_state_is_told_over_http() {
    let (_world, server) = served(&[]).await;
    let answer = |path: &str| {
        let mut stream = TcpStream::connect(server.metrics).expect("a connection");
        stream.write_all(format!("GET {path} HTTP/1.1\r\n\r\n").as_bytes()).expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        text
    };
    assert!(answer("/healthz").starts_with("HTTP/1.1 200 "));
    assert!(answer("/metrics").contains("\nmedstint_sessions 0\n"));
}

/// A client that can ask for what OpenSSH's does not.
pub(super) struct Client;

impl client::Handler for Client {
    type Error = russh::Error;

    async fn check_server_key(&mut self, _: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        Ok(true)
    }
}

/// A connection of no one in particular.
pub(super) async fn connected(server: &SshServer) -> client::Handle<Client> {
    let config = Arc::new(client::Config::default());
    let mut handle = client::connect(config, server.address, Client).await.expect("a connection");
    let answer = handle.authenticate_keyboard_interactive_start("someone", None::<String>).await.expect("an answer");
    assert!(matches!(answer, KeyboardInteractiveAuthResponse::Success));
    handle
}

/// Whether the server grants what was asked for last.
async fn is_granted(channel: &mut Channel<client::Msg>) -> bool {
    loop {
        match tokio::time::timeout(PATIENCE, channel.wait()).await.expect("an answer") {
            Some(ChannelMsg::Success) => return true,
            Some(ChannelMsg::Failure) => return false,
            Some(_) => {}
            None => panic!("the channel has ended"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_gets_an_answer() {
    let (_world, server) = served(&[]).await;
    let handle = connected(&server).await;
    let mut channel = handle.channel_open_session().await.expect("a channel");
    for (name, value, expected) in [("LANG", "C.UTF-8", true), ("LD_PRELOAD", "x", false), ("TERM", "a b", false)] {
        channel.set_env(true, name, value).await.expect("sent");
        assert_eq!(is_granted(&mut channel).await, expected, "{name}");
    }
    channel.request_subsystem(true, "sftp").await.expect("sent");
    assert!(!is_granted(&mut channel).await);
    channel.agent_forward(true).await.expect("sent");
    assert!(!is_granted(&mut channel).await);
    channel.request_pty(true, "xterm", 0, 0, 0, 0, &[]).await.expect("sent");
    assert!(is_granted(&mut channel).await);
    channel.request_pty(true, "xterm", 80, 24, 0, 0, &[]).await.expect("sent");
    assert!(!is_granted(&mut channel).await, "a second terminal");
    channel.request_shell(true).await.expect("sent");
    assert!(is_granted(&mut channel).await);
    channel.exec(true, "list time-records").await.expect("sent");
    assert!(!is_granted(&mut channel).await, "a second program");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_has_one_session_at_a_time() {
    let (_world, server) = served(&[]).await;
    let handle = connected(&server).await;
    let _first = handle.channel_open_session().await.expect("a channel");
    assert!(handle.channel_open_session().await.is_err());
    assert!(handle.channel_open_direct_tcpip("localhost", 1, "localhost", 1).await.is_err());
}
