//! The placeholder of a personal value in a recording. It takes as many cells as the value did, so
//! that a screen drawn from a recording looks the same.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::super::widget::wrap::cells;
use crate::domain::text::visible;

/// For a letter of two cells.
const WIDE: char = '＊';
/// For a mark on the letter before it.
const MARK: char = '\u{301}';

/// A text with its letters and digits replaced. Spaces and ASCII punctuation stay, so that it is
/// wrapped, cut and put together as before. What is hidden already stays the same.
#[must_use]
pub fn hidden(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.chars().map(hidden_char).collect();
    }
    let mut hidden = String::with_capacity(text.len());
    for grapheme in text.graphemes(true) {
        if grapheme.chars().all(char::is_whitespace) {
            hidden.push_str(grapheme);
        } else {
            visible(grapheme).graphemes(true).for_each(|shown| hide_grapheme(shown, &mut hidden));
        }
    }
    hidden
}

fn hide_grapheme(grapheme: &str, hidden: &mut String) {
    let mut chars = grapheme.chars();
    if let (Some(only), None) = (chars.next(), chars.next()) {
        hidden.push(hidden_char(only));
        return;
    }
    match grapheme.width() {
        2 => hidden.push(WIDE),
        width => hidden.extend(std::iter::repeat_n('x', width)),
    }
    // A key is hidden by itself: what is typed letter by letter comes to the same text.
    hidden.extend(grapheme.chars().filter(|c| c.width() == Some(0)).map(|_| MARK));
}

/// The same of one character.
pub(super) fn hidden_char(c: char) -> char {
    match c {
        '0'..='9' => '0',
        c if c.is_whitespace() || c.is_ascii_punctuation() => c,
        c => match c.width() {
            Some(0) => MARK,
            Some(2) => WIDE,
            _ => 'x',
        },
    }
}

/// The placeholders of one recording.
#[derive(Default)]
pub struct Placeholders {
    /// Of ids and keys: two are equal where the values were.
    ids: HashMap<String, String>,
    issued: HashSet<String>,
    /// Bytes of text that were replaced so far.
    replaced: usize,
}

impl fmt::Debug for Placeholders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Placeholders").field("ids", &self.ids.len()).finish_non_exhaustive()
    }
}

impl Placeholders {
    /// How many ids have a placeholder.
    pub(super) fn ids(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn replaced(&self) -> usize {
        self.replaced
    }

    /// Text that is replaced elsewhere.
    pub(super) fn count(&mut self, bytes: usize) {
        self.replaced = self.replaced.saturating_add(bytes);
    }

    /// Words of any kind.
    pub(super) fn text(&mut self, text: &mut String) {
        self.count(text.len());
        *text = hidden(text);
    }

    /// An id or a key: it is compared, so the same value has the same placeholder, `#0012`.
    pub(super) fn identity(&mut self, id: &mut String) {
        self.count(id.len());
        if let Some(known) = self.ids.get(id.as_str()) {
            id.clone_from(known);
        } else if !id.is_empty() {
            let (number, width) = (self.ids.len() + 1, cells(&visible(id)).saturating_sub(1));
            let number = number.to_string();
            // Not by a width in the format, which panics beyond 65,535.
            let placeholder = format!("#{}{number}", "0".repeat(width.saturating_sub(number.len())));
            self.issued.insert(placeholder.clone());
            let value = std::mem::replace(id, placeholder.clone());
            self.ids.insert(value, placeholder);
        }
    }

    /// JSON in a text: its texts, not its form.
    pub(super) fn json(&mut self, json: &mut String) {
        match serde_json::from_str::<Value>(json) {
            Ok(mut value) => {
                self.leaves(&mut value);
                *json = value.to_string();
            }
            Err(_) => self.text(json),
        }
    }

    fn leaves(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.leaves(item)),
            Value::Object(map) => map.values_mut().for_each(|item| self.leaves(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Debug output in which every text is replaced that is not a placeholder of an id. A text
    /// that nobody listed as personal stays off the disk by this.
    #[must_use]
    pub fn hide_quoted(&self, debug: &str) -> String {
        let mut hidden_output = String::with_capacity(debug.len());
        let mut rest = debug;
        while let Some(start) = rest.find(['"', '\'']) {
            let (before, quoted) = rest.split_at(start);
            let (literal, after) = quoted.split_at(end_of_literal(quoted));
            hidden_output.push_str(before);
            let inner = literal.trim_matches(['"', '\'']);
            if is_char(literal) || self.issued.contains(inner) {
                hidden_output.push_str(literal);
            } else {
                hidden_output.push_str(&hidden(literal));
            }
            rest = after;
        }
        hidden_output.push_str(rest);
        hidden_output
    }
}

/// Where a text or a character in quotes ends; what is not closed goes to the end.
fn end_of_literal(quoted: &str) -> usize {
    let mut chars = quoted.char_indices();
    let Some((_, quote)) = chars.next() else { return 0 };
    let mut is_escaped = false;
    for (i, c) in chars {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == quote => return i + c.len_utf8(),
            _ => {}
        }
    }
    quoted.len()
}

/// Whether it is one character, as the code of a key has it: `'a'`, `'\''`, `'\u{301}'`.
fn is_char(literal: &str) -> bool {
    let inner = literal.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    inner.is_some_and(|inner| inner.chars().count() == 1 || inner.starts_with('\\') && inner.len() <= 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_any_length_has_a_placeholder() {
        let mut id = "x".repeat(70_000);
        Placeholders::default().identity(&mut id);
        assert_eq!(cells(&id), 70_000);
    }

    #[test]
    fn a_placeholder_is_as_wide_as_what_it_stands_for() {
        for text in ["Núñez-Østergård, 明日", "कि ई", "👍🏽", "e\u{301}", "a\u{202e}b", "", "12 (3)", "日本語 x\n2"]
        {
            let placeholder = hidden(text);
            assert_eq!(cells(&visible(&placeholder)), cells(&visible(text)), "{text:?}: {placeholder:?}");
            assert_eq!(hidden(&placeholder), placeholder, "{text:?} is hidden twice");
        }
        assert_eq!(hidden("O'Brien, 明 27"), "x'xxxxx, ＊ 00");
    }

    #[test]
    fn equal_ids_have_equal_placeholders() {
        let mut by = Placeholders::default();
        let mut ids = ["record-1", "record-2", "record-1"].map(str::to_owned);
        for id in &mut ids {
            by.identity(id);
        }
        assert_eq!(ids, ["#0000001", "#0000002", "#0000001"]);
    }

    #[test]
    fn a_text_that_nobody_listed_is_hidden_in_debug_output() {
        let mut by = Placeholders::default();
        let mut id = "record-1".to_owned();
        by.identity(&mut id);
        let debug = format!("{:?}", (id, "NORTH \"GENERAL\"", '"', 'a', '\'', "O'Brien", Some("Zhang")));
        let expected = r##"("#0000001", "xxxxx \"xxxxxxx\"", '"', 'a', '\'', "x'xxxxx", Some("xxxxx"))"##;
        assert_eq!(by.hide_quoted(&debug), expected);
    }

    #[test]
    fn json_stays_json() {
        let mut by = Placeholders::default();
        let mut json = r#"{"a":["Hand hygiene",2,true]}"#.to_owned();
        by.json(&mut json);
        assert_eq!(json, r#"{"a":["xxxx xxxxxxx",2,true]}"#);
    }
}
