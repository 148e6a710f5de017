//! The filter language in words: what a field looks for, and what is wrong with a term.

use std::fmt;

use crate::domain::filter::{Field, Kind, Problem, Wrong};
use crate::domain::years::USE_A_YEAR;

impl Field {
    /// A few words for the hint below the filter.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match (self.name, &self.kind) {
            ("flagged", _) => "with a blocking flag or a warning",
            ("clean", _) => "without flags, or with notes only",
            ("asked", _) => "with an open question",
            ("corrected", _) => "with an open correction",
            ("student" | "site" | "program", _) => "part of the name",
            ("rotation", _) => "part of the specialty",
            ("flag", _) => "one flag",
            ("severity", Kind::Level(_)) => "severity>=HIGH",
            ("severity", _) => "severity of the worst flag",
            ("status", Kind::Number) => "status>=400",
            ("status", _) => "status of the records",
            ("age", _) => "since the clock-in",
            ("hours", _) => "worked",
            ("date", _) => "of the clock-in, at the site",
            ("actor", _) => "part of the name or the email address",
            ("action", _) => "part of the event's name",
            ("resource", _) => "part of table/id",
            ("ip", _) => "an address, or a network such as 10.0.0.0/8",
            ("since" | "until", _) => "2h ago, or 2026-11-20T14:30",
            ("changed", _) => "name of a changed column",
            ("device", _) => "part of the device's name",
            ("endpoint", _) => "the program: console, kiosk, web …",
            ("transaction", _) => "transaction number",
            // A test finds it.
            _ => "",
        }
    }

    /// What follows its colon.
    fn value(&self) -> &'static str {
        match self.kind {
            Kind::Text => "part of the text",
            Kind::Network => "an address",
            Kind::Moment => "a time",
            Kind::Statement | Kind::OneOf(_) | Kind::Age | Kind::Hours | Kind::Day | Kind::Level(_) | Kind::Number => {
                "one of its values"
            }
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "“{}”: {}", self.word(), self.why)
    }
}

/// A sentence behind the term, so it begins in lower case.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUnderstood => f.write_str("this can't be read as a word or a field. Correct it."),
            Self::NothingFollows => f.write_str("type something after it."),
            Self::UnknownField(known) => write!(f, "no such field. Use one of {}.", known.join(", ")),
            Self::UnknownSaved(known) if known.is_empty() => {
                f.write_str("there are no saved filters. Add them to the configuration, [filters].")
            }
            Self::UnknownSaved(known) => {
                let names: Vec<String> = known.iter().map(|name| format!("@{name}")).collect();
                write!(f, "no saved filter has this name. Use one of {}.", names.join(", "))
            }
            Self::NeedsColon(field) => write!(f, "write {}: followed by {}.", field.name, field.value()),
            Self::TakesNoValue(field) => write!(f, "use {} without a value.", field.name),
            Self::EmptyText => f.write_str("type part of the text after it."),
            Self::UnknownValue(known) => write!(f, "use one of {}.", known.join(", ")),
            Self::UnknownLevel(known) => write!(f, "use one of {}, lowest first.", known.join(", ")),
            Self::NeedsComparison { field, value } => {
                write!(f, "write {}>{value} or {}<{value}.", field.name, field.name)
            }
            Self::NoDuration => f.write_str("write a duration such as 3d, 12h, 30m or 2w."),
            Self::NoHours => f.write_str("write hours such as 12 or 7.5."),
            Self::NoDay => f.write_str("write a day such as 2026-11-20."),
            Self::NoNumber(field) => write!(f, "write {}:404 or {}>=400.", field.name, field.name),
            Self::NoNetwork => {
                f.write_str("write an address such as 10.2.0.77, or a network such as 10.0.0.0/8.")
            }
            Self::NoMoment => f.write_str(
                "use how long ago (2h) or a time (2026-11-20 or 2026-11-20T14:30; the school's time unless it ends with Z or an offset).",
            ),
            Self::YearOutOfRange => f.write_str(USE_A_YEAR),
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use crate::domain::filter::vocabulary;
    use crate::domain::list::List;

    #[test]
    fn every_field_has_help() {
        for field in List::VARIANTS.iter().flat_map(|list| vocabulary::of(*list)) {
            assert!(!field.help().is_empty(), "{}", field.name);
        }
    }
}
