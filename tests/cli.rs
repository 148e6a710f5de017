//! Everything outside the screen: output for scripts, and sentences for what is
//! wrong.

use medstint::domain::Secret;
use medstint::session::TokenFile;

use super::support::database::{cluster, execute, value};
use super::support::world::PASSWORD;
use super::support::{Database, Terminal, World, a_time_record, program};

/// Runs the binary; whether it succeeded, and what it said.
async fn run(args: &[&str], input: &str) -> (bool, String, String) {
    let (code, out, err) = program::run(args, input).await;
    (code == Some(0), out, err)
}

#[tokio::test]
async fn the_list_is_had_as_table_csv_json_and_ndjson() {
    let world = World::new().await;
    for _ in 0..3 {
        a_time_record().insert(&world).await;
    }
    a_time_record().of_school("south").insert(&world).await;
    let url = world.database.app_url.as_str();
    for (format, check) in [
        ("table", (|text: &str| text.lines().count() == 4 && text.contains("North General")) as fn(&str) -> bool),
        ("csv", |text| text.starts_with("id,version,status,student_id,student,") && text.lines().count() == 4),
        ("json", |text| {
            serde_json::from_str::<serde_json::Value>(text)
                .is_ok_and(|value| value.as_array().is_some_and(|rows| rows.len() == 3))
        }),
        ("ndjson", |text| {
            text.lines()
                .filter(|line| {
                    serde_json::from_str::<serde_json::Value>(line).is_ok_and(|row| row["elapsed_ms"] == 28_800_000)
                })
                .count()
                == 3
        }),
    ] {
        let (ok, out, err) = run(
            &["list", "time-records", "--database-url", url, "--email", "admin@north.example", "--format", format],
            &format!("{PASSWORD}\n"),
        )
        .await;
        assert!(ok && check(&out), "{format}: {out}{err}");
        assert!(!out.contains("South"));
    }
    let open: i64 = value(&mut world.owner().await, "SELECT count(*) FROM sessions WHERE revoked_at IS NULL").await;
    assert_eq!(open, 0, "a session that a command opened ends with it");
}

#[tokio::test]
async fn migrate_says_what_it_would_do_does_it_and_refuses_to_lose_data() {
    let database = Database::empty().await;
    let owner = ["--database-url", database.owner_url.as_str()];
    let migrate = async |args: &[&str]| run(&[&["migrate"], args, &owner].concat(), "").await;
    let (ok, out, _) = migrate(&["up", "--dry-run"]).await;
    assert!(ok && out.contains("would apply      0001 foundation"), "{out}");
    let (ok, out, _) = migrate(&["up"]).await;
    assert!(ok && out.starts_with("Applied ") && out.contains("(0001 foundation to "), "{out}");
    assert_eq!(out.lines().count(), 1, "{out}");
    let (ok, out, _) = migrate(&["status"]).await;
    assert!(ok && !out.contains("pending"), "{out}");
    let (ok, out, _) = migrate(&["up"]).await;
    assert!(ok && out == "Nothing to do.\n", "{out}");

    execute(&mut database.owner().await, "INSERT INTO schools (name, accreditation) VALUES ('S', 'A')").await;
    let (ok, _, err) = migrate(&["down", "--to", "1"]).await;
    assert!(!ok && err.contains("schools (1 rows)") && err.contains("--drop-data"), "{err}");
    let (ok, _, err) = migrate(&["down", "--to", "1", "--drop-data"]).await;
    assert!(!ok && err.contains("To continue, add --confirm"), "{err}");
    let (ok, _, err) = migrate(&["down", "--to", "1", "--drop-data", "--confirm", "another"]).await;
    assert!(!ok && err.contains("Nothing was done"), "{err}");
    let (ok, _, err) = migrate(&["down", "--to", "1", "--drop-data", "--confirm", &database.name]).await;
    assert!(ok && err.contains(&format!("Database {} (medstint_owner@", database.name)), "{err}");
    let (ok, _, err) = migrate(&["up", "--to", "999"]).await;
    assert!(!ok && err.contains("999"), "{err}");
}

#[tokio::test]
async fn a_database_of_the_command_line_wins_over_the_owners_of_a_file() {
    let (live, scratch) = (Database::migrated().await, Database::migrated().await);
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("config.toml");
    let text = format!("[database]\nowner_url = \"{0}\"\nlisten_url = \"{0}\"\n", live.owner_url);
    std::fs::write(&file, text).expect("a configuration");
    let args = ["--config", file.to_str().expect("a path"), "--database-url", &scratch.owner_url];
    let down = ["migrate", "down", "--to", "0", "--drop-data", "--confirm", scratch.name.as_str()];
    let (ok, _, err) = run(&[&down[..], &args].concat(), "").await;
    assert!(ok && err.contains(&format!("Database {} ", scratch.name)), "{err}");
    let schema = "SELECT to_regclass('public.schools') IS NOT NULL";
    assert!(value::<bool>(&mut live.owner().await, schema).await);
    assert!(!value::<bool>(&mut scratch.owner().await, schema).await);
}

#[tokio::test]
async fn an_empty_database_url_is_refused() {
    let (ok, _, err) = run(&["migrate", "status", "--database-url", ""], "").await;
    assert!(!ok && err.contains("--database-url"), "{err}");
}

#[tokio::test]
async fn json_has_nothing_in_it_that_a_terminal_executes() {
    let world = World::new().await;
    world.accept_any_text().await;
    let hostile = "Eve\u{9b}2J\u{202e}\u{7f}";
    sqlx::query("UPDATE users SET name = $1, family_name = $1 WHERE id = 'north-student'")
        .bind(hostile)
        .execute(&mut world.database.web().await)
        .await
        .expect("a name");
    a_time_record().insert(&world).await;
    for format in ["json", "ndjson"] {
        let args = ["list", "time-records", "--format", format, "--email", "admin@north.example", "--database-url"];
        let (ok, out, err) =
            run(&[&args[..], &[world.database.app_url.as_str()]].concat(), &format!("{PASSWORD}\n")).await;
        assert!(ok && !out.contains(['\u{9b}', '\u{202e}', '\u{7f}']), "{format}: {out}{err}");
        let first = out.trim_start_matches('[').trim().trim_end_matches(']').trim();
        let record: serde_json::Value = serde_json::from_str(first).expect("JSON");
        assert!(record["student"].as_str().is_some_and(|name| name.contains(hostile)), "{record}");
    }
}

/// What a terminal would execute, or what would reorder its neighbours: an escape
/// sequence of one character, a change of direction, a deletion.
const HOSTILE: &str = "\u{9b}2J\u{202e}\u{7f}";
/// The same in JSON, and in a line for a person.
const HOSTILE_IN_JSON: &str = r"\u009B2J\u202E\u007F";
const HOSTILE_IN_A_LINE: &str = "<9B>2J<202E><7F>";

/// A world with an event of a client that calls itself so, and a session of an admin's.
async fn with_a_hostile_event() -> (World, Secret) {
    let world = World::new().await;
    let event = format!(
        r#"INSERT INTO audit_logs (user_id, school_id, action, resource_type, resource_id, changes, user_agent, endpoint, method, status_code)
           VALUES ('north-admin', 'north', 'user.updated', 'users', 'a', '{{"name": {{"new": "{HOSTILE}"}}}}', '{HOSTILE}', 'console', 'UPDATE', 200)"#
    );
    world.tamper(event).await;
    let token = world.token("north-admin").await;
    (world, token)
}

const EXPORT: [&str; 6] = ["audit", "export", "--recipient", "R", "--purpose", "P"];

#[tokio::test]
async fn events_have_nothing_in_them_that_a_terminal_executes() {
    let (world, token) = with_a_hostile_event().await;
    let tail = ["audit", "tail"];
    for (command, format, shown) in [
        (&tail[..], "line", HOSTILE_IN_A_LINE),
        (&tail[..], "ndjson", HOSTILE_IN_JSON),
        (&tail[..], "ocsf", HOSTILE_IN_JSON),
        (&EXPORT[..], "json", HOSTILE_IN_JSON),
        (&EXPORT[..], "ndjson", HOSTILE_IN_JSON),
        (&EXPORT[..], "ocsf", HOSTILE_IN_JSON),
    ] {
        let args = [command, &["--format", format, "--database-url", world.database.app_url.as_str()]].concat();
        let (code, out, err) = program::run_as(&token, &args).await;
        assert!(code == Some(0) && out.contains(shown), "{command:?} {format}: {out}{err}");
        assert!(!out.contains(['\u{9b}', '\u{202e}', '\u{7f}']), "{command:?} {format}: {out}");
    }
}

#[tokio::test]
async fn csv_on_a_terminal_has_nothing_in_it_that_it_executes() {
    let (world, token) = with_a_hostile_event().await;
    let state = tempfile::tempdir().expect("a directory");
    TokenFile(Some(state.path().join("session"))).save(&token).expect("a kept session");
    let args = [&EXPORT[..], &["--format", "csv", "--database-url", world.database.app_url.as_str()]].concat();
    let written = tokio::task::spawn_blocking({
        let args: Vec<String> = args.into_iter().map(str::to_owned).collect();
        move || {
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            let (_, terminal) = Terminal::run(&args, state.path(), &[], (200, 50)).ends();
            String::from_utf8(terminal.bytes()).expect("text")
        }
    });
    let written = written.await.expect("an end");
    assert!(written.contains(HOSTILE_IN_A_LINE), "{written:?}");
    assert!(!written.contains(['\u{9b}', '\u{202e}', '\u{7f}']), "{written:?}");
}

#[tokio::test]
async fn people_are_added_given_passwords_deactivated_and_listed() {
    let world = World::new().await;
    let owner = ["--database-url", world.database.owner_url.as_str()];
    let user = async |args: &[&str], input: &str| run(&[&["user"], args, &owner].concat(), input).await;
    let (ok, out, err) = user(
        &["add", "New@North.example", "--name", "Nora New", "--role", "school-admin", "--school", "north"],
        "a long password\n",
    )
    .await;
    assert!(ok, "{out}{err}");
    let (ok, out, _) = user(&["list", "--school", "north", "--format", "csv"], "").await;
    assert!(ok && out.contains("new@north.example,Nora New,SCHOOL_ADMIN,north,North School,true"), "{out}");
    assert!(!out.contains("Stu North"), "students only when asked for");
    let app = ["--database-url", world.database.app_url.as_str()];
    let list = async |password: &str| {
        run(&[&["list", "time-records", "--email", "new@north.example"], app.as_slice()].concat(), password).await
    };
    assert!(list("a long password\n").await.0);
    let (ok, ..) = user(&["set-password", "new@north.example"], "another password\n").await;
    assert!(ok);
    let (ok, _, err) = list("a long password\n").await;
    assert!(!ok && err.contains("is incorrect"), "{err}");
    assert!(list("another password\n").await.0);
    let (ok, ..) = user(&["deactivate", "new@north.example"], "").await;
    assert!(ok && !list("another password\n").await.0);

    for (args, input, says) in [
        (
            vec!["add", "new@north.example", "--name", "X", "--role", "student", "--school", "north"],
            "a long password\n",
            "someone else already has this address",
        ),
        (vec!["add", "a@b.example", "--name", "X", "--role", "student"], "a long password\n", "needs a school"),
        (
            vec!["add", "a@b.example", "--name", "X", "--role", "student", "--school", "nowhere"],
            "a long password\n",
            "no such school",
        ),
        (
            vec!["add", "a@b.example", "--name", "X", "--role", "student", "--school", "north"],
            "short\n",
            "12 characters",
        ),
        (vec!["set-password", "nobody@b.example"], "a long password\n", "no longer exists"),
    ] {
        let (ok, _, err) = user(&args, input).await;
        assert!(!ok && err.contains(says), "{args:?}: {err}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_database_is_a_sentence_and_an_exit_code() {
    let empty = Database::empty().await;
    let world = World::new().await;
    let newer = World::new().await;
    execute(&mut newer.owner().await, "INSERT INTO medstint._sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', true, '', 0)").await;
    let older = Database::migrated().await;
    execute(&mut older.owner().await, "DELETE FROM medstint._sqlx_migrations WHERE version > 4").await;
    let nobody = world.database.app_url.replace("medstint_app", "nobody_at_all");
    let no_database = cluster().url("medstint_app", "no_such_database");
    let no_socket = "postgres://medstint_app@localhost/x?host=/nonexistent".to_owned();
    for (url, says) in [
        ("mysql://x".to_owned(), "is not a PostgreSQL URL"),
        ("postgres://u:s3cret@[".to_owned(), "is not a PostgreSQL URL"),
        (no_socket, "no such socket"),
        ("postgres://u@127.0.0.1:1/x".to_owned(), "nothing is listening there"),
        (no_database, "no database of that name"),
        (nobody, "refused the user name"),
        (empty.app_url.clone(), "medstint migrate up"),
        (older.app_url.clone(), "is at migration 4 and this medstint needs"),
        (newer.database.app_url.clone(), "newer than this medstint knows"),
        (world.database.owner_url.clone(), "Connect as medstint_app"),
    ] {
        let (ok, out, err) =
            run(&["list", "time-records", "--email", "x@y.example", "--database-url", &url], "x\n").await;
        assert!(!ok && err.contains(says) && out.is_empty(), "{url}: {err}");
        assert!(!err.contains("s3cret"), "{err}");
    }
}

#[tokio::test]
async fn a_console_without_a_terminal_says_where_to_turn() {
    let world = World::new().await;
    let (ok, out, err) = run(&["--database-url", &world.database.app_url], "").await;
    assert!(!ok && out.is_empty() && err.contains("medstint list"), "{err}");
}

#[tokio::test]
async fn the_doctor_finds_a_healthy_database_healthy_and_a_broken_one_broken() {
    let database = Database::migrated().await;
    let (ok, out, err) = run(&["doctor", "--database-url", &database.app_url], "").await;
    assert!(ok, "{out}{err}");
    for line in ["ok    connection", "ok    prepared", "ok    server", "ok    schema", "ok    clock", "ok    LISTEN"] {
        assert!(out.contains(line), "{out}");
    }
    assert!(out.contains("ok    server log"), "{out}");
    let (ok, out, _) = run(&["doctor", "--database-url", &database.owner_url], "").await;
    assert!(!ok && out.contains("BAD   schema"), "{out}");
}

#[tokio::test]
async fn the_doctor_finds_what_was_altered_by_hand() {
    let database = Database::migrated().await;
    execute(&mut database.owner().await, "ALTER TABLE users DISABLE TRIGGER z_touch").await;
    let (ok, out, _) = run(&["doctor", "--database-url", &database.app_url], "").await;
    assert!(!ok && out.contains("BAD   definitions  altered or dropped by hand: TRIGGER z_touch ON users."), "{out}");
}

#[tokio::test]
async fn the_configuration_is_shown_with_its_sources_and_checked() {
    let state = tempfile::tempdir().expect("a directory");
    let file = state.path().join("mine.toml");
    std::fs::write(&file, "[console]\ntheme = \"dark\"\n").expect("a file");
    let path = file.display().to_string();
    let (ok, out, _) = run(&["config", "--config", &path, "--database-url", "postgres://u:s3cret@h/d"], "").await;
    assert!(ok && out.contains("mine.toml") && out.contains("flag --database-url") && !out.contains("s3cret"), "{out}");
    for (text, says) in [
        ("[consol]\ntheme = \"dark\"\n", "there is no key `consol.theme`"),
        ("[console]\ntheme = \"pink\"\n", "terminal, mono, dark or light"),
        ("[console]\nmouse = 3\n", "is a boolean, not a integer"),
        ("[keys]\napprove = [\"r\"]\n", "both `approve` and `reject`"),
        ("not toml", "is not TOML"),
        ("[database]\nurl = postgres://u:s3cret@h/d\n", "is not TOML: line 2"),
    ] {
        std::fs::write(&file, text).expect("a file");
        let (ok, _, err) = run(&["config", "--config", &path], "").await;
        assert!(!ok && err.contains(says) && err.contains("mine.toml"), "{text}: {err}");
        assert!(!err.contains("s3cret"), "{err}");
    }
}

#[tokio::test]
async fn each_command_reports_all_errors_of_the_configuration() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "[console]\ntheme = \"pink\"\ncolumns = \"hours colour\"\n").expect("written");
    let path = file.path().to_str().expect("a path");
    let theme = format!("{path}: `console.theme` must be terminal, mono, dark or light.");
    let columns = format!("{path}: `console.columns` has an unknown column “colour”.");
    for command in [&["config"][..], &["list", "time-records"], &["migrate", "status"], &["kiosk"], &["--plain"]] {
        let (ok, _, err) = run(&[command, &["--config", path]].concat(), "").await;
        let lines: Vec<&str> = err.lines().collect();
        assert!(!ok && lines.len() == 2, "{command:?}: {err}");
        assert!(lines[0].contains(&theme) && lines[1].contains(&columns), "{command:?}: {err}");
    }
}

#[tokio::test]
async fn the_doctor_finds_a_bad_configuration() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "[console]\ntheme = \"pink\"\nmouse = 3\n").expect("written");
    let path = file.path().to_str().expect("a path");
    let (ok, out, _) = run(&["doctor", "--config", path], "").await;
    let theme = format!("BAD   config       {path}: `console.theme` must be terminal, mono, dark or light.\n");
    let mouse = format!("BAD   config       {path}: `console.mouse` is a boolean, not a integer.\n");
    assert!(!ok && out == format!("{theme}{mouse}"), "{out}");
}

#[tokio::test]
async fn the_schema_of_the_configuration_is_printed() {
    let (ok, out, err) = run(&["config", "--schema"], "").await;
    assert!(ok && out == include_str!("../config/schema.json"), "{err}");
}

#[tokio::test]
async fn the_example_configurations_are_good() {
    for name in ["default.toml", "coordinator.toml", "it-monitor.toml", "kiosk.toml"] {
        let path = format!("{}/config/{name}", env!("CARGO_MANIFEST_DIR"));
        let (ok, _, err) = run(&["config", "--config", &path], "").await;
        assert!(ok, "{name}: {err}");
    }
}

#[tokio::test]
async fn completions_and_the_manual_page_are_printed() {
    let (ok, out, _) = run(&["completions", "bash"], "").await;
    assert!(ok && out.contains("medstint"));
    let (ok, out, _) = run(&["man"], "").await;
    assert!(ok && out.contains(".TH medstint"));
}

/// A server that refuses TLS, on a way that counts as remote: what it is sent after that.
fn refuses_tls() -> (String, std::sync::mpsc::Receiver<Vec<u8>>) {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("0.0.0.0:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (say, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 8];
            let mut rest = Vec::new();
            if client.read_exact(&mut request).is_ok() && client.write_all(b"N").is_ok() {
                // Asks for the password in clear, as any server could.
                let _ = client.write_all(b"R\0\0\0\x08\0\0\0\x03");
                let _ = client.read_to_end(&mut rest);
            }
            if say.send(rest).is_err() {
                return;
            }
        }
    });
    (format!("postgres://u:s3cret@0.0.0.0:{port}/d"), heard)
}

#[tokio::test]
async fn a_remote_server_without_tls_gets_nothing() {
    let (url, heard) = refuses_tls();
    for mode in ["", "?sslmode=prefer", "?sslmode=allow", "?sslmode=require", "?sslmode=verify-full"] {
        let (ok, _, err) = run(&["migrate", "status", "--database-url", &format!("{url}{mode}")], "").await;
        assert!(!ok && err.contains("does not offer TLS"), "{mode}: {err}");
        assert!(heard.recv().expect("a client").is_empty(), "{mode}");
    }
}

#[tokio::test]
async fn a_weaker_path_is_said_before_anything_is_sent() {
    // Nobody listens there: what is said is said before.
    let url = "postgres://u:s3cret@0.0.0.0:1/d?sslmode=disable";
    for command in [vec!["migrate", "status"], vec!["list", "time-records", "--email", "a@b.example"], vec!["doctor"]] {
        let (ok, out, err) = run(&[&command[..], &["--database-url", url]].concat(), "x\n").await;
        let told = format!("{out}{err}");
        assert!(!ok && told.contains("The connection to 0.0.0.0 is not encrypted"), "{command:?}: {told}");
        assert!(!told.contains("s3cret"), "{told}");
    }
}

#[tokio::test]
async fn a_password_in_an_unusual_url_is_not_shown() {
    for url in [
        "postgres://localhost:1/d?user=x&password=s3cret&password=s3cret",
        "postgres://u:s3/cret@h/d",
        "postgres://u:12/s3cret@h/d",
        "postgres://localhost:1/d?pasword=s3cret",
    ] {
        let (ok, out, err) = run(&["config", "--database-url", url], "").await;
        assert!(ok && !out.contains("cret"), "{url}: {out}{err}");
        let (ok, out, err) = run(&["doctor", "--database-url", url], "").await;
        assert!(!ok && !out.contains("cret") && !err.contains("cret"), "{url}: {out}{err}");
    }
}

#[tokio::test]
async fn people_are_listed_to_the_schemas_owner_only() {
    let world = World::new().await;
    let (code, out, err) = program::run(&["user", "list", "--database-url", &world.database.app_url], "").await;
    assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
    assert!(err.contains("Only the schema's owner can read this."), "{err}");
}

#[tokio::test]
async fn an_empty_state_directory_of_the_environment_counts_as_none() {
    let (code, out, err) = program::run_with(&[("MEDSTINT_STATE_DIR", "")], &["config"], "").await;
    assert_eq!(code, Some(0), "{out}{err}");
}
