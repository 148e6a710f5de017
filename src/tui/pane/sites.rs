//! Clinical sites, with their locations on a map.

use rust_decimal::prelude::ToPrimitive;

use super::super::action::Action;
use super::super::widget::map::Place;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, added, edited, switched};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::command::Switch;
use crate::domain::form::Form;
use crate::domain::list::{By, Link, List, Of};
use crate::domain::location::Location;
use crate::domain::query::Query;
use crate::domain::site::Site;
use crate::domain::structure::Structure;
use crate::domain::window::Keyed;
use crate::domain::zone;

impl Kind for Site {
    const RESOURCES: &'static [Resource] =
        &[Resource::ClinicalSites, Resource::ClinicalSiteLocations, Resource::Rotations];

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        self.name.clone()
    }

    fn columns<'a>(_: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        vec![
            Column::left("Site", Width::Flexible { least: 18, most: 40 }, |s: &Keyed<Self>| plain(&s.name)),
            Column::left("Type", Width::Exactly(12), |s: &Keyed<Self>| plain(s.kind_label())),
            Column::right("Places", Width::Exactly(9), |s: &Keyed<Self>| {
                let over = s.present > i64::from(s.capacity);
                (format!("{}/{}", s.present, s.capacity), if over { Tone::Bad } else { Tone::Plain })
            }),
            Column::left("Time zone", Width::Flexible { least: 16, most: 24 }, |s: &Keyed<Self>| plain(&s.time_zone)),
            Column::right("Locations", Width::Exactly(9), |s: &Keyed<Self>| plain(s.locations.len().to_string())),
        ]
    }

    fn detail(&self, _: Context, _: &Query) -> Sheet {
        let over = if self.present > i64::from(self.capacity) { " OVER CAPACITY" } else { "" };
        let contact: Vec<&str> = [&self.contact_person_name, &self.contact_person_email, &self.contact_person_phone]
            .into_iter()
            .filter_map(|part| part.as_deref())
            .collect();
        let rows = self.locations.iter().enumerate().map(|(i, location)| {
            vec![
                sign(i).to_string(),
                location.name.clone(),
                format!("{}, {}", location.latitude.round_dp(5), location.longitude.round_dp(5)),
                format!("{} m", location.radius_m),
                if location.is_strict { "strict".into() } else { String::new() },
            ]
        });
        let tone = if over.is_empty() { Tone::Plain } else { Tone::Bad };
        let sheet = Sheet::new()
            .line("Type", self.kind_label())
            .toned("Places", format!("{} of {} taken now{over}", self.present, self.capacity), tone)
            .line("Zone", &self.time_zone)
            .maybe("Address", self.address.as_deref())
            .maybe("Contact", (!contact.is_empty()).then(|| contact.join(", ")))
            .structure("Specialties", Structure::of(self.specialties.as_deref()))
            .structure("Requires", Structure::of(self.requirements.as_deref()));
        if self.locations.is_empty() {
            return sheet.toned(
                "Locations",
                "none, so the position of punches is not checked. o opens them.",
                Tone::Warning,
            );
        }
        sheet.table(&["", "Location", "Coordinates", "Radius", ""], rows.collect()).map(places(&self.locations))
    }

    fn zone(&self) -> Option<chrono_tz::Tz> {
        Some(zone::parse_or_unknown(&self.time_zone))
    }

    fn links(&self, _: Context) -> Vec<Link> {
        let to = |label, list| Link::new(label, list, By::Site, &self.id, &self.name);
        vec![
            to("its locations", List::Locations),
            to("its rotations", List::Rotations),
            to("its time records", List::TimeRecords),
        ]
    }

    fn act(action: Action, rows: &[&Self], _: Option<&Of>, _: Context) -> Reply {
        match action {
            Action::New => added("New site", Form::Site, Self::fields()),
            Action::Edit => edited("Site", Form::Site, Self::fields(), rows[0], rows[0].values()),
            Action::Switch => switched(Switch::Site, !rows[0].is_active, rows),
            _ => Reply::none(),
        }
    }
}

fn sign(i: usize) -> char {
    char::from(b'A' + u8::try_from(i % 26).unwrap_or(0))
}

fn places(locations: &[Location]) -> Vec<Place> {
    let place = |(i, location): (usize, &Location)| {
        Some(Place {
            sign: sign(i),
            latitude: location.latitude.to_f64()?,
            longitude: location.longitude.to_f64()?,
            radius_m: f64::from(location.radius_m),
        })
    };
    locations.iter().enumerate().filter_map(place).collect()
}
