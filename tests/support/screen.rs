//! A kiosk's screen before a person: keys with times, effects, and what it shows.

use std::fmt::Write;

use chrono::{DateTime, TimeDelta, Utc};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use medstint::domain::punch::{Answer, Asked, BadgeLengths, Door};
use medstint::tui::kiosk::messages::Language;
use medstint::tui::kiosk::{Came, Contact, Effect, Kiosk, Message, News, PathSecurity, Reader, Settings, view};
use medstint::tui::widget::theme::Theme;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// 09:14 in Chicago.
pub fn now() -> DateTime<Utc> {
    at("2026-11-23T15:14:00Z")
}

pub struct Stood {
    pub kiosk: Kiosk,
    pub now: DateTime<Utc>,
    pub effects: Vec<Effect>,
}

pub fn news(contact: Contact) -> News {
    let door = Door {
        id: "k".into(),
        kiosk: "Main entrance".into(),
        school: "Riverside".into(),
        site: "North General".into(),
        location: Some("Main entrance".into()),
        zone: chrono_tz::America::Chicago,
        lengths: BadgeLengths { digits: Vec::new(), others: vec![2, 7] },
    };
    News { contact, door: Some(door), waiting: 0, trouble: None }
}

impl Stood {
    pub fn before(size: (u16, u16), ascii: bool) -> Self {
        Self::with(size, ascii, Reader::default())
    }

    /// With a reader of its own.
    pub fn with(size: (u16, u16), ascii: bool, reader: Reader) -> Self {
        let theme = Theme { ascii, ..Theme::default() };
        let settings = Settings {
            theme,
            quarters: true,
            language: Language::En,
            is_enrolled: true,
            reads_lines: false,
            path: PathSecurity::Secure,
            reader,
        };
        let mut stood = Self { kiosk: Kiosk::start(settings, size, now()), now: now(), effects: Vec::new() };
        stood.hear(Message::News(news(Contact::Online)));
        stood
    }

    pub fn hear(&mut self, message: Message) -> &mut Self {
        self.effects = self.kiosk.update(message, self.now);
        self
    }

    pub fn press(&mut self, code: KeyCode) -> &mut Self {
        self.hear(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)))
    }

    /// Types a line and Enter, as a person does.
    pub fn line(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.press(KeyCode::Char(c));
            self.now += TimeDelta::milliseconds(100);
        }
        self.press(KeyCode::Enter)
    }

    /// The same at once, as a reader does.
    pub fn scan(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.press(KeyCode::Char(c));
        }
        self.press(KeyCode::Enter)
    }

    /// A reader takes so long for each character, and types something behind them or nothing.
    pub fn read(&mut self, text: &str, each_ms: i64, end: &[KeyEvent]) -> &mut Self {
        for key in text.chars().map(|c| KeyEvent::from(KeyCode::Char(c))).chain(end.iter().copied()) {
            self.hear(Message::Key(key));
            self.now += TimeDelta::milliseconds(each_ms);
        }
        self
    }

    /// The school has badges of these lengths: of digits alone, and others.
    pub fn knows(&mut self, digits: &[usize], others: &[usize]) -> &mut Self {
        let News { door, .. } = news(self.kiosk.contact);
        let lengths = BadgeLengths { digits: digits.to_vec(), others: others.to_vec() };
        let door = door.map(|door| Door { lengths, ..door });
        self.hear(Message::News(News { door, ..news(self.kiosk.contact) }))
    }

    pub fn wait(&mut self, seconds: i64) -> &mut Self {
        self.wait_ms(seconds * 1_000)
    }

    pub fn wait_ms(&mut self, ms: i64) -> &mut Self {
        self.now += TimeDelta::milliseconds(ms);
        self.hear(Message::Tick)
    }

    /// Scans and types a PIN; what is asked of the database.
    pub fn scans(&mut self) -> Box<Asked> {
        self.line("S1").line("2718");
        self.asked()
    }

    pub fn asked(&self) -> Box<Asked> {
        match self.effects.as_slice() {
            [Effect::Punch(asked)] => asked.clone(),
            other => panic!("{other:?}: {:?}", self.kiosk),
        }
    }

    pub fn answered(&mut self, answer: Answer) -> &mut Self {
        let asked = self.scans();
        self.hear(Message::Punched(asked, Came::Answer(answer)))
    }

    pub fn drawn(&self) -> Terminal<TestBackend> {
        let (width, height) = self.kiosk.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
        terminal.draw(|frame| view::view(&self.kiosk, frame)).expect("a drawing");
        terminal
    }

    pub fn text(&self) -> String {
        let (width, height) = self.kiosk.size;
        let terminal = self.drawn();
        let buffer = terminal.backend().buffer();
        let mut text = String::new();
        for y in 0..height {
            let line: String = (0..width).map(|x| buffer[(x, y)].symbol()).collect();
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text
    }

    pub fn tap(&mut self, column: u16, row: u16) -> &mut Self {
        let kind = MouseEventKind::Down(MouseButton::Left);
        self.hear(Message::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
    }

    /// Taps where something is written.
    pub fn tap_on(&mut self, what: &str) -> &mut Self {
        let text = self.text();
        let (row, column) = text
            .lines()
            .enumerate()
            .find_map(|(row, line)| Some((row, line[..line.find(what)?].chars().count())))
            .unwrap_or_else(|| panic!("no {what} in\n{text}"));
        self.tap(u16::try_from(column).expect("a column"), u16::try_from(row).expect("a row"))
    }
}
