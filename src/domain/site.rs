//! Clinical sites: where students work, and how many have a place there.

use std::borrow::Cow;

use serde::Deserialize;

use super::form::{Field, Input, Value};
use super::list::{Activity, ByName, Description, List, ListRow};
use super::location::Location;
use super::permission::Permission;
use super::structure::Structure;

/// `clinical_sites.type`, and how a person reads it.
pub const KINDS: &[(&str, &str)] = &[
    ("HOSPITAL", "hospital"),
    ("CLINIC", "clinic"),
    ("NURSING_HOME", "nursing home"),
    ("OUTPATIENT", "outpatient"),
    ("OTHER", "other"),
];

/// One site, with its locations.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Site {
    pub id: String,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
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
        nouns: ("site", "sites"),
        about: "Clinical sites",
        prompt: "Filter by name or address: ",
        table: Some("clinical_sites"),
        add: Some(Permission::EditSites),
        edit: Some(Permission::EditSites),
        switch: Some(Permission::EditSites),
        ..Description::of(Permission::SeeSites)
    };
}

impl Site {
    /// Its type in words.
    #[must_use]
    pub fn kind_label(&self) -> &str {
        KINDS.iter().find(|(value, _)| *value == self.kind).map_or(&self.kind, |(_, label)| label)
    }

    /// What the form shows of it.
    #[must_use]
    pub fn values(&self) -> Vec<(&'static str, Value)> {
        let text = |text: &Option<String>| text.clone().map_or(Value::Nothing, Value::Text);
        let texts = |json: &Option<String>| Structure::texts(json.as_deref()).map_or(Value::Nothing, Value::Texts);
        vec![
            ("name", Value::Text(self.name.clone())),
            ("type", Value::Text(self.kind.clone())),
            ("address", text(&self.address)),
            ("capacity", Value::Text(self.capacity.to_string())),
            ("time_zone", Value::Text(self.time_zone.clone())),
            ("specialties", texts(&self.specialties)),
            ("requirements", texts(&self.requirements)),
            ("contact_person_name", text(&self.contact_person_name)),
            ("contact_person_email", text(&self.contact_person_email)),
            ("contact_person_phone", text(&self.contact_person_phone)),
        ]
    }
}

/// The form.
#[must_use]
pub fn fields() -> Vec<Field> {
    vec![
        Field::text("name", "Name").required(),
        Field::new("type", "Type", Input::Choice(Cow::Borrowed(KINDS))).required(),
        Field::text("address", "Address"),
        Field::new("capacity", "Places", Input::Number(0, 10_000)).required().help("students at once"),
        Field::text("time_zone", "Time zone").required().help("as America/Chicago"),
        Field::new("specialties", "Specialties", Input::Texts).help("one a line"),
        Field::new("requirements", "Requirements", Input::Texts).help("one a line"),
        Field::text("contact_person_name", "Contact"),
        Field::text("contact_person_email", "Email"),
        Field::text("contact_person_phone", "Telephone"),
    ]
}
