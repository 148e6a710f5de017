//! The commands of README's section on a database of your own, run as they stand there.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use medstint::cluster::{Cluster, Durability};

use super::support::database::{connect, execute, reap_with_us, scratch, settings, value};
use super::support::skipped;

const README: &str = include_str!("../README.md");
const SECTION: &str = "\n## On a database of your own\n";
/// The longest that all the commands may take together.
const LONGEST: Duration = Duration::from_mins(2);

/// The shell commands of the section, a text for each block.
struct Blocks {
    own_server: &'static str,
    managed_server: &'static str,
    roles: &'static str,
    /// The schema, the first person, a backup, and restoring it.
    rest: Vec<&'static str>,
}

fn blocks() -> Blocks {
    let section = README.split_once(SECTION).expect("the section").1;
    let section = section.split("\n## ").next().expect("its text");
    let found: Vec<&'static str> =
        section.split("\n```sh\n").skip(1).map(|text| text.split("\n```").next().expect("a block")).collect();
    let &[own_server, managed_server, roles, ref rest @ ..] = found.as_slice() else {
        panic!("{} blocks", found.len())
    };
    Blocks { own_server, managed_server, roles, rest: rest.to_vec() }
}

/// Runs commands as if they were pasted, in a home directory and against a server of their
/// own. What README calls its host is the server's socket.
async fn paste(home: &Path, socket: &str, programs: &Path, commands: &[&str]) {
    let script = commands
        .join("\n")
        .replace("PGHOST=localhost", &format!("PGHOST={socket}"))
        .replace("db.example.edu", socket)
        .replace("PGSSLMODE=verify-full", "PGSSLMODE=disable");
    let said = home.join("said");
    let out = File::create(&said).expect("a file");
    let password = home.join("password");
    fs::write(&password, "a long password\n").expect("a file");
    let path = format!("{}:{}:/usr/bin:/bin", home.join("bin").display(), programs.display());
    let mut shell = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .env_clear()
        .env("HOME", home)
        .env("PATH", path)
        .current_dir(home)
        .stdin(File::open(&password).expect("a file"))
        .stdout(Stdio::from(out.try_clone().expect("a file")))
        .stderr(Stdio::from(out))
        .spawn()
        .expect("bash");
    let started = Instant::now();
    let status = loop {
        if let Some(status) = shell.try_wait().expect("a status") {
            break status;
        }
        if started.elapsed() > LONGEST {
            shell.kill().expect("an end");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(status.success(), "{}", fs::read_to_string(&said).expect("text"));
}

/// A home directory with medstint, and with `sudo -u postgres` for one's own server.
fn home(socket: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a directory");
    let bin = home.path().join("bin");
    fs::create_dir(&bin).expect("a directory");
    symlink(env!("CARGO_BIN_EXE_medstint"), bin.join("medstint")).expect("a link");
    let sudo = bin.join("sudo");
    let text = format!("#!/bin/sh\nshift 2\nPGHOST={socket} PGUSER=postgres exec \"$@\"\n");
    fs::write(&sudo, text).expect("a file");
    fs::set_permissions(&sudo, fs::Permissions::from_mode(0o755)).expect("its mode");
    home
}

#[tokio::test]
async fn its_commands_set_up_a_database_that_can_be_restored() {
    let dir = scratch("readme");
    reap_with_us(&dir);
    let cluster = Cluster::start(&settings(dir.clone())).await.expect("a cluster");
    let programs = cluster.binaries().dir.clone();
    if !programs.join("psql").is_file() {
        skipped("psql");
        return;
    }
    // Administrators come in as they are, all others by their passwords.
    let rules = "local all postgres trust\nlocal all administrator trust\nlocal all all scram-sha-256\n";
    fs::write(dir.join("data").join("pg_hba.conf"), rules).expect("rules");
    cluster.restart(Durability::None).expect("a server");
    let socket = dir.join("socket").display().to_string();
    let mut superuser = connect(&cluster.url("postgres", "postgres")).await;
    execute(&mut superuser, "DROP ROLE medstint_owner; CREATE ROLE administrator LOGIN CREATEROLE CREATEDB").await;
    let blocks = blocks();

    let own = home(&socket);
    paste(own.path(), &socket, &programs, &[blocks.own_server, blocks.roles]).await;
    execute(&mut superuser, "DROP DATABASE clinical").await;
    execute(&mut superuser, "DROP ROLE medstint_owner, medstint_app, medstint_serve, medstint_web").await;

    let managed = home(&socket);
    let commands = [&[blocks.managed_server, blocks.roles][..], blocks.rest.as_slice()].concat();
    paste(managed.path(), &socket, &programs, &commands).await;
    let mut restored = connect(&cluster.url("postgres", "clinical_restored")).await;
    let people: i64 = value(&mut restored, "SELECT count(*) FROM users WHERE role = 'SUPER_ADMIN'").await;
    assert_eq!(people, 1);
}
