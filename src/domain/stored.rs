//! Values of enumerations as the database holds them.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value that this medstint knows, or the text of one that only a newer database has. Such a
/// text hides no row: it is shown as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored<E> {
    Known(E),
    Other(String),
}

impl<E: Copy> Stored<E> {
    /// The value, where it is known.
    #[must_use]
    pub fn known(&self) -> Option<E> {
        match self {
            Self::Known(value) => Some(*value),
            Self::Other(_) => None,
        }
    }

    /// What a person reads of it: words for a value that is known, the text of any other.
    #[must_use]
    pub fn in_words(&self, words: fn(E) -> &'static str) -> &str {
        match self {
            Self::Known(value) => words(*value),
            Self::Other(text) => text,
        }
    }
}

impl<E: PartialEq> Stored<E> {
    /// Whether it is this value.
    #[must_use]
    pub fn is(&self, value: E) -> bool {
        *self == Self::Known(value)
    }
}

impl<E: Copy + Into<&'static str>> Stored<E> {
    /// The text that the database holds.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Known(value) => Into::<&'static str>::into(*value),
            Self::Other(text) => text,
        }
    }
}

impl<E: FromStr> From<&str> for Stored<E> {
    fn from(text: &str) -> Self {
        text.parse::<E>().map_or_else(|_| Self::Other(text.to_owned()), Self::Known)
    }
}

impl<E: FromStr> From<String> for Stored<E> {
    fn from(text: String) -> Self {
        match text.parse::<E>() {
            Ok(value) => Self::Known(value),
            Err(_) => Self::Other(text),
        }
    }
}

impl<'de, E: FromStr> Deserialize<'de> for Stored<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

impl<E: Copy + Into<&'static str>> Serialize for Stored<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Role;

    #[test]
    fn a_known_text_is_its_value() {
        let role: Stored<Role> = serde_json::from_str(r#""SCHOOL_ADMIN""#).expect("a text");
        assert!(role.is(Role::SchoolAdmin));
        assert_eq!(role.text(), "SCHOOL_ADMIN");
    }

    #[test]
    fn an_unknown_text_stays_what_it_is() {
        let role: Stored<Role> = serde_json::from_str(r#""DEAN""#).expect("a text");
        assert_eq!((role.text(), role.known()), ("DEAN", None));
        assert_eq!(role.in_words(|_| "a role"), "DEAN");
        assert_eq!(serde_json::to_string(&role).ok().as_deref(), Some(r#""DEAN""#));
    }
}
