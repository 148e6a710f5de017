//! An input field. Its keys never trigger actions elsewhere, and a paste goes nowhere else.

use std::fmt;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use tui_input::backend::crossterm::EventHandler;
use tui_input::{Input, InputRequest};

use super::wrap::{cells, skip_columns};
use crate::domain::text::visible;

/// Longer input than this is nobody's name, reason or password.
const LONGEST: usize = 8_000;

/// A text field; a masked one shows neither its text nor, in `Debug`, itself.
#[derive(Clone, Default)]
pub struct Field {
    input: Input,
    masked: bool,
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        (self.text(), self.input.cursor(), self.masked) == (other.text(), other.input.cursor(), other.masked)
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = if self.masked { "…" } else { self.input.value() };
        f.debug_tuple("Field").field(&shown).finish()
    }
}

impl Field {
    /// A field that already says something.
    #[must_use]
    pub fn with(text: &str) -> Self {
        Self { input: Input::new(text.to_owned()), masked: false }
    }

    /// A field for a secret.
    #[must_use]
    pub fn masked() -> Self {
        Self { input: Input::default(), masked: true }
    }

    #[must_use]
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// Whether it holds a secret.
    #[must_use]
    pub fn is_masked(&self) -> bool {
        self.masked
    }

    pub fn clear(&mut self) {
        self.input.reset();
    }

    /// Types a key; whether the field had a use for it.
    pub fn type_key(&mut self, key: KeyEvent) -> bool {
        let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        if matches!(key.code, KeyCode::Char(_)) && plain && self.input.value().len() >= LONGEST {
            return false;
        }
        self.input.handle_event(&Event::Key(key)).is_some()
    }

    /// Takes a paste: one line, without control characters.
    pub fn paste(&mut self, text: &str) {
        for c in text.chars().filter(|c| !c.is_control()).take(LONGEST.saturating_sub(self.input.value().len())) {
            self.input.handle(InputRequest::InsertChar(c));
        }
    }

    /// Draws the text, scrolled to the cursor, and says where the cursor is.
    pub fn draw(&self, area: Rect, style: Style, buffer: &mut Buffer) -> Position {
        let room = usize::from(area.width.saturating_sub(1));
        let value = self.input.value();
        let (text, cursor) = if self.masked {
            ("*".repeat(value.chars().count()), self.input.cursor())
        } else {
            let before: String = value.chars().take(self.input.cursor()).collect();
            (visible(value).into_owned(), cells(&visible(&before)))
        };
        let (shown, scrolled) = skip_columns(&text, cursor.saturating_sub(room));
        buffer.set_stringn(area.x, area.y, shown, usize::from(area.width), style);
        Position::new(area.x + u16::try_from(cursor.saturating_sub(scrolled)).unwrap_or(0), area.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_field_shows_itself_nowhere() {
        let mut field = Field::masked();
        field.paste("hunter2");
        assert!(!format!("{field:?}").contains("hunter2"));
        let area = Rect::new(0, 0, 20, 1);
        let mut buffer = Buffer::empty(area);
        field.draw(area, Style::default(), &mut buffer);
        assert!(buffer.content()[0].symbol() == "*");
    }

    #[test]
    fn a_paste_is_one_line_without_control_characters() {
        let mut field = Field::default();
        field.paste("a\u{1b}[31m\r\nb");
        assert_eq!(field.text(), "a[31mb");
    }
}
