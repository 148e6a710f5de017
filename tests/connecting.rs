//! How a database is reached: parameters as libpq has them, certificates, time limits.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use medstint::domain::connection::keyword::{KEYWORDS, Rule, find};
use medstint::store::{Address, pool};

use super::support::certificates::{Authority, Certificate, LOCALHOST, LONG_AGO, NOW};
use super::support::server::{Answer, Server};
use super::support::{Database, PATIENCE, program};

/// What `medstint doctor` says, in a home directory and with variables of its own.
async fn doctor(home: &Path, environment: &[(&str, &str)], url: &str) -> String {
    let home = home.to_str().expect("a path");
    let environment = [&[("HOME", home)][..], environment].concat();
    let (_, out, err) = program::run_with(&environment, &["doctor", "--database-url", url], "").await;
    format!("{out}{err}")
}

/// The same in an empty home directory.
async fn examined(environment: &[(&str, &str)], url: &str) -> String {
    let home = tempfile::tempdir().expect("a directory");
    doctor(home.path(), environment, url).await
}

/// A file of a home directory.
fn write(home: &Path, name: &str, text: &str, mode: u32) {
    let path = home.join(name);
    std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    std::fs::write(&path, text).expect("a file");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("a mode");
}

#[tokio::test]
async fn a_misspelt_parameter_is_refused_with_the_nearest() {
    for (parameter, nearest) in [("sslMode=verify-full", "sslmode"), ("ssl=true", "sslmode"), ("username=u", "user")] {
        let said = examined(&[], &format!("postgres://localhost:1/d?{parameter}")).await;
        assert!(said.contains(&format!("Did you mean `{nearest}`?")), "{parameter}: {said}");
    }
}

#[tokio::test]
async fn a_value_that_does_not_exist_is_refused_in_a_variable_as_well() {
    let said = examined(&[("PGSSLMODE", "bogus")], "postgres://u@localhost:1/d").await;
    assert!(said.contains("PGSSLMODE: `sslmode` must be one of disable, allow"), "{said}");
    let said = examined(&[], "postgres://u@localhost:1/d?sslmode=verify_full").await;
    assert!(said.contains("The database URL: ") && said.contains("Did you mean verify-full?"), "{said}");
}

#[tokio::test]
async fn unsupported_parameters_are_refused_from_every_source() {
    let said = examined(&[("PGCHANNELBINDING", "require")], "postgres://u@localhost:1/d").await;
    assert!(said.contains("PGCHANNELBINDING: `channel_binding` can only be disable or prefer"), "{said}");
    let said = examined(&[], "postgres://u@one,two/d").await;
    assert!(said.contains("names several servers"), "{said}");
    let said = examined(&[], "host=localhost password=s3cret").await;
    assert!(said.contains("keyword=value strings are not supported") && !said.contains("s3cret"), "{said}");
}

#[tokio::test]
async fn a_url_counts_more_than_a_variable() {
    let server = Server::plain(Answer::NoDatabase);
    let url = format!("postgres://ada@127.0.0.1:{}/d?application_name=url", server.port());
    let environment = [("PGUSER", "somebody"), ("PGPORT", "1"), ("PGAPPNAME", "variable"), ("PGDATABASE", "other")];
    examined(&environment, &url).await;
    let heard = server.heard();
    for part in ["user|ada|", "database|d|", "application_name|url|"] {
        assert!(heard.contains(part), "{heard}");
    }
}

#[tokio::test]
async fn variables_fill_what_the_url_leaves_out() {
    let server = Server::plain(Answer::NoDatabase);
    let port = server.port().to_string();
    let environment = [("PGHOST", "127.0.0.1"), ("PGPORT", port.as_str()), ("PGUSER", "ada"), ("PGAPPNAME", "door")];
    examined(&environment, "postgres:///clinical").await;
    let heard = server.heard();
    for part in ["user|ada|", "database|clinical|", "application_name|door|"] {
        assert!(heard.contains(part), "{heard}");
    }
}

#[tokio::test]
async fn a_private_cluster_is_found_whatever_port_the_environment_names() {
    let database = Database::migrated().await;
    let said = examined(&[("PGPORT", "7777")], &database.app_url).await;
    assert!(said.contains("ok    connection"), "{said}");
}

#[tokio::test]
async fn the_user_of_the_system_is_the_user_of_a_url_without_one() {
    let server = Server::plain(Answer::NoDatabase);
    examined(&[], &format!("postgres://127.0.0.1:{}", server.port())).await;
    let user = nix::unistd::User::from_uid(nix::unistd::geteuid()).expect("a list of users").expect("a user").name;
    let heard = server.heard();
    assert!(heard.contains(&format!("user|{user}|database|{user}|")), "{heard}");
}

#[tokio::test]
async fn a_service_leads_to_its_database() {
    let database = Database::migrated().await;
    let socket = database.app_url.split_once("host=").expect("a URL of a socket").1;
    let home = tempfile::tempdir().expect("a directory");
    let service = format!("[clinical]\nhost={socket}\nuser=medstint_app\ndbname={}\n", database.name);
    write(home.path(), ".pg_service.conf", &service, 0o644);
    for (environment, url) in
        [(vec![], "postgres:///?service=clinical"), (vec![("PGSERVICE", "clinical")], "postgres://")]
    {
        let said = doctor(home.path(), &environment, url).await;
        assert!(said.contains(&format!("ok    connection   medstint_app@{socket}:5432/{}", database.name)), "{said}");
    }
}

#[tokio::test]
async fn a_service_that_is_not_there_is_told() {
    let said = examined(&[("PGSYSCONFDIR", "/nonexistent")], "postgres:///?service=clinical").await;
    assert!(said.contains("The connection service: clinical: no service file defines it."), "{said}");
    let said = examined(&[("PGSERVICEFILE", "/nonexistent")], "postgres:///?service=clinical").await;
    assert!(said.contains("clinical: /nonexistent: there is no such file."), "{said}");
}

#[tokio::test]
async fn the_password_file_has_the_password() {
    let home = tempfile::tempdir().expect("a directory");
    write(home.path(), ".pgpass", "127.0.0.1:*:other:*:no\n127.0.0.1:*:clinical:ada:a\\:b\n", 0o600);
    write(home.path(), "elsewhere", "*:*:*:*:c\n", 0o600);
    let elsewhere = home.path().join("elsewhere").display().to_string();
    for (parameter, password) in [(String::new(), "a:b"), (format!("?passfile={elsewhere}"), "c")] {
        let server = Server::plain(Answer::WhatPassword);
        let url = format!("postgres://ada@127.0.0.1:{}/clinical{parameter}", server.port());
        doctor(home.path(), &[], &url).await;
        let heard = server.heard();
        assert!(heard.ends_with(&format!("|{password}|")), "{heard}");
    }
}

#[tokio::test]
async fn a_password_file_that_others_can_read_is_not_used() {
    let home = tempfile::tempdir().expect("a directory");
    write(home.path(), ".pgpass", "*:*:*:*:s3cret\n", 0o644);
    let server = Server::plain(Answer::WhatPassword);
    let url = format!("postgres://ada@127.0.0.1:{}/d", server.port());
    let said = doctor(home.path(), &[], &url).await;
    assert!(said.contains(".pgpass is ignored: other users can read it."), "{said}");
    let heard = server.heard();
    assert!(!heard.contains("s3cret"), "{heard}");
}

/// What the doctor says of a server with a certificate, under a URL's parameters.
async fn of_certificate(certificate: &Certificate, host: &str, parameters: &str) -> String {
    let server = Server::with(certificate, "127.0.0.1").expect("an address of this machine");
    examined(&[], &format!("postgres://u@{host}:{}/d?{parameters}", server.port())).await
}

/// What is said where the certificate was accepted: the server has been asked something.
const ACCEPTED: &str = "there is no database of that name";

#[tokio::test]
async fn a_certificate_of_the_named_authority_is_accepted() {
    let Some(authority) = Authority::new() else { return };
    let certificate = authority.issue(LOCALHOST, NOW);
    let parameters = format!("sslmode=verify-full&sslrootcert={}", authority.root());
    let said = of_certificate(&certificate, "localhost", &parameters).await;
    assert!(said.contains(ACCEPTED), "{said}");
}

#[tokio::test]
async fn a_certificate_that_is_not_good_is_told_with_its_reason() {
    let Some(authority) = Authority::new() else { return };
    let issue = |extensions: &str| authority.issue(extensions, NOW);
    let no_authority = authority.issue_by(&issue(LOCALHOST), "inferior", LOCALHOST, NOW);
    for (certificate, says) in [
        (
            issue("basicConstraints=CA:FALSE\nsubjectAltName=DNS:other.example.edu"),
            "is for other.example.edu, not for localhost",
        ),
        (issue("basicConstraints=CA:FALSE"), "names no host (it has no subjectAltName)"),
        (authority.issue(LOCALHOST, LONG_AGO), "expired on 2020-02-01"),
        (issue("basicConstraints=CA:TRUE\nsubjectAltName=DNS:localhost"), "is an authority's (CA:TRUE)"),
        (no_authority, "was issued by a certificate that is not an authority's"),
    ] {
        let parameters = format!("sslmode=verify-full&sslrootcert={}", authority.root());
        let said = of_certificate(&certificate, "localhost", &parameters).await;
        assert!(said.contains(&format!("the server's certificate {says}")), "{says}: {said}");
    }
}

#[tokio::test]
async fn an_unknown_authority_is_told_with_where_to_name_it() {
    let Some(authority) = Authority::new() else { return };
    let said = of_certificate(&authority.issue(LOCALHOST, NOW), "localhost", "sslmode=verify-full").await;
    assert!(said.contains("issued by an authority that is not trusted here") && said.contains("root.crt"), "{said}");
}

#[tokio::test]
async fn the_authority_of_the_home_directory_is_used() {
    let Some(authority) = Authority::new() else { return };
    let home = tempfile::tempdir().expect("a directory");
    let root = std::fs::read_to_string(authority.root()).expect("a certificate");
    write(home.path(), ".postgresql/root.crt", &root, 0o644);
    let server = Server::with(&authority.issue(LOCALHOST, NOW), "127.0.0.1").expect("an address of this machine");
    let url = format!("postgres://u@localhost:{}/d?sslmode=verify-full", server.port());
    let said = doctor(home.path(), &[], &url).await;
    assert!(said.contains(ACCEPTED), "{said}");
}

#[tokio::test]
async fn a_required_connection_is_verified_by_the_authority_of_the_home_directory() {
    let (Some(ours), Some(theirs)) = (Authority::new(), Authority::new()) else { return };
    let home = tempfile::tempdir().expect("a directory");
    let root = std::fs::read_to_string(ours.root()).expect("a certificate");
    write(home.path(), ".postgresql/root.crt", &root, 0o644);
    let server = Server::with(&theirs.issue(LOCALHOST, NOW), "127.0.0.1").expect("an address of this machine");
    let url = format!("postgres://u@localhost:{}/d?sslmode=require", server.port());
    let said = doctor(home.path(), &[], &url).await;
    assert!(said.contains("the server's certificate") && !said.contains(ACCEPTED), "{said}");
}

#[tokio::test]
async fn a_file_of_authorities_that_has_none_is_refused() {
    for (path, says) in [("/nonexistent", "there is no such file"), ("/dev/null", "it contains no certificate")] {
        let said = examined(&[("PGSSLROOTCERT", path)], "postgres://u@localhost:1/d?sslmode=verify-full").await;
        assert!(said.contains(&format!("sslrootcert: {path}: {says}")), "{said}");
    }
}

#[tokio::test]
async fn a_key_that_others_can_read_is_refused() {
    let Some(authority) = Authority::new() else { return };
    let Certificate { chain, key } = authority.issue(LOCALHOST, NOW);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).expect("a mode");
    let url = format!("postgres://u@localhost:1/d?sslcert={}&sslkey={}", chain.display(), key.display());
    let said = examined(&[], &url).await;
    assert!(said.contains("other users can read it. Run chmod 600 on it."), "{said}");
}

#[tokio::test]
async fn an_address_of_version_6_is_reached_and_verified() {
    let Some(authority) = Authority::new() else { return };
    let certificate = authority.issue("basicConstraints=CA:FALSE\nsubjectAltName=IP:::1", NOW);
    let Ok(server) = Server::with(&certificate, "::1") else {
        eprintln!("skipped: there is no IPv6 here");
        return;
    };
    let url = format!("postgres://u@[::1]:{}/d?sslmode=verify-full&sslrootcert={}", server.port(), authority.root());
    let said = examined(&[], &url).await;
    assert!(said.contains(ACCEPTED), "{said}");
}

#[tokio::test]
async fn the_role_of_a_web_application_is_not_good_enough_for_a_console() {
    let database = Database::migrated().await;
    let said = examined(&[], &database.web_url).await;
    assert!(said.contains("BAD   schema") && said.contains("Connect as medstint_app."), "{said}");
}

/// Accepts every connection and never answers.
fn a_black_hole() -> (std::net::TcpListener, u16) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let (_hole, port) = a_black_hole();
    let started = Instant::now();
    // libpq as well takes less than two seconds for two.
    let said = examined(&[], &format!("postgres://u@127.0.0.1:{port}/d?connect_timeout=1")).await;
    assert!(said.contains("no answer within 2 s"), "{said}");
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

/// Reads the request for TLS, and answers with these bytes before it closes.
fn answers_tls_request_with(answer: &'static [u8]) -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            let read = client.read(&mut [0; 8]);
            let _ = read.and_then(|_| client.write_all(answer));
        }
    });
    port
}

#[tokio::test]
async fn a_server_that_closes_at_the_request_for_tls_is_not_called_newer_than_medstint() {
    let port = answers_tls_request_with(b"");
    let said = examined(&[], &format!("postgres://u@127.0.0.1:{port}/d?sslmode=require")).await;
    assert!(said.contains("the server closed the connection when asked for TLS"), "{said}");
}

#[tokio::test]
async fn a_port_of_another_program_is_not_called_newer_than_medstint() {
    let port = answers_tls_request_with(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    let said = examined(&[], &format!("postgres://u@127.0.0.1:{port}/d?sslmode=require")).await;
    assert!(said.contains("the server's answer is not PostgreSQL's. Check host and port"), "{said}");
}

#[tokio::test]
async fn a_pool_gives_up_a_server_that_never_answers() {
    let (_hole, port) = a_black_hole();
    let url = format!("postgres://u@127.0.0.1:{port}/d?connect_timeout=2");
    let address = Address::parse(Some(&url)).expect("a good URL");
    let pool = pool(&address, 1);
    let acquired = tokio::time::timeout(PATIENCE, pool.connections().acquire()).await;
    assert!(matches!(acquired, Ok(Err(sqlx::Error::PoolTimedOut))), "it waits");
}

#[test]
fn connecting_has_a_time_limit_without_being_told() {
    let limit = |url: &str| Address::parse(Some(url)).expect("a good URL").time_limit();
    assert_eq!(limit("postgres://u@db.example.edu/d"), Duration::from_secs(5));
    assert_eq!(limit("postgres://u@db.example.edu/d?connect_timeout=30"), Duration::from_secs(30));
    assert!(limit("postgres://u@db.example.edu/d?connect_timeout=0") > Duration::from_hours(1));
}

/// Whether the system looks after a silent connection of this process to a port.
#[cfg(target_os = "linux")]
fn is_looked_after(port: u16) -> bool {
    let table = std::fs::read_to_string("/proc/self/net/tcp").expect("the connections of this machine");
    // Remote address, then the timer: 02 is the one of keepalives.
    let peer = format!("0100007F:{port:04X}");
    table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).any(|fields| {
        fields.get(2) == Some(&peer.as_str()) && fields.get(5).is_some_and(|timer| timer.starts_with("02:"))
    })
}

#[cfg(target_os = "linux")]
async fn becomes_looked_after(port: u16) -> bool {
    let deadline = Instant::now() + PATIENCE;
    while !is_looked_after(port) && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    is_looked_after(port)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_has_keepalives() {
    let server = Server::plain(Answer::Welcome);
    let url = format!("postgres://u@127.0.0.1:{}/d?sslmode=disable", server.port());
    let address = Address::parse(Some(&url)).expect("a good URL");
    // Before the first question, which this server does not answer.
    let connecting = tokio::spawn(async move { address.connect().await });
    assert!(becomes_looked_after(server.port()).await);
    connecting.abort();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_of_a_pool_has_keepalives() {
    let server = Server::plain(Answer::Welcome);
    let url = format!("postgres://u@127.0.0.1:{}/d?sslmode=disable", server.port());
    let pool = pool(&Address::parse(Some(&url)).expect("a good URL"), 1);
    let connecting = tokio::spawn(async move { pool.connections().acquire().await });
    assert!(becomes_looked_after(server.port()).await);
    connecting.abort();
}

#[test]
fn the_document_names_every_parameter_and_variable() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("CONNECTING.md");
    let document = std::fs::read_to_string(path).expect("the document");
    for keyword in KEYWORDS {
        for name in std::iter::once(keyword.name).chain(keyword.variable) {
            assert!(document.contains(&format!("`{name}`")), "{name}");
        }
    }
}

/// The rows of the document's tables of parameters: each name with its variable, and what
/// is said of it.
fn documented() -> Vec<(String, String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("CONNECTING.md");
    let document = std::fs::read_to_string(path).expect("the document");
    let mut rows = Vec::new();
    for table in document.split("| parameter | variable | |\n| --- | --- | --- |\n").skip(1) {
        for line in table.lines().take_while(|line| line.starts_with("| `")) {
            let cells: Vec<&str> = line.trim_matches('|').splitn(3, '|').map(str::trim).collect();
            let &[names, variable, effect] = cells.as_slice() else { panic!("{line}") };
            let plain = |cell: &str| cell.trim_matches('`').to_owned();
            rows.extend(names.split(", ").map(|name| (plain(name), plain(variable), plain(effect))));
        }
    }
    rows
}

/// Whether a sentence of the document says what medstint does.
fn says(effect: &str, rule: &Rule) -> bool {
    match rule {
        Rule::Honored | Rule::Secret => effect.starts_with("Honored"),
        Rule::NoEffect => effect.starts_with("No effect"),
        Rule::Only([]) => effect.starts_with("Refused"),
        // The values that are accepted come first.
        Rule::Only(values) => values.iter().any(|value| effect.starts_with(value)),
    }
}

#[test]
fn the_document_says_what_is_done_with_each_parameter() {
    let rows = documented();
    assert_eq!(rows.len(), KEYWORDS.len(), "{rows:?}");
    for (name, variable, effect) in rows {
        let keyword = find(&name).unwrap_or_else(|| panic!("{name} is no parameter"));
        assert_eq!(keyword.variable.unwrap_or_default(), variable, "{name}");
        assert!(says(&effect, &keyword.rule), "{name}: {effect}: {:?}", keyword.rule);
    }
}
