//! The kiosks of sites, and which of them are silent.

use super::super::action::Action;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, or_dash, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, confirmed, edited, form_with};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::command::Step;
use crate::domain::field::KioskField;
use crate::domain::form::{Form, Value};
use crate::domain::kiosk::{self, Kiosk, State, View};
use crate::domain::list::{By, Link, List, Of};
use crate::domain::lookup::Reference;
use crate::domain::query::Query;
use crate::domain::window::Keyed;
use crate::presentation::clock::rough_age;

fn tone(state: State) -> Tone {
    match state {
        State::Live => Tone::Good,
        State::Silent | State::Awaited => Tone::Warning,
        State::Troubled => Tone::Bad,
        State::New | State::Revoked => Tone::Quiet,
    }
}

impl Kind for Kiosk {
    const RESOURCES: &'static [Resource] = &[Resource::Kiosks, Resource::KioskPunches, Resource::ClinicalSites];

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        format!("{}, {}", self.name, self.site)
    }

    fn columns<'a>(context: Context<'a>, _: &Query, width: u16) -> Vec<Column<'a, Keyed<Self>>> {
        let now = context.now;
        let mut columns = vec![
            Column::left("Kiosk", Width::Flexible { least: 14, most: 36 }, |k: &Keyed<Self>| plain(&k.name)),
            Column::left("Site", Width::Flexible { least: 14, most: 36 }, |k: &Keyed<Self>| plain(&k.site)),
            Column::left("State", Width::Exactly(24), move |k: &Keyed<Self>| (k.state_label(now), tone(k.state(now)))),
            Column::right("Waiting", Width::Exactly(7), |k: &Keyed<Self>| {
                plain(k.waiting.filter(|waiting| *waiting > 0).map_or(String::new(), |waiting| waiting.to_string()))
            }),
            Column::right("Clock", Width::Exactly(9), |k: &Keyed<Self>| match k.skew() {
                Some((skew, is_off)) => (skew, if is_off { Tone::Warning } else { Tone::Plain }),
                None => plain("—"),
            }),
        ];
        if width >= 100 {
            columns.push(Column::left("Location", Width::Flexible { least: 12, most: 30 }, |k: &Keyed<Self>| {
                or_dash(k.location.as_deref())
            }));
            columns.push(Column::left("Version", Width::Exactly(12), |k: &Keyed<Self>| or_dash(k.version.as_deref())));
        }
        columns
    }

    fn detail(&self, context: Context, _: &Query) -> Sheet {
        let ago = |at: Option<chrono::DateTime<chrono::Utc>>, never: &str| {
            at.map_or(never.to_owned(), |at| format!("{} ago", rough_age(context.now - at)))
        };
        let state = self.state(context.now);
        let by = match &self.enrolled_by {
            Some(by) if self.enrolled_at.is_some() => format!(", with a code from {by}"),
            _ => String::new(),
        };
        let (clock, clock_tone) = match self.skew() {
            Some((skew, true)) => (format!("{skew} off. Set it, or start its time service."), Tone::Warning),
            Some((skew, false)) => (format!("{skew} off"), Tone::Plain),
            None => ("unknown".to_owned(), Tone::Plain),
        };
        let journal = match &self.trouble {
            None => "ok".to_owned(),
            Some(_) => {
                format!("{}: it can't save punches without a connection. See its log.", self.trouble_label())
            }
        };
        let sheet = Sheet::new()
            .toned("State", self.state_label(context.now), tone(state))
            .line("Site", &self.site)
            .line("Location", self.location.as_deref().unwrap_or("none, so its punches have no position"))
            .line("Last seen", ago(self.last_seen, "never"))
            .line("Waiting", format!("{} punches in its journal", self.waiting.unwrap_or(0)))
            .toned("Journal", journal, if self.trouble.is_some() { Tone::Bad } else { Tone::Plain })
            .toned("Clock", clock, clock_tone)
            .line("Version", self.version.as_deref().unwrap_or("—"))
            .line("Enrolled", format!("{}{by}", ago(self.enrolled_at, "never; press E for a code")));
        let sheet = match self.stranded {
            None | Some(..=0) => sheet,
            Some(count) => {
                let text = format!(
                    "Punches of another school's kiosk: {count}. Enroll the device as that kiosk to send them."
                );
                sheet.toned("Unsent", text, Tone::Warning)
            }
        };
        match self.quarantined {
            0 => sheet,
            count => {
                sheet.toned("Quarantine", format!("{count} unmatched punches. Press o to open them."), Tone::Warning)
            }
        }
    }

    fn links(&self, _: Context) -> Vec<Link> {
        vec![
            Link::to("its site", List::Sites, &self.site_id, &self.site),
            Link::new("its punches in quarantine", List::Quarantine, By::Kiosk, &self.id, &self.name),
        ]
    }

    fn act(action: Action, rows: &[&Self], of: Option<&Of>, _: Context) -> Reply {
        match action {
            Action::New => {
                let values = match of {
                    Some(Of { by: By::Site, id, name, .. }) => {
                        vec![(
                            KioskField::ClinicalSiteId,
                            Value::Reference(Reference { id: id.clone(), name: name.clone() }),
                        )]
                    }
                    _ => Vec::new(),
                };
                form_with("New kiosk", Form::Kiosk, kiosk::new_fields(), values)
            }
            Action::Edit => edited("Kiosk", Form::Kiosk, kiosk::fields(), rows[0], rows[0].values()),
            Action::EnrolKiosk => confirmed(format!("A code for {}", rows[0].name()), Step::EnrolKiosk, &rows[..1]),
            Action::RevokeKiosk => confirmed(format!("Revoke {}", rows[0].name()), Step::RevokeKiosk, &rows[..1]),
            _ => Reply::none(),
        }
    }

    fn empty(query: &Query) -> Option<&'static str> {
        (query.view_of::<Self>() == Some(View::InUse))
            .then_some("There are no kiosks. Press n to add one, then E for its code.")
    }
}
