//! Makes text from elsewhere safe to display.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_normalization::UnicodeNormalization;
use unicode_width::UnicodeWidthChar;

/// The text with everything made visible that a terminal would execute or that
/// would reorder its neighbours: control characters (escape sequences begin
/// with one), line separators, bidirectional controls, invisible format
/// characters and tags. Each becomes `⟨hex⟩`; nothing else is touched.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            // Writing to a String cannot fail.
            let _ = write!(shown, "<{:02X}>", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// JSON with the same characters escaped, as `\u202E`: it means the same, and a terminal
/// executes nothing of it. JSON itself escapes only the first 32.
#[must_use]
pub fn visible_json(json: &str) -> Cow<'_, str> {
    // A line break between two values is no part of a text.
    let is_hidden = |c: char| is_hidden(c) && c != '\n';
    if !json.chars().any(is_hidden) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]).iter() {
                let _ = write!(shown, "\\u{unit:04X}");
            }
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}')
}

/// The text as names and numbers are compared here, whatever its case and its spelling:
/// `medstint.search_key` of the tidied text is the same in the database, which decides.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.trim().nfd().map(folded_letter).nfc().map(plain_mark) {
        if c != ' ' || !folded.ends_with(' ') {
            folded.push(c);
        }
    }
    folded
}

/// The form that all cases of a decomposed letter share, for the letters that the database
/// folds: those below U+2000 and the full-width ones.
fn folded_letter(c: char) -> char {
    match c {
        // Small letters of another form: a final sigma, a long s, signs of mathematics.
        'ς' => 'σ',
        'ſ' => 's',
        'µ' => 'μ',
        'ϐ' => 'β',
        'ϑ' => 'θ',
        'ϕ' => 'φ',
        'ϖ' => 'π',
        'ϰ' => 'κ',
        'ϱ' => 'ρ',
        'ϵ' => 'ε',
        'ᲀ' => 'в',
        'ᲁ' => 'д',
        'ᲂ' => 'о',
        'ᲃ' => 'с',
        'ᲄ' | 'ᲅ' => 'т',
        'ᲆ' => 'ъ',
        'ᲇ' => 'ѣ',
        'ᲈ' => 'ꙋ',
        // Letters of Cherokee are folded to their capitals, which are the older ones.
        '\u{13F8}'..='\u{13FD}' => c.to_uppercase().next().unwrap_or(c),
        // Those capitals, and what the database's list does not have.
        '\u{13A0}'..='\u{13F5}' | '\u{1C89}' | '\u{2000}'..='\u{FF20}' | '\u{FF3B}'.. => c,
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

/// The sign that keyboards have for what word processors write.
fn plain_mark(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{2BC}' | '\u{2B9}' | '\u{2032}' | '\u{B4}' => '\'',
        '\u{201C}'..='\u{201E}' | '\u{2033}' => '"',
        '\u{2010}'..='\u{2014}' | '\u{2212}' => '-',
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => ' ',
        c => c,
    }
}

/// Whether every terminal draws the text of one cell equally wide: it is one character,
/// neither from a script whose signs combine or join, nor a picture, nor a letter that
/// East Asian terminals draw two cells wide.
#[must_use]
pub fn has_certain_width(text: &str) -> bool {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (None, _) => true,
        (Some(c), None) => c.is_ascii() || is_of_the_frame(c) || (!may_combine(c) && c.width() == c.width_cjk()),
        (Some(_), Some(_)) => false,
    }
}

/// Signs that the console itself draws with. A terminal that draws them two cells wide
/// cannot show the frame at all: that is what `--ascii` is for.
fn is_of_the_frame(c: char) -> bool {
    matches!(c,
        '\u{A0}'..='\u{BF}' | '×' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}' | '\u{2070}'..='\u{209F}'
            | '\u{2190}'..='\u{22FF}' | '\u{2500}'..='\u{25FF}' | '✓' | '\u{2800}'..='\u{28FF}')
}

/// Combining marks, scripts that are joined or have vowel signs, and pictures.
fn may_combine(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{0590}'..='\u{11FF}' | '\u{135D}'..='\u{135F}'
            | '\u{1700}'..='\u{1CFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{2600}'..='\u{27BF}'
            | '\u{3099}'..='\u{309A}' | '\u{A800}'..='\u{ABFF}' | '\u{D7B0}'..='\u{D7FF}' | '\u{FB1D}'..='\u{FDFF}'
            | '\u{FE20}'..='\u{FE2F}' | '\u{FE70}'..='\u{FEFF}' | '\u{FF9E}'..='\u{FF9F}'
            | '\u{10A00}'..='\u{11FFF}' | '\u{1E000}'..='\u{1FAFF}')
}

/// The text with whatever is outside ASCII replaced by `?`, for terminals that
/// have nothing else; common typography keeps a look-alike.
#[must_use]
pub fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(ascii_char).collect())
}

/// The text with a capital letter first.
#[must_use]
pub fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The look-alike of one character.
#[must_use]
pub fn ascii_char(c: char) -> char {
    match c {
        c if c.is_ascii() => c,
        '–' | '—' | '─' | '‐' | '−' | '▃' | '▄' | '╌' => '-',
        '│' | '▏' => '|',
        '▌' | '▸' | '→' => '>',
        '●' | '✓' | '·' | '•' => '*',
        '▲' | '↑' => '^',
        '▼' | '↓' => 'v',
        // What is filled by degrees stays so.
        '▇' | '█' => '#',
        '▅' | '▆' | '▒' => '=',
        '▁' | '▂' => '.',
        '\u{a0}' => ' ',
        '…' => '~',
        '×' => 'x',
        '┌' | '┐' | '└' | '┘' | '├' | '┤' | '┬' | '┴' | '┼' | '⁺' => '+',
        '‘' | '’' | '¹' => '\'',
        '“' | '”' | '²' => '"',
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        'Á' | 'À' | 'Â' | 'Ä' | 'Ã' | 'Å' => 'A',
        'É' | 'È' | 'Ê' | 'Ë' => 'E',
        'Ó' | 'Ò' | 'Ô' | 'Ö' | 'Õ' | 'Ø' => 'O',
        'Ú' | 'Ù' | 'Û' | 'Ü' => 'U',
        'Ñ' => 'N',
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_sequence_is_shown_and_not_executed() {
        assert_eq!(visible("a\u{1b}[31mred\u{7}"), "a<1B>[31mred<07>");
        assert_eq!(visible("\u{9b}2J"), "<9B>2J");
    }

    #[test]
    fn a_bidirectional_override_is_shown() {
        assert_eq!(visible("12.5\u{202e}h\u{2066}"), "12.5<202E>h<2066>");
    }

    #[test]
    fn the_width_of_what_combines_is_in_doubt() {
        for text in ["कि", "ি", "👩\u{200d}🔬", "e\u{301}", "ไ", "🙂", "ß\u{323}", "①"] {
            assert!(!has_certain_width(text), "{text}");
        }
        for text in ["a", " ", "", "明", "·", "…", "▌", "─", "é", "š", "✓"] {
            assert!(has_certain_width(text), "{text}");
        }
    }

    #[test]
    fn json_means_the_same_with_nothing_to_execute_in_it() {
        for hostile in ["\u{9b}2J", "\u{7f}", "12.5\u{202e}h\u{2066}", "\u{e0041}tag", "\u{1b}[31m\n"] {
            let json = serde_json::to_string(hostile).expect("JSON");
            let shown = visible_json(&json);
            assert!(shown.is_ascii(), "{shown}");
            assert_eq!(serde_json::from_str::<String>(&shown).expect("JSON"), hostile);
        }
        assert!(matches!(visible_json("[\n\"Núñez\"\n]"), Cow::Borrowed(_)));
    }

    #[test]
    fn spellings_of_a_name_are_the_same() {
        assert_eq!(folded(" Zoe\u{308} O\u{2019}BRIEN"), folded("ZO\u{CB} o'brien "));
        assert_ne!(folded("Zoe"), folded("Zo\u{EB}"));
        assert_eq!(folded("ΣΊΣΥΦΟΣ  Ltd"), folded("σίσυφος\u{A0}ltd"));
    }

    #[test]
    fn an_honest_name_is_left_alone() {
        assert!(matches!(visible("Núñez-Østergård, 明"), Cow::Borrowed(_)));
    }

    #[test]
    fn ascii_has_a_look_alike_for_each_mark_of_the_frame() {
        assert_eq!(ascii("● 22:58–07:03⁺ … Núñez"), "* 22:58-07:03+ ~ Nunez");
    }
}
