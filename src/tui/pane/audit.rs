//! Audit events, newest first, following live.

use chrono::{DateTime, FixedOffset, Utc};

use super::super::effect::PageOf;
use super::super::message::List;
use super::super::widget::table::{Column, Width};
use super::super::widget::theme::Tone;
use super::super::widget::window::Listed;
use super::list::{Kind, ListPane};
use crate::domain::audit_event::{AuditEvent, Severity};
use crate::domain::window::Place;
use crate::domain::{AuditEventId, Resource};

pub type Pane = ListPane<AuditEvent>;

#[must_use]
pub fn pane() -> Pane {
    Pane::default()
}

impl Listed for AuditEvent {
    type Key = (DateTime<Utc>, AuditEventId);
    type Order = ();

    fn id(&self) -> &str {
        self.id.as_str()
    }
    fn key(&self, (): ()) -> Self::Key {
        Self::key(self)
    }
}

impl Kind for AuditEvent {
    const LIST: List = List::Audit;
    const EMPTY: &'static str = "No event is recorded.";
    const RESOURCES: &'static [Resource] = &[Resource::AuditLogs];
    const FOLLOWS: bool = true;

    fn page(place: Place<Self::Key>) -> PageOf {
        PageOf::Audit(place)
    }

    fn columns(_: DateTime<Utc>, offset: FixedOffset, wide: bool) -> Vec<Column<'static, Self>> {
        let plain = |text: &str| (text.to_owned(), Tone::Plain);
        let time = move |e: &Self| {
            let there = e.at.with_timezone(&offset);
            plain(&there.format(if wide { "%Y-%m-%d %H:%M:%S%.3f" } else { "%m-%d %H:%M:%S" }).to_string())
        };
        let mut columns = vec![
            Column::left("Time", Width::Exactly(if wide { 23 } else { 14 }), time),
            Column::left("Sev", Width::Exactly(4), move |e: &Self| severity(e.severity)),
            Column::left("Who", Width::Flexible { least: 14, most: 26 }, move |e: &Self| {
                plain(e.who.as_deref().unwrap_or("—"))
            }),
            Column::left("Action", Width::Flexible { least: 23, most: 32 }, move |e: &Self| plain(&e.action)),
            Column::left("Resource", Width::Flexible { least: 14, most: 60 }, move |e: &Self| plain(&e.resource)),
        ];
        if wide {
            columns.push(Column::left("From", Width::Exactly(20), move |e: &Self| {
                plain(e.from.as_deref().unwrap_or("—"))
            }));
        }
        columns
    }

    fn line(&self, _: DateTime<Utc>) -> String {
        let who = self.who.as_deref().unwrap_or("—");
        format!(
            "{} {} {who} {} {}",
            self.at.format("%Y-%m-%dT%H:%M:%S%.3fZ"),
            self.severity.label(),
            self.action,
            self.resource
        )
    }
}

fn severity(severity: Severity) -> (String, Tone) {
    let tone = match severity {
        Severity::Low => Tone::Quiet,
        Severity::Medium => Tone::Warning,
        Severity::High | Severity::Critical => Tone::Bad,
    };
    (severity.label().to_owned(), tone)
}
