//! Nothing acts on what the screen does not show: it is too small, a question does not
//! fit, its size has just changed.

use chrono::TimeDelta;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use medstint::domain::list::List;
use medstint::domain::query::Query;
use medstint::tui::effect::{Effect, PaneRequest};
use medstint::tui::message::Message;
use medstint::tui::overlay::{Confirm, OpenOverlay, Overlay, Reason, Reject, Why};
use medstint::tui::widget::field::Field;
use medstint::tui::widget::theme::Theme;

use super::views::{Driven, now, utc_minus_6};

const TOO_SMALL: Message = Message::Resized(79, 24);
const LARGE_ENOUGH: Message = Message::Resized(80, 24);

/// A queue with two marked records and the question whether to approve them.
fn asked() -> Driven {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.key(' ').key(' ').key('a');
    assert!(matches!(driven.app.overlay(), Some(Overlay::Confirm(_))), "{}", driven.text());
    driven
}

fn decides(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Ask { request: PaneRequest::Decide { .. }, .. }))
}

fn key(code: KeyCode) -> Message {
    Message::Key(KeyEvent::new(code, KeyModifiers::NONE))
}

#[test]
fn a_screen_that_is_too_small_takes_no_key() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.send(TOO_SMALL);
    for code in "aArui yqRe:/2".chars().map(KeyCode::Char).chain([KeyCode::Enter, KeyCode::Down, KeyCode::Esc]) {
        driven.press(code);
        assert_eq!(driven.effects, [], "{code:?}");
        assert!(driven.app.overlay().is_none(), "{code:?}");
    }
}

#[test]
fn a_screen_that_is_too_small_answers_no_question() {
    let mut driven = asked();
    driven.send(TOO_SMALL).key('y');
    assert_eq!(driven.effects, []);
    assert!(driven.app.overlay().is_some());
}

#[test]
fn a_screen_that_is_too_small_takes_no_click() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.send(TOO_SMALL);
    let before = driven.app.panes.current().current_id().map(str::to_owned);
    for row in 0..24 {
        let (kind, modifiers) = (MouseEventKind::Down(MouseButton::Left), KeyModifiers::NONE);
        driven.send(Message::Mouse(MouseEvent { kind, column: 2, row, modifiers }));
        assert_eq!(driven.effects, [], "row {row}");
    }
    assert_eq!(driven.app.panes.current().current_id(), before.as_deref());
}

#[test]
fn a_screen_that_is_too_small_takes_no_paste() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.key('/').send(TOO_SMALL).send(Message::Paste("Tia".into()));
    let typed = driven.app.panes.current().typing().map(|(_, field)| field.text().to_owned());
    assert_eq!(typed.as_deref(), Some(""));
}

#[test]
fn ctrl_c_leaves_a_screen_that_is_too_small() {
    let mut driven = asked();
    driven.send(TOO_SMALL).send(Message::Key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL)));
    assert_eq!(driven.effects, [Effect::Quit]);
}

#[test]
fn a_question_that_moved_is_not_answered_before_it_can_be_read() {
    let mut driven = asked();
    driven.send(TOO_SMALL).send(LARGE_ENOUGH).key('y');
    assert!(!decides(&driven.effects));
    let later = now() + TimeDelta::seconds(1);
    assert!(decides(&driven.app.update(key(KeyCode::Char('y')), later, utc_minus_6())));
}

#[test]
fn a_record_that_moved_is_not_approved_before_it_can_be_read() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.send(Message::Resized(120, 40)).key('a');
    assert!(!decides(&driven.effects));
    let later = now() + TimeDelta::seconds(1);
    assert!(decides(&driven.app.update(key(KeyCode::Char('a')), later, utc_minus_6())));
}

#[test]
fn text_is_typed_on_while_the_screen_changes_its_size() {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.app.opened = Some(opened(long_reason()));
    driven.send(Message::Resized(120, 40)).key('s').key('o');
    assert!(matches!(driven.app.overlay(), Some(Overlay::Reason(reason)) if reason.text.text() == "so"));
}

fn many_lines() -> Vec<String> {
    (1..=40).map(|n| format!("Line {n} of what is asked.")).collect()
}

/// An overlay of the queue's pane.
fn opened(overlay: Overlay) -> OpenOverlay {
    OpenOverlay { by: List::TimeRecords, overlay }
}

fn long_reason() -> Overlay {
    Overlay::Reason(Reason {
        title: "Why?".into(),
        lines: many_lines(),
        text: Field::default(),
        seen: Vec::new(),
        what: Why::Approve,
        trouble: None,
        scroll: 0,
    })
}

#[test]
fn a_question_that_does_not_fit_says_so_and_is_scrolled_to_its_end() {
    let confirm = Overlay::Confirm(Confirm {
        title: "Approve marked records".into(),
        lines: many_lines(),
        verb: "Approve 2".into(),
        on_verb: false,
        shows: Vec::new(),
        request: PaneRequest::FindClean(Query::default()),
        scroll: 0,
    });
    let mut reject = Reject::new(many_lines(), Vec::new(), false);
    reject.on_text = true;
    let questions = [(confirm, "[ Approve 2 ]"), (long_reason(), "Why: "), (Overlay::Reject(reject), "In words: ")];
    for (question, answer) in questions {
        let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
        driven.app.opened = Some(opened(question));
        let text = driven.text();
        assert!(text.contains("more, PgDn") && text.contains(answer), "{text}");
        for _ in 0..4 {
            driven.press(KeyCode::PageDown);
        }
        let text = driven.text();
        assert!(text.contains("Line 40 of") && text.contains(answer), "{text}");
    }
}
