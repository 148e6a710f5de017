//! The console over SSH, with certificates that ssh-keygen makes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use russh::keys::{PublicKeyOrCertificate, load_openssh_certificate, load_secret_key};
use russh::{ChannelMsg, client};

use super::support::database::{execute, value};
use super::support::ssh::{SshServer, has_ssh, told};
use super::support::{PATIENCE, World, a_time_record, blocking};

const ADMIN: &str = "admin@north.example";

/// A world with a record, a server of it, and the authority of North in a file.
async fn served() -> (World, SshServer, PathBuf) {
    let world = World::new().await;
    a_time_record().id("one").insert(&world).await;
    let server = SshServer::start(&world, &[]);
    let authority = server.make_key("authority");
    trust(&world, &authority, "north").await;
    (world, server, authority)
}

/// Adds an authority of a school, as the operator.
async fn trust(world: &World, authority: &Path, school: &str) {
    let line = std::fs::read_to_string(authority.with_extension("pub")).expect("a key");
    let key = line.split(' ').nth(1).expect("its numbers");
    let add = format!("SELECT medstint.add_authority('{school}', decode('{key}', 'base64'), 'a test')");
    execute(&mut world.owner().await, &add).await;
}

/// Runs a command with a key and its certificate: its exit code, output and complaints.
async fn lists(server: &SshServer, key: &Path) -> (Option<i32>, String, String) {
    told(&server.run(Some(key), &[], &["list", "time-records", "--format", "csv"], "").await)
}

/// Why the last certificate was refused, as the trail has it.
async fn problem(world: &World) -> Option<String> {
    let last = "SELECT max(changes::jsonb #>> '{problem,new}') FROM audit_logs WHERE action = 'auth.sign_in_failed'";
    value(&mut world.owner().await, last).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_signs_in_the_person_whom_it_names() {
    if !has_ssh() {
        return;
    }
    let (world, server, authority) = served().await;
    let key = server.certified(&authority, "carmen", &["-n", ADMIN, "-I", "carmen", "-z", "12"]);
    let (code, out, err) = lists(&server, &key).await;
    assert_eq!(code, Some(0), "{err}");
    assert!(out.lines().count() == 2, "{out}");
    let told =
        "SELECT concat_ws(' ', user_id, changes::jsonb #>> '{certificate,new}', changes::jsonb #>> '{serial,new}')
                FROM audit_logs WHERE action = 'auth.signed_in' AND changes::jsonb ? 'authority'";
    assert_eq!(value::<String>(&mut world.owner().await, told).await, "north-admin carmen 12");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_another_principal_signs_nobody_in() {
    if !has_ssh() {
        return;
    }
    let (world, server, authority) = served().await;
    let key = server.certified(&authority, "other", &["-n", "root,carmen", "-I", "other"]);
    let (code, out, err) = lists(&server, &key).await;
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains("Commands need a key"), "{err}");
    assert_eq!(problem(&world).await.as_deref(), Some("no person of the school"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_another_schools_authority_signs_nobody_in() {
    if !has_ssh() {
        return;
    }
    let (world, server, _) = served().await;
    let other = server.make_key("other-authority");
    trust(&world, &other, "south").await;
    let key = server.certified(&other, "carmen", &["-n", ADMIN, "-I", "carmen"]);
    let (code, _, err) = lists(&server, &key).await;
    assert_eq!(code, Some(1), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_address_is_honored() {
    if !has_ssh() {
        return;
    }
    let (world, server, authority) = served().await;
    for (networks, expected) in [("10.0.0.0/8", Some(1)), ("10.0.0.0/8,127.0.0.0/8", Some(0))] {
        let name = format!("from-{}", networks.len());
        let limit = format!("source-address={networks}");
        let key = server.certified(&authority, &name, &["-n", ADMIN, "-I", "carmen", "-O", &limit]);
        let (code, _, err) = lists(&server, &key).await;
        assert_eq!(code, expected, "{networks}: {err}");
    }
    assert_eq!(problem(&world).await.as_deref(), Some("not from this address"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forced_command_is_refused() {
    if !has_ssh() {
        return;
    }
    let (world, server, authority) = served().await;
    let options = ["-n", ADMIN, "-I", "carmen", "-O", "force-command=list time-records"];
    let key = server.certified(&authority, "forced", &options);
    let (code, _, err) = lists(&server, &key).await;
    assert_eq!(code, Some(1), "{err}");
    assert_eq!(problem(&world).await.as_deref(), Some("force-command is not supported"));
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_an_authority_ends_the_consoles_of_its_certificates() {
    if !has_ssh() {
        return;
    }
    let (world, server, authority) = served().await;
    let key = server.certified(&authority, "carmen", &["-n", ADMIN, "-I", "carmen"]);
    let terminal = server.terminal(Some(&key), "anyone", (100, 30));
    let terminal = blocking(move || {
        terminal.waits_for("live");
        terminal
    })
    .await;
    execute(&mut world.owner().await, "SELECT medstint.end_authority(id) FROM certificate_authorities").await;
    let (_, terminal) = blocking(move || terminal.ends()).await;
    assert!(terminal.text().contains("Your session has ended"), "{}", terminal.text());
}

/// A client that offers whatever it is told to.
struct Client;

impl client::Handler for Client {
    type Error = russh::Error;

    async fn check_server_key(&mut self, _: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        Ok(true)
    }
}

/// A connection that offered a certificate, and whether the server accepted it. OpenSSH's client does
/// not offer all of them.
async fn offered(server: &SshServer, key: &Path) -> (client::Handle<Client>, bool) {
    let config = Arc::new(client::Config::default());
    let mut handle = client::connect(config, server.address, Client).await.expect("a connection");
    let certificate = load_openssh_certificate(certificate_of(key)).expect("a certificate");
    let key = Arc::new(load_secret_key(key, None).expect("a key"));
    let answer = handle.authenticate_openssh_cert(ADMIN, key, certificate).await.expect("an answer");
    (handle, answer.success())
}

/// Where ssh-keygen puts the certificate of a key.
fn certificate_of(key: &Path) -> PathBuf {
    PathBuf::from(format!("{}-cert.pub", key.display()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_a_host_signs_nobody_in() {
    if !has_ssh() {
        return;
    }
    let (world, server, authority) = served().await;
    let key = server.certified(&authority, "host", &["-h", "-n", ADMIN, "-I", "host"]);
    assert!(!offered(&server, &key).await.1);
    assert_eq!(problem(&world).await.as_deref(), Some("certificate of a host"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_certificate_signs_nobody_in() {
    if !has_ssh() {
        return;
    }
    let (_world, server, authority) = served().await;
    let key = server.certified(&authority, "former", &["-n", ADMIN, "-I", "carmen", "-V", "20200101:20200102"]);
    assert!(!offered(&server, &key).await.1);
    let key = server.certified(&authority, "current", &["-n", ADMIN, "-I", "carmen", "-V", "-1d:+1d"]);
    assert!(offered(&server, &key).await.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_without_permission_gets_no_terminal() {
    if !has_ssh() {
        return;
    }
    let (_world, server, authority) = served().await;
    let key = server.certified(&authority, "scripts", &["-n", ADMIN, "-I", "scripts", "-O", "no-pty"]);
    let (handle, is_accepted) = offered(&server, &key).await;
    assert!(is_accepted);
    let mut channel = handle.channel_open_session().await.expect("a channel");
    channel.request_pty(true, "xterm", 80, 24, 0, 0, &[]).await.expect("sent");
    let answer = async {
        loop {
            match channel.wait().await {
                Some(ChannelMsg::Success) => return true,
                Some(ChannelMsg::Failure) => return false,
                Some(_) => {}
                None => panic!("the channel has ended"),
            }
        }
    };
    assert!(!tokio::time::timeout(PATIENCE, answer).await.expect("an answer"));
}
