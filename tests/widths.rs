//! Terminals disagree about how wide some text is. Whatever one makes of it, nothing of
//! a former drawing stays on its screen.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use medstint::session::quiet::QuietBackend;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::{Terminal, TerminalOptions, Viewport};
use unicode_width::UnicodeWidthChar;

const WIDTH: u16 = 24;
const HEIGHT: u16 = 4;
const ROWS: usize = 4;

/// How many cells a terminal moves on for a character after another one.
type Widths = fn(Option<char>, char) -> usize;

const VOWEL_SIGNS: [char; 6] = ['\u{93E}', '\u{93F}', '\u{940}', '\u{9BE}', '\u{9BF}', '\u{BC6}'];

fn width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// Every character by itself, vowel signs beside their letter: as xterm and glibc.
fn signs_stand_alone(_: Option<char>, c: char) -> usize {
    if VOWEL_SIGNS.contains(&c) { 1 } else { width(c) }
}

/// Vowel signs in the cell of their letter: as tmux with utf8proc.
fn signs_combine(_: Option<char>, c: char) -> usize {
    if VOWEL_SIGNS.contains(&c) { 0 } else { width(c) }
}

/// Joined pictures are one: as kitty and `WezTerm`.
fn pictures_are_joined(before: Option<char>, c: char) -> usize {
    if before == Some('\u{200D}') { 0 } else { signs_combine(before, c) }
}

/// Letters that East Asian terminals draw two cells wide.
fn letters_are_wide(_: Option<char>, c: char) -> usize {
    if c.is_alphabetic() && !VOWEL_SIGNS.contains(&c) { c.width_cjk().unwrap_or(0) } else { width(c) }
}

/// As much of a terminal as the console uses, with widths of its own.
struct Emulator {
    widths: Widths,
    cells: Vec<Vec<String>>,
    x: usize,
    y: usize,
    wraps: bool,
    before: Option<char>,
}

impl Emulator {
    fn showing(bytes: &[u8], widths: Widths) -> Self {
        let cells = vec![vec![" ".to_owned(); usize::from(WIDTH)]; ROWS];
        let mut emulator = Self { widths, cells, x: 0, y: 0, wraps: true, before: None };
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            if c != '\u{1b}' {
                emulator.print(c);
                continue;
            }
            assert_eq!(chars.next(), Some('['), "a sequence that is not known here");
            let mut parameters = String::new();
            let last = loop {
                let c = chars.next().expect("the rest of a sequence");
                if c.is_ascii_alphabetic() {
                    break c;
                }
                parameters.push(c);
            };
            emulator.obey(last, &parameters);
        }
        emulator
    }

    fn obey(&mut self, last: char, parameters: &str) {
        self.before = None;
        match (last, parameters) {
            ('H', place) => {
                let (row, column) = place.split_once(';').expect("a place");
                self.y = row.parse::<usize>().expect("a row") - 1;
                self.x = column.parse::<usize>().expect("a column") - 1;
            }
            ('K', "" | "0") => self.cells[self.y][self.x..].fill(" ".to_owned()),
            ('h', "?7") => self.wraps = true,
            ('l', "?7") => self.wraps = false,
            ('m' | 'h' | 'l', _) => {}
            other => panic!("{other:?} is not known here"),
        }
    }

    fn print(&mut self, c: char) {
        let wide = (self.widths)(self.before.replace(c), c);
        if wide == 0 {
            // A sign belongs to the cell before, in the row above if need be.
            let (x, y) = match (self.x, self.y) {
                (0, 0) => (0, 0),
                (0, y) => (usize::from(WIDTH) - 1, y - 1),
                (x, y) => (x - 1, y),
            };
            self.cells[y][x].push(c);
            return;
        }
        let end = usize::from(WIDTH);
        if self.x + wide > end {
            if !self.wraps {
                self.x = end - wide;
            } else if self.y + 1 < ROWS {
                (self.x, self.y) = (0, self.y + 1);
            } else {
                return;
            }
        }
        self.cells[self.y][self.x] = c.to_string();
        for hidden in 1..wide {
            self.cells[self.y][self.x + hidden].clear();
        }
        self.x += wide;
    }

    fn rows(&self) -> Vec<String> {
        self.cells.iter().map(|row| row.concat().trim_end().to_owned()).collect()
    }
}

/// What was written, for the test and the backend.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("the bytes").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The bytes that show one screen after the other.
fn drawn(screens: &[[&str; ROWS]]) -> Vec<u8> {
    let written = Written::default();
    let viewport = Viewport::Fixed(Rect::new(0, 0, WIDTH, HEIGHT));
    let mut terminal =
        Terminal::with_options(QuietBackend::new(written.clone()), TerminalOptions { viewport }).expect("a terminal");
    for screen in screens {
        terminal
            .draw(|frame| {
                for (y, line) in (0..HEIGHT).zip(screen) {
                    frame.buffer_mut().set_stringn(0, y, line, usize::from(WIDTH), Style::default());
                }
            })
            .expect("a drawing");
    }
    written.0.lock().expect("the bytes").clone()
}

const SCREENS: [[&str; ROWS]; 3] = [
    [
        "कि राधिका, Núñez    12 h |",
        "রাধিকা, নাসিমা   8 h |",
        "👩\u{200D}🔬 Ada Østergård 7 h |",
        "plain  text  here  7 h |",
    ],
    ["রাধিকা, নাসিমা   8 h |", "👩\u{200D}🔬 Ada Østergård 7 h |", "plain  text  here  7 h |", "another row of it  9 h |"],
    [
        "plain  text  here  7 h |",
        "another row of it  9 h |",
        "कि राधिका  e\u{301}      1 h |",
        "the last          10 h |",
    ],
];

const TERMINALS: [(&str, Widths); 4] = [
    ("signs stand alone", signs_stand_alone),
    ("signs combine", signs_combine),
    ("pictures are joined", pictures_are_joined),
    ("letters are wide", letters_are_wide),
];

#[test]
fn nothing_of_a_former_drawing_stays_behind() {
    for (name, widths) in TERMINALS {
        for shown in 1..=SCREENS.len() {
            let scrolled = Emulator::showing(&drawn(&SCREENS[..shown]), widths).rows();
            let afresh = Emulator::showing(&drawn(&SCREENS[shown - 1..shown]), widths).rows();
            assert_eq!(scrolled, afresh, "{name}, screen {shown}");
        }
    }
}

#[test]
fn text_after_uncertain_widths_keeps_its_column() {
    for (name, widths) in TERMINALS {
        let emulator = Emulator::showing(&drawn(&[["किकिकि    8 h |", "", "", ""]]), widths);
        let wide = medstint::tui::widget::wrap::cells("किकिकि");
        assert_eq!(emulator.cells[0][wide + 4..wide + 9].concat(), "8 h |", "{name}");
    }
}

#[test]
fn text_of_certain_width_is_not_painted_again() {
    let [first, second] = [["Ada  明  7 h", "·", "", ""], ["Ada  明  8 h", "·", "", ""]];
    let (once, twice) = (drawn(&[first]).len(), drawn(&[first, second]).len());
    assert!(twice - once < 60, "{} bytes for one digit", twice - once);
}
