//! The texts of connection parameters, each with the place where it was set.

use std::collections::BTreeMap;
use std::fmt;

use super::Problem;
use super::keyword::{self, KEYWORDS, Rule};

/// Where a parameter was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Url,
    /// An environment variable.
    Variable(&'static str),
    /// A service of `pg_service.conf`.
    Service(String),
}

/// Why a parameter cannot be used, and where it was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub place: Place,
    pub why: Problem,
}

#[derive(Clone)]
struct Value {
    text: String,
    place: Place,
}

/// Parameters by their names.
#[derive(Clone, Default)]
pub struct Values(BTreeMap<&'static str, Value>);

impl fmt::Debug for Values {
    /// The names only: a text may be a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Values {
    /// Sets a parameter; the later one counts.
    ///
    /// # Errors
    /// There is no parameter of that name.
    pub fn set(&mut self, name: &str, text: impl Into<String>, place: &Place) -> Result<(), Refusal> {
        let Some(keyword) = keyword::find(name) else {
            return Err(Refusal { place: place.clone(), why: unknown(name) });
        };
        self.0.insert(keyword.name, Value { text: text.into(), place: place.clone() });
        Ok(())
    }

    /// These, and the others where these set nothing.
    #[must_use]
    pub fn or(mut self, others: Self) -> Self {
        for (name, value) in others.0 {
            self.0.entry(name).or_insert(value);
        }
        self
    }

    /// The text of a parameter; an empty one is none.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.text.as_str()).filter(|text| !text.is_empty())
    }

    /// A refusal of a parameter, which names the place where it was set.
    pub(super) fn refuse(&self, name: &str, why: Problem) -> Refusal {
        Refusal { place: self.0.get(name).map_or(Place::Url, |value| value.place.clone()), why }
    }

    /// Refuses what medstint cannot do.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        for keyword in KEYWORDS {
            let Rule::Only(known) = keyword.rule else { continue };
            let Some(text) = self.text(keyword.name) else { continue };
            if !known.iter().any(|known| known.eq_ignore_ascii_case(text)) {
                return Err(self.refuse(keyword.name, Problem::Unsupported(keyword)));
            }
        }
        Ok(())
    }
}

fn unknown(name: &str) -> Problem {
    let is_a_name = name.len() <= 40 && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    Problem::UnknownName { name: is_a_name.then(|| name.to_owned()), nearest: keyword::nearest_name(name) }
}
