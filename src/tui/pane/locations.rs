//! Locations of sites: their geofences.

use rust_decimal::prelude::ToPrimitive;

use super::super::action::Action;
use super::super::widget::map::Place;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, edited, form_with, switched};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::command::Switch;
use crate::domain::field::LocationField;
use crate::domain::form::{Form, Value};
use crate::domain::list::{By, Link, List, Of};
use crate::domain::location::{self, Location};
use crate::domain::query::Query;
use crate::domain::window::Keyed;

impl Kind for Location {
    const RESOURCES: &'static [Resource] = &[Resource::ClinicalSiteLocations, Resource::ClinicalSites];

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        format!("{}, {}", self.name, self.site)
    }

    fn columns<'a>(_: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        vec![
            Column::left("Location", Width::Flexible { least: 16, most: 40 }, |l: &Keyed<Self>| plain(&l.name)),
            Column::left("Site", Width::Flexible { least: 16, most: 40 }, |l: &Keyed<Self>| plain(&l.site)),
            Column::right("Latitude", Width::Exactly(11), |l: &Keyed<Self>| plain(format!("{:.5}", l.latitude))),
            Column::right("Longitude", Width::Exactly(11), |l: &Keyed<Self>| plain(format!("{:.5}", l.longitude))),
            Column::right("Radius", Width::Exactly(8), |l: &Keyed<Self>| plain(format!("{} m", l.radius_m))),
            Column::left("", Width::Exactly(6), |l: &Keyed<Self>| plain(if l.is_strict { "strict" } else { "" })),
        ]
    }

    fn detail(&self, _: Context, _: &Query) -> Sheet {
        let place = self.latitude.to_f64().zip(self.longitude.to_f64()).map(|(latitude, longitude)| Place {
            sign: 'o',
            latitude,
            longitude,
            radius_m: f64::from(self.radius_m),
        });
        let strict =
            if self.is_strict { "refuses a kiosk's punch from outside" } else { "only flags a punch from outside" };
        Sheet::new()
            .line("Site", &self.site)
            .line("At", format!("{}, {} (WGS 84)", self.latitude.normalize(), self.longitude.normalize()))
            .line("Radius", format!("{} m", self.radius_m))
            .line("Strict", strict)
            .map(place.into_iter().collect())
    }

    fn links(&self, _: Context) -> Vec<Link> {
        vec![Link::to("its site", List::Sites, &self.site_id, &self.site)]
    }

    fn act(action: Action, rows: &[&Self], of: Option<&Of>, _: Context) -> Reply {
        match action {
            Action::New => {
                let site = match (of, rows) {
                    (Some(Of { by: By::Site, id, name, .. }), _) => (id.clone(), name.clone()),
                    (_, [row, ..]) => (row.site_id.clone(), row.site.clone()),
                    _ => {
                        return Reply::say(
                            "To add a location, open the locations of a site (:sites, then o).",
                            Tone::Warning,
                        );
                    }
                };
                let values = vec![
                    (LocationField::RadiusM, Value::Text("100".into())),
                    (LocationField::ClinicalSiteId, Value::Text(site.0)),
                ];
                form_with(format!("New location of {}", site.1), Form::Location, location::fields(), values)
            }
            Action::Edit => edited("Location", Form::Location, location::fields(), rows[0], rows[0].values()),
            Action::Switch => switched(Switch::Location, !rows[0].is_active, rows),
            _ => Reply::none(),
        }
    }
}
