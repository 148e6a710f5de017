//! Programs: what is studied, how long, until which class year.

use std::borrow::Cow;

use serde::Deserialize;

use super::field::ProgramField;
use super::form::{Field, Input, Value};
use super::list::{Activity, ByName, Description, List, ListRow};
use super::permission::Permission;
use super::policy::PROFILES;
use super::structure::Structure;

/// One program.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Program {
    pub id: String,
    pub name: String,
    pub description: String,
    /// Months.
    pub duration: i32,
    pub class_year: i32,
    /// A JSON list.
    pub requirements: Option<String>,
    /// Its own duty profile, where it is not the school's.
    pub duty_profile: Option<String>,
    pub is_active: bool,
    pub students: i64,
    pub active_rotations: i64,
}

impl ListRow for Program {
    type View = Activity;
    type Order = ByName;
    const LIST: List = List::Programs;
    const DESCRIPTION: Description = Description {
        nouns: ("program", "programs"),
        about: "Programs",
        prompt: "Filter by name or description: ",
        table: Some("programs"),
        add: Some(Permission::EditPrograms),
        edit: Some(Permission::EditPrograms),
        switch: Some(Permission::EditPrograms),
        ..Description::of(Permission::SeePrograms)
    };
}

impl Program {
    /// What the form shows of it.
    #[must_use]
    pub fn values(&self) -> Vec<(ProgramField, Value)> {
        vec![
            (ProgramField::Name, Value::Text(self.name.clone())),
            (ProgramField::Description, Value::Text(self.description.clone())),
            (ProgramField::Duration, Value::Text(self.duration.to_string())),
            (ProgramField::ClassYear, Value::Text(self.class_year.to_string())),
            (ProgramField::DutyProfile, self.duty_profile.clone().map_or(Value::Nothing, Value::Text)),
            (
                ProgramField::Requirements,
                Structure::texts(self.requirements.as_deref()).map_or(Value::Nothing, Value::Texts),
            ),
        ]
    }
}

/// The form.
#[must_use]
pub fn fields() -> Vec<Field<ProgramField>> {
    vec![
        Field::text(ProgramField::Name).required(),
        Field::new(ProgramField::Description, Input::Text(1_000)).required(),
        Field::new(ProgramField::Duration, Input::Number(1, 120)).required().help("months"),
        Field::new(ProgramField::ClassYear, Input::Number(1950, 2150)).required().help("year"),
        Field::new(ProgramField::Requirements, Input::Texts).help("one a line"),
        Field::new(ProgramField::DutyProfile, Input::Choice(Cow::Borrowed(PROFILES))).help("empty: the school's"),
    ]
}
