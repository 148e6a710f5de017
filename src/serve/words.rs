//! The words of a command that a client sends: as a shell splits them, without anything that a
//! shell would expand.

/// Splits a line at spaces outside of quotes. Within single quotes everything stands for itself;
/// elsewhere a backslash makes the next character stand for itself.
///
/// # Errors
/// Bytes that are no text, and a quote that is not closed, in a sentence.
pub fn split(line: &[u8]) -> Result<Vec<String>, String> {
    let line = std::str::from_utf8(line).map_err(|_| "The command is not UTF-8. Check your locale.".to_owned())?;
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some('"') | None, '\\') => {
                let escaped = characters.next().ok_or("The command ends with a backslash. Remove it.")?;
                word.get_or_insert_default().push(escaped);
            }
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err("A quote in the command is not closed. Close it.".to_owned());
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn splits_at_spaces_outside_of_quotes() {
        let words = split(br#"list time-records --filter 'flagged site:"North Side"' "" a\ b "c\"d""#);
        let expected = ["list", "time-records", "--filter", r#"flagged site:"North Side""#, "", "a b", "c\"d"];
        assert_eq!(words.expect("words"), expected);
    }

    #[test]
    fn expands_nothing() {
        assert_eq!(split(b"$HOME `id` * ; |").expect("words"), ["$HOME", "`id`", "*", ";", "|"]);
    }

    #[test]
    fn refuses_what_does_not_end() {
        for line in [b"'a".as_slice(), b"\"a", b"a\\", b"\xff"] {
            assert!(split(line).is_err(), "{line:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_split_or_refused(line in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = split(&line);
        }
    }
}
