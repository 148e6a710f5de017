//! Why a filter is invalid. `presentation::filter` puts it into words.

use super::vocabulary::Field;

/// What is wrong with a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    NotUnderstood,
    /// A sign with nothing behind it.
    NothingFollows,
    /// The list has no such field; these it has.
    UnknownField(Vec<&'static str>),
    /// No filter is kept under this name; these are.
    UnknownSaved(Vec<String>),
    /// The field is not compared with less or more.
    NeedsColon(&'static Field),
    /// The field is a statement by itself.
    TakesNoValue(&'static Field),
    /// A text without a character.
    EmptyText,
    /// None of the field's values.
    UnknownValue(&'static [&'static str]),
    /// None of the field's levels.
    UnknownLevel(&'static [&'static str]),
    /// A length of time is compared with less or more.
    NeedsComparison {
        field: &'static Field,
        value: String,
    },
    NoDuration,
    NoHours,
    NoDay,
    NoNumber(&'static Field),
    NoNetwork,
    NoMoment,
    /// A year of which nothing is kept.
    YearOutOfRange,
}
