//! Schools: the tenants.

use serde::Deserialize;

use super::form::{Field, Value};

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
    pub admin_id: Option<String>,
    pub admin: Option<String>,
    pub is_active: bool,
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
        ]
    }
}

/// The form.
#[must_use]
pub fn fields() -> Vec<Field> {
    vec![
        Field::text("name", "Name").required(),
        Field::text("accreditation", "Accreditation").required().help("the body that accredits it"),
        Field::text("address", "Address"),
        Field::text("phone", "Telephone"),
        Field::text("email", "Email"),
        Field::text("website", "Website"),
    ]
}
