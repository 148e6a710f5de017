//! Templates: the versioned models of competencies.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::competency::Level;
use super::criterion::Criterion;
use super::field::TemplateField;
use super::form::Value;
use super::list::{Activity, ByName, Description, List, ListRow};
use super::permission::Permission;
use super::stored::Stored;
use super::structure::Structure;

/// `competency_templates.type`
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum TemplateKind {
    Competency,
    Rubric,
}

/// One version of a template.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent columns of one row")]
pub struct Template {
    pub id: String,
    /// The platform's own belong to no school and are nobody's to edit.
    pub is_standard: bool,
    pub name: String,
    pub description: String,
    pub category: String,
    pub level: Stored<Level>,
    #[serde(rename = "type")]
    pub kind: Stored<TemplateKind>,
    /// A JSON object.
    pub content: Option<String>,
    pub is_public: bool,
    pub version: String,
    pub created_by: Option<String>,
    pub created_at: DateTime<Utc>,
    pub is_active: bool,
    /// Public, or deployed once: it no longer changes.
    pub is_published: bool,
    pub deployments: i64,
    pub criteria: Vec<Criterion>,
    /// The version that came before.
    pub previous: Option<Previous>,
}

impl ListRow for Template {
    type View = Activity;
    type Order = ByName;
    const LIST: List = List::Templates;
    const DESCRIPTION: Description = Description {
        table: Some("competency_templates"),
        add: Some(Permission::EditTemplates),
        edit: Some(Permission::EditTemplates),
        switch: Some(Permission::EditTemplates),
        ..Description::of(Permission::SeeTemplates)
    };
}

/// What a version is compared with.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Previous {
    pub version: String,
    pub description: String,
    pub category: String,
    pub level: Stored<Level>,
    #[serde(rename = "type")]
    pub kind: Stored<TemplateKind>,
    pub content: Option<String>,
    pub criteria: Vec<Criterion>,
}

impl Template {
    /// The objectives of its content.
    #[must_use]
    pub fn objectives(&self) -> Vec<String> {
        objectives(self.content.as_deref())
    }

    /// The objectives, where a form can show them without losing anything.
    fn editable_objectives(&self) -> Value {
        let content: Option<serde_json::Value> =
            self.content.as_deref().and_then(|text| serde_json::from_str(text).ok());
        match content.as_ref().and_then(|content| content.get("objectives")) {
            None => Value::Texts(Vec::new()),
            Some(objectives) => Structure::texts(Some(&objectives.to_string())).map_or(Value::Nothing, Value::Texts),
        }
    }

    /// The version that an edit of a published one makes: `1.1.0` after `1.0.3`.
    #[must_use]
    pub fn next_version(&self) -> String {
        let mut parts = self.version.split('.').map(str::parse::<u32>);
        match (parts.next(), parts.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => format!("{major}.{}.0", minor + 1),
            (Some(Ok(major)), None) => format!("{major}.1.0"),
            _ => format!("{}.1", self.version),
        }
    }

    /// What the form shows of it.
    #[must_use]
    pub fn values(&self) -> Vec<(TemplateField, Value)> {
        vec![
            (TemplateField::Name, Value::Text(self.name.clone())),
            (TemplateField::Description, Value::Text(self.description.clone())),
            (TemplateField::Category, Value::Text(self.category.clone())),
            (TemplateField::Level, Value::stored(&self.level)),
            (TemplateField::Type, Value::stored(&self.kind)),
            (TemplateField::Objectives, self.editable_objectives()),
        ]
    }
}

pub(crate) fn objectives(content: Option<&str>) -> Vec<String> {
    let value: Option<serde_json::Value> = content.and_then(|text| serde_json::from_str(text).ok());
    match value.as_ref().and_then(|value| value.get("objectives")).map(Structure::from_value) {
        Some(Structure::List(all)) => all,
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_version_counts_up_the_middle_number() {
        let template = |version: &str| Template {
            id: "t".into(),
            is_standard: false,
            name: "T".into(),
            description: String::new(),
            category: String::new(),
            level: "EXPERT".into(),
            kind: "RUBRIC".into(),
            content: Some(r#"{"objectives": ["Prepares"]}"#.into()),
            is_public: false,
            version: version.into(),
            created_by: None,
            created_at: "2026-11-23T09:00:00Z".parse().expect("an instant"),
            is_active: true,
            is_published: true,
            deployments: 1,
            criteria: vec![],
            previous: None,
        };
        for (version, next) in [("1.0.3", "1.1.0"), ("2.9.0", "2.10.0"), ("3", "3.1.0"), ("beta", "beta.1")] {
            assert_eq!(template(version).next_version(), next);
        }
        assert_eq!(template("1").objectives(), ["Prepares"]);
    }
}
