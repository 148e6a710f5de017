//! Clinical sites: where students work, and their capacity.

use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::field::SiteField;
use super::form::Value;
use super::list::{Activity, ByName, Description, List, ListRow};
use super::location::Location;
use super::permission::Permission;
use super::stored::Stored;
use super::structure::Structure;

/// `clinical_sites.type`
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum SiteKind {
    Hospital,
    Clinic,
    NursingHome,
    Outpatient,
    Other,
}

/// One site, with its locations.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Site {
    pub id: String,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: Stored<SiteKind>,
    pub address: Option<String>,
    pub capacity: i32,
    /// Students of active rotations now.
    pub present: i64,
    /// A JSON list.
    pub specialties: Option<String>,
    pub contact_person_name: Option<String>,
    pub contact_person_email: Option<String>,
    pub contact_person_phone: Option<String>,
    /// A JSON list.
    pub requirements: Option<String>,
    /// An IANA name.
    pub time_zone: String,
    pub is_active: bool,
    pub locations: Vec<Location>,
}

impl ListRow for Site {
    type View = Activity;
    type Order = ByName;
    const LIST: List = List::Sites;
    const DESCRIPTION: Description = Description {
        table: Some("clinical_sites"),
        add: Some(Permission::EditSites),
        edit: Some(Permission::EditSites),
        switch: Some(Permission::EditSites),
        ..Description::of(Permission::SeeSites)
    };
}

impl Site {
    /// What the form shows of it.
    #[must_use]
    pub fn values(&self) -> Vec<(SiteField, Value)> {
        let text = |text: &Option<String>| text.clone().map_or(Value::Nothing, Value::Text);
        let texts = |json: &Option<String>| Structure::texts(json.as_deref()).map_or(Value::Nothing, Value::Texts);
        vec![
            (SiteField::Name, Value::Text(self.name.clone())),
            (SiteField::Type, Value::stored(&self.kind)),
            (SiteField::Address, text(&self.address)),
            (SiteField::Capacity, Value::Text(self.capacity.to_string())),
            (SiteField::TimeZone, Value::Text(self.time_zone.clone())),
            (SiteField::Specialties, texts(&self.specialties)),
            (SiteField::Requirements, texts(&self.requirements)),
            (SiteField::ContactPersonName, text(&self.contact_person_name)),
            (SiteField::ContactPersonEmail, text(&self.contact_person_email)),
            (SiteField::ContactPersonPhone, text(&self.contact_person_phone)),
        ]
    }
}
