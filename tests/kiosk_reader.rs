//! Badge readers at a kiosk, at any speed: what they read is a badge, never an answer,
//! and what a person types in the place of a PIN is never shown or kept.

use chrono::TimeDelta;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use medstint::domain::punch::{Answer, Offer, Trouble};
use medstint::tui::kiosk::spoken::page;
use medstint::tui::kiosk::{Came, Contact, Effect, Message, News, Reader, Stage, Told};

use super::support::screen::{Stood, at, news, now};

/// Milliseconds that readers take for a character.
const SPEEDS: [i64; 4] = [1, 10, 50, 120];
const SIZE: (u16, u16) = (80, 24);

const ENTER: KeyEvent = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
const TAB: KeyEvent = KeyEvent::new(KeyCode::Tab, KeyModifiers::NONE);
/// As a terminal says a line feed.
const NEWLINE: KeyEvent = KeyEvent::new(KeyCode::Char('j'), KeyModifiers::CONTROL);

fn stood() -> Stood {
    Stood::before(SIZE, false)
}

/// Without a connection, where nobody can check a PIN.
fn away() -> Stood {
    let mut away = stood();
    away.hear(Message::News(news(Contact::Offline { since: now() })));
    away
}

/// With a reader that types nothing behind a badge.
fn pausing() -> Stood {
    let pause = Some(TimeDelta::milliseconds(300));
    Stood::with(SIZE, false, Reader { start: None, tab: false, newline: false, pause })
}

fn is_asked_for_pin_of(stood: &Stood, expected: &str) -> bool {
    matches!(&stood.kiosk.stage, Stage::Pin { badge, pin, .. } if badge == expected && pin.text().is_empty())
}

fn tells(stood: &Stood, expected: &Told) -> bool {
    matches!(&stood.kiosk.stage, Stage::Told { what, .. } if what == expected)
}

/// Every question that the database may ask a student.
fn questions() -> [Answer; 4] {
    let name = Some("Stu N.".to_owned());
    let offers = ["a", "b"].map(|id| Offer { id: id.into(), name: id.into() }).into();
    [
        Answer::Choose { offers, name: name.clone() },
        Answer::Meal { since: now(), name: name.clone() },
        Answer::Stale { since: at("2026-11-22T13:00:00Z"), name: name.clone() },
        Answer::SetPin { name },
    ]
}

#[test]
fn enter_tab_and_newline_end_a_badge_at_any_speed() {
    for speed in SPEEDS {
        for end in [ENTER, TAB, NEWLINE] {
            let mut stood = stood();
            stood.read("NU00014", speed, &[end]);
            assert!(is_asked_for_pin_of(&stood, "NU00014"), "{speed} ms, {end:?}: {:?}", stood.kiosk);
        }
    }
}

#[test]
fn a_line_feed_behind_enter_ends_nothing_more() {
    let mut stood = stood();
    stood.read("NU0001", 10, &[ENTER]);
    assert!(tells(&stood, &Told::NoBadge));
    stood.hear(Message::Key(NEWLINE));
    assert!(tells(&stood, &Told::NoBadge), "{:?}", stood.kiosk);
}

#[test]
fn a_pause_ends_a_badge_where_it_is_configured() {
    for speed in SPEEDS {
        let mut stood = pausing();
        stood.read("NU00014", speed, &[]);
        stood.wait_ms(299 - speed);
        assert!(matches!(stood.kiosk.stage, Stage::Start { .. }), "{speed} ms");
        assert_eq!(stood.kiosk.wakes_at(), stood.now + TimeDelta::milliseconds(1), "{speed} ms");
        stood.wait_ms(1);
        assert!(is_asked_for_pin_of(&stood, "NU00014"), "{speed} ms: {:?}", stood.kiosk);
    }
}

#[test]
fn a_person_may_pause_within_a_number() {
    let mut stood = pausing();
    stood.read("NU0", 250, &[]).wait_ms(900);
    stood.line("0014");
    assert!(is_asked_for_pin_of(&stood, "NU00014"), "{:?}", stood.kiosk);
}

#[test]
fn a_pause_never_ends_a_pin() {
    let mut stood = pausing();
    stood.knows(&[6], &[2]).line("S1");
    stood.read("314159", 150, &[]).wait_ms(1_000);
    assert!(matches!(&stood.kiosk.stage, Stage::Pin { pin, .. } if pin.text() == "314159"), "{:?}", stood.kiosk);
}

#[test]
fn a_pin_behind_a_badge_that_nothing_ended_is_neither_shown_nor_asked_about() {
    for speed in SPEEDS {
        for mut stood in [stood(), away()] {
            stood.read("NU00014", speed, &[]).wait_ms(600);
            for c in "2718".chars() {
                stood.press(KeyCode::Char(c)).wait_ms(150);
                assert!(!stood.text().contains("NU000142"), "{}", stood.text());
            }
            stood.press(KeyCode::Enter);
            assert!(tells(&stood, &Told::NoBadge) && stood.effects.is_empty(), "{speed} ms: {:?}", stood.kiosk);
            assert!(!format!("{:?}", stood.kiosk).contains("2718"));
        }
    }
}

#[test]
fn a_badge_that_may_hold_a_pin_is_marked_unless_it_came_in_one_go() {
    for speed in SPEEDS {
        let mut stood = away();
        stood.knows(&[], &[7, 11]).read("NU00014", speed, &[]).wait_ms(600);
        stood.read("2718", 150, &[ENTER]).line("2718");
        assert!(stood.asked().may_hold_pin, "{speed} ms");
        let mut stood = away();
        stood.knows(&[], &[7, 11]).read("NU000142718", speed, &[ENTER]).line("2718");
        assert!(!stood.asked().may_hold_pin, "{speed} ms");
    }
}

#[test]
fn a_number_that_cannot_be_kept_says_so() {
    let mut stood = away();
    stood.knows(&[], &[7, 11]).read("NU000142718", 250, &[ENTER]).line("2718");
    let asked = stood.asked();
    stood.hear(Message::Punched(asked, Came::Uncertain));
    assert!(stood.text().contains("Scan your badge instead of typing it."), "{}", stood.text());
}

#[test]
fn a_badge_that_nothing_ended_is_cleared_after_10_seconds() {
    let mut stood = stood();
    stood.knows(&[], &[7]).read("NU00014", 10, &[]);
    stood.wait_ms(9_989);
    assert!(stood.text().contains("NU00014"), "{}", stood.text());
    assert_eq!(stood.kiosk.wakes_at(), stood.now + TimeDelta::milliseconds(1));
    stood.wait_ms(1);
    assert!(!stood.text().contains("NU00014"), "{}", stood.text());
    assert!(stood.text().contains("That didn't count."), "{}", stood.text());
}

#[test]
fn digits_in_the_number_field_are_not_shown() {
    let mut stood = stood();
    stood.read("2718", 150, &[]);
    assert!(stood.text().contains("****") && !stood.text().contains("2718"), "{}", stood.text());
    assert!(!format!("{:?}", stood.kiosk).contains("2718"));
}

#[test]
fn a_pin_in_the_number_field_is_no_badge() {
    let mut stood = away();
    stood.line("2718");
    assert!(tells(&stood, &Told::NoBadge), "{:?}", stood.kiosk);
}

#[test]
fn a_kiosk_that_never_heard_its_database_takes_no_badge() {
    let mut stood = stood();
    stood.kiosk.door = None;
    stood.line("NU00014");
    assert!(tells(&stood, &Told::NotReady), "{:?}", stood.kiosk);
}

#[test]
fn a_badge_read_while_an_answer_is_awaited_is_said_not_to_count() {
    for speed in SPEEDS {
        let mut stood = stood();
        let asked = stood.scans();
        stood.read("NU0", speed, &[]);
        assert!(stood.text().contains("That didn't count."), "{}", stood.text());
        stood.hear(Message::Punched(asked, Came::Answer(Answer::Outside)));
        stood.read("0015", speed, &[ENTER]);
        assert!(tells(&stood, &Told::Outside) && stood.effects.is_empty(), "{speed} ms: {:?}", stood.kiosk);
        stood.wait(5);
        assert!(stood.text().contains("That didn't count."), "{}", stood.text());
        stood.read("NU00015", speed, &[ENTER]);
        assert!(is_asked_for_pin_of(&stood, "NU00015"), "{speed} ms: {:?}", stood.kiosk);
        assert!(!stood.text().contains("That didn't count."), "{}", stood.text());
    }
}

/// Keys while an answer is awaited, the last of them just now; then a question.
fn after_a_storm(question: &Answer) -> Stood {
    let mut stood = stood();
    let asked = stood.scans();
    stood.read(&"7".repeat(300), 1, &[]);
    stood.hear(Message::Punched(asked, Came::Answer(question.clone())));
    stood
}

#[test]
fn a_key_behind_a_storm_of_keys_is_said_not_to_count() {
    for question in questions() {
        let mut stood = after_a_storm(&question);
        stood.press(KeyCode::Char('2'));
        assert!(stood.text().contains("That didn't count. Wait a second."), "{question:?}: {}", stood.text());
    }
}

#[test]
fn the_screen_says_when_keys_count_again() {
    for question in questions() {
        let mut stood = after_a_storm(&question);
        stood.press(KeyCode::Char('2'));
        assert_eq!(stood.kiosk.wakes_at(), stood.now + TimeDelta::seconds(1), "{question:?}");
        stood.wait(1);
        assert!(stood.text().contains("That didn't count. Try again."), "{question:?}: {}", stood.text());
    }
}

#[test]
fn an_entry_whose_first_key_was_lost_is_said_not_to_count_until_it_ends() {
    let mut stood = after_a_storm(&Answer::SetPin { name: None });
    stood.press(KeyCode::Char('2')).wait_ms(1_100);
    stood.press(KeyCode::Char('7')).wait_ms(1_100);
    assert!(stood.text().contains("That didn't count."), "{}", stood.text());
}

#[test]
fn an_answer_that_is_none_is_said_not_to_count() {
    let [choose, meal, ..] = questions();
    for (question, typed) in [(choose, "9"), (meal, "999")] {
        let mut stood = stood();
        stood.answered(question.clone()).line(typed);
        assert!(stood.text().contains("That didn't count. Try again."), "{question:?}: {}", stood.text());
    }
}

#[test]
fn a_pin_with_a_letter_in_it_is_said_not_to_count() {
    let mut stood = stood();
    stood.line("S1").line("27a8");
    assert!(stood.text().contains("That didn't count. Try again."), "{}", stood.text());
}

#[test]
fn a_screen_reader_is_told_what_did_not_count() {
    let mut stood = stood();
    stood.line("S1").line("27a8");
    assert_eq!(page(&stood.kiosk).lines[0], "That didn't count. Try again.");
}

#[test]
fn the_smallest_screen_has_room_for_what_did_not_count() {
    let trouble = Some(Trouble::Unwritable);
    let away = News { waiting: 3, trouble, ..news(Contact::Offline { since: now() }) };
    for (language, sentence) in [(1, "That didn't count."), (2, "No se tomó."), (3, "Ce n'est pas pris.")] {
        for question in questions() {
            let mut stood = Stood::before((40, 12), false);
            stood.press(KeyCode::F(language));
            let asked = stood.scans();
            stood.read("77", 1, &[]).hear(Message::Punched(asked, Came::Answer(question.clone())));
            stood.hear(Message::News(away.clone()));
            assert!(stood.text().contains(sentence), "{question:?}: {}", stood.text());
        }
    }
}

#[test]
fn a_pin_typed_while_an_answer_is_awaited_is_not_shown_behind_it() {
    let mut stood = stood();
    let asked = stood.scans();
    stood.read("NU00015", 10, &[ENTER]);
    stood.read("31", 400, &[]);
    stood.hear(Message::Punched(asked, Came::Answer(Answer::Outside)));
    stood.read("41", 400, &[ENTER]);
    assert!(tells(&stood, &Told::Outside) && stood.effects.is_empty(), "{:?}", stood.kiosk);
    assert!(!stood.text().contains("41") && !stood.text().contains('*'), "{}", stood.text());
}

#[test]
fn a_badge_read_at_any_speed_answers_no_question() {
    for speed in SPEEDS {
        for question in questions() {
            let mut stood = stood();
            stood.answered(question.clone()).read("NU00015", speed, &[ENTER]);
            assert!(stood.effects.is_empty(), "{speed} ms, {question:?}");
            let is_new = is_asked_for_pin_of(&stood, "NU00015");
            // This may be a PIN, typed where a new one is to be set.
            let is_again = matches!(question, Answer::SetPin { .. }) && tells(&stood, &Told::ScanAgain);
            assert!(is_new || is_again, "{speed} ms, {question:?}: {:?}", stood.kiosk);
        }
    }
}

#[test]
fn a_badge_read_at_any_speed_is_no_reason() {
    for speed in SPEEDS {
        let mut stood = stood();
        stood.answered(Answer::Stale { since: at("2026-11-22T13:00:00Z"), name: None }).line("1530");
        assert!(matches!(stood.kiosk.stage, Stage::StaleWhy { .. }));
        stood.read("NU00015", speed, &[ENTER]);
        assert!(stood.effects.is_empty(), "{speed} ms");
        assert!(is_asked_for_pin_of(&stood, "NU00015"), "{speed} ms: {:?}", stood.kiosk);
    }
}

#[test]
fn a_pin_is_no_reason() {
    let mut stood = stood();
    stood.answered(Answer::Stale { since: at("2026-11-22T13:00:00Z"), name: None }).line("1530").line("2718");
    assert!(stood.effects.is_empty(), "it would be kept as a note");
    stood.line("Power cut");
    assert_eq!(stood.asked().said.reason.as_deref(), Some("Power cut"));
}

#[test]
fn a_badge_read_at_any_speed_is_no_pin_of_the_one_before() {
    for speed in SPEEDS {
        for mut stood in [stood(), away()] {
            stood.line("S1").read("NU00015", speed, &[ENTER]);
            assert!(stood.effects.is_empty(), "{speed} ms");
            assert!(is_asked_for_pin_of(&stood, "NU00015") || tells(&stood, &Told::ScanAgain), "{:?}", stood.kiosk);
        }
    }
}

#[test]
fn a_badge_of_digits_is_no_pin_of_the_one_before() {
    for speed in SPEEDS {
        for mut stood in [stood(), away()] {
            stood.knows(&[8], &[2]).line("S1").read("56781234", speed, &[ENTER]);
            assert!(stood.effects.is_empty(), "{speed} ms");
            assert!(is_asked_for_pin_of(&stood, "56781234") || tells(&stood, &Told::ScanAgain), "{:?}", stood.kiosk);
        }
    }
}

#[test]
fn a_badge_of_digits_answers_no_question() {
    for speed in SPEEDS {
        for question in questions() {
            let mut stood = stood();
            stood.answered(question.clone()).knows(&[8], &[2]);
            // Twice, as a PIN is set.
            for _ in 0..2 {
                stood.read("56781234", speed, &[ENTER]);
                assert!(stood.effects.is_empty(), "{speed} ms, {question:?}");
            }
        }
    }
}

#[test]
fn a_pin_as_long_as_a_number_is_taken_when_it_is_typed_slowly() {
    let mut stood = stood();
    stood.knows(&[6], &[2]).line("S1").read("314159", 300, &[ENTER]);
    assert!(matches!(stood.effects.as_slice(), [Effect::Punch(_)]), "{:?}", stood.kiosk);
}

#[test]
fn text_typed_instead_of_a_pin_is_not_used_as_a_badge() {
    for slip in ["27182a8", "2718281", "NU00014"] {
        let mut stood = away();
        stood.knows(&[9], &[2, 7]).line("S1").line(slip);
        let debug = format!("{:?}", stood.kiosk);
        assert!(!debug.contains(slip), "{debug}");
    }
}

#[test]
fn a_reader_that_says_where_a_badge_begins_is_told_from_everything_else() {
    let reader = Reader { start: Some('%'), ..Reader::default() };
    for speed in SPEEDS {
        let mut stood = Stood::with(SIZE, false, reader);
        stood.knows(&[8], &[2]).line("S1").read("%56781234", speed, &[ENTER]);
        assert!(is_asked_for_pin_of(&stood, "56781234"), "{speed} ms: {:?}", stood.kiosk);
        for question in questions() {
            let mut stood = Stood::with(SIZE, false, reader);
            stood.answered(question).knows(&[8], &[2]).read("%56781234", speed, &[ENTER]);
            assert!(is_asked_for_pin_of(&stood, "56781234"), "{speed} ms: {:?}", stood.kiosk);
        }
    }
}

#[test]
fn a_question_ends_20_seconds_after_its_last_key() {
    for question in questions() {
        let mut stood = stood();
        stood.answered(question.clone());
        stood.wait(19);
        assert!(!matches!(stood.kiosk.stage, Stage::Start { .. }), "{question:?}");
        stood.wait(1);
        assert!(matches!(stood.kiosk.stage, Stage::Start { .. }), "{question:?}");
    }
}

#[test]
fn a_question_says_whose_it_is() {
    for question in questions() {
        let mut stood = stood();
        stood.answered(question.clone());
        assert!(stood.text().contains("Stu N."), "{question:?}: {}", stood.text());
    }
}

#[test]
fn a_badge_that_the_database_finds_in_a_reason_begins_anew() {
    let mut stood = stood();
    stood.answered(Answer::ScanAgain);
    assert!(stood.text().contains("Scan your badge again."), "{}", stood.text());
}
