//! Where things stand on the screen, from its size alone: the view draws here,
//! and the update knows from here how many rows a list shows and what was
//! clicked.

use ratatui::layout::Rect;

/// The smallest screen on which the console is drawn.
pub const SMALLEST: (u16, u16) = (80, 24);
/// From this width on the detail stands beside the list.
const BESIDE: u16 = 132;

/// The parts of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Areas {
    pub header: Rect,
    pub tabs: Rect,
    pub title: Rect,
    pub list: Rect,
    pub detail: Option<Rect>,
    pub notice: Rect,
    pub footer: Rect,
}

/// The places for a screen of this size, with or without a detail.
#[must_use]
pub fn areas((width, height): (u16, u16), with_detail: bool) -> Areas {
    let line = |y: u16| Rect::new(0, y, width, 1);
    let body = Rect::new(0, 3, width, height.saturating_sub(5));
    let (list, detail) = match with_detail {
        false => (body, None),
        true if width >= BESIDE => {
            let beside = width.saturating_sub(84).clamp(46, 90);
            let list = Rect { width: width - beside - 1, ..body };
            (list, Some(Rect { x: list.width + 1, width: beside, ..body }))
        }
        true => {
            let below = (body.height * 2 / 5).clamp(7, 14).min(body.height);
            let list = Rect { height: body.height - below, ..body };
            (list, Some(Rect { y: list.bottom(), height: below, ..body }))
        }
    };
    Areas {
        header: line(0),
        tabs: line(1),
        title: line(2),
        list,
        detail,
        notice: line(height.saturating_sub(2)),
        footer: line(height.saturating_sub(1)),
    }
}

/// Whether the console can be drawn at all.
#[must_use]
pub fn is_large_enough((width, height): (u16, u16)) -> bool {
    width >= SMALLEST.0 && height >= SMALLEST.1
}
