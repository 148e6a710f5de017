//! A password or token on its way to the database.
//!
//! It takes the place of the crate secrecy: effects are compared in tests, and secrecy's types are
//! not comparable.

use std::fmt;

/// Text that never shows itself: `Debug` prints a placeholder and there is no
/// `Display`. Comparable, because effects are compared in tests.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text; from here on it is only read by [`Secret::expose`].
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that must send or store it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn debug_does_not_show_the_text() {
        assert!(!format!("{:?}", Secret::new("hunter2")).contains("hunter2"));
    }
}
