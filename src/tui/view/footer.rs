//! The footer: the keys that are useful now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::super::app::App;
use super::super::widget::theme::Tone;

pub(super) fn draw(app: &App, area: Rect, buffer: &mut Buffer) {
    let theme = app.settings.theme;
    for shown in app.footer_keys() {
        let room = usize::from(shown.columns.end - shown.columns.start);
        let (x, _) = buffer.set_stringn(shown.columns.start, area.y, &shown.key, room, theme.style(Tone::Key));
        buffer.set_stringn(x + 1, area.y, shown.word, shown.word.width(), theme.style(Tone::Plain));
    }
}
