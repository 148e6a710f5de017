//! Schools: the tenants.

use serde::Deserialize;

use super::field::SchoolField;
use super::form::{Field, Value};
use super::list::{Activity, ByName, Description, List, ListRow};
use super::permission::Permission;

/// One school.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct School {
    pub id: String,
    pub name: String,
    pub accreditation: String,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub website: Option<String>,
    /// In which its days begin and end.
    pub time_zone: String,
    pub admin_id: Option<String>,
    pub admin: Option<String>,
    pub is_active: bool,
}

impl ListRow for School {
    type View = Activity;
    type Order = ByName;
    const LIST: List = List::Schools;
    const DESCRIPTION: Description = Description {
        add: Some(Permission::AddSchools),
        edit: Some(Permission::EditSchools),
        switch: Some(Permission::AddSchools),
        ..Description::of(Permission::SeeSchools)
    };
}

impl School {
    /// What the form shows of it.
    #[must_use]
    pub fn values(&self) -> Vec<(SchoolField, Value)> {
        let text = |text: &Option<String>| text.clone().map_or(Value::Nothing, Value::Text);
        vec![
            (SchoolField::Name, Value::Text(self.name.clone())),
            (SchoolField::Accreditation, Value::Text(self.accreditation.clone())),
            (SchoolField::Address, text(&self.address)),
            (SchoolField::Phone, text(&self.phone)),
            (SchoolField::Email, text(&self.email)),
            (SchoolField::Website, text(&self.website)),
            (SchoolField::TimeZone, Value::Text(self.time_zone.clone())),
        ]
    }
}

/// The form.
#[must_use]
pub fn fields() -> Vec<Field<SchoolField>> {
    vec![
        Field::text(SchoolField::Name).required(),
        Field::text(SchoolField::Accreditation).required().help("accrediting body"),
        Field::text(SchoolField::TimeZone).required().help("such as America/Chicago"),
        Field::text(SchoolField::Address),
        Field::text(SchoolField::Phone),
        Field::text(SchoolField::Email),
        Field::text(SchoolField::Website),
    ]
}
