//! The panes, with how much waits in each.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::super::action::Action;
use super::super::app::App;
use super::super::pane::TABS;
use super::super::widget::theme::Tone;
use crate::domain::clock::thousands;

/// Where each tab stands, and what a click on it asks for.
#[must_use]
pub fn places(app: &App) -> Vec<(Range<u16>, Action)> {
    laid_out(app).into_iter().map(|(place, action, ..)| (place, action)).collect()
}

pub(super) fn draw(app: &App, area: Rect, buffer: &mut Buffer) {
    let theme = app.settings.theme;
    for (place, _, label, shown) in laid_out(app) {
        let tone = if shown { Tone::Heading } else { Tone::Quiet };
        buffer.set_stringn(
            place.start,
            area.y,
            &label,
            usize::from(area.right().saturating_sub(place.start)),
            theme.style(tone),
        );
    }
}

fn laid_out(app: &App) -> Vec<(Range<u16>, Action, String, bool)> {
    let mut x = 1;
    let others = app.panes.shown;
    let extra = (!TABS.iter().any(|(list, _)| *list == others)).then(|| (others, others.nouns().1));
    TABS.iter()
        .copied()
        // What was reached by name has a tab while it is shown.
        .chain(extra)
        .map(|(list, name)| {
            let shown = list == app.panes.shown;
            let action = Action::showing(list);
            // Only what waits for somebody is counted: pending records.
            let count = app.panes.get(list).waiting();
            let count = count.map_or_else(String::new, |rows| format!(" {}", thousands(rows.unsigned_abs())));
            let key = app.key_of(action).map_or_else(String::new, |key| format!("{key} "));
            let label = if shown { format!("[{key}{name}{count}]") } else { format!(" {key}{name}{count} ") };
            let width = u16::try_from(label.width()).unwrap_or(0);
            let place = x..x + width;
            x += width + 1;
            (place, action, label, shown)
        })
        .collect()
}
