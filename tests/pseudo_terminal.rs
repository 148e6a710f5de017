//! The real binary in a real pseudo-terminal.

use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::support::world::PASSWORD;
use super::support::{Terminal, World, a_time_record, blocking};

/// Signs in at the screen, as a person would.
fn sign_in(terminal: &mut Terminal, email: &str) {
    terminal.waits_for("Password");
    terminal.send(email);
    terminal.send("\r");
    terminal.send(PASSWORD);
    terminal.send("\r");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_approves_and_a_second_console_sees_it_leave() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    let url = world.database.app_url.clone();
    let state = [tempfile::tempdir().expect("a directory"), tempfile::tempdir().expect("a directory")];
    blocking(move || {
        let mut mine = Terminal::run(&["--database-url", &url], state[0].path(), &[], (80, 24));
        let mut theirs = Terminal::run(&["--database-url", &url], state[1].path(), &[], (200, 50));
        sign_in(&mut mine, "admin@north.example");
        sign_in(&mut theirs, "second@north.example");
        for console in [&mine, &theirs] {
            console.waits_for("North, Stu");
            console.waits_for("live");
        }
        // On the dashboard, z gives the pane the whole screen.
        theirs.send("z");
        theirs.waits_for("Main entrance");
        mine.send("a");
        mine.waits_for("Nothing is pending.");
        // The record stays under the other's cursor, but says what became of it.
        theirs.waits_for("no longer here");
        theirs.waits_for("approved by Ada North");

        // The session is kept, for its owner's eyes only, and picked up again.
        let kept = state[0].path().join("session");
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&kept).expect("a kept session").permissions());
        assert_eq!(mode & 0o777, 0o600);
        mine.send("q");
        let (status, mine) = mine.ends();
        assert!(status.success());
        assert!(!mine.is_on_alternate_screen(), "the terminal was not given back");
        let again = Terminal::run(&["--database-url", &url], state[0].path(), &[], (80, 24));
        again.waits_for("Ada North");
        drop(again);

        // Neither password nor token reached a log.
        let token = std::fs::read_to_string(kept).expect("a token");
        for entry in std::fs::read_dir(state[0].path()).expect("the state").flatten() {
            let text = std::fs::read_to_string(entry.path()).expect("text");
            assert!(!text.contains(PASSWORD), "{:?}", entry.path());
            assert!(entry.file_name() == "session" || !text.contains(token.trim()), "{:?}", entry.path());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_and_quitting_at_once_ends_the_session() {
    let world = World::new().await;
    let url = world.database.app_url.clone();
    blocking(move || {
        let state = tempfile::tempdir().expect("a directory");
        for _ in 0..3 {
            let mut terminal = Terminal::run(&["--database-url", &url], state.path(), &[], (80, 24));
            sign_in(&mut terminal, "admin@north.example");
            terminal.waits_for("Nothing is pending.");
            terminal.send(":");
            terminal.waits_for("Enter runs");
            // Five different letters at once would be pasted text, and Enter its rest.
            terminal.send("-out");
            terminal.waits_for("forget the session");
            terminal.send("\r\u{3}");
            let (status, terminal) = terminal.ends();
            assert!(status.success(), "{}", terminal.text());
            assert!(!state.path().join("session").exists(), "the token is still on the disk");
        }
    })
    .await;
    let open: i64 = super::support::database::value(
        &mut world.owner().await,
        "SELECT count(*) FROM sessions WHERE revoked_at IS NULL",
    )
    .await;
    assert_eq!(open, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_console_writes_nothing_and_a_changed_row_little() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    let (url, mut web) = (world.database.app_url.clone(), world.database.web().await);
    let state = tempfile::tempdir().expect("a directory");
    let terminal = blocking(move || {
        let mut terminal = Terminal::run(&["--database-url", &url], state.path(), &[], (80, 24));
        sign_in(&mut terminal, "admin@north.example");
        terminal.waits_for("1 record");
        terminal.waits_for("live");
        let before = terminal.is_quiet_for(Duration::from_millis(700));
        (terminal, before, state)
    })
    .await;
    let (terminal, before, _state) = terminal;
    // Another school's change, and a key that goes nowhere, are no reason to draw.
    super::support::database::execute(&mut web, "UPDATE clinical_sites SET capacity = 9 WHERE school_id = 'south'")
        .await;
    let after = blocking(move || {
        let mut terminal = terminal;
        terminal.send("k");
        // The clock may have ticked: nine bytes of text around two digits.
        (terminal.is_quiet_for(Duration::from_millis(700)), terminal)
    })
    .await;
    assert!(after.0 - before <= 60, "{} bytes while idle", after.0 - before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_gives_the_terminal_back() {
    let world = World::new().await;
    let url = world.database.app_url.clone();
    blocking(move || {
        for signal in [Signal::SIGTERM, Signal::SIGHUP] {
            let state = tempfile::tempdir().expect("a directory");
            let terminal = Terminal::run(&["--database-url", &url], state.path(), &[], (80, 24));
            terminal.waits_for("Password");
            assert!(terminal.is_on_alternate_screen());
            kill(Pid::from_raw(terminal.process_id()), signal).expect("a signal");
            let (_, terminal) = terminal.ends();
            assert!(!terminal.is_on_alternate_screen(), "{signal}");
            let written = String::from_utf8_lossy(&terminal.bytes()).into_owned();
            for restored in ["\u{1b}[?2004l", "\u{1b}[?1000l", "\u{1b}[?25h"] {
                assert!(written.contains(restored), "{signal}: {restored:?} is missing");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_of_the_mouse_do_not_reach_the_shell() {
    let world = World::new().await;
    let url = world.database.app_url.clone();
    blocking(move || {
        let state = tempfile::tempdir().expect("a directory");
        let line = format!("\"$MEDSTINT\" --database-url '{url}'; echo left; exec cat -v");
        let mut terminal = Terminal::shell(&line, state.path(), (80, 24));
        terminal.waits_for("Password");
        terminal.send("\x03");
        terminal.until_written("\x1b[?1000l");
        // They were on their way when the mouse was let go.
        for column in 1..=20 {
            terminal.send(&format!("\x1b[<35;{column};5M"));
            std::thread::sleep(Duration::from_millis(5));
        }
        terminal.waits_for("left");
        // The terminal shows what is typed, and `cat` repeats it.
        terminal.send("typed\r");
        let text = terminal.until("a line of cat's", |text| text.matches("typed").count() == 2);
        assert!(!text.contains(";5M"), "{text}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_ends_a_console_whose_terminal_reads_nothing() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    let url = world.database.app_url.clone();
    blocking(move || {
        let state = tempfile::tempdir().expect("a directory");
        let mut terminal = Terminal::run(&["--database-url", &url], state.path(), &[], (200, 50));
        sign_in(&mut terminal, "admin@north.example");
        terminal.waits_for("1 record");
        terminal.waits_for("live");
        terminal.stall();
        // Each is a drawing of the whole screen; a pseudo-terminal holds a few of them.
        for key in ["z", "0"].repeat(40) {
            terminal.send(key);
            std::thread::sleep(Duration::from_millis(20));
        }
        kill(Pid::from_raw(terminal.process_id()), Signal::SIGTERM).expect("a signal");
        let (_, terminal) = terminal.ends();
        terminal.read_on();
        terminal.until("the terminal is given back", |_| !terminal.is_on_alternate_screen());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_follows_the_terminals_size_and_says_when_it_is_too_small() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    let url = world.database.app_url.clone();
    blocking(move || {
        let state = tempfile::tempdir().expect("a directory");
        let mut terminal = Terminal::run(&["--database-url", &url], state.path(), &[], (80, 24));
        sign_in(&mut terminal, "admin@north.example");
        terminal.waits_for("1 record");
        for (width, height) in [(60, 20), (3, 1), (40, 10)] {
            terminal.resize(width, height);
        }
        terminal.until("words about the size", |text| text.contains("medstint needs"));
        terminal.resize(200, 50);
        terminal.waits_for("1 record");
        // The terminal is never asked where its cursor is.
        assert!(!terminal.bytes().windows(4).any(|bytes| bytes == b"\x1b[6n"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_colour_or_unicode_the_screen_says_the_same() {
    let world = World::new().await;
    a_time_record().insert(&world).await;
    let url = world.database.app_url.clone();
    blocking(move || {
        let state = tempfile::tempdir().expect("a directory");
        let environment = [("NO_COLOR", "1"), ("TERM", "linux"), ("LANG", "C")];
        let mut terminal = Terminal::run(&["--database-url", &url], state.path(), &environment, (80, 24));
        sign_in(&mut terminal, "admin@north.example");
        terminal.waits_for("1 record");
        let text = terminal.waits_for("North, Stu");
        assert!(text.is_ascii(), "{text}");
        let written = String::from_utf8_lossy(&terminal.bytes()).into_owned();
        assert!(written.contains("\u{1b}[7m"), "the row under the cursor is reversed");
        for colour in ["\u{1b}[31m", "\u{1b}[32m", "\u{1b}[36m", "\u{1b}[38;5"] {
            assert!(!written.contains(colour), "{colour:?}");
        }
    })
    .await;
}

/// What a process has in memory, in KiB.
fn resident(process: i32) -> i64 {
    let output = std::process::Command::new("ps").args(["-o", "rss=", "-p", &process.to_string()]).output();
    String::from_utf8_lossy(&output.expect("ps runs").stdout).trim().parse().expect("a number")
}

/// How many events the soak writes: enough to see growth, or what CI asks for.
fn soak() -> u64 {
    std::env::var("MEDSTINT_SOAK_EVENTS").ok().map_or(20_000, |events| events.parse().expect("a number of events"))
}

#[tokio::test(flavor = "multi_thread")]
async fn events_by_the_ten_thousand_go_through_the_audit_pane_and_its_memory_stays_flat() {
    const BATCH: u64 = 500;
    let world = World::new().await;
    let mut owner = world.owner().await;
    // Of all indexes only those that the pane itself reads by: this is about the pane.
    super::support::database::execute(
        &mut owner,
        "DROP INDEX audit_logs_of_user, audit_logs_of_action, audit_logs_of_address, audit_logs_of_transaction, audit_logs_severe",
    )
    .await;
    let url = world.database.app_url.clone();
    let state = tempfile::tempdir().expect("a directory");
    let mut terminal = blocking(move || {
        let mut terminal = Terminal::run(&["--database-url", &url], state.path(), &[], (80, 24));
        sign_in(&mut terminal, "admin@north.example");
        terminal.waits_for("Nothing is pending.");
        terminal.send("4");
        terminal.waits_for("CRIT");
        (terminal, state)
    })
    .await;
    let process = terminal.0.process_id();
    let batches = soak() / BATCH;
    let mut early = 0;
    for batch in 1..=batches {
        let insert = format!(
            "INSERT INTO audit_logs (user_id, school_id, action, resource_type, resource_id, changes, severity)
             SELECT 'north-admin', 'north', 'time_record.updated', 'time_records', 'r-{batch}-' || n, format('{{\"notes\": {{\"old\": \"%s\", \"new\": \"%s\"}}}}', n, n + 1), 'LOW'
             FROM generate_series(1, {BATCH}) n"
        );
        super::support::database::execute(&mut owner, &insert).await;
        if batch % (batches / 10) == 0 {
            // Every so often the pane is waited for, so that it really shows what comes.
            let newest = format!("r-{batch}-{BATCH}");
            terminal = blocking(move || {
                terminal.0.waits_for(&newest);
                terminal
            })
            .await;
        }
        if batch == batches / 5 {
            early = resident(process);
        }
    }
    let late = resident(process);
    assert!(early > 0 && late - early < 6 * 1024, "{early} KiB after a fifth of the events, {late} KiB after all");
}
