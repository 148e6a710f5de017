//! The tabs: the panes, with the number of waiting rows in each.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::app::App;
use super::super::widget::theme::Tone;

pub(super) fn draw(app: &App, area: Rect, buffer: &mut Buffer) {
    for tab in app.tabs() {
        let style = app.settings.theme.style(if tab.is_shown { Tone::Heading } else { Tone::Quiet });
        let room = usize::from(area.right().saturating_sub(tab.columns.start));
        buffer.set_stringn(tab.columns.start, area.y, &tab.label, room, style);
    }
}
