//! A client's terminal as the client describes it: its size, its colors and its character set.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use crate::tui::widget::theme::{Palette, Theme};

/// The size where a client names none.
const DEFAULT_SIZE: (u16, u16) = (80, 24);
/// The largest screen that is drawn: each cell costs 80 bytes of memory.
const LARGEST_SIZE: (u16, u16) = (500, 200);
/// The largest screen that is drawn for a client without a signed-in person.
const LARGEST_GUEST_SIZE: (u16, u16) = (200, 60);
/// The longest value of a variable that is taken.
const LONGEST_VALUE: usize = 64;

/// Columns and rows within what is drawn. Clients send 0×0 where they do not know.
#[must_use]
pub fn clamped(columns: u32, rows: u32) -> (u16, u16) {
    let within = |count: u32, default: u16, largest: u16| match u16::try_from(count) {
        Ok(0) => default,
        Ok(count) => count.min(largest),
        Err(_) => largest,
    };
    (within(columns, DEFAULT_SIZE.0, LARGEST_SIZE.0), within(rows, DEFAULT_SIZE.1, LARGEST_SIZE.1))
}

/// The size of a screen, which changes while it is drawn on. Until a person has signed in, it is
/// limited further.
#[derive(Debug)]
pub struct SharedSize {
    of_client: AtomicU32,
    is_guest: AtomicBool,
}

impl SharedSize {
    #[must_use]
    pub fn new(size: (u16, u16)) -> Self {
        let shared = Self { of_client: AtomicU32::new(0), is_guest: AtomicBool::new(true) };
        shared.set(size);
        shared
    }

    #[must_use]
    pub fn get(&self) -> (u16, u16) {
        let [a, b, c, d] = self.of_client.load(Ordering::SeqCst).to_be_bytes();
        let (columns, rows) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        if self.is_guest.load(Ordering::SeqCst) {
            (columns.min(LARGEST_GUEST_SIZE.0), rows.min(LARGEST_GUEST_SIZE.1))
        } else {
            (columns, rows)
        }
    }

    /// Lifts the limit for a person who has signed in; whether the size has changed.
    pub fn lift(&self) -> bool {
        let before = self.get();
        self.is_guest.store(false, Ordering::SeqCst);
        self.get() != before
    }

    pub fn set(&self, (columns, rows): (u16, u16)) {
        let ([a, b], [c, d]) = (columns.to_be_bytes(), rows.to_be_bytes());
        self.of_client.store(u32::from_be_bytes([a, b, c, d]), Ordering::SeqCst);
    }
}

/// A terminal that a client has asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pty {
    /// The byte of its Backspace.
    pub erase: u8,
    /// Whether it says that it takes UTF-8.
    pub is_utf8: bool,
}

/// The variables that are taken from a client; all others are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables {
    term: Option<String>,
    lang: Option<String>,
    ctype: Option<String>,
    all: Option<String>,
    color: Option<String>,
    no_color: bool,
    accessible: bool,
}

impl Variables {
    /// Takes a variable; whether it is one that counts.
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        let is_plain = value.len() <= LONGEST_VALUE && value.chars().all(|c| c.is_ascii_graphic());
        if !is_plain {
            return false;
        }
        let text = Some(value.to_owned()).filter(|value| !value.is_empty());
        match name {
            "TERM" => self.term = text,
            "LANG" => self.lang = text,
            "LC_ALL" => self.all = text,
            "LC_CTYPE" => self.ctype = text,
            "COLORTERM" => self.color = text,
            "NO_COLOR" => self.no_color = text.is_some(),
            "ACCESSIBLE" => self.accessible = text.is_some_and(|text| text != "0"),
            // The other categories of the locale say nothing of characters.
            name => return name.starts_with("LC_"),
        }
        true
    }

    /// The name of the terminal.
    #[must_use]
    pub fn term(&self) -> &str {
        self.term.as_deref().unwrap_or("unknown")
    }

    /// Whether the console speaks line by line.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.accessible || matches!(self.term.as_deref(), Some("dumb"))
    }

    /// Whether the terminal has only ASCII.
    #[must_use]
    pub fn is_ascii(&self, pty: Option<&Pty>) -> bool {
        if self.term.as_deref() == Some("linux") {
            return true;
        }
        match self.all.as_ref().or(self.ctype.as_ref()).or(self.lang.as_ref()) {
            Some(locale) => {
                let locale = locale.to_ascii_lowercase();
                !locale.contains("utf-8") && !locale.contains("utf8")
            }
            None => pty.is_none_or(|pty| !pty.is_utf8),
        }
    }

    /// The theme on this terminal. Palettes of 24-bit colours need a terminal that says it has
    /// them.
    #[must_use]
    pub fn theme(&self, wanted: Palette, ascii: bool) -> Theme {
        let is_deep = matches!(self.color.as_deref(), Some("truecolor" | "24bit"));
        let palette = match wanted {
            _ if self.no_color => Palette::Mono,
            Palette::Dark | Palette::Light if !is_deep => Palette::Terminal,
            palette => palette,
        };
        Theme { palette, ascii }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(given: &[(&str, &str)]) -> Variables {
        let mut variables = Variables::default();
        for (name, value) in given {
            assert!(variables.set(name, value), "{name}");
        }
        variables
    }

    #[test]
    fn sizes_are_kept_within_what_is_drawn() {
        assert_eq!(clamped(0, 0), (80, 24));
        assert_eq!(clamped(1, 1), (1, 1));
        assert_eq!(clamped(120, 40), (120, 40));
        assert_eq!(clamped(65_535, 65_535), (500, 200));
        assert_eq!(clamped(u32::MAX, 0), (500, 24));
    }

    #[test]
    fn a_shared_size_is_read_as_it_was_set() {
        let size = SharedSize::new((80, 24));
        size.set((200, 60));
        assert_eq!(size.get(), (200, 60));
    }

    #[test]
    fn a_screen_is_limited_until_a_person_has_signed_in() {
        let size = SharedSize::new((500, 50));
        assert_eq!(size.get(), (200, 50));
        assert!(size.lift());
        assert_eq!(size.get(), (500, 50));
        assert!(!size.lift());
    }

    #[test]
    fn only_a_few_variables_are_taken() {
        let mut taken = Variables::default();
        assert!(taken.set("LANG", "C.UTF-8") && taken.set("LC_TIME", "C"));
        let long = "x".repeat(65);
        for (name, value) in [("LD_PRELOAD", "x"), ("PATH", "/bin"), ("TERM", "a\x1bb"), ("LANG", long.as_str())] {
            assert!(!taken.set(name, value), "{name}");
        }
    }

    #[test]
    fn the_locale_tells_ascii() {
        assert!(!variables(&[("LANG", "en_US.UTF-8")]).is_ascii(None));
        assert!(variables(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "C")]).is_ascii(None));
        assert!(variables(&[("LANG", "en_US.UTF-8"), ("TERM", "linux")]).is_ascii(None));
    }

    #[test]
    fn without_a_locale_the_mode_of_the_terminal_tells_ascii() {
        let pty = |is_utf8| Pty { erase: 0x7f, is_utf8 };
        assert!(!Variables::default().is_ascii(Some(&pty(true))));
        assert!(Variables::default().is_ascii(Some(&pty(false))));
    }

    #[test]
    fn deep_colours_need_a_terminal_that_has_them() {
        let deep = variables(&[("COLORTERM", "truecolor")]);
        assert_eq!(deep.theme(Palette::Dark, false).palette, Palette::Dark);
        assert_eq!(Variables::default().theme(Palette::Dark, false).palette, Palette::Terminal);
    }

    #[test]
    fn no_color_means_none() {
        let none = variables(&[("COLORTERM", "truecolor"), ("NO_COLOR", "1")]);
        assert_eq!(none.theme(Palette::Dark, false).palette, Palette::Mono);
    }

    #[test]
    fn accessible_terminals_get_lines() {
        assert!(variables(&[("ACCESSIBLE", "1")]).is_plain());
        assert!(variables(&[("TERM", "dumb")]).is_plain());
        assert!(!variables(&[("ACCESSIBLE", "0"), ("TERM", "xterm")]).is_plain());
    }
}
