//! The JSON schema of configuration files, for editors. `config/schema.json` is what
//! `medstint config --schema` prints.
//!
//! It follows draft 7, the newest one that editors of TOML commonly support.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};
use strum::VariantArray;

use super::layers::{DEFAULTS, defaults};
use super::{Error, sections};
use crate::tui::action::Action;

const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// The schema as text.
///
/// # Errors
/// What is wrong with the compiled-in defaults.
pub fn generate() -> Result<String, Error> {
    let defaults = defaults()?;
    let comments = comments(DEFAULTS);
    let mut keys_by_section: BTreeMap<&str, Map<String, Json>> = BTreeMap::new();
    for (section, key, mut schema) in sections::schemas() {
        let name = format!("{section}.{key}");
        schema["default"] = json!(defaults.get(&name));
        schema["description"] = json!(comments.get(&name));
        keys_by_section.entry(section).or_default().insert(key.to_owned(), schema);
    }
    let mut tables: Map<String, Json> =
        keys_by_section.iter().map(|(section, keys)| ((*section).to_owned(), table(keys))).collect();
    tables.insert("keys".to_owned(), table(&actions()));
    tables.insert("filters".to_owned(), json!({"type": "object", "additionalProperties": {"type": "string"}}));
    let mut schema = table(&tables);
    schema["$schema"] = json!(DRAFT);
    schema["title"] = json!("The configuration of medstint");
    Ok(format!("{schema:#}\n"))
}

/// A table with these keys and no others.
fn table(keys: &Map<String, Json>) -> Json {
    json!({"type": "object", "properties": keys, "additionalProperties": false})
}

/// The schema of the keys of each action.
fn actions() -> Map<String, Json> {
    let schema = |action: &Action| {
        let about = action.about();
        json!({
            "type": ["array", "string"],
            "items": {"type": "string"},
            "default": about.keys,
            "description": about.help,
        })
    };
    Action::VARIANTS.iter().map(|action| (action.name().to_owned(), schema(action))).collect()
}

/// The comment above each key.
fn comments(text: &str) -> BTreeMap<String, String> {
    let mut comments = BTreeMap::new();
    let mut section = "";
    let mut comment: Vec<&str> = Vec::new();
    for line in text.lines() {
        if let Some(words) = line.strip_prefix('#') {
            comment.push(words.trim());
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
        } else if let Some((key, _)) = line.split_once(" = ") {
            comments.insert(format!("{section}.{key}"), comment.join(" "));
        }
        comment.clear();
    }
    comments
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn schema() -> Json {
        serde_json::from_str(&generate().expect("good defaults")).expect("JSON")
    }

    fn is_of_type(kind: &Json, value: &Json) -> bool {
        match kind.as_str() {
            Some("array") => value.is_array(),
            Some("boolean") => value.is_boolean(),
            Some("integer") => value.is_i64(),
            Some("object") => value.is_object(),
            Some("string") => value.is_string(),
            _ => kind.as_array().expect("names of types").iter().any(|kind| is_of_type(kind, value)),
        }
    }

    /// Whether a value satisfies a schema, by the rules that ours has.
    fn satisfies(schema: &Json, value: &Json) -> bool {
        let length = value.as_str().map(|text| text.chars().count());
        let bound = |wanted: &Json| wanted.as_u64().and_then(|bound| usize::try_from(bound).ok());
        schema.as_object().expect("a schema").iter().all(|(rule, wanted)| match rule.as_str() {
            "type" => is_of_type(wanted, value),
            "enum" => wanted.as_array().expect("names").contains(value),
            "minimum" => value.as_i64() >= wanted.as_i64(),
            "maximum" => value.as_i64() <= wanted.as_i64(),
            "minLength" => length >= bound(wanted),
            "maxLength" => length <= bound(wanted),
            "items" => value.as_array().is_none_or(|items| items.iter().all(|item| satisfies(wanted, item))),
            "properties" => value.as_object().is_none_or(|table| {
                table.iter().all(|(name, value)| wanted.get(name).is_none_or(|schema| satisfies(schema, value)))
            }),
            "additionalProperties" => value.as_object().is_none_or(|table| {
                let mut others = table.iter().filter(|(name, _)| schema["properties"].get(name.as_str()).is_none());
                others.all(|(_, value)| wanted.is_object() && satisfies(wanted, value))
            }),
            "$schema" | "title" | "description" | "default" => true,
            other => panic!("the test does not know the rule {other}"),
        })
    }

    fn is_good(toml: &str) -> bool {
        satisfies(&schema(), &toml::from_str(toml).expect("TOML"))
    }

    /// The keys of the sections whose keys are ours, with their schemas.
    fn keys() -> BTreeMap<String, Json> {
        let schema = schema();
        let tables = schema["properties"].as_object().expect("sections");
        let ours = tables.iter().filter(|(section, _)| !["keys", "filters"].contains(&section.as_str()));
        ours.flat_map(|(section, table)| {
            let keys = table["properties"].as_object().expect("keys");
            keys.iter().map(move |(key, schema)| (format!("{section}.{key}"), schema.clone()))
        })
        .collect()
    }

    #[test]
    fn the_committed_schema_is_the_generated_one() {
        let generated = generate().expect("good defaults");
        let committed = include_str!("../../config/schema.json");
        let differing = generated.lines().zip(committed.lines()).find(|(new, old)| new != old);
        assert!(
            generated == committed,
            "run `cargo run -- config --schema >config/schema.json` and commit it: {differing:?}"
        );
    }

    #[test]
    fn the_keys_of_the_schema_are_those_of_the_defaults() {
        let of_defaults: BTreeSet<String> = defaults().expect("good defaults").into_keys().collect();
        let of_schema: BTreeSet<String> = keys().into_keys().collect();
        assert_eq!(of_schema, of_defaults);
    }

    #[test]
    fn each_key_has_a_default_that_satisfies_it() {
        for (key, schema) in keys() {
            assert!(satisfies(&schema, &schema["default"]), "{key}: {schema}");
        }
    }

    #[test]
    fn each_key_is_described() {
        for (key, schema) in keys() {
            assert!(schema["description"].as_str().is_some_and(|words| !words.is_empty()), "{key}: {schema}");
        }
    }

    #[test]
    fn the_defaults_and_the_examples_satisfy_the_schema() {
        for name in ["default.toml", "coordinator.toml", "it-monitor.toml", "kiosk.toml"] {
            let path = format!("{}/config/{name}", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).expect(name);
            assert!(is_good(&text), "{name}");
            assert!(text.starts_with("#:schema ./schema.json\n"), "{name} does not name its schema");
        }
    }

    #[test]
    fn what_medstint_refuses_does_not_satisfy_the_schema() {
        for text in [
            "[consol]\ntheme = \"dark\"\n",
            "[console]\ntheme = \"pink\"\n",
            "[console]\nmouse = 3\n",
            "[database]\nconnections = 0\n",
            "[database]\nconnections = 51\n",
            "[kiosk]\nbadge_end = \"\"\n",
            "[kiosk]\nbadge_start = \"%%\"\n",
            "[keys]\nfly = \"a\"\n",
            "[keys]\napprove = [1]\n",
            "[filters]\nmine = 1\n",
        ] {
            assert!(!is_good(text), "{text}");
        }
    }
}
