//! The recorder: what it keeps looks as the original did and names nobody, and a panic leaves a
//! file of it.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crossterm::event::KeyCode;
use medstint::domain::list::{List, Rows};
use medstint::domain::person::{Admission, SessionResume};
use medstint::domain::time_record::{Decide, Outcome, Seen};
use medstint::domain::window::{Page, Slot};
use medstint::domain::{Failure, Role};
use medstint::telemetry;
use medstint::tui::App;
use medstint::tui::effect::{Effect, PaneRequest};
use medstint::tui::message::{Answer, Message, PaneAnswer};
use medstint::tui::recorder::hidden;
use medstint::tui::view::view;
use medstint::tui::widget::theme::Theme;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};

use super::views::{Driven, actor, now, row};

/// Where the child of the last test writes.
const STATE_DIR: &str = "MEDSTINT_TEST_STATE_DIR";
/// Parts of the names, addresses, ids and words of these tests.
const PERSONAL: [&str; 15] = [
    "Abbott",
    "Nakamura",
    "Fernández",
    "O'Brien",
    "明日",
    "कि",
    "Ortega",
    "Carmen",
    "Adler",
    "iverside",
    "oordinator",
    "record-",
    "student-",
    "badge",
    "hunter2",
];

fn drawn(app: &App) -> Buffer {
    let (width, height) = app.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
    terminal.draw(|frame| view(app, frame)).expect("a drawing");
    terminal.backend().buffer().clone()
}

/// Whether a cell of a replay may stand where the original has another one: it is the same, or
/// the placeholder of its letter, which a sentence may begin with.
fn stands_for(original: &Cell, replayed: &Cell) -> bool {
    let (before, after) = (original.symbol(), replayed.symbol());
    original.style() == replayed.style() && (before == after || hidden(before).eq_ignore_ascii_case(after))
}

/// The console and the replay of its recording show the same, and the replay names nobody.
fn assert_replayed(driven: &Driven) {
    let replayed = driven.recorder.replay().expect("a recording");
    let (original, replay) = (drawn(&driven.app), drawn(&replayed));
    let differs = |(before, after): (&Cell, &Cell)| !stands_for(before, after);
    if let Some(i) = original.content().iter().zip(replay.content()).position(differs) {
        panic!("cell {i} of\n{original:?}\nand of\n{replay:?}");
    }
    let (model, file) = (format!("{replayed:?}"), driven.recorder.text().expect("a text"));
    for word in PERSONAL {
        assert!(!model.contains(word), "{word} is in the model");
        assert!(!file.contains(word), "{word} is in the file");
    }
}

fn type_text(driven: &mut Driven, text: &str) {
    for c in text.chars() {
        driven.key(c);
        assert_replayed(driven);
    }
}

/// The latest page that the queue asked for, answered with rows of these names.
fn answer_page(driven: &mut Driven, names: &[&str]) {
    let ticket = driven.effects.iter().find_map(|effect| match effect {
        Effect::Ask { from: List::TimeRecords, request: PaneRequest::Page { ticket, .. } } => Some(*ticket),
        _ => None,
    });
    let of_student = |(n, name): (i64, &&str)| {
        let mut slot = row(n);
        if let Slot::Record(keyed) = &mut slot {
            (*name).clone_into(&mut keyed.record.student);
        }
        slot
    };
    let rows = (0..).zip(names).map(of_student).collect();
    let rows = Ok(Rows::TimeRecords(Page { rows, ..Page::default() }));
    driven.send(Message::Answer(PaneAnswer::Page { ticket: ticket.expect("a page"), rows }.to(List::TimeRecords)));
}

#[test]
fn replays_a_sign_in() {
    let mut driven = Driven::new((80, 24), Theme::default());
    driven.send(Message::Answer(Answer::Resumed(Ok(SessionResume::Nobody))));
    assert_replayed(&driven);
    type_text(&mut driven, "coordinator@riverside.example");
    driven.press(KeyCode::Enter);
    type_text(&mut driven, "hunter2");
    driven.press(KeyCode::Enter);
    assert!(matches!(driven.effects.as_slice(), [Effect::SignIn { .. }]), "{:?}", driven.effects);
    driven.send(Message::Answer(Answer::SignedIn(Ok(Admission::Welcome(actor(Role::SchoolAdmin))))));
    assert_replayed(&driven);
}

#[test]
fn hides_what_is_typed_while_the_database_is_away() {
    let mut driven = Driven::new((80, 24), Theme::default());
    driven.send(Message::Answer(Answer::Resumed(Err(Failure::Unavailable("it is away".into())))));
    type_text(&mut driven, "hunter2");
    assert!(!driven.recorder.text().expect("a text").contains("Char('h')"));
}

#[test]
fn replays_a_queue() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    assert_replayed(&driven);
    driven.press(KeyCode::Down);
    for key in "  a".chars() {
        driven.key(key);
        assert_replayed(&driven);
    }
    driven.press(KeyCode::Esc).press(KeyCode::Esc);
    driven.send(Message::Resized(120, 40)).send(Message::Resized(80, 24));
    assert_replayed(&driven);
}

#[test]
fn replays_names_of_every_script() {
    let mut driven = Driven::new((80, 24), Theme::default());
    driven.send(Message::Answer(Answer::Resumed(Ok(SessionResume::Welcome(actor(Role::SchoolAdmin))))));
    answer_page(&mut driven, &["明日, 一郎", "कि, राम", "Fernández, E\u{301}va", "O'Brien, 🙂"]);
    assert_replayed(&driven);
}

#[test]
fn replays_a_filter() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    let filter = driven.app.key_of(medstint::tui::action::Action::Filter).expect("a key");
    driven.key(filter.chars().next().expect("a character"));
    for term in ["age>3d", "flagged"] {
        type_text(&mut driven, term);
        // Between two terms kept filters are offered, which a recording leaves out.
        driven.key(' ');
    }
    type_text(&mut driven, "student:Nakamura");
    answer_page(&mut driven, &["Nakamura, Given"]);
    assert_replayed(&driven);
    let file = driven.recorder.text().expect("a text");
    assert!(file.contains("Char('f')") && !file.contains("Char('N')"), "{file}");
}

#[test]
fn replays_a_rejection() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.key('r').key('6').press(KeyCode::Enter);
    type_text(&mut driven, "No badge, says Nakamura (27)");
    driven.press(KeyCode::Enter);
    let sent = driven.effects.iter().find_map(|effect| match effect {
        Effect::Ask { request: PaneRequest::Decide { seen, what }, .. } => Some((seen.clone(), what.clone())),
        _ => None,
    });
    let (seen, what): (Vec<Seen>, Decide) = sent.expect("a decision");
    let outcome = Outcome {
        id: seen[0].id.clone(),
        student: "Abbott, Given".into(),
        clock_in: None,
        elapsed_ms: None,
        result: Err(Failure::Denied("Ortega, Carmen is absent.".into())),
        is_final: false,
    };
    let decided = PaneAnswer::Decided { what, seen, outcomes: Ok(vec![outcome]) };
    driven.send(Message::Answer(decided.to(List::TimeRecords)));
    assert_replayed(&driven);
}

#[test]
fn hides_a_paste_that_goes_nowhere() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.send(Message::Paste("Nakamura hunter2".into()));
    assert_replayed(&driven);
}

#[test]
fn keeps_a_bounded_number_of_messages() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    for _ in 0..3_000 {
        driven.send(Message::Minute);
    }
    let file = driven.recorder.text().expect("a text");
    assert_eq!(file.lines().filter(|line| line.ends_with(" Minute")).count(), 1_000);
    assert!(!file.contains(" 0 before them"), "{}", file.lines().take(3).collect::<String>());
}

#[test]
fn a_panic_leaves_a_private_file_without_names() {
    let dir = tempfile::tempdir().expect("a directory");
    let program = std::env::current_exe().expect("this program");
    let ended = std::process::Command::new(program)
        .args(["recorder::panics_while_it_is_recorded", "--exact", "--ignored"])
        .env(STATE_DIR, dir.path())
        .output()
        .expect("a child");
    assert!(!ended.status.success(), "it did not panic");
    let files: Vec<PathBuf> =
        std::fs::read_dir(dir.path()).expect("a directory").map(|file| file.expect("a file").path()).collect();
    let [file] = files.as_slice() else { panic!("{files:?}") };
    assert!(file.ends_with("medstint-panic-20261123T151400Z.txt"), "{}", file.display());
    let mode = file.metadata().expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = std::fs::read_to_string(file).expect("a text");
    assert!(text.contains("Resumed(Ok(Welcome("), "{text}");
    for word in PERSONAL {
        assert!(!text.contains(word), "{word} is in {text}");
    }
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn panics_while_it_is_recorded() {
    let Some(dir) = std::env::var_os(STATE_DIR) else { return };
    let recorder = Driven::with_queue((80, 24), Theme::default(), 9).recorder;
    telemetry::on_panic(dir.into(), now, move || recorder.text());
    panic!("as a defect would");
}
