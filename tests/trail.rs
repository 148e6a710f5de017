//! The trail as it is read: filters, the pane, exports, tails, what is reported.

use medstint::domain::Failure;
use medstint::domain::command::{Command, Step, Target, What};
use medstint::domain::filter::{self, Saved};
use medstint::domain::list::{List, Rows};
use medstint::domain::query::Query;
use medstint::domain::time_record::Decide;
use medstint::domain::window::{Place, Slot};
use medstint::store::time_records::decide;
use medstint::store::{Bound, command, listing};
use nix::sys::signal::Signal;
use sqlx::PgConnection;

use super::support::database::{execute, value};
use super::support::world::PASSWORD;
use super::support::{Console, Terminal, World, a_time_record, blocking, program};

/// The events of a filter, by their resources' ids, in the list's order.
async fn found(bound: &Bound, text: &str) -> String {
    let meaning = filter::understand(List::Audit, text, &Saved::new());
    let meaning = meaning.unwrap_or_else(|wrong| panic!("{text}: {wrong}"));
    let query = Query { filter: meaning.filter, ..Query::default() };
    let rows = listing::page(bound, List::Audit, &query, &Place::Start, 100).await;
    let Ok(Rows::Audit(page)) = rows else { panic!("{text}: {rows:?}") };
    let total = listing::total(bound, List::Audit, &query).await.expect("a total");
    assert_eq!(usize::try_from(total.rows), Ok(page.rows.len()), "{text}");
    page.rows.iter().filter_map(Slot::record).map(|row| row.resource_id.clone()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn each_field_of_the_filter_finds_what_it_says() {
    let world = World::new().await;
    world.tamper("DELETE FROM audit_logs;
         INSERT INTO audit_logs (user_id, school_id, action, resource_type, resource_id, changes, ip_address, user_agent, endpoint, method, status_code, severity, created_at, transaction_id) VALUES
           ('north-admin', 'north', 'user.role_raised', 'users', 'a', '{\"role\": {\"old\": \"STUDENT\", \"new\": \"SCHOOL_ADMIN\"}}', '10.2.0.14', 'medstint/0.1 xterm', 'console', 'UPDATE', 200, 'HIGH', now() - interval '1 hour', 11),
           (NULL, 'north', 'auth.sign_in_failed', 'users', 'b', NULL, '10.2.0.77', 'curl', 'web', 'SIGN_IN', 401, 'MEDIUM', now() - interval '3 hours', 12),
           ('north-student', 'north', 'time_record.created', 'time_records', 'c', NULL, '2001:db8::5', NULL, 'kiosk', 'INSERT', 201, 'LOW', '2026-01-05T20:30:00-06:00', 13),
           ('north-student', 'north', 'audit.verification_failed', 'audit_seals', 'd', NULL, 'not an address', NULL, 'cli', 'VERIFY', 409, 'CRITICAL', '2026-01-05T20:29:59-06:00', 13),
           ('south-admin', 'south', 'user.updated', 'users', 'other', NULL, '10.2.0.14', NULL, 'console', 'UPDATE', 200, 'LOW', now(), 14)",
    )
    .await;
    let bound = world.bound("north-admin").await;
    for (text, expected) in [
        ("", "a b c d"),
        ("actor:stu", "c d"),
        ("actor:admin@north.example", "a"),
        ("actor:nobody", ""),
        ("-actor:Ada", "b c d"),
        ("action:sign_in", "b"),
        ("resource:time_records/c", "c"),
        ("severity:MEDIUM", "b"),
        ("severity>=HIGH", "a d"),
        ("severity>=med", "a b d"),
        ("severity<MEDIUM", "c"),
        ("severity<LOW", ""),
        ("-severity>=HIGH", "b c"),
        ("ip:10.2.0.77", "b"),
        ("ip:10.0.0.0/8", "a b"),
        ("ip:10.2.0.0/28", "a"),
        ("ip:2001:db8::/32", "c"),
        ("-ip:0.0.0.0/0", "c d"),
        ("since:2h", "a"),
        ("until:2h", "b c d"),
        ("since:4h until:2h", "b"),
        // A moment without an offset is of the school's clocks, at the edge to the second.
        ("until:2026-01-05T20:30", "d"),
        ("until:2026-01-05T20:30:01", "c d"),
        ("until:2026-01-06T02:30:00Z", "d"),
        ("until:2026-01-05", ""),
        ("changed:role", "a"),
        ("changed:rol", ""),
        ("device:xterm", "a"),
        ("endpoint:kiosk", "c"),
        ("status>=400", "b d"),
        ("transaction:13", "c d"),
        ("North", "a c d"),
        ("Nobody", ""),
        ("10.2", "a b"),
    ] {
        assert_eq!(found(&bound, text).await, expected, "{text}");
    }
}

#[tokio::test]
async fn the_pane_follows_is_paused_goes_to_an_instant_and_on_from_a_value() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    let renamed = async |web: &mut PgConnection, name: &str| {
        execute(web, &format!("UPDATE programs SET name = '{name}' WHERE id = 'north-program'")).await;
    };
    renamed(&mut web, "First").await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending").await.press("4").shows("program.updated").await.shows("LOW ").await;
    console.press("space").shows("· paused").await;
    execute(&mut web, "UPDATE clinical_sites SET name = 'Hill' WHERE id = 'north-site'").await;
    console.shows("▲ 1 new").await.hides("clinical_site.updated").await;
    console.press("space").shows("clinical_site.updated").await.hides("paused").await;

    // From the site to the person's, the kind's, the address' events.
    console.press("enter").shows("every event of this kind: clinical_site.updated").await;
    console.press("esc").press("down enter").shows("everything about this record").await;
    console.press("4").shows("every event of this kind").await;
    console.press("esc");
    // To an instant, and back to what is new.
    console
        .press("@")
        .type_text("100w")
        .shows("Enter goes to")
        .await
        .press("enter")
        // Before everything there is, the first event stands.
        .until("the first event", |text| {
            text.lines().any(|line| line.starts_with('▌') && line.contains("school.created"))
        })
        .await;
    console.press("@").type_text("0m").press("enter").shows("program.updated").await;
    console
        .press("t")
        .shows("Times are shown in the school's zone (America/Chicago).")
        .await
        .press("t")
        .shows("Times are shown in UTC.")
        .await
        .shows("Time UTC")
        .await;
    // From event to event of one record.
    renamed(&mut web, "Second").await;
    console
        .press("home")
        .shows("program.updated")
        .await
        .until("the newest", |text| text.contains("▌") && text.contains("Second"))
        .await;
    console.press("[").shows("of programs/north-program").await.shows("Nursing").await.hides("Second").await;
    console.press("]").shows("Second").await;
    console.press("]").shows("There is no later event of this record.").await;
    console.quit().await;
}

#[tokio::test]
async fn refused_attempts_and_bulk_reads_are_recorded() {
    let world = World::new().await;
    a_time_record().id("waits").insert(&world).await;
    let bound = world.bound("north-preceptor").await;
    let verdict = medstint::store::audit::begin_export(&bound, &export("audit")).await;
    assert!(verdict.is_err_and(|failure| failure.to_string().contains("administrators")));
    let mut owner = world.owner().await;
    let event = "SELECT concat_ws(' ', user_id, severity, status_code, changes::jsonb #>> '{attempt,new}', changes::jsonb #>> '{refusal,new}') FROM audit_logs WHERE action = 'access.denied'";
    assert_eq!(
        value::<String>(&mut owner, event).await,
        "north-preceptor MEDIUM 403 begin_export exports_of_audit_by_administrators"
    );

    // What is refused within something else, and what the console refuses by itself.
    let step = Command {
        what: What::Step(Step::ResetPassword),
        targets: vec![Target { id: "north-admin".into(), name: "Ada".into() }],
        changes: Vec::new(),
    };
    let report = command::run(&world.bound("north-preceptor").await, &step).await.expect("a report");
    assert_eq!(report.refused.len(), 1);
    let seen = a_time_record().insert(&world).await;
    execute(&mut owner, "UPDATE time_records SET editors = '{north-preceptor}'").await;
    let edited = decide(&world.bound("north-preceptor").await, &[seen], &Decide::Approve { reason: None }).await;
    assert!(edited.is_ok_and(|outcomes| matches!(outcomes[0].result, Err(Failure::Denied(_)))));
    let refusals = "SELECT string_agg(user_id || ' ' || (changes::jsonb #>> '{refusal,new}'), ', ' ORDER BY sequence) FROM audit_logs WHERE action = 'access.denied'";
    assert_eq!(
        value::<String>(&mut owner, refusals).await,
        "north-preceptor exports_of_audit_by_administrators, north-preceptor users_password_is_reset_by_administrators, \
         north-preceptor time_records_nobody_decides_on_their_edit"
    );

    let url = ["--database-url", world.database.app_url.as_str(), "--email", "admin@north.example"];
    let list = async || {
        let (code, _, err) = program::run(
            &[&["list", "time-records", "--filter", "north"], &url[..]].concat(),
            &format!("{PASSWORD}\n"),
        )
        .await;
        assert_eq!(code, Some(0), "{err}");
    };
    list().await;
    let event = "SELECT coalesce(string_agg(concat_ws(' ', user_id, resource_type, endpoint, changes::jsonb #>> '{filter,new}', changes::jsonb #>> '{rows,new}'), ', '), '') FROM audit_logs WHERE action = 'personal_data.read_in_bulk'";
    assert_eq!(value::<String>(&mut owner, event).await, "", "one row is not in bulk");
    execute(
        &mut owner,
        "INSERT INTO time_records (student_id, rotation_id, clock_in, clock_out) SELECT 'north-student', 'north-student-rotation', x.at, x.at + interval '5 minutes'
         FROM generate_series(1, 119) n, LATERAL (SELECT now() - interval '20 days' + interval '1 hour' * n AS at) x",
    )
    .await;
    list().await;
    assert_eq!(value::<String>(&mut owner, event).await, "north-admin time-records cli north 121");
}

fn export(list: &str) -> medstint::store::audit::Export<'_> {
    medstint::store::audit::Export { list, filter: "", format: "csv", rows: 1, recipient: "R", purpose: "P" }
}

#[tokio::test]
async fn an_export_asks_to_whom_and_what_for_and_is_an_event() {
    let world = World::new().await;
    let url = ["--database-url", world.database.app_url.as_str(), "--email", "admin@north.example"];
    let password = format!("{PASSWORD}\n");
    let audit = async |args: &[&str]| program::run(&[&["audit"], args, &url[..]].concat(), &password).await;
    let (code, _, err) = audit(&["export", "--format", "csv"]).await;
    assert!(code == Some(1) && err.contains("Add --recipient"), "{err}");
    let whom = ["--recipient", "The board", "--purpose", "Accreditation"];
    let mut counts = Vec::new();
    for format in ["csv", "json", "ndjson", "ocsf"] {
        let (code, out, err) =
            audit(&[&["export", "--format", format, "--filter", "action:program"], &whom[..]].concat()).await;
        assert_eq!(code, Some(0), "{err}");
        assert!(!out.contains("south"), "{out}");
        counts.push(match format {
            "csv" => {
                assert!(out.starts_with("sequence,time,severity,action,code,"), "{out}");
                out.lines().count() - 1
            }
            "json" => serde_json::from_str::<Vec<serde_json::Value>>(&out).expect("JSON").len(),
            "ndjson" => out.lines().filter(|line| line.contains(r#""code":"TB-0201""#)).count(),
            _ => out
                .lines()
                .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
                .filter(|event| {
                    event["class_uid"] == 3004
                        && event["type_uid"] == 300_401
                        && event["metadata"]["version"] == "1.3.0"
                })
                .count(),
        });
    }
    assert_eq!(counts, [1; 4]);
    let mut owner = world.owner().await;
    let told: String = value(&mut owner, "SELECT string_agg(concat_ws(' ', action, severity, user_id, changes::jsonb #>> '{rows,new}', changes::jsonb #>> '{recipient,new}', changes::jsonb #>> '{purpose,new}'), ', ' ORDER BY sequence)
        FROM (SELECT * FROM audit_logs WHERE action LIKE 'export.%' ORDER BY sequence LIMIT 2) x").await;
    assert_eq!(told, "export.started HIGH north-admin 1 The board Accreditation, export.finished LOW north-admin 1");
    let file = tempfile::tempdir().expect("a directory");
    let path = file.path().join("events.csv");
    let path = path.to_str().expect("a path");
    let (code, ..) = audit(&[&["export", "--format", "csv", "--output", path], &whom[..]].concat()).await;
    assert_eq!(code, Some(0));
    let (code, _, err) = audit(&[&["export", "--format", "csv", "--output", path], &whom[..]].concat()).await;
    assert!(code == Some(1) && err.contains("the file already exists"), "{err}");
    let failed: i64 =
        value(&mut owner, "SELECT count(*) FROM audit_logs WHERE action = 'export.failed' AND status_code = 499").await;
    assert_eq!(failed, 1);
}

/// So many events more, of a batch that somebody else wrote.
async fn many_events(world: &World, count: u32) {
    execute(
        &mut world.owner().await,
        &format!("INSERT INTO audit_logs (school_id, action, resource_type, resource_id, changes) SELECT 'north', 'program.updated', 'programs', 'p' || n, '{{\"name\": {{\"new\": \"A name of some length\"}}}}' FROM generate_series(1, {count}) n"),
    )
    .await;
}

#[tokio::test]
async fn an_export_that_is_told_to_end_says_how_far_it_came() {
    let world = World::new().await;
    many_events(&world, 9_000).await;
    let mut owner = world.owner().await;
    let args = ["audit", "export", "--format", "csv", "--filter", "action:program.updated", "--recipient", "R"];
    let rest = ["--purpose", "P", "--email", "admin@north.example", "--database-url", &world.database.app_url];
    let stuck = program::Stuck::start(&[&args[..], &rest].concat(), &format!("{PASSWORD}\n"));
    // Its pipe is full within the first page, so that the signal comes before the end.
    world.until("SELECT EXISTS (SELECT FROM audit_logs WHERE action = 'export.started')").await;
    assert_eq!(stuck.ends_by(Signal::SIGTERM).await, Some(1));
    let (action, rows): (String, i64) = sqlx::query_as(
        "SELECT action, (changes::jsonb #>> '{rows,new}')::bigint FROM audit_logs WHERE action LIKE 'export.%' ORDER BY sequence DESC LIMIT 1",
    )
    .fetch_one(&mut owner)
    .await
    .expect("an event");
    assert_eq!(action, "export.failed");
    assert!(rows < 9_000, "{rows}");
}

#[tokio::test]
async fn an_interrupted_export_with_one_connection_says_that_it_failed() {
    let world = World::new().await;
    many_events(&world, 9_000).await;
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("config.toml");
    std::fs::write(&file, "[database]\nconnections = 1\n").expect("a configuration");
    let file = file.to_str().expect("a path");
    let args = ["audit", "export", "--format", "csv", "--filter", "action:program.updated", "--recipient", "R"];
    let rest = ["--purpose", "P", "--email", "admin@north.example", "--database-url", &world.database.app_url];
    for _ in 0..3 {
        let args = [&args[..], &rest, &["--config", file]].concat();
        let stuck = program::Stuck::start(&args, &format!("{PASSWORD}\n"));
        let started = "SELECT count(*) FILTER (WHERE action = 'export.started') > count(*) FILTER (WHERE action = 'export.failed') FROM audit_logs";
        world.until(started).await;
        assert_eq!(stuck.ends_by(Signal::SIGTERM).await, Some(1));
        assert!(!value::<bool>(&mut world.owner().await, started).await, "each that was started says how it ended");
    }
}

#[tokio::test]
async fn an_export_at_a_terminal_shows_how_far_it_is_and_its_event_says_from_where_it_came() {
    let world = World::new().await;
    many_events(&world, 9_000).await;
    let state = tempfile::tempdir().expect("a directory");
    let file = state.path().join("events.csv");
    let file = file.to_str().expect("a path");
    let args = ["audit", "export", "--format", "csv", "--filter", "action:program.updated", "--output", file];
    let rest = ["--email", "admin@north.example", "--database-url", &world.database.app_url];
    let ssh = [("SSH_CONNECTION", "203.0.113.9 50022 10.0.0.1 22")];
    let mut terminal = Terminal::run(&[&args[..], &rest].concat(), state.path(), &ssh, (100, 24));
    blocking(move || {
        terminal.waits_for("Recipient of the export:");
        terminal.send("The board\r");
        terminal.waits_for("Purpose of the export:");
        terminal.send("Accreditation\r");
        terminal.waits_for("Password for admin@north.example");
        terminal.send(&format!("{PASSWORD}\r"));
        let (status, terminal) = terminal.ends();
        assert!(status.success(), "{}", terminal.text());
        let told = String::from_utf8_lossy(&terminal.bytes()).into_owned();
        assert!(told.contains("of 9,000 events") && told.contains("[2K"), "a bar that is gone at the end: {told}");
        assert!(terminal.text().contains("9000 events, csv, for The board."), "{}", terminal.text());
    })
    .await;
    let from: String = value(&mut world.owner().await, "SELECT concat_ws(' ', endpoint, ip_address, user_agent LIKE 'medstint/%xterm-256color') FROM audit_logs WHERE action = 'export.started'").await;
    assert_eq!(from, "cli 203.0.113.9 t");
}

#[tokio::test]
async fn a_tail_tells_each_event_once_also_of_a_transaction_that_ends_late() {
    let world = World::new().await;
    let (mut web, mut slow) = (world.database.web().await, world.database.web().await);
    let renamed = |name: &str| format!("UPDATE programs SET name = '{name}' WHERE id = 'north-program'");
    execute(&mut web, &renamed("Before")).await;
    execute(&mut slow, "BEGIN; UPDATE clinical_sites SET name = 'Slow' WHERE id = 'north-site'").await;
    let url = ["--database-url", world.database.app_url.as_str(), "--email", "admin@north.example"];
    let tail = [
        "audit",
        "tail",
        "--follow",
        "--lines",
        "1",
        "--format",
        "ndjson",
        "--filter",
        "-action:auth -action:personal",
    ];
    let running = program::Running::start(&[&tail[..], &url].concat(), &format!("{PASSWORD}\n"));
    running.says("\"Before\"").await;
    for name in ["One", "Two"] {
        execute(&mut web, &renamed(name)).await;
        running.says(&format!("\"new\":\"{name}\"")).await;
    }
    execute(&mut web, "UPDATE programs SET name = 'South' WHERE id = 'south-program'").await;
    execute(&mut slow, "COMMIT").await;
    running.says("\"Slow\"").await;
    execute(&mut web, &renamed("Three")).await;
    let all = running.says("\"new\":\"Three\"").await;
    assert_eq!(running.ends().await, Some(0));
    assert_eq!(all.lines().count(), 5, "{all}");
    for line in all.lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("JSON");
    }
    assert!(!all.contains("South"), "{all}");
    let told: i64 = value(
        &mut world.owner().await,
        "SELECT count(*) FROM audit_logs WHERE action = 'personal_data.read_in_bulk' AND resource_type = 'audit'",
    )
    .await;
    assert_eq!(told, 1, "following is on record");
}

#[tokio::test]
async fn a_filter_that_is_kept_for_the_trail_is_used_in_it_and_the_history_of_a_record_is_one_key_away() {
    let world = World::new().await;
    let mut web = world.database.web().await;
    execute(&mut web, "UPDATE programs SET name = 'Followed' WHERE id = 'north-program'").await;
    execute(&mut web, "UPDATE users SET role = 'CLINICAL_SUPERVISOR' WHERE id = 'north-preceptor'").await;
    let console = Console::of(&world, "north-admin").await;
    console.shows("Nothing is pending").await.press("4").shows("program.updated").await;
    console.press("/").shows("@severe").await.hides("@morning").await;
    console.type_text("@severe").press("enter").shows("user.role_raised").await.hides("program.updated").await;
    console
        .press(":")
        .type_text("programs")
        .press("enter")
        .shows("Followed")
        .await
        .press("o")
        .shows("its audit history")
        .await;
    let menu = console.text();
    let line = menu.lines().find(|line| line.contains("its audit history")).expect("a line of the menu");
    let number = line.chars().find(char::is_ascii_digit).expect("its number");
    console.type_text(&number.to_string()).shows("program.updated").await.shows("Followed").await;
    console.quit().await;
    let url = ["--database-url", world.database.app_url.as_str(), "--email", "admin@north.example"];
    let kept = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(kept.path(), "[filters]\nsevere = \"severity>=HIGH\"\n").expect("a file");
    let config = kept.path().to_str().expect("a path");
    let arguments = ["audit", "tail", "--config", config, "--filter", "@severe", "--format", "ocsf"];
    let (code, out, err) = program::run(&[&arguments[..], &url].concat(), &format!("{PASSWORD}\n")).await;
    assert_eq!(code, Some(0), "{err}");
    let classes: Vec<String> = out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|event| format!("{} {}", event["class_name"], event["activity_name"]))
        .collect();
    assert_eq!(
        classes,
        [
            "\"Account Change\" \"Create\"",
            "\"Account Change\" \"Create\"",
            "\"Entity Management\" \"Create\"",
            "\"Account Change\" \"Attach Policy\""
        ],
        "two administrators, a policy, and a raised role"
    );
}

#[tokio::test]
async fn a_tail_goes_on_when_the_database_was_restarted() {
    let world = World::new().await;
    let url = ["--database-url", world.database.app_url.as_str(), "--email", "admin@north.example"];
    let tail = ["audit", "tail", "-f", "-n", "3", "--forward", "journald"];
    let running = program::Running::start(&[&tail[..], &url].concat(), &format!("{PASSWORD}\n"));
    running.says("auth.signed_in").await;
    let gone = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()";
    assert!(value::<i64>(&mut world.database.app().await, gone).await >= 2);
    execute(&mut world.database.web().await, "UPDATE programs SET name = 'Meanwhile' WHERE id = 'north-program'").await;
    let all = running.says("Meanwhile").await;
    assert_eq!(all.matches("Meanwhile").count(), 1, "{all}");
    assert!(all.lines().all(|line| line.starts_with("<6>") || line.starts_with("<4>")), "{all}");
    assert_eq!(running.ends().await, Some(0));
}

#[tokio::test]
async fn stats_count_and_a_log_that_is_not_there_is_said() {
    let world = World::new().await;
    execute(&mut world.database.web().await, "UPDATE programs SET name = 'X' WHERE id = 'north-program'").await;
    let url = ["--database-url", world.database.app_url.as_str(), "--email", "admin@north.example"];
    let audit =
        async |args: &[&str]| program::run(&[&["audit"], args, &url[..]].concat(), &format!("{PASSWORD}\n")).await;
    let (code, out, err) = audit(&["stats", "--filter", "action:program", "--format", "json"]).await;
    assert_eq!(code, Some(0), "{err}");
    let counted: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(counted.as_array().map(Vec::len), Some(2), "{out}");
    assert!(
        counted[0]["action"] == "program.created" && counted[0]["events"] == 1 && counted[1]["severity"] == "LOW",
        "{out}"
    );
    if !std::path::Path::new("/dev/log").exists() {
        let (code, _, err) = audit(&["tail", "--forward", "syslog"]).await;
        assert!(code == Some(1) && err.contains("Start a syslog daemon or journald."), "{err}");
    }
    // A purge is the owner's, and says beforehand what it would do.
    let purge = ["audit", "purge", "--older-than", "2001-01-01", "--dry-run", "--database-url"];
    let (code, out, err) = program::run(&[&purge[..], &[&world.database.owner_url]].concat(), "").await;
    assert!(code == Some(0) && out.contains("north: would delete 0 events of 0 seals"), "{out}{err}");
    let (code, _, err) = program::run(&[&purge[..], &[&world.database.app_url]].concat(), "").await;
    assert!(code == Some(1) && err.contains("owner"), "{err}");
    let young = ["audit", "purge", "--older-than", "2025-01-01", "--database-url", &world.database.owner_url];
    let confirm = ["--confirm", world.database.name.as_str()];
    let (code, _, err) = program::run(&[&young[..], &confirm].concat(), "").await;
    assert!(code == Some(1) && err.contains("events are kept for six years"), "{err}");
}
