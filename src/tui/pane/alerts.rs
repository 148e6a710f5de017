//! Alerts: open ones for an administrator to review, and who acknowledged the others.

use super::super::action::Action;
use super::super::widget::sheet::Sheet;
use super::super::widget::table::{Column, Width, or_dash, plain};
use super::super::widget::theme::Tone;
use super::list::{Kind, confirmed};
use super::{Context, Reply};
use crate::domain::alert::{Alert, AlertView, GroupBy};
use crate::domain::command::Step;
use crate::domain::list::{By, Link, List, Of};
use crate::domain::query::Query;
use crate::domain::window::Keyed;
use crate::domain::{Resource, Role};

impl Kind for Alert {
    const RESOURCES: &'static [Resource] = &[Resource::Alerts];
    const ROWS: Option<Resource> = Some(Resource::Alerts);

    fn id(&self) -> &str {
        &self.id
    }
    fn name(&self) -> String {
        format!("{}: {}", self.rule, self.whose())
    }
    fn is_of_platform(&self, _: Context) -> bool {
        self.is_of_platform
    }

    fn columns<'a>(context: Context<'a>, _: &Query, width: u16) -> Vec<Column<'a, Keyed<Self>>> {
        let zone = context.zone;
        let mut columns = vec![
            Column::left("Last", Width::Exactly(11), move |a: &Keyed<Self>| {
                plain(a.last.with_timezone(&zone).format("%m-%d %H:%M").to_string())
            }),
            Column::left("Sev", Width::Exactly(4), |a: &Keyed<Self>| (a.severity.label().into(), a.severity.into())),
            Column::left("Rule", Width::Flexible { least: 31, most: 44 }, |a: &Keyed<Self>| plain(&a.rule)),
            Column::left("Concerns", Width::Flexible { least: 16, most: 40 }, |a: &Keyed<Self>| plain(a.whose())),
        ];
        if width < 100 {
            columns.push(Column::right("Count", Width::Exactly(5), |a: &Keyed<Self>| plain(a.counted.to_string())));
        } else {
            let count = |a: &Keyed<Self>| plain(a.count());
            columns.push(Column::left("Count", Width::Flexible { least: 18, most: 24 }, count));
            columns.push(Column::left(
                "Acknowledged by",
                Width::Flexible { least: 15, most: 26 },
                |a: &Keyed<Self>| or_dash(a.acknowledged_by.as_deref()),
            ));
        }
        columns
    }

    fn detail(&self, context: Context, _: &Query) -> Sheet {
        let at = |when: chrono::DateTime<chrono::Utc>| {
            when.with_timezone(&context.zone).format("%a %Y-%m-%d %H:%M:%S %:z").to_string()
        };
        let status = match (&self.acknowledged_by, self.acknowledged) {
            (Some(who), Some(when)) => format!("acknowledged by {who}, {}", at(when)),
            _ => "not acknowledged yet".to_owned(),
        };
        Sheet::new()
            .toned("Severity", self.severity.label(), self.severity.into())
            .line("Rule", format!("{}: {} of one {}", self.rule, self.measure(), self.group_by.text()))
            .line("Concerns", format!("{} {}", self.group_by.text(), self.whose()))
            .line("Counted", format!("{} {}", self.counted, self.counts.text()))
            .line("From", at(self.first))
            .line("To", at(self.last))
            .line("Opened", at(self.opened))
            .line("Status", status)
    }

    fn links(&self, _: Context) -> Vec<Link> {
        let events = |label, by, id: &str, name: &str| {
            Link::new(label, List::Audit, by, id, name).of_platform(self.is_of_platform)
        };
        let to = |label, by| events(label, by, &self.subject, self.whose());
        let mut links = match (self.group_by.known(), &self.account_id) {
            (Some(GroupBy::Person), _) => vec![to("the events of the person", By::Person)],
            (Some(GroupBy::Address), _) => vec![to("the events from the address", By::Address)],
            (Some(GroupBy::Record), _) => vec![to("the events about the record", By::Resource)],
            (Some(GroupBy::Account), Some(id)) => {
                vec![events("the events about the account", By::Resource, id, self.whose())]
            }
            // A school, the platform, or an account that nobody has.
            _ => self.actions.iter().map(|action| events("events of this kind", By::Action, action, action)).collect(),
        };
        // People of the platform stand in no school's list.
        if self.group_by.is(GroupBy::Person) && !self.is_of_platform {
            links.push(Link::to("the person", List::Users, &self.subject, self.whose()));
        }
        links.push(Link::to("its rule", List::AlertRules, &self.rule_id, &self.rule));
        links
    }

    fn act(action: Action, rows: &[&Self], _: Option<&Of>, context: Context) -> Reply {
        if action != Action::Acknowledge {
            return Reply::none();
        }
        // People who make a school's rules can't acknowledge the alerts that these raise.
        let is_of_school = rows.iter().any(|row| !row.is_of_platform);
        if context.actor.role == Role::SuperAdmin && is_of_school {
            return Reply::say("Only a school admin can acknowledge the school's alerts.", Tone::Warning);
        }
        confirmed("Acknowledge the alert", Step::AcknowledgeAlert, rows)
    }

    fn empty(query: &Query) -> Option<&'static str> {
        (query.view_of::<Self>() == Some(AlertView::Open)).then_some("There are no open alerts.")
    }
}
