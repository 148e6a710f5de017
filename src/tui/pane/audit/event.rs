//! An event as a row and in full.

use super::super::super::widget::sheet::Sheet;
use super::super::super::widget::table::{Column, Width, or_dash, plain};
use super::super::super::widget::theme::Tone;
use super::super::super::zone::Zone;
use super::super::list::Kind;
use super::super::{Context, Pane as AnyPane, PaneSettings};
use super::Pane;
use crate::domain::Resource;
use crate::domain::audit_event::{AuditEvent, Neighbour};
use crate::domain::list::{By, Link, List};
use crate::domain::query::Query;
use crate::domain::window::Keyed;
use crate::presentation::sentences::UNREADABLE;

impl Kind for AuditEvent {
    const RESOURCES: &'static [Resource] = &[Resource::AuditLogs];
    const FOLLOWS: bool = true;

    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn name(&self) -> String {
        format!("{} · {}", self.action, self.resource())
    }

    fn columns<'a>(context: Context<'a>, _: &Query, width: u16) -> Vec<Column<'a, Keyed<Self>>> {
        let wide = width >= 100;
        let is_utc = matches!(context.zone, Zone::Utc);
        let time = move |e: &Keyed<Self>| {
            let there = e.at.with_timezone(&context.zone);
            plain(there.format(if wide { "%Y-%m-%d %H:%M:%S%.3f" } else { "%m-%d %H:%M:%S" }).to_string())
        };
        let mut columns = vec![
            Column::left(if is_utc { "Time UTC" } else { "Time" }, Width::Exactly(if wide { 23 } else { 14 }), time),
            Column::left("Sev", Width::Exactly(4), |e: &Keyed<Self>| (e.severity.label().into(), e.severity.into())),
            Column::left("Who", Width::Flexible { least: 14, most: 26 }, |e: &Keyed<Self>| or_dash(e.who.as_deref())),
            Column::left("Action", Width::Flexible { least: 23, most: 32 }, |e: &Keyed<Self>| plain(&e.action)),
            Column::left("Resource", Width::Flexible { least: 14, most: 60 }, |e: &Keyed<Self>| plain(e.resource())),
        ];
        if wide {
            columns.push(Column::left("From", Width::Flexible { least: 12, most: 20 }, |e: &Keyed<Self>| {
                or_dash(e.address.as_deref())
            }));
        }
        columns
    }

    fn detail(&self, context: Context, _: &Query) -> Sheet {
        let how =
            [self.endpoint.as_deref(), self.method.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let status = self.status_code.map_or_else(String::new, |code| format!(", status {code}"));
        // What changed comes first: the rest stands in the list already.
        let sheet = match self.differences() {
            None => Sheet::new().toned("Changes", UNREADABLE, Tone::Warning),
            Some(all) if all.is_empty() => Sheet::new(),
            Some(all) => {
                let side = |value: Option<String>| value.unwrap_or_else(|| "—".into());
                let rows = all.into_iter().map(|one| vec![one.column, side(one.old), side(one.new)]).collect();
                Sheet::new().table(&["Changed", "Old", "New"], rows)
            }
        };
        sheet
            .line(
                "When",
                format!(
                    "{} ({})",
                    self.at.with_timezone(&context.zone).format("%a %Y-%m-%d %H:%M:%S%.3f %:z"),
                    self.at.format("%H:%M:%S%.3fZ")
                ),
            )
            .line("Who", self.actor())
            .toned("Severity", self.severity.label(), self.severity.into())
            .line(
                "From",
                format!(
                    "{} · {}",
                    self.address.as_deref().unwrap_or("no address"),
                    self.device.as_deref().unwrap_or("no device")
                ),
            )
            .line("How", format!("{how}{status}"))
            .line(
                "What",
                self.meaning.as_ref().map_or_else(
                    || self.action.clone(),
                    |meaning| format!("{meaning} ({})", self.code.as_deref().unwrap_or("no code")),
                ),
            )
            .line("Written", self.written())
            .line("Before", neighbour(self.earlier.as_ref(), context))
            .line("After", neighbour(self.later.as_ref(), context))
    }

    fn links(&self, _: Context) -> Vec<Link> {
        let to = |label, by, id: &str, name: &str| {
            Link::new(label, List::Audit, by, id, name).of_platform(self.is_of_platform)
        };
        let mut links = Vec::new();
        if let (Some(id), Some(who)) = (&self.who_id, &self.who) {
            links.push(to("everything by this person", By::Person, id, who));
        }
        if let Some(address) = &self.address {
            links.push(to("everything from this address", By::Address, address, address));
        }
        links.push(to("everything about this record", By::Resource, &self.resource_id, &self.resource()));
        links.push(to("every event of this kind", By::Action, &self.action, &self.action));
        if let Some(number) = self.transaction {
            let name = format!("transaction {number}");
            links.push(to("events of the same transaction", By::Transaction, &number.to_string(), &name));
        }
        // The other lists hold only rows of the school.
        let holds = |list: &List| {
            let with_platform = [List::Alerts, List::AlertRules, List::Templates, List::NotificationTemplates];
            !self.is_of_platform || with_platform.contains(list)
        };
        if let Some(list) = List::holding(&self.resource_type).filter(holds) {
            links.push(Link::to("the record itself", list, &self.resource_id, &self.resource()));
        }
        links
    }

    fn pane(settings: &PaneSettings) -> Box<dyn AnyPane> {
        Box::new(Pane::new(settings))
    }
}

impl AuditEvent {
    /// The actor in words; some names are hidden from some people.
    fn actor(&self) -> String {
        match (&self.who, &self.who_id) {
            (Some(name), _) => name.clone(),
            (None, Some(id)) => format!("{id} (name hidden from you)"),
            (None, None) => "not signed in".to_owned(),
        }
    }

    /// Its number, its transaction, its seal.
    fn written(&self) -> String {
        let transaction = self.transaction.map_or_else(String::new, |number| format!(" · transaction {number}"));
        let seal = self.seal.map_or_else(|| " · not sealed yet".to_owned(), |number| format!(" · seal {number}"));
        format!("event {}{transaction}{seal}", self.sequence)
    }
}

/// Another event of the same resource, in a line.
fn neighbour(event: Option<&Neighbour>, context: Context) -> String {
    event.map_or_else(
        || "no event of this record".to_owned(),
        |event| {
            let at = event.at.with_timezone(&context.zone).format("%Y-%m-%d %H:%M:%S");
            format!("{at} {} by {}", event.action, event.who.as_deref().unwrap_or("someone who was not signed in"))
        },
    )
}
