//! Sessions: who is signed in, from where.

use super::super::action::Action;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, or_dash, plain};
use super::list::{Kind, confirmed};
use super::{Context, Reply};
use crate::domain::Resource;
use crate::domain::command::Step;
use crate::domain::list::{By, Link, List, Of};
use crate::domain::query::Query;
use crate::domain::session::Session;
use crate::domain::window::Keyed;
use crate::presentation::clock::{rough_age, short_age};

impl Kind for Session {
    // What begins a session is an audit event.
    const RESOURCES: &'static [Resource] = &[Resource::AuditLogs, Resource::Sessions];

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        format!("{} ({})", self.who, self.client)
    }
    fn note(&self) -> Option<String> {
        Some(format!("since {}", self.began.format("%Y-%m-%d %H:%M UTC")))
    }

    fn columns<'a>(context: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        let now = context.now;
        vec![
            Column::left("Who", Width::Flexible { least: 18, most: 36 }, |s: &Keyed<Self>| plain(&s.who)),
            Column::left("Client", Width::Exactly(8), |s: &Keyed<Self>| plain(&s.client)),
            Column::left("Address", Width::Flexible { least: 13, most: 40 }, |s: &Keyed<Self>| {
                or_dash(s.address.as_deref())
            }),
            Column::left("Device", Width::Flexible { least: 10, most: 50 }, |s: &Keyed<Self>| {
                or_dash(s.device.as_deref())
            }),
            Column::right("Seen", Width::Exactly(4), move |s: &Keyed<Self>| plain(short_age(now - s.last_seen))),
            Column::left("State", Width::Exactly(8), move |s: &Keyed<Self>| plain(s.state(now))),
        ]
    }

    fn detail(&self, context: Context, _: &Query) -> Sheet {
        let at = |when: chrono::DateTime<chrono::Utc>| {
            when.with_timezone(&context.zone).format("%Y-%m-%d %H:%M").to_string()
        };
        Sheet::new()
            .line("Who", format!("{}, {}", self.who, self.email))
            .line("State", self.state(context.now))
            .maybe("Address", self.address.as_deref())
            .maybe("Device", self.device.as_deref())
            .line("Signed in", at(self.began))
            .line("Last seen", format!("{} ago", rough_age(context.now - self.last_seen)))
            .line("Ends", at(self.revoked.unwrap_or(self.expires)))
    }

    fn links(&self, _: Context) -> Vec<Link> {
        vec![
            Link::to("the person", List::Users, &self.user_id, &self.who),
            Link::new("their audit events", List::Audit, By::Person, &self.user_id, &self.who),
        ]
    }

    fn act(action: Action, rows: &[&Self], _: Option<&Of>, _: Context) -> Reply {
        match action {
            Action::RevokeSession => {
                // One's own last: with it ends the right to end the others.
                let mut rows = rows.to_vec();
                rows.sort_by_key(|row| row.own);
                confirmed("End the session", Step::RevokeSession, &rows)
            }
            _ => Reply::none(),
        }
    }
}
