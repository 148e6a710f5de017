//! People of a school: who they are, what they may do, where they study.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::Role;
use super::field::{PasswordField, PinField, UserField};
use super::form::{Field, Input, Value};
use super::list::{ByName, Description, List, ListRow, Marking, choices};
use super::lookup::Reference;
use super::permission::Permission;
use super::stored::Stored;

/// `users.academic_status`
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum AcademicStatus {
    Active,
    Probation,
    Suspended,
    Graduated,
    Withdrawn,
}

/// One person.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct User {
    pub id: String,
    pub email: String,
    pub name: String,
    /// "Family, Given"
    pub sort_name: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub role: Role,
    pub program_id: Option<String>,
    pub program: Option<String>,
    pub student_id: Option<String>,
    /// What a badge reader types, where that is not the student number.
    pub badge: Option<String>,
    pub academic_status: Option<Stored<AcademicStatus>>,
    /// Whole hours, approved.
    pub total_clinical_hours: i32,
    pub onboarding_completed: bool,
    pub is_active: bool,
    /// How they can sign in: `credential`, `google` …
    pub providers: Vec<String>,
    pub last_seen: Option<DateTime<Utc>>,
}

choices! {
    /// The parts of the list of people, one of which is shown.
    View {
        Staff = "staff",
        Students = "students",
        Inactive = "inactive",
    }
}

impl ListRow for User {
    type View = View;
    type Order = ByName;
    const LIST: List = List::Users;
    const DESCRIPTION: Description = Description {
        table: Some("users"),
        add: Some(Permission::EditPeople),
        edit: Some(Permission::EditPeople),
        switch: Some(Permission::EditPeople),
        marking: Marking::Everybody,
        ..Description::of(Permission::SeePeople)
    };
}

impl User {
    /// What the form shows of it.
    #[must_use]
    pub fn values(&self) -> Vec<(UserField, Value)> {
        let text = |text: &Option<String>| text.clone().map_or(Value::Nothing, Value::Text);
        let program = match (&self.program_id, &self.program) {
            (Some(id), Some(name)) => Value::Reference(Reference { id: id.clone(), name: name.clone() }),
            _ => Value::Nothing,
        };
        vec![
            (UserField::GivenName, text(&self.given_name)),
            (UserField::FamilyName, text(&self.family_name)),
            (UserField::Email, Value::Text(self.email.clone())),
            (UserField::Role, Value::choice(self.role)),
            (UserField::ProgramId, program),
            (UserField::StudentId, text(&self.student_id)),
            (UserField::Badge, text(&self.badge)),
            (UserField::AcademicStatus, self.academic_status.as_ref().map_or(Value::Nothing, Value::stored)),
        ]
    }
}

/// The fields that everyone may change for themselves.
#[must_use]
pub fn names() -> Vec<Field<UserField>> {
    vec![
        Field::new(UserField::GivenName, Input::Text(120)).required(),
        Field::new(UserField::FamilyName, Input::Text(120)).required(),
    ]
}

/// The form that sets a person's PIN for kiosks.
#[must_use]
pub fn pin_fields() -> Vec<Field<PinField>> {
    vec![
        Field::new(PinField::New, Input::Secret).required().help("four to eight digits, not in sequence"),
        Field::new(PinField::Again, Input::Secret).required().help("someone else must decide on hours punched with it"),
    ]
}

/// The form to change one's own password.
#[must_use]
pub fn password_fields() -> Vec<Field<PasswordField>> {
    vec![
        Field::new(PasswordField::Old, Input::Secret).required(),
        Field::new(PasswordField::New, Input::Secret).required().help("12 characters or more"),
        Field::new(PasswordField::Again, Input::Secret).required(),
    ]
}
