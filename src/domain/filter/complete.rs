//! Completions of a filter at the cursor.

use super::vocabulary::{self, Kind};
use crate::domain::list::List;

/// What the last term of a text can become: where it begins, and the whole terms.
#[must_use]
pub fn complete(list: List, text: &str) -> (usize, Vec<String>) {
    let start = text.rfind(char::is_whitespace).map_or(0, |i| i + text[i..].chars().next().map_or(1, char::len_utf8));
    let typed = &text[start..];
    let (sign, word) = typed.strip_prefix('-').map_or(("", typed), |word| ("-", word));
    let fields = vocabulary::of(list);
    let begins =
        |whole: &str, part: &str| whole.get(..part.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(part));
    let compared = word.find([':', '<', '>', '=']).map(|i| {
        let (name, rest) = word.split_at(i);
        let part = rest.trim_start_matches([':', '<', '>', '=']);
        (name, &rest[..rest.len() - part.len()], part)
    });
    let found = match compared {
        Some((name, compare, part)) => {
            let field = fields.iter().find(|field| field.name.eq_ignore_ascii_case(name));
            match field.map(|field| (field.name, &field.kind)) {
                Some((name, Kind::OneOf(values) | Kind::Level(values))) => values
                    .iter()
                    .filter(|value| begins(value, part))
                    .map(|value| format!("{sign}{name}{compare}{value}"))
                    .collect(),
                _ => Vec::new(),
            }
        }
        None => fields
            .iter()
            .filter(|field| begins(field.name, word))
            .map(|field| match field.kind {
                Kind::Statement => format!("{sign}{}", field.name),
                Kind::Age | Kind::Hours => format!("{sign}{}>", field.name),
                Kind::Level(_) => format!("{sign}{}>=", field.name),
                Kind::Text | Kind::OneOf(_) | Kind::Day | Kind::Number | Kind::Network | Kind::Moment => {
                    format!("{sign}{}:", field.name)
                }
            })
            .collect(),
    };
    (start, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_becomes_a_field_and_then_one_of_its_values() {
        let of = |text| complete(List::TimeRecords, text);
        assert_eq!(of("clean st"), (6, vec!["student:".into(), "status:".into()]));
        assert_eq!(of("-flag:geo_o"), (0, vec!["-flag:GEO_OUTSIDE".into()]));
        assert_eq!(of("ag").1, ["age>"]);
        assert_eq!(complete(List::Audit, "sev").1, ["severity>="]);
        assert_eq!(complete(List::Audit, "severity>=c").1, ["severity>=CRITICAL"]);
        assert_eq!(of("student:A").1, Vec::<String>::new());
        assert_eq!(complete(List::Users, "a").1, Vec::<String>::new());
    }
}
