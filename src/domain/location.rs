//! Locations of a site: their geofences.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::field::LocationField;
use super::form::{Field, Input, Value};
use super::list::{Activity, ByName, Description, List, ListRow};
use super::permission::Permission;

/// One location.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Location {
    pub id: String,
    pub site_id: String,
    pub site: String,
    pub name: String,
    /// Degrees, WGS 84.
    pub latitude: Decimal,
    pub longitude: Decimal,
    pub radius_m: i32,
    /// A strict location refuses a kiosk's punch from outside; others flag it.
    pub is_strict: bool,
    pub is_active: bool,
}

impl ListRow for Location {
    type View = Activity;
    type Order = ByName;
    const LIST: List = List::Locations;
    const DESCRIPTION: Description = Description {
        table: Some("clinical_site_locations"),
        add: Some(Permission::EditSites),
        edit: Some(Permission::EditSites),
        switch: Some(Permission::EditSites),
        ..Description::of(Permission::SeeSites)
    };
}

impl Location {
    /// What the form shows of it.
    #[must_use]
    pub fn values(&self) -> Vec<(LocationField, Value)> {
        vec![
            (LocationField::Name, Value::Text(self.name.clone())),
            (LocationField::Latitude, Value::Text(self.latitude.normalize().to_string())),
            (LocationField::Longitude, Value::Text(self.longitude.normalize().to_string())),
            (LocationField::RadiusM, Value::Text(self.radius_m.to_string())),
            (LocationField::IsStrict, Value::Flag(self.is_strict)),
        ]
    }
}

/// The form; a new location also says of which site, which stays.
#[must_use]
pub fn fields() -> Vec<Field<LocationField>> {
    vec![
        Field::text(LocationField::Name).required(),
        Field::new(LocationField::Latitude, Input::Decimal(Decimal::from(-90), Decimal::from(90)))
            .required()
            .help("degrees, north positive"),
        Field::new(LocationField::Longitude, Input::Decimal(Decimal::from(-180), Decimal::from(180)))
            .required()
            .help("degrees, east positive"),
        Field::new(LocationField::RadiusM, Input::Number(10, 50_000)).required().help("metres"),
        Field::new(LocationField::IsStrict, Input::Flag).help("refuses a kiosk's punch from outside"),
    ]
}
