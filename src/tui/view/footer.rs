//! The keys that matter now, made from the actions that this person may use.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::super::action::Action;
use super::super::app::App;
use super::super::widget::theme::Tone;

/// Where each key stands, and what a click on it asks for.
#[must_use]
pub fn places(app: &App) -> Vec<(Range<u16>, Action)> {
    laid_out(app).into_iter().map(|(place, action, ..)| (place, action)).collect()
}

pub(super) fn draw(app: &App, area: Rect, buffer: &mut Buffer) {
    let theme = app.settings.theme;
    for (place, _, key, word) in laid_out(app) {
        let (x, _) =
            buffer.set_stringn(place.start, area.y, &key, usize::from(place.end - place.start), theme.style(Tone::Key));
        buffer.set_stringn(x + 1, area.y, word, word.width(), theme.style(Tone::Plain));
    }
}

fn laid_out(app: &App) -> Vec<(Range<u16>, Action, String, &'static str)> {
    let named = |action: Action| Some((action, app.key_of(action)?, action.about().short));
    let keys: Vec<(Action, String, &'static str)> =
        app.offered().into_iter().filter_map(named).filter(|(_, _, word)| !word.is_empty()).collect();
    let wide = |key: &str, word: &str| u16::try_from(key.width() + 1 + word.width()).unwrap_or(0);
    let help = keys.iter().position(|(action, ..)| *action == Action::Help).unwrap_or(0);
    let kept = keys.get(help).map_or(0, |(_, key, word)| wide(key, word) + 2);
    let mut x = 1;
    let mut shown = Vec::new();
    for (i, (action, key, word)) in keys.into_iter().enumerate() {
        let width = wide(&key, word);
        // Whatever else does not fit, the way to the list of all keys does.
        let kept = if i < help { kept } else { 0 };
        if x + width + kept >= app.size.0 {
            if i < help {
                continue;
            }
            break;
        }
        shown.push((x..x + width, action, key, word));
        x += width + 2;
    }
    shown
}
