//! The frame of every question, form and report.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Block, Clear, Widget};

use super::super::app::App;
use super::super::widget::table::{Align, fitted, put};
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
        .title(format!(" {} ", fitted(&visible(title), usize::from(width.saturating_sub(4)))))
        .title_style(theme.style(Tone::Heading))
        .title_bottom(format!(" {keys} "));
    let inner = block.inner(area);
    block.render(area, buffer);
    Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}

/// Lines of a question above its buttons or its field. Where not all of them fit, the
/// last line says so, lest a part be taken for the whole.
pub(super) fn scrolled(app: &App, area: Rect, lines: &[(String, Tone)], scroll: usize, buffer: &mut Buffer) {
    let theme = app.settings.theme;
    let all = usize::from(area.height);
    let room = if lines.len() > all { all.saturating_sub(1) } else { all };
    let first = scroll.min(lines.len().saturating_sub(room));
    for (y, (text, tone)) in (area.y..area.bottom()).zip(lines.iter().skip(first).take(room)) {
        put(buffer, Rect { y, height: 1, ..area }, Align::Left, &visible(text), theme.style(*tone));
    }
    if room == all {
        return;
    }
    let below = lines.len().saturating_sub(first + room);
    let words = if below > 0 { format!("▼ {below} more, PgDn") } else { format!("▲ {first} more, PgUp") };
    let last = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    put(buffer, last, Align::Right, &words, theme.style(Tone::Quiet));
}
