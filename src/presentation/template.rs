//! Templates in words: their level and type, and what differs between two versions.

use crate::domain::competency::Level;
use crate::domain::criterion::Criterion;
use crate::domain::template::{Template, TemplateKind, objectives};

impl TemplateKind {
    /// The type in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Competency => "competency",
            Self::Rubric => "rubric",
        }
    }
}

impl Template {
    /// Level in words.
    #[must_use]
    pub fn level_label(&self) -> &str {
        self.level.in_words(Level::label)
    }

    /// Type in words.
    #[must_use]
    pub fn kind_label(&self) -> &str {
        self.kind.in_words(TemplateKind::label)
    }

    /// What differs from the version before: label, then and now.
    #[must_use]
    pub fn differences(&self) -> Vec<(String, String, String)> {
        let Some(before) = &self.previous else { return Vec::new() };
        let mut all = Vec::new();
        let mut differ = |label: &str, old: &str, new: &str| {
            if old != new {
                all.push((label.to_owned(), old.to_owned(), new.to_owned()));
            }
        };
        differ("Description", &before.description, &self.description);
        differ("Category", &before.category, &self.category);
        differ("Level", before.level.in_words(Level::label), self.level_label());
        differ("Type", before.kind.in_words(TemplateKind::label), self.kind_label());
        differ("Objectives", &objectives(before.content.as_deref()).join(", "), &self.objectives().join(", "));
        let said = |criterion: &Criterion| {
            format!(
                "×{} to {}: {}; {}",
                criterion.weight.normalize(),
                criterion.max_score.normalize(),
                criterion.description,
                criterion.levels().join(" · ")
            )
        };
        let find = |all: &[Criterion], name: &str| all.iter().find(|one| one.name == name).map(said);
        for criterion in &self.criteria {
            let old = find(&before.criteria, &criterion.name).unwrap_or_else(|| "—".into());
            differ(&criterion.name, &old, &said(criterion));
        }
        for criterion in before.criteria.iter().filter(|old| find(&self.criteria, &old.name).is_none()) {
            differ(&criterion.name, &said(criterion), "—");
        }
        all
    }
}
