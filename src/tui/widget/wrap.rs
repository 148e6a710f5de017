//! Wraps text.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Lines of at most this width, broken at spaces.
#[must_use]
pub fn wrap(words: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words.split(' ') {
        let line = lines.last_mut().map_or(0, |line| line.width());
        if line > 0 && line + 1 + word.width() > width {
            lines.push(word.to_owned());
        } else if let Some(last) = lines.last_mut() {
            if line > 0 {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}

/// How many cells a text takes when it is drawn: character by character, as a reader
/// counts them, a letter with its marks being one.
#[must_use]
pub fn cells(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// The longest beginning of a text that fits into so many cells.
#[must_use]
pub fn beginning(text: &str, room: usize) -> &str {
    let mut used = 0;
    let fits = |part: &&str| {
        used += part.width();
        used <= room
    };
    let end: usize = text.graphemes(true).take_while(fits).map(str::len).sum();
    &text[..end]
}

/// Skips the first characters of a text, at least so many cells of them; how many cells
/// that were.
#[must_use]
pub fn skip_columns(text: &str, least: usize) -> (&str, usize) {
    let mut gone = 0;
    for (start, part) in text.grapheme_indices(true) {
        if gone >= least {
            return (&text[start..], gone);
        }
        gone += part.width();
    }
    ("", gone)
}

#[cfg(test)]
mod tests {
    use super::{beginning, cells, skip_columns, wrap};

    #[test]
    fn a_letter_is_not_cut_from_its_vowel_sign() {
        let wide = cells("कि");
        assert_eq!((beginning("कि", wide - 1), beginning("aकि", wide + 1)), ("", "aकि"));
        assert_eq!(beginning("明日 report", 3), "明");
        assert_eq!(skip_columns("किab", 1), ("ab", wide));
        assert_eq!(skip_columns("ab", 0), ("ab", 0));
        assert_eq!(skip_columns("ab", 9), ("", 2));
    }

    #[test]
    fn words_are_kept_whole_and_lines_within_the_width() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("", 7), [""]);
        assert_eq!(wrap("incomprehensibility", 7), ["incomprehensibility"]);
    }
}
