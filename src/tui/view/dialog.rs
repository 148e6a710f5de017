//! The box that every question, form and report stands in.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Block, Clear, Widget};

use super::super::app::App;
use super::super::widget::theme::Tone;
use crate::domain::text::visible;

/// A box with a title and a line of keys in its lower border; what is inside.
pub(super) fn frame(app: &App, (width, height): (u16, u16), title: &str, keys: &str, buffer: &mut Buffer) -> Rect {
    let (full_width, full_height) = app.size;
    let (width, height) = (width.min(full_width - 2), height.min(full_height - 2));
    let area = Rect::new((full_width - width) / 2, (full_height - height) / 2, width, height);
    Clear.render(area, buffer);
    let theme = app.settings.theme;
    let block = Block::bordered()
        .title(format!(" {} ", visible(title)))
        .title_style(theme.style(Tone::Heading))
        .title_bottom(format!(" {keys} "));
    let inner = block.inner(area);
    block.render(area, buffer);
    Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}
