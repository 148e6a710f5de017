//! Quarantine: unmatched punches of kiosks, until an administrator resolves them or sets them
//! aside.

use super::super::action::Action;
use super::super::overlay::Form;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, targets};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::command::What;
use crate::domain::field::PunchField;
use crate::domain::form::{Field, Form as Of, Value};
use crate::domain::list::{Link, List, Of as Narrowed};
use crate::domain::quarantine::{self, Quarantined, Status, View};
use crate::domain::query::Query;
use crate::domain::window::Keyed;
use crate::presentation::clock::{rough_age, short_age};
use crate::presentation::sentences::ONE_ROW;

impl Kind for Quarantined {
    const RESOURCES: &'static [Resource] = &[Resource::KioskPunches];

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        format!("{}, {}", self.who(), self.when())
    }

    fn columns<'a>(context: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        let now = context.now;
        vec![
            Column::left("Who", Width::Flexible { least: 14, most: 30 }, |q: &Keyed<Self>| plain(q.who())),
            Column::left("Punched", Width::Fitted { least: 11, most: 18 }, |q: &Keyed<Self>| plain(q.when())),
            Column::left("Kiosk", Width::Flexible { least: 10, most: 30 }, |q: &Keyed<Self>| plain(&q.kiosk)),
            Column::left("Why", Width::Flexible { least: 24, most: 60 }, |q: &Keyed<Self>| {
                (q.why().into(), Tone::Warning)
            }),
            Column::right("Age", Width::Exactly(3), move |q: &Keyed<Self>| plain(short_age(now - q.received_at))),
        ]
    }

    fn detail(&self, context: Context, _: &Query) -> Sheet {
        let ago = |at| rough_age(context.now - at);
        let clock = if self.clock_is_unverified {
            "from the kiosk's clock, which could not be checked".to_owned()
        } else {
            let there = self.device_clock.with_timezone(&self.zone).format("%Y-%m-%d %H:%M:%S");
            format!("from the server's clock; the kiosk's clock showed {there}")
        };
        let sheet = Sheet::new()
            .line("Who", self.who())
            .line("Badge", &self.badge)
            .line("Punched", self.at.with_timezone(&self.zone).format("%a %Y-%m-%d %H:%M:%S%.3f %Z").to_string())
            .toned("Dated", clock, if self.clock_is_unverified { Tone::Warning } else { Tone::Plain })
            .line("Kiosk", format!("{}, {}", self.kiosk, self.site))
            .toned("Why", self.why(), Tone::Warning)
            .line("Arrived", format!("{} ago", ago(self.received_at)));
        match (&self.settled_by, self.settled_at) {
            (Some(who), Some(when)) => {
                let what = if self.status.is(Status::Resolved) { "added to a record" } else { "set aside" };
                let why = self.reason.as_deref().unwrap_or_default();
                sheet.line("Resolved", format!("{what} by {who}, {} ago: “{why}”", ago(when)))
            }
            _ => sheet.line("Resolved", "no; a adds it to a record, x sets it aside"),
        }
    }

    fn zone(&self) -> Option<chrono_tz::Tz> {
        Some(self.zone)
    }

    fn links(&self, _: Context) -> Vec<Link> {
        let mut links = vec![Link::to("the kiosk", List::Kiosks, &self.kiosk_id, &self.kiosk)];
        if let Some(id) = &self.student_id {
            links.push(Link::to("the student", List::Users, id, &self.who()));
        }
        if let Some(id) = &self.record_id {
            links.push(Link::to("the record", List::TimeRecords, id, &self.who()));
        }
        links
    }

    fn act(action: Action, rows: &[&Self], _: Option<&Narrowed>, _: Context) -> Reply {
        let waits = rows.iter().all(|row| row.status.is(Status::Quarantined));
        match action {
            Action::ResolvePunch | Action::DiscardPunch if !waits => {
                Reply::say("This punch has already been resolved; o opens its record.", Tone::Warning)
            }
            Action::ResolvePunch if rows.len() > 1 => Reply::say(ONE_ROW, Tone::Warning),
            Action::ResolvePunch => {
                let row = rows[0];
                asked(format!("Resolve: {}", row.name()), Of::Resolve, row.resolving_fields(), row.values(), rows)
            }
            Action::DiscardPunch => asked("Set aside".into(), Of::Discard, quarantine::discarding(), Vec::new(), rows),
            _ => Reply::none(),
        }
    }

    fn empty(query: &Query) -> Option<&'static str> {
        (query.view_of::<Self>() == Some(View::Quarantined)).then_some("No punches are in quarantine.")
    }
}

/// A form about rows that are there already.
fn asked(
    title: String,
    of: Of,
    fields: Vec<Field<PunchField>>,
    values: Vec<(PunchField, Value)>,
    rows: &[&Quarantined],
) -> Reply {
    let targets = targets(rows);
    Reply::ask(Form::new(title, What::Create(of), fields, values).of(targets))
}
