//! The school's policy: its thresholds and its duty profile.

use super::super::action::Action;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, edited};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::field::{FieldId, PolicyField};
use crate::domain::form::Form;
use crate::domain::list::Of;
use crate::domain::policy::{Policy, THRESHOLDS};
use crate::domain::public_key::PublicKey;
use crate::domain::query::Query;
use crate::domain::window::Keyed;
use crate::presentation::sentences::UNREADABLE;

impl Kind for Policy {
    const RESOURCES: &'static [Resource] = &[Resource::SchoolPolicies, Resource::Schools];

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        format!("Policy of {}", self.school)
    }

    fn columns<'a>(_: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        vec![
            Column::left("School", Width::Flexible { least: 24, most: 50 }, |p: &Keyed<Self>| plain(&p.school)),
            Column::left("Duty profile", Width::Flexible { least: 30, most: 70 }, |p: &Keyed<Self>| {
                plain(p.profile_label())
            }),
            Column::right("Own thresholds", Width::Exactly(14), |p: &Keyed<Self>| {
                plain(THRESHOLDS.iter().filter(|threshold| p.set(&threshold.field).is_some()).count().to_string())
            }),
        ]
    }

    fn detail(&self, _: Context, _: &Query) -> Sheet {
        let rows = THRESHOLDS
            .iter()
            .map(|threshold| {
                let set = self.set(&threshold.field);
                let from = if set.is_some() { "the school's" } else { "default" };
                let value =
                    set.or_else(|| threshold.default_under(self.duty_profile.known()).map(|value| value.to_string()));
                let value = value.map_or_else(|| "no limit".to_owned(), |value| format!("{value} {}", threshold.unit));
                vec![FieldId::from(threshold.field.clone()).label().into_owned(), value, from.to_owned()]
            })
            .collect();
        let mut sheet = Sheet::new()
            .line("Profile", self.profile_label())
            .line(
                "Booking",
                format!(
                    "double booking: {}; over capacity: {}",
                    self.set(&PolicyField::DoubleBooking).unwrap_or_else(|| "refuse".into()),
                    self.set(&PolicyField::OverCapacity).unwrap_or_else(|| "allow".into())
                ),
            )
            .table(&["Threshold", "Value", ""], rows);
        if !self.is_readable() {
            sheet = sheet.toned("Thresholds", UNREADABLE, Tone::Warning);
        }
        for line in &self.authorities {
            sheet = match PublicKey::parse(line) {
                Ok(key) => {
                    let parts = [key.algorithm(), key.fingerprint(), key.comment()];
                    sheet.line("Authority", parts.join(" ").trim_end())
                }
                Err(_) => sheet.toned("Authority", UNREADABLE, Tone::Warning),
            };
        }
        for (key, value) in self.unknown() {
            sheet = sheet.toned(
                &key,
                format!("{value} (unknown to this version of medstint; left unchanged)"),
                Tone::Warning,
            );
        }
        sheet
    }

    fn act(action: Action, rows: &[&Self], _: Option<&Of>, _: Context) -> Reply {
        match action {
            Action::Edit => edited("Policy", Form::Policy, Self::fields(), rows[0], rows[0].values()),
            _ => Reply::none(),
        }
    }
}
