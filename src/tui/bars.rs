//! The two one-line bars, tabs and keys: their content and its positions. The view draws them; the
//! update looks up clicks in them.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::action::Action;
use super::app::App;
use super::pane::TABS;
use crate::presentation::clock::thousands;

/// A pane that can be shown, with how much waits in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Its columns on the screen.
    pub columns: Range<u16>,
    pub action: Action,
    pub label: String,
    pub is_shown: bool,
}

/// A key that matters now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FooterKey {
    /// Its columns on the screen.
    pub columns: Range<u16>,
    pub action: Action,
    pub key: String,
    pub word: &'static str,
}

impl App {
    /// The tabs, from left to right.
    #[must_use]
    pub fn tabs(&self) -> Vec<Tab> {
        let mut x = 1;
        let shown = self.panes.shown();
        // What was reached by name has a tab while it is shown.
        let extra = (!TABS.iter().any(|(list, _)| *list == shown)).then(|| (shown, shown.nouns().1));
        TABS.iter()
            .copied()
            .chain(extra)
            .map(|(list, name)| {
                let is_shown = list == shown;
                let action = Action::showing(list);
                // Only rows that wait for a decision are counted: pending records.
                let count = self.panes.get(list).waiting();
                let count = count.map_or_else(String::new, |rows| format!(" {}", thousands(rows.unsigned_abs())));
                let key = self.key_of(action).map_or_else(String::new, |key| format!("{key} "));
                let label = if is_shown { format!("[{key}{name}{count}]") } else { format!(" {key}{name}{count} ") };
                let columns = x..x + u16::try_from(label.width()).unwrap_or(0);
                x = columns.end + 1;
                Tab { columns, action, label, is_shown }
            })
            .collect()
    }

    /// The keys of the actions that this person may use, from left to right, as far as they fit.
    #[must_use]
    pub fn footer_keys(&self) -> Vec<FooterKey> {
        let named = |action: Action| Some((action, self.key_of(action)?, action.about().short));
        let keys: Vec<(Action, String, &'static str)> =
            self.offered().into_iter().filter_map(named).filter(|(_, _, word)| !word.is_empty()).collect();
        let wide = |key: &str, word: &str| u16::try_from(key.width() + 1 + word.width()).unwrap_or(0);
        let help = keys.iter().position(|(action, ..)| *action == Action::Help).unwrap_or(0);
        let kept = keys.get(help).map_or(0, |(_, key, word)| wide(key, word) + 2);
        let mut x = 1;
        let mut shown = Vec::new();
        for (i, (action, key, word)) in keys.into_iter().enumerate() {
            let width = wide(&key, word);
            // Whatever else does not fit, the way to the list of all keys does.
            let kept = if i < help { kept } else { 0 };
            if x + width + kept >= self.size.0 {
                if i < help {
                    continue;
                }
                break;
            }
            shown.push(FooterKey { columns: x..x + width, action, key, word });
            x += width + 2;
        }
        shown
    }
}
