//! Accounts: how people sign in.

use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, or_dash, plain};
use super::Context;
use super::list::Kind;
use crate::domain::Resource;
use crate::domain::account::Account;
use crate::domain::list::{By, Link, List};
use crate::domain::query::Query;
use crate::domain::window::Keyed;

impl Kind for Account {
    // Accounts announce nothing; what links and changes them is an audit event.
    const RESOURCES: &'static [Resource] = &[Resource::AuditLogs];

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        format!("{} ({})", self.who, self.provider_label())
    }

    fn columns<'a>(context: Context<'a>, _: &Query, _: u16) -> Vec<Column<'a, Keyed<Self>>> {
        vec![
            Column::left("Who", Width::Flexible { least: 18, most: 36 }, |a: &Keyed<Self>| plain(&a.who)),
            Column::left("Email", Width::Flexible { least: 20, most: 44 }, |a: &Keyed<Self>| plain(&a.email)),
            Column::left("Provider", Width::Flexible { least: 10, most: 24 }, |a: &Keyed<Self>| {
                plain(a.provider_label())
            }),
            Column::left("Identity", Width::Flexible { least: 8, most: 40 }, |a: &Keyed<Self>| {
                or_dash(a.identity.as_deref())
            }),
            Column::left("Linked", Width::Exactly(10), move |a: &Keyed<Self>| {
                plain(a.linked.with_timezone(&context.zone).format("%Y-%m-%d").to_string())
            }),
        ]
    }

    fn detail(&self, context: Context, _: &Query) -> Sheet {
        let at = |when: chrono::DateTime<chrono::Utc>| {
            when.with_timezone(&context.zone).format("%Y-%m-%d %H:%M").to_string()
        };
        Sheet::new()
            .line("Who", format!("{}, {}", self.who, self.email))
            .line("Provider", self.provider_label())
            .maybe("Identity", self.identity.as_deref())
            .line("Linked", at(self.linked))
            .line("Changed", at(self.changed))
    }

    fn links(&self, _: Context) -> Vec<Link> {
        vec![
            Link::to("the person", List::Users, &self.user_id, &self.who),
            Link::new("their sessions", List::Sessions, By::Person, &self.user_id, &self.who),
            Link::new("its audit history", List::Audit, By::Resource, &self.id, &self.name()),
        ]
    }
}
