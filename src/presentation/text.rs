//! Rewrites text for screen readers.

use crate::domain::text::visible;

/// The text as it is read out: words for what is drawn or written short.
#[must_use]
pub fn spoken(text: &str) -> String {
    let words = [(" · ", ", "), (" → ", " to "), ("–", " to "), ("⁺", " next day"), ("✓ ", ""), ("▲ ", ""), ("…", "")];
    let said = words.iter().fold(visible(text).into_owned(), |said, (sign, word)| said.replace(sign, word));
    said.trim_end().to_owned()
}
