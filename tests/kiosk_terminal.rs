//! The door in a real pseudo-terminal: from the one-time code to the way out.

use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::support::database::{execute, value};
use super::support::door::{PIN, enrolled};
use super::support::proxy::Proxy;
use super::support::{PATIENCE, Terminal, World, blocking, program};

/// A directory with the credential of North's kiosk.
async fn enrolled_state(world: &World) -> tempfile::TempDir {
    let state = tempfile::tempdir().expect("a directory");
    let file = medstint::session::TokenFile(Some(state.path().join("kiosk")));
    file.save(&enrolled(world).await).expect("kept");
    state
}

#[tokio::test]
async fn a_device_is_enrolled_used_and_left() {
    let world = World::new().await;
    let url = world.database.app_url.clone();
    let enrol = ["kiosk", "enrol", "--site", "North General", "--name", "Back door", "--location", "Main entrance"];
    let rest = ["--email", "admin@north.example", "--database-url", &url];
    let password = format!("{}\n", super::support::world::PASSWORD);
    let (code, out, err) = program::run(&[&enrol[..], &rest].concat(), &password).await;
    assert_eq!(code, Some(0), "{err}");
    let typed = out.lines().last().expect("a code").to_owned();
    enrolled(&world).await;
    let state = tempfile::tempdir().expect("a directory");
    let mut terminal = Terminal::run(&["kiosk", "--database-url", &url], state.path(), &[], (80, 24));
    blocking(move || {
        terminal.waits_for("one-time code");
        terminal.send("WRONG\r");
        terminal.waits_for("Invalid or expired code");
        terminal.send(&format!("{}\r", typed.to_lowercase()));
        terminal.waits_for("North General · Main entrance");
        terminal.waits_for("online");
        terminal.send("S1\r");
        terminal.waits_for("First time?");
        terminal.send(&format!("{PIN}\r"));
        terminal.waits_for("You are clocked in.");
        terminal.waits_for("Scan your badge");
        // The way out, for whoever has no right to it and whoever has.
        terminal.send("\x11S1\r");
        terminal.until("a PIN is asked for", |text| !text.contains("To close this kiosk"));
        terminal.send(&format!("{PIN}\r"));
        terminal.waits_for("Not an administrator's PIN");
        terminal.send("\x11");
        terminal.waits_for("To close this kiosk");
        terminal.send("A1\r");
        terminal.until("a PIN is asked for", |text| !text.contains("To close this kiosk"));
        terminal.send(&format!("{PIN}\r"));
        let (status, terminal) = terminal.ends();
        assert!(status.success() && !terminal.is_on_alternate_screen(), "{}", terminal.text());
    })
    .await;
    let told: String = value(&mut world.owner().await, "SELECT string_agg(action, ' ' ORDER BY sequence) FROM audit_logs WHERE action LIKE 'kiosk.%' AND sequence > (SELECT max(sequence) FROM audit_logs WHERE action = 'kiosk.enrolment_refused' OR action = 'kiosk.created' AND user_id IS NULL)").await;
    assert!(told.ends_with("kiosk.enrolled kiosk.leave_refused kiosk.left"), "{told}");
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(state.path().join("kiosk")).expect("the credential").permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
}

/// Sends keys until they ask for something: what is pressed while the kiosk still deals
/// with a storm of keys does not count, so the test presses again.
fn asked_by(terminal: &mut Terminal, keys: &str, asks: &str) {
    for _ in 0..5 {
        terminal.send(keys);
        let deadline = Instant::now() + Duration::from_secs(4);
        while Instant::now() < deadline {
            let text = terminal.text();
            if text.contains(asks) && !text.contains("Scan your badge") {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    panic!("{keys:?} does not ask for {asks}:\n{}", terminal.text());
}

#[tokio::test]
async fn no_key_signal_paste_or_size_leads_out_and_sigterm_ends_it() {
    let (mut terminal, _state, _world) = running().await;
    blocking(move || {
        terminal.waits_for("online");
        // No Esc right before another sequence: read in one piece, the two are one key and
        // the rest of the sequence is text, which a Tab makes a badge.
        for keys in ["\x03", "\x1a", "\x04", "\x1c", "\x1bOP", "\t\t\t", "\x1b[<0;5;5M\x1b[<0;5;5m", "\x1b", "\x0c"] {
            for _ in 0..3 {
                terminal.send(keys);
            }
        }
        for size in [(20, 5), (40, 12), (200, 50), (80, 24)] {
            terminal.resize(size.0, size.1);
        }
        let id = Pid::from_raw(terminal.process_id());
        for signal in [Signal::SIGINT, Signal::SIGQUIT, Signal::SIGTSTP, Signal::SIGWINCH, Signal::SIGCONT] {
            kill(id, signal).expect("a signal");
        }
        // Each of these asks for something, and Esc begins again: one screen after the other.
        for (keys, asks) in [("\x1b[24~", "To close this kiosk"), ("\x1b[200~S2\n\x1b[201~", "First time?")] {
            for _ in 0..3 {
                terminal.until("it is at the start", |text| text.contains("Scan your badge"));
                asked_by(&mut terminal, keys, asks);
                terminal.send("\x1b");
            }
        }
        terminal.until("it is at the start", |text| text.contains("Scan your badge"));
        // What comes in one piece is read in one piece up to a kilobyte; the screen's own
        // tests have longer ones.
        terminal.send(&"7".repeat(900));
        terminal.send("\r");
        terminal.waits_for("Unknown badge or number.");
        terminal.send("\r");
        terminal.until("it asks anew", |text| text.contains("Scan your badge") && !text.contains("no badge"));
        terminal.send("S1\r");
        terminal.waits_for("First time?");
        assert!(terminal.is_on_alternate_screen());
        kill(id, Signal::SIGTERM).expect("a signal");
        let (status, terminal) = terminal.ends();
        assert_eq!(status.exit_code(), 143);
        assert!(!terminal.is_on_alternate_screen());
    })
    .await;
}

#[tokio::test]
async fn a_kiosk_that_was_stopped_and_continued_reads_keys_again() {
    let (terminal, _state, _world) = running().await;
    blocking(move || {
        terminal.waits_for("online");
        let id = Pid::from_raw(terminal.process_id());
        kill(id, Signal::SIGSTOP).expect("a signal");
        // As a shell sets it for itself.
        terminal.stty("sane");
        assert!(!terminal.stty("-a").contains("-icanon"), "{}", terminal.stty("-a"));
        kill(id, Signal::SIGCONT).expect("a signal");
        terminal.until("raw mode", |_| terminal.stty("-a").contains("-icanon"));
    })
    .await;
}

/// Punches with a PIN, and ends the kiosk before the database has answered.
async fn punch_and_terminate(arguments: &[&str]) -> (String, tempfile::TempDir, World) {
    let world = World::new().await;
    let state = enrolled_state(&world).await;
    let proxy = Proxy::to(&world.database.app_url);
    let url = ["--database-url", proxy.url()];
    let mut terminal = Terminal::run(&[arguments, &url].concat(), state.path(), &[], (80, 24));
    let text = blocking(move || {
        terminal.waits_for("online");
        terminal.send("S1\r");
        terminal.waits_for("First time?");
        proxy.fall_silent();
        terminal.send(&format!("{PIN}\r"));
        let deadline = Instant::now() + PATIENCE;
        while !proxy.is_asked() {
            assert!(Instant::now() < deadline, "the kiosk asks nothing");
            std::thread::sleep(Duration::from_millis(10));
        }
        kill(Pid::from_raw(terminal.process_id()), Signal::SIGTERM).expect("a signal");
        let (status, terminal) = terminal.ends();
        assert_eq!(status.exit_code(), 143);
        terminal.text()
    })
    .await;
    (text, state, world)
}

/// A kiosk's screen in a terminal, the state directory of its device and its database.
async fn running() -> (Terminal, tempfile::TempDir, World) {
    let world = World::new().await;
    let state = enrolled_state(&world).await;
    let terminal = Terminal::run(&["kiosk", "--database-url", &world.database.app_url], state.path(), &[], (80, 24));
    (terminal, state, world)
}

/// How many punches the journal of a device holds.
async fn kept(state: &tempfile::TempDir) -> u32 {
    let mut journal = medstint::kiosk::Journal::at(state.path().join("kiosk-journal.sqlite"));
    journal.state(None).await.waiting
}

#[tokio::test]
async fn a_punch_under_way_is_kept_when_the_kiosk_is_told_to_end() {
    let (_, state, _world) = punch_and_terminate(&["kiosk"]).await;
    assert_eq!(kept(&state).await, 1);
}

#[tokio::test]
async fn line_by_line_a_signal_is_heard_while_an_answer_is_awaited() {
    let (text, state, _world) = punch_and_terminate(&["kiosk", "--plain"]).await;
    assert_eq!(text.matches("Scan your badge").count(), 1, "{text}");
    assert_eq!(kept(&state).await, 1);
}

#[tokio::test]
async fn nothing_is_drawn_while_nothing_happens() {
    let (terminal, _state, _world) = running().await;
    blocking(move || {
        terminal.waits_for("online");
        terminal.is_quiet_for(Duration::from_secs(2));
    })
    .await;
}

#[tokio::test]
async fn line_by_line_it_is_the_same_door() {
    let world = World::new().await;
    let state = enrolled_state(&world).await;
    let url = world.database.app_url.clone();
    let dir = state.path().to_str().expect("a path").to_owned();
    let input = format!("S1\n{PIN}\n/es\nS2\n0000\n/leave\nA1\n{PIN}\n");
    let (code, out, err) =
        program::run(&["kiosk", "--plain", "--state-dir", &dir, "--database-url", &url], &input).await;
    assert_eq!(code, Some(0), "{out}{err}");
    for said in [
        "North General, ",
        "online",
        "Scan your badge",
        "IN ",
        "Stu N., North General",
        "You are clocked in.",
        "Pase su tarjeta",
        "no es correcto",
    ] {
        assert!(out.contains(said), "{said}: {out}");
    }
    assert!(!out.contains(PIN), "{out}");
    let (code, ..) = program::run(&["kiosk", "--plain", "--state-dir", &dir, "--database-url", &url], "S2\n27").await;
    assert_eq!(code, Some(143), "the input ended in the middle of a PIN: nothing was punched");
    execute(&mut world.owner().await, "SELECT 1").await;
    assert_eq!(
        value::<i64>(
            &mut world.owner().await,
            "SELECT count(*) FROM time_records WHERE student_id = 'north-student-2'"
        )
        .await,
        0
    );
}
