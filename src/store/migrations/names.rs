//! The names that each step creates. `scripts/queries` reads them from the catalogue after each
//! step (`names.sql`) and writes `names.txt`; a test compares them. So they are known before the
//! first statement of a step runs.

use std::fmt;

use strum::{EnumString, IntoStaticStr};

/// A line for each name: the step, what the name stands for, its schema and itself.
const NAMES: &str = include_str!("names.txt");

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub(super) enum Kind {
    Table,
    Type,
    Index,
    Function,
    /// Its name is the trigger's and its table's: `a_fill_user_name on users`.
    Trigger,
}

/// A name that a step creates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Object {
    pub(super) kind: Kind,
    pub(super) schema: &'static str,
    pub(super) name: &'static str,
}

impl Object {
    /// `public.users`
    pub(super) fn qualified(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}.{}", <&str>::from(self.kind), self.schema, self.name)
    }
}

/// The names that a step creates.
pub(super) fn created(step: i64) -> impl Iterator<Item = Object> {
    NAMES.lines().filter_map(parse).filter(move |(of, _)| *of == step).map(|(_, object)| object)
}

/// A line, unless it is a comment.
fn parse(line: &'static str) -> Option<(i64, Object)> {
    let (step, object) = line.split_once(' ')?;
    let (kind, qualified) = object.split_once(' ')?;
    let (schema, name) = qualified.split_once('.')?;
    Some((step.parse().ok()?, Object { kind: kind.parse().ok()?, schema, name }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_but_the_first_is_a_name() {
        for line in NAMES.lines().skip(1) {
            let (step, object) = parse(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(format!("{step:04} {object}"), line);
        }
    }

    #[test]
    fn a_step_creates_its_own_names_only() {
        assert!(created(2).any(|object| object.qualified() == "public.users"));
        assert!(!created(1).any(|object| object.qualified() == "public.users"));
    }
}
