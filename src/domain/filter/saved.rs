//! Saved filters, which a person types as `@name`.

use std::collections::BTreeMap;

use super::{Problem, Wrong};

/// Texts by their names, without the `@`.
pub type Saved = BTreeMap<String, String>;

/// A text with each `@name` replaced by what is kept under it.
///
/// # Errors
/// A name under which nothing is kept, with its place.
pub(super) fn expand(text: &str, saved: &Saved) -> Result<String, Wrong> {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let begins = rest[..at].chars().next_back().is_none_or(char::is_whitespace);
        let name = rest[at + 1..].split(char::is_whitespace).next().unwrap_or_default();
        let end = at + 1 + name.len();
        expanded.push_str(&rest[..at]);
        match saved.get(name) {
            // An address has an @ in the middle of a word.
            _ if !begins => expanded.push_str(&rest[at..end]),
            Some(kept) => expanded.push_str(kept),
            None => {
                let start = text.len() - rest.len() + at;
                let why = Problem::UnknownSaved(saved.keys().cloned().collect());
                return Err(Wrong { text: text.to_owned(), place: start..start + 1 + name.len(), why });
            }
        }
        rest = &rest[end..];
    }
    expanded.push_str(rest);
    Ok(expanded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_filter_stands_for_its_text_and_an_address_for_itself() {
        let saved = Saved::from([("morning".into(), "flagged age>1d".into())]);
        let of = |text| expand(text, &saved);
        assert_eq!(of("@morning site:North").as_deref(), Ok("flagged age>1d site:North"));
        assert_eq!(of("site:North @morning").as_deref(), Ok("site:North flagged age>1d"));
        assert_eq!(of("ada@north.example").as_deref(), Ok("ada@north.example"));
        let wrong = of("clean @evening").expect_err("unknown");
        assert_eq!((wrong.place, wrong.why), (6..14, Problem::UnknownSaved(vec!["morning".into()])));
    }
}
