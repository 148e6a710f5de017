//! Replaces characters for terminals that can display only ASCII.

use ratatui::buffer::Buffer;

use crate::domain::text;

/// Replaces every other character. It is the last step of a drawing.
pub fn to_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            let replaced = cell.symbol().chars().next().map_or(' ', text::ascii_char);
            cell.set_char(replaced);
        }
    }
}
