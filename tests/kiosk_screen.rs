//! The door's screen as a person meets it: what it shows at which size, what keys and
//! fingers do, and that none of them leads out.

use std::fmt::Write;

use chrono::{DateTime, TimeDelta, Utc};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use medstint::domain::Secret;
use medstint::domain::punch::{Answer, Asked, Door, Leave, Offer, Recorded, Trouble};
use medstint::tui::kiosk::words::Language;
use medstint::tui::kiosk::{Came, Contact, Effect, Kiosk, Message, News, Settings, Stage, view};
use medstint::tui::widget::theme::Theme;
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// 09:14 in Chicago.
fn now() -> DateTime<Utc> {
    at("2026-11-23T15:14:00Z")
}

struct Stood {
    kiosk: Kiosk,
    now: DateTime<Utc>,
    effects: Vec<Effect>,
}

fn news(contact: Contact) -> News {
    let door = Door {
        id: "k".into(),
        kiosk: "Main entrance".into(),
        school: "Riverside".into(),
        site: "North General".into(),
        location: Some("Main entrance".into()),
        zone: chrono_tz::America::Chicago,
    };
    News { contact, door: Some(door), waiting: 0, trouble: None }
}

impl Stood {
    fn before(size: (u16, u16), ascii: bool) -> Self {
        let theme = Theme { ascii, ..Theme::default() };
        let settings =
            Settings { theme, quarters: true, language: Language::En, is_enrolled: true, reads_lines: false };
        let mut stood = Self { kiosk: Kiosk::start(settings, size, now()), now: now(), effects: Vec::new() };
        stood.hear(Message::News(news(Contact::Online)));
        stood
    }

    fn hear(&mut self, message: Message) -> &mut Self {
        self.effects = self.kiosk.update(message, self.now);
        self
    }

    fn press(&mut self, code: KeyCode) -> &mut Self {
        self.hear(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)))
    }

    /// Types a line and Enter, as a person does.
    fn line(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.press(KeyCode::Char(c));
            self.now += TimeDelta::milliseconds(100);
        }
        self.press(KeyCode::Enter)
    }

    /// The same at once, as a reader does.
    fn scan(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.press(KeyCode::Char(c));
        }
        self.press(KeyCode::Enter)
    }

    fn wait(&mut self, seconds: i64) -> &mut Self {
        self.now += TimeDelta::seconds(seconds);
        self.hear(Message::Tick)
    }

    /// Scans and types a PIN; what is asked of the database.
    fn scans(&mut self) -> Box<Asked> {
        self.line("S1").line("2718");
        self.asked()
    }

    fn asked(&self) -> Box<Asked> {
        match self.effects.as_slice() {
            [Effect::Punch(asked)] => asked.clone(),
            other => panic!("{other:?}: {:?}", self.kiosk),
        }
    }

    fn answered(&mut self, answer: Answer) -> &mut Self {
        let asked = self.scans();
        self.hear(Message::Punched(asked, Came::Answer(answer)))
    }

    fn text(&self) -> String {
        let (width, height) = self.kiosk.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
        terminal.draw(|frame| view::view(&self.kiosk, frame)).expect("a drawing");
        let buffer = terminal.backend().buffer();
        let mut text = String::new();
        for y in 0..height {
            let line: String = (0..width).map(|x| buffer[(x, y)].symbol()).collect();
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text
    }

    fn tap(&mut self, column: u16, row: u16) -> &mut Self {
        let kind = MouseEventKind::Down(MouseButton::Left);
        self.hear(Message::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
    }

    /// Taps where something is written.
    fn tap_on(&mut self, what: &str) -> &mut Self {
        let text = self.text();
        let (row, column) = text
            .lines()
            .enumerate()
            .find_map(|(row, line)| Some((row, line[..line.find(what)?].chars().count())))
            .unwrap_or_else(|| panic!("no {what} in\n{text}"));
        self.tap(u16::try_from(column).expect("a column"), u16::try_from(row).expect("a row"))
    }
}

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
    show("new pin", small().answered(Answer::SetPin));
    let offers = vec![offer(1), offer(2)];
    show("choose", small().answered(Answer::Choose { offers }).press(KeyCode::Char('2')));
    show("meal", small().answered(Answer::Meal { since: now() }));
    let since = at("2026-11-22T13:00:00Z");
    show("stale", small().answered(Answer::Stale { since }));
    show("stale, why", small().answered(Answer::Stale { since }).line("1530"));
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
    stood.wait(1).line("12345");
    assert!(matches!(&stood.kiosk.stage, Stage::Pin { badge, .. } if badge == "12345"));
}

#[test]
fn a_badge_where_a_pin_is_asked_for_begins_anew() {
    let mut stood = Stood::before((80, 24), false);
    stood.line("S1").line("S1");
    assert!(matches!(&stood.kiosk.stage, Stage::Pin { badge, pin } if badge == "S1" && pin.text().is_empty()));
    stood.line("271828182").line("27a8");
    assert!(
        matches!(&stood.kiosk.stage, Stage::Pin { badge, pin } if badge == "S1" && pin.text().is_empty()),
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
    stood.answered(Answer::SetPin).line("123");
    assert!(stood.text().contains("too easy or too short"), "{}", stood.text());
    stood.line("31415");
    assert!(stood.text().contains("once more"), "{}", stood.text());
    stood.line("31416");
    assert!(stood.text().contains("not the same"), "{}", stood.text());
    stood.line("31415").line("31415");
    let asked = stood.asked();
    assert_eq!(asked.new_pin, Some(Secret::new("31415")));
    assert!(!format!("{:?}", stood.kiosk).contains("31415"));
    stood.hear(Message::Punched(asked, Came::BadPin));
    assert!(stood.text().contains("Choose another"), "{}", stood.text());
}

#[test]
fn questions_are_answered_with_digits() {
    let mut stood = Stood::before((80, 24), false);
    stood.answered(Answer::Meal { since: now() }).line("999");
    assert!(stood.effects.is_empty(), "nobody eats for so long");
    stood.line("45");
    assert_eq!(stood.asked().said.meal_min, Some(45));
    let offers = ["a", "b"].map(|id| Offer { id: id.into(), name: id.into() }).into();
    let mut stood = Stood::before((80, 24), false);
    stood.answered(Answer::Choose { offers }).line("9");
    assert!(stood.effects.is_empty());
    stood.line("2");
    assert_eq!(stood.asked().said.rotation.as_deref(), Some("b"));
    let mut stood = Stood::before((80, 24), false);
    stood.answered(Answer::Stale { since: at("2026-11-22T13:00:00Z") }).line("2575");
    assert!(stood.text().contains("before you came, or later than now"), "{}", stood.text());
    stood.line("1530").line("1");
    let said = stood.asked().said;
    assert_eq!((said.left_at, said.reason.as_deref()), (Some(at("2026-11-22T21:30:00Z")), Some("Forgot")));
}

#[test]
fn a_badge_that_is_read_while_somebody_elses_question_is_open_answers_nothing_for_them() {
    let offers: Vec<Offer> = ["a", "b"].map(|id| Offer { id: id.into(), name: id.into() }).into();
    for question in
        [Answer::Choose { offers }, Answer::Meal { since: now() }, Answer::Stale { since: at("2026-11-22T13:00:00Z") }]
    {
        let mut stood = Stood::before((80, 24), false);
        stood.answered(question.clone()).scan("0045");
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
    stood.tap(5, 5).tap_on("│   4").tap_on("│   2").tap_on("Enter");
    assert!(matches!(&stood.kiosk.stage, Stage::Pin { badge, .. } if badge == "42"), "{}", stood.text());
    stood.tap_on("Esc");
    assert!(is_at_start(&stood), "{}", stood.text());
    stood.tap_on("F3 Fran");
    assert!(stood.text().contains("Passez votre badge"));
    let offers = ["a", "b"].map(|id| Offer { id: id.into(), name: format!("Rotation {id}") }).into();
    stood.answered(Answer::Choose { offers }).tap_on("Rotation b");
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
    assert!(stood.effects.is_empty() && stood.text().contains("no administrator's PIN"));
    stood.press(KeyCode::F(12)).line("A1").line("2718").hear(Message::Left(Ok(Leave::Granted)));
    assert_eq!(stood.effects, [Effect::Quit]);
    let mut away = Stood::before((80, 24), false);
    away.hear(Message::News(news(Contact::Offline { since: now() })));
    away.press(KeyCode::F(12)).line("A1").line("2718");
    assert!(away.effects.is_empty() && away.text().contains("Only with a connection"));
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
        assert!(stood.effects.is_empty() && stood.text().contains("That is no badge."), "{}", stood.text());
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
    assert!(stood.text().contains("not good"), "{}", stood.text());
    stood.line("ABCD-EFGH-JKMN").hear(Message::Enrolled(Ok(true)));
    assert!(is_at_start(&stood));
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
    #![proptest_config(ProptestConfig::with_cases(100))]

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
                        2 => Came::Answer(Answer::Choose { offers: vec![offer; 12] }),
                        3 => Came::Answer(Answer::Meal { since: stood.now }),
                        4 => Came::Answer(Answer::Stale { since: stood.now - TimeDelta::hours(30) }),
                        5 => Came::Answer(Answer::SetPin),
                        6 => Came::Answer(Answer::Refused),
                        7 => Came::Answer(Answer::NoRotation { elsewhere: None }),
                        8 => Came::Kept { at: stood.now, again: false },
                        9 => Came::NotKept(Trouble::Corrupt),
                        10 => Came::BadPin,
                        11 => Came::Revoked,
                        12 => Came::Answer(Answer::Outside),
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
