//! The door's screen as a person meets it: what it shows at which size, what keys and
//! fingers do, and that none of them leads out.

use chrono::TimeDelta;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use medstint::domain::punch::{Answer, Leave, Offer, Recorded, Trouble};
use medstint::domain::{Failure, Secret};
use medstint::tui::kiosk::{Came, Contact, Effect, Message, News, PathSecurity, Stage, spoken};
use proptest::prelude::*;

use super::support::screen::{Stood, at, news, now};

fn done(repeated: bool) -> Recorded {
    Recorded {
        at: now(),
        name: "Given F.".into(),
        site: "North General".into(),
        rotation: "CT imaging".into(),
        today_ms: 0,
        rotation_ms: 424_800_000,
        required_h: 160,
        repeated,
    }
}

fn is_at_start(stood: &Stood) -> bool {
    matches!(&stood.kiosk.stage, Stage::Start { badge } if badge.text().is_empty())
}

#[test]
fn the_start_and_the_answers_at_every_size() {
    for (width, height, ascii) in
        [(40, 12, false), (60, 16, false), (80, 24, false), (200, 50, false), (80, 24, true), (40, 12, true)]
    {
        let name = |what: &str| format!("kiosk_{what}_{width}x{height}{}", if ascii { "_ascii" } else { "" });
        insta::assert_snapshot!(name("start"), Stood::before((width, height), ascii).text());
        insta::assert_snapshot!(
            name("in"),
            Stood::before((width, height), ascii).answered(Answer::In(done(false))).text()
        );
    }
}

#[test]
fn every_stage_at_its_smallest_size() {
    let small = || Stood::before((40, 12), false);
    let offer = |n: u32| Offer { id: n.to_string(), name: format!("Rotation {n}") };
    let mut shown = Vec::new();
    let mut show = |what: &str, stood: &Stood| shown.push(format!("── {what}\n{}", stood.text()));
    show("pin", small().line("S1").press(KeyCode::Char('2')));
    show("new pin", small().answered(Answer::SetPin { name: None }));
    let offers = vec![offer(1), offer(2)];
    show("choose", small().answered(Answer::Choose { offers, name: None }).press(KeyCode::Char('2')));
    show("meal", small().answered(Answer::Meal { since: now(), name: None }));
    let since = at("2026-11-22T13:00:00Z");
    show("stale", small().answered(Answer::Stale { since, name: None }));
    show("stale, why", small().answered(Answer::Stale { since, name: None }).line("1530"));
    show("refused", small().answered(Answer::Refused));
    show("locked", small().answered(Answer::Locked { until: now() + TimeDelta::minutes(5) }));
    show("no rotation", small().answered(Answer::NoRotation { elsewhere: Some("St Clair".into()) }));
    show("outside", small().answered(Answer::Outside));
    show("again", small().answered(Answer::Out(done(true))));
    let mut away = small();
    away.hear(Message::News(News {
        waiting: 3,
        trouble: Some(Trouble::Full),
        ..news(Contact::Offline { since: now() })
    }));
    show("offline", &away);
    away.line("S1").line("2718");
    let asked = away.asked();
    assert_eq!(asked.pin, None, "nobody could check it");
    away.hear(Message::Punched(asked.clone(), Came::Kept { at: now(), again: false }));
    show("kept", &away);
    away.hear(Message::Punched(asked, Came::NotKept(Trouble::Full)));
    show("not kept", &away);
    show("leaving", small().press(KeyCode::F(12)));
    insta::assert_snapshot!("kiosk_stages", shown.join("\n"));
}

#[test]
fn an_answer_goes_after_five_seconds_or_with_any_key_and_a_scan_goes_on_from_it() {
    let mut stood = Stood::before((80, 24), false);
    stood.answered(Answer::In(done(false)));
    assert!(!is_at_start(stood.wait(4)), "not yet");
    assert!(is_at_start(stood.wait(1)));
    assert!(is_at_start(stood.answered(Answer::In(done(false))).press(KeyCode::Enter)));
    stood.answered(Answer::In(done(false))).line("S2");
    assert!(matches!(&stood.kiosk.stage, Stage::Pin { badge, .. } if badge == "S2"), "{:?}", stood.kiosk);
}

#[test]
fn a_scan_that_began_while_an_answer_was_awaited_counts_nowhere() {
    let mut stood = Stood::before((80, 24), false);
    let asked = stood.scans();
    stood.press(KeyCode::Char('1')).press(KeyCode::Char('2'));
    stood.hear(Message::Punched(asked, Came::Answer(Answer::In(done(false)))));
    stood.scan("345");
    assert!(matches!(stood.kiosk.stage, Stage::Told { .. }), "half a badge is nobody's: {:?}", stood.kiosk);
    stood.wait(1).line("NU12345");
    assert!(matches!(&stood.kiosk.stage, Stage::Pin { badge, .. } if badge == "NU12345"));
}

#[test]
fn a_badge_where_a_pin_is_asked_for_begins_anew() {
    let mut stood = Stood::before((80, 24), false);
    stood.knows(&[8, 9], &[2]).line("S1").line("S1");
    assert!(matches!(&stood.kiosk.stage, Stage::Pin { badge, pin, .. } if badge == "S1" && pin.text().is_empty()));
    stood.line("2718281828").line("27a8");
    assert!(
        matches!(&stood.kiosk.stage, Stage::Pin { badge, pin, .. } if badge == "S1" && pin.text().is_empty()),
        "a PIN with a slip of the finger is nobody's badge, and kept nowhere"
    );
    stood.scan("123456789");
    assert!(matches!(&stood.kiosk.stage, Stage::Pin { badge, .. } if badge == "123456789"));
    stood.scan("56781234");
    assert!(
        matches!(&stood.kiosk.stage, Stage::Pin { badge, .. } if badge == "56781234"),
        "a badge that might be a PIN is told apart by how fast it came"
    );
    assert!(is_at_start(stood.wait(29)) || matches!(stood.kiosk.stage, Stage::Pin { .. }));
    assert!(is_at_start(stood.wait(1)), "whoever goes away leaves nothing behind");
}

#[test]
fn a_pin_is_set_twice_the_same() {
    let mut stood = Stood::before((80, 24), false);
    stood.answered(Answer::SetPin { name: None }).line("123");
    assert!(stood.text().contains("too easy, too short"), "{}", stood.text());
    stood.line("31415");
    assert!(stood.text().contains("Repeat the PIN"), "{}", stood.text());
    stood.line("31416");
    assert!(stood.text().contains("PINs differ"), "{}", stood.text());
    stood.line("31415").line("31415");
    let asked = stood.asked();
    assert_eq!(asked.new_pin, Some(Secret::new("31415")));
    assert!(!format!("{:?}", stood.kiosk).contains("31415"));
    stood.hear(Message::Punched(asked, Came::BadPin));
    assert!(stood.text().contains("as long as a student"), "{}", stood.text());
}

#[test]
fn questions_are_answered_with_digits() {
    let mut stood = Stood::before((80, 24), false);
    stood.answered(Answer::Meal { since: now(), name: None }).line("999");
    assert!(stood.effects.is_empty(), "nobody eats for so long");
    stood.line("45");
    assert_eq!(stood.asked().said.meal_min, Some(45));
    let offers = ["a", "b"].map(|id| Offer { id: id.into(), name: id.into() }).into();
    let mut stood = Stood::before((80, 24), false);
    stood.answered(Answer::Choose { offers, name: None }).line("9");
    assert!(stood.effects.is_empty());
    stood.line("2");
    assert_eq!(stood.asked().said.rotation.as_deref(), Some("b"));
    let mut stood = Stood::before((80, 24), false);
    stood.answered(Answer::Stale { since: at("2026-11-22T13:00:00Z"), name: None }).line("2575");
    assert!(stood.text().contains("before you came, or later than now"), "{}", stood.text());
    stood.line("1530").line("1");
    let said = stood.asked().said;
    assert_eq!((said.left_at, said.reason.as_deref()), (Some(at("2026-11-22T21:30:00Z")), Some("Forgot")));
}

#[test]
fn a_badge_that_is_read_while_somebody_elses_question_is_open_answers_nothing_for_them() {
    let offers: Vec<Offer> = ["a", "b"].map(|id| Offer { id: id.into(), name: id.into() }).into();
    for question in [
        Answer::Choose { offers, name: None },
        Answer::Meal { since: now(), name: None },
        Answer::Stale { since: at("2026-11-22T13:00:00Z"), name: None },
    ] {
        let mut stood = Stood::before((80, 24), false);
        stood.answered(question.clone()).knows(&[4], &[2]).scan("0045");
        assert!(stood.effects.is_empty(), "{question:?}");
        assert!(matches!(&stood.kiosk.stage, Stage::Pin { badge, .. } if badge == "0045"), "{:?}", stood.kiosk);
    }
}

#[test]
fn without_a_connection_a_pin_is_asked_for_as_always_and_goes_nowhere() {
    let mut away = Stood::before((80, 24), false);
    away.hear(Message::News(news(Contact::Offline { since: now() })));
    away.line("S1");
    assert!(away.effects.is_empty() && matches!(away.kiosk.stage, Stage::Pin { .. }));
    away.line("2718");
    assert_eq!(away.asked().pin, None);
}

#[test]
fn a_clock_that_is_set_leaves_nothing_on_the_screen_and_takes_nothing_away() {
    for by in [TimeDelta::days(1), TimeDelta::days(-1)] {
        let mut stood = Stood::before((80, 24), false);
        stood.answered(Answer::In(done(false)));
        stood.now += by;
        stood.hear(Message::Tick);
        assert!(matches!(stood.kiosk.stage, Stage::Told { .. }), "{by}");
        assert!(is_at_start(stood.wait(5)), "{by}");
    }
}

#[test]
fn a_kiosk_that_is_one_again_takes_badges_again() {
    let mut stood = Stood::before((80, 24), false);
    stood.hear(Message::News(news(Contact::Revoked)));
    assert!(matches!(stood.kiosk.stage, Stage::Enrol { .. }));
    stood.hear(Message::News(news(Contact::Online)));
    assert!(is_at_start(&stood));
}

#[test]
fn three_languages_by_a_key_until_nobody_is_there_any_more() {
    let mut stood = Stood::before((80, 24), false);
    stood.press(KeyCode::F(2));
    assert!(
        stood.text().contains("Pase su tarjeta") && stood.text().contains("lunes 23 de noviembre"),
        "{}",
        stood.text()
    );
    stood.press(KeyCode::Tab);
    assert!(stood.text().contains("Passez votre badge"), "{}", stood.text());
    stood.answered(Answer::In(done(false))).wait(5);
    assert!(stood.text().contains("Passez votre badge"), "{}", stood.text());
    stood.wait(30);
    assert!(stood.text().contains("Scan your badge"), "{}", stood.text());
}

#[test]
fn a_finger_types_chooses_and_begins_again() {
    let mut stood = Stood::before((120, 30), false);
    stood.knows(&[2], &[2]).tap(5, 5).tap_on("│   4").tap_on("│   2").tap_on("Enter");
    assert!(matches!(&stood.kiosk.stage, Stage::Pin { badge, .. } if badge == "42"), "{}", stood.text());
    stood.tap_on("Esc");
    assert!(is_at_start(&stood), "{}", stood.text());
    stood.tap_on("F3 Fran");
    assert!(stood.text().contains("Passez votre badge"));
    let offers = ["a", "b"].map(|id| Offer { id: id.into(), name: format!("Rotation {id}") }).into();
    stood.answered(Answer::Choose { offers, name: None }).tap_on("Rotation b");
    assert_eq!(stood.asked().said.rotation.as_deref(), Some("b"));
    let asked = stood.asked();
    stood.hear(Message::Punched(asked, Came::Answer(Answer::In(done(false))))).tap(60, 20);
    assert!(is_at_start(&stood));
}

#[test]
fn only_an_administrators_pin_leads_out_and_only_with_a_connection() {
    let mut stood = Stood::before((80, 24), false);
    stood.press(KeyCode::F(12)).line("A1").line("2718");
    assert!(matches!(stood.effects.as_slice(), [Effect::Leave { badge, .. }] if badge == "A1"));
    stood.hear(Message::Left(Ok(Leave::Refused)));
    assert!(stood.effects.is_empty() && stood.text().contains("Not an administrator's PIN"));
    stood.press(KeyCode::F(12)).line("A1").line("2718").hear(Message::Left(Ok(Leave::Granted)));
    assert_eq!(stood.effects, [Effect::Quit]);
    let mut away = Stood::before((80, 24), false);
    away.hear(Message::News(news(Contact::Offline { since: now() })));
    away.press(KeyCode::F(12)).line("A1").line("2718");
    assert!(away.effects.is_empty() && away.text().contains("The kiosk must be online"));
}

#[test]
fn a_badge_of_ten_thousand_characters_is_none() {
    for is_pasted in [false, true] {
        let mut stood = Stood::before((80, 24), false);
        let long = "7".repeat(10_000);
        if is_pasted {
            stood.hear(Message::Paste(long.clone() + "\n"));
            stood.press(KeyCode::Enter);
        } else {
            stood.scan(&long);
        }
        assert!(stood.effects.is_empty() && stood.text().contains("Unknown badge or number."), "{}", stood.text());
    }
}

#[test]
fn a_revoked_kiosk_takes_nothing_but_another_code() {
    let mut stood = Stood::before((80, 24), false);
    stood.hear(Message::News(news(Contact::Revoked)));
    assert!(stood.text().contains("switched off"), "{}", stood.text());
    stood.hear(Message::Key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL)));
    assert!(stood.effects.is_empty());
    stood.line("ABCD-EFGH-JKMN");
    assert_eq!(stood.effects, [Effect::Enrol(Secret::new("ABCD-EFGH-JKMN"))]);
    stood.hear(Message::Enrolled(Ok(false)));
    assert!(stood.text().contains("Invalid or expired code"), "{}", stood.text());
    stood.line("ABCD-EFGH-JKMN").hear(Message::Enrolled(Ok(true)));
    assert!(is_at_start(&stood));
}

#[test]
fn says_that_a_code_may_be_used_up() {
    let mut stood = Stood::before((80, 24), false);
    stood.hear(Message::News(news(Contact::Revoked)));
    stood.line("ABCD-EFGH-JKMN").hear(Message::Enrolled(Err(Failure::OutcomeUnknown)));
    assert!(stood.text().contains("may be used up"), "{}", stood.text());
}

#[test]
fn no_key_acts_on_a_screen_that_is_too_small() {
    let mut stood = Stood::before((80, 24), false);
    stood.answered(Answer::Meal { since: now(), name: None });
    stood.hear(Message::Resized(39, 24)).line("45");
    assert!(stood.effects.is_empty());
    stood.hear(Message::Paste("45\n".into())).tap(2, 2);
    assert!(stood.effects.is_empty());
    stood.hear(Message::Resized(40, 12));
    assert!(matches!(&stood.kiosk.stage, Stage::Meal { minutes, .. } if minutes.text().is_empty()));
    stood.line("45");
    assert_eq!(stood.asked().said.meal_min, Some(45));
}

#[test]
fn a_time_that_the_clocks_showed_twice_is_asked_about() {
    for (number, left_at) in [("1", "2026-11-01T06:30:00Z"), ("2", "2026-11-01T07:30:00Z")] {
        let mut stood = Stood::before((80, 24), false);
        stood.now = at("2026-11-01T14:00:00Z");
        stood.answered(Answer::Stale { since: at("2026-10-31T22:00:00Z"), name: None }).line("0130");
        assert!(stood.text().contains("1  01:30 CDT, before the clocks changed"), "{}", stood.text());
        assert!(stood.text().contains("2  01:30 CST, after the clocks changed"), "{}", stood.text());
        stood.line("3");
        assert!(stood.effects.is_empty());
        stood.line(number).line("1");
        assert_eq!(stood.asked().said.left_at, Some(at(left_at)), "{number}");
    }
}

#[test]
fn an_offer_that_is_not_shown_is_not_chosen() {
    let offers = || (1..=9).map(|n| Offer { id: n.to_string(), name: format!("Rotation {n}") }).collect();
    let mut stood = Stood::before((40, 12), false);
    stood.answered(Answer::Choose { offers: offers(), name: None });
    assert!(!stood.text().contains("Rotation 9"), "{}", stood.text());
    stood.line("9");
    assert!(stood.effects.is_empty());
    let mut stood = Stood::before((40, 24), false);
    stood.answered(Answer::Choose { offers: offers(), name: None }).line("9");
    assert_eq!(stood.asked().said.rotation.as_deref(), Some("9"));
}

#[test]
fn a_screen_that_is_too_small_can_still_be_left() {
    let mut stood = Stood::before((39, 24), false);
    stood.press(KeyCode::F(12));
    assert!(matches!(stood.kiosk.stage, Stage::LeaveWho { .. }), "{:?}", stood.kiosk);
}

fn any_key() -> impl Strategy<Value = KeyEvent> {
    let code = prop_oneof![
        any::<char>().prop_map(KeyCode::Char),
        "[0-9]".prop_map(|digit| KeyCode::Char(digit.chars().next().unwrap_or('0'))),
        Just(KeyCode::Enter),
        Just(KeyCode::Enter),
        Just(KeyCode::Esc),
        Just(KeyCode::Backspace),
        Just(KeyCode::Tab),
        Just(KeyCode::Up),
        Just(KeyCode::Delete),
        (0u8..=24).prop_map(KeyCode::F),
    ];
    (code, any::<u8>()).prop_map(|(code, bits)| KeyEvent::new(code, KeyModifiers::from_bits_truncate(bits & 0b111)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn whatever_is_typed_and_answered_leads_nowhere_and_is_drawn(
        keys in prop::collection::vec((any_key(), 0u8..14, 0i64..40), 1..120),
        width in 1u16..130, height in 1u16..45, ascii: bool,
    ) {
        let mut stood = Stood::before((width, height), ascii);
        for (key, what, seconds) in keys {
            let effects = stood.hear(Message::Key(key)).effects.clone();
            for effect in effects {
                prop_assert!(effect != Effect::Quit, "a key led out");
                let offer = Offer { id: "x".into(), name: "\u{1b}[2J".into() };
                let message = match (effect, what) {
                    (Effect::Enrol(_), n) => Message::Enrolled(Ok(n % 2 == 0)),
                    (Effect::Leave { .. }, _) => Message::Left(Ok(Leave::Refused)),
                    (Effect::Punch(asked), n) => Message::Punched(asked, match n {
                        0 => Came::Answer(Answer::In(done(false))),
                        1 => Came::Answer(Answer::Out(done(true))),
                        2 => Came::Answer(Answer::Choose { offers: vec![offer; 12], name: None }),
                        3 => Came::Answer(Answer::Meal { since: stood.now, name: None }),
                        4 => Came::Answer(Answer::Stale { since: stood.now - TimeDelta::hours(30), name: None }),
                        5 => Came::Answer(Answer::SetPin { name: None }),
                        6 => Came::Answer(Answer::Refused),
                        7 => Came::Answer(Answer::NoRotation { elsewhere: None }),
                        8 => Came::Kept { at: stood.now, again: false },
                        9 => Came::NotKept(Trouble::Corrupt),
                        10 => Came::BadPin,
                        11 => Came::Revoked,
                        12 => Came::Uncertain,
                        _ => Came::Answer(Answer::NotAStudent),
                    }),
                    (Effect::Quit, _) => unreachable!(),
                };
                stood.hear(message);
            }
            if what == 13 {
                stood.hear(Message::News(news(Contact::Offline { since: stood.now })));
            }
            if seconds > 30 {
                stood.wait(seconds);
            }
            stood.text();
            let woken = stood.kiosk.wakes_at();
            prop_assert!(woken <= stood.now + TimeDelta::minutes(1), "{woken}");
        }
    }
}

#[test]
fn says_that_the_connection_is_not_secure() {
    let mut stood = Stood::before((80, 24), false);
    stood.kiosk.settings.path = PathSecurity::Weak;
    assert!(stood.text().contains("online, connection not secure"), "{}", stood.text());
}

#[test]
fn says_line_by_line_that_the_connection_is_not_secure() {
    let mut stood = Stood::before((80, 24), false);
    stood.kiosk.settings.path = PathSecurity::Weak;
    let lines = spoken::page(&stood.kiosk).lines;
    assert!(lines.iter().any(|line| line == "online, connection not secure"), "{lines:?}");
}
