//! Schools: the tenants.

use serde::Deserialize;

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
        nouns: ("school", "schools"),
        about: "Schools",
        prompt: "Filter by name: ",
        add: Some(Permission::AddSchools),
        edit: Some(Permission::EditSchools),
        switch: Some(Permission::AddSchools),
        ..Description::of(Permission::SeeSchools)
    };
}

impl School {
    /// What the form shows of it.
    #[must_use]
    pub fn values(&self) -> Vec<(&'static str, Value)> {
        let text = |text: &Option<String>| text.clone().map_or(Value::Nothing, Value::Text);
        vec![
            ("name", Value::Text(self.name.clone())),
            ("accreditation", Value::Text(self.accreditation.clone())),
            ("address", text(&self.address)),
            ("phone", text(&self.phone)),
            ("email", text(&self.email)),
            ("website", text(&self.website)),
            ("time_zone", Value::Text(self.time_zone.clone())),
        ]
    }
}

/// The form.
#[must_use]
pub fn fields() -> Vec<Field> {
    vec![
        Field::text("name", "Name").required(),
        Field::text("accreditation", "Accreditation").required().help("the body that accredits it"),
        Field::text("time_zone", "Time zone").required().help("as America/Chicago"),
        Field::text("address", "Address"),
        Field::text("phone", "Telephone"),
        Field::text("email", "Email"),
        Field::text("website", "Website"),
    ]
}
