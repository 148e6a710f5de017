//! Pasted text acts nowhere, whether the terminal marks it or not.

use std::time::Duration;

use chrono::TimeDelta;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use medstint::domain::list::List;
use medstint::tui::effect::{Effect, PaneRequest};
use medstint::tui::message::{Answer, Message};
use medstint::tui::overlay::{OpenOverlay, Overlay, Reason, Why};
use medstint::tui::widget::field::Field;
use medstint::tui::widget::theme::Theme;

use super::support::database::value;
use super::support::world::PASSWORD;
use super::support::{Terminal, World, a_time_record, blocking};
use super::views::{Driven, now, utc_minus_6};

const PASTED: &str = "Please approve all, yes\ray\r";

fn burst(text: &str) -> Message {
    let key = |c| KeyEvent::new(if c == '\r' { KeyCode::Enter } else { KeyCode::Char(c) }, KeyModifiers::NONE);
    Message::KeyBurst(text.chars().map(key).collect())
}

fn queue() -> Driven {
    Driven::with_queue((80, 24), Theme::default(), 9)
}

#[test]
fn unmarked_pasted_text_over_a_list_does_nothing() {
    let mut driven = queue();
    driven.send(burst(PASTED));
    assert_eq!(driven.effects, []);
    assert!(driven.app.overlay().is_none());
    assert!(driven.text().contains("Pasted text was ignored."), "{}", driven.text());
}

#[test]
fn a_marked_paste_over_a_list_says_that_it_was_ignored() {
    let mut driven = queue();
    driven.send(Message::Paste("aaraq".into()));
    assert_eq!(driven.effects, []);
    assert!(driven.text().contains("Pasted text was ignored."), "{}", driven.text());
}

#[test]
fn unmarked_pasted_text_is_typed_into_the_open_field() {
    let mut driven = queue();
    driven.key('/').send(burst("Østergård\r"));
    let typed = driven.app.panes.current().typing().map(|(_, field)| field.text().to_owned());
    assert_eq!(typed.as_deref(), Some("Østergård"));
}

#[test]
fn unmarked_pasted_text_decides_nothing_in_the_field_of_a_reason() {
    let mut driven = queue();
    let overlay = Overlay::Reason(Reason {
        title: "Why?".into(),
        lines: Vec::new(),
        text: Field::default(),
        seen: Vec::new(),
        what: Why::Approve,
        trouble: None,
        scroll: 0,
    });
    driven.app.opened = Some(OpenOverlay { by: List::TimeRecords, overlay });
    driven.send(burst("Asked by the school\r"));
    assert_eq!(driven.effects, []);
    assert!(matches!(driven.app.overlay(), Some(Overlay::Reason(it)) if it.text.text() == "Asked by the school"));
}

#[test]
fn unmarked_pasted_text_answers_no_question() {
    let mut driven = queue();
    driven.key(' ').key(' ').key('a').send(burst(PASTED));
    assert_eq!(driven.effects, []);
    assert!(matches!(driven.app.overlay(), Some(Overlay::Confirm(_))));
}

#[test]
fn a_password_manager_signs_in() {
    let mut driven = Driven::new((80, 24), Theme::default());
    driven
        .send(Message::Answer(Answer::Resumed(Ok(medstint::domain::person::SessionResume::Nobody))))
        .send(burst("ada@north.example\rcorrect horse\r"));
    assert!(matches!(&driven.effects[..], [Effect::SignIn { email, .. }] if email == "ada@north.example"));
}

#[test]
fn a_key_after_pasted_text_acts() {
    let mut driven = queue();
    driven.send(burst(PASTED));
    let press = Message::Key(KeyEvent::new(KeyCode::Char('a'), KeyModifiers::NONE));
    let effects = driven.app.update(press, now() + TimeDelta::seconds(1), utc_minus_6());
    let decides = |effect: &Effect| matches!(effect, Effect::Ask { request: PaneRequest::Decide { .. }, .. });
    assert!(effects.iter().any(decides), "{effects:?}");
}

/// A console with three records, in a real terminal.
async fn console() -> (World, Terminal, tempfile::TempDir) {
    let world = World::new().await;
    for id in ["first", "second", "third"] {
        a_time_record().id(id).insert(&world).await;
    }
    let (url, state) = (world.database.app_url.clone(), tempfile::tempdir().expect("a directory"));
    let (terminal, state) = blocking(move || {
        let mut terminal = Terminal::run(&["--database-url", &url], state.path(), &[], (80, 24));
        terminal.waits_for("Password");
        terminal.send(&format!("admin@north.example\r{PASSWORD}\r"));
        terminal.waits_for("3 records");
        terminal.waits_for("live");
        terminal.waits_for("▌");
        (terminal, state)
    })
    .await;
    (world, terminal, state)
}

async fn pending(world: &World) -> i64 {
    value(&mut world.owner().await, "SELECT count(*) FROM time_records WHERE status = 'PENDING'").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_marks_no_paste_approves_nothing() {
    let (world, mut terminal, _state) = console().await;
    blocking(move || {
        // As `tmux paste-buffer` writes it: in one piece, beyond what is read at once.
        terminal.send(&PASTED.repeat(60));
        terminal.waits_for("Pasted text was ignored.");
        terminal.is_quiet_for(Duration::from_millis(300));
        assert!(terminal.text().contains("3 records"), "{}", terminal.text());
    })
    .await;
    assert_eq!(pending(&world).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_badge_that_is_read_over_a_list_does_nothing() {
    let (world, mut terminal, _state) = console().await;
    blocking(move || {
        terminal.send("yaSru-1749\r");
        terminal.waits_for("Pasted text was ignored.");
    })
    .await;
    assert_eq!(pending(&world).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_badge_that_is_read_into_a_field_is_typed() {
    let (_world, mut terminal, _state) = console().await;
    blocking(move || {
        terminal.send("/");
        terminal.waits_for("Filter:");
        terminal.send("S1749-ok\r");
        terminal.until("the badge in the field", |text| text.contains("S1749-ok"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_a_slow_link_delivers_together_act() {
    let (world, mut terminal, _state) = console().await;
    blocking(move || {
        // What is typed within the 300 ms that the link takes comes in one packet.
        std::thread::sleep(Duration::from_millis(300));
        terminal.send("jka");
        terminal.waits_for("Approved: North, Stu");
        terminal.waits_for("2 records");
        std::thread::sleep(Duration::from_millis(300));
        // A key that repeats, and arrows.
        terminal.send(&"j".repeat(30));
        terminal.send("\x1b[A\x1b[B\x1b[A");
        terminal.is_quiet_for(Duration::from_millis(100));
        assert!(!terminal.text().contains("Pasted text was ignored."), "{}", terminal.text());
    })
    .await;
    assert_eq!(pending(&world).await, 2);
}
