//! Letters that people can read from two meters, as large as the screen permits.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Widget;
use tui_big_text::{BigText, PixelSize};
use unicode_width::UnicodeWidthStr;

/// How large a letter is, from the smallest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Size {
    /// One cell.
    Plain,
    /// 4 by 4, of quarters of a cell.
    Quarters,
    /// 8 by 4, of halves.
    Halves,
    /// 8 by 8.
    Full,
    /// 16 by 16: each dot two cells wide and two high.
    Double,
}

impl Size {
    /// Those that a terminal can show, from the smallest.
    pub fn all(ascii: bool, quarters: bool) -> Vec<Self> {
        let is_shown = |size: &Self| match size {
            Self::Plain | Self::Full | Self::Double => true,
            Self::Quarters => !ascii && quarters,
            Self::Halves => !ascii,
        };
        [Self::Plain, Self::Quarters, Self::Halves, Self::Full, Self::Double].into_iter().filter(is_shown).collect()
    }

    /// Cells that a text takes; nothing where the font has not all of its letters.
    pub fn of(self, text: &str) -> Option<(u16, u16)> {
        let letters = u16::try_from(text.chars().count()).ok()?;
        let (width, height) = match self {
            Self::Plain => return Some((u16::try_from(text.width()).ok()?, 1)),
            Self::Quarters => (4, 4),
            Self::Halves => (8, 4),
            Self::Full => (8, 8),
            Self::Double => (16, 16),
        };
        let is_drawn = |c: char| matches!(c, ' '..='~' | '\u{c0}'..='\u{ff}');
        text.chars().all(is_drawn).then_some((letters.checked_mul(width)?, height))
    }
}

/// Draws a text in the middle of an area that is as high as its size says.
pub fn draw(text: &str, size: Size, style: Style, area: Rect, buffer: &mut Buffer) {
    let Some((width, _)) = size.of(text) else { return };
    let x = area.x + area.width.saturating_sub(width) / 2;
    let area = Rect { x, width: width.min(area.right() - x), ..area };
    let pixels = match size {
        Size::Plain => {
            buffer.set_stringn(area.x, area.y, text, usize::from(area.width), style);
            return;
        }
        Size::Quarters => PixelSize::Quadrant,
        Size::Halves => PixelSize::HalfHeight,
        Size::Full | Size::Double => PixelSize::Full,
    };
    let letters = BigText::builder().pixel_size(pixels).style(style).lines([Line::from(text)]).build();
    if size != Size::Double {
        letters.render(area, buffer);
        return;
    }
    let small = Rect::new(0, 0, width / 2, 8);
    let mut dots = Buffer::empty(small);
    letters.render(small, &mut dots);
    for position in area.positions() {
        let dot = &dots[((position.x - area.x) / 2, (position.y - area.y) / 2)];
        buffer[position].set_symbol(dot.symbol()).set_style(style);
    }
}
