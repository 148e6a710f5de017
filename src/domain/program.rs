//! Programs: their content, duration and class year.

use serde::Deserialize;

use super::field::ProgramField;
use super::form::Value;
use super::list::{Activity, ByName, Description, List, ListRow};
use super::permission::Permission;
use super::policy::DutyProfile;
use super::stored::Stored;
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
    pub duty_profile: Option<Stored<DutyProfile>>,
    pub is_active: bool,
    pub students: i64,
    pub active_rotations: i64,
}

impl ListRow for Program {
    type View = Activity;
    type Order = ByName;
    const LIST: List = List::Programs;
    const DESCRIPTION: Description = Description {
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
            (ProgramField::DutyProfile, self.duty_profile.as_ref().map_or(Value::Nothing, Value::stored)),
            (
                ProgramField::Requirements,
                Structure::texts(self.requirements.as_deref()).map_or(Value::Nothing, Value::Texts),
            ),
        ]
    }
}
