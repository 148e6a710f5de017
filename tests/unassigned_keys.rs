//! A key over a list that no action has: a quiet notice says so, and replaces nothing that matters.

use chrono::TimeDelta;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, ModifierKeyCode};
use medstint::tui::message::Message;
use medstint::tui::widget::theme::{Theme, Tone};

use super::views::{Driven, now, utc_minus_6};

const CTRL_G: KeyEvent = KeyEvent::new(KeyCode::Char('g'), KeyModifiers::CONTROL);
const NOTICE: &str = "Key ctrl-g is not assigned here. ? shows the keys.";

fn queue() -> Driven {
    let mut driven = Driven::with_queue((80, 24), Theme::default(), 9);
    driven.app.notice = None;
    driven
}

/// A key so many seconds after the beginning.
fn press_after(driven: &mut Driven, seconds: i64, key: KeyEvent) {
    driven.app.update(Message::Key(key), now() + TimeDelta::seconds(seconds), utc_minus_6());
}

fn notice(driven: &Driven) -> Option<&str> {
    driven.app.notice.as_ref().map(|notice| notice.text.as_str())
}

#[test]
fn says_that_a_key_is_not_assigned() {
    let mut driven = queue();
    driven.send(Message::Key(CTRL_G));
    assert_eq!(notice(&driven), Some(NOTICE));
}

#[test]
fn says_so_once_in_ten_seconds() {
    let mut driven = queue();
    press_after(&mut driven, 0, CTRL_G);
    press_after(&mut driven, 9, KeyEvent::from(KeyCode::F(9)));
    assert_eq!(notice(&driven), Some(NOTICE));
    press_after(&mut driven, 11, KeyEvent::from(KeyCode::F(9)));
    assert_eq!(notice(&driven), Some("Key f9 is not assigned here. ? shows the keys."));
}

#[test]
fn says_so_again_after_another_message() {
    let mut driven = queue();
    press_after(&mut driven, 0, CTRL_G);
    driven.app.now += TimeDelta::seconds(1);
    driven.app.say("22 marked.", Tone::Plain);
    press_after(&mut driven, 2, CTRL_G);
    assert_eq!(notice(&driven), Some(NOTICE));
}

#[test]
fn a_failure_stays() {
    let mut driven = queue();
    driven.app.say("The database is away.", Tone::Bad);
    press_after(&mut driven, 1, CTRL_G);
    assert_eq!(notice(&driven), Some("The database is away."));
}

#[test]
fn a_modifier_alone_is_no_key() {
    let mut driven = queue();
    driven.press(KeyCode::Modifier(ModifierKeyCode::LeftControl));
    assert_eq!(notice(&driven), None);
}

#[test]
fn a_field_takes_its_keys_in_silence() {
    let mut driven = queue();
    driven.key('/').send(Message::Key(CTRL_G));
    assert_ne!(notice(&driven), Some(NOTICE));
}

#[test]
fn an_unassigned_arrow_names_its_shift() {
    let mut driven = queue();
    driven.send(Message::Key(KeyEvent::new(KeyCode::Up, KeyModifiers::SHIFT)));
    assert_eq!(notice(&driven), Some("Key shift-up is not assigned here. ? shows the keys."));
}
