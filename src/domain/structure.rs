//! JSON stored as text, displayed as a list, a table or pairs.

use serde_json::Value;

/// A text of JSON, read for showing. It is never shown raw, and what cannot be
/// read is said to be so and left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Structure {
    Nothing,
    /// A list of single values.
    List(Vec<String>),
    /// Names with their values, in order; a value may be several words.
    Pairs(Vec<(String, String)>),
    /// A list of objects: titles and rows.
    Table {
        titles: Vec<String>,
        rows: Vec<Vec<String>>,
    },
    /// Not JSON, or not of a form that can be shown.
    Unreadable,
}

impl Structure {
    /// Reads a column.
    #[must_use]
    pub fn of(text: Option<&str>) -> Self {
        let Some(text) = text else { return Self::Nothing };
        match serde_json::from_str::<Value>(text) {
            Err(_) => Self::Unreadable,
            Ok(value) => Self::from_value(&value),
        }
    }

    /// The same of a value that was parsed already.
    #[must_use]
    pub fn from_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::Nothing,
            Value::Array(items) if items.is_empty() => Self::Nothing,
            Value::Object(map) if map.is_empty() => Self::Nothing,
            Value::Array(items) if items.iter().all(Value::is_object) => table(items),
            Value::Array(items) => Self::List(items.iter().map(words).collect()),
            Value::Object(map) => Self::Pairs(map.iter().map(|(key, value)| (key.clone(), words(value))).collect()),
            _ => Self::Unreadable,
        }
    }

    /// The items, where it is a list of texts and nothing else, as a form edits
    /// them; `None` where editing would lose something.
    #[must_use]
    pub fn texts(text: Option<&str>) -> Option<Vec<String>> {
        match text.map(serde_json::from_str::<Vec<String>>) {
            None => Some(Vec::new()),
            Some(texts) => texts.ok(),
        }
    }
}

fn table(items: &[Value]) -> Structure {
    let objects: Vec<_> = items.iter().filter_map(Value::as_object).collect();
    let mut titles: Vec<String> = Vec::new();
    for key in objects.iter().flat_map(|object| object.keys()) {
        if !titles.contains(key) {
            titles.push(key.clone());
        }
    }
    let cell = |object: &serde_json::Map<String, Value>, title: &String| object.get(title).map_or(String::new(), words);
    let rows = objects.iter().map(|object| titles.iter().map(|title| cell(object, title)).collect()).collect();
    Structure::Table { titles, rows }
}

/// A value in words.
#[must_use]
pub fn words(value: &Value) -> String {
    match value {
        Value::Null => "—".into(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(map) => {
            map.iter().map(|(key, value)| format!("{key}: {}", words(value))).collect::<Vec<_>>().join("; ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_shown_as_what_it_is() {
        assert_eq!(Structure::of(None), Structure::Nothing);
        assert_eq!(Structure::of(Some("[]")), Structure::Nothing);
        assert_eq!(Structure::of(Some(r#"["CPR", 2]"#)), Structure::List(vec!["CPR".into(), "2".into()]));
        assert_eq!(
            Structure::of(Some(r#"[{"a": 1}, {"a": 2, "b": true}]"#)),
            Structure::Table {
                titles: vec!["a".into(), "b".into()],
                rows: vec![vec!["1".into(), String::new()], vec!["2".into(), "yes".into()]],
            }
        );
        assert_eq!(Structure::of(Some("{oops")), Structure::Unreadable);
    }

    #[test]
    fn only_a_list_of_texts_is_edited_as_one() {
        assert_eq!(Structure::texts(Some(r#"["a"]"#)), Some(vec!["a".to_owned()]));
        assert_eq!(Structure::texts(None), Some(vec![]));
        assert_eq!(Structure::texts(Some(r#"[{"name": "a"}]"#)), None);
        assert_eq!(Structure::texts(Some("nonsense")), None);
    }
}
