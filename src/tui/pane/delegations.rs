//! Delegations: who decides for whom, and until when.

use super::super::action::Action;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, or_dash, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, confirmed, form_with};
use super::{Context, Reply};
use crate::domain::command::Step;
use crate::domain::delegation::{self, Delegation};
use crate::domain::field::DelegationField;
use crate::domain::form::{Form, Value};
use crate::domain::list::{Link, List, Of};
use crate::domain::lookup::Reference;
use crate::domain::query::Query;
use crate::domain::window::Keyed;
use crate::domain::{Resource, Role};

impl Kind for Delegation {
    const RESOURCES: &'static [Resource] = &[Resource::Delegations, Resource::Schools];

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        format!("{} for {}", self.to, self.from)
    }

    fn columns<'a>(context: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        let now = context.now;
        vec![
            Column::left("For", Width::Flexible { least: 16, most: 32 }, |d: &Keyed<Self>| plain(&d.from)),
            Column::left("Deputy", Width::Flexible { least: 16, most: 32 }, |d: &Keyed<Self>| plain(&d.to)),
            Column::left("Until", Width::Exactly(10), |d: &Keyed<Self>| plain(d.until())),
            Column::left("State", Width::Exactly(11), move |d: &Keyed<Self>| state(d, now)),
            Column::left("Reason", Width::Flexible { least: 10, most: 60 }, |d: &Keyed<Self>| {
                or_dash(d.reason.as_deref())
            }),
        ]
    }

    fn detail(&self, context: Context, _: &Query) -> Sheet {
        let (word, tone) = state(self, context.now);
        let at =
            |when: chrono::DateTime<chrono::Utc>| when.with_timezone(&self.zone).format("%Y-%m-%d %H:%M").to_string();
        Sheet::new()
            .line("For", &self.from)
            .line("Deputy", format!("{}, who sees and decides what {} would", self.to, self.from))
            .toned("State", word, tone)
            .line("From", at(self.starts))
            .line("Until", format!("{}, the whole day", self.until()))
            .maybe("Ended", self.revoked.map(at))
            .maybe("Reason", self.reason.as_deref())
    }

    fn zone(&self) -> Option<chrono_tz::Tz> {
        Some(self.zone)
    }

    fn links(&self, _: Context) -> Vec<Link> {
        vec![
            Link::to("who is away", List::Users, &self.from_id, &self.from),
            Link::to("the deputy", List::Users, &self.to_id, &self.to),
        ]
    }

    fn act(action: Action, rows: &[&Self], _: Option<&Of>, context: Context) -> Reply {
        match action {
            Action::New => {
                let mut values = vec![];
                let me = context.actor;
                if !matches!(me.role, Role::SchoolAdmin | Role::SuperAdmin) {
                    let own = Reference { id: me.id.to_string(), name: me.name.clone() };
                    values.push((DelegationField::FromUserId, Value::Reference(own)));
                }
                form_with("A deputy", Form::Delegation, delegation::fields(me.role), values)
            }
            Action::EndDelegation => confirmed("End the delegation now", Step::EndDelegation, rows),
            _ => Reply::none(),
        }
    }
}

fn state(row: &Delegation, now: chrono::DateTime<chrono::Utc>) -> (String, Tone) {
    let word = row.state(now);
    let tone = if word == "in force" { Tone::Good } else { Tone::Quiet };
    (word.to_owned(), tone)
}
