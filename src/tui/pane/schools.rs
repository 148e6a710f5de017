//! Schools: the tenants themselves.

use super::super::action::Action;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, or_dash, plain};
use super::list::{Kind, added, edited, switched};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::command::Switch;
use crate::domain::form::Form;
use crate::domain::list::Of;
use crate::domain::query::Query;
use crate::domain::school::{self, School};
use crate::domain::window::Keyed;
use crate::domain::zone;

impl Kind for School {
    const RESOURCES: &'static [Resource] = &[Resource::Schools];

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        self.name.clone()
    }

    fn columns<'a>(_: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        vec![
            Column::left("School", Width::Flexible { least: 24, most: 50 }, |s: &Keyed<Self>| plain(&s.name)),
            Column::left("Accreditation", Width::Flexible { least: 14, most: 36 }, |s: &Keyed<Self>| {
                plain(&s.accreditation)
            }),
            Column::left("Administrator", Width::Flexible { least: 14, most: 30 }, |s: &Keyed<Self>| {
                or_dash(s.admin.as_deref())
            }),
            Column::left("Email", Width::Flexible { least: 14, most: 40 }, |s: &Keyed<Self>| {
                or_dash(s.email.as_deref())
            }),
        ]
    }

    fn detail(&self, _: Context, _: &Query) -> Sheet {
        Sheet::new()
            .line("Accredited", &self.accreditation)
            .maybe("Admin", self.admin.as_deref())
            .line("Zone", &self.time_zone)
            .maybe("Address", self.address.as_deref())
            .maybe("Phone", self.phone.as_deref())
            .maybe("Email", self.email.as_deref())
            .maybe("Website", self.website.as_deref())
    }

    fn zone(&self) -> Option<chrono_tz::Tz> {
        Some(zone::parse_or_unknown(&self.time_zone))
    }

    fn act(action: Action, rows: &[&Self], _: Option<&Of>, _: Context) -> Reply {
        match action {
            Action::New => added("New school", Form::School, school::fields()),
            Action::Edit => edited("School", Form::School, school::fields(), rows[0], rows[0].values()),
            Action::Switch => switched(Switch::School, !rows[0].is_active, rows),
            _ => Reply::none(),
        }
    }
}
