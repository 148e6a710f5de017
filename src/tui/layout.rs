//! The layout of the screen, computed from its size alone. The view draws with it, and the update
//! learns from it how many rows a list shows and what was clicked.

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

/// From this size on the four panes stand on one screen.
const DASHBOARD: (u16, u16) = (160, 45);

/// Whether a screen is large enough for the dashboard.
#[must_use]
pub fn is_dashboard((width, height): (u16, u16)) -> bool {
    width >= DASHBOARD.0 && height >= DASHBOARD.1
}

/// The lists of the four panes, below a line each for their titles.
#[must_use]
pub fn tiles(areas: &Areas) -> [Rect; 4] {
    // The title's line of the one pane is not needed here.
    let body = Rect { y: areas.title.y, height: areas.notice.y.saturating_sub(areas.title.y), ..areas.title };
    let (left, top) = (body.width / 2, body.height / 2);
    let tile = |x: u16, y: u16, width: u16, height: u16| {
        Rect::new(body.x + x, body.y + y + 1, width.saturating_sub(1), height.saturating_sub(1))
    };
    [
        tile(0, 0, left, top),
        tile(left, 0, body.width - left, top),
        tile(0, top, left, body.height - top),
        tile(left, top, body.width - left, body.height - top),
    ]
}

/// Whether the console can be drawn at all.
#[must_use]
pub fn is_large_enough((width, height): (u16, u16)) -> bool {
    width >= SMALLEST.0 && height >= SMALLEST.1
}
